// A Cloudflare Worker in front of Lightwell: route it over img.example.com/*, whose origin is the fleet's load balancer.
//
// Cloudflare's cache knows one answer for a URL, whatever Accept says, so what matters of Accept goes into the URL that is
// asked for, as a parameter that Lightwell ignores, and that no signature is over:
//
//   ignore-params: cdn-accept
//
// Accept says a hundred things; what matters is whether a browser shows AVIF and WebP. So a URL is cached four times at
// most. What is refused with q=0 counts as not named. Only auto=format looks at it, also where a preset has it: every
// other URL is cached once, as it is.
//
// Purging by tag (see the README) reaches all of them; one by URL would have to name each.

const refused = '\\s*;\\s*q=0(\\.0*)?\\s*(,|$)';
const formats = [
    { type: 'image/avif', named: /image\/avif/i, refused: new RegExp('image/avif' + refused, 'i') },
    { type: 'image/webp', named: /image\/webp/i, refused: new RegExp('image/webp' + refused, 'i') },
];

export default {
    async fetch(request) {
        const url = new URL(request.url);
        if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'OPTIONS') {
            return new Response('Only GET, HEAD and OPTIONS are served here.', { status: 405, headers: { Allow: 'GET, HEAD, OPTIONS' } });
        }
        if (!/^\/(image|info)\//.test(url.pathname)) {
            return new Response('There is nothing here.', { status: 404 });
        }
        const headers = new Headers(request.headers);
        const shown = /auto|preset/.test(url.pathname + url.search) ? shownBy(request.headers.get('Accept') || '') : [];
        headers.set('Accept', [...shown, '*/*'].join(','));
        headers.delete('Cookie');
        if (shown.length > 0) {
            // As text: a URL that is taken apart and put together again may be written otherwise.
            const names = shown.map((type) => type.slice('image/'.length)).join('-');
            url.search = url.search + (url.search === '' ? '?' : '&') + 'cdn-accept=' + names;
        }
        // What Lightwell says of how long an answer lives is taken at its word, whatever the path ends in.
        return fetch(new Request(url, { method: request.method, headers }), { cf: { cacheEverything: true } });
    },
};

// shownBy are the formats that a client shows, of those that matter.
function shownBy(accept) {
    return formats.filter((f) => f.named.test(accept) && !f.refused.test(accept)).map((f) => f.type);
}

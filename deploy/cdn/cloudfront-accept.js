// A CloudFront Function in front of Lightwell: event type viewer-request, runtime cloudfront-js-2.0. Terraform
// (deploy/terraform) takes this file as it is; without it, paste it into a function of your distribution's, and have
// the cache policy hold the header Accept and every query string.
//
// Accept says a hundred things; what matters is whether a browser shows AVIF and WebP. So it becomes one of four
// values, and a URL is cached four times at most. What is refused with q=0 counts as not named. Only auto=format
// looks at it, also where a preset has it: every other URL is cached once.

var refused = '\\s*;\\s*q=0(\\.0*)?\\s*(,|$)';
var avif = { named: /image\/avif/i, refused: new RegExp('image/avif' + refused, 'i') };
var webp = { named: /image\/webp/i, refused: new RegExp('image/webp' + refused, 'i') };

function handler(event) {
    var request = event.request;
    if (!/^\/(image|info)\//.test(request.uri)) {
        return { statusCode: 404, statusDescription: 'Not Found' };
    }
    var accept = '';
    if (looksAtAccept(request)) {
        var says = everyLine(request.headers.accept);
        accept = (takes(says, avif) ? 'image/avif,' : '') + (takes(says, webp) ? 'image/webp,' : '');
    }
    request.headers.accept = { value: accept + '*/*' };
    return request;
}

// looksAtAccept tells whether the answer may depend on the header: in the path form, too.
function looksAtAccept(request) {
    var may = /auto|preset/;
    if (may.test(request.uri)) {
        return true;
    }
    for (var name in request.querystring) {
        if (may.test(name) || may.test(request.querystring[name].value)) {
            return true;
        }
    }
    return false;
}

// everyLine is a header as one text, in however many lines it came.
function everyLine(header) {
    if (!header) {
        return '';
    }
    var lines = header.multiValue || [header];
    return lines.map(function (line) { return line.value; }).join(',');
}

function takes(says, format) {
    return format.named.test(says) && !format.refused.test(says);
}

// Runs a Cloudflare Worker over requests: node worker.mjs WORKER < visits.json > asked.json. What it asks for goes
// nowhere: it is what is told.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const code = readFileSync(resolve(process.argv[2]), 'utf8');
const worker = (await import('data:text/javascript,' + encodeURIComponent(code))).default;
const all = [];
for (const visit of JSON.parse(readFileSync(0, 'utf8'))) {
    let asked = null;
    globalThis.fetch = async (request, options) => {
        asked = { url: request.url, accept: request.headers.get('Accept'), cookie: request.headers.get('Cookie') || '', everything: options.cf.cacheEverything };
        return new Response('');
    };
    const headers = { Cookie: 'a=b' };
    if (visit.accept !== '') {
        headers.Accept = visit.accept;
    }
    const response = await worker.fetch(new Request(visit.url, { method: visit.method, headers }));
    all.push(asked || { status: response.status });
}
process.stdout.write(JSON.stringify(all));

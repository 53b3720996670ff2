// The lab's servers: the shop's first page with each contestant in it, every text as Brotli presses it at its strongest,
// for all of them alike.

import { existsSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { namedScript, startShop, startTrackers } from '../../www/demo/server.mjs';

const SHOP = new URL('../../www/demo/shop/', import.meta.url);
const DIST = new URL('../../dist/', import.meta.url);

const TYPES = {
    '.css': 'text/css; charset=utf-8',
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.json': 'application/json',
    '.map': 'application/json',
    '.svg': 'image/svg+xml',
};

/** How long the slow image of the second page takes, in milliseconds. */
const SLOW = 3000;

export function brotli(bytes) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    return brotliCompressSync(bytes, { params });
}
export const gzip = (bytes) => gzipSync(bytes, { level: 9 });

const shop = (name) => readFileSync(new URL(name, SHOP), 'utf8');
/** The first page of the demo, without its own gate, its trackers and the panel that watches them. */
const MAIN = /<main>[\s\S]*<\/main>/.exec(shop('index.html'))[0];
const HEADER = shop('header.html');

/**
 * The page of a contestant.
 *
 * @param {import('./peers.mjs').Contestant} contestant
 * @param {{slow?: boolean, first?: string, body?: string}} [parts] `slow`: with an image that takes 3 s; `first` stands before everything
 */
export function pageOf({ head, body }, { slow = false, first = '', body: more = '' } = {}) {
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${first}${head}
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/shop.css">
<title>Finch &amp; Kettle: loose-leaf tea</title>
</head>
<body>
${HEADER}${MAIN}
${slow ? '<p><img src="/slow.svg" alt="" width="150" height="170"></p>' : ''}
<p><a href="/privacy">Privacy policy</a></p>
${more}${body}
</body>
</html>`;
}

/**
 * Starts the shop and the trackers on free ports.
 *
 * @param {import('./peers.mjs').Contestant[]} contestants
 */
export async function startLab(contestants) {
    const pages = new Map();
    const pressed = new Map();
    const trackers = await startTrackers();
    const byId = new Map(contestants.map((contestant) => [contestant.id, contestant]));

    /** The file behind an address of ours, if it is one. */
    function fileOf(path) {
        const [, kind, id, rest] = /^\/(lib|peer)\/([\w-]+)\/(.+)$/.exec(path) ?? [];
        const base = kind && (kind === 'lib' ? byId.get(id)?.library : byId.get(id)?.folder);
        const file = base
            ? new URL(rest, base)
            : /^\/(portcullis[\w.-]*|lang\/[\w-]+\.json)$/.test(path)
              ? new URL(path.slice(1), DIST)
              : /^\/(shop\.css|mark\.svg|tin\.svg)$/.test(path)
                ? new URL(path.slice(1), SHOP)
                : null;
        return file && (!base || file.href.startsWith(base.href)) && existsSync(file) ? file : null;
    }

    /** A body as it is sent, pressed once. */
    function press(key, bytes) {
        if (!pressed.has(key)) pressed.set(key, brotli(bytes));
        return pressed.get(key);
    }

    /** `lasting`: it may be pressed at leisure, and kept. */
    function send(request, response, type, body, { headers = {}, lasting = true } = {}) {
        const takes = lasting && /\bbr\b/.test(request.headers['accept-encoding'] ?? '');
        const encoding = takes ? { 'Content-Encoding': 'br' } : {};
        response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-cache', ...encoding, ...headers });
        response.end(takes ? press(request.url, Buffer.from(body)) : body);
    }

    /** Answers for the contestants' files; true: it did. */
    function files(url, request, response) {
        const file = fileOf(url.pathname);
        if (file) send(request, response, TYPES[extname(file.pathname)] ?? 'text/plain', readFileSync(file));
        return !!file;
    }

    const server = await startShop({
        trackers,
        async handle(url, request, response) {
            const made = pages.get(url.pathname);
            const own = /^\/own\/([\w-]+)\.(js|svg)$/.exec(url.pathname);
            if (made) {
                send(request, response, TYPES['.html'], made.html, { headers: made.headers, lasting: made.lasting });
            } else if (files(url, request, response)) {
                return true;
            } else if (url.pathname === '/slow.svg') {
                setTimeout(() => send(request, response, TYPES['.svg'], shop('tin.svg')), SLOW);
            } else if (own?.[2] === 'js') {
                send(request, response, TYPES['.js'], namedScript(own[1]));
            } else if (own) {
                send(
                    request,
                    response,
                    TYPES['.svg'],
                    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
                );
            } else {
                return false;
            }
            return true;
        },
    });

    return {
        trackers,
        origin: server.origin,
        url: server.url,
        fileOf,
        files,
        /** Serves this page from now on; gives its address. `lasting`: false where it is asked for once and is long. */
        serve(html, { path = `/made/${pages.size}`, headers = {}, lasting = true } = {}) {
            pages.set(path, { html, headers, lasting });
            return server.url(path);
        },
        async close() {
            await server.close();
            await trackers.close();
        },
    };
}

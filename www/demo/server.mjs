// The demo: a small shop, and on another site the stand-ins for the third parties that a real shop would carry.
// As a program (`npm start`) it serves both and prints the address; the browser tests import the same servers, and
// the trackers' log is their witness of what the gate let through.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGES = new URL('shop/', import.meta.url);
const TRACKERS = new URL('trackers/', import.meta.url);
const DIST = new URL('../../dist/', import.meta.url);

/** Where the pages say that the trackers are; served with the port that they really got. */
const WRITTEN_ORIGIN = 'http://127.0.0.1:8081';

const TYPES = {
    '.css': 'text/css; charset=utf-8',
    '.gif': 'image/gif',
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.json': 'application/json',
    '.mjs': 'text/javascript; charset=utf-8',
    '.svg': 'image/svg+xml',
    '.ts': 'text/plain; charset=utf-8',
};

/** A transparent image of one pixel. */
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** The script that `/t/<name>.js` answers with: it leaves its name on `window.ran`, whatever the page did to arrays. */
export const namedScript = (name) =>
    `{ const ran = (window.ran ||= []); ran[ran.length] = ${JSON.stringify(name)}; }\n`;

/**
 * Serves the stand-in trackers on 127.0.0.1.
 *
 * @param {{port?: number}} [options] the first port to try; 0 takes any free one
 */
export async function startTrackers({ port = 0 } = {}) {
    /** @type {{method: string, host: string, path: string, query: string, cookies: string, from: string}[]} */
    let entries = [];
    const watchers = new Set();
    const changed = (entry) => {
        for (const watcher of watchers) watcher(entry);
    };

    const server = createServer(async (request, response) => {
        const url = new URL(request.url, 'http://trackers');
        const entry = {
            method: request.method,
            host: (request.headers.host ?? '').replace(/:\d+$/, ''),
            path: url.pathname,
            query: url.search,
            cookies: request.headers.cookie ?? '',
            from: request.headers.referer ?? '',
        };
        entries.push(entry);
        changed(entry);
        const delay = Number(url.searchParams.get('delay') ?? 0);
        if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
        // Modules and `crossorigin` tags ask for this; the trackers of the world answer the same.
        response.setHeader('Access-Control-Allow-Origin', '*');
        response.setHeader('Cache-Control', 'no-store');
        try {
            await answerAsTracker(url, `http://127.0.0.1:${server.address().port}`, response);
        } catch (error) {
            answerError(error, response);
        }
    });
    await listen(server, port);
    const origin = `http://127.0.0.1:${server.address().port}`;

    return {
        port: server.address().port,
        origin,
        /** The address of `path` on the trackers, under their own name or another `host` that leads here. */
        url: (path, host = '127.0.0.1') => `http://${host}:${server.address().port}${path}`,
        /** Every request so far, oldest first. */
        log: () => [...entries],
        clear() {
            entries = [];
            changed(null);
        },
        /** Resolves with the first request, past or future, that is to `wanted`: a path, or a predicate of an entry. */
        arrived(wanted, timeout = 10_000) {
            const fits = typeof wanted === 'string' ? (entry) => entry.path === wanted : wanted;
            const past = entries.find(fits);
            if (past) return Promise.resolve(past);
            return new Promise((resolve, reject) => {
                const stop = () => {
                    clearTimeout(timer);
                    watchers.delete(look);
                };
                const look = (entry) => {
                    if (!entry || !fits(entry)) return;
                    stop();
                    resolve(entry);
                };
                const timer = setTimeout(() => {
                    stop();
                    const seen = entries.map((entry) => `${entry.method} ${entry.host}${entry.path}`).join(', ');
                    reject(new Error(`${wanted} did not arrive in ${timeout} ms; what did: ${seen || 'nothing'}`));
                }, timeout);
                watchers.add(look);
            });
        },
        /** Calls `watcher` after each request and each `clear`; returns the way to stop. */
        watch(watcher) {
            watchers.add(watcher);
            return () => watchers.delete(watcher);
        },
        close: () => close(server),
    };
}

/**
 * Serves the shop, and beside it what the build left in `dist/`, on localhost.
 *
 * @param {object} options
 * @param {number} [options.port] the first port to try; 0 takes any free one
 * @param {Awaited<ReturnType<typeof startTrackers>>} options.trackers
 * @param {URL} [options.dist] the folder that holds `portcullis.js`
 * @param {(url: URL, request: object, response: object) => unknown} [options.handle] asked first; true: it answered
 * @param {(html: string) => string} [options.dress] has the last word on each page
 * @param {(request: object, socket: object) => void} [options.upgrade] takes WebSockets; without it they are refused
 */
export async function startShop({ port = 0, trackers, dist = DIST, handle, dress = (html) => html, upgrade }) {
    const server = createServer(async (request, response) => {
        const url = new URL(request.url, 'http://shop');
        try {
            if (await handle?.(url, request, response)) return;
            if (url.pathname === '/tracker-log') return answerLog(request, response, trackers);
            if (url.pathname === '/favicon.ico') return response.writeHead(204).end();
            const built = /^\/(portcullis[\w.-]*|lang\/[\w-]+\.json)$/.exec(url.pathname)?.[1];
            if (built) return await answerFile(new URL(built, dist), request, response);
            const name = url.pathname === '/' ? 'index' : url.pathname.slice(1);
            const file = inside(PAGES, extname(name) ? name : `${name}.html`);
            if (file.pathname.endsWith('.html')) {
                return answer(request, response, TYPES['.html'], dress(await readTemplate(file, trackers.origin)));
            }
            await answerFile(file, request, response);
        } catch (error) {
            answerError(error, response);
        }
    });
    if (upgrade) server.on('upgrade', upgrade);
    await listen(server, port);
    return {
        port: server.address().port,
        origin: `http://localhost:${server.address().port}`,
        /** The address of `path` on the shop, under its own name or another `host` that leads here. */
        url: (path, host = 'localhost') => `http://${host}:${server.address().port}${path}`,
        close: () => close(server),
    };
}

/** A page or a script of the demo: its parts put in, and the trackers' origin made the real one. */
async function readTemplate(file, origin) {
    let text = await readFile(file, 'utf8');
    for (const [mark, part] of text.matchAll(/<!--#include ([\w-]+\.html)-->/g)) {
        const piece = await readTemplate(new URL(part, file), origin);
        text = text.replace(mark, () => piece.trimEnd());
    }
    return text.replaceAll(WRITTEN_ORIGIN, origin);
}

/** What a tracker answers: files of its own, a pixel for any `.gif`, and under `/t/` whatever a test names. */
async function answerAsTracker(url, origin, response) {
    const { pathname } = url;
    const type = TYPES[extname(pathname)];
    if (extname(pathname) === '.gif') {
        // An identifier that follows the visitor from site to site: what a real pixel is for.
        if (pathname.startsWith('/ads/')) {
            response.setHeader('Set-Cookie', 'adlark=visitor-1; Path=/; Max-Age=31536000; SameSite=None; Secure');
        }
        return response.writeHead(200, { 'Content-Type': type }).end(PIXEL);
    }
    const name = /^\/t\/(.+)\.(?:js|mjs|html|css)$/.exec(pathname)?.[1];
    if (name) {
        const page = `<!doctype html><title>${name}</title><p>${name}</p>`;
        const bodies = { '.html': page, '.css': `:root { --${name.replaceAll('/', '-')}: loaded }` };
        return response.writeHead(200, { 'Content-Type': type }).end(bodies[extname(pathname)] ?? namedScript(name));
    }
    if (!type) return response.writeHead(204).end();
    response
        .writeHead(200, { 'Content-Type': type })
        .end(await readTemplate(inside(TRACKERS, pathname.slice(1)), origin));
}

/** The trackers' log for the panel in the page: a stream of its states, or with DELETE a fresh start. */
function answerLog(request, response, trackers) {
    if (request.method === 'DELETE') {
        trackers.clear();
        return response.writeHead(204).end();
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const send = () => response.write(`data: ${JSON.stringify(trackers.log())}\n\n`);
    send();
    const unwatch = trackers.watch(send);
    response.on('close', unwatch);
}

async function answerFile(file, request, response) {
    const type = TYPES[extname(file.pathname)];
    if (!type) throw Object.assign(new Error('no such kind of file'), { code: 'ENOENT' });
    answer(request, response, type, await readFile(file));
}

/** Answers with a body that a browser may keep but has to ask about: names here carry no version. */
function answer(request, response, type, body) {
    const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`;
    response.setHeader('Cache-Control', 'no-cache');
    response.setHeader('ETag', tag);
    if (request.headers['if-none-match'] === tag) return response.writeHead(304).end();
    response.writeHead(200, { 'Content-Type': type, 'X-Content-Type-Options': 'nosniff' }).end(body);
}

function answerError(error, response) {
    const missing = error.code === 'ENOENT';
    if (!response.headersSent) response.writeHead(missing ? 404 : 500, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(
        missing ? 'Not found. If this is a file of Portcullis: `npm run build` makes it.\n' : `${error.stack}\n`,
    );
}

/** The file `name` in `folder`, which it cannot climb out of: `..` is resolved by then. */
function inside(folder, name) {
    const file = new URL(name, folder);
    if (!file.href.startsWith(folder.href)) throw Object.assign(new Error('outside'), { code: 'ENOENT' });
    return file;
}

/** Listens on `port`, or if that is taken on the next one that is free. */
function listen(server, port) {
    return new Promise((resolve, reject) => {
        server.once('listening', resolve);
        server.on('error', (error) => {
            if (error.code !== 'EADDRINUSE' || port === 0) return reject(error);
            port += 1;
            server.listen(port, '127.0.0.1');
        });
        server.listen(port, '127.0.0.1');
    });
}

function close(server) {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    return closed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const port = Number(process.env.PORT ?? 8080);
    const trackers = await startTrackers({ port: port + 1 });
    const shop = await startShop({ port, trackers });
    console.log(
        `Portcullis demo\n  the shop      http://localhost:${shop.port}/\n  its trackers  ${trackers.origin}/ (another site)`,
    );
    console.log("Open the shop's address in a browser; Ctrl+C ends the demo.");
}

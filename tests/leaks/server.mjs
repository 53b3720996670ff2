// The tracker and the shop of the leak matrix. Both answer `/leak/<id>/<name>.<kind>` with what that kind should be, so
// that a road and its first-party twin differ by the host alone, and both keep a log: the witness of what arrived.
// Code of either says that it ran by asking the shop for `/ran/<id>`.

import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { startShop } from '../../www/demo/server.mjs';

const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const SVG =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><g id="a"><rect width="9" height="9"/></g></svg>';

/** The smallest sound that plays: one sample of silence. */
const WAV = Buffer.from(
    '524946462600000057415645666d7420100000000100010044ac000088580100020010006461746102000000' + '0000',
    'hex',
);
/** A module that exports nothing. */
const WASM = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** Code that says that it ran, from a page, a worker or a frame of any origin. */
const witness = (shop, id) => `globalThis.leaked = ${JSON.stringify(id)};
try { fetch(${JSON.stringify(`${shop}/ran/${id}`)}, { mode: 'no-cors', keepalive: true }).catch(() => {}); } catch {}
`;

/** What each kind is answered with: its type, and its body for the road `id`. */
const KINDS = {
    js: ['text/javascript', witness],
    // The last line makes it a worklet of each sort as well.
    mjs: ['text/javascript', (shop, id) => `${witness(shop, id)}export default ${JSON.stringify(id)};\n`],
    css: ['text/css', () => ':root { --leak: loaded }'],
    gif: ['image/gif', () => PIXEL],
    svg: ['image/svg+xml', () => SVG],
    html: ['text/html', (shop, id) => `<!doctype html><title>${id}</title><script>${witness(shop, id)}</script>`],
    txt: ['text/plain', () => 'leak'],
    json: ['application/json', () => '{}'],
    woff2: ['font/woff2', () => ''],
    mp4: ['video/mp4', () => ''],
    wav: ['audio/wav', () => WAV],
    vtt: ['text/vtt', () => 'WEBVTT\n\n00:00.000 --> 00:01.000\nleak\n'],
    es: ['text/event-stream', () => 'data: leak\n\n'],
    wasm: ['application/wasm', () => WASM],
    webmanifest: ['application/manifest+json', () => '{"name":"leak"}'],
};

const listen = (server, port = 0) =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server.address().port)));

const close = (server) =>
    new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections?.();
    });

/** What has been asked for, by road; and who waits for it. */
function makeLog() {
    const counts = new Map();
    const ears = new Set();
    return {
        count: (id) => counts.get(id) ?? 0,
        add(id) {
            counts.set(id, (counts.get(id) ?? 0) + 1);
            for (const ear of ears) ear(id);
        },
        listen(ear) {
            ears.add(ear);
            return () => ears.delete(ear);
        },
    };
}

/** Answers `/leak/<id>/<name>.<kind>`, and says in `log` that it was asked for. True: it was such an address. */
function answerLeak(url, response, log, shop) {
    const [, id, kind] = /^\/leak\/([^/]+)\/[^/]*\.(\w+)$/.exec(url.pathname) ?? [];
    if (!id) return false;
    // A preflight is not the request, but it tells the tracker as much.
    log.add(id);
    const [type, body] = KINDS[kind] ?? ['text/plain', () => ''];
    response.writeHead(200, {
        ...CORS,
        'Content-Type': type,
        'Cache-Control': 'no-store',
        // Scripts of a frame's own origin, service workers at any depth.
        'Service-Worker-Allowed': '/',
    });
    response.end(body(shop, id));
    return true;
}

const CORS = {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Headers': '*',
    'Access-Control-Allow-Methods': '*',
    'Access-Control-Allow-Private-Network': 'true',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Timing-Allow-Origin': '*',
};

/** A WebSocket's handshake, and nothing after it (RFC 6455 § 4.2.2). */
function upgrade(request, socket) {
    const key = request.headers['sec-websocket-key'] ?? '';
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.on('error', () => {});
    socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
}

/**
 * Starts both on free ports.
 *
 * @param {(path: string) => {html: string, headers?: object} | undefined} pageOf the page of the shop at `/page/…`
 * @param {(url: URL, request: object, response: object) => boolean} [files] asked first for what else the shop has
 */
export async function startServers(pageOf, files) {
    const arrived = makeLog();
    const own = makeLog();
    const ran = makeLog();
    const sockets = new Map();
    let shop = null;

    const upgraded = new Set();
    const upgrading = (log) => (request, socket) => {
        upgraded.add(socket.on('close', () => upgraded.delete(socket)));
        const id = request.url.split('/')[2];
        if (id) log.add(id);
        upgrade(request, socket);
    };
    const answer = (request, response) => {
        const url = new URL(request.url, 'http://tracker');
        if (!answerLeak(url, response, arrived, shop.origin)) response.writeHead(404, CORS).end();
    };
    const tracker = createServer(answer).on('upgrade', upgrading(arrived));
    const other = createServer(answer);
    const port = await listen(tracker);
    const otherPort = await listen(other);

    shop = await startShop({
        trackers: { origin: `http://127.0.0.1:${port}` },
        upgrade: upgrading(own),
        handle(url, request, response) {
            if (files?.(url, request, response)) return true;
            if (answerLeak(url, response, own, shop.origin)) return true;
            if (url.pathname.startsWith('/ran/')) {
                ran.add(url.pathname.slice('/ran/'.length));
                response.writeHead(204, { ...CORS, 'Cache-Control': 'no-store' }).end();
            } else if (url.pathname === '/fence') {
                response.writeHead(204, { 'Cache-Control': 'no-store' }).end();
            } else if (url.pathname.startsWith('/made/')) {
                // A first-party file that a road makes up: its type and its body stand in the address, where nobody reads a name.
                const type = url.searchParams.get('type');
                response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' });
                response.end(Buffer.from(url.searchParams.get('body'), 'base64url'));
            } else if (url.pathname === '/go') {
                response
                    .writeHead(302, {
                        Location: Buffer.from(url.searchParams.get('to'), 'base64url').toString(),
                        'Cache-Control': 'no-store',
                    })
                    .end();
            } else if (url.pathname.startsWith('/page/')) {
                const page = pageOf(url.pathname.slice('/page/'.length));
                if (!page) return false;
                const type = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' };
                response.writeHead(200, { ...type, ...page.headers }).end(page.html);
            } else {
                return false;
            }
            return true;
        },
    });

    return {
        shop: shop.origin,
        shopPort: shop.port,
        port,
        otherPort,
        arrived,
        own,
        ran,
        /** A port of its own for a road whose witness is a connection or a packet. */
        async socket(id, transport) {
            const key = `${transport}:${id}`;
            if (!sockets.has(key)) {
                if (transport === 'udp') {
                    const socket = createSocket('udp4');
                    socket.on('message', () => arrived.add(id));
                    await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
                    sockets.set(key, { port: socket.address().port, close: () => socket.close() });
                } else {
                    const server = createTcpServer((socket) => {
                        arrived.add(id);
                        socket.on('error', () => {});
                        socket.destroy();
                    });
                    const at = await listen(server);
                    sockets.set(key, { port: at, close: () => server.close() });
                }
            }
            return sockets.get(key).port;
        },
        async close() {
            for (const { close: end } of sockets.values()) end();
            for (const socket of upgraded) socket.destroy();
            await shop.close();
            await close(tracker);
            await close(other);
        },
    };
}

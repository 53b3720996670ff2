// What every browser test stands on: the shop and the trackers on free ports, pages made up by a test, and `spec`, a
// test of the built file in Chromium that fails on anything the page complains of unless the test expects it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { namedScript, startShop, startTrackers } from '../../www/demo/server.mjs';
import { launchChromium, launchEngine, PATIENCE } from './engines.mjs';
import { CONFIG, HOLD_SCANNER, snippet } from './snippet.mjs';

export { CONFIG, HOLD_SCANNER, snippet };

/**
 * `LATE=400 npm test -- --only browser` keeps back each file that comes after the first for so many milliseconds. A test
 * that leans on a file being there already fails then, and not just on a busy machine.
 */
const LATE = Number(process.env.LATE ?? 0);

/**
 * Waits until `work`, a function of the page, promises something true. Playwright's own `waitForFunction` takes the promise
 * itself for true and never waits.
 */
export async function until(page, work, ...args) {
    const deadline = Date.now() + PATIENCE;
    while (!(await page.evaluate(work, ...args))) {
        assert.ok(Date.now() < deadline, `never came true: ${work}`);
        await page.evaluate(() => new Promise(requestAnimationFrame));
    }
}

/** A whole page. What is in `before` stands before the snippet, what is in `head` after it. */
export function document({ before = '', head = '', body = '', ...gate } = {}) {
    return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
${before}${snippet(gate)}
${head}</head><body>${body}</body></html>`;
}

/** Tells the server what the page complains of: for a browser whose console cannot be read from outside. */
const WITNESS = `<script>{
    const beacon = navigator.sendBeacon.bind(navigator);
    const tell = (words) => beacon('/complaint', words);
    for (const level of ['error', 'warn']) {
        const say = console[level].bind(console);
        console[level] = (...words) => { tell(words.join(' ')); say(...words); };
    }
    addEventListener('error', (event) => tell(String(event.message ?? event.target?.src)), true);
    addEventListener('unhandledrejection', (event) => tell(String(event.reason)));
}</script>`;

/**
 * The shop, the trackers, and pages that a test makes up.
 *
 * @param {{witness?: boolean}} [options] `witness`: the shop's pages report their complaints to `complaints`
 */
export async function servers({ witness = false } = {}) {
    const pages = new Map();
    const requests = [];
    const complaints = [];
    const trackers = await startTrackers();
    const shop = await startShop({
        trackers,
        dress: (html) => (witness ? html.replace('<head>', `<head>${WITNESS}`) : html),
        async handle(url, request, response) {
            requests.push(url.pathname);
            if (LATE && /^\/portcullis-(more|tell|embed)\.js$|^\/lang\//.test(url.pathname)) await delay(LATE);
            const own = /^\/own\/([\w-]+)\.(js|gif)$/.exec(url.pathname);
            if (url.pathname === '/complaint') {
                let words = '';
                for await (const part of request.setEncoding('utf8')) words += part;
                complaints.push(words);
                response.writeHead(204).end();
            } else if (own?.[2] === 'js') {
                response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(namedScript(own[1]));
            } else if (own) {
                response.writeHead(200, { 'Content-Type': 'image/svg+xml' });
                response.end('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
            } else if (pages.has(url.pathname)) {
                const { status, headers, body } = pages.get(url.pathname);
                response.writeHead(status, headers).end(body);
            } else {
                return false;
            }
            return true;
        },
    });
    return {
        shop,
        trackers,
        /** Every path asked of the shop so far. */
        requests: () => [...requests],
        /** What the shop's pages complained of, with `witness`. */
        complaints: () => [...complaints],
        /** Serves `body` from now on; returns its path on the shop. */
        serve(body, { path = `/page-${pages.size + 1}`, status = 200, headers = {} } = {}) {
            const type = { 'Content-Type': 'text/html; charset=utf-8' };
            pages.set(path, { status, headers: { ...type, ...headers }, body });
            return path;
        },
        async close() {
            await shop.close();
            await trackers.close();
        },
    };
}

/** The first script of a page whose notice waits for its language as long as that takes: it would take a busy machine for a file
 * that does not come. */
export const patient = () => {
    const { setTimeout } = window;
    window.setTimeout = (work, time, ...rest) => setTimeout(work, time === 1000 ? 30_000 : time, ...rest);
};

/** One pair of servers for all specs of a file, and one browser of each sort that they ask for. */
let site = null;
const browsers = new Map();
const wholeBrowser = () => launchChromium();
const once = (launch) => browsers.get(launch) ?? browsers.set(launch, launch()).get(launch);

after(async () => {
    for (const browser of browsers.values()) await (await browser).close();
    await (await site)?.close();
});

/**
 * A test of the built file in Chromium, in a context of its own. It fails on every uncaught error, console error and
 * console warning that no pattern of `allow` fits.
 *
 * @param {string} name
 * @param {{allow?: RegExp[], init?: (() => void) | string, context?: object, whole?: boolean}} options `init` runs first in
 *     every page; `whole`: it takes windows that only the browser itself opens
 * @param {(stand: ReturnType<typeof standFor>) => Promise<void>} body
 */
export function spec(name, options, body) {
    test(name, { timeout: 60_000 }, async () => {
        site ??= servers();
        const { trackers } = await site;
        trackers.clear();
        const browser = await once(options.whole ? wholeBrowser : launchEngine);
        const context = await browser.newContext(options.context);
        context.setDefaultTimeout(10_000);
        try {
            if (options.init) await context.addInitScript(options.init);
            const lines = [];
            context.on('console', (line) => lines.push({ type: line.type(), text: line.text() }));
            context.on('weberror', (error) => lines.push({ type: 'uncaught', text: String(error.error()) }));
            const stand = standFor(await site, context, await context.newPage(), lines);
            await body(stand).catch((error) => {
                throw new Error(`${error.message}\nThe page said: ${JSON.stringify(lines, null, 2)}`, { cause: error });
            });
            const expected = (line) => options.allow?.some((pattern) => pattern.test(line.text));
            assert.deepEqual(
                stand.complaints().filter((line) => !expected(line)),
                [],
                'what the page complained of',
            );
        } finally {
            await context.close();
        }
    });
}

/** What a spec works with. */
function standFor(site, context, page, lines) {
    const { shop, trackers } = site;
    const asked = [];
    context.on('request', (request) => asked.push(request.url()));
    const stand = {
        ...site,
        context,
        page,
        /** Every console line so far, and every uncaught error as type `uncaught`. */
        lines: () => [...lines],
        /** Those that no page should have. */
        complaints: () => lines.filter(({ type }) => ['error', 'warning', 'uncaught'].includes(type)),
        /** The address of every request that the pages made, the trackers' and our own alike. */
        asked: () => [...asked],
        /** Resolves with the first console line, past or future, that `pattern` fits. */
        async said(pattern) {
            const past = lines.find(({ text }) => pattern.test(text));
            if (past) return past.text;
            return (await context.waitForEvent('console', (line) => pattern.test(line.text()))).text();
        },
        /** A script of the listed service on `stats.test` (analytics), of `ads.test` (marketing), of a stranger. */
        stats: (file) => trackers.url(`/t/${file}`, 'stats.test'),
        ads: (file) => trackers.url(`/t/${file}`, 'ads.test'),
        stranger: (file) => trackers.url(`/t/${file}`, 'stranger.test'),
        /** A page with the script `a` of the analytics service and the script `b` of the marketing service. */
        twoTrackers: (config = CONFIG) => ({
            config,
            body: `<script src="${stand.stats('a.js')}"></script><script src="${stand.ads('b.js')}"></script>`,
        }),
        /** Puts a script of this address into the page, as a script of the page would. */
        insert: (url, on = page) =>
            on.evaluate((src) => {
                document.body.appendChild(document.createElement('script')).src = src;
            }, url),
        /** Opens a page: a string is the whole HTML, an object the parts that `document` takes. */
        async open(what, { host, on = page, ...how } = {}) {
            const html = typeof what === 'string' || Buffer.isBuffer(what) ? what : document(what);
            const path = site.serve(html, how);
            await on.goto(shop.url(path, host));
            return path;
        },
        /**
         * What arrived at the trackers, as `host/path`, in the order of arrival. A request that the page makes through
         * the same road comes first, so that one that left the page before it has arrived too.
         */
        async arrivals(on = page) {
            await on.evaluate(
                () =>
                    new Promise((resolve, reject) => {
                        // Not by the document, before whose members elements of the page may stand.
                        const image = new Image();
                        image.onload = resolve;
                        image.onerror = () => reject(new Error('the page cannot load an image of its own'));
                        image.src = `/own/fence.gif?${Math.random()}`;
                    }),
            );
            return trackers.log().map(({ host, path }) => `${host}${path}`);
        },
        /** The names that scripts of `/t/` and `/own/` left, in the order they ran. */
        ran: (on = page) => on.evaluate(() => window.ran ?? []),
        /** The value of an expression, in a page whose builtins are broken: nothing of the page's own is called for it. */
        async value(expression) {
            const session = await context.newCDPSession(page);
            const { result } = await session.send('Runtime.evaluate', { expression, returnByValue: true });
            return result.value;
        },
        state: (on = page) => on.evaluate(() => window.portcullis.state()),
        /** What local storage holds under our key: parsed, or null. */
        record: (on = page) => on.evaluate(() => JSON.parse(localStorage.getItem('portcullis'))),
        /** Puts `text` where the record is kept, before any page of ours has been there. */
        async keep(text) {
            await page.goto(shop.url('/own/plain.gif'));
            await page.evaluate((value) => localStorage.setItem('portcullis', value), text);
        },
        /** Presses a button of ours, in the preferences if they are open, by the word in `data-portcullis`. */
        async press(word, on = page) {
            const button = `[data-portcullis="${word}"]:visible`;
            const dialog = on.locator('portcullis-control dialog[open]');
            await on.click((await dialog.count()) > 0 ? `portcullis-control dialog ${button}` : button);
        },
        /** Waits until the notice stands, or with `false` until it is gone. */
        notice: (stands = true, on = page) =>
            on.waitForFunction((wanted) => !!document.querySelector('portcullis-notice') === wanted, stands),
        /** Opens the preferences, sets switches by id and saves. */
        async choose(switches, on = page) {
            await stand.press('choose', on);
            for (const [id, value] of Object.entries(switches)) {
                const one = on.locator(`dialog [role="switch"][value="${id}"]`);
                await one.waitFor({ state: 'attached' });
                if (!(await one.isVisible())) await on.click(`dialog details:has([value="${id}"]) > summary`);
                await one.setChecked(value);
            }
            await on.click('dialog [data-portcullis="save"]');
        },
        /** Waits until the script of this name has run in the page. */
        hasRun: (name, on = page) => on.waitForFunction((wanted) => window.ran?.includes(wanted), name),
    };
    return stand;
}

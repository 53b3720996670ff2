// Runs roads in Chromium, each as its own page, and counts at the servers what arrived and what ran.

import { existsSync, readFileSync } from 'node:fs';
import { launchChromium } from '../browser/engines.mjs';
import { snippet } from '../browser/snippet.mjs';
import { addressesOf, toolsOf } from './roads.mjs';
import { startServers } from './server.mjs';

const DIST = new URL('../../dist/', import.meta.url);

/** Where the tracker is, for a browser in which any name leads to this machine, and for the others. */
const TRACKER = 'tracker.test';
const SAFE = '127.0.0.1';
/** The same tracker by a name of letters outside ASCII. */
const LETTERS = 'xn--bcher-kva.test';

/** One service, at all of these hosts; its cookies and keys are those that the roads write. */
const SERVICE = {
    id: 'tracker',
    name: 'Tracker',
    category: 'marketing',
    hosts: [TRACKER, SAFE, LETTERS],
    cookies: ['leak_*'],
    storage: ['leak:*'],
};
const CONFIG = { policy: { version: '1', url: '/privacy' }, block: 'known', services: [SERVICE] };

const built = (name) => existsSync(new URL(name, DIST));
const knows = (key) =>
    built('portcullis.schema.json') &&
    Object.hasOwn(JSON.parse(readFileSync(new URL('portcullis.schema.json', DIST), 'utf8')).properties ?? {}, key);

/**
 * How a page is protected. `head` is what stands first in it; `missing` says what is not built yet: such a mode is
 * named, never run, and never counted as passed.
 */
export const MODES = {
    none: { head: '' },
    shield: { head: snippet({ config: CONFIG, hold: '' }) },
    'shield+csp': { head: snippet({ config: CONFIG }) },
    worker: {
        head: snippet({ config: { ...CONFIG, worker: '/portcullis-sw.js' } }),
        /** The second load counts: the first one installs the worker. */
        worker: true,
        missing: !built('portcullis-sw.js') && 'dist/portcullis-sw.js',
    },
    strict: {
        head: snippet({ config: { ...CONFIG, block: 'third-party', enforce: 'strict' } }),
        missing: !knows('enforce') && 'the key enforce',
    },
    /** With consent from the page before. */
    granted: { head: snippet({ config: CONFIG }), grant: 'before' },
    /** With consent while the page stands: what is held is released, and a call is made anew. */
    'granted later': { head: snippet({ config: CONFIG }), grant: 'later' },
};

/** How long a road's request may take to set out once its page is ready, in milliseconds, unless the road says more. */
const QUIET = 400;
/** How long one that has to arrive is waited for. */
const PATIENCE = 6000;
/** Pages at once: enough for two cores to be busy while others wait for silence. */
const LANES = 6;

/** Code as it may stand in a script element. */
const inScript = (code) => code.replaceAll(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');

/** The page of a road. `t` are its addresses. */
function pageFor(road, t, head) {
    const tools = toolsOf(t.shop);
    const part = road.page?.(t, tools) ?? '';
    const at = road.at ?? 'body';
    // What the road does is also left on `leakAgain`, for the time after a grant.
    const run =
        road.run &&
        `<script>{
const tools = (${toolsOf})(${JSON.stringify(t.shop)});
const t = ${JSON.stringify(t)};
window.leakAgain = async () => (${inScript(String(road.run))})(t, tools);
const begin = () => window.leakAgain().then(() => '', String);
window.leakDone = ${at === 'load' ? "new Promise((done) => addEventListener('load', () => setTimeout(() => begin().then(done))))" : 'begin()'};
}</script>`;
    return {
        headers: road.headers?.(t),
        html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${road.id}</title>
${head}
${road.head ? part : ''}${at === 'head' ? (run ?? '') : ''}
</head><body>
${road.head ? '' : part}
${at === 'head' ? '' : (run ?? '')}
</body></html>`,
    };
}

/**
 * Runs `cases` in one mode. A case is a road, or its first-party twin.
 *
 * @param {string} mode
 * @param {{road: object, twin?: boolean}[]} cases
 * @param {(row: object) => void} [told] hears of each row as it is done
 */
export async function runMatrix(mode, cases, told = () => {}) {
    const { head, grant, worker } = MODES[mode];
    const pages = new Map();
    const servers = await startServers((id) => pages.get(id));
    const browser = await launchChromium([
        '--autoplay-policy=no-user-gesture-required',
        '--enable-quic',
        '--enable-blink-features=WebSocketStream,FetchLater',
    ]);
    const where = {
        origin: `http://${TRACKER}:${servers.port}`,
        safe: `http://${SAFE}:${servers.port}`,
        shop: servers.shop,
        otherPort: String(servers.otherPort),
    };
    const home = { origin: servers.shop, safe: servers.shop, shop: servers.shop, otherPort: String(servers.shopPort) };

    pages.set('blank', {
        html: `<!doctype html><html lang="en"><head><title>blank</title>${head}</head><body></body></html>`,
    });
    const queue = [];
    for (const { road, twin } of cases) {
        const id = twin ? `twin-${road.id}` : road.id;
        const sockets = {};
        for (const transport of road.sockets ?? []) sockets[transport] = await servers.socket(id, transport);
        const t = addressesOf(id, { ...(twin ? home : where), sockets });
        pages.set(id, pageFor(road, t, head));
        queue.push({ road, twin, id });
    }
    const total = queue.length;

    /** A context; in the mode with consent from before, one in which consent was given on another page. */
    async function contextFor() {
        const context = await browser.newContext();
        context.setDefaultTimeout(PATIENCE);
        if (grant === 'before' || worker) {
            const page = await context.newPage();
            await page.goto(`${servers.shop}/page/blank`);
            if (worker) await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
            if (grant) await page.evaluate(() => window.portcullis.grantAll());
            await page.close();
        }
        return context;
    }

    /** The witness of a case: whether it arrived, and whether its code ran. */
    async function witness(item, page) {
        const { road, id, twin } = item;
        if (road.witness) {
            const kept =
                road.witness === 'cookie'
                    ? (await page.context().cookies()).some(({ name }) => name === `leak_${id}`)
                    : await page.evaluate((key) => key in localStorage || key in sessionStorage, `leak:${id}`);
            return { arrived: kept, ran: null };
        }
        return {
            arrived: (twin ? servers.own : servers.arrived).count(id) > 0,
            ran: road.code ? servers.ran.count(id) > 0 : null,
        };
    }

    /** Resolves when a case has all that it can have, or after `limit` milliseconds. */
    async function settle(item, page, limit) {
        const deadline = Date.now() + limit;
        const done = async () => {
            const { arrived, ran } = await witness(item, page).catch(() => ({ arrived: false }));
            return arrived && ran !== false;
        };
        while (!(await done())) {
            const left = deadline - Date.now();
            if (left <= 0) return;
            await new Promise((resolve) => {
                const stop = () => {
                    clearTimeout(timer);
                    for (const quit of quits) quit();
                    resolve();
                };
                // What is written is asked for again; what arrives says so.
                const timer = setTimeout(stop, item.road.witness ? Math.min(50, left) : left);
                const ear = (id) => id === item.id && stop();
                const quits = [servers.arrived, servers.own, servers.ran].map((log) => log.listen(ear));
            });
        }
    }

    /** Opens the page of a case and waits until it is ready and has done its work. */
    async function open(item, page) {
        const { road, id } = item;
        await page.goto(`${servers.shop}/page/${id}`, { waitUntil: 'load' }).catch((error) => {
            item.error = String(error).split('\n')[0];
        });
        if (!road.run) return;
        const said = await Promise.race([
            page.evaluate(() => window.leakDone).catch(() => ''),
            new Promise((resolve) => setTimeout(resolve, 2000, '')),
        ]);
        if (said) item.error = said;
    }

    /** Everything that a page asked for before this has arrived when it resolves, as far as the page still stands. */
    const fence = (page) =>
        Promise.race([
            page
                .evaluate(
                    () =>
                        new Promise((done) => {
                            const image = document.createElement('img');
                            image.onload = image.onerror = () => done();
                            image.src = `/fence?${Math.random()}`;
                        }),
                )
                .catch(() => {}),
            new Promise((resolve) => setTimeout(resolve, 1000)),
        ]);

    async function run(item, context) {
        const { road, twin } = item;
        const page = await context.newPage();
        const errors = [];
        page.on('pageerror', (error) => errors.push(String(error)));
        try {
            if (road.needs) {
                await page.goto(`${servers.shop}/page/blank`);
                item.missing = !(await page.evaluate(road.needs));
                if (item.missing) return;
            }
            await open(item, page);
            const opened = Date.now();
            const quiet = Math.max(QUIET, road.quiet ?? 0);
            const must = mode === 'none' || grant === 'before' || twin;
            if (!must) await fence(page);
            if (grant === 'later') await grantLater(item, page, quiet);
            else await settle(item, page, must ? PATIENCE : quiet);
            if (must) item.late = Date.now() - opened;
            if (road.witness) item.seen = await witness(item, page);
        } catch (error) {
            item.error = String(error).split('\n')[0];
        } finally {
            item.complaints = errors;
            const open = context.pages().filter((other) => other === page || other.opener === page);
            for (const one of open) await one.close().catch(() => {});
        }
    }

    /** Consent while the page stands. How the road came back: by itself, made anew, or on a reload. */
    async function grantLater(item, page, quiet) {
        const { road } = item;
        await settle(item, page, Math.min(quiet, 200));
        const early = await witness(item, page);
        if (early.arrived) item.how = 'open';
        const steps = [['released', () => page.evaluate(() => window.portcullis.grantAll())]];
        if (road.call) steps.push(['anew', () => page.evaluate(() => window.leakAgain?.().catch(() => {}))]);
        if (road.again === 'reload' || road.call) steps.push(['reload', () => open(item, page)]);
        for (const [index, [how, work]] of steps.entries()) {
            await Promise.race([work().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 2000))]);
            await settle(item, page, index === steps.length - 1 ? PATIENCE : quiet);
            const { arrived, ran } = await witness(item, page);
            if (arrived && ran !== false) {
                item.how ??= how;
                return;
            }
        }
    }

    async function lane() {
        let context = grant === 'later' ? null : await contextFor();
        for (let item = queue.shift(); item; item = queue.shift()) {
            if (grant === 'later') context = await contextFor();
            await run(item, context);
            finished.push(item);
            told(item);
            // Pop-ups that the road opened.
            for (const page of context.pages()) await page.close().catch(() => {});
            if (grant === 'later') await context.close();
        }
        await context?.close();
    }

    const finished = [];
    const began = Date.now();
    try {
        await Promise.all(Array.from({ length: Math.min(LANES, total) }, lane));
        const rows = [];
        for (const item of finished) {
            const seen = item.seen ?? (await witness(item, null));
            const { id, road, twin, missing, error, late, how, complaints } = item;
            rows.push({
                id,
                family: road.family,
                name: road.name,
                twin: !!twin,
                missing: !!missing,
                ...seen,
                error,
                late,
                how,
                complaints,
            });
        }
        return { mode, rows, seconds: (Date.now() - began) / 1000, browser: browser.version() };
    } finally {
        await browser.close();
        await servers.close();
    }
}

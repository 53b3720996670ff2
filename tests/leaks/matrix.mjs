// Runs roads in Chromium, each as its own page, and counts at the servers what arrived and what ran.

import { existsSync, readFileSync } from 'node:fs';
import { Hangs, launchChromium } from '../browser/engines.mjs';
import { snippet } from '../browser/snippet.mjs';
import { addressesOf, toolsOf } from './road.mjs';
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
 * named, never run, and never counted as passed. The lab adds modes of its own: `tail` stands at the end of their pages, and
 * `files` answers for what they fetch.
 */
export const MODES = {
    none: { head: '' },
    shield: { head: snippet({ config: CONFIG, hold: '' }) },
    'shield+csp': { head: snippet({ config: CONFIG }) },
    worker: {
        head: snippet({ config: knows('worker') ? { ...CONFIG, worker: '/portcullis-sw.js' } : CONFIG }),
        /** The loads after the first count: that one installs the worker. */
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
/** How long a page may take to do its work, in milliseconds; what hangs is left. */
const DONE = 2000;
/** What the roads need of the browser beside its defaults. */
const FLAGS = [
    '--autoplay-policy=no-user-gesture-required',
    '--enable-quic',
    '--enable-blink-features=WebSocketStream,FetchLater',
];
/** Pages at once: most of them wait for silence, and two cores have enough to do with the others. */
const LANES = 8;

/** Code as it may stand in a script element. */
const inScript = (code) => code.replaceAll(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');

/** The page of a road. `t` are its addresses. */
function pageFor(road, t, head, tail = '') {
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
${tail}</body></html>`,
    };
}

/**
 * The servers with the page of every case on them.
 *
 * @param {string} mode
 * @param {{road: object, twin?: boolean}[]} cases a road, or its first-party twin
 * @param {string} host the tracker's name
 */
async function stage(mode, cases, host) {
    const { head, tail, files } = MODES[mode];
    const pages = new Map();
    const servers = await startServers((id) => pages.get(id), files);
    const safe = `http://${SAFE}:${servers.port}`;
    const { shop } = servers;
    const away = { origin: `http://${host}:${servers.port}`, safe, shop, otherPort: String(servers.otherPort) };
    const home = { origin: shop, safe: shop, shop, otherPort: String(servers.shopPort) };
    const page = (title, first) =>
        `<!doctype html><html lang="en"><head><title>${title}</title>${first}</head><body></body></html>`;
    pages.set('blank', { html: page('blank', head) });
    pages.set('bare', { html: page('bare', '') });
    const items = [];
    for (const { road, twin = false } of cases) {
        const id = twin ? `twin-${road.id}` : road.id;
        const sockets = {};
        for (const transport of road.sockets ?? []) sockets[transport] = await servers.socket(id, transport);
        pages.set(id, pageFor(road, addressesOf(id, { ...(twin ? home : away), sockets }), head, tail));
        items.push({ id, road, twin, url: `${shop}/page/${id}` });
    }
    return { servers, items, url: (name) => `${shop}/page/${name}` };
}

/** What the servers saw of a case: whether it arrived, and whether its code ran (null: it carries none). */
function seen({ servers }, { road, id, twin }) {
    const away = servers.arrived.count(id) > 0;
    const home = servers.own.count(id) > 0;
    return {
        // One that has to go home must not have gone elsewhere as well.
        arrived: twin ? home : road.home ? home && !away : away,
        ran: road.code ? servers.ran.count(id) > 0 : null,
    };
}

/** Resolves when `done` is true, asked at each request that arrives, or after `limit` milliseconds. */
async function settle({ servers }, { id, road }, limit, done) {
    const deadline = Date.now() + limit;
    while (!(await done())) {
        const left = deadline - Date.now();
        if (left <= 0) return;
        await new Promise((resolve) => {
            const stop = () => {
                clearTimeout(timer);
                for (const quit of quits) quit();
                resolve();
            };
            // What arrives says so; what is written has to be asked for again.
            const timer = setTimeout(stop, road.witness ? Math.min(50, left) : left);
            const quits = [servers.arrived, servers.own, servers.ran].map((log) =>
                log.listen((arrived) => arrived === id && stop()),
            );
        });
    }
}

const rowOf = ({ id, road, twin, missing = false, error, late, how }, witness) => ({
    id,
    family: road.family,
    hint: road.hint,
    control: twin || !!road.control,
    missing,
    ...witness,
    how,
    late,
    error,
});

/** `work`, or after `limit` milliseconds `otherwise`: a page may never answer. */
function within(limit, work, otherwise) {
    let timer;
    const late = new Promise((resolve) => {
        timer = setTimeout(() => resolve(otherwise), limit);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const firstLine = (error) => String(error?.message ?? error).split('\n')[0];

/**
 * Runs `cases` in one mode in Chromium.
 *
 * @param {string} mode
 * @param {{road: object, twin?: boolean}[]} cases
 * @param {number} slow how many times slower the page's own processor is; frames of other sites keep their pace
 */
export async function runMatrix(mode, cases, slow = 1) {
    const { grant, worker } = MODES[mode];
    const began = Date.now();
    const set = await stage(mode, cases, TRACKER);
    const browser = await launchChromium(FLAGS);
    const queue = set.items.filter(({ road }) => !road.alone);
    const alone = set.items.filter(({ road }) => road.alone);

    /** A tab in a context of its own; consent is given, and the worker is there, where the mode says so. */
    async function tab() {
        const context = await browser.newContext({ permissions: ['notifications'] });
        context.setDefaultTimeout(PATIENCE);
        const page = await context.newPage();
        if (slow > 1) {
            const session = await context.newCDPSession(page);
            await session.send('Emulation.setCPUThrottlingRate', { rate: slow });
        }
        if (grant === 'before' || worker) {
            await page.goto(set.url('blank'));
            if (worker) {
                // The page registers it. Registered twice, under two addresses, it may keep the next page from opening at all.
                await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
                await page.goto(set.url('blank'));
            }
            if (grant) await page.evaluate(() => window.portcullis.grantAll());
        }
        return page;
    }

    /** The witness of a case, which for what is written is the page. */
    async function witness(item, page) {
        const { road, id } = item;
        if (!road.witness) return seen(set, item);
        const arrived =
            road.witness === 'cookie'
                ? (await page.context().cookies()).some(({ name }) => name === `leak_${id}`)
                : await page.evaluate((key) => key in localStorage || key in sessionStorage, `leak:${id}`);
        return { arrived, ran: null };
    }

    const waitFor = (item, page, limit) =>
        settle(set, item, limit, async () => {
            const { arrived, ran } = await witness(item, page).catch(() => ({ arrived: false }));
            return arrived && ran !== false;
        });

    /** Opens the page of a case and waits until it is ready and has done its work. */
    async function open(item, page) {
        await page.goto(item.url, { waitUntil: 'load' }).catch((error) => {
            item.error = firstLine(error);
        });
        if (item.road.click) await page.click(item.road.click);
        if (item.road.run) {
            const said = await within(
                DONE,
                page.evaluate(() => window.leakDone).catch(() => ''),
                '',
            );
            if (said) item.error = said;
        }
    }

    /** What the page asked for before this has arrived when it resolves, if the page still stands. */
    const fence = (page) =>
        within(
            DONE,
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
        );

    /** Consent while the page stands. `how`: it came back by itself, as a call made anew, or on a reload. */
    async function grantLater(item, page, quiet) {
        const { road } = item;
        await waitFor(item, page, quiet);
        // A sweep that is under way would take what the grant brings.
        if (road.swept) await settle(set, item, PATIENCE, async () => !(await witness(item, page)).arrived);
        const before = await witness(item, page);
        if (before.arrived && before.ran !== false) item.how = 'open before';
        const steps = [['released', () => page.evaluate(() => window.portcullis.grantAll())]];
        if (road.call) steps.push(['anew', () => page.evaluate(() => window.leakAgain?.().catch(() => {}))]);
        if (road.call || road.again) steps.push(['reload', () => open(item, page), 2 * PATIENCE]);
        for (let index = 0; index < steps.length; index++) {
            const [how, work, limit = DONE] = steps[index];
            const last = index === steps.length - 1;
            await within(
                limit,
                work().catch(() => {}),
            );
            await waitFor(item, page, last ? PATIENCE : quiet);
            const { arrived, ran } = await witness(item, page);
            if (arrived && ran !== false) {
                item.how ??= how;
                return;
            }
        }
    }

    async function run(item, page) {
        const { road, twin } = item;
        if (road.uncounted) {
            item.missing = road.uncounted;
            return;
        }
        if (grant === 'later') {
            await page.goto(set.url('bare'));
            await page.evaluate(() => localStorage.clear());
        }
        if (road.needs) {
            await page.goto(set.url('bare'));
            item.missing = !(await page.evaluate(road.needs)) && 'not in this browser';
            if (item.missing) return;
        }
        const began = Date.now();
        await open(item, page);
        const opened = Date.now();
        // On a machine that is busy with other things everything takes longer, this as well.
        const quiet = Math.max(QUIET, road.quiet ?? 0, opened - began);
        const must = mode === 'none' || grant === 'before' || twin || road.control;
        if (!must) await fence(page);
        if (grant === 'later' && !twin && !road.control) await grantLater(item, page, quiet);
        else await waitFor(item, page, must ? PATIENCE : quiet);
        // It is there already, and goes soon, or stays.
        if (road.swept && !must) await settle(set, item, quiet, async () => !(await witness(item, page)).arrived);
        if (must) item.late = Date.now() - opened;
        if (road.witness) item.kept = await witness(item, page);
    }

    async function lane(queue) {
        let page = await tab();
        for (let item = queue.shift(); item; item = queue.shift()) {
            const failed = (error) => {
                item.error ??= firstLine(error);
            };
            const answer = await within(3 * PATIENCE, run(item, page).catch(failed), 'hangs');
            const context = page.context();
            if (answer === 'hangs' || page.isClosed()) {
                item.error ??= 'the page hangs';
                await within(PATIENCE, context.close().catch(failed));
                page = await tab();
            } else {
                // Pop-ups that the road opened.
                for (const other of context.pages()) {
                    if (other !== page) await within(PATIENCE, other.close().catch(failed));
                }
            }
        }
        await within(PATIENCE, page.context().close());
    }

    try {
        await Promise.all(Array.from({ length: Math.min(LANES, queue.length) }, () => lane(queue)));
        if (alone.length > 0) await lane(alone);
        // Only now: what set out late has been counted as well.
        const rows = set.items.map((item) => rowOf(item, item.kept ?? seen(set, item)));
        return { rows, seconds: (Date.now() - began) / 1000, engine: `Chromium ${browser.version()}` };
    } finally {
        await browser.close();
        await set.servers.close();
    }
}

/**
 * Runs `cases` in another engine, one after the other. There the tracker is another address of this machine.
 *
 * @param {() => Promise<object>} launch from engines.mjs
 * @param {string} mode
 * @param {{road: object, twin?: boolean}[]} cases
 */
export async function runSmoke(launch, mode, cases) {
    const began = Date.now();
    const set = await stage(mode, cases, SAFE);

    /** A browser of its own; consent is given where the mode says so. */
    async function start() {
        const tab = await launch();
        if (MODES[mode].grant) {
            await tab.goto(set.url('blank'));
            await tab.waitFor(() => !!window.portcullis);
            await tab.eval(() => {
                window.portcullis.grantAll();
            });
        }
        return tab;
    }

    let tab = await start();
    try {
        for (const item of set.items) {
            const { road, twin } = item;
            await tab.goto(item.url).catch(async (error) => {
                item.error = firstLine(error);
                // A browser that stands still says nothing of the road: it goes, and the next one opens the page.
                if (error instanceof Hangs) {
                    await tab.close().catch(() => {});
                    tab = await start();
                    await tab.goto(item.url);
                }
            });
            const must = mode === 'none' || MODES[mode].grant || twin;
            await settle(set, item, must ? PATIENCE : Math.max(2 * QUIET, road.quiet ?? 0), () => {
                const { arrived, ran } = seen(set, item);
                return arrived && ran !== false;
            });
        }
        return {
            rows: set.items.map((item) => rowOf(item, seen(set, item))),
            seconds: (Date.now() - began) / 1000,
            engine: tab.name,
        };
    } finally {
        await tab.close();
        await set.servers.close();
    }
}

/** The smoke set: its roads, and their first-party twins. */
export const smokeOf = (roads, mode) =>
    casesOf(
        roads.filter(({ smoke }) => smoke),
        [],
        mode,
    );

/** The roads of a mode, and its controls: those of their own, and the first-party twins. */
export function casesOf(roads, controls, mode) {
    const third = mode === 'strict';
    return [
        ...roads.map((road) => ({ road })),
        ...roads.filter(({ twin }) => twin).map((road) => ({ road, twin: true })),
        // A stranger is held where every third party is.
        ...controls.filter(({ stranger }) => !(stranger && third)).map((road) => ({ road })),
    ];
}

/** How many of the roads arrived and ran, and how many controls did not do as they should. */
export function totals(rows) {
    const roads = rows.filter(({ control, missing }) => !control && !missing);
    const code = roads.filter(({ ran }) => ran !== null);
    const controls = rows.filter(({ control, missing }) => control && !missing);
    const count = (some, what) => some.filter(what).length;
    return {
        roads: roads.length,
        arrived: count(roads, ({ arrived }) => arrived),
        code: code.length,
        ran: count(code, ({ ran }) => ran),
        controls: controls.length,
        passed: count(controls, ({ arrived, ran }) => arrived && ran !== false),
        uncounted: count(rows, ({ missing }) => missing),
    };
}

/**
 * What is open with the CSP line, by road: whether its code runs, and why it is open. `sometimes`: it is a race; `seldom`: one
 * that is mostly won, so it may be lost, but not in each of three tries.
 */
export const EXPECTED = new URL('expected.json', import.meta.url);
/** The same with the service worker and under `strict`, by mode. */
const LAYERS = new URL('layers.json', import.meta.url);
/** The same for the smoke set, by engine. */
const ENGINES = new URL('engines.json', import.meta.url);
const readJson = (url) => JSON.parse(readFileSync(url, 'utf8'));
/** What is open in this mode; nothing is said of the modes that only measure. */
function openIn(mode, engine) {
    if (mode !== 'shield+csp') return readJson(LAYERS)[mode];
    return engine ? readJson(ENGINES)[engine] : readJson(EXPECTED);
}

/** The roads that are open with the CSP line or in this mode. */
export const openRoads = (mode) => new Set([readJson(EXPECTED), openIn(mode) ?? {}].flatMap(Object.keys));

/**
 * What is wrong with the rows of a mode, one line each: a control that fails, a road that has to arrive and does not, and
 * in a mode of which it is written what is open, each difference from that.
 */
export function problemsOf(mode, rows, engine) {
    const counted = rows.filter(({ missing }) => !missing);
    const roads = counted.filter(({ control }) => !control);
    const whole = ({ arrived, ran }) => arrived && ran !== false;
    const problems = counted
        .filter((row) => row.control && !row.hint && !whole(row))
        .map(({ id, error }) => `${id}: a control that did not come through${error ? ` (${error})` : ''}`);
    const missing = roads.filter((row) => !whole(row));
    if (mode === 'none')
        problems.push(...missing.map(({ id }) => `${id}: no road, it does not arrive without a shield`));
    if (MODES[mode].grant)
        problems.push(...missing.filter(({ hint }) => !hint).map(({ id }) => `${id}: did not come back with consent`));
    const expected = openIn(mode, engine);
    if (!expected) return problems;
    for (const { id, arrived, ran } of roads) {
        const known = expected[id];
        if (arrived && !known) problems.push(`${id}: arrived`);
        if (ran && !known?.ran) problems.push(`${id}: its code ran`);
        if (known && !arrived && !known.sometimes && !known.seldom)
            problems.push(`${id}: is closed now; take it out of the list of what is open`);
        if (known?.ran && !ran && arrived && !known.sometimes && !known.seldom)
            problems.push(`${id}: its code runs no more; say so in the list of what is open`);
    }
    return problems;
}

/** Which of the races that are mostly won were lost here, and in two tries more; and which of the browser's own hints it never
 * followed. */
export async function lostRaces(mode, cases, rows) {
    const expected = openIn(mode) ?? {};
    const lost = (rows) =>
        rows
            .filter(({ id, arrived, hint, control }) =>
                control || MODES[mode].grant ? hint && !arrived : arrived && expected[id]?.seldom,
            )
            .map(({ id }) => id);
    let left = lost(rows);
    for (let again = 0; again < 2 && left.length > 0; again++) {
        const tries = cases.filter(({ road, twin }) => !twin && left.includes(road.id));
        left = lost((await runMatrix(mode, tries)).rows);
    }
    return left;
}

/** What `expected.json` names and no road is called. */
export function strangersTo(roads) {
    const ids = new Set(roads.map(({ id }) => id));
    const lists = [ENGINES, LAYERS].flatMap((url) => Object.values(readJson(url)));
    return [readJson(EXPECTED), ...lists].flatMap(Object.keys).filter((id) => !ids.has(id));
}

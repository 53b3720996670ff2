// What a first visit costs: each load in a fresh profile, on a small screen, with a slow processor and a slow network.
//
// All by the same clock and the same eye: a probe that runs before the page's first script looks for the contestant's
// notice, by a selector that stands in its folder: whenever the document changes, and once it is there in every frame. The
// notice is *visible* in the first frame that draws any of it inside the viewport, however faint: so an animation counts from
// its first frame, which is to the peers' favour. The time is taken when that frame's work is done.

import { readFileSync } from 'node:fs';
import { brotli, gzip, pageOf } from './server.mjs';
import { interleave, persist, spread } from './stats.mjs';

/** A phone in the middle of the field (Lighthouse's mobile preset). */
export const PHONE = {
    viewport: { width: 412, height: 823 },
    deviceScaleFactor: 1.75,
    isMobile: true,
    hasTouch: true,
    locale: 'en-US',
};
/** 1.6 Mbit/s down, 150 ms of round trip for each request. */
const NETWORK = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
export const SLOWER = 4;
/** How long after the page and its notice are there it is still watched, in milliseconds. */
const QUIET = 500;
const PATIENCE = 20_000;

/** Runs in the page before anything else. `path`: where the notice is. */
export function probe(path) {
    const lab = { visible: null, full: null, shift: 0, paint: null };
    window.lab = lab;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) lab.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (entry.name === 'first-contentful-paint') lab.paint = entry.startTime;
    }).observe({ type: 'paint', buffered: true });
    if (!path) return;

    const find = () => {
        let root = document;
        let element = null;
        for (const selector of path) {
            element = root?.querySelector(selector) ?? null;
            root = element?.shadowRoot;
        }
        return element;
    };
    /** How opaque it is, with all that it stands in. */
    const opacity = (element) => {
        let value = 1;
        for (let node = element; node; node = node.parentElement ?? node.getRootNode().host) {
            value *= Number(getComputedStyle(node).opacity);
        }
        return value;
    };
    /** What part of it is inside the viewport. */
    const inside = (element) => {
        const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
        const across = Math.min(right, innerWidth) - Math.max(left, 0);
        const down = Math.min(bottom, innerHeight) - Math.max(top, 0);
        return across > 0 && down > 0 ? (across * down) / (width * height) : 0;
    };
    const { port1, port2 } = new MessageChannel();
    const drawn = [];
    port1.onmessage = () => drawn.shift()();
    /** Once this frame's work is done. */
    const after = (work) => {
        drawn.push(work);
        port2.postMessage(0);
    };
    const look = () => {
        const element = find();
        const shown = element?.checkVisibility({ visibilityProperty: true }) ? inside(element) : 0;
        const clear = shown > 0 ? opacity(element) : 0;
        if (shown > 0 && clear > 0 && lab.visible === null) {
            lab.visible = 0;
            after(() => {
                lab.visible = performance.mark('lab-visible').startTime;
            });
        }
        if (shown > 0.99 && clear > 0.99 && lab.visible) {
            after(() => {
                lab.full = performance.now();
            });
            return;
        }
        requestAnimationFrame(look);
    };
    // A frame each sixteenth of a second would be work that is not the contestant's: only from here on are there any.
    const changes = { childList: true, subtree: true, attributeFilter: ['class', 'style', 'open', 'hidden'] };
    new MutationObserver((_, observer) => {
        if (find()) {
            observer.disconnect();
            requestAnimationFrame(look);
        }
    }).observe(document, changes);
}

/** A page in a profile of its own, slowed down, with the probe in it. */
export async function slowPage(browser, contestant, { network = true, slower = SLOWER } = {}) {
    const context = await browser.newContext(PHONE);
    context.setDefaultTimeout(PATIENCE);
    await context.addInitScript(probe, contestant.notice);
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    if (network) await session.send('Network.emulateNetworkConditions', NETWORK);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
    return { context, page, session };
}

/** Waits until the page and its notice are there, and for a quiet moment after that. */
async function arrived(page, { notice, name }) {
    await page.waitForLoadState('load');
    if (notice) {
        await page
            .waitForFunction(() => window.lab.visible > 0)
            .catch(() => {
                throw new Error(`${name}: its notice did not appear`);
            });
    }
    await page.waitForTimeout(QUIET);
}

const CATEGORIES = ['disabled-by-default-devtools.timeline', 'devtools.timeline', 'blink.user_timing'];

/**
 * What the page's main thread did during `work`, in milliseconds since the navigation to `url`, or since the first event if
 * there was none.
 */
export async function traced(browser, page, work, url) {
    await browser.startTracing(page, { categories: CATEGORIES });
    let trace = null;
    try {
        await work();
    } finally {
        trace = await browser.stopTracing();
    }
    const { traceEvents } = JSON.parse(trace.toString());
    const isStart = ({ name, args }) => name === 'navigationStart' && args?.data?.documentLoaderURL === url;
    const start = url ? traceEvents.findLast(isStart) : traceEvents[0];
    if (!start) throw new Error('the trace does not have the navigation');
    const all = url ? traceEvents.filter(({ pid, tid }) => pid === start.pid && tid === start.tid) : traceEvents;
    const at = (ts) => (ts - start.ts) / 1000;
    // The thread's own time, where there is one: what else the machine does is not in it.
    const tasks = (events, from) =>
        events
            .filter(({ name, ts, ph, dur = 0 }) => name === 'RunTask' && ph === 'X' && ts + dur >= from)
            .map(({ ts, dur = 0, tdur = dur }) => ({ at: at(ts), length: tdur / 1000 }));
    return {
        tasks: () => tasks(all, start.ts),
        /** The tasks of the thread that set this mark, from the one that did it on. */
        since(name) {
            const mark = all.find((event) => event.name === name);
            if (!mark) throw new Error(`the trace does not have ${name}`);
            return tasks(
                all.filter(({ pid, tid }) => pid === mark.pid && tid === mark.tid),
                mark.ts,
            );
        },
        /** The first event of this name that fits. */
        event(wanted, fits = () => true) {
            const found = all.find((event) => event.name === wanted && fits(event));
            if (!found) throw new Error(`the trace does not have ${wanted}`);
            return { at: at(found.ts), length: (found.dur ?? 0) / 1000, busy: (found.tdur ?? 0) / 1000 };
        },
    };
}

/** What of the tasks lies over 50 ms each: the time in which the page does not answer. */
export const blocking = (tasks) => tasks.reduce((sum, { length }) => sum + Math.max(0, length - 50), 0);

/** One load. */
export async function load(browser, contestant, url) {
    const { context, page } = await slowPage(browser, contestant);
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    try {
        const trace = await traced(
            browser,
            page,
            async () => {
                await page.goto(url, { waitUntil: 'commit' });
                await arrived(page, contestant);
            },
            url,
        );
        const { visible, full, shift, paint } = await page.evaluate(() => window.lab);
        const tasks = trace.tasks();
        const upTo = visible ?? Number.NaN;
        const busy = tasks.reduce((sum, { at, length }) => sum + Math.max(0, Math.min(at + length, upTo) - at), 0);
        return { visible, full, shift, paint, busy: visible ? busy : null, blocked: blocking(tasks), asked };
    } finally {
        await context.close();
    }
}

/**
 * Loads the page of every contestant, in turn. Who fails three times on end is left out from then on, and named in `failed`.
 *
 * @param {object} how
 * @param {{plain: number, slow: number}} how.rounds
 * @param {{plain: number, slow: number}} how.limits seconds after which no further round begins
 * @param {(line: string) => void} how.say
 */
export async function measureLoads({ browser, lab, contestants, rounds, limits, say }) {
    const results = {};
    const failed = {};
    for (const kind of ['plain', 'slow']) {
        // Of the page with the slow image only the notice counts.
        const all = contestants.filter(({ id, notice }) => !failed[id] && (kind === 'plain' || notice));
        const loads = new Map(all.map(({ id }) => [id, []]));
        const urls = new Map(
            all.map((contestant) => {
                const html = pageOf(contestant, { slow: kind === 'slow' });
                return [contestant.id, lab.serve(html, { path: `/${kind}/${contestant.id}` })];
            }),
        );
        // The first load of all warms the browser up, and counts nowhere.
        await persist(() => load(browser, all[0], urls.get(all[0].id)), say);
        const one = async (contestant, round) => {
            if (contestant === all[0]) say(`${kind} page, round ${round + 1} of ${rounds[kind]}`);
            const { id } = contestant;
            if (failed[id]) return;
            try {
                loads.get(id).push(await persist(() => load(browser, contestant, urls.get(id)), say));
            } catch (error) {
                failed[id] = error.message.split('\n')[0];
            }
        };
        await interleave(all, rounds[kind], one, limits[kind]);
        for (const { id } of all.filter((contestant) => loads.get(contestant.id).length > 0)) {
            const rows = loads.get(id);
            const of = (name) => spread(rows.map((row) => row[name]).filter((value) => value !== null));
            results[id] ??= {};
            results[id][kind] = {
                visible: of('visible'),
                full: of('full'),
                paint: of('paint'),
                busy: of('busy'),
                blocked: of('blocked'),
                shift: Number(Math.max(...rows.map(({ shift }) => shift)).toFixed(4)),
            };
            if (kind === 'plain') results[id].asked = rows[0].asked.map((url) => url.replace(lab.origin, ''));
        }
    }
    return { loads: results, failed };
}

/** What the contestants' files weigh: those that the page asked for beyond what it asks for without a library. */
export function weighFiles({ lab, contestants, loads }) {
    const [none] = contestants;
    const page = (contestant) => brotli(Buffer.from(pageOf(contestant))).length;
    const isPage = (path) => /^\/(plain|slow)\//.test(path);
    const before = new Set(loads[none.id].asked);
    const results = {};
    const weigh = (path) => {
        const file = lab.fileOf(path.replace(/\?.*/, ''));
        if (!file) return { path, raw: null, gzip: null, brotli: null };
        const bytes = readFileSync(file);
        return { path, raw: bytes.length, gzip: gzip(bytes).length, brotli: brotli(bytes).length };
    };
    for (const contestant of contestants) {
        const asked = loads[contestant.id].asked.filter((path) => !before.has(path) && !isPage(path));
        // What lies in the page itself is no request.
        const files = asked.filter((path) => !/^(data|blob):/.test(path)).map(weigh);
        const sum = (unit) => files.reduce((total, file) => total + (file[unit] ?? 0), 0);
        results[contestant.id] = {
            requests: files.length,
            raw: sum('raw'),
            gzip: sum('gzip'),
            brotli: sum('brotli'),
            files,
            second: (contestant.second ?? []).map(weigh),
            /** What its lines in the page itself add to the page. */
            inline: page(contestant) - page(none),
        };
    }
    return results;
}

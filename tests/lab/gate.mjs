// What the gate itself costs: to come down, to judge, to stand beside the page's own work, to let go, and in memory.

import { blocking, PHONE, SLOWER, slowPage, traced } from './loads.mjs';
import { pageOf } from './server.mjs';
import { interleave, persist, spread } from './stats.mjs';

const PATIENCE = 30_000;

/** With these, the page's clock is good to 5 µs instead of 100 (High Resolution Time § 7.2). */
export const ISOLATED = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * Stands before our tag and looks at the start from outside: it wraps what the start calls of the browser, and notes when.
 * `lab.calls` counts what crosses into Wasm.
 */
function outside() {
    const lab = { at: {}, calls: 0, memory: null };
    window.gateLab = lab;
    const note = (name) => {
        lab.at[name] ??= performance.now();
    };
    const wrap = (holder, name, before, after) => {
        holder[name] = new Proxy(holder[name], {
            construct(target, args, self) {
                before(args);
                const made = Reflect.construct(target, args, self === holder[name] ? target : self);
                return after?.(made) ?? made;
            },
        });
    };
    // The decode begins with one of these: the text as a whole, or the first array that is this long.
    window.btoa = new Proxy(window.btoa, {
        apply(target, self, args) {
            if (args[0].length > 5000) note('decode');
            return Reflect.apply(target, self, args);
        },
    });
    wrap(window, 'Uint8Array', ([length]) => length > 5000 && note('decode'));
    wrap(
        WebAssembly,
        'Module',
        () => note('compile'),
        () => note('compiled'),
    );
    wrap(
        WebAssembly,
        'Instance',
        () => note('instantiate'),
        (instance) => {
            note('instantiated');
            const exports = {};
            for (const [name, value] of Object.entries(instance.exports)) {
                exports[name] =
                    typeof value === 'function'
                        ? (...args) => {
                              lab.calls += 1;
                              return value(...args);
                          }
                        : value;
                if (value instanceof WebAssembly.Memory) lab.memory = value;
            }
            return { exports };
        },
    );
}
/** Stands right after our tag: the first verdict, which is about a tracker. */
function firstVerdict() {
    performance.mark('lab-asked');
    document.createElement('script').src = 'https://adlark.test/first.js';
    performance.mark('lab-answered');
}
export const inline = (work) => `<script>(${work})()</script>\n`;

/** From the first byte of the script to the first verdict, and the parts of it. */
export async function measureGateDown({ browser, lab, portcullis, loads, limit, say }) {
    const build = (first) => pageOf({ ...portcullis, head: `${portcullis.head}\n${inline(firstVerdict)}` }, { first });
    const plain = lab.serve(build(''), { headers: ISOLATED });
    const watched = lab.serve(build(inline(outside)), { headers: ISOLATED });
    const speeds = [1, SLOWER].map((slower) => ({ slower, whole: [], parts: [] }));
    const script = ({ args }) => /\/portcullis\.js$/.test(args?.data?.url ?? '');

    async function once({ slower, whole, parts }, url) {
        const { context, page } = await slowPage(browser, portcullis, { network: false, slower });
        try {
            const trace = await traced(browser, page, () => page.goto(url));
            const run = trace.event('EvaluateScript', script);
            const [asked, answered] = await page.evaluate(() =>
                ['lab-asked', 'lab-answered'].map((name) => performance.getEntriesByName(name)[0].startTime),
            );
            const verdict = answered - asked;
            if (url === plain) {
                whole.push({ all: run.length + verdict, busy: run.busy + verdict, verdict });
                return;
            }
            const at = await page.evaluate(() => window.gateLab.at);
            // The mark says when the page's clock reads what in the trace.
            const began = asked - (trace.event('lab-asked').at - run.at);
            parts.push({
                hooks: at.decode - began,
                decode: at.compile - at.decode,
                compile: at.compiled - at.compile,
                instantiate: at.instantiated - at.instantiate,
                rest: began + run.length - at.instantiated,
            });
        } finally {
            await context.close();
        }
    }

    await interleave(
        speeds,
        loads,
        async (speed, round) => {
            if (speed === speeds[0]) say(`gate down, round ${round + 1} of ${loads}`);
            for (const url of [plain, watched]) await persist(() => once(speed, url), say);
        },
        limit,
    );
    const of = (rows, name) => spread(rows.map((row) => row[name]));
    return Object.fromEntries(
        speeds.map(({ slower, whole, parts }) => [
            slower === 1 ? 'full' : 'slow',
            {
                all: of(whole, 'all'),
                busy: of(whole, 'busy'),
                verdict: of(whole, 'verdict'),
                ...Object.fromEntries(
                    ['hooks', 'decode', 'compile', 'instantiate', 'rest'].map((name) => [name, of(parts, name)]),
                ),
            },
        ]),
    );
}

/** The page's own `https://s<n>.service.test`, as many of them as asked for. */
const servicesOf = (count) =>
    Array.from({ length: count }, (_, index) => ({
        id: `s${index}`,
        name: `Service ${index}`,
        category: ['preferences', 'analytics', 'marketing'][index % 3],
        hosts: [`s${index}.service.test`],
    }));

/** Runs in the page: judges `count` addresses, hits or misses, by setting `src` of a script that is in no document. The first page
 * of a run has no gate: what it takes there is the browser's own. */
function judge({ services, hit, count, from }) {
    const bases = [];
    for (let index = 0; index < 10_000; index++) {
        bases.push(hit ? `https://s${index % services}.service.test/a.js?` : `https://h${index}.stranger.test/a.js?`);
    }
    const element = document.createElement('script');
    const began = performance.now();
    for (let index = 0; index < count; index++) element.src = bases[index % 10_000] + (from + index);
    return ((performance.now() - began) * 1e6) / count;
}

/** @returns {Promise<number>} nanoseconds for each address */
export const judgeIn = (page, what) => page.evaluate(judge, what);

export const SERVICES = [10, 1000, 10_000];

/** Pages with so many services in their configuration; 0: without us. They stay open. */
export async function verdictPages({ browser, lab, first = '' }) {
    const context = await browser.newContext();
    context.setDefaultTimeout(PATIENCE);
    const pages = [];
    for (const services of [0, ...SERVICES]) {
        const config = { policy: { version: '1' }, services: servicesOf(services) };
        const block = `<script type="application/json" id="portcullis-config">${JSON.stringify(config)}</script>`;
        const head = services ? `${first}${block}<script src="/portcullis.js"></script>` : '';
        const html = `<!doctype html><html lang="en"><head><meta charset="utf-8">${head}<title>v</title></head><body></body></html>`;
        const page = await context.newPage();
        await page.goto(lab.serve(html, { headers: ISOLATED, lasting: false }));
        if (services && (await page.evaluate(() => window.portcullis?.state().phase)) !== 'asking') {
            throw new Error(`the gate does not ask with ${services} services`);
        }
        pages.push({ services, page });
    }
    return { pages, close: () => context.close() };
}

/**
 * One verdict, in nanoseconds, without what the browser takes for the same loop.
 *
 * @param {{total: number, chunk: number}} how many addresses for each case, and how many in one go
 */
export async function measureVerdicts({ browser, lab, total, chunk, limit, say }) {
    const { pages, close } = await verdictPages({ browser, lab });
    const cases = pages.flatMap(({ services, page }) =>
        [true, false].map((hit) => ({ services, page, hit, times: [] })),
    );
    const rounds = Math.ceil(total / chunk);
    await interleave(
        cases,
        rounds,
        async ({ services, page, hit, times }, round) => {
            if (services === 0 && hit) say(`verdicts, round ${round + 1} of ${rounds}`);
            times.push(await judgeIn(page, { services: services || 10, hit, count: chunk, from: round * chunk }));
        },
        limit,
    );
    await close();
    const result = { addresses: cases[0].times.length * chunk, base: {}, hit: {}, miss: {}, flat: {} };
    for (const hit of [true, false]) {
        const name = hit ? 'hit' : 'miss';
        const timesOf = (services) => cases.find((one) => one.services === services && one.hit === hit).times;
        result.base[name] = spread(timesOf(0));
        for (const services of SERVICES) {
            const base = timesOf(0);
            result[name][services] = spread(timesOf(services).map((time, round) => time - base[round]));
        }
        result.flat[name] = Number((result[name][10_000].median / result[name][10].median).toFixed(3));
    }
    return result;
}

/** How the page's own elements are made: by property, by attribute, by `innerHTML`, and as trees from their leaves, which is
 * how frameworks do it. */
export const KINDS = ['property', 'attribute', 'innerHTML', 'tree'];

/** How many calls into Wasm addresses of the page's own host cost, by every way that the page work below takes. */
export async function countOwnCalls({ browser, lab, portcullis }) {
    const context = await browser.newContext();
    try {
        const page = await context.newPage();
        await page.goto(lab.serve(pageOf(portcullis, { first: inline(outside) })));
        await page.waitForFunction(() => window.gateLab.calls > 0);
        const made = await page.evaluate(insert, { count: 600, kinds: KINDS });
        return await page.evaluate(async (elements) => {
            const before = window.gateLab.calls;
            await Promise.all([fetch('/own/a.svg'), fetch(new URL('/own/a.svg', location))]);
            const stranger = () => {
                document.createElement('script').src = 'https://stranger.test/a.js';
            };
            const own = window.gateLab.calls - before;
            stranger();
            return { elements, own: own, stranger: window.gateLab.calls - before - own };
        }, made);
    } finally {
        await context.close();
    }
}

/** Runs in the page: inserts first-party elements by each kind of way; gives what each took, in milliseconds: until all scripts
 * are done, and until the page is laid out as well. `calls`: into Wasm, where they are counted. */
async function insert({ count, kinds }) {
    const result = {};
    const pairs = count / 2;
    for (const kind of kinds) {
        const calls = window.gateLab?.calls ?? 0;
        const began = performance.now();
        const box = document.createElement('div');
        document.body.append(box);
        if (kind === 'innerHTML') {
            for (let index = 0; index < pairs; index += 50) {
                let html = '';
                for (let at = index; at < index + 50; at++) {
                    html += `<a href="/product?${at}"><img src="/own/a.svg" alt="" width="9" height="9"></a>`;
                }
                const part = document.createElement('div');
                box.append(part);
                part.innerHTML = html;
            }
        } else if (kind === 'tree') {
            for (let index = 0; index < count; index += 20) {
                let tree = document.createElement('p');
                for (let level = 0; level < 10; level++) {
                    const image = document.createElement('img');
                    image.src = '/own/a.svg';
                    image.width = 9;
                    image.height = 9;
                    const outer = document.createElement('div');
                    outer.append(tree, image);
                    tree = outer;
                }
                box.append(tree);
            }
        } else {
            for (let index = 0; index < pairs; index++) {
                const link = document.createElement('a');
                const image = document.createElement('img');
                if (kind === 'property') {
                    link.href = `/product?${index}`;
                    image.src = '/own/a.svg';
                    image.width = 9;
                    image.height = 9;
                } else {
                    link.setAttribute('href', `/product?${index}`);
                    image.setAttribute('src', '/own/a.svg');
                    image.setAttribute('width', '9');
                    image.setAttribute('height', '9');
                }
                link.append(image);
                box.append(link);
            }
        }
        // Observers of the document have their turn in between.
        await null;
        const scripted = performance.now();
        box.getBoundingClientRect();
        const done = performance.now();
        const crossed = (window.gateLab?.calls ?? 0) - calls;
        result[kind] = { script: scripted - began, all: done - began, calls: crossed };
        box.remove();
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return result;
}

/** The page's own work, with and without a shield. */
export async function measurePageWork({ browser, lab, contestants, count, rounds, limit, say }) {
    const stands = [];
    const context = await browser.newContext();
    context.setDefaultTimeout(PATIENCE);
    for (const contestant of contestants) {
        const page = await context.newPage();
        await page.goto(lab.serve(pageOf(contestant), { headers: ISOLATED }));
        // Its first time is compiled, not run.
        await page.evaluate(insert, { count, kinds: KINDS });
        stands.push({ id: contestant.id, page, rows: [] });
    }
    await interleave(
        stands,
        rounds,
        async ({ id, page, rows }, round) => {
            if (id === 'none') say(`page work, round ${round + 1} of ${rounds}`);
            await page.bringToFront();
            rows.push(await page.evaluate(insert, { count, kinds: KINDS }));
        },
        limit,
    );
    await context.close();
    const [none] = stands;
    const result = {};
    for (const { id, rows } of stands) {
        result[id] = {};
        for (const kind of KINDS) {
            const ratio = (name) => spread(rows.map((row, round) => row[kind][name] / none.rows[round][kind][name]));
            result[id][kind] = {
                all: spread(rows.map((row) => row[kind].all)),
                script: spread(rows.map((row) => row[kind].script)),
                ratio: ratio('all'),
                scriptRatio: ratio('script'),
            };
        }
    }
    return result;
}

/** Fifty held scripts, let go by the visitor's tap. */
export async function measureGrant({ browser, lab, portcullis, loads, say }) {
    const SCRIPTS = 50;
    const rows = [];
    const tags = Array.from(
        { length: SCRIPTS },
        (_, index) => `<script src="${lab.trackers.url(`/t/held-${index}.js`, 'adlark.test')}"></script>`,
    ).join('\n');
    const url = lab.serve(pageOf(portcullis, { body: tags }), { path: '/grant' });
    async function once() {
        const { context, page } = await slowPage(browser, portcullis, { network: false });
        try {
            await page.addInitScript(() => {
                const grant = { inp: 0 };
                window.grantLab = grant;
                new PerformanceObserver((list) => {
                    for (const { interactionId, duration } of list.getEntries()) {
                        if (interactionId) grant.inp = Math.max(grant.inp, duration);
                    }
                }).observe({ type: 'event', durationThreshold: 16, buffered: true });
                const mark = (event) => performance.mark('lab-click', { startTime: event.timeStamp });
                addEventListener('click', mark, true);
            });
            await page.goto(url);
            const button = page.locator(portcullis.accept[0]);
            await button.waitFor();
            let last = 0;
            const trace = await traced(browser, page, async () => {
                await button.tap();
                await page.waitForFunction((count) => window.ran?.length === count, SCRIPTS);
                last = await page.evaluate(() => performance.now());
                // The browser tells of an interaction once it has painted.
                await page.waitForFunction(() => window.grantLab.inp > 0);
            });
            const { inp } = await page.evaluate(() => window.grantLab);
            const click = await page.evaluate(() => performance.getEntriesByName('lab-click')[0].startTime);
            const tasks = trace.since('lab-click');
            const longest = Math.max(...tasks.map(({ length }) => length));
            rows.push({ inp, last: last - click, longest, blocked: blocking(tasks) });
        } finally {
            await context.close();
        }
    }

    for (let round = 0; round < loads; round++) {
        say(`grant, round ${round + 1} of ${loads}`);
        await persist(once, say);
    }
    const of = (name) => spread(rows.map((row) => row[name]));
    return { scripts: SCRIPTS, inp: of('inp'), last: of('last'), longest: of('longest'), blocked: of('blocked') };
}

/** What is in memory once the notice is up: of JavaScript's heap, and of Wasm. */
export async function measureMemory({ browser, lab, contestants, rounds, limit, say }) {
    const rows = new Map(contestants.map(({ id }) => [id, []]));
    let wasm = null;
    const urls = new Map(contestants.map((one) => [one.id, lab.serve(pageOf(one))]));
    await interleave(
        contestants,
        rounds,
        async (contestant, round) => {
            if (contestant.id === 'none') say(`memory, round ${round + 1} of ${rounds}`);
            const { context, page, session } = await slowPage(browser, contestant, { network: false, slower: 1 });
            try {
                await page.goto(urls.get(contestant.id));
                if (contestant.notice) await page.waitForFunction(() => window.lab.visible > 0);
                await session.send('HeapProfiler.enable');
                for (let again = 0; again < 2; again++) await session.send('HeapProfiler.collectGarbage');
                rows.get(contestant.id).push((await session.send('Runtime.getHeapUsage')).usedSize / 1024);
            } finally {
                await context.close();
            }
        },
        limit,
    );
    const us = contestants.find(({ id }) => id === 'portcullis');
    if (us) {
        const context = await browser.newContext(PHONE);
        const page = await context.newPage();
        await page.goto(lab.serve(pageOf(us, { first: inline(outside) })));
        wasm = await page.evaluate(() => window.gateLab.memory.buffer.byteLength / 1024);
        await context.close();
    }
    const none = spread(rows.get('none'))?.median ?? 0;
    return {
        wasm,
        heap: Object.fromEntries(contestants.map(({ id }) => [id, spread(rows.get(id).map((value) => value - none))])),
        none: spread(rows.get('none')),
    };
}

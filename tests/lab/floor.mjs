// What no gate gets below on this machine: the same places in a page, with nothing behind them. A reach below its floor
// cannot be met here by any code of ours.

import { readFileSync } from 'node:fs';
import { ISOLATED, inline, measurePageWork } from './gate.mjs';
import { load, SLOWER, slowPage } from './loads.mjs';
import { pageOf } from './server.mjs';
import { interleave, persist, spread } from './stats.mjs';

/** The interfaces that have hooks, and their members, as `roads.ts` spells them: `Element: append`. */
function hooked() {
    const source = readFileSync(new URL('../../www/hooks/roads.ts', import.meta.url), 'utf8');
    const lists = [...source.matchAll(/each\(\s*['`]([^'`]+)['`]/g)].map(([, list]) =>
        list.replaceAll(/\$\{\w+\}/g, ' '),
    );
    const words = lists.join(' ').split(/\s+/);
    if (words.length < 100) throw new Error('roads.ts does not spell its hooks as it did');
    return words;
}

/** Looks at each interface once, which is when the browser makes it; then for the visitor's answer, which no start can do
 * without. */
function touch(words) {
    const began = performance.now();
    let holder = null;
    for (const word of words) {
        const name = word.endsWith(':') && word.slice(0, -1);
        if (name) holder = window[name]?.prototype ?? window[name];
        else if (holder) Object.getOwnPropertyDescriptor(holder, word);
    }
    const touched = performance.now();
    localStorage.getItem('portcullis');
    window.floor = { touched: touched - began, stored: performance.now() - touched };
}

/** An observer of the whole page that looks away, and proxies that go straight on. */
function watch() {
    new MutationObserver(() => {}).observe(document, {
        childList: true,
        subtree: true,
        characterData: true,
        attributeFilter: ['style'],
    });
    for (const [holder, name, kind] of [
        [Element.prototype, 'append', 'value'],
        [Element.prototype, 'setAttribute', 'value'],
        [Element.prototype, 'innerHTML', 'set'],
        [HTMLImageElement.prototype, 'src', 'set'],
    ]) {
        const old = Object.getOwnPropertyDescriptor(holder, name);
        old[kind] = new Proxy(old[kind], { apply: (native, self, args) => Reflect.apply(native, self, args) });
        Object.defineProperty(holder, name, old);
    }
}

/** `paint`: with a script of one line in place of ours. `touched`, `stored`: milliseconds. `work`: ratios to the same page without. */
export async function measureFloor({ browser, lab, portcullis, contestants, loads, limit, work, say }) {
    const [none] = contestants;
    const line = { ...portcullis, id: 'line', notice: null };
    line.head = portcullis.head.replace('/portcullis.js', '/own/line.js');
    const stands = [none, line].map((one) => ({
        one,
        url: lab.serve(pageOf(one), { path: `/floor/${one.id}` }),
        paints: [],
    }));
    say('floor: a script of one line');
    await interleave(
        stands,
        loads,
        async ({ one, url, paints }) => paints.push((await persist(() => load(browser, one, url), say)).paint),
        limit,
    );

    say('floor: the interfaces');
    const head = inline(`() => (${touch})(${JSON.stringify(hooked())})`);
    const url = lab.serve(pageOf({ head, body: '' }), { headers: ISOLATED });
    const speeds = [1, SLOWER].map((slower) => ({ slower, times: [] }));
    await interleave(speeds, 2 * loads, async ({ slower, times }) => {
        const { context, page } = await slowPage(browser, none, { network: false, slower });
        await page.goto(url);
        times.push(await page.evaluate(() => window.floor));
        await context.close();
    });
    const of = (name) => {
        const [full, slow] = speeds.map(({ times }) => spread(times.map((time) => time[name])));
        return { full, slow };
    };

    const bare = { ...none, id: 'bare', head: inline(watch) };
    const ratios = await measurePageWork({ ...work, browser, lab, contestants: [none, bare], say });
    return {
        paint: Object.fromEntries(stands.map(({ one, paints }) => [one.id, spread(paints)])),
        touched: of('touched'),
        stored: of('stored'),
        work: Object.fromEntries(Object.entries(ratios.bare).map(([kind, { ratio }]) => [kind, ratio])),
    };
}

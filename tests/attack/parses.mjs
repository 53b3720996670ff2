// Section 1: markup goes through one parse. Each way to turn text into nodes gets every seed, beside a frame that is held.

import { snippet } from '../browser/snippet.mjs';
import { ENTRANCES, SEEDS, seedWith } from './markup.mjs';
import { CONFIG, inScript } from './stage.mjs';

const SECTION = '1. Markup that is harmless without us';
const names = Object.keys(SEEDS);
const seeds = Object.values(SEEDS).map(seedWith);

/** The held frame, which has us change the markup. */
const frame = (t) => `<iframe src="${t.txt}" width="9" height="9"></iframe>`;

/** Calls `entrance` with each seed and a box of its own. */
const tried = (entrance, t) => `<div id="stand"></div><script>{
const entrance = (${inScript(String(entrance))});
const seeds = ${inScript(JSON.stringify(seeds))};
const frame = ${inScript(JSON.stringify(frame(t)))};
for (const seed of seeds) {
    const box = document.getElementById('stand').appendChild(document.createElement('div'));
    try { entrance(frame + seed, box); } catch (error) { hit(error.name); }
}
}</script>`;

/** The row of one entrance. */
export const rowOf = (name, entrance) => ({
    id: `parse-${name.replaceAll(/[^\w]+/g, '-')}`,
    section: SECTION,
    what: `${name}: ${names.length} pieces of markup, each beside a held frame, run what they run without us`,
    page: (t) => ({ body: tried(entrance, t) }),
    names,
    ask: 'code',
    without: null,
    // A document of its own that has anything held in it is held whole.
    with: /^srcdoc/.test(name) ? 'nothing runs' : null,
});

const through = Object.entries(ENTRANCES).map(([name, entrance]) => rowOf(name, entrance));

const WRITES = {
    'at once': (html) => [html],
    'in pieces': (html) => html.match(/.{1,3}/gs),
    'letter by letter': (html) => [...html],
};

/** What a script writes while the page is parsed: one may swallow the rest, so each has a frame of its own. */
const written = Object.entries(WRITES).map(([how, cut]) => ({
    id: `write-${how.replaceAll(' ', '-')}`,
    section: SECTION,
    what: `document.write ${how} while a page is parsed: ${names.length} pieces of markup, each beside a held frame and in a page of its own`,
    page: (t) => ({
        body: names.map((_, index) => `<iframe src="/page/${t.id}~${index}"></iframe>`).join(''),
    }),
    beside: (t, side) =>
        Object.fromEntries(
            seeds.map((seed, index) => [
                index,
                `<!doctype html><html><head><meta charset="utf-8"><title>written</title>${side === 'with' ? snippet({ config: CONFIG }) : ''}</head><body>
<script>for (const piece of ${inScript(JSON.stringify(cut(frame(t) + seed)))}) document.write(piece);</script>`,
            ]),
        ),
    names,
    ask: 'code',
    without: null,
    with: null,
}));

export const MARKUP = [...through, ...written];

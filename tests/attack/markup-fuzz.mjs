// Makes markup up, puts it into a page by every way that turns text into nodes, with the gate and without it, and says which
// piece runs a handler on one side only, or becomes another tree. What no page does without us, none may do with us.
//
//   node tests/attack/markup-fuzz.mjs --seconds 600 --seed 7
//
// `npm test` runs a short batch with a seed of its own (attack.test.mjs).

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launchChromium } from '../browser/engines.mjs';
import { snippet } from '../browser/snippet.mjs';
import { startServers } from '../leaks/server.mjs';
import { ENTRANCES, SEEDS, seedWith } from './markup.mjs';
import { CONFIG, inScript, SIDES } from './stage.mjs';

/** Pieces of markup in one page. */
const BATCH = 80;
/** How often a piece that differs is made smaller. */
const ROUNDS = 25;

/** Numbers from 0 up to 1, the same ones for the same seed (Mulberry32). */
function numbers(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = state;
        mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
}

const TAGS =
    `a b p div span form table tr td tbody caption select option optgroup textarea title style xmp iframe noembed noframes noscript
plaintext script template svg math mi mtext mo mglyph malignmark annotation-xml foreignObject desc image img br hr li ul dd dt
button nobr font center body html head frameset input details summary object embed link meta base math svg style title`.split(
        /\s+/,
    );
const ATTRIBUTES = [
    '',
    '',
    '',
    ' id=a',
    ' title="text"',
    ' title="</style><img src=x onerror=HIT>"',
    ' title="</title><img src=x onerror=HIT>"',
    " title='--><img src=x onerror=HIT>'",
    ' title="&lt;img src=x onerror=HIT&gt;"',
    ' title="</textarea></noscript></xmp></iframe><img src=x onerror=HIT>"',
    ' encoding="text/html"',
    ' encoding="application/xhtml+xml"',
    ' xmlns="http://www.w3.org/1999/xhtml"',
    ' shadowrootmode=open',
    ' size=1 color=red',
    ' type=hidden',
    ' is=a-b',
    ' class="a\nb"',
    ' data-held-src=x',
    ' data-consent=necessary',
    ' href=#a',
    ' slot=a/',
    ' a=`b`',
    ' <=a',
    ' a=\u0000',
];
const TEXTS = [
    'text',
    '\n',
    '\n\n',
    ' ',
    '&lt;',
    '&amp;lt;img src=x onerror=HIT&amp;gt;',
    '&lt;/style&gt;&lt;img src=x onerror=HIT&gt;',
    '\u0000',
    '\r\n',
    '<',
    '</',
    '<!',
    '<?a>',
    '</a b="',
    '">',
    "'>",
    '-->',
    ']]>',
    '\ufeff',
    '&NotAnEntity;',
    '&#x80;',
    '<!doctype html>',
    '\u2028',
];
const PAYLOADS = [
    '<img src=x onerror=HIT>',
    '<img src=x onerror="HIT">',
    '<svg onload=HIT>',
    '<style onload=HIT>',
    '<details open ontoggle=HIT>',
    '<input autofocus onfocus=HIT>',
    '<img title="><img src=x onerror=HIT>">',
    '<style><img title="</style><img src=x onerror=HIT>">',
    '<!--<img title="--><img src=x onerror=HIT>">',
    '<![CDATA[<img title="]]><img src=x onerror=HIT>">',
];
/** What is held, so that the gate has something to change; `AWAY` is the tracker. */
const HELD = [
    '<iframe src="AWAY"></iframe>',
    '<link rel=stylesheet href="AWAY">',
    '<script src="AWAY"></script>',
    '<object data="AWAY"></object>',
    '<embed src="AWAY">',
    '<img src="AWAY">',
    '<style>@import "AWAY";</style>',
    '<p style="background:url(AWAY)">',
    '<svg><image href="AWAY"/></svg>',
    '<iframe srcdoc="<img src=AWAY>"></iframe>',
    '<template shadowrootmode=open><iframe src="AWAY"></iframe></template>',
];

/** Markup as a list of pieces: tags, comments, texts. */
const tokens = (markup) => markup.match(/<!--.*?-->|<[^>"]*(?:"[^"]*"[^>"]*)*>|[^<]+|</gs) ?? [];

/** Makes pieces of markup up, each as a list of tokens. */
function maker(random) {
    const below = (count) => Math.floor(random() * count);
    const one = (list) => list[below(list.length)];
    const seeds = Object.values(SEEDS)
        .filter((seed) => seed.length < 1000)
        .map(tokens);
    const token = () => {
        const dice = random();
        if (dice < 0.45) return `<${one(TAGS)}${one(ATTRIBUTES)}>`;
        if (dice < 0.65) return `</${one(TAGS)}>`;
        if (dice < 0.8) return one(TEXTS);
        if (dice < 0.84) return '<!--';
        if (dice < 0.87) return '<![CDATA[';
        return one(PAYLOADS);
    };
    const fresh = () => Array.from({ length: 2 + below(14) }, token);
    const change = (list) => {
        for (let rounds = 1 + below(5); rounds > 0; rounds--) {
            const at = below(list.length + 1);
            const dice = random();
            if (dice < 0.4) list.splice(at, 0, token());
            else if (dice < 0.6) list.splice(at, 1);
            else if (dice < 0.75) list.splice(at, 0, ...list.slice(below(list.length + 1)).slice(0, 4));
            else if (dice < 0.9) list.splice(at, 0, ...one(seeds).slice(below(4)));
            else list.splice(at, 1, token());
        }
        return list;
    };
    return () => {
        const list = random() < 0.3 ? fresh() : change([...one(seeds)]);
        const payload = () => list.splice(below(list.length + 1), 0, one(PAYLOADS));
        if (!list.some((part) => part.includes('HIT')) || random() < 0.2) payload();
        // One in four has nothing to hold: its tree has to be the very same.
        const isHeld = random() < 0.75;
        for (let count = isHeld ? 1 + below(2) : 0; count > 0; count--) {
            list.splice(random() < 0.5 ? 0 : below(list.length + 1), 0, one(HELD));
        }
        return list;
    };
}

/** By name: how a page writes a document that it has opened, in pieces that end at `cuts`. Runs in the page. */
const WRITES = {
    'document.write in random pieces': (html, box, cuts) => {
        const made = box.appendChild(document.createElement('iframe')).contentDocument;
        made.open();
        let from = 0;
        for (const cut of [...cuts, html.length]) {
            made.write(html.slice(from, cut));
            from = cut;
        }
        made.close();
    },
};
const WAYS = { ...ENTRANCES, ...WRITES };

/** Runs in the page: puts every piece in, and says which handlers ran and what tree each has become. */
function begin(ways) {
    const hits = new Set();
    window.hit = (index) => hits.add(index);
    const round = () =>
        new Promise((done) => {
            const image = new Image();
            image.onload = image.onerror = () => setTimeout(done, 0);
            image.src = `/fence?${Math.random()}`;
        });
    /** What the gate may change of what it holds. */
    const free = /^(src|data|href|xlink:href|srcdoc|type|style|data-held-.*)$/;
    const name = (node) =>
        `${/\w+$/.exec(node.namespaceURI ?? '')?.[0] === 'xhtml' ? '' : `${/\w+$/.exec(node.namespaceURI ?? '')?.[0]}:`}${node.localName}`;
    const dump = (node) => {
        if (node.nodeType === 3) return JSON.stringify(node.data);
        if (node.nodeType === 8) return `<!--${node.data}-->`;
        if (node.nodeType !== 1 && node.nodeType !== 11 && node.nodeType !== 9) return `(${node.nodeType})`;
        if (node.localName?.startsWith('portcullis-')) return '';
        let text = node.localName ? `<${name(node)}` : '';
        const attributes = [];
        for (const { name, value } of node.attributes ?? [])
            if (!free.test(name)) attributes.push(`${name}=${JSON.stringify(value)}`);
        text += attributes
            .sort()
            .map((one) => ` ${one}`)
            .join('');
        if (node.localName) text += '>';
        if (node.content?.nodeType === 11) text += `{${inner(node.content)}}`;
        if (node.shadowRoot) text += `[${inner(node.shadowRoot)}]`;
        if (node.localName !== 'style') text += inner(node);
        return `${text}${node.localName ? `</>` : ''}`;
    };
    const inner = (node) => Array.from(node.childNodes, dump).join('');
    window.run = async (batch) => {
        const stand = document.getElementById('stand');
        const boxes = [];
        const trees = [];
        for (const { way, markup, cuts } of batch) {
            const box = stand.appendChild(document.createElement('div'));
            boxes.push(box);
            try {
                ways[way](markup, box, cuts);
                trees.push(dump(box));
            } catch (error) {
                trees.push(`throws ${error.name}`);
            }
        }
        for (let rounds = 0; rounds < 4; rounds++) await round();
        // What the tracker is asked for takes connections, so the page's own pictures come later without the gate.
        const isLoading = (root) =>
            Array.from(root.querySelectorAll('img, frame, iframe')).some((one) => {
                const inner = one.contentDocument;
                return one.localName === 'img'
                    ? !one.complete
                    : inner && (inner.readyState !== 'complete' || isLoading(inner));
            });
        for (let rounds = 0; rounds < 200 && isLoading(stand); rounds++) await round();
        boxes.forEach((box, index) => {
            if (!/srcdoc|write/.test(batch[index].way)) return;
            const frame = box.querySelector('iframe');
            const made = frame?.contentDocument;
            if (made) trees[index] = dump(made.documentElement ?? made);
        });
        return { hits: [...hits], trees };
    };
}

const pageFor = (side) => `<!doctype html><html><head><meta charset="utf-8"><title>${side}</title>
${side === 'with' ? snippet({ config: CONFIG }) : ''}</head><body><div id="stand"></div>
<script>(${inScript(String(begin))})({ ${inScript(
    Object.entries(WAYS)
        .map(([name, way]) => `${JSON.stringify(name)}: ${way}`)
        .join(',\n'),
)} });</script></body></html>`;

/** What is put into start tags that are written, and is taken out when the parser has made an element of them. */
const MARKS = / data-held-\d+-type=\d+ type=text\/plain|data-held-\d+-/g;
/** The tree of a frame that has been emptied. */
const EMPTY = '<html><head></><body></></>';

/** A browser with a page on either side. `run` gives for each piece what differs, or null. */
async function startSides() {
    const servers = await startServers((side) => ({ html: pageFor(side) }));
    const browser = await launchChromium();
    const away = `http://127.0.0.1:${servers.port}/leak/fuzz/a.txt`;
    const pages = {};
    for (const side of SIDES) pages[side] = await (await browser.newContext()).newPage();
    return {
        async run(pieces) {
            const batch = pieces.map(({ list, way, cuts }, index) => ({
                way,
                cuts,
                markup: seedWith(list.join(''), index).replaceAll('AWAY', away),
            }));
            const results = {};
            await Promise.all(
                SIDES.map(async (side) => {
                    await pages[side].goto(`${servers.shop}/page/${side}`);
                    results[side] = await pages[side].evaluate((all) => window.run(all), batch);
                }),
            );
            return pieces.map((_, index) => {
                const ran = SIDES.map((side) => results[side].hits.includes(index));
                if (ran[1] && !ran[0]) return 'a handler runs with the gate only';
                // Our marks may stand in what the parser takes for text, where nobody reads them.
                const trees = SIDES.map((side) => results[side].trees[index]?.replaceAll(MARKS, ''));
                // A document in which anything is held is held whole.
                if (/srcdoc/.test(pieces[index].way) && trees[1] === EMPTY) return null;
                // A style sheet that names what is held has not loaded, and says nothing.
                const isStyle = /<style onload/.test(batch[index].markup) && batch[index].markup.includes(away);
                if (ran[0] && !ran[1] && !isStyle) return 'a handler runs without the gate only';
                return trees[0] === trees[1] ? null : `another tree: ${trees[0]} and with the gate ${trees[1]}`;
            });
        },
        async close() {
            await browser.close();
            await servers.close();
        },
    };
}

const kindOf = (what) => what?.split(':')[0];

/** The same piece with as little in it as still differs in the same way. */
async function smaller(sides, piece, what) {
    let best = piece;
    for (let round = 0; round < ROUNDS; round++) {
        const tries = best.list.map((_, index) => ({
            ...best,
            list: best.list.filter((_, at) => at !== index),
            cuts: [],
        }));
        if (best.cuts.length > 0) for (const one of tries) one.cuts = best.cuts;
        const results = await sides.run(tries);
        const found = results.findIndex((one) => kindOf(one) === kindOf(what));
        if (found < 0) break;
        best = tries[found];
    }
    return best;
}

/**
 * Makes markup up for so many seconds, or so many pieces of it.
 *
 * @param {{seed: number, seconds?: number, pieces?: number, most?: number, say?: (line: string) => void}} options
 *     `most`: how many kinds of differences are enough
 * @returns {Promise<{tried: number, all: number, differ: {way: string, markup: string, cuts: number[], what: string}[]}>} of
 *     all that differ, the first of each way and kind
 */
export async function fuzzMarkup({
    seed,
    seconds = Number.POSITIVE_INFINITY,
    pieces: count = Number.POSITIVE_INFINITY,
    most = 12,
    say = () => {},
}) {
    const random = numbers(seed);
    const make = maker(random);
    const ways = Object.keys(WAYS);
    const sides = await startSides();
    const differ = [];
    const known = new Set();
    let tried = 0;
    let all = 0;
    try {
        const end = Date.now() + seconds * 1000;
        while (Date.now() < end && tried < count && differ.length < most) {
            const pieces = Array.from({ length: BATCH }, () => {
                const list = make();
                const length = list.join('').length;
                const cuts = Array.from({ length: Math.floor(random() * 6) }, () => Math.floor(random() * length));
                return { list, way: ways[Math.floor(random() * ways.length)], cuts: cuts.sort((a, b) => a - b) };
            });
            const results = await sides.run(pieces);
            tried += BATCH;
            for (const [index, what] of results.entries()) {
                // What is so by itself as well, in a page that does nothing else.
                if (!what || kindOf((await sides.run([pieces[index]]))[0]) !== kindOf(what)) continue;
                all++;
                const key = `${pieces[index].way}: ${kindOf(what)}`;
                if (known.has(key) || differ.length >= most) continue;
                known.add(key);
                const least = await smaller(sides, pieces[index], what);
                const [now] = await sides.run([least]);
                const found = { way: least.way, markup: least.list.join(''), cuts: least.cuts, what: now ?? what };
                differ.push(found);
                say(
                    `${found.way}: ${found.what}\n    ${JSON.stringify(found.markup)} ${least.cuts.length ? JSON.stringify(least.cuts) : ''}`,
                );
            }
        }
    } finally {
        await sides.close();
    }
    return { tried, all, differ };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const { values } = parseArgs({
        options: {
            seed: { type: 'string', default: String(Date.now() % 1_000_000) },
            seconds: { type: 'string', default: '60' },
            most: { type: 'string', default: '12' },
        },
    });
    console.log(`seed ${values.seed}`);
    const { tried, all, differ } = await fuzzMarkup({
        seed: Number(values.seed),
        seconds: Number(values.seconds),
        most: Number(values.most),
        say: console.log,
    });
    console.log(`${tried} pieces of markup, ${all} differ, of ${differ.length} kinds`);
    process.exitCode = differ.length > 0 ? 1 : 0;
}

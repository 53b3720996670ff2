// The servers of the attacks, the page of each attack with and without the gate, and the page on which a reader runs them.
// An attack's page judges itself: it waits until what was tried has had its time, says on `window.attack` what came of it,
// and tells the server. So a program, a frame of the reader's page and a tab of its own all get the same answer.

import { HOLD_SCANNER, snippet } from '../browser/snippet.mjs';
import { addressesOf } from '../leaks/road.mjs';
import { startServers } from '../leaks/server.mjs';

/** The tracker's names: the number in any browser, the name where every name leads to this machine. */
const HOSTS = ['127.0.0.1', 'tracker.test'];

/** Three services; the tracker is the one that the attacks want to reach, and its cookies and keys begin with `trk`. */
export const CONFIG = {
    policy: { version: '1', url: '/privacy' },
    services: [
        {
            id: 'tracker',
            name: 'Tracker',
            category: 'marketing',
            hosts: HOSTS,
            cookies: ['trk_*'],
            storage: ['trk:*'],
        },
        { id: 'stats', name: 'Stats', category: 'analytics', hosts: ['stats.test'] },
    ],
};

export const SIDES = ['without', 'with'];

/** Code as it may stand in a script element. */
export const inScript = (code) => code.replaceAll(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');

/**
 * Stands first in an attack's page, before our tag, and keeps the functions that it needs: what the attack breaks later is
 * not asked. Runs in the page.
 *
 * @param {{id: string, side: string, names: string[]}} what `names`: what stands for a number that is passed to `hit`
 * @param {string | (() => unknown)} ask `code`, `arrives`, or what gives the outcome
 * @param {() => unknown} after what is tried once the page has loaded
 */
function witness({ id, side, names }, ask, after) {
    const hits = [];
    const call = fetch.bind(window);
    const later = setTimeout.bind(window);
    const Picture = Image;
    const has = (name) => {
        for (let at = 0; at < hits.length; at++) if (hits[at] === name) return true;
        return false;
    };
    window.hit = (what = 'code') => {
        const name = names[what] ?? String(what);
        if (!has(name)) hits[hits.length] = name;
    };
    // A document whose origin is its own can say it in no other way.
    addEventListener('message', ({ data }) => data === 'code' && window.hit());
    /** An image of the page's own, there and back, and a task. */
    const round = () =>
        new Promise((done) => {
            const image = new Picture();
            image.onload = image.onerror = () => later(done, 0);
            image.src = `/fence?${Math.random()}`;
        });
    const settled = async () => {
        for (let rounds = 0; rounds < 4; rounds++) await round();
    };
    const loaded = new Promise((done) => addEventListener('load', () => later(done, 0)));
    const outcome = async () => {
        if (typeof ask === 'function') return String(await ask());
        const seen = await (await call(`/attack/seen?${id}/${side}`)).text();
        if (ask === 'arrives') return seen[0] === '1' ? 'arrives' : 'nothing arrives';
        if (seen[1] === '1') window.hit('their code');
        let text = '';
        // In the order of the names: handlers run in any.
        for (let at = 0; at < names.length; at++) if (has(names[at])) text += `${text ? '; ' : ''}${names[at]}`;
        for (let at = 0; at < hits.length; at++) {
            if (!names.includes(hits[at])) text += `${text ? '; ' : ''}${hits[at]}`;
        }
        return text ? `runs: ${text}` : 'nothing runs';
    };
    /** What came of it so far; the server is told as well. */
    const say = async () => {
        await settled();
        const text = await outcome().catch((error) => `fails: ${error}`);
        await call(`/attack/said?${id}/${side}/${encodeURIComponent(text)}`);
        return text;
    };
    window.attack = { say, settled, loaded, hits };
    window.attack.ready = loaded.then(async () => {
        await settled();
        await after?.();
        window.attack.first = await say();
        return true;
    });
}

/** The page of an attack, by side. */
export function pageOf(row, side, t) {
    const { before = '', head = '', body = '', config = CONFIG, attrs, headers } = row.page(t, side);
    const hold = row.hold === false ? '' : HOLD_SCANNER;
    const gate = side === 'with' ? snippet({ config, attrs, hold }) : '';
    const ask = typeof row.ask === 'function' ? String(row.ask) : JSON.stringify(row.ask);
    const what = JSON.stringify({ id: row.id, side, names: row.names ?? [] });
    const first = `<script>(${inScript(String(witness))})(${inScript(what)}, ${inScript(ask)}, ${inScript(String(row.after))})</script>`;
    const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${row.id}, ${side} the gate</title>
${first}${before}${gate}
${head}</head><body>${body}</body></html>`;
    return { html, headers };
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** What a hand does on this side. */
export const stepsOf = ({ steps }, side) => (typeof steps === 'function' ? steps(side) : steps);
/** A step in words; what only a program waits for has none. */
const inWords = ([what, where]) =>
    ({
        click: `click ${where}`,
        try: `click ${where}`,
        place: `click where ${where} lies`,
        run: `run ${where}`,
        reload: 'reload',
    })[what];

/** Leaves nothing of an earlier attack. Runs in the page. */
function cleanUp() {
    localStorage.clear();
    sessionStorage.clear();
    for (const part of document.cookie.split('; ')) document.cookie = `${part.split('=')[0]}=; max-age=0; path=/`;
}

/** Runs in the reader's page. */
function reader(rows, clean) {
    const cell = (id, side) => document.getElementById(`${id}/${side}`);
    const show = ({ id, side, outcome }) => {
        const row = rows.find((one) => one.id === id);
        const place = cell(id, side);
        if (!row || !place) return;
        place.textContent = outcome;
        // Where nothing is said, the two sides have to agree.
        const right = row[side] ?? (side === 'with' ? cell(id, 'without').textContent : outcome);
        place.className = outcome === right ? 'right' : 'wrong';
    };
    const events = new EventSource('/attack/events');
    const heard = new Map();
    events.onmessage = ({ data }) => {
        const said = JSON.parse(data);
        show(said);
        heard.get(`${said.id}/${said.side}`)?.();
    };
    document.addEventListener('click', ({ target }) => target.closest('a[data-attack]') && clean(), true);
    document.querySelector('#run').addEventListener('click', async (event) => {
        event.target.disabled = true;
        const stand = document.querySelector('#stand');
        for (const row of rows.filter((one) => one.framed)) {
            for (const side of ['without', 'with']) {
                clean();
                const frame = document.createElement('iframe');
                frame.src = `/page/${row.id}~${side}`;
                const told = new Promise((done) => {
                    heard.set(`${row.id}/${side}`, done);
                    setTimeout(done, 15_000);
                });
                stand.replaceChildren(frame);
                await told;
            }
        }
        stand.replaceChildren();
        clean();
        event.target.disabled = false;
    });
}

/** The page on which a reader runs the attacks. */
function index(rows) {
    const sections = [...new Set(rows.map(({ section }) => section))];
    const link = (row, side) => `<a data-attack href="/page/${row.id}~${side}" target="_blank">open</a>`;
    const line = (row) => `<tr><td><b>${escaped(row.id)}</b><br>${escaped(row.what)}
${row.steps ? `<br><i>by hand: ${escaped(stepsOf(row, 'with').map(inWords).filter(Boolean).join(', then '))}</i>` : ''}
${row.chromium ? '<br><i>in the program only: it needs names that lead to this machine</i>' : ''}
<details><summary>its page</summary><pre>${escaped(row.source)}</pre></details></td>
${SIDES.map((side) => `<td>${row.chromium ? '' : link(row, side)}</td><td>${escaped(row[side] ?? (side === 'with' ? 'the same' : 'anything'))}</td><td id="${row.id}/${side}"></td>`).join('')}</tr>`;
    const table = (section) => `<h2>${section}</h2><table>
<tr><th>attack<th>without<th>must be<th>is<th>with the gate<th>must be<th>is</tr>
${rows
    .filter((row) => row.section === section)
    .map(line)
    .join('\n')}</table>`;
    const told = rows.map(({ id, with: gated, without, steps, alone, chromium }) => ({
        id,
        with: gated,
        without,
        framed: !steps && !alone && !chromium,
    }));
    return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Attacks on Portcullis</title><style>
body { font: 15px/1.4 system-ui, sans-serif; margin: 2rem; max-width: 90rem }
table { border-collapse: collapse; width: 100% } td, th { border: 1px solid #8888; padding: .3rem .5rem; text-align: left; vertical-align: top }
pre { max-height: 12rem; max-width: 45rem; overflow: auto } .right { background: #2a82 } .wrong { background: #d338 }
#stand iframe { width: 100%; height: 12rem }</style></head><body>
<h1>Attacks on Portcullis</h1>
<p>Each attack is a page, once without the gate and once with it. What no page does without us, none may do with us. The
tracker is a second server on this machine. Open a page by its link, or run all that need no hand; what came of each
appears in the table.</p>
<p><button id="run">Run all that need no hand</button></p><div id="stand"></div>
${sections.map(table).join('\n')}
<script>(${inScript(String(reader))})(${inScript(JSON.stringify(told))}, ${cleanUp})</script></body></html>`;
}

/**
 * Serves the attacks.
 *
 * @param {object[]} rows see attacks.mjs
 */
export async function startAttacks(rows) {
    const said = new Map();
    const ears = new Set();
    const base = new Map();
    const pages = new Map();
    const count = (key) => [servers.arrived.count(key), servers.ran.count(key)];
    const files = (url, _request, response) => {
        const plain = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };
        const [, what] = /^\/attack\/(\w*)$/.exec(url.pathname) ?? [];
        if (what === 'seen') {
            const key = url.search.slice(1).replace('/', '~');
            const now = count(key);
            const then = base.get(key) ?? [0, 0];
            response.writeHead(200, plain).end(now.map((number, at) => (number > then[at] ? '1' : '0')).join(''));
        } else if (what === 'said') {
            const [id, side, text] = url.search.slice(1).split('/');
            const entry = { id, side, outcome: decodeURIComponent(text) };
            said.set(`${id}~${side}`, entry.outcome);
            for (const ear of ears) ear(entry);
            response.writeHead(204).end();
        } else if (what === 'events') {
            response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
            const ear = (entry) => response.write(`data: ${JSON.stringify(entry)}\n\n`);
            ears.add(ear);
            response.on('close', () => ears.delete(ear));
            response.write(':\n\n');
        } else if (what === 'clean') {
            response.writeHead(200, { ...plain, 'Content-Type': 'text/html; charset=utf-8' });
            response.end(`<!doctype html><title>Clean</title><script>(${cleanUp})()</script>`);
        } else if (what === '') {
            response.writeHead(200, { ...plain, 'Content-Type': 'text/html; charset=utf-8' }).end(index(shown));
        } else {
            return false;
        }
        return true;
    };
    const servers = await startServers((name) => {
        const page = pages.get(name);
        if (page) base.set(name, count(name));
        return page;
    }, files);
    const addresses = (key) =>
        addressesOf(key, {
            origin: `http://${HOSTS[0]}:${servers.port}`,
            safe: `http://${HOSTS[0]}:${servers.port}`,
            shop: servers.shop,
            otherPort: String(servers.otherPort),
        });
    const shown = rows.map((row) => {
        let source = '';
        for (const side of SIDES) {
            const key = `${row.id}~${side}`;
            const t = addresses(key);
            pages.set(key, pageOf(row, side, t));
            const { before = '', head = '', body = '' } = row.page(t, side);
            source = [before, head, body].filter(Boolean).join('\n');
            for (const [name, html] of Object.entries(row.beside?.(t, side) ?? {}))
                pages.set(`${key}~${name}`, { html });
        }
        return { ...row, source };
    });
    return {
        index: `${servers.shop}/attack/`,
        clean: `${servers.shop}/attack/clean`,
        url: (row, side, host = 'localhost') => `http://${host}:${servers.shopPort}/page/${row.id}~${side}`,
        said: (row, side) => said.get(`${row.id}~${side}`),
        /** Of a page that leaves: whether it arrives where it goes. */
        left: (row, side, limit) =>
            new Promise((resolve) => {
                const key = `${row.id}~${side}`;
                const stop = (outcome) => {
                    clearTimeout(timer);
                    quit();
                    resolve(outcome);
                };
                const arrived = () => servers.arrived.count(key) > 0 && stop('arrives');
                const timer = setTimeout(() => stop('nothing arrives'), limit);
                const quit = servers.arrived.listen(arrived);
                arrived();
            }),
        port: servers.port,
        shopPort: servers.shopPort,
        close: servers.close,
    };
}

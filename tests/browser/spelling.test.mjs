// However an address is spelled, what the browser's own parser says of its host decides: thousands of spellings, made up and
// those of the Web Platform Tests, in a page with the gate and in one without.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG, spec } from './harness.mjs';

const HOSTS = ['stats.test', 'xn--bcher-kva.test', '127.0.0.1', '[::1]'];
const SERVICE = { id: 'spelled', name: 'Spelled', category: 'analytics', hosts: HOSTS };

/** The Web Platform Tests' addresses, which the Rust crate `url` carries along. */
function examples() {
    const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1e8 });
    const [, host] = /^host: (.*)$/m.exec(run('rustc', '-vV'));
    const known = JSON.parse(run('cargo', 'metadata', '--format-version', '1', '--filter-platform', host));
    const { manifest_path: path } = known.packages.find(({ name }) => name === 'url');
    const cases = JSON.parse(readFileSync(join(path, '..', 'tests', 'urltestdata.json'), 'utf8'));
    return cases.map(({ input }) => input).filter((input) => typeof input === 'string');
}

/** Numbers below one in an order that looks like none, the same each time. */
function dice(seed) {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

const PARTS = [
    [
        'http:',
        'http:',
        'HTTP:',
        'hT\ntp:',
        ' \thttp:',
        'https:',
        'wss:',
        'ws:',
        '',
        '',
        'ftp:',
        'blob:http:',
        'data:',
        'x:',
    ],
    ['//', '//', '//', '\\\\', '/\\', '///', '/\t/', '/', ''],
    ['', '', '', 'a@', 'a:b@', 'localhost@', 'stats.test@', 'stats.test:80@', 'a%40stats.test:b@', '@', 'a@b@'],
    [
        ...[
            'stats.test',
            'STATS.test',
            'x.stats.test',
            'stats.test.',
            'st\tats.test',
            'st\nats.te\rst',
            's%74ats.test',
        ],
        ...[
            '\uff53tats.test',
            'stats\u3002test',
            'st\u00adats.test',
            'st\u200bats.test',
            's\u0301tats.test',
            'STA\u212aS.test',
        ],
        ...[
            'evilstats.test',
            'stats.test.evil.test',
            'stats-test',
            'stats.test..',
            '.stats.test',
            'stats..test',
            'tats.test',
        ],
        ...[
            'b\u00fccher.test',
            'B\u00dcCHER.test',
            'bu\u0308cher.test',
            'xn--bcher-kva.test',
            'XN--BCHER-KVA.TEST',
            'bucher.test',
        ],
        ...[
            '127.0.0.1',
            '127.1',
            '0x7f.1',
            '2130706433',
            '0177.0.0.01',
            '127.0.0.1.',
            '127.0.0.2',
            '[::1]',
            '[0:0::0001]',
            '[::2]',
        ],
        ...[
            'localhost',
            'LOCALHOST',
            'sub.localhost',
            'localhost.',
            'notlocalhost',
            'stats.test%2elocalhost',
            'stats test',
        ],
    ],
    ['', '', ':80', ':443', ':PORT', ':0080', ':', ':99999', ':x'],
    [
        '',
        '/',
        '/t/a.gif',
        '\\t\\a.gif',
        '?a',
        '#a',
        '/@stats.test/',
        '?@stats.test',
        '/../\t/t/a.gif',
        '/%2e%2e/a',
        ';a',
    ],
];

function spellings(count, port) {
    const next = dice(1);
    const one = (list) => list[Math.floor(next() * list.length)];
    return Array.from({ length: count }, () => PARTS.map(one).join('').replace('PORT', port));
}

/** What the browser's parser says of each: scheme and host, or null for what is no address. Runs in the page. */
const meanings = (list) =>
    list.map((spelled) => {
        try {
            const { protocol, hostname } = new URL(spelled, document.baseURI);
            return [protocol, hostname];
        } catch {
            return null;
        }
    });

/** Whether the gate holds each. A `source` on its own loads nothing. Runs in the page. */
const verdicts = (list) =>
    list.map((spelled) => {
        const source = document.createElement('source');
        source.setAttribute('src', spelled);
        return !source.hasAttribute('src');
    });

/** Asks for each, and waits until every request has come back or failed; those that are held do neither. Runs in the page. */
const ask = (list) =>
    Promise.all(
        list.map(
            (spelled) =>
                new Promise((done) => {
                    const image = new Image();
                    image.onload = image.onerror = done;
                    image.src = spelled;
                    if (!image.hasAttribute('src')) done();
                }),
        ),
    ).then(() => undefined);

const within = (host, domain) => host === domain || host.endsWith(`.${domain}`);
/** What has to be held, by the browser's own reading. */
const HOLDS = {
    known: (host) => HOSTS.some((own) => within(host, own)),
    'third-party': (host) => !within(host, 'localhost'),
};

for (const [block, holds] of Object.entries(HOLDS)) {
    spec(`every spelling of an address is one host: ${block}`, { allow: [/ERR_|Failed to load/] }, async (stand) => {
        const { open, context, page, trackers, arrivals } = stand;
        const list = [...spellings(4000, trackers.port), ...examples()];
        assert.ok(list.length > 4700, `${list.length}`);
        const other = await context.newPage();
        await open('<!doctype html><body></body>', { on: other });
        await open({ config: { ...CONFIG, block, services: [SERVICE] } });
        const meant = await other.evaluate(meanings, list);
        const held = await page.evaluate(verdicts, list);
        const differ = [];
        list.forEach((spelled, index) => {
            const [protocol, hostname] = meant[index] ?? [];
            const network = ['http:', 'https:', 'ws:', 'wss:'].includes(protocol);
            const expected = network && holds(hostname.replace(/\.$/, ''));
            if (expected !== held[index]) differ.push({ spelled, protocol, hostname, held: held[index] });
        });
        assert.deepEqual(differ, []);
        const count = held.filter(Boolean).length;
        assert.ok(count > 1000 && list.length - count > 1000, `${count} of ${list.length} held`);

        // The server's log says the same of those that can reach it.
        const port = `:${trackers.port}`;
        const reach = list.filter(
            (spelled, index) => held[index] && meant[index][0] === 'http:' && spelled.includes(port),
        );
        await other.evaluate(ask, reach);
        assert.ok(trackers.log().length > 20, `${trackers.log().length} arrive without the gate`);
        trackers.clear();
        await page.evaluate(ask, reach);
        assert.deepEqual(await arrivals(), []);
    });
}

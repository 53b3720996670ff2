// An attack of each kind, with and without the gate, comes to what it must. `npm run attack` runs all and prints the table.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchEngine } from '../browser/engines.mjs';
import { ATTACKS, WAITING } from './attacks.mjs';
import { fuzzMarkup } from './markup-fuzz.mjs';
import { runAttacks } from './runner.mjs';
import { startAttacks } from './stage.mjs';

test('every attack has a name of its own, and what waits is one of them', () => {
    const ids = new Set(ATTACKS.map(({ id }) => id));
    assert.equal(ids.size, ATTACKS.length);
    assert.deepEqual(
        WAITING.filter((id) => !ids.has(id)),
        [],
    );
});

test('a reader finds every attack on one page', async () => {
    const stage = await startAttacks(ATTACKS);
    try {
        const answer = await fetch(stage.index.replace(/\/\/[^:/]+/, '//127.0.0.1'));
        const html = await answer.text();
        assert.equal(answer.status, 200);
        assert.deepEqual(
            ATTACKS.filter(({ id }) => !html.includes(`id="${id}/with"`)).map(({ id }) => id),
            [],
        );
    } finally {
        await stage.close();
    }
});

/** What is measured in time, and what only happens where the stack ends by chance, says nothing on a busy machine. */
const CHANCE = /^(text|ground-stack)-/;
/** The first of each kind: all of them take ten minutes. */
const kinds = new Set();
const chosen = ATTACKS.filter(({ id }) => {
    const kind = id.split('-').slice(0, 2).join('-');
    const isFirst = !WAITING.includes(id) && !CHANCE.test(id) && !kinds.has(kind);
    isFirst && kinds.add(kind);
    return isFirst;
});

for (const section of new Set(chosen.map((row) => row.section))) {
    test(`no page is less safe with the gate than without it: ${section}`, { timeout: 900_000 }, async () => {
        const rows = chosen.filter((row) => row.section === section);
        const results = await runAttacks(rows, { launch: launchEngine });
        assert.deepEqual(
            results
                .filter(({ wrong }) => wrong.length > 0)
                .map(({ row, wrong, ...outcome }) => ({ attack: row.id, wrong, ...outcome })),
            [],
        );
    });
}

test('no handler runs, and no tree comes of markup, that does not without the gate', { timeout: 300_000 }, async () => {
    const { tried, differ } = await fuzzMarkup({ seed: 20_261_201, pieces: 480 });
    assert.ok(tried >= 480, `${tried} pieces were tried`);
    assert.deepEqual(differ, []);
});

test('the seeds can tell one parse from two', { timeout: 60_000 }, async () => {
    // Not a row: this is what a gate must never do.
    const twice = (html, box) => {
        const template = document.createElement('template');
        template.innerHTML = html;
        box.innerHTML = template.innerHTML;
    };
    const { rowOf } = await import('./parses.mjs');
    const once = (html, box) => {
        box.innerHTML = html;
    };
    const [one, two] = await runAttacks([rowOf('control one parse', once), rowOf('control two parses', twice)], {
        launch: launchEngine,
    });
    const ran = ({ without }) => without.replace('runs: ', '').split('; ');
    const more = ran(two).filter((name) => !ran(one).includes(name));
    assert.ok(more.length > 0, `no seed runs only after two parses: ${two.without}`);
});

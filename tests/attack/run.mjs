// `npm run attack`: every attack with and without the gate, in Chromium, and what came of it.
//
//   --attack frame       attacks with this in their name only
//   --file rows.mjs      the rows of this module, which exports ATTACKS, in place of attacks.mjs
//   --wrong              prints only the rows that are wrong
//   --all                also what waits for its mend; `--wait` writes anew what waits, of the rows that ran
//   --engine firefox     in another engine (firefox, webkit) what that can run
//   --serve              runs nothing: serves the page on which a reader runs the attacks, in any browser

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { rightOf, runAttacks, runElsewhere } from './runner.mjs';
import { SIDES, startAttacks } from './stage.mjs';

const { values } = parseArgs({
    options: {
        attack: { type: 'string', multiple: true },
        file: { type: 'string' },
        wrong: { type: 'boolean' },
        all: { type: 'boolean' },
        wait: { type: 'boolean' },
        engine: { type: 'string', multiple: true },
        serve: { type: 'boolean' },
    },
});

const { ATTACKS, WAITING = [] } = await import(values.file ? pathToFileURL(resolve(values.file)) : './attacks.mjs');
const asked = ({ id }) => !values.attack || values.attack.some((part) => id.includes(part));
const rows = ATTACKS.filter((row) => asked(row) && (values.all || values.wait || !WAITING.includes(row.id)));

/** What runs more, and what runs less. */
function difference(right, got) {
    const [before, now] = [right, got].map((text) =>
        text
            .replace(/^runs: |^nothing runs$/, '')
            .split('; ')
            .filter(Boolean),
    );
    const more = now.filter((name) => !before.includes(name));
    const less = before.filter((name) => !now.includes(name));
    return `more runs: ${more.join('; ') || '-'}   less runs: ${less.join('; ') || '-'}`;
}

/** Runs the rows in one engine and prints what came of them. */
async function table(engine) {
    const began = Date.now();
    const { name, results } =
        engine === 'chromium'
            ? { name: 'Chromium', results: await runAttacks(rows) }
            : await runElsewhere(engine, rows);
    let section = '';
    for (const { row, wrong, ...outcome } of results) {
        if (values.wrong && wrong.length === 0) continue;
        if (row.section !== section) {
            section = row.section;
            console.log(`\n${section}`);
        }
        console.log(`${wrong.length > 0 ? 'WRONG' : 'ok   '} ${row.id}`);
        for (const side of SIDES) {
            const right = rightOf(row, side, outcome);
            const must = outcome[side] === right ? '' : `   must be: ${right}`;
            const how = must && row[side] === null ? difference(right, outcome[side]) : outcome[side] + must;
            console.log(`        ${side.padEnd(8)} ${how}`);
        }
    }
    const wrong = results.filter((one) => one.wrong.length > 0).length;
    if (values.wait) {
        const ran = new Set(rows.map(({ id }) => id));
        const ids = new Set(ATTACKS.map(({ id }) => id));
        const still = results.filter((one) => one.wrong.length > 0).map(({ row }) => row.id);
        const waiting = [...WAITING.filter((id) => ids.has(id) && !ran.has(id)), ...still].sort();
        writeFileSync(new URL('waiting.json', import.meta.url), `${JSON.stringify(waiting, null, 4)}\n`);
    }
    const left = rows.length - results.length;
    console.log(
        `\n${name}: ${results.length - wrong} of ${results.length} attacks come to what they must${left ? `, ${left} need Chromium` : ''}, ${((Date.now() - began) / 1000).toFixed(0)} s`,
    );
    if (WAITING.length > 0) console.log(`${WAITING.length} attacks wait for their mend; --all runs them as well`);
    if (wrong > 0) process.exitCode = 1;
}

if (values.serve) {
    const stage = await startAttacks(rows);
    console.log(`Attacks on Portcullis: open ${stage.index} in a browser; Ctrl+C ends this.`);
} else {
    for (const engine of values.engine ?? ['chromium']) await table(engine);
}

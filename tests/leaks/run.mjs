// `npm run leaks`: every road out of a page, in every mode, and what of it arrived at the tracker.
//
//   --mode none --mode shield …        these modes only (matrix.mjs has them all)
//   --family css, --road fetch         these families, or roads with this in their name, only
//   --engine firefox                   the smoke set in another engine: firefox, webkit
//   --all                              all roads there, which takes some minutes; says nothing of what is expected
//   --slow 4                           the page's own processor so many times slower, and frames of other sites at full pace
//   --totals                           no table
//   --expect                           writes what is open with the CSP line into expected.json, reasons kept

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { firefox, webkit } from '../browser/engines.mjs';
import { casesOf, EXPECTED, MODES, problemsOf, runMatrix, runSmoke, smokeOf, totals } from './matrix.mjs';
import { CONTROLS, ROADS } from './roads.mjs';

const ENGINES = { firefox, webkit };
/** The modes that another engine runs; consent is given on the page before. */
const SMOKE = ['none', 'shield', 'shield+csp', 'granted'];

const { values } = parseArgs({
    options: {
        family: { type: 'string', multiple: true },
        road: { type: 'string', multiple: true },
        mode: { type: 'string', multiple: true },
        engine: { type: 'string', multiple: true },
        all: { type: 'boolean' },
        slow: { type: 'string', default: '1' },
        totals: { type: 'boolean' },
        expect: { type: 'boolean' },
    },
});

const slow = Number(values.slow);
const unknown = [
    ...(slow >= 1 ? [] : [`--slow ${values.slow}: how many times slower, from 1`]),
    ...(slow > 1 && values.engine?.some((engine) => engine !== 'chromium') ? ['--slow but in Chromium'] : []),
    ...(values.mode ?? []).filter((mode) => !MODES[mode]).map((mode) => `mode ${mode}: one of ${Object.keys(MODES)}`),
    ...(values.engine ?? [])
        .filter((engine) => engine !== 'chromium' && !ENGINES[engine])
        .map((engine) => `engine ${engine}: one of chromium,${Object.keys(ENGINES)}`),
];
if (unknown.length > 0) {
    console.error(`leaks: there is no ${unknown.join('; no ')}`);
    process.exit(2);
}

const wanted = ({ id, family }) =>
    (!values.family || values.family.includes(family)) &&
    (!values.road || values.road.some((part) => id.includes(part)));
const roads = ROADS.filter(wanted);
const controls = CONTROLS.filter(wanted);

const yes = (value) => (value === null ? '' : value ? 'yes' : '-');
const percent = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(1)} %` : '-');

function print(title, { rows, seconds, engine }) {
    if (!values.totals) {
        console.log(`\n${title}, ${engine}\n${'road'.padEnd(64)} arrived ran`);
        for (const { id, missing, arrived, ran, how, error } of rows) {
            const what = missing ? `not counted: ${missing}` : `${yes(arrived).padEnd(7)} ${yes(ran).padEnd(4)}`;
            console.log(`${id.padEnd(64)} ${[what, how, error].filter(Boolean).join(' ')}`);
        }
    }
    const sum = totals(rows);
    const arrived = `${sum.arrived} of ${sum.roads} arrived (${percent(sum.arrived, sum.roads)})`;
    const ran = `code of ${sum.ran} of ${sum.code} ran`;
    const passed = `${sum.passed} of ${sum.controls} controls passed`;
    console.log(`${title}: ${arrived}, ${ran}, ${passed}, ${sum.uncounted} not counted, ${seconds.toFixed(0)} s`);
}

const results = {};
for (const engine of values.engine ?? ['chromium']) {
    const smoke = engine !== 'chromium';
    for (const mode of values.mode ?? (smoke ? SMOKE : Object.keys(MODES))) {
        const { missing } = MODES[mode];
        const title = smoke ? `${engine}, ${mode}` : mode;
        if (missing) {
            console.log(`${title}: not built yet: ${missing}`);
            results[title] = { missing };
            continue;
        }
        const result = smoke
            ? await runSmoke(ENGINES[engine], mode, values.all ? casesOf(roads, [], mode) : smokeOf(roads, mode))
            : await runMatrix(mode, casesOf(roads, controls, mode), slow);
        print(title, result);
        const problems = smoke && values.all ? [] : problemsOf(mode, result.rows, smoke && engine);
        for (const problem of problems) console.log(`  ${problem}`);
        if (problems.length > 0) process.exitCode = 1;
        results[title] = { ...result, totals: totals(result.rows), problems };
    }
}
writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify(results, null, 4)}\n`);

if (values.expect) {
    const known = JSON.parse(readFileSync(EXPECTED, 'utf8'));
    const rows = new Map(results['shield+csp'].rows.map((row) => [row.id, row]));
    const expected = {};
    // What was not run now stays as it is; a race that was won this time stays one.
    for (const { id } of ROADS) {
        const row = rows.get(id);
        const entry = known[id];
        if (!row || entry?.sometimes || entry?.seldom) {
            if (entry) expected[id] = entry;
        } else if (row.arrived && !row.missing) {
            expected[id] = { ran: !!row.ran, why: entry?.why ?? 'not held yet' };
        }
    }
    writeFileSync(EXPECTED, `${JSON.stringify(expected, null, 4)}\n`);
}

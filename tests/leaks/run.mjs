// `npm run leaks`: every road out of a page, in every mode, and what of it arrived at the tracker.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { MODES, runMatrix } from './matrix.mjs';
import { ROADS } from './roads.mjs';

const { values } = parseArgs({
    options: {
        family: { type: 'string', multiple: true },
        road: { type: 'string', multiple: true },
        mode: { type: 'string', multiple: true },
        twins: { type: 'boolean' },
        quiet: { type: 'boolean' },
    },
});

const chosen = ROADS.filter(
    ({ id, family }) =>
        (!values.family || values.family.includes(family)) &&
        (!values.road || values.road.some((part) => id.includes(part))),
);
const modes = values.mode ?? Object.keys(MODES);
const mark = (value) => (value === null ? ' ' : value ? 'yes' : '-');

const results = {};
for (const mode of modes) {
    if (MODES[mode].missing) {
        console.log(`${mode}: not built yet (${MODES[mode].missing})`);
        results[mode] = { missing: MODES[mode].missing };
        continue;
    }
    const cases = chosen.map((road) => ({ road }));
    cases.push(...chosen.filter((road) => values.twins ?? road.twin).map((road) => ({ road, twin: true })));
    const { rows, seconds } = await runMatrix(mode, cases);
    results[mode] = { rows, seconds };
    const order = new Map(ROADS.map(({ id }, index) => [id, index]));
    rows.sort((a, b) => order.get(a.id.replace(/^twin-/, '')) - order.get(b.id.replace(/^twin-/, '')));
    const roads = rows.filter(({ twin, missing }) => !twin && !missing);
    const code = roads.filter(({ ran }) => ran !== null);
    if (!values.quiet) {
        console.log(`\n${mode}\n${'road'.padEnd(70)} arrived ran`);
        for (const row of rows) {
            const how = row.missing ? 'unsupported' : `${mark(row.arrived).padEnd(7)} ${mark(row.ran).padEnd(4)}`;
            console.log(
                `${row.id.padEnd(70)} ${how} ${row.how ?? ''} ${row.late > 250 ? `late ${row.late}` : ''} ${row.error ?? ''}`,
            );
        }
    }
    const arrived = roads.filter((row) => row.arrived).length;
    const twins = rows.filter(({ twin, missing }) => twin && !missing);
    console.log(
        `${mode}: ${arrived} of ${roads.length} arrived (${((100 * arrived) / roads.length).toFixed(1)} %), code of ${code.filter((row) => row.ran).length} of ${code.length} ran; controls ${twins.filter((row) => row.arrived && row.ran !== false).length} of ${twins.length}; ${rows.filter((row) => row.missing).length} unsupported; ${seconds.toFixed(0)} s`,
    );
}
writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify(results, null, 4)}\n`);

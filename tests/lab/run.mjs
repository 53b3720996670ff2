// `npm run lab`: size and speed beside the peers, on one machine in one run. It prints a table, and writes it into the
// README with a chart (docs/lab.svg) and every figure (tests/lab/results.json).
//
//   --quick                  a rough table in under two minutes; writes nothing
//   --only loads --only …    these parts only: loads, gate, verdicts, work, grant, floor, memory, roads; writes nothing
//   --text                   what long and hostile text costs a page; writes that table into ARCHITECTURE.md, in five minutes
//   --write                  writes the table and the chart of results.json anew, and measures nothing

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { launchChromium } from '../browser/engines.mjs';
import { measureFloor } from './floor.mjs';
import {
    countOwnCalls,
    measureGateDown,
    measureGrant,
    measureMemory,
    measurePageWork,
    measureVerdicts,
} from './gate.mjs';
import { measureLoads, weighFiles } from './loads.mjs';
import { readPeers } from './peers.mjs';
import { drawChart, tableOf, writeReadme } from './report.mjs';
import { startLab } from './server.mjs';
import { measureText, textTable } from './text.mjs';
import { countUnmarked } from './unmarked.mjs';

const RESULTS = new URL('results.json', import.meta.url);
const ARCHITECTURE = new URL('../../ARCHITECTURE.md', import.meta.url);
const CHART = new URL('../../docs/lab.svg', import.meta.url);
/** Some peers hide from browsers that say they are driven. */
const AS_A_VISITOR = ['--disable-blink-features=AutomationControlled'];

/** How often, and for how many seconds at the most. */
const FULL = {
    loads: { rounds: { plain: 7, slow: 5 }, limits: { plain: 180, slow: 180 } },
    gate: { loads: 11, limit: 60 },
    verdicts: { total: 1_000_000, chunk: 50_000, limit: 80 },
    work: { count: 10_000, rounds: 15, limit: 70 },
    grant: { loads: 5 },
    floor: { loads: 5, limit: 40, work: { count: 10_000, rounds: 15, limit: 45 } },
    memory: { rounds: 3, limit: 40 },
    roads: () => true,
};
const QUICK = {
    loads: { rounds: { plain: 2, slow: 1 }, limits: { plain: 15, slow: 10 } },
    gate: { loads: 3, limit: 6 },
    verdicts: { total: 40_000, chunk: 10_000, limit: 6 },
    work: { count: 10_000, rounds: 3, limit: 5 },
    grant: { loads: 1 },
    floor: { loads: 1, limit: 5, work: { count: 10_000, rounds: 3, limit: 4 } },
    memory: { rounds: 1, limit: 5 },
    roads: ({ id }) => id === 'portcullis' || id === 'yett',
};

const { values } = parseArgs({
    options: {
        quick: { type: 'boolean' },
        only: { type: 'string', multiple: true },
        text: { type: 'boolean' },
        write: { type: 'boolean' },
    },
});

async function measure() {
    const began = Date.now();
    const say = (line) => console.error(`  ${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);
    const how = values.quick ? QUICK : FULL;
    const { contestants, missing } = await readPeers();
    const shields = contestants.filter(({ id }) => ['none', 'portcullis', 'yett'].includes(id));
    const portcullis = contestants.find(({ id }) => id === 'portcullis');
    const load = loadavg()[0];
    if (load > 0.7) say(`this machine is busy (load ${load.toFixed(1)}): what depends on time will be rough`);
    const lab = await startLab(contestants);
    const browser = await launchChromium(AS_A_VISITOR);
    const stand = { browser, lab, contestants, portcullis, say };
    const results = {
        date: new Date().toISOString().slice(0, 10),
        browser: `Chromium ${browser.version()}`,
        machine: { cores: cpus().length, load: Number(load.toFixed(2)) },
        quick: !!values.quick,
        contestants: contestants.map(({ id, name, version, notice }) => ({ id, name, version, notice: !!notice })),
        missing,
        failed: [],
    };
    /** A part that cannot be measured is named, and the others are. */
    const part = async (name, work) => {
        if (values.only && !values.only.includes(name)) return;
        try {
            results[name] = await work();
        } catch (error) {
            say(`${name}: ${error.stack}`);
            results.failed.push(name);
        }
    };
    try {
        await part('loads', async () => {
            const { loads, failed } = await measureLoads({ ...stand, ...how.loads });
            for (const id of Object.keys(failed)) {
                results.missing.push({ name: contestants.find((one) => one.id === id).name, why: failed[id] });
            }
            const there = contestants.filter(({ id }) => loads[id]?.plain);
            results.files = weighFiles({ ...stand, contestants: there, loads });
            return loads;
        });
        await part('gate', () => measureGateDown({ ...stand, ...how.gate }));
        await part('verdicts', async () => ({
            ...(await measureVerdicts({ ...stand, ...how.verdicts })),
            own: await countOwnCalls(stand),
        }));
        await part('work', () => measurePageWork({ ...stand, contestants: shields, ...how.work }));
        await part('grant', () => measureGrant({ ...stand, ...how.grant }));
        await part('floor', () => measureFloor({ ...stand, ...how.floor }));
        await part('memory', () => measureMemory({ ...stand, ...how.memory }));
        await part('roads', () => countUnmarked({ ...stand, contestants: contestants.filter(how.roads) }));
    } finally {
        await browser.close();
        await lab.close();
    }
    results.seconds = Math.round((Date.now() - began) / 1000);
    return results;
}

/** What text costs, as a table in ARCHITECTURE.md. */
async function measureTexts() {
    const say = (name, figures) => console.error(`  ${name}: ${JSON.stringify(figures)}`);
    const table = textTable(await measureText({ rounds: values.quick ? 1 : 3, say }));
    console.log(table);
    if (values.quick) return;
    const marked = /(<!-- lab-text -->\n)[\s\S]*?(\n<!-- \/lab-text -->)/;
    const before = readFileSync(ARCHITECTURE, 'utf8');
    writeFileSync(
        ARCHITECTURE,
        before.replace(marked, (_, begin, end) => `${begin}${table}${end}`),
    );
}

if (values.text) {
    await measureTexts();
    process.exit();
}
const results = values.write ? JSON.parse(readFileSync(RESULTS, 'utf8')) : await measure();
if (!values.write) console.log(tableOf(results, { plain: true }));
if (results.failed.length > 0) {
    console.error(`not measured: ${results.failed.join(', ')}. Nothing is written.`);
    process.exitCode = 1;
} else if (!values.quick && !values.only) {
    writeFileSync(RESULTS, `${JSON.stringify(results, null, 1)}\n`);
    writeFileSync(CHART, drawChart(results));
    writeReadme(tableOf(results));
    console.log('written: tests/lab/results.json, docs/lab.svg, the table in README.md');
}

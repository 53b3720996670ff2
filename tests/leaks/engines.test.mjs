// The smoke set of the roads in the other two engines: before a choice nothing arrives that `engines.json` does not name with
// a reason, with consent everything does, and the page's own work comes through in both.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firefox, webkit } from '../browser/engines.mjs';
import { problemsOf, runSmoke, smokeOf, totals } from './matrix.mjs';
import { ROADS } from './roads.mjs';

for (const [engine, launch] of Object.entries({ firefox, webkit })) {
    for (const mode of ['none', 'shield+csp', 'granted']) {
        test(`the smoke set in ${engine}: ${mode}`, { timeout: 300_000 }, async (t) => {
            const { rows, seconds } = await runSmoke(launch, mode, smokeOf(ROADS, mode));
            const sum = totals(rows);
            assert.ok(sum.roads > 25 && sum.controls > 20, JSON.stringify(sum));
            t.diagnostic(`${sum.arrived} of ${sum.roads} arrived, ${seconds.toFixed(0)} s`);
            assert.deepEqual(problemsOf(mode, rows, engine), []);
        });
    }
}

// Every road out of a page, with the snippet as the README has it; what that leaves open, with the service worker as well and
// under `strict`: nothing arrives that is not written down with a reason, what is written is still open, and the page's own
// work comes through. With consent, the roads arrive again. `npm run leaks` has the other modes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { casesOf, lostRaces, openRoads, problemsOf, runMatrix, strangersTo, totals } from './matrix.mjs';
import { CONTROLS, ROADS } from './roads.mjs';

test('there are enough roads and controls, each with a name of its own', () => {
    const cases = casesOf(ROADS, CONTROLS, 'shield+csp');
    assert.ok(ROADS.length >= 210, `${ROADS.length} roads`);
    assert.ok(cases.length - ROADS.length >= 25, `${cases.length - ROADS.length} controls`);
    assert.equal(new Set([...ROADS, ...CONTROLS].map(({ id }) => id)).size, ROADS.length + CONTROLS.length);
    assert.deepEqual(strangersTo(ROADS), []);
});

for (const mode of ['shield+csp', 'worker', 'strict']) {
    test(`nothing leaks but what is known to, and first-party work comes through: ${mode}`, {
        timeout: 900_000,
    }, async (t) => {
        // The other layers come on top of the first: what that holds, they hold. `npm run leaks` opens all.
        const open = openRoads(mode);
        const cases = casesOf(ROADS, CONTROLS, mode).filter(
            ({ road, twin }) => mode === 'shield+csp' || twin || road.control || open.has(road.id),
        );
        const { rows, seconds } = await runMatrix(mode, cases);
        const sum = totals(rows);
        t.diagnostic(
            `${sum.arrived} of ${sum.roads} arrived, code of ${sum.ran} of ${sum.code} ran, ${seconds.toFixed(0)} s`,
        );
        assert.deepEqual(problemsOf(mode, rows), []);
        assert.deepEqual(await lostRaces(mode, cases, rows), [], 'lost three times in a row');
    });
}

for (const mode of ['granted', 'granted later']) {
    test(`with consent the roads arrive: ${mode}`, { timeout: 900_000 }, async (t) => {
        // With consent from the page before, nothing has to come back: a few roads tell, and `npm run leaks` opens all.
        const roads = mode === 'granted' ? ROADS.filter(({ smoke }) => smoke) : ROADS;
        const cases = casesOf(roads, [], mode).filter(({ twin }) => !twin);
        const { rows, seconds } = await runMatrix(mode, cases);
        const sum = totals(rows);
        t.diagnostic(`${sum.arrived} of ${sum.roads} arrived, ${seconds.toFixed(0)} s`);
        assert.deepEqual(problemsOf(mode, rows), []);
        assert.deepEqual(await lostRaces(mode, cases, rows), [], 'hints left three times in a row');
    });
}

// `mode: "report"`: a dry run that holds nothing, asks nobody and says loudly that it is not consent.

import assert from 'node:assert/strict';
import { CONFIG, spec } from './harness.mjs';

const REPORT = { ...CONFIG, mode: 'report' };

spec('holds nothing, shows nothing, writes nothing', { allow: [/not consent/] }, async (stand) => {
    const { open, twoTrackers, hasRun, page, said, state } = stand;
    await open(twoTrackers(REPORT));
    await hasRun('a');
    await hasRun('b');
    assert.match(await said(/not consent/), /dry run/i);
    assert.equal(
        await page.locator(':is(portcullis-notice, portcullis-control, portcullis-control *):visible').count(),
        0,
    );
    assert.equal(await page.evaluate(() => localStorage.length), 0);
    const { mode, held } = await state();
    assert.deepEqual([mode, held], ['report', 0]);
});

spec(
    'lists what would be held',
    { allow: [/not consent/] },
    async ({ open, stats, ads, stranger, insert, hasRun, lines, page }) => {
        await open({
            config: REPORT,
            body: `<script src="${stats('a.js')}"></script><script src="${stranger('b.js')}"></script><img src="${ads('c.gif')}" alt="">`,
        });
        await insert(stats('d.js'));
        await hasRun('d');
        await page.waitForFunction(() => document.images[0].complete);
        const said = lines()
            .map(({ text }) => text)
            .join('\n');
        for (const url of [stats('a.js'), ads('c.gif'), stats('d.js')])
            assert.ok(said.includes(url), `${url} in ${said}`);
        assert.ok(!said.includes(stranger('b.js')));
    },
);

spec('a choice kept from before is neither read as one nor lost', { allow: [/not consent/] }, async (stand) => {
    const { open, twoTrackers, notice, press, record, hasRun } = stand;
    await open(twoTrackers());
    await notice();
    await press('deny-all');
    await notice(false);
    // Its hash comes a moment after the choice.
    const choice = async () => ({ ...(await record()), hash: undefined });
    const kept = await choice();
    await open(twoTrackers(REPORT));
    await hasRun('b');
    assert.deepEqual(await choice(), kept);
});

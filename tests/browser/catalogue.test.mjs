// Services that the gate knows by itself: held unnamed, released only once they have been named to the visitor.

import assert from 'node:assert/strict';
import { CONFIG, spec } from './harness.mjs';

const KNOWN = { id: 'adobe-analytics', name: 'Adobe Analytics', host: 'sc.omtrdc.net' };

spec('unnamed by the owner: held, named to the visitor, and in the record once released', {}, async (stand) => {
    const { open, notice, page, trackers, arrivals, press, hasRun, record } = stand;
    await open({ body: `<script src="${trackers.url('/t/a.js', KNOWN.host)}"></script>` });
    await notice();
    assert.deepEqual(await arrivals(), []);
    assert.match(await page.locator('portcullis-notice').innerText(), new RegExp(KNOWN.name));
    await press('choose');
    assert.match(
        await page.locator('dialog').evaluate((dialog) => dialog.textContent),
        /Adobe Analytics.*found on this page/s,
    );
    await press('close');
    await press('grant-all');
    await hasRun('a');
    assert.equal((await record()).services[KNOWN.id], true);
});

spec('found after the answer: it waits in the preferences, without a new notice', {}, async (stand) => {
    const { open, notice, page, trackers, arrivals, press, choose, hasRun, record } = stand;
    await open({});
    await notice();
    await press('grant-all');
    await notice(false);
    await open({ body: `<script src="${trackers.url('/t/a.js', KNOWN.host)}"></script>` });
    assert.deepEqual(await arrivals(), []);
    assert.equal(await page.locator('portcullis-notice').count(), 0);
    assert.equal((await record()).services[KNOWN.id], undefined);
    await choose({ [KNOWN.id]: true });
    await hasRun('a');
    assert.equal((await record()).services[KNOWN.id], true);
});

spec('named by its id in the config', {}, async ({ open, notice, state, trackers, press, hasRun, arrivals }) => {
    const services = [...CONFIG.services, KNOWN.id];
    await open({
        config: { ...CONFIG, services },
        body: `<script src="${trackers.url('/t/a.js', KNOWN.host)}"></script>`,
    });
    await notice();
    assert.equal((await state()).grants.services[KNOWN.id], false);
    assert.deepEqual(await arrivals(), []);
    await press('grant-all');
    await hasRun('a');
});

spec(
    'declared necessary although it is known as analytics: a warning',
    { allow: [/Portcullis/] },
    async ({ open, notice, said }) => {
        const service = { id: 'core', category: 'necessary', hosts: ['omtrdc.net'] };
        await open({ config: { ...CONFIG, services: [service] } });
        await notice();
        assert.match(await said(/Adobe Analytics/), /services\[0\]\.category/);
    },
);

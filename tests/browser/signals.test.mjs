// The browser's signal is an answer: Do Not Track in all its historic spellings, and Global Privacy Control.

import assert from 'node:assert/strict';
import { CONFIG, spec } from './harness.mjs';

const DNT = `Object.defineProperty(Navigator.prototype, 'doNotTrack', { get: () => '1', configurable: true });`;
const GPC = `Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true, configurable: true });`;

const navigatorSays = (name, value) =>
    `Object.defineProperty(Navigator.prototype, '${name}', { get: () => ${value}, configurable: true });`;

for (const [what, init, signals] of [
    ["navigator.doNotTrack '1'", navigatorSays('doNotTrack', "'1'"), { dnt: true, gpc: false }],
    ["navigator.doNotTrack 'yes'", navigatorSays('doNotTrack', "'yes'"), { dnt: true, gpc: false }],
    ["window.doNotTrack '1'", `window.doNotTrack = '1';`, { dnt: true, gpc: false }],
    ["navigator.msDoNotTrack '1'", navigatorSays('msDoNotTrack', "'1'"), { dnt: true, gpc: false }],
    ['navigator.globalPrivacyControl true', GPC, { dnt: false, gpc: true }],
    ['both', DNT + GPC, { dnt: true, gpc: true }],
]) {
    spec(`${what} is a no, without a question`, { init }, async (stand) => {
        const { open, notice, state, arrivals, page } = stand;
        await open(stand.twoTrackers());
        await notice(false);
        const { signals: seen, record, phase } = await state();
        assert.deepEqual([seen, record, phase], [signals, null, 'signalled']);
        assert.deepEqual(await arrivals(), []);
        assert.equal(await page.evaluate(() => localStorage.length), 0, 'a signal alone writes nothing');
        const reopen = page.locator('portcullis-control [data-portcullis="choose"]');
        assert.match(await reopen.innerText(), /honou?red/i);
        await reopen.click();
        assert.match(await page.locator('dialog').innerText(), /honour/i);
        await page.reload();
        await notice(false);
        assert.deepEqual(await arrivals(), []);
    });
}

for (const [what, init] of [
    ["navigator.doNotTrack '0'", navigatorSays('doNotTrack', "'0'")],
    ["navigator.doNotTrack 'unspecified'", navigatorSays('doNotTrack', "'unspecified'")],
    ["navigator.doNotTrack 'no'", navigatorSays('doNotTrack', "'no'")],
    ['navigator.globalPrivacyControl false', navigatorSays('globalPrivacyControl', 'false')],
]) {
    spec(`${what} is no signal`, { init }, async (stand) => {
        const { open, notice, state } = stand;
        await open(stand.twoTrackers());
        await notice();
        assert.deepEqual((await state()).signals, { dnt: false, gpc: false });
    });
}

spec('a choice made under a signal outranks it', { init: GPC }, async (stand) => {
    const { open, choose, hasRun, record, page, ran, notice, arrivals } = stand;
    await open(stand.twoTrackers());
    await choose({ analytics: true });
    await hasRun('a');
    const { method, signals } = await record();
    assert.deepEqual([method, signals], ['chosen', { dnt: false, gpc: true }]);
    await page.reload();
    await hasRun('a');
    await notice(false);
    await arrivals();
    assert.deepEqual(await ran(), ['a']);
});

spec('a signal that appears after a grant closes the gate until the visitor confirms', {}, async (stand) => {
    const { open, notice, press, hasRun, context, page, record, trackers, arrivals, choose } = stand;
    await open(stand.twoTrackers());
    await notice();
    await press('grant-all');
    await hasRun('b');
    await context.addInitScript(GPC);
    trackers.clear();
    await page.reload();
    await notice(false);
    assert.deepEqual(await arrivals(), []);
    const { method, history } = await record();
    assert.deepEqual(
        [method, history.map((entry) => [entry.method, entry.signals.gpc])],
        ['grant-all', [['signal', true]]],
    );
    await choose({ analytics: true });
    await hasRun('a');
    await page.reload();
    await hasRun('a');
});

for (const [rule, stands] of [
    ['ignore', { gpc: 'ignore', dnt: 'ignore' }],
    ['ask', { gpc: 'ask', dnt: 'ask' }],
]) {
    spec(`${rule}: the visitor is asked all the same`, { init: DNT + GPC }, async (stand) => {
        const { open, notice, arrivals, press, hasRun } = stand;
        await open(stand.twoTrackers({ ...CONFIG, signals: stands }));
        await notice();
        assert.deepEqual(await arrivals(), []);
        await press('grant-all');
        await hasRun('b');
    });
}

spec('opt-out: silence is a yes', {}, async (stand) => {
    const { open, hasRun, state, page } = stand;
    await open(stand.twoTrackers({ ...CONFIG, regime: 'opt-out' }));
    await hasRun('b');
    assert.equal((await state()).regime, 'opt-out');
    assert.match(await page.locator('portcullis-notice').innerText(), /Your Privacy Choices/);
});

spec('opt-out under GPC: silence is a no', { init: GPC }, async (stand) => {
    const { open, arrivals, notice } = stand;
    await open(stand.twoTrackers({ ...CONFIG, regime: 'opt-out' }));
    await notice(false);
    assert.deepEqual(await arrivals(), []);
});

spec('opt-out: opting in again takes a second confirmation', {}, async (stand) => {
    const { open, hasRun, press, page, arrivals, trackers, state } = stand;
    await open(
        stand.twoTrackers({
            ...CONFIG,
            regime: { default: 'opt-in', regions: { 'US-CA': 'opt-out' } },
            region: 'US-CA',
        }),
    );
    await hasRun('b');
    await press('deny-all');
    await page.waitForFunction(() => window.portcullis.state().grants.categories.marketing === false);
    trackers.clear();
    await page.reload();
    assert.deepEqual(await arrivals(), []);
    await press('choose');
    await page.click('dialog [data-portcullis="grant-all"]');
    await page.waitForFunction(() => window.portcullis.state().phase === 'confirming');
    assert.equal((await state()).grants.categories.marketing, false);
    assert.deepEqual(await arrivals(), []);
    await press('confirm');
    await hasRun('b');
});

spec('preferences that have just closed do not answer the question that is open by then', {}, async (stand) => {
    const { open, notice, page, state } = stand;
    await open(stand.twoTrackers({ ...CONFIG, regime: 'opt-out', region: 'US-CA' }));
    await page.evaluate(() => window.portcullis.denyAll());
    await notice(false);
    await page.evaluate(() => {
        window.portcullis.open();
        const dialog = document.querySelector('portcullis-control').shadowRoot.querySelector('dialog');
        // The dialog's event comes as a task of its own.
        const closed = new Promise((resolve) => dialog.addEventListener('close', resolve));
        window.portcullis.close();
        window.portcullis.grantAll();
        return closed.then(() => undefined);
    });
    assert.equal((await state()).phase, 'confirming');
    await page.locator('dialog[open] [data-portcullis="confirm"]').waitFor();
});

spec('a question that is open outlives what is written beside the record', {}, async (stand) => {
    const { open, notice, page, state } = stand;
    await open(stand.twoTrackers({ ...CONFIG, regime: 'opt-out', region: 'US-CA' }));
    await page.evaluate(() => window.portcullis.denyAll());
    await notice(false);
    // The third file has chained the record: it changes nothing any more.
    await page.waitForFunction(() => JSON.parse(localStorage.getItem('portcullis')).hash);
    await page.evaluate(() => {
        window.portcullis.grantAll();
        // As another tab's would.
        const { hash, ...record } = JSON.parse(localStorage.getItem('portcullis'));
        localStorage.setItem('portcullis', JSON.stringify(record));
        dispatchEvent(new StorageEvent('storage', { key: 'portcullis' }));
    });
    assert.equal((await state()).phase, 'confirming');
    await page.locator('dialog[open] [data-portcullis="confirm"]').click();
    assert.equal((await state()).grants.categories.marketing, true);
});

spec('opt-out for a region that is not known is opt-in', {}, async (stand) => {
    const { open, notice, arrivals, state } = stand;
    await open(stand.twoTrackers({ ...CONFIG, regime: { default: 'opt-out', regions: { 'US-CA': 'opt-out' } } }));
    await notice();
    assert.equal((await state()).regime, 'opt-in');
    assert.deepEqual(await arrivals(), []);
});

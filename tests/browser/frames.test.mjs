// A frame of the same origin that carries the tag shows no second notice and follows its top.

import assert from 'node:assert/strict';
import { CONFIG, document, spec } from './harness.mjs';

/** Opens a page with a frame that holds a marketing script; gives the frame. */
async function openWithFrame(stand, { frameConfig = CONFIG } = {}) {
    const { open, serve, ads, page, notice } = stand;
    const inner = serve(
        document({ config: frameConfig, body: `<p>Inside</p><script src="${ads('inside.js')}"></script>` }),
    );
    await open({ body: `<iframe src="${inner}"></iframe>` });
    await notice();
    return page.frames()[1];
}

spec('one notice for both, and a grant at the top reaches the frame', {}, async (stand) => {
    const { press, arrivals, state, hasRun, insert, ads, trackers, page } = stand;
    const frame = await openWithFrame(stand);
    assert.equal(
        await frame.locator(':is(portcullis-notice, portcullis-control, portcullis-control *):visible').count(),
        0,
    );
    assert.equal((await state(frame)).phase, 'following');
    assert.deepEqual(await arrivals(frame), []);
    await press('grant-all');
    await hasRun('inside', frame);

    await press('choose');
    await press('deny-all');
    await page.waitForFunction(() => !window.portcullis.state().grants.categories.marketing);
    await frame.waitForFunction(() => !window.portcullis.state().grants.categories.marketing);
    trackers.clear();
    await insert(ads('later.js'), frame);
    assert.deepEqual(await arrivals(frame), []);
});

spec('a frame cannot open what its top has not', {}, async (stand) => {
    const { arrivals, page } = stand;
    const frame = await openWithFrame(stand, { frameConfig: { ...CONFIG, regime: 'opt-out' } });
    assert.deepEqual(await arrivals(frame), []);
    assert.equal(await page.evaluate(() => window.portcullis.state().grants.categories.marketing), false);
});

spec('a choice kept before holds in a frame that comes later', {}, async (stand) => {
    const { press, hasRun, page, notice, trackers } = stand;
    await openWithFrame(stand);
    await press('grant-all');
    await notice(false);
    trackers.clear();
    await page.reload();
    await hasRun('inside', page.frames()[1]);
});

for (const allowed of [true, false]) {
    const title = `one service ${allowed ? 'allowed' : 'refused'} on another page is so in a frame whose top has not met it`;
    spec(title, {}, async (stand) => {
        const { open, serve, stranger, hasRun, notice, page, trackers, arrivals } = stand;
        const config = { ...CONFIG, block: 'third-party' };
        const body = `<p>Inside</p><script src="${stranger('inside.js')}"></script>`;
        await open({ config, body });
        await notice();
        await page.evaluate((one) => {
            window.portcullis[one ? 'denyAll' : 'grantAll']();
            window.portcullis[one ? 'grant' : 'deny'](['stranger.test']);
        }, allowed);
        // It runs here either way, if only because everything was allowed for a moment: what is counted comes after it.
        await hasRun('inside');
        trackers.clear();
        await open({ config, body: `<iframe src="${serve(document({ config, body }))}"></iframe>` });
        await notice(false);
        const frame = page.frames()[1];
        if (allowed) await hasRun('inside', frame);
        else assert.deepEqual(await arrivals(frame), []);
    });
}

spec(
    'a frame of another site with the tag asks for itself, where it is known by whom it is shown',
    {},
    async ({ open, serve, shop, notice, page, state, ads, arrivals }) => {
        const config = { ...CONFIG, embedders: [new URL(shop.url('/')).origin] };
        const inner = serve(document({ config, body: `<script src="${ads('inside.js')}"></script>` }));
        await open({ body: `<iframe src="${shop.url(inner, 'other.test')}"></iframe>` });
        await notice();
        const frame = page.frames()[1];
        await frame.waitForSelector('portcullis-notice');
        assert.equal((await state(frame)).phase, 'asking');
        assert.deepEqual(await arrivals(frame), []);
    },
);

spec('a frame written into its own srcdoc has no host, and follows its top all the same', {}, async (stand) => {
    const { open, page, notice, ads, arrivals, state, press, hasRun } = stand;
    const inner = document({ body: `<p>Inside</p><script src="${ads('inside.js')}"></script>` });
    await open({ body: `<iframe srcdoc="${inner.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>` });
    await notice();
    const frame = page.frames()[1];
    await frame.waitForFunction(() => window.portcullis);
    assert.equal((await state(frame)).phase, 'following');
    assert.deepEqual(await arrivals(frame), []);
    await press('grant-all');
    await hasRun('inside', frame);
});

spec('what an own page without the tag brings into a frame is held before it runs', {}, async (stand) => {
    const { open, serve, notice, page, ads, ran, hasRun, press } = stand;
    const bare = (name) => serve(`<!doctype html><p>Inside</p><script src="${ads(name)}"></script><p>Below</p>`);
    await open({ body: `<iframe src="${bare('first.js')}"></iframe>` });
    await notice();
    const frame = page.frames()[1];
    await frame.waitForSelector('p + script + p');
    // Another window, with prototypes of its own.
    await Promise.all([
        page.waitForEvent('framenavigated'),
        page.evaluate((src) => document.querySelector('iframe').setAttribute('src', src), bare('second.js')),
    ]);
    await frame.waitForSelector('p + script + p');
    await frame.waitForLoadState('load');
    assert.deepEqual(await ran(frame), []);
    await press('grant-all');
    await hasRun('second', frame);
});

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

spec(
    'a frame of another site with the tag asks for itself',
    {},
    async ({ open, serve, shop, notice, page, state, ads, arrivals }) => {
        const inner = serve(document({ body: `<script src="${ads('inside.js')}"></script>` }));
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

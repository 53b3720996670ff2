// The whole loop on the demo's own pages, in all three engines: hold, notice, choose, record, reload, release, withdraw.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chromium, firefox, webkit } from './engines.mjs';
import { CONFIG, document as documentOf, servers } from './harness.mjs';

/**
 * What an engine may ask for before any script of the page could stop it: the addresses of unmarked tags, read ahead by
 * its scanner. Nothing that runs, and nothing that is marked, is among them.
 */
const READ_AHEAD = {
    // Where its parser pauses right before the image, which it does on a busy machine: no script runs between.
    chromium: ['/ads/pixel.gif'],
    firefox: ['/stats/tag.js', '/ads/pixel.gif'],
    webkit: ['/stats/tag.js', '/ads/pixel.gif'],
};

const NOTICE = 'portcullis-notice';
const PREFERENCES = 'portcullis-control >>> dialog';
const REOPEN = 'portcullis-control [data-portcullis="choose"]';
const record = () => JSON.parse(localStorage.getItem('portcullis'));
/** Who leaves while the second file is under way hears of it on the console. */
const moreIsHere = () =>
    performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/portcullis-more.js'));
const noticeIsGone = () => !document.querySelector('portcullis-notice');

for (const launch of [chromium, firefox, webkit]) {
    test(`the whole loop in ${launch.name}`, { timeout: 180_000 }, async (t) => {
        const { shop, trackers, complaints, close } = await servers({ witness: true });
        t.after(close);
        const tab = await launch();
        t.after(() => tab.close());
        t.diagnostic(tab.name);

        /** What arrived, but for what was only read ahead; an image of the shop's own that loads after it fences it off. */
        async function arrivals() {
            await tab.eval(() => {
                window.fenced = false;
                const image = document.createElement('img');
                image.onload = () => {
                    window.fenced = true;
                };
                image.src = `/own/fence.gif?${Math.random()}`;
            });
            await tab.waitFor(() => window.fenced);
            const paths = trackers.log().map(({ path }) => path);
            return paths.filter((path) => !READ_AHEAD[launch.name].includes(path));
        }

        // Hold.
        await tab.goto(shop.url('/'));
        await tab.waitFor(() => !!document.querySelector('portcullis-notice'));
        assert.deepEqual(await arrivals(), [], 'nothing arrives before a choice');
        const kept = await tab.eval(() => [localStorage.length, document.cookie]);
        assert.deepEqual(kept, [0, ''], 'nothing is written before a choice');

        // Choose: analytics, not marketing.
        await tab.click(`${NOTICE} [data-portcullis="choose"]`);
        await tab.waitFor(moreIsHere);
        await tab.click(`${PREFERENCES} [role="switch"][value="analytics"]`);
        await tab.click(`${PREFERENCES} [data-portcullis="save"]`);
        await tab.waitFor(noticeIsGone);
        await trackers.arrived('/stats/hit.gif');
        await trackers.arrived('/beacon/collect');
        const chosen = await tab.eval(record);
        assert.equal(chosen.method, 'chosen');
        assert.deepEqual(
            [
                chosen.categories.analytics,
                chosen.categories.marketing,
                chosen.services.countwise,
                chosen.services.adlark,
            ],
            [true, false, true, false],
        );

        // Reload: the choice is kept, and what it allows comes at once.
        trackers.clear();
        await tab.reload();
        await trackers.arrived('/stats/hit.gif');
        await trackers.arrived(({ path, method }) => path === '/beacon/collect' && method === 'POST');
        assert.equal(await tab.eval(noticeIsGone), true, 'the notice does not come again');
        const analytics = (path) => path.startsWith('/stats/') || path.startsWith('/beacon/');
        assert.deepEqual(
            (await arrivals()).filter((path) => !analytics(path)),
            [],
            'what was refused stays held',
        );

        // Release: the embed and the pixel, while the page stands.
        await tab.goto(shop.url('/product'));
        assert.deepEqual(
            (await arrivals()).filter((path) => path.startsWith('/video/')),
            [],
        );
        await tab.click(REOPEN);
        await tab.waitFor(moreIsHere);
        await tab.click(`${PREFERENCES} [data-portcullis="grant-all"]`);
        await trackers.arrived('/video/view.gif');
        await trackers.arrived('/ads/pixel.gif');
        await tab.waitFor(() => document.querySelector('img[src*="/ads/"]')?.naturalWidth === 1);

        // Reload: the embed comes at once.
        trackers.clear();
        await tab.reload();
        await trackers.arrived('/video/view.gif');

        // Withdraw: as many clicks as granting; what was left behind goes, and nothing arrives any more.
        await tab.click(REOPEN);
        await tab.waitFor(moreIsHere);
        await tab.click(`${PREFERENCES} [data-portcullis="deny-all"]`);
        await tab.waitFor(() => !document.cookie.includes('_cw_id') && !localStorage.getItem('countwise:last'));
        await tab.goto(shop.url('/'));
        trackers.clear();
        await tab.reload();
        assert.deepEqual(await arrivals(), [], 'nothing arrives after the withdrawal');
        const withdrawn = await tab.eval(record);
        assert.equal(withdrawn.method, 'deny-all');
        assert.deepEqual(
            withdrawn.history.map(({ method }) => method),
            ['chosen', 'grant-all'],
        );
        assert.equal(await tab.eval(noticeIsGone), true, 'a refusal is kept like a consent');

        assert.deepEqual([...tab.problems(), ...complaints()], [], 'what the pages complained of');
    });
}

for (const launch of [chromium, firefox, webkit]) {
    test(`the service worker in ${launch.name}`, { timeout: 180_000 }, async (t) => {
        const { shop, trackers, serve, close } = await servers();
        t.after(close);
        const tab = await launch();
        t.after(() => tab.close());
        const stats = { id: 'stats', name: 'Stats', category: 'analytics', hosts: ['127.0.0.1'] };
        const config = { ...CONFIG, services: [stats], worker: '/portcullis-sw.js' };
        const script = trackers.url('/t/late.js', '127.0.0.1');
        const path = serve(documentOf({ config, hold: '', head: `<script src="${script}"></script>` }));
        await tab.goto(shop.url(path));
        await tab.waitFor(() => navigator.serviceWorker.controller?.state === 'activated');

        // What is read ahead of the page, the worker sees.
        trackers.clear();
        await tab.reload();
        await tab.waitFor(() => !!document.querySelector('portcullis-notice'));
        await tab.eval(() => {
            fetch(`/own/fence.gif`).then(() => {
                window.fenced = true;
            });
        });
        await tab.waitFor(() => window.fenced);
        assert.deepEqual(trackers.log(), []);

        // What the page lets go passes at once, and on the next page.
        await tab.click(`${NOTICE} [data-portcullis="grant-all"]`);
        await tab.waitFor(() => window.ran?.includes('late'));
        await tab.reload();
        await tab.waitFor(() => window.ran?.includes('late'));
    });
}

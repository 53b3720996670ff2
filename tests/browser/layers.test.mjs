// The two further layers, each the owner's choice: the service worker and `enforce: "strict"`. Both hold what no hook of a
// page can: an image right behind our tag, which sets out before any script may look at it.

import assert from 'node:assert/strict';
import { CONFIG, spec, until } from './harness.mjs';

/** A page whose markup asks for an image of the analytics service in the same breath as for us. */
const page = (stand, config) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<script>window.portcullisConfig = ${JSON.stringify(config)}</script><script src="/portcullis.js"></script><img src="${stand.stats('p.gif')}">
</head><body><img src="/own/mine.gif" id="mine"></body></html>`;
/** What the browser itself says of a request that the worker held. */
const HELD = [/net::ERR_FAILED/];
const arrived = async (stand) => (await stand.arrivals()).filter((what) => what.includes('p.gif')).length;
const ownImage = (stand) => stand.page.evaluate(() => document.querySelector('#mine').naturalWidth);
const databases = (stand) => stand.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
/** Resolves when the worker that serves this page has taken what the page told it. */
const settled = (stand) =>
    stand.page.evaluate(async () => {
        await navigator.serviceWorker.ready;
        const { grants, record } = window.portcullis.state();
        await new Promise((resolve) => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = resolve;
            navigator.serviceWorker.controller.postMessage({ portcullis: { grants, chosen: !!record } }, [port2]);
        });
    });
const controlled = (stand) =>
    stand.page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');

spec(
    'the service worker holds from the second load on, and grants reach it at once',
    { allow: HELD },
    async (stand) => {
        const config = { ...CONFIG, worker: '/portcullis-sw.js' };
        const path = await stand.open(page(stand, config));
        await controlled(stand);
        stand.trackers.clear();
        await stand.page.reload();
        assert.equal(await arrived(stand), 0, 'held before a choice');
        assert.ok(await ownImage(stand), "the page's own images are untouched");
        assert.deepEqual(await databases(stand), [], 'nothing is written before a choice');

        await stand.press('grant-all');
        await settled(stand);
        assert.deepEqual(await databases(stand), ['portcullis']);
        await stand.page.reload();
        assert.ok((await arrived(stand)) > 0, 'it arrives once it is allowed');

        await stand.page.evaluate(() => window.portcullis.deny(['analytics']));
        await settled(stand);
        stand.trackers.clear();
        await stand.page.reload();
        assert.equal(await arrived(stand), 0, 'and is held again when that is withdrawn');

        await stand.page.evaluate(() => window.portcullis.erase());
        await settled(stand);
        await until(stand.page, async () => (await indexedDB.databases()).length === 0);
        assert.ok(path);
    },
);

spec('what the page lets go passes a service worker that has not heard of it yet', { allow: HELD }, async (stand) => {
    const { open, press, page } = stand;
    const config = { ...CONFIG, worker: '/portcullis-sw.js' };
    await open({ config, head: `<script src="${stand.stats('late.js')}"></script>` });
    await controlled(stand);
    await page.reload();
    await press('grant-all');
    await stand.hasRun('late');
});

spec('what is loaded once passes the service worker, and nothing else does', { allow: HELD }, async (stand) => {
    const { open, page, trackers } = stand;
    const url = (file) => trackers.url(`/t/${file}`, 'films.test');
    const config = { ...CONFIG, worker: '/portcullis-sw.js' };
    await open({
        config,
        body: `<div data-consent="films" id="box"><template><img src="${url('in.gif')}"><script src="${url('in.js')}"></script></template></div>`,
    });
    await controlled(stand);
    await page.reload();
    await page.locator('portcullis-embed [data-seen]').waitFor();
    await page.locator('portcullis-embed [data-portcullis="once"]').click();
    await stand.hasRun('in');
    await trackers.arrived('/t/in.gif');
    trackers.clear();
    await stand.insert(url('out.js'));
    assert.deepEqual(await stand.arrivals(), []);
});

/** One who is met so rarely that the first file does not name them. */
const rare = (stand, file) => stand.stats(file).replace('stats.test', 'data.gosquared.com');

spec(
    'the service worker holds whom the first file does not name, and the page lists them',
    { allow: HELD },
    async (stand) => {
        const { page, open, notice, press, choose } = stand;
        const config = { ...CONFIG, worker: '/portcullis-sw.js' };
        let loads = 0;
        /** Opens a page that asks for an image of theirs, a new one each time: none comes out of a cache. */
        const visit = () => open({ config, body: `<img src="${rare(stand, `${++loads}.gif`)}">` });
        const came = async () => (await stand.arrivals()).filter((what) => what.endsWith(`/${loads}.gif`)).length;
        await visit();
        assert.equal(await came(), 1, 'the page alone does not know them');
        await controlled(stand);
        stand.trackers.clear();

        const heard = page.waitForEvent('console', (line) => line.text().includes('services: ["gosquared"]'));
        await visit();
        await heard;
        assert.equal(await came(), 0);
        await notice();
        assert.match(await page.locator('portcullis-notice').textContent(), /Gosquared/);
        const { grants } = await page.evaluate(() => window.portcullis.state());
        assert.equal(grants.services.gosquared, false);
        // The page knows all of their hosts now, and holds what it can give back.
        await stand.insert(rare(stand, 'rare.js'));
        assert.equal((await stand.arrivals()).length, 0);
        await press('choose');
        // By the name that they go by, which the second file has.
        await page.locator('dialog', { hasText: 'GoSquared' }).waitFor();
        await press('grant-all');
        await notice(false);
        await stand.hasRun('rare');

        await settled(stand);
        await visit();
        assert.equal(await came(), 1, 'and it arrives once it is allowed');
        assert.equal(await page.evaluate(() => window.portcullis.state().record.services.gosquared), true);

        await choose({ analytics: false });
        await settled(stand);
        stand.trackers.clear();
        await visit();
        assert.equal(await came(), 0, 'and is held again when that is withdrawn');
        assert.equal(await page.locator('portcullis-notice').count(), 0, 'nobody is asked again');
    },
);

spec('a worker of the site takes ours in', { allow: HELD }, async (stand) => {
    stand.serve(
        `self.portcullisConfig = ${JSON.stringify(CONFIG)}; importScripts('/portcullis-sw.js');
        self.addEventListener('message', (event) => event.data === 'mine' && event.source.postMessage('mine too'));`,
        { path: '/own-sw', headers: { 'Content-Type': 'text/javascript' } },
    );
    // It is there before our tag comes to the site.
    await stand.open('<!doctype html><title>A page</title>');
    await stand.page.evaluate(() => navigator.serviceWorker.register('/own-sw', { scope: '/' }));
    await controlled(stand);
    await stand.open(page(stand, { ...CONFIG, worker: '/own-sw' }));
    assert.equal(await arrived(stand), 0);
    await stand.press('grant-all');
    await stand.trackers.arrived('/t/p.gif');
    // It hears of the grant, and keeps a copy.
    await until(stand.page, async () => (await indexedDB.databases()).some(({ name }) => name === 'portcullis'));
    const { scriptURL } = await stand.page.evaluate(async () => {
        const { active } = await navigator.serviceWorker.getRegistration();
        return { scriptURL: active.scriptURL };
    });
    assert.equal(new URL(scriptURL).search, '', 'it stays as the site registered it');
    const answer = await stand.page.evaluate(
        () =>
            new Promise((resolve) => {
                navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
                navigator.serviceWorker.startMessages();
                navigator.serviceWorker.controller.postMessage('mine');
            }),
    );
    assert.equal(answer, 'mine too');
});

/** What the browser itself says of a refusal is not ours. */
const REFUSED = [/violates the following Content Security Policy directive/, /Content.Security.Policy/];
const STRICT = { ...CONFIG, block: 'third-party', enforce: 'strict' };
/** A road that no hook needs to know: the browser holds it. */
const wallpaper = (stand) => ({
    config: STRICT,
    head: `<style>.paper { background: url("${stand.stats('paper.gif')}") }</style>`,
    body: `<p class="paper">paper</p><script>window.loads = (Number(sessionStorage.loads) || 0) + 1; sessionStorage.loads = loads;</script>`,
});
const papers = async (stand) => (await stand.arrivals()).filter((what) => what.includes('paper.gif')).length;
const loads = (stand) => stand.page.evaluate(() => Number(sessionStorage.loads));

spec(
    'strict: the browser holds, a grant reloads the page once, a withdrawal none',
    { allow: REFUSED },
    async (stand) => {
        await stand.open(wallpaper(stand));
        assert.equal(await papers(stand), 0, 'held');
        assert.equal(await loads(stand), 1);

        const again = stand.page.waitForEvent('load');
        await stand.page.evaluate(() => window.portcullis.grant(['analytics']));
        await again;
        assert.equal(await loads(stand), 2, 'reloaded once');
        await stand.page.waitForFunction(() => window.portcullis.state().grants.services.stats);
        assert.equal(await papers(stand), 1, 'and it arrives');
        await stand.insert(stand.ads('b.js'));
        assert.ok(!(await stand.arrivals()).some((what) => what.startsWith('ads.test')), 'another service does not');

        await stand.page.evaluate(() => window.portcullis.deny(['analytics']));
        await stand.insert(stand.stats('late.js'));
        assert.ok(!(await stand.arrivals()).some((what) => what.includes('late.js')), 'held at once');
        assert.equal(await loads(stand), 2, 'with no further reload');
    },
);

spec(
    'strict with another block than third-party is an error, and holds all the same',
    { allow: [...REFUSED, /configuration is not as it should be/] },
    async (stand) => {
        await stand.open({ ...wallpaper(stand), config: { ...STRICT, block: 'known' } });
        assert.match(await stand.said(/not as it should be/), /block: expected "third-party"/);
        assert.equal(await papers(stand), 0);
    },
);

spec('strict: a blank pop-up that nobody asked for is refused', { allow: REFUSED }, async (stand) => {
    const body = `<script>window.refused = open('about:blank') === null && open() === null</script>
        <button onclick="window.opened = open('about:blank') !== null">Open</button>`;
    await stand.open({ config: STRICT, body });
    assert.equal(await stand.page.evaluate(() => window.refused), true);
    await stand.page.click('text=Open');
    assert.equal(await stand.page.evaluate(() => window.opened), true, 'one that the visitor asks for opens');
});

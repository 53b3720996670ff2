// One file, started synchronously: when the tag's line has run, the gate is down.

import assert from 'node:assert/strict';
import { document, snippet, spec } from './harness.mjs';

const LATE = /started late/;

spec('the gate is down before the next line', {}, async ({ open, stats, arrivals, page, ran }) => {
    await open({
        head: `<script>
            window.seen = typeof window.portcullis?.state;
            document.head.appendChild(document.createElement('script')).src = '${stats('inserted.js')}';
        </script><script src="${stats('parsed.js')}"></script>`,
    });
    assert.deepEqual(await arrivals(), []);
    assert.deepEqual(await ran(), []);
    assert.equal(await page.evaluate(() => window.seen), 'function');
});

// In the body the line that holds the scanner back is not allowed, so the request may be read ahead; nothing runs.
spec('it works in the body', {}, async ({ open, stats, arrivals, notice, press, ran, hasRun }) => {
    const gate = snippet({ hold: '' });
    await open(`<!doctype html><title>A page</title><body><p>Text</p>${gate}<script src="${stats('a.js')}"></script>`);
    await notice();
    await arrivals();
    assert.deepEqual(await ran(), []);
    await press('grant-all');
    await hasRun('a');
});

for (const attribute of ['defer', 'async']) {
    spec(
        `with ${attribute} it is late, says what it missed and works from then on`,
        { allow: [LATE] },
        async (stand) => {
            const { open, stats, arrivals, notice, said, insert } = stand;
            await open({ attrs: attribute, hold: '', head: `<script src="${stats('early.js')}"></script>` });
            await notice();
            assert.match(await said(LATE), /stats\.test.*early\.js/);
            await insert(stats('later.js'));
            assert.deepEqual(await arrivals(), ['stats.test/t/early.js']);
        },
    );
}

spec('a tag after a tracker says what it missed', { allow: [LATE] }, async ({ open, stats, said, hasRun }) => {
    await open({ before: `<script src="${stats('before.js')}"></script>` });
    await hasRun('before');
    assert.match(await said(LATE), /before\.js/);
});

spec('twice on one page is one instance', {}, async ({ open, notice, page, stats, press, trackers, hasRun }) => {
    await open({
        head: `<script>window.first = window.portcullis</script>${snippet()}<script src="${stats('a.js')}"></script>`,
    });
    await notice();
    assert.equal(await page.evaluate(() => window.first === window.portcullis), true);
    assert.equal(await page.locator('portcullis-notice').count(), 1);
    await press('grant-all');
    await hasRun('a');
    assert.equal(trackers.log().length, 1);
});

spec(
    'a windows-1252 page whose server names no charset',
    {},
    async ({ open, notice, page, stats, arrivals, press, hasRun }) => {
        const html = `<!doctype html><title>Café</title>${snippet()}<body><p>Crème</p><script src="${stats('a.js')}"></script>`;
        await open(Buffer.from(html, 'latin1'), { headers: { 'Content-Type': 'text/html' } });
        await notice();
        assert.equal(await page.evaluate(() => document.characterSet), 'windows-1252');
        assert.deepEqual(await arrivals(), []);
        assert.doesNotMatch(await page.locator('portcullis-notice').innerText(), /[ÃÂâ€]/);
        await press('grant-all');
        await hasRun('a');
    },
);

spec(
    'inserted by a script, without a current script',
    { allow: [LATE] },
    async ({ open, notice, page, stats, arrivals }) => {
        await open(`<!doctype html><title>A page</title><body><script>
        document.body.appendChild(document.createElement('script')).src = '/portcullis.js';
    </script>`);
        await notice();
        await page.evaluate(() => window.portcullis.state());
        await page.evaluate((url) => {
            const script = document.createElement('script');
            script.type = 'text/plain';
            script.dataset.consent = 'analytics';
            script.src = url;
            document.body.append(script);
        }, stats('a.js'));
        assert.deepEqual(await arrivals(), []);
    },
);

spec('imported as a module', { allow: [LATE] }, async ({ open, notice, page, press, stats, arrivals, hasRun }) => {
    await open(`<!doctype html><title>A page</title><body><script type="module">
        import portcullis from '/portcullis.mjs';
        window.same = portcullis === window.portcullis;
        window.portcullis.on('ready', (state) => { window.ready = state.phase; });
    </script>
    <script type="text/plain" data-consent="analytics" src="${stats('a.js')}"></script>`);
    await notice();
    assert.deepEqual(await page.evaluate(() => [window.same, window.ready]), [true, 'asking']);
    assert.deepEqual(await arrivals(), []);
    await press('grant-all');
    await hasRun('a');
});

spec('an XHTML document', {}, async ({ open, notice, press, stats, arrivals, hasRun }) => {
    const html = `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>A page</title>${snippet({ hold: '' })}</head>
        <body><p>Text</p><script src="${stats('a.js')}"></script></body></html>`;
    await open(html, { headers: { 'Content-Type': 'application/xhtml+xml' } });
    await notice();
    assert.deepEqual(await arrivals(), []);
    await press('grant-all');
    await hasRun('a');
});

spec('a sandboxed frame without storage', { allow: [/cannot be stored/] }, async (stand) => {
    const { open, serve, page, stats, trackers, said } = stand;
    const inner = serve(document({ body: `<script src="${stats('a.js')}"></script>` }));
    await open(`<!doctype html><title>Outside</title><iframe sandbox="allow-scripts" src="${inner}"></iframe>`);
    const frame = page.frames()[1];
    await frame.waitForSelector('portcullis-notice');
    assert.deepEqual(await stand.arrivals(frame), []);
    await frame.click('[data-portcullis="grant-all"]');
    await trackers.arrived('/t/a.js');
    await said(/cannot be stored/);
});

spec('the notice stands in the first frame that has a body', {}, async ({ open, page }) => {
    const look = `requestAnimationFrame(() => { window.stood = !!document.querySelector('portcullis-notice'); });`;
    await open({ body: `<script>${look}</script><p>Text</p>` });
    await page.waitForFunction(() => 'stood' in window);
    assert.equal(await page.evaluate(() => window.stood), true);
});

spec('nothing shifts', {}, async ({ open, notice, press, page }) => {
    await open({ body: '<h1>A heading</h1><p>Text</p>'.repeat(30) });
    await page.evaluate(() => {
        window.shifts = [];
        new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map(({ value }) => value))).observe({
            type: 'layout-shift',
            buffered: true,
        });
    });
    const frames = () =>
        page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await notice();
    await frames();
    await press('deny-all');
    await notice(false);
    await frames();
    assert.deepEqual(await page.evaluate(() => window.shifts), []);
});

spec(
    'before a choice: one request, nothing written',
    {},
    async ({ open, notice, page, context, asked, arrivals, shop, stats }) => {
        const path = await open({ body: `<p>Text</p><script src="${stats('a.js')}"></script>` });
        await notice();
        assert.deepEqual(asked(), [shop.url(path), shop.url('/portcullis.js')]);
        assert.deepEqual(await arrivals(), []);
        await page.mouse.wheel(0, 400);
        const written = await page.evaluate(async () => ({
            local: localStorage.length,
            session: sessionStorage.length,
            databases: (await indexedDB.databases()).length,
            caches: (await caches.keys()).length,
        }));
        assert.deepEqual(written, { local: 0, session: 0, databases: 0, caches: 0 });
        assert.deepEqual(await context.cookies(), []);
    },
);

spec(
    'plain http under a name that is not localhost',
    {},
    async ({ open, page, notice, stats, arrivals, press, hasRun, record }) => {
        await open({ body: `<script src="${stats('a.js')}"></script>` }, { host: 'shop.test' });
        await notice();
        assert.equal(await page.evaluate(() => window.isSecureContext), false);
        assert.deepEqual(await arrivals(), []);
        await press('grant-all');
        await hasRun('a');
        assert.equal((await record()).method, 'grant-all');
        await page.reload();
        await hasRun('a');
        await notice(false);
    },
);

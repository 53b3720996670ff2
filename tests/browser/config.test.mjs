// What the owner asked for: from three sources, strict until read, every error named, and fixed once the gate stands.

import assert from 'node:assert/strict';
import { CONFIG, spec } from './harness.mjs';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const BROKEN = /Portcullis/;

const SOURCES = {
    'window.portcullisConfig': { config: CONFIG },
    'a JSON block': { json: JSON.stringify(CONFIG) },
    'data-config': { config: null, attrs: 'data-config="/asked.json"' },
};

for (const [name, source] of Object.entries(SOURCES)) {
    spec(
        `the config from ${name}`,
        {},
        async ({ open, serve, notice, state, stats, stranger, arrivals, press, hasRun }) => {
            serve(JSON.stringify(CONFIG), { path: '/asked.json', headers: JSON_TYPE });
            await open({
                ...source,
                body: `<script src="${stats('a.js')}"></script><script src="${stranger('b.js')}"></script>`,
            });
            await notice();
            assert.deepEqual(Object.keys((await state()).grants.services).sort(), ['ads', 'films', 'stats']);
            await hasRun('b');
            assert.deepEqual(await arrivals(), ['stranger.test/t/b.js']);
            await press('grant-all');
            await hasRun('a');
        },
    );
}

spec(
    'with no config, defaults that work',
    {},
    async ({ open, notice, state, stats, stranger, arrivals, press, hasRun }) => {
        await open({
            config: null,
            body: `<script type="text/plain" data-consent="analytics" src="${stats('a.js')}"></script>
            <script src="${stranger('b.js')}"></script>`,
        });
        await notice();
        const { grants, regime, mode } = await state();
        assert.deepEqual(grants.categories, {
            necessary: true,
            preferences: false,
            analytics: false,
            marketing: false,
        });
        assert.deepEqual([regime, mode], ['opt-in', 'gate']);
        await hasRun('b');
        assert.deepEqual(await arrivals(), ['stranger.test/t/b.js']);
        await press('grant-all');
        await hasRun('a');
    },
);

spec('until data-config arrives, the gate is at its strictest', {}, async (stand) => {
    const { open, serve, page, notice, stranger, arrivals, hasRun } = stand;
    serve(JSON.stringify(CONFIG), { path: '/late.json', headers: JSON_TYPE });
    let arrive;
    const asked = new Promise((resolve) => {
        page.route('**/late.json', (route) => {
            arrive = () => route.continue();
            resolve();
        });
    });
    await open({
        config: null,
        attrs: 'data-config="/late.json"',
        body: `<script src="${stranger('a.js')}"></script>`,
    });
    await asked;
    await page.evaluate(() => window.portcullis.grantAll());
    assert.deepEqual(await arrivals(), []);
    assert.equal(await page.evaluate(() => localStorage.length), 0);
    arrive();
    await notice();
    await hasRun('a');
});

/** A page whose configuration comes when it is told to. */
async function slow({ serve, page, open, stats }, config) {
    serve(JSON.stringify(config), { path: '/slow.json', headers: JSON_TYPE });
    const asked = new Promise((resolve) => {
        page.route('**/slow.json', (route) => resolve(() => route.continue()));
    });
    await open({
        config: null,
        attrs: 'data-config="/slow.json"',
        body: `<script src="${stats('a.js')}"></script>`,
    });
    return asked;
}

const enabled = (page) =>
    page.$$eval('portcullis-notice > button', (buttons) =>
        buttons.flatMap(({ disabled, dataset }) => (disabled ? [] : [dataset.portcullis])),
    );

spec('a data-config that takes its time: English meanwhile, in which only a no counts', {}, async (stand) => {
    const { page, notice, press, record, state, arrivals } = stand;
    const arrive = await slow(stand, { ...CONFIG, notice: { theme: 'dark' } });
    await notice();
    assert.deepEqual(await enabled(page), ['deny-all']);
    await page.evaluate(() => window.portcullis.grantAll());
    assert.equal(await page.evaluate(() => localStorage.length), 0);
    await press('deny-all');
    await notice(false);
    assert.equal(await page.evaluate(() => localStorage.length), 0);
    arrive();
    await page.waitForFunction(() => localStorage.portcullis);
    assert.equal((await record()).method, 'deny-all');
    assert.equal((await state()).phase, 'answered');
    assert.equal(await page.$('portcullis-notice'), null);
    assert.deepEqual(await arrivals(), []);
});

spec("a data-config that comes late: the owner's notice, with every answer", {}, async (stand) => {
    const { page, notice, press, hasRun } = stand;
    const arrive = await slow(stand, { ...CONFIG, notice: { theme: 'dark' } });
    await notice();
    arrive();
    await page.waitForSelector('portcullis-notice[data-theme="dark"]');
    assert.equal(await page.locator('portcullis-notice').count(), 1);
    assert.deepEqual(await enabled(page), ['deny-all', 'grant-all', 'choose']);
    await press('grant-all');
    await hasRun('a');
});

spec('a visitor who has answered is not shown a notice for a slow data-config', {}, async (stand) => {
    const { page, notice, press, hasRun, state } = stand;
    const arrive = await slow(stand, CONFIG);
    arrive();
    await notice();
    await press('grant-all');
    await hasRun('a');
    await page.unroute('**/slow.json');
    const again = await slow(stand, CONFIG);
    // The gate looks at the same clock: after that pause and a turn, it has decided.
    await page.evaluate(() => new Promise((done) => setTimeout(done, 1000)));
    await page.evaluate(() => new Promise((done) => setTimeout(done)));
    assert.equal(await page.$('portcullis-notice'), null);
    assert.equal((await state()).phase, 'waiting');
    again();
    await hasRun('a');
});

for (const [what, status, text] of [
    ['is not there', 404, 'Not found'],
    ['is not JSON', 200, '<html>'],
]) {
    spec(`a data-config that ${what} leaves the gate closed`, { allow: [BROKEN, /404/] }, async (stand) => {
        const { open, serve, page, stranger, arrivals, said } = stand;
        serve(text, { path: '/missing.json', status, headers: JSON_TYPE });
        await open({
            config: null,
            attrs: 'data-config="/missing.json"',
            before: `<script>document.addEventListener('portcullis:error', (event) => { window.failed = event.detail; });</script>`,
            body: `<script src="${stranger('a.js')}"></script>`,
        });
        await said(/Portcullis/);
        await page.waitForFunction(() => window.failed?.message);
        await page.evaluate(() => window.portcullis.grantAll());
        assert.deepEqual(await arrivals(), []);
    });
}

spec('every error at once, with its path and the nearest right word', { allow: [BROKEN] }, async (stand) => {
    const { open, said, notice, lines, stats, arrivals } = stand;
    await open({
        config: {
            ...CONFIG,
            blok: 'known',
            regime: 'optin',
            expires: { granted: 9999 },
            services: [
                ...CONFIG.services,
                { id: 'acme', catgory: 'analytics', hosts: ['acme.test'] },
                { id: 'stats', category: 'analytics', hosts: 'stats.test' },
            ],
        },
        body: `<script src="${stats('a.js')}"></script>`,
    });
    await notice();
    await said(/catgory/);
    await said(/granted/);
    const text = lines()
        .map((line) => line.text)
        .join('\n');
    assert.match(text, /blok.*"?block"?/s);
    assert.match(text, /regime.*"?optin"?.*"?opt-in"?/s);
    assert.match(text, /expires\.granted.*9999/s);
    assert.match(text, /services\[3\]\.catgory: unknown key; did you mean "category"\?/);
    assert.match(text, /services\[4\]\.hosts/);
    assert.deepEqual(await arrivals(), []);
});

// What cannot be read at all falls to the strictest: every third party is held.
for (const [what, script] of [
    ['a text', `window.portcullisConfig = 'nonsense'`],
    ['a getter that throws', `Object.defineProperty(window, 'portcullisConfig', { get() { throw new Error('no'); } })`],
    ['an object that throws', `window.portcullisConfig = { get services() { throw new Error('no'); } }`],
    ['a block that is neither word', `window.portcullisConfig = { block: 'nothing' }`],
]) {
    spec(
        `${what} for a config leaves the gate strict`,
        { allow: [BROKEN] },
        async ({ open, notice, said, stats, stranger, arrivals }) => {
            await open({
                config: null,
                before: `<script>${script};</script>`,
                body: `<script type="text/plain" data-consent="analytics" src="${stats('a.js')}"></script>
                    <script src="${stranger('b.js')}"></script>`,
            });
            await notice();
            await said(/Portcullis/);
            assert.deepEqual(await arrivals(), []);
        },
    );
}

spec('a mode that is neither word is no dry run', { allow: [BROKEN] }, async ({ open, notice, stats, arrivals }) => {
    await open({ config: { ...CONFIG, mode: 'off' }, body: `<script src="${stats('a.js')}"></script>` });
    await notice();
    assert.deepEqual(await arrivals(), []);
});

spec(
    'a config that is changed after the start changes nothing',
    {},
    async ({ open, notice, insert, stats, state, arrivals }) => {
        await open({
            head: `<script>
            portcullisConfig.mode = 'report';
            portcullisConfig.block = 'marked';
            portcullisConfig.allow = ['stats.test'];
            portcullisConfig.services[0].category = 'necessary';
            portcullisConfig.services[0].hosts.length = 0;
            portcullisConfig.services.length = 0;
            window.portcullisConfig = { mode: 'report' };
        </script><script src="${stats('a.js')}"></script>`,
        });
        await notice();
        await insert(stats('b.js'));
        assert.deepEqual(await arrivals(), []);
        assert.deepEqual(Object.keys((await state()).grants.services).sort(), ['ads', 'films', 'stats']);
    },
);

for (const [name, config, passes] of [
    ['block: marked', { block: 'marked' }, ['ads.test/t/b.js', 'free.test/t/d.js', 'stranger.test/t/c.js']],
    ['block: known', {}, ['free.test/t/d.js', 'stranger.test/t/c.js']],
    ['block: third-party', { block: 'third-party', allow: ['free.test'] }, ['free.test/t/d.js']],
]) {
    spec(`${name} holds what it says`, {}, async ({ open, notice, stats, ads, stranger, trackers, arrivals }) => {
        await open({
            config: { ...CONFIG, ...config },
            body: `<script type="text/plain" data-consent="analytics" src="${stats('a.js')}"></script>
                <script src="${ads('b.js')}"></script><script src="${stranger('c.js')}"></script>
                <script src="${trackers.url('/t/d.js', 'free.test')}"></script>`,
        });
        await notice();
        assert.deepEqual((await arrivals()).sort(), passes);
    });
}

spec('a service on a part of a host', {}, async ({ open, notice, trackers, arrivals, hasRun }) => {
    const services = [{ id: 'part', category: 'analytics', hosts: ['127.0.0.1/t/part/'] }];
    await open({
        config: { ...CONFIG, services },
        body: `<script src="${trackers.url('/t/part/a.js')}"></script><script src="${trackers.url('/t/other.js')}"></script>`,
    });
    await notice();
    await hasRun('other');
    assert.deepEqual(await arrivals(), ['127.0.0.1/t/other.js']);
});

spec('own words', {}, async ({ open, notice, page }) => {
    await open({ config: { ...CONFIG, text: { en: { title: 'Biscuits?' } } } });
    await notice();
    assert.equal(await page.locator('portcullis-notice h2').innerText(), 'Biscuits?');
});

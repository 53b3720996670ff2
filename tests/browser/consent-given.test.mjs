// Consent is the visitor's own: what markup, a subdomain, another site around the page or a program does is none.

import assert from 'node:assert/strict';
import { CONFIG, document, spec } from './harness.mjs';

const PLACE = 'portcullis-embed';
const films = (trackers, name = 'film') => trackers.url(`/t/${name}.html`, 'films.test');
const frame = (url, attrs = 'id="film" width="560" height="315"') => `<iframe ${attrs} src="${url}"></iframe>`;
/** Put in by a script: what the parser puts in may have set out before it is held. */
const later = (html) =>
    `<script>document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(html).replaceAll('</', '<\\/')})</script>`;
/** All over the page, and not to be seen. */
const OVER = 'position:fixed;inset:0;z-index:2147483647;opacity:0';
const settled = (page) =>
    page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

// ---- whose buttons ----

for (const action of ['grant-all', 'save', 'confirm', 'grant', 'always', 'once']) {
    for (const [how, html] of [
        ['a link', `<a id="trap" href="#x" data-portcullis="${action}" style="${OVER}">Win</a>`],
        [
            'a label of it',
            `<button id="b" data-portcullis="${action}"></button><label for="b" id="trap" style="${OVER}">Win</label>`,
        ],
        [
            'in an element named as ours',
            `<portcullis-notice><button id="trap" data-portcullis="${action}" style="${OVER}">Win</button></portcullis-notice>`,
        ],
    ]) {
        spec(
            `${action} of the page, ${how}, grants nothing`,
            { allow: [/call portcullis\.grantAll\(\)/] },
            async (stand) => {
                const { open, notice, page, record, state, said } = stand;
                await open({ body: html });
                await notice();
                if (await page.locator('#trap').count()) {
                    await page.mouse.click(300, 200);
                    await said(/call portcullis\.grantAll\(\)/);
                }
                assert.equal(await record(), null);
                assert.equal((await state()).phase, 'asking');
                assert.equal((await state()).grants.categories.marketing, false);
            },
        );
    }
}

spec('what the page may ask for: the preferences, a no, closing', {}, async (stand) => {
    const { open, notice, page, record, state } = stand;
    await open({
        body: `<button id="choose" data-portcullis="choose">A</button><button id="deny" data-portcullis="deny-all">B</button>
            <button id="close" data-portcullis="close">C</button>`,
    });
    await notice();
    await page.click('#choose');
    await page.waitForSelector('portcullis-control dialog[open]');
    await page.keyboard.press('Escape');
    await page.click('#close');
    await notice(false);
    assert.equal(await record(), null);
    await page.reload();
    await notice();
    await page.click('#deny');
    await notice(false);
    assert.equal((await record()).method, 'deny-all');
    assert.equal((await state()).grants.categories.marketing, false);
});

spec("the page's erase asks once more, then erases", {}, async (stand) => {
    const { open, notice, press, page, record } = stand;
    await open({ body: '<button id="erase" data-portcullis="erase">Erase</button>' });
    await notice();
    await press('deny-all');
    await notice(false);
    await page.click('#erase');
    const yes = page.locator('dialog[open] [data-rights="erase-confirm"]');
    await yes.waitFor();
    assert.equal((await record()).method, 'deny-all');
    // What is kept is listed above the question, and comes later: the question stays in sight.
    await page.waitForFunction(() => {
        const { shadowRoot: root } = document.querySelector('portcullis-control');
        const list = root.querySelector('[data-rights="stored"] dl');
        const { x, y, width, height } = root.querySelector('[data-rights="erase-confirm"]').getBoundingClientRect();
        return list && root.elementFromPoint(x + width / 2, y + height / 2)?.dataset.rights === 'erase-confirm';
    });
    await yes.click();
    await notice();
    assert.equal(await record(), null);
});

spec('a grant by the API is recorded as such, and our own buttons go on working', {}, async (stand) => {
    const { open, notice, press, page, record } = stand;
    await open({});
    await notice();
    await page.evaluate(() => window.portcullis.grantAll());
    assert.equal((await record()).method, 'api');
    await page.evaluate(() => window.portcullis.erase());
    await notice();
    await press('grant-all');
    await notice(false);
    assert.equal((await record()).method, 'grant-all');
});

spec('grants: "visitor" takes no grant of a script or a program', { allow: [/grant was refused/] }, async (stand) => {
    const { open, notice, press, page, record, said, choose } = stand;
    await open({ config: { ...CONFIG, grants: 'visitor' } });
    await notice();
    await page.evaluate(() => {
        window.portcullis.grantAll();
        window.portcullis.grant(['stats']);
        document.querySelector('portcullis-notice [data-portcullis="grant-all"]').click();
    });
    await said(/grant was refused/);
    assert.equal(await record(), null);
    await choose({ analytics: true });
    await notice(false);
    assert.equal((await record()).method, 'chosen');
    await page.evaluate(() => window.portcullis.deny(['stats']));
    assert.deepEqual([(await record()).method, (await record()).services.stats], ['api', false]);
    await press('choose');
});

// ---- what the visitor could see ----

/** What covers our buttons, makes them clear or unreadable. */
const HIDING = {
    'the notice is clear': '<style>portcullis-notice::part(notice){opacity:0}</style>',
    'the notice is nearly clear': '<style>portcullis-notice::part(notice){opacity:.01}</style>',
    'the page is clear': '<style>body{opacity:0}</style>',
    'a filter': '<style>portcullis-notice::part(notice){filter:opacity(0)}</style>',
    'a blend': '<style>portcullis-notice::part(notice){mix-blend-mode:multiply}</style>',
    'a mask': '<style>portcullis-notice::part(notice){mask-image:linear-gradient(transparent,transparent)}</style>',
    'clear colours': `<style>:root{--portcullis-text:transparent;--portcullis-background:transparent;--portcullis-accent:transparent;
        --portcullis-accent-text:transparent;--portcullis-muted:transparent;--portcullis-border:transparent}</style>`,
    'all in one colour': `<style>:root{--portcullis-text:#fff;--portcullis-background:#fff;--portcullis-accent:#fff;
        --portcullis-accent-text:#fefefe;--portcullis-muted:#fff;--portcullis-border:#fff}</style>`,
    'letters of no size': '<style>:root{--portcullis-font:0/0 a}</style>',
    'a picture that lets clicks through':
        '<div style="position:fixed;inset:0;z-index:2147483647;background:#fff;pointer-events:none">Win</div>',
    'the same, with weight':
        '<div style="position:fixed;inset:0;z-index:2147483647;background:#fff;pointer-events:none!important">Win</div>',
    'a picture that takes no part':
        '<div inert style="position:fixed;inset:0;z-index:2147483647;background:#fff">Win</div>',
    'other words over ours': `<style>portcullis-notice::part(notice)::before{content:'Win';position:absolute;inset:0 40% 0 0;background:#fff}</style>`,
    'a picture over our words':
        '<div style="position:fixed;left:0;right:50%;bottom:0;height:300px;z-index:2147483647;background:#fff">Win</div>',
};
for (const [name, html] of Object.entries(HIDING)) {
    spec(`a click on a notice that is not seen is no grant: ${name}`, { allow: [/no grant/] }, async (stand) => {
        const { open, notice, page, record, said } = stand;
        await open({ body: html });
        await notice();
        const { x, y, width, height } = await page
            .locator('portcullis-notice [data-portcullis="grant-all"]')
            .boundingBox();
        await page.mouse.click(x + width / 2, y + height / 2);
        await said(/no grant/);
        assert.equal(await record(), null);
    });
}

spec('a no counts whether or not it was seen', {}, async (stand) => {
    const { open, notice, page, record } = stand;
    await open({ body: HIDING['the notice is nearly clear'] });
    await notice();
    const { x, y } = await page.locator('portcullis-notice [data-portcullis="deny-all"]').boundingBox();
    await page.mouse.click(x + 9, y + 9);
    await notice(false);
    assert.equal((await record()).method, 'deny-all');
});

spec('who clicks a hidden notice is asked once more, in the preferences', { allow: [/no grant/] }, async (stand) => {
    const { open, notice, page, record } = stand;
    await open({ body: HIDING['a picture that lets clicks through'] });
    await notice();
    await page.click('portcullis-notice [data-portcullis="grant-all"]');
    await page.click('portcullis-control dialog[open] [data-portcullis="grant-all"]');
    await notice(false);
    assert.equal((await record()).method, 'grant-all');
});

spec('the second click of two is no grant', { allow: [/no grant/] }, async (stand) => {
    const { open, notice, page, record, said } = stand;
    const cover = `<label><input type="checkbox" hidden><b style="position:fixed;inset:0;z-index:2147483647;background:#fff">Win</b></label>
        <style>:has(:checked)+b,label:has(:checked) b{display:none}</style>`;
    await open({ body: cover });
    await notice();
    const { x, y, width, height } = await page.locator('portcullis-notice [data-portcullis="grant-all"]').boundingBox();
    await page.mouse.dblclick(x + width / 2, y + height / 2);
    await said(/no grant/);
    assert.equal(await record(), null);
});

for (const layout of ['bar', 'box', 'modal']) {
    spec(`a notice that is seen is answered by one click: ${layout}`, {}, async (stand) => {
        const { open, notice, press, record } = stand;
        await open({
            config: { ...CONFIG, notice: { layout } },
            body: '<p>Text</p><div style="position:fixed;right:20px;bottom:20px;width:60px;height:60px;z-index:9">Chat</div>',
        });
        await notice();
        await press('grant-all');
        await notice(false);
        assert.equal((await record()).method, 'grant-all');
    });
}

// ---- placeholders ----

const trap = (name, body) => [name, body];
for (const [name, body] of [
    trap(
        'a clear frame over the page',
        (url) => `<div style="${OVER}">${frame(url, 'style="width:100%;height:100%"')}</div>`,
    ),
    trap('a frame in a clear box', (url) => `<div style="opacity:0">${frame(url)}</div>`),
    trap(
        'a picture over it that lets clicks through',
        (url) => `${frame(url)}<div style="position:fixed;inset:0;background:#fff;pointer-events:none">Win</div>`,
    ),
    trap('a frame that is blended away', (url) => `<div style="mix-blend-mode:multiply">${frame(url)}</div>`),
]) {
    spec(`a placeholder that is not seen asks once more: ${name}`, {}, async (stand) => {
        const { open, page, trackers, record, arrivals } = stand;
        await open({ body: later(body(films(trackers))) });
        const place = page.locator(PLACE);
        const button = place.locator('[data-portcullis="always"]');
        await button.waitFor({ state: 'attached' });
        const { x, y, width, height } = await button.boundingBox();
        await page.mouse.click(x + width / 2, y + height / 2);
        const yes = page.locator('portcullis-ask dialog[open] .row button:not([data-portcullis])');
        await yes.waitFor();
        assert.equal(await record(), null);
        assert.equal(await yes.textContent(), 'Always allow Films');
        assert.deepEqual(
            (await arrivals()).filter((path) => path.includes('film')),
            [],
        );
        await yes.click();
        await trackers.arrived('/t/film.html');
        assert.equal((await record()).services.films, true);
    });
}

spec('the question can be left, and clicks that come at once do not answer it', {}, async (stand) => {
    const { open, page, trackers, record } = stand;
    await open({ body: later(`<div style="opacity:0">${frame(films(trackers))}</div>`) });
    const { x, y } = await page.locator(`${PLACE} [data-portcullis="once"]`).boundingBox();
    await page.mouse.click(x + 5, y + 5);
    const dialog = page.locator('portcullis-ask dialog[open]');
    await dialog.waitFor();
    await dialog.locator('[data-portcullis="close"]').click();
    await page.waitForFunction(() => !document.querySelector('portcullis-ask'));
    assert.equal(await record(), null);
    assert.equal(await page.locator(PLACE).count(), 1);
});

spec('a placeholder that was seen for half a second needs one click', {}, async (stand) => {
    const { open, page, trackers } = stand;
    await open({ body: later(frame(films(trackers))) });
    await page.locator(`${PLACE} [data-seen]`).waitFor();
    await page.locator(`${PLACE} [data-portcullis="once"]`).click();
    await trackers.arrived('/t/film.html');
    assert.equal(await page.locator('portcullis-ask').count(), 0);
});

spec('nothing of the page reaches our controls by name', {}, async (stand) => {
    const { open, notice, page, trackers, record } = stand;
    await open({
        body: `${['title', '', 'always']
            .map(
                (id) => `<label for="${id}" class="trap">Win</label>
            <button class="trap" popovertarget="${id}" commandfor="${id}" command="show-modal" form="${id}">Win</button>`,
            )
            .join('')}
            ${later(`<label class="trap">Win ${frame(films(trackers))}</label>`)}`,
    });
    await notice();
    await page.locator(PLACE).waitFor();
    const named = await page.evaluate(() =>
        [...document.querySelectorAll('portcullis-notice, portcullis-control, portcullis-embed')]
            .flatMap((host) => [host, ...host.querySelectorAll('*')])
            .filter((one) => one.id || one.getAttribute('name') || one.getAttribute('form'))
            .map(({ outerHTML }) => outerHTML),
    );
    assert.deepEqual(named, []);
    for (const one of await page.locator('.trap').all()) await one.click({ position: { x: 3, y: 3 } });
    await settled(page);
    assert.equal(await record(), null);
    assert.equal(await page.evaluate(() => document.querySelectorAll('dialog[open]').length), 0);
    assert.equal(trackers.log().filter(({ path }) => path.includes('film')).length, 0);
});

// ---- another site around the page ----

const around = (url) => `<!doctype html><title>Around</title><iframe width="900" height="600" src="${url}"></iframe>`;
/** Opens a page of ours at `host` in a frame of a page at `top`; gives the frame. */
async function framed(stand, { config = CONFIG, host = 'www.shop.test', top = 'other.test', body = '' } = {}) {
    const { serve, shop, page } = stand;
    const inner = serve(document({ config, body }));
    const outer = serve(around(shop.url(inner, host)));
    await page.goto(shop.url(outer, top));
    const inside = page.frames()[1];
    await inside.waitForFunction(() => window.portcullis?.state().phase !== 'waiting');
    return inside;
}

spec(
    'in a frame of another site there is no notice, and no click grants',
    { allow: [/cannot be stored/], whole: true },
    async (stand) => {
        const { page, trackers, state } = stand;
        const inside = await framed(stand, { body: later(frame(films(trackers))) });
        await inside.locator(PLACE).waitFor();
        assert.equal((await state(inside)).phase, 'dismissed');
        assert.equal(await inside.locator('portcullis-notice').count(), 0);
        assert.equal(await inside.locator('portcullis-control button:visible').count(), 0);
        assert.equal(await inside.locator(`${PLACE} button`).count(), 0);
        const link = inside.locator(`${PLACE} a`);
        assert.deepEqual(
            [await link.getAttribute('href'), await link.getAttribute('target')],
            [inside.url(), '_blank'],
        );
        const [tab] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
        await tab.waitForSelector('portcullis-notice');
        assert.equal((await state(inside)).record, null);
        await inside.evaluate(() => window.portcullis.grantAll());
        assert.equal((await state(inside)).record.method, 'api');
    },
);

spec('the same site, and an embedder that the owner names: as ever', {}, async (stand) => {
    const { state, shop } = stand;
    const site = { ...CONFIG, site: 'shop.test' };
    const own = await framed(stand, { config: site, top: 'help.shop.test' });
    await own.waitForSelector('portcullis-notice');
    const { origin } = new URL(shop.url('/', 'other.test'));
    const named = await framed(stand, { config: { ...CONFIG, embedders: [origin] } });
    await named.waitForSelector('portcullis-notice');
    assert.equal((await state(named)).phase, 'asking');
});

spec('another port of a named embedder is another origin', {}, async (stand) => {
    const inside = await framed(stand, { config: { ...CONFIG, embedders: ['http://other.test'] } });
    assert.equal((await stand.state(inside)).phase, 'dismissed');
});

spec('a frame between ours and a top of ours counts too', {}, async (stand) => {
    const { serve, shop, page, state } = stand;
    const inner = serve(document({ body: '' }));
    const between = serve(around(shop.url(inner, 'www.shop.test')));
    const outer = serve(around(shop.url(between, 'other.test')));
    await page.goto(shop.url(outer, 'www.shop.test'));
    await page.frames()[1].waitForSelector('iframe');
    const inside = page.frames()[2];
    await inside.waitForFunction(() => window.portcullis?.state().phase !== 'waiting');
    assert.equal((await state(inside)).phase, 'dismissed');
});

// ---- a subdomain's cookie ----

const SHARED = { ...CONFIG, share: '.shop.test' };
const TRUSTING = { ...CONFIG, share: { domain: '.shop.test', trustSubdomains: true } };
const answers = (yes) => ({ preferences: yes, analytics: yes, marketing: yes });
const cookie = (context, entry) =>
    context.addCookies([
        {
            name: 'portcullis',
            value: encodeURIComponent(
                JSON.stringify({
                    method: 'grant-all',
                    policy: '1',
                    lang: 'en',
                    signals: { dnt: false, gpc: false },
                    categories: answers(true),
                    services: { stats: true, ads: true, films: true },
                    shared: 'evil.shop.test',
                    ...entry,
                }),
            ),
            domain: '.shop.test',
            path: '/',
        },
    ]);

spec("after a no here, a subdomain's yes is a question", {}, async (stand) => {
    const { open, notice, press, page, context, state, record, arrivals, ads, hasRun } = stand;
    const body = `<script src="${ads('b.js')}"></script>`;
    const path = await open({ config: SHARED, body }, { host: 'www.shop.test' });
    await notice();
    await press('deny-all');
    await notice(false);
    await page.waitForFunction(() => document.cookie.includes('portcullis='));
    await cookie(context, { time: Date.now() + 1000 });
    await page.goto(stand.shop.url(path, 'www.shop.test'));
    await notice();
    assert.equal((await state()).grants.categories.marketing, false);
    assert.equal((await record()).method, 'deny-all');
    assert.deepEqual(await arrivals(), []);
    assert.match(await page.locator('portcullis-notice').innerText(), /You allowed this on evil\.shop\.test\./);
    await press('grant-all');
    await hasRun('b');
    assert.deepEqual([(await record()).method, (await record()).shared], ['grant-all', undefined]);
});

spec("a subdomain's no holds here; deleting the cookie deletes nothing", {}, async (stand) => {
    const { open, notice, press, page, context, state, record } = stand;
    const path = await open({ config: SHARED }, { host: 'www.shop.test' });
    await notice();
    await press('grant-all');
    await page.waitForFunction(() => document.cookie.includes('portcullis='));
    await context.clearCookies();
    await page.goto(stand.shop.url(path, 'www.shop.test'));
    await page.waitForFunction(() => window.portcullis.state().phase === 'answered');
    assert.equal((await state()).grants.categories.marketing, true);
    await cookie(context, {
        time: Date.now() + 1000,
        method: 'chosen',
        categories: { preferences: true, analytics: true, marketing: false },
        services: { stats: true, ads: false, films: false },
    });
    await page.goto(stand.shop.url(path, 'www.shop.test'));
    // Until the cookie is read, nothing is granted either.
    await page.waitForFunction(() => {
        const { phase, grants } = window.portcullis.state();
        return phase === 'answered' && !grants.categories.marketing;
    });
    const { categories, shared, history } = await record();
    assert.deepEqual([categories.analytics, categories.marketing, shared], [true, false, 'evil.shop.test']);
    assert.equal(history.length, 1);
    assert.equal(await page.locator('portcullis-notice').count(), 0);
});

spec('a yes crosses where the owner trusts every subdomain', {}, async (stand) => {
    const { open, page, context, state, record } = stand;
    await open({ config: TRUSTING }, { host: 'www.shop.test' });
    await cookie(context, { time: Date.now() });
    await open({ config: TRUSTING }, { host: 'www.shop.test' });
    await page.waitForFunction(() => window.portcullis.state().phase === 'answered');
    assert.equal((await state()).grants.categories.marketing, true);
    assert.equal((await record()).shared, 'evil.shop.test');
});

spec('with grants: "visitor", no yes of a script crosses, trusted or not', {}, async (stand) => {
    const { open, notice, context, state } = stand;
    const config = { ...TRUSTING, grants: 'visitor' };
    await open({ config }, { host: 'www.shop.test' });
    await cookie(context, { time: Date.now(), method: 'api' });
    await open({ config }, { host: 'www.shop.test' });
    await notice();
    assert.equal((await state()).grants.categories.marketing, false);
});

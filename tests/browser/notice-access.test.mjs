// The notice for everyone: axe-core on each layer, layout and theme; the accessibility tree of each layer.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { spec } from './harness.mjs';
import { configFor, golden, QUIET } from './look.mjs';

const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const PHONE = { width: 320, height: 640 };
const DESK = { width: 1280, height: 800 };

/** What axe-core finds in our two hosts, light and shadow, as one line a rule. */
async function findings(page) {
    await page.evaluate(AXE);
    return page.evaluate(async () => {
        const hosts = ['portcullis-notice', 'portcullis-control'].filter((host) => document.querySelector(host));
        const { violations, passes } = await window.axe.run({ include: hosts.map((host) => [host]) });
        if (passes.length < 5) throw new Error(`axe-core looked at ${passes.length} things alone`);
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
    });
}

for (const layout of ['bar', 'box', 'modal']) {
    for (const theme of ['light', 'dark']) {
        for (const viewport of [DESK, PHONE]) {
            spec(
                `axe-core finds nothing: ${layout}, ${theme}, ${viewport.width} px, all layers`,
                { context: { viewport } },
                async ({ open, notice, press, page }) => {
                    await open({ ...QUIET, config: configFor({ layout, theme, close: true }) });
                    await notice();
                    assert.deepEqual(await findings(page), [], 'the first layer');
                    await press('choose');
                    await page.waitForSelector('dialog input[name="service"]', { state: 'attached' });
                    await page.locator('dialog details').evaluateAll((all) => {
                        for (const one of all) one.open = true;
                    });
                    assert.deepEqual(await findings(page), [], 'the preferences');
                    await press('deny-all');
                    await notice(false);
                    await page.waitForSelector('dialog[part="preferences"]', { state: 'hidden' });
                    assert.deepEqual(await findings(page), [], 'the reopen control');
                },
            );
        }
    }
}

spec('axe-core finds nothing: the question about the age', {}, async ({ open, notice, press, page }) => {
    await open({ ...QUIET, config: configFor({}, 'en', { minAge: 14 }) });
    await notice();
    await press('grant-all');
    await page.waitForSelector('dialog [data-portcullis="confirm"]');
    assert.deepEqual(await findings(page), []);
});

const tree = (page, selector) => page.locator(selector).ariaSnapshot();

for (const [name, notice, layer] of [
    ['bar', {}, 'portcullis-notice'],
    ['modal', { layout: 'modal', close: true }, 'portcullis-modal dialog'],
]) {
    spec(`the accessibility tree: ${name}`, {}, async ({ open, page, notice: stands }) => {
        await open({ ...QUIET, config: configFor(notice) });
        await stands();
        const found = `${await tree(page, layer)}\n`;
        assert.equal(found, golden(`${name}.yml`, found));
    });
}

spec('the accessibility tree: preferences and reopen control', {}, async ({ open, notice, press, page }) => {
    await open({ ...QUIET, config: configFor({}) });
    await notice();
    await press('choose');
    await page.waitForSelector('dialog input[name="service"]', { state: 'attached' });
    const preferences = `${await tree(page, 'dialog')}\n`;
    assert.equal(preferences, golden('preferences.yml', preferences));
    await press('deny-all');
    await notice(false);
    await page.waitForSelector('dialog', { state: 'hidden' });
    const reopen = `${await tree(page, 'portcullis-control')}\n`;
    assert.equal(reopen, golden('reopen.yml', reopen));
});

spec('the accessibility tree: the question about the age', {}, async ({ open, notice, press, page }) => {
    await open({ ...QUIET, config: configFor({}, 'en', { minAge: 14 }) });
    await notice();
    await press('grant-all');
    await page.waitForSelector('dialog [data-portcullis="confirm"]');
    const found = `${await tree(page, 'dialog')}\n`;
    assert.equal(found, golden('age.yml', found));
});

spec('a choice is announced once it is kept, and not before', {}, async ({ open, notice, press, page }) => {
    await open({});
    await notice();
    const said = () =>
        page.evaluate(() => document.querySelector('portcullis-control').shadowRoot.querySelector('.said').textContent);
    assert.equal(await said(), '');
    await press('deny-all');
    await page.waitForFunction(
        () => document.querySelector('portcullis-control').shadowRoot.querySelector('.said').textContent !== '',
    );
    assert.equal(await said(), 'Your choice is saved.');
    await page.reload();
    await page.waitForSelector('portcullis-control');
    assert.equal(await said(), '', 'a stored choice is no news');
});

for (const hasTouch of [false, true]) {
    spec(
        `targets are large enough ${hasTouch ? 'for a finger' : 'for a pointer'}`,
        { context: { hasTouch, isMobile: hasTouch, viewport: PHONE } },
        async ({ open, notice, press, page }) => {
            const small = (selector, least) =>
                page.locator(selector).evaluateAll(
                    (all, px) =>
                        all
                            .filter((one) => one.checkVisibility())
                            .map((one) => [one.textContent || one.value, one.getBoundingClientRect()])
                            .filter(([, { width, height }]) => width < px || height < px)
                            .map(([text]) => text),
                    least,
                );
            await open({ head: '<meta name="viewport" content="width=device-width">' });
            await notice();
            assert.deepEqual(await small('portcullis-notice button', 44), []);
            assert.deepEqual(await small('portcullis-notice a', 24), []);
            await press('choose');
            await page.waitForSelector('dialog input[name="service"]', { state: 'attached' });
            // A switch is as large as its label.
            assert.deepEqual(await small('dialog label, dialog button', 44), []);
            assert.deepEqual(await small('dialog a, dialog summary', 24), []);
            await press('deny-all');
            await notice(false);
            assert.deepEqual(await small('portcullis-control button[slot]', hasTouch ? 44 : 24), []);
        },
    );
}

spec(
    'the modal keeps the focus, Escape is no answer, and the focus comes back',
    {},
    async ({ open, notice, press, page }) => {
        await open({ body: '<button id="own" autofocus>Own</button>', config: configFor({ layout: 'modal' }) });
        await notice();
        const inside = () => page.evaluate(() => !!document.activeElement?.closest('portcullis-modal'));
        assert.equal(await inside(), true);
        for (let step = 0; step < 9; step++) {
            await page.keyboard.press('Tab');
            assert.equal(await page.evaluate(() => document.activeElement?.id ?? ''), '', `Tab ${step + 1}`);
        }
        for (let step = 0; step < 3; step++) await page.keyboard.press('Escape');
        await page.waitForSelector('portcullis-modal dialog[open]');
        assert.equal(await page.evaluate(() => localStorage.length), 0);
        await press('deny-all');
        await notice(false);
        await page.click('#own', { timeout: 2000 });
    },
);

spec('where the owner offers it, Escape closes the modal and stores nothing', {}, async ({ open, notice, page }) => {
    await open({ config: configFor({ layout: 'modal', close: true }) });
    await notice();
    await page.keyboard.press('Escape');
    await notice(false);
    assert.equal(await page.evaluate(() => localStorage.length), 0);
});

spec(
    'a theme that cannot be read is reported with its ratio',
    { allow: [/cannot be read by everyone/] },
    async (stand) => {
        const { open, notice, press, said } = stand;
        await open({ head: '<style>:root { --portcullis-muted: oklch(80% 0 0) }</style>' });
        await notice();
        await press('choose');
        assert.match(await said(/contrast of/), /contrast of 1\.\d\d:1; WCAG AA wants 4\.5:1/);
    },
);

for (const media of [{ forcedColors: 'active' }, { reducedMotion: 'reduce' }]) {
    spec(`whole under ${JSON.stringify(media)}`, { context: media }, async ({ open, notice, press, page, record }) => {
        await open({});
        await notice();
        await press('choose');
        const switches = page.locator('dialog input[value="analytics"]');
        const { width, transition } = await switches.evaluate((one) => ({
            width: one.getBoundingClientRect().width,
            transition: getComputedStyle(one, '::before').transitionDuration,
        }));
        assert.ok(width > 10);
        if (media.reducedMotion) assert.equal(transition, '0s');
        await switches.check();
        await press('save');
        await notice(false);
        assert.equal((await record()).categories.analytics, true);
    });
}

spec('nothing of ours is printed', {}, async ({ open, notice, page }) => {
    await open({});
    await notice();
    await page.emulateMedia({ media: 'print' });
    const shown = await page.evaluate(() =>
        ['portcullis-notice', 'portcullis-control'].filter((name) => document.querySelector(name).checkVisibility()),
    );
    assert.deepEqual(shown, []);
});

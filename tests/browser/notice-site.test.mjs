// The notice at home on any site: layouts, routers, blockers, strict policies, hostile words.

import assert from 'node:assert/strict';
import { CONFIG, document, spec } from './harness.mjs';
import { configFor } from './look.mjs';

const PARAGRAPHS = '<p>Text of the page.</p>'.repeat(60);
const box = (page) =>
    page.locator('portcullis-notice').evaluate((host) => {
        const { left, right, top, bottom, width, height } = host.shadowRoot
            .querySelector('.panel')
            .getBoundingClientRect();
        return { left, right: innerWidth - right, top, bottom: innerHeight - bottom, width, height };
    });

for (const [layout, position, near, far] of [
    ['bar', undefined, ['bottom', 'left', 'right'], ['top']],
    ['bar', 'top', ['top', 'left', 'right'], ['bottom']],
    ['bar', 'top-left', ['top', 'left', 'right'], ['bottom']],
    ['box', undefined, ['bottom', 'left'], ['top', 'right']],
    ['box', 'bottom-right', ['bottom', 'right'], ['top', 'left']],
    ['box', 'top-left', ['top', 'left'], ['bottom', 'right']],
    ['box', 'top-right', ['top', 'right'], ['bottom', 'left']],
    ['modal', undefined, [], ['top', 'bottom', 'left', 'right']],
]) {
    for (const lang of ['en', 'ar']) {
        spec(`${layout} ${position ?? ''} stands where it should, ${lang}`, {}, async ({ open, notice, page }) => {
            await open({ body: PARAGRAPHS, config: configFor({ layout, position }, lang) });
            await notice();
            const at = await box(page);
            for (const side of near) assert.ok(at[side] >= 0 && at[side] <= 17, `${side} ${JSON.stringify(at)}`);
            for (const side of far) assert.ok(at[side] > 40, `${side} ${JSON.stringify(at)}`);
        });
    }
}

for (const layout of ['bar', 'box', 'modal']) {
    for (const [what, viewport, size] of [
        ['on a small phone', { width: 320, height: 568 }, 'medium'],
        ['with text of 200 %', { width: 1024, height: 768 }, '32px'],
        ['under a zoom of 400 %', { width: 320, height: 256 }, 'medium'],
    ]) {
        spec(
            `${layout} ${what}: all can be reached, the page can be seen`,
            { context: { viewport } },
            async (stand) => {
                const { open, notice, page, press } = stand;
                // What the visitor's own text size does to `medium`.
                const head = `<style>:root { --portcullis-font: ${size}/1.5 sans-serif }</style>`;
                await open({ head, body: PARAGRAPHS, config: configFor({ layout }) });
                await notice();
                const { height } = await box(page);
                assert.ok(height <= viewport.height * 0.9, `${height} of ${viewport.height}`);
                assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
                for (const button of await page.locator('portcullis-notice button').all()) {
                    await button.scrollIntoViewIfNeeded();
                    const { x, y, width, height: tall } = await button.boundingBox();
                    assert.ok(x >= 0 && y >= 0 && x + width <= viewport.width && y + tall <= viewport.height + 1);
                }
                await press('deny-all');
                await notice(false);
            },
        );
    }
}

spec(
    'the page scrolls under the notice; not where the owner locks it, and again after the answer',
    {},
    async (stand) => {
        const { open, notice, page, press } = stand;
        const scrolled = async () => {
            await page.evaluate(() => scrollTo(0, 0));
            await page.mouse.move(300, 100);
            await page.mouse.wheel(0, 300);
            return page.evaluate(
                () =>
                    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(scrollY > 0)))),
            );
        };
        await open({ body: PARAGRAPHS, config: configFor({}) });
        await notice();
        assert.equal(await scrolled(), true);
        await open({ body: PARAGRAPHS, config: configFor({ layout: 'box', lock: true }) });
        await notice();
        await page.waitForFunction(() => getComputedStyle(document.documentElement).overflowY === 'hidden');
        assert.equal(await scrolled(), false);
        await press('deny-all');
        await notice(false);
        assert.equal(await scrolled(), true);
    },
);

/** What a content blocker does: a rule of the user's, which no page can outdo. */
const blocked = (context, page, css) =>
    context.newCDPSession(page).then(async (session) => {
        await session.send('DOM.enable');
        await session.send('CSS.enable');
        const { frameTree } = await session.send('Page.getFrameTree');
        const { styleSheetId } = await session.send('CSS.createStyleSheet', { frameId: frameTree.frame.id });
        await session.send('CSS.setStyleSheetText', { styleSheetId, text: css });
    });

for (const how of ['before', 'after']) {
    spec(
        `a modal that a blocker hides ${how} it opens leaves the page usable, and everything denied`,
        {},
        async (stand) => {
            const { open, page, context, arrivals, stats, notice } = stand;
            const config = configFor({ layout: 'modal', lock: true });
            // Inside the shadow root only a rule on the host's own part reaches: hide what it holds.
            const hide = 'portcullis-notice::part(notice) { display: none !important; opacity: 0 !important }';
            const body = `${PARAGRAPHS}<button id="own" style="position: fixed; top: 0">Own</button><script src="${stats('a.js')}"></script>`;
            await open({ head: how === 'before' ? `<style>${hide}</style>` : '', body, config });
            await notice();
            if (how === 'after') {
                await page.waitForFunction(() => getComputedStyle(document.documentElement).overflowY === 'hidden');
                await blocked(context, page, hide);
            }
            await page.waitForFunction(() => getComputedStyle(document.documentElement).overflowY !== 'hidden');
            await page.click('#own', { timeout: 3000 });
            assert.deepEqual(await arrivals(), []);
            assert.equal(await page.evaluate(() => localStorage.length), 0);
        },
    );
}

const count = (page) =>
    page.evaluate(() =>
        ['portcullis-notice', 'portcullis-control'].map((name) => document.querySelectorAll(name).length),
    );

for (const [what, change] of [
    ['a router replaces the body', () => document.body.replaceWith(document.createElement('body'))],
    ['a router empties the body', () => document.body.replaceChildren()],
    ['a router writes the body anew', () => Object.assign(document.body, { innerHTML: '<main>Another page</main>' })],
    ['a copy of an old page comes back', () => document.body.replaceWith(document.body.cloneNode(true))],
    [
        'a router replaces all there is',
        () => document.documentElement.replaceWith(document.documentElement.cloneNode(true)),
    ],
    [
        'a view transition replaces the body',
        () => document.startViewTransition(() => document.body.replaceWith(document.createElement('body'))).finished,
    ],
    [
        'the page is written anew',
        () => {
            document.open();
            document.write('<main>Another page</main>');
            document.close();
        },
    ],
]) {
    for (const layout of ['bar', 'modal']) {
        spec(`${what}: one ${layout}, and it works`, {}, async ({ open, notice, press, page, record }) => {
            await open({ body: '<main>One page</main>', config: configFor({ layout }) });
            await notice();
            for (let time = 0; time < 3; time++) {
                await page.evaluate(change);
                assert.deepEqual(await count(page), [1, 1]);
            }
            assert.equal(
                await page.evaluate(() => document.querySelector('portcullis-notice').checkVisibility()),
                true,
            );
            await press('deny-all');
            await notice(false);
            assert.equal((await record()).method, 'deny-all');
            await page.evaluate(change);
            assert.deepEqual(await count(page), [0, 1]);
        });
    }
}

spec('nobody can be made to fight us for ever', {}, async ({ open, notice, page }) => {
    await open({});
    await notice();
    const taken = await page.evaluate(
        () =>
            new Promise((done) => {
                let times = 0;
                let still = 0;
                new MutationObserver(() => {
                    const host = document.querySelector('portcullis-notice');
                    if (host) {
                        times += 1;
                        host.remove();
                    }
                }).observe(document.body, { childList: true });
                document.querySelector('portcullis-notice').remove();
                let before = -1;
                const look = () => {
                    still = times === before ? still + 1 : 0;
                    before = times;
                    still > 5 ? done(times) : requestAnimationFrame(look);
                };
                look();
            }),
    );
    assert.ok(taken < 1000, `${taken} times`);
});

const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
const STRICT = [
    ['strict', POLICY, ''],
    [
        'nonces',
        "default-src 'none'; script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src 'self'",
        'nonce="abc"',
    ],
    ['Trusted Types', `${POLICY}; require-trusted-types-for 'script'; trusted-types 'none'`, ''],
];
for (const [what, policy, attrs] of STRICT) {
    for (const layout of ['bar', 'modal']) {
        spec(
            `${what}: full function and no violation, ${layout}`,
            {},
            async ({ open, notice, press, page, choose, record }) => {
                const json = JSON.stringify(configFor({ layout, lock: true }, 'de', { minAge: 14 }));
                const html = document({ json, attrs, hold: '' });
                await page.addInitScript(() => {
                    window.violations = [];
                    addEventListener('securitypolicyviolation', (event) =>
                        window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
                    );
                });
                await open(html, { headers: { 'Content-Security-Policy': policy } });
                await notice();
                assert.equal(await page.locator('portcullis-notice').evaluate((host) => host.lang), 'de');
                const { height } = await box(page);
                assert.ok(height > 100, 'it has its styles');
                await choose({ analytics: true });
                await page.click('dialog [data-portcullis="confirm"]');
                await notice(false);
                assert.deepEqual([(await record()).categories.analytics, (await record()).age], [true, true]);
                await press('choose');
                await page.waitForSelector('dialog input[name="service"]', { state: 'attached' });
                await press('deny-all');
                assert.deepEqual(await page.evaluate(() => window.violations), []);
            },
        );
    }
}

spec(
    'text from the config is text, and a bad link is none',
    { allow: [/configuration is not/, /cannot be read/] },
    async (stand) => {
        const { open, notice, press, page } = stand;
        const bad = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</scr' + 'ipt>{}"\'&amp;';
        const link = 'java\nscript:window.hacked=1';
        const keys = Object.keys(
            Object.assign(
                {},
                ...Object.values((await import('../../src/notice/lang/en.json', { with: { type: 'json' } })).default),
            ),
        );
        const config = {
            lang: 'en',
            policy: { version: bad, url: link, changes: [bad] },
            controller: { name: bad, contact: link, replyDays: 3 },
            categories: [{ id: 'analytics', label: bad, description: bad }],
            services: [
                {
                    id: 'acme',
                    name: bad,
                    category: 'analytics',
                    hosts: ['acme.test'],
                    privacyUrl: link,
                    retention: bad,
                },
            ],
            notice: { layout: bad, position: bad, theme: bad, close: true },
            text: { en: Object.fromEntries(keys.map((key) => [key, bad])) },
        };
        await open({ json: JSON.stringify(config).replaceAll('<', '\\u003c') });
        await notice();
        await press('choose');
        await page.waitForSelector('dialog input[name="service"]', { state: 'attached' });
        const found = await page.evaluate(() => {
            const roots = ['portcullis-notice', 'portcullis-control'].flatMap((name) => {
                const host = document.querySelector(name);
                return [host, host.shadowRoot];
            });
            return {
                hacked: window.hacked,
                strange: roots.flatMap((root) => [...root.querySelectorAll('img, script, iframe')]).length,
                links: roots.flatMap((root) => [...root.querySelectorAll('a')]).map((a) => a.protocol),
                shown: roots[1] !== null && roots[0].textContent.includes('<img src=x'),
            };
        });
        assert.deepEqual(found, { hacked: undefined, strange: 0, links: [], shown: true });
        assert.equal(CONFIG.policy.url, '/privacy');
    },
);

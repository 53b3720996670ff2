// The notice: honest, reachable, and neither broken by the page nor breaking it.

import assert from 'node:assert/strict';
import { CONFIG, spec } from './harness.mjs';

const CHOICES = ['deny-all', 'grant-all', 'choose'];
const buttons = (page) => page.locator('portcullis-notice button');
const nothingKept = (page) => page.evaluate(() => localStorage.getItem('portcullis') === null);
const PARAGRAPHS = '<p>Text of the page.</p>'.repeat(60);

/** The contrast of the text of each element that `selector` finds (through open shadow roots) with what is behind it. */
function contrasts(page, selector) {
    return page.locator(selector).evaluateAll((elements) => {
        const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        const parse = (color) => {
            context.clearRect(0, 0, 1, 1);
            context.fillStyle = color;
            context.fillRect(0, 0, 1, 1);
            return context.getImageData(0, 0, 1, 1).data;
        };
        const light = ([red, green, blue]) => {
            const [r, g, b] = [red, green, blue]
                .map((value) => value / 255)
                .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const above = (element) => element.assignedSlot ?? element.parentElement ?? element.getRootNode().host;
        const behind = (element) => {
            for (let at = element; at; at = above(at)) {
                const color = parse(getComputedStyle(at).backgroundColor);
                if (color[3] === 255) return color;
            }
            return parse('white');
        };
        return elements.map((element) => {
            const [dark, bright] = [light(parse(getComputedStyle(element).color)), light(behind(element))].sort(
                (a, b) => a - b,
            );
            return { text: element.textContent.slice(0, 30), contrast: (bright + 0.05) / (dark + 0.05) };
        });
    });
}

spec('a region in the light DOM that real consent clients can see', {}, async ({ open, notice, page }) => {
    await open({ body: PARAGRAPHS });
    await notice();
    const seen = await page.evaluate(() => {
        const host = document.querySelector('portcullis-notice');
        const labels = [...document.querySelectorAll('portcullis-notice > button')];
        return {
            role: host.getAttribute('role'),
            named: !!host.getAttribute('aria-label'),
            position: getComputedStyle(host).position,
            nosnippet: host.hasAttribute('data-nosnippet'),
            words: /cookie/i.test(host.textContent),
            actions: labels.map((button) => button.dataset.portcullis),
            visible: labels.every((button) => button.checkVisibility() && button.offsetHeight > 0),
        };
    });
    assert.deepEqual(seen, {
        role: 'region',
        named: true,
        position: 'fixed',
        nosnippet: true,
        words: true,
        actions: CHOICES,
        visible: true,
    });
});

spec('answered, it is removed, not merely hidden', {}, async ({ open, notice, press, page }) => {
    await open({});
    await notice();
    await press('deny-all');
    await notice(false);
    assert.equal(await page.locator('portcullis-notice').count(), 0);
});

for (const [where, viewport] of [
    ['on a desk', { width: 1280, height: 800 }],
    ['on a phone', { width: 360, height: 640 }],
]) {
    spec(
        `the buttons are of equal weight ${where}, and in view`,
        { context: { viewport } },
        async ({ open, notice, page }) => {
            await open({ body: PARAGRAPHS });
            await notice();
            const all = await buttons(page).evaluateAll((elements) =>
                elements.map((element) => {
                    const { width, height, top, bottom, left, right } = element.getBoundingClientRect();
                    const { fontSize, fontWeight, fontFamily, color, backgroundColor, borderColor } =
                        getComputedStyle(element);
                    const role = element.getAttribute('role') ?? element.tagName;
                    const look = { role, fontSize, fontWeight, fontFamily, color, backgroundColor, borderColor };
                    return {
                        look,
                        width,
                        height,
                        inView: top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth,
                    };
                }),
            );
            assert.equal(all.length, 3);
            const [, accept] = all;
            for (const one of all) {
                assert.deepEqual(one.look, accept.look);
                assert.ok(one.inView);
                assert.ok(one.height >= 24 && Math.abs(one.height - accept.height) <= 2, `height ${one.height}`);
                const area = (one.width * one.height) / (accept.width * accept.height);
                assert.ok(area >= 0.9 && area <= 1.1, `area ${area}`);
            }
            const box = await page.locator('portcullis-notice').boundingBox();
            assert.ok(box.x >= 0 && box.x + box.width <= viewport.width && box.y >= 0);
            assert.ok(box.height <= viewport.height * 0.75, 'the page can be seen behind it');
            assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
        },
    );
}

for (const colorScheme of ['light', 'dark']) {
    spec(
        `text and buttons can be read, ${colorScheme}`,
        { context: { colorScheme } },
        async ({ open, notice, press, page }) => {
            const poor = async (selector) => (await contrasts(page, selector)).filter(({ contrast }) => contrast < 4.5);
            await open({ body: PARAGRAPHS });
            await notice();
            assert.deepEqual(await poor('portcullis-notice :is(h2, p, a, button)'), []);
            await press('choose');
            await page.waitForSelector('dialog input[name="service"]', { state: 'attached' });
            assert.deepEqual(await poor('dialog :is(h2, p, a, button, label, summary)'), []);
            await press('close');
            await press('deny-all');
            assert.deepEqual(await poor('portcullis-control button[slot]'), []);
        },
    );
}

spec('purposes, recipients and the policy before the choice', {}, async ({ open, notice, page }) => {
    await open({});
    await notice();
    const tree = await page.locator('portcullis-notice').ariaSnapshot();
    for (const word of ['Analytics', 'Marketing', 'Stats', 'Ads', 'Films', 'policy', 'button']) {
        assert.match(tree, new RegExp(word), `${word} in ${tree}`);
    }
    assert.equal(await page.locator('portcullis-notice a').getAttribute('href'), '/privacy');
});

spec('Tab reaches everything once, in the order it is seen', {}, async ({ open, notice, page }) => {
    await open({ body: '<a href="/first">First</a><p>Text</p><a href="/last">Last</a>' });
    await notice();
    const order = [];
    for (let step = 0; step < 6; step++) {
        await page.keyboard.press('Tab');
        order.push(
            await page.evaluate(
                () => document.activeElement.dataset.portcullis ?? document.activeElement.getAttribute('href'),
            ),
        );
    }
    const expected = ['/first', '/last', '/privacy', ...CHOICES];
    assert.deepEqual([...order].sort(), [...expected].sort());
    assert.deepEqual(
        order.filter((stop) => CHOICES.includes(stop)),
        CHOICES,
    );
});

spec('by keyboard alone: open the preferences, switch, save', {}, async ({ open, notice, page, record }) => {
    await open({});
    await notice();
    await page.locator('portcullis-notice [data-portcullis="choose"]').focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog input[value="stats"]', { state: 'attached' });
    await page.locator('dialog input[value="analytics"]').focus();
    await page.keyboard.press('Space');
    await page.locator('dialog [data-portcullis="save"]').focus();
    await page.keyboard.press('Enter');
    await notice(false);
    const { method, categories } = await record();
    assert.deepEqual([method, categories.analytics, categories.marketing], ['chosen', true, false]);
});

spec(
    'Escape closes the preferences, stores nothing and gives the focus back',
    {},
    async ({ open, notice, page, arrivals, stats }) => {
        await open({ body: `<script src="${stats('a.js')}"></script>` });
        await notice();
        const choose = page.locator('portcullis-notice [data-portcullis="choose"]');
        await choose.focus();
        await page.keyboard.press('Enter');
        await page.waitForSelector('dialog[open]');
        const inside = await page.evaluate(() => {
            const root = document.querySelector('portcullis-control').shadowRoot;
            return !!root.activeElement?.closest('dialog');
        });
        assert.equal(inside, true, 'the focus goes into the dialog');
        await page.locator('dialog input[value="marketing"]').check();
        await page.keyboard.press('Escape');
        await page.waitForSelector('dialog', { state: 'hidden' });
        assert.equal(
            await choose.evaluate((button) => document.activeElement === button),
            true,
            'the focus comes back',
        );
        await notice();
        assert.equal(await nothingKept(page), true);
        assert.deepEqual(await arrivals(), []);
    },
);

spec(
    'silence, scrolling, clicking beside it and Escape are no consent',
    {},
    async ({ open, notice, page, arrivals, stats }) => {
        await open({ body: `${PARAGRAPHS}<script src="${stats('a.js')}"></script>` });
        await notice();
        await page.mouse.wheel(0, 600);
        await page.mouse.click(20, 20);
        await page.keyboard.press('Escape');
        await notice();
        assert.equal(await nothingKept(page), true);
        assert.deepEqual(await arrivals(), []);
    },
);

spec(
    'nothing optional is switched on at first; necessary cannot be switched off',
    {},
    async ({ open, press, page }) => {
        await open({});
        await press('choose');
        await page.waitForSelector('dialog input[value="stats"]', { state: 'attached' });
        const switches = await page.locator('dialog [role="switch"]').evaluateAll((all) =>
            all.map(({ name, value, checked, disabled, labels }) => ({
                name,
                value,
                checked,
                disabled,
                labelled: labels.length > 0,
            })),
        );
        const optional = switches.filter(({ value }) => value !== 'necessary');
        assert.deepEqual(optional.map(({ value }) => value).sort(), [
            'ads',
            'analytics',
            'films',
            'marketing',
            'preferences',
            'stats',
        ]);
        assert.equal(
            optional.some(({ checked, disabled }) => checked || disabled),
            false,
        );
        assert.equal(
            switches.every(({ labelled }) => labelled),
            true,
        );
        const necessary = switches.find(({ value }) => value === 'necessary');
        assert.deepEqual([necessary.checked, necessary.disabled], [true, true]);
    },
);

spec('the preferences say who a service is', {}, async ({ open, press, page }) => {
    const about = { name: 'Acme Analytics', privacyUrl: 'https://acme.example/privacy', retention: '13 months' };
    const services = [{ id: 'acme', category: 'analytics', hosts: ['acme.test'], ...about }];
    const controller = { name: 'The Shop', contact: 'mailto:privacy@shop.example', replyDays: 14 };
    await open({ config: { ...CONFIG, services, controller } });
    await press('choose');
    // What the second file adds.
    await page.waitForSelector('dialog a[href^="mailto:"]', { state: 'attached' });
    const words = await page.locator('dialog').evaluate((dialog) => dialog.textContent);
    for (const word of ['Acme Analytics', '13 months', 'The Shop', '14'])
        assert.ok(words.includes(word), `${word} in ${words}`);
    for (const href of ['https://acme.example/privacy', 'mailto:privacy@shop.example', '/privacy']) {
        assert.equal(await page.locator(`dialog a[href="${href}"]`).count(), 1, href);
    }
});

spec('a category switch moves its services, and they it', {}, async ({ open, press, page }) => {
    await open({});
    await press('choose');
    const on = (id) => page.locator(`dialog input[value="${id}"]`).isChecked();
    await page.waitForSelector('dialog input[value="ads"]', { state: 'attached' });
    await page.locator('dialog input[value="marketing"]').check();
    assert.deepEqual([await on('ads'), await on('films'), await on('stats')], [true, true, false]);
    await page.locator('dialog input[value="marketing"]').uncheck();
    assert.deepEqual([await on('ads'), await on('films')], [false, false]);
});

spec(
    'without the second file, category switches and Reject all still work',
    { allow: [/ERR_FAILED|Portcullis/] },
    async (stand) => {
        const { open, page, press, notice, record, choose, twoTrackers, hasRun } = stand;
        await page.route('**/portcullis-more*', (route) => route.abort());
        await open(twoTrackers());
        await choose({ analytics: true });
        await notice(false);
        await hasRun('a');
        assert.deepEqual((await record()).services, { stats: true, ads: false, films: false });
        await press('choose');
        await press('deny-all');
        await page.waitForFunction(() => JSON.parse(localStorage.getItem('portcullis')).method === 'deny-all');
    },
);

spec('the reopen control: on every page, and it tells the truth', {}, async ({ open, notice, press, choose, page }) => {
    await open({});
    await notice();
    await choose({ analytics: true });
    await notice(false);
    await page.reload();
    const control = page.locator('portcullis-control [data-portcullis="choose"]');
    await control.click();
    const on = (id) => page.locator(`dialog input[value="${id}"]`).isChecked();
    assert.deepEqual([await on('analytics'), await on('marketing')], [true, false]);
    await press('close');
    await page.waitForSelector('dialog', { state: 'hidden' });
    assert.equal(await control.evaluate((button) => document.activeElement === button), true);
});

spec('notice.reopen "none" leaves it to the page', {}, async ({ open, notice, press, page }) => {
    await open({
        config: { ...CONFIG, notice: { reopen: 'none' } },
        body: '<a href="#portcullis">Cookie settings</a>',
    });
    await notice();
    await press('deny-all');
    await notice(false);
    assert.equal(await page.locator('portcullis-control button[slot]').count(), 0);
    await page.click('a');
    await page.waitForSelector('dialog[open]');
});

for (const [what, body] of [
    ['a link to #portcullis', '<a id="mine" href="#portcullis"><b>Cookie settings</b></a>'],
    ['an element with data-portcullis', '<button id="mine" data-portcullis="choose">Cookie settings</button>'],
]) {
    spec(`${what} opens the preferences`, {}, async ({ open, notice, press, page }) => {
        await open({ body });
        await notice();
        await page.click('#mine');
        await page.waitForSelector('dialog[open]');
        await press('close');
        await page.waitForSelector('dialog', { state: 'hidden' });
        assert.equal(await page.evaluate(() => location.hash), '');
    });
}

spec("the page's own button with data-portcullis does the same as ours", {}, async ({ open, notice, page, record }) => {
    await open({ body: '<button id="mine" data-portcullis="deny-all">No, thank you</button>' });
    await notice();
    await page.click('#mine');
    await notice(false);
    assert.equal((await record()).method, 'deny-all');
});

spec('no close button, unless the owner asks for it', {}, async ({ open, notice, page }) => {
    await open({});
    await notice();
    assert.equal(await page.locator('portcullis-notice [data-portcullis="close"]').count(), 0);
});

spec(
    "closed: hidden for this page's life, and nothing is written",
    {},
    async ({ open, notice, press, page, stats, arrivals }) => {
        const config = { ...CONFIG, notice: { close: true } };
        await open({ config, body: `<script src="${stats('a.js')}"></script>` });
        await notice();
        await press('close');
        await notice(false);
        assert.equal(await nothingKept(page), true);
        assert.deepEqual(await arrivals(), []);
        await page.reload();
        await notice();
    },
);

spec('a focused element stays clear of the notice while it stands', {}, async ({ open, notice, press, page }) => {
    await open({ body: `${PARAGRAPHS}<a id="end" href="/end">End</a>${PARAGRAPHS}` });
    await notice();
    const padding = () => page.evaluate(() => getComputedStyle(document.documentElement).scrollPaddingBottom);
    const { height, y } = await page.locator('portcullis-notice').boundingBox();
    assert.ok(Number.parseFloat(await padding()) >= height - 1, `${await padding()} for a notice of ${height}px`);
    await page.locator('#end').focus();
    const end = await page.locator('#end').boundingBox();
    assert.ok(end.y + end.height <= y, 'the link is above the notice');
    await press('deny-all');
    await notice(false);
    assert.equal(await padding(), 'auto');
});

spec("the page's own scroll-padding comes back", {}, async ({ open, notice, press, page }) => {
    await open({ head: '<style>html { scroll-padding-bottom: 7px }</style>' });
    await notice();
    await press('deny-all');
    await notice(false);
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).scrollPaddingBottom), '7px');
});

const HOSTILE = `
    button, h2, p, a { all: unset !important; font-size: 60px !important; color: #fefefe !important; background: white !important }
    button { position: absolute !important; left: -9999px !important; width: 2px !important; opacity: 0 !important }
    * { letter-spacing: 9px !important; text-transform: uppercase !important; line-height: 3 !important; float: right !important }
    h2, p { display: none !important } slot, div, dialog, input { display: none !important }`;

spec("the page's styles do not break the notice", {}, async ({ open, notice, page }) => {
    const look = () =>
        page.locator('portcullis-notice > *').evaluateAll((elements) =>
            elements.map((element) => {
                const { x, y, width, height } = element.getBoundingClientRect();
                const { fontSize, color, backgroundColor, letterSpacing, textTransform, opacity, cursor } =
                    getComputedStyle(element);
                const style = { fontSize, color, backgroundColor, letterSpacing, textTransform, opacity, cursor };
                return { tag: element.localName, x, y, width, height, ...style };
            }),
        );
    await open({ body: PARAGRAPHS });
    await notice();
    const untouched = await look();
    await page.addStyleTag({ content: HOSTILE });
    assert.deepEqual(await look(), untouched);
});

spec("the notice does not touch the page's styles", {}, async ({ open, notice, press, page }) => {
    const body =
        '<h2>Heading</h2><p>Text</p><a href="/">Link</a><button>Button</button><input type="checkbox"><dialog open>Box</dialog>';
    const look = () =>
        page.evaluate(() =>
            [...document.body.querySelectorAll(':scope > :is(h2, p, a, button, input, dialog)')].map((element) =>
                JSON.stringify([
                    element.getBoundingClientRect(),
                    ...[...getComputedStyle(element)].map((name) => getComputedStyle(element)[name]),
                ]),
            ),
        );
    await open(`<!doctype html><html lang="en"><title>A page</title><body>${body}`);
    const alone = await look();
    await open({ body });
    await notice();
    await press('choose');
    await page.waitForSelector('portcullis-control dialog[open]');
    assert.deepEqual(await look(), alone);
});

spec(
    'preferences that cannot be seen do not leave the page inert',
    { allow: [/Portcullis/] },
    async ({ open, page }) => {
        await open({ body: '<button id="mine" onclick="window.pressed = true">Buy</button>' });
        await page.evaluate(() => {
            document.body.hidden = true;
            window.portcullis.open();
            document.body.hidden = false;
        });
        await page.click('#mine');
        assert.equal(await page.evaluate(() => window.pressed), true);
    },
);

spec('removed by a blocker, it leaves the page usable and the gate down', { allow: [/Portcullis/] }, async (stand) => {
    const { open, page, stats, arrivals } = stand;
    await open({
        before: `<script>new MutationObserver(() => {
            for (const host of document.querySelectorAll('portcullis-notice, portcullis-control')) host.remove();
        }).observe(document, { childList: true, subtree: true });</script>`,
        body: `<button id="mine" onclick="window.pressed = true">Buy</button><script src="${stats('a.js')}"></script>`,
    });
    await page.evaluate(() => window.portcullis.open());
    await page.click('#mine');
    assert.equal(await page.evaluate(() => window.pressed), true);
    assert.deepEqual(await arrivals(), []);
});

spec(
    'no wall: the page can be read and scrolled while the notice stands and after',
    {},
    async ({ open, notice, press, page }) => {
        await open({ body: PARAGRAPHS });
        const scrolls = () =>
            page.evaluate(() => {
                scrollTo(0, 0);
                scrollTo(0, 200);
                return scrollY;
            });
        await notice();
        assert.equal(await scrolls(), 200);
        await press('deny-all');
        await notice(false);
        assert.equal(await scrolls(), 200);
    },
);

spec('open() and close() by the page', {}, async ({ open, notice, page }) => {
    await open({});
    await notice();
    await page.evaluate(() => window.portcullis.open());
    await page.waitForSelector('dialog[open]');
    await page.evaluate(() => window.portcullis.close());
    await page.waitForSelector('dialog', { state: 'hidden' });
    await notice();
    assert.equal(await nothingKept(page), true);
});

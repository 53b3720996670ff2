// The visitor's own text size, up to 200 %, as they set it in the browser; whatever the site makes of `html`.

import assert from 'node:assert/strict';
import { spec } from './harness.mjs';
import { configFor } from './look.mjs';

const MEDIUM = 32;
/** Sites make rem handy so; it is not what the visitor wants to read. */
const SITE = '<style>html { font-size: 62.5% } body { font-size: 1.6rem }</style>';

/** What is cut off, lies over another or cannot be brought into view, of what can be pressed. */
async function faults(page, selector) {
    const boxes = [];
    const found = [];
    for (const one of await page.locator(selector).all()) {
        if (!(await one.isVisible())) continue;
        await one.scrollIntoViewIfNeeded();
        const [name, spills, hit, box] = await one.evaluate((element) => {
            const { x, y, width, height } = element.getBoundingClientRect();
            const root = element.getRootNode();
            const top = root.elementFromPoint(x + width / 2, y + height / 2);
            return [
                element.textContent || element.value,
                element.scrollWidth > element.clientWidth + 1,
                top === element || element.contains(top),
                { x, y, width, height, place: `${element.offsetLeft},${element.offsetTop}` },
            ];
        });
        if (spills) found.push(`${name} is cut off`);
        if (!hit) found.push(`${name} is covered`);
        const { width, height } = page.viewportSize();
        if (box.x < 0 || box.x + box.width > width + 1) found.push(`${name} is beside the window`);
        if (box.height < height && (box.y < -1 || box.y + box.height > height + 1))
            found.push(`${name} is out of view`);
        boxes.push([name, box.place]);
    }
    const places = boxes.map(([, place]) => place);
    if (boxes.length < 2 || new Set(places).size < places.length) found.push(`not each at its own place: ${places}`);
    return found;
}

for (const layout of ['bar', 'box', 'modal']) {
    // German has long words.
    for (const [lang, viewport] of [
        ['en', { width: 320, height: 640 }],
        ['de', { width: 320, height: 640 }],
        ['de', { width: 1280, height: 800 }],
    ]) {
        const name = `${layout}, ${lang}, ${viewport.width} px: text of 200 % is all there`;
        spec(name, { context: { viewport } }, async (stand) => {
            const { open, notice, press, page, context } = stand;
            const session = await context.newCDPSession(page);
            await session.send('Page.setFontSizes', { fontSizes: { standard: MEDIUM } });
            await open({
                head: SITE,
                body: '<p>Text of the page.</p>'.repeat(60),
                config: configFor({ layout }, lang),
            });
            await notice();
            const size = (selector) =>
                page
                    .locator(selector)
                    .first()
                    .evaluate((one) => Number.parseFloat(getComputedStyle(one).fontSize));
            assert.ok((await size('portcullis-notice p')) >= MEDIUM * 0.9, `${await size('portcullis-notice p')} px`);
            const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
            assert.equal(await fits(), true);
            assert.deepEqual(await faults(page, 'portcullis-notice button'), []);
            const { height } = await page.locator('portcullis-notice').boundingBox();
            assert.ok(height <= viewport.height * 0.9, `${height} px of ${viewport.height}`);
            await press('choose');
            await page.waitForSelector('dialog input[name="service"]', { state: 'attached' });
            await page.locator('dialog details').evaluateAll((all) => {
                for (const one of all) one.open = true;
            });
            assert.ok((await size('dialog[part] p')) >= MEDIUM * 0.9);
            const wide = await page.locator('dialog[part]').evaluate((box) => box.scrollWidth > box.clientWidth);
            assert.equal(wide, false, 'the preferences do not scroll sideways');
            assert.deepEqual(await faults(page, 'dialog[part] > .row button'), []);
            assert.deepEqual(await faults(page, 'dialog[part] section > label'), []);
            await press('deny-all');
            await notice(false);
            assert.ok((await size('portcullis-control button')) >= MEDIUM * 0.8);
        });
    }
}

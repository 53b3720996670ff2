// What is looked at on its way in does what it does without us; what no server of ours can witness is asked of the browser.

import assert from 'node:assert/strict';
import { spec } from './harness.mjs';

/** Stands before us in the browser's place, and notes for whom a passkey is asked. */
const passkeys = `<script>
window.asked = [];
CredentialsContainer.prototype.get = async ({ publicKey }) => void asked.push(publicKey.rpId, publicKey.challenge.length);
CredentialsContainer.prototype.create = async ({ publicKey }) => void asked.push(publicKey.rp.id, publicKey.rp.name);
</script>`;

spec('a passkey of a held host is asked of nobody, one of another is', {}, async ({ open, notice, page, press }) => {
    await open({ before: passkeys });
    await notice();
    const ask = async () => {
        window.asked.length = 0;
        const challenge = new Uint8Array(3);
        for (const rpId of ['stats.test', 'login.test']) {
            await navigator.credentials.get({ publicKey: { rpId, challenge } });
            await navigator.credentials.create({ publicKey: { rp: { id: rpId, name: 'a' }, challenge } });
        }
        await navigator.credentials.get({ publicKey: { challenge } });
        return window.asked;
    };
    assert.deepEqual(await page.evaluate(ask), ['', 3, '', 'a', 'login.test', 3, 'login.test', 'a', undefined, 3]);
    await press('grant-all');
    await notice(false);
    assert.equal((await page.evaluate(ask))[0], 'stats.test');
});

spec('the style of a rule is one, whoever hands it out', {}, async ({ open, page }) => {
    await open({ head: '<style id="s">p { color: red; margin: 0 }</style>' });
    const found = await page.evaluate(() => {
        const [rule] = document.getElementById('s').sheet.cssRules;
        const { style } = rule;
        style.color = 'blue';
        style.setProperty('padding-top', '1px');
        const image = 'url("data:image/gif,a")';
        style.backgroundImage = image;
        return [
            rule.style === style,
            style instanceof CSSStyleDeclaration,
            style.getPropertyValue('color'),
            style.removeProperty('padding-top'),
            style.parentRule === rule,
            style.item(0),
            style[0],
            style.backgroundImage === image,
            [...style].includes('color'),
            rule.cssText.includes('blue'),
        ];
    });
    assert.deepEqual(found, [true, true, 'blue', '1px', true, 'color', 'color', true, true, true]);
});

spec('key frames keep what they say', {}, async ({ open, page }) => {
    await open({ body: '<p id="p">p</p>' });
    const found = await page.evaluate(() => {
        const p = document.getElementById('p');
        const list = p.animate([{ opacity: 0, offset: 0.25, easing: 'ease-in' }, { opacity: 1 }], { duration: 9 });
        const byProperty = p.animate({ opacity: [0, 0.5, 1], offset: [0, 0.1] }, 9);
        const inherited = p.animate([Object.create({ offset: 0.5 }, { opacity: { value: 0, enumerable: true } })], 9);
        const read = (animation) => animation.effect.getKeyframes().map(({ offset, opacity }) => [offset, opacity]);
        return [read(list), list.effect.getKeyframes()[0].easing, read(byProperty), read(inherited)];
    });
    assert.deepEqual(found, [
        [
            [0.25, '0'],
            [null, '1'],
        ],
        'ease-in',
        [
            [0, '0'],
            [0.1, '0.5'],
            [null, '1'],
        ],
        [[0.5, '0']],
    ]);
});

for (const type of ['classic', 'module']) {
    spec(`a ${type} worker reads the fragment that its page has given it`, {}, async ({ open, notice, page }) => {
        await open({});
        await notice();
        const found = await page.evaluate((type) => {
            const url = URL.createObjectURL(new Blob(['postMessage([location.hash, location.href.split("#")[1]])']));
            const worker = new Worker(`${url}#a#b`, { type });
            return new Promise((resolve, reject) => {
                worker.onmessage = ({ data }) => resolve(data);
                worker.onerror = reject;
            });
        }, type);
        assert.deepEqual(found, ['#a#b', 'a']);
    });
}

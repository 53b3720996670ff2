// Where the notice cannot work or be seen: no JavaScript, or a blocker. The page stays usable, everything stays denied.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { document, spec } from './harness.mjs';
import { configFor } from './look.mjs';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

spec(
    'without JavaScript marked tags do nothing, and the text of the README says so',
    { context: { javaScriptEnabled: false } },
    async ({ serve, shop, page, trackers, stats, ads }) => {
        const text = /<noscript>.*<\/noscript>/.exec(README)?.[0];
        const body = `${text}
            <script type="text/plain" data-consent="analytics" src="${stats('a.js')}"></script>
            <img data-consent="marketing" data-src="${ads('b.gif')}" alt="">
            <iframe data-consent="marketing" data-src="${ads('c.html')}"></iframe>
            <img src="/own/end.gif" alt="">`;
        await page.goto(shop.url(serve(document({ body }))), { waitUntil: 'load' });
        assert.equal(await page.locator('noscript').innerText(), text.replace(/<\/?noscript>/g, ''));
        assert.deepEqual(trackers.log(), []);
        assert.equal(await page.locator('portcullis-notice').count(), 0);
    },
);

/** What the lists that hide cookie notices match on, in names of elements, ids, classes, attributes and files
 * (EasyList Cookie, Fanboy's Annoyances: their generic rules). */
const LISTED =
    /cookie|consent|gdpr|ccpa|dsgvo|rgpd|cmp|privacy|banner|popup|overlay|onetrust|didomi|notification|advert|(^|[-_])ads?([-_]|$)|tracking/i;

for (const layout of ['bar', 'modal']) {
    spec(`no name of ours is on the lists: ${layout}`, {}, async ({ open, notice, press, page, asked }) => {
        await open({ config: { ...configFor({ layout }, 'de'), policy: { version: '1', url: '/terms' } } });
        await notice();
        await press('choose');
        await page.waitForSelector('dialog input[name="service"]', { state: 'attached' });
        const names = await page.evaluate(() => {
            const hosts = [...document.querySelectorAll('portcullis-modal, portcullis-notice, portcullis-control')];
            const all = hosts.flatMap((host) => [
                host,
                ...host.querySelectorAll('*'),
                ...host.shadowRoot.querySelectorAll('*'),
            ]);
            // What they say of the site and its services is the owner's.
            const said = /^(aria-label|href|value|data-service|data-kind)$/;
            return all.flatMap((one) => [
                one.localName,
                ...[...one.attributes]
                    .filter(({ name }) => !said.test(name))
                    .flatMap(({ name, value }) => [name, value]),
            ]);
        });
        assert.ok(names.includes('portcullis-notice') && names.includes('data-portcullis'));
        assert.deepEqual(
            names.filter((name) => LISTED.test(name)),
            [],
        );
        const files = asked().filter((url) => new URL(url).pathname !== '/terms');
        const ours = files.map((url) => new URL(url).pathname).filter((path) => /portcullis|lang/.test(path));
        assert.ok(ours.length >= 3, `${ours}`);
        assert.deepEqual(
            ours.filter((path) => LISTED.test(path)),
            [],
        );
    });
}

spec('no file that is shipped is on the lists', {}, async () => {
    const files = readdirSync(new URL('../../dist/', import.meta.url), { recursive: true });
    assert.ok(files.includes('portcullis.js'));
    assert.deepEqual(
        files.filter((file) => LISTED.test(file)),
        [],
    );
});

const PARAGRAPHS = '<p>Text of the page.</p>'.repeat(60);
for (const layout of ['bar', 'box', 'modal']) {
    for (const [how, hide] of [
        ['not shown', 'display: none !important'],
        ['made invisible', 'visibility: hidden !important'],
        ['made clear', 'opacity: 0 !important'],
    ]) {
        // A page in which a bar is clear is as usable as one in which it is seen.
        if (how !== 'not shown' && layout !== 'modal') continue;
        spec(`a ${layout} that is ${how} locks nothing and grants nothing`, {}, async (stand) => {
            const { open, page, notice, arrivals, stats } = stand;
            await open({
                head: `<style>portcullis-notice::part(notice) { ${hide} }</style>`,
                body: `<button id="own" onclick="window.pressed = true">Own</button>${PARAGRAPHS}<script src="${stats('a.js')}"></script>`,
                config: configFor({ layout, lock: true }),
            });
            await notice();
            await page.waitForFunction(() => getComputedStyle(document.documentElement).overflowY !== 'hidden');
            await page.click('#own');
            assert.equal(await page.evaluate(() => window.pressed), true);
            const { padding, focus } = await page.evaluate(() => ({
                padding: getComputedStyle(document.documentElement).scrollPaddingBottom,
                focus: document.activeElement.id,
            }));
            assert.deepEqual([padding, focus], ['auto', 'own']);
            assert.deepEqual(await arrivals(), []);
            assert.equal(await page.evaluate(() => localStorage.length), 0);
        });
    }
}

spec('preferences that a rule hides leave the page usable, and everything denied', {}, async (stand) => {
    const { open, page, notice, press, arrivals, stats } = stand;
    await open({
        head: '<style>portcullis-control::part(preferences) { display: none !important }</style>',
        body: `<button id="own" onclick="window.pressed = true">Own</button><script src="${stats('a.js')}"></script>`,
    });
    await notice();
    await press('choose');
    await page.click('#own');
    assert.equal(await page.evaluate(() => window.pressed), true);
    assert.deepEqual(await arrivals(), []);
    await press('deny-all');
    await notice(false);
});

spec('a control that is taken away comes back, and a link of the page opens the preferences', {}, async (stand) => {
    const { open, page, notice, press } = stand;
    await open({ body: '<a id="own" href="#portcullis">Settings</a>' });
    await notice();
    await press('deny-all');
    await notice(false);
    await page.evaluate(() => document.querySelector('portcullis-control').remove());
    await page.click('#own');
    await page.waitForSelector('portcullis-control dialog[open]');
});

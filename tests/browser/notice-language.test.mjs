// Which language the notice speaks, and what happens where it cannot.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { CONFIG, document, patient, spec as test } from './harness.mjs';

const LANGUAGES = new URL('../../src/notice/lang/', import.meta.url);

/** These are about which language the notice speaks, not about how long it waits for one. */
const spec = (name, options, body) => test(name, { init: patient, ...options }, body);

const lines = (tag) => JSON.parse(readFileSync(new URL(`${tag}.json`, LANGUAGES), 'utf8')).first;
const withLang = (lang, more = {}) => document({ config: { ...CONFIG, ...more } }).replace('lang="en"', lang);
const spoken = (page) =>
    page.locator('portcullis-notice').evaluate((host) => ({
        lang: host.lang,
        dir: host.dir,
        title: host.querySelector('h2').textContent,
    }));

for (const [what, page_lang, config, locale, tag] of [
    ['the config goes first', 'lang="fr"', { lang: 'de-AT' }, 'it-IT', 'de'],
    ['then the page', 'lang="fr-CA"', {}, 'it-IT', 'fr'],
    ['then the browser', '', {}, 'it-IT', 'it'],
    ['what we have of what is asked for', 'lang="eu"', {}, 'pt-BR', 'pt-BR'],
    ['Portuguese of Portugal', 'lang="pt-PT"', {}, 'en-US', 'pt'],
    ['Chinese by its script', 'lang="zh-TW"', {}, 'en-US', 'zh-Hant'],
    ['Chinese of the mainland', 'lang="zh-CN"', {}, 'en-US', 'zh-Hans'],
    ['Norwegian by any name', 'lang="no"', {}, 'en-US', 'nb'],
    ['letter case does not count', 'lang="DE-de"', {}, 'en-US', 'de'],
    ['nonsense is passed over', 'lang="not a tag"', {}, 'en-US', 'en'],
    ['English where we have nothing', 'lang="eu"', {}, 'eu', 'en'],
]) {
    spec(`${what}: ${tag}`, { context: { locale } }, async ({ open, notice, page, press, record, asked }) => {
        await open(withLang(page_lang, config));
        await notice();
        const { lang, title } = await spoken(page);
        assert.deepEqual([lang, title], [tag, lines(tag).title]);
        const files = asked().filter((url) => url.includes('/lang/'));
        assert.deepEqual(
            files.map((url) => new URL(url).pathname),
            tag === 'en' ? [] : [`/lang/${tag}.json`],
        );
        await press('deny-all');
        await notice(false);
        assert.equal((await record()).lang, tag, 'the record says what was shown');
    });
}

spec(
    'every language stands, and fits, on a phone',
    { context: { viewport: { width: 320, height: 640 } } },
    async (stand) => {
        const { open, notice, page } = stand;
        for (const file of readdirSync(LANGUAGES)) {
            const tag = file.replace('.json', '');
            await open({ config: { ...CONFIG, lang: tag } });
            await notice();
            const { lang, dir, title } = await spoken(page);
            assert.deepEqual([lang, dir, title], [tag, ['ar', 'he'].includes(tag) ? 'rtl' : 'ltr', lines(tag).title]);
            const out = await page.locator('portcullis-notice button').evaluateAll((all) =>
                all
                    .map((one) => [one.textContent, one.getBoundingClientRect(), one.scrollWidth > one.clientWidth])
                    .filter(
                        ([, box, spills]) =>
                            spills || box.left < 0 || box.right > innerWidth || box.bottom > innerHeight,
                    )
                    .map(([text]) => text),
            );
            assert.deepEqual(out, [], tag);
        }
    },
);

spec('preferences and details are in the same language', {}, async ({ open, notice, press, page }) => {
    const controller = { name: 'Laden', contact: 'mailto:a@b.example', replyDays: 1 };
    await open({ config: { ...CONFIG, lang: 'pl', controller } });
    await notice();
    await press('choose');
    await page.waitForSelector('dialog a[href^="mailto:"]', { state: 'attached' });
    const words = await page.locator('dialog').evaluate((dialog) => dialog.textContent);
    const { more } = JSON.parse(readFileSync(new URL('pl.json', LANGUAGES), 'utf8'));
    for (const line of [more.services, more.contact, more.reply.one.replace('{}', '1')])
        assert.ok(words.includes(line), line);
});

spec("the owner's words, per language", {}, async ({ open, notice, page }) => {
    const text = { de: { title: 'Kekse?' }, en: { title: 'Biscuits?' } };
    for (const [lang, title] of [
        ['de', 'Kekse?'],
        ['en', 'Biscuits?'],
        ['fr', lines('fr').title],
    ]) {
        await open({ config: { ...CONFIG, lang, text } });
        await notice();
        assert.equal((await spoken(page)).title, title);
    }
});

for (const [what, answer] of [
    ['is missing', { status: 404, body: 'no' }],
    ['is no JSON', { status: 200, body: '<!doctype html>' }],
    ['is something else', { status: 200, body: '{"title":"x"}' }],
]) {
    spec(`English where the language ${what}`, { allow: [/404/] }, async ({ open, notice, page, press, record }) => {
        await page.route('**/lang/**', (route) => route.fulfill(answer));
        await open({ config: { ...CONFIG, lang: 'de' } });
        await notice();
        assert.deepEqual(await spoken(page), { lang: 'en', dir: 'ltr', title: lines('en').title });
        await press('deny-all');
        await notice(false);
        assert.equal((await record()).lang, 'en');
    });
}

test('English after a second, and it stays', {}, async ({ open, notice, page }) => {
    let arrive;
    const held = new Promise((resolve) => {
        arrive = resolve;
    });
    await page.route('**/lang/**', async (route) => {
        await held;
        await route.continue();
    });
    await open({ config: { ...CONFIG, lang: 'de' } });
    await page.waitForFunction(() => document.readyState === 'complete');
    assert.equal(await page.locator('portcullis-notice').count(), 0, 'it waits');
    await notice();
    const waited = await page.evaluate(() => performance.now());
    assert.ok(waited >= 1000, `${waited} ms`);
    const late = page.waitForResponse('**/lang/**');
    arrive();
    await (await late).finished();
    await page.evaluate(() => new Promise((done) => setTimeout(done)));
    assert.equal((await spoken(page)).lang, 'en', 'nothing changes under the eyes of who reads');
});

spec('nothing is released and nothing kept while the language is on its way', {}, async (stand) => {
    const { open, page, arrivals, stats } = stand;
    await page.route('**/lang/**', () => {});
    await open({ config: { ...CONFIG, lang: 'de' }, body: `<script src="${stats('a.js')}"></script>` });
    assert.deepEqual(await arrivals(), []);
    assert.equal(await page.evaluate(() => localStorage.length), 0);
});

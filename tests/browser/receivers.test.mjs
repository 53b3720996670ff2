// What other tags are told: a stand-in tag reads its calls, in order, over first visit, grant, change, withdrawal, reload.

import assert from 'node:assert/strict';
import { CONFIG, spec } from './harness.mjs';

const google = (signals) => ({
    ad_storage: 'denied',
    ad_user_data: 'denied',
    ad_personalization: 'denied',
    analytics_storage: 'denied',
    functionality_storage: 'denied',
    personalization_storage: 'denied',
    security_storage: 'granted',
    ...signals,
});
const ADS = { ad_storage: 'granted', ad_user_data: 'granted', ad_personalization: 'granted' };
const ALL = google({
    ...ADS,
    analytics_storage: 'granted',
    functionality_storage: 'granted',
    personalization_storage: 'granted',
});

/** Google's own snippet, as a page has it. */
const SNIPPET = `<script>window.dataLayer = window.dataLayer || [];
function gtag(){dataLayer.push(arguments);} gtag('js', 'now'); gtag('config', 'G-1');</script>`;

/** What stands in `dataLayer`; only an `arguments` object is a call. */
const layer = (page) =>
    page.evaluate(() =>
        (window.dataLayer ?? []).map((item) =>
            Object.prototype.toString.call(item) === '[object Arguments]'
                ? JSON.parse(JSON.stringify([...item]))
                : { ...item },
        ),
    );
const consent = async (page) => (await layer(page)).filter((words) => words[0] === 'consent');

spec('google: first visit, grant, change, withdrawal, reload', {}, async (stand) => {
    const { open, notice, press, choose, page } = stand;
    const config = { ...CONFIG, google: {} };
    await open({ config, head: SNIPPET });
    await notice();
    assert.deepEqual(await layer(page), [
        ['consent', 'default', google()],
        ['js', 'now'],
        ['config', 'G-1'],
    ]);
    await press('grant-all');
    await notice(false);
    assert.deepEqual((await consent(page)).slice(1), [['consent', 'update', ALL]]);
    await choose({ marketing: false });
    const some = {
        ...ALL,
        ...google({ ...ALL, ad_storage: 'denied', ad_user_data: 'denied', ad_personalization: 'denied' }),
    };
    assert.deepEqual((await consent(page)).slice(2), [['consent', 'update', some]]);
    await page.reload();
    await notice(false);
    assert.deepEqual(await consent(page), [
        ['consent', 'default', some],
        ['consent', 'update', some],
    ]);
    await press('choose');
    await press('deny-all');
    assert.deepEqual((await consent(page)).slice(2), [['consent', 'update', google()]]);
    // The entry is chained after the choice: that is no choice, and nobody is told again.
    await page.waitForFunction(() => JSON.parse(localStorage.getItem('portcullis')).hash);
    assert.equal((await consent(page)).length, 3);
});

spec('google: what a held inline tag finds when it is let go is the update', {}, async (stand) => {
    const { open, notice, press, page } = stand;
    const held = `<script type="text/plain" data-consent="analytics">
        window.found = [...dataLayer].map((words) => words[1]); gtag('event', 'first');</script>`;
    await open({ config: { ...CONFIG, google: {} }, head: SNIPPET, body: held });
    await notice();
    await press('grant-all');
    await page.waitForFunction(() => window.found);
    assert.deepEqual(await page.evaluate(() => window.found), ['default', 'now', 'G-1', 'update']);
});

spec('google: a service of its own goes before its category', {}, async (stand) => {
    const { open, notice, choose, page } = stand;
    const config = { ...CONFIG, services: ['google-analytics', 'google-ads'], google: {} };
    await open({ config });
    await notice();
    await choose({ analytics: true, 'google-analytics': false, marketing: true });
    assert.deepEqual((await consent(page)).slice(1), [['consent', 'update', google(ADS)]]);
});

spec('google: region, waiting, redaction, passthrough', {}, async (stand) => {
    const { open, notice, press, page } = stand;
    const options = { region: ['DE', 'US-CA'], waitForUpdate: 500, adsDataRedaction: true, urlPassthrough: true };
    await open({ config: { ...CONFIG, google: options } });
    await notice();
    assert.deepEqual(await layer(page), [
        ['consent', 'default', { ...google(), region: ['DE', 'US-CA'], wait_for_update: 500 }],
        ['set', 'ads_data_redaction', true],
        ['set', 'url_passthrough', true],
    ]);
    await press('deny-all');
    await notice(false);
    await page.reload();
    await notice(false);
    const [first] = await layer(page);
    assert.deepEqual(
        first,
        ['consent', 'default', { ...google(), wait_for_update: 500 }],
        'a refusal is told everywhere',
    );
});

spec('google: with a config that arrives later, the default still goes first', {}, async (stand) => {
    const { open, notice, page, serve } = stand;
    const path = serve(JSON.stringify({ ...CONFIG, google: {} }), { headers: { 'Content-Type': 'application/json' } });
    await open({ config: null, attrs: `data-config="${path}"`, head: SNIPPET });
    await notice();
    assert.deepEqual(
        (await layer(page)).map((words) => words[0]),
        ['consent', 'js', 'config'],
    );
});

spec(
    'google: a signal denies, whatever the region',
    { init: () => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }) },
    async (stand) => {
        const { open, page } = stand;
        const config = { ...CONFIG, regime: 'opt-out', google: { region: ['DE'] } };
        await open({ config });
        await page.waitForFunction(() => window.dataLayer);
        assert.deepEqual(await consent(page), [['consent', 'default', google()]]);
    },
);

spec('google: silence in an opt-out region is told as a yes', {}, async (stand) => {
    const { open, notice, page } = stand;
    await open({ config: { ...CONFIG, regime: 'opt-out', google: {} } });
    await notice();
    assert.deepEqual(await consent(page), [['consent', 'default', ALL]]);
});

spec('google: not named, not told; nor in a dry run', { allow: [/not consent/] }, async (stand) => {
    const { open, notice, press, page, said } = stand;
    await open({});
    await notice();
    await press('grant-all');
    assert.equal(await page.evaluate(() => 'dataLayer' in window), false);
    await open({ config: { ...CONFIG, mode: 'report', google: {}, tell: ['microsoft', 'data-layer'] } });
    await said(/not consent/);
    assert.equal(await page.evaluate(() => 'dataLayer' in window || 'uetq' in window), false);
});

const TAG = '<script src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>';
const toGoogle = (stand) => stand.asked().filter((url) => url.includes('googletagmanager'));

spec(
    'google: basic mode holds its tags, advanced mode does not and says so',
    { allow: [/advanced/, /ERR_/] },
    async (stand) => {
        const { open, notice, page, said } = stand;
        const config = { ...CONFIG, services: ['google-analytics', 'google-tag-manager'], google: {} };
        await open({ config, body: TAG });
        await notice();
        assert.deepEqual(toGoogle(stand), []);
        await open({ config: { ...config, google: { mode: 'advanced' } }, body: TAG });
        await notice();
        await said(/google\.mode: found "advanced"/);
        assert.equal(toGoogle(stand).length, 1);
        assert.deepEqual(await consent(page), [['consent', 'default', google()]]);
    },
);

spec(
    'google: advanced mode is ignored while a signal denies',
    { allow: [/advanced/], init: () => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }) },
    async (stand) => {
        const { open, state } = stand;
        const config = { ...CONFIG, services: ['google-tag-manager'], google: { mode: 'advanced' } };
        await open({ config, body: TAG });
        assert.equal((await state()).phase, 'signalled');
        assert.deepEqual(toGoogle(stand), []);
    },
);

const TOLD = { ...CONFIG, tell: ['microsoft', 'clarity', 'meta', 'matomo', 'posthog', 'data-layer', 'plausible'] };
const here = (page) =>
    page.waitForFunction(() => window.uetq?.length && window.clarity?.q?.length && window._paq?.length);
const all = (page) =>
    page.evaluate(() => {
        const plain = (list) =>
            JSON.parse(
                JSON.stringify(
                    [...(list ?? [])].map((one) =>
                        one.length === undefined || typeof one === 'string' ? one : [...one],
                    ),
                ),
            );
        return {
            uetq: plain(window.uetq),
            clarity: plain(window.clarity?.q),
            paq: plain(window._paq),
            layer: plain(window.dataLayer),
            plausible: localStorage.plausible_ignore ?? null,
        };
    });

spec(
    'microsoft, clarity, matomo, plausible, tag managers: first visit, grant, withdrawal, reload',
    {},
    async (stand) => {
        const { open, notice, press, page } = stand;
        await open({ config: TOLD });
        await notice();
        await here(page);
        const first = await all(page);
        assert.deepEqual(first.uetq, ['consent', 'default', { ad_storage: 'denied' }]);
        assert.deepEqual(first.clarity, [['consentv2', { ad_Storage: 'denied', analytics_Storage: 'denied' }]]);
        assert.deepEqual(first.paq, [['requireConsent']]);
        assert.equal(first.plausible, null, 'nothing is written before a choice');
        assert.deepEqual(first.layer, [
            {
                event: 'portcullis',
                portcullis: {
                    phase: 'asking',
                    regime: 'opt-in',
                    categories: { necessary: true, preferences: false, analytics: false, marketing: false },
                    services: { stats: false, ads: false, films: false },
                },
            },
        ]);
        await press('grant-all');
        await notice(false);
        const second = await all(page);
        assert.deepEqual(second.uetq.slice(3), ['consent', 'update', { ad_storage: 'granted' }]);
        assert.deepEqual(second.clarity.slice(1), [
            ['consentv2', { ad_Storage: 'granted', analytics_Storage: 'granted' }],
        ]);
        assert.deepEqual(second.paq.slice(1), [['setConsentGiven']]);
        assert.equal(second.layer.length, 2);
        assert.equal(second.layer[1].portcullis.categories.marketing, true);
        await press('choose');
        await press('deny-all');
        const third = await all(page);
        assert.deepEqual(third.uetq.slice(6), ['consent', 'update', { ad_storage: 'denied' }]);
        assert.deepEqual(third.clarity.slice(2), [
            ['consentv2', { ad_Storage: 'denied', analytics_Storage: 'denied' }],
        ]);
        assert.deepEqual(third.paq.slice(2), [['forgetConsentGiven']]);
        assert.equal(third.plausible, 'true');
        assert.equal(third.layer[2].portcullis.categories.marketing, false);
        await page.reload();
        await here(page);
        const again = await all(page);
        assert.deepEqual(again.uetq, ['consent', 'default', { ad_storage: 'denied' }]);
        assert.equal(again.layer.length, 1);
    },
);

/** Meta's snippet in short: a function that queues, unless there is one. */
const FBQ = `<script>
!function (f, n) { if (f.fbq) return; n = f.fbq = function () { n.queue.push(arguments); }; n.queue = []; }(window);
fbq('init', '1'); fbq('track', 'PageView');</script>`;
const fbq = (page) => page.evaluate(() => JSON.parse(JSON.stringify(window.fbq.queue.map((words) => [...words]))));

spec('meta: revoke comes before init where the tag arrives after us, grant later', {}, async (stand) => {
    const { open, notice, press, page } = stand;
    await open({ config: { ...CONFIG, tell: ['meta', 'microsoft'] } });
    await notice();
    await page.waitForFunction(() => window.uetq);
    await page.evaluate((html) => document.body.append(document.createRange().createContextualFragment(html)), FBQ);
    await page.waitForFunction(() => window.fbq);
    assert.deepEqual(await fbq(page), [
        ['consent', 'revoke'],
        ['init', '1'],
        ['track', 'PageView'],
    ]);
    await press('grant-all');
    await notice(false);
    assert.deepEqual((await fbq(page)).slice(3), [['consent', 'grant']]);
    await press('choose');
    await press('deny-all');
    assert.deepEqual((await fbq(page)).slice(4), [['consent', 'revoke']]);
});

spec('posthog: opted out as soon as it can be, in after a yes', {}, async (stand) => {
    const { open, notice, press, page } = stand;
    await open({ config: { ...CONFIG, tell: ['posthog', 'microsoft'] } });
    await notice();
    await page.waitForFunction(() => window.uetq);
    const seen = await page.evaluate(() => {
        window.posthog = [];
        window.seen = [];
        window.posthog.push('early');
        window.posthog.opt_in_capturing = () => window.seen.push('in');
        window.posthog.opt_out_capturing = () => window.seen.push('out');
        window.posthog.push('late');
        return window.seen;
    });
    assert.deepEqual(seen, ['out']);
    await press('grant-all');
    await notice(false);
    assert.deepEqual(await page.evaluate(() => window.seen), ['out', 'in']);
});

spec('only who is named is told, and the third file comes only where it is needed', {}, async (stand) => {
    const { open, notice, press, page, requests } = stand;
    const before = requests().length;
    await open({});
    await notice();
    assert.deepEqual(
        requests()
            .slice(before)
            .filter((path) => /portcullis-/.test(path)),
        [],
    );
    await press('grant-all');
    await notice(false);
    assert.deepEqual(
        await page.evaluate(() =>
            ['dataLayer', 'uetq', 'clarity', '_paq', 'fbq', 'posthog'].filter((name) => name in window),
        ),
        [],
    );
});

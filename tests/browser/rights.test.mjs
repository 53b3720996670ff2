// The visitor's rights inside the preferences: see, withdraw, copy, erase, ask. On real cookies, keys, databases, caches.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { CONFIG, spec, until } from './harness.mjs';

const SHOP = {
    ...CONFIG,
    policy: { version: '2026-11', url: '/privacy' },
    controller: { name: 'Acme Ltd', contact: 'mailto:privacy@acme.example', replyDays: 14 },
    services: [
        {
            id: 'stats',
            name: 'Stats',
            category: 'analytics',
            hosts: ['stats.test'],
            cookies: ['_stats*'],
            storage: ['stats:*'],
            privacyUrl: 'https://stats.test/privacy',
            retention: '13 months',
        },
        { id: 'ads', name: 'Ads', category: 'marketing', hosts: ['ads.test'], cookies: ['_ads'], storage: ['ads:*'] },
        { id: 'films', name: 'Films', category: 'marketing', hosts: ['films.test'] },
    ],
};

/** Leaves behind what services and the site itself leave. */
const leave = (page) =>
    page.evaluate(async () => {
        const put = (cookie) => {
            document.cookie = cookie;
        };
        put('_stats_id=1; Path=/');
        put('_stats_deep=1; Path=/page');
        put(`_stats_wide=1; Path=/; Domain=${location.hostname}`);
        put('_ads=1; Path=/');
        put('login=me; Path=/');
        put('odd=1; Path=/');
        localStorage.setItem('stats:a', '1');
        sessionStorage.setItem('stats:b', '1');
        localStorage.setItem('ads:a', '1');
        localStorage.setItem('cart', '1');
        const database = (name) =>
            new Promise((resolve, reject) => {
                const opening = indexedDB.open(name);
                opening.onsuccess = () => resolve(opening.result.close());
                opening.onerror = reject;
            });
        for (const name of ['stats:db', 'ads:db', 'orders']) await database(name);
        for (const name of ['stats:cache', 'ads:cache', 'offline']) await caches.open(name);
    });
const left = (page) =>
    page.evaluate(async () => ({
        cookies: document.cookie
            .split('; ')
            .map((pair) => pair.split('=')[0])
            .sort(),
        local: Object.keys(localStorage).sort(),
        session: Object.keys(sessionStorage).sort(),
        databases: (await indexedDB.databases()).map(({ name }) => name).sort(),
        caches: (await caches.keys()).sort(),
    }));
/** Waits until nothing of a service is left. */
const gone = (page, service) =>
    until(
        page,
        async (of) =>
            ![
                document.cookie,
                ...Object.keys(localStorage),
                ...Object.keys(sessionStorage),
                ...(await indexedDB.databases()).map(({ name }) => name),
                ...(await caches.keys()),
            ].some((name) => name.includes(of)),
        service,
    );

/** Opens the panel in the preferences. */
async function panel({ press, page }) {
    await press('choose');
    const rights = page.locator('dialog details.rights');
    await rights.locator('summary').click();
    await rights.locator('[data-kind="workers"]').waitFor();
    return rights;
}
const lines = (part) => part.locator('li').allTextContents();

spec('see: nothing before a choice', {}, async (stand) => {
    const { open, notice } = stand;
    await open({ config: SHOP });
    await notice();
    const rights = await panel(stand);
    assert.deepEqual(await lines(rights.locator('[data-rights="record"]')), [
        'You have not chosen yet. Nothing is stored.',
    ]);
    assert.deepEqual(await lines(rights.locator('[data-rights="signals"]')), ['Nothing']);
    assert.equal(await rights.locator('[data-rights="history"]').count(), 0);
    assert.equal(await rights.locator('[data-kind="cookies"]').textContent(), 'nothing');
});

spec('see: the record in plain words, its history, what is stored and whose it is', {}, async (stand) => {
    const { open, notice, press, page, choose, context, shop } = stand;
    const path = await open({ config: SHOP });
    await notice();
    await press('grant-all');
    await notice(false);
    await choose({ marketing: false });
    await page.waitForFunction(() => JSON.parse(localStorage.getItem('portcullis')).previous);
    await leave(page);
    await page.goto(shop.url(path));
    // A held service keeps nothing by script; this comes by a server's header, and from a page without the gate. What is
    // there when a page opens goes by a timer: this one fires behind it.
    await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
    await context.addCookies([{ name: '_ads', value: '1', url: page.url() }]);
    const other = await context.newPage();
    await other.goto(shop.url('/own/plain.gif'));
    await other.evaluate(() => localStorage.setItem('ads:a', '1'));
    await other.close();
    const rights = await panel(stand);
    const [when, how, policy, granted, denied] = await lines(rights.locator('[data-rights="record"]'));
    assert.match(when, /^When: .*2\d/);
    assert.deepEqual(
        [how, policy, granted, denied],
        [
            'How: you set the switches yourself',
            'Policy version: 2026-11',
            'Accepted: Preferences, Analytics, Stats',
            'Rejected: Marketing, Ads, Films',
        ],
    );
    const [before] = await lines(rights.locator('[data-rights="history"]'));
    assert.match(before, /you accepted everything.*Accepted: Preferences, Analytics, Marketing, Stats, Ads, Films/);
    const kind = async (name) => (await lines(rights.locator(`[data-kind="${name}"]`))).sort();
    assert.deepEqual(
        await kind('cookies'),
        [
            '_ads (Ads, Marketing)',
            '_stats_id (Stats, Analytics)',
            '_stats_wide (Stats, Analytics)',
            'login (unknown)',
            'odd (unknown)',
            ...((await page.evaluate(() => document.cookie.includes('_stats_deep')))
                ? ['_stats_deep (Stats, Analytics)']
                : []),
        ].sort(),
    );
    assert.deepEqual(await kind('localStorage'), [
        'ads:a (Ads, Marketing)',
        'cart (unknown)',
        'portcullis (Portcullis, Necessary)',
        'stats:a (Stats, Analytics)',
    ]);
    assert.deepEqual(await kind('sessionStorage'), ['stats:b (Stats, Analytics)']);
    assert.deepEqual(await kind('databases'), [
        'ads:db (Ads, Marketing)',
        'orders (unknown)',
        'stats:db (Stats, Analytics)',
    ]);
    assert.deepEqual(await kind('caches'), [
        'ads:cache (Ads, Marketing)',
        'offline (unknown)',
        'stats:cache (Stats, Analytics)',
    ]);
    assert.equal(await rights.locator('[data-kind="workers"]').textContent(), 'nothing');
    assert.match(await rights.textContent(), /cannot see cookies that only the server may read/);
});

spec(
    'see: "not available here" where the browser lacks the means, and the signals it sent',
    {
        init: () => {
            Object.defineProperty(window, 'caches', { get: () => undefined });
            Object.defineProperty(indexedDB, 'databases', { value: undefined });
            Object.defineProperty(navigator, 'globalPrivacyControl', { value: true });
        },
    },
    async (stand) => {
        const { open, page } = stand;
        await open({ config: SHOP });
        await page.waitForFunction(() => window.portcullis.state().phase === 'signalled');
        const rights = await panel(stand);
        assert.equal(await rights.locator('[data-kind="caches"]').textContent(), 'not available here');
        assert.equal(await rights.locator('[data-kind="databases"]').textContent(), 'not available here');
        assert.deepEqual(await lines(rights.locator('[data-rights="signals"]')), [
            'Global Privacy Control: do not sell or share my data',
        ]);
    },
);

spec('ask: who is responsible, how to reach them, within how many days', {}, async (stand) => {
    const { open, notice, press, page } = stand;
    await open({ config: SHOP });
    await notice();
    await press('choose');
    const line = page.locator('dialog p', { hasText: 'Responsible: Acme Ltd.' });
    await line.waitFor();
    assert.match(await line.textContent(), /Answered within 14 days\./);
    assert.equal(await line.locator('a').getAttribute('href'), 'mailto:privacy@acme.example');
});

spec('withdraw: what a service left goes, on every path and domain; all else stays', {}, async (stand) => {
    const { open, notice, press, page, choose, context } = stand;
    const host = 'a.shop.test';
    await open({ config: SHOP }, { host, path: '/page/deep/here' });
    await notice();
    await press('grant-all');
    await notice(false);
    const url = new URL(page.url());
    const cookie = (name, domain, path, more) => ({ name, value: '1', domain, path, ...more });
    await context.addCookies([
        cookie('_stats_parent', '.shop.test', '/'),
        cookie('_stats_parent_deep', '.shop.test', '/page/deep'),
        cookie('_stats_host', url.hostname, '/page/'),
        cookie('_stats', '.a.shop.test', '/page'),
        cookie('_ads', '.shop.test', '/'),
        cookie('login', url.hostname, '/', { httpOnly: true }),
        cookie('session', '.shop.test', '/'),
    ]);
    await page.evaluate(() => {
        localStorage.setItem('stats:a', '1');
        localStorage.setItem('cart', '1');
    });
    await choose({ analytics: false });
    await page.waitForFunction(() => !localStorage.getItem('stats:a') && !document.cookie.includes('_stats'));
    const names = (await context.cookies()).map(({ name }) => name).sort();
    assert.deepEqual(names, ['_ads', 'login', 'session']);
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => key !== 'portcullis')), [
        'cart',
    ]);
});

spec('withdraw: databases and caches of the service go, those of others stay', {}, async (stand) => {
    const { open, notice, press, page, choose } = stand;
    await open({ config: SHOP });
    await notice();
    await press('grant-all');
    await notice(false);
    await leave(page);
    await choose({ analytics: false });
    await gone(page, 'stats');
    const { cookies, local, session, databases, caches } = await left(page);
    assert.deepEqual(cookies, ['_ads', 'login', 'odd']);
    assert.deepEqual(
        local.filter((key) => !key.startsWith('portcullis')),
        ['ads:a', 'cart'],
    );
    assert.deepEqual(session, []);
    assert.deepEqual(databases, ['ads:db', 'orders']);
    assert.deepEqual(caches, ['ads:cache', 'offline']);
});

spec('withdraw: a partitioned cookie goes too', { context: { ignoreHTTPSErrors: true } }, async (stand) => {
    const { open, notice, press, page, choose, context } = stand;
    await open({ config: SHOP });
    await notice();
    await press('grant-all');
    await notice(false);
    // localhost counts as trustworthy, so it may set secure cookies.
    const set = await page.evaluate(() => {
        document.cookie = '_stats_part=1; Path=/; Secure; SameSite=None; Partitioned';
        return document.cookie.includes('_stats_part');
    });
    assert.equal(set, true, 'the browser takes the cookie');
    await choose({ analytics: false });
    await page.waitForFunction(() => !document.cookie.includes('_stats_part'));
    assert.deepEqual(await context.cookies(), []);
});

spec("withdraw: a service's own opt-out is called, no other's", {}, async (stand) => {
    const { open, notice, press, page, choose } = stand;
    const config = { ...SHOP, services: ['posthog', 'mixpanel', 'meta-pixel'] };
    const tags = `<script>window.calls = [];
        window.posthog = { opt_out_capturing() { calls.push('posthog'); } };
        window.mixpanel = { opt_out_tracking() { calls.push('mixpanel'); } };
        window.fbq = (...words) => calls.push(['fbq', ...words]);</script>`;
    await open({ config, head: tags });
    await notice();
    await press('grant-all');
    await notice(false);
    await choose({ posthog: false });
    await page.waitForFunction(() => window.calls.length > 0);
    await press('choose');
    await press('deny-all');
    await page.waitForFunction(() => window.calls.length > 2);
    assert.deepEqual(await page.evaluate(() => window.calls), ['posthog', 'mixpanel', ['fbq', 'consent', 'revoke']]);
});

spec("withdraw: a service's push worker goes, the site's own stays", {}, async (stand) => {
    const { open, notice, press, page, choose, serve } = stand;
    const type = { 'Content-Type': 'text/javascript' };
    serve('', { path: '/push/stats:worker.js', headers: type });
    serve('', { path: '/app/worker.js', headers: type });
    await open({ config: SHOP });
    await notice();
    await press('grant-all');
    await notice(false);
    await page.evaluate(async () => {
        await navigator.serviceWorker.register('/push/stats:worker.js');
        await navigator.serviceWorker.register('/app/worker.js');
    });
    await choose({ analytics: false });
    // One that is being installed may be missing from the list for a moment.
    await until(page, async () => {
        const scopes = (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => new URL(scope).pathname);
        return scopes.join() === '/app/';
    });
});

spec('copy: one click downloads everything', {}, async (stand) => {
    const { open, notice, press, page, choose, record } = stand;
    await open({ config: SHOP });
    await notice();
    await press('grant-all');
    await notice(false);
    await choose({ marketing: false });
    await page.waitForFunction(() => JSON.parse(localStorage.getItem('portcullis')).previous);
    await leave(page);
    const rights = await panel(stand);
    const waiting = page.waitForEvent('download');
    await rights.locator('[data-rights="copy"]').click();
    const download = await waiting;
    assert.match(download.suggestedFilename(), /-consent\.json$/);
    const copy = JSON.parse(await readFile(await download.path(), 'utf8'));
    const kept = await record();
    assert.equal(copy.schema_version, 'ISO/IEC TS 27560:2023');
    assert.deepEqual(
        copy.events.map(({ event_state, method, hash }) => [event_state, method, hash]),
        [
            ['given', 'grant-all', kept.history[0].hash],
            ['given', 'chosen', kept.hash],
        ],
    );
    assert.equal(copy.events[1].event_time, new Date(kept.time).toISOString());
    assert.equal(copy.events[1].validity_duration, 'P180D');
    const analytics = copy.pii_processing.purposes.find(({ purpose_type }) => purpose_type === 'analytics');
    assert.deepEqual([analytics.consent, analytics.recipient_third_parties], [true, ['stats']]);
    assert.match(copy.pii_processing.privacy_notice, /^http.*\/privacy$/);
    const [controller, stats] = copy.party_identification;
    assert.deepEqual(
        [controller.party_name, controller.party_contact, controller.reply_days],
        ['Acme Ltd', 'mailto:privacy@acme.example', 14],
    );
    assert.deepEqual(
        [stats.party_name, stats.party_url, stats.retention_period, stats.consent],
        ['Stats', 'https://stats.test/privacy', '13 months', true],
    );
    assert.deepEqual(copy.stored.sessionStorage, [{ name: 'stats:b', service: 'Stats', category: 'analytics' }]);
    assert.deepEqual(copy.stored.workers, []);
    assert.equal(copy.kantara.version, 'KI-CR-v1.1.0');
    // Every field is in the documentation.
    const written = await readFile(new URL('../../docs/receipt.md', import.meta.url), 'utf8');
    const fields = new Set();
    const walk = (value, free) => {
        if (Array.isArray(value)) for (const item of value) walk(item, free);
        else if (value && typeof value === 'object') {
            for (const [key, inner] of Object.entries(value)) {
                if (!free) fields.add(key);
                walk(inner, key === 'categories' || key === 'services');
            }
        }
    };
    walk(copy);
    assert.deepEqual(
        [...fields].filter((field) => !written.includes(`\`${field}\``)),
        [],
    );
});

spec(
    'erase: after a question in place, everything optional goes and the visitor is asked afresh',
    {},
    async (stand) => {
        const { open, notice, press, page } = stand;
        const posts = [];
        const server = createServer(async (request, response) => {
            let text = '';
            for await (const part of request.setEncoding('utf8')) text += part;
            if (request.method === 'POST') posts.push(JSON.parse(text));
            const headers = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'content-type' };
            response.writeHead(204, headers).end();
        });
        await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
        try {
            const endpoint = `http://127.0.0.1:${server.address().port}/consent`;
            await open({ config: { ...SHOP, receipt: { endpoint } } });
            await notice();
            await press('grant-all');
            await page.waitForFunction(() => JSON.parse(localStorage.getItem('portcullis')).id);
            await page.waitForFunction(() => localStorage.getItem('portcullis.queue') === null);
            const { id } = await stand.record();
            await leave(page);
            await page.evaluate(() => {
                window.erased = new Promise((resolve) => {
                    document.addEventListener('portcullis:erase', ({ detail }) => resolve(detail), { once: true });
                });
                localStorage.setItem('portcullis.queue', '[]');
            });
            const rights = await panel(stand);
            await rights.locator('[data-rights="erase"]').click();
            await rights.locator('[data-rights="erase-cancel"]').click();
            assert.equal((await stand.record()).id, id, 'no is no');
            await rights.locator('[data-rights="erase"]').click();
            assert.match(await rights.locator('[data-rights="erasing"]').textContent(), /You will be asked again/);
            await rights.locator('[data-rights="erase-confirm"]').click();
            const detail = await page.evaluate(() => window.erased);
            assert.equal(detail.record.id, id);
            await notice();
            await gone(page, 'stats');
            await gone(page, 'ads');
            const { cookies, local, databases, caches } = await left(page);
            assert.deepEqual(
                [cookies, local, databases, caches],
                [['login', 'odd'], ['cart'], ['orders'], ['offline']],
            );
            await page.locator('portcullis-notice', { hasText: 'Everything has been erased.' }).waitFor();
            const erased = posts.filter((post) => post.erase);
            assert.equal(erased.length, 1);
            assert.deepEqual([erased[0].ids, typeof erased[0].key], [[id], 'string']);
        } finally {
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        }
    },
);

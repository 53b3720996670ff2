// The owner's proof: receipts that arrive whatever the server does, entries that show when they were edited, and one
// choice for several subdomains.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { CONFIG, spec } from './harness.mjs';

/** A server for receipts that does what `mode` says: `ok`, `500`, `slow` (until `release`), `down`. */
async function receiver() {
    const got = [];
    const waiting = [];
    const hearing = [];
    const receiver = { mode: 'ok', got };
    const server = createServer(async (request, response) => {
        const headers = {
            'Access-Control-Allow-Origin': '*',
            'Access-Control-Allow-Headers': 'content-type',
        };
        if (request.method === 'OPTIONS') {
            response.writeHead(204, headers).end();
            return;
        }
        let text = '';
        for await (const part of request.setEncoding('utf8')) text += part;
        got.push({
            body: JSON.parse(text),
            cookie: request.headers.cookie ?? '',
            type: request.headers['content-type'],
        });
        for (const heard of hearing.splice(0)) heard();
        const answer = (status) => response.writeHead(status, headers).end();
        if (receiver.mode === 'slow') waiting.push(() => answer(204));
        else answer(receiver.mode === '500' ? 500 : 204);
    });
    const listen = (port) => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
    await listen(0);
    const { port } = server.address();
    const stop = () => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
    };
    return Object.assign(receiver, {
        url: `http://127.0.0.1:${port}/consent`,
        /** Resolves once this many have arrived in all. */
        async arrived(count) {
            while (got.length < count) await new Promise((resolve) => hearing.push(resolve));
            return got;
        },
        release: () => {
            for (const answer of waiting.splice(0)) answer();
        },
        stop,
        start: () => listen(port),
    });
}

/** A spec with such a server. */
const proof = (name, options, body) =>
    spec(name, { allow: [/ERR_|500|Failed to load/], ...options }, async (stand) => {
        const server = await receiver();
        try {
            await body(stand, server, { ...CONFIG, receipt: { endpoint: server.url } });
        } finally {
            await server.stop().catch(() => {});
        }
    });

const queue = (page) => page.evaluate(() => JSON.parse(localStorage.getItem('portcullis.queue') ?? '[]'));
const emptied = (page) => page.waitForFunction(() => localStorage.getItem('portcullis.queue') === null);
const sealed = (page) =>
    page.waitForFunction(() => JSON.parse(localStorage.getItem('portcullis') ?? '{}').hash !== undefined);
/** A failure of the first item has been noted. */
const failed = (page, tries) =>
    page.waitForFunction(
        (wanted) => JSON.parse(localStorage.getItem('portcullis.queue') ?? '[]')[0]?.tries === wanted,
        tries,
    );
/** As if the visitor came back after so much time. In between, on a page without the gate, nobody else has the queue. */
const later = async ({ page, serve, shop }, path, ms) => {
    await page.goto(shop.url(serve('between', { headers: { 'Content-Type': 'text/plain' } })));
    await page.evaluate((by) => {
        const list = JSON.parse(localStorage.getItem('portcullis.queue'));
        for (const item of list) {
            item.next -= by;
            item.since -= by;
        }
        localStorage.setItem('portcullis.queue', JSON.stringify(list));
    }, ms);
    await page.goto(shop.url(path));
};

proof('a grant is posted with an id, a refusal without; no cookie goes along', {}, async (stand, server, config) => {
    const { open, notice, press, page, record } = stand;
    await stand.context.addCookies([{ name: 'secret', value: '1', url: server.url }]);
    await open({ config });
    await notice();
    await press('grant-all');
    const [first] = await server.arrived(1);
    await emptied(page);
    const kept = await record();
    assert.equal(first.cookie, '');
    assert.equal(first.type, 'application/json');
    const { version, key, site, entry } = first.body;
    assert.deepEqual([version, key, site], [1, kept.id, new URL(page.url()).host]);
    const { v, history, ...current } = kept;
    assert.deepEqual(entry, current);
    assert.match(kept.id, /^[0-9a-f-]{36}$/);
    await press('choose');
    await press('deny-all');
    const [, second] = await server.arrived(2);
    await emptied(page);
    assert.equal('id' in second.body.entry, false);
    assert.equal('id' in (await record()), false);
    assert.ok(second.body.key && second.body.key !== key);
    assert.equal(second.body.entry.previous, kept.hash);
});

proof('without an endpoint there is no id, no queue, no request', {}, async (stand, server) => {
    const { open, notice, press, page, record } = stand;
    await open({});
    await notice();
    await press('grant-all');
    await sealed(page);
    assert.equal('id' in (await record()), false);
    assert.deepEqual(await queue(page), []);
    assert.equal(server.got.length, 0);
});

proof(
    'a server that is down, then answers 500, then comes back: the same key each time',
    {},
    async (stand, server, config) => {
        const { open, notice, press, page } = stand;
        await server.stop();
        const path = await open({ config });
        await notice();
        await press('grant-all');
        await failed(page, 1);
        server.mode = '500';
        await server.start();
        // Not before its time.
        await page.reload();
        await page.evaluate(() => window.portcullis.verify());
        assert.equal((await queue(page))[0].tries, 1);
        assert.equal(server.got.length, 0);
        await later(stand, path, 61_000);
        await failed(page, 2);
        assert.equal(server.got.length, 1);
        const [{ next }] = await queue(page);
        const pause = next - (await page.evaluate(() => Date.now()));
        assert.ok(pause > 60_000 && pause <= 120_000, `the pause grows: ${pause}`);
        server.mode = 'ok';
        await later(stand, path, 121_000);
        await emptied(page);
        const keys = server.got.map(({ body }) => body.key);
        assert.equal(keys.length, 2);
        assert.equal(new Set(keys).size, 1);
    },
);

proof('a slow server holds up nothing, and a page that closes loses nothing', {}, async (stand, server, config) => {
    const { open, twoTrackers, notice, press, page, context, hasRun } = stand;
    server.mode = 'slow';
    const path = await open({ ...twoTrackers(config) });
    await notice();
    await press('grant-all');
    await hasRun('a');
    await server.arrived(1);
    assert.equal((await queue(page)).length, 1);
    await press('choose');
    await press('deny-all');
    await page.waitForFunction(() => JSON.parse(localStorage.getItem('portcullis.queue')).length === 2);
    await page.close();
    server.mode = 'ok';
    server.release();
    const next = await context.newPage();
    await next.goto(stand.shop.url(path));
    await emptied(next);
    // At least once: the first may have come twice, by the same key.
    const keys = [...new Set(server.got.map(({ body }) => body.key))];
    assert.equal(keys.length, 2);
});

proof(
    'a choice whose page closed before it was chained is chained and sent by the next',
    {},
    async (stand, server, config) => {
        const { open, keep, page, record } = stand;
        const entry = {
            time: Date.now() - 5000,
            method: 'grant-all',
            policy: '1',
            lang: 'en',
            signals: { dnt: false, gpc: false },
            categories: { necessary: true, preferences: true, analytics: true, marketing: true },
            services: { stats: true, ads: true, films: true },
        };
        await keep(JSON.stringify({ v: 1, ...entry, history: [] }));
        await open({ config });
        const [{ body }] = await server.arrived(1);
        await emptied(page);
        assert.equal(body.entry.time, entry.time);
        assert.equal((await record()).id, body.key);
    },
);

proof('the queue is capped in entries and in age', {}, async (stand, server, config) => {
    const { open, notice, press, page, keep } = stand;
    await server.stop();
    await keep('');
    await page.evaluate(() => {
        const item = (index, since) => ({ key: `k${index}`, since, tries: 9, next: Date.now() + 1e9, body: {} });
        const list = Array.from({ length: 60 }, (_, index) => item(index, Date.now()));
        list.push(item('old', Date.now() - 31 * 86_400_000));
        localStorage.removeItem('portcullis');
        localStorage.setItem('portcullis.queue', JSON.stringify(list));
    });
    await open({ config });
    await notice();
    await press('grant-all');
    await sealed(page);
    const keys = (await queue(page)).map(({ key }) => key);
    assert.equal(keys.length, 50);
    assert.equal(keys[0], 'k11');
    assert.equal(keys.includes('kold'), false);
});

proof('two tabs: each receipt arrives', {}, async (stand, server, config) => {
    const { open, notice, press, page, context } = stand;
    const path = await open({ config });
    await notice();
    const other = await context.newPage();
    await other.goto(stand.shop.url(path));
    await notice(true, other);
    await press('grant-all');
    await notice(false, other);
    await press('choose', other);
    await press('deny-all', other);
    await emptied(page);
    await server.arrived(2);
    assert.deepEqual([...new Set(server.got.map(({ body }) => body.entry.method))].sort(), ['deny-all', 'grant-all']);
});

// ---- the chain ----

const sha = (text) => createHash('sha256').update(text).digest('hex');
const canonical = (value) =>
    value && typeof value === 'object'
        ? `{${Object.keys(value)
              .sort()
              .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
              .join(',')}}`
        : JSON.stringify(value);

spec('entries are chained, by a hash that anybody can compute', {}, async (stand) => {
    const { open, notice, press, page, record } = stand;
    await open({});
    await notice();
    await press('grant-all');
    await sealed(page);
    await press('choose');
    await press('deny-all');
    await page.waitForFunction(() => JSON.parse(localStorage.getItem('portcullis')).previous);
    const { v, history, ...current } = await record();
    assert.equal(history.length, 1);
    for (const entry of [...history, current]) {
        const { hash, ...said } = entry;
        assert.equal(hash, sha(canonical(said)));
    }
    assert.equal(current.previous, history[0].hash);
    const found = await page.evaluate(() => window.portcullis.verify());
    assert.equal(found.fits, true);
    assert.deepEqual(
        found.entries.map(({ state }) => state),
        ['fits', 'fits'],
    );
});

spec('verify says which entry was edited, and where one was cut out', {}, async (stand) => {
    const { open, notice, press, page, record, keep } = stand;
    const path = await open({});
    await notice();
    for (const [index, word] of ['grant-all', 'deny-all', 'grant-all'].entries()) {
        if (index) await press('choose');
        await press(word);
        await page.waitForFunction((count) => {
            const { hash, history } = JSON.parse(localStorage.getItem('portcullis') ?? '{"history":[]}');
            return hash && history.length === count;
        }, index);
    }
    const whole = await record();
    const states = async (edited) => {
        await keep(JSON.stringify(edited));
        await page.goto(stand.shop.url(path));
        const { fits, entries } = await page.evaluate(() => window.portcullis.verify());
        return [fits, ...entries.map(({ state }) => state)];
    };
    assert.deepEqual(await states(whole), [true, 'fits', 'fits', 'fits']);
    const edited = structuredClone(whole);
    edited.history[1].categories.marketing = true;
    assert.deepEqual(await states(edited), [false, 'fits', 'edited', 'fits']);
    const cut = { ...whole, history: [whole.history[0]] };
    assert.deepEqual(await states(cut), [false, 'fits', 'unlinked']);
});

spec(
    'where crypto is missing, entries say so',
    { init: () => Object.defineProperty(crypto, 'subtle', { value: undefined }) },
    async (stand) => {
        const { open, notice, press, page, record } = stand;
        await open({});
        await notice();
        await press('grant-all');
        await sealed(page);
        assert.equal((await record()).hash, 'unhashed');
        const { fits, entries } = await page.evaluate(() => window.portcullis.verify());
        assert.deepEqual([fits, entries[0].state], [true, 'unhashed']);
    },
);

spec('an entry that another tab overwrote comes back by its time', {}, async (stand) => {
    const { open, notice, press, page, context, record } = stand;
    const path = await open({});
    await notice();
    await press('grant-all');
    await sealed(page);
    const first = await record();
    const other = await context.newPage();
    await other.goto(stand.shop.url(path));
    await notice(false, other);
    await press('choose');
    await press('deny-all');
    await page.waitForFunction(() => JSON.parse(localStorage.getItem('portcullis')).previous);
    const second = await record();
    // The other tab writes what it would have written had it not heard of that yet.
    const { v, history, ...before } = first;
    const { hash, previous, ...said } = before;
    const fork = { ...said, time: second.time + 1, method: 'chosen' };
    await other.evaluate(
        (text) => localStorage.setItem('portcullis', text),
        JSON.stringify({ v: 1, ...fork, history: [before] }),
    );
    await page.waitForFunction(() => {
        const { hash, method, history } = JSON.parse(localStorage.getItem('portcullis'));
        return hash && method === 'chosen' && history.length === 2;
    });
    assert.deepEqual(
        (await record()).history.map(({ method }) => method),
        ['grant-all', 'deny-all'],
    );
    assert.equal((await page.evaluate(() => window.portcullis.verify())).fits, true);
});

// ---- one choice for several subdomains ----

const SHARED = { ...CONFIG, share: '.shop.test' };

const TRUSTING = { ...CONFIG, share: { domain: '.shop.test', trustSubdomains: true } };

spec('a choice holds on the next subdomain that is trusted, and a newer one comes back', {}, async (stand) => {
    const { open, notice, press, page, record, context, state } = stand;
    const path = await open({ config: TRUSTING }, { host: 'www.shop.test' });
    await notice();
    await press('grant-all');
    await sealed(page);
    await page.waitForFunction(() => document.cookie.includes('portcullis='));
    const [cookie] = await context.cookies();
    assert.equal(cookie.domain, '.shop.test');
    assert.equal('history' in JSON.parse(decodeURIComponent(cookie.value)), false);
    await page.goto(stand.shop.url(path, 'help.shop.test'));
    await page.waitForFunction(() => window.portcullis.state().phase === 'answered');
    assert.equal((await state()).grants.categories.marketing, true);
    assert.equal(await page.locator('portcullis-notice').count(), 0);
    assert.deepEqual((await record()).history, []);
    await press('choose');
    await press('deny-all');
    await page.waitForFunction(() => decodeURIComponent(document.cookie).includes('deny-all'));
    await page.goto(stand.shop.url(path, 'www.shop.test'));
    await page.waitForFunction(() => window.portcullis.state().phase === 'answered');
    assert.equal((await state()).grants.categories.marketing, false);
    assert.deepEqual(
        (await record()).history.map(({ method }) => method),
        ['grant-all'],
    );
});

spec('erased on one subdomain: the cookie goes, the other keeps its own', {}, async (stand) => {
    const { open, notice, press, page, context, state } = stand;
    const path = await open({ config: SHARED }, { host: 'www.shop.test' });
    await notice();
    await press('grant-all');
    await page.waitForFunction(() => document.cookie.includes('portcullis='));
    await page.goto(stand.shop.url(path, 'help.shop.test'));
    await notice();
    await press('deny-all');
    await page.waitForFunction(() => decodeURIComponent(document.cookie).includes('deny-all'));
    await page.evaluate(() => window.portcullis.erase());
    await notice();
    await page.waitForFunction(() => !document.cookie.includes('portcullis='));
    assert.deepEqual(await context.cookies(), []);
    await page.goto(stand.shop.url(path, 'www.shop.test'));
    await page.waitForFunction(() => window.portcullis.state().phase === 'answered');
    assert.equal((await state()).grants.categories.marketing, true);
});

spec('a shared cookie that is no choice is not believed', {}, async (stand) => {
    const { open, notice, context, state } = stand;
    const answers = { necessary: true, marketing: true };
    const future = {
        time: Date.now() + 1e9,
        method: 'chosen',
        categories: answers,
        services: {},
        shared: 'a.shop.test',
    };
    const stranger = { ...future, time: Date.now(), shared: 'shop.test.evil.test' };
    for (const text of [
        JSON.stringify(future),
        JSON.stringify(stranger),
        '{"categories":{"marketing":"yes"}}',
        'x',
        '%',
    ]) {
        await context.clearCookies();
        const value = text === '%' ? text : encodeURIComponent(text);
        await context.addCookies([{ name: 'portcullis', value, domain: '.shop.test', path: '/' }]);
        await open({ config: SHARED }, { host: 'www.shop.test' });
        await notice();
        assert.equal((await state()).record, null);
    }
});

spec('where the browser refuses the cookie, the choice holds on its own host', {}, async (stand) => {
    const { open, notice, press, page, context, state } = stand;
    await open({ config: { ...CONFIG, share: '.elsewhere.test' } }, { host: 'www.shop.test' });
    await notice();
    await press('grant-all');
    await sealed(page);
    await page.evaluate(() => window.portcullis.verify());
    assert.deepEqual(await context.cookies(), []);
    await page.reload();
    await page.waitForFunction(() => window.portcullis.state().phase === 'answered');
    assert.equal((await state()).grants.categories.marketing, true);
});

spec('nothing is shared unless it is asked for', {}, async (stand) => {
    const { open, notice, press, page, context } = stand;
    await open({}, { host: 'www.shop.test' });
    await notice();
    await press('grant-all');
    await sealed(page).catch(() => {});
    assert.deepEqual(await context.cookies(), []);
});

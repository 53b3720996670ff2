// Workers whose file comes along in their own address: they begin with our file, which asks the same core.

import assert from 'node:assert/strict';
import { CONFIG, spec } from './harness.mjs';

/** What the browser says of a request that goes nowhere. */
const NOWHERE = [/ERR_UNSAFE_PORT|ERR_FAILED|ERR_BLOCKED|0\.0\.0\.0|blob:/];

/** A worker that fetches each address it is sent, and answers how that went. */
const ECHO = `onmessage = ({ data }) => fetch(data, { mode: 'no-cors' }).then(() => postMessage('came'), (why) => postMessage(why.name));`;
/** In the page: starts a worker of this text as `window.worker`. */
const begin = ({ text, kind = 'blob', type }) => {
    const url =
        kind === 'blob'
            ? URL.createObjectURL(new Blob([text]))
            : kind === 'base64'
              ? `data:text/javascript;base64,${btoa(text)}`
              : `data:text/javascript,${encodeURIComponent(text)}`;
    window.worker = new Worker(url, type && { type });
    window.failure = new Promise((resolve) => {
        window.worker.onerror = ({ message }) => resolve(`error: ${message}`);
    });
    // As pages do: the address has served its turn.
    URL.revokeObjectURL(url);
};
/** In the page: sends the worker something; its answer. */
const ask = (what) => {
    const answer = new Promise((resolve) => {
        window.worker.onmessage = ({ data }) => resolve(data);
        window.worker.postMessage(what);
    });
    return Promise.race([answer, window.failure]);
};

for (const kind of ['blob', 'data', 'base64']) {
    spec(`a worker of a ${kind} address is told where to go, and does not`, { allow: NOWHERE }, async (stand) => {
        const { open, notice, page, arrivals, stats, shop, press } = stand;
        await open({});
        await notice();
        await page.evaluate(begin, { text: ECHO, kind });
        assert.equal(await page.evaluate(ask, stats('p.gif')), 'TypeError');
        assert.deepEqual(await arrivals(), []);
        assert.equal(await page.evaluate(ask, shop.url('/own/mine.gif')), 'came', 'its own site is not held');
        await press('grant-all');
        await notice(false);
        await page.evaluate(begin, { text: ECHO, kind });
        assert.equal(await page.evaluate(ask, stats('p.gif')), 'came');
    });
}

spec('a running worker hears of a grant and of a withdrawal', { allow: NOWHERE }, async (stand) => {
    const { open, notice, page, press, stats } = stand;
    await open({});
    await notice();
    await page.evaluate(begin, { text: ECHO });
    assert.equal(await page.evaluate(ask, stats('p.gif')), 'TypeError');
    await press('grant-all');
    await notice(false);
    assert.equal(await page.evaluate(ask, stats('p.gif')), 'came');
    await page.evaluate(() => window.portcullis.denyAll());
    assert.equal(await page.evaluate(ask, stats('p.gif')), 'TypeError');
});

spec('a worker that names a held service works, and its roads are closed', { allow: NOWHERE }, async (stand) => {
    const { open, notice, page, arrivals, stats, ads } = stand;
    await open({});
    await notice();
    const roads = {
        fetch: `await fetch(url, { mode: 'no-cors' })`,
        'fetch of a request': `await fetch(new Request(url, { mode: 'no-cors' }))`,
        XMLHttpRequest: `const x = new XMLHttpRequest(); x.open('GET', url, false); x.send()`,
        importScripts: `importScripts(url)`,
        'importScripts after another': `importScripts('data:text/javascript,1', url)`,
        cache: `await (await caches.open('leak')).add(new Request(url, { mode: 'no-cors' }))`,
        'cache of a list': `await (await caches.open('leak')).addAll([new Request(url, { mode: 'no-cors' })])`,
        EventSource: `await new Promise((_, no) => { new EventSource(url).onerror = no; })`,
        WebSocket: `await new Promise((_, no) => { new WebSocket(url.replace('http', 'ws')).onclose = no; })`,
        FontFace: `await new FontFace('f', 'url(' + url + ')').load()`,
        'a worker in it': `await new Promise((yes, no) => {
            const inner = new Worker(URL.createObjectURL(new Blob(['onmessage = ({ data }) => fetch(data).then(() => postMessage(1), () => postMessage(0))'])));
            inner.onmessage = ({ data }) => data ? yes() : no();
            inner.postMessage(url);
        })`,
    };
    const calls = Object.entries(roads).map(([name, road]) => `[${JSON.stringify(name)}, async (url) => { ${road} }]`);
    const text = `const url = '${stats('p.gif')}'; // and ${ads('b.js')}
        onmessage = async () => {
            const came = [];
            for (const [name, road] of [${calls}]) await road(url).then(() => came.push(name), () => {});
            postMessage(came);
        };`;
    await page.evaluate(begin, { text });
    assert.deepEqual(await page.evaluate(ask, 0), []);
    assert.deepEqual(await arrivals(), []);
    // What was asked for in vain is told, like anything else that is held.
    await page.waitForFunction(() => window.portcullis.state().phase === 'asking');
});

spec('what a worker asks for is told and listed, and passes once it is granted', { allow: NOWHERE }, async (stand) => {
    const { open, notice, page, press, stranger, arrivals } = stand;
    await open({ config: { ...CONFIG, block: 'third-party' } });
    await notice();
    await page.evaluate(() => {
        window.held = [];
        window.portcullis.on('held', ({ url }) => window.held.push(url));
    });
    await page.evaluate(begin, { text: ECHO });
    assert.equal(await page.evaluate(ask, stranger('p.gif')), 'TypeError');
    await page.waitForFunction((url) => window.held.includes(url), stranger('p.gif'));
    assert.deepEqual(await arrivals(), []);
    assert.equal((await stand.state()).grants.services['stranger.test'], false);
    await press('grant-all');
    await notice(false);
    // The worker of the next page has never met it.
    await page.reload();
    await page.waitForFunction(() => window.portcullis.state().phase === 'answered');
    await page.evaluate(begin, { text: ECHO });
    assert.equal(await page.evaluate(ask, stranger('p.gif')), 'came');
});

spec('a module works too, and what it imports is held', { allow: NOWHERE }, async (stand) => {
    const { open, notice, page, stats, arrivals } = stand;
    await open({});
    await notice();
    const text = `const name = '${stats('p.gif')}'; ${ECHO}`;
    await page.evaluate(begin, { text, type: 'module' });
    assert.equal(await page.evaluate(ask, stats('p.gif')), 'TypeError');
    for (const one of [`import '${stats('a.js')}'`, `import('${stats('a.js')}')`]) {
        await page.evaluate(begin, { text: `${one}; ${ECHO}`, type: 'module' });
        assert.match(await page.evaluate(ask, stats('p.gif')), /error/);
    }
    assert.deepEqual(await arrivals(), []);
});

spec('its own code finds what it expects', {}, async ({ open, notice, page }) => {
    await open({});
    await notice();
    const probe = `'use strict';
        const strict = (function () { return this === undefined; })();
        onmessage = () => postMessage([
            strict, typeof portcullisInside, fetch.name, fetch.length, String(fetch), String(Worker),
            new Worker('data:,') instanceof Worker, Object.keys(self).filter((key) => /portcullis/i.test(key)).length,
        ]);`;
    await page.evaluate(begin, { text: probe });
    assert.deepEqual(await page.evaluate(ask, 0), [
        true,
        'undefined',
        'fetch',
        1,
        'function fetch() { [native code] }',
        'function Worker() { [native code] }',
        true,
        0,
    ]);
});

spec(
    'what a worker hands over is read once, and refused as the browser refuses it',
    { allow: NOWHERE },
    async (stand) => {
        const { open, notice, page, stats, shop, arrivals } = stand;
        await open({});
        await notice();
        const text = `onmessage = async ({ data: [own, held] }) => {
            const liar = () => { let reads = 0; return { toString: () => (reads++ ? held : own) }; };
            const cache = await caches.open('leak');
            const how = (call) => { try { return call().then(() => 'came', (why) => why.name); } catch (why) { return 'threw ' + why.name; } };
            postMessage([
                await how(() => cache.addAll([liar()])),
                await how(() => cache.addAll(7)),
                await how(() => fetch(Symbol('a'))),
                await how(() => fetch(liar())),
            ]);
        };`;
        await page.evaluate(begin, { text });
        const answers = await page.evaluate(ask, [shop.url('/own/mine.gif'), stats('p.gif')]);
        assert.deepEqual(answers, ['came', 'TypeError', 'TypeError', 'came']);
        assert.deepEqual(await arrivals(), []);
    },
);

spec('where our file is missing, a worker that names nobody works on', { allow: [/./] }, async (stand) => {
    const { open, notice, page, stats, arrivals } = stand;
    await open({ config: { ...CONFIG, base: '/nowhere/' } });
    await notice();
    await page.evaluate(begin, { text: 'onmessage = () => postMessage("works")' });
    assert.equal(await page.evaluate(ask, 0), 'works');
    await page.evaluate(begin, { text: `fetch('${stats('p.gif')}'); ${ECHO}` });
    assert.match(await page.evaluate(ask, stats('p.gif')), /error/, 'one that names a held service stays held');
    assert.deepEqual(await arrivals(), []);
});

spec('in a dry run, and where only marks are held, a worker is left alone', { allow: [/./] }, async (stand) => {
    for (const config of [
        { ...CONFIG, mode: 'report' },
        { ...CONFIG, block: 'marked' },
    ]) {
        await stand.open({ config });
        await stand.page.waitForFunction(() => window.portcullis);
        await stand.page.evaluate(begin, { text: `const url = '${stand.stats('p.gif')}'; ${ECHO}` });
        assert.equal(await stand.page.evaluate(ask, stand.stats('p.gif')), 'came');
    }
    assert.ok(!stand.asked().some((url) => url.includes('portcullis-inside')));
});

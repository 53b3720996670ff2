// The roads out of the page, a few of each family: what is held, how it fails, and how it comes back. The leak matrix
// has all the others.

import assert from 'node:assert/strict';
import { spec } from './harness.mjs';

/** What the browser itself says of what is held: the network, and a preload that has lost its address. */
const NETWORK = /Failed to load resource|ERR_|WebSocket|CORS|Failed to decode|OTS|invalid `href`|^Portcullis/;

/** Elements that ask for something, by script and in the markup; each comes back in place on the grant. */
const ELEMENTS = {
    'a stylesheet': (url) => `<link rel="stylesheet" href="${url}">`,
    'an image set of a preload': (url) => `<link rel="preload" as="image" imagesrcset="${url} 1x">`,
    'a poster': (url) => `<video poster="${url}"></video>`,
    'a sound': (url) => `<audio preload="auto" src="${url}"></audio>`,
    'an object': (url) => `<object type="text/html" data="${url}"></object>`,
    'an embed': (url) => `<embed type="text/html" src="${url}">`,
    'an image button': (url) => `<input type="image" alt="" src="${url}">`,
    'an image of SVG': (url) => `<svg><image href="${url}" width="9" height="9"/></svg>`,
    'an image of SVG, the old way': (url) => `<svg><image xlink:href="${url}" width="9" height="9"/></svg>`,
    'a background': (url) => `<table background="${url}"><tr><td>a</td></tr></table>`,
    'a style attribute': (url) => `<p style="background: url(${url}); color: red">a</p>`,
    'a style element': (url) => `<style>p { background: url("${url}") }</style><p>a</p>`,
    'a style element that imports': (url) => `<style>@import "${url}";</style>`,
    'a document of its own in a frame': (url) => `<iframe srcdoc="<img src='${url}'>"></iframe>`,
    'a data: document': (url) => `<iframe src="data:text/html,${encodeURIComponent(`<img src="${url}">`)}"></iframe>`,
};

for (const [name, markup] of Object.entries(ELEMENTS)) {
    spec(`${name} is held, and comes back on the grant`, { allow: [NETWORK] }, async (stand) => {
        const { open, page, trackers, arrivals, ads } = stand;
        await open({});
        await page.evaluate(
            (html) => {
                const place = document.createElement('div');
                place.innerHTML = html;
                document.body.append(place);
                window.node = place.firstElementChild;
            },
            markup(ads('a.gif')),
        );
        await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
        assert.deepEqual(await arrivals(), []);
        const arrived = trackers.arrived('/t/a.gif');
        await page.evaluate(() => window.portcullis.grantAll());
        await arrived;
        assert.ok(await page.evaluate(() => window.node.isConnected && !document.querySelector('[data-held-src]')));
    });
}

spec('a style that the page changed while it was held keeps both', { allow: [NETWORK] }, async (stand) => {
    const { open, page, ads } = stand;
    await open({ body: `<p id="p" style="background: url(${ads('a.gif')}); color: red">a</p>` });
    await page.evaluate(() => {
        document.getElementById('p').style.color = 'blue';
        window.portcullis.grantAll();
    });
    const style = await page.evaluate(() => document.getElementById('p').getAttribute('style'));
    assert.match(style, /ads\.test/);
    assert.match(style, /blue/);
    assert.doesNotMatch(style, /red|held/);
});

/** Calls: each must fail as with the network down, and is told as held. */
const CALLS = {
    fetch: (url) => fetch(url).catch((error) => error.name),
    Request: (url) => fetch(new Request(url)).catch((error) => error.name),
    XMLHttpRequest: (url) =>
        new Promise((done) => {
            const request = new XMLHttpRequest();
            request.onerror = () => done('TypeError');
            request.open('GET', url);
            request.send();
        }),
    EventSource: (url) =>
        new Promise((done) => {
            const source = new EventSource(url);
            source.onerror = () => {
                source.close();
                done('TypeError');
            };
        }),
    WebSocket: (url) =>
        new Promise((done) => {
            new WebSocket(url.replace('http', 'ws')).onclose = () => done('TypeError');
        }),
    sendBeacon: (url) => (navigator.sendBeacon(url) ? 'TypeError' : 'refused'),
    'fetch of a frame': (url) => {
        const frame = document.body.appendChild(document.createElement('iframe'));
        return window[window.length - 1].fetch(url).catch((error) => (frame.isConnected ? error.name : 'gone'));
    },
    'fetch of a frame in a shadow root': (url) => {
        const root = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'closed' });
        root.innerHTML = '<iframe></iframe>';
        return root.firstChild.contentWindow.fetch(url).catch((error) => error.name);
    },
    'a worker of a blob': (url) =>
        new Promise((done) => {
            const code = `fetch('${url}').catch((error) => postMessage(error.name))`;
            const worker = new Worker(URL.createObjectURL(new Blob([code])));
            worker.onmessage = ({ data }) => done(data);
        }),
};

for (const [name, call] of Object.entries(CALLS)) {
    spec(`${name} fails as with the network down`, { allow: [NETWORK, /Uncaught/] }, async (stand) => {
        const { open, page, arrivals, ads } = stand;
        await open({});
        await page.evaluate(() => {
            window.told = [];
            window.portcullis.on('held', (detail) => window.told.push(detail.kind));
        });
        assert.equal(await page.evaluate(call, ads('a.js')), 'TypeError');
        assert.deepEqual(await arrivals(), []);
        await page.evaluate(() => window.portcullis.grantAll());
        assert.deepEqual(await arrivals(), [], 'a call is never made again by us');
    });
}

spec('a script cannot leave for a held address; the visitor can', { allow: [NETWORK] }, async (stand) => {
    const { open, page, arrivals, ads, context } = stand;
    // What the page does by itself: a call from outside would count as the visitor's.
    await open({
        body: `<a id="link" target="_blank" href="${ads('a.js')}">a</a><iframe name="hidden"></iframe>
        <form action="${ads('a.js')}" target="hidden"></form><script>
            window.opened = window.open('${ads('a.js')}');
            document.getElementById('link').click();
            document.forms[0].submit();
            document.forms[0].requestSubmit();
        </script>`,
    });
    assert.equal(await page.evaluate(() => window.opened), null);
    assert.deepEqual(await arrivals(), []);
    const popup = context.waitForEvent('page');
    await page.click('#link');
    await (await popup).waitForLoadState();
    assert.ok((await arrivals()).includes('ads.test/t/a.js'));
});

spec(
    'what a late script writes stands behind it, and its listeners are called',
    { allow: [NETWORK] },
    async (stand) => {
        const { open, page, serve, shop, hasRun } = stand;
        const late = serve(
            `document.write('<p id="a">'); document.write('one</p><script>window.inner = document.currentScript.previousElementSibling?.id</scr' + 'ipt>');
        addEventListener('load', () => { window.heard = ['load']; });
        document.addEventListener('DOMContentLoaded', { handleEvent() { window.ready = true; } });
        (window.ran ||= []).push('late');`,
            { path: '/late.js', headers: { 'Content-Type': 'text/javascript' } },
        );
        await open({
            body: `<main><script data-consent="marketing" type="text/plain" src="${late}"></script><i id="b">two</i></main>`,
        });
        await page.waitForFunction(() => document.readyState === 'complete');
        await page.evaluate(() => window.portcullis.grantAll());
        await hasRun('late');
        await page.waitForFunction(() => window.heard && window.ready && window.inner);
        assert.equal(
            await page.evaluate(() => document.querySelector('main').textContent),
            'onewindow.inner = document.currentScript.previousElementSibling?.id' + 'two',
        );
        assert.equal(await page.evaluate(() => window.inner), 'a');
        assert.ok(page.url().startsWith(shop.url('/')));
    },
);

spec('the host of an address is the one that the browser reads, however it is written', {}, async (stand) => {
    const { open, page } = stand;
    await open({ config: { block: 'third-party' } });
    const wrong = await page.evaluate(() => {
        const PARTS = '/,/,\\,.,..,?,#,:,@,a,-,%2f,\t,\n, ,\u0001,http,HTTPS:,//,away.test,localhost,xn--a'.split(',');
        const starts = ['', `${location.origin}/`, `${location.origin}.`, location.origin, `${location.origin}@`];
        const base = document.head.appendChild(document.createElement('base'));
        let seed = 7;
        const any = (list) => {
            seed = (seed * 48271) % 2147483647;
            return list[seed % list.length];
        };
        const wrong = [];
        for (let turn = 0; turn < 20_000; turn++) {
            // A page may move all of its addresses elsewhere.
            if (turn % 5000 === 0) base.href = turn % 10_000 ? 'https://away.test/a/b' : '/a/b';
            let raw = any(starts);
            for (let length = turn % 6; length >= 0; length--) raw += any(PARTS);
            let host = location.hostname;
            try {
                const url = new URL(raw, document.baseURI);
                if (/^(https?|wss?):$/.test(url.protocol)) host = url.hostname;
            } catch {}
            // No name has two final dots; what is met by one is taken for the host itself.
            if (host.endsWith('..')) continue;
            // It loads nothing where it stands.
            const source = document.createElement('source');
            source.src = raw;
            // The site is the host with all below it; a final dot says nothing.
            const isOwn = `.${host}`.replace(/\.$/, '').endsWith(`.${location.hostname}`);
            if (source.hasAttribute('src') !== isOwn) wrong.push([document.baseURI, raw]);
        }
        return wrong.slice(0, 5);
    });
    assert.deepEqual(wrong, []);
});

spec('first-party work takes the same way as ever', {}, async ({ open, page, asked, shop }) => {
    await open({ body: '<p id="p">a</p>' });
    const said = await page.evaluate(async () => {
        const said = [];
        const say = (word) => () => said.push(word);
        const image = new Image();
        await new Promise((done) => {
            image.onload = done;
            image.src = '/own/a.gif';
        });
        Promise.resolve().then(say('microtask'));
        document.getElementById('p').style.background = 'url(/own/b.gif)';
        const sheet = new CSSStyleSheet();
        sheet.replaceSync('p::before { content: url("/own/c.gif") }');
        document.adoptedStyleSheets = [sheet];
        said.push('at once', image.src.endsWith('/own/a.gif'), document.getElementById('p').style.background);
        await fetch('/own/x.js');
        return said;
    });
    assert.deepEqual(said, ['at once', true, 'url("/own/b.gif")', 'microtask']);
    await page.waitForFunction(() =>
        performance.getEntriesByType('resource').some(({ name }) => name.endsWith('c.gif')),
    );
    assert.ok(asked().every((url) => url.startsWith(shop.url('/'))));
});

spec('an inline module is held for what it imports, not for what it mentions', { allow: [NETWORK] }, async (stand) => {
    const { open, page, arrivals, ads, hasRun } = stand;
    await open({
        body: `<script type="module">import '${ads('a.js')}'; (window.ran ||= []).push('imports');</script>
        <script type="module">import '/own/mine.js'; window.said = '${ads('b.js')}'; (window.ran ||= []).push('mentions');</script>`,
    });
    await hasRun('mentions');
    assert.deepEqual(await page.evaluate(() => window.ran), ['mine', 'mentions']);
    assert.deepEqual(await arrivals(), []);
    await page.evaluate(() => window.portcullis.grantAll());
    await hasRun('imports');
});

spec('a link that a script clicks by an event of its own keeps its address', {}, async (stand) => {
    const { open, page, arrivals, ads, shop } = stand;
    // In a script of the page's own: what is evaluated from outside counts as the visitor's touch.
    const click = (to) => ({
        body: `<iframe name="hidden"></iframe><a id="link" target="hidden" href="${to}">link</a><script>
            const link = document.getElementById('link');
            link.dispatchEvent(new MouseEvent('click', { bubbles: true }));
            Promise.resolve().then(() => { window.href = link.getAttribute('href'); });
        </script>`,
    });
    await open(click(ads('page.html')));
    assert.equal(await page.evaluate(() => window.href), ads('page.html'));
    assert.deepEqual(await arrivals(), []);
    const own = shop.url('/own/mine.gif');
    await Promise.all([page.waitForRequest(own), open(click(own))]);
    assert.equal(await page.evaluate(() => window.href), own, 'one of its own site leads where it did');
});

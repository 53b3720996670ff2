// Libraries that pages really use, each driven in a page with the gate and in one without. What they do on their own host
// must come out the same: the document, what they said, what they asked the own server for. What they take from another
// host waits, without an error, and once it is granted the document is that of the page without the gate.

import assert from 'node:assert/strict';
import { CONFIG, snippet, spec } from './harness.mjs';
import { bundled, packaged } from './packages.mjs';

const script = (body) => ({ type: 'text/javascript', body });
const html = (body) => ({ type: 'text/html; charset=utf-8', body });
const png = (path) => ({ type: 'image/png', body: packaged(path) });

/** The services that the libraries' pages take something from, beside those of the other tests. */
const SERVICES = [
    ...CONFIG.services,
    { id: 'pay', name: 'Pay', category: 'preferences', hosts: ['js.stripe.com'] },
    'google-tag-manager',
];

/**
 * A library: its `files` on the own host, the `head` and `body` of its page, and what is done there. `own` is work on the
 * own host alone; `third` asks another host for something, and `came` is true in the page once that has done its work.
 * `elsewhere` answers in the place of hosts that are not ours to serve.
 */
const LIBRARIES = {
    jQuery: {
        allow: [/404/],
        files: {
            '/lib/jquery.js': script(packaged('jquery/dist/jquery.js')),
            '/api/items': { type: 'application/json', body: '["one","two"]' },
            '/api/part': html('<p class="part">Part</p><script>say("part\'s script")</script>'),
        },
        head: '<script src="/lib/jquery.js"></script>',
        body: '<ul id="list"></ul><div id="box"></div><button id="more">More</button>',
        async own(page) {
            await page.evaluate(async () => {
                const { $, say } = window;
                $(document).on('ajaxSend ajaxSuccess ajaxError', (event, _, options) =>
                    say(event.type, options.url.replace(/_=\d+/, 'now')),
                );
                $('#list').on('click', 'li', (event) =>
                    say('clicked', $(event.target).text(), event.delegateTarget.id),
                );
                $('#more')
                    .on('click.more', () => say('more'))
                    .trigger('click');
                await $.getJSON('/api/items').then((items) => {
                    for (const item of items) $('<li>', { text: item, class: 'item' }).appendTo('#list');
                });
                $('#list').prepend('<li>zero</li>').children().last().attr('title', 'last').css('color', 'red');
                $('#box').append('<b>in</b><script>say("inline", document.currentScript === null)</script>');
                $('#box').append('<script src="/own/appended.js"></script>');
                await $.getScript('/own/got.js', () => say('got', window.ran.includes('got')));
                await new Promise((done) => $('<div id="loaded">').appendTo('#box').load('/api/part', done));
                await $.ajax('/nowhere').catch((answer) => say('failed', answer.status, answer.statusText));
                $('#box b').wrap('<i></i>').clone(true).appendTo('#list');
                $('<img>', { src: '/own/picture.gif' })
                    .on('load', () => say('picture'))
                    .appendTo('#box');
                $('#list li').eq(1).trigger('click');
            });
            await page.click('#list li:last-of-type');
            await page.click('#more');
            await page.waitForFunction(() => window.ran?.includes('appended') && window.said.includes('picture'));
        },
        third: (page, t) =>
            page.evaluate((t) => {
                const { $, say } = window;
                $.getScript(t.js, () => say('got late', window.ran.includes('late')));
                $('#box').append(`<img id="pixel" src="${t.gif}"><em>after</em>`);
                $('#pixel').on('load error', (event) => say('pixel', event.type));
                $('<iframe>', { src: t.html, id: 'frame' })
                    .on('load', () => say('frame'))
                    .appendTo('#box');
            }, t),
        came: () => ['got late true', 'pixel load', 'frame'].every((word) => window.said.includes(word)),
    },

    React: {
        files: {
            '/lib/app.js': bundled(`
                import { StrictMode, useEffect, useLayoutEffect, useRef, useState } from 'react';
                import { createRoot } from 'react-dom/client';
                import { createPortal, flushSync } from 'react-dom';
                function Item({ name }) {
                    const ref = useRef(null);
                    useLayoutEffect(() => { say('put in', name, ref.current.localName, ref.current.isConnected); return () => say('taken out', name); }, []);
                    return <li ref={ref} data-name={name}>{name}</li>;
                }
                function App() {
                    const [count, setCount] = useState(0);
                    const [items, setItems] = useState(['a', 'b', 'c']);
                    const [third, setThird] = useState(null);
                    const input = useRef(null);
                    useEffect(() => { window.showThird = setThird; say('effect', count); }, [count]);
                    return <>
                        <title>{'Count ' + count}</title>
                        <link rel="stylesheet" href="/lib/app.css" precedence="default" />
                        <script async src="/own/hoisted.js" />
                        <button id="count" onClick={(event) => { say('click', event.type, event.nativeEvent.isTrusted); setCount(count + 1); }}>{count}</button>
                        <button id="turn" onClick={() => setItems([...items].reverse().slice(0, -1).concat('d'))}>Turn</button>
                        <input ref={input} defaultValue="x" onChange={(event) => say('typed', event.target.value)} />
                        <ul style={{ backgroundImage: 'url("/own/back.gif")' }}>{items.map((name) => <Item key={name} name={name} />)}</ul>
                        <div id="raw" dangerouslySetInnerHTML={{ __html: '<b>raw ' + count + '</b><img src="/own/raw.gif"><script>say("never")</script>' }} />
                        <img src="/own/picture.gif" srcSet={'/own/wide.gif 1x'} onLoad={() => say('picture')} alt="" />
                        <svg width="9" height="9"><image href="/own/drawn.gif" width="9" height="9" /></svg>
                        {createPortal(<p>portal {count}</p>, document.getElementById('aside'))}
                        {third && <section>
                            <script async src={third.js} />
                            <img id="pixel" src={third.gif} onLoad={() => say('pixel')} onError={() => say('pixel failed')} alt="" />
                            <div dangerouslySetInnerHTML={{ __html: '<img class="raw" src="' + third.gif + '?raw"><i>after</i>' }} />
                            <iframe title="frame" src={third.html} onLoad={() => say('frame')} />
                        </section>}
                    </>;
                }
                const root = createRoot(document.getElementById('root'), { onUncaughtError: (error) => say('uncaught', error.message) });
                flushSync(() => root.render(<StrictMode><App /></StrictMode>));
                say('rendered');`).then(script),
            '/lib/app.css': { type: 'text/css', body: 'li { color: green }' },
        },
        body: '<div id="root"></div><aside id="aside"></aside><script src="/lib/app.js"></script>',
        async own(page) {
            await page.click('#count');
            await page.click('#count');
            await page.click('#turn');
            await page.fill('input', 'typed');
            await page.waitForFunction(() => window.ran?.includes('hoisted') && window.said.includes('effect 2'));
        },
        third: (page, t) => page.evaluate((t) => window.showThird(t), t),
        came: () =>
            window.ran.includes('late') &&
            ['pixel', 'frame'].every((word) => window.said.includes(word)) &&
            document.querySelector('img.raw').complete,
    },

    htmx: {
        files: {
            '/lib/htmx.js': script(packaged('htmx.org/dist/htmx.js')),
            '/api/part': html(
                `<p hx-get="/api/row" hx-trigger="click" hx-swap="afterend">Part</p><img src="/own/part.gif">
                <script>say('inline', document.currentScript?.localName)</script><script src="/own/swapped.js"></script>`,
            ),
            '/api/row': html('<p class="row">Row</p>'),
            '/api/late': (t) =>
                html(`<p>Late</p><script src="${t.js}"></script><img id="pixel" src="${t.gif}">
                <iframe src="${t.html}"></iframe><b hx-get="/api/row" hx-swap="outerHTML">b</b>`),
        },
        head: '<script src="/lib/htmx.js"></script>',
        body: `<script>for (const name of ['before:request', 'after:swap', 'error']) document.addEventListener('htmx:' + name, (event) => say(event.type));</script>
            <button id="get" hx-get="/api/part" hx-target="#box">Get</button><div id="box"></div>
            <form hx-post="/api/row" hx-target="#rows" hx-swap="beforeend"><input name="a" value="1"><button id="send">Send</button></form><div id="rows"></div>
            <button id="late" hx-get="/api/late" hx-target="#there">Late</button><div id="there"></div>`,
        async own(page) {
            await page.click('#get');
            await page.waitForFunction(() => window.ran?.includes('swapped'));
            await page.click('#box > p');
            await page.waitForSelector('#box > .row');
            await page.click('#send');
            await page.waitForSelector('#rows > .row');
        },
        async third(page) {
            await page.click('#late');
            await page.waitForSelector('#there > b');
            await page.click('#there > b');
            await page.waitForSelector('#there > .row');
        },
        came: () => window.ran.includes('late') && document.querySelector('#pixel').naturalWidth === 1,
    },

    Alpine: {
        files: { '/lib/alpine.js': script(packaged('alpinejs/dist/cdn.js')) },
        head: '<script defer src="/lib/alpine.js"></script>',
        body: `<div x-data="{ count: 0, list: ['a', 'b'], shown: false, third: null, raw: '<b>raw</b><img src=/own/raw.gif>' }"
                x-init="say('init'); $watch('count', (now) => say('count', now)); window.showThird = (addresses) => { third = addresses }">
            <button id="count" x-on:click="count++" x-text="count"></button>
            <button id="add" @click="list.push('c'); list = list.toReversed()">Add</button>
            <template x-for="one in list" :key="one"><i x-text="one"></i></template>
            <template x-if="count > 1"><p>More than one <img src="/own/more.gif"></p></template>
            <p x-show="shown" x-transition.duration.0ms>Shown</p><button id="show" @click="shown = !shown">Show</button>
            <div x-html="raw"></div><img :src="'/own/picture-' + count + '.gif'" @load="say('picture')">
            <input x-model="raw">
            <template x-if="third"><section>
                <div x-html="'<img class=raw src=' + third.gif + '?raw><u>after</u>'"></div>
                <img id="pixel" :src="third.gif" @load="say('pixel')" @error="say('pixel failed')">
                <iframe :src="third.html" @load="say('frame')"></iframe>
            </section></template>
        </div>`,
        async own(page) {
            await page.click('#count');
            await page.click('#count');
            await page.click('#add');
            await page.click('#show');
            await page.fill('input', '<em>typed</em>');
            await page.waitForFunction(
                () =>
                    document.querySelector('em') &&
                    !document.querySelector('[x-show]').getAttribute('style') &&
                    document.querySelectorAll('i').length === 3 &&
                    document.querySelector('[src$="picture-2.gif"]')?.complete,
            );
        },
        third: (page, t) => page.evaluate((t) => window.showThird(t), t),
        came: () =>
            ['pixel', 'frame'].every((word) => window.said.includes(word)) &&
            document.querySelector('img.raw').complete,
    },

    Leaflet: {
        files: {
            '/lib/leaflet.js': script(packaged('leaflet/dist/leaflet-src.js')),
            '/lib/leaflet.css': { type: 'text/css', body: packaged('leaflet/dist/leaflet.css') },
            ...Object.fromEntries(
                ['marker-icon', 'marker-icon-2x', 'marker-shadow', 'layers', 'layers-2x'].map((name) => [
                    `/lib/images/${name}.png`,
                    png(`leaflet/dist/images/${name}.png`),
                ]),
            ),
        },
        head: '<link rel="stylesheet" href="/lib/leaflet.css"><script src="/lib/leaflet.js"></script>',
        body: `<div id="map" style="width: 400px; height: 300px"></div><script>
            const map = window.map = L.map('map', { fadeAnimation: false, zoomAnimation: false, inertia: false, attributionControl: false });
            map.on('moveend zoomend', (event) => say(event.type, map.getZoom(), map.getCenter().lat.toFixed(3), map.getCenter().lng.toFixed(3)));
            const tiles = window.tiles = L.tileLayer('/own/tile-{z}-{x}-{y}.gif', { updateWhenIdle: true }).addTo(map);
            let loads = 0;
            tiles.on('load', () => { document.body.dataset.loads = ++loads; });
            map.setView([51.5, -0.09], 13);
            L.marker([51.5, -0.09]).addTo(map).bindPopup('<b>Here</b><img src="/own/popup.gif">').on('click', () => say('marker'));
            L.circle([51.505, -0.1], { radius: 300 }).addTo(map);
        </script>`,
        async own(page) {
            const loaded = (times) => page.waitForFunction((times) => document.body.dataset.loads >= times, times);
            const settled = () => page.waitForFunction(() => !window.tiles.isLoading());
            await loaded(1);
            await page.click('.leaflet-marker-icon');
            await page.waitForSelector('.leaflet-popup img');
            await page.click('.leaflet-popup-close-button');
            await page.waitForSelector('.leaflet-popup', { state: 'detached' });
            const { x, y } = await page.locator('#map').boundingBox();
            await page.mouse.move(x + 300, y + 200);
            await page.mouse.down();
            await page.mouse.move(x + 100, y + 120, { steps: 4 });
            await page.mouse.up();
            await settled();
            await page.click('.leaflet-control-zoom-out');
            await page.waitForFunction(() => window.map.getZoom() === 12);
            await settled();
        },
        third: (page, t) =>
            page.evaluate((t) => {
                const layer = window.L.tileLayer(`${t.gif}?{z}-{x}-{y}`, { opacity: 0.5 });
                layer.on('load', () => window.say('late tiles'));
                layer.addTo(window.map);
                const icon = window.L.icon({ iconUrl: `${t.gif}?icon`, iconSize: [9, 9] });
                window.L.marker([51.48, -0.05], { icon }).addTo(window.map);
            }, t),
        came: () =>
            window.said.includes('late tiles') &&
            [...document.querySelectorAll('#map img')].every((img) => img.complete),
    },

    'Stripe’s loader': {
        files: {
            '/lib/pay.js': bundled(`
                import { loadStripe } from '@stripe/stripe-js';
                window.pay = () => loadStripe('pk_live_1').then((stripe) => {
                    say('ready', stripe.key, typeof stripe.elements);
                    stripe.elements().mount('#card');
                });`).then(script),
        },
        body: '<form id="pay"><div id="card"></div><button>Pay</button></form><script src="/lib/pay.js"></script>',
        /** The loader asks as soon as it is there. */
        early: true,
        own: (page) => page.waitForFunction(() => typeof window.pay === 'function'),
        third: (page) =>
            page.evaluate(() => {
                window.pay().catch((error) => window.say('failed', error.message));
                window.pay();
            }),
        came: () => window.said.filter((word) => word === 'ready pk_live_1 function').length === 2,
        elsewhere: {
            'https://js.stripe.com/endive/stripe.js': `window.Stripe = (key) => ({
                key,
                _registerWrapper: ({ name }) => say('wrapper', name),
                elements: () => ({ mount: (at) => { document.querySelector(at).innerHTML = '<input name="card">'; say('mounted'); } }),
            });
            Stripe.version = 'endive';`,
        },
    },

    'Google Tag Manager’s snippet': {
        files: {},
        /** As Google has owners paste it, high in the head, with its container's id. */
        head: `<!-- Google Tag Manager -->
<script>(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':
new Date().getTime(),event:'gtm.js'});var f=d.getElementsByTagName(s)[0],
j=d.createElement(s),dl=l!='dataLayer'?'&l='+l:'';j.async=true;j.src=
'https://www.googletagmanager.com/gtm.js?id='+i+dl;f.parentNode.insertBefore(j,f);
})(window,document,'script','dataLayer','GTM-XXXX');</script>
<!-- End Google Tag Manager -->
<script src="/own/first.js"></script><script>dataLayer.push({ event: 'second' }); say('second', ran.join());</script>`,
        body: `<!-- Google Tag Manager (noscript) -->
<noscript><iframe src="https://www.googletagmanager.com/ns.html?id=GTM-XXXX"
height="0" width="0" style="display:none;visibility:hidden"></iframe></noscript>
<!-- End Google Tag Manager (noscript) -->
<script src="/own/third.js" defer></script><button id="buy" onclick="dataLayer.push({ event: 'buy' })">Buy</button>`,
        /** What it asks for stands in the page itself. */
        early: true,
        async own(page) {
            await page.waitForFunction(() => window.ran?.includes('third'));
            await page.click('#buy');
        },
        async third() {},
        came: () => window.said.includes('container saw gtm.js,second,buy') && window.ran.includes('late'),
        elsewhere: {
            // The container takes over what was pushed before it, and puts in a tag of another service.
            'https://www.googletagmanager.com/gtm.js?id=GTM-XXXX': (t) => `{
                const container = () => say('container saw ' + dataLayer.map(({ event }) => event).filter(Boolean));
                if (dataLayer.some(({ event }) => event === 'buy')) container();
                else dataLayer.push = (...more) => { Array.prototype.push.apply(dataLayer, more); container(); };
                const tag = document.createElement('script');
                tag.src = ${JSON.stringify(t.js)};
                document.head.append(tag);
            }`,
        },
    },
};

/** Of every page: what it says, and to whom. */
const SAY = '<script>window.said = []; window.say = (...words) => { said.push(words.join(" ")); };</script>';

/**
 * What has come of a page: its document without ours and with attributes in the order of their names, what was said and
 * what ran. Runs in the page.
 */
function outcome() {
    const ours = (node) =>
        node.localName?.startsWith('portcullis-') ||
        (node.localName === 'script' && /^window\.portcullisConfig/.test(node.textContent)) ||
        (node.localName === 'script' && node.getAttribute('src') === '/portcullis.js') ||
        node.httpEquiv === 'Content-Security-Policy';
    const written = (node) => {
        if (ours(node)) return '';
        if (node.nodeType !== 1) return node.nodeValue.trim();
        const attributes = [...node.attributes].map(({ name, value }) => ` ${name}="${value}"`).sort();
        return `<${node.localName}${attributes.join('')}>${[...node.childNodes].map(written).join('')}`;
    };
    const { said, ran = [] } = window;
    return { head: written(document.head), body: written(document.body), said, ran };
}

/** The same, as far as it is the page's own work: for a page that has asked another host for something from the start. */
const own = ({ said, ran }) => ({
    said: said.filter((words) => !words.startsWith('container')),
    ran: ran.filter((name) => name !== 'late'),
});

/** Which of the other host's files comes first is not the page's to say. */
const whole = ({ said, ran, ...rest }) => ({ ...rest, said: [...said].sort(), ran: [...ran].sort() });

for (const [name, library] of Object.entries(LIBRARIES)) {
    for (const block of ['third-party', 'known']) {
        spec(
            `${name} works as it does without the gate, and its third parties wait: ${block}`,
            { allow: library.allow },
            async (stand) => {
                const { context, page, serve, shop, trackers, arrivals, press, notice } = stand;
                const t = {
                    js: trackers.url('/t/late.js', 'stats.test'),
                    gif: trackers.url('/t/a.gif', 'stats.test'),
                    html: trackers.url('/t/a.html', 'films.test'),
                };
                for (const [path, file] of Object.entries(library.files)) {
                    const { type, body } = await (typeof file === 'function' ? file(t) : file);
                    serve(body, { path, headers: { 'Content-Type': type } });
                }
                const elsewhere = [];
                for (const [url, body] of Object.entries(library.elsewhere ?? {})) {
                    await context.route(url, (route) => {
                        elsewhere.push(url);
                        return route.fulfill({
                            contentType: 'text/javascript',
                            body: typeof body === 'function' ? body(t) : body,
                        });
                    });
                }
                const drive = async (tab, gate) => {
                    const asked = [];
                    tab.on('request', (request) => {
                        const url = new URL(request.url());
                        const fence = url.pathname === '/own/fence.gif';
                        if (url.origin === shop.origin && !fence && !url.pathname.startsWith('/portcullis'))
                            asked.push(`${request.method()} ${url.pathname}${url.search.replace(/_=\d+/, 'now')}`);
                    });
                    const path = `/${gate ? 'with' : 'without'}`;
                    serve(
                        `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>${gate}${SAY}
${library.head ?? ''}</head><body>${library.body}</body></html>`,
                        { path },
                    );
                    await tab.goto(shop.url(path));
                    await library.own(tab);
                    asked.shift();
                    return asked;
                };

                const other = await context.newPage();
                const theirs = await drive(other, '');
                const theirOwn = await other.evaluate(outcome);
                const theirAsked = [...theirs].sort();
                await library.third(other, t);
                await other.waitForFunction(library.came);
                const theirWhole = await other.evaluate(outcome);
                assert.ok(trackers.log().length + elsewhere.length > 0, 'something of another host was asked for');
                trackers.clear();
                elsewhere.length = 0;

                const ours = await drive(page, snippet({ config: { ...CONFIG, block, services: SERVICES } }));
                await notice();
                const ourOwn = await page.evaluate(outcome);
                assert.deepEqual(library.early ? own(ourOwn) : ourOwn, library.early ? own(theirOwn) : theirOwn);
                assert.deepEqual([...ours].sort(), theirAsked);
                await library.third(page, t);
                assert.deepEqual([await arrivals(), elsewhere], [[], []]);
                assert.equal(await page.evaluate(library.came), false);
                await press('grant-all');
                await page.waitForFunction(library.came);
                assert.deepEqual(whole(await page.evaluate(outcome)), whole(theirWhole));
                assert.deepEqual([...ours].sort(), [...theirs].sort());
            },
        );
    }
}

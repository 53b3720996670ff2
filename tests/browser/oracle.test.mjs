// The gate fails closed: whatever the hooks call may throw once, at any time; Wasm may trap, or have no memory left. What was to be
// held does not go out, the page lives, and the next thing is held as well.

import assert from 'node:assert/strict';
import { CONFIG, spec } from './harness.mjs';

/** What the hooks call of the browser, as `Interface: members`; `get` and `set` stand before an accessor. */
const CALLED = {
    Element:
        'getAttribute setAttribute removeAttribute getAttributeNames querySelectorAll closest get:localName get:namespaceURI get:shadowRoot set:innerHTML replaceChildren',
    Node: 'insertBefore removeChild replaceChild compareDocumentPosition getRootNode get:nodeType get:nodeValue set:nodeValue get:textContent get:parentNode get:nextSibling get:firstChild get:isConnected get:ownerDocument get:baseURI',
    Document:
        'createElement createDocumentFragment importNode querySelectorAll get:defaultView get:currentScript get:documentElement get:readyState get:contentType',
    HTMLTemplateElement: 'get:content',
    HTMLIFrameElement: 'get:contentWindow',
    HTMLElement: 'get:nonce',
    HTMLScriptElement: 'get:async set:async',
    ShadowRoot: 'get:host',
    Range: 'selectNode createContextualFragment',
    DOMParser: 'parseFromString',
    MutationObserver: 'takeRecords observe',
    MutationRecord: 'get:addedNodes get:target get:attributeName',
    EventTarget: 'addEventListener',
    Event: 'get:target get:type composedPath stopImmediatePropagation',
    Attr: 'get:localName get:value get:ownerElement',
    RegExp: 'exec',
    String: 'slice indexOf toLowerCase lastIndexOf trim',
    WeakMap: 'get set',
    WeakSet: 'has add delete',
    Object: 'hasOwnProperty',
    Promise: 'then',
    TextEncoder: 'encodeInto',
    URL: 'get:href get:hostname',
    Request: 'get:url',
    XMLHttpRequest: 'open send get:responseText',
};

/** Has each of those throw when it is called the `at`th time after `window.fault` names it. Runs before our tag. */
const faults = (called) => {
    const { apply, getOwnPropertyDescriptor, defineProperty } = Reflect;
    window.fault = null;
    window.names = [];
    for (const holder of Object.keys(called)) {
        for (const word of called[holder].split(' ')) {
            const [kind, member] = word.includes(':') ? word.split(':') : ['value', word];
            const on = window[holder].prototype;
            const old = getOwnPropertyDescriptor(on, member);
            const native = old?.[kind];
            if (!native) throw new Error(`${holder}.${word} is not there`);
            const name = `${holder}.${word}`;
            window.names.push(name);
            old[kind] = function (...all) {
                const { fault } = window;
                if (fault && fault.name === name && --fault.at === 0) {
                    fault.met = true;
                    throw new Error(`a fault of ${name}`);
                }
                return apply(native, this, all);
            };
            defineProperty(on, member, old);
        }
    }
};

/** What asks a held host for something. Each gets an address of its own, by the kind of file. */
const ACTS = {
    script: (to) => document.body.append(Object.assign(document.createElement('script'), { src: to('js') })),
    link: (to) =>
        document.head.appendChild(
            Object.assign(document.createElement('link'), { rel: 'stylesheet', href: to('css') }),
        ),
    image: (to) => {
        new Image().src = to('gif');
    },
    attribute: (to) => {
        const image = document.createElement('img');
        document.body.append(image);
        image.setAttribute('src', to('gif'));
    },
    frame: (to) =>
        document.body.insertBefore(Object.assign(document.createElement('iframe'), { src: to('html') }), null),
    markup: (to) => {
        const box = document.createElement('div');
        document.body.append(box);
        box.innerHTML = `<img src="${to('gif')}"><link rel="stylesheet" href="${to('css')}"><iframe src="${to('html')}"></iframe>`;
    },
    'markup beside': (to) => document.body.insertAdjacentHTML('beforeend', `<p><img src="${to('gif')}"></p>`),
    range: (to) => {
        const range = document.createRange();
        range.selectNode(document.body.firstChild);
        document.body.append(range.createContextualFragment(`<script src="${to('js')}"></${'script'}>`));
    },
    clone: (to) => {
        const box = document.createElement('template');
        box.innerHTML = `<img src="${to('gif')}"><script src="${to('js')}"></${'script'}>`;
        document.body.append(document.importNode(box.content, true));
    },
    'text of a style': (to) => {
        const style = document.createElement('style');
        document.head.append(style);
        style.textContent = `@import url(${to('css')}); body { background: url(${to('gif')}) }`;
    },
    'style attribute': (to) => document.body.setAttribute('style', `background: url(${to('gif')})`),
    'rule of a sheet': (to) => {
        const style = document.createElement('style');
        document.head.append(style);
        style.sheet.insertRule(`body { background: url(${to('gif')}) }`);
    },
    fetch: (to) => void fetch(to('txt')).catch(() => {}),
    request: (to) => {
        const request = new XMLHttpRequest();
        request.open('GET', to('txt'));
        request.send();
    },
    beacon: (to) => void navigator.sendBeacon(to('txt')),
    events: (to) => new EventSource(to('txt')).close,
    worker: (to) => new Worker(URL.createObjectURL(new Blob([`importScripts(${JSON.stringify(to('js'))})`]))),
    module: (to) => {
        const script = Object.assign(document.createElement('script'), { type: 'module' });
        document.body.append(script);
        script.text = `import ${JSON.stringify(to('js'))}`;
    },
    form: (to) => {
        const frame = Object.assign(document.createElement('iframe'), { name: 'hidden' });
        document.body.append(frame);
        const form = Object.assign(document.createElement('form'), { action: to('html'), target: 'hidden' });
        document.body.append(form);
        form.submit();
    },
};

/** Runs the acts in the page, each under each fault at its `at`th call, or once without any where that is 0; gives how many were
 * met. */
const run = async ([acts, base, at]) => {
    document.body.append('text');
    const work = Object.entries(acts).map(([name, source]) => [name, new Function(`return ${source}`)()]);
    let met = 0;
    let count = 0;
    for (const name of at ? window.names : ['none']) {
        for (const [act, use] of work) {
            const id = `${name}-${at}-${act}`.replace(/[^\w.-]/g, '_');
            const fault = { name, at, met: false };
            window.fault = fault;
            try {
                use((kind) => `${base}${id}.${kind}`);
            } catch {
                // The page hears of it, or not: nothing is said of that.
            }
            // The observer's turn, and that of promises.
            await null;
            await null;
            window.fault = null;
            if (fault.met) met++;
        }
        // What is in the page makes the next act slower.
        if (++count % 5 === 0) {
            for (const one of document.querySelectorAll('body > *, head > style, head > link')) one.remove();
            document.body.removeAttribute('style');
            document.body.append('text');
        }
    }
    return met;
};
/** A script of the page's own. */
const OWN = () => void document.body.append(Object.assign(document.createElement('script'), { src: '/own/b.js' }));
const SOURCES = Object.fromEntries(Object.entries(ACTS).map(([name, act]) => [name, String(act)]));

for (const [at, when] of ['once', 'the second time', 'the third time'].entries()) {
    spec(
        `whatever the hooks call throws ${when}: nothing leaves, and the page lives`,
        { allow: [/./] },
        async ({ open, page, notice, stats, arrivals, hasRun }) => {
            await open({ before: `<script>(${faults})(${JSON.stringify(CALLED)})</script>`, body: '<p>text</p>' });
            await notice();
            const met = await page.evaluate(run, [SOURCES, stats(''), at + 1]);
            assert.ok(met > 150, `${met} faults were met`);
            assert.deepEqual(await arrivals(), []);
            await page.evaluate(OWN);
            await hasRun('b');
            await page.evaluate(run, [SOURCES, stats('last-'), 0]);
            assert.deepEqual(await arrivals(), []);
        },
    );
}

/** Puts our Wasm's instance where the test reaches it, with exports that can be had to trap. Runs before our tag. */
const instances = () => {
    const { Instance } = WebAssembly;
    window.trap = null;
    WebAssembly.Instance = class {
        constructor(...all) {
            const { exports } = new Instance(...all);
            const put = {};
            for (const name of Object.keys(exports)) {
                const native = exports[name];
                const trapping = (...all) => {
                    if (window.trap === name) {
                        window.trap = null;
                        throwTrap();
                    }
                    return native(...all);
                };
                put[name] = typeof native === 'function' ? trapping : native;
            }
            window.wasm = put;
            this.exports = put;
        }
    };
    // A trap in earnest: (module (func (export "a") unreachable))
    const code = [
        ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
        ...[7, 5, 1, 1, 97, 0, 0, 10, 5, 1, 3, 0, 0, 11],
    ];
    const throwTrap = new Instance(new WebAssembly.Module(new Uint8Array(code))).exports.a;
};
const WITH_INSTANCE = `<script>(${instances})()</script>`;

spec(
    'Wasm traps once, in any of its functions: nothing leaves, before and after, and the page lives',
    { allow: [/./] },
    async ({ open, page, notice, stats, arrivals, hasRun, press }) => {
        await open({ before: WITH_INSTANCE });
        await notice();
        const names = await page.evaluate(() =>
            Object.keys(window.wasm).filter((name) => typeof window.wasm[name] === 'function'),
        );
        assert.ok(names.length > 5, String(names));
        let met = 0;
        for (const name of names) {
            await page.evaluate(() => localStorage.clear());
            await open({ before: WITH_INSTANCE });
            await notice();
            await page.evaluate((name) => {
                window.names = [];
                window.trap = name;
            }, name);
            await page.evaluate(run, [SOURCES, stats(`${name}-`), 0]);
            // What only a choice calls: a refusal has to hold, too.
            if (await page.evaluate(() => window.trap)) await press('deny-all').catch(() => {});
            met += (await page.evaluate(() => window.trap)) ? 0 : 1;
            await page.evaluate(run, [SOURCES, stats(`${name}-later-`), 0]);
            assert.deepEqual(await arrivals(), [], name);
            await page.evaluate(OWN);
            await hasRun('b');
        }
        assert.ok(met > 3, `${met} of ${names} were called`);
    },
);

/** Has our Wasm start with so many pages of memory as the most that it can have. Runs before our tag. */
const limit = (most) => {
    const { Module } = WebAssembly;
    /** A number as the format has it, and where it ends (WebAssembly Core § 5.2.2). */
    const read = (bytes, at) => {
        let value = 0;
        for (let shift = 0; ; shift += 7) {
            const byte = bytes[at++];
            value |= (byte & 127) << shift;
            if (byte < 128) return [value, at];
        }
    };
    const limited = (bytes) => {
        for (let at = 8; ; ) {
            const [size, start] = read(bytes, at + 1);
            if (bytes[at] === 5) {
                // One memory, with no limit so far: its flag, and its least.
                const [least, end] = read(bytes, start + 2);
                return new Uint8Array([...bytes.slice(0, at), ...[5, 4, 1, 1, least, most], ...bytes.slice(end)]);
            }
            at = start + size;
        }
    };
    WebAssembly.Module = new Proxy(Module, {
        construct: (module, [source]) => new module(limited(new Uint8Array(source))),
    });
};

spec(
    'no memory is left for Wasm: nothing leaves, and the page lives',
    { allow: [/./] },
    async ({ open, page, stats, trackers, arrivals, hasRun, press, record }) => {
        const phase = () => page.evaluate(() => window.portcullis.state().phase).catch(() => 'trapped');
        // So little that it starts, and no more.
        for (let most = 1; most < 64; most++) {
            await open({
                before: `<script>(${limit})(${most})</script>`,
                config: { ...CONFIG, block: 'third-party' },
            });
            await page.waitForFunction(() => window.portcullis);
            if ((await phase()) === 'asking') break;
            await page.evaluate(run, [SOURCES, stats(`${most}-pages-`), 0]);
            assert.deepEqual(await arrivals(), [], `${most} pages`);
        }
        assert.equal(await phase(), 'asking');
        // Each host that is met takes memory, until there is none.
        await page.evaluate(
            async ([port, most]) => {
                for (let at = 0; at < most; at++) {
                    try {
                        new Image().src = `http://h${at}-${'long.'.repeat(40)}test:${port}/t/a.gif`;
                    } catch {
                        // The page hears of it, or not.
                    }
                    if (at % 50 === 0) await null;
                }
            },
            [new URL(trackers.url('/t/a.gif', 'stats.test')).port, 3000],
        );
        await page.waitForFunction(() => window.portcullis.state().phase === 'closed');
        await page.evaluate(run, [SOURCES, stats('full-'), 0]);
        assert.deepEqual(await arrivals(), []);
        await press('deny-all').catch(() => {});
        await page.evaluate(run, [SOURCES, stats('later-'), 0]);
        assert.deepEqual(await arrivals(), []);
        await page.evaluate(OWN);
        await hasRun('b');
        assert.notEqual((await record())?.method, 'grant-all');
    },
);

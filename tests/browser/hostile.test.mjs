// A hostile page gets a closed gate and a clear error, never a trap; and without Wasm the gate stays closed.

import assert from 'node:assert/strict';
import { CONFIG, document, snippet, spec } from './harness.mjs';

const OURS = /^Portcullis/;

/** What a page may do before our tag. None of it may open the gate, and none may be an uncaught error of ours. */
const HOSTILITIES = {
    'signals that throw': `for (const name of ['doNotTrack', 'globalPrivacyControl', 'msDoNotTrack', 'language', 'languages'])
        Object.defineProperty(Navigator.prototype, name, { get() { throw new Error(name); }, configurable: true });`,
    'window.doNotTrack that throws': `Object.defineProperty(window, 'doNotTrack', { get() { throw new Error('no'); } });`,
    'a polluted Object.prototype': `Object.assign(Object.prototype, { allow: ['stats.test', 'ads.test'], mode: 'report', block: 'marked',
        site: 'test', categories: { analytics: true }, services: [], granted: true, value: 'x', url: '/x' });`,
    'a getter on Object.prototype': `Object.defineProperty(Object.prototype, 'allow', { get() { throw new Error('no'); } });`,
    'a frozen Object.prototype': `Object.freeze(Object.prototype); Object.freeze(Array.prototype); Object.freeze(Function.prototype);`,
    'a frozen document': `Object.preventExtensions(document);`,
    'JSON.parse that lies': `JSON.parse = () => ({ mode: 'report', allow: ['stats.test', 'ads.test'] });`,
    'JSON.stringify that throws': `JSON.stringify = () => { throw new Error('no'); };`,
    'array methods that lie': `Array.prototype.push = () => 0; Array.prototype.includes = () => true; Array.prototype.indexOf = () => 0;
        Array.prototype.find = () => undefined; Array.prototype.some = () => false; Array.isArray = () => false;`,
    'string methods that lie': `String.prototype.toLowerCase = () => 'localhost'; String.prototype.endsWith = () => true;
        String.prototype.charCodeAt = () => 0; String.prototype.split = () => []; String.prototype.replace = () => '';`,
    'an array iterator that ends at once': `Array.prototype[Symbol.iterator] = function* () {};`,
    'Reflect that lies': `Reflect.get = () => undefined; Reflect.apply = () => undefined; Reflect.getOwnPropertyDescriptor = () => undefined;`,
    'Function.prototype.call that does nothing': `Function.prototype.call = () => undefined; Function.prototype.apply = () => undefined;`,
    'Function.prototype.bind that lies': `Function.prototype.bind = () => () => undefined;`,
    'a URL that lies': `window.URL = class { host = 'localhost'; hostname = 'localhost'; origin = location.origin; href = '/own/x.js'; };`,
    'a MutationObserver that sees nothing': `window.MutationObserver = class { observe() {} takeRecords() { return []; } disconnect() {} };`,
    'no MutationObserver': `delete window.MutationObserver;`,
    'setAttribute that throws': `Element.prototype.setAttribute = () => { throw new Error('no'); };`,
    'attachShadow that throws': `Element.prototype.attachShadow = () => { throw new Error('no'); };`,
    'createElement that throws': `document.createElement = () => { throw new Error('no'); };`,
    'a Date that lies': `Date.now = () => NaN;`,
    'TextDecoder that throws': `window.TextDecoder = class { decode() { throw new Error('no'); } };`,
    'a console that throws': `for (const name of ['log', 'info', 'warn', 'error']) console[name] = () => { throw new Error('no'); };`,
    'no console': `delete window.console;`,
    'a currentScript that lies': `Object.defineProperty(document, 'currentScript', { get() { throw new Error('no'); } });`,
    'a locked window.portcullis': `Object.defineProperty(window, 'portcullis', { value: { state: () => 'mine' } });`,
    'a setter on window.portcullis': `Object.defineProperty(window, 'portcullis', { set() { throw new Error('no'); } });`,
    'events that cannot be made': `window.CustomEvent = class { constructor() { throw new Error('no'); } };`,
    'listeners that cannot be added': `EventTarget.prototype.addEventListener = () => { throw new Error('no'); };`,
    'storage that answers nonsense': `Storage.prototype.getItem = () => ({}); Storage.prototype.setItem = () => { throw new Error('no'); };`,
    'storage with a forged grant in another shape': `localStorage.setItem('portcullis', '{"v":1,"method":"grant-all"}');`,
    'a customElements that throws': `customElements.define = () => { throw new Error('no'); };`,
};

for (const [name, script] of Object.entries(HOSTILITIES)) {
    spec(name, { allow: [OURS, /Content Security Policy/] }, async ({ open, value, stats, ads, trackers }) => {
        await open({
            before: `<script>${script}</script>`,
            body: `<script src="${stats('a.js')}"></script><template id="later"><script src="${ads('b.js')}"></script></template>
                <script>document.body.appendChild(document.getElementById('later').content.cloneNode(true));</script>
                <script src="/own/mine.js"></script>`,
        });
        assert.deepEqual(await value('window.ran'), ['mine'], "no tracker ran, and the page's own script did");
        assert.deepEqual(trackers.log(), []);
    });
}

/**
 * What a script of the page may do after our tag: each tries to reach the address `away` by `reach`, by every means that it
 * has tampered with. Runs in the page.
 */
const TRICKS = {
    'prototypes that answer for everyone': (away, reach) => {
        for (const name of [
            'allow',
            'mark',
            'url',
            'value',
            'get',
            'set',
            'apply',
            'construct',
            'src',
            'held',
            '0',
            '1',
            'type',
        ])
            Object.prototype[name] = () => false;
        for (const name of ['has', 'get', 'set', 'add', 'delete']) {
            WeakSet.prototype[name] = () => false;
            WeakMap.prototype[name] = () => undefined;
        }
        RegExp.prototype.exec = () => null;
        String.prototype.slice = () => '';
        // biome-ignore lint/suspicious/noThenProperty: that is the trick
        Promise.prototype.then = () => Promise.resolve();
        reach(away);
    },
    'setters where lists are written': (away, reach) => {
        for (let index = 0; index < 9; index++)
            Object.defineProperty(Array.prototype, index, { set() {}, get: () => '/own/x.js', configurable: true });
        reach(away);
    },
    'URL and location that lie': (away, reach) => {
        window.URL = class {
            host = 'localhost';
            hostname = 'localhost';
            href = '/own/x.js';
        };
        for (const name of ['hostname', 'host', 'href', 'toString'])
            Object.defineProperty(Object.getPrototypeOf(new Request('/').constructor), name, {
                value: 'localhost',
                configurable: true,
            });
        Object.defineProperty(HTMLScriptElement.prototype, 'localName', { get: () => 'p' });
        Object.defineProperty(document, 'baseURI', { get: () => away, configurable: true });
        reach(away);
    },
    'objects that say something else the second time': (away, reach) => {
        const twoFaced = () => {
            let asked = 0;
            const say = () => (asked++ === 0 ? '/own/x.js' : away);
            return new Proxy(
                {},
                { get: (_, name) => (name === Symbol.toPrimitive || name === 'toString' ? say : undefined) },
            );
        };
        reach(twoFaced);
    },
    'hooks called with proxies': (away, reach) => {
        const wrapped = (target) => new Proxy(target, {});
        const tries = [
            () => fetch(wrapped(new Request(away))),
            () => Reflect.apply(fetch, wrapped(window), [away]),
            () => Reflect.apply(wrapped(fetch), window, wrapped([away])),
            () => new (wrapped(WebSocket))(away.replace('http', 'ws')),
            () => Reflect.construct(EventSource, [away], wrapped(EventSource)),
            () => Reflect.construct(Worker, wrapped([away])),
            () => Reflect.apply(Node.prototype.appendChild, wrapped(document.body), [document.createElement('script')]),
            () => document.body.appendChild(wrapped(Object.assign(document.createElement('script'), { src: away }))),
            () => document.body.append(wrapped([away]), Object.assign(document.createElement('script'), { src: away })),
            () => Element.prototype.setAttribute.call(wrapped(new Image()), 'src', away),
            () => Reflect.set(HTMLImageElement.prototype, 'src', away, wrapped(new Image())),
            () => Reflect.set(wrapped(new Image()), 'src', away),
            () => navigator.sendBeacon(wrapped(new URL(away))),
            () => wrapped(navigator.sendBeacon).call(navigator, away),
            () => new (wrapped(XMLHttpRequest))().open('GET', away),
            () => Function.prototype.toString.call(wrapped(fetch)),
        ];
        for (const one of tries) {
            try {
                Promise.resolve(one()).catch(() => {});
            } catch {}
        }
        reach(away);
    },
    'frozen globals': (away, reach) => {
        for (const one of [
            Object,
            Array,
            Function,
            String,
            Promise,
            Reflect,
            RegExp,
            WeakMap,
            WeakSet,
            Element,
            Node,
            Document,
        ])
            Object.freeze(one.prototype ?? one);
        Object.freeze(document);
        reach(away);
    },
    'the originals, from a fresh frame': (away, reach) => {
        const frame = document.body.appendChild(document.createElement('iframe'));
        const inner = frame.contentWindow;
        const restore = (holder, from, name) => {
            try {
                Object.defineProperty(holder, name, Object.getOwnPropertyDescriptor(from, name));
            } catch {}
        };
        for (const name of [
            'fetch',
            'XMLHttpRequest',
            'WebSocket',
            'EventSource',
            'Worker',
            'Image',
            'Audio',
            'open',
            'Function',
        ])
            restore(window, inner, name);
        for (const name of [
            'Node',
            'Element',
            'Document',
            'HTMLScriptElement',
            'HTMLImageElement',
            'HTMLIFrameElement',
            'Navigator',
            'Function',
        ])
            for (const key of Reflect.ownKeys(inner[name].prototype))
                restore(window[name].prototype, inner[name].prototype, key);
        frame.remove();
        reach(away);
    },
    'the originals, from a frame by its index and a document made up': (away, reach) => {
        document.body.insertAdjacentHTML('beforeend', '<iframe></iframe>');
        const inner = frames[frames.length - 1];
        const made = document.implementation.createHTMLDocument('');
        made.body.innerHTML = `<img src="${away}">`;
        inner.document.adoptNode(made.body.firstChild);
        inner.Node.prototype.appendChild.call(document.body, document.importNode(made.body, true));
        inner.Reflect.apply(inner.fetch, inner, [away]).catch(() => {});
        new inner.Image().src = away;
        reach(away);
    },
    'functions taken away': (away, reach) => {
        for (const name of [
            'fetch',
            'XMLHttpRequest',
            'WebSocket',
            'Image',
            'MutationObserver',
            'URL',
            'Proxy',
            'Reflect',
        ])
            delete window[name];
        for (const name of ['appendChild', 'insertBefore', 'contains']) delete Node.prototype[name];
        for (const name of ['setAttribute', 'getAttribute', 'removeAttribute', 'closest'])
            delete Element.prototype[name];
        reach(away);
    },
};

/** Tries every common road to `away`, an address or what makes one; what is not there any more is left. Runs in the page. */
function reach(away) {
    const to = () => (typeof away === 'function' ? away() : away);
    // Written so that it does not end the script that this stands in.
    const end = '/script';
    const make = (tag) => Document.prototype.createElement.call(document, tag);
    const tries = [
        () => fetch(to()),
        () => navigator.sendBeacon(to()),
        () => {
            new Image().src = to();
        },
        () => {
            const request = new XMLHttpRequest();
            request.open('GET', to());
            request.send();
        },
        () => {
            const script = make('script');
            script.src = to();
            document.body.append(script);
        },
        () => {
            const frame = make('iframe');
            frame.src = to();
            document.body.append(frame);
        },
        () => {
            const image = make('img');
            image.setAttribute('src', to());
        },
        () => document.body.insertAdjacentHTML('beforeend', `<img src="${to()}"><iframe src="${to()}"></iframe>`),
        () => document.write(`<script src="${to()}"><${end}>`),
    ];
    for (const one of tries) {
        try {
            const answer = one();
            // Not by `then` of the page's own promises, which it may have broken.
            answer?.catch?.(() => {});
        } catch {}
    }
}

for (const [name, trick] of Object.entries(TRICKS)) {
    spec(
        `after us: ${name}`,
        { allow: [OURS, /Failed|ERR_|MIME|404/] },
        async ({ open, value, stats, trackers, page }) => {
            await open({
                body: `<p>Text</p><script>{
                const away = ${JSON.stringify(stats('a.js'))};
                (${trick})(away, ${reach});
                window.went = true;
            }</script><img src="/own/fence.gif" onload="window.fenced = true">`,
            });
            assert.equal(await value('window.went'), true, 'the page was not stopped');
            await page.waitForLoadState('load');
            assert.equal(await value('window.fenced'), true, "the page's own image loads");
            assert.deepEqual(trackers.log(), []);
        },
    );
}

spec(
    'thousands of mutations a second: the page goes on, and nothing gets through',
    { allow: [OURS] },
    async (stand) => {
        const { open, notice, page, stats, ads, arrivals, hasRun } = stand;
        await open({ body: '<div id="box"></div>' });
        await notice();
        const { rounds, made } = await page.evaluate(
            ([script, image]) =>
                new Promise((done) => {
                    const box = document.getElementById('box');
                    const end = performance.now() + 1500;
                    let [rounds, made] = [0, 0];
                    const round = () => {
                        rounds++;
                        for (let at = 0; at < 200; at++) {
                            const own = document.createElement('p');
                            own.setAttribute('style', `width: ${at}px`);
                            own.style.height = '1px';
                            own.textContent = 'own';
                            const img = document.createElement('img');
                            img.src = `${image}?${made++}`;
                            own.append(img);
                            box.append(own);
                            box.innerHTML = '';
                        }
                        box.append(Object.assign(document.createElement('script'), { src: script, id: 'last' }));
                        if (performance.now() < end) setTimeout(round);
                        else done({ rounds, made });
                    };
                    round();
                }),
            [stats('a.js'), ads('a.gif')],
        );
        assert.ok(rounds > 1 && made > 1000, `${made} images in ${rounds} rounds`);
        assert.deepEqual(await arrivals(), []);
        await page.evaluate(() => window.portcullis.grant(['stats']));
        await hasRun('a');
    },
);

for (const [name, clutter] of [
    ['a form named portcullis', '<form id="portcullis"></form>'],
    [
        'a form named portcullisConfig',
        '<form id="portcullisConfig"><input name="mode" value="report"><input name="allow"></form>',
    ],
    ['an image named currentScript', '<img name="currentScript" alt="">'],
    [
        'images named body and head',
        '<img name="body" alt=""><img name="head" alt=""><img name="documentElement" alt="">',
    ],
    [
        'a form that shadows its own methods',
        '<form name="createElement"></form><form name="getElementById"></form><form name="querySelector"></form>',
    ],
    ['an element that is no config', '<div id="portcullis-config">{"mode":"report"}</div>'],
    [
        'a form named readyState',
        '<form name="readyState"></form><form name="defaultView"></form><form name="location"></form>',
    ],
]) {
    spec(name, { allow: [OURS, /started late/] }, async ({ open, page, stats, ran, state }) => {
        const gate = snippet({ config: null, hold: '' });
        await open(`<!doctype html><html><head><meta charset="utf-8"><title>A page</title></head><body>${clutter}${gate}
            <script type="text/plain" data-consent="analytics" src="${stats('a.js')}"></script><script src="/own/mine.js"></script>`);
        await page.waitForFunction(() => window.ran?.includes('mine'));
        assert.deepEqual(await ran(), ['mine']);
        const { mode, grants } = await state();
        assert.deepEqual([mode, grants.categories.analytics], ['gate', false]);
    });
}

spec('listeners of the page that throw do not disturb the gate', { allow: [/thrown by the page/] }, async (stand) => {
    const { open, notice, press, hasRun, stats } = stand;
    await open({
        before: `<script>for (const name of ['ready', 'held', 'released', 'change'])
            document.addEventListener('portcullis:' + name, () => { throw new Error('thrown by the page'); });</script>`,
        body: `<script src="${stats('a.js')}"></script>`,
    });
    await notice();
    await press('grant-all');
    await hasRun('a');
});

spec('an API fed with nonsense', { allow: [OURS] }, async ({ open, notice, page, stats, arrivals }) => {
    await open({ body: `<script src="${stats('a.js')}"></script>` });
    await notice();
    await page.evaluate(() => {
        const nonsense = [
            undefined,
            null,
            7,
            'analytics',
            {},
            [null],
            [{}],
            [['analytics']],
            ['\0'],
            [Symbol('x')],
            new Proxy([], {
                get() {
                    throw new Error('no');
                },
            }),
        ];
        for (const value of nonsense) {
            for (const name of ['grant', 'deny', 'on', 'open', 'close', 'state', 'export']) {
                try {
                    window.portcullis[name](value);
                } catch (error) {
                    if (error instanceof WebAssembly.RuntimeError) throw error;
                }
            }
        }
        window.portcullis.deny(['analytics', 'marketing', 'preferences']);
    });
    assert.deepEqual(await arrivals(), []);
});

const WITHOUT_WASM = {
    'WebAssembly is missing': { before: '<script>delete window.WebAssembly</script>' },
    'WebAssembly throws': {
        before: `<script>WebAssembly.Module = function () { throw new Error('refused'); }</script>`,
    },
    'the policy lacks wasm-unsafe-eval': { policy: "script-src 'self' 'unsafe-inline' http:" },
};

for (const [name, { before = '', policy }] of Object.entries(WITHOUT_WASM)) {
    spec(
        `${name}: the gate stays closed and says what to do`,
        { allow: [OURS, /Content Security Policy/] },
        async (stand) => {
            const { open, page, stats, stranger, trackers, arrivals, hasRun, ran, lines } = stand;
            const listen = `<script>document.addEventListener('portcullis:error', (event) => { window.failed = event.detail; });</script>`;
            await open(
                {
                    before: before + listen,
                    config: { ...CONFIG, allow: ['cdn.test'] },
                    body: `<script src="${stats('a.js')}"></script><script src="${stranger('b.js')}"></script>
                    <script type="text/plain" data-consent="analytics" src="${stranger('marked.js')}"></script>
                    <script src="${trackers.url('/t/sub.js', 'sub.cdn.test')}"></script>
                    <script src="${trackers.url('/t/allowed.js', 'cdn.test')}"></script>
                    <img src="/own/image.gif" alt=""><script src="/own/mine.js"></script>`,
                },
                { headers: policy ? { 'Content-Security-Policy': policy } : {} },
            );
            await hasRun('mine');
            await page.evaluate(() => window.portcullis.grantAll());
            assert.deepEqual(await arrivals(), ['cdn.test/t/allowed.js']);
            assert.deepEqual(await ran(), ['allowed', 'mine']);
            assert.equal(await page.evaluate(() => document.images[0].naturalWidth), 9);

            assert.match(await page.evaluate(() => window.failed.message), /WebAssembly/);
            const errors = lines().filter(({ type, text }) => type === 'error' && OURS.test(text));
            assert.equal(errors.length, 1);
            assert.match(errors[0].text, /'wasm-unsafe-eval'/);
            const said = lines()
                .map(({ text }) => text)
                .join('\n');
            for (const url of [stats('a.js'), stranger('b.js')]) assert.ok(said.includes(url), `${url} is named`);
            assert.equal(await page.locator('[role="status"]').count(), 1, 'one plain line tells the visitor');
            assert.equal(await page.locator('portcullis-notice').count(), 0);
            assert.equal(await page.evaluate(() => localStorage.length), 0);
        },
    );
}

spec('with wasm-unsafe-eval in the policy it starts', {}, async ({ open, notice, press, hasRun, stats }) => {
    await open(
        { body: `<script src="${stats('a.js')}"></script>` },
        { headers: { 'Content-Security-Policy': "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' http:" } },
    );
    await notice();
    await press('grant-all');
    await hasRun('a');
});

spec('under default-src none and trusted types', { allow: [] }, async ({ open, notice, press, page, state }) => {
    const policy =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'; trusted-types 'none'";
    await open(document({ json: JSON.stringify(CONFIG), hold: '' }), {
        headers: { 'Content-Security-Policy': policy },
    });
    await notice();
    await press('choose');
    await page.waitForSelector('dialog[open]');
    await press('grant-all');
    await notice(false);
    assert.equal((await state()).grants.categories.analytics, true);
});

spec('an argument that throws when it is read throws, and changes nothing', {}, async (stand) => {
    const { open, page, notice, press, ads } = stand;
    await open({ body: `<p id="text">Text</p><img id="held" src="${ads('held.gif')}">` });
    await notice();
    const said = await page.evaluate(() => {
        const bad = {
            toString() {
                throw new RangeError('mine');
            },
        };
        const text = document.getElementById('text');
        const held = document.getElementById('held');
        const frame = '<iframe></iframe>';
        return [
            () => text.insertAdjacentHTML(bad, frame),
            () => text.insertAdjacentHTML('beforeend', bad),
            () => held.setAttribute('src', bad),
            () => held.setAttributeNS(null, 'src', bad),
            () => new Audio(bad),
            () => localStorage.setItem(bad, '1'),
            () => document.write(bad),
        ].map((work) => {
            try {
                work();
                return 'nothing';
            } catch (error) {
                return error.message;
            }
        });
    });
    assert.deepEqual(said, Array(7).fill('mine'));
    assert.equal(await page.textContent('#text'), 'Text');
    // What was held of it still comes.
    await press('grant-all');
    await page.waitForFunction(() => document.getElementById('held').naturalWidth > 0);
});

spec('servers of a peer that say something else the second time are those of the first', {}, async (stand) => {
    const { open, page, notice } = stand;
    await open({});
    await notice();
    const servers = await page.evaluate(() => {
        let asked = 0;
        const options = {
            get iceServers() {
                return asked++ ? [{ urls: 'stun:ads.test:1' }] : [{ urls: 'stun:localhost:1' }];
            },
        };
        return new RTCPeerConnection(options).getConfiguration().iceServers.map(({ urls }) => urls);
    });
    assert.deepEqual(servers.flat(), ['stun:localhost:1']);
});

spec('who signs the visitor in is read once, of what the object inherits too', {}, async (stand) => {
    const { open, page, notice } = stand;
    await open({});
    await notice();
    const read = await page.evaluate(async () => {
        const asked = { own: 0, inherited: 0 };
        const identity = (who) => ({
            enumerable: true,
            get() {
                asked[who]++;
                return { providers: [{ configURL: '/own/config.json', clientId: 'a' }] };
            },
        });
        const own = Object.defineProperty({}, 'identity', identity('own'));
        const inherited = Object.create(Object.defineProperty({}, 'identity', identity('inherited')));
        for (const options of [own, inherited]) await navigator.credentials.get(options).catch(() => {});
        return asked;
    });
    // A dictionary may come from a class (Web IDL § 3.2.18).
    assert.deepEqual(read, { own: 1, inherited: 1 });
});

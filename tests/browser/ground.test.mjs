// What a page can take from under us: names of its elements, prototypes, globals, the end of the stack. Whatever it takes, what
// is held stays held, and the visitor's choice still works.

import assert from 'node:assert/strict';
import { CONFIG, document, HOLD_SCANNER, patient, snippet, spec, until } from './harness.mjs';

const OURS = /^Portcullis/;
const REFUSED = /Content Security Policy|ERR_|Failed to|MIME/;
/** A service with a cookie of its own. */
const COOKIE_CONFIG = {
    ...CONFIG,
    services: [
        { id: 'stats', name: 'Stats', category: 'analytics', hosts: ['stats.test'], cookies: ['_stats*'] },
        ...CONFIG.services.slice(1),
    ],
};

// ---- names ----

/** Members of a document and of a window that a named element can stand before. */
const NAMES = [
    ...['head', 'body', 'documentElement', 'cookie', 'querySelector', 'querySelectorAll', 'createElement', 'baseURI'],
    ...['createRange', 'dispatchEvent', 'addEventListener', 'adoptedStyleSheets', 'getElementById', 'defaultView'],
    ...['append', 'contains', 'childNodes', 'firstChild', 'ownerDocument', 'readyState', 'currentScript', 'nodeType'],
];
const CLUTTER = NAMES.map((name) => `<img name="${name}" alt=""><form name="${name}"></form>`).join('');

spec(
    'named elements: the policy of enforce "strict" stands in the head, though it comes late',
    { allow: [OURS, REFUSED] },
    async ({ open, page, serve, arrivals, stats }) => {
        const at = serve(JSON.stringify({ ...CONFIG, enforce: 'strict' }), {
            headers: { 'Content-Type': 'application/json' },
        });
        await open({ config: null, attrs: `data-config="${at}"`, body: CLUTTER });
        await page.waitForFunction(() => window.portcullis?.state().phase === 'asking');
        await page.evaluate((away) => import(away).catch(() => {}), stats('a.js'));
        assert.deepEqual(await arrivals(), []);
    },
);

/** Finds something of ours in a page whose elements stand before the document's own methods. */
const SEEK = () => {
    window.seek = (selector) =>
        Document.prototype.querySelector.call(document, selector) ??
        Document.prototype.querySelector.call(document, 'portcullis-control')?.shadowRoot.querySelector(selector);
};

spec(
    'named elements: what a withdrawn service left goes, and every file of ours works',
    { allow: [OURS], init: SEEK },
    async ({ open, page, context, hasRun, state, record, stats }) => {
        const seen = (selector) => until(page, (selector) => !!window.seek(selector), selector);
        const click = async (selector) => {
            await seen(selector);
            await page.evaluate((selector) => window.seek(selector).click(), selector);
        };
        await open({
            config: { ...COOKIE_CONFIG, tell: ['data-layer'] },
            body: `${CLUTTER}<script src="${stats('a.js')}"></script>
                <iframe src="${stats('page.html')}" width="300" height="200"></iframe>`,
        });
        await seen('portcullis-embed');
        await page.evaluate(() => window.portcullis.grantAll());
        await hasRun('a');
        assert.equal(await page.evaluate(() => Array.isArray(window.dataLayer)), true);
        await page.evaluate(() => {
            const { set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
            set.call(document, '_stats=1; path=/');
            set.call(document, 'mine=1; path=/');
        });
        await page.evaluate(() => window.portcullis.open());
        await seen('[data-rights="stored"] [data-kind="cookies"] li');
        const listed = await page.evaluate(
            () => window.seek('[data-rights="stored"] [data-kind="cookies"]').textContent,
        );
        assert.match(listed, /_stats.*Stats/);
        const [copy] = await Promise.all([page.waitForEvent('download'), click('[data-rights="copy"]')]);
        assert.match(copy.suggestedFilename(), /consent\.json$/);
        await page.evaluate(() => window.portcullis.denyAll());
        const names = async () => (await context.cookies()).map(({ name }) => name);
        while ((await names()).includes('_stats')) await page.evaluate(() => new Promise(requestAnimationFrame));
        assert.deepEqual(await names(), ['mine']);
        assert.equal((await record()).services.stats, false);
        await page.evaluate(() => {
            window.portcullis.open();
            EventTarget.prototype.addEventListener.call(document, 'portcullis:erase', () => {
                window.erased = true;
            });
        });
        await click('[data-rights="erase"]');
        await click('[data-rights="erase-confirm"]');
        await until(page, () => window.erased);
        assert.equal((await state()).phase, 'asking');
    },
);

spec(
    'a window whose elements are named as its members gets the same hooks',
    { allow: [REFUSED] },
    async ({ open, page, arrivals, stats }) => {
        await open({ body: '<p>Text</p>' });
        await page.evaluate(
            async ([clutter, away]) => {
                const frame = document.createElement('iframe');
                frame.srcdoc = `<body>${clutter.replace(/name=/g, 'id=x name=')}<iframe name="defaultView"></iframe><p>in</p>`;
                document.body.append(frame);
                await new Promise((done) => frame.addEventListener('load', done));
                for (const view of [frame.contentWindow, window.frames[0]]) {
                    await view.fetch(away).catch(() => {});
                    view.Navigator.prototype.sendBeacon.call(view.navigator, away);
                    new view.Image().src = away;
                }
            },
            [CLUTTER, stats('a.gif')],
        );
        assert.deepEqual(await arrivals(), []);
    },
);

// ---- what the page can add to prototypes ----

/** As Prototype.js has it, and worse. */
const TO_JSON = `for (const one of [Array, String, Object, Number, Boolean])
    Object.defineProperty(one.prototype, 'toJSON', { value() { return 'taken: ' + this; }, configurable: true, writable: true });
    Date.prototype.toJSON = () => 'taken';`;

for (const place of ['before', 'after']) {
    spec(
        `toJSON on every prototype, ${place} us: the record is what it is without`,
        { allow: [OURS] },
        async (stand) => {
            const { open, notice, press, hasRun, page, context, stats, ads, serve, shop, ran } = stand;
            const posted = [];
            await context.route('**/receipts', async (route) => {
                posted.push(JSON.parse(route.request().postData()));
                await route.fulfill({ status: 204 });
            });
            await open({
                config: { ...CONFIG, receipt: { endpoint: '/receipts' }, tell: ['data-layer'] },
                [place === 'before' ? 'before' : 'head']: `<script>${TO_JSON}</script>`,
                body: `<script src="${stats('a.js')}"></script><script src="${ads('b.js')}"></script>`,
            });
            await notice();
            assert.deepEqual(await ran(), []);
            await page.evaluate(() => window.portcullis.grant(['stats']));
            await hasRun('a');
            assert.deepEqual(await ran(), ['a']);
            await press('choose');
            await page.locator('dialog [role="switch"][value="ads"]').waitFor({ state: 'attached' });
            await press('deny-all');
            const raw = () => page.evaluate(() => localStorage.getItem('portcullis'));
            await until(page, () => localStorage.getItem('portcullis').split('"hash"').length === 3);
            const record = JSON.parse(await raw());
            assert.ok(Array.isArray(record.history) && record.history.length === 1, JSON.stringify(record));
            assert.equal(record.services.stats, false);
            assert.equal(record.history[0].services.stats, true);
            while (posted.length < 2) await page.evaluate(() => new Promise(requestAnimationFrame));
            assert.equal(posted[0].entry.services.stats, true);
            // The next page reads it as ever.
            await page.goto(
                shop.url(serve(document({ config: CONFIG, body: `<script src="${stats('a.js')}"></script>` }))),
            );
            assert.equal((await stand.state()).phase, 'answered');
            assert.equal(await page.evaluate(() => window.portcullis.verify().then(({ fits }) => fits)), true);
        },
    );
}

// ---- what the page puts in the place of globals ----

const GLOBALS = `for (const name of ['Window', 'Document', 'HTMLDocument', 'Node', 'Element', 'HTMLElement', 'Event', 'EventTarget',
    'Range', 'Attr', 'HTMLScriptElement', 'HTMLIFrameElement', 'HTMLTemplateElement', 'CSSStyleDeclaration',
    'Navigator', 'HTMLImageElement', 'HTMLLinkElement', 'ShadowRoot', 'CharacterData', 'DocumentFragment', 'NamedNodeMap'])
    window[name] = function () {};`;
const MOOTOOLS = 'window.Window = function () {}; window.Document = function () {}; document.$family = {};';

for (const [kind, script] of Object.entries({ 'as MooTools does': MOOTOOLS, 'all of them': GLOBALS })) {
    for (const place of ['before', 'head']) {
        spec(
            `constructors replaced ${place === 'head' ? 'after' : 'before'} us, ${kind}`,
            { allow: [REFUSED] },
            async (stand) => {
                const { open, press, page, stats, ads, arrivals, record, context, ran } = stand;
                await open({
                    config: COOKIE_CONFIG,
                    [place]: `<script>${script}</script>`,
                    body: `<script src="${stats('a.js')}"></script><iframe src="${ads('page.html')}" width="300" height="200"></iframe>
                    <a href="#portcullis" id="mine">Cookies</a>
                    <script>document.write('<img src="${ads('c.gif')}"><script src="${ads('c.js')}"></scr' + 'ipt>');</script>`,
                });
                await until(page, () => !!document.querySelector('portcullis-notice'));
                await until(page, () => !!document.querySelector('portcullis-embed'));
                await page.evaluate(
                    async ([away, script]) => {
                        await fetch(away).catch(() => {});
                        navigator.sendBeacon(away);
                        document.head.innerHTML += `<link rel="stylesheet" href="${away}">`;
                        const img = document.createElement('img');
                        img.setAttribute('src', away);
                        document.body.appendChild(img);
                        document.body.append(Object.assign(document.createElement('script'), { src: script }));
                        const range = document.createRange();
                        range.selectNode(document.body.firstChild);
                        range.insertNode(range.createContextualFragment(`<script src="${script}"></scr` + 'ipt>'));
                    },
                    [ads('b.gif'), ads('b.js')],
                );
                // The frame of the parser's, and the scanner's reading ahead, are known roads.
                const out = (await arrivals()).filter((one) => !/page\.html/.test(one));
                assert.deepEqual(out, []);
                assert.deepEqual(await ran(), []);
                await page.evaluate(() => window.portcullis.grant(['stats']));
                await until(page, () => window.ran?.includes('a'));
                await press('choose');
                await page.locator('[data-rights="stored"] li').first().waitFor({ state: 'attached' });
                await page.evaluate(() => {
                    document.cookie = '_stats=1; path=/';
                });
                await press('deny-all');
                const names = async () => (await context.cookies()).map(({ name }) => name);
                while ((await names()).length) await page.evaluate(() => new Promise(requestAnimationFrame));
                assert.equal((await record()).method, 'deny-all');
                await page.click('#mine');
                await page.waitForSelector('portcullis-control dialog[open]');
            },
        );
    }
}

// ---- what cannot be intercepted ----

for (const [name, frozen] of Object.entries({
    'Node and Element': '[Node.prototype, Element.prototype]',
    'Navigator alone': '[Navigator.prototype]',
    'all that there is':
        'Object.getOwnPropertyNames(window).map((name) => window[name]?.prototype).filter((one) => one && Object.prototype.toString.call(one) !== "[object Object]")',
})) {
    spec(
        `frozen prototypes, ${name}: a policy holds the third parties whole, and says so`,
        { allow: [OURS, REFUSED] },
        async (stand) => {
            const { open, page, said, stats, ads, arrivals, state, value } = stand;
            await open({
                before: `<script>for (const one of ${frozen}) Object.freeze(one);</script>`,
                body: `<p>Text</p><script src="${stats('a.js')}"></script><script src="/own/mine.js"></script>`,
            });
            assert.match(await said(/frozen/), /closed/);
            await page.evaluate(
                async ([gif, js]) => {
                    const tries = [
                        () => fetch(gif),
                        () => navigator.sendBeacon(gif),
                        () => document.body.append(Object.assign(document.createElement('script'), { src: js })),
                        () => document.body.append(Object.assign(document.createElement('iframe'), { src: gif })),
                        () => document.body.append(Object.assign(document.createElement('img'), { src: gif })),
                        () =>
                            document.body.insertAdjacentHTML(
                                'beforeend',
                                `<img src="${gif}"><link rel="stylesheet" href="${gif}">`,
                            ),
                        () => {
                            new Image().src = gif;
                        },
                        () => {
                            const request = new XMLHttpRequest();
                            request.open('GET', gif);
                            request.send();
                        },
                        () => new EventSource(gif),
                        () => import(js),
                        () => document.body.setAttribute('style', `background: url(${gif})`),
                    ];
                    for (const one of tries) {
                        try {
                            await Promise.resolve(one()).catch(() => {});
                        } catch {}
                    }
                },
                [ads('b.gif'), ads('b.js')],
            );
            assert.deepEqual(await arrivals(), []);
            assert.deepEqual(await value('window.ran'), ['mine'], "the page's own script ran, and no other");
            assert.equal((await state()).phase, 'closed');
        },
    );
}

// ---- wrapped on the instance, before us ----

const WRAPPED = `
    navigator.sendBeacon = navigator.sendBeacon.bind(navigator);
    const write = document.write;
    document.write = function (...all) { return write.apply(document, all); };
    const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
    Object.defineProperty(document, 'cookie', { configurable: true, get() { return cookie.get.call(document); },
        set(text) { cookie.set.call(document, text); } });
    const append = document.head.appendChild;
    document.head.appendChild = function (node) { return append.call(document.head, node); };
    const create = document.documentElement.insertBefore;
    document.documentElement.insertBefore = function (...all) { return create.apply(document.documentElement, all); };
    const listen = window.addEventListener;
    window.addEventListener = function (...all) { return listen.apply(this, all); };
    const set = Element.prototype.setAttribute;
    HTMLImageElement.prototype.setAttribute = function (...all) { return set.apply(this, all); };
    const write2 = document.writeln;
    Object.defineProperty(HTMLDocument.prototype, 'writeln', { configurable: true, value(...all) { return write2.apply(this, all); } });`;

spec(
    'functions that are wrapped on their object before us are intercepted as well, and that is said',
    {},
    async (stand) => {
        const { open, page, said, stats, arrivals, notice, hasRun, context } = stand;
        await open({
            config: COOKIE_CONFIG,
            before: `<script>${WRAPPED}</script>`,
            body: `<script>document.write('<p id="own">own</p><script src="${stats('a.js')}"></scr' + 'ipt>');
            document.writeln('<script src="${stats('c.js')}"></scr' + 'ipt>');</script>`,
        });
        await notice();
        await said(/sendBeacon/);
        await page.evaluate(
            ([gif, js]) => {
                navigator.sendBeacon(gif);
                document.cookie = '_stats=1; path=/';
                document.cookie = 'mine=1; path=/';
                document.head.appendChild(Object.assign(document.createElement('script'), { src: js }));
                const link = Object.assign(document.createElement('link'), { rel: 'stylesheet' });
                link.href = gif;
                document.documentElement.insertBefore(link, null);
                const img = document.createElement('img');
                img.setAttribute('src', gif);
                document.body.append(img);
            },
            [stats('b.gif'), stats('b.js')],
        );
        assert.deepEqual(await arrivals(), []);
        assert.deepEqual(
            (await context.cookies()).map(({ name }) => name),
            ['mine'],
        );
        assert.equal(await page.evaluate(() => document.getElementById('own').textContent), 'own');
        await page.evaluate(() => window.portcullis.grantAll());
        await hasRun('a');
        await hasRun('b');
    },
);

// ---- the end of the stack ----

/** What is done where no more call fits: each asks a held host for something. */
const ACTS = {
    'a link is put in': (to) => {
        const link = document.createElement('link');
        link.rel = 'stylesheet';
        link.href = to('x.css');
        document.head.appendChild(link);
    },
    'a script is put in': (to) => {
        const script = document.createElement('script');
        script.src = to('x.js');
        document.head.append(script);
    },
    'an address is given to a link that is in': (to) => {
        const link = document.createElement('link');
        link.rel = 'stylesheet';
        document.head.append(link);
        link.setAttribute('href', to('x.css'));
    },
    'a frame is put in': (to) => {
        const frame = document.createElement('iframe');
        document.body.insertBefore(frame, null);
        frame.src = to('x.html');
        frame.remove();
    },
    'an image gets its address': (to) => {
        new Image().src = to('x.gif');
    },
    'markup is put in': (to) => {
        const box = document.createElement('div');
        document.body.append(box);
        box.innerHTML = `<img src="${to('x.gif')}"><link rel="stylesheet" href="${to('x.css')}">`;
    },
    'a text becomes nodes': (to) => {
        const range = document.createRange();
        range.selectNode(document.body);
        document.head.append(range.createContextualFragment(`<link rel="stylesheet" href="${to('x.css')}">`));
    },
    'a request is made': (to) => {
        fetch(to('x.gif')).catch(() => {});
    },
    'a request with an object is made': (to) => {
        fetch(new Request(to('x.gif'))).catch(() => {});
    },
    'a beacon is sent': (to) => {
        navigator.sendBeacon(to('x.gif'));
    },
    'an XMLHttpRequest is opened': (to) => {
        const request = new XMLHttpRequest();
        request.open('GET', to('x.gif'));
        request.send();
    },
    'an event source is opened': (to) => {
        new EventSource(to('x.gif')).close();
    },
    'a style is set': (to) => {
        document.body.setAttribute('style', `background: url(${to('x.gif')})`);
    },
    'a style sheet is made': (to) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`body { background: url(${to('x.gif')}) }`);
        document.adoptedStyleSheets = [sheet];
    },
    'an attribute node is set': (to) => {
        const image = document.createElement('img');
        const attr = document.createAttribute('src');
        attr.value = to('x.gif');
        image.setAttributeNode(attr);
    },
    'a copy is made': (to) => {
        const template = document.getElementById('copied');
        template.content.firstChild.setAttribute('data-x', to('x.gif'));
        document.body.append(template.content.cloneNode(true));
    },
    'key frames are set': (to) => {
        document.body.animate([{ backgroundImage: `url(${to('x.gif')})` }, { backgroundImage: 'none' }], 9);
    },
    'a worker of text is made': (to) => {
        new Worker(`data:text/javascript,${encodeURIComponent(`fetch('${to('x.gif')}')`)}`).terminate();
    },
    'a frame of text is made': (to) => {
        const frame = document.createElement('iframe');
        frame.src = `data:text/html,${encodeURIComponent(`<img src="${to('x.gif')}">`)}`;
        document.body.append(frame);
    },
};

for (const [name, act] of Object.entries(ACTS)) {
    spec(`at the end of the stack: ${name}`, { allow: [OURS, /ERR_|Failed|call stack/] }, async (stand) => {
        const { open, page, arrivals, notice, stats, hasRun } = stand;
        // Windows and workers are dear.
        const most = /frame|worker/.test(name) ? 40 : 400;
        // What the test before was granted may still be on its way.
        const own = name.replaceAll(' ', '-');
        const gone = async () => (await arrivals()).filter((one) => one.includes(own));
        await open({
            body: `<p>Text</p><template id="copied"><img src="${stats(`${own}-x.gif`)}"></template><script src="${stats('a.js')}"></script>`,
        });
        await notice();
        const tried = await page.evaluate(
            ([act, away, most]) => {
                const work = new Function(`return ${act}`)();
                let count = 0;
                const to = (file) => away.replace('FILE', `${file}?${count++}`);
                const dive = () => {
                    try {
                        dive();
                    } catch {
                        // That is the end.
                    }
                    if (count < most) {
                        try {
                            work(to);
                        } catch {
                            // What the browser does as well.
                        }
                    }
                };
                dive();
                return count;
            },
            [`${act}`, stats(`${own}-FILE`), most],
        );
        assert.ok(tried >= most, `${tried} were tried`);
        assert.deepEqual(await gone(), []);
        // The gate works on.
        await page.evaluate(() => window.portcullis.grant(['stats']));
        await hasRun('a');
    });
}

// ---- languages that are none ----

spec(
    '<html lang="en_US">: the rights panel is there, and the notice speaks',
    { init: patient },
    async ({ open, page, notice, press }) => {
        const html = document({}).replace('<html lang="en">', '<html lang="de_DE">');
        await open(html);
        await notice();
        assert.equal(await page.getAttribute('portcullis-notice', 'lang'), 'de');
        await page.evaluate(() => {
            document.documentElement.lang = 'en_US';
        });
        await press('grant-all');
        for (const tag of ['en_US', 'x', '-', 'a-very-long-tag-that-is-none', '\u{1f600}']) {
            await page.evaluate((tag) => {
                document.documentElement.lang = tag;
            }, tag);
            await press('choose');
            await page.locator('[data-rights="record"] li').first().waitFor({ state: 'attached' });
            assert.match(await page.locator('[data-rights="record"] li').first().textContent(), /\d/);
            await press('close');
        }
    },
);

// ---- objects that are no plain ones ----

spec('an object of a class goes on as the page made it where nothing is held, and is read once', {}, async (stand) => {
    const { open, page, notice } = stand;
    await open({ body: '<p>Text</p>' });
    await notice();
    const got = await page.evaluate(async () => {
        const certificate = await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' });
        class Server {
            #url;
            constructor(url) {
                this.#url = url;
            }
            get urls() {
                return [this.#url];
            }
            get username() {
                return 'me';
            }
            get credential() {
                return 'secret';
            }
        }
        class Configuration {
            #servers;
            #certificate = certificate;
            self = this;
            count = 1n;
            constructor(...urls) {
                this.#servers = urls.map((url) => new Server(url));
            }
            get iceServers() {
                return new Set(this.#servers);
            }
            get certificates() {
                return [this.#certificate];
            }
            get iceTransportPolicy() {
                return 'relay';
            }
        }
        const made = (...urls) => {
            const { iceServers, certificates, iceTransportPolicy } = new RTCPeerConnection(
                new Configuration(...urls),
            ).getConfiguration();
            return [iceServers, certificates.length, iceTransportPolicy];
        };
        let asked = 0;
        const twoFaced = {
            get iceServers() {
                return [{ urls: asked++ ? 'stun:stats.test' : `stun:${location.hostname}` }];
            },
        };
        const callable = Object.assign(() => {}, { iceServers: [{ urls: 'stun:stats.test' }] });
        const after = new RTCPeerConnection({ certificates: [certificate] });
        after.setConfiguration(new Configuration(`turn:${location.hostname}`));
        return {
            own: made(`turn:${location.hostname}`),
            held: made(`turn:${location.hostname}`, 'turn:stats.test'),
            twoFaced: new RTCPeerConnection(twoFaced).getConfiguration().iceServers,
            callable: new RTCPeerConnection(callable).getConfiguration().iceServers,
            after: after.getConfiguration().iceServers.length,
            none: [
                new RTCPeerConnection(undefined).getConfiguration().iceServers.length,
                new RTCPeerConnection(null).getConfiguration().iceServers.length,
            ],
            thrown: [() => new RTCPeerConnection(1), () => new RTCPeerConnection({ iceServers: 1 })].map((one) => {
                try {
                    return one() && '';
                } catch (error) {
                    return error.name;
                }
            }),
        };
    });
    const host = 'localhost';
    const own = [{ urls: [`turn:${host}`], username: 'me', credential: 'secret' }];
    for (const servers of [got.own[0], got.held[0], got.twoFaced, got.callable]) {
        for (const server of servers) server.urls = [server.urls].flat();
    }
    assert.deepEqual(got.own, [own, 1, 'relay']);
    assert.deepEqual(got.held, [[], 1, 'relay']);
    assert.deepEqual(
        got.twoFaced.map(({ urls }) => urls),
        [[`stun:${host}`]],
    );
    assert.deepEqual(got.callable, []);
    assert.equal(got.after, 1);
    assert.deepEqual(got.none, [0, 0]);
    assert.deepEqual(got.thrown, ['TypeError', 'TypeError']);
});

// A policy that we add goes into the head, and nowhere else.
spec('the snippet alone, in a page of nothing but named elements', { allow: [OURS] }, async ({ open, page, value }) => {
    await open(
        `<!doctype html><meta charset="utf-8">${snippet({ config: { ...CONFIG, enforce: 'strict' } })}${HOLD_SCANNER}${CLUTTER}`,
    );
    await page.waitForFunction(() => window.portcullis);
    const where = `Reflect.apply(Document.prototype.querySelectorAll, document, ['meta[content^="default-src"]'])`;
    assert.equal(await value(`${where}.length`), 1);
    assert.equal(await value(`${where}[0].parentNode.localName`), 'head');
});

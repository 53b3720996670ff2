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

spec(
    'frozen prototypes: the markup is held all the same, and the console names what is not',
    { allow: [OURS] },
    async (stand) => {
        const { open, notice, said, stats, ads, arrivals } = stand;
        await open({
            before: `<script>for (const one of [Node, Element, HTMLElement, HTMLScriptElement, HTMLImageElement, HTMLIFrameElement])
            Object.freeze(one.prototype);</script>`,
            body: `<p>Text</p><script src="${stats('a.js')}"></script>
            <script src="${ads('b.js')}"></script>`,
        });
        await notice();
        assert.match(await said(/frozen/), /HTMLScriptElement\.src/);
        assert.deepEqual(await arrivals(), []);
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

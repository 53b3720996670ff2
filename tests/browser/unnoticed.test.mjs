// The page must not notice: a battery of calls runs in a page with us and in one without, and both must say the same.
// What is held must look as it does with the network down: the page without us finds nobody at those addresses.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { document as pageOf, spec } from './harness.mjs';

const OURS =
    /^Portcullis|OTS|decode downloaded font|Failed to load resource|WebSocket connection|Failed to establish|ERR_|CORS policy/;

/** A port at which nobody answers. */
const closedPort = () =>
    new Promise((resolve) => {
        const server = createServer().listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });

/** What every function of the browser says of itself. Runs in the page. */
function functions() {
    const seen = {};
    const look = (title, holder) => {
        for (const key of Reflect.ownKeys(holder ?? {})) {
            const own = Object.getOwnPropertyDescriptor(holder, key);
            for (const part of ['value', 'get', 'set']) {
                const one = own[part];
                if (typeof one !== 'function' || (title === 'window' && key === 'portcullis')) continue;
                seen[`${title}.${String(key)} ${part}`] = [
                    one.name,
                    one.length,
                    Function.prototype.toString.call(one).replace(/\s+/g, ' ').slice(0, 80),
                    Object.getOwnPropertyNames(one).join(),
                    own.enumerable,
                    own.configurable,
                    own.writable,
                    one.prototype?.constructor === undefined || one.prototype.constructor === one,
                ];
            }
        }
    };
    // All that the browser has: whatever is hooked, and whatever is hooked by mistake.
    for (const name of Object.getOwnPropertyNames(window)) {
        const own = Object.getOwnPropertyDescriptor(window, name).value;
        if (/^[A-Z]/.test(name) && typeof own === 'function') {
            look(name, own.prototype);
            look(`${name} itself`, own);
        }
    }
    look('CSS itself', CSS);
    look('window', window);
    return seen;
}

/** The battery: each runs in the page with `own` and `down`, a file of the page's own host and one of a tracker's. */
const CALLS = {
    'fetch: own': (own) => fetch(own).then((answer) => [answer.ok, answer.url === new URL(own, location).href]),
    'fetch: own Request': (own) => fetch(new Request(own)).then((answer) => answer.ok),
    'fetch: nothing': () => fetch(),
    'fetch: a symbol': () => fetch(Symbol('x')),
    'fetch: not an address': () => fetch('http://'),
    'fetch: a throwing toString': () =>
        fetch({
            toString() {
                throw new RangeError('mine');
            },
        }),
    'fetch: aborted': (own) => fetch(own, { signal: AbortSignal.abort() }),
    'fetch: down': (_, down) => fetch(down),
    'fetch: a Request down': (_, down) => fetch(new Request(down, { method: 'POST', body: 'x' })),
    'fetch: a URL down': (_, down) => fetch(new URL(down), { mode: 'no-cors', keepalive: true }),
    'fetch: a promise, at once': (_, down) => {
        const promise = fetch(down);
        promise.catch(() => {});
        return Promise.resolve([promise instanceof Promise, promise.constructor === Promise]);
    },
    'XMLHttpRequest: own': (own) =>
        new Promise((done) => {
            const request = new XMLHttpRequest();
            const said = [];
            request.onreadystatechange = () => said.push(request.readyState);
            request.onloadend = () => done([said, request.status, request.responseURL.endsWith(own)]);
            request.open('GET', own);
            request.send();
        }),
    'XMLHttpRequest: down': (_, down) =>
        new Promise((done) => {
            const request = new XMLHttpRequest();
            const said = [];
            for (const type of ['loadstart', 'progress', 'load', 'error', 'abort', 'timeout', 'loadend'])
                request.addEventListener(type, () => said.push(type));
            request.onloadend = () =>
                done([said, request.readyState, request.status, request.responseText, request.responseURL]);
            request.open('GET', down);
            request.send();
            said.push('sent');
        }),
    'XMLHttpRequest: down and synchronous': (_, down) => {
        const request = new XMLHttpRequest();
        request.open('GET', down, false);
        try {
            request.send();
            return 'sent';
        } catch (error) {
            return [error.name, error.constructor === DOMException, request.readyState];
        }
    },
    'XMLHttpRequest: one argument': () => new XMLHttpRequest().open('GET'),
    'XMLHttpRequest: a bad method': (own) => new XMLHttpRequest().open('G T', own),
    'XMLHttpRequest: order': (own) => {
        const said = [];
        const say = (word, value) => ({ toString: () => (said.push(word) ? value : '') });
        new XMLHttpRequest().open(say('method', 'GET'), say('url', own), true, say('user', 'a'), say('password', 'b'));
        return said;
    },
    'XMLHttpRequest: a subclass': (own) => {
        class Mine extends XMLHttpRequest {
            open(...args) {
                this.opened = true;
                super.open(...args);
            }
        }
        const request = new Mine();
        request.open('GET', own);
        return [request.opened, request.readyState, request instanceof XMLHttpRequest, request.constructor.name];
    },
    'sendBeacon: own and down': (own, down) => [navigator.sendBeacon(own), navigator.sendBeacon(down, 'x')],
    'sendBeacon: nothing': () => navigator.sendBeacon(),
    'WebSocket: down': (_, down) =>
        new Promise((done) => {
            const socket = new WebSocket(down.replace('http', 'ws'));
            const said = [socket.readyState, socket instanceof WebSocket, socket.constructor === WebSocket];
            socket.onerror = (event) => said.push(event.type, socket.readyState);
            socket.onclose = (event) => done([...said, event.type, event.code, event.wasClean, socket.readyState]);
        }),
    'WebSocket: without new': (_, down) => WebSocket(down),
    'WebSocket: not an address': () => new WebSocket('ws://a b'),
    'EventSource: down': (_, down) =>
        new Promise((done) => {
            const source = new EventSource(down);
            const said = [source.readyState, source instanceof EventSource];
            source.onerror = (event) => {
                done([...said, event.type, source.readyState]);
                source.close();
            };
        }),
    'Worker: another host': (_, down) => new Worker(down),
    'Worker: own': (own) => {
        const worker = new Worker(own);
        worker.terminate();
        return [worker instanceof Worker, worker.constructor === Worker];
    },
    'FontFace: down': (_, down) => {
        const font = new FontFace('f', `url(${down})`);
        return font.load().catch((error) => [error.name, font.status, font.family]);
    },
    'FontFace: a buffer': () => new FontFace('f', new ArrayBuffer(4)).load().catch((error) => error.name),
    'script text: read once, and runs in its place': () => {
        window.told = [];
        const script = document.body.appendChild(document.createElement('script'));
        script.text = {
            toString() {
                window.told.push('read');
                return 'window.told.push("ran")';
            },
        };
        window.told.push('next', script.text, script.textContent);
        script.text = 'window.told.push("again")';
        return window.told;
    },
    'script text: by every way': () => {
        window.told = [];
        const ways = {
            text: (script) => {
                script.text = 'told.push("text")';
            },
            textContent: (script) => {
                script.textContent = 'told.push("textContent")';
            },
            innerText: (script) => {
                script.innerText = 'told.push("innerText")';
            },
            innerHTML: (script) => {
                script.innerHTML = 'told.push("innerHTML")';
            },
            append: (script) => script.append('told.push("append")'),
            appendChild: (script) => script.appendChild(document.createTextNode('told.push("appendChild")')),
        };
        for (const way of Object.values(ways)) {
            way(document.body.appendChild(document.createElement('script')));
            window.told.push('then');
        }
        return window.told;
    },
    'script text: a symbol': () => {
        document.createElement('script').text = Symbol('x');
    },
    'textContent: nothing, null and a number': () => {
        const said = [];
        for (const value of [undefined, null, 7]) {
            const script = document.createElement('script');
            script.textContent = value;
            const style = document.createElement('style');
            style.textContent = value;
            said.push([script.textContent, style.textContent, script.childNodes.length]);
        }
        return said;
    },
    'text of a style: laid out at once': () => {
        const style = document.head.appendChild(document.createElement('style'));
        const text = style.appendChild(document.createTextNode(''));
        const said = [];
        const look = () => said.push(getComputedStyle(document.body).outlineWidth, text.data);
        text.data = 'body{outline:1px solid}';
        look();
        text.replaceData(13, 1, '2');
        look();
        text.insertData(0, 'body{outline:4px solid}');
        look();
        text.appendData('body{outline:3px solid}');
        look();
        style.remove();
        return said;
    },
    'text: beyond its end': () => document.createTextNode('a').insertData(2, 'b'),
    'style: every way to set it': () => {
        const box = document.createElement('p');
        const said = [];
        box.style = 'color:red;background:url(/own/a.gif)';
        said.push(box.style.cssText);
        box.style.cssText = null;
        said.push(box.getAttribute('style'));
        said.push(box.style.setProperty('--a', '"(x)"', 'important'), box.style.setProperty('color', undefined));
        said.push(box.style.setProperty('color', 'blue', 'urgent'), box.style.cssText);
        box.attributeStyleMap.set('width', CSS.px(3));
        box.attributeStyleMap.append('background-image', 'url("/own/b.gif")', 'none');
        said.push(box.style.width, box.style.backgroundImage.replace(location.origin, ''));
        return said;
    },
    'style: too little': () => document.createElement('p').style.setProperty('color'),
    'animate: values of its own': () => {
        const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
        svg.innerHTML = '<rect><animate attributeName="x" values="0;9;0" from="1" to="2" dur="1s"/></rect>';
        return svg.innerHTML;
    },
    'credentials: of no kind': () => navigator.credentials?.get({}).then(String),
    'RTCPeerConnection: own servers': () => {
        const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:localhost:1' }], bundlePolicy: 'max-bundle' });
        const { bundlePolicy, iceServers } = peer.getConfiguration();
        return [bundlePolicy, iceServers.length, peer instanceof RTCPeerConnection];
    },
    'RTCPeerConnection: null': () => new RTCPeerConnection(null).connectionState,
    'RTCPeerConnection: not a list': () => new RTCPeerConnection({ iceServers: 7 }),
    'addModule: down': (_, down) => new OfflineAudioContext(1, 1, 8000).audioWorklet.addModule(down),
    'open: nothing': () => {
        const other = window.open();
        const said = [other.location.href, other.opener === window];
        other.close();
        return said;
    },
    'setAttribute: order': () => {
        const said = [];
        const say = (word) => ({ toString: () => (said.push(word) ? word : '') });
        document.createElement('img').setAttribute(say('name'), say('value'));
        document.createElement('img').setAttributeNS(say('a:b'), say('a:c'), say('d'));
        return said;
    },
    'setAttribute: a bad name': () => document.createElement('img').setAttribute('<', 'a'),
    'setAttribute: too little': () => document.createElement('img').setAttribute('src'),
    'setAttribute: not an element': () => Element.prototype.setAttribute.call({}, 'src', 'a'),
    'src: what is read': (own) => {
        const img = new Image();
        img.src = own;
        return [img.getAttribute('src') === own, img.src === new URL(own, location).href, img.outerHTML.length];
    },
    'src: on the prototype': () => {
        HTMLImageElement.prototype.src = 'a';
    },
    'src: null and nothing': () => {
        const img = new Image();
        img.src = null;
        const first = img.getAttribute('src');
        img.src = undefined;
        return [first, img.getAttribute('src')];
    },
    'innerHTML: null': () => {
        const div = document.createElement('div');
        div.innerHTML = '<p>a</p>';
        div.innerHTML = null;
        return div.innerHTML;
    },
    'innerHTML: markup': () => {
        const div = document.createElement('table');
        div.innerHTML = '<tr><td>a<script type="text/x">b</script><style>p{color:red}</style>';
        return div.innerHTML;
    },
    'textContent: null': () => {
        const div = document.createElement('div');
        div.textContent = 'a';
        div.textContent = null;
        const attribute = document.createAttribute('src');
        attribute.nodeValue = null;
        attribute.textContent = undefined;
        return [div.textContent, attribute.value];
    },
    'appendChild: what comes back': () => {
        const [p, i] = [document.createElement('p'), document.createElement('i')];
        return [p.appendChild(i) === i, p.append('a', i), p.insertBefore(i, null) === i, p.replaceChild(i, i) === i];
    },
    'appendChild: nonsense': () => document.createElement('p').appendChild('a'),
    'appendChild: a circle': () => {
        const p = document.createElement('p');
        p.appendChild(p);
    },
    'appendChild: no node': () => Node.prototype.appendChild.call(null, document.createElement('p')),
    'cloneNode: a fragment': () => {
        const fragment = document.createRange().createContextualFragment('<p>a</p><script>1</script>');
        return [fragment.cloneNode(true).childNodes.length, fragment.constructor.name];
    },
    'setAttributeNode: twice': () => {
        const [a, b] = [document.createElement('img'), document.createElement('img')];
        const attribute = document.createAttribute('alt');
        a.setAttributeNode(attribute);
        b.setAttributeNode(attribute);
    },
    'a custom image': () => {
        class Mine extends HTMLImageElement {
            constructor() {
                super();
                this.mine = true;
            }
        }
        customElements.define('my-image', Mine, { extends: 'img' });
        const image = new Mine();
        image.src = '/own/a.gif';
        return [image.mine, image.getAttribute('src'), image instanceof HTMLImageElement];
    },
    'a custom element': () => {
        const said = [];
        customElements.define(
            'my-element',
            class extends HTMLElement {
                static observedAttributes = ['src'];
                connectedCallback() {
                    said.push('connected');
                }
                attributeChangedCallback(name, old, now) {
                    said.push(name, old, now);
                }
            },
        );
        const element = document.createElement('my-element');
        element.setAttribute('src', 'a');
        document.body.append(element);
        element.innerHTML = '<p>';
        return [said, element.innerHTML];
    },
    'Audio: with and without': (own) => {
        const audio = new Audio(own);
        return [
            audio.getAttribute('src') === own,
            audio.preload,
            new Audio().hasAttribute('src'),
            audio.constructor.name,
        ];
    },
    'Audio: without new': () => Audio(),
    'Image by Reflect': () => {
        const one = Reflect.construct(Audio, [], HTMLAudioElement);
        return [one instanceof HTMLAudioElement, Object.getPrototypeOf(one) === HTMLAudioElement.prototype];
    },
    'CSS: rules': () => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync('p{background:url("/own/a.gif")} q::before{content:"http:// a"}');
        sheet.insertRule('a{color:red}', 1);
        return [sheet.cssRules.length, sheet.cssRules[1].cssText, sheet.cssRules[2].cssText];
    },
    'CSS: a bad rule': () => new CSSStyleSheet().insertRule('}'),
    'CSS: a bad place': () => new CSSStyleSheet().insertRule('p{}', 9),
    'CSS: nothing': () => new CSSStyleSheet().insertRule(),
    'a Range: a fragment': () => {
        const range = document.createRange();
        const fragment = range.createContextualFragment('<img src="/own/a.gif"><script>1</script><i>a</i>');
        return [fragment.childNodes.length, fragment.firstChild.outerHTML, fragment.isConnected];
    },
    'a Range: nothing and null': () => {
        const range = document.createRange();
        return [range.createContextualFragment(null).textContent, range.createContextualFragment()];
    },
    'insertNode, surroundContents': () => {
        const p = document.createElement('p');
        p.textContent = 'abc';
        const range = document.createRange();
        range.setStart(p.firstChild, 1);
        range.setEnd(p.firstChild, 2);
        range.surroundContents(document.createElement('b'));
        range.insertNode(document.createElement('i'));
        return [p.innerHTML, range.insertNode('a')];
    },
    'setNamedItem: what comes back': () => {
        const image = new Image();
        const attribute = document.createAttribute('alt');
        attribute.value = 'a';
        const first = image.attributes.setNamedItem(attribute);
        return [first, image.alt, image.attributes.setNamedItem('x')];
    },
    'moveBefore, replaceChildren, replaceWith': () => {
        const [p, a, b] = ['p', 'a', 'b'].map((tag) => document.createElement(tag));
        const said = [p.replaceChildren(a, b, 'c'), b.replaceWith('d', 'e'), p.innerHTML];
        document.body.append(p);
        said.push(p.moveBefore?.(a, null), p.innerHTML);
        p.remove();
        return said;
    },
    'attachShadow: twice, and its markup': () => {
        const div = document.createElement('div');
        const root = div.attachShadow({ mode: 'open' });
        root.innerHTML = '<p>a</p><slot></slot>';
        const said = [root.innerHTML, root instanceof ShadowRoot, div.shadowRoot === root];
        return [...said, div.attachShadow({ mode: 'open' })];
    },
    'setHTMLUnsafe, parseHTMLUnsafe': () => {
        const div = document.createElement('div');
        div.setHTMLUnsafe('<p><template shadowrootmode="open"><i>a</i></template></p>');
        const made = Document.parseHTMLUnsafe('<p>a</p><script>1</script>');
        return [div.innerHTML, !!div.firstChild.shadowRoot, made.body.innerHTML, made.defaultView];
    },
    'DOMParser and adoptNode': () => {
        const made = new DOMParser().parseFromString('<p>a<img src="/own/a.gif"></p>', 'text/html');
        const p = document.adoptNode(made.body.firstChild);
        return [p.ownerDocument === document, p.outerHTML, made.body.innerHTML];
    },
    'Trusted Types: an address, markup and a script': () => {
        const policy = trustedTypes.createPolicy(`p${Math.random()}`, {
            createHTML: (text) => text,
            createScriptURL: (text) => text,
            createScript: (text) => text,
        });
        const [div, script] = [document.createElement('div'), document.createElement('script')];
        div.innerHTML = policy.createHTML('<b>a</b>');
        div.insertAdjacentHTML('beforeend', policy.createHTML('<i>b</i>'));
        script.src = policy.createScriptURL('/own/a.js');
        script.setAttribute('src', policy.createScriptURL('/own/b.js'));
        script.textContent = policy.createScript('1');
        return [div.innerHTML, script.getAttribute('src'), script.text];
    },
    'SVG: baseVal': () => {
        const image = document.createElementNS('http://www.w3.org/2000/svg', 'image');
        image.href.baseVal = '/own/a.gif';
        image.setAttributeNS('http://www.w3.org/1999/xlink', 'xlink:href', '/own/b.gif');
        return [image.getAttribute('href'), image.attributes.length, image.href.baseVal, image.href.animVal];
    },
    'click and submit: nonsense': () => HTMLElement.prototype.click.call({}),
    'a link that a script clicks': () => {
        const link = document.createElement('a');
        link.href = '#there';
        let heard = 0;
        link.addEventListener('click', () => heard++);
        document.body.append(link);
        link.click();
        link.remove();
        return [heard, location.hash];
    },
    'SharedWorker: own': (own) => {
        const worker = new SharedWorker(own, 'name');
        return [worker instanceof SharedWorker, worker.port instanceof MessagePort];
    },
    'Cache: add': async (own) => {
        const cache = await caches.open('a');
        const said = [await cache.add(own), (await cache.match(own)).ok];
        await caches.delete('a');
        return said;
    },
    'a subclass of each': () => {
        const made = [WebSocket, Worker, EventSource, FontFace, Audio, XMLHttpRequest, RTCPeerConnection].map(
            (Base) => class Mine extends Base {},
        );
        return made.map((Mine) => [Mine.name, Object.getPrototypeOf(Mine).name, Mine.prototype instanceof Object]);
    },
    'CSS: the style of a rule, and time goes on': async () => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync('p{color:red}@keyframes k{from{color:red}}@font-face{font-family:f}');
        const [p, k, f] = sheet.cssRules;
        p.style.width = '9px';
        p.styleMap.set('height', '9px');
        k.cssRules[0].style.color = 'blue';
        f.style.setProperty('font-display', 'swap');
        await new Promise((done) => setTimeout(done));
        const same = p.style;
        return [p.cssText, k.cssText, f.cssText, p.style === same];
    },
    'CSS: an inline style': () => {
        const p = document.createElement('p');
        p.setAttribute('style', "background: url('/own/a.gif'); color: red");
        p.style.setProperty('--x', 'url(/own/b.gif)');
        p.style.width = '9px';
        return p.getAttribute('style');
    },
    'animate: key frames': () => {
        const animation = document.body.animate([{ opacity: 0 }, { opacity: 1, easing: 'ease-in' }], 10);
        return [animation.effect.getKeyframes().length, animation instanceof Animation];
    },
    'a frame': () => {
        const frame = document.body.appendChild(document.createElement('iframe'));
        const inner = frame.contentWindow;
        const said = [
            inner === frames[frames.length - 1],
            inner.document === frame.contentDocument,
            `${inner.fetch}`,
            inner.fetch !== fetch,
            inner.Node.prototype.appendChild.name,
            Object.getPrototypeOf(inner.fetch) === inner.Function.prototype,
        ];
        frame.remove();
        return [...said, frame.contentWindow];
    },
    'document.write into a frame': () => {
        const frame = document.body.appendChild(document.createElement('iframe'));
        const inner = frame.contentDocument;
        inner.write('<p>a', '</p><i', 'd>b</id>');
        inner.writeln('c');
        inner.close();
        const text = inner.body.textContent;
        frame.remove();
        return text;
    },
    'listeners, once and by object': () => {
        const said = [];
        const target = new EventTarget();
        const object = { handleEvent: (event) => said.push(event.type) };
        target.addEventListener('a', object, { once: true });
        target.addEventListener('a', object);
        target.dispatchEvent(new Event('a'));
        target.dispatchEvent(new Event('a'));
        return [said, target.addEventListener('a', null)];
    },
    'toString of what is no function': () => Function.prototype.toString.call({}),
    'toString of a function of the page': () => Function.prototype.toString.call((a) => a + 1),
};

/** Runs one of them and says what came of it. Runs in the page. */
async function outcome({ call, own, down }) {
    try {
        // The page's own code is text by the time that it gets here.
        const value = await new Function(`return (${call})`)()(own, down);
        return value === undefined ? 'nothing' : value;
    } catch (error) {
        const words = String(error?.message)
            .replaceAll(/https?:\/\/[^\s']+/g, '<address>')
            .replaceAll(/data:;base64,!/g, '<address>')
            .replace(/^Failed to .*?: /, '');
        return { thrown: error?.name, words, ours: error instanceof Error || error instanceof DOMException };
    }
}

spec('every function says of itself what the browser says', { allow: [OURS] }, async ({ open, page, context }) => {
    const other = await context.newPage();
    await open('<!doctype html><body></body>', { on: other });
    await open({});
    const [ours, theirs] = [await page.evaluate(functions), await other.evaluate(functions)];
    assert.ok(Object.keys(theirs).length > 5000, `${Object.keys(theirs).length}`);
    // Every function that we stand in for is among them, if this browser has it.
    const source = readFileSync(new URL('../../www/hooks/roads.ts', import.meta.url), 'utf8');
    const lists = [...source.matchAll(/each\(\s*['`]([^'`]+)['`]/g)].map(([, list]) => list);
    const hooked = [];
    for (const list of lists) {
        let holder = '';
        for (const word of list.replaceAll(/\$\{\w+\}/g, '').match(/\S+/g)) {
            if (word.endsWith(':')) holder = word.slice(0, -1) || 'window';
            else hooked.push(`${holder}.${word}`);
        }
    }
    assert.ok(hooked.length > 90, `${hooked.length}`);
    const seen = new Set(Object.keys(theirs).map((name) => name.replace(' itself', '').replace(/ \w+$/, '')));
    const absent = await other.evaluate(
        (names) =>
            names.filter((name) => {
                const [holder, member] = name.split('.');
                const from = holder === 'window' ? window : window[holder];
                return !from || !(member in (from.prototype ?? from));
            }),
        hooked,
    );
    assert.deepEqual(
        hooked.filter((name) => !seen.has(name) && !absent.includes(name)),
        [],
    );
    const names = Object.keys(theirs).filter((name) => JSON.stringify(ours[name]) !== JSON.stringify(theirs[name]));
    assert.deepEqual(
        names.map((name) => [name, ours[name], theirs[name]]),
        [],
    );
});

spec('every call does what it does without us', { allow: [OURS], init: '' }, async (stand) => {
    const { open, page, context } = stand;
    const down = `http://stats.test:${await closedPort()}/t/a.js`;
    const own = '/own/plain.js';
    const other = await context.newPage();
    await open('<!doctype html><body></body>', { on: other });
    await open(pageOf({ hold: '' }));
    const differ = [];
    for (const [name, call] of Object.entries(CALLS)) {
        const what = { call: String(call), own, down };
        const [ours, theirs] = [await page.evaluate(outcome, what), await other.evaluate(outcome, what)];
        if (JSON.stringify(ours) !== JSON.stringify(theirs)) differ.push({ name, ours, theirs });
    }
    assert.deepEqual(differ, []);
});

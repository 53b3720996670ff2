// Section 4: what the page can take from under us.

import { CONFIG, inScript } from './stage.mjs';

const SECTION = '4. What the page can take from under us';
const TEXT = '<p id="text">Text of the page</p>';
const row = (id, what, parts) => ({ id: `ground-${id}`, section: SECTION, what, ...parts });
const noticeStands = "!window.portcullis || !!Document.prototype.querySelector.call(document, 'portcullis-notice')";
const script = (work, ...args) =>
    `<script>(${inScript(String(work))})(${args.map((arg) => inScript(JSON.stringify(arg))).join()})</script>`;
const json = (value) =>
    `/made/a?type=application/json&body=${Buffer.from(JSON.stringify(value)).toString('base64url')}`;

/** Tries roads of every kind to the tracker. Runs in the page. */
const reach = (t) => {
    const tries = [
        () => fetch(t.txt).catch(() => {}),
        () => navigator.sendBeacon(t.txt),
        () => {
            const request = new XMLHttpRequest();
            request.open('GET', t.txt);
            request.send();
        },
        () => {
            new Image().src = t.gif;
        },
        () => document.body.append(Object.assign(document.createElement('script'), { src: t.js })),
        () => document.body.append(Object.assign(document.createElement('iframe'), { src: t.html })),
        () => document.body.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: t.css })),
        () => document.body.insertAdjacentHTML('beforeend', `<img src="${t.gif}"><iframe src="${t.html}"></iframe>`),
        () => new WebSocket(t.ws),
        () => new EventSource(t.es),
    ];
    for (const one of tries) {
        try {
            one();
        } catch {
            // What the page has broken does not work; the next may.
        }
    }
};
const addresses = (t) =>
    Object.fromEntries(['txt', 'gif', 'js', 'html', 'css', 'es', 'ws', 'mjs'].map((kind) => [kind, t[kind]]));
const tracker = (t) => `<script src="${t.js}"></script><img src="${t.gif}"><iframe src="${t.html}"></iframe>`;

/** What a page or a library does to what we stand on; before our tag, and after it. */
const TAMPERED = {
    'window-window': () => {
        window.Window = function Window() {};
    },
    'window-document': () => {
        window.Document = function Document() {};
    },
    'window-node-and-element': () => {
        window.Node = function Node() {};
        window.Element = function Element() {};
        window.HTMLElement = function HTMLElement() {};
        window.Event = function Event() {};
    },
    'window-html-elements': () => {
        for (const name of [
            'HTMLScriptElement',
            'HTMLImageElement',
            'HTMLIFrameElement',
            'HTMLLinkElement',
            'ShadowRoot',
            'Navigator',
            'Storage',
            'Range',
        ])
            window[name] = function Other() {};
    },
    'object-tojson': () => {
        Object.defineProperty(Object.prototype, 'toJSON', { value: () => 'mine', configurable: true });
        Object.defineProperty(String.prototype, 'toJSON', { value: () => 'mine', configurable: true });
    },
};
const tampered = Object.entries(TAMPERED).flatMap(([name, work]) =>
    ['before', 'after'].flatMap((when) => {
        const put = (rest) => (when === 'before' ? { before: script(work), ...rest } : { head: script(work), ...rest });
        const what = `${name.replaceAll('-', ' ')} replaced by the page ${when} our tag`;
        return [
            row(`${name}-${when}-held`, `${what}: nothing goes out`, {
                // What the parser sets out before any script runs, the leak matrix has: `markup-iframe`, `markup-img-after-a-script`.
                page: (t) =>
                    put({ body: `<img src="${t.gif}"> <script src="${t.js}"></script>${script(reach, addresses(t))}` }),
                ask: 'arrives',
                without: 'arrives',
                with: 'nothing arrives',
                hold: true,
            }),
            row(`${name}-${when}-granted`, `${what}: the notice stands, and Accept all does what it says`, {
                page: (t) => put({ body: `${TEXT}<script src="${t.js}"></script>` }),
                steps: [
                    ['until', noticeStands],
                    ['try', 'portcullis-notice [data-portcullis="grant-all"]'],
                    ['settle'],
                ],
                ask: () =>
                    `${window.portcullis ? window.portcullis.state().phase : 'no gate'}, ${window.leaked ? 'their code runs' : 'nothing runs'}`,
                without: 'no gate, their code runs',
                with: 'answered, their code runs',
                alone: true,
            }),
        ];
    }),
);

/** What is frozen before us cannot be intercepted. */
const FROZEN = {
    'node-and-element': ['Node', 'Element'],
    'all-elements': [
        'Node',
        'Element',
        'HTMLElement',
        'HTMLScriptElement',
        'HTMLImageElement',
        'HTMLIFrameElement',
        'HTMLLinkElement',
    ],
    document: ['Document', 'Node'],
    navigator: ['Navigator'],
    requests: ['XMLHttpRequest', 'Request'],
    'everything-that-has-a-prototype': ['*'],
};
const frozen = Object.entries(FROZEN).map(([name, names]) =>
    row(`frozen-${name}`, `prototypes frozen before our tag (${names.join(', ')}): nothing goes out`, {
        page: (t) => ({
            before: script((list) => {
                const all =
                    list[0] === '*' ? Object.getOwnPropertyNames(window).filter((name) => /^[A-Z]/.test(name)) : list;
                for (const one of all) if (window[one]?.prototype) Object.freeze(window[one].prototype);
            }, names),
            body: `${tracker(t)}${script(reach, addresses(t))}`,
        }),
        ask: 'arrives',
        without: 'arrives',
        with: 'nothing arrives',
    }),
);

/** Own properties on the instances, as recorders put them before our tag. */
const WRAPPED = {
    sendBeacon: [
        () => {
            navigator.sendBeacon = navigator.sendBeacon.bind(navigator);
        },
        (t) => void navigator.sendBeacon(t.txt),
    ],
    fetch: [
        () => {
            window.fetch = window.fetch.bind(window);
        },
        (t) => void fetch(t.txt).catch(() => {}),
    ],
    open: [
        () => {
            window.open = window.open.bind(window);
        },
        (t) => void window.open(t.html),
    ],
    'document-write': [
        () => {
            const write = document.write;
            document.write = (...args) => write.apply(document, args);
        },
        (t) => document.write(`<script src="${t.js}"></${'script'}>`),
    ],
    'document-createElement': [
        () => {
            const make = document.createElement;
            document.createElement = (...args) => make.apply(document, args);
        },
        (t) => {
            document.head.appendChild(document.createElement('script')).src = t.js;
        },
    ],
    'document-cookie': [
        () => {
            const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
            Object.defineProperty(document, 'cookie', {
                configurable: true,
                get: () => get.call(document),
                set: (value) => set.call(document, value),
            });
        },
        () => {
            document.cookie = 'trk_a=1; path=/';
            if (/trk_a/.test(document.cookie)) new Image().src = '/page/x';
        },
        () => (/trk_a/.test(document.cookie) ? 'kept' : 'nothing kept'),
    ],
    'history-pushState': [
        () => {
            history.pushState = history.pushState.bind(history);
        },
        (t) => {
            history.pushState(null, '', '#a');
            new Image().src = t.gif;
        },
    ],
    'body-appendChild': [
        () => {
            document.documentElement.appendChild = document.documentElement.appendChild.bind(document.documentElement);
        },
        (t) => {
            document.documentElement.appendChild(document.createElement('script')).src = t.js;
        },
    ],
};
const wrapped = Object.entries(WRAPPED).map(([name, [wrap, use, ask = 'arrives']]) =>
    row(`wrapped-${name}`, `${name.replaceAll('-', '.')} wrapped on the instance before our tag, used after it`, {
        page: (t) => ({ before: script(wrap), body: `${TEXT}${script(use, addresses(t))}` }),
        ask,
        without: ask === 'arrives' ? 'arrives' : 'kept',
        with: ask === 'arrives' ? 'nothing arrives' : 'nothing kept',
        alone: name === 'open',
    }),
);

/** At the end of the stack there is no room for us. */
const AT_THE_END = {
    'append-link': (t) =>
        void document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: t.css })),
    'appendChild-script': (t) =>
        void document.head.appendChild(Object.assign(document.createElement('script'), { src: t.js })),
    'appendChild-made-before': (_, made) => void document.head.appendChild(made),
    'insert-made-before': (_, made) => void document.head.insertBefore(made, null),
    'append-made-before': (_, made) => void document.head.append(made),
    image: (t) => {
        new Image().src = t.gif;
    },
    inner: (t) => void document.body.insertAdjacentHTML('beforeend', `<img src="${t.gif}">`),
    beacon: (t) => void navigator.sendBeacon(t.txt),
    fetch: (t) => void fetch(t.txt).catch(() => {}),
};
const stack = Object.entries(AT_THE_END).map(([name, use]) =>
    row(`stack-${name}`, `at the end of the stack, until it went through 40 times: ${name.replaceAll('-', ' ')}`, {
        page: (t) => ({
            body: `${TEXT}<script>{
    const t = ${JSON.stringify(addresses(t))};
    const use = ${inScript(String(use))};
    const made = [];
    for (let at = 0; at < 40; at++) made.push(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: t.css }));
    // As deep as it goes, then up again, a try at each step: at first there is just room for the call, and none for more.
    let went = 0;
    const dig = () => {
        try { dig(); } catch {}
        if (went < 40) { try { use(t, made[went]); went++; } catch {} }
    };
    dig();
}</script>`,
        }),
        ask: 'arrives',
        without: 'arrives',
        with: 'nothing arrives',
        // The browser's own work is in danger there as well: nothing is said of the page.
    }),
);

const cookieNow = () =>
    /trk_a/.test(Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').get.call(document)) ? 'stays' : 'gone';

const named = [
    row('image-named-head', 'an image named head, with data-config and `enforce: "strict"`: the policy still stands', {
        page: (t) => ({
            attrs: `data-config="${json({ ...CONFIG, block: 'third-party', enforce: 'strict' })}"`,
            config: null,
            body: `<img name="head" alt=""><script>window.away = ${JSON.stringify(t.mjs)}</script>`,
        }),
        after: async () => {
            if (window.portcullis) await new Promise((done) => window.portcullis.on('ready', done));
            await import(window.away).catch(() => {});
        },
        ask: 'arrives',
        without: 'arrives',
        with: 'nothing arrives',
    }),
    row('image-named-cookie', 'an image named cookie: the cookie of a service that is withdrawn goes', {
        page: () => ({ body: `${TEXT}<img name="cookie" alt="">` }),
        after: async () => {
            window.portcullis?.grantAll();
            Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').set.call(document, 'trk_a=1; path=/');
            window.portcullis?.denyAll();
        },
        ask: cookieNow,
        without: 'stays',
        with: 'gone',
    }),
    ...[
        'body',
        'documentElement',
        'readyState',
        'location',
        'defaultView',
        'createElement',
        'querySelector',
        'getElementById',
        'addEventListener',
        'childNodes',
        'baseURI',
        'currentScript',
        'activeElement',
        'hidden',
        'visibilityState',
        'referrer',
        'scripts',
    ].map((name) =>
        row(`named-${name}`, `an image, a form and a frame named ${name}: the notice stands, refuses and lets go`, {
            page: (t) => ({
                body: `<img name="${name}" alt=""><form name="${name}"></form>${TEXT}<script src="${t.js}"></script>`,
            }),
            steps: [['until', noticeStands], ['try', 'portcullis-notice [data-portcullis="grant-all"]'], ['settle']],
            ask: () =>
                `${window.portcullis ? window.portcullis.state().phase : 'no gate'}, ${window.leaked ? 'their code runs' : 'nothing runs'}`,
            without: 'no gate, their code runs',
            with: 'answered, their code runs',
            alone: true,
        }),
    ),
];

const others = [
    row('array-tojson', 'Array.prototype.toJSON after us (Prototype.js): the history is kept as a list', {
        page: () => ({
            body: `${TEXT}<script>Array.prototype.toJSON = function () { return '[' + this.join() + ']'; };</script>`,
        }),
        after: async () => {
            window.portcullis?.grantAll();
            window.portcullis?.denyAll();
            await window.attack.settled();
        },
        ask: () => {
            delete Array.prototype.toJSON;
            const record = JSON.parse(localStorage.getItem('portcullis'));
            return window.portcullis ? (Array.isArray(record?.history) ? 'a list' : typeof record?.history) : 'no gate';
        },
        without: 'no gate',
        with: 'a list',
    }),
    row('language-with-an-underscore', '<html lang="en_US">: the rights panel says something', {
        page: () => ({
            head: "<script>document.documentElement.lang = 'en_US'</script>",
            before: "<script>document.documentElement.lang = 'en_US'</script>",
            body: TEXT,
        }),
        after: async () => {
            window.portcullis?.denyAll();
            window.portcullis?.open();
            const rights = () =>
                document.querySelector('portcullis-control')?.shadowRoot.querySelector('dialog details.rights');
            for (let rounds = 0; window.portcullis && !rights() && rounds < 40; rounds++) await window.attack.settled();
            if (rights()) rights().open = true;
            for (
                let rounds = 0;
                window.portcullis && rights() && rights().textContent.length < 200 && rounds < 20;
                rounds++
            )
                await window.attack.settled();
        },
        ask: () => {
            const text =
                document.querySelector('portcullis-control')?.shadowRoot.querySelector('dialog details.rights')
                    ?.textContent ?? '';
            return window.portcullis ? (text.length > 200 ? 'says something' : `says: ${text}`) : 'no gate';
        },
        without: 'no gate',
        with: 'says something',
    }),
    row('erase-button', 'the owner\'s data-portcullis="erase" erases after a question', {
        page: () => ({ body: `${TEXT}<button id="erase" data-portcullis="erase">Erase</button>` }),
        after: () => window.portcullis?.denyAll(),
        steps: [
            ['click', '#erase'],
            [
                'until',
                "!window.portcullis || !!document.querySelector('portcullis-control')?.shadowRoot.querySelector('[data-rights=\"erase-confirm\"]')",
            ],
            ['try', 'portcullis-control dialog[open] [data-rights="erase-confirm"]'],
            ['settle'],
        ],
        ask: () => (window.portcullis ? (localStorage.getItem('portcullis') ? 'kept' : 'erased') : 'no gate'),
        without: 'no gate',
        with: 'erased',
        alone: true,
    }),
    row('click-on-a-checkbox', 'HTMLElement.click() on a checkbox in a form that posts to the tracker', {
        page: (t) => ({ body: `<form action="${t.html}" method="post"><input type="checkbox" id="box"></form>` }),
        after: () => document.getElementById('box').click(),
        ask: () => (document.getElementById('box').checked ? 'checked' : 'not checked'),
        without: 'checked',
        with: 'checked',
    }),
    ...[
        'type="radio"',
        'type="button" onclick="window.clicked = 1"',
        'type="reset"',
        'type="file"',
        'type="text" onclick="window.clicked = 1"',
    ].map((kind) =>
        row(
            `click-on-${kind.replaceAll(/\W+/g, '-')}`,
            `HTMLElement.click() on <input ${kind}> in a form that posts to the tracker`,
            {
                page: (t) => ({
                    body: `<form action="${t.html}" method="post"><input ${kind} id="box" value="a"></form><script>document.getElementById('box').addEventListener('click', () => { window.heard = 1; });</script>`,
                }),
                after: () => document.getElementById('box').click(),
                ask: () =>
                    `${window.heard ? 'heard' : 'not heard'}, ${document.getElementById('box').checked}, ${window.clicked ?? 'none'}`,
                without: null,
                with: null,
            },
        ),
    ),
    row('peer-with-a-class', 'RTCPeerConnection with a class for a configuration keeps its servers', {
        page: () => ({ body: TEXT }),
        after: () => {
            class Settings {
                get iceServers() {
                    return [{ urls: 'stun:localhost:3478' }];
                }
            }
            const frozen = Object.freeze({
                iceServers: Object.freeze([Object.freeze({ urls: 'stun:localhost:3478' })]),
            });
            window.servers = [
                new Settings(),
                Object.create({ iceServers: [{ urls: 'stun:localhost:3478' }] }),
                frozen,
            ].map((settings) => {
                try {
                    return new RTCPeerConnection(settings).getConfiguration().iceServers.length;
                } catch (error) {
                    return error.name;
                }
            });
        },
        ask: () => window.servers.join(),
        without: '1,1,1',
        with: '1,1,1',
    }),
    ...Object.entries({
        'location-href': (t) => {
            location.href = t.html;
        },
        'location-assign': (t) => location.assign(t.html),
        'location-replace': (t) => location.replace(t.html),
        location: (t) => {
            window.location = t.html;
        },
        'link-click': (t) => Object.assign(document.createElement('a'), { href: t.html }).click(),
        'form-submit': (t) =>
            document.body.appendChild(Object.assign(document.createElement('form'), { action: t.html })).submit(),
        'meta-refresh': (t) =>
            document.head.insertAdjacentHTML('beforeend', `<meta http-equiv="refresh" content="0;url=${t.html}">`),
        'navigation-navigate': (t) => void navigation.navigate(t.html),
    }).map(([name, go]) =>
        row(
            `leaves-${name}`,
            `the top page's own navigation by a script, with no activation: ${name.replaceAll('-', ' ')}`,
            {
                page: (t) => ({
                    body: `${TEXT}<script>addEventListener('load', () => setTimeout(() => (${inScript(String(go))})(${JSON.stringify(addresses(t))})))</script>`,
                }),
                ask: 'arrives',
                leaves: true,
                without: 'arrives',
                with: 'arrives',
                alone: true,
            },
        ),
    ),
];

export const GROUND = [...tampered, ...frozen, ...wrapped, ...stack, ...named, ...others];

// Section 2: consent that nobody gave.

import { CONFIG, inScript } from './stage.mjs';

const SECTION = '2. Consent that nobody gave';
const TEXT = '<p id="text" style="margin: 60px">Text of the page</p>';
const COVER = 'style="position:fixed;inset:0;z-index:2147483647"';

/** Whether the tracker may go. */
const granted = () =>
    window.portcullis ? (window.portcullis.state().grants.services.tracker ? 'granted' : 'not granted') : 'no gate';
/** How the answer that is kept was given. */
const method = () =>
    window.portcullis ? (JSON.parse(localStorage.getItem('portcullis'))?.method ?? 'no answer') : 'no gate';

const noticeStands = "!window.portcullis || !!document.querySelector('portcullis-notice')";
/** A placeholder says when it has been seen for as long as it takes. */
const embedSeen =
    "!window.portcullis || !!document.querySelector('portcullis-embed')?.shadowRoot.querySelector('[data-seen]')";
const embedStands = "!window.portcullis || !!document.querySelector('portcullis-embed')";

const row = (id, what, parts) => ({ id, section: SECTION, what, without: 'no gate', ...parts });

/** Markup that takes our buttons' words, laid over the whole page. */
const WORDS = {
    'link-grant-all': `<a data-portcullis="grant-all" ${COVER}></a>`,
    'button-grant-all': `<button data-portcullis="grant-all" ${COVER}></button>`,
    'link-save': `<a data-portcullis="save" ${COVER}></a>`,
    'link-confirm': `<a data-portcullis="confirm" ${COVER}></a>`,
    'link-always': `<a data-portcullis="always" ${COVER}></a>`,
    'link-once': `<a data-portcullis="once" ${COVER}></a>`,
    'link-grant': `<a data-portcullis="grant" ${COVER}></a>`,
    'input-grant-all': `<form onsubmit="return false"><input type="submit" data-portcullis="grant-all" ${COVER}></form>`,
    'area-grant-all': `<img usemap="#m" ${COVER} width="1000" height="700" src="/leak/own/a.gif"><map name="m"><area data-portcullis="grant-all" shape="default" href="#x"></map>`,
    'drawing-grant-all': `<svg ${COVER} width="1000" height="700"><a data-portcullis="grant-all"><rect width="1000" height="700"/></a></svg>`,
    'summary-grant-all': `<details ${COVER}><summary data-portcullis="grant-all" style="height:700px"></summary></details>`,
    'false-notice': `<portcullis-notice ${COVER}><button data-portcullis="grant-all" ${COVER}></button></portcullis-notice>`,
    'false-control': `<portcullis-control ${COVER}><button data-portcullis="grant-all" ${COVER}></button></portcullis-control>`,
    'false-placeholder': `<portcullis-embed ${COVER}><button data-portcullis="always" ${COVER}></button></portcullis-embed>`,
    'false-placeholder-shadow': `<portcullis-embed ${COVER}><template shadowrootmode="open"><button data-portcullis="always" ${COVER}></button></template></portcullis-embed>`,
};

const words = Object.entries(WORDS).map(([name, markup]) =>
    row(`word-${name}`, `injected ${markup.slice(0, 60)}… over the whole page, one click anywhere`, {
        page: (t) => ({ body: `${TEXT}${markup}<iframe src="${t.html}" width="400" height="300"></iframe>` }),
        steps: [['until', noticeStands], ['click', '#text'], ['settle']],
        ask: method,
        with: 'no answer',
        alone: true,
    }),
);

/** What the owner's own elements may still do. */
const owners = [
    row('word-owner-deny-all', "the owner's own deny-all counts", {
        page: () => ({ body: `${TEXT}<button id="no" data-portcullis="deny-all">No</button>` }),
        steps: [['until', noticeStands], ['click', '#no'], ['settle']],
        ask: method,
        with: 'deny-all',
        alone: true,
    }),
    row('word-owner-choose', "the owner's own choose opens the preferences", {
        page: () => ({ body: `${TEXT}<button id="no" data-portcullis="choose">Choose</button>` }),
        steps: [['until', noticeStands], ['click', '#no'], ['settle']],
        ask: () =>
            window.portcullis
                ? document.querySelector('portcullis-control')?.shadowRoot.querySelector('dialog')?.open
                    ? 'open'
                    : 'closed'
                : 'no gate',
        with: 'open',
        alone: true,
    }),
    row('own-notice-grants', 'a click on Accept all in our own notice counts', {
        page: () => ({ body: TEXT }),
        steps: [['until', noticeStands], ['try', 'portcullis-notice [data-portcullis="grant-all"]'], ['settle']],
        ask: method,
        with: 'grant-all',
        alone: true,
    }),
];

/** A click that an injected label hands on. */
const labels = [
    row('label-for-our-controls', 'injected labels for every id that our nodes have in the page, one click on each', {
        page: () => ({ body: TEXT }),
        steps: [
            ['until', noticeStands],
            [
                'run',
                `for (const host of document.querySelectorAll('portcullis-notice, portcullis-notice *, portcullis-control, portcullis-modal, portcullis-modal *'))
                    if (host.id) document.body.insertAdjacentHTML('afterbegin', '<label class="bait" for="' + host.id + '">text</label>')`,
            ],
            ['run', "for (const label of document.querySelectorAll('.bait')) label.click()"],
            ['settle'],
        ],
        ask: granted,
        with: 'not granted',
        alone: true,
    }),
];

/** A frame whose placeholder is not really seen; the hand clicks where its *Always allow* lies. */
const whole = 'position:fixed;inset:0;width:100%;height:100%;border:0';
const UNSEEN = {
    'frame-opacity': { frame: `style="${whole};opacity:0"` },
    'parent-opacity': { around: 'style="opacity:0"', frame: `style="${whole}"` },
    'parent-opacity-low': { around: 'style="opacity:.02"', frame: `style="${whole}"` },
    'style-opacity': { style: 'portcullis-embed{opacity:0!important}' },
    'style-filter': { style: 'body{filter:opacity(0)}' },
    'style-filter-blur': { style: 'portcullis-embed{filter:blur(90px)!important}' },
    'style-mask': {
        style: 'portcullis-embed{-webkit-mask:linear-gradient(transparent,transparent);mask:linear-gradient(transparent,transparent)}',
    },
    'style-clip': { style: 'portcullis-embed{clip-path:circle(1px at 0 0)}', click: false },
    'style-blend': { style: 'html{background:#fff}portcullis-embed{mix-blend-mode:lighten!important}' },
    'style-colours': {
        style: 'portcullis-embed{--portcullis-text:transparent;--portcullis-background:transparent;--portcullis-accent:transparent;--portcullis-border:transparent;--portcullis-accent-text:transparent;--portcullis-muted:transparent}',
    },
    'style-font-size': { style: 'portcullis-embed{--portcullis-font:0/0 a;font-size:0!important}' },
    cover: {
        cover: '<div style="position:fixed;inset:0;background:#fff;pointer-events:none;z-index:9">Click here</div>',
    },
    'cover-drawn': {
        cover: '<svg style="position:fixed;inset:0;pointer-events:none;z-index:9" width="1000" height="700"><rect width="1000" height="700" fill="#fff"/></svg>',
    },
    'cover-in-the-top-layer': {
        cover: '<div popover="manual" id="cover" style="inset:0;width:100%;height:100%;border:0;background:#fff;pointer-events:none">Click here</div><script>cover.showPopover()</script>',
    },
    'cover-shadow': {
        style: 'body::before{content:"Click here";position:fixed;inset:0;background:#fff;pointer-events:none;z-index:9}',
    },
    'cover-outline': { style: '#text{position:relative;z-index:9;pointer-events:none;outline:900px solid #fff}' },
    'moved-under-the-pointer': {
        style: 'portcullis-embed{transform:translate(3000px)!important}',
        tried: "document.querySelector('style').remove()",
    },
};

const always = `document.querySelector('portcullis-embed')?.shadowRoot.querySelector('[data-portcullis="always"]')`;

const unseen = Object.entries(UNSEEN).map(
    ([name, { frame = 'width="560" height="315"', around = '', style = '', cover = '', tried }]) =>
        row(`unseen-${name}`, 'a placeholder that the visitor does not see, one click where its *Always allow* lies', {
            page: (t) => ({
                head: style && `<style>${style}</style>`,
                body: `${TEXT}<div ${around}><iframe ${frame} src="${t.html}"></iframe></div>${cover}`,
            }),
            steps: [['until', embedStands], ...(tried ? [['run', tried]] : []), ['place', always], ['settle']],
            ask: granted,
            with: 'not granted',
            alone: true,
        }),
);

const seen = row('seen-placeholder', 'a placeholder that the visitor sees: one click on *Always allow* counts', {
    page: (t) => ({ body: `${TEXT}<iframe width="560" height="220" src="${t.html}"></iframe>` }),
    steps: [['until', embedSeen], ['place', always], ['settle']],
    ask: granted,
    with: 'granted',
    alone: true,
});

/** Our page in the frame of another site, see-through and under the pointer. */
const outer = (inner) => `<!doctype html><html><head><title>Another site</title></head><body>
<p>Click here</p><iframe src="${inner}" style="position:fixed;inset:0;width:100%;height:100%;border:0;opacity:0"></iframe></body></html>`;
const framed = [
    row(
        'framed-by-another-site',
        'our page in a transparent frame of another site, one click where *Accept all* lies',
        {
            page: () => ({ body: TEXT }),
            beside: (t) => ({ outer: outer(`${t.shop}/page/${t.id}`) }),
            outer: 'outer',
            steps: [
                ['settle'],
                ['settle'],
                ['place', `document.querySelector('portcullis-notice [data-portcullis="grant-all"]')`],
                ['settle'],
            ],
            ask: granted,
            with: 'not granted',
            alone: true,
        },
    ),
    row('framed-by-another-site-placeholder', 'the same, one click where the *Always allow* of a placeholder lies', {
        page: (t) => ({ body: `${TEXT}<iframe width="560" height="220" src="${t.html}"></iframe>` }),
        beside: (t) => ({ outer: outer(`${t.shop}/page/${t.id}`) }),
        outer: 'outer',
        steps: [['settle'], ['until', embedStands], ['place', always], ['settle']],
        ask: granted,
        with: 'not granted',
        alone: true,
    }),
    row(
        'framed-by-another-site-link',
        "the same, one click where the page's own #portcullis link lies, then on Accept all",
        {
            page: () => ({ body: `${TEXT}<a id="link" href="#portcullis">Cookie settings</a>` }),
            beside: (t) => ({ outer: outer(`${t.shop}/page/${t.id}`) }),
            outer: 'outer',
            steps: [
                ['settle'],
                ['place', `document.querySelector('#link')`],
                ['settle'],
                [
                    'place',
                    `document.querySelector('portcullis-control')?.shadowRoot.querySelector('dialog [data-portcullis="grant-all"]')`,
                ],
                ['settle'],
            ],
            ask: granted,
            with: 'not granted',
            alone: true,
        },
    ),
];

/** One choice for several subdomains, and what another of them may do with the cookie. */
const SHARED = { ...CONFIG, share: '.shop.test' };
const write = `document.cookie = 'portcullis=' + encodeURIComponent(JSON.stringify({
    ...JSON.parse(localStorage.getItem('portcullis') ?? '{"policy":"1","expires":' + (Date.now() + 9e9) + '}'), history: undefined, time: Date.now() + 1000, method: 'grant-all',
    categories: { preferences: true, analytics: true, marketing: true }, services: { tracker: true, stats: true } })) + '; Domain=.shop.test; Path=/'`;
const shared = (id, what, steps, right) =>
    row(id, what, {
        host: 'www.shop.test',
        chromium: true,
        page: () => ({ config: SHARED, body: TEXT }),
        steps,
        ask: granted,
        with: right,
    });
const press = (word) => ['try', `portcullis-notice [data-portcullis="${word}"]`];
const share = [
    shared(
        'share-yes-after-a-no',
        'after a refusal here, another subdomain writes a later yes into the shared cookie',
        [['until', noticeStands], press('deny-all'), ['settle'], ['run', write], ['reload'], ['settle'], ['settle']],
        'not granted',
    ),
    shared(
        'share-yes-at-first',
        'before any answer here, another subdomain writes a yes into the shared cookie',
        [['until', noticeStands], ['run', write], ['reload'], ['settle'], ['settle']],
        'not granted',
    ),
    shared(
        'share-cookie-deleted',
        'after a yes here, another subdomain deletes the shared cookie: the answer here stays',
        [
            ['until', noticeStands],
            press('grant-all'),
            ['settle'],
            ['run', "document.cookie = 'portcullis=; Max-Age=0; Domain=.shop.test; Path=/'"],
            ['reload'],
            ['settle'],
            ['settle'],
        ],
        'granted',
    ),
];

/** An activation that was for something else. */
const REACH = {
    'form-into-a-frame': (t) => {
        document.body.insertAdjacentHTML(
            'beforeend',
            `<iframe name="sink" hidden></iframe><form action="${t.html}" target="sink" method="post"><input name="a"></form>`,
        );
        document.forms[document.forms.length - 1].submit();
    },
    'form-requested-into-a-frame': (t) => {
        document.body.insertAdjacentHTML(
            'beforeend',
            `<iframe name="sink" hidden></iframe><form action="${t.html}" target="sink"><button>a</button></form>`,
        );
        document.forms[document.forms.length - 1].requestSubmit();
    },
    'link-into-a-frame': (t) => {
        document.body.insertAdjacentHTML(
            'beforeend',
            `<iframe name="sink" hidden></iframe><a id="go" target="sink" href="${t.html}">a</a>`,
        );
        document.getElementById('go').click();
    },
    'link-with-ping': (t) => {
        document.body.insertAdjacentHTML('beforeend', `<a id="go" href="#x" ping="${t.html}">a</a>`);
        document.getElementById('go').click();
    },
    'pop-up': (t) => void window.open(t.html),
    'pop-up-into-a-frame': (t) => {
        document.body.insertAdjacentHTML('beforeend', '<iframe name="sink" hidden></iframe>');
        window.open(t.html, 'sink');
    },
    'link-in-a-tab': (t) => {
        document.body.insertAdjacentHTML('beforeend', `<a id="go" target="_blank" href="${t.html}">a</a>`);
        document.getElementById('go').click();
    },
    'location-of-a-frame': (t) => {
        const sink = document.body.appendChild(document.createElement('iframe'));
        sink.onload = () => {
            sink.onload = null;
            sink.contentWindow.location.href = t.html;
        };
        sink.src = '/page/none';
    },
};

/** With the gate the visitor refuses, and a script of the page's uses that click; without, the click is anywhere. */
const activated = Object.entries(REACH).flatMap(([name, reach]) => [
    row(
        `activation-refusal-${name}`,
        `the click on *Reject all* is used by a script of the page: ${name.replaceAll('-', ' ')}`,
        {
            page: (t) => ({
                body: `${TEXT}<script>{ const t = ${inScript(JSON.stringify({ html: t.html }))}; const reach = (${inScript(String(reach))});
                addEventListener('click', () => setTimeout(() => reach(t), 0), true); }</script>`,
            }),
            steps: (side) => [
                ['until', noticeStands],
                ['click', side === 'with' ? 'portcullis-notice [data-portcullis="deny-all"]' : '#text'],
                ['settle'],
                ['settle'],
            ],
            ask: 'arrives',
            without: 'arrives',
            with: 'nothing arrives',
            alone: true,
        },
    ),
    row(
        `activation-later-${name}`,
        `a click on the page's text, and half a second later a script of the page's: ${name.replaceAll('-', ' ')}`,
        {
            page: (t) => ({
                body: `${TEXT}<script>{ const t = ${inScript(JSON.stringify({ html: t.html }))}; const reach = (${inScript(String(reach))});
                addEventListener('click', () => setTimeout(() => reach(t), 500), true); }</script>`,
            }),
            steps: [
                ['until', noticeStands],
                ['click', '#text'],
                ['run', 'new Promise((done) => setTimeout(done, 700))'],
                ['settle'],
            ],
            ask: 'arrives',
            without: 'arrives',
            with: 'nothing arrives',
            alone: true,
        },
    ),
]);

/** What a page's own button may go on doing, in the very event. */
const buttons = ['pop-up', 'link-in-a-tab'].map((name) =>
    row(`button-${name}`, `a button of the page's own, in its own click: ${name.replaceAll('-', ' ')}`, {
        page: (t) => ({
            body: `${TEXT}<button id="share">Share</button><script>{ const t = ${inScript(JSON.stringify({ html: t.html }))}; const reach = (${inScript(String(REACH[name]))});
                document.getElementById('share').addEventListener('click', () => reach(t)); }</script>`,
        }),
        steps: [['until', noticeStands], ['click', '#share'], ['settle']],
        ask: 'arrives',
        without: 'arrives',
        with: 'arrives',
        alone: true,
    }),
);

export const CONSENT = [...words, ...owners, ...labels, ...unseen, seen, ...framed, ...share, ...activated, ...buttons];

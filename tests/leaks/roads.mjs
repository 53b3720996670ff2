// The roads out of a page, as data: the leak matrix. Each road is a page of its own that makes a request to a tracker
// in one way, and without a shield it arrives.
//
// A road has `page`, the HTML that stands after the snippet, or `run`, a function that the page runs, or both. Each is
// given the road's own addresses on the tracker (`addressesOf` in road.mjs), by kind: `t.js`, `t.gif`, `t.css` …
//
//   head      the HTML of `page` stands in the head, not in the body
//   at        when `run` runs: 'head', 'body' (the default: at the end of the body) or 'load'
//   code      the tracker's own code runs on this road, and says so; by default where the address is a `js`, `mjs`
//             or `html`
//   call      a call, not an element: it is never replayed, so after a grant the page makes it anew
//   again     'reload': after a grant only a reload makes it anew
//   uncounted why no witness can count it here: it is named, and counted nowhere
//   needs     an expression; where it is false the engine has not got this road
//   quiet     how long after its page is ready this road's request may take to set out, in milliseconds
//   witness   'cookie' or 'storage': nothing is asked for; what arrives is what was written and is still there
//   swept     the page's own server writes it, before any script: what counts is whether it stays
//   headers   headers of the page, by the same addresses
//   twin      the same way to the page's own host is a control: it must arrive, and work
//   click     what the visitor clicks once the page is there
//   home      of a control: it must arrive at the page's own host, and nowhere else
//   alone     runs while no other road does: the browser has what it needs once
//   hint      the browser may leave it undone: where it has to arrive, it has to in one of three tries
//   stranger  of a control: it goes to a host that nobody knows, which `third-party` holds
//   smoke     runs in Firefox and WebKitGTK as well

import { ENTRANCE_CONTROLS, ENTRANCES } from './entrances-roads.mjs';
import { NAVIGATION_CONTROLS, NAVIGATION_ROADS } from './navigation-roads.mjs';
import { attribute, gather, pixel } from './road.mjs';
import { TEXT_CONTROLS, TEXT_ROADS } from './text-roads.mjs';

const { roads, family, markup, script, call } = gather();

// ---- markup after us ----
family('markup');

markup('script', (t) => `<script src="${t.js}"></script>`, { twin: true, smoke: true });
markup('script in the head', (t) => `<script src="${t.js}"></script>`, { head: true, smoke: true });
markup('script async', (t) => `<script async src="${t.js}"></script>`, { twin: true });
markup('script defer', (t) => `<script defer src="${t.js}"></script>`);
markup('script module', (t) => `<script type="module" src="${t.mjs}"></script>`, { twin: true, smoke: true });
markup('script module async', (t) => `<script type="module" async src="${t.mjs}"></script>`);
markup('script of another JavaScript type', (t) => `<script type="application/x-ecmascript" src="${t.js}"></script>`);
markup('script crossorigin', (t) => `<script crossorigin src="${t.js}"></script>`);
markup('SVG script href', (t) => `<svg><script href="${t.js}"></script></svg>`);
markup('SVG script xlink:href', (t) => `<svg><script xlink:href="${t.js}"></script></svg>`);
markup('script relative to a base', (t) => `<base href="${t.folder}"><script src="a.js"></script>`, {
    head: true,
    code: true,
});
markup('image relative to a base', (t) => `<base href="${t.folder}"><img src="a.gif">`, { head: true });
markup(
    'import map',
    (t) =>
        `<script type="importmap">{"imports":{"lib":"${t.mjs}"}}</script><script type="module">import 'lib';</script>`,
    { again: 'reload' },
);
markup('import in an inline module', (t) => `<script type="module">import '${t.mjs}';</script>`, { twin: true });
markup('export from in an inline module', (t) => `<script type="module">export * from '${t.mjs}';</script>`);
markup('img', (t) => `<img src="${t.gif}">`, { twin: true, smoke: true });
markup('img after a script', (t) => `<script></script><img src="${t.gif}">`);
markup('img srcset', (t) => `<img srcset="${t.gif} 1x, ${t.gif}?2 2x">`, { twin: true });
markup('img srcset and sizes', (t) => `<img sizes="100vw" srcset="${t.gif} 100w, ${t.gif}?2 5000w">`);
markup('img crossorigin', (t) => `<img crossorigin src="${t.gif}">`);
markup('img lazy', (t) => `<img loading="lazy" src="${t.gif}">`);
markup('image, which the parser makes an img', (t) => `<image src="${t.gif}">`);
markup('picture', (t) => `<picture><source srcset="${t.gif}"><img></picture>`, { twin: true });
markup('picture by media', (t) => `<picture><source media="(min-width:1px)" srcset="${t.gif}"><img></picture>`);
markup('input image', (t) => `<input type="image" src="${t.gif}">`, { smoke: true });
markup('SVG image href', (t) => `<svg><image href="${t.gif}" width="9" height="9"/></svg>`, { twin: true });
markup('SVG image xlink:href', (t) => `<svg><image xlink:href="${t.gif}" width="9" height="9"/></svg>`);
markup(
    'SVG feImage',
    (t) =>
        `<svg width="9" height="9"><filter id="f"><feImage href="${t.gif}"/></filter><rect width="9" height="9" filter="url(#f)"/></svg>`,
);
markup(
    'SVG image by set',
    (t) => `<svg><image width="9" height="9"><set attributeName="href" to="${t.gif}"/></image></svg>`,
);
markup(
    'SVG mask attribute',
    (t) => `<svg width="9" height="9"><rect width="9" height="9" mask="url(${t.svg}#a)"/></svg>`,
);
markup('audio', (t) => `<audio src="${t.wav}" preload="auto"></audio>`, { twin: true });
markup('video', (t) => `<video src="${t.mp4}" preload="auto"></video>`, { smoke: true });
markup('video source', (t) => `<video preload="auto"><source src="${t.mp4}"></video>`);
markup('audio source', (t) => `<audio preload="auto"><source src="${t.wav}"></audio>`);
markup('video autoplay', (t) => `<video autoplay muted src="${t.mp4}"></video>`);
markup('video poster', (t) => `<video poster="${t.gif}"></video>`, { twin: true });
markup('video track', (t) => `<video crossorigin><track default src="${t.vtt}"></video>`);
markup('object image', (t) => `<object data="${t.gif}" type="image/gif"></object>`);
markup('object document', (t) => `<object data="${t.html}" type="text/html"></object>`, { twin: true });
markup('embed', (t) => `<embed src="${t.html}" type="text/html">`);
markup('embed image', (t) => `<embed src="${t.gif}" type="image/gif">`);
markup('iframe', (t) => `<iframe src="${t.html}"></iframe>`, { twin: true, smoke: true });
markup('iframe lazy', (t) => `<iframe loading="lazy" src="${t.html}"></iframe>`);
markup('iframe sandboxed', (t) => `<iframe sandbox="allow-scripts" src="${t.html}"></iframe>`);
markup('frame', (t) => `<frameset><frame src="${t.html}"></frameset>`, { head: true });
markup('srcdoc image', (t) => `<iframe srcdoc="${attribute(pixel(t))}"></iframe>`, { twin: true });
markup('srcdoc script', (t) => `<iframe srcdoc="${attribute(`<script src="${t.js}"></script>`)}"></iframe>`);
markup(
    'srcdoc inline script',
    (t) => `<iframe srcdoc="${attribute(`<script>new Image().src='${t.gif}'</script>`)}"></iframe>`,
);
markup('srcdoc sandboxed', (t) => `<iframe sandbox srcdoc="${attribute(pixel(t))}"></iframe>`);
markup(
    'srcdoc sandboxed script',
    (t) => `<iframe sandbox="allow-scripts" srcdoc="${attribute(`<script src="${t.js}"></script>`)}"></iframe>`,
);
markup(
    'srcdoc sandboxed inline script',
    (t) =>
        `<iframe sandbox="allow-scripts" srcdoc="${attribute(`<script>new Image().src='${t.gif}'</script>`)}"></iframe>`,
);
markup(
    'srcdoc in srcdoc',
    (t) => `<iframe srcdoc="${attribute(`<iframe srcdoc="${attribute(pixel(t))}"></iframe>`)}"></iframe>`,
);
markup('data: frame image', (t) => `<iframe src="data:text/html,${encodeURIComponent(pixel(t))}"></iframe>`);
markup(
    'data: frame script',
    (t) => `<iframe src="data:text/html,${encodeURIComponent(`<script src="${t.js}"></script>`)}"></iframe>`,
);
markup('javascript: frame markup', (t) => `<iframe src="javascript:'${attribute(pixel(t))}'"></iframe>`);
markup('javascript: frame code', (t) => `<iframe src="javascript:void(new Image().src='${t.gif}')"></iframe>`);
markup('shadow root open', (t) => `<div><template shadowrootmode="open"><img src="${t.gif}"></template></div>`, {
    twin: true,
});
markup('shadow root closed', (t) => `<div><template shadowrootmode="closed"><img src="${t.gif}"></template></div>`);
markup(
    'shadow root with a script',
    (t) => `<div><template shadowrootmode="closed"><script src="${t.js}"></script></template></div>`,
);
markup(
    'shadow root with a style',
    (t) => `<div><template shadowrootmode="open"><style>p{background:url(${t.gif})}</style><p>p</p></template></div>`,
);
markup(
    'shadow root with a frame',
    (t) => `<div><template shadowrootmode="open"><iframe src="${t.html}"></iframe></template></div>`,
);
markup('handler onerror', (t) => `<img src="data:," onerror="new Image().src='${t.gif}'">`, { twin: true });
markup('handler onload of a frame', (t) => `<iframe onload="new Image().src='${t.gif}'"></iframe>`);
markup('handler onload of SVG', (t) => `<svg onload="new Image().src='${t.gif}'"></svg>`);
markup('handler ontoggle', (t) => `<details open ontoggle="new Image().src='${t.gif}'"></details>`);
markup('handler that fetches', (t) => `<img src="data:," onerror="fetch('${t.txt}')">`, { again: 'reload' });
markup(
    'handler that adds a script',
    (t) => `<img src="data:," onerror="document.body.appendChild(document.createElement('script')).src='${t.js}'">`,
);
markup('body background', (t) => `</head><body background="${t.gif}">`, { head: true });
markup('table background', (t) => `<table background="${t.gif}"><tr><td>a</table>`);
markup('cell background', (t) => `<table><tr><td background="${t.gif}">a</table>`);
markup(
    'template cloned',
    (t) => `<template id="x"><img src="${t.gif}"></template>
<script>document.body.append(document.getElementById('x').content.cloneNode(true))</script>`,
);

// ---- links and metadata ----
family('links');
const link = (name, rel, options) => markup(name, rel, { head: true, code: false, ...options });

link('stylesheet', (t) => `<link rel="stylesheet" href="${t.css}">`, { twin: true, smoke: true });
markup('stylesheet in the body', (t) => `<link rel="stylesheet" href="${t.css}">`);
link('stylesheet for print', (t) => `<link rel="stylesheet" media="print" href="${t.css}">`);
link('stylesheet alternate', (t) => `<link rel="alternate stylesheet" title="b" href="${t.css}">`);
link('icon', (t) => `<link rel="icon" href="${t.gif}">`, { quiet: 1500 });
link('shortcut icon', (t) => `<link rel="shortcut icon" href="${t.gif}">`, { quiet: 1500 });
link('preload script', (t) => `<link rel="preload" as="script" href="${t.js}">`, { twin: true, smoke: true });
link('preload style', (t) => `<link rel="preload" as="style" href="${t.css}">`);
link('preload image', (t) => `<link rel="preload" as="image" href="${t.gif}">`);
link('preload imagesrcset', (t) => `<link rel="preload" as="image" imagesrcset="${t.gif} 1x">`);
link('preload font', (t) => `<link rel="preload" as="font" crossorigin href="${t.woff2}">`);
link('preload fetch', (t) => `<link rel="preload" as="fetch" crossorigin href="${t.txt}">`);
link('preload track', (t) => `<link rel="preload" as="track" crossorigin href="${t.vtt}">`);
link('modulepreload', (t) => `<link rel="modulepreload" href="${t.mjs}">`, { twin: true });
link('prefetch', (t) => `<link rel="prefetch" href="${t.txt}">`, { quiet: 1000 });
/** Chromium opens no connection ahead while it runs headless: there is nothing to count. */
const HEADLESS = 'a headless Chromium opens no connection ahead';
link('preconnect', (t) => `<link rel="preconnect" href="http://${t.hostname}:${t.tcp}/">`, {
    sockets: ['tcp'],
    uncounted: HEADLESS,
});
link('compression dictionary', (t) => `<link rel="compression-dictionary" href="${t.safe.txt}">`, { quiet: 1500 });
link(
    'speculation rules',
    (t) =>
        `<script type="speculationrules">{"prefetch":[{"source":"list","urls":["${t.safe.html}"],"eagerness":"immediate"}]}</script>`,
    { quiet: 1000 },
);
link(
    'speculation rules put by script',
    (t) => `<script>{
    const rules = document.createElement('script');
    rules.type = 'speculationrules';
    rules.textContent = '{"prefetch":[{"source":"list","urls":["${t.safe.html}"],"eagerness":"immediate"}]}';
    document.head.append(rules);
}</script>`,
    { quiet: 1000, again: 'reload' },
);
link('meta refresh', (t) => `<meta http-equiv="refresh" content="0;url=${t.html}">`, { code: true, again: 'reload' });
script('meta refresh put by script', (t, { put }) => {
    put('meta', { httpEquiv: 'refresh', content: `0;url=${t.html}` });
});
script('rel after href', (t, { put }) => {
    const element = put('link', { href: t.css });
    element.rel = 'stylesheet';
});
script('relList after href', (t, { put }) => {
    const element = put('link', { href: t.css });
    element.relList.add('stylesheet');
});
script('relList value after href', (t, { put }) => {
    const element = put('link', { href: t.css });
    element.relList.value = 'stylesheet';
});
script('rel attribute after href', (t, { put }) => {
    const element = put('link', { href: t.css });
    element.setAttribute('rel', 'stylesheet');
});
script('relList replace', (t, { put }) => {
    const element = put('link', { href: t.css, rel: 'author' });
    element.relList.replace('author', 'stylesheet');
});
script('relList toggle', (t, { put }) => {
    const element = put('link', { href: t.css });
    element.relList.toggle('stylesheet');
});
script('href after rel', (t, { put }) => {
    const element = put('link', { rel: 'stylesheet' });
    element.href = t.css;
});
script('preload made by as', (t, { put }) => {
    const element = put('link', { rel: 'preload', href: t.gif });
    element.as = 'image';
});
script('link enabled', (t, { put }) => {
    const element = put('link', { rel: 'stylesheet', disabled: true });
    element.href = t.css;
    element.disabled = false;
});
script('imageSrcset of a link', (t, { put }) => {
    put('link', { rel: 'preload', as: 'image', imageSrcset: `${t.gif} 1x` });
});

// ---- CSS ----
family('css');
const sheet = (name, css, options) => markup(name, (t) => `<style>${css(t)}</style><p>p</p>`, options);

sheet('background', (t) => `p{background:url(${t.gif})}`, { twin: true, smoke: true });
sheet('background quoted', (t) => `p{background-image:url("${t.gif}")}`);
sheet('background escaped', (t) => `p{background:u\\72l(${t.gif})}`);
sheet('custom property', (t) => `:root{--x:url(${t.gif})}p{background:var(--x)}`, { twin: true });
sheet(
    'registered property',
    (t) => `@property --x{syntax:"<image>";inherits:false;initial-value:url(${t.gif})}p{background:var(--x)}`,
);
sheet('import by url', (t) => `@import url(${t.css});`, { twin: true, smoke: true });
sheet('import by string', (t) => `@import "${t.css}";`);
sheet('import in a layer', (t) => `@import "${t.css}" layer(a) supports(display:block) screen;`);
sheet('font', (t) => `@font-face{font-family:f;src:url(${t.woff2})}p{font-family:f}`, { twin: true });
sheet('cursor', (t) => `p{cursor:url(${t.gif}),auto}`);
sheet('mask', (t) => `p{mask-image:url(${t.gif})}`);
sheet('mask of an SVG', (t) => `p{mask:url(${t.svg}#a)}`);
sheet('image-set', (t) => `p{background:image-set("${t.gif}" 1x)}`);
sheet('old image-set', (t) => `p{background:-webkit-image-set(url(${t.gif}) 1x)}`);
sheet('cross-fade', (t) => `p{background:-webkit-cross-fade(url(${t.gif}),url(${t.gif}),50%)}`);
sheet('content', (t) => `p{content:url(${t.gif})}`);
sheet('content before', (t) => `p::before{content:url(${t.gif})}`);
sheet('list style', (t) => `p{display:list-item;list-style-image:url(${t.gif})}`);
sheet('border image', (t) => `p{border:1px solid;border-image:url(${t.gif}) 1}`);
sheet('shape outside', (t) => `p{float:left;shape-outside:url(${t.gif})}`);
sheet('nested in media', (t) => `@media screen{@supports (color:red){p{&{background:url(${t.gif})}}}}`);
sheet('keyframes', (t) => `@keyframes k{from,to{background-image:url(${t.gif})}}p{animation:k 9s infinite}`);
markup('style attribute', (t) => `<p style="background:url(${t.gif})">p</p>`, { twin: true, smoke: true });
markup('style attribute custom property', (t) => `<p style="--x:url(${t.gif});background:var(--x)">p</p>`);
markup('SVG style', (t) => `<svg><style>rect{mask:url(${t.svg}#a)}</style><rect width="9" height="9"/></svg>`);
markup(
    'relative to a base',
    (t) => `<base href="${t.folder}"><style>p{background:url(a.gif)}</style></head><body><p>p</p>`,
    { head: true },
);
markup(
    'style for print, then for all',
    (t) => `<style media="print" id="s">@import "${t.css}";</style>
<script>document.getElementById('s').media = 'all';</script>`,
);

script(
    'cssText of an element',
    (t, { put }) => {
        put('p').style.cssText = `background:url(${t.gif})`;
    },
    { twin: true },
);
script(
    'setProperty',
    (t, { put }) => {
        put('p').style.setProperty('background-image', `url(${t.gif})`);
    },
    { smoke: true },
);
script(
    'style property',
    (t, { put }) => {
        put('p').style.backgroundImage = `url(${t.gif})`;
    },
    { twin: true },
);
script('style shorthand', (t, { put }) => {
    put('p').style.background = `url(${t.gif})`;
});
script('style property by its CSS name', (t, { put }) => {
    put('p').style['background-image'] = `url(${t.gif})`;
});
script('style put whole', (t, { put }) => {
    put('p').style = `background:url(${t.gif})`;
});
script('setProperty of a custom property', (t, { put }) => {
    const p = put('p');
    p.style.background = 'var(--x)';
    p.style.setProperty('--x', `url(${t.gif})`);
});
script(
    'attributeStyleMap',
    (t, { put }) => {
        put('p').attributeStyleMap.set('background-image', `url(${t.gif})`);
    },
    { needs: 'Element.prototype.attributeStyleMap !== undefined || "attributeStyleMap" in HTMLElement.prototype' },
);
script(
    'attributeStyleMap append',
    (t, { put }) => {
        put('p').attributeStyleMap.append('background-image', CSSStyleValue.parse('background-image', `url(${t.gif})`));
    },
    { needs: '"attributeStyleMap" in HTMLElement.prototype' },
);
script('style attribute by script', (t, { put }) => {
    put('p').setAttribute('style', `background:url(${t.gif})`);
});
script(
    'insertRule',
    (t, { put, style }) => {
        put('p');
        style('').sheet.insertRule(`p{background:url(${t.gif})}`);
    },
    { call: true, twin: true },
);
script(
    'insertRule import',
    (t, { style }) => {
        style('').sheet.insertRule(`@import "${t.css}"`);
    },
    { call: true },
);
script(
    'addRule',
    (t, { put, style }) => {
        put('p');
        style('').sheet.addRule('p', `background:url(${t.gif})`);
    },
    { call: true },
);
script(
    'insertRule in a group',
    (t, { put, style }) => {
        put('p');
        style('@media screen{}').sheet.cssRules[0].insertRule(`p{background:url(${t.gif})}`);
    },
    { call: true },
);
script(
    'style of a rule',
    (t, { put, style }) => {
        put('p');
        style('p{}').sheet.cssRules[0].style.backgroundImage = `url(${t.gif})`;
    },
    { call: true },
);
script(
    'cssText of a rule',
    (t, { put, style }) => {
        put('p');
        style('p{}').sheet.cssRules[0].style.cssText = `background:url(${t.gif})`;
    },
    { call: true },
);
script(
    'styleMap of a rule',
    (t, { put, style }) => {
        put('p');
        style('p{}').sheet.cssRules[0].styleMap.set('background-image', `url(${t.gif})`);
    },
    { call: true, needs: '"styleMap" in CSSStyleRule.prototype' },
);
script(
    'appendRule of keyframes',
    (t, { put, style }) => {
        put('p');
        style('@keyframes k{}p{animation:k 9s infinite}').sheet.cssRules[0].appendRule(
            `from,to{background-image:url(${t.gif})}`,
        );
    },
    { call: true },
);
script(
    'replaceSync adopted',
    (t, { put }) => {
        put('p');
        const made = new CSSStyleSheet();
        made.replaceSync(`p{background:url(${t.gif})}`);
        document.adoptedStyleSheets = [made];
    },
    { call: true, twin: true },
);
script(
    'replace adopted',
    async (t, { put }) => {
        put('p');
        const made = new CSSStyleSheet();
        document.adoptedStyleSheets.push(made);
        await made.replace(`p{background:url(${t.gif})}`);
    },
    { call: true },
);
script(
    'adopted in a shadow root',
    (t, { put }) => {
        const root = put('div').attachShadow({ mode: 'closed' });
        root.append(document.createElement('p'));
        const made = new CSSStyleSheet();
        made.replaceSync(`p{background:url(${t.gif})}`);
        root.adoptedStyleSheets = [made];
    },
    { call: true },
);
script(
    'insertRule adopted',
    (t, { put }) => {
        put('p');
        const made = new CSSStyleSheet();
        document.adoptedStyleSheets = [made];
        made.insertRule(`p{background:url(${t.gif})}`);
    },
    { call: true },
);
script(
    'FontFace',
    async (t) => {
        await new FontFace('f', `url(${t.woff2})`).load().catch(() => {});
    },
    { call: true },
);
script(
    'FontFace added',
    (t, { put }) => {
        document.fonts.add(new FontFace('f', `url(${t.woff2})`));
        put('p', { textContent: 'p' }).style.fontFamily = 'f';
    },
    { call: true },
);
script(
    'animate',
    (t, { put }) => {
        put('p').animate([{ backgroundImage: `url(${t.gif})` }, { backgroundImage: `url(${t.gif})` }], 9999);
    },
    { call: true, twin: true },
);
script(
    'animate by property',
    (t, { put }) => {
        put('p').animate({ backgroundImage: [`url(${t.gif})`, `url(${t.gif})`] }, 9999);
    },
    { call: true },
);
script(
    'setKeyframes',
    (t, { put }) => {
        const animation = put('p').animate([], 9999);
        animation.effect.setKeyframes([{ backgroundImage: `url(${t.gif})` }, { backgroundImage: `url(${t.gif})` }]);
    },
    { call: true },
);
script(
    'KeyframeEffect',
    (t, { put }) => {
        const p = put('p');
        new Animation(new KeyframeEffect(p, { backgroundImage: [`url(${t.gif})`, `url(${t.gif})`] }, 9999)).play();
    },
    { call: true },
);
script(
    'registerProperty',
    (t, { put }) => {
        CSS.registerProperty({ name: '--y', syntax: '<image>', inherits: false, initialValue: `url(${t.gif})` });
        put('p').style.background = 'var(--y)';
    },
    { needs: '!!CSS.registerProperty', call: true },
);
script(
    'textContent of a style',
    (t, { put }) => {
        put('p');
        put('style').textContent = `p{background:url(${t.gif})}`;
    },
    { twin: true },
);
script('text node of a style', (t, { put }) => {
    put('p');
    put('style').append(`p{background:url(${t.gif})}`);
});
script('data of a style text', (t, { put }) => {
    put('p');
    const text = put('style').appendChild(document.createTextNode('p{}'));
    text.data = `p{background:url(${t.gif})}`;
});
script('appendData of a style text', (t, { put }) => {
    put('p');
    const text = put('style').appendChild(document.createTextNode('p{background:'));
    text.appendData(`url(${t.gif})}`);
});
script('innerHTML of a style', (t, { put }) => {
    put('p');
    put('style').innerHTML = `p{background:url(${t.gif})}`;
});
script('style of SVG', (t, { draw }) => {
    draw('rect', { width: 9, height: 9 }).style.mask = `url(${t.svg}#a)`;
});
markup(
    'own sheet, background',
    (t, { made }) =>
        `<link rel="stylesheet" href="${attribute(made('text/css', `p{background:url(${t.gif})}`))}"><p>p</p>`,
    { again: 'reload' },
);
markup(
    'own sheet, import',
    (t, { made }) => `<link rel="stylesheet" href="${attribute(made('text/css', `@import "${t.css}";`))}"><p>p</p>`,
    { again: 'reload' },
);
markup(
    'own sheet, font',
    (t, { made }) =>
        `<link rel="stylesheet" href="${attribute(made('text/css', `@font-face{font-family:f;src:url(${t.woff2})}p{font-family:f}`))}"><p>p</p>`,
    { again: 'reload' },
);
markup(
    'own sheet, imported',
    (t, { made }) => `<style>@import "${made('text/css', `p{background:url(${t.gif})}`)}";</style><p>p</p>`,
    { again: 'reload' },
);

/** A page that is laid out in the same breath: what its styles ask for sets out before any observer has its turn. */
const now = (name, run, options) => script(`${name}, laid out at once`, run, options);
now('style text', (t, { style, put }) => {
    put('p', { textContent: 'p' });
    style(`p{background:url(${t.gif})}`);
    document.body.getBoundingClientRect();
});
now('text put into a style', (t, { style, put }) => {
    put('p', { textContent: 'p' });
    style('').appendChild(document.createTextNode(`p{background:url(${t.gif})}`));
    document.body.getBoundingClientRect();
});
now('textContent of a style', (t, { style, put }) => {
    put('p', { textContent: 'p' });
    style('').textContent = `p{background:url(${t.gif})}`;
    document.body.getBoundingClientRect();
});
now('data of the text of a style', (t, { style, put }) => {
    put('p', { textContent: 'p' });
    style('p{}').firstChild.data = `p{background:url(${t.gif})}`;
    document.body.getBoundingClientRect();
});
now('appendData', (t, { style, put }) => {
    put('p', { textContent: 'p' });
    style('p{}').firstChild.appendData(`p{background:url(${t.gif})}`);
    document.body.getBoundingClientRect();
});
now('replaceData', (t, { style, put }) => {
    put('p', { textContent: 'p' });
    style('p{}').firstChild.replaceData(0, 3, `p{background:url(${t.gif})}`);
    document.body.getBoundingClientRect();
});
now('insertData', (t, { style, put }) => {
    put('p', { textContent: 'p' });
    style('p{}').firstChild.insertData(0, `p{background:url(${t.gif})}`);
    document.body.getBoundingClientRect();
});
now('style attribute', (t, { put }) => {
    put('p', { textContent: 'p' }).setAttribute('style', `background:url(${t.gif})`);
    document.body.getBoundingClientRect();
});
now('style set as a whole', (t, { put }) => {
    put('p', { textContent: 'p' }).style = `background:url(${t.gif})`;
    document.body.getBoundingClientRect();
});
now('cssText', (t, { put }) => {
    put('p', { textContent: 'p' }).style.cssText = `background:url(${t.gif})`;
    document.body.getBoundingClientRect();
});
now('setProperty', (t, { put }) => {
    put('p', { textContent: 'p' }).style.setProperty('background', `url(${t.gif})`);
    document.body.getBoundingClientRect();
});
now(
    'attributeStyleMap',
    (t, { put }) => {
        put('p', { textContent: 'p' }).attributeStyleMap.set('background-image', `url(${t.gif})`);
        document.body.getBoundingClientRect();
    },
    { needs: '!!window.StylePropertyMap' },
);
now('style property', (t, { put }) => {
    put('p', { textContent: 'p' }).style.backgroundImage = `url(${t.gif})`;
    document.body.getBoundingClientRect();
});
now(
    'style property of a rule',
    (t, { put, style }) => {
        put('p', { textContent: 'p' });
        style('p{}').sheet.cssRules[0].style.background = `url(${t.gif})`;
        document.body.getBoundingClientRect();
    },
    { again: 'reload' },
);
script('content of pseudo-elements', (t, { style, put }) => {
    style(`p::before{content:url(${t.gif})}`);
    put('p');
});
const inline = (css) => `data:text/css,${encodeURIComponent(css)}`;
markup(
    'sheet of a data: address',
    (t) => `<link rel="stylesheet" href="${inline(`p{background:url(${t.gif})}`)}"><p>p</p>`,
);
markup(
    'sheet of a data: address that imports',
    (t) => `<link rel="stylesheet" href="${inline(`@import "${t.css}";`)}">`,
);
markup(
    'sheet of a data: address, imported',
    (t) => `<style>@import "${inline(`p{background:url(${t.gif})}`)}";</style><p>p</p>`,
);
script('sheet of a data: address, put by script', (t, { put, data }) => {
    put('link', { rel: 'stylesheet', href: data(`p{background:url(${t.gif})}`, 'text/css') });
    put('p');
});
script('sheet of a blob', (t, { put, blob }) => {
    put('link', { rel: 'stylesheet', href: blob(`p{background:url(${t.gif})}`, 'text/css') });
    put('p');
});
for (const name of ['fill', 'stroke', 'marker-start']) {
    markup(`SVG ${name} attribute`, (t) => `<svg><path d="M0 0L9 9V0z" ${name}="url(${t.svg}#a)"/></svg>`);
}
markup('SVG cursor attribute', (t) => `<svg><path d="M0 0L9 9V0z" cursor="url(${t.gif}), auto"/></svg>`);

for (const name of ['values', 'from', 'to']) {
    markup(
        `SVG image animated, ${name}`,
        (t) =>
            `<svg><image width="9" height="9"><animate attributeName="href" ${name}="${t.gif}" ${name === 'to' ? '' : 'to="#a"'} dur="9s" fill="freeze"/></image></svg>`,
    );
}
script('SVG animation by script', (t, { draw }) => {
    const animate = document.createElementNS('http://www.w3.org/2000/svg', 'animate');
    animate.setAttribute('attributeName', 'href');
    animate.setAttribute('dur', '9s');
    animate.setAttribute('values', `${t.gif};${t.gif}?2`);
    draw('image', { width: 9, height: 9 }).append(animate);
});
script('SVG animation of a mask', (t, { draw }) => {
    const animate = document.createElementNS('http://www.w3.org/2000/svg', 'animate');
    animate.setAttribute('attributeName', 'mask');
    animate.setAttribute('dur', '9s');
    animate.setAttribute('values', `url(${t.svg}#a);url(${t.svg}#b)`);
    draw('rect', { width: 9, height: 9 }).append(animate);
});
script(
    'style of nested declarations',
    (t, { put, style }) => {
        put('p');
        const [rule] = style('p{ &.a{color:red} color: blue; }').sheet.cssRules;
        rule.cssRules[1].style.backgroundImage = `url(${t.gif})`;
    },
    { needs: '!!window.CSSNestedDeclarations', again: 'reload' },
);
script(
    'style of a rule in another',
    (t, { put, style }) => {
        put('p');
        style('@media all { p { } }').sheet.cssRules[0].cssRules[0].style.backgroundImage = `url(${t.gif})`;
    },
    { again: 'reload' },
);
script('insertAdjacentText into a style', (t, { put, style }) => {
    put('p');
    style('').insertAdjacentText('beforeend', `p{background:url(${t.gif})}`);
});
script('innerText of a style', (t, { put, style }) => {
    put('p');
    style('').innerText = `p{background:url(${t.gif})}`;
});

// ---- DOM from script ----
family('dom');

script(
    'src of a script',
    (t, { put }) => {
        put('script', { src: t.js });
    },
    { twin: true, smoke: true },
);
script('src of a script that stands', (t, { put }) => {
    put('script').src = t.js;
});
script('src of a module', (t, { put }) => {
    put('script', { type: 'module', src: t.mjs });
});
script('text of a module', (t, { put }) => {
    put('script', { type: 'module', text: `import '${t.mjs}';` });
});
script(
    'src of an img',
    (t, { put }) => {
        put('img', { src: t.gif });
    },
    { twin: true, smoke: true },
);
script('srcset of an img', (t, { put }) => {
    put('img', { srcset: `${t.gif} 1x` });
});
script('src of an img nowhere', (t) => {
    document.createElement('img').src = t.gif;
});
script(
    'src of an iframe',
    (t, { put }) => {
        put('iframe', { src: t.html });
    },
    { twin: true },
);
script('src of an iframe that stands', (t, { put }) => {
    put('iframe').src = t.html;
});
script(
    'srcdoc of an iframe',
    (t, { put }) => {
        put('iframe', { srcdoc: `<img src="${t.gif}">` });
    },
    { twin: true },
);
script('src of a frame', (t) => {
    const set = document.createElement('frameset');
    const frame = document.createElement('frame');
    set.append(frame);
    document.documentElement.replaceChild(set, document.body);
    frame.src = t.html;
});
script('src of a video', (t, { put }) => {
    put('video', { preload: 'auto', src: t.mp4 });
});
script('poster of a video', (t, { put }) => {
    put('video', { poster: t.gif });
});
script('src of a video nowhere', (t) => {
    Object.assign(document.createElement('video'), { preload: 'auto', src: t.mp4 });
});
script('src of an audio', (t, { put }) => {
    put('audio', { preload: 'auto', src: t.wav });
});
script('source of a video', (t, { put }) => {
    put('video', { preload: 'auto' }).append(Object.assign(document.createElement('source'), { src: t.mp4 }));
});
script('source of a picture', (t, { put }) => {
    const picture = put('picture');
    picture.append(Object.assign(document.createElement('source'), { srcset: t.gif }), document.createElement('img'));
});
script('src of a track', (t, { put }) => {
    const track = Object.assign(document.createElement('track'), { default: true, src: t.vtt });
    put('video', { crossOrigin: 'anonymous' }).append(track);
});
script('src of an embed', (t, { put }) => {
    put('embed', { type: 'text/html', src: t.html });
});
script('data of an object', (t, { put }) => {
    put('object', { type: 'text/html', data: t.html });
});
script('src of an input', (t, { put }) => {
    put('input', { type: 'image', src: t.gif });
});
script('type of an input after src', (t, { put }) => {
    put('input', { src: t.gif }).type = 'image';
});
script(
    'href of a link',
    (t, { put }) => {
        put('link', { rel: 'stylesheet', href: t.css });
    },
    { twin: true },
);
script('link preload', (t, { put }) => {
    put('link', { rel: 'preload', as: 'image', href: t.gif });
});
script(
    'link modulepreload',
    (t, { put }) => {
        put('link', { rel: 'modulepreload', href: t.mjs });
    },
    { code: false },
);
script(
    'link prefetch',
    (t, { put }) => {
        put('link', { rel: 'prefetch', href: t.txt });
    },
    { quiet: 1000 },
);
script(
    'link preconnect',
    (t, { put }) => {
        put('link', { rel: 'preconnect', href: `http://${t.hostname}:${t.tcp}/` });
    },
    { sockets: ['tcp'], uncounted: HEADLESS },
);
script('background of the body', (t) => {
    document.body.background = t.gif;
});
script('background attribute', (t) => {
    document.body.setAttribute('background', t.gif);
});
script(
    'baseVal of an SVG image',
    (t, { draw }) => {
        draw('image', { width: 9, height: 9, href: 'data:,' }).href.baseVal = t.gif;
    },
    { call: true },
);
script(
    'baseVal of an SVG script',
    (t, { draw }) => {
        const element = document.createElementNS('http://www.w3.org/2000/svg', 'script');
        element.href.baseVal = t.js;
        draw('g').append(element);
    },
    { call: true },
);
script(
    'setAttribute src',
    (t) => {
        const element = document.createElement('script');
        element.setAttribute('src', t.js);
        document.body.append(element);
    },
    { twin: true, smoke: true },
);
script('setAttribute in upper case', (t) => {
    const element = document.createElement('img');
    element.setAttribute('SRC', t.gif);
    document.body.append(element);
});
script('setAttribute srcdoc', (t, { put }) => {
    put('iframe').setAttribute('srcdoc', `<img src="${t.gif}">`);
});
script('setAttribute href of SVG', (t, { draw }) => {
    draw('image', { width: 9, height: 9 }).setAttribute('href', t.gif);
});
script('setAttribute of a handler', (t, { put }) => {
    const img = put('img');
    img.setAttribute('onerror', `new Image().src = '${t.gif}'`);
    img.src = 'data:,';
});
script('setAttributeNS', (t, { put }) => {
    put('img').setAttributeNS(null, 'src', t.gif);
});
script('setAttributeNS xlink', (t, { draw }) => {
    draw('image', { width: 9, height: 9 }).setAttributeNS('http://www.w3.org/1999/xlink', 'xlink:href', t.gif);
});
script('setAttributeNS with another prefix', (t, { draw }) => {
    draw('image', { width: 9, height: 9 }).setAttributeNS('http://www.w3.org/1999/xlink', 'y:href', t.gif);
});
script('Attr by setAttributeNode', (t, { put }) => {
    const attr = document.createAttribute('src');
    attr.value = t.gif;
    put('img').setAttributeNode(attr);
});
script('Attr by setAttributeNodeNS', (t, { put }) => {
    const attr = document.createAttributeNS(null, 'src');
    attr.value = t.gif;
    put('img').setAttributeNodeNS(attr);
});
script('Attr by setNamedItem', (t, { put }) => {
    const attr = document.createAttribute('src');
    attr.value = t.gif;
    put('img').attributes.setNamedItem(attr);
});
script('Attr by setNamedItemNS', (t, { put }) => {
    const attr = document.createAttributeNS(null, 'src');
    attr.value = t.gif;
    put('img').attributes.setNamedItemNS(attr);
});
script('Attr value', (t, { put }) => {
    const img = put('img');
    img.setAttribute('src', 'data:,');
    img.getAttributeNode('src').value = t.gif;
});
script('Attr nodeValue', (t, { put }) => {
    const img = put('img');
    img.setAttribute('src', 'data:,');
    img.getAttributeNode('src').nodeValue = t.gif;
});
script('Attr textContent', (t, { put }) => {
    const img = put('img');
    img.setAttribute('src', 'data:,');
    img.getAttributeNode('src').textContent = t.gif;
});
script('cloneNode', (t) => {
    const inert = document.implementation.createHTMLDocument('');
    inert.body.innerHTML = `<script src="${t.js}"></script>`;
    const element = document.createElement('script');
    element.setAttribute('src', inert.body.firstChild.getAttribute('src'));
    document.body.append(element.cloneNode(true));
});
script('cloneNode of an img', (t) => {
    const template = document.createElement('template');
    template.innerHTML = `<p><img src="${t.gif}"></p>`;
    document.importNode(template.content.firstChild, false);
    document.body.append(template.content.firstChild.cloneNode(true));
});
script('importNode', (t) => {
    const inert = document.implementation.createHTMLDocument('');
    inert.body.innerHTML = `<img src="${t.gif}">`;
    document.importNode(inert.body.firstChild, true);
});
script('importNode of a document parsed', (t) => {
    const inert = new DOMParser().parseFromString(`<iframe src="${t.html}"></iframe>`, 'text/html');
    document.body.append(document.importNode(inert.body.firstChild, true));
});
script('adoptNode', (t) => {
    const inert = document.implementation.createHTMLDocument('');
    inert.body.innerHTML = `<img src="${t.gif}">`;
    document.adoptNode(inert.body.firstChild);
});
script('adopted by append', (t) => {
    const inert = new DOMParser().parseFromString(`<iframe src="${t.html}"></iframe>`, 'text/html');
    document.body.append(inert.body.firstChild);
});
script('adopted into what is in no document', (t) => {
    const inert = new DOMParser().parseFromString(`<img src="${t.gif}">`, 'text/html');
    document.createElement('div').append(inert.body.firstChild);
});
script('template content into what is in no document', (t) => {
    const template = document.createElement('template');
    template.innerHTML = `<p><img src="${t.gif}"></p>`;
    document.createElement('div').append(template.content);
});
script('source into a picture in no document', (t) => {
    const inert = new DOMParser().parseFromString(`<picture><source srcset="${t.gif}"></picture>`, 'text/html');
    const picture = document.createElement('picture');
    picture.append(new Image());
    picture.prepend(inert.querySelector('source'));
});
script('source into a player in no document', (t) => {
    const inert = new DOMParser().parseFromString(`<video><source src="${t.mp4}"></video>`, 'text/html');
    document.createElement('video').append(inert.querySelector('source'));
});
script('tree built from its leaves', (t) => {
    const template = document.createElement('template');
    template.innerHTML = `<iframe src="${t.html}"></iframe>`;
    const [leaf, branch, tree] = ['p', 'div', 'section'].map((name) => document.createElement(name));
    leaf.appendChild(template.content);
    branch.appendChild(leaf);
    tree.append('text', branch);
    document.body.append(tree);
});
script('shadow root of what is in no document', (t) => {
    const host = document.createElement('div');
    const inner = document.createElement('p');
    host.attachShadow({ mode: 'closed' }).append(inner);
    const module = document.createElement('script');
    module.type = 'module';
    module.append(`import '${t.mjs}'`);
    inner.append(module);
    document.body.append(host);
});
script('XML parsed', (t) => {
    const inert = new DOMParser().parseFromString(
        `<img xmlns="http://www.w3.org/1999/xhtml" src="${t.gif}"/>`,
        'application/xhtml+xml',
    );
    document.body.append(inert.documentElement);
});
script('template content', (t) => {
    const template = document.createElement('template');
    template.innerHTML = `<iframe src="${t.html}"></iframe>`;
    document.body.append(template.content);
});
script('fragment', (t) => {
    const fragment = document.createDocumentFragment();
    fragment.append(Object.assign(document.createElement('script'), { src: t.js }));
    document.body.appendChild(fragment);
});
script('createContextualFragment', (t) => {
    document.body.append(document.createRange().createContextualFragment(`<script src="${t.js}"></script>`));
});
script('createContextualFragment img', (t) => {
    document.createRange().createContextualFragment(`<img src="${t.gif}">`);
});
script(
    'innerHTML img',
    (t, { put }) => {
        put('div').innerHTML = `<img src="${t.gif}">`;
    },
    { twin: true, smoke: true },
);
script('innerHTML img nowhere', (t) => {
    document.createElement('div').innerHTML = `<img src="${t.gif}">`;
});
script('innerHTML iframe', (t, { put }) => {
    put('div').innerHTML = `<iframe src="${t.html}"></iframe>`;
});
script('innerHTML link', (t, { put }) => {
    put('div').innerHTML = `<link rel="stylesheet" href="${t.css}">`;
});
script('innerHTML style', (t, { put }) => {
    put('div').innerHTML = `<p style="background:url(${t.gif})">p</p>`;
});
script('innerHTML of SVG', (t, { draw }) => {
    draw('g').innerHTML = `<image href="${t.gif}" width="9" height="9"/>`;
});
script('outerHTML', (t, { put }) => {
    put('div').outerHTML = `<iframe src="${t.html}"></iframe>`;
});
script(
    'insertAdjacentHTML',
    (t) => {
        document.body.insertAdjacentHTML('beforeend', `<iframe src="${t.html}"></iframe>`);
    },
    { twin: true },
);
script(
    'setHTMLUnsafe',
    (t, { put }) => {
        put('div').setHTMLUnsafe(`<iframe src="${t.html}"></iframe>`);
    },
    { needs: '!!Element.prototype.setHTMLUnsafe' },
);
script(
    'setHTMLUnsafe with a shadow root',
    (t, { put }) => {
        put('div').setHTMLUnsafe(`<p><template shadowrootmode="closed"><img src="${t.gif}"></template></p>`);
    },
    { needs: '!!Element.prototype.setHTMLUnsafe', again: 'reload' },
);
script(
    'setHTML',
    (t, { put }) => {
        put('div').setHTML(`<img src="${t.gif}">`, { sanitizer: { elements: ['img'], attributes: ['src'] } });
    },
    { needs: '!!Element.prototype.setHTML' },
);
script(
    'parseHTMLUnsafe',
    (t) => {
        document.body.append(Document.parseHTMLUnsafe(`<iframe src="${t.html}"></iframe>`).body.firstChild);
    },
    { needs: '!!Document.parseHTMLUnsafe' },
);
/** A script that is in the document, and gets what it imports as its text. */
const imported = (name, run) => script(`${name} of a module that is in the document`, run);
imported('text', (t, { put }) => {
    put('script', { type: 'module' }).text = `import '${t.mjs}';`;
});
imported('textContent', (t, { put }) => {
    put('script', { type: 'module' }).textContent = `import '${t.mjs}';`;
});
imported('innerText', (t, { put }) => {
    put('script', { type: 'module' }).innerText = `import '${t.mjs}';`;
});
imported('innerHTML', (t, { put }) => {
    put('script', { type: 'module' }).innerHTML = `import '${t.mjs}';`;
});
imported('append', (t, { put }) => {
    put('script', { type: 'module' }).append(`import '${t.mjs}';`);
});
imported('appended text node', (t, { put }) => {
    put('script', { type: 'module' }).appendChild(document.createTextNode(`import '${t.mjs}';`));
});
script(
    'closed shadow root that a copy has too',
    (t) => {
        const template = document.createElement('template');
        template.setHTMLUnsafe(
            `<div><template shadowrootmode="closed" shadowrootclonable><img src="${t.gif}"></template></div>`,
        );
        document.body.append(template.content.cloneNode(true));
    },
    { needs: '!!Element.prototype.setHTMLUnsafe', again: 'reload' },
);
script(
    'parseHTMLUnsafe with a closed shadow root',
    (t) => {
        const html = `<div><template shadowrootmode="closed"><img src="${t.gif}"></template></div>`;
        document.body.append(Document.parseHTMLUnsafe(html).body.firstChild);
    },
    { needs: '!!Document.parseHTMLUnsafe' },
);
script('execCommand insertHTML', (t, { put }) => {
    const div = put('div', { contentEditable: 'true' });
    div.focus();
    document.execCommand('insertHTML', false, `<img src="${t.gif}">`);
});
script('execCommand insertImage', (t, { put }) => {
    const div = put('div', { contentEditable: 'true' });
    div.focus();
    document.execCommand('insertImage', false, t.gif);
});
script(
    'document.write script',
    (t) => {
        document.write(`<script src="${t.js}"></script>`);
    },
    { at: 'head', twin: true, smoke: true },
);
script(
    'document.write of a closed shadow root',
    (t) => {
        document.write(`<p><template shadowrootmode="closed"><script src="${t.js}"></script></template></p>`);
    },
    { needs: "'shadowRootMode' in HTMLTemplateElement.prototype", again: 'reload' },
);
script('document.write img', (t) => {
    document.write(`<img src="${t.gif}">`);
});
script('document.writeln iframe', (t) => {
    document.writeln(`<iframe src="${t.html}"></iframe>`);
});
script('document.write script in pieces', (t) => {
    document.write('<scr');
    document.write(`ipt src="${t.js}"></`);
    document.write('script>');
});
script('document.write img in pieces', (t) => {
    document.write('<im');
    document.write(`g sr`);
    document.write(`c="${t.gif}"`);
    document.write('>');
});
script('document.write iframe in pieces', (t) => {
    document.write('<ifra');
    document.write(`me src="${t.html}"></iframe>`);
});
script('document.write link', (t) => {
    document.write(`<link rel="stylesheet" href="${t.css}">`);
});
script('document.write of several arguments', (t) => {
    document.write('<im', `g src="${t.gif}">`);
});
script(
    'document.write after load',
    (t) => {
        document.open();
        document.write(`<p>p</p><script src="${t.js}"></script>`);
        document.close();
    },
    { at: 'load' },
);
script(
    'shadow root innerHTML',
    (t, { put }) => {
        put('div').attachShadow({ mode: 'closed' }).innerHTML = `<img src="${t.gif}">`;
    },
    { twin: true },
);
script('shadow root append', (t, { put }) => {
    put('div')
        .attachShadow({ mode: 'closed' })
        .append(Object.assign(document.createElement('script'), { src: t.js }));
});
script(
    'shadow root setHTMLUnsafe',
    (t, { put }) => {
        put('div').attachShadow({ mode: 'open' }).setHTMLUnsafe(`<iframe src="${t.html}"></iframe>`);
    },
    { needs: '!!ShadowRoot.prototype.setHTMLUnsafe' },
);
script(
    'Image',
    (t) => {
        new Image().src = t.gif;
    },
    { twin: true, smoke: true },
);
script('Image srcset', (t) => {
    new Image(1, 1).srcset = t.gif;
});
script(
    'Audio',
    (t) => {
        new Audio(t.wav);
    },
    { twin: true, smoke: true },
);
script('Audio src', (t) => {
    const audio = new Audio();
    audio.src = t.wav;
    audio.load();
});
script('Option', (t) => {
    new Option().innerHTML = `<img src="${t.gif}">`;
    const option = new Option();
    option.append(Object.assign(document.createElement('img'), { src: t.gif }));
});
for (const [name, work] of Object.entries({
    prepend: (t, { made }) => document.body.prepend(made(t)),
    before: (t, { made, put }) => put('p').before(made(t)),
    after: (t, { made, put }) => put('p').after(made(t)),
    replaceWith: (t, { made, put }) => put('p').replaceWith(made(t)),
    replaceChildren: (t, { made, put }) => put('p').replaceChildren(made(t)),
    insertAdjacentElement: (t, { made }) => document.body.insertAdjacentElement('afterbegin', made(t)),
    insertBefore: (t, { made }) => document.body.insertBefore(made(t), null),
    replaceChild: (t, { made, put }) => document.body.replaceChild(made(t), put('p')),
    insertNode: (t, { made, put }) => {
        const range = document.createRange();
        range.selectNode(put('p'));
        range.insertNode(made(t));
    },
    surroundContents: (t, { made, put }) => {
        const range = document.createRange();
        range.selectNode(put('p'));
        range.surroundContents(made(t));
    },
})) {
    // Made in a document that loads nothing, so that only the way in can hold it.
    const source = `(t, tools) => {
    const made = (t) => {
        const inert = new DOMParser().parseFromString('<iframe></iframe>', 'text/html');
        const frame = inert.body.firstChild;
        frame.setAttribute('src', t.html);
        return frame;
    };
    (${work})(t, { ...tools, made });
}`;
    script(`way in: ${name}`, source);
}
script('a tree put in whole', (t) => {
    const div = document.createElement('div');
    div.append(Object.assign(document.createElement('iframe'), { src: t.html }));
    document.body.append(div);
});
script(
    'the root replaced',
    (t) => {
        const inert = new DOMParser().parseFromString(`<body><iframe src="${t.html}"></iframe>`, 'text/html');
        document.replaceChild(inert.documentElement, document.documentElement);
    },
    { at: 'load' },
);
script('a custom element', (t, { put }) => {
    customElements.define(
        'a-leak',
        class extends HTMLElement {
            connectedCallback() {
                this.innerHTML = `<img src="${t.gif}">`;
            }
        },
    );
    put('a-leak');
});
script(
    'a subclass of img',
    (t) => {
        class Leak extends HTMLImageElement {}
        customElements.define('b-leak', Leak, { extends: 'img' });
        new Leak().src = t.gif;
    },
    { needs: '!!window.chrome' },
);
script(
    'an XSLT',
    (t) => {
        const parse = (text) => new DOMParser().parseFromString(text, 'text/xml');
        const processor = new XSLTProcessor();
        processor.importStylesheet(
            parse(`<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:template match="/"><img src="${t.gif}"/></xsl:template></xsl:stylesheet>`),
        );
        document.body.append(processor.transformToFragment(parse('<a/>'), document));
    },
    { needs: 'typeof XSLTProcessor === "function"' },
);

// ---- network ----
family('network');

call('fetch of a string', (t) => fetch(t.txt), { twin: true, smoke: true });
call('fetch no-cors', (t) => fetch(t.txt, { mode: 'no-cors' }));
call('fetch of a URL', (t) => fetch(new URL(t.txt)), { twin: true });
call('fetch of a Request', (t) => fetch(new Request(t.txt)), { twin: true });
call('fetch of a Request of a Request', (t) => fetch(new Request(new Request(t.txt), { method: 'POST' })));
call('fetch of a cloned Request', (t) => fetch(new Request(t.txt).clone()));
call('fetch keepalive', (t) => fetch(t.txt, { method: 'POST', keepalive: true, body: 'a' }));
call('fetch of an object', (t) => fetch({ toString: () => t.txt }));
call('fetch by Reflect', (t) => Reflect.apply(fetch, undefined, [t.txt]));
call('fetch taken from the prototype chain', (t) => Window.prototype.fetch?.call(window, t.txt) ?? self.fetch(t.txt));
call('fetch streamed into Wasm', (t) => WebAssembly.compileStreaming(fetch(t.wasm)));
call('fetchLater', (t) => void fetchLater(t.safe.txt, { activateAfter: 0 }), { needs: '!!window.fetchLater' });
call('Cache add', async (t) => (await caches.open('leak')).add(t.txt));
call('Cache addAll', async (t) => (await caches.open('leak')).addAll([t.txt]));
call(
    'XMLHttpRequest',
    (t) => {
        const request = new XMLHttpRequest();
        request.open('GET', t.txt);
        request.send();
    },
    { twin: true, smoke: true },
);
call('XMLHttpRequest of a URL', (t) => {
    const request = new XMLHttpRequest();
    request.open('POST', new URL(t.txt));
    request.send('a');
});
call(
    'XMLHttpRequest sync',
    (t) => {
        const request = new XMLHttpRequest();
        request.open('GET', t.txt, false);
        request.send();
    },
    { twin: true },
);
call('sendBeacon', (t) => void navigator.sendBeacon(t.txt), { twin: true, smoke: true });
call('sendBeacon with data', (t) => void navigator.sendBeacon(new URL(t.txt), new Blob(['a'])));
call('EventSource', (t) => void new EventSource(t.es), { twin: true, smoke: true });
call('EventSource of a URL', (t) => void new EventSource(new URL(t.es), { withCredentials: true }));
call('WebSocket', (t) => void new WebSocket(t.ws), { twin: true, smoke: true });
call('WebSocket of an http address', (t) => void new WebSocket(new URL(t.ws.replace('ws:', 'http:'))));
call('WebSocketStream', (t) => void new WebSocketStream(t.ws), { needs: '!!window.WebSocketStream' });
call('WebTransport', (t) => new WebTransport(`https://${t.hostname}:${t.udp}/`).ready.catch(() => {}), {
    sockets: ['udp'],
    needs: '!!window.WebTransport',
});
const peer = (name, run) =>
    call(name, run, { sockets: ['udp', 'tcp'], needs: '!!window.RTCPeerConnection', quiet: 1000 });
peer('WebRTC STUN', async (t) => {
    const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:${t.hostname}:${t.udp}` }] });
    peer.createDataChannel('a');
    await peer.setLocalDescription();
});
peer('WebRTC STUN in a list', async (t) => {
    const peer = new RTCPeerConnection({ iceServers: [{ urls: ['stun:127.0.0.1:9', `stun:${t.hostname}:${t.udp}`] }] });
    peer.createDataChannel('a');
    await peer.setLocalDescription();
});
peer('WebRTC TURN', async (t) => {
    const peer = new RTCPeerConnection({
        iceServers: [{ urls: `turn:${t.hostname}:${t.udp}`, username: 'a', credential: 'a' }],
    });
    peer.createDataChannel('a');
    await peer.setLocalDescription();
});
peer('WebRTC TURN over TCP', async (t) => {
    const peer = new RTCPeerConnection({
        iceServers: [{ urls: `turn:${t.hostname}:${t.tcp}?transport=tcp`, username: 'a', credential: 'a' }],
    });
    peer.createDataChannel('a');
    await peer.setLocalDescription();
});
peer('WebRTC setConfiguration', async (t) => {
    const peer = new RTCPeerConnection();
    peer.setConfiguration({ iceServers: [{ urls: `stun:${t.hostname}:${t.udp}` }] });
    peer.createDataChannel('a');
    await peer.setLocalDescription();
});
peer('WebRTC by its old name', async (t) => {
    const peer = new webkitRTCPeerConnection({ iceServers: [{ urls: `stun:${t.hostname}:${t.udp}` }] });
    peer.createDataChannel('a');
    await peer.setLocalDescription();
});
peer('WebRTC candidate', async (t) => {
    const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
    a.createDataChannel('a');
    await a.setLocalDescription();
    await b.setRemoteDescription(a.localDescription);
    await b.setLocalDescription();
    await a.setRemoteDescription(b.localDescription);
    await a.addIceCandidate({
        candidate: `candidate:1 1 udp 2122260223 ${t.hostname} ${t.udp} typ host`,
        sdpMid: '0',
        sdpMLineIndex: 0,
    });
});
call('audio worklet', (t) => new AudioContext().audioWorklet.addModule(t.mjs).catch(() => {}), {
    needs: '!!window.AudioWorklet',
    // A worklet has no way to say so.
    code: false,
    twin: true,
});
call('paint worklet', (t) => CSS.paintWorklet.addModule(t.mjs).catch(() => {}), {
    needs: '!!CSS.paintWorklet',
    code: false,
});
call(
    'worklet that imports',
    (t, { blob }) => new AudioContext().audioWorklet.addModule(blob(`import '${t.mjs}';`)).catch(() => {}),
    { needs: '!!window.AudioWorklet', code: false },
);
call(
    'FedCM',
    (t) =>
        navigator.credentials
            .get({ identity: { providers: [{ configURL: t.safe.json, clientId: 'a' }] } })
            .catch(() => {}),
    { needs: '!!window.IdentityCredential' },
);
call('import()', (t) => import(t.mjs), { twin: true, smoke: true });
call('import() of JSON', (t) => import(t.json, { with: { type: 'json' } }));
call('import() of CSS', (t) => import(t.css, { with: { type: 'css' } }), { needs: '!!window.chrome' });
markup('import() in a module', (t) => `<script type="module">import('${t.mjs}');</script>`, { again: 'reload' });
markup('import() in a handler', (t) => `<img src="data:," onerror="import('${t.mjs}')">`, { again: 'reload' });
// biome-ignore lint/security/noGlobalEval: it is the road
call('import() in eval', (t) => window.eval(`import('${t.mjs}')`));
call('import() in Function', (t) => new Function(`return import('${t.mjs}')`)());
call('import() in a timer of text', (t) => void setTimeout(`import('${t.mjs}')`));
call('import() of a blob module', (t, { blob }) => import(blob(`import '${t.mjs}';`)));
call('import() of a data: module', (t, { data }) => import(data(`import '${t.mjs}';`)));
call('script of a blob', (t, { put, blob }) => void put('script', { src: blob(`fetch('${t.txt}')`) }));
call('module of a blob', (t, { put, blob }) => void put('script', { type: 'module', src: blob(`import '${t.mjs}';`) }));
call('module of a data: address', (t, { put, data }) => {
    put('script', { type: 'module', src: data(`import '${t.mjs}';`) });
});
call(
    'worker of the payment API',
    (t) => {
        new PaymentRequest([{ supportedMethods: t.safe.json }], {
            total: { label: 'a', amount: { currency: 'EUR', value: '1' } },
        })
            .canMakePayment()
            .catch(() => {});
    },
    { needs: '!!window.PaymentRequest', quiet: 1500 },
);

// ---- other realms ----
family('realms');
call(
    'fetch of a frame, by index',
    (t, { frame }) => {
        frame();
        return frames[0].fetch(t.txt);
    },
    { twin: true, smoke: true },
);
call('fetch of a frame, by name', (t, { frame }) => {
    frame({ name: 'leak' });
    return window.leak.fetch(t.txt);
});
call('fetch of a frame, by contentWindow', (t, { frame }) => frame().contentWindow.fetch(t.txt), { twin: true });
call('fetch of a frame, by defaultView', (t, { frame }) => frame().contentDocument.defaultView.fetch(t.txt));
call('fetch of a frame put by innerHTML', (t, { put }) => {
    put('div').innerHTML = '<iframe></iframe>';
    return frames[0].fetch(t.txt);
});
call(
    'fetch of a frame that was written',
    (t) => {
        document.write('<iframe name="leak"></iframe>');
        return frames[0].fetch(t.txt);
    },
    { again: 'reload' },
);
call('fetch of a frame in a shadow root', (t, { put }) => {
    const root = put('div').attachShadow({ mode: 'closed' });
    root.innerHTML = '<iframe></iframe>';
    return root.firstChild.contentWindow.fetch(t.txt);
});
call('fetch of a frame in a frame', (t, { frame }) => {
    const inner = frame().contentDocument;
    const nested = inner.body.appendChild(inner.createElement('iframe'));
    return nested.contentWindow.fetch(t.txt);
});
call('fetch of a frame, after its load', async (t, { frame, once }) => {
    const element = frame();
    element.src = 'about:blank?a';
    await once(element, 'load');
    return element.contentWindow.fetch(t.txt);
});
call('fetch of a srcdoc frame', async (t, { frame, once }) => {
    const element = frame({ srcdoc: '<p>p</p>' });
    await once(element, 'load');
    return element.contentWindow.fetch(t.txt);
});
call('fetch of a frame, called on ours', (t, { frame }) => {
    const element = frame();
    const { fetch } = element.contentWindow;
    return fetch.call(window, t.txt);
});
call('XMLHttpRequest of a frame', (t, { frame }) => {
    const request = new (frame().contentWindow.XMLHttpRequest)();
    request.open('GET', t.txt);
    request.send();
});
call('Image of a frame', (t, { frame }) => {
    new (frame().contentWindow.Image)().src = t.gif;
});
call('Audio of a frame', (t, { frame }) => {
    new (frame().contentWindow.Audio)(t.wav);
});
call('WebSocket of a frame', (t, { frame }) => void new (frame().contentWindow.WebSocket)(t.ws));
call('EventSource of a frame', (t, { frame }) => void new (frame().contentWindow.EventSource)(t.es));
call('sendBeacon of a frame', (t, { frame }) => void frame().contentWindow.navigator.sendBeacon(t.txt));
call('beacon method of a frame', (t, { frame }) => {
    frame().contentWindow.Navigator.prototype.sendBeacon.call(navigator, t.txt);
});
call('setter of a frame', (t, { frame, put }) => {
    const { HTMLImageElement } = frame().contentWindow;
    Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src').set.call(put('img'), t.gif);
});
call('setAttribute of a frame', (t, { frame, put }) => {
    frame().contentWindow.Element.prototype.setAttribute.call(put('script'), 'src', t.js);
});
call('appendChild of a frame', (t, { frame }) => {
    const inert = new DOMParser().parseFromString('<iframe></iframe>', 'text/html').body.firstChild;
    inert.setAttribute('src', t.html);
    frame().contentWindow.Node.prototype.appendChild.call(document.body, inert);
});
call('innerHTML of a frame', (t, { frame, put }) => {
    const { set } = Object.getOwnPropertyDescriptor(frame().contentWindow.Element.prototype, 'innerHTML');
    set.call(put('div'), `<img src="${t.gif}">`);
});
call('style of a frame', (t, { frame, put }) => {
    frame().contentWindow.CSSStyleDeclaration.prototype.setProperty.call(
        put('p').style,
        'background-image',
        `url(${t.gif})`,
    );
});
call('script in a frame', (t, { frame }) => {
    const inner = frame().contentDocument;
    inner.body.appendChild(inner.createElement('script')).src = t.js;
});
call('img in a frame', (t, { frame }) => {
    frame().contentDocument.body.innerHTML = `<img src="${t.gif}">`;
});
call('element of a frame moved here', (t, { frame }) => {
    const img = frame().contentDocument.createElement('img');
    img.src = t.gif;
    document.body.append(img);
});
call(
    'document.write into a frame',
    (t, { frame }) => {
        const inner = frame().contentDocument;
        inner.open();
        inner.write(`<script src="${t.js}"></script>`);
        inner.close();
    },
    { twin: true, smoke: true },
);
call('document.write of an inline script into a frame', (t, { frame }) => {
    const inner = frame().contentDocument;
    inner.write(`<script>fetch('${t.txt}')</script>`);
    inner.close();
});
call('document.write of a link into a frame', (t, { frame }) => {
    const inner = frame().contentDocument;
    inner.write(`<link rel="stylesheet" href="${t.css}">`);
    inner.close();
});
call('eval in a frame', (t, { frame }) => void frame().contentWindow.eval(`fetch('${t.txt}')`));
call('inline script in a frame', (t, { frame }) => {
    const inner = frame().contentDocument;
    inner.body.appendChild(inner.createElement('script')).textContent = `new Image().src = '${t.gif}'`;
});
call('import() in a frame', (t, { frame }) => void frame().contentWindow.eval(`import('${t.mjs}')`));
call(
    'blob: frame',
    (t, { frame, blob }) => {
        frame({ src: blob(`<img src="${t.gif}">`, 'text/html') });
    },
    { twin: true },
);
call('blob: frame with a script', (t, { frame, blob }) => {
    frame({ src: blob(`<script src="${t.js}"></script>`, 'text/html') });
});
call('blob: frame with an inline script', (t, { frame, blob }) => {
    frame({ src: blob(`<script>fetch('${t.txt}')</script>`, 'text/html') });
});
call('blob: frame of SVG', (t, { frame, blob }) => {
    frame({
        src: blob(
            `<svg xmlns="http://www.w3.org/2000/svg"><image href="${t.gif}" width="9" height="9"/></svg>`,
            'image/svg+xml',
        ),
    });
});
call('javascript: frame', (t, { frame }) => {
    frame({ src: `javascript:'<script src="${t.js}"></script>'` });
});
call('javascript: address of a frame that stands', (t, { frame }) => {
    frame().contentWindow.location = `javascript:void fetch('${t.txt}')`;
});
call(
    'srcdoc with an inline script',
    (t, { frame }) => {
        frame({ srcdoc: `<script>navigator.sendBeacon('${t.txt}')</script>` });
    },
    { smoke: true },
);
call('srcdoc sandboxed, with an inline script', (t, { frame }) => {
    frame({ sandbox: 'allow-scripts', srcdoc: `<script>fetch('${t.txt}', { mode: 'no-cors' })</script>` });
});
call('srcdoc sandboxed, with a handler', (t, { frame }) => {
    frame({ sandbox: 'allow-scripts', srcdoc: `<img src="data:," onerror="fetch('${t.txt}', { mode: 'no-cors' })">` });
});
call('srcdoc, sandboxed after it, with an inline script', (t, { frame }) => {
    frame({ srcdoc: `<script>fetch('${t.txt}', { mode: 'no-cors' })</script>`, sandbox: 'allow-scripts' });
});
call('srcdoc with a worker', (t, { frame }) => {
    frame({ srcdoc: `<script>new Worker(URL.createObjectURL(new Blob(["fetch('${t.txt}')"])))</script>` });
});
call(
    'own frame without our tag',
    (t, { frame, made }) => {
        frame({ src: made('text/html', `<img src="${t.gif}">`) });
    },
    { twin: true },
);
call('own frame without our tag, fetch taken from it', async (t, { frame, made, once }) => {
    const element = frame({ src: made('text/html', '<p>p</p>') });
    await once(element, 'load');
    return element.contentWindow.fetch(t.txt);
});
call('own frame without our tag, its inline script', (t, { frame, made }) => {
    frame({ src: made('text/html', `<script>fetch('${t.txt}')</script>`) });
});
call(
    'own frame without our tag, its script',
    (t, { frame, made }) => {
        frame({ src: made('text/html', `<p>p</p><script src="${t.js}"></script>`) });
    },
    { code: true },
);
call('own frame without our tag, the second page in it', async (t, { frame, made, once }) => {
    const element = frame({ src: made('text/html', '<p>p</p>') });
    await once(element, 'load');
    element.src = made('text/html', `<p>p</p><script>fetch('${t.txt}')</script>`);
});
call('own object without our tag', (t, { put, made }) => {
    put('object', { type: 'text/html', data: made('text/html', `<img src="${t.gif}">`) });
});
call('own SVG without our tag', (t, { put, made }) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><image href="${t.gif}" width="9" height="9"/></svg>`;
    put('object', { type: 'image/svg+xml', data: made('image/svg+xml', svg) });
});
call('pop-up fetch', (t) => void open('about:blank').fetch(t.txt), { smoke: false });
call('pop-up by name', (t) => {
    open('', 'leak');
    return open('', 'leak').fetch(t.txt);
});
call('pop-up written', (t) => {
    const inner = open('about:blank').document;
    inner.write(`<script src="${t.js}"></script>`);
    inner.close();
});
call('pop-up of a blob', (t, { blob }) => void open(blob(`<script src="${t.js}"></script>`, 'text/html')));
call('pop-up of a javascript: address', (t) => void open(`javascript:void fetch('${t.txt}')`));
call('pop-up of our own page', async (t, { made, once }) => {
    const other = open(made('text/html', '<p>p</p>'));
    await once(other, 'load');
    return other.fetch(t.txt);
});
call('constructor of a frame by its function', (t, { frame }) => {
    frame().contentWindow.Function(`fetch('${t.txt}')`)();
});
call('timer of a frame', (t, { frame }) => void frame().contentWindow.setTimeout(`fetch('${t.txt}')`));
call('Worker of a frame', (t, { frame, blob }) => {
    new (frame().contentWindow.Worker)(blob(`importScripts('${t.js}')`));
});

// ---- workers ----
family('workers');
for (const [where, make] of [
    ['blob', (_t, { blob }, text) => blob(text)],
    ['data', (_t, { data }, text) => data(text)],
]) {
    const worker = (name, body, start, options) =>
        call(
            `${where}: ${name}`,
            `(t, tools) => { const text = (${body})(t); const url = (${make})(t, tools, text); (${start})(url); }`,
            {
                code: /\bt\.(js|mjs)\b/.test(`${body}`),
                ...options,
            },
        );
    const dedicated = (url) => new Worker(url);
    const module = (url) => new Worker(url, { type: 'module' });
    const shared = (url) => new SharedWorker(url);
    const sharedModule = (url) => new SharedWorker(url, { type: 'module' });
    const first = { twin: where === 'blob', smoke: where === 'blob' };
    worker('importScripts', (t) => `importScripts('${t.js}')`, dedicated, first);
    worker('fetch', (t) => `fetch('${t.txt}')`, dedicated, first);
    worker(
        'XMLHttpRequest',
        (t) => `const x = new XMLHttpRequest(); x.open('GET', '${t.txt}', false); x.send()`,
        dedicated,
    );
    worker('WebSocket', (t) => `new WebSocket('${t.ws}')`, dedicated);
    worker('EventSource', (t) => `new EventSource('${t.es}')`, dedicated);
    worker('module import', (t) => `import '${t.mjs}';`, module, first);
    worker('import()', (t) => `import('${t.mjs}')`, module);
    // A shared worker of a data: address does not start in Chromium.
    if (where === 'data') continue;
    worker('shared fetch', (t) => `fetch('${t.txt}')`, shared);
    worker('shared importScripts', (t) => `importScripts('${t.js}')`, shared);
    worker('shared module', (t) => `import '${t.mjs}';`, sharedModule);
}
call('worker in a worker', (t, { blob }) => {
    const inner = `importScripts('${t.js}')`;
    new Worker(blob(`new Worker(URL.createObjectURL(new Blob([${JSON.stringify(inner)}])))`));
});
call('worker told by a message', (t, { blob }) => {
    new Worker(blob('onmessage = ({ data }) => fetch(data)')).postMessage(t.txt);
});
call('worker with a cache', (t, { blob }) => {
    new Worker(blob(`caches.open('leak').then((cache) => cache.add('${t.txt}'))`));
});
call('worker with a FontFace', (t, { blob }) => {
    new Worker(blob(`new FontFace('f', 'url(${t.woff2})').load()`));
});
call(
    'worker of our own',
    (t, { made }) => {
        new Worker(made('text/javascript', `importScripts('${t.js}')`));
    },
    { twin: true },
);
call('worker of our own that fetches', (t, { made }) => {
    new Worker(made('text/javascript', `fetch('${t.txt}')`));
});
call('module worker of our own', (t, { made }) => {
    new Worker(made('text/javascript', `import '${t.mjs}';`), { type: 'module' });
});
call('shared worker of our own', (t, { made }) => {
    new SharedWorker(made('text/javascript', `importScripts('${t.js}')`));
});
call(
    'service worker of our own',
    (t, { made }) => {
        return navigator.serviceWorker.register(made('text/javascript', `importScripts('${t.js}')`), {
            scope: `/made/${t.id}/`,
        });
    },
    { quiet: 1000 },
);
call(
    'service worker of our own that fetches',
    (t, { made }) => {
        return navigator.serviceWorker.register(made('text/javascript', `fetch('${t.txt}')`), {
            scope: `/made/${t.id}/`,
        });
    },
    { quiet: 1000 },
);

// ---- ways out by navigation ----
family('navigation');
const away = (name, run, options) => call(name, run, { ...options });

away(
    'ping of a link',
    (t, { put, frame }) => {
        frame({ name: 'hidden' });
        put('a', { ping: t.txt, href: t.own.html, target: 'hidden', textContent: 'a' }).click();
    },
    { twin: true },
);
markup(
    'ping in the markup',
    (t) => `<iframe name="hidden"></iframe>
<a id="a" ping="${t.txt}" href="${t.own.html}" target="hidden">a</a><script>document.getElementById('a').click()</script>`,
    { again: 'reload' },
);
away('ping by attribute', (t, { put, frame }) => {
    frame({ name: 'hidden' });
    const a = put('a', { href: t.own.html, target: 'hidden' });
    a.setAttribute('ping', `${t.own.txt} ${t.txt}`);
    a.click();
});
away('ping of an area', (t, { put, frame }) => {
    frame({ name: 'hidden' });
    put('area', { ping: t.txt, href: t.own.html, target: 'hidden' }).click();
});
away(
    'link clicked by script, into a frame',
    (t, { put, frame }) => {
        frame({ name: 'hidden' });
        put('a', { href: t.html, target: 'hidden' }).click();
    },
    { twin: true },
);
away('link clicked by an event, into a frame', (t, { put, frame }) => {
    frame({ name: 'hidden' });
    put('a', { href: t.html, target: 'hidden' }).dispatchEvent(new MouseEvent('click', { bubbles: true }));
});
away('link clicked by an event, in a document opened anew', (t) => {
    document.open();
    document.write('<iframe name="hidden"></iframe><a target="hidden">a</a>');
    document.close();
    const link = document.querySelector('a[target]');
    link.href = t.html;
    link.dispatchEvent(new MouseEvent('click', { bubbles: true }));
});
away('link nowhere in the page, clicked', (t, { frame }) => {
    frame({ name: 'hidden' });
    Object.assign(document.createElement('a'), { href: t.html, target: 'hidden' }).click();
});
away('SVG link clicked', (t, { draw, frame }) => {
    frame({ name: 'hidden' });
    draw('a', { href: t.html, target: 'hidden' }).dispatchEvent(new MouseEvent('click', { bubbles: true }));
});
away('link clicked by script, into a new tab', (t, { put }) => {
    put('a', { href: t.html, target: '_blank' }).click();
});
away(
    'form submit',
    (t, { put, frame }) => {
        frame({ name: 'hidden' });
        put('form', { action: t.html, method: 'post', target: 'hidden' }).submit();
    },
    { twin: true },
);
away('form requestSubmit', (t, { put, frame }) => {
    frame({ name: 'hidden' });
    put('form', { action: t.html, target: 'hidden' }).requestSubmit();
});
away('form submit by a borrowed method', (t, { put, frame }) => {
    frame({ name: 'hidden' });
    HTMLFormElement.prototype.submit.call(put('form', { action: t.html, target: 'hidden' }));
});
away('form changed after its target', (t, { put, frame }) => {
    frame({ name: 'hidden' });
    const form = put('form', { target: 'hidden' });
    form.setAttribute('action', t.html);
    form.submit();
});
away('button formaction', (t, { put, frame }) => {
    frame({ name: 'hidden' });
    const form = put('form', { target: 'hidden' });
    form.append(Object.assign(document.createElement('button'), { formAction: t.html }));
    form.firstChild.click();
});
away('input formaction', (t, { put, frame }) => {
    frame({ name: 'hidden' });
    const form = put('form');
    const input = Object.assign(document.createElement('input'), {
        type: 'submit',
        formAction: t.html,
        formTarget: 'hidden',
    });
    form.append(input);
    input.click();
});
away('button of another form', (t, { put, frame }) => {
    frame({ name: 'hidden' });
    put('form', { id: 'f', target: 'hidden' });
    const button = put('button', { formAction: t.html });
    button.setAttribute('form', 'f');
    button.click();
});
away('form in the markup', () => document.forms[0].submit(), {
    page: (t) => `<iframe name="hidden"></iframe><form action="${t.html}" target="hidden"></form>`,
});
away('window.open', (t) => void open(t.html), { twin: true });
away('window.open into a frame', (t, { frame }) => {
    frame({ name: 'hidden' });
    open(t.html, 'hidden');
});
away('window.open of a frame', (t, { frame }) => void frame().contentWindow.open(t.html, '_self'));
away('document.open with an address', (t) => void document.open(t.html, 'leak', ''));
away(
    'location of a frame',
    (t, { frame }) => {
        frame().contentWindow.location = t.html;
    },
    { twin: true },
);
away('location.href of a frame', (t, { frame }) => {
    frame().contentWindow.location.href = t.html;
});
away('location.replace of a frame', (t, { frame }) => frame().contentWindow.location.replace(t.html));
away('location.assign of a frame', (t, { frame }) => frame().contentWindow.location.assign(t.html));
away('location of a frame by its document', (t, { frame }) => {
    frame().contentDocument.location = t.html;
});
away(
    'navigate in a frame',
    (t, { frame }) => {
        frame()
            .contentWindow.navigation.navigate(t.html)
            .finished.catch(() => {});
    },
    { needs: '!!window.navigation' },
);
away('location of a pop-up', (t) => {
    open('about:blank').location = t.html;
});
away('meta refresh in a frame', (t, { frame }) => {
    frame({ srcdoc: `<meta http-equiv="refresh" content="0;url=${t.html}">` });
});
away('link in a frame, clicked by script', (t, { frame }) => {
    const inner = frame().contentDocument;
    const a = inner.body.appendChild(inner.createElement('a'));
    a.href = t.html;
    a.click();
});

// ---- cookies and storage ----
family('storage');
const written = (name, witness, run, options) => call(name, run, { witness, ...options });
written(
    'document.cookie',
    'cookie',
    (t) => {
        document.cookie = `leak_${t.id}=1; path=/`;
    },
    { smoke: false },
);
written('document.cookie borrowed', 'cookie', (t) => {
    Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').set.call(document, `leak_${t.id}=1; path=/`);
});
written('document.cookie of a frame', 'cookie', (t, { frame }) => {
    frame().contentDocument.cookie = `leak_${t.id}=1; path=/`;
});
written('cookieStore set', 'cookie', (t) => cookieStore.set(`leak_${t.id}`, '1'), { needs: '!!window.cookieStore' });
written(
    'cookieStore set by object',
    'cookie',
    (t) => cookieStore.set({ name: `leak_${t.id}`, value: '1', path: '/' }),
    {
        needs: '!!window.cookieStore',
    },
);
written('cookie by meta', 'cookie', (t, { frame }) => {
    const inner = frame().contentDocument;
    inner.write(`<script>document.cookie = 'leak_${t.id}=1; path=/'</script>`);
    inner.close();
});
written('localStorage setItem', 'storage', (t) => localStorage.setItem(`leak:${t.id}`, '1'));
written('localStorage by name', 'storage', (t) => {
    localStorage[`leak:${t.id}`] = '1';
});
written('localStorage of a frame', 'storage', (t, { frame }) => {
    frame().contentWindow.localStorage.setItem(`leak:${t.id}`, '1');
});
written('localStorage defined', 'storage', (t) => {
    Object.defineProperty(localStorage, `leak:${t.id}`, { value: '1' });
});
written('Storage borrowed', 'storage', (t) => Storage.prototype.setItem.call(localStorage, `leak:${t.id}`, '1'));
written('sessionStorage setItem', 'storage', (t) => sessionStorage.setItem(`leak:${t.id}`, '1'));
markup('cookie of a server header', () => '<p>p</p>', {
    witness: 'cookie',
    again: 'reload',
    swept: true,
    headers: (t) => ({ 'Set-Cookie': `leak_${t.id}=1; Path=/` }),
});

// ---- spellings of an address ----
family('spelling');
for (const [name, spell] of Object.entries({
    'upper case': (t) => t.gif.replace(t.hostname, t.hostname.toUpperCase()).replace('http', 'HTTP'),
    'trailing dot': (t) => t.gif.replace(t.hostname, `${t.hostname}.`),
    'another port': (t) => t.gif.replace(t.port, t.otherPort),
    'protocol-relative': (t) => t.gif.replace('http:', ''),
    backslashes: (t) => t.gif.replaceAll('/', '\\'),
    'slash and backslash': (t) => t.gif.replace('http://', '/\\'),
    'three slashes': (t) => t.gif.replace('http://', 'http:///'),
    'tabs and newlines': (t) => t.gif.replace('http', 'h\tt\ntp').replace('.', '\n.\r'),
    'spaces around': (t) => `\u0001 ${t.gif}\n `,
    punycode: (t) => t.gif.replace(t.hostname, 'xn--bcher-kva.test'),
    'letters of its own': (t) => t.gif.replace(t.hostname, 'b\u00fccher.test'),
    'letters in upper case': (t) => t.gif.replace(t.hostname, 'B\u00dcCHER.test'),
    'wide letters': (t) => t.gif.replace('tracker', '\uff54racker'),
    'wide dot': (t) => t.gif.replace('.', '\u3002'),
    'soft hyphen': (t) => t.gif.replace('tracker', 'trac\u00adker'),
    'percent-encoded host': (t) => t.gif.replace('tracker', 'tr%61cker'),
    subdomain: (t) => t.gif.replace(t.hostname, `a.b.${t.hostname}`),
    'subdomain of a wildcard look': (t) => t.gif.replace(t.hostname, `${t.hostname}.${t.hostname}`),
    'address as a number': (t) => t.safe.gif.replace('127.0.0.1', '2130706433'),
    'address in hexadecimal': (t) => t.safe.gif.replace('127.0.0.1', '0x7f.1'),
})) {
    script(name, `(t) => { const spell = ${spell}; new Image().src = spell(t); }`);
    if (['trailing dot', 'tabs and newlines', 'backslashes', 'letters of its own'].includes(name)) {
        call(`${name}, fetched`, `(t) => { const spell = ${spell}; return fetch(spell(t)); }`);
        script(
            `${name}, a script`,
            `(t, { put }) => { const spell = ${spell}; put('script', { src: spell(t).replace('a.gif', 'a.js') }); }`,
            { code: true },
        );
    }
}
script('credentials', (t) => void open(t.gif.replace('http://', 'http://a:b@')), { call: true });
script('our host as credentials', (t) => void open(t.gif.replace('http://', 'http://localhost@')), { call: true });
call('an object that says something else the second time', (t) => {
    let count = 0;
    return fetch({ toString: () => (count++ ? t.own.txt : t.txt) });
});
script('an object for src', (t) => {
    let count = 0;
    new Image().src = { toString: () => (count++ ? t.own.gif : t.gif) };
});
script('an object for setAttribute', (t) => {
    let [names, values] = [0, 0];
    document
        .createElement('img')
        .setAttribute(
            { toString: () => (names++ ? 'alt' : 'src') },
            { toString: () => (values++ ? t.own.gif : t.gif) },
        );
});
call('a URL that changes after', (t) => {
    const url = new URL(t.txt);
    const going = fetch(url);
    url.host = 'localhost';
    return going;
});
call('a Request with a getter', (t) => {
    const request = new Request(t.txt);
    Object.defineProperty(request, 'url', { get: () => t.own.txt });
    return fetch(request);
});
call('a URL with a toString of its own', (t) => {
    const url = new URL(t.own.txt);
    url.toString = () => t.txt;
    return fetch(url);
});
call('an array', (t) => fetch([t.txt]));
call('EventSource of an object', (t) => {
    let count = 0;
    new EventSource({ toString: () => (count++ ? t.own.es : t.es) });
});
call('XMLHttpRequest of an object', (t) => {
    let count = 0;
    const request = new XMLHttpRequest();
    request.open('GET', { toString: () => (count++ ? t.own.txt : t.txt) });
    request.send();
});

// ---- what the page cannot see ----
family('unseen');
markup('redirect, img', (t, { go }) => `<img src="${attribute(go(t.gif))}">`, { again: 'reload' });
markup('redirect, script', (t, { go }) => `<script src="${attribute(go(t.js))}"></script>`, { again: 'reload' });
markup('redirect, iframe', (t, { go }) => `<iframe src="${attribute(go(t.html))}"></iframe>`, { again: 'reload' });
call('redirect, fetch', (t, { go }) => fetch(go(t.txt)));
call('frame that runs and goes on', (t, { frame, made }) => {
    frame({ src: made('text/html', `<script>location = '${t.html}'</script>`) });
});
markup('report of a policy', () => '<img src="data:image/gif,a">', {
    again: 'reload',
    quiet: 1500,
    headers: (t) => ({ 'Content-Security-Policy-Report-Only': `img-src 'none'; report-uri ${t.txt}` }),
});

/** Roads once, and controls now: the top page's own navigation is never held. */
const NEVER_HELD = ['links-meta-refresh', 'links-meta-refresh-put-by-script'];
const isNeverHeld = ({ id }) => NEVER_HELD.includes(id);

export const ROADS = [...roads.filter((road) => !isNeverHeld(road)), ...NAVIGATION_ROADS, ...ENTRANCES, ...TEXT_ROADS];
const neverHeld = roads.filter(isNeverHeld);

// ---- controls: what must always arrive, beside the twins ----
roads.length = 0;
family('control');

for (const [name, look] of Object.entries({
    'a longer name': (t) => t.gif.replace(t.hostname, `evil${t.hostname}`),
    'a name that goes on': (t) => t.gif.replace(t.hostname, `${t.hostname}.evil`),
    'a longer top-level name': (t) => t.gif.replace(t.hostname, `${t.hostname}ing`),
    'a name with a hyphen': (t) => t.gif.replace(t.hostname, `not-${t.hostname}`),
    'a shorter name': (t) => t.gif.replace(t.hostname, t.hostname.slice(1)),
    'a name in the path': (t) => t.gif.replace(t.hostname, 'stranger.test').replace('a.gif', `${t.hostname}.gif`),
    'a name in the query': (t) => `${t.gif.replace(t.hostname, 'stranger.test')}?//${t.hostname}/`,
})) {
    script(`look-alike, ${name}`, `(t) => { const look = ${look}; new Image().src = look(t); }`, { stranger: true });
}
script(
    'look-alike, a name in the credentials',
    (t) => {
        open(t.gif.replace('http://', `http://${t.hostname}@`).replace(`@${t.hostname}`, '@stranger.test'));
    },
    { stranger: true },
);
call(
    'an object that says the tracker the second time',
    (t) => {
        let count = 0;
        return fetch({ toString: () => (count++ ? t.txt : t.own.txt) });
    },
    { home: true },
);
script(
    'an object for src that says the tracker the second time',
    (t) => {
        let count = 0;
        new Image().src = { toString: () => (count++ ? t.gif : t.own.gif) };
    },
    { home: true },
);
script(
    'an object for setAttribute that says the tracker the second time',
    (t) => {
        let count = 0;
        document.createElement('img').setAttribute('src', { toString: () => (count++ ? t.gif : t.own.gif) });
    },
    { home: true },
);
call(
    'XMLHttpRequest of an object that says the tracker the second time',
    (t) => {
        let count = 0;
        const request = new XMLHttpRequest();
        request.open('GET', { toString: () => (count++ ? t.txt : t.own.txt) });
        request.send();
    },
    { home: true },
);
markup('a link that the visitor follows', (t) => `<a id="a" href="${t.html}">a</a>`, { click: '#a' });
markup('a link that the visitor follows into a new tab', (t) => `<a id="a" href="${t.html}" target="_blank">a</a>`, {
    click: '#a',
});
markup(
    'a form that the visitor sends',
    (t) => `<form action="${t.html}" method="post"><button id="a">a</button></form>`,
    { click: '#a' },
);
script(
    'the cookie of another',
    (t) => {
        document.cookie = `other_${t.id}=1; path=/`;
        if (document.cookie.includes(`other_${t.id}=1`)) new Image().src = t.own.gif;
    },
    { home: true },
);
script(
    'the key of another',
    (t) => {
        localStorage.setItem(`other:${t.id}`, '1');
        if (localStorage.getItem(`other:${t.id}`) === '1') new Image().src = t.own.gif;
    },
    { home: true },
);

export const CONTROLS = [
    ...[...roads, ...neverHeld].map((road) => ({ ...road, control: true })),
    ...NAVIGATION_CONTROLS,
    ...ENTRANCE_CONTROLS,
    ...TEXT_CONTROLS,
];

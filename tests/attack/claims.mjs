// Section 1: what arrives marked or held in markup is a claim. It brings addresses back, never what runs.

import { inScript } from './stage.mjs';

const SECTION = '1. Markup that is harmless without us';
const RUN = 'javascript:void parent.hit(HOW)';

/** What is injected, by name: all of it may pass a sanitiser that lets frames and `data-*` through. */
const INJECTED = {
    'frame-held-src': `<iframe data-held-src="${RUN}"></iframe>`,
    'frame-held-src-blanks': `<iframe data-held-src=" &#1;java&#10;script:void parent.hit(HOW)"></iframe>`,
    'frame-held-src-letters': `<iframe data-held-src="JaVaScRiPt:void parent.hit(HOW)"></iframe>`,
    'frame-held-src-data': `<iframe data-held-src="data:text/html,<script>parent.postMessage('code','*')</script>"></iframe>`,
    'frame-held-srcdoc': `<iframe data-held-srcdoc="<script>parent.hit(HOW)</script>"></iframe>`,
    'frame-held-srcdoc-image': `<iframe data-held-srcdoc="<img src=x onerror=parent.hit(HOW)>"></iframe>`,
    'frame-held-onload': `<iframe data-held-onload="hit(HOW)"></iframe>`,
    'frame-held-onload-and-srcdoc': `<iframe data-held-onload="hit(HOW)" srcdoc="<p>text</p>"></iframe>`,
    'frame-necessary-src': `<iframe data-consent="necessary" data-src="${RUN}"></iframe>`,
    'frame-necessary-srcdoc': `<iframe data-consent="necessary" data-srcdoc="<script>parent.hit(HOW)</script>"></iframe>`,
    'frame-necessary-held-src': `<iframe data-consent="necessary" data-held-src="${RUN}"></iframe>`,
    'frame-necessary-held-srcdoc': `<iframe data-consent="necessary" data-held-srcdoc="<script>parent.hit(HOW)</script>"></iframe>`,
    'frame-marketing-src': `<iframe data-consent="marketing" data-src="${RUN}"></iframe>`,
    'frame-marketing-srcdoc': `<iframe data-consent="marketing" data-srcdoc="<script>parent.hit(HOW)</script>"></iframe>`,
    'frame-marketing-onload': `<iframe data-consent="marketing" data-src="/made/a?type=text/plain&body=YQ" data-onload="hit(HOW)"></iframe>`,
    'frame-service-src': `<iframe data-consent="tracker" data-src="${RUN}"></iframe>`,
    'frame-data-src': `<iframe data-src="${RUN}"></iframe>`,
    'object-held-data': `<object data-held-data="${RUN}"></object>`,
    'object-necessary-data': `<object data-consent="necessary" data-data="${RUN}"></object>`,
    'embed-held-src': `<embed data-held-src="${RUN}">`,
    'embed-necessary-src': `<embed data-consent="necessary" data-src="${RUN}">`,
    'image-held-onerror': `<img src="/nothing.gif" data-held-onerror="hit(HOW)">`,
    'image-necessary-onerror': `<img data-consent="necessary" data-src="/nothing.gif" data-onerror="hit(HOW)">`,
    'image-held-src-script': `<img data-held-src="${RUN}">`,
    'body-held-onload': `<p data-held-onclick="hit(HOW)" data-held-style="color: red">text</p>`,
    'script-held-type': `<script type="text/plain" data-held-type="text/javascript">hit(HOW)</script>`,
    'script-held-type-unknown': `<script type="text/x-template" data-held-type="module">hit(HOW)</script>`,
    'script-held-src': `<script type="text/plain" data-held-src="data:text/javascript,hit(HOW)"></script>`,
    'drawing-script-held-type': `<svg><script type="text/plain" data-held-type="text/javascript">hit(HOW)</script></svg>`,
    'animate-held-values': `<svg><a id="target" href="#"><animate attributeName="href" data-held-values="${RUN}" data-held-to="${RUN}" begin="0s" fill="freeze"/><text y="9">text</text></a></svg>`,
    'meta-held-content': `<meta http-equiv="refresh" data-held-content="0;url=javascript:hit(HOW)">`,
    'template-shadow': `<div><template data-held-shadowrootmode="open" shadowrootmode="open"><iframe data-held-src="${RUN}"></iframe></template></div>`,
    'in-a-template': `<div data-consent="necessary"><template data-held-src="x"><p>text</p></template></div><iframe data-held-src="${RUN}"></iframe>`,
};

/** How it comes into the page; `HOW` in the markup becomes the number of the way. */
const ROADS = {
    'in the page': (markup) => markup,
    innerHTML: (markup) =>
        `<div id="box"></div><script>document.getElementById('box').innerHTML = ${inScript(JSON.stringify(markup))};</script>`,
    'cloned out of a template': (markup) =>
        `<template id="from">${markup}</template><div id="into"></div><script>document.getElementById('into').append(document.getElementById('from').content.cloneNode(true));</script>`,
};
const names = Object.keys(ROADS);

/** A yes must not bring it either. */
const grantAll = () => window.portcullis?.grantAll();

export const CLAIMS = Object.entries(INJECTED).map(([name, markup]) => ({
    id: `claim-${name}`,
    section: SECTION,
    what: `${name.replaceAll('-', ' ')}, in the page, by innerHTML and cloned out of a template; then everything is granted`,
    page: () => ({
        body: Object.values(ROADS)
            .map((put, how) => put(markup.replaceAll('HOW', how)))
            .join('\n'),
    }),
    names,
    after: grantAll,
    ask: 'code',
    without: 'nothing runs',
    with: 'nothing runs',
}));

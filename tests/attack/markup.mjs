// Markup that one parse leaves harmless, or may; and every way by which a page can turn text into nodes. The rows of
// attacks.mjs and the fuzzer are both made of these.

/** Stands in a seed for a call that says that its handler ran. */
const CALL = 'HIT';

/**
 * Markup on which sanitisers have failed: the tree that one parse makes of it holds no handler that runs, but the tree that
 * comes of parsing its serialisation again may. Those under `plain` run in any browser, and have to run with us as well.
 */
export const SEEDS = {
    'nested form': `<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=${CALL}>`,
    'nested form in a table': `<form><div></form><form><table><form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img src=x onerror=${CALL}>">`,
    'mglyph, style, comment': `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=${CALL}&gt;">`,
    'mglyph, style, CDATA': `<math><mtext><table><mglyph><style><![CDATA[</style><img title="]]&gt;&lt;/mglyph&gt;&lt;img src=x onerror=${CALL}&gt;">`,
    'malignmark in mtext': `<math><mi><table><malignmark><style><a title="</style><img src=x onerror=${CALL}>">`,
    'paragraph in a drawing': `<svg></p><style><a id="</style><img src=x onerror=${CALL}>">`,
    'break in a drawing': `<svg><br><style><a id="</style><img src=x onerror=${CALL}>">`,
    'style in a drawing': `<svg><style><a title="</style><img src=x onerror=${CALL}>"></a></style></svg>`,
    'style in foreignObject': `<svg><foreignObject><style><a title="</style><img src=x onerror=${CALL}>">`,
    'title of a drawing': `<svg><title><style><a title="</title><img src=x onerror=${CALL}>">`,
    'desc of a drawing': `<svg><desc><table><svg><title><style></desc><a id="</style><img src=x onerror=${CALL}>">`,
    'annotation-xml': `<math><annotation-xml encoding="text/html"><style><a title="</style></annotation-xml><img src=x onerror=${CALL}>">`,
    'annotation-xml in a nested form': `<form><math><annotation-xml></form><form><style></math><img src=x onerror=${CALL}>`,
    noscript: `<noscript><p title="</noscript><img src=x alt=&quot;&gt;&lt;img onerror=${CALL}&gt;">`,
    'noscript, style': `<noscript><style></noscript><a title="</style><img src=x onerror=${CALL}>">`,
    template: `<template><form><math><mtext></form><form><mglyph><style></math><img src=x onerror=${CALL}></template>`,
    select: `<select><math><mtext></select><form><mglyph><style></math><img src=x onerror=${CALL}>`,
    'select, style': `<select><style></select><a title="</style><img src=x onerror=${CALL}>">`,
    textarea: `<svg><textarea><style><a title="</textarea><img src=x onerror=${CALL}>">`,
    plaintext: `<math><mtext><plaintext></math><img src=x onerror=${CALL}>`,
    xmp: `<svg><xmp><a title="</xmp><img src=x onerror=${CALL}>">`,
    noembed: `<math><noembed><a title="</noembed><img src=x onerror=${CALL}>">`,
    noframes: `<svg><noframes><a title="</noframes><img src=x onerror=${CALL}>">`,
    'text of a frame': `<svg><iframe><a title="</iframe><img src=x onerror=${CALL}>">`,
    'CDATA in a drawing': `<svg><![CDATA[><img src=x onerror=${CALL}>]]></svg>`,
    'CDATA outside': `<div><![CDATA[><a title="]]><img src=x onerror=${CALL}>"></div>`,
    'links in a table': `<a><table><a><math><mtext></a><mglyph><style></table><img src=x onerror=${CALL}>`,
    'deep nesting': `${'<div>'.repeat(505)}<svg><mtext><style><a title="</style><img src=x onerror=${CALL}>">`,
    'deep forms': `${'<b>'.repeat(508)}<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=${CALL}>`,
    'comment that ends early': `<!--><a title="--><img src=x onerror=${CALL}>">`,
    'comment that ends with a bang': `<svg><!--<a title="--!><img src=x onerror=${CALL}>"-->`,
    'entities in an attribute': `<a title="&lt;/a&gt;&lt;img src=x onerror=${CALL}&gt;">text</a>`,
    'entities in a style of a drawing': `<svg><style>&lt;/style&gt;&lt;img src=x onerror=${CALL}&gt;</style></svg>`,
    'entities in a style of mathematics': `<math><style>&lt;/style&gt;&lt;img src=x onerror=${CALL}&gt;</style></math>`,
    'entities in an xmp of a drawing': `<svg><xmp>&lt;/xmp&gt;&lt;img src=x onerror=${CALL}&gt;</xmp></svg>`,
    'entities, then a paragraph': `<svg><style>&lt;img src=x onerror=${CALL}&gt;</style><p>`,
    'plain: an image': `<img src=x onerror=${CALL}>`,
    'plain: in a drawing': `<svg><foreignObject><img src=x onerror=${CALL}></foreignObject></svg>`,
};

/** The seed at `index`, with a call of `hit` that names it. Without quotes, blanks and brackets of tags, it fits anywhere. */
export const seedWith = (markup, index) => markup.replaceAll(CALL, `(self.hit||parent.hit)(${index})`);

/**
 * Each way to make nodes of text, as a function that runs in the page: it gets the markup, and an empty box that is in the
 * document. What is not in every browser ends with an exception.
 */
export const ENTRANCES = {
    innerHTML: (html, box) => {
        box.innerHTML = html;
    },
    'innerHTML in no document': (html, box) => {
        const own = document.createElement('div');
        own.innerHTML = html;
        box.append(own);
    },
    'innerHTML of a drawing': (html, box) => {
        const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
        box.append(svg);
        svg.innerHTML = html;
    },
    'innerHTML of mathematics': (html, box) => {
        const math = document.createElementNS('http://www.w3.org/1998/Math/MathML', 'math');
        box.append(math);
        math.innerHTML = html;
    },
    'innerHTML of a form': (html, box) => {
        box.append(document.createElement('form'));
        box.firstChild.innerHTML = html;
    },
    'innerHTML of a table': (html, box) => {
        box.append(document.createElement('table'));
        box.firstChild.innerHTML = html;
    },
    'innerHTML of a select': (html, box) => {
        box.append(document.createElement('select'));
        box.firstChild.innerHTML = html;
    },
    'innerHTML of a template, then cloned': (html, box) => {
        const template = document.createElement('template');
        template.innerHTML = html;
        box.append(template.content.cloneNode(true));
    },
    'innerHTML of a template, then imported': (html, box) => {
        const template = document.createElement('template');
        template.innerHTML = html;
        box.append(document.importNode(template.content, true));
    },
    'innerHTML of a shadow root': (html, box) => {
        box.attachShadow({ mode: 'open' }).innerHTML = html;
    },
    outerHTML: (html, box) => {
        box.append(document.createElement('div'));
        box.firstChild.outerHTML = html;
    },
    'insertAdjacentHTML beforebegin': (html, box) => {
        box.append(document.createElement('div'));
        box.firstChild.insertAdjacentHTML('beforebegin', html);
    },
    'insertAdjacentHTML afterbegin': (html, box) => box.insertAdjacentHTML('afterbegin', html),
    'insertAdjacentHTML beforeend': (html, box) => box.insertAdjacentHTML('beforeend', html),
    'insertAdjacentHTML afterend': (html, box) => {
        box.append(document.createElement('div'));
        box.firstChild.insertAdjacentHTML('afterend', html);
    },
    setHTMLUnsafe: (html, box) => box.setHTMLUnsafe(html),
    'setHTMLUnsafe of a shadow root': (html, box) => box.attachShadow({ mode: 'open' }).setHTMLUnsafe(html),
    createContextualFragment: (html, box) => {
        const range = document.createRange();
        range.selectNodeContents(box);
        box.append(range.createContextualFragment(html));
    },
    DOMParser: (html, box) => {
        const made = new DOMParser().parseFromString(html, 'text/html');
        box.append(...made.body.childNodes);
    },
    parseHTMLUnsafe: (html, box) => {
        box.append(...Document.parseHTMLUnsafe(html).body.childNodes);
    },
    createHTMLDocument: (html, box) => {
        const made = document.implementation.createHTMLDocument('');
        made.body.innerHTML = html;
        box.append(document.importNode(made.body, true));
    },
    srcdoc: (html, box) => {
        const frame = document.createElement('iframe');
        frame.srcdoc = html;
        box.append(frame);
    },
    'srcdoc as an attribute': (html, box) => {
        const frame = box.appendChild(document.createElement('iframe'));
        frame.setAttribute('srcdoc', html);
    },
    'srcdoc in markup': (html, box) => {
        box.innerHTML = `<iframe srcdoc="${html.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`;
    },
    'srcdoc in a sandbox': (html, box) => {
        const frame = document.createElement('iframe');
        frame.setAttribute('sandbox', 'allow-scripts allow-same-origin');
        frame.srcdoc = html;
        box.append(frame);
    },
    'document.write of a frame': (html, box) => {
        const made = box.appendChild(document.createElement('iframe')).contentDocument;
        made.open();
        made.write(html);
        made.close();
    },
    'document.write of a frame, in pieces': (html, box) => {
        const made = box.appendChild(document.createElement('iframe')).contentDocument;
        made.open();
        for (let at = 0; at < html.length; at += 3) made.write(html.slice(at, at + 3));
        made.close();
    },
    'document.write of a frame, letter by letter': (html, box) => {
        const made = box.appendChild(document.createElement('iframe')).contentDocument;
        made.open();
        for (let at = 0; at < html.length; at++) made.write(html[at]);
        made.close();
    },
    'document.writeln of a frame': (html, box) => {
        const made = box.appendChild(document.createElement('iframe')).contentDocument;
        made.open();
        made.writeln('', html);
        made.close();
    },
};

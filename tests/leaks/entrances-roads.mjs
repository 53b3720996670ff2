// Roads through what had no interception: setters that take a node, attribute nodes, processing instructions, templates that
// patch, windows that are handed out, workers that name nobody, CSS objects, and interfaces that ask by themselves. What each
// key of a road means stands at the top of roads.mjs.

import { gather } from './road.mjs';

const { roads, family, markup, script, call } = gather();

/** Each has a control: the same way to the page's own host. */
const twin = { twin: true };

// ---- nodes that go in by a setter, and attributes by a node ----
family('entrance');

/** A document that is parsed and loads nothing, and something out of it. */
const parsed = (html, selector) =>
    `new DOMParser().parseFromString(\`${html}\`, 'text/html').querySelector('${selector}')`;
const adopting = (name, html, selector, how, options) =>
    script(name, `(t, { put }) => { const node = ${parsed(html, selector)}; (${how})(node, put); }`, {
        ...twin,
        ...options,
    });
const FRAME = '<iframe src="${t.html}"></iframe>';
const running = { code: true };
adopting(
    'body set, with a frame',
    `<body>${FRAME}</body>`,
    'body',
    (node) => {
        document.body = node;
    },
    running,
);
adopting('body set, with a background', '<body background="${t.gif}"></body>', 'body', (node) => {
    document.body = node;
});
adopting(
    'caption of a table',
    `<table><caption>${FRAME}</caption></table>`,
    'caption',
    (node, put) => {
        put('table').caption = node;
    },
    running,
);
adopting(
    'head of a table',
    `<table><thead><tr><td>${FRAME}</table>`,
    'thead',
    (node, put) => {
        put('table').tHead = node;
    },
    running,
);
adopting(
    'foot of a table',
    `<table><tfoot><tr><td>${FRAME}</table>`,
    'tfoot',
    (node, put) => {
        put('table').tFoot = node;
    },
    running,
);
const OPTION = `<select><option><img src="\${t.gif}">a</option></select>`;
const inSelect = { needs: "CSS.supports('appearance: base-select')" };
adopting('option added to a select', OPTION, 'option', (node, put) => put('select').add(node), inSelect);
adopting('option added to its options', OPTION, 'option', (node, put) => put('select').options.add(node), inSelect);
adopting(
    'option set by number',
    OPTION,
    'option',
    (node, put) => {
        put('select')[0] = node;
    },
    inSelect,
);
adopting(
    'option set by number among the options',
    OPTION,
    'option',
    (node, put) => {
        put('select').options[0] = node;
    },
    inSelect,
);
for (const [name, run] of Object.entries({
    'setNamedItem of a frame': (t, { frame }) => {
        const attr = document.createAttribute('src');
        attr.value = t.html;
        frame().attributes.setNamedItem(attr);
    },
    'setNamedItemNS of a frame': (t, { frame }) => {
        const attr = document.createAttributeNS(null, 'src');
        attr.value = t.html;
        frame().attributes.setNamedItemNS(attr);
    },
    'setNamedItem of srcdoc': (t, { frame }) => {
        const attr = document.createAttribute('srcdoc');
        attr.value = `<script src="${t.js}"></script>`;
        frame().attributes.setNamedItem(attr);
    },
    'setNamedItem of a script': (t, { put }) => {
        const attr = document.createAttribute('src');
        attr.value = t.js;
        put('script').attributes.setNamedItem(attr);
    },
    'setNamedItem of an SVG script': (t, { draw }) => {
        const attr = document.createAttribute('href');
        attr.value = t.js;
        draw('script').attributes.setNamedItem(attr);
    },
})) {
    script(name, run, { ...twin, ...running });
}
script(
    'setNamedItem of a link',
    (t, { put }) => {
        const attr = document.createAttribute('href');
        attr.value = t.css;
        put('link', { rel: 'stylesheet' }).attributes.setNamedItem(attr);
    },
    twin,
);
script(
    'setNamedItem of a player',
    (t, { put }) => {
        const attr = document.createAttribute('src');
        attr.value = t.wav;
        put('audio', { preload: 'auto' }).attributes.setNamedItem(attr);
    },
    twin,
);
script(
    'insertAdjacentText into a module',
    (t, { put }) => {
        put('script', { type: 'module' }).insertAdjacentText('beforeend', `import '${t.mjs}';`);
    },
    { ...twin, ...running },
);
script(
    'insertAdjacentText into a style',
    (t, { put }) => {
        put('p');
        put('style').insertAdjacentText('afterbegin', `@import "${t.css}";`);
    },
    twin,
);
/** In Firefox a script that stands runs when a text in it changes. */
const firefox = { needs: "'mozInnerScreenX' in window", ...twin };
for (const [name, run] of Object.entries({
    'data of the text of a module': (t, { put }) => {
        const text = put('script', { type: 'module' }).appendChild(document.createTextNode(''));
        text.data = `import '${t.mjs}';`;
    },
    'appendData of the text of a module': (t, { put }) => {
        const text = put('script', { type: 'module' }).appendChild(document.createTextNode(''));
        text.appendData(`import '${t.mjs}';`);
    },
    'nodeValue of the text of a module': (t, { put }) => {
        const text = put('script', { type: 'module' }).appendChild(document.createTextNode(''));
        text.nodeValue = `import '${t.mjs}';`;
    },
    'replaceData of the text of a module': (t, { put }) => {
        const text = put('script', { type: 'module' }).appendChild(document.createTextNode(''));
        text.replaceData(0, 0, `import '${t.mjs}';`);
    },
    'insertData of the text of a module': (t, { put }) => {
        const text = put('script', { type: 'module' }).appendChild(document.createTextNode(''));
        text.insertData(0, `import '${t.mjs}';`);
    },
})) {
    script(name, run, { ...firefox, ...running });
}
script(
    'ping of an SVG link',
    (t, { draw, frame }) => {
        frame({ name: 'hidden' });
        const link = draw('a', { href: t.own.html, target: 'hidden' });
        link.ping = t.txt;
        link.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    },
    { ...twin, needs: "'ping' in SVGAElement.prototype", call: true },
);
script(
    'style of MathML, laid out at once',
    (t) => {
        const math = document.createElementNS('http://www.w3.org/1998/Math/MathML', 'math');
        math.textContent = 'm';
        document.body.append(math);
        math.style = `background:url(${t.gif})`;
        document.body.getBoundingClientRect();
    },
    { ...twin, needs: '!!window.MathMLElement' },
);

// Markup that runs its scripts, and templates that patch.
script(
    'setHTMLUnsafe that runs scripts',
    (t, { put }) => {
        put('div').setHTMLUnsafe(`<script src="${t.js}"></script>`, { runScripts: true });
    },
    {
        ...twin,
        ...running,
        needs: '!!window.HTMLTemplateElement?.prototype && "htmlFor" in HTMLTemplateElement.prototype',
    },
);
script(
    'setHTMLUnsafe that runs a module',
    (t, { put }) => {
        put('div').setHTMLUnsafe(`<script type="module">import '${t.mjs}'</script>`, { runScripts: true });
    },
    { ...twin, ...running, needs: '"htmlFor" in HTMLTemplateElement.prototype' },
);
script(
    'setHTMLUnsafe of a shadow root that runs scripts',
    (t, { put }) => {
        put('div')
            .attachShadow({ mode: 'closed' })
            .setHTMLUnsafe(`<script src="${t.js}"></script>`, { runScripts: true });
    },
    { ...twin, ...running, needs: '"htmlFor" in HTMLTemplateElement.prototype' },
);
const patching = { ...twin, needs: '"htmlFor" in HTMLTemplateElement.prototype' };
const patch = (html) => `<div><?marker name="x"></div><template for="x">${html}</template>`;
markup('template that patches, an image', (t) => patch(`<img src="${t.gif}">`), patching);
markup('template that patches, a frame', (t) => patch(`<iframe src="${t.html}"></iframe>`), patching);
markup('template that patches, a script', (t) => patch(`<script src="${t.js}"></script>`), patching);
for (const [name, html] of Object.entries({
    'a frame': '<iframe src="${t.html}"></iframe>',
    'an image': '<img src="${t.gif}">',
})) {
    script(
        `template that patches, put by innerHTML, ${name}`,
        `(t, { put }) => { put('div').innerHTML = \`${patch(html)}\`; }`,
        { ...patching, code: name === 'a frame' },
    );
    script(
        `template that patches, put by setHTMLUnsafe, ${name}`,
        `(t, { put }) => { put('div').setHTMLUnsafe(\`${patch(html)}\`); }`,
        { ...patching, code: name === 'a frame' },
    );
    script(`template that patches, written, ${name}`, `(t, { put }) => { document.write(\`${patch(html)}\`); }`, {
        ...patching,
        code: name === 'a frame',
    });
}

// Processing instructions.
// What an instruction named is not given back to it: the next page brings it.
const instructing = { ...twin, again: 'reload' };
script(
    'xml-stylesheet instruction',
    (t) => {
        document.insertBefore(
            document.createProcessingInstruction('xml-stylesheet', `href="${t.css}" type="text/css"`),
            document.documentElement,
        );
    },
    instructing,
);
script(
    'xml-stylesheet instruction, changed after',
    (t) => {
        const made = document.createProcessingInstruction('xml-stylesheet', `href="${t.own.css}" type="text/css"`);
        document.insertBefore(made, document.documentElement);
        made.data = `href="${t.css}" type="text/css"`;
    },
    instructing,
);
script(
    'xml-stylesheet instruction, an attribute set',
    (t) => {
        const made = document.createProcessingInstruction('xml-stylesheet', `href="${t.own.css}" type="text/css"`);
        document.insertBefore(made, document.documentElement);
        made.setAttribute('href', t.css);
    },
    { ...instructing, needs: "'setAttribute' in ProcessingInstruction.prototype" },
);
script(
    'xml-stylesheet instruction out of another document',
    (t) => {
        const inert = new DOMParser().parseFromString(
            `<?xml-stylesheet href="${t.css}" type="text/css"?><a/>`,
            'text/xml',
        );
        document.prepend(document.adoptNode(inert.firstChild));
    },
    instructing,
);
script(
    'xml-stylesheet instruction in a frame of XML',
    (t, { frame, blob }) => {
        frame({
            src: blob(
                `<?xml-stylesheet href="${t.css}" type="text/css"?><html xmlns="http://www.w3.org/1999/xhtml"/>`,
                'application/xhtml+xml',
            ),
        });
    },
    twin,
);

// Windows that are handed out.
const window1 = (name, run, options) => call(name, run, { ...twin, ...options });
window1('window of an embed, by its number', async (t, { put, made, once }) => {
    const embed = put('embed', { type: 'text/html', src: made('text/html', '<p>p</p>') });
    await once(embed, 'load');
    return window[0].fetch(t.txt, { mode: 'no-cors' });
});
window1('window of an embed, by its name', async (t, { put, made, once }) => {
    const embed = put('embed', { name: 'leak', type: 'text/html', src: made('text/html', '<p>p</p>') });
    await once(embed, 'load');
    return window.frames[0].fetch(t.txt, { mode: 'no-cors' });
});
window1('window of an embed, by getSVGDocument', async (t, { put, made, once }) => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';
    const embed = put('embed', { type: 'image/svg+xml', src: made('image/svg+xml', svg) });
    await once(embed, 'load');
    return embed.getSVGDocument().defaultView.fetch(t.txt, { mode: 'no-cors' });
});
window1('window of an object, by getSVGDocument', async (t, { put, made, once }) => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';
    const element = put('object', { type: 'image/svg+xml', data: made('image/svg+xml', svg) });
    await once(element, 'load');
    return element.getSVGDocument().defaultView.fetch(t.txt, { mode: 'no-cors' });
});
window1('own embed without our tag, its inline script', (t, { put, made }) => {
    put('embed', {
        type: 'text/html',
        src: made('text/html', `<script>fetch('${t.txt}', { mode: 'no-cors' })</script>`),
    });
});
window1(
    'window of an embed of a blob',
    (t, { put, blob }) => {
        put('embed', { type: 'text/html', src: blob(`<script src="${t.js}"></script>`, 'text/html') });
    },
    running,
);
// A browser has one such window.
const picturing = { ...twin, click: '#a', needs: '!!window.documentPictureInPicture', again: 'reload', alone: true };
markup(
    'window of picture in picture',
    (t) => `<button id="a">a</button><script>
document.getElementById('a').onclick = async () => {
    const other = await documentPictureInPicture.requestWindow();
    other.fetch('${t.txt}', { mode: 'no-cors' });
};</script>`,
    picturing,
);
markup(
    'window of picture in picture, by its event',
    (t) => `<button id="a">a</button><script>
documentPictureInPicture.onenter = ({ window }) => window.document.body.append(Object.assign(window.document.createElement('script'), { src: '${t.js}' }));
document.getElementById('a').onclick = () => documentPictureInPicture.requestWindow();</script>`,
    picturing,
);

// ---- workers that name nobody ----
family('nobody');

const TOLD = 'onmessage = ({ data }) => fetch(data, { mode: "no-cors" })';
const KINDS = { module: { type: 'module' }, classic: {} };
for (const [kind, options] of Object.entries(KINDS)) {
    const given = JSON.stringify(options);
    for (const where of ['blob', 'data']) {
        if (where === 'blob' || kind === 'module') {
            call(
                `${kind} worker of a ${where} address told by a message`,
                `(t, { blob, data }) => { new Worker(${where}('${TOLD}'), ${given}).postMessage(t.txt); }`,
                where === 'blob' ? twin : {},
            );
        }
        call(
            `${kind} worker of a ${where} address told by a fragment`,
            `(t, { blob, data }) => {
                new Worker(${where}('fetch(decodeURIComponent(location.hash.slice(1)), { mode: "no-cors" })') + '#' + encodeURIComponent(t.txt), ${given});
            }`,
            // A module of a data: address cannot begin with ours: it is held whole.
            where === 'data' && kind === 'module' ? {} : twin,
        );
    }
    call(
        `${kind} worker told by its name`,
        `(t, { blob }) => { new Worker(blob('fetch(name, { mode: "no-cors" })'), { ...${given}, name: t.txt }); }`,
        twin,
    );
    call(
        `${kind} shared worker told by its name`,
        `(t, { blob }) => { new SharedWorker(blob('fetch(name, { mode: "no-cors" })'), { ...${given}, name: t.txt }); }`,
        twin,
    );
    call(
        `${kind} shared worker told by a message`,
        `(t, { blob }) => {
            new SharedWorker(blob('onconnect = ({ ports: [port] }) => { port.${TOLD} }'), ${given}).port.postMessage(t.txt);
        }`,
        twin,
    );
    call(
        `${kind} shared worker told by a fragment`,
        `(t, { blob }) => {
            new SharedWorker(blob('fetch(decodeURIComponent(location.hash.slice(1)), { mode: "no-cors" })') + '#' + encodeURIComponent(t.txt), ${given});
        }`,
        twin,
    );
    call(
        `${kind} worker that starts another, told by a message`,
        `(t, { blob }) => {
            const inner = ${JSON.stringify(TOLD)};
            new Worker(blob('onmessage = ({ data }) => new Worker(URL.createObjectURL(new Blob([' + JSON.stringify(inner) + ']))).postMessage(data)'), ${given})
                .postMessage(t.txt);
        }`,
        twin,
    );
}
call(
    'worker that imports what it is told',
    (t, { blob }) => {
        new Worker(blob('onmessage = ({ data }) => import(data)')).postMessage(t.mjs);
    },
    { ...twin, code: true },
);
call(
    'worker of a blob that is served as text in a frame',
    (t, { frame, blob }) => {
        new (frame().contentWindow.Worker)(blob('onmessage = ({ data }) => fetch(data, { mode: "no-cors" })'), {
            type: 'module',
        }).postMessage(t.txt);
    },
    twin,
);
call(
    'module worker that imports a module of a blob, told by a message',
    (t, { blob }) => {
        const inner = blob('onmessage = ({ data }) => fetch(data, { mode: "no-cors" })');
        new Worker(blob(`import '${inner}';`), { type: 'module' }).postMessage(t.txt);
    },
    twin,
);
for (const [name, wrapped] of Object.entries({
    'of a data: address': (t, { data }) => data(`import '${t.mjs}';`),
    'of a data: address in base64': (t) => `data:text/javascript;base64,${btoa(`import '${t.mjs}';`)}`,
    'of a blob': (t, { blob }) => blob(`import '${t.mjs}';`),
})) {
    call(
        `worklet that imports a module ${name}`,
        `(t, tools) => new AudioContext().audioWorklet
            .addModule(tools.blob('import ' + JSON.stringify((${wrapped})(t, tools)))).catch(() => {})`,
        { needs: '!!window.AudioWorklet', code: false },
    );
}

// ---- CSS objects ----
family('cssom');

const object = (name, run, options) => script(name, run, { call: true, ...twin, ...options });
object('style of a rule, kept', async (t, { put, style }) => {
    put('p', { textContent: 'p' });
    const kept = style('p{}').sheet.cssRules[0].style;
    await new Promise((done) => setTimeout(done, 20));
    kept.backgroundImage = `url(${t.gif})`;
});
object('style of a rule, kept, by its CSS name', async (t, { put, style }) => {
    put('p', { textContent: 'p' });
    const kept = style('p{}').sheet.cssRules[0].style;
    await new Promise((done) => setTimeout(done, 20));
    kept['background-image'] = `url(${t.gif})`;
});
object('style of a rule, kept, by Reflect', async (t, { put, style }) => {
    put('p', { textContent: 'p' });
    const kept = style('p{}').sheet.cssRules[0].style;
    await new Promise((done) => setTimeout(done, 20));
    Reflect.set(kept, 'background', `url(${t.gif})`);
});
object('style of a rule, laid out at once', (t, { put, style }) => {
    put('p', { textContent: 'p' });
    style('p{}').sheet.cssRules[0].style.background = `url(${t.gif})`;
    document.body.getBoundingClientRect();
});
object('style of a rule in a constructed sheet, kept', async (t, { put }) => {
    put('p', { textContent: 'p' });
    const made = new CSSStyleSheet();
    made.replaceSync('p{}');
    document.adoptedStyleSheets = [made];
    const kept = made.cssRules[0].style;
    await new Promise((done) => setTimeout(done, 20));
    kept.backgroundImage = `url(${t.gif})`;
});
object('style of key frames, kept', async (t, { put, style }) => {
    put('p', { textContent: 'p' });
    const kept = style('p{animation:k 9s infinite}@keyframes k{from,to{}}').sheet.cssRules[1].cssRules[0].style;
    await new Promise((done) => setTimeout(done, 20));
    kept.backgroundImage = `url(${t.gif})`;
});
object('style of a font, kept', async (t, { put, style }) => {
    put('p', { textContent: 'p' }).style.fontFamily = 'f';
    const kept = style('@font-face{font-family:f;src:local(none)}').sheet.cssRules[0].style;
    await new Promise((done) => setTimeout(done, 20));
    kept.setProperty('src', `url(${t.woff2})`);
});
object(
    'styleMap of a rule, kept',
    async (t, { put, style }) => {
        put('p', { textContent: 'p' });
        const kept = style('p{}').sheet.cssRules[0].styleMap;
        await new Promise((done) => setTimeout(done, 20));
        kept.set('background-image', CSSStyleValue.parse('background-image', `url(${t.gif})`));
    },
    { needs: '"styleMap" in CSSStyleRule.prototype' },
);
const typed = { needs: '"attributeStyleMap" in HTMLElement.prototype' };
object(
    'CSSStyleValue, laid out at once',
    (t, { put }) => {
        put('p', { textContent: 'p' }).attributeStyleMap.set(
            'background-image',
            CSSStyleValue.parse('background-image', `url(${t.gif})`),
        );
        document.body.getBoundingClientRect();
    },
    typed,
);
object(
    'CSSStyleValue appended, laid out at once',
    (t, { put }) => {
        put('p', { textContent: 'p' }).attributeStyleMap.append(
            'background-image',
            ...CSSStyleValue.parseAll('background-image', `url(${t.gif})`),
        );
        document.body.getBoundingClientRect();
    },
    typed,
);
object(
    'CSSUnparsedValue, laid out at once',
    (t, { put }) => {
        const p = put('p', { textContent: 'p' });
        p.style.backgroundImage = 'var(--x)';
        p.attributeStyleMap.set('--x', new CSSUnparsedValue([`url(${t.gif})`]));
        document.body.getBoundingClientRect();
    },
    typed,
);
object(
    'CSSStyleValue in the styleMap of a rule',
    (t, { put, style }) => {
        put('p', { textContent: 'p' });
        style('p{}').sheet.cssRules[0].styleMap.set(
            'background-image',
            CSSStyleValue.parse('background-image', `url(${t.gif})`),
        );
        document.body.getBoundingClientRect();
    },
    { needs: '"styleMap" in CSSStyleRule.prototype' },
);
/** A value that is an object, and says its text when it is asked. */
const said = (name, run, options) => object(`an object for ${name}`, run, options);
said('replaceSync', (t, { put }) => {
    put('p', { textContent: 'p' });
    const made = new CSSStyleSheet();
    made.replaceSync({ toString: () => `p{background:url(${t.gif})}` });
    document.adoptedStyleSheets = [made];
});
said('insertRule', (t, { put, style }) => {
    put('p', { textContent: 'p' });
    style('').sheet.insertRule({ toString: () => `p{background:url(${t.gif})}` });
});
said('addRule', (t, { put, style }) => {
    put('p', { textContent: 'p' });
    style('').sheet.addRule('p', { toString: () => `background:url(${t.gif})` });
});
said('the cssText of a rule', (t, { put, style }) => {
    put('p', { textContent: 'p' });
    style('p{}').sheet.cssRules[0].style.cssText = { toString: () => `background:url(${t.gif})` };
    document.body.getBoundingClientRect();
});
said('setProperty', (t, { put }) => {
    put('p', { textContent: 'p' }).style.setProperty('background', { toString: () => `url(${t.gif})` });
    document.body.getBoundingClientRect();
});
said('a style', (t, { put }) => {
    put('p', { textContent: 'p' }).style = { toString: () => `background:url(${t.gif})` };
    document.body.getBoundingClientRect();
});
said('a FontFace', (t) => new FontFace('f', { toString: () => `url(${t.woff2})` }).load().catch(() => {}));
said(
    'registerProperty',
    (t, { put }) => {
        const initialValue = { toString: () => `url(${t.gif})` };
        CSS.registerProperty({ name: '--z', syntax: '<image>', inherits: false, initialValue });
        put('p', { textContent: 'p' }).style.background = 'var(--z)';
    },
    { needs: '!!CSS.registerProperty' },
);
said(
    'registerProperty that inherits it',
    (t, { put }) => {
        CSS.registerProperty(
            Object.create({ name: '--w', syntax: '<image>', inherits: false, initialValue: `url(${t.gif})` }),
        );
        put('p', { textContent: 'p' }).style.background = 'var(--w)';
    },
    { needs: '!!CSS.registerProperty' },
);
/** What says something else the second time, or is no list to JSON. */
const frames = (name, make, options) =>
    object(
        `key frames, ${name}`,
        `(t, { put }) => { const make = ${make}; put('p', { textContent: 'p' }).animate(make(\`url(\${t.gif})\`), 9999); document.body.getBoundingClientRect(); }`,
        options,
    );
frames('of a set', (url) => new Set([{ backgroundImage: url }, { backgroundImage: url }]));
frames('of a generator', (url) =>
    (function* () {
        yield { backgroundImage: url };
        yield { backgroundImage: url };
    })(),
);
frames('of an iterator that says something else the second time', (url) => {
    let count = 0;
    const list = [{ backgroundImage: url }, { backgroundImage: url }];
    return { [Symbol.iterator]: () => (count++ ? [] : list)[Symbol.iterator]() };
});
frames('with a getter that says something else the second time', (url) => {
    let count = 0;
    const one = () =>
        Object.defineProperty({}, 'backgroundImage', { enumerable: true, get: () => (count++ > 3 ? url : 'none') });
    let turns = 0;
    return [0, 1].map(() =>
        Object.defineProperty({}, 'backgroundImage', {
            enumerable: true,
            get: () => (turns++ % 2 || one ? url : 'none'),
        }),
    );
});
frames('with a toJSON', (url) =>
    [0, 1].map(() => ({
        backgroundImage: url,
        toJSON: () => ({}),
    })),
);
frames('with an object for a value', (url) => [0, 1].map(() => ({ backgroundImage: { toString: () => url } })));
frames('with a set of values', (url) => ({ backgroundImage: new Set([url, url]) }));
object('key frames set, of a set', (t, { put }) => {
    const animation = put('p', { textContent: 'p' }).animate([], 9999);
    animation.effect.setKeyframes(
        new Set([{ backgroundImage: `url(${t.gif})` }, { backgroundImage: `url(${t.gif})` }]),
    );
});
object('KeyframeEffect of a set', (t, { put }) => {
    const p = put('p', { textContent: 'p' });
    const url = `url(${t.gif})`;
    new Animation(new KeyframeEffect(p, new Set([{ backgroundImage: url }, { backgroundImage: url }]), 9999)).play();
});
object('text of a sheet that was cut, put back', (t, { put, style }) => {
    put('p', { textContent: 'p' });
    const kept = style(`p{background:url(${t.gif})}`);
    const made = new CSSStyleSheet();
    made.replaceSync(kept.textContent);
    document.adoptedStyleSheets = [made];
});
object('replaceSync of its own text', (t, { put }) => {
    put('p', { textContent: 'p' });
    const made = new CSSStyleSheet();
    made.replaceSync(`p{background:url(${t.gif})}`);
    made.replaceSync([...made.cssRules].map((rule) => rule.cssText).join('\n'));
    document.adoptedStyleSheets = [made];
});
/** Chromium reads no base of a sheet's own. */
const base = (name, run) => object(`a base of its own, ${name}`, run, firefox);
base('replaceSync', (t, { put }) => {
    put('p', { textContent: 'p' });
    const made = new CSSStyleSheet({ baseURL: t.folder });
    made.replaceSync('p{background:url(a.gif)}');
    document.adoptedStyleSheets = [made];
});
base('replace', async (t, { put }) => {
    put('p', { textContent: 'p' });
    const made = new CSSStyleSheet({ baseURL: t.folder });
    document.adoptedStyleSheets = [made];
    await made.replace('p{background:url(a.gif)}');
});
base('insertRule', (t, { put }) => {
    put('p', { textContent: 'p' });
    const made = new CSSStyleSheet({ baseURL: t.folder });
    document.adoptedStyleSheets = [made];
    made.insertRule('p{background:url(a.gif)}');
});
base('style of a rule', (t, { put }) => {
    put('p', { textContent: 'p' });
    const made = new CSSStyleSheet({ baseURL: t.folder });
    made.replaceSync('p{}');
    document.adoptedStyleSheets = [made];
    made.cssRules[0].style.backgroundImage = 'url(a.gif)';
});
base('inherited', (t, { put }) => {
    put('p', { textContent: 'p' });
    const made = new CSSStyleSheet(Object.create({ baseURL: t.folder }));
    made.replaceSync('p{background:url(a.gif)}');
    document.adoptedStyleSheets = [made];
});

// ---- interfaces that ask by themselves ----
family('api');

const rules = (where) => JSON.stringify({ prefetch: [{ source: 'document', where, eagerness: 'immediate' }] });
const link = (t) => `<a href="${t.safe.html}">a</a>`;
/** Any link may be meant, so these are held whole: the controls are at the end. Such a rule is a hint, which the browser may
 * leave (Speculation Rules § 1). */
const speculating = { code: false, quiet: 1500, again: 'reload', hint: true };
markup(
    'document rules, every link',
    (t) => `${link(t)}<script type="speculationrules">${rules(undefined)}</script>`,
    speculating,
);
markup(
    'document rules, by a selector',
    (t) => `${link(t)}<script type="speculationrules">${rules({ selector_matches: 'a' })}</script>`,
    speculating,
);
markup(
    'document rules, by an address',
    (t) => `${link(t)}<script type="speculationrules">${rules({ href_matches: '*://*:*/*' })}</script>`,
    speculating,
);
markup(
    'document rules, not by an address',
    (t) => `${link(t)}<script type="speculationrules">${rules({ not: { href_matches: '/logout' } })}</script>`,
    speculating,
);
markup(
    'document rules that do not say so',
    (t) =>
        `${link(t)}<script type="speculationrules">{"prefetch":[{"where":{"selector_matches":"a"},"eagerness":"immediate"}]}</script>`,
    speculating,
);
markup(
    'document rules, prerender',
    (t) =>
        `${link(t)}<script type="speculationrules">{"prerender":[{"where":{"selector_matches":"a"},"eagerness":"immediate"}]}</script>`,
    speculating,
);
script(
    'document rules put by script',
    (t, { put }) => {
        put('a', { href: t.safe.html, textContent: 'a' });
        put('script', {
            type: 'speculationrules',
            textContent: '{"prefetch":[{"where":{"selector_matches":"a"},"eagerness":"immediate"}]}',
        });
    },
    { ...speculating },
);
markup('document rules of a header', link, {
    ...speculating,
    ...twin,
    headers: (t) => ({
        'Speculation-Rules': `"${t.shop}/made/a?type=application%2Fspeculationrules%2Bjson&body=${Buffer.from(rules({ selector_matches: 'a' })).toString('base64url')}"`,
    }),
});
markup('list rules of a header', () => '<p>p</p>', {
    ...speculating,
    ...twin,
    headers: (t) => ({
        'Speculation-Rules': `"${t.shop}/made/a?type=application%2Fspeculationrules%2Bjson&body=${Buffer.from(JSON.stringify({ prefetch: [{ urls: [t.safe.html], eagerness: 'immediate' }] })).toString('base64url')}"`,
    }),
});
// Chromium lets one set out two seconds after the call. Each has a name of its own: one that goes on keeps it.
const background = (name, ask) =>
    call(
        `Background Fetch, ${name}`,
        `async (t) => {
            const registration = await navigator.serviceWorker.register(t.own.js);
            const worker = registration.installing ?? registration.waiting ?? registration.active;
            if (worker.state !== 'activated') await new Promise((done) => worker.addEventListener('statechange', () => worker.state === 'activated' && done()));
            await (${ask})(registration.backgroundFetch, t).catch(() => {});
        }`,
        { ...twin, needs: '!!window.BackgroundFetchManager', quiet: 4000, code: false },
    );
background('one address', (manager, t) => manager.fetch(`${Math.random()}`, t.safe.txt));
background('a list', (manager, t) => manager.fetch(`${Math.random()}`, [t.own.txt, t.safe.txt]));
background('a request', (manager, t) => manager.fetch(`${Math.random()}`, new Request(t.safe.txt)));
background('a set', (manager, t) => manager.fetch(`${Math.random()}`, new Set([t.safe.txt])));
const notifying = { ...twin, needs: '!!window.Notification', quiet: 1500, permissions: ['notifications'] };
for (const member of ['icon', 'image', 'badge']) {
    call(`notification, ${member}`, `(t) => void new Notification('a', { ${member}: t.gif })`, notifying);
}
for (const member of ['icon', 'image', 'badge']) {
    call(
        `notification of a service worker, ${member}`,
        `async (t) => {
            const registration = await navigator.serviceWorker.register(t.own.js);
            const worker = registration.installing ?? registration.waiting ?? registration.active;
            if (worker.state !== 'activated') await new Promise((done) => worker.addEventListener('statechange', () => worker.state === 'activated' && done()));
            await registration.showNotification('a', { ${member}: t.gif }).catch(() => {});
        }`,
        { ...notifying, code: false },
    );
}
call(
    'notification of a service worker, an action',
    async (t) => {
        const registration = await navigator.serviceWorker.register(t.own.js);
        const worker = registration.installing ?? registration.waiting ?? registration.active;
        if (worker.state !== 'activated')
            await new Promise((done) => {
                worker.addEventListener('statechange', () => worker.state === 'activated' && done());
            });
        const actions = [{ action: 'a', title: 'a', icon: t.gif }];
        await registration.showNotification('a', { actions }).catch(() => {});
    },
    { ...notifying, code: false },
);
markup('link next', (t) => `<link rel="next" href="${t.txt}">`, { ...firefox, head: true, quiet: 1500 });
call(
    'XSLTProcessor, document()',
    (t) => {
        const processor = new XSLTProcessor();
        processor.importStylesheet(
            new DOMParser().parseFromString(
                `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><xsl:copy-of select="document('${t.svg}')"/></xsl:template></xsl:stylesheet>`,
                'text/xml',
            ),
        );
        processor.transformToFragment(document, document);
    },
    firefox,
);
call(
    'XSLTProcessor, import',
    (t) => {
        const processor = new XSLTProcessor();
        processor.importStylesheet(
            new DOMParser().parseFromString(
                `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:import href="${t.svg}"/></xsl:stylesheet>`,
                'text/xml',
            ),
        );
    },
    firefox,
);
call(
    'XSLTProcessor, include',
    (t) => {
        const processor = new XSLTProcessor();
        processor.importStylesheet(
            new DOMParser().parseFromString(
                `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:include href="${t.svg}"/></xsl:stylesheet>`,
                'text/xml',
            ),
        );
    },
    firefox,
);

export const ENTRANCES = [...roads];

// ---- controls beside the twins: what is held whole has none ----
roads.length = 0;
family('control');

const speculated = { home: true, quiet: 1500, hint: true };
markup(
    'document rules of own addresses',
    (t) => `<a href="${t.own.html}">a</a><script type="speculationrules">${rules({ href_matches: '/*' })}</script>`,
    speculated,
);
markup(
    'document rules of own addresses, some of them',
    (t) =>
        `<a href="${t.own.html}">a</a><script type="speculationrules">${rules({ and: [{ href_matches: ['/*', '/leak/*'] }, { not: { href_matches: '/logout' } }] })}</script>`,
    speculated,
);

export const ENTRANCE_CONTROLS = roads.map((road) => ({ ...road, control: true }));

// Roads whose address has to be read out of a text as its own language spells it: specifiers of modules, JSON, SVG, playlists.
// What each key of a road means stands at the top of roads.mjs.

import { attribute, gather } from './road.mjs';

const { roads, family, markup, script, call } = gather();

/** This address without the slashes behind its scheme, which a specifier does not need. */
const bare = (url) => url.replace('//', '');
/** This address with each slash spelled as `put`. */
const slashed = (url, put) => url.replaceAll('/', put);

// ---- specifiers of modules ----
family('text');

for (const [name, specifier, before = ''] of [
    ['without slashes', (t) => `'${bare(t.mjs)}'`],
    ['with one slash', (t) => `'${t.mjs.replace('//', '/')}'`],
    ['with backslashes', (t) => `'${t.mjs.replace('//', '\\\\\\\\')}'`],
    ['with a scheme of capitals', (t) => `'${t.mjs.replace('http', 'HTtp')}'`],
    ['with spaces around', (t) => `'  ${t.mjs}\\t'`],
    ['with escapes by \\u', (t) => `'${slashed(t.mjs, '\\u002f')}'`],
    ['with escapes by \\u in braces', (t) => `'${slashed(t.mjs, '\\u{00002F}')}'`],
    ['with escapes by \\x', (t) => `'${slashed(t.mjs, '\\x2F')}'`],
    ['with escapes of letters', (t) => `'\\x68\\u0074tp${slashed(t.mjs.slice(4), '\\/')}'`],
    ['that goes on in the next line', (t) => `'${t.mjs.replace('//', '/\\\n/')}'`],
    ['with a tab in its scheme', (t) => `'${t.mjs.replace('http', 'ht\\ttp')}'`],
    ['after a comment', (t) => `/* " */ '${t.mjs}'`],
    ['after a comment of a line', (t) => `// it's\n"${t.mjs}"`],
    ['after two comments', (t) => `/**//*/*/ '${t.mjs}'`],
    ['behind a pattern with a quote', (t) => `'${t.mjs}'`, `const b = /["'/*]/;`],
    ['behind a template that opens a comment', (t) => `'${t.mjs}'`, 'const c = `"/*`;'],
]) {
    markup(`import ${name}`, (t) => `<script type="module">${before}import ${specifier(t)};</script>`, {
        code: true,
        again: 'reload',
    });
}
for (const [name, clause] of [
    ['named', 'import { a as b } from'],
    ['a name space', 'import * as all from'],
    ['a name space and comments', 'import/**/*/* from */as/**/all/**/from/**/'],
    ['from another', 'export { from } from'],
    ['all of another', 'export * as from from'],
]) {
    // Its names are not there, so it is asked for and does not run.
    markup(`import of ${name}`, (t) => `<script type="module">${clause}'${bare(t.mjs)}';</script>`, {
        code: false,
        again: 'reload',
    });
}
markup('import of JSON, with escapes', (t) => {
    const specifier = slashed(t.json, '\\u002f');
    return `<script type="module">import a from '${specifier}' with { type: 'json' };</script>`;
});
markup(
    'import of CSS, with escapes',
    (t) => `<script type="module">import a from '${slashed(t.css, '\\x2f')}' with { type: 'css' };</script>`,
    { needs: '!!window.chrome' },
);
script('import with escapes, of a module by script', (t, { put }) => {
    put('script', { type: 'module', text: `import '${t.mjs.replaceAll('/', '\\u002f')}';` });
});
script('import without slashes, of a module by innerHTML of its text', (t, { put }) => {
    put('script', { type: 'module' }).innerHTML = `import '${t.mjs.replace('//', '')}';`;
});
markup(
    'import with escapes, of a data: module',
    (t) => `<script type="module" src="data:text/javascript,import '${slashed(t.mjs, '%5Cu002f')}'"></script>`,
    { again: 'reload' },
);
markup(
    'import without slashes, of a data: module in base64',
    (t) =>
        `<script type="module" src="data:text/javascript;base64,${Buffer.from(`import '${bare(t.mjs)}'`).toString('base64')}"></script>`,
    { again: 'reload' },
);
script('import with escapes, of a blob module', (t, { put, blob }) => {
    put('script', { type: 'module', src: blob(`import /* from */ '${t.mjs.replaceAll('/', '\\x2f')}';`) });
});
call(
    'import with escapes, of a worklet',
    (t, { blob }) =>
        new AudioContext().audioWorklet
            .addModule(blob(`import '${t.mjs.replaceAll('/', '\\u{2f}')}';`))
            .catch(() => {}),
    { code: false },
);
call('import without slashes, of a module worker', (t, { blob }) => {
    new Worker(blob(`import '${t.mjs.replace('//', '')}';`), { type: 'module' });
});
call('importScripts with escapes', (t, { blob }) => {
    new Worker(blob(`importScripts('${t.js.replaceAll('/', '\\57')}')`));
});

// ---- JSON ----
for (const [name, json, use = 'lib'] of [
    ['with escapes', (t) => `{"imports":{"lib":"${slashed(t.mjs, '\\u002f')}"}}`],
    ['with slashes escaped', (t) => `{"imports":{"lib":"${slashed(t.mjs, '\\/')}"}}`],
    ['without slashes', (t) => `{"imports":{"lib":"${bare(t.mjs)}"}}`],
    ['of a folder', (t) => `{"imports":{"lib/":"${slashed(t.folder, '\\u002F')}"}}`, 'lib/a.mjs'],
    ['of an own address', (t) => `{"imports":{"/own.mjs":"${slashed(t.mjs, '\\u002f')}"}}`, '/own.mjs'],
    ['by scopes', (t) => `{"scopes":{"/":{"lib":"${slashed(t.mjs, '\\u002f')}"}}}`],
]) {
    markup(
        `import map ${name}`,
        (t) => `<script type="importmap">${json(t)}</script><script type="module">import '${use}';</script>`,
        { code: true, again: 'reload' },
    );
}
script(
    'import map with escapes, by script',
    (t, { put }) => {
        put('script', { type: 'importmap', text: `{"imports":{"lib":"${t.mjs.replaceAll('/', '\\u002f')}"}}` });
        put('script', { type: 'module', text: "import 'lib';" });
    },
    { again: 'reload' },
);
const rules = { quiet: 1000, again: 'reload', code: false, needs: "HTMLScriptElement.supports('speculationrules')" };
const immediate = (rest) => `{"prefetch":[{"source":"list",${rest},"eagerness":"immediate"}]}`;
markup(
    'speculation rules with escapes',
    (t) => `<script type="speculationrules">${immediate(`"urls":["${slashed(t.safe.html, '\\u002f')}"]`)}</script>`,
    rules,
);
markup(
    'speculation rules with an escaped key',
    (t) => `<script type="speculationrules">${immediate(`"\\u0075rls":["${slashed(t.safe.html, '\\/')}"]`)}</script>`,
    rules,
);

// ---- SVG ----
for (const [name, value] of [
    ['', (t) => t.gif],
    [', with references to characters', (t) => slashed(t.gif, '&#x2f;').replace(':', '&colon;')],
    [', with spaces around', (t) => ` \n${t.gif}\t`],
    [', with tabs', (t) => t.gif.replace('tracker', 'tra&#9;cker')],
]) {
    markup(
        `SVG set${name}`,
        (t) => `<svg><image width="9" height="9"><set attributeName="href" to="${value(t)}" dur="9s"/></image></svg>`,
    );
}
markup(
    'SVG set that begins with the page',
    (t) =>
        `<svg><image width="9" height="9"><set attributeName="href" begin="0s" end="9s" to="${t.gif}"/></image></svg>`,
);
markup(
    'SVG set of a style',
    (t) =>
        `<svg width="9" height="9"><rect width="9" height="9"><set attributeName="mask" to="url(${t.svg}#a)" dur="9s"/></rect></svg>`,
);
script('SVG set by script', (t, { draw }) => {
    const set = document.createElementNS('http://www.w3.org/2000/svg', 'set');
    set.setAttribute('attributeName', 'href');
    set.setAttribute('dur', '9s');
    draw('image', { width: 9, height: 9 }).append(set);
    set.setAttribute('to', t.gif);
});
script('SVG set by script, of an image that comes after it', (t, { draw }) => {
    const set = document.createElementNS('http://www.w3.org/2000/svg', 'set');
    const image = draw('image', { width: 9, height: 9, id: 'late' });
    set.setAttribute('href', '#late');
    set.setAttribute('attributeName', 'href');
    set.setAttribute('to', t.gif);
    image.parentNode.append(set);
});
markup(
    'SVG animate, with spaces around its values',
    (t) =>
        `<svg><image width="9" height="9"><animate attributeName="href" values="\n ${t.gif}\t;#a" dur="9s" calcMode="discrete"/></image></svg>`,
);

// ---- playlists ----
const PLAYLIST = (t) => `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${t.mp4}\n#EXT-X-ENDLIST\n`;
const plays = {
    needs: "document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== ''",
    quiet: 1500,
};
script(
    'playlist of a blob',
    `(t, { put, blob }) => {
        const list = (${PLAYLIST})(t);
        put('video', { preload: 'auto', muted: true, autoplay: true, src: blob(list, 'application/vnd.apple.mpegurl') });
    }`,
    plays,
);
script(
    'playlist of a blob of no type',
    `(t, { put, blob }) => {
        put('video', { preload: 'auto', muted: true, autoplay: true, src: blob((${PLAYLIST})(t), '') });
    }`,
    plays,
);
script(
    'playlist of a blob in a source',
    `(t, { put, blob }) => {
        const video = put('video', { preload: 'auto', muted: true, autoplay: true });
        video.append(Object.assign(document.createElement('source'), {
            type: 'application/vnd.apple.mpegurl', src: blob((${PLAYLIST})(t), 'application/vnd.apple.mpegurl') }));
    }`,
    plays,
);
script(
    'key of a playlist of a blob',
    `(t, { put, blob }) => {
        const list = (${PLAYLIST})({ mp4: t.own.mp4 }).replace('#EXTINF', '#EXT-X-KEY:METHOD=AES-128,URI="' + t.txt + '"\\n#EXTINF');
        put('video', { preload: 'auto', muted: true, autoplay: true, src: blob(list, 'application/vnd.apple.mpegurl') });
    }`,
    plays,
);

// ---- files of our own that point elsewhere ----
markup('own module that imports', (t, { made }) => {
    return `<script type="module" src="${attribute(made('text/javascript', `import '${t.mjs}';`))}"></script>`;
});
markup('own module that a module imports', (t, { made }) => {
    return `<script type="module">import '${made('text/javascript', `import '${t.mjs}';`)}';</script>`;
});
markup(
    'own style sheet as a module',
    (t, { made }) =>
        `<script type="module">import sheet from '${made('text/css', `p{background:url(${t.gif})}`)}' with { type: 'css' };
document.adoptedStyleSheets = [sheet];</script><p>p</p>`,
    { needs: '!!window.chrome' },
);
markup(
    'own playlist',
    (t, { made }) =>
        `<video preload="auto" muted autoplay src="${attribute(made('application/vnd.apple.mpegurl', PLAYLIST(t)))}"></video>`,
    plays,
);

export const TEXT_ROADS = [...roads];

// ---- controls: the same of our own ----
roads.length = 0;
family('text');

markup('own import with escapes', (t) => `<script type="module">import '${slashed(t.own.mjs, '\\u002f')}';</script>`, {
    home: true,
});
markup(
    'own import behind text that names the tracker',
    (t) => `<script type="module">const to = "from ${t.mjs}"; import '${t.own.mjs}';</script>`,
    { home: true },
);
markup(
    'own import map with escapes',
    (t) =>
        `<script type="importmap">{"imports":{"lib":"${slashed(t.own.mjs, '\\u002f')}"}}</script><script type="module">import 'lib';</script>`,
    { home: true },
);
markup(
    'own SVG set',
    (t) => `<svg><image width="9" height="9"><set attributeName="href" to="${t.own.gif}" dur="9s"/></image></svg>`,
    { home: true },
);
script(
    'own player of a blob',
    `(t, { put, blob }) => {
        const list = (${PLAYLIST})({ mp4: t.own.mp4 });
        put('video', { preload: 'auto', muted: true, autoplay: true, src: blob(list, 'application/vnd.apple.mpegurl') });
    }`,
    { ...plays, home: true },
);

export const TEXT_CONTROLS = roads.map((road) => ({ ...road, control: true }));

// The readers of text: none may take longer than its text, and none may read less than its slow twin.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'esbuild';
import { holdToLinear, suspicion, textOf } from './text/growth.mjs';
import { faultsOf, piecesOf, readPatterns } from './text/patterns.mjs';
import { loadScanners } from './text/scanners.mjs';
import { cssAddressesSlowly, importsSlowly, isStrictSlowly, peersSlowly } from './text/twins.mjs';

const { patterns, made } = await readPatterns();
const scan = await loadScanners();

/** Numbers that look random and are the same each time. */
function dice(seed) {
    let state = seed;
    const next = (below) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
    };
    return { next, pick: (list) => list[next(list.length)] };
}

/** Runs a pattern over a text as the code does: once, or, where it keeps its place, to the end. */
function drive({ source, flags }) {
    const pattern = new RegExp(source, flags);
    const again = flags.includes('g') || flags.includes('y');
    return (text) => {
        pattern.lastIndex = 0;
        for (let found = pattern.exec(text); found && again; found = pattern.exec(text)) {
            // What takes nothing goes on behind it, as `replace` does.
            if (!found[0]) pattern.lastIndex++;
        }
    };
}

/** The likeliest of these shapes to take long. */
function worst(work, shapes, count) {
    const tried = shapes.map((shape) => ({ shape, ...suspicion(work, shape) }));
    const slowest = [...tried].sort((a, b) => b.whole - a.whole);
    const steepest = [...tried].sort((a, b) => b.growth - a.growth);
    return [...new Set([...slowest.slice(0, count), ...steepest.slice(0, count)].map(({ shape }) => shape))];
}

test('every pattern of the sources is found', () => {
    assert.ok(patterns.length > 50, `${patterns.length} are found`);
    for (const file of ['hooks/text', 'hooks/judge', 'notice', 'embed', 'worker']) {
        assert.ok(
            patterns.some((one) => one.file === file),
            file,
        );
    }
});

test('no pattern is put together as it runs', () => {
    assert.deepEqual(made, []);
});

test('the lint knows patterns that take longer than their text', () => {
    const bad = [
        ['^(?:\\s|\\/\\/.*|\\/\\*[\\s\\S]*?\\*\\/)*(["\'])use strict\\1', ''],
        ['\\/\\*[\\s\\S]*?\\*\\/', 'g'],
        ['\\b(?:import|from)\\b[^"\'`;]*["\'`]', 'gi'],
        ['(candidate:(?:\\S+ ){4})([\\w.-]+\\.[a-z-]+)', 'gi'],
        ['^\\s*([^=;]*?)\\s*=', ''],
        ['<([a-z/!][^>]*)?$', 'i'],
        ['[^:]*$', ''],
        ['^\\s*(module)?\\s*$', 'i'],
        ['(a+)+b', ''],
    ];
    for (const [source, flags] of bad) assert.notDeepEqual(faultsOf({ source, flags }), [], source);
    const good = [
        ['[^\\s,]+', 'g'],
        ['^blob:', ''],
        ['"[^"]*"', 'g'],
        ['^\\s*((module)\\s*)?$', 'i'],
    ];
    for (const [source, flags] of good) assert.deepEqual(faultsOf({ source, flags }), [], source);
});

for (const pattern of patterns) {
    test(`lint ${pattern.file} /${pattern.source}/${pattern.flags}`, () => {
        assert.deepEqual(faultsOf(pattern), []);
    });
    test(`time ${pattern.file} /${pattern.source}/${pattern.flags}`, () => {
        const work = drive(pattern);
        const { starts, pieces, ends } = piecesOf(pattern);
        const shapes = starts.flatMap((start) => pieces.flatMap((piece) => ends.map((end) => ({ start, piece, end }))));
        for (const shape of worst(work, shapes, 2)) holdToLinear(work, shape, `/${pattern.source}/${pattern.flags}`);
    });
}

test('the measure of growth knows what grows', () => {
    for (const source of ['\\/\\*[\\s\\S]*?\\*\\/', '<([a-z/!][^>]*)?$']) {
        const piece = source.startsWith('<') ? '<a' : '/* ';
        assert.throws(() => holdToLinear(drive({ source, flags: 'g' }), { piece, end: '>' }, source));
    }
});

const none = () => {};
/** Each reader, over a text of anybody's. */
const READERS = {
    words: (text) => scan.words(text, none),
    addresses: (text) => scan.addresses(text, none),
    imports: (text) => scan.imports(text, none),
    values: (text) => scan.values(text, none),
    unescaped: (text) => scan.unescaped(text),
    isStrictCode: (text) => scan.isStrictCode(text),
    swapCss: (text) => scan.swapCss(text, () => 'data:,'),
    swapPeers: (text) => scan.swapPeers(text, () => '0.0.0.0'),
    fileOf: (text) => scan.fileOf(`data:${text}`),
    cut: (text) => scan.judge.tryOut(() => scan.judge.cut(text, '', 4)),
    names: (text) => scan.judge.tryOut(() => scan.judge.names(text, 6)),
    mayLoad: (text) => scan.judge.mayLoad(text),
    uncut: (text) => scan.judge.isCut(text) && scan.judge.uncut(text),
};
const TOKENS =
    '/* */ // " \' ` \\ \\" ( ) [ { } < > <a & &# &#x2f; ; , : = . # @ from import import( candidate: url( u\\72l( data: data:text/css, data:,held-1 http: \\u{0 \\x2f a 0 -'
        .split(' ')
        .concat([' ', '\n', '\r\n', '\t', '\u2028', 'é', '"use strict"', 'https://a.test/', "'\\\n"]);

for (const [name, work] of Object.entries(READERS)) {
    test(`time ${name}`, () => {
        const shapes = TOKENS.flatMap((one) => [
            ...TOKENS.map((two) => ({ piece: one + two })),
            { start: '"', piece: one },
            { start: '/*', piece: one },
            { start: 'url(', piece: one },
            { start: 'import(', piece: one },
        ]);
        for (const shape of worst(work, shapes, 3)) holdToLinear(work, shape, name);
    });
}

test('sheets within sheets are read so deep and no deeper', () => {
    let css = '';
    for (let depth = 0; depth < 300; depth++) css = `@import url(data:text/css,${escape(css)})`;
    const began = performance.now();
    let left = css;
    scan.judge.tryOut(() => {
        left = scan.judge.cut(css, '', 4);
    });
    assert.notEqual(left, css);
    assert.ok(performance.now() - began < 10_000);
});

const found = (finder, text) => {
    const all = [];
    finder(text, (address) => all.push(address));
    return all;
};
const absolute = (specifier) => {
    try {
        return new URL(specifier).href;
    } catch {
        return specifier;
    }
};

const CODE =
    'import|import |from|from |export * from |import(|(|)|"a"|\'https:t\'|"\\u002f/t"|`//t`|/*|*/|//|\n|\r\n|\u2028| |"|\'|`|\\|;|x|{a}|.|/"/|/[/"]/|import("b")|import /* x */ "c"|/**/|from\'d\'|"\\x2f\\57"|"a\\\nb"|,|=|"\\\r\nb"'.split(
        '|',
    );
test('imports finds what its twin finds', () => {
    const { next, pick } = dice(1);
    for (let round = 0; round < 20_000; round++) {
        let text = '';
        for (let count = next(14); count >= 0; count--) text += pick(CODE);
        const quick = found(scan.imports, text).map(trimmed);
        for (const one of importsSlowly(text)) {
            assert.ok(
                quick.includes(trimmed(absolute(one))),
                `${JSON.stringify(one)} of ${JSON.stringify(text)}: ${quick}`,
            );
        }
    }
});
/** An address is read without tabs, ends of lines, and what stands before and after it. */
const trimmed = (text) =>
    text
        .replace(/[\t\n\r\u2028\u2029]/g, '')
        .replace(/[\0-\x20]+/g, ' ')
        .trim();

test('imports finds what a parser finds, in modules of all kinds', async () => {
    const { pick } = dice(7);
    const noise = [
        'const r = /["\'`]/g;',
        'const q = 1 / 2 / 3;',
        'const s = "from \'x\'";',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
        'const t = `${1 + `a${"/*"}`} // "`;',
        '/* " */',
        "// ' `\n",
        'if (r) /[/*"]/.test("");',
        'let { a, ...b } = { a: "/*" };',
        'label: for (;;) break label;',
        'const u = "\\"";',
        "const v = '//';",
        'let from = 1; from\n',
    ];
    const gap = () => pick(['', ' ', '\n', '/* " */', "// '\n", '/*from*/', '/**/ /*/*/']);
    const said = (text) => {
        const quote = pick(['"', "'"]);
        const spelled = [...text].map((char) => {
            const code = char.charCodeAt(0).toString(16);
            return pick([
                char,
                char,
                char,
                `\\u${code.padStart(4, '0')}`,
                `\\x${code.padStart(2, '0')}`,
                `\\u{${code}}`,
            ]);
        });
        return quote + spelled.join('') + quote;
    };
    for (let round = 0; round < 40; round++) {
        let code = '';
        const wanted = [];
        for (let line = 0; line < 12; line++) {
            const to = `https:${pick(['', '/', '//'])}t${round}-${line}.test/a.mjs`;
            wanted.push(to);
            const name = `n${round}x${line}`;
            code += `{${pick(noise)}}\n${pick([
                () => `import${gap()}${said(to)}`,
                () => `import ${name}${gap()} from${gap()}${said(to)}`,
                () => `import * as ${name} from${gap()}${said(to)}`,
                () => `import {a as ${name}}from${gap()}${said(to)}`,
                () => `export${gap()}*${gap()}from${gap()}${said(to)}`,
                () => `import(${gap()}${said(to)}${gap()})`,
                () => `{const f = () => import${gap()}(${gap()}${said(to)})}`,
            ])()};\n`;
        }
        const seen = [];
        await build({
            stdin: { contents: code.replaceAll('let from = 1;', '') },
            bundle: true,
            write: false,
            format: 'esm',
            logLevel: 'silent',
            plugins: [
                {
                    name: 'see',
                    setup({ onResolve }) {
                        onResolve({ filter: /./ }, ({ path, kind }) => {
                            if (kind !== 'entry-point') seen.push(path);
                            return { path, external: true };
                        });
                    },
                },
            ],
        });
        assert.deepEqual([...new Set(seen)].sort(), [...new Set(wanted)].sort(), code);
        const quick = found(scan.imports, code);
        for (const to of seen) assert.ok(quick.includes(absolute(to)), `${to} of\n${code}`);
    }
});

test('what imports finds of own code is what it imports', () => {
    const own = [
        'import a from "./a.js"; const url = "https://t.test/x"; fetch(url);',
        '// data from the server\nconst url = "https://t.test/x";',
        'const list = Array.from("https://t.test/"); const all = [..."https://t.test/"];',
        'const m = await import("./own.js");\nconst url = "https://t.test/x";',
        'import.meta.url; const url = "https://t.test/x";',
        'const page = await import("./own.js", { with: { type: "json" } }), url = "https://t.test/x"',
    ];
    for (const code of own) {
        assert.deepEqual(
            found(scan.imports, code).filter((one) => one.includes('t.test') && !code.includes('Array.from')),
            [],
            code,
        );
    }
});

test('an import of something else than one string may be of any address', () => {
    const open = [
        'const url = "https://t.test/x"; import(url)',
        'import(/* ) */ a ? "b" : "https://t.test/x")',
        'import("" + "https://t.test/x")',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
        'import(`https://t.test/${"x"}`)',
        'import(/"/.test(a) ? "https://t.test/x" : b)',
        'import.source(url); const url = "https://t.test/x"',
        'import./* */defer("https://t.test/x")',
    ];
    for (const code of open) {
        const hosts = found(scan.imports, code).map((one) => URL.parse?.(one)?.host ?? new URL(one, 'x:/').host);
        assert.ok(hosts.includes('t.test'), `${code}: ${found(scan.imports, code)}`);
    }
});

test('escapes are read as JavaScript reads them', () => {
    const { next, pick } = dice(3);
    const parts = [
        '\\u002f',
        '\\x2F',
        '\\u{2f}',
        '\\u{0002F}',
        '\\57',
        '\\/',
        '\\\\',
        "\\'",
        'a',
        '\\q',
        '\\0',
        'u',
        '{',
        '\\1',
        '\\377',
    ];
    for (let round = 0; round < 5000; round++) {
        let text = '';
        for (let count = next(9); count >= 0; count--) text += pick(parts);
        assert.equal(scan.unescaped(text), new Function(`return '${text}'`)(), text);
    }
});

test('addresses are found however they are spelled', () => {
    const spelled = [
        'fetch("https://t.test/x")',
        'fetch("\\x68ttps:\\u002f\\u002ft.test/x")',
        'fetch("https:t.test/x")',
        'fetch("ht\\ntps://t.test/x")',
        '<img src="https:&#47;&#x2f;t.test/x">',
        '<img src="https&colon;&sol;&sol;t.test/x">',
        '<img src=//t.test/x>',
        '<img src="/\n/t.test/x">',
        '<img src="https://t.\ttest/x">',
        '<script>fetch("https:\\u002f/t.test")</script>',
        '<b onclick="fetch(&quot;//t.test/x&quot;)">',
        '#EXTM3U\nhttps://t.test/x',
        '{"a":"https:\\/\\/t.test\\/x"}',
        "@import '\\\\\\\\t.test/x'",
    ];
    for (const text of spelled) {
        const hosts = found(scan.addresses, text).map((one) => new URL(one).host);
        assert.ok(hosts.includes('t.test'), `${text}: ${hosts}`);
    }
    const plain = ['<svg xmlns="http://www.w3.org/2000/svg">', 'a // t.test', 'x = a ? b : t.test', 'href="/t.test"'];
    for (const text of plain) assert.deepEqual(found(scan.addresses, text), [], text);
});

test('values finds what JSON leads to, and nothing else', () => {
    const json =
        '{"imports":{"a":"https:\\u002f\\u002ft.test\\/x","https://key.test/":"./own.js"},"scopes":{"/":{"b":"https:u.test"}}}';
    assert.deepEqual(found(scan.values, json), ['https://t.test/x', './own.js', 'https://u.test/']);
    assert.deepEqual(found(scan.values, '{"a": "https://t.test/x",}'), ['https://t.test/x']);
    // Deeper than the reader goes: it is read as text, which may find more.
    const deep = `${'['.repeat(200_000)}"https:\\u002f/t.test/"${']'.repeat(200_000)}`;
    assert.ok(found(scan.values, deep).some((one) => new URL(one).host === 't.test'));
});

const CSS =
    'url(|u\\72l(|URL(|\\75 rl(|xurl(|#url(|@url(|é|image-set(|"|\'|"//t"|\'u\'|//v|https://w/|)|(| |\n|\r|\f|\\|\\\n|/*|*/|/* " */|;|a|-|1|:|\\22 |\\)|}|{|\\28 |data:'.split(
        '|',
    );
test('swapCss finds what its twin finds', () => {
    const { next, pick } = dice(5);
    for (let round = 0; round < 30_000; round++) {
        let text = '';
        for (let count = next(14); count >= 0; count--) text += pick(CSS);
        const quick = [];
        const same = scan.swapCss(text, (address) => {
            quick.push(address);
            return undefined;
        });
        assert.equal(same, text);
        const even = (all) => all.map((one) => one.replace(/\r\n|[\r\f]/g, '\n').trim());
        assert.deepEqual(even(quick), even(cssAddressesSlowly(text)), JSON.stringify(text));
    }
});

test('what is cut out of CSS comes back as it was', () => {
    const { next, pick } = dice(9);
    const { cut, uncut, isCut, tryOut } = scan.judge;
    for (let round = 0; round < 3000; round++) {
        let text = '';
        for (let count = next(10); count >= 0; count--) {
            text += pick([
                'a{b:',
                'url(https://t.test/x)',
                'url( "//t.test/y" )',
                '"c"',
                ';',
                '}',
                '/* "//t.test" */',
                ' ',
                'url(/own)',
            ]);
        }
        let left;
        tryOut(() => {
            left = cut(text, '', 4);
            assert.equal(cut(left, '', 4), left, left);
        });
        assert.equal(isCut(left), /url\(https|url\( /.test(text.replace(/\/\*.*?\*\//g, '')), text);
        assert.ok(!left.replace(/\/\*.*?\*\//g, '').includes('t.test'), left);
        tryOut(() => assert.deepEqual(cssAddressesSlowly(uncut(left)).map(whole), cssAddressesSlowly(text).map(whole)));
    }
});
const whole = (address) => new URL(address, 'https://shop.test/page').href;

test('swapPeers finds what its twin finds', () => {
    const { next, pick } = dice(11);
    const parts = [
        'candidate:1',
        'a=candidate:2',
        '1',
        'udp',
        '2122',
        't.test',
        'a.local',
        '10.0.0.1',
        'fe80::1',
        '5000',
        'typ',
        'host',
        'xn--t.xn--p1ai',
        'CANDIDATE:',
    ];
    for (let round = 0; round < 20_000; round++) {
        const text = Array.from({ length: next(16) }, () => pick(parts)).join(' ');
        const quick = [];
        const left = scan.swapPeers(text, (name) => {
            quick.push(name);
            return '0.0.0.0';
        });
        assert.deepEqual(quick, peersSlowly(text), text);
        assert.deepEqual(peersSlowly(left), [], text);
    }
});

test('isStrictCode says what the language says', () => {
    const { next, pick } = dice(13);
    const parts = [
        '"use strict"',
        "'use strict'",
        ' ',
        '\n',
        '// "\n',
        '/* */',
        '/**//**/',
        ';',
        '"use x";',
        "'a'\n",
        'x;',
        '/',
        '/*',
    ];
    for (let round = 0; round < 5000; round++) {
        let text = '';
        for (let count = next(6); count >= 0; count--) text += pick(parts);
        const is = isStrictSlowly(`var x;${text}`) === undefined ? undefined : isStrictSlowly(text);
        if (is === undefined || /^[^x]*strict.\s*(\/[^/*]|["'])/.test(text)) continue;
        if (is) assert.ok(scan.isStrictCode(text), JSON.stringify(text));
    }
    for (const text of [
        'x; "use strict"',
        '/* "use strict" */',
        '// "use strict"',
        '"use\\x20strict"',
        '\'use strict"',
    ]) {
        assert.ok(!scan.isStrictCode(text), text);
    }
});

test('a text of forty slashes, of eighty and of many comments is read at once', () => {
    for (const text of [
        '/'.repeat(40),
        `x\n${'/'.repeat(80)}`,
        '/* a */\n// b\n'.repeat(1000),
        textOf({ piece: '//' }, 1_000_000),
    ]) {
        const began = performance.now();
        assert.ok(!scan.isStrictCode(text));
        assert.ok(performance.now() - began < 1000);
    }
});

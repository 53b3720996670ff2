// The lint that keeps www/ from asking the page for anything by name.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, refusals } from '../xtask/lint.mjs';

const REFUSED = {
    'a member of the document': 'document.head.append(one);',
    'the same, over a line': 'document\n    .head',
    'the same, perhaps': 'document?.cookie',
    'a member of the window': "window.top === 'x'",
    'a document by the name that we give it': "import { doc } from './hooks';\ndoc.baseURI;",
    'a parameter that is a document': 'const head = (page: Document) => page.head;',
    'a document that was asked for': 'frame.contentDocument.body; el.ownerDocument.createRange();',
    'a cast': '(out as Document).defaultView;',
    'in a template': ['`a $', '{`b $', '{document.cookie}`} c`'].join(''),
    'after a regular expression': 'const a = /[/`]/.test(b) ? document.body : 1;',
    instanceof: 'if (node instanceof Element) return;',
    'what not every browser has': 'navigation.navigate(1); await caches.keys();',
    JSON: 'JSON.stringify(1)',
};
const ALLOWED = {
    comments: '// document.head\n/* window.top */',
    strings: `'document.head' + "window.top" + \`document.cookie \${1} doc.x\``,
    'regular expressions': '/document.head/.test(a)',
    'the document itself': "apply(create, document, ['a']); make(window);",
    'members of that name': 'a.document; told.view.x; file.doc.y',
    'an interface': "type A = Document['createElement'];",
};

for (const [name, source] of Object.entries(REFUSED)) {
    test(`refused: ${name}`, () => assert.ok(refusals('www/x.ts', source).length > 0));
}
for (const [name, source] of Object.entries(ALLOWED)) {
    test(`allowed: ${name}`, () => assert.deepEqual(refusals('www/x.ts', source), []));
}
test('the one place that takes', () => assert.deepEqual(refusals('www/hooks/natives.ts', 'document.head'), []));
test('lines stay where they are', () => {
    const source = ['a\n/* b\n c */ d `\n$', '{e}\n`'].join('');
    assert.equal(codeOf(source).split('\n').length, source.split('\n').length);
});

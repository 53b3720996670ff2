// The language tables: the same lines in every language, each with its placeholders and its plurals.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const FOLDER = new URL('../src/notice/lang/', import.meta.url);
const tags = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));
const table = (tag) => JSON.parse(readFileSync(new URL(`${tag}.json`, FOLDER), 'utf8'));
const english = table('en');
/** `{}`, `{0}` and so on, in order of name: a language may turn them round. */
const placeholders = (line) => (line.match(/\{\d*\}/g) ?? []).sort();
const formsOf = (line) => (typeof line === 'string' ? [line] : Object.values(line));

/** The 24 official languages of the EU, and the twelve that the notice speaks beside them. */
const PROMISED = `bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv
    ar he hi is ja ko nb pt-BR tr uk zh-Hans zh-Hant`.split(/\s+/);

test('every language that is promised, under its canonical tag', () => {
    assert.deepEqual([...tags].sort(), [...PROMISED].sort());
    for (const tag of tags) assert.equal(new Intl.Locale(tag).baseName, tag);
});

for (const tag of tags) {
    test(`${tag}: groups, keys, placeholders, plurals`, () => {
        const lines = table(tag);
        assert.deepEqual(Object.keys(lines), Object.keys(english));
        for (const [group, own] of Object.entries(lines)) {
            assert.deepEqual(Object.keys(own).sort(), Object.keys(english[group]).sort(), group);
            for (const [key, line] of Object.entries(own)) {
                const model = english[group][key];
                assert.equal(typeof line, typeof model, key);
                const wanted = placeholders(formsOf(model).at(-1));
                for (const form of formsOf(line)) {
                    assert.ok(form.trim() === form && form.length > 0, `${key}: ${JSON.stringify(form)}`);
                    // One day or two may be said without the number.
                    const spelled = typeof line !== 'string' && form !== line.other && placeholders(form).length === 0;
                    if (!spelled) assert.deepEqual(placeholders(form), wanted, `${key}: ${form}`);
                    assert.doesNotMatch(form, /[<>]/, key);
                }
                if (typeof line !== 'string') {
                    const { pluralCategories } = new Intl.PluralRules(tag).resolvedOptions();
                    assert.deepEqual(Object.keys(line).sort(), [...pluralCategories].sort(), key);
                }
            }
        }
        assert.notEqual(lines.first.accept, lines.first.reject);
    });
}

test('no two languages are the same but for their names', () => {
    const seen = new Map();
    for (const tag of tags) {
        const { first } = table(tag);
        const same = seen.get(first.text);
        assert.equal(same, undefined, `${tag} repeats ${same}`);
        seen.set(first.text, tag);
    }
});

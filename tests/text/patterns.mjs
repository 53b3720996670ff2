// Every pattern in `www/`, as the sources have it: what a pattern is made of, whether it can take longer than its text, and
// texts that make it try.

import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { minify } from 'terser';

const WWW = fileURLToPath(new URL('../../www/', import.meta.url));

/**
 * Every pattern that is written in `www/`, once; and each place where one is put together as it runs, which nobody can read
 * beforehand.
 *
 * @returns {Promise<{patterns: {file: string, source: string, flags: string}[], made: string[]}>}
 */
export async function readPatterns() {
    const patterns = new Map();
    const made = [];
    const files = readdirSync(WWW, { recursive: true }).filter(
        (name) => /\.m?[jt]s$/.test(name) && !/\.d\.ts$/.test(name),
    );
    const { outputFiles } = await build({
        entryPoints: files.sort().map((name) => join(WWW, name)),
        outdir: WWW,
        outbase: WWW,
        allowOverwrite: true,
        target: 'es2022',
        write: false,
    });
    for (const { path, text: code } of outputFiles) {
        const file = relative(WWW, path).replace(/\.js$/, '');
        const { ast } = await minify(code, {
            compress: false,
            mangle: false,
            module: true,
            format: { ast: true, code: false, spidermonkey: true },
        });
        walk(ast, (node) => {
            if (node.type === 'Literal' && node.regex) {
                const { pattern: source, flags } = node.regex;
                const key = `/${source}/${flags}`;
                patterns.set(key, patterns.get(key) ?? { file, source, flags });
            }
            const called = node.type === 'NewExpression' || node.type === 'CallExpression';
            if (called && node.callee.type === 'Identifier' && node.callee.name === 'RegExp') made.push(file);
        });
    }
    return { patterns: [...patterns.values()], made };
}

function walk(node, visit) {
    if (Array.isArray(node)) {
        for (const one of node) walk(one, visit);
    } else if (node && typeof node === 'object') {
        if (typeof node.type === 'string') visit(node);
        for (const key of Object.keys(node)) if (key !== 'loc' && key !== 'regex') walk(node[key], visit);
    }
}

/**
 * A pattern as a tree: a list of alternatives, each a list of terms. A term is a `set` of characters, a `group` of alternatives,
 * a `test` that takes no character (an edge, a look ahead) or a `back` reference, each so many times.
 */
export function parsePattern(source, flags) {
    let at = 0;
    const rest = () => source.slice(at);
    const take = (pattern) => {
        const found = pattern.exec(rest());
        if (found) at += found[0].length;
        return found;
    };
    function alternatives() {
        const all = [[]];
        while (at < source.length && source[at] !== ')') {
            if (take(/^\|/)) all.push([]);
            else all.at(-1).push(term());
        }
        return all;
    }
    function term() {
        let one;
        const test = take(/^(\^|\$|\\b|\\B)/);
        const group = !test && take(/^\((\?:|\?<?[=!]|\?<\w+>|)/);
        const back = !test && !group && take(/^\\[1-9]/);
        if (test) {
            one = { test: test[0] };
        } else if (group) {
            const inner = alternatives();
            if (!take(/^\)/)) throw new Error(`no end of a group in /${source}/`);
            one = /[=!]/.test(group[1]) ? { test: group[1], group: inner } : { group: inner };
        } else if (back) {
            one = { back: Number(back[0][1]) };
        } else {
            const found = take(
                /^(?:\[(?:\\[\s\S]|[^\]\\])*\]|\\(?:x[\da-f]{2}|u[\da-f]{4}|u\{[\da-f]+\}|[pP]\{\w+\}|[\s\S])|[\s\S])/i,
            );
            one = { set: found[0] };
        }
        const [, simple, least, more, most, lazy] = take(/^(?:([*+?])|\{(\d+)(,?)(\d*)\})(\??)/) ?? [];
        if (simple) Object.assign(one, { min: simple === '+' ? 1 : 0, max: simple === '?' ? 1 : Infinity });
        else if (least) Object.assign(one, { min: +least, max: most ? +most : more ? Infinity : +least });
        else Object.assign(one, { min: 1, max: 1 });
        return { ...one, lazy: !!lazy };
    }
    const tree = alternatives();
    if (at < source.length) throw new Error(`/${source}/${flags} is not understood at ${at}`);
    return tree;
}

/** The characters that patterns tell apart: those of ASCII, and some beyond it. */
const CHARACTERS = [
    ...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)),
    'é',
    '\u2028',
    '\ufeff',
    '\u3042',
];
const memo = new Map();
/** Those of them that a set holds. */
export function charactersOf(set, flags) {
    const key = `${set} ${flags.includes('i')}`;
    if (!memo.has(key)) {
        const pattern = new RegExp(`^(?:${set})$`, flags.replace(/[gy]/g, ''));
        memo.set(
            key,
            CHARACTERS.filter((one) => pattern.test(one)),
        );
    }
    return memo.get(key);
}

/** All characters that a term can take. */
function reach({ set, group, test, back }, flags) {
    if (set) return charactersOf(set, flags);
    if (test) return [];
    if (back) return CHARACTERS;
    return group.flatMap((terms) => terms.flatMap((term) => reach(term, flags)));
}

/** Whether a term may take nothing. */
const mayBeEmpty = (term) =>
    term.test !== undefined || term.min === 0 || (term.group?.some((terms) => terms.every(mayBeEmpty)) ?? false);

/** Whether what follows can refuse what came before it. `\/x|$\/` cannot, where all is taken. */
const canFail = (terms) =>
    terms.some(
        (term) =>
            term.test !== undefined ||
            (!mayBeEmpty(term) && !term.group?.some((inner) => inner.length === 1 && inner[0].test === '$')),
    );

/**
 * What is wrong with a pattern, in words: what lets it try one text in many ways.
 *
 * - a repetition without end within another one
 * - two repetitions without end that may take the same characters, side by side, before something that may refuse them
 * - a repetition without end that can begin at each of its own characters, because nothing before it is anything else
 */
export function faultsOf({ source, flags }) {
    const faults = new Set();
    const endless = (term) => term.max === Infinity;
    /** Whether a repetition that takes these cannot begin anew within itself after this term. */
    const parts = (term, taken) => {
        if (term.test) return term.test === '^' && !flags.includes('m');
        if (term.min === 0) return false;
        if (term.group) return term.group.every((inner) => inner.some((one) => parts(one, taken)));
        return !reach(term, flags).some((one) => taken.has(one));
    };
    /** `before` and `after`: what stands around these terms. */
    function look(terms, inside, before, after) {
        /** The endless repetitions since something that they cannot take. */
        let open = [];
        terms.forEach((term, index) => {
            const rest = [...terms.slice(index + 1), ...after];
            const past = [...before, ...terms.slice(0, index)];
            const taken = new Set(reach(term, flags));
            if (endless(term)) {
                if (inside) faults.add('a repetition without end within another one');
                if (canFail(rest)) {
                    if (open.some((other) => [...other].some((one) => taken.has(one)))) {
                        faults.add('two repetitions without end that take the same, side by side');
                    }
                    if (!flags.includes('y') && !past.some((one) => parts(one, taken))) {
                        faults.add('a repetition without end that can begin at each of its own characters');
                    }
                }
                open.push(taken);
            } else if (!mayBeEmpty(term) && term.set) {
                open = open.filter((other) => [...taken].some((one) => other.has(one)));
            }
            if (term.group) {
                // What repeats may be followed by itself.
                const next = term.max > 1 ? [...(term.group[0] ?? []), ...rest] : rest;
                for (const inner of term.group) look(inner, inside || endless(term), past, next);
            }
        });
    }
    for (const terms of parsePattern(source, flags)) look(terms, false, [], []);
    return [...faults];
}

/** A text that a term takes, once or a few times. */
function sample(term, flags, times) {
    const count = Math.min(Math.max(term.min, times), term.max === Infinity ? Infinity : term.max);
    const one = () => {
        if (term.set) {
            const all = charactersOf(term.set, flags);
            return all.find((char) => /[a-z/ ]/i.test(char)) ?? all[0] ?? '';
        }
        if (term.test) return '';
        if (term.back) return '"';
        return (term.group[0] ?? []).map((inner) => sample(inner, flags, times)).join('');
    };
    return one().repeat(count);
}

/**
 * Pieces of text to be repeated: each run of neighbouring terms, as the pattern takes it, and each character that a
 * repetition takes.
 */
export function piecesOf({ source, flags }) {
    const pieces = new Set(['a', ' ', '/', '\\', '"', '<', '\n']);
    const look = (all) => {
        for (const terms of all) {
            for (let from = 0; from < terms.length; from++) {
                for (let to = from + 1; to <= terms.length; to++) {
                    // A word's letters one by one say nothing.
                    if (to - from > 3 && from > 0 && to < terms.length) continue;
                    for (const times of [1, 0]) {
                        pieces.add(
                            terms
                                .slice(from, to)
                                .map((term) => sample(term, flags, times))
                                .join(''),
                        );
                    }
                }
            }
            for (const term of terms) {
                if (term.set && term.max === Infinity) {
                    for (const one of charactersOf(term.set, flags).filter((_, place) => place % 16 === 0))
                        pieces.add(one);
                }
                if (term.group) look(term.group);
            }
        }
    };
    const tree = parsePattern(source, flags);
    look(tree);
    pieces.delete('');
    // What begins as the pattern does, and then goes on with a piece.
    const starts = new Set(['']);
    for (const terms of tree) {
        for (let to = 1; to < terms.length; to++) {
            starts.add(
                terms
                    .slice(0, to)
                    .map((term) => sample(term, flags, 1))
                    .join(''),
            );
        }
    }
    return { starts: [...starts], pieces: [...pieces], ends: ['', '\0', '>'] };
}

/**
 * What stands in a text, for pages and workers alike. Whoever wrote it may be a stranger, so each reader here takes time that
 * grows as the text does, and no faster: `tests/text.test.mjs` holds them to it, and to slower and simpler twins.
 */

import {
    Asking,
    answerOf,
    askForStart,
    fromBase64,
    fromCodePoint,
    href,
    indexOf,
    matches,
    openAsking,
    parse,
    percentDecode,
    sendAsking,
    slice,
    Url,
} from './plain';

/** Calls `ear` with each address that a text names, in the text's own way. */
export type Finder = (text: string, ear: (address: string) => void) => void;

/** `text` with every part that `find` finds replaced by the text that `by` gives for it; where it gives none, it stays. */
export function swap(text: string, find: RegExp, by: (found: RegExpExecArray) => unknown): string {
    let out = '';
    let done = 0;
    for (let found = matches(find, text); found; found = matches(find, text)) {
        const put = by(found);
        if (typeof put === 'string') {
            out += slice(text, done, found.index) + put;
            done = find.lastIndex;
        }
    }
    return out + slice(text, done);
}

/** Calls `ear` with each of the words, which stand between spaces and commas. */
export function words(text: string, ear: (word: string) => void): void {
    swap(text, /[^\s,]+/g, (found) => ear(found[0]));
}

/** Where what began before `at` ends: at the first of the characters in `ends` that no backslash stands before, or at the
 * end of the text. */
function endOf(text: string, at: number, ends: string): number {
    const stops = /["'`()\\\n\r\f]/g;
    // A line's end of two characters is one; in CSS, one that follows the digits of a character is part of it.
    const skipped = indexOf(ends, '\f') < 0 ? /\r\n|[\s\S]?/y : /[\da-f]{1,6}(?:\r\n|\s)?|\r\n|[\s\S]?/iy;
    stops.lastIndex = at;
    for (let found = matches(stops, text); found; found = matches(stops, text)) {
        if (found[0] === '\\') {
            skipped.lastIndex = stops.lastIndex;
            matches(skipped, text);
            stops.lastIndex = skipped.lastIndex;
        } else if (indexOf(ends, found[0]) >= 0) {
            return found.index;
        }
    }
    return text.length;
}

/** A file that comes along in its own address: `data:`, `javascript:` or `blob:`. */
export interface Along {
    /** What stands in it; of all but the last, a character is a byte. */
    _text: string;
    /** What such a `data:` address begins with; empty for a `blob:` one. */
    _start: string;
}
/** The file of this address, or how it begins. */
export function fileOf(address: string, isStart?: boolean): Along {
    if (matches(/^blob:/, address)) {
        const request = new Asking();
        openAsking(request, 'GET', address);
        isStart && askForStart(request);
        sendAsking(request);
        return { _text: answerOf(request), _start: '' };
    }
    // What has no comma is no such file, and is read whole.
    const comma = matches(/^data:/i, address) ? indexOf(address, ',') : -1;
    const start = slice(address, 0, comma + 1);
    const text = percentDecode(slice(address, comma + 1));
    const base64 = matches(/;\s*base64\s*,$/i, start);
    return {
        _text: base64 ? fromBase64(text) : text,
        _start: base64 ? `${slice(start, 0, base64.index)},` : start,
    };
}

/** The character of this number, if it is one. */
const character = (code: number): string => (code < 0x110000 ? fromCodePoint(code) : '\ufffd');

/** What follows a backslash in JavaScript and stands for nothing in an address, or for a space. */
const NOTHING = 'ntr\n\r\r\n\u2028\u2029';
const SPACE = 'bfv';
/** This piece of JavaScript with its escapes read (ECMAScript § 12.9.4): JSON's are among them. */
export const unescaped = (text: string): string =>
    swap(
        text,
        /\\(?:x([\da-f]{2})|u([\da-f]{4})|u\{0*([\da-f]{1,6})\}|([0-3]?[0-7]{1,2})|(\r\n|[\s\S]))/gi,
        (found) => {
            const code = found[1] || found[2] || found[3];
            const one = found[5] ?? '';
            return code || found[4]
                ? character(+(code ? `0x${code}` : `0o${found[4]}`))
                : indexOf(NOTHING, one) >= 0
                  ? ''
                  : indexOf(SPACE, one) >= 0
                    ? ' '
                    : one;
        },
    );

/** The characters by which HTML may spell what an address is made of, by name. */
const NAMED: Record<string, string> = {
    // @ts-expect-error: this syntax sets the prototype
    __proto__: null,
    sol: '/',
    bsol: '\\',
    colon: ':',
    period: '.',
    quot: '"',
    apos: "'",
    grave: '`',
    lt: '<',
    gt: '>',
    lpar: '(',
    equals: '=',
    amp: '&',
    Tab: '',
    NewLine: '',
};
/** Calls `ear` with each address that this text (code, data, a document) names: what follows two slashes after a quote, or a
 * scheme. A name space is none. It is read as it stands, then with what it may be spelled by: references to characters, escapes,
 * and the tabs and lines that an address is read without. */
export const addresses: Finder = (text, ear) => {
    const read = (text: string) =>
        swap(
            text,
            /(?:["'`(=]\s*(?=[\\/]{2})|\b(?:http|ws)s?:)(?![\\/]*www\.w3\.org\/)[\\/]*([^\s"'`<>()\\;,]+)/gi,
            (found) => ear(`https://${found[1]}`),
        );
    read(text);
    let plain = swap(text, /&(?:#x0*([\da-f]{1,6})|#0*(\d{1,7})|([a-z]+));?/gi, (found) =>
        found[3] ? NAMED[found[3]] : character(+(found[1] ? `0x${found[1]}` : (found[2] as string))),
    );
    plain = unescaped(plain);
    if (plain !== text) {
        read(plain);
    }
    const joined = swap(plain, /[\t\n\r]+/g, () => '');
    if (joined !== plain) {
        read(joined);
    }
};

/** Calls `ear` with what a specifier of a module leads to: one with a scheme leads there, whatever the page's own is (HTML
 * § 8.1.5.4). */
function lead(specifier: string, ear: (address: string) => void): void {
    let address = specifier;
    try {
        address = href(new Url(specifier));
    } catch {
        // It has no scheme: it is read from where the page is.
    }
    ear(address);
}

/** Finds the addresses in JSON that a page or its rules lead to: values, and no names. What is no JSON is read as text. */
export const values: Finder = (text, ear) => {
    try {
        parse(text, (_, value: unknown) => {
            typeof value === 'string' && lead(value, ear);
        });
    } catch {
        // It may be no JSON, or lie deeper than the reader goes.
        addresses(text, ear);
    }
};

const AFTER = 1;
const IN_LINE = 2;
const OPENS = 4;
const IN_BLOCK = 8;
const CLOSES = 16;
/**
 * Finds the addresses that code imports: a string that follows `from`, `import` or `import(`, with nothing but spaces and
 * comments between. Which of the text is code, and which stands in a string, a comment or a pattern, nobody can say without
 * reading all of the language; so every such word counts, wherever it stands, and what follows it is read as code. All these
 * readings go on at once, in one pass: each place where one of them can be is a bit.
 *
 * Where `import(` is given anything but one string, every address in the text may be meant.
 */
export const imports: Finder = (text, ear) => {
    const word = /\b(?:import|from)\b/g;
    /** What may follow `import` and lead to a call, and what follows the only string in one. */
    const phase = /\.\s*(?:\/|defer|source)/y;
    const last = /["'`]\s*[),]/y;
    const stands = (what: RegExp, at: number): boolean => {
        what.lastIndex = at;
        return !!matches(what, text);
    };
    let next = matches(word, text);
    let state = 0;
    let isImport = false;
    let isCall = false;
    let unclear = false;
    for (let at = 0; next || state; at++) {
        if (next && (!state || at === word.lastIndex)) {
            at = word.lastIndex;
            isImport = next[0] === 'import' || (isImport && state > 0);
            isCall &&= state > 0;
            state |= AFTER;
            next = matches(word, text);
        }
        if (at >= text.length) {
            break;
        }
        const one = text[at] as string;
        const two = slice(text, at, at + 2);
        const before = state;
        state = before & OPENS ? IN_BLOCK : 0;
        if (before & IN_LINE) {
            state |= matches(/[\n\r\u2028\u2029]/, one) ? AFTER : IN_LINE;
        }
        if (before & IN_BLOCK) {
            state |= two === '*/' ? CLOSES : IN_BLOCK;
        }
        if (before & CLOSES) {
            state |= AFTER;
        }
        if (!(before & AFTER)) {
            continue;
        }
        if (two === '//') {
            state |= IN_LINE;
        } else if (two === '/*') {
            state |= OPENS;
        } else if (matches(/["'`]/, one)) {
            const end = endOf(text, at + 1, one === '`' ? one : `${one}\n\r`);
            const raw = slice(text, at + 1, end);
            lead(unescaped(raw), ear);
            unclear ||= isCall && (indexOf(raw, '${') >= 0 || !stands(last, end));
        } else if (matches(/\s/, one)) {
            state |= AFTER;
        } else if (isImport && one === '(') {
            isCall = true;
            state |= AFTER;
        } else {
            unclear ||= isCall || (isImport && stands(phase, at));
        }
    }
    if (unclear) {
        addresses(text, ear);
    }
};

/** Whether code begins with `"use strict"`, after nothing but spaces, comments and other such strings. */
export function isStrictCode(text: string): boolean {
    const first = /\s+|\/\/.*|\/\*[\s\S]*?\*\/|(["'])use strict\1|(["'])[^"'\\\n\r]*\2|(;)/y;
    let mayEnd = false;
    for (let found = matches(first, text); found; found = matches(first, text)) {
        if (found[1]) {
            return true;
        }
        // What ends one of them ends it once.
        if (found[3] && !mayEnd) {
            return false;
        }
        mayEnd = !!found[2] || (mayEnd && !found[3]);
    }
    return false;
}

/** What stands in a string of CSS, or in `url()`, as it is meant (CSS Syntax 3 § 4.3.7). */
const meant = (raw: string): string =>
    indexOf(raw, '\\') < 0
        ? raw
        : swap(raw, /\\(?:([\da-f]{1,6})(?:\r\n|\s)?|(\r\n|[\s\S]|))/gi, (found) =>
              found[1] ? character(+`0x${found[1]}`) : matches(/[\n\r\f]/, found[2] as string) ? '' : found[2],
          );

/**
 * This CSS with each address in it that `by` replaces: strings, and what stands in `url()` without quotes. Comments are none,
 * and what looks like one within `url()` is none either (CSS Syntax 3 § 4.3).
 */
export function swapCss(css: string, by: (address: string) => string | undefined): string {
    // Names are read whole, with what makes them something else, so that nothing is taken for the name `url` but that.
    const token = /\/\*|["'(]|[#@]?(?:[-\w]|[^\0-\x7f]|\\(?:[\da-f]{1,6}(?:\r\n|\s)?|[^\n\r\f])){1,99}/gi;
    const gap = /\s*/y;
    let out = '';
    let done = 0;
    let name = '';
    let nameEnd = -1;
    for (let found = matches(token, css); found; found = matches(token, css)) {
        const one = found[0];
        const at = found.index;
        let start = token.lastIndex;
        let end = start;
        let put: string | undefined;
        if (one === '/*') {
            const close = indexOf(css, '*/', end);
            end = close < 0 ? css.length : close + 2;
        } else if (one === '"' || one === "'") {
            end = endOf(css, start, `${one}\n\r\f`);
            put = by(meant(slice(css, start, end)));
            start = at;
            end += css[end] === one ? 1 : 0;
        } else if (one !== '(') {
            // A longer name comes in pieces.
            name = at === nameEnd ? '' : one;
            nameEnd = end;
        } else if (at === nameEnd && matches(/^url$/i, meant(name))) {
            gap.lastIndex = start;
            matches(gap, css);
            start = gap.lastIndex;
            if (css[start] !== '"' && css[start] !== "'") {
                end = endOf(css, start, '"\'()');
                if (css[end] === ')' || end === css.length) {
                    put = by(meant(slice(css, start, end)));
                } else {
                    // It is no address, and lasts to the next bracket all the same.
                    end = endOf(css, end, ')');
                }
            }
        }
        if (put !== undefined) {
            out += `${slice(css, done, start)}"${put}"`;
            done = end;
        }
        token.lastIndex = end;
    }
    return out + slice(css, done);
}

/** This description of a peer with each name in it, which stands in the place of an address, replaced that `by` replaces (RFC
 * 8839 § 5.1). Most have a number there, or a name that this network alone knows. */
export function swapPeers(text: string, by: (name: string) => string | undefined): string {
    let left = 0;
    return swap(text, /\S+/g, (found) => {
        const word = found[0];
        if (matches(/candidate:/i, word)) {
            left = 4;
        } else if (
            left &&
            !--left &&
            matches(/[a-z]/i, word) &&
            indexOf(word, '.') > 0 &&
            !matches(/\.local$/i, word)
        ) {
            return by(word);
        }
        return undefined;
    });
}

/** Where tags stand in markup that a script writes piece by piece: the tokenizer of HTML § 13.2.5, as far as that takes. One
 * pass, no way back. What it takes for a tag is never more than looked at and marked by letters that change no tag. */

import { indexOf, lower, matches, slice } from './plain';

/** What one writer has left open. */
export interface Open {
    /** The start of a tag, or of what ends a comment or a raw text: it waits for what is written next. */
    _rest: string;
    /** What ends the comment, the declaration or the raw text that is open, in small letters; empty: none is. */
    _until: string;
    /** How many drawings and formulas are open: in those a style, a title or a script is no raw text. */
    _foreign: number;
    /** How long what waits has to be before it is read again, where it is long: a tag may be written letter by letter. */
    _least: number;
}
/** What waits and is no longer is read with each letter. */
const SHORT = 9999;

/** Elements whose content is text, where scripts run (HTML § 13.2.6.4). */
const RAW = /^(script|style|textarea|title|xmp|iframe|noembed|noframes|noscript|plaintext)$/;
const MARKUP = /<(?:!--|[!?]|\/?[a-z]|\/(?=[^a-z>]))/gi;
/** What may be the start of one of those, at the end of a text. */
const START = /<(?:!-?|\/)?$/;

const NAME = /[^\t\n\f\r />]*/y;
const GAP = /[\t\n\f\r /]*/y;
const SPACE = /[\t\n\f\r ]*/y;
const ATTRIBUTE = /=?[^\t\n\f\r />=]*/y;
const BARE = /[^\t\n\f\r >]*/y;

/** Where what `pattern` allows from here on ends. */
function past(pattern: RegExp, text: string, at: number): number {
    pattern.lastIndex = at;
    matches(pattern, text);
    return pattern.lastIndex;
}

/** Calls `ear` with each attribute of the tag whose name ends at `at`; gives where the tag ends, or -1 if it does not. */
function attributes(text: string, at: number, ear: (from: number, to: number) => void): number {
    for (;;) {
        const from = past(GAP, text, at);
        if (!text[from]) {
            return -1;
        }
        if (text[from] === '>') {
            return from + 1;
        }
        const to = past(ATTRIBUTE, text, from);
        ear(from, to);
        at = past(SPACE, text, to);
        if (text[at] === '=') {
            at = past(SPACE, text, at + 1);
            const quote = text[at];
            if (quote === '"' || quote === "'") {
                at = indexOf(text, quote, at + 1) + 1;
                if (!at) {
                    return -1;
                }
            } else {
                at = past(BARE, text, at);
            }
        }
    }
}

/** Where what ends a comment, a declaration or a raw text stands in `text` from `at` on, or -1. */
export function endOf(until: string, text: string, at: number): number {
    if (until[1] !== '/') {
        const close = until === '-->' ? /--!?>/g : />/g;
        close.lastIndex = at;
        const found = matches(close, text);
        return found ? close.lastIndex : -1;
    }
    const close = /<\/([a-z]+)(?=[\t\n\f\r />])/gi;
    close.lastIndex = at;
    for (let found = matches(close, text); found; found = matches(close, text)) {
        if (`</${lower(found[1] as string)}` === until) {
            return found.index;
        }
    }
    return -1;
}

/**
 * Calls `ear` with each start tag of what is written next, once it is whole: its name, where the name ends, its attributes'
 * names, and where it ends. Gives the text that may be written, with what was left before in front; `open` has what waits.
 */
export function eachTag(
    open: Open,
    more: string,
    ear: (text: string, name: string, at: number, names: [from: number, to: number][], end: number) => void,
): string {
    const text = open._rest + more;
    if (text.length < open._least) {
        open._rest = text;
        return '';
    }
    let at = 0;
    let whole = text.length;
    while (at < text.length) {
        if (open._until) {
            const end = endOf(open._until, text, at);
            if (end < 0) {
                // What ends it may have begun.
                const part = matches(/(?:--?!?|<\/?[a-z]*)$/i, slice(text, -16));
                whole -= part ? part[0].length : 0;
                break;
            }
            at = end;
            open._until = '';
        }
        MARKUP.lastIndex = at;
        const found = matches(MARKUP, text);
        if (!found) {
            whole -= matches(START, slice(text, -3))?.[0].length ?? 0;
            break;
        }
        const from = found.index;
        const kind = found[0];
        const isEnd = kind[1] === '/';
        if (kind[1] === '!' || kind[1] === '?' || kind === '</') {
            // A comment may be as short as `<!-->`.
            const isComment = kind === '<!--';
            open._until = isComment ? '-->' : '>';
            at = from + 2;
            if (!isComment && kind[1] === '!' && text.length - at < 2) {
                whole = from;
                open._until = '';
                break;
            }
            continue;
        }
        const start = from + (isEnd ? 2 : 1);
        const to = past(NAME, text, start);
        const name = lower(slice(text, start, to));
        const names: [number, number][] = [];
        const end = attributes(text, to, (from, to) => {
            names[names.length] = [from, to];
        });
        if (end < 0) {
            whole = from;
            break;
        }
        at = end;
        const isForeign = name === 'svg' || name === 'math';
        if (isEnd) {
            open._foreign -= isForeign && open._foreign ? 1 : 0;
            continue;
        }
        ear(text, name, to, names, end);
        if (isForeign) {
            open._foreign += text[end - 2] === '/' ? 0 : 1;
        } else if (!open._foreign && matches(RAW, name)) {
            open._until = `</${name}`;
        }
    }
    open._rest = slice(text, whole);
    const waits = open._rest.length;
    open._least = waits > SHORT ? waits * 1.25 : 0;
    return slice(text, 0, whole);
}

/** What stands in a text, for pages and workers alike. */

import { Asking, answerOf, fromBase64, matches, openAsking, percentDecode, sendAsking, slice } from './plain';

/** `text` with every part that `find` finds replaced by what `by` gives for it; nothing: it stays. */
export function swap(text: string, find: RegExp, by: (found: RegExpExecArray) => string | undefined): string {
    let out = '';
    let done = 0;
    for (let found = matches(find, text); found; found = matches(find, text)) {
        const put = by(found);
        if (put !== undefined) {
            out += slice(text, done, found.index) + put;
            done = find.lastIndex;
        }
    }
    return out + slice(text, done);
}

/** Calls `ear` with each of the words, which stand between spaces and commas. */
export function words(text: string, ear: (word: string) => void): void {
    swap(text, /[^\s,]+/g, (found) => {
        ear(found[0]);
        return undefined;
    });
}

/** A file that comes along in its own address: `data:`, `javascript:` or `blob:`. */
export interface Along {
    /** What stands in it; of all but the last, a character is a byte. */
    _text: string;
    /** What such a `data:` address begins with; empty for a `blob:` one. */
    _start: string;
}
export function fileOf(address: string): Along {
    if (matches(/^blob:/, address)) {
        const request = new Asking();
        openAsking(request, 'GET', address);
        sendAsking(request);
        return { _text: answerOf(request), _start: '' };
    }
    const data = matches(/^(data:[^,]*?)(;\s*base64\s*)?,([\s\S]*)/i, address);
    const text = percentDecode(data?.[3] ?? address);
    return { _text: data?.[2] ? fromBase64(text) : text, _start: data ? `${data[1]},` : '' };
}

/** Calls `ear` with each address that this text (code, data, a document) names: what follows two slashes after a quote or a
 * scheme. A name space is none. */
export function addresses(
    text: string,
    find = /(?:["'`(=]\s*|\b(?:http|ws)s?:)[\\/]{2,}(?!www\.w3\.org\/)([^\s"'`<>()\\;,]+)/gi,
    ear: (address: string) => void,
): void {
    swap(text, find, (found) => {
        ear(`https://${found[1]}`);
        return undefined;
    });
}

/** Finds the addresses that a module imports. It keeps its place, so each search has its own. */
export const imports = () => /\b(?:import|from)\b[^"'`;]*["'`](?:https?:)?[\\/]{2,}([^\s"'`<>()\\;,]+)/gi;

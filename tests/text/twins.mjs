// What each reader of text is judged by: the same, slow and obvious. A twin goes over the text letter by letter, as the
// standard says it, and minds no time.

const SPACE = /\s/;
const LINE = /[\n\r\u2028\u2029]/;

/** The place after spaces and comments, from `at` on; -1 where a comment does not end. */
function skip(text, at) {
    for (;;) {
        if (SPACE.test(text[at] ?? '')) {
            at++;
        } else if (text.startsWith('//', at)) {
            while (at < text.length && !LINE.test(text[at])) at++;
        } else if (text.startsWith('/*', at)) {
            at = text.indexOf('*/', at + 2);
            if (at < 0) return -1;
            at += 2;
        } else {
            return at;
        }
    }
}

/** What a string of JavaScript that begins at `at` says, in the language's own reading; nothing where it is no string. */
export function stringAt(text, at) {
    const quote = text[at];
    if (!`"'\``.includes(quote)) return undefined;
    let end = at + 1;
    while (end < text.length && text[end] !== quote) {
        if (quote !== '`' && /[\n\r]/.test(text[end])) return undefined;
        end += text[end] === '\\' ? (text.startsWith('\r\n', end + 1) ? 3 : 2) : 1;
    }
    if (end >= text.length) return undefined;
    try {
        // Not strict, so that octal escapes are read as well.
        return new Function(`return ${text.slice(at, end + 1)}`)();
    } catch {
        return undefined;
    }
}

/** What is imported after each `from`, `import` and `import(` that stands anywhere in the text. */
export function importsSlowly(text) {
    const all = [];
    for (const { 0: word, index } of text.matchAll(/\b(?:import|from)\b/g)) {
        let at = skip(text, index + word.length);
        while (word === 'import' && at >= 0 && text[at] === '(') at = skip(text, at + 1);
        const said = at < 0 ? undefined : stringAt(text, at);
        if (said !== undefined) all.push(said);
    }
    return all;
}

/** Each address that CSS names: the strings, and what stands in `url()`; by CSS Syntax 3 § 4.3, letter by letter. */
export function cssAddressesSlowly(css) {
    const text = css.replace(/\r\n|\r|\f/g, '\n');
    const all = [];
    let at = 0;
    const isName = (char) => char !== undefined && /[-\w]|[^\0-\x7f]/.test(char);
    const isEscape = (place) => text[place] === '\\' && text[place + 1] !== undefined && text[place + 1] !== '\n';
    const escaped = () => {
        // After the backslash.
        const hex = /^[\da-f]{1,6}/i.exec(text.slice(at, at + 6));
        if (!hex) return text[at++] ?? '\ufffd';
        at += hex[0].length;
        if (/\s/.test(text[at] ?? '')) at++;
        const code = Number.parseInt(hex[0], 16);
        return code < 0x110000 ? String.fromCodePoint(code) : '\ufffd';
    };
    const name = () => {
        let said = '';
        for (;;) {
            if (isEscape(at)) {
                at++;
                said += escaped();
            } else if (isName(text[at])) {
                said += text[at++];
            } else {
                return said;
            }
        }
    };
    while (at < text.length) {
        const char = text[at];
        if (text.startsWith('/*', at)) {
            const end = text.indexOf('*/', at + 2);
            at = end < 0 ? text.length : end + 2;
        } else if (char === '"' || char === "'") {
            at++;
            let said = '';
            while (at < text.length && text[at] !== char && text[at] !== '\n') {
                if (text[at] === '\\') {
                    at++;
                    if (text[at] === '\n') at++;
                    else if (at < text.length) said += escaped();
                } else {
                    said += text[at++];
                }
            }
            if (text[at] === char) at++;
            all.push(said);
        } else if ((char === '#' || char === '@') && (isName(text[at + 1]) || isEscape(at + 1))) {
            at++;
            name();
        } else if (isName(char) || isEscape(at)) {
            const said = name();
            if (said.toLowerCase() !== 'url' || text[at] !== '(') continue;
            at++;
            let inner = at;
            while (/\s/.test(text[inner] ?? '')) inner++;
            if (text[inner] === '"' || text[inner] === "'") continue;
            at = inner;
            let url = '';
            let good = true;
            while (at < text.length && text[at] !== ')') {
                if (text[at] === '\\') {
                    at++;
                    if (text[at] === '\n') at++;
                    else if (at < text.length) url += escaped();
                } else {
                    good &&= !/["'(]/.test(text[at]);
                    url += text[at++];
                }
            }
            if (good) all.push(url);
        } else {
            at++;
        }
    }
    return all;
}

/** The names in a peer's candidates: the fifth word of each. */
export function peersSlowly(text) {
    const words = text.split(/\s+/).filter(Boolean);
    return words.flatMap((word, index) => {
        const name = words[index + 4];
        const between = words.slice(index + 1, index + 4);
        const fits = /candidate:/i.test(word) && name && !between.some((one) => /candidate:/i.test(one));
        return fits &&
            !/candidate:/i.test(name) &&
            /[a-z]/i.test(name) &&
            name.indexOf('.') > 0 &&
            !/\.local$/i.test(name)
            ? [name]
            : [];
    });
}

/** Whether code is strict, as the language itself has it. */
export function isStrictSlowly(text) {
    try {
        // In strict code a function that is called has no `this`.
        return new Function(`${text}\nreturn this === undefined`).call(undefined);
    } catch {
        return undefined;
    }
}

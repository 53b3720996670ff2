// What no linter of the shelf knows: in www/, nothing asks the document or the window for a member by name, asks what kind
// something is by a global constructor, or writes JSON through what a page can change. An element of the page can stand before
// any member of a document (`<img name="head">`), and a script can put what it likes in the place of a global.
//
//   node xtask/lint.mjs             the sources; `npm test` and `npm run lint` call it

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The one place that takes the browser's functions, and the one that writes JSON. */
const TAKES = /^(www\/hooks\/natives\.ts)$/;
const WRITES = /^www\/json\.ts$/;
/** Code that runs in workers: no document, and no page. */
const WORKERS = /^www\/(worker|inside|verdict)\.ts$/;

/**
 * A source's code with its comments, and what stands in strings, templates and regular expressions, blanked. Lines stay
 * where they are.
 */
export function codeOf(source) {
    let out = '';
    /** For each template that is open: how many braces are open in its `${}`. */
    const templates = [];
    let at = 0;
    const blank = (end) => {
        out += source.slice(at, end).replace(/[^\n]/g, ' ');
        at = end;
    };
    /** From just behind a back-tick or the `}` of a `${}`, to the end of this piece of a template. */
    const template = () => {
        let end = at;
        while (end < source.length) {
            if (source[end] === '\\') end += 2;
            else if (source[end] === '`') {
                templates.pop();
                return blank(end + 1);
            } else if (source.startsWith('${', end)) {
                blank(end);
                out += '${';
                at += 2;
                templates[templates.length - 1] = 1;
                return;
            } else end++;
        }
        blank(source.length);
    };
    while (at < source.length) {
        const two = source.slice(at, at + 2);
        const one = source[at];
        if (two === '//') {
            const end = source.indexOf('\n', at);
            blank(end < 0 ? source.length : end);
        } else if (two === '/*') {
            const end = source.indexOf('*/', at + 2);
            blank(end < 0 ? source.length : end + 2);
        } else if (one === "'" || one === '"') {
            let end = at + 1;
            while (end < source.length && source[end] !== one) end += source[end] === '\\' ? 2 : 1;
            blank(end + 1);
        } else if (one === '`') {
            templates.push(0);
            out += ' ';
            at++;
            template();
        } else if (
            one === '/' &&
            /(^|[(,=:[!&|?{};+\-*%~^<>]|\b(return|typeof|case|in|of|void|delete))\s*$/.test(out)
        ) {
            let end = at + 1;
            let inClass = false;
            while (end < source.length && (inClass || source[end] !== '/')) {
                if (source[end] === '\\') end++;
                else if (source[end] === '[') inClass = true;
                else if (source[end] === ']') inClass = false;
                end++;
            }
            blank(end + 1);
        } else {
            const depth = templates.length - 1;
            if (depth >= 0 && templates[depth] > 0) {
                if (one === '{') templates[depth]++;
                if (one === '}' && --templates[depth] === 0) {
                    out += one;
                    at++;
                    template();
                    continue;
                }
            }
            out += one;
            at++;
        }
    }
    return out;
}

/** What is refused: a pattern over the code, where it is allowed all the same, and why it is refused. */
const RULES = [
    {
        find: /(?<![.\w$])(?:document|window|globalThis|doc|view)\s*(?:!\s*)?\??\.\s*[\w$]+/g,
        except: (path) => TAKES.test(path) || WORKERS.test(path),
        why: 'an element of the page can stand before it: take it in www/hooks/natives.ts, or use `member` (www/element.ts)',
    },
    {
        find: /\.(?:document|contentDocument|ownerDocument)\s*\)?\s*\??\.\s*[\w$]+|\bas Document\)\s*\??\.\s*[\w$]+|\.defaultView\b/g,
        except: (path) => TAKES.test(path),
        why: 'an element of that document can stand before it: take it in www/hooks/natives.ts',
    },
    {
        find: /\binstanceof\b[^;\n]*/g,
        except: () => false,
        why: 'a page can put what it likes in the place of a constructor: ask the object (`nodeType`, a captured getter)',
    },
    {
        find: /(?<![.\w$'])(?:trustedTypes|caches|navigation|cookieStore|scheduler|documentPictureInPicture)\s*\??\.\s*[\w$]+/g,
        except: (path) => TAKES.test(path) || WORKERS.test(path),
        why: 'where a browser lacks it, an element of that name is it: use `owned` (www/element.ts)',
    },
    {
        find: /(?<![.\w$])JSON\b/g,
        except: (path) => WRITES.test(path) || WORKERS.test(path),
        why: 'a page can add `toJSON` to prototypes: use `stringify` and `parse` (www/json.ts, www/element.ts)',
    },
];

/** Names that a file gives to documents: `page: Document`. */
function documentsIn(code) {
    return [...code.matchAll(/\b([\w$]+)\s*:\s*Document\b(?!\s*\[)/g)].map(([, name]) => name);
}

/** Every line of a source that is refused, with why. */
export function refusals(path, source) {
    const code = codeOf(source);
    const found = [];
    const report = (index, text, why) => {
        const line = code.slice(0, index).split('\n').length;
        found.push(`${path}:${line}: ${text.replace(/\s+/g, ' ').trim()}: ${why}`);
    };
    for (const { find, except, why } of RULES) {
        if (except(path)) continue;
        for (const match of code.matchAll(find)) report(match.index, match[0], why);
    }
    if (!TAKES.test(path)) {
        for (const name of documentsIn(code)) {
            for (const match of code.matchAll(new RegExp(`(?<![.\\w$])${name}\\s*\\??\\.\\s*[\\w$]+`, 'g'))) {
                report(match.index, match[0], RULES[1].why);
            }
        }
    }
    return [...new Set(found)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    process.chdir(fileURLToPath(new URL('..', import.meta.url)));
    const sources = readdirSync('www', { recursive: true })
        .map((name) => join('www', name))
        .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.startsWith(join('www', 'demo')));
    const found = sources.flatMap((path) => refusals(path, readFileSync(path, 'utf8')));
    for (const line of found) console.error(line);
    if (found.length > 0) process.exitCode = 1;
    else console.log(`${sources.length} sources: nothing is asked of the page by name`);
}

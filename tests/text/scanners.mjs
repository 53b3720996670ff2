// The readers of texts in `www/hooks/`, as they are built for the browser, in Node: what of a browser they take at the start
// stands in for itself.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NAMES =
    'Attr CSSStyleDeclaration CSSStyleRule CSSStyleValue DocumentFragment DOMParser HTMLElement HTMLIFrameElement HTMLScriptElement HTMLTemplateElement MutationObserver MutationRecord NamedNodeMap Range ShadowRoot Storage SubmitEvent XMLHttpRequest XMLSerializer';

/** Has the objects of this class say what they are, as those of a browser do. */
function tagged(made, name) {
    Object.defineProperty(made.prototype, Symbol.toStringTag, { value: name });
    return made;
}

/** Sets up what the hooks take from a page whose address is `https://shop.test/page`. */
function standIn() {
    const { defineProperty } = Object;
    const put = (name, value) => defineProperty(globalThis, name, { value, configurable: true, writable: true });
    for (const name of NAMES.split(' ')) globalThis[name] ?? put(name, class {});
    const Node = tagged(
        class extends EventTarget {
            get baseURI() {
                return 'https://shop.test/page';
            }
        },
        'Node',
    );
    const Element = tagged(
        class extends Node {
            style = {};
            attachShadow() {
                return {};
            }
        },
        'Element',
    );
    const make = () => new Element();
    const Document = tagged(class extends Node {}, 'Document');
    for (const name of 'createElementNS createTextNode createRange createAttribute createEvent'.split(' '))
        Document.prototype[name] = make;
    put('Node', Node);
    put('Element', Element);
    put('Document', Document);
    put('navigator', {});
    put('self', globalThis);
    put('window', globalThis);
    put('document', new Document());
    put('location', new URL('https://shop.test/page'));
    put('origin', 'https://shop.test');
}

/** Every reader, by name, and `judge`, in which any host but the page's own is held. */
export async function loadScanners() {
    standIn();
    const folder = mkdtempSync(join(tmpdir(), 'portcullis-'));
    const outfile = join(folder, 'scanners.mjs');
    try {
        await build({
            stdin: {
                contents: `export * from './www/hooks/text'; export * as judge from './www/hooks/judge';`,
                resolveDir: ROOT,
                loader: 'ts',
            },
            bundle: true,
            format: 'esm',
            outfile,
            target: 'es2022',
        });
        return await import(pathToFileURL(outfile).href);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

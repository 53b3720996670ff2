// What npm packages become in a page.

import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

/** A file of a package, as it is. */
export const packaged = (path) => readFileSync(new URL(`../../node_modules/${path}`, import.meta.url));

/** What `code` becomes with all that it imports, as a classic script. */
export async function bundled(code) {
    const { outputFiles } = await build({
        stdin: { contents: code, loader: 'jsx', resolveDir: new URL('.', import.meta.url).pathname },
        bundle: true,
        write: false,
        logLevel: 'error',
        jsx: 'automatic',
        define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    });
    return outputFiles[0].text;
}

// `npm run size`: what the build weighs, by part.
//
//   --check   fails over the budget, or when the README's figure is not the measured one
//   --write   puts the measured figure into the README

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** What `dist/portcullis.js` is to weigh: bytes after Brotli at its strongest. */
const AIM = 18_000;
/** What it may weigh until then. A ratchet: it follows what is measured, and only a feature that ARCHITECTURE.md names
 * under "Where the bytes are" may raise it. */
const BUDGET = 49_920;

const MAIN = 'dist/portcullis.js';
const PARTS = [
    ['Wasm', 'target/bindgen/gate/portcullis_bg.wasm'],
    ['glue, hooks, styles', 'target/wasm/portcullis.js.bare.js'],
    [MAIN, MAIN],
    ['dist/portcullis.mjs', 'dist/portcullis.mjs'],
    ['  Wasm of more', 'target/bindgen/more/portcullis_bg.wasm'],
    ['  glue of more', 'target/wasm/portcullis-more.js.bare.js'],
    ['dist/portcullis-more.js', 'dist/portcullis-more.js'],
    ['dist/portcullis-embed.js', 'dist/portcullis-embed.js'],
    ['dist/portcullis-sw.js', 'dist/portcullis-sw.js'],
    ['dist/portcullis-inside.js', 'dist/portcullis-inside.js'],
    ['dist/portcullis-tell.js', 'dist/portcullis-tell.js'],
    ['dist/portcullis.d.ts', 'dist/portcullis.d.ts'],
    ['dist/portcullis.schema.json', 'dist/portcullis.schema.json'],
];
/** The README's figure, thousands separated by commas, stands between these. */
const FIGURE = /(<!-- size -->)(.*?)(<!-- \/size -->)/;

function weigh(bytes) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    return [bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes, { params }).length];
}

const figure = (number) => number.toLocaleString('en');
const rows = PARTS.map(([name, file]) => [name, ...weigh(readFileSync(file))]);
const measured = rows.find(([name]) => name === MAIN).at(-1);

const print = (cells) => console.log(cells.map((cell, i) => (i ? cell.padStart(10) : cell.padEnd(30))).join(''));
print(['bytes', 'raw', 'gzip -9', 'brotli -11']);
for (const [name, ...sizes] of rows) {
    print([name, ...sizes.map(figure)]);
}
console.log(`${MAIN}: ${figure(measured)} of ${figure(BUDGET)} bytes allowed, ${figure(AIM)} aimed at`);

const complaints = [];
let readme = existsSync('README.md') ? readFileSync('README.md', 'utf8') : '';
if (process.argv.includes('--write')) {
    if (FIGURE.test(readme)) {
        readme = readme.replace(FIGURE, `$1${figure(measured)}$3`);
        writeFileSync('README.md', readme);
    } else {
        complaints.push('README.md has no <!-- size -->…<!-- /size -->');
    }
}
if (process.argv.includes('--check')) {
    if (measured > BUDGET) {
        complaints.push(`${MAIN} is ${figure(measured - BUDGET)} bytes over its budget`);
    }
    const said = FIGURE.exec(readme)?.[2];
    if (said !== figure(measured)) {
        complaints.push(
            `README.md says ${said ?? 'nothing'} where ${figure(measured)} is measured: npm run size -- --write`,
        );
    }
}
for (const complaint of complaints) {
    console.error(`size: ${complaint}`);
    process.exitCode = 1;
}

// Pictures of the notice, compared in the browser that took them: no library, and the same decoder for both.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { CONFIG } from './harness.mjs';

const FOLDER = new URL('golden/', import.meta.url);
/** `LOOK=new` takes the pictures and the trees anew: look at them before you commit them. */
const ANEW = process.env.LOOK === 'new';

/** A page that is quiet enough for a picture of the notice. */
export const QUIET = {
    head: '<style>html { background: Canvas; color-scheme: light dark; font: 16px sans-serif }</style>',
    body: '<h1>A page</h1><p>Text of the page.</p>',
};

/** `CONFIG` with this for the notice, in this language. */
export const configFor = (notice, lang = 'en', more = {}) => ({ ...CONFIG, lang, notice, ...more });

/** Compares a text with the file that holds what it was, or writes that file. */
export function golden(name, text) {
    const file = new URL(name, FOLDER);
    if (ANEW || !existsSync(file)) {
        mkdirSync(FOLDER, { recursive: true });
        writeFileSync(file, text);
        if (!ANEW) throw new Error(`${name} was missing and has been written: look at it and commit it`);
    }
    return readFileSync(file, 'utf8');
}

/** What a picture depends on beside us: the engine and the fonts of the machine. */
const surroundings = async (browser, page) => {
    const widths = await page.evaluate(() => {
        const context = document.createElement('canvas').getContext('2d');
        context.font = '16px system-ui, sans-serif';
        return ['Accept all', 'قبول الكل'].map((text) => context.measureText(text).width.toFixed(2));
    });
    return `Chromium ${browser.version()}, system-ui ${widths.join(' ')}\n`;
};

/** The share of pixels that differ between a picture and the one on file; 1 where the sizes differ. */
async function difference(page, name, picture) {
    const file = new URL(name, FOLDER);
    if (ANEW || !existsSync(file)) {
        mkdirSync(FOLDER, { recursive: true });
        writeFileSync(file, picture);
        if (!ANEW) throw new Error(`${name} was missing and has been written: look at it and commit it`);
    }
    const sources = [readFileSync(file), picture].map((png) => `data:image/png;base64,${png.toString('base64')}`);
    return page.evaluate(async (urls) => {
        const [before, now] = await Promise.all(
            urls.map(async (url) => {
                const image = new Image();
                image.src = url;
                await image.decode();
                const canvas = document.createElement('canvas');
                canvas.width = image.width;
                canvas.height = image.height;
                const context = canvas.getContext('2d', { willReadFrequently: true });
                context.drawImage(image, 0, 0);
                return context.getImageData(0, 0, image.width, image.height);
            }),
        );
        if (before.width !== now.width || before.height !== now.height) return 1;
        let other = 0;
        for (let at = 0; at < now.data.length; at += 4) {
            const far = [0, 1, 2].some((part) => Math.abs(now.data[at + part] - before.data[at + part]) > 16);
            if (far) other += 1;
        }
        return other / (now.data.length / 4);
    }, sources);
}

const SAME = 0.002;
const ELSEWHERE = 0.12;

/** Compares the page as it looks now with the picture of this name. */
export async function looksAsBefore({ page, context }, name) {
    const here = await surroundings(context.browser(), page);
    const there = golden('surroundings.txt', here);
    const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' });
    // A page of the browser's own decodes them: ours has a policy and a gate.
    const blank = await context.newPage();
    const share = await difference(blank, `${name}.png`, picture);
    await blank.close();
    const most = here === there ? SAME : ELSEWHERE;
    assert.ok(share <= most, `${name}: ${(share * 100).toFixed(2)} % of the pixels differ; ${here.trim()}`);
}

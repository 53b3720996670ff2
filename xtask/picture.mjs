// `npm run picture`: the notice as a visitor of the demo first sees it, for the README.

import { existsSync, mkdirSync } from 'node:fs';
import playwright from 'playwright-core';
import { startShop, startTrackers } from '../www/demo/server.mjs';

const CHROMIUM = '/usr/bin/chromium';
const PICTURE = 'docs/notice.png';

for (const [file, how] of [
    [CHROMIUM, 'apt-get install chromium'],
    ['dist/portcullis.js', 'npm run build'],
]) {
    if (!existsSync(file)) {
        console.error(`picture: ${file} is missing: ${how}`);
        process.exit(1);
    }
}

const trackers = await startTrackers();
const shop = await startShop({ trackers });
// Debian's Chromium refuses its sandbox to root; it shows nothing here but the demo.
const browser = await playwright.chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, colorScheme: 'light' });
    await page.goto(shop.origin, { waitUntil: 'load' });
    await page.waitForSelector('portcullis-notice');
    mkdirSync('docs', { recursive: true });
    await page.screenshot({ path: PICTURE });
    console.log(`picture: ${PICTURE}`);
} finally {
    await browser.close();
    await shop.close();
    await trackers.close();
}

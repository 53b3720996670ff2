// A real consent client, DuckDuckGo's autoconsent, which has no rule for us: it finds the notice by what it looks for on
// any page, says no for the visitor, and its own test of that passes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { spec } from './harness.mjs';
import { configFor } from './look.mjs';

const PACKAGE = new URL('../../node_modules/@duckduckgo/autoconsent/', import.meta.url);
const CLIENT = readFileSync(new URL('dist/autoconsent.playwright.js', PACKAGE), 'utf8');
/** All its rules, for consent tools that it knows by name: none of them may take us for another. */
const RULES = JSON.parse(readFileSync(new URL('rules/compact-rules.json', PACKAGE), 'utf8'));

/** As it stands in a browser that lets it say no; of what it may do beyond, nothing. */
const SETTINGS = {
    enabled: true,
    autoAction: 'optOut',
    enableHeuristicDetection: true,
    heuristicMode: 'reject',
    detectRetries: 6,
};

/** Starts the client in the page. It does what its browser's side would; `heard` resolves with a message of its own. */
async function client(page, rules = RULES) {
    const messages = [];
    const ears = [];
    await page.exposeBinding('autoconsentSendMessage', async ({ frame }, message) => {
        messages.push(message);
        const answer = (what) =>
            frame.evaluate((text) => window.autoconsentReceiveMessage(JSON.parse(text)), JSON.stringify(what));
        if (message.type === 'init') await answer({ type: 'initResp', config: SETTINGS, rules: { compact: rules } });
        if (message.type === 'eval') {
            await answer({ type: 'evalResp', id: message.id, result: await frame.evaluate(message.code) });
        }
        for (const ear of ears) ear();
    });
    const heard = (type) =>
        new Promise((resolve) => {
            const look = () => {
                const found = messages.find((message) => message.type === type);
                found && resolve(found);
            };
            ears.push(look);
            look();
        });
    await page.evaluate(CLIENT);
    return { heard, selfTest: () => page.evaluate(() => window.autoconsentReceiveMessage({ type: 'selfTest' })) };
}

/** The languages for which it knows both how a notice speaks and how a no is called, its own words for them or another's. */
const LANGUAGES = ['en', 'de', 'es', 'fr', 'it', 'nl', 'pl', 'pt', 'pt-BR'];
const LAYOUTS = [
    { layout: 'bar' },
    { layout: 'bar', position: 'top' },
    { layout: 'box' },
    { layout: 'box', position: 'top-right' },
    { layout: 'modal' },
    { layout: 'modal', close: true, lock: true },
];

async function refuses(stand, notice, lang) {
    const { open, page, record, stats, arrivals } = stand;
    await open({ config: configFor(notice, lang), body: `<h1>A page</h1><script src="${stats('a.js')}"></script>` });
    await stand.notice();
    const { heard, selfTest } = await client(page);
    assert.equal((await heard('popupFound')).cmp, 'HEURISTIC-REJECT');
    assert.equal((await heard('optOutResult')).result, true);
    await heard('autoconsentDone');
    assert.equal(await page.locator('portcullis-notice').count(), 0, 'it is gone');
    const { method, categories, services } = await record();
    assert.deepEqual([method, categories.analytics, services.stats], ['client', false, false]);
    await selfTest();
    assert.equal((await heard('selfTestResult')).result, true);
    assert.deepEqual(await arrivals(), []);
}

// Every layout, and every language in one of them.
const pairs = [
    ...LAYOUTS.map((notice) => [notice, 'en']),
    ...LANGUAGES.slice(1).map((lang, index) => [LAYOUTS[index % LAYOUTS.length], lang]),
];
for (const [notice, lang] of pairs) {
    const name = Object.values(notice).join(' ');
    spec(`autoconsent says no: ${name}, ${lang}`, {}, (stand) => refuses(stand, notice, lang));
}

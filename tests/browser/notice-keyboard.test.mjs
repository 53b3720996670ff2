// The keyboard path in all three engines: Tab, Shift-Tab, Enter, Space, Escape.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chromium, firefox, webkit } from './engines.mjs';
import { document, servers } from './harness.mjs';

/** What has the focus, through open shadow roots: the word of a button, the id of a switch, else the element's name. */
const focused = () => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.dataset?.portcullis ?? (element?.id || element?.value || element?.localName);
};
const preferencesOpen = () => document.querySelector('portcullis-control').shadowRoot.querySelector('dialog').open;
const noticeStands = () => !!document.querySelector('portcullis-notice');

for (const launch of [chromium, firefox, webkit]) {
    test(`by keyboard alone in ${launch.name}`, { timeout: 180_000 }, async (t) => {
        const site = await servers();
        t.after(site.close);
        const tab = await launch();
        t.after(() => tab.close());
        const path = site.serve(document({ body: '<button id="own">Own</button>' }));
        /** Presses Tab until this has the focus; at most so often as there are stops. */
        const reach = async (what, key = 'Tab') => {
            for (let step = 0; step < 20; step++) {
                if ((await tab.eval(focused)) === what) return;
                await tab.press(key);
            }
            assert.fail(`${key} does not reach ${what}: ${await tab.eval(focused)} has the focus`);
        };
        await tab.goto(site.shop.url(path));
        await tab.waitFor(noticeStands);
        assert.equal(await tab.eval(focused), 'body', 'the bar takes no focus');
        // From here on: under automation a Tab from the page's own button to ours passes through Firefox's own window.
        await tab.eval(() => document.querySelector('portcullis-notice a').focus());

        await reach('deny-all');
        await tab.press('Tab');
        assert.equal(await tab.eval(focused), 'grant-all');
        await tab.press('Shift+Tab');
        assert.equal(await tab.eval(focused), 'deny-all');
        await reach('choose');
        await tab.press('Enter');
        await tab.waitFor(preferencesOpen);
        assert.equal(await tab.eval(focused), 'title', 'the focus goes into the dialog');

        await tab.press('Escape');
        await tab.waitFor(() => !document.querySelector('portcullis-control').shadowRoot.querySelector('dialog').open);
        assert.equal(await tab.eval(focused), 'choose', 'the focus comes back');
        assert.equal(await tab.eval(() => localStorage.length), 0, 'Escape stores nothing');

        await tab.press('Enter');
        await tab.waitFor(preferencesOpen);
        await reach('analytics');
        await tab.press('Space');
        await reach('save');
        await tab.press('Enter');
        await tab.waitFor(() => !document.querySelector('portcullis-notice'));
        const { method, categories } = await tab.eval(() => JSON.parse(localStorage.getItem('portcullis')));
        assert.deepEqual([method, categories.analytics, categories.marketing], ['chosen', true, false]);

        // Withdrawing takes as little: the control, and no.
        await tab.eval(() => document.querySelector('portcullis-control button').focus());
        await tab.press('Enter');
        await tab.waitFor(preferencesOpen);
        await reach('deny-all');
        await tab.press('Enter');
        await tab.waitFor(() => JSON.parse(localStorage.getItem('portcullis')).method === 'deny-all');
    });
}

// Trusted Types: where a page asks for them, what the owner's own markup or we ourselves name goes by a policy of ours,
// made when it is needed first; where the page's policy refuses it, what needs it stays held, and the error says the word.

import assert from 'node:assert/strict';
import { CONFIG, document, spec } from './harness.mjs';

const REQUIRED = "require-trusted-types-for 'script'; trusted-types";
const json = JSON.stringify({ ...CONFIG, worker: '/portcullis-sw.js' });
const policy = (names) => ({ headers: { 'Content-Security-Policy': `${REQUIRED} ${names}` } });
const body = ({ stats, ads, shop }) => `
    <script type="text/plain" data-consent="analytics" data-src="${stats('a.js')}"></script>
    <script src="${ads('b.js')}"></script>
    <div data-consent="marketing"><template><iframe id="told" srcdoc="<script src='${shop.url('/own/inner.js')}'></script>"></iframe></template></div>`;
const listening = `
    window.violations = [];
    window.policies = [];
    addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.sample));
    const made = TrustedTypePolicyFactory.prototype.createPolicy;
    TrustedTypePolicyFactory.prototype.createPolicy = function (name, rules) {
        policies.push(name);
        return made.call(this, name, rules);
    };`;
const seen = (page) => page.evaluate(() => ({ violations: window.violations, policies: window.policies }));

spec('a policy of ours takes what was marked, and the worker', { init: listening }, async (stand) => {
    const { open, notice, press, page, hasRun } = stand;
    const plain = JSON.stringify(CONFIG);
    await open(document({ json: plain, body: body(stand) }), policy('portcullis'));
    await notice();
    assert.deepEqual(await seen(page), { violations: [], policies: [] }, 'nothing needs it yet');
    await press('grant-all');
    await hasRun('a');
    await hasRun('b');
    await page.waitForFunction(() => document.querySelector('#told').contentWindow.ran?.includes('inner'));
    assert.deepEqual(await seen(page), { violations: [], policies: ['portcullis'] });
    await open(document({ json }), policy('portcullis'));
    await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
    assert.deepEqual(await seen(page), { violations: [], policies: ['portcullis'] });
});

spec(
    'refused: what needs it stays held, the rest comes, and the error says the word',
    { init: listening, allow: [/trusted-types portcullis/, /Trusted/] },
    async (stand) => {
        const { open, notice, press, page, hasRun, said, arrivals } = stand;
        await open(document({ json: JSON.stringify(CONFIG), body: body(stand) }), policy("'none'"));
        await notice();
        await press('grant-all');
        await hasRun('b');
        await said(/its Content-Security-Policy has to name our policy: trusted-types portcullis/);
        assert.deepEqual(await arrivals(), ['ads.test/t/b.js']);
        assert.equal(await page.locator('script[data-src]').getAttribute('type'), 'text/plain');
        // What waits in the owner's template comes as nodes: no string is taken, so nobody has to vouch for one.
        await page.waitForFunction(() => document.querySelector('#told')?.contentWindow.ran?.includes('inner'));
    },
);

spec(
    'a page that asks for no types is asked for no policy that it would refuse',
    { init: listening },
    async (stand) => {
        const { open, notice, press, hasRun, page } = stand;
        await open(document({ json: JSON.stringify(CONFIG), body: body(stand) }));
        await notice();
        await press('grant-all');
        await hasRun('a');
        assert.deepEqual((await seen(page)).violations, []);
    },
);

spec('a script whose text the page itself trusts runs', { init: listening }, async (stand) => {
    const { open, page } = stand;
    await open(document({ json: JSON.stringify(CONFIG) }), policy('portcullis own'));
    const told = await page.evaluate(() => {
        window.told = [];
        const own = window.trustedTypes.createPolicy('own', { createScript: (text) => text });
        for (const [at, name] of ['text', 'textContent', 'innerText'].entries()) {
            const script = document.body.appendChild(document.createElement('script'));
            script[name] = own.createScript(`told.push(${at})`);
        }
        return window.told;
    });
    assert.deepEqual(told, [0, 1, 2]);
    assert.deepEqual((await seen(page)).violations, []);
});

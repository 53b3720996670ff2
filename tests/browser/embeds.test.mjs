// What stands in for held frames, and containers that wait. The trackers' log says what was asked for.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { CONFIG, document, spec } from './harness.mjs';
import { configFor, looksAsBefore, QUIET } from './look.mjs';

const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const PLACE = 'portcullis-embed';
/** `CONFIG` with a policy of one of its services, in this language. */
const configOf = (more = {}, lang = 'en') => ({
    ...configFor({}, lang, more),
    services: CONFIG.services.map((one) => ({ ...one, privacyUrl: `https://${one.hosts[0]}/privacy` })),
});
/** A film of the marketing service `films`, and one of `ads`. */
const films = (trackers, name = 'film') => trackers.url(`/t/${name}.html`, 'films.test');
const ads = (trackers, name = 'ad') => trackers.url(`/t/${name}.html`, 'ads.test');
const frame = (url, attrs = 'id="film" width="560" height="315"') => `<iframe ${attrs} src="${url}"></iframe>`;

/** The same, put in by a script: what the parser puts in may have set out before it is held (docs/limits.md). */
const later = (html) =>
    `<script>document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(html).replaceAll('</', '<\\/')})</script>`;

const places = (page, count) =>
    page.waitForFunction(([tag, wanted]) => document.querySelectorAll(tag).length === wanted, [PLACE, count]);
/** Presses a placeholder's button, and answers the question that comes where it has not been seen for long enough. */
async function click(page, word, nth = 0) {
    await page.locator(`${PLACE} [data-portcullis="${word}"]`).nth(nth).click();
    if (await page.locator('portcullis-ask').count()) {
        await page.locator('portcullis-ask button:not([data-portcullis])').click();
    }
}
/** The paths that arrived at the trackers, fences apart. */
const arrived = async (stand) => (await stand.arrivals()).filter((path) => !path.includes('fence'));
/** Whether the frame of this id shows its film, and who has the focus. */
const shows = (page, id = 'film') =>
    page.waitForFunction((wanted) => {
        const { width } = document.getElementById(wanted).getBoundingClientRect();
        return width > 0 && document.getElementById(wanted).hasAttribute('src');
    }, id);

spec('a held frame says whose it is and why it waits, and asks for nothing', {}, async (stand) => {
    const { open, page, trackers, press, notice } = stand;
    await open({ config: configOf(), body: later(frame(films(trackers))) });
    await places(page, 1);
    await press('deny-all');
    await notice(false);
    const place = page.locator(PLACE);
    assert.equal(await place.getAttribute('aria-label'), 'This content comes from Films');
    assert.equal(await place.getAttribute('role'), 'group');
    assert.deepEqual(await place.locator('button').allTextContents(), ['Load once', 'Always allow Films']);
    assert.match(await place.locator('.why').textContent(), /permission/);
    const link = place.locator('a');
    assert.deepEqual(
        [await link.textContent(), await link.getAttribute('href')],
        ['Privacy policy of Films', 'https://films.test/privacy'],
    );
    assert.equal(await page.locator('#film').isVisible(), false);
    assert.deepEqual(await arrived(stand), []);
});

spec('of a service of the catalogue, the second file knows name and policy', {}, async ({ open, page }) => {
    // No address of the real service is ever asked for: it stays held.
    const config = { ...CONFIG, services: ['youtube'] };
    await open({ config, body: frame('https://www.youtube-nocookie.com/embed/1') });
    await page.waitForSelector(`${PLACE} a`);
    assert.equal(await page.locator(PLACE).getAttribute('aria-label'), 'This content comes from YouTube');
    assert.match(await page.locator(`${PLACE} a`).getAttribute('href'), /^https:/);
});

spec('the file comes only where there is something to stand in for', {}, async (stand) => {
    const { open, page, trackers, requests, press, notice, stats } = stand;
    const count = () => requests().filter((path) => path === '/portcullis-embed.js').length;
    const before = count();
    await open({ body: `<script src="${stats('a.js')}"></script><template><p>a</p></template>` });
    await notice();
    await press('grant-all');
    await notice(false);
    await open({ body: frame(films(trackers)) });
    await trackers.arrived('/t/film.html');
    assert.equal(count(), before);
    await page.evaluate(() => window.portcullis.deny(['films']));
    await places(page, 1);
    assert.equal(count(), before + 1);
});

/** Ways by which pages size their frames. */
const SIZES = {
    attributes: ['', 'width="560" height="315"'],
    nothing: ['', ''],
    class: ['.c { width: 400px; height: 200px; border: 0; margin: 10px 20px }', 'class="c"'],
    percentages: ['.p { width: 80%; height: 240px }', 'class="p" height="100"'],
    'aspect-ratio': ['.a { width: 100%; aspect-ratio: 16 / 9; border: 0 }', 'class="a"'],
    'by tag in a ratio box': [
        '#w { position: relative; padding-top: 40% } #w iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0 }',
        '',
    ],
    'in a column': ['#w { display: flex; flex-direction: column; height: 300px; gap: 8px } #w iframe { flex: 1 }', ''],
    'in a grid': ['#w { display: grid; grid-template-columns: 2fr 1fr; gap: 8px }', 'style="width: 100%"'],
    block: ['iframe { display: block; width: 50vw; max-width: 100%; padding: 4px; margin: 0 auto }', 'height="200"'],
    float: ['iframe { float: right; width: 320px }', ''],
};
for (const [name, [css, attrs]] of Object.entries(SIZES)) {
    spec(`the same place and size: ${name}`, {}, async ({ open, page, trackers }) => {
        await open({
            head: `<style>body { font: 16px sans-serif } ${css}</style>`,
            body: `<p>Before</p><div id="w">${frame(films(trackers), `id="film" ${attrs}`)}<b>Beside</b></div><p id="end">After</p>`,
        });
        await places(page, 1);
        const boxes = (selector) =>
            page.evaluate((one) => {
                const round = ({ x, y, width, height }) => [x, y, width, height].map(Math.round);
                return [one, '#w b', '#end'].map((each) => round(document.querySelector(each).getBoundingClientRect()));
            }, selector);
        const check = async () => {
            const held = await boxes(PLACE);
            await page.evaluate(() => window.portcullis.grant(['films']));
            await places(page, 0);
            assert.deepEqual(held, await boxes('#film'));
            await page.evaluate(() => window.portcullis.deny(['films']));
            await places(page, 1);
        };
        await check();
        await page.setViewportSize({ width: 500, height: 800 });
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        await check();
    });
}

spec('load once opens that frame as itself, writes nothing, and is over with the page', {}, async (stand) => {
    const { open, page, trackers, record } = stand;
    const attrs = 'id="film" class="c" width="560" height="315" title="A film" allow="fullscreen" loading="eager"';
    await open({
        config: configOf(),
        body: later(`${frame(films(trackers), attrs)}${frame(films(trackers, 'other'), 'id="other"')}`),
    });
    await places(page, 2);
    await page.evaluate(() => {
        window.film = document.getElementById('film');
        window.loads = 0;
        window.film.addEventListener('load', () => window.loads++);
    });
    await click(page, 'once');
    await places(page, 1);
    await trackers.arrived('/t/film.html');
    await page.waitForFunction(() => window.loads === 1);
    const now = await page.evaluate(() => {
        const film = document.getElementById('film');
        const names = film.getAttributeNames().sort();
        return { same: film === window.film, names, focus: document.activeElement === film };
    });
    assert.deepEqual(now, {
        same: true,
        names: ['allow', 'class', 'height', 'id', 'loading', 'src', 'title', 'width'],
        focus: true,
    });
    await page.waitForFunction(
        () =>
            document.querySelector('portcullis-control').shadowRoot.querySelector('.said').textContent ===
            'The content is loading.',
    );
    assert.equal(await record(), null);
    assert.equal(await page.evaluate(() => localStorage.length + document.cookie.length), 0);
    // The page's own code moves it: it stays loaded.
    trackers.clear();
    await page.evaluate(() => document.body.prepend(window.film));
    await trackers.arrived('/t/film.html');
    assert.deepEqual(await arrived(stand), ['films.test/t/film.html']);
    // Another address of another service is another matter.
    await page.evaluate((url) => {
        window.film.src = url;
    }, ads(trackers));
    await places(page, 2);
    trackers.clear();
    await page.reload();
    await places(page, 2);
    assert.deepEqual(await arrived(stand), []);
});

spec('load once outlives other choices, and ends with a refusal of its own', {}, async (stand) => {
    const { open, page, trackers, choose, press, notice } = stand;
    await open({ config: configOf(), body: later(frame(films(trackers))) });
    await places(page, 1);
    await click(page, 'once');
    await trackers.arrived('/t/film.html');
    await choose({ analytics: true });
    await notice(false);
    await page.evaluate(() => window.portcullis.deny(['stats']));
    await shows(page);
    assert.equal(await page.locator(PLACE).count(), 0);
    await press('choose');
    await press('deny-all');
    await places(page, 1);
    assert.equal(
        page.frames().find((one) => one.url().includes('film')),
        undefined,
    );
});

spec(
    'strict: nothing is offered that the policy would refuse',
    { allow: [/Content Security Policy/] },
    async (stand) => {
        const { open, page, trackers } = stand;
        await open({ config: configOf({ enforce: 'strict', block: 'third-party' }), body: frame(films(trackers)) });
        await places(page, 1);
        assert.deepEqual(await page.locator(`${PLACE} button`).allTextContents(), ['Always allow Films']);
        const again = page.waitForEvent('load');
        await click(page, 'always');
        await again;
        await trackers.arrived('/t/film.html');
    },
);

spec('always allow grants that service, by the visitor', {}, async (stand) => {
    const { open, page, trackers, record, notice } = stand;
    const body = [frame(films(trackers)), frame(films(trackers, 'two')), frame(ads(trackers), 'id="ad"')].join('');
    await open({ config: configOf(), body: later(body) });
    await places(page, 3);
    await click(page, 'always');
    await places(page, 1);
    await notice(false);
    await trackers.arrived('/t/two.html');
    await page.waitForFunction(() => document.activeElement?.id === 'film');
    const { method, services, categories } = await record();
    assert.deepEqual(
        [method, services, categories.marketing],
        ['chosen', { stats: false, ads: false, films: true }, false],
    );
    trackers.clear();
    await page.reload();
    await trackers.arrived('/t/film.html');
    await places(page, 1);
    assert.deepEqual((await arrived(stand)).sort(), ['films.test/t/film.html', 'films.test/t/two.html']);
});

spec('a program that clicks is recorded as such', {}, async ({ open, page, trackers, record }) => {
    await open({ config: configOf(), body: frame(films(trackers)) });
    await places(page, 1);
    await page.evaluate(() =>
        document.querySelector('portcullis-embed').shadowRoot.querySelector('[data-portcullis="always"]').click(),
    );
    await places(page, 0);
    assert.equal((await record()).method, 'client');
});

spec('withdrawn, the placeholder returns and the frame is emptied; granted again, it is back', {}, async (stand) => {
    const { open, page, trackers, press, notice, choose } = stand;
    await open({ config: configOf(), body: frame(films(trackers)) });
    await notice();
    await press('grant-all');
    await notice(false);
    await trackers.arrived('/t/film.html');
    await shows(page);
    await choose({ films: false });
    await places(page, 1);
    assert.equal(
        page.frames().find((one) => one.url().includes('film')),
        undefined,
    );
    assert.equal(await page.locator('#film').getAttribute('width'), '560');
    trackers.clear();
    await choose({ films: true });
    await trackers.arrived('/t/film.html');
    await places(page, 0);
    await shows(page);
});

spec('frames that come later, by every usual way', {}, async (stand) => {
    const { open, page, trackers } = stand;
    await open({ config: configOf(), body: '<div id="here"></div><div id="shadow"></div>' });
    const put = (how, url) => page.evaluate(`(${how})(${JSON.stringify(url)})`);
    await put(
        (url) => {
            const one = document.createElement('iframe');
            one.src = url;
            document.getElementById('here').append(one);
        },
        films(trackers, 'one'),
    );
    await places(page, 1);
    await put(
        (url) => {
            document.getElementById('here').innerHTML += `<p>text</p><iframe src="${url}"></iframe>`;
        },
        films(trackers, 'two'),
    );
    await places(page, 2);
    await put(
        (url) => {
            const root = document.getElementById('shadow').attachShadow({ mode: 'open' });
            root.innerHTML = `<iframe src="${url}"></iframe>`;
        },
        films(trackers, 'three'),
    );
    await page.waitForFunction(() => document.getElementById('shadow').shadowRoot.querySelector('portcullis-embed'));
    // One that is made, and put in only then.
    await put(
        (url) => {
            window.late = document.createElement('iframe');
            window.late.src = url;
            Promise.resolve().then(() => document.getElementById('here').append(window.late));
        },
        films(trackers, 'four'),
    );
    await places(page, 3);
    // Moved, the placeholder goes along; taken out, it goes.
    await page.evaluate(() => document.body.append(window.late));
    await page.waitForFunction(() => window.late.previousElementSibling?.localName === 'portcullis-embed');
    await places(page, 3);
    await page.evaluate(() => window.late.remove());
    await places(page, 2);
    await page.evaluate(() => document.getElementById('here').replaceChildren());
    await places(page, 0);
    assert.deepEqual(await arrived(stand), []);
});

spec('what nobody looks at gets no placeholder until it is to be seen', {}, async ({ open, page, trackers }) => {
    const body = [
        frame(films(trackers, 'a'), 'width="1" height="1"'),
        frame(films(trackers, 'b'), 'width="100" height="100"'),
        frame(films(trackers, 'c'), 'style="visibility: hidden"'),
        frame(films(trackers, 'd'), 'id="hidden" style="display: none"'),
        frame(films(trackers, 'e'), 'id="seen"'),
    ].join('');
    await open({ config: configOf(), body });
    await places(page, 1);
    assert.equal(await page.evaluate(() => document.querySelector('portcullis-embed').nextElementSibling.id), 'seen');
    await page.evaluate(() => document.getElementById('hidden').removeAttribute('style'));
    await places(page, 2);
    await page.evaluate(() => {
        document.getElementById('seen').style.display = 'none';
    });
    await places(page, 1);
});

spec('a marked frame waits in the same way', {}, async ({ open, page, trackers }) => {
    await open({
        config: { ...configOf(), block: 'marked' },
        body: `<iframe id="film" data-consent="films" data-src="${films(trackers)}"></iframe>
<iframe data-consent="marketing" data-src="${ads(trackers)}"></iframe><iframe data-consent="nobody" data-src="${films(trackers, 'x')}"></iframe>`,
    });
    await places(page, 2);
    const labels = await page.locator(PLACE).evaluateAll((all) => all.map((one) => one.ariaLabel.replace(/:\d+$/, '')));
    assert.deepEqual(labels, ['This content comes from Films', 'This content comes from ads.test']);
    assert.equal(
        await page.locator(`${PLACE} [data-portcullis="always"]`).nth(1).textContent(),
        'Always allow Marketing',
    );
    await click(page, 'once');
    await trackers.arrived('/t/film.html');
    await shows(page);
    await page.evaluate(() => window.portcullis.grant(['marketing']));
    await trackers.arrived('/t/ad.html');
    await places(page, 0);
});

// ---- containers ----

/** A container whose scripts run in the order of the parser: a slow one, then one that waits for it, then what they made. */
const container = (trackers, mark = 'films') => `<div id="box" data-consent="${mark}"><p>Stays</p><template>
<script src="${trackers.url('/t/slow.js?delay=300', 'films.test')}"></script>
<script>(window.ran ||= []).push('inline'); document.getElementById('box').append(document.createElement('hr'));</script>
<iframe id="film" src="${films(trackers)}"></iframe>
</template></div>`;

spec('a container gets its content when granted, and loses it when withdrawn', {}, async (stand) => {
    const { open, page, trackers, ran, hasRun } = stand;
    await open({ config: configOf(), body: container(trackers) });
    await places(page, 1);
    assert.equal(await page.locator(PLACE).getAttribute('aria-label'), 'This content comes from Films');
    assert.deepEqual(await arrived(stand), []);
    await click(page, 'always');
    await hasRun('inline');
    assert.deepEqual(await ran(), ['slow', 'inline']);
    await trackers.arrived('/t/film.html');
    await places(page, 0);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'box');
    await page.evaluate(() => window.portcullis.deny(['films']));
    await places(page, 1);
    assert.deepEqual(
        await page.evaluate(() => [...document.getElementById('box').children].map((one) => one.localName)),
        ['p', 'portcullis-embed', 'template'],
    );
    await page.evaluate(() => window.portcullis.grant(['films']));
    await page.waitForFunction(() => window.ran.length === 4);
    await page.waitForSelector('#film');
});

spec('a container may be loaded once, with what its scripts put into it', {}, async (stand) => {
    const { open, page, trackers, hasRun, record } = stand;
    await open({ config: configOf(), body: container(trackers, 'marketing') });
    await places(page, 1);
    assert.equal(
        await page
            .locator(PLACE)
            .getAttribute('aria-label')
            .then((label) => label.replace(/:\d+$/, '')),
        'This content comes from films.test',
    );
    await click(page, 'once');
    await hasRun('inline');
    await trackers.arrived('/t/film.html');
    await page.evaluate(
        (url) => {
            document.getElementById('box').append(Object.assign(document.createElement('iframe'), { src: url }));
        },
        films(trackers, 'more'),
    );
    await trackers.arrived('/t/more.html');
    // Outside of it nothing has changed.
    trackers.clear();
    await page.evaluate(
        (url) => {
            document.body.append(Object.assign(document.createElement('iframe'), { src: url }));
        },
        films(trackers, 'outside'),
    );
    await places(page, 1);
    assert.deepEqual(await arrived(stand), []);
    assert.equal(await record(), null);
});

spec('containers that come later, and those that are granted from the start', {}, async (stand) => {
    const { open, page, trackers, hasRun, press, notice } = stand;
    await open({ config: configOf(), body: '<p>Nothing yet</p>' });
    await notice();
    await page.evaluate((html) => {
        // By `innerHTML` its scripts would never run, in a template or not (HTML § 4.12.1.1, "already started").
        document.body.append(document.createRange().createContextualFragment(html));
    }, container(trackers));
    await places(page, 1);
    await press('grant-all');
    await hasRun('inline');
    await open({ config: configOf(), body: container(trackers) });
    await hasRun('inline');
    await page.waitForSelector('#film');
});

spec(
    'a script in a template has no more trust than the parser would give it',
    { allow: [/does not carry the nonce/] },
    async (stand) => {
        const { open, page, trackers, ran, hasRun } = stand;
        const policy = "script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'; object-src 'none'";
        const script = (name, nonce) =>
            `<script ${nonce} src="${trackers.url(`/t/${name}.js`, 'films.test')}"></script>`;
        const html = document({
            json: JSON.stringify(configOf()),
            attrs: 'nonce="abc"',
            body: `<div data-consent="films"><template>${script('bad', '')}${script('good', 'nonce="abc"')}</template></div>`,
        });
        await open(html, { headers: { 'Content-Security-Policy': policy } });
        await places(page, 1);
        await click(page, 'always');
        await hasRun('good');
        assert.deepEqual(await ran(), ['good']);
    },
);

// ---- strict sites, law, everyone ----

for (const [what, policy] of [
    [
        'a strict policy',
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-src http:",
    ],
    [
        'Trusted Types',
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-src http:; require-trusted-types-for 'script'; trusted-types 'none'",
    ],
]) {
    spec(`${what}: full function and no violation`, {}, async (stand) => {
        const { open, page, trackers } = stand;
        await page.addInitScript(() => {
            window.violations = [];
            addEventListener('securitypolicyviolation', (event) =>
                window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
            );
        });
        const body = `${frame(films(trackers))}${frame(ads(trackers), 'id="ad"')}<div data-consent="stats"><template><p id="in">In</p></template></div>`;
        const html = document({ json: JSON.stringify(configOf({}, 'de')), hold: '', body });
        await open(html, { headers: { 'Content-Security-Policy': policy } });
        await places(page, 3);
        const { width, height } = await page.locator(PLACE).first().boundingBox();
        assert.ok(Math.abs(width - 564) <= 4 && Math.abs(height - 319) <= 4, `${width} × ${height}`);
        assert.equal(await page.locator('#film').isVisible(), false);
        await click(page, 'once');
        await trackers.arrived('/t/film.html');
        await places(page, 2);
        await click(page, 'always');
        await trackers.arrived('/t/ad.html');
        await places(page, 1);
        await click(page, 'always');
        await page.waitForSelector('#in');
        await page.evaluate(() => window.portcullis.denyAll());
        await places(page, 3);
        assert.deepEqual(await page.evaluate(() => window.violations), []);
    });
}

spec('minAge is asked before anything is loaded; a no is a refusal', {}, async (stand) => {
    const { open, page, trackers, record, notice } = stand;
    await open({ config: configOf({ minAge: 14 }), body: later(frame(films(trackers))) });
    await places(page, 1);
    await click(page, 'once');
    await page.click('dialog [data-portcullis="cancel"]');
    await notice(false);
    assert.deepEqual([(await record()).method, (await record()).age], ['deny-all', false]);
    assert.deepEqual(await arrived(stand), []);
    await places(page, 1);
});

spec('minAge: a yes loads once and is not kept, and holds for the next', {}, async (stand) => {
    const { open, page, trackers, record, state } = stand;
    const body = later(`${frame(films(trackers))}${frame(ads(trackers), 'id="ad"')}`);
    await open({ config: configOf({ minAge: 14 }), body });
    await places(page, 2);
    await click(page, 'once');
    await page.waitForSelector('dialog [data-portcullis="confirm"]');
    assert.deepEqual(await arrived(stand), []);
    await page.click('dialog [data-portcullis="confirm"]');
    await trackers.arrived('/t/film.html');
    await page.waitForFunction(() => document.activeElement?.id === 'film');
    assert.equal(await record(), null);
    assert.equal((await state()).phase, 'asking');
    await click(page, 'once');
    await trackers.arrived('/t/ad.html');
    assert.equal(await record(), null);
    await open({ config: configOf({ minAge: 14 }), body });
    await places(page, 2);
    await click(page, 'always');
    await page.click('dialog [data-portcullis="confirm"]');
    await places(page, 1);
    assert.deepEqual([(await record()).services.films, (await record()).age], [true, true]);
});

spec(
    'after an opt-out, always allow is confirmed; loading one thing once is no opt-in',
    { init: () => Object.defineProperty(navigator, 'globalPrivacyControl', { get: () => true }) },
    async (stand) => {
        const { open, page, trackers, record, state } = stand;
        await open({
            config: configOf({ regime: 'opt-out' }),
            body: later(`${frame(films(trackers))}${frame(ads(trackers), 'id="ad"')}`),
        });
        await places(page, 2);
        await click(page, 'once');
        await trackers.arrived('/t/film.html');
        await places(page, 1);
        await click(page, 'always');
        await page.waitForSelector('dialog [data-portcullis="confirm"]');
        assert.equal((await state()).phase, 'confirming');
        await page.click('dialog [data-portcullis="cancel"]');
        await places(page, 2);
        assert.equal(await record(), null);
        await click(page, 'always', 1);
        await page.click('dialog [data-portcullis="confirm"]');
        await trackers.arrived('/t/ad.html');
        assert.equal((await record()).services.ads, true);
    },
);

spec('by keyboard alone, and a cancelled question gives the focus back', {}, async (stand) => {
    const { open, page, trackers, press, notice } = stand;
    await open({ config: configOf({ minAge: 14 }), body: `<button id="own">Own</button>${frame(films(trackers))}` });
    await places(page, 1);
    await page.locator(`${PLACE} [data-seen]`).waitFor();
    await page.focus('#own');
    await page.keyboard.press('Tab');
    const focused = () =>
        page.evaluate(
            () => document.activeElement?.shadowRoot?.activeElement?.textContent ?? document.activeElement?.id,
        );
    assert.equal(await focused(), 'Load once');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog [data-portcullis="confirm"]');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => window.portcullis.state().phase === 'asking');
    assert.equal(await focused(), 'Load once');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Always allow Films');
    // The dialog stood over it.
    await page.locator(`${PLACE} [data-seen]`).waitFor();
    await page.keyboard.press('Space');
    await page.click('dialog [data-portcullis="confirm"]');
    await places(page, 0);
    assert.equal(await focused(), 'film');
    await notice(false);
    await press('choose');
});

for (const [theme, lang, hasTouch] of [
    ['light', 'en', false],
    ['dark', 'ar', true],
]) {
    spec(`axe-core finds nothing: ${theme}, ${lang}`, { context: { hasTouch, isMobile: hasTouch } }, async (stand) => {
        const { open, page, trackers, press, notice } = stand;
        const config = { ...configOf({}, lang), notice: { theme } };
        const body = `<main><h1>A page</h1>${frame(films(trackers), 'title="A film" width="560" height="315"')}${frame(films(trackers, 'b'), 'title="B"')}</main>`;
        await open({ config, body });
        await places(page, 2);
        await press('deny-all');
        await notice(false);
        await page.evaluate(AXE);
        const { found, passes } = await page.evaluate(async () => {
            const { violations, passes } = await window.axe.run({ include: [['portcullis-embed']] });
            return { found: violations.map(({ id, nodes }) => `${id} ${nodes[0].html}`), passes: passes.length };
        });
        assert.deepEqual(found, []);
        assert.ok(passes >= 5, `${passes}`);
        assert.equal(await page.locator(PLACE).first().getAttribute('dir'), lang === 'ar' ? 'rtl' : 'ltr');
        for (const button of await page.locator(`${PLACE} button`).all()) {
            const { height, width } = await button.boundingBox();
            const least = hasTouch ? 44 : 24;
            assert.ok(height >= least && width >= least, `${width} × ${height}`);
        }
    });
}

spec('words of the config are text, and a bad link is none', { allow: [/configuration is not/] }, async (stand) => {
    const { open, page, trackers } = stand;
    const bad = '<img src=x onerror="window.hacked=1">{}';
    const services = [
        {
            id: 'films',
            name: bad,
            category: 'marketing',
            hosts: ['films.test'],
            privacyUrl: 'java\nscript:window.hacked=1',
        },
    ];
    await open({ config: { ...configOf(), services, text: { en: { loadOnce: bad } } }, body: frame(films(trackers)) });
    await places(page, 1);
    assert.equal(await page.locator(PLACE).getAttribute('aria-label'), `This content comes from ${bad}`);
    assert.equal(await page.locator(`${PLACE} button`).first().textContent(), bad);
    assert.equal(await page.locator(`${PLACE} a`).count(), 0);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
});

spec('a dry run holds nothing: no placeholder, and containers are filled', { allow: [/DRY RUN/] }, async (stand) => {
    const { open, page, trackers } = stand;
    await open({
        config: configOf({ mode: 'report' }),
        body: `${frame(films(trackers))}<div data-consent="stats"><template><p id="in">In</p></template></div>`,
    });
    await trackers.arrived('/t/film.html');
    await page.waitForSelector('#in');
    assert.equal(await page.locator(PLACE).count(), 0);
});

for (const [width, colorScheme, lang] of [
    [768, 'light', 'en'],
    [320, 'dark', 'ar'],
]) {
    const name = `embeds-${width}-${colorScheme}-${lang}`;
    spec(name, { context: { viewport: { width, height: 720 }, colorScheme } }, async (stand) => {
        const { open, page, trackers, press, notice } = stand;
        const body = `${frame(films(trackers), 'style="box-sizing: border-box; width: 100%; height: 280px"')}<p>${frame(films(trackers, 'b'), '')}</p><div data-consent="analytics"><template></template></div>`;
        await open({ ...QUIET, config: configOf({}, lang), body });
        await places(page, 3);
        await press('deny-all');
        await notice(false);
        await page.evaluate(() => window.scrollTo(0, 0));
        await looksAsBefore(stand, name);
    });
}

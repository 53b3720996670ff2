// The record: what the visitor chose, kept in the visitor's own browser, and when it is asked again.

import assert from 'node:assert/strict';
import { CONFIG, spec } from './harness.mjs';

const DAY = 86_400_000;

/** What an entry says, without what is added to it after the choice. */
const said = ({ hash, previous, ...entry }) => entry;

spec('accept all', {}, async (stand) => {
    const { open, notice, press, record, state } = stand;
    await open(stand.twoTrackers());
    await notice();
    const before = Date.now();
    await press('grant-all');
    await notice(false);
    const kept = await record();
    assert.ok(kept.time >= before && kept.time <= Date.now());
    assert.deepEqual(
        { ...said(kept), time: 0 },
        {
            v: 1,
            policy: '1',
            time: 0,
            method: 'grant-all',
            categories: { necessary: true, preferences: true, analytics: true, marketing: true },
            services: { stats: true, ads: true, films: true },
            signals: { dnt: false, gpc: false },
            lang: 'en',
            history: [],
        },
    );
    assert.deepEqual(said((await state()).record), said(kept));
});

spec('reject all: what was refused is in it too, and nothing arrives', {}, async (stand) => {
    const { open, notice, press, record, arrivals, page } = stand;
    await open(stand.twoTrackers());
    await notice();
    await press('deny-all');
    await notice(false);
    const { method, categories, services } = await record();
    assert.equal(method, 'deny-all');
    assert.deepEqual(categories, { necessary: true, preferences: false, analytics: false, marketing: false });
    assert.deepEqual(services, { stats: false, ads: false, films: false });
    await page.reload();
    await notice(false);
    assert.deepEqual(await arrivals(), []);
});

spec('a choice of some, and then another: the history keeps what was true', {}, async (stand) => {
    const { open, notice, choose, press, record, hasRun } = stand;
    await open(stand.twoTrackers());
    await notice();
    await choose({ analytics: true });
    await hasRun('a');
    const first = await record();
    assert.equal(first.method, 'chosen');
    assert.deepEqual(first.services, { stats: true, ads: false, films: false });
    await press('choose');
    await press('deny-all');
    await stand.page.waitForFunction(() => JSON.parse(localStorage.getItem('portcullis')).method === 'deny-all');
    const second = await record();
    const { v, history, ...entry } = first;
    assert.deepEqual([v, history], [1, []]);
    assert.deepEqual(second.history.map(said), [said(entry)]);
});

spec('one service of a category', {}, async (stand) => {
    const { open, notice, choose, record, state } = stand;
    await open(stand.twoTrackers());
    await notice();
    await choose({ films: true });
    await notice(false);
    assert.deepEqual((await record()).services, { stats: false, ads: false, films: true });
    assert.deepEqual((await state()).grants.services, { stats: false, ads: false, films: true });
});

spec('a grant by the page is recorded as api', {}, async (stand) => {
    const { open, notice, page, record, hasRun, ran } = stand;
    await open(stand.twoTrackers());
    await notice();
    await page.evaluate(() => window.portcullis.grant(['analytics']));
    await hasRun('a');
    const { method, categories } = await record();
    assert.deepEqual([method, categories.analytics, categories.marketing], ['api', true, false]);
    assert.deepEqual(await ran(), ['a']);
});

spec('a word for nobody is an error, and no answer', { allow: [/known here/] }, async (stand) => {
    const { open, notice, page, record, said, state } = stand;
    await open(stand.twoTrackers());
    await notice();
    for (const [call, ids, words] of [
        ['grant', ['statz'], /grant takes a list of ids that are known here, not \["statz"\]/],
        ['grant', undefined, /grant takes .* not undefined/],
        ['grant', 'stats', /grant takes a list .* not "stats"/],
        ['deny', { id: 'ads' }, /deny takes .* not {"id":"ads"}/],
    ]) {
        await page.evaluate(([call, ids]) => window.portcullis[call](ids), [call, ids]);
        assert.match(await said(words), words);
        assert.deepEqual([(await state()).phase, await record()], ['asking', null], `${call} ${ids}`);
    }
    // Whoever else is named is meant.
    await page.evaluate(() => window.portcullis.grant(['adz', 'stats', 'films']));
    await said(/not \["adz","stats","films"\]/);
    assert.deepEqual((await record()).services, { stats: true, ads: false, films: true });
    // From nobody nothing is taken.
    await page.evaluate(() => window.portcullis.deny([]));
    assert.deepEqual((await state()).grants.services, { stats: true, ads: false, films: true });
});

spec('a click by a program is recorded as client', {}, async (stand) => {
    const { open, notice, page, record, hasRun } = stand;
    await open(stand.twoTrackers());
    await notice();
    await page.evaluate(() => document.querySelector('portcullis-notice [data-portcullis="grant-all"]').click());
    await hasRun('a');
    assert.equal((await record()).method, 'client');
});

spec('a denial by a program always works', {}, async (stand) => {
    const { open, notice, page, record, arrivals } = stand;
    await open(stand.twoTrackers());
    await notice();
    await page.evaluate(() => document.querySelector('portcullis-notice [data-portcullis="deny-all"]').click());
    await notice(false);
    assert.equal(Object.values((await record()).services).some(Boolean), false);
    assert.deepEqual(await arrivals(), []);
});

const GRANTED = {
    v: 1,
    policy: '1',
    time: Date.now() - DAY,
    method: 'grant-all',
    categories: { necessary: true, preferences: true, analytics: true, marketing: true },
    services: { stats: true, ads: true, films: true },
    signals: { dnt: false, gpc: false },
    lang: 'en',
    history: [],
};

spec('a sound record is believed', {}, async (stand) => {
    await stand.keep(JSON.stringify(GRANTED));
    await stand.open(stand.twoTrackers());
    await stand.hasRun('b');
    await stand.notice(false);
});

for (const [what, text] of [
    ['no JSON', '{"v":1,'],
    ['null', 'null'],
    ['a list', '[1,2]'],
    ['a number', '7'],
    ['an empty object', '{}'],
    ['a version alone', '{"v":1}'],
    ['another format', JSON.stringify({ ...GRANTED, v: 99 })],
    ['no time', JSON.stringify({ ...GRANTED, time: undefined })],
    ['a time in words', JSON.stringify({ ...GRANTED, time: 'yesterday' })],
    ['a time to come', JSON.stringify({ ...GRANTED, time: Date.now() + 2 * DAY })],
    ['grants that are no object', JSON.stringify({ ...GRANTED, categories: true, services: true })],
    [
        'grants that are not yes or no',
        JSON.stringify({ ...GRANTED, categories: { analytics: 'yes' }, services: { stats: 1 } }),
    ],
    ['an unknown method', JSON.stringify({ ...GRANTED, method: 'guessed' })],
    ['ten thousand brackets', '['.repeat(10_000)],
]) {
    spec(`a record that is ${what} counts as none`, { allow: [/Portcullis/] }, async (stand) => {
        const { open, keep, notice, arrivals, press, record } = stand;
        await keep(text);
        await open(stand.twoTrackers());
        await notice();
        assert.deepEqual(await arrivals(), []);
        await press('deny-all');
        await notice(false);
        assert.equal((await record()).method, 'deny-all');
    });
}

const denied = () => {
    Object.defineProperty(window, 'localStorage', {
        get() {
            throw new DOMException('denied', 'SecurityError');
        },
    });
};
const absent = () => Object.defineProperty(window, 'localStorage', { value: null });
for (const [what, init] of [
    ['denied', denied],
    ['absent', absent],
]) {
    spec(
        `storage ${what}: the choice holds for the page's life`,
        { init, allow: [/cannot be stored/] },
        async (stand) => {
            const { open, notice, press, hasRun, said, page, arrivals, trackers } = stand;
            await open(stand.twoTrackers());
            await notice();
            await press('grant-all');
            await hasRun('b');
            await said(/cannot be stored/);
            trackers.clear();
            await page.reload();
            await notice();
            assert.deepEqual(await arrivals(), []);
        },
    );
}

spec("storage full: the choice holds for the page's life", { allow: [/cannot be stored/] }, async (stand) => {
    const { open, keep, notice, press, hasRun, said, page } = stand;
    await keep('');
    await page.evaluate(() => {
        localStorage.clear();
        let size = 8_000_000;
        for (let key = 0; size > 0; key++) {
            try {
                localStorage.setItem(`fill-${key}`, 'x'.repeat(size));
            } catch {
                size = Math.floor(size / 2);
            }
        }
    });
    await open(stand.twoTrackers());
    await notice();
    await press('grant-all');
    await hasRun('b');
    await said(/cannot be stored/);
});

for (const [what, word, expires, days] of [
    ['a grant', 'grant-all', {}, 180],
    ['a refusal', 'deny-all', {}, 180],
    ['a grant of thirty days', 'grant-all', { expires: { granted: 30, denied: 60 } }, 30],
    ['a refusal of sixty days', 'deny-all', { expires: { granted: 30, denied: 60 } }, 60],
]) {
    spec(`${what} is asked again after ${days} days, not before`, {}, async (stand) => {
        const { open, notice, press, page, trackers, arrivals, hasRun } = stand;
        const config = { ...CONFIG, ...expires };
        await open(stand.twoTrackers(config));
        await notice();
        await press(word);
        await notice(false);
        await page.clock.setFixedTime(Date.now() + (days - 1) * DAY);
        await open(stand.twoTrackers(config));
        if (word === 'grant-all') await hasRun('b');
        await arrivals();
        await notice(false);
        trackers.clear();
        await page.clock.setFixedTime(Date.now() + (days + 1) * DAY);
        await open(stand.twoTrackers(config));
        await notice();
        assert.deepEqual(await arrivals(), []);
    });
}

spec('a new service: only it is asked for, the rest is kept', {}, async (stand) => {
    const { open, notice, press, page, trackers, hasRun, record, ran } = stand;
    await open(stand.twoTrackers());
    await notice();
    await press('grant-all');
    await notice(false);
    const chat = { id: 'chat', name: 'Chatter', category: 'preferences', hosts: ['chat.test'] };
    const config = { ...CONFIG, services: [...CONFIG.services, chat] };
    const wider = stand.twoTrackers(config);
    wider.body += `<script src="${trackers.url('/t/c.js', 'chat.test')}"></script>`;
    await open(wider);
    await notice();
    await hasRun('b');
    const words = await page.locator('portcullis-notice').innerText();
    assert.match(words, /Chatter/);
    assert.doesNotMatch(words, /Stats|Films/);
    await stand.arrivals();
    assert.deepEqual(await ran(), ['a', 'b']);
    await press('deny-all');
    await notice(false);
    assert.deepEqual((await record()).services, { stats: true, ads: true, films: true, chat: false });
    await page.reload();
    await hasRun('b');
    await stand.arrivals();
    await notice(false);
    assert.deepEqual(await ran(), ['a', 'b']);
});

spec('a new category: only it is asked for, the rest is kept', {}, async (stand) => {
    const { open, notice, press, page, record } = stand;
    await open(stand.twoTrackers());
    await notice();
    await press('deny-all');
    await notice(false);
    await open(
        stand.twoTrackers({
            ...CONFIG,
            categories: ['necessary', 'preferences', 'analytics', 'marketing', 'research'].map((id) => ({ id })),
        }),
    );
    await notice();
    const words = await page.locator('portcullis-notice').innerText();
    assert.match(words, /research/);
    assert.doesNotMatch(words, /Marketing/);
    await press('grant-all');
    await notice(false);
    const { categories } = await record();
    assert.deepEqual([categories.research, categories.marketing, categories.analytics], [true, false, false]);
    await page.reload();
    await notice(false);
    assert.deepEqual(await stand.arrivals(), []);
});

spec('a new policy version: asked again, and what changed is said', {}, async (stand) => {
    const { open, notice, press, page, hasRun, record } = stand;
    await open(stand.twoTrackers());
    await notice();
    await press('grant-all');
    await notice(false);
    const policy = { version: '2', url: '/privacy', changes: ['We now keep orders for two years.'] };
    await open(stand.twoTrackers({ ...CONFIG, policy }));
    await notice();
    await hasRun('b');
    assert.match(await page.locator('portcullis-notice').innerText(), /orders for two years/);
    await press('deny-all');
    await notice(false);
    const kept = await record();
    assert.equal(kept.policy, '2');
    assert.deepEqual(
        kept.history.map((entry) => entry.policy),
        ['1'],
    );
});

spec('a choice in one tab reaches the others at once', {}, async (stand) => {
    const { open, notice, press, context, page, insert, ads, hasRun, arrivals, trackers } = stand;
    const other = await context.newPage();
    await open(stand.twoTrackers());
    await open(stand.twoTrackers(), { on: other });
    await notice(true, other);
    await press('grant-all');
    await notice(false, other);
    await hasRun('b', other);
    await press('choose', other);
    await press('deny-all', other);
    await page.waitForFunction(() => window.portcullis.state().grants.categories.marketing === false);
    trackers.clear();
    await insert(ads('later.js'));
    assert.deepEqual(await arrivals(), []);
    await page.evaluate(() => window.portcullis.erase());
    await notice(true, other);
});

spec('erased: nothing is kept, and the visitor is asked afresh', {}, async (stand) => {
    const { open, notice, press, page } = stand;
    await open(stand.twoTrackers());
    await notice();
    await press('grant-all');
    await notice(false);
    await page.evaluate(() => window.portcullis.erase());
    await notice();
    assert.equal(await page.evaluate(() => localStorage.getItem('portcullis')), null);
});

spec('export gives a copy of what is kept', {}, async (stand) => {
    const { open, notice, press, page, record } = stand;
    await open(stand.twoTrackers());
    await notice();
    await press('deny-all');
    await notice(false);
    assert.deepEqual(said((await page.evaluate(() => window.portcullis.export())).record), said(await record()));
});

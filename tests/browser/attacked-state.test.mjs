// The state under attack: a disk that is full, databases that never answer, floods of keys, tabs that answer at once, clocks
// that jump. A refusal is never lost, and nothing opens that the record does not say.

import assert from 'node:assert/strict';
import { CONFIG, spec, until } from './harness.mjs';

const DAY = 86_400_000;
const OURS = /^Portcullis/;

/** A service that leaves things behind, and another one. */
const SHOP = {
    ...CONFIG,
    services: [
        { ...CONFIG.services[0], cookies: ['_stats*'], storage: ['stats:*'] },
        { ...CONFIG.services[1], cookies: ['_ads*'], storage: ['ads:*'] },
    ],
};

/** Fills local storage to the last letter. Runs in the page. */
const fill = () => {
    let text = 'x'.repeat(4_000_000);
    for (let at = 0; text; at++) {
        try {
            localStorage.setItem(`fill${at}`, text);
        } catch {
            // No room for so much: half of it.
            text = text.slice(0, text.length >> 1);
        }
    }
};

const granted = (page) => page.evaluate(() => window.portcullis.state().grants.categories);

spec('a full disk: a yes holds for this page, and is asked for on the next', { allow: [OURS] }, async (stand) => {
    const { open, page, notice, press, hasRun, record, state } = stand;
    await open(stand.twoTrackers());
    await notice();
    await page.evaluate(fill);
    await press('grant-all');
    await hasRun('a');
    assert.equal((await state()).phase, 'answered');
    assert.equal(await record(), null);
    await page.reload();
    await notice();
});

for (const how of ['button', 'api']) {
    spec(`a full disk: a refusal after a yes is not lost: ${how}`, { allow: [OURS] }, async (stand) => {
        const { open, page, notice, press, hasRun, arrivals, trackers, record } = stand;
        await open(stand.twoTrackers());
        await notice();
        await press('grant-all');
        await hasRun('a');
        await page.evaluate(fill);
        if (how === 'api') {
            await page.evaluate(() => window.portcullis.denyAll());
        } else {
            await press('choose');
            await press('deny-all');
        }
        await page.waitForFunction(() => !window.portcullis.state().grants.categories.marketing);
        const kept = await record();
        assert.notEqual(kept?.categories.marketing, true, 'what is stored does not say yes any more');
        trackers.clear();
        await page.reload();
        await page.waitForFunction(() => window.portcullis.state().phase !== 'waiting');
        assert.equal((await granted(page)).marketing, false);
        assert.deepEqual(await arrivals(), []);
    });
}

const DENIED = {
    'local storage throws': () => {
        Object.defineProperty(window, 'localStorage', {
            get() {
                throw new DOMException('denied', 'SecurityError');
            },
        });
    },
    'local storage is null': () => {
        Object.defineProperty(window, 'localStorage', { value: null });
    },
};
for (const [name, init] of Object.entries(DENIED)) {
    spec(`${name}: a yes and a no hold for this page`, { allow: [OURS], init }, async (stand) => {
        const { open, page, notice, press, hasRun } = stand;
        await open(stand.twoTrackers());
        await notice();
        await press('grant-all');
        await hasRun('a');
        await page.evaluate(() => window.portcullis.denyAll());
        assert.equal((await granted(page)).marketing, false);
    });
}

const DATABASES = {
    'indexedDB is not there': () => {
        Object.defineProperty(window, 'indexedDB', { value: undefined });
    },
    'indexedDB throws': () => {
        Object.defineProperty(window, 'indexedDB', {
            get() {
                throw new DOMException('denied', 'SecurityError');
            },
        });
    },
    'databases() refuses': () => {
        IDBFactory.prototype.databases = () => Promise.reject(new DOMException('denied', 'SecurityError'));
    },
    'databases() never answers': () => {
        IDBFactory.prototype.databases = () => new Promise(() => {});
    },
    'deleting throws': () => {
        IDBFactory.prototype.deleteDatabase = () => {
            throw new DOMException('denied', 'InvalidStateError');
        };
    },
    'deleting never answers': () => {
        IDBFactory.prototype.deleteDatabase = () => new EventTarget();
    },
    'caches never answer': () => {
        if (window.caches) CacheStorage.prototype.keys = () => new Promise(() => {});
    },
    'nobody lists the workers': () => {
        if (navigator.serviceWorker) {
            ServiceWorkerContainer.prototype.getRegistrations = () => new Promise(() => {});
        }
    },
};
/** A page on which the visitor has allowed everything, and it has come. */
async function allowAll({ open, twoTrackers, notice, press, hasRun }) {
    await open(twoTrackers(SHOP));
    await notice();
    await press('grant-all');
    await hasRun('b');
}
for (const [name, init] of Object.entries(DATABASES)) {
    spec(`${name}: a withdrawal closes at once, and cookies and keys go`, { allow: [OURS], init }, async (stand) => {
        const { page } = stand;
        await allowAll(stand);
        await page.evaluate(() => {
            document.cookie = '_ads=1; path=/';
            localStorage.setItem('ads:a', '1');
            window.portcullis.denyAll();
        });
        assert.equal((await granted(page)).marketing, false);
        await until(page, () => !document.cookie.includes('_ads') && !('ads:a' in localStorage));
    });
}

spec('a database that the page keeps open does not keep a withdrawal', { allow: [OURS] }, async (stand) => {
    const { page } = stand;
    await allowAll(stand);
    await page.evaluate(
        () =>
            new Promise((done, fail) => {
                const opening = indexedDB.open('ads:open');
                opening.onsuccess = () => {
                    window.kept = opening.result;
                    document.cookie = '_ads=1; path=/';
                    done();
                };
                opening.onerror = fail;
            }),
    );
    await page.evaluate(() => window.portcullis.denyAll());
    assert.equal((await granted(page)).marketing, false);
    await until(page, () => !document.cookie.includes('_ads'));
});

spec('thousands of keys and hundreds of cookies: a withdrawal clears them and the page goes on', {}, async (stand) => {
    const { page } = stand;
    await allowAll(stand);
    await page.evaluate(() => {
        for (let at = 0; at < 5000; at++) localStorage.setItem(`${at % 2 ? 'ads:' : 'own:'}${at}`, 'x');
        for (let at = 0; at < 120; at++) document.cookie = `${at % 2 ? '_ads' : 'own'}${at}=1; path=/`;
        window.portcullis.denyAll();
    });
    await until(page, () => !document.cookie.includes('_ads'));
    await until(page, () => !Object.keys(localStorage).some((key) => key.startsWith('ads:')));
    assert.equal(
        await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('own:')).length),
        2500,
    );
});

spec(
    'another tab floods our key: nothing opens, and what is stored last is what holds',
    { allow: [OURS] },
    async (stand) => {
        const { open, context, page, notice, arrivals, shop, serve, record } = stand;
        await open(stand.twoTrackers());
        await notice();
        const other = await context.newPage();
        await other.goto(shop.url(serve('<!doctype html><title>other</title>')));
        await other.evaluate(() => {
            const yes = { categories: { marketing: true, analytics: true }, services: { ads: true, stats: true } };
            const all = [
                '',
                'x',
                '{',
                '[]',
                'null',
                '{"v":1}',
                JSON.stringify({ v: 1, ...yes }),
                JSON.stringify({ v: 1, method: 'grant-all', ...yes }),
                JSON.stringify({ v: 1, time: 1e300, policy: '1', method: 'grant-all', ...yes }),
                JSON.stringify({ v: 1, time: Date.now() + 9e9, policy: '1', method: 'grant-all', ...yes }),
                JSON.stringify({ v: 1, time: -1, policy: '1', method: 'grant-all', ...yes }),
                JSON.stringify({ v: 99, time: 1.5, policy: '1', method: 'grant-all', ...yes }),
                `${'['.repeat(100_000)}`,
            ];
            for (let at = 0; at < 1500; at++) localStorage.setItem('portcullis', all[at % all.length]);
            localStorage.setItem('portcullis', 'x');
        });
        await page.waitForFunction(() => localStorage.getItem('portcullis') === 'x');
        assert.equal((await granted(page)).marketing, false);
        assert.deepEqual(await arrivals(), []);
        await stand.press('deny-all');
        await notice(false);
        assert.equal((await record()).method, 'deny-all');
    },
);

spec('two tabs that answer at once come to the same answer, the one that is stored', {}, async (stand) => {
    const { open, context, page, notice, record } = stand;
    const path = await open(stand.twoTrackers());
    const other = await context.newPage();
    await other.goto(stand.shop.url(path));
    for (let round = 0; round < 4; round++) {
        await notice(true, page);
        await notice(true, other);
        // One of the two may see its notice go before it is pressed.
        const pressed = (on, word) =>
            on.click(`portcullis-notice [data-portcullis="${word}"]`, { timeout: 2000 }).catch(() => {});
        await Promise.all([pressed(page, 'grant-all'), pressed(other, 'deny-all')]);
        const same = (wanted) => window.portcullis.state().grants.categories.marketing === wanted;
        await Promise.all([notice(false, page), notice(false, other)]);
        await page.evaluate(() => new Promise((done) => setTimeout(done, 0)));
        const wanted = (await record()).categories.marketing;
        await page.waitForFunction(same, wanted);
        await other.waitForFunction(same, wanted);
        assert.equal((await record()).categories.marketing, wanted);
        await page.evaluate(() => window.portcullis.erase());
    }
});

spec('a no in one tab and scripts that ask for a yes in the other: they end alike', {}, async (stand) => {
    const { open, context, page, notice, record } = stand;
    const path = await open(stand.twoTrackers());
    const other = await context.newPage();
    await other.goto(stand.shop.url(path));
    await notice(true, other);
    const storm = (work) => (on) => on.evaluate(work);
    await Promise.all([
        storm(async () => {
            for (let at = 0; at < 50; at++) {
                window.portcullis.grantAll();
                await new Promise((done) => setTimeout(done, 0));
            }
        })(page),
        storm(async () => {
            for (let at = 0; at < 50; at++) {
                window.portcullis.denyAll();
                await new Promise((done) => setTimeout(done, 0));
            }
        })(other),
    ]);
    const { categories, history } = await record();
    assert.ok(history.length <= 50);
    const same = (wanted) => window.portcullis.state().grants.categories.marketing === wanted;
    await page.waitForFunction(same, categories.marketing);
    await other.waitForFunction(same, categories.marketing);
});

/** Sets the clock of the next pages of this context. */
async function clock(context, time) {
    await context.clock.setSystemTime(time);
}

spec(
    'the clock jumps back: a record from the future counts as none, and a no stays one when it comes forward',
    { allow: [OURS] },
    async (stand) => {
        const { open, context, page, notice, press, record, hasRun, trackers, arrivals } = stand;
        const now = Date.now();
        await clock(context, now);
        await open(stand.twoTrackers());
        await notice();
        await press('grant-all');
        await hasRun('a');
        trackers.clear();
        await clock(context, now - 30 * DAY);
        await page.reload();
        await notice();
        assert.equal((await granted(page)).marketing, false);
        assert.deepEqual(await arrivals(), []);
        await press('deny-all');
        await notice(false);
        await clock(context, now + 1 * DAY);
        await page.reload();
        await page.waitForFunction(() => window.portcullis.state().phase !== 'waiting');
        assert.equal((await granted(page)).marketing, false);
        assert.equal((await record()).method, 'deny-all');
    },
);

spec(
    'the clock jumps back while the page stands: a no after a yes is a no, here and on the next page',
    { allow: [OURS] },
    async (stand) => {
        const { open, context, page, notice, press, hasRun, record } = stand;
        const now = Date.now();
        await clock(context, now);
        await open(stand.twoTrackers());
        await notice();
        await press('grant-all');
        await hasRun('a');
        await clock(context, now - 10 * DAY);
        await page.evaluate(() => window.portcullis.denyAll());
        assert.equal((await granted(page)).marketing, false);
        assert.equal((await record()).categories.marketing, false);
        for (const time of [now - 10 * DAY, now, now + DAY]) {
            await clock(context, time);
            await page.reload();
            await page.waitForFunction(() => window.portcullis.state().phase !== 'waiting');
            assert.equal((await granted(page)).marketing, false, `at ${time - now}`);
        }
    },
);

spec('the clock jumps far ahead: a yes has run out, and is asked for again', { allow: [OURS] }, async (stand) => {
    const { open, context, page, notice, press, hasRun, trackers, arrivals } = stand;
    const now = Date.now();
    await clock(context, now);
    await open(stand.twoTrackers());
    await notice();
    await press('grant-all');
    await hasRun('a');
    for (const ahead of [400 * DAY, 40_000 * DAY]) {
        trackers.clear();
        await clock(context, now + ahead);
        await page.reload();
        await notice();
        assert.deepEqual(await arrivals(), []);
    }
});

spec('a record that another tab dates ahead opens nothing', { allow: [OURS] }, async (stand) => {
    const { open, page, notice, context, press, serve, shop } = stand;
    const path = await open(stand.twoTrackers());
    await notice();
    await press('deny-all');
    await notice(false);
    const other = await context.newPage();
    await other.goto(shop.url(serve('<!doctype html><title>other</title>')));
    await other.evaluate((ahead) => {
        const { history, ...entry } = JSON.parse(localStorage.getItem('portcullis'));
        const yes = (list) => Object.fromEntries(Object.keys(list).map((id) => [id, true]));
        const { hash, previous, ...rest } = entry;
        localStorage.setItem(
            'portcullis',
            JSON.stringify({
                ...rest,
                history,
                method: 'grant-all',
                time: Date.now() + ahead,
                categories: yes(entry.categories),
                services: yes(entry.services),
            }),
        );
    }, DAY);
    await page.evaluate(() => new Promise((done) => setTimeout(done, 0)));
    await page.goto(shop.url(path));
    await page.waitForFunction(() => window.portcullis.state().phase !== 'waiting');
    assert.equal((await granted(page)).marketing, false);
});

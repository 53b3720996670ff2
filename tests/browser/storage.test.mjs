// Cookies and storage: what a held service would keep is dropped without a word, and the page's own work takes the same
// way as ever.

import assert from 'node:assert/strict';
import { CONFIG, spec } from './harness.mjs';

const ADS = {
    id: 'ads',
    name: 'Ads',
    category: 'marketing',
    hosts: ['ads.test'],
    cookies: ['_ads*'],
    storage: ['ads:*'],
};
const config = { ...CONFIG, services: [ADS] };

/** Each way to write, with the name that it writes under. Runs in the page. */
const WAYS = {
    'document.cookie': (name) => {
        document.cookie = ` _${name}=1; path=/`;
    },
    'document.cookie of an object': (name) => {
        let reads = 0;
        document.cookie = { toString: () => (reads++ ? `_${name}=2` : `_${name}=1`) };
    },
    'document.cookie with all that could bring it back': (name) => {
        document.cookie = `_${name}=1; max-age=0; max-age=999; expires=Fri, 31 Dec 9999 23:59:59 GMT`;
        document.cookie = `_${name}=1;\n`;
        document.cookie = `_${name}=1;\0`;
        document.cookie = `_${name}=1; max-age="`;
    },
    'cookieStore.set': (name) => cookieStore.set(`_${name}`, '1'),
    'cookieStore.set of an object': (name) => cookieStore.set({ name: `_${name}`, value: '1' }),
    setItem: (name) => localStorage.setItem(`${name}:1`, '1'),
    'setItem of the session': (name) => sessionStorage.setItem(`${name}:1`, '1'),
    'setItem, borrowed': (name) => Storage.prototype.setItem.call(localStorage, `${name}:1`, '1'),
    'a property': (name) => {
        localStorage[`${name}:1`] = '1';
    },
    'a property that is defined': (name) => {
        Object.defineProperty(localStorage, `${name}:1`, { value: '1', configurable: true });
    },
    'a property that is assigned': (name) => {
        Object.assign(sessionStorage, { [`${name}:1`]: '1' });
    },
};

/** What the browser keeps now. */
const kept = (page) =>
    page.evaluate(() =>
        [document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter(
            (name) => name && name !== 'portcullis',
        ),
    );

for (const [name, way] of Object.entries(WAYS)) {
    spec(`${name}: held before a grant, the page's own never`, {}, async ({ open, page }) => {
        await open({ config });
        const write = (what) => page.evaluate(way, what);
        // Nothing says that it was held, neither an answer nor an exception.
        assert.equal(await write('ads'), undefined);
        assert.deepEqual(await kept(page), []);
        assert.equal(await write('own'), undefined);
        assert.equal((await kept(page)).length, 1);
        await page.evaluate(() => window.portcullis.grantAll());
        await write('ads');
        assert.match((await kept(page)).join(), /ads(:1|=1)/);
    });
}

/** What a page may ask of a storage, and must not be told otherwise than by the browser. Runs in the page. */
const BATTERY = () => {
    const tried = (work) => {
        try {
            return String(work());
        } catch (error) {
            return `${error.name}: ${error.constructor === window[error.name]}`;
        }
    };
    const { prototype } = Storage;
    localStorage.clear();
    localStorage.a = 1;
    localStorage.setItem('b', { toString: () => 'two' });
    let heard;
    addEventListener('storage', (event) => {
        heard = event.storageArea === localStorage;
    });
    const answers = [
        () => localStorage === window.localStorage,
        () => localStorage instanceof Storage,
        () => Object.prototype.toString.call(localStorage),
        () => Object.getPrototypeOf(localStorage) === prototype,
        () => Object.getOwnPropertyDescriptor(window, 'localStorage').get.name,
        () => Object.getOwnPropertyDescriptor(window, 'localStorage').get,
        () => localStorage.length,
        () => localStorage.key(0).length,
        () => localStorage.getItem('b') + localStorage.a + localStorage.c,
        () => 'a' in localStorage,
        () => Object.keys(localStorage).sort(),
        () => JSON.stringify(localStorage).length,
        () => delete localStorage.a && localStorage.getItem('a'),
        () => localStorage.removeItem('b') ?? localStorage.length,
        () => localStorage.setItem('c'),
        () => localStorage.getItem(),
        () => prototype.getItem.call({}, 'a'),
        () => prototype.length,
        () => localStorage.setItem(Symbol('s'), '1'),
        () => localStorage.setItem.name + localStorage.setItem.length,
        () => prototype.getItem,
        () => new StorageEvent('storage', { storageArea: localStorage }).storageArea === localStorage,
        () => dispatchEvent(new StorageEvent('storage', { storageArea: localStorage })) && heard,
        () => new StorageEvent('storage').storageArea,
        () => new StorageEvent('storage', { storageArea: {} }),
        () => StorageEvent(),
        () => {
            localStorage.getItem = 'x';
            return typeof localStorage.getItem;
        },
        () => {
            document.cookie = 'plain';
            document.cookie = ' own = a=b ; path=/';
            document.cookie = null;
            return document.cookie;
        },
        () => {
            document.cookie = 'own=; max-age=0; path=/';
            document.cookie = '; max-age=0';
            return document.cookie;
        },
        () => {
            document.cookie = Symbol('s');
        },
        () => Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').set.call({}, 'a=b'),
    ];
    return answers.map(tried);
};

spec('a storage answers as without us', {}, async ({ open, page, serve, shop }) => {
    await page.goto(shop.url(serve('<!doctype html><title>bare</title>')));
    const bare = await page.evaluate(BATTERY);
    await open({ config });
    assert.deepEqual(await page.evaluate(BATTERY), bare);
});

spec('a cookie store answers as without us', {}, async ({ open, page }) => {
    await open({ config });
    const said = await page.evaluate(async () => {
        const said = [await cookieStore.set('own', '1'), (await cookieStore.get('own')).value];
        for (const args of [[], [{ name: 'a' }], ['a=b', '1'], [null], [Symbol('s'), '1']]) {
            const going = (() => {
                try {
                    return cookieStore.set(...args);
                } catch (error) {
                    return error;
                }
            })();
            said.push(going instanceof Promise && (await going.catch((error) => error instanceof TypeError)));
        }
        return said;
    });
    assert.deepEqual(
        said,
        [undefined, '1', true, true, true, true, true].map((one) => one ?? null).map((one) => one ?? undefined),
    );
});

spec("what the site's own server writes of a held service goes with the next page", {}, async (stand) => {
    const { open, notice, page, press } = stand;
    const cookies = ['_ads_id=1; Path=/', '_ads_deep=1; Path=/; Max-Age=999', 'session=1; Path=/'];
    const headers = { 'Set-Cookie': cookies };
    const names = () =>
        page.evaluate(() =>
            document.cookie
                .split('; ')
                .map((one) => one.split('=')[0])
                .sort(),
        );
    await open({ config }, { headers });
    await notice();
    await page.waitForFunction(() => !document.cookie.includes('_ads'));
    assert.deepEqual(await names(), ['session']);
    await press('grant-all');
    await notice(false);
    await open({ config }, { headers });
    await page.waitForFunction(() => window.portcullis.state().phase === 'answered');
    assert.deepEqual(await names(), ['_ads_deep', '_ads_id', 'session'], 'what was allowed stays');
    // A refusal clears what is there, and what comes again.
    await page.evaluate(() => window.portcullis.denyAll());
    await page.waitForFunction(() => !document.cookie.includes('_ads'));
    await page.reload();
    await page.waitForFunction(() => !document.cookie.includes('_ads'));
    assert.deepEqual(await names(), ['session']);
});

spec('a grant that comes before the second file keeps what it is given', {}, async ({ open, notice, page }) => {
    const asked = new Promise((resolve) => {
        page.route('**/portcullis-more.js', (route) => resolve(() => route.continue()));
    });
    const cookies = ['_ads_id=1; Path=/', '_odd_id=1; Path=/'];
    const odd = {
        ...ADS,
        id: 'odd',
        name: 'Odd',
        category: 'analytics',
        hosts: ['odd.test'],
        cookies: ['_odd*'],
        storage: [],
    };
    await open({ config: { ...config, services: [ADS, odd] } }, { headers: { 'Set-Cookie': cookies } });
    await notice();
    // The page clears both away, as soon as it can.
    const go = await asked;
    await page.evaluate(() => window.portcullis.grant(['ads']));
    go();
    await page.waitForFunction(() => !document.cookie.includes('_odd'));
    assert.equal(await page.evaluate(() => document.cookie), '_ads_id=1');
});

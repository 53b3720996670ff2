// Services that the gate knows by itself: held unnamed, released only once they have been named to the visitor. And how
// much of the web's tracking they are.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { companies } from '../../xtask/catalogue.mjs';
import { CONFIG, spec } from './harness.mjs';

// The first file knows no names: the visitor reads the service's main host.
const KNOWN = { id: 'adobe-analytics', label: 'Adobe Analytics', name: 'Adobe Analytics', host: 'sc.omtrdc.net' };

const require = createRequire(import.meta.url);
const read = (name) => JSON.parse(readFileSync(`src/shield/catalogue/${name}`, 'utf8'));

/** What the first file holds by default: whole hosts, and hosts of which only paths are held. */
function held() {
    const [services, { joined, first }] = [read('services.json'), read('known.json')];
    const all = [...services.flatMap(({ hosts }) => hosts), ...Object.values(joined).flat()];
    all.push(...first.flatMap(({ hosts }) => hosts));
    const whole = new Set(all.filter((host) => !host.includes('/')));
    return { whole, parts: all.filter((host) => host.includes('/')).map((host) => host.split('/')[0]) };
}

/** The entry of a set that is this host or a parent of it. */
function holder(set, host) {
    for (let rest = host; rest; rest = rest.split('.').slice(1).join('.')) {
        if (set.has(rest)) {
            return rest;
        }
    }
}

test('the table of known companies is what the pinned package and the reviewed tables give', () => {
    execFileSync(process.execPath, ['xtask/catalogue.mjs', '--check'], { stdio: 'pipe' });
});

test('at least 99 % of the appearances of companies that track are held by default', () => {
    const { whole, parts } = held();
    const tracking = companies();
    const sum = (list) => list.reduce((total, { appearances }) => total + appearances, 0);
    const all = sum(tracking);
    const share = (list) => `${((100 * sum(list)) / all).toFixed(2)} % (${list.length})`;
    const inside = ({ domains }) =>
        domains.some((domain) => [...whole, ...parts].some((host) => `.${host}`.endsWith(`.${domain}`)));
    const known = tracking.filter((company) => company.domains.some((host) => holder(whole, host)) || inside(company));
    // Of these something was left out on purpose: the host is needed for more than tracking.
    const partly = known.filter(({ left }) => left.some((host) => metNow().has(host)));
    const wholly = known.filter((company) => !partly.includes(company));
    console.log(`held by default, of ${all} appearances of ${tracking.length} companies that track:`);
    console.log(`  at every host that is met: ${share(wholly)}`);
    console.log(`  at those hosts and paths that track: ${share(partly)}`);
    console.log(`  in all: ${share(known)}`);
    assert.ok(sum(known) / all >= 0.99);
    assert.ok(sum(known) < all, 'a share of everything would mean that nothing was counted');
    // Counted against all that the package files under the categories that track, what we never hold is missed.
    const categories = read('categories.json');
    const filed = require('third-party-web').entities.filter(({ category }) => categories[category].as !== 'never');
    const of = filed.reduce((total, { totalOccurrences }) => total + totalOccurrences, 0);
    console.log(`  of all ${of} that the package files so: ${((100 * sum(known)) / of).toFixed(2)} %`);
    assert.ok(sum(known) / of >= 0.99);
});

const metHosts = readFileSync(require.resolve('third-party-web/dist/domain-map.csv'), 'utf8')
    .split('\n')
    .map((line) => line.split(',')[0].toLowerCase())
    .filter(Boolean);
let metSet;
/** Every host that the package's crawl met, and its parents. */
function metNow() {
    if (!metSet) {
        metSet = new Set();
        for (const host of metHosts) {
            for (let rest = host; rest; rest = rest.split('.').slice(1).join('.')) {
                metSet.add(rest);
            }
        }
    }
    return metSet;
}

test('of 125,000 hosts met on the web, none is held that the package says is needed for more', () => {
    const { getEntity } = require('third-party-web');
    const [categories, { entities }] = [read('categories.json'), read('dual-use.json')];
    // What a service of ours holds of such a company has its reason in dual-use.json.
    const slug = (name) =>
        name
            .toLowerCase()
            .match(/[a-z0-9]+/g)
            .join('-');
    const own = new Map(read('services.json').flatMap(({ name, hosts }) => hosts.map((host) => [host, slug(name)])));
    const { whole } = held();
    const rest = new Set(read('known.json').rest.flatMap(({ hosts }) => hosts));
    const wrong = [];
    let count = 0;
    for (const host of metHosts) {
        const entity = getEntity(`https://${host}/`);
        const as = entity && (entities[entity.name]?.as ?? categories[entity.category].as);
        const by = as === 'never' && (holder(whole, host) ?? holder(rest, host));
        if (by && !entities[entity.name]?.except?.includes(own.get(by))) {
            wrong.push(`${host} (${entity.name})`);
        }
        count += as === 'never';
    }
    assert.ok(metHosts.length > 100_000 && count > 10_000, `${metHosts.length}, ${count}`);
    assert.deepEqual(wrong, []);
});

spec('unnamed by the owner: held, named to the visitor, and in the record once released', {}, async (stand) => {
    const { open, notice, page, trackers, arrivals, press, hasRun, record } = stand;
    await open({ body: `<script src="${trackers.url('/t/a.js', KNOWN.host)}"></script>` });
    await notice();
    assert.deepEqual(await arrivals(), []);
    assert.match(await page.locator('portcullis-notice').innerText(), new RegExp(KNOWN.label));
    await press('choose');
    // Both are words of the second file.
    await page.locator('dialog', { hasText: /Adobe Analytics.*found on this page/s }).waitFor();
    await press('close');
    await press('grant-all');
    await hasRun('a');
    assert.equal((await record()).services[KNOWN.id], true);
});

spec('found after the answer: it waits in the preferences, without a new notice', {}, async (stand) => {
    const { open, notice, page, trackers, arrivals, press, choose, hasRun, record } = stand;
    await open({});
    await notice();
    await press('grant-all');
    await notice(false);
    await open({ body: `<script src="${trackers.url('/t/a.js', KNOWN.host)}"></script>` });
    assert.deepEqual(await arrivals(), []);
    assert.equal(await page.locator('portcullis-notice').count(), 0);
    assert.equal((await record()).services[KNOWN.id], undefined);
    await choose({ [KNOWN.id]: true });
    await hasRun('a');
    assert.equal((await record()).services[KNOWN.id], true);
});

spec('named by its id in the config', {}, async ({ open, notice, state, trackers, press, hasRun, arrivals }) => {
    const services = [...CONFIG.services, KNOWN.id];
    await open({
        config: { ...CONFIG, services },
        body: `<script src="${trackers.url('/t/a.js', KNOWN.host)}"></script>`,
    });
    await notice();
    assert.equal((await state()).grants.services[KNOWN.id], false);
    assert.deepEqual(await arrivals(), []);
    await press('grant-all');
    await hasRun('a');
});

spec(
    'declared necessary although it is known as analytics: a warning',
    { allow: [/Portcullis/] },
    async ({ open, notice, said }) => {
        const service = { id: 'core', category: 'necessary', hosts: ['omtrdc.net'] };
        await open({ config: { ...CONFIG, services: [service] } });
        await notice();
        assert.match(await said(/Adobe Analytics/), /services\[0\]\.category/);
    },
);

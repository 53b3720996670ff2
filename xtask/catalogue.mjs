// `node xtask/catalogue.mjs`: makes src/shield/catalogue/known.json out of the pinned third-party-web package, so that
// cargo needs no npm. What it does not decide stands in two reviewed tables beside that file: categories.json says which
// of the package's categories track, dual-use.json what of a company is needed for more than tracking.
//
//   --check   writes nothing, fails when the file is not what would be written

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(`../src/shield/catalogue/${name}`, import.meta.url), 'utf8'));
const KNOWN = new URL('../src/shield/catalogue/known.json', import.meta.url);
/** So many companies ride in the first file, by how often they are met. */
const FIRST = 300;
/** The last two labels are one suffix (`co.uk`). Only ids depend on it; the tests hold all hosts against the real list. */
const TWO_LABELS = /\.(?:ac|co|com|gov|ne|net|or|org)\.[a-z]{2}$/;

const within = (host, domain) => host === domain || host.endsWith(`.${domain}`);
const slug = (name) =>
    name
        .toLowerCase()
        .match(/[a-z0-9]+/g)
        .join('-');
const hostOf = (entry) => entry.split('/')[0];
/** The label before the public suffix. */
const ownLabel = (entry) => {
    const host = hostOf(entry);
    return host
        .split('.')
        .slice(0, TWO_LABELS.test(host) ? -2 : -1)
        .at(-1);
};

/** Every domain of the package's map, which lists what its crawl met, and their parents. */
function met() {
    const all = new Set();
    for (const line of readFileSync(require.resolve('third-party-web/dist/domain-map.csv'), 'utf8').split('\n')) {
        for (let host = line.split(',')[0].toLowerCase(); host; host = host.split('.').slice(1).join('.')) {
            all.add(host);
        }
    }
    return all;
}

/** The package's companies as the two tables leave them. */
export function companies() {
    const { entities } = require('third-party-web');
    const [categories, services, review] = [read('categories.json'), read('services.json'), read('dual-use.json')];
    const seen = met();
    const own = services.flatMap(({ name, hosts }) => hosts.map((host) => ({ id: slug(name), host })));
    const used = { entities: new Set(), hosts: new Set() };
    const reviewed = (table, key) => {
        if (review[table][key]) {
            used[table].add(key);
        }
        return review[table][key] ?? {};
    };
    const sorted = entities.toSorted((one, other) => other.totalOccurrences - one.totalOccurrences);
    const result = [];
    for (const { name, category, domains, totalOccurrences } of sorted) {
        const ruled = reviewed('entities', name);
        const as = ruled.as ?? categories[category]?.as;
        if (!as) {
            throw new Error(`categories.json: no ${category} (${name})`);
        }
        const names = domains.map((domain) => domain.replace(/^\*\./, '').toLowerCase());
        const company = { name, as, appearances: totalOccurrences, domains: names, hosts: [], apart: [], left: [] };
        company.joins = new Set();
        for (const domain of domains) {
            const host = domain.replace(/^\*\./, '').toLowerCase();
            const covering = own.filter((entry) => !entry.host.includes('/') && within(host, entry.host));
            const inside = own.filter((entry) => within(hostOf(entry.host), host));
            for (const { id } of [...covering, ...inside]) {
                company.joins.add(id);
                if (as === 'never' && !ruled.except?.includes(id)) {
                    throw new Error(`dual-use.json: ${name} is never held, but ${id} in services.json holds ${host}`);
                }
            }
            if (as === 'never' || covering.length) {
                continue;
            }
            const { hold, apart } = reviewed('hosts', domain);
            if (!hold && inside.length) {
                throw new Error(`dual-use.json: ${domain} (${name}) is wider than ${inside[0].host} in services.json`);
            }
            // A name that nobody meets any more may be another's by now.
            if (!seen.has(host) || hold?.length === 0) {
                company.left.push(host);
                continue;
            }
            (apart ? company.apart : company.hosts).push(...(hold ?? [host]));
        }
        const rented = Object.keys(review.shared).filter((cdn) => company.hosts.some((host) => within(host, cdn)));
        // A rented name is held where it is the only way to know the company.
        const lasting = company.hosts.filter((host) => !rented.some((cdn) => within(host, cdn)));
        if (lasting.length || company.joins.size) {
            company.hosts = lasting;
        }
        company.rented = rented.length > 0 && !lasting.length;
        company.service = ruled.service;
        if (as !== 'never') {
            result.push(company);
        }
    }
    for (const table of ['entities', 'hosts']) {
        const idle = Object.keys(review[table]).filter((key) => !used[table].has(key));
        if (idle.length) {
            throw new Error(`dual-use.json: ${table}: not in the package, or nothing to say of: ${idle}`);
        }
    }
    return result;
}

/** What known.json holds. */
export function known() {
    const ids = new Set(read('services.json').map(({ name }) => slug(name)));
    const all = companies().filter((company) => company.hosts.length || company.apart.length || company.joins.size);
    const every = new Set(all.flatMap(({ hosts, apart }) => [...hosts, ...apart]));
    const taken = new Set();
    // Of two names of which one is within the other, the wider one holds both.
    const wanted = (host) => {
        const labels = host.split('.');
        const wider = labels.slice(1).some((_, at) => every.has(labels.slice(at + 1).join('.')));
        const again = taken.has(host);
        taken.add(host);
        return !wider && !again;
    };
    const made = { joined: {}, first: [], rest: [] };
    const add = (list, name, category, unsorted, rented) => {
        // The one that is called like the company goes first: it is what the visitor reads, and gives the id.
        const like = slug(name).replaceAll('-', '');
        const hosts = unsorted.toSorted((one, other) => (ownLabel(other) === like) - (ownLabel(one) === like));
        // A name within a bigger company's domain is not called after that company.
        const whole = (host) => !rented && host.startsWith(`${ownLabel(host)}.`);
        const free = hosts.findIndex((host) => whole(host) && !ids.has(ownLabel(host)));
        const id = free < 0 ? slug(name) : ownLabel(hosts[free]);
        if (ids.has(id)) {
            throw new Error(`${name}: ${id} is another's id`);
        }
        ids.add(id);
        hosts.unshift(...hosts.splice(Math.max(free, 0), 1));
        list.push({ id, name, category, hosts });
    };
    const services = new Set(ids);
    all.forEach((company, rank) => {
        const list = rank < FIRST ? made.first : made.rest;
        const hosts = company.hosts.filter(wanted);
        let [service, another] = company.joins;
        const named = [slug(company.name), ...hosts.map(ownLabel)].find((id) => services.has(id));
        service = company.service ?? service ?? named;
        if (hosts.length && another && !company.service) {
            throw new Error(`dual-use.json: ${company.name}: whose is ${hosts}: ${[...company.joins]}?`);
        }
        if (service && hosts.length) {
            made.joined[service] = [...(made.joined[service] ?? []), ...hosts];
        } else if (hosts.length) {
            add(list, company.name, company.as, hosts, company.rented);
        }
        for (const host of company.apart.filter(wanted)) {
            const label = ownLabel(host);
            add(list, label[0].toUpperCase() + label.slice(1), company.as, [host], false);
        }
    });
    return made;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const lines = (list) => list.map((entry) => `        ${JSON.stringify(entry)}`).join(',\n');
    const { joined, first, rest } = known();
    const extra = Object.entries(joined).map(
        ([id, hosts]) => `        ${JSON.stringify(id)}: ${JSON.stringify(hosts)}`,
    );
    const text = `{\n    "joined": {\n${extra.join(',\n')}\n    },\n    "first": [\n${lines(first)}\n    ],\n    "rest": [\n${lines(rest)}\n    ]\n}\n`;
    if (!process.argv.includes('--check')) {
        writeFileSync(KNOWN, text);
    } else if (readFileSync(KNOWN, 'utf8') !== text) {
        console.error('known.json is not what third-party-web and the reviewed tables give: node xtask/catalogue.mjs');
        process.exitCode = 1;
    }
}

/**
 * The third file: it tells other receivers than Google and the service worker what they may do, chains the record's
 * entries, sends receipts and shares the choice among subdomains. Loaded by the first file after a choice, or at the start where the config names one
 * of these.
 */

import { equip, parse, stringify } from './element';
import { digest, entriesOf, HISTORY_ENTRIES, keyOf, merged, recordOf, verified } from './tell/chain';
import { drain, enqueue, fresh } from './tell/receipts';
import { adapters } from './tell/receivers';
import { mirror, shared, unshare } from './tell/share';
import { inform, listen } from './tell/worker';
import type { Entry, Portcullis, Record_, Verified } from './types';

const KEY = 'portcullis';
/** How often a record is chained anew that another tab changed meanwhile. */
const TRIES = 5;
const DEFAULT_DAYS = 180;
/** What Rust is asked for: `src/gate.rs` has the same number. */
const SHARED = 23;

interface Config {
    tell?: unknown;
    receipt?: { endpoint?: unknown };
    share?: unknown;
    worker?: unknown;
    expires?: { granted?: unknown; denied?: unknown };
}

function stored(): string | null {
    try {
        return localStorage.getItem(KEY);
    } catch {
        return null;
    }
}

function keepText(record: string): boolean {
    try {
        localStorage.setItem(KEY, record);
        return true;
    } catch {
        return false;
    }
}

const keep = (record: Record_): boolean => keepText(stringify(record));

function parsed(text: string | null): Record_ | null {
    try {
        return parse(text ?? 'null');
    } catch {
        return null;
    }
}

/** Whether this choice was made on another host. */
const isForeign = ({ shared }: Entry): boolean => shared !== location.hostname;

/** What this tab has seen of the record: another tab may write without having heard of it. */
let seen: Entry[] = [];

/**
 * Chains what has no hash yet, with an id and a receipt where receipts are sent, and writes it back: the entry was stored
 * first. Answers whether anything was written.
 */
async function seal(mine: Record_ | null, receipts: boolean): Promise<boolean> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
        const text = stored();
        const theirs = parsed(text);
        // Nothing chosen, or erased in another tab.
        if (!mine || !theirs) {
            return false;
        }
        const before = entriesOf(theirs);
        // What was written last is in force; unless it was written without having heard of ours, which is newer.
        const heard = before.some((entry) => keyOf(entry) === keyOf(mine));
        const front = heard || mine.time < theirs.time ? theirs : mine;
        const all = merged(merged(before, entriesOf(mine)), seen);
        const surplus = all.length - HISTORY_ENTRIES - 1;
        // What is in force is kept, however old its time makes it look.
        const entries = all.filter((entry, index) => index >= surplus || keyOf(entry) === keyOf(front));
        seen = entries;
        const added = [];
        for (let index = 0; index < entries.length; index++) {
            const entry = { ...entries[index] } as (typeof entries)[number];
            if (!entry.hash) {
                const previous = entries[index - 1]?.hash;
                if (previous && /^[0-9a-f]{64}$/.test(previous)) {
                    entry.previous = previous;
                }
                const answers = Object.entries({ ...entry.categories, ...entry.services });
                // A refusal carries no id: nobody is to be known by it.
                if (receipts && answers.some(([id, yes]) => yes && id !== 'necessary')) {
                    entry.id = fresh();
                }
                entry.hash = await digest(entry);
                added.push(entry);
                entries[index] = entry;
            }
        }
        const record = recordOf(entries, front);
        if (!record || (!added.length && entries.length === before.length)) {
            return false;
        }
        if (stored() !== text) {
            continue;
        }
        // The queue first: what is chained counts as sent.
        for (const entry of receipts ? added : []) {
            entry.method !== 'signal' && enqueue(entry);
        }
        return keep(record);
    }
    return false;
}

/**
 * Begins. `may` says what receivers are told of a purpose, `settle` has the first file read the record again, `vouch` makes
 * of the service worker's address what Trusted Types take; `call` and `holdsToo` are for what that worker holds; `load` brings
 * another file of ours. Gives what
 * `portcullis.verify` does.
 */
export async function start(
    json: string,
    may: (ids: string) => string,
    settle: () => void,
    vouch: (kind: 'createScriptURL', url: string) => unknown,
    call: Parameters<typeof listen>[1],
    holdsToo: Parameters<typeof listen>[2],
    load: (name: string, use: (file: typeof import('./more')) => string) => Promise<string | undefined>,
): Promise<() => Promise<Verified>> {
    const config: Config & Record<string, unknown> = parse(json) ?? {};
    const { tell, receipt, share, expires, worker } = config;
    const api = (document as unknown as Record<symbol, Portcullis>)[Symbol.for('portcullis')] as Portcullis;
    const endpoint = typeof receipt?.endpoint === 'string' ? receipt.endpoint : '';
    const named = share && typeof share === 'object' ? (share as { domain?: unknown }).domain : share;
    const domain = typeof named === 'string' ? named : '';
    const days = (given: unknown) => (typeof given === 'number' ? given : DEFAULT_DAYS);
    const longest = Math.max(days(expires?.granted), days(expires?.denied));
    const told = adapters(tell);
    let first = true;
    let work = Promise.resolve();

    const keepUp = async () => {
        if (await seal(api.state().record, !!endpoint)) {
            settle();
        }
        const { record, phase } = api.state();
        // What came from another subdomain is that one's to mirror, and so is what was chosen there since.
        const there = shared(domain);
        if (domain && record && !record.shared && !(there && isForeign(there) && there.time > record.time)) {
            mirror(domain, record, longest);
        }
        if (endpoint && phase !== 'following') {
            // Nobody waits for the server.
            drain(endpoint);
        }
    };
    const hear = () => {
        const state = api.state();
        typeof worker === 'string' && inform(worker, config, state, vouch);
        // A dry run changes nothing.
        if (state.mode === 'report') {
            return;
        }
        for (const [name, adapter] of told) {
            try {
                adapter(state, may, first);
            } catch (error) {
                console.warn(`Portcullis: ${name} could not be told (${error})`);
            }
        }
        if (!state.record) {
            // Erased, here or elsewhere: nothing of it comes back.
            seen = [];
            domain && !first && unshare(domain);
        }
        first = false;
        work = work.then(keepUp, keepUp);
    };

    typeof worker === 'string' && listen(api, call, holdsToo);
    if (domain) {
        const theirs = shared(domain);
        if (theirs && isForeign(theirs)) {
            const mine = stored();
            const text = stringify(theirs);
            const now = Date.now();
            if (theirs.time > (parsed(mine)?.time ?? 0)) {
                const crossed = await load('more', (more) => more.cross(json, (parsed(mine) && mine) || '', text, now));
                crossed && keepText(crossed);
            }
            call(SHARED, 0, now, text);
        }
        settle();
    }
    api.on('ready', hear);
    api.on('change', hear);
    return async () => {
        await work;
        return verified(api.state().record);
    };
}

export { equip };

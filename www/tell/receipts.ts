/**
 * Receipts: what the owner is sent of each choice, at least once. They wait in local storage until the server has said that
 * it has them; a page that closes loses nothing, and nothing waits for them.
 */

import { parse, stringify } from '../element';
import type { Entry } from '../types';

const KEY = 'portcullis.queue';
/** How many wait at most: the newest. */
const MOST = 50;
/** How long one waits, in milliseconds: 30 days. */
const LONGEST = 30 * 86_400_000;
/** The pause after the first failure, in milliseconds; it doubles with each, up to the longest. */
const PAUSE = 60_000;
const LONGEST_PAUSE = 86_400_000;
/** How long a server may take to answer, in milliseconds. */
const PATIENCE = 20_000;

/** One that waits. */
interface Waiting {
    /** The same at every attempt, in the body too: by it the server drops repeats. */
    key: string;
    /** When it was made. */
    since: number;
    /** How often it failed. */
    tries: number;
    /** Before this time it is not tried again. */
    next: number;
    body: unknown;
}

/** An id that nobody else has. */
export function fresh(): string {
    if (crypto.randomUUID) {
        return crypto.randomUUID();
    }
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function waiting(): Waiting[] {
    try {
        const list = parse(localStorage.getItem(KEY) ?? '[]');
        return Array.isArray(list) ? list.filter(({ key, since }) => key && Date.now() - since < LONGEST) : [];
    } catch {
        return [];
    }
}

function keep(list: Waiting[]): void {
    try {
        list.length ? localStorage.setItem(KEY, stringify(list.slice(-MOST))) : localStorage.removeItem(KEY);
    } catch {
        // No room: the record itself is worth more than its receipt.
    }
}

/** Puts the receipt of an entry in the queue. */
export function enqueue(entry: Entry): void {
    const key = entry.id ?? fresh();
    const body = { version: 1, key, site: location.host, entry };
    keep([...waiting(), { key, since: Date.now(), tries: 0, next: 0, body }]);
}

/** Posts once; whether the server took it. */
export async function post(endpoint: string, body: unknown): Promise<boolean> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    try {
        const answer = await fetch(endpoint, {
            method: 'POST',
            keepalive: true,
            credentials: 'omit',
            headers: { 'Content-Type': 'application/json' },
            body: stringify(body),
            signal: patience.signal,
        });
        return answer.ok;
    } catch {
        return false;
    } finally {
        clearTimeout(timer);
    }
}

/** Sends what is due, one after the other, one tab at a time where the browser can say so. */
export async function drain(endpoint: string): Promise<void> {
    const tried = new Set<string>();
    const work = async () => {
        for (;;) {
            const now = Date.now();
            const item = waiting().find(({ key, next }) => !(next > now || tried.has(key)));
            if (!item) {
                return;
            }
            tried.add(item.key);
            const taken = await post(endpoint, item.body);
            // Read anew: another tab may have added to it, and an erased queue stays erased.
            const list = waiting();
            const place = list.findIndex(({ key }) => key === item.key);
            if (place >= 0) {
                const tries = item.tries + 1;
                const next = Date.now() + Math.min(PAUSE * 2 ** item.tries, LONGEST_PAUSE);
                taken ? list.splice(place, 1) : list.splice(place, 1, { ...item, tries, next });
                keep(list);
            }
        }
    };
    await (navigator.locks ? navigator.locks.request(KEY, work) : work());
}

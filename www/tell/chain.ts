/**
 * The record's entries as a chain: each carries its own SHA-256 and that of the entry before it. What is edited or cut out
 * by accident or in part shows; whoever rewrites all of it shows only to who received a hash before.
 */

import { stringify } from '../element';
import type { Entry, Record_, Verified } from '../types';

/** An entry as it is stored: of a record that is no longer believed, anything may be missing. */
export type Stored = Partial<Entry>;

/** How many entries the history keeps: `HISTORY_ENTRIES` in `src/consent/record.rs`. */
export const HISTORY_ENTRIES = 50;
/** In the place of a hash, where the browser has no means (it gives `crypto.subtle` to secure pages alone). */
const UNHASHED = 'unhashed';

/** JSON with the keys of every object in order (as RFC 8785 has it), so that the same entry is the same text. */
export function canonical(value: unknown): string {
    if (Array.isArray(value)) {
        return `[${value.map(canonical).join(',')}]`;
    }
    if (value && typeof value === 'object') {
        const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
        return `{${entries.map(([key, inner]) => `${stringify(key)}:${canonical(inner)}`).join(',')}}`;
    }
    return stringify(value);
}

/** The SHA-256 of an entry in hexadecimal: of all that it says but the hash itself, and where it was mirrored. */
export async function digest({ hash, shared, ...said }: Stored): Promise<string> {
    try {
        const bytes = new TextEncoder().encode(canonical(said));
        const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
        return Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('');
    } catch {
        return UNHASHED;
    }
}

/** A record's entries, oldest first. */
export function entriesOf({ v, history, ...current }: Record_): Entry[] {
    return [...(Array.isArray(history) ? history : []), current].sort((one, other) => one.time - other.time);
}

/** By what an entry is known, whatever was added to it since. */
export const keyOf = ({ time, method }: Entry): string => `${time} ${method}`;

/**
 * The record of these entries, oldest first. `front` stands in front, which was written last: by its time it may be older
 * than another, where the clock went back between them. Where it is not known, the newest choice does; a note of a signal
 * never does.
 */
export function recordOf(entries: Entry[], front?: Entry): Record_ | undefined {
    const choices = entries.filter(({ method }) => method !== 'signal');
    const current = choices.find((entry) => front && keyOf(entry) === keyOf(front)) ?? choices.pop();
    if (!current) {
        return undefined;
    }
    const history = entries.filter((entry) => entry !== current).slice(-HISTORY_ENTRIES);
    return { v: 1, ...current, history };
}

/** The entries of two tabs, one after the other by their time. What has a hash goes before what has none yet. */
export function merged(one: Entry[], other: Entry[]): Entry[] {
    const all = new Map<string, Entry>();
    for (const entry of [...one, ...other]) {
        const key = keyOf(entry);
        if (!all.get(key)?.hash) {
            all.set(key, entry);
        }
    }
    return [...all.values()].sort((one, other) => one.time - other.time);
}

/** Says of each entry whether it is what was hashed, and whether what stood before it is still there. */
export async function verified(record: Record_ | null): Promise<Verified> {
    const entries = record ? entriesOf(record) : [];
    const known = new Set(entries.map(({ hash }) => hash));
    // The oldest ones are dropped; what is the first now had one before it.
    const dropped = entries.length > HISTORY_ENTRIES;
    const found = await Promise.all(
        entries.map(async (entry, index): Promise<Verified['entries'][number]> => {
            const { time, hash, previous, shared } = entry;
            if (!hash || hash === UNHASHED) {
                return { time, state: 'unhashed' };
            }
            if (hash !== (await digest(entry))) {
                return { time, state: 'edited' };
            }
            const linked = !previous || known.has(previous) || shared || (index === 0 && dropped);
            return { time, state: linked ? 'fits' : 'unlinked' };
        }),
    );
    return { fits: found.every(({ state }) => state === 'fits' || state === 'unhashed'), entries: found };
}

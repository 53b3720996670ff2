/**
 * Tells services what they may do, each in its own words. Who is told what for which grant stands in
 * `src/tell/receivers.json`, whether it is granted Rust says (`tell::may`). Here it is only handed over.
 */

import table from '../../src/tell/receivers.json';
import { owned, parse, stringify } from '../element';
import type { Told } from '../types';
import type { Adapter } from './adapter';

type Calls = unknown[][] | { granted: unknown[][]; denied: unknown[][] };
interface Receiver {
    /** `push`: into a queue of this name. `call`: a function that queues until its service is here. `wait`: what has no
     * queue before its service is here. `store`: a key in local storage. */
    how: string;
    name: string;
    /** Whether it is granted, where its calls differ by that. */
    of?: 'granted' | 'denied';
    /** On each page before anything else; else as `then`. */
    first?: Calls;
    /** After each choice. */
    then: Calls;
}

const page = window as unknown as Record<string, unknown>;

/** What waits for its service, by name. */
const pending: Record<string, unknown[][]> = {};

/** Hands the calls to a service as soon as it is there to take them: before whatever the page asks of it first. */
function wait(name: string, calls: unknown[][]): void {
    const waits = name in pending;
    pending[name] = calls;
    let value = owned(name);
    const hand = (): boolean => {
        try {
            for (const words of pending[name] ?? []) {
                if (typeof value === 'function') {
                    value(...words);
                } else {
                    (value as Record<string, (...words: unknown[]) => void>)[words[0] as string]?.(...words.slice(1));
                }
            }
            const [words] = pending[name] ?? [];
            return (
                typeof value === 'function' ||
                typeof (value as Record<string, unknown>)[words?.[0] as string] === 'function'
            );
        } catch {
            // It is not ready: the next time the page turns to it.
            return false;
        }
    };
    if (value && hand()) {
        delete pending[name];
        return;
    }
    if (waits) {
        return;
    }
    let busy = false;
    Object.defineProperty(page, name, {
        configurable: true,
        enumerable: true,
        get() {
            if (value && !busy) {
                busy = true;
                if (hand()) {
                    delete pending[name];
                    Object.defineProperty(page, name, { value, configurable: true, enumerable: true, writable: true });
                }
                busy = false;
            }
            return value;
        },
        set(given) {
            value = given;
        },
    });
}

function hand(how: string, name: string, calls: unknown[][], chosen: boolean): void {
    if (how === 'wait') {
        wait(name, calls);
        return;
    }
    for (const words of calls) {
        if (how === 'push') {
            page[name] = owned(name) ?? [];
            (page[name] as { push(...words: unknown[]): void }).push(...words);
        } else if (how === 'call') {
            page[name] =
                owned(name) ??
                function queue() {
                    const own = page[name] as { q?: unknown[] };
                    own.q ??= [];
                    // biome-ignore lint/complexity/noArguments: what the service reads
                    own.q.push(arguments);
                };
            (page[name] as (...words: unknown[]) => void)(...words);
        } else if (chosen) {
            // Nothing is written before a choice.
            words.length ? localStorage.setItem(name, `${words[0]}`) : localStorage.removeItem(name);
        }
    }
}

/** The row with the grants in the place of `?ids?`. */
const filled = (row: unknown, may: (ids: string) => string): Receiver =>
    parse(stringify(row).replace(/\?([^?]+)\?/g, (_, ids) => may(ids)));

/** The event for tag managers. */
const toLayer: Adapter = ({ phase, regime, grants }) => {
    const told: Told = { event: 'portcullis', portcullis: { phase, regime, ...grants } };
    hand('push', 'dataLayer', [[told]], true);
};

/** A row of the table. */
function receiver(row: unknown): Adapter {
    return ({ record }, may, first) => {
        const { how, name, of, ...calls } = filled(row, may);
        const due = (first && calls.first) || calls.then;
        hand(how, name, Array.isArray(due) ? due : due[of ?? 'denied'], record !== null);
    };
}

/** Those that the config names, by name. */
export function adapters(names: unknown): Map<string, Adapter> {
    const rows = new Map<string, unknown>(Object.entries(table));
    const all = new Map<string, Adapter>();
    for (const name of Array.isArray(names) ? names : []) {
        if (name === 'data-layer') {
            all.set(name, toLayer);
        } else if (rows.has(name)) {
            all.set(name, receiver(rows.get(name)));
        }
    }
    return all;
}

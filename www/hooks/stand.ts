/**
 * What stands in for a function, in pages and in workers: a proxy that asks a hook first.
 */

import { apply, construct, define, describe, lookUp, note, once, requestUrl, setPrototype } from './plain';

/** Runs what a hook stands in for, with the arguments as they are by then. */
export type Go = () => unknown;
export type Hook = (go: Go, args: unknown[], self: unknown, name: string) => unknown;
export type Kind = 'value' | 'set' | 'get';

/** What stands in for a function, and what it stands in for. */
const standIns = new WeakMap<object, object>();
export const originals = new WeakMap<object, object>();
export const Stand = Proxy;
/** The storages that stand-ins stand for: see `storing` in `roads.ts`. */
export const stores = new WeakMap<object, object>();

/** The browser's functions cannot be relied on: the hooks stand aside, and a policy holds in their place. */
export let idle = false;
export function standAside(): void {
    idle = true;
}

/** A proxy has the name, the length, the prototype and every other property of what it stands in for. */
function standIn(native: object, name: string, hook: Hook): object {
    const run = (go: Go, args: unknown[], self?: unknown) => (idle ? go() : hook(go, args, self, name));
    const put: object =
        lookUp(standIns, native) ??
        new Stand(native as () => void, {
            // @ts-expect-error: this syntax sets the prototype, so that the page's own adds no trap
            __proto__: null,
            apply: (native, self, args) => run(() => apply(native, lookUp(stores, self) ?? self, args), args, self),
            construct: (native, args, target) => run(() => construct(native, args, target), args) as object,
        });
    note(standIns, native, put);
    note(originals, put, native);
    return put;
}

/** Has a hook stand in for a method, an accessor or a constructor. */
export function replace(holder: object, name: string, kind: Kind, hook: Hook): void {
    const old = describe(holder, name);
    const native = old?.[kind] as { prototype?: object } | undefined;
    if (!old || !native || lookUp(originals, native)) {
        return;
    }
    // Nothing inherited is part of a descriptor.
    setPrototype(old, null);
    old[kind] = standIn(native, name, hook) as Kind & (() => void);
    if (!define(holder, name, old)) {
        throw new TypeError(`${name} is frozen`);
    }
    if (native.prototype?.constructor === native) {
        replace(native.prototype, 'constructor', kind, hook);
    }
}

/** The value goes on its way, or an address in its place from which nothing comes and to which nothing goes: port 1 is
 * closed to every browser (Fetch § 2.9). So what is held fails as it does with the network down. */
export const NOWHERE = 'https://0.0.0.0:1/';
/** The same for what must be of our own origin. */
export const NO_SCRIPT = 'data:;base64,!';

/** The address of a request, if it is one. */
function requestOf(value: unknown): string | undefined {
    try {
        return typeof value === 'object' ? requestUrl(value) : undefined;
    } catch {
        return undefined;
    }
}

/** Reads the arguments up to `place`, each once and in their order. */
export function readUpTo(args: unknown[], place: number): string {
    for (let at = 0; at <= place; at++) {
        args[at] = once(args[at]);
    }
    return `${args[place]}`;
}

/** The address that a call is given at `place`, read once: that of a request, or what it is as text. What is none is empty,
 * and the browser's to refuse. */
export function addressAt(args: unknown[], place: number): string {
    try {
        return requestOf(args[place]) ?? readUpTo(args, place);
    } catch {
        return '';
    }
}

/** Has a call with a list of addresses go nowhere if one of them is held. */
export const askingAll =
    (refuse: (raw: string) => boolean): Hook =>
    (go, args) => {
        try {
            // Read once, and as the browser reads it: through the page's iterator.
            const all = [...(args[0] as Iterable<unknown>)];
            args[0] = all;
            for (let at = 0; at < all.length; at++) {
                const one = [all[at]];
                if (refuse(addressAt(one, 0))) {
                    args[0] = [NOWHERE];
                }
                all[at] = one[0];
            }
        } catch {}
        return go();
    };

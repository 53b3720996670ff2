/**
 * What stands in for a function, in pages and in workers: a proxy that asks a hook first.
 */

import {
    apply,
    construct,
    define,
    describe,
    excuse,
    get,
    isThrown,
    lookUp,
    note,
    once,
    overlay,
    requestUrl,
    setPrototype,
} from './plain';
import { words } from './text';

/** Runs what a hook stands in for, with the arguments as they are by then. */
export type Go = () => unknown;
export type Hook = (go: Go, args: unknown[], self: unknown, name: string) => unknown;
export type Kind = 'value' | 'set' | 'get';

/** What stands in for a function, and what it stands in for. */
const standIns = new WeakMap<object, object>();
export const originals = new WeakMap<object, object>();
export const Stand = Proxy;
/** What stand-ins of objects stand for: see `storing` and `styling` in `roads.ts`. */
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
    } catch (error) {
        excuse(error);
        return undefined;
    }
}

/** Reads the arguments up to `place`, each once and in their order; the last as text, which is empty where the browser is to
 * throw what reading it throws. */
export function textAt(args: unknown[], place: number): string {
    for (let at = 0; at <= place; at++) {
        args[at] = once(args[at]);
    }
    return isThrown(args[place]) ? '' : `${args[place]}`;
}
/** The same, for who goes by that text before the browser does: it throws at once. */
export function readUpTo(args: unknown[], place: number): string {
    textAt(args, place);
    return `${args[place]}`;
}

/** The address that a call is given at `place`, read once: that of a request, or what it is as text. What is none is empty,
 * and the browser's to refuse. */
export const addressAt = (args: unknown[], place: number): string => requestOf(args[place]) ?? textAt(args, place);

const { iterator } = Symbol;
/** Whether the browser reads this as a list: whatever iterates is one (Web IDL § 3.2.22). */
export const isList = (value: unknown): value is Iterable<unknown> =>
    typeof value === 'object' && !!value && !!get(value, iterator);

/** A list read once, as the browser reads it: through its own iterator. What goes on in its place says the same whatever the
 * page has made of arrays. */
export function listOf(list: Iterable<unknown>, by: (item: unknown) => unknown): object {
    // @ts-expect-error: this syntax sets the prototype
    const items: Record<number, unknown> = { __proto__: null };
    let count = 0;
    for (const item of list) {
        items[count++] = by(item);
    }
    return {
        __proto__: null,
        [iterator]() {
            let at = 0;
            return { __proto__: null, next: () => ({ __proto__: null, done: at >= count, value: items[at++] }) };
        },
    };
}

/** Has each address that is held in the list at `place` lead nowhere. */
export const askingAll =
    (refuse: (raw: string) => boolean, place = 0): Hook =>
    (go, args) => {
        const list = args[place];
        if (isList(list)) {
            args[place] = listOf(list, (item) => {
                const one = [item];
                return refuse(addressAt(one, 0)) ? NOWHERE : one[0];
            });
        }
        return go();
    };

/** An object with these members of it, each read once and as `by` has it. */
export function membersOf(from: unknown, members: string, by: (value: unknown) => unknown): unknown {
    if (!from || (typeof from !== 'object' && typeof from !== 'function')) {
        return from;
    }
    let put: object = from;
    words(members, (name) => {
        const value = get(from, name);
        put = overlay(put, name, value === undefined ? value : by(value));
    });
    return put;
}
/** Has the argument at `place` go on like that. */
export const reading =
    (place: number, members: string, by: (value: unknown) => unknown): Hook =>
    (go, args) => {
        args[place] = membersOf(args[place], members, by);
        return go();
    };
/** An address as it is, or one that leads nowhere. */
export const nowhere =
    (refuse: (raw: string) => boolean) =>
    (value: unknown): string => {
        const raw = `${value}`;
        return refuse(raw) ? NOWHERE : raw;
    };
/** The same of a picture, or of a list of what has one. */
export const pictures =
    (refuse: (raw: string) => boolean) =>
    (value: unknown): unknown =>
        isList(value) ? listOf(value, (one) => membersOf(one, 'icon src', nowhere(refuse))) : nowhere(refuse)(value);

/**
 * The language's own functions, and those that pages and workers share, as they are before the page can change them. Those
 * of one realm serve every other too: what a function checks is the object that it is applied to, not where that was made.
 *
 * No `for…of`, no spread, no array destructuring, no array methods in the hooks: they go through iterators and
 * prototypes that the page may have broken since.
 */

// biome-ignore-start lint/suspicious/noExplicitAny: helpers for every signature; each use below is typed
export const {
    apply,
    construct,
    getOwnPropertyDescriptor: describe,
    defineProperty: define,
    getPrototypeOf: prototypeOf,
    ownKeys,
    setPrototypeOf: setPrototype,
} = Reflect;
const { bind, call } = Function.prototype;
/** A method as a function of its `this`; where the browser has no such method, one that does nothing. A bound `call` is
 * what engines inline. */
export const bare = (method: any): any => (method ? apply(bind, call, [method]) : () => undefined);
export const getter = (holder: any, name: string): any => bare(describe(holder, name)?.get);
export const setter = (holder: any, name: string): any => bare(describe(holder, name)?.set);
// biome-ignore-end lint/suspicious/noExplicitAny: see above

const requests = XMLHttpRequest.prototype;
const sets = WeakSet.prototype;
const maps = WeakMap.prototype;

export const { get, set } = Reflect;
const Overlay = Proxy;
export const keysOf = Object.keys;
const { isView } = ArrayBuffer;
const byteLength = getter(ArrayBuffer.prototype, 'byteLength');
/** Whether this is binary data, and no text. */
export const isBytes = (value: object): boolean => {
    try {
        return isView(value) || byteLength(value) >= 0;
    } catch {
        return false;
    }
};
export const Url = URL;
export const href: (url: URL) => string = getter(Url.prototype, 'href');
export const hostname: (url: URL) => string = getter(Url.prototype, 'hostname');
export const requestUrl: (request: unknown) => string = getter(Request.prototype, 'url');
export const Asking = XMLHttpRequest;
export const openAsking: (request: XMLHttpRequest, method: string, url: string) => void = (request, method, url) =>
    apply(requests.open, request, [method, url, false]);
const askFor = bare(requests.setRequestHeader);
/** It is to bring the first bytes alone; where the browser knows no such thing, it brings all. */
export const askForStart = (request: XMLHttpRequest): void => askFor(request, 'Range', 'bytes=0-9');
export const sendAsking: (request: XMLHttpRequest) => void = bare(requests.send);
export const answerOf: (request: XMLHttpRequest) => string = getter(requests, 'responseText');
export const encoder = new TextEncoder();
export const encodeInto: (encoder: TextEncoder, text: string, into: Uint8Array) => { written: number } = bare(
    TextEncoder.prototype.encodeInto,
);
export const matches: (pattern: RegExp, text: string) => RegExpExecArray | null = bare(RegExp.prototype.exec);
export const lower: (text: string) => string = bare(String.prototype.toLowerCase);
export const slice: (text: string, from: number, to?: number) => string = bare(String.prototype.slice);
export const trim: (text: string) => string = bare(String.prototype.trim);
export const indexOf: (text: string, part: string, from?: number) => number = bare(String.prototype.indexOf);
export const lastIndexOf: (text: string, part: string) => number = bare(String.prototype.lastIndexOf);
export const { fromCodePoint } = String;
export { parse, quote, stringify } from '../json';
export const fromBase64 = atob;
export const percentDecode = unescape;
export const percentEncode = escape;
export const encode = encodeURIComponent;
export const NewBlob = Blob;
/** The size of a file in memory; of what is none it throws. */
export const sizeOf: (blob: unknown) => number = getter(Blob.prototype, 'size');
export const newAddress: (blob: Blob) => string = Url.createObjectURL;
export const hasOwn: (holder: unknown, name: string) => boolean = bare(Object.prototype.hasOwnProperty);
export const has: (set: WeakSet<object>, item: object) => boolean = bare(sets.has);
export const add: (set: WeakSet<object>, item: object) => void = bare(sets.add);
export const forget: (set: WeakSet<object>, item: object) => void = bare(sets.delete);
export const lookUp: <V>(map: WeakMap<object, V>, key: unknown) => V | undefined = bare(maps.get);
export const note: <V>(map: WeakMap<object, V>, key: object, value: V) => void = bare(maps.set);
export const afterwards: (promise: Promise<void>, ear: (value?: unknown) => void, instead?: () => void) => void = bare(
    Promise.prototype.then,
);
export const settled = Promise.resolve();

/** What the browser throws where a value is not what it was taken for. */
const { prototype: wrongType } = TypeError;
const { prototype: refusal } = DOMException;
const trap = (self as { WebAssembly?: typeof WebAssembly }).WebAssembly?.RuntimeError?.prototype;
/** Whether Wasm has ended in the middle of something. */
export const isTrap = (error: unknown): boolean => typeof error === 'object' && !!error && prototypeOf(error) === trap;
/** Goes on where the browser only refused a value; whatever else went wrong goes to whoever called, so that nothing passes for
 * it. */
export function excuse(error: unknown): void {
    const kind = typeof error === 'object' && error && prototypeOf(error);
    if (kind !== wrongType && kind !== refusal) {
        throw error;
    }
}

/** So many bytes of the stack, eight for each, is what one of our functions may take, with all that it calls. */
const ROOM: unknown[] = Array(999).fill(0);
const nothing = () => undefined;
/** Throws where the stack is nearly at its end, as the browser does there: what begins has to come to its end, or what it holds
 * would go, and Wasm would be left in the middle of something. */
export const makeRoom = (): void => apply(nothing, undefined, ROOM);

/** An object as it is, but for one member, for whoever reads its members: nothing inherits, so that a class finds its private
 * fields, and it is no proxy of the object itself, which may be frozen. */
export const overlay = (object: object, name: string, value: unknown): object =>
    new Overlay({ __proto__: null } as object, {
        // @ts-expect-error: this syntax sets the prototype
        __proto__: null,
        get: (_, asked) => (asked === name ? value : get(object, asked)),
    });

/** The value of an own property; nothing inherited, so a polluted prototype configures nothing. */
export const own = (holder: unknown, name: string): unknown =>
    hasOwn(holder, name) ? (holder as Record<string, unknown>)[name] : undefined;

type Trusting = Record<'createScriptURL' | 'createHTML', (value: string) => unknown>;
interface Factory {
    isScriptURL: unknown;
    isHTML: unknown;
    isScript: unknown;
    createPolicy(name: string, rules: Trusting): Trusting;
}
const trusted = (self as { trustedTypes?: Factory }).trustedTypes;
const isScriptURL = bare(trusted?.isScriptURL);
const isHTML = bare(trusted?.isHTML);
const isScript = bare(trusted?.isScript);
const same = (value: string): string => value;
const createPolicy = trusted?.createPolicy;
let policy: Trusting | undefined | null;
/** What stood in the owner's own markup, or is the address of a file of ours, as a page takes it that asks for Trusted
 * Types (§ 4.1). The policy is made when it is needed first, and nobody else has it; where the page's own policy refuses
 * it, the value goes as it is, and the browser decides. */
export function vouch(kind: keyof Trusting, value: string): unknown {
    if (policy === undefined) {
        policy = null;
        try {
            policy =
                createPolicy &&
                apply(createPolicy, trusted, ['portcullis', { createScriptURL: same, createHTML: same }]);
        } catch {
            // The page's own policy refuses ours: the value goes as it is.
        }
    }
    return policy ? policy[kind](value) : value;
}
/** A value is read once: what we judged is what the browser gets. Trusted Types objects cannot change, and pass whole;
 * what is nothing means something else to each function; what throws is to throw where the browser reads it. */
export const once = (value: unknown): unknown => {
    try {
        return value === null ||
            value === undefined ||
            (typeof value === 'object' &&
                (isScriptURL(trusted, value) || isHTML(trusted, value) || isScript(trusted, value)))
            ? value
            : `${value}`;
    } catch (error) {
        const thrown = {
            __proto__: null,
            toString() {
                throw error;
            },
        };
        add(throwing, thrown);
        return thrown;
    }
};
const throwing = new WeakSet<object>();
/** Whether this stands for a value that throws when it is read. */
export const isThrown = (value: unknown): boolean => has(throwing, value as object);

/**
 * What Wasm cannot do: stand in for methods of the page's own prototypes, where `this` matters, and act with the
 * browser's functions as they were before the page could change them.
 *
 * Nothing here decides. `weigh` asks Rust, but for the one question that the design leaves to JavaScript: does this
 * address have exactly the page's host, with no configured rule naming that host?
 *
 * No `for…of`, no spread, no array destructuring, no array methods below: they go through iterators and prototypes
 * that the page may have broken since.
 */

import { createElement } from './element';

/** What an element is to the gate. Rust's `Road` has the same numbers. */
const SCRIPT = 1;
const FRAME = 2;
const IMAGE = 3;

/** The elements that are watched, by local name. Names come from the page, so nothing inherited may answer. */
const ROADS: Record<string, number> = {
    // @ts-expect-error: this syntax sets the prototype
    __proto__: null,
    script: SCRIPT,
    iframe: FRAME,
    frame: FRAME,
    img: IMAGE,
    source: IMAGE,
};
const SELECTOR = 'script,iframe,frame,img,source';
/** Keeps what a held element had in `src`, `srcset` or (scripts) `type`, so that clones carry it along. */
const HELD = 'data-held-';
/** Types that run as scripts (HTML § 4.12.1.1, MIME Sniffing § 4.6); anything else is a data block. */
const RUNS = /^\s*(module|(text|application)\/(x-)?(java|ecma|j|live)script[\d.]*)?\s*$/i;

// ---- the browser's functions, taken at the start ----

// biome-ignore-start lint/suspicious/noExplicitAny: helpers for every signature; each use below is typed
const { apply, getOwnPropertyDescriptor: describe, defineProperty: define } = Reflect;
/** A method as a function of its `this`; where the browser has no such method, one that does nothing. */
export const bare =
    (method: any): any =>
    (self: any, a?: any, b?: any, c?: any) =>
        method && apply(method, self, [a, b, c]);
export const getter = (holder: any, name: string): any => {
    const get = describe(holder, name)?.get;
    return (self: any) => get && apply(get, self, []);
};
// biome-ignore-end lint/suspicious/noExplicitAny: see above

const doc = document;
const documents = Document.prototype;
const rootOf: (doc: Document) => HTMLElement | null = getter(documents, 'documentElement');
export const root = (): HTMLElement | null => rootOf(doc);
const elements = Element.prototype;
const nodes = Node.prototype;
const scripts = HTMLScriptElement.prototype;
const getAttribute: (el: Element, name: string) => string | null = bare(elements.getAttribute);
const setAttribute: (el: Element, name: string, value: unknown) => void = bare(elements.setAttribute);
const removeAttribute: (el: Element, name: string) => void = bare(elements.removeAttribute);
const queryAll: (el: Node, selector: string) => NodeListOf<Element> = bare(elements.querySelectorAll);
const queryAllIn: typeof queryAll = bare(DocumentFragment.prototype.querySelectorAll);
const localName: (el: Element) => string = getter(elements, 'localName');
const namespaceOf: (el: Element) => string | null = getter(elements, 'namespaceURI');
const nodeType: (node: unknown) => number = getter(nodes, 'nodeType');
const parentNode: (node: Node) => Node | null = getter(nodes, 'parentNode');
const nextSibling: (node: Node) => Node | null = getter(nodes, 'nextSibling');
const firstChild: (node: Node) => Node | null = getter(nodes, 'firstChild');
const isConnected: (node: Node) => boolean = getter(nodes, 'isConnected');
const baseURI: (node: Node) => string = getter(nodes, 'baseURI');
const insertBefore: (parent: Node, node: Node, before: Node | null) => void = bare(nodes.insertBefore);
const removeChild: (parent: Node, node: Node) => void = bare(nodes.removeChild);
const compare: (a: Node, b: Node) => number = bare(nodes.compareDocumentPosition);
export const listen: (target: EventTarget, type: string, ear: unknown, capture?: unknown) => void = bare(
    EventTarget.prototype.addEventListener,
);
const stopEvent: (event: Event) => void = bare(Event.prototype.stopImmediatePropagation);
const targetOf: (event: Event) => object = getter(Event.prototype, 'target');
const nonceOf: (el: Element) => string = getter(HTMLElement.prototype, 'nonce');
const getAsync: (el: Element) => boolean = getter(scripts, 'async');
const setAsync: (el: Element, on: boolean) => void = bare(describe(scripts, 'async')?.set);
const windowOf: (el: Element) => Window | null = getter(HTMLIFrameElement.prototype, 'contentWindow');
const stopLoading: (window: Window) => void = bare(window.stop);
const attrName: (attr: Attr) => string = getter(Attr.prototype, 'name');
const attrOwner: (attr: Attr) => Element | null = getter(Attr.prototype, 'ownerElement');
const attrValue: (attr: Attr) => string = getter(Attr.prototype, 'value');
const addedNodes: (record: MutationRecord) => NodeList = getter(MutationRecord.prototype, 'addedNodes');
const Url = URL;
const href: (url: URL) => string = getter(Url.prototype, 'href');
const hostname: (url: URL) => string = getter(Url.prototype, 'hostname');
const encoder = new TextEncoder();
const encodeInto: (encoder: TextEncoder, text: string, into: Uint8Array) => { written: number } = bare(
    TextEncoder.prototype.encodeInto,
);
const matches: (pattern: RegExp, text: string) => unknown = bare(RegExp.prototype.exec);
const lower: (text: string) => string = bare(String.prototype.toLowerCase);
const hasOwn: (holder: unknown, name: string) => boolean = bare(Object.prototype.hasOwnProperty);
const has: (set: WeakSet<object>, item: object) => boolean = bare(WeakSet.prototype.has);
const add: (set: WeakSet<object>, item: object) => void = bare(WeakSet.prototype.add);
const forget: (set: WeakSet<object>, item: object) => void = bare(WeakSet.prototype.delete);
const then: (promise: Promise<void>, ear: () => void) => void = bare(Promise.prototype.then);
const settled = Promise.resolve();
const setLater = bare(window.setTimeout);
const later = (ear: () => void, milliseconds: number): void => setLater(window, ear, milliseconds);
/** How long an inline script waits for an external one before it, in milliseconds. */
const PATIENCE = 10_000;
const pageHost = location.hostname;
const trusted = (window as { trustedTypes?: { isScriptURL: unknown } }).trustedTypes;
const isScriptURL = bare(trusted?.isScriptURL);

// ---- the gate's end of the wire ----

/** What the start plugs in once Wasm runs; until then, and without it, the strictest answer stands. */
export interface Gate {
    /** Where Rust reads an address, and where it reads a mark. Made anew when Wasm's memory has grown. */
    wire(): Uint8Array;
    wireMark(): Uint8Array;
    /** Weighs what lies on the wire, so many bytes of address and of mark: the bits below. */
    weigh(url: number, mark: number): number;
    /** Rust keeps this element, by its number, until it may go. */
    keep(id: number, road: number, scripted: boolean): void;
    /** Something was held or found since: tell, list, release. */
    flush(news: News[], ready: boolean): void;
    /** What was held has been let go. */
    released(what: News): void;
    /** A script that was let go has run, or failed. */
    ran(): void;
}
/** Rust's answer: hold it; it would be held, but this is a dry run; something new was found. Above these bits, one more
 * than the index of the purpose that it is held for. */
const HOLD = 1;
const REPORT = 2;
const NEW = 4;
const PURPOSE = 3;
/** What was held, or would be: its road, its address and one more than the index of its purpose (0: none). */
export type News = [road: number, url: string, purpose: number];

let gate: Gate | undefined;
let wire: Uint8Array = new Uint8Array();
let wireMark: Uint8Array = wire;
/** Whether a configured rule names the page's own host, so that its addresses have to be asked about too. */
let ownHostRuled = false;
/** Without Wasm: the exact hosts that pass. */
let allowed: Record<string, unknown> = {};
/** Elements that Rust keeps, or, without Wasm, that stay held. */
const kept = new WeakSet<object>();
/** The elements that Rust keeps, by number: numbers cross to Wasm for nothing, elements need a table there. */
const waiting: Record<number, Element> = {
    // @ts-expect-error: this syntax sets the prototype
    __proto__: null,
};
/** What is said of them when they are let go, by number. */
const details: Record<number, News> = {
    // @ts-expect-error: as above
    __proto__: null,
};
let count = 0;
let flushing = false;
let news: News[] = [];
/** The last thing weighed, and Rust's answer. */
let last: News = [0, '', 0];
let lastHeld = false;
/** Something was kept that may go already. */
let ready = false;
/** In a dry run: what has been listed. One request is met on its way in and again in the document. */
const listed: Record<string, unknown> = { __proto__: null };
let ownNonce = '';
/** The browser's functions cannot be relied on: the hooks stand aside, and a policy holds in their place. */
let idle = false;
/** While markup is only tried out: whether anything in it is held. */
let trial: boolean | undefined;
/** While we look back: what we come too late for. */
let looking: string[] | undefined;

/** Connects the hooks to Rust. */
export function plug(to: Gate): void {
    gate = to;
}

/** No Wasm: what is not the page's own host or one of `hosts` stays held, and is named. */
export function unplug(hosts: Record<string, unknown>): void {
    gate = undefined;
    allowed = hosts;
}

/** Rust says whether a rule names the page's own host. */
export function tune(ruled: boolean): void {
    ownHostRuled = ruled;
}

/** The value of an own property; nothing inherited, so a polluted prototype configures nothing. */
export const own = (holder: unknown, name: string): unknown =>
    hasOwn(holder, name) ? (holder as Record<string, unknown>)[name] : undefined;

function flushSoon(): void {
    if (!flushing) {
        flushing = true;
        then(settled, () => {
            flushing = false;
            const before = news;
            const wasReady = ready;
            news = [];
            ready = false;
            gate?.flush(before, wasReady);
        });
    }
}

/** Whether to hold a request for `raw`. What is no address goes nowhere. */
function weigh(raw: string, mark: string, road: number): boolean {
    lastHeld = false;
    let url: URL | undefined;
    try {
        url = raw ? new Url(raw, baseURI(doc)) : url;
    } catch {}
    const host = url ? hostname(url) : '';
    if (!mark && (!url || (host === pageHost && !ownHostRuled))) {
        return false;
    }
    if (!gate) {
        const held = !!mark || (host !== '' && host !== pageHost && !hasOwn(allowed, host));
        if (held && trial === undefined) {
            console.warn(`Portcullis holds ${raw}`);
        }
        return held;
    }
    if (!wire.byteLength) {
        wire = gate.wire();
        wireMark = gate.wireMark();
    }
    // An address longer than the wire is cut; where the cut falls before its path, Rust holds it.
    const length = url ? encodeInto(encoder, href(url), wire).written : 0;
    const answer = gate.weigh(length, encodeInto(encoder, mark, wireMark).written);
    last = [road, url ? href(url) : '', answer >> PURPOSE];
    lastHeld = (answer & HOLD) > 0;
    if (answer & REPORT && !listed[`${road} ${last[1]}`]) {
        listed[`${road} ${last[1]}`] = 1;
        news[news.length] = last;
        flushSoon();
    }
    if (answer & NEW) {
        flushSoon();
    }
    return lastHeld;
}

/** Whether `value`, in this attribute, asks for anything that is held. In a `srcset`, addresses stand between spaces and
 * commas; a descriptor between them reads as an address of our own host, which passes (HTML § 4.8.4.2.1). */
function weighAll(name: string, value: string, mark: string, road: number): boolean {
    if (name === 'src') {
        return weigh(value, mark, road);
    }
    let word = '';
    for (let at = 0; at <= value.length; at++) {
        const char = value[at];
        if (char === undefined || char <= ' ' || char === ',') {
            if (word && weigh(word, mark, road)) {
                return true;
            }
            word = '';
        } else {
            word += char;
        }
    }
    return false;
}

const roadOf = (el: Element): number => ROADS[localName(el)] ?? 0;
const markOf = (el: Element): string => getAttribute(el, 'data-consent') ?? '';
const typeOf = (el: Element): string => getAttribute(el, 'type') ?? '';
/** Where a script comes from: an SVG one says it in `href`. */
const addressOf = (el: Element): string | null =>
    getAttribute(el, 'src') ?? getAttribute(el, 'href') ?? getAttribute(el, 'xlink:href');
/** The same, or where the owner's mark keeps it. */
const markedAddressOf = (el: Element): string | null => addressOf(el) ?? getAttribute(el, 'data-src');
/** The type that a held or marked script has once it may run. */
const typeToBe = (el: Element): string => getAttribute(el, `${HELD}type`) ?? getAttribute(el, 'data-type') ?? '';
/** Whether this element is held as it stands: by us, or (`data-src`) by the owner's hand. */
const isHeld = (el: Element, name: string): boolean => getAttribute(el, HELD + name) !== null;

function keep(el: Element, road: number, scripted: boolean): void {
    if (trial !== undefined) {
        trial = true;
    } else if (!has(kept, el)) {
        add(kept, el);
        waiting[count] = el;
        details[count] = last;
        gate?.keep(count++, road, scripted);
        if (lastHeld) {
            news[news.length] = last;
        } else {
            ready = true;
        }
        flushSoon();
    }
}

/** Has this element load nothing through `name`, whose value is or was to be `value`, until it is released. */
function hold(el: Element, road: number, name: string, value: string, scripted: boolean): void {
    if (road === SCRIPT) {
        if (matches(RUNS, typeOf(el))) {
            setAttribute(el, `${HELD}type`, typeOf(el));
        }
        setAttribute(el, 'type', 'text/plain');
    } else {
        setAttribute(el, HELD + name, value);
        removeAttribute(el, name);
    }
    keep(el, road, scripted);
    looking?.push(value || getAttribute(el, 'src') || 'an inline script');
    if (road === FRAME && isConnected(el)) {
        // It has set out already: call it back.
        try {
            const window = windowOf(el);
            window && stopLoading(window);
        } catch {}
    }
}

/** Looks at one element and holds what has to be held. `scripted`: put there by script, not by the parser. */
function check(el: Element, scripted: boolean): void {
    const road = roadOf(el);
    if (!road) {
        return;
    }
    // A script that the page made runnable again after it was held is looked at again.
    const inert = road !== SCRIPT || !matches(RUNS, typeOf(el));
    if (has(kept, el) && inert) {
        return;
    }
    const mark = markOf(el);
    if (road === SCRIPT) {
        const src = addressOf(el);
        // The owner's own marks are kept whatever the verdict, and released when they may go.
        if (inert ? mark || isHeld(el, 'type') : (src !== null || mark) && weigh(src ?? '', mark, road)) {
            if (inert) {
                weigh(markedAddressOf(el) ?? '', mark, road);
                keep(el, road, scripted);
            } else {
                hold(el, road, 'type', '', scripted);
            }
        }
        return;
    }
    if (isHeld(el, 'src') || isHeld(el, 'srcset') || (mark && getAttribute(el, 'data-src') !== null)) {
        weigh(getAttribute(el, 'data-src') ?? getAttribute(el, `${HELD}src`) ?? '', mark, road);
        keep(el, road, scripted);
    }
    for (let name = 'src'; ; name = 'srcset') {
        const value = getAttribute(el, name);
        if (value && weighAll(name, value, mark, road)) {
            hold(el, road, name, value, scripted);
        }
        if (road !== IMAGE || name === 'srcset') {
            return;
        }
    }
}

/** Looks at a node and all below it. What is no node is the browser's own to refuse. */
function scan(node: unknown, scripted: boolean): void {
    if (typeof node !== 'object' || !node || idle) {
        return;
    }
    try {
        const type = nodeType(node);
        if (type === 1) {
            check(node as Element, scripted);
        }
        if ((type === 1 || type === 11) && firstChild(node as Node)) {
            const list = (type === 1 ? queryAll : queryAllIn)(node as Node, SELECTOR);
            for (let index = 0; index < list.length; index++) {
                check(list[index] as Element, scripted);
            }
        }
    } catch {}
}

// ---- what Rust does with what it keeps ----

const WAITS = 1;
const EXTERNAL = 2;
const FREE = 4;
const LATE = 8;
const TRUSTED = 16;

/** Whether this element is still to be held, as it stands now. */
function waits(el: Element, road: number): boolean {
    const mark = markOf(el);
    if (road === SCRIPT) {
        return weigh(markedAddressOf(el) ?? '', mark, road);
    }
    const held = (name: string) =>
        getAttribute(el, HELD + name) ?? (mark ? getAttribute(el, `data-${name}`) : null) ?? '';
    return weighAll('src', held('src'), mark, road) || weighAll('srcset', held('srcset'), mark, road);
}

/** An SVG script has no `async`, and no order to keep. */
const isHtml = (el: Element): boolean => namespaceOf(el) === 'http://www.w3.org/1999/xhtml';

/** What an element that waits is now, as bits, for Rust to find a script's turn. */
export function look(id: number, road: number, scripted: boolean): number {
    const el = waiting[id] as Element;
    if (waits(el, road)) {
        return WAITS;
    }
    if (road !== SCRIPT) {
        return 0;
    }
    const external = markedAddressOf(el) !== null;
    const module = lower(typeToBe(el)) === 'module';
    const free = scripted && isHtml(el) ? getAsync(el) : getAttribute(el, 'async') !== null;
    const ran = external && !(getAttribute(el, 'nomodule') !== null && !module) && isConnected(el);
    return (
        (ran ? EXTERNAL : 0) |
        (free ? FREE : 0) |
        (module || (external && getAttribute(el, 'defer') !== null) ? LATE : 0) |
        // An injected tag must not ride in on our nonce (CSP 3 § 8.2, 'strict-dynamic').
        (scripted || !ownNonce || nonceOf(el) === ownNonce ? TRUSTED : 0)
    );
}

/** Whether `a` stands before `b` in the document. */
export const precedes = (a: number, b: number): boolean =>
    (compare(waiting[a] as Element, waiting[b] as Element) & 4) > 0;

/** Lets an element go, as itself: the same node with the attributes that it had. */
export function release(id: number, road: number, ordered: boolean, awaited: boolean): boolean {
    const el = waiting[id] as Element;
    const detail = details[id] as News;
    delete waiting[id];
    delete details[id];
    try {
        // The page may have given it another address since, and it went its way.
        if (has(kept, el)) {
            put(el, road, ordered, awaited);
            gate?.released(detail);
            return true;
        }
    } catch {}
    return false;
}

function put(el: Element, road: number, ordered: boolean, awaited: boolean): void {
    forget(kept, el);
    const mark = markOf(el);
    if (road === SCRIPT) {
        restoreType(el);
        const src = mark ? getAttribute(el, 'data-src') : null;
        if (src !== null && getAttribute(el, 'src') === null) {
            setAttribute(el, 'src', src);
        }
        if (ordered && isHtml(el)) {
            setAsync(el, false);
        }
        if (awaited) {
            let running = true;
            const ran = () => {
                if (running) {
                    running = false;
                    gate?.ran();
                }
            };
            listen(el, 'load', ran);
            listen(el, 'error', ran);
            // A script that came by innerHTML never runs and never says so: the others do not wait for it for ever.
            later(ran, PATIENCE);
        }
        // A script that has not run yet is looked at anew when it becomes connected.
        putBack(el, () => {});
        return;
    }
    // A frame that gets its address while its first blank page is still under way may lose it again.
    road === FRAME ? putBack(el, () => restore(el, mark)) : restore(el, mark);
}

/** Gives a script back what makes it run. */
function restoreType(el: Element): void {
    const type = typeToBe(el);
    removeAttribute(el, `${HELD}type`);
    type ? setAttribute(el, 'type', type) : removeAttribute(el, 'type');
}

/** The same node taken out, changed and put back in its place; where it is in no document, only changed. */
function putBack(el: Element, change: () => void): void {
    const parent = parentNode(el);
    const next = nextSibling(el);
    if (parent && isConnected(el)) {
        removeChild(parent, el);
        change();
        insertBefore(parent, el, next);
    } else {
        change();
    }
}

/** Gives a frame or an image back what it loads. */
function restore(el: Element, mark: string): void {
    for (let name = 'srcset'; ; name = 'src') {
        for (let from = HELD; from; from = from === HELD && mark ? 'data-' : '') {
            const value = getAttribute(el, from + name);
            if (value !== null) {
                removeAttribute(el, from + name);
                setAttribute(el, name, value);
            }
        }
        if (name === 'src') {
            return;
        }
    }
}

// ---- the hooks ----

/** The page is about to set what an element loads. True: held, and the browser's own method must not run. */
function before(el: Element, name: string, value: string): boolean {
    const road = idle ? 0 : roadOf(el);
    if (!road || (name !== 'src' && (name !== 'srcset' || road !== IMAGE))) {
        return false;
    }
    if (road === SCRIPT && !isHeld(el, 'type') && !matches(RUNS, typeOf(el))) {
        return false;
    }
    if (value && weighAll(name, value, markOf(el), road)) {
        hold(el, road, name, value, true);
        return road !== SCRIPT;
    }
    // It may go now: what was held of it before is replaced.
    if (isHeld(el, road === SCRIPT ? 'type' : name)) {
        if (road === SCRIPT) {
            restoreType(el);
        } else {
            removeAttribute(el, HELD + name);
        }
        forget(kept, el);
    }
    return false;
}

/** A value is read once: what we judged is what the browser gets. Trusted Types objects cannot change, and pass whole. */
const once = (value: unknown): unknown => (isScriptURL(trusted, value) ? value : `${value}`);

type Method = (this: unknown, ...args: unknown[]) => unknown;
/** Puts `make(native)` in place of a method or a setter, with its name, length and attributes. */
function replace(
    holder: object | undefined,
    name: string,
    kind: 'value' | 'set',
    make: (native: Method) => Method,
): void {
    const old = holder && describe(holder, name);
    const native = old?.[kind] as Method | undefined;
    if (!holder || !old || !native) {
        return;
    }
    const put = make(native);
    define(put, 'name', { value: native.name, configurable: true });
    define(put, 'length', { value: native.length, configurable: true });
    old[kind] = put;
    if (!define(holder, name, old)) {
        throw new TypeError(`${name} is frozen`);
    }
}

/** What could not be hooked, for the error that says so. */
export const unhooked: string[] = [];

/** Hooks each of the methods named in `names`, as `Interface method method …`. */
function each(names: string, kind: 'value' | 'set', make: (native: Method, name: string) => Method): void {
    const words = names.split(' ');
    const holder = (window as unknown as Record<string, { prototype: object } | undefined>)[words[0] as string];
    for (let index = 1; index < words.length; index++) {
        const name = words[index] as string;
        try {
            replace(holder?.prototype, name, kind, (native) => make(native, name));
        } catch {
            unhooked[unhooked.length] = `${words[0]}.${name}`;
        }
    }
}

/** Nodes go in: look at them first. */
const inserting = (native: Method): Method =>
    function (this: unknown, ...args) {
        for (let index = 0; index < args.length; index++) {
            scan(args[index], true);
        }
        return apply(native, this, args);
    };

/** Nodes come out of a copy: look at them before their first microtask, which is when an image sets out. */
const copying = (native: Method): Method =>
    function (this: unknown, ...args) {
        const copy = apply(native, this, args);
        scan(copy, true);
        return copy;
    };

/** Where markup is looked at before it becomes a part of the page: nothing in a template loads. */
const template = createElement('template');
const contentOf: (template: Element) => Node = getter(HTMLTemplateElement.prototype, 'content');
const setMarkup: (el: Element, html: unknown) => void = bare(describe(elements, 'innerHTML')?.set);
const getMarkup: (el: Element) => string = getter(elements, 'innerHTML');
/** A frame sets out the moment it is in the document, and a written script before any watch sees it. */
const SETS_OUT = /<(i?frame|script)/i;

/** The same markup with what has to be held in it held; the very same value where there is nothing. */
function heldMarkup(html: unknown): unknown {
    if (typeof html === 'object' || !matches(SETS_OUT, `${html}`)) {
        return html;
    }
    try {
        setMarkup(template, html);
        trial = false;
        scan(contentOf(template), true);
        return trial ? getMarkup(template) : html;
    } catch {
        // Under Trusted Types the page's string is the browser's to refuse.
        return html;
    } finally {
        trial = undefined;
    }
}

/** Markup goes in, as the argument at `place`: look at it first, and at what it became. */
const parsing =
    (place: number) =>
    (native: Method): Method =>
        function (this: unknown, ...args) {
            let around: Node | null = null;
            try {
                around = parentNode(this as Node);
            } catch {}
            args[place] = heldMarkup(args[place]);
            const out = apply(native, this, args);
            scan(around ?? this, true);
            return out;
        };

/** An attribute is set by name, which is the argument at `place`; with a namespace before it, its case counts. */
const naming =
    (place: 0 | 1) =>
    (native: Method): Method =>
        function (this: unknown, ...args) {
            if (args.length > place + 1) {
                const name = `${args[place]}`;
                const value = once(args[place + 1]);
                args[place] = name;
                args[place + 1] = value;
                const inNamespace = place === 1 && args[0];
                if (!inNamespace && before(this as Element, place ? name : lower(name), `${value}`)) {
                    return;
                }
            }
            return apply(native, this, args);
        };

/** Closes the roads. Each hook stands alone: one that the browser refuses is named, and the others still stand. */
export function install(): void {
    each('Node appendChild insertBefore replaceChild', 'value', inserting);
    const many = ' append prepend replaceChildren';
    const beside = ' before after replaceWith';
    each(`Element${many}${beside} insertAdjacentElement moveBefore`, 'value', inserting);
    each(`Document${many} adoptNode`, 'value', inserting);
    each(`DocumentFragment${many}`, 'value', inserting);
    each(`CharacterData${beside}`, 'value', inserting);
    each('Range insertNode surroundContents', 'value', inserting);
    each('Node cloneNode', 'value', copying);
    each('Document importNode', 'value', copying);
    each('Range createContextualFragment', 'value', copying);
    each('Element insertAdjacentHTML', 'value', parsing(1));
    each('Element innerHTML outerHTML', 'set', parsing(0));
    each('ShadowRoot innerHTML', 'set', parsing(0));
    each('Document write writeln', 'value', parsing(0));

    const setting = (native: Method, name: string): Method =>
        function (this: unknown, value) {
            const read = once(value);
            return !before(this as Element, name, `${read}`) ? apply(native, this, [read]) : undefined;
        };
    const holders = ['Script src', 'IFrame src', 'Frame src', 'Image src srcset', 'Source src srcset'];
    for (let index = 0; index < holders.length; index++) {
        const words = (holders[index] as string).split(' ');
        const names = `HTML${words[0]}Element ${words[1]} ${words[2] ?? ''}`;
        each(names, 'set', setting);
    }
    each('Element setAttribute', 'value', naming(0));
    each('Element setAttributeNS', 'value', naming(1));
    each(
        'Element setAttributeNode setAttributeNodeNS',
        'value',
        (native) =>
            function (this: unknown, attr) {
                let held = false;
                try {
                    held = before(this as Element, attrName(attr as Attr), attrValue(attr as Attr));
                } catch {}
                return held ? null : apply(native, this, [attr]);
            },
    );
    each(
        'NamedNodeMap setNamedItem setNamedItemNS',
        'value',
        (native) =>
            function (this: unknown, attr) {
                const old = apply(native, this, [attr]);
                scan(attrOwner(attr as Attr), true);
                return old;
            },
    );
    each(
        'Attr value',
        'set',
        (native) =>
            function (this: unknown, value) {
                const owner = attrOwner(this as Attr);
                const read = `${value}`;
                return owner && before(owner, attrName(this as Attr), read) ? undefined : apply(native, this, [read]);
            },
    );

    // The parser's own insertions: this runs before a parser-inserted script does.
    const watch = new MutationObserver((records) => {
        for (let index = 0; index < records.length && !idle; index++) {
            const added = addedNodes(records[index] as MutationRecord);
            for (let at = 0; at < added.length; at++) {
                scan(added[at], false);
            }
        }
    });
    watch.observe(doc, { childList: true, subtree: true });
    try {
        prove();
    } catch (error) {
        idle = true;
        throw error;
    }

    // A held frame or image fires neither `load` nor `error`: what it stands for has done neither.
    const hush = (event: Event) => {
        const target = targetOf(event);
        target !== doc && has(kept, target) && stopEvent(event);
    };
    listen(doc, 'load', hush, true);
    listen(doc, 'error', hush, true);
}

/** Whether the browser's functions do what they say: one that was broken before us would open the gate unseen. */
function prove(): void {
    // Nothing is plugged in yet, so any other host is held. A `source` on its own loads nothing.
    const source = createElement('source');
    setAttribute(source, 'src', 'https://held.invalid/');
    trial = false;
    check(source, true);
    const held = trial && getAttribute(source, 'src') === null && isHeld(source, 'src');
    trial = undefined;
    const types = matches(RUNS, '') && !matches(RUNS, 'text/plain');
    const watch = new MutationObserver(() => {});
    watch.observe(source, { childList: true });
    insertBefore(source, createElement('i'), null);
    const records = watch.takeRecords();
    const seen = records.length === 1 && addedNodes(records[0] as MutationRecord).length === 1;
    watch.disconnect();
    if (!held || !types || !seen || hostname(new Url('HTTP://Held.Invalid:1/')) !== 'held.invalid') {
        throw new TypeError('the browser functions of this page do not do what they say');
    }
}

/** Looks at what stood in the document before us; `nonce` is our own tag's. Gives what had to be held, and may have
 * been loaded already. */
export function lookBack(nonce: string): string[] {
    ownNonce = nonce;
    const missed: string[] = [];
    looking = missed;
    scan(root(), false);
    looking = undefined;
    return missed;
}

/**
 * The gate's end of the wire, and where addresses stand in what the page hands over. Nothing here decides: `weigh` asks
 * Rust, but for the one question that the design leaves to JavaScript: does this address have exactly the page's host,
 * with no configured rule naming that host?
 */

import {
    afterwards,
    baseURI,
    elementName,
    encodeInto,
    encoder,
    excuse,
    hasOwn,
    hostname,
    href,
    indexOf,
    isConnected,
    lookUp,
    makeRoom,
    matches,
    note,
    ownerDocument,
    ownPrefix,
    pageHost,
    parentNode,
    prototypeOf,
    secret,
    settled,
    slice,
    Url,
    view,
    viewOf,
} from './natives';
import { addresses, type Finder, fileOf, swap, swapCss } from './text';
import type { Inside } from './wrap';

/** What asks, by its place among the words for it. */
export const KINDS = [
    '',
    'script',
    'frame',
    'image',
    'style',
    'media',
    'request',
    'worker',
    'window',
    'storage',
] as const;
export const SCRIPT = 1;
export const FRAME = 2;
export const IMAGE = 3;
export const STYLE = 4;
export const MEDIA = 5;
export const REQUEST = 6;
export const WORKER = 7;
export const WINDOW = 8;
const STORAGE = 9;
/** This is a call, which nobody keeps: it has to be told at once. */
export const CALL = 128;
/** The service worker asks, for what may have passed here because of who asked for it. */
const AGAIN = 256;
const KIND = 15;
/** Rust's answer: hold it; it would be held, but this is a dry run; something new was found. Above these bits, one more
 * than the index of the purpose that it is held for. */
const HOLD = 1;
const REPORT = 2;
const NEW = 4;
const PURPOSE = 3;
/** What was held, or would be: its road, its address and one more than the index of its purpose (0: none). */
export type News = [road: number, url: string, purpose: number];

/** What the start plugs in once Wasm runs; until then, and without it, the strictest answer stands. */
export interface Gate {
    /** Where Rust reads an address, and where it reads a mark. Made anew when Wasm's memory has grown. */
    wire(): Uint8Array;
    wireMark(): Uint8Array;
    /** Weighs what lies on the wire, so many bytes of address and of mark, for whoever was let in at this turn: the bits
     * above. */
    weigh(url: number, mark: number, turn: number): number;
    /** Rust keeps this element, by its number, until it may go. */
    keep(id: number, road: number, scripted: boolean): void;
    /** Something was held or found since: tell, list, release. */
    flush(news: News[], ready: boolean): void;
    /** What was held has been let go. */
    released(what: News): void;
    /** The browser refuses to let it go. */
    refused(why: unknown): void;
    /** It cannot go on: everything stays held. */
    broke(why: unknown): void;
    /** A script that was let go has run, or failed. */
    ran(): void;
    /** Listens to what the visitor does, where the document was opened anew as well. */
    hear(): void;
    /** Whether anything is held at all. */
    holds(): boolean;
    /** Tells the owner of something in the markup that will not work. */
    complain(text: string): void;
    /** What a worker begins with whose file comes along in its address. */
    inside(): Inside;
}
export let gate: Gate | undefined;
let wire: Uint8Array = new Uint8Array();
let wireMark: Uint8Array = wire;
/** Whether a configured rule names the page's own host, so that its addresses have to be asked about too. */
let ownHostRuled = false;
/** Without Wasm: the exact hosts that pass. */
let allowed: Record<string, unknown> = {};
let flushing = false;
let news: News[] = [];
/** Something is kept that may go already. */
let ready = false;
/** The last thing weighed, and whether it is held. */
export let last: News = [0, '', 0];
export let lastHeld = false;
/** In a dry run: what has been listed. One request is met on its way in and again in the document. */
const listed: Record<string, unknown> = { __proto__: null };
/** While markup is only tried out: whether anything in it is held. */
let trial: boolean | undefined;

/** The host by which each of us proves that it can hold. It is nobody's (RFC 2606 § 2), so once we work it passes: a frame that
 * carries the tag as well finds our hooks beneath its own. */
export const PROBE = 'held.invalid';

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

/** Runs `work` on elements that are no part of the page; true if anything in them was held. */
export function tryOut(work: () => void): boolean {
    const outer = trial;
    trial = false;
    try {
        work();
        return trial;
    } finally {
        trial = outer;
    }
}

/** Something is held; true if it is only tried out. */
export function isTrial(): boolean {
    if (trial === undefined) {
        return false;
    }
    trial = true;
    return true;
}

/** Tells what was weighed last. */
export function announce(): void {
    news[news.length] = last;
    flushSoon();
}

/** What was weighed last is kept: it is told as held, or may go as soon as the hooks are done. */
export function noteKept(): void {
    if (lastHeld) {
        announce();
    } else {
        ready = true;
        flushSoon();
    }
}

/** Something was met that a placeholder stands in for. */
export let embeds = false;
export function noteEmbed(): void {
    embeds = true;
    flushSoon();
}

function flushSoon(): void {
    if (!flushing) {
        afterwards(settled, () => {
            flushing = false;
            const before = news;
            const wasReady = ready;
            news = [];
            ready = false;
            gate?.flush(before, wasReady);
        });
        flushing = true;
    }
}

/** Who asks, for what a relative address is read against: the window of the function that was called, what that was called
 * on, the element that is looked at, and a base that markup brings along which is in no document yet. */
interface Asker {
    _realm: { document: Node };
    _self: unknown;
    _el: Node | undefined;
    _brought: string;
}
let asker: Asker = { _realm: view, _self: undefined, _el: undefined, _brought: '' };
/** The window that an object came from, by its prototype. */
const homes = new WeakMap<object, Asker['_realm']>();
export const noteHome = (proto: object, realm: Asker['_realm']): void => note(homes, proto, realm);
/** Whether any document has a `base`: without one they all have the page's own host for theirs. */
let hasBase = false;

/** Runs `work`, in which relative addresses are read against the base of what was called, or else of this window. */
export function readIn<T>(realm: Asker['_realm'], self: unknown, work: () => T): T {
    const outer = asker;
    asker = { _realm: realm, _self: self, _el: undefined, _brought: outer._brought };
    try {
        return work();
    } finally {
        asker = outer;
    }
}
/** This element is looked at. */
export function readAt(el: Node): void {
    asker._el = el;
}
/** A `base` is met. What comes along with it is read against it once they are in the document. */
export function meetBase(raw: string | null, el: Node): void {
    hasBase = true;
    const url = raw === null || (isConnected(el) && viewOf(ownerDocument(el))) ? undefined : read(raw);
    asker._brought = url ? href(url) : asker._brought;
}

/** The base of a node in a document that has a window; of anything else, nothing. No member of it is asked for by name: an
 * `<embed>` or `<object>` that is asked for one sets out at once. */
function baseAt(node: unknown): string {
    try {
        return viewOf(ownerDocument(node as Node) ?? node) ? baseURI(node as Node) : '';
    } catch (error) {
        excuse(error);
        return '';
    }
}
/** What a relative address is read against now. What is in no document goes into the one of what was called. */
function baseOf(): string {
    const { _realm, _self, _el, _brought } = asker;
    let base = _brought || (_el && isConnected(_el) && baseAt(_el)) || (_self && _self !== _realm ? baseAt(_self) : '');
    for (let at = _self; at && !base; at = prototypeOf(at as object)) {
        const home = lookUp(homes, at);
        base = home ? baseURI(home.document) : '';
    }
    return base || baseURI(_realm.document);
}

export function read(raw: string): URL | undefined {
    try {
        return raw ? new Url(raw, baseOf()) : undefined;
    } catch (error) {
        excuse(error);
        return undefined;
    }
}

/** The last base that was asked for, and whether its host is the page's. */
let lastBase = '';
let isHome = false;
/** Whether this is an address of the page's own host by its letters alone: it begins with our origin, or has no scheme and
 * no two slashes at its start. Most addresses of a page are such ones, and parsing costs more than all else here. */
function isOwn(raw: string): boolean {
    const plain = matches(/^\/?[\w.?#-][^:]*$/, raw);
    if (!plain) {
        return raw[0] === 'h' && slice(raw, 0, ownPrefix.length) === ownPrefix;
    }
    const base = hasBase || !lastBase ? baseOf() : lastBase;
    if (base !== lastBase) {
        lastBase = base;
        isHome = hostname(new Url(base)) === pageHost;
    }
    return isHome;
}

/** Whether a file that comes along in its own address names one that is held: a document, a worker or a module works
 * where no hook reaches. */
export function carries(address: string, road: number, find?: Finder): boolean {
    try {
        return names(fileOf(address)._text, road, find);
    } catch (error) {
        excuse(error);
        return false;
    }
}

/** Addresses of what comes to a player in parts: there is no file to read. */
const streams: Record<string, number> = {
    // @ts-expect-error: this syntax sets the prototype
    __proto__: null,
};
export const noteStream = (address: string): void => {
    streams[address] = 1;
};
/** Whether a playlist that comes along in this address names what is held, or others that come along (RFC 8216 § 4). Of a film
 * no more is read than how it begins. */
function plays(address: string, road: number): boolean {
    const own = `blob:${ownPrefix}`;
    try {
        if (
            streams[address] ||
            slice(address, 0, own.length) !== own ||
            !matches(/^\ufeff?#EXTM3U/, fileOf(address, true)._text)
        ) {
            return false;
        }
        const { _text: text } = fileOf(address);
        return names(text, road) || (!!matches(/\b(blob|data):/i, text) && holdsAny(address, road));
    } catch (error) {
        excuse(error);
        return false;
    }
}

/** How many style sheets lie within each other that came along in addresses, and how many may. */
let depth = 0;
const DEEPEST = 4;
/** The same of a style sheet, whose comments are none. */
export function carriesSheet(address: string): boolean {
    depth++;
    try {
        const css = matches(/^(blob:|data:text\/css)/i, address) ? fileOf(address)._text : '';
        return !!css && (depth > DEEPEST || cut(css, '', STYLE) !== css);
    } catch (error) {
        excuse(error);
        return false;
    } finally {
        depth--;
    }
}

/** Elements that were let in, they and all in them: in which turn, from 1. */
const turns = new WeakMap<object, number>();
/** What those asked for, and in which turn. */
const letInFor: Record<string, number> = {
    // @ts-expect-error: this syntax sets the prototype
    __proto__: null,
};
/** This element was let in. */
export const letIn = (el: Element, turn: number): void => note(turns, el, turn);

/** Whether to hold a request for `raw`, made by this node if by any. What is no address goes nowhere. */
export function weigh(raw: string, mark: string, road: number, by?: Node): boolean {
    if (by) {
        asker._el = by;
    }
    const base = asker._brought;
    if (base) {
        // Where there is a base already, this one may not count.
        asker._brought = '';
        const held = weigh(raw, mark, road, by);
        asker._brought = base;
        if (held) {
            return true;
        }
    }
    lastHeld = false;
    if (!mark && !ownHostRuled && isOwn(raw)) {
        return false;
    }
    const url = read(raw);
    const host = url ? hostname(url) : '';
    const address = url ? href(url) : '';
    if (!mark && (!host || (host === pageHost && !ownHostRuled))) {
        const kind = road & KIND;
        return (
            !host &&
            (kind === FRAME || kind === WORKER || kind === WINDOW
                ? carries(address, road)
                : !!by && !!matches(/^(video|audio|source)$/, elementName(by)) && plays(address, road))
        );
    }
    if (!gate) {
        const held = !!mark || (host !== pageHost && !hasOwn(allowed, host));
        if (held && trial === undefined) {
            console.warn(`Portcullis holds ${raw}`);
        }
        return held;
    }
    return host !== PROBE && ask(gate, address, mark, road, by);
}

/** Whether the configuration names cookies or keys at all: where it does not, storage is left alone. */
export let hasNames = false;
export function watchNames(): void {
    hasNames = true;
}
/** Whether nothing may be kept under this name, `cookie:` or `key:` before it. It is dropped without a word. */
export const forbids = (name: string): boolean => hasNames && !!gate && ask(gate, name, '', STORAGE);
/** One more than the index of the purpose that this name is held for; 0: it is not held. */
export const holderOf = (name: string): number => (forbids(name) ? last[2] : 0);

/** Asks Rust, and notes what is to be told. */
function ask(gate: Gate, address: string, mark: string, road: number, by?: Node | null): boolean {
    makeRoom();
    if (!wire.byteLength) {
        wire = gate.wire();
        wireMark = gate.wireMark();
    }
    // An address longer than the wire is cut; where the cut falls before its path, Rust holds it.
    const length = encodeInto(encoder, address, wire).written;
    // In which turn it, or what it stands in, was let in; 0: never.
    let turn = (road & AGAIN && letInFor[address]) || 0;
    for (; by && !turn; by = parentNode(by)) {
        turn = lookUp(turns, by) ?? 0;
        if (turn) {
            letInFor[address] = turn;
        }
    }
    let answer = HOLD;
    try {
        answer = gate.weigh(length, encodeInto(encoder, mark, wireMark).written, turn);
    } catch (error) {
        // Wasm is broken, or out of memory: nothing that it would say from here on can be believed.
        gate.broke(error);
    }
    const kind = road & KIND;
    last = [kind, address, answer >> PURPOSE];
    lastHeld = (answer & HOLD) > 0;
    const line = `${kind} ${address}`;
    if (answer & REPORT && !listed[line]) {
        listed[line] = 1;
        announce();
    } else if (lastHeld && road & CALL) {
        // Nobody keeps it.
        announce();
    } else if (answer & NEW) {
        flushSoon();
    }
    return lastHeld;
}

/** Whether to hold a call: one that nobody keeps and nobody makes again. It is told as held. */
export const refuse = (raw: string, road: number, by?: Node): boolean => weigh(raw, '', road | CALL, by);

/** Whether to hold what may ask for anything at all, as long as anything is held. */
export function holdsAny(raw: string, road: number): boolean {
    lastHeld = !gate || gate.holds();
    last = [road & KIND, raw, 0];
    lastHeld && road & CALL && announce();
    return lastHeld;
}

/** Whether the page holds this as well, which its service worker holds. It is told as held, unless it was. */
export const holdsToo = (raw: string, isTold: boolean): boolean =>
    weigh(raw, '', isTold ? REQUEST | AGAIN : REQUEST | AGAIN | CALL);

/** Whether this text names an address that is held. */
export function names(text: string, road: number, find = addresses): boolean {
    let held = false;
    find(text, (address) => {
        held ||= weigh(address, '', road);
    });
    return held;
}

/** What was cut out of style sheets, by number. */
const cuts: Record<number, string> = {
    // @ts-expect-error: this syntax sets the prototype
    __proto__: null,
};
let cutCount = 0;
/** An address that loads nothing, and says what stood in its place. */
const CUT = `data:,held-${secret}-`;

/** Whether anything in this CSS may load: an address stands in quotes or in `url()`, which may be spelled with escapes (CSS
 * Values 4 § 4.5). */
export const mayLoad = (css: string | null): boolean => !!css && !!matches(/["'\\]|url\(/i, css);

/** This CSS with every address in it that is held replaced. What is read here as an address and is none is one of our own
 * host, which passes. */
export const cut = (css: string, mark: string, road: number): string =>
    mayLoad(css)
        ? swapCss(css, (address) => {
              if (
                  !matches(/[/\\.:]/, address) ||
                  !(weigh(address, mark, road) || (matches(/^data:/i, address) && carriesSheet(address)))
              ) {
                  return undefined;
              }
              const url = read(address);
              cuts[cutCount] = url ? href(url) : address;
              return CUT + cutCount++;
          })
        : css;

/** Whether anything has been cut out of this CSS. */
export const isCut = (css: string): boolean => indexOf(css, CUT) >= 0;

/** This CSS as it was. */
export const uncut = (css: string): string =>
    swap(css, /data:,held-(\d+)-(\d+)/g, (found) => (found[1] === secret ? cuts[+(found[2] as string)] : undefined));

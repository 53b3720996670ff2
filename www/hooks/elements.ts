/** Elements: which of their attributes ask for something, how they are held, and how they come back as themselves. */

import {
    CALL,
    carries,
    carriesSheet,
    cut,
    FRAME,
    gate,
    holdsAny,
    IMAGE,
    isCut,
    isTrial,
    last,
    mayLoad,
    meetBase,
    type News,
    names,
    noteEmbed,
    noteKept,
    read,
    readAt,
    readIn,
    SCRIPT,
    STYLE,
    tryOut,
    uncut,
    weigh,
} from './judge';
import { hearClicks } from './leave';
import { eachTag, endOf, type Open } from './markup';
import {
    add,
    addedNodes,
    afterwards,
    attributeNames,
    changedAttribute,
    changedNode,
    closest,
    compare,
    contentOf,
    createElement,
    createIn,
    currentScript,
    doc,
    excuse,
    firstChild,
    forget,
    get,
    getAsync,
    getAttribute,
    has,
    href,
    importNode,
    indexOf,
    insertBefore,
    isConnected,
    later,
    listen,
    localName,
    lookUp,
    lower,
    Marks,
    makeFragment,
    matches,
    namespaceOf,
    nextSibling,
    nodeType,
    nodeValue,
    nonceOf,
    note,
    own,
    ownerDocument,
    parentNode,
    parse,
    parseDocument,
    queryAll,
    removeAttribute,
    removeChild,
    root,
    secret,
    setAsync,
    setAttribute,
    setMarkup,
    setNodeValue,
    settled,
    shadowRoot,
    slice,
    stopEvent,
    takeRecords,
    targetOf,
    textContent,
    top,
    typeOfDocument,
    view,
    viewOf,
    vouch,
    windowOf,
} from './natives';
import { idle } from './stand';
import { imports, swap, values, words } from './text';

/** The elements that are watched, by local name: their road, and the attributes that say what they load. Names come from
 * the page, so nothing inherited may answer. */
const ELEMENTS: Record<string, string> = {
    // @ts-expect-error: this syntax sets the prototype
    __proto__: null,
    script: '1',
    iframe: '2 src srcdoc',
    frame: '2 src',
    embed: '2 src',
    object: '2 data',
    img: '3 srcset src',
    source: '3 srcset src',
    input: '3 src',
    image: '3 href',
    feImage: '3 href',
    set: '3 to',
    animate: '3 values from to',
    link: '4 href imagesrcset',
    style: '4',
    video: '5 src poster',
    audio: '5 src',
    track: '5 src',
    a: '6 ping',
    area: '6 ping',
    meta: '8 content',
    base: '0',
    template: '0',
};
/** Attributes that any element may have, and how each is written: by default as one address. */
const ANY = ' style background mask filter clip-path fill stroke cursor marker-start marker-mid marker-end';
const ADDRESSES = 1;
const CSS = 2;
const CODE = 3;
const MARKUP = 4;
const VALUES = 5;
const REFRESH = 6;
const WRITTEN: Record<string, number> = {
    // @ts-expect-error: this syntax sets the prototype
    __proto__: null,
    srcset: ADDRESSES,
    imagesrcset: ADDRESSES,
    ping: ADDRESSES,
    style: CSS,
    mask: CSS,
    filter: CSS,
    'clip-path': CSS,
    fill: CSS,
    stroke: CSS,
    cursor: CSS,
    'marker-start': CSS,
    'marker-mid': CSS,
    'marker-end': CSS,
    values: VALUES,
    from: VALUES,
    to: VALUES,
    content: REFRESH,
    srcdoc: MARKUP,
};
/** What a template is that waits for a grant. */
const WAITING_TEMPLATE = '[data-consent]>template';
/** What is known of an element by its name: that, if it stands in the table above; its road; and the attributes that ask for
 * something, by each name under which one can stand. */
interface Tag {
    _name: string;
    _road: number;
    _asks: Record<string, string>;
}
/** These, each made once: every element of the page is looked at, so it is asked as little as can be. */
const tags: Record<string, Tag> = {
    // @ts-expect-error: this syntax sets the prototype
    __proto__: null,
};
const tagOf = (el: Element): Tag => tagNamed(localName(el));
function tagNamed(local: string): Tag {
    const name = ELEMENTS[local] ? local : '';
    let tag = tags[name];
    if (!tag) {
        const line = ELEMENTS[name] ?? '0';
        // @ts-expect-error: as above
        const asks: Tag['_asks'] = { __proto__: null };
        words(slice(line, 1) + ANY, (name) => {
            asks[name] = asks[`data-${name}`] = asks[HELD + name] = asks[SPLICED + name] = asks[`xlink:${name}`] = name;
        });
        tags[name] = tag = { _name: name, _road: +(line[0] as string), _asks: asks };
    }
    return tag;
}
/** Says which address a held element waits for, in markup that the page takes along. It is never believed: see `claimOf`. */
const HELD = 'data-held-';
/** That name for each attribute, put together once: the browser takes longer over a new string than over all else here. */
const HELDS: Record<string, string> = {
    // @ts-expect-error: this syntax sets the prototype
    __proto__: null,
};
/** Marks what is held in text that a script writes, until the parser has made an element of it. No markup can guess it. */
const SPLICED = `${HELD}${secret}-`;
/** What an element had where it is held, by attribute; of a script, its type. It is known by the node, so that nothing which
 * stands in markup is taken for it. A clone gets a copy: see `carry`. */
type Hold = Record<string, string>;
const holds = new WeakMap<object, Hold>();
/** Whether anything was ever held: without that no clone has anything to carry. The same of text that scripts write. */
let hasHeld = false;
let hasSpliced = false;
/** Types that run as scripts or are read as orders (HTML § 4.12.1.1, MIME Sniffing § 4.6); anything else is a data block. */
const RUNS = /^\s*((module|importmap|speculationrules|(text|application)\/(x-)?(java|ecma|j|live)script[\d.]*)\s*)?$/i;
/** What a link is when it loads something. */
const LOADS = /sheet|icon|next|pre[^v]|manifest|dictionary|^\s*$/i;
/** How long an inline script waits for an external one before it, in milliseconds. */
const PATIENCE = 10_000;

/** Elements that Rust keeps, or, without Wasm, that stay held. */
export const kept = new WeakSet<object>();
/** Scripts that came late, because they were held. */
export const late = new WeakSet<object>();
let isLate = false;
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
let ownNonce = '';
/** Where our own tag comes from; a document that carries it follows us by itself. */
let ownSrc: string | null;
let follows = false;
/** Frames that were met, until their windows are seen to. */
const met: Record<number, Element> = {
    // @ts-expect-error: this syntax sets the prototype
    __proto__: null,
};
let metCount = 0;
/** While we look back: what we come too late for. */
let looking: string[] | undefined;
/** What was looked at on its way in, for the observer, which hears of it as well. */
let fresh = new Marks();
/** Sees to a window that the page can reach. */
let enter: (window: unknown) => void;
/** WebKit gives a document of `srcdoc` functions of its own, which nobody can see to before its first script. */
let isFresh = false;
/** While the markup of such a document is looked at, or of one whose origin is its own: no hook will be there. */
let unseen = false;
/** What runs where no hook will be is read for addresses. */
const isHandler = (name: string): boolean => unseen && !!matches(/^on/, name);

const markOf = (el: Element): string => getAttribute(el, 'data-consent') ?? '';
const typeOf = (el: Element): string => getAttribute(el, 'type') ?? '';
/** The value of an attribute; SVG's `href` may have a prefix. */
export const attributeOf = (el: Element, name: string): string | null =>
    getAttribute(el, name) ?? getAttribute(el, `xlink:${name}`);
/** Where a script comes from: an SVG one says it in `href`. */
const addressOf = (el: Element): string | null => getAttribute(el, 'src') ?? attributeOf(el, 'href');
/** The same, or where the owner's mark keeps it. */
const markedAddressOf = (el: Element): string | null => {
    const mark = markOf(el);
    return addressOf(el) ?? (mark ? claimOf(el, 'src', mark) : null);
};
/** The type that a held or marked script has once it may run. */
const typeToBe = (el: Element): string => heldValue(el, 'type') ?? getAttribute(el, 'data-type') ?? '';
/** What was in an attribute that we hold. */
const heldValue = (el: Element, name: string): string | null => lookUp(holds, el)?.[name] ?? null;
/** Whether we hold this attribute of this element. */
export const isHeld = (el: Element, name: string): boolean => heldValue(el, name) !== null;

/** Notes what an element had. An address is also written where markup takes it along. */
function noteHold(el: Element, name: string, value: string): void {
    // @ts-expect-error: this syntax sets the prototype
    const hold: Hold = lookUp(holds, el) ?? { __proto__: null };
    hold[name] = value;
    note(holds, el, hold);
    hasHeld = true;
    if (isClaim(name, value)) {
        HELDS[name] ??= HELD + name;
        setAttribute(el, HELDS[name] as string, value);
    }
}

/** Another value takes the place of what was held, or it goes back. */
function dropHold(el: Element, name: string): void {
    const hold = lookUp(holds, el);
    hold && delete hold[name];
    removeAttribute(el, HELD + name);
}

/** Whether markup may claim this value for this attribute: addresses that a link could lead to, and nothing that could run. */
function isClaim(name: string, value: string): boolean {
    const written = WRITTEN[name];
    let is = name !== 'type' && (!written || written === ADDRESSES);
    const look = (one: string) => {
        const url = is && read(one);
        is = !!url && !!matches(/^https?:/, href(url));
    };
    is && written ? words(value, look) : look(value);
    return is;
}

/** What markup says that this attribute had: as it was held on another page or in markup that was taken along, or by the
 * owner's mark. Anybody may have written it, a visitor's comment too, so it has to be a harmless address. */
function claimOf(el: Element, name: string, mark: string): string | null {
    HELDS[name] ??= HELD + name;
    const marked = mark && getAttribute(el, `data-${name}`);
    const value = getAttribute(el, HELDS[name] as string) ?? (marked || null);
    if (value === null || isClaim(name, value)) {
        return value;
    }
    if (marked) {
        gate?.complain(
            name === 'srcdoc'
                ? 'data-srcdoc is not taken. Put the content into a container: <div data-consent="…"><template>…</template></div>'
                : `data-${name}="${slice(value, 0, 99)}" stays held: a mark takes http(s) addresses alone`,
        );
    }
    return null;
}

/** What this frame waits for, if it has been emptied. */
export function waitingFor(el: Element): string | null {
    const mark = markOf(el);
    let value: string | null = null;
    parts(el, (name) => {
        value ??=
            WRITTEN[name] === CSS || attributeOf(el, name) ? null : (heldValue(el, name) ?? claimOf(el, name, mark));
    });
    return value;
}

/** Holds a script that is in no document yet, whatever it is. */
export function holdScript(el: Element): void {
    if (matches(RUNS, typeOf(el))) {
        noteHold(el, 'type', typeOf(el));
        setAttribute(el, 'type', 'text/plain');
    }
}

/** A clone has what the node had. `from` and `to` are alike, element by element. */
export function carry(from: ArrayLike<Element>, to: ArrayLike<Element>): void {
    for (let at = 0; hasHeld && at < to.length; at++) {
        const hold = from[at] && lookUp(holds, from[at]);
        for (const name in hold) {
            // @ts-expect-error: this syntax sets the prototype
            const copy: Hold = lookUp(holds, to[at]) ?? { __proto__: null };
            copy[name] = hold[name] as string;
            note(holds, to[at] as Element, copy);
        }
    }
}
/** Whether a clone may have something to carry. */
export const mayCarry = (): boolean => hasHeld;

/** What this element is held for if this is its address: one more than the index of a purpose, 0 if nobody can say, or
 * -1 if it is not held. */
export const heldFor = (el: Element, address: string): number => (weigh(address, markOf(el), FRAME, el) ? last[2] : -1);

/** Whether these are links of our own host alone: an address of theirs has to be a path. */
function isHome(where: unknown): boolean {
    const every = (list: unknown, test: (one: unknown) => boolean): boolean => {
        let all = true;
        for (let at = 0; at < (list as unknown[]).length; at++) {
            all &&= test((list as unknown[])[at]);
        }
        return all;
    };
    const path = own(where, 'href_matches');
    const and = own(where, 'and');
    const or = own(where, 'or');
    return path
        ? every(typeof path === 'string' ? [path] : path, (one) => !!matches(/^\/(?![/\\])[^:\\]*$/, `${one}`)) &&
              !weigh('/', '', SCRIPT)
        : and
          ? !every(and, (one) => !isHome(one))
          : !!or && every(or, isHome);
}
/** Whether rules for speculation may lead along links of the document to other hosts (Speculation Rules § 3.2); what cannot
 * be read may. */
function ranges(text: string): boolean {
    let wide = false;
    try {
        parse(text, (_, rule) => {
            const where = own(rule, 'where');
            wide ||= (where !== undefined || own(rule, 'source') === 'document') && !isHome(where);
            return rule;
        });
        return wide;
    } catch {
        return true;
    }
}

/** Whether a script is held for what it comes from, or for what it imports. */
function isScriptHeld(el: Element, mark: string, src: string | null, text?: string): boolean {
    const type = typeToBe(el) || typeOf(el);
    const isModule = !!matches(/^\s*m/i, type);
    if ((src !== null || !!mark) && weigh(src ?? '', mark, SCRIPT, el)) {
        return true;
    }
    if (src !== null) {
        return isModule && carries(src, SCRIPT, imports);
    }
    // Of a module, what it imports; of an import map or a rule for speculation, where it leads; of what runs where no hook
    // will be, whatever it names.
    const find = isModule ? imports : matches(/^\s*[is]/i, type) && values;
    const code = find || unseen ? (text ?? textContent(el)) : '';
    return (
        (!!find && names(code, SCRIPT, find)) ||
        (unseen && names(code, SCRIPT)) ||
        (!!matches(/^\s*s/i, type) && ranges(code) && holdsAny('', SCRIPT))
    );
}

/** What may stand of `value` in this attribute of an element that has `own` as its road, if any: all of it where nothing is
 * held, nothing, or the rest. */
function pass(el: Element, name: string, value: string, mark: string, own: number): string {
    const road = name === 'background' ? IMAGE : own || STYLE;
    const written = isHandler(name) ? CODE : WRITTEN[name];
    if (written === CSS) {
        return cut(value, mark, STYLE);
    }
    if (written === MARKUP) {
        // A document that loads nothing is the owner's to mark all the same.
        return (mark && weigh('', mark, road)) || isDocumentHeld(value, el) ? '' : value;
    }
    let held = false;
    if (written === ADDRESSES) {
        // In a `srcset`, a descriptor reads as an address of our own host, which passes (HTML § 4.8.4.2.1).
        words(value, (word) => {
            held ||= weigh(word, mark, road, el);
        });
    } else if (written === VALUES) {
        // An address each, or a piece of CSS.
        swap(value, /[^;]+/g, (found) => {
            held ||= weigh(found[0], mark, road, el) || cut(found[0], mark, road) !== found[0];
        });
    } else if (written === REFRESH) {
        // Seconds, and an address that may be in quotes (HTML § 4.2.5.3).
        const before = matches(/^\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?(["']?)/i, value) as RegExpExecArray;
        const rest = slice(value, before[0].length);
        const end = before[1] ? indexOf(rest, before[1]) : -1;
        held = weigh(end < 0 ? rest : slice(rest, 0, end), mark, road, el);
    } else if (written === CODE) {
        held = names(value, road);
    } else {
        held = weigh(value, mark, road, el) || (road === STYLE && carriesSheet(value));
    }
    return held ? '' : value;
}

function keep(el: Element, road: number, scripted: boolean): void {
    if (!isTrial() && !has(kept, el)) {
        add(kept, el);
        hushIn(doc);
        waiting[count] = el;
        details[count] = last;
        gate?.keep(count++, road, scripted);
        noteKept();
        road === FRAME && noteEmbed();
    }
}

/** What is held fires neither `load` nor `error`: what it stands for has done neither. A frame that has loaded may have
 * a new window. */
function hush(event: Event): void {
    const target = targetOf(event) as Element;
    if (has(kept, target)) {
        stopEvent(event);
    } else {
        localName(target) === 'iframe' && enter(windowOf(target));
        localName(target) === 'embed' && enterEmbed(target);
    }
}
/** Where nothing is held, nothing is listened to: a page may load thousands of images. */
export function hushIn(target: EventTarget): void {
    listen(target, 'load', hush, true);
    listen(target, 'error', hush, true);
}

/** Calls `ear` with everything of this element that may ask for something: its attributes, and the text of a style sheet,
 * which is written as the attribute `style` is. */
function parts(el: Element, ear: (name: string, value: string | null, text?: Node) => void): void {
    const names = attributeNames(el);
    const { _name, _asks } = tagOf(el);
    for (let at = 0; at < names.length; at++) {
        const name = names[at] as string;
        const one = isHandler(name) ? name : _asks[name];
        one && ear(one, attributeOf(el, one));
    }
    if (hasHeld) {
        for (const name in lookUp(holds, el)) {
            ear(name, attributeOf(el, name));
        }
    }
    for (let node = _name === 'style' ? firstChild(el) : null; node; node = nextSibling(node)) {
        ear('style', nodeValue(node), node);
    }
}

/** Puts `value` there; nothing takes the attribute away. */
function putPart(el: Element, name: string, value: string, text?: Node): void {
    if (text) {
        setNodeValue(text, value);
    } else if (value) {
        setAttribute(el, name, value);
    } else {
        removeAttribute(el, name);
        removeAttribute(el, `xlink:${name}`);
    }
}

/** Has this element load nothing through `name`, whose value is or was to be `value`, until it is released; `left` may
 * stand in its place. */
function hold(el: Element, name: string, value: string, left: string, scripted: boolean, text?: Node): void {
    const road = tagOf(el)._road || STYLE;
    const change = () => {
        if (road === SCRIPT) {
            holdScript(el);
        } else {
            WRITTEN[name] === CSS || noteHold(el, name, value);
            putPart(el, name, left, text);
        }
    };
    // A frame has set out already, and a sheet that came along is read: only outside the document does either stop.
    road === FRAME || (road === STYLE && matches(/^(data|blob):/i, value)) ? putBack(el, change) : change();
    keep(el, road, scripted);
    looking?.push(value || getAttribute(el, 'src') || 'an inline script');
}

/** Holds what the page (`scripted`) or the parser has put there, if it has to be held. */
function lookAt(el: Element, name: string, value: string | null, own: number, scripted: boolean, text?: Node): boolean {
    const left = value && pass(el, name, value, markOf(el), own);
    if (left === value) {
        return false;
    }
    hold(el, name, value as string, left as string, scripted, text);
    return true;
}

/** The top page's own navigation is never held. */
const isTop = top === view;
/** Whether this element, as it is, does what the attribute asks for. */
function does(el: Element, name: string): boolean {
    return name === 'content'
        ? lower(getAttribute(el, 'http-equiv') ?? '') === 'refresh' && (!isTop || ownerDocument(el) !== doc)
        : name !== 'href' || localName(el) !== 'link' || !!matches(LOADS, getAttribute(el, 'rel') ?? '');
}

/** Looks at one element and holds what has to be held. `scripted`: put there by script, not by the parser. */
function check(el: Element, scripted: boolean): void {
    const { _name, _road: road } = tagOf(el);
    readAt(el);
    if (road === SCRIPT) {
        const mark = markOf(el);
        follows ||= !!ownSrc && addressOf(el) === ownSrc;
        if (isLate) {
            add(late, el);
            setAsync(el, false);
        }
        const spliced = hasSpliced && getAttribute(el, `${SPLICED}type`);
        if (spliced) {
            // It was held on its way to the parser.
            removeAttribute(el, `${SPLICED}type`);
            noteHold(el, 'type', typesWritten[+spliced] ?? '');
        }
        // A script that the page made runnable again after it was held is looked at again.
        const inert = !matches(RUNS, typeOf(el));
        if (has(kept, el) && inert) {
            return;
        }
        // The owner's own marks are kept whatever the verdict, and released when they may go.
        if (inert && (mark || isHeld(el, 'type'))) {
            weigh(markedAddressOf(el) ?? '', mark, road);
            keep(el, road, scripted);
        } else if (!inert && isScriptHeld(el, mark, addressOf(el))) {
            hold(el, 'type', '', '', scripted);
        }
        return;
    }
    if (road === FRAME) {
        met[metCount++] = el;
        hushIn(el);
    } else if (_name === 'base') {
        meetBase(getAttribute(el, 'href'), el);
    } else if (_name === 'template' && isHtml(el)) {
        closest(el, WAITING_TEMPLATE) && noteEmbed();
        // Once it is a shadow root, a closed one cannot be seen.
        getAttribute(el, 'shadowrootmode') && scan(contentOf(el), scripted);
    }
    parts(el, (name, value, text) => {
        const mark = markOf(el);
        const spliced = hasSpliced && getAttribute(el, SPLICED + name);
        if (spliced) {
            // It was held on its way to the parser.
            removeAttribute(el, SPLICED + name);
            noteHold(el, name, spliced);
        }
        // A copy of what is held, what markup says was, or a mark.
        const before = has(kept, el) ? null : (heldValue(el, name) ?? claimOf(el, name, mark));
        if (before !== null) {
            weigh(before, mark, road, el);
            keep(el, road, scripted);
        }
        if (
            value &&
            does(el, name) &&
            !lookAt(el, name, value, road, scripted, text) &&
            WRITTEN[name] === CSS &&
            isCut(value)
        ) {
            keep(el, road || STYLE, scripted);
        }
    });
}

/** An instruction may name a style sheet, in quotes; what else may stand there, and could spell an address, is no text that
 * anyone has to keep (Associating Style Sheets with XML documents § 3). Like a sheet made by calls it is not given back. */
function lookAtInstruction(node: ProcessingInstruction): void {
    const data = nodeValue(node) as string;
    const left = matches(/&#/, data)
        ? ''
        : swap(data, /"([^"]*)"|'([^']*)'/g, (found) =>
              weigh(found[1] ?? found[2] ?? '', '', STYLE | CALL) ? '""' : undefined,
          );
    left === data || setNodeValue(node, left);
}

/** Looks at a node and all below it. What is no node is the browser's own to refuse. */
export function scan(node: unknown, scripted: boolean): void {
    if (typeof node !== 'object' || !node || idle) {
        return;
    }
    let type: number;
    try {
        type = nodeType(node);
    } catch (error) {
        excuse(error);
        return;
    }
    if (type === 1) {
        scripted && add(fresh, node);
        check(node as Element, scripted);
        if (!firstChild(node as Node)) {
            return;
        }
        const list = queryAll(node as Node, '*');
        for (let index = 0; index < list.length; index++) {
            check(list[index] as Element, scripted);
        }
    } else if (type === 7) {
        lookAtInstruction(node as ProcessingInstruction);
    } else if (type > 8) {
        // A document or a fragment.
        for (let child = firstChild(node as Node); child; child = nextSibling(child)) {
            scan(child, scripted);
        }
    }
}

/** What was made and could not be looked at in place, for want of room on the stack. */
let unlooked: Node[] = [];
let isPromised = false;
/** Runs `work`, which makes nodes that set out at the end of this turn, as images do, and looks at them. Should it not come
 * to its end, what it had `made` is looked at before that: the promise is older than theirs. */
export function lookAfter<T>(work: (made: <N extends Node>(node: N) => N) => T): T {
    if (!isPromised) {
        afterwards(settled, () => {
            const nodes = unlooked;
            isPromised = false;
            unlooked = [];
            for (let at = 0; at < nodes.length; at++) {
                scan(nodes[at], true);
            }
        });
        isPromised = true;
    }
    const before = unlooked.length;
    const out = work((node) => {
        unlooked[unlooked.length] = node;
        return node;
    });
    unlooked.length = before;
    return out;
}

/** Looks at what a late script has written: its scripts are late as well, and keep their order. */
export function scanLate(node: Node): void {
    isLate = true;
    try {
        scan(node, true);
    } finally {
        isLate = false;
    }
}

/** Sees to the windows of the frames that were met since. */
export function arrive(): void {
    while (metCount) {
        const el = met[--metCount] as HTMLIFrameElement;
        delete met[metCount];
        try {
            enter(windowOf(el));
        } catch {
            localName(el) === 'embed' ? enterEmbed(el) : enter(el.contentWindow);
        }
    }
}
/** An `<embed>` does not say its window, which has a number. Chromium makes it when the element is asked for anything by name,
 * as a plug-in would be. */
function enterEmbed(el: Element): void {
    get(el, 'contentWindow');
    const view = viewOf(ownerDocument(el));
    for (let index = 0; view?.[index]; index++) {
        enter(view[index]);
    }
}

/** Looks at what the parser put in, and at styles that are changed property by property: those have no method to hook, and
 * load nothing before they are drawn. A page that moves things about has many of them. */
function see(records: MutationRecord[], seen?: unknown, isAgain = false): void {
    let styled: Node | undefined;
    for (let index = 0; index < records.length && !idle; index++) {
        try {
            styled = seeOne(records[index] as MutationRecord, seen, styled);
        } catch (error) {
            if (isAgain) {
                gate?.broke(error);
                continue;
            }
            // All that is left is looked at once more, where there is room again: else it would go.
            const rest: MutationRecord[] = [];
            for (; index < records.length; index++) {
                rest[rest.length] = records[index] as MutationRecord;
            }
            afterwards(settled, () => see(rest, seen, true));
        }
    }
    fresh = new Marks();
    arrive();
}
/** Looks at what changed in one place; gives the element whose style was looked at last. */
function seeOne(record: MutationRecord, seen: unknown, styled?: Node): Node | undefined {
    const node = changedNode(record);
    if (changedAttribute(record)) {
        if (node !== styled && mayLoad(getAttribute(node as Element, 'style'))) {
            check(node as Element, true);
        }
        return node;
    }
    const added = addedNodes(record);
    const count = added.length;
    if (count && node === seen) {
        return styled;
    }
    for (let at = 0; at < count; at++) {
        const child = added[at] as Node;
        if (nodeType(child) !== 1 || has(fresh, child)) {
            continue;
        }
        scan(child, false);
        const inner = shadowRoot(child as Element);
        if (inner) {
            observe(inner);
            scan(inner, false);
        }
    }
    // The text of a style or a script may come after its tag, where the parser pauses between.
    const changed = (nodeType(node) === 3 ? parentNode(node) : node) as Element;
    const name = changed && nodeType(changed) === 1 ? localName(changed) : '';
    if (name === 'style' || name === 'script') {
        check(changed, name !== 'script');
    }
    return styled;
}
/** Has what comes into this document or shadow root seen, and every style that changes in it. */
export function observe(node: Node): void {
    nodeType(node) === 9 || hearClicks(node);
    watch.observe(node, {
        childList: true,
        subtree: true,
        characterData: true,
        attributes: true,
        attributeFilter: ['style'],
    });
}
/** Looks at what was put in without a pause for the observer; what is in `seen` has been looked at. */
export const catchUp = (seen?: unknown): void => see(takeRecords(watch), seen);

const isHtml = (el: Element): boolean => namespaceOf(el) === 'http://www.w3.org/1999/xhtml';

/** A frame sets out the moment it is in the document, and so does a link; a written script before any watch sees it, and
 * what is in a closed shadow root where none does. */
let setsOut = /<(i?frame|script|link|style|meta|object|embed)|shadowrootmode/i;
/** Whether something in this markup may set out before it can be looked at in place. */
export const mayRush = (html: unknown): boolean => typeof html === 'object' || !!matches(setsOut, `${html}`);

/** Whether anything in the document of this frame is held: then all of it is, for no part of it is seen to later. It is
 * read here and nowhere else, and never written anew. */
function isDocumentHeld(html: string, frame: Element): boolean {
    const outer = unseen;
    follows = false;
    const sandbox = getAttribute(frame, 'sandbox') ?? 'allow-scripts allow-same-origin';
    unseen ||= !!matches(/allow-scripts/, sandbox) && (isFresh || !matches(/same-origin/, sandbox));
    try {
        return (
            // Its own base is read against that of the frame.
            readIn({ document: frame }, undefined, () =>
                tryOut(() => {
                    scan(readDocument(html), true);
                    // Where scripts run, this is text and what stands after it is not.
                    matches(/<noscript/i, html) && scan(readDocument(swap(html, /noscript/gi, () => 'noembed')), true);
                }),
            ) && !follows
        );
    } catch (error) {
        // Under Trusted Types nobody but the browser may read it.
        excuse(error);
        return names(html, FRAME);
    } finally {
        unseen = outer;
    }
}
const readDocument = (html: string): Node => parseDocument(vouch('createHTML', html));

/** Elements whose content is text to the parser, and a template, in which nothing loads. */
const TEXTUAL = /^(script|style|textarea|title|xmp|iframe|noembed|noframes|noscript|plaintext|template)$/;
/** An element in which the same markup is parsed to the same nodes as in `context`, and that is in no document. */
function boxFor(context: Element): Element {
    const local = localName(context);
    // The browser of `isFresh` asks for pictures in any document of the page's. Where no script runs, `noscript` is another
    // element.
    const page = isFresh ? ownerDocument(contentOf(createElement('template'))) : ownerDocument(context);
    const box = isHtml(context)
        ? // A custom element would be made, by the page's own code; to the parser its name means nothing.
          createIn(page, matches(/-/, local) ? 'div' : local)
        : importNode(page, context);
    if (closest(context, 'form')) {
        // A form in a form is none.
        insertBefore(createIn(page, 'form'), box, null);
    }
    return box;
}

/** Has the browser parse markup as it would in `context`, once, into nodes that are in no document, and looks at them: a
 * fragment with those very nodes. Nothing, where it has to be parsed in place. */
export function parseApart(context: Element, html: unknown): Node | undefined {
    if (idle || matches(TEXTUAL, localName(context))) {
        return undefined;
    }
    const box = boxFor(context);
    return lookAfter((made) => {
        made(box);
        try {
            setMarkup(box, html);
        } catch (error) {
            if (typeOfDocument(ownerDocument(context)) !== 'text/html') {
                // In XML it may need the prefixes that stand around it.
                return undefined;
            }
            throw error;
        }
        const fragment = made(makeFragment(ownerDocument(context)));
        for (let child = firstChild(box); child; child = firstChild(box)) {
            // First, for the browser of `isFresh` asks for a picture that comes into a document of the page's.
            scan(child, true);
            insertBefore(fragment, child, null);
        }
        return fragment;
    });
}

/** Types of scripts that were held on their way to the parser. */
const typesWritten: string[] = [];
/** Marks what has to be held in the start tags of markup that a script writes. Only names of attributes change. `open` has
 * what the same writer has left open; what is whole so far comes back. */
export function splice(open: Open, more: string): string {
    if (idle) {
        return more;
    }
    let out = '';
    let done = 0;
    // Where the script that was met last ends, or -1 where none does any more: in a drawing one may begin in another.
    let inlineEnd = 0;
    const text = eachTag(open, more, (text, name, at, names, end) => {
        const { _name, _road: road, _asks } = tagNamed(name);
        if (!_name || !names.length) {
            return;
        }
        const put = (from: number, letters: string) => {
            out += slice(text, done, from) + letters;
            done = from;
        };
        try {
            // The attributes as the parser reads them, on an element that loads nothing.
            const template = createElement('template');
            setMarkup(template, vouch('createHTML', `<b${slice(text, at, end)}`));
            const content = contentOf(template);
            const read = firstChild(content) as Element;
            const el = createIn(ownerDocument(content), _name);
            const all = attributeNames(read);
            for (let index = 0; index < all.length; index++) {
                setAttribute(el, all[index] as string, getAttribute(read, all[index] as string));
            }
            const mark = markOf(el);
            _name === 'base' && meetBase(getAttribute(el, 'href'), el);
            if (road === SCRIPT) {
                if (inlineEnd >= 0 && inlineEnd < end) {
                    inlineEnd = endOf('</script', text, end);
                }
                if (
                    matches(RUNS, typeOf(el)) &&
                    isScriptHeld(el, mark, addressOf(el), inlineEnd < 0 ? '' : slice(text, end, inlineEnd))
                ) {
                    put(at, ` ${SPLICED}type=${typesWritten.length} type=text/plain`);
                    typesWritten[typesWritten.length] = typeOf(el);
                    hasSpliced = true;
                }
                return;
            }
            for (let index = 0; index < names.length; index++) {
                const [from, to] = names[index] as [number, number];
                const attribute = lower(slice(text, from, to));
                const one = _asks[attribute];
                if (
                    one &&
                    (attribute === one || attribute === `xlink:${one}`) &&
                    WRITTEN[one] !== CSS &&
                    does(el, one)
                ) {
                    const value = attributeOf(el, one);
                    if (value && pass(el, one, value, mark, road) !== value) {
                        put(from, SPLICED);
                        hasSpliced = true;
                        done = to - one.length;
                    }
                }
            }
        } catch (error) {
            // Where Trusted Types forbid to read it, it is looked at when the parser has made it.
            excuse(error);
        }
    });
    return out + slice(text, done);
}

/** The page is about to set what an element loads. True: held, and the browser's own method must not run. */
export function before(el: Element, name: string, value: string): boolean {
    if (idle) {
        return false;
    }
    const { _road: road, _asks: asks } = tagOf(el);
    readAt(el);
    if (road === SCRIPT) {
        // What imports sets out with its text.
        if (
            name === 'text' &&
            addressOf(el) === null &&
            matches(RUNS, typeOf(el)) &&
            isScriptHeld(el, '', null, value)
        ) {
            hold(el, 'type', '', '', true);
        }
        if ((name !== 'src' && name !== 'href') || (!isHeld(el, 'type') && !matches(RUNS, typeOf(el)))) {
            return false;
        }
        if (value && isScriptHeld(el, markOf(el), value)) {
            hold(el, name, value, '', true);
        } else if (isHeld(el, 'type')) {
            // It may go now: what was held of it before is replaced.
            restoreType(el);
            forget(kept, el);
        }
        return false;
    }
    // What an element is may be said after what it asks for.
    const told = asks.href && name === 'rel' ? 'href' : asks.content && name === 'http-equiv' ? 'content' : '';
    if (told) {
        lookAt(el, told, attributeOf(el, told), road, true);
        return false;
    }
    if (asks[name] !== name || !does(el, name)) {
        return false;
    }
    if (lookAt(el, name, value, road, true)) {
        return true;
    }
    HELDS[name] ??= HELD + name;
    if (isHeld(el, name) || getAttribute(el, HELDS[name] as string) !== null) {
        dropHold(el, name);
        forget(kept, el);
    }
    return false;
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
    readAt(el);
    if (road === SCRIPT) {
        return isScriptHeld(el, mark, markedAddressOf(el));
    }
    let held = false;
    parts(el, (name, now) => {
        const value = WRITTEN[name] === CSS ? uncut(now ?? '') : (heldValue(el, name) ?? claimOf(el, name, mark));
        held ||= !!value && pass(el, name, value, mark, road) !== value;
    });
    return held;
}

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
    // An SVG script has no `async`, and no order to keep.
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
    } catch (error) {
        gate?.refused(error);
    }
    return false;
}

function put(el: Element, road: number, ordered: boolean, awaited: boolean): void {
    const mark = markOf(el);
    if (road === SCRIPT) {
        const src = mark ? claimOf(el, 'src', mark) : null;
        if (src !== null && getAttribute(el, 'src') === null) {
            setAttribute(el, 'src', vouch('createScriptURL', src));
        }
        forget(kept, el);
        add(late, el);
        restoreType(el);
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
    forget(kept, el);
    // A frame that gets its address while its first blank page is still under way may lose it again; others look at some
    // of their attributes only when they become connected.
    road === FRAME || matches(/^(link|source|set)$/, localName(el))
        ? putBack(el, () => restore(el, mark))
        : restore(el, mark);
}

/** Gives a script back what makes it run. */
function restoreType(el: Element): void {
    const type = typeToBe(el);
    dropHold(el, 'type');
    type ? setAttribute(el, 'type', type) : removeAttribute(el, 'type');
}

/** The same node taken out, changed and put back in its place, in a document or not: a player takes its sources there as
 * well. */
export function putBack(el: ChildNode, change: () => void): void {
    const parent = parentNode(el);
    const next = nextSibling(el);
    if (parent) {
        removeChild(parent, el);
        change();
        insertBefore(parent, el, next);
    } else {
        change();
    }
}

/** Gives an element back what it loads. */
function restore(el: Element, mark: string): void {
    parts(el, (name, now, text) => {
        const value = heldValue(el, name) ?? claimOf(el, name, mark);
        if (value !== null) {
            dropHold(el, name);
            removeAttribute(el, `data-${name}`);
            setAttribute(el, name, name === 'srcdoc' ? vouch('createHTML', value) : value);
        }
        if (now && isCut(now)) {
            putPart(el, name, uncut(now), text);
        }
    });
}

/** This runs before a parser-inserted script does. It is made before the notice's: engines call observers in the order in
 * which they were made, and a frame is on its way while a notice is built. */
const watch = new MutationObserver(see);
/** Looks at what stood in the document before us; `nonce` is our own tag's. Gives what had to be held, and may have
 * been loaded already. */
export function lookBack(nonce: string): string[] {
    ownNonce = nonce;
    const missed: string[] = [];
    looking = missed;
    scan(root(), false);
    looking = undefined;
    arrive();
    return missed;
}

/** `seeTo` sees to the windows that the page can reach. */
export function begin(seeTo: typeof enter): void {
    enter = seeTo;
    const tag = currentScript(doc);
    ownSrc = tag && getAttribute(tag, 'src');
    observe(doc);
    try {
        // WebKit asks for a picture as soon as it is made, in the document or not.
        if (matches(/^Apple/, navigator.vendor)) {
            isFresh = true;
            setsOut = /<[a-z]/i;
        }
    } catch {
        // Whoever breaks it says nothing of the engine.
    }
}

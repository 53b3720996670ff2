/** Elements: which of their attributes ask for something, how they are held, and how they come back as themselves. */

import {
    carries,
    carriesSheet,
    cut,
    FRAME,
    gate,
    IMAGE,
    isCut,
    isTrial,
    last,
    mayLoad,
    type News,
    names,
    noteEmbed,
    noteKept,
    SCRIPT,
    STYLE,
    tryOut,
    uncut,
    weigh,
} from './judge';
import {
    add,
    addedNodes,
    attributeNames,
    changedAttribute,
    changedNode,
    closest,
    compare,
    contentOf,
    createElement,
    currentScript,
    doc,
    firstChild,
    forget,
    getAsync,
    getAttribute,
    getMarkup,
    has,
    importNode,
    insertBefore,
    isConnected,
    later,
    listen,
    localName,
    lower,
    Marks,
    matches,
    namespaceOf,
    nextSibling,
    nodeType,
    nodeValue,
    nonceOf,
    ownerDocument,
    parentNode,
    queryAll,
    removeAttribute,
    removeChild,
    root,
    setAsync,
    setAttribute,
    setMarkup,
    setNodeValue,
    shadowRoot,
    slice,
    stopEvent,
    takeRecords,
    targetOf,
    textContent,
    vouch,
    windowOf,
} from './natives';
import { idle } from './stand';
import { imports, words } from './text';

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
    template: '0',
};
/** Attributes that any element may have, and how each is written: by default as one address. */
const ANY = ' style background mask filter clip-path fill stroke cursor marker-start marker-mid marker-end';
const ADDRESSES = 1;
const CSS = 2;
const TEXT = 3;
const MARKUP = 4;
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
    values: TEXT,
    from: TEXT,
    to: TEXT,
    content: TEXT,
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
function tagOf(el: Element): Tag {
    const local = localName(el);
    const name = ELEMENTS[local] ? local : '';
    let tag = tags[name];
    if (!tag) {
        const line = ELEMENTS[name] ?? '0';
        // @ts-expect-error: as above
        const asks: Tag['_asks'] = { __proto__: null };
        words(slice(line, 1) + ANY, (name) => {
            asks[name] = asks[`data-${name}`] = asks[HELD + name] = asks[`xlink:${name}`] = name;
        });
        tags[name] = tag = { _name: name, _road: +(line[0] as string), _asks: asks };
    }
    return tag;
}
/** Keeps what a held element had in an attribute, or (scripts) in `type`, so that clones carry it along. */
const HELD = 'data-held-';
/** That name for each attribute, put together once: the browser takes longer over a new string than over all else here. */
const HELDS: Record<string, string> = {
    // @ts-expect-error: this syntax sets the prototype
    __proto__: null,
};
/** Types that run as scripts or are read as orders (HTML § 4.12.1.1, MIME Sniffing § 4.6); anything else is a data block. */
const RUNS = /^\s*(module|importmap|speculationrules|(text|application)\/(x-)?(java|ecma|j|live)script[\d.]*)?\s*$/i;
/** What a link is when it loads something. */
const LOADS = /sheet|icon|pre[^v]|manifest|dictionary|^\s*$/i;
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
const markedAddressOf = (el: Element): string | null => addressOf(el) ?? getAttribute(el, 'data-src');
/** The type that a held or marked script has once it may run. */
const typeToBe = (el: Element): string => heldValue(el, 'type') ?? getAttribute(el, 'data-type') ?? '';
/** What was in a held attribute. */
const heldValue = (el: Element, name: string): string | null => {
    HELDS[name] ??= HELD + name;
    return getAttribute(el, HELDS[name] as string);
};
/** Whether this element is held as it stands. */
export const isHeld = (el: Element, name: string): boolean => heldValue(el, name) !== null;

/** What this element is held for if this is its address: one more than the index of a purpose, 0 if nobody can say, or
 * -1 if it is not held. */
export const heldFor = (el: Element, address: string): number => (weigh(address, markOf(el), FRAME, el) ? last[2] : -1);

/** Whether a script is held for what it comes from, or for what it imports. */
function isScriptHeld(el: Element, mark: string, src: string | null, text?: string): boolean {
    const type = typeToBe(el) || typeOf(el);
    // Of a module, what it imports; of an import map or a rule for speculation, whatever it names; so too of what runs where
    // no hook will be.
    const find = matches(/^\s*m/i, type) ? imports() : undefined;
    return (
        ((src !== null || !!mark) && weigh(src ?? '', mark, SCRIPT, el)) ||
        (src === null
            ? (unseen || !!matches(/^\s*[mis]/i, type)) && names(text ?? textContent(el), SCRIPT, find)
            : !!find && carries(src, SCRIPT, find))
    );
}

/** What may stand of `value` in this attribute of an element that has `own` as its road, if any: all of it where nothing is
 * held, nothing, or the rest. */
function pass(el: Element, name: string, value: string, mark: string, own: number): string {
    const road = name === 'background' ? IMAGE : own || STYLE;
    const written = isHandler(name) ? TEXT : WRITTEN[name];
    if (written === CSS) {
        return cut(value, mark, STYLE);
    }
    if (written === MARKUP) {
        // A document that loads nothing is the owner's to mark all the same.
        return mark && weigh('', mark, road) ? '' : (heldMarkup(value, el) as string);
    }
    let held = false;
    if (written === ADDRESSES) {
        // In a `srcset`, a descriptor reads as an address of our own host, which passes (HTML § 4.8.4.2.1).
        words(value, (word) => {
            held ||= weigh(word, mark, road, el);
        });
    } else if (written === TEXT) {
        // Addresses may stand alone there, or in a row.
        held = names(value, road, /(?:^|[;"'`(=]|\b(?:http|ws)s?:)\s*[\\/]{2,}(?!www\.w3\.org\/)([^\s"'`<>()\\;,]+)/gi);
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
    } else if (localName(target) === 'iframe') {
        enter(windowOf(target));
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
            if (matches(RUNS, typeOf(el))) {
                setAttribute(el, `${HELD}type`, typeOf(el));
            }
            setAttribute(el, 'type', 'text/plain');
        } else {
            if (WRITTEN[name] !== CSS) {
                setAttribute(el, HELD + name, value);
            }
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

/** Whether this element, as it is, does what the attribute asks for. */
function does(el: Element, name: string): boolean {
    return name === 'content'
        ? lower(getAttribute(el, 'http-equiv') ?? '') === 'refresh'
        : name !== 'href' || localName(el) !== 'link' || !!matches(LOADS, getAttribute(el, 'rel') ?? '');
}

/** Looks at one element and holds what has to be held. `scripted`: put there by script, not by the parser. */
function check(el: Element, scripted: boolean): void {
    const { _name, _road: road } = tagOf(el);
    if (road === SCRIPT) {
        const mark = markOf(el);
        follows ||= !!ownSrc && addressOf(el) === ownSrc;
        if (isLate) {
            add(late, el);
            setAsync(el, false);
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
    } else if (_name === 'template') {
        closest(el, WAITING_TEMPLATE) && noteEmbed();
        // Once it is a shadow root, a closed one cannot be seen.
        getAttribute(el, 'shadowrootmode') && scan(contentOf(el), scripted);
    }
    parts(el, (name, value, text) => {
        const mark = markOf(el);
        const owners = mark ? getAttribute(el, `data-${name}`) : null;
        const before = heldValue(el, name) ?? owners;
        // A copy of what is held, or a mark.
        if (before !== null && !has(kept, el)) {
            weigh(owners ?? before, mark, road);
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

/** Looks at a node and all below it. What is no node is the browser's own to refuse. */
export function scan(node: unknown, scripted: boolean): void {
    if (typeof node !== 'object' || !node || idle) {
        return;
    }
    try {
        const type = nodeType(node);
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
        } else if (type > 8) {
            // A document or a fragment.
            for (let child = firstChild(node as Node); child; child = nextSibling(child)) {
                scan(child, scripted);
            }
        }
    } catch {}
}

/** Looks at what a late script has written: its scripts are late as well, and keep their order. */
export function scanLate(node: Node): void {
    isLate = true;
    scan(node, true);
    isLate = false;
}

/** Sees to the windows of the frames that were met since. */
export function arrive(): void {
    while (metCount) {
        const el = met[--metCount] as HTMLIFrameElement;
        delete met[metCount];
        try {
            enter(windowOf(el));
        } catch {
            enter(el.contentWindow);
        }
    }
}

/** Looks at what the parser put in, and at styles that are changed property by property: those have no method to hook, and
 * load nothing before they are drawn. A page that moves things about has many of them. */
function see(records: MutationRecord[], seen?: unknown): void {
    let styled: Node | undefined;
    for (let index = 0; index < records.length && !idle; index++) {
        const record = records[index] as MutationRecord;
        const node = changedNode(record);
        if (changedAttribute(record)) {
            if (node !== styled && mayLoad(getAttribute(node as Element, 'style'))) {
                check(node as Element, true);
            }
            styled = node;
            continue;
        }
        const added = addedNodes(record);
        const count = added.length;
        if (count && node === seen) {
            continue;
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
    }
    fresh = new Marks();
    arrive();
}
/** Has what comes into this document or shadow root seen, and every style that changes in it. */
export function observe(node: Node): void {
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

/** The same markup with what has to be held in it held; the very same value where there is nothing. Of the document of a
 * `frame` no part is seen to later. `by` is whose markup it is: in a drawing it means something else. */
export function heldMarkup(html: unknown, frame?: Element, by?: Element | false): unknown {
    if (typeof html === 'object' || !(frame || matches(setsOut, `${html}`))) {
        return html;
    }
    const outer = unseen;
    try {
        // Nothing in a template loads.
        const template = createElement('template');
        const content = contentOf(template);
        const box = by && !isHtml(by) ? importNode(ownerDocument(content), by) : template;
        follows = false;
        const sandbox = frame && (getAttribute(frame, 'sandbox') ?? 'allow-scripts allow-same-origin');
        unseen ||= !!sandbox && !!matches(/allow-scripts/, sandbox) && (isFresh || !matches(/same-origin/, sandbox));
        const held = tryOut(() => {
            // What the page assigns is the browser's to refuse; what an owner has marked is ours to put in.
            setMarkup(box, frame ? vouch('createHTML', html as string) : html);
            scan(box === template ? content : box, true);
        });
        return held && !(frame && follows) ? getMarkup(box) : html;
    } catch {
        // Under Trusted Types the page's string is the browser's to refuse.
        return html;
    } finally {
        unseen = outer;
    }
}

/** The page is about to set what an element loads. True: held, and the browser's own method must not run. */
export function before(el: Element, name: string, value: string): boolean {
    if (idle) {
        return false;
    }
    const { _road: road, _asks: asks } = tagOf(el);
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
    if (isHeld(el, name)) {
        removeAttribute(el, HELD + name);
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
    if (road === SCRIPT) {
        return isScriptHeld(el, mark, markedAddressOf(el));
    }
    let held = false;
    parts(el, (name, now) => {
        const value =
            WRITTEN[name] === CSS
                ? uncut(now ?? '')
                : (heldValue(el, name) ?? (mark ? getAttribute(el, `data-${name}`) : null));
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
        const src = mark ? getAttribute(el, 'data-src') : null;
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
    removeAttribute(el, `${HELD}type`);
    type ? setAttribute(el, 'type', type) : removeAttribute(el, 'type');
}

/** The same node taken out, changed and put back in its place, in a document or not: a player takes its sources there as
 * well. */
function putBack(el: Element, change: () => void): void {
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
        for (let from = HELD; from; from = from === HELD && mark ? 'data-' : '') {
            const value = getAttribute(el, from + name);
            if (value !== null) {
                setAttribute(el, name, name === 'srcdoc' ? vouch('createHTML', value) : value);
                removeAttribute(el, from + name);
            }
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
    } catch {}
}

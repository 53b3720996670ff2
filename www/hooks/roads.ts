/** The hooks: what stands in for the browser's functions in every window that the page can reach. */

import {
    arrive,
    before,
    begin,
    carry,
    catchUp,
    hushIn,
    isHeld,
    late,
    lookAfter,
    mayCarry,
    mayRush,
    observe,
    parseApart,
    putBack,
    scan,
    scanLate,
    splice,
} from './elements';
import {
    CALL,
    cut,
    forbids,
    gate,
    hasNames,
    holdsAny,
    IMAGE,
    names,
    noteHome,
    noteStream,
    PROBE,
    REQUEST,
    read,
    readIn,
    refuse,
    STYLE,
    tryOut,
    WORKER,
} from './judge';
import { hearLeaving, known, opening, pressing, submitting } from './leave';
import type { Open } from './markup';
import {
    add,
    addedNodes,
    afterwards,
    apply,
    attrName,
    attrOwner,
    attrValue,
    createAttribute,
    createElement,
    currentScript,
    define,
    describe,
    doc,
    elementName,
    excuse,
    firstChild,
    fragmentOf,
    get,
    getAttribute,
    has,
    hasOwn,
    headOf,
    hostname,
    hostOf,
    insertBefore,
    interfaces,
    interfacesOf,
    isBytes,
    isIn,
    itemOf,
    keysOf,
    lastIndexOf,
    listen,
    localName,
    lookUp,
    lower,
    makeRoom,
    matches,
    nextSibling,
    nodeType,
    nodeValue,
    note,
    once,
    overlay,
    ownerDocument,
    ownKeys,
    pageHost,
    parentNode,
    prototypeOf,
    putItem,
    queryAll,
    readyState,
    removeAttribute,
    replaceChild,
    replaceChildren,
    replaceInRoot,
    rootOf,
    Span,
    selectNode,
    serialize,
    set,
    setAttribute,
    later as setLater,
    setNodeValue,
    settled,
    sharedParent,
    sizeOf,
    slice,
    styleText,
    targetOf,
    textContent,
    treeOf,
    trim,
    Url,
    viewOf,
    vouch,
    view as window,
    write,
} from './natives';
import {
    addressAt,
    askingAll,
    type Hook,
    isList,
    type Kind,
    listOf,
    membersOf,
    NO_SCRIPT,
    NOWHERE,
    nowhere,
    originals,
    pictures,
    reading,
    readUpTo,
    replace,
    Stand,
    standAside,
    stores,
    textAt,
} from './stand';
import { type Finder, fileOf, swap, swapPeers, words } from './text';
import { wrap } from './wrap';

// biome-ignore lint/suspicious/noExplicitAny: a window is asked for whatever its realm has
type Realm = any;

/** What could not be hooked, for the error that says so. */
export const unhooked: string[] = [];

/** Whether a worklet's file, which comes along in this address, names another one that does. */
function importsAlong(address: string): boolean {
    try {
        return !!matches(/["'`]\s*(?:blob:|data:[^,"'`]{0,40}script)/i, fileOf(address)._text);
    } catch {
        // What cannot be read is the browser's to refuse.
        return false;
    }
}

/** Has a call go nowhere if the address at `place` is held; or not go at all, where there is an `answer` to give. */
const asking =
    (place: number, road: number, answer?: boolean): Hook =>
    (go, args, _, name) => {
        if (args.length > place) {
            const raw = addressAt(args, place);
            const url = read(raw);
            const host = url && hostname(url);
            // A worker that comes along and could not begin with ours may ask for anything, and so may a module that comes
            // along in another.
            if (
                refuse(raw, road) ||
                (host === '' &&
                    road === WORKER &&
                    (name !== 'addModule' || importsAlong(raw)) &&
                    holdsAny(raw, road | CALL))
            ) {
                if (answer !== undefined) {
                    return answer;
                }
                // A worklet may come from another host; a worker may not.
                if (road !== WORKER || name === 'addModule') {
                    args[place] = NOWHERE;
                } else if (!host || host === pageHost) {
                    // The browser itself refuses workers of other hosts.
                    args[place] = NO_SCRIPT;
                }
            }
        }
        return go();
    };

/** What the addresses of shared workers became. */
const shared: Record<string, string> = {
    // @ts-expect-error: this syntax sets the prototype
    __proto__: null,
};
/** What is in memory gets an address. */
const addressing: Hook = (go, args) => {
    const out = go() as string;
    try {
        sizeOf(args[0]);
    } catch (error) {
        excuse(error);
        noteStream(out);
    }
    return out;
};
/** A worker is made. */
const working: Hook = (go, args, self, name) =>
    wrap(
        args,
        () => gate?.inside(),
        (text, find) => names(text, WORKER, find),
        name[0] === 'S' ? shared : undefined,
    )
        ? go()
        : asking(0, WORKER)(go, args, self, name);

/** Text, or a node with text, is about to go into a script, which may import. */
function judgeText(script: unknown, what: unknown): void {
    let text = '';
    try {
        text = textContent(what as Node);
    } catch (error) {
        excuse(error);
        text = `${what}`;
    }
    before(script as Element, 'text', text);
}

/** Text, or a node with text, is about to go into a style sheet: what that imports sets out with it. */
function judgeStyle(style: unknown, what: unknown): unknown {
    const left = (text: string) => cut(text, getAttribute(style as Element, 'data-consent') ?? '', STYLE);
    try {
        const text = nodeValue(what as Node);
        text && setNodeValue(what as Node, left(text));
        return what;
    } catch (error) {
        // It is no node.
        excuse(error);
        const text = once(what);
        return typeof text === 'string' ? left(text) : text;
    }
}

/** Text, or a node with text, is about to go into this element. */
const judgeInto = (el: unknown, title: string, what: unknown): unknown => {
    if (title === 'style') {
        return judgeStyle(el, what);
    }
    title === 'script' && judgeText(el, what);
    return what;
};

/** What has changed in a style sheet is looked at before anything is drawn. */
const redraw = (title: string) => title === 'style' && catchUp();

/** Whether nothing loads when this goes into or beside `to`: that is in no document or shadow root, is no picture and no player,
 * and this comes out of the same document. All of it is looked at when it comes into one, so a page that builds a tree from
 * its leaves has each looked at once. */
function sleeps(node: unknown, to: unknown, title: string): boolean {
    try {
        return (
            nodeType(treeOf(to as Node)) === 1 &&
            !matches(/^(picture|video|audio)$/, title) &&
            (typeof node !== 'object' || ownerDocument(node as Node) === ownerDocument(to as Node))
        );
    } catch {
        return false;
    }
}

/** Nodes go in: look at them first. */
const inserting: Hook = (go, args, self) => {
    const title = elementName(self);
    for (let index = 0; index < args.length; index++) {
        const one = args[index];
        sleeps(one, self, title) || scan(one, true);
        args[index] = judgeInto(self, title, one);
    }
    const out = go();
    arrive();
    redraw(title);
    return out;
};

/** The elements of a tree in its order; of those, where there is a `range`, the ones that it clones. */
function elementsOf(node: Node, all: Element[], range?: Range | false): Element[] {
    const type = nodeType(node);
    if (type === 1) {
        const inside = queryAll(node, '*');
        for (let at = -1; at < inside.length; at++) {
            const one = (at < 0 ? node : inside[at]) as Element;
            if (!range || (at >= 0 && isIn(range, one))) {
                all[all.length] = one;
            }
        }
    } else if (type > 8) {
        for (let child = firstChild(node); child; child = nextSibling(child)) {
            range ? isIn(range, child) && elementsOf(child, all) : elementsOf(child, all);
        }
    }
    return all;
}
/** Nodes come out of a copy: look at them before their first microtask, which is when an image sets out. */
const copying: Hook = (go, args, self, name) => {
    makeRoom();
    const range = name === 'cloneContents' && (self as Range);
    const from =
        mayCarry() && matches(/^(clone|import)/, name)
            ? elementsOf(range ? sharedParent(range) : ((name === 'cloneNode' ? self : args[0]) as Node), [], range)
            : [];
    return lookAfter((made) => {
        const copy = made(go() as Node);
        from.length && carry(from, elementsOf(copy, []));
        scan(copy, true);
        return copy;
    });
};
/** Markup goes in, as the argument at `place`: look at what it is parsed to before it goes in, or, where none of it could
 * set out by then, after. It is parsed once. */
const parsing =
    (place: number): Hook =>
    (go, args, self, name) => {
        makeRoom();
        const node = self as Node;
        // What is put beside or in place of an element is found in its parent.
        const around = name === 'outerHTML' || place === 1 ? parentNode(node) : node;
        let out: unknown;
        if (args.length > place) {
            args[place] = once(args[place]);
            elementName(self) === 'script' && judgeText(self, args[place]);
        }
        if (args.length > place && name === 'setHTMLUnsafe') {
            // Its own parser treats an element in no document as one where no script runs, and makes shadow roots.
            const put = vouchLike(args[0], spliced(`${args[0]}`));
            args[0] = typeof put === typeof args[0] ? put : args[0];
        }
        if (args.length <= place || name[0] === 's' || !mayRush(args[place]) || !parseInto(args, node, around, name)) {
            out = lookAfter((made) => {
                around && made(around);
                const out = go();
                scan(around, true);
                return out;
            });
        }
        arrive();
        // A shadow root that came along is still to be seen to.
        catchUp(name[0] === 's' || around);
        return out;
    };

/** A text in place of another that the page trusts, or not: where ours is refused it stays a text. */
const vouchLike = (like: unknown, text: string): unknown =>
    typeof like === 'object' ? vouch('createHTML', text) : text;

/** The same for markup of which something may set out at once. False: the browser has to do it by itself. */
function parseInto(args: unknown[], self: Node, around: Node | null, name: string): boolean {
    const html = args[args.length > 1 && name === 'insertAdjacentHTML' ? 1 : 0];
    const isRoot = nodeType(self) === 11;
    // What stands beside an element may have to go around it (DOM Parsing § 2.5).
    const where = name === 'insertAdjacentHTML' ? lower(readUpTo(args, 0)) : '';
    const isBeside = where === 'beforebegin' || where === 'afterend';
    const isInside = where === 'afterbegin' || where === 'beforeend';
    if (where && !isBeside && !isInside) {
        return false;
    }
    const into = isBeside || name === 'outerHTML' ? around : self;
    const kind = into ? nodeType(into) : 9;
    if (kind !== 1 && !(isRoot && kind === 11)) {
        return false;
    }
    const context = isRoot ? hostOf(self) : (into as Element);
    // The rest of the tree is the parser's to think of: the root element holds a head and a body.
    const fragment = parseApart(where && localName(context) === 'html' ? createElement('body') : context, html);
    if (!fragment) {
        return false;
    }
    if (where) {
        insertBefore(
            into as Node,
            fragment,
            isInside
                ? where === 'beforeend'
                    ? null
                    : firstChild(self)
                : where === 'afterend'
                  ? nextSibling(self)
                  : self,
        );
    } else if (name === 'outerHTML') {
        replaceChild(into as Node, fragment, self);
    } else {
        (isRoot ? replaceInRoot : replaceChildren)(self, fragment);
    }
    return true;
}

const begun = (): Open => ({ _rest: '', _until: '', _foreign: 0, _least: 0 });
/** Markup that comes all at once, with what has to be held in it marked. */
function spliced(html: string): string {
    const open = begun();
    return splice(open, html) + open._rest;
}
/** What each script has left open of what it writes, or each document that is written to from elsewhere. */
const opens = new WeakMap<object, Open>();
/** Has the parser read what a script has written, up to each end of a script or a style: what it has made is held before it
 * runs or asks for something. */
function writePieces(page: Document, html: string, typed: boolean): void {
    let done = 0;
    const put = (to?: number) => {
        const piece = slice(html, done, to);
        done = to ?? done;
        write(page, (typed ? vouch('createHTML', piece) : piece) as string);
        catchUp();
    };
    swap(html, /<\/(?:script|style)/gi, ({ index }) => {
        index > done && put(index);
        return undefined;
    });
    put();
}
/** What a script that comes late writes: it belongs behind the script, the document is long closed. */
let written = '';
function putWritten(script: Element): void {
    const html = written;
    written = '';
    const parent = parentNode(script);
    try {
        if (parent && html) {
            const range = new Span();
            selectNode(range, script);
            const fragment = fragmentOf(range, html);
            scanLate(fragment);
            insertBefore(parent, fragment, nextSibling(script));
            arrive();
        }
    } catch {
        // What is not put in asks for nothing.
    }
}
const lateScript = (): Element | undefined => {
    const script = currentScript(doc);
    return script && has(late, script) ? script : undefined;
};
const writing: Hook = (go, args, self, name) => {
    const page = self as Document;
    const whole = once(args[0]);
    if (!args.length) {
        return go();
    }
    let html = '';
    let typed = typeof whole === 'object';
    for (let at = 0; at < args.length; at++) {
        const one = at ? once(args[at]) : whole;
        typed &&= typeof one === 'object';
        html += `${one}`;
    }
    if (typed && typeof vouch('createHTML', '') !== 'object') {
        // Only the page can say that it trusts a part of this.
        args.length = 1;
        args[0] = whole;
        const out = go();
        catchUp();
        return out;
    }
    const script = page === doc && lateScript();
    if (script) {
        written ||
            afterwards(settled, () => {
                putWritten(script);
            });
        written += html + (name === 'write' ? '' : '\n');
        return undefined;
    }
    const writer = currentScript(page) ?? page;
    const open = lookUp(opens, writer) ?? begun();
    note(opens, writer, open);
    html = splice(open, html + (name === 'write' ? '' : '\n'));
    open._rest &&
        afterwards(settled, () => {
            // A tag that is written in pieces waits for its end, or for that of the script.
            writeRest(page, open, typed);
        });
    writePieces(page, html, typed);
    hearAgain(self);
    return undefined;
};
/** Has the parser read what waits for more. */
function writeRest(page: Document, open: Open, typed: boolean): void {
    const rest = open._rest;
    open._rest = '';
    open._least = 0;
    rest && writePieces(page, rest, typed);
}

/** What loads is set as a property. */
const setting: Hook = (go, args, self, name) => {
    args[0] = once(args[0]);
    const attribute = name === 'httpEquiv' ? 'http-equiv' : lower(name);
    return before(self as Element, attribute, `${args[0]}`) ? undefined : go();
};

/** An attribute is set by name, which is the argument at `place`; with a name space before it, its case counts. */
const naming =
    (place: 0 | 1): Hook =>
    (go, args, self) => {
        if (args.length > place + 1) {
            const value = readUpTo(args, place + 1);
            const name = `${args[place]}`;
            const plain = place ? slice(name, lastIndexOf(name, ':') + 1) : lower(name);
            if (before(self as Element, plain, value)) {
                return;
            }
        }
        return go();
    };

const settingNode: Hook = (go, args, self, name) => {
    let held = false;
    try {
        const el = name[3] === 'N' ? ownerOf(self as NamedNodeMap) : self;
        held = before(el as Element, attrName(args[0] as Attr), attrValue(args[0] as Attr));
    } catch (error) {
        // What is no attribute is the browser's to refuse.
        excuse(error);
    }
    return held ? null : go();
};
/** Whose attributes these are: any of them says so. Where there is none yet, one of ours goes in for that long. */
function ownerOf(map: NamedNodeMap): Element | null {
    const first = itemOf(map, 0);
    if (first) {
        return attrOwner(first);
    }
    const attr = createAttribute(doc, 'alt');
    putItem(map, attr);
    const el = attrOwner(attr) as Element;
    removeAttribute(el, 'alt');
    return el;
}

/** The text of a node is set or changed: of an attribute, a script or a style sheet. */
const settingText: Hook = (go, args, self) => {
    const type = nodeType(self);
    const owner = type === 2 && attrOwner(self as Attr);
    if (owner) {
        args[0] = `${args[0]}`;
        if (before(owner, attrName(self as Attr), args[0] as string)) {
            return;
        }
    }
    const el = type > 2 ? parentNode(self as Node) : self;
    const title = elementName(el);
    // One that stands and has not run yet runs in Firefox when a text in it changes.
    const last = args.length - 1;
    args[last] = judgeInto(el, title, once(args[last]));
    let out: unknown;
    const change = () => {
        out = go();
        type === 7 && scan(self, true);
    };
    // A sheet is asked for as soon as an instruction names it: only outside the document may it be looked at first.
    type === 7 ? putBack(self as ChildNode, change) : change();
    redraw(title);
    return out;
};

/** Text goes into or beside an element. */
const insertingText: Hook = (go, args, self) => {
    const around = parentNode(self as Node);
    args[1] = judgeInto(around, elementName(around), judgeInto(self, elementName(self), once(args[1])));
    const out = go();
    catchUp();
    return out;
};

/** CSS as the browser gets it, read once: with what is held cut out of it. */
function cutOf(value: unknown): unknown {
    if (typeof value === 'object' && value) {
        try {
            // A value that the browser has parsed says its text, and so may go on as that.
            const text = styleText(value);
            const left = text && cut(text, '', STYLE | CALL);
            if (text) {
                return left === text ? value : left;
            }
        } catch (error) {
            // It is none.
            excuse(error);
        }
        if (isBytes(value)) {
            return value;
        }
    }
    const kind = typeof value;
    return value === null || (kind !== 'object' && kind !== 'string' && kind !== 'function')
        ? value
        : cut(`${value}`, '', STYLE | CALL);
}

/** CSS goes in, from the argument at `place` on. */
const cutting =
    (place: number): Hook =>
    (go, args) => {
        for (let at = place; at < args.length; at++) {
            args[at] = cutOf(args[at]);
        }
        return go();
    };

/** One key frame, or lists by property: the browser reads what is its own, the rest it inherits (Web Animations 1 § 6.6.3). */
const frameOf = (frame: unknown): unknown => {
    if (typeof frame !== 'object' || !frame) {
        return frame;
    }
    const out = { __proto__: frame };
    const names = keysOf(frame);
    for (let at = 0; at < names.length; at++) {
        const name = names[at] as string;
        const value = get(frame, name);
        define(out, name, {
            // @ts-expect-error: this syntax sets the prototype
            __proto__: null,
            enumerable: true,
            value: isList(value) ? listOf(value, cutOf) : cutOf(value),
        });
    }
    return out;
};
/** Key frames are the argument at `place`. */
const framing =
    (place: number): Hook =>
    (go, args) => {
        const value = args[place];
        args[place] = isList(value) ? listOf(value, frameOf) : frameOf(value);
        return go();
    };

/** What stands in for a rule's style, and for a storage. */
const standsFor = new WeakMap<object, object>();
/** The style of a rule is handed out. The properties of a style have no method where a hook could stand. */
const styling: Hook = (go) => {
    const style = go() as object;
    let stand = lookUp(standsFor, style);
    if (!stand) {
        stand = new Stand(style, {
            // @ts-expect-error: this syntax sets the prototype
            __proto__: null,
            get: (style, name) => get(style, name),
            set: (style, name, value) => set(style, name, cutOf(value)),
            defineProperty: (style, name, what) =>
                hasOwn(what, 'value') ? set(style, name, cutOf(what.value)) : define(style, name, what),
        });
        note(standsFor, style, stand);
        note(stores, stand, style);
    }
    return stand;
};

/** A storage is handed out. Its keys can be set as properties, where no method stands. */
const storing: Hook = (go) => {
    const store = go() as object | null;
    if (!store || !hasNames) {
        return store;
    }
    let stand = lookUp(standsFor, store);
    if (!stand) {
        stand = new Stand(store, {
            // @ts-expect-error: this syntax sets the prototype
            __proto__: null,
            get: (store, name) => get(store, name),
            set: (store, name, value) => isForbidden(name) || set(store, name, value),
            defineProperty: (store, name, what) => isForbidden(name) || define(store, name, what),
        });
        note(standsFor, store, stand);
        note(stores, stand, store);
    }
    return stand;
};
/** The record is Rust's to keep, which asks itself nothing while it does. */
const isForbidden = (key: unknown): boolean => typeof key === 'string' && key !== 'portcullis' && forbids(`key:${key}`);

/** A window is handed out: see to it first. */
const entering: Hook = (go) => {
    const out = go();
    enter(out);
    return out;
};

/** A listener that came too late because its script did. */
const hearing: Hook = (go, args, self) => {
    const out = go();
    tooLate(args[0], args[1], self ?? window);
    return out;
};
function tooLate(type: unknown, ear: unknown, self: unknown): void {
    if (
        (type === 'load'
            ? self === window && readyState(doc) === 'complete'
            : type === 'DOMContentLoaded' && readyState(doc) !== 'loading') &&
        ear &&
        lateScript()
    ) {
        setLater(() => {
            const { handleEvent } = ear as Partial<EventListenerObject>;
            apply((handleEvent ?? ear) as () => void, handleEvent ? ear : self, [new Event(type as string)]);
        }, 0);
    }
}

/** What the browser reads members of. */
const isObject = (value: unknown): value is object =>
    !!value && (typeof value === 'object' || typeof value === 'function');

/** A value, read once along this path of members: lists item by item, and at its end as text, as `by` has it. All else is the
 * object's own, as ever: certificates, keys and signals are no text. */
const follow = (value: unknown, path: string[], at: number, by: (text: unknown) => unknown): unknown => {
    if (isList(value)) {
        return listOf(value, (item) => follow(item, path, at, by));
    }
    const name = path[at];
    if (name === undefined) {
        return value === undefined ? value : by(once(value));
    }
    return isObject(value) ? overlay(value, name, follow(get(value, name), path, at + 1, by)) : value;
};

/** What an object names at the end of this path goes on as it was read, for it may say something else the second time; if any
 * is held, `instead` goes in the place of the first member, or of the list. */
const taking =
    (path: string[], instead: unknown, find?: Finder): Hook =>
    (go, args) => {
        let held = false;
        const from = args[0];
        args[0] = follow(from, path, 0, (text) => {
            held ||= typeof text === 'string' && names(`"${text}"`, REQUEST, find);
            return text;
        });
        if (held) {
            args[0] = isList(from) ? instead : overlay(from as object, path[0] as string, instead);
        }
        return go();
    };

/** Who says whether a passkey may be used here is asked (WebAuthn 3 § 5.11). What is no domain, the browser refuses. */
const relying = (value: unknown): string => (refuse(`https://${value}/`, REQUEST) ? '' : `${value}`);
const signing = (options: unknown): unknown =>
    membersOf(options, 'publicKey', (key) =>
        membersOf(membersOf(key, 'rpId', relying), 'rp', (party) => membersOf(party, 'id', relying)),
    );

/** A hook, and what it stands in for there. */
interface Placed {
    _holder: object;
    _kind: Kind;
    _hook: Hook;
}
/** What the page had put in front of the browser's functions before us. */
export const wrapped: string[] = [];
/** Has the hooks stand in for what this object has of its own in front of the functions that they stand in for. */
function uncover(on: object, placed: Record<string, Placed[]>): void {
    const names = ownKeys(on);
    for (let at = 0; at < names.length; at++) {
        const name = names[at];
        const list = (typeof name === 'string' && placed[name]) || [];
        for (let one = 0; one < list.length; one++) {
            const { _holder, _kind, _hook } = list[one] as Placed;
            let above = prototypeOf(on);
            while (above && above !== _holder) {
                above = prototypeOf(above);
            }
            const own = above && describe(on, name as string)?.[_kind];
            if (typeof own === 'function' && !lookUp(originals, own)) {
                try {
                    replace(on, name as string, _kind, _hook);
                    wrapped[wrapped.length] = name as string;
                } catch {
                    // A policy holds what goes that way.
                    unhooked[unhooked.length] = name as string;
                }
            }
        }
    }
}

/** Finds the servers through which a peer is looked for. */
const servers: Finder = (text, ear) => {
    swap(text, /(?:stun|turn)s?:([^"?]+)/gi, (found) => ear(`https://${found[1]}`));
};

/** Closes the roads of one window. Each hook stands alone: one that the browser refuses is named, and the others stand. */
function close(realm: Realm): void {
    const find = realm === window ? interfaces : interfacesOf(realm);
    /** What stands in for which name, and on what. */
    const placed: Record<string, Placed[]> = {
        // @ts-expect-error: this syntax sets the prototype
        __proto__: null,
    };
    /** `names`: interfaces, each before a colon and its members; before a colon alone stands the window itself. `isStatic`: the
     * members are those of its constructor. */
    const each = (names: string, work: Hook, kind: Kind = 'value', isStatic?: boolean) => {
        const hook: Hook = (go, args, self, name) => readIn(realm, self, () => work(go, args, self, name));
        let holder: Realm;
        let title = '';
        words(names, (name) => {
            if (name[name.length - 1] === ':') {
                const one = slice(name, 0, -1);
                title = `${one}.`;
                holder = one ? (find(one) ?? {}) : realm;
                holder = isStatic ? holder.constructor : holder;
                noteHome(holder, realm);
                return;
            }
            const list = placed[name] ?? [];
            placed[name] = list;
            list[list.length] = { _holder: holder, _kind: kind, _hook: hook };
            try {
                replace(holder, name, kind, hook);
            } catch {
                // A policy holds what goes that way.
                unhooked[unhooked.length] = title + name;
            }
        });
    };
    const many = ' append prepend replaceChildren moveBefore ';
    const beside = ' before after replaceWith ';
    each(
        `Node: appendChild insertBefore replaceChild Element:${many}${beside}insertAdjacentElement Document:${many}adoptNode DocumentFragment:${many}CharacterData:${beside}DocumentType:${beside}Range: insertNode surroundContents HTMLSelectElement: add HTMLOptionsCollection: add`,
        inserting,
    );
    each('Document: body HTMLTableElement: caption tHead tFoot', inserting, 'set');
    each(
        'Node: cloneNode Document: importNode Range: cloneContents createContextualFragment XSLTProcessor: transformToFragment',
        copying,
    );
    each('Element: insertAdjacentHTML', parsing(1));
    each('Element: innerHTML outerHTML ShadowRoot: innerHTML', parsing(0), 'set');
    each('Element: setHTMLUnsafe setHTML ShadowRoot: setHTMLUnsafe setHTML', parsing(0));
    each('Document: execCommand', (go, args, self) => {
        if (args.length > 2) {
            const html = once(args[2]);
            args[2] = typeof html === 'object' ? html : spliced(`${html}`);
        }
        const out = go();
        scan(self, true);
        catchUp(self);
        return out;
    });
    each('Document: write writeln', writing);
    each('Document: close', (go, _, self) => {
        // What is written to a document that is closed would open another one.
        const open = lookUp(opens, currentScript(self as Document) ?? self);
        open && writeRest(self as Document, open, typeof vouch('createHTML', '') === 'object');
        return go();
    });
    each('Element: attachShadow', (go) => {
        const out = go();
        observe(out as Node);
        return out;
    });

    each(
        'HTMLScriptElement: src HTMLIFrameElement: src srcdoc HTMLFrameElement: src HTMLEmbedElement: src HTMLObjectElement: data HTMLImageElement: src srcset HTMLSourceElement: src srcset HTMLInputElement: src HTMLMediaElement: src HTMLVideoElement: poster HTMLTrackElement: src HTMLLinkElement: href rel imageSrcset HTMLAnchorElement: ping HTMLAreaElement: ping SVGAElement: ping HTMLMetaElement: content httpEquiv HTMLBodyElement: background',
        setting,
        'set',
    );
    each(
        'HTMLLinkElement: relList',
        (go, _, self) => {
            before(self as Element, 'rel', '');
            return go();
        },
        'get',
    );
    each('SVGAnimatedString: baseVal', (go, args) => (refuse(readUpTo(args, 0), IMAGE) ? undefined : go()), 'set');
    each('Element: setAttribute', naming(0));
    each('Element: setAttributeNS', naming(1));
    each('Element: setAttributeNode setAttributeNodeNS', settingNode);
    each('NamedNodeMap: setNamedItem setNamedItemNS', settingNode);
    each(
        'Attr: value Node: nodeValue textContent CharacterData: data HTMLElement: innerText HTMLScriptElement: text textContent innerText',
        settingText,
        'set',
    );
    each(
        'CharacterData: appendData insertData replaceData deleteData ProcessingInstruction: setAttribute removeAttribute toggleAttribute',
        settingText,
    );
    each('Element: insertAdjacentText', insertingText);
    each(': Audio', (go, args) => {
        const src = args.length ? readUpTo(args, 0) : undefined;
        args.length = 0;
        const el = go() as Element;
        src === undefined || before(el, 'src', src) || setAttribute(el, 'src', src);
        return el;
    });

    each(
        'CSSStyleSheet: insertRule addRule replace replaceSync CSSGroupingRule: insertRule CSSStyleRule: insertRule CSSKeyframesRule: appendRule',
        cutting(0),
    );
    each('Element: animate KeyframeEffect: setKeyframes', framing(0));
    each(': KeyframeEffect', framing(1));
    each('CSS: registerProperty', reading(0, 'initialValue', cutOf));
    // What such a sheet says is read against its own base.
    each(
        ': CSSStyleSheet',
        reading(
            0,
            'baseURL',
            nowhere((raw) => refuse(raw, STYLE)),
        ),
    );
    each(': FontFace CSSStyleDeclaration: setProperty StylePropertyMap: set append', cutting(1));
    const rules =
        'CSSStyleRule: style CSSKeyframeRule: style CSSFontFaceRule: style CSSNestedDeclarations: style CSSPositionTryRule: style CSSPageRule: style CSSMarginRule: style CSSFunctionDeclarations: style';
    each(
        `CSSStyleDeclaration: cssText HTMLElement: style SVGElement: style MathMLElement: style ${rules}`,
        cutting(0),
        'set',
    );
    each(rules, styling, 'get');
    // These are called on what stands in, too.
    each('CSSStyleDeclaration: getPropertyValue getPropertyPriority item removeProperty', (go) => go());
    each('CSSStyleDeclaration: cssText length parentRule', (go) => go(), 'get');

    each(': fetch fetchLater EventSource WebSocket WebSocketStream WebTransport Cache: add', asking(0, REQUEST));
    each(
        'Cache: addAll',
        askingAll((raw) => refuse(raw, REQUEST)),
    );
    each('XMLHttpRequest: open', asking(1, REQUEST));
    each('Navigator: sendBeacon', asking(0, REQUEST, true));
    each('ServiceWorkerContainer: register Worklet: addModule', asking(0, WORKER));
    each(': Worker SharedWorker', working);
    each('URL: createObjectURL', addressing, 'value', true);
    each(
        ': RTCPeerConnection webkitRTCPeerConnection RTCPeerConnection: setConfiguration',
        taking(['iceServers', 'urls'], [], servers),
    );
    each(
        'RTCPeerConnection: addIceCandidate setRemoteDescription',
        // A peer by its name; most are numbers, or names that this network alone knows.
        reading(0, 'candidate sdp', (value) =>
            swapPeers(`${value}`, (name) => (refuse(`https://${name}`, REQUEST) ? '0.0.0.0' : undefined)),
        ),
    );
    // Who signs the visitor in is asked before they are, and the address of a payment method what it is.
    const identifying = taking(['identity', 'providers', 'configURL'], {
        providers: [{ configURL: NOWHERE, clientId: '' }],
    });
    each('CredentialsContainer: get create', (go, args, self, name) => {
        args[0] = signing(args[0]);
        return identifying(go, args, self, name);
    });
    const picture = pictures((raw) => refuse(raw, IMAGE));
    each(': Notification ServiceWorkerRegistration: showNotification', reading(1, 'icon image badge actions', picture));
    each('BackgroundFetchManager: fetch', (go, args, self, name) => {
        args[2] = membersOf(args[2], 'icons', picture);
        return (isList(args[1]) ? askingAll((raw) => refuse(raw, REQUEST), 1) : asking(1, REQUEST))(
            go,
            args,
            self,
            name,
        );
    });
    // A style sheet of this kind may load others; what it makes is looked at as any markup is.
    each('XSLTProcessor: importStylesheet', (go, args) => {
        const text = serialize(args[0]);
        return matches(/[:<](import|include)\b|document\s*\(/, text) &&
            (names(text, REQUEST) || (matches(/document\s*\(\s*[^\s'")]/, text) && holdsAny('', REQUEST | CALL)))
            ? undefined
            : go();
    });
    each(': PaymentRequest', taking(['supportedMethods'], [{ supportedMethods: NOWHERE }]));

    each(
        'Document: cookie',
        (go, args) => {
            const text = readUpTo(args, 0);
            const name = matches(/^[^=;]*=/, text)?.[0] ?? '=';
            if (forbids(`cookie:${trim(slice(name, 0, -1))}`)) {
                // It is over as it is written, so that the page can clear it away. Nothing stands behind these characters.
                args[0] = `${matches(/^[^\0\r\n]*/, text)};max-age=0`;
            }
            return go();
        },
        'set',
    );
    each('CookieStore: set', (go, args) => {
        const options = args[0] as CookieInit | undefined;
        if (args.length > 1 || isObject(options)) {
            const name = args.length > 1 ? textAt(args, 0) : `${options?.name}`;
            // The browser says that it is done, and keeps nothing: what it is given in place of it is over.
            if (forbids(`cookie:${name}`)) {
                args.length = 1;
                args[0] = { name, value: '', expires: 1 };
            } else if (args.length === 1) {
                args[0] = overlay(options as object, 'name', name);
            }
        }
        return go();
    });
    each('Storage: setItem', (go, args) => (args.length > 1 && isForbidden(readUpTo(args, 0)) ? undefined : go()));
    each('Storage: getItem removeItem clear key', (go) => go());
    each(': localStorage sessionStorage StorageEvent: storageArea', storing, 'get');
    each(': StorageEvent', (go, args) => {
        const store = lookUp(stores, (args[1] as StorageEventInit | undefined)?.storageArea);
        if (store) {
            args[1] = overlay(args[1] as object, 'storageArea', store);
        }
        return go();
    });

    const view = ' contentWindow contentDocument ';
    each(
        `HTMLIFrameElement:${view}HTMLFrameElement:${view}HTMLObjectElement:${view}DocumentPictureInPicture: window DocumentPictureInPictureEvent: window`,
        entering,
        'get',
    );
    const inner = ' getSVGDocument ';
    each(`HTMLIFrameElement:${inner}HTMLObjectElement:${inner}HTMLEmbedElement:${inner}`, entering);
    each('DocumentPictureInPicture: requestWindow', (go) => {
        const out = go() as Promise<void>;
        // Before the page hears of it; a refusal is the page's own to hear.
        afterwards(out, enter, () => {});
        return out;
    });
    const openingHere = opening(realm, enter);
    each(': open', openingHere);
    each('Document: open', (go, args, self, name) => {
        // With a third argument it opens a window.
        const out = args.length > 2 ? openingHere(go, args, viewOf(self as Document), name) : go();
        hearAgain(self);
        return out;
    });
    each('HTMLElement: click HTMLFormElement: requestSubmit EventTarget: dispatchEvent', pressing);
    each('HTMLFormElement: submit', submitting);
    each('EventTarget: addEventListener', hearing);
    each(
        ': onload',
        (go, args) => {
            tooLate('load', args[0], window);
            return go();
        },
        'set',
    );
    const toText = find('Function').toString;
    each('Function: toString', (_, args, self) => apply(toText, lookUp(originals, self) ?? self, args));

    // A page that wrapped one of these before us may have put its own in front of it, on the object itself.
    const page = realm.document;
    const objects = [realm, page, realm.navigator, rootOf(page), headOf(page)];
    words('HTMLScriptElement HTMLImageElement HTMLIFrameElement HTMLLinkElement HTMLFormElement', (name) => {
        objects[objects.length] = find(name);
    });
    for (let at = 0; at < objects.length; at++) {
        for (let on = objects[at]; on; on = prototypeOf(on)) {
            uncover(on, placed);
        }
    }
}

/** A page goes from its window. What comes in its place has not been parsed by then. */
const going = (event: Event) => {
    const realm = viewOf(targetOf(event));
    setLater(() => enter(realm), 0);
};

/** What is listened to in a document. */
function hear(page: Document): void {
    const realm: Realm = viewOf(page);
    hearLeaving(realm);
    if (page === doc) {
        gate?.hear();
    } else {
        listen(realm, 'pagehide', going);
        hushIn(page);
    }
}

/** Whoever opens a document anew takes every listener from it and its window (HTML § 8.4.1). One that is there already is
 * not added twice. */
function hearAgain(page: unknown): void {
    has(known, page as Document) && hear(page as Document);
}

/** Sees to a window, or that of a document, if it is of our own origin. */
function enter(out: unknown): void {
    try {
        let realm: Realm = out;
        try {
            realm = viewOf(out);
        } catch (error) {
            // It is a window.
            excuse(error);
        }
        const page: Document = realm.document;
        if (!has(known, realm.Object)) {
            add(known, realm.Object);
            close(realm);
        }
        if (!has(known, page)) {
            add(known, page);
            hear(page);
            if (page !== doc) {
                observe(page);
                scan(page, false);
                arrive();
            }
        }
    } catch (error) {
        // It is of another origin.
        excuse(error);
    }
}

/** Closes the roads. */
export function install(): void {
    try {
        begin(enter);
        enter(doc);
        prove();
    } catch (error) {
        standAside();
        throw error;
    }
}

/** Whether the browser's functions do what they say: one that was broken before us would open the gate unseen. */
function prove(): void {
    // Nothing is plugged in yet, so any other host is held. A `source` on its own loads nothing.
    const source = createElement('source');
    setAttribute(source, 'src', `https://${PROBE}/`);
    const tried = tryOut(() => scan(source, true));
    const held = tried && getAttribute(source, 'src') === null && isHeld(source, 'src');
    const types = matches(/^a$/, 'a') && !matches(/^a$/, 'b');
    const watch = new MutationObserver(() => {});
    watch.observe(source, { childList: true });
    insertBefore(source, createElement('i'), null);
    const records = watch.takeRecords();
    const seen = records.length === 1 && addedNodes(records[0] as MutationRecord).length === 1;
    watch.disconnect();
    if (!held || !types || !seen || hostname(new Url('HTTP://Held.Invalid:1/')) !== PROBE) {
        throw new TypeError('the browser functions of this page do not do what they say');
    }
}

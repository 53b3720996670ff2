/** The hooks: what stands in for the browser's functions in every window that the page can reach. */

import {
    arrive,
    attributeOf,
    before,
    begin,
    catchUp,
    heldMarkup,
    hushIn,
    isHeld,
    late,
    observe,
    scan,
    scanLate,
} from './elements';
import {
    CALL,
    cut,
    forbids,
    gate,
    hasNames,
    IMAGE,
    isStrict,
    names,
    REQUEST,
    read,
    refuse,
    STYLE,
    tryOut,
    WINDOW,
    WORKER,
} from './judge';
import {
    add,
    addedNodes,
    afterwards,
    apply,
    attrName,
    attrOwner,
    attrValue,
    closest,
    createElement,
    cssText,
    currentScript,
    define,
    doc,
    fragmentOf,
    get,
    getAttribute,
    has,
    hostname,
    insertBefore,
    isTouched,
    listen,
    localName,
    lookUp,
    lower,
    matches,
    nextSibling,
    nodeType,
    note,
    once,
    own,
    ownerDocument,
    pageHost,
    parentNode,
    parse,
    preventDefault,
    readyState,
    removeAttribute,
    ruleStyle,
    Span,
    selectNode,
    set,
    setAttribute,
    setCssText,
    later as setLater,
    settled,
    slice,
    stringify,
    targetOf,
    textContent,
    treeOf,
    Url,
    write,
} from './natives';
import {
    addressAt,
    askingAll,
    type Hook,
    type Kind,
    NO_SCRIPT,
    NOWHERE,
    originals,
    readUpTo,
    replace,
    Stand,
    standAside,
    stores,
} from './stand';
import { swap, words } from './text';
import { wrap } from './wrap';

// biome-ignore lint/suspicious/noExplicitAny: a window is asked for whatever its realm has
type Realm = any;

/** What could not be hooked, for the error that says so. */
export const unhooked: string[] = [];
/** Realms and documents that are seen to. */
const known = new WeakSet<object>();
/** What stands in for a storage whose keys may be set as properties, and the other way round. */
const storeStands = new WeakMap<object, object>();

/** Has a call go nowhere if the address at `place` is held; or not go at all, where there is an `answer` to give. A window
 * that the visitor opens is theirs. */
const asking =
    (place: number, road: number, answer?: boolean | null): Hook =>
    (go, args, _, name) => {
        if (args.length > place && !(road === WINDOW && isTouched())) {
            const raw = addressAt(args, place);
            if (refuse(raw, road)) {
                const host = hostname(read(raw) as URL);
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
        const out = go();
        road === WINDOW && enter(out);
        return out;
    };

/** A worker is made. */
const working: Hook = (go, args, self, name) =>
    wrap(
        args,
        () => gate?.inside(),
        (text, find) => names(text, WORKER, find),
    )
        ? go()
        : asking(0, WORKER)(go, args, self, name);

/** The local name of an element; of what is none, nothing. */
function elementName(node: unknown): string {
    try {
        return nodeType(node) === 1 ? localName(node as Element) : '';
    } catch {
        return '';
    }
}

/** Text, or a node with text, is about to go into a script, which may import. */
function judgeText(script: unknown, what: unknown): void {
    let text = '';
    try {
        text = textContent(what as Node);
    } catch {
        text = `${what}`;
    }
    before(script as Element, 'text', text);
}

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
        if (title === 'script') {
            judgeText(self, one);
        }
    }
    const out = go();
    arrive();
    redraw(title);
    return out;
};

/** Nodes come out of a copy: look at them before their first microtask, which is when an image sets out. */
const copying: Hook = (go, args, _, name) => {
    if (name === 'createContextualFragment' && args.length) {
        args[0] = heldMarkup(once(args[0]));
    }
    const copy = go();
    scan(copy, true);
    return copy;
};

/** Markup goes in, as the argument at `place`: look at it first, and at what it became. */
const parsing =
    (place: number): Hook =>
    (go, args, self, name) => {
        // What is put beside or in place of an element is found in its parent.
        const around = name === 'outerHTML' || place === 1 ? parentNode(self as Node) : self;
        if (args.length > place) {
            const title = elementName(self);
            args[place] = heldMarkup(once(args[place]), undefined, !!title && (self as Element));
            title === 'script' && judgeText(self, args[place]);
        }
        const out = go();
        scan(around, true);
        // A shadow root that came along is still to be seen to.
        catchUp(name[0] === 's' || around);
        return out;
    };

/** A tag that a script writes in pieces waits for its end, or for that of the script. */
let rest = '';
let restOf: Document;
const flushRest = () => {
    if (rest) {
        const html = heldMarkup(rest) as string;
        rest = '';
        write(restOf, html);
        catchUp();
    }
};
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
    } catch {}
}
const lateScript = (): Element | undefined => {
    const script = currentScript(doc);
    return script && has(late, script) ? script : undefined;
};
const writing: Hook = (go, args, self, name) => {
    const whole = once(args[0]);
    if (!args.length || (typeof whole === 'object' && args.length < 2)) {
        return go();
    }
    if (self !== restOf) {
        flushRest();
        restOf = self as Document;
    }
    let html = rest;
    for (let at = 0; at < args.length; at++) {
        html += at ? `${args[at]}` : whole;
    }
    const script = self === doc && lateScript();
    if (script) {
        written ||
            afterwards(settled, () => {
                putWritten(script);
            });
        written += html + (name === 'write' ? '' : '\n');
        return;
    }
    const open = matches(/<([a-z/!][^>]*)?$/i, html)?.[0] ?? '';
    rest = open;
    rest && afterwards(settled, flushRest);
    args.length = 1;
    args[0] = heldMarkup(slice(html, 0, html.length - rest.length));
    const out = go();
    catchUp();
    hearAgain(self);
    return out;
};

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
            const plain = place ? ((matches(/[^:]*$/, name) as string[])[0] as string) : lower(name);
            if (before(self as Element, plain, value)) {
                return;
            }
        }
        return go();
    };

const settingNode: Hook = (go, args, self) => {
    let held = false;
    try {
        held = before(self as Element, attrName(args[0] as Attr), attrValue(args[0] as Attr));
    } catch {}
    return held ? null : go();
};

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
    const title = elementName(type === 3 ? parentNode(self as Node) : self);
    // A script that is there already does not heed what becomes of its text nodes.
    if (type === 1 && title === 'script') {
        args[0] = once(args[0]);
        judgeText(self, args[0]);
    }
    const out = go();
    redraw(title);
    return out;
};

/** CSS goes in, from the argument at `place` on. */
const cutting =
    (place: number): Hook =>
    (go, args, _, name) => {
        for (let at = place; at < args.length; at++) {
            const value = args[at];
            if (typeof value === 'string') {
                args[at] = cut(value, '', STYLE | CALL);
            } else if (value && typeof value === 'object' && matches(/Key|^anim|^reg/, name)) {
                // Key frames and such: text in lists and objects.
                try {
                    const whole = stringify(value);
                    const left = stringify(value, (_, part) =>
                        typeof part === 'string' ? cut(part, '', STYLE | CALL) : part,
                    );
                    if (left !== whole) {
                        args[at] = parse(left);
                    }
                } catch {}
            }
        }
        return go();
    };

/** The style of a rule is handed out, and may be changed property by property: it is drawn later than this. */
const styling: Hook = (go, _, self, name) => {
    const out = go();
    afterwards(settled, () => {
        try {
            // Not by its name: that would lead here again, without end.
            const style = name === 'style' ? (out as CSSStyleDeclaration) : ruleStyle(self);
            const css = cssText(style);
            const left = cut(css, '', STYLE | CALL);
            left !== css && setCssText(style, left);
        } catch {}
    });
    return out;
};

/** A storage is handed out. Its keys can be set as properties, where no method stands. */
const storing: Hook = (go) => {
    const store = go() as object | null;
    if (!store || !hasNames) {
        return store;
    }
    let stand = lookUp(storeStands, store);
    if (!stand) {
        stand = new Stand(store, {
            // @ts-expect-error: this syntax sets the prototype
            __proto__: null,
            get: (store, name) => get(store, name),
            set: (store, name, value) => isForbidden(name) || set(store, name, value),
            defineProperty: (store, name, what) => isForbidden(name) || define(store, name, what),
        });
        note(storeStands, store, stand);
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

/** Whether what this link, form or button would open, by a script's doing, is held. */
function leads(el: Element & { form?: Element | null }): boolean {
    const form = localName(el) === 'form' ? el : el.form;
    const raw = form ? (getAttribute(el, 'formaction') ?? getAttribute(form, 'action')) : attributeOf(el, 'href');
    return !isTouched() && !!raw && refuse(raw, WINDOW);
}

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

/** An object as text; nothing for what is none. */
const textOf = (value: unknown): string | false | null => typeof value === 'object' && value && stringify(value);

/** An object that names whom to ask goes on as it was read, for it may say something else the second time; if any is held,
 * `instead` goes. Where only one `member` asks, the others are inherited: certificates, keys and signals are no text. */
const taking =
    (instead: object, member = '', find?: RegExp): Hook =>
    (go, args) => {
        const text = textOf(args[0]);
        if (text) {
            const put = names(text, REQUEST, find) ? instead : parse(text);
            args[0] = member ? { __proto__: args[0], [member]: own(put, member) } : put;
        }
        return go();
    };

/** Closes the roads of one window. Each hook stands alone: one that the browser refuses is named, and the others stand. */
function close(realm: Realm): void {
    /** `names`: interfaces, each before a colon and its members; before a colon alone stands the window itself. */
    const each = (names: string, hook: Hook, kind: Kind = 'value') => {
        let holder: Realm;
        let title = '';
        words(names, (name) => {
            if (name[name.length - 1] === ':') {
                const one = slice(name, 0, -1);
                title = `${one}.`;
                holder = one ? (realm[one]?.prototype ?? realm[one] ?? {}) : realm;
                return;
            }
            try {
                replace(holder, name, kind, hook);
            } catch {
                unhooked[unhooked.length] = title + name;
            }
        });
    };
    const many = ' append prepend replaceChildren ';
    const beside = ' before after replaceWith ';
    each(
        `Node: appendChild insertBefore replaceChild Element:${many}${beside}insertAdjacentElement moveBefore Document:${many}adoptNode DocumentFragment:${many}CharacterData:${beside}Range: insertNode surroundContents`,
        inserting,
    );
    each(
        'Node: cloneNode Document: importNode Range: createContextualFragment XSLTProcessor: transformToFragment',
        copying,
    );
    each('Element: insertAdjacentHTML', parsing(1));
    each('Element: innerHTML outerHTML ShadowRoot: innerHTML', parsing(0), 'set');
    each('Element: setHTMLUnsafe setHTML ShadowRoot: setHTMLUnsafe setHTML', parsing(0));
    each('Document: execCommand', parsing(2));
    each('Document: write writeln', writing);
    each('Element: attachShadow', (go) => {
        const out = go();
        observe(out as Node);
        return out;
    });

    each(
        'HTMLScriptElement: src HTMLIFrameElement: src srcdoc HTMLFrameElement: src HTMLEmbedElement: src HTMLObjectElement: data HTMLImageElement: src srcset HTMLSourceElement: src srcset HTMLInputElement: src HTMLMediaElement: src HTMLVideoElement: poster HTMLTrackElement: src HTMLLinkElement: href rel imageSrcset HTMLAnchorElement: ping HTMLAreaElement: ping HTMLMetaElement: content httpEquiv HTMLBodyElement: background',
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
    each('NamedNodeMap: setNamedItem setNamedItemNS', (go, args) => {
        const old = go();
        scan(attrOwner(args[0] as Attr), true);
        return old;
    });
    each(
        'Attr: value Node: nodeValue textContent CharacterData: data HTMLElement: innerText HTMLScriptElement: text textContent innerText',
        settingText,
        'set',
    );
    each('CharacterData: appendData insertData replaceData', settingText);
    each(': Audio', (go, args) => {
        const src = args.length ? readUpTo(args, 0) : undefined;
        args.length = 0;
        const el = go() as Element;
        src === undefined || before(el, 'src', src) || setAttribute(el, 'src', src);
        return el;
    });

    each(
        'CSSStyleSheet: insertRule addRule replace replaceSync CSSGroupingRule: insertRule CSSStyleRule: insertRule CSSKeyframesRule: appendRule Element: animate KeyframeEffect: setKeyframes CSS: registerProperty',
        cutting(0),
    );
    each(': FontFace KeyframeEffect CSSStyleDeclaration: setProperty StylePropertyMap: set append', cutting(1));
    each('CSSStyleDeclaration: cssText HTMLElement: style SVGElement: style', cutting(0), 'set');
    each(
        'CSSStyleRule: style styleMap CSSKeyframeRule: style CSSFontFaceRule: style CSSNestedDeclarations: style',
        styling,
        'get',
    );

    each(': fetch fetchLater EventSource WebSocket WebSocketStream WebTransport Cache: add', asking(0, REQUEST));
    each(
        'Cache: addAll',
        askingAll((raw) => refuse(raw, REQUEST)),
    );
    each('XMLHttpRequest: open', asking(1, REQUEST));
    each('Navigator: sendBeacon', asking(0, REQUEST, true));
    each(': SharedWorker ServiceWorkerContainer: register Worklet: addModule', asking(0, WORKER));
    each(': Worker', working);
    each(
        ': RTCPeerConnection webkitRTCPeerConnection RTCPeerConnection: setConfiguration',
        taking({ iceServers: [] }, 'iceServers', /(?:stun|turn)s?:([^"?]+)/gi),
    );
    each('RTCPeerConnection: addIceCandidate setRemoteDescription', (go, args) => {
        const text = textOf(args[0]);
        if (text) {
            // A peer by its name; most are numbers, or names that this network alone knows.
            const left = swap(text, /(candidate:(?:\S+ ){4})([\w.-]+\.(?!local\b)[a-z-]+)/gi, (found) =>
                refuse(`https://${found[2]}`, REQUEST) ? `${found[1]}0.0.0.0` : undefined,
            );
            args[0] = parse(left);
        }
        return go();
    });
    // Who signs the visitor in is asked before they are, and the address of a payment method what it is.
    each(
        'CredentialsContainer: get',
        taking({ identity: { providers: [{ configURL: NOWHERE, clientId: '' }] } }, 'identity'),
    );
    each(': PaymentRequest', taking([{ supportedMethods: NOWHERE }]));

    each(
        'Document: cookie',
        (go, args) => {
            const text = readUpTo(args, 0);
            if (forbids(`cookie:${matches(/^\s*([^=;]*?)\s*=/, text)?.[1] ?? ''}`)) {
                // It is over as it is written, so that the page can clear it away. Nothing stands behind these characters.
                args[0] = `${matches(/^[^\0\r\n]*/, text)};max-age=0`;
            }
            return go();
        },
        'set',
    );
    each('CookieStore: set', (go, args) => {
        try {
            const options = args[0] as CookieInit;
            // Read once: the other members are inherited.
            const name = args.length > 1 ? readUpTo(args, 0) : `${options.name}`;
            // The browser says that it is done, and keeps nothing: what it is given in place of it is over.
            const over = forbids(`cookie:${name}`);
            if (over || args.length === 1) {
                args.length = 1;
                args[0] = over ? { name, value: '', expires: 1 } : { __proto__: options, name };
            }
        } catch {}
        return go();
    });
    each('Storage: setItem', (go, args) => (args.length > 1 && isForbidden(readUpTo(args, 0)) ? undefined : go()));
    each('Storage: getItem removeItem clear key', (go) => go());
    each(': localStorage sessionStorage StorageEvent: storageArea', storing, 'get');
    each(': StorageEvent', (go, args) => {
        const store = lookUp(stores, (args[1] as StorageEventInit | undefined)?.storageArea);
        if (store) {
            args[1] = { __proto__: args[1], storageArea: store };
        }
        return go();
    });

    const view = ' contentWindow contentDocument ';
    each(`HTMLIFrameElement:${view}HTMLFrameElement:${view}HTMLObjectElement:${view}`, entering, 'get');
    const opening = asking(0, WINDOW, null);
    // Where a blank pop-up goes later no hook and no policy sees; browsers refuse one that nobody asked for as well.
    each(': open', (go, args, self, name) =>
        isStrict && !isTouched() && !args[1] && matches(/^(about:blank)?$/i, args[0] ? addressAt(args, 0) : '')
            ? null
            : opening(go, args, self, name),
    );
    each('Document: open', (go, args, self, name) => {
        const out = opening(go, args, self, name);
        hearAgain(self);
        return out;
    });
    each('HTMLFormElement: submit HTMLElement: click', (go, _, self) => (leads(self as Element) ? undefined : go()));
    each('EventTarget: addEventListener', hearing);
    each(
        ': onload',
        (go, args) => {
            tooLate('load', args[0], window);
            return go();
        },
        'set',
    );
    const toText = realm.Function.prototype.toString;
    each('Function: toString', (_, args, self) => apply(toText, lookUp(originals, self) ?? self, args));
}

/** A script clicks, sends or goes away. */
const leaving = (event: Event & { submitter?: Element; destination?: { url: string } }) => {
    const target = targetOf(event) as Element;
    const el =
        event.type === 'submit' ? (event.submitter ?? target) : event.isTrusted ? null : closest(target, 'a,area');
    if (event.destination ? !isTouched() && refuse(event.destination.url, WINDOW) : el && leads(el)) {
        preventDefault(event);
        const to = el && !event.cancelable && getAttribute(el, 'href');
        if (to) {
            // A click that was made up to be stopped by nobody: the link leads nowhere until it is over.
            removeAttribute(el, 'href');
            afterwards(settled, () => setAttribute(el, 'href', to));
        }
    }
};

/** A page goes from its window. What comes in its place has not been parsed by then. */
const going = (event: Event) => {
    const realm = (targetOf(event) as Document).defaultView;
    setLater(() => enter(realm), 0);
};

/** What is listened to in a document. */
function hear(page: Document): void {
    const realm: Realm = page.defaultView;
    listen(page, 'click', leaving, true);
    listen(page, 'submit', leaving, true);
    realm.navigation && listen(realm.navigation, 'navigate', leaving);
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
        const realm: Realm = (out as Document).defaultView ?? out;
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
    } catch {}
}

/** Closes the roads. */
export function install(): void {
    begin(enter);
    enter(window);
    try {
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
    setAttribute(source, 'src', 'https://held.invalid/');
    const tried = tryOut(() => scan(source, true));
    const held = tried && getAttribute(source, 'src') === null && isHeld(source, 'src');
    const types = matches(/^a$/, 'a') && !matches(/^a$/, 'b');
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

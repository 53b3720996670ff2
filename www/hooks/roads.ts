/** The hooks: what stands in for the browser's functions in every window that the page can reach. */

import {
    arrive,
    attributeOf,
    before,
    begin,
    catchUp,
    heldMarkup,
    idle,
    isHeld,
    kept,
    late,
    observe,
    scan,
    standAside,
} from './elements';
import { cut, FRAME, IMAGE, MEDIA, names, REQUEST, read, refuse, STYLE, tryOut, WINDOW, WORKER, words } from './judge';
import {
    add,
    addedNodes,
    afterwards,
    apply,
    attrName,
    attrOwner,
    attrValue,
    construct,
    createElement,
    cssText,
    currentScript,
    define,
    describe,
    doc,
    formOf,
    fragmentOf,
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
    pageHost,
    parentNode,
    parse,
    preventDefault,
    queryAllIn,
    readyState,
    requestUrl,
    Span,
    selectNode,
    setAsync,
    setAttribute,
    setCssText,
    later as setLater,
    setPrototype,
    settled,
    slice,
    stopEvent,
    stringify,
    targetOf,
    Url,
    windowOf,
    write,
} from './natives';

/** Runs what a hook stands in for, with the arguments as they are by then. */
type Go = () => unknown;
type Hook = (go: Go, args: unknown[], self: unknown, name: string) => unknown;
type Kind = 'value' | 'set' | 'get';
// biome-ignore lint/suspicious/noExplicitAny: a window is asked for whatever its realm has
type Realm = any;

/** What could not be hooked, for the error that says so. */
export const unhooked: string[] = [];
/** What stands in for a function, and what it stands in for. */
const standIns = new WeakMap<object, object>();
const originals = new WeakMap<object, object>();
/** Realms and documents that are seen to. */
const known = new WeakSet<object>();
const Stand = Proxy;

/** A proxy has the name, the length, the prototype and every other property of what it stands in for. */
function standIn(native: object, name: string, hook: Hook): object {
    const put: object =
        lookUp(standIns, native) ??
        new Stand(native as () => void, {
            // @ts-expect-error: this syntax sets the prototype, so that the page's own adds no trap
            __proto__: null,
            apply(native, self, args) {
                const go = () => apply(native, self, args);
                return idle ? go() : hook(go, args, self, name);
            },
            construct(native, args, target) {
                const go = () => construct(native, args, target);
                return (idle ? go() : hook(go, args, undefined, name)) as object;
            },
        });
    note(standIns, native, put);
    note(originals, put, native);
    return put;
}

/** Has a hook stand in for a method, an accessor or a constructor. */
function replace(holder: object, name: string, kind: Kind, hook: Hook): void {
    const old = describe(holder, name);
    const native = old?.[kind] as { prototype?: object } | undefined;
    if (!old || !native) {
        return;
    }
    // Nothing inherited is part of a descriptor.
    setPrototype(old, null);
    old[kind] = standIn(native, name, hook) as Kind & (() => void);
    if (!define(holder, name, old)) {
        throw new TypeError(`${name} is frozen`);
    }
    if (native.prototype && name !== 'constructor') {
        replace(native.prototype, 'constructor', kind, hook);
    }
}

/** The value goes on its way, or an address in its place from which nothing comes and to which nothing goes: port 1 is
 * closed to every browser (Fetch § 2.9). So what is held fails as it does with the network down. */
const NOWHERE = 'https://0.0.0.0:1/';
/** The same for what must be of our own origin. */
const NO_SCRIPT = 'data:;base64,!';

/** Makes a call go nowhere if the address at `place` is held. */
const asking =
    (place: number, road: number): Hook =>
    (go, args) => {
        if (args.length > place) {
            let raw: string | undefined;
            try {
                raw = typeof args[place] === 'object' ? requestUrl(args[place]) : raw;
            } catch {}
            if (raw === undefined) {
                for (let at = 0; at <= place; at++) {
                    args[at] = at < place ? `${args[at]}` : once(args[at]);
                }
                raw = `${args[place]}`;
            }
            if (refuse(raw, road)) {
                const host = hostname(read(raw) as URL);
                if (road !== WORKER) {
                    args[place] = NOWHERE;
                } else if (!host || host === pageHost) {
                    // The browser itself refuses workers of other hosts.
                    args[place] = NO_SCRIPT;
                }
            }
        }
        return go();
    };

/** Nodes go in: look at them first. */
const inserting: Hook = (go, args) => {
    for (let index = 0; index < args.length; index++) {
        scan(args[index], true);
    }
    return arrived(go());
};

function arrived<T>(out: T): T {
    arrive();
    return out;
}

/** Nodes come out of a copy: look at them before their first microtask, which is when an image sets out. */
const copying: Hook = (go) => {
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
            args[place] = heldMarkup(once(args[place]));
        }
        const out = go();
        scan(around, true);
        return arrived(out);
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
            const inner = queryAllIn(fragment, 'script');
            for (let at = 0; at < inner.length; at++) {
                add(late, inner[at] as Element);
                setAsync(inner[at] as Element, false);
            }
            scan(fragment, true);
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
            const name = `${args[place]}`;
            args[place] = name;
            args[place + 1] = once(args[place + 1]);
            const plain = place ? ((matches(/[^:]*$/, name) as string[])[0] as string) : lower(name);
            if (before(self as Element, plain, `${args[place + 1]}`)) {
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

/** The text of an attribute node is set. */
const settingText: Hook = (go, args, self) => {
    const owner = nodeType(self) === 2 && attrOwner(self as Attr);
    if (owner) {
        args[0] = `${args[0]}`;
        if (before(owner, attrName(self as Attr), args[0] as string)) {
            return;
        }
    }
    return go();
};

/** CSS goes in, from the argument at `place` on. */
const cutting =
    (place: number): Hook =>
    (go, args, _, name) => {
        for (let at = place; at < args.length; at++) {
            const value = args[at];
            if (typeof value === 'string') {
                args[at] = cut(value, '', STYLE | 128);
            } else if (value && typeof value === 'object' && name !== 'FontFace') {
                // Key frames and such: text in lists and objects.
                try {
                    const whole = stringify(value);
                    const left = stringify(value, (_, part) =>
                        typeof part === 'string' ? cut(part, '', STYLE | 128) : part,
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
const styling: Hook = (go, _, self) => {
    const out = go();
    afterwards(settled, () => {
        try {
            const { style } = self as CSSStyleRule;
            const css = cssText(style);
            const left = cut(css, '', STYLE | 128);
            left !== css && setCssText(style, left);
        } catch {}
    });
    return out;
};

/** A window is handed out: see to it first. */
const entering: Hook = (go) => {
    const out = go();
    enter(out);
    return out;
};

/** Whether what this link or form would open, by a script's doing, is held. */
function leads(el: Element): boolean {
    try {
        const tag = localName(el);
        const isForm = tag === 'form';
        const form = isForm ? el : tag === 'a' || tag === 'area' ? null : formOf(el);
        const raw = form ? (getAttribute(el, 'formaction') ?? getAttribute(form, 'action')) : attributeOf(el, 'href');
        return !isTouched() && !!raw && refuse(raw, WINDOW);
    } catch {
        return false;
    }
}

const opening: Hook = (go, args) => {
    if (args.length && args[0] !== undefined) {
        args[0] = once(args[0]);
        if (!isTouched() && refuse(`${args[0]}`, FRAME)) {
            return null;
        }
    }
    const out = go();
    enter(out);
    return out;
};

/** A listener that came too late because its script did. */
const hearing: Hook = (go, args, self) => {
    const out = go();
    tooLate(`${args[0]}`, args[1], self ?? window);
    return out;
};
function tooLate(type: string, ear: unknown, self: unknown): void {
    if (
        ear &&
        ((type === 'load' && self === window && readyState(doc) === 'complete') ||
            (type === 'DOMContentLoaded' && (self === window || self === doc) && readyState(doc) !== 'loading')) &&
        lateScript()
    ) {
        setLater(() => {
            const event = new Event(type);
            typeof ear === 'function' ? apply(ear, self, [event]) : (ear as EventListenerObject).handleEvent(event);
        }, 0);
    }
}

/** Closes the roads of one window. Each hook stands alone: one that the browser refuses is named, and the others stand. */
function close(realm: Realm): void {
    /** `names`: an interface and its members, or a space and what stands in the window itself. */
    const each = (names: string, kind: Kind, hook: Hook) => {
        let holder: Realm = names[0] === ' ' ? realm : undefined;
        let title = '';
        words(names, (name) => {
            if (holder) {
                try {
                    replace(holder, name, kind, hook);
                } catch {
                    unhooked[unhooked.length] = `${title}${name}`;
                }
            } else {
                title = `${name}.`;
                holder = realm[name]?.prototype ?? realm[name] ?? {};
            }
        });
    };
    const many = ' append prepend replaceChildren';
    const beside = ' before after replaceWith';
    each('Node appendChild insertBefore replaceChild', 'value', inserting);
    each(`Element${many}${beside} insertAdjacentElement moveBefore`, 'value', inserting);
    each(`Document${many} adoptNode`, 'value', inserting);
    each(`DocumentFragment${many}`, 'value', inserting);
    each(`CharacterData${beside}`, 'value', inserting);
    each('Range insertNode surroundContents', 'value', inserting);
    each('Node cloneNode', 'value', copying);
    each('Document importNode', 'value', copying);
    each('Range createContextualFragment', 'value', copying);
    each('XSLTProcessor transformToFragment', 'value', copying);
    each('Element insertAdjacentHTML', 'value', parsing(1));
    each('Element innerHTML outerHTML', 'set', parsing(0));
    each('Element setHTMLUnsafe setHTML', 'value', parsing(0));
    each('ShadowRoot innerHTML', 'set', parsing(0));
    each('ShadowRoot setHTMLUnsafe setHTML', 'value', parsing(0));
    each('Document write writeln', 'value', writing);
    each('Document execCommand', 'value', parsing(2));
    each('Element attachShadow', 'value', (go) => {
        const out = go();
        observe(out as Node);
        return out;
    });

    each('HTMLScriptElement src', 'set', setting);
    each('HTMLIFrameElement src srcdoc', 'set', setting);
    each('HTMLFrameElement src', 'set', setting);
    each('HTMLEmbedElement src', 'set', setting);
    each('HTMLObjectElement data', 'set', setting);
    each('HTMLImageElement src srcset', 'set', setting);
    each('HTMLSourceElement src srcset', 'set', setting);
    each('HTMLInputElement src', 'set', setting);
    each('HTMLMediaElement src', 'set', setting);
    each('HTMLVideoElement poster', 'set', setting);
    each('HTMLTrackElement src', 'set', setting);
    each('HTMLLinkElement href rel imageSrcset', 'set', setting);
    each('HTMLAnchorElement ping', 'set', setting);
    each('HTMLAreaElement ping', 'set', setting);
    each('HTMLMetaElement content httpEquiv', 'set', setting);
    each('HTMLBodyElement background', 'set', setting);
    each('HTMLLinkElement relList', 'get', (go, _, self) => {
        before(self as Element, 'rel', '');
        return go();
    });
    each('SVGAnimatedString baseVal', 'set', (go, args) => {
        args[0] = once(args[0]);
        return refuse(`${args[0]}`, IMAGE) ? undefined : go();
    });
    each('Element setAttribute', 'value', naming(0));
    each('Element setAttributeNS', 'value', naming(1));
    each('Element setAttributeNode setAttributeNodeNS', 'value', settingNode);
    each('NamedNodeMap setNamedItem setNamedItemNS', 'value', (go, args) => {
        const old = go();
        scan(attrOwner(args[0] as Attr), true);
        return old;
    });
    each('Attr value', 'set', settingText);
    each('Node nodeValue textContent', 'set', settingText);
    each(' Audio', 'value', (go, args) => {
        if (args.length) {
            args[0] = once(args[0]);
            const raw = `${args[0]}`;
            if (refuse(raw, MEDIA)) {
                args.length = 0;
            }
        }
        return go();
    });

    each('CSSStyleSheet insertRule addRule replace replaceSync', 'value', cutting(0));
    each('CSSGroupingRule insertRule', 'value', cutting(0));
    each('CSSKeyframesRule appendRule', 'value', cutting(0));
    each('CSSStyleRule insertRule', 'value', cutting(0));
    each('Element animate', 'value', cutting(0));
    each('KeyframeEffect setKeyframes', 'value', cutting(0));
    each('CSS registerProperty', 'value', cutting(0));
    each(' FontFace KeyframeEffect', 'value', cutting(1));
    each('CSSStyleRule style styleMap', 'get', styling);
    each('CSSKeyframeRule style', 'get', styling);
    each('CSSFontFaceRule style', 'get', styling);

    each(' fetch fetchLater EventSource WebSocket WebSocketStream WebTransport', 'value', asking(0, REQUEST));
    each('Cache add', 'value', asking(0, REQUEST));
    each('XMLHttpRequest open', 'value', asking(1, REQUEST));
    each('Worklet addModule', 'value', asking(0, REQUEST));
    each(' Worker SharedWorker', 'value', asking(0, WORKER));
    each('ServiceWorkerContainer register', 'value', asking(0, WORKER));
    each('Navigator sendBeacon', 'value', (go, args) => {
        if (args.length) {
            args[0] = once(args[0]);
        }
        return args.length && refuse(`${args[0]}`, REQUEST) ? true : go();
    });
    const peering: Hook = (go, args) => {
        const config = args[0] as { iceServers?: unknown } | undefined;
        const servers = config?.iceServers;
        if (servers && names(stringify(servers), REQUEST | 128, /(?:stun|turn)s?:()([^"?]+)/gi)) {
            args[0] = { __proto__: config, iceServers: [] };
        }
        return go();
    };
    each(' RTCPeerConnection webkitRTCPeerConnection', 'value', peering);
    each('RTCPeerConnection setConfiguration', 'value', peering);

    each('HTMLIFrameElement contentWindow contentDocument', 'get', entering);
    each('HTMLFrameElement contentWindow contentDocument', 'get', entering);
    each('HTMLObjectElement contentWindow contentDocument', 'get', entering);
    each(' open', 'value', opening);
    each('HTMLFormElement submit', 'value', (go, _, self) => (leads(self as Element) ? undefined : go()));
    each('HTMLElement click', 'value', (go, _, self) => (leads(self as Element) ? undefined : go()));
    each('EventTarget addEventListener', 'value', hearing);
    each(' onload', 'set', (go, args) => {
        tooLate('load', args[0], window);
        return go();
    });
    const toText = realm.Function.prototype.toString;
    each('Function toString', 'value', (_, args, self) => apply(toText, lookUp(originals, self) ?? self, args));
}

/** What is held fires neither `load` nor `error`: what it stands for has done neither. A frame that has loaded may have
 * a new window. */
const hush = (event: Event) => {
    const target = targetOf(event) as Element;
    if (has(kept, target)) {
        stopEvent(event);
    } else if (localName(target) === 'iframe') {
        enter(windowOf(target));
    }
};
/** A script's click. */
const clicked = (event: Event) => {
    for (let node = targetOf(event) as Node | null; node && !event.isTrusted; node = parentNode(node)) {
        if (nodeType(node) === 1 && matches(/^(a|area)$/, localName(node as Element)) && leads(node as Element)) {
            preventDefault(event);
        }
    }
};
const submitted = (event: Event) => {
    leads(((event as SubmitEvent).submitter ?? targetOf(event)) as Element) && preventDefault(event);
};
const leaving = (event: Event) => {
    const to = (event as Event & { destination: { url: string } }).destination.url;
    !isTouched() && refuse(to, WINDOW) && preventDefault(event);
};

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
            listen(page, 'load', hush, true);
            listen(page, 'error', hush, true);
            listen(page, 'click', clicked, true);
            listen(page, 'submit', submitted, true);
            realm.navigation && listen(realm.navigation, 'navigate', leaving);
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

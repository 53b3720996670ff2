/**
 * Where a script sends the visitor, or a frame: links, forms, pop-ups, `location`. The top page's own navigation is never held.
 * What a visitor clicks or sends goes where it leads. What a script clicks, sends or opens goes to a held address only while the
 * visitor does something to the page, once for each such event, and never into a frame.
 */

import { gate, refuse, WINDOW, weigh } from './judge';
import {
    above,
    add,
    attributeNS,
    destinationOf,
    doc,
    elementName,
    eventPhase,
    eventType,
    getAttribute,
    has,
    isByVisitor,
    isTouched,
    listen,
    lower,
    matches,
    once,
    openWindow,
    ownerDocument,
    parentOf,
    pathOf,
    preventDefault,
    queryAll,
    rootOf,
    submitterOf,
    targetOf,
    top,
    viewOf,
} from './natives';
import type { Hook } from './stand';
import { words } from './text';

// biome-ignore lint/suspicious/noExplicitAny: a window is asked for whatever its realm has
type Realm = any;

/** Realms and documents that are seen to. */
export const known = new WeakSet<object>();
/** Windows that were opened for the visitor: they go where they like. */
const theirs = new WeakSet<object>();
/** The same by the names that they were opened under. */
const named: Record<string, Window> = {
    // @ts-expect-error: this syntax sets the prototype
    __proto__: null,
};
/** What opens a window that does not know who opened it. */
const OPENERLESS = /no(opener|referrer)/i;

/** What the visitor does to the page, until something has gone out for it. */
let deed: Event | undefined;
/** What it was done to is a link whose address is a script: the browser runs that later. */
let lasts = false;
/** What the visitor did last, they did to a node of ours. */
let isOurs = false;
/** How many clicks and submits are being made up by scripts. What the browser does meanwhile is none of the visitor's: a label
 * that a script clicks clicks its button, and any submit event is trusted. */
let making = 0;

/** Whether the visitor is doing something to the page right now: its listeners are called, and their microtasks run. */
const isDoing = (): boolean => !!deed && deed.isTrusted && (eventPhase(deed) > 0 || (lasts && isTouched()));

/** Whether this is a node of ours. */
const isOur = (node: unknown): boolean => !!matches(/^portcullis-/, elementName(node));

/** What the visitor does to the page. Of `change` and such, that of a list alone: others can be had by a script. */
const DEEDS = 'pointerdown mousedown pointerup mouseup touchend click auxclick keydown keyup change submit';
const doing = (event: Event) => {
    if (event.isTrusted && !making && (eventType(event) !== 'change' || elementName(targetOf(event)) === 'select')) {
        isOurs = false;
        lasts = false;
        const path = pathOf(event);
        for (let at = 0; at < path.length; at++) {
            isOurs ||= isOur(path[at]);
            lasts ||= !!matches(/^\s*javascript:/i, linkOf(path[at]) ?? '');
        }
        deed = isOurs ? undefined : event;
    }
};

/** The address that an element has if it is a link: that of SVG may stand under XLink's name. */
const linkOf = (node: unknown): string | null =>
    elementName(node)
        ? (getAttribute(node as Element, 'href') ??
          attributeNS(node as Element, 'http://www.w3.org/1999/xlink', 'href'))
        : null;

/** Whether what is held may go to this target all the same. */
function mayGo(realm: Realm, target: string, features: string): boolean {
    const word = lower(target);
    let aim: Realm =
        word === '_self' || !word ? realm : word === '_parent' ? parentOf(realm) : word === '_top' ? realm.top : null;
    if (!aim && word !== '_blank') {
        if ((isDoing() || (named[target] && !named[target].closed)) && !matches(OPENERLESS, features)) {
            // The browser itself says which window is meant, and opens one where none is.
            aim = openWindow(realm, '', target, features);
        }
        if (!aim) {
            return false;
        }
    }
    if (aim && (aim === top || has(theirs, aim))) {
        return true;
    }
    if ((aim && aim.top !== aim) || !isDoing()) {
        return false;
    }
    deed = undefined;
    aim && add(theirs, aim);
    return true;
}

/** Whether this link or form of a script's doing is held. */
function leads(el: Element, raw: string | null, target: string | null): boolean {
    const page = ownerDocument(el);
    const realm = viewOf(page);
    if (!raw || !realm || !weigh(raw, '', WINDOW, el)) {
        return false;
    }
    try {
        const base = target === null && queryAll(rootOf(page) as Node, 'base[target]')[0];
        // What is saved goes into no window.
        const name = getAttribute(el, 'download') === null ? (base ? getAttribute(base, 'target') : target) : '_blank';
        if (mayGo(realm, name ?? '', getAttribute(el, 'rel') ?? '')) {
            return false;
        }
    } catch {
        // What cannot be told is held.
    }
    refuse(raw, WINDOW, el);
    return true;
}
const linkLeads = (el: Element): boolean => leads(el, linkOf(el), getAttribute(el, 'target'));
const formLeads = (form: Element, button?: Element | null): boolean => {
    const of = (name: string): string | null =>
        (button && getAttribute(button, `form${name}`)) ?? getAttribute(form, name);
    return leads(form, of('action'), of('target'));
};

/** The link that the click leads to which a script makes up: it was decided about. */
let passed: unknown;
/** A link is clicked: the innermost of its path is the one that leads. */
const clicking = (event: Event) => {
    const path = pathOf(event);
    let ours = false;
    for (let at = 0; at < path.length; at++) {
        const el = path[at] as Element;
        ours ||= isOur(el);
        if (linkOf(el) !== null) {
            if ((ours || making || !event.isTrusted) && el !== passed && linkLeads(el)) {
                preventDefault(event);
            } else if (making) {
                // A shadow root hears of it as well.
                passed = el;
            }
            return;
        }
    }
};
/** A form is sent. */
const sending = (event: Event) => {
    making && event.isTrusted && formLeads(targetOf(event) as Element, submitterOf(event)) && preventDefault(event);
};
/** A window that is no page of its own is sent on. */
const navigating = (event: Event) => {
    isByVisitor(event) || (refuse(destinationOf(event), WINDOW) && preventDefault(event));
};

/** Has clicks and submits heard here, before anybody else can stop them: each way on from a shadow root is another. */
export function hearClicks(target: EventTarget): void {
    listen(target, 'click', clicking, true);
    listen(target, 'submit', sending, true);
}
/** Has what leads out of this window heard. */
export function hearLeaving(realm: Realm): void {
    words(DEEDS, (type) => {
        listen(realm, type, doing, true);
    });
    hearClicks(realm);
    realm === top || has(theirs, realm) || !realm.navigation || listen(realm.navigation, 'navigate', navigating);
}

/** A script clicks, or sends a form as its button does. What it clicks may be nowhere in the page, where nobody hears it. */
export const pressing: Hook = (go, args, self, name) => {
    try {
        // Firefox takes a `DOMActivate` for a click.
        if (name === 'dispatchEvent' && !matches(/^(click|DOMA)/, eventType(args[0] as Event))) {
            return go();
        }
    } catch {
        // What is no event is the browser's to refuse.
    }
    const outer = passed;
    passed = self;
    while (passed && linkOf(passed) === null) {
        passed = above(passed);
    }
    making++;
    try {
        return passed && linkLeads(passed as Element) ? name === 'dispatchEvent' || undefined : go();
    } finally {
        making--;
        passed = outer;
    }
};

/** A script sends a form, and no event tells. */
export const submitting: Hook = (go, _, self) => (formLeads(self as Element) ? undefined : go());

/** A window is opened, or one that is there is sent on; `enter` sees to it. */
export const opening =
    (realm: Realm, enter: (out: unknown) => void): Hook =>
    (go, args, from) => {
        for (let at = 0; at < args.length && at < 3; at++) {
            args[at] = once(args[at]);
        }
        const raw = args[0] === undefined ? '' : `${args[0]}`;
        const features = `${args[2] ?? ''}`;
        let name = (args[1] === undefined ? '' : `${args[1]}`) || '_blank';
        // It is read against whoever asks, who need not be this window.
        const page: Document = realm.document;
        const by = weigh(raw, '', WINDOW, page) ? page : weigh(raw, '', WINDOW, doc) ? doc : undefined;
        const isForVisitor = !!by || isDoing();
        if (by) {
            if (matches(OPENERLESS, features) && name[0] !== '_') {
                args[1] = name = '_blank';
            }
            if (!mayGo(from ?? realm, name, features)) {
                refuse(raw, WINDOW, by);
                return null;
            }
        } else if (
            // Where a window goes later is not seen while it is blank. Browsers refuse one that nobody asked for as well.
            (isOurs || (!isTouched() && matches(/^\s*(about:.*)?$/i, raw))) &&
            !matches(/^_(self|parent|top)$/i, name) &&
            (gate?.holds() ?? true)
        ) {
            const out = lower(name) === '_blank' ? null : (go() as Realm);
            try {
                if (!out || (out.top === out && !has(known, out.Object))) {
                    out?.close();
                    return null;
                }
            } catch {
                // It was there before, and shows another site.
            }
            enter(out);
            return out;
        }
        const out = go() as Realm;
        if (isForVisitor && out && out !== top && out.top === out) {
            deed = undefined;
            add(theirs, out);
            named[name] = out;
        }
        enter(out);
        return out;
    };

/**
 * The browser's functions for documents as they are before the page can change them; `plain.ts` has what is no document's.
 * This is the one place that asks the window and the document for anything by name (`xtask/lint.mjs`): a named form or image
 * can stand before any member of a document, and a page may put what it likes in the place of a global.
 */

import { createElement, equip } from '../element';
import { apply, bare, excuse, getter, hostname, own, parse, prototypeOf, setter, slice, stringify, Url } from './plain';

export * from './plain';

/** The window and the document: nothing can stand in their place. */
export const view = window;
export const doc = document;
export const { top } = view;

// biome-ignore lint/suspicious/noExplicitAny: an interface has whatever it has
type Interface = any;
const { toStringTag } = Symbol;
const HTML = 'http://www.w3.org/1999/xhtml';
/** Elements from which the interfaces are found. */
const SAMPLES = [
    ...[
        'script',
        'iframe',
        'frame',
        'embed',
        'object',
        'img',
        'source',
        'input',
        'video',
        'track',
        'link',
        'a',
        'area',
    ],
    ...['meta', 'body', 'form', 'template'],
];

/**
 * The prototypes of a window's interfaces, by name. They come from objects that nothing can replace, and each says itself
 * which it is (Web IDL § 3.7.3): libraries put functions of their own in the place of `Document` and `Window`. What only its
 * constructor leads to is found from there, behind whatever a page has derived from it.
 */
export function interfacesOf(realm: Interface): (name: string) => Interface {
    const page = realm.document;
    const known: Record<string, Interface> = { __proto__: null };
    const learn = (from: Interface) => {
        for (let at = prototypeOf(from); at; at = prototypeOf(at)) {
            const name = own(at, toStringTag as unknown as string) as string;
            known[name] ??= at;
        }
    };
    learn(page);
    const from = known.Document;
    const make = (method: string, ...args: unknown[]): Interface => {
        const made = apply(from[method], page, args);
        learn(made);
        return made;
    };
    for (let at = 0; at < SAMPLES.length; at++) {
        // By its name space: a document may be a drawing.
        make('createElementNS', HTML, SAMPLES[at]);
    }
    make('createElementNS', 'http://www.w3.org/2000/svg', 'a');
    make('createTextNode', '');
    make('createRange');
    make('createAttribute', 'a');
    make('createEvent', 'Event');
    const box = make('createElementNS', HTML, 'div');
    learn(apply(known.Element.attachShadow, box, [{ mode: 'open' }]));
    learn(box.style);
    learn(realm.navigator);
    return (name) => {
        const there = realm[name];
        for (let at = there?.prototype; at && !known[name]; at = prototypeOf(at)) {
            known[name] = own(at, toStringTag as unknown as string) === name && at;
        }
        return known[name] || there?.prototype || there;
    };
}

/** Those of this window. */
export const interfaces = interfacesOf(view);
const documents = interfaces('Document');
const elements = interfaces('Element');
const nodes = interfaces('Node');
const scripts = interfaces('HTMLScriptElement');
const targets = interfaces('EventTarget');
const events = interfaces('Event');
const attrs = interfaces('Attr');
const records = interfaces('MutationRecord');
const ranges = interfaces('Range');
const storages = interfaces('Storage');

equip([documents.createElement, elements.setAttribute, elements.append, parse, stringify]);

export { createElement };
export const createIn: (doc: Document, name: string) => Element = bare(documents.createElement);
export const makeFragment: (doc: Document) => Node = bare(documents.createDocumentFragment);
export const typeOfDocument: (doc: Document) => string = getter(documents, 'contentType');
const parser = new DOMParser();
const parseFromString = bare(interfaces('DOMParser').parseFromString);
/** A document in which nothing loads and nothing runs. */
export const parseDocument = (html: unknown): Document => parseFromString(parser, html, 'text/html');
/** What no markup can guess. */
export const secret = slice(`${Math.random()}`, 2);
export const rootOf: (doc: Document) => HTMLElement | null = getter(documents, 'documentElement');
export const root = (): HTMLElement | null => rootOf(doc);
export const currentScript: (doc: Document) => HTMLScriptElement | null = getter(documents, 'currentScript');
export const readyState: (doc: Document) => string = getter(documents, 'readyState');
export const write: (doc: Document, html: string) => void = bare(documents.write);
export const getAttribute: (el: Element, name: string) => string | null = bare(elements.getAttribute);
export const setAttribute: (el: Element, name: string, value: unknown) => void = bare(elements.setAttribute);
export const removeAttribute: (el: Element, name: string) => void = bare(elements.removeAttribute);
export const attributeNames: (el: Element) => string[] = bare(elements.getAttributeNames);
export const queryAll: (el: Node, selector: string) => NodeListOf<Element> = bare(elements.querySelectorAll);
export const localName: (el: Element) => string = getter(elements, 'localName');
export const namespaceOf: (el: Element) => string | null = getter(elements, 'namespaceURI');
export const shadowRoot: (el: Element) => ShadowRoot | null = getter(elements, 'shadowRoot');
export const setMarkup: (el: Element, html: unknown) => void = setter(elements, 'innerHTML');
export const contentOf: (template: Element) => Node = getter(interfaces('HTMLTemplateElement'), 'content');
export const replaceChildren: (el: Node, by: Node) => void = bare(elements.replaceChildren);
export const replaceInRoot: (root: Node, by: Node) => void = bare(interfaces('DocumentFragment').replaceChildren);
export const replaceChild: (parent: Node, by: Node, old: Node) => void = bare(nodes.replaceChild);
export const hostOf: (root: unknown) => Element = getter(interfaces('ShadowRoot'), 'host');
export const closest: (el: Element, selector: string) => Element | null = bare(elements.closest);
export const nodeType: (node: unknown) => number = getter(nodes, 'nodeType');
export const nodeValue: (node: Node) => string | null = getter(nodes, 'nodeValue');
export const setNodeValue: (node: Node, value: string) => void = setter(nodes, 'nodeValue');
export const textContent: (node: Node) => string = getter(nodes, 'textContent');
export const parentNode: (node: Node) => Node | null = getter(nodes, 'parentNode');
export const nextSibling: (node: Node) => Node | null = getter(nodes, 'nextSibling');
export const firstChild: (node: Node) => Node | null = getter(nodes, 'firstChild');
export const isConnected: (node: Node) => boolean = getter(nodes, 'isConnected');
export const treeOf: (node: Node) => Node = bare(nodes.getRootNode);
export const sharedParent: (range: Range) => Node = getter(ranges, 'commonAncestorContainer');
export const isIn: (range: Range, node: Node) => boolean = bare(ranges.intersectsNode);
export const importNode: (doc: Document, el: Element) => Element = bare(documents.importNode);
export const ownerDocument: (node: Node) => Document = getter(nodes, 'ownerDocument');
export const baseURI: (node: Node) => string = getter(nodes, 'baseURI');
export const insertBefore: (parent: Node, node: Node, before: Node | null) => void = bare(nodes.insertBefore);
export const removeChild: (parent: Node, node: Node) => void = bare(nodes.removeChild);
export const compare: (a: Node, b: Node) => number = bare(nodes.compareDocumentPosition);
export const selectNode: (range: Range, node: Node) => void = bare(ranges.selectNode);
export const fragmentOf: (range: Range, html: string) => DocumentFragment = bare(ranges.createContextualFragment);
export const Span = Range;
export const listen: (target: EventTarget, type: string, ear: unknown, capture?: unknown) => void = bare(
    targets.addEventListener,
);
export const stopEvent: (event: Event) => void = bare(events.stopImmediatePropagation);
export const preventDefault: (event: Event) => void = bare(events.preventDefault);
export const targetOf: (event: Event) => object = getter(events, 'target');
export const eventType: (event: Event) => string = getter(events, 'type');
export const eventPhase: (event: Event) => number = getter(events, 'eventPhase');
export const pathOf: (event: Event) => EventTarget[] = bare(events.composedPath);
export const submitterOf: (event: Event) => Element | null = getter(interfaces('SubmitEvent'), 'submitter');
export const nonceOf: (el: Element) => string = getter(interfaces('HTMLElement'), 'nonce');
export const getAsync: (el: Element) => boolean = getter(scripts, 'async');
export const setAsync: (el: Element, on: boolean) => void = setter(scripts, 'async');
export const viewOf: (doc: unknown) => (Window & Record<number, Window>) | null = getter(documents, 'defaultView');
export const windowOf: (el: Element) => Window | null = getter(interfaces('HTMLIFrameElement'), 'contentWindow');
export const attrName: (attr: Attr) => string = getter(attrs, 'localName');
export const attrOwner: (attr: Attr) => Element | null = getter(attrs, 'ownerElement');
export const attrValue: (attr: Attr) => string = getter(attrs, 'value');
export const createAttribute: (doc: Document, name: string) => Attr = bare(documents.createAttribute);
const maps = interfaces('NamedNodeMap');
export const itemOf: (map: NamedNodeMap, index: number) => Attr | null = bare(maps.item);
export const putItem: (map: NamedNodeMap, attr: Attr) => void = bare(maps.setNamedItem);
export const addedNodes: (record: MutationRecord) => NodeList = getter(records, 'addedNodes');
export const takeRecords: (watch: MutationObserver) => MutationRecord[] = bare(
    interfaces('MutationObserver').takeRecords,
);
export const changedNode: (record: MutationRecord) => Node = getter(records, 'target');
export const changedAttribute: (record: MutationRecord) => string | null = getter(records, 'attributeName');
/** The text of a value that the browser has parsed as CSS; nothing where there are none. */
export const styleText: (value: unknown) => string | undefined = bare(interfaces('CSSStyleValue')?.toString);
export const attributeNS: (el: Element, space: string, name: string) => string | null = bare(elements.getAttributeNS);
/** What an event goes to next, but for slots; after the last of a tree, and of what is no node, nothing. */
export function above(node: unknown): Node | null {
    try {
        return parentNode(node as Node) ?? hostOf(node);
    } catch (error) {
        excuse(error);
        return null;
    }
}
export const parentOf: (realm: unknown) => Window = getter(view, 'parent');
export const openWindow: (realm: unknown, url: string, name: string, features: string) => Window | null = bare(
    view.open,
);
/** The local name of an element; of what is none, nothing. */
export function elementName(node: unknown): string {
    try {
        return nodeType(node) === 1 ? localName(node as Element) : '';
    } catch (error) {
        excuse(error);
        return '';
    }
}
const navigations = interfaces('NavigateEvent') ?? {};
const destination = getter(navigations, 'destination');
const destinationUrl = getter(interfaces('NavigationDestination') ?? {}, 'url');
/** Where a navigation leads, and whether the visitor set it off by a link or a form. */
export const destinationOf = (event: Event): string => destinationUrl(destination(event));
export const isByVisitor: (event: Event) => boolean = getter(navigations, 'userInitiated');
const serializer = new XMLSerializer();
const toXml = bare(interfaces('XMLSerializer')?.serializeToString);
export const serialize = (node: unknown): string => toXml(serializer, node);
/** A set that is thrown away with what is in it. */
export const Marks = WeakSet;
const setLater = bare(view.setTimeout);
export const later = (ear: () => void, milliseconds: number): void => setLater(view, ear, milliseconds);
export const headOf: (doc: Document) => HTMLElement | null = getter(documents, 'head');
export const bodyOf: (doc: Document) => HTMLElement | null = getter(documents, 'body');
export const byId: (doc: Document, id: string) => HTMLElement | null = bare(documents.getElementById);
export const query: (doc: Node, selector: string) => Element | null = bare(documents.querySelector);
export const cookieOf: (doc: Document) => string = getter(documents, 'cookie');
export const setCookie: (doc: Document, text: string) => void = setter(documents, 'cookie');
export const dispatch: (target: EventTarget, event: Event) => void = bare(targets.dispatchEvent);
export const unlisten: (target: EventTarget, type: string, ear: unknown) => void = bare(targets.removeEventListener);
export const localStore: (view: Window) => Storage | undefined = getter(view, 'localStorage');
export const getItem: (store: unknown, key: string) => unknown = bare(storages.getItem);
export const setItem: (store: unknown, key: string, text: string) => void = bare(storages.setItem);
export const removeItem: (store: unknown, key: string) => void = bare(storages.removeItem);
/** A frame made of text has no host of its own: it is of its page's origin. */
const { origin } = view;
export const pageHost = location.hostname || (origin[0] === 'h' ? hostname(new Url(origin)) : '');
export const ownPrefix = `${origin}/`;
const activation = (navigator as { userActivation?: object }).userActivation;
const isActive = activation && getter(prototypeOf(activation), 'isActive');
/** Whether the visitor has just done something; where the browser cannot say, they have. */
export const isTouched = (): boolean => !isActive || isActive(activation);

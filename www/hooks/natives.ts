/** The browser's functions for documents as they are before the page can change them; `plain.ts` has what is no document's. */

import { bare, getter, hostname, prototypeOf, setter, Url } from './plain';

export * from './plain';

export const doc = document;
/** A named form or image of the page can stand before the document's own methods, but not before these. */
const documents = Document.prototype;
const elements = Element.prototype;
const nodes = Node.prototype;
const scripts = HTMLScriptElement.prototype;
const targets = EventTarget.prototype;
const events = Event.prototype;
const attrs = Attr.prototype;
const records = MutationRecord.prototype;
const ranges = Range.prototype;

export { createElement } from '../element';
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
export const getMarkup: (el: Element) => string = getter(elements, 'innerHTML');
export const contentOf: (template: Element) => Node = getter(HTMLTemplateElement.prototype, 'content');
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
export const nonceOf: (el: Element) => string = getter(HTMLElement.prototype, 'nonce');
export const getAsync: (el: Element) => boolean = getter(scripts, 'async');
export const setAsync: (el: Element, on: boolean) => void = setter(scripts, 'async');
export const windowOf: (el: Element) => Window | null = getter(HTMLIFrameElement.prototype, 'contentWindow');
export const attrName: (attr: Attr) => string = getter(attrs, 'localName');
export const attrOwner: (attr: Attr) => Element | null = getter(attrs, 'ownerElement');
export const attrValue: (attr: Attr) => string = getter(attrs, 'value');
export const addedNodes: (record: MutationRecord) => NodeList = getter(records, 'addedNodes');
export const takeRecords: (watch: MutationObserver) => MutationRecord[] = bare(MutationObserver.prototype.takeRecords);
export const changedNode: (record: MutationRecord) => Node = getter(records, 'target');
export const changedAttribute: (record: MutationRecord) => string | null = getter(records, 'attributeName');
export const cssText: (style: CSSStyleDeclaration) => string = getter(CSSStyleDeclaration.prototype, 'cssText');
export const ruleStyle: (rule: unknown) => CSSStyleDeclaration = getter(CSSStyleRule.prototype, 'style');
export const setCssText: (style: CSSStyleDeclaration, text: string) => void = setter(
    CSSStyleDeclaration.prototype,
    'cssText',
);
/** A set that is thrown away with what is in it. */
export const Marks = WeakSet;
const setLater = bare(window.setTimeout);
export const later = (ear: () => void, milliseconds: number): void => setLater(window, ear, milliseconds);
/** A frame made of text has no host of its own: it is of its page's origin. */
const origin = self.origin;
export const pageHost = location.hostname || (origin[0] === 'h' ? hostname(new Url(origin)) : '');
export const ownPrefix = `${origin}/`;
const activation = (navigator as { userActivation?: object }).userActivation;
const isActive = activation && getter(prototypeOf(activation), 'isActive');
/** Whether the visitor has just done something; where the browser cannot say, they have. */
export const isTouched = (): boolean => !isActive || isActive(activation);

/** Making elements, for both files. */

const { apply } = Reflect;
const doc = document;
/** A named form or image of the page can stand before the document's own methods, but not before these. */
const create = Document.prototype.createElement;
/** What we make of our own has nothing in it that a hook would have to see. */
const { append, setAttribute } = Element.prototype;
export const createElement = (tag: string): HTMLElement => apply(create, doc, [tag]);

/** Makes an element with attributes and children. Text is text, never HTML. */
export function make(tag: string, attributes: Record<string, string>, ...children: (Node | string)[]): HTMLElement {
    const element = createElement(tag);
    for (const name in attributes) {
        apply(setAttribute, element, [name, attributes[name] as string]);
    }
    apply(append, element, children);
    return element;
}

/** A link that is safe to offer: http(s), mailto or relative, nothing hidden before the scheme (URL Standard, "basic URL
 * parser"). */
export const SAFE = /^(https?:\/\/|mailto:|[^:@/?#]*([/?#]|$))[^\0- ]*$/i;

/** A purpose as Rust tells it: id, name, index of its category (its own, if it is one), bits. */
export type Purpose = [id: string, name: string, of: number, bits: number];
/** What a service is called: where only an id of the catalogue is at hand, its words (`google-analytics`: Google
 * Analytics). A host stays a host. */
export const titleOf = ([id, name]: Purpose): string =>
    name !== id || name.includes('.')
        ? name
        : name.replace(/(^|-)([a-z]?)/g, (_, gap, letter) => (gap && ' ') + letter.toUpperCase());
export const GRANTED = 1;
export const NAMED = 2;
export const ALWAYS = 4;
export const ASKED = 8;
export const LOST = 16;

/** A switch in its real state. */
export const toggle = (name: string, [id, , , bits]: Purpose): HTMLElement =>
    make('input', {
        type: 'checkbox',
        role: 'switch',
        name,
        value: id,
        ...(bits & GRANTED && { checked: '' }),
        ...(bits & ALWAYS && { disabled: '' }),
    });

/** Making elements, for all files. */

import type { parse as Parse, stringify as Stringify } from './json';

const { apply, get, getOwnPropertyDescriptor, getPrototypeOf, set } = Reflect;
/** The browser's functions as they were at the start of the page. The first file takes them, and hands them to those that come
 * later. */
export type Tools = [
    create: Document['createElement'],
    // What we make of our own has nothing in it that a hook would have to see.
    setAttribute: Element['setAttribute'],
    append: Element['append'],
    parse: typeof Parse,
    stringify: typeof Stringify,
];
export let tools: Tools;
/** Takes them. */
export function equip(by: Tools): void {
    tools = by;
}
export const createElement = (tag: string): HTMLElement => apply(tools[0], document, [tag]);
export const parse = (text: string) => tools[3](text);
export const stringify = (value: unknown): string => tools[4](value);

/** A member of the document. An image or a form of the page can stand before it under its name, but not before what the
 * document inherits. */
export const member = <Name extends keyof Document>(name: Name, of: Node = document): Document[Name] =>
    get(getPrototypeOf(of) as object, name, of);
/** The same, set. */
export const setMember = <Name extends keyof Document>(
    name: Name,
    value: Document[Name],
    of: Node = document,
): void => {
    set(getPrototypeOf(of) as object, name, value, of);
};
/** What the page has put under this name; an element of that name is not it. */
export const owned = (name: string): unknown =>
    getOwnPropertyDescriptor(window, name) && (window as unknown as Record<string, unknown>)[name];
/** What the document finds by this selector. */
export const find = (selector: string): Element | null => apply(member('querySelector'), document, [selector]);

/** Makes an element with attributes and children. Text is text, never HTML. */
export function make(tag: string, attributes: Record<string, string>, ...children: (Node | string)[]): HTMLElement {
    const element = createElement(tag);
    for (const name in attributes) {
        apply(tools[1], element, [name, attributes[name] as string]);
    }
    apply(tools[2], element, children);
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
export const UNLISTED = 32;

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

/**
 * Whether the visitor could see what they clicked. Markup and styles that somebody brought onto the page can cover us, make
 * us clear, or give us colours in which nothing can be read; a click that meets us then means something else.
 */

import { bare, doc, getter, interfaces, matches, nodeType, parentNode, queryAll, root, setter, treeOf } from './hooks';

const documents = interfaces('Document');
const shadows = interfaces('ShadowRoot');
// What markup can put another value in place of on the document is taken from its prototype.
const inDocument = bare(documents.elementFromPoint);
const inShadow = bare(shadows.elementFromPoint);
const sheetsOf: (doc: Document) => CSSStyleSheet[] | undefined = getter(documents, 'adoptedStyleSheets');
const setSheets: (doc: Document, sheets: CSSStyleSheet[]) => void = setter(documents, 'adoptedStyleSheets');
const hostOf: (root: Node) => Element = getter(shadows, 'host');
/** A picture of the page before, which stands over this one. */
const transition: (doc: Document) => unknown = getter(documents, 'activeViewTransition');

const at = (tree: Node, x: number, y: number): Element | null => (tree === doc ? inDocument : inShadow)(tree, x, y);
const style = (el: Element, name: string, pseudo?: string): string =>
    getComputedStyle(el, pseudo).getPropertyValue(name);

/** What hides or changes how an element is painted. */
const HIDING = 'opacity visibility filter mix-blend-mode mask-image -webkit-mask-image clip-path'.split(' ');
/** The value with which each of them does not; a browser that does not know the name says nothing. */
const PLAIN = /^(1|visible|none|normal)?$/;
/** A letter of this size can be read, in pixels. */
const LEAST_FONT = 9;
/** How far a colour is from the one behind it, over all three channels, at least: far below what WCAG asks for. */
const LEAST_CONTRAST = 128;

/** The channels of a colour; none of one that lets through what is behind it. */
const channels = (color: string): number[] =>
    matches(/\/|rgba|transparent/, color)
        ? []
        : (color.match(/[\d.]+/g) ?? []).map((part) => +part * (color[0] === 'c' ? 255 : 1));

/** Whether one can be read on the other. In another space than sRGB the numbers say nothing. */
function isLegible(front: string, behind: string): boolean {
    const other = channels(behind);
    const apart = channels(front).reduce((sum, part, index) => sum + Math.abs(part - (other[index] ?? NaN)), 0);
    return apart >= LEAST_CONTRAST || (apart > 0 && !!matches(/(^|\))[^rc]/, front + behind));
}

/** Whatever lets a pointer through is met all the same while this sheet holds. */
let met: CSSStyleSheet | undefined;

/** Whether nothing of the page covers the button, or the box of ours that it is in. */
function isUncovered(button: Element, box: Element, host: Element, x: number, y: number): boolean {
    let isFree = at(treeOf(button), x, y) === button;
    const { left, top, right, bottom } = box.getBoundingClientRect();
    for (let cell = 1; cell < 18; cell += 2) {
        // Nine points, in the middle of as many parts. Nothing is outside of what can be seen.
        const hit = at(
            treeOf(host),
            left + ((right - left) * (cell % 6)) / 6,
            top + ((bottom - top) * (2 * Math.floor(cell / 6) + 1)) / 6,
        );
        isFree &&= !hit || host.contains(hit);
    }
    // What says it in its own attribute has more weight than any sheet, and what is inert is never met.
    return (
        isFree &&
        Array.from(queryAll(root() as Node, '[style],[inert]')).every((el) => {
            const own = el.getBoundingClientRect();
            return (
                (style(el, 'pointer-events') !== 'none' && !el.hasAttribute('inert')) ||
                style(el, 'position') === 'static' ||
                own.left >= right ||
                own.right <= left ||
                own.top >= bottom ||
                own.bottom <= top
            );
        })
    );
}

/** Whether who clicked this button of ours could see it, and the box around it: nothing above it changes how it is painted,
 * nothing covers it, it is as large as it was made, and its words can be read. A second click in a row was meant for what was
 * there before. */
export function isSeen(button: HTMLElement, event: MouseEvent): boolean {
    // A browser before these has no way to say it, and what lets a pointer through is not met there.
    const adopted = sheetsOf(doc);
    const before = adopted && Array.from(adopted);
    try {
        const { left, top, width, height } = button.getBoundingClientRect();
        let box: Element | undefined;
        let host: Element | undefined;
        let isPlain =
            event.detail < 2 &&
            Math.abs(width - button.offsetWidth) < 2 &&
            Math.abs(height - button.offsetHeight) < 2 &&
            parseFloat(style(button, 'font-size')) >= LEAST_FONT &&
            !transition(doc);
        for (let node: Node | null = button; node && node !== doc; ) {
            const el = node as Element;
            isPlain &&= HIDING.every((name) => matches(PLAIN, style(el, name)));
            node = el.assignedSlot ?? parentNode(el);
            if (node && nodeType(node) === 11) {
                node = hostOf(node);
                if (!host) {
                    box = el;
                    host = node as Element;
                    isPlain &&= ['::before', '::after'].every((one) => matches(PLAIN, style(el, 'content', one)));
                    if (el.localName === 'dialog') {
                        // What is open so stands over all that is around it.
                        break;
                    }
                }
            }
        }
        if (!isPlain || !box || !host) {
            return false;
        }
        const ground = style(box, 'background-color');
        const own = style(button, 'background-color');
        if (before) {
            if (!met) {
                met = new CSSStyleSheet();
                met.replaceSync('*,::before,::after{pointer-events:auto!important;interactivity:auto!important}');
            }
            setSheets(doc, before.concat(met));
        }
        return (
            isLegible(style(box, 'color'), ground) &&
            isLegible(style(button, 'color'), channels(own)[2] === undefined ? ground : own) &&
            (event.detail
                ? isUncovered(button, box, host, event.clientX, event.clientY)
                : isUncovered(button, box, host, left + width / 2, top + height / 2))
        );
    } catch {
        // What cannot be looked at was not seen.
        return false;
    } finally {
        before && setSheets(doc, before);
    }
}

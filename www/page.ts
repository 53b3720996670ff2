/**
 * The notice on the page, events to the page, the second file. Nothing here decides: what is shown comes from Rust as a
 * tree, `[tag, { attribute: value }, child, …]`. One builder here is smaller than an import for each of the browser's functions.
 */

import css from '../target/wasm/notice.css';
import { bare, createElement, getter, listen, parse, root as rootElement, stringify } from './hooks';

const doc = document;
const bodyOf: (doc: Document) => HTMLElement | null = getter(Document.prototype, 'body');
const Custom = CustomEvent;
const dispatch: (doc: Document, event: Event) => void = bare(EventTarget.prototype.dispatchEvent);
const unlisten: (doc: Document, kind: string, ear: unknown) => void = bare(EventTarget.prototype.removeEventListener);
const levels = ['info', 'warn', 'error'] as const;

/** What came before the page asked, by event. */
const past: Record<string, unknown[]> = { ready: [], held: [], error: [] };
/** How many of each are kept for those who come late. */
const MOST = 1000;

/** The page's body, if there is one yet; a named element cannot stand in for it. */
export const body = (): HTMLElement | null => bodyOf(doc);

export const now = (): number => Date.now();

/** Dispatches `portcullis:<kind>` on the document. `json` is the detail. */
export function tell(kind: string, json: string): void {
    attempt(() => {
        const detail = parse(json);
        const before = past[kind];
        if (before && before.length < MOST) {
            before.push(detail);
        }
        dispatch(doc, new Custom(`portcullis:${kind}`, { detail }));
    });
}

/** Where the page has broken what we need to speak to it, it hears so once; the gate itself does not depend on it. */
let broken = false;
function attempt(what: () => void): void {
    try {
        what();
    } catch (error) {
        if (!broken) {
            broken = true;
            say(2, `this page keeps us from showing or telling something (${error}). What is not granted stays held.`);
        }
    }
}

/** `portcullis.on`: an ear for an event, which hears what came before it too. Gives the way to take it off again. */
export function on(kind: string, ear: (detail: never) => void): () => void {
    const hear = (event: Event) => ear((event as CustomEvent).detail as never);
    past[kind]?.forEach((detail) => {
        ear(detail as never);
    });
    listen(doc, `portcullis:${kind}`, hear);
    return () => unlisten(doc, `portcullis:${kind}`, hear);
}

/** One line on the console. */
export function say(level: number, text: string): void {
    console[levels[level] ?? 'error'](`Portcullis: ${text}`);
}

/** One error on the console, and `portcullis:error`. */
export function fail(message: string, problems?: string[]): void {
    say(2, message);
    attempt(() => tell('error', stringify({ message, problems })));
}

/** Every spelling of Do Not Track that browsers have had, then Global Privacy Control, as text. */
export function signals(): string[] {
    const read = (holder: unknown, name: string): string => {
        try {
            return `${(holder as Record<string, unknown>)[name]}`;
        } catch {
            // Whoever breaks a signal must not silence it.
            return '1';
        }
    };
    return [
        read(navigator, 'doNotTrack'),
        read(window, 'doNotTrack'),
        read(navigator, 'msDoNotTrack'),
        read(navigator, 'globalPrivacyControl'),
    ];
}

// ---- the notice ----

type Tree = [string, Record<string, string>, ...(Tree | string)[]];

/** Makes the element that a tree describes. Text is text, never HTML. */
function build([tag, attributes, ...children]: Tree): HTMLElement {
    const element = createElement(tag);
    for (const name in attributes) {
        element.setAttribute(name, attributes[name] as string);
    }
    element.append(...children.map((child) => (typeof child === 'string' ? child : build(child))));
    return element;
}

let sheet: CSSStyleSheet | undefined;
/** A host with an open shadow root: our styles as a constructed sheet, which a strict policy allows (an element in
 * browsers before that), and what its light children are slotted into. */
function dress(host: HTMLElement, ...inside: Tree[]): ShadowRoot {
    const root = host.attachShadow({ mode: 'open' });
    try {
        if (!sheet) {
            sheet = new CSSStyleSheet();
            sheet.replaceSync(css);
        }
        root.adoptedStyleSheets = [sheet];
    } catch {
        root.append(build(['style', {}, css]));
    }
    root.append(...inside.map(build));
    return root;
}

/** A host that stands on the page, and the tree it was made of. */
interface Standing {
    host: HTMLElement;
    json: string;
}

/** Brings the light children of a host in line with its tree; those that are right stay, and keep the focus. */
function update(standing: Standing, json: string): void {
    if (standing.json !== json) {
        const before: Tree = parse(standing.json);
        const after: Tree = parse(json);
        after.slice(2).forEach((child, index) => {
            const old = standing.host.childNodes[index];
            const made = build(child as Tree);
            if (!old) {
                standing.host.append(made);
            } else if (stringify(before[index + 2]) !== stringify(child)) {
                old.replaceWith(made);
            }
        });
        while (standing.host.childNodes.length > after.length - 2) {
            standing.host.lastChild?.remove();
        }
        standing.json = json;
    }
}

let first: Standing | undefined;
let control: Standing | undefined;
let dialog: HTMLDialogElement | undefined;
let room: ResizeObserver | undefined;

/** Puts the first layer (`null`: none) and the control on the page, or brings them up to date. */
export function show(firstJson: string, controlJson: string): void {
    const into = body();
    into && attempt(() => stand(into, firstJson, controlJson));
}

function stand(into: HTMLElement, firstJson: string, controlJson: string): void {
    const tree: Tree | null = parse(firstJson);
    const style = (rootElement() as HTMLElement).style;
    if (first && (!tree || first.host.getAttribute('aria-label') !== tree[1]['aria-label'])) {
        first.host.remove();
        first = undefined;
        room?.disconnect();
        style.removeProperty('scroll-padding-bottom');
    }
    if (first) {
        update(first, firstJson);
    } else if (tree) {
        const host = build(tree);
        first = { host, json: firstJson };
        const row: Tree = ['div', { class: 'row', part: 'actions' }, ['slot', { name: 'action' }]];
        dress(host, ['div', { class: 'bar', part: 'notice' }, ['div', {}, ['slot', {}]], row]);
        into.append(host);
        // What has the focus stays clear of the notice while it stands.
        room = new ResizeObserver(() => style.setProperty('scroll-padding-bottom', `${host.offsetHeight}px`));
        room.observe(host);
    }
    if (controlJson === 'null') {
        control?.host.remove();
        control = undefined;
    } else if (control) {
        update(control, controlJson);
    } else {
        const host = build(parse(controlJson));
        control = { host, json: controlJson };
        const root = dress(
            host,
            ['slot', { name: 'reopen' }],
            ['dialog', { part: 'preferences', 'aria-labelledby': 'title' }],
        );
        dialog = root.querySelector('dialog') as HTMLDialogElement;
        dialog.onclose = () => closed?.();
        // A category's switch takes its services along.
        dialog.onchange = ({ target }) => {
            const category = target as HTMLInputElement;
            if (category.name === 'category') {
                category
                    .closest('section')
                    ?.querySelectorAll<HTMLInputElement>('li input')
                    .forEach((service) => {
                        service.checked = category.checked;
                    });
            }
        };
        into.append(host);
    }
}

let closed: (() => void) | undefined;
/** Who hears that the preferences closed, by whatever means. */
export function whenClosed(ear: () => void): void {
    closed = ear;
}

/** Opens the preferences with these children. */
export function open(json: string): void {
    const panel = dialog;
    const host = control?.host;
    if (!panel || !host) {
        return;
    }
    attempt(() => {
        panel.replaceChildren(...(parse(json) as Tree[]).map(build));
        if (!host.isConnected) {
            // The page, or a blocker, took it away.
            body()?.append(host);
        }
        if (!panel.open) {
            // Browsers before `<dialog>` show it in place.
            panel.showModal ? panel.showModal() : panel.setAttribute('open', '');
        }
        if (panel.checkVisibility?.() === false) {
            // Something hides it, and the page under it would be inert.
            panel.close();
        } else {
            more((file) => file.decorate(panel, config));
        }
    });
}

/** Closes the preferences; false if they are not open. The browser gives the focus back. */
export function close(): boolean {
    const wasOpen = dialog?.hasAttribute('open') === true;
    dialog?.close ? dialog.close() : dialog?.removeAttribute('open');
    return wasOpen;
}

/** The switches as they stand, as JSON: answers by category and by service. Nothing if they are not shown. */
export function switches(): string {
    if (!dialog?.querySelector('input')) {
        return '';
    }
    const answers: Record<string, Record<string, boolean>> = { category: {}, service: {} };
    dialog?.querySelectorAll('input').forEach(({ name, value, checked }) => {
        (answers[name] ?? {})[value] = checked;
    });
    return stringify({ categories: answers.category, services: answers.service });
}

// ---- the second file ----

/** What the second file offers. */
interface More {
    explain(config: string): { level: number; problems: string[] };
    decorate(dialog: Element, config: string): void;
    sweep(ids: string, config: string): void;
}
let base = './';
let config = '{}';

/** Where our other files are; empty: beside the script. */
export function setBase(url: string): void {
    if (url) {
        base = new URL(url, doc.baseURI).href;
    }
}

/** The config as it was at the start, for the second file. */
export function setConfig(json: string): void {
    config = json;
}

/** Has the second file do something, once it is here. Without it the first one stands on its own. */
function more(use: (file: More) => void, otherwise?: () => void): void {
    const url = `${base}portcullis-more.js`;
    import(/* @vite-ignore */ url).then(use).catch((why) => {
        say(1, `${url} could not be used (${why})`);
        otherwise?.();
    });
}

/** Says, in words, what is wrong with the config. */
export function explain(): void {
    const message = 'the configuration is not as it should be';
    more(
        (file) => {
            const { level, problems } = file.explain(config);
            const text = `${message}:\n${problems.join('\n')}`;
            level > 1 ? fail(text, problems) : say(level, text);
        },
        () => fail(message),
    );
}

/** Clears the cookies and the storage that these services left on this site. */
export function sweep(ids: string): void {
    more((file) => file.sweep(ids, config));
}

/**
 * The notice on the page. What it shows, Rust has decided (`src/notice/mod.rs`): the words for it come in the state.
 */

import { first as inside } from '../target/wasm/lang.json';
import css from '../target/wasm/notice.css';
import { ASKED, make, type Purpose, SAFE, titleOf, toggle, UNLISTED } from './element';
import { add, bare, doc, has, interfaces, Marks, own, root as rootElement, stringify } from './hooks';
import { attempt, body, decorate, languageFile } from './page';

/** The language that this file carries, and all that there are, by the build. */
declare const __LANG__: string;
declare const __LANGS__: string;

/** Where everything stands, as Rust tells it: `src/tell/mod.rs`. */
export interface Told {
    phase: string;
    scope: string;
    control: string;
    status: string;
    optOut: boolean;
    report: boolean;
    dnt: boolean;
    gpc: boolean;
    held: number;
    once: number;
    record: unknown;
    /** On which subdomain the choice in the shared cookie was made. */
    shared: string;
    purposes: Purpose[];
}

type Config = Record<string, unknown>;
let config: Config = {};
let lang = __LANG__;
let lines: Record<string, unknown> = inside;
/** A language that is on its way; the notice waits for it. */
export let coming: Promise<unknown> | undefined;
/** How long it waits, in milliseconds. */
const PATIENCE = 1000;

let spoken: (lang: string) => void;

/** Takes the owner's config, for the words and the looks of the notice. `spoken` hears which language it speaks, at once
 * and again when another one has arrived. */
export function configure(read: Config, hears: (lang: string) => void): void {
    config = read;
    spoken = hears;
    // What stood before the owner's words were known is put up anew.
    asked = '';
    spoken(lang);
    const wanted = lookUp([own(config, 'lang'), rootElement()?.lang, ...(navigator.languages ?? [])]);
    wanted === lang || bring(wanted);
}

/** Whether the words beyond the first group have been asked for: they come with every language but the one inside. */
let isAsked = false;
/** Has a language come; the notice waits for it, but not for long. */
function bring(wanted: string): void {
    let late = false;
    isAsked = true;
    coming = Promise.race([
        languageFile(wanted).then(({ first, more, later, embed }) => {
            if (first.title && !late) {
                lang = wanted;
                lines = { ...first, ...more, ...later, ...embed };
                spoken(lang);
            }
        }),
        new Promise((done) => setTimeout(done, PATIENCE)),
    ])
        .catch(() => {})
        .then(() => {
            late = true;
            coming = undefined;
            show(last);
        });
}

/** The first of the languages asked for that we have (RFC 4647 § 3.4), if need be by the script that is usual for it:
 * Chinese of Taiwan is traditional. */
function lookUp(asked: unknown[]): string {
    const find = (range: string): string => {
        for (let part = range.replace(/^n[no]\b/, 'nb'); part; part = part.replace(/(^|-)[^-]*$/, '')) {
            if (` ${__LANGS__} `.includes(` ${part} `)) {
                return part;
            }
        }
        return '';
    };
    for (const tag of asked) {
        if (!tag) {
            continue;
        }
        try {
            const range = `${tag}`.replace(/_/g, '-');
            let found = find(range.split(' ')[0] as string);
            if (!found) {
                // The browser's own tables take it milliseconds to open: only where the tag itself says too little.
                const locale = new Intl.Locale(range);
                found = find(locale.baseName) || find(locale.maximize().baseName);
            }
            if (found) {
                return found;
            }
        } catch {
            // It is no language tag.
        }
    }
    return lang;
}

/** An own value in the config, one or two keys deep. */
const at = (key: string, inner: string): unknown => own(own(config, key) ?? {}, inner);
const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** Names in a row. The browser's own way takes it tens of milliseconds at first, so English goes without. */
function row(names: string[]): string {
    const gap = (index: number): string => (index < names.length - 1 ? ', ' : ' and ');
    return lang === 'en'
        ? names.map((name, index) => (index ? gap(index) : '') + name).join('')
        : new Intl.ListFormat(lang).format(names);
}

/** A line of the language table: the owner's own, else ours. `{}` in it stands for names. */
export function word(key: string, names?: string[]): string {
    const line = textOf(own(at('text', lang) ?? {}, key)) || textOf(own(lines, key));
    return names ? line.split('{}').join(row(names)) : line;
}

/** The names of our four categories in the language table, where they differ from their ids. */
const lineOf = (id: string): string => (id === 'preferences' ? 'functional' : id);
function ownCategory(id: string, key: string): string {
    const list = own(config, 'categories');
    const entry = Array.isArray(list) && list.find((category) => own(category ?? {}, 'id') === id);
    return entry ? textOf(own(entry, key)) : '';
}
/** What a purpose is called. */
export const nameOf = (purpose: Purpose, index: number): string => {
    const [id, , of] = purpose;
    return of === index ? ownCategory(id, 'label') || word(lineOf(id)) || id : titleOf(purpose);
};

const line = (text: string, attributes: Record<string, string> = {}): HTMLElement => make('p', attributes, text);
const button = (action: string, slot: string, label: string): HTMLElement =>
    make('button', { type: 'button', slot, 'data-portcullis': action }, label);

/** The link to the policy, where there is one. */
function policyLink(): HTMLElement[] {
    const url = textOf(at('policy', 'url'));
    return url && SAFE.test(url) ? [make('a', { href: url }, word('policy'))] : [];
}

/** The children of the first layer. */
function firstLayer({ scope, shared, purposes }: Told): HTMLElement[] {
    const isShared = scope === 'shared';
    const isNew = scope === 'new' || isShared;
    const categories: string[] = [];
    const services: string[] = [];
    purposes.forEach((purpose, index) => {
        if (purpose[3] & ASKED) {
            (purpose[2] === index || isNew ? categories : services).push(nameOf(purpose, index));
        }
    });
    // Who is too many to be named here is named in the preferences.
    const more = purposes.filter(([, , , bits]) => bits & UNLISTED).length;
    more && services.push(`+${more}`);
    const listed = scope === 'policy' && at('policy', 'changes');
    const changes = Array.isArray(listed) ? listed.map(textOf).filter(Boolean) : [];
    return [
        make('h2', { slot: 'head' }, word(`${scope}Title`) || word('title')),
        ...(changes.length ? [make('h3', { slot: 'head' }, word('changes') || word('policy'))] : []),
        ...changes.map((change) => line(change, { slot: 'change', role: 'listitem' })),
        ...(isShared ? [line(word('allowedOn', [shared]))] : []),
        line(word(`${scope}Text`, categories) || word('text', categories)),
        ...(services.length ? [line(word('partners', services))] : []),
        ...policyLink(),
        button('deny-all', 'action', word(isNew ? 'rejectNew' : 'reject')),
        ...[
            button('grant-all', 'action', word(isNew ? 'acceptNew' : 'accept')),
            button('choose', 'action', word(scope === 'collection' ? 'choices' : 'choose')),
        ].map((further) => {
            // Before the configuration has come nobody knows yet to what.
            (further as HTMLButtonElement).disabled = !purposes.length;
            return further;
        }),
        ...(at('notice', 'close') === true ? [button('close', 'action', word('close'))] : []),
    ];
}

/** What is in the dialog: the preferences, or the second confirmation while one is pending. */
function secondLayer({ phase, status, purposes }: Told): HTMLElement[] {
    // The second file asks for the age, or once more.
    const confirming = phase === 'confirming';
    const said = confirming ? '' : word(status);
    const actions: Record<string, string> = {
        ...(!confirming && { 'deny-all': 'reject', 'grant-all': 'accept', save: 'save' }),
        close: 'close',
    };
    const sections = purposes.flatMap((purpose, index) => {
        if (confirming || purpose[2] !== index) {
            return [];
        }
        const id = purpose[0];
        const what = ownCategory(id, 'description') || word(`${lineOf(id)}Text`);
        const names = purposes.flatMap((service, place) => {
            return service[2] === index && place !== index ? [titleOf(service)] : [];
        });
        return make(
            'section',
            { part: 'category', 'data-of': `${index}` },
            make('label', {}, nameOf(purpose, index), toggle('category', purpose)),
            ...(what ? [line(what)] : []),
            ...(names.length ? [line(word('partners', names), { class: 'partners' })] : []),
        );
    });
    return [
        make('h2', { id: 'title', tabindex: '-1', autofocus: '' }, word(confirming ? 'confirmTitle' : 'preferences')),
        ...(said ? [line(said, { role: 'status' })] : []),
        ...sections,
        ...(confirming ? [] : policyLink()),
        make(
            'div',
            { class: 'row' },
            ...Object.entries(actions).map(([action, label]) => button(action, '', word(label))),
        ),
    ];
}

/** How the first layer looks, in the owner's word. */
const look = (key: string): string => textOf(at('notice', key));

/** The hosts of all that is ours on the page: the only nodes whose buttons grant. */
const ours = new Marks<Node>();
export const isOurs = (node: Node): boolean => has(ours, node);

let sheet: CSSStyleSheet | undefined;
/** Our own styles load nothing. */
const setSheet: (sheet: CSSStyleSheet, css: string) => void = bare(interfaces('CSSStyleSheet').replaceSync);
/** A host with an open shadow root: our styles as a constructed sheet, which a strict policy allows (an element in
 * browsers before that), and what its light children are slotted into. */
export function dress(tag: string, ...inside: HTMLElement[]): HTMLElement {
    const host = make(tag, {
        'data-nosnippet': '',
        'data-theme': textOf(at('notice', 'theme')),
        dir: /^(ar|he)/.test(lang) ? 'rtl' : 'ltr',
        lang,
    });
    add(ours, host);
    const root = host.attachShadow({ mode: 'open' });
    try {
        if (!sheet) {
            sheet = new CSSStyleSheet();
            setSheet(sheet, css);
        }
        root.adoptedStyleSheets = [sheet];
    } catch {
        root.append(make('style', {}, css));
    }
    root.append(...inside);
    return host;
}

/** Brings the light children of a host in line; those that are right stay, and keep the focus. */
function update(host: HTMLElement, children: HTMLElement[]): void {
    children.forEach((child, index) => {
        const old = host.childNodes[index];
        if (!old) {
            host.append(child);
        } else if (!old.isEqualNode(child)) {
            old.replaceWith(child);
        }
    });
    while (host.childNodes.length > children.length) {
        host.lastChild?.remove();
    }
}

let first: HTMLElement | undefined;
/** What holds the first layer on the page: itself, or the host of the dialog that it is in. */
let outer: HTMLElement | undefined;
let modal: HTMLDialogElement | undefined;
/** What the first layer asks: another question is another notice. */
let asked = '';
let panel: HTMLElement | undefined;
let control: HTMLElement | undefined;
let dialog: HTMLDialogElement | undefined;
let status: HTMLElement | undefined;
let room: ResizeObserver | undefined;
/** When the choice in force was made, as shown last. */
let chosen: unknown;
let last: Told | undefined;
/** How often the page may take us away and get us back, so that nobody fights us for ever. */
let patience = 999;
const watch = new MutationObserver(() => attempt(stay));

/** What `last` says is not on the page yet. */
let due = false;
/** The root element that we stand under. */
let home: Element | null = null;

/** Puts on the page what the state says, once there is a body and a language, or brings it up to date. */
export function show(told: Told | undefined): void {
    last = told;
    due = true;
    attempt(() => {
        // Who has answered before is asked in words that few visits need.
        isAsked || !/new|policy|shared/.test(told?.scope ?? '') || bring(lang);
        stay();
    });
}

/** Comes back where the page's own code took us away with everything else, and takes copies of us away. */
function stay(): void {
    const root = rootElement();
    const into = body();
    // A router may replace the body, `document.open` all there is, and the parser has to bring it first.
    for (const node of [doc, root, into]) {
        node && watch.observe(node, { childList: true });
    }
    if (!into || coming) {
        return;
    }
    if (root !== home) {
        // Where the document was opened anew, nothing of ours hears any more.
        home = root;
        due = true;
        asked = '';
        control?.remove();
        control = undefined;
    }
    if (last && due) {
        stand(into, last);
        due = false;
    }
    into.querySelectorAll('portcullis-modal,portcullis-notice,portcullis-control').forEach((host) => {
        host === first || host === outer || host === control || host.remove();
    });
    [control, outer].forEach((host) => {
        if (host && !host.isConnected && patience-- > 0) {
            into.append(host);
            if (host === outer && modal) {
                // It was modal where it stood before.
                modal.close();
                raise(modal);
            }
        }
    });
}

/** Opens a dialog. One that is hidden all the same is closed at once: the page under it could not be used. */
function raise(what: HTMLDialogElement): void {
    if (!what.open) {
        // Browsers before `<dialog>` show it in place.
        what.showModal ? what.showModal() : what.setAttribute('open', '');
    }
    const isModal = what === modal;
    if ((isModal ? panel : what)?.checkVisibility?.({ checkOpacity: true, checkVisibilityCSS: true }) === false) {
        if (isModal) {
            what.onclose = null;
        }
        what.close();
    } else if (isModal) {
        // None of the answers has the focus in advance.
        what.focus();
    }
}

function stand(into: HTMLElement, told: Told): void {
    const { style } = rootElement() as HTMLElement;
    const children = told.scope ? firstLayer(told) : [];
    const title = children[0]?.textContent ?? '';
    const edge = look('position').startsWith('top') ? 'scroll-padding-top' : 'scroll-padding-bottom';
    if (outer && asked !== title) {
        const gone = outer;
        first = outer = undefined;
        room?.disconnect();
        style.removeProperty(edge);
        style.removeProperty('overflow');
        // A dialog gives the focus back.
        modal?.close?.();
        modal = undefined;
        gone.remove();
    }
    asked = title;
    let news: HTMLElement[] = [];
    if (first) {
        update(first, children);
    } else if (title) {
        const changes = children.filter(({ slot }) => slot === 'change');
        const text = make(
            'div',
            { class: 'text' },
            make('slot', { name: 'head' }),
            ...(changes.length ? [make('div', { role: 'list' }, make('slot', { name: 'change' }))] : []),
            make('slot', {}),
        );
        const layer = make(
            'div',
            { class: 'panel', part: 'notice' },
            text,
            make('div', { class: 'row', part: 'actions' }, make('slot', { name: 'action' })),
        );
        const host = dress('portcullis-notice', layer);
        host.dataset.look = `${look('layout') || 'bar'} ${look('position')}`;
        host.append(...children);
        first = outer = host;
        panel = layer;
        if (look('layout') === 'modal') {
            const box = make('dialog', { 'aria-label': title, tabindex: '-1' }, make('slot', {})) as HTMLDialogElement;
            // Around the notice, not in it: consent clients see no button that has no element of the page around it, and
            // a modal dialog has none.
            const around = dress('portcullis-modal', box);
            around.append(host);
            outer = around;
            modal = box;
            // Escape is no answer. It closes where the owner has a button for that.
            box.oncancel = (event) => {
                event.preventDefault();
                host.querySelector<HTMLElement>('[data-portcullis="close"]')?.click();
            };
            box.onclose = () => modal === box && raise(box);
        } else {
            host.role = 'region';
            host.ariaLabel = title;
        }
        into.append(outer);
        modal && raise(modal);
        if (told.record) {
            // Who has answered before does not expect a notice.
            news = children.filter(({ slot }) => /^(head|change)$/.test(slot));
        }
        room = new ResizeObserver(() => {
            // Something may hide us at any time: then the page must be as if we were not there.
            const height = layer.offsetHeight;
            // What has the focus stays clear of the notice while it stands.
            style.setProperty(edge, height && !modal ? `${height}px` : '');
            style.setProperty('overflow', height && at('notice', 'lock') === true ? 'hidden' : '');
            text.tabIndex = text.scrollHeight > text.clientHeight ? 0 : -1;
            if (!height && modal) {
                modal.onclose = null;
                modal.close();
            }
        });
        room.observe(layer);
    }
    const when = own(told.record ?? {}, 'time');
    if (control && when && when !== chosen) {
        news = [line(word('saved'))];
    }
    chosen = when;
    if (!told.control) {
        control?.remove();
        control = undefined;
        return;
    }
    if (!control) {
        dialog = make('dialog', { part: 'preferences', 'aria-labelledby': 'title' }) as HTMLDialogElement;
        // It comes a task later, and another question may be open by then.
        dialog.onclose = () => dialog?.open || closed?.();
        status = make('div', { class: 'said', role: 'status' });
        control = dress('portcullis-control', make('slot', { name: 'reopen' }), status, dialog);
        into.append(control);
    }
    if (news.length) {
        // After a dialog has closed: what is behind it is not read out.
        setTimeout(() => status?.replaceChildren(...news.map(({ textContent }) => line(textContent ?? ''))), 100);
    }
    const shown = !told.scope && at('notice', 'reopen') !== 'none';
    update(control, shown ? [button('choose', 'reopen', word(told.control))] : []);
}

let closed: (() => void) | undefined;
/** Who hears that the preferences closed, by whatever means. */
export function whenClosed(ear: () => void): void {
    closed = ear;
}

/** Opens the preferences, or the second confirmation; `asked` `erase`: with the question whether to erase everything. */
export function open(told: Told, asked?: unknown): void {
    if (coming) {
        coming.then(() => open(told, asked));
        return;
    }
    const box = dialog;
    if (!box) {
        return;
    }
    attempt(() => {
        status?.replaceChildren();
        box.replaceChildren(...secondLayer(told));
        // The page, or a blocker, took it away.
        stay();
        // What had the focus is gone where it was open before.
        box.open && box.querySelector('h2')?.focus();
        raise(box);
        box.open && decorate(box, told, lang, lines, asked);
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
    dialog.querySelectorAll('input').forEach(({ name, value, checked }) => {
        (answers[name] ?? {})[value] = checked;
    });
    return stringify({ categories: answers.category, services: answers.service });
}

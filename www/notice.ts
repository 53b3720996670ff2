/**
 * The notice on the page. What it shows, Rust has decided (`src/notice/mod.rs`): the words for it come in the state.
 */

import { first as english } from '../src/notice/lang/en.json';
import css from '../target/wasm/notice.css';
import { ASKED, make, NAMED, type Purpose, titleOf, toggle } from './element';
import { own, root as rootElement, stringify } from './hooks';
import { attempt, body, decorate } from './page';

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
    record: unknown;
    purposes: Purpose[];
}

type Config = Record<string, unknown>;
let config: Config = {};
/** The owner's config, for the words and the looks of the notice. */
export function configure(read: Config): void {
    config = read;
}

/** An own value in the config, one or two keys deep. */
const at = (key: string, inner: string): unknown => own(own(config, key) ?? {}, inner);
const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** A line of the language table: the owner's own, else ours. `{}` in it stands for names. */
function word(key: string, names?: string[]): string {
    const line = textOf(own(at('text', 'en') ?? {}, key)) || ((own(english, key) as string) ?? '');
    return names ? line.split('{}').join(names.join(', ')) : line;
}

/** A link that is safe to offer: http(s) or relative, nothing hidden before the scheme (URL Standard, "basic URL parser"). */
const SAFE = /^(https?:\/\/|[^:@/?#]*([/?#]|$))[^\0- ]*$/i;

/** The names of our four categories in the language table, where they differ from their ids. */
const lineOf = (id: string): string => (id === 'preferences' ? 'functional' : id);
function ownCategory(id: string, key: string): string {
    const list = own(config, 'categories');
    const entry = Array.isArray(list) && list.find((category) => own(category ?? {}, 'id') === id);
    return entry ? textOf(own(entry, key)) : '';
}
/** What a purpose is called. */
const nameOf = (purpose: Purpose, index: number): string => {
    const [id, , of] = purpose;
    return of === index ? ownCategory(id, 'label') || word(lineOf(id)) || id : titleOf(purpose);
};

const button = (action: string, slot: string, label: string): HTMLElement =>
    make('button', { type: 'button', slot, 'data-portcullis': action }, label);

/** The link to the policy, where there is one. */
function policyLink(): HTMLElement[] {
    const url = textOf(at('policy', 'url'));
    return url && SAFE.test(url) ? [make('a', { href: url }, word('policy'))] : [];
}

/** The children of the first layer. */
function firstLayer({ scope, purposes }: Told): HTMLElement[] {
    const isNew = scope === 'new';
    const categories: string[] = [];
    const services: string[] = [];
    purposes.forEach((purpose, index) => {
        if (purpose[3] & ASKED) {
            (purpose[2] === index || isNew ? categories : services).push(nameOf(purpose, index));
        }
    });
    const line = (text: string): HTMLElement => make('p', {}, text);
    const changes = scope === 'policy' && at('policy', 'changes');
    return [
        make('h2', {}, word(scope === 'all' ? 'title' : `${scope}Title`)),
        ...(Array.isArray(changes) ? changes.map((change) => line(textOf(change))) : []),
        line(word(scope === 'all' ? 'text' : `${scope}Text`, categories)),
        ...(services.length ? [line(word('partners', services))] : []),
        ...policyLink(),
        button('deny-all', 'action', word(isNew ? 'rejectNew' : 'reject')),
        button('grant-all', 'action', word(isNew ? 'acceptNew' : 'accept')),
        button('choose', 'action', word(scope === 'collection' ? 'choices' : 'choose')),
        ...(at('notice', 'close') === true ? [button('close', 'action', word('close'))] : []),
    ];
}

/** What is in the dialog: the preferences, or the second confirmation while one is pending. */
function secondLayer({ phase, status, purposes }: Told): HTMLElement[] {
    const confirming = phase === 'confirming';
    const said = confirming ? 'confirmText' : status;
    const actions = confirming
        ? { cancel: 'cancel', confirm: 'confirm' }
        : { 'deny-all': 'reject', 'grant-all': 'accept', save: 'save', close: 'close' };
    const sections = purposes.flatMap((purpose, index) => {
        if (confirming || purpose[2] !== index) {
            return [];
        }
        const id = purpose[0];
        const what = ownCategory(id, 'description') || word(`${lineOf(id)}Text`);
        const names = purposes.flatMap((service, place) => {
            const name = titleOf(service);
            const said = service[3] & NAMED ? name : `${name} (${word('found')})`;
            return service[2] === index && place !== index ? [said] : [];
        });
        return make(
            'section',
            { part: 'category', 'data-of': `${index}` },
            make('label', {}, nameOf(purpose, index), toggle('category', purpose)),
            ...(what ? [make('p', {}, what)] : []),
            ...(names.length ? [make('p', { class: 'partners' }, word('partners', names))] : []),
        );
    });
    return [
        make('h2', { id: 'title', tabindex: '-1', autofocus: '' }, word(confirming ? 'confirmTitle' : 'preferences')),
        ...(said ? [make('p', { role: 'status' }, word(said))] : []),
        ...sections,
        ...(confirming ? [] : policyLink()),
        make(
            'div',
            { class: 'row' },
            ...Object.entries(actions).map(([action, label]) => button(action, '', word(label))),
        ),
    ];
}

let sheet: CSSStyleSheet | undefined;
/** A host with an open shadow root: our styles as a constructed sheet, which a strict policy allows (an element in
 * browsers before that), and what its light children are slotted into. */
function dress(tag: string, ...inside: HTMLElement[]): HTMLElement {
    const host = make(tag, { 'data-nosnippet': '', 'data-theme': textOf(at('notice', 'theme')), lang: 'en' });
    const root = host.attachShadow({ mode: 'open' });
    try {
        if (!sheet) {
            sheet = new CSSStyleSheet();
            sheet.replaceSync(css);
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
let control: HTMLElement | undefined;
let dialog: HTMLDialogElement | undefined;
let room: ResizeObserver | undefined;

/** Puts on the page what the state says, once there is a body, or brings it up to date. */
export function show(told: Told): void {
    const into = body();
    into && attempt(() => stand(into, told));
}

function stand(into: HTMLElement, told: Told): void {
    const { style } = rootElement() as HTMLElement;
    const children = told.scope ? firstLayer(told) : [];
    const label = children[0]?.textContent ?? '';
    if (first && first.ariaLabel !== label) {
        first.remove();
        first = undefined;
        room?.disconnect();
        style.removeProperty('scroll-padding-bottom');
    }
    if (first) {
        update(first, children);
    } else if (label) {
        const host = dress(
            'portcullis-notice',
            make(
                'div',
                { class: 'bar', part: 'notice' },
                make('div', {}, make('slot', {})),
                make('div', { class: 'row', part: 'actions' }, make('slot', { name: 'action' })),
            ),
        );
        first = host;
        host.role = 'region';
        host.ariaLabel = label;
        host.append(...children);
        into.append(host);
        // What has the focus stays clear of the notice while it stands.
        room = new ResizeObserver(() => style.setProperty('scroll-padding-bottom', `${host.offsetHeight}px`));
        room.observe(host);
    }
    if (!told.control) {
        control?.remove();
        control = undefined;
        return;
    }
    if (!control) {
        dialog = make('dialog', { part: 'preferences', 'aria-labelledby': 'title' }) as HTMLDialogElement;
        dialog.onclose = () => closed?.();
        control = dress('portcullis-control', make('slot', { name: 'reopen' }), dialog);
        into.append(control);
    }
    const shown = !told.scope && at('notice', 'reopen') !== 'none';
    update(control, shown ? [button('choose', 'reopen', word(told.control))] : []);
}

let closed: (() => void) | undefined;
/** Who hears that the preferences closed, by whatever means. */
export function whenClosed(ear: () => void): void {
    closed = ear;
}

/** Opens the preferences, or the second confirmation. */
export function open(told: Told): void {
    const panel = dialog;
    const host = control;
    if (!panel || !host) {
        return;
    }
    attempt(() => {
        panel.replaceChildren(...secondLayer(told));
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
            decorate(panel, told.purposes);
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
    dialog.querySelectorAll('input').forEach(({ name, value, checked }) => {
        (answers[name] ?? {})[value] = checked;
    });
    return stringify({ categories: answers.category, services: answers.service });
}

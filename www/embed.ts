/**
 * What stands in for held frames, and brings what waits in templates. Loaded by the first file when it meets the first of
 * either. Nothing here decides: Rust says what is held and what may be loaded.
 */

import css from '../target/wasm/embed.css';
import { embed as english } from '../target/wasm/lang.json';
import { find as findOne, make, member, type Purpose, parse, SAFE, setMember, titleOf } from './element';
import type { Told } from './notice';
import type { isSeen as IsSeen } from './seen';
import type { Portcullis } from './types';

/** What Rust is asked for, and for whom: `src/gate.rs` has the same numbers. */
const RELEASE = 5;
const ONCE = 20;
const VISITOR = 0;
const CLIENT = 1;

interface Service {
    id?: unknown;
    name?: unknown;
    privacyUrl?: unknown;
}

/** A placeholder, and the frame or the template that it stands in for. */
interface Place {
    host: HTMLElement;
    el: Element;
    purpose: number;
    /** Since when it can really be seen, by the page's clock; 0: it cannot, or nobody knows. */
    since: number;
    /** The size and the place of a frame. */
    shape?: CSSStyleSheet;
}

const FRAMES = 'iframe,embed,object';
const TEMPLATES = '[data-consent]>template';
const SOUGHT = `${FRAMES},${TEMPLATES}`;
/** What a frame is of. */
const ADDRESSES = ['src', 'data', 'srcdoc'];
/** A frame that is smaller is no content to look at, in pixels. */
const LEAST_WIDTH = 120;
const LEAST_HEIGHT = 60;
/** How often the page may take a placeholder away and get it back, so that nobody fights us for ever. */
const PATIENCE = 999;
/** After a dialog has closed: what is behind it is not read out. In milliseconds. */
const PAUSE = 100;

/** Colours and letters that the page has no say in: its custom properties could make them clear. */
const PLAINLY = `:host{--text:#1b2533!important;--mute:#4b5768!important;--back:#fff!important;--edge:#dde3ea!important;
--mark:#20375a!important;--on:#fff!important;--font:medium/1.5 system-ui,sans-serif!important;--round:12px!important;
--shade:0 6px 32px #0f1b2d2e!important}
dialog::backdrop{background:#0f1b2d80!important}button:disabled{opacity:.5}`;

/** What gives a frame its place and its size. Read while the frame is not drawn, so percentages stay percentages. */
const SHAPE = `position top right bottom left float clear z-index width height min-width min-height max-width max-height
aspect-ratio box-sizing margin-top margin-right margin-bottom margin-left padding-top padding-right padding-bottom
padding-left border-top-width border-right-width border-bottom-width border-left-width border-top-left-radius
border-top-right-radius border-bottom-right-radius border-bottom-left-radius flex-grow flex-shrink flex-basis align-self
justify-self order grid-row-start grid-row-end grid-column-start grid-column-end vertical-align transform translate rotate
scale`.split(/\s+/);

// What the first file lets this one do.
let where: () => Told;
let ask: (what: number, by: number, text: string) => void;
let perform: (action: string, by: number, value: unknown) => void;
let load: (name: string, use: (file: typeof import('./more')) => unknown) => Promise<unknown>;
/** One more than the index of the purpose that this is held for, 0 if nobody can say, or -1 if it is not held. */
let heldFor: (el: Element, address: string) => number;
let letIn: (el: Element, turn: number) => void;
let scan: (node: Node, scripted: boolean) => void;
let word: (key: string, names?: string[]) => string;
let nameOf: (purpose: Purpose, index: number) => string;
let dress: (tag: string, ...inside: HTMLElement[]) => HTMLElement;
/** The address that waits at a held frame. */
let waitingFor: (el: Element) => string | null;
let holdScript: (script: Element) => void;
let isSeen: typeof IsSeen;

let json = '{}';
/** With `enforce: "strict"`, a policy decides, and stays as long as the page does. */
let isStrict = false;
let services: (Service | string)[] = [];
const places = new Map<Element, Place>();
/** Templates whose content stands on the page, and what stood around it before. */
const filled = new Map<Element, Set<Node>>();
/** How often each got its placeholder. */
const tries = new WeakMap<Element, number>();
/** What the visitor asked for last, until it is there; `isOnce`: to load it once. */
let wanted: Element | undefined;
let isOnce = false;
/** How many were loaded once, as far as we know. */
let turns = 0;
/** The containers among them: what comes into them later was held before it was in. */
const opened: Element[] = [];

/** A line of the language table; where that has not come, the one that rides here. */
function line(key: keyof typeof english & string, name?: string): string {
    const isNamed = name !== undefined;
    return word(key, isNamed ? [name] : undefined) || (isNamed ? english[key].split('{}').join(name) : english[key]);
}

// ---- finding ----

const watched = new WeakSet<Node>();
/** What is not to be seen may come to be seen. */
const sizes = new ResizeObserver(() => soon());
/** What is around a placeholder changed its size. */
const rooms = new ResizeObserver((entries) => {
    const rooms = new Set(entries.map((entry) => entry.target));
    places.forEach((place) => {
        rooms.has(place.el.parentElement as Element) && fit(place);
    });
});
const shapes = new MutationObserver((records) => {
    new Set(records.map((record) => places.get(record.target as Element))).forEach((place) => {
        place && fit(place);
    });
});
const trees = new MutationObserver((records) => {
    const isSought = (node: Node) => {
        const el = node.nodeType === 1 && (node as Element);
        return el && (el.matches(SOUGHT) || el.querySelector(SOUGHT));
    };
    const isNews = records.some((record) => [...record.addedNodes].some(isSought));
    const isInside = records.some(({ target }) => opened.some((container) => container.contains(target)));
    const isAstray = [...places.values()].some(({ host, el }) => host.nextElementSibling !== el);
    (isNews || isInside || isAstray) && soon();
});

/** Calls `ear` with all that is sought, also in open shadow roots, and watches these trees from then on. */
function find(tree: Document | ShadowRoot, ear: (el: Element) => void): void {
    if (!watched.has(tree)) {
        watched.add(tree);
        trees.observe(tree, { childList: true, subtree: true });
    }
    Reflect.apply(member('querySelectorAll', tree), tree, ['*']).forEach((el: Element) => {
        el.matches(SOUGHT) && ear(el);
        el.shadowRoot && el.localName !== 'portcullis-embed' && find(el.shadowRoot, ear);
    });
}

let due = false;
function soon(): void {
    if (!due) {
        due = true;
        requestAnimationFrame(() => {
            due = false;
            look();
        });
    }
}

/** Brings everything in line with what is held now. */
function look(): void {
    try {
        const told = where();
        if (told.phase === 'waiting') {
            return;
        }
        if (told.once > turns && wanted) {
            const isTemplate = wanted.localName === 'template';
            const el = (isTemplate && wanted.parentElement) || wanted;
            letIn(el, told.once);
            isTemplate && opened.push(el);
            say(line('embedLoading'));
        }
        turns = told.once;
        (isOnce || opened.length) && ask(RELEASE, VISITOR, '');
        const seen = new Set<Element>();
        find(document, (el) => {
            seen.add(el);
            el.localName === 'template' ? lookAtTemplate(el as HTMLTemplateElement) : lookAtFrame(el);
        });
        places.forEach((place, el) => {
            seen.has(el) || drop(place);
        });
        if (told.phase !== 'confirming' && wanted) {
            places.has(wanted) || focus(wanted);
            wanted = undefined;
            isOnce = false;
        }
    } catch (error) {
        console.warn(`Portcullis: this page keeps us from showing a placeholder (${error}). What is held stays held.`);
    }
}

function lookAtFrame(frame: Element): void {
    // What lost its grant is held again, and so emptied.
    scan(frame, true);
    // Something of it may stand all the same: then there is something to see.
    const address = ADDRESSES.some((name) => frame.hasAttribute(name)) ? null : waitingFor(frame);
    const purpose = address === null ? -1 : heldFor(frame, address);
    const place = places.get(frame);
    if (place && (purpose !== place.purpose || place.host.nextElementSibling !== frame)) {
        drop(place);
    }
    if (purpose > 0 && !places.has(frame)) {
        if (isBig(frame)) {
            put(frame, purpose, address as string);
        } else if (!watched.has(frame)) {
            watched.add(frame);
            sizes.observe(frame);
        }
    }
}

function lookAtTemplate(template: HTMLTemplateElement): void {
    const purpose = heldFor(template.parentElement as Element, '');
    const place = places.get(template);
    if (place && (purpose !== place.purpose || place.host.nextElementSibling !== template)) {
        drop(place);
    }
    if (purpose < 0) {
        filled.has(template) || fill(template);
    } else {
        filled.has(template) && empty(template);
        const source = template.content.querySelector('[src]')?.getAttribute('src');
        purpose && !places.has(template) && put(template, purpose, source ?? '');
    }
}

// ---- placeholders ----

function isBig(frame: Element): boolean {
    const { width, height } = frame.getBoundingClientRect();
    return width >= LEAST_WIDTH && height >= LEAST_HEIGHT && getComputedStyle(frame).visibility === 'visible';
}

/** What a service is called, and where its policy is. */
interface About {
    name: string;
    privacy: string;
}
const known = new Map<string, Promise<About>>();
/** What the configuration knows of a service; else, once the placeholder is in sight, the second file. */
function about(purpose: Purpose, host: Element, use: (about: About) => void): void {
    const [id, name] = purpose;
    const own = services.find((service) => typeof service === 'object' && service?.id === id) as Service | undefined;
    const of = (name: unknown, privacy: unknown): About => ({
        name: typeof name === 'string' && name.trim() ? name : titleOf(purpose),
        privacy: typeof privacy === 'string' && SAFE.test(privacy) ? privacy : '',
    });
    use(of(own?.name ?? titleOf(purpose), own?.privacyUrl));
    // A host that nobody named is in no catalogue.
    if (own || name.includes('.')) {
        return;
    }
    const sight = new IntersectionObserver(([entry]) => {
        if (entry?.isIntersecting) {
            sight.disconnect();
            let answer = known.get(id);
            if (!answer) {
                answer = load('more', (more) => more.about(id, json)).then((found) => {
                    const { name, privacy } = (found ?? {}) as Partial<About>;
                    return of(name, privacy);
                });
                known.set(id, answer);
            }
            answer.then(use);
        }
    });
    sight.observe(host);
}

/** The host of an address that goes to another site. */
function hostOf(address: string): string {
    try {
        const { host, protocol } = new URL(address, member('baseURI'));
        return /^https?:/.test(protocol) && host !== location.host ? host : '';
    } catch {
        return '';
    }
}

/** Puts a placeholder before what it stands in for. */
function put(el: Element, which: number, address: string): void {
    const count = (tries.get(el) ?? 0) + 1;
    tries.set(el, count);
    if (count > PATIENCE) {
        return;
    }
    const told = where();
    const index = which - 1;
    const purpose = told.purposes[index];
    if (!purpose) {
        return;
    }
    const isFrame = el.localName !== 'template';
    const isFollowing = told.phase === 'following';
    const title = make('p', { class: 'title', id: 'title' });
    const always = make('button', { type: 'button', 'data-portcullis': 'always' });
    const row = make('div', { class: 'row', part: 'embed-actions' });
    const box = make(
        'div',
        { class: isFrame ? 'box' : 'box free', part: 'embed' },
        make('div', { class: 'inner' }, title, make('p', { class: 'why' }, line('embedText')), row),
    );
    if (isFollowing) {
        // The top frame decides.
        row.append(make('button', { type: 'button', 'data-portcullis': 'top' }, word('choose')));
    } else if (!told.control) {
        // Another site shows this page, and what is around it may show something else: it is decided where nothing is.
        row.append(make('a', { href: location.href, target: '_blank', rel: 'noopener' }, line('embedTab')));
    } else {
        // What a policy refuses in this page it refuses for good.
        isStrict || row.append(make('button', { type: 'button', 'data-portcullis': 'once' }, line('loadOnce')));
        row.append(always);
    }
    const host = dress('portcullis-embed', box);
    const root = host.shadowRoot as ShadowRoot;
    const place: Place = { host, el, purpose: which, since: 0 };
    // No landmark: a page may have many.
    host.role = 'group';
    const own = el.getAttribute('title');
    const speak = (heading: string, name: string) => {
        title.textContent = heading;
        host.ariaLabel = own ? `${heading}: ${own}` : heading;
        always.textContent = line('allowAlways', name);
    };
    if (purpose[2] === index) {
        const label = nameOf(purpose, index);
        const from = hostOf(address);
        speak(from ? line('embedFrom', from) : line('embedKind', label), label);
    } else {
        about(purpose, host, ({ name, privacy }) => {
            speak(line('embedFrom', name), name);
            if (privacy && !root.querySelector('a')) {
                const link = { href: privacy, rel: 'noreferrer', target: '_blank' };
                row.after(make('p', { class: 'policy' }, make('a', link, line('servicePolicy', name))));
            }
        });
    }
    const act = (action: string, by: number) => {
        wanted = el;
        isOnce = action === 'once';
        isOnce ? ask(ONCE, by, purpose[0]) : perform('grant', by, [purpose[0]]);
    };
    root.addEventListener('click', (event) => {
        const button = (event.target as Element).closest<HTMLElement>('button');
        if (!button) {
            return;
        }
        const action = button.dataset.portcullis as string;
        if (isFollowing) {
            (window as unknown as { portcullis: Portcullis }).portcullis.open();
        } else if (!event.isTrusted) {
            act(action, CLIENT);
        } else if (place.since && event.timeStamp - place.since >= LONG_ENOUGH && isSeen(button, event as MouseEvent)) {
            act(action, VISITOR);
        } else {
            askAgain(title.textContent ?? '', button.textContent ?? '', () => act(action, VISITOR));
        }
    });
    notice(place, box);
    const sheets = [sheetOf(css)];
    if (isFrame) {
        host.dataset.frame = '';
        place.shape = new CSSStyleSheet();
        sheets.push(place.shape);
        hideFramesIn(el.getRootNode() as Document | ShadowRoot);
        shapes.observe(el, { attributes: true, attributeFilter: ['style', 'class', 'width', 'height', 'hidden'] });
        el.parentElement && rooms.observe(el.parentElement);
    }
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...sheets];
    places.set(el, place);
    el.before(host);
    fit(place);
}

function drop({ host, el }: Place): void {
    places.delete(el);
    host.remove();
}

// ---- whether it is really seen ----

/** For so long a placeholder has to be seen before a click on it counts, in milliseconds; and what asks again. */
const LONG_ENOUGH = 500;
/** How often we look while the pointer or the focus is on a placeholder, in milliseconds. */
const GLANCE = 100;

/** Notes since when a placeholder can be seen: by the browser's own word where it has one (Intersection Observer v2), else by
 * looking while the pointer or the focus is on it. */
function notice(place: Place, box: HTMLElement): void {
    const note = (isVisible: boolean) => {
        place.since = isVisible ? place.since || performance.now() : 0;
        // What waits for it can see it.
        box.toggleAttribute('data-seen', isVisible && performance.now() - place.since >= LONG_ENOUGH);
    };
    const buttons = [...box.querySelectorAll('button')];
    const glance = () => {
        const isOn = place.host.matches(':hover,:focus-within') && places.get(place.el) === place;
        note(isOn && buttons.every((button) => isSeen(button, new MouseEvent('click'))));
        isOn && setTimeout(glance, GLANCE);
    };
    if ('isVisible' in IntersectionObserverEntry.prototype) {
        const how = { trackVisibility: true, delay: GLANCE, threshold: [0, 0.5, 1] };
        const watch = new IntersectionObserver((entries) => {
            const isVisible = (entries[entries.length - 1] as { isVisible?: boolean }).isVisible === true;
            note(isVisible);
            isVisible && setTimeout(() => place.since && note(true), LONG_ENOUGH);
        }, how);
        watch.observe(box);
    } else {
        for (const type of ['pointerenter', 'focusin']) {
            place.host.addEventListener(type, () => place.since || glance());
        }
    }
}

/** What stands in the top layer, over whatever the page has, in colours and letters of our own. */
let question: HTMLElement | undefined;
/** Asks once more, in a dialog that nothing of the page can hide: who clicked may have seen something else. */
function askAgain(title: string, label: string, act: () => void): void {
    question?.remove();
    const yes = make('button', { type: 'button', disabled: '' }, label) as HTMLButtonElement;
    const no = make('button', { type: 'button', 'data-portcullis': 'close' }, word('close'));
    const heading = make('h2', { tabindex: '-1', autofocus: '', id: 'title' }, title);
    const row = make('div', { class: 'row' }, no, yes);
    const dialog = make(
        'dialog',
        { 'aria-labelledby': 'title' },
        heading,
        make('p', {}, line('embedText')),
        row,
    ) as HTMLDialogElement;
    const host = dress('portcullis-ask', dialog);
    const root = host.shadowRoot as ShadowRoot;
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheetOf(PLAINLY)];
    question = host;
    member('body').append(host);
    dialog.onclose = () => host.remove();
    no.onclick = () => dialog.close();
    yes.onclick = (event) => {
        if (event.isTrusted && isSeen(yes, event)) {
            dialog.close();
            act();
        }
    };
    dialog.showModal();
    // The second click of two was meant for what was there before.
    setTimeout(() => {
        yes.disabled = false;
    }, LONG_ENOUGH);
}

const made = new Map<string, CSSStyleSheet>();
function sheetOf(text: string): CSSStyleSheet {
    let sheet = made.get(text);
    if (!sheet) {
        sheet = new CSSStyleSheet();
        sheet.replaceSync(text);
        made.set(text, sheet);
    }
    return sheet;
}

/** A frame is not drawn while its placeholder stands right before it. Nothing of its own is changed for that. */
function hideFramesIn(tree: Document | ShadowRoot): void {
    const sheet = sheetOf(`portcullis-embed:not([data-off])+:is(${FRAMES}){display:none!important}`);
    const sheets = member('adoptedStyleSheets', tree);
    sheets.includes(sheet) || setMember('adoptedStyleSheets', [...sheets, sheet], tree);
}

/** Gives a placeholder the place and the size of its frame. */
function fit(place: Place): void {
    const { host, el, shape } = place;
    if (!shape) {
        return;
    }
    host.dataset.off = '';
    const isStill = isBig(el);
    const { width, height } = el.getBoundingClientRect();
    const style = getComputedStyle(el);
    const display = style.display.startsWith('inline') ? 'inline-block' : 'block';
    delete host.dataset.off;
    if (!isStill) {
        drop(place);
        // It may come to be seen again.
        watched.add(el);
        sizes.observe(el);
        return;
    }
    const rule = (more: string) => {
        const lines = SHAPE.map((name) => `${name}:${style.getPropertyValue(name)}!important;`);
        return `:host{display:${display}!important;${lines.join('')}${more}}`;
    };
    shape.replaceSync(rule(''));
    const now = host.getBoundingClientRect();
    const wide = Math.abs(now.width - width) > 1 ? `width:${width}px!important;` : '';
    const high = Math.abs(now.height - height) > 1 ? `height:${height}px!important;` : '';
    if (wide || high) {
        // What only a frame does (its own size, how it stretches) is put in pixels.
        shape.replaceSync(rule(`${wide}${high}box-sizing:border-box!important;`));
    }
}

/** Says politely what happens. */
function say(text: string): void {
    const said = findOne('portcullis-control')?.shadowRoot?.querySelector('.said');
    said?.replaceChildren();
    setTimeout(() => said?.replaceChildren(text), PAUSE);
}

/** What the visitor asked for gets the focus that its placeholder had. */
function focus(el: Element): void {
    const into = el.localName === 'template' ? el.parentElement : (el as HTMLElement);
    if (into && into !== el) {
        into.setAttribute('tabindex', into.getAttribute('tabindex') ?? '-1');
    }
    into?.focus({ preventScroll: true });
}

// ---- containers ----

/** Brings the content of a template. Its scripts go through the gate, in the order in which the parser would have run
 * them, and with no more trust than it would have given them. */
function fill(template: HTMLTemplateElement): void {
    const container = template.parentElement as Element;
    filled.set(template, new Set(container.childNodes));
    // A range copies without adopting: nothing of the copy loads before it has been looked at.
    const owner = template.content.ownerDocument;
    const range = Reflect.apply(member('createRange', owner), owner, []);
    range.selectNodeContents(template.content);
    const copy = range.cloneContents();
    copy.querySelectorAll('script').forEach(holdScript);
    scan(copy, false);
    template.after(copy);
    ask(RELEASE, VISITOR, '');
}

/** Takes out what the content has become. */
function empty(template: Element): void {
    const before = filled.get(template);
    filled.delete(template);
    [...(template.parentElement?.childNodes ?? [])].forEach((node) => {
        before?.has(node) || (node as Element).localName === 'portcullis-embed' || node.remove();
    });
}

/** Begins; gives what has everything looked at. */
export function start(
    config: string,
    ...door: [
        typeof where,
        typeof ask,
        typeof perform,
        typeof load,
        typeof heldFor,
        typeof letIn,
        typeof scan,
        typeof word,
        typeof nameOf,
        typeof dress,
        typeof waitingFor,
        typeof holdScript,
        typeof IsSeen,
    ]
): () => void {
    [where, ask, perform, load, heldFor, letIn, scan, word, nameOf, dress, waitingFor, holdScript, isSeen] = door;
    json = config;
    const read: { services?: unknown; enforce?: unknown } = parse(config) ?? {};
    isStrict = read.enforce === 'strict';
    services = Array.isArray(read.services) ? read.services : [];
    addEventListener('resize', () => places.forEach(fit));
    addEventListener('load', soon);
    return look;
}

export { equip } from './element';

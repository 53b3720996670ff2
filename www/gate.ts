/**
 * The start. One pass, synchronous: take the browser's functions, close the roads, start Wasm, read the configuration.
 * When the script tag's line has run, the gate is down; if anything fails on the way, it stays down.
 */

import consentMode from '../src/tell/google.json';
import { initSync, keep, call as rust, weigh, wire, wireMark } from '../target/bindgen/gate/portcullis';
import { allowedBy } from './allowed';
import { createElement, GRANTED, LOST, make, NAMED, type Purpose } from './element';
import {
    byId,
    cookieOf,
    currentScript,
    doc,
    embeds,
    encode,
    getAttribute,
    hasNames,
    headOf,
    heldFor,
    holderOf,
    holdScript,
    holdsToo,
    insertBefore,
    install,
    isTrap,
    KINDS,
    later,
    letIn,
    listen,
    localName,
    lookBack,
    makeRoom,
    matches,
    type News,
    nodeType,
    own,
    pageHost,
    parse,
    pathOf,
    plug,
    preventDefault,
    queryAll,
    REQUEST,
    readyState,
    refuse,
    root,
    scan,
    stringify,
    tune,
    unhooked,
    unplug,
    view,
    vouch,
    waitingFor,
    watchNames,
    wrapped,
} from './hooks';
import {
    close,
    coming,
    configure,
    dress,
    isOurs,
    nameOf,
    open,
    show,
    switches,
    type Told,
    whenClosed,
    word,
} from './notice';
import {
    attempt,
    base,
    body,
    configText,
    explain,
    fail,
    get,
    hasStorage,
    isHonest,
    load,
    on,
    say,
    setBase,
    setConfig,
    signals,
    taken,
    tell,
} from './page';
import { isSeen } from './seen';
import type { Held, Portcullis, State } from './types';
import { compile } from './wasm';

/** Two tags on one page are one instance; a named element cannot pretend to be it. */
const BRAND = Symbol.for('portcullis');
type Branded = Document & { [BRAND]?: Portcullis };

/** The configuration as JSON has it: no getters, no functions, and nothing that another script changes afterwards. */
function snapshot(read: () => unknown): string {
    try {
        const value = read();
        return value === undefined ? '{}' : (stringify(value) ?? 'null');
    } catch {
        return 'null';
    }
}

/** A frame of the same origin follows its top, where that has a gate. */
function top(): Portcullis | undefined {
    try {
        const { top } = view;
        return top && top !== view ? (top.document as Branded)[BRAND] : undefined;
    } catch {
        return undefined;
    }
}

/** What every policy of ours leaves open: the page's own code. */
const OWN_CODE = "'unsafe-inline' 'unsafe-eval' data: blob:";
/** A policy that can never be loosened again. `LAST_RESORT` in xtask/src/bundle.rs says the same for a page on which this
 * module does not even load. */
function forbid(content: string): void {
    const policy = make('meta', { 'http-equiv': 'Content-Security-Policy', content });
    insertBefore((headOf(doc) ?? root()) as Node, policy, null);
}

/** What the policy allows, with `enforce: "strict"`: the page's own code runs on, and only hosts that may be reached are.
 * It can be made tighter at once; only a new page can be looser. */
let reachable: string[] | undefined;
function enforce(): void {
    call(HOSTS, 0, 0, '');
    const hosts = taken().split(' ');
    const before = reachable;
    reachable = hosts;
    if (before && !hosts.every((host) => before.includes(host))) {
        location.reload();
    } else if (before?.length !== hosts.length) {
        forbid(`default-src 'self' ${OWN_CODE}${taken()}`);
    }
}

let stays = false;
/** The gate cannot work: Wasm does not start, or the page broke what we build on. Nobody can choose, so nothing will ever
 * have to be let go: the hooks hold what they can, and a policy has the browser itself hold the rest. */
function stay(error: unknown, config: string): void {
    if (stays) {
        return;
    }
    stays = true;
    const hosts: Record<string, unknown> = {};
    const sources = [location.host, location.hostname];
    try {
        const allow = (isHonest() ? own(parse(config), 'allow') : []) as string[];
        for (let index = 0; index < allow.length; index++) {
            const host = allow[index] as string;
            hosts[host] = 1;
            sources.push(host, `${host}:*`);
        }
    } catch {
        // What is no list of hosts allows none.
    }
    unplug(hosts);
    const all = sources.join(' ');
    forbid(`default-src 'self' ${OWN_CODE} ${all}`);
    const none = () => undefined;
    const state = () => ({
        phase: 'closed',
        regime: 'opt-in',
        mode: 'gate',
        grants: { categories: {}, services: {} },
        signals: { dnt: false, gpc: false },
        held: 0,
        record: null,
    });
    const api = { state, export: state, on, grant: none, deny: none, grantAll: none, denyAll: none };
    publish({ ...api, open: none, close: none, erase: none, verify: none } as unknown as Portcullis);
    fail(
        `the gate cannot work here and stays closed (${error}). If a Content-Security-Policy refuses WebAssembly, add 'wasm-unsafe-eval' to its script-src.`,
    );
    const line = () => {
        const p = createElement('p');
        p.role = 'status';
        p.textContent =
            'Optional cookies and content from other sites are blocked here: your browser cannot run what would ask for your choice.';
        body()?.append(p);
    };
    readyState(doc) === 'loading' ? listen(doc, 'DOMContentLoaded', line) : line();
}

/** Puts the API where the page finds it, and where a second tag or a frame does. */
function publish(api: Portcullis): void {
    try {
        Object.defineProperty(doc, BRAND, { value: api, configurable: true });
        Object.defineProperty(view, 'portcullis', { value: api, configurable: true });
    } catch (error) {
        fail(`the API cannot be put on this page (${error}).`);
    }
}

const VISITOR = 0;
const CLIENT = 1;
const API = 2;
/** Added for a button of the first layer. */
const ASKED = 4;

/** What Rust is asked for: `src/gate.rs` has the same numbers. */
const START = 0;
const CONFIGURE = 1;
const SETTLE = 2;
const FOLLOW = 3;
const STATE = 4;
const RELEASE = 5;
const RAN = 6;
const LIST = 14;
const DISMISS = 15;
const HOSTS = 17;
const LANG = 18;
const ACTIONS: Record<string, number> = {
    // @ts-expect-error: this syntax sets the prototype
    __proto__: null,
    'grant-all': 7,
    'deny-all': 8,
    grant: 9,
    deny: 10,
    save: 11,
    confirm: 12,
    cancel: 13,
    choose: LIST,
    close: DISMISS,
    erase: 16,
};
const MAY = 19;
const PUMP = 21;
/** What an element of the page may ask for, beside our own. */
const ANYBODY = /^(deny-all|choose|close|erase)$/;
/** What grants, and so counts in our own nodes alone. */
const GRANTS = /^(grant(-all)?|save|confirm|always|once)$/;
/** What asks nobody for anything: a page that has frozen it loses no more than that. */
const PASSIVE = /^Function\.|^(Cookie)?Stor|Storage$|\.cookie$/;

/** What Rust answers has to be done, as bits. */
const NOTICE = 1;
const CHANGE = 2;
const OPEN = 4;
const SWEEP = 8;
const UNSTORED = 16;
const WRONG = 32;
const OWN_HOST = 64;
const DISTRUST = 128;
const SHIELD = 256;
const NAMES = 512;
const MORE = 1024;
const REFUSED = 2048;

/** Brings what is allowed to the browser, where that holds too. */
let spread: (() => void) | undefined;
/** What is said once. */
let distrustSaid = false;

/** Asks Rust, which must not end in the middle of something: where it does, for want of memory, nothing that it would say from
 * here on can be believed. */
const call: typeof rust = (what, by, now, text) => {
    makeRoom();
    try {
        return rust(what, by, now, text);
    } catch (error) {
        isTrap(error) && stay(error, configText);
        throw error;
    }
};

const clock = Date.now;
/** How long what is not urgent waits for the page to be drawn, in milliseconds. */
const SOON = 50;
/** How long a configuration that is fetched is waited for before anything is shown, in milliseconds. */
const EARLY = 1000;

/** Asks Rust, and does what comes out of it. */
function ask(what: number, by: number, text: string): void {
    let todo = call(what, by, clock(), text);
    let next = 0;
    if (todo & SHIELD) {
        // Before anything is let go: it has to find what it may do.
        attempt(tellGoogle);
        // A program finds what it let go at once. A visitor sees the answer first.
        if (by === API) {
            todo |= call(RELEASE, 0, clock(), '');
        } else {
            next = RELEASE;
        }
    }
    if (todo & MORE) {
        next = PUMP;
    }
    next &&
        later(() => {
            ask(next, 0, '');
            place(todo & SWEEP);
        }, 0);
    const told = todo ? where() : undefined;
    if (!told) {
        return;
    }
    if (todo & WRONG) {
        explain();
    }
    if (todo & OWN_HOST) {
        tune(true);
    }
    if (todo & NAMES) {
        watchNames();
    }
    if (todo & REFUSED) {
        say(
            1,
            'a grant was refused: another site shows this page in a frame (embedders), or only the visitor may grant (grants).',
        );
    }
    if (todo & UNSTORED) {
        say(1, 'the choice cannot be stored here; it holds until this page is left.');
    }
    if (todo & DISTRUST && !distrustSaid) {
        distrustSaid = true;
        say(
            2,
            'a held script does not carry the nonce of our own tag, so it is not released: it may have been injected.',
        );
    }
    if (todo & NOTICE) {
        show(told);
    }
    if (todo & OPEN) {
        open(told);
    }
    if (todo & CHANGE) {
        spread?.();
        const now = state();
        channel?.postMessage(settings(now));
        tell('change', now);
        told.record && !told.report && hasStorage() && telling();
    }
    next || place(todo & SWEEP);
    if (todo & SWEEP) {
        clear(purposes.filter(([, , of, bits], index) => bits & LOST && of !== index).map(([id]) => id));
    }
}

/** Clears the cookies and the storage that these services left on this site; not of one that has been granted by the time
 * that the second file is here. */
function clear(ids: string[]): void {
    load('more', (file) => {
        where();
        const left = purposes.filter(([id, , , bits]) => ids.includes(id) && !(bits & GRANTED));
        file.sweep(stringify(left.map(([id]) => id)), configText);
    });
}

/** What stands in for held frames, and brings what waits in templates, is in a file of its own; once it is here, what has
 * it look. */
let placing: Promise<(() => void) | undefined> | undefined;
function place(lost: number): void {
    // Before there is anything to ask for, the configuration has not come.
    if (purposes.length && (embeds || placing || (lost && queryAll(root() as Node, 'iframe,embed,object').length))) {
        placing ??= load('embed', (file) =>
            file.start(
                configText,
                where,
                ask,
                perform,
                load,
                heldFor,
                letIn,
                scan,
                word,
                nameOf,
                dress,
                waitingFor,
                holdScript,
                isSeen,
            ),
        );
        Promise.all([placing, coming]).then(([look]) => look?.());
    }
}

/** What a receiver is told of these purposes: `src/tell/mod.rs` has the rule. */
const may = (ids: string): string => (call(MAY, 0, 0, ids) ? 'granted' : 'denied');

let google: Record<string, unknown> | undefined;
/** Whether Google's tags have been told what they may do. */
let greeted = false;
/** Tells Google's tags (Consent Mode v2), which read `arguments` objects alone. A stored choice is told as the default and as
 * an update: a tag that goes by `region`, or that waits, hears only that. */
function tellGoogle(): void {
    if (!google) {
        return;
    }
    const { phase, report, record } = where();
    if (report) {
        return;
    }
    const { region, waitForUpdate, adsDataRedaction, urlPassthrough } = google;
    const page = view as unknown as { dataLayer?: unknown[] };
    // An element of this name is no layer.
    if (!own(page, 'dataLayer')) {
        page.dataLayer = [];
    }
    const layer = page.dataLayer as unknown[];
    const signals: Record<string, unknown> = {};
    for (const name in consentMode) {
        signals[name] = may(consentMode[name as 'ad_storage']);
    }
    function gtag(..._: unknown[]): void {
        // biome-ignore lint/complexity/noArguments: what Google's tags read
        layer.push(arguments);
    }
    if (!greeted) {
        greeted = true;
        // No tag has read what stands there already: the default goes before it.
        const before = own(layer, 'push') ? [] : layer.splice(0);
        gtag('consent', 'default', {
            ...signals,
            // An answer and a signal are heard everywhere: where Google thinks the visitor is narrows silence alone.
            ...(phase === 'asking' && !record && { region }),
            wait_for_update: waitForUpdate,
        });
        adsDataRedaction && gtag('set', 'ads_data_redaction', true);
        urlPassthrough && gtag('set', 'url_passthrough', true);
        layer.push(...before);
        if (!record) {
            return;
        }
    }
    gtag('consent', 'update', signals);
}

/** The third file: it tells the other receivers, and the owner. Once it is here, how to verify the record. */
let teller: Promise<() => unknown> | undefined;
function telling(): Promise<() => unknown> {
    teller ??= load('tell', (file) =>
        file.start(configText, may, () => ask(SETTLE, 0, signals()), vouch, call, holdsToo, load),
    );
    return teller;
}

/** Workers made of text hear of what is allowed, and say what they asked for in vain. */
let channel: BroadcastChannel | undefined;
const settings = (now: State) => ({
    host: pageHost,
    // Until the configuration is read, what is none is the strictest.
    config: purposes.length ? configText : 'null',
    grants: allowedBy(now),
    holds: holds(),
});
function inside(): [string, string] | undefined {
    const now = state();
    // A dry run touches nothing, and where only marks are held, no worker has any.
    if (now.mode === 'report' || own(parse(configText) ?? {}, 'block') === 'marked') {
        return undefined;
    }
    if (!channel) {
        channel = new BroadcastChannel(`portcullis ${Math.random()}`);
        channel.onmessage = ({ data }) => refuse(data, REQUEST);
    }
    const file = `${base}portcullis-inside.js`;
    return [file, encode(stringify({ ...settings(now), file, channel: channel.name }))];
}

/** Whether anything is held at all: a dry run touches nothing. */
function holds(): boolean {
    const block = own(parse(configText) ?? {}, 'block');
    // Before there is anything to ask for, the configuration has not come.
    return (
        !where().report &&
        block !== 'marked' &&
        (block === 'third-party' || !purposes.length || purposes.some(([, , , bits]) => !(bits & GRANTED)))
    );
}

/** What can be asked for, as Rust said last. Purposes are only ever added, so an index stays good. */
let purposes: Purpose[] = [];
/** Where everything stands. */
function where(): Told {
    call(STATE, 0, 0, '');
    const told: Told = parse(taken());
    purposes = told.purposes;
    return told;
}

/** The same, as the page has it. */
function state(): State {
    const { phase, optOut, report, dnt, gpc, held, record } = where();
    const categories: Record<string, boolean> = {};
    const services: Record<string, boolean> = {};
    purposes.forEach(([id, , of, bits], index) => {
        (of === index ? categories : services)[id] = (bits & GRANTED) > 0;
    });
    return {
        phase,
        regime: optOut ? 'opt-out' : 'opt-in',
        mode: report ? 'report' : 'gate',
        grants: { categories, services },
        signals: { dnt, gpc },
        held,
        record,
    } as State;
}

/** What was held or let go, as the page hears of it. */
function detail([road, url, which]: News): Held {
    const purpose = purposes[which - 1];
    const category = purpose && purposes[purpose[2]];
    return {
        kind: KINDS[road] as Held['kind'],
        url,
        ...(purpose && purpose !== category && { service: purpose[0] }),
        ...(category && { category: category[0] }),
    };
}

/** What the site's own server has written of held services goes as it does on a withdrawal. */
function clearStrays(): void {
    let cookies = '';
    try {
        cookies = cookieOf(doc);
    } catch {
        // A sandboxed page has none.
    }
    const ids = cookies
        .split('; ')
        .map((one) => purposes[holderOf(`cookie:${one.split('=')[0]}`) - 1]?.[0] ?? '')
        .filter((id) => id);
    ids.length && clear(ids);
}

/** Says once what in the markup will not work. */
const complaints = new Set<string>();
function complain(text: string): void {
    if (!complaints.has(text) && complaints.size < 20) {
        complaints.add(text);
        fail(text);
    }
}

/** How many of the purposes the owner has heard of. */
let introduced = 0;

/** The hooks are done for now: tell what was held, name what was found, let go what may go already. */
function flush(news: News[], ready: boolean): void {
    const told = where();
    news.forEach((item) => {
        told.report && say(0, `would hold ${item[1]}`);
        tell('held', detail(item));
    });
    ready && ask(RELEASE, 0, '');
    const found = purposes.slice(introduced).filter(([, , , bits]) => !(bits & NAMED));
    introduced = purposes.length;
    found.forEach(([id]) => {
        say(0, `found on this page and not named in the configuration: services: ["${id}"]`);
    });
    found.length && show(told);
    place(0);
}

/** Does what a button or the API says. */
function perform(action: string, by: number, value: unknown): void {
    if (action === 'close' && close()) {
        return;
    }
    const json = action === 'save' ? switches() : (stringify(value) ?? '');
    if (action === 'save' && !json) {
        return;
    }
    // All that the services left goes as well; the owner hears of it, and the page.
    const erased = action === 'erase' && where();
    ask(ACTIONS[action] as number, by, json);
    const told = where();
    erased && load('more', (file) => file.erase(configText, erased));
    if (action === 'choose') {
        told.control && open(told, value);
    } else if (told.phase !== 'confirming') {
        close();
    }
}

/** A click on anything of ours, or of the page's, that says what it is for. Ours are known as nodes: what markup brings onto
 * the page may have any name. */
function clicked(event: MouseEvent): void {
    const path = pathOf(event);
    let action = '';
    let asker: Element | undefined;
    let host: Element | undefined;
    // The last two are the document and the window.
    for (let index = 0; index < path.length - 2 && !host; index++) {
        const node = path[index] as Element;
        if (nodeType(node) === 1) {
            if (!action) {
                asker = node;
                action =
                    getAttribute(node, 'data-portcullis') ??
                    (getAttribute(node, 'href') === '#portcullis' ? 'choose' : '');
            }
            host = isOurs(node) ? node : undefined;
        }
    }
    if (!host && matches(GRANTS, action)) {
        say(1, `data-portcullis="${action}" counts in our own notice alone: call portcullis.grantAll().`);
    } else if (ACTIONS[action] && (host || matches(ANYBODY, action))) {
        preventDefault(event);
        const by = event.isTrusted ? VISITOR : CLIENT;
        const isFirst = host && localName(host) === 'portcullis-notice';
        if (!by && matches(GRANTS, action) && !isSeen(asker as HTMLElement, event)) {
            say(1, 'our buttons are hidden or changed, so this click is no grant.');
            // They are asked once more, above all that the page has.
            isFirst && perform('choose', by, undefined);
        } else if (action === 'erase') {
            perform('choose', by, action);
        } else {
            perform(action, (isFirst ? ASKED : 0) + by, undefined);
        }
    }
}

/** Our scheme, and the origins of all windows around this one, a line each; a question mark for one that cannot be read. */
function around(): string {
    const origins = location.ancestorOrigins;
    let lines = location.protocol;
    let page: Window = window;
    for (let index = 0; origins ? index < origins.length : page !== page.parent; index++) {
        let origin = '?';
        try {
            page = page.parent;
            origin = (origins ? origins[index] : page.location.origin) as string;
        } catch {
            // Another origin's: nobody says which.
        }
        lines += `\n${origin}`;
    }
    return lines;
}

function begin(): void {
    const tag = currentScript(doc);
    const block = byId(doc, 'portcullis-config');
    const address = tag && getAttribute(tag, 'data-config');
    const isBlock = block?.localName === 'script';
    const config = snapshot(() => (isBlock ? parse(block.textContent ?? '') : own(view, 'portcullisConfig')));
    const leader = top();
    const grants = () => stringify(leader && allowedBy(leader.state()));
    const api = (action: string) => (value?: unknown) => perform(action, API, value);
    /** A word for nobody is no answer; whoever else is named is meant. */
    const isKnown = (one: unknown) => purposes.some(([id]) => id === one);
    const named = (action: string) => (ids: unknown) => {
        const list: unknown[] = Array.isArray(ids) ? ids : [null];
        const all = list.every(isKnown);
        all || fail(`${action} takes a list of ids that are known here, not ${stringify(ids)}`);
        (all || list.some(isKnown)) && perform(action, API, list);
    };
    const calls = {
        grant: named('grant'),
        deny: named('deny'),
        grantAll: api('grant-all'),
        denyAll: api('deny-all'),
        open: api('choose'),
        close: api('close'),
        erase: api('erase'),
        export: () => ({ record: state().record, state: state() }),
        verify: () => telling().then((verify) => verify()),
    };
    const settle = () => ask(SETTLE, API, signals());
    const stored = (event: StorageEvent) => {
        (event.key ?? 'portcullis') === 'portcullis' && settle();
    };
    const back = (event: PageTransitionEvent) => event.persisted && settle();
    const hear = () => {
        listen(view, 'click', clicked, true);
        // A frame hears of it from its top.
        if (!leader) {
            listen(view, 'storage', stored);
            listen(view, 'pageshow', back);
        }
    };
    const follow = () => ask(FOLLOW, API, grants());
    const ready = (json: string) => {
        const read = parse(json) ?? {};
        setConfig(json, own(read, 'base'));
        ask(CONFIGURE, 0, json);
        configure(read, (lang) => ask(LANG, 0, lang));
        google = own(read, 'google') as typeof google;
        const go = () => {
            leader ? follow() : settle();
            const told = where();
            introduced = purposes.length;
            if (own(read, 'enforce') === 'strict' && !told.report) {
                spread = enforce;
                enforce();
            }
            // Reading cookies costs, so the page comes first; and only where there are names to look for.
            hasNames && !leader && later(clearStrays, SOON);
            if (told.report) {
                say(1, 'DRY RUN (mode: "report"): nothing is held and nobody is asked. This is not consent.');
            }
            const now = state();
            channel?.postMessage(settings(now));
            tell('ready', now);
            // A record without a hash is one that the third file has not seen.
            const isUnseen = told.record && hasStorage() && !own(told.record, 'hash');
            // A dry run tells nobody but the service worker, and writes nothing.
            (own(read, 'worker') || (!told.report && (own(read, 'tell') || own(read, 'receipt') || isUnseen))) &&
                telling();
        };
        // What was chosen on another subdomain may be newer: closed until that is known.
        own(read, 'share') && !leader ? telling().then(go) : go();
    };
    try {
        tag?.src && setBase(tag.src);
        install();
        const loose = unhooked.filter((name) => !PASSIVE.test(name));
        if (loose.length) {
            throw new TypeError(`this page has frozen ${loose.join(', ')}`);
        }
        if (!isHonest()) {
            throw new TypeError('JSON does not do what it says');
        }
        initSync({ module: compile() });
        plug({
            wire,
            wireMark,
            weigh,
            keep,
            flush,
            broke: (why) => stay(why, configText),
            ran: () => ask(RAN, 0, ''),
            hear,
            released: (what) => tell('released', detail(what)),
            inside,
            holds,
            complain: (text) => attempt(() => complain(text)),
            refused: (why) =>
                fail(
                    `something that may go now stays held (${why}). If the page asks for Trusted Types, its Content-Security-Policy has to name our policy: trusted-types portcullis.`,
                ),
        });
        ask(START, 0, `${pageHost}\n${around()}`);
        // A frame's calls are its top's to answer.
        publish({ ...calls, ...leader, state, on } as Portcullis);
        if (address) {
            // A visitor who has to wait for it reads English meanwhile, and can say no.
            leader || later(settle, EARLY);
            get(address)
                .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
                .then((value) => ready(stringify(value)))
                // What is no JSON is no configuration: nothing can be granted.
                .catch((why) => fail(`${address} could not be read (${why}). The gate stays at its strictest.`));
        } else {
            ready(config);
        }
    } catch (error) {
        stay(error, config);
        return;
    }
    leader?.on('ready', follow);
    leader?.on('change', follow);
    const missed = lookBack(tag?.nonce ?? '');
    if (missed.length || tag?.defer || tag?.async) {
        say(
            1,
            `started late. What stood before it was not held: ${missed.join(' ') || 'nothing that would be'}. Put the tag first in <head>, without defer or async.`,
        );
    }
    if (unhooked.length) {
        fail(`this page has frozen ${unhooked.join(', ')}: what is kept or shown that way is not held.`);
    }
    if (wrapped.length) {
        say(0, `this page has wrapped ${wrapped.join(', ')} before us; what goes that way is held as well.`);
    }
    // Preferences that close without an answer to what was asked in them leave everything as it was.
    whenClosed(() => where().phase === 'confirming' && ask(DISMISS, VISITOR, ''));
    hear();
}

if (!(doc as Branded)[BRAND]) {
    begin();
}

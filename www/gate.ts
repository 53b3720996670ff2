/**
 * The start. One pass, synchronous: take the browser's functions, close the roads, start Wasm, read the configuration.
 * When the script tag's line has run, the gate is down; if anything fails on the way, it stays down.
 */

import {
    act,
    configure,
    flush,
    follow,
    initSync,
    keep,
    notice,
    ran,
    settle,
    start,
    state as stateJson,
    weigh,
    wire,
    wireMark,
} from '../target/bindgen/gate/portcullis';
import {
    bare,
    createElement,
    currentScript,
    getAttribute,
    install,
    listen,
    lookBack,
    own,
    plug,
    readyState,
    unhooked,
    unplug,
} from './hooks';
import { body, close, fail, on, say, setConfig, switches, whenClosed } from './page';
import type { Portcullis } from './types';

/** The Wasm module, a code point a byte: the build puts it here. */
declare const __WASM__: string;

const doc = document;
/** Two tags on one page are one instance; a named element cannot pretend to be it. */
const BRAND = Symbol.for('portcullis');
type Branded = Document & { [BRAND]?: Portcullis };

const byId: (doc: Document, id: string) => HTMLElement | null = bare(Document.prototype.getElementById);
/** Our own request is none of the page's: it does not stand at the gate. */
const ask = fetch;

/** The configuration as JSON has it: no getters, no functions, and nothing that another script changes afterwards. */
function snapshot(read: () => unknown): string {
    try {
        const value = read();
        return value === undefined ? '{}' : (JSON.stringify(value) ?? 'null');
    } catch {
        return 'null';
    }
}

/** A frame of the same origin follows its top, where that has a gate. */
function top(): Portcullis | undefined {
    try {
        const outer = window.top;
        return outer && outer !== window ? (outer.document as Branded)[BRAND] : undefined;
    } catch {
        return undefined;
    }
}

/** A policy that can never be loosened again: only these hosts may serve scripts, frames and images. `LAST_RESORT` in
 * xtask/src/bundle.rs is its twin for a page on which this module does not even load. */
function forbid(hosts: string): void {
    const policy = createElement('meta') as HTMLMetaElement;
    const own = `data: blob: ${hosts}`;
    policy.httpEquiv = 'Content-Security-Policy';
    policy.content = `script-src 'unsafe-inline' 'unsafe-eval' ${own}; frame-src ${own}; img-src ${own}`;
    doc.head.append(policy);
}

/** The gate cannot work: Wasm does not start, or the page broke what we build on. Nobody can choose, so nothing will ever
 * have to be let go: the hooks hold what they can, and a policy has the browser itself hold the rest. */
function stay(error: unknown, config: string): void {
    const hosts: Record<string, unknown> = {};
    const sources = [location.host, location.hostname];
    try {
        const allow = own(JSON.parse(config), 'allow') as string[];
        for (let index = 0; index < allow.length; index++) {
            const host = allow[index] as string;
            hosts[host] = 1;
            sources.push(host, `${host}:*`);
        }
    } catch {}
    unplug(hosts);
    forbid(sources.join(' '));
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
    publish({ ...api, open: none, close: none, erase: none } as unknown as Portcullis);
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
        Object.defineProperty(window, 'portcullis', { value: api, configurable: true });
    } catch (error) {
        fail(`the API cannot be put on this page (${error}).`);
    }
}

const VISITOR = 0;
const CLIENT = 1;
const API = 2;
/** What a button may ask for. */
const BUTTONS = ' grant-all deny-all choose save close confirm cancel ';

/** Does what a button or the API says. */
function perform(action: string, by: number, asked: boolean, value: unknown): void {
    if (action === 'close') {
        close() || act('dismiss', by, asked, '');
        return;
    }
    const json = action === 'save' ? switches() : (JSON.stringify(value) ?? '');
    const done = (action !== 'save' || json) && act(action, by, asked, json);
    if (done && action !== 'choose' && state().phase !== 'confirming') {
        close();
    }
}

/** A click on anything of ours, or of the page's, that says what it is for. */
function clicked(event: Event): void {
    for (const node of event.composedPath()) {
        if (!(node instanceof Element)) {
            return;
        }
        const link = getAttribute(node, 'href') === '#portcullis' ? 'choose' : null;
        const action = getAttribute(node, 'data-portcullis') ?? link;
        if (action && BUTTONS.includes(` ${action} `)) {
            event.preventDefault();
            perform(action, event.isTrusted ? VISITOR : CLIENT, !!node.closest('portcullis-notice'), undefined);
            return;
        }
    }
}

const state = () => JSON.parse(stateJson());

function begin(): void {
    const tag = currentScript(doc);
    const global = window as unknown as { portcullisConfig?: unknown };
    const block = byId(doc, 'portcullis-config');
    const address = tag && getAttribute(tag, 'data-config');
    const isBlock = block?.localName === 'script';
    const config = isBlock ? (block.textContent ?? '') : snapshot(() => global.portcullisConfig);
    const leader = top();
    const grants = () => (leader ? JSON.stringify(leader.state().grants) : '');
    const call = (action: string) => (value?: unknown) => perform(action, API, false, value);
    const calls = {
        grant: call('grant'),
        deny: call('deny'),
        grantAll: call('grant-all'),
        denyAll: call('deny-all'),
        open: call('choose'),
        close: call('close'),
        erase: call('erase'),
        export: () => ({ record: state().record, state: state() }),
    };
    const ready = (json: string) => {
        setConfig(json);
        configure(json, grants());
    };
    try {
        install();
        const text = __WASM__;
        const bytes = new Uint8Array(text.length);
        for (let at = 0; at < bytes.length; at++) {
            bytes[at] = text.charCodeAt(at);
        }
        initSync({ module: new WebAssembly.Module(bytes) });
        plug({ wire, wireMark, weigh, keep, flush, ran });
        start(location.hostname);
        // A frame's calls are its top's to answer.
        publish({ ...calls, ...leader, state, on } as Portcullis);
        if (address) {
            ask(address)
                .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
                .then((json) => {
                    // What is no JSON is no configuration: nothing can be granted.
                    JSON.parse(json);
                    ready(json);
                })
                .catch((why) => fail(`${address} could not be read (${why}). The gate stays at its strictest.`));
        } else {
            ready(config);
        }
    } catch (error) {
        stay(error, config);
        return;
    }
    if (leader) {
        const heard = () => follow(grants());
        leader.on('ready', heard);
        leader.on('change', heard);
    }
    const missed = lookBack(tag?.nonce ?? '');
    if (missed.length || tag?.defer || tag?.async) {
        say(
            1,
            `started late. What stood before it was not held: ${missed.join(' ') || 'nothing that would be'}. Put the tag first in <head>, without defer or async.`,
        );
    }
    if (unhooked.length) {
        fail(
            `this page has frozen ${unhooked.join(', ')}: what goes that way is not held before it is in the document.`,
        );
    }
    // Preferences that close without an answer to a second confirmation answer it with no.
    whenClosed(() => state().phase === 'confirming' && act('cancel', VISITOR, false, ''));
    listen(window, 'click', clicked, true);
    listen(window, 'storage', (event: StorageEvent) => {
        if ((event.key ?? 'portcullis') === 'portcullis') {
            settle();
        }
    });
    listen(window, 'pageshow', (event: PageTransitionEvent) => event.persisted && settle());
    if (!body()) {
        new MutationObserver((_, observer) => {
            if (body()) {
                observer.disconnect();
                notice();
            }
        }).observe(doc, { childList: true, subtree: true });
    }
}

if (!(doc as Branded)[BRAND]) {
    begin();
}

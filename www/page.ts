/**
 * Speaking to the page: events, the console, the second file. Nothing here decides.
 */

import { tools } from './element';
import {
    bare,
    baseURI,
    bodyOf,
    dispatch,
    doc,
    getItem,
    listen,
    localStore,
    parse,
    removeItem,
    setItem,
    stringify,
    unlisten,
    view,
} from './hooks';

const Custom = CustomEvent;
/** Whether they do what they say: what is allowed is read with them. */
export const isHonest = (): boolean => stringify(parse('{"a":[1]}')) === '{"a":[1]}';
const decode: (decoder: TextDecoder, bytes: Uint8Array) => string = bare(TextDecoder.prototype.decode);
const decoder = new TextDecoder();

/** What came before the page asked, by event. */
const past: Record<string, unknown[]> = { ready: [], held: [], error: [] };
/** How many of each are kept for those who come late. */
const MOST = 1000;

/** Dispatches `portcullis:<kind>` on the document. */
export function tell(kind: string, detail: unknown): void {
    attempt(() => {
        const before = past[kind];
        if (before && before.length < MOST) {
            before.push(detail);
        }
        dispatch(doc, new Custom(`portcullis:${kind}`, { detail }));
    });
}

/** Where the page has broken what we need to speak to it, it hears so once; the gate itself does not depend on it. */
let broken = false;
export function attempt(what: () => void): void {
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

/** One line on the console: 0 info, 1 warning, 2 error. */
export function say(level: number, text: string): void {
    console[level > 1 ? 'error' : level ? 'warn' : 'info'](`Portcullis: ${text}`);
}

/** One error on the console, and `portcullis:error`. */
export function fail(message: string, problems?: string[]): void {
    say(2, message);
    tell('error', { message, problems });
}

// ---- what Rust asks for ----

let given = '';
/** Rust says where everything stands. */
export function give(state: Uint8Array): void {
    given = decode(decoder, state);
}
/** What Rust said last. */
export const taken = (): string => given;

/** Whether the browser reads a text as JSON. */
export function isJson(text: string): boolean {
    try {
        parse(text);
        return true;
    } catch {
        return false;
    }
}

/** The local storage, if the browser gives it: a sandboxed frame and a strict visitor have none. */
function store(): Storage | undefined {
    try {
        return localStore(view);
    } catch {
        // It says so by throwing.
        return undefined;
    }
}
/** Whether the browser gives local storage to this page. */
export const hasStorage = (): boolean => !!store();

/** What is stored under this key. */
export function stored(key: string): string | undefined {
    try {
        const text = getItem(store(), key);
        return typeof text === 'string' ? text : undefined;
    } catch {
        // There is no storage.
        return undefined;
    }
}

/** Stores a text, or with nothing removes what is stored; false where the browser refuses. */
export function restore(key: string, text?: string): boolean {
    try {
        text === undefined ? removeItem(store(), key) : setItem(store(), key, text);
        return true;
    } catch {
        // There is no storage, or no room.
        return false;
    }
}

/** Every spelling of Do Not Track that browsers have had, then Global Privacy Control, a line each. */
export function signals(): string {
    const read = (holder: unknown, name: string): string => {
        try {
            return `${(holder as Record<string, unknown>)[name]}\n`;
        } catch {
            // Whoever breaks a signal must not silence it.
            return '1\n';
        }
    };
    return (
        read(navigator, 'doNotTrack') +
        read(view, 'doNotTrack') +
        read(navigator, 'msDoNotTrack') +
        read(navigator, 'globalPrivacyControl')
    );
}

// ---- the second file ----

/** What the second file offers. */
interface More {
    explain(config: string): { level: number; problems: string[] };
    decorate(dialog: Element, config: string, told: unknown, lang: string, lines: unknown, asked: unknown): void;
}
export let base = './';
/** Our own script's address: our other files are beside it, unless the config says otherwise. */
export function setBase(url: string): void {
    base = new URL('./', url).href;
}
/** The config as it was at the start. */
export let configText = '{}';

/** The config as it was at the start, for the second file, and where that file is; empty: beside the script. */
export function setConfig(json: string, url: unknown): void {
    configText = json;
    if (url) {
        base = new URL(`${url}`, baseURI(doc)).href;
    }
}

/** Has another file of ours do something, once it is here. Without it the first one stands on its own. */
// biome-ignore lint/suspicious/noExplicitAny: each file says what it offers
export function load(name: string, use: (file: any) => any, otherwise?: () => void): Promise<any> {
    const url = `${base}portcullis-${name}.js`;
    const begin = (file: { equip(by: typeof tools): void }) => {
        file.equip(tools);
        return use(file);
    };
    return import(/* @vite-ignore */ url).then(begin).catch((why) => {
        // The visitor may have gone on before the third file came; the next page asks for it again.
        say(name === 'tell' ? 0 : 1, `${url} could not be used (${why})`);
        otherwise?.();
    });
}
const more = (use: (file: More) => unknown, otherwise?: () => void): Promise<unknown> => load('more', use, otherwise);

/** Says, in words, what is wrong with the config. */
export function explain(): void {
    const message = 'the configuration is not as it should be';
    more(
        (file) => {
            const { level, problems } = file.explain(configText);
            const text = `${message}:\n${problems.join('\n')}`;
            // The first file is sure of an error only where there is none.
            problems.length && (level > 1 ? fail(text, problems) : say(level, text));
        },
        () => fail(message),
    );
}

/** Says more of the services in the open preferences, or asks for the age, in this language. */
export const decorate = (
    dialog: Element,
    told: unknown,
    lang: string,
    lines: unknown,
    asked: unknown,
): Promise<unknown> => more((file) => file.decorate(dialog, configText, told, lang, lines, asked));

/** Our own requests are none of the page's: they do not stand at the gate. */
export const get = fetch;
/** The words of a language, in groups: the first layer needs the first, placeholders the last. */
type Words = Record<'first' | 'more' | 'later' | 'embed', Record<string, unknown>>;
export const languageFile = (lang: string): Promise<Words> =>
    get(`${base}lang/${lang}.json`).then((answer) => answer.json());

/** The page's body, if there is one yet. */
export const body = (): HTMLElement | null => bodyOf(doc);

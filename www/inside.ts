/**
 * What a worker begins with whose file comes along in its own address: the same verdicts, for what it asks for by itself.
 * A page of ours (`hooks/wrap.ts`) says what is allowed, then and later, and hears what was held.
 *
 * The worker's own code runs after this, so what is taken here is the browser's own.
 */

import { apply, hostname, href, isBytes, lookUp, once, Url } from './hooks/plain';
import {
    addressAt,
    askingAll,
    type Hook,
    NO_SCRIPT,
    NOWHERE,
    originals,
    pictures,
    reading,
    replace,
} from './hooks/stand';
import { addresses, type Finder, fileOf, words } from './hooks/text';
import { wrap } from './hooks/wrap';
import { allow, isHeld, start } from './verdict';

/** What the page says. */
interface Settings {
    /** The page's host. */
    host: string;
    /** The owner's configuration, as JSON. */
    config: string;
    grants: unknown;
    /** Whether anything is held at all. */
    holds: boolean;
}
/** What never changes: where this file is, and where the page listens. */
interface First extends Settings {
    file: string;
    channel: string;
}

const scope = self as unknown as Record<string, object> & { portcullisInside?: string };
/** Of a module they stand behind its address, before what the page has put there. */
const [, said, hash] = /^#?([^#]*)(.*)/.exec(scope.portcullisInside ?? location.hash) as unknown as [
    string,
    string,
    string,
];
const { file, channel, ...first }: First = JSON.parse(decodeURIComponent(said));
if (!scope.portcullisInside) {
    // The worker reads there what its page has told it.
    const address = location.href.replace(/#.*/, hash);
    const tells = (name: string, value: string) =>
        Reflect.defineProperty(location, name, { configurable: true, enumerable: true, get: () => value });
    tells('hash', hash.length > 1 ? hash : '');
    tells('href', address);
    Reflect.defineProperty(location, 'toString', { configurable: true, writable: true, value: () => address });
}
delete scope.portcullisInside;

let settings: Settings;
function take(said: Settings): void {
    if (said.config !== settings?.config) {
        start(said.host, said.config);
    }
    settings = said;
    allow(said.grants);
}
take(first);
/** A worker of a `data:` address is of another origin: it hears of no change, and nobody hears of it. */
const line = new BroadcastChannel(channel);
line.onmessage = ({ data }) => take(data);

/** This address as it is asked for, if it is held. What is none is the browser's to refuse. */
function heldOf(raw: string): string {
    try {
        const url = new Url(raw, location.href);
        return hostname(url) && isHeld(href(url)) ? href(url) : '';
    } catch {
        return '';
    }
}

/** Whether to hold a request for this address; if so, the page hears of it. */
function refuse(raw: string): boolean {
    const held = heldOf(raw);
    held && line.postMessage(held);
    return !!held;
}

/** Whether a text names what is held. */
function names(text: string, find: Finder = addresses): boolean {
    let held = false;
    find(text, (address) => {
        held ||= !!heldOf(address);
    });
    return held;
}

/** The same of what comes along in an address. */
function carries(address: string): boolean {
    try {
        return names(fileOf(address)._text);
    } catch {
        return false;
    }
}

/** Puts an address that leads nowhere in the place of one that is held. */
function divert(args: unknown[], place: number): void {
    if (args.length > place && refuse(addressAt(args, place))) {
        args[place] = NOWHERE;
    }
}
/** Has a call go nowhere whose address at `place` is held. */
const asking =
    (place: number): Hook =>
    (go, args) => {
        divert(args, place);
        return go();
    };

/** Has a hook stand in for each of these: an interface before a colon, then its members; a colon alone is the worker. */
function each(list: string, hook: Hook): void {
    let holder: object | undefined;
    words(list, (word) => {
        const title = /^(.*):$/.exec(word)?.[1];
        if (title !== undefined) {
            holder = title ? ((scope[title] as { prototype?: object })?.prototype ?? {}) : scope;
        } else if (holder) {
            // What a worker has of itself may stand on the prototype of its kind.
            for (let at: object | null = holder; at; at = Reflect.getPrototypeOf(at)) {
                replace(at, word, 'value', hook);
            }
        }
    });
}

each(': fetch EventSource WebSocket WebSocketStream WebTransport Cache: add', asking(0));
each('XMLHttpRequest: open', asking(1));
each(': importScripts', (go, args) => {
    for (let at = 0; at < args.length; at++) {
        divert(args, at);
    }
    return go();
});
each('Cache: addAll', askingAll(refuse));
each(': Notification', reading(1, 'icon image badge actions', pictures(refuse)));
each(': FontFace', (go, args) => {
    if (args.length > 1 && !(typeof args[1] === 'object' && args[1] && isBytes(args[1]))) {
        args[1] = once(args[1]);
        if (names(`${args[1]}`)) {
            args[1] = 'url("data:,held")';
        }
    }
    return go();
});
each(': Worker', (go, args) => {
    const inside = (): [string, string] => [
        file,
        encodeURIComponent(JSON.stringify({ ...settings, file, channel } satisfies First)),
    ];
    if (!wrap(args, inside, names)) {
        const raw = `${args[0]}`;
        if (refuse(raw) || carries(raw) || (settings.holds && /^\s*(blob|data):/i.test(raw))) {
            args[0] = NO_SCRIPT;
        }
    }
    return go();
});
const toText = Function.prototype.toString;
each('Function: toString', (_, args, self) => apply(toText, lookUp(originals, self) ?? self, args));

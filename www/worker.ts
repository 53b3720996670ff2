/**
 * The service worker: the same verdicts, for the requests that no page of ours sees (what the browser reads ahead, what
 * style sheets and workers ask for), from the second load on.
 *
 * On any doubt about itself it lets the site's own requests pass untouched and holds all others that the page holds as well,
 * or that no page of ours answers for. What is allowed, a page says; a copy is kept in IndexedDB, because a worker cannot
 * read local storage, and only once the visitor has chosen.
 */

import { allow, heldRarity, isHeld, start } from './verdict';

/** Those whom the first file does not name, packed: the build puts them in. */
declare const __RARE__: string;

interface Scope {
    portcullisConfig?: unknown;
    location: Location;
    clients: { claim(): Promise<void>; get(id: string): Promise<Listener | undefined> };
    skipWaiting(): Promise<void>;
    addEventListener(type: string, ear: (event: never) => void): void;
}
interface Extendable {
    waitUntil(promise: Promise<unknown>): void;
}
/** A page. */
interface Listener {
    id: string;
    postMessage(data: unknown, ports?: MessagePort[]): void;
}
interface Fetching {
    clientId: string;
    request: Request;
    respondWith(answer: Promise<Response> | Response): void;
}
interface Told {
    grants: unknown;
    chosen: boolean;
}
/** What a page tells us, or asks. */
interface Message extends Extendable {
    source: Listener | null;
    data: { portcullis?: Told | 'configured?' } | null;
    ports: readonly MessagePort[];
}

const scope = self as unknown as Scope;
const own = scope.location.host;

/** The configuration: the site's own worker says it in `portcullisConfig`, a page of ours in our address. */
function configuration(): string {
    const asked = decodeURIComponent(scope.location.search.slice(1));
    return asked || JSON.stringify(scope.portcullisConfig ?? {});
}

const broken = start(scope.location.hostname, configuration(), __RARE__);
if (broken) {
    console.error(
        `Portcullis: the service worker cannot weigh requests and holds all that leave the site (${broken}).`,
    );
}

// ---- what is allowed ----

const NAME = 'portcullis';

function stored<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return new Promise((done, fail) => {
        const opening = indexedDB.open(NAME, 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore(NAME);
        opening.onerror = () => fail(opening.error);
        opening.onsuccess = () => {
            const database = opening.result;
            const asking = act(database.transaction(NAME, mode).objectStore(NAME));
            asking.onsuccess = () => done(asking.result);
            asking.onerror = () => fail(asking.error);
            asking.transaction?.addEventListener('complete', () => database.close());
        };
    });
}

/** Whether a database of ours is there; opening one that is not would write it. */
async function isThere(): Promise<boolean> {
    const all = (await indexedDB.databases?.()) ?? [];
    return all.some(({ name }) => name === NAME);
}

/** What was allowed when this worker slept in. What cannot be read denies. */
const known = isThere()
    .then((there) => (there ? stored('readonly', (store) => store.get('grants')) : undefined))
    .catch(() => undefined)
    .then(allow);

async function heard({ grants, chosen }: Told): Promise<void> {
    await known;
    allow(grants);
    waiting.forEach((again) => {
        again();
    });
    if (chosen) {
        await stored('readwrite', (store) => store.put(grants, 'grants'));
    } else if (await isThere()) {
        // The visitor erased the choice.
        indexedDB.deleteDatabase(NAME);
    }
}

// ---- the page's word ----

/** How long a page may take to answer, in milliseconds. */
const PATIENCE = 1000;
/** What pages have not answered about, by page: the service, by address. */
const asked = new Map<string, Map<string, string>>();
/** Whatever waits for an answer: a grant may be heard first. */
const waiting = new Set<() => void>();
/** Pages that did not answer in time: those have no tag of ours, or not yet. */
const deaf = new Set<string>();

/**
 * Whether the page that asked holds this as well: it hears of a grant before we do, and lets go at once. It also lists what
 * only we have met, so that the visitor can allow it; `service` is what it cannot name by itself. On any doubt it holds.
 */
async function holdsToo(id: string, url: string, service: string): Promise<boolean> {
    const open = asked.get(id) ?? new Map<string, string>();
    asked.set(id, open.set(url, service));
    const page = await scope.clients.get(id);
    if (!page) {
        // It is gone, or does not stand yet.
        return true;
    }
    const { port1, port2 } = new MessageChannel();
    let again = () => {};
    const answer = new Promise<unknown>((done) => {
        port1.onmessage = ({ data }) => {
            open.delete(url);
            done(data);
        };
        again = () => isHeld(url) || done(false);
        setTimeout(done, deaf.has(id) ? 0 : PATIENCE);
    });
    waiting.add(again);
    page.postMessage({ portcullis: { url, service } }, [port2]);
    const held = await answer;
    waiting.delete(again);
    // It may have begun to listen meanwhile.
    held === undefined && asked.get(id) === open && deaf.add(id);
    return held !== false;
}

/** The page listens: what it has missed is told again. */
function listens(page: Listener): void {
    deaf.delete(page.id);
    asked.get(page.id)?.forEach((service, url) => {
        page.postMessage({ portcullis: { url, service } });
    });
    asked.delete(page.id);
    // Pages that are gone will not answer any more.
    for (const id of asked.keys()) {
        scope.clients.get(id).then((still) => {
            if (!still) {
                asked.delete(id);
                deaf.delete(id);
            }
        });
    }
}

scope.addEventListener('message', (event: Message) => {
    const said = event.data?.portcullis;
    if (said === 'configured?') {
        event.ports[0]?.postMessage(!!scope.portcullisConfig);
    } else if (said) {
        event.source && listens(event.source);
        event.waitUntil(
            heard(said)
                .catch(() => {})
                .then(() => event.ports[0]?.postMessage('heard')),
        );
    }
});

// ---- requests ----

scope.addEventListener('fetch', (event: Fetching) => {
    const { request } = event;
    const url = new URL(request.url);
    // The visitor goes where they will, and the site's own requests are not ours to touch.
    const isVisit = request.mode === 'navigate' && request.destination === 'document';
    if (url.host === own || isVisit || !/^https?:$/.test(url.protocol)) {
        return;
    }
    event.respondWith(
        known.then(async () =>
            isHeld(url.href) && (await holdsToo(event.clientId, url.href, heldRarity()))
                ? Response.error()
                : fetch(request),
        ),
    );
});

scope.addEventListener('install', (event: Extendable) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener('activate', (event: Extendable) => event.waitUntil(scope.clients.claim()));

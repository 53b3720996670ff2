/**
 * The service worker: the same verdicts, for the requests that no page of ours sees (what the browser reads ahead, what a
 * redirect leads to), from the second load on.
 *
 * On any doubt about itself it lets the site's own requests pass untouched and holds all others. What is allowed, a page
 * says; a copy is kept in IndexedDB, because a worker cannot read local storage, and only once the visitor has chosen.
 */

import { allow, isHeld, start } from './verdict';

interface Scope {
    portcullisConfig?: unknown;
    location: Location;
    clients: { claim(): Promise<void> };
    skipWaiting(): Promise<void>;
    addEventListener(type: string, ear: (event: never) => void): void;
}
interface Extendable {
    waitUntil(promise: Promise<unknown>): void;
}
interface Fetching {
    request: Request;
    respondWith(answer: Promise<Response> | Response): void;
}
/** What a page tells us. */
interface Message extends Extendable {
    data: { portcullis?: { grants: unknown; chosen: boolean } } | null;
    ports: readonly MessagePort[];
}

const scope = self as unknown as Scope;
const own = scope.location.host;

/** The configuration: the site's own worker says it in `portcullisConfig`, a page of ours in our address. */
function configuration(): string {
    const asked = decodeURIComponent(scope.location.search.slice(1));
    return asked || JSON.stringify(scope.portcullisConfig ?? {});
}

const broken = start(scope.location.hostname, configuration());
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

async function heard({ grants, chosen }: NonNullable<NonNullable<Message['data']>['portcullis']>): Promise<void> {
    await known;
    allow(grants);
    if (chosen) {
        await stored('readwrite', (store) => store.put(grants, 'grants'));
    } else if (await isThere()) {
        // The visitor erased the choice.
        indexedDB.deleteDatabase(NAME);
    }
}

scope.addEventListener('message', (event: Message) => {
    const said = event.data?.portcullis;
    if (said) {
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
    event.respondWith(known.then(() => (isHeld(url.href) ? Response.error() : fetch(request))));
});

scope.addEventListener('install', (event: Extendable) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener('activate', (event: Extendable) => event.waitUntil(scope.clients.claim()));

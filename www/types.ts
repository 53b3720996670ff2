/** The API of the page, as `window.portcullis` and `dist/portcullis.mjs` offer it. */

/** What the browser says for the visitor. */
export interface Signals {
    /** Do Not Track. */
    dnt: boolean;
    /** Global Privacy Control. */
    gpc: boolean;
}

/** One choice, or (`method: "signal"`, in the history only) one signal that appeared. */
export interface Entry {
    /** Milliseconds since 1970. */
    time: number;
    /** How it was made. `client`: a program clicked; `api`: the page's script. */
    method: 'grant-all' | 'deny-all' | 'chosen' | 'api' | 'client' | 'signal';
    /** The version of the policy it was made under. */
    policy: string;
    /** Yes and no, by category. */
    categories: Record<string, boolean>;
    /** Yes and no, by service: its keys are the services that had been listed to the visitor. */
    services: Record<string, boolean>;
    /** What the browser said at that moment. */
    signals: Signals;
    /** The language of the notice. */
    lang: string;
    /** What the visitor answered to `minAge`: yes goes with a grant, no with a refusal. */
    age?: boolean;
    /** Where receipts are sent, an id that only this entry has; a refusal has none. */
    id?: string;
    /** The `hash` of the entry before it. */
    previous?: string;
    /** SHA-256 of this entry, in hexadecimal; `unhashed` where the browser has no means. Added after the choice. */
    hash?: string;
    /** On which other subdomain it was made. */
    shared?: string;
}

/** What a tag manager finds in `dataLayer`, with `tell: ["data-layer"]`: at the start, and after each choice. */
export interface Told {
    event: 'portcullis';
    portcullis: Pick<State, 'phase' | 'regime'> & State['grants'];
}

/** What was erased. */
export interface Erased {
    /** The record as it was. */
    record: Record_ | null;
}

/** What `verify()` found, oldest first. */
export interface Verified {
    /** Whether nothing is found to be edited. */
    fits: boolean;
    /**
     * Each entry. `fits`; `edited`: it is not what was hashed; `unlinked`: what stood before it is gone; `unhashed`: nothing
     * can be said.
     */
    entries: { time: number; state: 'fits' | 'edited' | 'unlinked' | 'unhashed' }[];
}

/** What local storage holds under `portcullis`. */
export interface Record_ extends Entry {
    /** The format. */
    v: 1;
    /** What was true before, oldest first. */
    history: Entry[];
}

/** What is so now. */
export interface State {
    /**
     * `waiting` for the config; `asking` on the first layer; `answered`; `signalled`: the browser's signal denies;
     * `confirming` an opt-in after an opt-out, or the age; `dismissed` for this page's life; `following` the top frame;
     * `reporting`: a dry run; `closed`: WebAssembly cannot start.
     */
    phase:
        | 'waiting'
        | 'asking'
        | 'answered'
        | 'signalled'
        | 'confirming'
        | 'dismissed'
        | 'following'
        | 'reporting'
        | 'closed';
    /** What silence means for this visitor. */
    regime: 'opt-in' | 'opt-out';
    /** Whether anything is held at all. */
    mode: 'gate' | 'report';
    /** What is allowed now. */
    grants: { categories: Record<string, boolean>; services: Record<string, boolean> };
    /** What the browser says. */
    signals: Signals;
    /** How many elements wait. */
    held: number;
    /** What the visitor chose, if anything. */
    record: Record_ | null;
}

/** One thing held, released, or (in a dry run) met. */
export interface Held {
    /** What it is. */
    kind: 'script' | 'frame' | 'image' | 'style' | 'media' | 'request' | 'worker' | 'window' | 'storage';
    /** Its address; empty for an inline script. */
    url: string;
    /** The id of the service, if it is one's. */
    service?: string;
    /** The id of the category. */
    category?: string;
}

/** Something is wrong; the gate stays closed. */
export interface Problem {
    /** What. */
    message: string;
    /** Every error of a config, with its path. */
    problems?: string[];
}

/** The events, by name: `portcullis:<name>` on `document` with this as `detail`. */
export interface Events {
    /** The config is read and the gate decides. */
    ready: State;
    /** A choice was made, changed, withdrawn or erased, here or in another tab. */
    change: State;
    /** Something is held. */
    held: Held;
    /** Something that was held has been let go. */
    released: Held;
    /** Something is wrong. */
    error: Problem;
    /** The visitor erased what is kept. */
    erase: Erased;
}

/** `window.portcullis`. What it is told here is recorded as `api`, never as the visitor's own. */
export interface Portcullis {
    /** What is so now. */
    state(): State;
    /** Allows these categories or services, and changes no others. An id that nobody has here is an error, and no answer. */
    grant(ids: string[]): void;
    /** Denies these categories or services, and changes no others. An id that nobody has here is an error, and no answer. */
    deny(ids: string[]): void;
    /** Allows everything that has been listed to the visitor. */
    grantAll(): void;
    /** Denies everything optional. */
    denyAll(): void;
    /** Opens the preferences. */
    open(): void;
    /** Closes the preferences, or the notice for this page's life; stores nothing. */
    close(): void;
    /** A copy of what is kept. */
    export(): { record: Record_ | null; state: State };
    /** Erases the record and what optional services left here; the visitor is asked afresh. */
    erase(): void;
    /** Says which entries of the record do not fit their hashes. */
    verify(): Promise<Verified>;
    /** Hears an event; `ready`, `held` and `error` also replay what came before. Gives the way to stop. */
    on<Name extends keyof Events>(name: Name, ear: (detail: Events[Name]) => void): () => void;
}

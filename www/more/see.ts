/** What is stored in this browser for this site now, as far as a page's script can see, and whose it is. */

import { owners } from '../../target/bindgen/more/portcullis';
import { member, stringify } from '../element';
import { cacheNames, databases, workerName, workers } from './withdraw';

/** One thing stored, and the service it belongs to; `null`: nobody names it. */
export interface Stored {
    name: string;
    service: string | null;
    category: string | null;
}
/** By kind; `null`: this browser does not say. */
export type Inventory = Record<Kind, Stored[] | null>;
export const KINDS = ['cookies', 'localStorage', 'sessionStorage', 'databases', 'caches', 'workers'] as const;
type Kind = (typeof KINDS)[number];

function cookieNames(): string[] {
    const names = member('cookie')
        .split(';')
        .map((pair) => pair.split('=')[0]?.trim() ?? '');
    return names.filter((name, index) => name && names.indexOf(name) === index);
}

function keys(storage: () => Storage): string[] | undefined {
    try {
        return Object.keys(storage());
    } catch {
        return undefined;
    }
}

/** Looks at everything. */
export async function inventory(config: string): Promise<Inventory> {
    const found: Record<Kind, string[] | undefined> = {
        cookies: cookieNames(),
        localStorage: keys(() => localStorage),
        sessionStorage: keys(() => sessionStorage),
        databases: await databases(),
        caches: await cacheNames(),
        workers: (await workers())?.map(workerName),
    };
    const all = {} as Inventory;
    for (const kind of KINDS) {
        const names = found[kind];
        const of: ({ service: string; category: string } | null)[] = names
            ? owners(stringify(names), kind === 'cookies', config)
            : [];
        all[kind] =
            names?.map((name, index) => {
                const ours = /^portcullis\b/.test(name) && { service: 'Portcullis', category: 'necessary' };
                return { name, ...(ours || of[index] || { service: null, category: null }) };
            }) ?? null;
    }
    return all;
}

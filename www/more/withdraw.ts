/** What a service left behind, and its own way to be told no. */

import { optOut, remains, sweep } from '../../target/bindgen/more/portcullis';
import { owned, parse, stringify } from '../element';

/** Calls the opt-outs of these services that are there to be called. */
function callOptOuts(ids: string[]): void {
    for (const id of ids) {
        try {
            const [path, words]: [string, unknown[]] = parse(optOut(id) || '["",[]]');
            const steps = path.split('.');
            const last = steps.pop() ?? '';
            const holder = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)?.[step], window);
            (holder as Record<string, (...words: unknown[]) => void> | undefined)?.[last]?.(...words);
        } catch {
            // A service that fails at its own opt-out is cleared away all the same.
        }
    }
}

/** What the browser answers, or nothing where it does not. */
export async function maybe<Value>(ask: () => Promise<Value> | undefined): Promise<Value | undefined> {
    try {
        return await ask();
    } catch {
        return undefined;
    }
}

export const databases = async (): Promise<string[] | undefined> =>
    (await maybe(() => indexedDB.databases?.()))?.map(({ name }) => name ?? '');
const stores = (): CacheStorage | undefined => owned('caches') as CacheStorage | undefined;
export const cacheNames = (): Promise<string[] | undefined> => maybe(() => stores()?.keys());
export const workers = async (): Promise<ServiceWorkerRegistration[] | undefined> =>
    maybe(async () => [...(await navigator.serviceWorker.getRegistrations())]);

/** The file name of a worker's script. */
export function workerName(worker: ServiceWorkerRegistration): string {
    const { scriptURL = '' } = worker.active ?? worker.waiting ?? worker.installing ?? {};
    return scriptURL.split(/[?#]/)[0]?.split('/').pop() ?? '';
}

/** Removes the databases, caches and workers (with their push subscription) whose names are meant. */
async function remove(meant: (names: string[]) => string[]): Promise<void> {
    const registrations = (await workers()) ?? [];
    const gone = (names: string[] | undefined) => (names?.length ? meant(names) : []);
    for (const name of gone(await databases())) {
        indexedDB.deleteDatabase(name);
    }
    for (const name of gone(await cacheNames())) {
        await maybe(() => stores()?.delete(name));
    }
    const scripts = gone(registrations.map(workerName));
    for (const worker of registrations) {
        if (scripts.includes(workerName(worker))) {
            const subscription = await maybe(() => worker.pushManager?.getSubscription());
            await maybe(() => subscription?.unsubscribe());
            await maybe(() => worker.unregister());
        }
    }
}

/** Clears what these services left on this site, after their own opt-out. */
export async function withdraw(ids: string, config: string): Promise<void> {
    callOptOuts(parse(ids));
    sweep(ids, config);
    await remove((names) => parse(remains(ids, stringify(names), config)));
}

/** Clears what we ourselves left: our worker and its data. The record and the queue are gone already. */
export const removeOurs = (): Promise<void> => remove((names) => names.filter((name) => name.startsWith('portcullis')));

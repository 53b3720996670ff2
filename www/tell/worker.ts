/** The service worker is told what is allowed, if the owner has one. */

import { allowedBy } from '../allowed';
import { member, stringify } from '../element';
import type { Portcullis, State } from '../types';

/** What it needs of the configuration: that is in its address, because it has to know whom to hold before the visitor has
 * chosen, and nothing may be written before that. */
const NEEDED = ['mode', 'block', 'enforce', 'allow', 'site', 'categories', 'services'];

/** A page without a secure context has none, and a sandboxed one may not even ask. */
function registry(): ServiceWorkerContainer | undefined {
    try {
        return isSecureContext ? navigator.serviceWorker : undefined;
    } catch {
        return undefined;
    }
}

/** What the first file's `call` is asked for, in `src/gate.rs`: a service that nobody named joins the page's. */
const FOUND = 22;

/**
 * Answers whether the page holds what the worker held, and has it listed: `holdsToo` weighs an address of which the page has,
 * or has not, told yet. A service that only the worker knows becomes the page's first, by the first file's `call`.
 */
export function listen(
    api: Portcullis,
    call: (what: number, category: number, now: number, text: string) => unknown,
    holdsToo: (url: string, told: boolean) => boolean,
): void {
    const told = new Set<unknown>();
    api.on('held', ({ url }) => told.add(url));
    const joined = new Set<string>();
    registry()?.addEventListener('message', ({ data, ports }) => {
        const { url, service } = data?.portcullis ?? {};
        if (typeof url !== 'string') {
            return;
        }
        if (service && !joined.has(service)) {
            joined.add(service);
            const [category, id, ...hosts] = `${service}`.split(' ');
            for (const host of hosts) {
                call(FOUND, Number(category), 0, `${id}/${host}`);
            }
        }
        const held = holdsToo(url, told.has(url));
        ports[0]?.postMessage(held);
    });
}

/** How long a worker may take to say whether it is configured, in milliseconds. */
const PATIENCE = 500;

/** Whether the site has registered a worker of its own at `url`, which takes ours in and brings its configuration. */
async function isTheirs(workers: ServiceWorkerContainer, url: string): Promise<boolean> {
    const there = (await workers.getRegistration())?.active;
    if (there?.scriptURL !== new URL(url, member('baseURI')).href) {
        return false;
    }
    const { port1, port2 } = new MessageChannel();
    there.postMessage({ portcullis: 'configured?' }, [port2]);
    const answer = await new Promise((done) => {
        port1.onmessage = ({ data }) => done(data);
        setTimeout(done, PATIENCE);
    });
    port1.close();
    return answer === true;
}

/** Registers the worker at `url`, and tells it. `vouch`: how a page takes a script's address that asks for Trusted Types. */
export async function inform(
    url: string,
    config: Record<string, unknown>,
    state: State,
    vouch: (kind: 'createScriptURL', url: string) => unknown,
): Promise<void> {
    const workers = registry();
    if (!workers) {
        return;
    }
    // Nothing inherited: a polluted prototype configures nothing.
    const needed = Object.fromEntries(Object.entries(config).filter(([key]) => NEEDED.includes(key)));
    try {
        const address = `${url}?${encodeURIComponent(stringify(needed))}`;
        if (!(await isTheirs(workers, url))) {
            await workers.register(vouch('createScriptURL', address) as string);
        }
        const { active } = await workers.ready;
        active?.postMessage({ portcullis: { grants: allowedBy(state), chosen: !!state.record } });
    } catch (why) {
        console.warn(`Portcullis: the service worker could not be used (${why})`);
    }
}

/** The service worker is told what is allowed, if the owner has one. */

import { allowedBy } from '../allowed';
import type { State } from '../types';

/** What it needs of the configuration: that is in its address, because it has to know whom to hold before the visitor has
 * chosen, and nothing may be written before that. */
const NEEDED = ['mode', 'block', 'enforce', 'allow', 'site', 'categories', 'services'];

/** Registers the worker at `url`, and tells it. `vouch`: how a page takes a script's address that asks for Trusted Types. */
export async function inform(
    url: string,
    config: Record<string, unknown>,
    state: State,
    vouch: (kind: 'createScriptURL', url: string) => unknown,
): Promise<void> {
    // A page without a secure context has none, and a sandboxed one may not even ask.
    const workers = window.isSecureContext && navigator.serviceWorker;
    if (!workers) {
        return;
    }
    // Nothing inherited: a polluted prototype configures nothing.
    const needed = Object.fromEntries(Object.entries(config).filter(([key]) => NEEDED.includes(key)));
    try {
        const address = `${url}?${encodeURIComponent(JSON.stringify(needed))}`;
        await workers.register(vouch('createScriptURL', address) as string);
        const { active } = await workers.ready;
        active?.postMessage({ portcullis: { grants: allowedBy(state), chosen: !!state.record } });
    } catch (why) {
        console.warn(`Portcullis: the service worker could not be used (${why})`);
    }
}

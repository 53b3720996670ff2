/** The verdict, in workers: the same Rust, told by a page what is allowed. */

import { configure, follow, holds, initSync, rarity, wire } from '../target/bindgen/worker/portcullis';
import { compile } from './wasm';

let works = false;
const encoder = new TextEncoder();

/** Starts it for the site at this host with this configuration, as JSON; once more, and it begins anew. `rare`: those whom
 * the first file does not name, packed. Gives why it cannot, if so: then everything is held. */
export function start(host: string, config: string, rare = ''): unknown {
    try {
        works || initSync({ module: compile() });
        configure(host, config, rare);
        works = true;
        return undefined;
    } catch (error) {
        works = false;
        return error;
    }
}

/** What is allowed: answers by category and by service. */
export function allow(grants: unknown): void {
    if (works) {
        follow(JSON.stringify(grants ?? {}));
    }
}

/** Whether to hold a request for this address. */
export function isHeld(url: string): boolean {
    if (!works) {
        return true;
    }
    try {
        return holds(encoder.encodeInto(url, wire()).written);
    } catch {
        works = false;
        return true;
    }
}

/** Of what was held last, the service that the page cannot name by itself: the place of its category, its id, its hosts. */
export const heldRarity = (): string => (works ? rarity() : '');

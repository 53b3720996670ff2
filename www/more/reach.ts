/** What Rust reaches in the browser to clear away what a service left. What the browser refuses stays: no page can reach it. */

import { member, setMember, stringify } from '../element';

export const cookies = (): string => member('cookie');
export const setCookie = (text: string): void => setMember('cookie', text);
export const host = (): string => location.hostname;
export const path = (): string => location.pathname;

/** What has just been listed, local or of the session; nothing where the browser gives none. */
let store: Storage | undefined;
/** The names of what is stored, as a JSON list. */
export function stored(isLocal: boolean): string {
    const names: string[] = [];
    try {
        store = isLocal ? localStorage : sessionStorage;
        for (let at = 0; at < store.length; at++) {
            names.push(store.key(at) ?? '');
        }
    } catch {
        // A sandboxed frame and a strict visitor have none.
        store = undefined;
    }
    return stringify(names);
}
export const remove = (name: string): void => store?.removeItem(name);

/** One choice for several subdomains: the answers, without their history, in one first-party cookie. */

import { member, parse, setMember, stringify } from '../element';
import type { Entry, Record_ } from '../types';

const NAME = 'portcullis';
/** Two tabs of one browser may round the clock differently: `SKEW_MS` in `src/consent/record.rs`. */
const SKEW_MS = 60_000;
const METHODS = ['grant-all', 'deny-all', 'chosen', 'client', 'api'];

const attributes = (domain: string): string =>
    `; Domain=${domain}; Path=/; SameSite=Lax${location.protocol === 'https:' ? '; Secure' : ''}`;

/** A host name as a browser writes it. */
const HOST = /^[a-z0-9_.-]+$/;

/** The choice in the cookie, if there is one, well-formed, made on this host or another subdomain of this domain. */
export function shared(domain: string): Entry | undefined {
    try {
        const pair = member('cookie')
            .split('; ')
            .find((pair) => pair.startsWith(`${NAME}=`));
        const entry = parse(decodeURIComponent(pair?.slice(NAME.length + 1) ?? ''));
        const answers = (of: unknown) =>
            !!of && typeof of === 'object' && Object.values(of).every((yes) => typeof yes === 'boolean');
        const sound =
            answers(entry.categories) &&
            answers(entry.services) &&
            METHODS.includes(entry.method) &&
            Number.isInteger(entry.time) &&
            entry.time <= Date.now() + SKEW_MS &&
            HOST.test(entry.shared) &&
            `.${entry.shared}`.endsWith(domain.toLowerCase());
        return sound ? entry : undefined;
    } catch {
        return undefined;
    }
}

/** Mirrors the choice in force, and where it was made, for this many days. */
export function mirror(domain: string, { v, history, ...entry }: Record_, days: number): void {
    const value = encodeURIComponent(stringify({ ...entry, shared: location.hostname }));
    setMember('cookie', `${NAME}=${value}; Max-Age=${Math.round(days * 86_400)}${attributes(domain)}`);
}

/** Removes the cookie. */
export function unshare(domain: string): void {
    setMember('cookie', `${NAME}=; Max-Age=0${attributes(domain)}`);
}

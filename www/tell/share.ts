/** One choice for several subdomains: the answers, without their history, in one first-party cookie. */

import type { Entry, Record_ } from '../types';

const NAME = 'portcullis';
/** Two tabs of one browser may round the clock differently: `SKEW_MS` in `src/consent/record.rs`. */
const SKEW_MS = 60_000;
const METHODS = ['grant-all', 'deny-all', 'chosen', 'client', 'api'];

const attributes = (domain: string): string =>
    `; Domain=${domain}; Path=/; SameSite=Lax${location.protocol === 'https:' ? '; Secure' : ''}`;

/** The choice in the cookie, if there is one that can be believed. */
export function shared(): Entry | undefined {
    try {
        const pair = document.cookie.split('; ').find((pair) => pair.startsWith(`${NAME}=`));
        const entry = JSON.parse(decodeURIComponent(pair?.slice(NAME.length + 1) ?? ''));
        const answers = (of: unknown) =>
            !!of && typeof of === 'object' && Object.values(of).every((yes) => typeof yes === 'boolean');
        const sound =
            answers(entry.categories) &&
            answers(entry.services) &&
            METHODS.includes(entry.method) &&
            Number.isInteger(entry.time) &&
            entry.time <= Date.now() + SKEW_MS;
        return sound ? entry : undefined;
    } catch {
        return undefined;
    }
}

/** Mirrors the choice in force for this many days. */
export function mirror(domain: string, { v, history, shared, ...entry }: Record_, days: number): void {
    const value = encodeURIComponent(JSON.stringify(entry));
    document.cookie = `${NAME}=${value}; Max-Age=${Math.round(days * 86_400)}${attributes(domain)}`;
}

/** Removes the cookie. */
export function unshare(domain: string): void {
    document.cookie = `${NAME}=; Max-Age=0${attributes(domain)}`;
}

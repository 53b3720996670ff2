/** Erasing everything that this site keeps in this browser through us and through its optional services. */

import { ALWAYS, find, make, member, type Purpose, parse, stringify } from '../element';
import { fresh, post } from '../tell/receipts';
import type { Record_ } from '../types';
import { removeOurs, withdraw } from './withdraw';

/** The record and the queue are gone already; `before` is how everything stood. The owner hears of it once, without retry
 * and without a trace here; the page by an event. */
export async function erase(
    json: string,
    before: { purposes: Purpose[]; record: Record_ | null },
    said: string,
): Promise<void> {
    const { receipt } = parse(json) ?? {};
    const { purposes, record } = before;
    const endpoint = receipt?.endpoint;
    if (typeof endpoint === 'string' && endpoint) {
        const ids = record ? [...(record.history ?? []), record].flatMap(({ id }) => id ?? []) : [];
        post(endpoint, { version: 1, key: fresh(), site: location.host, erase: true, ids });
    }
    const ids = purposes.filter(([, , , bits]) => !(bits & ALWAYS)).map(([id]) => id);
    await withdraw(stringify(ids), json);
    await removeOurs();
    find('portcullis-notice')?.prepend(make('p', { role: 'status' }, said));
    Reflect.apply(member('dispatchEvent'), document, [new CustomEvent('portcullis:erase', { detail: { record } })]);
}

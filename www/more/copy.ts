/** The visitor's copy: a consent record laid out after ISO/IEC TS 27560:2023 and the Kantara consent receipt 1.1.
 * `docs/receipt.md` says what each field is. */

import { make, member, stringify } from '../element';
import type { Entry, State } from '../types';
import type { Inventory } from './see';

/** What the config says that a copy repeats. */
export interface About {
    policy?: { version?: unknown; url?: unknown };
    controller?: { name?: unknown; contact?: unknown; replyDays?: unknown };
    expires?: { granted?: unknown; denied?: unknown };
}
/** A purpose of the page, in words. */
export interface Named {
    id: string;
    name: string;
    category: string;
    isCategory: boolean;
    privacy?: string | undefined;
    retention?: string | undefined;
}

const DAY = 86_400_000;
const isoTime = (time: number): string => new Date(time).toISOString();
const text = (value: unknown): string | null => (typeof value === 'string' && value ? value : null);

/** An entry as an event of ISO/IEC TS 27560. */
function eventOf(entry: Entry, granted: number, denied: number): unknown {
    const answers = Object.entries({ ...entry.categories, ...entry.services }).filter(([id]) => id !== 'necessary');
    const any = answers.some(([, yes]) => yes);
    const days = any ? granted : denied;
    return {
        event_time: isoTime(entry.time),
        event_type: entry.method === 'signal' ? 'signal' : 'explicit',
        event_state: entry.method === 'signal' ? 'objected' : any ? 'given' : 'refused',
        validity_duration: `P${days}D`,
        valid_until: isoTime(entry.time + days * DAY),
        // The browser's user; nobody is named.
        entity_id: 'pii_principal',
        method: entry.method,
        policy_version: entry.policy,
        language: entry.lang,
        signals: entry.signals,
        categories: entry.categories,
        services: entry.services,
        record_id: entry.id ?? null,
        hash: entry.hash ?? null,
        previous: entry.previous ?? null,
    };
}

/** Everything that the panel shows, as one object. */
export function copy(state: State, purposes: Named[], about: About, stored: Inventory, now: number): unknown {
    const { record, grants, signals, regime } = state;
    const days = (value: unknown) => (typeof value === 'number' ? value : 180);
    const [granted, denied] = [days(about.expires?.granted), days(about.expires?.denied)];
    const controller = text(about.controller?.name);
    const entries = record ? [...record.history, record].sort((one, other) => one.time - other.time) : [];
    const services = purposes.filter(({ isCategory }) => !isCategory);
    return {
        schema_version: 'ISO/IEC TS 27560:2023',
        record_id: record?.id ?? null,
        pii_principal_id: null,
        created: isoTime(now),
        site: location.origin,
        pii_processing: {
            privacy_notice: text(about.policy?.url) && new URL(String(about.policy?.url), member('baseURI')).href,
            policy_version: text(about.policy?.version),
            language: record?.lang ?? null,
            regime,
            withdrawal_method: `${location.origin}${location.pathname}#portcullis`,
            storage_locations: ['visitor-browser'],
            purposes: purposes
                .filter(({ isCategory }) => isCategory)
                .map(({ id, name }) => ({
                    purpose: name,
                    purpose_type: id,
                    lawful_basis: id === 'necessary' ? 'strictly-necessary' : 'consent',
                    consent: grants.categories[id] === true,
                    pii_controllers: controller ? ['controller'] : [],
                    recipient_third_parties: services.filter(({ category }) => category === id).map(({ id }) => id),
                })),
        },
        party_identification: [
            ...(controller
                ? [
                      {
                          party_id: 'controller',
                          party_role: 'pii_controller',
                          party_name: controller,
                          party_contact: text(about.controller?.contact),
                          reply_days: typeof about.controller?.replyDays === 'number' ? about.controller.replyDays : 30,
                      },
                  ]
                : []),
            ...services.map(({ id, name, privacy, retention }) => ({
                party_id: id,
                party_role: 'third_party',
                party_name: name,
                party_url: privacy ?? null,
                retention_period: retention ?? null,
                consent: grants.services[id] === true,
            })),
        ],
        events: entries.map((entry) => eventOf(entry, granted, denied)),
        signals,
        stored,
        not_visible: ['cookies marked HttpOnly', 'cookies of other paths', 'what other sites store'],
        kantara: {
            version: 'KI-CR-v1.1.0',
            consentTimestamp: record ? Math.floor(record.time / 1000) : null,
            collectionMethod: record?.method ?? null,
            consentReceiptID: record?.id ?? null,
            language: record?.lang ?? null,
            piiPrincipalId: null,
            piiControllers: controller ? [{ piiController: controller, contact: text(about.controller?.contact) }] : [],
            policyUrl: text(about.policy?.url),
            services: services.map(({ id, name, category }) => ({
                service: name,
                purposes: [
                    {
                        purpose: category,
                        consentType: 'EXPLICIT',
                        consent: grants.services[id] === true,
                        thirdPartyDisclosure: true,
                        thirdPartyName: name,
                    },
                ],
            })),
        },
    };
}

/** JSON for people to read, of plain values. */
function laidOut(value: unknown, gap = '\n'): string {
    const isList = Array.isArray(value);
    if (!isList && (typeof value !== 'object' || !value)) {
        return stringify(value);
    }
    const deeper = `${gap}  `;
    const parts = Object.entries(value)
        .filter(([, one]) => one !== undefined)
        .map(([name, one]) => `${isList ? '' : `${stringify(name)}: `}${laidOut(one, deeper)}`);
    const [open, end] = isList ? '[]' : '{}';
    return parts.length ? `${open}${deeper}${parts.join(`,${deeper}`)}${gap}${end}` : `${open}${end}`;
}

/** Has the browser save a text as a file. */
export function download(name: string, json: unknown): void {
    const href = URL.createObjectURL(new Blob([laidOut(json)], { type: 'application/json' }));
    make('a', { href, download: name }).click();
    // Not before the browser has taken it up.
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

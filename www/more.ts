/** The second file: what only an error, opened preferences or a withdrawal need. Loaded by the first when it is met. */
import { first, later, more } from '../src/notice/lang/en.json';
import { details, explain, initSync } from '../target/bindgen/more/portcullis';
import { make, NAMED, type Purpose, toggle } from './element';
import { erase as eraseAll } from './more/erase';
import { rights } from './more/rights';
import { withdraw } from './more/withdraw';
import type { Record_ } from './types';

declare const __WASM__: string;

const text = __WASM__;
const bytes = new Uint8Array(text.length);
for (let at = 0; at < bytes.length; at++) {
    bytes[at] = text.charCodeAt(at);
}
initSync({ module: new WebAssembly.Module(bytes) });

interface Config {
    text?: { en?: Record<string, unknown> };
    categories?: { id?: unknown; label?: string }[];
    controller?: { name?: unknown; contact?: unknown; replyDays?: unknown };
}
type Word = (key: string, ...names: string[]) => string;

/** A line of the language table: the owner's own, else ours. */
function words(config: Config): Word {
    return (key, ...names) => {
        const name = names[0] ?? '';
        const own = config.text?.en?.[key];
        const lines: Record<string, unknown> = { ...first, ...more, ...later };
        const ours = lines[key];
        const line = typeof own === 'string' && own.trim() ? own : ours;
        const rules = new Intl.PluralRules('en');
        const plural = typeof line === 'string' ? line : (line as Record<string, string>)[rules.select(Number(name))];
        return `${plural ?? ''}`.replace(/\{(\d?)\}/g, (_, place) => names[Number(place)] ?? '');
    };
}

/** Puts the services of each category, with a switch and what is known of them, into the open preferences, and names who
 * is responsible. */
function decorate(dialog: Element, json: string, purposes: Purpose[]): void {
    const config: Config = JSON.parse(json) ?? {};
    const word = words(config);
    const services = purposes.filter((purpose, index) => purpose[2] !== index);
    const about: { privacy?: string; retention?: string }[] = details(
        JSON.stringify(services.map((service) => service[0])),
        json,
    );
    dialog.querySelectorAll<HTMLElement>('section').forEach((section) => {
        const rows: HTMLElement[] = [];
        services.forEach((service, index) => {
            const [id, name, of, bits] = service;
            if (section.dataset.of !== `${of}`) {
                return;
            }
            const { privacy, retention } = about[index] ?? {};
            const label = bits & NAMED ? name : `${name} (${word('found')})`;
            rows.push(
                make(
                    'li',
                    { 'data-service': id },
                    make('label', {}, label, toggle('service', service)),
                    ...(retention ? [make('p', {}, word('retention', retention))] : []),
                    ...(privacy
                        ? [
                              make(
                                  'a',
                                  { href: privacy, rel: 'noreferrer', target: '_blank' },
                                  word('servicePolicy', name),
                              ),
                          ]
                        : []),
                ),
            );
        });
        if (rows.length) {
            section.querySelector('.partners')?.remove();
            section.append(make('details', {}, make('summary', {}, word('services')), make('ul', {}, ...rows)));
        }
        // A category's switch takes its services along.
        section.onchange = ({ target }) => {
            const category = target as HTMLInputElement;
            if (category.name === 'category') {
                section.querySelectorAll<HTMLInputElement>('li input').forEach((service) => {
                    service.checked = category.checked;
                });
            }
        };
    });
    controller(dialog, config, word);
    if (dialog.querySelector('section')) {
        const own = (id: string) =>
            Array.isArray(config.categories) && config.categories.find((category) => category?.id === id)?.label;
        const label = (id: string) => own(id) || word(id === 'preferences' ? 'functional' : id) || id;
        rights(dialog, json, purposes, about, label, word);
    }
}

/** Erases what the first file cannot reach: see `www/more/erase.ts`. */
const erase = (json: string, before: { purposes: Purpose[]; record: Record_ | null }): Promise<void> =>
    eraseAll(json, before, words(JSON.parse(json) ?? {})('erased'));

/** Who is responsible, how they are reached, within how many days they answer (GDPR art. 12(3), 13(1)(a)). */
function controller(dialog: Element, { controller }: Config, word: Word): void {
    const { name, contact, replyDays } = controller ?? {};
    if (typeof name !== 'string') {
        return;
    }
    const line = make('p', {}, word('controller', name));
    if (typeof contact === 'string' && /^(https?:\/\/|mailto:|[^:@/?#]*([/?#]|$))[^\0- ]*$/i.test(contact)) {
        const days = typeof replyDays === 'number' ? replyDays : 30;
        line.append(' ', make('a', { href: contact }, word('contact')), '. ', word('reply', `${days}`));
    }
    dialog.querySelector('.row')?.before(line);
}

export { decorate, erase, explain, withdraw as sweep };

/** The second file: what only an error, opened preferences or a withdrawal need. Loaded by the first when it is met. */

import { details, explain, initSync } from '../target/bindgen/more/portcullis';
import { embed, first, later, more } from '../target/wasm/lang.json';
import { GRANTED, make, NAMED, type Purpose, titleOf, toggle } from './element';
import { erase as eraseAll } from './more/erase';
import { rights } from './more/rights';
import { withdraw } from './more/withdraw';
import type { Told } from './notice';
import type { Record_ } from './types';
import { compile } from './wasm';

initSync({ module: compile() });

type Lines = Record<string, unknown>;
interface Config {
    text?: Record<string, Lines | undefined>;
    categories?: { id?: unknown; label?: string }[];
    minAge?: unknown;
    controller?: { name?: unknown; contact?: unknown; replyDays?: unknown };
}
type Word = (key: string, ...names: string[]) => string;

/** A line of the language table: the owner's own, else ours. `lines` is what the first file speaks. */
function words(config: Config, lang: string, lines: Lines): Word {
    const inside: Lines = { ...first, ...more, ...later, ...embed };
    const rules = new Intl.PluralRules(lang);
    return (key, ...names) => {
        const name = names[0] ?? '';
        const own = config.text?.[lang]?.[key];
        const line = typeof own === 'string' && own.trim() ? own : (lines[key] ?? inside[key]);
        const plural =
            typeof line === 'string'
                ? line
                : (line as Record<string, string> | undefined)?.[rules.select(Number(name))];
        return `${plural ?? ''}`.replace(/\{(\d?)\}/g, (_, place) => names[Number(place)] ?? '');
    };
}

/** The words that the preferences spoke last. */
let spoken: Word | undefined;

/** Puts the services of each category, with a switch and what is known of them, into the open preferences, and names who
 * is responsible. */
function decorate(dialog: Element, json: string, { purposes, status }: Told, lang: string, lines: Lines): void {
    const config: Config = JSON.parse(json) ?? {};
    const word = words(config, lang, lines);
    spoken = word;
    if (status === 'age') {
        askAge(dialog, word, config);
        return;
    }
    if (status === 'ageDenied' && !dialog.querySelector('[role="status"]')) {
        dialog.querySelector('h2')?.after(make('p', { role: 'status' }, word('ageDenied')));
    }
    const services = purposes.filter((purpose, index) => purpose[2] !== index);
    const about: { name?: string; privacy?: string; retention?: string }[] = details(
        JSON.stringify(services.map((service) => service[0])),
        json,
    );
    dialog.querySelectorAll<HTMLElement>('section').forEach((section) => {
        const rows: HTMLElement[] = [];
        services.forEach((service, index) => {
            const [id, , of, bits] = service;
            if (section.dataset.of !== `${of}`) {
                return;
            }
            const { name = titleOf(service), privacy, retention } = about[index] ?? {};
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
        // The visitor may have set the category's switch before this file came: its services follow.
        const own = section.querySelector<HTMLInputElement>('input[name="category"]');
        const before = (purposes[Number(section.dataset.of)]?.[3] ?? 0) & GRANTED;
        if (own && own.checked !== before > 0) {
            section.querySelectorAll<HTMLInputElement>('li input').forEach((service) => {
                service.checked = own.checked;
            });
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
    judge(dialog, dialog.querySelectorAll('h2, p, label, a, button'));
}

/** What stands in for an age that is broken: `STRICT_AGE` in src/config/types.rs. */
const STRICT_AGE = 16;

/** Asks whether the visitor is old enough, in a neutral way: no answer is marked, none is called better. */
function askAge(dialog: Element, word: Word, { minAge }: Config): void {
    const isAge = Number.isInteger(minAge) && (minAge as number) > 0 && (minAge as number) < 100;
    const answer = (action: string, key: string) =>
        make('button', { type: 'button', 'data-portcullis': action }, word(key));
    const row = dialog.querySelector('.row');
    row?.before(
        make('p', { role: 'status' }, word('ageText', `${isAge ? minAge : STRICT_AGE}`)),
        make('p', {}, word('ageNote')),
    );
    row?.prepend(answer('cancel', 'ageNo'), answer('confirm', 'ageYes'));
}

/** The pairs of colours that are too close have been said. */
const said = new Set<string>();

/** Says on the console where text and what is behind it are closer than WCAG 2.2 (SC 1.4.3, AA) wants it. `box` is behind
 * whatever has no background of its own. */
function judge(box: Element, elements: Iterable<Element>): void {
    if (matchMedia('(forced-colors: active)').matches) {
        // The colours are the visitor's own.
        return;
    }
    // Whatever a colour is written in comes back in sRGB.
    const probe = make('i', {});
    box.append(probe);
    const parts = (color: string): number[] => {
        probe.style.color = `color-mix(in srgb, ${color}, ${color})`;
        return (getComputedStyle(probe).color.match(/-?[\d.]+(e-\d+)?/g) ?? []).map(Number);
    };
    const light = (color: string): number => {
        const [red = 0, green = 0, blue = 0] = parts(color).map((part) =>
            part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
        );
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    for (const element of elements) {
        const { color, backgroundColor } = getComputedStyle(element);
        const isClear = parts(backgroundColor)[3] === 0;
        const behind = isClear ? getComputedStyle(box).backgroundColor : backgroundColor;
        const [dark = 0, bright = 0] = [light(color), light(behind)].sort((a, b) => a - b);
        const ratio = (bright + 0.05) / (dark + 0.05);
        const line = `${color} on ${behind} has a contrast of ${ratio.toFixed(2)}:1`;
        if (ratio < 4.5 && !said.has(line)) {
            said.add(line);
            console.warn(`Portcullis: this theme cannot be read by everyone: ${line}; WCAG AA wants 4.5:1 (SC 1.4.3).`);
        }
    }
    probe.remove();
}

/** Erases what the first file cannot reach: see `www/more/erase.ts`. */
const erase = (json: string, before: { purposes: Purpose[]; record: Record_ | null }): Promise<void> =>
    eraseAll(json, before, (spoken ?? words(JSON.parse(json) ?? {}, 'en', {}))('erased'));

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

/** What is known of a service, for a placeholder. */
const about = (id: string, json: string): { name?: string; privacy?: string } => details(JSON.stringify([id]), json)[0];

export { about, decorate, erase, explain, withdraw as sweep };

/** The second file: what only an error, opened preferences or a withdrawal need. Loaded by the first when it is met. */

import { cross, details, explain, initSync } from '../target/bindgen/more/portcullis';
import { embed, first, later, more } from '../target/wasm/lang.json';
import { GRANTED, make, NAMED, type Purpose, parse, SAFE, stringify, titleOf, toggle } from './element';
import { erase as eraseAll } from './more/erase';
import { rights } from './more/rights';
import { withdraw } from './more/withdraw';
import css from './more.css';
import type { Told } from './notice';
import type { Record_ } from './types';
import { compile } from './wasm';

initSync({ module: compile() });

type Lines = Record<string, unknown>;
interface Config {
    text?: Record<string, Lines | undefined>;
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

/** Where our styles are. */
const dressed = new WeakSet<Node>();
/** Adds the styles of what this file puts there. */
function dress(dialog: Element): void {
    const root = dialog.getRootNode() as ShadowRoot;
    if (dressed.has(root)) {
        return;
    }
    dressed.add(root);
    try {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    } catch {
        root.append(make('style', {}, css));
    }
}

/** The words that the preferences spoke last. */
let spoken: Word | undefined;

/** Puts the services of each category, with a switch and what is known of them, into the open preferences, and names who
 * is responsible. */
function decorate(
    dialog: Element,
    json: string,
    { phase, purposes, status }: Told,
    lang: string,
    lines: Lines,
    asked: unknown,
): void {
    const config: Config = parse(json) ?? {};
    const word = words(config, lang, lines);
    spoken = word;
    dress(dialog);
    if (phase === 'confirming') {
        if (status === 'age') {
            ask(dialog, [word('ageText', ageOf(config)), word('ageNote')], word('ageNo'), word('ageYes'));
        } else {
            ask(dialog, [word('confirmText')], word('cancel'), word('confirm'));
        }
        return;
    }
    if (status === 'ageDenied' && !dialog.querySelector('[role="status"]')) {
        dialog.querySelector('h2')?.after(make('p', { role: 'status' }, word('ageDenied')));
    }
    const services = purposes.filter((purpose, index) => purpose[2] !== index);
    const about: { name?: string; privacy?: string; retention?: string }[] = details(
        stringify(services.map((service) => service[0])),
        json,
    );
    /** What the categories are called here. */
    const names = new Map<string, string>();
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
        const own = section.querySelector<HTMLInputElement>('input[name="category"]');
        if (!own) {
            return;
        }
        names.set(own.value, section.querySelector('label')?.textContent ?? '');
        const follow = () => {
            section.querySelectorAll<HTMLInputElement>('li input').forEach((service) => {
                service.checked = own.checked;
            });
        };
        // The visitor may have set the category's switch before this file came: its services follow.
        const before = (purposes[Number(section.dataset.of)]?.[3] ?? 0) & GRANTED;
        own.checked === before > 0 || follow();
        // A category's switch takes its services along.
        own.onchange = follow;
    });
    controller(dialog, config, word);
    rights(dialog, json, purposes, about, (id) => names.get(id) || id, word, asked === 'erase');
    judge(dialog);
}

/** What stands in for an age that is broken: `STRICT_AGE` in src/config/types.rs. */
const STRICT_AGE = 16;

const ageOf = ({ minAge }: Config): string => {
    const isAge = Number.isInteger(minAge) && (minAge as number) > 0 && (minAge as number) < 100;
    return `${isAge ? minAge : STRICT_AGE}`;
};

/** Asks what has to be known before anything is granted, in a neutral way: no answer is marked, none is called better. */
function ask(dialog: Element, lines: string[], no: string, yes: string): void {
    const answer = (action: string, label: string) =>
        make('button', { type: 'button', 'data-portcullis': action }, label);
    const row = dialog.querySelector('.row');
    row?.before(...lines.map((text, index) => make('p', index ? {} : { role: 'status' }, text)));
    row?.prepend(answer('cancel', no), answer('confirm', yes));
}

/** The pairs of colours that are too close have been said. */
const said = new Set<string>();

/** Says on the console which colours of the dialog are closer than WCAG 2.2 (AA) wants it. */
function judge(box: Element): void {
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
    const pair = (front: string, behind: string, least: number, rule: string): void => {
        const [dark = 0, bright = 0] = [light(front), light(behind)].sort((a, b) => a - b);
        const ratio = (bright + 0.05) / (dark + 0.05);
        const line = `${front} on ${behind} has a contrast of ${ratio.toFixed(2)}:1; WCAG AA wants ${least}:1 (${rule})`;
        if (ratio < least && !said.has(line)) {
            said.add(line);
            console.warn(`Portcullis: this theme cannot be read by everyone: ${line}.`);
        }
    };
    const ground = getComputedStyle(box).backgroundColor;
    for (const element of box.querySelectorAll('h2, p, label, summary, a, button')) {
        const { color, backgroundColor } = getComputedStyle(element);
        pair(color, parts(backgroundColor)[3] === 0 ? ground : backgroundColor, 4.5, 'text, SC 1.4.3');
    }
    const named = (name: string): string => {
        probe.style.color = `var(--${name})`;
        return getComputedStyle(probe).color;
    };
    const [mark, on, mute] = [named('mark'), named('on'), named('mute')];
    pair(mark, ground, 3, 'the outline of what has the focus, a switch that is on, SC 1.4.11');
    pair(on, mark, 3, 'the knob of a switch that is on, SC 1.4.11');
    pair(mute, ground, 3, 'a switch that is off, SC 1.4.11');
    probe.remove();
}

/** Erases what the first file cannot reach: see `www/more/erase.ts`. */
const erase = (json: string, before: { purposes: Purpose[]; record: Record_ | null }): Promise<void> =>
    eraseAll(json, before, (spoken ?? words(parse(json) ?? {}, 'en', {}))('erased'));

/** Who is responsible, how they are reached, within how many days they answer (GDPR art. 12(3), 13(1)(a)). */
function controller(dialog: Element, { controller }: Config, word: Word): void {
    const { name, contact, replyDays } = controller ?? {};
    if (typeof name !== 'string') {
        return;
    }
    const line = make('p', {}, word('controller', name));
    if (typeof contact === 'string' && SAFE.test(contact)) {
        const days = typeof replyDays === 'number' ? replyDays : 30;
        line.append(' ', make('a', { href: contact }, word('contact')), '. ', word('reply', `${days}`));
    }
    dialog.querySelector('.row')?.before(line);
}

/** What is known of a service, for a placeholder. */
const about = (id: string, json: string): { name?: string; privacy?: string } => details(stringify([id]), json)[0];

export { equip } from './element';
export { about, cross, decorate, erase, explain, withdraw as sweep };

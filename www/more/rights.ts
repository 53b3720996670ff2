/** The visitor's rights inside the opened preferences: see, copy, erase. Whom to ask stands beside it. */

import { make, member, type Purpose, parse } from '../element';
import type { Entry, Portcullis, State } from '../types';
import { type About, copy, download, type Named } from './copy';
import { type Inventory, inventory, KINDS } from './see';

type Word = (key: string, ...names: string[]) => string;

const BRAND = Symbol.for('portcullis');
const METHODS: Record<string, string> = {
    'grant-all': 'methodGrantAll',
    'deny-all': 'methodDenyAll',
    chosen: 'methodChosen',
    api: 'methodApi',
    client: 'methodClient',
    signal: 'methodSignal',
};

const api = (): Portcullis => (document as unknown as Record<symbol, Portcullis>)[BRAND] as Portcullis;

const line = (text: string): HTMLElement => make('p', {}, text);
const list = (items: string[]): HTMLElement => make('ul', {}, ...items.map((item) => make('li', {}, item)));

/** The page's language, where the browser knows it: pages write `en_US` as well, and worse. */
function locale(): string | undefined {
    try {
        return new Intl.Locale(member('documentElement').lang.replace(/_/g, '-')).baseName;
    } catch {
        // It is no language tag: the browser's own language.
        return undefined;
    }
}

/** An entry in plain words. */
function entryLines(entry: Entry, word: Word, name: (id: string) => string): string[] {
    const answers = Object.entries({ ...entry.categories, ...entry.services }).filter(([id]) => id !== 'necessary');
    const named = (wanted: boolean) => answers.filter(([, yes]) => yes === wanted).map(([id]) => name(id));
    const [granted, denied] = [named(true), named(false)];
    return [
        word('recordTime', new Date(entry.time).toLocaleString(locale())),
        word('recordMethod', word(METHODS[entry.method] ?? entry.method)),
        ...(entry.policy ? [word('recordPolicy', entry.policy)] : []),
        ...(granted.length ? [word('recordGranted', granted.join(', '))] : []),
        ...(denied.length ? [word('recordDenied', denied.join(', '))] : []),
    ];
}

function storedList(all: Inventory, word: Word, name: (id: string) => string): HTMLElement {
    const parts = KINDS.flatMap((kind) => {
        const names = all[kind]?.map(({ name: stored, service, category }) =>
            word('belongs', stored, service && category ? `${service}, ${name(category)}` : word('unknown')),
        );
        const said = names ? (names.length ? list(names) : word('nothing')) : word('notAvailable');
        return [make('dt', {}, word(kind)), make('dd', { 'data-kind': kind }, said)];
    });
    return make('dl', {}, ...parts);
}

const button = (action: string, label: string, act: () => void): HTMLElement => {
    const made = make('button', { type: 'button', 'data-rights': action }, label);
    made.onclick = act;
    return made;
};

/** The button that erases, and the question that stands in its place once it is pressed. */
function eraser(word: Word, isAsked: boolean): HTMLElement {
    const place = make('div', { 'data-rights': 'erasing' });
    const rest = () => place.replaceChildren(button('erase', word('erase'), ask));
    const ask = () => {
        const yes = button('erase-confirm', word('eraseConfirm'), () => api().erase());
        place.replaceChildren(
            line(word('eraseText')),
            make('div', {}, button('erase-cancel', word('eraseCancel'), rest), yes),
        );
        (place.querySelector('button') as HTMLElement).focus();
    };
    isAsked ? ask() : rest();
    return place;
}

/** Puts the panel into the open preferences. */
export async function rights(
    dialog: Element,
    json: string,
    purposes: Purpose[],
    details: { privacy?: string; retention?: string }[],
    label: (id: string) => string,
    word: Word,
    isErasing: boolean,
): Promise<void> {
    const config: About = parse(json) ?? {};
    const state: State = api().state();
    const { record, signals } = state;
    const services = purposes.filter((purpose, index) => purpose[2] !== index);
    const named: Named[] = purposes.map((purpose, index) => {
        const [id, own, of] = purpose;
        const isCategory = of === index;
        const about = details[services.indexOf(purpose)] ?? {};
        return { id, name: isCategory ? label(id) : own, category: purposes[of]?.[0] ?? '', isCategory, ...about };
    });
    const name = (id: string) => named.find((one) => one.id === id)?.name ?? label(id);
    const panel = make('details', { part: 'rights', class: 'rights' }, make('summary', {}, word('kept')));
    const history = [...(record?.history ?? [])].reverse();
    const said = [signals.dnt && word('signalDnt'), signals.gpc && word('signalGpc')].filter((one) => one !== false);
    const place = make('div', { 'data-rights': 'stored' });
    panel.append(
        make('div', { 'data-rights': 'record' }, list(record ? entryLines(record, word, name) : [word('recordNone')])),
        ...(history.length
            ? [
                  make('h3', {}, word('history')),
                  make(
                      'ol',
                      { 'data-rights': 'history' },
                      ...history.map((entry) => make('li', {}, entryLines(entry, word, name).join(' '))),
                  ),
              ]
            : []),
        make('h3', {}, word('signals')),
        make('div', { 'data-rights': 'signals' }, list(said.length ? said : [word('signalNone')])),
        make('h3', {}, word('stored')),
        place,
        line(word('cannotSee')),
        make(
            'div',
            {},
            button('copy', word('copy'), async () =>
                download(
                    `${location.hostname}-consent.json`,
                    copy(api().state(), named, config, await inventory(json), Date.now()),
                ),
            ),
        ),
        eraser(word, isErasing),
    );
    dialog.querySelector('.row')?.before(panel);
    const question = isErasing ? panel.querySelector<HTMLElement>('[data-rights="erasing"] button') : null;
    if (question) {
        panel.setAttribute('open', '');
        question.focus();
    }
    place.append(storedList(await inventory(json), word, name));
    // The list pushes it down.
    question?.scrollIntoView({ block: 'center' });
}

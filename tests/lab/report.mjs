// What `npm run lab` says: the table, in the README as Markdown and on the terminal, and the chart.

import { readFileSync, writeFileSync } from 'node:fs';
import * as echarts from 'echarts';
import { KINDS, SERVICES } from './gate.mjs';

const README = new URL('../../README.md', import.meta.url);
const PLACE = /(<!-- lab -->\n)[\s\S]*?(<!-- \/lab -->)/;

const whole = (number) => Math.round(number).toLocaleString('en');
const fixed = (digits) => (number) => number.toFixed(digits);
const NONE = '–';
const short = (name) => name.replace(/^@\w+\//, '');

/** Median, and the quartiles behind it. */
const withSpread = (value, show) => {
    if (!value) return NONE;
    const [median, low, high] = [value.median, value.low, value.high].map(show);
    return low === high ? median : `${median} (${low}–${high})`;
};
const divided = (value, by) =>
    value && by ? { median: value.median / by, low: value.low / by, high: value.high / by } : null;
const minus = (value, by) => (value ? { median: value.median - by, low: value.low - by, high: value.high - by } : null);

/** The best of the peers in one part of a load; of no peers, infinity. */
function least(loads, kind, part) {
    const all = Object.entries(loads)
        .filter(([id]) => id !== 'none' && id !== 'portcullis')
        .map(([, value]) => value[kind]?.[part]?.median)
        .filter(Number.isFinite);
    return Math.min(...all);
}

/**
 * The rows in which the contestants stand side by side. `of` gives a contestant's figure: a spread, a number or null; `show`
 * writes it; `against` says what it is divided by or lessened by; `reach` is ours, with whether it is met.
 */
function rowsOf({ loads, files, memory, roads }) {
    const rows = [];
    const middle = (figure) => (figure === null || figure === undefined ? null : (figure.median ?? figure));
    const peers = (values) =>
        Object.entries(values)
            .filter(([id, value]) => id !== 'none' && id !== 'portcullis' && value !== null)
            .map(([, value]) => value);
    const row = (name, reach, of, show, met) => {
        const ids = Object.keys(loads ?? roads ?? memory?.heap ?? {});
        const figures = Object.fromEntries(ids.map((id) => [id, of(id) ?? null]));
        const middles = Object.fromEntries(ids.map((id) => [id, middle(figures[id])]));
        const cells = Object.fromEntries(
            ids.map((id) => {
                const figure = figures[id];
                return [
                    id,
                    figure === null ? NONE : typeof figure === 'number' ? show(figure) : withSpread(figure, show),
                ];
            }),
        );
        const rated = Object.entries(middles).filter(([id, value]) => id !== 'none' && value !== null);
        const best = Math.min(...rated.map(([, value]) => value));
        const winners = rated.filter(([, value]) => value === best).map(([id]) => id);
        const ours = middles.portcullis;
        rows.push({
            name,
            reach,
            cells,
            winners,
            met: ours === null || ours === undefined ? null : met(ours, peers(middles), middles),
        });
    };
    if (files) {
        row(
            'first visit: bytes, Brotli 11',
            '≤ 18,000; the target is < the best that knows categories',
            (id) => files[id]?.brotli,
            whole,
            (ours) => ours <= 18_000,
        );
        row(
            'first visit: bytes, gzip 9',
            '',
            (id) => files[id]?.gzip,
            whole,
            () => null,
        );
        row(
            '… its lines in the page itself',
            '',
            (id) => files[id]?.inline,
            whole,
            () => null,
        );
        row(
            'first visit: requests',
            '1',
            (id) => files[id]?.requests,
            whole,
            (ours) => ours === 1,
        );
    }
    if (loads) {
        for (const [kind, page] of [
            ['plain', 'page of HTML'],
            ['slow', 'page with a 3 s image'],
        ]) {
            const fastest = least(loads, kind, 'visible');
            row(
                `notice visible, ${page}; ratio to the fastest peer`,
                '≤ 0.85',
                (id) => divided(loads[id][kind]?.visible, fastest),
                fixed(2),
                (ours) => ours <= 0.85,
            );
        }
        const none = loads.none.plain;
        row(
            'first contentful paint; ratio to no library',
            '≤ 1.15',
            (id) => divided(loads[id].plain.paint, none.paint.median),
            fixed(2),
            (ours) => ours <= 1.15,
        );
        const busy = least(loads, 'plain', 'busy');
        row(
            'main thread until the notice is up; ratio to the best peer',
            '< 1',
            (id) => divided(loads[id].plain.busy, busy),
            fixed(2),
            (ours) => ours < 1,
        );
        row(
            'blocking time beyond no library, ms',
            '≤ 10',
            (id) => (id === 'none' ? 0 : minus(loads[id].plain.blocked, none.blocked.median)),
            whole,
            (ours) => ours <= 10,
        );
        row(
            'layout shift',
            '0',
            (id) => loads[id].plain.shift,
            (value) => String(value),
            (ours) => ours === 0,
        );
    }
    if (memory) {
        row(
            'JavaScript heap beyond no library, KiB',
            '',
            (id) => (id === 'none' ? 0 : memory.heap[id]),
            whole,
            () => null,
        );
    }
    if (roads) {
        row(
            'of 28 unmarked roads, reach the tracker before any choice',
            '',
            (id) => roads[id]?.arrived,
            whole,
            () => null,
        );
        row(
            '… and run its code, of 9',
            '',
            (id) => roads[id]?.ran,
            whole,
            () => null,
        );
    }
    return rows;
}

/** The rows about the gate alone: figure, reach, what is measured, whether it is met. */
function gateRows({ loads, gate, verdicts, work, grant, floor, memory, files }) {
    const rows = [];
    const row = (...cells) => rows.push(cells);
    if (files?.portcullis) {
        const second = files.portcullis.second.map(({ path, brotli }) => `${path.slice(1)} ${whole(brotli)}`);
        row('second files, bytes, Brotli 11', '', second.join('; '), null);
    }
    if (gate) {
        for (const [speed, name, reach] of [
            ['full', 'full speed', 5],
            ['slow', 'CPU ÷ 4', 20],
        ]) {
            const { all, hooks, decode, compile, instantiate, rest } = gate[speed];
            const parts = [
                ['before the decode', hooks],
                ['decode', decode],
                ['compile', compile],
                ['instantiate', instantiate],
                ['after', rest],
            ].map(([part, value]) => `${part} ${value ? value.median.toFixed(1) : NONE}`);
            row(
                `gate down, ${name}, ms`,
                `≤ ${reach}`,
                `${withSpread(all, fixed(1))}: ${parts.join(', ')}`,
                all.median <= reach,
            );
        }
    }
    if (verdicts) {
        for (const kind of ['hit', 'miss']) {
            const all = SERVICES.map((count) => `${whole(count)}: ${withSpread(verdicts[kind][count], whole)}`);
            row(
                `one verdict, ${kind}, ns, by services`,
                '10,000 ≤ 1.2 × 10',
                `${all.join('; ')}: ${verdicts.flat[kind]} ×`,
                verdicts.flat[kind] <= 1.2,
            );
        }
        row(
            "calls into Wasm for addresses of the page's own host",
            '0',
            whole(verdicts.own.own),
            verdicts.own.own === 0,
        );
    }
    if (work) {
        for (const kind of KINDS) {
            const ratio = work.portcullis[kind].ratio;
            const yett = work.yett ? `; yett ${withSpread(work.yett[kind].ratio, fixed(2))}` : '';
            row(
                `10,000 elements ${kind === 'tree' ? 'as trees from their leaves' : `by ${kind}`}; ratio to no shield`,
                '≤ 1.05',
                `${withSpread(ratio, fixed(2))}${yett}`,
                ratio.median <= 1.05,
            );
        }
    }
    if (grant) {
        row(
            `${grant.scripts} held scripts let go, CPU ÷ 4: longest task, ms`,
            '≤ 50',
            withSpread(grant.longest, whole),
            grant.longest.median <= 50,
        );
        row('… the last one has run after, ms', '', withSpread(grant.last, whole), null);
        row('… interaction to next paint, ms', '≤ 100', withSpread(grant.inp, whole), grant.inp.median <= 100);
    }
    if (floor) {
        const { paint, touched, stored, work } = floor;
        const both = ({ full, slow }) => `${withSpread(full, fixed(1))}; CPU ÷ 4: ${withSpread(slow, fixed(1))}`;
        const share = (by) => withSpread(divided(paint.line, by), fixed(2));
        const fastest = least(loads ?? {}, 'plain', 'visible');
        row(
            'floor: first contentful paint with a script of one line in our place',
            '',
            `${share(paint.none.median)} × no library${Number.isFinite(fastest) ? `, ${share(fastest)} × the fastest peer's notice` : ''}`,
            null,
        );
        row('floor: to look once at each interface that has hooks, ms', '', both(touched), null);
        row("floor: to ask for the visitor's answer in local storage, ms", '', both(stored), null);
        row(
            'floor: 10,000 elements beside an observer and proxies that do nothing',
            '',
            Object.entries(work)
                .map(([kind, ratio]) => `${kind} ${withSpread(ratio, fixed(2))}`)
                .join('; '),
            null,
        );
    }
    if (memory) row('memory of Wasm after the start, KiB', '≤ 256', whole(memory.wasm), memory.wasm <= 256);
    return rows;
}

const verdict = (met) => (met === null ? '' : met ? 'yes' : 'no');

/** One table of rows of cells; `plain` for a terminal. */
function table(head, rows, plain) {
    if (!plain) {
        return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
    }
    const widths = head.map((_, at) => Math.max(...[head, ...rows].map((cells) => cells[at].length)));
    return [head, ...rows]
        .map((cells) =>
            cells
                .map((cell, at) => cell.padEnd(widths[at]))
                .join('  ')
                .trimEnd(),
        )
        .join('\n');
}

/** Both tables, and what has to be said with them. `plain`: for a terminal. */
export function tableOf(results, { plain = false } = {}) {
    const { contestants, missing, browser, machine, date, quick } = results;
    const there = contestants.filter(({ id }) => !results.loads || results.loads[id]);
    const strong = (text, is) => (is && !plain ? `**${text}**` : is ? `${text} *` : text);
    const rows = rowsOf(results).map(({ name, reach, cells, winners, met }) => [
        name,
        reach,
        verdict(met),
        ...there.map(({ id }) => strong(cells[id] ?? NONE, winners.includes(id))),
    ]);
    const names = there.map(({ name, version }) => (version ? `${short(name)} ${version}` : name));
    const parts = [
        `${quick ? 'Roughly measured' : 'Measured'} on ${date} with ${browser} on ${machine.cores} cores. Median of several loads, quartiles in brackets; the best of a row is ${plain ? 'starred' : 'bold'}.`,
    ];
    if (machine.load > 1) parts.push(`The machine was busy with other things (load ${machine.load}): times are rough.`);
    if (rows.length > 0) parts.push(table(['Figure', 'Reach', 'Met', ...names], rows, plain));
    const own = gateRows(results).map(([name, reach, value, met]) => [name, reach, verdict(met), value]);
    if (own.length > 0) parts.push(table(['The gate itself', 'Reach', 'Met', 'Portcullis'], own, plain));
    for (const { name, why } of missing) parts.push(`Not run here: ${name} (${why}).`);
    return parts.join('\n\n');
}

export function writeReadme(text) {
    const readme = readFileSync(README, 'utf8');
    if (!PLACE.test(readme)) throw new Error('README.md has no <!-- lab -->…<!-- /lab -->');
    writeFileSync(
        README,
        readme.replace(PLACE, (_, before, after) => `${before}\n${text}\n\n${after}`),
    );
}

/** When the notice is visible, and what a first visit weighs: who is fastest stands at the top. */
export function drawChart({ contestants, loads, files, date }) {
    const shown = contestants
        .filter(({ id, notice }) => notice && loads[id]?.slow)
        .sort((a, b) => loads[b.id].plain.visible.median - loads[a.id].plain.visible.median);
    const names = shown.map(({ name }) => short(name));
    const INK = '#23302b';
    const label = (formatter) => ({ show: true, position: 'right', color: INK, fontSize: 11, formatter });
    const seconds = (kind) => shown.map(({ id }) => Number((loads[id][kind].visible.median / 1000).toFixed(3)));
    const axis = (at, show) => ({
        type: 'category',
        gridIndex: at,
        data: names,
        axisLabel: { show, color: INK, fontSize: 12, fontWeight: 'bold' },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: '#b9ae96' } },
    });
    const value = (at) => ({
        type: 'value',
        gridIndex: at,
        axisLabel: { show: false },
        splitLine: { lineStyle: { color: '#e4dac4' } },
    });
    const title = (text, left) => ({
        text,
        left,
        top: 12,
        textStyle: { color: INK, fontSize: 14, fontWeight: 'normal' },
    });
    const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 960, height: 60 + 56 * shown.length });
    chart.setOption({
        animation: false,
        backgroundColor: '#fffdf7',
        title: [title('The notice is visible after, in seconds', 190), title('Bytes of a first visit, Brotli 11', 640)],
        legend: {
            bottom: 6,
            left: 190,
            itemGap: 40,
            textStyle: { color: INK },
            data: ['page of HTML', 'page with a 3 s image'],
        },
        aria: { enabled: true, label: { description: `Notice visible and bytes of a first visit, ${date}` } },
        grid: [
            { left: 190, top: 44, bottom: 36, width: 400 },
            { left: 640, top: 44, bottom: 36, width: 250 },
        ],
        xAxis: [value(0), value(1)],
        yAxis: [axis(0, true), axis(1, false)],
        series: [
            { name: 'page of HTML', color: '#23443a', kind: 'plain' },
            { name: 'page with a 3 s image', color: '#c98a5e', kind: 'slow' },
        ]
            .map(({ name, color, kind }) => ({
                name,
                type: 'bar',
                xAxisIndex: 0,
                yAxisIndex: 0,
                data: seconds(kind),
                itemStyle: { color },
                label: label(({ value: number }) => number.toFixed(2)),
            }))
            .concat({
                name: 'bytes',
                type: 'bar',
                xAxisIndex: 1,
                yAxisIndex: 1,
                data: shown.map(({ id }) => files[id].brotli),
                itemStyle: { color: '#7d8f86' },
                barWidth: '45%',
                label: label(({ value: number }) => whole(number)),
            }),
    });
    const svg = chart.renderToSVGString();
    chart.dispose();
    return `${svg}\n`;
}

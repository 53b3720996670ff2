// `npm run lab -- --text`: what long and hostile text costs the page, beside the same page without us, and whether it grows
// as the text does.

import { startShop, startTrackers } from '../../www/demo/server.mjs';
import { launchChromium, PATIENCE } from '../browser/engines.mjs';
import { snippet } from '../browser/snippet.mjs';
import { spread } from './stats.mjs';

const MB = 1_000_000;
/** No case may take the page longer than this, in milliseconds; what does is said to. */
const LIMIT = 60_000;

/**
 * What is measured: `work` runs in the page with a size, does what the page does, and gives the milliseconds that it took,
 * with the tasks that follow from it. `sizes`: the smaller one and the one that counts.
 */
export const CASES = [
    {
        name: 'a `style` attribute of own addresses',
        sizes: [MB / 10, MB],
        work: (size) => {
            const part = 'background:url(/own/a.gif);';
            const css = part.repeat(size / part.length);
            return window.timed(() => document.createElement('p').setAttribute('style', css));
        },
    },
    {
        name: 'a `style` attribute in the page, of own addresses',
        sizes: [MB / 10, MB],
        work: (size) => {
            const part = 'background:url(/own/a.gif);';
            const css = part.repeat(size / part.length);
            const p = document.body.appendChild(document.createElement('p'));
            return window.timed(() => p.setAttribute('style', css));
        },
    },
    {
        name: 'a `style` attribute of held addresses',
        sizes: [MB / 10, MB],
        work: (size) => {
            const part = 'background:url(//ads.test/a.gif);';
            const css = part.repeat(size / part.length);
            const p = document.body.appendChild(document.createElement('p'));
            return window.timed(() => p.setAttribute('style', css));
        },
    },
    {
        name: 'candidates of a `srcset`',
        unit: 'candidates',
        sizes: [10_000, 100_000],
        work: (size) => {
            let set = '';
            for (let at = 1; at <= size; at++) set += `/own/${at}.gif ${at}w,`;
            return window.timed(() => {
                document.body.appendChild(document.createElement('img')).setAttribute('srcset', set);
            });
        },
    },
    {
        name: 'a `srcdoc`',
        sizes: [MB / 10, MB],
        work: (size) => {
            const part = '<p class="a">Some text, and <b>more</b> of it.</p>';
            const html = part.repeat(size / part.length);
            return window.timed(() => {
                document.body.appendChild(document.createElement('iframe')).setAttribute('srcdoc', html);
            });
        },
    },
    {
        name: 'a style sheet of comments that do not end',
        sizes: [MB / 50, MB / 5],
        work: (size) =>
            window.timed(() => {
                document.createElement('p').setAttribute('style', `${'/* '.repeat(size / 3)}"`);
            }),
    },
    {
        name: 'a worker whose text begins with comments',
        sizes: [100, MB],
        work: (size) => {
            const text = `${'//'.repeat(size / 2)}\n"use strict"`;
            const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
            return window.timed(() => new Worker(url));
        },
    },
    {
        name: 'a module that says `from` all along',
        sizes: [MB / 50, MB / 5],
        work: (size) => {
            const script = document.createElement('script');
            script.type = 'module';
            return window.timed(() => {
                script.text = `/*${'from '.repeat(size / 5)}*/`;
                document.head.appendChild(script);
            });
        },
    },
    {
        name: 'a peer’s candidates',
        sizes: [MB / 50, MB / 5],
        work: (size) => {
            const peer = new RTCPeerConnection();
            return window.timed(() => {
                peer.addIceCandidate({ candidate: 'candidate:'.repeat(size / 10), sdpMid: '0' }).catch(() => {});
            });
        },
    },
    {
        name: 'hosts that nobody named, an image each',
        unit: 'hosts',
        sizes: [2000, 20_000],
        config: { block: 'third-party' },
        work: (size) =>
            window.timed(() => {
                for (let at = 0; at < size; at++) {
                    document.body.appendChild(document.createElement('img')).src = `//h${at}.test/a.gif`;
                }
            }),
    },
    {
        name: 'the same, a task each hundred',
        unit: 'hosts',
        sizes: [2000, 20_000],
        config: { block: 'third-party' },
        work: (size) =>
            window.timed(async () => {
                for (let at = 0; at < size; at++) {
                    document.body.appendChild(document.createElement('img')).src = `//h${at}.test/a.gif`;
                    if (at % 100 === 99) await new Promise((go) => setTimeout(go));
                }
            }),
    },
    {
        name: 'letters of the notice then',
        unit: 'hosts',
        sizes: [2000, 20_000],
        config: { block: 'third-party' },
        counts: true,
        work: async (size) => {
            for (let at = 0; at < size; at++) {
                document.body.appendChild(document.createElement('img')).src = `//h${at}.test/a.gif`;
            }
            await new Promise((go) => setTimeout(go));
            return document.querySelector('portcullis-notice')?.textContent.length ?? 0;
        },
    },
    {
        name: 'held images: the grant, its longest task',
        unit: 'images',
        sizes: [2000, 20_000],
        needs: true,
        work: async (size) => {
            for (let at = 0; at < size; at++) {
                document.body.appendChild(document.createElement('img')).src = `//ads.test/own/${at}.gif`;
            }
            await new Promise((go) => setTimeout(go, 100));
            return window.longest(
                () => window.portcullis.grantAll(),
                () => window.portcullis.state().held === 0,
            );
        },
    },
];

/** What `work` calls, before anything else of the page. */
function tools() {
    /** How long this takes, with the tasks that come of it. */
    window.timed = async (work) => {
        const began = performance.now();
        await work();
        // Microtasks, and a task that was queued by them.
        await new Promise((go) => setTimeout(go));
        await new Promise((go) => setTimeout(go));
        return performance.now() - began;
    };
    /** The longest time in which the page does not answer, until it is `over`. */
    window.longest = async (work, over) => {
        let longest = 0;
        let before = performance.now();
        work();
        do {
            await new Promise((go) => {
                const { port1, port2 } = new MessageChannel();
                port1.onmessage = go;
                port2.postMessage(0);
            });
            longest = Math.max(longest, performance.now() - before);
            before = performance.now();
        } while (!over());
        return longest;
    };
}

/** One figure, in a page of its own. */
async function once(browser, site, { work, config }, size, gated) {
    const context = await browser.newContext();
    try {
        await context.addInitScript(tools);
        await context.route(/\.(test)[:/]|\/own\//, (route) => route.abort());
        const page = await context.newPage();
        page.setDefaultTimeout(LIMIT);
        const gate = gated ? snippet(config && { config }) : '';
        site.html = `<!doctype html><head>${gate}</head><body></body>`;
        await page.goto(site.shop.url('/lab'));
        if (gated)
            await page.waitForFunction(() => document.querySelector('portcullis-notice'), null, { timeout: PATIENCE });
        const late = new Promise((_, reject) => setTimeout(reject, LIMIT, new Error('late')).unref());
        return await Promise.race([page.evaluate(work, size), late]).catch((error) => {
            if (error.message === 'late') return Number.POSITIVE_INFINITY;
            throw error;
        });
    } finally {
        await context.close();
    }
}

/** Measures all of it, or those cases whose name holds one of `only`. */
export async function measureText({ rounds = 3, only = [], say = () => {} } = {}) {
    const trackers = await startTrackers();
    const site = { html: '' };
    site.shop = await startShop({
        trackers,
        handle({ pathname }, _, response) {
            if (pathname !== '/lab') return false;
            response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(site.html);
            return true;
        },
    });
    const results = [];
    try {
        for (const one of CASES) {
            if (only.length && !only.some((part) => one.name.includes(part))) continue;
            const browser = await launchChromium();
            const figures = {};
            for (const gated of [false, true]) {
                if (!gated && (one.needs || one.counts)) continue;
                for (const size of one.sizes) {
                    const all = [];
                    for (let round = 0; round < (one.counts ? 1 : rounds); round++) {
                        all.push(await once(browser, site, one, size, gated));
                        if (all.at(-1) > LIMIT / 4) break;
                    }
                    figures[`${gated ? 'with' : 'without'} ${size}`] = spread(all)?.median ?? Number.POSITIVE_INFINITY;
                }
            }
            results.push({ ...one, figures });
            say(one.name, figures);
            await browser.close();
        }
    } finally {
        await site.shop.close();
        await trackers.close();
    }
    return results;
}

const figure = (value) =>
    value === undefined
        ? '–'
        : value === Number.POSITIVE_INFINITY
          ? `over ${LIMIT / 1000} s`
          : value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });

/** As a table of Markdown. */
export function textTable(results) {
    const lines = ['| Text | Size | Without us | A tenth of it | All of it |', '|---|---|---|---|---|'];
    for (const { name, unit = 'letters', sizes, counts, figures } of results) {
        const end = counts ? '' : ' ms';
        const cell = (gated, size) => {
            const value = figures[`${gated ? 'with' : 'without'} ${size}`];
            return figure(value) + (value === undefined || value === Number.POSITIVE_INFINITY ? '' : end);
        };
        lines.push(
            `| ${name} | ${sizes[1].toLocaleString('en')} ${unit} | ${cell(false, sizes[1])} | ${cell(true, sizes[0])} | ${cell(true, sizes[1])} |`,
        );
    }
    return lines.join('\n');
}

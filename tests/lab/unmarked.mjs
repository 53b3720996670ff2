// What reaches the tracker before any choice: 28 unmarked roads of the leak matrix, from each of its families, counted at
// the tracker's server. With the ways that nearly every tag takes, and with some that we know to be open. Nothing in them
// is marked for anybody: marked tags are what most banners are made for, and those hold wherever they are used.

import { MODES, runMatrix, totals } from '../leaks/matrix.mjs';
import { ROADS } from '../leaks/roads.mjs';

/** The roads, by id. What is written into storage reaches no server, so that family has none. */
export const UNMARKED = [
    'markup-script',
    'markup-script-async',
    'markup-script-module',
    'markup-img',
    'markup-iframe',
    'markup-video-poster',
    'markup-srcdoc-script',
    'links-stylesheet',
    'links-preload-script',
    'links-icon',
    'css-background',
    'css-import-by-url',
    'css-insertrule',
    'dom-src-of-a-script',
    'dom-src-of-an-img',
    'dom-innerhtml-img',
    'dom-document-write-script',
    'network-fetch-of-a-string',
    'network-xmlhttprequest',
    'network-sendbeacon',
    'network-eventsource',
    'network-websocket',
    'network-import',
    'realms-fetch-of-a-frame-by-index',
    'workers-blob-fetch',
    'navigation-form-submit',
    'spelling-trailing-dot',
    'unseen-redirect-img',
];

/** How many arrive with each contestant, and how many run the tracker's code. */
export async function countUnmarked({ lab, contestants, say }) {
    const cases = UNMARKED.map((id) => {
        const road = ROADS.find((one) => one.id === id);
        if (!road) throw new Error(`no road ${id} in the leak matrix`);
        return { road };
    });
    const result = {};
    for (const { id, head, body } of contestants) {
        say(`unmarked roads, ${id}`);
        // Ours is the snippet of the matrix, which names the tracker as yett's list does.
        const own = id === 'portcullis' ? 'shield+csp' : id === 'none' ? 'none' : `lab ${id}`;
        MODES[own] ??= { head, tail: body, files: lab.files };
        const { rows } = await runMatrix(own, cases);
        const { roads, arrived, code, ran } = totals(rows);
        result[id] = { roads, arrived, code, ran, open: rows.filter((row) => row.arrived).map((row) => row.id) };
    }
    return result;
}

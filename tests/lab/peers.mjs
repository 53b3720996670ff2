// Who is measured: the page without a library, us, and the peers. Each has a folder in peers/ with the lines that its
// own README says to put into a page.

import { existsSync, readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('peers/', import.meta.url);
const MODULES = new URL('../../node_modules/', import.meta.url);

const text = (url) => (existsSync(url) ? readFileSync(url, 'utf8') : '');

/**
 * One contestant.
 *
 * @typedef {object} Contestant
 * @property {string} id its folder, and its part of an address
 * @property {string} name as the table says it
 * @property {string | null} version
 * @property {string[] | null} notice where its notice is: a selector, then one within each open shadow root; null: none
 * @property {string} head what stands in the head
 * @property {string} body what stands at the end of the body
 * @property {URL} folder its own files, at `/peer/<id>/`
 * @property {URL | null} library the files of its package, at `/lib/<id>/`
 */

/** @returns {Promise<{contestants: Contestant[], missing: {name: string, why: string}[]}>} who cannot be run is named */
export async function readPeers() {
    const contestants = [{ id: 'none', name: 'no library', version: null, notice: null, head: '', body: '' }];
    const missing = [];
    const ids = readdirSync(FOLDER).sort((a, b) => (b === 'portcullis') - (a === 'portcullis') || (a < b ? -1 : 1));
    for (const id of ids) {
        const folder = new URL(`${id}/`, FOLDER);
        const { default: peer } = await import(new URL('peer.mjs', folder));
        const library = peer.package ? new URL(`${peer.package}/`, MODULES) : null;
        const manifest = library && new URL('package.json', library);
        if (manifest && !existsSync(manifest)) {
            missing.push({ name: peer.name, why: `${peer.package} is not in node_modules` });
            continue;
        }
        contestants.push({
            ...peer,
            id,
            folder,
            library,
            version: manifest ? JSON.parse(readFileSync(manifest, 'utf8')).version : null,
            head: text(new URL('head.html', folder)).trim(),
            body: text(new URL('body.html', folder)).trim(),
        });
    }
    return { contestants, missing };
}

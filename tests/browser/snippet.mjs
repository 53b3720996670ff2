// The snippet as the README has it.

/** The line that makes Chromium's preload scanner wait for the parser; it stands right after our tag. */
export const HOLD_SCANNER = '<meta http-equiv="Content-Security-Policy" content="object-src * data: blob:">';

/** Three services on hosts of their own; every other `.test` name is a stranger that the gate does not know. */
export const CONFIG = {
    policy: { version: '1', url: '/privacy' },
    services: [
        { id: 'stats', name: 'Stats', category: 'analytics', hosts: ['stats.test'] },
        { id: 'ads', name: 'Ads', category: 'marketing', hosts: ['ads.test'] },
        { id: 'films', name: 'Films', category: 'marketing', hosts: ['films.test'] },
    ],
};

/**
 * The snippet from its three sources: `config` as an object (null: none at all), `json` as the text of a JSON block, or
 * an address among the `attrs` of our own tag.
 */
export function snippet({ config = CONFIG, json, attrs = '', src = '/portcullis.js', hold = HOLD_SCANNER } = {}) {
    const block = json === undefined ? '' : `<script type="application/json" id="portcullis-config">${json}</script>`;
    const plain = block || config === null;
    const set = plain ? block : `<script>window.portcullisConfig = ${JSON.stringify(config)};</script>`;
    return `${set}<script src="${src}" ${attrs}></script>${hold}`;
}

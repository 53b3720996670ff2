// Writes dist/portcullis.d.ts: the page API's types (www/types.ts, by hand) and the config's (from the JSON Schema).

import { readFileSync, writeFileSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';

const schema = JSON.parse(readFileSync('dist/portcullis.schema.json', 'utf8'));
const config = await compile({ ...schema, title: 'Config' }, 'Config', {
    bannerComment: '',
    style: { tabWidth: 4, singleQuote: true, printWidth: 120 },
    strictIndexSignatures: true,
});

// One file: what www/types.ts imports stands below.
const api = readFileSync('www/types.ts', 'utf8').replace(/^import type .*;\n/gm, '');
for (const name of ['Portcullis', 'Events']) {
    if (!new RegExp(`export (interface|type) ${name}\\b`).test(api)) {
        throw new Error(`www/types.ts exports no ${name}`);
    }
}

const page = `
declare const portcullis: Portcullis;
export default portcullis;

declare global {
    interface Window {
        readonly portcullis: Portcullis;
        portcullisConfig?: Config;
    }
    interface DocumentEventMap extends DocumentEvents {}
}

type DocumentEvents = { [Name in keyof Events as \`portcullis:\${Name}\`]: CustomEvent<Events[Name]> };
`;

writeFileSync('dist/portcullis.d.ts', [api.trim(), config.trim(), page.trim(), ''].join('\n\n'));

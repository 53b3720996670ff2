// The attacks, as data. A row says what stands in the page, and what must come of it without the gate and with it.
//
//   id, section, what    its name, the part of the issue that it proves, and one line for who reads the table
//   page(t, side)        `{ before, head, body, config, attrs, headers }`: what stands before our tag, after it, in the body;
//                        `t` are the tracker's addresses (tests/leaks/road.mjs)
//   after()              tried once the page has loaded; runs in the page
//   steps                what a hand does then: `['click', selector]`, `['point', selector]` clicks what lies there,
//                        `['reload']`, `['until', expression]` waits
//   ask                  the witness. `code`: handlers that called `hit`, and the tracker's code; `arrives`: the tracker's
//                        log; a function: what it gives, in the page
//   without, with        what must come of it. `null` without the gate is whatever the browser does, with it the same again
//   alone                not in a frame of the reader's page; `chromium`: only where every name leads to this machine
//   beside               further pages, by name: `/page/<id>~<side>~<name>`

import { readFileSync } from 'node:fs';
import { CLAIMS } from './claims.mjs';
import { CONSENT } from './consent.mjs';
import { GROUND } from './ground.mjs';
import { MARKUP } from './parses.mjs';
import { TEXTS } from './texts.mjs';

export const ATTACKS = [...CLAIMS, ...MARKUP, ...CONSENT, ...TEXTS, ...GROUND];

/** Attacks whose mend is not there yet. Nothing is said of them; the list has to become empty, and then goes. */
export const WAITING = JSON.parse(readFileSync(new URL('waiting.json', import.meta.url), 'utf8'));

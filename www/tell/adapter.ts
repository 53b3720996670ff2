/**
 * Who is told of the grants, in whatever words: the receivers of our table, and whoever speaks a protocol of its own. IAB TCF
 * and GPP would stand behind one of these, each with its library, loaded as a file of its own.
 */

import type { State } from '../types';

/**
 * Told at the start of the page (`first`) and after each choice. It decides nothing: `may` answers `granted` or `denied` for ids
 * with commas between them, services first and a category last. What it throws is reported, and stops no one else.
 */
export type Adapter = (state: State, may: (ids: string) => string, first: boolean) => void;

/** JSON that a page cannot talk into, for all files. */

const { getPrototypeOf } = Reflect;
const { isArray } = Array;
const { keys } = Object;
export const { parse, stringify: quote } = JSON;

/** JSON, as the browser writes it of lists and plain objects; a `toJSON` that the page gave to what these inherit from is not
 * asked. What has a prototype of its own (a date, an address) says itself what it is. Of what is no
 * JSON (`undefined`, a function) it gives nothing, as the browser does. */
export function stringify(value: unknown): string {
    const isList = isArray(value);
    const from = !isList && typeof value === 'object' && value && getPrototypeOf(value);
    if (!isList && (typeof value !== 'object' || !value || (from && getPrototypeOf(from)))) {
        return quote(value);
    }
    const names = isList ? value : keys(value);
    let out = '';
    for (let at = 0; at < names.length; at++) {
        const one = stringify((value as Record<string, unknown>)[isList ? at : (names[at] as string)]);
        if (one !== undefined || isList) {
            out += `${out && ','}${isList ? '' : `${quote(names[at])}:`}${one ?? null}`;
        }
    }
    return isList ? `[${out}]` : `{${out}}`;
}

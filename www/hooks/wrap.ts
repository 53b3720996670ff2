/**
 * A worker whose file comes along in its own address (`blob:`, `data:`) has functions of its own, and nobody but us can
 * close their roads: it begins with `portcullis-inside.js`. Where it cannot, it is held whole if its text names what is
 * held. A shared worker is known by its address, so it keeps it.
 */

import { href, matches, NewBlob, newAddress, percentEncode, stringify, Url, vouch } from './plain';
import { readUpTo } from './stand';
import { fileOf, imports } from './text';

/** Where our file for workers is, and what it has to know, percent-encoded; nothing where no worker has to be seen to. */
export type Inside = [url: string, settings: string] | undefined;

/** Puts the address of the same file, with ours before it, among the arguments of a worker's constructor. False: it
 * could not be done, or does not have to be. `names`: whether a text names what is held. */
export function wrap(args: unknown[], inside: () => Inside, names: (text: string, find?: RegExp) => boolean): boolean {
    try {
        const address = args.length ? href(new Url(readUpTo(args, 0))) : '';
        const ours = matches(/^(blob|data):[^#]*$/, address) && inside();
        if (!ours) {
            return false;
        }
        const { _text: text, _start: start } = fileOf(address);
        const options = args[1] as WorkerOptions | undefined;
        const type = options?.type;
        if (type) {
            // Read once: the other members are inherited.
            args[1] = { __proto__: options, type };
        }
        const isModule = `${type}` === 'module';
        const held = names(text);
        // What is imported, no function can keep. A module cannot go on where our file is refused, and has no room for
        // what it has to know but behind its address; one of a `data:` address is of another origin than our file.
        if (names(text, imports()) || (isModule && (start || !held))) {
            return false;
        }
        const call = isModule
            ? `import ${stringify(ours[0])};`
            : `self.portcullisInside="${ours[1]}";importScripts(${stringify(ours[0])});`;
        const strict = matches(/^(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*(["'])use strict\1/, text) ? '"use strict";' : '';
        // What names nobody goes on as it is where our file is refused or missing.
        const whole = `${strict}${held || isModule ? call : `try{${call}}catch(e){}`}${text}`;
        const own = start
            ? start + percentEncode(whole)
            : newAddress(new NewBlob([whole], { type: 'text/javascript' })) + (isModule ? `#${ours[1]}` : '');
        const put = typeof args[0] === 'object' ? vouch('createScriptURL', own) : own;
        // Where our policy is refused, so would our address be.
        if (typeof put !== typeof args[0]) {
            return false;
        }
        args[0] = put;
        return true;
    } catch {
        return false;
    }
}

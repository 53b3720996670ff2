/**
 * A worker whose file comes along in its own address (`blob:`, `data:`) has functions of its own, and nobody but us can
 * close their roads: it begins with `portcullis-inside.js`. Where it cannot, it is held whole while anything is.
 */

import { href, matches, NewBlob, newAddress, overlay, percentEncode, stringify, Url, vouch } from './plain';
import { readUpTo } from './stand';
import { type Finder, fileOf, imports, isStrictCode } from './text';

/** Where our file for workers is, and what it has to know, percent-encoded; nothing where no worker has to be seen to. */
export type Inside = [url: string, settings: string] | undefined;

/** Puts the address of the same file, with ours before it, among the arguments of a worker's constructor. False: it
 * could not be done, or does not have to be. `names`: whether a text names what is held; `shared`: what the addresses of shared
 * workers became, for those who share one find it by its address. */
export function wrap(
    args: unknown[],
    inside: () => Inside,
    names: (text: string, find?: Finder) => boolean,
    shared?: Record<string, string>,
): boolean {
    try {
        const address = args.length ? href(new Url(readUpTo(args, 0))) : '';
        const parts = matches(/^((?:blob|data):[^#]*)(.*)/, address);
        const ours = parts && inside();
        if (!ours) {
            return false;
        }
        const hash = parts[2] as string;
        const options = args[1] as WorkerOptions | string | undefined;
        const type = typeof options === 'object' && options?.type;
        if (type) {
            // Read once.
            args[1] = overlay(options as object, 'type', type);
        }
        const isModule = `${type}` === 'module';
        // What has changed since would never reach one that begins anew: it is another one then.
        const known = `${ours[1]} ${type} ${address}`;
        let own = shared?.[known];
        if (!own) {
            const { _text: text, _start: start } = fileOf(parts[1] as string);
            // What is imported, no function can keep. A module of a `data:` address is of another origin than our file.
            if (names(text, imports) || (isModule && start)) {
                return false;
            }
            const call = isModule
                ? `import ${stringify(ours[0])};`
                : `self.portcullisInside="${ours[1]}";importScripts(${stringify(ours[0])});`;
            const strict = isStrictCode(text) ? '"use strict";' : '';
            // What names nobody goes on as it is where our file is refused or missing; a module cannot.
            const whole = `${strict}${isModule || names(text) ? call : `try{${call}}catch(e){}`}${text}`;
            own =
                (start
                    ? start + percentEncode(whole)
                    : // A module has no room for what it has to know but behind its address.
                      newAddress(new NewBlob([whole], { type: 'text/javascript' })) + (isModule ? `#${ours[1]}` : '')) +
                hash;
            if (shared) {
                shared[known] = own;
            }
        }
        const put = typeof args[0] === 'object' ? vouch('createScriptURL', own) : own;
        // Where our policy is refused, so would our address be.
        if (typeof put !== typeof args[0]) {
            return false;
        }
        args[0] = put;
        return true;
    } catch {
        // What cannot be read or changed is held whole by who called.
        return false;
    }
}

/**
 * What Wasm cannot do: stand in for methods of the page's own prototypes, where `this` matters, and act with the
 * browser's functions as they were before the page could change them.
 *
 * - `hooks/natives.ts`, `hooks/plain.ts`: the browser's functions, taken at the start; the second has what workers have too
 * - `hooks/stand.ts`: what stands in for a function
 * - `hooks/text.ts`: addresses in texts
 * - `hooks/wrap.ts`: workers begin with ours
 * - `hooks/judge.ts`: asks Rust, and finds addresses in what the page hands over
 * - `hooks/elements.ts`: elements are held, and come back
 * - `hooks/roads.ts`: the hooks themselves
 */

export { heldFor, look, lookBack, precedes, release, scan } from './hooks/elements';
export {
    embeds,
    type Gate,
    hasNames,
    holderOf,
    holdsToo,
    KINDS,
    letIn,
    type News,
    plug,
    REQUEST,
    refuse,
    tighten,
    tune,
    unplug,
    watchNames,
} from './hooks/judge';
export {
    bare,
    currentScript,
    encode,
    getAttribute,
    getter,
    later,
    listen,
    own,
    pageHost,
    parse,
    queryAll,
    readyState,
    root,
    stringify,
    vouch,
} from './hooks/natives';
export { install, unhooked } from './hooks/roads';

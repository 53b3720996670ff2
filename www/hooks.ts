/**
 * What Wasm cannot do: stand in for methods of the page's own prototypes, where `this` matters, and act with the
 * browser's functions as they were before the page could change them.
 *
 * - `hooks/natives.ts`, `hooks/plain.ts`: the browser's functions, taken at the start; the second has what workers have too
 * - `hooks/stand.ts`: what stands in for a function
 * - `hooks/text.ts`: addresses in texts
 * - `hooks/wrap.ts`: workers begin with ours
 * - `hooks/markup.ts`: tags in markup that scripts write
 * - `hooks/judge.ts`: asks Rust, and finds addresses in what the page hands over
 * - `hooks/elements.ts`: elements are held, and come back
 * - `hooks/roads.ts`: the hooks themselves
 */

export { heldFor, holdScript, look, lookBack, precedes, release, scan, waitingFor } from './hooks/elements';
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
    tune,
    unplug,
    watchNames,
} from './hooks/judge';
export {
    add,
    bare,
    baseURI,
    bodyOf,
    byId,
    cookieOf,
    currentScript,
    dispatch,
    doc,
    encode,
    getAttribute,
    getItem,
    getter,
    has,
    headOf,
    insertBefore,
    interfaces,
    isTrap,
    later,
    listen,
    localName,
    localStore,
    Marks,
    makeRoom,
    matches,
    nodeType,
    own,
    pageHost,
    parentNode,
    parse,
    pathOf,
    preventDefault,
    queryAll,
    readyState,
    removeItem,
    root,
    setItem,
    setter,
    stringify,
    treeOf,
    unlisten,
    view,
    vouch,
} from './hooks/natives';
export { install, unhooked, wrapped } from './hooks/roads';

// The browser's own interfaces, as their specifications write them down: which members take a node or markup, and which hand
// out a window. What of it a browser has, the test asks it.

import { parseAll } from '@webref/idl';

/** The types by which a text becomes markup. Many an attribute of elements is a text as well, so of those that take a plain one
 * only these names count. */
const TRUSTED = /^(TrustedHTML|TrustedScript|TrustedScriptURL)$/;
const MARKUP = /html|markup|write|parse|fragment/i;
/** What hands out a window: itself, or by its document. */
const WINDOWS = /^(Window|WindowProxy|Document|XMLDocument|HTMLDocument)$/;

const all = Object.values(await parseAll()).flat();
const interfaces = new Map();
const dictionaries = new Map();
const typedefs = new Map();
for (const one of all) {
    if (one.type === 'interface' || one.type === 'interface mixin') {
        const known = interfaces.get(one.name) ?? { members: [] };
        known.members.push(...one.members);
        known.parent ??= one.inheritance;
        interfaces.set(one.name, known);
    } else if (one.type === 'dictionary') {
        dictionaries.set(one.name, [...(dictionaries.get(one.name) ?? []), ...one.members]);
    } else if (one.type === 'typedef') {
        typedefs.set(one.name, one.idlType);
    }
}
for (const one of all) {
    if (one.type === 'includes')
        interfaces.get(one.target)?.members.push(...(interfaces.get(one.includes)?.members ?? []));
}

const isNode = (name) => {
    for (let at = name; at; at = interfaces.get(at)?.parent) if (at === 'Node') return true;
    return false;
};

/** Whether a type, or anything in it, is so. */
function has(type, test, seen = new Set()) {
    if (!type) return false;
    if (Array.isArray(type)) return type.some((one) => has(one, test, seen));
    if (typeof type === 'string') {
        if (seen.has(type)) return false;
        seen.add(type);
        return (
            test(type) ||
            has(typedefs.get(type), test, seen) ||
            (dictionaries.get(type) ?? []).some((member) => has(member.idlType, test, seen))
        );
    }
    return has(type.idlType, test, seen);
}

const takes = (name) => (type) =>
    isNode(type) || TRUSTED.test(type) || (MARKUP.test(name) && /^(DOM|USV)String$/.test(type));
const hands = (type) => WINDOWS.test(type);

/**
 * Every member that takes a node or markup, or hands out a window: `Interface.member kind`, where the kind is `value` for a
 * method, else `set` or `get`.
 */
export function membersThatMatter() {
    const found = new Set();
    for (const [holder, { members }] of interfaces) {
        for (const { type, name, idlType, arguments: taken = [], readonly, special, extAttrs } of members) {
            if (!name) continue;
            const kind = special === 'static' ? 'static' : 'value';
            if (type === 'operation') {
                const into = taken.some((one) => has(one.idlType, takes(name)));
                if (into || has(idlType, hands)) found.add(`${holder}.${name} ${kind}`);
            } else if (type === 'attribute') {
                const forwards = extAttrs?.some((one) => one.name === 'PutForwards');
                if ((!readonly || forwards) && has(idlType, takes(name))) found.add(`${holder}.${name} set`);
                if (has(idlType, hands)) found.add(`${holder}.${name} get`);
            }
        }
    }
    return [...found].sort();
}

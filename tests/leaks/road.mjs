// What a road is made of: its addresses, the tools of its page, and how a file of roads gathers them. What each key of a
// road means stands at the top of roads.mjs.

/** Every kind of address that a road may need. The server has an answer to each. */
const KINDS = ['js', 'mjs', 'css', 'gif', 'svg', 'html', 'txt', 'json', 'woff2', 'mp4', 'wav', 'vtt', 'es', 'wasm'];

/**
 * The addresses of one road.
 *
 * @param {string} id the road's
 * @param {{origin: string, safe: string, shop: string, otherPort?: string, sockets?: object}} where the tracker, the same on an address that
 *     counts as secure without https, the shop, another port of the tracker, and the ports for what is no HTTP
 */
export function addressesOf(id, { origin, safe, shop, otherPort = '', sockets = {} }) {
    const all = (base) =>
        Object.fromEntries(KINDS.map((kind) => [kind, `${base}/leak/${id}/a.${kind}`]).concat([['base', base]]));
    const { host, hostname, port } = new URL(origin);
    return {
        id,
        ...all(origin),
        safe: all(safe),
        own: all(shop),
        shop,
        origin,
        /** Of the tracker, with and without its port. */
        host,
        hostname,
        port,
        otherPort,
        path: `/leak/${id}/a`,
        folder: `${origin}/leak/${id}/`,
        ws: `${origin.replace('http', 'ws')}/leak/${id}/a.ws`,
        ...sockets,
    };
}

/** What `run` gets beside the addresses; also what `page` may call. Runs in the page, so it stands alone. */
export function toolsOf(shop) {
    /** As base64url, in which nobody reads a name. */
    const closed = (text) =>
        btoa(unescape(encodeURIComponent(text)))
            .replaceAll('+', '-')
            .replaceAll('/', '_')
            .replaceAll('=', '');
    return {
        /** A first-party file of this type and body. */
        made: (type, body) => `${shop}/made/a?type=${encodeURIComponent(type)}&body=${closed(body)}`,
        /** A first-party address that leads elsewhere. */
        go: (to) => `${shop}/go?to=${closed(to)}`,
        /** An element with these properties, at the end of the page. */
        put(tag, properties = {}) {
            const element = Object.assign(document.createElement(tag), properties);
            (document.body ?? document.documentElement).appendChild(element);
            return element;
        },
        /** The same for SVG, with attributes. */
        draw(tag, attributes = {}) {
            const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
            const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
            for (const name of Object.keys(attributes)) element.setAttribute(name, attributes[name]);
            svg.appendChild(element);
            document.body.appendChild(svg);
            return element;
        },
        /** A frame of the page's own origin, and nothing in it. */
        frame(properties = {}) {
            const frame = Object.assign(document.createElement('iframe'), properties);
            document.body.appendChild(frame);
            return frame;
        },
        /** An address of this text as a file in memory. */
        blob: (text, type = 'text/javascript') => URL.createObjectURL(new Blob([text], { type })),
        /** An address that is the file. */
        data: (text, type = 'text/javascript') => `data:${type},${encodeURIComponent(text)}`,
        /** A style element with this text. */
        style(text) {
            const style = document.createElement('style');
            style.textContent = text;
            document.head.appendChild(style);
            return style;
        },
        /** Resolves with the first such event. */
        once: (target, type) => new Promise((resolve) => target.addEventListener(type, resolve, { once: true })),
    };
}

const slug = (text) =>
    text
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replaceAll(/^-|-$/g, '');

/** Whether the tracker's own code runs on a road, by the kind of address that it asks for. */
const CODE = /\bt\.(safe\.)?(js|mjs|html)\b/;

/**
 * A list of roads, and what adds to it. Names are the ids of the rows, so a row keeps its name.
 *
 * @returns {{roads: object[], family(name: string): void, markup: Function, script: Function, call: Function}}
 */
export function gather() {
    const roads = [];
    let family = '';
    const add = (name, parts, options) => {
        const code = CODE.test(`${parts.page ?? ''}${parts.run ?? ''}`);
        roads.push({ id: `${family}-${slug(name)}`, family, name, code, ...parts, ...options });
    };
    return {
        roads,
        family(name) {
            family = name;
        },
        markup: (name, page, options) => add(name, { page }, options),
        script: (name, run, options) => add(name, { run }, options),
        call: (name, run, options) => add(name, { run }, { call: true, ...options }),
    };
}

/** A one-line page that asks for `url`, as markup in a frame or a document made up. */
export const pixel = (t) => `<img src="${t.gif}">`;
export const attribute = (html) => html.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

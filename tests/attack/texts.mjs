// Section 3: text that stops the page. What a text costs grows as its length does, whatever stands in it.

import { CONFIG, inScript } from './stage.mjs';

const SECTION = '3. Text that stops the page';
const GROWS = 'grows as its length';

/** Runs in the page: the time of `work(size)` beside that of an eighth of it. What takes no time may grow as it likes. */
const growth = async () => {
    const { work, size } = window;
    const time = async (length) => {
        const began = performance.now();
        await work(length);
        return performance.now() - began;
    };
    const eighth = Math.ceil(size / 8);
    let small = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3; round++) small = Math.min(small, await time(eighth));
    const large = Math.min(await time(size), await time(size));
    return large < 300 || large < 20 * small
        ? 'grows as its length'
        : `${Math.round(small)} ms, then ${Math.round(large)} ms`;
};

/** What is done with text of a length, by name: the length of the long one, and the work, which runs in the page. */
const WORK = {
    'worker-slashes': [80, (length) => worker('/'.repeat(length))],
    'worker-slashes-and-a-line': [80, (length) => worker(`${'/'.repeat(length)}\nself.x = 1;`)],
    'worker-comment-lines': [32, (length) => worker('// a line\n'.repeat(length))],
    'worker-comments': [40, (length) => worker('/**/'.repeat(length))],
    'worker-blank-lines': [200_000, (length) => worker('\n '.repeat(length / 2))],
    'worker-stars': [200_000, (length) => worker(`/*${'*'.repeat(length)}`)],
    'worker-imports': [
        100_000,
        (length) => {
            const made = URL.createObjectURL(new Blob(['from '.repeat(length / 5)], { type: 'text/javascript' }));
            new Worker(made, { type: 'module' }).terminate();
        },
    ],
    'worker-in-its-address': [
        80,
        (length) => void new Worker(`data:text/javascript,${'/'.repeat(length)}`).terminate(),
    ],
    'style-open-comments': [200_000, (length) => style('/*'.repeat(length / 2))],
    'style-open-brackets': [200_000, (length) => style(`a{background:${'url('.repeat(length / 4)}`)],
    'style-quotes': [200_000, (length) => style(`a{content:${"'".repeat(length)}`)],
    'style-backslashes': [200_000, (length) => style(`a{content:"${'\\'.repeat(length)}`)],
    'style-imports': [200_000, (length) => style('@import '.repeat(length / 8))],
    'style-blanks': [200_000, (length) => style(`a{background:url(${' '.repeat(length)}`)],
    'style-attribute-open-comments': [
        200_000,
        (length) => box().setAttribute('style', `background:${'/*'.repeat(length / 2)}`),
    ],
    'style-attribute': [1_000_000, (length) => box().setAttribute('style', 'color:red;'.repeat(length / 10))],
    'style-attribute-addresses': [
        1_000_000,
        (length) => box().setAttribute('style', 'background:url(/a);'.repeat(length / 19)),
    ],
    'style-rule': [200_000, (length) => new CSSStyleSheet().replaceSync('/*'.repeat(length / 2))],
    'module-from': [100_000, (length) => script('module', 'from '.repeat(length / 5))],
    'module-import': [100_000, (length) => script('module', 'import '.repeat(length / 7))],
    'module-import-quotes': [100_000, (length) => script('module', 'import"'.repeat(length / 7))],
    'import-map': [100_000, (length) => script('importmap', '{"imports":'.repeat(length / 11))],
    'speculation-rules': [100_000, (length) => script('speculationrules', '"//'.repeat(length / 3))],
    'candidate-words': [200_000, (length) => peer('candidate:'.repeat(length / 10))],
    'candidate-dots': [200_000, (length) => peer(`candidate:1 1 udp 1 ${'a.'.repeat(length / 2)}!`)],
    'candidate-letters': [200_000, (length) => peer(`candidate:1 1 udp 1 ${'a'.repeat(length)}`)],
    'candidate-description': [
        200_000,
        (length) => {
            const one = new RTCPeerConnection();
            one.setRemoteDescription({ type: 'offer', sdp: `v=0\r\n${'a=candidate:'.repeat(length / 12)}` }).catch(
                () => {},
            );
            one.close();
        },
    ],
    'ice-servers': [
        100_000,
        (length) => {
            try {
                new RTCPeerConnection({ iceServers: [{ urls: 'stun:'.repeat(length / 5) }] }).close();
            } catch {
                // The browser refuses it in the end; what counts is the time.
            }
        },
    ],
    srcset: [
        100_000,
        (length) => {
            let text = '';
            for (let at = 0; at < length; at++) text += `/fence?${at} ${at + 1}w,`;
            document.createElement('img').srcset = text;
        },
    ],
    'srcset-blanks': [
        200_000,
        (length) => {
            document.createElement('img').srcset = ' ,'.repeat(length / 2);
        },
    ],
    ping: [200_000, (length) => document.createElement('a').setAttribute('ping', '/a '.repeat(length / 3))],
    srcdoc: [
        1_000_000,
        (length) =>
            new Promise((done) => {
                const frame = document.createElement('iframe');
                frame.onload = done;
                frame.srcdoc = '<p>text</p>'.repeat(length / 11);
                box().replaceChildren(frame);
            }),
    ],
    'srcdoc-in-a-sandbox': [
        300_000,
        (length) =>
            new Promise((done) => {
                const frame = document.createElement('iframe');
                frame.setAttribute('sandbox', 'allow-scripts');
                frame.onload = done;
                frame.srcdoc = `<script>${'from '.repeat(length / 5)}</${'script'}>`;
                box().replaceChildren(frame);
            }),
    ],
    inner: [
        1_000_000,
        (length) => {
            box().innerHTML = `${'<p>text</p>'.repeat(length / 11)}<link rel="a">`;
        },
    ],
    'inner-open-tags': [
        200_000,
        (length) => {
            document.createElement('div').innerHTML = '<script '.repeat(length / 8);
        },
    ],
    'write-open-tags': [
        100_000,
        (length) => {
            const made = box().appendChild(document.createElement('iframe')).contentDocument;
            made.open();
            for (let at = 0; at < length / 100; at++) made.write('<script '.repeat(12));
            made.close();
        },
    ],
    'write-letters': [
        20_000,
        (length) => {
            const made = box().appendChild(document.createElement('iframe')).contentDocument;
            made.open();
            made.write('<p title="');
            for (let at = 0; at < length; at++) made.write('a');
            made.close();
        },
    ],
    'data-frame': [
        200_000,
        (length) => {
            box().appendChild(document.createElement('iframe')).src =
                `data:text/html,${'<script>import '.repeat(length / 15)}`;
        },
    ],
    'data-address': [
        200_000,
        (length) => {
            new Image().src = `data:${'a;'.repeat(length / 2)}`;
        },
    ],
    'script-address': [
        200_000,
        (length) => {
            box().appendChild(document.createElement('iframe')).src = `javascript:void "${'//'.repeat(length / 2)}"`;
        },
    ],
    'meta-refresh': [
        200_000,
        (length) => {
            const meta = document.createElement('meta');
            meta.httpEquiv = 'refresh';
            meta.content = `99999;${' '.repeat(length)}`;
            document.createElement('div').append(meta);
        },
    ],
    cookie: [
        100_000,
        (length) => {
            document.cookie = ' '.repeat(length);
        },
    ],
    'animation-values': [
        200_000,
        (length) => {
            const set = document.createElementNS('http://www.w3.org/2000/svg', 'animate');
            set.setAttribute('values', 'http:'.repeat(length / 5));
            box().append(set);
        },
    ],
    // What is lazy and far below asks for nothing, so the page without us does as little as it can.
    'many-hosts': [
        20_000,
        async (length) => {
            let html = '<p style="height:99999px"></p>';
            for (let at = 0; at < length; at++)
                html += `<img loading="lazy" width="1" height="1" src="http://h${at}.example/a.gif">`;
            box().innerHTML = html;
            await window.attack.settled();
            box().innerHTML = '';
        },
        { config: { ...CONFIG, block: 'third-party' } },
    ],
};

/** What the work above calls. Runs in the page. */
const TOOLS = () => {
    window.box = () => document.getElementById('box');
    window.worker = (text) =>
        new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))).terminate();
    window.style = (text) => {
        const one = document.createElement('style');
        one.textContent = text;
        document.head.append(one);
        one.remove();
    };
    window.script = (type, text) => {
        const one = document.createElement('script');
        one.type = type;
        one.textContent = text;
        document.head.append(one);
        one.remove();
    };
    window.peer = (candidate) => {
        const one = new RTCPeerConnection();
        one.addIceCandidate({ candidate, sdpMid: '0' }).catch(() => {});
        one.close();
    };
};

const texts = Object.entries(WORK).map(([name, [size, work, parts]]) => ({
    id: `text-${name}`,
    section: SECTION,
    what: `${name.replaceAll('-', ' ')}: what ${size.toLocaleString('en')} of it cost beside an eighth of that`,
    page: () => ({
        body: `<div id="box"></div><script>(${inScript(String(TOOLS))})(); window.size = ${size}; window.work = ${inScript(String(work))};</script>`,
        ...parts,
    }),
    ask: growth,
    without: GROWS,
    with: GROWS,
    alone: true,
}));

/** What a yes costs where many wait. */
const granted = {
    id: 'text-many-images-granted',
    section: SECTION,
    what: '20,000 held images: how long the page stands still when everything is granted',
    page: (t) => ({
        body: `<p style="height:99999px"></p><div id="box"></div><script>window.address = ${JSON.stringify(t.gif)};</script>`,
    }),
    ask: async () => {
        if (!window.portcullis) return 'no gate';
        const longest = async (length) => {
            let html = '';
            for (let at = 0; at < length; at++)
                html += `<img loading="lazy" width="1" height="1" src="${window.address}">`;
            document.getElementById('box').innerHTML = html;
            await window.attack.settled();
            window.portcullis.denyAll();
            let most = 0;
            let last = performance.now();
            let running = true;
            const channel = new MessageChannel();
            const tick = () => {
                const now = performance.now();
                most = Math.max(most, now - last);
                last = now;
                if (running) channel.port2.postMessage(0);
            };
            channel.port1.onmessage = tick;
            tick();
            window.portcullis.grantAll();
            while (document.querySelectorAll('#box img[src]').length < length)
                await new Promise((done) => setTimeout(done, 10));
            running = false;
            tick();
            return most;
        };
        const small = await longest(2500);
        const large = await longest(20_000);
        // In slices, so more of them do not make the longest longer; all at once, eight times as many take eight times as long.
        return large < 400 || large < 4 * small
            ? 'goes on'
            : `stands still for ${Math.round(small)} ms, then ${Math.round(large)} ms`;
    },
    without: 'no gate',
    with: 'goes on',
    alone: true,
};

export const TEXTS = [...texts, granted];

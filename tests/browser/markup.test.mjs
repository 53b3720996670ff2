// Markup that is harmless without us stays harmless: what we hold is known by the node, what markup says of itself is a claim,
// and no markup is parsed twice.

import assert from 'node:assert/strict';
import { document, spec } from './harness.mjs';

const COMPLAINTS = [/Portcullis/, /^Blocked script execution/, /Failed to load resource/];
const entities = (html) => html.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** Runs `put`, a function of the page, with and without us, before and after a grant; what called `window.bad` is counted. */
async function both({ page, open, state, press, serve, shop, arrivals }, { body = '', put, arg }) {
    const counts = [];
    const watch = '<script>window.bad = 0; window.parent.bad ??= 0;</script>';
    for (const gate of [false, true]) {
        const html = `${watch}${body}<p id="in"></p>`;
        if (gate) await open({ body: html });
        else await page.goto(shop.url(serve(`<!doctype html><html lang="en"><body>${html}</body></html>`)));
        if (put) await page.evaluate(put, arg);
        await arrivals();
        if (gate) {
            await page.waitForFunction(() => document.querySelector('portcullis-notice'));
            await press('grant-all');
            await arrivals();
            assert.ok((await state()).record);
        }
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
        counts.push(await page.evaluate(() => window.bad));
    }
    const [without, withUs] = counts;
    return { without, withUs };
}

/** What passes a sanitiser that allows frames and `data-*`, and what passes one that allows more; none of it runs by itself. */
const CLAIMS = {
    'held javascript: of a frame': '<iframe data-held-src="javascript:parent.bad++"></iframe>',
    'marked javascript: of a frame, necessary':
        '<iframe data-consent="necessary" data-src="javascript:parent.bad++"></iframe>',
    'marked javascript: of a frame, with a space before it':
        '<iframe data-consent="marketing" data-src=" java&#10;script:parent.bad++"></iframe>',
    'held document of a frame': '<iframe data-held-srcdoc="<script>parent.bad++</script>"></iframe>',
    'marked document of a frame, necessary':
        '<iframe data-consent="necessary" data-srcdoc="<script>parent.bad++</script>"></iframe>',
    'marked document of a frame':
        '<iframe data-consent="marketing" data-srcdoc="<script>parent.bad++</script>"></iframe>',
    'held data: of an object': `<object data-held-data="data:text/html,<script>parent.bad++</script>"></object>`,
    'held handler':
        '<img data-held-src="/own/x.gif" data-held-onload="bad++" data-onload="bad++" data-consent="necessary">',
    'held values of an animation':
        '<svg><a><animate attributeName="href" data-held-values="javascript:bad++" data-values="javascript:bad++" data-consent="necessary"/><text y="20">t</text></a></svg>',
    'held type of a script': '<script type="text/plain" data-held-type="">bad++</script>',
    'held type of a module': '<script type="text/plain" data-held-type="module">bad++</script>',
    'held address of a script':
        '<script type="text/plain" data-held-type="" src="data:text/javascript,bad++"></script>',
    'marked data: of a script':
        '<script type="text/plain" data-consent="necessary" data-src="data:text/javascript,bad++"></script>',
    'a placeholder of our styles':
        '<p style="background:url(data:,held-0)">p</p><p style="background:url(data:,held-1-0)">p</p>',
    'held refresh of the page':
        '<meta http-equiv="refresh" data-held-content="0;url=javascript:bad++" data-content="0;url=javascript:bad++" data-consent="necessary">',
};

for (const [name, markup] of Object.entries(CLAIMS)) {
    spec(`a claim in the HTML runs nothing: ${name}`, { allow: COMPLAINTS }, async (stand) => {
        const { without, withUs } = await both(stand, { body: markup });
        assert.deepEqual({ without, withUs }, { without: 0, withUs: 0 });
    });
    spec(`a claim in markup that a script puts in runs nothing: ${name}`, { allow: COMPLAINTS }, async (stand) => {
        const { without, withUs } = await both(stand, {
            put: (html) => {
                document.getElementById('in').innerHTML = html;
                document.body.append(document.createRange().createContextualFragment(html));
            },
            arg: markup,
        });
        assert.deepEqual({ without, withUs }, { without: 0, withUs: 0 });
    });
}

spec('an address that markup claims comes back on a grant, and not before', {}, async (stand) => {
    const { open, notice, press, ads, stats, arrivals, page } = stand;
    await open({
        body: `<iframe data-held-src="${ads('frame.html')}"></iframe><img data-held-src="${stats('a.gif')}"><img data-held-srcset="${stats('b.gif')} 1x"><img id="own" data-held-src="/own/x.gif">`,
    });
    await notice();
    await page.waitForFunction(() => document.querySelector('#own').naturalWidth > 0);
    assert.deepEqual(await arrivals(), []);
    await press('grant-all');
    await page.waitForFunction(() => document.querySelector('iframe').hasAttribute('src'));
    await page.waitForFunction(() => [...document.images].every((image) => image.complete));
    assert.deepEqual((await arrivals()).sort(), ['ads.test/t/frame.html', 'stats.test/t/a.gif', 'stats.test/t/b.gif']);
});

spec('a clone of what is held is held, and comes back as what it was', {}, async (stand) => {
    const { open, notice, press, ads, page, arrivals } = stand;
    await open({ body: '<div id="out"></div>' });
    await notice();
    const address = `javascript:"<script src='${ads('b.js')}'></scr" + "ipt>"`;
    await page.evaluate((address) => {
        const put = (node) => document.getElementById('out').append(node);
        const box = document.createElement('div');
        box.append(Object.assign(document.createElement('iframe'), { id: 'first', src: address }));
        put(box);
        put(box.cloneNode(true));
        put(document.importNode(box, true));
        const range = document.createRange();
        range.selectNodeContents(box);
        put(range.cloneContents());
        put(box.firstChild.cloneNode());
    }, address);
    assert.equal(await page.locator('iframe[src]').count(), 0);
    assert.deepEqual(await arrivals(), []);
    await press('grant-all');
    await page.waitForFunction(() => document.querySelectorAll('iframe[src]').length === 5);
    assert.deepEqual(
        await page.locator('iframe').evaluateAll((all) => all.map((frame) => frame.getAttribute('src'))),
        Array(5).fill(address),
    );
});

spec('a document of a frame that names what is held is held whole, and comes back to the letter', {}, async (stand) => {
    const { open, notice, press, ads, page, arrivals } = stand;
    const html = `<p title='x'>x<script src="${ads('b.js')}"></script><P>`;
    await open({ body: `<iframe id="a" srcdoc="${entities(html)}"></iframe><iframe id="b" srcdoc="<P>own"></iframe>` });
    await notice();
    assert.equal(await page.locator('#a').getAttribute('srcdoc'), null);
    assert.equal(await page.locator('#b').getAttribute('srcdoc'), '<P>own');
    assert.deepEqual(await arrivals(), []);
    await press('grant-all');
    await page.waitForFunction(() => document.querySelector('#a').contentWindow.ran?.includes('b'));
    assert.equal(await page.locator('#a').getAttribute('srcdoc'), html);
});

/** Strings that one parse makes harmless and two do not. */
const TWICE = {
    'nested forms': '<form><math><mtext></form><form><mglyph><style></math><img src onerror=bad++>',
    'a nested form and a frame':
        '<form id=a><div></form><form id=b><math><mtext></form><form><mglyph><style></math><img src onerror=bad++>',
    'math, mglyph, style':
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=bad++&gt;">',
    'svg, style, comment': '<svg></p><style><a id="</style><img src=1 onerror=bad++>">',
    noscript: '<noscript><p title="</noscript><img src=x onerror=bad++>">',
    'noscript with markup': '<noscript><img src=x onerror=bad++></noscript>',
    'a list item in a heading': '<h1><table><li><a><svg><title><h2><style></h1></title><img src onerror=bad++></style>',
    'a textarea that begins with a line': '<textarea>\n</textarea><xmp><p title="</xmp><img src onerror=bad++>">',
    'a template in a table': '<table><template><style></template><b title="</style><img src onerror=bad++>"></table>',
    plaintext: '<svg><plaintext></svg><p title="<img src onerror=bad++>">',
};
const ENTRANCES = {
    innerHTML: (html) => {
        document.getElementById('in').innerHTML = html;
    },
    'innerHTML in a form': (html) => {
        const form = document.body.appendChild(document.createElement('form'));
        form.append(document.createElement('p'));
        form.firstChild.innerHTML = html;
    },
    outerHTML: (html) => {
        document.getElementById('in').outerHTML = html;
    },
    insertAdjacentHTML: (html) => {
        for (const place of ['beforebegin', 'afterbegin', 'beforeend', 'afterend'])
            document.getElementById('in').insertAdjacentHTML(place, html);
    },
    setHTMLUnsafe: (html) => {
        document.getElementById('in').setHTMLUnsafe(html);
    },
    'innerHTML of a shadow root': (html) => {
        document.getElementById('in').attachShadow({ mode: 'open' }).innerHTML = html;
    },
    createContextualFragment: (html) => {
        document.body.append(document.createRange().createContextualFragment(html));
    },
    'document.write': (html) => {
        const frame = document.body.appendChild(document.createElement('iframe'));
        frame.contentDocument.write(`<script>window.hit = top.hit;</scr${'ipt'}>${html}`);
        frame.contentDocument.close();
    },
    'execCommand insertHTML': (html) => {
        const box = document.getElementById('in');
        box.contentEditable = true;
        box.focus();
        document.execCommand('insertHTML', false, html);
    },
};

/** Counts what runs, by the string that it stands in, in whatever window. */
const HITS = `<script>window.hits = {}; window.hit = (name) => { top.hits[name] = (top.hits[name] ?? 0) + 1; };</script>`;

for (const [entrance, put] of Object.entries(ENTRANCES)) {
    spec(`no markup is parsed twice: ${entrance}`, { allow: COMPLAINTS }, async (stand) => {
        const { page, open, serve, shop, ads, arrivals, trackers } = stand;
        const seen = [];
        for (const gate of [false, true]) {
            trackers.clear();
            if (gate) await open({ body: HITS });
            else await page.goto(shop.url(serve(`<!doctype html><html lang="en"><body>${HITS}</body></html>`)));
            for (const [index, markup] of Object.values(TWICE).entries()) {
                await page.evaluate(
                    ([put, markup, frame]) => {
                        const room = document.body.appendChild(document.createElement('div'));
                        document.getElementById('in')?.removeAttribute('id');
                        room.appendChild(Object.assign(document.createElement('p'), { id: 'in' }));
                        new Function('html', `(${put})(html)`)(`<iframe src="${frame}"></iframe>${markup}`);
                    },
                    [String(put), markup.replaceAll('bad++', `hit(${index})`), ads('frame.html')],
                );
            }
            // What runs at all has run when the pictures of the page, which all fail, are done.
            await page.waitForFunction(() => {
                const documents = [...document.querySelectorAll('iframe')].map((frame) => frame.contentDocument);
                return [document, ...documents].every(
                    (one) => !one || [...one.images].every((image) => image.complete),
                );
            });
            if (gate) {
                await page.waitForFunction(
                    (wanted) => Object.keys(wanted).every((name) => (window.hits[name] ?? 0) >= wanted[name]),
                    seen[0],
                );
                assert.deepEqual(await arrivals(), []);
            } else {
                await arrivals();
            }
            seen.push(await page.evaluate(() => window.hits));
        }
        assert.deepEqual(seen[1], seen[0]);
    });
}

spec(
    'markup keeps its nodes: what comes in is what the browser parses',
    {},
    async ({ open, ads, page, serve, shop }) => {
        const markups = [
            '<tr><td>1<td>2',
            '<option>a<option>b',
            '<li>a<li>b',
            '<svg><circle/><foreignObject><p>p</svg>',
            '<caption>c</caption><col><tbody>',
            '<body class=x><p>p',
            '<x-own a=1>t</x-own>',
            '<template><p>t</template>',
            '<noscript><b>n</b></noscript>',
            '<frameset><frame>',
            'text &amp; <b>b<i>c</b>d</i>',
        ];
        const run = (tracker) =>
            page.evaluate(
                ([markups, tracker]) => {
                    const frame = tracker ? `<iframe data-x src="${tracker}"></iframe>` : '';
                    return markups.flatMap((markup) =>
                        [
                            'div',
                            'table',
                            'tbody',
                            'tr',
                            'select',
                            'ul',
                            'svg',
                            'math',
                            'form',
                            'x-own',
                            'body',
                            'html',
                            'details',
                            'button',
                        ].map((name) => {
                            const element =
                                name === 'svg' || name === 'math'
                                    ? document.createElementNS(
                                          name === 'svg'
                                              ? 'http://www.w3.org/2000/svg'
                                              : 'http://www.w3.org/1998/Math/MathML',
                                          name,
                                      )
                                    : document.createElement(name);
                            element.innerHTML = markup + frame;
                            for (const one of element.querySelectorAll('[data-x]')) {
                                one.removeAttribute('src');
                                one.removeAttribute('data-held-src');
                            }
                            return `${name}: ${element.outerHTML}`;
                        }),
                    );
                },
                [markups, tracker],
            );
        const tracker = ads('frame.html');
        await page.goto(shop.url(serve('<!doctype html><html lang="en"><body></body></html>')));
        const without = await run(tracker);
        await open({ body: '' });
        assert.deepEqual(await run(tracker), without);
    },
);

spec('what a script writes in pieces is held, and keeps its letters', { allow: [/document\.write/] }, async (stand) => {
    const { open, ads, page, arrivals, notice, press, hasRun } = stand;
    await open({
        body: `<script>
            document.write('<!', '-- <iframe src="${ads('frame.html')}"> -', '-><p id=p>p</p>');
            document.write('<textarea id=t><iframe src=');
            document.write('"${ads('frame.html')}"></textarea><title>a</title>');
            document.write('<script id=s>window.text = "<iframe src=${ads('frame.html')}>";</scr', 'ipt>');
            document.write('<style id=y>p { background: url(${ads('a.gif')}) }</sty');
            document.write('le><script src="${ads('b.js')}"></scri', 'pt><ifr');
            document.write('ame id=f SRC = ${ads('frame.html')} title="a>b"></iframe>');
            document.write('<link rel=stylesheet href="${ads('c.css')}"><embed src=${ads('e.html')}>');
        </script>`,
    });
    await notice();
    assert.deepEqual(await arrivals(), []);
    const read = () =>
        page.evaluate(() => ({
            p: !!document.querySelector('#p'),
            text: document.querySelector('#t').value,
            script: window.text,
            source: document.querySelector('#s').textContent,
            attributes: document.querySelector('#f').getAttributeNames().sort(),
        }));
    const { p, text, script, source, attributes } = await read();
    const tag = `<iframe src="${ads('frame.html')}">`;
    assert.deepEqual(
        { p, text, script, source },
        {
            p: true,
            text: tag,
            script: `<iframe src=${ads('frame.html')}>`,
            source: `window.text = "<iframe src=${ads('frame.html')}>";`,
        },
    );
    assert.deepEqual(attributes, ['data-held-src', 'id', 'title']);
    await press('grant-all');
    await hasRun('b');
    await page.waitForFunction(() => document.querySelector('#f').hasAttribute('src'));
    assert.deepEqual((await read()).attributes, ['id', 'src', 'title']);
});

spec('data-srcdoc is refused, and the error names the container', { allow: [/Portcullis/] }, async ({ open, said }) => {
    await open(document({ body: '<iframe data-consent="marketing" data-srcdoc="<p>p"></iframe>' }));
    assert.match(await said(/data-srcdoc/), /<template>/);
});

spec('a document that is closed while a tag waits for its end keeps what it has', {}, async ({ open, page }) => {
    await open({ body: '<p>own</p>' });
    const kept = await page.evaluate(async () => {
        const made = document.body.appendChild(document.createElement('iframe')).contentDocument;
        made.open();
        made.write('<p>written</p><');
        made.write('img src="/own/a.gif"');
        made.close();
        await new Promise((done) => setTimeout(done));
        return made.body.innerHTML;
    });
    assert.equal(kept, '<p>written</p>');
});

spec('a template of a drawing is none, and no method throws for it', {}, async ({ open, page, stats }) => {
    await open({ body: '<p id="box">own</p>' });
    const made = await page.evaluate((url) => {
        const box = document.getElementById('box');
        box.innerHTML = `<svg><template shadowrootmode="open"><iframe src="${url}"></iframe></template></svg>`;
        const svg = box.firstChild;
        svg.innerHTML = `<template shadowrootmode="open"><iframe src="${url}"></iframe></template>`;
        return svg.firstChild.firstChild.localName;
    }, stats('a.html'));
    assert.equal(made, 'iframe');
});

// Where scripts send the visitor: what the visitor does goes where it leads, the top page goes where it likes, and what a script
// clicks, sends or opens needs an event of the visitor's on the page itself. The leak matrix has each road by itself.

import assert from 'node:assert/strict';
import { spec } from './harness.mjs';

/** What the browser itself says of what is held. */
const NETWORK = /Failed to load resource|ERR_|^Portcullis|Blocked form submission/;

/** Tries to reach `to` by all that a script can click, send and open. */
const tries = (to) => `
    const put = (tag, more) => document.body.appendChild(Object.assign(document.createElement(tag), more));
    put('form', { action: '${to}?form', method: 'post', target: 'hidden' }).submit();
    put('form', { action: '${to}?requested', target: 'hidden' }).requestSubmit();
    put('form', { action: '${to}?tab', target: '_blank' }).submit();
    put('a', { href: '${to}?link', target: 'hidden' }).click();
    put('a', { href: '${to}?newtab', target: '_blank' }).click();
    window.opened = [open('${to}?open'), open('${to}?named', 'leak')];
    const blank = open('');
    if (blank) blank.location = '${to}?blank';
    const named = open('about:blank', 'leak');
    if (named) named.location = '${to}?blanknamed';`;
const FRAME = '<iframe name="hidden"></iframe>';

for (const [what, when] of Object.entries({
    'in the click': (work) => `addEventListener('click', () => { ${work} }, { capture: true, once: true });`,
    'in its microtask': (work) =>
        `addEventListener('click', () => Promise.resolve().then(() => { ${work} }), { capture: true, once: true });`,
    'a moment later': (work) =>
        `addEventListener('click', () => setTimeout(() => { ${work} }), { capture: true, once: true });`,
    'once it is answered': (work) =>
        `document.addEventListener('portcullis:change', () => { ${work} }, { once: true });`,
})) {
    spec(`no script goes anywhere by a click on "Reject all": ${what}`, { allow: [NETWORK] }, async (stand) => {
        const { open, page, arrivals, ads, press, notice, context } = stand;
        await open({
            body: `${FRAME}<script>${when(`try { ${tries(ads('page.html'))} } finally { window.tried = true; }`)}</script>`,
        });
        await press('deny-all');
        await page.waitForFunction(() => window.tried);
        await notice(false);
        assert.deepEqual(await arrivals(), []);
        assert.deepEqual(await page.evaluate(() => window.opened), [null, null]);
        assert.equal(context.pages().length, 1, 'no window stays open');
    });
}

spec('a click on the page opens one window, and no frame', { allow: [NETWORK] }, async (stand) => {
    const { open, page, trackers, arrivals, ads } = stand;
    await open({
        body: `${FRAME}<button id="b">b</button><script>
            document.getElementById('b').onclick = () => { ${tries(ads('page.html'))} };
        </script>`,
    });
    const arrived = trackers.arrived('/t/page.html');
    await page.click('#b');
    await arrived;
    const pages = (await arrivals()).filter((one) => one.endsWith('page.html'));
    assert.deepEqual(pages, ['ads.test/t/page.html'], 'one alone');
});

spec('a click on a link around our notice is a click on our notice', { allow: [NETWORK] }, async (stand) => {
    const { open, page, arrivals, ads, notice } = stand;
    await open({ body: `<a id="around" target="_blank" href="${ads('page.html')}"></a>` });
    await notice();
    await page.evaluate(() => document.getElementById('around').append(document.querySelector('portcullis-notice')));
    const prevented = page.evaluate(
        () =>
            new Promise((done) =>
                addEventListener('click', (event) => setTimeout(() => done(event.defaultPrevented)), true),
            ),
    );
    await page.click('portcullis-notice p');
    assert.equal(await prevented, true);
    assert.deepEqual(await arrivals(), []);
});

spec('the visitor sends a form by its button, by Enter and by a label', { allow: [NETWORK] }, async (stand) => {
    const { open, page, ads } = stand;
    for (const send of [
        () => page.click('button'),
        () => page.press('input', 'Enter'),
        () => page.click('label'),
        () => page.press('button', 'Space'),
    ]) {
        await open({
            body: `<form action="${ads('page.html')}"><input><button id="b">b</button><label for="b">l</label></form>`,
        });
        await Promise.all([page.waitForURL(/ads\.test/), send()]);
    }
});

spec('no key that a script makes up sends anything', { allow: [NETWORK] }, async (stand) => {
    const { open, arrivals, ads } = stand;
    await open({
        body: `${FRAME}<form target="hidden" action="${ads('page.html')}"><input id="i"><button id="b">b</button></form><script>
            for (const el of [document.getElementById('i'), document.getElementById('b')])
                for (const type of ['keydown', 'keypress', 'keyup', 'DOMActivate'])
                    el.dispatchEvent(new KeyboardEvent(type, { key: 'Enter', keyCode: 13, charCode: 13, bubbles: true }));
        </script>`,
    });
    assert.deepEqual(await arrivals(), []);
});

for (const gate of [true, false]) {
    const name = gate ? 'with the gate' : 'without it';
    spec(`a made-up click does what it did: ${name}`, {}, async (stand) => {
        const { open, page, ads } = stand;
        const body = `<form id="f" action="${ads('page.html')}"><input id="c" type="checkbox"><input id="r" type="reset"></form>
            <a id="x" href="${ads('page.html')}">x</a><script>
            window.said = [];
            const say = (word) => (event) => { said.push(word + event.isTrusted); };
            c.onclick = say('box ');
            c.onchange = () => said.push('changed ' + c.checked);
            c.click();
            r.click();
            said.push('reset ' + c.checked);
            // As FileSaver does.
            const a = document.createElement('a');
            a.download = 'a.txt';
            a.href = URL.createObjectURL(new Blob(['a']));
            a.onclick = say('link ');
            said.push(a.dispatchEvent(new MouseEvent('click')));
            const own = new EventTarget();
            own.onmade = null;
            own.addEventListener('made', say('made '));
            said.push(own.dispatchEvent(new Event('made')));
            said.push(own.dispatchEvent(Object.assign(new Event('click', { cancelable: true }))));
            try { own.dispatchEvent('click'); } catch (error) { said.push(error.name); }
            try { HTMLElement.prototype.click.call({}); } catch (error) { said.push(error.name); }
            try { document.createElement('form').requestSubmit(c); } catch (error) { said.push(error.name); }
            x.onclick = (event) => { event.preventDefault(); said.push('kept'); };
            said.push(x.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true })));
        </script>`;
        const download = page.waitForEvent('download');
        await open(gate ? { body } : `<!doctype html><title>a</title>${body}`);
        await download;
        assert.deepEqual(await page.evaluate(() => window.said), [
            'box false',
            'changed true',
            'reset false',
            'link false',
            true,
            'made false',
            true,
            true,
            'TypeError',
            'TypeError',
            'TypeError',
            'kept',
            false,
        ]);
    });
}

spec('a window that the page opens for itself stays its own', { allow: [NETWORK] }, async (stand) => {
    const { open, page, context, shop } = stand;
    await open({
        body: `<button id="b">b</button><script>
            document.getElementById('b').onclick = () => setTimeout(() => {
                const note = open('', 'note', 'width=200,height=200');
                note.document.write('<p>printed</p>');
                window.again = open('', 'note') === note;
                window.framed = [open('', 'inner') === frames[0], open('', '_self') === window];
            });
        </script><iframe name="inner"></iframe>`,
    });
    const popup = context.waitForEvent('page');
    await page.click('#b');
    await page.waitForFunction(() => window.framed);
    assert.equal(await (await popup).textContent('p'), 'printed');
    assert.equal(await page.evaluate(() => window.again), true);
    assert.deepEqual(await page.evaluate(() => window.framed), [true, true]);
    assert.ok(page.url().startsWith(shop.url('/')));
});

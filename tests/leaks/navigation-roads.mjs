// Roads by what a script clicks, sends and opens, and by addresses that are read against another base than the top page's.
// What each key of a road means stands at the top of roads.mjs.

import { attribute, gather } from './road.mjs';

const { roads, family, markup, script, call } = gather();

/** What the visitor clicks. */
const BUTTON = '<button id="a" type="button">a</button>';
const clicked = { page: () => BUTTON, click: '#a', again: 'reload' };

// ---- clicks, forms and pop-ups that a script makes up ----
family('sending');

script(
    'form into a frame, in a click of the visitor',
    (t, { put, frame }) => {
        frame({ name: 'hidden' });
        const form = put('form', { action: t.html, method: 'post', target: 'hidden' });
        document.querySelector('#a').onclick = () => form.submit();
    },
    { ...clicked, twin: true },
);
script(
    'form sent to a frame by its button, in a click of the visitor',
    (t, { put, frame }) => {
        frame({ name: 'hidden' });
        const form = put('form', { action: t.html, target: 'hidden' });
        const button = form.appendChild(document.createElement('button'));
        document.querySelector('#a').onclick = () => button.click();
    },
    clicked,
);
script(
    'form into a frame that the base names, in a click of the visitor',
    (t, { put, frame }) => {
        frame({ name: 'hidden' });
        document.head.append(Object.assign(document.createElement('base'), { target: 'hidden' }));
        const form = put('form', { action: t.html });
        document.querySelector('#a').onclick = () => form.requestSubmit();
    },
    { ...clicked, twin: true },
);
script(
    'link into a frame, in a click of the visitor',
    (t, { put, frame }) => {
        frame({ name: 'hidden' });
        const link = put('a', { href: t.html, target: 'hidden' });
        document.querySelector('#a').onclick = () => link.click();
    },
    { ...clicked, twin: true },
);
script(
    'link into a frame in a closed shadow root, in a click of the visitor',
    (t, { put }) => {
        put('div').attachShadow({ mode: 'closed' }).innerHTML = '<iframe name="hidden"></iframe>';
        const link = put('a', { href: t.html, target: 'hidden' });
        document.querySelector('#a').onclick = () => link.click();
    },
    clicked,
);
script(
    'link to the parent of a frame in a frame, in a click of the visitor',
    (t, { frame }) => {
        const inner = frame().contentDocument;
        const innermost = inner.body.appendChild(inner.createElement('iframe'));
        const link = innermost.contentDocument.body.appendChild(innermost.contentDocument.createElement('a'));
        Object.assign(link, { href: t.html, target: '_parent' });
        // It says that its parent is the page.
        Object.defineProperty(innermost.contentWindow, 'parent', { value: window });
        document.querySelector('#a').onclick = () => link.click();
    },
    clicked,
);
script(
    'window.open into a frame, in a click of the visitor',
    (t, { frame }) => {
        frame({ name: 'hidden' });
        document.querySelector('#a').onclick = () => void open(t.html, 'hidden');
    },
    { ...clicked, twin: true },
);
script(
    'window.open of a frame into itself, in a click of the visitor',
    (t, { frame }) => {
        const inner = frame().contentWindow;
        document.querySelector('#a').onclick = () => void inner.open(t.html, '_self');
    },
    clicked,
);
script(
    'form into a frame, a moment after a click',
    (t, { put, frame }) => {
        frame({ name: 'hidden' });
        const form = put('form', { action: t.html, method: 'post', target: 'hidden' });
        document.querySelector('#a').onclick = () => setTimeout(() => form.submit());
    },
    clicked,
);
script(
    'form into a new tab, a moment after a click',
    (t, { put }) => {
        const form = put('form', { action: t.html, method: 'post', target: '_blank' });
        document.querySelector('#a').onclick = () => setTimeout(() => form.submit());
    },
    clicked,
);
script(
    'link into a new tab, a moment after a click',
    (t, { put }) => {
        const link = put('a', { href: t.html, target: '_blank' });
        document.querySelector('#a').onclick = () => setTimeout(() => link.click());
    },
    { ...clicked, twin: true },
);
script(
    'window.open, a moment after a click',
    (t) => {
        document.querySelector('#a').onclick = () => setTimeout(() => open(t.html));
    },
    { ...clicked, twin: true },
);
script(
    'second link in one click',
    (t, { put }) => {
        const own = put('a', { href: t.own.html, target: '_blank' });
        const link = put('a', { href: t.html, target: '_blank' });
        document.querySelector('#a').onclick = () => {
            open(own.href);
            link.click();
        };
    },
    { ...clicked, code: false },
);
script(
    'click that was the visitor’s, dispatched anew',
    (t, { put }) => {
        const link = put('a', { href: t.html, target: '_blank' });
        document.querySelector('#a').onclick = (event) => setTimeout(() => link.dispatchEvent(event));
    },
    clicked,
);
script(
    'link around what the visitor clicks, by a label of it',
    (t, { put, frame }) => {
        frame({ name: 'hidden' });
        const form = put('form', { action: t.html, target: 'hidden' });
        form.innerHTML = '<button id="b">b</button><label for="b">b</label>';
        form.querySelector('label').click();
    },
    { call: true, twin: true },
);

call('detached link, by an event', (t, { frame }) => {
    frame({ name: 'hidden' });
    const link = Object.assign(document.createElement('a'), { href: t.html, target: 'hidden' });
    link.dispatchEvent(new MouseEvent('click'));
});
call('detached link, by an event at what stands in it', (t, { frame }) => {
    frame({ name: 'hidden' });
    const link = Object.assign(document.createElement('a'), { href: t.html, target: 'hidden' });
    link.appendChild(document.createElement('b')).dispatchEvent(new MouseEvent('click', { bubbles: true }));
});
call('detached link into a new tab, by an event', (t) => {
    const link = Object.assign(document.createElement('a'), { href: t.html, target: '_blank' });
    link.dispatchEvent(new MouseEvent('click'));
});
call('detached link in a detached shadow root, clicked', (t, { frame }) => {
    frame({ name: 'hidden' });
    const link = Object.assign(document.createElement('a'), { href: t.html, target: 'hidden' });
    const root = link.appendChild(document.createElement('div')).attachShadow({ mode: 'closed' });
    root.appendChild(document.createElement('b')).click();
});
for (const mode of ['open', 'closed']) {
    const inRoot = (name, run, options) =>
        call(
            `${name} in a shadow root, ${mode}`,
            `(t, tools) => {
            tools.frame({ name: 'hidden' });
            return (${run})(t, tools.put('div').attachShadow({ mode: '${mode}' }));
        }`,
            options,
        );
    inRoot(
        'link clicked',
        (t, root) => {
            root.appendChild(Object.assign(document.createElement('a'), { href: t.html, target: 'hidden' })).click();
        },
        { twin: true },
    );
    inRoot('link clicked by an event that stays', (t, root) => {
        const link = Object.assign(document.createElement('a'), { href: t.html, target: 'hidden' });
        root.appendChild(link).dispatchEvent(new MouseEvent('click', { bubbles: true, composed: false }));
    });
    inRoot('link clicked by an event that nobody can stop', (t, root) => {
        const link = Object.assign(document.createElement('a'), { href: t.html, target: 'hidden' });
        root.appendChild(link).dispatchEvent(new MouseEvent('click', { cancelable: false }));
    });
    inRoot(
        'form sent',
        (t, root) => {
            const form = Object.assign(document.createElement('form'), { action: t.html, target: 'hidden' });
            root.appendChild(form).requestSubmit();
        },
        { twin: true },
    );
    inRoot('button clicked', (t, root) => {
        root.innerHTML = '<form target="hidden"><button></button></form>';
        root.firstChild.firstChild.formAction = t.html;
        root.firstChild.firstChild.click();
    });
    inRoot('link around a slot', (t, root) => {
        root.innerHTML = '<a target="hidden"><slot></slot></a>';
        root.firstChild.href = t.html;
        const host = document.body.lastElementChild;
        host.appendChild(document.createElement('b')).click();
    });
}
call(
    'SVG link with a prefix of its own',
    (t, { frame, draw }) => {
        frame({ name: 'hidden' });
        const link = draw('a', { target: 'hidden' });
        link.setAttributeNS('http://www.w3.org/1999/xlink', 'x:href', t.html);
        link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
    },
    { twin: true },
);
call('link clicked, with a listener on the window that stops it', (t, { put, frame }) => {
    frame({ name: 'hidden' });
    addEventListener('click', (event) => event.stopImmediatePropagation(), true);
    put('a', { href: t.html, target: 'hidden' }).click();
});
call('form sent, with a listener on the window that stops it', (t, { put, frame }) => {
    frame({ name: 'hidden' });
    addEventListener('submit', (event) => event.stopImmediatePropagation(), true);
    put('form', { action: t.html, target: 'hidden' }).requestSubmit();
});
call('link clicked in a frame, with a listener on its window that stops it', (t, { frame }) => {
    const inner = frame();
    inner.contentWindow.addEventListener('click', (event) => event.stopImmediatePropagation(), true);
    const link = inner.contentDocument.body.appendChild(inner.contentDocument.createElement('a'));
    link.href = t.html;
    link.click();
});
call('link clicked in a document opened anew, with a listener that stops it', (t) => {
    document.open();
    addEventListener('click', (event) => event.stopImmediatePropagation(), true);
    document.write('<iframe name="hidden"></iframe><a target="hidden">a</a>');
    document.close();
    const link = document.querySelector('a[target]');
    link.href = t.html;
    link.click();
});
call('formaction of a button that requestSubmit is given', (t, { put, frame }) => {
    frame({ name: 'hidden' });
    const form = put('form');
    const button = Object.assign(document.createElement('button'), { formAction: t.html, formTarget: 'hidden' });
    form.appendChild(button);
    form.requestSubmit(button);
});
call('formaction of a button that denies its form', (t, { put, frame }) => {
    frame({ name: 'hidden' });
    const form = put('form', { target: 'hidden' });
    const button = form.appendChild(Object.assign(document.createElement('button'), { formAction: t.html }));
    Object.defineProperty(button, 'form', { value: null });
    button.click();
});
call('form whose own name for its method is a field', (t, { put, frame }) => {
    frame({ name: 'hidden' });
    const form = put('form', { action: t.html, target: 'hidden' });
    form.innerHTML = '<input name="submit"><input name="action"><input name="getAttribute">';
    HTMLFormElement.prototype.submit.call(form);
});

call('link whose own listener leads it elsewhere', (t, { put, frame }) => {
    frame({ name: 'hidden' });
    const link = put('a', { href: t.own.html, target: 'hidden' });
    link.onclick = () => {
        link.href = t.html;
    };
    link.click();
});
call('form whose own listener leads it elsewhere', (t, { put, frame }) => {
    frame({ name: 'hidden' });
    const form = put('form', { action: t.own.html, target: 'hidden' });
    form.onsubmit = () => {
        form.action = t.html;
    };
    form.requestSubmit();
});

// ---- windows that a script opens ----
call('blank pop-up that goes on by replace', (t) => open().location.replace(t.html));
call('blank pop-up under a name', (t) => {
    open('', 'leak').location = t.html;
});
call('blank pop-up of a frame', (t, { frame }) => {
    frame().contentWindow.open('about:blank#').location = t.html;
});
call('blank pop-up in which a script goes on', (t) => {
    const inner = open('').document;
    inner.write(`<script>location = '${t.html}'</script>`);
    inner.close();
});
call('blank pop-up whose link is clicked', (t) => {
    const inner = open('').document;
    inner.body.appendChild(Object.assign(inner.createElement('a'), { href: t.html })).click();
});
call('blank pop-up whose form is sent', (t) => {
    const inner = open('').document;
    inner.body.appendChild(Object.assign(inner.createElement('form'), { action: t.html })).submit();
});
call('own pop-up that goes on at once', (t) => {
    open(t.own.gif).location = t.html;
});
call(
    'own pop-up that goes on once it is there',
    (t) => {
        const away = open(t.own.gif);
        const wait = setInterval(() => {
            if (away.document?.readyState !== 'complete' || away.location.href === 'about:blank') return;
            clearInterval(wait);
            away.location = t.html;
        }, 20);
    },
    { quiet: 1500, twin: true },
);
script(
    'blank pop-up that goes on, a moment after a click',
    (t) => {
        document.querySelector('#a').onclick = () =>
            setTimeout(() => {
                open('').location = t.html;
            });
    },
    clicked,
);
script(
    'pop-up of the same name as a frame, in a click of the visitor',
    (t, { put, frame }) => {
        document.querySelector('#a').onclick = () => {
            open('', 'leak');
            frame({ name: 'leak' });
            put('form', { action: t.html, target: 'leak' }).submit();
        };
    },
    clicked,
);

// ---- addresses relative to a base that leads elsewhere ----
family('base');
const files = { code: true };

markup(
    'srcdoc with a base, script',
    (t) => `<iframe srcdoc="${attribute(`<base href="${t.folder}"><script src="a.js"></script>`)}"></iframe>`,
    { ...files, twin: true },
);
markup(
    'srcdoc with a base, image',
    (t) => `<iframe srcdoc="${attribute(`<base href='${t.folder}'><img src=a.gif>`)}"></iframe>`,
);
script(
    'srcdoc with a base, by script',
    (t, { frame }) => {
        frame({ srcdoc: `<base href="${t.folder}"><script src="a.js"></script>` });
    },
    files,
);
script(
    'srcdoc of a page with a base, relative',
    (t, { frame }) => {
        document.head.append(Object.assign(document.createElement('base'), { href: t.folder }));
        frame({ srcdoc: '<script src="a.js"></script>' });
    },
    files,
);
script(
    'srcdoc with a base within markup',
    (t) => {
        const inner = `<base href='${t.folder}'><script src=a.js></script>`.replaceAll('<', '&lt;');
        document.body.insertAdjacentHTML('beforeend', `<iframe srcdoc="${inner}"></iframe>`);
    },
    files,
);
call(
    'blank frame, written with a base',
    (t, { frame }) => {
        const inner = frame().contentDocument;
        inner.write(`<base href="${t.folder}"><script src="a.js"></script>`);
        inner.close();
    },
    { ...files, twin: true },
);
call('blank frame, written with a base, image', (t, { frame }) => {
    const inner = frame().contentDocument;
    inner.write(`<head><base href="${t.folder}"></head><body><img src="a.gif">`);
    inner.close();
});
call(
    'blank frame, written in two parts',
    (t, { frame }) => {
        const inner = frame().contentDocument;
        inner.write(`<base href="${t.folder}">`);
        inner.write('<script src="a.js"></script>');
        inner.close();
    },
    files,
);
call(
    'blank frame, written with a second base of our own',
    (t, { frame }) => {
        const inner = frame().contentDocument;
        inner.write(`<base href="${t.folder}">`);
        inner.write(`<base href="${t.own.html}"><script src="a.js"></script>`);
        inner.close();
    },
    files,
);

/** What a document does whose base leads elsewhere; `page` is that document, in a frame or not. */
const WORK = {
    script: [(page) => void page.body.appendChild(Object.assign(page.createElement('script'), { src: 'a.js' })), files],
    'script by attribute': [
        (page) => {
            const script = page.createElement('script');
            page.body.appendChild(script);
            script.setAttribute('src', 'a.js');
        },
        files,
    ],
    'module that imports': [
        (page) => {
            const script = Object.assign(page.createElement('script'), { type: 'module' });
            script.textContent = "import './a.mjs';";
            page.body.appendChild(script);
        },
        files,
    ],
    'import map': [
        (page) => {
            const map = Object.assign(page.createElement('script'), { type: 'importmap' });
            map.textContent = '{"imports":{"leak":"./a.mjs"}}';
            const script = Object.assign(page.createElement('script'), { type: 'module' });
            script.textContent = "import 'leak';";
            page.body.append(map, script);
        },
        files,
    ],
    image: [(page) => page.body.appendChild(page.createElement('img')).setAttribute('src', 'a.gif')],
    'image that is nowhere': [
        (page) => {
            new page.defaultView.Image().src = 'a.gif';
        },
    ],
    'image by markup': [
        (page) => {
            page.body.innerHTML = '<img src="a.gif">';
        },
    ],
    'frame by markup': [
        (page) => {
            page.body.innerHTML = '<iframe src="a.html"></iframe>';
        },
        files,
    ],
    frame: [
        (page) => void page.body.appendChild(Object.assign(page.createElement('iframe'), { src: 'a.html' })),
        files,
    ],
    'frame that comes from the top page': [
        (page, top) => {
            const frame = top.createElement('iframe');
            frame.setAttribute('src', 'a.html');
            page.body.appendChild(frame);
        },
        files,
    ],
    'style sheet': [
        (page) =>
            void page.head.appendChild(Object.assign(page.createElement('link'), { rel: 'stylesheet', href: 'a.css' })),
    ],
    'style element': [
        (page) => {
            page.body.innerHTML = '<p>p</p>';
            page.head.appendChild(page.createElement('style')).textContent = '@import "a.css";';
        },
    ],
    'style attribute': [
        (page) => {
            page.body.innerHTML = '<p>p</p>';
            page.body.firstChild.setAttribute('style', 'background: url(a.gif)');
        },
    ],
    'style property': [
        (page) => {
            page.body.innerHTML = '<p>p</p>';
            page.body.firstChild.style.background = 'url(a.gif)';
        },
    ],
    'SVG image': [
        (page) => {
            page.body.innerHTML = '<svg><image width="9" height="9"/></svg>';
            page.querySelector('image').setAttribute('href', 'a.gif');
        },
    ],
    fetch: [(page) => void page.defaultView.fetch('a.txt').catch(() => {})],
    'fetch of a request': [
        (page) => void page.defaultView.fetch(new page.defaultView.Request('a.txt')).catch(() => {}),
    ],
    sendBeacon: [(page) => void page.defaultView.navigator.sendBeacon('a.txt')],
    XMLHttpRequest: [
        (page) => {
            const request = new page.defaultView.XMLHttpRequest();
            request.open('GET', 'a.txt');
            request.send();
        },
    ],
    EventSource: [(page) => void new page.defaultView.EventSource('a.es')],
    Audio: [
        (page) => {
            new page.defaultView.Audio('a.wav').preload = 'auto';
        },
    ],
    'link into a frame': [
        (page) => {
            page.body.innerHTML = '<iframe name="inner"></iframe><a href="a.html" target="inner">a</a>';
            page.querySelector('a').click();
        },
        files,
    ],
    'form into a frame': [
        (page) => {
            page.body.innerHTML = '<iframe name="inner"></iframe><form action="a.html" target="inner"></form>';
            page.forms[0].submit();
        },
        files,
    ],
};
/** Rows of which the same way home is a control. */
const TWINS = ['script', 'image', 'fetch', 'XMLHttpRequest', 'form into a frame', 'module that imports'];
for (const [name, [work, options]] of Object.entries(WORK)) {
    const twin = TWINS.includes(name);
    call(
        `${name}, in a blank frame`,
        `(t, { frame }) => {
        const page = frame().contentDocument;
        page.head.append(Object.assign(page.createElement('base'), { href: t.folder }));
        return (${work})(page, document);
    }`,
        { ...options, twin },
    );
    call(
        `${name}, in the page`,
        `(t) => {
        document.head.append(Object.assign(document.createElement('base'), { href: t.folder }));
        return (${work})(document, document);
    }`,
        { ...options, twin },
    );
}
call('fetch borrowed from a frame, in the page', (t, { frame }) => {
    const inner = frame().contentWindow;
    inner.document.head.append(Object.assign(document.createElement('base'), { href: t.own.html }));
    document.head.append(Object.assign(document.createElement('base'), { href: t.folder }));
    return inner.fetch.call(window, 'a.txt').catch(() => {});
});
call('XMLHttpRequest of a frame, by a method of the page', (t, { frame }) => {
    const page = frame().contentDocument;
    page.head.append(Object.assign(page.createElement('base'), { href: t.folder }));
    const request = new page.defaultView.XMLHttpRequest();
    XMLHttpRequest.prototype.open.call(request, 'GET', 'a.txt');
    request.send();
});
call(
    'window.open relative to the page that asks',
    (t, { frame }) => {
        const inner = frame().contentWindow;
        inner.document.head.append(Object.assign(document.createElement('base'), { href: t.own.html }));
        document.head.append(Object.assign(document.createElement('base'), { href: t.folder }));
        inner.open('a.html');
    },
    files,
);
call(
    'meta refresh relative to a base, in a frame',
    (t, { frame }) => {
        frame({ srcdoc: `<base href="${t.folder}"><meta http-equiv="refresh" content="0;url=a.html">` });
    },
    files,
);
call('SVG set relative to a base', (t) => {
    document.head.append(Object.assign(document.createElement('base'), { href: t.folder }));
    document.body.innerHTML =
        '<svg><image width="9" height="9"><set attributeName="href" to="a.gif" dur="9s"/></image></svg>';
});
call(
    'import() relative to a base',
    (t, { put }) => {
        document.head.append(Object.assign(document.createElement('base'), { href: t.folder }));
        // Not of this script: it was read against the base of its time.
        put('script', { textContent: "import('./a.mjs').catch(() => {})" });
    },
    files,
);
call(
    'speculation rules relative to a base',
    (t) => {
        document.head.append(Object.assign(document.createElement('base'), { href: `${t.safe.html}` }));
        const rules = Object.assign(document.createElement('script'), { type: 'speculationrules' });
        rules.textContent = '{"prefetch":[{"source":"list","urls":["a.html"],"eagerness":"immediate"}]}';
        document.head.append(rules);
    },
    { quiet: 1000, again: 'reload', code: false, needs: "HTMLScriptElement.supports('speculationrules')" },
);
call('sources of a player, whose base comes later', (t) => {
    document.body.insertAdjacentHTML(
        'beforeend',
        '<video preload="auto"><source src="data:," ><source src="a.mp4"></video>',
    );
    document.head.append(Object.assign(document.createElement('base'), { href: t.folder }));
    document.querySelector('video').load();
});
markup(
    'base and a frame in one piece of markup',
    (t) => `<p id="p"></p><script>
    document.getElementById('p').innerHTML = '<base href="${t.folder}"><iframe src="a.html"></iframe>';
</script>`,
    { ...files, again: 'reload' },
);

export const NAVIGATION_ROADS = [...roads];

// ---- controls ----
roads.length = 0;
family('sending');

script(
    'location of the top page',
    (t) => {
        location.href = t.html;
    },
    { code: true },
);
script('location of the top page, assigned once it is there', (t) => location.assign(t.html), { at: 'load' });
script('link clicked by script, in the top page', (t, { put }) => put('a', { href: t.html }).click());
script('form sent by script, in the top page', (t, { put }) =>
    put('form', { action: t.html, method: 'post' }).submit(),
);
script('button clicked by script, in the top page', (t, { put }) => {
    const form = put('form', { action: t.html });
    form.appendChild(document.createElement('button')).click();
});
script('window.open into the top page', (t) => void open(t.html, '_self'));
script('link of an own frame to the top page', (t, { frame }) => {
    const inner = frame().contentDocument;
    inner.body.appendChild(Object.assign(inner.createElement('a'), { href: t.html, target: '_top' })).click();
});
const button = { page: () => BUTTON, click: '#a' };
script(
    'pop-up in a click of the visitor',
    (t) => {
        document.querySelector('#a').onclick = () => void open(t.html);
    },
    button,
);
script(
    'pop-up in a click of the visitor, by a promise',
    (t) => {
        document.querySelector('#a').onclick = async () => {
            await null;
            open(t.html, 'share', 'width=300,height=300,noopener');
        };
    },
    button,
);
script(
    'pop-up under a name, in a click of the visitor',
    (t) => {
        document.querySelector('#a').onclick = () => void open(t.html, 'share', 'width=300,height=300');
    },
    button,
);
script(
    'blank pop-up that goes on later, in a click of the visitor',
    (t) => {
        document.querySelector('#a').onclick = () => {
            const away = open('about:blank', 'signin');
            setTimeout(() => {
                away.location = t.html;
            }, 200);
        };
    },
    button,
);
script(
    'own pop-up that goes on by itself, in a click of the visitor',
    (t, { made }) => {
        document.querySelector('#a').onclick = () =>
            void open(made('text/html', `<script>location = ${JSON.stringify(t.html)}</script>`));
    },
    button,
);
script(
    'form into a pop-up, in a click of the visitor',
    (t, { put }) => {
        const form = put('form', { action: t.html, method: 'post', target: 'payment' });
        document.querySelector('#a').onclick = () => {
            open('', 'payment', 'width=300,height=300');
            form.submit();
        };
    },
    button,
);
script(
    'link into a new tab, in a click of the visitor',
    (t, { put }) => {
        const link = put('a', { href: t.html, target: '_blank', rel: 'noopener' });
        document.querySelector('#a').onclick = () => link.click();
    },
    button,
);
script(
    'detached link into a new tab, in a click of the visitor',
    (t) => {
        document.querySelector('#a').onclick = () =>
            Object.assign(document.createElement('a'), { href: t.html, target: '_blank' }).dispatchEvent(
                new MouseEvent('click'),
            );
    },
    button,
);
script(
    'form into a new tab, as the visitor sends another',
    (t, { put }) => {
        document.querySelector('form').onsubmit = (event) => {
            event.preventDefault();
            put('form', { action: t.html, target: '_blank' }).submit();
        };
    },
    { page: () => '<form action="/"><button id="a">a</button></form>', click: '#a' },
);
markup(
    'link of a script, which the visitor clicks',
    (t) => `<a id="a" href="javascript:void open('${t.html}')">a</a>`,
    {
        click: '#a',
    },
);
for (const mode of ['open', 'closed'])
    script(
        `link in a shadow root, which the visitor clicks, ${mode}`,
        `(t, { put }) => {
        const host = put('div', { id: 'a' });
        host.style.display = 'inline-block';
        const link = Object.assign(document.createElement('a'), { href: t.html, textContent: 'a' });
        host.attachShadow({ mode: '${mode}' }).appendChild(link);
    }`,
        { click: '#a' },
    );
markup(
    'link into a frame, which the visitor clicks',
    (t) => `<iframe name="shown"></iframe><a id="a" target="shown" href="${t.html}">a</a>`,
    {
        click: '#a',
        // A policy knows no visitor.
        stranger: true,
    },
);
markup(
    'form into a frame, which the visitor sends',
    (t) => `<iframe name="shown"></iframe><form target="shown" action="${t.html}"><button id="a">a</button></form>`,
    {
        click: '#a',
        // A policy knows no visitor.
        stranger: true,
    },
);
markup(
    'label of a button, which the visitor clicks',
    (t) => `<form action="${t.html}"><label id="a" for="b">a</label><button id="b">b</button></form>`,
    {
        click: '#a',
    },
);
script(
    'checkbox of a form that leads elsewhere, clicked by script',
    (t, { put }) => {
        const form = put('form', { action: t.html });
        const box = form.appendChild(Object.assign(document.createElement('input'), { type: 'checkbox' }));
        box.click();
        if (box.checked) new Image().src = t.own.gif;
    },
    { home: true, code: false },
);
script(
    'detached link of a blob, by an event',
    (t, { blob }) => {
        const link = Object.assign(document.createElement('a'), {
            href: blob('<p>saved</p>', 'text/html'),
            target: '_blank',
        });
        let heard = 0;
        link.onclick = () => heard++;
        if (link.dispatchEvent(new MouseEvent('click')) && heard === 1) new Image().src = t.own.gif;
    },
    { home: true },
);
script(
    'event of a name of its own',
    (t) => {
        const target = new EventTarget();
        target.addEventListener('made', () => (new Image().src = t.own.gif));
        target.dispatchEvent(new Event('made'));
    },
    { home: true },
);
script(
    'blank pop-up that is written',
    (t) => {
        document.querySelector('#a').onclick = () =>
            setTimeout(() => {
                open('').document.write(`<img src="${t.own.gif}">`);
            });
    },
    { ...button, home: true },
);

export const NAVIGATION_CONTROLS = roads.map((road) => ({ ...road, control: true }));

// The demo's window on the gate: what the page's API tells, beside what really reached the trackers.

const element = (id) => document.getElementById(id);
const WORDS = { 'opt-in': 'silence means no', 'opt-out': 'silence means yes' };
const gate = window.portcullis;
const events = new Map();

/** Fills `list` with `[class, strong, rest]` rows; says `none` if there are none. */
function fill(list, rows, none) {
    const items = rows.map(([kind, strong, rest]) => {
        const item = document.createElement('li');
        const mark = document.createElement('b');
        item.className = kind;
        mark.textContent = strong;
        item.append(mark, ` ${rest}`);
        return item;
    });
    if (items.length === 0) {
        const item = document.createElement('li');
        item.className = 'none';
        item.textContent = none;
        items.push(item);
    }
    list.replaceChildren(...items);
}

const short = (url) => (url ? url.replace(/^https?:\/\/[^/]+/, '').replace(/\?.*/, '') : 'inline');

function showEvents() {
    const rows = [...events.values()].map(({ fate, detail }) => [
        fate,
        fate,
        `${detail.kind} ${short(detail.url)} (${[detail.service, detail.category].filter(Boolean).join(', ')})`,
    ]);
    fill(element('gate-events'), rows, 'Nothing yet.');
}

function showState() {
    const state = gate.state();
    const open = Object.keys(state.grants.categories).filter((id) => state.grants.categories[id]);
    element('gate-state').textContent =
        `${WORDS[state.regime] ?? state.regime}; open for: ${open.join(', ') || 'nothing'}`;
    element('gate-record').textContent = state.record
        ? JSON.stringify(state.record, null, 2)
        : 'none: nothing is kept before you choose';
}

function note(fate, detail) {
    events.set(`${detail.kind} ${detail.url || events.size}`, { fate, detail });
    showEvents();
    showState();
}

if (gate) {
    gate.on('held', (detail) => note('held', detail));
    gate.on('released', (detail) => note('released', detail));
    gate.on('change', showState);
    gate.on('ready', showState);
} else {
    element('gate-state').textContent = 'No gate on this page: is dist/portcullis.js built?';
}

// Only a page that is looked at listens: a browser allows few connections to one host.
let stream = null;
function listen() {
    const wanted = !document.hidden && element('panel').open;
    if (wanted && !stream) {
        stream = new EventSource('/tracker-log');
        stream.onmessage = ({ data }) => {
            const rows = JSON.parse(data).map(({ method, path, cookies }) => [
                'arrived',
                method,
                path + (cookies ? ` with ${cookies}` : ''),
            ]);
            fill(element('gate-arrivals'), rows, 'Nothing.');
        };
    } else if (!wanted) {
        stream?.close();
        stream = null;
    }
}
document.addEventListener('visibilitychange', listen);
element('panel').addEventListener('toggle', listen);
listen();

element('gate-restart').addEventListener('click', async () => {
    await fetch('/tracker-log', { method: 'DELETE' });
    gate?.erase();
    location.reload();
});

// Whether the time that something takes over a text grows as the text does. Times of one run say little on a busy machine:
// the least of several counts, and what seems slow is measured again before it is called so.

const SMALL = 10_000;
const LARGE = 1_000_000;
/** How much more a byte may take in the large text than in the small one. */
const MOST = 2;
/** What takes less than this over the large text, in milliseconds, has not grown: what takes each byte a second time for each
 * byte before it takes minutes there. Lists that are made and thrown away cost so much on a busy machine. */
const FLOOR = 150;
/** So much too much is no busy machine. */
const FAR = 4;
/** How often what seems to grow is measured anew. */
const AGAIN = 8;

/** So many characters that begin with `start`, go on with `piece` and end in `end`, as one flat text. */
export function textOf({ start = '', piece, end = '' }, length) {
    const text = start + piece.repeat(Math.ceil(Math.max(1, length - start.length - end.length) / piece.length)) + end;
    return Buffer.from(text, 'utf16le').toString('utf16le');
}

/** The thread's own time, in milliseconds: what the machine does for others meanwhile is not in it. */
function time(work, text) {
    const began = process.cpuUsage();
    work(text);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
}

/** The least time over this text, of so many runs. */
function least(work, text, runs) {
    let best = Infinity;
    for (let run = 0; run < runs; run++) best = Math.min(best, time(work, text));
    return best;
}

/** Roughly how slow `work` is over such a text, and how much slower than over half of it: for a choice of the worst. */
export function suspicion(work, shape) {
    const text = textOf(shape, 3000);
    const whole = time(work, text);
    return { whole, growth: whole / Math.max(0.005, time(work, text.slice(0, 1500))) };
}

/**
 * Throws if `work` takes more than twice the time per byte over 1 MB than over 10 KB.
 *
 * @param {(text: string) => void} work
 * @param {{start?: string, piece: string, end?: string}} shape
 */
export function holdToLinear(work, shape, name) {
    const short = textOf(shape, SMALL);
    let small = Infinity;
    // Texts in between show what does not end, before it is waited for.
    for (const length of [SMALL * 5, SMALL * 10, LARGE]) {
        const text = textOf(shape, length);
        let large = Infinity;
        for (let attempt = 0; ; attempt++) {
            // The clock may tick no finer than the small text.
            small = Math.min(small, least((text) => repeat(work, text, 10), short, 4) / 10);
            large = Math.min(large, least(work, text, attempt ? 3 : 1));
            const allowed = Math.max((MOST * small * length) / SMALL, (FLOOR * length) / LARGE);
            if (large <= (length === LARGE ? allowed : allowed * FAR)) break;
            if (attempt === AGAIN || large > allowed * FAR) {
                const figures = `${large.toFixed(1)} ms over ${length} characters, and ${small.toFixed(3)} ms over ${SMALL}`;
                throw new Error(`${name} takes ${figures}: ${JSON.stringify(shape)}`);
            }
        }
    }
}

function repeat(work, text, times) {
    for (let time = 0; time < times; time++) work(text);
}

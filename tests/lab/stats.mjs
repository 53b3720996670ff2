// Several measurements in one figure: the median, and the quartiles as the spread.

/** The value below which `part` of the sorted list lies. */
function quantile(sorted, part) {
    const at = (sorted.length - 1) * part;
    const low = Math.floor(at);
    return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (at - low);
}

const short = (number) => Number(number.toPrecision(4));

/** @returns {{median: number, low: number, high: number, loads: number} | null} null where nothing was measured */
export function spread(values) {
    const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
    if (sorted.length === 0) return null;
    const [low, median, high] = [0.25, 0.5, 0.75].map((part) => short(quantile(sorted, part)));
    return { median, low, high, loads: sorted.length };
}

/**
 * Calls `work(item, round)` for every item in turn, round after round, so that what the machine does meanwhile hits all
 * alike; every other round goes backwards. After `limit` seconds no further round begins.
 */
export async function interleave(items, rounds, work, limit = Number.POSITIVE_INFINITY) {
    const began = performance.now();
    for (let round = 0; round < rounds; round++) {
        if (round > 0 && performance.now() - began > limit * 1000) return;
        for (const item of round % 2 ? items.toReversed() : items) await work(item, round);
    }
}

/** Does `work` again where a load went wrong: on a machine that is busy a trace may lack its beginning. */
export async function persist(work, say) {
    for (let left = 2; ; left--) {
        try {
            return await work();
        } catch (error) {
            if (left === 0) throw error;
            say(`again: ${error.message.split('\n')[0]}`);
        }
    }
}

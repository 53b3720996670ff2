// Opens the attacks in a browser and says of each what came of it, by side.

import { firefox, launchChromium, webkit } from '../browser/engines.mjs';
import { SIDES, startAttacks, stepsOf } from './stage.mjs';

/** Pages at once. */
const LANES = 2;
/** How long an attack's page may take before it counts as one that never answers, in milliseconds: some open forty frames, on a
 * machine that does other things as well. */
const LIMIT = 120_000;
/** How long something that has to come may take to come, in milliseconds. */
const LATE = 5000;
/** What has happened is not undone by waiting; what has to happen may take its time. */
const lateFor = (right) => (/^(nothing|not|no) /.test(right ?? '') ? 0 : LATE);
export const NEVER = 'never answers';

/** `work`, or after `limit` milliseconds `otherwise`. */
function within(limit, work, otherwise) {
    let timer;
    const late = new Promise((resolve) => {
        timer = setTimeout(() => resolve(otherwise), limit);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** What a hand does, in Chromium: real input at the place where the element is drawn, whatever lies over it. */
const HAND = {
    async click({ page, at }, selector) {
        await at.locator(selector).first().waitFor();
        await HAND.try({ page, at }, selector);
    },
    /** The same, if it is there. */
    async try({ page, at }, selector) {
        const box = (await at.locator(selector).count()) && (await at.locator(selector).first().boundingBox());
        if (box) await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    },
    /** The same, for what an expression gives, seen or not. */
    async place({ page, at }, expression) {
        const handle = (await at.evaluateHandle(expression)).asElement();
        const box = await handle?.boundingBox();
        if (!box) return;
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
        await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    },
    press: ({ page }, key) => page.keyboard.press(key),
    async reload({ page, at }) {
        await page.reload();
        await at.waitForFunction(() => window.attack?.ready);
        await at.evaluate(() => window.attack.ready);
    },
    until: ({ at }, expression) => at.waitForFunction(expression),
    run: ({ at }, code) => at.evaluate(code),
    settle: ({ at }) => at.evaluate(() => window.attack.settled()),
};

/** What came of `row` on this side, in a page of its own. `right` ends the wait for what has to come. */
async function outcomeIn(stage, context, row, side, right) {
    const page = await context.newPage();
    page.setDefaultTimeout(LIMIT);
    const work = (async () => {
        const url = stage.url(row, side, row.host);
        await page.goto(row.outer ? stage.url(row, `${side}~${row.outer}`, '127.0.0.1') : url, { waitUntil: 'commit' });
        if (row.leaves) return await stage.left(row, side, LATE);
        let at = page;
        if (row.outer) {
            await page.waitForSelector('iframe');
            const inner = (frame) => frame.url() === url;
            while (!page.frames().some(inner)) await page.waitForEvent('framenavigated');
            at = page.frames().find(inner);
        }
        await at.waitForFunction(() => window.attack?.ready);
        let outcome = await at.evaluate(async () => {
            await window.attack.ready;
            return window.attack.first;
        });
        const steps = stepsOf(row, side);
        if (steps) {
            for (const [what, ...where] of steps) await HAND[what]({ page, at }, ...where);
            outcome = await at.evaluate(() => window.attack.say());
        }
        const deadline = Date.now() + lateFor(right);
        while (right !== null && outcome !== right && Date.now() < deadline) {
            outcome = await at.evaluate(() => window.attack.say());
        }
        return outcome;
    })().catch((error) => `fails: ${String(error.message ?? error).split('\n')[0]}`);
    return await within(LIMIT, work, NEVER);
}

/** What is wrong with what came of `row`: the sides. */
function wrongSides(row, outcome) {
    return SIDES.filter((side) => {
        const right = rightOf(row, side, outcome);
        return outcome[side] !== right || (/^(fails|never answers)/.test(outcome[side]) && row[side] !== outcome[side]);
    });
}

/** What must come of `row` on this side, given what came of it without the gate. */
export const rightOf = (row, side, outcome) => row[side] ?? outcome.without;

/** The same hand in another engine; what it cannot do is left to Chromium. */
const OTHER_HAND = {
    click: (browser, selector) => browser.click(selector),
    async try(browser, selector) {
        const there = await browser.eval((wanted) => !!document.querySelector(wanted), selector);
        if (there) await browser.click(selector);
    },
    async reload(browser) {
        await browser.reload();
        await browser.waitFor(() => !!window.attack?.first);
    },
    until: (browser, expression) => browser.waitFor(`() => ${expression}`),
    run: (browser, code) => browser.eval(`async () => { ${code} }`),
    settle: (browser) => browser.eval(`() => window.attack.settled().then(() => true)`),
};
const ENGINES = { firefox, webkit };

/** Whether another engine than Chromium can run this row. */
const runsElsewhere = (row) =>
    !row.outer &&
    !row.chromium &&
    !row.leaves &&
    SIDES.every((side) => (stepsOf(row, side) ?? []).every(([what]) => Object.hasOwn(OTHER_HAND, what)));

async function outcomeElsewhere(browser, stage, row, side, right) {
    await browser.goto(stage.clean);
    await browser.goto(stage.url(row, side));
    await browser.waitFor(() => !!window.attack?.first);
    let outcome = await browser.eval(() => window.attack.first);
    const say = () => browser.eval(`() => window.attack.say()`);
    const steps = stepsOf(row, side);
    if (steps) {
        for (const [what, ...where] of steps) await OTHER_HAND[what](browser, ...where);
        outcome = await say();
    }
    const deadline = Date.now() + lateFor(right);
    while (right !== null && outcome !== right && Date.now() < deadline) outcome = await say();
    return outcome;
}

/** Runs those of `rows` that it can in another engine: `firefox` or `webkit`. */
export async function runElsewhere(engine, rows, { done = () => {} } = {}) {
    const stage = await startAttacks(rows);
    let browser = await ENGINES[engine]();
    const results = [];
    try {
        for (const row of rows.filter(runsElsewhere)) {
            const result = { row };
            for (const side of SIDES) {
                const right = side === 'with' && row.with === null ? result.without : row[side];
                const work = outcomeElsewhere(browser, stage, row, side, right).catch(
                    (error) => `fails: ${String(error.message ?? error).split('\n')[0]}`,
                );
                result[side] = await within(LIMIT, work, NEVER);
                if (result[side] === NEVER || /^fails/.test(result[side])) {
                    // A page that stands still takes the whole browser along.
                    await within(5000, browser.close());
                    browser = await ENGINES[engine]();
                }
            }
            result.wrong = wrongSides(row, result);
            results.push(result);
            done(result);
        }
        return { name: browser.name, results };
    } finally {
        await within(5000, browser.close());
        await stage.close();
    }
}

/**
 * Runs `rows` in Chromium, or in what `launch` gives.
 *
 * @returns {Promise<{row: object, without: string, with: string, wrong: string[]}[]>}
 */
export async function runAttacks(rows, { lanes = LANES, done = () => {}, launch = () => launchChromium() } = {}) {
    const stage = await startAttacks(rows);
    const browser = await launch();
    const queue = [...rows];
    const results = [];
    async function lane() {
        for (let row = queue.shift(); row; row = queue.shift()) {
            const result = { row };
            for (const side of SIDES) {
                const right = side === 'with' && row.with === null ? result.without : row[side];
                const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
                result[side] = await outcomeIn(stage, context, row, side, right);
                // A page that never answers may not answer this either.
                await within(5000, context.close());
            }
            result.wrong = wrongSides(row, result);
            results.push(result);
            done(result);
        }
    }
    try {
        await Promise.all(Array.from({ length: Math.min(lanes, rows.length) }, lane));
    } finally {
        await within(5000, browser.close());
        await stage.close();
    }
    return rows.map((row) => results.find((result) => result.row === row));
}

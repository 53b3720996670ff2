// Three browsers behind one small interface, each as Debian installs it and each with a fresh profile:
// `goto`, `reload`, `eval`, `waitFor`, `click`, `press`, `problems`, `close`. Clicks are real input, not `element.click()`.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import playwright from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { Builder, Capabilities, Key } from 'selenium-webdriver';

/** How long anything in a browser may take on a busy machine, in milliseconds. */
export const PATIENCE = 20_000;

/** The first of `paths` that exists. An engine that is not there is a failure, never a skipped test. */
function installed(paths, packages) {
    const found = paths.find((path) => existsSync(path));
    if (!found) throw new Error(`${paths.join(' or ')} is missing: apt-get install ${packages}`);
    return found;
}

/**
 * Finds an element in the page by its `path`: a selector, and after each ` >>> ` one within the open shadow root of
 * what came before. Runs in the page.
 */
function find(path) {
    let root = document;
    let element = null;
    for (const selector of path.split(' >>> ')) {
        element = root?.querySelector(selector) ?? null;
        root = element?.shadowRoot;
    }
    return element;
}

/** The source of a function that is true once the element at `path` can be seen. */
const visible = (path) =>
    `() => { const element = (${find})(${JSON.stringify(path)}); return !!element && element.checkVisibility(); }`;

/** A driver that does not answer: a fault of the browser's, not of the page's. */
export class Hangs extends Error {}

/** `work`, unless it takes longer than a busy machine can explain. */
function answered(what, work) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Hangs(`the driver does not answer: ${what}`)), 3 * PATIENCE);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** The source of a call of `work` in the page. */
const call = (work, args = []) => `(${work})(...${JSON.stringify(args)})`;

/** Whatever a page complains of: the errors and warnings of its console, and its uncaught errors. */
const complains = (type) => type === 'error' || type === 'warning' || type === 'warn';

/** The browser itself: Debian's wrapper adds flags that change what a page can do. */
const BROWSER = ['/usr/lib/chromium/chromium', '/usr/bin/chromium'];
/** The same engine without the browser's own windows, which takes half the time. */
const SHELL = ['/usr/lib/chromium/chromium-headless-shell', '/usr/bin/chromium-headless-shell'];

/** For the many specs of behaviour: the engine alone, where it is installed and `CHROMIUM=whole` does not say otherwise. */
export const launchEngine = () =>
    launchChromium([], process.env.CHROMIUM === 'whole' ? BROWSER : [...SHELL, ...BROWSER]);

/** Playwright's own Chromium browser, for the specs that want all of it; `more` are flags of theirs. */
export function launchChromium(more = [], paths = BROWSER) {
    return playwright.chromium.launch({
        executablePath: installed(paths, 'chromium'),
        args: [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            // Every name leads here: trackers get hosts of their own, and nothing reaches the network.
            '--host-resolver-rules=MAP * 127.0.0.1',
            ...more,
        ],
    });
}

export async function chromium() {
    const browser = await launchChromium();
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    const problems = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (line) => complains(line.type()) && problems.push(line.text()));
    return {
        name: `Chromium ${browser.version()}`,
        goto: (url) => page.goto(url),
        reload: () => page.reload(),
        eval: (work, ...args) => page.evaluate(call(work, args)),
        waitFor: (work, ...args) => page.waitForFunction(call(work, args)),
        async click(path) {
            await page.waitForFunction(`(${visible(path)})()`);
            await (await page.evaluateHandle(call(find, [path]))).asElement().click();
        },
        press: (key) => page.keyboard.press(key),
        problems: () => problems,
        close: () => browser.close(),
    };
}

export async function firefox() {
    const browser = await puppeteer.launch({
        browser: 'firefox',
        executablePath: installed(['/usr/bin/firefox-esr', '/usr/bin/firefox'], 'firefox-esr'),
        timeout: 60_000,
        protocolTimeout: 60_000,
    });
    // The page that it starts with never gets the keyboard's default actions: Enter on a button does nothing there.
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    const problems = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (line) => complains(line.type()) && problems.push(line.text()));
    return {
        name: `Firefox ${await browser.version()}`,
        goto: (url) => page.goto(url),
        reload: () => page.reload(),
        eval: (work, ...args) => page.evaluate(call(work, args)),
        waitFor: (work, ...args) => page.waitForFunction(call(work, args)),
        async click(path) {
            await page.waitForFunction(`(${visible(path)})()`);
            await (await page.evaluateHandle(call(find, [path]))).asElement().click();
        },
        async press(key) {
            const [last, ...held] = key.split('+').reverse();
            for (const one of held) await page.keyboard.down(one);
            await page.keyboard.press(last === 'Space' ? ' ' : last);
            for (const one of held) await page.keyboard.up(one);
        },
        problems: () => problems,
        close: () => browser.close(),
    };
}

/** WebKitGTK; a driver that stands still before there is a page is started once more. */
export const webkit = () =>
    startWebkit().catch((error) => {
        if (error instanceof Hangs) return startWebkit();
        throw error;
    });

async function startWebkit() {
    const driverPath = installed(['/usr/bin/WebKitWebDriver'], 'webkit2gtk-driver');
    const binary = installed(
        readdirSync('/usr/lib').map((folder) => `/usr/lib/${folder}/webkit2gtk-4.1/MiniBrowser`),
        'webkit2gtk-driver',
    );
    const screen = await startScreen();
    const port = await freePort();
    const driver = spawn(driverPath, [`--port=${port}`], {
        env: { ...process.env, DISPLAY: screen.display, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
        stdio: 'ignore',
    });
    const stop = async () => {
        driver.kill();
        screen.stop();
    };
    try {
        await listening(port, driver);
        const session = await answered(
            'a new session',
            new Builder()
                .usingServer(`http://127.0.0.1:${port}`)
                .withCapabilities(
                    new Capabilities({
                        browserName: 'MiniBrowser',
                        'webkitgtk:browserOptions': { binary, args: ['--automation'] },
                    }),
                )
                .build(),
        );
        // The standard's own patience with a page that never ends to load is five minutes.
        await session.manage().setTimeouts({ pageLoad: PATIENCE, script: PATIENCE });
        const capabilities = await session.getCapabilities();
        const evaluate = (source) => answered(source, session.executeScript(`return ${source}`));
        const waitFor = (work, ...args) => session.wait(() => evaluate(call(work, args)), PATIENCE);
        return {
            name: `WebKitGTK ${capabilities.getBrowserVersion()}`,
            goto: (url) => answered(`open ${url}`, session.get(url)),
            reload: () => answered('reload', session.navigate().refresh()),
            eval: (work, ...args) => evaluate(call(work, args)),
            waitFor,
            async click(path) {
                await waitFor(visible(path));
                await answered(`click ${path}`, (await evaluate(call(find, [path]))).click());
            },
            async press(key) {
                const names = {
                    Tab: Key.TAB,
                    Enter: Key.ENTER,
                    Escape: Key.ESCAPE,
                    Space: Key.SPACE,
                    Shift: Key.SHIFT,
                };
                const [last, ...held] = key.split('+').reverse();
                const actions = session.actions();
                for (const one of held) actions.keyDown(names[one]);
                actions.sendKeys(names[last]);
                for (const one of held) actions.keyUp(names[one]);
                await answered(`press ${key}`, actions.perform());
            },
            // WebDriver cannot read a page's console; see `servers({ witness: true })`.
            problems: () => [],
            close: () => answered('quit', session.quit()).finally(stop),
        };
    } catch (error) {
        await stop();
        throw error;
    }
}

/** A screen of its own for a browser that has no headless mode; the X server says which one when it is ready. */
async function startScreen() {
    const server = spawn(
        installed(['/usr/bin/Xvfb'], 'xvfb'),
        ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'],
        { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
    );
    const number = await new Promise((resolve, reject) => {
        server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
        server.stdio[3].setEncoding('utf8').once('data', resolve);
    });
    return { display: `:${number.trim()}`, stop: () => server.kill() };
}

function freePort() {
    return new Promise((resolve) => {
        const server = createServer().listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
}

/** Resolves once `port` takes a connection; the driver prints nothing when it is ready. */
function listening(port, driver) {
    return new Promise((resolve, reject) => {
        driver.once('exit', (code) => reject(new Error(`WebKitWebDriver ended with ${code}`)));
        const knock = () => {
            const socket = connect(port, '127.0.0.1');
            socket.once('connect', () => socket.end(resolve));
            socket.once('error', () => setTimeout(knock, 50));
        };
        knock();
    });
}

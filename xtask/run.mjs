// What the npm scripts call: set up what is missing, then do the task.
//
// Node's own modules only: on a fresh machine this runs before anything is installed. Every piece of set-up looks for
// its result first, so a second run installs nothing.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the owner stands: a path is meant from there. */
const FROM = process.env.INIT_CWD ?? process.cwd();
process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const TASKS = { start, test, build, check, size, leaks, attack, text, lab, fmt, lint };

/** `CI` means: nobody is there to answer or to see a lock change. */
const LOCKED = process.env.CI ? ['--locked'] : [];
const WASM = 'wasm32-unknown-unknown';
const MODULES = ['gate', 'more', 'worker'];
/** Two browsers at once keep two cores busy; more would only wait for each other and upset what is timed. */
const BROWSERS_AT_ONCE = 2;

/** A program, and the Debian packages that bring it. */
const LINKER = { cc: ['gcc', 'libc6-dev'] };
/** Chromium's engine without its windows, for the many specs of behaviour. Where it cannot be had, Chromium runs them. */
const ENGINE = { 'chromium-headless-shell': ['chromium-headless-shell'] };
const BROWSERS = {
    chromium: ['chromium'],
    'firefox-esr': ['firefox-esr'],
    WebKitWebDriver: ['webkit2gtk-driver'],
    Xvfb: ['xvfb'],
    'xvfb-run': ['xvfb'],
    xauth: ['xauth'],
};

/** An end that is explained by its one line. */
class Stop extends Error {}

const say = (line) => console.log(`portcullis: ${line}`);

// ---- tasks ----

/** `--debug` keeps the names, `--lang de` builds with another language inside. */
async function build(args = []) {
    await setUp();
    await cargo(['run', '--package', 'xtask', ...LOCKED, '--', 'build', ...args]);
}

/** Says what is wrong with an owner's configuration, the Public Suffix List included. */
async function check([path, ...rest]) {
    if (!path || rest.length > 0) {
        throw new Stop('usage: npm run check -- config.json');
    }
    await setUp();
    await cargo(['run', '--package', 'xtask', ...LOCKED, '--', 'check', resolve(FROM, path)]);
}

async function start(args) {
    await build(args);
    await demo();
}

async function size(args) {
    await build();
    await node(['xtask/size.mjs', ...args]);
}

async function leaks(args) {
    await build();
    await debian(BROWSERS, 'browsers');
    await node(['tests/leaks/run.mjs', ...args]);
}

async function attack(args) {
    await build();
    // The page with the attacks needs no browser of ours.
    if (!args.includes('--serve')) {
        await debian(BROWSERS, 'browsers');
    }
    await node(['tests/attack/run.mjs', ...args]);
}

/** Holds every reader of text to time that grows as its text. */
async function text(args) {
    await setUp();
    await node(['--test', ...args, 'tests/text.test.mjs']);
}

async function lab(args) {
    await build();
    await debian({ chromium: BROWSERS.chromium }, 'Chromium');
    await node(['tests/lab/run.mjs', ...args]);
}

async function fmt() {
    await setUp();
    await components();
    await cargo(['fmt', '--all']);
    await biome(['check', '--write', '--linter-enabled=false']);
}

async function lint() {
    await setUp();
    await components();
    await inTurn([...cheapChecks, ...typeChecks, ...slowChecks]);
}

async function test(args) {
    const { only, rest } = narrowed(args);
    const wanted = (part) => !only || only === part;
    await setUp();
    if (wanted('lint')) {
        await components();
    }
    if (wanted('browser')) {
        await debian(BROWSERS, 'browsers');
        await debian(ENGINE, "Chromium's engine").catch((error) => say(`${error.message}: the tests take longer`));
    }
    const steps = [];
    if (wanted('lint')) {
        steps.push(...cheapChecks);
    }
    if (wanted('lint') || wanted('browser')) {
        steps.push(['build', () => build()]);
    }
    if (wanted('lint')) {
        steps.push(['size', () => node(['xtask/size.mjs', '--check'])], ...typeChecks);
    }
    if (wanted('native')) {
        steps.push([
            'native tests',
            () => cargo(['test', '--workspace', '--features', 'portcullis/schema', ...LOCKED]),
        ]);
        steps.push(['readers of text', () => node(['--test', '--test-reporter=dot', 'tests/text.test.mjs'])]);
        steps.push(['languages, lint of names', () => node(['--test', 'tests/lang.test.mjs', 'tests/lint.test.mjs'])]);
    }
    if (wanted('lint')) {
        steps.push(...slowChecks);
    }
    if (wanted('browser')) {
        steps.push(['browser tests', () => browserTests(rest)]);
    }
    await inTurn(steps);
}

/** `--only native|browser|lint`; whatever else is said goes to `node --test`. */
function narrowed(args) {
    const at = args.indexOf('--only');
    if (at < 0) {
        return { rest: args };
    }
    const only = args[at + 1];
    if (!['native', 'browser', 'lint'].includes(only)) {
        throw new Stop('--only takes native, browser or lint');
    }
    return { only, rest: args.toSpliced ? args.toSpliced(at, 2) : args.filter((_, i) => i !== at && i !== at + 1) };
}

/** Names and commands, the quick ones first. */
const cheapChecks = [
    ['rustfmt', () => cargo(['fmt', '--all', '--check'])],
    ['biome', () => biome(['ci'])],
    ['names', () => node(['xtask/lint.mjs'])],
];
const typeChecks = [['tsc', () => bin('tsc', [])]];
const clippy = (args) => cargo(['clippy', ...LOCKED, ...args, '--', '--deny', 'warnings']);
const slowChecks = [
    ['clippy', () => clippy(['--workspace', '--all-targets', '--features', 'portcullis/schema'])],
    ...MODULES.map((module) => [
        `clippy ${module}`,
        () =>
            clippy([
                '--package',
                'portcullis',
                '--lib',
                '--target',
                WASM,
                '--no-default-features',
                '--features',
                module,
            ]),
    ]),
];

/** Runs every step, also after one has failed, and ends with what failed. A failed build ends it at once. */
async function inTurn(steps) {
    const results = [];
    for (const [name, work] of steps) {
        say(name);
        const began = performance.now();
        const failure = await work().then(
            () => null,
            (error) => error,
        );
        if (failure && !(failure instanceof Stop)) {
            throw failure;
        }
        results.push([name, failure, (performance.now() - began) / 1000]);
        if (failure && name === 'build') {
            break;
        }
    }
    for (const [name, failure, seconds] of results) {
        console.log(`  ${failure ? 'FAILED' : 'ok    '}  ${name} (${seconds.toFixed(1)} s)`);
    }
    const failed = results.filter(([, failure]) => failure).map(([name]) => name);
    if (failed.length > 0) {
        throw new Stop(`failed: ${failed.join(', ')}`);
    }
}

async function browserTests(args) {
    const flags = args.filter((arg) => arg.startsWith('-'));
    const named = args.filter((arg) => !arg.startsWith('-'));
    // The longest first, so that nothing is left to run alone at the end.
    const dirs = [join('tests', 'leaks'), join('tests', 'attack'), join('tests', 'browser'), join('tests', 'lab')];
    const files =
        named.length > 0
            ? named
            : dirs.flatMap((dir) =>
                  readdirSync(dir, { recursive: true })
                      .filter((name) => name.endsWith('.test.mjs'))
                      .map((name) => join(dir, name))
                      .sort(),
              );
    if (files.length === 0) {
        throw new Stop(`no *.test.mjs in ${dirs.join(' or ')}`);
    }
    await node(['--test', '--test-reporter=spec', `--test-concurrency=${BROWSERS_AT_ONCE}`, ...flags, ...files]);
}

/** Serves the demo until it is interrupted, and opens it where there is a screen. */
async function demo() {
    const screen = process.stdout.isTTY && (process.env.DISPLAY || process.env.WAYLAND_DISPLAY) && found('xdg-open');
    const child = spawn(process.execPath, ['www/demo/server.mjs'], { stdio: ['inherit', 'pipe', 'inherit'] });
    // The interrupt reaches both; the server's end is ours.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', () => child.kill());
    let opened = !screen;
    child.stdout.on('data', (chunk) => {
        process.stdout.write(chunk);
        const address = opened ? null : /https?:\/\/\S+/.exec(chunk);
        if (address) {
            opened = true;
            spawn('xdg-open', [address[0]], { stdio: 'ignore', detached: true })
                .on('error', () => {})
                .unref();
        }
    });
    await ended(child, 'the demo');
}

// ---- set-up ----

let ready = false;

/** What every task needs. */
async function setUp() {
    if (ready) {
        return;
    }
    if (Number(process.versions.node.split('.')[0]) < 20) {
        throw new Stop(`Node ${process.versions.node} is too old: install Node 20 or newer (https://nodejs.org)`);
    }
    const rustup = join(process.env.CARGO_HOME || join(homedir(), '.cargo'), 'bin');
    if (!found('cargo') && existsSync(join(rustup, 'cargo'))) {
        // Installed by rustup in this very session: the shell does not know yet.
        process.env.PATH += delimiter + rustup;
    }
    if (!found('cargo')) {
        throw new Stop('cargo is missing: install Rust with rustup (https://rustup.rs), then run this again');
    }
    await debian(LINKER, "Rust's linker");
    await target();
    await packages();
    ready = true;
}

/** rustup's Rust comes with the host's target alone. */
async function target() {
    const asked = spawnSync('rustc', ['--print', 'target-libdir', '--target', WASM], { encoding: 'utf8' });
    const dir = asked.stdout?.trim();
    if (asked.status === 0 && existsSync(dir) && readdirSync(dir).length > 0) {
        return;
    }
    if (asked.status !== 0) {
        throw new Stop(`rustc does not answer: ${(asked.stderr || String(asked.error)).trim().split('\n')[0]}`);
    }
    if (!found('rustup')) {
        throw new Stop(
            `Rust's target ${WASM} is missing: this Rust is not rustup's (https://rustup.rs) and cannot add it`,
        );
    }
    say(`installing Rust's target ${WASM}`);
    await run('rustup', ['target', 'add', WASM]);
}

/** rustup's minimal profile has neither. */
async function components() {
    const missing = ['rustfmt', 'clippy'].filter((name) => {
        const command = name === 'clippy' ? 'clippy' : 'fmt';
        return spawnSync('cargo', [command, '--version'], { stdio: 'ignore' }).status !== 0;
    });
    if (missing.length === 0) {
        return;
    }
    if (!found('rustup')) {
        throw new Stop(
            `${missing.join(' and ')} missing: this Rust is not rustup's (https://rustup.rs) and cannot add it`,
        );
    }
    say(`installing ${missing.join(', ')}`);
    await run('rustup', ['component', 'add', ...missing]);
}

/** What node_modules holds must be what the lock names, whenever either was written. */
async function packages() {
    const lock = packagesOf('package-lock.json');
    const installed = packagesOf('node_modules/.package-lock.json');
    const same =
        lock &&
        installed &&
        Object.entries(lock).every(([path, { version, optional }]) =>
            path === '' || (optional && !installed[path]) ? true : installed[path]?.version === version,
        );
    if (same) {
        return;
    }
    if (!found('npm')) {
        throw new Stop('npm is missing: it comes with Node from https://nodejs.org (Debian: apt-get install npm)');
    }
    say('installing npm packages');
    await run('npm', ['ci', '--no-audit', '--no-fund']);
}

function packagesOf(file) {
    try {
        return JSON.parse(readFileSync(file, 'utf8')).packages;
    } catch {
        return null;
    }
}

/** Installs the Debian packages of the programs that are not there; says how where it may not. */
async function debian(programs, what) {
    const missing = Object.keys(programs).filter((program) => !found(program));
    if (missing.length === 0) {
        return;
    }
    const names = [...new Set(missing.flatMap((program) => programs[program]))];
    if (!found('apt-get')) {
        throw new Stop(
            `${what}: ${missing.join(', ')} missing, and there is no apt-get here to install ${names.join(' ')}`,
        );
    }
    const install = ['install', '-y', '--no-install-recommends', ...names];
    const root = process.getuid?.() === 0;
    const sudo = !root && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
    if (!root && !sudo) {
        throw new Stop(`${what} missing; run: sudo apt-get update && sudo apt-get ${install.join(' ')}`);
    }
    say(`installing ${what} by apt-get: ${names.join(' ')}`);
    const apt = (args) => {
        const line = [
            'env',
            'DEBIAN_FRONTEND=noninteractive',
            'apt-get',
            '-o',
            'DPkg::Lock::Timeout=300',
            '-q',
            ...args,
        ];
        return sudo ? run('sudo', ['-n', ...line]) : run(line[0], line.slice(1));
    };
    await apt(['update']);
    await apt(install);
    const still = missing.filter((program) => !found(program));
    if (still.length > 0) {
        throw new Stop(`${what}: ${still.join(', ')} still missing after apt-get installed ${names.join(' ')}`);
    }
}

// ---- children ----

function found(program) {
    return (process.env.PATH ?? '').split(delimiter).some((dir) => dir && existsSync(join(dir, program)));
}

const node = (args) => run(process.execPath, args);
/** A command that an npm package brings. */
const bin = (name, args) => run(join('node_modules', '.bin', name), args);
/** Biome sees colour where a CI service could show it; a log file cannot. */
const biome = (args) => bin('biome', process.stdout.isTTY ? args : [...args, '--colors=off']);

/** Cargo without the lines that say nothing new on every run. */
function cargo(args) {
    return run('cargo', args, (line) => !/^\s*(Finished|Running `|Blocking waiting|Executable )/.test(line));
}

/** Runs a child to its end, its output passed on; `keep` chooses among the lines of its standard error. */
async function run(program, args, keep) {
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', keep ? 'pipe' : 'inherit'] });
    if (keep) {
        let rest = '';
        child.stderr.setEncoding('utf8').on('data', (chunk) => {
            const lines = (rest + chunk).split('\n');
            rest = lines.pop();
            for (const line of lines.filter(keep)) {
                process.stderr.write(`${line}\n`);
            }
        });
        child.stderr.on('end', () => rest && process.stderr.write(`${rest}\n`));
    }
    await ended(child, [program.replace(/^.*\//, ''), ...args].slice(0, 3).join(' '));
}

function ended(child, what) {
    return new Promise((resolve, reject) => {
        child.on('error', (error) => reject(new Stop(`cannot start ${what}: ${error.message}`)));
        child.on('close', (code, signal) => {
            if (code === 0 || (what === 'the demo' && (signal || code === 130))) {
                resolve();
            } else {
                reject(new Stop(`${what} ended with ${signal ?? code}`));
            }
        });
    });
}

// ---- the task itself ----

const [name, ...args] = process.argv.slice(2);
try {
    if (!Object.hasOwn(TASKS, name ?? '')) {
        throw new Stop(`usage: npm run ${Object.keys(TASKS).join('|')}`);
    }
    await TASKS[name](args);
} catch (error) {
    if (!(error instanceof Stop)) {
        throw error;
    }
    console.error(`portcullis: ${error.message}`);
    process.exitCode = 1;
}

// Every way into the document, and every way to a window, that the specifications know and this browser has, is intercepted, or
// stands below with the reason why it is not.

import assert from 'node:assert/strict';
import { spec } from './harness.mjs';
import { membersThatMatter } from './interfaces.mjs';

/** Why a member is not intercepted, and which those are, by patterns of `Interface.member kind`. */
const EXCUSED = {
    'it puts nothing anywhere: it compares, measures, observes, selects or points at nodes that are there': [
        /^(ARIAMixin|Element|ElementInternals)\.aria/,
        /\.(commandForElement|popoverTargetElement) set$/,
        /^Document\.(caretPositionFromPoint|createNSResolver|createNodeIterator|createTreeWalker|evaluate) /,
        /^(XPathEvaluator|XPathEvaluatorBase|XPathExpression)\./,
        /^Node\.(compareDocumentPosition|contains|isEqualNode|isSameNode|ownerDocument) /,
        /^Range\.(compare|intersects|isPoint|select|set)/,
        /^(Selection|TreeWalker|SVGSVGElement|IntersectionObserver|ResizeObserver|MutationObserver|CustomElementRegistry)\./,
        /^ElementInternals\.setValidity /,
        /^(KeyframeEffect\.target|HTMLSlotElement\.assign|HTMLElement\.showPopover|DataTransfer\.setDragImage) /,
        /^(HTMLLabelElement|HTMLScriptElement)\.htmlFor set$/,
        /^Window\.getComputedStyle /,
        /^(CaptureController|HighlightRegistry|CropTarget|RestrictionTarget|Ink|CSSPseudoElement)\./,
        /\.(convert(Point|Quad|Rect)FromNode|getBoxQuads|spatialNavigationSearch|measureElement) value$/,
        /^(Navigator\.getAutoplayPolicy|NamedFlow\.getRegionsByContent) /,
    ],
    'it takes nodes out': [/^Node\.removeChild /, /^Element\.removeAttributeNode /],
    'it draws, plays or reads what has been loaded': [
        /\.(drawImage|createPattern|drawFocusIfNeeded|createImageBitmap|tex(Sub)?Image[23]D) value$/,
        /^(AudioContext\.createMediaElementSource|GPUQueue\.|GPUDevice\.|(Barcode|Face|Text)Detector\.|XRMediaBinding\.|XRSystem\.)/,
    ],
    'it makes a document without a window, in which nothing loads and nothing runs; what is taken from there is looked at then':
        [
            /^DOMImplementation\./,
            /^DOMParser\.parseFromString /,
            /^Document\.parseHTML(Unsafe)? static$/,
            /^XSLTProcessor\.transformToDocument /,
            /^XMLHttpRequest\.responseXML /,
        ],
    'it makes text of nodes, or is text about something else': [
        /\.getHTML value$/,
        /^(XMLSerializer|TrustedTypePolicy|CSSColorValue|CSSNumericValue|CSSStyleValue|PublicKeyCredential|URL)\./,
        /^(Clipboard|FileSystemWritableFileStream|NDEFReader|Writer|Rewriter|LanguageModel|ModelContext)\./,
        /^HTMLTemplateElement\.htmlFor set$/,
    ],
    'its address was decided about when it was opened': [/^XMLHttpRequest\.send /],
    'it runs code of the page in a window whose functions are intercepted': [/\.set(Timeout|Interval) value$/],
    'a worker has it, which begins with our own file': [/^WorkerGlobalScope\./],
    'it gives a window in which the page runs or that is around it, and frames are seen to as they come into a document':
        [
            /^Window\.(document|frames|parent|self|top|window) get$/,
            /^Document\.defaultView get$/,
            /^(UIEvent|TimeEvent)\.view get$/,
            /^MessageEvent\.source get$/,
            /^IntersectionObserver\.root get$/,
            /^PerformanceScriptTiming\.window get$/,
        ],
};
const excuses = Object.values(EXCUSED).flat();
const isExcused = (name) => excuses.some((pattern) => pattern.test(name));

/** The functions behind these members, as the page has them now; of those that this browser has not got, none. Runs in the
 * page. */
const collect = (names) => {
    const { getOwnPropertyDescriptor } = Object;
    const found = {};
    for (const name of names) {
        const [, holder, member, kind] = /^(\w+)\.(\w+) (\w+)$/.exec(name);
        const made = window[holder];
        const on = holder === 'Window' ? window : kind === 'static' ? made : made?.prototype;
        const native = on && getOwnPropertyDescriptor(on, member)?.[kind === 'static' ? 'value' : kind];
        if (native) found[name] = native;
    }
    return found;
};

const MEMBERS = membersThatMatter();

spec(
    'what takes a node or markup, or hands out a window, is intercepted or excused by name',
    { init: `window.natives = (${collect})(${JSON.stringify(MEMBERS)})`, whole: true },
    async ({ open, page }) => {
        await open({});
        const had = await page.evaluate(`Object.keys(window.natives)`);
        assert.ok(had.length > 120, `${had.length} members are here`);
        const kept = await page.evaluate(
            `{ const now = (${collect})(${JSON.stringify(MEMBERS)}); Object.keys(window.natives).filter((name) => now[name] === window.natives[name]); }`,
        );
        assert.deepEqual(
            kept.filter((name) => !isExcused(name)),
            [],
            'neither intercepted nor excused',
        );
        const taken = had.filter((name) => !kept.includes(name));
        assert.ok(taken.length > 50, `${taken.length} are intercepted`);
        assert.deepEqual(taken.filter(isExcused), [], 'excused, and intercepted all the same');
    },
);

spec('no excuse is for something that no specification knows', {}, async () => {
    assert.deepEqual(excuses.filter((pattern) => !MEMBERS.some((name) => pattern.test(name))).map(String), []);
});

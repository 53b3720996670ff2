// What watches a page wraps the same functions as we do: error and performance monitors, zones, polyfills, locked-down realms. Each
// stands before our tag or after it. What is held does not leave through their functions, the page's own work goes on, and a
// grant gives back what was held.

import assert from 'node:assert/strict';
import { document, spec } from './harness.mjs';
import { bundled, packaged } from './packages.mjs';

const sentry = (name) => () =>
    bundled(`import * as Sentry from '${name}';
Sentry.init({ dsn: 'https://key@' + location.hostname + '/1', tunnel: '/own/tunnel', tracesSampleRate: 1, traceLifecycle: 'static',
    integrations: Sentry.browserTracingIntegration ? [Sentry.browserTracingIntegration()] : undefined,
    tracePropagationTargets: [/./], beforeSend: () => null, beforeSendTransaction: () => null });`);
const datadog = (name) => () =>
    bundled(`import { datadogRum } from '${name}';
datadogRum.init({ applicationId: 'a', clientToken: 'b', proxy: '/own/rum', proxyUrl: location.origin + '/own/rum', sessionSampleRate: 100,
    sampleRate: 100, trackUserInteractions: true, trackInteractions: true, trackResources: true, trackLongTasks: true });`);

/** Each as one script, and what says that it is at work. */
const MONITORS = {
    'Sentry 11': [sentry('@sentry/browser'), '!!window.__SENTRY__'],
    'Sentry 7': [sentry('sentry-7'), '!!window.__SENTRY__'],
    'Datadog 7': [datadog('@datadog/browser-rum'), '!!window.DD_RUM'],
    'Datadog 4': [datadog('datadog-4'), '!!window.DD_RUM'],
    'New Relic 1.322': [
        () =>
            bundled(`import { BrowserAgent } from '@newrelic/browser-agent/loaders/browser-agent';
window.agent = new BrowserAgent({ init: { ajax: { deny_list: [] }, privacy: { cookies_enabled: false } },
    info: { beacon: location.host + '/own', errorBeacon: location.host + '/own', licenseKey: 'a', applicationID: '1', sa: 1 },
    loader_config: { accountID: '1', trustKey: '1', agentID: '1', licenseKey: 'a', applicationID: '1' } });`),
        '!!window.agent',
    ],
    OpenTelemetry: [
        () =>
            bundled(`import { WebTracerProvider } from '@opentelemetry/sdk-trace-web';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';
import { XMLHttpRequestInstrumentation } from '@opentelemetry/instrumentation-xml-http-request';
const provider = new WebTracerProvider();
provider.register();
registerInstrumentations({ instrumentations: [new FetchInstrumentation({ propagateTraceHeaderCorsUrls: [/./] }),
    new XMLHttpRequestInstrumentation({ propagateTraceHeaderCorsUrls: [/./] })] });
window.traced = true;`),
        '!!window.traced',
    ],
    'zone.js': [() => packaged('zone.js/bundles/zone.umd.min.js'), '!!window.Zone'],
    'zone.js 0.11': [() => packaged('zone-0.11/bundles/zone.umd.min.js'), '!!window.Zone'],
    'core-js': [() => packaged('core-js-bundle/minified.js'), '!!window["__core-js_shared__"]'],
    SES: [
        () => `${packaged('ses/dist/ses.umd.min.js')};lockdown({ errorTaming: 'unsafe' });`,
        'Object.isFrozen(Array.prototype)',
    ],
};
const scripts = Object.fromEntries(
    await Promise.all(Object.entries(MONITORS).map(async ([name, [make]]) => [name, await make()])),
);

/** What the monitors themselves say, and what a held or missing address leaves in the console. */
const SAID = [
    /ERR_|Failed to load resource|Content Security Policy|SES |Removing|New Relic|Datadog|datad0g|REFERENCE|CORS/,
];

for (const [name, [, atWork]] of Object.entries(MONITORS)) {
    for (const when of ['before our tag', 'after it']) {
        spec(
            `${name}, ${when}`,
            { allow: SAID },
            async ({ open, page, notice, stats, arrivals, hasRun, serve, press }) => {
                const path = serve(scripts[name], { headers: { 'Content-Type': 'text/javascript' } });
                const tag = `<script src="${path}"></script>`;
                await open(
                    document({
                        [when === 'after it' ? 'head' : 'before']: tag,
                        body: `<script src="${stats('a.js')}"></script>`,
                    }),
                );
                await notice();
                assert.ok(await page.evaluate(atWork), 'it is at work');
                const own = await page.evaluate(async (base) => {
                    const to = (file) => base + file;
                    const tries = [
                        () => void fetch(to('fetch.txt')).catch(() => {}),
                        () => fetch(new Request(to('request.txt'))).catch(() => {}),
                        () => {
                            const request = new XMLHttpRequest();
                            request.open('GET', to('xhr.txt'));
                            request.send();
                        },
                        () => navigator.sendBeacon(to('beacon.txt')),
                        () => {
                            new Image().src = to('image.gif');
                        },
                        () =>
                            document.body.append(
                                Object.assign(document.createElement('script'), { src: to('script.js') }),
                            ),
                        () =>
                            document.body.appendChild(
                                Object.assign(document.createElement('iframe'), { src: to('frame.html') }),
                            ),
                        () => document.body.insertAdjacentHTML('beforeend', `<img src="${to('markup.gif')}">`),
                        () => void new EventSource(to('events.txt')),
                    ];
                    for (const one of tries) one();
                    // Their functions call the page's own from everywhere.
                    await new Promise((done) => setTimeout(() => done(tries[0]())));
                    await Promise.resolve().then(tries[4]);
                    await new Promise((done) => requestAnimationFrame(() => done(void tries[5]())));
                    const target = new EventTarget();
                    target.addEventListener('made', tries[2]);
                    target.dispatchEvent(new Event('made'));
                    const asked = new XMLHttpRequest();
                    const heard = new Promise((done) => asked.addEventListener('load', () => done(asked.status)));
                    asked.open('GET', '/own/xhr.js');
                    asked.send();
                    const seen = new Promise((done) =>
                        new MutationObserver(() => done('seen')).observe(document.body, { childList: true }),
                    );
                    document.body.append(Object.assign(document.createElement('script'), { src: '/own/mine.js' }));
                    return [(await fetch('/own/fetch.js')).status, await heard, await seen];
                }, stats(''));
                assert.deepEqual(own, [200, 200, 'seen']);
                await hasRun('mine');
                assert.deepEqual(await arrivals(), []);
                await press('grant-all');
                await hasRun('a');
                await page.evaluate((url) => fetch(url, { mode: 'no-cors' }), stats('later.txt'));
                assert.ok((await arrivals()).some((one) => one.endsWith('later.txt')));
            },
        );
    }
}

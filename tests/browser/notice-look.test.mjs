// How the notice looks: pictures that show when it changes. `LOOK=new` takes them anew; look at them before you commit.
//
// Fonts and their rendering are the machine's. `golden/surroundings.txt` says where the pictures were taken: in the same
// place hardly a pixel may differ, elsewhere the layout has to be the same and the letters may not.

import { spec } from './harness.mjs';
import { configFor, looksAsBefore, QUIET } from './look.mjs';

const WIDTHS = [320, 768, 1440];
const HEIGHT = 640;

for (const width of WIDTHS) {
    for (const colorScheme of ['light', 'dark']) {
        for (const lang of ['en', 'ar']) {
            const name = `bar-${width}-${colorScheme}-${lang}`;
            spec(name, { context: { viewport: { width, height: HEIGHT }, colorScheme } }, async (stand) => {
                await stand.open({ ...QUIET, config: configFor({}, lang) });
                await stand.notice();
                await looksAsBefore(stand, name);
            });
        }
    }
}

for (const [name, width, colorScheme, notice, lang] of [
    ['box', 768, 'light', { layout: 'box', position: 'bottom-right' }, 'de'],
    ['modal', 768, 'dark', { layout: 'modal' }, 'he'],
    ['modal-phone', 320, 'light', { layout: 'modal', close: true }, 'en'],
]) {
    spec(name, { context: { viewport: { width, height: HEIGHT }, colorScheme } }, async (stand) => {
        await stand.open({ ...QUIET, config: configFor(notice, lang) });
        await stand.notice();
        await looksAsBefore(stand, name);
    });
}

for (const [width, colorScheme, lang] of [
    [320, 'dark', 'ar'],
    [768, 'light', 'en'],
]) {
    const name = `preferences-${width}-${colorScheme}-${lang}`;
    spec(name, { context: { viewport: { width, height: HEIGHT }, colorScheme } }, async (stand) => {
        await stand.open({ ...QUIET, config: configFor({}, lang) });
        await stand.notice();
        await stand.press('choose');
        await stand.page.waitForSelector('dialog input[name="service"]', { state: 'attached' });
        await looksAsBefore(stand, name);
    });
}

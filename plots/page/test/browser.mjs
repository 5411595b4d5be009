/*
 * browser.mjs - the page in a browser, as people use it:
 *   browser.mjs SOURCE-TREE PAGE.html CHROMIUM [PICTURES]
 * With a folder for pictures it writes the page in four widths, dark and light.
 * Packages are looked for from the working directory. Ends with 1 where anything
 * is not as it should be.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exercises } from './exercises.mjs';

const [tree, file, program, pictures] = process.argv.slice(2);
const require = createRequire(join(process.cwd(), 'package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const url = pathToFileURL(resolve(file)).href;

/* Scenarios that take less than a second, whose digests are compared here; all
 * of them are under Node (digests.mjs). */
const SHORT = ['quantum', 'slices', 'convoy', 'deadlock', 'mars-pathfinder', 'stallings',
    'boxcar', 'dhall', 'liu-layland', 'graham-anomalies', 'two-clocks', 'starvation',
    'livelock', 'apollo11-descent', 'gil-timeline-old', 'usb-polling'];
const FRAME = 50; /* milliseconds that no frame may take */

let passed = 0, failed = 0;

function check(holds, what) {
    if (holds) {
        passed++;
    } else {
        failed++;
        console.log(`FAIL: ${what}`);
    }
}

const browser = await chromium.launch({ executablePath: program,
    args: ['--no-sandbox', '--disable-gpu', '--enable-precise-memory-info',
        '--js-flags=--expose-gc'] });
const requests = [];

/* A page of its own; whatever it asks of anybody is remembered. */
async function open(fragment = '', options = {}) {
    const context = await browser.newContext({ locale: 'en-US',
        viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.on('request', (r) => {
        if (r.url().split('#')[0].split('?')[0] !== url && !/^(blob|data):/.test(r.url()))
            requests.push(r.url());
    });
    page.on('pageerror', (error) => check(false, `an error: ${error.message}`));
    page.on('console', (m) => m.type() === 'error'
        && check(false, `the console: ${m.text()}`));
    await page.goto(`${url}${options.query ?? ''}${fragment}`);
    await page.waitForFunction(() =>
        document.documentElement.dataset.ready === 'yes', null, { timeout: 60000 });
    return page;
}

/* Until nothing is played any more. */
function quiet(page) {
    return page.waitForFunction(() => !timeslice.page.playing, null, { timeout: 60000 });
}

async function tell(page, story) {
    await page.selectOption('#story', story);
    await page.waitForFunction(() => timeslice.page.shownStory
        === timeslice.page.state.story || timeslice.page.failed, null,
    { timeout: 60000 });
    await quiet(page);
}

const digestOf = (page) => page.evaluate(() => timeslice.page.results[0].digest);

/* --- what is tested --- */

async function firstPaint(page) {
    const at = await page.evaluate(() => performance.getEntriesByName(
        'first-contentful-paint')[0]?.startTime);
    console.log(`first paint after ${Math.round(at)} ms`);
    check(at > 0, 'nothing was painted');
    const size = readFileSync(file).length;
    console.log(`the page has ${size} bytes`);
    check(size <= 1_000_000, `the page has ${size} bytes`);
}

function fold(all, one) {
    const mixed = BigInt.asUintN(64, (all ^ one) * 0x9E3779B97F4A7C15n);
    return mixed ^ (mixed >> 32n);
}

async function digests(page) {
    const golden = new Map(readFileSync(join(tree, 'tests/golden/digests.txt'), 'utf8')
        .split('\n').map((line) => line.split(/ +/))
        .map(([a, b, path]) => [path, [a, b]]));
    for (const name of SHORT) {
        const runs = await page.evaluate((n) => timeslice.digests(n), name);
        const all = [0, 1].map((k) => runs.map((r) => BigInt(`0x${r[k]}`))
            .reduce(fold).toString(16).padStart(16, '0'));
        const wanted = golden.get(`scenarios/${name}.json`);
        check(all[0] === wanted[0] && all[1] === wanted[1],
            `${name}: ${all} instead of ${wanted}`);
    }
}

/* Every story plays, and its large control changes what comes out. */
async function storiesReact(page) {
    const ids = await page.evaluate(() => [...document.querySelectorAll(
        '#story optgroup:first-of-type option')].map((o) => o.value));
    check(ids.length >= 12, `only ${ids.length} stories`);
    for (const id of ids) {
        await tell(page, id);
        const before = await digestOf(page);
        const bad = await page.evaluate(() =>
            document.querySelector('.sources .bad')?.closest('tr').textContent);
        check(!bad, `${id}: ${bad}`);
        await page.evaluate(() => {
            const input = document.querySelector(
                '.controls:not([hidden]) .large input, .controls:not([hidden]) .large select');
            if (input.tagName === 'SELECT') {
                input.selectedIndex = (input.selectedIndex + 1) % input.options.length;
                input.dispatchEvent(new Event('change', { bubbles: true }));
            } else {
                const middle = (Number(input.max) + Number(input.min)) / 2;
                input.value = Number(input.value) > middle
                    ? (middle + Number(input.min)) / 2 : middle;
                input.dispatchEvent(new Event('input', { bubbles: true }));
            }
        });
        await quiet(page);
        check(!await page.evaluate(() => timeslice.page.failed), `${id}: cannot be played`);
        check(await digestOf(page) !== before, `${id}: its figure does not react`);
    }
}

/* From the first decision to the last and back, by keys alone. */
async function keyboard(page) {
    await tell(page, 'turns');
    const index = () => page.evaluate(() => timeslice.page.figures.first.index);
    const count = await page.evaluate(() =>
        timeslice.page.figures.first.decisions.count);
    await page.keyboard.press('Tab');
    await page.evaluate(() => document.querySelector('canvas').focus());
    await page.keyboard.press('Home');
    const said = new Set();
    for (let i = 0; i < count; i++) {
        check(await index() === i, `decision ${i} is not reached`);
        said.add(await page.textContent('.why'));
        await page.keyboard.press('ArrowRight');
    }
    check(said.size === count, 'decisions say the same');
    check(await index() === count - 1, 'the last decision is not the end');
    await page.keyboard.press('ArrowLeft');
    check(await index() === count - 2, 'there is no way back');
    await page.keyboard.press('End');
    await page.keyboard.press('+');
    check(await page.evaluate(() => timeslice.page.figures.first.chart.view.from > 0),
        'plus does not zoom');
    await page.keyboard.press('0');
    await page.click('.rows summary');
    const rows = await page.locator('.rows tbody tr').count();
    const spans = await page.evaluate(() => timeslice.page.figures.first.model.lanes
        .reduce((n, l) => n + (l.from?.length ?? 0), 0));
    check(rows === spans, `the table has ${rows} of ${spans} rows`);
}

/* Numbers and chart are of one run: what the rows add up to is the metric. */
async function agreement(page) {
    await tell(page, 'mars');
    const [busy, metric] = await page.evaluate(() => {
        const { result, model } = timeslice.page.figures.first;
        const lane = model.lanes.find((l) => l.name === 'processor 0');
        let sum = 0;
        for (let i = 0; i < lane.from.length; i++)
            if (lane.style[i] === 0)
                sum += lane.to[i] - lane.from[i];
        return [sum / result.end,
            result.metrics.find((m) => m.name === 'processor.useful').value];
    });
    check(Math.abs(busy - metric) < 1e-9, `the chart is busy ${busy}, the number ${metric}`);
}

/* Each lock that goes from one to another at once has an arrow, to the one that
 * gets it. */
async function arrows(page) {
    await tell(page, 'mars');
    const [over, missing, drawn] = await page.evaluate(() => {
        const { figures } = timeslice.page, { result, model, chart } = figures.first;
        const { spans, kinds } = result, { at, to } = model.handOvers;
        const hold = kinds.indexOf('hold');
        const given = new Set(Array.from(at, (t, i) => `${t} ${model.lanes[to[i]].name}`));
        let over = 0, missing = 0;
        for (let i = 0; i < spans.from.length; i++)
            for (let k = 0; spans.kind[i] === hold && k < spans.from.length; k++)
                if (spans.kind[k] === hold && spans.place[k] === spans.place[i]
                    && spans.who[k] !== spans.who[i] && spans.from[k] === spans.to[i]) {
                    const { task, name } = result.threads[result.rows.get(spans.who[k])];
                    over++;
                    missing += !given.has(`${spans.from[k]} ${task}`)
                        && !given.has(`${spans.from[k]} ${name}`);
                }
        const whole = chart.toSvg('whole').length;
        model.handOvers.at.fill(-1);
        return [over, missing, whole - chart.toSvg('without').length];
    });
    check(over > 0 && missing === 0, `${missing} of ${over} hand-overs have no arrow`);
    check(drawn > 0, 'the arrows are not drawn');
}

async function comparison(page) {
    await tell(page, 'turns');
    await page.click('.compare');
    await quiet(page);
    check(/decide the same/.test(await page.textContent('.comparison')),
        'equal settings differ');
    await page.evaluate(() => {
        const input = document.querySelectorAll('.controls')[1].querySelector('.large input');
        input.value = input.max;
        input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await quiet(page);
    const text = await page.textContent('.comparison');
    check(/differs is number 2: P2 at 4 ms in the first, P2 at 24 ms/.test(text), `no difference: ${text}`);
    check(/gains/.test(text) && /loses/.test(text), 'nobody gains or loses');
    check(await page.locator('canvas.gantt:visible').count() === 2, 'not two charts');
    check(await page.evaluate(() => timeslice.page.figures.first.difference === 4e9),
        'the difference is not marked');
    const views = await page.evaluate(() => Object.values(timeslice.page.figures)
        .map((f) => [f.chart.view.from, f.chart.view.to].join()));
    check(views[0] === views[1], `the charts show other times: ${views}`);
    return page.evaluate(() => location.hash);
}

/* What a link holds comes back; one of another version says so. */
async function links(fragment) {
    const page = await open(fragment);
    check(await page.evaluate(() => timeslice.page.state.b !== null),
        'the link lost its second setting');
    check(await page.locator('.warning').count() === 0, 'a warning for nothing');
    const other = await page.evaluate(async () => {
        const stream = new Blob([JSON.stringify({ ...timeslice.page.state,
            v: '9.9.9' })]).stream()
            .pipeThrough(new CompressionStream('deflate-raw'));
        const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
        return `#1.${btoa(String.fromCharCode(...bytes)).replaceAll('+', '-')
            .replaceAll('/', '_').replace(/=+$/, '')}`;
    }).catch((error) => error.message);
    const later = await open(other);
    check(await later.locator('.warning').count() === 1, 'no word on another version');
    for (const bad of ['#1.AAAA', '#1.!!', '#2.x', '#1.']) {
        const broken = await open(bad);
        check(await broken.evaluate(() => timeslice.page.results.length === 1),
            `${bad} breaks the page`);
        await broken.context().close();
    }
    await page.context().close();
    await later.context().close();
}

/* Texts are data, and what is wrong or too much ends with the program's words. */
async function hostile(page) {
    const edit = async (text) => {
        await page.evaluate((t) => timeslice.page.edit(t), text);
        await quiet(page);
    };
    const evil = '</script><img src=x onerror="window.evil=1"><b>';
    await edit(JSON.stringify({ title: evil, unit: '1ms', threads: [
        { name: evil, program: [{ run: 5 }] }] }));
    check(!await page.evaluate(() => window.evil), 'a text became script');
    check(await page.locator('#page b, #page img').count() === 0, 'a text became markup');
    check((await page.textContent('.figure')).includes(evil), 'a name is not shown');
    const wrong = (thread) => JSON.stringify({ title: 'wrong', threads: [
        { name: 'a', ...thread, program: [{ run: '1s' }] }] });
    await edit(wrong({ cuont: 3 }));
    check(/did you mean "count"\?/.test(await page.textContent('.alert')), 'no message');
    await edit(wrong({ count: 20000000 }));
    check(/memory|limit/.test(await page.textContent('.alert')), 'no limit: '
        + await page.textContent('.alert'));
    await tell(page, 'turns');
    check(!await page.evaluate(() => timeslice.page.failed), 'it does not come back');
}

/* A run that goes on for ever can be stopped. */
async function stopping(page) {
    await page.evaluate(() => timeslice.page.edit(JSON.stringify({ stop: '2000h',
        title: 'long', system: { policy: 'round-robin', slice: '1us' },
        threads: [{ name: 'a', count: 2, program: [{ run: '1000h' }] }] })) && undefined);
    await page.waitForSelector('.busy:not([hidden])', { timeout: 120000 });
    check(/events/.test(await page.textContent('.busy')), 'no progress');
    await page.click('.busy button');
    await quiet(page);
    await tell(page, 'turns');
    check(!await page.evaluate(() => timeslice.page.failed), 'a stop is the end');
}

async function curves(page) {
    await tell(page, 'turns');
    await page.click('.draw');
    await page.waitForFunction(() => timeslice.page.sweep.drawn && !timeslice.page.sweep.drawing,
        null, { timeout: 60000 });
    const dots = await page.locator('.curve .dot').count();
    check(dots === 11, `${dots} points of 11`);
    check(await page.locator('.curve .expected').count() === 1, 'no value of a source');
}

async function editing(page) {
    await tell(page, 'turns');
    await page.click('.editing summary');
    await page.waitForFunction(() => timeslice.page.editing.editor, null, { timeout: 20000 });
    await page.evaluate(() => {
        timeslice.page.editing.editor.text = '{ "unit": "1ms",\n  "treads": [] }';
    });
    await page.waitForFunction(() => /did you mean/.test(document.querySelector('.editor')
        .shadowRoot.querySelector('.cm-content').textContent), null, { timeout: 20000 })
        .then(() => check(true), () => check(false, 'no message under the line'));
    const marked = await page.evaluate(() => [...document.querySelector('.editor')
        .shadowRoot.querySelectorAll('.wrong')].map((one) => one.textContent));
    check(marked.includes('"treads"'), `the place of an error: ${marked}`);
    await page.evaluate(() => {
        timeslice.page.editing.editor.text = '{ "system": { "policy": "mlfq", "" } }';
        const { view } = timeslice.page.editing.editor;
        view.focus();
        view.dispatch({ selection: { anchor: 33 } });
    });
    await page.keyboard.press('Control+Space');
    await page.waitForFunction(() => /levels/.test(document.querySelector('.editor')
        .shadowRoot.querySelector('.cm-tooltip-autocomplete')?.textContent ?? ''), null,
    { timeout: 10000 }).then(() => check(true), () => check(false, 'no completion'));
}

async function accessible(page, what) {
    await page.evaluate(axe);
    const found = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a',
        'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
    for (const { id, nodes } of found.violations)
        check(false, `axe, ${what}: ${id}: ${nodes[0].html.slice(0, 160)} ${
            nodes[0].failureSummary?.split('\n')[1] ?? ''}`);
    check(found.passes.length > 10, 'axe looked at nothing');
}

/* A hundred thousand stretches, zoomed and panned. The machine may be busy with
 * other things: the best of three times of a frame is what the page needs. */
async function frames(page) {
    await page.evaluate(() => timeslice.page.edit(JSON.stringify({ title: 'many',
        system: { policy: 'round-robin', slice: '1us' },
        threads: [{ name: 'a', count: 2, program: [{ run: '50ms' }] }] })));
    await quiet(page);
    const spans = await page.evaluate(() =>
        timeslice.page.results[0].spans.from.length);
    check(spans >= 100000, `only ${spans} stretches`);
    const best = await page.evaluate(async () => {
        const { chart } = timeslice.page.figures.first;
        let worst = 0;
        for (let k = 0; k < 60; k++) {
            chart.zoom(k < 30 ? 0.8 : 1.25);
            chart.pan(0.03);
            let least = Infinity;
            for (let again = 0; again < 3; again++) {
                await new Promise(requestAnimationFrame);
                const started = performance.now();
                chart.drawNow();
                least = Math.min(least, performance.now() - started);
            }
            worst = Math.max(worst, least);
        }
        return worst;
    });
    console.log(`${spans} stretches: the slowest frame takes ${best.toFixed(1)} ms`);
    /* Where others want the processors, a time says nothing of the page. */
    check(best <= FRAME || loadavg()[0] > 2 * cpus().length,
        `a frame of ${best.toFixed(1)} ms`);
}

async function memory(page) {
    await tell(page, 'turns');
    const turn = (times) => page.evaluate(async (n) => {
        const input = document.querySelector('.large input');
        for (let i = 0; i < n; i++) {
            const share = (i * 37 % 100) / 100;
            input.value = Number(input.min) + share * (input.max - input.min);
            input.dispatchEvent(new Event('input', { bubbles: true }));
            while (timeslice.page.playing)
                await new Promise((done) => setTimeout(done, 2));
        }
        gc();
        return performance.memory.usedJSHeapSize;
    }, times);
    await turn(20);
    const before = await turn(20);
    const after = await turn(200);
    console.log(`memory: ${(before / 1e6).toFixed(1)} MB, after 200 changes ${
        (after / 1e6).toFixed(1)} MB`);
    check(after < before + 4e6, `${after - before} bytes more after 200 changes`);
}

async function looks(page) {
    for (const scheme of ['light', 'dark'])
        for (const width of [360, 768, 1280, 1920]) {
            await page.emulateMedia({ colorScheme: scheme });
            await page.setViewportSize({ width, height: 900 });
            await page.waitForTimeout(200);
            const wide = await page.evaluate(() =>
                document.documentElement.scrollWidth - innerWidth);
            check(wide <= 0, `at ${width} pixels it is ${wide} too wide`);
            if (width === 360 || width === 1280)
                await accessible(page, `${scheme}, ${width}`);
            if (pictures)
                await page.screenshot({ path: join(pictures, `${scheme}-${width}.png`),
                    fullPage: true });
        }
}

/* --- all of it --- */

const page = await open();
const steps = { firstPaint, digests, storiesReact, keyboard, agreement, arrows, hostile, stopping,
    curves, editing, frames, memory };
for (const [name, step] of Object.entries(steps))
    await step(page).catch((error) => check(false, `${name}: ${error.message}`));
const link = await comparison(page).catch((error) => check(false, error.message));
await links(link ?? '').catch((error) => check(false, `links: ${error.message}`));
await looks(page).catch((error) => check(false, `looks: ${error.message}`));
await exercises({ open, check, accessible }).catch((error) =>
    check(false, `exercises: ${error.stack}`));
const german = await open('', { locale: 'de-DE' });
check(/Zeitscheibe/.test(await german.textContent('main')), 'no German');
check(requests.length === 0, `requests: ${requests.join(' ')}`);
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/*
 * report.mjs - reports of databases in a browser, as they are read:
 *   report.mjs CHROMIUM PICTURES REPORT.html ...
 * PICTURES is a folder that receives each of them in four widths, dark and
 * light; "-": none. Packages are looked for from the working directory. Ends
 * with 1 where anything is not as it should be.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [program, pictures, ...files] = process.argv.slice(2);
const require = createRequire(join(process.cwd(), 'package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const WIDTHS = [360, 768, 1280, 1920];

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
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });

async function open(file, width, scheme) {
    const context = await browser.newContext({ colorScheme: scheme,
        viewport: { width, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(300000); /* the machine may be busy */
    const url = pathToFileURL(resolve(file)).href;
    page.on('request', (r) => r.url().split('#')[0] !== url
        && check(false, `${file} asks for ${r.url()}`));
    page.on('pageerror', (error) => check(false, `${file}: ${error.message}`));
    page.on('console', (m) => m.type() === 'error'
        && check(false, `${file}: the console: ${m.text()}`));
    page.on('dialog', (d) => check(false, `${file} says ${d.message()}`));
    await page.goto(url);
    return page;
}

/* What stands in it, as it is read. */
async function text(page, name) {
    const found = await page.evaluate(() => ({
        titles: document.querySelectorAll('h1').length,
        sections: document.querySelectorAll('section > h2').length,
        links: [...document.querySelectorAll('nav a')].map((a) =>
            document.querySelector(a.getAttribute('href'))?.textContent === a.textContent),
        scripts: document.querySelectorAll('script, iframe, object, embed, link').length,
        ids: [...document.querySelectorAll('[id]')].map((e) => e.id),
        empty: [...document.querySelectorAll('h1, h2, h3, p, figure, caption, summary, li')]
            .filter((e) => e.textContent.trim() === '').map((e) => e.tagName),
        rows: [...document.querySelectorAll('table')].filter((e) =>
            !e.querySelector('tbody tr')).length,
        columns: [...document.querySelectorAll('table')].flatMap((table) => {
            const rows = [...table.querySelectorAll('tbody tr')];
            return [...table.querySelectorAll('thead tr > *')].filter((head, i) =>
                rows.every((r) => r.children[i].textContent === '')).map((h) =>
                `${table.caption.textContent}: ${h.textContent}`);
        }),
        json: [...document.querySelectorAll('td, th, h2, h3, p, li')].filter((e) =>
            /[{[]"|":/.test(e.textContent)).map((e) => e.textContent),
        numbers: [...document.querySelectorAll('td, p, li, svg text')].filter((e) =>
            /\d\.?\d*e[+-]\d|NaN|\binf\b/.test(e.textContent)).map((e) => e.textContent),
    }));
    check(found.titles === 1, `${name} has ${found.titles} titles`);
    check(found.sections >= 1, `${name} has no section`);
    check(found.links.every((l) => l), `${name}: contents lead elsewhere`);
    check(found.sections < 2 || found.links.length > 1, `${name} has no contents`);
    check(found.scripts === 0, `${name} has scripts`);
    check(new Set(found.ids).size === found.ids.length, `${name}: names come twice`);
    check(found.empty.length === 0, `${name}: empty ${found.empty}`);
    check(found.rows === 0, `${name}: a table without rows`);
    check(found.columns.length === 0, `${name}: empty columns: ${found.columns}`);
    if (!/hostile/.test(name))
        check(found.json.length === 0, `${name}: JSON for words: ${found.json[0]}`);
    check(found.numbers.length === 0, `${name}: numbers: ${found.numbers[0]}`);
}

/* What a screen reader is told: pictures have names and descriptions, tables
 * captions, and what is folded can be opened. */
async function tree(page, name) {
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const of = (role) => nodes.filter((n) => !n.ignored && n.role?.value === role);
    const drawings = await page.locator('figure svg').count();
    const images = of('image').concat(of('img'));
    check(images.length === drawings, `${name}: ${images.length} of ${drawings} pictures are told`);
    for (const node of images)
        check(node.name?.value && !/gnuplot/i.test(node.name.value),
            `${name}: a picture is called "${node.name?.value}"`);
    for (const node of of('table'))
        check(node.name?.value, `${name}: a table without a name`);
    check(of('main').length === 1, `${name} has no main part`);
    check(of('heading').length >= 2, `${name} has no headings`);
}

async function accessible(page, name) {
    await page.evaluate(() => document.querySelectorAll('details').forEach((d) => {
        d.open = true;
    }));
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => axe.run(document, {
        rules: { region: { enabled: true } } }));
    for (const v of violations)
        check(false, `${name}: ${v.id}: ${v.help}: ${v.nodes[0].html.slice(0, 200)}`);
    check(violations.length === 0, `${name}: axe-core`);
}

/* Nothing but what may be moved by itself is wider than the page, and writing
 * can be read. */
async function fits(page, name, width) {
    const [wide, small] = await page.evaluate(() => [
        document.documentElement.scrollWidth - window.innerWidth,
        [...document.querySelectorAll('figure svg')].some((svg) =>
            svg.getBoundingClientRect().width < 0.7 * svg.viewBox.baseVal.width)]);
    check(wide <= 0, `${name} at ${width}: ${wide} pixels too wide`);
    check(!small, `${name} at ${width}: a picture too small to be read`);
}

/* Dark pictures on a dark page: white paper nowhere. */
async function dark(page, name) {
    const filters = await page.evaluate(() => [...document.querySelectorAll('figure svg')]
        .map((svg) => getComputedStyle(svg).filter));
    check(filters.every((f) => f.includes('invert')), `${name}: a white picture in the dark`);
}

for (const file of files) {
    const name = basename(file, '.html');
    for (const scheme of ['light', 'dark'])
        for (const width of WIDTHS) {
            const page = await open(file, width, scheme);
            await fits(page, name, width);
            if (pictures !== '-')
                await page.screenshot({ fullPage: true,
                    path: join(pictures, `${name}-${width}-${scheme}.png`) });
            if (scheme === 'dark')
                await dark(page, name);
            if (width === 1280 && scheme === 'light') {
                await text(page, name);
                await tree(page, name);
            }
            if (width === 1280)
                await accessible(page, `${name}, ${scheme}`);
            await page.context().close();
        }
}
await browser.close();
console.log(`${files.length} reports: ${passed} checks passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

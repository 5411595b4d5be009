/*
 * exercises.mjs - exercises on the page: by keys alone, by mouse, all kinds, what
 * is said of mistakes, links, and that nothing of a solution is there before it
 * is asked for.
 */

/* The seed that the program draws for `--student jane`. */
const JANE = 400636897;

/* Waits until the question is there, and gives the solved sheet: names and
 * answers as `timeslice exercise --format key` has them. */
async function keyOf(page) {
    await page.waitForFunction(() => timeslice.page.exercise?.asks, null,
        { timeout: 60000 });
    return page.evaluate(async () => {
        const { exercise, lab } = timeslice.page;
        const { key } = await lab.ask('reveal', exercise.asked);
        const answers = {};
        let heads = [];
        for (const line of key.split('\n')) {
            const cells = line.split('|').slice(1, -1).map((c) => c.trim());
            if (cells[0] === 'name')
                heads = cells;
            else if (cells.length > 0)
                heads.slice(1).forEach((head, i) => {
                    answers[`${head} ${cells[0]}`] = cells[i + 1];
                });
            else if (line && line[0] !== '#')
                answers[line.slice(0, line.indexOf(':'))] =
                    line.slice(line.indexOf(':') + 1).trim();
        }
        return Object.fromEntries(Object.entries(answers).filter(([name]) =>
            exercise.fields.has(name)));
    });
}

/* Presses Check, and what is said. */
async function checked(page) {
    await page.evaluate(() => { timeslice.page.exercise.told.textContent = ''; });
    await page.click('.answers button[type=submit]');
    return said(page);
}

async function said(page) {
    await page.waitForFunction(() =>
        timeslice.page.exercise.told.textContent !== '', null, { timeout: 60000 });
    return page.textContent('.told');
}

const nameOfFocus = (page) => page.evaluate(() => [...timeslice.page.exercise.fields]
    .find(([, field]) => field === document.activeElement)?.[0]);

/* No mouse: from the chart to the last field, and Enter. */
async function byKeys({ open, check }) {
    const page = await open('#exercise=rr&level=2&seed=7');
    const key = await keyOf(page);
    await page.evaluate(() => document.querySelector('h2').focus());
    const onGrid = () => page.evaluate(() =>
        document.activeElement.classList.contains('cell'));
    for (let i = 0; i < 40 && !await onGrid(); i++)
        await page.keyboard.press('Tab');
    check(await onGrid(), 'keys do not reach the chart');
    await page.keyboard.type(key.chart);
    check(await page.evaluate(() => timeslice.page.exercise.answers.chart)
        === key.chart, 'letters do not fill the chart');
    const seen = new Set(['chart']);
    for (let i = 0; i < 60 && seen.size < Object.keys(key).length; i++) {
        await page.keyboard.press('Tab');
        const name = await nameOfFocus(page);
        if (name !== undefined && !seen.has(name)) {
            seen.add(name);
            await page.keyboard.type(key[name]);
        }
    }
    check(seen.size === Object.keys(key).length, 'keys do not reach every field');
    await page.keyboard.press('Enter');
    const text = await said(page);
    check(/^30 of 30 points/.test(text), `the right answers get ${text}`);
    await page.context().close();
}

/* Arrows, Shift, Backspace; two processors above each other. */
async function moving({ open, check }) {
    const page = await open('#exercise=affinity&level=2&seed=1');
    await keyOf(page);
    await page.evaluate(() => timeslice.page.exercise.grid.go(0, 0));
    for (const key of ['A', 'ArrowLeft', 'Shift+ArrowRight', 'Shift+ArrowRight',
        'ArrowDown', 'b', 'b', 'Backspace', 'Home', 'c', 'End', 'a'])
        await page.keyboard.press(key);
    const answers = await page.evaluate(() => timeslice.page.exercise.grid.values.map(
        (slots) => slots.join('')));
    check(/^AAA\.+$/.test(answers[0]), `Shift and arrows draw ${answers[0]}`);
    check(/^C\.B\.+A$/.test(answers[1]), `keys draw ${answers[1]}`);
    await page.context().close();
}

async function byMouse({ open, check }) {
    const page = await open('#exercise=rr&level=2&seed=7');
    await keyOf(page);
    await page.click('.pens button:nth-child(3)');
    const at = async (slot) => {
        const box = await page.locator(`.cell[data-slot="${slot}"]`).boundingBox();
        return [box.x + box.width / 2, box.y + box.height / 2];
    };
    await page.mouse.move(...await at(3));
    await page.mouse.down();
    for (const slot of [4, 5, 6])
        await page.mouse.move(...await at(slot));
    await page.mouse.up();
    const field = page.locator('.letters input');
    check(await field.inputValue() === '...BBBB', `drawn: ${await field.inputValue()}`);
    await page.click('.cell[data-slot="5"]');
    check(await field.inputValue() === '...BB.B', 'a second click does not empty');
    await field.fill('A 0-3, B 3-5');
    check((await page.textContent('.grid .line[role=row]')).trim() === '',
        'a list of times draws letters');
    await field.fill('ddaa');
    check(await page.textContent('.grid .line[role=row]') === 'DDAA',
        'letters in the field draw nothing');
    await page.context().close();
}

/* What is wrong is named, and nothing of the solution is there. */
async function mistakes({ open, check, accessible }) {
    const page = await open('#exercise=rr&level=2&seed=7');
    const key = await keyOf(page);
    await page.fill('.letters input', 'AAAA');
    let text = await checked(page);
    check(/too little/.test(text), `of too little it says ${text}`);
    check(parseFloat(text) < 10 && await page.locator('.mark.bad').count() === 1,
        `the chart is not marked wrong: ${text}`);
    for (const scheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme: scheme });
        await accessible(page, `an exercise, ${scheme}`);
    }
    await page.fill('.letters input', 'AAZ');
    text = await checked(page);
    check(/"Z" is none of A, B, C, D/.test(text), `of a letter that is none: ${text}`);
    const whole = await page.evaluate(() => document.body.innerHTML);
    check(!whole.replace(/<script.*?<\/script>/gs, '').includes(key.chart),
        'the chart is given away');
    await page.click('.reveal');
    await page.waitForSelector('.solution');
    check((await page.textContent('.solution')).includes(key.chart), 'no solution');
    await page.click('section > div > button:has-text("laboratory")');
    await page.waitForFunction(() => timeslice.page.results?.length === 1, null,
        { timeout: 60000 });
    check(await page.locator('canvas.gantt:visible').count() === 1,
        'the exercise cannot be played');
    await page.click('.words button');
    await keyOf(page);
    await page.fill('.letters input', key.chart);
    check(/^10 of 30/.test(await checked(page)), 'a scenario that asks is marked otherwise');
    await page.context().close();
}

/* Every kind: the answers of the key get all points. */
async function allKinds({ open, check, accessible }) {
    const page = await open('', { viewport: { width: 360, height: 800 } });
    const kinds = await page.evaluate(() => timeslice.page.kinds.map((k) => k.name));
    check(kinds.length >= 31, `only ${kinds.length} kinds`);
    for (const kind of kinds) {
        await page.evaluate(() => { timeslice.page.exercise = null; });
        await page.selectOption('#story', `exercise ${kind}`);
        const key = await keyOf(page);
        await page.evaluate((answers) => {
            for (const [name, answer] of Object.entries(answers)) {
                const field = timeslice.page.exercise.fields.get(name);
                field.value = answer;
                field.dispatchEvent(new Event('input', { bubbles: true }));
            }
        }, key);
        const text = await checked(page);
        const [, points, of] = /^([\d.]+) of (\d+) points/.exec(text) ?? [];
        check(points === of && Object.keys(key).length > 0, `${kind}: ${text}`);
        const wide = await page.evaluate(() =>
            document.documentElement.scrollWidth - innerWidth);
        check(wide <= 0, `${kind} is ${wide} pixels too wide for a phone`);
    }
    await accessible(page, 'the last kind on a phone');
    await page.context().close();
}

async function links({ open, check }) {
    const page = await open('#exercise=rr&level=1&student=');
    check(/who you are/.test(await page.textContent('.words')), 'nobody is asked for');
    await page.fill('#exercise-student', 'jane');
    await page.keyboard.press('Enter');
    await keyOf(page);
    check(await page.evaluate(() => timeslice.page.exercise.drawn) === JANE,
        'jane has another exercise in the program');
    check(/exercise=rr&level=1&student=jane/.test(await page.evaluate(() =>
        location.hash)), 'the link is another');
    await page.click('.next');
    await page.waitForFunction((seed) => timeslice.page.exercise.drawn === seed,
        JANE + 1, { timeout: 60000 });
    const first = await page.textContent('.words');
    await page.selectOption('#level', '3');
    await keyOf(page);
    check(await page.textContent('.words') !== first, 'the level changes nothing');
    await page.fill('.letters input', 'AB');
    await page.selectOption('#language', 'de');
    await keyOf(page);
    check(await page.inputValue('.letters input') === 'AB'
        && /Pr\u00fcfen/.test(await page.textContent('.answers')), 'another language loses the sheet');
    await page.context().close();
    for (const [bad, story] of [['#exercise=nonesuch', 1], ['#exercise=rr&level=9&seed=-1', 0],
        ['#exercise=rr&student=%3Cimg%20src=x%20onerror=evil()%3E&v=9.9.9', 1]]) {
        const other = await open(bad);
        check(await other.locator('.warning').count() === story, `${bad}: the warnings`);
        check(await other.locator('img').count() === 0, `${bad} became markup`);
        await other.context().close();
    }
}

export async function exercises(tools) {
    for (const step of [byKeys, moving, byMouse, mistakes, allKinds, links])
        await step(tools).catch((error) => tools.check(false,
            `exercises, ${step.name}: ${error.message}`));
}

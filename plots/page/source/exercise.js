/*
 * exercise.js - an exercise on the page: the question, a sheet to fill in, what
 * the program says of it. Nothing is marked here and no answer is here: the
 * worker is asked, as often as the reader wants.
 */
import { download, h, replace, table } from './dom.js';
import { CHANGE, Grid, IDLE } from './grid.js';
import { writeLink } from './link.js';
import { t } from './words.js';

const SEED_MOST = 999999999;
const LEVELS = ['easy', 'normal', 'hard'];
const SIGNS = { right: '\u2713', 'partly right': '\u00bd', wrong: '\u2717',
    'not answered': '' };

function whole(value, least, most, otherwise) {
    const number = Number(value ?? otherwise);
    return Number.isInteger(number) && number >= least && number <= most ? number
        : otherwise;
}

/* The exercise that a link or a choice names, as it may be; null: none. */
export function exerciseIn({ exercise }, kinds) {
    if (exercise?.own === true)
        return { own: true };
    if (!kinds.some(({ name }) => name === exercise?.kind))
        return null;
    return { kind: exercise.kind, level: whole(exercise.level, 1, 3, 2),
        seed: whole(exercise.seed, 0, SEED_MOST, 1),
        student: typeof exercise.student === 'string'
            ? exercise.student.slice(0, 100) : null };
}

export class Exercise {
    /* page: whose state says which exercise, and whose worker is asked. */
    constructor(page) {
        this.page = page;
        this.which = page.state.exercise;
        const key = JSON.stringify(this.which);
        if (page.filled?.key !== key)
            page.filled = { key, answers: {} };
        this.answers = page.filled.answers;
        this.fields = new Map();
        this.marks = new Map();
        this.question = h('article', { className: 'words' });
        this.sheet = h('form', { className: 'answers', autocomplete: 'off',
            onsubmit: (e) => {
                e.preventDefault();
                this.check();
            } });
        this.told = h('div', { className: 'told', role: 'status' });
        this.solution = h('div', {});
        this.element = h('section', { className: 'exercise' }, this.heading(),
            this.settings(), this.question, this.sheet, this.told, this.solution);
    }

    heading() {
        this.title = h('h2', { tabIndex: -1 }, t('exercises'));
        return this.title;
    }

    /* What the worker is asked about. */
    get asked() {
        const { level, kind, seed, student } = this.which;
        return kind ? { kind, level, seed, student } : this.page.source;
    }

    /* --- which one --- */

    /* Another exercise of the kind. */
    change(values) {
        this.page.state.exercise = { ...this.which, ...values };
        this.page.warning = null;
        this.page.render();
    }

    field(name, properties, change) {
        const input = h('input', { id: `exercise-${name}`, ...properties,
            onchange: () => change(input.value) });
        return h('div', { className: 'choice' },
            h('label', { htmlFor: input.id }, t(name)), input);
    }

    settings() {
        const { own, level, seed, student } = this.which;
        if (own)
            return h('div', { className: 'row' }, h('button', { type: 'button',
                onclick: () => this.page.tryOut(this.page.state.text) }, t('toLaboratory')));
        const select = h('select', { id: 'level', onchange: () =>
            this.change({ level: Number(select.value) }) },
        LEVELS.map((name, i) => h('option', { value: i + 1, selected: i + 1 === level },
            t(name))));
        return h('div', { className: 'row' },
            h('div', { className: 'choice' }, h('label', { htmlFor: 'level' }, t('level')),
                select),
            this.field('seed', { type: 'number', min: 0, max: SEED_MOST, value: seed,
                disabled: student !== null, inputMode: 'numeric' },
            (value) => this.change({ seed: whole(value, 0, SEED_MOST, 1) })),
            this.field('student', { type: 'text', maxLength: 100, value: student ?? '' },
                (value) => this.change({ student: value.trim() || null })),
            h('button', { type: 'button', className: 'next', onclick: () => this.change({
                student: null, seed: this.drawn % SEED_MOST + 1 }) }, t('nextExercise')),
            h('button', { type: 'button', onclick: () => this.copy(this.which) },
                t('link')),
            h('button', { type: 'button', onclick: () =>
                this.copy({ ...this.which, student: '' }) }, t('classLink')));
    }

    async copy(exercise) {
        const fragment = await writeLink({ v: this.page.version, exercise });
        await this.page.copyLink(new URL(`#${fragment}`, location.href).href);
    }

    /* --- the question --- */

    async ask() {
        if (this.which.student === '') {
            replace(this.question, h('p', {}, t('whoAsks')));
            return;
        }
        try {
            this.show(await this.page.lab.ask('exercise', this.asked));
        } catch (error) {
            replace(this.told, h('div', { className: 'alert', role: 'alert' },
                h('pre', {}, error.message)));
        }
    }

    show(question) {
        this.asks = question;
        this.drawn = question.seed;
        this.title.textContent = question.title;
        this.title.lang = this.question.lang = 'en';
        const [first, ...rest] = question.paragraphs;
        const [heads, ...rows] = question.given;
        const say = (text) => h('p', {}, text);
        replace(this.question, say(first), heads && table(t('givenTable'), heads, rows),
            rest.map(say));
        replace(this.sheet, this.charts(), this.cells(), this.others(),
            h('p', { className: 'hint' }, t('numbersHow')),
            h('div', { className: 'row' },
                h('button', { type: 'submit', className: 'draw' }, t('checkAnswers')),
                h('button', { type: 'button', onclick: () => this.save() }, t('saveSheet')),
                h('button', { type: 'button', className: 'reveal',
                    onclick: () => this.reveal() }, t('reveal'))));
        this.fillIn();
    }

    /* What was answered before, where the page was built anew. */
    fillIn() {
        const lanes = this.parts((p) => p.kind === 'chart').map((p) => p.name);
        for (const [name, text] of Object.entries(this.answers)) {
            this.fields.get(name).value = text;
            if (lanes.includes(name))
                this.grid.take(lanes.indexOf(name), text);
        }
    }

    parts(wanted) {
        return this.asks.parts.filter(wanted);
    }

    /* --- the sheet --- */

    write(name, text) {
        this.answers[name] = text;
        this.unmark(name);
    }

    /* A field with its sign; `name` is a part's. */
    answer(name, input) {
        const mark = h('span', { className: 'mark' });
        this.fields.set(name, input);
        this.marks.set(name, mark);
        input.addEventListener('input', () => this.write(name, input.value));
        return [input, mark];
    }

    text(part, properties) {
        return this.answer(part.name, h('input', { type: 'text', spellcheck: false,
            maxLength: 2000, 'aria-label': part.about, ...properties }));
    }

    charts() {
        const lanes = this.parts((p) => p.kind === 'chart');
        if (lanes.length === 0)
            return [];
        const letters = [IDLE, ...this.asks.threads.map((one) => one.letter),
            ...(lanes[0].changes ? [CHANGE] : [])].join('');
        this.grid = new Grid({ lanes, letters, slots: lanes[0].slots,
            unit: this.asks.unit, label: t('sheetChart'),
            arrivals: this.asks.threads.filter((one) => one.arrival !== undefined) },
        (lane, text) => {
            this.fields.get(lanes[lane].name).value = text;
            this.write(lanes[lane].name, text);
        });
        return [this.grid.element, lanes.map((part, lane) => h('label',
            { className: 'answer letters' }, h('span', { lang: 'en' }, part.about),
            this.text(part, { oninput: (e) => this.grid.take(lane, e.target.value) })))];
    }

    cells() {
        const cells = this.parts((p) => p.row !== undefined);
        const columns = [...new Set(cells.map((p) => p.column))];
        const rows = [...new Set(cells.map((p) => p.row))].map((row) => [row,
            ...columns.map((column) => {
                const part = cells.find((p) => p.row === row && p.column === column);
                return part ? h('span', { className: 'entry' },
                    this.text(part, { inputMode: 'text', size: 6 })) : '';
            })]);
        return rows.length === 0 ? [] : table(t('sheetTable'), [t('thread'), ...columns],
            rows);
    }

    others() {
        return this.parts((p) => p.kind !== 'chart' && p.row === undefined)
            .map((part) => h('label', { className: 'answer' },
                h('span', { lang: 'en' }, part.unit ? `${part.about} (${part.unit})`
                    : part.about),
                part.choices ? this.answer(part.name, h('select', {},
                    ['', ...part.choices].map((c) => h('option', { value: c }, c))))
                    : this.text(part, { size: part.kind === 'order' ? 28 : 8 })));
    }

    /* As `timeslice answer` reads it. */
    get filled() {
        const { exercise, seed, level, check } = this.asks;
        const named = this.which.kind
            ? { exercise, seed, level, ...(this.which.student
                ? { student: this.which.student } : {}), check } : { exercise, check };
        return JSON.stringify({ ...named, answers: this.answers }, null, 1);
    }

    save() {
        const who = this.which.student?.replace(/[^\w-]+/g, '-') || this.drawn || 'sheet';
        download(`${this.asks.exercise.replace(/[^\w-]+/g, '-')}-${who}.json`,
            'application/json', this.filled);
    }

    /* --- what is said --- */

    async check() {
        try {
            this.showMarks(await this.page.lab.ask('mark',
                { ...this.asked, sheet: this.filled }));
        } catch (error) {
            replace(this.told, h('div', { className: 'alert', lang: 'en' },
                h('pre', {}, error.message.replace(/^sheet: error: /gm, ''))));
        }
    }

    showMarks({ points, of, parts, says }) {
        for (const part of parts)
            this.mark(part.name, part.verdict);
        replace(this.told, h('h3', {}, t('points', { points, of })),
            points === of ? h('p', { className: 'good' }, t('allRight')) : null,
            says.length > 0 && h('ul', { lang: 'en' }, says.map((s) => h('li', {}, s))));
    }

    mark(name, verdict) {
        const mark = this.marks.get(name);
        const said = verdict !== 'not answered';
        mark.className = `mark ${verdict === 'right' ? 'good' : said ? 'bad' : ''}`;
        replace(mark, h('span', { 'aria-hidden': 'true' }, SIGNS[verdict]),
            h('span', { className: 'unseen' }, t(`verdict ${verdict}`)));
        this.fields.get(name).setAttribute('aria-invalid',
            String(said && verdict !== 'right'));
    }

    unmark(name) {
        replace(this.marks.get(name));
        this.fields.get(name).removeAttribute('aria-invalid');
    }

    async reveal() {
        const { text, scenario } = await this.page.lab.ask('reveal', this.asked);
        replace(this.solution, h('h3', { tabIndex: -1 }, t('solution')),
            h('pre', { className: 'solution', lang: 'en', tabIndex: 0 }, text),
            h('button', { type: 'button', onclick: () => this.page.tryOut(scenario) },
                t('toLaboratory')));
        this.solution.firstChild.focus();
    }
}

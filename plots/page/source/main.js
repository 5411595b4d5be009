/*
 * main.js - the page: which scenario, which settings, what is shown of it.
 *
 * `state` is all that a link holds; whatever changes it asks for a play, and
 * what comes back is shown. Nothing else is remembered between two plays but
 * where the reader looks. With an exercise in it (exercise.js) the page asks
 * instead of telling, and plays nothing.
 */
import { archive, makeWorker, module } from 'assets';
import { ladder, rungs } from './curve.js';
import { Decisions, firstDifference, gains } from './decisions.js';
import { download, h, replace, table } from './dom.js';
import { Dsky } from './dsky.js';
import { Editing } from './editing.js';
import { Exercise, exerciseIn } from './exercise.js';
import { Figure } from './figure.js';
import { quantity, time } from './format.js';
import { header, legend } from './frame.js';
import { Lab, Stopped } from './lab.js';
import { readLink, writeLink } from './link.js';
import { controlsFor, makeControl, valueOf } from './settings.js';
import { Sources } from './sources.js';
import { stories } from './stories.js';
import { Sweep } from './sweep.js';
import { takeCsv, takePerfetto, takePng, takeScenario, takeSvg } from './takeaway.js';
import { language, setLanguage, t, told } from './words.js';

const PATIENCE = 350; /* milliseconds after which a play is given up for a newer */
const ANSWERS_MOST = 8; /* documents that are remembered */
const GROUPS = { showAll: null, showProcessors: ['processors'],
    showThreads: ['processors', 'threads'], showPlaces: ['places', 'series'] };

const nothing = () => ({ values: {}, index: 0, seed: null });

class Page {
    constructor(root, lab, files, given) {
        Object.assign(this, { root, lab, files });
        this.documents = new Map();
        this.kinds = [];
        this.state = { story: 'turns', text: null, a: nothing(), b: null,
            groups: 'showAll', exercise: null };
        this.given = given?.scenarios ?? [];
        const asked = given?.story;
        if (asked && stories.some((s) => s.id === asked))
            this.state.story = asked;
        else if (asked)
            this.warning = t('noStory', { a: asked });
        else if (this.given.length > 0)
            Object.assign(this.state, { story: 'given 0', a: this.firstSets('given 0') });
        if (this.shipped.ask && !asked)
            this.state.exercise = { own: true };
    }

    /* What the page shows, as the choice of it has it. */
    get chosen() {
        const { exercise, story } = this.state;
        return exercise?.kind ? `exercise ${exercise.kind}` : story;
    }

    /* What a scenario opens with: a run of a database has values and a seed. */
    firstSets(id) {
        const { seed, sets } = this.givenOf(id) ?? {};
        return { ...nothing(), values: { ...sets },
            seed: Number.isFinite(seed) ? seed : null };
    }

    /* The scenario that came with the page under that name. */
    givenOf(id) {
        return this.given[/^given (\d+)$/.exec(id)?.[1]];
    }

    /* --- what is played --- */

    /* The story that is told; none where the reader has changed its text. */
    get story() {
        return this.state.text !== null ? undefined
            : stories.find((s) => s.id === this.state.story);
    }

    /* The text of the scenario and the name that stands for its file. */
    get source() {
        const { text, story } = this.state;
        const shipped = this.story?.scenario ?? story.replace(/^file /, '');
        const given = this.givenOf(story);
        const name = text !== null ? 'scenario.json'
            : given?.name ?? `scenarios/${shipped}.json`;
        return { name, text: text ?? this.story?.text ?? given?.text
            ?? this.files[name] ?? '{}' };
    }

    async documentOf(source) {
        const key = source.text;
        if (!this.documents.has(key)) {
            if (this.documents.size >= ANSWERS_MOST)
                this.documents.clear();
            const whole = await this.lab.ask('document', { ...source, whole: true });
            this.documents.set(key, { ...whole, unit: whole.unit
                ?? JSON.parse(source.text).unit });
        }
        return this.documents.get(key);
    }

    question(sets) {
        const points = this.story?.controls.some((c) => c.kind === 'point');
        return { ...this.source, whole: points, index: points ? sets.index : 0,
            seed: sets.seed ?? undefined, sets: Object.entries(sets.values) };
    }

    kept(sets) {
        if (this.allReasons)
            return 'reasons';
        const above = this.story?.keptAbove;
        if (above !== undefined && valueOf(this.story.controls[0], sets,
            this.document) > above)
            return 'trace';
        return this.story?.kept ?? (this.isCrowded() ? 'trace' : 'reasons');
    }

    /* Where very many stand in a queue, each reason is a long list. */
    isCrowded() {
        const { threads, clients, servers } = this.document;
        const count = Array.isArray(threads) ? threads.reduce((n, one) =>
            n + (Number(one.count) || 1), 0) : 0;
        return Boolean(clients || servers) || count > 50;
    }

    /* --- playing --- */

    /* Plays what the state says; asked again meanwhile, the newest counts. */
    async play() {
        if (this.state.exercise)
            return;
        this.wanted = (this.wanted ?? 0) + 1;
        if (this.playing) {
            if (performance.now() - this.playing > PATIENCE)
                this.lab.stop();
            return;
        }
        let done = 0;
        while (done !== this.wanted) {
            done = this.wanted;
            this.playing = performance.now();
            await this.playOnce();
        }
        this.playing = 0;
        this.settle();
    }

    async playOnce() {
        try {
            this.document = await this.documentOf(this.source);
            const sides = [this.state.a, this.state.b].filter(Boolean);
            const results = [];
            for (const sets of sides)
                results.push(await this.lab.ask('play',
                    { ...this.question(sets), kept: this.kept(sets) },
                    (progress) => this.showProgress(progress)));
            this.results = results;
            this.showResults();
            this.fail(null);
        } catch (error) {
            if (error instanceof Stopped)
                this.status.textContent = t('stopped');
            else
                this.fail(error.message);
        }
    }

    showProgress({ now, events }) {
        if (performance.now() - this.playing < 200)
            return;
        this.busy.hidden = false;
        this.busyText.textContent = `${t('playing')} ${t('at',
            { time: time(now), events: events.toLocaleString(language()) })}`;
    }

    settle() {
        this.busy.hidden = true;
        this.showControls();
        if (!this.failed)
            this.saveLink();
    }

    fail(message) {
        this.failed = message !== null;
        this.alert.hidden = !this.failed;
        this.root.classList.toggle('failed', this.failed);
        if (this.failed)
            replace(this.alert, h('strong', {}, t('failed')), h('pre', {}, message));
    }

    change(side, sets) {
        this.state[side] = sets;
        this.play();
    }

    /* --- showing --- */

    headingOf(sets, which) {
        const { first, rest } = controlsFor(this.story, this.document, sets, this.schema);
        const named = [first, ...rest.filter((c) => !c.name)];
        const parts = named.slice(0, 3).map((control) => {
            const value = valueOf(control, sets, this.document);
            return `${control.name ?? t(control.label)}: ${control.kind === 'time'
                ? time(value) : control.names?.[control.values?.indexOf(value)] ?? value}`;
        });
        return `${this.state.b ? `${t(which)} \u2013 ` : ''}${parts.join(' \u00b7 ')}`;
    }

    showResults() {
        const { results, state } = this;
        const keep = this.shownStory === state.story;
        this.shownStory = state.story;
        this.figures.first.wanted = this.figures.second.wanted =
            [this.story?.curve?.y].filter(Boolean);
        this.figures.first.groups = this.figures.second.groups = GROUPS[state.groups];
        this.figures.first.show(results[0], this.headingOf(state.a, 'first'), keep,
            this.story?.view);
        this.figures.second.element.hidden = !state.b;
        this.root.classList.toggle('comparing', state.b !== null);
        if (state.b) {
            const { from, to } = this.figures.first.chart.view;
            this.figures.second.show(results[1], this.headingOf(state.b, 'second'), true);
            this.figures.second.chart.setView(from, to, true);
        }
        this.showComparison();
        this.sources.show();
        this.showExtras();
        this.sweep.now();
        const mean = results[0].metrics.find((m) => m.name === 'turnaround.mean');
        this.status.textContent = mean ? t('finished', { what: this.headingOf(state.a,
            'first'), time: quantity(mean.value, mean.unit) }) : t('doneShort');
    }

    showComparison() {
        const [a, b] = this.results;
        if (!b) {
            replace(this.comparison);
            this.figures.first.mark(null);
            return;
        }
        const difference = firstDifference(new Decisions(a), new Decisions(b));
        this.figures.first.mark(difference?.at ?? null);
        this.figures.second.mark(difference?.at ?? null);
        const rows = gains(a, b).map((g) => [g.task, time(g.first), time(g.second),
            `${g.change > 0 ? '+' : g.change < 0 ? '\u2212' : ''}${time(Math.abs(g.change))}`,
            t(g.change < 0 ? 'gain' : g.change > 0 ? 'lose' : 'equal')]);
        replace(this.comparison, h('p', {}, difference
            ? t('differs', { ...difference, atA: time(difference.atA),
                atB: time(difference.atB) }) : t('same')),
        table(t('gains'), [t('tasks'), t('first'), t('second'), t('change'), t('outcome')],
            rows));
    }

    showExtras() {
        const [result] = this.results;
        this.dsky.element.hidden = !result.places.includes('dsky');
        if (!this.dsky.element.hidden)
            this.dsky.show(result, this.figures.first.cursor ?? 0);
        this.ladder.hidden = !this.story?.ladder;
        if (this.story?.ladder)
            replace(this.ladder, ladder(rungs(result)));
    }

    /* --- controls --- */

    showControls() {
        if (!this.document || !this.results)
            return;
        for (const side of ['a', 'b']) {
            const box = this.controlBoxes[side];
            box.hidden = !this.state[side];
            if (!this.state[side] || box.contains(document.activeElement)
                && this.shapeOf(side) === box.dataset.shape)
                continue;
            box.dataset.shape = this.shapeOf(side);
            this.fillControls(side, box);
        }
        this.compareButton.textContent = t(this.state.b ? 'alone' : 'compare');
        this.sweep.showChoices();
    }

    /* Which controls there are: they are not made anew while one is held. */
    shapeOf(side) {
        const { first, rest } = this.controls(side);
        return JSON.stringify([first, ...rest].map((c) =>
            [c.label, c.kind, c.sets])) + language() + this.state.story;
    }

    controls(side) {
        return controlsFor(this.story, this.document, this.state[side], this.schema);
    }

    fillControls(side, box) {
        const { first, rest } = this.controls(side);
        const make = (control) => makeControl(control, this.state[side],
            this.document, this.schema, (sets) => this.turn(side, control, sets));
        const more = h('details', { className: 'more', open: box.dataset.open === '1',
            ontoggle: () => { box.dataset.open = more.open ? '1' : ''; } },
        h('summary', {}, t('more')), rest.map(make));
        const head = this.state.b ? h('legend', {}, t(side === 'a' ? 'first' : 'second'))
            : h('legend', { className: 'unseen' }, t('first'));
        const large = make(first);
        large.classList.add('large');
        replace(box, head, large, more);
    }

    /* A control's change is against what the others say now, not what they
     * said when it was made. */
    turn(side, control, sets) {
        const now = this.state[side];
        const merged = { ...sets, values: { ...now.values } };
        if (control.kind === 'policy')
            for (const pointer of Object.keys(merged.values))
                if (pointer.startsWith('/system'))
                    delete merged.values[pointer];
        const mine = control.kind === 'policy' ? ['/system'] : control.sets;
        for (const pointer of mine) {
            delete merged.values[pointer];
            merged.values[pointer] = sets.values[pointer];
        }
        if (control.kind !== 'seed')
            merged.seed = now.seed;
        if (control.kind !== 'point')
            merged.index = now.index;
        this.change(side, merged);
    }

    toggleCompare() {
        this.state.b = this.state.b ? null : structuredClone(this.state.a);
        this.controlBoxes.a.dataset.shape = '';
        this.play();
    }

    expected() {
        return Array.isArray(this.document.expect) ? this.document.expect : [];
    }

    /* --- another text, other settings --- */

    edit(text) {
        this.state.text = text;
        this.state.a = nothing();
        this.state.b = this.state.b && nothing();
        this.controlBoxes.a.dataset.shape = this.controlBoxes.b.dataset.shape = '';
        this.sweep.forget();
        replace(this.wordsBox, this.words());
        this.play();
    }

    /* --- links and stories --- */

    async saveLink() {
        this.fragment = await writeLink({ v: this.version, ...this.state });
        history.replaceState(null, '', `#${this.fragment}`);
    }

    async copyLink(url) {
        if (!url) {
            await this.saveLink();
            url = location.href;
        }
        try {
            await navigator.clipboard.writeText(url);
        } catch {
            download('link.txt', 'text/plain', url);
        }
        this.status.textContent = t('copied');
    }

    /* Takes over what a link holds; text in it is a scenario, and checked like
     * any other. */
    take(link) {
        const side = (s) => s && typeof s === 'object' && { values: Object.fromEntries(
            Object.entries(s.values ?? {}).filter(([p, v]) => typeof v === 'string'
                && p.startsWith('/'))), index: Number(s.index) || 0,
        seed: Number.isFinite(s.seed) ? s.seed : null };
        this.state = { story: String(link.story ?? 'turns'),
            text: typeof link.text === 'string' ? link.text : null,
            a: side(link.a) || nothing(), b: side(link.b) || null,
            groups: GROUPS[link.groups] !== undefined ? link.groups : 'showAll',
            exercise: exerciseIn(link, this.kinds) };
        this.warning = link.v && link.v !== this.version
            ? t('versions', { a: String(link.v), b: this.version }) : null;
        if (link.exercise && !this.state.exercise)
            this.warning ??= t('noStory', { a: String(link.exercise.kind) });
        if (this.state.text === null && this.source.text === '{}') {
            this.warning ??= t('noStory', { a: this.state.story });
            this.state = { ...this.state, story: 'turns', a: nothing(), b: null };
        }
    }

    choose(id) {
        const kind = /^exercise (.+)$/.exec(id)?.[1];
        this.state = { story: kind ? 'turns' : id, text: null, a: this.firstSets(id),
            b: null, groups: 'showAll',
            exercise: kind ? exerciseIn({ exercise: { kind } }, this.kinds) : null };
        this.allReasons = false;
        this.warning = null;
        this.render();
        this.play();
    }

    /* --- building --- */

    words() {
        const { story } = this;
        const about = story ? told(story.about) : [this.shipped.question, this.shipped.note];
        return [h('h2', {}, story ? told(story.title) : this.shipped.title ?? t('own')),
            about.filter((text) => typeof text === 'string')
                .map((text) => h('p', {}, text)),
            this.shipped.ask && h('button', { type: 'button', onclick: () => {
                this.state.exercise = { own: true };
                this.render();
            } }, t('asExercise'))];
    }

    /* The scenario as it stands in its file, for its title and question. */
    get shipped() {
        try {
            return JSON.parse(this.source.text);
        } catch { return {}; }
    }

    groupChoice() {
        const select = h('select', { id: 'groups', onchange: () => {
            this.state.groups = select.value;
            for (const figure of Object.values(this.figures))
                if (figure.model)
                    figure.showGroups(GROUPS[select.value]);
            this.saveLink();
        } }, Object.keys(GROUPS).map((id) => h('option', { value: id,
            selected: id === this.state.groups }, t(id))));
        return h('div', { className: 'choice' },
            h('label', { htmlFor: 'groups' }, t('lanesShown')), select);
    }

    makeFigures() {
        const on = (other) => ({
            view: (view) => this.state.b && this.figures[other].model
                && this.figures[other].chart.setView(view.from, view.to, true),
            selected: (at) => {
                if (this.state.b)
                    this.figures[other].follow(at);
                if (this.results && !this.dsky.element.hidden)
                    this.dsky.show(this.results[0], at);
            },
            tellReasons: () => {
                this.allReasons = true;
                this.play();
            },
        });
        this.figures = { first: new Figure('first', on('second')),
            second: new Figure('second', on('first')) };
        this.figures.second.element.hidden = true;
    }

    takeaway() {
        const button = (name, act) => h('button', { type: 'button', onclick: act }, t(name));
        const { first } = this.figures;
        return h('section', { className: 'take' }, h('h3', {}, t('export')),
            h('div', { className: 'row' },
                button('link', () => this.copyLink()),
                button('svg', () => takeSvg(first)), button('png', () => takePng(first)),
                button('csv', () => takeCsv(this.results[0])),
                button('perfetto', () => takePerfetto(this.results[0])),
                button('scenario', async () => takeScenario(await this.lab.ask('document',
                    { ...this.question(this.state.a), whole: true })))));
    }

    /* The question, in place of what is played. */
    renderExercise() {
        const exercise = this.exercise = new Exercise(this);
        replace(this.root, header(this, () => exercise.element.querySelector('h2').focus()),
            h('main', {}, this.warning && h('p', { className: 'warning' }, this.warning),
                exercise.element, this.status));
        document.title = `${t('lab').split(':')[0]} \u2013 ${t('exercises')}`;
        this.shownStory = this.results = null;
        if (this.playing)
            this.lab.stop();
        exercise.ask();
        this.saveLink();
    }

    /* The scenario of an exercise, in the laboratory. */
    tryOut(text) {
        this.state = { ...this.state, text, a: nothing(), b: null, exercise: null };
        this.render();
        this.play();
    }

    render() {
        this.status = h('p', { className: 'unseen', role: 'status' });
        if (this.state.exercise) {
            this.renderExercise();
            return;
        }
        this.makeFigures();
        this.busyText = h('span', {});
        this.busy = h('div', { className: 'busy', hidden: true, role: 'status' },
            this.busyText, h('button', { type: 'button', onclick: () => this.lab.stop() },
                t('stop')));
        this.alert = h('div', { className: 'alert', role: 'alert', hidden: true });
        this.controlBoxes = { a: h('fieldset', { className: 'controls' }),
            b: h('fieldset', { className: 'controls', hidden: true }) };
        this.compareButton = h('button', { type: 'button', className: 'compare',
            onclick: () => this.toggleCompare() }, t('compare'));
        this.hideButton = h('button', { type: 'button', onclick: () => {
            const hidden = this.root.classList.toggle('hide-numbers');
            this.hideButton.textContent = t(hidden ? 'showNumbers' : 'hide');
        } }, t('hide'));
        this.comparison = h('div', { className: 'comparison' });
        this.sources = new Sources(this);
        this.editing = new Editing(this);
        this.sweep = new Sweep(this);
        this.dsky = new Dsky((at) => this.figures.first.pick({ lane: -1, at, x: 0, y: 0 }));
        this.dsky.element.hidden = true;
        this.ladder = h('section', { hidden: true });
        this.shownStory = null;
        this.wordsBox = h('article', { className: 'words' }, this.words());
        replace(this.root, header(this, () => this.figures.first.chart.canvas.focus()),
            h('main', {},
            this.warning && h('p', { className: 'warning' }, this.warning),
            this.wordsBox,
            h('div', { className: 'control-row' }, this.controlBoxes.a,
                this.controlBoxes.b),
            h('div', { className: 'row' }, this.compareButton, this.groupChoice(),
                this.hideButton),
            this.busy, this.alert, this.status, this.ladder, this.dsky.element,
            h('div', { className: 'figures' }, this.figures.first.element,
                this.figures.second.element, this.comparison),
            legend(), this.sources.element, this.sweep.element,
            this.editing.element,
            this.takeaway()));
        document.title = `${t('lab').split(':')[0]} \u2013 ${
            this.story ? told(this.story.title) : this.source.name.split('/').pop()}`;
    }

    async start() {
        this.version = await this.lab.version();
        this.schema = await this.lab.ask('schema', {});
        this.kinds = await this.lab.ask('kinds', {});
        const link = await readLink(location.hash);
        if (link)
            this.take(link);
        this.render();
        addEventListener('hashchange', async () => {
            const next = location.hash.slice(1);
            const state = next !== this.fragment && await readLink(next);
            if (state) {
                this.take(state);
                this.render();
                this.play();
            }
        });
        await this.play();
    }
}

/* What a test asks. */
function forTests(page) {
    return {
        page,
        digests: async (name) => {
            const source = { name: `scenarios/${name}.json`,
                text: page.files[`scenarios/${name}.json`], whole: true };
            const all = [];
            const runs = await page.lab.ask('runs', source);
            for (let index = 0; index < runs; index++) {
                const result = await page.lab.ask('play',
                    { ...source, index, kept: 'nothing' });
                all.push([result.digest, result.reported]);
            }
            return all;
        },
    };
}

async function main() {
    const root = document.getElementById('page');
    setLanguage(new URLSearchParams(location.search).get('lang')
        ?? (navigator.language ?? 'en').slice(0, 2));
    try {
        const [bytes, { files, given }] = await Promise.all([module(), archive()]);
        const page = new Page(root, new Lab(makeWorker,
            { module: await WebAssembly.compile(bytes), files }), files, given);
        window.timeslice = forTests(page);
        await page.start();
        document.documentElement.dataset.ready = 'yes';
    } catch (error) {
        root.textContent = t('broken', { why: error.message });
        throw error;
    }
}

main();

/*
 * sweep.js - one value of a scenario against what comes out of it: played on
 * several workers, drawn as the points come in, with what sources say beside.
 */
import { Curve } from './curve.js';
import { h, replace } from './dom.js';
import { parseTime } from './format.js';
import { look, pointsAlong, spread, valueOf } from './settings.js';
import { language, t } from './words.js';

export class Sweep {
    /* page: whose scenario, settings, schema and workers these are. */
    constructor(page) {
        this.page = page;
        this.curve = new Curve();
        this.along = h('select', { id: 'along' });
        this.up = h('select', { id: 'up' });
        this.status = h('span', { role: 'status' });
        this.button = h('button', { type: 'button', className: 'draw',
            onclick: () => this.drawing ? this.stop() : this.draw() }, t('draw'));
        this.box = h('div', { hidden: true }, this.curve.element);
        this.element = h('section', { className: 'sweep' }, h('h3', {}, t('curve')),
            h('div', { className: 'row' },
                h('label', { htmlFor: 'along' }, t('along')), this.along,
                h('label', { htmlFor: 'up' }, t('up')), this.up,
                this.button, this.status), this.box);
    }

    /* Another scenario: what is offered is found anew. */
    forget() {
        this.shownFor = null;
        this.drawn = null;
    }

    showChoices() {
        const { page } = this;
        if (this.shownFor === page.state.story + language())
            return;
        this.shownFor = page.state.story + language();
        const { first, rest } = page.controls('a');
        this.controls = [first, ...rest];
        replace(this.along, this.controls.map((c) =>
            h('option', {}, c.name ?? t(c.label))));
        const wanted = page.story?.curve?.y ?? 'turnaround.mean';
        replace(this.up, page.results[0].metrics.map((m) =>
            h('option', { selected: m.name === wanted }, m.name)));
        this.box.hidden = true;
    }

    values(control) {
        const { page } = this;
        const own = control === this.controls[0] ? page.story?.curve?.values : undefined;
        return own ?? spread(control, page.state.a, page.document, page.schema);
    }

    async draw() {
        const { page } = this;
        const control = this.controls[this.along.selectedIndex];
        const metric = this.up.value;
        const points = pointsAlong(control, this.values(control), page.state.a,
            page.document, page.schema);
        const unit = page.results[0].metrics.find((m) => m.name === metric)?.unit;
        for (const point of points)
            point.expected = this.expectedAt(point, metric, unit);
        const log = control === this.controls[0] ? page.story?.curve?.log : '';
        this.drawn = { points, x: control.name ?? t(control.label), y: metric, unit, log,
            control };
        this.box.hidden = false;
        this.button.textContent = t('drawStop');
        this.drawing = true;
        this.now();
        let done = 0;
        await page.lab.sweep(points.map((p) => page.question(p.sets)),
            (i, result, error) => {
                points[i].value = result?.metrics.find((m) => m.name === metric)?.value;
                points[i].error = error?.message.split('\n')[0];
                this.status.textContent = t('drawn', { i: ++done, n: points.length });
                this.now();
            });
        this.stop();
    }

    stop() {
        this.drawing = false;
        this.page.lab.stopSweep();
        this.button.textContent = t('draw');
    }

    /* Draws the curve with a line where the settings stand. */
    now() {
        if (this.drawn)
            this.curve.show({ ...this.drawn, now: valueOf(this.drawn.control,
                this.page.state.a, this.page.document) });
    }

    /* What a source says of a point of the curve. */
    expectedAt(point, metric, unit) {
        const { document } = this.page;
        const now = (pointer) => point.sets.values[pointer] !== undefined
            ? JSON.parse(point.sets.values[pointer]) : look(document, pointer);
        const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)
            || parseTime(a, document.unit) === parseTime(b, document.unit);
        const found = this.page.expected().find((e) => e.metric === metric
            && e.is !== undefined && e.where
            && Object.entries(e.where).every(([p, v]) => same(now(p), v)));
        if (!found)
            return undefined;
        const value = unit === 'time' ? parseTime(found.is, document.unit)
            : unit === 'ratio' && typeof found.is === 'string'
                ? parseFloat(found.is) / 100 : parseFloat(found.is);
        return Number.isFinite(value) ? value : undefined;
    }
}

/*
 * figure.js - one run on the page: the chart, the way through its decisions,
 * who is where, the numbers. All of it comes from the same result.
 */
import { Chart } from './chart.js';
import { Decisions, Lives } from './decisions.js';
import { h, replace, table } from './dom.js';
import { quantity, time } from './format.js';
import { t } from './words.js';

const PRESENT_MOST = 24, THREADS_MOST = 60, ROWS = 100;
const FIRST_METRICS = ['turnaround.mean', 'response.mean', 'wait.mean', 'run.time',
    'processor.useful', 'processor.switching', 'processor.idle',
    'processor.switches', 'threads.missed', 'processor.kernel', 'apollo.alarms',
    'locks.deadlocks', 'devices.disk.busy'];

/* What the tables of a result add for looking things up. */
export function prepare(result) {
    result.rows = new Map(result.threads.map((thread, i) => [thread.id, i]));
    result.names = result.threads.map((thread) => thread.name);
    return result;
}

export class Figure {
    /* on: { view(view), selected(at), tellReasons() } */
    constructor(key, on) {
        this.key = key;
        this.on = on;
        this.index = 0;
        this.page = 0;
        this.chart = new Chart(t(key === 'first' ? 'chart' : 'chartSecond'), {
            pick: (place) => this.pick(place),
            hover: (place) => this.hover(place),
            step: (by) => this.step(by),
            view: (view) => on.view(view),
        });
        this.build();
    }

    build() {
        this.chart.canvas.id = `gantt-${this.key}`;
        const button = (name, sign, act) => h('button', { type: 'button',
            title: t(name), 'aria-label': t(name), onclick: act }, sign);
        const { chart } = this;
        this.heading = h('h3', { className: 'figure-heading' });
        this.hint = h('p', { className: 'hint' }, t('hover'));
        this.slider = h('input', { type: 'range', min: 0, max: 0, value: 0,
            'aria-label': t('steps'),
            oninput: () => this.select(Number(this.slider.value), true) });
        this.tools = h('div', { className: 'tools', role: 'group',
            'aria-label': t('chart').split('.')[0] },
        button('begin', '|\u25c0', () => this.step(-Infinity)),
        button('before', '\u25c0', () => this.step(-1)),
        this.slider,
        button('after', '\u25b6', () => this.step(1)),
        button('end', '\u25b6|', () => this.step(Infinity)),
        button('zoomIn', '+', () => chart.zoom(0.5)),
        button('zoomOut', '\u2212', () => chart.zoom(2)),
        button('fit', '\u2922', () => chart.setView(0, chart.model?.end ?? 1)));
        this.why = h('div', { className: 'why', 'aria-live': 'polite' });
        this.who = h('div', { className: 'who' });
        this.numbers = h('div', { className: 'numbers' });
        this.rowsBody = h('div', {});
        this.rows = h('details', { className: 'rows', ontoggle: () =>
            this.rows.open && this.showRows() },
        h('summary', {}, t('rows')), this.rowsBody);
        this.notes = h('p', { className: 'hint' });
        this.element = h('section', { className: `figure ${this.key}` }, this.heading,
            chart.element, this.hint, this.tools, this.notes,
            h('h4', { className: 'which' }, t(this.key)),
            h('div', { className: 'panels' }, this.why, this.who, this.numbers),
            this.rows);
    }

    /* Shows a result; the view is kept while the end is about the same. */
    show(result, heading, keepView, firstView) {
        this.result = prepare(result);
        this.decisions = new Decisions(result);
        this.lives = null;
        this.heading.textContent = heading;
        this.model = { lanes: result.lanes, colours: result.colours,
            names: result.names, end: result.end, handOvers: result.handOvers };
        this.filter();
        this.chart.show(this.shown, keepView);
        if (!keepView)
            this.index = 0;
        if (!keepView && firstView) {
            this.chart.setView(firstView[0], firstView[1], true);
            this.index = this.decisions.before(firstView[0]) + 1;
        }
        this.slider.max = Math.max(0, this.decisions.count - 1);
        this.select(Math.min(this.index, Math.max(0, this.decisions.count - 1)));
        this.showNumbers();
        this.showNotes();
        if (this.rows.open)
            this.showRows();
    }

    /* The lanes of the groups that are asked for. */
    filter(groups) {
        this.groups = groups ?? this.groups;
        const lanes = this.model.lanes.filter((lane) =>
            !this.groups || this.groups.includes(lane.group));
        this.shown = { ...this.model, lanes: lanes.length ? lanes : this.model.lanes };
    }

    showGroups(groups) {
        this.filter(groups);
        this.chart.show(this.shown, true);
    }

    showNotes() {
        const { result } = this, notes = [];
        if (result.dropped > 0)
            notes.push(t('dropped', { n: result.dropped }));
        const left = Object.values(result.left).reduce((a, b) => a + b, 0);
        if (left > 0)
            notes.push(t('lanesLeft', { n: left }));
        if (!this.decisions.told)
            notes.push(t('reasonsLeft'), h('button', { type: 'button',
                onclick: () => this.on.tellReasons() }, t('tellReasons')));
        replace(this.notes, notes.flatMap((note) => [note, ' ']));
    }

    /* --- decisions --- */

    step(by) {
        const last = this.decisions.count - 1;
        const next = by === Infinity ? last : by === -Infinity ? 0
            : Math.max(0, Math.min(last, this.index + by));
        this.select(next, true);
    }

    pick(place) {
        const lane = this.shown.lanes[place.lane];
        this.hover(place);
        this.select(this.decisions.before(place.at,
            lane?.group === 'processors' ? lane.name : undefined), true, place.at);
    }

    /* Goes to decision `i`; the cursor stands there or at `at`. */
    select(i, tell, at) {
        const { decisions, chart } = this;
        if (decisions.count === 0) {
            replace(this.why, h('p', {}, t('none')));
            this.showWho(at ?? 0);
            return;
        }
        this.index = i;
        this.cursor = at ?? decisions.at(i);
        this.slider.value = i;
        const text = this.sentence(i);
        this.slider.setAttribute('aria-valuetext', text);
        chart.view.lines = [[this.cursor, 'cursor', ''],
            ...(this.difference !== undefined && this.difference !== null
                ? [[this.difference, 'differ', t('differ')]] : [])];
        if (tell)
            chart.reveal(this.cursor);
        chart.draw();
        this.showWhy(i);
        this.showWho(this.cursor);
        if (tell)
            this.on.selected(this.cursor);
    }

    /* Follows another chart to an instant. */
    follow(at) {
        if (this.result)
            this.select(this.decisions.before(at), false, at);
    }

    mark(at) {
        this.difference = at;
        this.select(this.index);
    }

    name(id) {
        return this.result.names[this.result.rows.get(id)] ?? '';
    }

    sentence(i) {
        const { decisions } = this;
        return `${t('decision', { i: i + 1, n: decisions.count })}, `
            + `${time(decisions.at(i))}, ${decisions.place(i)}: `
            + (decisions.text(i) || this.name(decisions.who(i)));
    }

    showWhy(i) {
        const { decisions } = this;
        const parts = decisions.parts(i);
        const head = h('h4', {}, t('decision', { i: i + 1, n: decisions.count }));
        const where = h('p', { className: 'where' },
            `${time(decisions.at(i))} \u00b7 ${decisions.place(i)}`);
        if (!parts) {
            replace(this.why, head, where, h('p', {}, decisions.text(i)
                || `${t('chosen')}: ${this.name(decisions.who(i))}`));
            return;
        }
        replace(this.why, head, where, h('dl', {},
            h('dt', {}, t('chosen')), h('dd', { className: 'chosen' }, parts.chosen),
            h('dt', {}, t('because')), h('dd', {}, parts.rule),
            h('dt', {}, t('ready')), h('dd', {}, parts.others.length
                ? parts.others.map((o) => h('span', { className: 'chip' }, o))
                : t('nobody'))));
    }

    showWho(at) {
        this.lives ??= new Lives(this.result);
        const { there, more } = this.lives.present(at, PRESENT_MOST);
        const keys = this.decisions.keys(this.index);
        const why = ({ cause, place, waker }) => place || (waker < 0 ? cause
            : t('wokenBy', { cause, name: this.name(waker) }));
        const rows = there.map((one) => {
            const name = this.name(one.id);
            return [name, t(one.state), why(one), time(one.since),
                keys.get(name) ?? keys.get(`${name}.0`) ?? ''];
        });
        if (more > 0)
            rows.push([`+ ${more}`, '', '', '', '']);
        replace(this.who, h('h4', {}, t('who', { time: time(at) })),
            table(t('who', { time: time(at) }),
                [t('thread'), t('state'), t('cause'), t('from'), t('key')], rows, 'quiet'));
    }

    /* --- numbers --- */

    showNumbers() {
        const { result } = this;
        const by = new Map(result.metrics.map((m) => [m.name, m]));
        const wanted = [...new Set([...(this.wanted ?? []), ...FIRST_METRICS])]
            .filter((name) => by.has(name));
        const line = (m) => [m.name, quantity(m.value, m.unit)];
        const threads = result.threads.slice(0, THREADS_MOST).map((thread) => [
            thread.name, time(thread.arrival),
            thread.firstRun < 0 ? '\u2013' : time(thread.firstRun),
            thread.finish < 0 ? '\u2013' : time(thread.finish),
            thread.finish < 0 ? '\u2013' : time(thread.finish - thread.arrival),
            time(thread.ready)]);
        const all = h('details', { ontoggle: () => all.open
            && all.children.length === 1 && all.append(table(t('all'),
            [t('metric'), t('value')], result.metrics.map(line), 'quiet')) },
        h('summary', {}, `${t('all')} (${result.metrics.length})`));
        const each = h('details', { open: threads.length <= 12 },
            h('summary', {}, t('perThread')),
            table(t('perThread'), [t('thread'), t('arrival'), t('firstRun'),
                t('finish'), t('turnaround'), t('wait')], threads, 'quiet'));
        replace(this.numbers, h('h4', {}, t('numbers')),
            table(t('numbers'), [t('metric'), t('value')],
                wanted.map((name) => line(by.get(name)))),
            each, all,
            h('p', { className: 'digest' }, `${t('digest')} `,
                h('code', {}, result.digest), ' ', h('code', {}, result.reported),
                h('br'), h('small', {}, `${t('digestAbout')} \u00b7 ${result.version}`)));
    }

    /* --- the table that says what the chart shows --- */

    /* Row `i` of all stretches of all lanes, in their order. */
    rowsOf(from, count) {
        const rows = [];
        let at = 0;
        for (const lane of this.model.lanes) {
            const n = lane.from?.length ?? 0;
            for (let i = Math.max(0, from - at); i < n && rows.length < count; i++)
                rows.push(this.rowOf(lane, i));
            at += n;
        }
        return rows;
    }

    rowOf(lane, i) {
        return [lane.name, this.model.names[lane.row[i]] ?? '',
            this.whatOf(lane, i), time(lane.from[i]), time(lane.to[i]),
            time(lane.to[i] - lane.from[i])];
    }

    whatOf(lane, i) {
        const { result } = this;
        const about = lane.about[i];
        if (lane.group === 'threads')
            return [t(['runs', 'waits', 'blocks'][lane.style[i]] ?? ''),
                result.causes[about] ?? ''].filter(Boolean).join(': ');
        return result.kinds[about] ?? '';
    }

    showRows() {
        const all = this.model.lanes.reduce((n, l) => n + (l.from?.length ?? 0), 0);
        const pages = Math.ceil(all / ROWS);
        this.page = Math.max(0, Math.min(this.page, pages - 1));
        const from = this.page * ROWS;
        const turn = (by) => () => {
            this.page += by;
            this.showRows();
        };
        const rows = this.rowsOf(from, ROWS);
        replace(this.rowsBody,
            h('p', {}, t('page', { a: all ? from + 1 : 0,
                b: Math.min(all, from + ROWS), n: all }), ' ',
            h('button', { type: 'button', disabled: this.page === 0,
                onclick: turn(-1) }, t('prev')),
            h('button', { type: 'button', disabled: this.page >= pages - 1,
                onclick: turn(1) }, t('next'))),
            table(t('rows'), [t('place'), t('thread'), t('what'), t('from'), t('to'),
                t('length')], rows, 'quiet'));
    }

    hover(place) {
        const found = this.model && this.chart.stretchAt(place);
        const lane = this.shown?.lanes[place.lane];
        if (!found) {
            this.hint.textContent = lane ? `${lane.name} \u00b7 ${time(Math.max(0, place.at))}`
                : t('hover');
            return;
        }
        const [, i] = found;
        this.hint.textContent = t('span', { place: found[0].name,
            who: this.model.names[found[0].row[i]] ?? '', what: this.whatOf(found[0], i),
            from: time(found[0].from[i]), to: time(found[0].to[i]),
            length: time(found[0].to[i] - found[0].from[i]) });
    }
}

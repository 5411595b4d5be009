/*
 * paint.js - the Gantt chart, on whatever has a pen: a canvas or an SVG file.
 *
 * A stretch that is narrower than a pixel is not drawn by itself: of all that
 * fall into one column, what takes most of it is. So a chart costs a loop over
 * what is in sight and at most a rectangle a column and lane.
 */
import { ticks, timeScale } from './format.js';
import { ARRIVAL, BLOCKED, COLOURS, DEADLINE, EVENT, FINISH, HOLD, MISSED,
    READY, RUN, SWITCH } from './lanes.js';

export const STRONG = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00',
    '#56b4e9', '#8c8c00'];
/* Ink on each of them with a contrast of 4.5 at least. */
const ON = ['#fff', '#000', '#000', '#000', '#000', '#000', '#000'];
export const AXIS = 26, GAP = 4, GROUP_GAP = 10;

export function heightOf(lane) {
    return lane.group === 'series' ? 40 : lane.group === 'threads' ? 22 : 26;
}

/* Where each lane begins, and how high all are together. */
export function layout(lanes) {
    let y = AXIS, before = lanes[0]?.group;
    const tops = lanes.map((lane) => {
        if (lane.group !== before)
            y += GROUP_GAP;
        before = lane.group;
        const top = y;
        y += heightOf(lane) + GAP;
        return top;
    });
    return { tops, height: y + 4 };
}

/* The first place in an ordered array whose value is at least `value`. */
function lowerBound(array, value) {
    let low = 0, high = array.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (array[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first stretch that may reach beyond `at`: stretches of a processor do not
 * overlap; those of a task's threads may, by as much as the longest. */
function firstAfter(lane, at) {
    lane.longest ??= lane.from.reduce(
        (most, from, i) => Math.max(most, lane.to[i] - from), 0);
    return lowerBound(lane.from, at - lane.longest);
}

class Painter {
    constructor(pen, model, view, box, theme) {
        Object.assign(this, { pen, model, view, box, theme });
        this.scale = (box.right - box.left) / (view.to - view.from);
        this.tally = new Float64Array(COLOURS * 5 + 5);
    }

    x(at) {
        return this.box.left + (at - this.view.from) * this.scale;
    }

    colour(row) {
        return row < 0 ? -1 : this.model.colours[row] ?? -1;
    }

    /* A stretch that is wide enough to be seen by itself. */
    stretch(lane, i, top, height) {
        const { pen, box } = this;
        const style = lane.style[i], colour = this.colour(lane.row[i]);
        const left = Math.max(this.x(lane.from[i]), box.left - 2);
        const width = Math.min(this.x(lane.to[i]), box.right + 2) - left;
        this.block(left, top, width, height, style, colour);
        if (width < 16 || (style !== RUN && style !== HOLD) || lane.row[i] < 0)
            return;
        const name = lane.group === 'threads' ? '' : this.name(lane, i);
        pen.label(name, left, top, width, height,
            style === RUN && colour >= 0 ? ON[colour] : this.theme.ink);
    }

    name(lane, i) {
        return this.model.names[lane.row[i]] ?? '';
    }

    block(left, top, width, height, style, colour) {
        const { pen, theme } = this;
        const strong = colour < 0 ? theme.soft : STRONG[colour];
        switch (style) {
        case RUN:
            pen.rect(left, top, width, height, strong);
            if (width > 5 && colour > 0)
                pen.hatch(left, top, width, height, colour, theme.hatch);
            break;
        case READY:
            pen.rect(left, top + height * 0.3, width, height * 0.4, theme.ready);
            if (width > 3)
                pen.frame(left, top + height * 0.3, width, height * 0.4,
                    theme.soft);
            break;
        case BLOCKED:
            pen.dotted(left, top + height / 2, width, theme.soft);
            break;
        case SWITCH:
            pen.rect(left, top, width, height, theme.switch);
            break;
        default:
            pen.rect(left, top, width, height, theme.tint);
            pen.rect(left, top + height - 5, width, 5, strong);
            if (width > 3)
                pen.frame(left, top, width, height, strong);
        }
    }

    /* Draws the column that was collected, by what takes most of it. */
    column(x, top, height) {
        let most = 0;
        for (let i = 1; i < this.tally.length; i++)
            if (this.tally[i] > this.tally[most])
                most = i;
        if (this.tally[most] > 0)
            this.block(x, top, 1, height, most % 5, Math.floor(most / 5) - 1);
        this.tally.fill(0);
    }

    stretches(lane, top, height) {
        const { view, scale } = this;
        const narrow = 1.5 / scale;
        let column = -1;
        for (let i = firstAfter(lane, view.from); i < lane.from.length; i++) {
            const from = lane.from[i], to = lane.to[i];
            if (from >= view.to)
                break;
            if (to <= view.from)
                continue;
            if (to - from >= narrow) {
                if (column >= 0)
                    this.column(column, top, height);
                column = -1;
                this.stretch(lane, i, top, height);
                continue;
            }
            const at = Math.floor(this.x(from));
            if (at !== column) {
                if (column >= 0)
                    this.column(column, top, height);
                column = at;
            }
            this.tally[(this.colour(lane.row[i]) + 1) * 5 + lane.style[i]] +=
                to - from;
        }
        if (column >= 0)
            this.column(column, top, height);
    }

    /* Marks that would stand on each other are left out, but for what should
     * not have happened, and events. */
    marks(lane, top, height) {
        const { marks } = lane, { pen, theme, view, box } = this;
        const from = lowerBound(marks.at, view.from);
        const to = lowerBound(marks.at, view.to * (1 + 1e-12));
        const dense = (to - from) * 8 > box.right - box.left;
        const drawn = [-9, -9, -9, -9, -9];
        for (let i = from; i < to; i++) {
            const at = marks.at[i], sort = marks.sort[i];
            const x = this.x(at);
            if (x - drawn[sort] < 3 || (dense && sort !== MISSED && sort !== EVENT))
                continue;
            drawn[sort] = x;
            switch (sort) {
            case ARRIVAL: pen.arrow(x, top + height, top + height - 10, theme.ink); break;
            case DEADLINE: pen.arrow(x, top - 3, top + 9, theme.ink); break;
            case MISSED:
                pen.arrow(x, top - 3, top + 9, theme.bad);
                pen.cross(x, top + height / 2, 5, theme.bad);
                break;
            case FINISH: pen.line(x, top + 3, x, top + height - 1, theme.ink, 2); break;
            case EVENT: pen.diamond(x, top + height / 2, 5, theme.event); break;
            }
        }
    }

    /* Arrows from who hands over to who gets it, where both are drawn; those
     * that would stand on each other are left out. */
    handOvers(tops) {
        const { pen, model, view, theme } = this, { at, from, to } = model.handOvers;
        const middle = new Map(model.lanes.map((lane, i) =>
            [lane.number, tops[i] + heightOf(lane) / 2]));
        let drawn = -9;
        for (let i = lowerBound(at, view.from); i < at.length && at[i] <= view.to; i++) {
            const x = this.x(at[i]), begin = middle.get(from[i]), end = middle.get(to[i]);
            if (begin === undefined || end === undefined || x - drawn < 6)
                continue;
            drawn = x;
            pen.arrow(x, begin, end - 6 * Math.sign(end - begin), theme.event);
        }
    }

    series(lane, top, height) {
        const { pen, box, theme, view } = this;
        const most = lane.most ??= lane.value.reduce((a, b) => Math.max(a, b), 1);
        const y = (value) => top + height - 2 - value / most * (height - 6);
        const points = [];
        let last = -1, low = 0, high = 0, held = null;
        for (let i = 0; i < lane.at.length; i++) {
            if (lane.at[i] <= view.from) {
                held = lane.value[i];
                continue;
            }
            if (lane.at[i] > view.to)
                break;
            if (held !== null && points.length === 0)
                points.push([box.left, y(held)]);
            const x = Math.floor(this.x(lane.at[i]));
            if (x !== last) {
                if (held !== null)
                    points.push([x, y(held)]);
                low = high = lane.value[i];
            }
            low = Math.min(low, lane.value[i]);
            high = Math.max(high, lane.value[i]);
            held = lane.value[i];
            if (x === last)
                points.push([x, y(low)], [x, y(high)]);
            points.push([x, y(held)]);
            last = x;
        }
        if (held !== null)
            points.push([last < 0 ? box.left : last, y(held)],
                [Math.min(box.right, this.x(this.model.end)), y(held)]);
        pen.path(points, STRONG[0], 1.5);
        pen.label(String(most), box.right - 46, top, 44, 12, theme.soft);
    }

    axis(height) {
        const { pen, box, theme, view } = this;
        const { name, size } = timeScale(Math.max(Math.abs(view.to), 1));
        const marks = ticks(view.from / size, view.to / size,
            Math.max(2, (box.right - box.left) / 90));
        marks.forEach((mark, i) => {
            const x = this.x(mark * size);
            pen.line(x, AXIS - 5, x, height, theme.grid, 1);
            const text = String(Number(mark.toPrecision(10)));
            const last = i === marks.length - 1;
            pen.text(last ? `${text} ${name}` : text,
                Math.min(x, box.right), AXIS - 9, theme.ink,
                x > box.right - 30 ? 'right' : 'center');
        });
    }

    all() {
        const { pen, box, theme, model } = this;
        const { tops, height } = layout(model.lanes);
        pen.rect(0, 0, box.width, height, theme.paper);
        this.axis(height);
        pen.clip(box.left, 0, box.right - box.left, height);
        model.lanes.forEach((lane, i) => {
            const tall = heightOf(lane);
            pen.line(box.left, tops[i] + tall + 0.5, box.right,
                tops[i] + tall + 0.5, theme.grid, 1);
            if (lane.group === 'series') {
                this.series(lane, tops[i], tall);
                return;
            }
            this.stretches(lane, tops[i], tall);
            this.marks(lane, tops[i], tall);
        });
        this.handOvers(tops);
        this.cursors(height);
        pen.unclip();
        model.lanes.forEach((lane, i) => {
            pen.label(lane.name, 2, tops[i], box.left - 8, heightOf(lane),
                theme.ink, 'left');
        });
    }

    cursors(height) {
        const { pen, theme, view } = this;
        for (const [at, colour, text] of view.lines ?? []) {
            if (at < view.from || at > view.to)
                continue;
            const x = Math.round(this.x(at));
            pen.line(x, AXIS - 4, x, height, theme[colour], 2);
            if (text)
                pen.text(text, Math.min(x + 4, this.box.right - 4), height - 4,
                    theme[colour], x > this.box.right - 150 ? 'right' : 'left');
        }
    }
}

export function paint(pen, model, view, box, theme) {
    new Painter(pen, model, view, box, theme).all();
}

/* What lies at a place of the chart, in words; the words come from outside. */
export function nearest(lane, at, slack) {
    if (!lane.from)
        return -1;
    let best = -1, far = slack;
    for (let i = firstAfter(lane, at - slack); i < lane.from.length; i++) {
        if (lane.from[i] > at + slack)
            break;
        const off = lane.from[i] > at ? lane.from[i] - at
            : lane.to[i] < at ? at - lane.to[i] : 0;
        if (off <= far) {
            best = i;
            far = off;
        }
    }
    return best;
}

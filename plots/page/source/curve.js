/*
 * curve.js - one value against another, drawn while its points come in.
 */
import { h, replace, svg, table } from './dom.js';
import { quantity, ticks, time } from './format.js';
import { t } from './words.js';

const WIDTH = 640, HEIGHT = 300, LEFT = 70, RIGHT = 16, TOP = 14, BOTTOM = 46;

/* A scale from values to places, straight or logarithmic. */
function scale(values, from, to, logarithmic, zero) {
    let low = Math.min(...values), high = Math.max(...values);
    if (logarithmic && low > 0) {
        const a = Math.log(low), b = Math.log(high > low ? high : low * 10);
        const place = (v) => from + (Math.log(v) - a) / (b - a) * (to - from);
        const decades = [];
        for (let d = Math.floor(Math.log10(low)); d <= Math.log10(high) + 1e-9; d++)
            if (10 ** d >= low * 0.999)
                decades.push(10 ** d);
        return { place, marks: decades.length > 1 ? decades : [low, high] };
    }
    if (zero)
        low = Math.min(0, low);
    if (high <= low)
        high = low + 1;
    const place = (v) => from + (v - low) / (high - low) * (to - from);
    return { place, marks: ticks(low, high, 5) };
}

export class Curve {
    constructor() {
        this.picture = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img',
            class: 'curve' });
        this.rows = h('div', {});
        this.element = h('div', { className: 'curve-box' }, this.picture,
            h('details', {}, h('summary', {}, t('values')), this.rows));
    }

    /* points: [{ label, x, value?, error?, expected? }]; `unit` of the values. */
    show({ points, x, y, unit, log = '', now }) {
        const done = points.filter((p) => p.value !== undefined);
        const worded = points.some((p) => Number.isNaN(p.x));
        const xs = points.map((p, i) => worded ? i : p.x);
        const ys = [...done.map((p) => p.value),
            ...points.filter((p) => p.expected !== undefined).map((p) => p.expected)];
        replace(this.picture, svg('title', {}, `${y} \u2013 ${x}`));
        this.table(points, x, y, unit);
        if (ys.length === 0)
            return;
        const across = scale(xs, LEFT, WIDTH - RIGHT, !worded && log.includes('x'));
        const up = scale(ys, HEIGHT - BOTTOM, TOP, log.includes('y')
            && ys.every((v) => v > 0), true);
        this.axes(points, xs, across, up, worded, unit, x, y);
        const line = done.map((p) => [across.place(xs[points.indexOf(p)]),
            up.place(p.value)]).sort((a, b) => a[0] - b[0]);
        if (!worded && line.length > 1)
            this.picture.append(svg('polyline', { class: 'line',
                points: line.map((p) => p.join(',')).join(' ') }));
        points.forEach((p, i) => this.point(p, across.place(xs[i]), up));
        if (now !== undefined && !worded && now >= Math.min(...xs)
            && now <= Math.max(...xs))
            this.picture.append(svg('line', { class: 'now', x1: across.place(now),
                x2: across.place(now), y1: TOP, y2: HEIGHT - BOTTOM }));
    }

    point(point, x, up) {
        if (point.expected !== undefined) {
            const y = up.place(point.expected);
            this.picture.append(svg('path', { class: 'expected',
                d: `M${x - 6} ${y}L${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}Z` }));
        }
        if (point.value !== undefined)
            this.picture.append(svg('circle', { class: 'dot', cx: x,
                cy: up.place(point.value), r: 4 }));
    }

    axes(points, xs, across, up, worded, unit, x, y) {
        const { picture } = this;
        for (const mark of up.marks) {
            const at = up.place(mark);
            picture.append(
                svg('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: at, y2: at }),
                svg('text', { x: LEFT - 6, y: at + 4, 'text-anchor': 'end' },
                    quantity(mark, unit)));
        }
        const marks = worded ? points.map((p, i) => [xs[i], p.label])
            : this.few(points, xs, across);
        marks.forEach(([mark, label], i) => picture.append(svg('text', {
            x: across.place(mark), y: HEIGHT - BOTTOM + 16 + (worded && i % 2 ? 13 : 0),
            'text-anchor': 'middle' }, label.slice(0, 18))));
        picture.append(svg('text', { x: WIDTH - RIGHT, y: HEIGHT - 4,
            'text-anchor': 'end', class: 'name' }, x),
        svg('text', { x: 4, y: HEIGHT - 4, class: 'name' }, y));
    }

    /* Labels of points that do not stand on each other. */
    few(points, xs, across) {
        const kept = [];
        let last = -Infinity;
        for (const i of xs.map((_, k) => k).sort((a, b) => xs[a] - xs[b])) {
            const at = across.place(xs[i]);
            if (at - last < 52)
                continue;
            kept.push([xs[i], points[i].label]);
            last = at;
        }
        return kept;
    }

    table(points, x, y, unit) {
        replace(this.rows, table(t('values'), [x, y, t('sourceHead').split(',')[0]],
            points.map((p) => [p.label,
                p.error ?? (p.value === undefined ? '\u2026' : quantity(p.value, unit)),
                p.expected === undefined ? '' : quantity(p.expected, unit)]), 'quiet'));
    }
}

/* Rungs of very different length: bars on a scale of powers of ten, in words
 * beside. rungs: [{ name, value, expected? }] in picoseconds. */
export function ladder(rungs) {
    const most = Math.max(...rungs.map((r) => r.value));
    const least = Math.min(...rungs.map((r) => r.value)) / 3;
    const width = (v) => `${Math.max(1, Math.log(v / least) / Math.log(most / least) * 100)}%`;
    return h('ol', { className: 'ladder' }, rungs.map((rung) => {
        const bar = h('span', { className: 'rung' });
        bar.style.width = width(rung.value);
        return h('li', {}, h('span', { className: 'rung-name' }, rung.name), bar,
            h('span', { className: 'rung-value' }, time(rung.value)));
    }));
}

/* The levels of a ladder: what a device took, what a memory took. */
export function rungs(result) {
    return result.metrics.filter((m) => /^memory\.[^.]+\.latency$/.test(m.name)
        || /^devices\.[^.]+\.stay\.mean$/.test(m.name))
        .map((m) => ({ name: m.name.split('.')[1], value: m.value }))
        .filter((r) => r.value > 0).sort((a, b) => a.value - b.value);
}

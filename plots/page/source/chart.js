/*
 * chart.js - the Gantt chart on a canvas: zoom, pan, a cursor, a click.
 */
import { h } from './dom.js';
import { layout, nearest, paint } from './paint.js';
import { CanvasPen, SvgPen } from './pens.js';

function themeOf(element) {
    const style = getComputedStyle(element);
    const names = ['paper', 'ink', 'soft', 'grid', 'ready', 'tint', 'switch',
        'bad', 'event', 'cursor', 'differ', 'hatch'];
    return Object.fromEntries(names.map((name) =>
        [name, style.getPropertyValue(`--${name}`).trim()]));
}

export class Chart {
    /* on: { pick(at, lane), view(view), step(direction) } */
    constructor(label, on) {
        this.on = on;
        this.view = { from: 0, to: 1, lines: [] };
        this.model = null;
        this.canvas = h('canvas', { className: 'gantt', tabIndex: 0,
            role: 'application', 'aria-label': label });
        this.element = h('div', { className: 'chart' }, this.canvas);
        this.pointers = new Map();
        this.listen();
        new ResizeObserver(() => this.draw()).observe(this.element);
    }

    listen() {
        const { canvas } = this;
        canvas.addEventListener('wheel', (e) => this.wheel(e), { passive: false });
        canvas.addEventListener('pointerdown', (e) => this.down(e));
        canvas.addEventListener('pointermove', (e) => this.move(e));
        canvas.addEventListener('pointerup', (e) => this.up(e));
        canvas.addEventListener('pointercancel', (e) => this.pointers.delete(e.pointerId));
        canvas.addEventListener('keydown', (e) => this.key(e));
    }

    show(model, keepView) {
        const known = this.model !== null;
        this.model = model;
        if (!keepView || !known || this.view.from >= model.end)
            Object.assign(this.view, { from: 0, to: Math.max(1, model.end) });
        this.draw();
    }

    get box() {
        const width = this.element.clientWidth || 600;
        const longest = Math.max(0, ...(this.model?.lanes ?? [])
            .map((lane) => lane.name.length));
        const left = Math.min(width * 0.28, 14 + longest * 6.8);
        return { width, left: Math.max(40, left), right: width - 8 };
    }

    /* Draws at the next frame; often asked, once done. */
    draw() {
        if (this.asked || !this.model)
            return;
        this.asked = true;
        requestAnimationFrame(() => {
            this.asked = false;
            this.drawNow();
        });
    }

    drawNow() {
        const { canvas } = this;
        const scale = Math.min(2, devicePixelRatio || 1);
        const { height } = layout(this.model.lanes);
        const { width } = this.box;
        if (canvas.width !== Math.round(width * scale)
            || canvas.height !== Math.round(height * scale)) {
            canvas.width = Math.round(width * scale);
            canvas.height = Math.round(height * scale);
            canvas.style.height = `${height}px`;
            this.pen = null;
        }
        const context = canvas.getContext('2d', { alpha: false });
        this.pen ??= new CanvasPen(context, scale);
        context.setTransform(scale, 0, 0, scale, 0, 0);
        paint(this.pen, this.model, this.view, this.box, themeOf(this.element));
    }

    toSvg(title) {
        const pen = new SvgPen(new OffscreenCanvas(1, 1).getContext('2d'));
        const { height } = layout(this.model.lanes);
        paint(pen, this.model, this.view, this.box, themeOf(this.element));
        return pen.file(this.box.width, height, title);
    }

    toPng() {
        this.drawNow();
        return new Promise((done) => this.canvas.toBlob(done, 'image/png'));
    }

    /* --- where and what --- */

    at(x) {
        const { left, right } = this.box;
        return this.view.from
            + (x - left) / (right - left) * (this.view.to - this.view.from);
    }

    place(event) {
        const frame = this.canvas.getBoundingClientRect();
        const x = event.clientX - frame.left, y = event.clientY - frame.top;
        const { tops } = layout(this.model?.lanes ?? []);
        const lane = tops.findLastIndex((top) => y >= top);
        return { x, y, lane, at: this.at(x) };
    }

    /* The stretch there: [lane, index], or null. */
    stretchAt({ lane, at }) {
        const found = this.model.lanes[lane];
        if (!found)
            return null;
        const pixel = (this.view.to - this.view.from) /
            (this.box.right - this.box.left);
        const index = nearest(found, at, 4 * pixel);
        return index < 0 ? null : [found, index];
    }

    /* --- moving about --- */

    setView(from, to, silent) {
        const end = Math.max(1, this.model?.end ?? 1);
        const width = Math.min(end, Math.max(to - from, Math.max(1, end * 1e-9)));
        const start = Math.max(0, Math.min(from, end - width));
        Object.assign(this.view, { from: start, to: start + width });
        this.draw();
        if (!silent)
            this.on.view?.(this.view);
    }

    zoom(factor, at) {
        const { from, to } = this.view;
        const around = at ?? (this.view.lines[0]?.[0] >= from
            && this.view.lines[0]?.[0] <= to ? this.view.lines[0][0] : (from + to) / 2);
        this.setView(around - (around - from) * factor,
            around + (to - around) * factor);
    }

    pan(share) {
        const { from, to } = this.view;
        const step = (to - from) * share;
        this.setView(from + step, to + step);
    }

    /* Moves so that `at` is in sight. */
    reveal(at) {
        const { from, to } = this.view;
        if (at < from || at > to)
            this.setView(at - (to - from) / 2, at + (to - from) / 2);
    }

    wheel(event) {
        if (!this.model || (!event.ctrlKey && !event.shiftKey
            && document.activeElement !== this.canvas && !event.deltaX))
            return;
        event.preventDefault();
        if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
            this.pan((event.deltaX || event.deltaY) / this.box.width);
        else
            this.zoom(2 ** (event.deltaY / 300), this.place(event).at);
    }

    down(event) {
        this.canvas.setPointerCapture(event.pointerId);
        this.pointers.set(event.pointerId, event.clientX);
        this.moved = 0;
    }

    move(event) {
        if (!this.model)
            return;
        const before = this.pointers.get(event.pointerId);
        if (before === undefined) {
            this.on.hover?.(this.place(event));
            return;
        }
        const width = this.box.right - this.box.left;
        if (this.pointers.size === 2)
            this.pinch(event);
        else
            this.pan((before - event.clientX) / width);
        this.moved += Math.abs(event.clientX - before);
        this.pointers.set(event.pointerId, event.clientX);
    }

    pinch(event) {
        const [other] = [...this.pointers].filter(([id]) => id !== event.pointerId);
        const was = Math.abs(this.pointers.get(event.pointerId) - other[1]);
        const is = Math.abs(event.clientX - other[1]);
        if (was > 8 && is > 8)
            this.zoom(was / is, this.place(event).at);
    }

    up(event) {
        this.pointers.delete(event.pointerId);
        if (this.model && this.moved < 6)
            this.on.pick?.(this.place(event));
    }

    key(event) {
        const keys = {
            ArrowRight: () => this.on.step?.(1),
            ArrowLeft: () => this.on.step?.(-1),
            Home: () => this.on.step?.(-Infinity),
            End: () => this.on.step?.(Infinity),
            '+': () => this.zoom(0.5), '=': () => this.zoom(0.5),
            '-': () => this.zoom(2),
            '0': () => this.setView(0, this.model.end),
            '<': () => this.pan(-0.25), '>': () => this.pan(0.25),
        };
        if (event.ctrlKey || event.metaKey || event.altKey || !this.model
            || !keys[event.key])
            return;
        event.preventDefault();
        keys[event.key]();
    }
}

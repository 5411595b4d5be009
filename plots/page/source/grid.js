/*
 * grid.js - an empty chart to fill in: a cell a slot, by mouse, finger or keys.
 *
 * The letters are a text, which a field beside it holds, too: whatever changes
 * one changes the other. Ten slots stand together, so that the chart breaks
 * into lines where the page is narrow.
 */
import { h, replace } from './dom.js';
import { t } from './words.js';

export const IDLE = '.', CHANGE = '/';
const TOGETHER = 10;

/* The slots of a text that is a line of letters; null: it is something else,
 * such as a list of times. */
export function slotsOf(text, letters) {
    const slots = [...text.toUpperCase()].filter((c) => c !== ' ' && c !== '|')
        .map((c) => (c === '-' || c === '_' ? IDLE : c));
    return slots.every((c) => letters.includes(c)) ? slots : null;
}

/* The letters without what is empty at the end. */
function textOf(slots) {
    return slots.join('').replace(/\.+$/, '');
}

export class Grid {
    /* lanes: [{ name, about }]; letters: all that a cell may hold, IDLE first;
     * on(lane, text) when a cell was changed. */
    constructor({ lanes, letters, slots, unit, arrivals, label }, on) {
        Object.assign(this, { lanes, letters, slots, unit, arrivals, on });
        this.values = lanes.map(() => Array(slots).fill(IDLE));
        this.pen = letters[1] ?? IDLE;
        this.at = { lane: 0, slot: 0 };
        this.pens = h('div', { className: 'row pens', role: 'group',
            'aria-label': t('paintWith') });
        this.table = h('div', { className: 'grid', role: 'grid', 'aria-label': label,
            onkeydown: (e) => this.key(e),
            onpointerdown: (e) => this.press(e), onpointermove: (e) => this.drag(e) });
        this.element = h('div', { className: 'sheet' }, this.pens, this.table,
            h('p', { className: 'hint' }, t('gridKeys')));
        this.build();
        this.showPens();
    }

    build() {
        this.cells = this.lanes.map(() => []);
        const blocks = [];
        for (let from = 0; from < this.slots; from += TOGETHER)
            blocks.push(this.block(from, Math.min(this.slots, from + TOGETHER)));
        replace(this.table, blocks);
        this.lanes.forEach((_, lane) =>
            this.cells[lane].forEach((_cell, slot) => this.paint(lane, slot)));
        this.cells[0][0].tabIndex = 0;
    }

    block(from, to) {
        const slots = Array.from({ length: to - from }, (_, i) => from + i);
        const there = (slot) => this.arrivals.filter((a) => a.arrival === slot)
            .map((a) => a.letter).join('');
        const beside = (text) => this.lanes.length > 1
            && h('span', { className: 'lane', 'aria-hidden': 'true' }, text);
        return h('div', { className: 'block', role: 'rowgroup' },
            h('div', { className: 'line', 'aria-hidden': 'true' }, beside(''),
                slots.map((slot) => h('span', { className: 'arrives' },
                    there(slot) && `${there(slot)}\u2193`))),
            this.lanes.map((_, lane) => h('div', { className: 'line', role: 'row',
                'aria-rowindex': lane + 1 }, beside(String(lane)),
            slots.map((slot) => this.cell(lane, slot)))),
            h('div', { className: 'line scale', 'aria-hidden': 'true' }, beside(''),
                slots.map((slot) => h('span', {}, slot % 5 === 0 ? String(slot) : ''))));
    }

    cell(lane, slot) {
        const cell = h('div', { role: 'gridcell', tabIndex: -1, className: 'cell',
            'aria-colindex': slot + 1, 'data-lane': lane, 'data-slot': slot,
            onfocus: () => { this.at = { lane, slot }; } });
        this.cells[lane][slot] = cell;
        return cell;
    }

    paint(lane, slot) {
        const cell = this.cells[lane][slot], letter = this.values[lane][slot];
        const number = this.letters.indexOf(letter);
        cell.textContent = letter === IDLE ? '' : letter;
        cell.className = `cell ${letter === IDLE ? '' : letter === CHANGE ? 'change'
            : `letter-${number % 8}`}`;
        cell.setAttribute('aria-label', `${this.lanes[lane].about}, ${slot} \u2013 ${
            slot + 1} ${this.unit}: ${this.called(letter)}`);
    }

    called(letter) {
        return letter === IDLE ? t('penIdle') : letter === CHANGE ? t('penChange') : letter;
    }

    showPens() {
        replace(this.pens, [...this.letters].map((letter) => h('button', {
            type: 'button', 'aria-pressed': String(letter === this.pen),
            className: 'pen', onclick: () => {
                this.pen = letter;
                for (const button of this.pens.children)
                    button.setAttribute('aria-pressed',
                        String(button.dataset.letter === letter));
            }, 'data-letter': letter }, this.called(letter))));
    }

    /* --- changes --- */

    /* Takes a text over: what is no line of letters leaves the chart empty. */
    take(lane, text) {
        const slots = slotsOf(text, this.letters) ?? [];
        while (slots.length > this.slots) {
            this.slots += TOGETHER;
            this.values.forEach((value) => value.push(...Array(TOGETHER).fill(IDLE)));
            this.build();
        }
        this.values[lane] = Array.from({ length: this.slots }, (_, i) => slots[i] ?? IDLE);
        this.values[lane].forEach((_, slot) => this.paint(lane, slot));
    }

    set(lane, slot, letter) {
        if (this.values[lane][slot] === letter)
            return;
        this.values[lane][slot] = letter;
        this.paint(lane, slot);
        this.on(lane, textOf(this.values[lane]));
    }

    go(lane, slot) {
        this.cells[this.at.lane][this.at.slot].tabIndex = -1;
        const to = this.cells[Math.max(0, Math.min(this.lanes.length - 1, lane))][
            Math.max(0, Math.min(this.slots - 1, slot))];
        to.tabIndex = 0;
        to.focus();
    }

    /* --- hands --- */

    under(event) {
        const cell = document.elementFromPoint(event.clientX, event.clientY)
            ?.closest?.('.cell');
        return this.table.contains(cell) ? cell : null;
    }

    press(event) {
        const cell = this.under(event);
        if (!cell || event.button > 0)
            return;
        event.preventDefault();
        const [lane, slot] = [Number(cell.dataset.lane), Number(cell.dataset.slot)];
        this.go(lane, slot);
        this.drawn = this.values[lane][slot] === this.pen ? IDLE : this.pen;
        this.set(lane, slot, this.drawn);
    }

    drag(event) {
        const cell = event.buttons & 1 ? this.under(event) : null;
        if (cell && this.drawn)
            this.set(Number(cell.dataset.lane), Number(cell.dataset.slot), this.drawn);
    }

    key(event) {
        const { lane, slot } = this.at;
        const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0],
            ArrowDown: [1, 0], Home: [0, -Infinity], End: [0, Infinity] };
        const letter = event.key === ' ' || event.key === 'Delete' ? IDLE
            : event.key.toUpperCase();
        if (event.ctrlKey || event.altKey || event.metaKey)
            return;
        if (moves[event.key]) {
            const [down, right] = moves[event.key];
            if (event.shiftKey && right)
                this.set(lane, Math.max(0, Math.min(this.slots - 1, slot + right)),
                    this.values[lane][slot]);
            this.go(lane + down, slot + right);
        } else if (event.key === 'Backspace') {
            this.go(lane, slot - 1);
            this.set(lane, Math.max(0, slot - 1), IDLE);
        } else if (letter.length === 1 && this.letters.includes(letter)) {
            this.set(lane, slot, letter);
            this.go(lane, slot + 1);
        } else {
            return;
        }
        event.preventDefault();
    }
}

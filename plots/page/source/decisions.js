/*
 * decisions.js - what was decided when, and what everybody was at an instant.
 */
import { reasonText } from '../timeslice/engine.js';

const TURN_RUNS = 1;
export const STATES = ['waits', 'runs', 'blocks', 'ends'];

/* The decisions of a result: its reasons, or else its dispatches. */
export class Decisions {
    constructor(result) {
        this.result = result;
        this.told = result.reasons.at.length > 0;
        const { turns } = result;
        this.dispatches = this.told ? null : Uint32Array.from(
            Array.from(turns.to.keys()).filter((i) => turns.to[i] === TURN_RUNS));
    }

    get count() {
        return this.told ? this.result.reasons.at.length : this.dispatches.length;
    }

    at(i) {
        return this.told ? this.result.reasons.at[i]
            : this.result.turns.at[this.dispatches[i]];
    }

    place(i) {
        const number = this.told ? this.result.reasons.place[i]
            : this.result.turns.place[this.dispatches[i]];
        return this.result.places[number] ?? '';
    }

    who(i) {
        return this.told ? this.result.reasons.who[i]
            : this.result.turns.who[this.dispatches[i]];
    }

    text(i) {
        return this.told ? reasonText(this.result.reasons, i) : '';
    }

    /* "dispatches b.0 (level 2 of 3): RULE; also ready: a.0 (KEY), c.0 and 3
     * more" in its parts; null: something else is said. */
    parts(i) {
        const text = this.text(i);
        const form = /^dispatches (.+?): (.*?)(?:; also ready: (.*))?$/s.exec(text);
        if (!form)
            return null;
        const [, chosen, rule, others] = form;
        return { chosen, rule,
            others: others ? others.split(/, (?![^(]*\))/) : [] };
    }

    /* What those it names stood at, by name: a level, a priority, a lag. */
    keys(i) {
        const parts = this.told && this.count > 0 ? this.parts(i) : null;
        const keys = new Map();
        for (const text of parts ? [parts.chosen, ...parts.others] : []) {
            const form = /^(.*?) \((.*)\)$/s.exec(text);
            if (form)
                keys.set(form[1], form[2]);
        }
        return keys;
    }

    /* The last one at or before an instant, at that place if there is one. */
    before(at, place) {
        let low = 0, high = this.count;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (this.at(middle) <= at)
                low = middle + 1;
            else
                high = middle;
        }
        for (let i = low - 1; i >= 0 && place; i--)
            if (this.place(i) === place)
                return i;
        return Math.max(0, low - 1);
    }
}

/* The turns of each thread, for looking up what it is at an instant. */
export class Lives {
    constructor(result) {
        this.result = result;
        const { turns } = result;
        this.of = new Map();
        for (let i = 0; i < turns.at.length; i++) {
            if (!this.of.has(turns.who[i]))
                this.of.set(turns.who[i], []);
            this.of.get(turns.who[i]).push(i);
        }
    }

    /* What a thread is after all that happens at `at`. */
    state(id, at) {
        const { turns, places, causes } = this.result;
        const list = this.of.get(id) ?? [];
        let low = 0, high = list.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (turns.at[list[middle]] <= at)
                low = middle + 1;
            else
                high = middle;
        }
        if (low === 0)
            return { state: 'notyet', cause: '', since: 0, place: '', waker: -1 };
        const i = list[low - 1];
        return { state: STATES[turns.to[i]], since: turns.at[i], waker: turns.waker[i],
            cause: causes[turns.cause[i]] ?? '',
            place: turns.to[i] === TURN_RUNS ? places[turns.place[i]] ?? '' : '' };
    }

    /* Those who are there at an instant, running ones first, then those that
     * are ready in the order in which they became so. */
    present(at, most) {
        const order = { runs: 0, waits: 1, blocks: 2 };
        const there = [];
        for (const [id] of this.of) {
            const state = this.state(id, at);
            if (state.state in order)
                there.push({ id, ...state });
        }
        there.sort((a, b) => order[a.state] - order[b.state]
            || a.since - b.since || a.id - b.id);
        return { there: there.slice(0, most), more: Math.max(0, there.length - most) };
    }
}

/* The first decision that is not the same in both; null: there is none. */
export function firstDifference(a, b) {
    const names = (d, i) => {
        const row = d.result.rows.get(d.who(i));
        return d.result.names[row] ?? String(d.who(i));
    };
    /* The one that comes first is where they part. */
    const both = (i) => {
        const at = (d) => i < d.count ? d.at(i) : d.result.end;
        const name = (d) => i < d.count ? names(d, i) : '\u2013';
        return { index: i, n: i + 1, at: Math.min(at(a), at(b)), atA: at(a), atB: at(b),
            a: name(a), b: name(b) };
    };
    const n = Math.min(a.count, b.count);
    for (let i = 0; i < n; i++)
        if (a.at(i) !== b.at(i) || a.place(i) !== b.place(i)
            || names(a, i) !== names(b, i))
            return both(i);
    return a.count === b.count ? null : both(n);
}

/* Turnaround of each task under both, by name: who gained, who lost. */
export function gains(a, b) {
    const mean = (result) => {
        const sums = new Map();
        for (const thread of result.threads) {
            if (thread.finish < 0)
                continue;
            const sum = sums.get(thread.task) ?? [0, 0];
            sum[0] += thread.finish - thread.arrival;
            sum[1]++;
            sums.set(thread.task, sum);
        }
        return new Map([...sums].map(([task, [all, n]]) => [task, all / n]));
    };
    const first = mean(a), second = mean(b);
    return [...first.keys()].filter((task) => second.has(task))
        .map((task) => ({ task, first: first.get(task), second: second.get(task),
            change: second.get(task) - first.get(task) }))
        .sort((x, y) => x.change - y.change);
}


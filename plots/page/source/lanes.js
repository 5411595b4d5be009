/*
 * lanes.js - from a result to what a chart draws: lanes with stretches, in the
 * order of their time. Runs in the worker, so that the page never waits for it.
 */

export const RUN = 0, READY = 1, BLOCKED = 2, SWITCH = 3, HOLD = 4;
export const ARRIVAL = 0, DEADLINE = 1, MISSED = 2, FINISH = 3, EVENT = 4;
export const COLOURS = 7;

const TURN_READY = 0, TURN_RUNS = 1, TURN_BLOCKS = 2;
const LANES_MOST = 120;   /* of a sort; more are told, not drawn */
const THREADS_APART = 48; /* with more, those of a task share a lane */

/* Grows by doubling: stretches of one lane. */
class Stretches {
    constructor() {
        this.count = 0;
        this.room = 64;
        this.from = new Float64Array(64);
        this.to = new Float64Array(64);
        this.row = new Int32Array(64);   /* of result.threads, or -1 */
        this.style = new Uint8Array(64);
        this.about = new Int32Array(64); /* a cause's or a kind's number */
    }

    add(from, to, row, style, about) {
        if (this.count === this.room) {
            this.room *= 2;
            for (const name of ['from', 'to', 'row', 'style', 'about']) {
                const wider = new this[name].constructor(this.room);
                wider.set(this[name]);
                this[name] = wider;
            }
        }
        const i = this.count++;
        this.from[i] = from;
        this.to[i] = to;
        this.row[i] = row;
        this.style[i] = style;
        this.about[i] = about;
    }

    /* Cut to size and in the order of their beginning. */
    done() {
        const order = Uint32Array.from({ length: this.count }, (_, i) => i);
        let sorted = true;
        for (let i = 1; i < this.count && sorted; i++)
            sorted = this.from[i - 1] <= this.from[i];
        if (!sorted)
            order.sort((a, b) => this.from[a] - this.from[b] || a - b);
        const pick = (name) => {
            const taken = new this[name].constructor(this.count);
            for (let i = 0; i < this.count; i++)
                taken[i] = this[name][order[i]];
            return taken;
        };
        return { from: pick('from'), to: pick('to'), row: pick('row'),
            style: pick('style'), about: pick('about') };
    }
}

function lane(group, name) {
    return { group, name, stretches: new Stretches(), marks: [] };
}

/* Which lane of the threads each row belongs to: one a thread where they are
 * few and come once, else one a task. */
function threadLanes(result) {
    const repeated = new Set();
    const seen = new Map();
    for (const thread of result.threads) {
        const first = seen.get(thread.task);
        if (first !== undefined && first !== thread.arrival)
            repeated.add(thread.task);
        seen.set(thread.task, thread.arrival);
    }
    const apart = result.threads.length <= THREADS_APART;
    const lanes = new Map();
    const of = result.threads.map((thread) => {
        const name = apart && !repeated.has(thread.task) ? thread.name
            : thread.task;
        if (!lanes.has(name))
            lanes.set(name, lane('threads', name));
        return lanes.get(name);
    });
    return { lanes, of };
}

function addPlaces(result, rows, places) {
    const { spans } = result;
    const kinds = result.kinds.map((kind) => kind === 'run' ? RUN
        : kind === 'switch' ? SWITCH : HOLD);
    for (let i = 0; i < spans.from.length; i++) {
        const place = spans.place[i];
        const processor = result.places[place].startsWith('processor ');
        if (!places.has(place))
            places.set(place, lane(processor ? 'processors' : 'places',
                result.places[place]));
        places.get(place).stretches.add(spans.from[i], spans.to[i],
            rows.get(spans.who[i]) ?? -1, kinds[spans.kind[i]], spans.kind[i]);
    }
}

/* What each thread was from turn to turn. */
function addTurns(result, rows, of) {
    const { turns } = result;
    const styles = { [TURN_READY]: READY, [TURN_RUNS]: RUN,
        [TURN_BLOCKS]: BLOCKED };
    const last = new Map();
    const close = (row, until) => {
        const i = last.get(row);
        const style = i === undefined ? undefined : styles[turns.to[i]];
        if (style !== undefined && turns.at[i] < until)
            of[row].stretches.add(turns.at[i], until, row, style, turns.cause[i]);
    };
    for (let i = 0; i < turns.at.length; i++) {
        const row = rows.get(turns.who[i]);
        if (row === undefined)
            continue;
        close(row, turns.at[i]);
        last.set(row, i);
    }
    for (const row of last.keys())
        close(row, result.end);
}

function addMarks(result, of, places) {
    result.threads.forEach((thread, row) => {
        const { marks } = of[row];
        marks.push([thread.arrival, ARRIVAL, row]);
        if (thread.finish >= 0)
            marks.push([thread.finish, FINISH, row]);
        if (thread.deadline < 0)
            return;
        const missed = thread.finish < 0 ? thread.deadline < result.end
            : thread.finish > thread.deadline;
        marks.push([thread.deadline, missed ? MISSED : DEADLINE, row]);
    });
    const { instants } = result;
    for (let i = 0; i < instants.at.length; i++) {
        const place = instants.place[i];
        if (place < 0)
            continue;
        if (!places.has(place))
            places.set(place, lane('places', result.places[place]));
        places.get(place).marks.push([instants.at[i], EVENT, instants.kind[i]]);
    }
}

function seriesLanes(result) {
    const { samples } = result;
    const lists = result.series.map(() => ({ at: [], value: [] }));
    for (let i = 0; i < samples.at.length; i++) {
        lists[samples.series[i]].at.push(samples.at[i]);
        lists[samples.series[i]].value.push(samples.value[i]);
    }
    return result.series.map((name, i) => ({
        group: 'series', name, marks: { at: [], sort: [], about: [] },
        at: Float64Array.from(lists[i].at),
        value: Float64Array.from(lists[i].value),
    })).filter((one) => one.at.length > 0);
}

function finish(one) {
    one.marks.sort((a, b) => a[0] - b[0]);
    return {
        group: one.group, name: one.name, ...one.stretches.done(),
        marks: {
            at: Float64Array.from(one.marks, (m) => m[0]),
            sort: Uint8Array.from(one.marks, (m) => m[1]),
            about: Int32Array.from(one.marks, (m) => m[2]),
        },
    };
}

/* Who hands a lock on to whom, or wakes whom: arrows from lane to lane. */
function handOvers(result, rows, of, numbers) {
    const { turns } = result;
    const found = [];
    for (let i = 0; i < turns.at.length; i++) {
        const from = numbers.get(of[rows.get(turns.waker[i])]);
        const to = numbers.get(of[rows.get(turns.who[i])]);
        if (turns.to[i] !== TURN_BLOCKS && from !== undefined && to !== undefined
            && from !== to)
            found.push([turns.at[i], from, to]);
    }
    return { at: Float64Array.from(found, (f) => f[0]),
        from: Int32Array.from(found, (f) => f[1]), to: Int32Array.from(found, (f) => f[2]) };
}

/* Tasks' colours, in the order of their first threads. */
function colours(result) {
    const tasks = new Map();
    return Uint8Array.from(result.threads, (thread) => {
        if (!tasks.has(thread.task))
            tasks.set(thread.task, tasks.size);
        return tasks.get(thread.task) % COLOURS;
    });
}

/* With one task alone its threads have colours of their own. */
function threadColours(result) {
    const tasks = new Set(result.threads.map((thread) => thread.task));
    return tasks.size > 1 ? colours(result)
        : Uint8Array.from(result.threads, (thread, i) => i % COLOURS);
}

/* The lanes of a result, in the order in which they are drawn, and how many of
 * each sort there was no room for. */
export function makeLanes(result) {
    const rows = new Map(result.threads.map((thread, i) => [thread.id, i]));
    const places = new Map();
    const { lanes, of } = threadLanes(result);
    addPlaces(result, rows, places);
    addTurns(result, rows, of);
    addMarks(result, of, places);
    const byName = (a, b) => a.name.localeCompare(b.name, 'en', { numeric: true });
    const all = {
        processors: [...places.values()].filter((l) => l.group === 'processors')
            .sort(byName),
        threads: [...lanes.values()],
        places: [...places.values()].filter((l) => l.group === 'places'),
    };
    const left = {};
    const kept = Object.entries(all).flatMap(([group, list]) => {
        left[group] = Math.max(0, list.length - LANES_MOST);
        return list.slice(0, LANES_MOST);
    });
    const numbers = new Map(kept.map((one, number) => [one, number]));
    const drawn = kept.map((one, number) => ({ ...finish(one), number }));
    return { lanes: [...drawn, ...seriesLanes(result)], left,
        handOvers: handOvers(result, rows, of, numbers), colours: threadColours(result) };
}

/* The buffers that can be handed over instead of copied. */
export function buffersOf(value, found = new Set()) {
    if (ArrayBuffer.isView(value))
        found.add(value.buffer);
    else if (value && typeof value === 'object')
        Object.values(value).forEach((part) => {
            if (part && typeof part === 'object')
                buffersOf(part, found);
        });
    return found;
}

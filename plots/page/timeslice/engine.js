/*
 * engine.js - scenarios and results of the WebAssembly module as objects.
 *
 * A result is copied out of the module's memory at once, into arrays that can be
 * handed to another thread: there is nothing to free, and a module that has
 * come to grief takes no result with it.
 */
import { Host } from './host.js';

const UNITS = ['time', 'ratio', 'count', 'rate', 'bytes', 'number'];
const KEPT = { nothing: 0, trace: 1, reasons: 2 };
const THREAD_BYTES = 104, METRIC_BYTES = 32;
/* What a run may take when the caller says nothing. */
const MEMORY = 768 * 1024 * 1024;

/* 64 bits at byte `at` as a number: exact below 2^53. */
function wide(view, at) {
    return view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

function hex(digest) {
    return BigInt.asUintN(64, digest).toString(16).padStart(16, '0');
}

/* Reads the module's memory; made anew for each use, since the memory moves
 * when it grows. */
class Reader {
    constructor(memory) {
        this.bytes = new Uint8Array(memory.buffer);
        this.view = new DataView(memory.buffer);
        this.decoder = new TextDecoder();
    }

    pointer(at) {
        return this.view.getUint32(at, true);
    }

    textEnd(at) {
        return this.bytes.indexOf(0, at);
    }

    text(at) {
        return at === 0 ? null
            : this.decoder.decode(this.bytes.subarray(at, this.textEnd(at)));
    }

    names(at, count) {
        return Array.from({ length: count },
            (_, i) => this.text(this.pointer(at + 4 * i)));
    }

    /* `count` records of `size` bytes: an array a field, by its place; those of
     * 64 bits come as doubles. */
    columns(at, count, size, fields) {
        const columns = {};
        for (const [name, [offset, bits]] of Object.entries(fields)) {
            const column = bits === 64 ? new Float64Array(count)
                : new Int32Array(count);
            for (let i = 0, from = at + offset; i < count; i++, from += size)
                column[i] = bits === 64 ? wide(this.view, from)
                    : this.view.getInt32(from, true);
            columns[name] = column;
        }
        return columns;
    }
}

const SPAN = { from: [0, 64], to: [8, 64], place: [16, 32], kind: [20, 32],
    who: [24, 32], detail: [28, 32] };
const INSTANT = { at: [0, 64], place: [8, 32], kind: [12, 32], who: [16, 32],
    detail: [20, 32] };
const SAMPLE = { at: [0, 64], series: [8, 32], value: [16, 64] };
const NOTE = { at: [0, 64], place: [8, 32], who: [12, 32], text: [16, 32] };
const TURN = { at: [0, 64], who: [8, 32], place: [12, 32], waker: [16, 32],
    what: [20, 32] };
const TURNS = ['ready', 'runs', 'blocks', 'ends'];
const THREAD = ['arrival', 'firstRun', 'finish', 'deadline', 'processor',
    'ready', 'blocked', 'dispatches', 'preemptions', 'migrations'];

/* The two fields of 16 bits of a turn stand in one of 32. */
function readTurns(reader, at, count) {
    const { what, ...turns } = reader.columns(at, count, 24, TURN);
    return { ...turns, to: Uint8Array.from(what, (w) => w & 0xff),
        cause: Int16Array.from(what, (w) => w >> 16) };
}

/* Reasons as one run of bytes, decoded when somebody reads them. */
function readReasons(reader, at, count) {
    const notes = reader.columns(at, count, 24, NOTE);
    const offsets = new Uint32Array(count + 1);
    for (let i = 0; i < count; i++)
        offsets[i + 1] = offsets[i] +
            reader.textEnd(notes.text[i] >>> 0) - (notes.text[i] >>> 0);
    const bytes = new Uint8Array(offsets[count]);
    for (let i = 0; i < count; i++) {
        const from = notes.text[i] >>> 0;
        bytes.set(reader.bytes.subarray(
            from, from + offsets[i + 1] - offsets[i]), offsets[i]);
    }
    return { at: notes.at, place: notes.place, who: notes.who, offsets, bytes };
}

function readMetrics(reader, at, count) {
    return Array.from({ length: count }, (_, i) => {
        const from = at + METRIC_BYTES * i;
        return {
            name: reader.text(reader.pointer(from)),
            unit: UNITS[reader.pointer(from + 4)],
            value: reader.view.getFloat64(from + 24, true),
            whole: reader.bytes[from + 8]
                ? reader.view.getBigInt64(from + 16, true) : null,
        };
    });
}

function readThread(reader, at) {
    const thread = {
        name: reader.text(reader.pointer(at)),
        task: reader.text(reader.pointer(at + 4)),
        job: wide(reader.view, at + 8),
        id: reader.view.getInt32(at + 16, true),
    };
    THREAD.forEach((name, i) => {
        thread[name] = wide(reader.view, at + 24 + 8 * i);
    });
    return thread;
}

/* What a turn's `to` stands for. */
export const turnNames = TURNS;

/* The text of reason number `index` of a result's `reasons`. */
export function reasonText(reasons, index) {
    return new TextDecoder().decode(reasons.bytes.subarray(
        reasons.offsets[index], reasons.offsets[index + 1]));
}

/* An error of the scenario's or of the run's: text with places, a line each. */
export class ScenarioError extends Error {
    constructor(message) {
        super(message);
        this.name = 'ScenarioError';
    }
}

export class Scenario {
    constructor(engine, pointer) {
        this.engine = engine;
        this.pointer = pointer;
    }

    /* Sets what a JSON Pointer names: JSON text, or a word. */
    set(pointer, value) {
        this.engine.told(['ts_scenario_set', this.pointer, pointer, value]);
    }

    /* The value that a JSON Pointer names, profiles merged; undefined: none. */
    get(pointer) {
        const text = this.engine.owned('ts_scenario_get', this.pointer, pointer);
        return text === null ? undefined : JSON.parse(text);
    }

    /* Throws with every error that reading the values finds. */
    check() {
        this.engine.told(['ts_scenario_check', this.pointer]);
    }

    /* How many runs it asks for: 1 without a sweep. */
    runs() {
        return Number(this.engine.told(['ts_scenario_runs', this.pointer],
            (count) => count >= 0n));
    }

    /* Plays run number `index` to its end. `kept`: 'nothing', 'trace',
     * 'reasons'; `seed` a BigInt or a number; `memory` bytes at most;
     * `progress(picoseconds, events)` returns false to give the run up. */
    run({ index = 0, kept = 'nothing', seed, memory = MEMORY,
        progress = null } = {}) {
        this.engine.host.progress = progress;
        const result = this.engine.told(['wasm_run', this.pointer,
            BigInt(index), KEPT[kept], seed === undefined ? 0 : 1,
            BigInt.asIntN(64, BigInt(seed ?? 0)), memory]);
        try {
            return this.engine.copy(result);
        } finally {
            this.engine.call.ts_result_free(result);
        }
    }

    free() {
        this.engine.call.ts_scenario_free(this.pointer);
        this.pointer = 0;
    }
}

/* A question about a schedule, with its answers. */
export class Exercise {
    constructor(engine, pointer) {
        this.engine = engine;
        this.pointer = pointer;
    }

    /* The question as the program's formats have it: "json", "text", "html" ...
     * "key", "scenario" and their like hold the answers. */
    told(format) {
        return this.engine.toldText('ts_exercise_told', this.pointer, format);
    }

    /* Points for a sheet (text, CSV or JSON), and what went wrong in it, without
     * the solution. Throws where it cannot be read. */
    marked(sheet) {
        const { engine } = this;
        return JSON.parse(engine.withText(sheet, (at, length) =>
            engine.toldText('ts_exercise_marked', this.pointer, at, length, 'json')));
    }

    /* The solution, with the reason for each decision. */
    revealed() {
        return this.engine.toldText('ts_exercise_revealed', this.pointer);
    }

    free() {
        this.engine.call.ts_exercise_free(this.pointer);
        this.pointer = 0;
    }
}

export class Engine {
    constructor(module, files) {
        this.module = module;
        this.files = files;
        this.host = new Host(files);
    }

    async start() {
        const instance = await WebAssembly.instantiate(
            this.module, this.host.imports());
        this.call = instance.exports;
        this.host.memory = this.call.memory;
        this.call._initialize?.();
        return this;
    }

    get version() {
        return this.reader.text(this.call.ts_version());
    }

    get reader() {
        return new Reader(this.call.memory);
    }

    /* Bytes in the module's memory, with a zero behind; the caller frees. */
    put(bytes) {
        const at = this.call.malloc(bytes.length + 1);
        if (at === 0)
            throw new ScenarioError('out of memory');
        const memory = new Uint8Array(this.call.memory.buffer);
        memory.set(bytes, at);
        memory[at + bytes.length] = 0;
        return at;
    }

    /* Calls a function with texts put into memory for as long as it lasts. */
    with(name, words, extra = []) {
        const encoder = new TextEncoder();
        const put = [];
        try {
            const passed = words.map((word) => {
                if (typeof word !== 'string')
                    return word;
                put.push(this.put(encoder.encode(word)));
                return put.at(-1);
            });
            return this.call[name](...passed, ...extra);
        } finally {
            put.forEach((at) => this.call.free(at));
        }
    }

    /* Calls a function whose last argument is a place for a message, and
     * throws that where `good` does not hold of what comes back. */
    told([name, ...words], good = Boolean) {
        const place = this.put(new Uint8Array(8));
        try {
            const value = this.with(name, words, [place]);
            const message = this.reader.pointer(place);
            const text = this.reader.text(message);
            this.call.ts_message_free(message);
            if (!good(value))
                throw new ScenarioError(text ?? 'out of memory');
            return value;
        } finally {
            this.call.free(place);
        }
    }

    /* A text that the caller owns, copied and freed. */
    owned(name, ...words) {
        const at = this.with(name, words);
        const text = this.reader.text(at);
        this.call.ts_message_free(at);
        return text;
    }

    /* The same of a function that has a message besides; throws that. */
    toldText(name, ...words) {
        const at = this.told([name, ...words]);
        const text = this.reader.text(at);
        this.call.ts_message_free(at);
        return text;
    }

    /* use(place, length) with a text's bytes in memory for as long as it lasts. */
    withText(text, use) {
        const bytes = new TextEncoder().encode(text);
        const at = this.put(bytes);
        try {
            return use(at, bytes.length);
        } finally {
            this.call.free(at);
        }
    }

    /* The JSON Schema of scenarios. */
    schema() {
        return JSON.parse(this.owned('ts_schema'));
    }

    /* A scenario from JSON text. `name` stands for the file in messages;
     * lists in files of their own are looked for beside it. Throws. */
    scenario(text, name = 'scenario.json') {
        return this.withText(text, (at, length) => new Scenario(this,
            this.told(['ts_scenario_parse', name, at, length, '/profiles'])));
    }

    /* The kinds of exercises: their names, and a line about each. */
    exercises() {
        const kinds = [];
        const named = (call, i) => this.reader.text(this.call[call](i));
        for (let i = 0, name; (name = named('ts_exercise_kind_at', i)) !== null; i++)
            kinds.push({ name, about: named('ts_exercise_kind_about', i) });
        return kinds;
    }

    /* The seed of a student for an exercise of a kind: the same every time. */
    exerciseSeed(kind, student) {
        return Number(this.with('ts_exercise_seed', [kind, student]));
    }

    /* An exercise of a kind, level 1 to 3. Throws. */
    exercise(kind, { seed = 1, level = 2 } = {}) {
        return new Exercise(this, this.told(['ts_exercise_of_kind', kind,
            BigInt.asIntN(64, BigInt(seed)), level]));
    }

    /* A scenario with "ask" in it as an exercise. Throws. */
    exerciseOf(text, name = 'scenario.json') {
        return this.withText(text, (at, length) => new Exercise(this,
            this.told(['ts_exercise_of_scenario', name, at, length, '/profiles'])));
    }

    /* Everything of a result. */
    copy(result) {
        const place = this.put(new Uint8Array(80));
        try {
            this.call.ts_result_records(result, place);
            const reader = this.reader;
            const [spans, spanCount, instants, instantCount, samples,
                sampleCount, reasons, reasonCount, turns, turnCount, metrics,
                metricCount, places, placeCount, kinds, kindCount, series,
                seriesCount, causes, causeCount] =
                Array.from({ length: 20 }, (_, i) => reader.pointer(place + 4 * i));
            return {
                version: this.version,
                digest: hex(this.call.ts_result_digest(result)),
                reported: hex(this.call.ts_result_reported_digest(result)),
                end: Number(this.call.ts_result_end(result)),
                events: Number(this.call.ts_result_events(result)),
                dropped: Number(this.call.ts_result_dropped(result)),
                spans: reader.columns(spans, spanCount, 32, SPAN),
                instants: reader.columns(instants, instantCount, 24, INSTANT),
                samples: reader.columns(samples, sampleCount, 24, SAMPLE),
                reasons: readReasons(reader, reasons, reasonCount),
                turns: readTurns(reader, turns, turnCount),
                metrics: readMetrics(reader, metrics, metricCount),
                places: reader.names(places, placeCount),
                kinds: reader.names(kinds, kindCount),
                series: reader.names(series, seriesCount),
                causes: reader.names(causes, causeCount),
                threads: this.threads(result),
                parameters: this.parameters(result),
                expectations: this.expectations(result),
            };
        } finally {
            this.call.free(place);
        }
    }

    threads(result) {
        const count = this.call.ts_result_threads(result, 0, 0);
        const at = this.put(new Uint8Array(count * THREAD_BYTES));
        this.call.ts_result_threads(result, at, count);
        const reader = this.reader;
        const threads = Array.from({ length: count },
            (_, i) => readThread(reader, at + THREAD_BYTES * i));
        this.call.free(at);
        return threads;
    }

    /* Calls `name(result, i, place)` for i = 0, 1 ... until it says no, and
     * collects what `read` makes of the 64 bytes at the place. */
    each(name, result, places, read) {
        const place = this.put(new Uint8Array(64));
        const all = [];
        const rest = Array.from({ length: places }, (_, i) => place + 4 * i);
        while (this.call[name](result, all.length, ...rest))
            all.push(read(this.reader, place));
        this.call.free(place);
        return all;
    }

    parameters(result) {
        return this.each('ts_result_parameter_at', result, 2, (reader, at) => ({
            pointer: reader.text(reader.pointer(at)),
            value: reader.text(reader.pointer(at + 4)),
        }));
    }

    expectations(result) {
        return this.each('ts_result_expectation_at', result, 1, (reader, at) => ({
            metric: reader.text(reader.pointer(at)),
            about: reader.text(reader.pointer(at + 4)),
            whose: reader.text(reader.pointer(at + 8)),
            text: reader.text(reader.pointer(at + 12)),
            holds: reader.bytes[at + 16] !== 0,
            expected: reader.bytes[at + 17]
                ? reader.view.getFloat64(at + 24, true) : null,
        }));
    }
}

/* An engine from a WebAssembly.Module or its bytes; `files` is an object or a
 * map of paths ("profiles/ryzen5-3600.json") to texts or bytes. */
export async function start(module, files = {}) {
    const entries = files instanceof Map ? [...files] : Object.entries(files);
    const encoder = new TextEncoder();
    const map = new Map(entries.map(([path, content]) =>
        [path, typeof content === 'string' ? encoder.encode(content) : content]));
    const compiled = module instanceof WebAssembly.Module ? module
        : await WebAssembly.compile(module);
    return new Engine(compiled, map).start();
}

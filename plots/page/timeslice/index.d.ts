/* Times are picoseconds since the start of the run, exact below 2^53 (two and a
 * half hours). Places, kinds, series and causes are numbers of the names in the
 * result's tables; `who` is the id of a thread, or -1. */

export interface Spans {
    from: Float64Array;
    to: Float64Array;
    place: Int32Array;
    kind: Int32Array;
    who: Int32Array;
    detail: Int32Array;
}

export interface Instants {
    at: Float64Array;
    place: Int32Array;
    kind: Int32Array;
    who: Int32Array;
    detail: Int32Array;
}

export interface Samples {
    at: Float64Array;
    series: Int32Array;
    value: Float64Array;
}

/** What each thread is from then on: `to` is an index into `turnNames`. */
export interface Turns {
    at: Float64Array;
    who: Int32Array;
    place: Int32Array;
    waker: Int32Array;
    to: Uint8Array;
    cause: Int16Array;
}

/** Why something was decided; the text is what reasonText() gives. */
export interface Reasons {
    at: Float64Array;
    place: Int32Array;
    who: Int32Array;
    offsets: Uint32Array;
    bytes: Uint8Array;
}

export interface Metric {
    name: string;
    unit: 'time' | 'ratio' | 'count' | 'rate' | 'bytes' | 'number';
    value: number;
    /** The same exactly, where it is a whole number. */
    whole: bigint | null;
}

export interface Thread {
    name: string;
    task: string;
    job: number;
    id: number;
    arrival: number;
    /** -1 where a thing has not happened. */
    firstRun: number;
    finish: number;
    deadline: number;
    processor: number;
    ready: number;
    blocked: number;
    dispatches: number;
    preemptions: number;
    migrations: number;
}

export interface Expectation {
    metric: string;
    about: string | null;
    /** "talk", "textbook", "measured" ...; "expected": the scenario's own. */
    whose: string;
    text: string;
    holds: boolean;
    expected: number | null;
}

export interface Result {
    version: string;
    /** 16 hexadecimal digits: of what happened, and of what is reported. */
    digest: string;
    reported: string;
    end: number;
    events: number;
    /** How many records the trace left out. */
    dropped: number;
    spans: Spans;
    instants: Instants;
    samples: Samples;
    turns: Turns;
    reasons: Reasons;
    metrics: Metric[];
    threads: Thread[];
    parameters: { pointer: string; value: string }[];
    expectations: Expectation[];
    places: string[];
    kinds: string[];
    series: string[];
    causes: string[];
}

export interface RunOptions {
    /** Which run of the scenario's sweep; 0 without one. */
    index?: number;
    kept?: 'nothing' | 'trace' | 'reasons';
    seed?: number | bigint;
    /** Bytes that the run may take. */
    memory?: number;
    /** Called now and then; false gives the run up. */
    progress?: ((picoseconds: number, events: number) => boolean | void) | null;
}

export class ScenarioError extends Error {}

export class Scenario {
    set(pointer: string, value: string): void;
    get(pointer: string): unknown;
    check(): void;
    runs(): number;
    run(options?: RunOptions): Result;
    free(): void;
}

export interface Marks {
    points: number;
    of: number;
    parts: { name: string; points: number; of: number;
        verdict: 'right' | 'partly right' | 'wrong' | 'not answered'; }[];
    /** What went wrong, the most telling first; never the solution. */
    says: string[];
}

export class Exercise {
    /** In a format of one file: "json", "text", "html", "key" ... */
    told(format: string): string;
    /** Of a sheet as text, CSV or JSON. */
    marked(sheet: string): Marks;
    /** The solution, with the reason for each decision. */
    revealed(): string;
    free(): void;
}

export class Engine {
    readonly version: string;
    schema(): object;
    scenario(text: string, name?: string): Scenario;
    exercises(): { name: string; about: string }[];
    exerciseSeed(kind: string, student: string): number;
    /** Level 1 to 3. */
    exercise(kind: string, options?: { seed?: number; level?: number }): Exercise;
    /** Of a scenario with "ask" in it. */
    exerciseOf(text: string, name?: string): Exercise;
}

export type Files = Record<string, string | Uint8Array>
    | Map<string, string | Uint8Array>;

export function start(module: WebAssembly.Module | BufferSource,
    files?: Files): Promise<Engine>;
export function load(files?: Record<string, string | Uint8Array>,
    profiles?: string[]): Promise<Engine>;
export function reasonText(reasons: Reasons, index: number): string;
export const turnNames: readonly ['ready', 'runs', 'blocks', 'ends'];

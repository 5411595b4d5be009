/*
 * worker.js - the simulation beside the page: one engine, one question at a
 * time. To stop a run, the page ends the worker and starts another.
 */
import { ScenarioError, start } from '../timeslice/engine.js';
import { buffersOf, makeLanes } from './lanes.js';

const TOLD_EVERY = 60; /* milliseconds between words on how far it is */

let module, files, engine;

/* An engine; another one after a trap. */
async function ready() {
    engine ??= await start(module, files);
    return engine;
}

async function open({ text, name, sets, whole }) {
    const scenario = (await ready()).scenario(text, name);
    try {
        if (!whole && scenario.get('/sweep') !== undefined)
            scenario.set('/sweep', 'null');
        for (const [pointer, value] of sets ?? [])
            scenario.set(pointer, value);
    } catch (error) {
        scenario.free();
        throw error;
    }
    return scenario;
}

/* Opens, asks, frees. */
async function using(question, ask) {
    const scenario = await open(question);
    try {
        return ask(scenario);
    } finally {
        scenario.free();
    }
}

/* An exercise: of a kind, or of a scenario; asks it, frees it. */
async function asking({ kind, seed, level, student, text, name }, ask) {
    const engine = await ready();
    const exercise = kind === undefined ? engine.exerciseOf(text, name)
        : engine.exercise(kind, { level,
            seed: student ? engine.exerciseSeed(kind, student) : seed });
    try {
        return ask(exercise);
    } finally {
        exercise.free();
    }
}

function tell(id) {
    let last = performance.now();
    return (now, events) => {
        if (performance.now() - last > TOLD_EVERY) {
            last = performance.now();
            postMessage({ id, progress: { now, events } });
        }
        return true;
    };
}

const questions = {
    async begin(question) {
        ({ module, files } = question);
        return { version: (await ready()).version };
    },
    schema: async () => (await ready()).schema(),
    kinds: async () => (await ready()).exercises(),
    /* Of an exercise: the question; points and what is said; what was hidden. */
    exercise: (question) => asking(question, (one) => JSON.parse(one.told('json'))),
    mark: (question) => asking(question, (one) => one.marked(question.sheet)),
    reveal: (question) => asking(question, (one) => ({ text: one.revealed(),
        key: one.told('key'), scenario: one.told('scenario') })),
    check: (question) => using(question, (scenario) => scenario.check()),
    runs: (question) => using(question, (scenario) => scenario.runs()),
    /* The document with profiles merged and values set. */
    document: (question) => using(question, (scenario) => scenario.get('')),
    play: (question) => using(question, (scenario) => {
        const { id, index, kept, seed } = question;
        const result = scenario.run({ index, kept, seed, progress: tell(id) });
        result.threads.sort((a, b) => a.id - b.id);
        return kept === 'nothing' ? result
            : { ...result, ...makeLanes(result) };
    }),
};

onmessage = async ({ data }) => {
    const { id, ask } = data;
    try {
        const answer = await questions[ask](data);
        postMessage({ id, answer }, [...buffersOf(answer)]);
    } catch (error) {
        if (!(error instanceof ScenarioError))
            engine = undefined; /* a trap: it is of no more use */
        postMessage({ id, error: {
            message: error.message, wrong: error instanceof ScenarioError } });
    }
};

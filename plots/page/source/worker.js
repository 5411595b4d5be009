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

/*
 * browser.js - the package in a browser: the module and the profiles are
 * fetched from beside this file.
 */
import { start } from './engine.js';

export { reasonText, ScenarioError, start, turnNames } from './engine.js';

const here = new URL('.', import.meta.url);

async function text(name) {
    const answer = await fetch(new URL(name, here));
    if (!answer.ok)
        throw new Error(`${name}: ${answer.status} ${answer.statusText}`);
    return answer.text();
}

/* An engine with those of the package's machine profiles that are named, and
 * with `files` besides. */
export async function load(files = {}, profiles = []) {
    const module = await WebAssembly.compileStreaming(
        fetch(new URL('timeslice.wasm', here)));
    const texts = await Promise.all(profiles.map(async (name) =>
        [`profiles/${name}.json`, await text(`profiles/${name}.json`)]));
    return start(module, { ...Object.fromEntries(texts), ...files });
}

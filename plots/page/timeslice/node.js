/*
 * node.js - the package under Node: the module and the profiles are files beside
 * this one.
 */
import { readFile, readdir } from 'node:fs/promises';
import { start } from './engine.js';

export { reasonText, ScenarioError, start, turnNames } from './engine.js';

const here = new URL('.', import.meta.url);

/* An engine with the machine profiles that come with the package, and with
 * `files` besides. */
export async function load(files = {}) {
    const folder = new URL('profiles/', here);
    const profiles = {};
    for (const name of await readdir(folder))
        profiles[`profiles/${name}`] = await readFile(new URL(name, folder));
    return start(await readFile(new URL('timeslice.wasm', here)),
        { ...profiles, ...files });
}

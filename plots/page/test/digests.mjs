/*
 * digests.mjs - the golden digests under Node:
 *   digests.mjs SOURCE-TREE PACKAGE [WORD...]
 * plays every scenario of tests/golden/digests.txt whose path holds one of the
 * words. Ends with 1 where a digest differs.
 */
import { readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [tree, folder, ...words] = process.argv.slice(2);
const { load } = await import(pathToFileURL(join(resolve(folder), 'node.js')));

/* A digest over those of a scenario's runs, as `timeslice digest` makes it. */
function fold(all, one) {
    const mixed = BigInt.asUintN(64, (all ^ one) * 0x9E3779B97F4A7C15n);
    return mixed ^ (mixed >> 32n);
}

function digests(scenario) {
    let all = null;
    for (let index = 0; index < scenario.runs(); index++) {
        const result = scenario.run({ index });
        const one = [result.digest, result.reported].map((d) => BigInt(`0x${d}`));
        all = all === null ? one : all.map((d, i) => fold(d, one[i]));
    }
    return all.map((d) => d.toString(16).padStart(16, '0'));
}

/* Lists that scenarios keep in files of their own. */
async function besides() {
    const files = {};
    for (const entry of await readdir(join(tree, 'scenarios'),
        { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath ?? entry.path, entry.name);
        if (entry.isFile())
            files[path.slice(resolve(tree).length + 1)] = await readFile(path);
    }
    return files;
}

const engine = await load(await besides());
const lines = (await readFile(join(tree, 'tests/golden/digests.txt'), 'utf8'))
    .split('\n').filter((line) => line && !line.startsWith('#'))
    .filter((line) => !words.length || words.some((w) => line.includes(w)));
let passed = 0, failed = 0;
for (const line of lines) {
    const [behaviour, reported, , path] = line.split(' ');
    const scenario = engine.scenario(
        await readFile(join(tree, path), 'utf8'), path);
    const got = digests(scenario);
    scenario.free();
    if (got[0] === behaviour && got[1] === reported) {
        passed++;
        continue;
    }
    failed++;
    console.log(`${path}: ${got.join(' ')} instead of ${behaviour} ${reported}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/*
 * bundle.mjs - the page out of its modules:
 *   bundle.mjs SOURCE-TREE MODULE.wasm OUTPUT-DIRECTORY
 * writes page.html, one file that needs nothing else, and site/, the same in parts
 * for a web server. Packages are looked for from the working directory.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const [tree, wasm, output] = process.argv.slice(2).map((p) => resolve(p));
const require = createRequire(join(process.cwd(), 'package.json'));
const esbuild = require('esbuild');
const source = join(tree, 'plots/page/source');
/* Bytes of the one file: with its editor, and without it. */
const MOST = 1_000_000, MOST_BARE = 700_000;

/* Scripts are compared by their hashes: what could end one must not be in it. */
function safe(code) {
    return code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}

function hash(text) {
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

async function bundle(entry, options = {}) {
    const result = await esbuild.build({
        entryPoints: [join(source, entry)], bundle: true, minify: true,
        write: false, format: 'iife', target: 'es2022', legalComments: 'none',
        charset: 'utf8', nodePaths: [join(process.cwd(), 'node_modules')],
        logLevel: 'warning', ...options,
    });
    return result.outputFiles[0].text.trim();
}

/* `assets` is one file or the other; `code:worker` is the worker as a text. */
function plugins(assets, worker) {
    return [{
        name: 'parts',
        setup(build) {
            build.onResolve({ filter: /^assets$/ }, () =>
                ({ path: join(source, assets) }));
            build.onResolve({ filter: /^code:worker$/ }, () =>
                ({ path: 'worker', namespace: 'code' }));
            build.onLoad({ filter: /.*/, namespace: 'code' }, () =>
                ({ contents: worker, loader: 'text' }));
        },
    }];
}

/* Shipped scenarios and profiles, by the paths that the module asks for. */
async function collect() {
    const files = {};
    const add = async (folder, path, wanted) => {
        for (const entry of await readdir(join(tree, folder), { withFileTypes: true }))
            if (entry.isFile() && wanted(entry.name))
                files[`${path}/${entry.name}`] =
                    await readFile(join(tree, folder, entry.name), 'utf8');
    };
    await add('scenarios/profiles', 'profiles', (name) => name.endsWith('.json'));
    await add('scenarios', 'scenarios', (name) => name.endsWith('.json')
        && name !== 'schema.json');
    return files;
}

function packed(id, bytes) {
    return `<script type="application/octet-stream" id="${id}">${
        gzipSync(bytes, { level: 9 }).toString('base64')}</script>`;
}

async function template(policy, parts) {
    let page = await readFile(join(source, 'page.html'), 'utf8');
    for (const [name, content] of Object.entries({ POLICY: policy, ...parts }))
        page = page.replace(`@${name}@`, () => content);
    return page;
}

const COMMON = "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:";

async function oneFile({ files, style, worker, editor, module }) {
    const main = safe(await bundle('main.js',
        { plugins: plugins('assets-inline.js', worker) }));
    const policy = `${COMMON}; script-src ${hash(main)} ${hash(editor)} `
        + `'wasm-unsafe-eval'; worker-src blob:; style-src ${hash(style)}`;
    const page = await template(policy, {
        STYLE: `<style>${style}</style>`,
        PARTS: [packed('module', module), packed('files', JSON.stringify(files)),
            packed('editor', editor),
            '<script type="application/json" id="given">null</script>'].join('\n'),
        SCRIPT: `<script>${main}</script>`,
    });
    const bytes = Buffer.byteLength(page), bare = bytes - packed('editor', editor).length;
    if (bytes > MOST || bare > MOST_BARE)
        throw new Error(`the page has ${bytes} bytes, ${bare} without the editor: more `
            + `than ${MOST} and ${MOST_BARE}`);
    await writeFile(join(output, 'page.html'), page);
    console.log(`page.html: ${bytes} bytes, ${bare} without the editor`);
}

async function site({ files, style, worker, editor, module }) {
    const folder = join(output, 'site');
    await mkdir(folder, { recursive: true });
    const policy = `${COMMON}; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; `
        + "connect-src 'self'; style-src 'self'";
    const write = (name, content) => writeFile(join(folder, name), content);
    await Promise.all([
        write('index.html', await template(policy, { PARTS: '',
            STYLE: '<link rel="stylesheet" href="page.css">',
            SCRIPT: '<script defer src="main.js"></script>' })),
        write('main.js', await bundle('main.js', { plugins: plugins('assets-site.js', '') })),
        write('page.css', style), write('worker.js', worker),
        write('editor.js', editor), write('timeslice.wasm', module),
        write('files.json', JSON.stringify(files)),
    ]);
}

await mkdir(output, { recursive: true });
const style = (await esbuild.transform(await readFile(join(source, 'page.css'), 'utf8'),
    { loader: 'css', minify: true, charset: 'utf8' })).code.trim();
const parts = { style, files: await collect(), module: await readFile(wasm),
    worker: await bundle('worker.js'),
    editor: safe(await bundle('editor.js', { globalName: 'timesliceEditor' })) };
await oneFile(parts);
await site(parts);

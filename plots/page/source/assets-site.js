/*
 * assets-site.js - the same from files beside the page, for a web server.
 */

async function answer(name) {
    const got = await fetch(new URL(name, document.baseURI));
    if (!got.ok)
        throw new Error(`${name}: ${got.status} ${got.statusText}`);
    return got;
}

export async function module() {
    return (await answer('timeslice.wasm')).arrayBuffer();
}

export async function archive() {
    return { files: await (await answer('files.json')).json(), given: null };
}

export function makeWorker() {
    return new Worker(new URL('worker.js', document.baseURI));
}

export async function editor() {
    if (!window.timesliceEditor) {
        const script = document.createElement('script');
        script.src = new URL('editor.js', document.baseURI);
        const loaded = new Promise((yes, no) => {
            script.onload = yes;
            script.onerror = () => no(new Error('editor.js cannot be had'));
        });
        document.head.append(script);
        await loaded;
    }
    return window.timesliceEditor;
}

/*
 * assets-inline.js - what the page is made of, out of the one file that it is.
 */
import workerCode from 'code:worker';
import { bytesOf, drain } from './link.js';

function part(id) {
    return document.getElementById(id).textContent.trim();
}

/* Base64 of gzip, which is how parts stand in the file. */
function unpacked(id) {
    return drain(new Blob([bytesOf(part(id))]).stream()
        .pipeThrough(new DecompressionStream('gzip')));
}

export function module() {
    return unpacked('module');
}

/* { files, given }: shipped scenarios and profiles; what `timeslice page` put
 * in, or null. */
export async function archive() {
    return { files: JSON.parse(new TextDecoder().decode(await unpacked('files'))),
        given: JSON.parse(part('given') || 'null') };
}

export function makeWorker() {
    const url = URL.createObjectURL(new Blob([workerCode],
        { type: 'text/javascript' }));
    const worker = new Worker(url);
    URL.revokeObjectURL(url);
    return worker;
}

/* The editor is a script whose hash the page's policy names. */
export async function editor() {
    if (!window.timesliceEditor) {
        const script = document.createElement('script');
        script.textContent = new TextDecoder().decode(await unpacked('editor'));
        document.head.append(script);
    }
    return window.timesliceEditor;
}

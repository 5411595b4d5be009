/*
 * link.js - the state of the page in the fragment of its address: JSON,
 * compressed, in the letters that a link may have. An exercise of a kind is
 * written so that people can read it and type it:
 *   #exercise=rr&level=2&seed=7      #exercise=rr&level=2&student=jane
 */

const FORM = '1.';
const MOST = 1 << 20; /* bytes of a state */

function letters(bytes) {
    let text = '';
    for (let i = 0; i < bytes.length; i += 4096)
        text += String.fromCharCode(...bytes.subarray(i, i + 4096));
    return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

export function bytesOf(text) {
    const raw = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

/* Reads a stream to its end, or to `most` bytes. */
export async function drain(stream, most = Infinity) {
    const parts = [];
    let length = 0;
    for (let reader = stream.getReader(); ;) {
        const { done, value } = await reader.read();
        if (done)
            break;
        length += value.length;
        if (length > most)
            throw new Error('too long');
        parts.push(value);
    }
    const all = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    return all;
}

function exerciseLink({ kind, level, seed, student }, version) {
    return new URLSearchParams({ exercise: kind, level,
        ...(student === null ? { seed } : { student }), v: version }).toString();
}

function exerciseOf(text) {
    const { exercise: kind, level, seed, student, v } =
        Object.fromEntries(new URLSearchParams(text));
    return { v, exercise: { kind, level, seed, student } };
}

export async function writeLink(state) {
    if (state.exercise?.kind)
        return exerciseLink(state.exercise, state.v);
    const stream = new Blob([JSON.stringify(state)]).stream()
        .pipeThrough(new CompressionStream('deflate-raw'));
    return FORM + letters(await drain(stream));
}

/* The state in a fragment; null: there is none, or it is no state of ours. */
export async function readLink(fragment) {
    const text = fragment.replace(/^#/, '');
    if (text.startsWith('exercise='))
        return exerciseOf(text);
    if (!text.startsWith(FORM))
        return null;
    try {
        const stream = new Blob([bytesOf(text.slice(FORM.length))]).stream()
            .pipeThrough(new DecompressionStream('deflate-raw'));
        const state = JSON.parse(new TextDecoder().decode(
            await drain(stream, MOST)));
        return state && typeof state === 'object' ? state : null;
    } catch {
        return null;
    }
}

/*
 * problems.js - the program's messages by their places:
 * "FILE:LINE:COLUMN: error: /path: what is wrong", an excerpt and a caret.
 */

/* [{ line, text }]; a line of 0 is the file as a whole. */
export function problemsOf(message) {
    const problems = [];
    for (const line of message.split('\n')) {
        const place = /^[^\s:][^:]*:(?:(\d+):(?:\d+:)?)? (?:error: )?(.*)$/.exec(line);
        if (place)
            problems.push({ line: Number(place[1] ?? 0), text: place[2] });
        else if (!/^\s+(\d+ )?\|/.test(line) && line.trim() !== '')
            problems.push({ line: 0, text: line.trim() });
    }
    return problems;
}

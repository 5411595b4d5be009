/*
 * problems.js - the program's messages by their places:
 * "FILE:LINE:COLUMN: error: /path: what is wrong", an excerpt and a caret.
 */

/* [{ line, column, text }], counted from 1; a line of 0 is the file as a whole, a
 * column of 0 the line. Columns count characters, as people do. */
export function problemsOf(message) {
    const problems = [];
    for (const line of message.split('\n')) {
        const place = /^[^\s:][^:]*:(?:(\d+):(?:(\d+):)?)? (?:error: )?(.*)$/.exec(line);
        if (place)
            problems.push({ line: Number(place[1] ?? 0), column: Number(place[2] ?? 0),
                text: place[3] });
        else if (!/^\s+(\d+ )?\|/.test(line) && line.trim() !== '')
            problems.push({ line: 0, column: 0, text: line.trim() });
    }
    return problems;
}

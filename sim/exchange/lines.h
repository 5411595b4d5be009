/*
 * lines.h - the lines of a file of any length, a block at a time.
 *
 *   ts_lines_begin(&lines, file)
 *   while (ts_lines_next(&lines, &text, &length))
 *       ...
 *   ts_lines_end(&lines)
 */
#ifndef TS_EXCHANGE_LINES_H
#define TS_EXCHANGE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TS_LINE_MAX 65536 /* bytes; a longer one is no line of a trace */

typedef struct ts_lines {
    FILE *file;
    char *block; /* owned */
    size_t from, to;
    int64_t number; /* of the line handed out last, from 1 */
    int64_t long_lines;
    bool ended, failed; /* failed: memory, or reading */
} ts_lines;

void ts_lines_begin(ts_lines *lines, FILE *file);
/* A line without its end, followed by a NUL; valid until the next call. */
bool ts_lines_next(ts_lines *lines, char **text, size_t *length);
void ts_lines_end(ts_lines *lines);

#endif

/*
 * lines.c - the lines of a file of any length.
 */
#include "sim/exchange/lines.h"

#include <stdlib.h>
#include <string.h>

#define ROOM (16 * TS_LINE_MAX)

void ts_lines_begin(ts_lines *lines, FILE *file)
{
    *lines = (ts_lines){.file = file, .block = malloc(ROOM + 1)};
    lines->failed = lines->block == NULL;
}

void ts_lines_end(ts_lines *lines)
{
    free(lines->block);
    lines->block = NULL;
}

/* Moves what is left to the front and reads behind it. */
static void refill(ts_lines *lines)
{
    size_t left = lines->to - lines->from, got;

    memmove(lines->block, lines->block + lines->from, left);
    got = fread(lines->block + left, 1, ROOM - left, lines->file);
    lines->from = 0;
    lines->to = left + got;
    lines->ended = got == 0;
    lines->failed |= ferror(lines->file) != 0;
}

bool ts_lines_next(ts_lines *lines, char **text, size_t *length)
{
    char *start, *end = NULL;

    while (!lines->failed) {
        start = lines->block + lines->from;
        end = memchr(start, '\n', lines->to - lines->from);
        if (end == NULL && !lines->ended &&
            lines->to - lines->from < TS_LINE_MAX) {
            refill(lines);
            continue;
        }
        if (end == NULL && lines->from == lines->to)
            return false;
        *text = start;
        *length = (size_t)(end != NULL ? end - start
                                       : (lines->block + lines->to) - start);
        lines->from += *length + (end != NULL);
        lines->number += end != NULL || lines->ended;
        if (*length < TS_LINE_MAX) {
            start[*length] = '\0';
            return true;
        }
        lines->long_lines += end != NULL || lines->ended;
    }
    return false;
}

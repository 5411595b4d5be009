/*
 * gantt_text.h - a Gantt chart in letters, for terminals.
 *
 *   processor 0  aaaaa/bbbbb/ccccc/a..bb
 *                |         |         |
 *                0         10        20 us
 *   a program.0  b program.1  c program.2  / switch  . idle
 */
#ifndef TS_PICTURES_GANTT_TEXT_H
#define TS_PICTURES_GANTT_TEXT_H

#include <stdio.h>

#include "sim/results/query.h"

typedef enum ts_gantt_end {
    TS_GANTT_DRAWN,
    TS_GANTT_NO_ROOM, /* it does not fit */
    TS_GANTT_NO_MEMORY
} ts_gantt_end;

/* Prints `heading` and the chart, its lines behind `indent` spaces and none
 * wider than `width` columns with them. Each letter stands
 * for an equal piece of time and shows what filled most of it; a + is where
 * something is that filled most of none. Jobs of a task have one letter, and, with
 * `colour`, one colour; a lane alone has the times of its changes below it. Nothing is printed
 * when it does not fit: more than 52 threads or 24 places, more spans in a lane
 * than letters, or too little width. */
ts_gantt_end ts_gantt_text(const ts_run_spans *spans, const char *heading,
                           int indent, int width, bool colour, FILE *out);

#endif

/*
 * gantt_text.h - a Gantt chart in letters, for terminals.
 *
 *   processor 0  aaaaa/bbbbb/ccccc/a..bb
 *                     ^     <
 *                |         |         |
 *                0         10        20 us
 *   a program.0  b program.1  c program.2  / switch  . idle
 *   ^ taken off for another  < comes from another processor
 *
 * A run that a deadlock ended says so above its lanes, at the end, and who
 * starves stands below all.
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

#define TS_GANTT_RUNS 2

/* What is drawn, and how. All is borrowed. */
typedef struct ts_gantt_order {
    const ts_run_spans *runs[TS_GANTT_RUNS]; /* above each other */
    const char *names[TS_GANTT_RUNS]; /* before those of their lanes; NULL: of
                                         one run */
    int run_count;
    const char *heading;
    int indent,
        width; /* columns: no line is wider, with the spaces before it */
    bool colour;
    ts_time from, to; /* to == 0: to the end */
    ts_time mark;     /* an instant that is pointed at; 0: none */
} ts_gantt_order;

/* Prints the heading and the chart. Each letter stands for an equal piece of
 * time and shows what filled most of it; a + is where something is that filled
 * most of none. Jobs of a task have one letter, in all runs, and, with `colour`,
 * one colour; a lane alone has the times of its changes below it, and every lane
 * marks where somebody was taken off or came from another processor. Nothing is
 * printed when it does not fit: more than 52 threads or 24 places, more spans in a
 * lane than letters, or too little width. */
ts_gantt_end ts_gantt_text(const ts_gantt_order *order, FILE *out);

#endif

/*
 * gantt_inside.h - what gantt_text.c and gantt_axis.c share; nobody else looks
 * in.
 */
#ifndef TS_PICTURES_GANTT_INSIDE_H
#define TS_PICTURES_GANTT_INSIDE_H

#include "sim/pictures/gantt_text.h"

#define TS_GANTT_LANES 24
#define TS_GANTT_THREADS 52 /* as there are letters */
#define TS_GANTT_CELLS 400

/* A place of a run. */
typedef struct ts_gantt_lane {
    int run, place;
} ts_gantt_lane;

/* Who has a letter: a thread, or the first of a task's jobs. */
typedef struct ts_gantt_owner {
    const char *name;
    int32_t id; /* in the run */
    int run;
} ts_gantt_owner;

typedef struct ts_gantt_chart {
    const ts_gantt_order *order;
    FILE *out;
    int32_t *owners[TS_GANTT_RUNS]; /* of their spans: whose letter each has */
    int indent;                     /* of every line */
    int width;                      /* of the terminal, without it */
    int name_width;                 /* of the lanes' names */
    int cells;                      /* letters in a lane */
    ts_time from, to;
    ts_gantt_lane lanes[TS_GANTT_LANES];
    int lane_count;
    ts_gantt_owner threads[TS_GANTT_THREADS]; /* by run and id: their letters */
    int thread_count;
    bool colour;
    bool switches, others, shared, nobody, marks, taken, moved,
        both; /* for the legend */
} ts_gantt_chart;

/* --- gantt_text.c --- */

/* What a thread, or its task, is called. */
const char *ts_gantt_thread_name(const ts_run_spans *is, int32_t id);
/* The cell in which an instant is, or, of the end, the last one. */
int ts_gantt_cell(const ts_gantt_chart *chart, ts_time at);
/* Letters in the colour of the thread that has them. */
void ts_gantt_print_cell(const ts_gantt_chart *chart, char cell, char before);
char ts_gantt_letter(int thread);

/* --- gantt_axis.c --- */

/* Above all lanes: the instant that is pointed at. */
void ts_gantt_print_mark(const ts_gantt_chart *chart);
/* Above the lanes of a run that a deadlock ended: where that was. */
void ts_gantt_print_deadlock(const ts_gantt_chart *chart, int run);
/* Below a lane: who was taken off there, and who came from another one; false:
 * out of memory. */
bool ts_gantt_print_marks(ts_gantt_chart *chart, const ts_gantt_lane *lane);
void ts_gantt_print_axis(const ts_gantt_chart *chart);
void ts_gantt_print_legend(const ts_gantt_chart *chart);
/* Below all: who is ready to the end of a run while others that came later were
 * served; false: out of memory. */
bool ts_gantt_print_starving(const ts_gantt_chart *chart, int run);

#endif

/*
 * parting.h - where two runs of the same jobs part, and what came of it.
 *
 *   ts_parting_find(&parting, a, b, &error)
 *   ... parting.kind, parting.at, parting.lives[i] ...
 *   ts_parting_fini(&parting)
 *
 * Two runs go the same way until one of them does what the other does not. It is
 * a decision when the same threads were ready and another one was given a
 * processor, or one was taken off; else it was no scheduler's doing: another job
 * arrived, or the same one had another amount to do, because draws or scenarios
 * differ.
 */
#ifndef TS_RESULTS_PARTING_H
#define TS_RESULTS_PARTING_H

#include "sim/results/history.h"

typedef enum ts_parting_kind {
    TS_PARTING_NONE,    /* every turn of every thread is the same */
    TS_PARTING_ARRIVAL, /* somebody arrives in one, at that time, alone */
    TS_PARTING_WORK,    /* somebody's work or wait is over in one alone */
    TS_PARTING_DECISION /* the scheduler's */
} ts_parting_kind;

/* What became of a thread that both have. */
typedef struct ts_parting_life {
    int32_t ids[2];
    const ts_turn *turns[2]; /* the first of its own that differ; NULL: none is
                                left in this run */
    ts_time parts;           /* when; TS_NEVER: never */
    ts_time spent[2];        /* from its arrival to its end; TS_NEVER: it did
                                not come to that */
    int32_t behind;          /* of the first run's ids: whose processor time it
                                waited for longer, most of all; -1: nobody's */
    ts_time longer;          /* by how much; negative: less */
} ts_parting_life;

typedef struct ts_parting {
    ts_parting_kind kind;
    ts_time at;              /* the first that differs */
    size_t same;             /* turns before it */
    const ts_turn *turns[2]; /* NULL: this run had no more */
    ts_parting_life *lives;  /* owned; in the order in which they part */
    size_t count;
    size_t only[2]; /* threads that only one has */
} ts_parting;

bool ts_parting_find(ts_parting *parting, const ts_history *a,
                     const ts_history *b, ts_error *error);
void ts_parting_fini(ts_parting *parting);

/* The reason for what a turn was, if it was kept; NULL. */
const char *ts_parting_reason(const ts_history *history, const ts_turn *turn);

#endif

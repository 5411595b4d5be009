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
#include "sim/scenario/buffer.h"

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
    const ts_history *runs[2]; /* borrowed */
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

/* --- for whoever tells it --- */

/* "the first decision that differs"; of TS_PARTING_NONE: "". */
const char *ts_parting_title(ts_parting_kind kind);
/* Appends what a thread did: "runs on processor 0", "is blocked: sleep". NULL:
 * nothing more. */
void ts_parting_say_turn(const ts_history *history, const ts_turn *turn,
                         ts_buffer *out);
/* Appends what the run (0 or 1) does where they part: "b runs on processor 0",
 * "lets everything go on; next, at 6 ms, a ends". Names are as they are. */
void ts_parting_say(const ts_parting *parting, int side, ts_buffer *out);
/* The reason for it, if it was kept; NULL. */
const char *ts_parting_why(const ts_parting *parting, int side);
/* The time around the instant at which they part: from so many turns before it
 * to so many after it, in whichever run that is later. */
void ts_parting_window(const ts_parting *parting, size_t turns, ts_time *from,
                       ts_time *to);
/* How much longer the thread took in the second run; 0 where one did not come to
 * its end. */
ts_time ts_parting_change(const ts_parting_life *life);

#endif

/*
 * kinetic.h - a tournament of threads by response ratio, which grows while
 * they wait.
 *
 * Each thread's ratio (waited + burst)/burst is a straight line over time; the
 * shorter the burst, the steeper. Two lines cross once at most. A match notes
 * who wins now and when the loser would; a node keeps the earliest such
 * time below it, and when the clock has passed it, only the matches that are
 * out of date are played again (a kinetic tournament: J. Basch, L. Guibas and
 * J. Hershberger, "Data Structures for Mobile Data", 1999). A choice costs
 * O(log^2 n) on average over a run instead of a look at every thread.
 */
#ifndef TS_MODELS_POLICY_KINETIC_H
#define TS_MODELS_POLICY_KINETIC_H

#include "models/machine/machine.h"

/* Who waits, and all that a match asks of it: beside each other, since of a
 * hundred thousand threads every one is another line of the cache. */
typedef struct ts_kinetic_seat {
    ts_thread *thread; /* NULL: free */
    ts_time since, burst;
    uint64_t tie;
} ts_kinetic_seat;

typedef struct ts_match {
    int32_t winner; /* seat; -1: nobody */
    ts_time until;  /* a match at or below it changes then; TS_NEVER */
} ts_match;

typedef struct ts_kinetic {
    ts_kinetic_seat *seat;
    ts_match *match; /* 1: root; room + i: seat i */
    int32_t *spare;  /* free seats */
    int32_t room, spares;
} ts_kinetic;

void ts_kinetic_put(ts_kinetic *kinetic, ts_machine *machine,
                    ts_thread *thread);
void ts_kinetic_remove(ts_kinetic *kinetic, ts_thread *thread, ts_time now);
/* The thread with the largest ratio; ties: see ts_tie(). NULL: nobody is there.
 * It stays. */
ts_thread *ts_kinetic_first(ts_kinetic *kinetic, ts_time now);

#endif

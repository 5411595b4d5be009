/*
 * sweep.h - a plan played out by a crew, written in the plan's order.
 *
 * The order of the runs in the database is that of the plan, whoever played
 * them and whenever they were done: what is written does not depend on the
 * number of workers, and a sweep that was ended at any moment goes on where
 * it was. A transaction holds the runs of a fraction of a second.
 *
 * With `until` a plan is played in rounds: each gives every point that is not
 * yet known well enough another `replications` runs. Which points these are is
 * decided by whole rounds, so it does not depend on who was faster.
 */
#ifndef TS_SWEEP_SWEEP_H
#define TS_SWEEP_SWEEP_H

#include "sim/sweep/point.h"

typedef struct ts_sweep_options {
    ts_point_options point;
    int workers;
    int64_t shard, shards; /* this part of so many, from 0; 0, 1: all */
    bool resume;           /* runs that are there already are kept */
    bool retry;            /* but those that failed are run again */
    const volatile sig_atomic_t *interrupt;
    /* Now and then, and at the end. */
    void (*progress)(void *context, int64_t done, int64_t planned,
                     uint64_t events);
    /* A run failed, or missed an expectation. */
    void (*trouble)(void *context, const ts_place *place, bool failed,
                    const char *words);
    /* A run ended as seldom is meant: see warning.h. May be NULL. */
    void (*warning)(void *context, const ts_place *place, const char *words);
    void *context;
} ts_sweep_options;

typedef struct ts_sweep_result {
    int64_t planned;        /* runs of this shard, of all rounds so far */
    int64_t done;           /* are in the database now */
    int64_t kept, moved;    /* of these, were there; have another place now */
    int64_t failed;         /* ended with an error */
    int64_t judged, missed; /* expectations, of the runs that were played */
    int64_t unsettled;      /* points that `until` gave up */
    int64_t rounds;
    uint64_t events;
    bool interrupted;
} ts_sweep_result;

/* Plays what is to be played. false: the database or the system failed; what
 * was committed is there. */
TS_MUST_USE
bool ts_sweep_run(const ts_points *points, ts_store *store,
                  const ts_sweep_options *options, ts_sweep_result *result,
                  ts_error *error);

/* How many runs of the first round are this shard's. */
int64_t ts_sweep_count(const ts_points *points, int64_t shard, int64_t shards);

#endif

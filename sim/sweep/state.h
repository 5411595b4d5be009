/*
 * state.h - a sweep on its way (private to sim/sweep).
 *
 *   sweep.c  the crew is given tasks, and what comes back is written in order
 *   round.c  which runs of which points are next
 *   past.c   which of them are there already
 */
#ifndef TS_SWEEP_STATE_H
#define TS_SWEEP_STATE_H

#include "sim/engine/student.h"
#include "sim/results/batch.h"
#include "sim/results/known.h"
#include "sim/results/record.h"
#include "sim/sweep/crew.h"
#include "sim/sweep/sweep.h"

/* A run that is done before its turn. */
typedef struct ts_waiting {
    char *record; /* owned; NULL: not there yet */
    size_t length;
    double value;
    bool has_value, failed;
} ts_waiting;

/* Some runs of each of some points. */
typedef struct ts_round {
    int64_t number;
    int64_t *points; /* owned; NULL: all */
    int64_t point_count;
    int64_t first, replications;
    int64_t shard, shards; /* of the runs */
    int64_t count;         /* runs of this shard */
} ts_round;

typedef struct ts_sweep_state {
    const ts_points *points;
    const ts_sweep_options *options;
    ts_sweep_result *result;
    const ts_plan_until *until; /* NULL: one round */
    ts_store *store;
    ts_crew *crew;
    ts_recorder *recorder; /* of runs that move */
    ts_known known;
    ts_round round;
    int64_t *have;      /* owned: run ids by task; NULL: nothing is there */
    ts_waiting *window; /* owned: by sequence */
    size_t ahead;       /* bytes in it */
    int64_t given, written;
    ts_moments *moments; /* owned: of each point, with `until` */
    bool *broken;        /* owned: points where a run failed */
    ts_batch batch;
    int64_t seen; /* the latest run in the database when we last looked */
    int64_t looked_ms;
} ts_sweep_state;

/* --- round.c --- */

/* NULL: one round. */
const ts_plan_until *ts_until_of(const ts_points *points);
ts_place ts_round_place(const ts_round *round, int64_t task);
bool ts_round_first(ts_sweep_state *s, ts_error *error);
/* false: there is no other round. */
bool ts_round_next(ts_sweep_state *s);

/* --- past.c --- */

/* What the run at a place is known by. */
bool ts_past_identify(ts_sweep_state *s, const ts_place *place,
                      ts_identity *identity, ts_error *error);
/* What is known when a sweep begins. */
bool ts_past_load(ts_sweep_state *s, ts_error *error);
/* Finds the runs of this round among what is known. */
bool ts_past_look(ts_sweep_state *s, ts_error *error);
/* Without --resume nothing may be there that would be done twice. */
bool ts_past_refuse(ts_sweep_state *s, ts_error *error);

#endif

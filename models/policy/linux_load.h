/*
 * linux_load.h - averages of what threads and run queues were used for, over the
 * last tens of milliseconds: see linux_load.c.
 */
#ifndef TS_MODELS_POLICY_LINUX_LOAD_H
#define TS_MODELS_POLICY_LINUX_LOAD_H

#include "models/policy/list.h"

/* What a processor can do, and what one that always runs comes to
 * (SCHED_CAPACITY_SCALE). */
#define TS_CAPACITY 1024

/* Sums of time, which count half as much 32 ms later. */
typedef struct ts_linux_sums {
    ts_time at;                    /* counted until then, 1 024 ns */
    uint64_t load, runnable, util; /* by weight; by threads; running */
} ts_linux_sums;

/* Counts the time until `now`, in which that was so. */
void ts_linux_sums_count(ts_linux_sums *sums, ts_time now, int64_t load,
                         int64_t runnable, bool running);
/* The average that one of those sums comes to, where `full` is what it would be
 * had it always been one. */
int64_t ts_linux_sums_average(const ts_linux_sums *sums, uint64_t sum,
                              int64_t full);

/* A fair thread's, in its entity. */
typedef struct ts_linux_load {
    ts_linux_sums sums;
    ts_time ran;   /* when it left a processor last; TS_NEVER: not since it
                      came here */
    bool known;    /* it has been runnable */
    bool attached; /* its queue's sums have its */
    bool queued;   /* it is in `threads` */
} ts_linux_load;

/* A run queue's. */
typedef struct ts_linux_loads {
    bool kept; /* there are others to be held against */
    ts_linux_sums fair, above;
    ts_threads threads;    /* fair ones, who was picked or came last first */
    int64_t count;         /* of them */
    ts_thread *running;    /* of them; NULL: none */
    const ts_thread *over; /* the one above the fair class that runs; NULL:
                              none */
} ts_linux_loads;

#endif

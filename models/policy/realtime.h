/*
 * realtime.h - the mathematics of periodic tasks on one processor.
 *
 * Times are whole (picoseconds, or any unit); nothing is rounded. Every search
 * has an end: where it would take more than TS_RT_STEPS steps the answer is
 * TS_RT_OPEN.
 */
#ifndef TS_MODELS_POLICY_REALTIME_H
#define TS_MODELS_POLICY_REALTIME_H

#include "sim/engine/base.h"

#define TS_RT_STEPS 2000000
#define TS_RT_TRAIL 64 /* steps of an iteration that are remembered */
#define TS_RT_OPEN INT64_C(-1)

typedef struct ts_rt_task {
    const char *name;
    int64_t cost, period, deadline; /* at worst; between releases; relative */
    int64_t jitter;                 /* of the release */
    int64_t blocking; /* by lower tasks, at worst; TS_RT_OPEN: no bound */
} ts_rt_task;

/* A sum of fractions; exact while it fits. */
typedef struct ts_fraction {
    ts_i128 num, den;
    bool exact;
    double value;
} ts_fraction;

ts_fraction ts_fraction_of(int64_t num, int64_t den);
ts_fraction ts_fraction_add(ts_fraction a, ts_fraction b);
ts_fraction ts_fraction_times(ts_fraction a, ts_fraction b);
/* Sign of a - b. */
int ts_fraction_compare(ts_fraction a, ts_fraction b);

ts_fraction ts_rt_utilization(const ts_rt_task *tasks, int count);
/* The product of (1 + utilization): rate-monotonic is fine up to 2 (Bini,
 * Buttazzo and Buttazzo 2003). */
ts_fraction ts_rt_hyperbolic(const ts_rt_task *tasks, int count);
/* n (2^(1/n) - 1), the bound of Liu and Layland; its limit for n 0. */
double ts_rt_bound(int n);

typedef struct ts_rt_response {
    int64_t response; /* at worst, from the release without its jitter;
                          TS_RT_OPEN: without bound */
    int64_t job;      /* the one in the busy period that takes longest */
    int64_t jobs;     /* in the busy period */
    int64_t trail[TS_RT_TRAIL]; /* the iteration for the first job ... */
    int trail_count;            /* ... and its length; more than the room when
                                   it did not fit */
} ts_rt_response;

/* Of tasks[index], with tasks[0 .. index-1] above it: Joseph and Pandya 1986,
 * Lehoczky 1990, Tindell et al. 1994. */
ts_rt_response ts_rt_respond(const ts_rt_task *tasks, int index);

typedef struct ts_rt_demand {
    ts_fraction utilization;
    int64_t busy_period; /* from a synchronous release; TS_RT_OPEN: endless */
    double la;           /* the other bound; negative: none */
    bool feasible;
    int64_t violated;    /* first deadline that demand exceeds; TS_RT_OPEN */
    int64_t violated_by; /* demand up to it */
} ts_rt_demand;

/* Whether EDF meets all deadlines: Baruah, Rosier and Howell 1990. `visit` is
 * called for each deadline in the busy period with the demand up to it; may be
 * NULL. */
ts_rt_demand ts_rt_demand_test(const ts_rt_task *tasks, int count,
                               void (*visit)(void *context, int64_t deadline,
                                             int64_t demand),
                               void *context);

#endif

/*
 * aggregate.h - a metric over the replications of each point.
 *
 *   ts_aggregate_load(&a, store, scenario, version, "turnaround.mean", &error)
 *   a.groups[i].moments, ts_aggregate_quantile(&a, &a.groups[i], 0.95) ...
 *   ts_aggregate_fini(&a)
 *
 * Replications that draw from the same streams (common random numbers) can be
 * compared pair by pair: what they have in common falls out of the difference.
 */
#ifndef TS_RESULTS_AGGREGATE_H
#define TS_RESULTS_AGGREGATE_H

#include "sim/results/query.h"
#include "sim/engine/student.h"

typedef struct ts_observation {
    int64_t replication;
    uint64_t seed;
    double value;
} ts_observation;

/* One point. */
typedef struct ts_group {
    int64_t point, run;   /* the run of its first replication */
    int64_t first, count; /* in observations */
    ts_moments moments;
    /* Of the mean: from the replications, or, of a single run that was
     * measured for itself (NAME.steady.mean), from its batches. */
    double error; /* the standard error; 0 where degrees is */
    int64_t degrees;
} ts_group;

typedef struct ts_aggregate {
    ts_unit unit;
    ts_observation *observations; /* owned: by point, then replication */
    double *sorted;               /* owned: the values, sorted in each group */
    ts_group *groups;             /* owned: by point */
    int64_t count, group_count;
} ts_aggregate;

/* Runs that failed are left out, and so are those that were played before: who
 * plays a run twice has not observed two. A metric that no run has: no groups. */
TS_MUST_USE
bool ts_aggregate_load(ts_aggregate *aggregate, ts_store *store,
                       int64_t scenario, const char *version,
                       const char *metric, ts_error *error);
void ts_aggregate_fini(ts_aggregate *aggregate);
/* Between the two nearest observations (Hyndman and Fan's type 7, as R's and
 * NumPy's default). */
double ts_aggregate_quantile(const ts_aggregate *aggregate,
                             const ts_group *group, double q);

/* Half the width of the confidence interval of the group's mean; 0 where
 * nothing is known of it (degrees 0). */
double ts_group_half_width(const ts_group *group, double confidence);

/* Several p-values, judged together (Holm 1979): each becomes what it has to
 * be compared with the level of the whole family by. In place; false: out of
 * memory. */
bool ts_holm(double *chances, int64_t count);

/* How far b is from a, and how sure that is. */
typedef struct ts_difference {
    double mean, half_width;
    int64_t pairs; /* 0: compared as independent samples (Welch 1947) */
    bool known;    /* there is a half width: two or more observations */
    double chance; /* to be as far away although nothing differs; 0 where that
                      is not known */
} ts_difference;

ts_difference ts_aggregate_difference(const ts_aggregate *a,
                                      const ts_group *of_a,
                                      const ts_aggregate *b,
                                      const ts_group *of_b, double confidence);

#endif

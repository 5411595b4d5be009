/*
 * stats.h - statistics in bounded memory.
 *
 *   ts_tally     of observations: count, sum, mean, variance, extremes
 *   ts_level     of a level over time: time-weighted mean, maximum
 *   ts_histogram of observations: quantiles to three significant digits
 *
 * Sums are integers wherever the observations are, so that no order of
 * addition can change a result.
 */
#ifndef TS_ENGINE_STATS_H
#define TS_ENGINE_STATS_H

#include "sim/engine/arena.h"
#include "sim/engine/base.h"

typedef struct ts_tally {
    uint64_t count;
    ts_i128 sum;       /* exact */
    double mean, m2;   /* Welford, for the variance */
    int64_t min, max;  /* valid when count > 0 */
} ts_tally;

void ts_tally_add(ts_tally *tally, int64_t value);
double ts_tally_mean(const ts_tally *tally);     /* 0 when empty */
double ts_tally_variance(const ts_tally *tally); /* n-1; 0 below two */
double ts_tally_deviation(const ts_tally *tally);

typedef struct ts_level {
    int64_t value, max;
    ts_time since;     /* of the current value */
    ts_time start;
    ts_i128 area;      /* value x ps, up to `since` */
} ts_level;

void ts_level_init(ts_level *level, ts_time now, int64_t value);
void ts_level_set(ts_level *level, ts_time now, int64_t value);
static inline void ts_level_add(ts_level *level, ts_time now, int64_t change)
{
    ts_level_set(level, now, level->value + change);
}
/* Mean over start .. now; the value itself when no time has passed. */
double ts_level_mean(const ts_level *level, ts_time now);
/* Area up to now. */
ts_i128 ts_level_area(const ts_level *level, ts_time now);

/*
 * A log-linear histogram in HdrHistogram's layout: every value from 0 to
 * 2^63-1 falls in a bucket no wider than 1/1024 of it. About 57 KiB when fully
 * used; rows (one per power of two) are made as they are needed.
 */
typedef struct ts_histogram {
    uint64_t count;
    uint64_t *rows[64]; /* from the arena */
    ts_arena *arena;
    int64_t min, max;
} ts_histogram;

void ts_histogram_init(ts_histogram *histogram, ts_arena *arena);
void ts_histogram_add(ts_histogram *histogram, int64_t value);
/* The smallest recorded bucket's upper value such that at least `q` of the
 * observations are at or below it (nearest rank), never above max; q in 0..1;
 * 0 when empty. */
int64_t ts_histogram_quantile(const ts_histogram *histogram, double q);
/* Visits the non-empty buckets in order of value: its largest value and its
 * count. Return false from `visit` to stop. */
void ts_histogram_each(const ts_histogram *histogram,
                       bool (*visit)(void *context, int64_t upper,
                                     uint64_t count),
                       void *context);

#endif

/*
 * stats.h - statistics in bounded memory.
 *
 *   ts_tally     of observations: count, sum, mean, variance, extremes
 *   ts_level     of a level over time: time-weighted mean, maximum
 *   ts_histogram of observations: quantiles to three significant digits
 *   ts_unison    of instants: how many have company
 *
 * Sums are integers wherever the observations are, so that no order of
 * addition can change a result.
 */
#ifndef TS_ENGINE_STATS_H
#define TS_ENGINE_STATS_H

#include "sim/engine/arena.h"
#include "sim/engine/base.h"
#include "sim/engine/steady.h"

/* All zero is an empty tally. */
typedef struct ts_tally {
    uint64_t count;
    ts_i128 sum;           /* exact */
    ts_u128 squares;       /* the sum of squares, exact: the low 128 bits */
    uint64_t squares_high; /* ... and what was carried out of them */
    int64_t min, max;      /* valid when count > 0 */
    ts_steady *steady;     /* looks at their order, too; NULL: nobody does */
} ts_tally;

/* Shows an observation to whoever looks at the order of a tally's, and to nobody
 * else: for tallies that are merged of others when all is over. */
static inline void ts_tally_show(ts_tally *tally, int64_t value)
{
    if (__builtin_expect(tally->steady != NULL, 0))
        ts_steady_add(tally->steady, value);
}

static inline void ts_tally_add(ts_tally *tally, int64_t value)
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    ts_u128 square = (ts_u128)size * size;
    bool first = tally->count == 0;

    tally->count++;
    tally->sum += value;
    tally->squares += square;
    tally->squares_high += tally->squares < square;
    tally->min = first || value < tally->min ? value : tally->min;
    tally->max = first || value > tally->max ? value : tally->max;
    assert(tally->min <= value && value <= tally->max);
    ts_tally_show(tally, value);
}

/* Adds what `more` has observed, as if it had been added one by one. */
void ts_tally_merge(ts_tally *tally, const ts_tally *more);
double ts_tally_mean(const ts_tally *tally);     /* 0 when empty */
double ts_tally_variance(const ts_tally *tally); /* n-1; 0 below two */
double ts_tally_deviation(const ts_tally *tally);

typedef struct ts_level {
    int64_t value, max;
    ts_time since; /* of the current value */
    ts_time start;
    ts_i128 area; /* value x ps, up to `since` */
} ts_level;

void ts_level_init(ts_level *level, ts_time now, int64_t value);
static inline void ts_level_set(ts_level *level, ts_time now, int64_t value)
{
    assert(now >= level->since);
    level->area += (ts_i128)level->value * (now - level->since);
    level->since = now;
    level->value = value;
    level->max = value > level->max ? value : level->max;
}

static inline void ts_level_add(ts_level *level, ts_time now, int64_t change)
{
    ts_level_set(level, now, level->value + change);
}
/* Mean over start .. now; the value itself when no time has passed. */
double ts_level_mean(const ts_level *level, ts_time now);
/* Area up to now. */
ts_i128 ts_level_area(const ts_level *level, ts_time now);

/*
 * Of things that happen at instants, how many do so together with others.
 * Where times are constant, what once came together comes together for good,
 * as it would on no real machine. All zero is empty.
 */
typedef struct ts_unison {
    ts_time at;              /* the last instant ... */
    int64_t here;            /* ... and how many were in it */
    int64_t count, together; /* of all, those that were not alone ... */
    int64_t crowds;          /* ... and in how many instants those were */
} ts_unison;

/* `number` more now; time does not go back. */
void ts_unison_add(ts_unison *unison, ts_time now, int64_t number);
/* The per cent that came together, where most of very many did; else 0. */
int ts_unison_percent(const ts_unison *unison);
/* How many come together, on average, where any do; else 0. */
int64_t ts_unison_crowd(const ts_unison *unison);

/*
 * A log-linear histogram in HdrHistogram's layout: every value from 0 to
 * 2^63-1 falls in a bucket no wider than 1/1024 of it (values below 2048 have
 * one each). Rows, one per power of two, are made as they are needed and take
 * 8 KiB each; a quantity that spans three decades fills ten. It is our own
 * because it has to give the same bits everywhere and libhdrhistogram is not
 * in the distributions we build on.
 */
typedef struct ts_histogram {
    uint64_t count;
    uint64_t *rows[64]; /* from the arena */
    ts_arena *arena;
    int64_t min, max;
} ts_histogram;

#define TS_HISTOGRAM_BITS 10 /* 2^10 buckets a row */

void ts_histogram_init(ts_histogram *histogram, ts_arena *arena);
/* Makes a row; false when memory is out (the arena says so, too). */
bool ts_histogram_grow(ts_histogram *histogram, int row);

/* Row 0 holds 0 .. 1023 one by one, row r > 0 the values whose highest bit is
 * r + 9, in 1024 buckets of width 2^(r - 1). Negative values count as 0. */
static inline void ts_histogram_add(ts_histogram *histogram, int64_t value)
{
    uint64_t v = value < 0 ? 0 : (uint64_t)value;
    /* A bit is lent so that small values, too, have a highest one. */
    int high = 63 - __builtin_clzll(v | 1 << (TS_HISTOGRAM_BITS - 1));
    int row = high - (TS_HISTOGRAM_BITS - 1);
    int shift = row - (row > 0);

    if (__builtin_expect(histogram->rows[row] == NULL, 0) &&
        !ts_histogram_grow(histogram, row))
        return;
    assert(row >= 0 && row <= 63 - TS_HISTOGRAM_BITS);
    histogram->rows[row][v >> shift & ((1 << TS_HISTOGRAM_BITS) - 1)]++;
    value = (int64_t)v;
    if (histogram->count++ == 0) {
        histogram->min = value;
        histogram->max = value;
    }
    histogram->min = value < histogram->min ? value : histogram->min;
    histogram->max = value > histogram->max ? value : histogram->max;
}

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

/*
 * stats.c - tallies, levels and histograms; see stats.h.
 *
 * A tally keeps the exact sum (128 bits) and the exact sum of squares (192
 * bits), which costs one multiplication and two additions an observation and
 * makes the variance independent of the order of the observations. The
 * subtraction that would ruin this in floating point is done on integers:
 *
 *   variance = (n * sum of squares - sum^2) / (n * (n - 1))
 */
#include "sim/engine/stats.h"

#include "sim/engine/random.h"

/* --- 256-bit unsigned integers, little end first: enough for one line --- */

typedef struct ts_wide {
    uint64_t limb[4];
} ts_wide;

static uint64_t high_half(ts_u128 x)
{
    return (uint64_t)(x >> 64);
}

/* a * b where a has three limbs. */
static ts_wide wide_multiply(const uint64_t a[3], uint64_t b)
{
    ts_wide result;
    uint64_t carry = 0;

    for (int i = 0; i < 3; i++) {
        ts_u128 product = (ts_u128)a[i] * b + carry;

        result.limb[i] = (uint64_t)product;
        carry = high_half(product);
    }
    result.limb[3] = carry;
    return result;
}

static ts_wide wide_square(ts_u128 x)
{
    uint64_t limb[3] = {(uint64_t)x, high_half(x), 0};
    ts_wide low = wide_multiply(limb, limb[0]);
    ts_wide high = wide_multiply(limb, limb[1]);
    uint64_t carry = 0;

    for (int i = 1; i < 4; i++) {
        ts_u128 sum = (ts_u128)low.limb[i] + high.limb[i - 1] + carry;

        low.limb[i] = (uint64_t)sum;
        carry = high_half(sum);
    }
    return low;
}

static ts_wide wide_subtract(ts_wide a, ts_wide b)
{
    uint64_t borrow = 0;

    for (int i = 0; i < 4; i++) {
        ts_u128 difference = (ts_u128)a.limb[i] - b.limb[i] - borrow;

        a.limb[i] = (uint64_t)difference;
        borrow = high_half(difference) & 1;
    }
    assert(borrow == 0); /* a was not less than b */
    return a;
}

static double wide_double(ts_wide x)
{
    double value = 0;

    for (int i = 3; i >= 0; i--)
        value = value * 0x1p64 + (double)x.limb[i];
    return value;
}

/* --- tallies --- */

void ts_tally_merge(ts_tally *tally, const ts_tally *more)
{
    if (more->count == 0)
        return;
    if (tally->count == 0 || more->min < tally->min)
        tally->min = more->min;
    if (tally->count == 0 || more->max > tally->max)
        tally->max = more->max;
    tally->count += more->count;
    tally->sum += more->sum;
    tally->squares += more->squares;
    tally->squares_high +=
        more->squares_high + (tally->squares < more->squares);
}

/* sum / count, rounded once more than the exact quotient would be. */
static double mean_of(ts_i128 sum, ts_i128 count)
{
    ts_i128 whole = sum / count, rest = sum % count;

    assert(count > 0);
    return (double)whole + (double)rest / (double)count;
}

double ts_tally_mean(const ts_tally *tally)
{
    return tally->count == 0 ? 0 : mean_of(tally->sum, tally->count);
}

double ts_tally_variance(const ts_tally *tally)
{
    const uint64_t squares[3] = {(uint64_t)tally->squares,
                                 high_half(tally->squares),
                                 tally->squares_high};
    ts_u128 sum =
        tally->sum < 0 ? 0 - (ts_u128)tally->sum : (ts_u128)tally->sum;
    double n = (double)tally->count;

    if (tally->count < 2)
        return 0;
    return wide_double(wide_subtract(wide_multiply(squares, tally->count),
                                     wide_square(sum))) /
           n / (double)(tally->count - 1);
}

double ts_tally_deviation(const ts_tally *tally)
{
    return ts_sqrt(ts_tally_variance(tally));
}

/* --- levels --- */

void ts_level_init(ts_level *level, ts_time now, int64_t value)
{
    *level =
        (ts_level){.value = value, .max = value, .since = now, .start = now};
}

ts_i128 ts_level_area(const ts_level *level, ts_time now)
{
    assert(now >= level->since && level->since >= level->start);
    return level->area + (ts_i128)level->value * (now - level->since);
}

double ts_level_mean(const ts_level *level, ts_time now)
{
    if (now <= level->start)
        return (double)level->value;
    return mean_of(ts_level_area(level, now), now - level->start);
}

/* --- histograms --- */

#define ROW_SIZE (1 << TS_HISTOGRAM_BITS)
#define ROWS (63 - TS_HISTOGRAM_BITS + 1)

/* The largest value of a bucket. */
static int64_t bucket_upper(int row, int column)
{
    uint64_t next = (uint64_t)column + 1;

    if (row > 0)
        next = (ROW_SIZE + next) << (row - 1);
    return (int64_t)(next - 1);
}

/* So many, and half of them together, are no chance. */
#define UNISON_LEAST 1000

void ts_unison_add(ts_unison *unison, ts_time now, int64_t number)
{
    int64_t before;

    assert(now >= unison->at && number >= 0);
    if (now > unison->at) {
        unison->at = now;
        unison->here = 0;
    }
    before = unison->here;
    unison->here += number;
    unison->count += number;
    if (unison->here <= 1)
        return;
    unison->together += unison->here - (before > 1 ? before : 0);
    unison->crowds += before <= 1;
    assert(unison->together <= unison->count);
}

int ts_unison_percent(const ts_unison *unison)
{
    if (unison->count < UNISON_LEAST || unison->together < unison->count / 2)
        return 0;
    return (int)(100 * unison->together / unison->count);
}

int64_t ts_unison_crowd(const ts_unison *unison)
{
    return unison->crowds > 0 ? unison->together / unison->crowds : 0;
}

void ts_histogram_init(ts_histogram *histogram, ts_arena *arena)
{
    *histogram = (ts_histogram){.arena = arena};
}

bool ts_histogram_grow(ts_histogram *histogram, int row)
{
    assert(row >= 0 && row < ROWS && histogram->rows[row] == NULL);
    histogram->rows[row] = ts_arena_array(histogram->arena, ROW_SIZE,
                                          sizeof *histogram->rows[row]);
    return histogram->rows[row] != NULL;
}

/* Most buckets are empty; they are passed in eights. `from` when the first
 * ones are not. */
static int skip_empty(const uint64_t *cells, int from)
{
    while (from <= ROW_SIZE - 8 &&
           (cells[from] | cells[from + 1] | cells[from + 2] | cells[from + 3] |
            cells[from + 4] | cells[from + 5] | cells[from + 6] |
            cells[from + 7]) == 0)
        from += 8;
    return from;
}

void ts_histogram_each(const ts_histogram *histogram,
                       bool (*visit)(void *context, int64_t upper,
                                     uint64_t count),
                       void *context)
{
    /* Between the least and the greatest observation; few of them should not
     * cost a walk over thousands of empty buckets. */
    uint64_t left = histogram->count;
    bool begun = false;

    for (int row = 0; row < ROWS && left > 0; row++) {
        const uint64_t *cells = histogram->rows[row];
        int first = 0;

        if (cells != NULL && !begun) {
            first = (int)(histogram->min >> (row - (row > 0)) & (ROW_SIZE - 1));
            begun = true;
        }
        for (int i = first; cells != NULL && i < ROW_SIZE && left > 0; i++) {
            if (cells[i] == 0)
                i = skip_empty(cells, i);
            if (i == ROW_SIZE || cells[i] == 0)
                continue;
            assert(cells[i] <= left);
            left -= cells[i];
            if (!visit(context, bucket_upper(row, i), cells[i]))
                return;
        }
    }
    assert(left == 0); /* each observation is in a bucket */
}

/* The nearest rank of q among n, from 1. The product of a decimal fraction
 * and a count may come out a hair above the whole number that is meant (0.07
 * * 100), so a hair is taken off before rounding up. */
static uint64_t nearest_rank(double q, uint64_t n)
{
    double exact = q * (double)n;
    uint64_t rank;

    assert(q >= 0 && q <= 1 && n > 0);
    exact -= exact * 0x1p-50;
    if (!(exact > 0))
        return 1;
    if (exact >= (double)n)
        return n;
    rank = (uint64_t)exact;
    return rank + ((double)rank < exact);
}

typedef struct ts_quantile {
    uint64_t rank, seen;
    int64_t value;
} ts_quantile;

static bool quantile_visit(void *context, int64_t upper, uint64_t count)
{
    ts_quantile *quantile = context;

    quantile->seen += count;
    quantile->value = upper;
    return quantile->seen < quantile->rank;
}

int64_t ts_histogram_quantile(const ts_histogram *histogram, double q)
{
    ts_quantile quantile = {.rank = 1};

    if (histogram->count == 0)
        return 0;
    quantile.rank = nearest_rank(q, histogram->count);
    assert(quantile.rank >= 1 && quantile.rank <= histogram->count);
    ts_histogram_each(histogram, quantile_visit, &quantile);
    return quantile.value < histogram->max ? quantile.value : histogram->max;
}

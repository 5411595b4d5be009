/*
 * test_engine_stats.c - tallies against exact arithmetic, levels against an
 * area added up by hand, histogram quantiles against sorted data.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/engine/bits.h"
#include "sim/engine/random.h"
#include "sim/engine/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void test_tally(void **state)
{
    ts_tally t = {0};

    (void)state;
    assert_true(ts_tally_mean(&t) == 0 && ts_tally_variance(&t) == 0);
    ts_tally_add(&t, 2);
    assert_true(ts_tally_mean(&t) == 2 && ts_tally_variance(&t) == 0);
    for (int i = 0; i < 3; i++)
        ts_tally_add(&t, 4);
    ts_tally_add(&t, 5);
    ts_tally_add(&t, 5);
    ts_tally_add(&t, 7);
    ts_tally_add(&t, 9);
    assert_int_equal(t.count, 8);
    assert_true(t.sum == 40);
    assert_true(ts_tally_mean(&t) == 5);
    assert_true(ts_tally_variance(&t) == 32.0 / 7);
    assert_true(ts_tally_deviation(&t) == sqrt(32.0 / 7));
    assert_int_equal(t.min, 2);
    assert_int_equal(t.max, 9);
}

/* Where floating-point sums lose everything: a spread of 1 on top of 2^62, and
 * the extremes of the type. */
static void test_tally_of_great_values(void **state)
{
    ts_tally t = {0}, ends = {0};

    (void)state;
    for (int i = 0; i < 1000; i++)
        ts_tally_add(&t, ((int64_t)1 << 62) + i % 2);
    assert_true(ts_tally_variance(&t) == 0.25 * 1000 / 999);
    assert_true(ts_tally_mean(&t) == 0x1p62);
    for (int i = 0; i < 1000; i++)
        ts_tally_add(&ends, i % 2 == 0 ? INT64_MAX : INT64_MIN);
    assert_true(ts_tally_mean(&ends) == -0.5);
    assert_true(fabs(ts_tally_variance(&ends) / (0x1p126 * 1000 / 999) - 1) <
                1e-15);
    assert_int_equal(ends.min, INT64_MIN);
    assert_int_equal(ends.max, INT64_MAX);
}

static void test_tally_ignores_order(void **state)
{
    ts_tally up = {0}, down = {0};
    ts_random random;
    int64_t values[1000];
    long double mean = 0, squares = 0;

    (void)state;
    ts_random_init(&random, 1, "tally");
    for (int i = 0; i < 1000; i++) {
        values[i] =
            (int64_t)ts_random_u64(&random) >> ts_random_below(&random, 63);
        ts_tally_add(&up, values[i]);
        mean += (long double)values[i] / 1000;
    }
    for (int i = 999; i >= 0; i--) {
        ts_tally_add(&down, values[i]);
        squares +=
            ((long double)values[i] - mean) * ((long double)values[i] - mean);
    }
    assert_true(ts_tally_mean(&up) == ts_tally_mean(&down));
    assert_true(ts_tally_variance(&up) == ts_tally_variance(&down));
    assert_true(fabs(ts_tally_mean(&up) / (double)mean - 1) < 1e-14);
    assert_true(fabs(ts_tally_variance(&up) / (double)(squares / 999) - 1) <
                1e-14);
}

/* Merged of parts, however they were cut, a tally is what it would have been;
 * values whose squares carry out of 128 bits are among them. */
static void test_tally_of_parts(void **state)
{
    ts_tally whole = {.count = 0}, merged = {.count = 0}, part[3] = {{0}};
    ts_random random;

    (void)state;
    ts_random_init(&random, 15, "parts");
    for (int i = 0; i < 1000; i++) {
        int64_t value = (int64_t)ts_random_u64(&random) >> (i % 2 ? 0 : 40);

        ts_tally_add(&whole, value);
        ts_tally_add(&part[i < 900 ? 0 : 2], value); /* nothing in part[1] */
    }
    for (int i = 0; i < 3; i++)
        ts_tally_merge(&merged, &part[i]);
    assert_true(whole.squares_high > 0);
    assert_true(merged.count == whole.count && merged.sum == whole.sum);
    assert_true(merged.squares == whole.squares);
    assert_true(merged.squares_high == whole.squares_high);
    assert_true(merged.min == whole.min && merged.max == whole.max);
    assert_true(ts_tally_variance(&merged) == ts_tally_variance(&whole));
}

/* A set of bits against a row of truths, over the ends of its words. */
static void test_bits(void **state)
{
    enum { COUNT = 200 };
    uint64_t bits[TS_BITS_WORDS(COUNT)] = {0};
    bool in[COUNT] = {false};
    ts_random random;

    (void)state;
    ts_random_init(&random, 15, "bits");
    for (int round = 0; round < 2000; round++) {
        int i = (int)ts_random_below(&random, COUNT);
        int from = (int)ts_random_below(&random, COUNT + 1);
        int end = (int)ts_random_below(&random, COUNT + 1), next = from;

        in[i] = round % 4 == 0;
        if (in[i])
            ts_bits_add(bits, i);
        else
            ts_bits_take(bits, i);
        assert_int_equal(ts_bits_has(bits, i), in[i]);
        while (next < end && !in[next])
            next++;
        assert_int_equal(ts_bits_next(bits, from, end), next < end ? next : -1);
    }
}

static void test_level(void **state)
{
    ts_level l;

    (void)state;
    ts_level_init(&l, 100, 3);
    assert_true(ts_level_mean(&l, 100) == 3);
    ts_level_set(&l, 110, 5);  /* 30 */
    ts_level_add(&l, 110, -4); /* 0 */
    ts_level_add(&l, 120, -1); /* 10 */
    assert_true(ts_level_area(&l, 150) == 40);
    assert_true(ts_level_mean(&l, 120) == 2);
    assert_true(ts_level_mean(&l, 180) == 0.5);
    assert_int_equal(l.max, 5);
    assert_int_equal(l.value, 0);
    /* areas beyond 64 bits */
    ts_level_init(&l, 0, INT64_MAX);
    assert_true(ts_level_area(&l, TS_TIME_LIMIT) ==
                (ts_i128)INT64_MAX * TS_TIME_LIMIT);
    assert_true(ts_level_mean(&l, TS_TIME_LIMIT) == (double)INT64_MAX);
}

static void test_level_area_by_hand(void **state)
{
    ts_random random;
    ts_level l;
    ts_i128 area = 0;
    ts_time now = 0;
    int64_t value = 0, most = 0;

    (void)state;
    ts_random_init(&random, 1, "level");
    ts_level_init(&l, 0, 0);
    for (int i = 0; i < 10000; i++) {
        ts_time step = (ts_time)ts_random_below(&random, 50);

        area += (ts_i128)value * step;
        now += step;
        value += (int64_t)ts_random_below(&random, 11) - 5;
        most = value > most ? value : most;
        ts_level_set(&l, now, value);
        assert_true(ts_level_area(&l, now) == area);
    }
    assert_int_equal(l.max, most);
}

/* --- histograms --- */

static int compare_values(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

static bool next_bucket(void *context, int64_t upper, uint64_t count)
{
    int64_t *previous = context;

    assert_true(upper > *previous);
    assert_true(count > 0);
    *previous = upper;
    return true;
}

static bool stop_at_second(void *context, int64_t upper, uint64_t count)
{
    int *visits = context;

    (void)upper;
    (void)count;
    return ++*visits < 2;
}

static void check_quantiles(const int64_t *sorted, int n, const ts_histogram *h)
{
    static const double quantiles[] = {0,   0.001, 0.01, 0.25,  0.5,
                                       0.9, 0.95,  0.99, 0.999, 1};

    for (size_t i = 0; i < TS_COUNT_OF(quantiles); i++) {
        int rank = (int)ceil(quantiles[i] * n - 1e-9);
        int64_t exact = sorted[rank < 1 ? 0 : rank - 1];
        int64_t value = ts_histogram_quantile(h, quantiles[i]);

        /* never below the exact one, and at most a bucket above it */
        assert_true(value >= exact);
        assert_true(value - exact <= exact / 1024);
        assert_true(value <= h->max);
    }
}

static void test_histogram_quantiles(void **state)
{
    enum { N = 5000 };
    int64_t *values = malloc(N * sizeof *values);
    ts_random random;

    (void)state;
    assert_non_null(values);
    ts_random_init(&random, 1, "histogram");
    for (int bits = 1; bits < 64; bits++) {
        ts_arena arena;
        ts_histogram h;
        int64_t previous = -1;
        int n = N - bits * 70;

        ts_arena_init(&arena, 0);
        ts_histogram_init(&h, &arena);
        assert_int_equal(ts_histogram_quantile(&h, 0.5), 0);
        for (int i = 0; i < n; i++) {
            values[i] = (int64_t)(ts_random_u64(&random) >> (64 - bits));
            values[i] >>= ts_random_below(&random, (uint64_t)bits);
            ts_histogram_add(&h, values[i]);
        }
        qsort(values, (size_t)n, sizeof *values, compare_values);
        assert_int_equal(h.count, n);
        assert_int_equal(h.min, values[0]);
        assert_int_equal(h.max, values[n - 1]);
        assert_int_equal(ts_histogram_quantile(&h, 1), h.max);
        check_quantiles(values, n, &h);
        ts_histogram_each(&h, next_bucket, &previous);
        assert_true(previous >= h.max);
        ts_arena_fini(&arena);
    }
    free(values);
}

static void test_histogram_small_values_are_exact(void **state)
{
    ts_arena arena;
    ts_histogram h;
    int visits = 0;

    (void)state;
    ts_arena_init(&arena, 0);
    ts_histogram_init(&h, &arena);
    for (int64_t i = 0; i < 2048; i++)
        ts_histogram_add(&h, i);
    for (int i = 1; i <= 2048; i++)
        assert_int_equal(ts_histogram_quantile(&h, i / 2048.0), i - 1);
    ts_histogram_each(&h, stop_at_second, &visits);
    assert_int_equal(visits, 2);
    ts_histogram_add(&h, -5);
    assert_int_equal(h.min, 0);
    ts_histogram_add(&h, INT64_MAX);
    assert_int_equal(ts_histogram_quantile(&h, 1), INT64_MAX);
    ts_arena_fini(&arena);

    /* 0.07 * 100 is a hair above 7 in binary; the rank is 7 all the same */
    ts_arena_init(&arena, 0);
    ts_histogram_init(&h, &arena);
    for (int64_t i = 1; i <= 100; i++)
        ts_histogram_add(&h, i);
    for (int i = 1; i <= 100; i++)
        assert_int_equal(ts_histogram_quantile(&h, i / 100.0), i);
    ts_arena_fini(&arena);
}

static void test_histogram_without_memory(void **state)
{
    ts_arena arena;
    ts_histogram h;

    (void)state;
    ts_arena_init(&arena, 10000);
    ts_histogram_init(&h, &arena);
    ts_histogram_add(&h, 5);
    assert_false(arena.exhausted);
    ts_histogram_add(&h, 5000000);
    assert_true(arena.exhausted);
    assert_int_equal(h.count, 1);
    ts_arena_fini(&arena);
}

/* --- arenas --- */

static void test_arena(void **state)
{
    ts_arena arena;
    unsigned char *items[300];

    (void)state;
    ts_arena_init(&arena, 0);
    for (size_t i = 0; i < TS_COUNT_OF(items); i++) {
        size_t size = i * i * 7 % 200000;
        bool lines = i % 3 == 0;

        items[i] =
            lines ? ts_arena_lines(&arena, size) : ts_arena_alloc(&arena, size);
        assert_non_null(items[i]);
        assert_int_equal((uintptr_t)items[i] %
                             (lines ? 64 : _Alignof(max_align_t)),
                         0);
        for (size_t k = 0; k < size; k++)
            assert_int_equal(items[i][k], 0);
        memset(items[i], (int)i, size);
    }
    for (size_t i = 0; i < TS_COUNT_OF(items); i++) { /* nobody overlaps */
        size_t size = i * i * 7 % 200000;

        for (size_t k = 0; k < size; k++)
            assert_int_equal(items[i][k], (unsigned char)i);
    }
    assert_true(arena.held >= arena.used);
    assert_string_equal(ts_arena_text(&arena, "a name"), "a name");
    assert_string_equal(ts_arena_format(&arena, "%s.%d", "cpu", 7), "cpu.7");
    assert_null(ts_arena_array(&arena, SIZE_MAX / 2, 4));
    assert_null(ts_arena_alloc(&arena, SIZE_MAX));
    ts_arena_fini(&arena);
}

static void test_arena_limit(void **state)
{
    ts_arena arena;
    size_t got = 0;

    (void)state;
    ts_arena_init(&arena, 1000);
    while (ts_arena_alloc(&arena, 16) != NULL) {
        got += 16;
        assert_true(got <= 1000);
    }
    assert_int_equal(got, 1000 / 16 * 16);
    assert_true(arena.exhausted);
    assert_true(arena.used <= 1000);
    assert_null(ts_arena_text(&arena, "ten letters"));
    ts_arena_fini(&arena);
}

/* Alone, in twos, and in a crowd that comes one by one. */
static void test_unison(void **state)
{
    ts_unison u = {0}, few = {0}, alone = {0};
    ts_time now = 0;

    (void)state;
    assert_int_equal(ts_unison_percent(&u), 0);
    assert_int_equal(ts_unison_crowd(&u), 0);
    for (int i = 0; i < 400; i++)
        ts_unison_add(&u, ++now, 1);
    for (int i = 0; i < 200; i++)
        ts_unison_add(&u, ++now, 2);
    assert_int_equal(u.together, 400);
    assert_int_equal(ts_unison_percent(&u), 0); /* 800 are few */
    for (int i = 0; i < 400; i++)
        ts_unison_add(&u, now + 1 + i / 4, 1);
    assert_int_equal(u.count, 1200);
    assert_int_equal(u.together, 800);
    assert_int_equal(ts_unison_percent(&u), 66);
    assert_int_equal(ts_unison_crowd(&u), 800 / 300);
    for (int i = 0; i < 3000; i++) {
        ts_unison_add(&alone, 1 + i, 1);
        ts_unison_add(&few, 1 + i * 2 / 3, 1); /* two of three */
    }
    assert_int_equal(ts_unison_percent(&alone), 0);
    assert_int_equal(ts_unison_percent(&few), 66);
    assert_int_equal(ts_unison_crowd(&few), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tally),
        cmocka_unit_test(test_tally_of_great_values),
        cmocka_unit_test(test_tally_ignores_order),
        cmocka_unit_test(test_tally_of_parts),
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_level),
        cmocka_unit_test(test_level_area_by_hand),
        cmocka_unit_test(test_unison),
        cmocka_unit_test(test_histogram_quantiles),
        cmocka_unit_test(test_histogram_small_values_are_exact),
        cmocka_unit_test(test_histogram_without_memory),
        cmocka_unit_test(test_arena),
        cmocka_unit_test(test_arena_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

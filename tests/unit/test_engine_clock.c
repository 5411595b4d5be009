/*
 * test_engine_clock.c - clock domains are exact, and edge, next and last agree
 * with each other for frequencies nobody would think of.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/engine/clock.h"
#include "sim/engine/random.h"

static void test_known_edges(void **state)
{
    ts_clock ghz = ts_clock_make(INT64_C(3600000000), 1, 0);
    ts_clock agc = ts_clock_make(1024000, 12, 0); /* a memory cycle, 11.72 us */
    ts_clock late = ts_clock_make(1000, 1, 500);

    (void)state;
    assert_int_equal(ts_clock_edge(&ghz, 1), 277);
    assert_int_equal(ts_clock_edge(&ghz, 9), 2500);
    assert_int_equal(ts_clock_edge(&ghz, INT64_C(3600000000)), TS_S);
    assert_int_equal(ts_clock_next(&ghz, TS_S), INT64_C(3600000000));
    assert_int_equal(ts_clock_next(&ghz, TS_S + 1), INT64_C(3600000001));
    assert_int_equal(ts_clock_last(&ghz, TS_S - 1), INT64_C(3599999999));
    /* a hundred days without drift */
    assert_int_equal(ts_clock_edge(&ghz, INT64_C(3600000000) * 86400 * 100),
                     TS_TIME_LIMIT);
    assert_int_equal(agc.num, 256000);
    assert_int_equal(agc.den, 3);
    assert_int_equal(ts_clock_edge(&agc, 256000), 3 * TS_S);
    assert_int_equal(ts_clock_edge(&agc, 1), 11718750);
    assert_int_equal(ts_clock_edge(&late, 0), 500);
    assert_int_equal(ts_clock_edge(&late, -1), 500 - TS_MS);
    assert_int_equal(ts_clock_last(&late, 499), -1);
    assert_int_equal(ts_clock_next(&late, 0), 0);
}

static void test_edges_saturate(void **state)
{
    ts_clock slow = ts_clock_make(1, INT64_MAX, 0);
    ts_clock hertz = ts_clock_make(1, 1, 0);

    (void)state;
    assert_int_equal(ts_clock_edge(&slow, 1), TS_NEVER);
    assert_int_equal(ts_clock_edge(&slow, INT64_MAX), TS_NEVER);
    assert_int_equal(ts_clock_edge(&slow, INT64_MIN), INT64_MIN);
    assert_int_equal(ts_clock_edge(&slow, 0), 0);
    assert_int_equal(ts_clock_next(&slow, 1), 1);
    assert_int_equal(ts_clock_edge(&hertz, 9223372), 9223372 * TS_S);
    assert_int_equal(ts_clock_edge(&hertz, 9223373), TS_NEVER);
    assert_true(ts_clock_fine(&slow, 1) == TS_FINE_NEVER);
    assert_true(ts_clock_fine(&slow, -1) == -TS_FINE_NEVER);
}

static int64_t up_to(ts_random *random, int64_t n)
{
    return (int64_t)ts_random_below(random, (uint64_t)n + 1);
}

/* Some number of some size: 1 .. 2^bits. */
static int64_t any_size(ts_random *random, int bits)
{
    return 1 +
           up_to(random, (int64_t)1 << ts_random_below(random, (uint64_t)bits));
}

static ts_clock any_clock(ts_random *random)
{
    int64_t den = any_size(random, 40), num = any_size(random, 62);
    ts_time phase = up_to(random, 1000000);

    switch (ts_random_below(random, 3)) {
    case 0: /* up to 10^13 Hz, whole */
        return ts_clock_make(1 + up_to(random, INT64_C(10000000000000)), 1,
                             phase);
    case 1: /* kilohertz and megahertz, as people write them */
        return ts_clock_make((1 + up_to(random, 10000)) * 1000000,
                             1 + up_to(random, 12), phase);
    default: /* anything, as long as it is not above 10^13 Hz */
        num = num / den > INT64_C(10000000000000)
                  ? INT64_C(10000000000000) * den / 2 + 1
                  : num;
        return ts_clock_make(num > 0 ? num : 1, den, phase);
    }
}

/* For any t: last(t) is the last edge not after t, next(t) the first not
 * before it. */
static void test_edge_next_last_agree(void **state)
{
    ts_random random;

    (void)state;
    ts_random_init(&random, 1, "clocks");
    for (int i = 0; i < 300000; i++) {
        ts_clock clock = any_clock(&random);
        ts_time t = up_to(&random, any_size(&random, 62) % TS_TIME_LIMIT);
        int64_t next = ts_clock_next(&clock, t);
        int64_t last = ts_clock_last(&clock, t);

        if (next == INT64_MAX || last == INT64_MAX)
            continue; /* more edges than numbers */
        assert_true(ts_clock_edge(&clock, next) >= t);
        assert_true(ts_clock_edge(&clock, next - 1) < t);
        assert_true(ts_clock_edge(&clock, last) <= t);
        assert_true(ts_clock_edge(&clock, last + 1) > t);
        assert_true(next <= last + 1);
        /* on an edge, both name it (or the first and last that share it) */
        t = ts_clock_edge(&clock, last);
        if (t == INT64_MIN)
            continue; /* before the beginning of time */
        assert_true(ts_clock_next(&clock, t) <= last);
        assert_int_equal(ts_clock_last(&clock, t), last);
    }
}

/* The fast way and the general one give the same. */
static void test_ways_agree(void **state)
{
    ts_random random;
    int fast = 0;

    (void)state;
    ts_random_init(&random, 2, "clocks");
    for (int i = 0; i < 300000; i++) {
        ts_clock clock = any_clock(&random), slow = clock;
        ts_time t = up_to(&random, any_size(&random, 62) % TS_TIME_LIMIT);
        int64_t k = any_size(&random, 50);

        slow.period_num = 0;
        fast += clock.period_num != 0;
        assert_int_equal(ts_clock_edge(&clock, k), ts_clock_edge(&slow, k));
        assert_int_equal(ts_clock_next(&clock, t), ts_clock_next(&slow, t));
        assert_int_equal(ts_clock_last(&clock, t), ts_clock_last(&slow, t));
        assert_true(ts_clock_fine(&clock, k) == ts_clock_fine(&slow, k));
    }
    assert_true(fast > 100000);
}

static void test_fine_time(void **state)
{
    ts_clock ghz = ts_clock_make(INT64_C(3600000000), 1, 0);
    ts_fine sum = 0;
    ts_random random;

    (void)state;
    assert_true(ts_clock_fine(&ghz, 9) == ts_fine_make(2500));
    for (int i = 0; i < 9000000; i++) /* 2.5 ms of single cycles */
        sum += ts_clock_fine(&ghz, 1);
    assert_int_equal(ts_fine_floor(sum), 2500 * INT64_C(1000000));
    ts_random_init(&random, 3, "clocks");
    for (int i = 0; i < 100000; i++) {
        ts_clock clock = any_clock(&random);
        int64_t k = any_size(&random, 40);
        ts_fine fine = ts_clock_fine(&clock, k);
        ts_time edge = ts_clock_edge(&clock, k);
        ts_time floor = ts_fine_floor(fine);

        if (edge == TS_NEVER)
            continue;
        /* the guard of 2^-10 ps may lift what is just below a picosecond */
        edge -= clock.phase;
        assert_true(floor == edge || floor == edge + 1);
        assert_true(floor == edge || ts_fine_make(floor) - fine <=
                                         (ts_fine)1 << (TS_FINE_BITS - 10));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_edges),
        cmocka_unit_test(test_edges_saturate),
        cmocka_unit_test(test_edge_next_last_agree),
        cmocka_unit_test(test_ways_agree),
        cmocka_unit_test(test_fine_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

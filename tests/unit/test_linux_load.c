/*
 * Averages of load against what they stand for: y^n, y^32 = 1/2, summed over
 * periods of 1.048576 ms in floating point.
 */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "models/policy/linux_load.h"

#define PERIOD (INT64_C(1024) * 1024 * TS_NS)

static int64_t util_of(const ts_linux_sums *sums)
{
    return ts_linux_sums_average(sums, sums->util, TS_CAPACITY);
}

static void test_always_running_comes_to_all(void **state)
{
    ts_linux_sums sums = {0};

    (void)state;
    for (int i = 1; i <= 1000; i++)
        ts_linux_sums_count(&sums, i * 4 * TS_MS, 2048, 2, true);
    assert_in_range(util_of(&sums), TS_CAPACITY - 2, TS_CAPACITY);
    assert_in_range(ts_linux_sums_average(&sums, sums.load, 1), 2044, 2048);
    assert_in_range(ts_linux_sums_average(&sums, sums.runnable, TS_CAPACITY),
                    2 * TS_CAPACITY - 4, 2 * TS_CAPACITY);
}

static void test_half_is_left_after_32_periods(void **state)
{
    ts_linux_sums sums = {0};

    (void)state;
    ts_linux_sums_count(&sums, 1000 * PERIOD, 1, 1, true);
    ts_linux_sums_count(&sums, 1032 * PERIOD, 0, 0, false);
    assert_in_range(util_of(&sums), TS_CAPACITY / 2 - 2, TS_CAPACITY / 2);
    ts_linux_sums_count(&sums, 1096 * PERIOD, 0, 0, false);
    assert_in_range(util_of(&sums), TS_CAPACITY / 8 - 2, TS_CAPACITY / 8);
    ts_linux_sums_count(&sums, 5000 * PERIOD, 0, 0, false);
    assert_int_equal(util_of(&sums), 0);
}

/* Turns of any length, counted in pieces or at once: rounded down twice, to
 * units of a sum and to whole averages. */
static void test_turns_against_powers(void **state)
{
    ts_linux_sums sums = {0}, pieces = {0};
    double y = exp2(-1.0 / 32), expected = 0, average;
    int64_t now = 0;

    (void)state;
    for (int i = 0; i < 400; i++) {
        int64_t periods = 1 + i * 7 % 19;
        bool running = i % 3 != 0;

        for (int64_t k = 0; k < periods; k++) {
            expected = expected * y + (running ? 1024 : 0);
            ts_linux_sums_count(&pieces, now * PERIOD + PERIOD / 3, 1, 1,
                                running);
            now++;
        }
        ts_linux_sums_count(&sums, now * PERIOD, 1, 1, running);
        ts_linux_sums_count(&pieces, now * PERIOD, 1, 1, running);
        /* Of whole periods that are over: the last counts in full. */
        average = expected * (1 - y) / 1024 * TS_CAPACITY;
        assert_true(fabs((double)util_of(&sums) - average) <= 2);
        assert_true(fabs((double)util_of(&pieces) - average) <= 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_always_running_comes_to_all),
        cmocka_unit_test(test_half_is_left_after_32_periods),
        cmocka_unit_test(test_turns_against_powers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_power.c - the arithmetic of power, heat and governors.
 */
#include "models/silicon/frequency.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static double ends[] = {0.7, 1.4};

static ts_power_record power_of(void)
{
    return (ts_power_record){.core = 10,
                             .leak = 2,
                             .volts = {.items = ends, .count = 2},
                             .stalled = 0.5,
                             .limit = 65,
                             .burst = 88,
                             .tau = 28 * TS_S};
}

static void near(double a, double b, double by)
{
    if (a - b > by || b - a > by)
        fail_msg("%.9f is not %.9f", a, b);
}

static void draws_by_f_v_squared(void **state)
{
    ts_power_record power = power_of();

    (void)state;
    near(ts_power_volts(&power, 0), 0.7, 1e-12);
    near(ts_power_volts(&power, 0.5), 1.05, 1e-12);
    near(ts_power_core(&power, true, 1, 1), 12, 1e-12);
    near(ts_power_core(&power, true, 2, 1), 22, 1e-12);
    near(ts_power_core(&power, true, 1, 2), 48, 1e-12);
    near(ts_power_core(&power, false, 1, 1), 7, 1e-12);
}

static void approaches_by_a_time_constant(void **state)
{
    double halves = 100;

    (void)state;
    near(ts_approach(100, 0, TS_S, TS_S), 36.787944117144235, 1e-9);
    near(ts_approach(7, 7, TS_S, TS_S), 7, 0);
    for (int i = 0; i < 10; i++) /* in pieces it comes to the same */
        halves = ts_approach(halves, 0, TS_S / 10, TS_S);
    near(halves, 36.787944117144235, 1e-9);
}

/* What is allowed for one interval brings the average to the limit and not
 * beyond; the burst's cap comes first, heat when it is nearer. */
static void allows_what_meets_the_limit(void **state)
{
    ts_power_record power = power_of();
    ts_heat_record heat = {.resistance = 1,
                           .time = 60 * TS_S,
                           .ambient = 25,
                           .limit = 80};
    ts_held by;
    double most;

    (void)state;
    near(ts_power_allowed(&power, 15, 25, TS_S, &by), 88, 0);
    assert_int_equal(by, TS_HELD_BY_BURST);
    most = ts_power_allowed(&power, 64.9, 25, TS_S, &by);
    assert_int_equal(by, TS_HELD_BY_LIMIT);
    near(ts_approach(64.9, most, TS_S, power.tau), 65, 1e-9);
    power.heat = &heat;
    most = ts_power_allowed(&power, 64.9, 79.9, TS_S, &by);
    assert_int_equal(by, TS_HELD_BY_HEAT);
    near(ts_approach(79.9, 25 + most, TS_S, heat.time), 80, 1e-9);
}

static void governors_ask(void **state)
{
    (void)state;
    assert_int_equal(ts_governor_wants(TS_GOVERNOR_PERFORMANCE, 0, 100, 7, 400),
                     400);
    assert_int_equal(ts_governor_wants(TS_GOVERNOR_POWERSAVE, 1, 100, 7, 400),
                     100);
    /* 1.25 x 0.4 x 400 = 200, and 107, 114 ... 205 is the step above */
    assert_int_equal(ts_governor_wants(TS_GOVERNOR_SCHEDUTIL, 0.4, 100, 7, 400),
                     205);
    assert_int_equal(ts_governor_wants(TS_GOVERNOR_SCHEDUTIL, 0.8, 100, 7, 400),
                     400);
    near(ts_governor_use(1, 0, 32 * TS_MS), 0.5, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_by_f_v_squared),
        cmocka_unit_test(approaches_by_a_time_constant),
        cmocka_unit_test(allows_what_meets_the_limit),
        cmocka_unit_test(governors_ask),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The tick of the Linux policies is TICK_NSEC: (10^9 + HZ / 2) / HZ.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "models/policy/fair.h"

static void ticks_are_whole_nanoseconds(void **state)
{
    static const struct {
        ts_rational hz;
        ts_time tick;
    } rows[] = {
        {{100, 1}, 10 * TS_MS},      {{250, 1}, 4 * TS_MS},
        {{1000, 1}, TS_MS},          {{300, 1}, 3333333 * TS_NS},
        {{1024, 1}, 976563 * TS_NS}, {{1000, 3}, 3 * TS_MS},
        {{600, 1}, 1666667 * TS_NS},
    };

    (void)state;
    for (size_t i = 0; i < TS_COUNT_OF(rows); i++)
        assert_int_equal(ts_fair_period(rows[i].hz), rows[i].tick);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticks_are_whole_nanoseconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Clockwork that falls into step, and the jitter that keeps it from that.
 *
 * Two threads on one core that run for a time and stall for a time: where both
 * times are constant they do so at once, for good, and gain less from each
 * other's stalls than two whose phases are independent: 2 / (1 + (1 - p)^2),
 * p being the part of its time that one alone stalls.
 */
#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static double time_of(int threads, int stall_ns, const char *jitter)
{
    family *f = family_begin("siblings");
    double time;

    say(f,
        "{\"title\": \"t\", \"computer\": {\"topology\": {\"cores\": "
        "{\"count\": "
        "1, \"threads\": 2}}, \"smt\": {\"gain\": 1}}, \"system\": "
        "{\"jitter\": "
        "\"%s\"}, \"threads\": [{\"name\": \"a\", \"count\": %d, \"program\": "
        "[{\"repeat\": {\"times\": 20000, \"program\": [{\"run\": \"100ns\"}, "
        "{\"stall\": \"%dns\"}]}}]}]}",
        jitter, threads, stall_ns);
    assert_true(play_seed(f, 1));
    time = metric(f, "run.time");
    assert_true(family_end(f));
    return time;
}

static double gain(int stall_ns, const char *jitter)
{
    return 2 * time_of(1, stall_ns, jitter) / time_of(2, stall_ns, jitter);
}

static void test_siblings(void **state)
{
    (void)state;
    for (int stall = 50; stall <= 200; stall *= 2) {
        double p = stall / (100.0 + stall);
        double apart = 2 / (1 + (1 - p) * (1 - p));
        double in_step = gain(stall, "0%"), free = gain(stall, "10%");

        print_message("stalls of %d ns: in step %.3f, with jitter %.3f, "
                      "independent %.3f\n",
                      stall, in_step, free, apart);
        assert_true(in_step < 0.9 * apart);
        assert_true(free > 0.97 * apart && free < 1.03 * apart);
    }
}

/* It changes no mean, and nothing where it is not asked for. */
static void test_mean(void **state)
{
    double exact = time_of(1, 100, "0%"), half = time_of(1, 100, "50%");

    (void)state;
    assert_true(exact == 20000 * 200e3);
    assert_true(half != exact && half > 0.99 * exact && half < 1.01 * exact);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_siblings),
        cmocka_unit_test(test_mean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

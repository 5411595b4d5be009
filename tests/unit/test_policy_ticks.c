/*
 * test_policy_ticks.c - what a kernel's ticks and timers cost: each delays
 * whoever runs there, and nobody else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "timeslice/timeslice.h"

#define US 1e6

static ts_result *play(const char *text)
{
    char *message = NULL;
    ts_scenario *scenario =
        ts_scenario_parse("ticks", text, strlen(text), NULL, &message);
    ts_result *result = NULL;

    if (scenario != NULL)
        result = ts_scenario_run(scenario, 0, NULL, &message);
    if (result == NULL)
        fail_msg("%s\n%s", message, text);
    ts_message_free(message);
    ts_scenario_free(scenario);
    return result;
}

static double metric(const ts_result *result, const char *name)
{
    double x = -1;

    assert_true(ts_result_metric(result, name, &x));
    return x;
}

static void assert_near(double x, double wanted)
{
    if (x < wanted - 1e-6 || x > wanted + 1e-6)
        fail_msg("%g is not %g", x, wanted);
}

/* 10 ms of work see two ticks at 250 Hz, ten at 1 kHz, whatever they cost. */
static void test_ticks_delay(void **state)
{
    static const struct {
        const char *ticks;
        double end; /* us */
    } all[] = {{"{}", 10000},
               {"\"50us\"", 10100},
               {"\"100us\"", 10200},
               {"\"200us\"", 10400},
               {"{\"cost\": \"100us\", \"hz\": \"500Hz\"}", 10500},
               {"{\"cost\": \"100us\", \"hz\": \"1kHz\"}", 11100}};

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char text[512];
        ts_result *result;

        snprintf(text, sizeof text,
                 "{\"title\": \"t\", \"system\": {\"policy\": \"fifo\", "
                 "\"ticks\": %s}, \"threads\": [{\"name\": \"a\", "
                 "\"program\": [{\"run\": \"10ms\"}]}]}",
                 all[i].ticks);
        result = play(text);
        assert_near(metric(result, "threads.a.turnaround.max") / US,
                    all[i].end);
        ts_result_free(result);
    }
}

/* Three timers that go off together are served one after the other, on the
 * processor where the threads slept; an idle processor does not tick. */
static void test_timers(void **state)
{
    static const char text[] =
        "{\"title\": \"t\", \"system\": {\"policy\": \"fifo\", \"ticks\": "
        "{\"cost\": \"300us\", \"timer\": \"100us\"}}, \"threads\": "
        "[{\"name\": \"a\", \"count\": 3, \"program\": [{\"sleep\": \"9ms\"}, "
        "{\"run\": \"1ms\"}]}]}";
    ts_result *result = play(text);

    (void)state;
    /* Two ticks find it idle; that at 12 ms does not. */
    assert_near(metric(result, "threads.a.turnaround.max") / US,
                9000 + 3 * 100 + 3 * 1000 + 300);
    ts_result_free(result);
}

/* The policy's account: with handlers charged a deadline thread's runtime is
 * used up by ticks over it, else by its own work. */
static void test_charged(void **state)
{
    static const char *const charged[] = {"true", "false"};
    double had[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        char text[768];
        ts_result *result;

        snprintf(
            text, sizeof text,
            "{\"title\": \"t\", \"stop\": \"1s\", \"system\": {\"policy\": "
            "\"linux\", \"ticks\": {\"cost\": \"1ms\", \"charged\": %s}}, "
            "\"threads\": [{\"name\": \"d\", \"background\": true, "
            "\"class\": \"deadline\", \"estimate\": \"10ms\", "
            "\"deadline\": \"40ms\", \"period\": \"40ms\", \"program\": "
            "[{\"run\": \"10s\"}]}, {\"name\": \"h\", \"background\": "
            "true, \"program\": [{\"run\": \"10s\"}]}]}",
            charged[i]);
        result = play(text);
        had[i] = metric(result, "threads.d.used");
        ts_result_free(result);
    }
    assert_true(had[0] < had[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ticks_delay),
        cmocka_unit_test(test_timers),
        cmocka_unit_test(test_charged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

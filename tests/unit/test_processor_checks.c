/*
 * test_processor_checks.c - cooperative pre-emption: a request waits for the
 * next check of the running thread. The times are worked out by hand.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "timeslice/timeslice.h"

/* When the short thread "high", which arrives at 1 ms and runs for 1 ms, ends
 * beside "low", which begins at 0; in microseconds. */
static int64_t ends_under(const char *policy, const char *low, int64_t *events)
{
    ts_thread_times times;
    char text[1024], *message = NULL;
    ts_scenario *scenario;
    ts_result *result;
    int64_t finish = -1;

    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"computer\": {\"clock\": \"1MHz\"}, "
             "\"conventions\": {\"priority\": \"larger-is-higher\"}, "
             "\"system\": {\"policy\": \"%s\"}, "
             "\"threads\": [{\"name\": \"low\", %s}, {\"name\": \"high\", "
             "\"priority\": 1, \"arrive\": \"1ms\", \"program\": "
             "[{\"run\": \"1ms\"}]}]}",
             policy, low);
    scenario = ts_scenario_parse("t", text, strlen(text), NULL, &message);
    if (scenario == NULL)
        fail_msg("%s", message);
    result = ts_scenario_run(scenario, 0, NULL, &message);
    if (result == NULL)
        fail_msg("%s", message);
    for (size_t i = 0; ts_result_thread_at(result, i, &times); i++)
        if (strcmp(times.task, "high") == 0)
            finish = times.finish / 1000000;
    if (events != NULL)
        *events = (int64_t)ts_result_events(result);
    ts_result_free(result);
    ts_scenario_free(scenario);
    return finish;
}

static int64_t ends(const char *low, int64_t *events)
{
    return ends_under("priority", low, events);
}

static void test_anywhere(void **state)
{
    (void)state;
    assert_int_equal(ends("\"program\": [{\"run\": \"10ms\"}]", NULL), 2000);
}

static void test_interval(void **state)
{
    (void)state;
    /* Looks at 0.7 and 1.4 ms. */
    assert_int_equal(ends("\"check\": \"700us\", \"program\": "
                          "[{\"run\": \"10ms\"}]",
                          NULL),
                     2400);
    assert_int_equal(ends("\"check\": \"700 cycles\", \"program\": "
                          "[{\"run\": \"10ms\"}]",
                          NULL),
                     2400);
    /* An interval counts from the beginning of each run: 0.6, 1.2 + ... */
    assert_int_equal(ends("\"check\": \"700us\", \"program\": "
                          "[{\"run\": \"600us\"}, {\"run\": \"10ms\"}]",
                          NULL),
                     2300);
    /* A run that looks never goes to its end; the next one looks at once. */
    assert_int_equal(ends("\"program\": [{\"run\": {\"for\": \"3ms\", "
                          "\"check\": \"1h\"}}, {\"run\": \"10ms\"}]",
                          NULL),
                     4000);
    /* The thread that looks last ends first. */
    assert_int_equal(ends("\"check\": \"1h\", \"program\": "
                          "[{\"run\": \"5ms\"}]",
                          NULL),
                     6000);
}

/* Where all get on at once nobody makes room, and checks hold nobody up: from
 * 1 ms on both get on at half the speed. */
static void test_sharing(void **state)
{
    (void)state;
    assert_int_equal(ends_under("processor-sharing",
                                "\"check\": \"700us\", \"program\": "
                                "[{\"run\": \"10ms\"}]",
                                NULL),
                     3000);
}

static void test_no_event_without_request(void **state)
{
    int64_t rare, often;

    (void)state;
    ends("\"check\": \"700us\", \"program\": [{\"run\": \"1s\"}]", &rare);
    ends("\"check\": \"1us\", \"program\": [{\"run\": \"1s\"}]", &often);
    assert_true(often <= rare);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_anywhere),
        cmocka_unit_test(test_interval),
        cmocka_unit_test(test_sharing),
        cmocka_unit_test(test_no_event_without_request),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

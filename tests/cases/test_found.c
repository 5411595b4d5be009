/*
 * Scenarios that once fell over, as small as they were found: each must be
 * played, with a trace that is valid, or refused with the words it says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "timeslice/timeslice.h"

typedef struct found {
    const char *text, *refusal; /* NULL: it is played */
} found;

static const found all[] = {
    /* the memory's account had no room for the servers' threads */
    {"{\"title\": \"t\", \"stop\": \"4ms\", \"computer\": {\"caches\": "
     "[{\"name\": \"c\", \"size\": \"84B\", \"latency\": \"2us\"}]}, "
     "\"threads\": [{\"name\": \"t\", \"program\": [{\"run\": \"1ms\"}]}], "
     "\"servers\": [{\"name\": \"a\", \"thread\": {\"memory\": \"1kB\"}}, "
     "{\"name\": \"b\", \"thread\": {\"memory\": \"1kB\"}}]}",
     NULL},
    /* ... and did not know that they have a memory, or where */
    {"{\"title\": \"t\", \"stop\": \"4ms\", \"threads\": [{\"name\": \"t\", "
     "\"program\": [{\"run\": \"1us\"}, {\"call\": \"a\"}]}], \"servers\": "
     "[{\"name\": \"a\", "
     "\"thread\": {\"memory\": \"1kB\"}, \"handler\": [{\"chase\": 10}]}]}",
     NULL},
    {"{\"title\": \"t\", \"stop\": \"4ms\", \"threads\": [{\"name\": \"t\", "
     "\"program\": [{\"call\": \"a\"}]}], \"servers\": [{\"name\": \"a\", "
     "\"thread\": {\"memory\": {\"size\": \"1kB\", \"placement\": \"node\", "
     "\"node\": 5}}}]}",
     "the memory of a is on node 5"},
    /* the factors of a speed did not fit together */
    {"{\"title\": \"t\", \"computer\": {\"clock\": \"1.024MHz\"}, \"apollo\": "
     "{}, \"threads\": [{\"name\": \"t\", \"program\": [{\"run\": \"1ms\"}]}], "
     "\"faults\": [{\"at\": \"100us\", \"for\": \"200us\", \"what\": "
     "{\"throttle\": {\"factor\": 1.1}}}]}",
     NULL},
    /* a computer without cores */
    {"{\"title\": \"t\", \"computer\": {\"topology\": {\"cores\": []}}, "
     "\"threads\": [{\"name\": \"t\", \"program\": [{\"run\": \"1ms\"}]}]}",
     "needs at least 1 item"},
    /* threads that give their processor up in no time are not taken off it */
    {"{\"title\": \"t\", \"threads\": [{\"name\": \"a\", \"program\": "
     "[{\"run\": "
     "\"1ms\"}, \"yield\", {\"run\": \"1ms\"}]}, {\"name\": \"b\", "
     "\"program\": [{\"run\": \"1ms\"}, {\"sleep\": \"0s\"}, {\"run\": "
     "\"1ms\"}]}]}",
     NULL},
    /* what a killed thread was at is part of its life */
    {"{\"title\": \"t\", \"stop\": \"9ms\", \"servers\": [{\"name\": \"a\", "
     "\"threads\": 2, \"handler\": [{\"run\": \"100us\"}]}], \"faults\": "
     "[{\"at\": \"5ms\", \"what\": {\"kill\": "
     "{\"server\": \"a\"}}}], \"clients\": [{\"name\": \"c\", \"to\": \"a\", "
     "\"rate\": \"2000/s\"}]}",
     NULL},
    /* faults that strike once, in no order */
    {"{\"title\": \"t\", \"stop\": \"9ms\", \"servers\": [{\"name\": \"a\"}], "
     "\"faults\": [{\"at\": [\"5ms\", \"2ms\"], \"what\": {\"kill\": "
     "{\"server\": \"a\"}}}], \"clients\": [{\"name\": \"c\", \"to\": \"a\", "
     "\"rate\": \"2000/s\"}]}",
     "must be in order"},
    /* cores of sixty-four hardware threads */
    {"{\"title\": \"t\", \"computer\": {\"topology\": {\"cores\": {\"count\": "
     "2, \"threads\": 64}}}, \"threads\": [{\"name\": \"t\", \"count\": 128, "
     "\"program\": [{\"run\": \"1ms\"}]}]}",
     NULL},
    /* one that holds a processor was picked without end where it may not run */
    {"{\"title\": \"t\", \"computer\": {\"processors\": 2}, \"system\": "
     "{\"policy\": \"run-to-block\", \"hold\": true}, \"threads\": [{\"name\": "
     "\"t\", \"affinity\": 1, \"program\": [{\"run\": \"2us\"}, {\"sleep\": "
     "\"50us\"}]}]}",
     NULL},
    /* figures of one name, and figures of nothing */
    {"{\"title\": \"t\", \"threads\": [{\"name\": \"t\", \"program\": "
     "[{\"run\": \"1ms\"}]}], \"analyze\": [{\"closed-network\": "
     "{\"customers\": 2, \"centres\": [{\"name\": \"a\", \"demand\": 1}, "
     "{\"name\": \"a\", \"demand\": 2}]}}]}",
     "is called \"a\", as number 1 is"},
    {"{\"title\": \"t\", \"threads\": [{\"name\": \"t\", \"program\": "
     "[{\"run\": \"1ms\"}]}], \"analyze\": [{\"response-time\": "
     "{\"tasks\": [{\"name\": \"2\", \"cost\": \"1ms\", \"period\": "
     "\"9ms\"}, {\"cost\": \"1ms\", \"period\": \"9ms\"}]}}]}",
     "is called \"2\", as number 1 is"},
    {"{\"title\": \"t\", \"threads\": [{\"name\": \"t\", \"program\": "
     "[{\"run\": \"1ms\"}]}], \"analyze\": [{\"closed-network\": "
     "{\"customers\": 2, \"centres\": [{\"name\": \"a\", \"demand\": "
     "0}]}}]}",
     "needs a demand above 0"},
    {"{\"title\": \"t\", \"threads\": [{\"name\": \"t\", \"program\": "
     "[{\"run\": \"1ms\"}]}], \"analyze\": [{\"repairman\": "
     "{\"customers\": 2, \"service\": 0}}]}",
     "must be above 0"},
    {"{\"title\": \"t\", \"threads\": [{\"name\": \"t\", \"program\": "
     "[{\"run\": \"1ms\"}]}], \"analyze\": [{\"priorities\": [{\"arrivals\": "
     "\"1/s\", \"service\": \"5 cycles\"}]}]}",
     "expected a time such as \"5ms\", not cycles"},
};

/* No share of the Apollo computer is above all of it, however much is asked. */
static void test_shares(void **state)
{
    static const char text[] =
        "{\"title\": \"t\", \"stop\": \"1s\", \"computer\": {\"clock\": "
        "\"1.024MHz\"}, \"apollo\": {\"interrupts\": [{\"name\": \"a\", "
        "\"rupt\": \"T4RUPT\", \"every\": \"1ms\", \"cost\": 10}, {\"name\": "
        "\"b\", "
        "\"rupt\": \"DOWNRUPT\", \"every\": \"1ms\", \"cost\": 1000}]}, "
        "\"threads\": "
        "[{\"name\": \"t\", \"program\": [{\"run\": \"1ms\"}]}]}";
    char *message = NULL;
    double a = 0, b = 0;
    ts_scenario *scenario =
        ts_scenario_parse("t", text, strlen(text), NULL, &message);
    ts_result *result =
        scenario != NULL ? ts_scenario_run(scenario, 0, NULL, &message) : NULL;

    (void)state;
    if (result == NULL ||
        !ts_result_metric(result, "apollo.share.interrupt.a", &a) ||
        !ts_result_metric(result, "apollo.share.interrupt.b", &b))
        fail_msg("%s", message ? message : "no metric");
    assert_true(a > 0 && b > 0.5 && a + b <= 1);
    ts_result_free(result);
    ts_scenario_free(scenario);
}

/* A figure that is infinite or no number is a sentence, and no metric. */
static void test_no_number(void **state)
{
    static const char text[] =
        "{\"title\": \"t\", \"threads\": [{\"name\": \"t\", \"program\": "
        "[{\"run\": \"1ms\"}]}], \"analyze\": [{\"priorities\": "
        "[{\"arrivals\": "
        "\"1/s\", \"service\": {\"pareto\": {\"shape\": 1.5, \"min\": "
        "\"1ms\"}}}]}]}";
    char *message = NULL;
    double value;
    ts_scenario *scenario =
        ts_scenario_parse("t", text, strlen(text), NULL, &message);
    ts_result *result =
        scenario != NULL ? ts_scenario_run(scenario, 0, NULL, &message) : NULL;

    (void)state;
    if (result == NULL)
        fail_msg("%s", message);
    assert_true(ts_result_metric(result, "analysis.priorities.rho", &value));
    assert_false(ts_result_metric(result, "analysis.priorities.1.w", &value));
    ts_result_free(result);
    ts_scenario_free(scenario);
}

/* All that a shared processor gives goes to somebody: a check, at which one looks
 * whether to make room, once took what was done between the meeting of two and
 * the check from both. */
static void test_shared_and_checked(void **state)
{
    const char *text =
        "{\"title\": \"t\", \"computer\": {\"clock\": \"3.2GHz\"}, "
        "\"system\": {\"policy\": \"least-attained\"}, \"threads\": ["
        "{\"name\": \"a\", \"arrive\": {\"at\": [\"119800ps\"]}, "
        "\"check\": \"1 cycles\", \"program\": [{\"run\": "
        "\"519007525ps\"}]}, {\"name\": \"b\", \"program\": [{\"run\": "
        "\"54611199ps\"}]}]}";
    char *message = NULL;
    ts_scenario *scenario =
        ts_scenario_parse("t", text, strlen(text), NULL, &message);
    ts_result *result =
        scenario != NULL ? ts_scenario_run(scenario, 0, NULL, &message) : NULL;

    (void)state;
    if (result == NULL)
        fail_msg("%s", message);
    assert_int_equal(ts_result_end(result), 519007525 + 54611199);
    ts_result_free(result);
    ts_scenario_free(scenario);
}

static void test_found(void **state)
{
    ts_run_options options = {.trace = true};

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        char *message = NULL;
        ts_scenario *scenario =
            ts_scenario_parse("found", all[i].text, strlen(all[i].text), NULL,
                              &message);
        ts_result *result =
            scenario != NULL ? ts_scenario_run(scenario, 0, &options, &message)
                             : NULL;

        if (all[i].refusal != NULL) {
            assert_null(result);
            if (strstr(message, all[i].refusal) == NULL)
                fail_msg("%s\n%s", message, all[i].text);
        } else if (result == NULL || !ts_result_validate(result, &message)) {
            fail_msg("%s\n%s", message, all[i].text);
        }
        ts_message_free(message);
        ts_result_free(result);
        ts_scenario_free(scenario);
    }
}

/* --- processes and their interpreters --- */

static double rate_of(const char *servers)
{
    char text[1024], *message = NULL;
    double value = 0;
    ts_scenario *scenario;
    ts_result *result;

    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"stop\": \"1s\", \"computer\": "
             "{\"processors\": 4}, \"interpreters\": [{\"name\": \"py\"}], "
             "\"servers\": [%s], \"clients\": [{\"name\": \"c\", \"to\": "
             "\"web\", \"users\": 16}]}",
             servers);
    scenario = ts_scenario_parse("t", text, strlen(text), NULL, &message);
    result =
        scenario != NULL ? ts_scenario_run(scenario, 0, NULL, &message) : NULL;
    if (result == NULL ||
        !ts_result_metric(result, "servers.web.served", &value))
        fail_msg("%s\n%s", message ? message : "no metric", text);
    ts_result_free(result);
    ts_scenario_free(scenario);
    return value;
}

/* A server's processes compute at the same time, its threads in one do not. */
static void test_processes(void **state)
{
    double one = rate_of("{\"name\": \"web\", \"threads\": 4, \"thread\": "
                         "{\"interpreter\": \"py\"}, \"handler\": [{\"run\": "
                         "\"5ms\"}]}");
    double two = rate_of("{\"name\": \"web\", \"processes\": 2, \"threads\": "
                         "2, \"thread\": {\"interpreter\": \"py\"}, "
                         "\"handler\": [{\"run\": \"5ms\"}]}");

    (void)state;
    assert_true(one > 190 && one < 202);
    assert_true(two > 380 && two < 404);
}

/* --- cycles where a time may stand --- */

/* The same with `span` wherever a server or a queue takes processor time. */
static uint64_t happened_with(const char *span)
{
    char text[1024], *message = NULL;
    uint64_t digest;
    ts_scenario *scenario;
    ts_result *result;

    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"stop\": \"20ms\", \"computer\": {\"clock\": "
             "\"1GHz\"}, \"system\": {\"policy\": \"multilevel\", \"ranks\": "
             "[%s, %s]}, \"servers\": [{\"name\": \"pool\", \"accept\": %s, "
             "\"hand_over\": %s, \"handler\": [{\"run\": \"40us\"}]}, "
             "{\"name\": \"loop\", \"model\": \"event-loop\", \"accept\": %s, "
             "\"resume\": %s, \"thread\": {\"priority\": 1}, \"handler\": "
             "[{\"run\": \"50us\"}]}], \"clients\": [{\"name\": \"a\", \"to\": "
             "\"pool\", \"users\": 5}, {\"name\": \"b\", \"to\": \"loop\", "
             "\"users\": 5}]}",
             span, span, span, span, span, span);
    scenario = ts_scenario_parse("t", text, strlen(text), NULL, &message);
    result =
        scenario != NULL ? ts_scenario_run(scenario, 0, NULL, &message) : NULL;
    if (result == NULL)
        fail_msg("%s\n%s", message, text);
    digest = ts_result_digest(result);
    ts_result_free(result);
    ts_scenario_free(scenario);
    return digest;
}

/* Cycles are the time that they take. */
static void test_cycles(void **state)
{
    uint64_t time = happened_with("\"11us\"");

    (void)state;
    assert_true(happened_with("\"11000 cycles\"") == time);
    assert_true(happened_with("\"11001 cycles\"") != time);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found),
        cmocka_unit_test(test_shared_and_checked),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_no_number),
        cmocka_unit_test(test_processes),
        cmocka_unit_test(test_cycles)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

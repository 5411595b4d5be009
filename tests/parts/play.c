/*
 * play.c - plays the part of power.c, which is one file and one line: the line
 * is in tests/CMakeLists.txt, which has models/world/parts.c compiled once more
 * with it; all else is the library.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/world/root.h"
#include "sim/scenario/reader.h"
#include "timeslice/timeslice.h"

static ts_result *play(const char *text)
{
    char *message = NULL;
    ts_scenario *scenario =
        ts_scenario_parse("t", text, strlen(text), NULL, &message);
    ts_result *result =
        scenario != NULL ? ts_scenario_run(scenario, 0, NULL, &message) : NULL;

    if (result == NULL)
        fail_msg("%s", message);
    ts_scenario_free(scenario);
    return result;
}

static void expect(const ts_result *result, const char *name, double wanted)
{
    double value;

    if (!ts_result_metric(result, name, &value))
        fail_msg("no %s", name);
    if (value < wanted - 1e-12 || value > wanted + 1e-12)
        fail_msg("%s is %g, not %g", name, value, wanted);
}

/* 10 ms at 2 W, 5 ms at half of that, 5 ms idle at 0.5 W; a server's thread
 * that is killed at once draws nothing. The expectation of the scenario knows
 * the part's metrics, too. */
static void test_joules(void **state)
{
    ts_result *result = play(
        "{\"title\": \"t\", \"system\": {\"metered\": true}, \"threads\": ["
        "{\"name\": \"a\", \"program\": [{\"run\": \"10ms\"}]}, "
        "{\"name\": \"b\", \"intensity\": \"50%\", \"program\": [{\"run\": "
        "\"5ms\"}, {\"sleep\": \"5ms\"}]}], \"servers\": [{\"name\": \"s\", "
        "\"thread\": {\"intensity\": \"1%\"}, \"handler\": [{\"run\": "
        "\"1ms\"}]}], \"faults\": [{\"at\": \"1ms\", \"what\": {\"kill\": "
        "{\"server\": \"s\"}}}], \"expect\": [{\"metric\": \"power.busy\", "
        "\"at_least\": 0.02}]}");

    (void)state;
    expect(result, "power.busy", 0.025);
    expect(result, "power.idle", 0.0025);
    expect(result, "power.begun", 3);
    expect(result, "power.ended", 2);
    expect(result, "power.killed", 1);
    ts_result_free(result);
}

/* Each thread has bytes of its own, and one that is used again has them anew. */
static void test_own(void **state)
{
    ts_result *result = play(
        "{\"title\": \"t\", \"stop\": \"50ms\", \"computer\": {\"processors\": "
        "2, \"busy_mw\": 1000, \"idle_mw\": 0}, \"system\": {\"metered\": "
        "true}, \"threads\": [{\"name\": \"long\", \"program\": [{\"run\": "
        "\"1s\"}]}, {\"name\": \"short\", \"arrive\": {\"every\": \"10ms\"}, "
        "\"intensity\": \"30%\", \"program\": [{\"run\": \"7ms\"}]}]}");

    (void)state;
    expect(result, "power.live.long", 0.05);
    expect(result, "power.busy", 0.05 + 5 * 0.3 * 0.007);
    expect(result, "power.idle", 0);
    ts_result_free(result);
}

/* One that is not asked for does nothing, and its fields are there. */
static void test_not_asked(void **state)
{
    ts_result *result =
        play("{\"title\": \"t\", \"computer\": {\"busy_mw\": 5}, \"threads\": "
             "[{\"name\": \"a\", \"program\": [{\"run\": \"10ms\"}]}]}");
    double value;

    (void)state;
    assert_false(ts_result_metric(result, "power.busy", &value));
    ts_result_free(result);
}

/* Explanations, the schema and messages know its fields. */
static void test_known(void **state)
{
    static const char wrong[] =
        "{\"title\": \"t\", \"computer\": {\"busy_mW\": 5}, \"threads\": "
        "[{\"name\": \"a\", \"program\": [{\"run\": \"10ms\"}]}]}";
    char *text = NULL, *schema = ts_schema_text(&ts_root_shape, NULL);
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ts_scenario *scenario;

    (void)state;
    assert_non_null(out);
    assert_true(ts_explain(&ts_root_shape, "intensity", out, out));
    fclose(out);
    assert_non_null(strstr(text, "threads.intensity"));
    assert_non_null(strstr(schema, "milliwatts of a processor that computes"));
    free(text);
    free(schema);
    text = NULL;
    scenario = ts_scenario_parse("t", wrong, strlen(wrong), NULL, &text);
    assert_non_null(scenario);
    assert_null(ts_scenario_run(scenario, 0, NULL, &text));
    ts_scenario_free(scenario);
    assert_non_null(strstr(text, "did you mean \"busy_mw\"?"));
    ts_message_free(text);
}

/* The tables that stand beside others are in order with one more. */
static void test_tables(void **state)
{
    ts_error error = {.text = ""};

    (void)state;
    if (!ts_shape_check(&ts_root_shape, &error))
        fail_msg("%s", error.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_joules),
                                       cmocka_unit_test(test_own),
                                       cmocka_unit_test(test_not_asked),
                                       cmocka_unit_test(test_known),
                                       cmocka_unit_test(test_tables)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

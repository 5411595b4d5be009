/*
 * test_policy_change.c - nice value, class, priority and processors that change
 * during a run, from outside and by the thread itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "timeslice/timeslice.h"

#define MS 1e9

static const char hog[] = "\"program\": [{\"run\": \"1000s\"}]";

static ts_result *play(const char *text)
{
    ts_run_options options = {.trace = true};
    char *message = NULL;
    ts_scenario *scenario =
        ts_scenario_parse("change", text, strlen(text), NULL, &message);
    ts_result *result = NULL;

    if (scenario != NULL)
        result = ts_scenario_run(scenario, 0, &options, &message);
    if (result == NULL)
        fail_msg("%s\n%s", message, text);
    ts_message_free(message);
    ts_scenario_free(scenario);
    return result;
}

/* How many ms thread `id` had from `from` to `to`, ms; processor -1: any. */
static double had(const ts_result *result, int id, int processor, double from,
                  double to)
{
    ts_stretch s;
    double sum = 0;

    for (size_t i = 0; ts_result_stretch_at(result, i, &s); i++) {
        double a = (double)s.from / MS, b = (double)s.to / MS;
        int at = -1;

        if (s.thread != id || strcmp(s.kind, "run") != 0 ||
            sscanf(s.place, "processor %d", &at) != 1 ||
            (processor >= 0 && at != processor))
            continue;
        a = a > from ? a : from;
        b = b < to ? b : to;
        sum += b > a ? b - a : 0;
    }
    return sum;
}

static void assert_near(double x, double wanted, double within)
{
    if (x < wanted - within || x > wanted + within)
        fail_msg("%g is not %g", x, wanted);
}

static const char *const fair[] = {
    "\"policy\": \"cfs\"", "\"policy\": \"eevdf\"",
    "\"policy\": \"linux\", \"fair\": {\"cfs\": {}}",
    "\"policy\": \"linux\", \"fair\": {\"eevdf\": {}}"};

/* Equal shares; from the change on those of the weights 1024 and 335. */
static void test_nice(void **state)
{
    char text[1024];

    (void)state;
    for (size_t i = 0; i < sizeof fair / sizeof fair[0]; i++) {
        ts_result *result;

        snprintf(text, sizeof text,
                 "{\"title\": \"t\", \"stop\": \"3s\", \"system\": {%s}, "
                 "\"threads\": [{\"name\": \"a\", \"background\": true, %s}, "
                 "{\"name\": \"b\", \"background\": true, \"changes\": "
                 "[{\"at\": \"1s\", \"nice\": 5}], %s}]}",
                 fair[i], hog, hog);
        result = play(text);
        assert_near(had(result, 1, -1, 0, 1000), 500, 8);
        assert_near(had(result, 1, -1, 1000, 3000), 2000 * 335. / 1359, 8);
        ts_result_free(result);
    }
}

/* The same by the thread itself, and back. */
static void test_own_nice(void **state)
{
    char text[1024];

    (void)state;
    for (size_t i = 0; i < sizeof fair / sizeof fair[0]; i++) {
        ts_result *result;

        snprintf(text, sizeof text,
                 "{\"title\": \"t\", \"stop\": \"4s\", \"system\": {%s}, "
                 "\"threads\": [{\"name\": \"a\", \"background\": true, %s}, "
                 "{\"name\": \"b\", \"background\": true, \"nice\": 5, "
                 "\"program\": [{\"run\": \"335ms\"}, {\"change\": {\"nice\": "
                 "0}}, {\"run\": \"1000s\"}]}]}",
                 fair[i], hog);
        result = play(text);
        assert_near(had(result, 1, -1, 0, 1359), 335, 20);
        assert_near(had(result, 1, -1, 1400, 4000), 1300, 20);
        ts_result_free(result);
    }
}

/* A hog of SCHED_FIFO has all from when it becomes that, and half after. */
static void test_class(void **state)
{
    char text[1024];
    ts_result *result;

    (void)state;
    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"stop\": \"900ms\", \"conventions\": "
             "{\"priority\": \"larger-is-higher\"}, \"system\": {%s}, "
             "\"threads\": [{\"name\": \"a\", \"background\": true, %s}, "
             "{\"name\": \"b\", \"background\": true, \"changes\": [{\"at\": "
             "\"100ms\", \"class\": \"fifo\", \"priority\": 10}, {\"at\": "
             "\"501ms\", \"class\": \"fair\"}], %s}]}",
             fair[3], hog, hog);
    result = play(text);
    assert_near(had(result, 1, -1, 0, 100), 50, 4.1);
    assert_near(had(result, 1, -1, 100, 501), 401, 0.01);
    assert_near(had(result, 1, -1, 501, 901), 200, 4.1);
    ts_result_free(result);
}

/* Whoever may not stay goes at once; two that share a processor part. */
static void test_processors(void **state)
{
    char text[1024];
    ts_result *result;

    (void)state;
    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"stop\": \"600ms\", \"computer\": "
             "{\"processors\": 2}, \"system\": {\"policy\": \"cfs\", "
             "\"queues\": \"per-processor\"}, \"threads\": [{\"name\": \"a\", "
             "\"background\": true, \"affinity\": [0], %s}, {\"name\": \"b\", "
             "\"background\": true, \"affinity\": [0], \"changes\": [{\"at\": "
             "\"200ms\", \"affinity\": [1]}], %s}, {\"name\": \"c\", "
             "\"background\": true, \"program\": [{\"run\": \"100ms\"}, "
             "{\"change\": {\"affinity\": [0]}}, {\"run\": \"50ms\"}]}]}",
             hog, hog);
    result = play(text);
    assert_near(had(result, 1, 0, 0, 200), had(result, 0, 0, 0, 200), 60);
    assert_near(had(result, 1, 1, 200, 600), 400, 0.01);
    assert_near(had(result, 1, 0, 200, 600), 0, 0);
    assert_near(had(result, 2, 1, 0, 600), 100, 0.01);
    assert_near(had(result, 2, 0, 0, 600), 50, 0.01);
    ts_result_free(result);
}

/* Who comes later is what the change made of the others. */
static void test_later_ones(void **state)
{
    char text[1024];
    ts_result *result;

    (void)state;
    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"stop\": \"3s\", \"system\": {%s}, "
             "\"threads\": [{\"name\": \"a\", \"background\": true, %s}, "
             "{\"name\": \"b\", \"background\": true, \"arrive\": \"500ms\", "
             "\"changes\": [{\"at\": \"100ms\", \"nice\": 5}], %s}]}",
             fair[3], hog, hog);
    result = play(text);
    assert_near(had(result, 1, -1, 500, 2500), 2000 * 335. / 1359, 12);
    ts_result_free(result);
}

/* A kernel is the fair class with that version's options said one by one. */
static void test_kernels(void **state)
{
    static const char *const pairs[][2] = {
        {"5.4", "\"cfs\": {}"},
        {"5.15", "\"cfs\": {\"at_least\": true}"},
        {"6.1", "\"cfs\": {\"at_least\": true}"},
        {"6.6", "\"eevdf\": {\"version\": \"6.6\"}"},
        {"6.12", "\"eevdf\": {\"version\": \"6.12\"}"},
        {"6.18", "\"eevdf\": {\"base_slice\": \"0.7ms\"}"},
    };
    static const char tasks[] =
        "\"threads\": [{\"name\": \"a\", \"background\": true, \"program\": "
        "[{\"run\": \"1000s\"}]}, {\"name\": \"b\", \"background\": true, "
        "\"nice\": 5, \"program\": [{\"forever\": [{\"run\": \"1.3ms\"}, "
        "{\"sleep\": \"2.9ms\"}]}]}, {\"name\": \"c\", \"background\": true, "
        "\"program\": [{\"forever\": [{\"run\": \"7ms\"}, {\"sleep\": "
        "\"3.1ms\"}]}]}]}";

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char text[1024];
        ts_result *word, *said;

        snprintf(
            text, sizeof text,
            "{\"title\": \"t\", \"stop\": \"1s\", \"system\": {\"policy\": "
            "\"linux\", \"release\": \"%s\"}, %s",
            pairs[i][0], tasks);
        word = play(text);
        snprintf(
            text, sizeof text,
            "{\"title\": \"t\", \"stop\": \"1s\", \"system\": {\"policy\": "
            "\"linux\", \"fair\": {%s}}, %s",
            pairs[i][1], tasks);
        said = play(text);
        for (int id = 0; id < 3; id++)
            for (int from = 0; from < 1000; from += 25)
                assert_near(had(word, id, -1, from, from + 25),
                            had(said, id, -1, from, from + 25), 0);
        ts_result_free(word);
        ts_result_free(said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nice),       cmocka_unit_test(test_own_nice),
        cmocka_unit_test(test_class),      cmocka_unit_test(test_processors),
        cmocka_unit_test(test_later_ones), cmocka_unit_test(test_kernels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

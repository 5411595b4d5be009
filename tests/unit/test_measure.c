/*
 * test_measure.c - the mean of one long run of a queue whose mean is known.
 *
 * M/M/1 with a service of 1 ms: the mean time in the system is 1 ms / (1 -
 * load). Of RUNS intervals at 95 % four standard deviations of a binomial may
 * be missing, and no more.
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

typedef struct outcome {
    int held, naive, settled; /* runs */
    double plain;             /* the least mean of all observations */
    double ended;             /* the latest end, in s */
} outcome;

static double get(const ts_result *result, const char *name)
{
    double value = 0;

    if (!ts_result_metric(result, name, &value))
        fail_msg("no %s", name);
    return value;
}

static void look(const ts_result *result, double truth, outcome *o)
{
    static const char of[] = "threads.job.turnaround.";
    double values[5];
    static const char *const parts[] = {"steady.mean", "steady.half_width",
                                        "steady.settled", "mean", "sd"};
    double away, n = get(result, "threads.job.turnaround.count");
    char name[80];

    for (int i = 0; i < 5; i++) {
        snprintf(name, sizeof name, "%s%s", of, parts[i]);
        values[i] = get(result, name);
    }
    away = values[0] - truth;
    o->held += away <= values[1] && -away <= values[1];
    o->settled += values[2] > 0;
    away = values[3] - truth;
    o->naive += away * away * n <= 1.96 * 1.96 * values[4] * values[4];
    if (o->plain <= 0 || values[3] < o->plain)
        o->plain = values[3];
    away = (double)ts_result_end(result) * 1e-12;
    o->ended = away > o->ended ? away : o->ended;
}

static outcome play(const char *text, int runs, double truth)
{
    char *message = NULL;
    ts_scenario *scenario =
        ts_scenario_parse("queue", text, strlen(text), NULL, &message);
    outcome o = {.held = 0};

    if (scenario == NULL)
        fail_msg("%s", message);
    for (int i = 0; i < runs; i++) {
        ts_run_options options = {.has_seed = true, .seed = (uint64_t)i + 1};
        ts_result *result = ts_scenario_run(scenario, 0, &options, &message);

        if (result == NULL)
            fail_msg("%s", message);
        look(result, truth, &o);
        ts_result_free(result);
    }
    ts_scenario_free(scenario);
    return o;
}

#define JOBS(load, limit)                                                      \
    "{\"name\": \"job\", \"arrive\": {\"rate\": \"" load                       \
    "/s\", \"limit\": " limit                                                  \
    "}, \"program\": [{\"run\": {\"exponential\": \"1ms\"}}]}"

/* 150 runs: 142.5 - 4 x 2.7. As if customers knew nothing of each other, half
 * of the intervals would hold the mean. */
static void test_intervals_cover(void **state)
{
    static const char text[] =
        "{\"title\": \"queue\", \"measure\": \"threads.job.turnaround\", "
        "\"threads\": [" JOBS("500", "20000") "]}";
    outcome o = play(text, 150, 2 * MS);

    (void)state;
    print_message("one long run: %d of 150 intervals hold the mean, %d of "
                  "those that take customers for independent\n",
                  o.held, o.naive);
    assert_in_range(o.held, 132, 150);
    assert_in_range(o.naive, 0, 100);
}

/* 1000 customers wait when the doors open: it takes 5 s until they are gone.
 * 30 runs: 28.5 - 4 x 1.2. */
static void test_the_backlog_is_left_out(void **state)
{
    static const char *const measures[] = {
        "\"threads.job.turnaround\"",
        "{\"of\": \"threads.job.turnaround\", \"warm_up\": \"15s\"}"};
    char text[600];

    (void)state;
    for (int i = 0; i < 2; i++) {
        outcome o;

        snprintf(text, sizeof text,
                 "{\"title\": \"queue\", \"measure\": %s, \"threads\": ["
                 "{\"name\": \"first\", \"count\": 1000, \"program\": "
                 "[{\"run\": {\"exponential\": \"1ms\"}}]}, " JOBS(
                     "800", "40000") "]}",
                 measures[i]);
        o = play(text, 30, 5 * MS);
        print_message("after a backlog: %d of 30 hold, %d settled, all of "
                      "it %.3g ms at least\n",
                      o.held, o.settled, o.plain / MS);
        assert_in_range(o.held, 24, 30);
        assert_true(o.settled == 30);
        assert_true(o.plain > 10 * MS); /* twice the truth */
    }
}

/* It ends by itself, and what it then knows is true. 50 runs: 47.5 - 4 x 1.5. */
static void test_a_run_ends_when_enough_is_known(void **state)
{
    static const char text[] =
        "{\"title\": \"queue\", \"stop\": \"10000s\", \"measure\": {\"of\": "
        "\"threads.job.turnaround\", \"half_width\": \"5%\"}, "
        "\"threads\": [" JOBS("500", "0") "]}";
    outcome o = play(text, 50, 2 * MS);

    (void)state;
    print_message("until 5 %%: %d of 50 hold, the last ended after %.0f s\n",
                  o.held, o.ended);
    assert_in_range(o.held, 41, 50);
    assert_true(o.ended < 1000);
}

static void refused(const char *measure, const char *words)
{
    char text[400], *message = NULL;
    ts_scenario *scenario;
    ts_result *result = NULL;

    snprintf(text, sizeof text,
             "{\"title\": \"queue\", \"measure\": %s, \"threads\": [" JOBS(
                 "500", "10") "]}",
             measure);
    scenario = ts_scenario_parse("queue", text, strlen(text), NULL, &message);
    if (scenario != NULL)
        result = ts_scenario_run(scenario, 0, NULL, &message);
    assert_null(result);
    assert_non_null(message);
    if (strstr(message, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, message);
    ts_message_free(message);
    ts_scenario_free(scenario);
}

static void test_what_cannot_be_measured_is_refused(void **state)
{
    (void)state;
    refused("\"threads.job.turnarund\"", "did you mean");
    refused("[\"turnaround\", \"turnaround\"]", "twice");
    refused("{\"of\": \"turnaround\", \"half_width\": \"0%\"}",
            "must be above 0");
    refused("{\"of\": \"turnaround\", \"half_width\": \"5MB\"}", "share");
    refused("{\"of\": \"turnaround\", \"warm_up\": \"5 cycles\"}", "cycles");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intervals_cover),
        cmocka_unit_test(test_the_backlog_is_left_out),
        cmocka_unit_test(test_a_run_ends_when_enough_is_known),
        cmocka_unit_test(test_what_cannot_be_measured_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

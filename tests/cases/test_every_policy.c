/*
 * What must hold of every policy of the list, for any workload on any number of
 * processors: whoever adds a policy to the list has it tested here.
 *
 *   the run is valid (ts_result_validate()), traced or not it is the same run
 *   a job's processor time depends on its draws alone, so that it is the same
 *     under all policies to the picosecond
 *   the processors' clocks agree with it, also where the run is stopped in the
 *     middle
 */
#include "any_policy.h"
#include "timeslice/timeslice.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SEEDS 25

/* --- workloads --- */

static void say_threads(int processors)
{
    int tasks = 2 + draw(5);

    for (int i = 0; i < tasks; i++) {
        int count = 1 + draw(4), nice = draw(40) - 20,
            priority = draw(PRIORITIES);
        int weight = 1 + draw(9), at = draw(50);

        say("%s{\"name\": \"t%d\", \"count\": %d, \"nice\": %d, "
            "\"priority\": %d, \"weight\": %d, \"arrive\": {\"at\": "
            "\"%dms\"}, ",
            i ? ", " : "", i, count, nice, priority, weight, at);
        if (draw(3) == 0) {
            int one = draw(processors), other = draw(processors);

            say("\"affinity\": [%d, %d], ", one, other);
        }
        if (draw(4) == 0)
            say("\"class\": \"%s\", ", draw(2) ? "rr" : "fifo");
        int times = 5 + draw(20), most = 1 + draw(20), yields = draw(3) == 0;
        int sleep = 1 + draw(30);

        say("\"program\": [{\"repeat\": {\"times\": %d, \"program\": ["
            "{\"run\": {\"uniform\": [\"0.1ms\", \"%dms\"]}}, "
            "%s{\"sleep\": {\"exponential\": \"%dms\"}}]}}]}",
            times, most, yields ? "\"yield\", " : "", sleep);
    }
}

/* --- what must hold --- */

/* NULL: the scenario was refused. */
static ts_result *play(bool trace)
{
    ts_run_options options = {.trace = trace};
    char *message = NULL;
    ts_scenario *scenario =
        ts_scenario_parse("test", text, strlen(text), NULL, &message);
    ts_result *result = NULL;

    if (scenario != NULL) {
        result = ts_scenario_run(scenario, 0, &options, &message);
        if (result == NULL && !is_refusal(message))
            fail_msg("%s\n%s", message, text);
    }
    free(message);
    ts_scenario_free(scenario);
    return result;
}

/* The processor time of each task; negative: none is known yet. */
typedef struct used {
    bool stopped; /* it depends on the policy then */
    double of[8];
} used;

static void check_times(ts_result *result, int processors, used *expected)
{
    double all = 0, useful = 0;

    for (int t = 0; t < 8; t++) {
        char name[32];
        double value = 0;

        snprintf(name, sizeof name, "threads.t%d.used", t);
        if (!ts_result_metric(result, name, &value))
            continue;
        all += value;
        if (expected->of[t] < 0 || expected->stopped)
            expected->of[t] = value;
        if (value != expected->of[t])
            fail_msg("t%d used %.0f ps, and %.0f elsewhere\n%s", t, value,
                     expected->of[t], text);
    }
    assert_true(ts_result_metric(result, "processor.useful", &useful));
    if (fabs(all / (double)ts_result_end(result) / processors - useful) > 1e-9)
        fail_msg("useful: %.12f, and the threads say %.12f\n%s", useful,
                 all / (double)ts_result_end(result) / processors, text);
}

/* false: refused. */
static bool check_policy(const ts_entry *entry, const char *queues,
                         const char *threads, const char *stop, int processors,
                         used *expected)
{
    ts_result *traced, *plain;
    char *message = NULL;
    int draws = draw(2);

    text[0] = '\0';
    say("{\"title\": \"t\", \"conventions\": {\"priority\": "
        "\"larger-is-higher\"}, \"computer\": {\"processors\": %d}, "
        "\"system\": {",
        processors);
    if (!say_policy(entry, true))
        return false;
    say("%s, ", queues);
    say("\"balance\": {\"period\": \"%dms\", \"cost\": \"5us\"}, ",
        draws ? 4 : 0);
    say("\"switch\": \"2us\"}, %s\"threads\": [%s]}", stop, threads);
    traced = play(true);
    if (traced == NULL)
        return false;
    plain = play(false);
    assert_true(ts_result_digest(traced) == ts_result_digest(plain));
    if (!ts_result_validate(traced, &message))
        fail_msg("not valid: %s\n%s", message, text);
    check_times(traced, processors, expected);
    ts_result_free(traced);
    ts_result_free(plain);
    return true;
}

static void test_every_policy(void **state)
{
    static const int processors[] = {1, 2, 3, 8, 70};
    static char threads[ROOM];
    int played = 0;

    (void)state;
    made_up = "3ms";
    for (int i = 0; i < SEEDS; i++) {
        int count = processors[i % 5];
        used expected = {.stopped = i % 2 == 1};
        char stop[40] = "";

        if (expected.stopped)
            snprintf(stop, sizeof stop, "\"stop\": \"%d.7ms\", ", 30 + i);
        for (int t = 0; t < 8; t++)
            expected.of[t] = -1;
        seed = (uint64_t)i;
        text[0] = '\0';
        say_threads(count);
        memcpy(threads, text, sizeof threads);
        for (int p = 0; p < ts_policies.count; p++) {
            const ts_entry *entry = ts_policies.entries[p];
            bool one = check_policy(entry, "", threads, stop, count, &expected);
            bool each = check_policy(entry, ", \"queues\": \"per-processor\"",
                                     threads, stop, count, &expected);

            if (i == 0 && !one && !each)
                printf("%-20s is not played here\n", entry->name);
            played += (one || each) && i == 0;
        }
    }
    printf("%d of %d policies played\n", played, ts_policies.count);
    assert_true(played >= ts_policies.count - 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_policy)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * OSTEP's FIFO and round robin, and the cost of switches, against their
 * published numbers: the three families that need nothing but the first
 * processor.
 */
#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROOM 4096

/* The jobs of a case as threads "j0", "j1" ... in list order. */
static void say_jobs(family *f)
{
    const cJSON *job,
        *jobs = cJSON_GetObjectItemCaseSensitive(f->inputs, "jobs");
    int n = 0;

    say(f, "\"threads\": [");
    cJSON_ArrayForEach(job, jobs)
    {
        say(f,
            "%s{\"name\": \"j%d\", \"arrive\": {\"at\": %.6f}, "
            "\"program\": [{\"run\": %.6f}]}",
            n ? ", " : "", n, number(f, job, "arrival"), number(f, job, "run"));
        n++;
    }
    say(f, "]");
}

static void say_policy(family *f)
{
    if (has(f->inputs, "quantum"))
        say(f, "\"policy\": \"round-robin\", \"slice\": %.6f",
            number(f, f->inputs, "quantum"));
    else
        say(f, "\"policy\": \"fifo\"");
}

/* The timeline [who, start, end] of the case, with neighbours of one job
 * merged, is what processor 0 did. */
static void expect_timeline(family *f, const cJSON *expected)
{
    static ts_stretch s[ROOM];
    int count = timeline(f, "processor 0", "run", s, ROOM), n = -1;
    double who = -1, end = -1;
    const cJSON *row;

    cJSON_ArrayForEach(row, expected)
    {
        double id = cJSON_GetArrayItem(row, 0)->valuedouble;
        double from = cJSON_GetArrayItem(row, 1)->valuedouble;

        if (n < 0 || id != who || from != end) {
            if (n >= 0 && n < count)
                expect_units(f, "end of a stretch", end, s[n].to);
            n++;
            if (n >= count)
                break;
            if (atoi(task_of(f, s[n].thread, NULL) + 1) != (int)id)
                wrong(f, "stretch %d: expected job %d", n, (int)id);
            expect_units(f, "start of a stretch", from, s[n].from);
            who = id;
        }
        end = cJSON_GetArrayItem(row, 2)->valuedouble;
    }
    if (n + 1 != count)
        wrong(f, "timeline: %d stretches, expected %d", count, n + 1);
    else
        expect_units(f, "end of the last stretch", end, s[n].to);
}

static void play_ostep(family *f)
{
    const cJSON *job, *jobs;
    int64_t sum[3] = {0}, n = 0;
    const cJSON *exact =
        cJSON_GetObjectItemCaseSensitive(f->expected, "avg_exact");
    static const char *const names[3] = {"response", "turnaround", "wait"};

    say(f, "{\"title\": \"case\", \"unit\": \"1us\", \"system\": {");
    say_policy(f);
    say(f, "}, ");
    say_jobs(f);
    say(f, "}");
    if (!play(f))
        return;
    jobs = cJSON_GetObjectItemCaseSensitive(f->expected, "per_job");
    cJSON_ArrayForEach(job, jobs)
    {
        ts_thread_times t;
        char name[32];

        snprintf(name, sizeof name, "j%lld", (long long)n++);
        if (!thread_of(f, name, 0, &t))
            return;
        expect_units(f, "response", number(f, job, "response"),
                     t.first_run - t.arrival);
        expect_units(f, "turnaround", number(f, job, "turnaround"),
                     t.finish - t.arrival);
        expect_units(f, "wait", number(f, job, "wait"),
                     t.finish - t.arrival - t.processor);
        sum[0] += t.first_run - t.arrival;
        sum[1] += t.finish - t.arrival;
        sum[2] += t.finish - t.arrival - t.processor;
    }
    for (int i = 0; i < 3; i++)
        expect_rational(f, names[i],
                        cJSON_GetStringValue(
                            cJSON_GetObjectItemCaseSensitive(exact, names[i])),
                        sum[i], n);
    expect_timeline(f,
                    cJSON_GetObjectItemCaseSensitive(f->expected, "timeline"));
}

static void play_switches(family *f)
{
    const char *charge = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(f->inputs, "charge"));
    const cJSON *finishes, *firsts;
    ts_thread_times t;
    char name[32];

    say(f, "{\"title\": \"case\", \"unit\": \"1us\", \"system\": {");
    say_policy(f);
    say(f, ", \"switch\": {\"cost\": %.6f, \"charge\": \"%s\"}}, ",
        number(f, f->inputs, "switch_cost"), charge);
    say_jobs(f);
    say(f, "}");
    if (!play(f))
        return;
    finishes = cJSON_GetObjectItemCaseSensitive(f->expected, "finish");
    firsts = cJSON_GetObjectItemCaseSensitive(f->expected, "first_run");
    for (int i = 0; i < cJSON_GetArraySize(finishes); i++) {
        snprintf(name, sizeof name, "j%d", i);
        if (!thread_of(f, name, 0, &t))
            return;
        expect_units(f, "finish", cJSON_GetArrayItem(finishes, i)->valuedouble,
                     t.finish);
        expect_units(f, "first run", cJSON_GetArrayItem(firsts, i)->valuedouble,
                     t.first_run);
    }
    expect_count(f, "switches",
                 (int64_t)number(f, f->expected, "switches_charged"),
                 (int64_t)metric(f, "processor.switches"));
    expect_near(f, "overhead", number(f, f->expected, "overhead"),
                metric(f, "processor.switching") * metric(f, "run.time") /
                    (double)UNIT,
                1e-9, 0);
}

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_run("scheduling/ostep_fifo", play_ostep);
    failed += family_run("scheduling/ostep_rr", play_ostep);
    failed += family_run("scheduling/context_switch_cost", play_switches);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

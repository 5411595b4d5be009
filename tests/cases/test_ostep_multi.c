/*
 * OSTEP's multiprocessor toy: affinity, queues a processor, stealing, caches.
 */
#include "reference.h"
#include "schedules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void say_some(family *f, const char *name, const cJSON *list)
{
    if (cJSON_GetArraySize(list) == 0)
        return;
    say(f, ", ");
    say_wholes(f, name, list);
}

static void say_system(family *f)
{
    static const char *const names[][2] = {{"quantum", "quantum"},
                                           {"cache_size", "cache"},
                                           {"warmup", "warmup"},
                                           {"warm_rate", "warm_rate"},
                                           {"peek", "peek"}};
    bool central = is(f->inputs, "queues", "central");

    if (!is(f->inputs, "policy", "MULTI_RR"))
        wrong(f, "unknown policy");
    if (!central && !is(f->inputs, "queues", "per_cpu"))
        wrong(f, "unknown queues");
    say(f,
        "{\"title\": \"case\", \"unit\": \"1us\", \"computer\": "
        "{\"processors\": %lld}, \"system\": {\"policy\": \"ostep-multi\", "
        "\"tick\": 1, \"queues\": \"%s\"",
        (long long)whole(f, f->inputs, "cpus"),
        central ? "central" : "per-processor");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (i < 4 || has(f->inputs, names[i][0]))
            say(f, ", \"%s\": %lld", names[i][1],
                (long long)whole(f, f->inputs, names[i][0]));
    say_some(f, "victims", part(f->inputs, "victim_picks"));
    say(f, "}, ");
}

static void say_case(family *f)
{
    const cJSON *job, *jobs = part(f->inputs, "jobs");
    int n = 0;

    say_system(f);
    say(f, "\"threads\": [");
    cJSON_ArrayForEach(job, jobs)
    {
        job_number(f, jobs, part(job, "id"));
        if (number(f, job, "arrival") != 0)
            wrong(f, "job %d does not arrive at 0", n);
        say(f,
            "%s{\"name\": \"j%d\", \"program\": [{\"ostep-job\": "
            "{\"run\": %lld, \"working_set\": %lld}}]",
            comma(n), n, (long long)whole(f, job, "run"),
            (long long)whole(f, job, "working_set"));
        say_some(f, "affinity", part(job, "affinity"));
        say(f, "}");
        n++;
    }
    say(f, "]}");
}

static void expect_each(family *f)
{
    const cJSON *item, *jobs = part(f->inputs, "jobs");
    ts_thread_times t;

    expect_count(f, "jobs", cJSON_GetArraySize(jobs),
                 length(f->expected, "per_job_finish"));
    cJSON_ArrayForEach(
        item,
        part(f->expected,
             "per_job_finish")) if (job_times(f,
                                              job_called(f, jobs, item->string),
                                              &t))
        expect_units(f, "finish", value(f, item), t.finish);
    cJSON_ArrayForEach(
        item,
        part(f->expected,
             "migrations")) if (job_times(f, job_called(f, jobs, item->string),
                                          &t))
        expect_count(f, "migrations", whole_of(f, item), t.migrations);
}

static void expect_processors(family *f)
{
    double time = in_units(f, ts_result_end(f->result));
    const cJSON *cpu;
    int n = 0;

    cJSON_ArrayForEach(cpu, part(f->expected, "per_cpu"))
    {
        double busy = metric(f, "ostep.%d.busy", n);
        double warm = metric(f, "ostep.%d.warm", n);

        expect_count(f, "processor", whole(f, cpu, "cpu"), n++);
        expect_count(f, "busy", whole(f, cpu, "busy"), (int64_t)busy);
        expect_count(f, "warm", whole(f, cpu, "warm"), (int64_t)warm);
        if (has(cpu, "utilization_pct"))
            expect_printed(f, "utilization_pct", cpu, 100 * busy / time);
        if (has(cpu, "warm_pct"))
            expect_printed(f, "warm_pct", cpu, 100 * warm / time);
    }
    expect_count(f, "processors", whole(f, f->inputs, "cpus"), n);
}

/* timeline[cpu] = [[job or null, start, end], ...] */
static void play_case(family *f)
{
    const cJSON *rows;
    char place[32];
    int n = 0;

    say_case(f);
    if (!play(f))
        return;
    expect_end(f, "finish_time", "run.time");
    expect_each(f);
    expect_processors(f);
    if (!has(f->expected, "timeline"))
        return;
    cJSON_ArrayForEach(rows, part(f->expected, "timeline"))
    {
        snprintf(place, sizeof place, "processor %d", n++);
        expect_rows(f, place, part(f->inputs, "jobs"), rows, 1, 0);
    }
    expect_count(f, "processors", whole(f, f->inputs, "cpus"), n);
}

static void test_family(void **state)
{
    (void)state;
    assert_int_equal(family_play("scheduling/ostep_multi", play_case, NULL), 0);
    assert_int_equal(family_made("scheduling/ostep_multi", 150, reference_multi,
                                 play_case, NULL),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_family)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * OSTEP's multiprocessor toy: affinity, queues a processor, stealing, caches.
 */
#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROOM 65536

static ts_stretch stretches[ROOM];

static const cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static void say_list(family *f, const char *name, const cJSON *list)
{
    const cJSON *item;
    const char *comma = "";

    if (cJSON_GetArraySize(list) == 0)
        return;
    say(f, ", \"%s\": [", name);
    cJSON_ArrayForEach(item, list)
    {
        say(f, "%s%d", comma, item->valueint);
        comma = ", ";
    }
    say(f, "]");
}

static void say_case(family *f)
{
    const cJSON *in = f->inputs, *job;
    const char *comma = "";
    const char *queues = cJSON_GetStringValue(get(in, "queues"));

    say(f,
        "{\"title\": \"case\", \"unit\": \"1us\", \"computer\": "
        "{\"processors\": %.0f}, \"system\": {\"policy\": \"ostep-multi\", "
        "\"tick\": 1, \"queues\": \"%s\", \"quantum\": %.0f, "
        "\"cache\": %.0f, \"warmup\": %.0f, \"warm_rate\": %.0f",
        number(f, in, "cpus"),
        strcmp(queues, "central") == 0 ? "central" : "per-processor",
        number(f, in, "quantum"), number(f, in, "cache_size"),
        number(f, in, "warmup"), number(f, in, "warm_rate"));
    if (has(in, "peek"))
        say(f, ", \"peek\": %.0f", number(f, in, "peek"));
    say_list(f, "victims", get(in, "victim_picks"));
    say(f, "}, \"threads\": [");
    cJSON_ArrayForEach(job, get(in, "jobs"))
    {
        say(f,
            "%s{\"name\": \"%s\", \"program\": [{\"ostep-job\": "
            "{\"run\": %.0f, \"working_set\": %.0f}}]",
            comma, cJSON_GetStringValue(get(job, "id")), number(f, job, "run"),
            number(f, job, "working_set"));
        say_list(f, "affinity", get(job, "affinity"));
        say(f, "}");
        comma = ", ";
    }
    say(f, "]}");
}

/* timeline[cpu] = [[job or null, start, end], ...] */
static void expect_processor(family *f, int cpu, const cJSON *rows)
{
    const cJSON *row;
    char place[32];
    int count, n = 0;

    snprintf(place, sizeof place, "processor %d", cpu);
    count = timeline(f, place, "run", stretches, ROOM);
    cJSON_ArrayForEach(row, rows)
    {
        const char *who = cJSON_GetStringValue(cJSON_GetArrayItem(row, 0));

        if (!who)
            continue;
        if (n >= count ||
            strcmp(task_of(f, stretches[n].thread, NULL), who) != 0) {
            wrong(f, "%s, stretch %d: expected %s", place, n, who);
            return;
        }
        expect_units(f, "from", cJSON_GetArrayItem(row, 1)->valuedouble,
                     stretches[n].from);
        expect_units(f, "to", cJSON_GetArrayItem(row, 2)->valuedouble,
                     stretches[n].to);
        n++;
    }
    if (n != count)
        wrong(f, "%s: %d stretches, expected %d", place, count, n);
}

static void play_case(family *f)
{
    const cJSON *job, *cpu;

    say_case(f);
    if (!play(f))
        return;
    expect_units(f, "finish time", number(f, f->expected, "finish_time"),
                 (int64_t)metric(f, "run.time"));
    cJSON_ArrayForEach(job, get(f->expected, "per_job_finish"))
    {
        const cJSON *moves = get(f->expected, "migrations");
        ts_thread_times t;

        if (!thread_of(f, job->string, 0, &t))
            return;
        expect_units(f, job->string, job->valuedouble, t.finish);
        expect_count(f, "migrations", get(moves, job->string)->valueint,
                     t.migrations);
    }
    cJSON_ArrayForEach(cpu, get(f->expected, "per_cpu"))
    {
        int id = get(cpu, "cpu")->valueint;

        expect_count(f, "busy", get(cpu, "busy")->valueint,
                     (int64_t)metric(f, "ostep.%d.busy", id));
        expect_count(f, "warm", get(cpu, "warm")->valueint,
                     (int64_t)metric(f, "ostep.%d.warm", id));
    }
    for (int i = 0; i < cJSON_GetArraySize(get(f->expected, "timeline")); i++)
        expect_processor(f, i,
                         cJSON_GetArrayItem(get(f->expected, "timeline"), i));
}

static void test_family(void **state)
{
    (void)state;
    assert_int_equal(family_run("scheduling/ostep_multi", play_case), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_family)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

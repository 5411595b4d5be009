/*
 * Real-time schedules, protocols of locks and bandwidth servers, against
 * published and exactly computed numbers.
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

static const cJSON *item(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *text(const cJSON *object, const char *key)
{
    const char *value = cJSON_GetStringValue(item(object, key));

    return value ? value : "";
}

/* --- schedules ----------------------------------------------------------- */

/* "G-RM": global, rate-monotonic; "NP-RM": not pre-emptive. */
static void say_schedule_policy(family *f)
{
    const char *policy = text(f->inputs, "policy");
    bool fixed = strstr(policy, "FP") != NULL;
    bool never = strncmp(policy, "NP-", 3) == 0;
    const char *name = strstr(policy, "EDF")  ? "edf"
                       : strstr(policy, "RM") ? "rate-monotonic"
                       : strstr(policy, "DM") ? "deadline-monotonic"
                                              : "priority";

    say(f, "\"system\": {\"policy\": \"%s\"", name);
    if (!fixed)
        say(f, ", \"preemptive\": %s", never ? "false" : "true");
    say(f, "}, \"computer\": {\"processors\": %d}, ",
        (int)number(f, f->inputs, "cpus"));
}

static void say_periodic(family *f)
{
    const cJSON *task, *tasks = item(f->inputs, "tasks");
    int n = 0;

    say(f, "\"threads\": [");
    cJSON_ArrayForEach(task, tasks)
    {
        say(f,
            "%s{\"name\": \"%s\", \"priority\": %d, \"overlap\": false, "
            "\"deadline\": %.6f, \"arrive\": {\"every\": %.6f, "
            "\"first\": %.6f, \"until\": %.6f}, "
            "\"program\": [{\"run\": %.6f}]}",
            n ? ", " : "", text(task, "name"), n, number(f, task, "D"),
            number(f, task, "T"), number(f, task, "offset"),
            number(f, f->inputs, "release_until"), number(f, task, "C"));
        n++;
    }
    say(f, "]");
}

/* Whether the schedule has the job's stretch [from, to] on some processor. */
static bool has_stretch(family *f, const char *task, int64_t job, double from,
                        double to)
{
    ts_stretch s;
    int64_t number_of;

    for (size_t i = 0; ts_result_stretch_at(f->result, i, &s); i++) {
        if (strcmp(s.kind, "run") != 0 || s.from != (int64_t)(from * UNIT) ||
            s.to != (int64_t)(to * UNIT))
            continue;
        if (strcmp(task_of(f, s.thread, &number_of), task) == 0 &&
            number_of == job)
            return true;
    }
    return false;
}

static void expect_responses(family *f, const cJSON *row, int64_t *preemptions)
{
    const cJSON *times = item(row, "response_times");
    const char *name = text(row, "task");
    int jobs = (int)number(f, row, "jobs");
    int64_t sum = 0, max = 0, min = INT64_MAX;
    ts_thread_times t;

    for (int job = 0; job < jobs; job++) {
        if (!thread_of(f, name, job, &t))
            return;
        int64_t took = t.finish - t.arrival;

        if (job < cJSON_GetArraySize(times))
            expect_units(f, "response",
                         cJSON_GetArrayItem(times, job)->valuedouble, took);
        sum += took;
        max = took > max ? took : max;
        min = took < min ? took : min;
        *preemptions += t.preemptions;
    }
    expect_units(f, "max response", number(f, row, "max_response"), max);
    expect_units(f, "min response", number(f, row, "min_response"), min);
    expect_rational(f, "mean response", text(row, "avg_response_exact"), sum,
                    jobs);
    expect_count(f, "jobs", jobs,
                 (int64_t)metric(f, "threads.%s.finished", name));
}

static void play_schedule(family *f)
{
    const cJSON *row;
    int64_t preemptions = 0, missed = 0;

    say(f, "{\"title\": \"case\", \"unit\": \"1us\", ");
    say_schedule_policy(f);
    say_periodic(f);
    say(f, "}");
    if (!play(f))
        return;
    cJSON_ArrayForEach(row, item(f->expected, "per_task"))
    {
        expect_responses(f, row, &preemptions);
        missed += (int64_t)metric(f, "threads.%s.missed", text(row, "task"));
    }
    expect_count(f, "misses", cJSON_GetArraySize(item(f->expected, "misses")),
                 missed);
    cJSON_ArrayForEach(row, item(f->expected, "misses"))
    {
        ts_thread_times t;

        if (!thread_of(f, cJSON_GetArrayItem(row, 0)->valuestring,
                       cJSON_GetArrayItem(row, 1)->valueint, &t))
            return;
        expect_units(f, "deadline", cJSON_GetArrayItem(row, 2)->valuedouble,
                     t.deadline);
        expect_units(f, "finish", cJSON_GetArrayItem(row, 3)->valuedouble,
                     t.finish);
    }
    expect_count(f, "preemptions",
                 (int64_t)number(f, f->expected, "preemptions"), preemptions);
    cJSON_ArrayForEach(row, item(f->expected, "timeline"))
    {
        const char *task = cJSON_GetArrayItem(row, 0)->valuestring;
        double from = cJSON_GetArrayItem(row, 3)->valuedouble;
        double to = cJSON_GetArrayItem(row, 4)->valuedouble;

        if (!has_stretch(f, task, cJSON_GetArrayItem(row, 1)->valueint, from,
                         to))
            wrong(f, "%s does not run from %g to %g", task, from, to);
    }
}

/* --- timelines of one processor: [task, from, to] ------------------------ */

static void expect_whole_timeline(family *f, const char *what,
                                  const cJSON *expected,
                                  const char *(*who)(family *, int32_t))
{
    static ts_stretch s[ROOM];
    int raw = timeline(f, "processor 0", "run", s, ROOM), count = 0, i = 0;
    const cJSON *row;

    /* Stretches of one task that touch are one, whatever its jobs. */
    for (int k = 0; k < raw; k++) {
        if (count > 0 && s[count - 1].to == s[k].from &&
            strcmp(who(f, s[count - 1].thread), who(f, s[k].thread)) == 0)
            s[count - 1].to = s[k].to;
        else
            s[count++] = s[k];
    }
    if (count != cJSON_GetArraySize(expected))
        wrong(f, "%s: %d stretches, expected %d", what, count,
              cJSON_GetArraySize(expected));
    cJSON_ArrayForEach(row, expected)
    {
        const char *task = cJSON_GetArrayItem(row, 0)->valuestring;

        if (i >= count)
            return;
        if (strcmp(who(f, s[i].thread), task) != 0)
            wrong(f, "%s: stretch %d is %s's, expected %s", what, i,
                  who(f, s[i].thread), task);
        expect_units(f, what, cJSON_GetArrayItem(row, 1)->valuedouble,
                     s[i].from);
        expect_units(f, what, cJSON_GetArrayItem(row, 2)->valuedouble, s[i].to);
        i++;
    }
}

static const char *by_task(family *f, int32_t id)
{
    return task_of(f, id, NULL);
}

/* --- locks --------------------------------------------------------------- */

static void say_operations(family *f, const cJSON *operations)
{
    const cJSON *op;
    int n = 0;

    cJSON_ArrayForEach(op, operations)
    {
        const cJSON *value = cJSON_GetArrayItem(op, 1);

        say(f, "%s{\"%s\": ", n++ ? ", " : "",
            cJSON_GetArrayItem(op, 0)->valuestring);
        if (cJSON_IsString(value))
            say(f, "\"%s\"}", value->valuestring);
        else
            say(f, "%.6f}", value->valuedouble);
    }
}

/* The locks that the tasks name, each once. */
static void say_locks(family *f, const char *protocol)
{
    const char *named[64];
    int count = 0;
    const cJSON *task, *op;

    say(f, "\"locks\": [");
    cJSON_ArrayForEach(task, item(f->inputs, "tasks"))
    {
        cJSON_ArrayForEach(op, item(task, "ops"))
        {
            const char *name = cJSON_GetArrayItem(op, 1)->valuestring;
            int i = 0;

            if (strcmp(cJSON_GetArrayItem(op, 0)->valuestring, "lock") != 0)
                continue;
            while (i < count && strcmp(named[i], name) != 0)
                i++;
            if (i < count)
                continue;
            named[count++] = name;
            say(f,
                "%s{\"name\": \"%s\", \"protocol\": \"%s\", "
                "\"grant\": \"compete\"}",
                i ? ", " : "", name, protocol);
        }
    }
    say(f, "], ");
}

static void play_protocol(family *f, const char *protocol,
                          const cJSON *expected, const char *what)
{
    const cJSON *task, *finish;
    bool dead = cJSON_IsTrue(item(expected, "deadlock"));
    int n = 0;

    fresh(f);
    say(f, "{\"title\": \"case\", \"unit\": \"1us\", \"conventions\": "
           "{\"priority\": \"larger-is-higher\"}, "
           "\"system\": {\"policy\": \"priority\"}, ");
    say_locks(f, protocol);
    say(f, "\"threads\": [");
    cJSON_ArrayForEach(task, item(f->inputs, "tasks"))
    {
        say(f,
            "%s{\"name\": \"%s\", \"priority\": %d, "
            "\"arrive\": {\"at\": %.6f}, \"program\": [",
            n++ ? ", " : "", text(task, "id"), (int)number(f, task, "priority"),
            number(f, task, "release"));
        say_operations(f, item(task, "ops"));
        say(f, "]}");
    }
    say(f, "]}");
    if (!play(f))
        return;
    cJSON_ArrayForEach(finish, item(expected, "finish"))
    {
        ts_thread_times t;

        if (!thread_of(f, finish->string, 0, &t))
            return;
        if (cJSON_IsNull(finish))
            expect_count(f, what, -1, t.finish);
        else
            expect_units(f, what, finish->valuedouble, t.finish);
    }
    expect_count(f, "deadlock", dead, (int64_t)metric(f, "locks.deadlocks"));
    expect_whole_timeline(f, what, item(expected, "timeline"), by_task);
}

static void play_locks(family *f)
{
    static const char *const names[4] = {"none", "PIP", "PCP", "ICPP"};
    static const char *const ours[4] = {"none", "inherit", "ceiling",
                                        "immediate"};

    for (int i = 0; i < 4; i++)
        play_protocol(f, ours[i], item(f->expected, names[i]), names[i]);
}

/* --- bandwidth servers --------------------------------------------------- */

static const char *by_server(family *f, int32_t id)
{
    const char *task = task_of(f, id, NULL);

    return strcmp(task, "aperiodic") == 0 || task[0] == '#' ? "cbs" : task;
}

static void say_cbs(family *f, const char *kind)
{
    const cJSON *server = item(f->inputs, "server"), *row;
    int n = 0;

    say(f,
        "{\"title\": \"case\", \"unit\": \"1us\", \"stop\": %.6f, "
        "\"system\": {\"policy\": \"edf\", "
        "\"ties\": \"order\", \"servers\": [{\"name\": \"cbs\", "
        "\"budget\": %.6f, \"period\": %.6f, \"kind\": \"%s\"}]}, "
        "\"threads\": [",
        number(f, f->inputs, "release_until"), number(f, server, "Q"),
        number(f, server, "P"), kind);
    cJSON_ArrayForEach(row, item(f->inputs, "periodic"))
        say(f,
            "{\"name\": \"%s\", \"overlap\": false, \"deadline\": %.6f, "
            "\"arrive\": {\"every\": %.6f, \"until\": %.6f}, "
            "\"program\": [{\"run\": %.6f}]}, ",
            text(row, "id"), number(f, row, "T"), number(f, row, "T"),
            number(f, f->inputs, "release_until"), number(f, row, "C"));
    cJSON_ArrayForEach(row, item(f->inputs, "aperiodic"))
        say(f,
            "%s{\"name\": \"#%d\", \"server\": \"cbs\", "
            "\"arrive\": {\"at\": %.6f}, \"program\": [{\"run\": %.6f}]}",
            n ? ", " : "", n, number(f, row, "arrival"), number(f, row, "run")),
        n++;
    say(f, "]}");
}

/* What the server did, when, with which budget and until which deadline. */
static void expect_events(family *f, const cJSON *expected)
{
    const cJSON *row = expected ? expected->child : NULL;
    ts_stretch got;

    for (size_t i = 0; ts_result_instant_at(f->result, i, &got); i++) {
        char kind[32];
        char *underline;
        double deadline;
        ts_stretch window;
        bool found = false;

        if (strcmp(got.place, "server cbs") != 0)
            continue;
        if (!row) {
            wrong(f, "an event too many: %s at %lld", got.kind,
                  (long long)got.from);
            return;
        }
        snprintf(kind, sizeof kind, "%s",
                 cJSON_GetArrayItem(row, 1)->valuestring);
        while ((underline = strchr(kind, '_')) != NULL)
            *underline = '-';
        if (strcmp(kind, got.kind) != 0)
            wrong(f, "server event %s, expected %s", got.kind, kind);
        expect_units(f, kind, cJSON_GetArrayItem(row, 0)->valuedouble,
                     got.from);
        expect_count(f, "budget", cJSON_GetArrayItem(row, 2)->valueint,
                     got.detail);
        deadline = cJSON_GetArrayItem(row, 3)->valuedouble;
        for (size_t k = 0; ts_result_stretch_at(f->result, k, &window); k++)
            found |= strcmp(window.place, "server cbs") == 0 &&
                     window.to == (int64_t)(deadline * UNIT);
        if (!found)
            wrong(f, "%s: no deadline at %g", kind, deadline);
        row = row->next;
    }
    if (row)
        wrong(f, "server events are missing");
}

static void play_server(family *f, const char *kind, const cJSON *expected)
{
    const cJSON *finish;
    ts_thread_times t;
    char name[16];
    int n = 0;

    fresh(f);
    say_cbs(f, kind);
    if (!play(f))
        return;
    cJSON_ArrayForEach(finish, item(expected, "aperiodic_finish"))
    {
        snprintf(name, sizeof name, "#%d", n);
        if (!thread_of(f, name, 0, &t))
            return;
        expect_units(f, "finish", finish->valuedouble, t.finish);
        expect_units(f, "response",
                     cJSON_GetArrayItem(item(expected, "aperiodic_response"), n)
                         ->valuedouble,
                     t.finish - t.arrival);
        n++;
    }
    for (size_t i = 0; ts_result_thread_at(f->result, i, &t); i++)
        if (t.deadline >= 0 && t.finish > t.deadline)
            wrong(f, "%s misses its deadline", t.name);
    expect_whole_timeline(f, kind, item(expected, "timeline"), by_server);
    expect_events(f, item(expected, "server_events"));
}

static void play_cbs(family *f)
{
    play_server(f, "soft", item(f->expected, "soft"));
    play_server(f, "hard", item(f->expected, "hard"));
}

/* ------------------------------------------------------------------------- */

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_run("scheduling/rt_schedules", play_schedule);
    failed += family_run("scheduling/rt_locks", play_locks);
    failed += family_run("scheduling/rt_cbs", play_cbs);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

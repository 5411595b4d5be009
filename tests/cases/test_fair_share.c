/*
 * Proportional shares against reference numbers: ideal EEVDF, choice for
 * choice; CFS's and EEVDF's arithmetic as what the simulated machine does.
 */
#include "harness.h"
#include "models/policy/fair.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROOM 65536
#define NS 1000.0 /* picoseconds */

static ts_stretch stretches[ROOM];

static const cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static double item(const cJSON *list, int i)
{
    return cJSON_GetArrayItem(list, i)->valuedouble;
}

/* Number of the task "tN" that has the stretch. */
static int owner(family *f, const ts_stretch *stretch)
{
    return atoi(task_of(f, stretch->thread, NULL) + 1);
}

/* --- ideal EEVDF ---------------------------------------------------------- */

/* What task `who` had had of the processor at `t`, in units. */
static double service(family *f, int count, int who, double t)
{
    double sum = 0;

    for (int i = 0; i < count; i++) {
        double from = (double)stretches[i].from / (double)UNIT;
        double to = (double)stretches[i].to / (double)UNIT;

        if (owner(f, &stretches[i]) == who && from < t)
            sum += (to < t ? to : t) - from;
    }
    return sum;
}

static void play_ideal(family *f)
{
    const cJSON *tasks = get(f->inputs, "tasks"), *task;
    const cJSON *picks = get(f->expected, "picks");
    double end = number(f, f->expected, "final_time"), total = 0;
    int n = 0, count, stretch = 0, last = -1;

    say(f,
        "{\"title\": \"case\", \"unit\": \"1us\", \"stop\": %.6f, "
        "\"system\": {\"policy\": \"eevdf-ideal\", \"slice\": 1}, "
        "\"threads\": [",
        end);
    cJSON_ArrayForEach(task, tasks)
    {
        say(f,
            "%s{\"name\": \"t%d\", \"weight\": %.0f, \"slice\": %.6f, "
            "\"background\": true, "
            "\"program\": [{\"forever\": [{\"run\": \"1s\"}]}]}",
            n ? ", " : "", n, number(f, task, "weight"),
            number(f, task, "slice"));
        total += number(f, task, "weight");
        n++;
    }
    say(f, "]}");
    if (!play(f))
        return;
    count = timeline(f, "processor 0", "run", stretches, ROOM);
    for (int i = 0; i < cJSON_GetArraySize(picks); i++) {
        const cJSON *pick = cJSON_GetArrayItem(picks, i);
        int who = (int)item(pick, 0);
        double at = item(pick, 1);

        if (who != last) {
            if (stretch >= count || owner(f, &stretches[stretch]) != who) {
                wrong(f, "choice %d: expected task %d", i, who);
                return;
            }
            expect_units(f, "choice", at, stretches[stretch++].from);
        }
        last = who;
        for (int k = 0; k < n; k++) {
            double weight = number(f, cJSON_GetArrayItem(tasks, k), "weight");

            expect_near(f, "lag", item(cJSON_GetArrayItem(pick, 2), k),
                        weight / total * at - service(f, count, k, at), 1e-9,
                        1e-9);
        }
    }
    for (int k = 0; k < n; k++) {
        ts_thread_times t;
        char name[16];

        snprintf(name, sizeof name, "t%d", k);
        if (thread_of(f, name, 0, &t))
            expect_units(f, "service",
                         item(get(f->expected, "service_received"), k),
                         t.processor);
    }
}

/* --- CFS ------------------------------------------------------------------ */

static void say_hogs(family *f, const cJSON *nice)
{
    for (int i = 0; i < cJSON_GetArraySize(nice); i++)
        say(f,
            "%s{\"name\": \"t%d\", \"nice\": %.0f, \"background\": true, "
            "\"affinity\": 0, "
            "\"program\": [{\"forever\": [{\"run\": \"1s\"}]}]}",
            i ? ", " : "", i, item(nice, i));
}

/* Each task's share of a long run. A task is never further from it than the
 * virtual time by which slices can let it stray: one slice of its own and one
 * of the others on either side. */
static void expect_shares(family *f, const cJSON *tasks, double run_ns,
                          double tick_ns)
{
    for (int i = 0; i < cJSON_GetArraySize(tasks); i++) {
        const cJSON *task = cJSON_GetArrayItem(tasks, i);
        double share = number(f, task, "share_pct") / 100;
        double slice = number(f, task, "ideal_slice_ns");
        ts_thread_times t;
        char name[16];

        snprintf(name, sizeof name, "t%d", i);
        if (!thread_of(f, name, 0, &t))
            return;
        expect_near(f, name, share * run_ns, (double)t.processor / NS, 1e-5,
                    2 * (slice + tick_ns) +
                        2 * share * number(f, f->expected, "period_ns"));
    }
}

/* Each stretch is a whole number of the task's slices, to `within` of it. */
static void expect_slices(family *f, const double *slice_ns, double within)
{
    int count = timeline(f, "processor 0", "run", stretches, ROOM);

    for (int i = 0; i + 1 < count && i < ROOM; i++) {
        double slice = slice_ns[owner(f, &stretches[i])];
        double ran = (double)(stretches[i].to - stretches[i].from) / NS / slice;

        if (fabs(ran - round(ran)) > within * ran) {
            wrong(f, "stretch %d of task %d: %.9g slices of %.0f ns", i,
                  owner(f, &stretches[i]), ran, slice);
            break;
        }
    }
}

static bool play_hogs(family *f, const char *options, double processors)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"20s\", \"computer\": "
        "{\"processors\": %.0f}, \"system\": {\"policy\": \"cfs\", "
        "\"debit\": false, \"hz\": \"1kHz\", %s}, \"threads\": [",
        processors, options);
    say_hogs(f, get(f->inputs, "runnable_nice"));
    say(f, "]}");
    return play(f);
}

/* All pinned to one processor of as many as the case scales by; once with
 * ticks, once with a timer for slices (HRTICK), which shows their length. */
static void play_kernel(family *f, const cJSON *tasks)
{
    double processors = number(f, f->inputs, "online_cpus_for_scaling");
    double slices[16];

    for (int i = 0; i < cJSON_GetArraySize(tasks); i++) {
        const cJSON *task = cJSON_GetArrayItem(tasks, i);
        int nice = (int)number(f, task, "nice");

        slices[i] = number(f, task, "kernel_slice_ns");
        expect_count(f, "virtual ns of 1 ms",
                     (int64_t)number(f, task, "kernel_vruntime_delta_for_1ms"),
                     ts_fair_virtual(1000000, nice));
    }
    if (!play_hogs(f, "\"hrtick\": false", processors))
        return;
    expect_shares(f, tasks, 20e9, 1e6);
    if (!play_hogs(f, "\"hrtick\": true", processors))
        return;
    expect_shares(f, tasks, 20e9, 0);
    expect_slices(f, slices, 0);
}

/* OSTEP's CFS is the same with exact arithmetic. The kernel's inverse of a sum
 * of weights is cut to a whole number: too small by up to 10240/2^32. */
static void play_ostep(family *f, const cJSON *expected)
{
    double slices[16];
    char options[160];

    for (int i = 0; i < cJSON_GetArraySize(expected); i++)
        slices[i] = item(expected, i) * 1e6;
    snprintf(options, sizeof options,
             "\"hrtick\": true, \"latency\": \"%.0fms\", "
             "\"min_granularity\": \"%.0fms\"",
             number(f, f->inputs, "sched_latency_ms"),
             number(f, f->inputs, "min_granularity_ms"));
    if (play_hogs(f, options, 1))
        expect_slices(f, slices, 10240.0 / 4294967296.0 + 1e-9);
}

static void check_table(family *f)
{
    for (int i = 0; i < 40; i++) {
        expect_count(f, "weight", (int64_t)item(get(f->expected, "weight"), i),
                     ts_nice_weight[i]);
        expect_count(f, "inverse weight",
                     (int64_t)item(get(f->expected, "inverse_weight"), i),
                     ts_nice_inverse[i]);
    }
}

static void play_cfs(family *f)
{
    if (has(f->expected, "tasks"))
        play_kernel(f, get(f->expected, "tasks"));
    else if (has(f->expected, "slice_ms"))
        play_ostep(f, get(f->expected, "slice_ms"));
    else
        check_table(f);
}

/* --- EEVDF ---------------------------------------------------------------- */

/* Hogs of the case's nice value beside each other on one processor: each turn
 * lasts as long as the tick makes it, and with HRTICK exactly a slice. */
static void play_eevdf(family *f)
{
    bool own = has(f->inputs, "custom_slice_ns");
    const char *kernel = cJSON_GetStringValue(get(f->inputs, "kernel"));
    const char *base = strcmp(kernel, "7.0") == 0 ? "0.7ms" : "0.75ms";

    for (int hrtick = 0; hrtick < 2; hrtick++) {
        double turn =
            number(f, f->expected,
                   hrtick ? "slice_ns" : "run_per_turn_tick_rounded_ns");
        int count, wrong_turns = 0;

        fresh(f);
        say(f,
            "{\"title\": \"case\", \"stop\": \"2s\", "
            "\"computer\": {\"processors\": %.0f}, \"system\": {\"policy\":"
            " \"eevdf\", \"version\": \"%s\", \"base_slice\": \"%s\", "
            "\"hz\": \"%.0fHz\", \"hrtick\": %s}, \"threads\": [{\"name\": "
            "\"t\","
            "\"count\": 3, \"nice\": %.0f, \"slice\": \"%.0fns\", "
            "\"affinity\": 0, \"background\": true, "
            "\"program\": [{\"forever\": [{\"run\": \"1s\"}]}]}]}",
            number(f, f->inputs, "online_cpus"),
            strcmp(kernel, "6.6") == 0 ? "6.6" : "6.12", base,
            number(f, f->inputs, "HZ"), hrtick ? "true" : "false",
            number(f, f->inputs, "nice"),
            own ? number(f, f->inputs, "custom_slice_ns") : 0);
        if (!play(f))
            return;
        count = timeline(f, "processor 0", "run", stretches, ROOM);
        /* The first deadlines are half a slice away. */
        for (int i = 3; i + 1 < count; i++) {
            double ran = (double)(stretches[i].to - stretches[i].from) / NS;

            /* Virtual deadlines of heavier or lighter weights are rounded. */
            wrong_turns += fabs(ran - turn) > (hrtick ? turn * 1e-6 + 1 : 0);
        }
        if (count < 100 || wrong_turns > 0)
            wrong(f, "%d of %d turns are not %.0f ns%s", wrong_turns, count,
                  turn, hrtick ? " with hrtick" : "");
    }
}

static void test_ideal(void **state)
{
    (void)state;
    assert_int_equal(family_run("scheduling/prop_eevdf_ideal", play_ideal), 0);
}

static void test_cfs(void **state)
{
    (void)state;
    assert_int_equal(family_run("scheduling/prop_cfs_arithmetic", play_cfs), 0);
}

static void test_eevdf(void **state)
{
    (void)state;
    assert_int_equal(family_run("scheduling/prop_eevdf_arithmetic", play_eevdf),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ideal),
        cmocka_unit_test(test_cfs),
        cmocka_unit_test(test_eevdf),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Proportional shares against reference numbers: ideal EEVDF, choice for
 * choice; CFS's and EEVDF's arithmetic as what the simulated machine does.
 */
#include "models/policy/fair.h"
#include "reference.h"
#include "schedules.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NS 1000.0 /* picoseconds */

/* --- ideal EEVDF --- */

/* What task `who` had had of the processor at `t`, in units. */
static double service(family *f, const ts_stretch *s, int count, int who,
                      double t)
{
    double sum = 0;

    for (int i = 0; i < count; i++) {
        double from = in_units(f, s[i].from), to = in_units(f, s[i].to);

        if (from >= t)
            break;
        if (owner(f, &s[i]) == who)
            sum += (to < t ? to : t) - from;
    }
    return sum;
}

static void say_weighted(family *f)
{
    const cJSON *task, *tasks = part(f->inputs, "tasks");
    double times = whole_weights(f, tasks);
    int n = 0;

    say_head(f);
    say(f, "\"stop\": ");
    say_time(f, number(f, f->expected, "final_time"));
    say(f, ", \"system\": {\"policy\": \"eevdf-ideal\", \"slice\": ");
    say_time(f, 1);
    say(f, "}, \"threads\": [");
    cJSON_ArrayForEach(task, tasks)
    {
        job_number(f, tasks, part(task, "id"));
        say(f, "%s{\"name\": \"j%d\", \"weight\": %.0f, \"slice\": ", comma(n),
            n, round(number(f, task, "weight") * times));
        say_time(f, number(f, task, "slice"));
        say(f, ", \"background\": true, \"program\": [{\"forever\": [{\"run\": "
               "\"1000s\"}]}]}");
        n++;
    }
    say(f, "]}");
}

/* w_i (V - v_i) of every task at an instant: what it should have had by then
 * and had not. */
static void expect_lags(family *f, const char *what, const cJSON *lags,
                        const ts_stretch *s, int count, double at)
{
    const cJSON *lag, *task, *tasks = part(f->inputs, "tasks");
    double total = 0;
    int k = 0;

    cJSON_ArrayForEach(task, tasks) total += number(f, task, "weight");
    expect_count(f, what, cJSON_GetArraySize(tasks), cJSON_GetArraySize(lags));
    cJSON_ArrayForEach(lag, lags)
    {
        double weight = number(f, cJSON_GetArrayItem(tasks, k), "weight");

        expect_near(f, what, value(f, lag),
                    weight / total * at - service(f, s, count, k, at), 1e-9,
                    1e-9 * (1 + at));
        k++;
    }
}

/* A task that is chosen again goes on. */
static void expect_picks(family *f, const ts_stretch *s, int count)
{
    const cJSON *pick, *tasks = part(f->inputs, "tasks");
    int64_t last = -1;
    int stretch = 0, n = 0;

    expect_count(f, "choices", whole(f, f->inputs, "picks"),
                 length(f->expected, "picks"));
    cJSON_ArrayForEach(pick, part(f->expected, "picks"))
    {
        int64_t who = job_number(f, tasks, cJSON_GetArrayItem(pick, 0));
        double at = column(f, pick, 1), slice = 0;

        if (who < 0 || (who != last &&
                        (stretch >= count || owner(f, &s[stretch]) != who))) {
            wrong(f, "choice %d: expected task %d", n, (int)who);
            return;
        }
        if (who != last)
            expect_units(f, "choice", at, s[stretch++].from);
        else if (at * (double)f->unit >= (double)s[stretch - 1].to - 0.5)
            wrong(f, "choice %d: not at %g", n, at);
        if (pick->prev != NULL && pick != part(f->expected, "picks")->child) {
            slice = number(f, cJSON_GetArrayItem(tasks, (int)last), "slice");
            expect_near(f, "time of a choice", column(f, pick->prev, 1) + slice,
                        at, 1e-9, 0);
        }
        last = who;
        expect_lags(f, "lag", cJSON_GetArrayItem(pick, 2), s, count, at);
        n++;
    }
}

static void play_ideal(family *f)
{
    const ts_stretch *s;
    ts_thread_times t;
    const cJSON *item;
    int count, k = 0;
    double end;

    if (strstr(word(f, f->inputs, "policy"), "EEVDF") == NULL)
        wrong(f, "unknown policy");
    say_weighted(f);
    if (!play(f))
        return;
    s = lane(f, "processor 0", "run", &count);
    end = in_units(f, ts_result_end(f->result));
    expect_picks(f, s, count);
    expect_lags(f, "final lag", part(f->expected, "final_lag"), s, count, end);
    if (has(f->expected, "final_lag_exact"))
        expect_lags(f, "exact final lag", part(f->expected, "final_lag_exact"),
                    s, count, end);
    cJSON_ArrayForEach(item,
                       part(f->expected,
                            "service_received")) if (job_times(f, k++, &t))
        expect_units(f, "service", value(f, item), t.processor);
    expect_count(f, "tasks", length(f->inputs, "tasks"), k);
}

/* --- CFS --- */

static void say_hogs(family *f, const cJSON *nice)
{
    const cJSON *item;
    int n = 0;

    cJSON_ArrayForEach(item, nice)
    {
        say(f,
            "%s{\"name\": \"j%d\", \"nice\": %lld, \"background\": true, "
            "\"affinity\": 0, "
            "\"program\": [{\"forever\": [{\"run\": \"1000s\"}]}]}",
            comma(n), n, (long long)whole_of(f, item));
        n++;
    }
}

/* Each task's share of the run. A task is never further from it than the
 * virtual time by which slices can let it stray: one slice of its own and one
 * of the others on either side. */
static void expect_shares(family *f, const cJSON *tasks, double run_ns,
                          double tick_ns)
{
    const cJSON *task;
    int n = 0;

    cJSON_ArrayForEach(task, tasks)
    {
        double share = number(f, task, "share_pct") / 100;
        double slice = number(f, task, "ideal_slice_ns");
        ts_thread_times t;

        if (!job_times(f, n++, &t))
            return;
        expect_near(f, "share", share * run_ns, (double)t.processor / NS, 1e-5,
                    2 * (slice + tick_ns) +
                        2 * share * number(f, f->expected, "period_ns"));
    }
}

/* Each stretch is a whole number of the task's slices, to `within` of it; the
 * last one ends with the run. */
static void expect_slices(family *f, const cJSON *tasks, const char *key,
                          double in_ns, double within)
{
    int count;
    const ts_stretch *s = lane(f, "processor 0", "run", &count);
    const cJSON *row;

    if (count < 3) { /* one alone, and its turns follow each other */
        cJSON_ArrayForEach(row, tasks)(void)(key != NULL ? number(f, row, key)
                                                         : value(f, row));
        remark(f, "nothing of slices: one task had all of the processor");
    }
    for (int i = 0; i + 1 < count; i++) {
        const cJSON *task = cJSON_GetArrayItem(tasks, owner(f, &s[i]));
        double slice =
            in_ns * (key != NULL ? number(f, task, key) : value(f, task));
        double ran = (double)(s[i].to - s[i].from) / NS / slice;

        if (!(fabs(ran - round(ran)) <= within * ran) || round(ran) < 1) {
            wrong(f, "stretch %d of task %d: %.9g slices of %.0f ns", i,
                  owner(f, &s[i]), ran, slice);
            break;
        }
    }
}

/* For as long as `turns` periods take. */
static bool play_hogs(family *f, const char *options, int64_t processors,
                      double period_ns)
{
    double stop = fmax(20e9, 1000 * period_ns);

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"%.0fns\", \"computer\": "
        "{\"processors\": %lld}, \"system\": {\"policy\": \"cfs\", "
        "\"debit\": false, \"hz\": \"1kHz\", %s}, \"threads\": [",
        stop, (long long)processors, options);
    say_hogs(f, part(f->inputs, "runnable_nice"));
    say(f, "]}");
    return play(f);
}

/* The case's times are those of the processors it scales by. */
static void say_granularities(char *options, size_t room, double latency_ns,
                              double granularity_ns, bool hrtick)
{
    snprintf(options, room,
             "\"scaling\": false, \"latency\": \"%.0fns\", "
             "\"min_granularity\": \"%.0fns\", \"hrtick\": %s",
             latency_ns, granularity_ns, hrtick ? "true" : "false");
}

/* All pinned to one processor of as many as the case scales by; once with
 * ticks, once with a timer for slices (HRTICK), which shows their length. */
static void play_kernel(family *f, const cJSON *tasks)
{
    int64_t processors = whole(f, f->inputs, "online_cpus_for_scaling");
    double latency = number(f, f->inputs, "sched_latency_ns");
    double granularity = number(f, f->inputs, "sched_min_granularity_ns");
    double period = number(f, f->expected, "period_ns");
    const cJSON *task;
    char options[200];
    int n = 0;

    expect_count(f, "threads that share a latency",
                 whole(f, f->inputs, "sched_nr_latency"),
                 (int64_t)ceil(latency / granularity));
    cJSON_ArrayForEach(task, tasks)
    {
        int64_t nice = whole(f, task, "nice");

        if (nice < -20 || nice > 19) {
            wrong(f, "%d is no nice value", (int)nice);
            return;
        }

        expect_count(f, "nice", nice,
                     (int64_t)element(f, f->inputs, "runnable_nice", n++));
        expect_count(f, "virtual ns of 1 ms",
                     whole(f, task, "kernel_vruntime_delta_for_1ms"),
                     ts_fair_virtual(1000000, (int)nice));
    }
    for (int hrtick = 0; hrtick < 2; hrtick++) {
        say_granularities(options, sizeof options, latency, granularity,
                          hrtick);
        if (!play_hogs(f, options, processors, period))
            return;
        expect_shares(f, tasks, (double)ts_result_end(f->result) / NS,
                      hrtick ? 0 : 1e6);
    }
    expect_slices(f, tasks, "kernel_slice_ns", 1, 0);
}

/* OSTEP's CFS is the same with exact arithmetic, and no slice is below
 * min_granularity. The kernel's inverse of a sum of weights is cut to a whole
 * number: too small by up to that sum over 2^32. */
static void play_ostep(family *f, const cJSON *expected)
{
    char options[200];
    const cJSON *nice;
    double weight = 0;

    cJSON_ArrayForEach(nice, part(f->inputs, "runnable_nice")) weight +=
        (double)ts_nice_weight[(whole_of(f, nice) + 20) % 40];
    say_granularities(options, sizeof options,
                      1e6 * number(f, f->inputs, "sched_latency_ms"),
                      1e6 * number(f, f->inputs, "min_granularity_ms"), true);
    strcat(options, ", \"grow\": false, \"at_least\": true");
    if (play_hogs(f, options, 1, 0))
        expect_slices(f, expected, NULL, 1e6, weight / 4294967296.0 + 1e-6);
}

static void check_table(family *f)
{
    for (int i = 0; i < 40; i++) {
        expect_count(f, "weight", (int64_t)element(f, f->expected, "weight", i),
                     ts_nice_weight[i]);
        expect_count(f, "inverse weight",
                     (int64_t)element(f, f->expected, "inverse_weight", i),
                     ts_nice_inverse[i]);
    }
}

static void play_cfs(family *f)
{
    if (has(f->expected, "tasks"))
        play_kernel(f, part(f->expected, "tasks"));
    else if (has(f->expected, "slice_ms"))
        play_ostep(f, part(f->expected, "slice_ms"));
    else
        check_table(f);
}

/* --- EEVDF --- */

/* "6.12" as 6012; 0: no version. */
static int version(const char *text)
{
    int major = 0, minor = 0;

    return sscanf(text, "%d.%d", &major, &minor) == 2 ? major * 1000 + minor
                                                      : 0;
}

static void say_turns(family *f, bool hrtick, double turn_ns)
{
    int kernel = version(word(f, f->inputs, "kernel"));

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"%.0fns\", "
        "\"computer\": {\"processors\": %lld}, \"system\": {\"policy\":"
        " \"eevdf\", \"version\": \"%s\", \"base_slice\": \"%s\", "
        "\"hz\": \"%.17gHz\", \"hrtick\": %s}, \"threads\": [{\"name\": "
        "\"t\", \"count\": 3, \"nice\": %lld, \"slice\": \"%lldns\", "
        "\"affinity\": 0, \"background\": true, "
        "\"program\": [{\"forever\": [{\"run\": \"1000s\"}]}]}]}",
        200 * turn_ns, (long long)whole(f, f->inputs, "online_cpus"),
        kernel < 6012 ? "6.6" : "6.12", kernel < 6015 ? "0.75ms" : "0.7ms",
        number(f, f->inputs, "HZ"), hrtick ? "true" : "false",
        (long long)whole(f, f->inputs, "nice"),
        has(f->inputs, "custom_slice_ns")
            ? (long long)whole(f, f->inputs, "custom_slice_ns")
            : 0);
}

/* Hogs of the case's nice value beside each other on one processor: each turn
 * lasts as long as the tick makes it, and with HRTICK exactly a slice. */
static void play_eevdf(family *f)
{
    for (int hrtick = 0; hrtick < 2; hrtick++) {
        double turn =
            number(f, f->expected,
                   hrtick ? "slice_ns" : "run_per_turn_tick_rounded_ns");
        /* Virtual deadlines are whole nanoseconds, of which one is that many
         * real ones; and as much again for the thread's own. */
        double near =
            1 +
            2 * (double)ts_nice_weight[whole(f, f->inputs, "nice") + 20] / 1024;
        /* With a deadline that is so little after a tick, a turn may end at
         * that tick and not at the next. */
        double tick = number(f, f->expected, "tick_ns"), less = turn - tick;
        bool either =
            !hrtick && number(f, f->expected, "slice_ns") < less + near;
        int count, wrong_turns = 0;
        const ts_stretch *s;

        say_turns(f, hrtick, turn);
        if (!play(f))
            return;
        s = lane(f, "processor 0", "run", &count);
        /* The first deadlines are half a slice away. */
        for (int i = 3; i + 1 < count; i++) {
            double ran = (double)(s[i].to - s[i].from) / NS;

            wrong_turns += fabs(ran - turn) > (hrtick ? near : 0.5) &&
                           !(either && fabs(ran - less) <= 0.5);
        }
        if (count < 100 || wrong_turns > 0)
            wrong(f, "%d of %d turns are not %.0f ns%s", wrong_turns, count,
                  turn, hrtick ? " with hrtick" : "");
    }
}

static void test_ideal(void **state)
{
    (void)state;
    assert_int_equal(family_play("scheduling/prop_eevdf_ideal", play_ideal,
                                 NULL),
                     0);
    assert_int_equal(family_made("scheduling/prop_eevdf_ideal", 60,
                                 reference_ideal, play_ideal, NULL),
                     0);
}

/* What is arithmetic and nothing else is test_analysis.c's. */
static void test_cfs(void **state)
{
    static const char *const aside[] = {"inputs.model",
                                        "expected.nice",
                                        "expected.SCHED_IDLE",
                                        "expected.scaling_factor",
                                        "expected.total_weight",
                                        "expected.slice_exact",
                                        "expected.vruntime_growth_per_ms",
                                        "expected.tasks.weight",
                                        "expected.tasks.share_exact",
                                        "expected.tasks.ideal_slice_ns",
                                        "expected.period_ns",
                                        "expected.tasks.vruntime_per_ms_exact",
                                        NULL};
    static const family_rules rules = {.aside = aside, .change = 0.5};

    (void)state;
    assert_int_equal(family_play("scheduling/prop_cfs_arithmetic", play_cfs,
                                 &rules),
                     0);
    assert_int_equal(family_made("scheduling/prop_cfs_arithmetic", 15,
                                 reference_cfs, play_cfs, &rules),
                     0);
}

static void test_eevdf(void **state)
{
    static const char *const aside[] = {"expected.scaling_factor",
                                        "expected.base_slice_ns",
                                        "expected.weight",
                                        "expected.vslice_ns",
                                        "expected.first_deadline_vslice_ns",
                                        "expected.lag_limit_vns",
                                        "expected.tick_ns",
                                        NULL};
    static const family_rules rules = {.aside = aside, .change = 1e-4};

    (void)state;
    assert_int_equal(family_play("scheduling/prop_eevdf_arithmetic", play_eevdf,
                                 &rules),
                     0);
    assert_int_equal(family_made("scheduling/prop_eevdf_arithmetic", 20,
                                 reference_eevdf, play_eevdf, &rules),
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

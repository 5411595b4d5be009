/*
 * What must hold of any task set, tried on random ones: EDF is optimal on one
 * processor, response-time analysis is exact for a synchronous release,
 * partitions that pass their test miss nothing, least laxity first keeps up,
 * and protocols of locks keep their promises.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "timeslice/timeslice.h"

#define TASKS_MAX 6
#define HYPERPERIOD 120 /* all periods divide it */

static const int periods[] = {2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 24, 30, 40, 60};

/* --- a generator of its own: the library's must not choose its tests --- */

static uint64_t state = 20240601;

static int below(int n)
{
    state =
        state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((state >> 33) % (uint64_t)n);
}

typedef struct task {
    int cost, period, deadline;
} task;

/* Tasks whose load is about `percent`, none above its period. */
static int draw(task *tasks, int percent)
{
    int count = 2 + below(TASKS_MAX - 1);

    for (int i = 0; i < count; i++) {
        int period = periods[below(sizeof periods / sizeof *periods)];
        int most = period * percent * 2 / 100 / count;

        most = most < 1 ? 1 : most > period ? period : most;
        tasks[i] = (task){1 + below(most), period, period};
    }
    return count;
}

/* The load, in 120ths. */
static int load(const task *tasks, int count)
{
    int sum = 0;

    for (int i = 0; i < count; i++)
        sum += tasks[i].cost * (HYPERPERIOD / tasks[i].period);
    return sum;
}

/* --- scenarios --- */

static char text[65536];
static size_t used;

static void say(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    used += (size_t)vsnprintf(text + used, sizeof text - used, format, list);
    va_end(list);
    assert_true(used < sizeof text);
}

static void say_set(const char *system, const char *more, const task *tasks,
                    int count, int until)
{
    used = 0;
    say("{\"title\": \"random\", \"unit\": \"1us\", \"system\": {%s}, %s "
        "\"threads\": [",
        system, more);
    for (int i = 0; i < count; i++)
        say("%s{\"name\": \"t%d\", \"overlap\": false, \"deadline\": %d, "
            "\"arrive\": {\"every\": %d, \"until\": %d}, "
            "\"program\": [{\"run\": %d}]}",
            i ? ", " : "", i, tasks[i].deadline, tasks[i].period, until,
            tasks[i].cost);
    say("]}");
}

/* NULL when it is refused. */
static ts_result *play(void)
{
    char *message = NULL;
    ts_scenario *scenario =
        ts_scenario_parse("random", text, used, NULL, &message);
    ts_result *result = NULL;

    if (scenario == NULL)
        fprintf(stderr, "%s\n%s\n", message, text);
    assert_non_null(scenario);
    ts_message_free(message);
    message = NULL;
    result = ts_scenario_run(scenario, 0, NULL, &message);
    ts_message_free(message);
    ts_scenario_free(scenario);
    return result;
}

static double metric(const ts_result *result, const char *format, ...)
{
    char name[120];
    double value = -1;
    va_list list;

    va_start(list, format);
    vsnprintf(name, sizeof name, format, list);
    va_end(list);
    return ts_result_metric(result, name, &value) ? value : -1;
}

static int misses(const ts_result *result, int count)
{
    int sum = 0;

    for (int i = 0; i < count; i++)
        sum += (int)metric(result, "threads.t%d.missed", i);
    return sum;
}

/* --- the properties --- */

static void test_edf_is_optimal(void **unused)
{
    int feasible = 0, infeasible = 0;

    (void)unused;
    for (int n = 0; n < 600; n++) {
        task tasks[TASKS_MAX];
        int count = draw(tasks, 90 + below(30));
        bool fits = load(tasks, count) <= HYPERPERIOD;
        ts_result *result;

        say_set("\"policy\": \"edf\"", "", tasks, count, HYPERPERIOD);
        result = play();
        assert_non_null(result);
        if (fits != (misses(result, count) == 0))
            fprintf(stderr, "load %d/120\n%s\n", load(tasks, count), text);
        assert_int_equal(fits, misses(result, count) == 0);
        feasible += fits;
        infeasible += !fits;
        ts_result_free(result);
    }
    /* Both sides of the claim were tried. */
    assert_true(feasible > 100 && infeasible > 100);
}

/* With constrained deadlines, the demand test says the same as a run of a
 * hyperperiod. */
static void test_demand_is_exact(void **unused)
{
    int yes = 0, no = 0;

    (void)unused;
    for (int n = 0; n < 600; n++) {
        task tasks[TASKS_MAX];
        int count = draw(tasks, 80);
        ts_result *result;
        bool says;

        for (int i = 0; i < count; i++)
            tasks[i].deadline =
                tasks[i].cost + below(tasks[i].period - tasks[i].cost + 1);
        say_set("\"policy\": \"edf\"", "\"analyze\": [{\"demand\": {}}],",
                tasks, count, HYPERPERIOD);
        result = play();
        assert_non_null(result);
        says = metric(result, "analysis.demand.schedulable") > 0;
        if (says != (misses(result, count) == 0))
            fprintf(stderr, "%s\n", text);
        assert_int_equal(says, misses(result, count) == 0);
        yes += says;
        no += !says;
        ts_result_free(result);
    }
    assert_true(yes > 100 && no > 100);
}

/* Among equals a running job is kept; the analysis has no equals. */
static bool has_equals(const task *tasks, int count)
{
    for (int i = 0; i < count; i++)
        for (int j = 0; j < i; j++)
            if (tasks[i].period == tasks[j].period)
                return true;
    return false;
}

static void test_responses_are_exact(void **unused)
{
    int compared = 0, late = 0;

    (void)unused;
    for (int n = 0; n < 1500; n++) {
        task tasks[TASKS_MAX];
        int count = draw(tasks, 85);
        ts_result *result;

        if (has_equals(tasks, count))
            continue;
        say_set("\"policy\": \"rate-monotonic\"",
                "\"analyze\": [{\"response-time\": {}}],", tasks, count,
                HYPERPERIOD);
        result = play();
        assert_non_null(result);
        for (int i = 0; i < count; i++) {
            double computed =
                metric(result, "analysis.response-time.t%d.response", i);
            double simulated = metric(result, "threads.t%d.turnaround.max", i);

            if (computed < 0)
                continue; /* above it there is more than the processor has */
            if (computed != simulated)
                fprintf(stderr, "t%d: %g computed, %g simulated\n%s\n", i,
                        computed, simulated, text);
            assert_true(computed == simulated);
            compared++;
            late += computed > tasks[i].deadline * 1e6;
        }
        ts_result_free(result);
    }
    assert_true(compared > 1500 && late > 50);
}

static void test_partitions_hold(void **unused)
{
    static const char *const rules[] = {"first-fit", "best-fit", "worst-fit"};
    static const char *const policies[] = {"edf", "rate-monotonic"};
    int placed = 0, refused = 0;

    (void)unused;
    for (int n = 0; n < 400; n++) {
        task tasks[TASKS_MAX];
        int count = draw(tasks, 150 + below(80));
        const char *policy = policies[below(2)], *rule = rules[below(3)];
        char system[200];
        ts_result *result;

        snprintf(system, sizeof system,
                 "\"policy\": \"%s\", \"queues\": \"per-processor\", "
                 "\"placement\": {\"rule\": \"%s\", \"sort\": %s}",
                 policy, rule, below(2) ? "true" : "false");
        say_set(system, "\"computer\": {\"processors\": 2},", tasks, count,
                HYPERPERIOD);
        result = play();
        refused += result == NULL;
        if (result == NULL)
            continue;
        placed++;
        assert_int_equal(misses(result, count), 0);
        ts_result_free(result);
    }
    assert_true(placed > 50 && refused > 50);
}

/* The slice before a job can be overtaken may cost that much; with a twentieth
 * of the processor to spare nothing is missed. */
static void test_least_laxity_keeps_up(void **unused)
{
    int tried = 0;

    (void)unused;
    for (int n = 0; n < 300; n++) {
        task tasks[TASKS_MAX];
        int count = draw(tasks, 85);
        ts_result *result;

        if (load(tasks, count) > HYPERPERIOD * 95 / 100)
            continue;
        tried++;
        say_set("\"policy\": \"llf\", \"slice\": 0.01", "", tasks, count,
                HYPERPERIOD);
        result = play();
        assert_non_null(result);
        if (misses(result, count) > 0)
            fprintf(stderr, "%s\n", text);
        assert_int_equal(misses(result, count), 0);
        ts_result_free(result);
    }
    assert_true(tried > 100);
}

/* --- locks --- */

#define LOCKS 3
#define LOWER 4

/* A thread that takes one or two locks, nested, in any order. What is drawn is
 * drawn one statement at a time: the order of arguments is the compiler's. */
static void say_thread(int priority, int at, bool nested)
{
    int a = below(LOCKS), b = below(LOCKS);
    int before = 1 + below(3), section = 1 + below(4);
    int inner = 1 + below(3), after = 1 + below(3);

    say("%s{\"name\": \"t%d\", \"priority\": %d, \"arrive\": {\"at\": %d}, "
        "\"program\": [{\"run\": %d}, {\"lock\": \"l%d\"}, {\"run\": %d}",
        priority ? ", " : "", priority, priority, at, before, a, section);
    if (nested && a != b)
        say(", {\"lock\": \"l%d\"}, {\"run\": %d}, {\"unlock\": \"l%d\"}", b,
            inner, b);
    say(", {\"unlock\": \"l%d\"}, {\"run\": %d}]}", a, after);
}

static ts_result *play_locks(const char *protocol, uint64_t seed, bool nested)
{
    state = seed;
    used = 0;
    say("{\"title\": \"random\", \"unit\": \"1us\", \"system\": {\"policy\": "
        "\"priority\"}, \"locks\": [");
    for (int i = 0; i < LOCKS; i++)
        say("%s{\"name\": \"l%d\", \"protocol\": \"%s\"}", i ? ", " : "", i,
            protocol);
    say("], \"threads\": [");
    for (int i = 0; i <= LOWER; i++)
        say_thread(i, below(12), nested);
    say("]}");
    return play();
}

/* How much longer the highest thread takes than it runs: what lower ones hold
 * it up by, since nobody is above it. */
static double held_up(const ts_result *result)
{
    return (metric(result, "threads.t0.turnaround.max") -
            metric(result, "threads.t0.processor.max")) /
           1e6;
}

static void test_inversion_is_bounded(void **unused)
{
    int unbounded = 0;

    (void)unused;
    for (uint64_t n = 1; n <= 2000; n++) {
        ts_result *none = play_locks("none", n * 7919, false);
        ts_result *inherit = play_locks("inherit", n * 7919, false);
        ts_result *ceiling = play_locks("ceiling", n * 7919, false);
        ts_result *immediate = play_locks("immediate", n * 7919, false);

        assert_true(none && inherit && ceiling && immediate);
        /* One lock, so one section of at most 4, whatever the protocol. */
        assert_true(held_up(inherit) <= 4);
        assert_true(held_up(ceiling) <= 4);
        assert_true(held_up(immediate) <= 4);
        unbounded += held_up(none) > 4;
        ts_result_free(none);
        ts_result_free(inherit);
        ts_result_free(ceiling);
        ts_result_free(immediate);
    }
    assert_true(unbounded > 5); /* the protocols had something to do */
}

static void test_ceilings_prevent_deadlock(void **unused)
{
    int dead = 0;

    (void)unused;
    for (uint64_t n = 1; n <= 400; n++) {
        static const char *const safe[] = {"ceiling", "immediate"};
        ts_result *none = play_locks("inherit", n * 104729, true);

        assert_non_null(none);
        dead += metric(none, "locks.deadlocks") > 0;
        ts_result_free(none);
        for (int i = 0; i < 2; i++) {
            ts_result *result = play_locks(safe[i], n * 104729, true);

            assert_non_null(result);
            assert_true(metric(result, "locks.deadlocks") == 0);
            for (int t = 0; t <= LOWER; t++)
                assert_true(metric(result, "threads.t%d.finished", t) == 1);
            /* Held up by one outermost section of one lower thread. */
            assert_true(held_up(result) <= 4 + 3);
            ts_result_free(result);
        }
    }
    assert_true(dead > 5);
}

/* Periodic tasks that share locks: no run is worse than the analysis says,
 * whatever the phases; and without a protocol it does not pretend to know. */
static void test_blocking_is_a_bound(void **unused)
{
    static const char *const protocols[] = {"inherit", "ceiling", "immediate",
                                            "none"};
    int compared = 0, open = 0;

    (void)unused;
    state = 42;
    for (int n = 0; n < 400; n++) {
        const char *protocol = protocols[n % 4];
        task tasks[TASKS_MAX];
        int count = draw(tasks, 60);
        ts_result *result;

        used = 0;
        say("{\"title\": \"random\", \"unit\": \"1us\", \"system\": "
            "{\"policy\": \"rate-monotonic\"}, \"analyze\": "
            "[{\"response-time\": {}}], \"stop\": 1200, \"locks\": "
            "[{\"name\": \"l0\", \"protocol\": \"%s\"}, "
            "{\"name\": \"l1\", \"protocol\": \"%s\"}], \"threads\": [",
            protocol, protocol);
        for (int i = 0; i < count; i++) {
            int before = below(tasks[i].cost * 2); /* no empty section */

            say("%s{\"name\": \"t%d\", \"overlap\": false, \"deadline\": "
                "%d, \"arrive\": {\"every\": %d, \"first\": %d}, "
                "\"program\": [{\"run\": %.1f}, {\"lock\": \"l%d\"}, "
                "{\"run\": %.1f}, {\"unlock\": \"l%d\"}]}",
                i ? ", " : "", i, tasks[i].deadline, tasks[i].period,
                below(tasks[i].period), before / 2.0, i % 2,
                tasks[i].cost - before / 2.0, i % 2);
        }
        say("]}");
        result = has_equals(tasks, count) ? NULL : play();
        if (result == NULL)
            continue;
        for (int i = 0; i < count; i++) {
            double computed =
                metric(result, "analysis.response-time.t%d.response", i);
            double simulated = metric(result, "threads.t%d.turnaround.max", i);

            open += computed < 0;
            if (computed < 0)
                continue;
            if (simulated > computed)
                fprintf(stderr, "t%d: %g computed, %g simulated\n%s\n", i,
                        computed, simulated, text);
            assert_true(simulated <= computed);
            compared++;
        }
        ts_result_free(result);
    }
    assert_true(compared > 300 && open > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edf_is_optimal),
        cmocka_unit_test(test_demand_is_exact),
        cmocka_unit_test(test_responses_are_exact),
        cmocka_unit_test(test_partitions_hold),
        cmocka_unit_test(test_least_laxity_keeps_up),
        cmocka_unit_test(test_blocking_is_a_bound),
        cmocka_unit_test(test_inversion_is_bounded),
        cmocka_unit_test(test_ceilings_prevent_deadlock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Interpreters' locks: what must hold for every scenario, and what was
 * measured of CPython 3.11 and 2.7 on a machine of two processors.
 *
 * The measured rows are predicted by the published algorithms on the kernel's
 * scheduler with the costs of single operations, all in two profiles; nothing
 * is fitted to them. Rows within 20 %, their own noise, are asserted; those
 * known to be missed are played under TS_LONG, and printed with the size of the miss.
 */
#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static ts_result *result_of(bool trace, const char *format, ...)
{
    static char text[8192];
    ts_run_options options = {.trace = trace};
    char *message = NULL;
    ts_scenario *scenario;
    ts_result *result = NULL;
    va_list list;

    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    scenario = ts_scenario_parse("gil", text, strlen(text),
                                 TS_TREE "/scenarios/profiles", &message);
    if (scenario != NULL)
        result = ts_scenario_run(scenario, 0, &options, &message);
    if (result == NULL)
        fail_msg("%s\n%s", message, text);
    ts_scenario_free(scenario);
    return result;
}

static double value_of(const ts_result *result, const char *metric)
{
    double value = 0;

    if (!ts_result_metric(result, metric, &value))
        fail_msg("no metric %s", metric);
    return value;
}

/* --- without contention --- */

static void test_alone(void **state)
{
    static const char *const locks[] = {"ticks", "interval", "none"};
    const char *costs = "\"locking\": {\"take\": \"10ns\", \"give\": \"20ns\", "
                        "\"wait\": \"1us\", \"wake\": \"2us\"}";

    (void)state;
    for (int i = 0; i < 3; i++) {
        ts_result *r = result_of(
            false,
            "{\"title\": \"t\", \"system\": {%s}, \"interpreters\": [{"
            "\"name\": \"p\", \"lock\": \"%s\"}], \"threads\": [{\"name\": "
            "\"a\", \"interpreter\": \"p\", \"program\": [{\"run\": "
            "\"1s\"}]}]}",
            costs, locks[i]);

        /* The lock is taken and given back once; checks cost no event. */
        assert_true(value_of(r, "run.time") ==
                    1e12 + (i < 2 ? 10e3 + 20e3 : 0));
        assert_true(ts_result_events(r) < 10);
        ts_result_free(r);
    }
}

/* Around what may wait the lock is given back, once each time. */
static void test_waiting_gives_back(void **state)
{
    ts_result *r = result_of(
        false,
        "{\"title\": \"t\", \"interpreters\": [{\"name\": \"p\"}], "
        "\"threads\": "
        "[{\"name\": \"a\", \"interpreter\": \"p\", \"program\": [{\"run\": "
        "\"1ms\"}, {\"sleep\": \"1ms\"}, {\"outside\": [{\"run\": \"1ms\"}, "
        "{\"sleep\": \"1ms\"}]}, \"yield\"]}, {\"name\": \"b\", "
        "\"interpreter\": \"p\", \"arrive\": \"1.5ms\", \"program\": "
        "[{\"run\": "
        "\"100us\"}]}]}");

    (void)state;
    assert_true(value_of(r, "interpreters.p.acquisitions") == 5);
    assert_true(value_of(r, "interpreters.p.contended") == 0);
    assert_true(value_of(r, "run.time") == 4e9);
    ts_result_free(r);
}

/* A slow language stretches its own work and nothing else. */
static void test_speed(void **state)
{
    ts_result *r = result_of(
        false, "{\"title\": \"t\", \"interpreters\": [{\"name\": \"p\", "
               "\"speed\": 0.5}"
               "], \"threads\": [{\"name\": \"a\", \"interpreter\": \"p\", "
               "\"program\":"
               " [{\"run\": \"1ms\"}, {\"outside\": [{\"run\": \"1ms\"}]}]}]}");

    (void)state;
    assert_true(value_of(r, "run.time") == 3e9);
    ts_result_free(r);
}

/* --- the new lock --- */

/* Two that compute share within one interval: at every end of a hold, what
 * they have had differs by no more than that, a check and a switch. */
static void test_shares(void **state)
{
    ts_result *r = result_of(
        true,
        "{\"title\": \"t\", \"computer\": {\"processors\": 2}, \"system\": "
        "{\"switch\": \"2us\", \"locking\": {\"wait\": \"1us\", \"wake\": "
        "\"1us\"}}, \"interpreters\": [{\"name\": \"p\", \"interval\": \"5ms\"}"
        "], \"threads\": [{\"name\": \"a\", \"count\": 2, \"interpreter\": "
        "\"p\", \"program\": [{\"run\": \"1s\"}]}]}");
    int64_t had[2] = {0, 0};
    ts_stretch s;
    int holds = 0;

    (void)state;
    for (size_t i = 0; ts_result_stretch_at(r, i, &s); i++) {
        if (strcmp(s.kind, "hold") != 0)
            continue;
        had[s.thread] += s.to - s.from;
        holds++;
        if (had[0] < 990000000000 && had[1] < 990000000000)
            assert_true(llabs(had[0] - had[1]) < 5200000000);
    }
    assert_true(holds > 380);
    assert_true(value_of(r, "interpreters.p.requests") > 380);
    ts_result_free(r);
}

/* --- properties over random scenarios --- */

static uint32_t dice(uint32_t *state, uint32_t n)
{
    *state = *state * 1664525 + 1013904223;
    return (*state >> 8) % n;
}

/* At most one holder at a time, in order; returns how many holds. */
static int check_holders(const ts_result *r)
{
    int64_t free_from = 0;
    int holds = 0;
    ts_stretch s;

    for (size_t i = 0; ts_result_stretch_at(r, i, &s); i++) {
        if (strcmp(s.place, "p") != 0 || strcmp(s.kind, "hold") != 0)
            continue;
        assert_true(s.from >= free_from);
        free_from = s.to;
        holds++;
    }
    return holds;
}

static void one_random(uint32_t seed)
{
    static const char *const policies[] = {
        "\"policy\": \"round-robin\", \"slice\": \"1ms\"",
        "\"policy\": \"round-robin\", \"slice\": \"137us\"",
        "\"policy\": \"eevdf\"", "\"policy\": \"cfs\"", "\"policy\": \"fifo\""};
    static const char *const locks[] = {
        "\"lock\": \"interval\", \"interval\": \"500us\"",
        "\"lock\": \"interval\", \"interval\": \"5ms\", \"check\": \"1us\"",
        "\"lock\": \"ticks\", \"ticks\": 1000",
        "\"lock\": \"ticks\", \"ticks\": 4000, \"handover\": true",
        "\"lock\": \"ticks\", \"ticks\": 2000, \"order\": \"queue\""};
    static const char *const waits[] = {"{\"sleep\": \"300us\"}", "\"yield\"",
                                        "{\"outside\": [{\"run\": \"20us\"}]}",
                                        "{\"run\": \"10us\"}"};
    uint32_t s = seed;
    uint32_t processors = 1 + dice(&s, 4), count = 1 + dice(&s, 6);
    double work = 20 * count; /* ms under the lock */
    ts_result *r = result_of(
        true,
        "{\"title\": \"t\", \"stop\": \"100s\", \"computer\": {\"processors\": "
        "%u}, \"system\": {%s, \"switch\": \"%uus\", \"timer_slack\": "
        "\"%uus\", "
        "\"locking\": {\"take\": \"%uns\", \"wait\": \"1us\", \"wake\": "
        "\"%uus\""
        "}}, \"interpreters\": [{\"name\": \"p\", %s}], \"threads\": ["
        "{\"name\": \"a\", \"count\": %u, \"interpreter\": \"p\", \"program\": "
        "[{\"repeat\": {\"times\": 20, \"program\": [{\"run\": \"1ms\"}, %s]}}]"
        "}]}",
        processors, policies[dice(&s, 5)], dice(&s, 4), 50 * dice(&s, 2),
        10 * dice(&s, 3), dice(&s, 4), locks[dice(&s, 5)], count,
        waits[dice(&s, 4)]);

    assert_true(check_holders(r) > 0);
    /* No lost wake-up: all ended. */
    if (value_of(r, "threads.a.finished") != count)
        fail_msg("seed %u: %g of %u ended", seed,
                 value_of(r, "threads.a.finished"), count);
    /* Under the lock no more than one processor's worth is done. */
    assert_true(value_of(r, "run.time") >= work * 1e9);
    ts_result_free(r);
}

static void test_random(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 200; seed++)
        one_random(seed);
}

/* Workers are killed wherever they stand, and the others go on: the lock is
 * never lost with one of them. */
static void test_killed(void **state)
{
    static const char *const locks[] = {
        "\"lock\": \"interval\"", "\"lock\": \"ticks\"",
        "\"lock\": \"ticks\", \"handover\": true",
        "\"lock\": \"ticks\", \"order\": \"queue\"",
        "\"lock\": \"none\", \"shared\": 0.4, \"every\": \"20us\""};

    (void)state;
    for (int i = 0; i < 5; i++) {
        char kills[4096] = "";
        size_t used = 0;
        ts_result *r;

        for (int k = 0; k < 30; k++)
            used += (size_t)snprintf(
                kills + used, sizeof kills - used,
                "%s{\"at\": \"%dus\", \"what\": {\"kill\": {\"server\": "
                "\"web\", \"process\": %d}}}",
                k ? ", " : "", 20000 + k * 11337 + k * k * 7, k % 2);
        r = result_of(
            true,
            "{\"title\": \"t\", \"stop\": \"500ms\", \"computer\": "
            "{\"processors\": 2}, \"system\": {\"policy\": \"eevdf\", "
            "\"switch\": \"2us\", \"locking\": {\"wait\": \"1us\", \"wake\": "
            "\"1us\"}}, \"interpreters\": [{\"name\": \"p\", %s}], "
            "\"servers\": [{\"name\": \"web\", \"processes\": 2, \"model\": "
            "\"threads\", \"threads\": 6, \"restart\": \"7ms\", \"handler\": "
            "[{\"run\": \"300us\"}, {\"sleep\": \"200us\"}, {\"outside\": "
            "[{\"run\": \"100us\"}]}], \"thread\": {\"interpreter\": \"p\"}}], "
            "\"clients\": [{\"name\": \"c\", \"to\": \"web\", \"users\": 40, "
            "\"timeout\": \"100ms\"}], \"faults\": [%s]}",
            locks[i], kills);
        assert_true(value_of(r, "threads.web.killed") > 100);
        assert_true(value_of(r, "processor.useful") > 0.3);
        if (i < 4)
            check_holders(r);
        ts_result_free(r);
    }
}

/* --- I/O beside a thread that computes --- */

/* Median wait for the lock of a thread that does `operation` over and over. */
static double convoy(const char *interval, const char *operation)
{
    ts_result *r = result_of(
        false,
        "{\"title\": \"t\", \"stop\": \"5s\", \"system\": {\"profile\": "
        "\"linux-6.18-two-processors\"}, \"interpreters\": [{\"name\": "
        "\"p\", \"profile\": \"cpython-3.11\", \"interval\": \"%s\"}], "
        "\"threads\": [{\"name\": \"a\", \"background\": true, "
        "\"interpreter\": \"p\", \"program\": [{\"run\": \"100s\"}]}, "
        "{\"name\": \"io\", \"background\": true, \"interpreter\": \"p\", "
        "\"program\": [{\"forever\": [{\"run\": {\"exponential\": \"1us\"}}, "
        "%s]}]}]}",
        interval, operation);
    double wait = value_of(r, "threads.io.lock_wait.p50");

    ts_result_free(r);
    return wait;
}

/* On one processor an operation that blocks costs one interval, whatever the
 * kernel's slice is; those that do not block come in bursts, and the median
 * one waits for nothing. Measured again: an echo to another process 0.75, 1.2,
 * 5.3 and 22 ms at these intervals, a byte through a pipe 0.002 ms at each. */
static void test_convoy(void **state)
{
    static const struct {
        const char *text;
        double ps, measured;
    } intervals[] = {{"500us", 5e8, 7.45e8},
                     {"1ms", 1e9, 1.248e9},
                     {"5ms", 5e9, 5.319e9},
                     {"20ms", 20e9, 21.757e9}};

    (void)state;
    for (int i = 0; i < 4; i++) {
        double blocks = convoy(intervals[i].text, "{\"sleep\": \"40us\"}");
        double goes_on =
            convoy(intervals[i].text, "{\"outside\": [{\"run\": \"1us\"}]}");

        print_message("interval %s: blocking %.3f ms (measured %.3f), not "
                      "blocking %.6f ms\n",
                      intervals[i].text, blocks / 1e9,
                      intervals[i].measured / 1e9, goes_on / 1e9);
        assert_true(blocks >= intervals[i].ps);
        assert_true(blocks < 1.2 * intervals[i].measured);
        assert_true(goes_on < 0.01 * intervals[i].ps);
    }
}

/* More threads beside it do not make the busy one faster (by more than a tenth:
 * turns are coarse), and no number of them makes it faster than alone.
 *
 * The first is no law of the old lock on several processors. There a race
 * between the one that has just given the lock back and the one that it wakes
 * decides who gets it. Where waking takes longer than the woken thread needs to
 * run, the woken one wins, and it is true. Where it takes less, as with the
 * costs that were measured on one processor, the holder wins unless the woken
 * one happens to be running already, which is likelier with one or two others
 * than with many. Where the others yield it does not hold either, since the
 * rules of Linux are played: four of them on two processors are quicker than two
 * with the longer wake-up. Why was not found out; the test prints such pairs. */
static void test_never_faster(void **state)
{
    static const struct {
        const char *lock, *wake;
        bool race;
    } locks[] = {{"interval", "755.5ns", false},
                 {"ticks", "755.5ns", true},
                 {"ticks", "2.5us", false}};
    static const char *const idle[] = {
        "{\"run\": \"1ms\"}", "{\"run\": \"1us\"}, {\"sleep\": \"1ms\"}",
        "{\"run\": \"20us\"}, \"yield\""};

    (void)state;
    for (int i = 0; i < 3 * 3 * 2; i++) {
        const char *lock = locks[i / 2 % 3].lock;
        bool yields = i / 6 == 2;
        bool race = (locks[i / 2 % 3].race || yields) && i % 2 == 1;
        double before = 0;

        for (int n = 0; n <= 8; n = n ? 2 * n : 1) {
            ts_result *r = result_of(
                false,
                "{\"title\": \"t\", \"stop\": \"60s\", \"computer\": "
                "{\"processors\": %d}, \"system\": {\"profile\": "
                "\"linux-6.18-two-processors\", \"locking\": {\"take\": "
                "\"10ns\", \"give\": \"10ns\", \"wait\": \"755.5ns\", "
                "\"wake\": \"%s\"}}, \"interpreters\": [{\"name\": \"p\", "
                "\"lock\": \"%s\"}], \"threads\": [{\"name\": \"a\", "
                "\"interpreter\": \"p\", \"program\": [{\"run\": \"100ms\"}]}, "
                "{\"name\": \"idle\", \"count\": %d, \"background\": true, "
                "\"interpreter\": \"p\", \"program\": [{\"forever\": [%s]}]}]}",
                1 + i % 2, locks[i / 2 % 3].wake, lock, n, idle[i / 6]);
            double time = value_of(r, "run.time");

            assert_true(time >= 100e9);
            if (time < (n > 1 ? 0.9 : 1) * before) {
                print_message("%s on %d, %d beside %s: %.4g after %.4g ms\n",
                              lock, 1 + i % 2, n, idle[i / 6], time / 1e9,
                              before / 1e9);
                assert_true(race);
            }
            before = time;
            ts_result_free(r);
        }
    }
}

/* --- what was measured --- */

typedef struct case_row {
    const char *lock, *idle;
    int processors, threads, work_ms;
    double measured;    /* seconds */
    const char *missed; /* why; NULL: it must be within 20 % */
} case_row;

#define BLOCK "{\"outside\": [{\"sleep\": \"1h\"}]}"
/* Of operations only a mean is known. Were each exactly as long as the last,
 * loops would fall into step with the ticks, and a thread could lose the race
 * for the lock for good. */
#define RUN_1US "{\"run\": {\"exponential\": \"1us\"}}"
#define SLEEP_1MS RUN_1US ", {\"sleep\": \"1ms\"}"
/* clock_nanosleep() to a time that is past ends after the timer's slack. */
#define SLEEP_0 RUN_1US ", {\"sleep\": \"50us\"}"
#define SELECT_0                                                               \
    RUN_1US ", {\"outside\": [{\"run\": {\"exponential\": \"552ns\"}}]}"
#define SPIN "{\"run\": \"1ms\"}"

#define NEW(ms) "\"profile\": \"cpython-3.11\", \"interval\": \"" ms "\""
#define OLD "\"profile\": \"cpython-2.7\""

static const char crowd[] = "who gets the free lock is the scheduler's doing";
static const char alarms[] = "timers that go off together are not modelled";
/* Measured again with nothing else on the machine, a loop of 67 ms that comes to
 * threads that spin already: 53, 42 and 41 times its time alone. Such a loop takes
 * 27 to 48 times here, 37 in the middle of ten seeds. One that begins with the
 * others, as this row's does, has its first turns sooner. Beside 30 at 5 ms that is
 * the other way round: so measured 28 times, once, and 38 here. */
static const char charged[] = "its loop begins with the others: see above";
static const char wake[] = "what waking another processor costs is not known";
/* The same kernel, all threads started before the loop, the machine busy. */
static const char again_select[] =
    "measured again, in processor time: 9.5 and 11.2 s";
static const char again_spin[] = "measured again, in processor time: 16.9 s";

static const case_row rows[] = {
    {NEW("5ms"), BLOCK, 1, 1, 220, 0.22, NULL},
    {NEW("5ms"), BLOCK, 1, 5, 220, 0.22, NULL},
    {NEW("5ms"), BLOCK, 1, 30, 220, 0.23, NULL},
    {NEW("5ms"), BLOCK, 1, 100, 220, 0.21, NULL},
    {NEW("5ms"), SLEEP_1MS, 1, 1, 220, 0.23, NULL},
    {NEW("5ms"), SLEEP_1MS, 1, 5, 220, 0.24, NULL},
    {NEW("5ms"), SLEEP_1MS, 1, 30, 220, 0.24, NULL},
    {NEW("5ms"), SLEEP_1MS, 1, 100, 220, 0.28, NULL},
    {NEW("5ms"), SLEEP_0, 1, 1, 220, 0.23, NULL},
    {NEW("5ms"), SLEEP_0, 1, 5, 220, 0.23, NULL},
    {NEW("5ms"), SLEEP_0, 1, 30, 220, 0.65, alarms},
    {NEW("5ms"), SLEEP_0, 1, 100, 220, 0.93, alarms},
    {NEW("5ms"), SELECT_0, 1, 1, 220, 0.34, NULL},
    {NEW("5ms"), SELECT_0, 1, 5, 220, 0.85, NULL},
    {NEW("5ms"), SELECT_0, 1, 30, 220, 3.0, crowd},
    {NEW("5ms"), SELECT_0, 1, 100, 220, 3.4, again_select},
    {NEW("5ms"), SPIN, 1, 1, 220, 0.42, NULL},
    {NEW("5ms"), SPIN, 1, 5, 220, 1.25, NULL},
    {NEW("5ms"), SPIN, 1, 30, 220, 6.2, NULL},
    {NEW("5ms"), SPIN, 1, 100, 220, 6.8, again_spin},
    {NEW("0.2ms"), SPIN, 1, 30, 110, 4.8, charged},
    {NEW("0.5ms"), SPIN, 1, 30, 110, 3.9, NULL},
    {NEW("1ms"), SPIN, 1, 30, 110, 3.9, NULL},
    {NEW("0.2ms"), SPIN, 1, 5, 110, 0.72, NULL},
    {NEW("0.5ms"), SPIN, 1, 5, 110, 0.73, NULL},
    {NEW("1ms"), SPIN, 1, 5, 110, 0.58, NULL},
    {OLD, SELECT_0, 1, 1, 150, 0.30, NULL},
    {OLD, SELECT_0, 1, 5, 150, 1.1, crowd},
    {OLD, SELECT_0, 1, 10, 150, 1.9, NULL},
    {OLD, SELECT_0, 1, 30, 150, 5.5, NULL},
    {OLD, SPIN, 1, 1, 150, 0.29, NULL},
    {OLD, SPIN, 1, 5, 150, 1.0, NULL},
    {OLD, SPIN, 1, 30, 150, 5.3, NULL},
    {OLD, SPIN, 2, 1, 150, 0.46, wake},
    {OLD, SPIN, 2, 5, 150, 2.1, wake},
    {OLD, SPIN, 2, 10, 150, 4.0, wake},
};

/* Seconds, the mean over seeds. 0: one did not end in `stop` seconds. */
static double predicted(const case_row *row, int seeds, int stop)
{
    double sum = 0;

    for (int seed = 1; seed <= seeds; seed++) {
        ts_result *r = result_of(
            false,
            "{\"title\": \"t\", \"seed\": %d, \"stop\": \"%ds\", \"computer\": "
            "{\"processors\": %d}, \"system\": {\"profile\": "
            "\"linux-6.18-two-processors\"}, \"interpreters\": [{\"name\": "
            "\"p\", %s}], \"threads\": [{\"name\": \"a\", \"interpreter\": "
            "\"p\", \"program\": [{\"run\": \"%dms\"}]}, {\"name\": \"idle\", "
            "\"count\": %d, \"background\": true, \"interpreter\": \"p\", "
            "\"program\": [{\"forever\": [%s]}]}]}",
            seed, stop, row->processors, row->lock, row->work_ms, row->threads,
            row->idle);
        bool ended = value_of(r, "threads.a.finished") == 1;

        sum += value_of(r, "run.time") / 1e12;
        ts_result_free(r);
        if (!ended)
            return 0;
    }
    return sum / seeds;
}

static void test_measured(void **state)
{
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const case_row *row = &rows[i];
        /* Of a row that is known to be missed one seed says by how much. */
        bool once = row->missed != NULL || row->threads >= 100;
        double got, off;
        bool within;

        if (row->missed != NULL && !is_long())
            continue;
        got = predicted(row, once ? 1 : is_long() ? 4 : 2, 40);
        off = got / row->measured - 1;
        within = off > -0.2 && off < 0.2;

        print_message("%s on %d, %3d x %s: %.2f s, measured %.2f, %+.0f %%%s%s"
                      "\n",
                      row->lock, row->processors, row->threads, row->idle, got,
                      row->measured, 100 * off,
                      within                ? ""
                      : row->missed != NULL ? ": "
                                            : "  FAILED",
                      within || row->missed == NULL ? "" : row->missed);
        failed += !within && row->missed == NULL;
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alone),
        cmocka_unit_test(test_waiting_gives_back),
        cmocka_unit_test(test_speed),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_killed),
        cmocka_unit_test(test_convoy),
        cmocka_unit_test(test_never_faster),
        cmocka_unit_test(test_measured),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

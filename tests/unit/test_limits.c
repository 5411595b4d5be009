/*
 * The language at its limits: 4096 processors for 2400 hours. Sums of times
 * are then a thousand times what 64 bits of picoseconds hold; what is reported
 * of them must be what it is of small ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "timeslice/timeslice.h"

static const double longest = 2400 * 3600 * 1e12; /* ps */

static ts_result *play(const char *text)
{
    char *message = NULL;
    ts_scenario *scenario =
        ts_scenario_parse("at the limits", text, strlen(text), NULL, &message);
    ts_result *result =
        scenario != NULL ? ts_scenario_run(scenario, 0, NULL, &message) : NULL;

    if (result == NULL)
        fail_msg("%s\n%s", message ? message : "?", text);
    ts_scenario_free(scenario);
    return result;
}

static double value(const ts_result *result, const char *name)
{
    double v = -1;

    if (!ts_result_metric(result, name, &v))
        fail_msg("there is no %s", name);
    return v;
}

/* Equal but for the rounding of a division of rounded numbers. */
static void assert_near(double a, double b)
{
    if (!(a >= b * (1 - 1e-15) && a <= b * (1 + 1e-15)))
        fail_msg("%.17g is not %.17g", a, b);
}

/* Each mode's share of all processors' time is one, and they add up to it. */
static void assert_shares(const ts_result *result)
{
    static const char *const modes[] = {
        "processor.useful",    "processor.kernel",     "processor.spinning",
        "processor.stalled",   "processor.interrupts", "processor.idle",
        "processor.switching",
    };
    double sum = 0;

    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        double share = value(result, modes[i]);

        assert_true(share >= 0 && share <= 1);
        sum += share;
    }
    assert_near(sum, 1);
    sum = value(result, "processor.busy") + value(result, "processor.idle");
    assert_near(sum, 1);
}

/* Nothing that is reported of times, shares and numbers is below nothing. */
static void assert_none_negative(const ts_result *result)
{
    const char *name;
    double v;

    for (size_t i = 0; ts_result_metric_at(result, i, &name, &v); i++)
        if (!(v >= 0))
            fail_msg("%s is %g", name, v);
}

static ts_result *play_threads(const char *computer, const char *policy,
                               int threads)
{
    char text[1024];
    ts_result *result;

    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"computer\": %s, "
             "\"system\": {\"policy\": %s}, \"stop\": \"2400h\", "
             "\"threads\": [{\"name\": \"A\", \"count\": %d, "
             "\"program\": [{\"run\": \"2400h\"}]}]}",
             computer, policy, threads);
    result = play(text);
    assert_shares(result);
    assert_none_negative(result);
    return result;
}

static void test_processors(void **unused)
{
    static const int threads[] = {1, 2048, 4095, 4096};
    static const char *const policies[] = {
        "\"fifo\"", "\"round-robin\", \"slice\": \"2399h\"", "\"priority\"",
        "\"edf\""};

    (void)unused;
    for (size_t p = 0; p < sizeof policies / sizeof *policies; p++)
        for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
            ts_result *result =
                play_threads("{\"processors\": 4096}", policies[p], threads[i]);

            assert_near(value(result, "processor.useful"), threads[i] / 4096.0);
            assert_near(value(result, "threads.A.used"), threads[i] * longest);
            ts_result_free(result);
        }
}

/* What 64 bits hold is told as a whole number, and what they do not is not. */
static void test_whole(void **unused)
{
    int64_t used;

    (void)unused;
    for (int threads = 1; threads <= 2; threads++) {
        ts_result *result =
            play_threads("{\"processors\": 2}", "\"fifo\"", threads);

        assert_int_equal(ts_result_metric_exact(result, "threads.A.used",
                                                &used),
                         threads == 1);
        ts_result_free(result);
    }
}

/* 64 cores of two hardware threads. */
static void test_cores(void **unused)
{
    (void)unused;
    for (int threads = 1; threads <= 256; threads *= 2) {
        ts_result *result = play_threads(
            "{\"topology\": {\"cores\": [{\"count\": 64, \"threads\": 2}]}}",
            "\"round-robin\", \"slice\": \"2399h\"", threads);
        double busy = value(result, "cores.busy");

        assert_true(busy >= 0 && busy <= 1);
        if (threads >= 128)
            assert_true(busy == 1);
        ts_result_free(result);
    }
}

/* A stretch of many hours at a speed of long numerator and denominator: the
 * product takes more than 128 bits. */
static void test_rates(void **unused)
{
    ts_result *result =
        play("{\"title\": \"t\", \"computer\": {\"topology\": {\"cores\": "
             "[{\"count\": 1, \"speed\": 0.333}]}}, \"interpreters\": "
             "[{\"name\": \"py\", \"speed\": 0.7654321987654}], "
             "\"threads\": [{\"name\": \"t\", \"interpreter\": \"py\", "
             "\"program\": [{\"run\": \"100h\"}]}]}");
    /* An interpreter takes a whole number of millionths longer. */
    double exact = 100 * 3600e12 * 1.306451 / 0.333;
    double off = value(result, "run.time") / exact - 1;

    (void)unused;
    assert_true(off > -1e-15 && off < 1e-15);
    assert_true(value(result, "processor.useful") == 1);
    ts_result_free(result);
}

/* A service longer than a week waits out that its server stands still. */
static void test_long_service(void **unused)
{
    ts_result *result =
        play("{\"title\": \"t\", \"unit\": \"1h\", \"servers\": [{\"name\": "
             "\"far\", \"model\": \"remote\", \"time\": 1200}], \"faults\": "
             "[{\"at\": 100, \"for\": 10, \"what\": {\"gone\": {\"server\": "
             "\"far\"}}}], \"threads\": [{\"name\": \"t\", \"program\": "
             "[{\"call\": \"far\"}]}]}");

    (void)unused;
    assert_true(value(result, "run.time") == 1210 * 3600e12);
    ts_result_free(result);
}

/* The table of a cyclic executive begins again at the end of time. */
static void test_long_frame(void **unused)
{
    ts_result *result = play(
        "{\"title\": \"t\", \"unit\": \"1h\", \"system\": {\"policy\": "
        "\"boxcar\", \"frame\": 1500, \"overrun\": \"over\", \"slots\": "
        "[{\"thread\": \"t\", \"at\": 0, \"length\": 700}, {\"thread\": "
        "\"t\", \"at\": 1400, \"length\": 100}]}, \"threads\": [{\"name\": "
        "\"t\", \"program\": [{\"run\": 1300}]}]}");

    (void)unused;
    assert_true(value(result, "threads.t.used") == 1300 * 3600e12);
    ts_result_free(result);
}

/* What jitter adds to the longest run is not added: half of the threads run for
 * as long as anything may, the others for three quarters of it on average. */
static void test_jitter(void **unused)
{
    enum { THREADS = 64 };
    ts_result *result =
        play("{\"title\": \"t\", \"stop\": \"2400h\", \"computer\": "
             "{\"processors\": 64}, \"system\": {\"jitter\": \"50%\"}, "
             "\"threads\": [{\"name\": \"A\", \"count\": 64, \"program\": "
             "[{\"run\": \"2400h\"}]}]}");
    double used = value(result, "threads.A.used") / (THREADS * longest);

    (void)unused;
    assert_none_negative(result);
    /* 7/8, three standard errors to either side. */
    assert_true(used > 0.815 && used < 0.935);
    ts_result_free(result);
}

/* The most bytes at the lowest rate take as long as anything may: in memory,
 * and over a link. */
static void test_slow_bytes(void **unused)
{
    ts_result *result =
        play("{\"title\": \"t\", \"stop\": \"2400h\", \"computer\": "
             "{\"memory\": {}}, \"threads\": [{\"name\": \"A\", "
             "\"program\": [{\"run\": \"1us\"}, {\"stream\": {\"bytes\": "
             "\"100000000000000000B\", \"rate\": \"1B/s\"}}]}]}");

    (void)unused;
    assert_near(value(result, "threads.A.used"), longest);
    ts_result_free(result);
    result = play("{\"title\": \"t\", \"stop\": \"2400h\", \"links\": "
                  "[{\"name\": \"l\", \"bandwidth\": \"0.001 B/s\"}], "
                  "\"servers\": [{\"name\": \"s\", \"handler\": [{\"run\": "
                  "\"1us\"}]}], \"threads\": [{\"name\": \"A\", "
                  "\"program\": [{\"call\": {\"to\": \"s\", \"over\": "
                  "\"l\", \"sends\": \"1000000000000000B\"}}]}]}");
    assert_true(value(result, "servers.s.served") == 0);
    ts_result_free(result);
}

/* What comes at every multiple of a period comes never again after the last one
 * that a run can reach. */
static void test_last_multiple(void **unused)
{
    static const char *const systems[] = {
        "\"mlfq\", \"slice\": [\"1ms\"], \"boost\": \"2400h\"",
        "\"fifo\", \"queues\": \"per-processor\", \"balance\": "
        "{\"period\": \"2400h\"}"};
    char text[400];

    (void)unused;
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        ts_result *result;

        snprintf(text, sizeof text,
                 "{\"title\": \"last\", \"stop\": \"2400h\", \"computer\": "
                 "{\"processors\": 1}, \"system\": {\"policy\": %s}, "
                 "\"threads\": [{\"name\": \"a\", \"count\": 2, "
                 "\"arrive\": {\"at\": \"2400h\"}, \"program\": "
                 "[{\"run\": \"5us\"}]}, {\"name\": \"b\", \"program\": "
                 "[{\"run\": \"2us\"}]}]}",
                 systems[i]);
        result = play(text);
        assert_near(value(result, "run.time"), longest);
        ts_result_free(result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_long_service),
        cmocka_unit_test(test_long_frame),
        cmocka_unit_test(test_processors),
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_cores),
        cmocka_unit_test(test_jitter),
        cmocka_unit_test(test_slow_bytes),
        cmocka_unit_test(test_last_multiple),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

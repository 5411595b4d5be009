/*
 * Properties of the hardware that must hold on any machine: more cache never
 * hurts a fixed schedule, time is conserved on every hardware thread to the
 * picosecond, and what is deterministic stays so. Little's law is asserted by
 * the models themselves at the end of every run (tasks, devices, inputs,
 * servers, links), in whole picoseconds; here made-up stations are held
 * against it from outside.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "timeslice/timeslice.h"

/* Numbers for making cases up: the same on every machine. */
static uint64_t state = 20190512;

static int any(int from, int to)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return from + (int)((state >> 33) % (uint64_t)(to - from + 1));
}

static ts_result *play(const char *text, bool trace)
{
    ts_run_options options = {.trace = trace};
    char *message = NULL;
    ts_scenario *scenario =
        ts_scenario_parse("made up", text, strlen(text),
                          TS_TREE "/scenarios/profiles", &message);
    ts_result *result = scenario != NULL
                            ? ts_scenario_run(scenario, 0, &options, &message)
                            : NULL;

    if (result == NULL)
        fail_msg("%s\n%s", message ? message : "?", text);
    ts_scenario_free(scenario);
    return result;
}

static double value(const ts_result *result, const char *name)
{
    double v = -1;

    assert_true(ts_result_metric(result, name, &v));
    return v;
}

/* --- more cache --- */

/* Threads of any sizes take turns; the order of turns does not depend on the
 * cache, because a slice is a slice of work. */
static void test_more_cache(void **unused)
{
    (void)unused;
    for (int i = 0; i < 60; i++) {
        char threads[2048] = "", text[4096];
        int n = any(2, 6), slice = any(5, 200);
        double before = 1e30;

        for (int t = 0; t < n; t++) {
            int size = 64 * any(1, 9000), times = any(1, 6);
            int before_us = any(1, 300), loads = any(1, 2000);
            int after_us = any(1, 300);

            snprintf(threads + strlen(threads),
                     sizeof threads - strlen(threads),
                     "%s{\"name\": \"t%d\", \"memory\": \"%dB\", \"program\": "
                     "[{\"repeat\": {\"times\": %d, \"program\": [{\"run\": "
                     "\"%dus\"}, {\"chase\": %d}, {\"run\": \"%dus\"}]}}]}",
                     t ? ", " : "", t, size, times, before_us, loads, after_us);
        }
        for (int lines = 64; lines <= 65536; lines *= 2) {
            ts_result *result;
            double now;

            snprintf(text, sizeof text,
                     "{\"title\": \"cache\", \"computer\": {\"caches\": ["
                     "{\"name\": \"L1\", \"size\": \"4KiB\", \"latency\": "
                     "\"1ns\"}, {\"name\": \"L2\", \"size\": \"%dB\", "
                     "\"latency\": \"4ns\"}], \"memory\": \"90ns\"}, "
                     "\"system\": {\"policy\": \"round-robin\", \"slice\": "
                     "\"%dms\", \"switch\": \"1us\"}, \"threads\": [%s]}",
                     64 * lines, slice, threads);
            result = play(text, false);
            now = value(result, "run.makespan");
            assert_true(now <= before);
            before = now;
            ts_result_free(result);
        }
    }
}

/* --- time --- */

static char *machine(int cores, int width)
{
    static char text[4096];
    static const char *const sharing[] = {"equal", "first-come", "slots"};
    static const char *const queues[] = {"central", "per-processor"};
    /* seed, sharing, gain's digits, swap, slice, queues, switch; balancing:
     * every, cost; packets, budget; a's count, memory, chase; b's the same
     * without */
    static const int range[][2] = {{1, 1000}, {0, 2},         {0, 1},
                                   {1, 9},    {0, 40},        {5, 300},
                                   {0, 1},    {0, 2000},      {5, 900},
                                   {0, 3000}, {1000, 400000}, {1, 60},
                                   {1, 30},   {1, 3000},      {1, 500},
                                   {1, 10},   {1, 900}};
    int draw[17];

    for (int i = 0; i < 17; i++)
        draw[i] = any(range[i][0], range[i][1]);
    snprintf(text, sizeof text,
             "{\"title\": \"time\", \"seed\": %d, \"stop\": \"3ms\", "
             "\"computer\": {\"topology\": {\"sockets\": 2, \"complexes\": 2, "
             "\"cores\": {\"count\": %d, \"threads\": %d}}, \"smt\": "
             "{\"sharing\": \"%s\", \"gain\": %d.%d, \"swap\": \"%dns\"}, "
             "\"caches\": [{\"name\": \"L1\", \"size\": \"32KiB\", "
             "\"latency\": \"1.15ns\"}, {\"name\": \"L2\", \"size\": "
             "\"512KiB\", \"latency\": \"3.4ns\"}, {\"name\": \"L3\", "
             "\"size\": \"4MiB\", \"per\": \"complex\", \"latency\": "
             "\"10.65ns\"}], \"memory\": {\"latency\": \"84.84ns\", "
             "\"remote_socket\": \"140ns\", \"capacity\": \"40GB/s\", "
             "\"slope\": \"53ns\"}}, \"system\": {\"policy\": "
             "\"round-robin\", \"slice\": \"%dus\", \"queues\": \"%s\", "
             "\"switch\": \"%dns\", \"numa_balancing\": {\"every\": \"%dus\", "
             "\"most\": \"64KiB\", \"cost\": \"%dns\"}}, \"inputs\": "
             "[{\"name\": \"nic\", "
             "\"arrive\": {\"rate\": \"%d/s\"}, \"ring\": 50, \"delivery\": "
             "{\"napi\": {\"cost\": \"3us\", \"each\": \"1us\", \"budget\": "
             "%d}}}], \"threads\": [{\"name\": \"ksoftirqd\", "
             "\"background\": true, \"program\": [{\"forever\": "
             "[{\"poll\": \"nic\"}]}]}, {\"name\": \"a\", \"count\": %d, "
             "\"background\": "
             "true, \"memory\": \"%dKiB\", \"program\": [{\"forever\": "
             "[{\"run\": {\"exponential\": \"7us\"}}, {\"chase\": %d}, "
             "{\"stall\": {\"exponential\": \"3us\"}}]}]}, {\"name\": \"b\", "
             "\"count\": %d, \"background\": true, \"memory\": \"%dKiB\", "
             "\"program\": [{\"forever\": [{\"stream\": {\"bytes\": \"64KiB\", "
             "\"rate\": \"9GB/s\"}}, {\"sleep\": {\"exponential\": \"20us\"}}, "
             "{\"receive\": \"nic\"}]}]}]}",
             draw[0], cores, width, sharing[draw[1]], draw[2], draw[3], draw[4],
             draw[5], queues[draw[6]], draw[7], draw[8], draw[9], draw[10],
             draw[11], draw[12], draw[13], draw[14], draw[15], draw[16]);
    return text;
}

/* No two stretches of a processor overlap, and with the idle time they make
 * the whole run, to the picosecond; what each processor says it did is what it
 * was seen doing. */
static void check_time(const ts_result *result, int processors)
{
    static const char *const modes[] = {"useful",  "kernel",    "spinning",
                                        "stalled", "switching", "interrupts",
                                        "idle"};
    int64_t until[64] = {0}, useful[64] = {0}, busy = 0;
    int64_t end = ts_result_end(result);
    double sum = 0, idle = 0;
    ts_stretch s;
    int number;

    for (size_t i = 0; ts_result_stretch_at(result, i, &s); i++) {
        if (sscanf(s.place, "processor %d", &number) != 1)
            continue;
        assert_true(s.from >= until[number] && s.from < s.to && s.to <= end);
        until[number] = s.to;
        busy += s.to - s.from;
        if (strcmp(s.kind, "run") == 0)
            useful[number] += s.to - s.from;
    }
    for (int i = 0; processors > 1 && i < processors; i++) {
        char name[64];

        snprintf(name, sizeof name, "processor.%d.useful", i);
        assert_true((int64_t)(value(result, name) * (double)end + 0.5) ==
                    useful[i]);
    }
    for (int m = 0; m < 7; m++) {
        char name[64];

        snprintf(name, sizeof name, "processor.%s", modes[m]);
        sum += value(result, name);
        idle = value(result, name);
    }
    assert_true(sum > 1 - 1e-12 && sum < 1 + 1e-12);
    /* idle is a ratio of whole numbers below 2^53 */
    idle *= (double)end * processors;
    assert_true((int64_t)(idle + 0.5) == end * processors - busy);
}

static void test_time(void **unused)
{
    (void)unused;
    for (int i = 0; i < 60; i++) {
        int cores = any(1, 3), width = any(1, 4);
        char *text = machine(cores, width);
        ts_result *with = play(text, true), *without = play(text, false);

        check_time(with, 4 * cores * width);
        /* Looking does not change what is seen. */
        assert_true(ts_result_digest(with) == ts_result_digest(without));
        ts_result_free(with);
        ts_result_free(without);
    }
}

/* --- Little's law --- */

/* The mean number in a station times the run is the sum of all stays in it,
 * for any load, any number of servers and any delivery. The mean is a double:
 * 1e-12. */
static void check_station(const ts_result *result, const char *number,
                          const char *stay)
{
    double end = (double)ts_result_end(result), mean, count;
    char name[64];

    snprintf(name, sizeof name, "%s.mean", stay);
    mean = value(result, name);
    snprintf(name, sizeof name, "%s.count", stay);
    count = value(result, name);
    assert_true(count > 0);
    assert_true(value(result, number) * end > mean * count * (1 - 1e-12));
    assert_true(value(result, number) * end < mean * count * (1 + 1e-12));
}

static void test_little(void **unused)
{
    static const char *const deliveries[] = {
        "{\"interrupt\": \"3us\"}", "\"ring\"",
        "{\"napi\": {\"cost\": \"3us\", \"each\": \"1us\", \"budget\": 9}}",
        "{\"coalesce\": {\"timer\": \"90us\", \"each\": \"2us\"}}",
        "{\"poll\": {\"every\": \"70us\", \"each\": \"2us\"}}"};
    static const char *const polls[] = {"{\"sleep\": \"1h\"}",
                                        "{\"sleep\": \"1h\"}",
                                        "{\"poll\": \"nic\"}",
                                        "{\"sleep\": \"1h\"}",
                                        "{\"sleep\": \"1h\"}"};

    (void)unused;
    for (int i = 0; i < 60; i++) {
        int delivery = any(0, 4), threads = any(1, 3), room = any(0, 40);
        int packets = any(100, 90000), seed = any(1, 9999), slots = any(1, 9);
        int jobs = any(10, 2000), us = any(10, 900), kib = any(1, 900);
        char text[4096];
        ts_result *result;

        snprintf(text, sizeof text,
                 "{\"title\": \"stations\", \"seed\": %d, \"computer\": "
                 "{\"topology\": {\"cores\": {\"count\": 2, \"threads\": "
                 "%d}}, \"caches\": [{\"name\": \"L2\", \"size\": "
                 "\"512KiB\", \"latency\": \"4ns\"}], \"memory\": "
                 "\"80ns\"}, \"system\": {\"policy\": \"round-robin\", "
                 "\"slice\": \"70us\", \"switch\": \"2us\"}, \"devices\": "
                 "[{\"name\": \"disk\", \"servers\": %d}, {\"name\": "
                 "\"zone\", \"kind\": \"delay\"}], \"inputs\": [{\"name\": "
                 "\"nic\", \"arrive\": {\"rate\": \"%d/s\", \"until\": "
                 "\"100ms\"}, \"ring\": %d, \"delivery\": %s}], "
                 "\"threads\": [{\"name\": \"sink\", \"background\": true, "
                 "\"program\": [{\"forever\": [{\"receive\": \"nic\"}, "
                 "{\"run\": \"5us\"}]}]}, {\"name\": \"ksoftirqd\", "
                 "\"background\": true, \"program\": [{\"forever\": [%s]}]}, "
                 "{\"name\": \"job\", \"memory\": \"%dKiB\", \"arrive\": "
                 "{\"rate\": \"%d/s\", \"until\": \"300ms\"}, \"program\": "
                 "[{\"run\": {\"exponential\": \"%dus\"}}, {\"io\": "
                 "{\"device\": \"disk\", \"time\": {\"exponential\": "
                 "\"300us\"}}}, {\"run\": \"10us\"}, {\"io\": {\"device\": "
                 "\"zone\", \"time\": \"1ms\"}}]}]}",
                 seed, threads, slots, packets, room, deliveries[delivery],
                 polls[delivery], kib, jobs, us);
        result = play(text, false);
        check_station(result, "threads.job.in_system",
                      "threads.job.turnaround");
        check_station(result, "devices.disk.in_system", "devices.disk.stay");
        check_station(result, "devices.zone.in_system", "devices.zone.stay");
        ts_result_free(result);
    }
}

/* --- energy --- */

static void near(double a, double b)
{
    if (a - b > b * 1e-9 || b - a > b * 1e-9)
        fail_msg("%.12g is not %.12g", a, b);
}

static double sum_of(const ts_result *result, const char *const *names)
{
    double sum = 0;

    for (int i = 0; names[i] != NULL; i++)
        sum += value(result, names[i]);
    return sum;
}

/* What cores drew is what their processors drew, and what was drawn in each
 * mode; no power limit is passed in the long run, and no frequency either. */
static void test_energy(void **unused)
{
    static const char *const modes[] = {
        "energy.rest",       "energy.useful",  "energy.kernel",
        "energy.spinning",   "energy.stalled", "energy.switching",
        "energy.interrupts", "energy.idle",    NULL};
    static const char *const processors[] = {
        "energy.rest",        "energy.processor.0", "energy.processor.1",
        "energy.processor.2", "energy.processor.3", NULL};
    static const char *const governors[] = {"performance", "powersave",
                                            "schedutil"};
    char text[2048];

    (void)unused;
    for (int i = 0; i < 40; i++) {
        int limit = any(20, 60);
        ts_result *result;
        double total;

        (void)snprintf(
            text, sizeof text,
            "{\"title\": \"made up\", \"stop\": \"2s\", \"computer\": "
            "{\"clock\": \"2GHz\", \"topology\": {\"cores\": {\"count\": "
            "2, \"threads\": 2}}, \"frequency\": {\"turbo\": [\"3GHz\", "
            "\"2.8GHz\"], \"lowest\": \"0.5GHz\"}, \"power\": {\"core\": "
            "\"%dW\", \"volts\": [0.5, 1.5], \"leak\": \"1W\", \"idle\": "
            "\"300mW\", \"rest\": \"5W\", \"stalled\": \"40%%\", "
            "\"limit\": \"%dW\", \"tau\": \"100ms\"}}, \"system\": "
            "{\"governor\": \"%s\", \"policy\": \"round-robin\", "
            "\"slice\": \"1ms\", \"switch\": \"2us\"}, \"threads\": "
            "[{\"name\": \"a\", \"count\": %d, \"background\": true, "
            "\"program\": [{\"forever\": [{\"run\": {\"exponential\": "
            "\"3ms\"}}, {\"stall\": \"1ms\"}, {\"sleep\": \"%dms\"}]}]}]}",
            any(5, 40), limit, governors[any(0, 2)], any(1, 8), any(1, 20));
        result = play(text, false);
        total = value(result, "energy.total");
        assert_true(total > 0);
        near(sum_of(result, modes), total);
        near(sum_of(result, processors), total);
        near(value(result, "power.mean") * 2, total);
        /* the average over tau begins below its limit and stays there */
        assert_true(total <= limit * 2.0 + limit * 0.1);
        assert_true(value(result, "frequency.mean") <= 3e9 + 1);
        assert_true(value(result, "frequency.mean") >= 0.5e9 - 1);
        ts_result_free(result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_more_cache),
                                       cmocka_unit_test(test_time),
                                       cmocka_unit_test(test_little),
                                       cmocka_unit_test(test_energy)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

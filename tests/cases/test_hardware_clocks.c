/*
 * Clock domains: edges that do not drift, crossings, synchronisers, beats; and
 * the ladder between nanoseconds and cycles. Threads count edges and cross
 * domains; waits and beats come out.
 */
#include "harness.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* "3600000000" or "4000000000/3" as a frequency of the scenario language. */
static const char *exact(family *f, const char *key)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(f->inputs, key));

    if (!text)
        wrong(f, "the case has no \"%s\"", key);
    return text ? text : "1";
}

/* Two threads count the edges of two clocks; returns how many more of the one
 * than of the other there are in `seconds`, a second. */
static double beat(family *f, const char *one, const char *other,
                   const char *window, double seconds, int count)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"%s\", \"computer\": "
        "{\"processors\": 2}, \"clocks\": [{\"name\": \"one\", "
        "\"frequency\": \"%sHz\"}, {\"name\": \"other\", \"frequency\": "
        "\"%sHz\"}], \"threads\": [",
        window, one, other);
    for (int i = 0; i < 2; i++)
        say(f,
            "%s{\"name\": \"t%d\", \"background\": true, \"program\": "
            "[{\"forever\": [{\"edge\": {\"clock\": \"%s\", \"count\": "
            "%d, \"after\": true}}]}]}",
            i ? ", " : "", i, i ? "other" : "one", count);
    say(f, "]}");
    if (!play(f))
        return 0;
    return fabs(metric(f, "clocks.one.edges") -
                metric(f, "clocks.other.edges")) /
           seconds;
}

/* How many of the messages waited differently: they are apart by at least
 * Tb/q, far more than the picosecond that an end is rounded to. */
static int distinct(family *f, int messages, double period_a_ps,
                    double least_ps)
{
    double wait[64];
    int count = 0;

    for (int i = 0; i < messages && i < 64; i++) {
        ts_thread_times t;
        char name[16];
        bool seen = false;

        snprintf(name, sizeof name, "m%d", i);
        if (!thread_of(f, name, 0, &t))
            return 0;
        wait[i] = (double)t.finish - i * period_a_ps;
        for (int j = 0; j < i; j++)
            seen |= fabs(wait[j] - wait[i]) < least_ps;
        count += !seen;
    }
    return count;
}

/* One thread and processor a message, which leaves on its own edge of A. */
static void play_crossing(family *f)
{
    const cJSON *in = f->inputs;
    int edges = (int)number(f, in, "edges");
    double fa = number(f, in, "fa_hz"), fb = number(f, in, "fb_hz");
    bool fast = fa > 1e6;

    say(f,
        "{\"title\": \"case\", \"computer\": {\"processors\": %d}, "
        "\"clocks\": [{\"name\": \"a\", \"frequency\": \"%sHz\"}, "
        "{\"name\": \"b\", \"frequency\": \"%sHz\", \"phase\": "
        "\"%.0fns\"}], \"threads\": [",
        edges, exact(f, "fa_exact"), exact(f, "fb_exact"),
        number(f, in, "phase_ns"));
    for (int i = 0; i < edges; i++)
        say(f,
            "%s{\"name\": \"m%d\", \"program\": [{\"edge\": {\"clock\": "
            "\"a\", \"count\": %d}}, {\"edge\": \"b\"}]}",
            i ? ", " : "", i, i + 1);
    say(f, "]}");
    if (!play(f))
        return;
    expect_case(f, "mean_wait_ns", "mean wait",
                number(f, f->expected, "mean_wait_ns"),
                metric(f, "clocks.b.wait.mean") / 1000);
    expect_case(f, "max_wait_ns", "longest wait",
                number(f, f->expected, "max_wait_ns"),
                metric(f, "clocks.b.wait.max") / 1000);
    expect_case(f, "min_wait_ns", "shortest wait",
                number(f, f->expected, "min_wait_ns"),
                metric(f, "clocks.b.wait.min") / 1000);
    expect_count(f, "distinct waits",
                 (int64_t)number(f, f->expected, "distinct_waits"),
                 distinct(f, edges, 1e12 / fa, 1e12 / fb / edges / 2));
    expect_case(f, "beat_hz", "beat", number(f, f->expected, "beat_hz"),
                beat(f, exact(f, "fa_exact"), exact(f, "fb_exact"),
                     fast ? "3us" : "1s", fast ? 3e-6 : 1, 1));
}

/* When edge number `edge` of the clock is seen, in femtoseconds. */
static double edge_fs(family *f, const char *frequency, double edge)
{
    ts_thread_times t;

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"clocks\": [{\"name\": \"c\", "
        "\"frequency\": \"%sHz\"}], \"threads\": [{\"name\": \"t\", "
        "\"program\": [{\"edge\": {\"clock\": \"c\", \"count\": %.0f, "
        "\"after\": true}}]}]}",
        frequency, edge);
    return play(f) && thread_of(f, "t", 0, &t) ? (double)t.finish * 1000 : 0;
}

static void play_edges(family *f)
{
    const cJSON *in = f->inputs;
    double edge, hz, fs, naive;
    long long num = 0, den = 1;
    char rounded[64];

    if (has(in, "ppm")) {
        char f1[64], f2[64];
        double hz1 = number(f, in, "f1_hz"), difference;

        snprintf(f1, sizeof f1, "%.0f", hz1);
        snprintf(f2, sizeof f2, "%.3f",
                 hz1 * (1 + number(f, in, "ppm") * 1e-6));
        difference = beat(f, f1, f2, "1s", 1, 10000);
        expect_case(f, "edge_difference_1s", "edges gained in a second",
                    number(f, f->expected, "edge_difference_1s"), difference);
        expect_case(f, "beat_hz", "beat", number(f, f->expected, "beat_hz"),
                    difference);
        expect_case(f, "slip_period_ns", "time to gain an edge",
                    number(f, f->expected, "slip_period_ns"), 1e9 / difference);
        return;
    }
    edge = number(f, in, "edge");
    sscanf(exact(f, "f_exact"), "%lld/%lld", &num, &den);
    hz = (double)num / (double)den;
    fs = edge_fs(f, exact(f, "f_exact"), edge);
    snprintf(rounded, sizeof rounded, "1000000000000/%.0f", 1e12 / hz);
    naive = edge_fs(f, rounded, edge);
    expect_case(f, "edge_fs", "edge", number(f, f->expected, "edge_fs"), fs);
    expect_case(f, "naive_ps_accumulation_error_fs",
                "a clock of whole picoseconds is off by",
                number(f, f->expected, "naive_ps_accumulation_error_fs"),
                naive - fs);
}

/* Events come at random, so rarely that they do not meet on a processor. */
static void play_synchroniser(family *f)
{
    const cJSON *in = f->inputs;

    say(f,
        "{\"title\": \"case\", \"seed\": 5, \"computer\": {\"processors\": "
        "4}, \"clocks\": [{\"name\": \"b\", \"frequency\": \"%.0f/3Hz\"}], "
        "\"threads\": [{\"name\": \"event\", \"arrive\": {\"rate\": "
        "\"1/us\", \"limit\": %.0f}, \"program\": [{\"edge\": {\"clock\": "
        "\"b\", \"count\": %.0f}}]}]}",
        number(f, in, "fb_hz") * 3, number(f, in, "events"),
        number(f, in, "stages"));
    if (!play(f))
        return;
    expect_case(f, "mean_ns", "mean latency", number(f, f->expected, "mean_ns"),
                metric(f, "clocks.b.wait.mean") / 1000);
    expect_case(f, "min_ns", "shortest", number(f, f->expected, "min_ns"),
                metric(f, "clocks.b.wait.min") / 1000);
    expect_case(f, "max_ns", "longest", number(f, f->expected, "max_ns"),
                metric(f, "clocks.b.wait.max") / 1000);
}

/* --- the ladder ---------------------------------------------------------- */

/* The mean of 9 000 stalls of so many cycles: 9 cycles at 3.6 GHz are whole
 * picoseconds. */
static double cycles_in_ns(family *f, double cycles)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"computer\": {\"clock\": \"%.0fHz\"}, "
        "\"threads\": [{\"name\": \"t\", \"program\": [{\"repeat\": "
        "{\"times\": 9000, \"program\": [{\"stall\": \"%.0f cycles\"}]}}]}]"
        "}",
        number(f, f->inputs, "freq_hz"), cycles);
    return play(f) ? metric(f, "run.makespan") / 1000 / 9000 : 0;
}

/* How many cycles of the core clock another thread counts while one sleeps. */
static double ns_in_cycles(family *f, double ns)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"computer\": {\"processors\": 2}, "
        "\"clocks\": [{\"name\": \"core\", \"frequency\": \"%.0fHz\"}], "
        "\"threads\": [{\"name\": \"t\", \"program\": [{\"sleep\": "
        "\"%.0fns\"}]}, {\"name\": \"counter\", \"background\": true, "
        "\"program\": [{\"forever\": [{\"edge\": {\"clock\": \"core\", "
        "\"count\": 8000, \"after\": true}}]}]}]}",
        number(f, f->inputs, "freq_hz"), ns);
    return play(f) ? metric(f, "clocks.core.edges") : 0;
}

static void play_ladder(family *f)
{
    static const char *const cycles[][2] = {{"l3_cycles", "l3_ns"},
                                            {"ram_cycles_as_said", "ram_ns"}};
    static const char *const times[][2] = {{"ssd_ns", "ssd_cycles"},
                                           {"isp_rtt_ns", "isp_cycles"},
                                           {"la_rtt_ns", "la_cycles"}};

    expect_case(f, "cycle_ns", "a cycle", number(f, f->expected, "cycle_ns"),
                cycles_in_ns(f, 1));
    for (int i = 0; i < 2; i++)
        expect_case(f, cycles[i][1], cycles[i][1],
                    number(f, f->expected, cycles[i][1]),
                    cycles_in_ns(f, number(f, f->inputs, cycles[i][0])));
    for (int i = 0; i < 3; i++)
        expect_case(f, times[i][1], times[i][1],
                    number(f, f->expected, times[i][1]),
                    ns_in_cycles(f, number(f, f->inputs, times[i][0])));
}

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_run("hardware/clock-crossing", play_crossing);
    failed += family_run("hardware/clock-edges", play_edges);
    failed += family_run("hardware/clock-sync", play_synchroniser);
    failed += family_run("hardware/ladder", play_ladder);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

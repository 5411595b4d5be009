/*
 * Clock domains: edges that do not drift, crossings, synchronisers, beats; and
 * the ladder between nanoseconds and cycles. Threads count edges and cross
 * domains; waits and beats come out.
 */
#include "hardware.h"

/* --- beats --- */

/* 11 days: more would leave the engine's 106 when played slowly. */
#define LONGEST 1e6

/* The time after which both clocks are in phase again, in seconds. */
static double common_period(ratio a, ratio b)
{
    int64_t divisor = common_divisor(a.num * b.den, b.num * a.den);
    double period = (double)a.den * (double)b.den / (double)divisor;

    return period < LONGEST ? period : LONGEST;
}

/* A thread that counts the edges of `clock` without end: the first `most` of
 * them at once, which only saves time, and the others one by one. */
static void say_counter(family *f, const char *clock, double most)
{
    say(f, "{\"name\": \"%s\", \"background\": true, \"program\": [", clock);
    if (most >= 1)
        say(f,
            "{\"edge\": {\"clock\": \"%s\", \"count\": %.0f, \"after\": "
            "true}}, ",
            clock, most);
    say(f,
        "{\"forever\": [{\"edge\": {\"clock\": \"%s\", \"after\": true}}]}]}",
        clock);
}

/* How many more edges a second one clock has than the other: two threads count
 * them until the clocks meet again, and a quarter of an edge longer. */
static double beat(family *f, ratio one, ratio other)
{
    double window = common_period(one, other), hz[2];
    ratio clock[2] = {one, other};

    hz[0] = ratio_value(one);
    hz[1] = ratio_value(other);
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"%.0fps\", \"computer\": "
        "{\"processors\": 2}, \"clocks\": [",
        window * 1e12 * SLOW + 0.25e12 * SLOW / fmax(hz[0], hz[1]));
    for (int i = 0; i < 2; i++)
        say(f, "%s{\"name\": \"%s\", \"frequency\": \"%lld/%lldHz\"}",
            i ? ", " : "", i ? "other" : "one", (long long)clock[i].num,
            (long long)clock[i].den * SLOW);
    say(f, "], \"threads\": [");
    say_counter(f, "one", floor(hz[0] * window) - 100);
    say(f, ", ");
    say_counter(f, "other", floor(hz[1] * window) - 100);
    say(f, "]}");
    if (!play(f))
        return 0;
    return fabs(metric(f, "clocks.one.edges") -
                metric(f, "clocks.other.edges")) /
           window;
}

/* --- crossing --- */

#define CROWD 1024 /* messages at once, each on a processor of its own */

/* One thread and processor a message, which leaves on its own edge of A;
 * everything `slow` times as slow. */
static void say_messages(family *f, ratio a, ratio b, double slow, int from,
                         int count)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"computer\": {\"processors\": %d}, "
        "\"clocks\": [{\"name\": \"a\", \"frequency\": \"%lld/%.0fHz\"}, "
        "{\"name\": \"b\", \"frequency\": \"%lld/%.0fHz\", \"phase\": "
        "\"%.0fps\"}], \"threads\": [",
        count, (long long)a.num, (double)a.den * slow, (long long)b.num,
        (double)b.den * slow, input(f, "phase_ns") * 1000 * slow);
    for (int i = 0; i < count; i++)
        say(f,
            "%s{\"name\": \"m%d\", \"program\": [{\"edge\": {\"clock\": "
            "\"a\", \"count\": %d}}, {\"edge\": \"b\"}]}",
            i ? ", " : "", i, from + i + 1);
    say(f, "]}");
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* How many of the sorted numbers differ from the one before by `least`. */
static int distinct(double *values, int count, double least)
{
    int found = count > 0;

    qsort(values, (size_t)count, sizeof *values, ascending);
    for (int i = 1; i < count; i++)
        found += values[i] - values[i - 1] >= least;
    return found;
}

/* Waits that differ do so by a q-th of B's period: so slowly that this is a
 * thousand picoseconds, far more than what ends are rounded to. */
static void play_distinct(family *f, ratio a, ratio b, int edges)
{
    double quantum = 1e12 / ratio_value(b) /
                     (double)ratio_times(b, (ratio){a.den, a.num}).den;
    double slow = ceil(fmax(1000 / quantum, 1));
    double *wait = calloc((size_t)edges, sizeof *wait);

    for (int from = 0; wait != NULL && from < edges && !f->wrong;
         from += CROWD) {
        int count = edges - from < CROWD ? edges - from : CROWD;
        ts_thread_times t;

        say_messages(f, a, b, slow, from, count);
        play(f);
        for (size_t i = 0;
             f->result != NULL && ts_result_thread_at(f->result, i, &t); i++) {
            int message = from + atoi(t.task + 1);

            wait[message] =
                (double)t.finish - 1e12 * slow * message / ratio_value(a);
        }
    }
    if (!f->wrong)
        compare(f, "distinct_waits", distinct(wait, edges, quantum * slow / 2));
    free(wait);
}

/* As fast as the case says, unless its phase is finer than a picosecond. */
static void play_crossing(family *f)
{
    ratio a = input_ratio(f, "fa_exact"), b = input_ratio(f, "fb_exact");
    double ps = input(f, "phase_ns") * 1000, sum = 0, least = 0, most = 0;
    double slow = fabs(ps - nearbyint(ps)) < 1e-6 ? 1 : SLOW;
    int edges = (int)input(f, "edges");

    expect_near(f, "fa_exact", input(f, "fa_hz"), ratio_value(a), 1e-12, 0);
    expect_near(f, "fb_exact", input(f, "fb_hz"), ratio_value(b), 1e-12, 0);
    for (int from = 0; from < edges; from += CROWD) {
        int count = edges - from < CROWD ? edges - from : CROWD;

        say_messages(f, a, b, slow, from, count);
        if (!play(f))
            return;
        sum += metric(f, "clocks.b.wait.mean") * count;
        most = fmax(most, metric(f, "clocks.b.wait.max"));
        least = from ? fmin(least, metric(f, "clocks.b.wait.min"))
                     : metric(f, "clocks.b.wait.min");
    }
    compare(f, "mean_wait_ns", sum / edges / 1000 / slow);
    compare(f, "max_wait_ns", most / 1000 / slow);
    compare(f, "min_wait_ns", least / 1000 / slow);
    play_distinct(f, a, b, edges);
    compare(f, "beat_hz", beat(f, a, b));
}

/* --- edges --- */

/* When edge number `edge` of the clock is seen, in femtoseconds rounded down:
 * those of a clock that is a thousand times as slow are picoseconds, and the
 * more slowly it goes the less is lost between them. */
static int64_t edge_fs(family *f, ratio hz, double edge)
{
    double seconds = edge / ratio_value(hz);
    double slow = seconds * SLOW < 9 * LONGEST ? SLOW : 1;
    ts_thread_times t;

    while (seconds * slow < LONGEST / 10 && slow < 1e9 &&
           (double)hz.den * slow < 1e15)
        slow *= 10;
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"clocks\": [{\"name\": \"c\", "
        "\"frequency\": \"%lld/%.0fHz\"}], \"threads\": [{\"name\": \"t\", "
        "\"program\": [{\"edge\": {\"clock\": \"c\", \"count\": %.0f, "
        "\"after\": true}}]}]}",
        (long long)hz.num, (double)hz.den * slow, edge);
    if (!play(f) || !thread_of(f, "t", 0, &t))
        return 0;
    return slow < SLOW ? t.finish * SLOW : t.finish / (int64_t)(slow / SLOW);
}

static void play_drift(family *f)
{
    ratio nominal = ratio_of(input(f, "f1_hz"));
    double ppm = input(f, "ppm"), difference;
    ratio part = ratio_of(fabs(ppm) / 1e6);
    ratio factor = {part.den + (ppm < 0 ? -part.num : part.num), part.den};

    difference = beat(f, nominal, ratio_times(nominal, factor));
    compare(f, "beat_hz", difference);
    compare(f, "edge_difference_1s", difference);
    compare(f, "slip_period_ns", 1e9 / difference);
}

/* The clock that is off has a period of whole picoseconds. The case may give
 * by how much, or in which direction too. */
static void play_edges(family *f)
{
    ratio hz, rounded;
    double edge, expected;
    int64_t fs, off;

    if (has(f->inputs, "ppm")) {
        play_drift(f);
        return;
    }
    hz = input_ratio(f, "f_exact");
    edge = input(f, "edge");
    expected = number(f, f->expected, "naive_ps_accumulation_error_fs");
    rounded = (ratio){INT64_C(1000000000000),
                      (int64_t)nearbyint(1e12 / ratio_value(hz))};
    fs = edge_fs(f, hz, edge);
    off = edge_fs(f, rounded, edge) - fs;
    compare(f, "edge_fs", (double)fs);
    compare(f, "naive_ps_accumulation_error_fs",
            (double)(off < 0 && expected >= 0 ? -off : off));
}

/* Events come at random, so rarely that they do not meet on a processor. */
static void play_synchroniser(family *f)
{
    ratio hz = ratio_of(input(f, "fb_hz"));
    double stages = input(f, "stages");

    say(f,
        "{\"title\": \"case\", \"seed\": 5, \"computer\": {\"processors\": "
        "4}, \"clocks\": [{\"name\": \"b\", \"frequency\": \"%lld/%lldHz\"}], "
        "\"threads\": [{\"name\": \"event\", \"arrive\": {\"every\": "
        "{\"exponential\": \"%.0fps\"}, \"limit\": %.0f}, \"program\": "
        "[{\"edge\": {\"clock\": \"b\", \"count\": %.0f}}]}]}",
        (long long)hz.num, (long long)hz.den,
        1000 * stages * 1e12 / ratio_value(hz), input(f, "events"), stages);
    if (!play(f))
        return;
    compare(f, "mean_ns", metric(f, "clocks.b.wait.mean") / 1000);
    compare(f, "min_ns", metric(f, "clocks.b.wait.min") / 1000);
    compare(f, "max_ns", metric(f, "clocks.b.wait.max") / 1000);
}

/* --- the ladder --- */

#define STALLS 9000
#define OFTEN 1e6 /* so many times as many cycles in each of them */

/* The mean of 9 000 stalls, each of a million times so many cycles. */
static double cycles_in_ns(family *f, double cycles)
{
    ratio hz = ratio_of(input(f, "freq_hz"));

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"computer\": {\"clock\": \"%lld/%lldHz\"}, "
        "\"threads\": [{\"name\": \"t\", \"program\": [{\"repeat\": "
        "{\"times\": %d, \"program\": [{\"stall\": \"%.0f cycles\"}]}}]}]"
        "}",
        (long long)hz.num, (long long)hz.den, STALLS, cycles * OFTEN);
    return play(f) ? metric(f, "run.makespan") / 1000 / STALLS / OFTEN : 0;
}

/* How many cycles of the core clock another thread counts while one sleeps so
 * often that a part of a cycle is many. */
static double ns_in_cycles(family *f, double ns)
{
    ratio hz = ratio_of(input(f, "freq_hz"));
    double often = ceil(10e9 / (ns * ratio_value(hz) / 1e9));

    often = fmin(often, floor(LONGEST * 1e9 / ns));
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"computer\": {\"processors\": 2}, "
        "\"clocks\": [{\"name\": \"core\", \"frequency\": \"%lld/%lldHz\"}], "
        "\"threads\": [{\"name\": \"t\", \"program\": [{\"sleep\": "
        "\"%.0fps\"}]}, ",
        (long long)hz.num, (long long)hz.den, ns * often * 1000);
    say_counter(f, "core", floor(ns * often * ratio_value(hz) / 1e9) - 100);
    say(f, "]}");
    return play(f) ? metric(f, "clocks.core.edges") / often : 0;
}

/* The name of the other unit's value: "l3" of "l3_cycles" with "_ns", and so
 * on; NULL when `key` does not hold `from`. */
static const char *converted(const char *key, const char *from, const char *to,
                             char *name, size_t room)
{
    const char *end = strstr(key, from);

    if (end == NULL)
        return NULL;
    snprintf(name, room, "%.*s%s", (int)(end - key), key, to);
    return name;
}

/* "l3_cycles", "ram_cycles_as_said" are expected as "l3_ns" and "ram_ns";
 * "ssd_ns", "isp_rtt_ns" as "ssd_cycles" and "isp_cycles". */
static void play_ladder(family *f)
{
    const cJSON *item;
    char key[64];

    compare(f, "cycle_ns", cycles_in_ns(f, 1));
    cJSON_ArrayForEach(item, f->inputs)
    {
        const char *name = item->string;

        if (converted(name, "_cycles", "_ns", key, sizeof key) != NULL)
            compare(f, key, cycles_in_ns(f, input(f, name)));
        else if (converted(name, "_rtt_ns", "_cycles", key, sizeof key) !=
                     NULL ||
                 converted(name, "_ns", "_cycles", key, sizeof key) != NULL)
            compare(f, key, ns_in_cycles(f, input(f, name)));
    }
}

/* --- cases that are made --- */

__extension__ typedef __int128 wide;

/* Ta/Tb = p/q: the waits are all multiples of Tb/q below Tb, and the phase. */
static void make_crossing(cJSON *inputs, cJSON *expected, int number)
{
    int a = any(number, 0, 2, 40), b = any(number, 1, 2, 40);
    int q = a / (int)common_divisor(a, b);
    double period = 1000.0 / b, step = period / q;
    double phase = number % 2 ? floor(step * 500) / 1000 : 0;
    char text[32];

    put(inputs, "fa_hz", a * 1e6);
    put(inputs, "fb_hz", b * 1e6);
    snprintf(text, sizeof text, "%d000000", a);
    cJSON_AddStringToObject(inputs, "fa_exact", text);
    snprintf(text, sizeof text, "%d000000/1", b);
    cJSON_AddStringToObject(inputs, "fb_exact", text);
    put(inputs, "phase_ns", phase);
    put(inputs, "edges", q);
    put(expected, "mean_wait_ns", (period - step) / 2 + phase);
    put(expected, "max_wait_ns", period - step + phase);
    put(expected, "min_wait_ns", phase);
    put(expected, "distinct_waits", q);
    put(expected, "beat_hz", abs(a - b) * 1e6);
}

static void make_drift(cJSON *inputs, cJSON *expected, int number)
{
    double hz = any(number, 0, 30000, 200000000);
    double ppm = any(number, 1, -4000, 4000) / 10.0;
    double difference = fabs(hz * ppm / 1e6);

    put(inputs, "f1_hz", hz);
    put(inputs, "ppm", ppm);
    put(expected, "beat_hz", difference);
    put(expected, "edge_difference_1s", difference);
    put(expected, "slip_period_ns", 1e9 / difference);
}

/* floor(k 10^15 / f), whatever k is; and k times a rounded period. */
static void make_edge(cJSON *inputs, cJSON *expected, int number)
{
    int64_t num = (int64_t)any(number, 0, 20000000, 2000000000);
    int64_t den = any(number, 1, 1, 999), edge = any(number, 2, 1, 2000000000);
    int64_t period = (int64_t)nearbyint(1e12 / (double)num * (double)den);
    int64_t fs = (int64_t)((wide)edge * den * INT64_C(1000000000000000) / num);
    char text[64];

    if (number % 4 == 0) {
        make_drift(inputs, expected, number);
        return;
    }
    while (edge / num > 5000 / den)
        edge /= 16;
    fs = (int64_t)((wide)edge * den * INT64_C(1000000000000000) / num);
    snprintf(text, sizeof text, "%lld/%lld", (long long)num, (long long)den);
    cJSON_AddStringToObject(inputs, "f_exact", text);
    put(inputs, "edge", (double)edge);
    put(expected, "edge_fs", (double)fs);
    put(expected, "naive_ps_accumulation_error_fs",
        (double)(edge * period * 1000 - fs));
}

static void make_synchroniser(cJSON *inputs, cJSON *expected, int number)
{
    double hz = any(number, 0, 1000, 900000000);
    int stages = any(number, 1, 2, 5);

    put(inputs, "fb_hz", hz);
    put(inputs, "stages", stages);
    put(inputs, "events", 50000);
    put(expected, "mean_ns", (stages - 0.5) * 1e9 / hz);
    put(expected, "min_ns", (stages - 1) * 1e9 / hz);
    put(expected, "max_ns", stages * 1e9 / hz);
}

static void make_ladder(cJSON *inputs, cJSON *expected, int number)
{
    double hz = any(number, 0, 1000, 6000) * 1e6;
    double cycles = any(number, 1, 3, 600) / 2.0;
    double ns = any(number, 2, 10, 900000000) / 4.0;

    put(inputs, "freq_hz", hz);
    put(inputs, "l2_cycles", cycles);
    put(inputs, "disk_ns", ns);
    put(expected, "cycle_ns", 1e9 / hz);
    put(expected, "l2_ns", cycles * 1e9 / hz);
    put(expected, "disk_cycles", ns * hz / 1e9);
}

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_play("hardware/clock-crossing", play_crossing, NULL);
    failed += family_play("hardware/clock-edges", play_edges, NULL);
    failed += family_play("hardware/clock-sync", play_synchroniser, NULL);
    failed += family_play("hardware/ladder", play_ladder, NULL);
    assert_int_equal(failed, 0);
}

static void test_made(void **state)
{
    /* Doubles hold femtoseconds up to two hours; for the synchroniser, four
     * standard errors of U(0, T). */
    static const family_rules edges = {.tolerance =
                                           "{\"*\": {\"rel\": 1e-9}, "
                                           "\"edge_fs\": {\"rel\": 1e-15}}"};
    static const family_rules random = {.tolerance =
                                            "{\"*\": {\"rel\": 0.01}}"};
    int failed = 0;

    (void)state;
    failed += family_made("hardware/clock-crossing", 10, make_crossing,
                          play_crossing, &exactly);
    failed +=
        family_made("hardware/clock-edges", 20, make_edge, play_edges, &edges);
    failed += family_made("hardware/clock-sync", 3, make_synchroniser,
                          play_synchroniser, &random);
    failed +=
        family_made("hardware/ladder", 10, make_ladder, play_ladder, &exactly);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families),
                                       cmocka_unit_test(test_made)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

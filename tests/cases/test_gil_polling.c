/*
 * The talk's table from both ends: the lock of Python 2 beside threads that
 * poll, against what was measured of CPython 2.7, and turns that go round by
 * order, against the law that they make.
 */
#include "harness.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* --- threads that poll --- */

static const char interpreter[] = "{\"name\": \"p\", \"profile\": "
                                  "\"cpython-2.7\", \"tick\": \"15ns\"}";

/* A turn of time.sleep(0). */
static const char poll[] =
    "{\"forever\": [{\"run\": {\"exponential\": \"0.7us\"}}, {\"outside\": "
    "[{\"run\": {\"exponential\": \"1.6us\"}}]}]}";

static const char costs[] =
    "\"timer_slack\": \"50us\", \"switch\": {\"cost\": \"2299ns\", "
    "\"charge\": \"every\"}, \"locking\": {\"take\": \"10ns\", \"give\": "
    "\"10ns\", \"wait\": \"755.5ns\", \"wake\": \"755.5ns\", \"across\": "
    "\"2.6us\"}";

/* The kernel that was measured, and the one of the talk's time. */
static const char eevdf[] = "\"policy\": \"eevdf\", \"base_slice\": "
                            "\"1.4ms\", \"scaling\": false";
static const char cfs[] = "\"policy\": \"cfs\"";

/* gil-polling.json with a loop of 55 ms. */
typedef struct polling {
    const char *policy;
    int processors, threads;
} polling;

/* How many times its time alone the loop takes over `seeds` seeds from `first`
 * on, sorted; `most`: it had not ended by then. */
static void polled(polling p, double *times, int first, int seeds, int most)
{
    family *f = family_begin("polled");

    say(f,
        "{\"title\": \"t\", \"stop\": \"%dms\", \"computer\": "
        "{\"processors\": %d}, \"system\": {%s, %s}, \"interpreters\": [%s], "
        "\"threads\": [{\"name\": \"polls\", \"count\": %d, \"background\": "
        "true, \"interpreter\": \"p\", \"program\": [%s]}, {\"name\": "
        "\"loop\", \"arrive\": \"50ms\", \"interpreter\": \"p\", \"program\": "
        "[{\"run\": \"55ms\"}]}]}",
        50 + 55 * most, p.processors, p.policy, costs, interpreter, p.threads,
        poll);
    for (int i = 0; i < seeds && play_seed(f, (uint64_t)(first + i)); i++)
        times[i] = metric(f, "threads.loop.finished") == 1
                       ? metric(f, "threads.loop.turnaround.mean") / 55e9
                       : most;
    assert_true(family_end(f));
    qsort(times, (size_t)seeds, sizeof *times, by_size);
}

/* CPython 2.7.18 with nothing else on the machine, the loop timed alone before
 * each run: medians of 9, 8 and 7 runs on one processor, of 5 on two and of 3
 * beside 30 there. Ours, within a quarter. */
static void test_medians(void **state)
{
    static const struct {
        int processors, threads;
        double median;
    } measured[] = {{1, 1, 2.0}, {1, 5, 7.3},   {1, 10, 14.2}, {2, 1, 2.3},
                    {2, 5, 7.5}, {2, 10, 16.0}, {1, 30, 40.0}, {2, 30, 42.3}};
    int seeds = is_long() ? 9 : 3, middle = seeds / 2;
    double times[9];

    (void)state;
    for (size_t i = 0; i < sizeof measured / sizeof measured[0]; i++) {
        int processors = measured[i].processors;

        if (measured[i].threads > 10 && processors > 1 && !is_long())
            continue;
        polled((polling){eevdf, processors, measured[i].threads}, times, 1,
               seeds, 1000);
        print_message("%d polling on %d: %.1f, from %.1f to %.1f times; "
                      "measured %.1f\n",
                      measured[i].threads, processors, times[middle], times[0],
                      times[seeds - 1], measured[i].median);
        assert_true(times[middle] > 0.75 * measured[i].median);
        assert_true(times[middle] < 1.25 * measured[i].median);
    }
}

/* Seconds until so many threads that poll have been started, sorted. Who starts
 * one waits until it runs, for which that one needs the lock, and then needs
 * the lock again; those that run already ask for it without end. */
static void started(int threads, double *times, int seeds)
{
    family *f = family_begin("started");

    say(f,
        "{\"title\": \"t\", \"system\": {%s, %s}, \"interpreters\": [%s], "
        "\"locks\": [{\"name\": \"made\", \"kind\": \"semaphore\", \"count\": "
        "0}, {\"name\": \"runs\", \"kind\": \"semaphore\", \"count\": 0}], "
        "\"threads\": [{\"name\": \"polls\", \"count\": %d, \"background\": "
        "true, \"interpreter\": \"p\", \"program\": [{\"wait\": \"made\"}, "
        "{\"run\": \"3us\"}, {\"post\": \"runs\"}, %s]}, ",
        eevdf, costs, interpreter, threads, poll);
    say(f,
        "{\"name\": \"main\", \"arrive\": \"1ms\", \"interpreter\": \"p\", "
        "\"program\": [{\"repeat\": {\"times\": %d, \"program\": [{\"run\": "
        "\"6us\"}, {\"outside\": [{\"run\": \"30us\"}]}, {\"post\": "
        "\"made\"}, {\"wait\": \"runs\"}]}}]}]}",
        threads);
    for (int s = 0; s < seeds && play_seed(f, (uint64_t)(1 + s)); s++)
        times[s] = metric(f, "threads.main.turnaround.mean") / 1e12;
    assert_true(family_end(f));
    qsort(times, (size_t)seeds, sizeof *times, by_size);
}

/* CPython 2.7.18, the same day: 20 in 0.5 to 0.8 s, 30 in 1.3 to 1.9, 100 in
 * 22.6 to 26.7; the medians of 6, 3 and 3 runs, within a quarter. */
static void test_starting(void **state)
{
    static const struct {
        int threads;
        double seconds;
    } measured[] = {{20, 0.5}, {30, 1.68}, {100, 25.1}};

    (void)state;
    for (size_t i = 0; i < sizeof measured / sizeof measured[0]; i++) {
        int seeds = measured[i].threads < 100 ? 5 : 3, middle = seeds / 2;
        double times[5];

        if (measured[i].threads > 20 && !is_long())
            continue;
        started(measured[i].threads, times, seeds);
        print_message("%d started in %.2f s, from %.2f to %.2f; measured "
                      "%.2f\n",
                      measured[i].threads, times[middle], times[0],
                      times[seeds - 1], measured[i].seconds);
        assert_true(times[middle] > 0.75 * measured[i].seconds);
        assert_true(times[middle] < 1.25 * measured[i].seconds);
    }
}

/* Beside a hundred the same program has two modes. Measured: more than 250 times
 * as long in 5 of 9, 3 of 9, and on another day 2 of 32 runs, and the median
 * of the others is 123 (74 to 218). */
static void test_usual_mode(void **state)
{
    enum { SEEDS = 8, SLOW = 300 };
    double times[SEEDS];
    int quick = 0;

    (void)state;
    if (!is_long())
        skip();
    polled((polling){eevdf, 1, 100}, times, 1, SEEDS, SLOW);
    while (quick < SEEDS && times[quick] < SLOW)
        quick++;
    print_message("100 polling: %d of %d take %.0f to %.0f times\n", quick,
                  SEEDS, times[0], times[quick - 1]);
    assert_in_range(quick, SEEDS * 4 / 9, SEEDS);
    assert_true(times[quick / 2] > 0.75 * 123);
    assert_true(times[quick / 2] < 1.25 * 123);
}

/* A seed that is known to be slow: that there is such a mode, and nothing of how
 * often. Of the seeds 1 to 33 it is two. */
static void test_slow_mode(void **state)
{
    enum { SLOW = 300 };
    double time;

    (void)state;
    if (!is_long())
        skip();
    polled((polling){eevdf, 1, 100}, &time, 27, 1, SLOW);
    assert_true(time >= SLOW);
}

/* The slow mode is EEVDF's: what a sleeper is owed it finds again, and who
 * stays awake owes it. Under CFS there is only fair sharing, 101 times. */
static void test_one_mode(void **state)
{
    int seeds = is_long() ? 3 : 1;
    double times[3];

    (void)state;
    polled((polling){cfs, 1, 100}, times, 1, seeds, 300);
    print_message("100 polling under CFS: %.0f to %.0f times\n", times[0],
                  times[seeds - 1]);
    assert_true(times[0] > 90 && times[seeds - 1] < 126);
}

/* --- turns in order --- */

typedef struct rhythm {
    int turn_us, slice_us, tick_us, threads;
} rhythm;

/* thread-slowdown.json: seconds; 0: it never ends. */
static double slowed(const rhythm *r)
{
    family *f = family_begin("turns");
    double time = 0;

    say(f,
        "{\"title\": \"t\", \"conventions\": {\"priority\": "
        "\"smaller-is-higher\"}, \"system\": {\"policy\": \"priority\", "
        "\"slice\": \"%dus\", \"switch\": \"2.3us\", \"locking\": {\"take\": "
        "\"10ns\", \"give\": \"10ns\", \"wait\": \"0.75us\", \"wake\": "
        "\"0.75us\"}}, \"stop\": {\"at\": \"24h\", \"starved\": \"1min\"}, "
        "\"interpreters\": [{\"name\": \"p\", \"lock\": \"ticks\", \"ticks\": "
        "100, \"tick\": {\"uniform\": [\"%dns\", \"%dns\"]}, \"order\": "
        "\"queue\"}], \"threads\": "
        "[{\"name\": \"active\", \"priority\": 2, \"interpreter\": \"p\", "
        "\"program\": [{\"run\": \"1.3s\"}]}, ",
        r->slice_us, r->tick_us * 700, r->tick_us * 1300);
    say(f,
        "{\"name\": \"idle\", \"count\": %d, \"priority\": 2, \"background\": "
        "true, \"interpreter\": \"p\", \"program\": [{\"forever\": [{\"run\": "
        "{\"uniform\": [\"%dns\", \"%dns\"]}}, {\"outside\": [{\"run\": "
        "\"1us\"}]}]}]}, {\"name\": \"wake\", \"count\": %d, \"priority\": 1, "
        "\"background\": true, \"arrive\": {\"every\": \"100ms\"}, "
        "\"program\": [{\"run\": {\"uniform\": [\"0.632ms\", "
        "\"1.174ms\"]}}]}]}",
        r->threads, r->turn_us * 700, r->turn_us * 1300, r->threads);
    assert_true(play_seed(f, 1));
    if (metric(f, "threads.active.finished") == 1)
        time = metric(f, "run.time") / 1e12;
    else /* one that starves ends the run at once, not after a day */
        assert_true(metric(f, "run.time") < 200e12);
    assert_true(family_end(f));
    return time;
}

/* What an idle thread has between two turns of the active one, as a part of
 * such a turn: what it runs at a time, in as many turns as that needs. Each is
 * as long as any other within 30 %. */
static double part_of_turn(const rhythm *r)
{
    enum { PARTS = 300 };
    double work = 0, turns = 0;

    for (int i = 0; i < PARTS * PARTS; i++) {
        double runs = r->turn_us * (0.7 + 0.6 * (i / PARTS + 0.5) / PARTS);
        double turn =
            100 * r->tick_us * (0.7 + 0.6 * (i % PARTS + 0.5) / PARTS);

        work += runs;
        turns += ceil(runs / turn);
    }
    return work / turns / (100 * r->tick_us);
}

static double law(const rhythm *r)
{
    double wakes = 0.00903 * r->threads;

    return wakes < 1 ? 1.3 * (1 + part_of_turn(r) * r->threads) / (1 - wakes)
                     : 0;
}

/* Whatever the turn, the slice and the tick: at every point of the grid under
 * TS_LONG, else at every seventh. Locks and switches, which the law
 * does not have, take 8 us a turn, four per cent of the shortest; and it takes
 * all turns in which a longer one is had to be cut alike. */
static void test_law(void **state)
{
    static const int turns[] = {200, 500, 1000, 1655, 3310, 5000, 6620, 10000};
    static const int slices[] = {100, 1000, 2000, 10000};
    static const int ticks[] = {25, 50, 100};
    static const int threads[] = {0, 1, 5, 30, 200};
    double worst = 0;

    (void)state;
    for (int i = 0; i < 8 * 4 * 5; i += is_long() ? 1 : 7) {
        rhythm r = {.turn_us = turns[i % 8],
                    .slice_us = slices[i / 8 % 4],
                    .tick_us = ticks[(i + i / 8) % 3],
                    .threads = threads[i / 32]};
        double time = slowed(&r), off;

        assert_true((time > 0) == (law(&r) > 0));
        if (time == 0)
            continue;
        off = fabs(time / law(&r) - 1);
        worst = off > worst ? off : worst;
        if (off > 0.1)
            fail_msg("turns of %d us, slice %d us, tick %d us, %d idle: %g s, "
                     "and the law says %g",
                     r.turn_us, r.slice_us, r.tick_us, r.threads, time,
                     law(&r));
    }
    print_message("the law holds to %.1f %%\n", 100 * worst);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_law),        cmocka_unit_test(test_medians),
        cmocka_unit_test(test_usual_mode), cmocka_unit_test(test_slow_mode),
        cmocka_unit_test(test_one_mode),   cmocka_unit_test(test_starting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

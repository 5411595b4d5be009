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

static const char costs[] =
    "\"locking\": {\"take\": \"10ns\", \"give\": \"10ns\", "
    "\"wait\": \"755.5ns\", \"wake\": \"755.5ns\"}";

/* The kernel that was measured, and the one of the talk's time. */
static const char eevdf[] = "\"policy\": \"eevdf\", \"base_slice\": "
                            "\"1.4ms\", \"scaling\": false";
static const char cfs[] = "\"policy\": \"cfs\"";

/* gil-polling.json with a loop of 55 ms. How many times its time alone it takes
 * over `seeds` seeds from `first` on, sorted; `most`: it had not ended by then. */
static void polled(const char *policy, int threads, double *times, int first,
                   int seeds, int most)
{
    family *f = family_begin("polled");

    say(f,
        "{\"title\": \"t\", \"stop\": \"%dms\", \"system\": {%s, "
        "\"timer_slack\": \"50us\", \"switch\": {\"cost\": \"2299ns\", "
        "\"charge\": \"every\"}, %s}, \"interpreters\": [{\"name\": \"p\", "
        "\"profile\": \"cpython-2.7\", \"tick\": \"15ns\"}], \"threads\": "
        "[{\"name\": \"polls\", \"count\": %d, \"background\": true, "
        "\"interpreter\": \"p\", \"program\": [{\"forever\": [{\"run\": "
        "{\"exponential\": \"0.7us\"}}, {\"outside\": [{\"run\": "
        "{\"exponential\": \"1.6us\"}}]}]}]}, {\"name\": \"loop\", \"arrive\": "
        "\"50ms\", \"interpreter\": \"p\", \"program\": [{\"run\": "
        "\"55ms\"}]}]}",
        50 + 55 * most, policy, costs, threads);
    for (int i = 0; i < seeds && play_seed(f, (uint64_t)(first + i)); i++)
        times[i] = metric(f, "threads.loop.finished") == 1
                       ? metric(f, "threads.loop.turnaround.mean") / 55e9
                       : most;
    assert_true(family_end(f));
    qsort(times, (size_t)seeds, sizeof *times, by_size);
}

/* Measured with nothing else on the machine, the loop timed alone before each
 * run. The median, within a quarter. */
static void test_medians(void **state)
{
    static const struct {
        int threads;
        double median;
    } measured[] = {{1, 2.0}, {5, 7.1}, {30, 38.5}};
    int seeds = is_long() ? 9 : 5, middle = seeds / 2;
    double times[9];

    (void)state;
    for (size_t i = 0; i < sizeof measured / sizeof measured[0]; i++) {
        polled(eevdf, measured[i].threads, times, 1, seeds, 1000);
        print_message("%d polling: %.1f, from %.1f to %.1f times; measured "
                      "%.1f\n",
                      measured[i].threads, times[middle], times[0],
                      times[seeds - 1], measured[i].median);
        assert_true(times[middle] > 0.75 * measured[i].median);
        assert_true(times[middle] < 1.25 * measured[i].median);
    }
}

/* Beside a hundred the same program has two modes. Measured: in one run of ten
 * to five of nine the loop takes more than 300 times as long, and the median of
 * the others is 126. */
static void test_usual_mode(void **state)
{
    enum { SEEDS = 8, SLOW = 300 };
    double times[SEEDS];
    int quick = 0;

    (void)state;
    if (!is_long())
        skip();
    polled(eevdf, 100, times, 1, SEEDS, SLOW);
    while (quick < SEEDS && times[quick] < SLOW)
        quick++;
    print_message("100 polling: %d of %d take %.0f to %.0f times\n", quick,
                  SEEDS, times[0], times[quick - 1]);
    assert_in_range(quick, SEEDS * 4 / 9, SEEDS);
    assert_true(times[quick / 2] > 0.75 * 126);
    assert_true(times[quick / 2] < 1.25 * 126);
}

/* A seed that is known to be slow: that there is such a mode, and nothing of how
 * often. Over 54 seeds it were three, fewer than were measured. */
static void test_slow_mode(void **state)
{
    enum { SLOW = 300 };
    double time;

    (void)state;
    if (!is_long())
        skip();
    polled(eevdf, 100, &time, 27, 1, SLOW);
    assert_true(time >= SLOW);
}

/* The slow mode is EEVDF's: what a sleeper is owed it finds again, and who
 * stays awake owes it. Under CFS there is only fair sharing, 101 times. */
static void test_one_mode(void **state)
{
    int seeds = is_long() ? 3 : 1;
    double times[3];

    (void)state;
    polled(cfs, 100, times, 1, seeds, 300);
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
 * TS_LONG, else at every third. Locks and switches, which the law
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
    for (int i = 0; i < 8 * 4 * 5; i += is_long() ? 1 : 3) {
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
        cmocka_unit_test(test_one_mode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

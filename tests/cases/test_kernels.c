/*
 * Kernels' schedulers: what each is known for, and a schedule of each worked
 * out by hand from its rules.
 */
#include "texts.h"

#include <math.h>
#include <stdlib.h>

#define ROOM 16384

static char text[ROOM];

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
    size_t used = strlen(text);
    va_list list;

    va_start(list, format);
    vsnprintf(text + used, sizeof text - used, format, list);
    va_end(list);
}

/* Plays one processor for `seconds` with the given system and threads. */
static ts_result *play_one(const char *system, const char *threads, int seconds)
{
    text[0] = '\0';
    say("{\"title\": \"t\", \"stop\": \"%ds\", \"conventions\": "
        "{\"priority\": \"larger-is-higher\"}, \"system\": {%s}, "
        "\"threads\": [%s]}",
        seconds, system, threads);
    return play_text(text, NULL);
}

static void near(const char *what, double expected, double actual,
                 double within)
{
    if (fabs(actual - expected) > within)
        fail_msg("%s: expected %g within %g, got %g\n%s", what, expected,
                 within, actual, text);
}

#define SLEEPER(name, more)                                                    \
    "{\"name\": \"" name "\", \"background\": true, " more                     \
    "\"program\": [{\"forever\": [{\"sleep\": {\"uniform\": [\"5ms\", "        \
    "\"20ms\"]}}, {\"run\": \"0.4ms\"}]}]}"
#define SECONDS(result, name)                                                  \
    (metric_in(result, "threads." name ".used") / 1e12)

/* --- Linux's classes --- */

/* The throttle leaves 5 % of each second, and takes what a tick (4 ms) overran
 * off the next. */
static void test_throttle(void **state)
{
    ts_result *r =
        play_one("\"policy\": \"linux\", \"fair\": {\"cfs\": {}}",
                 HOG("loop", "\"class\": \"fifo\", ") ", " HOG("shell", ""),
                 100);

    (void)state;
    near("loop", 95, SECONDS(r, "loop"), 0.01);
    near("shell", 5, SECONDS(r, "shell"), 0.01);
    ts_result_free(r);
    r = play_one("\"policy\": \"linux\", \"fair\": {\"cfs\": {}}, "
                 "\"rt_runtime\": \"1s\"",
                 HOG("loop", "\"class\": \"fifo\", ") ", " HOG("shell", ""),
                 100);
    near("shell", 0, SECONDS(r, "shell"), 0);
    ts_result_free(r);
}

/* The fair server: each second the runtime and what a tick overran, less what is
 * taken off for that; where the fair class gets so much by itself, nobody notices.
 * A deadline thread is held up by it only where its deadline is the later, which
 * may cost it a turn of 1 ms a second. */
static void test_server(void **state)
{
    static const struct {
        const char *more;
        double shell;
    } all[] = {{"", 5},
               {", \"fair_runtime\": \"25ms\"", 2.5},
               {", \"fair_runtime\": \"100ms\"", 10},
               {", \"fair_runtime\": \"100ms\", \"fair_period\": \"500ms\"",
                20},
               {", \"fair_runtime\": \"0s\"", 0},
               {", \"release\": \"6.18\"", 5}};
    ts_result *r;

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char system[128];

        snprintf(system, sizeof system, "\"policy\": \"linux\"%s", all[i].more);
        r = play_one(system,
                     HOG("loop", "\"class\": \"fifo\", ") ", " HOG("shell", ""),
                     100);
        near(all[i].more, all[i].shell, SECONDS(r, "shell"), 0.06);
        ts_result_free(r);
    }
    r = play_one("\"policy\": \"linux\"",
                 HOG("loop", "\"class\": \"fifo\", ") ", " HOG(
                     "shell", "") ", "
                                  "{\"name\": \"d\", \"background\": true, "
                                  "\"class\": \"deadline\", \"estimate\": "
                                  "\"2ms\", \"period\": \"10ms\", \"program\": "
                                  "[{\"forever\": [{\"run\": \"1ms\"}, "
                                  "{\"sleep\": \"9ms\"}]}]}",
                 20);
    near("shell", 1, SECONDS(r, "shell"), 0.06);
    near("d", 2, SECONDS(r, "d"), 0.021);
    ts_result_free(r);
}

/* Who comes back to a period with more left than its share until the deadline
 * begins a new one: at 970 ms, with 49 ms left of 50, of which 30 ms may be had
 * only. So `shell` is let in at 1.92 s, and not at once and again at 1.95. */
static void test_server_comes_back(void **state)
{
    ts_result *r =
        play_one("\"policy\": \"linux\"",
                 "{\"name\": \"early\", \"program\": [{\"run\": \"1ms\"}, "
                 "{\"sleep\": \"9s\"}]}, " HOG(
                     "loop",
                     "\"class\": \"fifo\", \"arrive\": {\"at\": "
                     "\"500ms\"}, ") ", " HOG("shell", "\"arrive\": {\"at\": "
                                                       "\"970ms\"}, "),
                 2);

    (void)state;
    near("shell", 0.05, SECONDS(r, "shell"), 0.006);
    ts_result_free(r);
}

/* fifo does not share with its equals, rr does in turns of 100 ms. */
static void test_turns(void **state)
{
    ts_result *r = play_one(
        "\"policy\": \"linux\", \"fair\": {\"cfs\": {}}, "
        "\"rt_runtime\": \"1s\"",
        HOG("a", "\"class\": \"rr\", ") ", " HOG("b", "\"class\": \"rr\", "),
        10);

    (void)state;
    near("a", 5, SECONDS(r, "a"), 0.1);
    near("turns", 100, metric_in(r, "processor.switches"), 1);
    ts_result_free(r);
    r = play_one("\"policy\": \"linux\", \"fair\": {\"cfs\": {}}, "
                 "\"rt_runtime\": \"1s\"",
                 HOG("a",
                     "\"class\": \"fifo\", ") ", " HOG("b",
                                                       "\"class\": \"fifo\", "),
                 10);
    near("b", 0, SECONDS(r, "b"), 0);
    ts_result_free(r);
}

#define WORK_AND_SLEEP                                                         \
    "\"program\": [{\"forever\": [{\"run\": \"1ms\"}, {\"sleep\": "            \
    "\"9.3ms\"}]}]}"

/* SCHED_IDLE has the weight 3 beside 1024, and makes room at once for whoever
 * wakes. SCHED_BATCH waits for a tick: it wakes at any time between two, which
 * are 4 ms apart. */
static void test_idle_and_batch(void **state)
{
    static const char *const systems[] = {
        "\"policy\": \"linux\", \"fair\": {\"cfs\": {}}",
        "\"policy\": \"linux\", \"fair\": {\"eevdf\": {}}"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        ts_result *r =
            play_one(systems[i],
                     HOG("a", "") ", " HOG("i", "\"class\": \"idle\", "), 60);

        near("idle", 60 * 3.0 / 1027, SECONDS(r, "i"), 0.03);
        ts_result_free(r);
        r = play_one(systems[i],
                     HOG("i", "\"class\": \"idle\", ") ", {\"name\": \"s\", "
                                                       "\"background\": "
                                                       "true, " WORK_AND_SLEEP,
                     10);
        near("over idle", 0, metric_in(r, "threads.s.wakeup.max"), 1e6);
        ts_result_free(r);
        r = play_one(systems[i],
                     HOG("h", "") ", {\"name\": \"b\", \"background\": true, "
                                  "\"class\": \"batch\", " WORK_AND_SLEEP,
                     10);
        near("batch", 2e9, metric_in(r, "threads.b.wakeup.mean"), 5e8);
        ts_result_free(r);
    }
}

/* Who yields under 6.12 gives up what is left of its slice: a hog beside two
 * that yield has more than half. Under 6.6 it only goes behind. */
static void test_yield_forfeits(void **state)
{
    static const char threads[] =
        HOG("h", "") ", {\"name\": \"y\", \"count\": 2, \"background\": true, "
                     "\"program\": [{\"forever\": [{\"run\": \"0.2ms\"}, "
                     "\"yield\"]}]}";
    ts_result *r =
        play_one("\"policy\": \"eevdf\", \"version\": \"6.6\"", threads, 10);

    (void)state;
    near("6.6", 10.0 / 3, SECONDS(r, "h"), 0.1);
    ts_result_free(r);
    r = play_one("\"policy\": \"eevdf\", \"version\": \"6.12\"", threads, 10);
    near("6.12", 6, SECONDS(r, "h"), 0.9);
    ts_result_free(r);
}

/* A deadline thread that never sleeps gets its runtime of each period and no
 * more, up to a tick that is paid back; a higher class does not move it. */
static void test_bandwidth(void **state)
{
    ts_result *r = play_one(
        "\"policy\": \"linux\", \"fair\": {\"cfs\": {}}",
        HOG("d",
            "\"class\": \"deadline\", \"estimate\": \"8ms\", "
            "\"period\": \"40ms\", ") ", " HOG("r",
                                               "\"class\": "
                                               "\"fifo\", ") ", " HOG("f", ""),
        100);

    (void)state;
    near("deadline", 20, SECONDS(r, "d"), 0.02);
    near("fifo", 80, SECONDS(r, "r"), 0.02);
    ts_result_free(r);
}

/* A deadline before the period: the thread wakes 16 ms after it began, past its
 * deadline, and waits for the period's end; with a deadline as long as the period
 * it does not, and not with one that it wakes before. */
static void test_early(void **state)
{
    static const struct {
        const char *deadline;
        double wait; /* ms */
    } cases[] = {{"15ms", 1}, {"17ms", 0}, {"16.5ms", 0}};

    (void)state;
    for (int i = 0; i < 3; i++) {
        char thread[512];
        ts_result *r;

        snprintf(thread, sizeof thread,
                 "{\"name\": \"d\", \"background\": true, \"class\": "
                 "\"deadline\", \"estimate\": \"4ms\", \"deadline\": \"%s\", "
                 "\"period\": \"17ms\", \"program\": [{\"forever\": [{\"run\": "
                 "\"3ms\"}, {\"sleep\": \"13ms\"}]}]}",
                 cases[i].deadline);
        r = play_one("\"policy\": \"linux\"", thread, 2);
        near(cases[i].deadline, cases[i].wait,
             metric_in(r, "threads.d.wakeup.max") / 1e9, 0.001);
        ts_result_free(r);
    }
}

/* --- fair shares --- */

/* What a busy thread beside `pollers` that each run and sleep has of the
 * processor must not be less than an equal share, less what threads may be
 * owed: two slices or a tick each (update_entity_lag()), 4 ms here. */
static void check_share(const char *system, int pollers, int run, int sleep)
{
    char threads[512];
    double seconds = 40, owed = 0.004 * pollers;
    ts_result *r;

    snprintf(threads, sizeof threads,
             HOG("busy", "") ", {\"name\": \"poll\", \"count\": %d, "
                             "\"background\": true, \"program\": "
                             "[{\"forever\": [{\"sleep\": \"%dus\"}, "
                             "{\"run\": \"%dus\"}]}]}",
             pollers, sleep, run);
    r = play_one(system, threads, (int)seconds);
    if (SECONDS(r, "busy") < seconds / (pollers + 1) - owed)
        fail_msg("%s: beside %d threads of %d us each %d us, %.3f s of %.0f",
                 system, pollers, run, sleep, SECONDS(r, "busy"), seconds);
    ts_result_free(r);
}

/* Threads that sleep with time owed to them find it again when they wake: that
 * must not shut out the one that never sleeps. */
static void test_busy_beside_pollers(void **state)
{
    static const char *const fair[] = {
        "\"policy\": \"cfs\"",
        "\"policy\": \"eevdf\", \"version\": \"6.6\"",
        "\"policy\": \"eevdf\", \"version\": \"6.12\"",
        "\"policy\": \"eevdf\", \"delay_dequeue\": \"no\"",
    };
    static const int loads[][3] = {{30, 50, 500},    {30, 1000, 1000},
                                   {30, 3310, 5000}, {30, 1000, 20000},
                                   {5, 700, 3000},   {10, 20000, 10000}};

    (void)state;
    for (size_t i = 0; i < sizeof fair / sizeof fair[0]; i++)
        for (size_t k = 0; k < sizeof loads / sizeof loads[0]; k++)
            check_share(fair[i], loads[k][0], loads[k][1], loads[k][2]);
}

/* --- others --- */

/* O(1): nice 0 runs 100 ms in turns, nice 19 runs 5: shares are those of the
 * slices, for an array is emptied before the other begins. */
static void test_o1(void **state)
{
    ts_result *r = play_one("\"policy\": \"o1\"",
                            HOG("a", "") ", " HOG("b", "\"nice\": 19, "), 105);

    (void)state;
    near("nice 0", 100, SECONDS(r, "a"), 0.2);
    near("nice 19", 5, SECONDS(r, "b"), 0.2);
    ts_result_free(r);
    r = play_one("\"policy\": \"o1\"",
                 SLEEPER("editor", "") ", " HOG("hog", "\"count\": 8, "), 20);
    near("wait of an interactive thread", 0,
         metric_in(r, "threads.editor.wakeup.p95"), 1e9);
    ts_result_free(r);
}

/* O(1), by hand: a thread that slept 850 ms, more than the 799 of an idle one,
 * is left 900 ms of credit, a bonus of 9: level 20 - 9 + 5 = 16, at least two
 * above its base, so that it is interactive and pre-empts the hog at 25. It
 * comes back into the active array each 100 ms while its bonus is 7 or more.
 * What it runs costs credit by its bonus: 5 ms at 9, 805 at 8 (down to 798.8 in
 * turns of 10 ms), 690 at 7 (700.25 at 1500 ms): its slice at 1500 ms is renewed,
 * at 1600 it expires. The hog, there from 1 ms on, waits 1.6 s, and then has the
 * 51 ms of its slice that it had left before the arrays change places. */
static void test_o1_by_hand(void **state)
{
    static const int ends[] = {2450, 2500, 2550};
    static const double had[] = {0.849, 0.899, 0.9};

    (void)state;
    for (int i = 0; i < 3; i++) {
        ts_result *r;

        text[0] = '\0';
        say("{\"title\": \"t\", \"stop\": \"%dms\", \"system\": {\"policy\": "
            "\"o1\"}, \"threads\": [%s, {\"name\": \"shell\", \"background\": "
            "true, \"program\": [{\"sleep\": \"850ms\"}, {\"run\": "
            "\"10s\"}]}]}",
            ends[i], HOG("hog", "\"arrive\": {\"at\": \"1ms\"}, "));
        r = play_text(text, NULL);
        near("hog", had[i], SECONDS(r, "hog"), 1e-9);
        ts_result_free(r);
    }
}

/* 4.4BSD, by hand: a hog that began at 5 s has an estimate of 55 after 550 ms,
 * for the load of the last minute, and with it what is left each second, is 0
 * to 5 s. Its priority is 50 + 55/4 = 63, queue (63 - 50)/4 = 3. One that comes
 * with nice 5 has 60, queue 2: at once. With nice 6, 62, queue 3: when the
 * running thread goes behind its equals, at 5.6 s. With nice 10, 70, queue 5:
 * the hog gets there with an estimate of 80, at 5.8 s. */
static void test_bsd_by_hand(void **state)
{
    static const int nice[] = {5, 6, 10};
    static const double response[] = {0, 50e9, 250e9};

    (void)state;
    for (int i = 0; i < 3; i++) {
        ts_result *r;

        text[0] = '\0';
        say("{\"title\": \"t\", \"stop\": \"7s\", \"system\": {\"policy\": "
            "\"bsd44\"}, \"threads\": [{\"name\": \"hog\", \"background\": "
            "true, "
            "\"arrive\": {\"at\": \"5s\"}, \"program\": [{\"run\": "
            "\"100s\"}]}, "
            "{\"name\": \"b\", \"nice\": %d, \"arrive\": {\"at\": \"5550ms\"}, "
            "\"program\": [{\"run\": \"1ms\"}]}]}",
            nice[i]);
        r = play_text(text, NULL);
        near("response", response[i], metric_in(r, "threads.b.response.mean"),
             1);
        ts_result_free(r);
    }
}

/* ULE, by hand: with one that waits a turn is 12 ticks of 1/127 s, with six a
 * sixth of that: 105 and 635 turns in 10 s. */
static void test_ule_by_hand(void **state)
{
    ts_result *r =
        play_one("\"policy\": \"ule\"", HOG("a", "\"count\": 2, "), 10);

    (void)state;
    near("turns of two", 1270 / 12.0, metric_in(r, "processor.switches"), 2);
    ts_result_free(r);
    r = play_one("\"policy\": \"ule\"", HOG("a", "\"count\": 7, "), 10);
    near("turns of seven", 1270 / 2.0, metric_in(r, "processor.switches"), 7);
    ts_result_free(r);
}

/* Windows, by hand: a thread of base 8 that wakes at 100 ms with a boost of 2
 * runs a quantum of 31.25 ms at 10, falls to 9, behind the hog there, which came at 1
 * ms and has 26 of its quantum left; runs another one from 157.25 on, and falls to 8. */
static void test_windows_by_hand(void **state)
{
    static const int ends[] = {130, 157, 188, 200, 2000};
    static const double had[] = {0.03, 0.03125, 0.062, 0.0625, 0.0625};

    (void)state;
    for (int i = 0; i < 5; i++) {
        ts_result *r;

        text[0] = '\0';
        say("{\"title\": \"t\", \"stop\": \"%dms\", \"conventions\": "
            "{\"priority\": \"larger-is-higher\"}, \"system\": {\"policy\": "
            "\"windows\", \"boost\": 2}, \"threads\": [%s, {\"name\": \"b\", "
            "\"priority\": 8, \"background\": true, \"program\": [{\"sleep\": "
            "\"100ms\"}, {\"run\": \"10s\"}]}]}",
            ends[i],
            HOG("hog", "\"priority\": 9, \"arrive\": {\"at\": \"1ms\"}, "));
        r = play_text(text, NULL);
        near("b", had[i], SECONDS(r, "b"), 1e-9);
        ts_result_free(r);
    }
}

/* Windows: a thread of priority 5 beside one of 10 runs one quantum of 31.25
 * ms each time it has starved for 4 s, seen at a whole second. */
static void test_windows(void **state)
{
    ts_result *r =
        play_one("\"policy\": \"windows\"",
                 HOG("a", "\"priority\": 10, ") ", " HOG("b",
                                                         "\"priority\": 5, "),
                 100);
    double quanta = SECONDS(r, "b") / 0.03125;

    (void)state;
    near("whole quanta", round(quanta), quanta, 1e-9);
    assert_in_range((int)quanta, 100 / 5.1 - 1, 100 / 4.0);
    ts_result_free(r);
    r = play_one("\"policy\": \"windows\", \"starved\": \"1000s\"",
                 HOG("a", "\"priority\": 10, ") ", " HOG("b",
                                                         "\"priority\": 5, "),
                 100);
    near("never", 0, SECONDS(r, "b"), 0);
    ts_result_free(r);
}

/* 4.4BSD: equals share equally, a nicer one gets less but is not shut out. */
static void test_bsd(void **state)
{
    ts_result *r =
        play_one("\"policy\": \"bsd44\"", HOG("a", "") ", " HOG("b", ""), 200);

    (void)state;
    near("half", 100, SECONDS(r, "a"), 2);
    ts_result_free(r);
    r = play_one("\"policy\": \"bsd44\"",
                 HOG("a", "") ", " HOG("b", "\"nice\": 5, "), 200);
    assert_true(SECONDS(r, "b") < 90 && SECONDS(r, "b") > 10);
    ts_result_free(r);
    r = play_one("\"policy\": \"bsd44\"",
                 SLEEPER("editor", "") ", " HOG("hog", "\"count\": 8, "), 60);
    near("wait of an interactive thread", 0,
         metric_in(r, "threads.editor.wakeup.p50"), 1e9);
    ts_result_free(r);
}

/* ULE: equals share equally; one that sleeps comes first. */
static void test_ule(void **state)
{
    ts_result *r =
        play_one("\"policy\": \"ule\"", HOG("a", "") ", " HOG("b", ""), 200);

    (void)state;
    near("half", 100, SECONDS(r, "a"), 2);
    ts_result_free(r);
    r = play_one("\"policy\": \"ule\"",
                 SLEEPER("editor", "") ", " HOG("hog", "\"count\": 8, "), 20);
    near("wait of an interactive thread", 0,
         metric_in(r, "threads.editor.wakeup.p99"), 1e9);
    ts_result_free(r);
}

/* --- Linux between processors --- */

/* Plays two processors until `us`; how many threads were taken. */
static double pulled_by(const char *release, const char *threads, int us)
{
    ts_result *result;
    double pulled;

    text[0] = '\0';
    say("{\"title\": \"t\", \"stop\": \"%dus\", \"conventions\": "
        "{\"priority\": \"larger-is-higher\"}, \"computer\": {\"processors\": "
        "2}, \"system\": {\"policy\": \"linux\", \"release\": \"%s\"}, "
        "\"threads\": [%s]}",
        us, release, threads);
    result = play_text(text, NULL);
    pulled = metric_in(result, "balance.pulled");
    ts_result_free(result);
    return pulled;
}

/* The one that has a processor to itself looks at the ticks 1, 16 and 23 (60 and
 * 28 ms apart, and no more while it looks in vain). At the first it has used less
 * than 875/1024, and half of one thread more is none; at 64 ms it has used
 * 1024 - 512 / 4 = 896, is full, and a whole thread is more than half of what the
 * loads differ by; at 92 ms half of one is not. Then the other begins. */
static void test_odd_hog(void **state)
{
    static const char hogs[] = HOG("a", "") ", " HOG("b", "") ", " HOG("c", "");

    (void)state;
    assert_true(pulled_by("6.12", hogs, 91999) == 0);
    assert_true(pulled_by("6.12", hogs, 92001) == 1);
    assert_true(pulled_by("6.1", hogs, 91999) == 0);
    assert_true(pulled_by("6.1", hogs, 92001) == 1);
}

/* Where all are pinned an idle processor looks ever more rarely: at the ticks 1,
 * 3, 7, 15 and 31. When they are free it takes half of them at its next look,
 * some microseconds after the tick, at 124 ms. */
static void test_freed_hogs(void **state)
{
#define FREED                                                                  \
    "\"arrive\": [\"1ms\"], \"affinity\": [0], \"changes\": [{\"at\": "        \
    "\"100ms\", \"affinity\": [0, 1]}], "
    static const char hogs[] =
        HOG("a", FREED) ", " HOG("b", FREED) ", " HOG("c",
                                                      FREED) ", " HOG("d",
                                                                      FREED);

    (void)state;
    assert_true(pulled_by("6.1", hogs, 123999) == 0);
    assert_true(pulled_by("6.1", hogs, 124010) == 2);
#undef FREED
}

/* A real-time thread that wakes takes its last processor from a fair one beside
 * an idle one; the fair one, no longer alone, goes there at a tick. */
static void test_urgent_stays(void **state)
{
    static const char threads[] =
        "{\"name\": \"f\", \"background\": true, \"class\": \"fifo\", "
        "\"affinity\": [0], \"changes\": [{\"at\": \"1ms\", \"affinity\": [0, "
        "1]}], \"program\": [{\"forever\": [{\"run\": \"0.5ms\"}, {\"sleep\": "
        "\"9.5ms\"}]}]}, " HOG("h", "\"affinity\": [0], \"changes\": [{\"at\": "
                                    "\"2ms\", \"affinity\": [0, 1]}], ");
    ts_result *result;

    (void)state;
    text[0] = '\0';
    say("{\"title\": \"t\", \"stop\": \"11ms\", \"conventions\": "
        "{\"priority\": \"larger-is-higher\"}, \"computer\": {\"processors\": "
        "2}, \"system\": {\"policy\": \"linux\", \"release\": \"6.12\"}, "
        "\"threads\": [%s]}",
        threads);
    result = play_text(text, NULL);
    assert_true(metric_in(result, "balance.wake_moves") == 0);
    near("the hog's", 10.0, metric_in(result, "threads.h.used") / 1e9, 0.001);
    near("the urgent one's", 1.0, metric_in(result, "threads.f.used") / 1e9,
         0.001);
    ts_result_free(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_odd_hog),
        cmocka_unit_test(test_freed_hogs),
        cmocka_unit_test(test_urgent_stays),
        cmocka_unit_test(test_throttle),
        cmocka_unit_test(test_server),
        cmocka_unit_test(test_server_comes_back),
        cmocka_unit_test(test_turns),
        cmocka_unit_test(test_bandwidth),
        cmocka_unit_test(test_early),
        cmocka_unit_test(test_idle_and_batch),
        cmocka_unit_test(test_yield_forfeits),
        cmocka_unit_test(test_busy_beside_pollers),
        cmocka_unit_test(test_o1),
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_bsd),
        cmocka_unit_test(test_ule),
        cmocka_unit_test(test_o1_by_hand),
        cmocka_unit_test(test_bsd_by_hand),
        cmocka_unit_test(test_ule_by_hand),
        cmocka_unit_test(test_windows_by_hand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

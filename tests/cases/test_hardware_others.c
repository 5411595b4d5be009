/*
 * What the families of the hardware do not ask: memory nodes in sockets and
 * where working sets lie, memory that follows its thread, polling with a
 * budget. Ten made-up machines each, against closed forms. The scenarios say
 * what a machine has; none of them says what is expected of it.
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

#define ROUNDS 10
#define EXACT 1e-6 /* picoseconds in microseconds */

/* Numbers for making machines up: the same everywhere. */
static uint64_t state = 1969;

static int any(int from, int to)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return from + (int)((state >> 33) % (uint64_t)(to - from + 1));
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

/* Two sockets of so many nodes: interleaved memory is as far as the mean of
 * all nodes, memory of a given node as far as that one, memory of any node
 * near for one thread in all of them, and what is touched first is near. */
static void other_numa(family *f)
{
    static const char *const placements[] = {"first-touch", "interleave",
                                             "anywhere", "node"};
    int each = any(1, 3), nodes = 2 * each, home = any(0, nodes - 1);
    int near = any(60, 110), next = any(110, 140), far = any(140, 300);
    double all = (near + (each - 1.0) * next + (double)each * far) / nodes;
    double square =
        (near * near + (each - 1.0) * next * next + (double)each * far * far) /
        nodes;
    double of[4] = {near, all, all,
                    home == 0     ? near
                    : home < each ? next
                                  : far};

    for (int p = 0; p < 4; p++) {
        int threads = p == 2 ? 1000 : 1;
        double error = 4 * sqrt((square - all * all) / threads);

        fresh(f);
        say(f,
            "{\"title\": \"other\", \"computer\": {\"topology\": "
            "{\"sockets\": 2, \"nodes\": %d, \"complexes\": %d, \"cores\": 1}, "
            "\"memory\": "
            "{\"latency\": \"%dns\", \"remote_node\": \"%dns\", "
            "\"remote_socket\": \"%dns\"}}, \"threads\": [{\"name\": \"t\", "
            "\"count\": %d, \"affinity\": 0, \"memory\": {\"size\": "
            "\"%dB\", \"placement\": \"%s\", \"node\": %d}, \"program\": "
            "[{\"chase\": 1000}]}]}",
            each, each, near, next, far, threads, 64 * nodes * any(10, 9000),
            placements[p], home);
        if (play(f))
            expect_near(f, placements[p], of[p],
                        metric(f, "memory.t.latency") / 1000, EXACT,
                        p == 2 ? error : 0);
    }
}

/* Memory touched first on one socket goes after its thread to the other, so
 * much for each `every` that the thread computes there: after k of these what
 * is still far has fallen by k parts, and each page was paid for. */
static void other_following(family *f)
{
    int near = any(60, 110), far = any(120, 300), pages = any(100, 9000);
    int most = any(10, 2000), us = any(10, 5000), looks = any(0, 12);
    int cost = any(0, 9000);
    double moved = least((double)looks * most, pages);
    double part = 1 - moved / pages, finish[2] = {0, 0};
    ts_thread_times t;

    for (int free = 0; free < 2; free++) {
        fresh(f);
        say(f,
            "{\"title\": \"other\", \"computer\": {\"topology\": "
            "{\"sockets\": 2, \"cores\": 1}, \"memory\": {\"latency\": "
            "\"%dns\", \"remote_socket\": \"%dns\"}}, \"system\": "
            "{\"numa_balancing\": {\"every\": \"%dus\", \"most\": "
            "\"%dKiB\", \"cost\": \"%dns\"}}, \"threads\": [{\"name\": "
            "\"t\", \"memory\": \"%dKiB\", \"program\": [{\"run\": "
            "\"1us\"}, {\"sleep\": \"1ms\"}, {\"repeat\": {\"times\": "
            "%d, \"program\": [{\"run\": \"%dus\"}]}}, {\"run\": "
            "\"1us\"}, {\"chase\": 1000}]}, {\"name\": \"blocker\", "
            "\"affinity\": 0, \"arrive\": \"500us\", \"program\": "
            "[{\"run\": \"1s\"}]}]}",
            near, far, us, 4 * most, free ? 0 : cost, 4 * pages, looks, us);
        if (play(f) && thread_of(f, "t", 0, &t))
            finish[free] = (double)t.finish / 1000;
    }
    expect_near(f, "latency", near + (far - near) * part,
                metric(f, "memory.t.latency") / 1000, EXACT, 0);
    expect_near(f, "paid", moved * cost, finish[0] - finish[1], 1e-9, 1e-6);
}

/* More packets than polling can take, a budget, and a thread that polls what is
 * left beside one that serves: with equal turns each has half the processor,
 * and 1/(2 A) get through. One turn each of 1 ms in 2 s, and the budget before
 * the thread takes over, are less than 1 %. */
static void other_budget(family *f)
{
    int each = any(2, 15), work = any(20, 90), budget = any(16, 300);

    say(f,
        "{\"title\": \"other\", \"stop\": \"2s\", \"system\": "
        "{\"policy\": \"round-robin\", \"slice\": \"1ms\"}, \"inputs\": "
        "[{\"name\": \"nic\", \"arrive\": {\"every\": \"%dns\"}, "
        "\"ring\": 256, \"queue\": 1000, \"delivery\": {\"napi\": "
        "{\"cost\": \"1us\", \"each\": \"%dus\", \"budget\": %d}}}], "
        "\"threads\": [{\"name\": \"server\", \"background\": true, "
        "\"program\": [{\"forever\": [{\"receive\": \"nic\"}, {\"run\": "
        "\"%dus\"}]}]}, {\"name\": \"ksoftirqd\", \"background\": true, "
        "\"program\": [{\"forever\": [{\"poll\": \"nic\"}]}]}]}",
        each * any(300, 900), each, budget, work);
    if (play_seed(f, 1))
        expect_near(f, "with a budget", 5e5 / work,
                    metric(f, "inputs.nic.goodput"), 0.01, 0);
}

static void others(const char *name, void (*one)(family *))
{
    family *f = family_begin(name);

    for (int i = 0; i < ROUNDS && !f->wrong; i++) {
        fresh(f);
        one(f);
    }
    printf("%s: %d others%s\n", name, ROUNDS, f->wrong ? ", not all" : "");
    assert_true(family_end(f));
}

static void test_others(void **unused)
{
    (void)unused;
    others("memory nodes", other_numa);
    others("memory that follows", other_following);
    others("a budget of polling", other_budget);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_others)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

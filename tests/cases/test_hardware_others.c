/*
 * The families of the hardware with parameters that no case has: ten made-up
 * machines each, against the closed forms of the same sources, written here a
 * second time. The scenarios say what a machine has; none of them says what is
 * expected of it. Tolerances are a rounding to picoseconds where all is
 * deterministic, and four standard errors, computed here, where it is not.
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

__extension__ typedef __int128 wide;

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

/* --- memory -------------------------------------------------------------- */

/* Round robin of n equal footprints under group LRU: clamp(n F - C, 0, F)
 * lines are reloaded (Thiebaut and Stone's footprints). */
static void other_lru(family *f)
{
    int n = any(2, 6), lines = any(100, 9000), room = any(512, 16384);
    int ns = any(5, 120), mlp = any(1, 8), direct = any(0, 3000);
    double over = (double)n * lines - room;
    double reload = over < 0 ? 0 : least(over, lines), total;

    say(f,
        "{\"title\": \"other\", \"stop\": \"%dms\", \"computer\": {"
        "\"caches\": [{\"name\": \"L2\", \"size\": \"%dB\", \"latency\": "
        "\"1ns\"}], \"memory\": {\"latency\": \"%dns\", \"mlp\": %d}}, "
        "\"system\": {\"policy\": \"round-robin\", \"slice\": \"1ms\", "
        "\"switch\": \"%dns\"}, \"threads\": [{\"name\": \"t\", "
        "\"count\": %d, \"background\": true, \"memory\": \"%dB\", "
        "\"program\": [{\"forever\": [{\"run\": \"1s\"}]}]}]}",
        30 * n, room * 64, ns, mlp, direct, n, lines * 64);
    if (!play(f))
        return;
    expect_near(f, "lines", reload, metric(f, "memory.t.reload_lines.min"), 0,
                0);
    expect_near(f, "lines", reload, metric(f, "memory.t.reload_lines.max"), 0,
                0);
    total = reload * ns * 1000 / mlp;
    expect_near(f, "reload", total, metric(f, "memory.t.reload.mean"), 0, 1);
}

/* Each level serves what the one inside it does not hold. */
static void other_hierarchy(family *f)
{
    static const int from[2][4] = {{64, 1000, 12000, 0}, {1, 3, 9, 60}};
    static const int to[2][4] = {{1000, 12000, 400000, 0}, {3, 9, 40, 200}};
    int room[4], ns[4];
    int lines = any(32, 900000);
    double mean = 0, held = 0;

    for (int l = 0; l < 4; l++) {
        double here;

        room[l] = any(from[0][l], to[0][l]);
        ns[l] = any(from[1][l], to[1][l]);
        here = l < 3 ? least(room[l], lines) : lines;

        mean += (here - held) / lines * ns[l];
        held = here;
    }
    say(f, "{\"title\": \"other\", \"computer\": {\"caches\": [");
    for (int l = 0; l < 3; l++)
        say(f,
            "%s{\"name\": \"L%d\", \"size\": \"%dB\", \"latency\": \"%dns\"}",
            l ? ", " : "", l + 1, room[l] * 64, ns[l]);
    say(f,
        "], \"memory\": \"%dns\"}, \"threads\": [{\"name\": \"t\", "
        "\"memory\": \"%dB\", \"program\": [{\"chase\": 100000}]}]}",
        ns[3], lines * 64);
    if (play(f))
        expect_near(f, "mean latency", mean,
                    metric(f, "memory.t.latency") / 1000, EXACT, 0);
}

/* A working set goes with its thread to another complex: lines x latency / mlp
 * besides the direct switch; from the old caches, or, when a stream has gone
 * through them meanwhile, from RAM. */
static void other_migration(family *f)
{
    int lines = any(100, 8192), mlp = any(1, 10), direct = any(0, 5000);
    int near = any(30, 120), ram = any(60, 200);
    ts_stretch s;

    for (int evicted = 0; evicted < 2; evicted++) {
        double cost =
            direct * 1000 + lines * (evicted ? ram : near) * 1000.0 / mlp;

        fresh(f);
        say(f,
            "{\"title\": \"other\", \"computer\": {\"topology\": "
            "{\"complexes\": 2, \"cores\": 1}, \"caches\": [{\"name\": "
            "\"L2\", \"size\": \"512KiB\", \"latency\": \"3ns\"}, "
            "{\"name\": \"L3\", \"size\": \"16MiB\", \"latency\": "
            "\"10ns\", \"per\": \"complex\"}], \"memory\": {\"latency\": "
            "\"%dns\", \"mlp\": %d, \"transfer\": {\"chiplet\": "
            "\"%dns\"}}}, \"system\": {\"switch\": \"%dns\"}, "
            "\"threads\": [{\"name\": \"t\", \"memory\": \"%dB\", "
            "\"program\": [{\"run\": \"1us\"}, {\"sleep\": \"10ms\"}, "
            "{\"run\": \"1us\"}]}, {\"name\": \"home\", \"affinity\": "
            "0, \"arrive\": \"5ms\", \"program\": [%s{\"run\": "
            "\"1s\"}]}]}",
            ram, mlp, near, direct, lines * 64,
            evicted ? "{\"stream\": {\"bytes\": \"64MiB\", \"rate\": "
                      "\"100GB/s\"}}, "
                    : "");
        if (!play(f))
            return;
        if (timeline(f, "processor 1", "switch", &s, 1) != 1)
            wrong(f, "no single switch on processor 1");
        else
            expect_near(f, evicted ? "from RAM" : "from the old caches", cost,
                        (double)(s.to - s.from), 0, 1);
    }
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

/* hit CL + BL/2, closed + tRCD, conflict + tRP, in clocks of the chips. */
static void other_dram(family *f)
{
    int cl = any(9, 40), trcd = any(9, 40), trp = any(9, 40);
    int burst = 4 << any(0, 2), mhz = any(400, 3200);
    double clock = 1e6 / mhz, hit = cl + burst / 2;

    say(f,
        "{\"title\": \"other\", \"computer\": {\"memory\": {\"dram\": "
        "{\"clock\": \"%dMHz\", \"cl\": %d, \"trcd\": %d, \"trp\": %d, "
        "\"burst\": %d}}}, \"threads\": [{\"name\": \"t\", \"program\": "
        "[{\"dram\": 7}, {\"dram\": 7}, {\"dram\": 8}, {\"dram\": 8}]}]}",
        mhz, cl, trcd, trp, burst);
    if (!play(f))
        return;
    expect_near(f, "hit", hit * clock, metric(f, "dram.hit.mean"), 0, 1);
    expect_near(f, "closed", (hit + trcd) * clock,
                metric(f, "dram.closed.mean"), 0, 1);
    expect_near(f, "conflict", (hit + trcd + trp) * clock,
                metric(f, "dram.conflict.mean"), 0, 1);
}

/* --- cores --------------------------------------------------------------- */

/* Slots: the core works in 1 - p^n of them; 200 000 are independent, and the
 * work rate's standard error is that of a proportion. */
static void other_slots(family *f)
{
    int n = any(2, 8), percent = any(10, 90), slots = 200000;
    double p = percent / 100.0, works = 1 - pow(p, n);

    say(f,
        "{\"title\": \"other\", \"stop\": \"%dns\", "
        "\"computer\": {\"topology\": {\"cores\": {\"count\": 1, "
        "\"threads\": %d}}, \"smt\": {\"sharing\": \"slots\"}}, "
        "\"threads\": [{\"name\": \"t\", \"count\": %d, \"background\": "
        "true, \"program\": [{\"forever\": [{\"choose\": [{\"weight\": %d, "
        "\"program\": [{\"run\": \"1ns\"}]}, {\"weight\": %d, \"program\": "
        "[{\"stall\": \"1ns\"}]}]}]}]}]}",
        slots, n, n, 100 - percent, percent);
    if (play_seed(f, (uint64_t)any(1, 999)))
        expect_near(f, "work rate", works, metric(f, "cores.work_rate"), 0,
                    4 * sqrt(works * (1 - works) / slots));
}

/* Switch on stall: N R/(R + L + C) until R/(R + C); a start of N turns is not
 * steady yet. */
static void other_turns(family *f)
{
    int n = any(1, 8), run = any(5, 60), swap = any(0, 9);
    int latency = any(0, 400);
    double alone = (double)run / (run + latency);
    double many = least((double)n * run / (run + latency + swap),
                        (double)run / (run + swap));
    double steady = n == 1 ? alone : many, stop = 1e6;

    say(f,
        "{\"title\": \"other\", \"stop\": \"%.0fns\", \"computer\": "
        "{\"topology\": {\"cores\": {\"count\": 1, \"threads\": %d}}, "
        "\"smt\": {\"sharing\": \"first-come\", \"swap\": \"%dns\"}}, "
        "\"threads\": [{\"name\": \"t\", \"count\": %d, \"background\": "
        "true, \"program\": [{\"forever\": [{\"run\": \"%dns\"}, "
        "{\"stall\": \"%dns\"}]}]}]}",
        stop, n, swap, n, run, latency);
    if (play(f))
        expect_near(f, "work rate", steady,
                    n == 1 ? metric(f, "processor.useful")
                           : metric(f, "cores.work_rate"),
                    2.0 * n * (run + latency + swap) / stop / steady, 0);
}

/* Round robin with a direct switch: n W + (n W/q - 1) s. */
static void other_direct(family *f)
{
    int n = any(2, 9), slices = any(1, 40), us = any(10, 5000);
    int ns = any(0, 9000);
    double work = (double)slices * us * 1000;

    say(f,
        "{\"title\": \"other\", \"system\": {\"policy\": \"round-robin\", "
        "\"slice\": \"%dus\", \"switch\": {\"cost\": \"%dns\", \"first\": "
        "false}}, \"threads\": [{\"name\": \"t\", \"count\": %d, "
        "\"program\": [{\"run\": \"%.0fns\"}]}]}",
        us, ns, n, work);
    if (play(f))
        expect_near(f, "makespan", n * work + ((double)n * slices - 1) * ns,
                    metric(f, "run.makespan") / 1000, 1e-12, 0);
}

/* --- clocks -------------------------------------------------------------- */

static int divisor(int a, int b)
{
    return b == 0 ? a : divisor(b, a % b);
}

/* A crossing from a to b where Ta/Tb = p/q: the mean wait is Tb/2 (1 - 1/q). */
static void other_crossing(family *f)
{
    int a = any(2, 40), b = any(2, 40), d = divisor(a, b), q = a / d;
    double period = 1e6 / b; /* ps, of b MHz */

    say(f,
        "{\"title\": \"other\", \"computer\": {\"processors\": %d}, "
        "\"clocks\": [{\"name\": \"a\", \"frequency\": \"%dMHz\"}, "
        "{\"name\": \"b\", \"frequency\": \"%dMHz\"}], \"threads\": [",
        q, a, b);
    for (int i = 0; i < q; i++)
        say(f,
            "%s{\"name\": \"m%d\", \"program\": [{\"edge\": {\"clock\": "
            "\"a\", \"count\": %d}}, {\"edge\": \"b\"}]}",
            i ? ", " : "", i, i + 1);
    say(f, "]}");
    if (play(f))
        expect_near(f, "mean wait", period / 2 * (1 - 1.0 / q),
                    metric(f, "clocks.b.wait.mean"), 0, 1);
}

/* Edge k of f is at floor(k 10^12 / f) picoseconds, however large k is. */
static void other_edges(family *f)
{
    int64_t num = (int64_t)any(1000, 2000000000) * any(1, 1000);
    int den = any(1, 999);
    int64_t edge = (int64_t)any(1, 2000000000) * any(1, 100);
    wide at;
    ts_thread_times t;

    while (edge / num > 90 * 86400 / den)
        edge /= 16;
    at = (wide)edge * den * INT64_C(1000000000000) / num;
    say(f,
        "{\"title\": \"other\", \"clocks\": [{\"name\": \"c\", "
        "\"frequency\": \"%lld/%dHz\"}], \"threads\": [{\"name\": \"t\", "
        "\"program\": [{\"edge\": {\"clock\": \"c\", \"count\": %lld, "
        "\"after\": true}}]}]}",
        (long long)num, den, (long long)edge);
    if (play(f) && thread_of(f, "t", 0, &t))
        expect_count(f, "edge", (int64_t)at, t.finish);
}

/* A synchroniser of S stages: (S - 1) T + U(0, T). */
static void other_synchroniser(family *f)
{
    int mhz = any(1, 900), stages = any(1, 4), events = 50000;
    double period = 1e6 / mhz;

    say(f,
        "{\"title\": \"other\", \"computer\": "
        "{\"processors\": 8}, \"clocks\": [{\"name\": \"b\", \"frequency\": "
        "\"%dMHz\"}], \"threads\": [{\"name\": \"event\", \"arrive\": "
        "{\"rate\": \"%d/ms\", \"limit\": %d}, \"program\": [{\"edge\": "
        "{\"clock\": \"b\", \"count\": %d}}]}]}",
        mhz, mhz, events, stages);
    if (play_seed(f, (uint64_t)any(1, 999)))
        expect_near(f, "mean", (stages - 0.5) * period,
                    metric(f, "clocks.b.wait.mean"), 0,
                    1 + 4 * period / sqrt(12.0 * events));
}

/* --- devices ------------------------------------------------------------- */

/* Polls find an event U(0, T) after it came. */
static void other_polling(family *f)
{
    int us = any(50, 20000), cost = any(10, 4000), events = 20000;
    int rate = any(20, 300);
    double period = us * 1e6;

    say(f,
        "{\"title\": \"other\", \"stop\": \"10000s\", "
        "\"inputs\": [{\"name\": \"device\", \"arrive\": {\"rate\": "
        "\"%d/s\", \"limit\": %d}, \"delivery\": {\"poll\": {\"every\": "
        "\"%dus\", \"cost\": \"%dns\"}}}], \"threads\": []}",
        rate, events, us, cost);
    if (!play_seed(f, (uint64_t)any(1, 999)))
        return;
    expect_near(f, "mean", period / 2, metric(f, "inputs.device.wait.mean"), 0,
                4 * period / sqrt(12.0 * events));
    expect_near(f, "processor", cost / 1e3 / us,
                metric(f, "processor.interrupts"), 1e-3, 0);
}

static void say_packets(family *f, int rate, int limit, const char *delivery)
{
    fresh(f);
    say(f,
        "{\"title\": \"other\", \"stop\": \"10000s\", "
        "\"inputs\": [{\"name\": \"nic\", \"arrive\": {\"rate\": "
        "\"%d/ms\", \"limit\": %d}, \"delivery\": %s}], \"threads\": []}",
        rate, limit, delivery);
}

/* A timer of t from the first packet: batches of 1 + l t, and a mean delay of
 * t (1 + l t / 2)/(1 + l t). A count of n: (n - 1)/2 packets to wait for. 2 %:
 * batches are independent, 100 000 packets are at least 3 000 of them. */
static void other_coalescing(family *f)
{
    int rate = any(5, 300), us = any(10, 100), count = any(2, 16);
    double lt = rate * us / 1000.0;
    char delivery[128];

    snprintf(delivery, sizeof delivery, "{\"coalesce\": {\"timer\": \"%dus\"}}",
             us);
    say_packets(f, rate, 100000, delivery);
    if (play_seed(f, (uint64_t)any(1, 999))) {
        expect_near(f, "delay with a timer", us * (1 + lt / 2) / (1 + lt),
                    metric(f, "inputs.nic.latency.mean") / 1e6, 0.02, 0);
        expect_near(f, "batch", 1 + lt,
                    metric(f, "inputs.nic.handled") /
                        metric(f, "inputs.nic.interrupts"),
                    0.02, 0);
    }
    snprintf(delivery, sizeof delivery, "{\"coalesce\": {\"count\": %d}}",
             count);
    say_packets(f, rate, 100000, delivery);
    if (play_seed(f, (uint64_t)any(1, 999)))
        expect_near(f, "delay with a count", (count - 1) * 500.0 / rate,
                    metric(f, "inputs.nic.latency.mean") / 1e6, 0.02, 0);
}

/* M/G/1 with a setup: utilisation rho + (1 - rho) l I/(1 + l I). */
static void other_napi(family *f)
{
    int rate = any(5, 80), each = any(1, 10), irq = any(1, 20);
    double rho = rate * each / 1000.0, li = rate * irq / 1000.0;
    char delivery[128];

    snprintf(delivery, sizeof delivery,
             "{\"napi\": {\"cost\": \"%dus\", \"each\": \"%dus\"}}", irq, each);
    say_packets(f, rate, 200000, delivery);
    if (!play_seed(f, (uint64_t)any(1, 999)))
        return;
    expect_near(f, "utilisation", rho + (1 - rho) * li / (1 + li),
                metric(f, "processor.interrupts"), 0.02, 0);
    expect_near(f, "interrupts a packet", (1 - rho) / (1 + li),
                metric(f, "inputs.nic.interrupts") / 200000, 0.02, 0);
}

/* An interrupt of o and p a packet serves k/(o + k p). */
static void other_batching(family *f)
{
    int k = any(1, 200), over = any(0, 90000), each = any(100, 30000);
    double took = over + (double)k * each;

    say(f,
        "{\"title\": \"other\", \"stop\": \"1h\", \"inputs\": "
        "[{\"name\": \"nic\", \"arrive\": {\"every\": \"%.0fns\", "
        "\"limit\": 50}, \"count\": %d, \"delivery\": {\"interrupt\": "
        "{\"cost\": \"%dns\", \"each\": \"%dns\", \"batch\": %d}}}], "
        "\"threads\": []}",
        took, k, over, each, k);
    if (play(f))
        expect_near(f, "time of a packet", took / k,
                    metric(f, "run.time") / 1000 / (50.0 * k), 1e-9, 0);
}

/* Calls at a rate r, each taxed by d: a part r d more time. */
static void other_mitigation(family *f)
{
    int ns = any(200, 90000), tax = any(0, 2000), calls = 5000;

    say(f,
        "{\"title\": \"other\", \"system\": {\"kernel\": {\"mitigation\": "
        "\"%dns\"}}, \"threads\": [{\"name\": \"t\", \"program\": "
        "[{\"repeat\": {\"times\": %d, \"program\": [{\"run\": "
        "\"%dns\"}, \"syscall\"]}}]}]}",
        tax, calls, ns);
    if (play_seed(f, 1))
        expect_near(f, "overhead", 1e9 / ns * tax / 1e9,
                    metric(f, "run.makespan") / 1000 / calls / ns - 1, 1e-6,
                    1e-9);
}

/* Interrupts leave (1 - l I)/A of the work, and nothing from 1/I on; fetched
 * by the thread, 1/(I + A) whatever comes. What is in the queues at the end is
 * below 1 % of what was served. */
static void other_livelock(family *f)
{
    int irq = any(2, 40), work = any(5, 100), rate = any(2000, 200000);
    double share = 1 - rate * irq / 1e6;
    double paid = least(rate, share > 0 ? share * 1e6 / work : 0);
    double fetched = least(rate, 1e6 / (irq + work));

    for (int ring = 0; ring < 2; ring++) {
        char delivery[64];

        snprintf(delivery, sizeof delivery,
                 ring ? "\"ring\"" : "{\"interrupt\": \"%dus\"}", irq);
        fresh(f);
        say(f,
            "{\"title\": \"other\", \"stop\": \"2s\", \"inputs\": "
            "[{\"name\": \"nic\", \"arrive\": {\"every\": \"%.0fps\"}, "
            "\"ring\": 32, \"queue\": 32, \"delivery\": %s}], \"threads\": "
            "[{\"name\": \"t\", \"background\": true, \"program\": "
            "[{\"forever\": [{\"receive\": \"nic\"}, {\"run\": \"%dus\"}"
            "]}]}]}",
            1e12 / rate, delivery, ring ? irq + work : work);
        if (play_seed(f, (uint64_t)any(1, 999)))
            expect_near(f, ring ? "fetched" : "interrupts",
                        ring ? fetched : paid, metric(f, "inputs.nic.goodput"),
                        0.01, 40);
    }
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

/* Packets of a payload and an overhead on lanes of 128b/130b. */
static void other_pcie(family *f)
{
    int generation = any(3, 5), lanes = 1 << any(0, 4), over = any(12, 30);
    int payload = 128 << any(0, 3), size = any(1, 5000000);
    double bits = 8e9 * (1 << (generation - 3)) * lanes * 128 / 130;
    double packets = ceil((double)size / payload);

    say(f,
        "{\"title\": \"other\", \"devices\": [{\"name\": \"link\", "
        "\"kind\": \"pcie\", \"generation\": %d, \"lanes\": %d, "
        "\"payload\": \"%dB\", \"overhead\": \"%dB\"}], \"threads\": "
        "[{\"name\": \"t\", \"program\": [{\"io\": {\"device\": \"link\", "
        "\"bytes\": \"%dB\"}}]}]}",
        generation, lanes, payload, over, size);
    if (play(f))
        expect_near(f, "on the wire", (size + packets * over) * 8e12 / bits,
                    metric(f, "run.makespan"), 0, 1);
}

/* --- scaling ------------------------------------------------------------- */

/* Amdahl, with nobody dividing the work: one thread does the serial part, then
 * the dispatcher spreads 960 pieces over the processors. Their number divides
 * 960. */
static void other_amdahl(family *f)
{
    static const int divisors[] = {1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 32, 60};
    int n = divisors[any(0, 12)], serial = any(1, 400), piece = any(1, 900);
    double p = 960.0 * piece / (960.0 * piece + serial * 1000.0), makespan[2];

    for (int i = 0; i < 2; i++) {
        fresh(f);
        say(f,
            "{\"title\": \"other\", \"computer\": {\"processors\": %d}, "
            "\"locks\": [{\"name\": \"fork\", \"kind\": \"barrier\", "
            "\"parties\": 961}], \"threads\": [{\"name\": \"first\", "
            "\"program\": [{\"run\": \"%dms\"}, {\"barrier\": \"fork\"}]}, "
            "{\"name\": \"piece\", \"count\": 960, \"program\": "
            "[{\"barrier\": \"fork\"}, {\"run\": \"%dus\"}]}]}",
            i ? n : 1, serial, piece);
        makespan[i] = play(f) ? metric(f, "run.makespan") : 1;
    }
    expect_near(f, "speed-up", 1 / (1 - p + p / n), makespan[0] / makespan[1],
                1e-9, 0);
}

/* M/M/1 and M/D/1. The relaxation time of M/M/1 is 2 rho/(1 - rho)^2 services
 * at most, and its waits have a deviation of about the mean: 4 % at 300 000
 * customers and rho of 0.6 are more than four standard errors. */
static void other_queue(family *f)
{
    int us = any(1, 900), percent = any(20, 60);
    double rho = percent / 100.0, wait = rho / (1 - rho) * us;

    for (int i = 0; i < 2; i++) {
        fresh(f);
        say(f,
            "{\"title\": \"other\", \"threads\": [{\"name\": "
            "\"c\", \"arrive\": {\"rate\": \"%.6f/s\", \"limit\": 300000}, "
            "\"program\": [{\"run\": ",
            rho / us * 1e6);
        say(f, i ? "\"%dus\"" : "{\"exponential\": \"%dus\"}", us);
        say(f, "}]}]}");
        if (play_seed(f, (uint64_t)any(1, 999)))
            expect_near(f, i ? "M/D/1 wait" : "M/M/1 wait", i ? wait / 2 : wait,
                        metric(f, "threads.c.wait.mean") / 1e6, 0.04, 0);
    }
}

/* --- running them -------------------------------------------------------- */

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

static void test_memory(void **unused)
{
    (void)unused;
    others("hardware/footprint-lru", other_lru);
    others("hardware/hierarchy", other_hierarchy);
    others("hardware/migration", other_migration);
    others("hardware/numa", other_numa);
    others("hardware/numa", other_following);
    others("hardware/dram", other_dram);
}

static void test_cores(void **unused)
{
    (void)unused;
    others("hardware/smt-iid", other_slots);
    others("hardware/multithread-det", other_turns);
    others("hardware/ctx-direct", other_direct);
}

static void test_clocks(void **unused)
{
    (void)unused;
    others("hardware/clock-crossing", other_crossing);
    others("hardware/clock-edges", other_edges);
    others("hardware/clock-sync", other_synchroniser);
}

static void test_devices(void **unused)
{
    (void)unused;
    others("hardware/polling", other_polling);
    others("hardware/coalescing", other_coalescing);
    others("hardware/napi", other_napi);
    others("hardware/interrupt-batching", other_batching);
    others("hardware/mitigation", other_mitigation);
    others("hardware/livelock", other_livelock);
    others("hardware/livelock", other_budget);
    others("hardware/pcie", other_pcie);
}

static void test_scaling(void **unused)
{
    (void)unused;
    others("hardware/scaling", other_amdahl);
    others("hardware/queue", other_queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory),
                                       cmocka_unit_test(test_cores),
                                       cmocka_unit_test(test_clocks),
                                       cmocka_unit_test(test_devices),
                                       cmocka_unit_test(test_scaling)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

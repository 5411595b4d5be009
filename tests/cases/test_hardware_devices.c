/*
 * How a processor learns of events, what links and kernel entries cost, how
 * work scales, and two queues: against closed forms that the machine is not
 * told.
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

/* --- polling ------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The waits of the input "device", sorted; those that did not wait have left
 * no stretch. Returns how many there are; the caller frees *waits. */
static int waits_of(family *f, int events, double **waits)
{
    ts_stretch s;
    int n = 0;

    *waits = calloc((size_t)events, sizeof **waits);
    for (size_t i = 0; *waits && ts_result_stretch_at(f->result, i, &s); i++)
        if (strcmp(s.place, "device") == 0 && strcmp(s.kind, "wait") == 0 &&
            n < events)
            (*waits)[n++] = (double)(s.to - s.from) / 1000;
    if (*waits)
        qsort(*waits, (size_t)events, sizeof **waits, compare);
    return events;
}

static double nearest_rank(const double *sorted, int n, double q)
{
    int rank = (int)ceil(q * n - 1e-9);

    return sorted[rank < 1 ? 0 : rank - 1];
}

/* A sweep of phases: M events, each T/M later in the poll's period. */
static void say_sweep(family *f, double interval_ns, double first_ps,
                      int events, double handler_ns)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"1000s\", \"inputs\": [{"
        "\"name\": \"device\", \"arrive\": {\"every\": \"%.0fps\", "
        "\"first\": \"%.0fps\", \"limit\": %d}, \"delivery\": {\"poll\": "
        "{\"every\": \"%.0fns\", \"each\": \"%.0fns\"}}}], \"threads\": []"
        "}",
        interval_ns * 1000 * (1 + 1.0 / events), first_ps, events, interval_ns,
        handler_ns);
}

static void play_sweep(family *f)
{
    int events = (int)number(f, f->inputs, "events");
    double *waits, sum = 0;

    say_sweep(f, number(f, f->inputs, "interval_ns"), 0, events, 0);
    if (!play(f))
        return;
    waits_of(f, events, &waits);
    for (int i = 0; i < events; i++)
        sum += waits[i];
    expect_case(f, "mean_ns", "mean of the trace",
                number(f, f->expected, "mean_ns"), sum / events);
    expect_case(f, "mean_ns", "mean of the metric",
                number(f, f->expected, "mean_ns"),
                metric(f, "inputs.device.wait.mean") / 1000);
    expect_case(f, "p50_ns", "median", number(f, f->expected, "p50_ns"),
                nearest_rank(waits, events, 0.5));
    expect_case(f, "p95_ns", "95th percentile",
                number(f, f->expected, "p95_ns"),
                nearest_rank(waits, events, 0.95));
    expect_case(f, "max_ns", "longest", number(f, f->expected, "max_ns"),
                waits[events - 1]);
    free(waits);
}

static void play_random(family *f)
{
    const cJSON *in = f->inputs;

    say(f,
        "{\"title\": \"case\", \"seed\": 9, \"stop\": \"1000s\", "
        "\"inputs\": [{\"name\": \"device\", \"arrive\": {\"rate\": "
        "\"100/s\", \"limit\": %.0f}, \"delivery\": {\"poll\": {\"every\": "
        "\"%.0fns\", \"cost\": \"%.0fns\"}}}], \"threads\": []}",
        number(f, in, "events"), number(f, in, "interval_ns"),
        number(f, in, "poll_cost_ns"));
    if (!play(f))
        return;
    expect_case(f, "mean_ns", "mean", number(f, f->expected, "mean_ns"),
                metric(f, "inputs.device.wait.mean") / 1000);
    expect_case(f, "p95_ns", "95th percentile",
                number(f, f->expected, "p95_ns"),
                metric(f, "inputs.device.wait.p95") / 1000);
    expect_case(f, "stddev_ns", "deviation",
                number(f, f->expected, "stddev_ns"),
                metric(f, "inputs.device.wait.sd") / 1000);
    expect_case(f, "cpu_fraction", "processor",
                number(f, f->expected, "cpu_fraction"),
                metric(f, "processor.interrupts"));
}

/* The share of the processor that so many interrupts a second take. */
static double interrupt_load(family *f, double rate)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"10s\", \"inputs\": [{\"name\": "
        "\"device\", \"arrive\": {\"every\": \"%.0fps\"}, \"delivery\": "
        "{\"interrupt\": \"%.0fns\"}}], \"threads\": []}",
        1e12 / rate, number(f, f->inputs, "irq_ns"));
    return play(f) ? metric(f, "processor.interrupts") : 0;
}

static double device_latency(family *f, bool spin)
{
    const cJSON *in = f->inputs;

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"inputs\": [{\"name\": \"device\", "
        "\"arrive\": {\"at\": \"%.0fns\"}, \"delivery\": ",
        number(f, in, "device_ns"));
    if (spin)
        say(f, "\"ring\"}], ");
    else
        say(f, "{\"interrupt\": \"%.0fns\"}}], ", number(f, in, "irq_ns"));
    say(f,
        "\"threads\": [{\"name\": \"t\", \"program\": [{\"receive\": "
        "{\"input\": \"device\", \"spin\": %s}}]}]}",
        spin ? "true" : "false");
    return play(f) ? metric(f, "threads.t.turnaround.mean") / 1000 : 0;
}

static void play_break_even(family *f)
{
    const cJSON *in = f->inputs;
    double poll, at_100, spin, irq, rate;

    say(f,
        "{\"title\": \"case\", \"stop\": \"10s\", \"inputs\": [{\"name\": "
        "\"device\", \"arrive\": {\"every\": \"1s\"}, \"delivery\": "
        "{\"poll\": {\"every\": \"%.0fns\", \"cost\": \"%.0fns\"}}}], "
        "\"threads\": []}",
        number(f, in, "interval_ns"), number(f, in, "poll_cost_ns"));
    if (!play(f))
        return;
    poll = metric(f, "processor.interrupts");
    at_100 = interrupt_load(f, 100);
    rate = 100 * poll / at_100;
    expect_case(f, "poll_cpu", "share of polling",
                number(f, f->expected, "poll_cpu"), poll);
    expect_case(f, "breakeven_events_per_s", "rate at which both cost the same",
                number(f, f->expected, "breakeven_events_per_s"), rate);
    expect_near(f, "share of interrupts at that rate", poll,
                interrupt_load(f, rate), 1e-9, 0);
    irq = device_latency(f, false);
    spin = device_latency(f, true);
    expect_case(f, "irq_latency_ns", "latency with an interrupt",
                number(f, f->expected, "irq_latency_ns"), irq);
    expect_case(f, "spin_latency_ns", "latency of a spin",
                number(f, f->expected, "spin_latency_ns"), spin);
    expect_case(f, "spin_saving_fraction", "saved",
                number(f, f->expected, "spin_saving_fraction"), 1 - spin / irq);
}

/* Phases in the middle of M equal parts have the mean of all phases; phases at
 * their ends (just behind a poll) its 95th percentile. */
static void play_keyboards(family *f)
{
    const cJSON *in = f->inputs;
    double handler = number(f, in, "handler_ns"), *waits;
    int events = 1000;

    for (int i = 0; i < length(in, "clk_hz"); i++) {
        fresh(f);
        say(f,
            "{\"title\": \"case\", \"stop\": \"10s\", \"inputs\": [{"
            "\"name\": \"device\", \"arrive\": {\"at\": \"1ms\"}, "
            "\"wire\": {\"bits\": %.0f, \"clock\": \"%.7fHz\"}, "
            "\"delivery\": {\"interrupt\": \"%.0fns\"}}], \"threads\": []}",
            number(f, in, "bits"), element(f, in, "clk_hz", i), handler);
        if (play(f))
            expect_case(f, "ps2_byte_ns", "PS/2 byte",
                        element(f, f->expected, "ps2_byte_ns", i),
                        metric(f, "inputs.device.latency.mean") / 1000);
    }
    for (int i = 0; i < length(in, "usb_hz"); i++) {
        double interval = 1e9 / element(f, in, "usb_hz", i);

        say_sweep(f, interval, interval * 1000 / events / 2, events, handler);
        if (play(f))
            expect_case(f, "usb_mean_ns", "USB mean",
                        element(f, f->expected, "usb_mean_ns", i),
                        metric(f, "inputs.device.latency.mean") / 1000);
        say_sweep(f, interval, 1, events, handler);
        if (!play(f))
            continue;
        waits_of(f, events, &waits);
        expect_case(f, "usb_p95_ns", "USB 95th percentile",
                    element(f, f->expected, "usb_p95_ns", i),
                    nearest_rank(waits, events, 0.95) + handler);
        free(waits);
    }
}

static void play_polling(family *f)
{
    if (has(f->inputs, "irq_ns"))
        play_break_even(f);
    else if (has(f->inputs, "clk_hz"))
        play_keyboards(f);
    else if (has(f->inputs, "poll_cost_ns"))
        play_random(f);
    else
        play_sweep(f);
}

/* --- interrupts ---------------------------------------------------------- */

static void say_packets(family *f, const char *delivery)
{
    const cJSON *in = f->inputs;

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"seed\": 2, \"stop\": \"1h\", \"inputs\": "
        "[{\"name\": \"nic\", \"arrive\": {\"rate\": \"%.6f/us\", "
        "\"limit\": %.0f}, \"delivery\": %s}], \"threads\": []}",
        number(f, in, "rate_per_us"), number(f, in, "packets"), delivery);
}

static void play_coalescing(family *f)
{
    char delivery[128];

    snprintf(delivery, sizeof delivery,
             "{\"coalesce\": {\"timer\": "
             "\"%.3fus\"}}",
             number(f, f->inputs, "timer_us"));
    say_packets(f, delivery);
    if (!play(f))
        return;
    expect_case(f, "timer_mean_delay_us", "delay with a timer",
                number(f, f->expected, "timer_mean_delay_us"),
                metric(f, "inputs.nic.latency.mean") / 1e6);
    expect_case(f, "timer_mean_batch", "packets an interrupt",
                number(f, f->expected, "timer_mean_batch"),
                metric(f, "inputs.nic.handled") /
                    metric(f, "inputs.nic.interrupts"));
    snprintf(delivery, sizeof delivery, "{\"coalesce\": {\"count\": %.0f}}",
             number(f, f->inputs, "count"));
    say_packets(f, delivery);
    if (play(f))
        expect_case(f, "count_mean_delay_us", "delay with a count",
                    number(f, f->expected, "count_mean_delay_us"),
                    metric(f, "inputs.nic.latency.mean") / 1e6);
}

static void play_napi(family *f)
{
    double packet = number(f, f->inputs, "packet_us");
    double irq = number(f, f->inputs, "irq_us");
    char delivery[128];

    snprintf(delivery, sizeof delivery,
             "{\"napi\": {\"cost\": \"%.3fus\", "
             "\"each\": \"%.3fus\"}}",
             irq, packet);
    say_packets(f, delivery);
    if (!play(f))
        return;
    expect_case(f, "cpu_utilisation", "processor",
                number(f, f->expected, "cpu_utilisation"),
                metric(f, "processor.interrupts"));
    expect_case(f, "interrupts_per_packet", "interrupts a packet",
                number(f, f->expected, "interrupts_per_packet"),
                metric(f, "inputs.nic.interrupts") /
                    metric(f, "inputs.nic.handled"));
    snprintf(delivery, sizeof delivery, "{\"interrupt\": \"%.3fus\"}",
             irq + packet);
    say_packets(f, delivery);
    if (play(f))
        expect_case(f, "per_packet_irq_mode_utilisation",
                    "processor with an interrupt each",
                    number(f, f->expected, "per_packet_irq_mode_utilisation"),
                    metric(f, "processor.interrupts"));
}

/* Packets that came together, taken k at a time: rate at saturation. */
static double batched(family *f, double k)
{
    double packets = 64 * k;

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"1h\", \"inputs\": [{\"name\": "
        "\"nic\", \"arrive\": {\"every\": \"%.0fns\", \"limit\": 64}, "
        "\"count\": %.0f, \"delivery\": {\"interrupt\": {\"cost\": "
        "\"%.0fns\", \"each\": \"%.0fns\", \"batch\": %.0f}}}], "
        "\"threads\": []}",
        number(f, f->inputs, "overhead_ns") +
            k * number(f, f->inputs, "per_packet_ns"),
        k, number(f, f->inputs, "overhead_ns"),
        number(f, f->inputs, "per_packet_ns"), k);
    return play(f) ? packets / metric(f, "run.time") * 1e12 : 0;
}

static void play_batching(family *f)
{
    double rate[16], k[16], each;
    int n = length(f->inputs, "k");

    for (int i = 0; i < n && i < 16; i++) {
        k[i] = element(f, f->inputs, "k", i);
        rate[i] = batched(f, k[i]);
        expect_case(f, "max_rate_per_s", "rate at saturation",
                    element(f, f->expected, "max_rate_per_s", i), rate[i]);
    }
    /* Without end, what a further packet takes is all that is left. */
    each = (k[n - 1] / rate[n - 1] - k[0] / rate[0]) / (k[n - 1] - k[0]);
    expect_case(f, "limit_per_s", "limit",
                number(f, f->expected, "limit_per_s"), 1 / each);
}

static double goodput(family *f, double rate, const char *delivery,
                      double work_ns)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"10s\", \"inputs\": [{\"name\": "
        "\"nic\", \"arrive\": {\"every\": \"%.0fps\"}, \"ring\": %.0f, "
        "\"queue\": %.0f, \"delivery\": %s}], \"threads\": [{\"name\": "
        "\"t\", \"background\": true, \"program\": [{\"forever\": "
        "[{\"receive\": \"nic\"}, {\"run\": \"%.0fns\"}, {\"mark\": "
        "\"done\"}]}]}]}",
        1e12 / rate, number(f, f->inputs, "queue"),
        number(f, f->inputs, "queue"), delivery, work_ns);
    return play(f) ? metric(f, "inputs.nic.goodput") : 0;
}

static void play_livelock(family *f)
{
    const cJSON *in = f->inputs;
    double irq = number(f, in, "irq_ns"), app = number(f, in, "app_ns");
    double peak = 0, dead = 0;
    char delivery[64];

    snprintf(delivery, sizeof delivery, "{\"interrupt\": \"%.0fns\"}", irq);
    for (int i = 0; i < length(in, "rates_per_s"); i++) {
        double rate = element(f, in, "rates_per_s", i), got;

        got = goodput(f, rate, delivery, app);
        expect_case(f, "interrupt_goodput", "goodput of interrupts",
                    element(f, f->expected, "interrupt_goodput", i), got);
        peak = got > peak ? got : peak;
        if (dead == 0 && got < 10)
            dead = rate;
        expect_case(f, "polling_goodput", "goodput of polling",
                    element(f, f->expected, "polling_goodput", i),
                    goodput(f, rate, "\"ring\"", irq + app));
    }
    expect_case(f, "mlfrr_per_s", "highest goodput",
                number(f, f->expected, "mlfrr_per_s"), peak);
    expect_case(f, "livelock_rate_per_s",
                "first rate of the list at which "
                "nothing gets through",
                number(f, f->expected, "livelock_rate_per_s"), dead);
}

/* --- links --------------------------------------------------------------- */

/* Time of one transfer of `bytes`, in ns. */
static double transfer(family *f, double bytes, double overhead)
{
    const cJSON *in = f->inputs;
    double rate = number(f, in, "gt_per_s");

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"devices\": [{\"name\": \"link\", "
        "\"kind\": \"pcie\", \"generation\": %d, \"lanes\": %.0f, "
        "\"payload\": \"%.0fB\", \"overhead\": \"%.0fB\"}], \"threads\": "
        "[{\"name\": \"t\", \"program\": [{\"io\": {\"device\": \"link\", "
        "\"bytes\": \"%.0fB\"}}]}]}",
        rate < 4    ? 1
        : rate < 8  ? 2
        : rate < 16 ? 3
        : rate < 32 ? 4
                    : 5,
        number(f, in, "lanes"), number(f, in, "max_payload"), overhead, bytes);
    return play(f) ? metric(f, "run.makespan") / 1000 : 0;
}

static void play_link(family *f)
{
    const cJSON *in = f->inputs;
    double overhead = number(f, in, "tlp_overhead_bytes");
    double payload = number(f, in, "max_payload"), big = payload * 13e6;
    double size = number(f, in, "size"), one, raw, full;

    one = transfer(f, size, overhead);
    raw = transfer(f, big, 0);
    full = transfer(f, big, overhead);
    expect_case(f, "serialise_ns", "time on the wire",
                number(f, f->expected, "serialise_ns"), one);
    expect_case(f, "phy_gbit_per_s", "raw rate",
                number(f, f->expected, "phy_gbit_per_s"), big * 8 / raw);
    expect_case(f, "payload_gbyte_per_s", "rate of data",
                number(f, f->expected, "payload_gbyte_per_s"), big / full);
    expect_case(f, "tlp_efficiency", "efficiency",
                number(f, f->expected, "tlp_efficiency"), raw / full);
    expect_case(f, "tlps", "packets", number(f, f->expected, "tlps"),
                (one / raw * big - size) / overhead);
}

/* --- kernel entries ------------------------------------------------------ */

static double calls(family *f, double rate, double tax)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"system\": {\"kernel\": {\"mitigation\": "
        "\"%.0fns\"}}, \"threads\": [{\"name\": \"t\", \"program\": "
        "[{\"repeat\": {\"times\": 10000, \"program\": [{\"run\": "
        "\"%.0fps\"}, \"syscall\"]}}]}]}",
        tax, 1e12 / rate);
    return play(f) ? metric(f, "run.makespan") : 0;
}

static void play_mitigation(family *f)
{
    double delta = number(f, f->inputs, "delta_ns");

    for (int i = 0; i < length(f->inputs, "rates_per_s"); i++) {
        double rate = element(f, f->inputs, "rates_per_s", i);
        double with = calls(f, rate, delta), without = calls(f, rate, 0);

        expect_case(f, "overhead_fraction", "overhead",
                    element(f, f->expected, "overhead_fraction", i),
                    (with - without) / without);
        expect_case(f, "throughput_factor_fixed_work", "throughput",
                    element(f, f->expected, "throughput_factor_fixed_work", i),
                    without / with);
    }
}

/* --- scaling ------------------------------------------------------------- */

#define PIECES 384 /* as many are for each of 1, 6, 12, 64 and 128 */

/* One thread does `serial_us`, then the dispatcher spreads `parallel_us` in
 * equal pieces over n processors. */
static double fork_join(family *f, int n, double serial_us, double parallel_us)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"computer\": {\"processors\": %d}, "
        "\"locks\": [{\"name\": \"fork\", \"kind\": \"barrier\", "
        "\"parties\": %d}], \"threads\": [{\"name\": \"first\", "
        "\"program\": [{\"run\": \"%.6fus\"}, {\"barrier\": \"fork\"}]}, "
        "{\"name\": \"piece\", \"count\": %d, \"program\": [{\"barrier\": "
        "\"fork\"}, {\"run\": \"%.6fus\"}]}]}",
        n, PIECES + 1, serial_us, PIECES, parallel_us / PIECES);
    return play(f) ? metric(f, "run.makespan") : 0;
}

/* Of the work, 1 - p can only be done by one. Fixed work on more processors
 * is Amdahl's speed-up; more work for more of them Gustafson's. */
static void play_amdahl(family *f)
{
    double p = number(f, f->inputs, "p"), work = 38400;
    double alone = fork_join(f, 1, work * (1 - p), work * p);

    for (int i = 0; i < length(f->inputs, "n"); i++) {
        int n = (int)element(f, f->inputs, "n", i);

        expect_case(f, "amdahl", "fixed work",
                    element(f, f->expected, "amdahl", i),
                    alone / fork_join(f, n, work * (1 - p), work * p));
        expect_case(f, "gustafson", "work that grows",
                    element(f, f->expected, "gustafson", i),
                    fork_join(f, 1, work * (1 - p), n * work * p) /
                        fork_join(f, n, work * (1 - p), n * work * p));
    }
}

/* n threads work in rounds: in parallel, then one after the other a part
 * alpha, in which each also gets a line from every other one (beta each).
 * Returns the time of a round, in units of one's work. */
static double round_of(family *f, int n, double alpha, double beta)
{
    int rounds = 4;

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"computer\": {\"processors\": %d}, "
        "\"locks\": [{\"name\": \"state\"}, "
        "{\"name\": \"together\", \"kind\": "
        "\"barrier\", \"parties\": %d}], \"threads\": [{\"name\": \"t\", "
        "\"count\": %d, \"program\": [{\"repeat\": {\"times\": %d, "
        "\"program\": [{\"run\": \"%.6fus\"}, {\"barrier\": \"together\"}, "
        "{\"lock\": \"state\"}, {\"run\": \"%.6fus\"}, {\"repeat\": "
        "{\"times\": %d, \"program\": [{\"stall\": \"%.6fus\"}]}}, "
        "{\"unlock\": \"state\"}, {\"barrier\": \"together\"}]}}]}]}",
        n, n, n, rounds, 1000 * (1 - alpha), 1000 * alpha, n - 1, 1000 * beta);
    return play(f) ? metric(f, "run.makespan") / 1e9 / rounds : 1;
}

static void play_usl(family *f)
{
    double alpha = number(f, f->inputs, "alpha");
    double beta = number(f, f->inputs, "beta");
    double alone = round_of(f, 1, alpha, beta), best = 0, t[3], curve;
    int best_n = 0;

    for (int i = 0; i < length(f->inputs, "n"); i++) {
        int n = (int)element(f, f->inputs, "n", i);

        expect_case(f, "capacity", "capacity",
                    element(f, f->expected, "capacity", i),
                    n * alone / round_of(f, n, alpha, beta));
    }
    for (int n = 38; n <= 50; n++) {
        double capacity = n * alone / round_of(f, n, alpha, beta);

        if (capacity > best) {
            best = capacity;
            best_n = n;
        }
    }
    expect_count(f, "best whole n",
                 (int64_t)number(f, f->expected, "best_integer_n"), best_n);
    expect_case(f, "best_capacity", "best capacity",
                number(f, f->expected, "best_capacity"), best);
    /* A round takes t = c + b n + a n^2; capacity n / t is highest where
     * n = sqrt(c / a). */
    for (int i = 0; i < 3; i++)
        t[i] = round_of(f, 1 + i * 20, alpha, beta);
    curve = (t[2] - 2 * t[1] + t[0]) / 2 / 400;
    expect_case(f, "n_star", "best n", number(f, f->expected, "n_star"),
                sqrt((t[0] - (t[1] - t[0]) / 20 + 21 * curve) / curve));
    /* Without exchanges the capacity ends where rounds only get longer. */
    expect_case(f, "amdahl_limit", "limit without coherence",
                number(f, f->expected, "amdahl_limit"),
                alone * 63 / (round_of(f, 64, alpha, 0) - alone));
}

static void play_scaling(family *f)
{
    if (has(f->inputs, "alpha"))
        play_usl(f);
    else
        play_amdahl(f);
}

/* --- queues -------------------------------------------------------------- */

static void say_queue(family *f, const char *service, int limit)
{
    const cJSON *in = f->inputs;

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"seed\": 4, \"threads\": [{\"name\": "
        "\"customer\", \"arrive\": {\"rate\": \"%.0f/s\", \"limit\": %d}, "
        "\"program\": [{\"run\": ",
        number(f, in, "lambda_per_s"), limit);
    say(f, service, 1e6 / number(f, in, "mu_per_s"));
    say(f, "}]}]}");
}

static void play_queue(family *f)
{
    say_queue(f, "{\"exponential\": \"%.0fus\"}", 1000000);
    if (!play(f))
        return;
    expect_case(f, "mm1_mean_sojourn_s", "M/M/1 sojourn",
                number(f, f->expected, "mm1_mean_sojourn_s"),
                metric(f, "threads.customer.turnaround.mean") / 1e12);
    expect_case(f, "mm1_p95_sojourn_s", "M/M/1 95th percentile",
                number(f, f->expected, "mm1_p95_sojourn_s"),
                metric(f, "threads.customer.turnaround.p95") / 1e12);
    expect_case(f, "utilisation", "utilisation",
                number(f, f->expected, "utilisation"),
                metric(f, "processor.busy"));
    say_queue(f, "\"%.0fus\"", 1000000);
    if (play(f))
        expect_case(f, "md1_mean_wait_s", "M/D/1 wait",
                    number(f, f->expected, "md1_mean_wait_s"),
                    metric(f, "threads.customer.wait.mean") / 1e12);
}

/* The number in the system is followed by the model as it changes; the stays
 * are the threads' rows. Both are whole picoseconds. (The model itself checks
 * the same at every station at the end of every run.) */
static void play_little(family *f)
{
    double area;
    int64_t stays = 0, n = 0, end;
    ts_thread_times t;

    say(f, "{\"title\": \"case\", \"seed\": 11, \"computer\": {\"processors\": "
           "2, \"caches\": [{\"name\": \"L2\", \"size\": \"512KiB\", "
           "\"latency\": \"4ns\"}], \"memory\": \"80ns\"}, \"system\": "
           "{\"policy\": \"round-robin\", \"slice\": \"70us\", \"switch\": "
           "\"2us\"}, \"devices\": [{\"name\": \"disk\"}], \"inputs\": "
           "[{\"name\": \"nic\", \"arrive\": {\"rate\": \"4000/s\", "
           "\"until\": \"1s\"}, \"delivery\": {\"napi\": {\"cost\": \"5us\", "
           "\"each\": \"9us\"}}}], \"threads\": [{\"name\": \"job\", "
           "\"memory\": \"300KiB\", \"arrive\": {\"rate\": \"1500/s\", "
           "\"until\": \"1s\"}, \"program\": [{\"run\": {\"exponential\": "
           "\"400us\"}}, {\"io\": {\"device\": \"disk\", \"time\": "
           "{\"exponential\": \"300us\"}}}, {\"run\": \"100us\"}]}]}");
    if (!play(f))
        return;
    for (size_t i = 0; ts_result_thread_at(f->result, i, &t); i++, n++)
        stays += t.finish - t.arrival;
    end = ts_result_end(f->result);
    area = metric(f, "threads.job.in_system") * (double)end;
    expect_count(f, "threads seen", (int64_t)metric(f, "threads.job.finished"),
                 n);
    expect_case(f, "residual_ns", "area less stays, in ns", 0,
                nearbyint((area - (double)stays) / 1000));
    if (n < 1000)
        wrong(f, "only %lld jobs", (long long)n);
}

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_run("hardware/polling", play_polling);
    failed += family_run("hardware/coalescing", play_coalescing);
    failed += family_run("hardware/napi", play_napi);
    failed += family_run("hardware/interrupt-batching", play_batching);
    failed += family_run("hardware/livelock", play_livelock);
    failed += family_run("hardware/pcie", play_link);
    failed += family_run("hardware/mitigation", play_mitigation);
    failed += family_run("hardware/scaling", play_scaling);
    failed += family_run("hardware/queue", play_queue);
    failed += family_run("hardware/invariant", play_little);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

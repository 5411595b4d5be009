/*
 * How a processor learns of events, and what links and kernel entries cost:
 * against closed forms that the machine is not told.
 */
#include "hardware.h"

/* --- polling --- */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The waits of the input "device" in ns, sorted; those that did not wait have
 * left no stretch. The caller frees them. */
static double *waits_of(family *f, int events)
{
    double *waits = calloc((size_t)events, sizeof *waits);
    ts_stretch s;
    int n = 0;

    if (waits == NULL)
        exit(1);
    for (size_t i = 0; ts_result_stretch_at(f->result, i, &s); i++)
        if (strcmp(s.place, "device") == 0 && strcmp(s.kind, "wait") == 0 &&
            n < events)
            waits[n++] = (double)(s.to - s.from) / FINE;
    qsort(waits, (size_t)events, sizeof *waits, compare_doubles);
    return waits;
}

static double nearest_rank(const double *sorted, int n, double q)
{
    int rank = (int)ceil(q * n - 1e-9);

    return sorted[rank < 1 ? 0 : rank - 1];
}

/* A sweep of phases: M events, each T/M later in the poll's period than the
 * one before, the first `first_ps` behind a poll. */
static void say_sweep(family *f, double interval_ns, double first_ps,
                      int events, double handler_ns)
{
    double period = interval_ns * FINE;

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"%.0fps\", \"inputs\": [{"
        "\"name\": \"device\", \"arrive\": {\"at\": [",
        (events + 3) * period + handler_ns * FINE);
    for (int k = 0; k < events; k++)
        say(f, "%s\"%.0fps\"", k ? ", " : "",
            k * period + k * period / events + first_ps);
    say(f,
        "]}, \"delivery\": {\"poll\": {\"every\": \"%.0fps\", \"each\": "
        "\"%.0fps\"}}}], \"threads\": []}",
        period, handler_ns * FINE);
}

static void play_sweep(family *f)
{
    int events = (int)input(f, "events");
    double *waits, sum = 0;

    say_sweep(f, input(f, "interval_ns"), 0, events, 0);
    if (!play(f))
        return;
    waits = waits_of(f, events);
    for (int i = 0; i < events; i++)
        sum += waits[i];
    compare(f, "mean_ns", sum / events);
    compare(f, "mean_ns", metric(f, "inputs.device.wait.mean") / FINE);
    compare(f, "p50_ns", nearest_rank(waits, events, 0.5));
    compare(f, "p95_ns", nearest_rank(waits, events, 0.95));
    compare(f, "max_ns", waits[events - 1]);
    free(waits);
}

/* An event in ten polls on average. */
static void play_random(family *f)
{
    double events = input(f, "events"), ps = input(f, "interval_ns") * 1000;

    say(f,
        "{\"title\": \"case\", \"seed\": 9, \"stop\": \"%.0fps\", "
        "\"inputs\": [{\"name\": \"device\", \"arrive\": {\"every\": "
        "{\"exponential\": \"%.0fps\"}, \"limit\": %.0f}, \"delivery\": "
        "{\"poll\": {\"every\": \"%.0fps\", \"cost\": \"%.0fps\"}}}], "
        "\"threads\": []}",
        events * 10 * ps, 10 * ps, events, ps, input(f, "poll_cost_ns") * 1000);
    if (!play(f))
        return;
    compare(f, "mean_ns", metric(f, "inputs.device.wait.mean") / 1000);
    compare(f, "p95_ns", metric(f, "inputs.device.wait.p95") / 1000);
    compare(f, "stddev_ns", metric(f, "inputs.device.wait.sd") / 1000);
    compare(f, "cpu_fraction", metric(f, "processor.interrupts"));
}

#define PERIODS 1000

/* The share of the processor that an interrupt every so many ns takes. */
static double interrupt_load(family *f, double every_ns)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"%.0fps\", \"inputs\": [{\"name\": "
        "\"device\", \"arrive\": {\"every\": \"%.0fps\"}, \"delivery\": "
        "{\"interrupt\": \"%.0fps\"}}], \"threads\": []}",
        nearbyint(every_ns * FINE) * PERIODS, every_ns * FINE,
        input(f, "irq_ns") * FINE);
    return play(f) ? metric(f, "processor.interrupts") : 0;
}

static double poll_load(family *f)
{
    double period = input(f, "interval_ns") * FINE;

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"%.0fps\", \"inputs\": [{\"name\": "
        "\"device\", \"arrive\": {\"at\": \"0ns\"}, \"delivery\": "
        "{\"poll\": {\"every\": \"%.0fps\", \"cost\": \"%.0fps\"}}}], "
        "\"threads\": []}",
        period * PERIODS, period, input(f, "poll_cost_ns") * FINE);
    return play(f) ? metric(f, "processor.interrupts") : 0;
}

static double device_latency(family *f, bool spin)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"inputs\": [{\"name\": \"device\", "
        "\"arrive\": {\"at\": \"%.0fps\"}, \"delivery\": ",
        input(f, "device_ns") * FINE);
    if (spin)
        say(f, "\"ring\"}], ");
    else
        say(f, "{\"interrupt\": \"%.0fps\"}}], ", input(f, "irq_ns") * FINE);
    say(f,
        "\"threads\": [{\"name\": \"t\", \"program\": [{\"receive\": "
        "{\"input\": \"device\", \"spin\": %s}}]}]}",
        spin ? "true" : "false");
    return play(f) ? metric(f, "threads.t.turnaround.mean") / FINE : 0;
}

/* An interrupt every tenfold of its own time tells what one costs; from that
 * comes the rate at which they cost what polling does, which is tried. */
static void play_break_even(family *f)
{
    double poll = poll_load(f), every = input(f, "irq_ns") * 10;
    double spin, irq;

    every *= interrupt_load(f, every) / poll;
    if (f->wrong)
        return;
    compare(f, "poll_cpu", poll);
    compare(f, "breakeven_events_per_s", 1e9 / every);
    expect_case(f, "poll_cpu", "share of interrupts at that rate", poll,
                interrupt_load(f, every));
    irq = device_latency(f, false);
    spin = device_latency(f, true);
    compare(f, "irq_latency_ns", irq);
    compare(f, "spin_latency_ns", spin);
    compare(f, "spin_saving_fraction", 1 - spin / irq);
}

static void play_wire(family *f, int i)
{
    ratio clock = ratio_of(input_at(f, "clk_hz", i));
    double handler = input(f, "handler_ns");

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"%.0fps\", \"inputs\": [{"
        "\"name\": \"device\", \"arrive\": {\"at\": \"1ms\"}, "
        "\"wire\": {\"bits\": %.0f, \"clock\": \"%lld/%lldHz\"}, "
        "\"delivery\": {\"interrupt\": \"%.0fps\"}}], \"threads\": []}",
        2e9 + 2e12 * input(f, "bits") / ratio_value(clock) + handler * 2000,
        input(f, "bits"), (long long)clock.num, (long long)clock.den,
        handler * 1000);
    if (play(f))
        compare_at(f, "ps2_byte_ns", i,
                   metric(f, "inputs.device.latency.mean") / 1000);
}

/* Phases in the middle of M equal parts have the mean of all phases; phases at
 * their ends (just behind a poll) its 95th percentile. */
static void play_keyboards(family *f)
{
    double handler = input(f, "handler_ns");
    int events = 1000;

    for (int i = 0; i < input_length(f, "clk_hz"); i++)
        play_wire(f, i);
    for (int i = 0; i < input_length(f, "usb_hz"); i++) {
        double interval = 1e9 / input_at(f, "usb_hz", i), *waits;

        say_sweep(f, interval, interval * FINE / events / 2, events, handler);
        if (play(f))
            compare_at(f, "usb_mean_ns", i,
                       metric(f, "inputs.device.latency.mean") / FINE);
        say_sweep(f, interval, 1, events, handler);
        if (!play(f))
            continue;
        waits = waits_of(f, events);
        compare_at(f, "usb_p95_ns", i,
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

/* --- interrupts --- */

static void say_packets(family *f, const char *delivery)
{
    double packets = input(f, "packets"), ps = 1e6 / input(f, "rate_per_us");

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"seed\": 2, \"stop\": \"%.0fps\", \"inputs\": "
        "[{\"name\": \"nic\", \"arrive\": {\"every\": {\"exponential\": "
        "\"%.0fps\"}, \"limit\": %.0f}, \"delivery\": %s}], \"threads\": []}",
        10 * packets * ps, ps, packets, delivery);
}

static void play_coalescing(family *f)
{
    char delivery[128];

    snprintf(delivery, sizeof delivery,
             "{\"coalesce\": {\"timer\": \"%.0fps\"}}",
             input(f, "timer_us") * 1e6);
    say_packets(f, delivery);
    if (!play(f))
        return;
    compare(f, "timer_mean_delay_us",
            metric(f, "inputs.nic.latency.mean") / 1e6);
    compare(f, "timer_mean_batch",
            metric(f, "inputs.nic.handled") /
                metric(f, "inputs.nic.interrupts"));
    snprintf(delivery, sizeof delivery, "{\"coalesce\": {\"count\": %.0f}}",
             input(f, "count"));
    say_packets(f, delivery);
    if (play(f))
        compare(f, "count_mean_delay_us",
                metric(f, "inputs.nic.latency.mean") / 1e6);
}

/* What interrupts ask of the processor while packets come: more than all of it
 * when they take longer to be handled than to arrive. */
static double asked(family *f)
{
    return metric(f, "processor.interrupts") * metric(f, "run.time") *
           input(f, "rate_per_us") / input(f, "packets") / 1e6;
}

static void play_napi(family *f)
{
    double packet = input(f, "packet_us") * 1e6;
    double irq = input(f, "irq_us") * 1e6;
    char delivery[128];

    snprintf(delivery, sizeof delivery,
             "{\"napi\": {\"cost\": \"%.0fps\", \"each\": \"%.0fps\"}}", irq,
             packet);
    say_packets(f, delivery);
    if (!play(f))
        return;
    compare(f, "cpu_utilisation", metric(f, "processor.interrupts"));
    compare(f, "interrupts_per_packet",
            metric(f, "inputs.nic.interrupts") /
                metric(f, "inputs.nic.handled"));
    snprintf(delivery, sizeof delivery, "{\"interrupt\": \"%.0fps\"}",
             irq + packet);
    say_packets(f, delivery);
    if (play(f))
        compare(f, "per_packet_irq_mode_utilisation", asked(f));
}

#define BATCHES 64

/* Packets that came together, taken k at a time: ns that each takes. */
static double batched(family *f, double k)
{
    double over = input(f, "overhead_ns"), each = input(f, "per_packet_ns");

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"2000h\", \"inputs\": [{\"name\": "
        "\"nic\", \"arrive\": {\"every\": \"%.0fps\", \"limit\": %d}, "
        "\"count\": %.0f, \"delivery\": {\"interrupt\": {\"cost\": "
        "\"%.0fps\", \"each\": \"%.0fps\", \"batch\": %.0f}}}], "
        "\"threads\": []}",
        (over + k * each) * FINE, BATCHES, k, over * FINE, each * FINE, k);
    return play(f) ? metric(f, "run.time") / FINE / BATCHES / k : 1;
}

static void play_batching(family *f)
{
    double one, many;

    for (int i = 0; i < input_length(f, "k"); i++)
        compare_at(f, "max_rate_per_s", i,
                   1e9 / batched(f, input_at(f, "k", i)));
    /* Without end, what a further packet takes is all that is left. */
    one = batched(f, 1);
    many = batched(f, 11) * 11;
    compare(f, "limit_per_s", 1e9 / ((many - one) / 10));
}

/* --- livelock --- */

/* Packets that get through, a second, when so many come. */
static double goodput(family *f, double rate, bool ring, double seconds)
{
    double irq = input(f, "irq_ns"), app = input(f, "app_ns");
    char delivery[64];

    snprintf(delivery, sizeof delivery,
             ring ? "\"ring\"" : "{\"interrupt\": \"%.0fps\"}", irq * 1000);
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"%.0fps\", \"inputs\": [{\"name\": "
        "\"nic\", \"arrive\": {\"every\": \"%.0fps\"}, \"ring\": %.0f, "
        "\"queue\": %.0f, \"delivery\": %s}], \"threads\": [{\"name\": "
        "\"t\", \"background\": true, \"program\": [{\"forever\": "
        "[{\"receive\": \"nic\"}, {\"run\": \"%.0fps\"}, {\"mark\": "
        "\"done\"}]}]}]}",
        seconds * 1e12, 1e12 / rate, input(f, "queue"), input(f, "queue"),
        delivery, (ring ? irq + app : app) * 1000);
    return play_seed(f, 1) ? metric(f, "inputs.nic.goodput") : 0;
}

#define MANY 50000 /* packets are enough to see what is lost */

/* Whether all but `part` of the packets get through, beside those that are in
 * the queues at the end. */
static bool gets_through(family *f, double rate, double part)
{
    double left = (2 * input(f, "queue") + 2) / MANY;

    return goodput(f, rate, false, MANY / rate) >= rate * (1 - part - left);
}

static bool gets_nowhere(family *f, double rate, double peak)
{
    return goodput(f, rate, false, MANY / rate) <= 0.002 * peak;
}

/* The highest rate at which nothing is lost, and the lowest at which nothing
 * gets through, by halving. */
static double highest_whole(family *f)
{
    double low = 0, high = 1;

    while (!f->wrong && gets_through(f, high, 0.001))
        high *= 2;
    for (int i = 0; i < 30 && high > low * 1.001 && !f->wrong; i++) {
        double middle = (low + high) / 2;

        if (gets_through(f, middle, 0.001))
            low = middle;
        else
            high = middle;
    }
    return low;
}

static double lowest_dead(family *f, double peak)
{
    double low = peak, high = peak * 2;

    while (!f->wrong && !gets_nowhere(f, high, peak))
        high *= 2;
    for (int i = 0; i < 30 && high > low * 1.001 && !f->wrong; i++) {
        double middle = (low + high) / 2;

        if (gets_nowhere(f, middle, peak))
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* Ten seconds, as the case says, or as many as a million packets take. */
static void play_livelock(family *f)
{
    double peak;

    for (int i = 0; i < input_length(f, "rates_per_s"); i++) {
        double rate = input_at(f, "rates_per_s", i);
        double seconds = fmin(10, 1e6 / rate);

        compare_at(f, "interrupt_goodput", i, goodput(f, rate, false, seconds));
        compare_at(f, "polling_goodput", i, goodput(f, rate, true, seconds));
    }
    peak = highest_whole(f);
    compare(f, "mlfrr_per_s", peak);
    compare(f, "livelock_rate_per_s", lowest_dead(f, peak));
}

/* --- links --- */

static int generation(family *f)
{
    static const double rates[] = {2.5, 5, 8, 16, 32};
    double rate = input(f, "gt_per_s");

    for (int i = 0; i < 5; i++) {
        if (rates[i] != rate)
            continue;
        if (!is(f->inputs, "encoding", i < 2 ? "8b/10b" : "128b/130b"))
            wrong(f, "no link of %g GT/s is encoded so", rate);
        return i + 1;
    }
    wrong(f, "no generation of links has %g GT/s", rate);
    return 1;
}

/* Time of `times` transfers of `bytes` one after the other, in ns. */
static double transfers(family *f, double times, double bytes, double overhead)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"devices\": [{\"name\": \"link\", "
        "\"kind\": \"pcie\", \"generation\": %d, \"lanes\": %.0f, "
        "\"payload\": \"%.0fB\", \"overhead\": \"%.0fB\"}], \"threads\": "
        "[{\"name\": \"t\", \"program\": [{\"repeat\": {\"times\": %.0f, "
        "\"program\": [{\"io\": {\"device\": \"link\", \"bytes\": "
        "\"%.0fB\"}}]}}]}]}",
        generation(f), input(f, "lanes"), input(f, "max_payload"), overhead,
        times, bytes);
    return play(f) ? metric(f, "run.makespan") / 1000 : 0;
}

/* So many transfers take whole picoseconds, whatever the generation. */
static void play_link(family *f)
{
    double overhead = input(f, "tlp_overhead_bytes"), size = input(f, "size");
    double times = 256 * input(f, "lanes"), some = overhead > 0 ? overhead : 20;
    double big = input(f, "max_payload") * 13e6, raw, full, with, without;

    raw = transfers(f, 1, big, 0);
    full = transfers(f, 1, big, overhead);
    without = transfers(f, times, size, 0) / times;
    with = transfers(f, times, size, some) / times;
    compare(f, "serialise_ns", transfers(f, times, size, overhead) / times);
    compare(f, "phy_gbit_per_s", big * 8 / raw);
    compare(f, "payload_gbyte_per_s", big / full);
    compare(f, "tlp_efficiency", raw / full);
    compare(f, "tlps", (with - without) / raw * big / some);
}

/* --- kernel entries --- */

/* Calls at the ticks of a clock of that rate; the slower, the less a
 * picosecond is. */
static double calls(family *f, double rate, double tax_ns)
{
    ratio hz = ratio_of(rate);
    double slow = rate < 1000 ? 1 : SLOW;

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"computer\": {\"clock\": \"%lld/%.0fHz\"}, "
        "\"system\": {\"kernel\": {\"mitigation\": \"%.0fps\"}}, "
        "\"threads\": [{\"name\": \"t\", \"program\": "
        "[{\"repeat\": {\"times\": 10000, \"program\": [{\"run\": "
        "\"1 cycles\"}, \"syscall\"]}}]}]}",
        (long long)hz.num, (double)hz.den * slow, tax_ns * 1000 * slow);
    return play(f) ? metric(f, "run.makespan") : 1;
}

static void play_mitigation(family *f)
{
    double delta = input(f, "delta_ns");

    for (int i = 0; i < input_length(f, "rates_per_s"); i++) {
        double rate = input_at(f, "rates_per_s", i);
        double with = calls(f, rate, delta), without = calls(f, rate, 0);

        compare_at(f, "overhead_fraction", i, (with - without) / without);
        compare_at(f, "throughput_factor_fixed_work", i, without / with);
    }
}

/* --- cases that are made --- */

/* Waits of M phases are 0, T/M, 2 T/M ... */
static void make_sweep(cJSON *inputs, cJSON *expected, int number)
{
    int events = any(number, 0, 1, 500);
    double period = any(number, 1, 1000, 9000000), part = period / events;

    put(inputs, "interval_ns", period);
    put(inputs, "events", events);
    put(expected, "mean_ns", (period - part) / 2);
    put(expected, "p50_ns", (ceil(0.5 * events) - 1) * part);
    put(expected, "p95_ns", (ceil(0.95 * events - 1e-9) - 1) * part);
    put(expected, "max_ns", period - part);
}

static void make_random(cJSON *inputs, cJSON *expected, int number)
{
    double period = any(number, 0, 10000, 9000000);
    double cost = any(number, 1, 10, 4000);

    put(inputs, "interval_ns", period);
    put(inputs, "poll_cost_ns", cost);
    put(inputs, "events", 20000);
    put(expected, "mean_ns", period / 2);
    put(expected, "p95_ns", period * 0.95);
    put(expected, "stddev_ns", period / sqrt(12));
    put(expected, "cpu_fraction", cost / period);
}

static void make_break_even(cJSON *inputs, cJSON *expected, int number)
{
    double period = any(number, 0, 10000, 9000000);
    double cost = any(number, 1, 10, 4000), irq = any(number, 2, 100, 9000);
    double device = any(number, 3, 100, 90000);

    put(inputs, "interval_ns", period);
    put(inputs, "poll_cost_ns", cost);
    put(inputs, "irq_ns", irq);
    put(inputs, "device_ns", device);
    put(expected, "poll_cpu", cost / period);
    put(expected, "breakeven_events_per_s", cost / period / irq * 1e9);
    put(expected, "irq_latency_ns", device + irq);
    put(expected, "spin_latency_ns", device);
    put(expected, "spin_saving_fraction", irq / (device + irq));
}

static void make_keyboard(cJSON *inputs, cJSON *expected, int number)
{
    double bits = any(number, 0, 8, 16), clock = any(number, 1, 9000, 17000);
    double handler = any(number, 2, 0, 9000), usb = any(number, 3, 60, 8000);

    put(inputs, "bits", bits);
    append(inputs, "clk_hz", clock);
    put(inputs, "handler_ns", handler);
    append(inputs, "usb_hz", usb);
    append(expected, "ps2_byte_ns", bits * 1e9 / clock + handler);
    append(expected, "usb_mean_ns", 0.5e9 / usb + handler);
    append(expected, "usb_p95_ns", 0.95e9 / usb + handler);
}

/* A timer of t from the first packet: batches of 1 + l t. */
static void make_coalescing(cJSON *inputs, cJSON *expected, int number)
{
    double rate = any(number, 0, 5, 300) / 1000.0;
    double timer = any(number, 1, 10, 100), lt = rate * timer;
    int count = any(number, 2, 2, 16);

    put(inputs, "rate_per_us", rate);
    put(inputs, "timer_us", timer);
    put(inputs, "count", count);
    put(inputs, "packets", 100000);
    put(expected, "timer_mean_delay_us", timer * (1 + lt / 2) / (1 + lt));
    put(expected, "timer_mean_batch", 1 + lt);
    put(expected, "count_mean_delay_us", (count - 1) / 2.0 / rate);
}

/* M/G/1 with a setup. */
static void make_napi(cJSON *inputs, cJSON *expected, int number)
{
    double rate = any(number, 0, 5, 80) / 1000.0, each = any(number, 1, 1, 10);
    double irq = any(number, 2, 1, 20), rho = rate * each, li = rate * irq;

    put(inputs, "rate_per_us", rate);
    put(inputs, "packet_us", each);
    put(inputs, "irq_us", irq);
    put(inputs, "packets", 200000);
    put(expected, "cpu_utilisation", rho + (1 - rho) * li / (1 + li));
    put(expected, "interrupts_per_packet", (1 - rho) / (1 + li));
    put(expected, "per_packet_irq_mode_utilisation", rho + li);
}

static void make_batching(cJSON *inputs, cJSON *expected, int number)
{
    double over = any(number, 0, 0, 90000), each = any(number, 1, 100, 30000);

    put(inputs, "overhead_ns", over);
    put(inputs, "per_packet_ns", each);
    for (int i = 0; i < 3; i++) {
        int k = any(number, 2 + i, 1, 200);

        append(inputs, "k", k);
        append(expected, "max_rate_per_s", k * 1e9 / (over + k * each));
    }
    put(expected, "limit_per_s", 1e9 / each);
}

/* Interrupts leave (1 - l I)/A of the work, and nothing from 1/I on. */
static void make_livelock(cJSON *inputs, cJSON *expected, int number)
{
    double irq = any(number, 0, 2, 40), app = any(number, 1, 5, 100);

    put(inputs, "irq_ns", irq * 1000);
    put(inputs, "app_ns", app * 1000);
    put(inputs, "queue", any(number, 2, 16, 128));
    for (int i = 0; i < 2; i++) {
        double rate = any(number, 3 + i, 2000, 200000);

        append(inputs, "rates_per_s", rate);
        append(expected, "interrupt_goodput",
               fmin(rate, fmax(0, (1e6 - rate * irq) / app)));
        append(expected, "polling_goodput", fmin(rate, 1e6 / (irq + app)));
    }
    put(expected, "mlfrr_per_s", 1e6 / (irq + app));
    put(expected, "livelock_rate_per_s", 1e6 / irq);
}

/* Packets of a payload and an overhead on lanes of a generation. */
static void make_link(cJSON *inputs, cJSON *expected, int number)
{
    static const double rates[] = {2.5, 5, 8, 16, 32};
    int generation = any(number, 0, 0, 4), lanes = 1 << any(number, 1, 0, 4);
    int over = any(number, 2, 12, 30), payload = 128 << any(number, 3, 0, 3);
    double size = any(number, 4, 1, 5000000), packets = ceil(size / payload);
    double phy =
        rates[generation] * lanes * (generation < 2 ? 8.0 / 10 : 128.0 / 130);
    double part = (double)payload / (payload + over);

    put(inputs, "gt_per_s", rates[generation]);
    put(inputs, "lanes", lanes);
    cJSON_AddStringToObject(inputs, "encoding",
                            generation < 2 ? "8b/10b" : "128b/130b");
    put(inputs, "max_payload", payload);
    put(inputs, "tlp_overhead_bytes", over);
    put(inputs, "size", size);
    put(expected, "phy_gbit_per_s", phy);
    put(expected, "payload_gbyte_per_s", phy / 8 * part);
    put(expected, "tlp_efficiency", part);
    put(expected, "tlps", packets);
    put(expected, "serialise_ns", (size + packets * over) * 8 / phy);
}

static void make_mitigation(cJSON *inputs, cJSON *expected, int number)
{
    double tax = any(number, 0, 1, 2000);

    put(inputs, "delta_ns", tax);
    for (int i = 0; i < 3; i++) {
        double rate = any(number, 1 + i, 1000, 900000);

        append(inputs, "rates_per_s", rate);
        append(expected, "overhead_fraction", rate * tax / 1e9);
        append(expected, "throughput_factor_fixed_work",
               1 / (1 + rate * tax / 1e9));
    }
}

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_play("hardware/polling", play_polling, NULL);
    failed += family_play("hardware/coalescing", play_coalescing, NULL);
    failed += family_play("hardware/napi", play_napi, NULL);
    failed += family_play("hardware/interrupt-batching", play_batching, NULL);
    failed += family_play("hardware/livelock", play_livelock, NULL);
    failed += family_play("hardware/pcie", play_link, NULL);
    failed += family_play("hardware/mitigation", play_mitigation, NULL);
    assert_int_equal(failed, 0);
}

static void test_made_devices(void **state)
{
    static const family_rules chance = {.tolerance =
                                            "{\"*\": {\"rel\": 0.02}}"};
    static const family_rules fluid = {
        .tolerance = "{\"*\": {\"rel\": 0.015, \"abs\": 60}}"};
    static const family_rules rounded = {.tolerance =
                                             "{\"*\": {\"rel\": 1e-6}}"};
    int failed = 0;

    (void)state;
    failed +=
        family_made("hardware/polling", 10, make_sweep, play_polling, &exactly);
    failed +=
        family_made("hardware/polling", 3, make_random, play_polling, &chance);
    failed += family_made("hardware/polling", 10, make_break_even, play_polling,
                          &exactly);
    failed += family_made("hardware/polling", 5, make_keyboard, play_polling,
                          &rounded);
    failed += family_made("hardware/coalescing", 3, make_coalescing,
                          play_coalescing, &chance);
    failed += family_made("hardware/napi", 3, make_napi, play_napi, &chance);
    failed += family_made("hardware/interrupt-batching", 10, make_batching,
                          play_batching, &exactly);
    failed += family_made("hardware/livelock", 3, make_livelock, play_livelock,
                          &fluid);
    assert_int_equal(failed, 0);
}

static void test_made_others(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_made("hardware/pcie", 10, make_link, play_link, &exactly);
    failed += family_made("hardware/mitigation", 3, make_mitigation,
                          play_mitigation, &exactly);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families),
                                       cmocka_unit_test(test_made_devices),
                                       cmocka_unit_test(test_made_others)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

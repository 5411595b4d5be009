/*
 * reference_linux.c - cases of the arithmetic of Linux's fair schedulers; see
 * reference.h.
 */
#include "making.h"
#include "reference.h"

#include <stdbool.h>

__extension__ typedef unsigned __int128 wide;

/* Weights of nice -20 to 19, kernel/sched/core.c. */
static const int weights[40] = {88761, 71755, 56483, 46273, 36291, 29154, 23254,
                                18705, 14949, 11916, 9548,  7620,  6100,  4904,
                                3906,  3121,  2501,  1991,  1586,  1277,  1024,
                                820,   655,   526,   423,   335,   272,   215,
                                172,   137,   110,   87,    70,    56,    45,
                                36,    29,    23,    18,    15};

static int weight_of(int nice)
{
    return weights[nice + 20];
}

/* The kernel's table: 2^32 over the weight, to the nearest, but for four that
 * it has cut. */
static uint64_t inverse_of(int nice)
{
    uint64_t weight = (uint64_t)weight_of(nice);
    bool cut = nice == 13 || nice == 14 || nice == 16 || nice == 17;

    return ((UINT64_C(1) << 32) + (cut ? 0 : weight / 2)) / weight;
}

/* __calc_delta(): the product in 32 bits, shifted until it fits. */
static int64_t scaled(int64_t delta, uint64_t weight, uint64_t inverse)
{
    uint64_t fact = weight * inverse;
    int shift = 32;

    while (fact >> 32 != 0) {
        fact >>= 1;
        shift--;
    }
    return (int64_t)((wide)delta * fact >> shift);
}

static int64_t virtual_of(int64_t delta, int nice)
{
    return nice == 0 ? delta : scaled(delta, 1024, inverse_of(nice));
}

/* 1 + floor(log2(min(processors, 8))) */
static int scaling_of(int processors)
{
    int n = processors < 8 ? processors : 8, factor = 1;

    for (; n > 1; n /= 2)
        factor++;
    return factor;
}

/* --- CFS --- */

#define HOGS 14

static void write_nice(cJSON *inputs, const int *nice, int count)
{
    cJSON *list = cJSON_AddArrayToObject(inputs, "runnable_nice");

    for (int i = 0; i < count; i++)
        push(list, nice[i]);
}

static void write_kernel(cJSON *inputs, cJSON *expected, chance *c,
                         const int *nice, int count, int64_t total)
{
    int processors = between(c, 1, 16), factor = scaling_of(processors);
    int64_t least = INT64_C(1000) * between(c, 200, 3000) * factor;
    int threads = between(c, 3, 16);
    int64_t latency = least * threads;
    int64_t period = count > threads ? count * least : latency;
    cJSON *list;

    add_text(inputs, "model", "CFS arithmetic");
    add(inputs, "online_cpus_for_scaling", processors);
    add(inputs, "sched_latency_ns", (double)latency);
    add(inputs, "sched_min_granularity_ns", (double)least);
    add(inputs, "sched_nr_latency", threads);
    add(expected, "scaling_factor", factor);
    add(expected, "period_ns", (double)period);
    add(expected, "total_weight", (double)total);
    list = cJSON_AddArrayToObject(expected, "tasks");
    for (int i = 0; i < count; i++) {
        int weight = weight_of(nice[i]);
        cJSON *row = add_row(list);

        add(row, "nice", nice[i]);
        add(row, "weight", weight);
        add(row, "share_pct", 100.0 * weight / (double)total);
        add_exact(row, "share_exact", weight, total);
        add(row, "ideal_slice_ns", (double)period * weight / (double)total);
        add(row, "kernel_slice_ns",
            (double)scaled(period, (uint64_t)weight,
                           UINT32_MAX / (uint64_t)total));
        add_exact(row, "vruntime_per_ms_exact", INT64_C(1024000000), weight);
        add(row, "kernel_vruntime_delta_for_1ms",
            (double)virtual_of(1000000, nice[i]));
    }
}

static void write_textbook(cJSON *inputs, cJSON *expected, chance *c,
                           const int *nice, int count, int64_t total)
{
    int latency = between(c, 10, 100), least = between(c, 1, 10);
    cJSON *slices, *exact, *growth;

    add_text(inputs, "model", "CFS as simplified in OSTEP");
    add(inputs, "sched_latency_ms", latency);
    add(inputs, "min_granularity_ms", least);
    slices = cJSON_AddArrayToObject(expected, "slice_ms");
    exact = cJSON_AddArrayToObject(expected, "slice_exact");
    growth = cJSON_AddArrayToObject(expected, "vruntime_growth_per_ms");
    for (int i = 0; i < count; i++) {
        int64_t num = (int64_t)latency * weight_of(nice[i]), den = total;

        if (num < least * den) {
            num = least;
            den = 1;
        }
        push(slices, (double)num / (double)den);
        push_exact(exact, num, den);
        push_exact(growth, 1024, weight_of(nice[i]));
    }
}

void reference_cfs(cJSON *inputs, cJSON *expected, int number)
{
    chance c = chance_of(5, number);
    int nice[HOGS], count = between(&c, 1, HOGS);
    int64_t total = 0;

    for (int i = 0; i < count; i++) {
        nice[i] = between(&c, -20, 19);
        total += weight_of(nice[i]);
    }
    if (number % 3 == 0)
        write_textbook(inputs, expected, &c, nice, count, total);
    else
        write_kernel(inputs, expected, &c, nice, count, total);
    write_nice(inputs, nice, count);
}

/* --- EEVDF --- */

void reference_eevdf(cJSON *inputs, cJSON *expected, int number)
{
    static const struct {
        const char *name;
        int64_t base;
        bool asks; /* threads may ask for a slice */
    } kernels[] = {{"6.6", 750000, false}, {"6.8", 750000, false},
                   {"6.12", 750000, true}, {"6.14", 750000, true},
                   {"6.15", 700000, true}, {"6.17", 700000, true},
                   {"7.0", 700000, true}};
    static const int rates[] = {100, 250, 300, 500, 1000};
    chance c = chance_of(6, number);
    int k = between(&c, 0, 6), processors = between(&c, 1, 64);
    int hz = rates[between(&c, 0, 4)], nice = between(&c, -20, 19);
    int64_t base = kernels[k].base * scaling_of(processors), slice = base;
    int64_t tick = 1000000000 / hz;

    add_text(inputs, "kernel", kernels[k].name);
    add(inputs, "online_cpus", processors);
    add(inputs, "HZ", hz);
    add(inputs, "nice", nice);
    if (kernels[k].asks && number % 2) {
        slice = INT64_C(1000) * between(&c, 20, 150000);
        add(inputs, "custom_slice_ns", (double)slice);
        slice = slice < 100000 ? 100000 : slice;
        slice = slice > 100000000 ? 100000000 : slice;
    }
    add(expected, "scaling_factor", scaling_of(processors));
    add(expected, "base_slice_ns", (double)base);
    add(expected, "slice_ns", (double)slice);
    add(expected, "weight", weight_of(nice));
    add(expected, "vslice_ns", (double)virtual_of(slice, nice));
    add(expected, "first_deadline_vslice_ns",
        (double)(virtual_of(slice, nice) / 2));
    add(expected, "lag_limit_vns",
        (double)virtual_of(2 * slice > tick ? 2 * slice : tick, nice));
    add(expected, "tick_ns", (double)tick);
    add(expected, "run_per_turn_tick_rounded_ns",
        (double)((slice + tick - 1) / tick * tick));
}

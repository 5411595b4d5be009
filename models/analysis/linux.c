/*
 * linux.c - the arithmetic of Linux's fair schedulers, as figures: what shares
 * and slices nice values come to under CFS (to 6.5) and EEVDF (from 6.6), in
 * exact fractions and in the kernel's own 32-bit arithmetic.
 */
#include "models/analysis/analysis.h"
#include "models/policy/fair.h"

static const ts_field nice_item = {.name = "nice",
                                   .kind = TS_FIELD_INT,
                                   .is_signed = true,
                                   .min = -20,
                                   .max = 19,
                                   .help = "a nice value"};

/* --- weights --- */

/* Of SCHED_IDLE threads: WEIGHT_IDLEPRIO, WMULT_IDLEPRIO. */
#define IDLE_WEIGHT 3
#define IDLE_INVERSE 1431655765

static void weights(const ts_machine_record *root, const void *fields,
                    ts_findings *out)
{
    (void)root;
    (void)fields;
    for (int i = 0; i < 40; i++) {
        ts_find_count(out, ts_nice_weight[i], NULL, "%d.weight", i - 20);
        ts_find_count(out, ts_nice_inverse[i], NULL, "%d.inverse", i - 20);
    }
    ts_find_count(out, IDLE_WEIGHT, NULL, "idle.weight");
    ts_find_count(out, IDLE_INVERSE, NULL, "idle.inverse");
}

static const ts_analysis weights_analysis = {.evaluate = weights};
const ts_entry ts_analysis_nice_weights = {
    .name = "nice-weights",
    .help = "Linux's weights of nice values",
    .about = "sched_prio_to_weight and sched_prio_to_wmult in "
             "kernel/sched/core.c.",
    .model = &weights_analysis};

/* --- CFS --- */

typedef struct cfs_record {
    int64_t processors;
    ts_time latency, granularity;
    int64_t threads;
    bool at_least;
    ts_list nice; /* of int64_t */
} cfs_record;

static const ts_field cfs_fields[] = {
    {.name = "processors",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 4096,
     .offset = TS_AT(cfs_record, processors),
     .help = "for the factor that the kernel scales its times by; latency and "
             "granularity are given scaled"},
    {.name = "latency",
     .kind = TS_FIELD_TIME,
     .fallback = "6ms",
     .offset = TS_AT(cfs_record, latency),
     .help = "in which every thread should have its turn"},
    {.name = "granularity",
     .kind = TS_FIELD_TIME,
     .fallback = "750us",
     .offset = TS_AT(cfs_record, granularity),
     .help = "the least slice"},
    {.name = "threads",
     .kind = TS_FIELD_INT,
     .fallback = "8",
     .offset = TS_AT(cfs_record, threads),
     .help = "with more than so many the latency grows (sched_nr_latency)"},
    {.name = "at-least",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(cfs_record, at_least),
     .help = "the textbook's rule instead: a slice is its share of the "
             "latency, but at least the granularity"},
    {.name = "nice",
     .kind = TS_FIELD_LIST,
     .item = &nice_item,
     .required = true,
     .min = 1,
     .limit = 4096,
     .offset = TS_AT(cfs_record, nice),
     .help = "the nice values of the threads that want to run"},
};
static const ts_shape cfs_shape = {.name = "cfs arithmetic",
                                   .help = "Threads that want to run",
                                   .size = sizeof(cfs_record),
                                   TS_FIELDS(cfs_fields)};

static void cfs_thread(const cfs_record *record, int index, int64_t total,
                       ts_time period, ts_findings *out)
{
    const int64_t *nice = record->nice.items;
    int64_t weight = ts_nice_weight[nice[index] + 20];
    double share = (double)weight / (double)total;
    double slice = (double)period * (double)weight / (double)total;

    assert(index < record->nice.count);
    assert(weight > 0 && weight <= total); /* it is one of those */
    if (record->at_least && slice < (double)record->granularity)
        slice = (double)record->granularity;
    ts_find_count(out, weight, NULL, "%d.weight", index);
    ts_find_value(out, TS_UNIT_RATIO, share, NULL, "%d.share", index);
    ts_find_fraction(out, weight, total);
    ts_find_value(out, TS_UNIT_TIME, slice, NULL, "%d.slice", index);
    ts_find_value(out, TS_UNIT_NUMBER,
                  (double)TS_NICE_0_WEIGHT / (double)weight, NULL,
                  "%d.virtual_rate", index);
    ts_find_count(out,
                  ts_fair_delta(period / TS_NS, weight, ts_fair_inverse(total)),
                  NULL, "%d.kernel_slice_ns", index);
    ts_find_count(out, ts_fair_virtual(1000000, (int)nice[index]), NULL,
                  "%d.kernel_virtual_ns_of_1ms", index);
}

static void cfs(const ts_machine_record *root, const void *fields,
                ts_findings *out)
{
    const cfs_record *record = fields;
    const int64_t *nice;
    int64_t total = 0, count;
    ts_time period;

    (void)root;
    if (record == NULL)
        return;
    nice = record->nice.items;
    count = record->nice.count;
    for (int64_t i = 0; i < count; i++)
        total += ts_nice_weight[nice[i] + 20];
    assert(total >= count * ts_nice_weight[39]); /* the least there is */
    period = count > record->threads && !record->at_least
                 ? count * record->granularity
                 : record->latency;
    ts_find_count(out, ts_fair_scaling((int)record->processors), NULL,
                  "scaling");
    ts_find_time(out, period, NULL, "period");
    ts_find_count(out, total, NULL, "weight");
    for (int i = 0; i < count; i++)
        cfs_thread(record, i, total, period, out);
}

static const ts_analysis cfs_analysis = {.evaluate = cfs};
const ts_entry ts_analysis_cfs = {
    .name = "cfs",
    .help = "shares and slices under CFS, exact and as the kernel computes "
            "them",
    .about = "sched_slice() and calc_delta_fair() of kernel/sched/fair.c, "
             "2.6.24 to 6.5.",
    .shape = &cfs_shape,
    .model = &cfs_analysis};

/* --- EEVDF --- */

typedef struct eevdf_record {
    const char *kernel;
    int64_t processors, hz, nice;
    ts_time slice;
} eevdf_record;

static const ts_field eevdf_fields[] = {
    {.name = "kernel",
     .kind = TS_FIELD_TEXT,
     .fallback = "6.12",
     .offset = TS_AT(eevdf_record, kernel),
     .help = "the version, \"6.12\": the base slice is 0.70 ms from 6.15"},
    {.name = "processors",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 4096,
     .offset = TS_AT(eevdf_record, processors),
     .help = "for the factor that the kernel scales its times by"},
    {.name = "hz",
     .kind = TS_FIELD_INT,
     .fallback = "1000",
     .min = 1,
     .max = 1e6,
     .offset = TS_AT(eevdf_record, hz),
     .help = "ticks a second"},
    {.name = "nice",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .is_signed = true,
     .min = -20,
     .max = 19,
     .offset = TS_AT(eevdf_record, nice),
     .help = "the thread's nice value"},
    {.name = "slice",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .offset = TS_AT(eevdf_record, slice),
     .help = "a slice the thread asked for (sched_setattr, from 6.12)"},
};

/* "6.12" as 6012; 0: no version. */
static int64_t version(const char *text)
{
    int64_t major = 0, minor = 0;

    while (*text >= '0' && *text <= '9' && major < 1000)
        major = major * 10 + (*text++ - '0');
    if (*text == '.')
        text++;
    while (*text >= '0' && *text <= '9' && minor < 1000)
        minor = minor * 10 + (*text++ - '0');
    return major * 1000 + minor;
}

static void check_eevdf(ts_check *check, const void *record)
{
    const eevdf_record *eevdf = record;

    if (version(eevdf->kernel) < 6006)
        ts_check_error(check, "kernel", "EEVDF came with 6.6");
    else if (eevdf->slice < TS_TIME_LIMIT && version(eevdf->kernel) < 6012)
        ts_check_error(check, "slice", "threads can ask for one from 6.12");
}

static const ts_shape eevdf_shape = {.name = "eevdf arithmetic",
                                     .help = "A kernel and a thread",
                                     .size = sizeof(eevdf_record),
                                     TS_FIELDS(eevdf_fields),
                                     .check = check_eevdf};

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    assert(low <= high);
    return value < low ? low : value > high ? high : value;
}

static void eevdf(const ts_machine_record *root, const void *fields,
                  ts_findings *out)
{
    const eevdf_record *record = fields;
    int64_t scaling, base, slice, tick, turn;
    int nice;

    (void)root;
    if (record == NULL)
        return;
    nice = (int)record->nice;
    scaling = ts_fair_scaling((int)record->processors);
    base = (version(record->kernel) >= 6015 ? 700000 : 750000) * scaling;
    slice = record->slice < TS_TIME_LIMIT
                ? clamp(record->slice / TS_NS, 100000, 100000000)
                : base;
    tick = ts_fair_period((ts_rational){record->hz, 1}) / TS_NS;
    turn = 2 * slice > tick ? 2 * slice : tick;
    assert(scaling >= 1 && tick > 0 && slice > 0);
    ts_find_count(out, scaling, NULL, "scaling");
    ts_find_count(out, base, NULL, "base_slice_ns");
    ts_find_count(out, slice, NULL, "slice_ns");
    ts_find_count(out, ts_nice_weight[nice + 20], NULL, "weight");
    ts_find_count(out, ts_fair_virtual(slice, nice), NULL, "vslice_ns");
    /* A new thread is placed with half a slice: PLACE_DEADLINE_INITIAL. */
    ts_find_count(out, ts_fair_virtual(slice, nice) / 2, NULL,
                  "first_vslice_ns");
    ts_find_count(out, ts_fair_virtual(turn, nice), NULL, "lag_limit_vns");
    ts_find_count(out, tick, NULL, "tick_ns");
    ts_find_count(out, (slice + tick - 1) / tick * tick, NULL,
                  "turn_by_ticks_ns");
}

static const ts_analysis eevdf_analysis = {.evaluate = eevdf};
const ts_entry ts_analysis_eevdf = {
    .name = "eevdf",
    .help = "slices and the limit of lag under EEVDF, as the kernel computes "
            "them",
    .about = "kernel/sched/fair.c from 6.6.",
    .shape = &eevdf_shape,
    .model = &eevdf_analysis};

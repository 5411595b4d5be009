/*
 * cfs_fields.c - CFS's options, and how each version of Linux has them.
 */
#include "models/policy/cfs.h"

static const ts_field fields[] = {
    {.name = "latency",
     .kind = TS_FIELD_TIME,
     .fallback = "6ms",
     .source = "sysctl_sched_latency",
     .min = 1e6,
     .max = 1e13,
     .offset = TS_AT(ts_cfs_record, latency),
     .help = "in which every runnable thread should have its turn"},
    {.name = "min_granularity",
     .kind = TS_FIELD_TIME,
     .fallback = "0.75ms",
     .source = "sysctl_sched_min_granularity",
     .min = 1e6,
     .max = 1e13,
     .offset = TS_AT(ts_cfs_record, min_granularity),
     .help = "latency grows to this for each thread, when they are many"},
    {.name = "wakeup_granularity",
     .kind = TS_FIELD_TIME,
     .fallback = "1ms",
     .source = "sysctl_sched_wakeup_granularity",
     .max = 1e13,
     .offset = TS_AT(ts_cfs_record, wakeup_granularity),
     .help = "how far behind a woken thread must be to take the processor"},
    {.name = "scaling",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .source = "sysctl_sched_tunable_scaling",
     .offset = TS_AT(ts_cfs_record, scaling),
     .help = "the three above are multiplied by 1 + log2(processors), at most "
             "by 4"},
    {.name = "grow",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .source = "__sched_period()",
     .offset = TS_AT(ts_cfs_record, grow),
     .help = "latency grows so that many threads have min_granularity each; "
             "in OSTEP's account of CFS it does not"},
    {.name = "at_least",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .source = "SCHED_FEAT(BASE_SLICE, true), from 5.13 on",
     .offset = TS_AT(ts_cfs_record, at_least),
     .help = "no thread's slice is below min_granularity, however light it is"},
    TS_HZ_FIELD(ts_cfs_record, "ticks, at which the end of a slice is seen"),
    {.name = "hrtick",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .source = "SCHED_FEAT(HRTICK, false)",
     .offset = TS_AT(ts_cfs_record, hrtick),
     .help = "a timer ends slices, not the tick"},
    {.name = "sleepers",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .source = "place_entity()",
     .offset = TS_AT(ts_cfs_record, sleepers),
     .help = "woken threads get credit for having slept"},
    {.name = "gentle",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .source = "SCHED_FEAT(GENTLE_FAIR_SLEEPERS, true)",
     .offset = TS_AT(ts_cfs_record, gentle),
     .help = "the credit is half a latency, not a whole one"},
    {.name = "debit",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .source = "SCHED_FEAT(START_DEBIT, true)",
     .offset = TS_AT(ts_cfs_record, debit),
     .help = "new threads start one slice behind"},
};

const ts_shape ts_cfs_shape = {.name = "cfs",
                               .help = "Options of CFS",
                               .size = sizeof(ts_cfs_record),
                               TS_FIELDS(fields)};

/* sysctl_sched_latency and its like have been the same since 2.6.35; BASE_SLICE
 * came with 5.13. */
void *ts_cfs_options(ts_arena *arena, ts_kernel kernel, ts_rational hz)
{
    ts_cfs_record *record = ts_arena_alloc(arena, sizeof *record);

    if (record != NULL)
        *record = (ts_cfs_record){.latency = 6 * TS_MS,
                                  .min_granularity = 750 * TS_US,
                                  .wakeup_granularity = TS_MS,
                                  .hz = hz,
                                  .scaling = true,
                                  .grow = true,
                                  .at_least = kernel >= TS_KERNEL_5_15,
                                  .sleepers = true,
                                  .gentle = true,
                                  .debit = true};
    return record;
}

/*
 * eevdf_fields.c - EEVDF's options, and which each version of Linux has.
 */
#include "models/policy/eevdf.h"

enum { LINUX_6_6, LINUX_6_12 };
static const char *const versions[] = {"6.6", "6.12", NULL};
enum { BY_VERSION, NO, YES };
static const char *const delays[] = {"by-version", "no", "yes", NULL};

static const ts_field fields[] = {
    {.name = "version",
     .kind = TS_FIELD_CHOICE,
     .choices = versions,
     .fallback = "6.12",
     .offset = TS_AT(ts_eevdf_record, version),
     .help = "whose rules: 6.12 has delayed dequeue, and lets a woken thread "
             "with a shorter slice in before the deadline"},
    {.name = "base_slice",
     .kind = TS_FIELD_TIME,
     .fallback = "0.75ms",
     .source = "sysctl_sched_base_slice; 0.7 ms from 6.15",
     .min = 1e8,
     .max = 1e11,
     .offset = TS_AT(ts_eevdf_record, base_slice),
     .help = "the slice of threads that ask for none of their own"},
    {.name = "scaling",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .source = "sysctl_sched_tunable_scaling",
     .offset = TS_AT(ts_eevdf_record, scaling),
     .help = "base_slice is multiplied by 1 + log2(processors), at most by 4"},
    TS_HZ_FIELD(ts_eevdf_record,
                "ticks, at which a deadline is seen to be reached"),
    {.name = "hrtick",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .source = "SCHED_FEAT(HRTICK, false)",
     .offset = TS_AT(ts_eevdf_record, hrtick),
     .help = "a timer sees that, not the tick"},
    {.name = "run_to_parity",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .source = "SCHED_FEAT(RUN_TO_PARITY, true)",
     .offset = TS_AT(ts_eevdf_record, parity),
     .help = "a thread that was picked keeps the processor until its deadline"},
    {.name = "place_lag",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .source = "SCHED_FEAT(PLACE_LAG, true)",
     .offset = TS_AT(ts_eevdf_record, lag),
     .help = "sleepers keep what they are owed, or owe"},
    {.name = "deadline_initial",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .source = "SCHED_FEAT(PLACE_DEADLINE_INITIAL, true)",
     .offset = TS_AT(ts_eevdf_record, initial),
     .help = "a new thread's first deadline is half a slice away"},
    {.name = "delay_dequeue",
     .kind = TS_FIELD_CHOICE,
     .choices = delays,
     .fallback = "by-version",
     .source = "SCHED_FEAT(DELAY_DEQUEUE, true)",
     .offset = TS_AT(ts_eevdf_record, delay),
     .help = "a thread that blocks while it owes time goes on competing until "
             "it owes none"},
};

const ts_shape ts_eevdf_shape = {.name = "eevdf",
                                 .help = "Options of EEVDF",
                                 .size = sizeof(ts_eevdf_record),
                                 TS_FIELDS(fields)};

ts_kernel ts_eevdf_kernel(const void *options)
{
    const ts_eevdf_record *record = options;

    return record->version == LINUX_6_6 ? TS_KERNEL_6_6 : TS_KERNEL_6_12;
}

/* sysctl_sched_base_slice is 0.7 ms from 6.15 on, and where that was taken over
 * into an older one. */
void *ts_eevdf_options(ts_arena *arena, ts_kernel kernel, ts_rational hz)
{
    ts_eevdf_record *record = ts_arena_alloc(arena, sizeof *record);

    if (record != NULL)
        *record = (ts_eevdf_record){
            .version = kernel >= TS_KERNEL_6_12 ? LINUX_6_12 : LINUX_6_6,
            .base_slice = (kernel >= TS_KERNEL_6_18 ? 700 : 750) * TS_US,
            .hz = hz,
            .scaling = true,
            .parity = true,
            .lag = true,
            .initial = true,
            .delay = BY_VERSION};
    return record;
}

bool ts_eevdf_is_later(const ts_eevdf_record *record)
{
    return record->version == LINUX_6_12;
}

bool ts_eevdf_delays(const ts_eevdf_record *record)
{
    return record->delay == YES ||
           (record->delay == BY_VERSION && ts_eevdf_is_later(record));
}

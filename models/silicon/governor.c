/*
 * governor.c - the frequency that the kernel asks for.
 */
#include "models/silicon/frequency.h"

/* schedutil asks for a quarter more than what was used, and use is forgotten
 * by half in 32 ms (Linux: map_util_perf, LOAD_AVG_PERIOD): a time constant of
 * 32 ms / ln 2. */
#define HEADROOM 1.25
#define FORGOTTEN ((ts_time)46166241308)

double ts_governor_use(double before, double used, ts_time dt)
{
    return ts_approach(before, used, dt, FORGOTTEN);
}

/* The least step that is not below f, at most the highest. */
static int64_t step_up(double f, int64_t lowest, int64_t step, int64_t highest)
{
    int64_t steps;

    if (f >= (double)highest)
        return highest;
    if (f <= (double)lowest)
        return lowest;
    steps = ((int64_t)f - lowest + step - 1) / step;
    return lowest + steps * step < highest ? lowest + steps * step : highest;
}

int64_t ts_governor_wants(ts_governor governor, double used, int64_t lowest,
                          int64_t step, int64_t highest)
{
    switch (governor) {
    case TS_GOVERNOR_POWERSAVE:
        return lowest;
    case TS_GOVERNOR_SCHEDUTIL:
        return step_up(HEADROOM * used * (double)highest, lowest, step,
                       highest);
    case TS_GOVERNOR_PERFORMANCE:
        break;
    }
    return highest;
}

/* --- fields --- */

static const char *const governors[] = {"performance", "powersave", "schedutil",
                                        NULL};
static const char *const governor_help[] = {
    "as fast as firmware allows",
    "the lowest frequency",
    "1.25 times what the core was busy, halved every 32 ms (Linux)",
};

static const ts_field system_fields[] = {
    {.name = "governor",
     .kind = TS_FIELD_CHOICE,
     .choices = governors,
     .choice_help = governor_help,
     .fallback = "performance",
     .offset = TS_AT(ts_frequency_system, governor),
     .help = "the frequency that the kernel asks for, of those that the "
             "computer's \"frequency\" names"},
};

const ts_shape ts_frequency_in_system = {.name = "system",
                                         .help = "What clock it asks for",
                                         .size = sizeof(ts_frequency_system),
                                         TS_FIELDS(system_fields)};

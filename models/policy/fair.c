/*
 * fair.c - see fair.h.
 */
#include "models/policy/change.h"
#include "models/policy/fair.h"
#include "models/machine/task.h"

const int64_t ts_nice_weight[41] = {
    88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548,
    7620,  6100,  4904,  3906,  3121,  2501,  1991,  1586,  1277,  1024,  820,
    655,   526,   423,   335,   272,   215,   172,   137,   110,   87,    70,
    56,    45,    36,    29,    23,    18,    15,    3,
};

const int64_t ts_nice_inverse[41] = {
    48388,     59856,     76040,     92818,     118348,    147320,     184698,
    229616,    287308,    360437,    449829,    563644,    704093,     875809,
    1099582,   1376151,   1717300,   2157191,   2708050,   3363326,    4194304,
    5237765,   6557202,   8165337,   10153587,  12820798,  15790321,   19976592,
    24970740,  31350126,  39045157,  49367440,  61356676,  76695844,   95443717,
    119304647, 148102320, 186737708, 238609294, 286331153, 1431655765,
};

int64_t ts_fair_inverse(int64_t total)
{
    if (total <= 0)
        return UINT32_MAX;
    return total >= UINT32_MAX ? 1 : UINT32_MAX / total;
}

int64_t ts_fair_delta(int64_t delta, int64_t weight, int64_t inverse)
{
    uint64_t factor = (uint64_t)weight;
    int shift = 32;

    /* Twice the same: what does not fit in 32 bits is shifted out. */
    while (factor >> 32 != 0) {
        factor >>= 1;
        shift--;
    }
    factor *= (uint64_t)inverse;
    while (factor >> 32 != 0) {
        factor >>= 1;
        shift--;
    }
    return (int64_t)((ts_u128)(uint64_t)delta * factor >> shift);
}

int64_t ts_fair_virtual(int64_t delta, int nice)
{
    return ts_fair_pass(delta, ts_fair_load_of_level(nice));
}

ts_fair_load ts_fair_load_of_level(int level)
{
    return (ts_fair_load){ts_nice_weight[level + 20] * TS_FAIR_SCALE,
                          ts_nice_inverse[level + 20]};
}

/* Of a whole weight it is ts_fair_inverse()'s. */
ts_fair_load ts_fair_load_of_weight(int64_t scaled)
{
    assert(scaled > 0);
    return (ts_fair_load){scaled, (int64_t)UINT32_MAX * TS_FAIR_SCALE / scaled};
}

int64_t ts_fair_whole(int64_t scaled)
{
    int64_t weight = scaled / TS_FAIR_SCALE;

    return scaled > 0 && weight < 2 ? 2 : weight;
}

int64_t ts_fair_pass(int64_t delta, ts_fair_load load)
{
    return load.weight == TS_NICE_0_WEIGHT * TS_FAIR_SCALE
               ? delta
               : ts_fair_delta(delta, TS_NICE_0_WEIGHT, load.inverse);
}

int64_t ts_fair_wall(int64_t delta, ts_fair_load load)
{
    int64_t full = TS_NICE_0_WEIGHT * TS_FAIR_SCALE;

    return (int64_t)(((ts_i128)delta * load.weight + full - 1) / full);
}

int64_t ts_fair_scaling(int processors)
{
    int64_t factor = 1;

    for (int left = processors < 8 ? processors : 8; left > 1; left /= 2)
        factor++;
    return factor;
}

typedef struct nice {
    int64_t nice;
} nice;

static const ts_field nice_fields[] = {
    {.name = "nice",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .is_signed = true,
     .min = -20,
     .max = 19,
     .offset = TS_AT(nice, nice),
     .help = "for the kernels' fair policies: larger is nicer to the others"},
};

const ts_shape ts_nice_table = {.name = "thread",
                                .help = "Shares by nice values",
                                .size = sizeof(nice),
                                TS_FIELDS(nice_fields)};

int ts_nice_said(const ts_task *task)
{
    const nice *mine = ts_task_says(task, &ts_nice_table);

    return (int)mine->nice;
}

int ts_fair_nice(const ts_thread *thread)
{
    const ts_changed *changed = thread->changed;

    return changed != NULL ? changed->nice : ts_nice_said(thread->task);
}

/* --- classes --- */

typedef struct classed {
    int which; /* ts_class_of_thread */
} classed;

static const char *const class_names[] = {"fair", "batch",    "idle", "fifo",
                                          "rr",   "deadline", NULL};

static const ts_field class_fields[] = {
    {.name = "class",
     .kind = TS_FIELD_CHOICE,
     .choices = class_names,
     .fallback = "fair",
     .offset = TS_AT(classed, which),
     .help = "for the policy linux: the scheduling class. batch and idle are "
             "fair ones that take the processor from nobody when they wake; "
             "idle has the weight 3"},
};

const ts_shape ts_class_table = {.name = "thread",
                                 .help = "Linux's scheduling classes",
                                 .size = sizeof(classed),
                                 TS_FIELDS(class_fields)};

ts_class_of_thread ts_class_said(const ts_task *task)
{
    const classed *mine = ts_task_says(task, &ts_class_table);

    return (ts_class_of_thread)mine->which;
}

ts_class_of_thread ts_class_of(const ts_thread *thread)
{
    const ts_changed *changed = thread->changed;

    return changed != NULL ? changed->class_of : ts_class_said(thread->task);
}

int ts_fair_level(const ts_thread *thread)
{
    return ts_class_of(thread) == TS_CLASS_OF_IDLE ? TS_NICE_IDLE
                                                   : ts_fair_nice(thread);
}

ts_time ts_fair_period(ts_rational hz)
{
    ts_i128 second = TS_S / TS_NS;

    return (ts_time)((second * hz.den + hz.num / 2) / hz.num) * TS_NS;
}

ts_time ts_fair_tick(ts_time now, int64_t wait, ts_time period)
{
    ts_time earliest = 0, tick, past;

    assert(now >= 0 && period > 0);
    if (wait > 0 && __builtin_mul_overflow(wait, TS_NS, &earliest))
        return TS_NEVER;
    earliest = ts_time_add(earliest, now);
    past = earliest % period;
    tick = past == 0 ? earliest : ts_time_add(earliest, period - past);
    return tick > now ? tick : ts_time_add(tick, period);
}

int64_t ts_fair_elapsed(ts_time ran, ts_time *rest)
{
    ts_time sum = *rest + ran;

    *rest = sum % TS_NS;
    return sum / TS_NS;
}

/*
 * fair.h - what Linux's fair schedulers have in common: weights of nice
 * values, their 32-bit arithmetic, the scaling by processors and the tick (which
 * other kernels have, too).
 *
 * Virtual time is in nanoseconds, as in the kernel.
 */
#ifndef TS_MODELS_POLICY_FAIR_H
#define TS_MODELS_POLICY_FAIR_H

#include "models/machine/task.h"

#define TS_NICE_0_WEIGHT 1024
/* Fair policies add and compare weights in such parts of the table's (scale_
 * load()), for threads that share the weight of a group. */
#define TS_FAIR_SCALE 1024

/* Weight and 2^32/weight, as the kernel's tables have them (sched_prio_to_
 * weight and sched_prio_to_wmult, kernel/sched/core.c), from nice -20. Each
 * step is a factor of about 1.25. */
extern const int64_t ts_nice_weight[41];
extern const int64_t ts_nice_inverse[41];
/* ... and after nice 19 SCHED_IDLE's (WEIGHT_IDLEPRIO, WMULT_IDLEPRIO). */
#define TS_NICE_IDLE 20

/* For stands() of a policy that has it. */
#define TS_VIRTUAL_TIME ("virtual time" TS_IN_NS)

/* delta * weight / total as the kernel computes it, where `inverse` stands for
 * 2^32/total (__calc_delta() in kernel/sched/fair.c): both factors are cut to
 * 32 bits, so that results are a little below the exact ones. */
int64_t ts_fair_delta(int64_t delta, int64_t weight, int64_t inverse);
/* The kernel's inverse of a sum of weights. */
int64_t ts_fair_inverse(int64_t total);
/* Wall time as virtual time of a thread of that nice value. */
int64_t ts_fair_virtual(int64_t delta, int nice);

/* A weight in TS_FAIR_SCALE, and 2^32 by the weight (struct load_weight): of a
 * nice value, or any. */
typedef struct ts_fair_load {
    int64_t weight, inverse;
} ts_fair_load;
ts_fair_load ts_fair_load_of_level(int level);
ts_fair_load ts_fair_load_of_weight(int64_t scaled);
/* The weight as the table has them, at least 2 (scale_load_down()); 0 of none. */
int64_t ts_fair_whole(int64_t scaled);
/* The same for a weight, and back (rounded up; the kernel never asks that, but a
 * simulation that does not tick must). */
int64_t ts_fair_pass(int64_t delta, ts_fair_load load);
int64_t ts_fair_wall(int64_t delta, ts_fair_load load);
/* 1 + floor(log2(min(processors, 8))): SCHED_TUNABLESCALING_LOG. */
int64_t ts_fair_scaling(int processors);
/* "nice", for ts_policy.thread. */
extern const ts_shape ts_nice_table;
int ts_fair_nice(const ts_thread *thread);
int ts_nice_said(const ts_task *task);

/* "class", for ts_policy.thread. The first three are the fair policy's. */
typedef enum ts_class_of_thread {
    TS_CLASS_OF_FAIR,
    TS_CLASS_OF_BATCH,
    TS_CLASS_OF_IDLE,
    TS_CLASS_OF_FIFO,
    TS_CLASS_OF_RR,
    TS_CLASS_OF_DEADLINE
} ts_class_of_thread;
extern const ts_shape ts_class_table;
ts_class_of_thread ts_class_said(const ts_task *task);
ts_class_of_thread ts_class_of(const ts_thread *thread);
/* The index of its weight, less 20: its nice value, or TS_NICE_IDLE. */
int ts_fair_level(const ts_thread *thread);

/* Versions of Linux whose figures are known, oldest first. */
typedef enum ts_kernel {
    TS_KERNEL_5_4,
    TS_KERNEL_5_15,
    TS_KERNEL_6_1,
    TS_KERNEL_6_6,
    TS_KERNEL_6_12,
    TS_KERNEL_6_18
} ts_kernel;
/* The options of CFS and of EEVDF as that version has them; NULL when memory
 * ends. */
void *ts_cfs_options(ts_arena *arena, ts_kernel kernel, ts_rational hz);
void *ts_eevdf_options(ts_arena *arena, ts_kernel kernel, ts_rational hz);
/* The version that EEVDF's options are those of. */
ts_kernel ts_eevdf_kernel(const void *options);

/* The option "hz" of a record; `what` its ticks are for. */
#define TS_HZ_FIELD(type, what)                                                \
    {                                                                          \
        .name = "hz", .kind = TS_FIELD_FREQUENCY, .fallback = "250Hz",         \
        .source = "CONFIG_HZ", .min = 1, .max = 1e6,                           \
        .offset = TS_AT(type, hz), .help = what                                \
    }

/* Between two ticks of the kernel's clock: TICK_NSEC, whole nanoseconds, 3 333
 * 333 of them at 300 Hz. */
ts_time ts_fair_period(ts_rational hz);
/* The first tick after `now` and not before now + `wait` ns; everything ps. */
ts_time ts_fair_tick(ts_time now, int64_t wait, ts_time period);
/* Whole nanoseconds of processor time; the rest stays in *rest (ps). */
int64_t ts_fair_elapsed(ts_time ran, ts_time *rest);

#endif

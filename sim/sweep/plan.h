/*
 * plan.h - the points of a sweep. A room of point.h; nobody else looks in.
 *
 * A plan is a grid: every value of every parameter with every value of the
 * others; parameters in step count as one. It is never written down; a run's
 * number says which values it has.
 */
#ifndef TS_SWEEP_PLAN_H
#define TS_SWEEP_PLAN_H

#include "sim/sweep/point.h"

struct ts_axis {
    const char *pointer;
    char **values; /* JSON texts */
    int64_t count;
};

struct ts_points {
    const ts_document *document; /* borrowed */
    ts_arena arena;              /* owned: everything below */
    const ts_root *root;
    struct ts_axis *axes; /* of `vary`, then of `zip` */
    int vary_count, axis_count;
    int64_t steps; /* values of each axis of `zip`; 1: none */
    int64_t points, replications;
};

/* The parameters of point number `point` (0 .. points - 1), in the order of
 * the plan, copied to `arena`; NULL: out of memory. */
const ts_parameter *ts_points_choose(const ts_points *points, int64_t point,
                                     ts_arena *arena);

#endif

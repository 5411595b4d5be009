/*
 * plan.h - the points of a sweep. A room of point.h; nobody else looks in.
 *
 * A plan is a grid of groups: every step of one with every step of the others.
 * A parameter of `vary` is a group by itself, those of `zip` are one together,
 * and so are those that are sampled. The grid is never written down; a point's
 * number says which values it has.
 */
#ifndef TS_SWEEP_PLAN_H
#define TS_SWEEP_PLAN_H

#include "sim/sweep/point.h"
#include "sim/sweep/range.h"

struct ts_axis {
    const char *pointer;
    char **values;         /* JSON texts; NULL: the range says them */
    const ts_range *range; /* NULL: a list */
    int64_t count;
    int group;
    /* Of a sampled one: where each point falls, in 1 / 2^32 of the way. */
    uint32_t *drawn;
};

struct ts_points {
    const ts_document *document; /* borrowed */
    ts_document *base;           /* owned: the same without its plan */
    char *text;                  /* owned: what the document tells */
    ts_arena arena;              /* owned: everything below */
    const ts_root *root;
    struct ts_axis *axes; /* of `vary`, then of `zip`, then of `sample` */
    int axis_count;
    int64_t *steps; /* of each group */
    int group_count;
    int64_t points, replications;
    bool narrowed;          /* the sweep was changed from outside */
    ts_parameter *settings; /* set from outside, and no part of the plan */
    int setting_count;
    ts_parameter *fixed; /* named by a `where`, and not varied any more */
    int fixed_count;
};

#endif

/*
 * expect.h - what a scenario says must come out: `expect` and `sweep`.
 *
 * Only the words are here; sim/results judges expectations and sim/sweep
 * plays plans out.
 */
#ifndef TS_SCENARIO_EXPECT_H
#define TS_SCENARIO_EXPECT_H

#include "sim/scenario/field.h"

/* One expectation. Exactly one of is, at_least, at_most, between and
 * reference is given. */
typedef struct ts_expectation {
    const char *metric;
    const char *about;   /* a sentence for the report; NULL: none */
    ts_scalar is;
    ts_scalar within;    /* with `is` and `reference`: a ratio of the expected
                            value, or an absolute amount; not given: exact */
    ts_scalar at_least, at_most;
    ts_list between;     /* of ts_scalar: low and high, both inclusive */
    ts_list reference;   /* of ts_scalar: one a point of the sweep, in order */
    ts_list where;       /* of ts_map_item (JSON text): only at the points whose
                            parameters have these values */
} ts_expectation;

extern const ts_shape ts_expectation_shape;

/* How a parameter sweep is laid out. */
typedef struct ts_plan {
    ts_list vary;          /* of ts_map_item: JSON Pointer -> RAW text of a list
                              of values or of a range; every combination */
    ts_list zip;           /* the same, but these go in step: the first values
                              of all, the second ones, and so on */
    int64_t replications;  /* runs of each point, each with its own seed */
} ts_plan;

extern const ts_shape ts_plan_shape;

#endif

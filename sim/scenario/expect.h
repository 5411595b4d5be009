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
/* Where an expected value comes from. */
typedef enum ts_whose {
    TS_OWN, /* the scenario's own claim */
    TS_TALK,
    TS_TEXTBOOK,
    TS_PAPER,
    TS_MEASURED,
    TS_EXECUTED,
    TS_FLOWN,
    TS_FORMULA
} ts_whose;

/* As the language names it: "talk"; "expected" for the scenario's own. */
const char *ts_whose_word(int whose);

typedef struct ts_expectation {
    const char *metric;
    const char *about; /* a sentence for the report; NULL: none */
    int whose;         /* ts_whose */
    ts_scalar is;
    ts_scalar within; /* with `is` and `reference`: a ratio of the expected
                            value, or an absolute amount; not given: exact */
    ts_scalar at_least, at_most;
    ts_list between;   /* of ts_scalar: low and high, both inclusive */
    ts_list reference; /* of ts_scalar: one a point of the sweep, in order */
    ts_list where;     /* of ts_map_item (JSON text): only at the points whose
                            parameters have these values */
} ts_expectation;

extern const ts_shape ts_expectation_shape;

/* Values between two ends; see sim/sweep/range.h. */
typedef struct ts_plan_range {
    const char *from, *to, *step; /* RAW; step NULL: not given */
    int64_t count;                /* 0: not given */
    int scale;                    /* ts_plan_scale */
    bool whole;
} ts_plan_range;

typedef enum ts_plan_scale { TS_SCALE_LINEAR, TS_SCALE_LOG } ts_plan_scale;

extern const ts_shape ts_range_shape;

/* Points that are drawn: each one a value of every parameter. */
typedef struct ts_plan_sample {
    int64_t points;
    int method; /* ts_sample_method */
    int64_t seed;
    ts_list of; /* of ts_map_item: JSON Pointer -> RAW text of a
                              range or of a list of values */
} ts_plan_sample;

typedef enum ts_sample_method {
    TS_SAMPLE_RANDOM, /* each point by itself */
    TS_SAMPLE_LATIN   /* each parameter once in each of `points` strata */
} ts_sample_method;

/* When a point has been run often enough. */
typedef struct ts_plan_until {
    const char *metric;
    ts_scalar half_width; /* of the confidence interval: a ratio of the mean,
                              or an amount */
    double confidence;
    int64_t at_most; /* replications */
} ts_plan_until;

/* How a parameter sweep is laid out. */
typedef struct ts_plan {
    ts_list vary; /* of ts_map_item: JSON Pointer -> RAW text of a list
                              of values or of a range; every combination */
    ts_list zip;  /* the same, but these go in step: the first values
                              of all, the second ones, and so on */
    ts_plan_sample *sample; /* NULL: none */
    int64_t replications;   /* runs of each point, each with its own seed; with
                              `until`, of each round */
    ts_plan_until *until;   /* NULL: `replications` and no more */
    int streams;            /* ts_plan_streams */
} ts_plan;

typedef enum ts_plan_streams {
    TS_STREAMS_COMMON, /* replication r draws the same at every point */
    TS_STREAMS_INDEPENDENT
} ts_plan_streams;

extern const ts_shape ts_plan_shape;

#endif

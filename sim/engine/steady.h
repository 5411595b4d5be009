/*
 * steady.h - the mean of one long run, and how well it is known.
 *
 *   tally.steady = ts_steady_create(engine, &options, arena)
 *   ... ts_tally_add() passes every observation on ...
 *   ts_steady_compute(tally.steady, &mean)
 *
 * Observations that follow each other are alike: the queue that one customer
 * saw the next one sees again. So their spread says nothing of how well their
 * mean is known. The method of batch means (Schmeiser 1982) cuts the run into
 * a few long batches, whose means are nearly independent, and takes Student's
 * interval of these.
 *
 * What was seen before the run had settled is left out first: what happened
 * before a given time, or as much as MSER-5 says (White, Cobb and Spratt
 * 2000): the beginning without which the mean of the rest is known best, found
 * in the first half of the run.
 *
 * Memory is bounded: observations are summed in cells of five, and whenever
 * there are too many cells, two and two become one. So MSER-5 is itself up to
 * 20 480 observations, and MSER-10, -20 ... in longer runs.
 */
#ifndef TS_ENGINE_STEADY_H
#define TS_ENGINE_STEADY_H

#include "sim/engine/arena.h"
#include "sim/engine/base.h"

struct ts_engine;

/* A look at the interval while the run goes on. */
typedef void ts_steady_look_fn(void *context);

typedef struct ts_steady_options {
    bool automatic;    /* MSER-5 finds the warm-up */
    ts_time warm_up;   /* else: nothing before it counts */
    int batches;       /* 2 or more */
    double confidence; /* of the interval, 0 .. 1 */
    /* Called at ever longer distances (each half again as far); NULL: never.
     * A look costs as much as a few thousand observations, and looking often
     * would find an interval that is narrow by chance. */
    ts_steady_look_fn *look;
    void *context;
} ts_steady_options;

typedef struct ts_steady ts_steady;

typedef struct ts_steady_mean {
    double mean;
    double half_width;      /* of the confidence interval; 0 unless known */
    double correlation;     /* of neighbouring batches */
    uint64_t warm_up, kept; /* observations left out and used */
    int batches;            /* 0: too few observations for any */
    double confidence;      /* of the interval */
    bool known;             /* there is an interval */
    bool settled;           /* the warm-up's end was found in the first half */
    bool independent;       /* even a tenth of a batch is correlated with the
                                   next by less than 0.4 (Law and Carson 1979) */
} ts_steady_mean;

/* NULL: out of memory. */
ts_steady *ts_steady_create(const struct ts_engine *engine,
                            const ts_steady_options *options, ts_arena *arena);
void ts_steady_add(ts_steady *steady, int64_t value);
void ts_steady_compute(const ts_steady *steady, ts_steady_mean *mean);

#endif

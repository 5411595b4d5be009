/*
 * random.h - counter-based random streams and distributions.
 *
 * A stream is (seed, name): Philox4x64-10 keyed with the scenario's seed and a
 * 64-bit hash of the source's name, counted from (0, 0). Adding a component
 * never changes the draws of another. A stream may be split further by an
 * index (a job's number), so that what job 17 draws does not depend on when
 * its scheduler let it draw.
 *
 * Sampling uses only IEEE + - * / and tables of hexadecimal constants, so that
 * every processor and compiler sees the same bits.
 */
#ifndef TS_ENGINE_RANDOM_H
#define TS_ENGINE_RANDOM_H

#include "sim/engine/base.h"

typedef struct ts_random {
    uint64_t key[2];   /* seed, hash of the name */
    uint64_t index;    /* sub-stream */
    uint64_t counter;  /* next block */
    uint64_t block[4]; /* the current block ... */
    uint32_t left;     /* ... and how many of its words are unused */
} ts_random;

void ts_random_init(ts_random *random, uint64_t seed, const char *name);
/* Switches to sub-stream `index`, from its beginning. */
void ts_random_select(ts_random *random, uint64_t index);
uint64_t ts_random_u64(ts_random *random);
/* Uniform in [0, 1), 53 bits. */
double ts_random_unit(ts_random *random);
/* Uniform in 0 .. n-1, exactly (rejection); n > 0. */
uint64_t ts_random_below(ts_random *random, uint64_t n);
double ts_random_exponential(ts_random *random); /* mean 1; ziggurat */
double ts_random_normal(ts_random *random);      /* mean 0, sd 1; ziggurat */

/* Logarithm, exponential and power from + - * / alone: the same bits on every
 * machine, relative error below 1e-15 (pow: 1e-13). */
double ts_log(double x);
double ts_exp(double x);
double ts_pow(double x, double y);
double ts_sqrt(double x); /* correctly rounded by IEEE 754 */

typedef enum ts_shape_kind {
    TS_DIST_CONSTANT,    /* a, and the same exactly in `whole` */
    TS_DIST_UNIFORM,     /* from a to b */
    TS_DIST_EXPONENTIAL, /* mean a */
    TS_DIST_NORMAL,      /* mean a, sd b, truncated at 0 by redrawing: for a
                            not below -2 b (1000 redraws, then 0) */
    TS_DIST_LOGNORMAL,   /* mean a, sd b of the value itself (not of its log) */
    TS_DIST_PARETO,      /* minimum a, shape b; c > 0: bounded at c */
    TS_DIST_ERLANG,      /* mean a, k stages (k in b) */
    TS_DIST_HYPER,       /* hyperexponential: part i is exponential with mean
                            parts[i].a, chosen with weight weights[i] */
    TS_DIST_EMPIRICAL,   /* value values[i] with weight weights[i] */
    TS_DIST_MIXTURE      /* part i (any distribution) with weight weights[i];
                            mixtures nest at most 64 deep */
} ts_shape_kind;

/*
 * A distribution of a quantity in its base unit (ps, cycles, bytes, 1).
 * Constants are exact: `whole` carries them. Immutable once built; parts and
 * arrays belong to the arena it was built in.
 */
typedef struct ts_distribution ts_distribution;
struct ts_distribution {
    ts_shape_kind kind;
    int64_t whole; /* CONSTANT: the exact value */
    double a, b, c;
    int count; /* parts or values */
    const double *values;
    const double *cumulative; /* weights summed and normalised; last is 1 */
    const ts_distribution *parts;
};

/* A draw; CONSTANT draws nothing from the stream. */
double ts_distribution_draw(const ts_distribution *d, ts_random *random);
/* A draw rounded to the nearest integer and clamped to 0 .. TS_TIME_LIMIT. */
int64_t ts_distribution_whole(const ts_distribution *d, ts_random *random);
/* The mean (of what is drawn: the normal one after truncation); infinity for
 * an unbounded Pareto of shape <= 1. */
double ts_distribution_mean(const ts_distribution *d);
/* The variance; infinity where there is none. */
double ts_distribution_variance(const ts_distribution *d);

#endif

/*
 * compose.h - scenarios made up from the field tables.
 *
 * The tables are walked as the reader walks them: each required field is said,
 * the others by chance, with values of their kind and range. Names are given
 * out and references made to what there is, programs use locks as locks are
 * used. What the tables cannot say (two fields that exclude each other, a
 * policy that wants a run queue for each processor) is found by asking: what is
 * refused is taken out at the place that the message names, until the rest is
 * accepted.
 */
#ifndef TS_FUZZ_COMPOSE_H
#define TS_FUZZ_COMPOSE_H

#include <cjson/cJSON.h>

#include "sim/scenario/reader.h"

/* splitmix64 (Steele, Lea, Flood 2014): 0 .. n - 1. */
uint64_t ts_draw(uint64_t *state, uint64_t n);

/* A scenario of this seed, perhaps to be mended. Caller deletes; NULL: out of
 * memory. */
cJSON *ts_compose(uint64_t seed);
/* Takes out what the diagnostics or, where there are none, the error complains
 * of. false: nothing is left to take out. */
bool ts_compose_mend(cJSON *scenario, const ts_diagnostics *diagnostics,
                     const char *error, uint64_t *state);
/* Takes out the n-th thing that a scenario can do without, counted from 0;
 * false: there is no such thing. */
bool ts_compose_cut(cJSON *scenario, int n);

#endif

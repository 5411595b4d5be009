/*
 * split.h - the items of a JSON list, as they are written.
 */
#ifndef TS_SWEEP_SPLIT_H
#define TS_SWEEP_SPLIT_H

#include "sim/engine/arena.h"

/* The texts of the items of `list`, valid JSON, in the arena. Digits are kept
 * as they stand: a value must not lose any on its way to the scenario. Returns
 * how many there are; -1: no list, or the arena's limit was reached. */
int64_t ts_split_list(ts_arena *arena, const char *list, char ***items);

#endif

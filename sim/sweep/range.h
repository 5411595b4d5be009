/*
 * range.h - values between two ends, as texts.
 *
 *   { "from": "1ms", "to": "10ms", "step": "1ms" }
 *   { "from": 1, "to": 1000, "count": 13, "scale": "log", "whole": true }
 *
 * Values are decimals computed with whole numbers: a value of a sweep is what
 * a person would have written, not the nearest double of it.
 */
#ifndef TS_SWEEP_RANGE_H
#define TS_SWEEP_RANGE_H

#include "sim/engine/arena.h"
#include "sim/engine/random.h"

typedef struct ts_range ts_range;

/* Reads a range from JSON text; NULL with a message. */
ts_range *ts_range_read(ts_arena *arena, const char *text, ts_error *error);
/* How many values a list has that it stands for; -1: a range without count and
 * step, from which values can only be drawn. */
int64_t ts_range_count(const ts_range *range);
/* Value number `index` of `count`, or the one at the share index/count of the
 * way where it is to be `drawn`, as JSON text in the arena. */
char *ts_range_value(const ts_range *range, int64_t index, int64_t count,
                     bool drawn, ts_arena *arena);

#endif

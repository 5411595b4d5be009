/*
 * fit.h - which distribution some durations come from.
 *
 * The candidates are those with the moments of the sample; the one whose
 * distribution function is nearest to the sample's (the distance of Kolmogorov
 * and Smirnov) is taken. Beyond FIT_FAR none of them is it, and the sample is
 * given as quantiles.
 */
#ifndef TS_EXCHANGE_FIT_H
#define TS_EXCHANGE_FIT_H

#include "sim/engine/base.h"
#include "sim/scenario/buffer.h"

#define TS_FIT_FAR 0.1

/* Appends a duration in the language of scenarios: "5ms", {"exponential":
 * "5ms"} ... `sample` is sorted by it. Returns the distance, 0 .. 1. */
double ts_fit(ts_buffer *out, int64_t *sample, size_t count);
/* A time with its unit and its quotes: "5ms". */
void ts_fit_time(ts_buffer *out, int64_t time);

#endif

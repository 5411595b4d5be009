/*
 * student.h - how well a mean is known.
 *
 * The same bits everywhere: a sweep that stops when it knows enough must stop
 * at the same run on every machine, so nothing here calls the C library.
 */
#ifndef TS_ENGINE_STUDENT_H
#define TS_ENGINE_STUDENT_H

#include "sim/engine/base.h"

/* Student's t with `degrees` of freedom that a share `confidence` (0 .. 1) of
 * the distribution lies within, on both sides; degrees < 1: 0. */
double ts_student(double confidence, int64_t degrees);

/* The share of the distribution beyond t on both sides: the p-value of a
 * difference of t standard errors; degrees < 1: 1. */
double ts_student_beyond(double t, int64_t degrees);

/* Mean and variance of observations as they come (Welford 1962). */
typedef struct ts_moments {
    int64_t count;
    double mean, squares; /* sum of squared deviations */
} ts_moments;

void ts_moments_add(ts_moments *moments, double value);
double ts_moments_deviation(const ts_moments *moments); /* n - 1 */
double ts_moments_error(const ts_moments *moments);     /* of the mean */
/* Half the width of the confidence interval of the mean; 0 below two. */
double ts_moments_half_width(const ts_moments *moments, double confidence);

#endif

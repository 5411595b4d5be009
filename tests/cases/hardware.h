/*
 * hardware.h - what the programs of the hardware families share.
 *
 * The families speak of nanoseconds, many of them to 1e-9 of what they expect;
 * the engine's clock ticks in picoseconds. A machine of which everything takes
 * a thousand times as long does the same things in the same order, so where a
 * family is finer than a picosecond it is played that slowly: times are said as
 * "%.0fps" of `ns * FINE`, and what comes out is divided by FINE.
 */
#ifndef TESTS_CASES_HARDWARE_H
#define TESTS_CASES_HARDWARE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness.h"

#define SLOW 1000
#define FINE (1000.0 * SLOW) /* picoseconds that a case's nanosecond takes */
/* Chance may take a mean so many standard errors away. */
#define ERRORS 4.5

/* --- the case --- */

static inline double input(family *f, const char *key)
{
    return number(f, f->inputs, key);
}

static inline double input_at(family *f, const char *key, int i)
{
    return element(f, f->inputs, key, i);
}

static inline int input_length(family *f, const char *key)
{
    return length(f->inputs, key);
}

/* The case expects `key` to be `actual`, to its own tolerance. */
static inline void compare(family *f, const char *key, double actual)
{
    expect_case(f, key, key, number(f, f->expected, key), actual);
}

/* The same for element `i` of a list. */
static inline void compare_at(family *f, const char *key, int i, double actual)
{
    char what[96];

    snprintf(what, sizeof what, "%s[%d]", key, i);
    expect_case(f, key, what, element(f, f->expected, key, i), actual);
}

/* --- cases that are made --- */

/* Families of which everything is computed, to a rounding of doubles. */
static const family_rules exactly = {.tolerance = "{\"*\": {\"rel\": 1e-9}}"};

/* For made case `number`, its `which`-th whole number between two: the same
 * everywhere. */
static inline int any(int number, int which, int from, int to)
{
    uint64_t x = (uint64_t)number * 1000003 + (uint64_t)which + 1969;

    for (int i = 0; i < 3; i++) {
        x ^= x >> 31;
        x *= UINT64_C(0x9E3779B97F4A7C15);
    }
    return from + (int)((x >> 33) % (uint64_t)(to - from + 1));
}

static inline void put(cJSON *object, const char *key, double number)
{
    cJSON_AddNumberToObject(object, key, number);
}

/* One more number at the end of the list `key`. */
static inline void append(cJSON *object, const char *key, double number)
{
    cJSON *list = cJSON_GetObjectItemCaseSensitive(object, key);

    if (list == NULL)
        list = cJSON_AddArrayToObject(object, key);
    cJSON_AddItemToArray(list, cJSON_CreateNumber(number));
}

/* --- fractions --- */

typedef struct ratio {
    int64_t num, den;
} ratio;

static inline int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

static inline ratio ratio_make(int64_t num, int64_t den)
{
    int64_t divisor = common_divisor(num, den);

    return (ratio){num / divisor, den / divisor};
}

static inline double ratio_value(ratio r)
{
    return (double)r.num / (double)r.den;
}

/* The product; the caller knows that it is small enough once the factors that
 * both sides share are out. */
static inline ratio ratio_times(ratio a, ratio b)
{
    ratio left = ratio_make(a.num, b.den), right = ratio_make(b.num, a.den);

    return (ratio){left.num * right.num, left.den * right.den};
}

/* The simplest fraction that a person who wrote the double `x` > 0 may have
 * meant: the first convergent of its continued fraction that is `x` to the
 * fifteen digits that a double keeps. */
static inline ratio ratio_of(double x)
{
    int64_t num[2] = {0, 1}, den[2] = {1, 0};
    double rest = x;

    for (int i = 0; i < 40; i++) {
        int64_t whole = (int64_t)floor(rest);
        int64_t p = whole * num[1] + num[0], q = whole * den[1] + den[0];

        if (p > INT64_C(1) << 62 || q > INT64_C(1) << 40)
            break;
        num[0] = num[1];
        den[0] = den[1];
        num[1] = p;
        den[1] = q;
        if (fabs((double)p / (double)q - x) <= 1e-15 * x || rest == floor(rest))
            break;
        rest = 1 / (rest - floor(rest));
        if (rest > 9e17)
            break;
    }
    return ratio_make(num[1], den[1]);
}

/* "3600000000" or "4000000000/3"; 1 when it is neither. */
static inline ratio input_ratio(family *f, const char *key)
{
    const char *text = word(f, f->inputs, key);
    long long num = 0, den = 1;

    if (sscanf(text, "%lld/%lld", &num, &den) < 1 || num <= 0 || den <= 0) {
        wrong(f, "\"%s\" is no fraction above 0", key);
        return (ratio){1, 1};
    }
    return ratio_make(num, den);
}

#endif

/*
 * reading.c - what a case holds, and which of it has been read.
 *
 * A leaf that is read is marked in a bit of its type that cJSON does not use.
 */
#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reading.h"

#define READ (1 << 24)

static void mark(const cJSON *item)
{
    ((cJSON *)item)->type |= READ;
}

bool reading_marked(const cJSON *item)
{
    return (item->type & READ) != 0;
}

void understood(const cJSON *item)
{
    const cJSON *child;

    if (item == NULL)
        return;
    mark(item);
    cJSON_ArrayForEach(child, item) understood(child);
}

const cJSON *part(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

bool has(const cJSON *object, const char *key)
{
    const cJSON *item = part(object, key);

    if (cJSON_IsNull(item))
        mark(item); /* "there is none" is all that it says */
    return item != NULL && !cJSON_IsNull(item);
}

/* "0.25", "1/3". */
static bool parse(const char *text, double *number)
{
    char *end;

    *number = strtod(text, &end);
    if (end == text)
        return false;
    if (*end == '/') {
        const char *below = end + 1;

        *number /= strtod(below, &end);
        if (end == below)
            return false;
    }
    return *end == '\0' && isfinite(*number);
}

static const char *name_of(const cJSON *item)
{
    return item != NULL && item->string != NULL ? item->string : "a list";
}

double value(family *f, const cJSON *item)
{
    double parsed;

    if (cJSON_IsNumber(item)) {
        mark(item);
        return item->valuedouble;
    }
    if (cJSON_IsString(item) && parse(item->valuestring, &parsed)) {
        mark(item);
        return parsed;
    }
    wrong(f, "the case has no number in \"%s\"", name_of(item));
    return 0;
}

double number(family *f, const cJSON *object, const char *key)
{
    const cJSON *item = part(object, key);

    if (item == NULL) {
        wrong(f, "the case has no number \"%s\"", key);
        return 0;
    }
    return value(f, item);
}

int64_t whole_of(family *f, const cJSON *item)
{
    double number = value(f, item);

    if (number != floor(number) || fabs(number) > 9e15) {
        wrong(f, "\"%s\": %g is no whole number", name_of(item), number);
        return 0;
    }
    return (int64_t)number;
}

int64_t whole(family *f, const cJSON *object, const char *key)
{
    double found = number(f, object, key);

    if (found != floor(found) || fabs(found) > 9e15) {
        wrong(f, "\"%s\": %g is no whole number", key, found);
        return 0;
    }
    return (int64_t)found;
}

const char *word_of(family *f, const cJSON *item)
{
    if (!cJSON_IsString(item)) {
        wrong(f, "the case has no text in \"%s\"", name_of(item));
        return "";
    }
    mark(item);
    return item->valuestring;
}

const char *word(family *f, const cJSON *object, const char *key)
{
    const cJSON *item = part(object, key);

    if (item == NULL) {
        wrong(f, "the case has no text \"%s\"", key);
        return "";
    }
    return word_of(f, item);
}

bool flag(family *f, const cJSON *object, const char *key)
{
    const cJSON *item = part(object, key);

    if (item != NULL && !cJSON_IsBool(item))
        wrong(f, "\"%s\" is neither true nor false", key);
    else if (item != NULL)
        mark(item);
    return cJSON_IsTrue(item);
}

bool is(const cJSON *object, const char *key, const char *text)
{
    const cJSON *item = part(object, key);

    if (!cJSON_IsString(item))
        return false;
    mark(item);
    return strcmp(item->valuestring, text) == 0;
}

double column(family *f, const cJSON *row, int i)
{
    const cJSON *item = cJSON_GetArrayItem(row, i);

    if (item == NULL) {
        wrong(f, "the case has no number %d in \"%s\"", i, name_of(row));
        return 0;
    }
    return value(f, item);
}

double element(family *f, const cJSON *object, const char *key, int i)
{
    const cJSON *item = cJSON_GetArrayItem(part(object, key), i);

    if (item == NULL) {
        wrong(f, "the case has no number %d in \"%s\"", i, key);
        return 0;
    }
    return value(f, item);
}

int length(const cJSON *object, const char *key)
{
    return cJSON_GetArraySize(part(object, key));
}

/* --- units --- */

#define FINEST 1e12  /* a unit is at most so many picoseconds */
#define COARSEST 1e9 /* and at least so many, where there is room */
#define LONGEST 4e18 /* and all numbers together no more than so many */

/* The denominator of the simplest fraction that is this number, to its last
 * bits; FINEST if that is finer. Continued fractions. */
static double denominator(double x)
{
    double rest = fabs(x), before = 0, q = 1;

    for (int i = 0; i < 40; i++) {
        double next;

        if (fabs(round(x * q) / q - x) <= 4e-16 * fabs(x))
            return q;
        rest -= floor(rest);
        if (rest < 1e-13)
            return q;
        rest = 1 / rest;
        next = floor(rest) * q + before;
        before = q;
        q = next;
        if (q > FINEST)
            break;
    }
    return FINEST * 2;
}

static double common(double a, double b)
{
    double x = a, y = b;

    while (y != 0) {
        double rest = fmod(x, y);

        x = y;
        y = rest;
    }
    return a / x * b;
}

/* The least common denominator of all numbers below, and their sum. */
static void survey(const cJSON *item, double *least, double *sum)
{
    const cJSON *child;
    double found;

    if (cJSON_IsNumber(item))
        found = item->valuedouble;
    else if (!cJSON_IsString(item) || !parse(item->valuestring, &found))
        found = 0;
    if (*least <= FINEST)
        *least = common(*least, denominator(found));
    *sum += fabs(found);
    cJSON_ArrayForEach(child, item) survey(child, least, sum);
}

void scale(family *f)
{
    double least = 1, sum = 1, unit;

    survey(f->inputs, &least, &sum);
    f->rounded = least > FINEST;
    unit = f->rounded ? FINEST : least * ceil(COARSEST / least);
    while (unit * sum > LONGEST && unit > 1) {
        unit = floor(unit / 10);
        f->rounded = true;
    }
    f->unit = (int64_t)unit;
    f->parts = f->rounded ? 0 : (int64_t)least;
}

void scale_for(family *f, double units)
{
    double parts = denominator(units * (double)f->unit);

    if (parts * (double)f->unit <= FINEST)
        f->unit *= (int64_t)parts;
    else
        f->rounded = true;
}

/* 6.666666666666666, which a computation left of 20/3, is 20 thirds. */
void say_time(family *f, double units)
{
    double parts = units * (double)f->parts, whole_parts = round(parts);

    if (whole_parts != 0 &&
        fabs(parts - whole_parts) <= 1e-13 * fabs(whole_parts))
        say(f, "\"%lldps\"",
            (long long)whole_parts * (long long)(f->unit / f->parts));
    else
        say(f, "\"%lldps\"", llround(units * (double)f->unit));
}

double in_units(const family *f, int64_t ps)
{
    return (double)ps / (double)f->unit;
}

/*
 * judge.c - does a run bear out what its scenario says?
 *
 * Comparisons are exact where both sides are integers (picoseconds, counts,
 * bytes). Where a side is a real number, it agrees with a limit when it is no
 * further from it than 1e-12 of its size: "30%" has no exact form in binary,
 * and 3 out of 10 may be its neighbour.
 */
#include "sim/results/judge.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/world/metrics.h"
#include "sim/results/unfinished.h"
#include "sim/scenario/reader.h"

#define GRAIN 1e-12 /* relative: below it two real numbers are the same */
#define NAMES_MAX 3 /* metrics suggested for one that is not there */

/* A value of either side. */
typedef struct amount {
    bool exact;
    int64_t whole;
    double value;
} amount;

static amount of_metric(const ts_metric *metric)
{
    return (amount){metric->exact, metric->whole, metric->value};
}

static amount of_scalar(const ts_scalar *scalar)
{
    return (amount){scalar->exact, scalar->whole, scalar->value};
}

/* -1, 0 or 1 as a is less than, the same as or more than b. */
static int compare(amount a, amount b)
{
    double size;

    if (a.exact && b.exact)
        return (a.whole > b.whole) - (a.whole < b.whole);
    size = fmax(fabs(a.value), fabs(b.value));
    if (fabs(a.value - b.value) <= GRAIN * size)
        return 0;
    return a.value < b.value ? -1 : 1;
}

/* Is `a` within `tolerance` of `expected`? A ratio is a share of `expected`,
 * anything else an amount. */
static bool is_near(amount a, amount expected, const ts_scalar *tolerance)
{
    double room, gap = fabs(a.value - expected.value);

    assert(!tolerance->given || tolerance->value >= 0);
    if (!tolerance->given)
        return compare(a, expected) == 0;
    if (tolerance->unit != TS_UNIT_RATIO && tolerance->exact && a.exact &&
        expected.exact) {
        ts_i128 difference = (ts_i128)a.whole - expected.whole;

        return (difference < 0 ? -difference : difference) <= tolerance->whole;
    }
    room = tolerance->unit == TS_UNIT_RATIO
               ? tolerance->value * fabs(expected.value)
               : tolerance->value;
    return gap <= room + GRAIN * fmax(fabs(a.value), fabs(expected.value));
}

/* --- units --- */

/* What a bare number means beside a metric: a time, where the scenario declares
 * a unit and the metric is one. */
static ts_scalar meant(const ts_scalar *scalar, ts_unit metric)
{
    if (!scalar->timed || metric != TS_UNIT_TIME)
        return *scalar;
    return (ts_scalar){.unit = TS_UNIT_TIME,
                       .exact = true,
                       .whole = scalar->time,
                       .value = (double)scalar->time,
                       .given = true};
}

static const char *unit_noun(ts_unit unit)
{
    switch (unit) {
    case TS_UNIT_TIME:
        return "a time";
    case TS_UNIT_RATIO:
        return "a ratio";
    case TS_UNIT_COUNT:
        return "a count";
    case TS_UNIT_RATE:
        return "a rate";
    case TS_UNIT_BYTES:
        return "a number of bytes";
    case TS_UNIT_NUMBER:
        break;
    }
    return "a number";
}

/* May a scalar be compared to a metric? Only times insist on a unit: whether
 * 5 means 5 s or 5 ps nobody can know. */
static bool units_fit(ts_unit metric, const ts_scalar *scalar)
{
    if (metric == scalar->unit)
        return true;
    if (scalar->unit == TS_UNIT_NUMBER)
        return metric != TS_UNIT_TIME || scalar->value == 0;
    return metric == TS_UNIT_NUMBER && scalar->unit != TS_UNIT_TIME;
}

/* --- words --- */

/* Text that ends with the verdict's room. */
static void say(ts_verdict *verdict, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(ts_verdict *verdict, const char *format, ...)
{
    size_t used = strlen(verdict->text);
    va_list arguments;

    assert(used < sizeof(verdict->text));
    va_start(arguments, format);
    vsnprintf(verdict->text + used, sizeof verdict->text - used, format,
              arguments);
    va_end(arguments);
}

/* As people write it. */
static void say_scalar(ts_verdict *verdict, const char *before,
                       const ts_scalar *scalar)
{
    char buffer[64];

    say(verdict, "%s%s", before,
        ts_format(buffer, sizeof buffer, scalar->unit, scalar->value));
}

/* What `reference` says of this point; NULL: it is too short. */
static const ts_scalar *reference_of(const ts_expectation *e,
                                     const ts_run_facts *facts)
{
    const ts_scalar *list = e->reference.items;

    return facts->point < e->reference.count ? &list[facts->point] : NULL;
}

/* A bare number as the time that it is beside such a metric. */
static void say_meant(ts_verdict *verdict, const char *words,
                      const ts_expectation *e, const ts_scalar *scalar)
{
    ts_unit unit;
    ts_scalar time;

    if (ts_metric_kind_of(e->metric, &unit) == NULL)
        unit = TS_UNIT_NUMBER;
    time = meant(scalar, unit);
    say_scalar(verdict, words, &time);
}

/* What is expected, in words that do not depend on what comes out: a case has
 * one name, whatever becomes of it. */
static void say_claim(ts_verdict *verdict, const ts_expectation *e,
                      const ts_run_facts *facts)
{
    const ts_scalar *list = e->between.items;
    const ts_scalar *exact = e->is.given ? &e->is : reference_of(e, facts);

    say(verdict, "%s", e->metric);
    if (e->at_least.given)
        say_meant(verdict, " is at least ", e, &e->at_least);
    else if (e->at_most.given)
        say_meant(verdict, " is at most ", e, &e->at_most);
    else if (e->between.count == 2)
        say_meant(verdict, " is between ", e, &list[0]);
    else if (exact != NULL)
        say_meant(verdict, " is ", e, exact);
    else
        say(verdict, " is what `reference` says");
    if (e->between.count == 2)
        say_meant(verdict, " and ", e, &list[1]);
    if (exact != NULL && e->within.given)
        say_meant(verdict, " within ", e, &e->within);
}

size_t ts_verdict_claim(const char *metric, const char *text)
{
    size_t name = strlen(metric);
    const char *end =
        strncmp(text, metric, name) == 0 ? strstr(text + name, ": ") : NULL;

    return end != NULL ? (size_t)(end - text) : strlen(text);
}

/* What came out, and by how much it is off where the rounded figures would
 * look the same. */
static void say_outcome(ts_verdict *verdict, const ts_metric *metric,
                        const ts_scalar *expected)
{
    char got[64], wanted[64], gap[64];
    double difference;

    ts_format(got, sizeof got, metric->unit, metric->value);
    say(verdict, ": %s", got);
    if (verdict->holds || expected == NULL)
        return;
    ts_format(wanted, sizeof wanted, metric->unit, expected->value);
    if (strcmp(got, wanted) != 0)
        return;
    difference = metric->value - expected->value;
    if (metric->exact && expected->exact) {
        ts_i128 whole = (ts_i128)metric->whole - expected->whole;

        difference = (double)whole;
    }
    ts_format(gap, sizeof gap, metric->unit, fabs(difference));
    if (metric->unit == TS_UNIT_TIME || metric->exact)
        say(verdict, " (off by %s)", gap);
    else
        say(verdict, " (off by %.3g)", difference);
}

/* Why a thread that never ended has none; else names that begin with the
 * unknown one, or else the nearest. */
static void say_missing(ts_verdict *verdict, const ts_report *report,
                        const char *name)
{
    const char **names = NULL, *nearest = NULL;
    size_t length = strlen(name);
    char why[160];
    int said = 0;

    if (ts_unfinished_why(report, name, why, sizeof why)) {
        say(verdict, ": %s", why);
        return;
    }
    say(verdict, ": there is no such metric");
    for (size_t i = 0; i < report->metric_count && said < NAMES_MAX; i++) {
        if (strncmp(report->metrics[i].name, name, length) == 0)
            say(verdict, "%s\"%s\"", said++ == 0 ? "; there is " : ", ",
                report->metrics[i].name);
    }
    if (said > 0)
        return;
    if (report->metric_count > 0)
        names = malloc(report->metric_count * sizeof *names);
    if (names != NULL) {
        for (size_t i = 0; i < report->metric_count; i++)
            names[i] = report->metrics[i].name;
        nearest = ts_nearest(name, names, (int)report->metric_count);
    }
    if (nearest != NULL)
        say(verdict, "; nearest is \"%s\"", nearest);
    else
        say(verdict, "; `timeslice show` lists them");
    free(names);
}

/* --- where --- */

bool ts_json_equal(const char *a, const char *b)
{
    cJSON *x, *y;
    bool equal;

    if (strcmp(a, b) == 0)
        return true;
    x = cJSON_ParseWithOpts(a, NULL, true);
    y = cJSON_ParseWithOpts(b, NULL, true);
    equal = x != NULL && y != NULL && cJSON_Compare(x, y, true);
    cJSON_Delete(x);
    cJSON_Delete(y);
    return equal;
}

static const ts_parameter *find_parameter(const ts_parameter *all, int count,
                                          const char *pointer)
{
    for (int i = 0; i < count; i++)
        if (strcmp(all[i].pointer, pointer) == 0)
            return &all[i];
    return NULL;
}

typedef enum place { HERE, ELSEWHERE, UNKNOWN } place;

/* Is this the point that `where` speaks of? */
static place find_place(const ts_expectation *expectation,
                        const ts_run_facts *facts, const char **unknown)
{
    const ts_map_item *items = expectation->where.items;
    place found = HERE;

    for (int i = 0; i < expectation->where.count; i++) {
        const char *wanted = *(const char *const *)items[i].value;
        const ts_parameter *parameter =
            find_parameter(facts->parameters, facts->parameter_count,
                           items[i].key);

        if (parameter == NULL)
            parameter =
                find_parameter(facts->fixed, facts->fixed_count, items[i].key);
        if (parameter == NULL) {
            *unknown = items[i].key;
            return UNKNOWN;
        }
        if (!ts_json_equal(parameter->value, wanted))
            found = ELSEWHERE;
    }
    return found;
}

/* --- the judgement --- */

/* Refuses values of another unit than the metric's. */
static bool check_unit(ts_verdict *verdict, const ts_metric *metric,
                       const ts_scalar *scalar)
{
    if (units_fit(metric->unit, scalar))
        return true;
    say(verdict, ": it is %s, which cannot be compared to %s",
        unit_noun(metric->unit), unit_noun(scalar->unit));
    if (scalar->unit == TS_UNIT_NUMBER)
        say(verdict, ": write a unit, as in \"5ms\"");
    return false;
}

static void judge_value(const ts_expectation *e, const ts_metric *metric,
                        const ts_scalar *is, ts_verdict *verdict)
{
    const ts_scalar expectation = meant(is, metric->unit);
    const ts_scalar within = meant(&e->within, metric->unit);
    const ts_scalar *expected = &expectation;

    if (!check_unit(verdict, metric, expected))
        return;
    /* A ratio is a share of whatever it is; else it is an amount. */
    if (within.given && within.unit != TS_UNIT_RATIO &&
        !check_unit(verdict, metric, &within))
        return;
    assert(!verdict->has_expected); /* a claim is judged once */
    verdict->has_expected = true;
    verdict->expected = expected->value;
    verdict->holds = is_near(of_metric(metric), of_scalar(expected), &within);
    say_outcome(verdict, metric, expected);
}

static void judge_limits(const ts_metric *metric, const ts_scalar *least,
                         const ts_scalar *most, ts_verdict *verdict)
{
    ts_scalar limits[2] = {{.given = false}, {.given = false}};
    const ts_scalar *low = NULL, *high = NULL, *missed = NULL;

    assert(least != NULL || most != NULL);
    if (least != NULL) {
        limits[0] = meant(least, metric->unit);
        low = &limits[0];
    }
    if (most != NULL) {
        limits[1] = meant(most, metric->unit);
        high = &limits[1];
    }

    if ((low != NULL && !check_unit(verdict, metric, low)) ||
        (high != NULL && !check_unit(verdict, metric, high)))
        return;
    if (low != NULL && compare(of_metric(metric), of_scalar(low)) < 0)
        missed = low;
    if (high != NULL && compare(of_metric(metric), of_scalar(high)) > 0)
        missed = high;
    verdict->holds = missed == NULL;
    say_outcome(verdict, metric, missed);
}

static void judge_metric(const ts_expectation *e, const ts_run_facts *facts,
                         const ts_metric *metric, ts_verdict *verdict)
{
    const ts_scalar *list = e->between.items;
    const ts_scalar *reference = reference_of(e, facts);

    if (e->is.given) {
        judge_value(e, metric, &e->is, verdict);
    } else if (e->at_least.given) {
        judge_limits(metric, &e->at_least, NULL, verdict);
    } else if (e->at_most.given) {
        judge_limits(metric, NULL, &e->at_most, verdict);
    } else if (e->between.count == 2) {
        judge_limits(metric, &list[0], &list[1], verdict);
    } else if (reference != NULL) {
        judge_value(e, metric, reference, verdict);
    } else {
        say(verdict,
            ": the reference has %d values, and this is point number %" PRId64,
            e->reference.count, facts->point + 1);
    }
}

bool ts_judge(const ts_expectation *expectation, const ts_run_facts *facts,
              const ts_report *report, ts_verdict *verdict)
{
    const char *name = expectation->metric, *unknown = NULL;
    const ts_metric *metric = ts_report_find(report, name);
    place here = find_place(expectation, facts, &unknown);

    *verdict = (ts_verdict){.metric = name, .about = expectation->about};
    /* A plan of other points than there are references is a narrowed one. */
    if (here == ELSEWHERE ||
        (expectation->reference.count > 0 && facts->points > 0 &&
         expectation->reference.count != facts->points))
        return false;
    say_claim(verdict, expectation, facts);
    if (here == UNKNOWN) {
        say(verdict, ": `where` names %s, which is no parameter of this run",
            unknown);
    } else if (report->failed) {
        say(verdict, ": the run ended with an error: %s",
            report->reason != NULL ? report->reason : "unknown");
    } else if (metric == NULL) {
        say_missing(verdict, report, name);
    } else {
        judge_metric(expectation, facts, metric, verdict);
    }
    return true;
}

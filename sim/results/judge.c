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

    va_start(arguments, format);
    vsnprintf(verdict->text + used, sizeof(verdict->text) - used, format,
              arguments);
    va_end(arguments);
}

/* As people write it; a bare number takes the metric's unit. */
static void say_scalar(ts_verdict *verdict, ts_unit unit,
                       const ts_scalar *scalar)
{
    char buffer[64];

    if (scalar->unit != TS_UNIT_NUMBER)
        unit = scalar->unit;
    say(verdict, "%s", ts_format(buffer, sizeof(buffer), unit, scalar->value));
}

/* What came out, and by how much it is off where the rounded figures would
 * look the same. */
static void say_outcome(ts_verdict *verdict, const ts_metric *metric,
                        const ts_scalar *expected)
{
    char got[64], wanted[64], gap[64];
    double difference;

    ts_format(got, sizeof(got), metric->unit, metric->value);
    say(verdict, ": %s", got);
    if (verdict->holds || expected == NULL)
        return;
    ts_format(wanted, sizeof(wanted), metric->unit, expected->value);
    if (strcmp(got, wanted) != 0)
        return;
    difference = metric->value - expected->value;
    if (metric->exact && expected->exact) {
        ts_i128 whole = (ts_i128)metric->whole - expected->whole;

        difference = (double)whole;
    }
    ts_format(gap, sizeof(gap), metric->unit, fabs(difference));
    if (metric->unit == TS_UNIT_TIME || metric->exact)
        say(verdict, " (off by %s)", gap);
    else
        say(verdict, " (off by %.3g)", difference);
}

/* Names that begin with the unknown one, or else the nearest. */
static void say_nearest(ts_verdict *verdict, const ts_report *report,
                        const char *name)
{
    const char **names = NULL, *nearest = NULL;
    size_t length = strlen(name);
    int said = 0;

    for (size_t i = 0; i < report->metric_count && said < NAMES_MAX; i++) {
        if (strncmp(report->metrics[i].name, name, length) == 0)
            say(verdict, "%s\"%s\"", said++ == 0 ? "; there is " : ", ",
                report->metrics[i].name);
    }
    if (said > 0)
        return;
    if (report->metric_count > 0)
        names = malloc(report->metric_count * sizeof(*names));
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

/* Equal as JSON: numbers by value (2 and 2.0), strings by content. Text that
 * is no JSON is compared as it stands. */
static bool json_equal(const char *a, const char *b)
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

typedef enum place { HERE, ELSEWHERE, UNKNOWN } place;

/* Is this the point that `where` speaks of? */
static place find_place(const ts_expectation *expectation,
                        const ts_run_facts *facts, const char **unknown)
{
    const ts_map_item *items = expectation->where.items;
    place found = HERE;

    for (int i = 0; i < expectation->where.count; i++) {
        const char *wanted = *(const char *const *)items[i].value;
        const ts_parameter *parameter = NULL;

        for (int j = 0; j < facts->parameter_count; j++)
            if (strcmp(facts->parameters[j].pointer, items[i].key) == 0)
                parameter = &facts->parameters[j];
        if (parameter == NULL) {
            *unknown = items[i].key;
            return UNKNOWN;
        }
        if (!json_equal(parameter->value, wanted))
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
    say(verdict, "%s is %s, which cannot be compared to %s", metric->name,
        unit_noun(metric->unit), unit_noun(scalar->unit));
    if (scalar->unit == TS_UNIT_NUMBER)
        say(verdict, ": write a unit, as in \"5ms\"");
    return false;
}

static void judge_value(const ts_expectation *e, const ts_metric *metric,
                        const ts_scalar *expected, ts_verdict *verdict)
{
    if (!check_unit(verdict, metric, expected))
        return;
    /* A ratio is a share of whatever it is; else it is an amount. */
    if (e->within.given && e->within.unit != TS_UNIT_RATIO &&
        !check_unit(verdict, metric, &e->within))
        return;
    verdict->has_expected = true;
    verdict->expected = expected->value;
    verdict->holds =
        is_near(of_metric(metric), of_scalar(expected), &e->within);
    say(verdict, "%s is ", metric->name);
    say_scalar(verdict, metric->unit, expected);
    if (e->within.given) {
        say(verdict, " within ");
        say_scalar(verdict, metric->unit, &e->within);
    }
    say_outcome(verdict, metric, expected);
}

static void judge_limits(const ts_metric *metric, const ts_scalar *low,
                         const ts_scalar *high, ts_verdict *verdict)
{
    const ts_scalar *missed = NULL;

    if ((low != NULL && !check_unit(verdict, metric, low)) ||
        (high != NULL && !check_unit(verdict, metric, high)))
        return;
    if (low != NULL && compare(of_metric(metric), of_scalar(low)) < 0)
        missed = low;
    if (high != NULL && compare(of_metric(metric), of_scalar(high)) > 0)
        missed = high;
    verdict->holds = missed == NULL;
    say(verdict, "%s is %s ", metric->name,
        low == NULL    ? "at most"
        : high == NULL ? "at least"
                       : "between");
    if (low != NULL)
        say_scalar(verdict, metric->unit, low);
    if (low != NULL && high != NULL)
        say(verdict, " and ");
    if (high != NULL)
        say_scalar(verdict, metric->unit, high);
    say_outcome(verdict, metric, missed);
}

static void judge_metric(const ts_expectation *e, const ts_run_facts *facts,
                         const ts_metric *metric, ts_verdict *verdict)
{
    const ts_scalar *list;

    if (e->is.given) {
        judge_value(e, metric, &e->is, verdict);
    } else if (e->at_least.given) {
        judge_limits(metric, &e->at_least, NULL, verdict);
    } else if (e->at_most.given) {
        judge_limits(metric, NULL, &e->at_most, verdict);
    } else if (e->between.count == 2) {
        list = e->between.items;
        judge_limits(metric, &list[0], &list[1], verdict);
    } else if (facts->point < e->reference.count) {
        list = e->reference.items;
        judge_value(e, metric, &list[facts->point], verdict);
    } else {
        say(verdict,
            "%s: the reference has %d values, and this is point "
            "number %" PRId64,
            metric->name, e->reference.count, facts->point + 1);
    }
}

bool ts_judge(const ts_expectation *expectation, const ts_run_facts *facts,
              const ts_report *report, ts_verdict *verdict)
{
    const char *name = expectation->metric, *unknown = NULL;
    const ts_metric *metric = ts_report_find(report, name);
    place here = find_place(expectation, facts, &unknown);

    *verdict = (ts_verdict){.metric = name, .about = expectation->about};
    if (here == ELSEWHERE)
        return false;
    if (here == UNKNOWN) {
        say(verdict, "%s: `where` names %s, which is no parameter of this run",
            name, unknown);
    } else if (report->failed) {
        say(verdict, "%s: the run ended with an error: %s", name,
            report->reason != NULL ? report->reason : "unknown");
    } else if (metric == NULL) {
        say(verdict, "%s: there is no such metric", name);
        say_nearest(verdict, report, name);
    } else {
        judge_metric(expectation, facts, metric, verdict);
    }
    return true;
}

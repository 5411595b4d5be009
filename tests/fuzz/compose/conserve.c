/*
 * conserve.c - see conserve.h.
 */
#include "conserve.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CLOSE 1e-9

/* Of NAME.PART; false: there is none. */
static bool value_of(const ts_report *report, const char *name,
                     const char *part, double *value)
{
    char full[1400];
    const ts_metric *metric;

    snprintf(full, sizeof full, "%s.%s", name, part);
    metric = ts_report_find(report, full);
    if (metric != NULL)
        *value = metric->value;
    return metric != NULL;
}

static double number_of(const ts_report *report, const char *name,
                        const char *part)
{
    double value = 0;

    value_of(report, name, part, &value);
    return value;
}

/* --- single metrics --- */

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), much = strlen(end);

    return length >= much && strcmp(name + length - much, end) == 0;
}

/* What somebody asks for may be more than there is. */
static bool is_asked(const ts_metric *metric)
{
    return strncmp(metric->name, "analysis.", 9) == 0 &&
           (ends_with(metric->name, ".rho") ||
            ends_with(metric->name, ".utilization"));
}

/* Lateness is negative where somebody is early, and so are differences. */
static bool may_be_negative(const ts_metric *metric)
{
    return strstr(metric->name, ".lateness") != NULL ||
           strstr(metric->name, ".slack") != NULL;
}

static bool check_metric(const ts_metric *metric, ts_error *error)
{
    if (!isfinite(metric->value))
        return ts_fail(error, "%s is no number", metric->name);
    if (metric->value < -CLOSE && !may_be_negative(metric))
        return ts_fail(error, "%s is negative: %g", metric->name,
                       metric->value);
    if (metric->unit == TS_UNIT_RATIO && metric->value > 1 + CLOSE &&
        !is_asked(metric))
        return ts_fail(error, "%s is a share above 1: %g", metric->name,
                       metric->value);
    return true;
}

/* --- tallies --- */

/* NAME of NAME.mean; false: it is none. */
static bool is_tally(const ts_metric *metric, char *name, size_t size)
{
    size_t length = strlen(metric->name);

    if (length < 6 || length >= size ||
        strcmp(metric->name + length - 5, ".mean") != 0)
        return false;
    snprintf(name, size, "%.*s", (int)length - 5, metric->name);
    return true;
}

static bool check_tally(const ts_report *report, const char *name,
                        ts_error *error)
{
    static const char *const rising[] = {"min", "p50",  "p95",
                                         "p99", "p999", "max"};
    double mean = number_of(report, name, "mean"), value, last = -INFINITY;
    double low = mean, high = mean, room = CLOSE * fabs(mean) + 1e-6;

    if (number_of(report, name, "count") == 0)
        return true;
    value_of(report, name, "min", &low);
    value_of(report, name, "max", &high);
    if (mean < low - room || mean > high + room)
        return ts_fail(error, "%s: the mean %g is not between %g and %g", name,
                       mean, low, high);
    for (size_t i = 0; i < TS_COUNT_OF(rising); i++) {
        if (!value_of(report, name, rising[i], &value))
            continue;
        if (value < last - room)
            return ts_fail(error, "%s.%s is %g, less than the one before: %g",
                           name, rising[i], value, last);
        last = value;
    }
    return true;
}

/* --- sums --- */

static bool check_modes(const ts_report *report, ts_error *error)
{
    static const char *const modes[] = {"useful",  "kernel",    "spinning",
                                        "stalled", "switching", "interrupts",
                                        "idle"};
    double sum = 0;

    if (report->end == 0)
        return true;
    for (size_t i = 0; i < TS_COUNT_OF(modes); i++)
        sum += number_of(report, "processor", modes[i]);
    if (fabs(sum - 1) > CLOSE)
        return ts_fail(error, "the modes of the processors sum to %.12g", sum);
    if (fabs(sum - number_of(report, "processor", "idle") -
             number_of(report, "processor", "busy")) > CLOSE)
        return ts_fail(error, "processor.busy is not what is not idle");
    return true;
}

/* PREFIX NAME of PREFIX NAME.SUFFIX. */
static bool is_of(const ts_metric *metric, const char *prefix,
                  const char *suffix, char *name, size_t size)
{
    size_t length = strlen(metric->name), end = strlen(suffix);

    if (strncmp(metric->name, prefix, strlen(prefix)) != 0 || length < end ||
        length >= size || strcmp(metric->name + length - end, suffix) != 0)
        return false;
    snprintf(name, size, "%.*s", (int)(length - end), metric->name);
    return true;
}

static bool check_server(const ts_report *report, const char *name,
                         ts_error *error)
{
    static const char *const gone[] = {"served", "refused", "lost", "dropped",
                                       "inside"};
    double arrived = number_of(report, name, "arrived"), sum = 0;

    for (size_t i = 0; i < TS_COUNT_OF(gone); i++)
        sum += number_of(report, name, gone[i]);
    if (arrived != sum)
        return ts_fail(error,
                       "%s: %.0f requests arrived, and %.0f were served, "
                       "refused, lost, dropped or are inside",
                       name, arrived, sum);
    return true;
}

/* --- Little's law --- */

/* Places whose mean number is known and how long each stayed: what has left
 * stayed no longer in all than the number adds up to, and as long when nobody is
 * left. */
static const struct place {
    const char *prefix, *number, *stay;
    const char *left[2]; /* how many are there at the end; NULL: not told */
} places[] = {
    {"threads.", ".in_system", "turnaround", {"left", "killed"}},
    {"devices.", ".in_system", "stay", {NULL}},
    {"devices.", ".queue", "wait", {NULL}},
    {"servers.", ".queue", "wait", {"queued", "inside"}},
    {"servers.", ".serving", "service", {"inside", "lost"}},
    {"locks.", ".held", "hold", {NULL}},
};

static bool is_empty(const ts_report *report, const char *name,
                     const struct place *place)
{
    for (int i = 0; i < 2; i++)
        if (place->left[i] != NULL &&
            number_of(report, name, place->left[i]) > 0)
            return false;
    return place->left[0] != NULL;
}

static bool check_little(const ts_report *report, const char *name,
                         const struct place *place, ts_error *error)
{
    double area =
        number_of(report, name, place->number + 1) * (double)report->end;
    double count, stays, room;
    char stay[640];

    snprintf(stay, sizeof stay, "%s.%s", name, place->stay);
    count = number_of(report, stay, "count");
    stays = number_of(report, stay, "mean") * count;
    room = CLOSE * (area + stays) + count + 1; /* means are of whole ps */
    if (stays > area + room)
        return ts_fail(error,
                       "%s: %.0f stays of %.6g ps in all, and on average %.6g "
                       "there for %.6g ps",
                       stay, count, stays,
                       number_of(report, name, place->number + 1),
                       (double)report->end);
    if (is_empty(report, name, place) && stays < area - room)
        return ts_fail(error,
                       "%s: only %.0f stays of %.6g ps in all, with nobody "
                       "left, and on average %.6g there for %.6g ps",
                       stay, count, stays,
                       number_of(report, name, place->number + 1),
                       (double)report->end);
    return true;
}

static bool check_places(const ts_report *report, const ts_metric *metric,
                         ts_error *error)
{
    char name[512];

    for (size_t i = 0; i < TS_COUNT_OF(places); i++)
        if (is_of(metric, places[i].prefix, places[i].number, name,
                  sizeof name) &&
            !check_little(report, name, &places[i], error))
            return false;
    return true;
}

/* --- threads and processors --- */

/* Nobody is in two states at once. */
static bool check_row(const ts_report *report, const ts_thread_row *row,
                      ts_error *error)
{
    ts_time until = row->finish == TS_NEVER ? report->end : row->finish;
    ts_i128 told = (ts_i128)row->processor + row->ready + row->blocked;

    if (row->arrival == TS_NEVER || told <= (ts_i128)until - row->arrival)
        return true;
    return ts_fail(error,
                   "%s was there from %lld to %lld, and is told to have spent "
                   "%lld, %lld and %lld on processors, ready and blocked",
                   row->name, (long long)row->arrival, (long long)until,
                   (long long)row->processor, (long long)row->ready,
                   (long long)row->blocked);
}

/* What threads used is what processors gave. */
static bool check_used(const ts_report *report, ts_error *error)
{
    static const char *const given[] = {"useful", "kernel", "spinning",
                                        "stalled"};
    double used = 0, gave = 0, processors = 0, stretches = 0;
    char name[512];

    for (size_t i = 0; i < report->metric_count; i++) {
        const ts_metric *metric = &report->metrics[i];

        if (is_of(metric, "threads.", ".used", name, sizeof name))
            used += metric->value;
        if (is_of(metric, "threads.", ".arrived", name, sizeof name))
            stretches += metric->value;
        processors +=
            is_of(metric, "processor.", ".useful", name, sizeof name) &&
            strchr(name, '.') != NULL;
    }
    for (size_t i = 0; i < TS_COUNT_OF(given); i++)
        gave += number_of(report, "processor", given[i]);
    gave *= (double)report->end * (processors > 0 ? processors : 1);
    /* Of each stretch there is a whole number of picoseconds. */
    stretches += number_of(report, "processor", "wakeups") +
                 number_of(report, "processor", "dispatches");
    if (fabs(gave - used) <= CLOSE * (gave + used) + 1 + 2 * stretches)
        return true;
    return ts_fail(error,
                   "threads used %.9g ps, and processors gave them %.9g ps",
                   used, gave);
}

bool ts_conserves(const ts_report *report, ts_error *error)
{
    char name[512];

    for (size_t i = 0; i < report->metric_count; i++) {
        const ts_metric *metric = &report->metrics[i];

        if (!check_metric(metric, error))
            return false;
        if (is_tally(metric, name, sizeof name) &&
            !check_tally(report, name, error))
            return false;
        if (is_of(metric, "servers.", ".arrived", name, sizeof name) &&
            !check_server(report, name, error))
            return false;
        if (!check_places(report, metric, error))
            return false;
    }
    for (size_t i = 0; i < report->thread_count; i++)
        if (!check_row(report, &report->threads[i], error))
            return false;
    return check_modes(report, error) && check_used(report, error);
}

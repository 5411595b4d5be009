/* report.c - what a finished run has to say; see report.h. */
#include "sim/report/report.h"

#include "sim/engine/hash.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_LENGTH 256

void ts_report_init(ts_report *report, ts_arena *arena, const ts_trace *trace)
{
    *report = (ts_report){.arena = arena, .trace = trace};
}

static void report_fail(ts_report *report, const char *reason)
{
    if (!report->failed) {
        report->failed = true;
        report->reason = reason;
    }
}

/* Room for one more of `size` bytes in an array; the new array, or NULL. */
static void *room_for(ts_report *report, void *items, size_t count,
                      size_t *room, size_t size)
{
    size_t more = *room == 0 ? 32 : *room * 2;
    void *grown;

    assert(count <= *room && !report->sealed);
    if (count < *room)
        return items;
    grown = ts_arena_array(report->arena, more, size);
    if (grown == NULL) {
        report_fail(report, "no memory for the report");
        return NULL;
    }
    if (count > 0)
        memcpy(grown, items, count * size);
    *room = more;
    return grown;
}

/* Appends a metric; the name is copied. */
static void add(ts_report *report, ts_metric metric)
{
    ts_metric *metrics = room_for(report, report->metrics, report->metric_count,
                                  &report->metric_room, sizeof *metrics);

    if (metrics == NULL)
        return;
    assert(metric.unit <= TS_UNIT_NUMBER);
    assert(!metric.exact || metric.value == (double)metric.whole);
    report->metrics = metrics;
    metric.name = ts_arena_text(report->arena, metric.name);
    if (metric.name == NULL) {
        report_fail(report, "no memory for the report");
        return;
    }
    metrics[report->metric_count++] = metric;
}

static void add_whole(ts_report *report, ts_unit unit, int64_t value,
                      const char *name)
{
    add(report, (ts_metric){name, unit, true, value, (double)value});
}

/* -0 and the many NaNs become one of each, so that the digest of equal
 * results is equal. */
static void add_value(ts_report *report, ts_unit unit, double value,
                      const char *name)
{
    const uint64_t quiet = UINT64_C(0x7ff8000000000000);

    value = value == 0 ? 0 : value;
    if (value != value)
        memcpy(&value, &quiet, sizeof value);
    add(report, (ts_metric){name, unit, false, 0, value});
}

/* The formatted name, in `buffer` of NAME_MAX_LENGTH bytes. */
#define FORMAT_NAME(buffer, name)                                              \
    do {                                                                       \
        va_list arguments;                                                     \
                                                                               \
        va_start(arguments, name);                                             \
        (void)vsnprintf((buffer), sizeof(buffer), (name), arguments);          \
        va_end(arguments);                                                     \
    } while (0)

void ts_report_time(ts_report *report, ts_i128 value, const char *name, ...)
{
    char full[NAME_MAX_LENGTH];

    FORMAT_NAME(full, name);
    if (value >= INT64_MIN && value <= INT64_MAX)
        add_whole(report, TS_UNIT_TIME, (int64_t)value, full);
    else
        add_value(report, TS_UNIT_TIME, (double)value, full);
}

void ts_report_count(ts_report *report, int64_t value, const char *name, ...)
{
    char full[NAME_MAX_LENGTH];

    FORMAT_NAME(full, name);
    add_whole(report, TS_UNIT_COUNT, value, full);
}

void ts_report_value(ts_report *report, ts_unit unit, double value,
                     const char *name, ...)
{
    char full[NAME_MAX_LENGTH];

    FORMAT_NAME(full, name);
    add_value(report, unit, value, full);
}

void ts_report_ratio(ts_report *report, ts_i128 part, ts_i128 whole,
                     const char *name, ...)
{
    char full[NAME_MAX_LENGTH];

    FORMAT_NAME(full, name);
    add_value(report, TS_UNIT_RATIO,
              whole == 0 ? 0 : (double)part / (double)whole, full);
}

static const char *joined(ts_report *report, const char *name,
                          const char *suffix)
{
    const char *text = ts_arena_format(report->arena, "%s.%s", name, suffix);

    return text == NULL ? "" : text;
}

static void add_histogram(ts_report *report, ts_unit unit,
                          const ts_histogram *histogram, const char *name)
{
    static const struct {
        const char *suffix;
        double q;
    } quantiles[] = {{"p50", 0.5},
                     {"p95", 0.95},
                     {"p99", 0.99},
                     {"p999", 0.999}};
    ts_report_histogram *histograms =
        room_for(report, report->histograms, report->histogram_count,
                 &report->histogram_room, sizeof *histograms);
    const char *copy = ts_arena_text(report->arena, name);

    for (size_t i = 0; i < TS_COUNT_OF(quantiles); i++) {
        add_whole(report, unit,
                  ts_histogram_quantile(histogram, quantiles[i].q),
                  joined(report, name, quantiles[i].suffix));
    }
    if (histograms == NULL)
        return;
    report->histograms = histograms;
    if (copy == NULL) {
        report_fail(report, "no memory for the report");
        return;
    }
    histograms[report->histogram_count++] =
        (ts_report_histogram){copy, unit, histogram};
}

/* The mean without its warm-up, from batch means. */
static void add_steady(ts_report *report, ts_unit unit, const ts_steady *steady,
                       const char *name)
{
    ts_steady_mean mean;

    ts_steady_compute(steady, &mean);
    add_whole(report, TS_UNIT_COUNT, (int64_t)mean.warm_up,
              joined(report, name, "steady.warm_up"));
    add_whole(report, TS_UNIT_COUNT, (int64_t)mean.kept,
              joined(report, name, "steady.count"));
    add_whole(report, TS_UNIT_COUNT, mean.settled,
              joined(report, name, "steady.settled"));
    if (!mean.known)
        return; /* too short a run: no number is better than a wrong one */
    add_value(report, unit, mean.mean, joined(report, name, "steady.mean"));
    add_value(report, unit, mean.half_width,
              joined(report, name, "steady.half_width"));
    add_value(report, TS_UNIT_RATIO, mean.confidence,
              joined(report, name, "steady.confidence"));
    add_whole(report, TS_UNIT_COUNT, mean.batches,
              joined(report, name, "steady.batches"));
    add_value(report, TS_UNIT_NUMBER, mean.correlation,
              joined(report, name, "steady.correlation"));
}

void ts_report_tally(ts_report *report, ts_unit unit, const ts_tally *tally,
                     const ts_histogram *histogram, const char *name, ...)
{
    char full[NAME_MAX_LENGTH];
    bool any = tally->count > 0;

    assert(histogram == NULL || histogram->count == tally->count ||
           report->arena->exhausted);
    FORMAT_NAME(full, name);
    add_whole(report, TS_UNIT_COUNT, (int64_t)tally->count,
              joined(report, full, "count"));
    add_value(report, unit, ts_tally_mean(tally), joined(report, full, "mean"));
    add_whole(report, unit, any ? tally->min : 0, joined(report, full, "min"));
    add_whole(report, unit, any ? tally->max : 0, joined(report, full, "max"));
    add_value(report, unit, ts_tally_deviation(tally),
              joined(report, full, "sd"));
    if (tally->steady != NULL)
        add_steady(report, unit, tally->steady, full);
    if (histogram != NULL)
        add_histogram(report, unit, histogram, full);
}

void ts_report_thread(ts_report *report, const ts_thread_row *row)
{
    ts_thread_row *threads =
        room_for(report, report->threads, report->thread_count,
                 &report->thread_room, sizeof *threads);

    if (threads != NULL) {
        report->threads = threads;
        threads[report->thread_count++] = *row;
    }
}

void ts_report_convention(ts_report *report, const char *name,
                          const char *value)
{
    ts_convention *conventions =
        room_for(report, report->conventions, report->convention_count,
                 &report->convention_room, sizeof *conventions);

    if (conventions != NULL) {
        report->conventions = conventions;
        conventions[report->convention_count++] = (ts_convention){name, value};
    }
}

void ts_report_remark(ts_report *report, const char *text)
{
    const char **remarks =
        room_for(report, (void *)report->remarks, report->remark_count,
                 &report->remark_room, sizeof *remarks);

    if (remarks == NULL)
        return;
    report->remarks = remarks;
    if (text == NULL) {
        report_fail(report, "no memory for the report");
        return;
    }
    remarks[report->remark_count++] = text;
}

/* --- sealing and finding --- */

static int compare_names(const void *a, const void *b)
{
    const ts_metric *left = a, *right = b;

    return strcmp(left->name, right->name);
}

/* Sorted, or not sealed yet: a binary search would miss, so the order is
 * looked at first in the unsealed case. */
const ts_metric *ts_report_find(const ts_report *report, const char *name)
{
    ts_metric wanted = {.name = name};

    if (report->metric_count == 0)
        return NULL;
    if (report->sealed) {
        return bsearch(&wanted, report->metrics, report->metric_count,
                       sizeof *report->metrics, compare_names);
    }
    for (size_t i = 0; i < report->metric_count; i++)
        if (strcmp(report->metrics[i].name, name) == 0)
            return &report->metrics[i];
    return NULL;
}

/* "p5": 0.05, "p90": 0.9, "p999": 0.999; below 0: it is none. */
static double quantile_of(const char *suffix)
{
    int64_t digits = 0, scale = 1;

    if (*suffix++ != 'p' || *suffix == '\0')
        return -1;
    for (; *suffix >= '0' && *suffix <= '9' && scale < 1000000; suffix++) {
        digits = 10 * digits + (*suffix - '0');
        scale *= 10;
    }
    if (scale == 10)
        scale = 100;
    return *suffix == '\0' ? (double)digits / (double)scale : -1;
}

bool ts_report_percentile(const ts_report *report, const char *name,
                          ts_unit *unit, int64_t *value)
{
    const char *dot = strrchr(name, '.');
    double quantile = dot != NULL ? quantile_of(dot + 1) : -1;

    for (size_t i = 0; quantile >= 0 && i < report->histogram_count; i++) {
        const ts_report_histogram *h = &report->histograms[i];

        if (strncmp(h->name, name, (size_t)(dot - name)) != 0 ||
            h->name[dot - name] != '\0')
            continue;
        *unit = h->unit;
        *value = ts_histogram_quantile(h->histogram, quantile);
        return true;
    }
    return false;
}

/* The digest of no metrics: the first digits of e. */
#define EMPTY UINT64_C(0xb7e151628aed2a6a)

static uint64_t metric_fold(uint64_t digest, const ts_metric *metric)
{
    uint64_t bits;

    if (metric->exact)
        bits = (uint64_t)metric->whole;
    else
        memcpy(&bits, &metric->value, sizeof bits);
    digest = ts_hash_fold(digest, ts_hash_text(metric->name));
    digest = ts_hash_fold(digest, (uint64_t)metric->unit << 1 | metric->exact);
    return ts_hash_fold(digest, bits);
}

void ts_report_refuse(ts_report *report, const char *reason)
{
    assert(!report->sealed);
    report->failed = true;
    report->limited = report->stuck = false;
    report->reason = reason;
    report->metric_count = 0;
    report->thread_count = 0;
    report->histogram_count = 0;
}

void ts_report_seal(ts_report *report)
{
    uint64_t digest = EMPTY;
    const char *previous = "";

    assert(!report->sealed); /* once, and last */
    if (report->trace != NULL && report->trace->exhausted)
        report_fail(report, "no memory for the names of the trace");
    if (report->metric_count > 1) {
        qsort(report->metrics, report->metric_count, sizeof *report->metrics,
              compare_names);
    }
    for (size_t i = 0; i < report->metric_count; i++) {
        const char *name = report->metrics[i].name;

        if (i > 0 && strcmp(previous, name) == 0) {
            const char *text =
                ts_arena_format(report->arena,
                                "internal error: %s is reported twice", name);

            report_fail(report, text == NULL ? "a metric twice" : text);
        }
        previous = name;
        digest = metric_fold(digest, &report->metrics[i]);
    }
    report->digest = report->trace == NULL ? 0 : report->trace->digest;
    report->reported = digest;
    report->sealed = true;
}

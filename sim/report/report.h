/*
 * report.h - what a finished run has to say, in memory.
 *
 * Models fill it after the run; the results store, the expectations and the
 * terminal read it. It borrows the engine's trace and arena, so it lives as
 * long as the engine.
 */
#ifndef TS_REPORT_REPORT_H
#define TS_REPORT_REPORT_H

#include "sim/engine/arena.h"
#include "sim/engine/stats.h"
#include "sim/engine/trace.h"

/* What a thread was at when the run ended. */
typedef enum ts_thread_end {
    TS_END_FINISHED, /* its program was at its end before */
    TS_END_RUNNING,
    TS_END_READY, /* it waited for a processor */
    TS_END_BLOCKED
} ts_thread_end;

/* One row a thread (or a job of a task), while there are few enough. */
typedef struct ts_thread_row {
    int32_t id;
    const char *name; /* "program.2" */
    const char *task; /* "program" */
    int64_t job;      /* number of the job in its task, from 0 */
    ts_time arrival, first_run, finish, deadline; /* TS_NEVER: not */
    ts_time processor; /* time on a processor for itself */
    ts_time ready;     /* time in a run queue */
    ts_time blocked;   /* time asleep, in I/O or waiting for locks */
    int64_t dispatches, preemptions, migrations;
    int64_t given_up; /* how often it gave its processor up itself */
    /* For those who are still there at the end. */
    ts_thread_end at_end;
    bool foreground;     /* the run waits for it */
    ts_time since, left; /* since when it was at that; processor time that what
                            it is doing still needs, 0 when that is not known */
} ts_thread_row;

typedef struct ts_report_histogram {
    const char *name; /* of the metric it stands behind */
    ts_unit unit;
    const ts_histogram *histogram;
} ts_report_histogram;

/* A convention that the run followed, to be printed with the result. */
typedef struct ts_convention {
    const char *name, *value;
} ts_convention;

typedef struct ts_report {
    ts_arena *arena;
    const ts_trace *trace;
    ts_metric *metrics;
    size_t metric_count, metric_room;
    ts_thread_row *threads;
    size_t thread_count, thread_room;
    ts_report_histogram *histograms;
    size_t histogram_count, histogram_room;
    ts_convention *conventions;
    size_t convention_count, convention_room;
    ts_time end; /* simulated time at the end */
    uint64_t events;
    uint64_t digest;    /* of the ordered trace: what happened */
    uint64_t reported;  /* of every metric: what is said of it */
    const char *reason; /* why it ended, a few words */
    bool failed;        /* ended by an error: `reason` is its message */
    bool limited;       /* ... which is that it came to a limit */
    bool stuck;         /* ended because all wait for ever */
    /* What the run claims of itself, for an independent check of its trace. */
    bool conserving;  /* no processor idles while a thread is ready */
    bool cooperative; /* no thread is taken off its processor */
    bool suspends;    /* a thread on its processor may stand still (under an
                           interrupt, on a processor that is halted) */
    /* What is seldom meant, sentences. */
    const char **remarks;
    size_t remark_count, remark_room;
    bool sealed;
} ts_report;

void ts_report_init(ts_report *report, ts_arena *arena, const ts_trace *trace);
/* Names are copied (formatted, cut to 255 bytes); a metric reported twice is
 * an internal error, which sealing finds and makes `failed`. */
/* A sum of times may be wider than one time: 4096 processors for 2400 hours.
 * It is exact where 64 bits hold it and the nearest double beyond. */
void ts_report_time(ts_report *report, ts_i128 value, const char *name, ...)
    __attribute__((format(printf, 3, 4)));
void ts_report_count(ts_report *report, int64_t value, const char *name, ...)
    __attribute__((format(printf, 3, 4)));
void ts_report_value(ts_report *report, ts_unit unit, double value,
                     const char *name, ...)
    __attribute__((format(printf, 4, 5)));
/* The ratio part/whole, 0 when whole is 0. */
void ts_report_ratio(ts_report *report, ts_i128 part, ts_i128 whole,
                     const char *name, ...)
    __attribute__((format(printf, 4, 5)));
/* NAME.count .mean .min .max .sd of a tally; with a histogram also .p50 .p95
 * .p99 .p999, and the histogram itself; of one that is measured also
 * .steady.warm_up .count .settled and, unless there are too few, .mean
 * .half_width .confidence .batches .correlation. */
void ts_report_tally(ts_report *report, ts_unit unit, const ts_tally *tally,
                     const ts_histogram *histogram, const char *name, ...)
    __attribute__((format(printf, 5, 6)));
void ts_report_thread(ts_report *report, const ts_thread_row *row);
/* Both texts are borrowed. */
void ts_report_convention(ts_report *report, const char *name,
                          const char *value);
/* The text is borrowed; NULL: there was no memory for it. */
void ts_report_remark(ts_report *report, const char *text);
/* The metric of that name, or NULL. Logarithmic after ts_report_seal(). */
const ts_metric *ts_report_find(const ts_report *report, const char *name);
/* Any percentile of what has a histogram, also those that are no metric: of
 * "clients.load.latency.p90" the value that nine tenths do not exceed. False:
 * it is no such name. */
bool ts_report_percentile(const ts_report *report, const char *name,
                          ts_unit *unit, int64_t *value);
/* The run is not to be believed, an internal error, whose message is borrowed:
 * its numbers are dropped, so that nothing wrong is shown or stored. */
void ts_report_refuse(ts_report *report, const char *reason);
/* Sorts the metrics by name and computes both digests. Called once, last. */
void ts_report_seal(ts_report *report);

#endif

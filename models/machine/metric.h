/*
 * metric.h - a kind of figure that runs report, for those who ask what there
 * is.
 */
#ifndef TS_MODELS_METRIC_H
#define TS_MODELS_METRIC_H

#include "sim/report/report.h"

typedef struct ts_metric_kind {
    const char *name; /* "threads.<thread>.turnaround": at most one <...>, which
                         is a number for <n>, the name of one of the scenario's
                         locks for <lock>, any text for <name> */
    ts_unit unit;
    bool tally; /* observations: .count, .mean, .max, .p99 ... of them */
    const char *help;
} ts_metric_kind;

/* Whoever reports metrics has a table of their kinds beside that code, the
 * specific before the general: the first whose name fits is it. For those who
 * have members `metrics` and `metric_count`. */
#define TS_METRICS(table)                                                      \
    .metrics = (table), .metric_count = (int)TS_COUNT_OF(table)

/* What the time in each mode (ts_mode) is called in metrics: "useful". */
extern const char *const ts_mode_shares[];

/* Those of the machine itself: see account.c. */
extern const ts_metric_kind ts_core_metrics[];
extern const int ts_core_metric_count;

#endif

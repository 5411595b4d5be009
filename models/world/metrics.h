/*
 * metrics.h - what can be measured, by name, before anything is.
 *
 * One row a metric: its name as it is reported, with what varies in angle
 * brackets, its unit, and what it means. Expectations are checked against it
 * when a scenario is read; `explain`, `list metrics` and the schema tell it. A
 * part that reports something has its row here; a test plays every scenario and
 * misses those that have none.
 */
#ifndef TS_MODELS_METRICS_H
#define TS_MODELS_METRICS_H

#include "models/world/root.h"
#include "sim/report/report.h"

typedef struct ts_metric_kind {
    const char *name; /* "threads.<thread>.turnaround": at most one <...>, which
                         is a number for <n>, the name of one of the scenario's
                         locks for <lock>, any text for <name> */
    ts_unit unit;
    bool tally; /* observations: .count, .mean, .max, .p99 ... of them */
    const char *help;
} ts_metric_kind;

const ts_metric_kind *ts_metric_kinds(int *count);
/* The kind of the metric `name`, and its own unit: of turnaround.count that is
 * a count. NULL: there is none. */
const ts_metric_kind *ts_metric_kind_of(const char *name, ts_unit *unit);

/* Can a run of the scenario report the metric? When not, `near` (256 bytes)
 * receives one that was perhaps meant, or nothing. */
bool ts_metric_possible(const ts_root *root, const char *name, char *near);

#endif

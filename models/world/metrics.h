/*
 * metrics.h - what can be measured, by name, before anything is.
 *
 * One row a metric: its name as it is reported, with what varies in angle
 * brackets, its unit, and what it means. Expectations are checked against it
 * when a scenario is read; `explain`, `list metrics` and the schema tell it. The
 * rows stand beside the code that reports the metrics, in the parts, the
 * policies, the models of servers and the machine's own accounts; here they are
 * only collected. A test plays every scenario and misses those that have none.
 */
#ifndef TS_MODELS_METRICS_H
#define TS_MODELS_METRICS_H

#include "models/machine/metric.h"
#include "models/world/root.h"
#include "sim/report/report.h"

/* All kinds, those of the machine itself first; NULL past the last. */
const ts_metric_kind *ts_metric_kind_at(int i);
/* The kind of the metric `name`, and its own unit: of turnaround.count that is
 * a count. NULL: there is none. */
const ts_metric_kind *ts_metric_kind_of(const char *name, ts_unit *unit);

/* Can a run of the scenario report the metric? When not, `near` (256 bytes)
 * receives one that was perhaps meant, or nothing. */
bool ts_metric_possible(const ts_root *root, const char *name, char *near);

#endif

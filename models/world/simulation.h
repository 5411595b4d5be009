/*
 * simulation.h - a checked scenario becomes a run.
 *
 *   record = ts_document_read(document, &ts_root_shape, arena, &diagnostics)
 *   simulation = ts_simulation_create(record, &limits, &options, &error)
 *   report = ts_simulation_run(simulation)
 *   ... results, expectations ...
 *   ts_simulation_destroy(simulation)
 */
#ifndef TS_MODELS_SIMULATION_H
#define TS_MODELS_SIMULATION_H

#include "models/machine/stop.h"
#include "models/world/root.h"
#include "sim/engine/engine.h"
#include "sim/report/report.h"

typedef struct ts_simulation ts_simulation;

/* NULL with a message when the parts do not fit together or memory ends.
 * `root` is borrowed and must outlive the simulation. The options' ranks are
 * overridden by what the scenario says, their limits by `limits`, of which
 * `wall` is the caller's (options.enough). */
TS_MUST_USE
ts_simulation *ts_simulation_create(const ts_root *root,
                                    const ts_limits *limits,
                                    const ts_engine_options *options,
                                    ts_error *error);
/* Runs to the end and reports; the report is owned by the simulation. */
const ts_report *ts_simulation_run(ts_simulation *simulation);
/* Why the run ended; after ts_simulation_run(). */
ts_stop ts_simulation_stop(const ts_simulation *simulation);
void ts_simulation_destroy(ts_simulation *simulation);

#endif

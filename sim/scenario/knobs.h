/*
 * knobs.h - the durations of a scenario that are work, and could be shorter.
 *
 *   ts_knobs_find(&knobs, document, &error)
 *   ts_knob_turn(&knobs.list[i], document, 0.95, &diagnostics)
 *   ts_knobs_fini(&knobs)
 *
 * A knob is one value, or several that are one thing: all that a task runs, all
 * that is run under a lock. When jobs come, by when they must be done and when
 * the run stops is nobody's work.
 */
#ifndef TS_SCENARIO_KNOBS_H
#define TS_SCENARIO_KNOBS_H

#include "sim/scenario/reader.h"

typedef struct ts_knob {
    char *label;     /* owned: "bc_dist, /threads/1/program/0/run" */
    char **pointers; /* owned, each */
    size_t count, room;
} ts_knob;

typedef struct ts_knobs {
    ts_knob *list; /* owned */
    size_t count, room;
} ts_knobs;

bool ts_knobs_find(ts_knobs *knobs, const ts_document *document,
                   ts_error *error);
void ts_knobs_fini(ts_knobs *knobs);

/* Multiplies its values by `factor`; clocks are divided by it. */
bool ts_knob_turn(const ts_knob *knob, ts_document *document, double factor,
                  ts_diagnostics *diagnostics);

#endif

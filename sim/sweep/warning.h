/*
 * warning.h - what in a run is no error and yet seldom meant.
 */
#ifndef TS_SWEEP_WARNING_H
#define TS_SWEEP_WARNING_H

#include "sim/sweep/point.h"

/* Takes a warning; `text` is borrowed for the call. */
typedef void ts_warning_take(void *context, const ts_point_run *run,
                             const char *text);

/* All wait for ever (unless the scenario says that it expects deadlocks),
 * somebody whom the run waits for never got a processor, or a part has a remark
 * (clockwork that is in step). */
void ts_warnings(const ts_point_run *run, ts_warning_take *take, void *context);

#endif

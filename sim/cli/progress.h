/*
 * progress.h - one line on a terminal that says how far a sweep is.
 *
 * Nothing is written where standard error is no terminal.
 */
#ifndef TS_CLI_PROGRESS_H
#define TS_CLI_PROGRESS_H

#include "sim/cli/command.h"
#include "sim/engine/base.h"

typedef struct ts_progress {
    bool shown; /* standard error is a terminal and progress is asked */
    bool drawn; /* the line is on the screen */
    int64_t done, runs;
    uint64_t events;      /* of finished runs */
    double started, last; /* seconds of a monotonic clock */
} ts_progress;

void ts_progress_start(ts_progress *progress, int64_t runs, bool wanted);
/* A ts_engine_options.progress; `context` is the ts_progress. */
void ts_progress_events(void *context, ts_time now, uint64_t events,
                        uint64_t made);
/* A run is done. */
void ts_progress_step(ts_progress *progress, uint64_t events);
/* Takes the line away. */
void ts_progress_clear(ts_progress *progress);
/* Seconds since the start. */
double ts_progress_seconds(const ts_progress *progress);

#endif

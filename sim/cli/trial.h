/*
 * trial.h - one scenario played and judged, by a process of its own.
 *
 *   ts_trial_start(&trial, file, &options, &error)
 *   poll trial.alive: it hangs up when the process has ended
 *   ts_trial_stop(&trial, 0)        takes the process away
 *   ts_trial_read(&trial, take, context)
 *   ts_trial_fini(&trial)
 *
 * A process, so that one that crashes or takes too long takes nothing with it,
 * and several can be played at once whose words do not mix: what it says on
 * its standard output and error, and its cases, are kept in files that have no
 * name until somebody reads them.
 */
#ifndef TS_CLI_TRIAL_H
#define TS_CLI_TRIAL_H

#include <sys/types.h>

#include "sim/cli/outcome.h"
#include "sim/sweep/point.h"

typedef struct ts_trial_options {
    const char *settings; /* of --set; NULL: none */
    ts_point_options point;
} ts_trial_options;

/* What became of a scenario. */
typedef struct ts_trial_result {
    int64_t runs;
    int64_t judged, failed; /* expectations, over all runs */
    bool broken;            /* could not be read or built */
    int status;             /* worse than what these say */
} ts_trial_result;

typedef struct ts_trial {
    pid_t pid;               /* 0: it has ended */
    int alive;               /* hangs up then; -1: nobody listens */
    FILE *out, *error, *log; /* owned: what it said; its cases */
    int64_t since;           /* in seconds since 1970 */
    double started, seconds; /* of a monotonic clock; how long it took */
    int ended_by;            /* a signal that was not asked for; 0: none */
    bool whole;              /* it came to its end */
    ts_trial_result result;
} ts_trial;

bool ts_trial_start(ts_trial *trial, const char *file,
                    const ts_trial_options *options, ts_error *error);
/* Waits for its end; with a signal, sends that first. */
void ts_trial_stop(ts_trial *trial, int signal);
/* Hands over its cases, in order, and fills in `whole` and `result`. */
void ts_trial_read(ts_trial *trial,
                   void (*take)(void *context, const ts_case *one),
                   void *context);
void ts_trial_fini(ts_trial *trial); /* ends it, if it has not */
/* Seconds of a monotonic clock. */
double ts_trial_now(void);

#endif

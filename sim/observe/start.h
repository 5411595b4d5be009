/*
 * start.h - a command that runs while we look, and ends with us.
 *
 *   ts_started started;
 *   if (ts_start(&started, words, &error)) {
 *       ...
 *       ts_stop(&started, interrupted);
 *   }
 *
 * It has a process group of its own, which is what is ended; what it prints
 * goes to a file without a name, so that its last words can be shown.
 */
#ifndef TS_OBSERVE_START_H
#define TS_OBSERVE_START_H

#include <stdio.h>
#include <sys/types.h>

#include "sim/engine/base.h"

typedef struct ts_started {
    pid_t pid; /* 0: none */
    FILE *said;
} ts_started;

bool ts_start(ts_started *started, char *const *words, ts_error *error);
/* Whether it runs still. Once it does not, `error` says how it ended; what it
 * left in its group is ts_stop()'s. */
bool ts_started_runs(ts_started *started, ts_error *error);
/* Asks it to end, and after three seconds makes it; where `interrupted` is not
 * 0 (NULL: never), before we are ended ourselves. */
void ts_stop(ts_started *started, const volatile int *interrupted);

#endif

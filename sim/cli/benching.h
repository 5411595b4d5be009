/*
 * benching.h - scenarios played for the time that they take: what `timeslice
 * bench` and the benchmarks of tests/bench have in common.
 */
#ifndef TS_CLI_BENCHING_H
#define TS_CLI_BENCHING_H

#include <stdbool.h>

#include "timeslice/timeslice.h"

/* What one play took, from the scenario to its metrics, without a database and
 * a trace. */
typedef struct ts_bench_play {
    double seconds; /* of the processor */
    double events;
    double done; /* of what was to be counted */
} ts_bench_play;

/* Plays all runs of the scenario, and adds the metric `what` of them up. false:
 * *message says what is wrong; ts_message_free(). */
bool ts_bench_play_all(const ts_scenario *scenario, const char *what,
                       ts_bench_play *play, char **message);

/* What goes on costs: plays it until later and later (`stop`) for `least`
 * seconds at least, and takes off what a run of no length takes, which makes
 * the threads. */
bool ts_bench_rate(ts_scenario *scenario, const char *what, double least,
                   ts_bench_play *play, char **message);

/* N hogs on P processors: for printf(), inside of a scenario. */
#define TS_BENCH_HOGS                                                          \
    "\"computer\": {\"processors\": %d}, "                                     \
    "\"threads\": [{\"name\": \"t\", \"count\": %d, \"background\": true, "    \
    "\"program\": [{\"forever\": [{\"run\": \"1000s\"}]}]}]"

#define TS_BENCH_DECISIONS "processor.dispatches"

#endif

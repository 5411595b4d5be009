/*
 * stop.h - what ends a run besides the end of its threads.
 *
 * `stop` is a part of the scenario: a run that comes to it is as it should be.
 * Limits are for runs that are not: what a run may cost before it is given up.
 */
#ifndef TS_MODELS_STOP_H
#define TS_MODELS_STOP_H

#include "sim/engine/base.h"

typedef struct ts_stop_record {
    ts_time at;      /* TS_TIME_LIMIT: not given */
    ts_time starved; /* of a thread; TS_TIME_LIMIT: not given */
} ts_stop_record;

typedef struct ts_limits {
    int64_t events;
    ts_time time;   /* simulated */
    ts_time wall;   /* of a clock on the wall */
    int64_t memory; /* bytes: of the machine, its trace and its report */
} ts_limits;

#endif

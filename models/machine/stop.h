/* stop.h - what ends a run besides the end of its threads. */
#ifndef TS_MODELS_STOP_H
#define TS_MODELS_STOP_H

#include "sim/engine/base.h"

typedef struct ts_stop_record {
    ts_time at; /* TS_TIME_LIMIT: not given */
} ts_stop_record;

#endif

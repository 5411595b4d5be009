/* clocks.h - see clocks.c. */
#ifndef TS_MODELS_CLOCKS_H
#define TS_MODELS_CLOCKS_H

#include "models/machine/machine.h"

typedef struct ts_clock_record {
    const char *name;
    ts_rational frequency;
    ts_time phase;
} ts_clock_record;

extern const ts_shape ts_clock_shape;

#endif

/* dram.h - see dram.c. */
#ifndef TS_MODELS_DRAM_H
#define TS_MODELS_DRAM_H

#include "sim/scenario/field.h"

typedef struct ts_dram_record {
    ts_rational clock;
    int64_t cl, trcd, trp, burst, banks;
} ts_dram_record;

extern const ts_shape ts_dram_shape;

#endif

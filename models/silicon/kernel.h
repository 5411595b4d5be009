/* kernel.h - see kernel.c. */
#ifndef TS_MODELS_KERNEL_H
#define TS_MODELS_KERNEL_H

#include "models/machine/machine.h"

typedef struct ts_kernel_record {
    ts_duration entry, mitigation, switching;
} ts_kernel_record;

extern const ts_shape ts_kernel_shape;

#endif

/* clocks.h - see clocks.c. */
#ifndef TS_MODELS_CLOCKS_H
#define TS_MODELS_CLOCKS_H

#include "models/machine/machine.h"

typedef struct ts_clock_record {
    const char *name;
    ts_rational frequency; /* den 0: it is made from another one's */
    ts_ref of;             /* ... times `times`, divided by `over` */
    int64_t times, over;
    ts_time phase;
} ts_clock_record;

extern const ts_shape ts_clock_shape;

/* How long so many cycles of the scenario's clock number `index` take. */
ts_fine ts_clocks_span(const ts_machine *machine, int index, int64_t cycles);

#endif

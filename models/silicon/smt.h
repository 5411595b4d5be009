/*
 * smt.h - hardware threads that share a core.
 */
#ifndef TS_MODELS_SMT_H
#define TS_MODELS_SMT_H

#include "models/machine/machine.h"

typedef struct ts_smt_record {
    int sharing;      /* ts_sharing */
    ts_list gain;     /* of double: r(2), r(3) ...; the last one stands for
                          all that follow */
    ts_duration swap; /* first-come: to another hardware thread */
} ts_smt_record;

typedef enum ts_sharing {
    TS_SHARING_EQUAL, /* processor sharing: all that compete, at once */
    TS_SHARING_TURNS, /* one at a time, until it stalls */
    TS_SHARING_SLOTS  /* a time slot is spent whether or not it was won */
} ts_sharing;

extern const ts_shape ts_smt_shape;

/* processor.c's side: the hardware thread began or ended to compete for its
 * core. Only called for processors with a core that is shared. */
void ts_smt_changed(ts_cpu *cpu, bool competes);

#endif

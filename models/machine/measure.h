/*
 * measure.h - means of one long run, and when they are known well enough.
 *
 * A model offers each quantity that it tallies under the name it will be
 * reported as, once, when it is made; those that the scenario names in
 * "measure" are looked at more closely (sim/engine/steady.h).
 */
#ifndef TS_MODELS_MEASURE_H
#define TS_MODELS_MEASURE_H

#include "models/machine/machine.h"
#include "sim/scenario/field.h"

typedef struct ts_measure_record {
    const char *of;
    ts_duration warm_up; /* not given: found by MSER-5 */
    int64_t batches;
    double confidence;
    ts_scalar half_width; /* not given: the run ends for other reasons */
} ts_measure_record;

extern const ts_shape ts_measure_shape;

/* `tally` will be reported as the (formatted) name. */
void ts_measure_offer(ts_machine *machine, ts_tally *tally, const char *name,
                      ...) __attribute__((format(printf, 3, 4)));
/* When all is made: whatever is to be measured was offered. */
bool ts_measure_check(const ts_machine *machine, ts_error *error);

#endif

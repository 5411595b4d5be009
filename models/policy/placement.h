/*
 * placement.h - partitioned scheduling: each task gets a processor for good.
 *
 * Tasks are taken in the order of the scenario, or with the largest
 * utilization first. One fits where the exact test of the policy still holds
 * with it: response times under fixed priorities, processor demand under EDF.
 */
#ifndef TS_MODELS_POLICY_PLACEMENT_H
#define TS_MODELS_POLICY_PLACEMENT_H

#include "models/machine/machine.h"
#include "sim/scenario/field.h"

typedef enum ts_placement {
    TS_PLACEMENT_ANYWHERE,  /* none: global */
    TS_PLACEMENT_FIRST_FIT, /* the lowest processor where it fits */
    TS_PLACEMENT_BEST_FIT,  /* ... the fullest */
    TS_PLACEMENT_WORST_FIT  /* ... the emptiest */
} ts_placement;

typedef struct ts_placement_record {
    int rule;  /* ts_placement */
    bool sort; /* the largest utilization first */
} ts_placement_record;

extern const ts_shape ts_placement_shape;

/* Gives each task its home. `demand`: by the test for EDF. */
bool ts_place_tasks(ts_machine *machine, const ts_placement_record *record,
                    bool demand, ts_error *error);

#endif

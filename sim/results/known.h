/*
 * known.h - the runs a database holds already.
 *
 * A sweep that goes on claims what is there: first the runs that stand where
 * the plan has them, then those it has at another place now, because points
 * were added. Two points with equal documents claim a run each.
 */
#ifndef TS_RESULTS_KNOWN_H
#define TS_RESULTS_KNOWN_H

#include "sim/results/record.h"

typedef struct ts_known_run {
    ts_identity identity;
    int64_t id, point;
    double value; /* of the metric that was asked for */
    bool here;    /* it belongs to the scenario that was asked for */
    bool has_value, failed, claimed;
} ts_known_run;

typedef struct ts_known {
    ts_known_run *runs; /* by identity, then by id */
    int64_t count, unclaimed;
} ts_known;

/* All runs of a database; `scenario` says which of them are `here`. */
TS_MUST_USE
bool ts_known_load(ts_known *known, ts_store *store,
                   const ts_run_facts *scenario, const char *metric,
                   ts_error *error);
void ts_known_fini(ts_known *known);
/* The run that stands at `point`, or with `moved` any that nobody has claimed;
 * NULL: none. It is claimed from now on. */
const ts_known_run *ts_known_claim(ts_known *known, const ts_identity *identity,
                                   int64_t point, bool moved);

#endif

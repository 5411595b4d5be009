/*
 * merge.h - many databases become one.
 */
#ifndef TS_RESULTS_MERGE_H
#define TS_RESULTS_MERGE_H

#include "sim/results/store.h"

typedef struct ts_merge_result {
    int64_t runs;   /* written */
    int64_t copies; /* of a run that was there already, left out */
} ts_merge_result;

/*
 * Writes the runs of all databases to `target`, which is empty, in the order
 * of the plan: by scenario, version, round, point and replication. So it does
 * not matter who played what and in which order the databases are named. The
 * same run from two of them is written once; when they do not agree on its
 * digest, one of them is wrong: false, and both are named.
 */
bool ts_merge(ts_store *target, const char *const *paths, int count,
              ts_merge_result *result, ts_error *error);

#endif

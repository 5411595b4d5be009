/*
 * compare_databases.h - two databases of a scenario, side by side.
 */
#ifndef TS_CLI_COMPARE_DATABASES_H
#define TS_CLI_COMPARE_DATABASES_H

#include <stdbool.h>

#include "sim/results/store.h"

/* Whether the file is a database, and no scenario. */
bool ts_is_database(const char *path);
/* Prints what changed from `before` to `after` and whether it is more than
 * noise; `pattern`: of metrics, NULL for those that matter. Returns the exit
 * status: 0 when nothing differs, 1 when something does. */
int ts_compare_databases(const char *before, const char *after,
                         const char *pattern);
/* Prints every value of the document that a run played that is not the same in
 * the document `before`. */
bool ts_compare_documents(ts_store *store, int64_t run, const char *before,
                          ts_error *error);

#endif

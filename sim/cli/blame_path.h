/*
 * blame_path.h - what `timeslice blame` reads of a database, and what the worst
 * job's time went to.
 */
#ifndef TS_CLI_BLAME_PATH_H
#define TS_CLI_BLAME_PATH_H

#include "sim/cli/scenario.h"

/* What is played again of a run. */
typedef struct ts_blame_run {
    char *document; /* owned; NULL: none was read */
    uint64_t seed;
} ts_blame_run;

/* TS_EXIT_OK, or what to end with: it has been said. */
int ts_blame_read(ts_blame_run *run, const char *database, const char *number);
void ts_blame_end(ts_blame_run *run);

/* Plays the document's run and prints the path of its worst job: of the task
 * that the metric is of, or of all. `seed`: NULL: the scenario's. */
bool ts_blame_path(const ts_document *document, const char *metric,
                   const uint64_t *seed, ts_error *error);

#endif

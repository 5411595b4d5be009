/*
 * batch.h - many short runs that share a wait for the disk.
 *
 *   ts_batch batch = {.store = store};
 *   ts_batch_open(&batch, &error)     before every run that is written
 *   ts_batch_settle(&batch, &error)   now and then
 *   ts_batch_end(&batch, &error)      before others are to see them, and last
 *
 * A transaction holds the runs of a fraction of a second: a process that is
 * killed loses no more, and leaves whole runs.
 */
#ifndef TS_RESULTS_BATCH_H
#define TS_RESULTS_BATCH_H

#include "sim/results/store.h"

typedef struct ts_batch {
    ts_store *store;
    bool open;         /* a transaction */
    int64_t opened_ms; /* when it began */
    int64_t commit_ms; /* how long the end of the last one took */
} ts_batch;

/* Begins a transaction, unless there is one. */
TS_MUST_USE
bool ts_batch_open(ts_batch *batch, ts_error *error);
/* Ends it when it is time; `*ended`, which may be NULL: it was. */
TS_MUST_USE
bool ts_batch_settle(ts_batch *batch, bool *ended, ts_error *error);
/* Ends it, if there is one. */
TS_MUST_USE
bool ts_batch_end(ts_batch *batch, ts_error *error);

#endif

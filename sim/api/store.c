/*
 * store.c - a result into a database: the one part of the public interface that
 * needs SQLite.
 */
#include "sim/api/api.h"
#include "sim/results/store.h"
#include "timeslice/timeslice.h"

int64_t ts_result_store(const ts_result *result, const char *database,
                        char **message)
{
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    int64_t id = -1;
    ts_store *store;

    if (message != NULL)
        *message = NULL;
    store = ts_store_open(database, TS_STORE_CREATE, &error);
    if (store != NULL)
        id = ts_store_write(store, &result->run.facts, result->run.report,
                            &error);
    if (store != NULL)
        ts_store_close(store);
    if (id >= 0)
        return id;
    ts_diagnostics_init(&diagnostics);
    ts_api_tell(message, &diagnostics, &error);
    return -1;
}

/*
 * batch.c - many short runs that share a wait for the disk.
 */
#include "sim/results/batch.h"

#include <time.h>

#define LASTS_MS 100 /* a transaction lasts so long at least, ... */
#define LASTS_COMMITS                                                          \
    20 /* and so many times what the last end took: the disk
                            is waited for for a twentieth of the time */

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool ts_batch_open(ts_batch *batch, ts_error *error)
{
    if (batch->open)
        return true;
    batch->opened_ms = now_ms();
    batch->open = ts_store_begin(batch->store, error);
    return batch->open;
}

bool ts_batch_end(ts_batch *batch, ts_error *error)
{
    int64_t start = now_ms();
    bool fine;

    if (!batch->open)
        return true;
    assert(start >= batch->opened_ms); /* a clock that goes forward */
    batch->open = false;
    fine = ts_store_commit(batch->store, error);
    batch->commit_ms = now_ms() - start;
    return fine;
}

bool ts_batch_settle(ts_batch *batch, bool *ended, ts_error *error)
{
    int64_t lasts = LASTS_COMMITS * batch->commit_ms;
    bool due = batch->open && now_ms() - batch->opened_ms >=
                                  (lasts > LASTS_MS ? lasts : LASTS_MS);

    if (ended != NULL)
        *ended = due;
    return !due || ts_batch_end(batch, error);
}

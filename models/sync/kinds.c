/*
 * kinds.c - the list of kinds of locks. To add one: a file with a ts_entry, and
 * a line here.
 */
#include "models/sync/lock.h"

extern const ts_entry ts_lock_mutex, ts_lock_read_write, ts_lock_semaphore,
    ts_lock_condition, ts_lock_barrier;

static const ts_entry *const entries[] = {
    &ts_lock_mutex,     &ts_lock_read_write, &ts_lock_semaphore,
    &ts_lock_condition, &ts_lock_barrier,
};

const ts_registry ts_lock_kinds = {
    .name = "kind of lock",
    .plural = "locks",
    .help = "What threads can wait for each other at",
    .entries = entries,
    .count = (int)TS_COUNT_OF(entries),
};

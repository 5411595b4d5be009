/*
 * mutex.h - a lock that one thread holds at a time.
 */
#ifndef TS_MODELS_MUTEX_H
#define TS_MODELS_MUTEX_H

#include "models/processor/machine.h"

typedef struct ts_lock_record {
    const char *name;
} ts_lock_record;

typedef struct ts_lock {
    const ts_lock_record *record;
    ts_thread *holder;             /* NULL: free */
    ts_time since;                 /* of being held */
    ts_thread *first, *last;       /* waiting, in order of coming */
    int place;                     /* in the trace */
    int64_t acquisitions, contended;
    ts_time held;
    ts_tally wait;
} ts_lock;

extern const ts_shape ts_lock_shape;

#endif

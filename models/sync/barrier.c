/*
 * barrier.c - threads wait for each other until all are there; the last one
 * goes on, and wakes the others.
 */
#include "models/sync/lock.h"

typedef struct barrier_record {
    int64_t parties;
} barrier_record;

typedef struct barrier {
    int64_t parties, here;
} barrier;

static const ts_field fields[] = {
    {.name = "parties",
     .kind = TS_FIELD_INT,
     .required = true,
     .min = 1,
     .max = 2e7,
     .offset = TS_AT(barrier_record, parties),
     .help = "how many must be there"},
};

static const ts_shape shape = {.name = "barrier",
                               .help = "Options of a barrier",
                               .size = sizeof(barrier_record),
                               TS_FIELDS(fields)};

static bool init(ts_lock *lock, ts_error *error)
{
    const barrier_record *record = lock->record->kind.fields;
    barrier *mine = lock->state;

    (void)error;
    mine->parties = record->parties;
    return true;
}

static ts_step arrive(ts_lock *lock, ts_thread *thread)
{
    barrier *mine = lock->state;

    assert(mine->here >= 0 && mine->here < mine->parties);
    assert((mine->here == 0) == (lock->first == NULL)); /* they all wait */
    if (++mine->here < mine->parties) {
        ts_lock_enqueue(lock, thread);
        return TS_STEP_BLOCK;
    }
    mine->here = 0;
    lock->acquisitions++;
    while (lock->first != NULL) {
        ts_thread *next = lock->first;

        ts_lock_dequeue(lock, next);
        ts_lock_wake(lock, next, true);
    }
    return TS_STEP_DONE;
}

static void gone(ts_lock *lock, ts_thread *thread)
{
    barrier *mine = lock->state;

    (void)thread;
    mine->here--;
    assert(mine->here >= 0);
}

static const ts_lock_kind kind = {.state_size = sizeof(barrier),
                                  .init = init,
                                  .arrive = arrive,
                                  .gone = gone};

const ts_entry ts_lock_barrier = {
    .name = "barrier",
    .help = "wait until a number of threads are there",
    .shape = &shape,
    .model = &kind,
};

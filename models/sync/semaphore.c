/*
 * semaphore.c - a counter that threads wait to be above 0 (Dijkstra 1965).
 *
 * wait takes one, or waits for one; post adds one, or hands it to the thread
 * that has waited longest.
 */
#include "models/sync/lock.h"

typedef struct semaphore_record {
    int64_t count;
} semaphore_record;

typedef struct semaphore {
    int64_t count;
} semaphore;

static const ts_field fields[] = {
    {.name = "count",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 1e15,
     .offset = TS_AT(semaphore_record, count),
     .help = "how many it has at the start"},
};

static const ts_shape shape = {.name = "semaphore",
                               .help = "Options of a semaphore",
                               .size = sizeof(semaphore_record),
                               TS_FIELDS(fields)};

static bool init(ts_lock *lock, ts_error *error)
{
    const semaphore_record *record = lock->record->kind.fields;
    semaphore *mine = lock->state;

    (void)error;
    mine->count = record->count;
    return true;
}

static ts_step wait_for(ts_lock *lock, ts_thread *thread, ts_lock *with)
{
    semaphore *mine = lock->state;

    (void)with;
    if (mine->count > 0) {
        mine->count--;
        lock->acquisitions++;
        return TS_STEP_DONE;
    }
    assert(mine->count == 0); /* nobody waits while there are some */
    ts_lock_enqueue(lock, thread);
    return TS_STEP_BLOCK;
}

static void post(ts_lock *lock)
{
    semaphore *mine = lock->state;
    ts_thread *next = lock->first;

    if (next == NULL) {
        mine->count++;
        return;
    }
    assert(mine->count == 0);
    lock->acquisitions++;
    ts_lock_dequeue(lock, next);
    ts_lock_wake(lock, next, true);
}

static const ts_lock_kind kind = {.state_size = sizeof(semaphore),
                                  .init = init,
                                  .wait = wait_for,
                                  .post = post};

const ts_entry ts_lock_semaphore = {
    .name = "semaphore",
    .help = "a counter: wait takes one, post gives one",
    .about = "Nobody holds one: what a killed thread took is not given back, "
             "as in POSIX.",
    .shape = &shape,
    .model = &kind,
};

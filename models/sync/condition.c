/*
 * condition.c - threads wait, with a mutex given back meanwhile, until they are
 * told (Hoare 1974, with Mesa's rule: who is told takes the mutex again like
 * anyone else, and nothing is remembered when nobody waits). A signal to a thread
 * that is killed before it runs again has told nobody.
 */
#include "models/sync/lock.h"

static ts_step wait_for(ts_lock *lock, ts_thread *thread, ts_lock *with)
{
    if (!with->kind->unlock(with, thread)) {
        ts_engine_fail(lock->machine->engine,
                       "a thread waits for %s with %s, which it does not hold",
                       lock->record->name, with->record->name);
        return TS_STEP_EXIT;
    }
    assert(with->holder != thread && lock->holder == NULL);
    ts_lock_enqueue(lock, thread);
    return TS_STEP_BLOCK;
}

static void tell(ts_lock *lock, bool all)
{
    while (lock->first != NULL) {
        ts_thread *next = lock->first;

        lock->acquisitions++;
        ts_lock_dequeue(lock, next);
        ts_lock_wake(lock, next, true);
        if (!all)
            break;
    }
}

static const ts_lock_kind kind = {.wait = wait_for,
                                  .signal = tell,
                                  .needs_mutex = true};

const ts_entry ts_lock_condition = {
    .name = "condition",
    .help = "wait for a signal, with a mutex given back meanwhile",
    .model = &kind,
};

/*
 * rwlock.c - a lock that many readers or one writer hold.
 *
 * Who waits is served in order of coming; "prefer" says who else may go ahead:
 * readers overtake waiting writers (and can starve them), or a waiting writer
 * keeps new readers out. Neither knows protocols of priority.
 */
#include "models/sync/lock.h"

typedef enum prefer { PREFER_NOBODY, PREFER_READERS, PREFER_WRITERS } prefer;

typedef struct rwlock_record {
    int prefer;
} rwlock_record;

typedef struct rwlock {
    prefer prefer;
    int64_t writers_waiting;
} rwlock;

static const char *const choices[] = {"nobody", "readers", "writers", NULL};

static const ts_field fields[] = {
    {.name = "prefer",
     .kind = TS_FIELD_CHOICE,
     .choices = choices,
     .fallback = "nobody",
     .offset = TS_AT(rwlock_record, prefer),
     .help = "who overtakes: nobody (order of coming), readers, or writers"},
};

static const ts_shape shape = {.name = "read-write",
                               .help = "Options of a read-write lock",
                               .size = sizeof(rwlock_record),
                               TS_FIELDS(fields)};

static bool init(ts_lock *lock, ts_error *error)
{
    const rwlock_record *record = lock->record->kind.fields;
    rwlock *mine = lock->state;

    (void)error;
    mine->prefer = (prefer)record->prefer;
    return true;
}

static bool is_writer(const ts_thread *waiting)
{
    const ts_lock_use *use = ts_lock_frame(waiting)->fields;

    return !use->shared;
}

static bool admits(const ts_lock *lock, bool shared)
{
    const rwlock *mine = lock->state;

    if (lock->holder != NULL || (!shared && lock->readers > 0))
        return false;
    if (!shared)
        return mine->prefer == PREFER_WRITERS || lock->first == NULL;
    if (mine->prefer == PREFER_READERS)
        return true;
    return mine->prefer == PREFER_WRITERS ? mine->writers_waiting == 0
                                          : lock->first == NULL;
}

/* Readers or a writer, and the writers that wait are counted. */
static inline bool is_sound(const ts_lock *lock)
{
    const rwlock *mine = lock->state;
    int writers = 0;

    for (const ts_thread *t = lock->first; t != NULL; t = t->wait_next)
        writers += is_writer(t);
    return writers == mine->writers_waiting && lock->readers >= 0 &&
           (lock->holder == NULL || lock->readers == 0);
}

static void acquire(ts_lock *lock, ts_thread *thread, bool shared)
{
    if (shared)
        ts_lock_share(lock, thread);
    else
        ts_lock_acquire(lock, thread);
}

static ts_step take(ts_lock *lock, ts_thread *thread, bool shared)
{
    rwlock *mine = lock->state;

    if (admits(lock, shared)) {
        acquire(lock, thread, shared);
        return TS_STEP_DONE;
    }
    mine->writers_waiting += !shared;
    ts_lock_enqueue(lock, thread);
    assert(is_sound(lock));
    return TS_STEP_BLOCK;
}

static ts_thread *first_of(const ts_lock *lock, bool writers)
{
    ts_thread *t = lock->first;

    while (t != NULL && is_writer(t) != writers)
        t = t->wait_next;
    return t;
}

/* Who gets it next; NULL: nobody can. */
static ts_thread *next_of(const ts_lock *lock)
{
    const rwlock *mine = lock->state;
    ts_thread *next = lock->first;

    if (mine->prefer != PREFER_NOBODY)
        next = first_of(lock, mine->prefer == PREFER_WRITERS);
    if (next == NULL)
        next = lock->first;
    if (next == NULL || lock->holder != NULL ||
        (is_writer(next) && lock->readers > 0))
        return NULL;
    return next;
}

/* Lets in all that can hold it now. */
static void pass_on(ts_lock *lock)
{
    rwlock *mine = lock->state;
    ts_thread *next;

    while ((next = next_of(lock)) != NULL) {
        bool shared = !is_writer(next);

        ts_lock_dequeue(lock, next);
        mine->writers_waiting -= !shared;
        acquire(lock, next, shared);
        ts_lock_wake(lock, next, true);
    }
    assert(is_sound(lock));
    /* Nobody waits for a lock that is free. */
    assert(lock->first == NULL || lock->holder != NULL || lock->readers > 0);
}

static bool give(ts_lock *lock, ts_thread *thread)
{
    if (lock->holder == thread)
        ts_lock_release(lock);
    else if (!ts_lock_unshare(lock, thread))
        return false;
    pass_on(lock);
    return true;
}

/* Readers may have waited behind a writer that is gone. */
static void gone(ts_lock *lock, ts_thread *thread)
{
    rwlock *mine = lock->state;

    mine->writers_waiting -= is_writer(thread);
    assert(mine->writers_waiting >= 0);
    pass_on(lock);
}

static const ts_lock_kind kind = {.state_size = sizeof(rwlock),
                                  .init = init,
                                  .lock = take,
                                  .unlock = give,
                                  .gone = gone};

const ts_entry ts_lock_read_write = {
    .name = "read-write",
    .help = "held by many readers (\"shared\") or by one writer",
    .shape = &shape,
    .model = &kind,
};

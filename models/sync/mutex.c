/*
 * mutex.c - a lock that one thread holds at a time, and the protocols that
 * bound how long a higher thread waits for a lower one.
 *
 * none       nothing is done: a thread of middle urgency that needs no lock
 *            can hold up a high one for as long as it likes.
 * inherit    the holder inherits the highest urgency of those it blocks,
 *            through any chain of holders that are blocked themselves.
 * ceiling    the original priority ceiling: a thread gets a lock only if its
 *            urgency is above the ceilings of all such locks that others hold;
 *            else it waits, and the holder of the highest one inherits.
 * immediate  the holder runs at the ceiling from the moment it has the lock
 *            (POSIX PTHREAD_PRIO_PROTECT, Ada's ceiling locking).
 *
 * The ceiling of a lock is the highest urgency of the tasks that use it.
 * Source: Sha, Rajkumar and Lehoczky, Priority Inheritance Protocols, IEEE
 * Transactions on Computers 39(9), 1990.
 */
#include "models/machine/policy.h"
#include "models/machine/task.h"
#include "models/sync/mutex.h"

typedef enum grant {
    GRANT_BY_PROTOCOL,
    GRANT_FIRST,
    GRANT_HIGHEST,
    GRANT_COMPETE,
    GRANT_FUTEX
} grant;

typedef struct mutex_record {
    int protocol;
    int grant;
} mutex_record;

typedef struct mutex {
    ts_protocol protocol;
    grant grant;
    int64_t ceiling;
} mutex;

static const char *const protocols[] = {"none", "inherit", "ceiling",
                                        "immediate", NULL};
static const char *const grants[] = {"by-protocol", "first", "highest",
                                     "compete",     "futex", NULL};

static const ts_field fields[] = {
    {.name = "protocol",
     .kind = TS_FIELD_CHOICE,
     .choices = protocols,
     .fallback = "none",
     .offset = TS_AT(mutex_record, protocol),
     .help = "what keeps lower threads from holding up higher ones: nothing, "
             "priority inheritance, the original priority ceiling, or the "
             "immediate ceiling (PRIO_PROTECT)"},
    {.name = "grant",
     .kind = TS_FIELD_CHOICE,
     .choices = grants,
     .fallback = "by-protocol",
     .offset = TS_AT(mutex_record, grant),
     .help = "who gets it when it is given back: first, the one that has "
             "waited longest; highest, the one of highest priority; compete, "
             "whoever first runs again and takes it, of all that waited; "
             "futex, the same, but only the one that has waited longest is "
             "woken. By protocol: first "
             "without one, highest under inheritance and the immediate "
             "ceiling, whose bound of one section needs it; under the ceiling "
             "protocol always compete"},
};

static const ts_shape shape = {.name = "mutex",
                               .help = "Options of a mutex",
                               .size = sizeof(mutex_record),
                               TS_FIELDS(fields)};

static bool init(ts_lock *lock, ts_error *error)
{
    const mutex_record *record = lock->record->kind.fields;
    const ts_machine *machine = lock->machine;
    ts_ranks ranks = machine->queues[0].policy->ranks;
    mutex *mine = lock->state;

    *mine = (mutex){.protocol = (ts_protocol)record->protocol,
                    .grant = (grant)record->grant,
                    .ceiling = INT64_MIN};
    if (mine->protocol == TS_PROTOCOL_CEILING)
        mine->grant = GRANT_COMPETE;
    else if (mine->grant == GRANT_BY_PROTOCOL)
        mine->grant =
            mine->protocol == TS_PROTOCOL_NONE ? GRANT_FIRST : GRANT_HIGHEST;
    if (mine->protocol != TS_PROTOCOL_NONE && ranks == TS_RANKS_NOTHING)
        return ts_fail(error,
                       "lock %s: the protocol \"%s\" raises priorities, "
                       "and the policy %s does not go by them",
                       lock->record->name, protocols[mine->protocol],
                       machine->policy_entry->name);
    if (mine->protocol >= TS_PROTOCOL_CEILING && ranks != TS_RANKS_TASKS)
        return ts_fail(error,
                       "lock %s: a ceiling is made of priorities that "
                       "tasks keep, and under the policy %s every job "
                       "has its own; \"inherit\" works",
                       lock->record->name, machine->policy_entry->name);
    return true;
}

static bool user(ts_lock *lock, const ts_task *task, ts_error *error)
{
    mutex *mine = lock->state;

    (void)error;
    if (task->urgency > mine->ceiling)
        mine->ceiling = task->urgency;
    return true;
}

/* --- what is inherited --- */

static const mutex *mutex_of(const ts_lock *lock)
{
    return lock->kind->user == user ? lock->state : NULL;
}

/* What the locks that `thread` holds make it worth. */
static int64_t worth(const ts_thread *thread)
{
    int64_t worth = INT64_MIN;

    for (ts_lock *lock = ts_locks_held(thread); lock != NULL;
         lock = lock->held_next) {
        const mutex *m = mutex_of(lock);

        if (m == NULL || m->protocol == TS_PROTOCOL_NONE)
            continue;
        if (m->protocol == TS_PROTOCOL_IMMEDIATE) {
            if (m->ceiling > worth)
                worth = m->ceiling;
            continue;
        }
        for (ts_thread *w = lock->first; w != NULL; w = w->wait_next)
            if (w->urgency > worth)
                worth = w->urgency;
    }
    return worth;
}

/* --why: from whom. */
static void note_inherits(const ts_thread *thread, int64_t urgency)
{
    for (ts_lock *lock = ts_locks_held(thread); lock != NULL;
         lock = lock->held_next)
        for (ts_thread *w = lock->first; w != NULL; w = w->wait_next)
            if (w->urgency == urgency) {
                ts_thread_note(thread,
                               "inherits the urgency of %s.%lld, which waits "
                               "for %s",
                               ts_task_name(w->task), (long long)w->job,
                               lock->record->name);
                return;
            }
    ts_thread_note(thread, "has the ceiling of a lock that it holds");
}

/* What the thread inherits may have changed, and with it what the holder of
 * what it waits for inherits, and so on. Ends in a circle, too: once round,
 * nothing changes any more. */
static void refresh(ts_thread *thread)
{
    while (thread != NULL) {
        ts_lock *lock = ts_lock_of(thread);
        int64_t now = worth(thread);

        if (now == thread->inherited)
            return;
        if (now > thread->inherited && now > thread->urgency)
            note_inherits(thread, now);
        ts_thread_inherit(thread, now);
        assert(thread->inherited == now && thread->urgency >= now);
        thread = lock != NULL ? lock->holder : NULL;
    }
}

/* --- the original ceiling --- */

/* The lock of highest ceiling that others hold, if that ceiling is not below
 * the urgency of `thread`; NULL: nothing bars the thread. */
static ts_lock *barrier_to(const ts_thread *thread)
{
    ts_locks *locks = ts_locks_of(thread->machine);
    int64_t highest = INT64_MIN;
    ts_lock *found = NULL;

    for (int i = 0; i < locks->count; i++) {
        ts_lock *lock = &locks->lock[i];
        const mutex *m = mutex_of(lock);

        if (m == NULL || m->protocol != TS_PROTOCOL_CEILING ||
            lock->holder == NULL || lock->holder == thread)
            continue;
        if (found == NULL || m->ceiling > highest) {
            found = lock;
            highest = m->ceiling;
        }
    }
    return found != NULL && highest >= thread->urgency ? found : NULL;
}

/* A lock under the ceiling protocol was given back: whoever nothing bars any
 * more tries again; the others may be barred by another lock now. */
static void reconsider(ts_machine *machine)
{
    ts_locks *locks = ts_locks_of(machine);

    for (int i = 0; i < locks->count; i++) {
        ts_lock *lock = &locks->lock[i];
        const mutex *m = mutex_of(lock);
        ts_thread *next;

        if (m == NULL || m->protocol != TS_PROTOCOL_CEILING)
            continue;
        for (ts_thread *w = lock->first; w != NULL; w = next) {
            ts_lock *bar = barrier_to(w);

            next = w->wait_next;
            if (bar == lock)
                continue;
            ts_lock_dequeue(lock, w);
            if (bar != NULL)
                ts_lock_enqueue(bar, w);
            else
                ts_lock_wake(lock, w, false);
        }
    }
    for (int i = 0; i < locks->count; i++)
        if (locks->lock[i].holder != NULL)
            refresh(locks->lock[i].holder);
}

/* --- lock and unlock --- */

static ts_step take(ts_lock *lock, ts_thread *thread, bool shared)
{
    mutex *mine = lock->state;
    ts_lock *bar = lock->holder != NULL ? lock : NULL;

    (void)shared;
    if (bar == NULL && mine->protocol == TS_PROTOCOL_CEILING)
        bar = barrier_to(thread);
    if (bar == NULL) {
        ts_lock_acquire(lock, thread);
        if (mine->protocol == TS_PROTOCOL_IMMEDIATE)
            refresh(thread);
        return TS_STEP_DONE;
    }
    assert(bar->holder != NULL && mutex_of(bar) != NULL);
    ts_lock_enqueue(bar, thread);
    if (mutex_of(bar)->protocol != TS_PROTOCOL_NONE)
        refresh(bar->holder);
    return TS_STEP_BLOCK;
}

/* Hands the free lock to one that waits for it, or lets one or all try. */
static void pass_on(ts_lock *lock)
{
    mutex *mine = lock->state;
    ts_thread *next =
        mine->grant == GRANT_HIGHEST ? ts_lock_highest(lock) : lock->first;

    assert(lock->holder == NULL);
    if (next == NULL)
        return;
    if (mine->grant >= GRANT_COMPETE) {
        do {
            next = lock->first;
            ts_lock_dequeue(lock, next);
            ts_lock_wake(lock, next, false);
        } while (mine->grant == GRANT_COMPETE && lock->first != NULL);
        return;
    }
    ts_lock_dequeue(lock, next);
    ts_lock_acquire(lock, next);
    ts_lock_wake(lock, next, true);
    if (mine->protocol != TS_PROTOCOL_NONE)
        refresh(next);
}

static bool give(ts_lock *lock, ts_thread *thread)
{
    mutex *mine = lock->state;

    if (lock->holder != thread)
        return false;
    ts_lock_release(lock);
    if (mine->protocol == TS_PROTOCOL_CEILING)
        reconsider(lock->machine);
    else
        pass_on(lock);
    if (mine->protocol != TS_PROTOCOL_NONE)
        refresh(thread);
    assert(lock->holder != thread);
    return true;
}

/* The one that a free lock woke is gone: another one may try. */
static void gone(ts_lock *lock, ts_thread *thread)
{
    if (lock->holder != NULL)
        refresh(lock->holder);
    else if (thread->state != TS_THREAD_BLOCKED)
        pass_on(lock);
}

static const ts_lock_kind kind = {
    .state_size = sizeof(mutex),
    .gone = gone,
    .init = init,
    .lock = take,
    .unlock = give,
    .user = user,
};

const ts_entry ts_lock_mutex = {
    .name = "mutex",
    .help = "held by one thread at a time",
    .about = "Protocols follow Sha, Rajkumar and Lehoczky (1990) and POSIX.",
    .shape = &shape,
    .model = &kind,
};

ts_protocol ts_mutex_protocol(const ts_lock_record *record)
{
    const mutex_record *mine = record->kind.fields;

    return record->kind.entry->model == &kind ? (ts_protocol)mine->protocol
                                              : TS_PROTOCOL_NONE;
}

/*
 * lock.h - what threads wait for each other at.
 *
 * An entry of the scenario's "locks" is of a kind: a mutex, a read-write lock,
 * a semaphore, a condition, a barrier. A kind is a file with one ts_entry and
 * a line in kinds.c. Operations (operations.c) ask the kind; a kind that has
 * no answer does not take part in that operation.
 *
 * What gives (unlock, post, signal) takes effect at once; what takes (lock,
 * wait) is tried when the decisions of the instant have been taken, so that a
 * thread never takes a lock at the very instant at which a higher one arrives
 * and would have kept it from running.
 */
#ifndef TS_MODELS_LOCK_H
#define TS_MODELS_LOCK_H

#include "models/machine/part.h"

typedef struct ts_lock ts_lock;

typedef struct ts_lock_record {
    const char *name;
    ts_variant kind; /* of ts_lock_kinds */
} ts_lock_record;

/* What an operation on a lock says. */
typedef struct ts_lock_use {
    ts_ref lock;
    bool shared;  /* lock: as a reader */
    ts_ref mutex; /* wait: what is given back meanwhile */
} ts_lock_use;

/* Where an operation on a lock stands; the phase of its frame. The frame's
 * count is when it first asked, its pointer is set when the wait inverts
 * priorities. */
typedef enum ts_lock_phase {
    TS_LOCK_ASK,    /* pays for asking */
    TS_LOCK_SETTLE, /* waits for the decisions of the instant */
    TS_LOCK_TRY,
    TS_LOCK_WAITS, /* tries again when it is woken, unless it has it then */
    TS_LOCK_HAS,   /* pays for having waited */
    TS_LOCK_OVER
} ts_lock_phase;

/* What a kind answers. A step is DONE: it has what it wanted; BLOCK: it is
 * queued; ts_lock_wake() says whether it has it then or must try again. */
typedef struct ts_lock_kind {
    size_t state_size; /* bytes a lock, zeroed; lock->state */
    bool (*init)(ts_lock *lock, ts_error *error);
    ts_step (*lock)(ts_lock *lock, ts_thread *thread, bool shared);
    /* false: the thread does not hold it. */
    bool (*unlock)(ts_lock *lock, ts_thread *thread);
    /* `with` is the mutex given back while waiting; NULL: none. */
    ts_step (*wait)(ts_lock *lock, ts_thread *thread, ts_lock *with);
    void (*post)(ts_lock *lock);
    void (*signal)(ts_lock *lock, bool all);
    ts_step (*arrive)(ts_lock *lock, ts_thread *thread);
    /* A thread that waited and was taken out, or was woken to try again, will
     * never come back. */
    void (*gone)(ts_lock *lock, ts_thread *thread);
    /* What each task that uses the lock means to it: ceilings. */
    bool (*user)(ts_lock *lock, const ts_task *task, ts_error *error);
    bool needs_mutex; /* wait() is called with a mutex */
} ts_lock_kind;

struct ts_lock {
    const ts_lock_record *record;
    const ts_lock_kind *kind;
    ts_obstacle obstacle; /* what its waiters wait for */
    ts_machine *machine;
    void *state;
    int index, place;        /* in the list; in the trace */
    ts_thread *holder;       /* who must give it back; NULL: nobody */
    int64_t readers;         /* that hold it together, without a holder */
    ts_time since;           /* of being held */
    ts_lock *held_next;      /* the holder's other locks */
    ts_thread *first, *last; /* waiting, in order of coming */
    int64_t acquisitions, contended;
    ts_time held;
    ts_tally wait, hold;
    ts_tally inversion; /* waits for a holder of less urgency */
};

/* What using locks costs the thread that does. */
typedef struct ts_locking_record {
    ts_duration take, give, wait, wake, across;
} ts_locking_record;

const ts_locking_record *ts_locking_said(const ts_machine *machine);
/* What the scenario says of locks: of ts_lock_record. */
const ts_list *ts_locks_said(const ts_machine_record *record);

/* One holding of a lock by one of its readers. */
typedef struct ts_readership {
    ts_lock *lock;
    struct ts_readership *next; /* the reader's other ones; the spare ones */
} ts_readership;

/* What a thread must give back: the part's own in it. */
typedef struct ts_holdings {
    ts_lock *locks; /* it is the holder; through held_next */
    ts_readership *shares;
} ts_holdings;

/* All locks of a machine. */
typedef struct ts_locks {
    int count;
    int hold_kind; /* of spans */
    ts_fine take_cost, give_cost, wait_cost, wake_cost, across_cost;
    ts_lock *lock;
    ts_readership *spare;
} ts_locks;

extern const int ts_slot_locks;

static inline ts_locks *ts_locks_of(const ts_machine *machine)
{
    return machine->part[ts_slot_locks].state;
}

extern const ts_shape ts_lock_shape;
extern const ts_registry ts_lock_kinds;

/* --- for kinds --- */

/* The thread holds the lock from now on. */
void ts_lock_acquire(ts_lock *lock, ts_thread *thread);
/* The holder gives it back; it is free. */
void ts_lock_release(ts_lock *lock);
/* The thread holds the lock as one of its readers; once more, if it does so
 * already. */
void ts_lock_share(ts_lock *lock, ts_thread *thread);
/* A reader gives it back; false: the thread is none. */
bool ts_lock_unshare(ts_lock *lock, ts_thread *thread);
/* The thread waits, behind those that wait already. It is the step that
 * blocks it. */
void ts_lock_enqueue(ts_lock *lock, ts_thread *thread);
/* Takes a waiting thread out; it is not woken. */
void ts_lock_dequeue(ts_lock *lock, ts_thread *thread);
/* The waiting thread of highest urgency, the first of equals; NULL: none. */
ts_thread *ts_lock_highest(const ts_lock *lock);
/* Wakes a thread that was taken out of the queue: it `has` what it wanted, and
 * its wait is counted, or it tries again when it runs. */
void ts_lock_wake(ts_lock *lock, ts_thread *thread, bool has);
/* Counts the end of a wait. */
void ts_lock_waited(ts_lock *lock, const ts_frame *frame);
/* The operation that a waiting thread is in. */
static inline ts_frame *ts_lock_frame(const ts_thread *thread)
{
    return &thread->frames[thread->depth - 1];
}
/* The lock that a blocked thread waits for; NULL: it waits for no lock. */
ts_lock *ts_lock_of(const ts_thread *thread);
static inline ts_holdings *ts_holdings_of(const ts_thread *thread)
{
    return ts_part_own(thread, ts_slot_locks);
}
/* The locks whose holder the thread is, through held_next. */
static inline ts_lock *ts_locks_held(const ts_thread *thread)
{
    return ts_holdings_of(thread)->locks;
}
/* The lock that the thread was woken to try for again, and has not yet tried
 * for; NULL: none. */
ts_lock *ts_lock_tried(const ts_thread *thread);

#endif

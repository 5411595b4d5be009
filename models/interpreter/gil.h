/*
 * gil.h - the lock of an interpreter.
 *
 * One thread at a time runs the interpreter's language; it must hold the
 * interpreter's lock. Generations of interpreters differ in when a holder
 * gives way, and in what happens then; each is a kind, a file with one
 * ts_entry and a line in gil.c.
 *
 * No kind decides who gets a lock that is free: a thread that was woken for it
 * must still be given a processor, and finds the lock taken if another one was
 * faster ("in vain"). Time goes by where the machine says it does: the costs
 * of locking and of switches are the system's.
 */
#ifndef TS_MODELS_GIL_H
#define TS_MODELS_GIL_H

#include "models/machine/part.h"
#include "sim/scenario/field.h"

typedef struct ts_gil ts_gil;

typedef struct ts_gil_kind {
    size_t state_size; /* bytes a lock, zeroed; gil->state */
    bool (*init)(ts_gil *gil, ts_error *error);
    /* Steps of the operation that takes the lock, and of the one that gives
     * it back; frame->fields is the lock. */
    ts_step (*take)(ts_gil *gil, ts_thread *thread, ts_frame *frame);
    ts_step (*drop)(ts_gil *gil, ts_thread *thread, ts_frame *frame);
    /* The thread is killed: what it has of the kind's own is given back. May
     * be NULL. */
    void (*abandon)(ts_gil *gil, ts_thread *thread);
} ts_gil_kind;

struct ts_gil {
    ts_machine *machine;
    const ts_gil_kind *kind;
    const void *options; /* the kind's record */
    void *state;
    ts_fine tick;    /* the holder's work between two checks */
    int64_t portion; /* of the work asked for that is done as such, in
                                millionths; the rest comes in calls */
    ts_fine take_cost, give_cost, wait_cost, wake_cost, across_cost;
    ts_thread *holder; /* NULL: free */
    ts_time since;     /* of being held */
    int32_t last;      /* id of the last holder; -1: none */
    int64_t switches;  /* how often the holder was another than before */
    ts_thread *first, *last_waiting; /* who sleeps for it, in order of coming */
    int64_t wanting;   /* asleep for it, or woken and not there yet */
    bool requested;    /* the holder was asked to give way */
    bool bequeaths;    /* given back, it is whose it was woken for */
    ts_thread *heir;   /* that one, until it takes it; NULL: anybody's */
    ts_thread *leaver; /* gave way, and waits until another one has it */
    int place, hold_kind, wait_kind, vain_kind; /* in the trace */
    int64_t acquisitions, contended, requests, timeouts, signals, vain;
    ts_time held;
    ts_tally wait;
};

/* What the interpreter keeps for a task ... */
typedef struct ts_interpreted {
    struct ts_interpreter *interpreter; /* NULL: its threads run machine code */
    ts_tally lock_wait;                 /* for the lock, each time */
    ts_histogram lock_wait_histogram;
} ts_interpreted;

/* ... and with each of its threads. */
typedef struct ts_interpreted_thread {
    ts_gil *gil;
    ts_interpreted *task;
} ts_interpreted_thread;

extern const int ts_slot_interpreters;

static inline ts_interpreted_thread *ts_interpreted_own(const ts_thread *thread)
{
    return ts_part_own(thread, ts_slot_interpreters);
}

extern const ts_registry ts_gil_kinds;
/* What threads do: take it, give it back, and at a check both. frame->fields
 * is the lock. */
extern const ts_operation ts_gil_take_operation, ts_gil_drop_operation,
    ts_gil_check_operation;

bool ts_gil_init(ts_gil *gil, ts_machine *machine, const ts_variant *kind,
                 const char *name, ts_error *error);

/* --- for kinds --- */

/* Where a take stands; the phase of its frame. frame->pointer is set while the
 * thread stands in the queue. */
typedef enum ts_gil_phase {
    TS_GIL_ENTER, /* pays for asking */
    TS_GIL_GUARD, /* locks what guards the lock itself, if anything does */
    TS_GIL_TRY,
    TS_GIL_LEAVE, /* does not get it: unlocks the guard ... */
    TS_GIL_DOZE,  /* ... and pays for going to sleep */
    TS_GIL_REST,
    TS_GIL_ASLEEP, /* it sleeps, or has just been woken */
    TS_GIL_RETRY,
    TS_GIL_TAKEN,
    TS_GIL_OVER
} ts_gil_phase;

/* It is free, and the thread has it now. Whoever waited for the switch is
 * woken; returns what that costs. */
ts_fine ts_gil_acquire(ts_gil *gil, ts_thread *thread);
/* The holder gives it back, and the first who sleeps for it is woken. Returns
 * what both cost. */
ts_fine ts_gil_release(ts_gil *gil);
/* The thread goes to sleep: it stands in the queue from now on. */
void ts_gil_enqueue(ts_gil *gil, ts_thread *thread, ts_frame *frame);
void ts_gil_dequeue(ts_gil *gil, ts_thread *thread);
/* What waking a thread costs: a system call, and telling its processor. */
static inline ts_fine ts_gil_wake_cost(const ts_gil *gil,
                                       const ts_thread *waker,
                                       const ts_thread *woken)
{
    return gil->wake_cost + ts_machine_enter(gil->machine) +
           (ts_thread_is_across(waker, woken) ? gil->across_cost : 0);
}
/* Asks the holder to give way at its next check. */
void ts_gil_request(ts_gil *gil);
/* Whether the thread may have it now. */
static inline bool ts_gil_is_free(const ts_gil *gil, const ts_thread *thread)
{
    return gil->holder == NULL && (gil->heir == NULL || gil->heir == thread);
}
/* A thread that was woken for it looks whether it is still free. */
void ts_gil_found_taken(ts_gil *gil, const ts_thread *thread);
/* Counts what a thread has waited to get what it wanted; 0: it was free. */
void ts_gil_waited(ts_gil *gil, ts_thread *thread, ts_time wait);
/* The thread is killed, wherever it stands. */
void ts_gil_abandon(ts_gil *gil, ts_thread *thread);

static inline ts_step ts_gil_pay(ts_thread *thread, ts_fine cost)
{
    ts_thread_work(thread, cost, TS_MODE_KERNEL);
    return TS_STEP_RUN;
}

#endif

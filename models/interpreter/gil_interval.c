/*
 * gil_interval.c - the lock of CPython 3.2 and later.
 *
 * Who wants the lock sleeps for it, for one interval at most. If no switch
 * happened meanwhile, it asks the holder to give way. The holder sees that at
 * its next check, gives the lock back, and waits until another thread has
 * taken it: otherwise it would take it again itself. The same when it gives
 * the lock back for other reasons while a request stands. A switch by anyone
 * starts everybody's interval anew.
 *
 * The lock is a flag, a condition and a mutex that guards both, and the mutex
 * is half of what happens beside many threads: who gives the lock back
 * signals while it has the mutex. If the woken thread takes its processor at
 * that moment, it finds the mutex taken, and sleeps at the mutex, where there
 * is no interval; an unlock wakes one of those who sleep there, and who locks
 * the mutex before the woken one runs leaves the others asleep.
 *
 * Left out: the second mutex, of the switch. Who would wait at it waits at the
 * first one.
 *
 * Source: take_gil() and drop_gil() in CPython's ceval_gil, and the note above
 * them; A. Pitrou, 2009. The mutex: glibc's lowlevellock (free, locked, locked
 * with perhaps some asleep), and pthread_cond_wait(), which locks it again as
 * the last of these; U. Drepper, "Futexes Are Tricky", mutex 2.
 */
#include "models/interpreter/gil.h"

typedef struct interval_record {
    ts_duration interval, check;
} interval_record;

static const ts_field fields[] = {
    {.name = "interval",
     .kind = TS_FIELD_DURATION,
     .fallback = "5ms",
     .source = "sys.getswitchinterval() of CPython 3.2 and later",
     .min = 1,
     .offset = TS_AT(interval_record, interval),
     .help = "how long a thread waits for the lock before it asks the holder "
             "to give way"},
    {.name = "check",
     .kind = TS_FIELD_DURATION,
     .fallback = "50ns",
     .source = "one turn of a small loop of CPython 3.11: the eval breaker is "
               "looked at at each jump back and each call",
     .min = 1,
     .offset = TS_AT(interval_record, check),
     .help = "the holder's work from one look at requests to the next"},
};

static const ts_shape shape = {.name = "interval",
                               .help = "A lock with a switch interval",
                               .size = sizeof(interval_record),
                               TS_FIELDS(fields)};

/* What the mutex says: a word in memory. */
enum { FREE, LOCKED, CROWDED };

typedef struct interval_state {
    ts_time interval;
    int word;
    ts_thread *owner;        /* of the mutex */
    ts_thread *first, *last; /* who sleeps at it, in order of coming */
} interval_state;

static bool init(ts_gil *gil, ts_error *error)
{
    const interval_record *options = gil->options;
    interval_state *state = gil->state;

    (void)error;
    gil->tick = ts_machine_fine(gil->machine, &options->check);
    state->interval =
        ts_fine_floor(ts_machine_fine(gil->machine, &options->interval));
    return true;
}

/* --- the mutex --- */

enum { ASK, DOZE };

/* frame->count: others may sleep at it; frame->pointer: this one does. */
static ts_step lock_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    const ts_gil *gil = ts_interpreted_own(thread)->gil;
    interval_state *state = gil->state;

    (void)machine;
    if (frame->phase == ASK) {
        if (state->word == FREE) {
            assert(state->owner == NULL);
            state->word = frame->count ? CROWDED : LOCKED;
            state->owner = thread;
            return TS_STEP_DONE;
        }
        state->word = CROWDED;
        frame->count = true;
        frame->phase = DOZE;
        return ts_gil_pay(thread, gil->wait_cost);
    }
    frame->phase = ASK;
    if (state->word != CROWDED)
        return TS_STEP_AGAIN; /* the kernel sees that it has changed */
    thread->wait_next = NULL;
    if (state->last != NULL)
        state->last->wait_next = thread;
    else
        state->first = thread;
    state->last = thread;
    frame->pointer = state;
    return TS_STEP_BLOCK;
}

static const ts_operation lock_operation = {.step = lock_step};

static ts_step lock_mutex(ts_thread *thread, bool crowded)
{
    ts_thread_push(thread, &lock_operation, NULL)->count = crowded;
    return TS_STEP_AGAIN;
}

static void leave_mutex(interval_state *state, ts_thread *thread)
{
    ts_thread *before = NULL;

    for (ts_thread *t = state->first; t != thread; t = t->wait_next)
        before = t;
    if (before != NULL)
        before->wait_next = thread->wait_next;
    else
        state->first = thread->wait_next;
    if (state->last == thread)
        state->last = before;
    thread->frames[thread->depth - 1].pointer = NULL;
}

/* Returns what it costs. */
static ts_fine unlock_mutex(const ts_gil *gil)
{
    interval_state *state = gil->state;
    bool crowded = state->word == CROWDED;
    ts_thread *first = state->first, *owner = state->owner;

    assert(state->word != FREE);
    assert((state->first == NULL) == (state->last == NULL));
    state->word = FREE;
    state->owner = NULL;
    if (!crowded || first == NULL)
        return 0;
    leave_mutex(state, first);
    ts_thread_wake(first);
    return ts_gil_wake_cost(gil, owner, first);
}

/* --- taking and giving --- */

/* frame->count: of switches when its interval began; -1: it was woken. */
static ts_step try_it(ts_gil *gil, ts_thread *thread, ts_frame *frame)
{
    if (gil->holder == NULL) {
        frame->phase = TS_GIL_TAKEN;
        return ts_gil_pay(thread, ts_gil_acquire(gil, thread));
    }
    ts_gil_enqueue(gil, thread, frame);
    frame->count = gil->switches;
    frame->phase = TS_GIL_LEAVE;
    return TS_STEP_AGAIN;
}

static ts_step take(ts_gil *gil, ts_thread *thread, ts_frame *frame)
{
    const interval_state *state = gil->state;

    switch ((ts_gil_phase)frame->phase++) {
    case TS_GIL_ENTER:
        return ts_gil_pay(thread, gil->take_cost);
    case TS_GIL_GUARD:
        return lock_mutex(thread, false);
    case TS_GIL_TRY:
        return try_it(gil, thread, frame);
    case TS_GIL_LEAVE:
        return ts_gil_pay(thread, unlock_mutex(gil));
    case TS_GIL_DOZE:
        return ts_gil_pay(thread, gil->wait_cost);
    case TS_GIL_REST:
        if (frame->pointer == NULL)
            return TS_STEP_AGAIN;
        ts_thread_wake_at(thread, ts_engine_now(gil->machine->engine) +
                                      state->interval);
        return TS_STEP_BLOCK;
    case TS_GIL_ASLEEP:
        if (frame->pointer != NULL) {
            ts_gil_dequeue(gil, thread);
            gil->timeouts++;
            ts_thread_note(thread, "has waited for its interval, and asks "
                                   "for the interpreter");
        } else {
            frame->count = -1;
        }
        return lock_mutex(thread, true);
    case TS_GIL_RETRY:
        if (frame->count < 0)
            ts_gil_found_taken(gil, thread);
        else if (gil->holder != NULL && gil->switches == frame->count)
            ts_gil_request(gil);
        return try_it(gil, thread, frame);
    case TS_GIL_TAKEN:
        return ts_gil_pay(thread, unlock_mutex(gil));
    case TS_GIL_OVER:
        break;
    }
    return TS_STEP_DONE;
}

/* Forced switching: who gave way on request waits for the switch. */
static ts_step drop(ts_gil *gil, ts_thread *thread, ts_frame *frame)
{
    switch (frame->phase++) {
    case 0:
        return lock_mutex(thread, false);
    case 1:
        frame->count = gil->requested;
        return ts_gil_pay(thread, ts_gil_release(gil));
    case 2:
        return ts_gil_pay(thread, unlock_mutex(gil));
    case 3:
        if (!frame->count || gil->last != thread->id)
            return TS_STEP_DONE;
        gil->requested = false;
        assert(gil->holder != thread); /* it has given it back */
        gil->leaver = thread;
        return ts_gil_pay(thread, gil->wait_cost);
    case 4:
        return gil->leaver == thread ? TS_STEP_BLOCK : TS_STEP_DONE;
    default:
        return TS_STEP_DONE;
    }
}

/* It may have been woken for the mutex and not have come to lock it: then
 * those who sleep there would be forgotten. */
static void abandon(ts_gil *gil, ts_thread *thread)
{
    interval_state *state = gil->state;
    const ts_frame *frame =
        thread->depth > 0 ? &thread->frames[thread->depth - 1] : NULL;

    if (frame != NULL && frame->op == &lock_operation && frame->pointer != NULL)
        leave_mutex(state, thread);
    if (state->owner == thread || state->word == FREE) {
        state->word = CROWDED;
        unlock_mutex(gil);
    } else {
        state->word = CROWDED;
    }
}

static const ts_gil_kind kind = {.state_size = sizeof(interval_state),
                                 .init = init,
                                 .take = take,
                                 .drop = drop,
                                 .abandon = abandon};

const ts_entry ts_gil_interval = {
    .name = "interval",
    .help = "the new GIL: who has waited for an interval makes the holder "
            "give way",
    .about = "CPython 3.2 and later. Blocking operations give the lock back "
             "and queue for it again.",
    .shape = &shape,
    .model = &kind};

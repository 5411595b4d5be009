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
 * Source: take_gil() and drop_gil() in CPython's ceval_gil, and the note above
 * them; A. Pitrou, 2009.
 */
#include "models/sync/gil.h"

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

typedef struct interval_state {
    ts_time interval;
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

/* It runs again: was it woken, or is its time out? */
static void wake_up(ts_gil *gil, ts_thread *thread, ts_frame *frame)
{
    frame->phase = TS_GIL_RETRY;
    if (!frame->pointer) {
        ts_gil_found_taken(gil, thread);
        return;
    }
    ts_gil_dequeue(gil, thread);
    gil->timeouts++;
    if (gil->holder && gil->switches == frame->count)
        ts_gil_request(gil);
}

static ts_step take(ts_gil *gil, ts_thread *thread, ts_frame *frame)
{
    const interval_state *state = gil->state;
    bool waited = frame->phase == TS_GIL_RETRY;

    switch ((ts_gil_phase)frame->phase) {
    case TS_GIL_ENTER:
        frame->phase = TS_GIL_TRY;
        return ts_gil_pay(thread, gil->take_cost);
    case TS_GIL_TRY:
    case TS_GIL_RETRY:
        if (!gil->holder) {
            frame->phase = TS_GIL_TAKEN;
            return ts_gil_pay(thread, ts_gil_acquire(gil, thread, waited));
        }
        ts_gil_enqueue(gil, thread, frame);
        frame->count = gil->switches;
        frame->phase = TS_GIL_DOZE;
        return ts_gil_pay(thread, gil->wait_cost);
    case TS_GIL_DOZE:
        if (!frame->pointer) {
            frame->phase = TS_GIL_RETRY;
            return TS_STEP_AGAIN;
        }
        frame->phase = TS_GIL_ASLEEP;
        ts_thread_wake_at(thread, ts_engine_now(gil->machine->engine) +
                                      state->interval);
        return TS_STEP_BLOCK;
    case TS_GIL_ASLEEP:
        wake_up(gil, thread, frame);
        return TS_STEP_AGAIN;
    case TS_GIL_TAKEN:
        break;
    }
    return TS_STEP_DONE;
}

/* Forced switching: who gave way on request waits for the switch. */
static ts_step drop(ts_gil *gil, ts_thread *thread, ts_frame *frame)
{
    switch (frame->phase++) {
    case 0:
        frame->count = gil->requested;
        return ts_gil_pay(thread, ts_gil_release(gil));
    case 1:
        if (!frame->count || gil->last != thread->id)
            return TS_STEP_DONE;
        gil->requested = false;
        gil->leaver = thread;
        return ts_gil_pay(thread, gil->wait_cost);
    case 2:
        return gil->leaver == thread ? TS_STEP_BLOCK : TS_STEP_DONE;
    default:
        return TS_STEP_DONE;
    }
}

static const ts_gil_kind kind = {.state_size = sizeof(interval_state),
                                 .init = init,
                                 .take = take,
                                 .drop = drop};

const ts_entry ts_gil_interval = {
    .name = "interval",
    .help = "the new GIL: who has waited for an interval makes the holder "
            "give way",
    .about = "CPython 3.2 and later. Blocking operations give the lock back "
             "and queue for it again.",
    .shape = &shape,
    .model = &kind};

/*
 * gil_ticks.c - the lock of CPython up to 3.1.
 *
 * The holder counts its instructions, and every so many of them it gives the
 * lock back, wakes one of those who sleep for it, and at once tries to take it
 * again. On one processor the operating system decides whether the woken
 * thread runs in between. On several, the woken thread comes to another
 * processor, mostly finds the lock taken, and sleeps again: the battle.
 *
 * A check at which nobody wants the lock has no effect but its cost, which is
 * part of the measured speed of the interpreter: it is no event here.
 *
 * The count starts anew when another thread than the last gets the lock. (In
 * CPython all threads share one counter: after a check it is the same, after a
 * system call the next thread finds it part way.)
 *
 * Source: the loop of PyEval_EvalFrameEx() in CPython 2, and its thread locks
 * on POSIX semaphores; D. Beazley, Inside the Python GIL, 2009. `handover`
 * makes the holder wait until another thread has taken the lock, as PyPy does.
 */
#include "models/interpreter/gil.h"

typedef struct ticks_record {
    int64_t ticks;
    ts_duration tick;
    bool handover;
} ticks_record;

static const ts_field fields[] = {
    {.name = "ticks",
     .kind = TS_FIELD_INT,
     .fallback = "100",
     .min = 1,
     .max = 1e9,
     .source = "sys.getcheckinterval() of CPython 2",
     .offset = TS_AT(ticks_record, ticks),
     .help = "instructions from one check to the next"},
    {.name = "tick",
     .kind = TS_FIELD_DURATION,
     .fallback = "25ns",
     .min = 1,
     .offset = TS_AT(ticks_record, tick),
     .help = "time of an instruction that counts"},
    {.name = "handover",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ticks_record, handover),
     .help = "the holder waits until another one has taken the lock"},
};

static const ts_shape shape = {
    .name = "ticks",
    .help = "A lock given back every so many instructions",
    .size = sizeof(ticks_record),
    TS_FIELDS(fields)};

static bool init(ts_gil *gil, ts_error *error)
{
    const ticks_record *options = gil->options;

    gil->tick = ts_machine_fine(gil->machine, &options->tick) * options->ticks;
    if (gil->tick >= ts_fine_make(TS_TIME_LIMIT))
        return ts_fail(error, "an interpreter's ticks are longer than a run "
                              "may be");
    return true;
}

static ts_step take(ts_gil *gil, ts_thread *thread, ts_frame *frame)
{
    switch ((ts_gil_phase)frame->phase) {
    case TS_GIL_ENTER:
        frame->phase = TS_GIL_TRY;
        return ts_gil_pay(thread, gil->take_cost);
    case TS_GIL_TRY:
    case TS_GIL_RETRY:
        if (gil->holder == NULL) {
            bool anew = gil->last != thread->id;
            ts_fine cost = ts_gil_acquire(gil, thread);

            if (anew)
                thread->calls->ticked = 0;
            frame->phase = TS_GIL_TAKEN;
            if (gil->wanting > 0)
                ts_gil_request(gil);
            return ts_gil_pay(thread, cost);
        }
        ts_gil_enqueue(gil, thread, frame);
        ts_gil_request(gil);
        frame->phase = TS_GIL_DOZE;
        return ts_gil_pay(thread, gil->wait_cost);
    case TS_GIL_DOZE:
        frame->phase = frame->pointer != NULL ? TS_GIL_ASLEEP : TS_GIL_RETRY;
        return frame->pointer != NULL ? TS_STEP_BLOCK : TS_STEP_AGAIN;
    case TS_GIL_ASLEEP:
        frame->phase = TS_GIL_RETRY;
        ts_gil_found_taken(gil, thread);
        return TS_STEP_AGAIN;
    default:
        break;
    }
    return TS_STEP_DONE;
}

static ts_step drop(ts_gil *gil, ts_thread *thread, ts_frame *frame)
{
    const ticks_record *options = gil->options;

    switch (frame->phase++) {
    case 0:
        frame->count = options->handover && gil->requested;
        return ts_gil_pay(thread, ts_gil_release(gil));
    case 1:
        if (!frame->count || gil->last != thread->id)
            return TS_STEP_DONE;
        gil->leaver = thread;
        return ts_gil_pay(thread, gil->wait_cost);
    case 2:
        return gil->leaver == thread ? TS_STEP_BLOCK : TS_STEP_DONE;
    default:
        return TS_STEP_DONE;
    }
}

static const ts_gil_kind kind = {.init = init, .take = take, .drop = drop};

const ts_entry ts_gil_ticks = {
    .name = "ticks",
    .help = "the old GIL: given back every so many instructions, and taken "
            "again at once",
    .about = "CPython up to 3.1; with handover, PyPy.",
    .shape = &shape,
    .model = &kind};

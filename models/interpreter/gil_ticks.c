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
 *
 * `order` queue is no Python's lock: the one that has waited longest has it as
 * soon as it is given back, before it runs, and nobody can be faster. Turns go
 * round then whatever the scheduler does, which is what a law of turns needs.
 */
#include "models/interpreter/gil.h"

typedef struct ticks_record {
    int64_t ticks;
    ts_duration tick;
    bool handover;
    int order;
} ticks_record;

enum { RACE, QUEUE };
static const char *const orders[] = {"race", "queue", NULL};

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
     .random = true,
     .fallback = "25ns",
     .min = 1,
     .offset = TS_AT(ticks_record, tick),
     .help = "time of an instruction that counts; of a distribution it is "
             "drawn for each turn"},
    {.name = "handover",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ticks_record, handover),
     .help = "the holder waits until another one has taken the lock"},
    {.name = "order",
     .kind = TS_FIELD_CHOICE,
     .choices = orders,
     .fallback = "race",
     .offset = TS_AT(ticks_record, order),
     .help = "whose a lock is that was given back: of the first that looks "
             "(race), or of the one that has waited longest (queue), which "
             "makes `handover` idle"},
};

static const ts_shape shape = {
    .name = "ticks",
    .help = "A lock given back every so many instructions",
    .size = sizeof(ticks_record),
    TS_FIELDS(fields)};

static bool init(ts_gil *gil, ts_error *error)
{
    const ticks_record *options = gil->options;

    gil->bequeaths = options->order == QUEUE;
    gil->tick = options->ticks; /* until it is drawn */
    if (options->tick.amount.kind != TS_DIST_CONSTANT)
        return true;
    gil->tick *= ts_machine_fine(gil->machine, &options->tick);
    if (gil->tick >= ts_fine_make(TS_TIME_LIMIT))
        return ts_fail(error, "an interpreter's ticks are longer than a run "
                              "may be");
    return true;
}

/* A turn begins: the next check is all its ticks away, wherever the work
 * stands that a check has interrupted. */
static void begin_turn(const ts_gil *gil, ts_thread *thread)
{
    const ticks_record *options = gil->options;
    ts_calls *calls = thread->calls;
    ts_fine tick;

    calls->ticked = 0;
    if (options->tick.amount.kind == TS_DIST_CONSTANT)
        return;
    tick = ts_thread_span(thread, &options->tick) * options->ticks;
    calls->tick = tick > 0 ? tick : 1;
    if (calls->depth > 0)
        calls->ticked =
            calls->tick - (calls->amount - calls->left) % calls->tick;
}

static ts_step take(ts_gil *gil, ts_thread *thread, ts_frame *frame)
{
    switch ((ts_gil_phase)frame->phase) {
    case TS_GIL_ENTER:
        frame->phase = TS_GIL_TRY;
        return ts_gil_pay(thread, gil->take_cost);
    case TS_GIL_TRY:
    case TS_GIL_RETRY:
        if (ts_gil_is_free(gil, thread)) {
            bool anew = gil->last != thread->id;
            ts_fine cost = ts_gil_acquire(gil, thread);

            if (anew)
                begin_turn(gil, thread);
            frame->phase = TS_GIL_TAKEN;
            if (gil->wanting > 0)
                ts_gil_request(gil);
            return ts_gil_pay(thread, cost);
        }
        ts_gil_enqueue(gil, thread, frame);
        if (gil->holder != NULL)
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

/*
 * gil.c - what all interpreters' locks share; the list of their kinds. To add
 * one: a file with a ts_entry, and a line here.
 */
#include "models/machine/task.h"
#include "models/interpreter/gil.h"
#include "models/sync/lock.h"

extern const ts_entry ts_gil_ticks, ts_gil_interval, ts_gil_none;

static const ts_entry *const entries[] = {
    &ts_gil_ticks,
    &ts_gil_interval,
    &ts_gil_none,
};

const ts_registry ts_gil_kinds = {
    .name = "interpreter's lock",
    .plural = "interpreter-locks",
    .help = "How an interpreter lets its threads take turns",
    .entries = entries,
    .count = (int)TS_COUNT_OF(entries),
};

static ts_fine cost(const ts_machine *machine, const ts_duration *duration)
{
    return duration->given ? ts_machine_fine(machine, duration) : 0;
}

bool ts_gil_init(ts_gil *gil, ts_machine *machine, const ts_variant *kind,
                 const char *name, ts_error *error)
{
    const ts_locking_record *costs = ts_locking_said(machine);

    gil->machine = machine;
    gil->kind = kind->entry->model;
    gil->options = kind->fields;
    gil->last = -1;
    gil->tick = TS_FINE_NEVER;
    gil->portion = 1000000;
    gil->take_cost = cost(machine, &costs->take);
    gil->give_cost = cost(machine, &costs->give);
    gil->wait_cost = cost(machine, &costs->wait);
    gil->wake_cost = cost(machine, &costs->wake);
    gil->across_cost = cost(machine, &costs->across);
    gil->place = ts_trace_name(machine->trace, TS_PLACES, name);
    gil->hold_kind = ts_trace_name(machine->trace, TS_KINDS, "hold");
    gil->wait_kind = ts_trace_name(machine->trace, TS_KINDS, "wait");
    gil->vain_kind = ts_trace_name(machine->trace, TS_KINDS, "in vain");
    if (gil->kind->state_size > 0) {
        gil->state = ts_arena_alloc(machine->arena, gil->kind->state_size);
        if (gil->state == NULL)
            return ts_fail(error, "out of memory for interpreters");
    }
    return gil->kind->init == NULL || gil->kind->init(gil, error);
}

/* --- the queue --- */

static ts_frame *frame_of(const ts_thread *thread)
{
    return &thread->frames[thread->depth - 1];
}

void ts_gil_enqueue(ts_gil *gil, ts_thread *thread, ts_frame *frame)
{
    if (!thread->calls->wants) {
        gil->contended++;
        gil->wanting++;
        thread->calls->wants = true;
        thread->calls->since = ts_engine_now(gil->machine->engine);
    }
    assert((gil->first == NULL) == (gil->last_waiting == NULL));
    assert(gil->holder != thread);
    frame->pointer = gil;
    thread->wait_next = NULL;
    if (gil->last_waiting != NULL)
        gil->last_waiting->wait_next = thread;
    else
        gil->first = thread;
    gil->last_waiting = thread;
}

/* Those whose time is out stand near the head: they have waited longest. */
void ts_gil_dequeue(ts_gil *gil, ts_thread *thread)
{
    ts_thread *before = NULL;

    assert(frame_of(thread)->pointer == gil);
    for (ts_thread *t = gil->first; t != thread; t = t->wait_next)
        before = t;
    if (before != NULL)
        before->wait_next = thread->wait_next;
    else
        gil->first = thread->wait_next;
    if (gil->last_waiting == thread)
        gil->last_waiting = before;
    assert((gil->first == NULL) == (gil->last_waiting == NULL));
    frame_of(thread)->pointer = NULL;
}

/* Wakes the first that sleeps or is about to; NULL: nobody does. One whose
 * time is out is awake already. */
static ts_thread *wake_first(ts_gil *gil)
{
    ts_thread *thread = gil->first;

    while (thread != NULL && frame_of(thread)->phase == TS_GIL_ASLEEP &&
           thread->state != TS_THREAD_BLOCKED)
        thread = thread->wait_next;
    if (thread == NULL)
        return NULL;
    ts_gil_dequeue(gil, thread);
    gil->signals++;
    if (gil->bequeaths)
        gil->heir = thread;
    ts_thread_wake(thread);
    return thread;
}

void ts_gil_found_taken(ts_gil *gil, const ts_thread *thread)
{
    if (gil->holder == NULL)
        return;
    gil->vain++;
    ts_trace_instant(gil->machine->trace, ts_engine_now(gil->machine->engine),
                     gil->place, gil->vain_kind, thread->id, 0);
}

void ts_gil_waited(ts_gil *gil, ts_thread *thread, ts_time wait)
{
    ts_tally_add(&gil->wait, wait);
    ts_tally_add(&ts_interpreted_own(thread)->task->lock_wait, wait);
    ts_histogram_add(&ts_interpreted_own(thread)->task->lock_wait_histogram,
                     wait);
}

/* --- holding --- */

ts_fine ts_gil_acquire(ts_gil *gil, ts_thread *thread)
{
    bool waited = thread->calls->wants;
    ts_time now = ts_engine_now(gil->machine->engine);
    ts_thread *leaver = gil->leaver;

    assert(ts_gil_is_free(gil, thread));
    gil->holder = thread;
    gil->heir = NULL;
    gil->since = now;
    gil->acquisitions++;
    gil->requested = false;
    thread->calls->open = true;
    if (waited) {
        assert(gil->wanting > 0);
        gil->wanting--;
        thread->calls->wants = false;
        ts_trace_span(gil->machine->trace, thread->calls->since, now,
                      gil->place, gil->wait_kind, thread->id, 0);
    }
    ts_gil_waited(gil, thread, waited ? now - thread->calls->since : 0);
    if (gil->last == thread->id)
        return 0;
    gil->last = thread->id;
    gil->switches++;
    gil->leaver = NULL;
    if (leaver == NULL)
        return 0;
    ts_thread_wake(leaver);
    return ts_gil_wake_cost(gil, thread, leaver);
}

ts_fine ts_gil_release(ts_gil *gil)
{
    ts_machine *machine = gil->machine;
    ts_thread *thread = gil->holder, *woken;
    ts_time now = ts_engine_now(machine->engine);

    assert(thread != NULL && thread->calls->open && now >= gil->since);
    assert(gil->heir == NULL && !thread->calls->wants);
    gil->holder = NULL;
    thread->calls->open = false;
    thread->calls->asked = NULL;
    gil->held += now - gil->since;
    ts_trace_span(machine->trace, gil->since, now, gil->place, gil->hold_kind,
                  thread->id, 0);
    woken = wake_first(gil);
    return gil->give_cost +
           (woken != NULL ? ts_gil_wake_cost(gil, thread, woken) : 0);
}

void ts_gil_request(ts_gil *gil)
{
    if (gil->requested)
        return;
    assert(gil->holder != NULL); /* of whom it is asked */
    gil->requested = true;
    gil->requests++;
    ts_thread_call(gil->holder, &ts_gil_check_operation, gil);
}

/* It may stand anywhere in a take, or hold the lock, or wait for the switch.
 * What was meant for it goes to the next one. */
void ts_gil_abandon(ts_gil *gil, ts_thread *thread)
{
    const ts_frame *frame = thread->depth > 0 ? frame_of(thread) : NULL;
    ts_thread *leaver = gil->leaver;

    if (gil->kind->abandon != NULL)
        gil->kind->abandon(gil, thread);
    if (frame != NULL && frame->op == &ts_gil_take_operation &&
        frame->pointer != NULL)
        ts_gil_dequeue(gil, thread);
    if (thread->calls->wants)
        gil->wanting--;
    if (gil->heir == thread)
        gil->heir = NULL;
    if (gil->holder == thread)
        ts_gil_release(gil);
    else if (gil->holder == NULL && gil->heir == NULL)
        (void)wake_first(gil);
    assert(gil->wanting >= 0 && gil->holder != thread);
    if (leaver == thread || gil->wanting == 0)
        gil->leaver = NULL;
    if (leaver != NULL && leaver != thread && gil->leaver == NULL)
        ts_thread_wake(leaver);
}

/* --- operations --- */

static ts_gil *gil_of(const ts_thread *thread)
{
    return ts_interpreted_own(thread)->gil;
}

static ts_step take_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    ts_gil *gil = gil_of(thread);

    (void)machine;
    return gil->kind->take(gil, thread, frame);
}

static ts_step drop_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    ts_gil *gil = gil_of(thread);

    (void)machine;
    return gil->kind->drop(gil, thread, frame);
}

static ts_step check_step(ts_machine *machine, ts_thread *thread,
                          ts_frame *frame)
{
    (void)machine;
    if (frame->phase == 2)
        return TS_STEP_DONE;
    ts_thread_push(thread,
                   frame->phase++ == 0 ? &ts_gil_drop_operation
                                       : &ts_gil_take_operation,
                   NULL);
    return TS_STEP_AGAIN;
}

const ts_operation ts_gil_take_operation = {.step = take_step};
const ts_operation ts_gil_drop_operation = {.step = drop_step};
const ts_operation ts_gil_check_operation = {.step = check_step};

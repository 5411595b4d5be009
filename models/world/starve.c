/*
 * starve.c - see starve.h.
 */
#include "models/machine/task.h"
#include "models/world/starve.h"
#include "sim/scenario/reader.h"

/* One that is woken for its interpreter's lock in vain goes on waiting. */
static bool wants_lock(const ts_thread *thread)
{
    return thread->calls != NULL && thread->calls->wants;
}

/* Since when it has waited for a processor or a lock; TS_NEVER: it does not. */
static ts_time waits_since(const ts_thread *thread)
{
    if (wants_lock(thread))
        return thread->calls->since;
    if (thread->state == TS_THREAD_READY ||
        (thread->state == TS_THREAD_BLOCKED && thread->waiting_for != NULL))
        return thread->since;
    return TS_NEVER;
}

static const char *tell(const ts_machine *machine, const ts_thread *thread,
                        ts_time longest)
{
    char since[64], most[64];
    const char *what = wants_lock(thread) ? "its interpreter's lock"
                       : thread->state == TS_THREAD_READY
                           ? "a processor"
                           : thread->waiting_for->kind->name;
    const char *text;

    assert(waits_since(thread) < TS_NEVER); /* it is waiting for something */
    text = ts_arena_format(
        machine->arena,
        "%s starves: it has waited for %s since %s, longer than stop.starved "
        "allows, %s",
        ts_task_name(thread->task), what,
        ts_format(since, sizeof since, TS_UNIT_TIME,
                  (double)waits_since(thread)),
        ts_format(most, sizeof most, TS_UNIT_TIME, (double)longest));

    return text != NULL ? text : "a thread starves";
}

const char *ts_starving(const ts_machine *machine, ts_time longest)
{
    ts_time now = ts_engine_now(machine->engine);

    for (const ts_thread *t = machine->live; t != NULL; t = t->live_next)
        if (!t->task->record->background && waits_since(t) < TS_NEVER &&
            now - waits_since(t) >= longest)
            return tell(machine, t, longest);
    return NULL;
}

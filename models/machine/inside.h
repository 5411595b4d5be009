/*
 * inside.h - what the files of the core call of each other, and nobody else.
 */
#ifndef TS_MODELS_INSIDE_H
#define TS_MODELS_INSIDE_H

#include "models/machine/order.h"
#include "models/machine/part.h"
#include "models/machine/task.h"

/* --- thread.c --- */

void ts_thread_ready(ts_thread *thread, ts_why why);
void ts_thread_block(ts_thread *thread);
void ts_thread_exit(ts_thread *thread);
/* Writes down what the thread is from now on, in runs that keep a trace: `cause`
 * may be NULL. Asked three times a turn, and most runs keep none. */
void ts_thread_trace(const ts_thread *thread, ts_turn_to to, const char *cause);
static inline void ts_thread_turn(const ts_thread *thread, ts_turn_to to,
                                  const char *cause)
{
    if (thread->machine->trace->level >= TS_TRACE_SPANS)
        ts_thread_trace(thread, to, cause);
}
/* Steps control operations that need no processor, so that the policy sees
 * the length of the next burst. false: the program is over. */
bool ts_thread_prefetch(ts_thread *thread);

/* --- processor.c --- */

/* The running thread may have to stop earlier than it was to. */
void ts_cpu_replan(ts_cpu *cpu);

void ts_cpu_assign(ts_cpu *cpu, ts_thread *thread);
/* Asks the policy for the running thread's slice again, if who is ready has
 * changed since it was given. */
void ts_cpu_reslice(ts_cpu *cpu);
/* Takes the running thread off, whatever the processor is at; it belongs
 * nowhere then. */
void ts_cpu_take(ts_cpu *cpu);
void ts_cpu_init(ts_machine *machine, ts_cpu *cpu, int id);
/* Closes what is open at the end of the run. */
void ts_cpu_finish(ts_cpu *cpu);
/* Goes on with the program of a thread that paused. */
void ts_cpu_resume(ts_cpu *cpu);

/* --- run queues and the dispatcher --- */

/* Makes the queues ready to count threads with affinities: see below. */
bool ts_queue_bind(ts_machine *machine, ts_error *error);
/* A thread that may not run everywhere came to (+1) or went from (-1) its
 * queue. */
void ts_queue_bound(const ts_thread *thread, int change);
/* A thread came to (+1) or went from (-1) its queue. */
static inline void ts_queue_count(const ts_thread *thread, int change)
{
    ts_runqueue *queue = thread->queue;

    queue->ready += change;
    queue->machine->ready += change;
    assert(queue->ready >= 0 && queue->machine->ready >= queue->ready);
    queue->changes++;
    if (thread->allowed != NULL && queue->open != NULL)
        ts_queue_bound(thread, change);
}
/* Whether the decision that a ready thread asks for could come to anything: where
 * nobody gives way and the others' slices stay, not before a processor is free,
 * and then another one is asked for. Within the dispatcher's work what is asked
 * for counts besides (ts_machine_unsettled()). */
static inline bool ts_queue_may_gain(const ts_runqueue *queue)
{
    const ts_machine *machine = queue->machine;

    return !queue->waits || machine->deciding || machine->balance != NULL ||
           ts_bits_next(machine->vacant, queue->first,
                        queue->first + queue->count) >= 0;
}
/* The processor's thread is another one, or worth something else now. */
static inline void ts_queue_runner(ts_cpu *cpu)
{
    ts_runqueue *queue = cpu->queue;
    int i = cpu->id - queue->first;

    assert(i >= 0 && i < queue->count);
    if (queue->stale != NULL)
        ts_bits_add(queue->stale, i);
}
/* Which urgency a priority of the scenario is. */
int64_t ts_machine_urgency(const ts_machine *machine, int64_t priority);
/* Makes the run queues' policies ready and hooks the dispatcher in. */
bool ts_dispatch_create(ts_machine *machine, ts_error *error);

/* --- task.c, precede.c, account.c --- */

/* A thread that woke gets a processor after `waited`. */
void ts_task_woken(ts_thread *thread, ts_time waited);
/* A job has ended, or was ended. */
void ts_task_finished(ts_task *task, ts_thread *thread);
void ts_task_killed(ts_task *task, ts_thread *thread);
/* Its arrivals begin now: what it came after has ended. */
void ts_task_start(ts_task *task);
/* Whether the foreground has nothing left to do. */
bool ts_tasks_done(const ts_machine *machine);
void ts_tasks_report(ts_machine *machine, ts_report *report);
/* The row of a thread, as it is now. */
void ts_thread_report(const ts_thread *thread, ts_report *report);
/* Connects the tasks that come after others; false where they wait in a
 * circle. */
bool ts_precede_create(ts_machine *machine, ts_error *error);
/* To be asked whenever the task may have come to its end. */
void ts_precede_end(ts_task *task);
static inline void ts_precede_ended(ts_task *task)
{
    if (task->exhausted && task->population.value == 0)
        ts_precede_end(task);
}

/* --- part.c --- */

/* Makes all parts, or says why one cannot be. */
bool ts_parts_create(ts_machine *machine, ts_error *error);
bool ts_parts_task(ts_task *task, ts_error *error);
/* The thread's timer goes off. true: a part wakes it later. */
bool ts_parts_ring(ts_thread *thread);
void ts_parts_killed(ts_thread *thread);
void ts_parts_report_task(const ts_task *task, ts_report *report);
void ts_parts_report(ts_machine *machine, ts_report *report);

/* What happens to every thread and at every turn: asked often, and nearly always
 * nobody wants to know, so that asking must cost no call. */
static inline void ts_parts_begins(ts_thread *thread, int64_t number)
{
    const ts_hooks *hooks = &thread->machine->hooks[TS_HOOK_BEGINS];

    for (int i = 0; i < hooks->count; i++)
        hooks->part[i]->begins(hooks->state[i], thread, number);
}

static inline ts_fine ts_parts_enter(ts_cpu *cpu, ts_thread *thread)
{
    const ts_hooks *hooks = &cpu->machine->hooks[TS_HOOK_ENTER];
    ts_fine cost = 0;

    for (int i = 0; i < hooks->count; i++)
        cost += hooks->part[i]->enter(hooks->state[i], cpu, thread);
    return cost;
}

static inline void ts_parts_leave(ts_cpu *cpu, ts_thread *thread)
{
    const ts_hooks *hooks = &cpu->machine->hooks[TS_HOOK_LEAVE];

    for (int i = 0; i < hooks->count; i++)
        hooks->part[i]->leave(hooks->state[i], cpu, thread);
}

static inline void ts_parts_exits(ts_thread *thread)
{
    const ts_hooks *hooks = &thread->machine->hooks[TS_HOOK_EXITS];

    for (int i = 0; i < hooks->count; i++)
        hooks->part[i]->exits(hooks->state[i], thread);
}

static inline void ts_parts_ended(ts_thread *thread)
{
    const ts_hooks *hooks = &thread->machine->hooks[TS_HOOK_ENDED];

    for (int i = 0; i < hooks->count; i++)
        hooks->part[i]->ended(hooks->state[i], thread);
}

static inline void ts_parts_mode(ts_cpu *cpu)
{
    const ts_hooks *hooks = &cpu->machine->hooks[TS_HOOK_MODE];

    for (int i = 0; i < hooks->count; i++)
        hooks->part[i]->mode(hooks->state[i], cpu);
}

#endif

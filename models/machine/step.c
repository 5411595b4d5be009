/*
 * step.c - the current thread's program: operations until one takes time.
 */
#include "models/machine/timeline.h"

/* The thread keeps the processor, and goes on when the dispatcher has taken
 * the decisions of this instant; they may take the processor away. */
static void pause_thread(ts_cpu *cpu)
{
    assert(!cpu->paused && cpu->current != NULL);
    cpu->paused = true;
    cpu->machine->paused++;
    ts_queue_dirty(cpu->queue);
}

#define STEPS_MAX 10000000 /* at one instant */
#define STEPS_LOOK 65536   /* after so many the engine is asked */

/* Loops that take no time are an error of the scenario, not a hang; whoever wants
 * the run to stop meanwhile is heard. False: it goes no further. */
static bool may_step(ts_machine *machine, const ts_thread *thread)
{
    ts_time now = ts_engine_now(machine->engine);

    if (machine->steps_at != now) {
        machine->steps_at = now;
        machine->steps = 0;
    }
    if (++machine->steps <= STEPS_MAX)
        return machine->steps % STEPS_LOOK != 0 ||
               ts_engine_look(machine->engine, 0);
    ts_engine_fail(machine->engine,
                   "thread %s makes no progress: its program runs in a circle "
                   "that takes no time",
                   ts_task_name(thread->task));
    return false;
}

/* What is left of the work, its length and its checks are kept aside, for the
 * call's own operations use the same places; end_operation() puts them back
 * when the depth is that of the call again. */
void ts_thread_begin_call(ts_thread *thread)
{
    ts_calls *calls = thread->calls;
    const ts_operation *op = calls->asked;

    assert(op != NULL &&
           calls->depth == 0); /* a call is not interrupted by one */
    calls->left = thread->left;
    calls->amount = thread->amount;
    calls->check = thread->check;
    calls->asked = NULL;
    thread->working = false;
    ts_thread_push(thread, op, calls->fields);
    calls->depth = thread->depth;
}

/* An operation is over. Was it a call, the work it interrupted goes on: true.
 */
static bool end_operation(ts_thread *thread)
{
    ts_calls *calls = thread->calls;

    assert(thread->depth > 0);
    thread->depth--;
    if (calls == NULL || calls->depth <= thread->depth)
        return false;
    calls->depth = 0;
    thread->left = calls->left;
    thread->amount = calls->amount;
    thread->check = calls->check;
    thread->mode = TS_MODE_USER;
    thread->working = thread->left > 0;
    return thread->working;
}

void ts_thread_end_work(ts_thread *thread)
{
    ts_calls *calls = thread->calls;

    thread->working = false;
    thread->left = 0;
    if (calls != NULL && calls->open && calls->depth == 0 &&
        thread->mode == TS_MODE_USER)
        calls->ticked = (calls->ticked + thread->amount) % calls->tick;
}

/* Operations until one takes time or gives the processor up. The frame of an
 * operation that is over goes first and is looked at no more: step() may have
 * pushed others on it. Ideal policies, in which all get on at once, order by
 * work and not by time: new work goes through their queue (put()) instead of
 * beginning here. A thread that blocks tells its policy while it is still on
 * the processor, with an account that is up to date. */
static void step_on(ts_cpu *cpu)
{
    ts_machine *machine = cpu->machine;
    ts_thread *thread = cpu->current;

    for (;;) {
        ts_frame *frame;
        ts_step step = TS_STEP_EXIT;

        if (!may_step(machine, thread))
            return;
        if (thread->depth > 0) {
            frame = &thread->frames[thread->depth - 1];
            step = frame->op->step(machine, thread, frame);
        }
        switch (step) {
        case TS_STEP_DONE:
            if (!end_operation(thread))
                break;
            ts_cpu_run(cpu);
            return;
        case TS_STEP_AGAIN:
            break;
        case TS_STEP_PAUSE:
            pause_thread(cpu);
            return;
        case TS_STEP_RUN:
            if (thread->left == 0)
                break; /* nothing to wait for */
            thread->working = true;
            if (cpu->queue->policy->rate != NULL) {
                ts_cpu_release(cpu);
                ts_thread_ready(thread, TS_WHY_YIELDED);
            } else {
                ts_cpu_run(cpu);
            }
            return;
        case TS_STEP_WAIT:
            thread->depth--;
            /* fall through */
        case TS_STEP_BLOCK:
            if (cpu->queue->policy->blocked != NULL)
                cpu->queue->policy->blocked(cpu->queue, thread);
            ts_thread_block(ts_cpu_release(cpu));
            return;
        case TS_STEP_YIELD:
            thread->depth--;
            thread->given_up++;
            ts_cpu_release(cpu);
            ts_thread_ready(thread, TS_WHY_YIELDED);
            return;
        case TS_STEP_EXIT:
            ts_thread_enter(thread, TS_THREAD_EXITED);
            ts_thread_turn(thread, TS_TURN_ENDS, NULL);
            ts_thread_exit(ts_cpu_release(cpu));
            return;
        }
    }
}

/* Interrupts that an operation raises or lets through come when it is done. */
void ts_cpu_advance(ts_cpu *cpu)
{
    cpu->stepping = true;
    cpu->machine->actor = cpu->current;
    step_on(cpu);
    cpu->machine->actor = NULL;
    cpu->stepping = false;
    if (cpu->pending != NULL)
        ts_cpu_take_interrupt(cpu);
}

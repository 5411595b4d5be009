/*
 * processor.c - one processor's timeline.
 *
 * A processor is always in one stretch: idle, switching to its current
 * thread, running it, or serving an interrupt. Only the end of the stretch is
 * an event. The files of the timeline, each with a question of its own:
 *
 *   processor.c   what comes after a stretch; what the dispatcher may do
 *   stretch.c     where a stretch ends, and what it leaves in the accounts
 *   speed.c       how long work takes
 *   step.c        what the thread's program does next
 *   interrupts.c  who else wants the processor
 */
#include "models/machine/timeline.h"

/* The thread leaves the processor, which goes on with what it is at. The mode
 * is none of the thread's before the parts hear of it: one that changes the
 * processor's speed for those that stay (SMT, memory) must not have the
 * stretch that was just closed planned anew for a thread that is going. A
 * handler goes on, and so does its mode. The runner is noted last, when nobody
 * is there. */
static ts_thread *detach(ts_cpu *cpu)
{
    ts_thread *thread = cpu->current;

    assert(thread->cpu == cpu && thread->queue == cpu->queue);
    if (cpu->serving == NULL)
        cpu->mode = TS_MODE_IDLE;
    ts_parts_leave(cpu, thread);
    thread->cpu = NULL;
    thread->last = cpu;
    cpu->previous = thread->id;
    cpu->previous_lives = thread->state != TS_THREAD_EXITED;
    cpu->released = ts_engine_now(cpu->machine->engine);
    cpu->switch_left = 0;
    cpu->asked = false;
    cpu->checked = TS_NEVER;
    ts_cpu_end_pause(cpu);
    cpu->current = NULL;
    ts_queue_runner(cpu);
    return thread;
}

ts_thread *ts_cpu_release(ts_cpu *cpu)
{
    ts_thread *thread = detach(cpu);

    ts_cpu_idle(cpu);
    return thread;
}

static void give_slice(ts_cpu *cpu)
{
    const ts_policy *policy = cpu->queue->policy;

    cpu->current->slice_left =
        policy->slice != NULL ? policy->slice(cpu->queue, cpu, cpu->current)
                              : TS_FINE_NEVER;
    assert(cpu->current->slice_left >= 0);
    cpu->fresh = false;
    cpu->sliced = cpu->queue->changes;
}

/* Whether the slice was given for others than are ready now: they came or went
 * while a handler ran. One that is over is over all the same. */
static bool is_stale(const ts_cpu *cpu)
{
    return cpu->queue->policy->adapts && cpu->sliced != cpu->queue->changes &&
           cpu->current->slice_left > 0;
}

/* The switch, if there was one, is over: the thread itself begins. */
void ts_cpu_begin(ts_cpu *cpu)
{
    ts_thread *thread = cpu->current;

    assert(thread->cpu == cpu && thread->state == TS_THREAD_RUNNING);
    assert(cpu->switch_left == 0 && cpu->serving == NULL);
    ts_cpu_end_pause(cpu);
    cpu->mode = TS_MODE_USER;
    if (thread->first_run == TS_NEVER)
        thread->first_run = ts_engine_now(cpu->machine->engine);
    if (cpu->fresh || is_stale(cpu))
        give_slice(cpu);
    if (cpu->resched) {
        cpu->resched = false;
        ts_queue_dirty(cpu->queue);
    }
    if (thread->working && thread->left > 0)
        ts_cpu_run(cpu);
    else
        ts_cpu_advance(cpu);
}

/* --- the event --- */

/* The thread looks whether it should make room. Whether it has to is decided
 * when the instant has settled; if not, it goes on. */
static void look(ts_cpu *cpu)
{
    cpu->asked = false;
    cpu->checked = ts_engine_now(cpu->machine->engine);
    ts_queue_dirty(cpu->queue);
    ts_cpu_run(cpu);
}

/* The event of the stretch. Whatever it was is closed at its exact end, before
 * anybody is called who may look at accounts or begin something else. An
 * interrupt's done() may raise the next one, or reset the machine: the
 * processor goes on by itself only if it was left to. Work that is done does
 * not ask the policy, also where the slice ends with it; a slice that ends
 * does, and so does neither a check nor a call. */
static void stretch_ended(ts_engine *engine, ts_event *event)
{
    ts_cpu *cpu = TS_CONTAINER(event, ts_cpu, event);
    ts_thread *thread = cpu->current;
    bool slice = event->kind == TS_CLASS_SLICE;
    ts_interrupt *served = cpu->serving;

    (void)engine;
    assert(ts_fine_floor(cpu->end) == event->time);
    ts_cpu_close(cpu, cpu->end);
    if (served != NULL) {
        cpu->serving = NULL;
        cpu->mode = TS_MODE_IDLE;
        if (served->done != NULL)
            served->done(cpu->machine, cpu, served);
        if (cpu->serving == NULL)
            ts_cpu_go_on(cpu);
    } else if (cpu->mode == TS_MODE_SWITCH) {
        cpu->switch_left = 0;
        ts_cpu_begin(cpu);
    } else if (slice && cpu->looks) {
        look(cpu);
    } else if (!slice) {
        if (cpu->calls)
            ts_thread_begin_call(thread);
        else
            ts_thread_end_work(thread);
        ts_cpu_advance(cpu);
    } else if (cpu->queue->policy->expired == NULL ||
               cpu->queue->policy->expired(cpu->queue, thread)) {
        ts_cpu_release(cpu);
        ts_thread_ready(thread, TS_WHY_EXPIRED);
    } else {
        ts_thread_stands(thread);
        give_slice(cpu);
        ts_cpu_run(cpu);
    }
}

/* --- for the dispatcher --- */

void ts_cpu_sync(ts_cpu *cpu)
{
    if (ts_engine_now(cpu->machine->engine) == cpu->since)
        return;
    if (ts_cpu_runs(cpu)) {
        ts_cpu_close(cpu, ts_cpu_now(cpu));
        ts_cpu_run(cpu);
    } else if (cpu->current != NULL && cpu->queue->policy->by_clock) {
        ts_cpu_settle(cpu, ts_cpu_now(cpu));
    }
}

void ts_cpu_reslice(ts_cpu *cpu)
{
    if (!ts_cpu_runs(cpu) || !cpu->current->working ||
        cpu->sliced == cpu->queue->changes)
        return;
    ts_cpu_close(cpu, ts_cpu_now(cpu));
    give_slice(cpu);
    ts_cpu_run(cpu);
}

void ts_cpu_replan(ts_cpu *cpu)
{
    if (!ts_cpu_runs(cpu) || !cpu->current->working)
        return;
    ts_cpu_close(cpu, ts_cpu_now(cpu));
    ts_cpu_run(cpu);
}

void ts_thread_cut(ts_thread *thread)
{
    ts_cpu *cpu = thread->cpu;

    if (cpu == NULL || !ts_cpu_runs(cpu) || !thread->working) {
        thread->left = 0; /* seen when it goes on */
        return;
    }
    ts_cpu_close(cpu, ts_cpu_now(cpu));
    thread->left = 0;
    ts_cpu_end_after(cpu, 0, TS_CLASS_COMPLETION);
}

/* Whether the conventions charge a switch to `thread` here; it is counted
 * also where it costs nothing. */
static bool is_charged(const ts_cpu *cpu, const ts_thread *thread)
{
    if (cpu->previous < 0)
        return cpu->machine->switch_first;
    return cpu->previous != thread->id ||
           cpu->machine->switch_charge == TS_CHARGE_EVERY;
}

static ts_fine switch_cost(const ts_cpu *cpu)
{
    const ts_machine *machine = cpu->machine;
    bool saves = cpu->previous >= 0 && cpu->previous_lives;

    return machine->switch_restore + (saves ? machine->switch_save : 0);
}

/* The idle stretch is settled first, while nobody is on the processor; then the
 * thread's waiting ends, and only then is it there for others to see: the
 * trace, the dispatcher's notes, the parts. Parts are asked what its coming
 * costs while thread->last still says where it comes from, and what they say
 * is part of the switch, so that an interrupt can cut it and a processor that
 * is slow is slow at it. One that goes on in the instant in which it left was
 * never away: its slice is new, but nobody dispatched it. */
void ts_cpu_assign(ts_cpu *cpu, ts_thread *thread)
{
    ts_machine *machine = cpu->machine;
    ts_time now = ts_engine_now(machine->engine);
    bool goes_on = cpu->previous == thread->id && cpu->released == now;

    assert(cpu->current == NULL && cpu->vacant && cpu->mode == TS_MODE_IDLE);
    assert(thread->standing == TS_STANDS_PICKED && thread->cpu == NULL);
    assert(thread->queue == cpu->queue && ts_thread_allowed(thread, cpu->id));
    assert(now >= thread->since);
    if (cpu->at < ts_cpu_now(cpu)) /* else another left it just now */
        ts_cpu_settle(cpu, ts_cpu_now(cpu));
    thread->ready += now - thread->since;
    if (thread->awoken)
        ts_task_woken(thread, now - thread->since);
    ts_thread_enter(thread, TS_THREAD_RUNNING);
    thread->since = now;
    thread->cpu = cpu;
    cpu->current = thread;
    ts_thread_turn(thread, TS_TURN_RUNS, NULL);
    ts_queue_runner(cpu);
    cpu->vacant = false;
    ts_bits_take(machine->vacant, cpu->id);
    cpu->fresh = true;
    if (!goes_on) {
        thread->dispatches++;
        cpu->dispatches++;
    }
    cpu->switch_left = ts_parts_enter(cpu, thread);
    if (thread->last != NULL && thread->last != cpu) {
        thread->migrations++;
        cpu->migrations++;
        cpu->switch_left += machine->migration_cost;
    }
    if (!goes_on && thread->first_run != TS_NEVER)
        cpu->switch_left += ts_machine_enter(machine);
    if (is_charged(cpu, thread)) {
        cpu->switches++;
        cpu->switch_left += switch_cost(cpu);
    }
    if (cpu->switch_left > 0)
        ts_cpu_switch(cpu);
    else
        ts_cpu_begin(cpu);
}

/* During a switch or an interrupt there is no work to cut: the decision is
 * taken again when the thread itself begins. A thread with checks keeps the
 * processor up to its next one: its stretch is planned anew to end there
 * (look()), and only if it still has to make room then, which `checked` says,
 * it is taken off. One that paused is between two operations, which is as good
 * as a check; and where all get on at once nobody makes room for anybody: another
 * stands for all of them from now on, whatever the thread is in the middle of. */
bool ts_cpu_preempt(ts_cpu *cpu, ts_why why)
{
    ts_thread *thread = cpu->current;

    if (!ts_cpu_runs(cpu)) {
        cpu->resched = true;
        return false;
    }
    ts_cpu_sync(cpu);
    if (!cpu->paused && cpu->queue->policy->rate == NULL && thread->check > 0 &&
        ts_cpu_until_check(thread) > 0 &&
        cpu->checked != ts_engine_now(cpu->machine->engine)) {
        cpu->asked = true;
        ts_cpu_run(cpu);
        return false;
    }
    ts_cpu_close(cpu, ts_cpu_now(cpu));
    cpu->preemptions++;
    thread->preemptions++;
    ts_cpu_release(cpu);
    ts_thread_ready(thread, why);
    return true;
}

void ts_cpu_end_slice(ts_cpu *cpu)
{
    ts_thread *thread = cpu->current;
    bool running = thread != NULL && ts_cpu_runs(cpu) && thread->working;

    if (thread == NULL)
        return;
    if (running)
        ts_cpu_close(cpu, ts_cpu_now(cpu));
    thread->slice_left = 0;
    if (running)
        ts_cpu_run(cpu);
}

void ts_cpu_take(ts_cpu *cpu)
{
    if (cpu->serving != NULL) {
        ts_cpu_sync(cpu);
        detach(cpu);
        return;
    }
    ts_cpu_close(cpu, ts_cpu_now(cpu));
    ts_cpu_release(cpu);
}

void ts_cpu_resume(ts_cpu *cpu)
{
    assert(cpu->paused && cpu->machine->paused > 0);
    ts_cpu_end_pause(cpu);
    if (ts_cpu_runs(cpu)) /* else an interrupt has come between, and resumes */
        ts_cpu_advance(cpu);
}

void ts_cpu_init(ts_machine *machine, ts_cpu *cpu, int id)
{
    cpu->machine = machine;
    cpu->id = id;
    cpu->rate_num = cpu->rate_den = 1;
    cpu->stall_num = cpu->stall_den = 1;
    for (int i = 0; i < TS_FACTORS_MOST; i++)
        cpu->factor_num[i] = cpu->factor_den[i] = 1;
    cpu->mode = TS_MODE_IDLE;
    cpu->vacant = true;
    cpu->span_who = -2;
    cpu->previous = -1;
    cpu->checked = TS_NEVER;
    ts_bits_add(machine->vacant, id);
    ts_event_init_slot(machine->engine, &cpu->event, TS_CLASS_COMPLETION,
                       stretch_ended, "processor");
    ts_event_set_lane(&cpu->event, id);
}

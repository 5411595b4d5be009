/*
 * stretch.c - the stretches of a processor's time: where one ends, and what it
 * leaves in the accounts.
 *
 * Positions inside a chain of stretches are fine time, so that a chain of
 * cycles does not lose the fractions of picoseconds; accounts are kept at the
 * whole picoseconds at which events fire, so that they add up to the elapsed
 * time exactly.
 */
#include "models/machine/timeline.h"

/* --- accounts --- */

static void flush_span(ts_cpu *cpu)
{
    if (cpu->span_who != -2)
        ts_trace_span(cpu->machine->trace, cpu->span_from, cpu->since,
                      cpu->place, cpu->span_kind, cpu->span_who, 0);
    cpu->span_who = -2;
}

/* Ends the stretch at now in the accounts and the trace. */
static void account(ts_cpu *cpu)
{
    ts_machine *machine = cpu->machine;
    ts_time now = ts_engine_now(machine->engine);
    ts_time took = now - cpu->since;
    int who = cpu->current != NULL && cpu->mode != TS_MODE_INTERRUPT
                  ? cpu->current->id
                  : -1;
    int kind = machine->kinds[cpu->mode];

    if (cpu->mode == TS_MODE_INTERRUPT && cpu->serving != NULL &&
        cpu->serving->kind)
        kind = cpu->serving->kind;
    if (ts_cpu_runs(cpu) && cpu->queue->policy->rate != NULL) {
        who = -1; /* all that are ready */
        kind = machine->share_kind;
    }
    assert(took >= 0 && cpu->mode < TS_MODES);
    assert((cpu->mode == TS_MODE_INTERRUPT) == (cpu->serving != NULL));
    assert(cpu->mode == TS_MODE_IDLE || cpu->serving != NULL ||
           cpu->current != NULL);
    if (took > 0) {
        cpu->spent[cpu->mode] += took;
        if (cpu->mode == TS_MODE_IDLE) {
            flush_span(cpu);
        } else if (cpu->span_who != who || cpu->span_kind != kind) {
            flush_span(cpu);
            cpu->span_from = cpu->since;
            cpu->span_kind = kind;
            cpu->span_who = who;
        }
    }
    cpu->since = now;
}

/* Takes off `left` what was worked between the beginning of the stretch and
 * `until`, at the processor's speed; returns how long that is. */
static ts_fine work_off(const ts_cpu *cpu, ts_fine until, ts_fine *left)
{
    ts_fine elapsed = until - cpu->at;

    if (elapsed < 0)
        elapsed = 0; /* preempted in the picosecond in which it began */
    *left -= ts_cpu_work_in(cpu, elapsed);
    if (*left < 0)
        *left = 0;
    return elapsed;
}

static void use_slice(ts_thread *thread, ts_fine elapsed)
{
    if (thread->slice_left == TS_FINE_NEVER)
        return;
    thread->slice_left -= elapsed;
    if (thread->slice_left < 0)
        thread->slice_left = 0;
}

/* Tells the policy of the stretch. */
static void charge(const ts_cpu *cpu)
{
    ts_thread *thread = cpu->current;
    ts_time took = ts_engine_now(cpu->machine->engine) - cpu->since;

    assert(thread->cpu == cpu && thread->state == TS_THREAD_RUNNING);
    assert(thread->standing == TS_STANDS_PICKED);
    if (took > 0 && cpu->queue->policy->charge != NULL)
        cpu->queue->policy->charge(cpu->queue, thread, took);
}

/* The running thread has had the stretch that ends at `until`. */
static void use(ts_cpu *cpu, ts_fine until)
{
    ts_thread *thread = cpu->current;
    ts_fine elapsed = work_off(cpu, until, &thread->left);

    if (cpu->queue->policy->rate == NULL)
        thread->used += ts_engine_now(cpu->machine->engine) - cpu->since;
    use_slice(thread, elapsed);
    charge(cpu);
}

/* Others' time passes for the current thread, too, where its policy goes by the
 * clock: the switch to it, and handlers over it, as far as they are charged. */
static void pass(ts_cpu *cpu, ts_fine elapsed)
{
    if (elapsed <= 0 || cpu->current == NULL || !cpu->queue->policy->by_clock)
        return;
    use_slice(cpu->current, elapsed);
    if (cpu->serving == NULL || cpu->machine->charges_handlers)
        charge(cpu);
}

void ts_cpu_settle(ts_cpu *cpu, ts_fine until)
{
    ts_fine elapsed = 0;

    if (ts_cpu_runs(cpu))
        use(cpu, until);
    else if (cpu->mode == TS_MODE_SWITCH)
        elapsed = work_off(cpu, until, &cpu->switch_left);
    else if (cpu->serving != NULL)
        elapsed = work_off(cpu, until, &cpu->serving->left);
    pass(cpu, elapsed);
    account(cpu);
    /* A stretch that is cut in the picosecond in which it began began later
     * in it: the chain goes on from there. */
    if (until > cpu->at)
        cpu->at = until;
}

void ts_cpu_close(ts_cpu *cpu, ts_fine until)
{
    ts_cpu_settle(cpu, until);
    ts_event_cancel(cpu->machine->engine, &cpu->event);
}

void ts_cpu_finish(ts_cpu *cpu)
{
    if (ts_cpu_runs(cpu))
        use(cpu, ts_cpu_now(cpu));
    account(cpu);
    flush_span(cpu);
}

/* --- stretches --- */

/* What it does from here on, which parts may feel: its siblings on the core. */
void ts_cpu_mode(ts_cpu *cpu, ts_mode mode)
{
    if (mode == TS_MODE_IDLE)
        assert(cpu->current == NULL && cpu->serving == NULL);
    else if (mode == TS_MODE_INTERRUPT)
        assert(cpu->serving != NULL);
    else
        assert(cpu->serving == NULL && !cpu->vacant &&
               cpu->current->cpu == cpu);
    cpu->mode = mode;
    ts_parts_mode(cpu);
}

void ts_cpu_idle(ts_cpu *cpu)
{
    ts_machine *machine = cpu->machine;

    cpu->current = NULL;
    ts_cpu_mode(cpu, TS_MODE_IDLE);
    cpu->vacant = true;
    ts_bits_add(machine->vacant, cpu->id);
    ts_queue_dirty(cpu->queue);
}

void ts_cpu_end_after(ts_cpu *cpu, ts_fine time, ts_class kind)
{
    assert(time >= 0);
    if (time == TS_FINE_NEVER) {
        ts_event_cancel(cpu->machine->engine, &cpu->event); /* halted */
        return;
    }
    /* What ends after the end of time is at work until the run's limit. */
    cpu->end = time < ts_fine_make(TS_NEVER - 1) - cpu->at
                   ? cpu->at + time
                   : ts_fine_make(TS_NEVER - 1);
    ts_event_at_class(cpu->machine->engine, &cpu->event,
                      ts_fine_floor(cpu->end), kind);
}

void ts_cpu_switch(ts_cpu *cpu)
{
    ts_cpu_mode(cpu, TS_MODE_SWITCH);
    ts_cpu_end_after(cpu, ts_cpu_time_of(cpu, cpu->switch_left),
                     TS_CLASS_COMPLETION);
}

ts_fine ts_cpu_until_check(const ts_thread *thread)
{
    ts_fine past;

    if (thread->check == 0 || thread->check == TS_FINE_NEVER)
        return thread->check;
    past = (thread->amount - thread->left) % thread->check;
    return past > TS_FINE_GUARD ? thread->check - past : 0;
}

/* The work until the running thread makes the call it was asked for. */
static ts_fine until_call(const ts_thread *thread)
{
    const ts_calls *calls = thread->calls;

    assert(calls->tick > 0 && thread->left <= thread->amount);
    return calls->tick -
           (calls->ticked + thread->amount - thread->left) % calls->tick;
}

/* Calls are made in the program's own code and not within one another; where
 * the check comes after the slice or the work, it belongs to the next stretch.
 *
 * Whether the stretch ends at a check at which the thread makes a call. */
static bool plan_call(ts_cpu *cpu, ts_fine work)
{
    ts_thread *thread = cpu->current;
    ts_fine until;

    if (thread->calls->asked == NULL || !thread->calls->open ||
        thread->calls->depth > 0 || thread->mode != TS_MODE_USER)
        return false;
    until = ts_cpu_time_of(cpu, until_call(thread));
    if (until > work || until > thread->slice_left)
        return false;
    cpu->calls = true;
    ts_cpu_end_after(cpu, until, TS_CLASS_COMPLETION);
    return true;
}

/* Until the end of the running thread's slice or the first check after it:
 * slices are time, checks stand in the work. The slice is turned into work,
 * rounded up to a check, and what was added is turned back. */
static ts_fine until_checked(const ts_cpu *cpu)
{
    const ts_thread *thread = cpu->current;
    ts_fine slice = thread->slice_left, done, past;
    int64_t num, den;

    if (thread->check == TS_FINE_NEVER)
        return TS_FINE_NEVER;
    ts_cpu_speed(cpu, &num, &den);
    if (num == 0)
        return TS_FINE_NEVER;
    done = thread->amount - thread->left;
    past = (done + ts_cpu_work_in(cpu, slice)) % thread->check;
    if (past <= TS_FINE_GUARD)
        return slice;
    return slice + ts_cpu_time_of(cpu, thread->check - past);
}

/* How long the running thread may go on until its slice ends: to the next
 * check, where it has checks. Where all get on at once a slice ends when one has
 * caught up with another, which is no turn that a check could lengthen. */
static inline ts_fine until_slice(const ts_cpu *cpu)
{
    const ts_thread *thread = cpu->current;

    if (thread->check == 0 || thread->slice_left == TS_FINE_NEVER ||
        cpu->queue->policy->rate != NULL)
        return thread->slice_left;
    return until_checked(cpu);
}

/* Of all that may end it the first: a call that the thread was asked for, a
 * check at which it looks whether it has to make room, the end of its work, the
 * end of its slice. Calls come first among those at one time, for they are made
 * where the work is; work that would be left for less than TS_FINE_GUARD after
 * the slice is done within it, since such a rest is of rounding. The class of
 * the event says on which side of others' arrivals in that instant it falls.
 */
void ts_cpu_run(ts_cpu *cpu)
{
    ts_thread *thread = cpu->current;
    ts_fine work, slice;

    ts_cpu_mode(cpu, thread->mode);
    work = ts_cpu_time_of(cpu, thread->left);
    cpu->looks = false;
    cpu->calls = false;
    if (thread->calls != NULL && plan_call(cpu, work))
        return;
    if (cpu->asked) {
        ts_fine check = ts_cpu_until_check(thread);

        if (check < TS_FINE_NEVER)
            check = ts_cpu_time_of(cpu, check);
        if (check < work && check <= until_slice(cpu)) {
            cpu->looks = true;
            ts_cpu_end_after(cpu, check, TS_CLASS_SLICE);
            return;
        }
    }
    slice = until_slice(cpu);
    if (slice == TS_FINE_NEVER || work <= slice + TS_FINE_GUARD)
        ts_cpu_end_after(cpu, work, TS_CLASS_COMPLETION);
    else
        ts_cpu_end_after(cpu, slice, TS_CLASS_SLICE);
}

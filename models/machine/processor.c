/*
 * processor.c - one processor's timeline.
 *
 * A processor is always in one stretch: idle, switching to its current
 * thread, running it, or serving an interrupt. Only the end of the stretch is
 * an event. Positions inside a chain of stretches are fine time, so that a
 * chain of cycles does not lose the fractions of picoseconds; accounts are
 * kept at the whole picoseconds at which events fire, so that they add up to
 * the elapsed time exactly.
 */
#include "models/machine/inside.h"

/* --- accounts --- */

static void flush_span(ts_cpu *cpu)
{
    if (cpu->span_who != -2)
        ts_trace_span(cpu->machine->trace, cpu->span_from, cpu->since,
                      cpu->place, cpu->span_kind, cpu->span_who, 0);
    cpu->span_who = -2;
}

static bool is_running(const ts_cpu *cpu)
{
    return cpu->current != NULL && cpu->mode != TS_MODE_SWITCH &&
           cpu->mode != TS_MODE_INTERRUPT && cpu->mode != TS_MODE_IDLE;
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
    if (is_running(cpu) && cpu->queue->policy->rate != NULL) {
        who = -1; /* all that are ready */
        kind = machine->share_kind;
    }
    assert(took >= 0 && cpu->mode < TS_MODES);
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

/* The speed of what it is doing. */
static void speed(const ts_cpu *cpu, int64_t *num, int64_t *den)
{
    *num = cpu->mode == TS_MODE_STALL ? cpu->stall_num : cpu->rate_num;
    *den = cpu->mode == TS_MODE_STALL ? cpu->stall_den : cpu->rate_den;
}

#define RATE_BITS 40 /* of a rate's numerator and denominator at most */

/* Products of a time below it and a rate fit into 128 bits; beyond, after 140 s,
 * whole times and rest are multiplied each by itself. */
#define SHORT_TIME ((ts_fine)1 << (127 - RATE_BITS))

/* floor(time num / den) */
static ts_fine times_rate(ts_fine time, int64_t num, int64_t den)
{
    if (time < SHORT_TIME)
        return time * num / den;
    return time / den * num + time % den * num / den;
}

/* ceil(work den / num), or TS_FINE_NEVER - 1 where that is longer */
static ts_fine over_rate(ts_fine work, int64_t num, int64_t den)
{
    if (work < SHORT_TIME / 2)
        return (work * den + num - 1) / num;
    if (work / num >= TS_FINE_NEVER / den - 1)
        return TS_FINE_NEVER - 1;
    return work / num * den + (work % num * den + num - 1) / num;
}

/* Takes off `left` what was worked between the beginning of the stretch and
 * `until`, at the processor's speed; returns how long that is. */
static ts_fine work_off(const ts_cpu *cpu, ts_fine until, ts_fine *left)
{
    ts_fine elapsed = until - cpu->at;
    int64_t num, den;

    if (elapsed < 0)
        elapsed = 0; /* preempted in the picosecond in which it began */
    speed(cpu, &num, &den);
    *left -= num == den ? elapsed : times_rate(elapsed, num, den);
    if (*left < 0)
        *left = 0;
    return elapsed;
}

/* Charges the running thread for the stretch that ends at `until`. */
static void charge(ts_cpu *cpu, ts_fine until)
{
    ts_thread *thread = cpu->current;
    ts_time took = ts_engine_now(cpu->machine->engine) - cpu->since;
    ts_fine elapsed = work_off(cpu, until, &thread->left);

    assert(thread->cpu == cpu && thread->state == TS_THREAD_RUNNING);
    assert(thread->standing == TS_STANDS_PICKED);
    if (thread->slice_left != TS_FINE_NEVER) {
        thread->slice_left -= elapsed;
        if (thread->slice_left < 0)
            thread->slice_left = 0;
    }
    if (cpu->queue->policy->rate == NULL)
        thread->used += took;
    if (took > 0 && cpu->queue->policy->charge != NULL)
        cpu->queue->policy->charge(cpu->queue, thread, took);
}

/* Settles what the stretch did up to `until`, in work, accounts and trace; its
 * end stays planned. */
static void settle_stretch(ts_cpu *cpu, ts_fine until)
{
    if (is_running(cpu))
        charge(cpu, until);
    else if (cpu->mode == TS_MODE_SWITCH)
        work_off(cpu, until, &cpu->switch_left);
    else if (cpu->serving != NULL)
        work_off(cpu, until, &cpu->serving->left);
    account(cpu);
    /* A stretch that is cut in the picosecond in which it began began later
     * in it: the chain goes on from there. */
    if (until > cpu->at)
        cpu->at = until;
}

/* Closes the stretch; `until` is its exact end. */
static void close_stretch(ts_cpu *cpu, ts_fine until)
{
    settle_stretch(cpu, until);
    ts_event_cancel(cpu->machine->engine, &cpu->event);
}

/* --- stretches --- */

static ts_fine now_fine(const ts_cpu *cpu)
{
    return ts_fine_make(ts_engine_now(cpu->machine->engine));
}

/* What it does from here on, which parts may feel: its siblings on the core. */
static void set_mode(ts_cpu *cpu, ts_mode mode)
{
    if (mode == TS_MODE_IDLE)
        assert(!cpu->current && !cpu->serving);
    else if (mode == TS_MODE_INTERRUPT)
        assert(cpu->serving != NULL);
    else
        assert(!cpu->serving && !cpu->vacant && cpu->current->cpu == cpu);
    cpu->mode = mode;
    ts_parts_mode(cpu);
}

static void idle(ts_cpu *cpu)
{
    ts_machine *machine = cpu->machine;

    cpu->current = NULL;
    set_mode(cpu, TS_MODE_IDLE);
    cpu->vacant = true;
    machine->vacant[cpu->id / 64] |= UINT64_C(1) << (cpu->id % 64);
    ts_queue_dirty(cpu->queue);
}

/* Where the stretch ends that takes `time` from its beginning. */
static void end_after(ts_cpu *cpu, ts_fine time, ts_class kind)
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

/* How long `work` takes at the processor's present speed. Rounded up, so that
 * no work is left when the stretch is over. */
static ts_fine at_rate(const ts_cpu *cpu, ts_fine work)
{
    int64_t num, den;

    speed(cpu, &num, &den);
    if (num == den)
        return work;
    if (num == 0)
        return TS_FINE_NEVER;
    return over_rate(work, num, den);
}

/* The work until the running thread looks whether it should make room. */
static ts_fine until_check(const ts_thread *thread)
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

/* Whether the stretch ends at a check at which the thread makes a call. */
static bool plan_call(ts_cpu *cpu, ts_fine work)
{
    ts_thread *thread = cpu->current;
    ts_fine until;

    if (thread->calls->asked == NULL || !thread->calls->open ||
        thread->calls->depth > 0 || thread->mode != TS_MODE_USER)
        return false;
    until = at_rate(cpu, until_call(thread));
    if (until > work || until > thread->slice_left)
        return false;
    cpu->calls = true;
    end_after(cpu, until, TS_CLASS_COMPLETION);
    return true;
}

/* How long the running thread may go on until its slice ends: to the next
 * check, where it has checks. */
static ts_fine until_slice(const ts_cpu *cpu)
{
    const ts_thread *thread = cpu->current;
    ts_fine slice = thread->slice_left, done, past;
    int64_t num, den;

    if (slice == TS_FINE_NEVER || thread->check == 0)
        return slice;
    if (thread->check == TS_FINE_NEVER)
        return TS_FINE_NEVER;
    speed(cpu, &num, &den);
    if (num == 0)
        return TS_FINE_NEVER;
    done = thread->amount - thread->left;
    past = (done + (num == den ? slice : times_rate(slice, num, den))) %
           thread->check;
    if (past <= TS_FINE_GUARD)
        return slice;
    return slice + at_rate(cpu, thread->check - past);
}

static void run_stretch(ts_cpu *cpu)
{
    ts_thread *thread = cpu->current;
    ts_fine work, slice;

    set_mode(cpu, thread->mode);
    work = at_rate(cpu, thread->left);
    cpu->looks = false;
    cpu->calls = false;
    if (thread->calls != NULL && plan_call(cpu, work))
        return;
    if (cpu->asked) {
        ts_fine check = until_check(thread);

        if (check < TS_FINE_NEVER)
            check = at_rate(cpu, check);
        if (check < work && check <= until_slice(cpu)) {
            cpu->looks = true;
            end_after(cpu, check, TS_CLASS_SLICE);
            return;
        }
    }
    slice = until_slice(cpu);
    if (slice == TS_FINE_NEVER || work <= slice + TS_FINE_GUARD)
        end_after(cpu, work, TS_CLASS_COMPLETION);
    else
        end_after(cpu, slice, TS_CLASS_SLICE);
}

/* The thread keeps the processor, and goes on when the dispatcher has taken
 * the decisions of this instant; they may take the processor away. */
static void pause_thread(ts_cpu *cpu)
{
    assert(!cpu->paused && cpu->current);
    cpu->paused = true;
    cpu->machine->paused++;
    ts_queue_dirty(cpu->queue);
}

static void end_pause(ts_cpu *cpu)
{
    if (cpu->paused)
        cpu->machine->paused--;
    cpu->paused = false;
}

/* The thread leaves the processor, which goes on with what it is at. */
static ts_thread *detach(ts_cpu *cpu)
{
    ts_thread *thread = cpu->current;

    assert(thread->cpu == cpu && thread->queue == cpu->queue);
    cpu->mode = TS_MODE_IDLE; /* parts that leave may change its speed */
    ts_parts_leave(cpu, thread);
    thread->cpu = NULL;
    thread->last = cpu;
    cpu->previous = thread->id;
    cpu->previous_lives = thread->state != TS_THREAD_EXITED;
    cpu->released = ts_engine_now(cpu->machine->engine);
    cpu->switch_left = 0;
    cpu->asked = false;
    cpu->checked = TS_NEVER;
    end_pause(cpu);
    cpu->current = NULL;
    ts_queue_runner(cpu);
    return thread;
}

static ts_thread *release(ts_cpu *cpu)
{
    ts_thread *thread = detach(cpu);

    idle(cpu);
    return thread;
}

/* Loops that take no time are an error of the scenario, not a hang. */
static bool count_step(ts_machine *machine)
{
    ts_time now = ts_engine_now(machine->engine);

    if (machine->steps_at != now) {
        machine->steps_at = now;
        machine->steps = 0;
    }
    return ++machine->steps <= 10000000;
}

/* The work in hand waits while the thread does what it was asked for. */
static void begin_call(ts_thread *thread)
{
    ts_calls *calls = thread->calls;
    const ts_operation *op = calls->asked;

    assert(op && calls->depth == 0); /* a call is not interrupted by one */
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

/* The work in hand is done. */
static void end_work(ts_thread *thread)
{
    ts_calls *calls = thread->calls;

    thread->working = false;
    thread->left = 0;
    if (calls != NULL && calls->open && calls->depth == 0 &&
        thread->mode == TS_MODE_USER)
        calls->ticked = (calls->ticked + thread->amount) % calls->tick;
}

/* Runs operations of the current thread until one takes time or gives the
 * processor up. */
static void step_on(ts_cpu *cpu)
{
    ts_machine *machine = cpu->machine;
    ts_thread *thread = cpu->current;

    for (;;) {
        ts_frame *frame;
        ts_step step = TS_STEP_EXIT;

        if (!count_step(machine)) {
            ts_engine_fail(machine->engine,
                           "thread %s makes no progress: its program runs in "
                           "a circle that takes no time",
                           ts_task_name(thread->task));
            return;
        }
        if (thread->depth > 0) {
            frame = &thread->frames[thread->depth - 1];
            step = frame->op->step(machine, thread, frame);
        }
        switch (step) {
        case TS_STEP_DONE:
            if (!end_operation(thread))
                break;
            run_stretch(cpu);
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
                release(cpu);
                ts_thread_ready(thread, TS_WHY_YIELDED);
            } else {
                run_stretch(cpu);
            }
            return;
        case TS_STEP_WAIT:
            thread->depth--;
            /* fall through */
        case TS_STEP_BLOCK:
            if (cpu->queue->policy->blocked != NULL)
                cpu->queue->policy->blocked(cpu->queue, thread);
            ts_thread_block(release(cpu));
            return;
        case TS_STEP_YIELD:
            thread->depth--;
            thread->given_up++;
            release(cpu);
            ts_thread_ready(thread, TS_WHY_YIELDED);
            return;
        case TS_STEP_EXIT:
            ts_thread_enter(thread, TS_THREAD_EXITED);
            ts_thread_turn(thread, TS_TURN_ENDS, NULL);
            ts_thread_exit(release(cpu));
            return;
        }
    }
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

static void take_interrupt(ts_cpu *cpu);

/* Interrupts that an operation raises or lets through come when it is done. */
static void advance(ts_cpu *cpu)
{
    cpu->stepping = true;
    cpu->machine->actor = cpu->current;
    step_on(cpu);
    cpu->machine->actor = NULL;
    cpu->stepping = false;
    take_interrupt(cpu);
}

/* The switch, if there was one, is over: the thread itself begins. */
static void begin(ts_cpu *cpu)
{
    ts_thread *thread = cpu->current;

    assert(thread->cpu == cpu && thread->state == TS_THREAD_RUNNING);
    assert(cpu->switch_left == 0 && !cpu->serving);
    end_pause(cpu);
    cpu->mode = TS_MODE_USER;
    if (thread->first_run == TS_NEVER)
        thread->first_run = ts_engine_now(cpu->machine->engine);
    if (cpu->fresh)
        give_slice(cpu);
    if (cpu->resched) {
        cpu->resched = false;
        ts_queue_dirty(cpu->queue);
    }
    if (thread->working && thread->left > 0)
        run_stretch(cpu);
    else
        advance(cpu);
}

static void switch_stretch(ts_cpu *cpu)
{
    set_mode(cpu, TS_MODE_SWITCH);
    end_after(cpu, at_rate(cpu, cpu->switch_left), TS_CLASS_COMPLETION);
}

/* --- interrupts --- */

static void serve(ts_cpu *cpu, ts_interrupt *interrupt)
{
    cpu->serving = interrupt;
    set_mode(cpu, TS_MODE_INTERRUPT);
    cpu->vacant = false;
    cpu->machine->vacant[cpu->id / 64] &= ~(UINT64_C(1) << (cpu->id % 64));
    end_after(cpu, at_rate(cpu, interrupt->left), TS_CLASS_INTERRUPT);
}

static void serve_next(ts_cpu *cpu)
{
    ts_interrupt *interrupt = cpu->pending;

    assert(interrupt->pending && cpu->masked == 0);
    assert(!interrupt->next || interrupt->next->level >= interrupt->level);
    cpu->pending = interrupt->next;
    interrupt->next = NULL;
    interrupt->pending = false;
    interrupt->served++;
    assert(interrupt->served <= interrupt->raised);
    interrupt->left = interrupt->cost;
    serve(cpu, interrupt);
}

/* Whether the first of the pending ones may be served now. */
static bool is_open(const ts_cpu *cpu)
{
    if (cpu->pending == NULL || cpu->masked > 0 || cpu->stepping)
        return false;
    if (cpu->serving != NULL)
        return cpu->serving->open && !cpu->pending->open;
    return cpu->suspended == NULL || !cpu->pending->open;
}

/* Goes on with what interrupts suspended. */
static void resume(ts_cpu *cpu)
{
    if (is_open(cpu)) {
        serve_next(cpu);
    } else if (cpu->suspended != NULL) {
        ts_interrupt *suspended = cpu->suspended;

        cpu->suspended = NULL;
        serve(cpu, suspended);
    } else if (cpu->current == NULL) {
        idle(cpu);
    } else if (cpu->switch_left > 0) {
        switch_stretch(cpu);
    } else {
        begin(cpu);
    }
}

static void take_interrupt(ts_cpu *cpu)
{
    if (!is_open(cpu))
        return;
    close_stretch(cpu, now_fine(cpu));
    assert(!cpu->serving || !cpu->suspended); /* handlers nest once */
    if (cpu->serving != NULL)
        cpu->suspended = cpu->serving;
    serve_next(cpu);
}

void ts_cpu_interrupt(ts_cpu *cpu, ts_interrupt *interrupt)
{
    ts_interrupt **at = &cpu->pending;

    interrupt->raised++;
    if (interrupt->pending)
        return;
    while (*at != NULL && (*at)->level <= interrupt->level)
        at = &(*at)->next;
    interrupt->next = *at;
    *at = interrupt;
    interrupt->pending = true;
    take_interrupt(cpu);
}

void ts_cpu_mask(ts_cpu *cpu, int change)
{
    cpu->masked += change;
    assert(cpu->masked >= 0);
    take_interrupt(cpu);
}

void ts_cpu_reset_interrupts(ts_cpu *cpu)
{
    while (cpu->pending != NULL) {
        ts_interrupt *interrupt = cpu->pending;

        cpu->pending = interrupt->next;
        interrupt->next = NULL;
        interrupt->pending = false;
    }
    cpu->masked = 0;
    cpu->suspended = NULL;
    if (cpu->serving != NULL) {
        close_stretch(cpu, now_fine(cpu));
        cpu->serving = NULL;
        cpu->mode = TS_MODE_IDLE;
        resume(cpu);
    }
}

/* --- the event --- */

/* The thread looks whether it should make room. Whether it has to is decided
 * when the instant has settled; if not, it goes on. */
static void look(ts_cpu *cpu)
{
    cpu->asked = false;
    cpu->checked = ts_engine_now(cpu->machine->engine);
    ts_queue_dirty(cpu->queue);
    run_stretch(cpu);
}

static void stretch_ended(ts_engine *engine, ts_event *event)
{
    ts_cpu *cpu = TS_CONTAINER(event, ts_cpu, event);
    ts_thread *thread = cpu->current;
    bool slice = event->kind == TS_CLASS_SLICE;
    ts_interrupt *served = cpu->serving;

    (void)engine;
    assert(ts_fine_floor(cpu->end) == event->time);
    close_stretch(cpu, cpu->end);
    if (served != NULL) {
        cpu->serving = NULL;
        cpu->mode = TS_MODE_IDLE;
        if (served->done != NULL)
            served->done(cpu->machine, cpu, served);
        if (cpu->serving == NULL)
            resume(cpu);
    } else if (cpu->mode == TS_MODE_SWITCH) {
        cpu->switch_left = 0;
        begin(cpu);
    } else if (slice && cpu->looks) {
        look(cpu);
    } else if (!slice) {
        if (cpu->calls)
            begin_call(thread);
        else
            end_work(thread);
        advance(cpu);
    } else if (cpu->queue->policy->expired == NULL ||
               cpu->queue->policy->expired(cpu->queue, thread)) {
        release(cpu);
        ts_thread_ready(thread, TS_WHY_EXPIRED);
    } else {
        give_slice(cpu);
        run_stretch(cpu);
    }
}

/* --- for the dispatcher --- */

void ts_cpu_sync(ts_cpu *cpu)
{
    if (is_running(cpu) && ts_engine_now(cpu->machine->engine) > cpu->since) {
        close_stretch(cpu, now_fine(cpu));
        run_stretch(cpu);
    }
}

void ts_cpu_reslice(ts_cpu *cpu)
{
    if (!is_running(cpu) || !cpu->current->working ||
        cpu->sliced == cpu->queue->changes)
        return;
    close_stretch(cpu, now_fine(cpu));
    give_slice(cpu);
    run_stretch(cpu);
}

void ts_cpu_replan(ts_cpu *cpu)
{
    if (!is_running(cpu) || !cpu->current->working)
        return;
    close_stretch(cpu, now_fine(cpu));
    run_stretch(cpu);
}

void ts_thread_cut(ts_thread *thread)
{
    ts_cpu *cpu = thread->cpu;

    if (cpu == NULL || !is_running(cpu) || !thread->working) {
        thread->left = 0; /* seen when it goes on */
        return;
    }
    close_stretch(cpu, now_fine(cpu));
    thread->left = 0;
    end_after(cpu, 0, TS_CLASS_COMPLETION);
}

/* Which factors make the speed of work, and which that of stalls. */
static bool is_of_work(int factor)
{
    return factor != TS_FACTOR_MEMORY;
}

static bool is_of_stalls(int factor)
{
    return factor != TS_FACTOR_CORE && factor != TS_FACTOR_SHARE;
}

/* Whether it makes the speed of what the processor does now. */
static bool is_felt(const ts_cpu *cpu, ts_factor factor)
{
    return cpu->mode == TS_MODE_STALL ? is_of_stalls((int)factor)
                                      : is_of_work((int)factor);
}

/* In lowest terms and, where those are still long, to RATE_BITS binary digits:
 * times of work at this rate have room then. */
static void shorten(ts_i128 *num, ts_i128 *den)
{
    ts_i128 a = *num, b = *den;

    while (b != 0) {
        ts_i128 rest = a % b;

        a = b;
        b = rest;
    }
    *num /= a;
    *den /= a;
    while (*num >> RATE_BITS != 0 || *den >> RATE_BITS != 0) {
        *num = *num > 1 ? *num >> 1 : *num;
        *den = *den > 1 ? *den >> 1 : *den;
    }
}

/* The product of the factors that `counts` names. */
static void multiply(const ts_cpu *cpu, bool (*counts)(int), int64_t *rate_num,
                     int64_t *rate_den)
{
    ts_i128 num = 1, den = 1;

    for (int i = 0; i < TS_FACTORS; i++) {
        if (!counts(i))
            continue;
        num *= cpu->factor_num[i];
        den *= cpu->factor_den[i];
        shorten(&num, &den);
    }
    assert(num >= 0 && den > 0);
    *rate_num = (int64_t)num;
    *rate_den = (int64_t)den;
}

void ts_cpu_set_factor(ts_cpu *cpu, ts_factor which, int64_t num, int64_t den)
{
    bool busy = cpu->mode == TS_MODE_SWITCH || cpu->serving != NULL ||
                (is_running(cpu) && cpu->current->working);

    assert(num >= 0 && den > 0 && which < TS_FACTORS);
    if (cpu->factor_num[which] == num && cpu->factor_den[which] == den)
        return;
    busy = busy && is_felt(cpu, which);
    if (busy)
        settle_stretch(cpu, now_fine(cpu)); /* its end is planned anew below */
    cpu->factor_num[which] = num;
    cpu->factor_den[which] = den;
    multiply(cpu, is_of_work, &cpu->rate_num, &cpu->rate_den);
    multiply(cpu, is_of_stalls, &cpu->stall_num, &cpu->stall_den);
    if (!busy)
        return;
    if (cpu->serving != NULL)
        serve(cpu, cpu->serving);
    else if (cpu->mode == TS_MODE_SWITCH)
        switch_stretch(cpu);
    else
        run_stretch(cpu);
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

void ts_cpu_assign(ts_cpu *cpu, ts_thread *thread)
{
    ts_machine *machine = cpu->machine;
    ts_time now = ts_engine_now(machine->engine);
    bool goes_on = cpu->previous == thread->id && cpu->released == now;

    assert(!cpu->current && cpu->vacant);
    assert(thread->standing == TS_STANDS_PICKED && !thread->cpu);
    assert(thread->queue == cpu->queue && ts_thread_allowed(thread, cpu->id));
    assert(now >= thread->since);
    account(cpu);
    if (ts_fine_floor(cpu->at) != now)
        cpu->at = ts_fine_make(now);
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
    machine->vacant[cpu->id / 64] &= ~(UINT64_C(1) << (cpu->id % 64));
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
    if (is_charged(cpu, thread)) {
        cpu->switches++;
        cpu->switch_left += switch_cost(cpu);
    }
    if (cpu->switch_left > 0)
        switch_stretch(cpu);
    else
        begin(cpu);
}

bool ts_cpu_preempt(ts_cpu *cpu, ts_why why)
{
    ts_thread *thread = cpu->current;

    if (!is_running(cpu)) {
        cpu->resched = true;
        return false;
    }
    ts_cpu_sync(cpu);
    if (!cpu->paused && thread->check > 0 && until_check(thread) > 0 &&
        cpu->checked != ts_engine_now(cpu->machine->engine)) {
        cpu->asked = true;
        run_stretch(cpu);
        return false;
    }
    close_stretch(cpu, now_fine(cpu));
    cpu->preemptions++;
    thread->preemptions++;
    release(cpu);
    ts_thread_ready(thread, why);
    return true;
}

void ts_cpu_end_slice(ts_cpu *cpu)
{
    ts_thread *thread = cpu->current;
    bool running = thread != NULL && is_running(cpu) && thread->working;

    if (thread == NULL)
        return;
    if (running)
        close_stretch(cpu, now_fine(cpu));
    thread->slice_left = 0;
    if (running)
        run_stretch(cpu);
}

void ts_cpu_take(ts_cpu *cpu)
{
    if (cpu->serving != NULL) {
        detach(cpu);
        return;
    }
    close_stretch(cpu, now_fine(cpu));
    release(cpu);
}

void ts_cpu_resume(ts_cpu *cpu)
{
    assert(cpu->paused && cpu->machine->paused > 0);
    end_pause(cpu);
    if (is_running(cpu)) /* else an interrupt has come between, and resumes */
        advance(cpu);
}

void ts_cpu_init(ts_machine *machine, ts_cpu *cpu, int id)
{
    cpu->machine = machine;
    cpu->id = id;
    cpu->rate_num = cpu->rate_den = 1;
    cpu->stall_num = cpu->stall_den = 1;
    for (int i = 0; i < TS_FACTORS; i++)
        cpu->factor_num[i] = cpu->factor_den[i] = 1;
    cpu->mode = TS_MODE_IDLE;
    cpu->vacant = true;
    cpu->span_who = -2;
    cpu->previous = -1;
    cpu->checked = TS_NEVER;
    machine->vacant[id / 64] |= UINT64_C(1) << (id % 64);
    ts_event_init_slot(machine->engine, &cpu->event, TS_CLASS_COMPLETION,
                       stretch_ended, "processor");
    ts_event_set_lane(&cpu->event, id);
}

void ts_cpu_finish(ts_cpu *cpu)
{
    if (is_running(cpu))
        charge(cpu, now_fine(cpu));
    account(cpu);
    flush_span(cpu);
}

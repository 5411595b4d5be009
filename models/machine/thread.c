/*
 * thread.c - a thread's life and its program.
 */
#include "models/machine/inside.h"
#include "models/machine/balance.h"
#include "models/machine/program.h"

#include <stdarg.h>
#include <stdio.h>

/* --- program --- */

void ts_thread_work(ts_thread *thread, ts_fine amount, ts_mode mode)
{
    assert(amount >= 0 && mode < TS_MODES);
    thread->inside = false;
    thread->left = amount;
    thread->amount = amount;
    thread->check = thread->task->check;
    thread->mode = mode;
}

void ts_thread_syscall(ts_thread *thread, ts_fine amount)
{
    if (!thread->inside)
        amount += ts_machine_enter(thread->machine);
    ts_thread_work(thread, amount, TS_MODE_KERNEL);
}

ts_fine ts_thread_own_work(const ts_thread *thread, ts_fine work)
{
    const ts_task *task = thread->task;

    return task->pace != NULL ? task->pace(thread, work) : work;
}

void ts_thread_checks(ts_thread *thread, ts_fine interval)
{
    thread->check = interval;
}

void ts_thread_call(ts_thread *thread, const ts_operation *op,
                    const void *fields)
{
    assert(thread->calls != NULL); /* its table says that it makes calls */
    thread->calls->asked = op;
    thread->calls->fields = fields;
    if (thread->cpu != NULL)
        ts_cpu_replan(thread->cpu);
}

void ts_dice_draw(const ts_machine *machine, const ts_dice *dice,
                  ts_random *random)
{
    *random = (ts_random){
        .key = {ts_engine_seed(machine->engine), dice->key},
        .index = dice->index,
        .counter = dice->draws,
    };
}

void ts_thread_draw(ts_thread *thread, ts_random *random)
{
    ts_dice_draw(thread->machine, &thread->dice, random);
}

void ts_thread_drawn(ts_thread *thread, const ts_random *random)
{
    ts_dice_drawn(&thread->dice, random);
}

/* A constant, give or take the jitter, and no more than any draw. */
static int64_t about(const ts_machine *machine, int64_t amount,
                     ts_random *random)
{
    uint64_t sides = 2 * (uint64_t)machine->jitter + 1;
    int64_t off = (int64_t)ts_random_below(random, sides) - machine->jitter;
    ts_i128 drawn = amount + (ts_i128)amount * off / 1000000;

    return drawn < TS_TIME_LIMIT ? (int64_t)drawn : TS_TIME_LIMIT;
}

ts_fine ts_thread_span(ts_thread *thread, const ts_duration *duration)
{
    bool constant = duration->amount.kind == TS_DIST_CONSTANT;
    int64_t amount = duration->amount.whole;

    if (!constant || thread->machine->jitter > 0) {
        ts_random random;

        ts_thread_draw(thread, &random);
        amount = constant ? about(thread->machine, amount, &random)
                          : ts_distribution_whole(&duration->amount, &random);
        ts_thread_drawn(thread, &random);
    }
    return duration->cycles
               ? ts_clock_fine(&thread->machine->cpus[0].clock, amount)
               : ts_fine_make(amount);
}

bool ts_thread_prefetch(ts_thread *thread)
{
    ts_machine *machine = thread->machine;
    int64_t steps = 0;

    while (thread->depth > 0 && !thread->working) {
        ts_frame *frame = &thread->frames[thread->depth - 1];
        ts_step step;

        if (!frame->op->control)
            return true;
        if (++steps > 1000000) {
            ts_engine_fail(machine->engine,
                           "thread %s makes no progress: its program runs in "
                           "a circle that takes no time",
                           ts_task_name(thread->task));
            return true;
        }
        step = frame->op->step(machine, thread, frame);
        assert(thread->depth > 0 && thread->depth <= thread->task->depth);
        if (step == TS_STEP_DONE)
            thread->depth--;
        else if (step == TS_STEP_RUN)
            thread->working = thread->left > 0;
    }
    return thread->depth > 0;
}

/* --- its turns, for the trace --- */

void ts_thread_stands(const ts_thread *thread)
{
    const ts_machine *machine = thread->machine;
    const ts_policy *policy = thread->queue->policy;
    const char *what;
    int64_t value;

    if (machine->trace->level < TS_TRACE_SPANS || policy->stands == NULL)
        return;
    what = policy->stands(thread, &value);
    if (what == NULL)
        return;
    ts_trace_standing(machine->trace,
                      &(ts_stand){.at = ts_engine_now(machine->engine),
                                  .value = value,
                                  .who = thread->id,
                                  .what =
                                      (int16_t)ts_trace_name(machine->trace,
                                                             TS_CAUSES, what)});
}

void ts_thread_trace(const ts_thread *thread, ts_turn_to to, const char *cause)
{
    const ts_machine *machine = thread->machine;
    const ts_cpu *cpu = thread->cpu != NULL ? thread->cpu : thread->last;
    bool others = machine->actor != NULL && machine->actor != thread;

    ts_trace_turn(
        machine->trace,
        &(ts_turn){.at = ts_engine_now(machine->engine),
                   .who = thread->id,
                   .place = cpu != NULL ? cpu->place : -1,
                   .waker =
                       to == TS_TURN_READY && others ? machine->actor->id : -1,
                   .to = (int16_t)to,
                   .cause = (int16_t)(cause == NULL
                                          ? -1
                                          : ts_trace_name(machine->trace,
                                                          TS_CAUSES, cause))});
    if (to != TS_TURN_READY) /* that one is to be put yet */
        ts_thread_stands(thread);
}

void ts_thread_note(const ts_thread *thread, const char *format, ...)
{
    const ts_machine *machine = thread->machine;
    const ts_cpu *cpu = thread->cpu != NULL ? thread->cpu : thread->last;
    char text[400];
    va_list arguments;

    if (machine->trace->level < TS_TRACE_WHY)
        return;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    ts_trace_note(machine->trace, ts_engine_now(machine->engine),
                  cpu != NULL ? cpu->place : -1, thread->id, "%s.%lld %s",
                  ts_task_name(thread->task), (long long)thread->job, text);
}

/* --why: for what it waits, and who is in the way. */
static void note_blocked(const ts_thread *thread, const char *what)
{
    const ts_obstacle *obstacle = thread->waiting_for;
    const ts_thread *holder = obstacle != NULL && obstacle->kind->holder != NULL
                                  ? obstacle->kind->holder(obstacle)
                                  : NULL;

    if (holder != NULL)
        ts_thread_note(thread, "waits: %s, which %s.%lld holds", what,
                       ts_task_name(holder->task), (long long)holder->job);
    else
        ts_thread_note(thread, "waits: %s", what);
}

/* "lock L": the operation that waits, and for what where that is known. */
TS_COLD static void turn_blocked(const ts_thread *thread)
{
    const ts_trace *trace = thread->machine->trace;
    const ts_obstacle *obstacle = thread->waiting_for;
    const char *operation = ts_program_at(thread);
    const char *place = obstacle != NULL && obstacle->place >= 0
                            ? trace->names[TS_PLACES][obstacle->place]
                            : "";
    char text[512];

    snprintf(text, sizeof text, "%s%s%s", operation != NULL ? operation : "",
             operation != NULL && place[0] != '\0' ? " " : "", place);
    ts_thread_turn(thread, TS_TURN_BLOCKS, text[0] != '\0' ? text : NULL);
    note_blocked(thread, text);
}

/* --- life --- */

/* Ideal policies: what everybody has had by now, before somebody comes or
 * goes. */
static void sync_shares(ts_runqueue *queue)
{
    if (queue->policy->rate == NULL)
        return;
    for (int i = 0; i < queue->count; i++)
        ts_cpu_sync(&queue->machine->cpus[queue->first + i]);
}

/* Takes a ready thread out of its queue. */
static void take_out(ts_thread *thread)
{
    ts_runqueue *queue = thread->queue;

    sync_shares(queue);
    ts_policy_remove(thread);
    if (queue->policy->rate != NULL)
        ts_queue_dirty(queue); /* those who stay have larger shares now */
}

static const char *const whys[] = {
    [TS_WHY_ARRIVED] = "arrived",     [TS_WHY_WOKEN] = "woken",
    [TS_WHY_PREEMPTED] = "preempted", [TS_WHY_EXPIRED] = "expired",
    [TS_WHY_YIELDED] = "yielded",     [TS_WHY_MOVED] = "moved"};

void ts_thread_ready(ts_thread *thread, ts_why why)
{
    ts_machine *machine = thread->machine;

    if (!thread->working && !ts_thread_prefetch(thread)) {
        ts_thread_enter(thread, TS_THREAD_EXITED);
        ts_thread_turn(thread, TS_TURN_ENDS, NULL);
        ts_thread_exit(thread);
        return;
    }
    ts_thread_enter(thread, TS_THREAD_READY);
    thread->since = ts_engine_now(machine->engine);
    thread->why = why;
    thread->order = machine->next_order++;
    ts_thread_turn(thread, TS_TURN_READY, whys[why]);
    if (why == TS_WHY_ARRIVED || why == TS_WHY_WOKEN)
        thread->burst = thread->working ? thread->left : 0;
    sync_shares(thread->queue);
    ts_queue_count(thread, 1);
    ts_policy_put(thread, why);
    if (machine->trace->level >= TS_TRACE_SPANS)
        ts_thread_stands(thread);
    if (ts_queue_may_gain(thread->queue))
        ts_queue_dirty(thread->queue);
}

void ts_thread_block(ts_thread *thread)
{
    ts_thread_enter(thread, TS_THREAD_BLOCKED);
    thread->given_up++;
    thread->since = ts_engine_now(thread->machine->engine);
    if (thread->machine->trace->level >= TS_TRACE_SPANS)
        turn_blocked(thread);
}

static void timer_went_off(ts_engine *engine, ts_event *event)
{
    ts_thread *thread = TS_CONTAINER(event, ts_timer, event)->thread;

    (void)engine;
    if (thread->state != TS_THREAD_BLOCKED || !ts_parts_ring(thread))
        ts_thread_wake(thread);
}

static bool make_timer(ts_thread *thread)
{
    ts_timer *timer = ts_arena_alloc(thread->machine->arena, sizeof *timer);

    if (timer == NULL)
        return ts_machine_memory(thread->machine);
    timer->thread = thread;
    ts_event_init_loose(&timer->event, TS_CLASS_WAKE, timer_went_off,
                        ts_task_name(thread->task));
    thread->timer = timer;
    return true;
}

static void stop_timer(ts_thread *thread)
{
    if (thread->timer != NULL)
        ts_event_cancel(thread->machine->engine, &thread->timer->event);
}

void ts_thread_wake(ts_thread *thread)
{
    ts_machine *machine = thread->machine;

    if (thread->state != TS_THREAD_BLOCKED)
        return;
    assert(thread->standing == TS_STANDS_PICKED && thread->cpu == NULL);
    assert(ts_engine_now(machine->engine) >= thread->since);
    stop_timer(thread);
    thread->blocked += ts_engine_now(machine->engine) - thread->since;
    thread->waiting_for = NULL;
    machine->wakeups++;
    thread->awoken = true;
    thread->inside = true;
    if (machine->queue_count > 1)
        ts_balance_wake(thread);
    ts_thread_ready(thread, TS_WHY_WOKEN);
}

void ts_thread_wake_at(ts_thread *thread, ts_time when)
{
    ts_time slack = thread->machine->timer_slack;

    if (slack > 0) {
        ts_random random;

        ts_thread_draw(thread, &random);
        when = ts_time_add(when, (ts_time)ts_random_below(&random,
                                                          (uint64_t)slack + 1));
        ts_thread_drawn(thread, &random);
    }
    if (thread->timer == NULL && !make_timer(thread))
        return;
    ts_event_at(thread->machine->engine, &thread->timer->event, when);
}

void ts_thread_change(ts_thread *thread,
                      void (*apply)(ts_thread *thread, const void *what),
                      const void *what)
{
    ts_runqueue *queue = thread->queue;
    bool queued = thread->state == TS_THREAD_READY;

    if (thread->cpu != NULL)
        ts_cpu_sync(thread->cpu);
    if (queued)
        take_out(thread);
    apply(thread, what);
    if (queued) {
        thread->why = TS_WHY_MOVED;
        ts_policy_put(thread, TS_WHY_MOVED);
    }
    ts_thread_stands(thread);
    queue->changes++;
    if (thread->cpu != NULL)
        ts_queue_runner(thread->cpu);
    ts_queue_dirty(queue);
}

static void set_urgency(ts_thread *thread, const void *what)
{
    thread->urgency = *(const int64_t *)what;
}

/* What it is worth has changed: it may stand elsewhere in its queue. */
static void reorder(ts_thread *thread)
{
    int64_t urgency = thread->own_urgency > thread->inherited
                          ? thread->own_urgency
                          : thread->inherited;

    if (thread->urgency != urgency)
        ts_thread_change(thread, set_urgency, &urgency);
}

static void allow(ts_thread *thread, const uint64_t *allowed)
{
    bool counted =
        thread->state == TS_THREAD_READY && thread->queue->open != NULL;

    if (counted && thread->allowed != NULL)
        ts_queue_bound(thread, -1);
    thread->allowed = allowed;
    if (counted && allowed != NULL)
        ts_queue_bound(thread, 1);
}

bool ts_thread_allow(ts_thread *thread, const uint64_t *allowed)
{
    ts_machine *machine = thread->machine;
    int at = thread->cpu != NULL ? thread->cpu->id : thread->queue->first;

    assert(machine->affine);
    allow(thread, allowed);
    if (ts_thread_allowed(thread, at))
        return true;
    if (thread->cpu != NULL && !ts_cpu_preempt(thread->cpu, TS_WHY_PREEMPTED))
        return false;
    if (thread->state == TS_THREAD_READY && machine->queue_count > 1)
        ts_thread_move(thread, ts_balance_place(machine, thread));
    return true;
}

void ts_thread_seek(ts_thread *thread, int position)
{
    assert(thread->first_run == TS_NEVER && thread->cpu == NULL);
    assert(position >= 0);
    thread->depth = 1;
    thread->frames[0].count = position;
    thread->working = false;
}

void ts_thread_kill(ts_thread *thread)
{
    ts_time now = ts_engine_now(thread->machine->engine);

    assert(thread->state != TS_THREAD_EXITED && now >= thread->since);
    if (thread->state == TS_THREAD_RUNNING) {
        ts_cpu_take(thread->cpu);
    } else if (thread->state == TS_THREAD_READY) {
        take_out(thread);
        ts_queue_count(thread, -1);
        thread->ready += now - thread->since;
    } else if (thread->state == TS_THREAD_BLOCKED) {
        thread->blocked += now - thread->since;
    }
    ts_parts_killed(thread);
    ts_thread_enter(thread, TS_THREAD_EXITED);
    ts_thread_turn(thread, TS_TURN_ENDS, "killed");
    ts_policy_leave(thread);
    stop_timer(thread);
    ts_task_killed(thread->task, thread);
}

void ts_thread_set_urgency(ts_thread *thread, int64_t own)
{
    thread->own_urgency = own;
    reorder(thread);
}

void ts_thread_set_priority(ts_thread *thread, int64_t priority)
{
    thread->priority = priority;
    ts_thread_set_urgency(thread,
                          ts_machine_urgency(thread->machine, priority));
}

void ts_thread_inherit(ts_thread *thread, int64_t inherited)
{
    thread->inherited = inherited;
    reorder(thread);
}

void ts_thread_move(ts_thread *thread, ts_runqueue *to)
{
    assert(thread->state == TS_THREAD_READY && to != thread->queue);
    take_out(thread);
    sync_shares(to);
    ts_queue_count(thread, -1);
    thread->queue = to;
    thread->why = TS_WHY_MOVED;
    thread->order = thread->machine->next_order++;
    ts_queue_count(thread, 1);
    ts_policy_put(thread, TS_WHY_MOVED);
    ts_queue_dirty(to);
}

void ts_thread_exit(ts_thread *thread)
{
    assert(thread->state == TS_THREAD_EXITED && thread->cpu == NULL);
    ts_parts_exits(thread);
    ts_policy_leave(thread);
    stop_timer(thread);
    ts_parts_ended(thread);
    ts_task_finished(thread->task, thread);
}

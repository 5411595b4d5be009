/*
 * linux_deadline.c - SCHED_DEADLINE: a thread has its estimate of every period,
 * a hard constant bandwidth server, the earliest deadline first. What it used
 * beyond that, because it is only seen at a tick or when it sleeps, it owes.
 *
 * Source: kernel/sched/deadline.c of Linux 5.x and 6.x. Left out: admission
 * control, reclaiming (GRUB).
 */
#include "models/policy/demand.h"
#include "models/policy/linux.h"

/* A reservation: so much within so long, each period. */
typedef struct reservation {
    ts_time runtime, deadline, period;
} reservation;

typedef struct entity {
    reservation rule;
    ts_time left, deadline;
    bool throttled; /* its runtime is used up */
    ts_event event; /* replenishes it */
    ts_thread *thread;
} entity;

static int by_deadline(const ts_thread *a, const ts_thread *b)
{
    const entity *x = a->entity, *y = b->entity;

    return (x->deadline > y->deadline) - (x->deadline < y->deadline);
}

bool ts_linux_deadline_by(const ts_thread *thread, ts_time deadline)
{
    return ((const entity *)thread->entity)->deadline <= deadline;
}

static reservation rule_of(const ts_task *task)
{
    reservation rule = {.deadline = task->record->deadline};

    ts_demand_of(task, &rule.period, &rule.runtime);
    if (rule.deadline >= TS_TIME_LIMIT)
        rule.deadline = rule.period;
    return rule;
}

bool ts_linux_deadline_check(const ts_task *task, ts_error *error)
{
    reservation rule = rule_of(task);

    if (rule.runtime >= TS_TIME_LIMIT || rule.period >= TS_TIME_LIMIT)
        return ts_fail(error,
                       "thread %s: the class deadline needs a "
                       "period, and an estimate: the runtime it "
                       "may use in each",
                       ts_task_name(task));
    if (rule.runtime == 0 || rule.runtime > rule.deadline ||
        rule.deadline > rule.period)
        return ts_fail(error,
                       "thread %s: the class deadline needs "
                       "0 < estimate <= deadline <= period",
                       ts_task_name(task));
    return true;
}

/* When the runtime comes back: at the next period (dl_next_period()). */
static ts_time next_period(const entity *e)
{
    return e->deadline - e->rule.deadline + e->rule.period;
}

/* A wake-up keeps runtime and deadline unless they would give it more than
 * its bandwidth (update_dl_entity()). One whose deadline is earlier than the
 * next period keeps the deadline, with so much runtime that they do not
 * (update_dl_revised_wakeup()). */
static void wake(entity *e, ts_time now)
{
    ts_time until = e->deadline - now;

    if (until > 0 &&
        !ts_linux_overflows(e->left, e->rule.runtime, e->rule.deadline, until))
        return;
    if (until > 0 && e->rule.deadline < e->rule.period) {
        e->left =
            (ts_time)((ts_i128)e->rule.runtime * until / e->rule.deadline);
        return;
    }
    e->deadline = ts_time_add(now, e->rule.deadline);
    e->left = e->rule.runtime;
}

/* What was used beyond the runtime is taken off the next ones; one that lags
 * by more than a deadline begins anew (replenish_dl_entity()). */
static void refill(entity *e, ts_time now)
{
    while (e->left <= 0) {
        e->left += e->rule.runtime;
        e->deadline = ts_time_add(e->deadline, e->rule.period);
    }
    if (e->deadline < now) {
        e->left = e->rule.runtime;
        e->deadline = ts_time_add(now, e->rule.deadline);
    }
    e->throttled = false;
}

static void replenish(ts_engine *engine, ts_event *event)
{
    entity *e = TS_CONTAINER(event, entity, event);
    ts_thread *thread = e->thread;
    ts_linux_queue *state = thread->queue->state;

    refill(e, ts_engine_now(engine));
    if (thread->state == TS_THREAD_READY) {
        ts_heap_push(&state->dl, thread->machine, thread);
        ts_linux_note_urgent(state);
        ts_queue_dirty(thread->queue);
    }
}

/* With its runtime used up it waits for the next period, also where it is
 * asleep: it keeps the debt (update_curr_dl(), start_dl_timer()). */
static void throttle(ts_linux_queue *state, ts_thread *thread)
{
    ts_engine *engine = state->queue->machine->engine;
    entity *e = thread->entity;
    ts_time now = ts_engine_now(engine);

    if (e->throttled || e->left > 0)
        return;
    if (next_period(e) <= now) {
        refill(e, now);
        return;
    }
    e->throttled = true;
    ts_event_at(engine, &e->event, next_period(e));
}

/* One that wakes after its deadline waits for the next period, with no runtime
 * until then (dl_check_constrained_dl()). */
static bool is_early(const entity *e, ts_time now)
{
    return e->deadline > 0 && e->deadline < now && now < next_period(e);
}

/* It comes back, or is new. */
static void come(ts_linux_queue *state, ts_thread *thread)
{
    entity *e = thread->entity;
    ts_time now = ts_engine_now(state->queue->machine->engine);

    if (!is_early(e, now))
        wake(e, now);
    else if (e->left > 0)
        e->left = 0;
}

static bool init(ts_linux_queue *state, ts_error *error)
{
    (void)error;
    state->dl.compare = by_deadline;
    return true;
}

static void join(ts_linux_queue *state, ts_thread *thread)
{
    entity *e = thread->entity;

    (void)state;
    e->thread = thread;
    e->rule = rule_of(thread->task);
    ts_event_init_loose(&e->event, TS_CLASS_TIMER, replenish,
                        ts_task_name(thread->task));
}

static void leave(ts_linux_queue *state, ts_thread *thread)
{
    entity *e = thread->entity;

    ts_event_cancel(state->queue->machine->engine, &e->event);
}

static void put(ts_linux_queue *state, ts_thread *thread, ts_why why)
{
    ts_machine *machine = state->queue->machine;
    entity *e = thread->entity;

    /* Also one that comes from another class (setup_new_dl_entity()). */
    if (!e->throttled &&
        (why == TS_WHY_WOKEN || why == TS_WHY_ARRIVED || e->deadline == 0))
        come(state, thread);
    throttle(state, thread);
    if (!e->throttled)
        ts_heap_push(&state->dl, machine, thread);
}

static void take_out(ts_linux_queue *state, ts_thread *thread)
{
    const entity *e = thread->entity;

    if (!e->throttled)
        ts_heap_remove(&state->dl, thread);
}

static bool has(const ts_linux_queue *state)
{
    return state->dl.count > 0;
}

static ts_thread *first(ts_linux_queue *state)
{
    return ts_heap_top(&state->dl);
}

static ts_thread *pick(ts_linux_queue *state, ts_cpu *cpu)
{
    (void)cpu;
    return ts_heap_pop(&state->dl);
}

static bool before(const ts_linux_queue *state, const ts_thread *challenger,
                   const ts_thread *running)
{
    (void)state;
    return by_deadline(challenger, running) < 0;
}

static ts_fine slice(ts_linux_queue *state, ts_cpu *cpu, ts_thread *thread)
{
    const entity *e = thread->entity;
    ts_time now = ts_engine_now(state->queue->machine->engine);
    int64_t left = (e->left + TS_NS - 1) / TS_NS;

    (void)cpu;
    return ts_fine_make(ts_fair_tick(now, left, state->tick) - now);
}

static bool expired(ts_linux_queue *state, ts_thread *thread)
{
    const entity *e = thread->entity;

    (void)state;
    return e->left <= 0;
}

static void charge(ts_linux_queue *state, ts_thread *thread, ts_time ran)
{
    entity *e = thread->entity;

    (void)state;
    e->left -= ran;
}

static void key(const ts_linux_queue *state, const ts_thread *thread,
                char *buffer, size_t size)
{
    const entity *e = thread->entity;

    (void)state;
    ts_key_time(buffer, size, "deadline at", e->deadline);
}

const ts_linux_class ts_linux_deadline = {
    .init = init,
    .join = join,
    .leave = leave,
    .put = put,
    .remove = take_out,
    .has = has,
    .challenger = first,
    .pick = pick,
    .before = before,
    .slice = slice,
    .expired = expired,
    .charge = charge,
    .blocked = throttle,
    .key = key,
    .entity_size = sizeof(entity),
    .pushes = true,
};

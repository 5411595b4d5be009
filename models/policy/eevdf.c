/*
 * eevdf.c - Linux's earliest eligible virtual deadline first, 6.6 and 6.12.
 *
 * V is the average of the virtual run times, weighted; who is not ahead of it
 * is owed time and eligible. Of the eligible, the one with the earliest
 * virtual deadline runs: a slice, in its virtual time, after it began. It runs
 * until the deadline is reached (RUN_TO_PARITY), which is seen at a tick, or
 * until one that wakes is the better choice. What a thread is owed when it
 * goes to sleep, its lag, at most two slices, it finds again when it wakes; with
 * delayed dequeue (6.12) one that owes goes on competing, asleep, until it
 * owes nothing.
 *
 * Source: kernel/sched/fair.c of 6.6 and 6.12: update_deadline(),
 * place_entity(), pick_eevdf(), update_entity_lag(), requeue_delayed_entity().
 * I. Stoica and H. Abdel-Wahab, "Earliest Eligible Virtual Deadline First",
 * 1995. Control groups and averages of loads are the policy linux's
 * (linux_group.c, linux_load.c). Options are in eevdf_fields.c.
 */
#include <stdio.h>
#include <string.h>

#include "models/machine/policy.h"
#include "models/machine/task.h"
#include "models/policy/eevdf.h"
#include "models/policy/shares.h"

static int64_t by_deadline(const ts_thread *thread)
{
    return ((const ts_eevdf_entity *)thread->entity)->deadline;
}

static int64_t by_vruntime(const ts_thread *thread)
{
    return ((const ts_eevdf_entity *)thread->entity)->vruntime;
}

static bool init(ts_runqueue *queue, ts_error *error)
{
    const ts_eevdf_record *options = queue->options;
    ts_eevdf *state = queue->state;
    int64_t factor =
        options->scaling ? ts_fair_scaling(queue->machine->cpu_count) : 1;

    (void)error;
    state->machine = queue->machine;
    state->ready.early.key = by_deadline;
    state->ready.late.key = by_vruntime;
    state->ready.is = ts_eevdf_is_eligible;
    state->ready.context = state;
    state->base_slice = options->base_slice / TS_NS * factor;
    state->tick = ts_fair_period(options->hz);
    state->hrtick = options->hrtick;
    state->parity = options->parity;
    state->keep_lag = options->lag;
    state->initial = options->initial;
    state->later = ts_eevdf_is_later(options);
    state->delay = ts_eevdf_delays(options);
    return true;
}

/* --- coming and going --- */

static bool *side_of(ts_thread *thread)
{
    return &((ts_eevdf_entity *)thread->entity)->side;
}

static void charge(ts_runqueue *queue, ts_thread *thread, ts_time ran)
{
    ts_eevdf *state = queue->state;
    ts_eevdf_entity *e = thread->entity;
    int64_t grown = ts_fair_pass(ts_fair_elapsed(ran, &e->rest), e->load);

    e->vruntime += grown;
    state->moment += (ts_i128)e->load.weight * grown;
}

static void join(ts_runqueue *queue, ts_thread *thread)
{
    const ts_eevdf *state = queue->state;
    ts_eevdf_entity *e = thread->entity;
    ts_time own = ts_slice_of(thread);

    e->class_of = ts_class_of(thread);
    e->load = ts_fair_load_of_level(ts_fair_level(thread));
    e->slice = state->base_slice;
    if (own > 0 && state->later)
        e->slice = own < TS_MS / 10    ? 100000
                   : own > 100 * TS_MS ? 100000000
                                       : own / TS_NS;
}

/* One that competes leaves the average, to come back with another weight. Its
 * lag is so much processor time as before, and what is left until its deadline
 * so much virtual time (reweight_entity(), as 6.12.117 behaves). */
static void lay_aside(ts_eevdf *state, ts_thread *thread)
{
    ts_eevdf_entity *e = thread->entity;

    if (e->delayed)
        ts_eligible_remove(&state->ready, thread, e->side);
    if (!e->on)
        return;
    ts_eevdf_look(state);
    e->lag = ts_eevdf_lag(state, e);
    ts_eevdf_count(state, e, false);
    e->deadline -= e->vruntime;
    e->kept = true;
}

/* `on`: it competed, with weight `before`. */
static void take_up(ts_eevdf *state, ts_thread *thread, bool on, int64_t before)
{
    ts_eevdf_entity *e = thread->entity;

    e->lag = (int64_t)((ts_i128)e->lag * before / e->load.weight);
    if (on)
        ts_eevdf_place(state, e);
    if (state->current == thread)
        e->picked = e->deadline;
    if (e->delayed)
        ts_eligible_push(&state->ready, state->machine, thread, &e->side);
}

static void changed(ts_runqueue *queue, ts_thread *thread)
{
    ts_eevdf *state = queue->state;
    ts_eevdf_entity *e = thread->entity;
    int64_t before = e->load.weight;
    bool on = e->on;

    lay_aside(state, thread);
    join(queue, thread);
    take_up(state, thread, on, before);
}

static void reweigh(ts_runqueue *queue, ts_thread *thread, int64_t weight,
                    bool idle)
{
    ts_eevdf *state = queue->state;
    ts_eevdf_entity *e = thread->entity;
    int64_t before = e->load.weight;
    bool on = e->on;

    lay_aside(state, thread);
    e->load = ts_fair_load_of_weight(weight);
    e->class_of = idle ? TS_CLASS_OF_IDLE : ts_class_of(thread);
    take_up(state, thread, on, before);
}

/* It wakes while it still competes; what it has come to be owed meanwhile is
 * not its own (DELAY_ZERO). Nobody looks at the running thread before
 * (requeue_delayed_entity()): V is what it was at the last tick or since. */
static void undelay(ts_eevdf *state, ts_thread *thread)
{
    ts_eevdf_entity *e = thread->entity;
    int64_t unseen = ts_eevdf_unseen(state);

    e->delayed = false;
    ts_eligible_remove(&state->ready, thread, e->side);
    ts_eevdf_run(state, -unseen);
    if (ts_eevdf_lag(state, e) > 0) {
        ts_eevdf_count(state, e, false);
        e->lag = 0;
        ts_eevdf_place(state, e);
    }
    ts_eevdf_run(state, unseen);
}

/* Puts its deadline off by a slice. From 6.12 on it gives up what is left of
 * the present one, if it is owed any (yield_task_fair()). */
static void yield(ts_eevdf *state, ts_eevdf_entity *e)
{
    int64_t slice = ts_fair_pass(e->slice, e->load);

    if (state->later) {
        if (state->moment < (ts_i128)e->vruntime * state->weight)
            return;
        state->moment += (ts_i128)e->load.weight * (e->deadline - e->vruntime);
        e->vruntime = e->deadline;
    }
    e->deadline += slice;
}

/* Whether one that wakes, with a shorter slice than the running one's, ends that
 * one's right to its slice (do_preempt_short()). */
static bool is_shorter(const ts_eevdf *state, const ts_thread *thread)
{
    const ts_eevdf_entity *mine = state->current->entity,
                          *theirs = thread->entity;

    return theirs->slice < mine->slice && ts_eevdf_is_eligible(state, thread) &&
           (theirs->deadline < mine->deadline ||
            !ts_eevdf_is_eligible(state, state->current));
}

/* One that wakes is weighed against the running one. An idle one makes room for
 * those that are not, and batch and idle threads take the processor from nobody
 * else (check_preempt_wakeup_fair()). */
static void weigh(ts_eevdf *state, ts_thread *thread)
{
    ts_eevdf_entity *e = thread->entity;
    const ts_eevdf_entity *running =
        state->current != NULL ? state->current->entity : NULL;
    bool over_idle = running != NULL && running->class_of == TS_CLASS_OF_IDLE;

    if (over_idle && e->class_of != TS_CLASS_OF_IDLE)
        state->due = true;
    if (over_idle || e->class_of != TS_CLASS_OF_FAIR)
        return;
    state->woken = true;
    e->woke = state->wakes;
    if (state->later && running != NULL && is_shorter(state, thread))
        ((ts_eevdf_entity *)state->current->entity)->picked =
            running->deadline + 1;
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    ts_eevdf *state = queue->state;
    ts_eevdf_entity *e = thread->entity;
    bool comes = !e->on || e->delayed;

    if (comes)
        ts_cpu_sync(&queue->machine->cpus[queue->first]);
    if (e->delayed) {
        undelay(state, thread);
        if (e->class_of == TS_CLASS_OF_FAIR)
            ts_eevdf_look(state);
    } else {
        ts_eevdf_look(state);
    }
    if (state->current == thread)
        state->current = NULL;
    if (!e->on)
        ts_eevdf_place(state, e);
    if (why == TS_WHY_YIELDED && state->count > 1)
        yield(state, e);
    if (comes) {
        weigh(state, thread);
    } else {
        state->left = thread;
        state->left_at = ts_engine_now(queue->machine->engine);
    }
    ts_eligible_push(&state->ready, queue->machine, thread, &e->side);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    ts_eevdf *state = queue->state;
    ts_eevdf_entity *e = thread->entity;

    ts_eligible_remove(&state->ready, thread, e->side);
    e->lag = ts_eevdf_lag(state, e);
    ts_eevdf_count(state, e, false);
    if (state->later) {
        e->deadline -= e->vruntime;
        e->kept = true;
    }
}

static void leave(ts_runqueue *queue, ts_thread *thread)
{
    ts_eevdf *state = queue->state;
    ts_eevdf_entity *e = thread->entity;

    ts_eevdf_look(state);
    if (state->current == thread)
        state->current = NULL;
    if (state->left == thread)
        state->left = NULL;
    if (e->delayed)
        ts_eligible_remove(&state->ready, thread, e->side);
    e->delayed = false;
    if (e->on)
        ts_eevdf_count(state, e, false);
}

static void blocked(ts_runqueue *queue, ts_thread *thread)
{
    ts_eevdf *state = queue->state;
    ts_eevdf_entity *e = thread->entity;

    ts_eevdf_look(state);
    if (state->current == thread)
        state->current = NULL;
    if (state->delay && state->count > 1 &&
        !ts_eevdf_is_eligible(state, thread)) {
        e->delayed = true;
        thread->order = queue->machine->next_order++;
        ts_eligible_push(&state->ready, queue->machine, thread, &e->side);
        return;
    }
    e->lag = ts_eevdf_lag(state, e);
    ts_eevdf_count(state, e, false);
}

/* A blocked thread goes to another queue: it no longer competes here. */
static void move(ts_runqueue *from, ts_runqueue *to, ts_thread *thread)
{
    ts_eevdf *state = from->state;
    ts_eevdf_entity *e = thread->entity;

    (void)to;
    if (!e->delayed)
        return;
    ts_eligible_remove(&state->ready, thread, e->side);
    e->delayed = false;
    e->lag = ts_eevdf_lag(state, e);
    ts_eevdf_count(state, e, false);
}

/* One that is delayed wakes where it is (ttwu_runnable()). */
static bool lingers(const ts_thread *thread)
{
    return ((const ts_eevdf_entity *)thread->entity)->delayed;
}

/* --- choosing --- */

/* The best of those in the queue. Delayed ones that are the best choice owe
 * nothing any more: they go. */
static ts_thread *best_ready(ts_eevdf *state)
{
    for (;;) {
        ts_thread *best =
            ts_eligible_first(&state->ready, state->machine, side_of);
        ts_eevdf_entity *e = best != NULL ? best->entity : NULL;

        if (best == NULL || !e->delayed)
            return best;
        ts_eligible_remove(&state->ready, best, e->side);
        e->delayed = false;
        e->lag = ts_eevdf_lag(state, e);
        if (e->lag > 0)
            e->lag = 0;
        ts_eevdf_count(state, e, false);
    }
}

/* Whether the running thread may have the rest of its slice. */
static bool is_protected(const ts_eevdf *state, const ts_thread *running)
{
    const ts_eevdf_entity *mine = running->entity;

    return state->parity && mine->deadline == mine->picked;
}

/* Whom to weigh against the running thread: when its deadline is reached, the
 * best; when some woke, one of them, if it is the best. A delayed one that
 * would be better yet keeps it from that, and stays (check_preempt_wakeup()
 * only looks). */
static ts_thread *challenging(ts_runqueue *queue)
{
    ts_eevdf *state = queue->state;
    ts_thread *best;
    const ts_eevdf_entity *e;

    if (state->due)
        return best_ready(state);
    if (!state->woken)
        return NULL;
    best = ts_eligible_first(&state->ready, state->machine, side_of);
    e = best != NULL ? best->entity : NULL;
    return e != NULL && e->class_of == TS_CLASS_OF_FAIR &&
                   e->woke == state->wakes
               ? best
               : NULL;
}

/* All that woke have been weighed. */
static void forget_woken(ts_eevdf *state)
{
    state->woken = false;
    state->wakes++;
}

static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    const ts_eevdf *state = queue->state;

    return !ts_eevdf_is_eligible(state, running) ||
           (!is_protected(state, running) &&
            by_deadline(challenger) <= by_deadline(running));
}

static void weighed(ts_runqueue *queue, ts_thread *challenger,
                    const ts_thread *running, bool wins)
{
    ts_eevdf *state = queue->state;

    (void)challenger;
    (void)running;
    if (wins)
        return;
    state->due = false;
    forget_woken(state);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    ts_eevdf *state = queue->state;
    ts_thread *best = best_ready(state);
    ts_eevdf_entity *e;

    (void)cpu;
    if (best == NULL)
        return NULL;
    e = best->entity;
    ts_eligible_remove(&state->ready, best, e->side);
    forget_woken(state);
    state->due = false;
    if (best != state->left ||
        state->left_at != ts_engine_now(queue->machine->engine))
        e->picked = e->deadline;
    e->seen = ts_engine_now(queue->machine->engine);
    state->left = NULL;
    state->current = best;
    return best;
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const ts_eevdf *state = queue->state;
    const ts_eevdf_entity *e = thread->entity;
    ts_time now = ts_engine_now(queue->machine->engine);
    int64_t left = ts_fair_wall(e->deadline - e->vruntime, e->load);

    (void)cpu;
    if (state->count < 2)
        return TS_FINE_NEVER;
    if (state->hrtick)
        return ts_fine_make(left > 0 ? left * TS_NS - e->rest : TS_NS);
    if (ts_eevdf_is_open(state, e))
        left = 0;
    return ts_fine_make(ts_fair_tick(now, left, state->tick) - now);
}

static bool expired(ts_runqueue *queue, ts_thread *thread)
{
    ts_eevdf *state = queue->state;
    bool due;

    (void)thread;
    ts_eevdf_look(state);
    due = state->due && state->count > 1;
    state->due = false;
    return due;
}

static ts_thread *spare(ts_runqueue *queue, const ts_cpu *cpu)
{
    const ts_eevdf *state = queue->state;
    ts_thread *thread = ts_heap_spare(&state->ready.late, cpu);

    return thread != NULL ? thread : ts_heap_spare(&state->ready.early, cpu);
}

static int64_t weight(const ts_thread *thread)
{
    return ts_fair_whole(
        ((const ts_eevdf_entity *)thread->entity)->load.weight);
}

static int64_t load(const ts_runqueue *queue)
{
    return ts_fair_whole(((const ts_eevdf *)queue->state)->weight);
}

static const char *stands(const ts_thread *thread, int64_t *value)
{
    *value = by_vruntime(thread);
    return TS_VIRTUAL_TIME;
}

static const ts_shape *const thread_tables[] = {&ts_class_table, &ts_nice_table,
                                                &ts_slice_table, NULL};

static const ts_policy policy = {
    .thread = thread_tables,
    .entity_size = sizeof(ts_eevdf_entity),
    .queue_size = sizeof(ts_eevdf),
    .conserving = true,
    .per_processor = true,
    .adapts = true,
    .by_clock = true,
    .rule = "its virtual deadline is the earliest of those that are owed time",
    .init = init,
    .join = join,
    .leave = leave,
    .put = put,
    .remove = take_out,
    .challenger = challenging,
    .pick = pick,
    .before = before,
    .weighed = weighed,
    .slice = slice,
    .expired = expired,
    .charge = charge,
    .spare = spare,
    .weight = weight,
    .load = load,
    .lingers = lingers,
    .move = move,
    .changed = changed,
    .reweigh = reweigh,
    .blocked = blocked,
    .stands = stands,
    .key = ts_eevdf_key,
};

const ts_entry ts_policy_eevdf = {
    .name = "eevdf",
    .help = "Linux's earliest eligible virtual deadline first, from 6.6",
    .about = "kernel/sched/fair.c of Linux 6.6 and 6.12: lag, placement, "
             "RUN_TO_PARITY, deadlines seen at ticks of HZ, delayed dequeue, "
             "own slices. Control groups and the kernel's ways between "
             "processors are the policy linux's.",
    .shape = &ts_eevdf_shape,
    .model = &policy,
};

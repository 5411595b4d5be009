/*
 * linux_rt.c - SCHED_FIFO and SCHED_RR, by priority; SCHED_RR in turns of so
 * many ticks. Together they may have rt_runtime of every rt_period (the
 * throttle, seen at a tick), so that a loop cannot lock everybody out; from 6.12
 * on the fair server does that (linux_server.c).
 *
 * Source: kernel/sched/rt.c of Linux 5.x and 6.x. Left out: borrowing of
 * rt_runtime between processors.
 */
#include <stdio.h>

#include "models/policy/linux.h"

typedef struct entity {
    int64_t urgency;
    int64_t ticks; /* left of an rr slice */
    bool head;     /* pre-empted: before its equals */
} entity;

static bool is_rr(const ts_thread *thread)
{
    return ts_class_of(thread) == TS_CLASS_OF_RR;
}

static int by_priority(const ts_thread *a, const ts_thread *b)
{
    const entity *x = a->entity, *y = b->entity;

    if (x->urgency != y->urgency)
        return x->urgency > y->urgency ? -1 : 1;
    return (int)y->head - (int)x->head;
}

static const ts_linux_record *options_of(const ts_linux_queue *state)
{
    return state->queue->options;
}

static bool has_limit(const ts_linux_record *options)
{
    return options->rt_runtime < options->rt_period &&
           !ts_linux_has_server(options);
}

/* A new period: what was used beyond the runtime is taken off the next one. */
static void new_period(ts_engine *engine, ts_event *event)
{
    ts_linux_queue *state = TS_CONTAINER(event, ts_linux_queue, rt.period);
    const ts_linux_record *options = options_of(state);
    ts_linux_rt *rt = &state->rt;

    ts_cpu_sync(&state->queue->machine->cpus[state->queue->first]);
    rt->used -= rt->used < options->rt_runtime ? rt->used : options->rt_runtime;
    if (rt->used < options->rt_runtime)
        rt->throttled = false;
    if (rt->used > 0 || rt->ready.count > 0)
        ts_event_at(engine, event,
                    ts_time_add(ts_engine_now(engine), options->rt_period));
    state->queue->changes++; /* slices end where the runtime does */
    ts_queue_dirty(state->queue);
}

static bool init(ts_linux_queue *state, ts_error *error)
{
    ts_linux_rt *rt = &state->rt;

    (void)error;
    rt->ready.compare = by_priority;
    rt->turn = options_of(state)->rr_slice / state->tick;
    rt->turn += rt->turn == 0;
    ts_event_init_slot(state->queue->machine->engine, &rt->period,
                       TS_CLASS_TIMER, new_period, "rt_period");
    return true;
}

static void put(ts_linux_queue *state, ts_thread *thread, ts_why why)
{
    entity *e = thread->entity;

    e->urgency = thread->urgency;
    if (why != TS_WHY_MOVED)
        e->head = why == TS_WHY_PREEMPTED || why == TS_WHY_EXPIRED;
    /* An rr slice that is used up sends it behind its equals. */
    if (why == TS_WHY_EXPIRED && is_rr(thread) && e->ticks <= 0)
        e->head = false;
    ts_heap_push(&state->rt.ready, state->queue->machine, thread);
}

static void take_out(ts_linux_queue *state, ts_thread *thread)
{
    ts_heap_remove(&state->rt.ready, thread);
}

static bool has(const ts_linux_queue *state)
{
    return state->rt.ready.count > 0 && !state->rt.throttled;
}

static ts_thread *first(ts_linux_queue *state)
{
    return ts_heap_top(&state->rt.ready);
}

static ts_thread *pick(ts_linux_queue *state, ts_cpu *cpu)
{
    (void)cpu;
    return ts_heap_pop(&state->rt.ready);
}

static bool before(const ts_linux_queue *state, const ts_thread *challenger,
                   const ts_thread *running)
{
    (void)state;
    return challenger->urgency > running->urgency;
}

static void charge(ts_linux_queue *state, ts_thread *thread, ts_time ran)
{
    const ts_linux_record *options = options_of(state);
    entity *e = thread->entity;
    ts_engine *engine = state->queue->machine->engine;
    ts_time now = ts_engine_now(engine);

    /* task_tick_rt() counts ticks, however little of the last it had. */
    e->ticks -= now / state->tick - (now - ran) / state->tick;
    if (!has_limit(options))
        return;
    state->rt.used += ran;
    if (!state->rt.period.pending)
        ts_event_at(engine, &state->rt.period,
                    ts_time_add(now - ran, options->rt_period));
}

static ts_fine slice(ts_linux_queue *state, ts_cpu *cpu, ts_thread *thread)
{
    const ts_linux_record *options = options_of(state);
    entity *e = thread->entity;
    ts_time now = ts_engine_now(state->queue->machine->engine);
    ts_time least = TS_NEVER;

    (void)cpu;
    if (is_rr(thread)) {
        if (e->ticks <= 0)
            e->ticks = state->rt.turn;
        least = (now / state->tick + e->ticks) * state->tick;
    }
    if (has_limit(options)) {
        ts_time left = options->rt_runtime - state->rt.used;
        ts_time end =
            ts_fair_tick(now, (left + TS_NS - 1) / TS_NS, state->tick);

        least = end < least ? end : least;
    }
    return least == TS_NEVER ? TS_FINE_NEVER : ts_fine_make(least - now);
}

static bool expired(ts_linux_queue *state, ts_thread *thread)
{
    const ts_linux_record *options = options_of(state);
    const entity *e = thread->entity;

    if (has_limit(options) && state->rt.used >= options->rt_runtime) {
        state->rt.throttled = true;
        return true;
    }
    return is_rr(thread) && e->ticks <= 0;
}

static ts_thread *spare(ts_linux_queue *state, const ts_cpu *cpu)
{
    return ts_heap_spare(&state->rt.ready, cpu);
}

static void key(const ts_linux_queue *state, const ts_thread *thread,
                char *buffer, size_t size)
{
    snprintf(buffer, size, "real-time priority %lld%s",
             (long long)thread->priority,
             state->rt.throttled ? ", throttled" : "");
}

const ts_linux_class ts_linux_real_time = {
    .init = init,
    .put = put,
    .remove = take_out,
    .has = has,
    .challenger = first,
    .pick = pick,
    .before = before,
    .slice = slice,
    .expired = expired,
    .charge = charge,
    .spare = spare,
    .key = key,
    .entity_size = sizeof(entity),
    .pushes = true,
};

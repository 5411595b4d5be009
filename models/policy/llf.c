/*
 * llf.c - least laxity first.
 *
 * A job's laxity is the time it could still wait and yet meet its deadline:
 * deadline - now - what it has left at worst. The one with the least runs. A
 * waiting job's laxity shrinks as time passes and a running one's does not, so
 * that at some instant a waiting one overtakes: that instant is computed, and
 * nothing ticks. Two jobs of equal laxity would overtake each other without
 * end; so a job keeps its processor for `slice` before it can be overtaken,
 * and is overtaken at a multiple of `every`, which on paper is a whole tick.
 * One that becomes ready with less laxity takes the processor at once. Jobs
 * without a deadline run when no other wants to.
 *
 * Sources: Mok and Dertouzos, 1978; Mok, Fundamental Design Problems of
 * Distributed Systems for the Hard-Real-Time Environment, MIT, 1983.
 */
#include <stdio.h>

#include "models/policy/demand.h"
#include "models/policy/urgent.h"

typedef struct llf_record {
    ts_time slice, every;
} llf_record;

typedef struct llf {
    ts_urgent urgent; /* ready ones by when they must start at the latest */
    ts_time slice, every;
    ts_runqueue *queue;
    ts_event timer; /* the next overtaking */
    ts_time *cost;  /* of a job of each task, by its index; all queues' */
} llf;

typedef struct llf_entity {
    ts_time picked; /* when it got its processor */
} llf_entity;

static const ts_field fields[] = {
    {.name = "slice",
     .kind = TS_FIELD_TIME,
     .fallback = "1ms",
     .min = 1,
     .offset = TS_AT(llf_record, slice),
     .help = "how long a job runs before a waiting one can overtake it"},
    {.name = "every",
     .kind = TS_FIELD_TIME,
     .fallback = "1ps",
     .min = 1,
     .offset = TS_AT(llf_record, every),
     .help = "waiting jobs overtake at multiples of this time only"},
};

static const ts_shape shape = {.name = "llf",
                               .help = "Options of least laxity first",
                               .size = sizeof(llf_record),
                               TS_FIELDS(fields)};

static const ts_shape *const thread_tables[] = {&ts_demand_table, NULL};

/* When the job must start, or go on, at the latest; what orders jobs, and for
 * waiting ones does not change. */
static ts_time latest(const ts_thread *thread)
{
    const llf *state = thread->queue->state;
    ts_time left = state->cost[thread->task->index] - thread->used;

    if (thread->deadline == TS_NEVER)
        return TS_NEVER;
    return thread->deadline - (left > 0 ? left : 0);
}

static void overtaken(ts_engine *engine, ts_event *event)
{
    (void)engine;
    ts_queue_dirty(TS_CONTAINER(event, llf, timer)->queue);
}

static bool init(ts_runqueue *queue, ts_error *error)
{
    const llf_record *options = queue->options;
    llf *state = queue->state;

    (void)error;
    state->urgent.ready.compare = ts_urgent_compare;
    state->slice = options->slice;
    state->every = options->every;
    state->queue = queue;
    ts_event_init_slot(queue->machine->engine, &state->timer, TS_CLASS_TIMER,
                       overtaken, "least laxity first");
    return true;
}

/* A job with a deadline must say how long it takes. */
static bool set_costs(ts_machine *machine, ts_error *error)
{
    ts_time *cost = ts_arena_array(machine->arena, (size_t)machine->task_count,
                                   sizeof *cost);

    if (cost == NULL && machine->task_count > 0)
        return ts_fail(error, "out of memory for %d tasks",
                       machine->task_count);
    for (int i = 0; i < machine->queue_count; i++)
        ((llf *)machine->queues[i].state)->cost = cost;
    for (int i = 0; i < machine->task_count; i++) {
        const ts_task *task = &machine->tasks[i];
        bool known = ts_demand_cost(task, &cost[i]);

        if (task->record->deadline < TS_TIME_LIMIT && !known)
            return ts_fail(error,
                           "least laxity first must know how long a job "
                           "of %s takes at worst: give an estimate",
                           ts_task_name(task));
    }
    return true;
}

static int64_t worth(const ts_thread *thread)
{
    int64_t own = -latest(thread);

    return own > thread->inherited ? own : thread->inherited;
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    thread->own_urgency = -latest(thread);
    thread->urgency = worth(thread);
    ts_urgent_put(queue, thread, why);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    ts_thread *thread = ts_urgent_pick(queue, cpu);

    if (thread != NULL)
        ((llf_entity *)thread->entity)->picked =
            ts_engine_now(queue->machine->engine);
    return thread;
}

static bool is_new(const ts_thread *thread, ts_time now)
{
    return thread->since == now &&
           (thread->why == TS_WHY_ARRIVED || thread->why == TS_WHY_WOKEN);
}

static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    (void)queue;
    return worth(challenger) > worth(running);
}

static bool keeps(const ts_runqueue *queue, const ts_thread *challenger,
                  const ts_thread *running)
{
    const llf *state = queue->state;
    const llf_entity *mine = running->entity;
    ts_time now = ts_engine_now(queue->machine->engine);

    return !is_new(challenger, now) &&
           now < ts_time_add(mine->picked, state->slice);
}

/* Sets the timer for the next overtaking: a running job's latest start moves
 * with the clock towards that of the first waiting one. */
static void decided(ts_runqueue *queue)
{
    llf *state = queue->state;
    ts_machine *machine = queue->machine;
    ts_time now = ts_engine_now(machine->engine), first = TS_NEVER;
    const ts_thread *next = ts_urgent_challenger(queue);

    for (int id = queue->first;
         next != NULL && id < queue->first + queue->count; id++) {
        ts_cpu *cpu = &machine->cpus[id];
        ts_time ready_from;
        ts_i128 at; /* latest starts are as far apart as times get */

        if (cpu->current == NULL || next->urgency == -TS_NEVER ||
            worth(cpu->current) == -TS_NEVER)
            continue;
        ts_cpu_sync(cpu);
        ready_from = ts_time_add(((llf_entity *)cpu->current->entity)->picked,
                                 state->slice);
        at = (ts_i128)now + worth(cpu->current) - next->urgency + 1;
        if (at < ready_from)
            at = ready_from;
        at += (state->every - at % state->every) % state->every;
        assert(state->every > 0 && at % state->every == 0);
        if (at > now && at < first)
            first = (ts_time)at;
    }
    ts_event_at(machine->engine, &state->timer, first);
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    ts_time now = ts_engine_now(queue->machine->engine);

    if (thread->deadline == TS_NEVER)
        snprintf(buffer, size, "no deadline");
    else
        ts_key_time(buffer, size, "laxity", latest(thread) - now);
}

static const ts_policy policy = {
    .thread = thread_tables,
    .entity_size = sizeof(llf_entity),
    .queue_size = sizeof(llf),
    .conserving = true,
    .ranks = TS_RANKS_JOBS,
    .ties = TS_TIES_LISTED,
    .rule = "its laxity is the least",
    .init = init,
    .place = set_costs,
    .put = put,
    .remove = ts_urgent_remove,
    .challenger = ts_urgent_challenger,
    .pick = pick,
    .before = before,
    .keeps = keeps,
    .decided = decided,
    .key = key,
};

const ts_entry ts_policy_llf = {
    .name = "llf",
    .help = "least laxity first: the job that can wait least runs",
    .about = "Overtakings are computed, not looked for at ticks.",
    .shape = &shape,
    .model = &policy,
};

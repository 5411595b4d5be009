/*
 * linux.c - Linux's scheduling classes, stacked: deadline, then fifo and rr,
 * then fair.
 *
 * A thread's "class" says where it belongs. A higher class takes the processor
 * at once. SCHED_FIFO and SCHED_RR go by priority, SCHED_RR in turns of so many
 * ticks; together they may have
 * rt_runtime of every rt_period (the throttle, seen at a tick), so that a loop
 * cannot lock everybody out. SCHED_DEADLINE gives a thread its estimate of
 * every period, a hard constant bandwidth server, the earliest deadline first;
 * what it used beyond that, because it is only seen at a tick or when it sleeps,
 * it owes. The fair class, SCHED_BATCH and SCHED_IDLE in it, is one of the fair
 * policies, whole. Threads above the fair class do not wait on one processor
 * while another runs something less: they are pushed and pulled.
 *
 * Source: kernel/sched/rt.c and deadline.c of Linux 5.x and 6.x. Left out:
 * borrowing of rt_runtime, admission control, reclaiming (GRUB), and the
 * deadline server for the fair class (6.12).
 */
#include <stdio.h>

#include "models/policy/fair.h"
#include "models/policy/heap.h"
#include "models/machine/policy.h"
#include "models/policy/demand.h"
#include "models/policy/shares.h"

extern const ts_entry ts_policy_cfs;
extern const ts_entry ts_policy_eevdf;

static const ts_entry *const fair_entries[] = {&ts_policy_eevdf,
                                               &ts_policy_cfs};
static const ts_registry fair_policies = {
    .name = "fair policy",
    .plural = "fair policies",
    .help = "The scheduler of ordinary threads",
    .entries = fair_entries,
    .count = (int)TS_COUNT_OF(fair_entries),
};

typedef struct linux_record {
    ts_variant fair;
    ts_rational hz;
    ts_time rt_period, rt_runtime, rr_slice;
} linux_record;

static const ts_field fields[] = {
    {.name = "fair",
     .kind = TS_FIELD_VARIANT,
     .registry = &fair_policies,
     .required = true,
     .offset = TS_AT(linux_record, fair),
     .help = "the policy of the fair class, with its options: {\"eevdf\": {}}"},
    {.name = "hz",
     .kind = TS_FIELD_FREQUENCY,
     .fallback = "250Hz",
     .source = "CONFIG_HZ",
     .min = 1,
     .max = 1e6,
     .offset = TS_AT(linux_record, hz),
     .help = "ticks of the real-time classes (the fair one has its own)"},
    {.name = "rt_period",
     .kind = TS_FIELD_TIME,
     .fallback = "1s",
     .source = "sched_rt_period_us",
     .min = 1e6,
     .max = 1e15,
     .offset = TS_AT(linux_record, rt_period),
     .help = "of which fifo and rr together may have ..."},
    {.name = "rt_runtime",
     .kind = TS_FIELD_TIME,
     .fallback = "950ms",
     .source = "sched_rt_runtime_us",
     .max = 1e15,
     .offset = TS_AT(linux_record, rt_runtime),
     .help = "... so much; as long as rt_period: no throttling"},
    {.name = "rr_slice",
     .kind = TS_FIELD_TIME,
     .fallback = "100ms",
     .source = "RR_TIMESLICE",
     .min = 1e6,
     .max = 1e15,
     .offset = TS_AT(linux_record, rr_slice),
     .help = "of SCHED_RR"},
};

static void check(ts_check *check, const void *record)
{
    const linux_record *options = record;

    if (options->rt_runtime > options->rt_period)
        ts_check_error(check, "rt_runtime", "is longer than rt_period");
}

static const ts_shape shape = {.name = "linux",
                               .help = "Options of Linux's classes",
                               .size = sizeof(linux_record),
                               TS_FIELDS(fields),
                               .check = check};

/* What a class keeps with a thread, or the fair policy does. A thread is in one
 * class for good. */
typedef struct rt_entity {
    int64_t urgency;
    int64_t ticks; /* left of an rr slice */
    bool head;     /* pre-empted: before its equals */
} rt_entity;

/* A reservation: so much within so long, each period. */
typedef struct dl_rule {
    ts_time runtime, deadline, period;
} dl_rule;

typedef struct dl_entity {
    dl_rule rule;
    ts_time left, deadline;
    bool throttled; /* its runtime is used up */
    ts_event event; /* replenishes it */
    ts_thread *thread;
} dl_entity;

typedef union linux_entity {
    rt_entity rt;
    dl_entity dl;
} linux_entity;

typedef struct linux_queue {
    ts_runqueue *queue;
    ts_runqueue fair; /* the fair policy's view of this queue */
    ts_heap rt, dl;
    ts_time tick;
    int64_t rr_ticks; /* of an rr slice: RR_TIMESLICE */
    ts_time rt_used;  /* in this period */
    bool throttled;   /* the real-time threads */
    ts_event period;
} linux_queue;

static const ts_shape *const thread_tables[] = {&ts_class_table, &ts_nice_table,
                                                &ts_slice_table,
                                                &ts_demand_table, NULL};

/* The fair policy's: ordinary, batch and idle threads. */
static bool is_fair(const ts_thread *thread)
{
    return ts_class_of(thread->task) <= TS_CLASS_OF_IDLE;
}

static bool is_rt(const ts_thread *thread)
{
    ts_class_of_thread which = ts_class_of(thread->task);

    return which == TS_CLASS_OF_FIFO || which == TS_CLASS_OF_RR;
}

static bool is_rr(const ts_thread *thread)
{
    return ts_class_of(thread->task) == TS_CLASS_OF_RR;
}

/* --- real time: fifo and rr --- */

static int by_priority(const ts_thread *a, const ts_thread *b)
{
    const rt_entity *x = a->entity, *y = b->entity;

    if (x->urgency != y->urgency)
        return x->urgency > y->urgency ? -1 : 1;
    return (int)y->head - (int)x->head;
}

static void rt_put(linux_queue *state, ts_thread *thread, ts_why why)
{
    rt_entity *e = thread->entity;

    e->urgency = thread->urgency;
    if (why != TS_WHY_MOVED)
        e->head = why == TS_WHY_PREEMPTED || why == TS_WHY_EXPIRED;
    /* An rr slice that is used up sends it behind its equals. */
    if (why == TS_WHY_EXPIRED && is_rr(thread) && e->ticks <= 0)
        e->head = false;
    ts_heap_push(&state->rt, state->queue->machine, thread);
}

static bool has_limit(const linux_record *options)
{
    return options->rt_runtime < options->rt_period;
}

static void rt_charge(linux_queue *state, ts_thread *thread, ts_time ran)
{
    const linux_record *options = state->queue->options;
    rt_entity *e = thread->entity;
    ts_machine *machine = state->queue->machine;
    ts_time now = ts_engine_now(machine->engine);

    /* task_tick_rt() counts ticks, however little of the last it had. */
    e->ticks -= now / state->tick - (now - ran) / state->tick;
    if (!has_limit(options))
        return;
    state->rt_used += ran;
    if (!state->period.pending)
        ts_event_at(machine->engine, &state->period,
                    ts_time_add(now - ran, options->rt_period));
}

/* A new period: what was used beyond the runtime is taken off the next one. */
static void new_period(ts_engine *engine, ts_event *event)
{
    linux_queue *state = TS_CONTAINER(event, linux_queue, period);
    const linux_record *options = state->queue->options;

    ts_cpu_sync(&state->queue->machine->cpus[state->queue->first]);
    state->rt_used -= state->rt_used < options->rt_runtime
                          ? state->rt_used
                          : options->rt_runtime;
    if (state->rt_used < options->rt_runtime)
        state->throttled = false;
    if (state->rt_used > 0 || state->rt.count > 0)
        ts_event_at(engine, event,
                    ts_time_add(ts_engine_now(engine), options->rt_period));
    state->queue->changes++; /* slices end where the runtime does */
    ts_queue_dirty(state->queue);
}

static ts_fine rt_slice(linux_queue *state, ts_thread *thread)
{
    const linux_record *options = state->queue->options;
    rt_entity *e = thread->entity;
    ts_time now = ts_engine_now(state->queue->machine->engine);
    ts_time least = TS_NEVER;

    if (is_rr(thread)) {
        if (e->ticks <= 0)
            e->ticks = state->rr_ticks;
        least = (now / state->tick + e->ticks) * state->tick;
    }
    if (has_limit(options)) {
        ts_time left = options->rt_runtime - state->rt_used;
        ts_time end =
            ts_fair_tick(now, (left + TS_NS - 1) / TS_NS, state->tick);

        least = end < least ? end : least;
    }
    return least == TS_NEVER ? TS_FINE_NEVER : ts_fine_make(least - now);
}

static bool rt_expired(linux_queue *state, ts_thread *thread)
{
    const linux_record *options = state->queue->options;
    const rt_entity *e = thread->entity;

    if (has_limit(options) && state->rt_used >= options->rt_runtime) {
        state->throttled = true;
        return true;
    }
    return is_rr(thread) && e->ticks <= 0;
}

/* --- deadline --- */

static int by_deadline(const ts_thread *a, const ts_thread *b)
{
    const dl_entity *x = a->entity, *y = b->entity;

    return (x->deadline > y->deadline) - (x->deadline < y->deadline);
}

static dl_rule dl_rule_of(const ts_task *task)
{
    dl_rule rule = {.deadline = task->record->deadline};

    ts_demand_of(task, &rule.period, &rule.runtime);
    if (rule.deadline >= TS_TIME_LIMIT)
        rule.deadline = rule.period;
    return rule;
}

/* When the runtime comes back: at the next period (dl_next_period()). */
static ts_time next_period(const dl_entity *e)
{
    return e->deadline - e->rule.deadline + e->rule.period;
}

/* A wake-up keeps runtime and deadline unless they would give it more than
 * its bandwidth (update_dl_entity()). */
static void dl_wake(dl_entity *e, ts_time now)
{
    if (e->deadline <= now ||
        (ts_i128)e->left * e->rule.deadline >
            (ts_i128)e->rule.runtime * (e->deadline - now)) {
        e->deadline = ts_time_add(now, e->rule.deadline);
        e->left = e->rule.runtime;
    }
}

/* What was used beyond the runtime is taken off the next ones; one that lags
 * by more than a deadline begins anew (replenish_dl_entity()). */
static void refill(dl_entity *e, ts_time now)
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
    dl_entity *e = TS_CONTAINER(event, dl_entity, event);
    ts_thread *thread = e->thread;
    linux_queue *state = thread->queue->state;

    refill(e, ts_engine_now(engine));
    if (thread->state == TS_THREAD_READY) {
        ts_heap_push(&state->dl, thread->machine, thread);
        ts_queue_dirty(thread->queue);
    }
}

/* With its runtime used up it waits for the next period, also where it is
 * asleep: it keeps the debt (update_curr_dl(), start_dl_timer()). */
static void throttle(ts_machine *machine, ts_thread *thread)
{
    dl_entity *e = thread->entity;
    ts_time now = ts_engine_now(machine->engine);

    if (e->throttled || e->left > 0)
        return;
    if (next_period(e) <= now) {
        refill(e, now);
        return;
    }
    e->throttled = true;
    ts_event_at(machine->engine, &e->event, next_period(e));
}

static void dl_put(linux_queue *state, ts_thread *thread, ts_why why)
{
    ts_machine *machine = state->queue->machine;
    ts_time now = ts_engine_now(machine->engine);
    dl_entity *e = thread->entity;

    if (!e->throttled && (why == TS_WHY_WOKEN || why == TS_WHY_ARRIVED))
        dl_wake(e, now);
    throttle(machine, thread);
    if (!e->throttled)
        ts_heap_push(&state->dl, machine, thread);
}

static void dl_join(ts_thread *thread)
{
    dl_entity *e = thread->entity;

    e->thread = thread;
    e->rule = dl_rule_of(thread->task);
    ts_event_init_loose(&e->event, TS_CLASS_TIMER, replenish,
                        ts_task_name(thread->task));
}

/* --- the stack --- */

static const ts_policy *fair_of(const linux_queue *state)
{
    return state->fair.policy;
}

static bool init(ts_runqueue *queue, ts_error *error)
{
    const linux_record *options = queue->options;
    linux_queue *state = queue->state;
    const ts_policy *fair = options->fair.entry->model;

    state->queue = queue;
    state->tick = ts_fair_period(options->hz);
    state->rr_ticks = options->rr_slice / state->tick;
    state->rr_ticks += state->rr_ticks == 0;
    state->rt.compare = by_priority;
    state->dl.compare = by_deadline;
    state->fair = (ts_runqueue){
        .machine = queue->machine,
        .policy = fair,
        .options = options->fair.fields,
        .id = queue->id,
        .first = queue->first,
        .count = queue->count,
    };
    state->fair.state = ts_arena_alloc(queue->machine->arena, fair->queue_size);
    if (state->fair.state == NULL)
        return ts_fail(error, "out of memory for run queues");
    if (fair->entity_size > queue->entity_size)
        queue->entity_size = fair->entity_size;
    ts_event_init_slot(queue->machine->engine, &state->period, TS_CLASS_TIMER,
                       new_period, "rt_period");
    return fair->init(&state->fair, error);
}

/* What the class "deadline" needs to know; asked when all tasks are made. */
static bool place(ts_machine *machine, ts_error *error)
{
    for (int i = 0; i < machine->task_count; i++) {
        const ts_task *task = &machine->tasks[i];
        dl_rule rule = dl_rule_of(task);

        if (ts_class_of(task) != TS_CLASS_OF_DEADLINE)
            continue;
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
    }
    return true;
}

static void join(ts_runqueue *queue, ts_thread *thread)
{
    linux_queue *state = queue->state;

    if (is_fair(thread))
        fair_of(state)->join(&state->fair, thread);
    else if (!is_rt(thread))
        dl_join(thread);
}

static void leave(ts_runqueue *queue, ts_thread *thread)
{
    linux_queue *state = queue->state;

    if (is_fair(thread))
        fair_of(state)->leave(&state->fair, thread);
    else if (!is_rt(thread))
        ts_event_cancel(queue->machine->engine,
                        &((dl_entity *)thread->entity)->event);
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    linux_queue *state = queue->state;

    if (is_fair(thread))
        fair_of(state)->put(&state->fair, thread, why);
    else if (is_rt(thread))
        rt_put(state, thread, why);
    else
        dl_put(state, thread, why);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    linux_queue *state = queue->state;

    if (is_fair(thread))
        fair_of(state)->remove(&state->fair, thread);
    else if (is_rt(thread))
        ts_heap_remove(&state->rt, thread);
    else if (!((dl_entity *)thread->entity)->throttled)
        ts_heap_remove(&state->dl, thread);
}

static ts_thread *challenging(ts_runqueue *queue)
{
    linux_queue *state = queue->state;

    if (state->dl.count > 0)
        return ts_heap_top(&state->dl);
    if (state->rt.count > 0 && !state->throttled)
        return ts_heap_top(&state->rt);
    return fair_of(state)->challenger(&state->fair);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    linux_queue *state = queue->state;

    if (state->dl.count > 0)
        return ts_heap_pop(&state->dl);
    if (state->rt.count > 0 && !state->throttled)
        return ts_heap_pop(&state->rt);
    return fair_of(state)->pick(&state->fair, cpu);
}

/* 2: deadline, 1: real time, 0: fair. */
static int rank(const ts_thread *thread)
{
    return ts_class_of(thread->task) == TS_CLASS_OF_DEADLINE ? 2
                                                             : is_rt(thread);
}

static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    const linux_queue *state = queue->state;

    if (rank(challenger) != rank(running))
        return rank(challenger) > rank(running);
    if (rank(challenger) == 2)
        return by_deadline(challenger, running) < 0;
    if (rank(challenger) == 1)
        return challenger->urgency > running->urgency;
    return fair_of(state)->before(&state->fair, challenger, running);
}

/* Within the fair class only: another class is no match for it. */
static void weighed(ts_runqueue *queue, ts_thread *challenger,
                    const ts_thread *running, bool wins)
{
    linux_queue *state = queue->state;

    if (rank(challenger) == 0 && rank(running) == 0)
        fair_of(state)->weighed(&state->fair, challenger, running, wins);
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    linux_queue *state = queue->state;
    ts_time now = ts_engine_now(queue->machine->engine);

    if (is_fair(thread))
        return fair_of(state)->slice(&state->fair, cpu, thread);
    if (is_rt(thread))
        return rt_slice(state, thread);
    return ts_fine_make(
        ts_fair_tick(now,
                     (((dl_entity *)thread->entity)->left + TS_NS - 1) / TS_NS,
                     state->tick) -
        now);
}

static bool expired(ts_runqueue *queue, ts_thread *thread)
{
    linux_queue *state = queue->state;

    if (is_fair(thread))
        return fair_of(state)->expired(&state->fair, thread);
    if (is_rt(thread))
        return rt_expired(state, thread);
    return ((dl_entity *)thread->entity)->left <= 0;
}

static void charge(ts_runqueue *queue, ts_thread *thread, ts_time ran)
{
    linux_queue *state = queue->state;

    if (is_fair(thread))
        fair_of(state)->charge(&state->fair, thread, ran);
    else if (is_rt(thread))
        rt_charge(state, thread, ran);
    else
        ((dl_entity *)thread->entity)->left -= ran;
}

static void blocked(ts_runqueue *queue, ts_thread *thread)
{
    linux_queue *state = queue->state;

    if (is_fair(thread))
        fair_of(state)->blocked(&state->fair, thread);
    else if (!is_rt(thread))
        throttle(queue->machine, thread);
}

static ts_thread *spare(ts_runqueue *queue, const ts_cpu *cpu)
{
    linux_queue *state = queue->state;
    ts_thread *thread = ts_heap_spare(&state->rt, cpu);

    return thread != NULL ? thread : fair_of(state)->spare(&state->fair, cpu);
}

/* --- deadline and real time between processors --- */

/* Its most urgent waiting thread above the fair class; NULL: none. */
static ts_thread *urgent(const linux_queue *state)
{
    if (state->dl.count > 0)
        return ts_heap_top(&state->dl);
    return state->rt.count > 0 && !state->throttled ? ts_heap_top(&state->rt)
                                                    : NULL;
}

/* The same if it waits for one that it does not come before, not just for a
 * switch to be over. */
static ts_thread *pushable(ts_runqueue *queue)
{
    const ts_thread *running = queue->machine->cpus[queue->first].current;
    ts_thread *thread = urgent(queue->state);

    return thread != NULL && running != NULL && !before(queue, thread, running)
               ? thread
               : NULL;
}

/* Whether the thread would take that queue's processor, and nobody there who
 * waits would come before it. */
static bool outranks(const ts_thread *thread, ts_runqueue *queue)
{
    const ts_thread *running = queue->machine->cpus[queue->first].current;
    const ts_thread *waiting = urgent(queue->state);

    return ts_thread_allowed(thread, queue->first) && running != NULL &&
           before(queue, thread, running) &&
           !(waiting != NULL && !before(queue, thread, waiting));
}

/* The queue whose processor runs what is the least, of those that the thread
 * would take it from; NULL: none (find_lowest_rq()). */
static ts_runqueue *lowest(const ts_thread *thread)
{
    ts_machine *machine = thread->machine;
    ts_runqueue *best = NULL;

    for (int i = 0; i < machine->queue_count; i++) {
        ts_runqueue *queue = &machine->queues[i];

        if (queue == thread->queue || !outranks(thread, queue))
            continue;
        if (best == NULL ||
            rank(machine->cpus[queue->first].current) <
                rank(machine->cpus[best->first].current) ||
            before(queue, machine->cpus[best->first].current,
                   machine->cpus[queue->first].current))
            best = queue;
    }
    return best;
}

/* A thread above the fair class never waits where it could run elsewhere: it is
 * pushed when it has to make room or finds its processor taken, and pulled by a
 * processor that comes to run something less (push_rt_task(), pull_rt_task(),
 * and deadline.c's). */
static void decided(ts_runqueue *queue)
{
    ts_machine *machine = queue->machine;

    for (int i = 0; i < machine->queue_count; i++) {
        ts_runqueue *from = &machine->queues[i];
        ts_thread *thread = pushable(from);
        ts_runqueue *to = thread != NULL && from == queue ? lowest(thread)
                          : thread != NULL && outranks(thread, queue) ? queue
                                                                      : NULL;

        if (to != NULL)
            ts_thread_move(thread, to);
    }
}

static void move(ts_runqueue *from, ts_runqueue *to, ts_thread *thread)
{
    linux_queue *source = from->state, *target = to->state;

    if (is_fair(thread))
        fair_of(source)->move(&source->fair, &target->fair, thread);
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    const linux_queue *state = queue->state;

    if (is_fair(thread))
        fair_of(state)->key(&state->fair, thread, buffer, size);
    else if (is_rt(thread))
        snprintf(buffer, size, "real-time priority %lld%s",
                 (long long)thread->priority,
                 state->throttled ? ", throttled" : "");
    else
        ts_key_time(buffer, size, "deadline at",
                    ((const dl_entity *)thread->entity)->deadline);
}

static const ts_policy policy = {
    .thread = thread_tables,
    .entity_size = sizeof(linux_entity),
    .queue_size = sizeof(linux_queue),
    .ranks = TS_RANKS_TASKS,
    .per_processor = true,
    .adapts = true,
    .priorities = true,
    .rule = "it is the first of the highest class that has one",
    .init = init,
    .place = place,
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
    .move = move,
    .blocked = blocked,
    .decided = decided,
    .key = key,
};

const ts_entry ts_policy_linux = {
    .name = "linux",
    .help = "Linux's classes: deadline before fifo and rr before fair",
    .about = "Linux 5.x and 6.x: SCHED_DEADLINE (hard constant bandwidth), "
             "SCHED_FIFO and SCHED_RR with the throttle of 95 %, and cfs or "
             "eevdf below; threads say their \"class\". Left out: "
             "admission control, reclaiming, the fair class's deadline server "
             "of 6.12.",
    .shape = &shape,
    .model = &policy,
};

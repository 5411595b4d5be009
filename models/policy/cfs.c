/*
 * cfs.c - Linux's completely fair scheduler, 2.6.24 to 6.5.
 *
 * Each thread has a virtual run time, which grows more slowly the heavier its
 * nice value makes it; the thread with the least runs. Every runnable thread
 * should have its turn once in sched_latency, so that its slice is its share
 * of that, but latency grows so that no slice is planned below
 * min_granularity. Whether a slice is over is only seen at a tick. A thread
 * that wakes is put at most half a latency behind the others' least virtual
 * time, and takes the processor at once if it is behind the running one by
 * more than wakeup_granularity.
 *
 * Source: kernel/sched/fair.c of 5.x: check_preempt_tick(), sched_slice(),
 * place_entity(), check_preempt_wakeup(), wakeup_preempt_entity(),
 * pick_next_entity(), yield_task_fair(). Control groups and averages of loads
 * are the policy linux's (linux_group.c, linux_load.c). Options are in
 * cfs_fields.c.
 */
#include <stdio.h>

#include "models/policy/cfs.h"
#include "models/policy/heap.h"
#include "models/machine/policy.h"

typedef struct entity {
    int64_t vruntime; /* ns, weighted */
    int64_t executed; /* ns since it was picked */
    ts_time rest;     /* ps that are no whole ns yet */
    ts_fair_load load;
    ts_class_of_thread class_of;
    bool on; /* it counts: running or ready */
} entity;

typedef struct cfs {
    ts_heap ready;      /* by vruntime */
    ts_thread *current; /* running */
    ts_thread *left;    /* it gave the processor up, ready, at left_at */
    ts_time left_at;
    ts_thread *woken; /* it takes the processor from the running one */
    ts_thread *next;  /* the same, and is picked if that is not unfair */
    ts_thread *last;  /* it made room for one, among many: picked likewise */
    ts_thread *skip;  /* yielded */
    int64_t weight;   /* of all that count */
    int64_t count;
    int64_t fit;   /* more than so many do not fit in a latency */
    int64_t least; /* min_vruntime: never goes back */
    int64_t latency, min_granularity, wakeup_granularity; /* ns, scaled */
    int64_t floor;                                        /* of a slice, ns */
    bool grow; /* latency, for many threads */
    ts_time tick;
    bool hrtick;
} cfs;

static int64_t key_of(const ts_thread *thread)
{
    return ((const entity *)thread->entity)->vruntime;
}

static bool init(ts_runqueue *queue, ts_error *error)
{
    const ts_cfs_record *options = queue->options;
    cfs *state = queue->state;
    int64_t factor =
        options->scaling ? ts_fair_scaling(queue->machine->cpu_count) : 1;

    (void)error;
    state->ready.key = key_of;
    state->latency = options->latency / TS_NS * factor;
    state->min_granularity = options->min_granularity / TS_NS * factor;
    state->grow = options->grow;
    state->fit =
        (state->latency + state->min_granularity - 1) / state->min_granularity;
    state->floor = options->at_least ? state->min_granularity : 0;
    state->wakeup_granularity = options->wakeup_granularity / TS_NS * factor;
    state->tick = ts_fair_period(options->hz);
    state->hrtick = options->hrtick;
    return true;
}

/* --- rules --- */

/* The slice that the thread should have (sched_slice()), ns. As many as fit
 * in a latency share it (sched_nr_latency). From 5.13 on a light thread's is
 * not below min_granularity all the same. */
static int64_t ideal(const cfs *state, const entity *e)
{
    int64_t period = state->grow && state->count > state->fit
                         ? state->count * state->min_granularity
                         : state->latency;
    int64_t slice =
        ts_fair_delta(period, ts_fair_whole(e->load.weight),
                      ts_fair_inverse(ts_fair_whole(state->weight)));

    return slice > state->floor ? slice : state->floor;
}

static void update_least(cfs *state)
{
    const ts_thread *first = ts_heap_top(&state->ready);
    int64_t least = state->least;

    if (state->current != NULL)
        least = ((entity *)state->current->entity)->vruntime;
    if (first != NULL) {
        int64_t waiting = ((entity *)first->entity)->vruntime;

        least = state->current == NULL || waiting < least ? waiting : least;
    }
    if (least > state->least)
        state->least = least;
}

static void charge(ts_runqueue *queue, ts_thread *thread, ts_time ran)
{
    entity *e = thread->entity;
    int64_t elapsed = ts_fair_elapsed(ran, &e->rest);

    e->executed += elapsed;
    e->vruntime += ts_fair_pass(elapsed, e->load);
    update_least(queue->state);
}

/* Where a thread starts that was not runnable (place_entity()). */
static void place(const ts_runqueue *queue, entity *e, bool is_new)
{
    const ts_cfs_record *options = queue->options;
    const cfs *state = queue->state;
    int64_t vruntime = state->least;

    if (is_new && options->debit)
        vruntime += ts_fair_pass(ideal(state, e), e->load);
    if (!is_new && options->sleepers) {
        int64_t credit = e->class_of == TS_CLASS_OF_IDLE
                             ? state->min_granularity
                             : state->latency;

        vruntime -= options->gentle ? credit / 2 : credit;
    }
    if (is_new || vruntime > e->vruntime)
        e->vruntime = vruntime;
}

/* Whether a should run rather than b, which has the better right by more than
 * the granularity of a's wake-up: 1 yes, 0 not by enough, -1 no. */
static int preempts(const cfs *state, const ts_thread *a, const ts_thread *b)
{
    const entity *x = a->entity, *y = b->entity;
    int64_t behind = y->vruntime - x->vruntime;

    if (behind <= 0)
        return -1;
    return behind > ts_fair_pass(state->wakeup_granularity, x->load);
}

/* At a tick: whether the running thread has had enough. */
static bool is_over(const cfs *state, const entity *e)
{
    const ts_thread *first = ts_heap_top(&state->ready);
    int64_t share = ideal(state, e);

    if (first == NULL)
        return false;
    if (e->executed > share)
        return true;
    return e->executed >= state->min_granularity &&
           e->vruntime - ((entity *)first->entity)->vruntime > share;
}

/* The least time after which is_over() may be true, ns. */
static int64_t until_over(const cfs *state, const entity *e)
{
    const ts_thread *first = ts_heap_top(&state->ready);
    int64_t share = ideal(state, e);
    int64_t used_up = share + 1 - e->executed;
    int64_t behind = ((entity *)first->entity)->vruntime + share - e->vruntime;
    int64_t unfair = behind > 0 ? ts_fair_wall(behind, e->load) - 1 : 0;

    if (unfair < state->min_granularity - e->executed)
        unfair = state->min_granularity - e->executed;
    return used_up < unfair ? used_up : unfair;
}

/* --- the policy --- */

static void join(ts_runqueue *queue, ts_thread *thread)
{
    entity *e = thread->entity;

    (void)queue;
    e->class_of = ts_class_of(thread);
    e->load = ts_fair_load_of_level(ts_fair_level(thread));
}

/* Only its weight: virtual times stay as they are (reweight_task()). Who was out
 * of the queue for another nice value took its virtual time along, counted from
 * the least one with it, and finds the least one without it (DEQUEUE_MOVE). */
static void changed(ts_runqueue *queue, ts_thread *thread)
{
    cfs *state = queue->state;
    entity *e = thread->entity;
    int64_t before = e->load.weight;

    if (e->on)
        state->weight -= e->load.weight;
    join(queue, thread);
    if (e->on)
        state->weight += e->load.weight;
    else if (thread->standing == TS_STANDS_ASIDE && e->load.weight != before &&
             e->class_of != TS_CLASS_OF_IDLE)
        update_least(state);
}

/* For a group's sake (reweight_entity()). */
static void reweigh(ts_runqueue *queue, ts_thread *thread, int64_t weight,
                    bool idle)
{
    cfs *state = queue->state;
    entity *e = thread->entity;

    if (e->on)
        state->weight += weight - e->load.weight;
    e->load = ts_fair_load_of_weight(weight);
    e->class_of = idle ? TS_CLASS_OF_IDLE : ts_class_of(thread);
}

static void count(cfs *state, entity *e, bool on)
{
    state->count += on ? 1 : -1;
    state->weight += on ? e->load.weight : -e->load.weight;
    e->on = on;
}

static void forget_buddies(cfs *state, const ts_thread *thread)
{
    if (state->next == thread)
        state->next = NULL;
    if (state->last == thread)
        state->last = NULL;
    if (state->skip == thread)
        state->skip = NULL;
}

static void forget(cfs *state, const ts_thread *thread)
{
    forget_buddies(state, thread);
    if (state->current == thread)
        state->current = NULL;
    if (state->woken == thread)
        state->woken = NULL;
    if (state->left == thread)
        state->left = NULL;
}

/* An idle thread makes room for those that are not. */
static bool outranks(const ts_thread *challenger, const ts_thread *running)
{
    const entity *x = challenger->entity, *y = running->entity;

    return y->class_of == TS_CLASS_OF_IDLE && x->class_of != TS_CLASS_OF_IDLE;
}

/* One that wakes is held against the running one there and then; once one has
 * won, nobody else is (need_resched). Who wins by its virtual time is the next
 * buddy; who makes room where there are many, the last one. Batch and idle
 * threads take the processor from nobody but an idle one
 * (check_preempt_wakeup()). */
static void weigh(cfs *state, ts_thread *thread)
{
    const entity *e = thread->entity;

    if (state->current == NULL || state->woken != NULL)
        return;
    if (!outranks(thread, state->current)) {
        if (e->class_of != TS_CLASS_OF_FAIR ||
            preempts(state, thread, state->current) < 1)
            return;
        state->next = thread;
    }
    if (state->count >= state->fit)
        state->last = state->current;
    state->woken = thread;
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    cfs *state = queue->state;
    entity *e = thread->entity;

    if (e->on) {
        state->current = NULL;
        state->left = thread;
        state->left_at = ts_engine_now(queue->machine->engine);
    } else {
        ts_cpu_sync(&queue->machine->cpus[queue->first]);
        count(state, e, true);
        if (why == TS_WHY_MOVED)
            e->vruntime += state->least; /* remove() made it relative */
        else
            place(queue, e, why == TS_WHY_ARRIVED);
        weigh(state, thread);
    }
    if (why == TS_WHY_YIELDED && state->count > 1) {
        forget_buddies(state, thread);
        state->skip = thread;
    }
    ts_heap_push(&state->ready, queue->machine, thread);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    cfs *state = queue->state;
    entity *e = thread->entity;

    forget(state, thread);
    ts_heap_remove(&state->ready, thread);
    count(state, e, false);
    e->vruntime -= state->least;
}

static void drop(ts_runqueue *queue, ts_thread *thread)
{
    cfs *state = queue->state;
    entity *e = thread->entity;

    forget(state, thread);
    if (e->on)
        count(state, e, false);
    update_least(state);
}

static void move(ts_runqueue *from, ts_runqueue *to, ts_thread *thread)
{
    entity *e = thread->entity;

    e->vruntime += ((cfs *)to->state)->least - ((cfs *)from->state)->least;
}

static ts_thread *challenging(ts_runqueue *queue)
{
    const cfs *state = queue->state;

    return state->woken;
}

static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    const cfs *state = queue->state;

    return challenger == state->woken && running == state->current;
}

/* Whether a buddy is picked although another is first. */
static bool is_fair(const cfs *state, const ts_thread *first,
                    const ts_thread *buddy)
{
    return buddy != NULL && preempts(state, first, buddy) < 1;
}

/* One that is picked again as it gives up the processor was never away: it is
 * not set up anew (set_next_entity()), and every tick finds its slice used up;
 * a timer would find that all the time, and is given a new slice. The buddies
 * of others stay (clear_buddies()). */
static void begin(cfs *state, ts_thread *thread, ts_time now)
{
    if (thread != state->left || state->left_at != now || state->hrtick) {
        forget_buddies(state, thread);
        ((entity *)thread->entity)->executed = 0;
    }
    state->woken = state->left = NULL;
    state->current = thread;
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    cfs *state = queue->state;
    ts_thread *first = ts_heap_top(&state->ready), *best = first, *other;

    (void)cpu;
    if (first == NULL)
        return NULL;
    other = first == state->skip ? ts_heap_second(&state->ready) : NULL;
    if (is_fair(state, first, other))
        best = other;
    if (is_fair(state, first, state->next))
        best = state->next;
    else if (is_fair(state, first, state->last))
        best = state->last;
    ts_heap_remove(&state->ready, best);
    begin(state, best, ts_engine_now(queue->machine->engine));
    return best;
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const cfs *state = queue->state;
    const entity *e = thread->entity;
    ts_time now = ts_engine_now(queue->machine->engine);

    (void)cpu;
    if (ts_heap_top(&state->ready) == NULL)
        return TS_FINE_NEVER;
    if (state->hrtick) {
        int64_t left = ideal(state, e) - e->executed;

        return ts_fine_make(left > 0 ? left * TS_NS - e->rest : TS_NS);
    }
    return ts_fine_make(ts_fair_tick(now, until_over(state, e), state->tick) -
                        now);
}

static bool expired(ts_runqueue *queue, ts_thread *thread)
{
    cfs *state = queue->state;
    const entity *e = thread->entity;

    if (ts_heap_top(&state->ready) == NULL ||
        !(state->hrtick || is_over(state, e)))
        return false;
    if (e->executed > ideal(state, e))
        forget_buddies(state, thread);
    return true;
}

static ts_thread *spare(ts_runqueue *queue, const ts_cpu *cpu)
{
    const cfs *state = queue->state;

    return ts_heap_spare(&state->ready, cpu);
}

static int64_t weight(const ts_thread *thread)
{
    return ts_fair_whole(((const entity *)thread->entity)->load.weight);
}

static int64_t load(const ts_runqueue *queue)
{
    return ts_fair_whole(((const cfs *)queue->state)->weight);
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    const cfs *state = queue->state;
    const entity *e = thread->entity;

    ts_key_time(buffer, size, "ahead in virtual time by",
                (e->vruntime - state->least) * TS_NS);
}

static const char *stands(const ts_thread *thread, int64_t *value)
{
    *value = key_of(thread);
    return TS_VIRTUAL_TIME;
}

static const ts_shape *const thread_tables[] = {&ts_class_table, &ts_nice_table,
                                                NULL};

static const ts_policy policy = {
    .thread = thread_tables,
    .entity_size = sizeof(entity),
    .queue_size = sizeof(cfs),
    .conserving = true,
    .per_processor = true,
    .adapts = true,
    .by_clock = true,
    .rule = "its virtual run time is the least",
    .init = init,
    .join = join,
    .leave = drop,
    .put = put,
    .remove = take_out,
    .challenger = challenging,
    .pick = pick,
    .before = before,
    .slice = slice,
    .expired = expired,
    .charge = charge,
    .spare = spare,
    .weight = weight,
    .load = load,
    .move = move,
    .changed = changed,
    .reweigh = reweigh,
    .blocked = drop,
    .stands = stands,
    .key = key,
};

const ts_entry ts_policy_cfs = {
    .name = "cfs",
    .help = "Linux's completely fair scheduler, to 6.5",
    .about = "kernel/sched/fair.c of Linux 5.x: virtual run times with the "
             "kernel's 32-bit arithmetic, slices seen at ticks of HZ, "
             "sleepers' credit, wake-up pre-emption with the next and the last "
             "buddy. Control groups and the kernel's ways between processors "
             "are the policy linux's.",
    .shape = &ts_cfs_shape,
    .model = &policy,
};

/*
 * linux_balance.c - which threads a processor takes from others.
 *
 * It looks when it runs out of work (newidle_balance()), and at ticks: while it
 * is idle at every one, since a busy one with threads that wait wakes it
 * (nohz_balancer_kick()); while it is busy 28 to 60 ms apart
 * (rebalance_domains()). Each look finds the processor that is the busiest by
 * the averages of linux_load.c, and how much is to come from there: half of what
 * it has more threads, where this one has room left; else so much load that both
 * come to the mean of all (find_busiest_group(), calculate_imbalance()). From
 * the thread that was picked or came longest ago on, those come that may, have
 * not just run and weigh no more than that (detach_tasks()). A look in vain makes
 * the next one less particular: half the weight counts, then a quarter; those
 * that have just run come after two; and where threads could come after four, or
 * if this one has more to give than what threads above the fair class leave of
 * the other, even one that runs does (need_active_balance()).
 *
 * All processors are one domain that shares a cache. Source:
 * kernel/sched/fair.c of Linux 5.x and 6.x. Left out: domains in domains, NUMA,
 * SMT, buddies that are kept as hot, looks not worth their time (avg_idle).
 */
#include "models/policy/linux.h"

#define BUSY_FACTOR 16
#define MOST_PINNED 512 /* ms: where all that could come is pinned */
/* An idle processor is woken by another's tick, after that one's own switch. */
#define KICK (5 * TS_US)
/* Failures before a thread that has just run comes (cache_nice_tries), and the
 * one that runs. */
#define FAILED_FOR_HOT 1
#define FAILED_FOR_RUNNING 3
#define LOOKED_AT 32 /* sched_nr_migrate */

/* It has not looked yet: the first tick with work is late enough. */
#define NEVER (INT64_MIN / 2)

/* What a processor finds that looks. */
typedef struct search {
    ts_linux_queue *to;
    bool idle;
    ts_linux_use own, busiest;
    int64_t load, capacity; /* of all processors */
} search;

static ts_linux_queue *state_of(const ts_machine *machine, int id)
{
    return machine->queues[id].state;
}

static const ts_thread *running_on(const ts_linux_queue *state)
{
    return state->queue->machine->cpus[state->queue->first].current;
}

static int64_t processors(const ts_linux_queue *state)
{
    return state->queue->machine->queue_count;
}

/* ms, of an idle one; the least is half of it (sd->max_interval,
 * min_interval). */
static int64_t most_interval(const ts_linux_queue *state)
{
    return 2 * processors(state);
}

void ts_linux_domain_init(ts_linux_queue *state)
{
    state->domain.capacity = TS_CAPACITY;
    state->domain.last = NEVER;
    state->domain.interval = most_interval(state);
    if (state->loads.kept)
        state->load_at = ts_linux_fair_add(state, sizeof(ts_linux_load));
}

/* --- how full --- */

/* group_is_overloaded() and group_has_capacity() */
static ts_linux_room room_of(const ts_linux_use *use)
{
    bool waits = use->capacity * TS_IMBALANCE < use->runnable * 100;
    int64_t needs = use->util * TS_IMBALANCE;

    if (use->threads > 1 && (waits || use->capacity * 100 < needs))
        return TS_ROOM_OVER;
    if (use->threads < 1)
        return TS_ROOM_SPARE;
    return waits || use->capacity * 100 <= needs ? TS_ROOM_FULL : TS_ROOM_SPARE;
}

ts_linux_use ts_linux_use_of(ts_linux_queue *state)
{
    const ts_linux_sums *fair = &state->loads.fair;
    ts_linux_use use = {.state = state,
                        .threads = ts_linux_waiting(state) +
                                   (running_on(state) != NULL),
                        .fair = state->loads.count,
                        .capacity = state->domain.capacity};

    ts_linux_load_count(state);
    use.load = ts_linux_sums_average(fair, fair->load, 1);
    use.util = ts_linux_sums_average(fair, fair->util, TS_CAPACITY);
    use.runnable = ts_linux_sums_average(fair, fair->runnable, TS_CAPACITY);
    use.mean = use.load * TS_CAPACITY / use.capacity;
    use.room = room_of(&use);
    return use;
}

/* Only its own processor sees what is left of it (update_cpu_capacity()). */
static void update_capacity(ts_linux_queue *state)
{
    const ts_linux_sums *above = &state->loads.above;
    int64_t used;

    ts_linux_load_count(state);
    used = ts_linux_sums_average(above, above->util, TS_CAPACITY);
    state->domain.capacity = used < TS_CAPACITY ? TS_CAPACITY - used : 1;
}

static bool is_reduced(const ts_linux_queue *state)
{
    return state->domain.capacity * TS_IMBALANCE < TS_CAPACITY * 100;
}

/* --- the busiest --- */

/* update_sd_pick_busiest() */
static bool is_busier(const ts_linux_use *a, const ts_linux_use *b)
{
    if (a->room != b->room)
        return a->room > b->room;
    switch (a->room) {
    case TS_ROOM_OVER:
        return a->mean > b->mean;
    case TS_ROOM_MISFIT:
        return a->load > b->load;
    case TS_ROOM_FULL:
        return false;
    case TS_ROOM_SPARE:
        break;
    }
    return a->threads > b->threads;
}

static void find_busiest(search *s)
{
    const ts_machine *machine = s->to->queue->machine;

    for (int id = 0; id < machine->queue_count; id++) {
        ts_linux_queue *state = state_of(machine, id);
        ts_linux_use use = ts_linux_use_of(state);

        s->load += use.load;
        s->capacity += use.capacity;
        if (state == s->to) {
            s->own = use;
            continue;
        }
        if (use.fair == 1 && s->idle && use.room != TS_ROOM_OVER &&
            is_reduced(state))
            use.room = TS_ROOM_MISFIT;
        if (use.fair > 0 && !state->domain.aside &&
            (s->busiest.state == NULL || is_busier(&use, &s->busiest)))
            s->busiest = use;
    }
}

static int64_t mean_of_all(const search *s)
{
    return s->load * TS_CAPACITY / s->capacity;
}

/* Whether the busiest has too much for that (find_busiest_group()). */
static bool is_imbalanced(const search *s)
{
    const ts_linux_use *own = &s->own, *busiest = &s->busiest;

    if (busiest->state == NULL)
        return false;
    if (busiest->room == TS_ROOM_MISFIT)
        return true;
    if (own->room > busiest->room)
        return false;
    if (own->room == TS_ROOM_OVER)
        return own->mean < busiest->mean && own->mean < mean_of_all(s) &&
               100 * busiest->mean > TS_IMBALANCE * own->mean;
    return busiest->room == TS_ROOM_OVER || (s->idle && busiest->fair > 1);
}

/* Half of what it has more threads; from 6.6 on only for one that is idle
 * (sibling_imbalance()). */
static int64_t threads_more(const search *s)
{
    const ts_linux_record *options = s->to->queue->options;
    int64_t more = s->busiest.threads - s->own.threads;

    if (more <= 0 || (!s->idle && options->kernel >= TS_KERNEL_6_6))
        return 0;
    return more / 2;
}

/* So much that neither is beyond the mean. */
static int64_t load_more(const search *s)
{
    int64_t mean = mean_of_all(s);
    int64_t there = (s->busiest.mean - mean) * s->busiest.capacity;
    int64_t here = (mean - s->own.mean) * s->own.capacity;
    int64_t more = (there < here ? there : here) / TS_CAPACITY;

    return more > 0 ? more : 0;
}

/* What is to come (calculate_imbalance()). */
static void weigh(search *s)
{
    ts_linux_domain *domain = &s->to->domain;

    domain->by_load =
        s->busiest.room == TS_ROOM_MISFIT || s->own.room != TS_ROOM_SPARE;
    domain->imbalance = s->busiest.room == TS_ROOM_MISFIT ? s->busiest.load
                        : domain->by_load                 ? load_more(s)
                                                          : threads_more(s);
}

/* --- which threads --- */

static bool may_come(const ts_linux_queue *to, const ts_thread *thread)
{
    return ts_thread_allowed(thread, to->queue->first) &&
           thread->task->home == NULL;
}

/* task_hot() */
static bool is_hot(const ts_linux_queue *from, const ts_thread *thread)
{
    const ts_linux_record *options = from->queue->options;
    const ts_linux_load *load = ts_linux_load_of(from, thread);

    return load->ran != TS_NEVER &&
           ts_engine_now(thread->machine->engine) - load->ran <
               options->migration_cost;
}

static int64_t load_of(ts_linux_queue *from, const ts_thread *thread)
{
    const ts_linux_load *load = ts_linux_load_count_thread(from, thread);
    int64_t average = ts_linux_sums_average(&load->sums, load->sums.load,
                                            ts_linux_fair_weight(thread));

    return average > 0 ? average : 1;
}

/* A waiting one that may come now, taken off what is to come; NULL: none
 * (detach_tasks()). */
static ts_thread *next_waiting(ts_linux_queue *to)
{
    ts_linux_domain *domain = &to->domain;
    ts_linux_queue *from = domain->from->state;
    ts_thread *thread = from->loads.threads.last;

    for (int i = 0; thread != NULL && i < LOOKED_AT;
         thread = thread->prev, i++) {
        int64_t load = domain->by_load ? load_of(from, thread) : 1;

        if (!may_come(to, thread) || from->loads.running == thread ||
            (domain->failed <= FAILED_FOR_HOT && is_hot(from, thread)))
            continue;
        if (domain->by_load && load >> domain->failed > domain->imbalance)
            continue;
        domain->imbalance -= load;
        return thread;
    }
    return NULL;
}

/* Any that may come, the one that runs as well; NULL: none. */
static ts_thread *any(const ts_linux_queue *to)
{
    const ts_linux_queue *from = to->domain.from->state;
    ts_thread *thread = from->loads.threads.last;

    while (thread != NULL && !may_come(to, thread))
        thread = thread->prev;
    return thread;
}

/* need_active_balance() */
static bool takes_running(const search *s)
{
    const ts_linux_queue *from = s->busiest.state;
    const ts_linux_domain *domain = &s->to->domain;

    if (!domain->by_load && domain->failed > FAILED_FOR_RUNNING)
        return true;
    return s->idle && s->busiest.fair == 1 && is_reduced(from) &&
           from->domain.capacity * TS_IMBALANCE < domain->capacity * 100;
}

/* --- a look --- */

/* What came of a look besides a thread. */
typedef enum outcome {
    BALANCED, /* there was nothing to be had */
    PINNED,   /* the same, since what there was may not come */
    IN_VAIN   /* or, if there is a thread, not */
} outcome;

/* Finds what is to come, and from where: one whose threads all may not come is
 * looked at but once. */
static outcome find(search *s)
{
    ts_linux_domain *domain = &s->to->domain;
    search empty = *s;
    outcome else_what = BALANCED;

    for (;;) {
        *s = empty;
        find_busiest(s);
        domain->imbalance = 0;
        if (is_imbalanced(s))
            weigh(s);
        if (domain->imbalance == 0)
            return else_what;
        domain->from = s->busiest.state->queue;
        if (any(s->to) != NULL)
            return IN_VAIN;
        s->busiest.state->domain.aside = true;
        else_what = PINNED;
    }
}

/* Looks for a thread (load_balance()); NULL: none. */
static ts_thread *look(ts_linux_queue *to, bool idle, ts_look why,
                       outcome *came)
{
    const ts_machine *machine = to->queue->machine;
    search s = {.to = to, .idle = idle};
    ts_thread *thread = NULL;

    *came = find(&s);
    for (int id = 0; id < machine->queue_count; id++)
        state_of(machine, id)->domain.aside = false;
    if (*came != IN_VAIN)
        return NULL;
    if (s.busiest.threads > 1)
        thread = next_waiting(to);
    to->domain.failed += thread == NULL && why == TS_LOOK_TIMED;
    if (thread == NULL && takes_running(&s)) {
        thread = any(to);
        to->domain.imbalance = 0;
    }
    return thread;
}

/* Ticks between two looks (get_sd_balance_interval()), at 50 ms a processor at
 * most. */
static int64_t ticks_between(const ts_linux_queue *state, bool idle)
{
    int64_t ms = state->domain.interval * (idle ? 1 : BUSY_FACTOR);
    int64_t ticks = (ms * TS_MS + state->tick - 1) / state->tick - !idle;
    int64_t most = processors(state) * TS_S / 10 / state->tick;

    ticks = ticks < most ? ticks : most;
    return ticks > 1 ? ticks : 1;
}

/* Where nothing waited, nobody asked, and looks of a busy processor found
 * nothing. */
static void catch_up(ts_linux_queue *state, int64_t tick, bool idle)
{
    ts_linux_domain *domain = &state->domain;
    int64_t between = ticks_between(state, idle);

    if (idle || domain->last == NEVER || tick - domain->last <= between)
        return;
    domain->failed = 0;
    domain->interval = most_interval(state);
    between = ticks_between(state, idle);
    if (tick - domain->last > between)
        domain->last += (tick - domain->last - 1) / between * between;
}

/* Whether it is time for that processor to look (rebalance_domains()). */
static bool is_due(ts_linux_queue *state, bool idle)
{
    ts_time now = ts_engine_now(state->queue->machine->engine);
    int64_t tick = now / state->tick;

    if ((now % state->tick != 0) != idle)
        return false; /* idle ones look after the tick, others at it */
    catch_up(state, tick, idle);
    if (tick - state->domain.last < ticks_between(state, idle))
        return false;
    state->domain.last = tick;
    return true;
}

/* The more it finds all well, the later it looks again. */
static void plan_next(ts_linux_queue *state, outcome came)
{
    ts_linux_domain *domain = &state->domain;
    int64_t most = came == PINNED ? MOST_PINNED : most_interval(state);

    if (came == IN_VAIN)
        domain->interval = processors(state);
    else if (domain->interval < most)
        domain->interval *= 2;
}

static ts_thread *look_in_time(ts_linux_queue *state, bool idle)
{
    outcome came;
    ts_thread *thread;

    if (!is_due(state, idle))
        return NULL;
    update_capacity(state);
    thread = look(state, idle, TS_LOOK_TIMED, &came);
    if (thread != NULL || came != IN_VAIN)
        state->domain.failed = 0;
    plan_next(state, came);
    return thread;
}

static ts_thread *look_without_work(ts_linux_queue *state)
{
    const ts_cpu *cpu = &state->queue->machine->cpus[state->queue->first];
    ts_thread *thread;
    outcome came;

    if (cpu->released != ts_engine_now(cpu->machine->engine))
        return NULL;
    update_capacity(state);
    thread = look(state, true, TS_LOOK_IDLE, &came);
    if (thread != NULL)
        state->domain.failed = 0;
    return thread;
}

ts_thread *ts_linux_attract(ts_runqueue *queue, ts_look why)
{
    ts_linux_queue *state = queue->state;

    switch (why) {
    case TS_LOOK_IDLE:
        return look_without_work(state);
    case TS_LOOK_TIMED:
        return look_in_time(state, queue->machine->cpus[queue->first].vacant);
    case TS_LOOK_ON:
        break;
    }
    return state->domain.imbalance > 0 ? next_waiting(state) : NULL;
}

ts_time ts_linux_next_look(const ts_runqueue *queue)
{
    const ts_linux_queue *state = queue->state;
    ts_time now = ts_engine_now(queue->machine->engine);
    ts_time tick = now - now % state->tick;

    return now - tick < KICK ? tick + KICK : tick + state->tick;
}

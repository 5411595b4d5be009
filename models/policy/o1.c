/*
 * o1.c - Linux 2.6's O(1) scheduler, 2.6.8 to 2.6.22.
 *
 * Two arrays of 40 levels. The first thread of the highest level of the active
 * array runs; when its slice is used up it goes to the expired array, and when
 * the active one is empty the two change places. Threads that sleep collect up
 * to a second of credit, which lifts them by up to five levels and lets the
 * most interactive of them back into the active array, unless the expired
 * ones have starved.
 *
 * Source: kernel/sched.c of 2.6: effective_prio(), task_timeslice(),
 * recalc_task_prio(), scheduler_tick(), schedule(), EXPIRED_STARVING(),
 * TIMESLICE_GRANULARITY(), INTERACTIVE_SLEEP(). Left out: credit for the wait
 * in the queue after a wake-up, the lower limit for sleep on a disk,
 * interactive_credit (to 2.6.11), child and parent sharing theirs, SMP
 * balancing of its own.
 */
#include <stdio.h>

#include "models/policy/fair.h"
#include "models/policy/levels.h"
#include "models/machine/policy.h"

#define LEVELS 40
#define BONUS 10    /* MAX_BONUS: from -5 to +5 levels */
#define CREDIT TS_S /* MAX_SLEEP_AVG */
#define SLICE_LEAST (5 * TS_MS)
#define SLICE_USUAL (100 * TS_MS)

typedef struct o1_record {
    ts_rational hz;
} o1_record;

static const ts_field fields[] = {
    {.name = "hz",
     .kind = TS_FIELD_FREQUENCY,
     .fallback = "1kHz",
     .source = "HZ of 2.6 on i386",
     .min = 1,
     .max = 1e6,
     .offset = TS_AT(o1_record, hz),
     .help = "ticks, at which slices are counted"},
};
static const ts_shape shape = {.name = "o1",
                               .help = "Options of the O(1) scheduler",
                               .size = sizeof(o1_record),
                               TS_FIELDS(fields)};

typedef struct entity {
    int base, level; /* without and with the bonus, 0 .. 39 */
    int array;       /* the one it stands in ... */
    struct o1 *of;   /* ... of this queue */
    ts_time credit;  /* sleep_avg */
    ts_time ran;     /* since it came to the processor: not yet taken off
                            the credit */
    ts_time slice;   /* left */
    ts_time slept;   /* when it went to sleep */
    bool sleeps;
} entity;

typedef struct o1 {
    ts_levels array[2];
    int active;
    int64_t count;    /* runnable */
    ts_time starving; /* when the first one expired; TS_NEVER: none has */
    int best_expired; /* the highest base level among the expired */
    ts_time tick;
} o1;

static bool init(ts_runqueue *queue, ts_error *error)
{
    const o1_record *options = queue->options;
    o1 *state = queue->state;

    (void)error;
    state->starving = TS_NEVER;
    state->best_expired = LEVELS;
    state->tick = ts_fair_period(options->hz);
    return true;
}

/* 100 ms at nice 0, 800 at -20, 5 at 19 (task_timeslice()). */
static ts_time full_slice(const entity *e)
{
    ts_time unit = e->base < 20 ? 20 * TS_MS : 5 * TS_MS;

    return unit * (LEVELS - e->base);
}

static int bonus(const entity *e)
{
    return (int)(e->credit * BONUS / CREDIT);
}

static void set_level(entity *e)
{
    int level = e->base - bonus(e) + BONUS / 2;

    assert(e->credit >= 0 && e->credit <= CREDIT);
    e->level = level < 0 ? 0 : level >= LEVELS ? LEVELS - 1 : level;
}

/* How far a bonus must lift it to be interactive (DELTA()); rounded as C does,
 * towards zero. */
static int delta(const entity *e)
{
    return (e->base - 20) * BONUS / LEVELS + 2;
}

static bool is_interactive(const entity *e)
{
    return e->level <= e->base - delta(e);
}

/* Interactive threads of a level take turns within their slices, the shorter
 * the more credit they have (TIMESLICE_GRANULARITY()). */
static ts_time turn(const ts_runqueue *queue, const entity *e)
{
    int slow = BONUS - bonus(e);

    return SLICE_LEAST * (INT64_C(1) << ((slow > 0 ? slow : 1) - 1)) *
           queue->machine->cpu_count;
}

/* What is left until it makes room for its equals: its slice, or a turn if a
 * whole one is left behind it. */
static ts_time until_room(const ts_runqueue *queue, const entity *e)
{
    ts_time one = turn(queue, e);
    ts_time until = one - (full_slice(e) - e->slice) % one;

    assert(one > 0 && bonus(e) >= 0 && bonus(e) <= BONUS);
    return is_interactive(e) && e->slice - until >= one ? until : e->slice;
}

/* It leaves the processor: what it ran costs credit, the less the more it has,
 * by its bonus until now (schedule()). */
static void settle(entity *e)
{
    int slow = bonus(e) > 0 ? bonus(e) : 1;

    e->credit -= (e->ran < CREDIT ? e->ran : CREDIT) / slow;
    assert(e->ran >= 0);
    if (e->credit < 0)
        e->credit = 0;
    e->ran = 0;
}

static bool is_starving(const o1 *state, const entity *e, ts_time now)
{
    return (state->starving != TS_NEVER &&
            now - state->starving > CREDIT * state->count) ||
           e->base > state->best_expired;
}

static void join(ts_runqueue *queue, ts_thread *thread)
{
    entity *e = thread->entity;

    (void)queue;
    e->base = ts_fair_nice(thread) + 20;
    e->slice = full_slice(e);
    set_level(e);
}

/* The processor that has nothing to do forgets how long the expired wait. */
static void count_out(o1 *state)
{
    assert(state->count > 0);
    if (--state->count == 0)
        state->starving = TS_NEVER;
}

static void leave(ts_runqueue *queue, ts_thread *thread)
{
    entity *e = thread->entity;

    (void)queue;
    /* One without a program was never in a queue. */
    if (!e->sleeps && e->of != NULL)
        count_out(e->of);
}

/* recalc_task_prio(). One that slept long is taken to be idle: interactive
 * just so. Otherwise, the more credit it has, the more slowly it gets more. */
static void wake(entity *e, ts_time now)
{
    int slow = BONUS - bonus(e);
    ts_time slept = now - e->slept < CREDIT ? now - e->slept : CREDIT;
    ts_time idle = CREDIT * (BONUS / 2 + delta(e) + 1) / BONUS - TS_MS;

    assert(e->sleeps && now >= e->slept);
    if (slept > idle)
        e->credit = CREDIT - SLICE_USUAL;
    else
        e->credit += slept * (slow > 0 ? slow : 1);
    if (e->credit > CREDIT)
        e->credit = CREDIT;
    e->sleeps = false;
    set_level(e);
}

/* Its slice is used up: where does it go? */
static int array_for_expired(o1 *state, entity *e, ts_time now)
{
    set_level(e);
    if (e->slice > 0)
        return state->active; /* only a turn of it */
    e->slice = full_slice(e);
    if (state->starving == TS_NEVER)
        state->starving = now;
    if (is_interactive(e) && !is_starving(state, e, now))
        return state->active;
    if (e->base < state->best_expired)
        state->best_expired = e->base;
    return 1 - state->active;
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    o1 *state = queue->state;
    entity *e = thread->entity;
    ts_time now = ts_engine_now(queue->machine->engine);

    if (why == TS_WHY_WOKEN)
        wake(e, now);
    if (why == TS_WHY_MOVED && e->of != state)
        count_out(e->of);
    if (why == TS_WHY_WOKEN || why == TS_WHY_ARRIVED || e->of != state)
        state->count++;
    if (why != TS_WHY_MOVED || e->of != state)
        e->array = state->active;
    e->of = state;
    if (why == TS_WHY_EXPIRED)
        e->array = array_for_expired(state, e, now);
    if (why == TS_WHY_YIELDED)
        e->array = 1 - state->active;
    settle(e);
    if (why == TS_WHY_PREEMPTED)
        ts_levels_prepend(&state->array[e->array], e->level, thread);
    else
        ts_levels_append(&state->array[e->array], e->level, thread);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    o1 *state = queue->state;
    entity *e = thread->entity;

    ts_levels_remove(&state->array[e->array], e->level, thread);
}

static ts_thread *peek(ts_runqueue *queue)
{
    o1 *state = queue->state;
    ts_thread *first = ts_levels_first(&state->array[state->active]);

    if (first != NULL)
        return first;
    return ts_levels_first(&state->array[1 - state->active]);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    o1 *state = queue->state;

    (void)cpu;
    if (!state->array[state->active].occupied) {
        state->active = 1 - state->active;
        state->starving = TS_NEVER;
        state->best_expired = LEVELS;
    }
    return ts_levels_shift(&state->array[state->active]);
}

static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    const o1 *state = queue->state;
    const entity *theirs = challenger->entity, *mine = running->entity;

    return theirs->array == state->active && theirs->level < mine->level;
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const o1 *state = queue->state;
    const entity *e = thread->entity;
    ts_time now = ts_engine_now(queue->machine->engine);

    (void)cpu;
    return ts_fine_make(
        ts_fair_tick(now, until_room(queue, e) / TS_NS, state->tick) - now);
}

static void charge(ts_runqueue *queue, ts_thread *thread, ts_time ran)
{
    entity *e = thread->entity;

    (void)queue;
    e->slice -= ran;
    e->ran += ran;
}

static void blocked(ts_runqueue *queue, ts_thread *thread)
{
    o1 *state = queue->state;
    entity *e = thread->entity;

    count_out(state);
    settle(e);
    e->sleeps = true;
    e->slept = ts_engine_now(queue->machine->engine);
}

static const char *stands(const ts_thread *thread, int64_t *value)
{
    *value = ((const entity *)thread->entity)->level + 100;
    return "priority";
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    const o1 *state = queue->state;
    const entity *e = thread->entity;

    snprintf(buffer, size, "priority %d, %s", e->level + 100,
             e->array == state->active ? "active" : "expired");
}

static const ts_shape *const thread_tables[] = {&ts_nice_table, NULL};

static const ts_policy policy = {
    .thread = thread_tables,
    .entity_size = sizeof(entity),
    .queue_size = sizeof(o1),
    .conserving = true,
    .per_processor = true,
    .rule = "it is the first of the highest active level",
    .init = init,
    .join = join,
    .leave = leave,
    .put = put,
    .remove = take_out,
    .challenger = peek,
    .pick = pick,
    .before = before,
    .slice = slice,
    .charge = charge,
    .blocked = blocked,
    .stands = stands,
    .key = key,
};

const ts_entry ts_policy_o1 = {
    .name = "o1",
    .help = "Linux 2.6's O(1) scheduler: active and expired arrays",
    .about = "kernel/sched.c of Linux 2.6.8 to 2.6.22: 40 levels by nice and "
             "by credit for sleep, slices of 5 to 800 ms counted in ticks, "
             "turns within them among interactive threads. Left out: credit "
             "for waiting after a wake-up, the limit for sleep on a disk, "
             "interactive_credit, inheritance at fork, its own balancing.",
    .shape = &shape,
    .model = &policy,
};

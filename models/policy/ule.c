/*
 * ule.c - FreeBSD's ULE scheduler.
 *
 * A thread's score compares how much it has slept and run of late: 0 for one
 * that only sleeps, 100 for one that only runs. Below 30 (nice counts) it is
 * interactive: the lowest score runs first. The others are in a calendar of 64
 * days: a thread is put as many days ahead as its priority is worse, and each
 * tick of the statistics clock the calendar goes on by a day at most, when the
 * present one is done, so that everybody's day comes. Slices of twelve ticks
 * are shared by those that wait, down to a sixth.
 *
 * Source: sys/kern/sched_ule.c of FreeBSD 8 to 14: sched_interact_score(),
 * sched_interact_update(), sched_priority(), tdq_runq_add(), sched_clock(),
 * tdq_slice(); sys/priority.h of 13; J. Roberson, "ULE: A Modern Scheduler for
 * FreeBSD", 2003. Left out: kernel and real-time priorities, that four
 * neighbouring scores share a queue, that a better priority in the calendar
 * asks for a new choice, what a child takes from its parent, its own balancing
 * and affinity.
 */
#include <stdio.h>

#include "models/policy/fair.h"
#include "models/policy/levels.h"
#include "models/machine/policy.h"

#define DAYS 64            /* RQ_NQS */
#define HALF 50            /* SCHED_INTERACT_HALF */
#define HISTORY (5 * TS_S) /* SCHED_SLP_RUN_MAX */
#define WINDOW (10 * TS_S) /* SCHED_TICK_SECS */
#define RANGE 88           /* PRI_BATCH_RANGE where PRI_MIN_TIMESHARE is 88 */
#define NICE_HALF 20       /* SCHED_PRI_NHALF */

typedef struct ule_record {
    ts_rational stathz;
    int64_t threshold, slice;
} ule_record;

static const ts_field fields[] = {
    {.name = "stathz",
     .kind = TS_FIELD_FREQUENCY,
     .fallback = "127Hz",
     .source = "stathz",
     .min = 1,
     .max = 1e6,
     .offset = TS_AT(ule_record, stathz),
     .help = "the statistics clock"},
    {.name = "interact",
     .kind = TS_FIELD_INT,
     .fallback = "30",
     .max = 43,
     .source = "kern.sched.interact",
     .offset = TS_AT(ule_record, threshold),
     .help = "scores below are interactive"},
    {.name = "slice",
     .kind = TS_FIELD_INT,
     .fallback = "12",
     .min = 1,
     .max = 10000,
     .source = "kern.sched.slice: stathz/10",
     .offset = TS_AT(ule_record, slice),
     .help = "ticks of the statistics clock"},
};
static const ts_shape shape = {.name = "ule",
                               .help = "Options of ULE",
                               .size = sizeof(ule_record),
                               TS_FIELDS(fields)};

typedef struct entity {
    ts_time ran, slept;  /* of late */
    ts_time used, since; /* of the window that began then */
    ts_time asleep;      /* from when */
    int nice, score;
    bool interactive;
    int level; /* in its queue */
} entity;

typedef struct ule {
    ts_runqueue *queue;
    ts_levels urgent; /* interactive, by score */
    ts_levels calendar;
    int today, entry; /* tdq_ridx: taken from; tdq_idx: put relative to */
    ts_time tick;
    ts_event clock;
} ule;

/* --- scores --- */

static int score_of(const entity *e)
{
    if (e->ran > e->slept)
        return HALF +
               (int)(HALF - e->slept / (e->ran / HALF > 0 ? e->ran / HALF : 1));
    if (e->slept > e->ran)
        return (int)(e->ran / (e->slept / HALF > 0 ? e->slept / HALF : 1));
    return e->ran > 0 ? HALF : 0;
}

/* sched_priority(): its score, and nice. */
static void rate(const ule_record *options, entity *e)
{
    int score = score_of(e) + e->nice;

    e->score = score > 0 ? score : 0;
    e->interactive = e->score < options->threshold;
}

/* Keeps the history to about 5 s, the proportion as it is. */
static void forget_old(entity *e)
{
    ts_time sum = e->ran + e->slept;

    assert(e->ran >= 0 && e->slept >= 0);
    if (sum < HISTORY)
        return;
    if (sum > 2 * HISTORY) {
        bool runs = e->ran > e->slept;

        e->ran = runs ? HISTORY : 1;
        e->slept = runs ? 1 : HISTORY;
    } else if (sum > HISTORY / 5 * 6) {
        e->ran /= 2;
        e->slept /= 2;
    } else {
        e->ran = e->ran / 5 * 4;
        e->slept = e->slept / 5 * 4;
    }
}

/* Days ahead in the calendar: by nice and by the share of the processor it
 * had in the last ten seconds. */
static int days_ahead(entity *e, ts_time now)
{
    ts_time span = now - e->since;
    int64_t share = 0;

    if (span > WINDOW / 10 * 11) {
        e->used = (ts_time)((ts_i128)e->used * WINDOW / span);
        e->since = now - WINDOW;
        span = WINDOW;
    }
    if (span < TS_S)
        span = TS_S;
    share = (int64_t)((ts_i128)e->used * (RANGE - 2 * NICE_HALF - 1) / span);
    share += NICE_HALF + e->nice;
    assert(span >= TS_S && share >= 0);
    return (int)(share * DAYS / RANGE) % DAYS;
}

/* --- the calendar --- */

static ts_thread *first_from(const ule *state)
{
    uint64_t days = state->calendar.occupied;
    int shift = state->today;
    uint64_t turned =
        shift == 0 ? days : days >> shift | days << (DAYS - shift);

    if (turned == 0)
        return NULL;
    return state->calendar.level[(shift + __builtin_ctzll(turned)) % DAYS]
        .first;
}

static void advance(ule *state)
{
    assert(state->today >= 0 && state->today < DAYS);
    /* A day is emptied before the next one begins. */
    if (state->entry != state->today)
        return;
    state->entry = (state->entry + 1) % DAYS;
    if (!(state->calendar.occupied >> state->today & 1))
        state->today = state->entry;
}

static void ticked(ts_engine *engine, ts_event *event)
{
    ule *state = TS_CONTAINER(event, ule, clock);

    advance(state);
    if (state->queue->ready > 0)
        ts_event_at(engine, event,
                    ts_time_add(ts_engine_now(engine), state->tick));
}

static void insert(ule *state, ts_thread *thread, ts_why why)
{
    entity *e = thread->entity;
    int day = state->today;

    if (why != TS_WHY_PREEMPTED) {
        day = (days_ahead(e, ts_engine_now(state->queue->machine->engine)) +
               state->entry) %
              DAYS;
        /* Not into the day that is being emptied. */
        if (state->today != state->entry && day == state->today)
            day = (day + DAYS - 1) % DAYS;
    }
    assert(day >= 0 && day < DAYS);
    e->level = day;
    if (why == TS_WHY_PREEMPTED)
        ts_levels_prepend(&state->calendar, day, thread);
    else
        ts_levels_append(&state->calendar, day, thread);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    ule *state = queue->state;
    entity *e = thread->entity;

    if (e->interactive) {
        ts_levels_remove(&state->urgent, e->level, thread);
        return;
    }
    ts_levels_remove(&state->calendar, e->level, thread);
    if (state->entry != state->today && e->level == state->today &&
        !(state->calendar.occupied >> state->today & 1))
        state->today = (state->today + 1) % DAYS;
}

/* --- the policy --- */

static bool init(ts_runqueue *queue, ts_error *error)
{
    const ule_record *options = queue->options;
    ule *state = queue->state;

    (void)error;
    state->queue = queue;
    state->tick =
        (ts_time)((ts_i128)TS_S * options->stathz.den / options->stathz.num);
    ts_event_init_slot(queue->machine->engine, &state->clock, TS_CLASS_TIMER,
                       ticked, "stathz");
    return true;
}

static void join(ts_runqueue *queue, ts_thread *thread)
{
    entity *e = thread->entity;

    e->nice = ts_fair_nice(thread);
    e->since = ts_engine_now(queue->machine->engine);
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    const ule_record *options = queue->options;
    ule *state = queue->state;
    entity *e = thread->entity;
    ts_time now = ts_engine_now(queue->machine->engine);

    if (why == TS_WHY_WOKEN) {
        assert(now >= e->asleep);
        e->slept += now - e->asleep;
        forget_old(e);
    }
    if (why != TS_WHY_PREEMPTED)
        rate(options, e);
    if (!e->interactive) {
        insert(state, thread, why);
    } else {
        e->level = e->score; /* 0 to 42 */
        if (why == TS_WHY_PREEMPTED)
            ts_levels_prepend(&state->urgent, e->level, thread);
        else
            ts_levels_append(&state->urgent, e->level, thread);
    }
    if (!state->clock.pending)
        ts_event_at(queue->machine->engine, &state->clock,
                    ts_time_next(now, state->tick));
}

static ts_thread *peek(ts_runqueue *queue)
{
    const ule *state = queue->state;
    ts_thread *first = ts_levels_first(&state->urgent);

    return first != NULL ? first : first_from(state);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    ts_thread *thread = peek(queue);

    (void)cpu;
    if (thread != NULL)
        take_out(queue, thread);
    return thread;
}

/* Interactive before the others at once, and a better score before a worse. */
static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    const entity *theirs = challenger->entity, *mine = running->entity;

    (void)queue;
    return theirs->interactive &&
           (!mine->interactive || theirs->score < mine->score);
}

/* The slice among those that wait; with six or more a sixth (tdq_slice()). */
static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const ule_record *options = queue->options;
    const ule *state = queue->state;
    ts_time now = ts_engine_now(queue->machine->engine);
    int64_t ticks = options->slice;

    (void)cpu;
    (void)thread;
    if (queue->ready >= 6)
        ticks /= 6;
    else if (queue->ready > 1)
        ticks /= queue->ready;
    if (ticks < 1)
        ticks = 1;
    return ts_fine_make((now / state->tick + ticks) * state->tick - now);
}

static void charge(ts_runqueue *queue, ts_thread *thread, ts_time ran)
{
    entity *e = thread->entity;

    e->ran += ran;
    e->used += ran;
    forget_old(e);
    rate(queue->options, e);
}

static void blocked(ts_runqueue *queue, ts_thread *thread)
{
    ((entity *)thread->entity)->asleep = ts_engine_now(queue->machine->engine);
}

static const char *stands(const ts_thread *thread, int64_t *value)
{
    *value = ((const entity *)thread->entity)->score;
    return "score";
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    const ule *state = queue->state;
    const entity *e = thread->entity;

    if (e->interactive)
        snprintf(buffer, size, "interactive, score %d", e->score);
    else
        snprintf(buffer, size, "score %d, %d slots on in the calendar",
                 e->score, (e->level - state->today + DAYS) % DAYS);
}

static const ts_shape *const thread_tables[] = {&ts_nice_table, NULL};

static const ts_policy policy = {
    .thread = thread_tables,
    .entity_size = sizeof(entity),
    .queue_size = sizeof(ule),
    .conserving = true,
    .per_processor = true,
    .rule = "it is the most interactive, or the first in the calendar",
    .init = init,
    .join = join,
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

const ts_entry ts_policy_ule = {
    .name = "ule",
    .help = "FreeBSD's ULE: interactivity scores and a calendar queue",
    .about = "sys/kern/sched_ule.c of FreeBSD 8 to 14: scores from sleeping "
             "and running, a calendar of 64 days for the others, slices shared "
             "by those that wait. Left out: kernel and real-time priorities, "
             "queues shared by neighbouring scores, inheritance at fork, ULE's "
             "own balancing.",
    .shape = &shape,
    .model = &policy,
};

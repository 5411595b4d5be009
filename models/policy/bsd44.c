/*
 * bsd44.c - 4.4BSD's multilevel feedback with decay.
 *
 * A thread's estimate of recent processor use grows by one with each tick it
 * runs and shrinks every second, the more slowly the higher the load; its
 * priority is 50 + estimate/4 + 2 nice, a smaller number is better. 32 queues,
 * of four priorities each; ten times a second by the clock the running thread
 * goes behind its equals. One that slept is forgiven about a decay a second.
 *
 * Source: McKusick, Bostic, Karels, Quarterman, The Design and Implementation
 * of the 4.4BSD Operating System, chapter 4: schedcpu(), updatepri(),
 * resetpriority(), roundrobin(), loadav(); sys/kern/kern_synch.c and
 * kern_clock.c of 4.4BSD-Lite. Left out: priorities in the kernel, and that a
 * wake-up sends the running thread behind its equals.
 */
#include <stdio.h>

#include "models/policy/fair.h"
#include "models/policy/levels.h"
#include "models/machine/policy.h"

#define USER 50 /* PUSER */
#define WORST 127
#define ESTIMATE_MAX 255
#define LOAD_UNIT 2048  /* FSCALE */
#define LOAD_DECAY 1884 /* its part of a minute's average after 5 s */

typedef struct bsd_record {
    ts_time tick, slice;
} bsd_record;

static const ts_field fields[] = {
    {.name = "tick",
     .kind = TS_FIELD_TIME,
     .fallback = "10ms",
     .min = 1e6,
     .max = 1e12,
     .source = "hz = 100",
     .offset = TS_AT(bsd_record, tick),
     .help = "processor time that makes the estimate one larger"},
    {.name = "slice",
     .kind = TS_FIELD_TIME,
     .fallback = "100ms",
     .min = 1e6,
     .max = 1e15,
     .source = "roundrobin(): ten times a second",
     .offset = TS_AT(bsd_record, slice),
     .help = "how often the running thread goes behind its equals"},
};
static const ts_shape shape = {.name = "bsd44",
                               .help = "Options of 4.4BSD's scheduler",
                               .size = sizeof(bsd_record),
                               TS_FIELDS(fields)};

typedef struct entity {
    int64_t estimate;
    ts_time rest; /* ran since the estimate grew */
    ts_time slept;
    int nice, level; /* level: (priority - USER) / 4 */
} entity;

typedef struct bsd {
    ts_runqueue *queue;
    ts_levels ready;
    int64_t load; /* average number of runnable threads x LOAD_UNIT */
    ts_event second;
} bsd;

static int priority_of(const entity *e)
{
    int64_t priority = USER + e->estimate / 4 + 2 * e->nice;

    return priority < USER ? USER : priority > WORST ? WORST : (int)priority;
}

static int level_of(const entity *e)
{
    return (priority_of(e) - USER) / 4;
}

static void decay(const bsd *state, entity *e, int nice)
{
    int64_t twice = 2 * state->load;

    assert(state->load >= 0);
    assert(e->estimate >= 0 && e->estimate <= ESTIMATE_MAX);
    e->estimate = twice * e->estimate / (twice + LOAD_UNIT) + nice;
    if (e->estimate < 0)
        e->estimate = 0;
    if (e->estimate > ESTIMATE_MAX)
        e->estimate = ESTIMATE_MAX;
}

/* loadav(), every five seconds, after the estimates. */
static void measure_load(bsd *state, int64_t runnable, ts_time now)
{
    if (now / TS_S % 5 != 0)
        return;
    state->load = (LOAD_DECAY * state->load +
                   (LOAD_UNIT - LOAD_DECAY) * runnable * LOAD_UNIT) /
                  LOAD_UNIT;
}

/* Once a second (schedcpu()): everybody's estimate, as the kernel does, one by
 * one: linear in the threads, but not a decision. Sleepers are caught up with
 * when they wake. */
static void every_second(ts_engine *engine, ts_event *event)
{
    bsd *state = TS_CONTAINER(event, bsd, second);
    ts_runqueue *queue = state->queue;
    ts_machine *machine = queue->machine;
    int64_t runnable = queue->ready;

    assert(ts_engine_now(engine) % TS_S == 0); /* by the clock, for all */
    for (int i = 0; i < queue->count; i++) {
        ts_cpu *cpu = &machine->cpus[queue->first + i];

        ts_cpu_sync(cpu);
        runnable += cpu->current != NULL;
    }
    for (ts_thread *t = machine->live; t != NULL; t = t->live_next) {
        entity *e = t->entity;

        if (t->queue != queue || t->state == TS_THREAD_BLOCKED ||
            t->state == TS_THREAD_NEW)
            continue;
        decay(state, e, e->nice);
        if (t->state == TS_THREAD_READY && level_of(e) != e->level) {
            ts_levels_remove(&state->ready, e->level, t);
            e->level = level_of(e);
            ts_levels_append(&state->ready, e->level, t);
        }
        e->level = level_of(e);
        ts_thread_stands(t);
    }
    measure_load(state, runnable, ts_engine_now(engine));
    if (runnable > 0)
        ts_event_at(engine, event, ts_time_add(ts_engine_now(engine), TS_S));
    ts_queue_dirty(queue);
}

static bool init(ts_runqueue *queue, ts_error *error)
{
    bsd *state = queue->state;

    (void)error;
    state->queue = queue;
    ts_event_init_slot(queue->machine->engine, &state->second, TS_CLASS_TIMER,
                       every_second, "schedcpu");
    return true;
}

static void join(ts_runqueue *queue, ts_thread *thread)
{
    entity *e = thread->entity;

    (void)queue;
    e->nice = ts_fair_nice(thread);
    e->level = level_of(e);
}

/* The first whole second that passes asleep decays the estimate as for all
 * (schedcpu()); of the n that did, n - 2 more do when it wakes (updatepri()),
 * which count no nice value. 255 are down to nothing after a bounded number. */
static void forgive(const bsd *state, entity *e, ts_time now)
{
    int64_t seconds = now / TS_S - e->slept / TS_S;

    assert(seconds >= 0);
    if (seconds > 0)
        decay(state, e, e->nice);
    for (; seconds > 2 && e->estimate > 0; seconds--)
        decay(state, e, 0);
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    bsd *state = queue->state;
    entity *e = thread->entity;
    ts_time now = ts_engine_now(queue->machine->engine);

    if (why == TS_WHY_WOKEN)
        forgive(state, e, now);
    e->level = level_of(e);
    /* Also the one that was pre-empted goes to the end (userret()). */
    ts_levels_append(&state->ready, e->level, thread);
    if (!state->second.pending)
        ts_event_at(queue->machine->engine, &state->second,
                    ts_time_next(now, TS_S));
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    bsd *state = queue->state;

    ts_levels_remove(&state->ready, ((entity *)thread->entity)->level, thread);
}

static ts_thread *peek(ts_runqueue *queue)
{
    const bsd *state = queue->state;

    return ts_levels_first(&state->ready);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    bsd *state = queue->state;

    (void)cpu;
    return ts_levels_shift(&state->ready);
}

static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    (void)queue;
    return ((const entity *)challenger->entity)->level <
           ((const entity *)running->entity)->level;
}

/* roundrobin() goes by the clock, not by when a thread's turn began. */
static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const bsd_record *options = queue->options;
    ts_time now = ts_engine_now(queue->machine->engine);

    (void)cpu;
    (void)thread;
    return ts_fine_make(ts_time_next(now, options->slice) - now);
}

static void charge(ts_runqueue *queue, ts_thread *thread, ts_time ran)
{
    const bsd_record *options = queue->options;
    entity *e = thread->entity;

    assert(ran >= 0 && e->rest < options->tick);
    e->rest += ran;
    e->estimate += e->rest / options->tick;
    e->rest %= options->tick;
    if (e->estimate > ESTIMATE_MAX)
        e->estimate = ESTIMATE_MAX;
    e->level = level_of(e);
}

static void blocked(ts_runqueue *queue, ts_thread *thread)
{
    ((entity *)thread->entity)->slept = ts_engine_now(queue->machine->engine);
}

static const char *stands(const ts_thread *thread, int64_t *value)
{
    *value = priority_of(thread->entity);
    return "priority";
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    const entity *e = thread->entity;

    (void)queue;
    snprintf(buffer, size, "priority %d, estimate %lld", priority_of(e),
             (long long)e->estimate);
}

static const ts_shape *const thread_tables[] = {&ts_nice_table, NULL};

static const ts_policy policy = {
    .thread = thread_tables,
    .entity_size = sizeof(entity),
    .queue_size = sizeof(bsd),
    .conserving = true,
    .rule = "it is the first of the best queue",
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

const ts_entry ts_policy_bsd44 = {
    .name = "bsd44",
    .help = "4.4BSD: priorities by an estimate of recent use that decays",
    .about = "The 4.4BSD book: estimates in ticks of 10 ms, decay each second "
             "by the load of the last minute, 32 queues, turns by a clock of "
             "100 ms. Left out: sleep priorities in the kernel, and that a "
             "wake-up sends the running thread behind its equals.",
    .shape = &shape,
    .model = &policy,
};

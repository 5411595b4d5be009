/*
 * windows.c - the priorities of Windows NT and its successors.
 *
 * 32 levels; the first thread of the highest level runs and is pre-empted at
 * once by a higher one, keeping the head of its level and the rest of its
 * quantum. Quanta are counted in thirds of a clock tick. A thread that wakes
 * is boosted above its base level and loses one level with each quantum it uses
 * up. Once a second the balance set manager lifts threads that have been ready
 * for about 4 s to level 15 for one quantum, so that nobody starves.
 *
 * Source: Russinovich, Solomon, Ionescu, Windows Internals, 6th edition, part
 * 1, chapter 5; "Priority Boosts" in Microsoft's reference of Win32 (no boosts
 * from 16 on, a level less with each slice, never below the base). One boost
 * for every wake-up, where Windows has one a device. Left out: the foreground's
 * longer quanta follow from `quantum` as given; multimedia class, processor
 * groups, ideal processors.
 */
#include <stdio.h>

#include "models/policy/fair.h"
#include "models/policy/levels.h"
#include "models/machine/policy.h"
#include "models/machine/task.h"

#define LEVELS 32
#define REAL_TIME 16 /* levels from here on are never boosted */

typedef struct windows_record {
    ts_time tick, starved, every;
    int64_t quantum, boost, scan, lift;
} windows_record;

static const ts_field fields[] = {
    {.name = "tick",
     .kind = TS_FIELD_TIME,
     .fallback = "15.625ms",
     .min = 1e6,
     .max = 1e12,
     .offset = TS_AT(windows_record, tick),
     .source = "Windows Internals: the clock of multiprocessor x86",
     .help = "the clock's tick, which is 3 units of a quantum"},
    {.name = "quantum",
     .kind = TS_FIELD_INT,
     .fallback = "6",
     .min = 1,
     .max = 1000,
     .offset = TS_AT(windows_record, quantum),
     .source = "client editions: 6 (18 in the foreground); servers: 36",
     .help = "units in a quantum"},
    {.name = "boost",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .max = 15,
     .offset = TS_AT(windows_record, boost),
     .source = "1 after disk I/O, 2 for a window or a network, 6 keyboard",
     .help = "levels that a thread is lifted when it wakes"},
    {.name = "starved",
     .kind = TS_FIELD_TIME,
     .fallback = "4s",
     .max = 1e16,
     .offset = TS_AT(windows_record, starved),
     .help = "ready for so long, a thread is lifted to level 15"},
    {.name = "every",
     .kind = TS_FIELD_TIME,
     .fallback = "1s",
     .min = 1e6,
     .max = 1e16,
     .offset = TS_AT(windows_record, every),
     .help = "how often the balance set manager looks"},
    {.name = "scan",
     .kind = TS_FIELD_INT,
     .fallback = "16",
     .min = 1,
     .max = 1e6,
     .offset = TS_AT(windows_record, scan),
     .help = "threads that it looks at each time"},
    {.name = "lift",
     .kind = TS_FIELD_INT,
     .fallback = "10",
     .min = 1,
     .max = 1e6,
     .offset = TS_AT(windows_record, lift),
     .help = "threads that it lifts each time at most"},
};
static const ts_shape shape = {.name = "windows",
                               .help = "Options of the priorities of Windows",
                               .size = sizeof(windows_record),
                               TS_FIELDS(fields)};

typedef struct entity {
    int base, level;
    ts_time left; /* of the quantum */
    bool lifted;  /* by the balance set manager, for one quantum */
} entity;

typedef struct windows {
    ts_runqueue *queue;
    ts_levels ready; /* level 0 first: 31 - priority */
    ts_event manager;
    int at; /* where it goes on looking: a level ... */
} windows;

static ts_time full_quantum(const ts_runqueue *queue)
{
    const windows_record *options = queue->options;

    return options->tick * options->quantum / 3;
}

/* Takes a ready thread to another level. */
static void lift(windows *state, ts_thread *thread)
{
    entity *e = thread->entity;

    assert(e->level < REAL_TIME - 1 && e->base < REAL_TIME);
    ts_levels_remove(&state->ready, LEVELS - 1 - e->level, thread);
    e->level = REAL_TIME - 1;
    e->lifted = true;
    e->left = full_quantum(state->queue);
    ts_levels_append(&state->ready, LEVELS - 1 - e->level, thread);
    ts_thread_stands(thread);
}

/* Looks at some ready threads below 15, going on where it stopped. */
static void look(ts_engine *engine, ts_event *event)
{
    windows *state = TS_CONTAINER(event, windows, manager);
    const windows_record *options = state->queue->options;
    ts_time now = ts_engine_now(engine);
    int64_t looks = 0, lifted = 0;
    int levels = 0;

    for (; levels < REAL_TIME - 1 && looks < options->scan &&
           lifted < options->lift;
         levels++) {
        ts_thread *next, *thread;

        state->at = (state->at + 1) % (REAL_TIME - 1);
        thread = state->ready.level[LEVELS - 1 - state->at].first;
        for (;
             thread != NULL && looks < options->scan && lifted < options->lift;
             thread = next, looks++) {
            next = thread->next;
            if (now - thread->since < options->starved)
                continue;
            lift(state, thread);
            lifted++;
        }
    }
    if (state->queue->ready > 0)
        ts_event_at(engine, event, ts_time_add(now, options->every));
    if (lifted > 0)
        ts_queue_dirty(state->queue);
}

static bool init(ts_runqueue *queue, ts_error *error)
{
    windows *state = queue->state;

    (void)error;
    state->queue = queue;
    ts_event_init_slot(queue->machine->engine, &state->manager, TS_CLASS_TIMER,
                       look, "balance set manager");
    return true;
}

/* A thread's level is its urgency, from 0 to 31. */
static bool check_levels(ts_machine *machine, ts_error *error)
{
    for (int i = 0; i < machine->task_count; i++) {
        const ts_task *task = &machine->tasks[i];

        if (task->urgency < 0 || task->urgency >= LEVELS)
            return ts_fail(error,
                           "thread %s has priority %lld, and windows has 0 to "
                           "%d, larger is higher: say \"conventions\": "
                           "{\"priority\": \"larger-is-higher\"}",
                           ts_task_name(task),
                           (long long)task->record->priority, LEVELS - 1);
    }
    return true;
}

/* Normal threads are 8. */
static void join(ts_runqueue *queue, ts_thread *thread)
{
    entity *e = thread->entity;

    assert(thread->urgency >= 0 && thread->urgency < LEVELS);
    e->base = (int)thread->urgency;
    e->level = e->base;
    e->left = full_quantum(queue);
}

static void boost(const windows_record *options, entity *e)
{
    int64_t level = e->base + options->boost;

    if (e->base >= REAL_TIME)
        return;
    if (level > REAL_TIME - 1)
        level = REAL_TIME - 1;
    if (e->level < level)
        e->level = (int)level;
}

/* The end of a quantum: a lifted thread falls back, a boosted one by a level. */
static void decay(const ts_runqueue *queue, entity *e)
{
    if (e->lifted || e->level <= e->base)
        e->level = e->base;
    else
        e->level--;
    assert(e->level >= e->base); /* boosts end where they began */
    e->lifted = false;
    e->left = full_quantum(queue);
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    const windows_record *options = queue->options;
    windows *state = queue->state;
    entity *e = thread->entity;

    /* Real time is not boosted. */
    assert(e->base < REAL_TIME ? e->level < REAL_TIME : e->level == e->base);
    if (why == TS_WHY_WOKEN)
        boost(options, e);
    if (why == TS_WHY_EXPIRED)
        decay(queue, e);
    if (why == TS_WHY_PREEMPTED)
        ts_levels_prepend(&state->ready, LEVELS - 1 - e->level, thread);
    else
        ts_levels_append(&state->ready, LEVELS - 1 - e->level, thread);
    if (!state->manager.pending)
        ts_event_at(queue->machine->engine, &state->manager,
                    ts_time_add(ts_engine_now(queue->machine->engine),
                                options->every));
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    windows *state = queue->state;
    entity *e = thread->entity;

    ts_levels_remove(&state->ready, LEVELS - 1 - e->level, thread);
}

static ts_thread *peek(ts_runqueue *queue)
{
    const windows *state = queue->state;

    return ts_levels_first(&state->ready);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    windows *state = queue->state;

    (void)cpu;
    return ts_levels_shift(&state->ready);
}

static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    (void)queue;
    return ((const entity *)challenger->entity)->level >
           ((const entity *)running->entity)->level;
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const entity *e = thread->entity;

    (void)queue;
    (void)cpu;
    return ts_fine_make(e->left > 0 ? e->left : full_quantum(queue));
}

static void charge(ts_runqueue *queue, ts_thread *thread, ts_time ran)
{
    (void)queue;
    ((entity *)thread->entity)->left -= ran;
}

static const char *stands(const ts_thread *thread, int64_t *value)
{
    *value = ((const entity *)thread->entity)->level;
    return "priority" TS_LARGEST_FIRST;
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    const entity *e = thread->entity;

    (void)queue;
    snprintf(buffer, size, "priority %d, base %d", e->level, e->base);
}

static const ts_policy policy = {
    .entity_size = sizeof(entity),
    .queue_size = sizeof(windows),
    .conserving = true,
    .steady = true,
    .priorities = true,
    .rule = "it is the first of the highest level",
    .init = init,
    .place = check_levels,
    .join = join,
    .put = put,
    .remove = take_out,
    .challenger = peek,
    .pick = pick,
    .before = before,
    .slice = slice,
    .charge = charge,
    .stands = stands,
    .key = key,
};

const ts_entry ts_policy_windows = {
    .name = "windows",
    .help = "Windows NT's 32 levels, boosts for wake-ups and for the starved",
    .about = "As Windows Internals describes it: quanta in thirds of a tick, "
             "boosts that decay, the balance set manager. The scenario's "
             "priorities are 0 to 31 with \"conventions\": {\"priority\": "
             "\"larger-is-higher\"}; normal is 8. Quanta are exact, not seen "
             "at the clock's tick, and every wake-up boosts alike. Left out: "
             "priority classes, the multimedia "
             "class, ideal processors.",
    .shape = &shape,
    .model = &policy,
};

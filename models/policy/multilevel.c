/*
 * multilevel.c - multilevel queues: every thread belongs to one for good.
 *
 * The queues are ranked; a lower one runs only while those above are empty, and
 * one that becomes ready above takes the processor at once. Each has turns of
 * a slice of its own, or none: then it is first come, first served. One that is
 * taken off keeps its place at the head and the rest of its slice. Silberschatz,
 * Galvin and Gagne, Operating System Concepts, Multilevel Queue Scheduling
 * (foreground round robin, background first come first served). A thread's
 * priority is the number of its queue.
 */
#include <stdio.h>

#include "models/policy/levels.h"
#include "models/machine/policy.h"
#include "models/machine/task.h"

typedef struct level_record {
    ts_duration slice;
} level_record;

static const ts_field level_fields[] = {
    {.name = "slice",
     .kind = TS_FIELD_DURATION,
     .positive = true,
     .offset = TS_AT(level_record, slice),
     .help = "the length of a turn; first come, first served without it"},
};

static const ts_shape level_shape = {.name = "level",
                                     .help = "One of several queues",
                                     .size = sizeof(level_record),
                                     TS_FIELDS(level_fields),
                                     .shorthand = "slice"};
static const ts_field level_item = {.name = "level",
                                    .kind = TS_FIELD_OBJECT,
                                    .shape = &level_shape,
                                    .help = "a queue"};

typedef struct multilevel_record {
    ts_list levels; /* of level_record */
} multilevel_record;

static const ts_field fields[] = {
    {.name = "ranks",
     .kind = TS_FIELD_LIST,
     .item = &level_item,
     .required = true,
     .min = 1,
     .limit = TS_LEVELS,
     .offset = TS_AT(multilevel_record, levels),
     .help = "the queues, the highest first; a thread of priority 0 belongs to "
             "the first, or where larger numbers are higher to the last"},
};

static const ts_shape shape = {.name = "multilevel",
                               .help = "Options of multilevel queues",
                               .size = sizeof(multilevel_record),
                               TS_FIELDS(fields)};

typedef struct multilevel {
    ts_levels ready;
    ts_fine slice[TS_LEVELS];
} multilevel;

static bool init(ts_runqueue *queue, ts_error *error)
{
    const multilevel_record *options = queue->options;
    const level_record *levels = options->levels.items;
    multilevel *state = queue->state;

    for (int i = 0; i < options->levels.count; i++)
        state->slice[i] =
            levels[i].slice.given
                ? ts_machine_fine(queue->machine, &levels[i].slice)
                : TS_FINE_NEVER;
    (void)error;
    return true;
}

/* Of the highest priority there is: 0, or the largest. */
static int level_of(const ts_runqueue *queue, const ts_thread *thread)
{
    const multilevel_record *options = queue->options;
    int number = (int)thread->priority;

    assert(number >= 0 && number < options->levels.count); /* join() */
    return queue->machine->conventions->priority == TS_LARGER_IS_HIGHER
               ? options->levels.count - 1 - number
               : number;
}

static void join(ts_runqueue *queue, ts_thread *thread)
{
    const multilevel_record *options = queue->options;

    if (thread->priority >= 0 && thread->priority < options->levels.count)
        return;
    ts_engine_fail(queue->machine->engine,
                   "thread %s has priority %lld, and there are queues 0 to %d",
                   ts_task_name(thread->task), (long long)thread->priority,
                   options->levels.count - 1);
    thread->priority = 0;
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    multilevel *state = queue->state;

    if (why == TS_WHY_PREEMPTED)
        ts_levels_prepend(&state->ready, level_of(queue, thread), thread);
    else
        ts_levels_append(&state->ready, level_of(queue, thread), thread);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    multilevel *state = queue->state;

    ts_levels_remove(&state->ready, level_of(queue, thread), thread);
}

static ts_thread *peek(ts_runqueue *queue)
{
    const multilevel *state = queue->state;

    return ts_levels_first(&state->ready);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    multilevel *state = queue->state;

    (void)cpu;
    return ts_levels_shift(&state->ready);
}

static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    return level_of(queue, challenger) < level_of(queue, running);
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const multilevel *state = queue->state;

    (void)cpu;
    if (thread->why == TS_WHY_PREEMPTED && thread->slice_left > 0)
        return thread->slice_left;
    return state->slice[level_of(queue, thread)];
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    snprintf(buffer, size, "queue %d", level_of(queue, thread));
}

static const ts_policy policy = {
    .queue_size = sizeof(multilevel),
    .conserving = true,
    .steady = true,
    .priorities = true,
    .lines = true,
    .rule = "it heads the highest queue that is not empty",
    .init = init,
    .join = join,
    .put = put,
    .remove = take_out,
    .challenger = peek,
    .pick = pick,
    .before = before,
    .slice = slice,
    .key = key,
};

const ts_entry ts_policy_multilevel = {
    .name = "multilevel",
    .help = "ranked queues, each with turns of its own or none",
    .about =
        "A thread stays in the queue that its priority names; see mlfq for "
        "queues that threads move between. Turns are times.",
    .shape = &shape,
    .model = &policy,
};

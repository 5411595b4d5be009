/*
 * feedback.c - multilevel feedback as Stallings has it.
 *
 * A newcomer enters level 0. Lower levels run only when those above are empty.
 * A slice is fixed, or doubles with every level (2^i). One that uses its slice
 * up goes down a level, but only when somebody else is ready: a lone thread
 * stays where it is. Nothing takes the processor away inside a slice. Source:
 * W. Stallings, Operating Systems: Internals and Design Principles,
 * Uniprocessor Scheduling, feedback with q = 1 and q = 2^i. What happens after
 * blocking is left open there; here a thread comes back to its level.
 */
#include <stdio.h>

#include "models/policy/levels.h"
#include "models/machine/policy.h"

typedef struct feedback_record {
    ts_duration slice;
    bool doubling;
    int64_t levels;
} feedback_record;

static const ts_field fields[] = {
    {.name = "slice",
     .kind = TS_FIELD_DURATION,
     .required = true,
     .positive = true,
     .offset = TS_AT(feedback_record, slice),
     .help = "how long a thread of level 0 runs before it goes down"},
    {.name = "doubling",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(feedback_record, doubling),
     .help = "whether the slice doubles with every level"},
    {.name = "levels",
     .kind = TS_FIELD_INT,
     .fallback = "32",
     .min = 1,
     .max = TS_LEVELS,
     .offset = TS_AT(feedback_record, levels),
     .help = "how many; the last one takes turns"},
};

static const ts_shape shape = {.name = "feedback",
                               .help = "Options of multilevel feedback",
                               .size = sizeof(feedback_record),
                               TS_FIELDS(fields)};

typedef struct feedback {
    ts_levels ready;
    ts_fine slice;
} feedback;

static bool init(ts_runqueue *queue, ts_error *error)
{
    const feedback_record *options = queue->options;
    feedback *state = queue->state;

    (void)error;
    state->slice = ts_machine_fine(queue->machine, &options->slice);
    return true;
}

/* The level is all that a thread carries along. */
static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    feedback *state = queue->state;
    int32_t *level = thread->entity;

    (void)why;
    assert(*level >= 0 &&
           *level < ((const feedback_record *)queue->options)->levels);
    ts_levels_append(&state->ready, *level, thread);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    feedback *state = queue->state;
    int32_t *level = thread->entity;

    ts_levels_remove(&state->ready, *level, thread);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    feedback *state = queue->state;

    (void)cpu;
    return ts_levels_shift(&state->ready);
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const feedback_record *options = queue->options;
    const feedback *state = queue->state;
    int32_t *level = thread->entity;

    (void)cpu;
    if (!options->doubling)
        return state->slice;
    if (state->slice >= TS_FINE_NEVER >> *level)
        return TS_FINE_NEVER;
    return state->slice << *level;
}

static bool expired(ts_runqueue *queue, ts_thread *thread)
{
    const feedback_record *options = queue->options;
    int32_t *level = thread->entity;

    if (queue->ready == 0)
        return false;
    if (*level + 1 < options->levels)
        ++*level;
    assert(*level < options->levels); /* it stays at the last */
    return true;
}

static const char *stands(const ts_thread *thread, int64_t *value)
{
    *value = *(const int32_t *)thread->entity;
    return "level";
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    const int32_t *level = thread->entity;

    (void)queue;
    snprintf(buffer, size, "level %d", (int)*level);
}

static const ts_policy policy = {
    .entity_size = sizeof(int32_t),
    .queue_size = sizeof(feedback),
    .conserving = true,
    .lines = true,
    .rule = "it heads the highest level that is not empty",
    .init = init,
    .put = put,
    .remove = take_out,
    .pick = pick,
    .slice = slice,
    .expired = expired,
    .stands = stands,
    .key = key,
};

const ts_entry ts_policy_feedback = {
    .name = "feedback",
    .help = "whoever has run longest goes to the lowest level (Stallings' FB)",
    .about = "Needs no knowledge of lengths and favours short jobs all the "
             "same. Long ones can starve: see mlfq for a boost against it.",
    .shape = &shape,
    .model = &policy,
};

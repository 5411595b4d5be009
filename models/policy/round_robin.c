/*
 * round_robin.c - one queue, a slice each.
 *
 * A thread whose slice ends goes to the tail; one that blocks or ends early
 * gives the rest of its slice away. Whether a thread that arrives at the very
 * instant of a slice's end stands before the one that is put back is a
 * convention (arrivals first, as most textbooks have it).
 */
#include <stdio.h>

#include "models/policy/list.h"
#include "models/machine/policy.h"

typedef struct round_robin_record {
    ts_duration slice;
    ts_duration latency;
} round_robin_record;

static const ts_field fields[] = {
    {.name = "slice",
     .kind = TS_FIELD_DURATION,
     .positive = true,
     .offset = TS_AT(round_robin_record, slice),
     .help = "how long a thread runs before the next one's turn (the quantum)"},
    {.name = "latency",
     .kind = TS_FIELD_DURATION,
     .positive = true,
     .offset = TS_AT(round_robin_record, latency),
     .help =
         "instead of slice: every thread has its turn once in this time, so "
         "that slices shrink as threads become more (CFS's idea)"},
};

static const char *const ways[] = {"slice", "latency", NULL};

static const ts_shape shape = {.name = "round-robin",
                               .help = "Options of round robin",
                               .size = sizeof(round_robin_record),
                               TS_FIELDS(fields),
                               .one_of = ways};

typedef struct round_robin {
    ts_threads ready;
    ts_fine slice;
    ts_fine latency; /* 0: slices are fixed */
} round_robin;

static bool init(ts_runqueue *queue, ts_error *error)
{
    const round_robin_record *options = queue->options;
    round_robin *state = queue->state;

    (void)error;
    if (options->latency.given)
        state->latency = ts_machine_fine(queue->machine, &options->latency);
    else
        state->slice = ts_machine_fine(queue->machine, &options->slice);
    return true;
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    round_robin *state = queue->state;

    (void)why;
    ts_threads_put(&state->ready, thread);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    round_robin *state = queue->state;

    ts_threads_remove(&state->ready, thread);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    round_robin *state = queue->state;

    (void)cpu;
    return ts_threads_shift(&state->ready);
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const round_robin *state = queue->state;

    (void)cpu;
    (void)thread;
    if (state->latency == 0)
        return state->slice;
    /* The picked thread is no longer counted as ready. */
    return state->latency * queue->count / (queue->ready + queue->count);
}

static ts_thread *spare(ts_runqueue *queue, const ts_cpu *cpu)
{
    const round_robin *state = queue->state;

    return ts_threads_spare(&state->ready, cpu);
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    (void)queue;
    ts_key_time(buffer, size, "in the queue since", thread->since);
}

static const ts_policy policy = {
    .queue_size = sizeof(round_robin),
    .conserving = true,
    .lines = true,
    .rule = "it is at the head of the queue",
    .init = init,
    .put = put,
    .remove = take_out,
    .pick = pick,
    .slice = slice,
    .spare = spare,
    .key = key,
};

const ts_entry ts_policy_round_robin = {
    .name = "round-robin",
    .help = "one queue; each thread runs for a slice, then goes to the tail",
    .about = "The textbook RR. The switch is not part of the slice.",
    .shape = &shape,
    .model = &policy,
};

/*
 * priority.c - fixed priorities, pre-emptive; with turns among equals if asked.
 *
 * The highest priority runs; a higher one that becomes ready takes the
 * processor at once. Equal priorities: in order of becoming ready; a running
 * thread is not pre-empted by its equal. One that is pre-empted keeps its
 * place among its equals and the rest of its slice.
 */
#include <stdio.h>

#include "models/policy/heap.h"
#include "models/policy/policy.h"

typedef struct priority_record {
    ts_duration slice;
} priority_record;

static const ts_field fields[] = {
    {.name = "slice", .kind = TS_FIELD_DURATION,
     .offset = TS_AT(priority_record, slice),
     .help = "equal priorities take turns of this length; without it, a thread "
             "runs until it blocks, ends or is pre-empted"},
};

static void check(ts_check *check, const void *record)
{
    const priority_record *options = record;

    if (options->slice.given && options->slice.amount.whole == 0)
        ts_check_error(check, "slice", "must be above 0");
}

static const ts_shape shape = {
    .name = "priority", .help = "Options of fixed priorities",
    .size = sizeof(priority_record), TS_FIELDS(fields), .check = check};

typedef struct priority_queue {
    ts_heap ready;
    ts_fine slice;
} priority_queue;

static int compare(const ts_thread *a, const ts_thread *b)
{
    bool a_first = a->why == TS_WHY_PREEMPTED;
    bool b_first = b->why == TS_WHY_PREEMPTED;

    if (a->urgency != b->urgency)
        return a->urgency > b->urgency ? -1 : 1;
    return (int)b_first - (int)a_first;
}

static bool init(ts_runqueue *queue, ts_error *error)
{
    const priority_record *options = queue->options;
    priority_queue *state = queue->state;

    (void)error;
    state->ready.compare = compare;
    state->slice = options->slice.given ?
                       ts_machine_fine(queue->machine, &options->slice) :
                       TS_FINE_NEVER;
    return true;
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    priority_queue *state = queue->state;

    (void)why;
    ts_heap_push(&state->ready, queue->machine, thread);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    priority_queue *state = queue->state;

    ts_heap_remove(&state->ready, thread);
}

static ts_thread *peek(ts_runqueue *queue)
{
    const priority_queue *state = queue->state;

    return ts_heap_top(&state->ready);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    priority_queue *state = queue->state;

    (void)cpu;
    return ts_heap_pop(&state->ready);
}

static bool before(ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    (void)queue;
    return challenger->urgency > running->urgency;
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const priority_queue *state = queue->state;

    (void)cpu;
    if (thread->why == TS_WHY_PREEMPTED && thread->slice_left > 0)
        return thread->slice_left;
    return state->slice;
}

static void key(const ts_runqueue *queue, const ts_thread *thread,
                char *buffer, size_t size)
{
    (void)queue;
    snprintf(buffer, size, "priority %lld", (long long)thread->priority);
}

static const ts_policy policy = {
    .queue_size = sizeof(priority_queue),
    .conserving = true,
    .ranks = TS_RANKS_TASKS,
    .rule = "its priority is the highest",
    .init = init,
    .put = put,
    .remove = take_out,
    .peek = peek,
    .pick = pick,
    .before = before,
    .slice = slice,
    .key = key,
};

const ts_entry ts_policy_priority = {
    .name = "priority",
    .help = "the highest priority runs, taking the processor at once",
    .about = "Fixed priorities. Which numbers are high is a convention; "
             "smaller is higher unless the scenario says otherwise.",
    .shape = &shape,
    .model = &policy,
};

/*
 * run_to_block.c - multiprogramming without slices: a thread runs until it
 * does I/O or ends.
 *
 * Then the next ready one by number has its turn, counting upwards from the
 * last and round again. Two questions of OSTEP's chapter on processes are
 * options: whether the processor is given away during I/O at all, and whether
 * one whose I/O is over gets it back at once.
 */
#include <stdio.h>

#include "models/machine/policy.h"
#include "models/policy/pool.h"

typedef struct run_record {
    bool hold;
    int woken;
} run_record;

enum { WOKEN_LATER, WOKEN_NOW };
static const char *const wakes[] = {"later", "now", NULL};

static const ts_field fields[] = {
    {.name = "hold",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(run_record, hold),
     .help = "whether a thread keeps the processor, idle, while it does I/O"},
    {.name = "woken",
     .kind = TS_FIELD_CHOICE,
     .choices = wakes,
     .fallback = "later",
     .offset = TS_AT(run_record, woken),
     .help = "when one whose I/O is over runs: now, or when it is its turn"},
};

static const ts_shape shape = {.name = "run-to-block",
                               .help = "Options of running to the next I/O",
                               .size = sizeof(run_record),
                               TS_FIELDS(fields)};

typedef struct run_to_block {
    ts_pool ready;     /* weight 1: ready; mark: the last one to run */
    ts_thread *woken;  /* ready and to run now; NULL: nobody */
    ts_thread *holder; /* hold: who has the processor, running or blocked */
} run_to_block;

static void join(ts_runqueue *queue, ts_thread *thread)
{
    run_to_block *state = queue->state;

    ts_pool_join(&state->ready, queue->machine, thread);
}

static void leave(ts_runqueue *queue, ts_thread *thread)
{
    run_to_block *state = queue->state;

    if (state->holder == thread)
        state->holder = NULL;
    if (state->woken == thread)
        state->woken = NULL;
    ts_pool_leave(&state->ready, thread);
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    const run_record *options = queue->options;
    run_to_block *state = queue->state;

    ts_pool_put(&state->ready, queue->machine, thread, 1);
    /* Of several at one instant the last by number has the last word. */
    if (why == TS_WHY_WOKEN && options->woken == WOKEN_NOW &&
        (state->woken == NULL || state->woken->place < thread->place))
        state->woken = thread;
}

static void move(ts_runqueue *from, ts_runqueue *to, ts_thread *thread)
{
    (void)to;
    leave(from, thread);
}

static ts_thread *next(const run_to_block *state)
{
    int64_t before;

    if (state->woken != NULL)
        return state->woken;
    if (state->ready.total == 0)
        return NULL;
    before = ts_pool_upto(&state->ready, state->ready.mark);
    return ts_pool_find(&state->ready,
                        before < state->ready.total ? before : 0);
}

static ts_thread *peek(ts_runqueue *queue)
{
    return next(queue->state);
}

/* Not where it is set aside for a processor that it may not have. */
static bool is_in(const run_to_block *state, const ts_thread *thread)
{
    return state->ready.weight[thread->place] > 0;
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    const run_record *options = queue->options;
    run_to_block *state = queue->state;
    ts_thread *thread = next(state);

    (void)cpu;
    if (options->hold && state->holder != NULL)
        thread = is_in(state, state->holder) ? state->holder : NULL;
    if (thread == NULL)
        return NULL;
    assert(is_in(state, thread));
    state->woken = state->woken == thread ? NULL : state->woken;
    ts_pool_set(&state->ready, thread, 0);
    state->holder = thread;
    state->ready.mark = thread->place;
    return thread;
}

static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    const run_record *options = queue->options;
    const run_to_block *state = queue->state;

    (void)running;
    return challenger == state->woken && !options->hold;
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    const run_to_block *state = queue->state;

    snprintf(buffer, size, "number %d%s", (int)thread->id,
             thread == state->woken ? ", woken now" : "");
}

static const ts_policy policy = {
    .queue_size = sizeof(run_to_block),
    .rule = "it is the next by number, or its I/O is over",
    .join = join,
    .leave = leave,
    .put = put,
    .remove = leave,
    .move = move,
    .challenger = peek,
    .pick = pick,
    .before = before,
    .key = key,
};

const ts_entry ts_policy_run_to_block = {
    .name = "run-to-block",
    .help = "a thread runs until it does I/O or ends; then the next by number",
    .about = "OSTEP's process-run. With \"hold\" the processor idles during "
             "I/O. Meant for one processor a queue.",
    .shape = &shape,
    .model = &policy,
};

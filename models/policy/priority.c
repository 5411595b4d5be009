/*
 * priority.c - fixed priorities, pre-emptive; with turns among equals if asked.
 *
 * The highest priority runs; a higher one that becomes ready takes the
 * processor at once. Equal priorities: in order of becoming ready, as POSIX has
 * it, or by another convention; a running thread is not pre-empted by its
 * equal. In order of becoming ready, one that is pre-empted keeps its place
 * among its equals and the rest of its slice, or goes to their tail. Where
 * equals take turns they do so in that order.
 * Without pre-emption the highest one is chosen when the processor is free;
 * then aging can keep the low ones from starving (Silberschatz, Galvin and
 * Gagne, Operating System Concepts, CPU Scheduling).
 */
#include <stdio.h>

#include "models/policy/heap.h"
#include "models/machine/policy.h"

typedef struct priority_record {
    ts_duration slice, aging;
    bool preempt;
    int back;
} priority_record;

enum { BACK_HEAD, BACK_TAIL };
static const char *const backs[] = {"head", "tail", NULL};

static const ts_field fields[] = {
    {.name = "slice",
     .kind = TS_FIELD_DURATION,
     .positive = true,
     .offset = TS_AT(priority_record, slice),
     .help = "equal priorities take turns of this length; without it, a thread "
             "runs until it blocks, ends or is pre-empted"},
    {.name = "preempt",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .offset = TS_AT(priority_record, preempt),
     .help = "whether a higher priority takes the processor at once"},
    {.name = "preempted",
     .kind = TS_FIELD_CHOICE,
     .choices = backs,
     .fallback = "head",
     .source = "POSIX, SCHED_FIFO and SCHED_RR",
     .offset = TS_AT(priority_record, back),
     .help = "where among its equals one that is pre-empted goes; at the tail "
             "it also gets a new slice. Without effect where the convention "
             "\"ties\" orders equals by something else than \"ready\""},
    {.name = "aging",
     .kind = TS_FIELD_DURATION,
     .positive = true,
     .offset = TS_AT(priority_record, aging),
     .help = "a waiting thread rises by one priority in this time, and falls "
             "back when it gets the processor; needs \"preempt\": false"},
};

static void check(ts_check *check, const void *record)
{
    const priority_record *options = record;

    if (options->aging.given && options->preempt)
        ts_check_error(check, "aging",
                       "needs \"preempt\": false: where one that has risen "
                       "takes the processor at once and falls back, two "
                       "threads change places without end");
}

static const ts_shape shape = {.name = "priority",
                               .help = "Options of fixed priorities",
                               .size = sizeof(priority_record),
                               TS_FIELDS(fields),
                               .check = check};

typedef struct priority_queue {
    ts_heap ready;
    ts_fine slice;
    bool heads;    /* pre-empted ones go before their equals */
    ts_time aging; /* 0: none */
} priority_queue;

/* What a thread is ordered by. All that wait rise at one pace, so their order
 * does not change while they wait: its key is the urgency less the time at
 * which it began to wait, in units of aging. */
typedef struct rank {
    ts_i128 key;
    bool head; /* pre-empted, and goes before its equals */
} rank;

static int compare(const ts_thread *a, const ts_thread *b)
{
    const rank *x = a->entity, *y = b->entity;

    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    return (int)y->head - (int)x->head;
}

/* In order of becoming ready; what "preempted" says has a meaning only then. */
static bool turns(const void *record)
{
    const priority_record *options = record;

    return options->slice.given;
}

static bool init(ts_runqueue *queue, ts_error *error)
{
    const priority_record *options = queue->options;
    priority_queue *state = queue->state;
    const ts_machine *machine = queue->machine;

    (void)error;
    state->ready.compare = compare;
    state->heads =
        options->back == BACK_HEAD &&
        (machine->ties == TS_TIES_READY || machine->ties == TS_TIES_USUAL);
    state->slice = options->slice.given
                       ? ts_machine_fine(machine, &options->slice)
                       : TS_FINE_NEVER;
    if (options->aging.given)
        state->aging = ts_fine_floor(ts_machine_fine(machine, &options->aging));
    return true;
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    priority_queue *state = queue->state;
    rank *mine = thread->entity;

    mine->key = state->aging > 0
                    ? (ts_i128)thread->urgency * state->aging - thread->since
                    : thread->urgency;
    if (why != TS_WHY_MOVED)
        mine->head = why == TS_WHY_PREEMPTED && state->heads;
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

static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    const priority_record *options = queue->options;

    return options->preempt && challenger->urgency > running->urgency;
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const priority_queue *state = queue->state;
    const rank *mine = thread->entity;

    (void)cpu;
    return mine->head && thread->slice_left > 0 ? thread->slice_left
                                                : state->slice;
}

static const char *stands(const ts_thread *thread, int64_t *value)
{
    bool larger = thread->machine->conventions->priority == TS_LARGER_IS_HIGHER;

    *value = larger ? thread->urgency : -thread->urgency;
    return larger ? "priority" TS_LARGEST_FIRST : "priority";
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    const priority_queue *state = queue->state;
    ts_time waited = ts_engine_now(queue->machine->engine) - thread->since;
    char risen[48] = "";

    if (state->aging > 0)
        snprintf(risen, sizeof risen, ", risen by %.3g",
                 (double)waited / (double)state->aging);
    snprintf(buffer, size, "priority %lld%s%s", (long long)thread->priority,
             risen,
             ((const rank *)thread->entity)->head ? ", was running" : "");
}

static const ts_policy policy = {
    .entity_size = sizeof(rank),
    .queue_size = sizeof(priority_queue),
    .conserving = true,
    .ranks = TS_RANKS_TASKS,
    .steady = true,
    .priorities = true,
    .ties = TS_TIES_READY,
    .rule = "its priority is the highest",
    .turns = turns,
    .init = init,
    .put = put,
    .remove = take_out,
    .challenger = peek,
    .pick = pick,
    .before = before,
    .slice = slice,
    .stands = stands,
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

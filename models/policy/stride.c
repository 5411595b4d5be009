/*
 * stride.c - lottery scheduling without the lottery.
 *
 * Every thread has a pass; the smallest runs for a slice, and its pass moves
 * on by its stride, which is the smaller the more tickets it has. C.
 * Waldspurger and W. Weihl, "Stride Scheduling", MIT/LCS/TM-528, 1995; OSTEP,
 * Proportional Share.
 *
 * The pass is kept exactly: processor time per ticket as a whole number and a
 * fraction over the thread's tickets. Time is charged as it is used, so that one
 * that blocks early pays for what it had. Who comes late, or back, starts
 * where the others are: at the pass of the thread picked last.
 */
#include <stdio.h>

#include "models/policy/heap.h"
#include "models/machine/policy.h"
#include "models/machine/task.h"
#include "models/policy/shares.h"

typedef struct stride_record {
    ts_duration slice;
    int initial;
} stride_record;

enum { PASS_ZERO, PASS_STRIDE };
static const char *const initials[] = {"zero", "stride", NULL};

static const ts_field fields[] = {
    {.name = "slice",
     .kind = TS_FIELD_DURATION,
     .required = true,
     .positive = true,
     .offset = TS_AT(stride_record, slice),
     .help = "how long the one with the smallest pass runs"},
    {.name = "initial_pass",
     .kind = TS_FIELD_CHOICE,
     .choices = initials,
     .fallback = "zero",
     .source = "OSTEP; \"stride\" is Waldspurger's",
     .offset = TS_AT(stride_record, initial),
     .help = "where a newcomer starts: beside the others, or a stride later"},
};

static const ts_shape shape = {.name = "stride",
                               .help = "Options of stride scheduling",
                               .size = sizeof(stride_record),
                               TS_FIELDS(fields)};

/* whole + part/tickets picoseconds a ticket, 0 <= part < tickets */
typedef struct pass {
    ts_time whole;
    int64_t part, tickets;
} pass;

typedef struct stride {
    ts_heap ready;
    ts_fine slice;
    pass last; /* of the thread picked last */
} stride;

static int compare_passes(const pass *a, const pass *b)
{
    ts_i128 left = (ts_i128)a->part * b->tickets;
    ts_i128 right = (ts_i128)b->part * a->tickets;

    if (a->whole != b->whole)
        return a->whole < b->whole ? -1 : 1;
    return (left > right) - (left < right);
}

static int compare(const ts_thread *a, const ts_thread *b)
{
    return compare_passes(a->entity, b->entity);
}

static void move_on(pass *mine, ts_time ran)
{
    mine->part += ran % mine->tickets;
    mine->whole += ran / mine->tickets + (mine->part >= mine->tickets);
    if (mine->part >= mine->tickets)
        mine->part -= mine->tickets;
}

/* As far as `other`, as well as the own tickets can say it. */
static void catch_up(pass *mine, const pass *other)
{
    if (other->tickets == 0 || compare_passes(mine, other) >= 0)
        return;
    mine->whole = other->whole;
    mine->part =
        (int64_t)((ts_i128)other->part * mine->tickets / other->tickets);
}

static bool init(ts_runqueue *queue, ts_error *error)
{
    const stride_record *options = queue->options;
    stride *state = queue->state;

    (void)error;
    ts_heap_queue_init(queue, compare);
    state->slice = ts_machine_fine(queue->machine, &options->slice);
    return true;
}

static void join(ts_runqueue *queue, ts_thread *thread)
{
    const stride_record *options = queue->options;
    const stride *state = queue->state;
    pass *mine = thread->entity;

    mine->tickets = ts_tickets_of(thread);
    assert(mine->tickets > 0 && state->last.tickets >= 0);
    catch_up(mine, &state->last);
    if (options->initial == PASS_STRIDE)
        move_on(mine, ts_fine_floor(state->slice));
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    stride *state = queue->state;

    if (why == TS_WHY_WOKEN)
        catch_up(thread->entity, &state->last);
    ts_heap_push(&state->ready, queue->machine, thread);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    stride *state = queue->state;
    ts_thread *thread = ts_heap_pop(&state->ready);

    (void)cpu;
    if (thread != NULL)
        state->last = *(const pass *)thread->entity;
    return thread;
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const stride *state = queue->state;

    (void)cpu;
    (void)thread;
    return state->slice;
}

static void charge(ts_runqueue *queue, ts_thread *thread, ts_time ran)
{
    (void)queue;
    move_on(thread->entity, ran);
}

static const char *stands(const ts_thread *thread, int64_t *value)
{
    *value = ((const pass *)thread->entity)->whole / TS_NS;
    return "pass" TS_IN_NS;
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    const pass *mine = thread->entity;

    (void)queue;
    snprintf(buffer, size, "pass %.6g us a ticket",
             ((double)mine->whole +
              (double)mine->part / (double)mine->tickets) /
                 1e6);
}

static const ts_shape *const thread_tables[] = {&ts_tickets_table, NULL};

static const ts_policy policy = {
    .thread = thread_tables,
    .entity_size = sizeof(pass),
    .queue_size = sizeof(stride),
    .conserving = true,
    .ties = TS_TIES_ARRIVAL,
    .rule = "its pass is the smallest",
    .init = init,
    .join = join,
    .put = put,
    .remove = ts_heap_queue_remove,
    .pick = pick,
    .slice = slice,
    .charge = charge,
    .stands = stands,
    .key = key,
};

const ts_entry ts_policy_stride = {
    .name = "stride",
    .help = "the smallest pass runs; more tickets, smaller strides",
    .about = "Proportional shares without chance. Equal passes: see the "
             "convention \"ties\".",
    .shape = &shape,
    .model = &policy,
};

/*
 * eevdf_ideal.c - earliest eligible virtual deadline first, exactly.
 *
 * Virtual run times are fractions and nothing is rounded. V is their weighted
 * average; a thread is eligible while its own is not above it. Of the
 * eligible, the one with the earliest virtual deadline (ties: usually the one
 * that came first) runs a whole slice, after which the deadline is a slice divided
 * by the weight beyond its virtual time. Nothing takes the processor away. A
 * thread that comes, comes at V; one that sleeps keeps what it is owed.
 *
 * Source: I. Stoica and H. Abdel-Wahab, "Earliest Eligible Virtual Deadline
 * First: A Flexible and Accurate Mechanism for Proportional Share Resource
 * Allocation", 1995.
 */
#include <stdio.h>

#include "models/policy/eligible.h"
#include "models/machine/policy.h"
#include "models/machine/task.h"
#include "models/policy/shares.h"

/* Times weight x virtual time, of which a whole one is a picosecond of service
 * x 2^16: the fractions are those of threads that come late. */
#define FRACTION 16

typedef struct ideal_record {
    ts_duration slice;
} ideal_record;

static const ts_field fields[] = {
    {.name = "slice",
     .kind = TS_FIELD_DURATION,
     .required = true,
     .positive = true,
     .offset = TS_AT(ideal_record, slice),
     .help = "of threads that ask for none of their own"},
};

static const ts_shape shape = {.name = "eevdf-ideal",
                               .help = "Options of ideal EEVDF",
                               .size = sizeof(ideal_record),
                               TS_FIELDS(fields)};

typedef struct entity {
    ts_i128 moment; /* weight x virtual run time */
    ts_i128 owed;   /* while it sleeps: weight x (V - virtual run time) */
    int64_t weight;
    ts_i128 slice; /* as moments are */
    ts_i128 until; /* weight x virtual deadline */
    bool on, side;
} entity;

typedef struct ideal {
    ts_eligible ready;
    int64_t weight; /* of all that are running or ready */
    ts_i128 moment; /* V x weight */
} ideal;

/* a/wa against b/wb. */
static int compare_fractions(ts_i128 a, int64_t wa, ts_i128 b, int64_t wb)
{
    return (a * wb > b * wa) - (a * wb < b * wa);
}

static int by_deadline(const ts_thread *a, const ts_thread *b)
{
    const entity *x = a->entity, *y = b->entity;

    return compare_fractions(x->until, x->weight, y->until, y->weight);
}

static int by_time(const ts_thread *a, const ts_thread *b)
{
    const entity *x = a->entity, *y = b->entity;

    return compare_fractions(x->moment, x->weight, y->moment, y->weight);
}

static bool is_eligible(const void *context, const ts_thread *thread)
{
    const ideal *state = context;
    const entity *e = thread->entity;

    return compare_fractions(e->moment, e->weight, state->moment,
                             state->weight) <= 0;
}

static bool *side_of(ts_thread *thread)
{
    return &((entity *)thread->entity)->side;
}

static bool init(ts_runqueue *queue, ts_error *error)
{
    ideal *state = queue->state;

    (void)error;
    state->ready.early.compare = by_deadline;
    state->ready.late.compare = by_time;
    state->ready.is = is_eligible;
    state->ready.context = state;
    return true;
}

static void join(ts_runqueue *queue, ts_thread *thread)
{
    const ideal_record *options = queue->options;
    entity *e = thread->entity;
    ts_time own = ts_slice_of(thread);
    ts_fine slice = own > 0 ? ts_fine_make(own)
                            : ts_machine_fine(queue->machine, &options->slice);

    e->weight = ts_weight_of(thread);
    e->slice = slice >> (TS_FINE_BITS - FRACTION);
}

static void count(ideal *state, entity *e, bool on)
{
    state->weight += on ? e->weight : -e->weight;
    state->moment += on ? e->moment : -e->moment;
    e->on = on;
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    ideal *state = queue->state;
    entity *e = thread->entity;

    (void)why;
    if (!e->on) {
        e->moment = state->weight > 0
                        ? state->moment * e->weight / state->weight - e->owed
                        : 0;
        e->until = e->moment + e->slice;
        count(state, e, true);
    }
    ts_eligible_push(&state->ready, queue->machine, thread, &e->side);
}

static void sleeps(ts_runqueue *queue, ts_thread *thread)
{
    ideal *state = queue->state;
    entity *e = thread->entity;

    if (!e->on)
        return;
    e->owed = state->moment * e->weight / state->weight - e->moment;
    count(state, e, false);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    ideal *state = queue->state;

    ts_eligible_remove(&state->ready, thread, *side_of(thread));
    sleeps(queue, thread);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    ideal *state = queue->state;
    ts_thread *best = ts_eligible_first(&state->ready, queue->machine, side_of);

    (void)cpu;
    if (best != NULL)
        ts_eligible_remove(&state->ready, best, *side_of(best));
    return best;
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const entity *e = thread->entity;

    (void)queue;
    (void)cpu;
    return e->slice << (TS_FINE_BITS - FRACTION);
}

static void charge(ts_runqueue *queue, ts_thread *thread, ts_time ran)
{
    ideal *state = queue->state;
    entity *e = thread->entity;

    e->moment += (ts_i128)ran << FRACTION;
    state->moment += (ts_i128)ran << FRACTION;
    if (e->moment >= e->until)
        e->until = e->moment + e->slice;
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    const ideal *state = queue->state;
    const entity *e = thread->entity;
    double v = (double)state->moment / (double)state->weight;

    ts_key_time(buffer, size, "lag",
                (ts_time)((v * (double)e->weight - (double)e->moment) / 65536));
}

static const ts_shape *const thread_tables[] = {&ts_weight_table,
                                                &ts_slice_table, NULL};

static const ts_policy policy = {
    .thread = thread_tables,
    .entity_size = sizeof(entity),
    .queue_size = sizeof(ideal),
    .conserving = true,
    .per_processor = true,
    .ties = TS_TIES_ARRIVAL,
    .rule = "its virtual deadline is the earliest of those that are owed time",
    .init = init,
    .join = join,
    .leave = sleeps,
    .put = put,
    .remove = take_out,
    .pick = pick,
    .slice = slice,
    .charge = charge,
    .blocked = sleeps,
    .key = key,
};

const ts_entry ts_policy_eevdf_ideal = {
    .name = "eevdf-ideal",
    .help = "earliest eligible virtual deadline first, without any rounding",
    .about = "Stoica and Abdel-Wahab 1995, each slice run whole. Shares by "
             "\"weight\". Linux adds ticks, limits on lag, wake-up pre-emption "
             "and a shorter first deadline: see eevdf.",
    .shape = &shape,
    .model = &policy,
};

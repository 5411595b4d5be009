/*
 * lottery.c - a ticket is drawn, its holder runs for a slice.
 *
 * C. Waldspurger and W. Weihl, "Lottery Scheduling: Flexible Proportional-Share
 * Resource Management", OSDI 1994. A ready thread's chance is its tickets over
 * those of all ready threads. One that uses only a part f of its slice may get
 * a compensation ticket: until it runs again its tickets count 1/f times, so
 * that its share of the processor is what its tickets say.
 *
 * The numbers drawn can be given as a list, as exercises do: the ticket is then
 * the number modulo the tickets in the pool, counted through the threads in
 * the order of their arrival.
 */
#include <stdio.h>

#include "models/machine/policy.h"
#include "models/policy/pool.h"
#include "models/machine/task.h"
#include "models/policy/shares.h"

typedef struct lottery_record {
    ts_duration slice;
    ts_list draws; /* of int64_t */
    bool compensation;
} lottery_record;

static const ts_field draw_item = {.name = "draw",
                                   .kind = TS_FIELD_INT,
                                   .max = 9e18,
                                   .help = "a number"};

static const ts_field fields[] = {
    {.name = "slice",
     .kind = TS_FIELD_DURATION,
     .required = true,
     .positive = true,
     .offset = TS_AT(lottery_record, slice),
     .help = "how long the winner runs"},
    {.name = "draws",
     .kind = TS_FIELD_LIST,
     .item = &draw_item,
     .offset = TS_AT(lottery_record, draws),
     .help = "the numbers that are drawn, instead of random ones"},
    {.name = "compensation",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(lottery_record, compensation),
     .help = "whether one that blocks early gets more tickets until it runs "
             "again"},
};

static const ts_shape shape = {.name = "lottery",
                               .help = "Options of lottery scheduling",
                               .size = sizeof(lottery_record),
                               TS_FIELDS(fields)};

typedef struct lottery {
    ts_pool pool;
    ts_random random;
    ts_fine slice;
    int next; /* of the given draws */
} lottery;

/* What a thread holds besides its tickets: what it used of its last slice. */
typedef struct ticket {
    ts_fine used;
} ticket;

static bool init(ts_runqueue *queue, ts_error *error)
{
    const lottery_record *options = queue->options;
    lottery *state = queue->state;
    ts_machine *machine = queue->machine;

    (void)error;
    state->slice = ts_machine_fine(machine, &options->slice);
    ts_random_init(&state->random, ts_engine_seed(machine->engine),
                   ts_arena_format(machine->arena, "policy/lottery/%d",
                                   queue->id));
    return true;
}

static void join(ts_runqueue *queue, ts_thread *thread)
{
    lottery *state = queue->state;

    ts_pool_join(&state->pool, queue->machine, thread);
}

static void leave(ts_runqueue *queue, ts_thread *thread)
{
    lottery *state = queue->state;

    ts_pool_leave(&state->pool, thread);
}

static int64_t worth(const lottery *state, const ts_thread *thread)
{
    const ticket *mine = thread->entity;
    int64_t tickets = ts_tickets_of(thread);

    assert(tickets > 0 && mine->used >= 0 && mine->used <= state->slice);
    if (mine->used == 0)
        return tickets;
    return (int64_t)((ts_i128)tickets * (state->slice >> 20) /
                     ((mine->used >> 20) + 1));
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    lottery *state = queue->state;

    (void)why;
    ts_pool_put(&state->pool, queue->machine, thread, worth(state, thread));
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    lottery *state = queue->state;

    ts_pool_leave(&state->pool, thread);
}

static void move(ts_runqueue *from, ts_runqueue *to, ts_thread *thread)
{
    (void)to;
    take_out(from, thread);
}

/* The number of the ticket that wins; -1: there is no draw left. */
static int64_t draw(ts_runqueue *queue)
{
    const lottery_record *options = queue->options;
    const int64_t *draws = options->draws.items;
    lottery *state = queue->state;

    if (options->draws.count == 0)
        return (int64_t)ts_random_below(&state->random,
                                        (uint64_t)state->pool.total);
    if (state->next == options->draws.count) {
        ts_engine_fail(queue->machine->engine,
                       "the lottery needs more than the %d draws given",
                       options->draws.count);
        return -1;
    }
    return draws[state->next++] % state->pool.total;
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    lottery *state = queue->state;
    ts_thread *winner;
    ticket *mine;
    int64_t drawn;

    (void)cpu;
    if (state->pool.total == 0)
        return NULL;
    drawn = draw(queue);
    if (drawn < 0)
        return NULL;
    assert(drawn < state->pool.total);
    winner = ts_pool_find(&state->pool, drawn);
    ts_pool_set(&state->pool, winner, 0);
    mine = winner->entity;
    mine->used = 0;
    return winner;
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const lottery *state = queue->state;

    (void)cpu;
    (void)thread;
    return state->slice;
}

static void blocked(ts_runqueue *queue, ts_thread *thread)
{
    const lottery_record *options = queue->options;
    const lottery *state = queue->state;
    ticket *mine = thread->entity;

    if (options->compensation)
        mine->used = state->slice - thread->slice_left;
}

static const char *stands(const ts_thread *thread, int64_t *value)
{
    *value = worth(thread->queue->state, thread);
    return "tickets" TS_LARGEST_FIRST;
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    snprintf(buffer, size, "%lld tickets",
             (long long)worth(queue->state, thread));
}

/* How equal jobs that arrive together were treated: the first end over the
 * last (OSTEP, Proportional Share). */
static void report(const ts_runqueue *queue, ts_report *report)
{
    const ts_tally *turnaround = &queue->machine->turnaround;

    if (queue->id == 0 && turnaround->count > 0)
        ts_report_ratio(report, turnaround->min, turnaround->max,
                        "turnaround.fairness");
}

static const ts_shape *const thread_tables[] = {&ts_tickets_table, NULL};

static const ts_metric_kind metrics[] = {
    {"turnaround.fairness", TS_UNIT_RATIO, false,
     "the shortest turnaround as a part of the longest; 1 is fair"},
};

static const ts_policy policy = {
    .thread = thread_tables,
    .entity_size = sizeof(ticket),
    .queue_size = sizeof(lottery),
    .conserving = true,
    .rule = "it holds the ticket that was drawn",
    .init = init,
    .join = join,
    .leave = leave,
    .put = put,
    .remove = take_out,
    .pick = pick,
    .slice = slice,
    .blocked = blocked,
    .move = move,
    .report = report,
    TS_METRICS(metrics),
    .stands = stands,
    .key = key,
};

const ts_entry ts_policy_lottery = {
    .name = "lottery",
    .help = "a drawn ticket decides who runs for the next slice",
    .about = "Waldspurger and Weihl. A job that ends inside a slice gives the "
             "rest back; OSTEP's program does not, so its jobs are whole "
             "numbers of slices here.",
    .shape = &shape,
    .model = &policy,
};

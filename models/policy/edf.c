/*
 * edf.c - earliest deadline first, with bandwidth servers.
 *
 * The job whose absolute deadline comes first runs. On one processor it meets
 * all deadlines that can be met. Jobs without a deadline run when no other
 * wants to. Ties: a server's job first, even against a running one; then the
 * running job is kept, and among waiting ones the convention decides: usually
 * the task that stands first in the scenario is first. Sources: Liu and Layland
 * 1973; Dertouzos 1974.
 */
#include <stdio.h>

#include "models/policy/bandwidth.h"
#include "models/policy/urgent.h"
#include "models/machine/task.h"

typedef struct edf_record {
    bool preemptive;
    int ties;
    ts_list servers; /* of ts_reservation_record */
    ts_placement_record *placement;
} edf_record;

typedef struct edf {
    ts_urgent urgent; /* first: the shared functions see this */
    bool by_order;    /* at ties the convention decides before all */
    ts_reservation *servers;
} edf;

static const ts_field server_item = {.name = "server",
                                     .kind = TS_FIELD_OBJECT,
                                     .shape = &ts_reservation_shape,
                                     .help = "a bandwidth server"};
static const char *const ties[] = {"running", "order", NULL};

static const ts_field fields[] = {
    {.name = "preemptive",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .offset = TS_AT(edf_record, preemptive),
     .help = "whether a job with an earlier deadline takes the processor at "
             "once"},
    {.name = "ties",
     .kind = TS_FIELD_CHOICE,
     .choices = ties,
     .fallback = "running",
     .offset = TS_AT(edf_record, ties),
     .help = "of equal deadlines, the running job is kept; or the convention "
             "\"ties\" decides (usually the order of the scenario), even "
             "against the running one"},
    {.name = "servers",
     .kind = TS_FIELD_LIST,
     .item = &server_item,
     .limit = 4096,
     .offset = TS_AT(edf_record, servers),
     .help = "constant bandwidth servers, for threads that name one"},
    {.name = "placement",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_placement_shape,
     .fallback = "{}",
     .offset = TS_AT(edf_record, placement),
     .help = "on several processors: whether tasks belong to one each"},
};

static const ts_shape shape = {.name = "edf",
                               .help = "Options of earliest deadline first",
                               .size = sizeof(edf_record),
                               TS_FIELDS(fields)};

/* Its field of threads. */
typedef struct served {
    ts_ref server;
} served;

static const ts_field served_fields[] = {
    {.name = "server",
     .kind = TS_FIELD_REF,
     .collection = "bandwidth server",
     .offset = TS_AT(served, server),
     .help = "for EDF: the bandwidth server whose budget they run on"},
};

static const ts_shape served_table = {.name = "thread",
                                      .help = "Budgets of servers",
                                      .size = sizeof(served),
                                      TS_FIELDS(served_fields)};

static const ts_shape *const thread_tables[] = {&served_table, NULL};

/* -1: none. */
static int server_index(const ts_task *task)
{
    const served *mine = ts_task_says(task, &served_table);

    return mine->server.index;
}

static ts_reservation *server_of(const ts_runqueue *queue,
                                 const ts_thread *thread)
{
    const edf *state = queue->state;

    return thread->task->budget ? &state->servers[server_index(thread->task)]
                                : NULL;
}

static int compare(const ts_thread *a, const ts_thread *b)
{
    /* place() has found out who runs on a server's budget. */
    if (a->urgency == b->urgency && a->task->budget != b->task->budget)
        return a->task->budget ? -1 : 1;
    return ts_urgent_compare(a, b);
}

static void eligible(ts_runqueue *queue, ts_thread *thread)
{
    ts_urgent_put(queue, thread, thread->why);
}

static bool init(ts_runqueue *queue, ts_error *error)
{
    const edf_record *options = queue->options;
    const ts_reservation_record *records = options->servers.items;
    edf *state = queue->state;

    state->urgent.ready.compare = compare;
    state->urgent.preemptive = options->preemptive;
    state->by_order = options->ties == 1;
    if (options->servers.count == 0)
        return true;
    state->servers =
        ts_arena_array(queue->machine->arena, (size_t)options->servers.count,
                       sizeof *state->servers);
    if (state->servers == NULL)
        return ts_fail(error, "out of memory for servers");
    for (int i = 0; i < options->servers.count; i++)
        ts_reservation_init(&state->servers[i], &records[i], queue, eligible);
    return true;
}

static bool place(ts_machine *machine, ts_error *error)
{
    const edf_record *options = machine->queues[0].options;

    if (options->servers.count > 0 && machine->queue_count > 1)
        return ts_fail(error, "bandwidth servers need one queue for all "
                              "processors: say \"queues\": \"central\"");
    for (int i = 0; i < machine->task_count; i++)
        machine->tasks[i].budget = server_index(&machine->tasks[i]) >= 0;
    return ts_place_tasks(machine, options->placement, true, error);
}

static void join(ts_runqueue *queue, ts_thread *thread)
{
    (void)queue;
    ts_thread_set_urgency(thread, -thread->deadline);
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    ts_reservation *server = server_of(queue, thread);

    if (server != NULL)
        ts_reservation_put(server, thread, why);
    else
        ts_urgent_put(queue, thread, why);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    if (thread->place >= 0) /* a server's other jobs are not in the heap */
        ts_urgent_remove(queue, thread);
}

static void leave(ts_runqueue *queue, ts_thread *thread)
{
    ts_reservation *server = server_of(queue, thread);

    if (server != NULL)
        ts_reservation_leave(server, thread);
}

static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    const edf *state = queue->state;
    bool serves = challenger->task->budget;

    if (!state->urgent.preemptive)
        return false;
    if (challenger->urgency != running->urgency)
        return challenger->urgency > running->urgency;
    if (serves != running->task->budget)
        return serves;
    return state->by_order && ts_tie(queue->machine->ties, challenger) <
                                  ts_tie(queue->machine->ties, running);
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const ts_reservation *server = server_of(queue, thread);

    (void)cpu;
    return server != NULL ? ts_fine_make(server->budget) : TS_FINE_NEVER;
}

static bool expired(ts_runqueue *queue, ts_thread *thread)
{
    ts_reservation_charge(server_of(queue, thread), TS_NEVER);
    return true;
}

static void charge(ts_runqueue *queue, ts_thread *thread, ts_time ran)
{
    ts_reservation *server = server_of(queue, thread);

    if (server != NULL)
        ts_reservation_charge(server, ran);
}

static const char *stands(const ts_thread *thread, int64_t *value)
{
    *value = -thread->urgency / TS_NS;
    return thread->urgency == -TS_NEVER ? NULL : "deadline" TS_IN_NS;
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    (void)queue;
    if (thread->own_urgency == -TS_NEVER)
        snprintf(buffer, size, "no deadline");
    else
        ts_key_time(buffer, size, "deadline at", -thread->own_urgency);
}

static const ts_policy policy = {
    .thread = thread_tables,
    .queue_size = sizeof(edf),
    .conserving = true,
    .ranks = TS_RANKS_JOBS,
    .ties = TS_TIES_LISTED,
    .rule = "its deadline comes first",
    .init = init,
    .place = place,
    .join = join,
    .leave = leave,
    .put = put,
    .remove = take_out,
    .challenger = ts_urgent_challenger,
    .pick = ts_urgent_pick,
    .before = before,
    .slice = slice,
    .expired = expired,
    .charge = charge,
    .stands = stands,
    .report = ts_urgent_deadlines,
    .key = key,
};

const ts_entry ts_policy_edf = {
    .name = "edf",
    .help = "the job whose deadline comes first runs",
    .about = "Liu and Layland (1973), Dertouzos (1974); servers after Abeni "
             "and Buttazzo (1998). On several processors the jobs with the "
             "earliest deadlines run, wherever there is one.",
    .shape = &shape,
    .model = &policy,
};

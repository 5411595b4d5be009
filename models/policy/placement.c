/*
 * placement.c - see placement.h.
 */
#include <stdlib.h>

#include "models/policy/realtime.h"
#include "models/policy/placement.h"
#include "models/policy/demand.h"

static const char *const rules[] = {"anywhere", "first-fit", "best-fit",
                                    "worst-fit", NULL};

static const ts_field fields[] = {
    {.name = "rule",
     .kind = TS_FIELD_CHOICE,
     .choices = rules,
     .fallback = "anywhere",
     .offset = TS_AT(ts_placement_record, rule),
     .help = "which processor a task gets: the lowest, the fullest or the "
             "emptiest one where it fits, for good: a processor idles beside "
             "tasks that wait for another; or none of its own"},
    {.name = "sort",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ts_placement_record, sort),
     .help = "place the task with the largest utilization first, not in the "
             "order of the scenario"},
};

const ts_shape ts_placement_shape = {.name = "placement",
                                     .help = "Partitioned scheduling",
                                     .size = sizeof(ts_placement_record),
                                     TS_FIELDS(fields),
                                     .shorthand = "rule"};

/* What one processor has been given, most urgent first. */
typedef struct bin {
    ts_rt_task *tasks;
    int64_t *urgencies;
    int count;
    ts_fraction load;
} bin;

/* A task that is to be placed. */
typedef struct item {
    ts_task *task;
    ts_rt_task rt;
} item;

static bool look_at(item *it, ts_task *task, ts_error *error)
{
    ts_time period = ts_demand_period(task->record), cost;
    ts_time deadline = task->record->deadline;

    if (!ts_demand_cost(task, &cost) || period >= TS_TIME_LIMIT)
        return ts_fail(error,
                       "%s cannot be placed: it has no period, or its "
                       "processor time is not bounded; give period and "
                       "estimate",
                       ts_task_name(task));
    *it = (item){.task = task,
                 .rt = {.cost = cost > 0 ? cost : 1,
                        .period = period,
                        .deadline =
                            deadline < TS_TIME_LIMIT ? deadline : period}};
    return true;
}

/* Puts a task among the others of a bin by urgency; where. */
static int insert(bin *b, ts_rt_task task, int64_t urgency)
{
    int at = b->count++;

    for (; at > 0 && b->urgencies[at - 1] < urgency; at--) {
        b->tasks[at] = b->tasks[at - 1];
        b->urgencies[at] = b->urgencies[at - 1];
    }
    b->tasks[at] = task;
    b->urgencies[at] = urgency;
    return at;
}

static void take_out(bin *b, int at)
{
    b->count--;
    for (; at < b->count; at++) {
        b->tasks[at] = b->tasks[at + 1];
        b->urgencies[at] = b->urgencies[at + 1];
    }
}

static bool holds(const bin *b, bool demand)
{
    if (demand)
        return ts_rt_demand_test(b->tasks, b->count, NULL, NULL).feasible;
    for (int i = 0; i < b->count; i++) {
        ts_rt_response r = ts_rt_respond(b->tasks, i);

        if (r.response == TS_RT_OPEN || r.response > b->tasks[i].deadline)
            return false;
    }
    return true;
}

/* Whether the rule would rather have bin a than b. */
static bool prefers(int rule, const bin *a, const bin *b)
{
    int order = ts_fraction_compare(a->load, b->load);

    return (rule == TS_PLACEMENT_BEST_FIT && order > 0) ||
           (rule == TS_PLACEMENT_WORST_FIT && order < 0);
}

static bool place_one(ts_machine *machine, bin *bins, const item *it,
                      const ts_placement_record *record, bool demand,
                      ts_error *error)
{
    ts_task *task = it->task;
    ts_rt_task rt = it->rt;
    int best = -1;

    for (int i = 0; i < machine->queue_count; i++) {
        int at;

        if (task->allowed != NULL && !ts_bits_has(task->allowed, i))
            continue;
        if (best >= 0 && !prefers(record->rule, &bins[i], &bins[best]))
            continue;
        at = insert(&bins[i], rt, task->urgency);
        if (holds(&bins[i], demand))
            best = i;
        take_out(&bins[i], at);
    }
    if (best < 0)
        return ts_fail(error,
                       "%s does not fit: with its %.3g %% no processor "
                       "passes the test of the policy",
                       ts_task_name(task),
                       100 * (double)rt.cost / (double)rt.period);
    insert(&bins[best], rt, task->urgency);
    bins[best].load =
        ts_fraction_add(bins[best].load, ts_fraction_of(rt.cost, rt.period));
    task->home = &machine->queues[best];
    return true;
}

static int by_load(const void *a, const void *b)
{
    const item *x = a, *y = b;
    ts_i128 left = (ts_i128)x->rt.cost * y->rt.period;
    ts_i128 right = (ts_i128)y->rt.cost * x->rt.period;

    if (left != right)
        return left > right ? -1 : 1;
    return x->task->index - y->task->index;
}

static bool create_bins(ts_machine *machine, bin *bins)
{
    for (int i = 0; i < machine->queue_count; i++) {
        size_t room = (size_t)machine->task_count + 1;

        bins[i].tasks =
            ts_arena_array(machine->arena, room, sizeof *bins[i].tasks);
        bins[i].urgencies =
            ts_arena_array(machine->arena, room, sizeof *bins[i].urgencies);
        bins[i].load = ts_fraction_of(0, 1);
        if (bins[i].tasks == NULL || bins[i].urgencies == NULL)
            return false;
    }
    return true;
}

bool ts_place_tasks(ts_machine *machine, const ts_placement_record *record,
                    bool demand, ts_error *error)
{
    bin *bins;
    item *items;

    if (record == NULL || record->rule == TS_PLACEMENT_ANYWHERE)
        return true;
    if (machine->queue_count != machine->cpu_count)
        return ts_fail(error, "to place tasks on processors for good, each "
                              "needs a run queue of its own: say \"queues\": "
                              "\"per-processor\"");
    bins = ts_arena_array(machine->arena, (size_t)machine->queue_count,
                          sizeof *bins);
    items = ts_arena_array(machine->arena, (size_t)machine->task_count + 1,
                           sizeof *items);
    if (bins == NULL || items == NULL || !create_bins(machine, bins))
        return ts_fail(error, "out of memory for placing tasks");
    for (int i = 0; i < machine->task_count; i++)
        if (!look_at(&items[i], &machine->tasks[i], error))
            return false;
    if (record->sort)
        qsort(items, (size_t)machine->task_count, sizeof *items, by_load);
    for (int i = 0; i < machine->task_count; i++)
        if (!place_one(machine, bins, &items[i], record, demand, error))
            return false;
    return true;
}

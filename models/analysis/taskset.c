/*
 * taskset.c - see taskset.h.
 */
#include <stdlib.h>
#include <string.h>

#include "models/analysis/taskset.h"
#include "models/machine/policy.h"
#include "models/policy/demand.h"
#include "models/policy/urgent.h"
#include "models/machine/conventions.h"
#include "models/machine/system.h"
#include "models/machine/task.h"
#include "models/machine/program.h"
#include "models/sync/lock.h"
#include "models/sync/mutex.h"

/* --- given as a list --- */

typedef struct rt_record {
    const char *name;
    ts_time cost, period, deadline, jitter, blocking;
} rt_record;

static const ts_field task_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .offset = TS_AT(rt_record, name),
     .help = "what it is called; its number when not given"},
    {.name = "cost",
     .kind = TS_FIELD_TIME,
     .required = true,
     .min = 1,
     .offset = TS_AT(rt_record, cost),
     .help = "processor time of a job, at worst (C)"},
    {.name = "period",
     .kind = TS_FIELD_TIME,
     .required = true,
     .min = 1,
     .offset = TS_AT(rt_record, period),
     .help = "least time between two releases (T)"},
    {.name = "deadline",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .min = 1,
     .offset = TS_AT(rt_record, deadline),
     .help = "time from the release; the period when not given (D)"},
    {.name = "jitter",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(rt_record, jitter),
     .help = "how much later than it should a release may be (J)"},
    {.name = "blocking",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(rt_record, blocking),
     .help = "how long lower tasks may hold it up (B)"},
};

static const ts_shape task_shape = {.name = "analysed task",
                                    .help = "A periodic or sporadic task",
                                    .size = sizeof(rt_record),
                                    TS_FIELDS(task_fields)};
const ts_field ts_taskset_item = {.name = "task",
                                  .kind = TS_FIELD_OBJECT,
                                  .shape = &task_shape,
                                  .help = "a task"};
static const ts_field set_fields[] = {
    {.name = "tasks",
     .kind = TS_FIELD_LIST,
     .item = &ts_taskset_item,
     .limit = 4096,
     .offset = TS_AT(ts_taskset_record, tasks),
     .help = "the tasks, highest priority first; the scenario's threads when "
             "not given"},
};

void ts_taskset_check(ts_check *check, const void *record)
{
    const ts_taskset_record *set = record;

    ts_check_names(check, "tasks", &set->tasks, sizeof(rt_record),
                   TS_AT(rt_record, name));
}

const ts_shape ts_taskset_shape = {.name = "tasks to analyse",
                                   .help = "Which tasks",
                                   .size = sizeof(ts_taskset_record),
                                   TS_FIELDS(set_fields),
                                   .check = ts_taskset_check,
                                   .shorthand = "tasks"};

static ts_taskset from_list(const ts_taskset_record *record,
                            ts_findings *findings)
{
    const rt_record *records = record->tasks.items;
    ts_taskset set = {.count = record->tasks.count,
                      .given = true,
                      .preemptive = true};

    set.tasks =
        ts_arena_array(findings->arena, (size_t)set.count, sizeof *set.tasks);
    if (set.tasks == NULL)
        return (ts_taskset){.given = true};
    for (int i = 0; i < set.count; i++) {
        const rt_record *r = &records[i];

        set.tasks[i] = (ts_rt_task){
            .name = r->name != NULL
                        ? r->name
                        : ts_arena_format(findings->arena, "%d", i + 1),
            .cost = r->cost,
            .period = r->period,
            .deadline = r->deadline < TS_TIME_LIMIT ? r->deadline : r->period,
            .jitter = r->jitter,
            .blocking = r->blocking};
    }
    return set;
}

/* --- from threads --- */

/* How the policy orders tasks; its name decides nothing. */
static bool order_of(const ts_machine_record *root, ts_order *order)
{
    const ts_policy *policy = root->system->policy.entry->model;

    *order =
        policy->ranks == TS_RANKS_TASKS ? TS_ORDER_FIXED : TS_ORDER_DEADLINE;
    return policy->ranks != TS_RANKS_NOTHING && policy->before != NULL;
}

static int64_t urgency_of(const ts_machine_record *root,
                          const ts_task_record *record)
{
    const ts_policy *policy = root->system->policy.entry->model;
    ts_task task = {.record = record};

    if (policy->urgency != NULL)
        return policy->urgency(NULL, &task);
    return root->conventions->priority == TS_LARGER_IS_HIGHER
               ? record->priority
               : -record->priority;
}

static bool is_periodic(const ts_task_record *record)
{
    return record->count == 1 && ts_demand_period(record) < TS_TIME_LIMIT;
}

bool ts_taskset_applies(const ts_machine_record *root)
{
    const ts_task_record *records = root->threads.items;
    ts_order order;
    int periodic = 0;

    for (int i = 0; i < root->threads.count; i++)
        periodic += is_periodic(&records[i]);
    return periodic > 0 && order_of(root, &order) &&
           ts_computer_processors(root->computer) == 1;
}

typedef struct candidate {
    ts_rt_task task;
    int64_t urgency;
    int index; /* in the scenario */
} candidate;

static int by_urgency(const void *a, const void *b)
{
    const candidate *x = a, *y = b;

    if (x->urgency != y->urgency)
        return x->urgency > y->urgency ? -1 : 1;
    return x->index - y->index;
}

static ts_outline outline_of(const ts_machine_record *root,
                             const ts_task_record *record)
{
    ts_outline outline = {.clock = root->computer->clock, .bounded = true};

    ts_program_outline(&record->program, &outline);
    return outline;
}

static void add_thread(const ts_machine_record *root,
                       const ts_task_record *record, candidate *at,
                       ts_findings *findings)
{
    ts_outline outline = outline_of(root, record);
    ts_time period = ts_demand_period(record);
    ts_time estimate = ts_demand_estimate(record);

    at->task =
        (ts_rt_task){.name = record->name,
                     .cost = estimate < TS_TIME_LIMIT ? estimate : outline.work,
                     .period = period,
                     .deadline = record->deadline < TS_TIME_LIMIT
                                     ? record->deadline
                                     : period};
    at->urgency = urgency_of(root, record);
    if (estimate < TS_TIME_LIMIT)
        return;
    if (!outline.bounded)
        ts_find_text(findings,
                     "%s runs for a time that is drawn and has no "
                     "largest value; its mean is used: give an "
                     "estimate",
                     record->name);
    if (outline.opaque)
        ts_find_text(findings,
                     "%s does something that cannot be foreseen; "
                     "only its runs are counted: give an estimate",
                     record->name);
    if (outline.suspends)
        ts_find_text(findings,
                     "%s leaves the processor by itself; the "
                     "analysis is of tasks that do not",
                     record->name);
}

/* --- blocking --- */

/* The longest critical section of each task at each lock. */
typedef struct sections {
    ts_time *longest; /* [task * locks + lock] */
    int locks, task;
} sections;

static void note_section(void *context, int lock, ts_time length)
{
    sections *s = context;
    ts_time *longest = &s->longest[s->task * s->locks + lock];

    if (length >= *longest)
        *longest = length > 0 ? length : 0;
}

/* What lower tasks hold tasks[i] up by, with locks whose ceiling reaches it:
 * once and for the longest section under a ceiling; under inheritance at most
 * once a lower task and once a lock (Sha, Rajkumar and Lehoczky 1990). */
static ts_time blocking_of(const sections *s, int i, int count, bool once,
                           const bool *inherits)
{
    ts_time longest = 0, by_task = 0, by_lock = 0;

    for (int j = i + 1; j < count; j++) {
        ts_time most = 0;

        for (int l = 0; l < s->locks; l++) {
            bool reaches = false;

            for (int k = 0; k <= i; k++)
                reaches |= s->longest[k * s->locks + l] >= 0;
            if (reaches && inherits[l] && s->longest[j * s->locks + l] > most)
                most = s->longest[j * s->locks + l];
        }
        by_task += most;
        if (most > longest)
            longest = most;
    }
    for (int l = 0; l < s->locks; l++) {
        ts_time most = 0;
        bool reaches = false;

        for (int k = 0; k <= i; k++)
            reaches |= s->longest[k * s->locks + l] >= 0;
        for (int j = i + 1; reaches && inherits[l] && j < count; j++)
            if (s->longest[j * s->locks + l] > most)
                most = s->longest[j * s->locks + l];
        by_lock += most;
    }
    if (once)
        return longest;
    return by_task < by_lock ? by_task : by_lock;
}

/* A lock without a protocol that tasks[i] and a lower one use: those between
 * keep the lower one from running while it holds the lock, as long as they
 * like. With nobody between, it is its critical section. */
static ts_time plain_blocking(const sections *s, int i, int count,
                              const bool *inherits)
{
    ts_time sum = 0;

    for (int l = 0; l < s->locks; l++) {
        if (inherits[l] || s->longest[i * s->locks + l] < 0)
            continue;
        for (int j = i + 1; j < count; j++) {
            if (s->longest[j * s->locks + l] < 0)
                continue;
            if (j > i + 1)
                return TS_RT_OPEN;
            sum += s->longest[j * s->locks + l];
        }
    }
    return sum;
}

static void find_blocking(const ts_machine_record *root, ts_taskset *set,
                          const candidate *candidates, ts_findings *findings)
{
    const ts_task_record *records = root->threads.items;
    const ts_lock_record *locks = ts_locks_said(root)->items;
    sections s = {.locks = ts_locks_said(root)->count};
    bool *inherits, once = true;
    size_t cells = (size_t)set->count * (size_t)s.locks;

    if (s.locks == 0)
        return;
    s.longest = ts_arena_array(findings->arena, cells, sizeof *s.longest);
    inherits =
        ts_arena_array(findings->arena, (size_t)s.locks, sizeof *inherits);
    if (s.longest == NULL || inherits == NULL)
        return;
    for (size_t i = 0; i < cells; i++)
        s.longest[i] = -1;
    for (int l = 0; l < s.locks; l++) {
        ts_protocol protocol = ts_mutex_protocol(&locks[l]);

        inherits[l] = protocol != TS_PROTOCOL_NONE;
        once &= protocol >= TS_PROTOCOL_CEILING;
    }
    for (s.task = 0; s.task < set->count; s.task++) {
        ts_outline outline = {.clock = root->computer->clock,
                              .section = note_section,
                              .context = &s};

        ts_program_outline(&records[candidates[s.task].index].program,
                           &outline);
    }
    for (int i = 0; i < set->count; i++) {
        ts_time plain = plain_blocking(&s, i, set->count, inherits);

        set->tasks[i].blocking =
            plain == TS_RT_OPEN
                ? TS_RT_OPEN
                : plain + blocking_of(&s, i, set->count, once, inherits);
    }
}

/* Without pre-emption the longest lower job is in the way. */
static void find_lower_jobs(ts_taskset *set)
{
    for (int i = 0; i < set->count; i++)
        for (int j = i + 1; j < set->count; j++)
            if (set->tasks[i].blocking != TS_RT_OPEN &&
                set->tasks[j].cost > set->tasks[i].blocking)
                set->tasks[i].blocking = set->tasks[j].cost;
}

static ts_taskset from_threads(const ts_machine_record *root,
                               ts_findings *findings)
{
    const ts_task_record *records = root->threads.items;
    ts_taskset set = {.preemptive = true};
    candidate *candidates =
        ts_arena_array(findings->arena, (size_t)root->threads.count,
                       sizeof *candidates);

    order_of(root, &set.order);
    set.tasks = ts_arena_array(findings->arena, (size_t)root->threads.count,
                               sizeof *set.tasks);
    if (candidates == NULL || set.tasks == NULL)
        return set;
    for (int i = 0; i < root->threads.count; i++) {
        if (!is_periodic(&records[i])) {
            ts_find_text(findings, "%s has no period and is left out",
                         records[i].name);
            continue;
        }
        candidates[set.count].index = i;
        add_thread(root, &records[i], &candidates[set.count++], findings);
    }
    qsort(candidates, (size_t)set.count, sizeof *candidates, by_urgency);
    for (int i = 0; i < set.count; i++)
        set.tasks[i] = candidates[i].task;
    for (int i = 1; set.order == TS_ORDER_FIXED && i < set.count; i++)
        if (candidates[i].urgency == candidates[i - 1].urgency)
            ts_find_text(findings,
                         "%s and %s have the same priority: the "
                         "first counts as the higher, though it "
                         "does not stop the other's running job",
                         set.tasks[i - 1].name, set.tasks[i].name);
    set.preemptive = ts_urgent_preempts(root->system->policy.entry,
                                        root->system->policy.fields);
    find_blocking(root, &set, candidates, findings);
    if (!set.preemptive)
        find_lower_jobs(&set);
    return set;
}

ts_taskset ts_taskset_of(const ts_machine_record *root, const void *fields,
                         ts_findings *findings)
{
    const ts_taskset_record *record = fields;

    if (record != NULL && record->tasks.count > 0)
        return from_list(record, findings);
    return from_threads(root, findings);
}

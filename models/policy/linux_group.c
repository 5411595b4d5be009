/*
 * linux_group.c - control groups of fair threads: cpu.weight and cpu.max.
 *
 * A group weighs as much as a thread of nice 0 times weight/100, however many
 * threads it has, and its runnable threads share that by their own weights. The
 * kernel has a run queue of the group's own on each processor, in which its
 * threads compete, and gives that a part of the weight by how much of the
 * group's load is there (update_cfs_group(), calc_group_shares()). Here threads
 * compete with all others directly, each with its part of that part,
 *
 *   weight x 1024/100 x own / sum of own, over the group's runnable threads
 *
 * which comes to the same shares of each processor; what is not the same is who
 * runs first when one wakes, and that loads count at once, not on average. A
 * group's threads are weighed anew whenever one of them comes or goes. Parts are
 * whole numbers and no less than 2, as fair policies have them: they are off by a
 * tenth at most where the weight is no less than the number of threads; where it
 * is much less, the group has too much.
 *
 * Of each period a group may have its quota. Where it is used up, which is seen
 * at a tick, its threads are parked until the next period, and what they had too
 * much is taken off that (throttle_cfs_rq(), distribute_cfs_runtime()). The
 * kernel hands the quota out to processors 5 ms at a time; here they draw on it
 * directly.
 *
 * An example: weights 100 and 300, one thread in the first and three in the
 * second, one processor: 1/4 for the first, 1/4 for each of the others.
 *
 * Source: kernel/sched/fair.c of Linux 5.x and 6.x. Left out: groups in groups,
 * cpu.idle, bursts.
 */
#include "models/policy/linux.h"

static const ts_field group_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .collection = "control group",
     .required = true,
     .offset = TS_AT(ts_linux_group_record, name),
     .help = "what threads call it"},
    {.name = "weight",
     .kind = TS_FIELD_INT,
     .fallback = "100",
     .min = 1,
     .max = 10000,
     .offset = TS_AT(ts_linux_group_record, weight),
     .source = "cpu.weight",
     .help = "100: all of the group together weigh as much as one thread of "
             "nice 0 that is in no group"},
    {.name = "quota",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .max = 1e15,
     .offset = TS_AT(ts_linux_group_record, quota),
     .source = "cpu.max",
     .help = "processor time, on all processors together, that the group may "
             "have in every period; 0: no limit"},
    {.name = "period",
     .kind = TS_FIELD_TIME,
     .fallback = "100ms",
     .min = 1e9,
     .max = 1e12,
     .offset = TS_AT(ts_linux_group_record, period),
     .source = "cpu.max",
     .help = "of the quota, from 1 ms to 1 s"},
};

static void check(ts_check *check, const void *record)
{
    const ts_linux_group_record *group = record;

    if (group->quota > 0 && group->quota < TS_MS)
        ts_check_error(check, "quota", "is less than 1 ms");
}

const ts_shape ts_linux_group_shape = {
    .name = "control group",
    .help = "Fair threads that share a weight, and a limit",
    .size = sizeof(ts_linux_group_record),
    TS_FIELDS(group_fields),
    .check = check};

typedef struct grouped {
    ts_ref group;
} grouped;

static const ts_field table_fields[] = {
    {.name = "group",
     .kind = TS_FIELD_REF,
     .collection = "control group",
     .offset = TS_AT(grouped, group),
     .help = "for the policy linux: the control group that they are in, while "
             "they are fair threads"},
};

const ts_shape ts_linux_group_table = {.name = "thread",
                                       .help = "Linux's control groups",
                                       .size = sizeof(grouped),
                                       TS_FIELDS(table_fields)};

/* --- weights --- */

#define WEIGHT_DEFAULT 100
#define WEIGHT_LEAST 2 /* MIN_SHARES */

static ts_linux_group *group_of(const ts_linux_queue *state,
                                const ts_thread *thread)
{
    const grouped *mine;

    if (state->groups == NULL)
        return NULL;
    mine = ts_task_says(thread->task, &ts_linux_group_table);
    return mine->group.index < 0 ? NULL : &state->groups[mine->group.index];
}

static ts_linux_queue *state_of(const ts_thread *thread)
{
    return thread->queue->state;
}

static ts_linux_member *member_of(const ts_thread *thread)
{
    return (void *)((char *)thread->entity + state_of(thread)->member_at);
}

static int64_t weight_in(const ts_linux_group *group, const ts_thread *thread)
{
    int64_t shares = group->record->weight * TS_NICE_0_WEIGHT / WEIGHT_DEFAULT;
    int64_t weight = shares * member_of(thread)->own / group->weight;

    return weight > WEIGHT_LEAST ? weight : WEIGHT_LEAST;
}

/* What competes there has changed, and so have slices. */
static void decide_anew(ts_runqueue *queue)
{
    queue->changes++;
    ts_queue_dirty(queue);
}

/* It is in no queue: only its weight changes. */
static void set_weight(ts_linux_queue *state, ts_thread *thread, int64_t weight)
{
    bool attached = ts_linux_load_detach(state, thread);

    state->fair.policy->reweigh(&state->fair, thread, weight);
    if (attached)
        ts_linux_load_attach(state, thread);
}

/* One that is ready leaves the fair policy's queue for that, one that runs is
 * charged at its old weight until now. */
static void weigh(ts_linux_group *group, ts_thread *thread)
{
    ts_linux_queue *state = state_of(thread);
    const ts_policy *policy = state->fair.policy;
    int64_t weight = weight_in(group, thread);
    bool queued = thread->standing == TS_STANDS_QUEUED;

    if (member_of(thread)->parked || policy->weight(thread) == weight)
        return;
    if (thread->cpu != NULL)
        ts_cpu_sync(thread->cpu);
    if (queued)
        policy->remove(&state->fair, thread);
    set_weight(state, thread, weight);
    if (queued)
        policy->put(&state->fair, thread, TS_WHY_MOVED);
    decide_anew(thread->queue);
}

static void weigh_all(ts_linux_group *group, const ts_thread *but)
{
    for (ts_thread *t = group->members; t != NULL; t = member_of(t)->next)
        if (t != but)
            weigh(group, t);
}

/* It becomes runnable: it weighs its part, and the others weigh less. It is in
 * no queue yet. */
static void enter(ts_linux_group *group, ts_thread *thread)
{
    ts_linux_queue *state = state_of(thread);
    ts_linux_member *member = member_of(thread);

    assert(!member->in && !member->parked);
    member->in = true;
    member->own = ts_fair_load_of_level(ts_fair_level(thread)).weight;
    member->prev = NULL;
    member->next = group->members;
    if (group->members != NULL)
        member_of(group->members)->prev = thread;
    group->members = thread;
    group->weight += member->own;
    state->fair.policy->reweigh(&state->fair, thread, weight_in(group, thread));
    weigh_all(group, thread);
}

static void go(ts_linux_group *group, ts_thread *thread)
{
    ts_linux_member *member = member_of(thread);

    if (!member->in)
        return;
    member->in = false;
    if (member->prev != NULL)
        member_of(member->prev)->next = member->next;
    else
        group->members = member->next;
    if (member->next != NULL)
        member_of(member->next)->prev = member->prev;
    group->weight -= member->own;
    weigh_all(group, NULL);
}

/* --- limits --- */

static bool is_limited(const ts_linux_group *group)
{
    return group != NULL && group->record->quota > 0;
}

/* A ready one leaves the fair policy's queue until the group has time. */
static void park(ts_thread *thread)
{
    ts_linux_queue *state = state_of(thread);
    ts_linux_member *member = member_of(thread);

    ts_linux_fair_put_off(state, thread);
    decide_anew(thread->queue);
    member->parked = true;
    member->why = TS_WHY_MOVED;
}

/* `by`: the one that was seen to run over, which leaves its processor anyhow. */
static void throttle(ts_linux_group *group, const ts_thread *by)
{
    group->throttled = true;
    group->throttles++;
    for (ts_thread *t = group->members; t != NULL; t = member_of(t)->next)
        if (t->cpu != NULL && t != by)
            ts_cpu_end_slice(t->cpu);
        else if (t->standing == TS_STANDS_QUEUED && !member_of(t)->parked)
            park(t);
}

static void unthrottle(ts_linux_group *group)
{
    group->throttled = false;
    for (ts_thread *t = group->members; t != NULL; t = member_of(t)->next) {
        ts_linux_member *member = member_of(t);

        if (!member->parked)
            continue;
        member->parked = false;
        set_weight(state_of(t), t, weight_in(group, t));
        ts_linux_fair_put_on(state_of(t), t, member->why);
        decide_anew(t->queue);
    }
}

/* What its threads have had by now. */
static void sync(const ts_linux_group *group)
{
    for (ts_thread *t = group->members; t != NULL; t = member_of(t)->next)
        if (t->cpu != NULL)
            ts_cpu_sync(t->cpu);
}

/* A new period (sched_cfs_period_timer()); none where nothing was used. */
static void new_period(ts_engine *engine, ts_event *event)
{
    ts_linux_group *group = TS_CONTAINER(event, ts_linux_group, period);
    const ts_linux_group_record *record = group->record;

    sync(group);
    group->left = record->quota + (group->left < 0 ? group->left : 0);
    if (group->throttled && group->left > 0)
        unthrottle(group);
    if (group->used > group->at_last || group->members != NULL)
        ts_event_at(engine, event,
                    ts_time_add(ts_engine_now(engine), record->period));
    group->at_last = group->used;
}

void ts_linux_group_charge(ts_linux_queue *state, const ts_thread *thread,
                           ts_time ran)
{
    ts_linux_group *group = group_of(state, thread);
    ts_engine *engine = state->queue->machine->engine;

    if (group == NULL)
        return;
    group->used += ran;
    if (!is_limited(group))
        return;
    group->left -= ran;
    if (!group->period.pending)
        ts_event_at(engine, &group->period,
                    ts_time_add(ts_engine_now(engine) - ran,
                                group->record->period));
}

ts_fine ts_linux_group_slice(const ts_linux_queue *state,
                             const ts_thread *thread)
{
    const ts_linux_group *group = group_of(state, thread);
    ts_time now = ts_engine_now(state->queue->machine->engine);

    return is_limited(group)
               ? ts_fine_make(ts_fair_tick(now, 0, state->tick) - now)
               : TS_FINE_NEVER;
}

bool ts_linux_group_expired(ts_linux_queue *state, const ts_thread *thread)
{
    ts_linux_group *group = group_of(state, thread);

    if (!is_limited(group))
        return false;
    sync(group);
    if (group->left > 0)
        return false;
    if (!group->throttled)
        throttle(group, thread);
    return true;
}

/* --- coming and going --- */

bool ts_linux_group_put(ts_linux_queue *state, ts_thread *thread, ts_why *why)
{
    ts_linux_group *group = group_of(state, thread);
    ts_linux_member *member;

    if (group == NULL)
        return false;
    member = member_of(thread);
    if (*why == TS_WHY_MOVED && member->why != TS_WHY_MOVED)
        *why = member->why; /* it was parked before it was ever queued */
    member->why = TS_WHY_MOVED;
    if (!member->in)
        enter(group, thread);
    else if (group->throttled)
        return false; /* it runs, and is parked when it is back */
    if (!group->throttled)
        return false;
    member->parked = true;
    member->why = *why;
    return true;
}

void ts_linux_group_changed(ts_linux_queue *state, ts_thread *thread)
{
    ts_linux_group *group = group_of(state, thread);
    ts_linux_member *member;

    if (group == NULL || !member_of(thread)->in)
        return;
    member = member_of(thread);
    group->weight -= member->own;
    member->own = ts_fair_load_of_level(ts_fair_level(thread)).weight;
    group->weight += member->own;
    weigh_all(group, NULL);
}

void ts_linux_group_back(ts_linux_queue *state, ts_thread *thread)
{
    const ts_linux_group *group = group_of(state, thread);

    if (group != NULL && group->throttled && !member_of(thread)->parked)
        park(thread);
}

bool ts_linux_group_remove(ts_linux_queue *state, ts_thread *thread)
{
    ts_linux_group *group = group_of(state, thread);
    ts_linux_member *member;
    bool parked;

    if (group == NULL)
        return false;
    member = member_of(thread);
    parked = member->parked;
    member->parked = false;
    return parked;
}

void ts_linux_group_gone(ts_linux_queue *state, ts_thread *thread)
{
    ts_linux_group *group = group_of(state, thread);

    if (group != NULL)
        go(group, thread);
}

/* --- all of them --- */

bool ts_linux_groups_init(ts_linux_queue *state, ts_error *error)
{
    const ts_linux_record *options = state->queue->options;
    const ts_linux_group_record *records = options->groups.items;
    ts_machine *machine = state->queue->machine;

    if (options->groups.count == 0)
        return true;
    state->member_at = ts_linux_fair_add(state, sizeof(ts_linux_member));
    if (state->queue->id > 0) {
        state->groups = ((ts_linux_queue *)machine->queues[0].state)->groups;
        return true;
    }
    state->groups =
        ts_arena_array(machine->arena, (size_t)options->groups.count,
                       sizeof *state->groups);
    if (state->groups == NULL)
        return ts_fail(error, "out of memory for control groups");
    for (int i = 0; i < options->groups.count; i++) {
        ts_linux_group *group = &state->groups[i];

        group->record = &records[i];
        group->machine = machine;
        group->left = records[i].quota;
        ts_event_init_slot(machine->engine, &group->period, TS_CLASS_TIMER,
                           new_period, "control group");
    }
    return true;
}

void ts_linux_groups_report(const ts_runqueue *queue, ts_report *report)
{
    const ts_linux_queue *state = queue->state;
    const ts_linux_record *options = queue->options;

    if (queue->id > 0)
        return; /* they are the machine's */
    for (int i = 0; i < options->groups.count; i++) {
        const ts_linux_group *group = &state->groups[i];

        ts_report_value(report, TS_UNIT_TIME, (double)group->used,
                        "groups.%s.used", group->record->name);
        ts_report_count(report, group->throttles, "groups.%s.throttled",
                        group->record->name);
    }
}

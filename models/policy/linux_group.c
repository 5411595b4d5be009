/*
 * linux_group.c - control groups of fair threads: cpu.weight, cpu.idle and
 * cpu.max, groups in groups, and sessions as groups (autogroup).
 *
 * A group weighs as much as a thread of nice 0 times weight/100, however many
 * threads it has, and what is runnable in it, threads and groups, shares that by
 * weights. The kernel has a run queue of the group's own on each processor, in
 * which those compete, and gives that a part of the weight by how much of the
 * group's load is there (update_cfs_group(), calc_group_shares()). Here threads
 * compete with all others directly, each with its part of that part,
 *
 *   weight x 1024/100 x own / sum of own, over what is runnable in the group
 *
 * and the same again of that for each group that this one is in, which comes to
 * the same shares of each processor; what is not the same is who runs first when
 * one wakes, and that loads count at once, not on average. Threads are weighed
 * anew whenever one of the group comes or goes. Parts are in 1/1024 of a weight
 * and no less than 1/64.
 *
 * A group that is idle weighs 3, and its threads make room for all that wake and
 * are in none (cfs_rq_is_idle()). With autogroup the threads of one entry of
 * "threads" that are in no group are a session, a group of weight 100
 * (autogroup_create(); CONFIG_SCHED_AUTOGROUP).
 *
 * Of each period a group may have its quota, with all that is in it. Where it is
 * used up, which is seen at a tick, its threads are parked until the next period,
 * and what they had too much is taken off that (throttle_cfs_rq(),
 * distribute_cfs_runtime()). The kernel hands the quota out to processors 5 ms at
 * a time; here they draw on it directly.
 *
 * An example: weights 100 and 300, one thread in the first and three in the
 * second, one processor: 1/4 for the first, 1/4 for each of the others.
 *
 * Source: kernel/sched/fair.c and autogroup.c of Linux 5.x and 6.x. Left out:
 * bursts, nice values of sessions.
 */
#include "models/policy/linux.h"

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

/* --- groups in groups --- */

/* The next of a group and all that are in it, the group first; NULL: no more. */
static ts_linux_group *next_in(const ts_linux_group *top, ts_linux_group *group)
{
    if (group->child != NULL)
        return group->child;
    while (group != top && group->sibling == NULL)
        group = group->parent;
    return group != top ? group->sibling : NULL;
}

static bool is_idle(const ts_linux_group *group)
{
    while (group != NULL && !group->record->idle)
        group = group->parent;
    return group != NULL;
}

static bool is_throttled(const ts_linux_group *group)
{
    while (group != NULL && !group->throttled)
        group = group->parent;
    return group != NULL;
}

static bool has_quota(const ts_linux_group *group)
{
    return group->record->quota > 0;
}

static bool is_limited(const ts_linux_group *group)
{
    while (group != NULL && !has_quota(group))
        group = group->parent;
    return group != NULL;
}

/* --- weights --- */

#define WEIGHT_DEFAULT 100
#define WEIGHT_LEAST (TS_FAIR_SCALE / 64)

static ts_linux_group *group_of(const ts_linux_queue *state,
                                const ts_thread *thread)
{
    const ts_linux_record *options = state->queue->options;
    const ts_task *task = thread->task;
    const grouped *mine;

    if (state->groups == NULL)
        return NULL;
    mine = ts_task_says(task, &ts_linux_group_table);
    if (mine->group.index >= 0)
        return &state->groups[mine->group.index];
    return options->autogroup ? &state->groups[options->groups.count +
                                               (task - thread->machine->tasks)]
                              : NULL;
}

static ts_linux_queue *state_of(const ts_thread *thread)
{
    return thread->queue->state;
}

static ts_linux_member *member_of(const ts_thread *thread)
{
    return (void *)((char *)thread->entity + state_of(thread)->member_at);
}

/* The next runnable thread of the group and all that are in it, and *in: whose
 * it is; after NULL the first. */
static ts_thread *next_thread(const ts_linux_group *top, ts_linux_group **in,
                              const ts_thread *thread)
{
    ts_thread *next = thread != NULL ? member_of(thread)->next : (*in)->members;

    while (next == NULL && (*in = next_in(top, *in)) != NULL)
        next = (*in)->members;
    return next;
}

/* Whether it competes in its parent. */
static bool stands(const ts_linux_group *group)
{
    return group->weight > 0 && !group->throttled;
}

/* Of each group that it is in, its part of what that is of the next. One that
 * still runs in a throttled group has what it had. */
static int64_t weight_in(const ts_linux_group *group, const ts_thread *thread)
{
    int64_t weight = member_of(thread)->own * TS_FAIR_SCALE;
    int64_t besides = 0;

    for (; group != NULL; group = group->parent) {
        weight = (int64_t)((ts_i128)weight * group->shares /
                           (group->weight + besides));
        besides = stands(group) ? 0 : group->shares;
    }
    return weight > WEIGHT_LEAST ? weight : WEIGHT_LEAST;
}

/* So much more is runnable in it, and with the first that comes or the last that
 * goes it comes or goes itself. The highest group in which something is. */
static ts_linux_group *count(ts_linux_group *group, int64_t change)
{
    for (;;) {
        bool was = stands(group), is;

        group->weight += change;
        is = stands(group);
        assert(group->weight >= 0);
        if (was == is || group->parent == NULL)
            return group;
        change = is ? group->shares : -group->shares;
        group = group->parent;
    }
}

/* What competes there has changed, and so have slices. */
static void decide_anew(ts_runqueue *queue)
{
    queue->changes++;
    ts_queue_dirty(queue);
}

/* It is in no queue: only its weight changes. */
static void set_weight(const ts_linux_group *group, ts_thread *thread,
                       int64_t weight)
{
    ts_linux_queue *state = state_of(thread);
    bool attached = ts_linux_load_detach(state, thread);

    member_of(thread)->weight = weight;
    state->fair.policy->reweigh(&state->fair, thread, weight, is_idle(group));
    if (attached)
        ts_linux_load_attach(state, thread);
}

/* One that is ready leaves the fair policy's queue for that, one that runs is
 * charged at its old weight until now. */
static void weigh(const ts_linux_group *group, ts_thread *thread)
{
    ts_linux_queue *state = state_of(thread);
    const ts_policy *policy = state->fair.policy;
    int64_t weight = weight_in(group, thread);
    bool queued = thread->standing == TS_STANDS_QUEUED;

    if (member_of(thread)->parked || member_of(thread)->weight == weight)
        return;
    if (thread->cpu != NULL)
        ts_cpu_sync(thread->cpu);
    if (queued)
        policy->remove(&state->fair, thread);
    set_weight(group, thread, weight);
    if (queued)
        policy->put(&state->fair, thread, TS_WHY_MOVED);
    decide_anew(thread->queue);
}

static void weigh_all(ts_linux_group *top, const ts_thread *but)
{
    ts_linux_group *in = top;
    ts_thread *t = NULL;

    while ((t = next_thread(top, &in, t)) != NULL)
        if (t != but)
            weigh(in, t);
}

/* It becomes runnable: it weighs its part, and the others weigh less. It is in
 * no queue yet. */
static void enter(ts_linux_group *group, ts_thread *thread)
{
    ts_linux_queue *state = state_of(thread);
    ts_linux_member *member = member_of(thread);
    ts_linux_group *top;

    assert(!member->in && !member->parked);
    member->in = true;
    member->own = ts_nice_weight[ts_fair_level(thread) + 20];
    member->prev = NULL;
    member->next = group->members;
    if (group->members != NULL)
        member_of(group->members)->prev = thread;
    group->members = thread;
    top = count(group, member->own);
    member->weight = weight_in(group, thread);
    state->fair.policy->reweigh(&state->fair, thread, member->weight,
                                is_idle(group));
    weigh_all(top, thread);
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
    weigh_all(count(group, -member->own), NULL);
}

/* --- limits --- */

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

/* Others of its parent share what it had there, and no longer. */
static void set_throttled(ts_linux_group *group, bool on)
{
    bool was = stands(group);

    group->throttled = on;
    if (group->parent != NULL && stands(group) != was)
        weigh_all(count(group->parent, was ? -group->shares : group->shares),
                  NULL);
}

/* `by`: the one that was seen to run over, which leaves its processor anyhow. */
static void throttle(ts_linux_group *group, const ts_thread *by)
{
    ts_linux_group *in = group;
    ts_thread *t = NULL;

    set_throttled(group, true);
    group->throttles++;
    while ((t = next_thread(group, &in, t)) != NULL)
        if (t->cpu != NULL && t != by)
            ts_cpu_end_slice(t->cpu);
        else if (t->standing == TS_STANDS_QUEUED && !member_of(t)->parked)
            park(t);
}

/* Those come back that no other group keeps. */
static void unthrottle(ts_linux_group *group)
{
    ts_linux_group *in = group;
    ts_thread *t = NULL;

    set_throttled(group, false);
    while ((t = next_thread(group, &in, t)) != NULL) {
        ts_linux_member *member = member_of(t);

        if (!member->parked || is_throttled(in))
            continue;
        member->parked = false;
        set_weight(in, t, weight_in(in, t));
        ts_linux_fair_put_on(state_of(t), t, member->why);
        decide_anew(t->queue);
    }
}

/* What its threads have had by now. */
static void sync(ts_linux_group *group)
{
    ts_linux_group *in = group;
    ts_thread *t = NULL;

    while ((t = next_thread(group, &in, t)) != NULL)
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
    if (group->used > group->at_last || group->weight > 0)
        ts_event_at(engine, event,
                    ts_time_add(ts_engine_now(engine), record->period));
    group->at_last = group->used;
}

static void charge(ts_linux_group *group, ts_time ran)
{
    ts_engine *engine = group->machine->engine;

    group->used += ran;
    if (!has_quota(group))
        return;
    group->left -= ran;
    if (!group->period.pending)
        ts_event_at(engine, &group->period,
                    ts_time_add(ts_engine_now(engine) - ran,
                                group->record->period));
}

void ts_linux_group_charge(ts_linux_queue *state, const ts_thread *thread,
                           ts_time ran)
{
    for (ts_linux_group *group = group_of(state, thread); group != NULL;
         group = group->parent)
        charge(group, ran);
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
    bool over = false;

    for (ts_linux_group *group = group_of(state, thread); group != NULL;
         group = group->parent) {
        if (!has_quota(group))
            continue;
        sync(group);
        if (group->left > 0)
            continue;
        over = true;
        if (!group->throttled)
            throttle(group, thread);
    }
    return over;
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
    else if (is_throttled(group))
        return false; /* it runs, and is parked when it is back */
    if (!is_throttled(group))
        return false;
    member->parked = true;
    member->why = *why;
    return true;
}

void ts_linux_group_changed(ts_linux_queue *state, ts_thread *thread)
{
    ts_linux_group *group = group_of(state, thread);
    ts_linux_member *member;
    int64_t own;

    if (group == NULL || !member_of(thread)->in)
        return;
    member = member_of(thread);
    own = ts_nice_weight[ts_fair_level(thread) + 20];
    count(group, own - member->own);
    member->own = own;
    member->weight = 0; /* the policy has forgotten it */
    weigh_all(group, NULL);
}

void ts_linux_group_back(ts_linux_queue *state, ts_thread *thread)
{
    const ts_linux_group *group = group_of(state, thread);

    if (group != NULL && is_throttled(group) && !member_of(thread)->parked)
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

    (void)error;
    if (options->groups.count > 0 || options->autogroup)
        state->member_at = ts_linux_fair_add(state, sizeof(ts_linux_member));
    return true;
}

static void init(ts_linux_group *group, ts_machine *machine,
                 const ts_linux_group_record *record)
{
    group->record = record;
    group->machine = machine;
    group->left = record->quota;
    group->shares = record->idle
                        ? ts_nice_weight[TS_NICE_IDLE + 20]
                        : record->weight * TS_NICE_0_WEIGHT / WEIGHT_DEFAULT;
    ts_event_init_slot(machine->engine, &group->period, TS_CLASS_TIMER,
                       new_period, "control group");
}

/* Puts it where its record says; false with an error: it is in itself. */
static bool nest(ts_linux_group *groups, int count, int i, ts_error *error)
{
    int at = groups[i].record->parent.index;

    if (at < 0)
        return true;
    groups[i].parent = &groups[at];
    groups[i].sibling = groups[at].child;
    groups[at].child = &groups[i];
    for (int depth = 0; at >= 0; at = groups[at].record->parent.index)
        if (++depth >= count)
            return ts_fail(error, "the control group %s is in itself",
                           groups[i].record->name);
    return true;
}

/* All tasks are made: each of them may be a session. */
bool ts_linux_groups_place(ts_machine *machine, ts_error *error)
{
    static const ts_linux_group_record session = {.weight = WEIGHT_DEFAULT,
                                                  .parent = {.index = -1}};
    ts_linux_queue *first = machine->queues[0].state;
    const ts_linux_record *options = first->queue->options;
    const ts_linux_group_record *records = options->groups.items;
    int named = options->groups.count;
    int count = named + (options->autogroup ? machine->task_count : 0);

    if (count == 0)
        return true;
    first->groups =
        ts_arena_array(machine->arena, (size_t)count, sizeof *first->groups);
    if (first->groups == NULL)
        return ts_fail(error, "out of memory for control groups");
    for (int i = 0; i < count; i++)
        init(&first->groups[i], machine, i < named ? &records[i] : &session);
    for (int i = 0; i < named; i++)
        if (!nest(first->groups, named, i, error))
            return false;
    for (int i = 1; i < machine->queue_count; i++)
        ((ts_linux_queue *)machine->queues[i].state)->groups = first->groups;
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

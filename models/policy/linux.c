/*
 * linux.c - Linux's scheduling classes, stacked: deadline, then fifo and rr,
 * then fair.
 *
 * A thread's "class" says where it belongs. A higher class takes the processor
 * at once. Each class is a table of operations (linux.h) in a file of its own:
 * linux_deadline.c, linux_rt.c and linux_fair.c; here is what they have in
 * common, and how threads above the fair class are pushed and pulled, so that
 * none waits on one processor while another runs something less. Where fair
 * threads go is in linux_place.c and linux_balance.c, groups of them in
 * linux_group.c.
 *
 * Source: kernel/sched/core.c, rt.c and deadline.c of Linux 5.x and 6.x. Left
 * out: admission control, reclaiming (GRUB).
 */
#include <string.h>

#include "models/policy/demand.h"
#include "models/policy/linux.h"
#include "models/policy/shares.h"

static const ts_entry *const fair_entries[] = {&ts_policy_eevdf,
                                               &ts_policy_cfs};
static const ts_registry fair_policies = {
    .name = "fair policy",
    .plural = "fair policies",
    .help = "The scheduler of ordinary threads",
    .entries = fair_entries,
    .count = (int)TS_COUNT_OF(fair_entries),
};

/* As ts_kernel counts them. */
static const char *const kernels[] = {"5.4",  "5.15", "6.1", "6.6",
                                      "6.12", "6.18", NULL};

static const ts_field group_item = {.name = "group",
                                    .kind = TS_FIELD_OBJECT,
                                    .shape = &ts_linux_group_shape,
                                    .help = "a control group"};

static const ts_field fields[] = {
    {.name = "release",
     .kind = TS_FIELD_CHOICE,
     .choices = kernels,
     .fallback = "6.12",
     .offset = TS_AT(ts_linux_record, kernel),
     .source = "kernel/sched/fair.c of that version",
     .help =
         "a version, which says what the fair class is: cfs up to 6.1 (from "
         "5.13 on no slice is below min_granularity), eevdf from 6.6 on "
         "(delayed dequeue from 6.12, slices of 0.7 ms in 6.18)"},
    {.name = "fair",
     .kind = TS_FIELD_VARIANT,
     .registry = &fair_policies,
     .offset = TS_AT(ts_linux_record, fair),
     .help = "the policy of the fair class, with its options: {\"eevdf\": {}}; "
             "instead of what the release says"},
    TS_HZ_FIELD(ts_linux_record,
                "ticks of the real-time classes (the fair one has its own)"),
    {.name = "rt_period",
     .kind = TS_FIELD_TIME,
     .fallback = "1s",
     .source = "sched_rt_period_us",
     .min = 1e6,
     .max = 1e15,
     .offset = TS_AT(ts_linux_record, rt_period),
     .help = "of which, up to release 6.6, fifo and rr together may have ..."},
    {.name = "rt_runtime",
     .kind = TS_FIELD_TIME,
     .fallback = "950ms",
     .source = "sched_rt_runtime_us",
     .max = 1e15,
     .offset = TS_AT(ts_linux_record, rt_runtime),
     .help = "... so much; as long as rt_period: no throttling"},
    {.name = "rr_slice",
     .kind = TS_FIELD_TIME,
     .fallback = "100ms",
     .source = "RR_TIMESLICE",
     .min = 1e6,
     .max = 1e15,
     .offset = TS_AT(ts_linux_record, rr_slice),
     .help = "of SCHED_RR"},
    {.name = "fair_period",
     .kind = TS_FIELD_TIME,
     .fallback = "1s",
     .source = "fair_server/cpu0/period",
     .min = 1e6,
     .max = 1e15,
     .offset = TS_AT(ts_linux_record, fair_period),
     .help = "of which, from release 6.12 on, the fair class is served ..."},
    {.name = "fair_runtime",
     .kind = TS_FIELD_TIME,
     .fallback = "50ms",
     .source = "fair_server/cpu0/runtime",
     .max = 1e15,
     .offset = TS_AT(ts_linux_record, fair_runtime),
     .help = "... so much at least, whatever is above it; 0: no more than is "
             "left"},
    {.name = "migration_cost",
     .kind = TS_FIELD_TIME,
     .fallback = "0.5ms",
     .source = "sysctl_sched_migration_cost",
     .max = 1e15,
     .offset = TS_AT(ts_linux_record, migration_cost),
     .help = "a thread that ran less than this ago is not taken to another "
             "processor, unless looks for one have failed"},
    {.name = "groups",
     .kind = TS_FIELD_LIST,
     .item = &group_item,
     .limit = 4096,
     .offset = TS_AT(ts_linux_record, groups),
     .help = "control groups, for threads that name one: cpu.weight, cpu.idle "
             "and cpu.max"},
    {.name = "autogroup",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ts_linux_record, autogroup),
     .source = "CONFIG_SCHED_AUTOGROUP, /proc/sys/kernel/"
               "sched_autogroup_enabled",
     .help = "the threads of each entry of \"threads\" that name no group are "
             "a session, which weighs as much as one thread of nice 0"},
};

static void check(ts_check *check, const void *record)
{
    const ts_linux_record *options = record;

    if (options->rt_runtime > options->rt_period)
        ts_check_error(check, "rt_runtime", "is longer than rt_period");
    if (options->fair_runtime > options->fair_period)
        ts_check_error(check, "fair_runtime", "is longer than fair_period");
}

static const ts_shape shape = {.name = "linux",
                               .help = "Options of Linux's classes",
                               .size = sizeof(ts_linux_record),
                               TS_FIELDS(fields),
                               .check = check};

/* From the highest class to the last. */
static const ts_linux_class *const classes[] = {&ts_linux_deadline,
                                                &ts_linux_real_time,
                                                &ts_linux_fair};
enum { DEADLINE, REAL_TIME, FAIR = TS_LINUX_FAIR, CLASSES };

static const ts_shape *const thread_tables[] = {
    &ts_class_table,  &ts_nice_table,        &ts_slice_table,
    &ts_demand_table, &ts_linux_group_table, NULL};

/* Which of `classes` it is: the lower, the higher. */
int ts_linux_rank(ts_class_of_thread which)
{
    switch (which) {
    case TS_CLASS_OF_DEADLINE:
        return DEADLINE;
    case TS_CLASS_OF_FIFO:
    case TS_CLASS_OF_RR:
        return REAL_TIME;
    default:
        return FAIR;
    }
}

/* Which the thread is in, as its queue knows it. */
static int rank(const ts_thread *thread)
{
    return thread->class_of;
}

static const ts_linux_class *class_of(const ts_thread *thread)
{
    return classes[rank(thread)];
}

/* --- the policy --- */

/* Queue 0's, which is made first, is everybody's. */
static bool share_urgent(ts_linux_queue *state)
{
    ts_machine *machine = state->queue->machine;
    const ts_linux_queue *first = machine->queues[0].state;
    size_t words = TS_BITS_WORDS(machine->queue_count);

    state->urgent =
        state->queue->id > 0
            ? first->urgent
            : ts_arena_array(machine->arena, words, sizeof *state->urgent);
    return state->urgent != NULL;
}

void ts_linux_note_urgent(ts_linux_queue *state)
{
    int id = state->queue->id;

    if (state->dl.count + state->rt.ready.count > 0)
        ts_bits_add(state->urgent, id);
    else
        ts_bits_take(state->urgent, id);
}

static bool init(ts_runqueue *queue, ts_error *error)
{
    const ts_linux_record *options = queue->options;
    ts_linux_queue *state = queue->state;

    state->queue = queue;
    if (!share_urgent(state))
        return ts_fail(error, "out of memory for run queues");
    state->tick = ts_fair_period(options->hz);
    state->loads.kept = queue->machine->queue_count > 1;
    ts_linux_server_init(state);
    for (int i = 0; i < CLASSES; i++) {
        if (classes[i]->entity_size > queue->entity_size)
            queue->entity_size = classes[i]->entity_size;
        if (!classes[i]->init(state, error))
            return false;
    }
    return true;
}

/* What the class "deadline" and groups need to know; asked when all tasks are
 * made. */
static bool place(ts_machine *machine, ts_error *error)
{
    for (int i = 0; i < machine->task_count; i++)
        if (ts_class_said(&machine->tasks[i]) == TS_CLASS_OF_DEADLINE &&
            !ts_linux_deadline_check(&machine->tasks[i], error))
            return false;
    return ts_linux_groups_place(machine, error);
}

static void join(ts_runqueue *queue, ts_thread *thread)
{
    thread->class_of = (uint8_t)ts_linux_rank(ts_class_of(thread));
    if (class_of(thread)->join != NULL)
        class_of(thread)->join(queue->state, thread);
}

/* A thread above the fair class no longer runs, if it did. */
static void ran_over(ts_linux_queue *state, const ts_thread *thread)
{
    if (state->loads.over == thread)
        ts_linux_load_over(state, NULL);
}

static void leave(ts_runqueue *queue, ts_thread *thread)
{
    ran_over(queue->state, thread);
    if (class_of(thread)->leave != NULL)
        class_of(thread)->leave(queue->state, thread);
}

/* It goes from class to class: nothing of what it was there stays
 * (check_class_changed()). A running one is taken off before. */
static void changed(ts_runqueue *queue, ts_thread *thread)
{
    ts_linux_queue *state = queue->state;

    if (ts_linux_rank(ts_class_of(thread)) == rank(thread)) {
        if (class_of(thread)->changed != NULL)
            class_of(thread)->changed(state, thread);
        return;
    }
    leave(queue, thread);
    memset(thread->entity, 0, queue->entity_size);
    join(queue, thread);
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    ran_over(queue->state, thread);
    class_of(thread)->put(queue->state, thread, why);
    ts_linux_note_urgent(queue->state);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    class_of(thread)->remove(queue->state, thread);
    ts_linux_note_urgent(queue->state);
}

/* Whether the fair server puts fair threads before that one. */
static bool is_served_before(const ts_linux_queue *state,
                             const ts_thread *thread)
{
    return state->server.active &&
           (rank(thread) == REAL_TIME ||
            (rank(thread) == DEADLINE &&
             !ts_linux_deadline_by(thread, state->server.deadline)));
}

/* Whether a fair thread is the next to run by that. */
static bool is_served(ts_linux_queue *state)
{
    const ts_thread *first = classes[DEADLINE]->has(state)
                                 ? classes[DEADLINE]->challenger(state)
                                 : NULL;

    return state->server.active && state->fair_ready > 0 &&
           (first == NULL || is_served_before(state, first));
}

/* The first class that has a thread; the last has, or not. */
static const ts_linux_class *first_class(ts_linux_queue *state)
{
    int i = 0;

    if (is_served(state))
        return classes[FAIR];
    while (!classes[i]->has(state))
        i++;
    assert(i < CLASSES);
    return classes[i];
}

static ts_thread *challenging(ts_runqueue *queue)
{
    return first_class(queue->state)->challenger(queue->state);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    ts_linux_queue *state = queue->state;
    ts_thread *thread = first_class(state)->pick(state, cpu);

    ts_linux_note_urgent(state);
    ts_linux_load_over(state,
                       thread != NULL && rank(thread) != FAIR ? thread : NULL);
    return thread;
}

static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    const ts_linux_queue *state = queue->state;
    int x = rank(challenger), y = rank(running);

    if (x == y)
        return classes[x]->before(state, challenger, running);
    if (y == FAIR)
        return !is_served_before(state, challenger);
    if (x == FAIR)
        return is_served_before(state, running);
    return x < y;
}

/* Within a class only: another is no match for it. */
static void weighed(ts_runqueue *queue, ts_thread *challenger,
                    const ts_thread *running, bool wins)
{
    const ts_linux_class *class = class_of(challenger);

    if (class == class_of(running) && class->weighed != NULL)
        class->weighed(queue->state, challenger, running, wins);
}

/* Whether the running thread makes room, because the fair server begins, or
 * because it is over and others wait. */
static bool is_over(ts_linux_queue *state, const ts_thread *running)
{
    if (rank(running) != FAIR)
        return state->fair_ready > 0 && is_served_before(state, running);
    return state->server.started && !state->server.active &&
           first_class(state) != classes[FAIR];
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    if (is_over(queue->state, thread))
        return 0;
    return class_of(thread)->slice(queue->state, cpu, thread);
}

static bool expired(ts_runqueue *queue, ts_thread *thread)
{
    bool over = class_of(thread)->expired(queue->state, thread);

    return over || is_over(queue->state, thread);
}

static void charge(ts_runqueue *queue, ts_thread *thread, ts_time ran)
{
    class_of(thread)->charge(queue->state, thread, ran);
}

static void blocked(ts_runqueue *queue, ts_thread *thread)
{
    ran_over(queue->state, thread);
    if (class_of(thread)->blocked != NULL)
        class_of(thread)->blocked(queue->state, thread);
}

static ts_thread *spare(ts_runqueue *queue, const ts_cpu *cpu)
{
    ts_thread *thread = NULL;

    for (int i = 0; i < CLASSES && thread == NULL; i++)
        if (classes[i]->spare != NULL)
            thread = classes[i]->spare(queue->state, cpu);
    return thread;
}

static int64_t weight(const ts_thread *thread)
{
    return rank(thread) == FAIR ? ts_linux_fair_weight(thread) : TS_WEIGHT;
}

/* Whether it has been running above the fair class for a tick. The kernel takes
 * what such threads have off the processor's capacity, on an average of times;
 * here one that stays counts as a thread of nice 0, and one that does not as
 * nothing. */
static bool is_staying(const ts_linux_queue *state, const ts_thread *running)
{
    return rank(running) != FAIR &&
           ts_engine_now(running->machine->engine) - running->since >=
               state->tick;
}

static int64_t load(const ts_runqueue *queue)
{
    const ts_linux_queue *state = queue->state;
    const ts_thread *running = queue->machine->cpus[queue->first].current;
    int64_t above = ts_linux_waiting(state) - state->fair_ready +
                    (running != NULL && is_staying(state, running));

    return ts_linux_fair_load(state) + TS_WEIGHT * above;
}

static void move(ts_runqueue *from, ts_runqueue *to, ts_thread *thread)
{
    if (class_of(thread)->move != NULL)
        class_of(thread)->move(from->state, to->state, thread);
}

static const char *stands(const ts_thread *thread, int64_t *value)
{
    const ts_linux_class *class = class_of(thread);

    return class->stands == NULL
               ? NULL
               : class->stands(thread->queue->state, thread, value);
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    class_of(thread)->key(queue->state, thread, buffer, size);
}

/* --- deadline and real time between processors --- */

/* Its most urgent waiting thread above the fair class; NULL: none. */
static ts_thread *urgent(ts_linux_queue *state)
{
    const ts_linux_class *class = first_class(state);

    return class->pushes ? class->challenger(state) : NULL;
}

/* The same if it waits for one that it does not come before, not just for a
 * switch to be over. */
static ts_thread *pushable(ts_runqueue *queue)
{
    const ts_thread *running = queue->machine->cpus[queue->first].current;
    ts_thread *thread = urgent(queue->state);

    return thread != NULL && running != NULL && !before(queue, thread, running)
               ? thread
               : NULL;
}

/* Whether the thread would take that queue's processor, or find it idle, and
 * nobody there who waits would come before it. */
static bool outranks(const ts_thread *thread, ts_runqueue *queue)
{
    const ts_thread *running = queue->machine->cpus[queue->first].current;
    const ts_thread *waiting;

    if (!ts_thread_allowed(thread, queue->first))
        return false;
    if (running == NULL)
        return ts_linux_waiting(queue->state) == 0;
    waiting = urgent(queue->state);
    return before(queue, thread, running) &&
           !(waiting != NULL && !before(queue, thread, waiting));
}

/* Whether a runs something less than b does; where either is idle, no matter. */
static bool is_lower(const ts_runqueue *a, const ts_runqueue *b)
{
    const ts_thread *x = a->machine->cpus[a->first].current;
    const ts_thread *y = b->machine->cpus[b->first].current;

    if (x == NULL || y == NULL)
        return x == NULL && y != NULL && rank(y) != FAIR;
    return rank(x) > rank(y) || before(a, y, x);
}

/* The queue whose processor runs what is the least, of those that the thread
 * would take it from; NULL: none (find_lowest_rq()). */
static ts_runqueue *lowest(const ts_thread *thread)
{
    ts_machine *machine = thread->machine;
    ts_runqueue *best = NULL;

    for (int i = 0; i < machine->queue_count; i++) {
        ts_runqueue *queue = &machine->queues[i];

        if (queue != thread->queue && outranks(thread, queue) &&
            (best == NULL || is_lower(queue, best)))
            best = queue;
    }
    return best;
}

/* A thread above the fair class never waits where it could run elsewhere: it is
 * pushed when it has to make room or finds its processor taken, and pulled by a
 * processor that comes to run something less (push_rt_task(), pull_rt_task(),
 * and deadline.c's). */
static void decided(ts_runqueue *queue)
{
    const ts_linux_queue *state = queue->state;
    ts_machine *machine = queue->machine;
    int count = machine->queue_count;

    for (int i = ts_bits_next(state->urgent, 0, count); i >= 0;
         i = ts_bits_next(state->urgent, i + 1, count)) {
        ts_runqueue *from = &machine->queues[i];
        ts_thread *thread = pushable(from);
        ts_runqueue *to = thread != NULL && from == queue ? lowest(thread)
                          : thread != NULL && outranks(thread, queue) ? queue
                                                                      : NULL;

        if (to != NULL)
            ts_thread_move(thread, to);
    }
}

static const ts_metric_kind metrics[] = {
    {"groups.<group>.used", TS_UNIT_TIME, false,
     "processor time that the control group's fair threads had"},
    {"groups.<group>.throttled", TS_UNIT_COUNT, false,
     "how often its quota was used up"},
};

static const ts_policy policy = {
    .thread = thread_tables,
    .queue_size = sizeof(ts_linux_queue),
    .ranks = TS_RANKS_TASKS,
    .per_processor = true,
    .adapts = true,
    .by_clock = true,
    .priorities = true,
    .rule = "it is the first of the highest class that has one",
    .init = init,
    .place = place,
    .join = join,
    .leave = leave,
    .put = put,
    .remove = take_out,
    .challenger = challenging,
    .pick = pick,
    .before = before,
    .weighed = weighed,
    .slice = slice,
    .expired = expired,
    .charge = charge,
    .spare = spare,
    .weight = weight,
    .load = load,
    .select = ts_linux_select,
    .next_look = ts_linux_next_look,
    .attract = ts_linux_attract,
    .move = move,
    .changed = changed,
    .blocked = blocked,
    .decided = decided,
    .report = ts_linux_groups_report,
    TS_METRICS(metrics),
    .stands = stands,
    .key = key,
};

const ts_entry ts_policy_linux = {
    .name = "linux",
    .help = "Linux's classes: deadline before fifo and rr before fair",
    .about =
        "Linux 5.x and 6.x: SCHED_DEADLINE (hard constant bandwidth), "
        "SCHED_FIFO and SCHED_RR with the throttle of 95 %, or from 6.12 on "
        "the fair server of 5 %, and cfs or eevdf below; threads say "
        "their \"class\". Left out: admission control, reclaiming.",
    .shape = &shape,
    .model = &policy,
};

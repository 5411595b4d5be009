/*
 * change.c - renice, sched_setscheduler, sched_setaffinity: what is changed of
 * threads during a run, by themselves (the operation "change") or from outside
 * at a time ("changes" of the threads, which go for all of them that live, and
 * for those that come later).
 *
 * A thread that waits is taken out of its queue, changed, and put back; one
 * that runs hears of it where it runs. Only another class, or a processor that
 * it may not have any more, takes it off; where it cannot be taken off at once,
 * because its processor is switching, that is tried again a microsecond later.
 */
#include "models/machine/balance.h"
#include "models/machine/part.h"
#include "models/machine/policy.h"
#include "models/machine/program.h"
#include "models/policy/change.h"
#include "models/policy/linux.h"
#include "models/policy/shares.h"

extern const int ts_slot_change;

typedef struct change_record {
    ts_time at;
    ts_list nice, priority; /* of one int64_t, or empty: it stays */
    int class_of;           /* ts_class_of_thread + 1; 0: it stays */
    ts_duration slice;
    ts_list affinity; /* empty: it stays */
} change_record;

static const char *const class_names[] = {"same", "fair", "batch",    "idle",
                                          "fifo", "rr",   "deadline", NULL};

static const ts_field nice_item = {.name = "nice",
                                   .kind = TS_FIELD_INT,
                                   .is_signed = true,
                                   .min = -20,
                                   .max = 19,
                                   .help = "a nice value"};
static const ts_field priority_item = {.name = "priority",
                                       .kind = TS_FIELD_INT,
                                       .is_signed = true,
                                       .min = -1e9,
                                       .max = 1e9,
                                       .help = "a priority"};
static const ts_field processor_item = {.name = "processor",
                                        .kind = TS_FIELD_INT,
                                        .max = 4095,
                                        .help = "a processor's number, from 0"};

/* The first is the time, which the operation does without. */
static const ts_field fields[] = {
    {.name = "at",
     .kind = TS_FIELD_TIME,
     .required = true,
     .offset = TS_AT(change_record, at),
     .help = "when"},
    {.name = "nice",
     .kind = TS_FIELD_LIST,
     .item = &nice_item,
     .one = true,
     .limit = 1,
     .offset = TS_AT(change_record, nice),
     .help = "its nice value from then on"},
    {.name = "priority",
     .kind = TS_FIELD_LIST,
     .item = &priority_item,
     .one = true,
     .limit = 1,
     .offset = TS_AT(change_record, priority),
     .help = "its priority from then on"},
    {.name = "class",
     .kind = TS_FIELD_CHOICE,
     .choices = class_names,
     .fallback = "same",
     .offset = TS_AT(change_record, class_of),
     .help = "its class from then on, under the policy linux"},
    {.name = "slice",
     .kind = TS_FIELD_DURATION,
     .no_cycles = true,
     .offset = TS_AT(change_record, slice),
     .help = "the slice it asks for from then on, under EEVDF"},
    {.name = "affinity",
     .kind = TS_FIELD_LIST,
     .item = &processor_item,
     .one = true,
     .limit = 4096,
     .offset = TS_AT(change_record, affinity),
     .help = "the processors it may run on from then on"},
};

#define CHANGES TS_NAMES("nice", "priority", "class", "slice", "affinity")

static const ts_shape change_shape = {.name = "outside-change",
                                      .help = "What is changed, and when",
                                      .size = sizeof(change_record),
                                      TS_FIELDS(fields),
                                      .some_of = CHANGES};

static const ts_field change_item = {.name = "change",
                                     .kind = TS_FIELD_OBJECT,
                                     .shape = &change_shape,
                                     .help = "what is changed, and when"};

/* --- of a thread --- */

/* A change of one task, ready to be made. */
typedef struct change {
    const change_record *record;
    ts_task *task;
    uint64_t *allowed;
    ts_event event;
} change;

static bool is_of_policy(const change_record *record)
{
    return record->nice.count > 0 || record->class_of > 0 ||
           record->slice.given;
}

/* Whether the machine can do it: its policy, and the table that it goes by. */
static bool prepare(const ts_task *task, const change_record *record,
                    uint64_t **allowed, ts_error *error)
{
    ts_machine *machine = task->machine;
    const ts_policy *policy = machine->queues[0].policy;

    if (is_of_policy(record) && policy->changed == NULL)
        return ts_fail(error,
                       "thread %s: with this policy nice, class and slice "
                       "cannot change during a run; they can with linux, cfs "
                       "and eevdf",
                       ts_task_name(task));
    if (record->priority.count > 0 && policy->ranks != TS_RANKS_TASKS)
        return ts_fail(error,
                       "thread %s: this policy does not go by priorities that "
                       "could change",
                       ts_task_name(task));
    if (record->class_of == TS_CLASS_OF_DEADLINE + 1 &&
        !ts_linux_deadline_check(task, error))
        return false;
    return ts_task_affinity(task, &record->affinity, allowed, error);
}

static bool make_changed(ts_thread *thread)
{
    ts_changed *changed = thread->changed;

    if (changed != NULL)
        return true;
    changed = ts_arena_alloc(thread->machine->arena, sizeof *changed);
    if (changed == NULL)
        return ts_machine_memory(thread->machine);
    changed->nice = ts_nice_said(thread->task);
    changed->class_of = ts_class_said(thread->task);
    changed->slice = ts_slice_said(thread->task);
    thread->changed = changed;
    return true;
}

static void apply(ts_thread *thread, const void *what)
{
    const change_record *record = what;
    ts_changed *changed = thread->changed;

    if (record->nice.count > 0)
        changed->nice = (int)*(const int64_t *)record->nice.items;
    if (record->class_of > 0)
        changed->class_of = (ts_class_of_thread)(record->class_of - 1);
    if (record->slice.given)
        changed->slice = record->slice.amount.whole;
    if (thread->standing != TS_STANDS_NOWHERE)
        thread->queue->policy->changed(thread->queue, thread);
}

static void set_priority(ts_thread *thread, const change_record *record)
{
    if (record->priority.count > 0)
        ts_thread_set_priority(thread,
                               *(const int64_t *)record->priority.items);
}

/* Another class than it is in: it has to leave its processor for that. */
static bool goes(const ts_thread *thread, const change_record *record)
{
    return record->class_of > 0 &&
           (ts_class_of_thread)(record->class_of - 1) != ts_class_of(thread);
}

/* false: it cannot be taken off its processor now. */
static bool change_thread(ts_thread *thread, const change_record *record,
                          const uint64_t *allowed)
{
    if (thread->cpu != NULL && goes(thread, record) &&
        !ts_cpu_preempt(thread->cpu, TS_WHY_PREEMPTED))
        return false;
    if (is_of_policy(record)) {
        if (!make_changed(thread))
            return true;
        ts_thread_change(thread, apply, record);
    }
    set_priority(thread, record);
    return record->affinity.count == 0 || ts_thread_allow(thread, allowed);
}

/* --- at a time --- */

typedef struct changes {
    ts_list list; /* of change_record */
} changes;

static const ts_field task_fields[] = {
    {.name = "changes",
     .kind = TS_FIELD_LIST,
     .item = &change_item,
     .offset = TS_AT(changes, list),
     .help = "what is changed of them from outside during the run, and when"},
};

static const ts_shape task_table = {.name = "thread",
                                    .help = "Changes during a run",
                                    .size = sizeof(changes),
                                    TS_FIELDS(task_fields)};

typedef struct change_state {
    change *all;
    int count;
} change_state;

static bool asked(const ts_machine *machine)
{
    const ts_task_record *tasks = machine->record->threads.items;

    for (int i = 0; i < machine->record->threads.count; i++) {
        const changes *mine = ts_task_part(&tasks[i], ts_slot_change);

        if (mine->list.count > 0)
            return true;
    }
    return false;
}

static void change_now(ts_engine *engine, ts_event *event)
{
    change *c = TS_CONTAINER(event, change, event);
    bool done = true;

    for (ts_thread *t = c->task->machine->live, *next; t != NULL; t = next) {
        next = t->live_next;
        if (t->task == c->task)
            done &= change_thread(t, c->record, c->allowed);
    }
    if (!done)
        ts_event_at(engine, event, ts_engine_now(engine) + TS_US);
}

static int count_changes(const ts_machine *machine)
{
    int count = 0;

    for (int i = 0; i < machine->record->threads.count; i++) {
        const changes *mine =
            ts_task_part(machine->tasks[i].record, ts_slot_change);

        count += mine->list.count;
    }
    return count;
}

static bool create(ts_machine *machine, void *context, ts_error *error)
{
    change_state *state = context;
    int room = count_changes(machine);

    state->all =
        ts_arena_array(machine->arena, (size_t)room, sizeof *state->all);
    if (state->all == NULL)
        return ts_fail(error, "out of memory for changes of threads");
    for (int i = 0; i < machine->record->threads.count; i++) {
        ts_task *task = &machine->tasks[i];
        const changes *mine = ts_task_part(task->record, ts_slot_change);
        const change_record *records = mine->list.items;

        for (int k = 0; k < mine->list.count; k++) {
            change *c = &state->all[state->count++];

            *c = (change){.record = &records[k], .task = task};
            if (!prepare(task, c->record, &c->allowed, error))
                return false;
            ts_event_init_loose(&c->event, TS_CLASS_TIMER, change_now,
                                "change");
            ts_event_at(machine->engine, &c->event, c->record->at);
        }
    }
    return true;
}

/* One that comes when its task has been changed already. */
static void begins(void *context, ts_thread *thread, int64_t number)
{
    const change_state *state = context;
    ts_machine *machine = thread->machine;

    (void)number;
    for (int i = 0; i < state->count; i++) {
        const change *c = &state->all[i];

        if (c->task != thread->task ||
            c->record->at > ts_engine_now(machine->engine) || c->event.pending)
            continue;
        if (is_of_policy(c->record) && make_changed(thread))
            apply(thread, c->record);
        set_priority(thread, c->record);
        if (c->record->affinity.count > 0) {
            thread->allowed = c->allowed;
            thread->queue = ts_balance_place(machine, thread);
        }
    }
}

const ts_part ts_part_change = {.name = "changes",
                                .thread = &task_table,
                                .state = sizeof(change_state),
                                .asked = asked,
                                .create = create,
                                .begins = begins};

/* --- by itself --- */

/* A record of the operation, with what was made of it. */
typedef struct operation_record {
    change_record change;
    uint64_t *allowed;
} operation_record;

static ts_step step(ts_machine *machine, ts_thread *thread, ts_frame *frame)
{
    const operation_record *record = frame->fields;

    if (is_of_policy(&record->change) && make_changed(thread))
        ts_thread_change(thread, apply, &record->change);
    set_priority(thread, &record->change);
    if (record->allowed == NULL)
        return TS_STEP_DONE;
    thread->allowed = record->allowed;
    if (ts_thread_allowed(thread, thread->cpu->id))
        return TS_STEP_DONE;
    /* It leaves as one that sleeps for no time: waking finds it a place. */
    ts_thread_wake_at(thread, ts_engine_now(machine->engine));
    return TS_STEP_WAIT;
}

static int prepare_operation(ts_machine *machine, ts_task *task, void *said,
                             ts_error *error)
{
    operation_record *record = said;

    (void)machine;
    if (record->change.class_of > 0) {
        ts_fail(error,
                "thread %s: a thread cannot change its class itself; its "
                "\"changes\" can",
                ts_task_name(task));
        return -1;
    }
    return prepare(task, &record->change, &record->allowed, error) ? 0 : -1;
}

static void outline(const void *said, ts_outline *all)
{
    (void)said;
    (void)all;
}

static const ts_shape operation_shape = {
    .name = "change",
    .help = "Changes what the thread is to the scheduler",
    .size = sizeof(operation_record),
    .fields = fields + 1,
    .field_count = (int)TS_COUNT_OF(fields) - 1,
    .some_of = CHANGES};

static const ts_operation operation = {.step = step,
                                       .prepare = prepare_operation,
                                       .waits = true,
                                       .outline = outline};
const ts_entry ts_operation_change = {
    .name = "change",
    .help = "change the thread's own nice value, slice, priority or processors",
    .shape = &operation_shape,
    .model = &operation};

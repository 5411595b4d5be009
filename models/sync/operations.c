/*
 * operations.c - what programs do with locks: lock, unlock, wait, post, signal,
 * broadcast, barrier.
 *
 * Each asks the lock's kind. What they cost comes from the system
 * ("locking"); where nothing is said they take no time.
 */
#include "models/machine/task.h"
#include "models/machine/program.h"
#include "models/sync/lock.h"

static ts_lock *lock_of(ts_machine *machine, const ts_ref *ref)
{
    return &ts_locks_of(machine)->lock[ref->index];
}

/* Fails with what the kind cannot do, unless it `can`. */
static int check_kind(ts_machine *machine, ts_task *task,
                      const ts_lock_use *use, const char *operation, bool can,
                      ts_error *error)
{
    ts_lock *lock = lock_of(machine, &use->lock);

    if (!can) {
        ts_fail(error, "%s: \"%s\" does nothing with %s, which is a %s",
                ts_task_name(task), operation, lock->record->name,
                lock->record->kind.entry->name);
        return -1;
    }
    if (lock->kind->user != NULL && !lock->kind->user(lock, task, error))
        return -1;
    return 0;
}

/* The kernel's own work around an operation, if it costs anything. */
static bool costs(ts_thread *thread, ts_fine cost)
{
    if (cost == 0)
        return false;
    ts_thread_work(thread, cost, TS_MODE_KERNEL);
    return true;
}

/* --- what takes: lock, wait, barrier --- */

/* Pays, and lets the decisions of the instant be taken. True: it may try. */
static bool may_try(ts_thread *thread, ts_frame *frame, ts_step *step)
{
    ts_machine *machine = thread->machine;

    if (frame->phase == TS_LOCK_ASK) {
        frame->phase = TS_LOCK_SETTLE;
        *step = TS_STEP_RUN;
        if (costs(thread, ts_locks_of(machine)->take_cost))
            return false;
    }
    if (frame->phase == TS_LOCK_SETTLE) {
        frame->phase = TS_LOCK_TRY;
        *step = TS_STEP_PAUSE;
        if (ts_machine_unsettled(machine))
            return false;
    }
    return true;
}

/* Having waited costs; then the operation is over. */
static ts_step pay(ts_thread *thread, ts_frame *frame)
{
    if (frame->phase == TS_LOCK_OVER)
        return TS_STEP_DONE;
    frame->phase = TS_LOCK_OVER;
    return costs(thread, ts_locks_of(thread->machine)->wait_cost)
               ? TS_STEP_RUN
               : TS_STEP_DONE;
}

/* What the kind said: the thread has it, or waits. */
static ts_step outcome(ts_lock *lock, ts_thread *thread, ts_frame *frame,
                       ts_step step)
{
    bool waited = frame->phase == TS_LOCK_WAITS;
    const ts_lock *bar;

    if (step == TS_STEP_DONE) {
        if (!waited) {
            ts_tally_add(&lock->wait, 0);
            return TS_STEP_DONE;
        }
        ts_lock_waited(lock, frame);
        return pay(thread, frame);
    }
    if (step != TS_STEP_BLOCK)
        return step;
    if (!waited) {
        lock->contended++;
        frame->count = ts_engine_now(thread->machine->engine);
    }
    bar = ts_lock_of(thread);
    if (bar != NULL && bar->holder != NULL &&
        bar->holder->own_urgency < thread->own_urgency)
        frame->pointer = lock;
    frame->phase = TS_LOCK_WAITS;
    return TS_STEP_BLOCK;
}

static ts_step lock_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    const ts_lock_use *use = frame->fields;
    ts_lock *lock = lock_of(machine, &use->lock);
    ts_step step;

    if (frame->phase >= TS_LOCK_HAS)
        return pay(thread, frame);
    if (!may_try(thread, frame, &step))
        return step;
    if (lock->holder == thread) {
        ts_engine_fail(machine->engine, "thread %s locks %s, which it holds",
                       ts_task_name(thread->task), lock->record->name);
        return TS_STEP_BLOCK;
    }
    return outcome(lock, thread, frame,
                   lock->kind->lock(lock, thread, use->shared));
}

static int lock_prepare(ts_machine *machine, ts_task *task, void *fields,
                        ts_error *error)
{
    const ts_lock_kind *kind =
        lock_of(machine, &((ts_lock_use *)fields)->lock)->kind;

    return check_kind(machine, task, fields, "lock", kind->lock != NULL, error);
}

static void lock_outline(const void *fields, ts_outline *outline)
{
    const ts_lock_use *use = fields;

    if (outline->depth < TS_OUTLINE_NESTING) {
        outline->open[outline->depth].lock = use->lock.index;
        outline->open[outline->depth].from = outline->work;
    }
    outline->depth++;
}

static const ts_operation lock_operation = {.step = lock_step,
                                            .waits = true,
                                            .prepare = lock_prepare,
                                            .outline = lock_outline};

ts_lock *ts_lock_tried(const ts_thread *thread)
{
    const ts_frame *frame =
        thread->depth > 0 ? &thread->frames[thread->depth - 1] : NULL;

    if (frame == NULL || frame->op != &lock_operation ||
        frame->phase != TS_LOCK_WAITS || thread->state == TS_THREAD_BLOCKED)
        return NULL;
    return lock_of(thread->machine,
                   &((const ts_lock_use *)frame->fields)->lock);
}

typedef struct wait_record {
    ts_lock_use use;
    ts_lock_use again; /* how the mutex is taken again */
} wait_record;

static ts_step wait_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    const ts_lock_use *use = frame->fields;
    ts_lock *lock = lock_of(machine, &use->lock);
    ts_lock *with = NULL;
    ts_step step;

    if (frame->phase == TS_LOCK_HAS && use->mutex.index >= 0) {
        /* Told: now it needs its mutex again, like anyone else. */
        *frame =
            (ts_frame){.op = &lock_operation,
                       .fields = &((const wait_record *)frame->fields)->again};
        return TS_STEP_AGAIN;
    }
    if (frame->phase >= TS_LOCK_HAS)
        return pay(thread, frame);
    if (!may_try(thread, frame, &step))
        return step;
    if (use->mutex.index >= 0)
        with = lock_of(machine, &use->mutex);
    return outcome(lock, thread, frame, lock->kind->wait(lock, thread, with));
}

static ts_step barrier_step(ts_machine *machine, ts_thread *thread,
                            ts_frame *frame)
{
    const ts_lock_use *use = frame->fields;
    ts_lock *lock = lock_of(machine, &use->lock);

    if (frame->phase >= TS_LOCK_HAS)
        return pay(thread, frame);
    return outcome(lock, thread, frame, lock->kind->arrive(lock, thread));
}

/* --- what gives: unlock, post, signal, broadcast --- */

/* Pays once, also for waking one that waits: the kernel lets nobody in before
 * the call is over. True: it is paid. */
static bool has_paid(const ts_lock *lock, ts_thread *thread, ts_frame *frame)
{
    const ts_locks *locks = ts_locks_of(thread->machine);
    ts_fine cost = locks->give_cost;

    if (frame->phase++ > 0)
        return true;
    if (lock->first != NULL)
        cost +=
            locks->wake_cost + ts_machine_enter(thread->machine) +
            (ts_thread_is_across(thread, lock->first) ? locks->across_cost : 0);
    return !costs(thread, cost);
}

static ts_step unlock_step(ts_machine *machine, ts_thread *thread,
                           ts_frame *frame)
{
    const ts_lock_use *use = frame->fields;
    ts_lock *lock = lock_of(machine, &use->lock);

    if (!has_paid(lock, thread, frame))
        return TS_STEP_RUN;
    if (!lock->kind->unlock(lock, thread)) {
        ts_engine_fail(machine->engine,
                       "thread %s unlocks %s, which it does not hold",
                       ts_task_name(thread->task), lock->record->name);
        return TS_STEP_BLOCK;
    }
    return TS_STEP_DONE;
}

static ts_step post_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    const ts_lock_use *use = frame->fields;
    ts_lock *lock = lock_of(machine, &use->lock);

    if (!has_paid(lock, thread, frame))
        return TS_STEP_RUN;
    lock->kind->post(lock);
    return TS_STEP_DONE;
}

static ts_step tell(ts_thread *thread, ts_frame *frame, bool all)
{
    const ts_lock_use *use = frame->fields;
    ts_lock *lock = lock_of(thread->machine, &use->lock);

    if (!has_paid(lock, thread, frame))
        return TS_STEP_RUN;
    lock->kind->signal(lock, all);
    return TS_STEP_DONE;
}

static ts_step signal_step(ts_machine *machine, ts_thread *thread,
                           ts_frame *frame)
{
    (void)machine;
    return tell(thread, frame, false);
}

static ts_step broadcast_step(ts_machine *machine, ts_thread *thread,
                              ts_frame *frame)
{
    (void)machine;
    return tell(thread, frame, true);
}

/* --- what each checks when the machine is made --- */

static const ts_lock_kind *kind_of(ts_machine *machine, const void *fields)
{
    const ts_lock_use *use = fields;

    return lock_of(machine, &use->lock)->kind;
}

static int unlock_prepare(ts_machine *machine, ts_task *task, void *fields,
                          ts_error *error)
{
    return check_kind(machine, task, fields, "unlock",
                      kind_of(machine, fields)->unlock != NULL, error);
}

static int wait_prepare(ts_machine *machine, ts_task *task, void *fields,
                        ts_error *error)
{
    wait_record *record = fields;
    const ts_lock_kind *kind = kind_of(machine, fields);
    bool has_mutex = record->use.mutex.index >= 0;

    record->again =
        (ts_lock_use){.lock = record->use.mutex, .mutex = {.index = -1}};
    if (check_kind(machine, task, fields, "wait", kind->wait != NULL, error))
        return -1;
    if (kind->needs_mutex != has_mutex) {
        ts_fail(error, "%s: to wait for %s %s", ts_task_name(task),
                record->use.lock.name,
                kind->needs_mutex ? "a mutex is needed: {\"wait\": {\"name\": "
                                    "..., \"with\": ...}}"
                                  : "no mutex is given back");
        return -1;
    }
    return has_mutex ? lock_prepare(machine, task, &record->again, error) : 0;
}

static int post_prepare(ts_machine *machine, ts_task *task, void *fields,
                        ts_error *error)
{
    return check_kind(machine, task, fields, "post",
                      kind_of(machine, fields)->post != NULL, error);
}

static int signal_prepare(ts_machine *machine, ts_task *task, void *fields,
                          ts_error *error)
{
    return check_kind(machine, task, fields, "signal",
                      kind_of(machine, fields)->signal != NULL, error);
}

static int barrier_prepare(ts_machine *machine, ts_task *task, void *fields,
                           ts_error *error)
{
    return check_kind(machine, task, fields, "barrier",
                      kind_of(machine, fields)->arrive != NULL, error);
}

static void waits(const void *fields, ts_outline *outline)
{
    (void)fields;
    outline->suspends = true;
}

static void gives(const void *fields, ts_outline *outline)
{
    (void)fields;
    (void)outline;
}

/* --- entries --- */

#define LOCK_NAME                                                              \
    {                                                                          \
        .name = "name", .kind = TS_FIELD_REF, .collection = "lock",            \
        .required = true, .offset = TS_AT(ts_lock_use, lock),                  \
        .help = "which one"                                                    \
    }
#define NO_MUTEX                                                               \
    {                                                                          \
        .name = "with", .kind = TS_FIELD_REF, .collection = "lock",            \
        .offset = TS_AT(ts_lock_use, mutex),                                   \
        .help = "for a condition: the mutex given back while waiting"          \
    }

static const ts_field lock_fields[] = {
    LOCK_NAME,
    {.name = "shared",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ts_lock_use, shared),
     .help = "of a read-write lock: as a reader"},
};
static const ts_field wait_fields[] = {LOCK_NAME, NO_MUTEX};
static const ts_field use_fields[] = {LOCK_NAME};

static const ts_shape lock_shape = {.name = "lock operation",
                                    .help = "Which lock, and how",
                                    .size = sizeof(ts_lock_use),
                                    TS_FIELDS(lock_fields),
                                    .shorthand = "name"};
static const ts_shape wait_shape = {.name = "wait operation",
                                    .help = "What for",
                                    .size = sizeof(wait_record),
                                    TS_FIELDS(wait_fields),
                                    .shorthand = "name"};
static const ts_shape use_shape = {.name = "use of a lock",
                                   .help = "Which one",
                                   .size = sizeof(ts_lock_use),
                                   TS_FIELDS(use_fields),
                                   .shorthand = "name"};

const ts_entry ts_operation_lock = {.name = "lock",
                                    .help =
                                        "take a lock, waiting until it is free",
                                    .shape = &lock_shape,
                                    .model = &lock_operation};

static void unlock_outline(const void *fields, ts_outline *outline)
{
    const ts_lock_use *use = fields;
    int at = outline->depth - 1;

    while (at >= 0 && (at >= TS_OUTLINE_NESTING ||
                       outline->open[at].lock != use->lock.index))
        at--;
    if (at < 0)
        return;
    if (outline->section != NULL)
        outline->section(outline->context, use->lock.index,
                         outline->work - outline->open[at].from);
    for (outline->depth--; at < outline->depth && at + 1 < TS_OUTLINE_NESTING;
         at++)
        outline->open[at] = outline->open[at + 1];
}

static const ts_operation unlock_operation = {.step = unlock_step,
                                              .prepare = unlock_prepare,
                                              .outline = unlock_outline};
const ts_entry ts_operation_unlock = {.name = "unlock",
                                      .help = "give a lock back",
                                      .shape = &use_shape,
                                      .model = &unlock_operation};

static const ts_operation wait_operation = {.step = wait_step,
                                            .waits = true,
                                            .prepare = wait_prepare,
                                            .outline = waits};
const ts_entry ts_operation_wait = {.name = "wait",
                                    .help =
                                        "wait for a semaphore or a condition",
                                    .shape = &wait_shape,
                                    .model = &wait_operation};

static const ts_operation post_operation = {.step = post_step,
                                            .prepare = post_prepare,
                                            .outline = gives};
const ts_entry ts_operation_post = {.name = "post",
                                    .help = "give a semaphore one more",
                                    .shape = &use_shape,
                                    .model = &post_operation};

static const ts_operation signal_operation = {.step = signal_step,
                                              .prepare = signal_prepare,
                                              .outline = gives};
const ts_entry ts_operation_signal = {
    .name = "signal",
    .help = "wake the first thread that waits for a "
            "condition",
    .shape = &use_shape,
    .model = &signal_operation};

static const ts_operation broadcast_operation = {.step = broadcast_step,
                                                 .prepare = signal_prepare,
                                                 .outline = gives};
const ts_entry ts_operation_broadcast = {
    .name = "broadcast",
    .help = "wake all threads that wait for a condition",
    .shape = &use_shape,
    .model = &broadcast_operation};

static const ts_operation barrier_operation = {.step = barrier_step,
                                               .waits = true,
                                               .prepare = barrier_prepare,
                                               .outline = waits};
const ts_entry ts_operation_barrier = {
    .name = "barrier",
    .help = "wait until all parties of a barrier are there",
    .shape = &use_shape,
    .model = &barrier_operation};

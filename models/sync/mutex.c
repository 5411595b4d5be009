/*
 * mutex.c - the plain mutex: first come, first served, handed over.
 *
 * unlock gives the lock to the thread that has waited longest; that thread
 * becomes ready and holds it from that instant. Locking and unlocking take no
 * time of their own.
 */
#include "models/parts.h"
#include "models/processor/task.h"
#include "models/program/program.h"
#include "models/root.h"
#include "models/sync/mutex.h"

static const ts_field lock_fields[] = {
    {.name = "name", .kind = TS_FIELD_NAME, .collection = "lock",
     .required = true, .offset = TS_AT(ts_lock_record, name),
     .help = "what programs call it"},
};

const ts_shape ts_lock_shape = {
    .name = "lock", .help = "A lock", .size = sizeof(ts_lock_record),
    TS_FIELDS(lock_fields)};

struct ts_locks {
    int count;
    ts_lock lock[];
};

static bool create(ts_machine *machine, ts_error *error)
{
    const ts_lock_record *records = machine->root->locks.items;
    int count = machine->root->locks.count;
    struct ts_locks *locks;

    if (count == 0)
        return true;
    locks = ts_arena_alloc(machine->arena, sizeof *locks +
                                           (size_t)count * sizeof(ts_lock));
    if (!locks)
        return ts_fail(error, "out of memory for locks");
    locks->count = count;
    for (int i = 0; i < count; i++) {
        locks->lock[i].record = &records[i];
        locks->lock[i].place = ts_trace_name(machine->trace, TS_PLACES,
                                             records[i].name);
    }
    machine->locks = locks;
    return true;
}

/* --- lock and unlock ----------------------------------------------------- */

typedef struct use_record {
    ts_ref lock;
} use_record;

static const ts_field use_fields[] = {
    {.name = "name", .kind = TS_FIELD_REF, .collection = "lock",
     .required = true, .offset = TS_AT(use_record, lock),
     .help = "the lock"},
};

static void acquire(ts_machine *machine, ts_lock *lock, ts_thread *thread)
{
    lock->holder = thread;
    lock->since = ts_engine_now(machine->engine);
    lock->acquisitions++;
}

static ts_step lock_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    const use_record *record = frame->fields;
    ts_lock *lock = &machine->locks->lock[record->lock.index];

    if (!lock->holder) {
        acquire(machine, lock, thread);
        ts_tally_add(&lock->wait, 0);
        return TS_STEP_DONE;
    }
    if (lock->holder == thread) {
        ts_engine_fail(machine->engine, "thread %s locks %s, which it holds",
                       ts_task_name(thread->task), lock->record->name);
        return TS_STEP_EXIT;
    }
    lock->contended++;
    thread->waiting_for = lock;
    thread->wait_next = NULL;
    if (lock->last)
        lock->last->wait_next = thread;
    else
        lock->first = thread;
    lock->last = thread;
    return TS_STEP_WAIT;
}

static ts_step unlock_step(ts_machine *machine, ts_thread *thread,
                           ts_frame *frame)
{
    const use_record *record = frame->fields;
    ts_lock *lock = &machine->locks->lock[record->lock.index];
    ts_time now = ts_engine_now(machine->engine);
    ts_thread *next = lock->first;

    if (lock->holder != thread) {
        ts_engine_fail(machine->engine,
                       "thread %s unlocks %s, which it does not hold",
                       ts_task_name(thread->task), lock->record->name);
        return TS_STEP_EXIT;
    }
    lock->held += now - lock->since;
    ts_trace_span(machine->trace, lock->since, now, lock->place,
                  ts_trace_name(machine->trace, TS_KINDS, "hold"), thread->id,
                  0);
    lock->holder = NULL;
    if (next) {
        lock->first = next->wait_next;
        if (!lock->first)
            lock->last = NULL;
        acquire(machine, lock, next);
        ts_tally_add(&lock->wait, now - next->since);
        ts_thread_wake(next);
    }
    return TS_STEP_DONE;
}

static const ts_shape use_shape = {
    .name = "use of a lock", .help = "Which lock", .size = sizeof(use_record),
    TS_FIELDS(use_fields), .shorthand = "name"};
static const ts_operation lock_operation = {.step = lock_step};
static const ts_operation unlock_operation = {.step = unlock_step};
const ts_entry ts_operation_lock = {
    .name = "lock", .help = "take a lock, waiting until it is free",
    .shape = &use_shape, .model = &lock_operation};
const ts_entry ts_operation_unlock = {
    .name = "unlock", .help = "give a lock back",
    .shape = &use_shape, .model = &unlock_operation};

static void report(ts_machine *machine, ts_report *report)
{
    ts_time now = ts_engine_now(machine->engine);

    for (int i = 0; machine->locks && i < machine->locks->count; i++) {
        ts_lock *lock = &machine->locks->lock[i];
        const char *name = lock->record->name;

        if (lock->holder)
            lock->held += now - lock->since;
        ts_report_count(report, lock->acquisitions, "locks.%s.acquisitions",
                        name);
        ts_report_count(report, lock->contended, "locks.%s.contended", name);
        ts_report_ratio(report, lock->held, now, "locks.%s.held", name);
        ts_report_tally(report, TS_UNIT_TIME, &lock->wait, NULL,
                        "locks.%s.wait", name);
    }
}

const ts_part ts_part_locks = {
    .name = "locks", .create = create, .report = report};

/*
 * lock.c - the locks of a machine: waiting, holding, deadlocks, the account.
 */
#include <stdio.h>
#include <string.h>

#include "models/machine/measure.h"
#include "models/machine/part.h"
#include "models/machine/system.h"
#include "models/machine/task.h"
#include "models/sync/lock.h"

static const ts_field lock_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .collection = "lock",
     .required = true,
     .offset = TS_AT(ts_lock_record, name),
     .help = "what programs call it"},
    {.name = "kind",
     .kind = TS_FIELD_TAG,
     .registry = &ts_lock_kinds,
     .fallback = "mutex",
     .offset = TS_AT(ts_lock_record, kind),
     .help = "what sort of lock; its own fields stand beside it"},
};

const ts_shape ts_lock_shape = {.name = "lock",
                                .help = "What threads wait for each other at",
                                .size = sizeof(ts_lock_record),
                                TS_FIELDS(lock_fields)};

static const ts_field section_item = {.name = "lock",
                                      .kind = TS_FIELD_OBJECT,
                                      .shape = &ts_lock_shape,
                                      .help = "a lock"};

static const ts_field section_fields[] = {
    {.name = "locks",
     .kind = TS_FIELD_LIST,
     .item = &section_item,
     .offset = 0,
     .help = "locks that programs use"},
};

static const ts_shape section = {.name = "scenario",
                                 .help = "locks",
                                 .size = sizeof(ts_list),
                                 TS_FIELDS(section_fields)};

const ts_list *ts_locks_said(const ts_machine_record *record)
{
    return ts_part_scenario(record, ts_slot_locks);
}

static const ts_list *said(const ts_machine *machine)
{
    return ts_locks_said(machine->record);
}

static bool asked(const ts_machine *machine)
{
    return said(machine)->count > 0;
}

/* What the part says in "system". */
typedef struct locks_system {
    ts_locking_record *locking;
} locks_system;

static const ts_field locking_fields[] = {
    {.name = "take",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(ts_locking_record, take),
     .help = "to lock, or to wait for a semaphore or condition"},
    {.name = "give",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(ts_locking_record, give),
     .help = "to unlock, post or signal"},
    {.name = "wait",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(ts_locking_record, wait),
     .help = "besides, once a thread that had to wait goes on"},
    {.name = "wake",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(ts_locking_record, wake),
     .help = "besides, for one who gives something, an interpreter's lock too, "
             "and wakes a thread by it"},
    {.name = "across",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(ts_locking_record, across),
     .help = "besides, for one who wakes a thread that ran on another "
             "processor last: the interrupt that tells it",
     .source = "measured on Linux 6.18, two processors of a virtual machine: "
               "2.6 to 3.2us more than for one's own"},
};

static const ts_shape locking_shape = {
    .name = "locking",
    .help = "What locks cost the thread that uses them, in processor time",
    .size = sizeof(ts_locking_record),
    TS_FIELDS(locking_fields)};

static const ts_field system_fields[] = {
    {.name = "locking",
     .kind = TS_FIELD_OBJECT,
     .shape = &locking_shape,
     .fallback = "{}",
     .offset = TS_AT(locks_system, locking),
     .help = "what locks cost; nothing when not given"},
};

static const ts_shape system_table = {.name = "system",
                                      .help = "What locks cost",
                                      .size = sizeof(locks_system),
                                      TS_FIELDS(system_fields)};

const ts_locking_record *ts_locking_said(const ts_machine *machine)
{
    const locks_system *system = ts_part_system(machine->record, ts_slot_locks);

    return system->locking;
}

static const ts_thread *holder_of(const ts_obstacle *obstacle)
{
    return TS_CONTAINER(obstacle, const ts_lock, obstacle)->holder;
}

static const ts_obstacle_kind lock_obstacle = {"lock", holder_of};

/* --- making --- */

static bool create_lock(ts_machine *machine, ts_lock *lock, int index,
                        ts_error *error)
{
    const ts_lock_record *records = said(machine)->items;

    lock->record = &records[index];
    lock->kind = lock->record->kind.entry->model;
    lock->machine = machine;
    lock->index = index;
    lock->obstacle.kind = &lock_obstacle;
    ts_measure_offer(machine, &lock->wait, "locks.%s.wait", lock->record->name);
    ts_measure_offer(machine, &lock->hold, "locks.%s.hold", lock->record->name);
    lock->place = ts_trace_name(machine->trace, TS_PLACES, lock->record->name);
    lock->obstacle.place = lock->place;
    if (lock->kind->state_size > 0) {
        lock->state = ts_arena_alloc(machine->arena, lock->kind->state_size);
        if (lock->state == NULL)
            return ts_fail(error, "out of memory for locks");
    }
    return lock->kind->init == NULL || lock->kind->init(lock, error);
}

static ts_fine cost(const ts_machine *machine, const ts_duration *duration)
{
    return duration->given ? ts_machine_fine(machine, duration) : 0;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    const ts_locking_record *costs = ts_locking_said(machine);
    int count = said(machine)->count;
    ts_locks *locks = state;

    locks->lock =
        ts_arena_array(machine->arena, (size_t)count, sizeof *locks->lock);
    if (locks->lock == NULL)
        return ts_fail(error, "out of memory for locks");
    machine->holds = true;
    locks->count = count;
    locks->hold_kind = ts_trace_name(machine->trace, TS_KINDS, "hold");
    locks->take_cost = cost(machine, &costs->take);
    locks->give_cost = cost(machine, &costs->give);
    locks->wait_cost = cost(machine, &costs->wait);
    locks->wake_cost = cost(machine, &costs->wake);
    locks->across_cost = cost(machine, &costs->across);
    for (int i = 0; i < count; i++)
        if (!create_lock(machine, &locks->lock[i], i, error))
            return false;
    return true;
}

/* --- holding --- */

void ts_lock_acquire(ts_lock *lock, ts_thread *thread)
{
    assert(lock->holder == NULL); /* it is held once */
    lock->holder = thread;
    lock->since = ts_engine_now(lock->machine->engine);
    lock->acquisitions++;
    lock->held_next = ts_locks_held(thread);
    ts_holdings_of(thread)->locks = lock;
}

static void unlink_held(ts_thread *thread, ts_lock *lock)
{
    ts_lock *before = ts_locks_held(thread);

    if (before == lock) {
        ts_holdings_of(thread)->locks = lock->held_next;
        return;
    }
    assert(before != NULL); /* it holds this one */
    while (before->held_next != lock)
        before = before->held_next;
    before->held_next = lock->held_next;
}

void ts_lock_release(ts_lock *lock)
{
    ts_machine *machine = lock->machine;
    ts_time now = ts_engine_now(machine->engine);

    assert(lock->holder != NULL && now >= lock->since);
    lock->held += now - lock->since;
    ts_tally_add(&lock->hold, now - lock->since);
    ts_trace_span(machine->trace, lock->since, now, lock->place,
                  ts_locks_of(machine)->hold_kind, lock->holder->id, 0);
    unlink_held(lock->holder, lock);
    lock->holder = NULL;
}

static ts_readership *new_share(ts_machine *machine)
{
    ts_locks *locks = ts_locks_of(machine);
    ts_readership *share = locks->spare;

    if (share == NULL)
        return ts_arena_alloc(machine->arena, sizeof *share);
    locks->spare = share->next;
    return share;
}

void ts_lock_share(ts_lock *lock, ts_thread *thread)
{
    ts_machine *machine = lock->machine;
    ts_holdings *mine = ts_holdings_of(thread);
    ts_readership *share = new_share(machine);

    assert(lock->holder == NULL && lock->readers >= 0);
    if (share == NULL) {
        ts_engine_fail(machine->engine, "out of memory for readers of %s",
                       lock->record->name);
        return;
    }
    *share = (ts_readership){.lock = lock, .next = mine->shares};
    mine->shares = share;
    lock->acquisitions++;
    if (lock->readers++ == 0)
        lock->since = ts_engine_now(machine->engine);
}

bool ts_lock_unshare(ts_lock *lock, ts_thread *thread)
{
    ts_locks *locks = ts_locks_of(lock->machine);
    ts_readership **at = &ts_holdings_of(thread)->shares;
    ts_readership *share;

    while (*at != NULL && (*at)->lock != lock)
        at = &(*at)->next;
    if (*at == NULL)
        return false;
    share = *at;
    *at = share->next;
    share->next = locks->spare;
    locks->spare = share;
    assert(lock->readers > 0);
    if (--lock->readers == 0)
        lock->held += ts_engine_now(lock->machine->engine) - lock->since;
    return true;
}

/* Any lock that the thread must give back; NULL: it holds nothing. */
static ts_lock *any_held(const ts_thread *thread)
{
    const ts_holdings *mine = ts_holdings_of(thread);

    if (mine->locks == NULL && mine->shares != NULL)
        return mine->shares->lock;
    return mine->locks;
}

static const char *name_of(const ts_thread *thread, char *buffer, size_t size)
{
    const ts_task_record *record = thread->task->record;

    if (record->count > 1 || record->arrive != NULL)
        snprintf(buffer, size, "%s.%lld", record->name, (long long)thread->job);
    else
        snprintf(buffer, size, "%s", record->name);
    return buffer;
}

/* A thread that ends must hold nothing. */
static void exits(void *state, ts_thread *thread)
{
    const ts_lock *held = any_held(thread);
    char name[160];

    (void)state;
    if (held != NULL)
        ts_engine_fail(thread->machine->engine,
                       "thread %s ends and still holds %s",
                       name_of(thread, name, sizeof name), held->record->name);
}

/* A killed thread waits no longer, and gives back what it holds. */
static void killed(void *state, ts_thread *thread)
{
    bool waits = thread->state == TS_THREAD_BLOCKED;
    ts_lock *lock = waits ? ts_lock_of(thread) : ts_lock_tried(thread);

    (void)state;
    if (lock != NULL && waits)
        ts_lock_dequeue(lock, thread);
    if (lock != NULL && lock->kind->gone != NULL)
        lock->kind->gone(lock, thread);
    if (lock != NULL)
        thread->waiting_for = NULL;
    while ((lock = any_held(thread)) != NULL)
        lock->kind->unlock(lock, thread);
}

/* --- deadlock --- */

ts_lock *ts_lock_of(const ts_thread *thread)
{
    ts_obstacle *obstacle = thread->waiting_for;

    return obstacle != NULL && obstacle->kind == &lock_obstacle
               ? TS_CONTAINER(obstacle, ts_lock, obstacle)
               : NULL;
}

/* Writes "A holds L1 and waits for L2; B ..." from `thread` round the circle
 * back to it. */
static void describe(ts_thread *thread)
{
    ts_machine *machine = thread->machine;
    ts_thread *next = thread;
    char text[1024] = "deadlock", name[160];
    size_t used = strlen(text);
    int left = ts_locks_of(machine)->count;

    do {
        ts_lock *wants = ts_lock_of(next);
        ts_lock *holds = ts_locks_held(next);

        /* The one that the thread before it in the circle waits for. */
        for (ts_lock *l = holds; l != NULL; l = l->held_next)
            for (ts_thread *w = l->first; w != NULL; w = w->wait_next)
                if (w == thread || ts_locks_held(w) != NULL)
                    holds = l;
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "%s%s holds %s and waits for %s",
                                 next == thread ? ": " : "; ",
                                 name_of(next, name, sizeof name),
                                 holds->record->name, wants->record->name);
        next = wants->holder;
    } while (next != thread && left-- > 0 && used < sizeof text - 400);
    machine->deadlock = ts_arena_text(machine->arena, text);
}

/* Whether some foreground thread, other than the ones that wait for locks,
 * is there or will come. */
static bool anyone_else(const ts_machine *machine, const ts_thread *thread)
{
    if (machine->sources_left > 0)
        return true;
    for (const ts_thread *t = machine->live; t != NULL; t = t->live_next)
        if (t != thread && !t->task->record->background &&
            !(t->state == TS_THREAD_BLOCKED && ts_lock_of(t) != NULL))
            return true;
    return false;
}

/* `thread` is about to wait: does that close a circle? */
static void look_for_circle(ts_thread *thread)
{
    ts_machine *machine = thread->machine;
    ts_lock *lock = ts_lock_of(thread);
    int left = ts_locks_of(machine)->count;

    while (lock != NULL && lock->holder != NULL && lock->holder != thread &&
           left-- > 0)
        lock = ts_lock_of(lock->holder);
    if (lock == NULL || lock->holder != thread)
        return;
    if (machine->deadlock == NULL)
        describe(thread);
    if (!anyone_else(machine, thread))
        ts_engine_stop(machine->engine, machine->deadlock);
}

/* --- waiting --- */

void ts_lock_enqueue(ts_lock *lock, ts_thread *thread)
{
    assert((lock->first == NULL) == (lock->last == NULL));
    assert(lock->last != thread);
    assert(lock->holder != thread);
    /* Or it is blocked already: a ceiling that fell lets it wait for another
     * lock than before (mutex.c, reconsider()). */
    assert(thread->state == TS_THREAD_RUNNING ||
           thread->state == TS_THREAD_BLOCKED);
    thread->waiting_for = &lock->obstacle;
    thread->wait_next = NULL;
    if (lock->last != NULL)
        lock->last->wait_next = thread;
    else
        lock->first = thread;
    lock->last = thread;
    if (ts_locks_held(thread) != NULL && lock->holder != NULL)
        look_for_circle(thread);
}

void ts_lock_dequeue(ts_lock *lock, ts_thread *thread)
{
    ts_thread *before = NULL;

    assert(ts_lock_of(thread) == lock);
    for (ts_thread *t = lock->first; t != thread; t = t->wait_next)
        before = t;
    if (before != NULL)
        before->wait_next = thread->wait_next;
    else
        lock->first = thread->wait_next;
    if (lock->last == thread)
        lock->last = before;
    thread->wait_next = NULL;
    assert((lock->first == NULL) == (lock->last == NULL));
}

ts_thread *ts_lock_highest(const ts_lock *lock)
{
    ts_thread *best = lock->first;

    for (ts_thread *t = best; t != NULL; t = t->wait_next)
        if (t->urgency > best->urgency)
            best = t;
    return best;
}

void ts_lock_waited(ts_lock *lock, const ts_frame *frame)
{
    ts_time waited = ts_engine_now(lock->machine->engine) - frame->count;

    assert(waited >= 0);
    ts_tally_add(&lock->wait, waited);
    if (frame->pointer != NULL)
        ts_tally_add(&lock->inversion, waited);
}

void ts_lock_wake(ts_lock *lock, ts_thread *thread, bool has)
{
    ts_frame *frame = ts_lock_frame(thread);
    const ts_lock_use *use = frame->fields;

    assert(thread->state == TS_THREAD_BLOCKED && thread->wait_next == NULL);
    if (has) {
        ts_lock_waited(lock, frame);
        frame->phase = TS_LOCK_HAS;
        /* Nothing is left to do: its next burst can be seen at once. */
        if (use->mutex.index < 0 && ts_locks_of(lock->machine)->wait_cost == 0)
            thread->depth--;
    }
    ts_thread_wake(thread);
}

/* --- the account --- */

static void report_lock(ts_lock *lock, ts_report *report, ts_time now)
{
    const char *name = lock->record->name;

    if (lock->holder != NULL || lock->readers > 0)
        lock->held += now - lock->since;
    if (lock->holder != NULL)
        ts_trace_span(lock->machine->trace, lock->since, now, lock->place,
                      ts_locks_of(lock->machine)->hold_kind, lock->holder->id,
                      0);
    (void)TS_ENSURE(lock->machine->engine, lock->held <= now);
    ts_report_count(report, lock->acquisitions, "locks.%s.acquisitions", name);
    ts_report_count(report, lock->contended, "locks.%s.contended", name);
    ts_report_ratio(report, lock->held, now, "locks.%s.held", name);
    ts_report_tally(report, TS_UNIT_TIME, &lock->wait, NULL, "locks.%s.wait",
                    name);
    if (lock->hold.count > 0)
        ts_report_tally(report, TS_UNIT_TIME, &lock->hold, NULL,
                        "locks.%s.hold", name);
    ts_report_count(report, (int64_t)lock->inversion.count,
                    "locks.%s.inversions", name);
    if (lock->inversion.count > 0)
        ts_report_tally(report, TS_UNIT_TIME, &lock->inversion, NULL,
                        "locks.%s.inversion", name);
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    ts_locks *locks = state;

    for (int i = 0; i < locks->count; i++)
        report_lock(&locks->lock[i], report, ts_engine_now(machine->engine));
    ts_report_count(report, machine->deadlock != NULL, "locks.deadlocks");
}

static const ts_metric_kind metrics[] = {
    {"locks.deadlocks", TS_UNIT_COUNT, false, "1: the run ended in one"},
    {"locks.<lock>.acquisitions", TS_UNIT_COUNT, false,
     "how often it was taken"},
    {"locks.<lock>.contended", TS_UNIT_COUNT, false,
     "how often it was not free"},
    {"locks.<lock>.held", TS_UNIT_RATIO, false,
     "the time that somebody held it"},
    {"locks.<lock>.wait", TS_UNIT_TIME, true, "waiting for it"},
    {"locks.<lock>.hold", TS_UNIT_TIME, true, "holding it"},
    {"locks.<lock>.inversions", TS_UNIT_COUNT, false,
     "how often a thread waited for one of lower priority that could not run"},
    {"locks.<lock>.inversion", TS_UNIT_TIME, true, "how long it did so"},
};

const ts_part ts_part_locks = {.name = "locks",
                               .scenario = &section,
                               .system = &system_table,
                               .state = sizeof(ts_locks),
                               .own = sizeof(ts_holdings),
                               .asked = asked,
                               .create = create,
                               .exits = exits,
                               .killed = killed,
                               .report = report,
                               TS_METRICS(metrics)};

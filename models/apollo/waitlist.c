/*
 * waitlist.c - tasks at given centiseconds.
 *
 * TIME3 counts centiseconds and raises T3RUPT when the first task is due; the
 * tasks run inside the interrupt, all that are due one after the other
 * (Luminary 099, WAITLIST). TIME3 is a counter: whatever is stolen from the
 * processor, the interrupt comes on time. A task that calls itself again
 * counts from when it was due. LONGCALL waits in pieces of at most 81.92 s.
 */
#include <string.h>

#include "models/apollo/apollo.h"

#define LONG_PIECE 8192 /* centiseconds */

static const ts_apollo_task *task_of(const ts_apollo *apollo, int task)
{
    assert(task >= 0 && task < apollo->record->tasks.count);
    return (const ts_apollo_task *)apollo->record->tasks.items + task;
}

static void arm(ts_apollo *apollo)
{
    ts_time now = ts_engine_now(apollo->machine->engine);

    if (apollo->waiting_count == 0)
        ts_event_cancel(apollo->machine->engine, &apollo->waitlist_event);
    else
        ts_event_at(apollo->machine->engine, &apollo->waitlist_event,
                    apollo->waiting[0].due > now ? apollo->waiting[0].due
                                                 : now);
}

/* In order of time; at the same time in order of the calls. */
static bool insert(ts_apollo *apollo, int task, ts_time due)
{
    const ts_apollo_executive *executive = apollo->record->executive;
    int at = apollo->waiting_count;

    if (at == apollo->waiting_room ||
        (executive->limits && at >= executive->tasks)) {
        ts_apollo_raise_alarm(apollo, 1203);
        return false;
    }
    assert(at >= 0 && at < apollo->waiting_room);
    while (at > 0 && apollo->waiting[at - 1].due > due)
        at--;
    memmove(apollo->waiting + at + 1, apollo->waiting + at,
            (size_t)(apollo->waiting_count - at) * sizeof *apollo->waiting);
    apollo->waiting[at] = (ts_apollo_entry){.due = due, .task = task};
    apollo->waiting_count++;
    assert(apollo->waiting_count <= apollo->waiting_room);
    assert(at == 0 || apollo->waiting[at - 1].due <= due);
    assert(at + 1 == apollo->waiting_count ||
           apollo->waiting[at + 1].due > due);
    if (apollo->waiting_count > apollo->waiting_most)
        apollo->waiting_most = apollo->waiting_count;
    /* T3RUPT looks for itself, when the task that calls is over: armed now, it
     * would come twice where two tasks are due, the second time for one that is
     * not. */
    if (!apollo->dispatching)
        arm(apollo);
    return true;
}

/* `centiseconds` ticks of TIME3 from now. */
static ts_time due_after(const ts_apollo *apollo, int64_t centiseconds)
{
    ts_time now = ts_engine_now(apollo->machine->engine);

    return now / TS_APOLLO_CS * TS_APOLLO_CS + centiseconds * TS_APOLLO_CS;
}

bool ts_waitlist_call(ts_apollo *apollo, int task, int64_t centiseconds)
{
    return insert(apollo, task, due_after(apollo, centiseconds));
}

bool ts_waitlist_long(ts_apollo *apollo, int task, int64_t centiseconds)
{
    int64_t piece = centiseconds < LONG_PIECE ? centiseconds : LONG_PIECE;

    assert(task >= 0 && centiseconds >= 0);
    apollo->long_task = task;
    apollo->long_left = centiseconds - piece;
    return insert(apollo, -1, due_after(apollo, piece));
}

void ts_waitlist_clear(ts_apollo *apollo)
{
    apollo->waiting_count = 0;
    apollo->dispatching = false;
    apollo->long_task = -1;
    apollo->long_left = 0;
    ts_event_cancel(apollo->machine->engine, &apollo->waitlist_event);
}

void ts_waitlist_restore(ts_apollo *apollo, int index)
{
    const ts_apollo_task *task = task_of(apollo, index);
    ts_time now = ts_engine_now(apollo->machine->engine);

    if (task->first >= TS_TIME_LIMIT || task->every == 0)
        return;
    if (now < task->first) {
        insert(apollo, index, task->first);
        return;
    }
    insert(apollo, index,
           ts_time_add(task->first,
                       ts_time_next(now - task->first, task->every)));
}

/* --- T3RUPT --- */

/* Whether the task has anything to do, and what its turn costs. */
static int64_t cost_of(const ts_apollo *apollo, int task)
{
    int64_t cost = apollo->record->executive->dispatch;

    if (task >= 0 && ts_apollo_when_holds(apollo, task_of(apollo, task)->keep))
        cost += ts_apollo_mct_now(apollo, task_of(apollo, task)->cost);
    return cost;
}

static void ring(ts_apollo *apollo, ts_interrupt *interrupt)
{
    interrupt->cost =
        ts_apollo_fine(apollo, cost_of(apollo, apollo->waiting[0].task));
    ts_cpu_interrupt(apollo->cpu, interrupt);
}

static void due(ts_engine *engine, ts_event *event)
{
    ts_apollo *apollo = TS_CONTAINER(event, ts_apollo, waitlist_event);

    assert(!apollo->dispatching && apollo->waiting_count > 0);
    (void)engine;
    apollo->dispatching = true;
    ring(apollo, &apollo->t3rupt);
}

/* LONGCALL's own task: the next piece, or the task that was asked for. */
static int long_turn(ts_apollo *apollo)
{
    int task = apollo->long_task;

    assert(task >= 0 && apollo->long_left >= 0); /* LONGCALL was called */
    if (apollo->long_left > 0) {
        ts_waitlist_long(apollo, task, apollo->long_left);
        return -1;
    }
    apollo->long_task = -1;
    return task;
}

static void perform(ts_apollo *apollo, int index, ts_time was_due)
{
    const ts_apollo_task *task = task_of(apollo, index);
    const ts_variant *calls = task->calls.items;

    apollo->task_runs[index]++;
    if (!ts_apollo_when_holds(apollo, task->keep))
        return;
    apollo->task_mct[index] += ts_apollo_mct_now(apollo, task->cost);
    if (task->every > 0 && !insert(apollo, index, was_due + task->every))
        return;
    for (int i = 0; i < task->calls.count; i++)
        if (!ts_apollo_do_call(apollo, &calls[i]))
            return;
}

static void task_over(ts_machine *machine, ts_cpu *cpu, ts_interrupt *interrupt)
{
    ts_apollo *apollo = ts_apollo_of(machine);
    ts_apollo_entry first = apollo->waiting[0];
    ts_time now = ts_engine_now(machine->engine);

    (void)cpu;
    (void)interrupt;
    ts_apollo_rupt_over(apollo);
    if (apollo->waiting_count == 0 || apollo->restarting)
        return;
    assert(apollo->dispatching && first.due <= now);
    apollo->waiting_count--;
    memmove(apollo->waiting, apollo->waiting + 1,
            (size_t)apollo->waiting_count * sizeof *apollo->waiting);
    apollo->dispatch_mct += apollo->record->executive->dispatch;
    if (first.task < 0)
        first.task = long_turn(apollo);
    if (first.task >= 0)
        perform(apollo, first.task, first.due);
    if (apollo->restarting)
        return;
    apollo->dispatching =
        apollo->waiting_count > 0 && apollo->waiting[0].due <= now;
    if (apollo->dispatching)
        ring(apollo, &apollo->t3more);
    else
        arm(apollo);
}

/* --- making --- */

/* Without limits: room for all that could ever wait in earnest. */
#define ROOM_WITHOUT_LIMITS 4096

static bool prepare(ts_apollo *apollo, const ts_apollo_task *task,
                    ts_error *error)
{
    const ts_variant *calls = task->calls.items;

    if (!ts_apollo_resolve_cost(apollo->machine, task->cost, task->name, error))
        return false;
    for (int i = 0; i < task->calls.count; i++)
        if (!ts_apollo_prepare_call(apollo->machine, &calls[i], task->name,
                                    error))
            return false;
    return true;
}

bool ts_waitlist_create(ts_apollo *apollo, ts_error *error)
{
    const ts_apollo_executive *executive = apollo->record->executive;

    apollo->waiting_room =
        executive->limits ? (int)executive->tasks : ROOM_WITHOUT_LIMITS;
    apollo->waiting =
        ts_arena_array(apollo->machine->arena, (size_t)apollo->waiting_room,
                       sizeof *apollo->waiting);
    if (apollo->waiting == NULL)
        return ts_fail(error, "out of memory for the Waitlist");
    apollo->t3rupt =
        (ts_interrupt){.name = "T3RUPT", .level = 2, .done = task_over};
    /* The next task of the same T3RUPT: nothing comes between. */
    apollo->t3more =
        (ts_interrupt){.name = "T3RUPT", .level = -1, .done = task_over};
    ts_event_init_slot(apollo->machine->engine, &apollo->waitlist_event,
                       TS_CLASS_INTERRUPT, due, "T3RUPT");
    for (int i = 0; i < apollo->record->tasks.count; i++) {
        const ts_apollo_task *task = task_of(apollo, i);

        if (!prepare(apollo, task, error))
            return false;
        if (task->first >= TS_TIME_LIMIT)
            continue;
        if (apollo->waiting_count == apollo->waiting_room)
            return ts_fail(error,
                           "apollo.tasks: more than %d tasks are on "
                           "the Waitlist from the start",
                           apollo->waiting_room);
        insert(apollo, i, task->first);
    }
    return true;
}

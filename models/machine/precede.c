/*
 * precede.c - threads that start when others have ended ("after").
 *
 * A task counts the tasks it waits for. One that has ended, with all its jobs,
 * counts itself off at its followers, and the last to do so sets them going.
 */
#include "models/machine/inside.h"

static bool add_follower(ts_task *task, ts_task *follower)
{
    /* Rooms grow by doubling: 0, 1, 2, 4 ... */
    int count = task->follower_count;

    if ((count & (count - 1)) == 0) {
        int room = count ? count * 2 : 1;
        ts_task **followers = ts_arena_array(task->machine->arena, (size_t)room,
                                             sizeof *followers);

        if (followers == NULL)
            return false;
        for (int i = 0; i < count; i++)
            followers[i] = task->followers[i];
        task->followers = followers;
    }
    task->followers[task->follower_count++] = follower;
    return true;
}

/* Whether an order exists in which all can run; else names one that never
 * will. Counts tasks off as if they had run (Kahn 1962). */
static bool check_circles(ts_machine *machine, ts_error *error)
{
    int count = machine->task_count, done = 0, end = 0;
    int *open = ts_arena_array(machine->arena, (size_t)count, sizeof *open);
    int *order = ts_arena_array(machine->arena, (size_t)count, sizeof *order);

    if (open == NULL || order == NULL)
        return ts_fail(error, "out of memory for %d tasks", count);
    for (int i = 0; i < count; i++) {
        open[i] = machine->tasks[i].waits_for;
        if (open[i] == 0)
            order[end++] = i;
    }
    for (; done < end; done++) {
        const ts_task *task = &machine->tasks[order[done]];

        for (int i = 0; i < task->follower_count; i++)
            if (--open[task->followers[i]->index] == 0)
                order[end++] = task->followers[i]->index;
    }
    for (int i = 0; i < count; i++)
        if (open[i] > 0)
            return ts_fail(error,
                           "thread %s waits for itself in a circle of "
                           "\"after\"",
                           machine->tasks[i].record->name);
    return true;
}

bool ts_precede_create(ts_machine *machine, ts_error *error)
{
    bool any = false;

    for (int i = 0; i < machine->task_count; i++) {
        ts_task *task = &machine->tasks[i];
        const ts_ref *after = task->record->after.items;

        for (int k = 0; k < task->record->after.count; k++) {
            if (!add_follower(&machine->tasks[after[k].index], task))
                return ts_fail(error, "out of memory for what %s waits for",
                               task->record->name);
            task->waits_for++;
            any = true;
        }
    }
    return !any || check_circles(machine, error);
}

void ts_precede_end(ts_task *task)
{
    assert(task->exhausted && task->population.value == 0);
    if (task->ended)
        return;
    task->ended = true;
    for (int i = 0; i < task->follower_count; i++)
        if (--task->followers[i]->waits_for == 0)
            ts_task_start(task->followers[i]);
}

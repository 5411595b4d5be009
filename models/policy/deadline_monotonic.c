/*
 * deadline_monotonic.c - deadline-monotonic priorities: the shorter the time
 * from release to deadline, the higher.
 *
 * The best of all fixed priorities where deadlines are at most the periods. A
 * task without a deadline runs when no other wants to. Source: Leung and
 * Whitehead, Performance Evaluation 2, 1982.
 */
#include <stdio.h>

#include "models/policy/urgent.h"
#include "models/machine/task.h"

static int64_t urgency(const ts_machine *machine, const ts_task *task)
{
    (void)machine;
    return -task->record->deadline;
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    (void)queue;
    if (thread->task->record->deadline < TS_TIME_LIMIT)
        ts_key_time(buffer, size, "deadline after",
                    thread->task->record->deadline);
    else
        snprintf(buffer, size, "no deadline");
}

static const ts_policy policy = {
    .queue_size = sizeof(ts_urgent),
    .conserving = true,
    .ranks = TS_RANKS_TASKS,
    .steady = true,
    .ties = TS_TIES_LISTED,
    .rule = "its relative deadline is the shortest",
    .init = ts_urgent_init,
    .urgency = urgency,
    .place = ts_urgent_place,
    .put = ts_urgent_put,
    .remove = ts_urgent_remove,
    .challenger = ts_urgent_challenger,
    .pick = ts_urgent_pick,
    .before = ts_urgent_before,
    .report = ts_urgent_deadlines,
    .key = key,
};

const ts_entry ts_policy_deadline_monotonic = {
    .name = "deadline-monotonic",
    .help = "fixed priorities: the shorter the relative deadline, the higher",
    .about = "Leung and Whitehead (1982).",
    .shape = &ts_urgent_shape,
    .model = &policy,
};

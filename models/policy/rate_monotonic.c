/*
 * rate_monotonic.c - rate-monotonic priorities: the shorter the period, the
 * higher.
 *
 * The best of all fixed priorities where deadlines are periods. A task without
 * a period runs when no other wants to. Source: Liu and Layland, Scheduling
 * Algorithms for Multiprogramming in a Hard-Real-Time Environment, Journal of
 * the ACM 20(1), 1973.
 */
#include <stdio.h>

#include "models/policy/demand.h"
#include "models/policy/urgent.h"

static const ts_shape *const thread_tables[] = {&ts_demand_table, NULL};

static int64_t urgency(const ts_machine *machine, const ts_task *task)
{
    (void)machine;
    return -ts_demand_period(task->record);
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    ts_time period = -thread->task->urgency;

    (void)queue;
    if (period < TS_TIME_LIMIT)
        ts_key_time(buffer, size, "period", period);
    else
        snprintf(buffer, size, "no period");
}

static const ts_policy policy = {
    .thread = thread_tables,
    .queue_size = sizeof(ts_urgent),
    .conserving = true,
    .ranks = TS_RANKS_TASKS,
    .steady = true,
    .ties = TS_TIES_LISTED,
    .rule = "its period is the shortest",
    .init = ts_urgent_init,
    .urgency = urgency,
    .place = ts_urgent_place,
    .put = ts_urgent_put,
    .remove = ts_urgent_remove,
    .challenger = ts_urgent_challenger,
    .pick = ts_urgent_pick,
    .before = ts_urgent_before,
    .key = key,
};

const ts_entry ts_policy_rate_monotonic = {
    .name = "rate-monotonic",
    .help = "fixed priorities: the shorter the period, the higher",
    .about = "Liu and Layland (1973). On several processors the most urgent "
             "jobs run, wherever there is one.",
    .shape = &ts_urgent_shape,
    .model = &policy,
};

/*
 * list_order.c - list scheduling (Graham).
 *
 * A free processor takes the first thread of the scenario's list that is
 * ready, and keeps it to its end. With "after" between threads this is the
 * algorithm whose anomalies R. L. Graham showed: shorter tasks, more
 * processors or fewer constraints can make the whole take longer (SIAM Journal
 * on Applied Mathematics 17, 1969).
 */
#include <stdio.h>

#include "models/policy/heap.h"
#include "models/machine/policy.h"
#include "models/machine/task.h"

static int compare(const ts_thread *a, const ts_thread *b)
{
    if (a->task != b->task)
        return a->task->index < b->task->index ? -1 : 1;
    return (a->job > b->job) - (a->job < b->job);
}

static bool init(ts_runqueue *queue, ts_error *error)
{
    (void)error;
    ts_heap_queue_init(queue, compare);
    return true;
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    (void)queue;
    snprintf(buffer, size, "number %d of the list", thread->task->index + 1);
}

static const ts_policy policy = {
    .queue_size = sizeof(ts_heap),
    .conserving = true,
    .cooperative = true,
    .rule = "it is the first ready one of the list",
    .init = init,
    .put = ts_heap_queue_put,
    .remove = ts_heap_queue_remove,
    .pick = ts_heap_queue_pick,
    .key = key,
};

const ts_entry ts_policy_list = {
    .name = "list",
    .help = "the first ready thread of the scenario's list, run to its end",
    .about = "Graham's list scheduling; the list is \"threads\".",
    .model = &policy,
};

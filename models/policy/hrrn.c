/*
 * hrrn.c - highest response ratio next.
 *
 * When the processor is free, the thread with the largest (waited + burst) /
 * burst gets it, to its end. Short ones go first, and nobody waits for ever:
 * the ratio of a long one grows, too. P. Brinch Hansen, 1971; the name and the
 * example are in Stallings, Operating Systems.
 */
#include <stdio.h>

#include "models/policy/kinetic.h"
#include "models/machine/policy.h"

static ts_time now_of(const ts_runqueue *queue)
{
    return ts_engine_now(queue->machine->engine);
}

/* The wait that counts is for the burst at hand: from becoming ready. */
static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    (void)why;
    ts_kinetic_put(queue->state, queue->machine, thread);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    ts_kinetic_remove(queue->state, thread, now_of(queue));
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    ts_thread *thread = ts_kinetic_first(queue->state, now_of(queue));

    (void)cpu;
    if (thread != NULL)
        ts_kinetic_remove(queue->state, thread, now_of(queue));
    return thread;
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    double burst = (double)ts_fine_floor(thread->burst);
    double waited = (double)(now_of(queue) - thread->since);

    snprintf(buffer, size, "response ratio %.4g",
             burst > 0 ? (waited + burst) / burst : 1);
}

static const ts_policy policy = {
    .queue_size = sizeof(ts_kinetic),
    .conserving = true,
    .cooperative = true,
    .ties = TS_TIES_ARRIVAL,
    .rule = "its response ratio is the highest",
    .put = put,
    .remove = take_out,
    .pick = pick,
    .key = key,
};

const ts_entry ts_policy_hrrn = {
    .name = "hrrn",
    .help = "highest response ratio next: (waited + burst)/burst, run to its "
            "end",
    .about = "Knows the length of the current burst. Equal ratios: see the "
             "convention \"ties\".",
    .model = &policy,
};

/*
 * fifo.c - first come, first served (FCFS).
 *
 * One queue in order of becoming ready; a thread keeps its processor until it
 * blocks or ends. Source: any textbook, e.g. Silberschatz, Galvin and Gagne,
 * Operating System Concepts, CPU Scheduling.
 */
#include <stdio.h>

#include "models/policy/list.h"
#include "models/machine/policy.h"

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    (void)why;
    ts_threads_put(queue->state, thread);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    ts_threads_remove(queue->state, thread);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    (void)cpu;
    return ts_threads_shift(queue->state);
}

static ts_thread *spare(ts_runqueue *queue, const ts_cpu *cpu)
{
    return ts_threads_spare(queue->state, cpu);
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    (void)queue;
    ts_key_time(buffer, size, "ready since", thread->since);
}

static const ts_policy policy = {
    .queue_size = sizeof(ts_threads),
    .conserving = true,
    .cooperative = true,
    .lines = true,
    .rule = "it has been ready longest",
    .put = put,
    .remove = take_out,
    .pick = pick,
    .spare = spare,
    .key = key,
};

const ts_entry ts_policy_fifo = {
    .name = "fifo",
    .help = "first come, first served; a thread runs until it blocks or ends",
    .about = "The textbook FCFS. Never takes a processor away.",
    .model = &policy,
};

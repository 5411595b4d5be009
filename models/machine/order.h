/*
 * order.h - the order in which a thread's states and the calls of its policy may
 * follow each other, asked where each of them happens (private to the core).
 */
#ifndef TS_MODELS_ORDER_H
#define TS_MODELS_ORDER_H

#include "models/machine/policy.h"
#include "models/machine/thread.h"

/* Each change of a thread's state. Which may come before which is a bit. A
 * thread that is in two places at once makes every number wrong, so a release
 * asks, too. */
static inline void ts_thread_enter(ts_thread *thread, ts_thread_state state)
{
    static const uint8_t before[] = {
        [TS_THREAD_READY] = 1 << TS_THREAD_NEW | 1 << TS_THREAD_RUNNING |
                            1 << TS_THREAD_BLOCKED,
        [TS_THREAD_RUNNING] = 1 << TS_THREAD_READY,
        [TS_THREAD_BLOCKED] = 1 << TS_THREAD_RUNNING,
        [TS_THREAD_EXITED] = 1 << TS_THREAD_NEW | 1 << TS_THREAD_READY |
                             1 << TS_THREAD_RUNNING | 1 << TS_THREAD_BLOCKED,
    };

    (void)TS_ENSURE(thread->machine->engine,
                    before[state] >> thread->state & 1);
    assert(thread->cpu == NULL || state == TS_THREAD_EXITED);
    thread->state = state;
}

/* The calls of policy.h that move a thread, in the one order in which they may
 * come:
 *
 *   nowhere -join-> aside -put-> queued -pick-> picked -put-> queued ...
 *   queued -remove-> aside; aside, picked -leave-> nowhere
 *
 * Whoever calls them is asked in tests; what the policy answers, always: it
 * may be anybody's. */
static inline void ts_policy_join(ts_thread *thread)
{
    ts_runqueue *queue = thread->queue;

    assert(thread->standing == TS_STANDS_NOWHERE);
    thread->standing = TS_STANDS_ASIDE;
    if (queue->policy->join != NULL)
        queue->policy->join(queue, thread);
}

static inline void ts_policy_put(ts_thread *thread, ts_why why)
{
    ts_runqueue *queue = thread->queue;

    assert(thread->standing == TS_STANDS_ASIDE ||
           thread->standing == TS_STANDS_PICKED);
    assert(thread->state == TS_THREAD_READY && thread->cpu == NULL);
    thread->standing = TS_STANDS_QUEUED;
    queue->policy->put(queue, thread, why);
}

static inline void ts_policy_remove(ts_thread *thread)
{
    assert(thread->standing == TS_STANDS_QUEUED);
    thread->queue->policy->remove(thread->queue, thread);
    thread->standing = TS_STANDS_ASIDE;
}

static inline ts_thread *ts_policy_pick(ts_runqueue *queue, ts_cpu *cpu)
{
    ts_thread *picked = queue->policy->pick(queue, cpu);

    if (picked == NULL)
        return NULL;
    if (!TS_ENSURE(queue->machine->engine,
                   picked->standing == TS_STANDS_QUEUED &&
                       picked->queue == queue))
        return NULL; /* of nobody's, of another queue, or picked before */
    picked->standing = TS_STANDS_PICKED;
    return picked;
}

static inline ts_thread *ts_policy_challenger(ts_runqueue *queue)
{
    ts_thread *challenger = queue->policy->challenger(queue);

    return challenger == NULL ||
                   TS_ENSURE(queue->machine->engine,
                             challenger->standing == TS_STANDS_QUEUED &&
                                 challenger->queue == queue)
               ? challenger
               : NULL;
}

static inline void ts_policy_leave(ts_thread *thread)
{
    assert(thread->standing == TS_STANDS_ASIDE ||
           thread->standing == TS_STANDS_PICKED);
    if (thread->queue->policy->leave != NULL)
        thread->queue->policy->leave(thread->queue, thread);
    thread->standing = TS_STANDS_NOWHERE;
}

#endif

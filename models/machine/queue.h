/*
 * queue.h - a run queue: the ready threads that one policy orders, for one or
 * more processors.
 */
#ifndef TS_MODELS_QUEUE_H
#define TS_MODELS_QUEUE_H

#include "models/machine/operation.h"

struct ts_policy;

struct ts_runqueue {
    ts_machine *machine;
    const struct ts_policy *policy;
    const void *options; /* the policy's record */
    void *state;         /* the policy's own */
    size_t entity_size;  /* the policy's, or more: init() may enlarge it */
    int id;
    int first, count; /* its processors: cpus[first .. first+count-1] */
    int64_t ready;    /* threads in it */
    int64_t bound;    /* those of them that may not run everywhere */
    int64_t *open;    /* how many of those may have processor first + i; NULL:
                         nobody counts, one processor or no affinities */
    uint64_t changes; /* of what is in it, so far */
    bool dirty;       /* a decision is due */
    bool waits; /* its policy decides nothing while no processor is free */
    int32_t *weakest; /* see dispatch.c; NULL: none */
    uint64_t *stale;  /* bit set: whose thread has changed since */
    int room;         /* of weakest */
};

/* Takes a ready thread to another run queue. */
void ts_thread_move(ts_thread *thread, ts_runqueue *to);
/* Asks for a decision about the queue at the end of this instant; once is
 * enough. */
void ts_queue_ask(ts_runqueue *queue);
static inline void ts_queue_dirty(ts_runqueue *queue)
{
    if (!queue->dirty)
        ts_queue_ask(queue);
}

#endif

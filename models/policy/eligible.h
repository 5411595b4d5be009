/*
 * eligible.h - the choice at the heart of EEVDF: of those that are eligible,
 * the one with the earliest deadline.
 *
 * Two heaps: threads that were eligible when last looked at, by deadline, and
 * the others, by the virtual time at which they become so. A choice first
 * takes over those that have become eligible, then puts those back that stand
 * at the top and are so no longer (virtual time can go back when threads come
 * and go). Each thread changes sides only when it becomes, or ceases to be,
 * eligible, so that a choice costs O(log n) on average.
 */
#ifndef TS_MODELS_POLICY_ELIGIBLE_H
#define TS_MODELS_POLICY_ELIGIBLE_H

#include "models/policy/heap.h"

typedef bool ts_is_eligible(const void *context, const ts_thread *thread);

typedef struct ts_eligible {
    ts_heap early; /* eligible, by deadline */
    ts_heap late;  /* not yet, by virtual time */
    ts_is_eligible *is;
    const void *context;
} ts_eligible;

/* `side` is where the caller keeps, with each thread, on which side it is. */
static inline void ts_eligible_push(ts_eligible *both, ts_machine *machine,
                                    ts_thread *thread, bool *side)
{
    *side = both->is(both->context, thread);
    ts_heap_push(*side ? &both->early : &both->late, machine, thread);
}

static inline void ts_eligible_remove(ts_eligible *both, ts_thread *thread,
                                      bool side)
{
    ts_heap_remove(side ? &both->early : &both->late, thread);
}

/* The one to run, left there. side_of() says where a thread's side is kept.
 * Where rounding leaves none eligible, the one that is so first. */
static inline ts_thread *ts_eligible_first(ts_eligible *both,
                                           ts_machine *machine,
                                           bool *(*side_of)(ts_thread *))
{
    ts_thread *thread;

    while ((thread = ts_heap_top(&both->late)) != NULL &&
           both->is(both->context, thread)) {
        ts_heap_pop(&both->late);
        *side_of(thread) = true;
        ts_heap_push(&both->early, machine, thread);
    }
    while ((thread = ts_heap_top(&both->early)) != NULL &&
           !both->is(both->context, thread)) {
        ts_heap_pop(&both->early);
        *side_of(thread) = false;
        ts_heap_push(&both->late, machine, thread);
    }
    return thread != NULL ? thread : ts_heap_top(&both->late);
}

#endif

/*
 * list.h - a doubly linked list of ready threads through thread->next/prev.
 */
#ifndef TS_MODELS_POLICY_LIST_H
#define TS_MODELS_POLICY_LIST_H

#include "models/machine/machine.h"

typedef struct ts_threads {
    ts_thread *first, *last;
} ts_threads;

static inline void ts_threads_append(ts_threads *list, ts_thread *thread)
{
    assert((list->first == NULL) == (list->last == NULL));
    assert(thread != list->last);
    thread->next = NULL;
    thread->prev = list->last;
    if (list->last != NULL)
        list->last->next = thread;
    else
        list->first = thread;
    list->last = thread;
}

static inline void ts_threads_prepend(ts_threads *list, ts_thread *thread)
{
    assert((list->first == NULL) == (list->last == NULL));
    assert(thread != list->first);
    thread->prev = NULL;
    thread->next = list->first;
    if (list->first != NULL)
        list->first->prev = thread;
    else
        list->last = thread;
    list->first = thread;
}

/* In order of becoming ready: at the end, unless the thread was set aside and
 * comes back (see policy.h), which brings it near the head. */
static inline void ts_threads_put(ts_threads *list, ts_thread *thread)
{
    ts_thread *at = list->first;

    if (list->last == NULL || list->last->order < thread->order) {
        ts_threads_append(list, thread);
        return;
    }
    while (at->order < thread->order)
        at = at->next;
    assert(at->prev == NULL || at->prev->order < thread->order);
    thread->next = at;
    thread->prev = at->prev;
    if (at->prev != NULL)
        at->prev->next = thread;
    else
        list->first = thread;
    at->prev = thread;
}

static inline void ts_threads_remove(ts_threads *list, ts_thread *thread)
{
    assert(thread->prev != NULL ? thread->prev->next == thread
                                : list->first == thread);
    assert(thread->next != NULL ? thread->next->prev == thread
                                : list->last == thread);
    if (thread->prev != NULL)
        thread->prev->next = thread->next;
    else
        list->first = thread->next;
    if (thread->next != NULL)
        thread->next->prev = thread->prev;
    else
        list->last = thread->prev;
    thread->next = thread->prev = NULL;
}

/* Takes the first one; NULL when empty. */
static inline ts_thread *ts_threads_shift(ts_threads *list)
{
    ts_thread *thread = list->first;

    if (thread != NULL)
        ts_threads_remove(list, thread);
    if (list->first != NULL)
        ts_thread_soon(list->first);
    return thread;
}

/* The first that `cpu` may have, left there; NULL: none. */
static inline ts_thread *ts_threads_spare(const ts_threads *list,
                                          const ts_cpu *cpu)
{
    ts_thread *thread = list->first;

    while (thread != NULL && !ts_thread_allowed(thread, cpu->id))
        thread = thread->next;
    return thread;
}

#endif

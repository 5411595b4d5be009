/*
 * list.h - a doubly linked list of ready threads through thread->next/prev.
 */
#ifndef TS_MODELS_POLICY_LIST_H
#define TS_MODELS_POLICY_LIST_H

#include "models/processor/machine.h"

typedef struct ts_threads {
    ts_thread *first, *last;
} ts_threads;

static inline void ts_threads_append(ts_threads *list, ts_thread *thread)
{
    thread->next = NULL;
    thread->prev = list->last;
    if (list->last)
        list->last->next = thread;
    else
        list->first = thread;
    list->last = thread;
}

static inline void ts_threads_prepend(ts_threads *list, ts_thread *thread)
{
    thread->prev = NULL;
    thread->next = list->first;
    if (list->first)
        list->first->prev = thread;
    else
        list->last = thread;
    list->first = thread;
}

static inline void ts_threads_remove(ts_threads *list, ts_thread *thread)
{
    if (thread->prev)
        thread->prev->next = thread->next;
    else
        list->first = thread->next;
    if (thread->next)
        thread->next->prev = thread->prev;
    else
        list->last = thread->prev;
    thread->next = thread->prev = NULL;
}

/* Takes the first one; NULL when empty. */
static inline ts_thread *ts_threads_shift(ts_threads *list)
{
    ts_thread *thread = list->first;

    if (thread)
        ts_threads_remove(list, thread);
    return thread;
}

#endif

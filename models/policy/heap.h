/*
 * heap.h - a binary heap of ready threads, for policies that order by a key.
 *
 * The policy says which of two threads comes first; where neither does, ties
 * are broken as everywhere (ts_tie()), so the order is total and strict. A policy whose order is one of numbers gives `key` and no
 * `compare`: the numbers then lie in the array, and of a hundred thousand
 * threads, which no cache holds, none need be looked at. thread->place is its
 * index. The array belongs to the run's arena.
 */
#ifndef TS_MODELS_POLICY_HEAP_H
#define TS_MODELS_POLICY_HEAP_H

#include "models/machine/machine.h"

/* Negative: a first; positive: b first; 0: equal keys. */
typedef int ts_heap_compare(const ts_thread *a, const ts_thread *b);

/* The smallest first; does not change while the thread is in the heap. */
typedef int64_t ts_heap_key(const ts_thread *thread);

typedef struct ts_heap_item {
    int64_t key;  /* 0 without `key` */
    uint64_t tie; /* among equals the smallest comes first */
    ts_thread *thread;
} ts_heap_item;

typedef struct ts_heap {
    ts_heap_compare *compare; /* one of these two */
    ts_heap_key *key;
    ts_heap_item *items;
    int32_t count, room;
} ts_heap;

/* Puts a thread in; ends the run with an error when memory ends. */
void ts_heap_push(ts_heap *heap, ts_machine *machine, ts_thread *thread);
ts_thread *ts_heap_top(const ts_heap *heap); /* NULL when empty */
/* The one after the top of a heap with `key`. */
ts_thread *ts_heap_second(const ts_heap *heap);
ts_thread *ts_heap_pop(ts_heap *heap); /* NULL when empty */
void ts_heap_remove(ts_heap *heap, ts_thread *thread);

/* What most policies with a key are made of: put, remove, challenger and pick of a
 * policy whose queue state begins with its ts_heap. */
void ts_heap_queue_init(ts_runqueue *queue, ts_heap_compare *compare);
void ts_heap_queue_put(ts_runqueue *queue, ts_thread *thread, ts_why why);
void ts_heap_queue_remove(ts_runqueue *queue, ts_thread *thread);
ts_thread *ts_heap_queue_challenger(ts_runqueue *queue);
ts_thread *ts_heap_queue_pick(ts_runqueue *queue, ts_cpu *cpu);
/* One of the last that `cpu` may have, left there; NULL when it may have none
 * of the last 32, which is where Linux gives up, too. */
#define TS_SPARE_LOOKS 32
ts_thread *ts_heap_spare(const ts_heap *heap, const ts_cpu *cpu);

#endif

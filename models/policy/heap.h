/*
 * heap.h - a binary heap of ready threads, for policies that order by a key.
 *
 * The policy says which of two threads comes first; where neither does, the
 * heap's `ties` decide (all zero: the one that entered first), so the order is
 * total and strict. thread->place is its index. The array belongs to the run's
 * arena.
 */
#ifndef TS_MODELS_POLICY_HEAP_H
#define TS_MODELS_POLICY_HEAP_H

#include "models/processor/machine.h"

/* Negative: a first; positive: b first; 0: equal keys. */
typedef int ts_heap_compare(const ts_thread *a, const ts_thread *b);

typedef struct ts_heap {
    ts_heap_compare *compare;
    int ties; /* ts_ties, see conventions.h */
    ts_thread **items;
    int32_t count, room;
} ts_heap;

/* Puts a thread in; ends the run with an error when memory ends. */
void ts_heap_push(ts_heap *heap, ts_machine *machine, ts_thread *thread);
ts_thread *ts_heap_top(const ts_heap *heap); /* NULL when empty */
ts_thread *ts_heap_pop(ts_heap *heap);       /* NULL when empty */
void ts_heap_remove(ts_heap *heap, ts_thread *thread);
/* Whether `a` comes before `b`, ties included; neither need be in the heap. */
bool ts_heap_before(const ts_heap *heap, const ts_thread *a,
                    const ts_thread *b);

/* What most policies with a key are made of: put, remove, peek and pick of a
 * policy whose queue state begins with its ts_heap. Ties by the convention. */
void ts_heap_queue_init(ts_runqueue *queue, ts_heap_compare *compare);
void ts_heap_queue_put(ts_runqueue *queue, ts_thread *thread, ts_why why);
void ts_heap_queue_remove(ts_runqueue *queue, ts_thread *thread);
ts_thread *ts_heap_queue_peek(ts_runqueue *queue);
ts_thread *ts_heap_queue_pick(ts_runqueue *queue, ts_cpu *cpu);
/* One of the last that `cpu` may have, left there; NULL when it may have none
 * of the last 32, which is where Linux gives up, too. */
#define TS_SPARE_LOOKS 32
ts_thread *ts_heap_spare(const ts_heap *heap, const ts_cpu *cpu);

#endif

/*
 * heap.c - see heap.h.
 */
#include <string.h>

#include "models/policy/heap.h"
#include "models/machine/balance.h"
#include "models/machine/conventions.h"

static ts_heap_item item_of(const ts_heap *heap, ts_thread *thread)
{
    return (ts_heap_item){.key = heap->key != NULL ? heap->key(thread) : 0,
                          .tie = ts_tie(thread->machine->ties, thread),
                          .thread = thread};
}

static bool first(const ts_heap *heap, const ts_heap_item *a,
                  const ts_heap_item *b)
{
    int order = heap->compare != NULL ? heap->compare(a->thread, b->thread) : 0;

    if (order != 0)
        return order < 0;
    return a->key != b->key ? a->key < b->key : a->tie < b->tie;
}

static void set(ts_heap *heap, int32_t at, const ts_heap_item *item)
{
    assert(at >= 0 && at < heap->count && item->thread);
    heap->items[at] = *item;
    item->thread->place = at;
}

static void sift_up(ts_heap *heap, int32_t at, const ts_heap_item *item)
{
    while (at > 0) {
        int32_t parent = (at - 1) / 2;

        if (!first(heap, item, &heap->items[parent]))
            break;
        set(heap, at, &heap->items[parent]);
        at = parent;
    }
    set(heap, at, item);
    assert(at == 0 || !first(heap, item, &heap->items[(at - 1) / 2]));
}

static void sift_down(ts_heap *heap, int32_t at, const ts_heap_item *item)
{
    for (;;) {
        int32_t child = 2 * at + 1;

        if (child >= heap->count)
            break;
        if (child + 1 < heap->count &&
            first(heap, &heap->items[child + 1], &heap->items[child]))
            child++;
        if (!first(heap, &heap->items[child], item))
            break;
        set(heap, at, &heap->items[child]);
        at = child;
    }
    set(heap, at, item);
    assert(2 * at + 1 >= heap->count ||
           !first(heap, &heap->items[2 * at + 1], item));
}

void ts_heap_push(ts_heap *heap, ts_machine *machine, ts_thread *thread)
{
    ts_heap_item item = item_of(heap, thread);

    if (heap->count == heap->room) {
        int32_t room = heap->room ? heap->room * 2 : 64;
        ts_heap_item *items =
            ts_arena_array(machine->arena, (size_t)room, sizeof *items);

        if (items == NULL) {
            ts_machine_memory(machine);
            return;
        }
        if (heap->count > 0)
            memcpy(items, heap->items, (size_t)heap->count * sizeof *items);
        heap->items = items;
        heap->room = room;
    }
    assert(heap->count < heap->room);
    heap->count++;
    sift_up(heap, heap->count - 1, &item);
}

ts_thread *ts_heap_top(const ts_heap *heap)
{
    assert(heap->count <= heap->room);
    assert(heap->count == 0 || heap->items[0].thread->place == 0);
    return heap->count > 0 ? heap->items[0].thread : NULL;
}

void ts_heap_remove(ts_heap *heap, ts_thread *thread)
{
    int32_t at = thread->place;
    ts_heap_item last;

    assert(at >= 0 && at < heap->count && heap->items[at].thread == thread);
    last = heap->items[--heap->count];
    thread->place = -1;
    if (last.thread == thread)
        return;
    if (at > 0 && first(heap, &last, &heap->items[(at - 1) / 2]))
        sift_up(heap, at, &last);
    else
        sift_down(heap, at, &last);
}

ts_thread *ts_heap_second(const ts_heap *heap)
{
    if (heap->count < 3)
        return heap->count == 2 ? heap->items[1].thread : NULL;
    return heap->items[heap->items[2].key < heap->items[1].key ? 2 : 1].thread;
}

ts_thread *ts_heap_pop(ts_heap *heap)
{
    ts_thread *thread = ts_heap_top(heap);

    if (thread != NULL)
        ts_heap_remove(heap, thread);
    return thread;
}

ts_thread *ts_heap_spare(const ts_heap *heap, const ts_cpu *cpu)
{
    int32_t end =
        heap->count > TS_SPARE_LOOKS ? heap->count - TS_SPARE_LOOKS : 0;
    ts_thread *hot = NULL;

    for (int32_t at = heap->count; at-- > end;) {
        ts_thread *thread = heap->items[at].thread;

        if (thread->state != TS_THREAD_READY ||
            !ts_thread_allowed(thread, cpu->id))
            continue;
        if (!ts_balance_is_hot(thread))
            return thread;
        hot = hot != NULL ? hot : thread;
    }
    return hot;
}

/* --- the common policy --- */

void ts_heap_queue_init(ts_runqueue *queue, ts_heap_compare *compare)
{
    ts_heap *heap = queue->state;

    heap->compare = compare;
}

void ts_heap_queue_put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    (void)why;
    ts_heap_push(queue->state, queue->machine, thread);
}

void ts_heap_queue_remove(ts_runqueue *queue, ts_thread *thread)
{
    ts_heap_remove(queue->state, thread);
}

ts_thread *ts_heap_queue_challenger(ts_runqueue *queue)
{
    return ts_heap_top(queue->state);
}

ts_thread *ts_heap_queue_pick(ts_runqueue *queue, ts_cpu *cpu)
{
    (void)cpu;
    return ts_heap_pop(queue->state);
}

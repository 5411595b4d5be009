/*
 * heap.c - see heap.h.
 */
#include <string.h>

#include "models/policy/heap.h"
#include "models/processor/conventions.h"

static bool first(const ts_heap *heap, const ts_thread *a, const ts_thread *b)
{
    int order = heap->compare(a, b);

    if (order != 0)
        return order < 0;
    if (heap->ties == TS_TIES_ARRIVAL)
        return a->id < b->id;
    return heap->ties == TS_TIES_NEWEST ? a->order > b->order
                                        : a->order < b->order;
}

static void set(ts_heap *heap, int32_t at, ts_thread *thread)
{
    heap->items[at] = thread;
    thread->place = at;
}

static void sift_up(ts_heap *heap, int32_t at, ts_thread *thread)
{
    while (at > 0) {
        int32_t parent = (at - 1) / 2;

        if (!first(heap, thread, heap->items[parent]))
            break;
        set(heap, at, heap->items[parent]);
        at = parent;
    }
    set(heap, at, thread);
}

static void sift_down(ts_heap *heap, int32_t at, ts_thread *thread)
{
    for (;;) {
        int32_t child = 2 * at + 1;

        if (child >= heap->count)
            break;
        if (child + 1 < heap->count &&
            first(heap, heap->items[child + 1], heap->items[child]))
            child++;
        if (!first(heap, heap->items[child], thread))
            break;
        set(heap, at, heap->items[child]);
        at = child;
    }
    set(heap, at, thread);
}

void ts_heap_push(ts_heap *heap, ts_machine *machine, ts_thread *thread)
{
    if (heap->count == heap->room) {
        int32_t room = heap->room ? heap->room * 2 : 64;
        ts_thread **items =
            ts_arena_array(machine->arena, (size_t)room, sizeof *items);

        if (!items) {
            ts_machine_memory(machine);
            return;
        }
        if (heap->count > 0)
            memcpy(items, heap->items, (size_t)heap->count * sizeof *items);
        heap->items = items;
        heap->room = room;
    }
    sift_up(heap, heap->count++, thread);
}

ts_thread *ts_heap_top(const ts_heap *heap)
{
    return heap->count > 0 ? heap->items[0] : NULL;
}

void ts_heap_remove(ts_heap *heap, ts_thread *thread)
{
    int32_t at = thread->place;
    ts_thread *last;

    assert(at >= 0 && at < heap->count && heap->items[at] == thread);
    last = heap->items[--heap->count];
    thread->place = -1;
    if (last == thread)
        return;
    if (at > 0 && first(heap, last, heap->items[(at - 1) / 2]))
        sift_up(heap, at, last);
    else
        sift_down(heap, at, last);
}

ts_thread *ts_heap_pop(ts_heap *heap)
{
    ts_thread *thread = ts_heap_top(heap);

    if (thread)
        ts_heap_remove(heap, thread);
    return thread;
}

bool ts_heap_before(const ts_heap *heap, const ts_thread *a, const ts_thread *b)
{
    return first(heap, a, b);
}

ts_thread *ts_heap_spare(const ts_heap *heap, const ts_cpu *cpu)
{
    int32_t end =
        heap->count > TS_SPARE_LOOKS ? heap->count - TS_SPARE_LOOKS : 0;

    for (int32_t at = heap->count; at-- > end;)
        if (ts_thread_allowed(heap->items[at], cpu->id))
            return heap->items[at];
    return NULL;
}

/* --- the common policy --------------------------------------------------- */

void ts_heap_queue_init(ts_runqueue *queue, ts_heap_compare *compare)
{
    ts_heap *heap = queue->state;

    heap->compare = compare;
    heap->ties = queue->machine->conventions->ties;
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

ts_thread *ts_heap_queue_peek(ts_runqueue *queue)
{
    return ts_heap_top(queue->state);
}

ts_thread *ts_heap_queue_pick(ts_runqueue *queue, ts_cpu *cpu)
{
    (void)cpu;
    return ts_heap_pop(queue->state);
}

/*
 * pool.c - see pool.h.
 */
#include "models/policy/pool.h"

static void add(ts_pool *pool, int32_t at, int64_t change)
{
    assert(at > 0); /* the tree counts from 1 */
    for (; at <= pool->room; at += at & -at)
        pool->sum[at] += change;
}

/* Closes the gaps, in twice the room where half of it is really taken. */
static bool rebuild(ts_pool *pool, ts_machine *machine)
{
    int32_t room = pool->room < 32 ? 32 : pool->room;
    ts_pool old = *pool;

    if (pool->taken > room / 2)
        room *= 2;
    if (room != pool->room) {
        size_t count = (size_t)room + 1;

        pool->seat = ts_arena_array(machine->arena, count, sizeof *pool->seat);
        pool->weight =
            ts_arena_array(machine->arena, count, sizeof *pool->weight);
        pool->sum = ts_arena_array(machine->arena, count, sizeof *pool->sum);
        if (pool->seat == NULL || pool->weight == NULL || pool->sum == NULL) {
            *pool = old;
            return ts_machine_memory(machine);
        }
        pool->room = room;
    }
    assert(pool->taken <= old.last && old.last <= pool->room);
    pool->last = pool->mark = 0;
    for (int32_t i = 1; i <= old.last; i++) {
        if (old.seat[i] != NULL) {
            pool->last++;
            pool->seat[pool->last] = old.seat[i];
            pool->weight[pool->last] = old.weight[i];
            pool->seat[pool->last]->place = pool->last;
        }
        if (i == old.mark)
            pool->mark = pool->last;
    }
    assert(pool->last == pool->taken); /* no gap is left */
    for (int32_t i = pool->last + 1; i <= pool->room; i++) {
        pool->seat[i] = NULL;
        pool->weight[i] = 0;
    }
    for (int32_t i = 1; i <= pool->room; i++)
        pool->sum[i] = pool->weight[i];
    for (int32_t i = 1; i <= pool->room; i++)
        if (i + (i & -i) <= pool->room)
            pool->sum[i + (i & -i)] += pool->sum[i];
    return true;
}

void ts_pool_join(ts_pool *pool, ts_machine *machine, ts_thread *thread)
{
    if (pool->last == pool->room && !rebuild(pool, machine))
        return;
    assert(pool->last < pool->room && pool->taken <= pool->last);
    pool->taken++;
    thread->place = ++pool->last;
    assert(!pool->seat[thread->place]);
    pool->seat[thread->place] = thread;
    pool->weight[thread->place] = 0;
}

void ts_pool_leave(ts_pool *pool, ts_thread *thread)
{
    if (thread->place < 0)
        return;
    assert(pool->seat[thread->place] == thread && pool->taken > 0);
    ts_pool_set(pool, thread, 0);
    pool->seat[thread->place] = NULL;
    pool->taken--;
    thread->place = -1;
}

void ts_pool_set(ts_pool *pool, ts_thread *thread, int64_t weight)
{
    int64_t change;

    if (thread->place < 0)
        return; /* there was no memory for its seat: the run ends */
    change = weight - pool->weight[thread->place];
    if (change == 0)
        return;
    pool->weight[thread->place] = weight;
    pool->total += change;
    assert(weight >= 0 && pool->total >= weight);
    add(pool, thread->place, change);
}

void ts_pool_put(ts_pool *pool, ts_machine *machine, ts_thread *thread,
                 int64_t weight)
{
    if (thread->place < 0)
        ts_pool_join(pool, machine, thread);
    ts_pool_set(pool, thread, weight);
}

ts_thread *ts_pool_find(const ts_pool *pool, int64_t value)
{
    int32_t at = 0, step = 1;

    assert(value >= 0 && value < pool->total);
    while (step <= pool->room / 2)
        step *= 2;
    for (; step > 0; step /= 2)
        if (at + step <= pool->room && pool->sum[at + step] <= value) {
            at += step;
            value -= pool->sum[at];
        }
    return pool->seat[at + 1];
}

int64_t ts_pool_upto(const ts_pool *pool, int32_t seat)
{
    int64_t sum = 0;

    for (; seat > 0; seat -= seat & -seat)
        sum += pool->sum[seat];
    return sum;
}

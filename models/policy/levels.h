/*
 * levels.h - queues of ready threads, one a level; level 0 runs first.
 *
 * A bit set says which are not empty, so that finding the first takes no
 * longer with many.
 */
#ifndef TS_MODELS_POLICY_LEVELS_H
#define TS_MODELS_POLICY_LEVELS_H

#include "models/policy/list.h"

#define TS_LEVELS 64

typedef struct ts_levels {
    uint64_t occupied;
    ts_threads level[TS_LEVELS];
} ts_levels;

static inline void ts_levels_append(ts_levels *levels, int level,
                                    ts_thread *thread)
{
    assert(level >= 0 && level < TS_LEVELS);
    ts_threads_append(&levels->level[level], thread);
    levels->occupied |= UINT64_C(1) << level;
}

static inline void ts_levels_prepend(ts_levels *levels, int level,
                                     ts_thread *thread)
{
    assert(level >= 0 && level < TS_LEVELS);
    ts_threads_prepend(&levels->level[level], thread);
    levels->occupied |= UINT64_C(1) << level;
}

/* Before `at`, which is in the level; NULL: at its end. */
static inline void ts_levels_insert(ts_levels *levels, int level, ts_thread *at,
                                    ts_thread *thread)
{
    if (at == NULL) {
        ts_levels_append(levels, level, thread);
    } else if (at->prev == NULL) {
        ts_levels_prepend(levels, level, thread);
    } else {
        assert(levels->occupied >> level & 1 && at->prev->next == at);
        thread->prev = at->prev;
        thread->next = at;
        at->prev->next = thread;
        at->prev = thread;
    }
}

/* Empties the level `from` onto the end of the level `to`. */
static inline void ts_levels_join(ts_levels *levels, int to, int from)
{
    ts_threads *target = &levels->level[to], *source = &levels->level[from];

    assert(to != from && to >= 0 && to < TS_LEVELS);
    assert((source->first != NULL) == (levels->occupied >> from & 1));
    if (source->first == NULL)
        return;
    source->first->prev = target->last;
    if (target->last != NULL)
        target->last->next = source->first;
    else
        target->first = source->first;
    target->last = source->last;
    *source = (ts_threads){NULL, NULL};
    levels->occupied &= ~(UINT64_C(1) << from);
    levels->occupied |= UINT64_C(1) << to;
}

static inline void ts_levels_remove(ts_levels *levels, int level,
                                    ts_thread *thread)
{
    assert(level >= 0 && level < TS_LEVELS && levels->occupied >> level & 1);
    ts_threads_remove(&levels->level[level], thread);
    if (levels->level[level].first == NULL)
        levels->occupied &= ~(UINT64_C(1) << level);
}

/* The first thread of the first level that has one; NULL: none. */
static inline ts_thread *ts_levels_first(const ts_levels *levels)
{
    return levels->occupied
               ? levels->level[__builtin_ctzll(levels->occupied)].first
               : NULL;
}

static inline ts_thread *ts_levels_shift(ts_levels *levels)
{
    ts_thread *thread = ts_levels_first(levels);

    if (thread != NULL)
        ts_levels_remove(levels, __builtin_ctzll(levels->occupied), thread);
    return thread;
}

#endif

/*
 * engine_impl.h - the inside of an engine. Included by engine.h for its inline
 * functions; nobody outside sim/engine names a field of it.
 *
 * Two structures hold what is pending.
 *
 * Slots: a tournament tree. Leaf i has a 128-bit key, (time, order), all ones
 * when nothing is pending; each inner node holds the number of the leaf that
 * wins below it, so winner[1] is the earliest slot. Changing a key replays
 * the matches from its leaf to the root, without a branch that depends on the
 * data. While a slot's own event is fired its key stays where it was, so that
 * a handler that schedules the event again, as most do, pays for one replay
 * and not for two ("firing" remembers that the key is a leftover).
 *
 * Loose events: a radix heap (see loose.h).
 */
#ifndef TS_ENGINE_ENGINE_IMPL_H
#define TS_ENGINE_ENGINE_IMPL_H

#include "sim/engine/engine.h"
#include "sim/engine/loose.h"

#define TS_SETTLE_MAX 8

/* Compared as one number of 128 bits, time first. */
typedef struct ts_key {
    uint64_t order, time;
} ts_key;

#define TS_LANE_SHIFT 44 /* sequences have so many bits */
#define TS_KEY_NONE ((ts_key){UINT64_MAX, UINT64_MAX})

typedef struct ts_slots {
    ts_key *key;      /* by leaf */
    uint32_t *winner; /* by node: 1 is the root, room + i is leaf i */
    ts_event **event; /* by leaf */
    ts_key top;       /* the winner's key ... */
    uint32_t first;   /* ... and its leaf */
    uint32_t firing;  /* the leaf with a leftover key, or TS_NO_SLOT */
    uint32_t count;
    uint32_t room; /* leaves, a power of two; at least 2 */
} ts_slots;

#define TS_NO_SLOT UINT32_MAX

struct ts_engine {
    ts_time now;
    ts_time limit;     /* events after it do not fire in this run */
    uint64_t events;   /* fired */
    uint64_t look_at;  /* when `events` gets here, look up from the work */
    uint64_t toil;     /* done beside events since the last look */
    uint64_t sequence; /* of the next event to be scheduled */
    uint64_t still;    /* events + rounds when the clock last moved */
    uint64_t rounds;   /* settle hooks run */
    uint32_t settle;   /* hooks asked for, a bit each */
    int settle_count;
    ts_slots slots;
    ts_loose loose;
    uint64_t order[TS_CLASSES]; /* rank << 56, by class */
    const char *source;         /* whose event is or was being fired */
    const char *reason;
    bool stopping, failed, broken;
    ts_limit reached;
    struct {
        ts_settle_fn *fn;
        void *context;
    } hooks[TS_SETTLE_MAX];
    uint64_t progress_at, made_at;
    ts_engine_options options;
    ts_arena arena;
    ts_trace trace;
    ts_error error;
};

static inline ts_time ts_engine_now(const ts_engine *engine)
{
    return engine->now;
}

/* Whether an error has ended the run: ts_engine_error() has the words. */
static inline bool ts_engine_failed(const ts_engine *engine)
{
    return engine->failed;
}

static inline ts_trace *ts_engine_trace(ts_engine *engine)
{
    return &engine->trace;
}

static inline void ts_engine_settle(ts_engine *engine, int id)
{
    assert(id >= 0 && id < engine->settle_count);
    engine->settle |= (uint32_t)1 << id;
}

/* event.c: a tree with no leaf taken; false when memory is out. */
bool ts_slots_init(ts_slots *slots, ts_arena *arena);

/* gcc makes conditional moves of plain expressions (as long as it may not split
 * paths; see CMakeLists.txt), but not where a profile tells it how often each way
 * is taken; clang makes jumps, even of masks unless it cannot see that they are
 * masks: hence the empty statement. */
#if defined(__clang__) || defined(TS_PROFILED)
#define TS_MASKS
/* All ones for true. */
static inline uint64_t ts_mask(bool condition)
{
    uint64_t mask = 0 - (uint64_t)condition;

    __asm__("" : "+r"(mask));
    return mask;
}
#endif

/*
 * Gives leaf `slot` a key and replays the matches above it. Which of two
 * events is earlier cannot be predicted, so nothing here branches on it.
 */
static inline void ts_slots_set(ts_slots *slots, uint32_t slot, ts_key key)
{
    uint32_t *winner = slots->winner;
    const ts_key *keys = slots->key;
    uint64_t best = slot;

    assert(slot < slots->count);
    slots->key[slot] = key;
    for (uint32_t node = slots->room + slot; node > 1; node >>= 1) {
        uint32_t other = winner[node ^ 1];
        ts_key rival = keys[other];
        bool worse = ((ts_u128)rival.time << 64 | rival.order) <
                     ((ts_u128)key.time << 64 | key.order);

#ifdef TS_MASKS
        uint64_t mask = ts_mask(worse);

        best ^= (best ^ other) & mask;
        key.time ^= (key.time ^ rival.time) & mask;
        key.order ^= (key.order ^ rival.order) & mask;
#else
        best = worse ? other : best;
        key.time = worse ? rival.time : key.time;
        key.order = worse ? rival.order : key.order;
#endif
        winner[node >> 1] = (uint32_t)best;
    }
    slots->first = (uint32_t)best;
    slots->top = key;
}

/* Clears a leftover key that nobody scheduled anew. */
static inline void ts_slots_settle(ts_slots *slots)
{
    assert(slots->first < slots->room);
    if (slots->firing != TS_NO_SLOT) {
        ts_slots_set(slots, slots->firing, TS_KEY_NONE);
        slots->firing = TS_NO_SLOT;
    }
}

#endif

/*
 * engine_impl.h - the inside of an engine. Included by engine.h for two inline
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
#define TS_KEY_NONE (~(ts_u128)0)

typedef struct ts_slots {
    ts_u128 *key;     /* by leaf */
    uint32_t *winner; /* by node: 1 is the root, room + i is leaf i */
    ts_event **event; /* by leaf */
    uint32_t count;
    uint32_t room;   /* leaves, a power of two; at least 2 */
    uint32_t firing; /* the leaf with a leftover key, or TS_NO_SLOT */
} ts_slots;

#define TS_NO_SLOT UINT32_MAX

struct ts_engine {
    ts_time now;
    ts_time limit;       /* events after it do not fire in this run */
    uint64_t events;     /* fired */
    uint64_t look_at;    /* when `events` gets here, look up from the work */
    uint64_t sequence;   /* of the next event to be scheduled */
    uint64_t still;      /* events + rounds when the clock last moved */
    uint64_t rounds;     /* settle hooks run */
    uint32_t settle;     /* hooks asked for, a bit each */
    int settle_count;
    ts_slots slots;
    ts_loose loose;
    uint64_t order[TS_CLASSES]; /* rank << 56, by class */
    const char *source;  /* whose event is or was being fired */
    const char *reason;
    bool stopping, failed;
    struct {
        ts_settle_fn *fn;
        void *context;
    } hooks[TS_SETTLE_MAX];
    uint64_t progress_at;
    ts_engine_options options;
    ts_arena arena;
    ts_trace trace;
    ts_error error;
};

static inline ts_time ts_engine_now(const ts_engine *engine)
{
    return engine->now;
}

static inline void ts_engine_settle(ts_engine *engine, int id)
{
    assert(id >= 0 && id < engine->settle_count);
    engine->settle |= (uint32_t)1 << id;
}

/* event.c: a tree with no leaf taken; false when memory is out. */
bool ts_slots_init(ts_slots *slots, ts_arena *arena);
/* Replays the matches above leaf `slot`, whose key was changed. */
void ts_slots_replay(ts_slots *slots, uint32_t slot);

/* Clears a leftover key that nobody scheduled anew. */
static inline void ts_slots_settle(ts_slots *slots)
{
    if (slots->firing != TS_NO_SLOT) {
        slots->key[slots->firing] = TS_KEY_NONE;
        ts_slots_replay(slots, slots->firing);
        slots->firing = TS_NO_SLOT;
    }
}

#endif

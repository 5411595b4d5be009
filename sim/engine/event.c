/*
 * event.c - scheduling, rescheduling and taking back; the tree of slots. The
 * structures are described in engine_impl.h and loose.h.
 */
#include "sim/engine/event.h"

#include "sim/engine/engine.h"

#define SLOTS_MIN 2

/* --- the tree --- */

static bool earlier(ts_key a, ts_key b)
{
    return a.time < b.time || (a.time == b.time && a.order < b.order);
}

/* Arrays for `room` leaves, with the present ones copied and all matches
 * played. */
static_assert((uint64_t)TS_LANES << TS_LANE_SHIFT == UINT64_C(1) << 56,
              "a lane lies between the sequence and the rank");

static bool slots_resize(ts_slots *slots, ts_arena *arena, uint32_t room)
{
    ts_key *key = ts_arena_array(arena, room, sizeof *key);
    uint32_t *winner = ts_arena_array(arena, room, 2 * sizeof *winner);
    ts_event **event = ts_arena_array(arena, room, sizeof *event);

    assert(room >= SLOTS_MIN && (room & (room - 1)) == 0);
    assert(room > slots->count);
    if (key == NULL || winner == NULL || event == NULL)
        return false;
    for (uint32_t i = 0; i < room; i++) {
        key[i] = i < slots->count ? slots->key[i] : TS_KEY_NONE;
        event[i] = i < slots->count ? slots->event[i] : NULL;
        winner[room + i] = i;
    }
    for (uint32_t node = room - 1; node > 0; node--) {
        uint32_t left = winner[2 * node], right = winner[2 * node + 1];

        winner[node] = earlier(key[right], key[left]) ? right : left;
    }
    slots->key = key;
    slots->winner = winner;
    slots->event = event;
    slots->room = room;
    slots->first = winner[1];
    slots->top = key[winner[1]];
    assert(slots->first < room);
    return true;
}

bool ts_slots_init(ts_slots *slots, ts_arena *arena)
{
    *slots = (ts_slots){.firing = TS_NO_SLOT};
    return slots_resize(slots, arena, SLOTS_MIN);
}

/* --- events --- */

void ts_event_init_slot(ts_engine *engine, ts_event *event, ts_class kind,
                        ts_event_fn *fire, const char *source)
{
    ts_slots *slots = &engine->slots;

    ts_event_init_loose(event, kind, fire, source);
    if (slots->count == slots->room &&
        (slots->room > INT32_MAX / 2 ||
         !slots_resize(slots, &engine->arena, slots->room * 2))) {
        ts_engine_fail(engine, "%s: no memory for another event", source);
        return; /* a loose event, in a run that is over */
    }
    slots->event[slots->count] = event;
    event->slot = (int32_t)slots->count++;
}

void ts_event_init_loose(ts_event *event, ts_class kind, ts_event_fn *fire,
                         const char *source)
{
    assert(kind < TS_CLASSES);
    *event = (ts_event){.fire = fire,
                        .source = source,
                        .slot = -1,
                        .kind = (uint8_t)kind};
}

void ts_event_set_lane(ts_event *event, int lane)
{
    assert(event->slot >= 0 && lane >= 0 && lane < TS_LANES);
    event->lane = (uint16_t)lane;
}

static void slot_at(ts_slots *slots, const ts_event *event)
{
    uint32_t slot = (uint32_t)event->slot;

    assert(slots->event[slot] == event); /* a leaf is its event's for good */
    if (slot == slots->firing)
        slots->firing = TS_NO_SLOT;
    ts_slots_set(slots, slot, (ts_key){event->order, (uint64_t)event->time});
    /* Whoever wins is before the one that came last, and before its rival. */
    assert(!earlier(slots->key[slot], slots->top));
    assert(!earlier(slots->key[slots->winner[slots->room + (slot ^ 1)]],
                    slots->top));
}

static void loose_at(ts_engine *engine, ts_event *event)
{
    if (!ts_loose_insert(&engine->loose, event,
                         (uint32_t)(event->order >> 56))) {
        event->pending = false;
        ts_engine_fail(engine, "%s: no memory for another event",
                       event->source);
    }
}

/* The two times that are none: the past and never. */
static void odd_at(ts_engine *engine, ts_event *event, ts_time when)
{
    if (when == TS_NEVER) {
        ts_event_cancel(engine, event);
        return;
    }
    ts_engine_fail(engine,
                   "%s: an event was scheduled at %lld ps, before the "
                   "present, %lld ps",
                   event->source, (long long)when, (long long)engine->now);
}

void ts_event_at(ts_engine *engine, ts_event *event, ts_time when)
{
    if (__builtin_expect(when < engine->now || when == TS_NEVER, 0)) {
        odd_at(engine, event, when);
        return;
    }
    event->time = when;
    event->order = engine->order[event->kind] |
                   (uint64_t)event->lane << TS_LANE_SHIFT | engine->sequence++;
    if (event->slot >= 0) {
        event->pending = true;
        slot_at(&engine->slots, event);
        return;
    }
    if (event->pending)
        ts_loose_remove(&engine->loose, event);
    event->pending = true;
    loose_at(engine, event);
}

void ts_event_take(ts_engine *engine, ts_event *event)
{
    assert(event->pending && event->time >= engine->now);
    event->pending = false;
    if (event->slot < 0) {
        ts_loose_remove(&engine->loose, event);
        return;
    }
    ts_slots_set(&engine->slots, (uint32_t)event->slot, TS_KEY_NONE);
}

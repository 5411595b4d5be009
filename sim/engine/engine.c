/*
 * engine.c - the loop; see engine.h.
 *
 * The loop has one question to answer for each event, "which is next?", and
 * asks everything else (has it failed, was it interrupted, does it still make
 * progress, is it time for a progress line) only when the count of events
 * reaches `look_at`. Whoever has something urgent sets `look_at` to 0.
 */
#include "sim/engine/engine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define LOOK_EVERY 4096
#define PROGRESS_EVERY 1000000
#define MADE_EVERY 65536
#define STALL_DEFAULT 10000000

/* --- creation --- */

/* All zero means the order of the enum; otherwise a permutation. */
static bool ranks_set(ts_engine *engine, ts_error *error)
{
    const uint8_t *rank = engine->options.rank;
    unsigned seen = 0;

    for (int i = 0; i < TS_CLASSES; i++)
        if (rank[i] < TS_CLASSES)
            seen |= 1U << rank[i];
    if (seen != 1 && seen != (1U << TS_CLASSES) - 1)
        return ts_fail(error, "the order of event classes is no permutation");
    for (int i = 0; i < TS_CLASSES; i++) {
        uint64_t place = seen == 1 ? (uint64_t)i : rank[i];

        engine->order[i] = place << 56;
    }
    return true;
}

ts_engine *ts_engine_create(const ts_engine_options *options, ts_error *error)
{
    ts_engine *engine = calloc(1, sizeof *engine);

    if (engine == NULL) {
        (void)ts_fail_memory(error);
        return NULL;
    }
    if (options != NULL)
        engine->options = *options;
    if (engine->options.stall_limit == 0 ||
        engine->options.stall_limit > UINT64_MAX / 2)
        engine->options.stall_limit = STALL_DEFAULT;
    engine->source = "the engine";
    engine->progress_at = PROGRESS_EVERY;
    ts_arena_init(&engine->arena, engine->options.memory_limit);
    ts_trace_init(&engine->trace, engine->options.trace);
    ts_loose_init(&engine->loose, &engine->arena);
    if (!ranks_set(engine, error) ||
        (!ts_slots_init(&engine->slots, &engine->arena) &&
         !ts_fail_memory(error))) {
        ts_engine_destroy(engine);
        return NULL;
    }
    return engine;
}

static_assert(TS_CLASSES <= 8, "a rank has eight bits at the top of an order");
static_assert(TS_SETTLE_MAX <= 32, "each hook has a bit of `settle`");

void ts_engine_destroy(ts_engine *engine)
{
    if (engine != NULL) {
        ts_trace_fini(&engine->trace);
        ts_arena_fini(&engine->arena);
        free(engine);
    }
}

/* --- the loop --- */

/*
 * The next event, not taken out yet; NULL when there is none up to the
 * horizon. The tiers meet here: the loose one is asked only when its bound
 * says that it may have something at or before the winner of the slots.
 */
static inline ts_event *next_event(ts_engine *engine, uint64_t horizon)
{
    ts_slots *slots = &engine->slots;
    uint64_t time;

    ts_slots_settle(slots);
    time = slots->top.time;
    if (engine->loose.live != 0 && engine->loose.bound <= time) {
        ts_event *loose =
            ts_loose_peek(&engine->loose, time < horizon ? time : horizon);

        if (loose != NULL &&
            ((uint64_t)loose->time < time || loose->order < slots->top.order)) {
            assert(loose->pending && loose->slot < 0);
            return loose;
        }
    }
    if (time > horizon)
        return NULL;
    assert(slots->event[slots->first]->pending);
    assert((uint64_t)slots->event[slots->first]->time == time);
    return slots->event[slots->first];
}

static bool is_exhausted(const ts_engine *engine)
{
    return engine->arena.exhausted || engine->trace.exhausted;
}

static bool is_interrupted(const ts_engine_options *options)
{
    return options->interrupt != NULL && *options->interrupt != 0;
}

/* What the arena cannot give because the system has no more is no limit. */
static ts_limit find_limit(ts_engine *engine)
{
    const ts_engine_options *options = &engine->options;
    size_t held = engine->arena.used + engine->trace.held;

    if (options->memory_limit != 0 &&
        (engine->arena.limited || held > options->memory_limit))
        return TS_LIMIT_MEMORY;
    /* A queue that ran out of memory may have lost events: it is not asked. */
    if (options->event_limit != 0 && engine->events >= options->event_limit &&
        !is_exhausted(engine) &&
        next_event(engine, (uint64_t)engine->limit) != NULL)
        return TS_LIMIT_EVENTS;
    return options->enough != NULL && options->enough(options->enough_context)
               ? TS_LIMIT_PATIENCE
               : TS_LIMIT_NONE;
}

/* When to look up next. However the clock moves, the limit of a standstill
 * cannot be passed before this many events more; that of all events is kept
 * to the event. */
static uint64_t next_look(const ts_engine *engine, uint64_t idle)
{
    uint64_t more = engine->options.stall_limit - idle + 1;
    uint64_t limit = engine->options.event_limit;
    uint64_t at = engine->events + (more > LOOK_EVERY ? LOOK_EVERY : more);

    assert(idle <= engine->options.stall_limit);
    return limit != 0 && at > limit ? limit : at;
}

/* Looks up from the work. False: the run is over, `why` is set. */
static bool look_up(ts_engine *engine, ts_stop *why)
{
    const ts_engine_options *options = &engine->options;
    uint64_t idle = engine->events + engine->rounds - engine->still;

    assert(engine->events + engine->rounds >= engine->still);
    if (engine->trace.exhausted ||
        (engine->arena.exhausted && !engine->arena.limited)) {
        ts_engine_fail(engine, "%s: the memory of the run is used up",
                       engine->source);
    }
    if (idle > options->stall_limit) {
        ts_engine_fail(engine, "%s: no progress, %llu events at one instant",
                       engine->source, (unsigned long long)idle);
    }
    if (engine->sequence >> TS_LANE_SHIFT != 0) {
        ts_engine_fail(engine, "the run is too long: its events cannot be "
                               "numbered any more");
    }
    engine->reached = find_limit(engine);
    if (engine->reached == TS_LIMIT_MEMORY) {
        *why = TS_STOP_LIMIT; /* before the errors that come of it */
        return false;
    }
    if (engine->failed) {
        *why = TS_STOP_ERROR;
        return false;
    }
    if (is_interrupted(options)) {
        *why = TS_STOP_INTERRUPTED;
        return false;
    }
    if (engine->reached != TS_LIMIT_NONE) {
        *why = TS_STOP_LIMIT;
        return false;
    }
    if (options->progress != NULL && engine->events >= engine->progress_at) {
        engine->progress_at = engine->events + PROGRESS_EVERY;
        options->progress(options->progress_context, engine->now,
                          engine->events, 0);
    }
    engine->look_at = next_look(engine, idle);
    engine->toil = 0;
    return true;
}

bool ts_engine_look(ts_engine *engine, uint64_t made)
{
    const ts_engine_options *options = &engine->options;

    if (engine->failed || is_exhausted(engine) || is_interrupted(options) ||
        (options->enough != NULL && options->enough(options->enough_context))) {
        engine->look_at = 0;
        return false;
    }
    if (options->progress != NULL && made >= engine->made_at) {
        engine->made_at = made + MADE_EVERY;
        options->progress(options->progress_context, engine->now,
                          engine->events, made);
    }
    return true;
}

void ts_engine_toil(ts_engine *engine)
{
    if (++engine->toil >= LOOK_EVERY)
        engine->look_at = 0;
}

/* Runs the first hook that was asked for. */
static void settle_one(ts_engine *engine)
{
    int id = __builtin_ctz(engine->settle);

    assert(id < engine->settle_count);
    engine->settle &= engine->settle - 1;
    engine->rounds++;
    if (engine->events + engine->rounds - engine->still >
        engine->options.stall_limit)
        engine->look_at = 0;
    engine->hooks[id].fn(engine, engine->hooks[id].context);
}

static void fire(ts_engine *engine, ts_event *event)
{
    assert(event->time == engine->now);
    if (event->slot >= 0)
        engine->slots.firing = (uint32_t)event->slot;
    else
        ts_loose_take(&engine->loose, event);
    event->pending = false;
    engine->source = event->source;
    engine->events++;
    event->fire(engine, event);
}

/* No event is left up to the limit, and all is settled. */
static ts_stop stop_here(ts_engine *engine, ts_time until)
{
    assert(engine->settle == 0 && !engine->failed);
    if (engine->stopping) {
        engine->stopping = false;
        return TS_STOP_CONDITION;
    }
    if (engine->slots.top.time == UINT64_MAX && engine->loose.live == 0)
        return TS_STOP_IDLE;
    assert(until >= engine->now);
    engine->now = until;
    engine->still = engine->events + engine->rounds;
    return TS_STOP_TIME;
}

ts_stop ts_engine_run(ts_engine *engine, ts_time until)
{
    ts_stop why = TS_STOP_TIME;

    if (until < engine->now && !engine->failed)
        return TS_STOP_TIME;
    engine->limit = engine->stopping ? engine->now : until;
    if (engine->limit == TS_NEVER)
        engine->limit = TS_NEVER - 1; /* TS_NEVER is no time */
    engine->look_at = 0;
    for (;;) {
        ts_event *event;

        if (engine->events >= engine->look_at && !look_up(engine, &why))
            return why;
        event =
            next_event(engine, (uint64_t)(engine->settle != 0 ? engine->now
                                                              : engine->limit));
        if (event == NULL) {
            if (engine->settle == 0)
                break;
            settle_one(engine);
            continue;
        }
        if (event->time != engine->now) {
            if (!TS_ENSURE(engine, event->time > engine->now))
                continue; /* time goes forward: the run is over */
            engine->now = event->time;
            engine->still = engine->events + engine->rounds;
        }
        fire(engine, event);
    }
    if (is_exhausted(engine)) {
        (void)look_up(engine, &why);
        return why;
    }
    return stop_here(engine, until);
}

/* --- what models call --- */

void ts_engine_stop(ts_engine *engine, const char *reason)
{
    if (engine->reason == NULL || !engine->stopping)
        engine->reason = reason;
    engine->stopping = true;
    engine->limit = engine->now;
}

void ts_engine_fail(ts_engine *engine, const char *format, ...)
{
    va_list arguments;

    engine->look_at = 0;
    if (engine->failed)
        return;
    engine->failed = true;
    va_start(arguments, format);
    (void)vsnprintf(engine->error.text, sizeof engine->error.text, format,
                    arguments);
    va_end(arguments);
}

bool ts_engine_broken(ts_engine *engine, const char *condition,
                      const char *file, int line)
{
    ts_error why = {.text = ""};

    engine->broken = true;
    (void)ts_broken(&why, condition, file, line);
    ts_engine_fail(engine, "%s; it was %lld ps, event %llu, of %s", why.text,
                   (long long)engine->now, (unsigned long long)engine->events,
                   engine->source);
    return false;
}

bool ts_engine_is_broken(const ts_engine *engine)
{
    return engine->broken;
}

ts_limit ts_engine_limit(const ts_engine *engine)
{
    return engine->reached;
}

const char *ts_engine_reason(const ts_engine *engine)
{
    return engine->reason;
}

const char *ts_engine_error(const ts_engine *engine)
{
    return engine->error.text;
}

uint64_t ts_engine_events(const ts_engine *engine)
{
    return engine->events;
}

uint64_t ts_engine_seed(const ts_engine *engine)
{
    return engine->options.seed;
}

ts_arena *ts_engine_arena(ts_engine *engine)
{
    return &engine->arena;
}

int ts_engine_rank(const ts_engine *engine, ts_class kind)
{
    assert(kind < TS_CLASSES);
    return (int)(engine->order[kind] >> 56);
}

int ts_engine_add_settle(ts_engine *engine, ts_settle_fn *fn, void *context)
{
    int id = engine->settle_count;

    if (id == TS_SETTLE_MAX) {
        ts_engine_fail(engine, "more than %d settle hooks", TS_SETTLE_MAX);
        return 0;
    }
    engine->hooks[id].fn = fn;
    engine->hooks[id].context = context;
    engine->settle_count++;
    return id;
}

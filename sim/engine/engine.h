/*
 * engine.h - the simulated clock and the loop that moves it.
 *
 *   engine = ts_engine_create(&options, &error)
 *   ... models allocate from ts_engine_arena(), schedule events ...
 *   why = ts_engine_run(engine, until)
 *   ... read statistics, trace, report ...
 *   ts_engine_destroy(engine)
 *
 * An engine has no global state: any number may run in any number of threads,
 * each engine in one thread at a time.
 */
#ifndef TS_ENGINE_ENGINE_H
#define TS_ENGINE_ENGINE_H

#include <signal.h>

#include "sim/engine/arena.h"
#include "sim/engine/event.h"
#include "sim/engine/trace.h"

typedef enum ts_stop {
    TS_STOP_IDLE,        /* no event is left */
    TS_STOP_TIME,        /* `until` was reached */
    TS_STOP_CONDITION,   /* a model called ts_engine_stop() */
    TS_STOP_INTERRUPTED, /* options.interrupt was raised */
    TS_STOP_LIMIT,       /* one of the options' limits; see _limit() */
    TS_STOP_ERROR        /* a model failed, or no progress; see _error() */
} ts_stop;

typedef enum ts_limit {
    TS_LIMIT_NONE,
    TS_LIMIT_EVENTS,
    TS_LIMIT_MEMORY,
    TS_LIMIT_PATIENCE /* options.enough said so */
} ts_limit;

typedef struct ts_engine_options {
    uint64_t seed;
    uint8_t rank[TS_CLASSES]; /* place of each class at one instant; all zero:
                                 the order of the enum */
    ts_trace_level trace;
    size_t memory_limit;  /* bytes of the arena and the trace; 0: none */
    uint64_t event_limit; /* events of the whole run; 0: none */
    uint64_t stall_limit; /* events at one instant before the run is ended
                                 as making no progress; 0: the default, 10^7 */
    const volatile sig_atomic_t *interrupt; /* polled every few thousand
                                               events; borrowed; may be NULL */
    /* asked as often: true ends the run, and stays true; may be NULL */
    bool (*enough)(void *context);
    void *enough_context;
    /* called every ~million events with the simulated time and the events so
     * far, and while an event makes many things with how many they are (else
     * 0), for a progress line; may be NULL */
    void (*progress)(void *context, ts_time now, uint64_t events,
                     uint64_t made);
    void *progress_context;
} ts_engine_options;

ts_engine *ts_engine_create(const ts_engine_options *options, ts_error *error);
void ts_engine_destroy(ts_engine *engine);

/* Runs until `until` (events at `until` itself still fire), a stop, an error
 * or the end of events. Afterwards now() is the time of the last event, or
 * `until` for TS_STOP_TIME. May be called again to go on. */
ts_stop ts_engine_run(ts_engine *engine, ts_time until);

/* Ends the run after the current instant is settled. `reason` is kept by
 * reference and told by ts_engine_reason(). */
void ts_engine_stop(ts_engine *engine, const char *reason);
/* Ends the run at once with an error (formatted, copied; first one wins). What
 * must hold whatever the scenario says is a matter of TS_ENSURE(). */
void ts_engine_fail(ts_engine *engine, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* For loops within one event that may be long, every thousand turns or so:
 * false when the run has to end, by a limit, an interruption or an error, and
 * the loop with it. `made` is how many things it has made. */
bool ts_engine_look(ts_engine *engine, uint64_t made);
/* For work of one event or settling that counts like an event of its own, a few
 * thousand of which may take seconds: the engine looks up that much sooner. */
void ts_engine_toil(ts_engine *engine);

/* Which limit ended the run. */
ts_limit ts_engine_limit(const ts_engine *engine);
const char *ts_engine_reason(const ts_engine *engine); /* NULL: none */
const char *ts_engine_error(const ts_engine *engine);  /* "": none */
/* The error is of the program's own, a condition of TS_ENSURE(): no number of
 * this run can be trusted. */
bool ts_engine_is_broken(const ts_engine *engine);
uint64_t ts_engine_events(const ts_engine *engine); /* fired so far */
uint64_t ts_engine_seed(const ts_engine *engine);
ts_arena *ts_engine_arena(ts_engine *engine);
static inline ts_trace *ts_engine_trace(ts_engine *engine);
/* The place of a class at one instant in this run. */
int ts_engine_rank(const ts_engine *engine, ts_class kind);

/* The time of the event being fired. (A load: see the end of this file.) */
static inline ts_time ts_engine_now(const ts_engine *engine);

/*
 * Settling: when no event is left at the current instant, the hook runs once
 * (if asked for since it last ran) before the clock moves. It may schedule
 * events at the same instant, which then fire, and so on. This is where
 * schedulers decide: they see every arrival, completion and wake-up of the
 * instant. Hooks run in the order in which they were added, each only when
 * no event is left at the instant; at most 8 (TS_SETTLE_MAX).
 */
typedef void ts_settle_fn(ts_engine *engine, void *context);
int ts_engine_add_settle(ts_engine *engine, ts_settle_fn *fn, void *context);
/* Asks for hook `id` at the end of this instant. */
static inline void ts_engine_settle(ts_engine *engine, int id);

/* What follows is the inside: it is here only so that the inline functions
 * above cost an instruction or two. */
#include "sim/engine/engine_impl.h"

#endif

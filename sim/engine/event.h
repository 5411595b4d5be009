/*
 * event.h - events and their order.
 *
 * Events are intrusive: they are embedded in whatever they are about, and
 * scheduling one allocates nothing. Two structures hold them. A *slot* event
 * has a leaf of its own in a tournament tree: right for the few things that
 * are rescheduled all the time (a processor's next completion, a device's, a
 * sorted arrival stream). A *loose* event goes to a radix heap: right for
 * great numbers that mostly fire as scheduled (a million sleeping threads).
 * The caller says which when the event is made; everything else is the same.
 *
 * Order is total: (time, rank of the class, lane, sequence). The lane is a
 * place among equals that a model gives its slots: processors take their
 * turns at one instant in the order of their numbers, tasks in the order of
 * the scenario's list. The sequence is the order of scheduling; it has 44 bits,
 * enough for four days of 50 million events a second, and a run that used
 * them up would end with an error.
 */
#ifndef TS_ENGINE_EVENT_H
#define TS_ENGINE_EVENT_H

#include "sim/engine/arena.h"
#include "sim/engine/base.h"

/*
 * What happens first among things at one instant. The rank of a class is its
 * place in the run's order, which a scenario may permute
 * ("conventions": {"order": [...]}); this is the default, with the reasons.
 */
typedef enum ts_class {
    TS_CLASS_FAULT,      /* the world changes before anyone acts in it */
    TS_CLASS_INTERRUPT,  /* hardware comes before what it interrupts */
    TS_CLASS_COMPLETION, /* work that ends now makes room before it is sought */
    TS_CLASS_ARRIVAL,    /* the textbooks: a newcomer enters the queue ... */
    TS_CLASS_WAKE,       /* ... so does one whose I/O is done ... */
    TS_CLASS_SLICE,      /* ... before the one whose slice ends goes behind */
    TS_CLASS_TIMER,      /* policies' own clocks: boosts, ticks, budgets */
    TS_CLASS_LATE,       /* measurement: sees the state all others left */
    TS_CLASSES
} ts_class;

/* Decisions (who runs next) have no class: they are taken when no event is
 * left at the instant; see ts_engine_settle(). */

typedef struct ts_engine ts_engine;
typedef struct ts_event ts_event;
typedef void ts_event_fn(ts_engine *engine, ts_event *event);

struct ts_event {
    ts_event_fn *fire;  /* called at `time`, after the event was taken out */
    const char *source; /* who it belongs to, for error messages; borrowed */
    ts_time time;       /* when it fires; valid while pending */
    uint64_t order;     /* rank << 56 | lane << 44 | sequence */
    int32_t slot;       /* its leaf, or -1: loose */
    uint32_t ticket;    /* a loose event's number in the heap */
    uint16_t lane;      /* place among slots of its rank at one instant */
    uint8_t kind;       /* ts_class */
    bool pending;
};

/* Prepares an event. A slot event gets a leaf of its own for good and must
 * live as long as the engine; a loose one need only live while it is pending.
 * Must not be called on a pending event. */
void ts_event_init_slot(ts_engine *engine, ts_event *event, ts_class kind,
                        ts_event_fn *fire, const char *source);
void ts_event_init_loose(ts_event *event, ts_class kind, ts_event_fn *fire,
                         const char *source);

/* Gives a slot event its lane, 0 .. TS_LANES - 1; 0 without it. Loose events
 * have none: theirs is 0. Counts from the next time it is scheduled. */
#define TS_LANES 4096
void ts_event_set_lane(ts_event *event, int lane);

/* Schedules or, when it is pending, reschedules. A time before now is an
 * internal error and ends the run (ts_engine_fail); TS_NEVER takes the event
 * back. The event gets a new sequence number each time. */
void ts_event_at(ts_engine *engine, ts_event *event, ts_time when);
/* The same, with another class from now on. */
static inline void ts_event_at_class(ts_engine *engine, ts_event *event,
                                     ts_time when, ts_class kind)
{
    assert(kind < TS_CLASSES);
    event->kind = (uint8_t)kind;
    ts_event_at(engine, event, when);
}
/* Takes a pending event back. */
void ts_event_take(ts_engine *engine, ts_event *event);
/* The same; nothing happens when it is not pending. */
static inline void ts_event_cancel(ts_engine *engine, ts_event *event)
{
    if (event->pending)
        ts_event_take(engine, event);
}

#endif

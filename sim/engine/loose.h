/*
 * loose.h - the radix heap of loose events.
 *
 *   ts_loose_init(&loose, arena)
 *   ts_loose_insert(&loose, event, rank)   event->time not before `last`
 *   ts_loose_remove(&loose, event)         before it comes up
 *   ts_loose_peek(&loose, horizon)         the earliest, or NULL when that is
 *                                          after the horizon
 *   ts_loose_take(&loose, event)           takes out what peek returned
 *
 * A radix heap (Ahuja, Mehlhorn, Orlin, Tarjan 1990) uses that time only moves
 * forward. `last` is a time that every held event is at or after; an event
 * whose time first differs from it in bit b, counted from above, waits in
 * queue b + 1. When the queues below are empty, the lowest queue's least time
 * becomes the new `last` and its events, which now agree with it in one bit
 * more, all move to lower queues. An event moves at most 63 times, in practice
 * a handful. Queues are first in, first out, and events of one time are always
 * in one queue, so ties keep the order of scheduling; what is due at `last`
 * itself waits in one queue for each rank of class.
 *
 * Queues are chains of chunks of 16-byte entries, so that moving an event
 * reads and writes memory in order and never touches the event itself: with a
 * million events in linked lists each move is a cache miss. An entry names
 * its event by a ticket. Taking an event back clears its ticket; the entry
 * stays and is dropped when it comes up, or when such leftovers outnumber the
 * events, by going through all queues once (O(1) each, amortised).
 *
 * The horizon matters: `last` must never pass the engine's clock by more than
 * the clock is about to move, or an event could be scheduled before it.
 */
#ifndef TS_ENGINE_LOOSE_H
#define TS_ENGINE_LOOSE_H

#include "sim/engine/arena.h"
#include "sim/engine/event.h"

#define TS_LOOSE_CHUNK 63

typedef struct ts_loose_entry {
    uint64_t time;
    uint32_t ticket;
    uint32_t rank;
} ts_loose_entry;

typedef struct ts_loose_chunk {
    struct ts_loose_chunk *next;
    ts_loose_entry entry[TS_LOOSE_CHUNK];
} ts_loose_chunk;

/* The first and last chunk; what is left is from `from` in the first to `to`
 * in the last. A queue keeps its last chunk when it runs empty. */
typedef struct ts_loose_queue {
    ts_loose_chunk *head, *tail;
    uint32_t from, to;
    uint64_t least; /* at most the least time in it */
} ts_loose_queue;

typedef struct ts_loose {
    uint64_t last;
    uint64_t bound; /* no event is earlier; TS_NEVER when there is none */
    uint64_t waiting; /* bit b: queue b + 1 is not empty */
    uint32_t due;     /* bit r: ready queue r is not empty */
    uint64_t live;    /* events held */
    uint64_t dead;    /* entries whose event was taken back */
    ts_loose_queue ready[TS_CLASSES];
    ts_loose_queue queue[64]; /* [b]: first different bit is b */
    ts_event **event;     /* by ticket; NULL: taken back */
    uint32_t *spare;      /* tickets not in use, a stack */
    uint32_t spare_count;
    uint32_t tickets;     /* room of the two arrays above */
    ts_loose_chunk *chunks; /* not in use */
    ts_arena *arena;
} ts_loose;

void ts_loose_init(ts_loose *loose, ts_arena *arena);
/* False when memory is out. */
bool ts_loose_insert(ts_loose *loose, ts_event *event, uint32_t rank);
void ts_loose_remove(ts_loose *loose, ts_event *event);
ts_event *ts_loose_peek(ts_loose *loose, uint64_t horizon);
void ts_loose_take(ts_loose *loose, ts_event *event);

#endif

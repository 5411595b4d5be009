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
 * forward. `last` is a time that every held event is at or after. Times are
 * read as numbers of eleven digits, six bits each; an event whose time first
 * differs from `last`, from above, in digit L, and has d there, waits in queue
 * (L, d). When nothing is due at `last` itself, the lowest queue of the lowest
 * level holds the earliest events: its least time becomes the new `last`, and
 * its events, which now agree with it in one digit more, move to lower levels.
 * An event moves at most eleven times, in practice two to four. Queues are
 * first in, first out, and events of one time are always in one queue, so ties
 * keep the order of scheduling; what is due at `last` waits in one queue for
 * each rank of class.
 *
 * Queues are chains of chunks of entries, so that moving an event reads and
 * writes memory in order and never touches the event itself: with a million
 * events in linked lists each move is a cache miss. An entry carries a ticket;
 * taking an event back takes its ticket's bit out of a map. The entry stays
 * and is dropped when it comes up, or when such leftovers outnumber the
 * events, by going through all queues once (O(1) each, amortised). The event
 * of a leftover is never looked at: its memory may be gone.
 *
 * The horizon matters: `last` must never pass the engine's clock by more than
 * the clock is about to move, or an event could be scheduled before it.
 */
#ifndef TS_ENGINE_LOOSE_H
#define TS_ENGINE_LOOSE_H

#include "sim/engine/arena.h"
#include "sim/engine/event.h"

#define TS_LOOSE_CHUNK 10
#define TS_LOOSE_LEVELS 11
#define TS_LOOSE_DIGIT 6 /* bits */

typedef struct ts_loose_entry {
    uint64_t time;
    ts_event *event;
    uint32_t ticket;
    uint32_t rank;
} ts_loose_entry;

typedef struct ts_loose_chunk {
    struct ts_loose_chunk *next;
    ts_loose_entry entry[TS_LOOSE_CHUNK];
} ts_loose_chunk;

/* What is in it begins at `from` in the first chunk and ends before `to` in
 * the last. */
typedef struct ts_loose_queue {
    ts_loose_chunk *head, *tail;
    uint64_t least; /* at most the least time in it */
    uint32_t count;
    uint16_t from, to;
} ts_loose_queue;

typedef struct ts_loose {
    uint64_t last;
    uint64_t bound;   /* no event is earlier; TS_NEVER when there is none */
    uint64_t live;    /* events held */
    uint64_t dead;    /* entries whose event was taken back */
    uint32_t due;     /* bit r: ready[r] is not empty */
    uint32_t waiting; /* bit L: filled[L] is not 0 */
    uint64_t filled[TS_LOOSE_LEVELS]; /* bit d: queue[L][d] is not empty */
    ts_loose_queue ready[TS_CLASSES];
    ts_loose_queue queue[TS_LOOSE_LEVELS][1 << TS_LOOSE_DIGIT];
    uint64_t *held;  /* by ticket, a bit: its event is held */
    uint32_t *spare; /* tickets not in use, a stack */
    uint32_t spare_count;
    uint32_t tickets;       /* room of the two arrays above */
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

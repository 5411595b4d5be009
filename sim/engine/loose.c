/* loose.c - the radix heap of loose events; see loose.h. */
#include "sim/engine/loose.h"

#include <string.h>

/* Leftovers tolerated whatever the number of events. */
#define DEAD_FLOOR 1024

/* A queue of at most this many is about to be used up: its events are worth
 * fetching into the cache. */
#define FETCH_MAX 64

#define DIGITS (1 << TS_LOOSE_DIGIT)

void ts_loose_init(ts_loose *loose, ts_arena *arena)
{
    *loose = (ts_loose){.arena = arena, .bound = TS_NEVER};
}

/* --- tickets --- */

static bool tickets_grow(ts_loose *loose)
{
    uint32_t room = loose->tickets == 0 ? 64 : loose->tickets * 2;
    uint64_t *held;
    uint32_t *spare;

    assert(loose->spare_count == 0); /* the old stack is not copied */
    assert(room % 64 == 0);          /* whole words of the map */
    if (room > UINT32_MAX / 2)
        return false;
    held = ts_arena_array(loose->arena, room / 64, sizeof *held);
    spare = ts_arena_array(loose->arena, room, sizeof *spare);
    if (held == NULL || spare == NULL)
        return false;
    if (loose->tickets > 0)
        memcpy(held, loose->held, loose->tickets / 64 * sizeof *held);
    for (uint32_t i = room; i > loose->tickets; i--)
        spare[loose->spare_count++] = i - 1;
    loose->held = held;
    loose->spare = spare;
    loose->tickets = room;
    return true;
}

static inline bool is_held(const ts_loose *loose, uint32_t ticket)
{
    return loose->held[ticket / 64] >> ticket % 64 & 1;
}

static inline void let_go(ts_loose *loose, uint32_t ticket)
{
    assert(ticket < loose->tickets && is_held(loose, ticket));
    loose->held[ticket / 64] &= ~((uint64_t)1 << ticket % 64);
}

static inline void ticket_return(ts_loose *loose, uint32_t ticket)
{
    assert(loose->spare_count < loose->tickets && !is_held(loose, ticket));
    loose->spare[loose->spare_count++] = ticket;
}

/* Each ticket is an event's, a leftover's, or spare. */
static inline bool tickets_add_up(const ts_loose *loose)
{
    return loose->live + loose->dead + loose->spare_count == loose->tickets;
}

/* --- queues --- */

static ts_loose_chunk *chunk_new(ts_loose *loose)
{
    ts_loose_chunk *chunk = loose->chunks;

    if (chunk == NULL)
        return ts_arena_alloc(loose->arena, sizeof *chunk);
    loose->chunks = chunk->next;
    chunk->next = NULL;
    return chunk;
}

static inline void chunk_return(ts_loose *loose, ts_loose_chunk *chunk)
{
    chunk->next = loose->chunks;
    loose->chunks = chunk;
}

static bool queue_extend(ts_loose *loose, ts_loose_queue *queue)
{
    ts_loose_chunk *chunk = chunk_new(loose);

    if (chunk == NULL)
        return false;
    if (queue->tail == NULL) {
        queue->head = chunk;
        queue->from = 0;
    } else {
        queue->tail->next = chunk;
    }
    queue->tail = chunk;
    queue->to = 0;
    return true;
}

static inline bool queue_push(ts_loose *loose, ts_loose_queue *queue,
                              ts_loose_entry entry)
{
    if (queue->tail == NULL || queue->to == TS_LOOSE_CHUNK) {
        if (!queue_extend(loose, queue))
            return false;
    }
    assert(queue->to < TS_LOOSE_CHUNK);
    queue->tail->entry[queue->to++] = entry;
    queue->count++;
    return true;
}

/* Takes the first entry of a ready queue. The last chunk is kept. */
static inline void queue_drop(ts_loose *loose, ts_loose_queue *queue)
{
    assert(queue->count > 0 && queue->from < TS_LOOSE_CHUNK);
    queue->from++;
    if (--queue->count == 0) {
        queue->from = 0;
        queue->to = 0;
    } else if (queue->from == TS_LOOSE_CHUNK) {
        ts_loose_chunk *done = queue->head;

        queue->head = done->next;
        queue->from = 0;
        chunk_return(loose, done);
    }
}

/* Puts an entry where it belongs relative to `last`. */
static inline bool place(ts_loose *loose, ts_loose_entry entry)
{
    uint64_t difference = entry.time ^ loose->last;
    ts_loose_queue *queue;
    unsigned level, digit;

    assert(entry.time >= loose->last && entry.rank < TS_CLASSES);
    if (difference == 0) {
        loose->due |= (uint32_t)1 << entry.rank;
        return queue_push(loose, &loose->ready[entry.rank], entry);
    }
    level = (unsigned)(63 - __builtin_clzll(difference)) / TS_LOOSE_DIGIT;
    digit = entry.time >> (level * TS_LOOSE_DIGIT) & (DIGITS - 1);
    assert(level < TS_LOOSE_LEVELS);
    queue = &loose->queue[level][digit];
    loose->waiting |= (uint32_t)1 << level;
    loose->filled[level] |= (uint64_t)1 << digit;
    if (queue->count == 0 || entry.time < queue->least)
        queue->least = entry.time;
    return queue_push(loose, queue, entry);
}

/* --- the heap --- */

bool ts_loose_insert(ts_loose *loose, ts_event *event, uint32_t rank)
{
    uint64_t time = (uint64_t)event->time;
    uint32_t ticket;

    assert(time >= loose->last);
    if (loose->spare_count == 0 && !tickets_grow(loose))
        return false;
    ticket = loose->spare[loose->spare_count - 1];
    if (!place(loose, (ts_loose_entry){time, event, ticket, rank}))
        return false;
    loose->spare_count--;
    loose->held[ticket / 64] |= (uint64_t)1 << ticket % 64;
    event->ticket = ticket;
    loose->live++;
    if (time < loose->bound)
        loose->bound = time;
    assert(tickets_add_up(loose));
    return true;
}

/* Drops the leftovers from one queue, keeping the order of the rest. */
static void queue_sweep(ts_loose *loose, ts_loose_queue *queue)
{
    ts_loose_chunk *from = queue->head, *to = queue->head;
    uint32_t i = queue->from, left = queue->count;
    uint16_t kept = 0;

    if (queue->count == 0)
        return;
    queue->count = 0;
    for (; left > 0; left--) {
        ts_loose_entry entry = from->entry[i];

        if (++i == TS_LOOSE_CHUNK) {
            from = from->next;
            i = 0;
        }
        if (!is_held(loose, entry.ticket)) {
            ticket_return(loose, entry.ticket);
            continue;
        }
        if (kept == TS_LOOSE_CHUNK) {
            to = to->next;
            kept = 0;
        }
        to->entry[kept++] = entry;
        queue->count++;
    }
    while (to->next != NULL) {
        ts_loose_chunk *spare = to->next;

        to->next = spare->next;
        chunk_return(loose, spare);
    }
    queue->tail = to;
    queue->from = 0;
    queue->to = kept;
    assert(kept <= TS_LOOSE_CHUNK);
}

static void loose_sweep(ts_loose *loose)
{
    for (unsigned r = 0; r < TS_CLASSES; r++) {
        queue_sweep(loose, &loose->ready[r]);
        if (loose->ready[r].count == 0)
            loose->due &= ~((uint32_t)1 << r);
    }
    for (unsigned level = 0; level < TS_LOOSE_LEVELS; level++) {
        for (unsigned digit = 0; digit < DIGITS; digit++) {
            queue_sweep(loose, &loose->queue[level][digit]);
            if (loose->queue[level][digit].count == 0)
                loose->filled[level] &= ~((uint64_t)1 << digit);
        }
        if (loose->filled[level] == 0)
            loose->waiting &= ~((uint32_t)1 << level);
    }
    loose->dead = 0;
    assert(tickets_add_up(loose));
}

void ts_loose_remove(ts_loose *loose, ts_event *event)
{
    assert(is_held(loose, event->ticket));
    let_go(loose, event->ticket);
    loose->live--;
    loose->dead++;
    if (loose->dead > loose->live + DEAD_FLOOR)
        loose_sweep(loose);
}

/* Moves the lowest waiting queue, whose least time becomes the new `last`,
 * into queues below it. */
static bool redistribute(ts_loose *loose, unsigned level, unsigned digit)
{
    ts_loose_queue *queue = &loose->queue[level][digit];
    ts_loose_chunk *chunk = queue->head;
    uint32_t left = queue->count, i = 0;
    bool fetch = left <= FETCH_MAX && left > 1;

    assert(left > 0 && queue->least > loose->last); /* time goes forward */
    assert(loose->due == 0);
    loose->last = queue->least;
    loose->filled[level] &= loose->filled[level] - 1;
    if (loose->filled[level] == 0)
        loose->waiting &= loose->waiting - 1;
    queue->head = NULL;
    queue->tail = NULL;
    queue->count = 0;
    for (; left > 0; left--) {
        ts_loose_entry entry = chunk->entry[i];

        if (fetch)
            __builtin_prefetch(entry.event, 1);
        if (!place(loose, entry))
            return false;
        if (++i == TS_LOOSE_CHUNK || left == 1) {
            ts_loose_chunk *next = chunk->next;

            chunk_return(loose, chunk);
            chunk = next;
            i = 0;
        }
    }
    return true;
}

/* The first event due at `last`, past the leftovers; NULL: none. */
static inline ts_event *first_due(ts_loose *loose)
{
    while (loose->due != 0) {
        ts_loose_queue *queue = &loose->ready[__builtin_ctz(loose->due)];

        while (queue->count > 0) {
            ts_loose_entry *entry = &queue->head->entry[queue->from];

            if (is_held(loose, entry->ticket))
                return entry->event;
            ticket_return(loose, entry->ticket);
            queue_drop(loose, queue);
            assert(loose->dead > 0);
            loose->dead--;
        }
        loose->due &= loose->due - 1;
    }
    return NULL;
}

ts_event *ts_loose_peek(ts_loose *loose, uint64_t horizon)
{
    if (loose->live == 0) {
        loose->bound = TS_NEVER;
        return NULL;
    }
    for (;;) {
        unsigned level, digit;

        if (loose->due != 0) {
            ts_event *event;

            if (loose->last > horizon) {
                loose->bound = loose->last;
                return NULL;
            }
            event = first_due(loose);
            if (event != NULL) {
                loose->bound = loose->last;
                return event;
            }
        }
        /* An event is held, so a queue is waiting. */
        assert(loose->waiting != 0);
        level = (unsigned)__builtin_ctz(loose->waiting);
        digit = (unsigned)__builtin_ctzll(loose->filled[level]);
        loose->bound = loose->queue[level][digit].least;
        if (loose->bound > horizon || !redistribute(loose, level, digit))
            return NULL;
    }
}

void ts_loose_take(ts_loose *loose, ts_event *event)
{
    int rank = __builtin_ctz(loose->due);
    ts_loose_queue *queue = &loose->ready[rank];
    uint32_t ticket = queue->head->entry[queue->from].ticket;

    assert(ticket == event->ticket);
    (void)event;
    let_go(loose, ticket);
    ticket_return(loose, ticket);
    queue_drop(loose, queue);
    loose->live--;
    loose->due &= ~((uint32_t)(queue->count == 0) << rank);
    assert(tickets_add_up(loose));
}

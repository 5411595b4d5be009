/* loose.c - the radix heap of loose events; see loose.h. */
#include "sim/engine/loose.h"

#include <string.h>

/* Leftovers tolerated whatever the number of events. */
#define DEAD_FLOOR 1024

void ts_loose_init(ts_loose *loose, ts_arena *arena)
{
    *loose = (ts_loose){.arena = arena, .bound = TS_NEVER};
}

/* ---- tickets */

static bool tickets_grow(ts_loose *loose)
{
    uint32_t room = loose->tickets == 0 ? 64 : loose->tickets * 2;
    ts_event **event;
    uint32_t *spare;

    if (room > UINT32_MAX / 2) {
        return false;
    }
    event = ts_arena_array(loose->arena, room, sizeof *event);
    spare = ts_arena_array(loose->arena, room, sizeof *spare);
    if (event == NULL || spare == NULL) {
        return false;
    }
    if (loose->tickets > 0) {
        memcpy(event, loose->event, loose->tickets * sizeof *event);
    }
    for (uint32_t i = room; i > loose->tickets; i--) {
        spare[loose->spare_count++] = i - 1;
    }
    loose->event = event;
    loose->spare = spare;
    loose->tickets = room;
    return true;
}

static void ticket_return(ts_loose *loose, uint32_t ticket)
{
    loose->event[ticket] = NULL;
    loose->spare[loose->spare_count++] = ticket;
}

/* ---- queues */

static ts_loose_chunk *chunk_new(ts_loose *loose)
{
    ts_loose_chunk *chunk = loose->chunks;

    if (chunk != NULL) {
        loose->chunks = chunk->next;
        chunk->next = NULL;
        return chunk;
    }
    return ts_arena_alloc(loose->arena, sizeof *chunk);
}

static void chunk_return(ts_loose *loose, ts_loose_chunk *chunk)
{
    chunk->next = loose->chunks;
    loose->chunks = chunk;
}

static bool queue_extend(ts_loose *loose, ts_loose_queue *queue)
{
    ts_loose_chunk *chunk = chunk_new(loose);

    if (chunk == NULL) {
        return false;
    }
    if (queue->tail == NULL) {
        queue->head = chunk;
    } else {
        queue->tail->next = chunk;
    }
    queue->tail = chunk;
    queue->to = 0;
    return true;
}

static bool queue_is_empty(const ts_loose_queue *queue)
{
    return queue->head == queue->tail && queue->from == queue->to;
}

static inline bool queue_push(ts_loose *loose, ts_loose_queue *queue,
                              ts_loose_entry entry)
{
    if (queue->tail == NULL || queue->to == TS_LOOSE_CHUNK) {
        if (!queue_extend(loose, queue)) {
            return false;
        }
    }
    queue->tail->entry[queue->to++] = entry;
    return true;
}

/* Takes the first entry of a queue that is not empty. */
static ts_loose_entry queue_pop(ts_loose *loose, ts_loose_queue *queue)
{
    ts_loose_entry entry = queue->head->entry[queue->from++];

    if (queue->head == queue->tail) {
        if (queue->from == queue->to) {
            queue->from = 0;
            queue->to = 0;
        }
    } else if (queue->from == TS_LOOSE_CHUNK) {
        ts_loose_chunk *done = queue->head;

        queue->head = done->next;
        queue->from = 0;
        chunk_return(loose, done);
    }
    return entry;
}

/* Puts an entry where it belongs relative to `last`. */
static inline bool place(ts_loose *loose, ts_loose_entry entry)
{
    uint64_t difference = entry.time ^ loose->last;
    ts_loose_queue *queue;
    int bit;

    if (difference == 0) {
        loose->due |= (uint32_t)1 << entry.rank;
        return queue_push(loose, &loose->ready[entry.rank], entry);
    }
    bit = 63 - __builtin_clzll(difference);
    queue = &loose->queue[bit];
    if (!(loose->waiting >> bit & 1)) {
        loose->waiting |= (uint64_t)1 << bit;
        queue->least = entry.time;
    } else if (entry.time < queue->least) {
        queue->least = entry.time;
    }
    return queue_push(loose, queue, entry);
}

/* ---- the heap */

bool ts_loose_insert(ts_loose *loose, ts_event *event, uint32_t rank)
{
    uint64_t time = (uint64_t)event->time;
    uint32_t ticket;

    assert(time >= loose->last);
    if (loose->spare_count == 0 && !tickets_grow(loose)) {
        return false;
    }
    ticket = loose->spare[loose->spare_count - 1];
    if (!place(loose, (ts_loose_entry){time, ticket, rank})) {
        return false;
    }
    loose->spare_count--;
    loose->event[ticket] = event;
    event->ticket = ticket;
    loose->live++;
    if (time < loose->bound) {
        loose->bound = time;
    }
    return true;
}

/* Drops the leftovers from one queue, keeping the order of the rest. */
static void queue_sweep(ts_loose *loose, ts_loose_queue *queue)
{
    ts_loose_chunk *from = queue->head, *to = queue->head;
    uint32_t i = queue->from, kept = 0;

    while (from != NULL) {
        ts_loose_chunk *next = from->next;
        uint32_t end = next == NULL ? queue->to : TS_LOOSE_CHUNK;

        for (; i < end; i++) {
            ts_loose_entry entry = from->entry[i];

            if (loose->event[entry.ticket] == NULL) {
                ticket_return(loose, entry.ticket);
                continue;
            }
            if (kept == TS_LOOSE_CHUNK) {
                to = to->next;
                kept = 0;
            }
            to->entry[kept++] = entry;
        }
        i = 0;
        from = next;
    }
    if (to == NULL) {
        return;
    }
    while (to->next != NULL) {
        ts_loose_chunk *spare = to->next;

        to->next = spare->next;
        chunk_return(loose, spare);
    }
    queue->tail = to;
    queue->from = 0;
    queue->to = kept;
}

static void loose_sweep(ts_loose *loose)
{
    for (uint32_t r = 0; r < TS_CLASSES; r++) {
        queue_sweep(loose, &loose->ready[r]);
        if (queue_is_empty(&loose->ready[r])) {
            loose->due &= ~((uint32_t)1 << r);
        }
    }
    for (uint32_t b = 0; b < 64; b++) {
        queue_sweep(loose, &loose->queue[b]);
        if (queue_is_empty(&loose->queue[b])) {
            loose->waiting &= ~((uint64_t)1 << b);
        }
    }
    loose->dead = 0;
}

void ts_loose_remove(ts_loose *loose, ts_event *event)
{
    assert(loose->event[event->ticket] == event);
    loose->event[event->ticket] = NULL;
    loose->live--;
    loose->dead++;
    if (loose->dead > loose->live + DEAD_FLOOR) {
        loose_sweep(loose);
    }
}

/* Moves the lowest waiting queue, whose least time is the new `last`, into the
 * queues below it. They are all empty, and the chunks that are emptied on the
 * way are enough for what is filled, so that this cannot fail ... except that
 * each of the lower queues may want a first chunk. */
static bool redistribute(ts_loose *loose, int bit)
{
    ts_loose_queue *queue = &loose->queue[bit];
    ts_loose_chunk *chunk = queue->head;
    uint32_t i = queue->from;
    uint32_t to = queue->to;

    loose->last = queue->least;
    loose->waiting &= ~((uint64_t)1 << bit);
    while (chunk != NULL) {
        ts_loose_chunk *next = chunk->next;
        uint32_t end = next == NULL ? to : TS_LOOSE_CHUNK;

        for (; i < end; i++) {
            if (!place(loose, chunk->entry[i])) {
                return false;
            }
        }
        i = 0;
        if (next != NULL) {
            chunk_return(loose, chunk);
        } else { /* the queue keeps one */
            queue->head = chunk;
            queue->tail = chunk;
            queue->from = 0;
            queue->to = 0;
        }
        chunk = next;
    }
    return true;
}

/* The first event due at `last`, past the leftovers; NULL: none. */
static ts_event *first_due(ts_loose *loose)
{
    while (loose->due != 0) {
        int rank = __builtin_ctz(loose->due);
        ts_loose_queue *queue = &loose->ready[rank];

        while (!queue_is_empty(queue)) {
            uint32_t ticket = queue->head->entry[queue->from].ticket;

            if (loose->event[ticket] != NULL) {
                return loose->event[ticket];
            }
            (void)queue_pop(loose, queue);
            ticket_return(loose, ticket);
            loose->dead--;
        }
        loose->due &= ~((uint32_t)1 << rank);
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
        ts_event *event;
        int bit;

        if (loose->last <= horizon) {
            event = first_due(loose);
            if (event != NULL) {
                loose->bound = loose->last;
                return event;
            }
        } else if (loose->due != 0) {
            loose->bound = loose->last;
            return NULL;
        }
        /* An event is held, so a queue is waiting. */
        bit = __builtin_ctzll(loose->waiting);
        loose->bound = loose->queue[bit].least;
        if (loose->bound > horizon || !redistribute(loose, bit)) {
            return NULL;
        }
    }
}

void ts_loose_take(ts_loose *loose, ts_event *event)
{
    int rank = __builtin_ctz(loose->due);
    ts_loose_queue *queue = &loose->ready[rank];
    ts_loose_entry entry = queue_pop(loose, queue);

    assert(loose->event[entry.ticket] == event);
    (void)event;
    ticket_return(loose, entry.ticket);
    loose->live--;
    if (queue_is_empty(queue)) {
        loose->due &= ~((uint32_t)1 << rank);
    }
}

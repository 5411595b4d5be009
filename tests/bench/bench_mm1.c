/*
 * bench_mm1.c - the M/M/1 queue (arrivals 0.9, service 1.0 a microsecond)
 * three ways, with the same random draws:
 *
 *   lindley   Lindley's recursion: no events at all, the floor
 *   heap      a bare loop over a 4-ary heap and a switch, with no statistics
 *             but a sum: what one would write for this model alone
 *   plain     the engine, two slot events with callbacks, a sum
 *   full      the engine with a level, a tally, a histogram and the digest
 *   loose     as full, with loose events
 *
 *   bench_mm1 [CUSTOMERS]     default 10000000
 *
 * CPU seconds, least of three interleaved rounds. The mean waiting time is
 * printed because all five must find the same.
 */
#include "sim/engine/engine.h"
#include "sim/engine/random.h"
#include "sim/engine/stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define ROUNDS 3
#define MEAN_SERVICE 1e6
#define MEAN_GAP (1e6 / 0.9)

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* Times of arrival of those waiting: a ring that grows. */
typedef struct ring {
    ts_time *at;
    size_t head, count, room; /* a power of two */
} ring;

static void ring_push(ring *r, ts_time at)
{
    if (r->count == r->room) {
        size_t room = r->room == 0 ? 1024 : r->room * 2;
        ts_time *grown = malloc(room * sizeof *grown);

        if (grown == NULL)
            exit(3);
        for (size_t i = 0; i < r->count; i++)
            grown[i] = r->at[(r->head + i) & (r->room - 1)];
        free(r->at);
        r->at = grown;
        r->head = 0;
        r->room = room;
    }
    r->at[(r->head + r->count++) & (r->room - 1)] = at;
}

static ts_time ring_pop(ring *r)
{
    ts_time at = r->at[r->head];

    r->head = (r->head + 1) & (r->room - 1);
    r->count--;
    return at;
}

typedef struct queue {
    ts_event arrival, departure;
    ts_random gaps, services;
    ring waiting;
    bool busy;
    uint64_t left;
    ts_i128 waited;
    ts_tally wait;
    ts_level length;
    ts_histogram histogram;
} queue;

static ts_time next_gap(queue *q)
{
    return (ts_time)(ts_random_exponential(&q->gaps) * MEAN_GAP);
}

static ts_time next_service(queue *q)
{
    return (ts_time)(ts_random_exponential(&q->services) * MEAN_SERVICE);
}

static void queue_init(queue *q, uint64_t customers)
{
    ring kept = q->waiting;

    *q = (queue){.left = customers, .waiting = kept};
    ts_random_init(&q->gaps, 1, "arrivals");
    ts_random_init(&q->services, 1, "services");
}

/* --- no events --- */

static void run_lindley(queue *q)
{
    ts_time wait = 0;

    for (uint64_t i = q->left; i > 0; i--) {
        q->waited += wait;
        wait += next_service(q) - next_gap(q);
        wait = wait < 0 ? 0 : wait;
    }
}

/* --- a bare heap --- */

typedef struct entry {
    uint64_t time;
    uint64_t order; /* kind in the top bits, then a sequence */
} entry;

typedef struct heap {
    entry entries[64];
    size_t count;
} heap;

static bool earlier(entry a, entry b)
{
    return a.time < b.time || (a.time == b.time && a.order < b.order);
}

static void heap_push(heap *h, entry e)
{
    size_t i = h->count++;

    while (i > 0 && earlier(e, h->entries[(i - 1) / 4])) {
        h->entries[i] = h->entries[(i - 1) / 4];
        i = (i - 1) / 4;
    }
    h->entries[i] = e;
}

static entry heap_pop(heap *h)
{
    entry first = h->entries[0], moved = h->entries[--h->count];
    size_t i = 0;

    for (;;) {
        size_t child = 4 * i + 1, best = child, end = child + 4;

        if (child >= h->count)
            break;
        for (end = end > h->count ? h->count : end; child < end; child++)
            if (earlier(h->entries[child], h->entries[best]))
                best = child;
        if (!earlier(h->entries[best], moved))
            break;
        h->entries[i] = h->entries[best];
        i = best;
    }
    h->entries[i] = moved;
    return first;
}

#define DEPARTURE ((uint64_t)0)
#define ARRIVAL ((uint64_t)1 << 56)

static void run_heap(queue *q)
{
    heap h = {.count = 0};
    uint64_t sequence = 0;

    heap_push(&h, (entry){(uint64_t)next_gap(q), ARRIVAL | sequence++});
    while (h.count > 0) {
        entry e = heap_pop(&h);

        if (e.order >= ARRIVAL) {
            if (--q->left > 0) {
                heap_push(&h, (entry){e.time + (uint64_t)next_gap(q),
                                      ARRIVAL | sequence++});
            }
            if (q->busy) {
                ring_push(&q->waiting, (ts_time)e.time);
                continue;
            }
            q->busy = true;
        } else if (q->waiting.count == 0) {
            q->busy = false;
            continue;
        } else {
            q->waited += (ts_time)e.time - ring_pop(&q->waiting);
        }
        heap_push(&h, (entry){e.time + (uint64_t)next_service(q),
                              DEPARTURE | sequence++});
    }
}

/* --- the engine --- */

static void plain_arrival(ts_engine *engine, ts_event *event)
{
    queue *q = TS_CONTAINER(event, queue, arrival);
    ts_time now = ts_engine_now(engine);

    if (--q->left > 0)
        ts_event_at(engine, event, now + next_gap(q));
    if (q->busy) {
        ring_push(&q->waiting, now);
    } else {
        q->busy = true;
        ts_event_at(engine, &q->departure, now + next_service(q));
    }
}

static void plain_departure(ts_engine *engine, ts_event *event)
{
    queue *q = TS_CONTAINER(event, queue, departure);
    ts_time now = ts_engine_now(engine);

    if (q->waiting.count == 0) {
        q->busy = false;
        return;
    }
    q->waited += now - ring_pop(&q->waiting);
    ts_event_at(engine, event, now + next_service(q));
}

static void begin_service(ts_engine *engine, queue *q, ts_time arrived)
{
    ts_time now = ts_engine_now(engine);

    q->waited += now - arrived;
    ts_tally_add(&q->wait, now - arrived);
    ts_histogram_add(&q->histogram, now - arrived);
    ts_event_at(engine, &q->departure, now + next_service(q));
}

static void full_arrival(ts_engine *engine, ts_event *event)
{
    queue *q = TS_CONTAINER(event, queue, arrival);
    ts_time now = ts_engine_now(engine);

    ts_trace_instant(ts_engine_trace(engine), now, 0, 0, -1, 0);
    ts_level_add(&q->length, now, 1);
    if (--q->left > 0)
        ts_event_at(engine, event, now + next_gap(q));
    if (q->busy) {
        ring_push(&q->waiting, now);
    } else {
        q->busy = true;
        begin_service(engine, q, now);
    }
}

static void full_departure(ts_engine *engine, ts_event *event)
{
    queue *q = TS_CONTAINER(event, queue, departure);
    ts_time now = ts_engine_now(engine);

    (void)event;
    ts_trace_instant(ts_engine_trace(engine), now, 0, 1, -1, 0);
    ts_level_add(&q->length, now, -1);
    if (q->waiting.count == 0)
        q->busy = false;
    else
        begin_service(engine, q, ring_pop(&q->waiting));
}

/* Returns the events fired. */
static uint64_t run_engine(queue *q, bool slots, ts_event_fn *arrival,
                           ts_event_fn *departure)
{
    ts_engine *engine = ts_engine_create(NULL, NULL);
    uint64_t events;

    if (engine == NULL)
        exit(3);
    ts_histogram_init(&q->histogram, ts_engine_arena(engine));
    ts_level_init(&q->length, 0, 0);
    if (slots) {
        ts_event_init_slot(engine, &q->arrival, TS_CLASS_ARRIVAL, arrival,
                           "arrivals");
        ts_event_init_slot(engine, &q->departure, TS_CLASS_COMPLETION,
                           departure, "server");
    } else {
        ts_event_init_loose(&q->arrival, TS_CLASS_ARRIVAL, arrival, "arrivals");
        ts_event_init_loose(&q->departure, TS_CLASS_COMPLETION, departure,
                            "server");
    }
    ts_event_at(engine, &q->arrival, next_gap(q));
    (void)ts_engine_run(engine, TS_NEVER);
    events = ts_engine_events(engine);
    ts_engine_destroy(engine);
    return events;
}

static void run_way(int way, queue *q)
{
    switch (way) {
    case 0:
        run_lindley(q);
        break;
    case 1:
        run_heap(q);
        break;
    case 2:
        (void)run_engine(q, true, plain_arrival, plain_departure);
        break;
    default:
        (void)run_engine(q, way == 3, full_arrival, full_departure);
        break;
    }
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"lindley", "heap", "plain", "full",
                                        "loose"};
    uint64_t customers = argc > 1 ? strtoull(argv[1], NULL, 10) : 10000000;
    double least[5] = {0}, mean[5];
    struct rusage usage;
    queue *q = calloc(1, sizeof *q);

    if (q == NULL || customers == 0) {
        free(q);
        return 2;
    }
    (void)printf("%-8s %9s %10s %8s %12s  way, CPU s, million events/s, "
                 "multiple of heap, mean wait in us\n",
                 "way", "s", "Mevents/s", "x heap", "wait");
    for (int round = 0; round < ROUNDS; round++) {
        for (int way = 0; way < 5; way++) {
            double start;

            queue_init(q, customers);
            start = cpu_seconds();
            run_way(way, q);
            start = cpu_seconds() - start;
            mean[way] = (double)q->waited / (double)customers / 1e6;
            least[way] = round == 0 || start < least[way] ? start : least[way];
        }
    }
    for (int way = 0; way < 5; way++) {
        (void)printf("%-8s %9.3f %10.1f %8.2f %12.6f\n", names[way], least[way],
                     2e-6 * (double)customers / least[way],
                     least[way] / least[1], mean[way]);
    }
    (void)getrusage(RUSAGE_SELF, &usage);
    (void)printf("peak resident set %ld KiB\n", usage.ru_maxrss);
    free(q->waiting.at);
    free(q);
    return 0;
}

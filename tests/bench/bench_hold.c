/*
 * bench_hold.c - the hold model: take the earliest event, put it back an
 * exponential time later, with N events pending.
 *
 * The engine does it with slots (up to 10 000) and with loose events, through
 * its loop, callbacks and all; the reference is a bare 4-ary heap of 16-byte
 * entries in the same program, because only ratios carry over from machine to
 * machine. "+1" also reschedules one other event at random, as pre-emption
 * does. Times are the least of three rounds, interleaved, in CPU seconds.
 *
 *   bench_hold [HOLDS]      default 4000000 for each figure
 */
#include "sim/engine/engine.h"
#include "sim/engine/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define STEPS 65536 /* increments drawn beforehand */
#define ROUNDS 3

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

typedef struct hold {
    uint32_t step[STEPS]; /* increments, mean 10^8 */
    uint64_t n;
    uint64_t left;
    uint64_t at;    /* in step[] */
    uint64_t mixer; /* picks the other event */
    bool another;
    ts_event *events;
} hold;

static hold *shared; /* a program of its own may have one */

static ts_time next_step(hold *h)
{
    return h->step[h->at++ & (STEPS - 1)];
}

static uint64_t next_other(hold *h)
{
    h->mixer = h->mixer * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint64_t)((ts_u128)h->mixer * h->n >> 64);
}

/* --- the engine --- */

static void hold_fire(ts_engine *engine, ts_event *event)
{
    hold *h = shared;

    if (--h->left == 0)
        ts_engine_stop(engine, "done");
    ts_event_at(engine, event, ts_engine_now(engine) + next_step(h));
    if (h->another) {
        ts_event_at(engine, &h->events[next_other(h)],
                    ts_engine_now(engine) + next_step(h));
    }
}

/* Nanoseconds a hold, after a warm-up of N and at least 100 000 holds. */
static double engine_hold(hold *h, uint64_t n, bool slots, bool another,
                          uint64_t holds)
{
    ts_engine *engine = ts_engine_create(NULL, NULL);
    double start;

    h->n = n;
    h->another = another;
    h->events = engine != NULL ? ts_arena_array(ts_engine_arena(engine), n,
                                                sizeof *h->events)
                               : NULL;
    if (h->events == NULL)
        exit(3);
    for (uint64_t i = 0; i < n; i++) {
        if (slots) {
            ts_event_init_slot(engine, &h->events[i], TS_CLASS_COMPLETION,
                               hold_fire, "hold");
        } else {
            ts_event_init_loose(&h->events[i], TS_CLASS_COMPLETION, hold_fire,
                                "hold");
        }
        ts_event_at(engine, &h->events[i], next_step(h));
    }
    h->left = n * 2 + 100000;
    (void)ts_engine_run(engine, TS_NEVER);
    h->left = holds;
    start = cpu_seconds();
    (void)ts_engine_run(engine, TS_NEVER);
    start = cpu_seconds() - start;
    ts_engine_destroy(engine);
    return start * 1e9 / (double)holds;
}

/* --- the reference: a 4-ary heap, nothing else --- */

typedef struct entry {
    uint64_t time;
    uint64_t id;
} entry;

static void sift_down(entry *heap, uint64_t n, uint64_t i, entry moved)
{
    for (;;) {
        uint64_t child = 4 * i + 1, end = child + 4, best = child;

        if (child >= n)
            break;
        for (end = end > n ? n : end, child++; child < end; child++)
            if (heap[child].time < heap[best].time)
                best = child;
        if (heap[best].time >= moved.time)
            break;
        heap[i] = heap[best];
        i = best;
    }
    heap[i] = moved;
}

static void sift_up(entry *heap, uint64_t i, entry moved)
{
    while (i > 0 && moved.time < heap[(i - 1) / 4].time) {
        heap[i] = heap[(i - 1) / 4];
        i = (i - 1) / 4;
    }
    heap[i] = moved;
}

/* Pop, then push. */
static void heap_hold(hold *h, entry *heap, uint64_t holds)
{
    for (uint64_t i = 0; i < holds; i++) {
        entry first = heap[0];

        sift_down(heap, h->n - 1, 0, heap[h->n - 1]);
        first.time += (uint64_t)next_step(h);
        sift_up(heap, h->n - 1, first);
    }
}

static double reference_hold(hold *h, uint64_t n, uint64_t holds)
{
    entry *heap = calloc(n, sizeof *heap);
    double start;

    if (heap == NULL)
        exit(3);
    h->n = n;
    for (uint64_t i = 0; i < n; i++)
        sift_up(heap, i, (entry){(uint64_t)next_step(h), i});
    heap_hold(h, heap, n * 2 + 100000);
    start = cpu_seconds();
    heap_hold(h, heap, holds);
    start = cpu_seconds() - start;
    if (heap[0].time == 0) /* never: keeps the work from being dropped */
        (void)puts("?");
    free(heap);
    return start * 1e9 / (double)holds;
}

/* --- the table --- */

static void keep_least(double *least, double value)
{
    if (*least == 0 || value < *least)
        *least = value;
}

static void print_figure(double value, double reference)
{
    if (value == 0)
        (void)printf(" %8s %6s", "-", "-");
    else
        (void)printf(" %8.1f %6.2f", value, value / reference);
}

int main(int argc, char **argv)
{
    static const uint64_t sizes[] = {16, 100, 1000, 10000, 100000, 1000000};
    uint64_t holds = argc > 1 ? strtoull(argv[1], NULL, 10) : 4000000;
    ts_random random;

    shared = calloc(1, sizeof *shared);
    if (shared == NULL || holds == 0)
        return 2;
    ts_random_init(&random, 1, "hold");
    for (size_t i = 0; i < STEPS; i++)
        shared->step[i] = (uint32_t)(ts_random_exponential(&random) * 1e8) + 1;
    (void)printf("%8s %8s %8s %6s %8s %6s %8s %6s %8s %6s  ns a hold, and "
                 "as a multiple of the 4-ary heap\n",
                 "N", "heap", "slots", "x", "loose", "x", "slots+1", "x",
                 "loose+1", "x");
    for (size_t i = 0; i < TS_COUNT_OF(sizes); i++) {
        double least[5] = {0};

        for (int round = 0; round < ROUNDS; round++) {
            keep_least(&least[0], reference_hold(shared, sizes[i], holds));
            for (int kind = 0; kind < 4; kind++) {
                bool slots = kind % 2 == 0, another = kind >= 2;

                if (!slots || sizes[i] <= 10000) {
                    keep_least(&least[kind + 1],
                               engine_hold(shared, sizes[i], slots, another,
                                           holds));
                }
            }
        }
        (void)printf("%8llu %8.1f", (unsigned long long)sizes[i], least[0]);
        for (int kind = 1; kind < 5; kind++)
            print_figure(least[kind], least[0]);
        (void)printf("\n");
        (void)fflush(stdout);
    }
    free(shared);
    return 0;
}

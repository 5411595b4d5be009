/*
 * bare.c - bare loops; see bare.h.
 */
#include "sim/host/bare.h"

#include <stdlib.h>
#include <time.h>

#include "sim/engine/hash.h"
#include "sim/engine/random.h"

double ts_bare_clock(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* --- M/M/1 --- */

#define SERVICE 1e6
#define GAP (1e6 / 0.9)

static ts_time draw(ts_random *random, double mean)
{
    return (ts_time)(ts_random_exponential(random) * mean + 0.5);
}

/* The mean stay is Little's: the area below the number inside over how many
 * came. */
ts_bare ts_bare_queue(uint64_t customers)
{
    ts_bare bare = {.seconds = ts_bare_clock()};
    ts_random gaps, services;
    ts_time now = 0, arrival, departure = TS_NEVER;
    uint64_t left = customers;
    ts_i128 area = 0;
    int64_t inside = 0;

    ts_random_init(&gaps, 1, "arrivals");
    ts_random_init(&services, 1, "services");
    arrival = left > 0 ? draw(&gaps, GAP) : TS_NEVER;
    while (left > 0 || inside > 0) {
        bool comes = arrival < departure;
        ts_time next = comes ? arrival : departure;

        area += (ts_i128)inside * (next - now);
        now = next;
        bare.digest = ts_hash_fold(bare.digest, (uint64_t)now);
        if (comes) {
            inside++;
            arrival = --left > 0 ? now + draw(&gaps, GAP) : TS_NEVER;
        } else {
            inside--;
            departure = TS_NEVER;
        }
        if (inside > 0 && departure == TS_NEVER) {
            departure = now + draw(&services, SERVICE);
            bare.decisions++;
        }
    }
    bare.seconds = ts_bare_clock() - bare.seconds;
    bare.mean = customers > 0 ? (double)area / (double)customers : 0;
    return bare;
}

/* --- round robin --- */

#define SLICE TS_US

typedef struct turn_thread {
    ts_time since, used, ready;
    int64_t dispatches;
} turn_thread;

typedef struct turn_cpu {
    ts_time spent;
    int64_t dispatches;
    int32_t thread;
} turn_cpu;

typedef struct turns {
    turn_thread *threads;
    turn_cpu *cpus;
    int32_t *ring;   /* those that wait, from `head` on */
    uint64_t *end;   /* of the slice on each processor, and its number below */
    uint32_t *first; /* tournament: first[1] ends first; first[room + i] is i */
    uint32_t waiting, head, room;
} turns;

#define NUMBER_BITS 12 /* of processors: at one time the lowest comes first */

/* The slice of processor `i` ends at `end`: replays the matches above it. */
static void end_at(turns *t, uint32_t i, ts_time end)
{
    uint32_t best = i;

    t->end[i] = (uint64_t)end << NUMBER_BITS | i;
    for (uint32_t node = t->room + i; node > 1; node /= 2) {
        uint32_t other = t->first[node ^ 1];

        best = t->end[other] < t->end[best] ? other : best;
        t->first[node / 2] = best;
    }
}

static void dispatch(turns *t, uint32_t i, int32_t thread, ts_time now)
{
    t->threads[thread].ready += now - t->threads[thread].since;
    t->threads[thread].since = now;
    t->threads[thread].dispatches++;
    t->cpus[i].dispatches++;
    t->cpus[i].thread = thread;
}

/* The slice of processor `i` is over: its thread to the tail, the head in. */
static uint64_t turn(turns *t, uint32_t i, ts_time now, uint64_t digest)
{
    turn_cpu *cpu = &t->cpus[i];
    int32_t thread = cpu->thread;

    t->threads[thread].used += now - t->threads[thread].since;
    t->threads[thread].since = now;
    cpu->spent += SLICE;
    digest = ts_hash_fold(digest,
                          ts_hash_record((uint64_t)now, i, (uint64_t)thread));
    if (t->waiting > 0) {
        int32_t next = t->ring[t->head];

        t->ring[t->head] = thread;
        t->head = t->head + 1 == t->waiting ? 0 : t->head + 1;
        thread = next;
    }
    dispatch(t, i, thread, now);
    return digest;
}

static bool turns_init(turns *t, uint32_t threads, uint32_t processors)
{
    t->waiting = threads - processors;
    for (t->room = 1; t->room < processors;)
        t->room *= 2;
    t->threads = calloc(threads, sizeof *t->threads);
    t->cpus = calloc(processors, sizeof *t->cpus);
    t->ring = calloc((size_t)t->waiting + 1, sizeof *t->ring);
    t->end = calloc(t->room, sizeof *t->end);
    t->first = calloc(2 * (size_t)t->room, sizeof *t->first);
    if (t->threads == NULL || t->cpus == NULL || t->ring == NULL ||
        t->end == NULL || t->first == NULL)
        return false;
    for (uint32_t i = 0; i < t->room; i++) {
        t->first[t->room + i] = i;
        t->end[i] = UINT64_MAX;
    }
    for (uint32_t node = t->room - 1; node > 0; node--)
        t->first[node] = t->first[2 * node];
    for (uint32_t i = 0; i < t->waiting; i++)
        t->ring[i] = (int32_t)(processors + i);
    for (uint32_t i = 0; i < processors; i++)
        dispatch(t, i, (int32_t)i, 0);
    for (uint32_t i = 0; i < processors; i++)
        end_at(t, i, SLICE);
    return true;
}

static double mean_ready(const turns *t, int threads)
{
    double sum = 0;

    for (int i = 0; i < threads; i++)
        sum += (double)t->threads[i].ready;
    return sum / threads;
}

bool ts_bare_turns(int threads, int processors, uint64_t slices, ts_bare *bare)
{
    turns t = {.head = 0};
    bool done;

    assert(processors > 0 && processors <= threads);
    assert(processors < 1 << NUMBER_BITS);
    *bare = (ts_bare){.seconds = ts_bare_clock()};
    done = turns_init(&t, (uint32_t)threads, (uint32_t)processors);
    for (uint64_t left = done ? slices : 0; left > 0; left--) {
        uint32_t i = t.first[1];
        ts_time now = (ts_time)(t.end[i] >> NUMBER_BITS);

        bare->digest = turn(&t, i, now, bare->digest);
        end_at(&t, i, now + SLICE);
    }
    bare->seconds = ts_bare_clock() - bare->seconds;
    bare->decisions = slices;
    bare->mean = done ? mean_ready(&t, threads) : 0;
    free(t.threads);
    free(t.cpus);
    free(t.ring);
    free(t.end);
    free(t.first);
    return done;
}

/*
 * bare.h - what one would write in C for one model alone: the yardsticks that
 * benchmarks are held against, in the same run.
 *
 * They draw from the engine's generator, fold what happens into a digest and
 * keep the accounts of their model (the mean stay in the queue; what each thread and
 * each processor had of the turns), and can do nothing else.
 * In the program, not in the library.
 */
#ifndef TS_HOST_BARE_H
#define TS_HOST_BARE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ts_bare {
    double seconds;     /* of the processor */
    uint64_t decisions; /* who is next */
    double mean;        /* time from coming to going, or of waiting; ps */
    uint64_t digest;    /* so that nothing of it can be left out */
} ts_bare;

/* Processor time of this process, s. */
double ts_bare_clock(void);

/* M/M/1, arrivals 0.9 and service 1.0 a microsecond: a loop over two variables,
 * the next arrival and the next departure. */
ts_bare ts_bare_queue(uint64_t customers);

/* Round robin of `threads` on `processors` (no more than threads) from one
 * queue, slices of a microsecond that never end early: a ring, and a tournament
 * tree over the ends of the slices; none for one processor. false: out of
 * memory. */
bool ts_bare_turns(int threads, int processors, uint64_t slices, ts_bare *bare);

#endif

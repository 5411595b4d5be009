/*
 * pool.h - threads in a row, each with a weight, for policies that draw one
 * or go round by number.
 *
 * A thread gets its seat when it joins and keeps it until it leaves, so that
 * the row is in order of arrival. Its weight counts while it is ready, and is 0
 * otherwise. The sums are a Fenwick tree (P. Fenwick, Software: Practice and
 * Experience 24, 1994): everything takes a time logarithmic in the number of
 * seats. thread->place is the seat.
 */
#ifndef TS_MODELS_POLICY_POOL_H
#define TS_MODELS_POLICY_POOL_H

#include "models/machine/machine.h"

typedef struct ts_pool {
    ts_thread **seat; /* from 1; NULL: left */
    int64_t *weight;  /* of the seat, 0: not ready */
    int64_t *sum;     /* Fenwick: of the weights */
    int64_t total;
    int32_t room, last, taken;
    int32_t mark; /* a seat to be remembered; moves when seats do */
} ts_pool;

/* A thread takes the last seat; ends the run when memory ends. */
void ts_pool_join(ts_pool *pool, ts_machine *machine, ts_thread *thread);
/* It gives the seat back; nothing happens if it has none. One that goes to
 * another queue must: its place says nothing in another row. */
void ts_pool_leave(ts_pool *pool, ts_thread *thread);
/* ts_pool_set() for one that may have left. */
void ts_pool_put(ts_pool *pool, ts_machine *machine, ts_thread *thread,
                 int64_t weight);
void ts_pool_set(ts_pool *pool, ts_thread *thread, int64_t weight);
/* The first thread at which the running sum of weights exceeds `value`, which
 * must be at least 0 and below the total. */
ts_thread *ts_pool_find(const ts_pool *pool, int64_t value);
/* The sum of the weights up to the seat, itself included. */
int64_t ts_pool_upto(const ts_pool *pool, int32_t seat);

#endif

/*
 * slices.c - how long the kernel lets a thread run beside another one that
 * wants the processor as well, and its ticks.
 */
#define _GNU_SOURCE
#include "sim/host/host.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#define GAP 20000.0 /* ns without us: somebody else ran */

static void *spin(void *context)
{
    const atomic_bool *stop = context;

    ts_host_pin(0);
    while (!atomic_load_explicit(stop, memory_order_relaxed))
        ;
    return NULL;
}

/* One turn of ours, from the end of a gap to the next. Gaps are long: an
 * interrupt is none. */
static double turn(void *context)
{
    double begin = *(double *)context, last = begin, now;

    for (;;) {
        now = ts_host_now();
        if (now - last > GAP * 10) {
            double took = last - begin;

            *(double *)context = now;
            return took > GAP ? took : 0;
        }
        last = now;
        if (now - begin > 5e8)
            return -1; /* nobody took the processor in half a second */
    }
}

static void slices(ts_host *host)
{
    atomic_bool stop = false;
    pthread_t other;
    struct timespec tick;
    double begin;

    if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) == 0 && tick.tv_sec == 0)
        ts_host_note(host,
                     &(ts_reading){.name = "tick",
                                   .field = "/system/hz",
                                   .what = "the coarse clock's resolution",
                                   .unit = "ns"},
                     (double)tick.tv_nsec);
    if (!ts_host_pin(0) || pthread_create(&other, NULL, spin, &stop) != 0)
        return;
    begin = ts_host_now();
    (void)turn(&begin);
    ts_host_sample(
        host,
        &(ts_reading){.name = "slice",
                      .what = "a turn of one of two threads that never wait",
                      .unit = "ns"},
        turn, &begin);
    atomic_store(&stop, true);
    pthread_join(other, NULL);
}

const ts_probe ts_probe_slices = {"slices", slices};

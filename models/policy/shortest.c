/*
 * shortest.c - shortest first: SJF (SPN), SRTF (STCF, SRT) and PSJF.
 *
 * All three order by processor time of the current burst, which they are told:
 * no system knows it, and that is what makes them the yardstick.
 *
 *   sjf    the shortest ready burst next; never takes a processor away
 *   srtf   the shortest remainder; a shorter one takes the processor at once
 *   psjf   as srtf, but a job keeps the size it came with
 *
 * SRTF has the least mean turnaround there is on one processor: L. Schrage, "A
 * Proof of the Optimality of the Shortest Remaining Processing Time
 * Discipline", Operations Research 16 (1968). PSJF: A. Wierman and M.
 * Harchol-Balter, SIGMETRICS 2003.
 */
#include <stdio.h>

#include "models/policy/heap.h"
#include "models/machine/policy.h"

static int by_remainder(const ts_thread *a, const ts_thread *b)
{
    return (a->left > b->left) - (a->left < b->left);
}

static int by_size(const ts_thread *a, const ts_thread *b)
{
    return (a->burst > b->burst) - (a->burst < b->burst);
}

static bool init_remainder(ts_runqueue *queue, ts_error *error)
{
    (void)error;
    ts_heap_queue_init(queue, by_remainder);
    return true;
}

static bool init_size(ts_runqueue *queue, ts_error *error)
{
    (void)error;
    ts_heap_queue_init(queue, by_size);
    return true;
}

static bool less_left(const ts_runqueue *queue, const ts_thread *challenger,
                      const ts_thread *running)
{
    (void)queue;
    return challenger->left < running->left;
}

static bool smaller(const ts_runqueue *queue, const ts_thread *challenger,
                    const ts_thread *running)
{
    (void)queue;
    return challenger->burst < running->burst;
}

static void key_left(const ts_runqueue *queue, const ts_thread *thread,
                     char *buffer, size_t size)
{
    (void)queue;
    ts_key_time(buffer, size, "needs", ts_fine_floor(thread->left));
}

static void key_size(const ts_runqueue *queue, const ts_thread *thread,
                     char *buffer, size_t size)
{
    (void)queue;
    ts_key_time(buffer, size, "came with", ts_fine_floor(thread->burst));
}

static const ts_policy sjf = {
    .queue_size = sizeof(ts_heap),
    .conserving = true,
    .cooperative = true,
    .ties = TS_TIES_ARRIVAL,
    .rule = "its burst is the shortest",
    .init = init_remainder,
    .put = ts_heap_queue_put,
    .remove = ts_heap_queue_remove,
    .pick = ts_heap_queue_pick,
    .key = key_left,
};

static const ts_policy srtf = {
    .queue_size = sizeof(ts_heap),
    .conserving = true,
    .ties = TS_TIES_ARRIVAL,
    .rule = "it has the least left to run",
    .init = init_remainder,
    .put = ts_heap_queue_put,
    .remove = ts_heap_queue_remove,
    .challenger = ts_heap_queue_challenger,
    .pick = ts_heap_queue_pick,
    .before = less_left,
    .key = key_left,
};

static const ts_policy psjf = {
    .queue_size = sizeof(ts_heap),
    .conserving = true,
    .ties = TS_TIES_ARRIVAL,
    .rule = "the burst it came with is the shortest",
    .init = init_size,
    .put = ts_heap_queue_put,
    .remove = ts_heap_queue_remove,
    .challenger = ts_heap_queue_challenger,
    .pick = ts_heap_queue_pick,
    .before = smaller,
    .key = key_size,
};

const ts_entry ts_policy_sjf = {
    .name = "sjf",
    .help = "shortest job first: the shortest burst next, run to its end",
    .about = "Also called shortest process next. Knows the length of the "
             "current burst: a \"run\" up to the next operation that may "
             "block.",
    .model = &sjf,
};

const ts_entry ts_policy_srtf = {
    .name = "srtf",
    .help = "shortest remaining time first; a shorter one takes the processor",
    .about = "SJF with the processor taken away: STCF, SRT, SRPT. An equal "
             "remainder does not take it.",
    .model = &srtf,
};

const ts_entry ts_policy_psjf = {
    .name = "psjf",
    .help = "shortest first by the size a burst came with, pre-emptive",
    .about = "As SRTF, but what a job has already done does not help it.",
    .model = &psjf,
};

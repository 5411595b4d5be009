/*
 * balance_place.c - which run queue new and woken threads go to: see
 * balance.c.
 */
#include "models/machine/balancing.h"

static bool is_idle(const ts_machine *machine, int processor)
{
    return ts_bits_has(machine->vacant, processor) &&
           machine->cpus[processor].queue->ready == 0;
}

/* The lowest idle processor that the thread may have; -1: none. */
static int find_idle(const ts_machine *machine, const ts_thread *thread)
{
    for (int word = 0; word < (machine->cpu_count + 63) / 64; word++) {
        uint64_t left = machine->vacant[word];

        if (thread->allowed != NULL)
            left &= thread->allowed[word];
        for (; left != 0; left &= left - 1) {
            int id = word * 64 + __builtin_ctzll(left);

            if (is_idle(machine, id))
                return id;
        }
    }
    return -1;
}

static ts_runqueue *least_loaded(ts_machine *machine, const ts_thread *thread)
{
    int idle = find_idle(machine, thread);
    ts_runqueue *best = NULL;
    int64_t best_load = 0;

    if (idle >= 0)
        return machine->cpus[idle].queue;
    for (int i = 0; i < machine->queue_count; i++) {
        ts_runqueue *queue = &machine->queues[i];
        int64_t load = ts_balance_weight(queue);

        if (ts_thread_allowed(thread, i) &&
            (best == NULL || load < best_load)) {
            best = queue;
            best_load = load;
        }
    }
    return best;
}

/* Where the policy has the thread go; NULL: it does not say. */
static ts_runqueue *selected(ts_machine *machine, const ts_thread *thread,
                             bool is_new)
{
    const ts_policy *policy = machine->queues[0].policy;

    return policy->select != NULL ? policy->select(machine, thread, is_new)
                                  : NULL;
}

ts_runqueue *ts_balance_place(ts_machine *machine, const ts_thread *thread)
{
    struct ts_balance *balance = machine->balance;
    ts_runqueue *queue;

    if (machine->queue_count == 1)
        return &machine->queues[0];
    if (balance->rules->place != PLACE_NEXT) {
        queue = balance->rules->place == PLACE_POLICY
                    ? selected(machine, thread, true)
                    : NULL;
        return queue != NULL ? queue : least_loaded(machine, thread);
    }
    for (;;) {
        int at = balance->turn++;

        balance->turn %= machine->queue_count;
        if (ts_thread_allowed(thread, at))
            return &machine->queues[at];
    }
}

/* The last if it is idle, else an idle one, else the last. */
static ts_runqueue *idle_or_last(ts_machine *machine, const ts_thread *thread)
{
    int idle = is_idle(machine, thread->queue->first)
                   ? -1
                   : find_idle(machine, thread);

    return idle >= 0 ? machine->cpus[idle].queue : thread->queue;
}

static ts_runqueue *place_woken(ts_machine *machine, const ts_thread *thread)
{
    ts_runqueue *queue;

    switch ((wake_rule)machine->balance->rules->wake) {
    case WAKE_POLICY:
        queue = selected(machine, thread, false);
        if (queue != NULL)
            return queue;
        break;
    case WAKE_LAST:
        if (ts_thread_allowed(thread, thread->queue->first))
            return thread->queue;
        break;
    case WAKE_LEAST:
        return least_loaded(machine, thread);
    case WAKE_IDLE:
        break;
    }
    return ts_thread_allowed(thread, thread->queue->first)
               ? idle_or_last(machine, thread)
               : least_loaded(machine, thread);
}

void ts_balance_wake(ts_thread *thread)
{
    ts_machine *machine = thread->machine;
    struct ts_balance *balance = machine->balance;
    ts_runqueue *from = thread->queue, *to;

    if (thread->task->home != NULL)
        return;
    to = place_woken(machine, thread);
    if (to == from)
        return;
    assert(thread->standing == TS_STANDS_PICKED); /* it was blocked */
    balance->wakes++;
    if (from->policy->move != NULL)
        from->policy->move(from, to, thread);
    thread->queue = to;
}

/*
 * balance_pull.c - what a processor that is out of work takes from others: see
 * balance.c.
 */
#include "models/machine/balancing.h"

/* So many looks must have failed (nr_balance_failed) before it takes threads
 * that ran a moment ago (more than sd->cache_nice_tries, which is 1 where the
 * processors share a cache), and the running one (need_active_balance()). */
#define FAILED_FOR_HOT 2
#define FAILED_FOR_RUNNING 4

bool ts_balance_is_hot(const ts_thread *thread)
{
    const ts_machine *machine = thread->machine;
    ts_time hot = machine->balance != NULL ? machine->balance->rules->hot : 0;

    return hot > 0 && thread->last != NULL &&
           ts_engine_now(machine->engine) - thread->since < hot;
}

/* The thread that has been ready longest of those that `cpu` may have. */
static ts_thread *longest_ready(ts_runqueue *queue, const ts_cpu *cpu)
{
    ts_thread *best = NULL;

    for (ts_thread *t = queue->machine->live; t != NULL; t = t->live_next)
        if (t->state == TS_THREAD_READY && t->queue == queue &&
            ts_thread_allowed(t, cpu->id) && t->task->home == NULL &&
            (best == NULL || t->order < best->order))
            best = t;
    return best;
}

ts_thread *ts_balance_spare(ts_runqueue *queue, const ts_cpu *cpu, int failed)
{
    ts_machine *machine = queue->machine;
    ts_thread *best = queue->policy->spare != NULL
                          ? queue->policy->spare(queue, cpu)
                          : longest_ready(queue, cpu);

    if (best != NULL &&
        !TS_ENSURE(machine->engine,
                   best->standing == TS_STANDS_QUEUED && best->queue == queue))
        return NULL;
    if (best != NULL && best->task->home != NULL)
        return NULL;
    if (best != NULL && failed < FAILED_FOR_HOT && ts_balance_is_hot(best)) {
        machine->balance->refused = true;
        return NULL;
    }
    return best;
}

/* Something to give: threads besides the one that has, or is about to get,
 * the processor. */
static bool can_give(const ts_machine *machine, const ts_runqueue *queue)
{
    return queue->ready > 0 && ts_balance_load(machine, queue) > 1;
}

/* The thread that runs there, if it could come here; NULL: it could not. */
static ts_thread *runner_of(const ts_runqueue *queue, const ts_cpu *cpu)
{
    ts_thread *thread = queue->machine->cpus[queue->first].current;

    return !queue->policy->cooperative && queue->policy->rate == NULL &&
                   thread != NULL && ts_thread_allowed(thread, cpu->id) &&
                   thread->task->home == NULL
               ? thread
               : NULL;
}

/* What the queue gives to `cpu`, ready or, after enough failures, running;
 * NULL: nothing, or nothing yet. */
static ts_thread *gift(ts_runqueue *queue, const ts_cpu *cpu, int failed)
{
    ts_thread *thread;

    if (!can_give(queue->machine, queue))
        return NULL;
    thread = ts_balance_spare(queue, cpu, failed);
    if (thread != NULL)
        return thread;
    thread = runner_of(queue, cpu);
    if (thread == NULL || failed >= FAILED_FOR_RUNNING)
        return thread;
    queue->machine->balance->refused = true;
    return NULL;
}

static ts_thread *from_busiest(ts_runqueue *queue, const ts_cpu *cpu,
                               int failed)
{
    ts_machine *machine = queue->machine;
    ts_thread *best = NULL;
    int64_t most = 0;

    for (int i = 0; i < machine->queue_count; i++) {
        ts_runqueue *other = &machine->queues[i];
        ts_thread *thread =
            other->ready > most ? gift(other, cpu, failed) : NULL;

        if (thread != NULL) {
            best = thread;
            most = other->ready;
        }
    }
    return best;
}

static ts_thread *from_next(ts_runqueue *queue, const ts_cpu *cpu, int failed)
{
    ts_machine *machine = queue->machine;
    ts_thread *thread = NULL;

    for (int i = 1; i < machine->queue_count && thread == NULL; i++)
        thread = gift(&machine->queues[(queue->id + i) % machine->queue_count],
                      cpu, failed);
    return thread;
}

static ts_thread *from_random(ts_runqueue *queue, const ts_cpu *cpu, int failed)
{
    ts_machine *machine = queue->machine;
    int at = (int)ts_random_below(&machine->balance->random,
                                  (uint64_t)machine->queue_count - 1);

    return gift(&machine->queues[at < queue->id ? at : at + 1], cpu, failed);
}

static ts_thread *find_gift(ts_runqueue *queue, int failed)
{
    const ts_cpu *cpu = &queue->machine->cpus[queue->first];

    switch ((victim_rule)queue->machine->balance->rules->victim) {
    case VICTIM_RANDOM:
        return from_random(queue, cpu, failed);
    case VICTIM_NEXT:
        return from_next(queue, cpu, failed);
    case VICTIM_BUSIEST:
        break;
    }
    return from_busiest(queue, cpu, failed);
}

/* Takes the thread off its processor (active_load_balance_cpu_stop()). false:
 * not possible now, or it has ended by that. */
static bool take_off(ts_thread *thread)
{
    if (ts_cpu_preempt(thread->cpu, TS_WHY_PREEMPTED))
        return thread->state == TS_THREAD_READY;
    thread->machine->balance->refused = true;
    return false;
}

bool ts_balance_take(ts_thread *thread, ts_runqueue *queue)
{
    if (thread->state == TS_THREAD_RUNNING && !take_off(thread))
        return false;
    queue->machine->balance->pulled++;
    ts_thread_move(thread, queue);
    return true;
}

/* What a search found counts as a failure only where there was something to
 * have, later. */
static void count_failure(struct ts_balance *balance, ts_looker *own)
{
    own->failed = balance->refused ? own->failed + own->looks : 0;
}

static bool search(ts_runqueue *queue)
{
    struct ts_balance *balance = queue->machine->balance;
    ts_looker *own = &balance->lookers[queue->id];
    bool refused = balance->refused, found;
    ts_thread *thread;

    balance->refused = false;
    thread = find_gift(queue, own->failed);
    found = thread != NULL && ts_balance_take(thread, queue);
    if (found)
        own->failed = 0;
    else
        count_failure(balance, own);
    own->looks = false;
    balance->refused |= refused;
    return found;
}

bool ts_balance_pull(ts_runqueue *queue)
{
    ts_machine *machine = queue->machine;
    struct ts_balance *balance = machine->balance;
    ts_thread *thread;

    if (balance->rules->pull == PULL_NEVER)
        return false;
    if (balance->attracts) {
        thread = queue->policy->attract(queue, TS_LOOK_IDLE);
        balance->pulls++;
        return thread != NULL && ts_balance_take(thread, queue);
    }
    if (machine->ready == 0)
        return false;
    balance->pulls++;
    return search(queue);
}

/*
 * linux_place.c - to which processor a new thread goes, and one that wakes.
 *
 * A fair thread that is new goes where least is going on: to an idle processor
 * rather than to one that has room left by the averages (linux_load.c), to that
 * rather than to a full one; its parent's, unless another is better by a margin
 * (find_idlest_cpu()). Who made threads that come from outside is taken to be the
 * most urgent one that runs.
 *
 * One that wakes stays with its last processor or comes to its waker's, which
 * is weighed where neither is idle (wake_affine()); then to an idle one beside
 * that, if it is not (select_idle_sibling()), which from 6.0 on is not sought
 * where the processors have little to spare (SIS_UTIL).
 *
 * A thread above the fair class stays where it was unless one that it does not
 * come before has that processor: then it goes to the one that runs what is the
 * least (select_task_rq_rt(), select_task_rq_dl()).
 *
 * All processors are one domain that shares a cache. Source: kernel/sched/fair.c,
 * rt.c and deadline.c of Linux 5.x and 6.x. Left out: wakers of very many
 * (wake_wide()), writers that say they will sleep (WF_SYNC), the processor
 * before the last (recent_used_cpu).
 */
#include "models/policy/linux.h"

static ts_linux_queue *state_of(ts_machine *machine, int id)
{
    return machine->queues[id].state;
}

/* --- new ones --- */

static bool is_idle(const ts_linux_use *use)
{
    return use->threads == 0;
}

/* Of two that are not its parent's (update_pick_idlest()). */
static bool is_better(const ts_linux_use *a, const ts_linux_use *b)
{
    if (a->room != b->room)
        return a->room < b->room;
    if (a->room != TS_ROOM_SPARE)
        return a->mean < b->mean;
    return is_idle(a) != is_idle(b) ? is_idle(a) : a->util < b->util;
}

/* Whether it leaves its parent's processor for another one
 * (find_idlest_group()). */
static bool is_left(const ts_linux_use *own, const ts_linux_use *other)
{
    int64_t margin = TS_CAPACITY * (TS_IMBALANCE - 100) / 100;

    if (own->room != other->room)
        return own->room > other->room;
    if (own->room == TS_ROOM_SPARE)
        return !is_idle(own) && is_idle(other);
    return other->mean < own->mean + margin &&
           100 * own->mean > TS_IMBALANCE * other->mean;
}

/* Where whoever makes a thread is: one that comes from outside is taken to be
 * made by the most urgent of those that run, on the lowest processor. */
static int parent_of(const ts_machine *machine)
{
    int best = -1;

    if (machine->actor != NULL && machine->actor->cpu != NULL)
        return machine->actor->cpu->id;
    for (int id = 0; id < machine->cpu_count; id++) {
        const ts_thread *running = machine->cpus[id].current;

        if (running != NULL &&
            (best < 0 ||
             running->class_of < machine->cpus[best].current->class_of))
            best = id;
    }
    return best >= 0 ? best : 0;
}

static ts_runqueue *place_new(ts_machine *machine, const ts_thread *thread)
{
    int parent = parent_of(machine), best = -1;
    ts_linux_use own = ts_linux_use_of(state_of(machine, parent)), other = own;

    for (int id = 0; id < machine->queue_count; id++) {
        ts_linux_use p;

        if (id == parent || !ts_thread_allowed(thread, id))
            continue;
        p = ts_linux_use_of(state_of(machine, id));
        if (best < 0 || is_better(&p, &other)) {
            best = id;
            other = p;
        }
    }
    if (best < 0 ||
        (ts_thread_allowed(thread, parent) && !is_left(&own, &other)))
        best = parent;
    return &machine->queues[best];
}

/* --- woken ones --- */

/* available_idle_cpu() */
static bool is_free(const ts_machine *machine, int id)
{
    return machine->cpus[id].current == NULL &&
           ts_linux_waiting(machine->queues[id].state) == 0;
}

/* How many processors are looked at for an idle one, from 6.0 on
 * (update_idle_cpu_scan()): fewer the more all are used, none when nearly
 * all is. */
static int64_t scans(ts_machine *machine)
{
    const ts_linux_record *options = machine->queues[0].options;
    int64_t used = 0, left;

    if (options->kernel < TS_KERNEL_6_1)
        return machine->queue_count;
    for (int id = 0; id < machine->queue_count; id++) {
        ts_linux_queue *state = state_of(machine, id);

        ts_linux_load_count(state);
        used += ts_linux_sums_average(&state->loads.fair,
                                      state->loads.fair.util, TS_CAPACITY);
    }
    used /= machine->queue_count;
    left = TS_CAPACITY -
           used * used * TS_IMBALANCE * TS_IMBALANCE / (10000 * TS_CAPACITY);
    return left > 0 ? left * machine->queue_count / TS_CAPACITY : 0;
}

/* An idle one beside `target` (select_idle_cpu()); -1: none found. */
static int idle_beside(ts_machine *machine, const ts_thread *thread, int target)
{
    int64_t left = scans(machine);

    for (int i = 1; i <= machine->queue_count && left > 0; i++) {
        int id = (target + i) % machine->queue_count;

        if (!ts_thread_allowed(thread, id))
            continue;
        if (is_free(machine, id))
            return id;
        left--;
    }
    return -1;
}

/* Whether it comes to its waker's processor: if that is the lighter one, with it
 * (wake_affine_weight()). */
static bool is_lighter(ts_machine *machine, const ts_thread *thread, int waker,
                       int last)
{
    ts_linux_queue *here = state_of(machine, waker),
                   *there = state_of(machine, last);
    const ts_linux_load *load = ts_linux_load_count_thread(there, thread);
    int64_t own, mine, theirs;

    ts_linux_load_count(here);
    own = ts_linux_sums_average(&load->sums, load->sums.load,
                                ts_linux_fair_weight(thread));
    mine = ts_linux_sums_average(&here->loads.fair, here->loads.fair.load, 1);
    theirs =
        ts_linux_sums_average(&there->loads.fair, there->loads.fair.load, 1);
    return (mine + own) * 100 * there->domain.capacity <
           (theirs - own) * (100 + (TS_IMBALANCE - 100) / 2) *
               here->domain.capacity;
}

/* From which processor an idle one is sought (wake_affine()). */
static int target_of(ts_machine *machine, const ts_thread *thread, int waker,
                     int last)
{
    if (waker == last || !ts_thread_allowed(thread, waker))
        return last;
    if (is_free(machine, last))
        return last;
    if (is_free(machine, waker))
        return waker;
    return is_lighter(machine, thread, waker, last) ? waker : last;
}

static ts_runqueue *place_woken(ts_machine *machine, const ts_thread *thread)
{
    const ts_thread *waker = machine->actor;
    int last = thread->queue->first, target, idle;

    target =
        target_of(machine, thread,
                  waker != NULL && waker->cpu != NULL ? waker->cpu->id : last,
                  last);
    if (is_free(machine, target))
        return &machine->queues[target];
    if (target != last && is_free(machine, last))
        return &machine->queues[last];
    idle = idle_beside(machine, thread, target);
    return &machine->queues[idle >= 0 ? idle : target];
}

/* --- above the fair class --- */

/* The class and, of real-time ones, the priority of the first of what a queue
 * runs and has: idle and fair ones are alike (cpupri_find()). */
static int64_t height(const ts_runqueue *queue)
{
    const ts_thread *running = queue->machine->cpus[queue->first].current;

    if (running == NULL || running->class_of == TS_LINUX_FAIR)
        return INT64_MIN;
    return running->class_of == 0 ? INT64_MAX : running->urgency;
}

static ts_runqueue *place_above(ts_machine *machine, const ts_thread *thread)
{
    ts_runqueue *own = thread->queue, *best = own;
    const ts_thread *running = machine->cpus[own->first].current;

    if (running == NULL || running->class_of == TS_LINUX_FAIR ||
        own->policy->before(own, thread, running))
        return own;
    for (int id = 0; id < machine->queue_count; id++)
        if (ts_thread_allowed(thread, id) &&
            height(&machine->queues[id]) < height(best))
            best = &machine->queues[id];
    return best;
}

ts_runqueue *ts_linux_select(ts_machine *machine, const ts_thread *thread,
                             bool is_new)
{
    const ts_policy *fair = state_of(machine, 0)->fair.policy;

    if (is_new)
        return ts_linux_rank(ts_class_of(thread)) == TS_LINUX_FAIR
                   ? place_new(machine, thread)
                   : NULL;
    if (!ts_thread_allowed(thread, thread->queue->first))
        return NULL;
    if (thread->class_of != TS_LINUX_FAIR)
        return place_above(machine, thread);
    if (fair->lingers != NULL && fair->lingers(thread))
        return thread->queue;
    return place_woken(machine, thread);
}

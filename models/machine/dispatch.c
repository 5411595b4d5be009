/*
 * dispatch.c - who runs where.
 *
 * Decisions are taken when an instant has settled: every arrival, completion,
 * wake-up and slice end of that instant has been seen. First, where the policy
 * pre-empts and all its processors are busy, ready threads that come before
 * running ones take their place, the least deserving runner first (ties: by the
 * convention "gives_way"). Then free processors, in order, take what the policy
 * picks; one that finds nothing may pull from another queue. This repeats until
 * nothing changes.
 */
#include "models/machine/balance.h"
#include "models/machine/inside.h"

#include <stdio.h>
#include <string.h>

void ts_queue_ask(ts_runqueue *queue)
{
    ts_machine *machine = queue->machine;

    assert(queue->id >= 0 && queue->id < machine->queue_count);
    queue->dirty = true;
    ts_bits_add(machine->due, queue->id);
    machine->dirty = true;
    ts_engine_settle(machine->engine, machine->settle);
}

/* The lowest processor of the queue without a thread; NULL: none. */
static ts_cpu *vacant_after(ts_runqueue *queue, int from)
{
    ts_machine *machine = queue->machine;
    int id = ts_bits_next(machine->vacant, from, queue->first + queue->count);

    assert(id < 0 || machine->cpus[id].current == NULL);
    return id < 0 ? NULL : &machine->cpus[id];
}

/* Whether b's thread, on the higher processor, deserves its processor less than
 * a's. */
static bool is_weaker(const ts_runqueue *queue, const ts_cpu *b,
                      const ts_cpu *a)
{
    int ties = queue->machine->ties;

    if (a->current == NULL ||
        b->current == NULL) /* serving an interrupt with none under it */
        return b->current != NULL;
    if (queue->policy->before(queue, a->current, b->current))
        return true;
    return queue->machine->conventions->gives_way == TS_VICTIM_LAST &&
           !queue->policy->before(queue, b->current, a->current) &&
           ts_tie(ties, b->current) > ts_tie(ties, a->current);
}

/* Whether `challenger` may have the processor before the thread that has it is
 * ready to give it up. */
static bool may_take(ts_runqueue *queue, const ts_thread *challenger,
                     const ts_cpu *cpu)
{
    const ts_policy *policy = queue->policy;

    return ts_thread_allowed(challenger, cpu->id) &&
           !(policy->keeps != NULL &&
             policy->keeps(queue, challenger, cpu->current));
}

/* The running thread that deserves its processor least, of those whose
 * processor `challenger` may have (NULL: of all). */
static ts_cpu *scan(ts_runqueue *queue, const ts_thread *challenger)
{
    ts_machine *machine = queue->machine;
    ts_cpu *worst = NULL;

    for (int id = queue->first; id < queue->first + queue->count; id++) {
        ts_cpu *cpu = &machine->cpus[id];

        if (cpu->current == NULL ||
            (challenger != NULL && !may_take(queue, challenger, cpu)))
            continue;
        if (!queue->policy->steady)
            ts_cpu_sync(cpu);
        if (worst == NULL || is_weaker(queue, cpu, worst))
            worst = cpu;
    }
    return worst;
}

/*
 * Where running does not change what a thread is worth, a tournament over the
 * queue's processors knows the least: weakest[1] is the winner, weakest[room +
 * i] is processor i of the queue. Only the matches of processors whose thread
 * has changed since it was last asked are played again.
 */
static void play_matches(ts_runqueue *queue, int leaf)
{
    ts_cpu *cpus = &queue->machine->cpus[queue->first];
    int32_t *weakest = queue->weakest;

    for (int node = (queue->room + leaf) / 2; node > 0; node /= 2) {
        int32_t left = weakest[2 * node], right = weakest[2 * node + 1];

        assert(left < queue->room && right < queue->room);
        weakest[node] =
            right < queue->count && is_weaker(queue, &cpus[right], &cpus[left])
                ? right
                : left;
    }
}

static ts_cpu *least(ts_runqueue *queue, const ts_thread *challenger)
{
    ts_cpu *cpu;

    if (challenger != NULL || queue->weakest == NULL)
        return scan(queue, challenger);
    for (int word = 0; word < (queue->count + 63) / 64; word++)
        for (; queue->stale[word] != 0;
             queue->stale[word] &= queue->stale[word] - 1)
            play_matches(queue,
                         word * 64 + __builtin_ctzll(queue->stale[word]));
    assert(queue->weakest[1] < queue->count);
    cpu = &queue->machine->cpus[queue->first + queue->weakest[1]];
    return cpu->current != NULL ? cpu : NULL;
}

static bool create_matches(ts_runqueue *queue)
{
    ts_arena *arena = queue->machine->arena;

    for (queue->room = 2; queue->room < queue->count;)
        queue->room *= 2;
    queue->weakest =
        ts_arena_array(arena, 2 * (size_t)queue->room, sizeof *queue->weakest);
    queue->stale = ts_arena_array(arena, TS_BITS_WORDS(queue->count),
                                  sizeof *queue->stale);
    for (int i = 0; queue->weakest != NULL && i < queue->room; i++)
        queue->weakest[queue->room + i] = i;
    return queue->weakest != NULL && queue->stale != NULL;
}

/* --- affinity --- */

/*
 * A policy orders threads and knows no affinities: to find the best of those
 * that may have a processor, the dispatcher takes out the ones before it and
 * puts them back. That is as much work as there are threads that may not, so it
 * is not begun where nobody may: of how many that is true each queue counts.
 */
bool ts_queue_bind(ts_machine *machine, ts_error *error)
{
    machine->affine = true;
    for (int i = 0; i < machine->queue_count; i++) {
        ts_runqueue *queue = &machine->queues[i];

        if (queue->count == 1 || queue->open != NULL)
            continue;
        queue->open = ts_arena_array(machine->arena, (size_t)queue->count,
                                     sizeof *queue->open);
        if (queue->open == NULL)
            return ts_fail(error, "out of memory for affinities");
    }
    return true;
}

void ts_queue_bound(const ts_thread *thread, int change)
{
    ts_runqueue *queue = thread->queue;

    queue->bound += change;
    assert(queue->bound >= 0 && queue->bound <= queue->ready);
    for (int i = 0; i < queue->count; i++)
        if (ts_thread_allowed(thread, queue->first + i))
            queue->open[i] += change;
}

/* Whether some thread that is ready may have the processor. */
static bool is_wanted(const ts_runqueue *queue, const ts_cpu *cpu)
{
    return queue->open == NULL || queue->bound < queue->ready ||
           queue->open[cpu->id - queue->first] > 0;
}

/* Threads that may not run where one is sought are set aside, linked by
 * wait_next (they are ready, so they wait for nothing). */
static void set_aside(ts_thread *thread, ts_thread **aside)
{
    assert(thread->state == TS_THREAD_READY && thread->wait_next == NULL);
    assert(thread->standing != TS_STANDS_QUEUED);
    thread->wait_next = *aside;
    *aside = thread;
    ts_queue_count(thread, -1);
    ts_engine_toil(thread->machine->engine);
}

/* The last first, so that each finds the queue as it left it. */
static void put_back(ts_thread *aside)
{
    while (aside != NULL) {
        ts_thread *thread = aside;

        aside = thread->wait_next;
        thread->wait_next = NULL;
        ts_queue_count(thread, 1);
        ts_policy_put(thread, TS_WHY_MOVED);
    }
}

/* Whether threads of the queue have processors of it to avoid. */
static bool is_affine(const ts_runqueue *queue)
{
    return queue->machine->affine && queue->count > 1;
}

/* Holds a ready thread against the one that has the processor. */
static bool wins(ts_runqueue *queue, ts_thread *challenger, const ts_cpu *cpu)
{
    const ts_policy *policy = queue->policy;
    bool yes = policy->before(queue, challenger, cpu->current);

    if (policy->weighed != NULL)
        policy->weighed(queue, challenger, cpu->current, yes);
    return yes;
}

/* The processor that some ready thread should take from its thread; NULL:
 * none. Challengers come in the policy's order: as soon as one would not take
 * the least deserving processor of all, no later one would. */
static ts_cpu *challenged(ts_runqueue *queue)
{
    const ts_policy *policy = queue->policy;
    ts_cpu *weakest = least(queue, NULL), *taken = NULL;
    ts_thread *aside = NULL;

    while (weakest != NULL && taken == NULL) {
        ts_thread *challenger = ts_policy_challenger(queue);

        if (challenger == NULL || !wins(queue, challenger, weakest))
            break;
        taken = is_affine(queue) || policy->keeps != NULL
                    ? least(queue, challenger)
                    : weakest;
        if (taken != NULL && wins(queue, challenger, taken))
            break;
        taken = NULL;
        ts_policy_remove(challenger);
        set_aside(challenger, &aside);
    }
    put_back(aside);
    return taken;
}

/* --why: who has to make room. For whom is said by the dispatch that follows. */
TS_COLD static void explain_preemption(ts_runqueue *queue, const ts_cpu *cpu,
                                       const ts_thread *thread)
{
    char key[96] = "";

    if (queue->policy->key != NULL)
        queue->policy->key(queue, thread, key, sizeof key);
    ts_trace_note(queue->machine->trace, ts_engine_now(queue->machine->engine),
                  cpu->place, thread->id,
                  "takes %s.%lld off%s%s%s: one that is ready "
                  "comes before it",
                  ts_task_name(thread->task), (long long)thread->job,
                  key[0] ? " (" : "", key, key[0] ? ")" : "");
}

static bool preempt_one(ts_runqueue *queue)
{
    const ts_thread *thread;
    ts_cpu *cpu;

    if (queue->policy->before == NULL || queue->ready == 0 ||
        (!is_affine(queue) && vacant_after(queue, queue->first) != NULL))
        return false;
    cpu = challenged(queue);
    if (cpu == NULL)
        return false;
    thread = cpu->current;
    if (!ts_cpu_preempt(cpu, TS_WHY_PREEMPTED))
        return false;
    if (queue->machine->trace->level >= TS_TRACE_WHY)
        explain_preemption(queue, cpu, thread);
    return true;
}

/* What the policy picks for the processor among those that may have it. */
static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    ts_thread *thread, *aside = NULL;

    if (!is_wanted(queue, cpu))
        return NULL;
    thread = ts_policy_pick(queue, cpu);
    while (thread != NULL && !ts_thread_allowed(thread, cpu->id)) {
        set_aside(thread, &aside);
        thread = ts_policy_pick(queue, cpu);
    }
    put_back(aside);
    return thread;
}

/* The thread that has stood in the queue longest after `last` (NULL: of all);
 * NULL: none. For --why only: it looks at every thread. */
static const ts_thread *next_ready(const ts_runqueue *queue,
                                   const ts_thread *last)
{
    const ts_thread *next = NULL;

    for (const ts_thread *t = queue->machine->live; t != NULL; t = t->live_next)
        if (t->state == TS_THREAD_READY && t->queue == queue &&
            (last == NULL || t->order > last->order) &&
            (next == NULL || t->order < next->order))
            next = t;
    return next;
}

/* Appends "NAME.JOB (KEY)"; returns the length of the text. */
static size_t name_with_key(ts_runqueue *queue, const ts_thread *thread,
                            const char *before, char *text, size_t used,
                            size_t size)
{
    char key[96] = "";
    int n;

    if (queue->policy->key != NULL)
        queue->policy->key(queue, thread, key, sizeof key);
    n = snprintf(text + used, size - used, "%s%s.%lld%s%s%s", before,
                 ts_task_name(thread->task), (long long)thread->job,
                 key[0] ? " (" : "", key, key[0] ? ")" : "");
    return used + (size_t)n < size ? used + (size_t)n : size - 1;
}

/* --why: who was ready, by which keys, and which rule decided. The others in
 * the order in which they came to the queue. */
TS_COLD static void explain(ts_runqueue *queue, const ts_cpu *cpu,
                            const ts_thread *picked)
{
    ts_machine *machine = queue->machine;
    const ts_thread *other = NULL;
    const char *before = "; also ready: ";
    int64_t left = queue->ready;
    char text[1024];
    size_t used =
        name_with_key(queue, picked, "dispatches ", text, 0, sizeof text);

    used += (size_t)snprintf(text + used, sizeof text - used, ": %s",
                             left > 0 ? queue->policy->rule
                                      : "nobody else is ready");
    while (used < sizeof text - 200 &&
           (other = next_ready(queue, other)) != NULL) {
        if (other == picked)
            continue;
        used = name_with_key(queue, other, before, text, used, sizeof text);
        before = ", ";
        left--;
    }
    if (other != NULL && left > 0)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 " and %lld more", (long long)left);
    if (picked->last != NULL && picked->last != cpu)
        snprintf(text + used, sizeof text - used, "; it comes from %s",
                 machine->trace->names[TS_PLACES][picked->last->place]);
    ts_trace_note(machine->trace, ts_engine_now(machine->engine), cpu->place,
                  picked->id, "%s", text);
}

static bool fill_one(ts_runqueue *queue, ts_cpu *cpu)
{
    ts_thread *thread = pick(queue, cpu);

    if (thread == NULL)
        return false;
    ts_queue_count(thread, -1);
    if (queue->machine->trace->level >= TS_TRACE_WHY)
        explain(queue, cpu, thread);
    ts_cpu_assign(cpu, thread);
    return true;
}

static bool pull(ts_runqueue *queue)
{
    return queue->machine->balance != NULL && ts_balance_pull(queue);
}

/* Ideal policies: how fast the picked threads get on from now. */
static void set_rates(ts_runqueue *queue)
{
    for (int i = 0; i < queue->count; i++) {
        ts_cpu *cpu = &queue->machine->cpus[queue->first + i];
        int64_t num = 1, den = 1;

        if (cpu->current != NULL)
            queue->policy->rate(queue, cpu->current, &num, &den);
        assert(num >= 0 && num <= den); /* a part, and not more than all */
        ts_cpu_set_factor(cpu, queue->machine->fluid, num, den);
    }
}

/* A policy whose answers contradict each other is an error, not a hang. */
#define ROUNDS_MAX 10000000

/* Whose thread left the queue's first processor last. */
static const char *last_name(const ts_runqueue *queue)
{
    const ts_machine *machine = queue->machine;
    const ts_thread *thread = machine->live;

    while (thread != NULL && thread->id != machine->cpus[queue->first].previous)
        thread = thread->live_next;
    return thread != NULL ? ts_task_name(thread->task) : "one that has ended";
}

/*
 * Decides about one queue until nothing changes. A round takes one thread off
 * its processor at most, and then fills all that are vacant. One at a time,
 * since who is the least deserving runner is another question after each.
 *
 * Priorities on two processors; A (1) and B (2) run, C (3) and D (4) arrive at
 * one instant:
 *
 *   round 1   D is held against A, the weaker runner, and wins: A goes back into
 *             the queue. The free processor takes what the policy picks, D.
 *   round 2   C is held against B, which is the weaker one now, and wins.
 *   round 3   B is held against C, and does not win: over.
 *
 * Had both been compared with A at once, C would have lost its place to D and
 * B would run on beside a waiting C.
 *
 * Another round comes as well where the filling changed something:
 *
 *   - a thread that is dispatched may do what takes no time (wake another,
 *     give a lock back) and so make the queue dirty again;
 *   - under a policy that pre-empts nobody is held against a runner while a
 *     processor is free, so those left over are asked for once it is taken.
 *     Under one that does not, nothing can follow, and the round is saved.
 *
 * Processors are filled upwards only: one below that becomes vacant meanwhile
 * makes the queue dirty, and the next round begins at the lowest again.
 */
static void decide(ts_runqueue *queue)
{
    bool preempted, changed = true;
    int rounds = 0;

    while (changed && !ts_engine_failed(queue->machine->engine)) {
        ts_cpu *cpu = vacant_after(queue, queue->first);
        bool filled = false;

        queue->dirty = false;
        if (++rounds > ROUNDS_MAX)
            ts_engine_fail(queue->machine->engine,
                           "threads take processors and give them back without "
                           "end, in no time; %s is one of them",
                           last_name(queue));
        preempted = preempt_one(queue);
        while (cpu != NULL && (queue->ready > 0 || pull(queue))) {
            int next = cpu->id + 1;

            filled |= fill_one(queue, cpu);
            cpu = vacant_after(queue, next);
        }
        changed = preempted || queue->dirty ||
                  (filled && queue->policy->before != NULL && queue->ready > 0);
    }
    if (queue->policy->decided != NULL)
        queue->policy->decided(queue);
    if (queue->policy->rate != NULL)
        set_rates(queue);
    if (queue->policy->adapts)
        for (int i = 0; i < queue->count; i++)
            ts_cpu_reslice(&queue->machine->cpus[queue->first + i]);
}

/* The first queue from `id` on that waits for a decision; -1: none. */
static int next_due(const ts_machine *machine, int id)
{
    return ts_bits_next(machine->due, id, machine->queue_count);
}

static void decide_all(ts_machine *machine)
{
    while (machine->dirty) {
        machine->dirty = false;
        for (int id = next_due(machine, 0); id >= 0;
             id = next_due(machine, id + 1)) {
            ts_bits_take(machine->due, id);
            if (machine->queues[id].dirty)
                decide(&machine->queues[id]);
        }
    }
    if (machine->balance != NULL)
        ts_balance_settled(machine);
}

/* The lowest processor whose thread paused. */
static ts_cpu *first_paused(ts_machine *machine)
{
    int id = 0;

    while (!machine->cpus[id].paused)
        id++;
    assert(id < machine->cpu_count);
    return &machine->cpus[id];
}

/*
 * What the engine calls when no event is left at this instant.
 *
 * A thread that finished its work here keeps its processor and pauses before its
 * next operation: it may be about to lose the processor to somebody who arrived
 * at the same instant, and what it does next (take a lock, post, exit) must not
 * be done before that is known. So first all decisions are taken, and then the
 * paused threads go on, from the lowest processor up, one by one, each on the
 * decisions that what the one before it did has led to. Were all of them to go
 * on before anybody decides, a thread that the first one wakes could not take
 * the second one's processor at this instant, although it comes before it.
 */
static void settle(ts_engine *engine, void *context)
{
    ts_machine *machine = context;

    assert(!machine->deciding); /* no decision is taken within another */
    machine->deciding = true;
    decide_all(machine);
    while (machine->paused > 0 && !ts_engine_failed(engine)) {
        ts_cpu_resume(first_paused(machine));
        decide_all(machine);
    }
    assert(machine->paused == 0 || ts_engine_failed(engine));
    machine->deciding = false;
}

bool ts_dispatch_create(ts_machine *machine, ts_error *error)
{
    machine->settle = ts_engine_add_settle(machine->engine, settle, machine);
    machine->fluid = ts_machine_claim_factor(machine, TS_FELT_ALWAYS);
    machine->due =
        ts_arena_array(machine->arena, TS_BITS_WORDS(machine->queue_count),
                       sizeof *machine->due);
    if (machine->due == NULL)
        return ts_fail(error, "out of memory for run queues");
    for (int i = 0; i < machine->queue_count; i++) {
        ts_runqueue *queue = &machine->queues[i];

        queue->entity_size = queue->policy->entity_size;
        queue->waits = queue->policy->before == NULL &&
                       queue->policy->rate == NULL &&
                       queue->policy->decided == NULL && !queue->policy->adapts;
        if (queue->policy->queue_size > 0) {
            queue->state =
                ts_arena_alloc(machine->arena, queue->policy->queue_size);
            if (queue->state == NULL)
                return ts_fail(error, "out of memory for run queues");
        }
        if (queue->policy->steady && queue->policy->before != NULL &&
            queue->count > 1 && !create_matches(queue))
            return ts_fail(error, "out of memory for run queues");
        if (queue->policy->init != NULL && !queue->policy->init(queue, error))
            return false;
    }
    return true;
}

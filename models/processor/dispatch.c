/*
 * dispatch.c - who runs where.
 *
 * Decisions are taken when an instant has settled: every arrival, completion,
 * wake-up and slice end of that instant has been seen. First, where the policy
 * pre-empts and all its processors are busy, ready threads that come before
 * running ones take their place, the least deserving runner first (ties: the
 * lowest processor). Then free processors, in order, take what the policy
 * picks. This repeats until nothing changes.
 */
#include "models/policy/policy.h"
#include "models/processor/dispatch.h"

#include <stdio.h>
#include <string.h>

void ts_queue_dirty(ts_runqueue *queue)
{
    queue->dirty = true;
    queue->machine->dirty = true;
    ts_engine_settle(queue->machine->engine, queue->machine->settle);
}

/* The lowest processor of the queue without a thread; NULL: none. */
static ts_cpu *vacant_after(ts_runqueue *queue, int from)
{
    ts_machine *machine = queue->machine;
    int end = queue->first + queue->count;

    for (int id = from; id < end; id = (id / 64 + 1) * 64) {
        uint64_t word = machine->vacant[id / 64] >> (id % 64);

        if (word != 0) {
            id += __builtin_ctzll(word);
            return id < end ? &machine->cpus[id] : NULL;
        }
    }
    return NULL;
}

/* The running thread that deserves its processor least. */
static ts_cpu *least(ts_runqueue *queue)
{
    ts_machine *machine = queue->machine;
    ts_cpu *worst = NULL;

    for (int id = queue->first; id < queue->first + queue->count; id++) {
        ts_cpu *cpu = &machine->cpus[id];

        if (!cpu->current)
            continue; /* serving an interrupt with nothing under it */
        ts_cpu_sync(cpu);
        if (!worst || queue->policy->before(queue, worst->current,
                                            cpu->current))
            worst = cpu;
    }
    return worst;
}

static bool preempt_one(ts_runqueue *queue)
{
    ts_thread *challenger;
    ts_cpu *cpu;

    if (!queue->policy->before || queue->ready == 0 ||
        vacant_after(queue, queue->first))
        return false;
    challenger = queue->policy->peek(queue);
    if (!challenger)
        return false;
    cpu = least(queue);
    if (!cpu || !queue->policy->before(queue, challenger, cpu->current))
        return false;
    return ts_cpu_preempt(cpu, TS_WHY_PREEMPTED);
}

/* --why: who was ready, by which keys, and which rule decided. */
static void explain(ts_runqueue *queue, const ts_cpu *cpu,
                    const ts_thread *picked)
{
    ts_machine *machine = queue->machine;
    const ts_policy *policy = queue->policy;
    char text[1024], key[96] = "";
    size_t used;
    int left_out = 0;

    if (policy->key)
        policy->key(queue, picked, key, sizeof key);
    used = (size_t)snprintf(text, sizeof text, "dispatches %s.%lld%s%s%s: %s",
                            ts_task_name(picked->task),
                            (long long)picked->job, key[0] ? " (" : "", key,
                            key[0] ? ")" : "", policy->rule);
    for (ts_thread *t = machine->live; t; t = t->live_next) {
        if (t->state != TS_THREAD_READY || t->queue != queue || t == picked)
            continue;
        if (used > sizeof text - 200) {
            left_out++;
            continue;
        }
        key[0] = '\0';
        if (policy->key)
            policy->key(queue, t, key, sizeof key);
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "%s%s.%lld%s%s%s",
                                 strstr(text, "; also ready: ") ? ", " :
                                     "; also ready: ",
                                 ts_task_name(t->task), (long long)t->job,
                                 key[0] ? " (" : "", key, key[0] ? ")" : "");
    }
    if (left_out > 0)
        snprintf(text + used, sizeof text - used, " and %d more", left_out);
    ts_trace_note(machine->trace, ts_engine_now(machine->engine), cpu->place,
                  picked->id, "%s", text);
}

static bool fill_one(ts_runqueue *queue, ts_cpu *cpu)
{
    ts_thread *thread = queue->policy->pick(queue, cpu);

    if (!thread)
        return false;
    queue->ready--;
    if (queue->machine->trace->level >= TS_TRACE_WHY)
        explain(queue, cpu, thread);
    ts_cpu_assign(cpu, thread);
    return true;
}

static void decide(ts_runqueue *queue)
{
    bool changed = true;

    while (changed && !ts_engine_error(queue->machine->engine)[0]) {
        ts_cpu *cpu = vacant_after(queue, queue->first);

        queue->dirty = false;
        changed = preempt_one(queue);
        while (cpu && queue->ready > 0) {
            int next = cpu->id + 1;

            changed |= fill_one(queue, cpu);
            cpu = vacant_after(queue, next);
        }
        changed |= queue->dirty;
    }
    if (queue->policy->decided)
        queue->policy->decided(queue);
}

static void decide_all(ts_machine *machine)
{
    while (machine->dirty) {
        machine->dirty = false;
        for (int i = 0; i < machine->queue_count; i++)
            if (machine->queues[i].dirty)
                decide(&machine->queues[i]);
    }
}

/* The lowest processor whose thread paused. */
static ts_cpu *first_paused(ts_machine *machine)
{
    int id = 0;

    while (!machine->cpus[id].paused)
        id++;
    return &machine->cpus[id];
}

/* Threads that paused go on one by one, each on the decisions that what the
 * one before it did has led to. */
static void settle(ts_engine *engine, void *context)
{
    ts_machine *machine = context;

    machine->deciding = true;
    decide_all(machine);
    while (machine->paused > 0 && !ts_engine_error(engine)[0]) {
        ts_cpu_resume(first_paused(machine));
        decide_all(machine);
    }
    machine->deciding = false;
}

bool ts_dispatch_create(ts_machine *machine, ts_error *error)
{
    machine->settle = ts_engine_add_settle(machine->engine, settle, machine);
    for (int i = 0; i < machine->queue_count; i++) {
        ts_runqueue *queue = &machine->queues[i];

        if (queue->policy->queue_size > 0) {
            queue->state = ts_arena_alloc(machine->arena,
                                          queue->policy->queue_size);
            if (!queue->state)
                return ts_fail(error, "out of memory for run queues");
        }
        if (queue->policy->init && !queue->policy->init(queue, error))
            return false;
    }
    return true;
}

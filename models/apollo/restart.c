/*
 * restart.c - starting again, and going on where it was safe to.
 *
 * An alarm of the Executive ends in BAILOUT, a software restart; the button,
 * the watchdogs and a parity error end in GOJAM, the hardware's. Both wipe the
 * core sets, the VAC areas, the Waitlist and the displays, the monitor among
 * them. What is kept are the flags, the counters and the phase tables: six
 * groups, each a pair of a phase and its complement. Phase 0 brings nothing
 * back. A pair that does not fit raises alarm 1107 and ends in a fresh start,
 * which brings nothing back. (Luminary 099, FRESH START AND RESTART, PHASE
 * TABLE MAINTENANCE.) Simpler here: a phase names a job and where it goes on;
 * the second thing that an even phase brings back, a task, comes from the
 * task's own `group`, and on its lattice.
 */
#include <stdlib.h>
#include <string.h>

#include "models/apollo/apollo.h"

#define LEVEL_RESTART -2

static bool is_whole(const ts_apollo_group *group)
{
    return group->complement == ~group->phase;
}

static bool tables_are_whole(const ts_apollo *apollo)
{
    for (int i = 1; i <= TS_APOLLO_GROUPS; i++)
        if (!is_whole(&apollo->groups[i]))
            return false;
    return true;
}

void ts_apollo_set_group(ts_apollo *apollo, int64_t group, int64_t phase,
                         ts_apollo_group back)
{
    assert(group >= 1 && group <= TS_APOLLO_GROUPS);
    assert(phase == 0 || (back.job >= 0 && back.position >= 0));
    back.phase = phase;
    back.complement = ~phase;
    apollo->groups[group] = back;
    if (phase > 0)
        apollo->is_protected[back.job] = true;
}

static void fresh_start(ts_apollo *apollo)
{
    ts_apollo_raise_alarm(apollo, 1107);
    apollo->fresh_starts++;
    for (int i = 1; i <= TS_APOLLO_GROUPS; i++)
        apollo->groups[i] =
            (ts_apollo_group){.complement = ~INT64_C(0), .job = -1};
}

/* Tasks that belong to a group run on their lattice; jobs go on where their
 * group says. */
static void bring_back(ts_apollo *apollo)
{
    const ts_apollo_task *tasks = apollo->record->tasks.items;

    for (int i = 0; i < apollo->record->tasks.count; i++)
        if (tasks[i].group > 0 && !apollo->restarting)
            ts_waitlist_restore(apollo, i);
    for (int i = 1; i <= TS_APOLLO_GROUPS; i++) {
        ts_apollo_group group = apollo->groups[i];

        if (group.phase > 0 && group.job >= 0 && !apollo->restarting)
            ts_apollo_call_job(apollo, group.job, group.level, group.vac,
                               group.position);
    }
}

static void restarted(ts_machine *machine, ts_cpu *cpu, ts_interrupt *interrupt)
{
    ts_apollo *apollo = ts_apollo_of(machine);
    const ts_apollo_restart *record = apollo->record->restart;

    (void)cpu;
    (void)interrupt;
    ts_apollo_rupt_over(apollo);
    /* What was wiped stays so until now: no call is taken while it restarts. */
    assert(apollo->restarting && apollo->sets_used == 0);
    assert(apollo->vacs_used == 0);
    apollo->restarting = false;
    apollo->restart_mct += record->cost;
    if (!tables_are_whole(apollo)) {
        fresh_start(apollo);
        return;
    }
    if (record->protection)
        bring_back(apollo);
    if (record->job.index >= 0)
        ts_apollo_call_job(apollo, record->job.index,
                           ts_apollo_octal(record->priority), false, 0);
}

/* All jobs end; threads that are no jobs do not belong to the Executive. */
static void wipe_jobs(ts_apollo *apollo)
{
    ts_thread *next;

    for (ts_thread *t = apollo->machine->live; t != NULL; t = next) {
        ts_apollo_job *job = ts_apollo_job_of(t);

        next = t->live_next;
        if (job == NULL)
            continue;
        apollo->jobs_lost++;
        ts_thread_kill(t);
        ts_apollo_end_job(apollo, job);
    }
}

static void restart(ts_engine *engine, ts_event *event)
{
    ts_apollo *apollo = TS_CONTAINER(event, ts_apollo, restart_event);
    ts_trace *trace = apollo->machine->trace;

    ts_trace_instant(trace, ts_engine_now(engine), apollo->place_alarm,
                     ts_trace_name(trace, TS_KINDS,
                                   apollo->hard ? "GOJAM" : "BAILOUT"),
                     -1, 0);
    if (apollo->hard)
        ts_apollo_show(apollo, "GOJAM");
    apollo->restarts++;
    apollo->restarted_at = ts_engine_now(engine);
    apollo->awaits_service = true;
    ts_apollo_touch(apollo);
    ts_apollo_rupt_over(apollo);
    ts_apollo_loop(apollo, false);
    wipe_jobs(apollo);
    ts_waitlist_clear(apollo);
    assert(apollo->sets_used == 0 && apollo->vacs_used == 0);
    assert(apollo->waiting_count == 0 && apollo->long_left == 0);
    ts_apollo_set_monitor(apollo, false);
    ts_cpu_reset_interrupts(apollo->cpu);
    apollo->restart.cost =
        ts_apollo_fine(apollo, apollo->record->restart->cost);
    ts_cpu_interrupt(apollo->cpu, &apollo->restart);
}

void ts_apollo_restart_now(ts_apollo *apollo, bool hard)
{
    if (apollo->restarting && !hard)
        return;
    apollo->restarting = true;
    apollo->hard = hard;
    ts_event_at(apollo->machine->engine, &apollo->restart_event,
                ts_engine_now(apollo->machine->engine));
}

/* --- the button --- */

static void next_push(ts_apollo *apollo)
{
    const ts_apollo_restart *record = apollo->record->restart;
    ts_time now = ts_engine_now(apollo->machine->engine);
    ts_time next = TS_NEVER;

    if (apollo->button_next < record->button.count)
        next = apollo->buttons[apollo->button_next];
    if (record->rate.den > 0 && record->rate.num > 0) {
        double gap = ts_random_exponential(&apollo->button_random) *
                     (double)TS_S * (double)record->rate.den /
                     (double)record->rate.num;
        ts_time drawn = gap < (double)TS_TIME_LIMIT
                            ? ts_time_add(now, (ts_time)(gap + 0.5))
                            : TS_NEVER;

        next = drawn < next ? drawn : next;
    }
    ts_event_at(apollo->machine->engine, &apollo->button_event, next);
}

static void push(ts_engine *engine, ts_event *event)
{
    ts_apollo *apollo = TS_CONTAINER(event, ts_apollo, button_event);
    ts_time now = ts_engine_now(engine);
    const ts_apollo_restart *record = apollo->record->restart;

    while (apollo->button_next < record->button.count &&
           apollo->buttons[apollo->button_next] <= now)
        apollo->button_next++;
    ts_apollo_restart_now(apollo, true);
    next_push(apollo);
}

static int compare_times(const void *a, const void *b)
{
    ts_time x = *(const ts_time *)a, y = *(const ts_time *)b;

    return (x > y) - (x < y);
}

bool ts_apollo_restart_create(ts_apollo *apollo, ts_error *error)
{
    ts_machine *machine = apollo->machine;
    const ts_apollo_restart *record = apollo->record->restart;
    size_t count = (size_t)record->button.count;

    for (int i = 0; i <= TS_APOLLO_GROUPS; i++)
        apollo->groups[i] =
            (ts_apollo_group){.complement = ~INT64_C(0), .job = -1};
    apollo->restart = (ts_interrupt){.name = "restart",
                                     .done = restarted,
                                     .level = LEVEL_RESTART};
    apollo->restart.kind = ts_trace_name(machine->trace, TS_KINDS, "restart");
    ts_event_init_slot(machine->engine, &apollo->restart_event, TS_CLASS_FAULT,
                       restart, "restart");
    ts_event_init_slot(machine->engine, &apollo->button_event, TS_CLASS_FAULT,
                       push, "the restart button");
    ts_random_init(&apollo->button_random, ts_engine_seed(machine->engine),
                   "apollo/restart");
    if (count > 0) {
        apollo->buttons =
            ts_arena_array(machine->arena, count, sizeof *apollo->buttons);
        if (apollo->buttons == NULL)
            return ts_fail(error, "out of memory for the restart button");
        memcpy(apollo->buttons, record->button.items,
               count * sizeof *apollo->buttons);
        qsort(apollo->buttons, count, sizeof *apollo->buttons, compare_times);
    }
    next_push(apollo);
    return true;
}

/*
 * executive.c - core sets, VAC areas and the calls on jobs.
 *
 * Luminary 099, EXECUTIVE: FINDVAC takes the first free VAC area (none: 1201)
 * and then, like NOVAC, the first free core set (none: 1202). The running job
 * is in core set 0: a change of jobs swaps 12 words. A sleeping job keeps
 * both.
 */
#include <stdio.h>
#include <string.h>

#include "models/apollo/apollo.h"
#include "models/machine/policy.h"

/* Where the areas begin, as they stand in PRIORITY words. */
#define VAC_FIRST 0401 /* where the first area begins; each has 44 words */
#define VAC_WORDS 44

/* The low half of the word of a job in that area: its address. The machine has
 * five; beyond the sixth none fits into nine bits, and they are as the last. */
static int64_t vac_address(int area)
{
    int64_t address = VAC_FIRST + (int64_t)VAC_WORDS * area;

    assert(area >= 0 && area < TS_APOLLO_SETS);
    return address < TS_WORD_PRIORITY ? address : TS_WORD_PRIORITY - 1;
}

int64_t ts_apollo_word(const ts_thread *thread)
{
    const ts_apollo_job *job = ts_apollo_job_of(thread);

    return job != NULL ? job->word
                       : ts_word_make(thread->urgency, TS_WORD_NOVAC);
}

/* --- alarms --- */

void ts_apollo_sample_sets(ts_apollo *apollo)
{
    ts_trace *trace = apollo->machine->trace;
    ts_time now = ts_engine_now(apollo->machine->engine);

    ts_trace_sample(trace, now, apollo->series_sets, apollo->sets_used);
    ts_trace_sample(trace, now, apollo->series_vacs, apollo->vacs_used);
    if (apollo->sets_used > apollo->sets_most)
        apollo->sets_most = apollo->sets_used;
    if (apollo->vacs_used > apollo->vacs_most)
        apollo->vacs_most = apollo->vacs_used;
}

void ts_apollo_raise_alarm(ts_apollo *apollo, int code)
{
    ts_trace *trace = apollo->machine->trace;
    ts_time now = ts_engine_now(apollo->machine->engine);
    char name[32];

    snprintf(name, sizeof name, "alarm %d", code);
    ts_trace_instant(trace, now, apollo->place_alarm,
                     ts_trace_name(trace, TS_KINDS, name), -1, code);
    ts_apollo_show(apollo, "ALARM %05d", code);
    apollo->alarm_light = true;
    if (apollo->alarm_count < TS_APOLLO_ALARMS)
        apollo->alarms[apollo->alarm_count] =
            (ts_apollo_alarm){.at = now,
                              .code = code,
                              .sets = apollo->sets_used,
                              .vacs = apollo->vacs_used};
    apollo->alarm_count++;
    if (code != 1107)
        ts_apollo_restart_now(apollo, false);
}

/* --- core sets and VAC areas --- */

static int first_free(ts_apollo_job *const *areas, int count)
{
    assert(count <= TS_APOLLO_SETS);
    for (int i = 0; i < count; i++)
        if (areas[i] == NULL)
            return i;
    return -1;
}

/* The areas that a new job gets; false: an alarm. Without limits no more is
 * counted than fits. */
static bool reserve(ts_apollo *apollo, bool vac, int *set, int *area)
{
    const ts_apollo_executive *executive = apollo->record->executive;

    *area = -1;
    if (vac) {
        *area = first_free(apollo->vacs, (int)executive->vac_areas);
        if (*area < 0 && executive->limits) {
            ts_apollo_raise_alarm(apollo, 1201);
            return false;
        }
    }
    *set = first_free(apollo->sets, (int)executive->core_sets);
    if (*set < 0 && executive->limits) {
        ts_apollo_raise_alarm(apollo, 1202);
        return false;
    }
    return true;
}

static ts_apollo_job *make_job(ts_apollo *apollo)
{
    ts_apollo_job *job = apollo->spare;

    if (job != NULL)
        apollo->spare = job->next;
    else
        job = ts_arena_alloc(apollo->machine->arena, sizeof *job);
    if (job == NULL)
        ts_machine_memory(apollo->machine);
    return job;
}

bool ts_apollo_call_job(ts_apollo *apollo, int index, int64_t level, bool vac,
                        int position)
{
    ts_task *task = &apollo->machine->tasks[index];
    ts_thread *thread;
    ts_apollo_job *job;
    int set, area;

    assert(index >= 0 && index < apollo->machine->task_count);
    assert(level >= 0 && level <= 037); /* as ts_apollo_octal() has them */
    if (apollo->restarting)
        return false;
    if (!reserve(apollo, vac, &set, &area))
        return false;
    job = make_job(apollo);
    thread = job != NULL ? ts_task_release(task) : NULL;
    if (thread == NULL)
        return false;
    *job = (ts_apollo_job){.thread = thread,
                           .set = set,
                           .vac = area,
                           .word = ts_word_make(level,
                                                area < 0 ? TS_WORD_NOVAC
                                                         : vac_address(area))};
    assert(set < 0 || apollo->sets[set] == NULL);
    assert(area < 0 || apollo->vacs[area] == NULL);
    ts_apollo_set_job(thread, job);
    if (position > 0)
        ts_thread_seek(thread, position);
    if (set >= 0)
        apollo->sets[set] = job;
    if (area >= 0)
        apollo->vacs[area] = job;
    apollo->sets_used += set >= 0;
    apollo->vacs_used += area >= 0;
    assert(apollo->sets_used <= apollo->record->executive->core_sets);
    assert(apollo->vacs_used <= apollo->record->executive->vac_areas);
    apollo->job_calls[index]++;
    ts_apollo_touch(apollo); /* SETLOC compares with NEWJOB */
    ts_apollo_sample_sets(apollo);
    return true;
}

void ts_apollo_end_job(ts_apollo *apollo, ts_apollo_job *job)
{
    ts_engine *engine = apollo->machine->engine;

    /* What is given back is its own: a set of another's would be lost. */
    (void)TS_ENSURE(engine, job->set < 0 || apollo->sets[job->set] == job);
    (void)TS_ENSURE(engine, job->vac < 0 || apollo->vacs[job->vac] == job);
    if (job->set >= 0) {
        apollo->sets[job->set] = NULL;
        apollo->sets_used--;
    }
    if (job->vac >= 0) {
        apollo->vacs[job->vac] = NULL;
        apollo->vacs_used--;
    }
    assert(apollo->sets_used >= 0 && apollo->vacs_used >= 0);
    ts_apollo_set_job(job->thread, NULL);
    job->next = apollo->spare;
    apollo->spare = job;
    ts_apollo_sample_sets(apollo);
}

/* The running job is in core set 0: one that is in another, or that has none
 * because nobody counts them, changes places with whatever is there. A job
 * that found set 0 free starts there, and nothing is swapped. */
ts_fine ts_apollo_enter(ts_apollo *apollo, ts_apollo_job *job)
{
    ts_apollo_job *other = apollo->sets[0];

    if (apollo->awaits_service &&
        apollo->is_protected[job->thread->task->index]) {
        ts_time after =
            ts_engine_now(apollo->machine->engine) - apollo->restarted_at;

        apollo->awaits_service = false;
        if (after > apollo->back_after_most)
            apollo->back_after_most = after;
    }
    assert(job->set < 0 || apollo->sets[job->set] == job);
    if (job->set == 0)
        return 0;
    if (job->set > 0) {
        apollo->sets[job->set] = other;
        if (other != NULL)
            other->set = job->set;
        apollo->sets[0] = job;
        job->set = 0;
    }
    return ts_apollo_fine(apollo, apollo->record->executive->swap);
}

/* JOBWAKE looks through the core sets from the first on, and wakes the first
 * job that sleeps on the name; jobs that no set is counted for come last. */
static ts_apollo_job *sleeper(const ts_apollo *apollo, const char *name)
{
    ts_apollo_job *first = NULL;

    for (ts_thread *t = apollo->machine->live; t != NULL; t = t->live_next) {
        ts_apollo_job *job = ts_apollo_job_of(t);

        if (job == NULL || job->asleep == NULL ||
            strcmp(job->asleep, name) != 0)
            continue;
        if (first == NULL || (unsigned)job->set < (unsigned)first->set)
            first = job;
    }
    return first;
}

bool ts_apollo_wake_job(ts_apollo *apollo, const char *name, bool to_end)
{
    ts_apollo_job *job = sleeper(apollo, name);

    if (job == NULL)
        return false;
    assert(job->thread->state == TS_THREAD_BLOCKED);
    job->asleep = NULL;
    job->ends = to_end;
    ts_apollo_touch(apollo); /* it compares with NEWJOB, too */
    ts_thread_wake(job->thread);
    return true;
}

bool ts_apollo_ask_job(ts_apollo *apollo, const ts_apollo_call *call,
                       int64_t level, bool vac)
{
    if (call->group > 0)
        ts_apollo_set_group(apollo, call->group, 5,
                            (ts_apollo_group){.job = call->job.index,
                                              .level = level,
                                              .vac = vac});
    return ts_apollo_call_job(apollo, call->job.index, level, vac, 0);
}

/* --- calls of tasks --- */

typedef enum call_kind {
    FINDVAC,
    NOVAC,
    WAITLIST,
    LONGCALL,
    JOBWAKE
} call_kind;

static const call_kind kinds[] = {FINDVAC, NOVAC, WAITLIST, LONGCALL, JOBWAKE};

static const ts_entry findvac = {.name = "findvac",
                                 .help = "ask for a job with a VAC area",
                                 .shape = &ts_apollo_job_call_shape,
                                 .model = &kinds[FINDVAC]},
                      novac = {.name = "novac",
                               .help = "ask for a job without a VAC area",
                               .shape = &ts_apollo_job_call_shape,
                               .model = &kinds[NOVAC]},
                      waitlist = {.name = "waitlist",
                                  .help = "ask for a task",
                                  .shape = &ts_apollo_delay_shape,
                                  .model = &kinds[WAITLIST]},
                      longcall = {.name = "longcall",
                                  .help = "ask for a task far away",
                                  .shape = &ts_apollo_delay_shape,
                                  .model = &kinds[LONGCALL]},
                      jobwake = {.name = "jobwake",
                                 .help = "wake a sleeping job",
                                 .shape = &ts_apollo_wake_shape,
                                 .model = &kinds[JOBWAKE]};

static const ts_entry *const entries[] = {&findvac, &novac, &waitlist,
                                          &longcall, &jobwake};

const ts_registry ts_apollo_calls = {.name = "call",
                                     .plural = "calls",
                                     .help = "What an Apollo task asks for",
                                     .entries = entries,
                                     .count = (int)TS_COUNT_OF(entries)};

bool ts_apollo_prepare_call(ts_machine *machine, const ts_variant *call,
                            const char *what, ts_error *error)
{
    call_kind kind = *(const call_kind *)call->entry->model;

    if (kind == FINDVAC || kind == NOVAC) {
        ts_apollo_call *record = call->fields;

        record->level = ts_apollo_octal(record->priority);
        if (record->level < 0)
            return ts_fail(error, "task %s asks for a job without a priority",
                           what);
    }
    if (kind == WAITLIST) {
        const ts_apollo_delay *record = call->fields;

        if (record->after > TS_APOLLO_LONGEST * TS_APOLLO_CS)
            return ts_fail(error,
                           "task %s calls WAITLIST for more than "
                           "162.5 s; LONGCALL can",
                           what);
    }
    return ts_apollo_resolve_if(machine, call->fields, what, error);
}

bool ts_apollo_do_call(ts_apollo *apollo, const ts_variant *call)
{
    call_kind kind = *(const call_kind *)call->entry->model;
    const ts_apollo_call *job = call->fields;
    const ts_apollo_delay *delay = call->fields;
    const ts_apollo_wake *wake = call->fields;

    if (!ts_apollo_holds(apollo, call->fields))
        return true;
    switch (kind) {
    case FINDVAC:
    case NOVAC:
        return ts_apollo_ask_job(apollo, job, job->level, kind == FINDVAC);
    case WAITLIST:
        return ts_waitlist_call(apollo, delay->task.index,
                                delay->after / TS_APOLLO_CS);
    case LONGCALL:
        return ts_waitlist_long(apollo, delay->task.index,
                                delay->after / TS_APOLLO_CS);
    case JOBWAKE:
        ts_apollo_wake_job(apollo, wake->name, wake->ends);
        return true;
    }
    return true;
}

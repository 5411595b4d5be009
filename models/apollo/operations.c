/*
 * operations.c - the Executive's calls as operations of programs.
 *
 * A job's program says what it costs ("mct") and what it asks for. Operations
 * that raise an alarm never come back: everything restarts first.
 */
#include "models/apollo/apollo.h"
#include "models/machine/program.h"

/* Stands for the rest of a job that an alarm has ended. */
static ts_step wait_for_restart(ts_thread *thread)
{
    ts_thread_work(thread, ts_fine_make(TS_S), TS_MODE_KERNEL);
    return TS_STEP_RUN;
}

/* The call's own cost, where it is not in the caller's. */
static ts_step charge(ts_apollo *apollo, ts_thread *thread, int64_t mct)
{
    if (!apollo->record->executive->apart || mct == 0)
        return TS_STEP_DONE;
    ts_thread_work(thread, ts_apollo_fine(apollo, mct), TS_MODE_KERNEL);
    ts_thread_checks(thread, TS_FINE_NEVER);
    apollo->job_mct[thread->task->index] += mct;
    return TS_STEP_RUN;
}

static int need_apollo(const ts_machine *machine, const ts_task *task,
                       ts_error *error)
{
    if (ts_apollo_said(machine) != NULL)
        return 0;
    ts_fail(error,
            "%s calls Apollo's Executive, and the scenario has no "
            "section apollo",
            ts_task_name(task));
    return -1;
}

/* --- mct --- */

typedef struct mct_record {
    ts_apollo_cost *cost;
    bool basic;
    bool inhint;
    bool loop;
} mct_record;

static const ts_field mct_fields[] = {
    {.name = "cost",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_apollo_cost_shape,
     .required = true,
     .offset = TS_AT(mct_record, cost),
     .help = "memory cycle times"},
    {.name = "basic",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(mct_record, basic),
     .help = "basic code without a check of NEWJOB; false: interpretive, "
             "which looks at every pair of instructions"},
    {.name = "inhint",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .goes_with = TS_NAMES("basic"),
     .offset = TS_AT(mct_record, inhint),
     .help = "with interrupts inhibited"},
    {.name = "loop",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .goes_with = TS_NAMES("basic"),
     .offset = TS_AT(mct_record, loop),
     .help = "a fault: it branches to itself all that time, which TC TRAP "
             "sees"},
};

static const ts_shape mct_shape = {.name = "stretch of code",
                                   .help = "Uses the Apollo computer",
                                   .size = sizeof(mct_record),
                                   TS_FIELDS(mct_fields),
                                   .shorthand = "cost"};

static int mct_prepare(ts_machine *machine, ts_task *task, void *fields,
                       ts_error *error)
{
    mct_record *record = fields;

    if (need_apollo(machine, task, error) < 0 ||
        !ts_apollo_resolve_cost(machine, record->cost, ts_task_name(task),
                                error))
        return -1;
    return 0;
}

static ts_step mct_step(ts_machine *machine, ts_thread *thread, ts_frame *frame)
{
    const mct_record *record = frame->fields;
    ts_apollo *apollo = ts_apollo_of(machine);

    ts_apollo_touch(apollo); /* between stretches somebody has looked */
    if (frame->phase++ > 0) {
        if (record->inhint)
            ts_cpu_mask(thread->cpu, -1);
        if (record->loop)
            ts_apollo_loop(apollo, false);
        apollo->job_mct[thread->task->index] += frame->count;
        return TS_STEP_DONE;
    }
    frame->count = ts_apollo_mct_now(apollo, record->cost);
    if (frame->count == 0 && !record->inhint) /* nothing in this phase */
        return TS_STEP_DONE;
    ts_thread_work(thread, ts_apollo_cost_now(apollo, record->cost),
                   TS_MODE_USER);
    ts_thread_checks(thread,
                     record->basic
                         ? TS_FINE_NEVER
                         : ts_apollo_fine(apollo,
                                          apollo->record->executive->check));
    if (record->inhint)
        ts_cpu_mask(thread->cpu, 1);
    if (record->loop)
        ts_apollo_loop(apollo, true);
    return TS_STEP_RUN;
}

static const ts_operation mct_operation = {.step = mct_step,
                                           .prepare = mct_prepare};
const ts_entry ts_operation_mct = {
    .name = "mct",
    .help = "run for memory cycle times of Apollo's computer",
    .shape = &mct_shape,
    .model = &mct_operation};

/* --- findvac and novac --- */

static int call_prepare(ts_machine *machine, ts_task *task, void *fields,
                        ts_error *error)
{
    ts_apollo_call *record = fields;

    record->level =
        record->priority != NULL ? ts_apollo_octal(record->priority) : -1;
    if (need_apollo(machine, task, error) < 0 ||
        !ts_apollo_resolve_if(machine, &record->only, ts_task_name(task),
                              error))
        return -1;
    return 0;
}

static ts_step call_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame, bool vac)
{
    const ts_apollo_call *record = frame->fields;
    ts_apollo *apollo = ts_apollo_of(machine);
    int64_t level = record->level >= 0
                        ? record->level
                        : ts_apollo_word(thread) / TS_WORD_PRIORITY;

    if (frame->phase > 0)
        return TS_STEP_DONE;
    frame->phase++;
    if (!ts_apollo_holds(apollo, &record->only))
        return TS_STEP_DONE;
    if (!ts_apollo_ask_job(apollo, record, level, vac))
        return wait_for_restart(thread);
    return charge(apollo, thread,
                  vac ? apollo->record->executive->findvac
                      : apollo->record->executive->novac);
}

static ts_step findvac_step(ts_machine *machine, ts_thread *thread,
                            ts_frame *frame)
{
    return call_step(machine, thread, frame, true);
}

static ts_step novac_step(ts_machine *machine, ts_thread *thread,
                          ts_frame *frame)
{
    return call_step(machine, thread, frame, false);
}

static const ts_operation findvac_operation = {.step = findvac_step,
                                               .prepare = call_prepare},
                          novac_operation = {.step = novac_step,
                                             .prepare = call_prepare};
const ts_entry ts_operation_findvac = {
    .name = "findvac",
    .help = "ask Apollo's Executive for a job with a VAC "
            "area",
    .shape = &ts_apollo_job_call_shape,
    .model = &findvac_operation};
const ts_entry ts_operation_novac = {
    .name = "novac",
    .help = "ask Apollo's Executive for a job without a VAC "
            "area",
    .shape = &ts_apollo_job_call_shape,
    .model = &novac_operation};

/* --- waitlist and longcall --- */

static int waitlist_prepare(ts_machine *machine, ts_task *task, void *fields,
                            ts_error *error)
{
    ts_apollo_delay *record = fields;

    if (need_apollo(machine, task, error) < 0 ||
        !ts_apollo_resolve_if(machine, &record->only, ts_task_name(task),
                              error))
        return -1;
    return 0;
}

static ts_step delay_step(ts_machine *machine, ts_thread *thread,
                          ts_frame *frame, bool far)
{
    const ts_apollo_delay *record = frame->fields;
    ts_apollo *apollo = ts_apollo_of(machine);
    int64_t ticks = record->after / TS_APOLLO_CS;
    bool taken;

    if (frame->phase > 0)
        return TS_STEP_DONE;
    frame->phase++;
    if (!ts_apollo_holds(apollo, &record->only))
        return TS_STEP_DONE;
    if (!far && ticks > TS_APOLLO_LONGEST) {
        ts_engine_fail(machine->engine,
                       "%s calls WAITLIST for more than "
                       "162.5 s",
                       ts_task_name(thread->task));
        return TS_STEP_EXIT;
    }
    taken = far ? ts_waitlist_long(apollo, record->task.index, ticks)
                : ts_waitlist_call(apollo, record->task.index, ticks);
    if (!taken)
        return wait_for_restart(thread);
    return charge(apollo, thread, apollo->record->executive->waitlist);
}

static ts_step waitlist_step(ts_machine *machine, ts_thread *thread,
                             ts_frame *frame)
{
    return delay_step(machine, thread, frame, false);
}

static ts_step longcall_step(ts_machine *machine, ts_thread *thread,
                             ts_frame *frame)
{
    return delay_step(machine, thread, frame, true);
}

static const ts_operation waitlist_operation = {.step = waitlist_step,
                                                .prepare = waitlist_prepare},
                          longcall_operation = {.step = longcall_step,
                                                .prepare = waitlist_prepare};
const ts_entry ts_operation_waitlist = {.name = "waitlist",
                                        .help =
                                            "ask Apollo's Waitlist for a task",
                                        .shape = &ts_apollo_delay_shape,
                                        .model = &waitlist_operation};
const ts_entry ts_operation_longcall = {
    .name = "longcall",
    .help = "ask Apollo's Waitlist for a task far away",
    .shape = &ts_apollo_delay_shape,
    .model = &longcall_operation};

/* --- jobsleep and jobwake --- */

typedef struct sleep_record {
    const char *name;
    bool replaces;
    ts_time time;
} sleep_record;

static const ts_field sleep_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_TEXT,
     .required = true,
     .offset = TS_AT(sleep_record, name),
     .help = "what wakes it"},
    {.name = "replaces",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(sleep_record, replaces),
     .help = "the job that sleeps on the same name is woken, and ends"},
    {.name = "for",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .offset = TS_AT(sleep_record, time),
     .help = "it wakes by itself after this time: data that come when they "
             "come"},
};

static const ts_shape sleep_shape = {
    .name = "sleep of a job",
    .help = "Leaves the processor and keeps core set and VAC area",
    .size = sizeof(sleep_record),
    TS_FIELDS(sleep_fields),
    .shorthand = "name"};

static int plain_prepare(ts_machine *machine, ts_task *task, void *fields,
                         ts_error *error)
{
    (void)fields;
    return need_apollo(machine, task, error);
}

static ts_step sleep_step(ts_machine *machine, ts_thread *thread,
                          ts_frame *frame)
{
    const sleep_record *record = frame->fields;
    ts_apollo_job *job = ts_apollo_job_of(thread);

    if (frame->phase++ > 0) {
        if (job != NULL)
            job->asleep = NULL;
        return job != NULL && job->ends ? TS_STEP_EXIT : TS_STEP_DONE;
    }
    if (record->replaces)
        ts_apollo_wake_job(ts_apollo_of(machine), record->name, true);
    if (job != NULL)
        job->asleep = record->name;
    if (record->time < TS_TIME_LIMIT)
        ts_thread_wake_at(thread, ts_time_add(ts_engine_now(machine->engine),
                                              record->time));
    return TS_STEP_BLOCK;
}

static int wake_prepare(ts_machine *machine, ts_task *task, void *fields,
                        ts_error *error)
{
    ts_apollo_wake *record = fields;

    if (need_apollo(machine, task, error) < 0 ||
        !ts_apollo_resolve_if(machine, &record->only, ts_task_name(task),
                              error))
        return -1;
    return 0;
}

static ts_step wake_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    const ts_apollo_wake *record = frame->fields;

    (void)thread;
    if (ts_apollo_holds(ts_apollo_of(machine), &record->only))
        ts_apollo_wake_job(ts_apollo_of(machine), record->name, record->ends);
    return TS_STEP_DONE;
}

static const ts_operation sleep_operation = {.step = sleep_step,
                                             .prepare = plain_prepare},
                          wake_operation = {.step = wake_step,
                                            .prepare = wake_prepare};
const ts_entry ts_operation_jobsleep = {
    .name = "jobsleep",
    .help = "sleep as a job of Apollo's Executive",
    .shape = &sleep_shape,
    .model = &sleep_operation};
const ts_entry ts_operation_jobwake = {.name = "jobwake",
                                       .help =
                                           "wake a job of Apollo's Executive",
                                       .shape = &ts_apollo_wake_shape,
                                       .model = &wake_operation};

/* --- priochng --- */

typedef struct priority_record {
    const char *priority;
} priority_record;

static void check_priority(ts_check *check, const void *record)
{
    const priority_record *change = record;

    if (ts_apollo_octal(change->priority) < 0)
        ts_check_error(check, "priority", "must be octal, \"00\" to \"37\"");
}

static const ts_field priority_fields[] = {
    {.name = "priority",
     .kind = TS_FIELD_TEXT,
     .required = true,
     .offset = TS_AT(priority_record, priority),
     .help = "octal, 00 to 37"},
};

static const ts_shape priority_shape = {.name = "change of priority",
                                        .help =
                                            "Gives the job another priority",
                                        .size = sizeof(priority_record),
                                        TS_FIELDS(priority_fields),
                                        .shorthand = "priority",
                                        .check = check_priority};

/* PRIOCHNG looks through all jobs at once, also in basic code: the job gives
 * way unless it is still the highest. */
static ts_step priority_step(ts_machine *machine, ts_thread *thread,
                             ts_frame *frame)
{
    const priority_record *record = frame->fields;
    ts_apollo_job *job = ts_apollo_job_of(thread);

    if (job == NULL)
        return TS_STEP_DONE;
    ts_apollo_touch(ts_apollo_of(machine));
    job->word = ts_word_make(ts_apollo_octal(record->priority),
                             job->word % TS_WORD_PRIORITY);
    return TS_STEP_YIELD;
}

static const ts_operation priority_operation = {.step = priority_step,
                                                .prepare = plain_prepare};
const ts_entry ts_operation_priochng = {
    .name = "priochng",
    .help = "change the priority of an Apollo job",
    .shape = &priority_shape,
    .model = &priority_operation};

/* --- phaschng --- */

typedef struct phase_record {
    int64_t group, phase;
    const char *priority;
    bool vac;
} phase_record;

static void check_phase(ts_check *check, const void *record)
{
    const phase_record *change = record;

    if (change->phase > 0 && ts_apollo_octal(change->priority) < 0)
        ts_check_error(check, "priority",
                       "must say in octal how the job comes back");
}

static const ts_field phase_fields[] = {
    {.name = "group",
     .kind = TS_FIELD_INT,
     .required = true,
     .min = 1,
     .max = TS_APOLLO_GROUPS,
     .offset = TS_AT(phase_record, group),
     .help = "the restart group"},
    {.name = "phase",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 0177,
     .offset = TS_AT(phase_record, phase),
     .help = "0: a restart brings nothing back; else it brings this job back, "
             "to what follows here"},
    {.name = "priority",
     .kind = TS_FIELD_TEXT,
     .offset = TS_AT(phase_record, priority),
     .help = "with which it comes back, octal"},
    {.name = "vac",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .offset = TS_AT(phase_record, vac),
     .help = "it comes back by FINDVAC, not by NOVAC"},
};

static const ts_shape phase_shape = {.name = "change of phase",
                                     .help = "What a restart will bring back",
                                     .size = sizeof(phase_record),
                                     TS_FIELDS(phase_fields),
                                     .check = check_phase};

static ts_step phase_step(ts_machine *machine, ts_thread *thread,
                          ts_frame *frame)
{
    const phase_record *record = frame->fields;
    ts_apollo *apollo = ts_apollo_of(machine);
    int index = thread->task->index;

    /* frames[0] is the program itself; it stands behind this operation. */
    ts_apollo_set_group(
        apollo, record->group, record->phase,
        (ts_apollo_group){.job = record->phase > 0 ? index : -1,
                          .position = (int)thread->frames[0].count,
                          .level = record->phase > 0
                                       ? ts_apollo_octal(record->priority)
                                       : 0,
                          .vac = record->vac});
    return TS_STEP_DONE;
}

static const ts_operation phase_operation = {.step = phase_step,
                                             .prepare = plain_prepare};
const ts_entry ts_operation_phaschng = {
    .name = "phaschng",
    .help = "say what an Apollo restart brings back",
    .shape = &phase_shape,
    .model = &phase_operation};

/* --- when --- */

typedef struct when_record {
    ts_apollo_if only;
    ts_list yes, no;
} when_record;

static const ts_field when_fields[] = {
    {.name = "in",
     .kind = TS_FIELD_LIST,
     .item = &ts_apollo_phase_item,
     .one = true,
     .limit = TS_APOLLO_PHASES,
     .offset = TS_AT(when_record, only.in),
     .help = "the phases in which it holds; all when not given"},
    {.name = "is",
     .kind = TS_FIELD_CHOICE,
     .choices = ts_apollo_conditions,
     .fallback = "always",
     .offset = TS_AT(when_record, only.when),
     .help = "what must hold besides"},
    {.name = "then",
     .kind = TS_FIELD_LIST,
     .item = &ts_program_item,
     .limit = 4096,
     .offset = TS_AT(when_record, yes),
     .help = "what is done if it holds"},
    {.name = "else",
     .kind = TS_FIELD_LIST,
     .item = &ts_program_item,
     .limit = 4096,
     .offset = TS_AT(when_record, no),
     .help = "and if not"},
};

static const ts_shape when_shape = {.name = "condition",
                                    .help =
                                        "One of two programs, by the state of "
                                        "Apollo's computer",
                                    .size = sizeof(when_record),
                                    TS_FIELDS(when_fields)};

static int when_prepare(ts_machine *machine, ts_task *task, void *fields,
                        ts_error *error)
{
    when_record *record = fields;
    int yes, no;

    if (need_apollo(machine, task, error) < 0 ||
        !ts_apollo_resolve_if(machine, &record->only, ts_task_name(task),
                              error))
        return -1;
    yes = ts_program_prepare(machine, task, &record->yes, error);
    no = ts_program_prepare(machine, task, &record->no, error);
    if (yes < 0 || no < 0)
        return -1;
    return (yes > no ? yes : no) + 1;
}

static ts_step when_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    const when_record *record = frame->fields;

    if (frame->phase++ > 0)
        return TS_STEP_DONE;
    ts_thread_push(thread, &ts_sequence_operation,
                   ts_apollo_holds(ts_apollo_of(machine), &record->only)
                       ? &record->yes
                       : &record->no);
    return TS_STEP_AGAIN;
}

static const ts_operation when_operation = {.step = when_step,
                                            .prepare = when_prepare};
const ts_entry ts_operation_when = {
    .name = "when",
    .help = "do a program in some states of Apollo's computer",
    .shape = &when_shape,
    .model = &when_operation};

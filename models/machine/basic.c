/*
 * basic.c - run, sleep, yield, mark and exit.
 */
#include "models/machine/task.h"
#include "models/machine/program.h"

/* --- run --- */

typedef struct run_record {
    ts_duration span, check;
} run_record;

static const ts_field run_fields[] = {
    {.name = "for",
     .kind = TS_FIELD_DURATION,
     .random = true,
     .required = true,
     .offset = TS_AT(run_record, span),
     .help = "processor time: a time, or cycles of the processor's clock"},
    {.name = "check",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(run_record, check),
     .help = "cooperative pre-emption: processor time between two looks "
             "whether another should run; the thread's own when not given"},
};
static const ts_shape run_shape = {.name = "run",
                                   .help = "Uses the processor",
                                   .size = sizeof(run_record),
                                   TS_FIELDS(run_fields),
                                   .shorthand = "for"};

static ts_step run_step(ts_machine *machine, ts_thread *thread, ts_frame *frame)
{
    const run_record *record = frame->fields;

    if (frame->phase++ > 0)
        return TS_STEP_DONE;
    ts_thread_work(thread,
                   ts_thread_own_work(thread,
                                      ts_thread_span(thread, &record->span)),
                   TS_MODE_USER);
    if (record->check.given)
        ts_thread_checks(thread, ts_machine_fine(machine, &record->check));
    return TS_STEP_RUN;
}

static void run_outline(const void *fields, ts_outline *outline)
{
    const run_record *record = fields;

    ts_outline_work(outline, &record->span);
}

static const ts_operation run_operation = {.step = run_step,
                                           .control = true,
                                           .outline = run_outline};

const ts_duration *ts_program_run_span(const ts_variant *operation)
{
    const run_record *record = operation->fields;

    return operation->entry->model == &run_operation ? &record->span : NULL;
}

const ts_entry ts_operation_run = {.name = "run",
                                   .help = "use the processor for a time, "
                                           "as with warm caches: see memory",
                                   .shape = &run_shape,
                                   .model = &run_operation};

/* --- sleep --- */

typedef struct sleep_record {
    ts_duration span;
} sleep_record;

static const ts_field sleep_fields[] = {
    {.name = "for",
     .kind = TS_FIELD_DURATION,
     .random = true,
     .required = true,
     .offset = TS_AT(sleep_record, span),
     .help = "time from giving the processor up to being ready again"},
};
static const ts_shape sleep_shape = {.name = "sleep",
                                     .help = "Leaves the processor for a time",
                                     .size = sizeof(sleep_record),
                                     TS_FIELDS(sleep_fields),
                                     .shorthand = "for"};

static ts_step sleep_step(ts_machine *machine, ts_thread *thread,
                          ts_frame *frame)
{
    const sleep_record *record = frame->fields;
    ts_time span = ts_fine_floor(ts_thread_span(thread, &record->span));

    ts_thread_wake_at(thread,
                      ts_time_add(ts_engine_now(machine->engine), span));
    return TS_STEP_WAIT;
}

static void sleep_outline(const void *fields, ts_outline *outline)
{
    (void)fields;
    outline->suspends = true;
}

static const ts_operation sleep_operation = {.step = sleep_step,
                                             .waits = true,
                                             .outline = sleep_outline};
const ts_entry ts_operation_sleep = {.name = "sleep",
                                     .help = "leave the processor for a time",
                                     .shape = &sleep_shape,
                                     .model = &sleep_operation};

/* --- yield --- */

static ts_step yield_step(ts_machine *machine, ts_thread *thread,
                          ts_frame *frame)
{
    (void)machine;
    (void)thread;
    (void)frame;
    return TS_STEP_YIELD;
}

static void takes_nothing(const void *fields, ts_outline *outline)
{
    (void)fields;
    (void)outline;
}

static const ts_operation yield_operation = {.step = yield_step,
                                             .waits = true,
                                             .outline = takes_nothing};
const ts_entry ts_operation_yield = {.name = "yield",
                                     .help =
                                         "give the processor up and stay ready",
                                     .model = &yield_operation};

/* --- mark --- */

typedef struct mark_record {
    const char *name;
} mark_record;

static const ts_field mark_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_TEXT,
     .required = true,
     .offset = TS_AT(mark_record, name),
     .help = "what the instant is called in the trace"},
};
static const ts_shape mark_shape = {.name = "mark",
                                    .help = "Records an instant",
                                    .size = sizeof(mark_record),
                                    TS_FIELDS(mark_fields),
                                    .shorthand = "name"};

static ts_step mark_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    const mark_record *record = frame->fields;

    ts_trace_instant(machine->trace, ts_engine_now(machine->engine),
                     thread->cpu != NULL ? thread->cpu->place : -1,
                     ts_trace_name(machine->trace, TS_KINDS, record->name),
                     thread->id, 0);
    return TS_STEP_DONE;
}

static const ts_operation mark_operation = {.step = mark_step,
                                            .outline = takes_nothing};
const ts_entry ts_operation_mark = {.name = "mark",
                                    .help = "record an instant in the trace",
                                    .shape = &mark_shape,
                                    .model = &mark_operation};

/* --- exit --- */

static ts_step exit_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    (void)machine;
    (void)thread;
    (void)frame;
    return TS_STEP_EXIT;
}

static const ts_operation exit_operation = {.step = exit_step};
const ts_entry ts_operation_exit = {
    .name = "exit",
    .help = "end the thread here, also inside a loop",
    .model = &exit_operation};

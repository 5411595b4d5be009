/*
 * interpreter.c - see interpreter.h.
 */
#include "models/machine/part.h"
#include "models/machine/measure.h"
#include "models/machine/task.h"
#include "models/machine/program.h"
#include "models/interpreter/interpreter.h"

static const ts_field fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .collection = "interpreter",
     .required = true,
     .offset = TS_AT(ts_interpreter_record, name),
     .help = "what threads call it"},
    {.name = "lock",
     .kind = TS_FIELD_TAG,
     .registry = &ts_gil_kinds,
     .fallback = "interval",
     .offset = TS_AT(ts_interpreter_record, lock),
     .help = "how its threads take turns; its own fields stand beside it"},
    {.name = "speed",
     .kind = TS_FIELD_REAL,
     .fallback = "1",
     .min = 0.001,
     .max = 1000,
     .offset = TS_AT(ts_interpreter_record, speed),
     .help = "how fast a thread's own work goes, against what programs say"},
    {.name = "copies",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 4096,
     .offset = TS_AT(ts_interpreter_record, copies),
     .help = "processes or subinterpreters, each with a lock of its own; "
             "threads are dealt to them in turn. A server with several "
             "processes has one for each of them without being told"},
    {.name = "start",
     .kind = TS_FIELD_DURATION,
     .fallback = "0ns",
     .offset = TS_AT(ts_interpreter_record, start),
     .help = "processor time before a thread's program begins: making the "
             "thread, the process, the subinterpreter"},
};

const ts_shape ts_interpreter_shape = {.name = "interpreter",
                                       .help =
                                           "An interpreter that runs programs",
                                       .size = sizeof(ts_interpreter_record),
                                       TS_FIELDS(fields),
                                       .profiles = true};

/* Frames that an interpreted thread needs besides its program's: its whole
 * life, and at the deepest place a check that takes the lock, which has a
 * mutex of its own. */
#define FRAMES 4

/* All interpreters of a machine. */
typedef struct ts_interpreters {
    int count;
    ts_interpreter *interpreter;
    ts_interpreted *task; /* by the tasks' index */
} ts_interpreters;

/* Its copies, each with a lock. */
static bool create_locks(ts_machine *machine, ts_interpreter *interpreter,
                         int64_t copies, ts_error *error)
{
    const ts_interpreter_record *record = interpreter->record;

    interpreter->copies = copies;
    interpreter->gil = ts_arena_array(machine->arena, (size_t)copies,
                                      sizeof *interpreter->gil);
    if (interpreter->gil == NULL)
        return ts_fail(error, "out of memory for interpreters");
    for (int64_t i = 0; i < copies; i++) {
        const char *name = copies == 1
                               ? record->name
                               : ts_arena_format(machine->arena, "%s %lld",
                                                 record->name, (long long)i);

        if (!ts_gil_init(&interpreter->gil[i], machine, &record->lock, name,
                         error))
            return false;
    }
    return true;
}

static bool create_one(ts_machine *machine, ts_interpreter *interpreter,
                       const ts_interpreter_record *record, ts_error *error)
{
    interpreter->record = record;
    interpreter->pace = (int64_t)(1e6 / record->speed + 0.5);
    interpreter->start = ts_machine_fine(machine, &record->start);
    return create_locks(machine, interpreter, record->copies, error);
}

/* Threads called `user`, of so many processes, will run in it. false: whose
 * lock they share with others cannot be said. */
static bool join(ts_machine *machine, ts_interpreter *interpreter,
                 const char *user, int processes, ts_error *error)
{
    const char *name = interpreter->record->name, *first = interpreter->user;
    bool fits = interpreter->record->copies % processes == 0;

    if (first == NULL)
        interpreter->user = user;
    if (fits && !interpreter->own)
        return true;
    if (!fits && interpreter->record->copies > 1)
        return ts_fail(error,
                       "the interpreter %s has %lld copies, and the %d "
                       "processes of %s need one each: leave \"copies\" out",
                       name, (long long)interpreter->record->copies, processes,
                       user);
    if (first != NULL)
        return ts_fail(error,
                       "%s and %s run in the interpreter %s, and each process "
                       "of a server has one of its own: give one of them "
                       "another entry of \"interpreters\"",
                       first, user, name);
    interpreter->own = true;
    return create_locks(machine, interpreter, processes, error);
}

/* --- what the scenario says --- */

static const ts_field section_item = {.name = "interpreter",
                                      .kind = TS_FIELD_OBJECT,
                                      .shape = &ts_interpreter_shape,
                                      .help = "an interpreter"};

static const ts_field section_fields[] = {
    {.name = "interpreters",
     .kind = TS_FIELD_LIST,
     .item = &section_item,
     .limit = 4096,
     .offset = 0,
     .help = "interpreters that run programs"},
};

static const ts_shape section = {.name = "scenario",
                                 .help = "interpreters",
                                 .size = sizeof(ts_list),
                                 TS_FIELDS(section_fields)};

static const ts_list *said(const ts_machine *machine)
{
    return ts_part_scenario(machine->record, ts_slot_interpreters);
}

static bool asked(const ts_machine *machine)
{
    return said(machine)->count > 0;
}

/* What the part says of threads. */
typedef struct interpreted_record {
    ts_ref interpreter;
} interpreted_record;

static const ts_field thread_fields[] = {
    {.name = "interpreter",
     .kind = TS_FIELD_REF,
     .collection = "interpreter",
     .offset = TS_AT(interpreted_record, interpreter),
     .help = "the interpreter that runs the program; machine code when not "
             "given"},
};

static const ts_shape thread_table = {.name = "thread",
                                      .help = "What runs the program",
                                      .size = sizeof(interpreted_record),
                                      TS_FIELDS(thread_fields)};

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    const ts_interpreter_record *records = said(machine)->items;
    ts_interpreters *all = state;

    all->count = said(machine)->count;
    all->interpreter = ts_arena_array(machine->arena, (size_t)all->count,
                                      sizeof *all->interpreter);
    if (all->interpreter == NULL)
        return ts_fail(error, "out of memory for interpreters");
    for (int i = 0; i < all->count; i++)
        if (!create_one(machine, &all->interpreter[i], &records[i], error))
            return false;
    machine->around = &ts_away_operation;
    return true;
}

/* --- threads --- */

static ts_interpreted *interpreted(const ts_task *task)
{
    const ts_interpreters *all =
        task->machine->part[ts_slot_interpreters].state;

    return &all->task[task->index];
}

/* What the thread's own work takes: longer in a slow language. */
static ts_fine pace(const ts_thread *thread, ts_fine work)
{
    const ts_interpreter *interpreter = interpreted(thread->task)->interpreter;

    assert(work >= 0 && interpreter->pace > 0);
    if (!thread->calls->open)
        return work;
    if (interpreter->pace != 1000000)
        work = work * interpreter->pace / 1000000;
    if (interpreter->gil->portion != 1000000)
        work = work * interpreter->gil->portion / 1000000;
    return work;
}

/* A thread's whole life in the interpreter. */
static ts_step life_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    (void)machine;
    switch (frame->phase++) {
    case 0:
        ts_thread_work(thread, interpreted(thread->task)->interpreter->start,
                       TS_MODE_KERNEL);
        return TS_STEP_RUN;
    case 1:
        ts_thread_push(thread, &ts_gil_take_operation, NULL);
        return TS_STEP_AGAIN;
    case 2:
        ts_thread_push(thread, &ts_sequence_operation, frame->fields);
        return TS_STEP_AGAIN;
    case 3:
        ts_thread_push(thread, &ts_gil_drop_operation, NULL);
        return TS_STEP_AGAIN;
    default:
        /* The lock of the one that ends is free, or another's. */
        assert(ts_interpreted_own(thread)->gil->holder != thread);
        return TS_STEP_DONE;
    }
}

static const ts_operation life_operation = {.step = life_step};

static bool make_task(void *state, ts_task *task, ts_error *error)
{
    const interpreted_record *record =
        ts_task_part(task->record, ts_slot_interpreters);
    ts_interpreters *all = state;
    ts_machine *machine = task->machine;
    ts_interpreted *mine;

    if (all->task == NULL)
        all->task = ts_arena_array(machine->arena, (size_t)machine->task_count,
                                   sizeof *all->task);
    if (all->task == NULL)
        return ts_fail(error, "out of memory for interpreters");
    if (record->interpreter.index < 0)
        return true;
    mine = &all->task[task->index];
    mine->interpreter = &all->interpreter[record->interpreter.index];
    ts_histogram_init(&mine->lock_wait_histogram, machine->arena);
    ts_measure_offer(machine, &mine->lock_wait, "threads.%s.lock_wait",
                     ts_task_name(task));
    task->life = &life_operation;
    task->life_depth = FRAMES;
    task->pace = pace;
    task->checks = true;
    return join(machine, mine->interpreter, ts_task_name(task),
                task->added != NULL ? task->added->processes : 1, error);
}

static void begins(void *state, ts_thread *thread, int64_t number)
{
    ts_interpreted *task = interpreted(thread->task);
    ts_gil *gil;

    (void)state;
    if (task->interpreter == NULL)
        return;
    assert(number >= 0);
    gil = &task->interpreter->gil[number % task->interpreter->copies];
    *ts_interpreted_own(thread) = (ts_interpreted_thread){gil, task};
    thread->calls->tick = gil->tick;
}

static void killed(void *state, ts_thread *thread)
{
    (void)state;
    if (thread->calls != NULL)
        ts_gil_abandon(ts_interpreted_own(thread)->gil, thread);
}

/* --- operations --- */

/* Gives the lock back (if the thread has it), lets `op` be done, takes it
 * again. frame->count: it had it. */
static ts_step without_lock(ts_thread *thread, ts_frame *frame,
                            const ts_operation *op, const void *with)
{
    switch (frame->phase++) {
    case 0:
        frame->count = thread->calls != NULL && thread->calls->open;
        if (frame->count)
            ts_thread_push(thread, &ts_gil_drop_operation, NULL);
        return TS_STEP_AGAIN;
    case 1:
        ts_thread_push(thread, op, with);
        return TS_STEP_AGAIN;
    case 2:
        if (frame->count)
            ts_thread_push(thread, &ts_gil_take_operation, NULL);
        return TS_STEP_AGAIN;
    default:
        return TS_STEP_DONE;
    }
}

static ts_step away_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    const ts_variant *operation = frame->fields;

    (void)machine;
    return without_lock(thread, frame, operation->entry->model,
                        operation->fields);
}

const ts_operation ts_away_operation = {.step = away_step};

typedef struct outside_record {
    ts_list program;
} outside_record;

static const ts_field outside_fields[] = {
    {.name = "program",
     .kind = TS_FIELD_LIST,
     .item = &ts_program_item,
     .required = true,
     .limit = 4096,
     .offset = TS_AT(outside_record, program),
     .help = "what is done without the interpreter's lock, at the machine's "
             "own speed"},
};

static const ts_shape outside_shape = {
    .name = "outside",
    .help = "A part of a program in machine code",
    .size = sizeof(outside_record),
    TS_FIELDS(outside_fields),
    .shorthand = "program"};

static int outside_prepare(ts_machine *machine, ts_task *task, void *with,
                           ts_error *error)
{
    const outside_record *record = with;
    int depth = ts_program_prepare(machine, task, &record->program, error);

    return depth < 0 ? -1 : depth + 1;
}

static ts_step outside_step(ts_machine *machine, ts_thread *thread,
                            ts_frame *frame)
{
    const outside_record *record = frame->fields;

    (void)machine;
    return without_lock(thread, frame, &ts_sequence_operation,
                        &record->program);
}

static const ts_operation outside_operation = {.step = outside_step,
                                               .prepare = outside_prepare};

const ts_entry ts_operation_outside = {
    .name = "outside",
    .help = "give the interpreter's lock back for a part of the program: long "
            "calls into machine code, system calls",
    .shape = &outside_shape,
    .model = &outside_operation};

/* --- report --- */

static void report_lock(ts_gil *gil, const char *name, ts_time now,
                        ts_report *report)
{
    if (gil->holder != NULL)
        gil->held += now - gil->since;
    (void)TS_ENSURE(gil->machine->engine, gil->held <= now);
    ts_report_count(report, gil->acquisitions, "interpreters.%s.acquisitions",
                    name);
    ts_report_count(report, gil->contended, "interpreters.%s.contended", name);
    ts_report_count(report, gil->switches, "interpreters.%s.switches", name);
    ts_report_count(report, gil->requests, "interpreters.%s.requests", name);
    ts_report_count(report, gil->timeouts, "interpreters.%s.timeouts", name);
    ts_report_count(report, gil->signals, "interpreters.%s.signals", name);
    ts_report_count(report, gil->vain, "interpreters.%s.vain", name);
    ts_report_ratio(report, gil->held, now, "interpreters.%s.held", name);
    ts_report_tally(report, TS_UNIT_TIME, &gil->wait, NULL,
                    "interpreters.%s.wait", name);
}

static void report_task(void *state, const ts_task *task, ts_report *report)
{
    const ts_interpreters *all = state;
    const ts_interpreted *mine = &all->task[task->index];

    if (mine->interpreter != NULL)
        ts_report_tally(report, TS_UNIT_TIME, &mine->lock_wait,
                        &mine->lock_wait_histogram, "threads.%s.lock_wait",
                        ts_task_name(task));
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    const ts_interpreters *all = state;
    ts_time now = ts_engine_now(machine->engine);

    for (int i = 0; i < all->count; i++) {
        const ts_interpreter *interpreter = &all->interpreter[i];

        for (int64_t c = 0; c < interpreter->copies; c++) {
            const char *name =
                interpreter->copies == 1
                    ? interpreter->record->name
                    : ts_arena_format(report->arena, "%s.%lld",
                                      interpreter->record->name, (long long)c);

            report_lock(&interpreter->gil[c], name, now, report);
        }
    }
}

static const ts_metric_kind metrics[] = {
    {"threads.<thread>.lock_wait", TS_UNIT_TIME, true, "waiting for a lock"},
    {"interpreters.<interpreter>.acquisitions", TS_UNIT_COUNT, false,
     "how often its lock was taken"},
    {"interpreters.<interpreter>.contended", TS_UNIT_COUNT, false,
     "how often its lock was not free"},
    {"interpreters.<interpreter>.switches", TS_UNIT_COUNT, false,
     "how often another thread took it"},
    {"interpreters.<interpreter>.requests", TS_UNIT_COUNT, false,
     "how often its holder was asked to let go"},
    {"interpreters.<interpreter>.timeouts", TS_UNIT_COUNT, false,
     "how often a waiting thread's interval ran out"},
    {"interpreters.<interpreter>.signals", TS_UNIT_COUNT, false,
     "how often a waiting thread was woken"},
    {"interpreters.<interpreter>.vain", TS_UNIT_COUNT, false,
     "how often it was woken and found the lock taken again"},
    {"interpreters.<interpreter>.held", TS_UNIT_RATIO, false,
     "the time that somebody held its lock"},
    {"interpreters.<interpreter>.wait", TS_UNIT_TIME, true,
     "waiting for its lock"},
};

const ts_part ts_part_interpreters = {.name = "interpreters",
                                      .scenario = &section,
                                      .thread = &thread_table,
                                      .state = sizeof(ts_interpreters),
                                      .own = sizeof(ts_interpreted_thread),
                                      .asked = asked,
                                      .create = create,
                                      .task = make_task,
                                      .begins = begins,
                                      .killed = killed,
                                      .report_task = report_task,
                                      .report = report,
                                      TS_METRICS(metrics)};

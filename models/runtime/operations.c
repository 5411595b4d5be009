/*
 * operations.c - what programs do with servers: call, together, pause, commit.
 */
#include "models/machine/program.h"
#include "models/interpreter/interpreter.h"
#include "models/runtime/runtime.h"

/* --- waiting --- */

void ts_push_away(ts_thread *thread, const ts_variant *operation)
{
    if (thread->calls != NULL)
        ts_thread_push(thread, &ts_away_operation, operation);
    else
        ts_thread_push(thread, operation->entry->model, operation->fields);
}

static bool is_in_loop(const ts_thread *thread)
{
    const ts_worker *worker = ts_worker_of(thread);

    return worker != NULL && worker->loop != NULL && worker->visit != NULL;
}

ts_step ts_waits_step(ts_thread *thread, ts_frame *frame,
                      const ts_variant *inner, bool blocking)
{
    ts_worker *worker = ts_worker_of(thread);

    if (frame->phase++ > 0)
        return worker != NULL && worker->visit != NULL && worker->visit->failing
                   ? ts_handler_fail(thread)
                   : TS_STEP_DONE;
    if (is_in_loop(thread) && !blocking)
        ts_thread_push(thread, inner->entry->model, inner->fields);
    else
        ts_push_away(thread, inner);
    return TS_STEP_AGAIN;
}

/* Nobody answered, and the handler cannot do without. */
static ts_step fails(ts_thread *thread)
{
    ts_worker *worker = ts_worker_of(thread);

    if (worker != NULL && worker->visit != NULL)
        worker->visit->failing = true;
    return TS_STEP_DONE;
}

/* --- call --- */

typedef enum failure { FAILURE_FAILS, FAILURE_GOES_ON } failure;

static const char *const failures[] = {"fail", "go-on", NULL};

typedef struct call_record {
    ts_terms terms;
    bool await;
    bool blocking;
    int failure;
    ts_list program;
    ts_variant inner;
} call_record;

static const ts_field call_fields[] = {
    TS_TERMS_FIELDS(call_record, terms),
    {.name = "await",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .offset = TS_AT(call_record, await),
     .help = "false: sends it and goes on, like a message to a queue"},
    {.name = "blocking",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(call_record, blocking),
     .help = "whether it blocks its thread also in an event loop"},
    {.name = "on_failure",
     .kind = TS_FIELD_CHOICE,
     .choices = failures,
     .fallback = "fail",
     .offset = TS_AT(call_record, failure),
     .help = "when no attempt was answered: the request being served fails, "
             "too, or its handler goes on"},
    {.name = "program",
     .kind = TS_FIELD_LIST,
     .item = &ts_program_item,
     .limit = 4096,
     .offset = TS_AT(call_record, program),
     .help = "what the server does for it, instead of its handler"},
};

static void check_call(ts_check *check, const void *record)
{
    const call_record *call = record;

    if (call->program.count > 0 && call->terms.to.count > 1)
        ts_check_error(check, "program", "goes with a single server");
}

static const ts_shape call_shape = {.name = "call",
                                    .help = "A request to a server",
                                    .size = sizeof(call_record),
                                    TS_FIELDS(call_fields),
                                    .shorthand = "to",
                                    .check = check_call};

/* The answer, or what stands for it. */
static void answered(ts_call *call, ts_outcome outcome)
{
    ts_frame *frame = ts_waiting_frame(&call->waiter);

    if (frame == NULL)
        return; /* whoever waited is gone */
    if (outcome != TS_OUTCOME_ANSWERED)
        frame->phase = 2;
    if (--frame->count == 0)
        ts_awaited(&call->waiter);
}

/* Begins the call for `thread`; true when something is to be waited for. */
static bool begin(ts_machine *machine, ts_thread *thread,
                  const call_record *record)
{
    ts_caller *caller = ts_servers_of(machine)->callers[record->terms.caller];
    ts_worker *worker = ts_worker_of(thread);
    ts_visit *visit = worker != NULL ? worker->visit : NULL;
    ts_call *call =
        ts_call_make(caller, NULL, record->await ? answered : NULL, NULL);

    if (call == NULL)
        return false;
    call->program = record->program.count > 0 ? &record->program : NULL;
    call->sender = thread->id;
    if (visit != NULL) {
        call->parent = visit->kept;
        call->intent = visit->call->intent;
        ts_intent_hold(call->intent);
    }
    call->waiter = ts_waiter_make(thread, record->blocking);
    if ((record->blocking && record->await) || !ts_loop_defer(thread, call))
        ts_call_begin(call);
    return record->await;
}

static ts_step request_step(ts_machine *machine, ts_thread *thread,
                            ts_frame *frame)
{
    const call_record *record = frame->fields;

    if (frame->phase == 0) {
        frame->phase = 1;
        if (!begin(machine, thread, record))
            return TS_STEP_DONE;
        frame->count = 1;
        return ts_await(thread, record->blocking);
    }
    if (frame->count > 0)
        return TS_STEP_BLOCK; /* something else woke it */
    if (frame->phase == 2 && record->failure == FAILURE_FAILS)
        return fails(thread);
    return TS_STEP_DONE;
}

static const ts_operation request_operation = {.step = request_step};
static const ts_entry request_entry = {.name = "request",
                                       .help = "a call",
                                       .model = &request_operation};

static ts_step call_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    const call_record *record = frame->fields;

    (void)machine;
    return ts_waits_step(thread, frame, &record->inner, record->blocking);
}

ts_waiter ts_waiter_make(ts_thread *thread, bool blocking)
{
    ts_worker *worker = ts_worker_of(thread);

    if (is_in_loop(thread) && !blocking)
        return (ts_waiter){.visit = worker->visit,
                           .number = worker->visit->serial,
                           .waits = TS_WAITS_VISIT};
    return (ts_waiter){.thread = thread,
                       .number = (uint64_t)thread->id,
                       .waits = TS_WAITS_THREAD};
}

ts_frame *ts_waiting_frame(const ts_waiter *waiter)
{
    const ts_visit *visit = waiter->visit;
    const ts_thread *thread = waiter->thread;

    if (waiter->waits == TS_WAITS_VISIT)
        return visit->serial == waiter->number && visit->depth > 0
                   ? &visit->frames[visit->depth - 1]
                   : NULL;
    if ((uint64_t)thread->id != waiter->number ||
        thread->state != TS_THREAD_BLOCKED || thread->depth == 0)
        return NULL;
    return &thread->frames[thread->depth - 1];
}

void ts_awaited(const ts_waiter *waiter)
{
    if (waiter->waits == TS_WAITS_VISIT)
        waiter->visit->server->model->resumed(waiter->visit);
    else
        ts_thread_wake(waiter->thread);
}

ts_step ts_handler_fail(ts_thread *thread)
{
    ts_worker *worker = ts_worker_of(thread);

    if (worker == NULL || worker->visit == NULL)
        return TS_STEP_DONE; /* a program of its own goes on */
    worker->visit->failed = true;
    worker->visit->failing = false;
    thread->depth = worker->base;
    return TS_STEP_AGAIN;
}

void ts_server_need(ts_server *server, int depth)
{
    int more = depth - server->depth;

    if (more <= 0)
        return;
    server->depth = depth;
    if (server->task != NULL && server->task->task != NULL)
        ts_task_need(server->task->task, depth + 2);
}

static int call_prepare(ts_machine *machine, ts_task *task, void *fields,
                        ts_error *error)
{
    call_record *record = fields;
    ts_caller *caller =
        ts_caller_create(machine, &record->terms, ts_task_name(task), error);
    int depth;

    if (caller == NULL)
        return -1;
    ts_caller_share(caller);
    record->inner = (ts_variant){.entry = &request_entry, .fields = record};
    if (record->program.count == 0)
        return 2;
    if (!caller->to[0]->model->local) {
        ts_fail(error,
                "%s gives the server %s a program, and it is not on "
                "this machine",
                ts_task_name(task), caller->to[0]->record->name);
        return -1;
    }
    depth = ts_program_prepare(machine, task, &record->program, error);
    if (depth >= 0)
        ts_server_need(caller->to[0], depth + 1);
    return depth < 0 ? -1 : 2;
}

static const ts_operation call_operation = {.step = call_step,
                                            .prepare = call_prepare};
const ts_entry ts_operation_call = {
    .name = "call",
    .help = "send a request to a server and wait for its answer",
    .about = "In an event loop the handler is suspended meanwhile; elsewhere "
             "the thread blocks.",
    .shape = &call_shape,
    .model = &call_operation};

/* --- together --- */

typedef struct together_record {
    ts_list calls; /* of call_record */
    ts_variant inner;
} together_record;

static const ts_field call_item = {.name = "call",
                                   .kind = TS_FIELD_OBJECT,
                                   .shape = &call_shape,
                                   .help = "one of the requests"};
static const ts_field together_fields[] = {
    {.name = "calls",
     .kind = TS_FIELD_LIST,
     .item = &call_item,
     .required = true,
     .min = 1,
     .limit = 4096,
     .offset = TS_AT(together_record, calls),
     .help = "requests that are under way at the same time"},
};
static const ts_shape together_shape = {.name = "together",
                                        .help = "Several requests at once",
                                        .size = sizeof(together_record),
                                        TS_FIELDS(together_fields),
                                        .shorthand = "calls"};

static ts_step requests_step(ts_machine *machine, ts_thread *thread,
                             ts_frame *frame)
{
    const together_record *record = frame->fields;
    const call_record *calls = record->calls.items;

    if (frame->phase == 0) {
        frame->phase = 1;
        for (int i = 0; i < record->calls.count; i++)
            frame->count += begin(machine, thread, &calls[i]);
        return frame->count == 0 ? TS_STEP_DONE : ts_await(thread, false);
    }
    if (frame->count > 0)
        return TS_STEP_BLOCK;
    if (frame->phase == 2 && calls[0].failure == FAILURE_FAILS)
        return fails(thread);
    return TS_STEP_DONE;
}

static const ts_operation requests_operation = {.step = requests_step};
static const ts_entry requests_entry = {.name = "requests",
                                        .help = "calls",
                                        .model = &requests_operation};

static ts_step together_step(ts_machine *machine, ts_thread *thread,
                             ts_frame *frame)
{
    const together_record *record = frame->fields;

    (void)machine;
    return ts_waits_step(thread, frame, &record->inner, false);
}

static int together_prepare(ts_machine *machine, ts_task *task, void *fields,
                            ts_error *error)
{
    together_record *record = fields;
    call_record *calls = record->calls.items;

    for (int i = 0; i < record->calls.count; i++) {
        if (calls[i].blocking) {
            ts_fail(error,
                    "%s: requests made together cannot block one by "
                    "one",
                    ts_task_name(task));
            return -1;
        }
        if (call_prepare(machine, task, &calls[i], error) < 0)
            return -1;
    }
    record->inner = (ts_variant){.entry = &requests_entry, .fields = record};
    return 2;
}

static const ts_operation together_operation = {.step = together_step,
                                                .prepare = together_prepare};
const ts_entry ts_operation_together = {
    .name = "together",
    .help = "send several requests and wait for all of their answers",
    .shape = &together_shape,
    .model = &together_operation};

/* --- pause --- */

typedef struct pause_record {
    ts_duration time;
    ts_variant inner;
} pause_record;

static const ts_field pause_fields[] = {
    {.name = "for",
     .kind = TS_FIELD_DURATION,
     .random = true,
     .no_cycles = true,
     .required = true,
     .offset = TS_AT(pause_record, time),
     .help = "time until it goes on"},
};
static const ts_shape pause_shape = {.name = "pause",
                                     .help = "Waits for a time",
                                     .size = sizeof(pause_record),
                                     TS_FIELDS(pause_fields),
                                     .shorthand = "for"};

static ts_step rest_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    const pause_record *record = frame->fields;
    ts_worker *worker = ts_worker_of(thread);
    ts_time until;

    if (frame->phase++ > 0)
        return TS_STEP_DONE;
    until = ts_time_add(ts_engine_now(machine->engine),
                        ts_fine_floor(ts_thread_span(thread, &record->time)));
    if (!is_in_loop(thread)) {
        ts_thread_wake_at(thread, until);
        return TS_STEP_WAIT;
    }
    ts_event_at_class(machine->engine, &worker->visit->event, until,
                      TS_CLASS_WAKE);
    return ts_await(thread, false);
}

static const ts_operation rest_operation = {.step = rest_step};
static const ts_entry rest_entry = {.name = "rest",
                                    .help = "a pause",
                                    .model = &rest_operation};

static ts_step pause_step(ts_machine *machine, ts_thread *thread,
                          ts_frame *frame)
{
    const pause_record *record = frame->fields;

    (void)machine;
    return ts_waits_step(thread, frame, &record->inner, false);
}

static int pause_prepare(ts_machine *machine, ts_task *task, void *fields,
                         ts_error *error)
{
    pause_record *record = fields;

    (void)machine;
    (void)task;
    (void)error;
    record->inner = (ts_variant){.entry = &rest_entry, .fields = record};
    return 2;
}

static const ts_operation pause_operation = {.step = pause_step,
                                             .prepare = pause_prepare};
const ts_entry ts_operation_pause = {
    .name = "pause",
    .help = "wait for a time: suspends a handler in an event loop, where "
            "sleep would block it",
    .shape = &pause_shape,
    .model = &pause_operation};

/* --- commit --- */

static ts_step commit_step(ts_machine *machine, ts_thread *thread,
                           ts_frame *frame)
{
    ts_worker *worker = ts_worker_of(thread);
    ts_intent *intent = worker != NULL && worker->visit != NULL
                            ? worker->visit->call->intent
                            : NULL;

    (void)machine;
    (void)frame;
    if (intent != NULL)
        intent->commits++;
    return TS_STEP_DONE;
}

static int commit_prepare(ts_machine *machine, ts_task *task, void *fields,
                          ts_error *error)
{
    (void)task;
    (void)fields;
    (void)error;
    if (ts_servers_of(machine) != NULL)
        ts_servers_of(machine)->commits = true;
    return 0;
}

static const ts_operation commit_operation = {.step = commit_step,
                                              .prepare = commit_prepare};
const ts_entry ts_operation_commit = {
    .name = "commit",
    .help = "what the client wanted is done now: counts lost and double work",
    .model = &commit_operation};

/*
 * threads.c - a server with a pool of threads: each serves one request at a
 * time, from its first instruction to its last, and blocks when it has to.
 */
#include "models/machine/program.h"
#include "models/runtime/runtime.h"

typedef struct threads_record {
    int64_t threads;
    int wake;
    ts_time keep_alive;
    ts_duration hand_over;
    int64_t stack;
} threads_record;

typedef enum wake_order { WAKE_LONGEST, WAKE_LATEST } wake_order;

static const char *const wakes[] = {"longest-idle", "latest-idle", NULL};

static const ts_field threads_fields[] = {
    {.name = "threads",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 1e6,
     .offset = TS_AT(threads_record, threads),
     .help = "threads of each process"},
    {.name = "wake",
     .kind = TS_FIELD_CHOICE,
     .choices = wakes,
     .fallback = "longest-idle",
     .offset = TS_AT(threads_record, wake),
     .help = "which idle thread takes the next request"},
    {.name = "keep_alive",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(threads_record, keep_alive),
     .help = "how long a thread that has answered stays with the connection, "
             "waiting for its next request and taking no other; then it "
             "closes it. 0s: it does not stay"},
    {.name = "hand_over",
     .kind = TS_FIELD_DURATION,
     .fallback = "0s",
     .offset = TS_AT(threads_record, hand_over),
     .help = "processor time to get a request to the thread that serves it"},
    {.name = "stack",
     .kind = TS_FIELD_SIZE,
     .fallback = "0B",
     .offset = TS_AT(threads_record, stack),
     .help = "memory that each thread takes, busy or not"},
};

static const ts_shape threads_shape = {.name = "thread pool",
                                       .help = "A pool of threads that block",
                                       .size = sizeof(threads_record),
                                       TS_FIELDS(threads_fields)};

/* --- workers --- */

static bool is_herd(const ts_server *server)
{
    return server->record->share == TS_SHARE_HERD;
}

/* The idle ones of a process wait at the queue that they are fed from. */
static void sit_down(ts_worker *worker)
{
    ts_process *bench = ts_process_queue(worker->process);

    if (worker->idle)
        return;
    worker->idle = true;
    worker->next = NULL;
    worker->prev = bench->idle_last;
    if (bench->idle_last != NULL)
        bench->idle_last->next = worker;
    else
        bench->idle = worker;
    bench->idle_last = worker;
}

static void stand_up(ts_worker *worker)
{
    ts_process *bench = ts_process_queue(worker->process);

    if (!worker->idle)
        return;
    assert(bench->idle != NULL && bench->idle_last != NULL);
    worker->idle = false;
    if (worker->prev != NULL)
        worker->prev->next = worker->next;
    else
        bench->idle = worker->next;
    if (worker->next != NULL)
        worker->next->prev = worker->prev;
    else
        bench->idle_last = worker->prev;
}

/* Threads are dealt to processes in turn; those of a process that restarts go
 * where they are missed. */
static ts_process *in_need(ts_server *server, int64_t job)
{
    ts_process *turn = &server->processes[job % server->process_count];

    if (turn->alive && turn->threads < server->threads)
        return turn;
    for (int i = 0; i < server->process_count; i++)
        if (server->processes[i].alive &&
            server->processes[i].threads < server->threads)
            return &server->processes[i];
    return NULL;
}

/* Numbers for the copies of an interpreter: no two processes share one where
 * there are as many, or a multiple. */
static int64_t take_place(void *context, ts_thread *thread)
{
    ts_server *server = context;
    ts_process *process = in_need(server, thread->job);
    ts_worker *worker = server->workers;
    int64_t number;

    if (process == NULL)
        return thread->job;
    assert(process->alive && process->threads < server->threads);
    number = process->index + (int64_t)server->process_count * process->threads;
    if (worker != NULL)
        server->workers = worker->next;
    else
        worker = ts_arena_alloc(server->machine->arena, sizeof *worker);
    if (worker == NULL) {
        ts_machine_memory(server->machine);
        return number;
    }
    *worker = (ts_worker){.thread = thread, .process = process};
    worker->all_next = process->workers;
    process->workers = worker;
    if (ts_server_accepts(server) && process->threads == 0)
        process->acceptor = worker;
    process->threads++;
    *(ts_worker **)ts_part_own(thread, ts_slot_servers) = worker;
    return number;
}

ts_worker *ts_worker_begin(ts_thread *thread)
{
    ts_worker *worker = ts_worker_of(thread);

    if (worker != NULL)
        worker->base = thread->depth;
    return worker;
}

/* Closes the connection it stayed with; the client sees that the next time. */
static void leave_connection(ts_worker *worker)
{
    if (worker->held == NULL)
        return;
    assert(worker->held->holder == worker);
    worker->held->closed = true;
    worker->held->holder = NULL;
    worker->held = NULL;
}

/* It has something to do. Elsewhere than at its connection it will see that
 * by itself. */
static void call_up(ts_worker *worker)
{
    if (worker->listens)
        ts_thread_wake(worker->thread);
    worker->listens = false;
}

void ts_worker_meet(ts_worker *worker, ts_visit *visit)
{
    assert(worker->visit == NULL); /* one at a time */
    worker->visit = visit;
    call_up(worker);
}

void ts_worker_release(ts_worker *worker)
{
    assert(worker->held != NULL && worker->held->holder == worker);
    worker->held->holder = NULL;
    worker->held = NULL;
    call_up(worker);
}

/* It stays with the connection over which it is about to answer, unless the
 * client is gone, or closes it itself. */
static void stay(ts_worker *worker)
{
    const ts_server *server = worker->process->server;
    const threads_record *record = server->record->model.fields;
    const ts_visit *visit = worker->visit;

    if (record->keep_alive == 0 || worker->process->draining ||
        !visit->wanted ||
        visit->call->caller->terms->connection == TS_KEEP_NEW ||
        visit->call->caller->terms->connection == TS_KEEP_ONE)
        return;
    if (visit->call->connection->holder != NULL)
        ts_worker_release(visit->call->connection->holder);
    assert(visit->call->connection->holder == NULL);
    worker->held = visit->call->connection;
    worker->held->holder = worker;
    worker->until =
        ts_time_add(ts_engine_now(server->machine->engine), record->keep_alive);
}

void ts_process_jam(ts_process *process, bool jammed)
{
    process->jammed = jammed;
    for (ts_worker *w = process->workers; w != NULL; w = w->all_next) {
        stand_up(w);
        if (process->draining)
            leave_connection(w);
        if (!jammed && w->base > 0 && (w->visit == NULL || !w->visit->begun))
            ts_thread_wake(w->thread);
    }
}

void ts_workers_kill(ts_process *process)
{
    ts_worker *worker;

    while ((worker = process->workers) != NULL) {
        stand_up(worker);
        leave_connection(worker);
        process->workers = worker->all_next;
        ts_thread_kill(worker->thread);
        worker->next = process->server->workers;
        process->server->workers = worker;
    }
    process->threads = 0;
    process->acceptor = NULL;
}

/* One that sits wakes for what is in the queue; of a herd all do. */
static void arrived(ts_process *process, ts_visit *visit)
{
    const threads_record *record = process->server->record->model.fields;
    ts_worker *worker =
        record->wake == WAKE_LATEST ? process->idle_last : process->idle;

    (void)visit;
    while (worker != NULL) {
        ts_worker *next = worker->next;

        stand_up(worker);
        ts_thread_wake(worker->thread);
        worker = is_herd(process->server) ? next : NULL;
    }
}

/* --- the thread --- */

/* Waits for a request and takes it. */
static ts_step seat_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    ts_worker *worker = ts_worker_of(thread);

    (void)frame;
    worker->listens = false;
    if (worker->process->jammed)
        return TS_STEP_BLOCK;
    if (worker->visit == NULL && worker->held != NULL) {
        if (ts_engine_now(machine->engine) < worker->until) {
            worker->listens = true;
            ts_thread_wake_at(thread, worker->until);
            return TS_STEP_BLOCK;
        }
        leave_connection(worker);
    }
    if (worker->visit == NULL)
        worker->visit = ts_process_take(worker->process);
    if (worker->visit == NULL) {
        sit_down(worker);
        return TS_STEP_BLOCK;
    }
    stand_up(worker);
    ts_visit_begin(worker->visit);
    return TS_STEP_DONE;
}

static const ts_operation seat_operation = {.step = seat_step, .waits = true};
static const ts_entry seat_entry = {.name = "seat",
                                    .help = "wait for a request",
                                    .model = &seat_operation};
static const ts_variant seat = {.entry = &seat_entry};

/* Waits for a connection and takes it. */
static ts_step door_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    ts_worker *worker = ts_worker_of(thread);
    ts_visit *visit;

    (void)machine;
    (void)frame;
    worker->listens = false;
    if (worker->process->jammed)
        return TS_STEP_BLOCK;
    visit = ts_process_accept(worker->process);
    worker->listens = visit == NULL;
    if (visit == NULL)
        return TS_STEP_BLOCK;
    visit->fresh = false; /* it is paid for here */
    return TS_STEP_DONE;
}

static const ts_operation door_operation = {.step = door_step, .waits = true};
static const ts_entry door_entry = {.name = "door",
                                    .help = "wait for a connection",
                                    .model = &door_operation};
static const ts_variant door = {.entry = &door_entry};

enum { ATTACH, SEEK, TAKEN, HANDLE, ANSWER, ACCEPTED, HANDED };

/* Processor time before the handler begins. */
static ts_fine overhead(ts_machine *machine, const ts_visit *visit)
{
    const ts_server_record *record = visit->server->record;
    const threads_record *own = record->model.fields;

    return ts_machine_fine(machine, &own->hand_over) +
           (visit->fresh ? ts_machine_fine(machine, &record->accept) : 0);
}

static void answer(ts_worker *worker)
{
    ts_visit *visit = worker->visit;

    assert(visit->state == TS_VISIT_SERVED && visit->begun);
    stay(worker);
    worker->visit = NULL;
    visit->dice = worker->thread->dice;
    ts_visit_end(visit,
                 visit->failed ? TS_OUTCOME_FAILED : TS_OUTCOME_ANSWERED);
}

static ts_step serve_step(ts_machine *machine, ts_thread *thread,
                          ts_frame *frame)
{
    ts_worker *worker = ts_worker_of(thread);

    switch (frame->phase) {
    case ATTACH:
        worker = ts_worker_begin(thread);
        if (worker == NULL)
            return TS_STEP_EXIT;
        break;
    case SEEK:
        frame->phase = worker == worker->process->acceptor ? ACCEPTED : TAKEN;
        ts_push_away(thread, frame->phase == ACCEPTED ? &door : &seat);
        return TS_STEP_AGAIN;
    case ACCEPTED:
        ts_thread_syscall(
            thread,
            ts_machine_fine(machine, &worker->process->server->record->accept));
        frame->phase = HANDED;
        return TS_STEP_RUN;
    case HANDED:
        arrived(worker->process, NULL);
        break;
    case TAKEN:
        assert(worker->visit != NULL && worker->visit->begun);
        ts_thread_syscall(thread, overhead(machine, worker->visit));
        frame->phase = HANDLE;
        return TS_STEP_RUN;
    case HANDLE:
        frame->phase = ANSWER;
        thread->dice = worker->visit->dice;
        ts_thread_push(thread, &ts_sequence_operation,
                       ts_visit_program(worker->visit));
        return TS_STEP_AGAIN;
    case ANSWER:
        answer(worker);
        break;
    }
    frame->phase = SEEK;
    return TS_STEP_AGAIN;
}

static int serve_prepare(ts_machine *machine, ts_task *task, void *fields,
                         ts_error *error)
{
    ts_server *server = *(ts_server **)fields;

    int depth =
        ts_program_prepare(machine, task, &server->record->handler, error);

    if (depth < 0)
        return -1;
    ts_server_need(server, depth + 1);
    return server->depth + 1;
}

static const ts_operation serve_operation = {.step = serve_step,
                                             .prepare = serve_prepare};
static const ts_entry serve_entry = {
    .name = "serve",
    .help = "serve a server's requests, one at a time",
    .model = &serve_operation};

/* --- the model --- */

bool ts_server_threads(ts_server *server, int threads, const ts_entry *program,
                       ts_error *error)
{
    const ts_server_record *record = server->record;
    ts_server **fields = ts_arena_alloc(server->machine->arena, sizeof *fields);

    server->threads = threads;
    server->task = ts_task_add(server->machine, record->name, record->thread);
    if (server->task == NULL || fields == NULL)
        return ts_fail(error, "out of memory for the threads of %s",
                       record->name);
    *fields = server;
    server->task->seat = take_place;
    server->task->context = server;
    server->task->processes = server->process_count;
    server->serve = (ts_variant){.entry = program, .fields = fields};
    server->task->record.count = (int64_t)threads * server->process_count;
    server->task->record.program =
        (ts_list){.items = &server->serve, .count = 1};
    return true;
}

static bool create(ts_server *server, ts_error *error)
{
    const threads_record *record = server->record->model.fields;

    server->binds = record->keep_alive > 0 || ts_server_accepts(server);
    server->stack = record->stack;
    if (server->record->limit > 0 &&
        server->record->limit / record->threads < record->stack)
        return ts_fail(
            error,
            "%s: the stacks of its threads alone are more than its limit",
            server->record->name);
    return ts_server_threads(server,
                             (int)record->threads +
                                 (ts_server_accepts(server) ? 1 : 0),
                             &serve_entry, error);
}

static void knocked(ts_process *process)
{
    if (process->acceptor != NULL)
        call_up(process->acceptor);
}

static const ts_server_model model = {.local = true,
                                      .create = create,
                                      .arrived = arrived,
                                      .knocked = knocked,
                                      .killed = ts_workers_kill};

const ts_entry ts_server_pool = {
    .name = "threads",
    .help = "processes with threads, each serving one request at a time",
    .about = "A thread that waits for something is taken until it comes. "
             "Requests that find no thread wait in the queue in order.",
    .shape = &threads_shape,
    .model = &model};

/*
 * loop.c - a server that is an event loop: one thread a process, and handlers
 * that are suspended when they wait.
 *
 * A turn of the loop: send what was kept, ask what is ready (and sleep when
 * nothing is), then begin or resume one handler after the other. A handler
 * runs on the loop's thread, above its frame; what it cannot finish at once
 * lies in the few frames of the visit until its answer comes. Whatever blocks
 * the thread instead (a sleep, a lock, a long run) blocks them all.
 *
 * Left out: timers' heaps, fairness between ready handlers other than order.
 */
#include "models/machine/program.h"
#include "models/runtime/poll.h"
#include "models/runtime/runtime.h"

#include <string.h>

typedef struct loop_record {
    ts_variant poll;
    ts_duration resume;
    int writes;
    int64_t batch;
} loop_record;

typedef enum writes { WRITES_AT_ONCE, WRITES_DEFERRED } writes;

static const char *const write_choices[] = {"at-once", "deferred", NULL};

static const ts_field loop_fields[] = {
    {.name = "poll",
     .kind = TS_FIELD_VARIANT,
     .registry = &ts_polls,
     .offset = TS_AT(loop_record, poll),
     .help = "how it learns what is ready: {\"epoll\": {}}, with its costs; "
             "it costs nothing when not given"},
    {.name = "resume",
     .kind = TS_FIELD_DURATION,
     .fallback = "0s",
     .offset = TS_AT(loop_record, resume),
     .help = "processor time to begin or resume a handler: a callback, a "
             "coroutine, a greenlet"},
    {.name = "writes",
     .kind = TS_FIELD_CHOICE,
     .choices = write_choices,
     .fallback = "at-once",
     .offset = TS_AT(loop_record, writes),
     .help = "whether messages are sent at once, or all together when the "
             "loop comes round again",
     .source = "asyncio tries at once; Twisted waits until select says that "
               "it can be written"},
    {.name = "batch",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 1e9,
     .offset = TS_AT(loop_record, batch),
     .help = "ready events taken in one turn; 0: all"},
};

static const ts_shape loop_shape = {
    .name = "event-loop",
    .help = "One thread, handlers that are suspended",
    .size = sizeof(loop_record),
    TS_FIELDS(loop_fields)};

typedef struct ts_loop {
    ts_worker *worker;
    ts_process *process;
    ts_visit *first, *last; /* ready since the last question */
    int64_t ready;
    ts_visit *batch;              /* what the last question told, in order */
    ts_visit *ended, *ended_last; /* answers that are kept */
    ts_call *calls, *calls_last;  /* requests that are kept */
    int64_t out;                  /* handlers suspended */
    bool asleep;
    int64_t turns;
    ts_tally lag; /* from ready to resumed */
    ts_fine call, descriptor, each, change, resume;
} ts_loop;

/* --- what is ready --- */

static void make_ready(ts_loop *loop, ts_visit *visit)
{
    assert(!visit->listed);
    assert((loop->first == NULL) == (loop->last == NULL));
    visit->next = NULL;
    visit->listed = true;
    if (visit->begun)
        visit->arrived = ts_engine_now(visit->server->machine->engine);
    if (loop->last != NULL)
        loop->last->next = visit;
    else
        loop->first = visit;
    loop->last = visit;
    loop->ready++;
    if (loop->asleep) {
        loop->asleep = false;
        ts_thread_wake(loop->worker->thread);
    }
}

/* The loop reads its queue when it is awake; the queue itself is the list. */
static void knocked(ts_process *process)
{
    ts_loop *loop = process->loop;

    if (loop != NULL && loop->asleep) {
        loop->asleep = false;
        ts_thread_wake(loop->worker->thread);
    }
}

static void arrived(ts_process *process, ts_visit *visit)
{
    (void)visit;
    knocked(process);
}

static void resumed(ts_visit *visit)
{
    visit->process->loop->out--;
    make_ready(visit->process->loop, visit);
}

/* --- handlers --- */

/* A handler keeps as many as it needs where it waits, no more: there may be a
 * million of them. */
static bool need_frames(ts_visit *visit, int depth)
{
    ts_server *server = visit->server;
    ts_arena *arena = server->machine->arena;

    assert(depth >= 0 && depth <= server->depth);
    if (visit->frames != NULL && visit->room >= depth)
        return true;
    ts_visit_free_frames(visit);
    if (server->frames == NULL)
        server->frames = ts_arena_array(arena, (size_t)server->depth + 1,
                                        sizeof *server->frames);
    visit->frames = server->frames != NULL ? server->frames[depth] : NULL;
    visit->room = (int16_t)depth;
    if (visit->frames != NULL)
        server->frames[depth] = visit->frames->pointer;
    else if (server->frames != NULL)
        visit->frames =
            ts_arena_array(arena, (size_t)depth, sizeof *visit->frames);
    if (visit->frames == NULL)
        ts_machine_memory(server->machine);
    return visit->frames != NULL;
}

void ts_visit_free_frames(ts_visit *visit)
{
    if (visit->frames == NULL)
        return;
    visit->frames->pointer = visit->server->frames[visit->room];
    visit->server->frames[visit->room] = visit->frames;
    visit->frames = NULL;
}

/* Takes the handler off the thread. */
static ts_step suspend(ts_worker *worker)
{
    ts_thread *thread = worker->thread;
    ts_visit *visit = worker->visit;
    int depth = thread->depth - worker->base;

    assert(depth <= visit->server->depth);
    if (!need_frames(visit, depth))
        return TS_STEP_EXIT;
    memcpy(visit->frames, &thread->frames[worker->base],
           (size_t)depth * sizeof *visit->frames);
    visit->depth = (int16_t)depth;
    visit->dice = thread->dice;
    thread->depth = worker->base;
    worker->visit = NULL;
    worker->loop->out++;
    return TS_STEP_AGAIN;
}

/* Puts it on again, or puts a new one on. */
static void load(ts_worker *worker, ts_visit *visit)
{
    ts_thread *thread = worker->thread;

    worker->visit = visit;
    thread->dice = visit->dice;
    if (visit->depth == 0) {
        ts_thread_push(thread, &ts_sequence_operation, ts_visit_program(visit));
        return;
    }
    memcpy(&thread->frames[thread->depth], visit->frames,
           (size_t)visit->depth * sizeof *visit->frames);
    thread->depth += visit->depth;
    visit->depth = 0;
}

ts_step ts_await(ts_thread *thread, bool blocking)
{
    ts_worker *worker = ts_worker_of(thread);

    if (blocking || worker == NULL || worker->loop == NULL ||
        worker->visit == NULL)
        return TS_STEP_BLOCK;
    return suspend(worker);
}

static bool is_deferred(const ts_loop *loop)
{
    const loop_record *record = loop->process->server->record->model.fields;

    return record->writes == WRITES_DEFERRED;
}

bool ts_loop_defer(ts_thread *thread, ts_call *call)
{
    ts_worker *worker = ts_worker_of(thread);
    ts_loop *loop = worker != NULL ? worker->loop : NULL;

    if (loop == NULL || !is_deferred(loop))
        return false;
    call->next = NULL;
    if (loop->calls_last != NULL)
        loop->calls_last->next = call;
    else
        loop->calls = call;
    loop->calls_last = call;
    return true;
}

static void finish(ts_visit *visit)
{
    ts_visit_end(visit,
                 visit->failed ? TS_OUTCOME_FAILED : TS_OUTCOME_ANSWERED);
}

/* The handler on the thread is over. */
static void answer(ts_loop *loop)
{
    ts_visit *visit = loop->worker->visit;

    loop->worker->visit = NULL;
    if (!is_deferred(loop)) {
        finish(visit);
        return;
    }
    visit->next = NULL;
    if (loop->ended_last != NULL)
        loop->ended_last->next = visit;
    else
        loop->ended = visit;
    loop->ended_last = visit;
}

static void send_kept(ts_loop *loop)
{
    ts_visit *visit = loop->ended;
    ts_call *call = loop->calls;

    loop->ended = loop->ended_last = NULL;
    loop->calls = loop->calls_last = NULL;
    while (visit != NULL) {
        ts_visit *next = visit->next;

        finish(visit);
        visit = next;
    }
    while (call != NULL) {
        ts_call *next = call->next;

        ts_call_begin(call);
        call = next;
    }
}

/* --- the loop --- */

enum { ATTACH, TURN, ASKED, NEXT, LOAD, BACK };
enum { LOOK, PAID };

static ts_loop *begin(ts_machine *machine, ts_server *server, ts_thread *thread)
{
    ts_worker *worker = ts_worker_begin(thread);
    const loop_record *record = server->record->model.fields;
    const ts_poll_record *poll = record->poll.fields;
    ts_loop *loop = worker != NULL ? worker->process->loop : NULL;

    if (worker == NULL)
        return NULL;
    if (loop == NULL)
        loop = ts_arena_alloc(machine->arena, sizeof *loop);
    if (loop == NULL) {
        ts_machine_memory(machine);
        return NULL;
    }
    *loop = (ts_loop){
        .worker = worker,
        .process = worker->process,
        .turns = loop->turns,
        .lag = loop->lag,
        .resume = ts_machine_fine(machine, &record->resume),
    };
    if (poll != NULL) {
        loop->call = ts_machine_fine(machine, &poll->call);
        loop->descriptor = ts_machine_fine(machine, &poll->descriptor);
        loop->each = ts_machine_fine(machine, &poll->ready);
        loop->change = ts_machine_fine(machine, &poll->change);
    }
    worker->loop = loop;
    worker->process->loop = loop;
    return loop;
}

/* What its connections and its handlers' own are, as many as are watched. */
static int64_t watched(const ts_loop *loop)
{
    return 1 + loop->process->connections + loop->out;
}

/* New ones come behind those that were resumed; whoever waits at the door is
 * let in. */
static void read_queue(ts_loop *loop)
{
    ts_visit *visit;

    while (ts_server_accepts(loop->process->server) &&
           (visit = ts_process_accept(loop->process)) != NULL)
        visit->fresh = true; /* paid for when its turn comes */
    while ((visit = ts_process_take(loop->process)) != NULL)
        make_ready(loop, visit);
}

/* Asks, or sleeps when nothing is ready. */
static ts_step ask_step(ts_machine *machine, ts_thread *thread, ts_frame *frame)
{
    ts_loop *loop = ts_worker_of(thread)->loop;

    (void)machine;
    if (frame->phase == PAID)
        return TS_STEP_DONE;
    send_kept(loop);
    if (loop->process->jammed) {
        loop->asleep = false;
        return TS_STEP_BLOCK;
    }
    read_queue(loop);
    if (loop->first == NULL) {
        loop->asleep = true;
        return TS_STEP_BLOCK;
    }
    loop->turns++;
    ts_thread_syscall(thread, loop->call + loop->descriptor * watched(loop) +
                                  loop->each * loop->ready);
    frame->phase = PAID;
    return TS_STEP_RUN;
}

static const ts_operation ask_operation = {.step = ask_step, .waits = true};
static const ts_entry ask_entry = {.name = "ask",
                                   .help = "ask what is ready",
                                   .model = &ask_operation};
static const ts_variant question = {.entry = &ask_entry};

/* The answer to the question: a batch of what is ready. */
static void take_batch(ts_loop *loop)
{
    const loop_record *record = loop->process->server->record->model.fields;
    int64_t count = record->batch;
    ts_visit *last;

    read_queue(loop);
    loop->batch = last = loop->first;
    if (count == 0 || count >= loop->ready) {
        loop->first = loop->last = NULL;
        loop->ready = 0;
        return;
    }
    for (int64_t i = 1; i < count; i++)
        last = last->next;
    loop->first = last->next;
    last->next = NULL;
    loop->ready -= count;
}

/* Begins with the next of the batch: its costs first. */
static ts_step next(ts_loop *loop, ts_frame *frame)
{
    ts_visit *visit = loop->batch;
    ts_machine *machine = loop->process->server->machine;
    ts_fine cost = loop->resume;

    if (visit == NULL) {
        frame->phase = TURN;
        return TS_STEP_AGAIN;
    }
    loop->batch = visit->next;
    visit->next = NULL;
    visit->listed = false;
    ts_tally_add(&loop->lag, ts_engine_now(machine->engine) - visit->arrived);
    if (visit->cancelled) {
        visit->failed = true;
        finish(visit);
        return TS_STEP_AGAIN;
    }
    if (!visit->begun)
        ts_visit_begin(visit);
    if (visit->fresh) {
        visit->fresh = false;
        cost += loop->change +
                ts_machine_fine(machine, &visit->server->record->accept) +
                ts_machine_enter(machine);
    }
    loop->worker->visit = visit;
    ts_thread_work(loop->worker->thread, cost, TS_MODE_KERNEL);
    frame->phase = LOAD;
    return TS_STEP_RUN;
}

static ts_step loop_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    ts_worker *worker = ts_worker_of(thread);
    ts_loop *loop = worker != NULL ? worker->loop : NULL;

    switch (frame->phase) {
    case ATTACH:
        if (begin(machine, *(ts_server *const *)frame->fields, thread) == NULL)
            return TS_STEP_EXIT;
        frame->phase = TURN;
        return TS_STEP_AGAIN;
    case TURN:
        ts_push_away(thread, &question);
        frame->phase = ASKED;
        return TS_STEP_AGAIN;
    case ASKED:
        take_batch(loop);
        frame->phase = NEXT;
        return TS_STEP_AGAIN;
    case NEXT:
        return next(loop, frame);
    case LOAD:
        load(worker, worker->visit);
        frame->phase = BACK;
        return TS_STEP_AGAIN;
    default: /* BACK: it is suspended, or over */
        if (worker->visit != NULL)
            answer(loop);
        frame->phase = NEXT;
        return TS_STEP_AGAIN;
    }
}

static int loop_prepare(ts_machine *machine, ts_task *task, void *fields,
                        ts_error *error)
{
    ts_server *server = *(ts_server **)fields;
    int depth =
        ts_program_prepare(machine, task, &server->record->handler, error);

    if (depth < 0)
        return -1;
    ts_server_need(server, depth + 1); /* with the sequence */
    return server->depth + 1;
}

static const ts_operation loop_operation = {.step = loop_step,
                                            .prepare = loop_prepare};
static const ts_entry loop_entry = {
    .name = "loop",
    .help = "serve a server's requests in an event loop",
    .model = &loop_operation};

/* --- the model --- */

static bool create(ts_server *server, ts_error *error)
{
    server->binds = true;
    return ts_server_threads(server, 1, &loop_entry, error);
}

/* A suspended handler is closed; one that is ready will see it. */
static void cancelled(ts_visit *visit)
{
    if (visit->listed || visit->depth == 0)
        return;
    visit->process->loop->out--;
    visit->serial = ++ts_servers_of(visit->server->machine)->serial;
    visit->failed = true;
    finish(visit);
}

static void killed(ts_process *process)
{
    ts_loop *loop = process->loop;

    ts_workers_kill(process);
    if (loop == NULL)
        return;
    /* Requests that it kept were never sent; their handlers die, too. */
    while (loop->calls != NULL) {
        ts_call *call = loop->calls;

        loop->calls = call->next;
        ts_call_drop(call);
    }
    *loop = (ts_loop){.turns = loop->turns, .lag = loop->lag};
}

static void report(ts_server *server, ts_report *report)
{
    int64_t turns = 0;
    ts_tally lag = {0};

    for (int i = 0; i < server->process_count; i++) {
        const ts_loop *loop = server->processes[i].loop;

        if (loop == NULL)
            continue;
        turns += loop->turns;
        if (loop->lag.count > 0 && loop->lag.max >= lag.max)
            lag = loop->lag;
    }
    ts_report_count(report, turns, "servers.%s.turns", server->record->name);
    if (lag.count > 0)
        ts_report_tally(report, TS_UNIT_TIME, &lag, NULL, "servers.%s.lag",
                        server->record->name);
}

static const ts_metric_kind metrics[] = {
    {"servers.<server>.turns", TS_UNIT_COUNT, false, "turns of its event loop"},
    {"servers.<server>.lag", TS_UNIT_TIME, true, "how late its event loop is"},
};

static const ts_server_model model = {.local = true,
                                      .loops = true,
                                      .create = create,
                                      .arrived = arrived,
                                      .knocked = knocked,
                                      .resumed = resumed,
                                      .cancelled = cancelled,
                                      .killed = killed,
                                      .report = report,
                                      TS_METRICS(metrics)};

const ts_entry ts_server_loop = {
    .name = "event-loop",
    .help = "processes with one thread each, whose handlers never block it",
    .about = "What a handler awaits suspends it; what it runs, sleeps or "
             "locks holds all the others up.",
    .shape = &loop_shape,
    .model = &model};

/*
 * remote.c - a server outside the machine: a database, an upstream, somebody
 * else's service. Only its times are known, and how many it serves at once.
 */
#include "models/runtime/runtime.h"

typedef struct remote_record {
    ts_duration time;
    int64_t slots;
} remote_record;

static const ts_field remote_fields[] = {
    {.name = "time",
     .kind = TS_FIELD_DURATION,
     .random = true,
     .no_cycles = true,
     .fallback = "0s",
     .offset = TS_AT(remote_record, time),
     .help = "to serve a request, once it has a slot"},
    {.name = "slots",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 1e9,
     .offset = TS_AT(remote_record, slots),
     .help = "requests served at once; 0 is no limit"},
};

static const ts_shape remote_shape = {.name = "remote",
                                      .help = "A server outside the machine",
                                      .size = sizeof(remote_record),
                                      TS_FIELDS(remote_fields)};

/* Its service ends after what is left of it, which waits while it is stopped. */
static void go_on(ts_server *server, ts_visit *visit)
{
    ts_engine *engine = server->machine->engine;

    if (server->slow > 0)
        ts_event_at_class(engine, &visit->event,
                          ts_time_add(ts_engine_now(engine), visit->rest),
                          TS_CLASS_COMPLETION);
}

static ts_time slower(const ts_server *server, ts_time time)
{
    ts_i128 longer = (ts_i128)(time / 1000) * server->slow;

    if (server->slow <= 1000)
        return time;
    return longer < TS_NEVER ? (ts_time)longer : TS_NEVER;
}

static void serve(ts_process *process)
{
    ts_server *server = process->server;
    const remote_record *record = server->record->model.fields;

    while (process->first != NULL &&
           (record->slots == 0 || process->serving < record->slots)) {
        ts_visit *visit = ts_process_take(process);
        ts_random random;
        int64_t time = record->time.amount.whole;

        if (visit == NULL)
            return;
        ts_visit_begin(visit);
        if (record->time.amount.kind != TS_DIST_CONSTANT) {
            ts_dice_draw(server->machine, &visit->dice, &random);
            time = ts_distribution_whole(&record->time.amount, &random);
            ts_dice_drawn(&visit->dice, &random);
        }
        visit->rest = slower(server, time);
        go_on(server, visit);
    }
}

static void arrived(ts_process *process, ts_visit *visit)
{
    (void)visit;
    serve(process);
}

/* It stopped or goes on: everybody's end moves. */
static void slowed(ts_server *server)
{
    ts_process *process = &server->processes[0];
    ts_engine *engine = server->machine->engine;
    ts_time now = ts_engine_now(engine);

    for (ts_visit *v = process->inside; v != NULL; v = v->in_next) {
        bool serving = v->begun && v->event.pending;

        if (server->slow == 0 && serving) {
            v->rest = v->event.time - now;
            ts_event_cancel(engine, &v->event);
        } else if (v->begun && !serving) {
            go_on(server, v);
        }
    }
    serve(process);
}

/* Its time is not needed any more. */
static void cancelled(ts_visit *visit)
{
    ts_visit_end(visit, TS_OUTCOME_FAILED);
}

static bool create(ts_server *server, ts_error *error)
{
    (void)server;
    (void)error;
    return true;
}

static const ts_server_model model = {.create = create,
                                      .arrived = arrived,
                                      .cancelled = cancelled,
                                      .slowed = slowed,
                                      .left = serve};

const ts_entry ts_server_remote = {
    .name = "remote",
    .help = "outside the machine: a service time, and perhaps a limit",
    .about = "Costs the machine no processor time.",
    .shape = &remote_shape,
    .model = &model};

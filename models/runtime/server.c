/*
 * server.c - servers: what a scenario says of them, what is reported.
 *
 * process.c has the way of a visit through a server's processes, crash.c what
 * is left of it when one dies.
 */
#include "models/machine/measure.h"
#include "models/machine/part.h"
#include "models/machine/program.h"
#include "models/runtime/runtime.h"

/* --- fields --- */

static const char *const shares[] = {"queue",       "herd",
                                     "accept",      "round-robin",
                                     "random",      "least-connections",
                                     "two-choices", "hash",
                                     NULL};
static const char *const crashes[] = {"loses", "redelivers", NULL};

static const ts_field server_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .collection = "server",
     .required = true,
     .offset = TS_AT(ts_server_record, name),
     .help = "what clients and programs call it"},
    {.name = "model",
     .kind = TS_FIELD_TAG,
     .registry = &ts_server_models,
     .fallback = "threads",
     .offset = TS_AT(ts_server_record, model),
     .help = "with what it serves; its own fields stand beside it"},
    {.name = "processes",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 4096,
     .offset = TS_AT(ts_server_record, processes),
     .help = "each with its own threads or loop"},
    {.name = "share",
     .kind = TS_FIELD_CHOICE,
     .choices = shares,
     .fallback = "queue",
     .offset = TS_AT(ts_server_record, share),
     .help = "how requests come to a process: one queue for all, the same "
             "with everybody waking up, or spread over queues of their own; "
             "accept: connections wait at one door, everybody wakes up, and "
             "who takes one has all its requests"},
    {.name = "queue",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 1e9,
     .offset = TS_AT(ts_server_record, queue),
     .help = "requests that may wait in a queue, the others are refused; 0 "
             "is no limit"},
    {.name = "drops",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ts_server_record, drops),
     .help = "whether requests that were given up meanwhile are not begun"},
    {.name = "accept",
     .kind = TS_FIELD_DURATION,
     .fallback = "0s",
     .offset = TS_AT(ts_server_record, accept),
     .help = "processor time for a new connection"},
    {.name = "handler",
     .kind = TS_FIELD_LIST,
     .item = &ts_program_item,
     .limit = 4096,
     .offset = TS_AT(ts_server_record, handler),
     .help = "what is done for each request; the answer follows"},
    {.name = "crash",
     .kind = TS_FIELD_CHOICE,
     .choices = crashes,
     .fallback = "loses",
     .offset = TS_AT(ts_server_record, crash),
     .help = "what a crash does to requests that are inside: breaks their "
             "connections, or gives them out again (a queue that keeps them)"},
    {.name = "deliveries",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 1e9,
     .offset = TS_AT(ts_server_record, deliveries),
     .help = "where crashes redeliver: a request is given out so often at "
             "most; if the process dies each time it is put aside (the "
             "dead-letter queue) and fails. 0 is no limit"},
    {.name = "memory",
     .kind = TS_FIELD_SIZE,
     .fallback = "0B",
     .offset = TS_AT(ts_server_record, memory),
     .help = "what a request takes while it is inside"},
    {.name = "limit",
     .kind = TS_FIELD_SIZE,
     .fallback = "0B",
     .offset = TS_AT(ts_server_record, limit),
     .help = "memory of a process, its threads' stacks in it: with more it "
             "is killed; 0 is no limit"},
    {.name = "patience",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .positive = true,
     .offset = TS_AT(ts_server_record, patience),
     .help = "a process that has been at one request for so long is killed, "
             "as by a supervisor"},
    {.name = "restart",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .offset = TS_AT(ts_server_record, restart),
     .help = "after a crash a process is back when this has passed"},
    {.name = "thread",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_worker_shape,
     .fallback = "{}",
     .offset = TS_AT(ts_server_record, thread),
     .help = "what its threads are to the operating system and to an "
             "interpreter: priority, affinity, interpreter and the like"},
};

static void check_server(ts_check *check, const void *record)
{
    const ts_server_record *server = record;
    const ts_server_model *model = server->model.entry->model;

    if (!model->local && server->handler.count > 0)
        ts_check_error(check, "handler",
                       "a remote server has none: it is not "
                       "on this machine");
    if (server->deliveries > 0 && server->crash == TS_CRASH_LOSES)
        ts_check_error(check, "deliveries",
                       "goes with \"crash\": \"redelivers\"");
    if (!model->local && server->share == TS_SHARE_ACCEPT)
        ts_check_error(check, "share",
                       "a remote server has no processes that accept");
    if (!model->local && server->processes > 1)
        ts_check_error(check, "processes", "a remote server has slots");
}

const ts_shape ts_servers_shape = {.name = "server",
                                   .help = "What takes requests, and with what",
                                   .size = sizeof(ts_server_record),
                                   TS_FIELDS(server_fields),
                                   .profiles = true,
                                   .check = check_server};

/* --- making --- */

static bool create_server(ts_machine *machine, ts_server *server, int index,
                          const ts_server_record *record, ts_error *error)
{
    ts_random key;

    server->machine = machine;
    server->record = record;
    server->model = record->model.entry->model;
    server->index = index;
    server->slow = 1000;
    ts_random_init(&key, ts_engine_seed(machine->engine),
                   ts_arena_format(machine->arena, "servers/%s", record->name));
    server->key = key.key[1];
    server->random = key;
    server->random.index = UINT64_MAX; /* its visits count from 0 */
    ts_histogram_init(&server->wait_histogram, machine->arena);
    ts_measure_offer(machine, &server->wait, "servers.%s.wait", record->name);
    ts_measure_offer(machine, &server->service, "servers.%s.service",
                     record->name);
    ts_level_init(&server->waiting, 0, 0);
    ts_level_init(&server->busy, 0, 0);
    ts_level_init(&server->inside, 0, 0);
    server->process_count = (int)record->processes;
    server->door = (ts_process){.server = server, .index = -1, .alive = true};
    server->processes =
        ts_arena_array(machine->arena, (size_t)server->process_count,
                       sizeof *server->processes);
    if (server->processes == NULL)
        return ts_fail(error, "out of memory for the server %s", record->name);
    for (int i = 0; i < server->process_count; i++) {
        ts_process *process = &server->processes[i];

        *process = (ts_process){.server = server,
                                .index = i,
                                .alive = true,
                                .died = -1};
        ts_process_mortal(process);
    }
    return server->model->create(server, error);
}

/* --- the part --- */

static const ts_field section_item = {.name = "server",
                                      .kind = TS_FIELD_OBJECT,
                                      .shape = &ts_servers_shape,
                                      .help = "a server"};

static const ts_field section_fields[] = {
    {.name = "servers",
     .kind = TS_FIELD_LIST,
     .item = &section_item,
     .limit = 4096,
     .offset = 0,
     .help = "what takes requests: threads, event loops, remote ones"},
};

static const ts_shape section = {.name = "scenario",
                                 .help = "servers",
                                 .size = sizeof(ts_list),
                                 TS_FIELDS(section_fields)};

const ts_list *ts_servers_said(const ts_machine_record *record)
{
    return ts_part_scenario(record, ts_slot_servers);
}

static const ts_list *said(const ts_machine *machine)
{
    return ts_servers_said(machine->record);
}

static bool asked(const ts_machine *machine)
{
    return said(machine)->count > 0;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    const ts_server_record *records = said(machine)->items;
    int count = said(machine)->count;
    ts_servers *servers = state;

    servers->machine = machine;
    servers->count = count;
    servers->direct_record =
        (ts_link_record){.name = "direct", .retransmit = TS_S};
    servers->direct = (ts_link){.machine = machine,
                                .slow = 1000,
                                .record = &servers->direct_record};
    servers->server =
        ts_arena_array(machine->arena, (size_t)count, sizeof *servers->server);
    if (servers->server == NULL)
        return ts_fail(error, "out of memory for servers");
    for (int i = 0; i < count; i++)
        if (!create_server(machine, &servers->server[i], i, &records[i], error))
            return false;
    return true;
}

/* Whoever is inside waits or is served, at each time and so over all of it, and
 * is with one of the processes, or at the door. */
static void check_conserved(ts_engine *engine, const ts_server *server,
                            ts_time now)
{
    int64_t inside = server->door.queued;

    for (int i = 0; i < server->process_count; i++)
        inside += server->processes[i].queued + server->processes[i].serving;
    (void)TS_ENSURE(engine, server->inside.value == inside);
    (void)TS_ENSURE(engine, ts_level_area(&server->inside, now) ==
                                ts_level_area(&server->waiting, now) +
                                    ts_level_area(&server->busy, now));
}

/* How unevenly connections came to processes. */
static void report_door(const ts_server *server, ts_report *report)
{
    const char *name = server->record->name;
    int64_t all = 0, most = 0;

    for (int i = 0; i < server->process_count; i++) {
        int64_t accepted = server->processes[i].accepted;

        all += accepted;
        most = accepted > most ? accepted : most;
    }
    ts_report_count(report, all, "servers.%s.accepted", name);
    ts_report_ratio(report, most, all, "servers.%s.most", name);
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    ts_time now = ts_engine_now(machine->engine);
    ts_servers *servers = state;

    ts_link_check(&servers->direct);
    for (int i = 0; i < servers->count; i++) {
        ts_server *server = &servers->server[i];
        const char *name = server->record->name;

        check_conserved(machine->engine, server, now);
        ts_report_count(report, server->arrived, "servers.%s.arrived", name);
        ts_report_count(report, server->served, "servers.%s.served", name);
        ts_report_count(report, server->refused, "servers.%s.refused", name);
        ts_report_count(report, server->failed, "servers.%s.failed", name);
        ts_report_count(report, server->lost, "servers.%s.lost", name);
        ts_report_count(report, server->dropped, "servers.%s.dropped", name);
        ts_report_count(report, server->inside.value, "servers.%s.inside",
                        name);
        ts_report_count(report, server->abandoned, "servers.%s.abandoned",
                        name);
        ts_report_count(report, server->wasted, "servers.%s.wasted", name);
        ts_report_count(report, server->redelivered, "servers.%s.redelivered",
                        name);
        if (server->record->deliveries > 0)
            ts_report_count(report, server->put_aside, "servers.%s.put_aside",
                            name);
        if (server->memory_most > 0)
            ts_report_value(report, TS_UNIT_BYTES, (double)server->memory_most,
                            "servers.%s.memory", name);
        ts_report_count(report, server->crashes, "servers.%s.crashes", name);
        ts_report_ratio(report, server->waited, (int64_t)server->wait.count,
                        "servers.%s.waited", name);
        ts_report_count(report, server->waiting.value, "servers.%s.queued",
                        name);
        ts_report_count(report, server->inside.max, "servers.%s.inside_max",
                        name);
        ts_report_value(report, TS_UNIT_NUMBER,
                        ts_level_mean(&server->waiting, now),
                        "servers.%s.queue", name);
        ts_report_value(report, TS_UNIT_NUMBER,
                        ts_level_mean(&server->busy, now), "servers.%s.serving",
                        name);
        if (server->wait.count > 0)
            ts_report_tally(report, TS_UNIT_TIME, &server->wait,
                            &server->wait_histogram, "servers.%s.wait", name);
        if (server->service.count > 0)
            ts_report_tally(report, TS_UNIT_TIME, &server->service, NULL,
                            "servers.%s.service", name);
        if (ts_server_accepts(server))
            report_door(server, report);
        if (server->model->report != NULL)
            server->model->report(server, report);
    }
}

/* What is said of the threads of each. */
static const ts_task_record *workers(const ts_machine_record *record, int i,
                                     const char **name)
{
    const ts_list *list = ts_servers_said(record);
    const ts_server_record *servers = list->items;

    if (i >= list->count)
        return NULL;
    *name = servers[i].name;
    return servers[i].thread;
}

static const ts_metric_kind metrics[] = {
    {"servers.<server>.arrived", TS_UNIT_COUNT, false, "requests that came"},
    {"servers.<server>.served", TS_UNIT_COUNT, false, "requests answered"},
    {"servers.<server>.refused", TS_UNIT_COUNT, false,
     "requests that found no room"},
    {"servers.<server>.failed", TS_UNIT_COUNT, false, "requests that failed"},
    {"servers.<server>.lost", TS_UNIT_COUNT, false,
     "requests that a crash took along"},
    {"servers.<server>.dropped", TS_UNIT_COUNT, false,
     "requests not begun, since nobody waited for them any more"},
    {"servers.<server>.inside", TS_UNIT_COUNT, false,
     "requests there at the end"},
    {"servers.<server>.abandoned", TS_UNIT_COUNT, false,
     "requests that their client gave up"},
    {"servers.<server>.wasted", TS_UNIT_COUNT, false,
     "requests served although their client had given up"},
    {"servers.<server>.redelivered", TS_UNIT_COUNT, false,
     "requests given out again after a crash"},
    {"servers.<server>.put_aside", TS_UNIT_COUNT, false,
     "requests that were given out as often as they may be"},
    {"servers.<server>.accepted", TS_UNIT_COUNT, false,
     "connections that were taken at the door"},
    {"servers.<server>.most", TS_UNIT_RATIO, false,
     "the part of them that one process took: half of them where two share "
     "evenly"},
    {"servers.<server>.memory", TS_UNIT_BYTES, false,
     "most memory that one of its processes took"},
    {"servers.<server>.crashes", TS_UNIT_COUNT, false, "crashes"},
    {"servers.<server>.waited", TS_UNIT_RATIO, false,
     "the part of the requests that had to wait"},
    {"servers.<server>.queued", TS_UNIT_COUNT, false,
     "requests waiting at the end"},
    {"servers.<server>.inside_max", TS_UNIT_COUNT, false,
     "most requests at once"},
    {"servers.<server>.queue", TS_UNIT_NUMBER, false,
     "requests waiting, on average"},
    {"servers.<server>.serving", TS_UNIT_NUMBER, false,
     "requests being served, on average"},
    {"servers.<server>.wait", TS_UNIT_TIME, true,
     "from a request's arrival to its beginning"},
    {"servers.<server>.service", TS_UNIT_TIME, true,
     "from its beginning to its end"},
};

const ts_part ts_part_servers = {.name = "servers",
                                 .scenario = &section,
                                 .state = sizeof(ts_servers),
                                 .own = sizeof(ts_worker *),
                                 .asked = asked,
                                 .create = create,
                                 .workers = workers,
                                 .report = report,
                                 TS_METRICS(metrics)};

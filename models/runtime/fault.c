/*
 * fault.c - what goes wrong, and when.
 *
 * A fault begins at a time and, unless it is a death, is over after a time.
 * The kinds are entries of ts_fault_kinds: slow, gone, jam, throttle, kill and
 * drain. What they do to requests under way is counted where it is felt: by
 * clients (timed out, broken, done twice or never) and by servers (lost,
 * redelivered, wasted). Where several faults lie on one place at once, the
 * last of the scenario's list counts.
 */
#include "models/machine/part.h"
#include "models/runtime/runtime.h"

typedef struct ts_fault_record {
    ts_time at;
    ts_list also; /* of ts_time: more beginnings */
    ts_time lasts;
    ts_variant what; /* of ts_fault_kinds */
} ts_fault_record;

typedef struct ts_fault {
    ts_machine *machine;
    const ts_fault_record *record;
    ts_event event;
    int next; /* of its beginnings */
    bool on;
    ts_time until; /* when it is on */
} ts_fault;

typedef struct fault_kind {
    bool lasts; /* it is a state, not a moment's work */
    /* Begins (on) or ends it. */
    void (*strike)(ts_machine *machine, const void *fields, bool on,
                   ts_time until);
    bool (*check)(ts_machine *machine, const void *fields, ts_error *error);
} fault_kind;

extern const int ts_slot_faults;

typedef struct ts_faults {
    int count;
    ts_fault *fault;
    int throttled; /* the factor of the processors' speeds */
} ts_faults;

/* --- slow, gone: links and remote servers --- */

typedef struct place_record {
    ts_ref server, link;
    double factor;
    int64_t process;
    ts_list processor;
} place_record;

#define SERVER_FIELD                                                           \
    {                                                                          \
        .name = "server", .kind = TS_FIELD_REF, .collection = "server",        \
        .offset = TS_AT(place_record, server), .help = "a server"              \
    }
#define LINK_FIELD                                                             \
    {                                                                          \
        .name = "link", .kind = TS_FIELD_REF, .collection = "link",            \
        .offset = TS_AT(place_record, link), .help = "a link"                  \
    }
#define FACTOR_FIELD(member, about)                                            \
    {                                                                          \
        .name = "factor", .kind = TS_FIELD_REAL, .required = true, .min = 1,   \
        .max = 1e6, .offset = TS_AT(place_record, member), .help = about       \
    }
#define PROCESS_FIELD                                                          \
    {                                                                          \
        .name = "process", .kind = TS_FIELD_INT, .fallback = "-1",             \
        .is_signed = true, .min = -1, .max = 4095,                             \
        .offset = TS_AT(place_record, process),                                \
        .help = "its number, from 0; -1: all of them"                          \
    }

static ts_server *server_of(ts_machine *machine, const ts_ref *ref)
{
    return ref->index < 0 ? NULL : &ts_servers_of(machine)->server[ref->index];
}

static bool check_remote(ts_machine *machine, const void *fields,
                         ts_error *error)
{
    const place_record *place = fields;
    const ts_server *server = server_of(machine, &place->server);

    if (server != NULL && server->model->slowed == NULL)
        return ts_fail(error,
                       "the server %s is on this machine; slow its "
                       "processors down (throttle), or jam or kill it",
                       server->record->name);
    return true;
}

static void slow_down(ts_machine *machine, const place_record *place,
                      int64_t thousandths)
{
    ts_server *server = server_of(machine, &place->server);

    if (server != NULL) {
        server->slow = thousandths;
        server->model->slowed(server);
    } else if (place->link.index >= 0) {
        ts_network_of(machine)->link[place->link.index].slow = thousandths;
    }
}

static void slow(ts_machine *machine, const void *fields, bool on,
                 ts_time until)
{
    const place_record *place = fields;

    (void)until;
    slow_down(machine, place, on ? (int64_t)(place->factor * 1000) : 1000);
}

static const ts_field slow_fields[] = {
    SERVER_FIELD,
    LINK_FIELD,
    FACTOR_FIELD(factor, "how much longer it takes"),
};
static const ts_shape slow_shape = {
    .name = "slow",
    .help = "A link or a remote server takes longer",
    .size = sizeof(place_record),
    TS_FIELDS(slow_fields),
    .one_of = TS_NAMES("server", "link")};
static const fault_kind slow_kind = {.lasts = true,
                                     .strike = slow,
                                     .check = check_remote};
static const ts_entry slow_entry = {
    .name = "slow",
    .help = "a link or a remote server takes longer",
    .shape = &slow_shape,
    .model = &slow_kind};

static void gone(ts_machine *machine, const void *fields, bool on,
                 ts_time until)
{
    const place_record *place = fields;

    if (place->link.index >= 0)
        ts_network_of(machine)->link[place->link.index].gone_until =
            on ? until : 0;
    else
        slow_down(machine, place, on ? 0 : 1000);
}

static const ts_field gone_fields[] = {SERVER_FIELD, LINK_FIELD};
static const ts_shape gone_shape = {
    .name = "gone",
    .help = "A link or a remote server stands still",
    .size = sizeof(place_record),
    TS_FIELDS(gone_fields),
    .one_of = TS_NAMES("server", "link")};
static const fault_kind gone_kind = {.lasts = true,
                                     .strike = gone,
                                     .check = check_remote};
static const ts_entry gone_entry = {
    .name = "gone",
    .help = "nothing comes through a link, or a remote server stands still",
    .about = "Messages that meet a link that is gone are sent again, as if "
             "they were lost; a server goes on where it stood.",
    .shape = &gone_shape,
    .model = &gone_kind};

/* --- jam, kill, drain: processes of a server --- */

static bool check_local(ts_machine *machine, const void *fields,
                        ts_error *error)
{
    const place_record *place = fields;
    const ts_server *server = server_of(machine, &place->server);

    if (!server->model->local)
        return ts_fail(error,
                       "the server %s is not on this machine; it can "
                       "be slow or gone",
                       server->record->name);
    if (place->process >= server->process_count)
        return ts_fail(error,
                       "the server %s has %d processes, and a fault "
                       "names number %lld",
                       server->record->name, server->process_count,
                       (long long)place->process);
    return true;
}

static void each_process(ts_machine *machine, const void *fields,
                         void (*act)(ts_process *process))
{
    const place_record *place = fields;
    ts_server *server = server_of(machine, &place->server);

    for (int i = 0; i < server->process_count; i++)
        if (place->process < 0 || place->process == i)
            act(&server->processes[i]);
}

#define PROCESS_KIND(name_, strikes, state, text, more)                        \
    static const ts_field name_##_fields[] = {                                 \
        {.name = "server",                                                     \
         .kind = TS_FIELD_REF,                                                 \
         .collection = "server",                                               \
         .required = true,                                                     \
         .offset = TS_AT(place_record, server),                                \
         .help = "a server on this machine"},                                  \
        PROCESS_FIELD};                                                        \
    static const ts_shape name_##_shape = {.name = #name_,                     \
                                           .help = text,                       \
                                           .size = sizeof(place_record),       \
                                           TS_FIELDS(name_##_fields)};         \
    static const fault_kind name_##_kind = {.lasts = state,                    \
                                            .strike = strikes,                 \
                                            .check = check_local};             \
    static const ts_entry name_##_entry = {.name = #name_,                     \
                                           .help = text,                       \
                                           .about = more,                      \
                                           .shape = &name_##_shape,            \
                                           .model = &name_##_kind}

static void start_jam(ts_process *process)
{
    ts_process_jam(process, true);
}

static void end_jam(ts_process *process)
{
    ts_process_jam(process, false);
}

static void jam(ts_machine *machine, const void *fields, bool on, ts_time until)
{
    (void)until;
    each_process(machine, fields, on ? start_jam : end_jam);
}

static void kill_it(ts_machine *machine, const void *fields, bool on,
                    ts_time until)
{
    (void)until;
    if (on)
        each_process(machine, fields, ts_process_kill);
}

static void drain(ts_machine *machine, const void *fields, bool on,
                  ts_time until)
{
    (void)until;
    if (on)
        each_process(machine, fields, ts_process_drain);
}

PROCESS_KIND(jam, jam, true, "a process takes no more requests for a while",
             "What it has begun goes on; what comes waits.");
PROCESS_KIND(kill, kill_it, false, "a process dies at once",
             "Requests inside are lost or given out again, as its server "
             "says; it comes back when its server says so.");
PROCESS_KIND(drain, drain, false, "a process is told to end",
             "It finishes what is inside and takes nothing more.");

/* --- throttle: processors --- */

static const ts_field processor_item = {.name = "processor",
                                        .kind = TS_FIELD_INT,
                                        .max = 4095,
                                        .help = "a processor's number, from 0"};

static void throttle(ts_machine *machine, const void *fields, bool on,
                     ts_time until)
{
    const place_record *place = fields;
    const ts_faults *faults = machine->part[ts_slot_faults].state;
    const int64_t *which = place->processor.items;
    int64_t den = on ? (int64_t)(place->factor * 1000) : 1000;

    (void)until;
    for (int i = 0; i < machine->cpu_count; i++) {
        bool chosen = place->processor.count == 0;

        for (int k = 0; k < place->processor.count; k++)
            chosen |= which[k] == i;
        if (chosen)
            ts_cpu_set_factor(&machine->cpus[i], faults->throttled, 1000, den);
    }
}

static const ts_field throttle_fields[] = {
    {.name = "processor",
     .kind = TS_FIELD_LIST,
     .item = &processor_item,
     .one = true,
     .limit = 4096,
     .offset = TS_AT(place_record, processor),
     .help = "which; all when not given"},
    FACTOR_FIELD(factor, "how much slower they are"),
};
static const ts_shape throttle_shape = {.name = "throttle",
                                        .help =
                                            "Processors are slower for a while",
                                        .size = sizeof(place_record),
                                        TS_FIELDS(throttle_fields)};
static const fault_kind throttle_kind = {.lasts = true, .strike = throttle};
static const ts_entry throttle_entry = {.name = "throttle",
                                        .help =
                                            "processors are slower for a while",
                                        .shape = &throttle_shape,
                                        .model = &throttle_kind};

/* --- the list --- */

static const ts_entry *const entries[] = {
    &slow_entry, &gone_entry,  &jam_entry,
    &kill_entry, &drain_entry, &throttle_entry,
};

const ts_registry ts_fault_kinds = {.name = "fault",
                                    .plural = "faults",
                                    .help = "What goes wrong",
                                    .entries = entries,
                                    .count = (int)TS_COUNT_OF(entries)};

static const ts_field time_item = {.name = "time",
                                   .kind = TS_FIELD_TIME,
                                   .help = "a time from the start"};

static const ts_field fault_fields[] = {
    {.name = "at",
     .kind = TS_FIELD_LIST,
     .item = &time_item,
     .one = true,
     .required = true,
     .min = 1,
     .offset = TS_AT(ts_fault_record, also),
     .help = "when it begins: a time, or a list of times in order"},
    {.name = "for",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .offset = TS_AT(ts_fault_record, lasts),
     .help = "how long it lasts; for good when not given"},
    {.name = "what",
     .kind = TS_FIELD_VARIANT,
     .registry = &ts_fault_kinds,
     .required = true,
     .offset = TS_AT(ts_fault_record, what),
     .help = "what goes wrong, as in {\"kill\": {\"server\": \"web\"}}"},
};

static void check_fault(ts_check *check, const void *record)
{
    const ts_fault_record *fault = record;
    const ts_time *at = fault->also.items;

    for (int i = 1; i < fault->also.count; i++)
        if (at[i] < at[i - 1] ||
            (at[i] < ts_time_add(at[i - 1], fault->lasts) &&
             fault->lasts < TS_TIME_LIMIT)) {
            ts_check_error(check, "at",
                           "must be in order, each after the end "
                           "of the one before");
            break;
        }
}

const ts_shape ts_fault_shape = {.name = "fault",
                                 .help = "What goes wrong, and when",
                                 .size = sizeof(ts_fault_record),
                                 TS_FIELDS(fault_fields),
                                 .check = check_fault};

/* --- the part --- */

/* What is still on, on top of what has just begun or ended. */
static void insist(ts_faults *faults)
{
    for (int i = 0; i < faults->count; i++) {
        const ts_fault *fault = &faults->fault[i];
        const fault_kind *kind = fault->record->what.entry->model;

        if (fault->on && kind->lasts)
            kind->strike(fault->machine, fault->record->what.fields, true,
                         fault->until);
    }
}

static void fires(ts_engine *engine, ts_event *event)
{
    ts_fault *fault = TS_CONTAINER(event, ts_fault, event);
    const ts_fault_record *record = fault->record;
    const fault_kind *kind = record->what.entry->model;
    const ts_time *at = record->also.items;
    ts_time now = ts_engine_now(engine);

    fault->on = !fault->on;
    fault->until = fault->on ? ts_time_add(now, record->lasts) : now;
    kind->strike(fault->machine, record->what.fields, fault->on, fault->until);
    if (kind->lasts)
        insist(fault->machine->part[ts_slot_faults].state);
    if (fault->on) {
        fault->next++;
        if (record->lasts < TS_TIME_LIMIT) {
            ts_event_at(engine, event, fault->until);
            return;
        }
        if (kind->lasts)
            return; /* for good */
        fault->on = false;
    }
    if (fault->next < record->also.count)
        ts_event_at(engine, event, at[fault->next]);
}

/* --- the part --- */

static const ts_field section_item = {.name = "fault",
                                      .kind = TS_FIELD_OBJECT,
                                      .shape = &ts_fault_shape,
                                      .help = "a fault"};

static const ts_field section_fields[] = {
    {.name = "faults",
     .kind = TS_FIELD_LIST,
     .item = &section_item,
     .limit = 4096,
     .offset = 0,
     .help = "what goes wrong, and when"},
};

static const ts_shape section = {.name = "scenario",
                                 .help = "faults",
                                 .size = sizeof(ts_list),
                                 TS_FIELDS(section_fields)};

static const ts_list *said(const ts_machine *machine)
{
    return ts_part_scenario(machine->record, ts_slot_faults);
}

static bool asked(const ts_machine *machine)
{
    return said(machine)->count > 0;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    const ts_fault_record *records = said(machine)->items;
    int count = said(machine)->count;
    ts_faults *faults = state;

    faults->throttled = ts_machine_claim_factor(machine, TS_FELT_ALWAYS);
    faults->fault =
        ts_arena_array(machine->arena, (size_t)count, sizeof *faults->fault);
    if (faults->fault == NULL)
        return ts_fail(error, "out of memory for faults");
    faults->count = count;
    for (int i = 0; i < count; i++) {
        ts_fault *fault = &faults->fault[i];
        const fault_kind *kind = records[i].what.entry->model;
        const ts_time *at = records[i].also.items;

        fault->machine = machine;
        fault->record = &records[i];
        if (kind->check != NULL &&
            !kind->check(machine, records[i].what.fields, error))
            return false;
        ts_event_init_slot(machine->engine, &fault->event, TS_CLASS_FAULT,
                           fires, "fault");
        ts_event_at(machine->engine, &fault->event, at[0]);
    }
    return true;
}

const ts_part ts_part_faults = {.name = "faults",
                                .scenario = &section,
                                .state = sizeof(ts_faults),
                                .asked = asked,
                                .create = create};

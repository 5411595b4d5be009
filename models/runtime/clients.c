/*
 * clients.c - who sends requests, from outside the machine, which they cost
 * nothing: what may be said of them, and what is told. load.c sends.
 *
 * Latency is measured twice: from the send, and from the intended start, which
 * is when the request would have been sent had nothing held its client up (an
 * arrival; with a pace, a place in its schedule). A load generator that waits
 * for an answer before it sends the next request leaves out just the requests
 * that would have suffered most: coordinated omission (Tene 2013).
 */
#include "models/machine/measure.h"
#include "models/machine/part.h"
#include "models/runtime/clients.h"

/* --- fields --- */

static const ts_field time_item = {.name = "time",
                                   .kind = TS_FIELD_TIME,
                                   .help = "a time from the start"};

static const ts_field clients_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .collection = "clients",
     .required = true,
     .offset = TS_AT(ts_clients_record, name),
     .help = "what the metrics call them"},
    TS_TERMS_FIELDS(ts_clients_record, terms),
    {.name = "users",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 2e7,
     .offset = TS_AT(ts_clients_record, users),
     .help = "closed load: so many, each with one request at a time"},
    {.name = "think",
     .kind = TS_FIELD_DURATION,
     .random = true,
     .no_cycles = true,
     .fallback = "0s",
     .offset = TS_AT(ts_clients_record, think),
     .help = "closed load: between an answer and the next request"},
    {.name = "pace",
     .kind = TS_FIELD_TIME,
     .positive = true,
     .fallback = "2400h",
     .offset = TS_AT(ts_clients_record, pace),
     .help = "closed load: a user means to send a request so often; a late "
             "answer makes it late"},
    {.name = "stagger",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(ts_clients_record, stagger),
     .help = "closed load: between the first requests of two users"},
    {.name = "rate",
     .kind = TS_FIELD_RATE,
     .positive = true,
     .offset = TS_AT(ts_clients_record, rate),
     .help = "open load: Poisson arrivals at this rate"},
    {.name = "every",
     .kind = TS_FIELD_DURATION,
     .positive = true,
     .random = true,
     .no_cycles = true,
     .offset = TS_AT(ts_clients_record, every),
     .help = "open load: time between arrivals, a period or a distribution"},
    {.name = "at",
     .kind = TS_FIELD_LIST,
     .item = &time_item,
     .limit = 1000000,
     .offset = TS_AT(ts_clients_record, at),
     .help = "open load: the times of arrivals, in order; {\"file\": NAME} "
             "reads them from a file beside the scenario"},
    {.name = "first",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(ts_clients_record, first),
     .help = "nobody sends before"},
    {.name = "until",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .offset = TS_AT(ts_clients_record, until),
     .help = "nobody sends at this time or later"},
    {.name = "connections",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 2e7,
     .offset = TS_AT(ts_clients_record, connections),
     .help = "open load: at most so many requests at once, the others wait at "
             "the client; 0 is no limit"},
    {.name = "limit",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 1e15,
     .offset = TS_AT(ts_clients_record, limit),
     .help = "so many requests, and the run waits for them; 0 is no limit"},
    {.name = "warmup",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(ts_clients_record, warmup),
     .help = "requests that end before are not counted"},
    {.name = "sample",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .min = 1e6,
     .offset = TS_AT(ts_clients_record, sample),
     .help = "interval of the series of answers and of requests under way"},
};

static void check_clients(ts_check *check, const void *record)
{
    const ts_clients_record *clients = record;
    const ts_time *at = clients->at.items;

    for (int i = 1; i < clients->at.count; i++)
        if (at[i] < at[i - 1]) {
            ts_check_error(check, "at", "must be in order");
            break;
        }
}

const ts_shape ts_clients_shape = {.name = "clients",
                                   .help = "Who sends requests, and how often",
                                   .size = sizeof(ts_clients_record),
                                   TS_FIELDS(clients_fields),
                                   .profiles = true,
                                   .one_of =
                                       TS_NAMES("users", "rate", "every", "at"),
                                   .check = check_clients};

bool ts_clients_end(const ts_clients_record *record)
{
    return record->limit > 0 || record->until < TS_TIME_LIMIT ||
           record->at.count > 0;
}

/* --- the part --- */

static void take_sample(ts_engine *engine, ts_event *event)
{
    ts_clients *clients = TS_CONTAINER(event, ts_clients, sampler);
    ts_time now = ts_engine_now(engine);

    ts_trace_sample(clients->machine->trace, now, clients->answers_series,
                    clients->sampled);
    ts_trace_sample(clients->machine->trace, now, clients->inside_series,
                    clients->under_way);
    clients->sampled = 0;
    if (!clients->exhausted || clients->under_way > 0)
        ts_event_at(engine, event, ts_time_add(now, clients->record->sample));
}

static void make_sampler(ts_clients *clients)
{
    ts_machine *machine = clients->machine;
    const ts_clients_record *record = clients->record;

    if (record->sample >= TS_TIME_LIMIT)
        return;
    clients->answers_series =
        ts_trace_name(machine->trace, TS_SERIES,
                      ts_arena_format(machine->arena,
                                      "%s: answers in an interval",
                                      record->name));
    clients->inside_series =
        ts_trace_name(machine->trace, TS_SERIES,
                      ts_arena_format(machine->arena, "%s: requests under way",
                                      record->name));
    ts_event_init_slot(machine->engine, &clients->sampler, TS_CLASS_LATE,
                       take_sample, record->name);
    ts_event_at(machine->engine, &clients->sampler, record->sample);
}

/* Each request is a span: "request", or how else it came out. */
static void register_names(ts_clients *clients)
{
    ts_machine *machine = clients->machine;

    clients->place = ts_trace_name(machine->trace, TS_PLACES,
                                   ts_arena_format(machine->arena, "clients %s",
                                                   clients->record->name));
    clients->kinds[0] = ts_trace_name(machine->trace, TS_KINDS, "request");
    for (int i = 1; i < TS_OUTCOMES; i++)
        clients->kinds[i] =
            ts_trace_name(machine->trace, TS_KINDS, ts_outcome_names[i]);
}

static bool create_group(ts_machine *machine, ts_clients *clients,
                         ts_clients_record *record, ts_error *error)
{
    clients->machine = machine;
    clients->record = record;
    clients->caller =
        ts_caller_create(machine, &record->terms, record->name, error);
    if (clients->caller == NULL)
        return false;
    ts_random_init(&clients->random, ts_engine_seed(machine->engine),
                   ts_arena_format(machine->arena, "clients/%s", record->name));
    ts_histogram_init(&clients->latency_histogram, machine->arena);
    ts_measure_offer(machine, &clients->latency, "clients.%s.latency",
                     record->name);
    ts_measure_offer(machine, &clients->intended, "clients.%s.intended",
                     record->name);
    ts_histogram_init(&clients->intended_histogram, machine->arena);
    ts_level_init(&clients->inside, 0, 0);
    register_names(clients);
    make_sampler(clients);
    if (ts_clients_end(record)) {
        machine->has_foreground = true;
        clients->held = true;
        ts_machine_hold(machine, 1);
    }
    return ts_load_begin(clients, error);
}

/* --- the part --- */

static const ts_field section_item = {.name = "clients",
                                      .kind = TS_FIELD_OBJECT,
                                      .shape = &ts_clients_shape,
                                      .help = "a group of clients"};

static const ts_field section_fields[] = {
    {.name = "clients",
     .kind = TS_FIELD_LIST,
     .item = &section_item,
     .limit = 4096,
     .offset = 0,
     .help = "who sends requests, from outside the machine"},
};

static const ts_shape section = {.name = "scenario",
                                 .help = "clients",
                                 .size = sizeof(ts_list),
                                 TS_FIELDS(section_fields)};

extern const int ts_slot_clients;

const ts_list *ts_clients_said(const ts_machine_record *record)
{
    return ts_part_scenario(record, ts_slot_clients);
}

static const ts_list *said(const ts_machine *machine)
{
    return ts_clients_said(machine->record);
}

static bool asked(const ts_machine *machine)
{
    return said(machine)->count > 0;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    ts_clients_record *records = said(machine)->items;
    int count = said(machine)->count;
    ts_groups *groups = state;

    groups->group =
        ts_arena_array(machine->arena, (size_t)count, sizeof *groups->group);
    if (groups->group == NULL)
        return ts_fail(error, "out of memory for clients");
    groups->count = count;
    for (int i = 0; i < count; i++)
        if (!create_group(machine, &groups->group[i], &records[i], error))
            return false;
    return true;
}

/* What became of what they wanted; for scenarios that say "commit". */
static void report_done(const ts_clients *clients, ts_report *report)
{
    const char *name = clients->record->name;

    ts_report_count(report, clients->once, "clients.%s.done_once", name);
    ts_report_count(report, clients->twice, "clients.%s.done_twice", name);
    ts_report_count(report, clients->unknown, "clients.%s.done_unknown", name);
    ts_report_count(report, clients->lost, "clients.%s.done_never", name);
}

static void report_group(ts_clients *clients, ts_report *report, ts_time now)
{
    const ts_clients_record *record = clients->record;
    const char *name = record->name;
    ts_time counted = now - record->warmup;
    int64_t requests = 0, answered = clients->counted[TS_OUTCOME_ANSWERED];

    for (int i = 0; i < TS_OUTCOMES; i++) {
        requests += clients->counted[i];
        ts_report_count(report, clients->counted[i], "clients.%s.%s", name,
                        ts_outcome_names[i]);
    }
    ts_report_count(report, clients->sent, "clients.%s.sent", name);
    ts_report_count(report, clients->attempts, "clients.%s.attempts", name);
    ts_report_count(report, clients->under_way, "clients.%s.under_way", name);
    ts_report_count(report, clients->queued, "clients.%s.waiting", name);
    ts_report_value(report, TS_UNIT_RATE,
                    counted > 0
                        ? (double)answered / ((double)counted / (double)TS_S)
                        : 0,
                    "clients.%s.throughput", name);
    ts_report_ratio(report, requests - answered, requests,
                    "clients.%s.failures", name);
    ts_report_value(report, TS_UNIT_NUMBER,
                    ts_level_mean(&clients->inside, now), "clients.%s.inside",
                    name);
    if (ts_servers_of(clients->machine)->commits)
        report_done(clients, report);
    if (answered == 0)
        return;
    ts_report_tally(report, TS_UNIT_TIME, &clients->latency,
                    &clients->latency_histogram, "clients.%s.latency", name);
    ts_report_tally(report, TS_UNIT_TIME, &clients->intended,
                    &clients->intended_histogram, "clients.%s.intended", name);
}

/* A loop that sends its answers together makes a wave of those who had them,
 * and where nothing parts them it stays one. Where most users are in it, it
 * decides what comes out; a few that a pool lets go at once do not. */
static void tell_of_waves(const ts_clients *clients, ts_report *report)
{
    int percent = ts_unison_percent(&clients->waves);
    int64_t crowd = ts_unison_crowd(&clients->waves);

    if (percent == 0 || crowd < clients->record->users / 2)
        return;
    ts_report_remark(
        report,
        ts_arena_format(report->arena,
                        "users of %s are in step: %d %% of their requests are "
                        "sent at the instant of another's, %lld of %lld at "
                        "once, and wait for each other; if that is not meant, "
                        "draw what they think, or give their link some jitter",
                        clients->record->name, percent, (long long)crowd,
                        (long long)clients->record->users));
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    ts_time now = ts_engine_now(machine->engine);
    ts_groups *groups = state;

    for (int i = 0; i < groups->count; i++) {
        report_group(&groups->group[i], report, now);
        tell_of_waves(&groups->group[i], report);
    }
}

static const ts_metric_kind metrics[] = {
    {"clients.<clients>.sent", TS_UNIT_COUNT, false, "requests"},
    {"clients.<clients>.attempts", TS_UNIT_COUNT, false,
     "requests and retries, after its warm-up"},
    {"clients.<clients>.under_way", TS_UNIT_COUNT, false,
     "requests out at the end"},
    {"clients.<clients>.waiting", TS_UNIT_COUNT, false,
     "requests that waited for a connection at the end"},
    {"clients.<clients>.answered", TS_UNIT_COUNT, false,
     "requests answered, after its warm-up"},
    {"clients.<clients>.failed", TS_UNIT_COUNT, false,
     "requests that failed, after its warm-up"},
    {"clients.<clients>.refused", TS_UNIT_COUNT, false,
     "requests refused, after its warm-up"},
    {"clients.<clients>.broken", TS_UNIT_COUNT, false,
     "requests whose connection broke, after its warm-up"},
    {"clients.<clients>.timed_out", TS_UNIT_COUNT, false,
     "requests not answered in time, after its warm-up"},
    {"clients.<clients>.throughput", TS_UNIT_RATE, false,
     "answers a second, after its warm-up"},
    {"clients.<clients>.failures", TS_UNIT_RATIO, false,
     "the part of the requests without an answer, after its warm-up"},
    {"clients.<clients>.inside", TS_UNIT_NUMBER, false,
     "requests out, on average"},
    {"clients.<clients>.done_once", TS_UNIT_COUNT, false,
     "intentions carried out once"},
    {"clients.<clients>.done_twice", TS_UNIT_COUNT, false,
     "intentions carried out more than once"},
    {"clients.<clients>.done_unknown", TS_UNIT_COUNT, false,
     "intentions of which the client does not know"},
    {"clients.<clients>.done_never", TS_UNIT_COUNT, false,
     "intentions not carried out"},
    {"clients.<clients>.latency", TS_UNIT_TIME, true,
     "from sending a request to its answer; of those answered after its "
     "warm-up"},
    {"clients.<clients>.intended", TS_UNIT_TIME, true,
     "from when a request was to be sent to its answer; of those answered "
     "after its warm-up"},
};

const ts_part ts_part_clients = {.name = "clients",
                                 .scenario = &section,
                                 .state = sizeof(ts_groups),
                                 .asked = asked,
                                 .create = create,
                                 .report = report,
                                 TS_METRICS(metrics)};

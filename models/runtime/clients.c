/*
 * clients.c - who sends requests: open and closed load, from outside the
 * machine, which they cost nothing.
 *
 * Latency is measured twice: from the send, and from the intended start, which
 * is when the request would have been sent had nothing held its client up (an
 * arrival; with a pace, a place in its schedule). A load generator that waits
 * for an answer before it sends the next request leaves out just the requests
 * that would have suffered most: coordinated omission (Tene 2013).
 */
#include "models/parts.h"
#include "models/root.h"
#include "models/runtime/clients.h"

/* --- fields -------------------------------------------------------------- */

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
     .fallback = "0s",
     .offset = TS_AT(ts_clients_record, think),
     .help = "closed load: between an answer and the next request"},
    {.name = "pace",
     .kind = TS_FIELD_TIME,
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
     .offset = TS_AT(ts_clients_record, rate),
     .help = "open load: Poisson arrivals at this rate"},
    {.name = "every",
     .kind = TS_FIELD_DURATION,
     .random = true,
     .offset = TS_AT(ts_clients_record, every),
     .help = "open load: time between arrivals, a period or a distribution"},
    {.name = "at",
     .kind = TS_FIELD_LIST,
     .item = &time_item,
     .limit = 1000000,
     .offset = TS_AT(ts_clients_record, at),
     .help = "open load: the times of arrivals, in order; from a file where a "
             "profile has them"},
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
    int ways = (clients->users > 0) + (clients->rate.den > 0) +
               clients->every.given + (clients->at.count > 0);
    const ts_time *at = clients->at.items;

    if (ways != 1)
        ts_check_error(check, NULL,
                       "needs exactly one of users, rate, every and at");
    if (clients->rate.den > 0 && clients->rate.num == 0)
        ts_check_error(check, "rate", "must be above 0");
    if (clients->think.cycles || clients->every.cycles)
        ts_check_error(check, NULL, "clients count in times, not in cycles");
    if (clients->every.given &&
        clients->every.amount.kind == TS_DIST_CONSTANT &&
        clients->every.amount.whole == 0)
        ts_check_error(check, "every", "must be above 0");
    if (clients->pace == 0)
        ts_check_error(check, "pace", "must be above 0");
    for (int i = 1; i < clients->at.count; i++)
        if (at[i] < at[i - 1]) {
            ts_check_error(check, "at", "must be in order");
            break;
        }
    ts_terms_check(check, &clients->terms);
}

const ts_shape ts_clients_shape = {.name = "clients",
                                   .help = "Who sends requests, and how often",
                                   .size = sizeof(ts_clients_record),
                                   TS_FIELDS(clients_fields),
                                   .profiles = true,
                                   .check = check_clients};

bool ts_clients_end(const ts_clients_record *record)
{
    return record->limit > 0 || record->until < TS_TIME_LIMIT ||
           record->at.count > 0;
}

/* --- clients ------------------------------------------------------------- */

typedef struct ts_clients ts_clients;

/* One who sends: for good in a closed load, for one request in an open one. */
typedef struct ts_user {
    ts_event event; /* the end of its thinking */
    ts_clients *clients;
    ts_connection *connection; /* its own; NULL: open load */
    ts_time intended;          /* start of its present request */
    struct ts_user *next;
} ts_user;

struct ts_clients {
    ts_machine *machine;
    const ts_clients_record *record;
    ts_caller *caller;
    ts_event event; /* the next arrival */
    ts_event sampler;
    ts_random random; /* arrivals and thinking */
    ts_time next;
    int64_t sent;              /* requests begun */
    int64_t under_way, queued; /* queued: open load, for a connection */
    int64_t active;            /* users who will send again */
    bool exhausted, held;
    ts_user *spare;
    ts_user *waiting, *waiting_last; /* for a connection */
    /* account; after the warm-up */
    int64_t counted[TS_OUTCOMES], attempts, sampled;
    ts_tally latency, intended;
    ts_histogram latency_histogram, intended_histogram;
    ts_level inside;
    int64_t once, twice, lost, unknown; /* intents that commit */
    int answers_series, inside_series;
    int place, kinds[TS_OUTCOMES];
    ts_time counting; /* since when */
};

struct ts_load {
    int count;
    ts_clients group[];
};

static ts_time now_of(const ts_clients *clients)
{
    return ts_engine_now(clients->machine->engine);
}

/* The run ends when the last request has, if they come to an end. */
static void check_end(ts_clients *clients)
{
    if (clients->held && clients->exhausted && clients->under_way == 0 &&
        !clients->waiting) {
        clients->held = false;
        ts_machine_hold(clients->machine, -1);
    }
}

static bool may_send(ts_clients *clients)
{
    const ts_clients_record *record = clients->record;

    if (now_of(clients) < record->until &&
        (record->limit == 0 || clients->sent < record->limit))
        return true;
    return false;
}

/* A user of a closed load sends nothing more. */
static void retire(ts_clients *clients)
{
    if (--clients->active == 0)
        clients->exhausted = true;
}

/* --- intents ------------------------------------------------------------- */

static ts_intent *make_intent(ts_clients *clients)
{
    struct ts_servers *servers = clients->machine->servers;
    ts_intent *intent = servers->intents;

    if (intent)
        servers->intents = intent->next;
    else
        intent = ts_arena_alloc(clients->machine->arena, sizeof *intent);
    if (!intent) {
        ts_machine_memory(clients->machine);
        return NULL;
    }
    *intent = (ts_intent){.refs = 1, .clients = clients};
    return intent;
}

void ts_intent_hold(ts_intent *intent)
{
    if (intent)
        intent->refs++;
}

void ts_intent_drop(ts_machine *machine, ts_intent *intent)
{
    ts_clients *clients;

    if (!intent || --intent->refs > 0)
        return;
    clients = intent->clients;
    clients->once += intent->acknowledged && intent->commits == 1;
    clients->twice += intent->commits > 1;
    clients->lost += intent->acknowledged && intent->commits == 0;
    clients->unknown += !intent->acknowledged && intent->commits > 0;
    intent->next = machine->servers->intents;
    machine->servers->intents = intent;
}

/* --- requests ------------------------------------------------------------ */

static void think(ts_user *user);

static void count(ts_user *user, const ts_call *call, ts_outcome outcome)
{
    ts_clients *clients = user->clients;
    ts_time now = now_of(clients);

    clients->sampled += outcome == TS_OUTCOME_ANSWERED;
    ts_trace_span(clients->machine->trace, user->intended, now, clients->place,
                  clients->kinds[outcome], -1, call->attempt);
    if (now < clients->record->warmup)
        return;
    clients->counted[outcome]++;
    clients->attempts += call->attempt;
    if (outcome != TS_OUTCOME_ANSWERED)
        return;
    ts_tally_add(&clients->latency, now - call->began);
    ts_histogram_add(&clients->latency_histogram, now - call->began);
    ts_tally_add(&clients->intended, now - user->intended);
    ts_histogram_add(&clients->intended_histogram, now - user->intended);
}

static void send(ts_user *user);

/* An open load's user leaves; one that waited for its connection comes. */
static void leave(ts_user *user)
{
    ts_clients *clients = user->clients;
    ts_user *waiting = clients->waiting;

    user->next = clients->spare;
    clients->spare = user;
    if (!waiting)
        return;
    clients->waiting = waiting->next;
    if (!clients->waiting)
        clients->waiting_last = NULL;
    clients->queued--;
    send(waiting);
}

static void done(ts_call *call, ts_outcome outcome)
{
    ts_user *user = call->owner;
    ts_clients *clients = user->clients;

    clients->under_way--;
    ts_level_add(&clients->inside, now_of(clients), -1);
    if (call->intent)
        call->intent->acknowledged = outcome == TS_OUTCOME_ANSWERED;
    count(user, call, outcome);
    if (clients->record->users > 0)
        think(user);
    else
        leave(user);
    check_end(clients);
}

static void send(ts_user *user)
{
    ts_clients *clients = user->clients;
    ts_call *call = ts_call_make(clients->caller, user->connection, done, user);

    if (!call)
        return;
    clients->under_way++;
    ts_level_add(&clients->inside, now_of(clients), 1);
    if (clients->machine->servers->commits)
        call->intent = make_intent(clients);
    ts_call_begin(call);
}

/* --- closed load --------------------------------------------------------- */

static ts_time draw(ts_clients *clients, const ts_duration *duration)
{
    if (duration->amount.kind == TS_DIST_CONSTANT)
        return duration->amount.whole;
    return ts_distribution_whole(&duration->amount, &clients->random);
}

static void user_fires(ts_engine *engine, ts_event *event)
{
    ts_user *user = TS_CONTAINER(event, ts_user, event);

    (void)engine;
    if (!may_send(user->clients)) {
        retire(user->clients);
        check_end(user->clients);
        return;
    }
    user->clients->sent++;
    send(user);
}

/* Until the next request of the user. */
static void think(ts_user *user)
{
    ts_clients *clients = user->clients;
    const ts_clients_record *record = clients->record;
    ts_time now = now_of(clients), next;

    if (record->pace < TS_TIME_LIMIT) {
        user->intended = ts_time_add(user->intended, record->pace);
        next = user->intended > now ? user->intended : now;
    } else {
        next = ts_time_add(now, draw(clients, &record->think));
        user->intended = next;
    }
    /* Its last request may have been the last of all. */
    if (next >= record->until ||
        (record->limit > 0 && clients->sent >= record->limit))
        retire(clients);
    else
        ts_event_at(clients->machine->engine, &user->event, next);
}

static bool make_users(ts_clients *clients, ts_error *error)
{
    const ts_clients_record *record = clients->record;
    ts_user *users = ts_arena_array(clients->machine->arena,
                                    (size_t)record->users, sizeof *users);
    ts_connection *connections =
        ts_arena_array(clients->machine->arena, (size_t)record->users,
                       sizeof *connections);

    if (!users || !connections)
        return ts_fail(error, "out of memory for the users of %s",
                       record->name);
    clients->active = record->users;
    for (int64_t i = 0; i < record->users; i++) {
        ts_user *user = &users[i];

        user->clients = clients;
        user->connection = &connections[i];
        user->intended = ts_time_add(record->first, i * record->stagger);
        ts_event_init_loose(&user->event, TS_CLASS_ARRIVAL, user_fires,
                            record->name);
        ts_event_at(clients->machine->engine, &user->event, user->intended);
    }
    return true;
}

/* --- open load ----------------------------------------------------------- */

static ts_time next_arrival(ts_clients *clients)
{
    const ts_clients_record *record = clients->record;
    const ts_time *at = record->at.items;
    bool begun = clients->sent > 0;
    ts_time last = begun ? clients->next : record->first, gap;

    if (record->limit > 0 && clients->sent >= record->limit)
        return TS_NEVER;
    if (record->at.count > 0)
        return clients->sent < record->at.count ? at[clients->sent] : TS_NEVER;
    if (record->rate.den > 0) {
        double mean =
            (double)TS_S * (double)record->rate.den / (double)record->rate.num;
        double time = ts_random_exponential(&clients->random) * mean;

        gap = time < (double)TS_TIME_LIMIT ? (ts_time)(time + 0.5) : TS_NEVER;
    } else if (record->every.amount.kind == TS_DIST_CONSTANT) {
        gap = begun ? record->every.amount.whole : 0;
    } else {
        gap = draw(clients, &record->every);
    }
    return ts_time_add(last, gap);
}

static void schedule(ts_clients *clients)
{
    clients->next = next_arrival(clients);
    if (clients->next >= clients->record->until)
        clients->exhausted = true;
    else
        ts_event_at(clients->machine->engine, &clients->event, clients->next);
}

static ts_user *make_user(ts_clients *clients)
{
    ts_user *user = clients->spare;

    if (user)
        clients->spare = user->next;
    else
        user = ts_arena_alloc(clients->machine->arena, sizeof *user);
    if (!user) {
        ts_machine_memory(clients->machine);
        return NULL;
    }
    *user = (ts_user){.clients = clients, .intended = now_of(clients)};
    return user;
}

static void arrive(ts_engine *engine, ts_event *event)
{
    ts_clients *clients = TS_CONTAINER(event, ts_clients, event);
    int64_t limit = clients->record->connections;
    ts_user *user = make_user(clients);

    (void)engine;
    if (!user)
        return;
    clients->sent++;
    if (limit > 0 && clients->under_way >= limit) {
        if (clients->waiting_last)
            clients->waiting_last->next = user;
        else
            clients->waiting = user;
        clients->waiting_last = user;
        clients->queued++;
    } else {
        send(user);
    }
    schedule(clients);
    check_end(clients);
}

/* --- the part ------------------------------------------------------------ */

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

static const char *const outcome_names[TS_OUTCOMES] = {"answered", "failed",
                                                       "refused", "broken",
                                                       "timed_out"};

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
            ts_trace_name(machine->trace, TS_KINDS, outcome_names[i]);
}

static bool create_group(ts_machine *machine, ts_clients *clients,
                         ts_clients_record *record, ts_error *error)
{
    clients->machine = machine;
    clients->record = record;
    clients->caller =
        ts_caller_create(machine, &record->terms, record->name, error);
    if (!clients->caller)
        return false;
    ts_random_init(&clients->random, ts_engine_seed(machine->engine),
                   ts_arena_format(machine->arena, "clients/%s", record->name));
    ts_histogram_init(&clients->latency_histogram, machine->arena);
    ts_histogram_init(&clients->intended_histogram, machine->arena);
    ts_level_init(&clients->inside, 0, 0);
    register_names(clients);
    make_sampler(clients);
    if (ts_clients_end(record)) {
        machine->has_foreground = true;
        clients->held = true;
        ts_machine_hold(machine, 1);
    }
    if (record->users > 0)
        return make_users(clients, error);
    ts_event_init_slot(machine->engine, &clients->event, TS_CLASS_ARRIVAL,
                       arrive, record->name);
    schedule(clients);
    return true;
}

static bool create(ts_machine *machine, ts_error *error)
{
    ts_clients_record *records = machine->root->clients.items;
    int count = machine->root->clients.count;
    struct ts_load *load;

    if (count == 0)
        return true;
    load = ts_arena_alloc(machine->arena,
                          sizeof *load + (size_t)count * sizeof(ts_clients));
    if (!load)
        return ts_fail(error, "out of memory for clients");
    load->count = count;
    machine->load = load;
    for (int i = 0; i < count; i++)
        if (!create_group(machine, &load->group[i], &records[i], error))
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
                        outcome_names[i]);
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
    if (clients->machine->servers->commits)
        report_done(clients, report);
    if (answered == 0)
        return;
    ts_report_tally(report, TS_UNIT_TIME, &clients->latency,
                    &clients->latency_histogram, "clients.%s.latency", name);
    ts_report_tally(report, TS_UNIT_TIME, &clients->intended,
                    &clients->intended_histogram, "clients.%s.intended", name);
}

static void report(ts_machine *machine, ts_report *report)
{
    ts_time now = ts_engine_now(machine->engine);

    for (int i = 0; machine->load && i < machine->load->count; i++)
        report_group(&machine->load->group[i], report, now);
}

const ts_part ts_part_clients = {.name = "clients",
                                 .create = create,
                                 .report = report};

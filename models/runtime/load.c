/*
 * load.c - when requests are sent: by users who wait for their answers (closed
 * load), or whenever they come (open load).
 */
#include "models/machine/part.h"
#include "models/runtime/clients.h"

static ts_time now_of(const ts_clients *clients)
{
    return ts_engine_now(clients->machine->engine);
}

/* The run ends when the last request has, if they come to an end. */
static void check_end(ts_clients *clients)
{
    if (clients->held && clients->exhausted && clients->under_way == 0 &&
        clients->waiting == NULL) {
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

/* --- requests --- */

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
    if (waiting == NULL)
        return;
    clients->waiting = waiting->next;
    if (clients->waiting == NULL)
        clients->waiting_last = NULL;
    clients->queued--;
    send(waiting);
}

static void done(ts_call *call, ts_outcome outcome)
{
    ts_user *user = call->waiter.owner;
    ts_clients *clients = user->clients;

    clients->under_way--;
    ts_level_add(&clients->inside, now_of(clients), -1);
    if (call->intent != NULL)
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

    if (call == NULL)
        return;
    clients->under_way++;
    ts_level_add(&clients->inside, now_of(clients), 1);
    if (ts_servers_of(clients->machine)->commits)
        call->intent = ts_intent_make(clients);
    ts_call_begin(call);
}

/* --- closed load --- */

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
    ts_unison_add(&user->clients->waves, now_of(user->clients), 1);
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

    if (users == NULL || connections == NULL)
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

/* --- open load --- */

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

    if (user != NULL)
        clients->spare = user->next;
    else
        user = ts_arena_alloc(clients->machine->arena, sizeof *user);
    if (user == NULL) {
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
    if (user == NULL)
        return;
    clients->sent++;
    if (limit > 0 && clients->under_way >= limit) {
        if (clients->waiting_last != NULL)
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

bool ts_load_begin(ts_clients *clients, ts_error *error)
{
    if (clients->record->users > 0)
        return make_users(clients, error);
    ts_event_init_slot(clients->machine->engine, &clients->event,
                       TS_CLASS_ARRIVAL, arrive, clients->record->name);
    schedule(clients);
    return true;
}

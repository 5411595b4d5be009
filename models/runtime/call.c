/*
 * call.c - calls and visits between the two ends.
 *
 * A call makes attempts until one is answered or no retries are left. Each
 * attempt is a visit:
 *
 *   connecting -> coming -> queued -> served -> away -> home
 *
 * Nothing of this happens inside the caller's step: the end of a call is
 * always an event of its own.
 */
#include "models/machine/part.h"
#include "models/runtime/channel.h"
#include "models/runtime/runtime.h"

static ts_time now_of(const ts_caller *caller)
{
    return ts_engine_now(caller->machine->engine);
}

static void attempt(ts_call *call);

/* TS_NEVER: it is not needed now. */
static void set_timer(ts_call *call, ts_time when)
{
    if (call->timer != NULL)
        ts_event_at(call->caller->machine->engine, &call->timer->event, when);
}

/* --- connections --- */

ts_connection *ts_connection_make(ts_machine *machine)
{
    ts_servers *servers = ts_servers_of(machine);
    ts_connection *connection = servers->connections;

    if (connection != NULL)
        servers->connections = connection->next;
    else
        connection = ts_arena_alloc(machine->arena, sizeof *connection);
    if (connection == NULL) {
        ts_machine_memory(machine);
        return NULL;
    }
    *connection = (ts_connection){0};
    return connection;
}

/* The other end forgets it. */
static void unbind(ts_connection *connection)
{
    ts_process *process = connection->process;

    if (connection->holder != NULL)
        ts_worker_release(connection->holder);
    connection->process = NULL;
    if (process != NULL && process->connections > 0)
        process->connections--;
}

/* It is used no more. One that others share stays, unless it broke. */
static void abandon(ts_call *call, bool broken)
{
    if (call->caller->terms->connection == TS_KEEP_ONE && !broken)
        return;
    call->connection->open = false;
    unbind(call->connection);
}

/* A connection that is ready to be used or to be made. */
static ts_connection *borrow(ts_caller *caller)
{
    ts_connection *connection = caller->idle;

    if (connection != NULL)
        caller->idle = connection->next;
    else
        connection = ts_connection_make(caller->machine);
    return connection;
}

/* The other end may have died since it was last used. */
static void freshen(ts_caller *caller, ts_connection *connection)
{
    ts_process *process = connection->process;

    if (process != NULL &&
        (!process->alive || process->died > connection->used)) {
        connection->process = NULL; /* it died with its process */
        connection->open = false;
    }
    if (caller->terms->connection == TS_KEEP_NEW) {
        connection->open = false;
        unbind(connection);
    } else if (connection->closed) {
        connection->open = connection->closed = false;
    } else if (caller->terms->connection == TS_KEEP_WARM) {
        connection->open = true;
    }
}

/* --- visits --- */

/* One who referred to it does so no more. */
static void release(ts_call *call)
{
    ts_machine *machine = call->caller->machine;

    assert(call->refs > 0);
    if (--call->refs > 0)
        return;
    ts_intent_drop(machine, call->intent);
    call->next = ts_servers_of(machine)->calls;
    ts_servers_of(machine)->calls = call;
}

static void free_visit(ts_visit *visit)
{
    ts_machine *machine = visit->call->caller->machine;

    /* Given back once: a visit that is twice among the spare ones would be two
     * requests in one place. */
    if (!TS_ENSURE(machine->engine, visit->serial != 0))
        return;
    ts_event_cancel(machine->engine, &visit->event);
    release(visit->call);
    visit->serial = 0;
    visit->next = ts_servers_of(machine)->visits;
    ts_servers_of(machine)->visits = visit;
}

static void send(ts_visit *visit)
{
    ts_call *call = visit->call;
    ts_caller *caller = call->caller;
    ts_time transit;

    if (!visit->wanted) { /* given up while it connected */
        free_visit(visit);
        return;
    }
    assert(visit->state == TS_VISIT_CONNECTING);
    visit->state = TS_VISIT_COMING;
    transit = ts_link_transit(caller->link, TS_OUTWARD, caller->terms->sends,
                              call->connection, &call->dice);
    if (transit != TS_NEVER)
        ts_event_at_class(caller->machine->engine, &visit->event,
                          ts_time_add(now_of(caller), transit),
                          TS_CLASS_ARRIVAL);
}

/* The attempt has come out, for its call. */
static void settle(ts_call *call, ts_outcome outcome);

static void home(ts_visit *visit)
{
    ts_call *call = visit->call;
    ts_caller *caller = call->caller;
    ts_outcome outcome = (ts_outcome)visit->outcome;
    bool wanted = visit->wanted;

    assert(visit->state == TS_VISIT_AWAY && (!wanted || call->visit == visit));
    if (wanted)
        ts_kept_over(visit, outcome);
    free_visit(visit);
    if (!wanted) {
        caller->late++;
        return;
    }
    call->visit = NULL;
    caller->outcomes[outcome]++;
    if (outcome == TS_OUTCOME_ANSWERED)
        ts_channel_home(call->connection, now_of(caller));
    if (outcome == TS_OUTCOME_LOST || outcome == TS_OUTCOME_REFUSED)
        abandon(call, outcome == TS_OUTCOME_LOST);
    set_timer(call, TS_NEVER);
    settle(call, outcome);
}

static void visit_fires(ts_engine *engine, ts_event *event)
{
    ts_visit *visit = TS_CONTAINER(event, ts_visit, event);

    (void)engine;
    if (visit->state == TS_VISIT_COMING || visit->state == TS_VISIT_AWAY)
        ts_link_arrived(visit->call->caller->link);
    if (visit->state == TS_VISIT_CONNECTING)
        send(visit);
    else if (visit->state == TS_VISIT_COMING && visit->cancelled)
        free_visit(visit);
    else if (visit->state == TS_VISIT_COMING)
        ts_server_arrive(visit);
    else if (visit->state == TS_VISIT_AWAY)
        home(visit);
    else if (visit->server->model->local)
        visit->server->model->resumed(visit); /* it has waited enough */
    else
        ts_visit_end(visit, TS_OUTCOME_ANSWERED); /* it is served */
}

void ts_visit_end(ts_visit *visit, ts_outcome outcome)
{
    ts_caller *caller = visit->call->caller;
    ts_time transit;

    assert(visit->serial != 0 && visit->state != TS_VISIT_QUEUED);
    ts_kept_left(visit);
    if (visit->state == TS_VISIT_SERVED)
        ts_process_done(visit);
    visit->state = TS_VISIT_AWAY;
    visit->outcome = (uint8_t)outcome;
    if (!visit->wanted) { /* nobody waits, so nobody says when it comes home */
        caller->late++;
        free_visit(visit);
        return;
    }
    transit =
        ts_link_transit(caller->link, TS_HOMEWARD,
                        outcome == TS_OUTCOME_ANSWERED ? caller->terms->receives
                                                       : 0,
                        visit->call->connection, &visit->call->dice);
    if (transit != TS_NEVER)
        ts_event_at_class(caller->machine->engine, &visit->event,
                          ts_time_add(now_of(caller), transit), TS_CLASS_WAKE);
}

static ts_visit *make_visit(ts_call *call)
{
    ts_caller *caller = call->caller;
    ts_servers *servers = ts_servers_of(caller->machine);
    ts_visit *visit = servers->visits;

    if (visit != NULL)
        servers->visits = visit->next;
    else
        visit = ts_arena_alloc(caller->machine->arena, sizeof *visit);
    if (visit == NULL) {
        ts_machine_memory(caller->machine);
        return NULL;
    }
    *visit = (ts_visit){
        .call = call,
        .wanted = true,
        .serial = ++servers->serial,
    };
    call->refs++;
    ts_event_init_loose(&visit->event, TS_CLASS_ARRIVAL, visit_fires, "visit");
    return visit;
}

/* --- which server --- */

static int64_t server_load(const void *context, int i)
{
    const ts_caller *caller = context;
    const ts_server *server = caller->to[i];
    bool alive = false;

    for (int p = 0; p < server->process_count && !alive; p++)
        alive = server->processes[p].alive;
    return alive ? server->inside.value : -1;
}

static ts_server *choose(ts_call *call)
{
    ts_caller *caller = call->caller;
    int count = caller->terms->to.count, chosen = 0;

    if (count > 1)
        chosen = ts_spread_choose((ts_spread)caller->terms->spread, count,
                                  &caller->turn, &caller->random,
                                  call->dice.index, server_load, caller);
    return caller->to[chosen < 0 ? 0 : chosen];
}

/* --- calls --- */

static void attempt(ts_call *call)
{
    ts_caller *caller = call->caller;
    ts_time now = now_of(caller), wait;
    ts_visit *visit = make_visit(call);

    if (visit == NULL)
        return;
    assert(call->visit == NULL && call->connection != NULL);
    caller->attempts++;
    call->attempt++;
    call->visit = visit;
    visit->server = choose(call);
    freshen(caller, call->connection);
    ts_channel_begin(call->connection);
    visit->fresh = !call->connection->open;
    ts_kept_sent(visit);
    wait = ts_link_connect(caller->link, call->connection, &call->dice);
    if (caller->terms->timeout < TS_TIME_LIMIT)
        set_timer(call, ts_time_add(now, caller->terms->timeout));
    if (wait == 0)
        send(visit);
    else if (wait != TS_NEVER)
        ts_event_at(caller->machine->engine, &visit->event,
                    ts_time_add(now, wait));
}

static void give_back(ts_call *call)
{
    ts_caller *caller = call->caller;

    if (!call->borrowed)
        return;
    if (caller->terms->connection == TS_KEEP_NEW)
        unbind(call->connection);
    call->connection->next = caller->idle;
    caller->idle = call->connection;
}

void ts_call_drop(ts_call *call)
{
    ts_machine *machine = call->caller->machine;

    give_back(call);
    if (call->timer != NULL) {
        set_timer(call, TS_NEVER);
        call->timer->next = ts_servers_of(machine)->timers;
        ts_servers_of(machine)->timers = call->timer;
        call->timer = NULL;
    }
    release(call);
}

static void over(ts_call *call, ts_outcome outcome)
{
    if (call->done != NULL)
        call->done(call, outcome);
    ts_call_drop(call);
}

static ts_time back_off(ts_call *call)
{
    const ts_terms *terms = call->caller->terms;
    int64_t amount = terms->backoff.amount.whole;
    double time;

    if (terms->backoff.amount.kind != TS_DIST_CONSTANT) {
        ts_random random;

        ts_dice_draw(call->caller->machine, &call->dice, &random);
        amount = ts_distribution_whole(&terms->backoff.amount, &random);
        ts_dice_drawn(&call->dice, &random);
    }
    time = (double)amount;
    for (int i = 1; i < call->attempt && time < (double)TS_TIME_LIMIT; i++)
        time *= terms->factor;
    return time < (double)TS_TIME_LIMIT ? (ts_time)time : TS_TIME_LIMIT;
}

static void settle(ts_call *call, ts_outcome outcome)
{
    ts_caller *caller = call->caller;

    if (outcome == TS_OUTCOME_ANSWERED ||
        call->attempt > caller->terms->retries)
        over(call, outcome);
    else
        set_timer(call, ts_time_add(now_of(caller), back_off(call)));
}

/* Nobody waits for the attempt any more. What has not reached the server, or
 * left it, goes on its way; the server may be told. */
static void give_up(ts_call *call)
{
    ts_visit *visit = call->visit;

    call->visit = NULL;
    visit->wanted = false;
    ts_kept_over(visit, TS_OUTCOME_TIMEOUT);
    call->caller->outcomes[TS_OUTCOME_TIMEOUT]++;
    abandon(call, false); /* its answer may still come over it */
    visit->cancelled = call->caller->terms->cancel;
    if (visit->state != TS_VISIT_QUEUED && visit->state != TS_VISIT_SERVED) {
        if (!visit->event.pending)
            free_visit(visit); /* the link was gone for good */
        return;
    }
    visit->server->abandoned++;
    if (!visit->cancelled)
        return;
    if (visit->state == TS_VISIT_QUEUED) {
        ts_process_forget(visit);
        free_visit(visit);
    } else if (visit->server->model->cancelled != NULL) {
        visit->server->model->cancelled(visit);
    }
}

static void call_fires(ts_engine *engine, ts_event *event)
{
    ts_call *call = TS_CONTAINER(event, ts_call_timer, event)->call;

    (void)engine;
    if (call->visit == NULL) {
        attempt(call);
        return;
    }
    give_up(call);
    settle(call, TS_OUTCOME_TIMEOUT);
}

/* False: out of memory. */
static bool need_timer(ts_call *call)
{
    const ts_terms *terms = call->caller->terms;
    ts_machine *machine = call->caller->machine;
    ts_call_timer *timer = ts_servers_of(machine)->timers;

    if (terms->timeout >= TS_TIME_LIMIT && terms->retries == 0)
        return true;
    if (timer != NULL)
        ts_servers_of(machine)->timers = timer->next;
    else
        timer = ts_arena_alloc(machine->arena, sizeof *timer);
    if (timer == NULL) {
        ts_machine_memory(machine);
        return false;
    }
    *timer = (ts_call_timer){.call = call};
    ts_event_init_loose(&timer->event, TS_CLASS_TIMER, call_fires, "call");
    call->timer = timer;
    return true;
}

ts_call *ts_call_make(ts_caller *caller, ts_connection *connection,
                      ts_call_fn *done, void *owner)
{
    ts_servers *servers = ts_servers_of(caller->machine);
    ts_call *call = servers->calls;

    if (call != NULL)
        servers->calls = call->next;
    else
        call = ts_arena_alloc(caller->machine->arena, sizeof *call);
    if (call == NULL) {
        ts_machine_memory(caller->machine);
        return NULL;
    }
    *call = (ts_call){
        .caller = caller,
        .done = done,
        .waiter.owner = owner,
        .sender = -1,
        .refs = 1,
        .began = now_of(caller),
        .connection = caller->shared != NULL ? caller->shared
                      : connection != NULL   ? connection
                                             : borrow(caller),
        .borrowed = connection == NULL && caller->shared == NULL,
        .dice = {.key = caller->key, .index = (uint64_t)caller->calls++},
    };
    return call->connection != NULL && need_timer(call) ? call : NULL;
}

void ts_call_begin(ts_call *call)
{
    attempt(call);
}

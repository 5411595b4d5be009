/*
 * bandwidth.c - see bandwidth.h.
 */
#include "models/policy/bandwidth.h"

enum { SOFT, HARD };
enum { NEW_DEADLINE, KEEP, POSTPONE, THROTTLE, REPLENISH };

static const char *const kinds[] = {"soft", "hard", NULL};

static const ts_field fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .collection = "bandwidth server",
     .required = true,
     .offset = TS_AT(ts_reservation_record, name),
     .help = "what threads call it"},
    {.name = "budget",
     .kind = TS_FIELD_TIME,
     .required = true,
     .min = 1,
     .offset = TS_AT(ts_reservation_record, budget),
     .help = "processor time its jobs get in every period"},
    {.name = "period",
     .kind = TS_FIELD_TIME,
     .required = true,
     .min = 1,
     .offset = TS_AT(ts_reservation_record, period),
     .help = "how long after it began or was refilled its deadline is"},
    {.name = "kind",
     .kind = TS_FIELD_CHOICE,
     .choices = kinds,
     .fallback = "soft",
     .offset = TS_AT(ts_reservation_record, kind),
     .help = "when the budget is used up: soft goes on under a later deadline, "
             "hard waits for the deadline it has"},
};

static void check(ts_check *check, const void *record)
{
    const ts_reservation_record *server = record;

    if (server->budget > server->period)
        ts_check_error(check, "budget", "is more than the period");
}

const ts_shape ts_reservation_shape = {
    .name = "bandwidth server",
    .help = "A share of the processor for jobs that come when they like",
    .size = sizeof(ts_reservation_record),
    TS_FIELDS(fields),
    .check = check};

/* Records what happened, with the budget in microseconds, and from when to
 * when the new deadline holds. */
static void trace(const ts_reservation *server, int what)
{
    ts_machine *machine = server->queue->machine;
    ts_time now = ts_engine_now(machine->engine);
    ts_time budget = server->budget / TS_US;
    const ts_thread *first = server->jobs.first;

    ts_trace_instant(machine->trace, now, server->place, server->kinds[what],
                     first != NULL ? first->id : -1,
                     (int32_t)(budget < INT32_MAX ? budget : INT32_MAX));
    if (what != THROTTLE && server->deadline > now)
        ts_trace_span(machine->trace, now, server->deadline, server->place,
                      server->kinds[what], first != NULL ? first->id : -1, 0);
}

/* The first job runs under the server's deadline, if the server has budget. */
static void offer(ts_reservation *server)
{
    ts_thread *first = server->jobs.first;

    assert(first != NULL);
    if (server->budget == 0 && !server->throttled)
        ts_reservation_exhaust(server);
    assert(server->throttled == (server->budget == 0));
    if (server->throttled || first->state != TS_THREAD_READY)
        return;
    first->own_urgency = -server->deadline;
    first->urgency = first->own_urgency > first->inherited ? first->own_urgency
                                                           : first->inherited;
    server->eligible(server->queue, first);
}

static void refill(ts_reservation *server, int what)
{
    server->budget = server->record->budget;
    server->deadline = ts_time_add(server->deadline, server->record->period);
    trace(server, what);
}

static void deadline_came(ts_engine *engine, ts_event *event)
{
    ts_reservation *server = TS_CONTAINER(event, ts_reservation, timer);

    (void)engine;
    assert(server->throttled && server->budget == 0);
    server->throttled = false;
    refill(server, REPLENISH);
    if (server->jobs.first == NULL)
        return;
    offer(server);
    ts_queue_dirty(server->queue);
}

void ts_reservation_exhaust(ts_reservation *server)
{
    ts_engine *engine = server->queue->machine->engine;
    ts_time now = ts_engine_now(engine);

    assert(!server->throttled);
    server->budget = 0;
    if (server->jobs.first == NULL)
        return;
    if (server->record->kind == SOFT) {
        refill(server, POSTPONE);
        return;
    }
    server->throttled = true;
    trace(server, THROTTLE);
    ts_event_at(engine, &server->timer,
                server->deadline > now ? server->deadline : now);
}

/* Work comes to a server that had none. Budget and deadline of before are worth
 * keeping only where they do not let it use more than its bandwidth up to that
 * deadline: budget / (deadline - now) < Q / T, crosswise so that nothing is
 * divided. Otherwise a server that slept would come back with a whole budget
 * and little time, which is the burst that constant bandwidth is to prevent. */
static void begin(ts_reservation *server)
{
    ts_time now = ts_engine_now(server->queue->machine->engine);
    ts_i128 left = (ts_i128)server->budget * server->record->period;
    ts_i128 due = (ts_i128)(server->deadline - now) * server->record->budget;

    if (left < due) {
        trace(server, KEEP);
        return;
    }
    server->budget = server->record->budget;
    server->deadline = ts_time_add(now, server->record->period);
    trace(server, NEW_DEADLINE);
}

void ts_reservation_put(ts_reservation *server, ts_thread *thread, ts_why why)
{
    assert(!server->throttled || server->budget == 0);
    if (why == TS_WHY_ARRIVED)
        ts_threads_append(&server->jobs, thread);
    if (thread != server->jobs.first)
        return;
    if ((why == TS_WHY_ARRIVED || why == TS_WHY_WOKEN) && !server->throttled)
        begin(server);
    offer(server);
}

void ts_reservation_leave(ts_reservation *server, ts_thread *thread)
{
    ts_threads_remove(&server->jobs, thread);
    if (server->jobs.first != NULL)
        offer(server);
}

void ts_reservation_charge(ts_reservation *server, ts_time ran)
{
    assert(ran >= 0 && server->budget <= server->record->budget);
    server->budget = server->budget > ran ? server->budget - ran : 0;
}

void ts_reservation_init(ts_reservation *server,
                         const ts_reservation_record *record,
                         ts_runqueue *queue,
                         void (*eligible)(ts_runqueue *, ts_thread *))
{
    static const char *const names[5] = {"new-deadline", "keep", "postpone",
                                         "throttle", "replenish"};
    ts_machine *machine = queue->machine;

    *server = (ts_reservation){.record = record,
                               .queue = queue,
                               .eligible = eligible};
    for (int i = 0; i < 5; i++)
        server->kinds[i] = ts_trace_name(machine->trace, TS_KINDS, names[i]);
    server->place = ts_trace_name(machine->trace, TS_PLACES,
                                  ts_arena_format(machine->arena, "server %s",
                                                  record->name));
    ts_event_init_loose(&server->timer, TS_CLASS_TIMER, deadline_came,
                        record->name);
}

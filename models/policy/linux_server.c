/*
 * linux_server.c - the fair server of Linux 6.12: a deadline reservation for the
 * fair class, so that threads above it cannot lock it out.
 *
 * The fair class has fair_runtime of every fair_period, which it uses up as it
 * runs. Where it gets so much anyhow, a new period begins and that is all. Where
 * it does not, the server is deferred until as much time is left before its
 * deadline as it still has runtime (zero laxity): from then on, until that is
 * used up, which is seen at a tick, fair threads come before real-time ones, and
 * before deadline threads whose deadlines are later.
 *
 * Where the class comes back within a period, it goes on with what it had left
 * unless that were more than its share of the time to the deadline: a new period
 * begins.
 *
 * Source: kernel/sched/deadline.c of 6.12: dl_server_start(),
 * dl_server_timer(), update_curr_dl_se(), replenish_dl_new_period(),
 * update_dl_entity() and dl_entity_overflow().
 */
#include "models/policy/linux.h"

static const ts_linux_record *options_of(const ts_linux_queue *state)
{
    return state->queue->options;
}

/* A fair policy that is named may be of an older version than the release. */
bool ts_linux_has_server(const ts_linux_record *options)
{
    ts_kernel kernel = (ts_kernel)options->kernel;
    const ts_entry *fair = options->fair.entry;

    return kernel >= TS_KERNEL_6_12 && fair != &ts_policy_cfs &&
           (fair == NULL ||
            ts_eevdf_kernel(options->fair.fields) >= TS_KERNEL_6_12);
}

/* It waits for zero laxity. */
static void defer(ts_linux_queue *state)
{
    ts_linux_server *server = &state->server;
    ts_engine *engine = state->queue->machine->engine;
    ts_time at = server->deadline - server->left, now = ts_engine_now(engine);

    server->active = false;
    ts_event_at(engine, &server->event, at > now ? at : now);
}

static void begin_period(ts_linux_queue *state)
{
    const ts_linux_record *options = options_of(state);
    ts_time now = ts_engine_now(state->queue->machine->engine);

    state->server.left = options->fair_runtime;
    state->server.deadline = ts_time_add(now, options->fair_period);
    defer(state);
}

/* Zero laxity: whoever runs instead of a fair thread makes room. */
static void activate(ts_engine *engine, ts_event *event)
{
    ts_linux_queue *state = TS_CONTAINER(event, ts_linux_queue, server.event);
    ts_cpu *cpu = &state->queue->machine->cpus[state->queue->first];

    ts_cpu_sync(cpu);
    if (state->server.deadline - state->server.left > ts_engine_now(engine)) {
        defer(state); /* it had some of it meanwhile */
        return;
    }
    state->server.active = true;
    ts_cpu_end_slice(cpu);
    ts_queue_dirty(state->queue);
}

void ts_linux_server_init(ts_linux_queue *state)
{
    ts_event_init_slot(state->queue->machine->engine, &state->server.event,
                       TS_CLASS_TIMER, activate, "fair server");
}

/* With what it has left it cannot come back at `now`: its time is over, or it
 * would have more than its share until then. */
static bool has_no_period(const ts_linux_queue *state, ts_time now)
{
    const ts_linux_server *server = &state->server;
    const ts_linux_record *options = options_of(state);

    return server->deadline <= now ||
           ts_linux_overflows(server->left, options->fair_runtime,
                              options->fair_period, server->deadline - now);
}

void ts_linux_server_start(ts_linux_queue *state)
{
    ts_linux_server *server = &state->server;
    const ts_linux_record *options = options_of(state);

    if (server->started || options->fair_runtime == 0 ||
        !ts_linux_has_server(options))
        return;
    server->started = true;
    if (has_no_period(state, ts_engine_now(state->queue->machine->engine)))
        begin_period(state);
    else
        defer(state);
}

void ts_linux_server_stop(ts_linux_queue *state)
{
    ts_linux_server *server = &state->server;

    if (!server->started)
        return;
    server->started = server->active = false;
    ts_event_cancel(state->queue->machine->engine, &server->event);
}

void ts_linux_server_charge(ts_linux_queue *state, ts_time ran)
{
    ts_linux_server *server = &state->server;
    const ts_linux_record *options = options_of(state);

    if (!server->started)
        return;
    server->left -= ran;
    if (server->left > 0)
        return;
    if (!server->active) {
        begin_period(state);
        return;
    }
    /* What it had too much is taken off the next period. */
    while (server->left <= 0) {
        server->left += options->fair_runtime;
        server->deadline = ts_time_add(server->deadline, options->fair_period);
    }
    defer(state);
}

ts_fine ts_linux_server_slice(const ts_linux_queue *state)
{
    ts_time now = ts_engine_now(state->queue->machine->engine);
    int64_t left = (state->server.left + TS_NS - 1) / TS_NS;

    return state->server.active
               ? ts_fine_make(ts_fair_tick(now, left, state->tick) - now)
               : TS_FINE_NEVER;
}

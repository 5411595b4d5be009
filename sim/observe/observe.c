/*
 * observe.c - see observe.h.
 */
#define _GNU_SOURCE
#include "sim/observe/observe.h"

#include <sched.h>
#include <stdlib.h>
#include <time.h>

#include "sim/host/bare.h"
#include "sim/host/host.h"
#include "sim/observe/crowd.h"
#include "sim/observe/load.h"
#include "sim/observe/proc.h"
#include "sim/observe/start.h"

/* Its threads are looked at so often, in seconds. */
#define LOOKS 0.05

struct ts_observing {
    ts_observe_options options;
    ts_arena arena;
    ts_target target;
    ts_started started;
    ts_crowd crowd;
    ts_observed_server server;
    ts_observed steps[TS_OBSERVED_STEPS];
    int count;
    cpu_set_t ours; /* before we moved */
    bool moved;
};

ts_observing *ts_observation_create(const ts_observe_options *options)
{
    ts_observing *seen = calloc(1, sizeof *seen);

    if (seen == NULL)
        return NULL;
    seen->options = *options;
    ts_arena_init(&seen->arena, 0);
    return seen;
}

void ts_observation_destroy(ts_observing *seen)
{
    if (seen == NULL)
        return;
    ts_stop(&seen->started, seen->options.interrupted);
    if (seen->moved)
        (void)sched_setaffinity(0, sizeof seen->ours, &seen->ours);
    ts_crowd_fini(&seen->crowd);
    ts_arena_fini(&seen->arena);
    free(seen);
}

const ts_observed *ts_observed_step(const ts_observing *seen, int i)
{
    return i < seen->count ? &seen->steps[i] : NULL;
}

const ts_observed_server *ts_observed_server_of(const ts_observing *seen)
{
    return &seen->server;
}

static bool interrupted(const ts_observing *seen)
{
    return seen->options.interrupted != NULL && *seen->options.interrupted != 0;
}

static void rest(double seconds)
{
    const struct timespec time = {0, (long)(seconds * 1e9)};

    nanosleep(&time, NULL);
}

/* --- who runs where --- */

static void last_of(const cpu_set_t *set, cpu_set_t *last)
{
    CPU_ZERO(last);
    for (size_t i = CPU_SETSIZE; i-- > 0;)
        if (CPU_ISSET(i, set)) {
            CPU_SET(i, last);
            return;
        }
}

static void move_to(ts_observing *seen, const cpu_set_t *set)
{
    if (sched_setaffinity(0, sizeof *set, set) == 0)
        seen->moved = true;
}

/* The command gets all processors but the last, which the clients have. */
static bool start(ts_observing *seen, ts_error *error)
{
    cpu_set_t last, others;
    bool fine;

    last_of(&seen->ours, &last);
    CPU_XOR(&others, &seen->ours, &last);
    if (CPU_COUNT(&others) > 0)
        move_to(seen, &others);
    fine = ts_start(&seen->started, seen->options.command, error);
    if (seen->moved)
        move_to(seen, &last);
    return fine;
}

/* Clients of a server that ran before take a processor that it may not use,
 * where there is one. */
static void settle(ts_observing *seen)
{
    cpu_set_t theirs, apart, common;

    if (sched_getaffinity(ts_crowd_first(&seen->crowd), sizeof theirs,
                          &theirs) != 0)
        theirs = seen->ours;
    seen->server.processors = CPU_COUNT(&theirs);
    if (!seen->moved) {
        CPU_AND(&common, &seen->ours, &theirs);
        CPU_XOR(&apart, &seen->ours, &common);
        if (CPU_COUNT(&apart) > 0)
            move_to(seen, &apart);
    }
    seen->server.apart = seen->moved;
}

/* --- finding it --- */

static bool find_url(ts_observing *seen, const char *url, ts_error *error)
{
    return url != NULL
               ? ts_target_parse(&seen->target, &seen->arena, url, error)
               : ts_fail_memory(error);
}

/* Where the command listens, once it does; false: not yet. */
static bool listens(ts_observing *seen, ts_error *error)
{
    bool told = seen->target.size > 0;
    int port;

    ts_crowd_find(&seen->crowd, seen->started.pid, 0);
    port =
        ts_crowd_port(&seen->crowd, told ? ts_target_port(&seen->target) : 0);
    if (told)
        return port > 0; /* and nobody else's */
    return port > 0 &&
           find_url(seen,
                    ts_arena_format(&seen->arena, "http://127.0.0.1:%d/", port),
                    error);
}

static bool await_command(ts_observing *seen, ts_error *error)
{
    double until = ts_load_now() + seen->options.patience;

    while (!listens(seen, error)) {
        if (interrupted(seen))
            return ts_fail(error, "interrupted");
        if (!ts_started_runs(&seen->started, error))
            return false;
        if (ts_load_now() > until)
            return ts_fail(error, "the command does not listen after %.0f s%s",
                           seen->options.patience,
                           seen->options.url != NULL
                               ? " where --url says"
                               : "; say where it does with --url");
        rest(0.05);
    }
    rest(0.5); /* it may make its processes afterwards */
    return true;
}

static bool find_server(ts_observing *seen, ts_error *error)
{
    char program[256];
    pid_t first;

    ts_crowd_find(&seen->crowd, seen->started.pid,
                  ts_target_port(&seen->target));
    first = ts_crowd_first(&seen->crowd);
    if (seen->crowd.failed)
        return ts_fail_memory(error);
    if (first == 0 && !ts_load_listens(&seen->target))
        return ts_fail(error, "nobody listens at %s: is the server running?",
                       seen->target.url);
    if (first == 0)
        return ts_fail(error,
                       "whoever listens at %s may not be looked at: observe it "
                       "as its user, or start it here with -- COMMAND",
                       seen->target.url);
    ts_proc_program(first, program, sizeof program);
    seen->server.url = seen->target.url;
    seen->server.program = ts_arena_text(&seen->arena, program);
    seen->server.processes = ts_crowd_count(&seen->crowd);
    return seen->server.program != NULL || ts_fail_memory(error);
}

/* --- a step --- */

static void look(void *context)
{
    ts_crowd_look(context);
}

static void count_up(ts_observing *seen, const ts_observe_load *load)
{
    ts_observed *step = &seen->steps[seen->count++];
    double requests = (double)load->count;
    ts_crowd_sum sum;

    ts_crowd_sum_up(&seen->crowd, &sum);
    *step = (ts_observed){.clients = load->clients,
                          .requests = load->count,
                          .errors = load->errors,
                          .seconds = load->seconds,
                          .rate = requests / load->seconds,
                          .p50 = ts_load_percentile(load, 0.5),
                          .p95 = ts_load_percentile(load, 0.95),
                          .p99 = ts_load_percentile(load, 0.99),
                          .cpu = sum.took / requests,
                          .ready = sum.waited / requests,
                          .voluntary = (double)sum.voluntary / requests,
                          .involuntary = (double)sum.involuntary / requests,
                          .busy = sum.took / load->seconds /
                                  seen->server.processors,
                          .processes = sum.processes,
                          .threads = sum.threads,
                          .most = sum.took > 0 ? sum.most / sum.took : 0};
}

/* Who else had the machine, from one time to another. */
typedef struct machine_time {
    double all, idle, stolen, own;
} machine_time;

static machine_time machine_now(void)
{
    machine_time now = {.own = ts_bare_clock()};

    (void)ts_host_spent(&now.all, &now.idle, &now.stolen);
    return now;
}

static void blame(ts_observed *step, const machine_time *from)
{
    machine_time now = machine_now();
    double all = now.all - from->all, stolen = now.stolen - from->stolen;
    double others = all - (now.idle - from->idle) - stolen -
                    (now.own - from->own) - step->cpu * (double)step->requests;

    step->client = (now.own - from->own) / (double)step->requests;
    if (all <= 0)
        return;
    step->stolen = stolen / all;
    step->others = others > 0 ? others / all : 0;
}

static bool play(ts_observing *seen, ts_observe_load *load, ts_error *error)
{
    double seconds = seen->options.seconds;
    machine_time from;

    if (!ts_load_open(load, error) ||
        !ts_load_play(load, seconds / 4, false, error))
        return false;
    ts_crowd_find(&seen->crowd, seen->started.pid,
                  ts_target_port(&seen->target));
    from = machine_now();
    ts_crowd_mark(&seen->crowd);
    if (!ts_load_play(load, seconds, true, error))
        return false;
    if (load->count == 0)
        return ts_fail(error,
                       "not one answer in %.1f s: take more --seconds than an "
                       "answer needs",
                       seconds);
    count_up(seen, load);
    blame(&seen->steps[seen->count - 1], &from);
    seen->server.keeps = !load->closes;
    seen->server.doors =
        ts_crowd_doors(&seen->crowd, ts_target_port(&seen->target));
    seen->server.polls = ts_crowd_polls(&seen->crowd);
    return !seen->crowd.failed || ts_fail_memory(error);
}

static bool play_step(ts_observing *seen, int clients, ts_error *error)
{
    ts_observe_load load = {.target = &seen->target,
                            .clients = clients,
                            .requests = seen->options.requests,
                            .patience = seen->options.patience,
                            .look = look,
                            .context = &seen->crowd,
                            .often = LOOKS,
                            .interrupted = seen->options.interrupted};
    bool fine = play(seen, &load, error);

    ts_load_close(&load);
    return fine;
}

bool ts_observe(ts_observing *seen, ts_error *error)
{
    const ts_observe_options *o = &seen->options;

    (void)sched_getaffinity(0, sizeof seen->ours, &seen->ours);
    if (o->url != NULL && !find_url(seen, o->url, error))
        return false;
    if (o->command != NULL &&
        (!start(seen, error) || !await_command(seen, error)))
        return false;
    if (!find_server(seen, error))
        return false;
    settle(seen);
    for (int i = 0; i < o->steps; i++) {
        if (o->progress != NULL)
            o->progress(o->context, o->clients[i]);
        if (!play_step(seen, o->clients[i], error))
            return false;
        rest(0.1);
    }
    return true;
}

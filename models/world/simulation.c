/*
 * simulation.c - see simulation.h.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "models/machine/conventions.h"
#include "models/machine/system.h"
#include "models/machine/task.h"
#include "models/world/simulation.h"
#include "models/world/starve.h"
#include "sim/scenario/reader.h"

/* Rows of single threads are kept for so many; tasks' statistics cover all. */
#define ROW_LIMIT 10000
/* What a run that came to its limit of memory may have for its report. */
#define REPORT_BYTES ((size_t)64 << 20)

struct ts_simulation {
    const ts_root *root;
    ts_limits limits;
    ts_engine *engine;
    ts_machine machine;
    ts_report report;
    ts_stop stop;
    const char *starving; /* why it ended; NULL: not for that */
};

/* What there was no memory for does not matter where there may be no more. */
static void tell_memory(const ts_simulation *simulation, ts_error *error)
{
    char size[40];

    if (simulation->machine.arena == NULL)
        return;
    if (!simulation->machine.arena->limited) {
        error->memory |= simulation->machine.arena->exhausted;
        return;
    }
    *error = (ts_error){.text = ""};
    ts_fail(error,
            "the machine needs more memory than the limit of %s lets it have; "
            "raise it with --max-memory or limits.memory",
            ts_format(size, sizeof size, TS_UNIT_BYTES,
                      (double)simulation->limits.memory));
}

ts_simulation *ts_simulation_create(const ts_root *root,
                                    const ts_limits *limits,
                                    const ts_engine_options *options,
                                    ts_error *error)
{
    ts_simulation *simulation = calloc(1, sizeof *simulation);
    ts_engine_options mine = *options;

    if (simulation == NULL) {
        ts_fail_memory(error);
        return NULL;
    }
    simulation->root = root;
    simulation->limits = *limits;
    mine.event_limit = (uint64_t)limits->events;
    mine.memory_limit = (size_t)limits->memory;
    if (!ts_conventions_rank(root->machine.conventions, mine.rank, error))
        goto failed;
    simulation->engine = ts_engine_create(&mine, error);
    if (simulation->engine == NULL)
        goto failed;
    simulation->machine = (ts_machine){
        .engine = simulation->engine,
        .arena = ts_engine_arena(simulation->engine),
        .trace = ts_engine_trace(simulation->engine),
        .record = &root->machine,
        .row_limit = ROW_LIMIT,
        .report = &simulation->report,
    };
    ts_report_init(&simulation->report, simulation->machine.arena,
                   simulation->machine.trace);
    if (!ts_machine_create(&simulation->machine, error))
        goto failed;
    return simulation;

failed:
    if (error != NULL)
        tell_memory(simulation, error);
    ts_simulation_destroy(simulation);
    return NULL;
}

/* Which limit it was, where the run had got to, and what to do about it. */
static const char *limit_text(ts_simulation *simulation, bool time)
{
    const ts_limits *limits = &simulation->limits;
    const ts_machine *machine = &simulation->machine;
    ts_arena *arena = machine->arena;
    const char *name, *of = NULL, *limit;
    char text[40], now[40];

    if (time) {
        name = "time";
        limit =
            ts_format(text, sizeof text, TS_UNIT_TIME, (double)limits->time);
    } else if (ts_engine_limit(simulation->engine) == TS_LIMIT_EVENTS) {
        name = "events";
        limit = text;
        (void)snprintf(text, sizeof text, "%" PRId64, limits->events);
    } else if (ts_engine_limit(simulation->engine) == TS_LIMIT_MEMORY) {
        name = "memory";
        limit =
            ts_format(text, sizeof text, TS_UNIT_BYTES, (double)limits->memory);
    } else {
        name = "wall";
        of = "time on the wall";
        limit =
            ts_format(text, sizeof text, TS_UNIT_TIME, (double)limits->wall);
    }
    limit = ts_arena_format(
        arena,
        "the limit of %s, %s, was reached at %s of simulated time, after "
        "%" PRIu64 " events, with %" PRId64 " threads alive; --max-%s or "
        "limits.%s sets it",
        of != NULL ? of : name, limit,
        ts_format(now, sizeof now, TS_UNIT_TIME,
                  (double)ts_engine_now(simulation->engine)),
        ts_engine_events(simulation->engine), (int64_t)machine->live_count,
        name, name);
    return limit != NULL ? limit : "a limit was reached";
}

/* What went wrong, and when. */
static const char *error_text(ts_simulation *simulation)
{
    const char *what = ts_engine_error(simulation->engine), *text;
    char now[40];

    text =
        ts_arena_format(simulation->machine.arena, "%s, at %s", what,
                        ts_format(now, sizeof now, TS_UNIT_TIME,
                                  (double)ts_engine_now(simulation->engine)));
    return text != NULL ? text : what;
}

static const char *reason_of(ts_simulation *simulation, ts_stop why)
{
    const char *reason = ts_engine_reason(simulation->engine);

    switch (why) {
    case TS_STOP_IDLE:
        if (simulation->machine.deadlock != NULL)
            return simulation->machine.deadlock;
        return simulation->machine.foreground_left > 0
                   ? "nothing is left to happen, and threads wait for ever"
                   : "nothing is left to do";
    case TS_STOP_TIME:
        if (simulation->machine.deadlock != NULL)
            return simulation->machine.deadlock;
        return "the time to stop was reached";
    case TS_STOP_CONDITION:
        if (simulation->starving != NULL)
            return simulation->starving;
        return reason != NULL ? reason : "a model ended it";
    case TS_STOP_LIMIT:
        return limit_text(simulation, false);
    case TS_STOP_INTERRUPTED:
        return "it was interrupted";
    case TS_STOP_ERROR:
        return error_text(simulation);
    }
    return "";
}

/* Looks between two events whether anybody starves, four times in the time
 * that it may take. */
static ts_stop run_until(ts_simulation *simulation, ts_time until)
{
    ts_time longest = simulation->root->stop->starved;
    ts_time now = ts_engine_now(simulation->engine), next;
    ts_stop why;

    do {
        next = ts_time_add(now, longest / 4 + 1);
        now = next < until ? next : until;
        assert(next > ts_engine_now(simulation->engine) || now == until);
        why = ts_engine_run(simulation->engine, now);
        if (why != TS_STOP_TIME || now == until)
            return why;
        simulation->starving = ts_starving(&simulation->machine, longest);
    } while (simulation->starving == NULL);
    return TS_STOP_CONDITION;
}

const ts_report *ts_simulation_run(ts_simulation *simulation)
{
    ts_report *report = &simulation->report;
    ts_time until = simulation->root->stop->at;
    ts_time limit = simulation->limits.time;
    ts_stop why = run_until(simulation, until < limit ? until : limit);
    bool late = why == TS_STOP_TIME && limit < until;

    assert(!report->sealed); /* a simulation is run once */
    simulation->stop = late ? TS_STOP_LIMIT : why;
    ts_arena_extend(simulation->machine.arena, REPORT_BYTES);
    report->limited = simulation->stop == TS_STOP_LIMIT;
    report->failed = why == TS_STOP_ERROR || report->limited;
    report->reason =
        late ? limit_text(simulation, true) : reason_of(simulation, why);
    report->stuck =
        simulation->machine.deadlock != NULL || simulation->starving != NULL ||
        (why == TS_STOP_IDLE && simulation->machine.foreground_left > 0);
    ts_machine_report(&simulation->machine, report);
    /* Found in the run, or just now, when its accounts were added up. */
    if (ts_engine_is_broken(simulation->engine)) {
        simulation->stop = TS_STOP_ERROR;
        ts_report_refuse(report, ts_engine_error(simulation->engine));
    }
    report->end = ts_engine_now(simulation->engine);
    report->events = ts_engine_events(simulation->engine);
    ts_report_seal(report);
    return report;
}

ts_stop ts_simulation_stop(const ts_simulation *simulation)
{
    return simulation->stop;
}

void ts_simulation_destroy(ts_simulation *simulation)
{
    if (simulation == NULL)
        return;
    if (simulation->engine != NULL)
        ts_engine_destroy(simulation->engine);
    free(simulation);
}

/*
 * simulation.c - see simulation.h.
 */
#include <stdlib.h>

#include "models/machine/conventions.h"
#include "models/machine/system.h"
#include "models/machine/task.h"
#include "models/world/simulation.h"
#include "models/machine/stop.h"

/* Rows of single threads are kept for so many; tasks' statistics cover all. */
#define ROW_LIMIT 10000

struct ts_simulation {
    const ts_root *root;
    ts_engine *engine;
    ts_machine machine;
    ts_report report;
    ts_stop stop;
};

ts_simulation *ts_simulation_create(const ts_root *root,
                                    const ts_engine_options *options,
                                    ts_error *error)
{
    ts_simulation *simulation = calloc(1, sizeof *simulation);
    ts_engine_options mine = *options;

    if (!simulation) {
        ts_fail(error, "out of memory");
        return NULL;
    }
    simulation->root = root;
    if (!ts_conventions_rank(root->conventions, mine.rank, error))
        goto failed;
    simulation->engine = ts_engine_create(&mine, error);
    if (!simulation->engine)
        goto failed;
    simulation->machine = (ts_machine){
        .engine = simulation->engine,
        .arena = ts_engine_arena(simulation->engine),
        .trace = ts_engine_trace(simulation->engine),
        .root = root,
        .row_limit = ROW_LIMIT,
        .report = &simulation->report,
    };
    ts_report_init(&simulation->report, simulation->machine.arena,
                   simulation->machine.trace);
    if (!ts_machine_create(&simulation->machine, error))
        goto failed;
    return simulation;

failed:
    ts_simulation_destroy(simulation);
    return NULL;
}

static const char *reason_of(ts_simulation *simulation, ts_stop why)
{
    const char *reason = ts_engine_reason(simulation->engine);

    switch (why) {
    case TS_STOP_IDLE:
        if (simulation->machine.deadlock)
            return simulation->machine.deadlock;
        return simulation->machine.foreground_left > 0
                   ? "nothing is left to happen, and threads wait for ever"
                   : "nothing is left to do";
    case TS_STOP_TIME:
        if (simulation->machine.deadlock)
            return simulation->machine.deadlock;
        return "the time to stop was reached";
    case TS_STOP_CONDITION:
        return reason ? reason : "a model ended it";
    case TS_STOP_INTERRUPTED:
        return "it was interrupted";
    case TS_STOP_ERROR:
        return ts_engine_error(simulation->engine);
    }
    return "";
}

const ts_report *ts_simulation_run(ts_simulation *simulation)
{
    ts_report *report = &simulation->report;
    ts_time until = simulation->root->stop->at;
    ts_stop why = ts_engine_run(simulation->engine, until);

    simulation->stop = why;
    report->failed = why == TS_STOP_ERROR;
    report->reason = reason_of(simulation, why);
    report->stuck =
        simulation->machine.deadlock != NULL ||
        (why == TS_STOP_IDLE && simulation->machine.foreground_left > 0);
    ts_machine_report(&simulation->machine, report);
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
    if (!simulation)
        return;
    if (simulation->engine)
        ts_engine_destroy(simulation->engine);
    free(simulation);
}

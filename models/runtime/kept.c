/*
 * kept.c - attempts in the trace: when each was sent, came, was begun, left and
 * was over, by whom, and in whose service it was sent. Nothing here changes what
 * happens.
 */
#include "models/machine/part.h"
#include "models/runtime/runtime.h"

const char *const ts_outcome_names[TS_OUTCOMES] = {"answered", "failed",
                                                   "refused", "broken",
                                                   "timed_out"};

static ts_attempt *kept(const ts_visit *visit)
{
    return ts_trace_attempted(visit->server->machine->trace, visit->kept);
}

void ts_kept_sent(ts_visit *visit)
{
    ts_trace *trace = visit->server->machine->trace;

    if (trace->level < TS_TRACE_SPANS)
        return;
    visit->kept = ts_trace_attempt(
        trace,
        &(ts_attempt){.sent = ts_server_now(visit->server),
                      .arrived = TS_NEVER,
                      .begun = TS_NEVER,
                      .left = TS_NEVER,
                      .over = TS_NEVER,
                      .parent = visit->call->parent,
                      .sender = visit->call->sender,
                      .server = -1,
                      .to = (int16_t)ts_trace_name(trace, TS_CAUSES,
                                                   visit->server->record->name),
                      .outcome = -1});
}

void ts_kept_arrived(const ts_visit *visit)
{
    if (visit->kept > 0)
        kept(visit)->arrived = visit->arrived;
}

/* By whose step it is that it begins; what is outside has no threads. */
void ts_kept_begun(const ts_visit *visit)
{
    const ts_thread *actor = visit->server->machine->actor;

    if (visit->kept == 0)
        return;
    kept(visit)->begun = visit->started;
    if (visit->server->model->local && actor != NULL)
        kept(visit)->server = actor->id;
}

void ts_kept_left(const ts_visit *visit)
{
    if (visit->kept > 0)
        kept(visit)->left = ts_server_now(visit->server);
}

void ts_kept_over(const ts_visit *visit, ts_outcome outcome)
{
    ts_attempt *attempt = kept(visit);

    if (attempt == NULL)
        return;
    attempt->over = ts_server_now(visit->server);
    attempt->outcome =
        (int16_t)ts_trace_name(visit->server->machine->trace, TS_CAUSES,
                               ts_outcome_names[outcome]);
}

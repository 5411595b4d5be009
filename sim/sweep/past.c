/*
 * past.c - which runs of a sweep are in the database already.
 */
#include <stdlib.h>

#include "sim/results/query.h"
#include "sim/sweep/state.h"

bool ts_past_identify(ts_sweep_state *s, const ts_place *place,
                      ts_identity *identity, ts_error *error)
{
    ts_diagnostics diagnostics;
    ts_error ignored = {.text = ""};
    ts_point_run run;
    bool fine;

    ts_diagnostics_init(&diagnostics);
    fine = ts_point_read(s->points, place, &s->options->point, &run,
                         &diagnostics, &ignored) ||
           ts_point_break(s->points, place, &s->options->point, "", &run);
    if (fine)
        ts_run_identity(&run.facts, identity);
    else
        ts_fail_memory(error);
    ts_diagnostics_fini(&diagnostics);
    ts_point_fini(&run);
    return fine;
}

/* Claims runs for the tasks of a round: first those in their places. */
static bool claim(ts_sweep_state *s, bool moved, ts_error *error)
{
    for (int64_t i = 0; i < s->round.count && s->known.unclaimed > 0; i++) {
        ts_place place = ts_round_place(&s->round, i);
        const ts_known_run *run;
        ts_identity identity;

        if (s->have[i] != 0)
            continue;
        if (s->options->interrupt != NULL && *s->options->interrupt != 0)
            return true;
        if (!ts_past_identify(s, &place, &identity, error))
            return false;
        run = ts_known_claim(&s->known, &identity, place.point, moved);
        if (run != NULL) {
            s->have[i] = run - s->known.runs + 1;
            assert(s->have[i] >= 1 && s->have[i] <= s->known.count);
        }
    }
    return true;
}

bool ts_past_look(ts_sweep_state *s, ts_error *error)
{
    free(s->have);
    s->have = NULL;
    if (s->known.count == 0 || s->round.count == 0)
        return true;
    s->have = calloc((size_t)s->round.count, sizeof *s->have);
    if (s->have == NULL)
        return ts_fail_memory(error);
    return claim(s, false, error) && claim(s, true, error);
}

/* Taken before what is known is read: a run that comes in between is not
 * missed. */
static bool find_latest(ts_sweep_state *s, ts_error *error)
{
    ts_query q = ts_query_start(s->store, "SELECT max(id) FROM runs", 0, NULL);

    if (ts_query_next(&q))
        s->seen = ts_query_int(&q, 0);
    return ts_query_end(&q, error);
}

/* What is known when a sweep begins; without --resume there must be nothing
 * that would be done twice. */
bool ts_past_load(ts_sweep_state *s, ts_error *error)
{
    ts_place first = ts_round_place(&s->round, 0);
    ts_diagnostics diagnostics;
    ts_error ignored = {.text = ""};
    ts_point_run run;
    bool fine;

    ts_diagnostics_init(&diagnostics);
    fine = ts_point_read(s->points, &first, &s->options->point, &run,
                         &diagnostics, &ignored) ||
           ts_point_break(s->points, &first, &s->options->point, "", &run) ||
           ts_fail_memory(error);
    fine = fine && find_latest(s, error) &&
           ts_known_load(&s->known, s->store, &run.facts,
                         s->until != NULL ? s->until->metric : NULL, error);
    ts_diagnostics_fini(&diagnostics);
    ts_point_fini(&run);
    return fine;
}

bool ts_past_refuse(ts_sweep_state *s, ts_error *error)
{
    int64_t there = 0;

    for (int64_t i = 0; s->have != NULL && i < s->round.count; i++)
        there += s->have[i] != 0;
    if (there == 0)
        return true;
    return ts_fail(error,
                   "%s: holds %lld of the %lld runs of this sweep; go "
                   "on with --resume, or name another database",
                   ts_store_path(s->store), (long long)there,
                   (long long)s->round.count);
}

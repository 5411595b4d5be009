/*
 * known.c - the runs a database holds already.
 */
#include "sim/results/known.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/scenarios.h"

static int compare(const void *left, const void *right)
{
    const ts_known_run *a = left, *b = right;
    int order = memcmp(&a->identity, &b->identity, sizeof a->identity);

    return order != 0 ? order : (a->id > b->id) - (a->id < b->id);
}

static bool add(ts_known *known, int64_t *room, const ts_known_run *run)
{
    if (known->count == *room) {
        int64_t more = *room == 0 ? 1024 : 2 * *room;
        ts_known_run *runs = realloc(known->runs, (size_t)more * sizeof *runs);

        if (runs == NULL)
            return false;
        known->runs = runs;
        *room = more;
    }
    known->runs[known->count++] = *run;
    return true;
}

bool ts_known_load(ts_known *known, ts_store *store,
                   const ts_run_facts *scenario, const char *metric,
                   ts_error *error)
{
    int64_t here, room = 0;
    ts_query q;
    bool fine = true;

    *known = (ts_known){.runs = NULL};
    if (!ts_scenario_find(store, scenario->scenario_name, scenario->text, &here,
                          error))
        return false;
    q = ts_query_start(
        store,
        "SELECT r.id, r.scenario = ?1, r.point, r.failed, d.sha256, r.seed, "
        "r.replication, r.version, (SELECT m.value FROM metrics m WHERE m.run "
        "= r.id AND m.name = ?2) FROM runs r JOIN documents d ON d.id = "
        "r.document",
        here, metric != NULL ? metric : "");
    while (fine && ts_query_next(&q)) {
        ts_known_run run = {
            .id = ts_query_int(&q, 0),
            .here = ts_query_int(&q, 1) != 0,
            .point = ts_query_int(&q, 2),
            .failed = ts_query_int(&q, 3) != 0,
            .has_value = !ts_query_null(&q, 8),
            .value = ts_query_real(&q, 8),
        };
        char hash[80], seed[32], version[64];

        snprintf(hash, sizeof hash, "%s", ts_query_text(&q, 4));
        snprintf(seed, sizeof seed, "%s", ts_query_text(&q, 5));
        snprintf(version, sizeof version, "%s", ts_query_text(&q, 7));
        ts_identity_of(hash, seed, ts_query_int(&q, 6), version, &run.identity);
        fine = add(known, &room, &run);
    }
    if (!ts_query_end(&q, error) || !fine) {
        ts_known_fini(known);
        return fine ? false : ts_fail_memory(error);
    }
    if (known->count > 0)
        qsort(known->runs, (size_t)known->count, sizeof *known->runs, compare);
    known->unclaimed = known->count;
    return true;
}

void ts_known_fini(ts_known *known)
{
    free(known->runs);
    *known = (ts_known){.runs = NULL};
}

const ts_known_run *ts_known_claim(ts_known *known, const ts_identity *identity,
                                   int64_t point, bool moved)
{
    int64_t low = 0, high = known->count;

    assert(known->unclaimed >= 0 && known->unclaimed <= known->count);
    while (low < high) {
        int64_t middle = low + (high - low) / 2;

        if (memcmp(&known->runs[middle].identity, identity, sizeof *identity) <
            0)
            low = middle + 1;
        else
            high = middle;
    }
    /* The first of that identity: what is before it is less. */
    assert(low == 0 || memcmp(&known->runs[low - 1].identity, identity,
                              sizeof(*identity)) < 0);
    for (; low < known->count &&
           memcmp(&known->runs[low].identity, identity, sizeof *identity) == 0;
         low++) {
        ts_known_run *run = &known->runs[low];

        if (run->claimed || (!moved && (!run->here || run->point != point)))
            continue;
        assert(known->unclaimed > 0);
        run->claimed = true;
        known->unclaimed--;
        return run;
    }
    return NULL;
}

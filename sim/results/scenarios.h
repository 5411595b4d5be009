/*
 * scenarios.h - questions about a scenario and all its runs, each a named one.
 * What belongs together are the runs of one scenario (its text) with one
 * version of timeslice.
 *
 *   ts_query q = ts_family_failures(store, &family);
 *   while (ts_query_next(&q)) ...
 */
#ifndef TS_RESULTS_SCENARIOS_H
#define TS_RESULTS_SCENARIOS_H

#include "sim/results/query.h"

/* The runs of a scenario with a version. */
typedef struct ts_family {
    int64_t scenario;
    char version[64];
} ts_family;

enum {
    TS_SCENARIO_ID,
    TS_SCENARIO_VERSION,
    TS_SCENARIO_NAME, /* of the file */
    TS_SCENARIO_TITLE,
    TS_SCENARIO_TEXT
};
/* Scenarios and versions that have runs, in the order of the first of them. */
ts_query ts_scenarios(ts_store *store);
/* The names of scenarios that have runs, in the order of the alphabet. */
ts_query ts_scenario_names(ts_store *store);
/* The scenario of that file's name and text; 0: it has no runs yet. */
bool ts_scenario_find(ts_store *store, const char *name, const char *text,
                      int64_t *scenario, ts_error *error);
/* The latest run of a family (NULL: of all), or run `asked` where it is not 0,
 * that has rows in `table` (NULL: need not); and whether it has or not. 0:
 * there is none. The table is one of the schema's that hang on a run. */
bool ts_run_latest(ts_store *store, const ts_family *family, int64_t asked,
                   const char *table, int64_t *having, int64_t *any,
                   ts_error *error);
/* The family of a run. */
bool ts_family_of(ts_store *store, int64_t run, ts_family *family,
                  ts_error *error);

/* Of the scenarios of that file's name the one that was run last. */
typedef struct ts_latest {
    ts_family family;
    char hash[80]; /* of the scenario */
    int64_t runs;
} ts_latest;
bool ts_scenario_latest(ts_store *store, const char *name, ts_latest *latest,
                        bool *found, ts_error *error);

typedef struct ts_family_counts {
    int64_t runs, points, replications;
    int64_t failed; /* runs that ended with an error */
    int64_t again;  /* runs that are others once more, and add nothing */
    double events;
} ts_family_counts;
bool ts_family_count(ts_store *store, const ts_family *family,
                     ts_family_counts *counts, ts_error *error);

/* Runs that ended with an error: run, reason; at most `limit` */
ts_query ts_family_failures(ts_store *store, const ts_family *family,
                            int64_t limit);

/* Runs, by what they are known by; at most `limit`. */
enum {
    TS_KNOWN_RUN,
    TS_KNOWN_REPLICATION,
    TS_KNOWN_SEED,
    TS_KNOWN_END, /* ps */
    TS_KNOWN_REASON,
    TS_KNOWN_EVENTS,
    TS_KNOWN_DIGEST,
    TS_KNOWN_REPORTED
};
ts_query ts_family_runs(ts_store *store, const ts_family *family,
                        int64_t limit);
/* The metric of that name in the first run of a point (of any: negative):
 * unit, value. */
ts_query ts_family_value(ts_store *store, const ts_family *family,
                         const char *metric, int64_t point);
/* Points in the order of their quantities, or of the plan: the point, the first of its runs. */
ts_query ts_family_points(ts_store *store, const ts_family *family);

/* How many expectations were judged, of all runs, and hold. */
typedef struct ts_family_score {
    int64_t judged, held;
} ts_family_score;
bool ts_family_judge(ts_store *store, const ts_family *family,
                     ts_family_score *score, ts_error *error);

enum {
    TS_EXPECTED_ABOUT, /* what the scenario says it is, or the metric */
    TS_EXPECTED_JUDGED,
    TS_EXPECTED_HELD,
    TS_EXPECTED_TEXT /* limit and value: of the first run where it does not
                        hold, else of the first */
};
/* A row an expectation, over all runs that it was judged in. */
ts_query ts_family_expectations(ts_store *store, const ts_family *family);

/* The same, a row an expectation and a point. */
enum {
    TS_JUDGED_NUMBER, /* its place in the scenario's list */
    TS_JUDGED_METRIC,
    TS_JUDGED_ABOUT, /* NULL: the scenario does not say */
    TS_JUDGED_RUN,   /* the first run of the point */
    TS_JUDGED_COUNT,
    TS_JUDGED_HELD,
    TS_JUDGED_TEXT,
    TS_JUDGED_EXPECTED, /* NULL: no one value */
    TS_JUDGED_UNIT,
    TS_JUDGED_VALUE /* the mean; NULL: the metric is not there */
};
ts_query ts_family_judged(ts_store *store, const ts_family *family);

/* Pointers of what was varied, in the order of the plan. */
ts_query ts_family_parameters(ts_store *store, const ts_family *family);
/* Names of metrics: those that match; that are expected to be something; that
 * most scenarios are about. */
ts_query ts_family_metrics(ts_store *store, const ts_family *family,
                           const char *pattern);
ts_query ts_family_metrics_expected(ts_store *store, const ts_family *family);
ts_query ts_family_metrics_usual(ts_store *store, const ts_family *family);
/* The last two together. */
ts_query ts_family_metrics_telling(ts_store *store, const ts_family *family);

/* "/threads/0/count = 5, ..." of a run, by their names: the same for the same
 * point wherever it stands. On the heap; NULL with a message. */
char *ts_run_point(ts_store *store, int64_t run, ts_error *error);
/* "slice = 5ms, workers: count = 3": what tells a run from others of its
 * scenario, in words; "": nothing does. */
ts_query ts_run_varied(ts_store *store, int64_t run);
/* The document of a run as it was played. */
ts_query ts_run_document(ts_store *store, int64_t run);
/* Every value in which the document of a run is not that `document`: where it
 * stands ("$.threads[0].count"), there, in the run; NULL: it is not there. */
ts_query ts_run_changes(ts_store *store, int64_t run, const char *document);

#endif

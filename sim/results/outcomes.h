/*
 * outcomes.h - questions about what was expected of the runs of a database and
 * came out, each a named one (see runs.h).
 */
#ifndef TS_RESULTS_OUTCOMES_H
#define TS_RESULTS_OUTCOMES_H

#include "sim/results/query.h"

/* One row: runs, those that ended with an error, expectations, those that do
 * not hold. */
enum { TS_COUNT_RUNS, TS_COUNT_BROKEN, TS_COUNT_JUDGED, TS_COUNT_MISSED };
ts_query ts_outcomes_count(ts_store *store);

/* Scenarios that have runs, in order of their ids. */
enum {
    TS_SUITE_SCENARIO,     /* its id */
    TS_SUITE_NAME,         /* the file's */
    TS_SUITE_SAME,         /* scenarios of that name before it */
    TS_SUITE_RUNS,         /* how many */
    TS_SUITE_BROKEN,       /* of these, ended with an error */
    TS_SUITE_FIRST_BROKEN, /* the id of the first; NULL: none */
    TS_SUITE_SINCE,        /* when the first began: seconds since 1970 */
    TS_SUITE_SECONDS       /* what runs took of which nothing is expected */
};
ts_query ts_outcomes_suites(ts_store *store);

/* The expectations of a scenario at each of its points, over the replications,
 * in the order of points and expectations. */
enum {
    TS_CASE_ABOUT,
    TS_CASE_METRIC,
    TS_CASE_TEXT,   /* of the first that does not hold, or the first */
    TS_CASE_PLACE,  /* "/pointer = value, ..."; "": there is one point */
    TS_CASE_COUNT,  /* replications */
    TS_CASE_MISSED, /* of these, where it does not hold */
    TS_CASE_ORDER,  /* which of the texts it is: for the query itself */
    TS_CASE_SECONDS /* its share of what the runs took */
};
ts_query ts_outcomes_cases(ts_store *store, int64_t scenario);

/* Why a run ended with an error, and which one it is. */
enum { TS_FAILURE_REASON, TS_FAILURE_REPLICATION, TS_FAILURE_PLACE };
ts_query ts_outcomes_failure(ts_store *store, int64_t run);

#endif

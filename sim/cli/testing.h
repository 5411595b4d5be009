/*
 * testing.h - scenarios played as tests, several at once, and told in order
 * (private to `timeslice test`).
 */
#ifndef TS_CLI_TESTING_H
#define TS_CLI_TESTING_H

#include "sim/cli/find.h"
#include "sim/cli/outcome.h"
#include "sim/cli/trial.h"

#define TS_TESTING_AHEAD 64 /* scenarios that are done before one that is not */
#define TS_TESTING_FORMS 2  /* of outcomes: JUnit, TAP */

typedef enum ts_test_stage {
    WAITING,
    PLAYING,
    PLAYED,
    TIMED_OUT
} ts_test_stage;

typedef struct ts_test_job {
    const char *file; /* of the found */
    ts_test_stage stage;
    ts_trial trial;
    double seconds; /* it took */
} ts_test_job;

typedef struct ts_tester {
    const char *const *values;
    bool quiet, fail_fast;
    bool silent; /* the standard output belongs to TAP */
    bool tell_longest;
    uint64_t longest; /* how many of those that took longest; 0: all */
    int at_once;
    double limit; /* seconds a scenario may take; 0: as many as it likes */
    ts_trial_options trial;
    /* Those that were asked for. */
    ts_outcome_file outcomes[TS_TESTING_FORMS];
    ts_found found;
    ts_test_job *jobs; /* owned: one a scenario that was found, in order */
    size_t count;
    size_t next, told; /* the first that was not started, and not told */
    int64_t judged, failed, runs, broken;
    bool drawn; /* the line of progress is on the screen */
    int status;
} ts_tester;

/* Adds a case to the outcomes that were asked for. */
void ts_testing_case(void *context, const ts_case *one);
/* Plays and tells all. */
void ts_testing_play(ts_tester *t);

#endif

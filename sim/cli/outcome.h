/*
 * outcome.h - what runs were expected to do and did, for CI: JUnit XML, TAP.
 *
 *   ts_outcome_open(&file, form, path, &error)
 *   ts_outcome_suite(&file, "slices.json", since)    a scenario
 *   ts_outcome_case(&file, &one)                     what it expects
 *   ts_outcome_close(&file, &error)
 *
 * A case has the same name as long as the scenario says the same, whatever
 * comes out: CI knows it again the next night.
 */
#ifndef TS_CLI_OUTCOME_H
#define TS_CLI_OUTCOME_H

#include "sim/cli/output.h"
#include "sim/results/store.h"

typedef enum ts_outcome_form {
    TS_OUTCOME_JUNIT,
    TS_OUTCOME_TAP
} ts_outcome_form;

typedef struct ts_score {
    int64_t runs, failed;   /* runs that ended with an error */
    int64_t judged, missed; /* expectations */
} ts_score;

bool ts_outcome_count(ts_store *store, ts_score *score, ts_error *error);
/* A suite a scenario; a case an expectation at a point, with its replications
 * together, and one for the runs themselves. With `trouble`, which may be NULL,
 * one more that could not be tried: why there are no more. */
bool ts_outcome_write(ts_store *store, ts_outcome_form form, const char *path,
                      const char *trouble, ts_error *error);

typedef enum ts_case_state {
    TS_CASE_FINE,
    TS_CASE_FAILED,
    TS_CASE_BROKEN, /* it could not be tried */
    TS_CASE_SKIPPED /* it was not tried */
} ts_case_state;

typedef struct ts_case {
    ts_case_state state;
    const char *about, *claim; /* its name; `about` may be NULL */
    const char *place;         /* which point of a sweep; "": there is one */
    const char *message;       /* why it is not fine; else not looked at */
    const char *details;       /* more of it, many lines; NULL: none */
    double seconds;
} ts_case;

/* The claim of the case that says whether a scenario's runs could be played. */
#define TS_CASE_RUNS "its runs come to an end"

/* A file that was never opened (all zero) takes everything and writes
 * nothing. */
typedef struct ts_outcome_file {
    bool open, broken; /* broken: memory ran out */
    ts_output output;
    ts_outcome_form form;
    char *suite;    /* owned; NULL: none has begun */
    int64_t since;  /* when it did, in seconds since 1970 */
    int64_t suites; /* before it */
    int64_t number; /* of cases, over all suites */
    FILE *body;     /* JUnit: the cases of the suite ... */
    char *text;     /* ... as they are, owned */
    size_t length;  /* of it */
    int64_t states[TS_CASE_SKIPPED + 1]; /* cases of the suite in each */
    double seconds;
    /* The names of the cases at the last place, each with its NUL: two that
     * say the same are told apart by a number. */
    char *place, *names;
    size_t names_length;
} ts_outcome_file;

bool ts_outcome_open(ts_outcome_file *file, ts_outcome_form form,
                     const char *path, ts_error *error);
void ts_outcome_suite(ts_outcome_file *file, const char *name, int64_t since);
void ts_outcome_case(ts_outcome_file *file, const ts_case *one);
bool ts_outcome_close(ts_outcome_file *file, ts_error *error);

#endif

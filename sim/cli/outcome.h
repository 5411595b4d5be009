/*
 * outcome.h - what a database's runs were expected to do and did, for CI.
 */
#ifndef TS_CLI_OUTCOME_H
#define TS_CLI_OUTCOME_H

#include <stdio.h>

#include "sim/results/store.h"

typedef enum ts_outcome_form {
    TS_OUTCOME_JUNIT,
    TS_OUTCOME_TAP
} ts_outcome_form;

typedef struct ts_outcome {
    int64_t runs, failed;   /* runs that ended with an error */
    int64_t judged, missed; /* expectations */
} ts_outcome;

bool ts_outcome_count(ts_store *store, ts_outcome *outcome, ts_error *error);
/* A suite a scenario; a case an expectation at a point, with its replications
 * together; a case more for each run that ended with an error. */
bool ts_outcome_write(ts_store *store, ts_outcome_form form, const char *path,
                      ts_error *error);

/* Text in XML. */
void ts_outcome_xml(FILE *out, const char *text);

/* The same as it comes. A file that was never opened (all zero) takes
 * everything and writes nothing. */
typedef struct ts_outcome_file {
    FILE *out;
    ts_outcome_form form;
    const char *path; /* borrowed; "-": the standard output */
    char suite[256];  /* "": none is open */
    int64_t number;   /* of cases */
} ts_outcome_file;

bool ts_outcome_open(ts_outcome_file *file, ts_outcome_form form,
                     const char *path, ts_error *error);
void ts_outcome_suite(ts_outcome_file *file, const char *name);
/* `failure`: why it failed; NULL: it did not. */
void ts_outcome_case(ts_outcome_file *file, const char *name,
                     const char *failure);
bool ts_outcome_close(ts_outcome_file *file, ts_error *error);

#endif

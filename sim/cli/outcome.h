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
 * together; a case more for each run that ended with an error. "-" is the
 * standard output. */
bool ts_outcome_write(ts_store *store, ts_outcome_form form, const char *file,
                      ts_error *error);

/* Text in XML, and in a line of TAP. */
void ts_outcome_xml(FILE *out, const char *text);
void ts_outcome_tap(FILE *out, const char *text);

#endif

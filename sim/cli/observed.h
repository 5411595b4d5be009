/*
 * observed.h - a server that was observed, as a scenario and as a table.
 */
#ifndef TS_CLI_OBSERVED_H
#define TS_CLI_OBSERVED_H

#include <stdio.h>

#include "sim/observe/guess.h"

typedef struct ts_observed_text {
    const ts_observing *seen;
    const ts_guess *guess;
    const char *release; /* of the kernel */
} ts_observed_text;

/* A scenario that plays the server with the clients that were tried, and a few
 * more, and expects what was measured. Owned by the caller; NULL: out of
 * memory. */
char *ts_observed_scenario(const ts_observed_text *text);
/* The rows that `timeslice calibrate` takes. */
void ts_observed_rows(FILE *out, const ts_observing *seen);

#endif

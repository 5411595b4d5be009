/*
 * validate.h - whether what a run says can be true.
 *
 * Looks at the trace and the rows of threads alone, and knows nothing of how
 * they were made, so that a scheduler that errs and an account that errs with
 * it are both found. See validate.c for what is checked.
 */
#ifndef TS_RESULTS_VALIDATE_H
#define TS_RESULTS_VALIDATE_H

#include "sim/report/report.h"

/* How much of a run was looked at. */
typedef struct ts_validation {
    int64_t spans, threads; /* compared */
    bool conserving;        /* work conservation was checked, too */
    bool cooperative;       /* and that nobody was pre-empted */
    bool shared;            /* stretches of all threads at once: whose they
                               are was not */
} ts_validation;

/* false with a message that names what contradicts what. A run without spans,
 * or whose trace had to leave some out (trace.dropped_spans), cannot be
 * validated. `found` may be
 * NULL. */
TS_MUST_USE
bool ts_validate(const ts_report *report, ts_validation *found,
                 ts_error *error);

#endif

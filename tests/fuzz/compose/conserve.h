/*
 * conserve.h - what must hold of the metrics of any run.
 *
 *   no number is infinite or none, no time or count negative, no share above 1
 *   of a tally: min <= mean <= max, and its percentiles rise
 *   the processors' modes fill their time
 *   who came has gone, or is still there: threads, requests, calls
 */
#ifndef TS_FUZZ_CONSERVE_H
#define TS_FUZZ_CONSERVE_H

#include "sim/report/report.h"

/* false with a message when something does not. */
bool ts_conserves(const ts_report *report, ts_error *error);

#endif

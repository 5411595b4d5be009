/*
 * judge.h - does a run bear out what its scenario says?
 */
#ifndef TS_RESULTS_JUDGE_H
#define TS_RESULTS_JUDGE_H

#include "sim/results/store.h"

/* Judges `expectation` against a report: the point's index (for `reference`)
 * and parameters (for `where`) are in `facts`. Returns false when it does not
 * apply to this point.
 *
 * A metric that is not there, a unit that does not fit (a time against a
 * ratio), a run that ended with an error: each does not hold, and the text
 * says why. A bare number fits every unit but time, unless the scenario declares
 * a unit; a bare 0 fits that too. */
bool ts_judge(const ts_expectation *expectation, const ts_run_facts *facts,
              const ts_report *report, ts_verdict *verdict);
/* How much of a verdict's text is what is expected: a name for it that does
 * not change with what comes out. */
size_t ts_verdict_claim(const char *metric, const char *text);
/* Equal as JSON: numbers by value (2 and 2.0), strings by content. Text that is
 * no JSON is compared as it stands. */
bool ts_json_equal(const char *a, const char *b);

#endif

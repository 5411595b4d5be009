/*
 * answer.h - what a scenario asks, answered on the terminal.
 *
 *   ts_answer_begin(&answer, root)
 *   ts_answer_take(&answer, &run)      after every run
 *   ts_answer_tell(&answer, stdout)
 */
#ifndef TS_CLI_ANSWER_H
#define TS_CLI_ANSWER_H

#include <stdio.h>

#include "sim/scenario/answer.h"
#include "sim/sweep/point.h"

typedef struct ts_answer {
    const ts_root *root; /* borrowed */
    char values[TS_ANSWER_NUMBERS][TS_ANSWER_NUMBER];
    bool failed; /* an expectation, or a run: nothing is claimed then */
} ts_answer;

void ts_answer_begin(ts_answer *answer, const ts_root *root);
void ts_answer_take(ts_answer *answer, const ts_point_run *run);
/* The scenario's own sentence with its numbers, and what was fitted; nothing
 * where it has none, a number is missing or something did not hold. Returns
 * whether it was told. */
bool ts_answer_tell(const ts_answer *answer, FILE *out);

#endif

/*
 * warning.c - what in a run is no error and yet seldom meant.
 */
#include "sim/sweep/warning.h"

#include <string.h>

#include "sim/results/unfinished.h"

/* Deadlocks that the scenario speaks of surprise nobody. */
static bool is_expected(const ts_point_run *run)
{
    const ts_expectation *expect = run->root->expect.items;

    for (int i = 0; i < run->root->expect.count; i++)
        if (strcmp(expect[i].metric, "locks.deadlocks") == 0)
            return true;
    return false;
}

void ts_warnings(const ts_point_run *run, ts_warning_take *take, void *context)
{
    const ts_report *report = run->report;
    const ts_thread_row *row = ts_unfinished_next(report, NULL);
    char text[300];

    if (report->stuck && !is_expected(run))
        take(context, run, report->reason);
    for (size_t i = 0; i < report->remark_count; i++)
        take(context, run, report->remarks[i]);
    for (; row != NULL; row = ts_unfinished_next(report, row)) {
        if (!ts_unfinished_starves(report, row))
            continue;
        ts_unfinished_tell(row, text, sizeof text);
        take(context, run, text);
    }
}

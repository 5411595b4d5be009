/*
 * text_fixture.h - a scenario in a text, played for one of its metrics.
 */
#ifndef TS_TESTS_TEXT_FIXTURE_H
#define TS_TESTS_TEXT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "timeslice/timeslice.h"

/* What `metric` comes to in the scenario that `text` is. */
static inline double metric_of(const char *text, const char *metric)
{
    char *message = NULL;
    ts_scenario *scenario =
        ts_scenario_parse("text", text, strlen(text), NULL, &message);
    ts_result *result =
        scenario != NULL ? ts_scenario_run(scenario, 0, NULL, &message) : NULL;
    double value = -1;

    if (result == NULL)
        fail_msg("%s", message);
    if (!ts_result_metric(result, metric, &value))
        fail_msg("no metric %s", metric);
    ts_result_free(result);
    ts_scenario_free(scenario);
    return value;
}

#endif

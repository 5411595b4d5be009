/*
 * texts.h - a scenario in a text, played in a cmocka test, which fails where it
 * is refused; what of it is looked at is up to the test.
 */
#ifndef TS_TESTS_TEXTS_H
#define TS_TESTS_TEXTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "timeslice/timeslice.h"

/* A thread of that name that always wants a processor; `more` of its keys, each
 * with a comma behind it. */
#define HOG(name, more)                                                        \
    "{\"name\": \"" name "\", \"background\": true, " more                     \
    "\"program\": [{\"forever\": [{\"run\": \"1000s\"}]}]}"

/* `options`: as ts_scenario_run() has them. The caller's. */
static inline ts_result *play_text(const char *text,
                                   const ts_run_options *options)
{
    char *message = NULL;
    ts_scenario *scenario =
        ts_scenario_parse("test", text, strlen(text), NULL, &message);
    ts_result *result = scenario != NULL
                            ? ts_scenario_run(scenario, 0, options, &message)
                            : NULL;

    if (result == NULL)
        fail_msg("%s\n%s", message, text);
    ts_scenario_free(scenario);
    return result;
}

static inline double metric_in(const ts_result *result, const char *name)
{
    double value = 0;

    if (!ts_result_metric(result, name, &value))
        fail_msg("%s: no such metric", name);
    return value;
}

/* What `name` comes to in the scenario that `text` is. */
static inline double metric_of(const char *text, const char *name)
{
    ts_result *result = play_text(text, NULL);
    double value = metric_in(result, name);

    ts_result_free(result);
    return value;
}

#endif

/*
 * apollo_fixture.h - playing scenarios of the Apollo Guidance Computer, for
 * its tests.
 */
#ifndef TESTS_UNIT_APOLLO_FIXTURE_H
#define TESTS_UNIT_APOLLO_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "timeslice/timeslice.h"

#define PROFILES TS_TREE "/scenarios/profiles"

static inline ts_scenario *parse(const char *text)
{
    char *message = NULL;
    ts_scenario *scenario =
        ts_scenario_parse("apollo", text, strlen(text), PROFILES, &message);

    if (scenario == NULL)
        fail_msg("%s", message);
    return scenario;
}

static inline ts_scenario *open_file(const char *name)
{
    char file[256], *message = NULL;
    ts_scenario *scenario;

    snprintf(file, sizeof file, TS_TREE "/scenarios/%s.json", name);
    scenario = ts_scenario_open(file, PROFILES, &message);
    if (scenario == NULL)
        fail_msg("%s", message);
    return scenario;
}

static inline void set(ts_scenario *scenario, const char *pointer,
                       const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static inline void set(ts_scenario *scenario, const char *pointer,
                       const char *format, ...)
{
    char value[512], *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    if (!ts_scenario_set(scenario, pointer, value, &message))
        fail_msg("%s", message);
}

static inline ts_result *play(const ts_scenario *scenario)
{
    char *message = NULL;
    ts_result *result = ts_scenario_run(scenario, 0, NULL, &message);

    if (result == NULL)
        fail_msg("%s", message);
    return result;
}

static inline double get(const ts_result *result, const char *name)
{
    double value = 0;

    if (!ts_result_metric(result, name, &value))
        fail_msg("no metric %s", name);
    return value;
}

#endif

/*
 * recording_inside.h - what recording.c and recording_scenario.c have in common.
 */
#ifndef TESTS_CASES_RECORDING_INSIDE_H
#define TESTS_CASES_RECORDING_INSIDE_H

#include "recording.h"

#define OTHER "other " /* name of those that are no part of the workload */

/* How a recording is read: what is missing is "", the fallback or NAN. */
static inline const char *text_of(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(part(object, key));

    return text != NULL ? text : "";
}

static inline double real_of(const cJSON *object, const char *key,
                             double fallback)
{
    const cJSON *item = part(object, key);

    return cJSON_IsNumber(item) ? item->valuedouble : fallback;
}

static inline double at(const cJSON *row, int i)
{
    return cJSON_GetNumberValue(cJSON_GetArrayItem(row, i));
}

static inline const char *name_at(const cJSON *row, int i)
{
    const char *name = cJSON_GetStringValue(cJSON_GetArrayItem(row, i));

    return name != NULL ? name : "";
}

/* The scenario that the recording is of. */
void recording_say(family *f, const recording *r);

#endif

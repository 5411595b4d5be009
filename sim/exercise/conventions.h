/*
 * conventions.h - the conventions that textbooks do not agree on, as facts that
 * can be turned over one by one.
 */
#ifndef TS_EXERCISE_CONVENTIONS_H
#define TS_EXERCISE_CONVENTIONS_H

#include <cjson/cJSON.h>

#include "sim/exercise/exercise.h"

typedef enum ts_axis {
    TS_AXIS_SLICE, /* arrivals before the end of a slice, or after it */
    TS_AXIS_WAKE,  /* arrivals before returns from I/O, or after them */
    TS_AXIS_TIMER, /* the policy's own clock last, or first */
    TS_AXIS_TIES,  /* of equals: arrival, ready, listed */
    TS_AXIS_WAY,   /* who of several running ones gives way */
    TS_AXES
} ts_axis;

/* A choice on every axis, from 0. */
typedef struct ts_choices {
    int at[TS_AXES];
} ts_choices;

/* How many choices there are on an axis; 1: it makes no difference here. */
int ts_axis_count(const ts_exercise *exercise, ts_axis axis);
/* What the choice says, as a sentence of a question. */
const char *ts_axis_sentence(ts_axis axis, int choice);
/* What somebody did who made another choice: "with newcomers after the one
 * whose slice ended". */
const char *ts_axis_mistake(ts_axis axis, int choice);
/* What the scenario has chosen. */
ts_choices ts_choices_of(const cJSON *scenario);
/* Writes the choices into the scenario's conventions. */
bool ts_choices_put(cJSON *scenario, const ts_choices *choices);
/* The scenario with a change, played; NULL where it does not run. */
const ts_schedule *ts_variant_play(const ts_exercise *exercise,
                                   const cJSON *scenario, ts_arena *arena);

#endif

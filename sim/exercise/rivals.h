/*
 * rivals.h - other answers to an exercise, and whoever gives them: other
 * policies, other conventions, and mistakes that can be played.
 *
 * Each is a change of the exercise's scenario. A chart that is a rival's tells
 * what somebody did. To add one: a line in rivals.c.
 */
#ifndef TS_EXERCISE_RIVALS_H
#define TS_EXERCISE_RIVALS_H

#include "sim/exercise/conventions.h"

typedef struct ts_rival {
    const char *name; /* "sjf", "no-boost" */
    const char *says; /* "this is shortest job first" */
    /* Changes the scenario; false: it makes no sense for this one. */
    bool (*change)(const ts_exercise *exercise, cJSON *scenario,
                   const struct ts_rival *rival);
    const char *detail; /* for `change` */
    bool of_tasks;      /* a policy for periodic tasks */
} ts_rival;

extern const ts_rival ts_rivals[];
extern const int ts_rival_count;

/* The rival's schedule; NULL: it does not apply, or does not run. */
const ts_schedule *ts_rival_play(const ts_exercise *exercise,
                                 const ts_rival *rival, ts_arena *arena);
/* Whether a rival of that name has the exercise's own chart. */
bool ts_rival_same(const ts_exercise *exercise, const char *name);

#endif

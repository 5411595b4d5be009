/*
 * conventions.c - see conventions.h and exercise.h.
 *
 * The proof plays the product of all choices. Where the answer hangs on one,
 * that axis is stated; then the product of the others must give one answer.
 */
#include "sim/exercise/conventions.h"

#include <stdlib.h>
#include <string.h>

static const char *const ties[] = {"arrival", "ready", "listed"};
static const char *const ways[] = {"lowest-processor", "last-in-ties"};

#define TIES ((int)TS_COUNT_OF(ties))

static const struct {
    int count;
    const char *sentences[3];
    const char *mistakes[3];
} axes[TS_AXES] = {
    [TS_AXIS_SLICE] =
        {2,
         {"Who arrives or comes back at the instant at which a slice ends "
          "stands in the queue before the one whose slice ended.",
          "Who arrives or comes back at the instant at which a slice ends "
          "stands in the queue behind the one whose slice ended."},
         {"with newcomers before the one whose slice ended",
          "with newcomers after the one whose slice ended"}},
    [TS_AXIS_WAKE] =
        {2,
         {"Of one that arrives and one that comes back from I/O at the same "
          "instant the one that arrives is first.",
          "Of one that arrives and one that comes back from I/O at the same "
          "instant the one that comes back is first."},
         {"with arrivals before returns from I/O at one instant",
          "with returns from I/O before arrivals at one instant"}},
    [TS_AXIS_TIMER] =
        {2,
         {"A boost comes last of all that happens at its instant.",
          "A boost comes first of all that happens at its instant."},
         {"with the boost after everything else at its instant",
          "with the boost before everything else at its instant"}},
    [TS_AXIS_TIES] =
        {TIES,
         {"Of equals the one that arrived first is chosen, and of those the "
          "one listed first.",
          "Of equals the one that has been in the queue longest is chosen.",
          "Of equals the one listed first is chosen."},
         {"with equals taken in the order of their arrival",
          "with equals taken in the order in which they became ready",
          "with equals taken in the order of the list"}},
    [TS_AXIS_WAY] =
        {2,
         {"Of running equals the one on the processor with the lowest number "
          "gives way.",
          "Of running equals the one that would be chosen last gives way."},
         {"with the one on the lowest processor giving way",
          "with the last of equals giving way"}},
};

const char *ts_axis_sentence(ts_axis axis, int choice)
{
    return axes[axis].sentences[choice];
}

const char *ts_axis_mistake(ts_axis axis, int choice)
{
    return axes[axis].mistakes[choice];
}

int ts_axis_count(const ts_exercise *exercise, ts_axis axis)
{
    bool bursts = false;

    for (int i = 0; i < exercise->jobs->count; i++)
        bursts |= exercise->jobs->items[i].burst_count != 1;
    if ((axis == TS_AXIS_WAY && exercise->jobs->processors == 1) ||
        (axis == TS_AXIS_WAKE && !bursts) ||
        (axis == TS_AXIS_TIMER &&
         strstr(exercise->scenario, "\"boost\"") == NULL))
        return 1;
    return axes[axis].count;
}

/* --- choices and scenarios --- */

static int place_of(const cJSON *order, const char *class)
{
    static const char *const usual[] = {"completion", "arrival", "wake",
                                        "slice", "timer"};
    const cJSON *item;
    int place = 0;

    cJSON_ArrayForEach(item, order)
    {
        if (strcmp(cJSON_GetStringValue(item), class) == 0)
            return place;
        place++;
    }
    for (int i = 0; i < (int)TS_COUNT_OF(usual); i++)
        if (strcmp(usual[i], class) == 0)
            return 100 + i;
    return 200;
}

static int word_of(const cJSON *conventions, const char *key,
                   const char *const *words, int count)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(conventions, key);

    for (int i = 0; i < count; i++)
        if (cJSON_IsString(value) && strcmp(value->valuestring, words[i]) == 0)
            return i;
    return 0;
}

ts_choices ts_choices_of(const cJSON *scenario)
{
    const cJSON *conventions =
        cJSON_GetObjectItemCaseSensitive(scenario, "conventions");
    const cJSON *order = cJSON_GetObjectItemCaseSensitive(conventions, "order");
    ts_choices choices = {{0}};

    choices.at[TS_AXIS_SLICE] =
        place_of(order, "slice") < place_of(order, "arrival");
    choices.at[TS_AXIS_WAKE] =
        place_of(order, "wake") < place_of(order, "arrival");
    choices.at[TS_AXIS_TIMER] =
        place_of(order, "timer") < place_of(order, "arrival");
    choices.at[TS_AXIS_TIES] = word_of(conventions, "ties", ties, TIES);
    choices.at[TS_AXIS_WAY] = word_of(conventions, "gives_way", ways, 2);
    return choices;
}

static void put_order(cJSON *order, const ts_choices *choices)
{
    const int *at = choices->at;

    cJSON_AddItemToArray(order, cJSON_CreateString("completion"));
    if (at[TS_AXIS_SLICE] == 1)
        cJSON_AddItemToArray(order, cJSON_CreateString("slice"));
    if (at[TS_AXIS_TIMER] == 1)
        cJSON_AddItemToArray(order, cJSON_CreateString("timer"));
    cJSON_AddItemToArray(order, cJSON_CreateString(
                                    at[TS_AXIS_WAKE] ? "wake" : "arrival"));
    cJSON_AddItemToArray(order, cJSON_CreateString(at[TS_AXIS_WAKE] ? "arrival"
                                                                    : "wake"));
    if (at[TS_AXIS_SLICE] == 0)
        cJSON_AddItemToArray(order, cJSON_CreateString("slice"));
    if (at[TS_AXIS_TIMER] == 0)
        cJSON_AddItemToArray(order, cJSON_CreateString("timer"));
}

static bool put_item(cJSON *object, const char *key, cJSON *item)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, key);
    return item != NULL && cJSON_AddItemToObject(object, key, item);
}

bool ts_choices_put(cJSON *scenario, const ts_choices *choices)
{
    cJSON *conventions =
        cJSON_GetObjectItemCaseSensitive(scenario, "conventions");
    cJSON *order = cJSON_CreateArray();

    if (conventions == NULL)
        conventions = cJSON_AddObjectToObject(scenario, "conventions");
    if (conventions == NULL || order == NULL) {
        cJSON_Delete(order);
        return false;
    }
    put_order(order, choices);
    return put_item(conventions, "order", order) &&
           put_item(conventions, "ties",
                    cJSON_CreateString(ties[choices->at[TS_AXIS_TIES]])) &&
           put_item(conventions, "gives_way",
                    cJSON_CreateString(ways[choices->at[TS_AXIS_WAY]]));
}

const ts_schedule *ts_variant_play(const ts_exercise *exercise,
                                   const cJSON *scenario, ts_arena *arena)
{
    char *text = cJSON_PrintUnformatted(scenario);
    const ts_schedule *schedule =
        text != NULL ? ts_schedule_play(text, exercise->jobs, arena, NULL)
                     : NULL;

    free(text);
    return schedule;
}

/* --- the proof --- */

typedef struct proof {
    ts_exercise *exercise;
    cJSON *scenario;
    ts_choices base;
    bool stated[TS_AXES];
    bool differs; /* what was played last */
    ts_error *error;
} proof;

static bool play(proof *p, const ts_choices *choices)
{
    ts_arena arena;
    const ts_schedule *schedule;

    ts_arena_init(&arena, 0);
    schedule = ts_choices_put(p->scenario, choices)
                   ? ts_variant_play(p->exercise, p->scenario, &arena)
                   : NULL;
    p->differs =
        schedule == NULL || !ts_schedule_equal(schedule, p->exercise->schedule);
    ts_arena_fini(&arena);
    return schedule != NULL;
}

/* Whether what a scenario leaves to the policy ("usual") is one of the choices:
 * the first that gives the same. */
static bool find_base(proof *p)
{
    for (int i = 0; i < TIES; i++) {
        ts_choices tried = p->base;

        tried.at[TS_AXIS_TIES] = (p->base.at[TS_AXIS_TIES] + i) % TIES;
        if (play(p, &tried) && !p->differs) {
            p->base = tried;
            return true;
        }
    }
    return ts_fail(p->error, "the answer follows none of the conventions that "
                             "an exercise can state");
}

/* Axes on which another choice alone gives another answer. */
static void find_stated(proof *p)
{
    for (int axis = 0; axis < TS_AXES; axis++)
        for (int i = 0; i < ts_axis_count(p->exercise, (ts_axis)axis); i++) {
            ts_choices tried = p->base;

            tried.at[axis] = i;
            if (i != p->base.at[axis]) {
                play(p, &tried);
                p->stated[axis] |= p->differs;
            }
        }
}

/* The next combination of what is not stated; false: that was the last. */
static bool advance(const proof *p, ts_choices *choices)
{
    for (int axis = 0; axis < TS_AXES; axis++) {
        int count = ts_axis_count(p->exercise, (ts_axis)axis);

        if (p->stated[axis] || count == 1)
            continue;
        choices->at[axis] = (choices->at[axis] + 1) % count;
        if (choices->at[axis] != p->base.at[axis])
            return true;
    }
    return false;
}

/* All combinations of what is not stated give the answer. Where one does not,
 * what it chose otherwise is stated, too. */
static bool prove(proof *p)
{
    ts_choices choices = p->base;
    bool one = true;

    while (one && advance(p, &choices)) {
        play(p, &choices);
        one = !p->differs;
    }
    for (int axis = 0; !one && axis < TS_AXES; axis++)
        p->stated[axis] |= choices.at[axis] != p->base.at[axis];
    return one;
}

static void state(proof *p)
{
    for (int axis = 0; axis < TS_AXES; axis++)
        if (p->stated[axis] && p->exercise->stated_count < TS_STATED_MAX)
            p->exercise->stated[p->exercise->stated_count++] =
                ts_axis_sentence((ts_axis)axis, p->base.at[axis]);
}

/* --- what no convention decides --- */

/* When the job comes back from its wait number `wait`; -1: not there. */
static int back_at(const ts_exercise *exercise, int job, int wait)
{
    const ts_job *j = &exercise->jobs->items[job];
    int ran = 0, needs = 0;

    for (int i = 0; i <= wait; i++)
        needs += j->bursts[i].run;
    for (int at = 0; at < exercise->schedule->length; at++)
        for (int lane = 0; lane < exercise->schedule->lane_count; lane++)
            if (exercise->schedule->lanes[lane][at] == j->letter &&
                ++ran == needs)
                return at + 1 + j->bursts[wait].away;
    return -1;
}

/* Do two jobs come back from I/O at one instant? */
static bool meet(const ts_exercise *exercise, int a, int b)
{
    const ts_job *jobs = exercise->jobs->items;

    for (int i = 0; i + 1 < jobs[a].burst_count; i++)
        for (int k = 0; k + 1 < jobs[b].burst_count; k++)
            if (back_at(exercise, a, i) >= 0 &&
                back_at(exercise, a, i) == back_at(exercise, b, k))
                return true;
    return false;
}

/* The order of these is the engine's, which the scenario cannot change. */
static void state_returns(ts_exercise *exercise)
{
    static const char says[] = "Of two that come back from I/O at the same "
                               "instant the one that left first is first.";

    for (int a = 0; a < exercise->jobs->count; a++)
        for (int b = 0; b < a; b++)
            if (meet(exercise, a, b) &&
                exercise->stated_count < TS_STATED_MAX) {
                exercise->stated[exercise->stated_count++] = says;
                return;
            }
}

bool ts_conventions_prove(ts_exercise *exercise, bool *free_of, ts_error *error)
{
    proof p = {.exercise = exercise,
               .scenario = cJSON_Parse(exercise->scenario),
               .error = error};
    bool good;

    if (p.scenario == NULL)
        return ts_fail_memory(error);
    p.base = ts_choices_of(p.scenario);
    good = find_base(&p);
    if (good) {
        find_stated(&p);
        /* Each round that fails states at least one axis more. */
        for (int i = 0; i <= TS_AXES && !prove(&p); i++)
            ;
        state(&p);
        state_returns(exercise);
    }
    cJSON_Delete(p.scenario);
    *free_of = good && exercise->stated_count == 0;
    return good;
}

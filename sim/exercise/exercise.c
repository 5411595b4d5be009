/*
 * exercise.c - see exercise.h.
 */
#include "sim/exercise/exercise.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "sim/exercise/kinds.h"
#include "sim/exercise/rivals.h"

/* How often is drawn before an exercise is given up, and how often of these it
 * is tried without any convention stated. */
#define DRAWS 1500
#define DRAWS_FREE 60
#define SLOTS_USUAL 40

void ts_exercise_free(ts_exercise *exercise)
{
    if (exercise == NULL)
        return;
    ts_arena_fini(&exercise->arena);
    free(exercise);
}

uint64_t ts_exercise_seed(const char *kind, const char *student)
{
    return ts_hash_fold(ts_hash_text(kind), ts_hash_text(student)) %
               TS_SEED_MAX +
           1;
}

uint32_t ts_exercise_check(const ts_exercise *exercise)
{
    return (uint32_t)ts_hash_text(exercise->scenario);
}

/* --- from a scenario --- */

static ts_exercise *create(const char *kind, ts_error *error)
{
    ts_exercise *exercise = calloc(1, sizeof *exercise);

    if (exercise == NULL) {
        ts_fail_memory(error);
        return NULL;
    }
    ts_arena_init(&exercise->arena, 0);
    exercise->kind = ts_arena_text(&exercise->arena, kind);
    return exercise;
}

/* What the run's memory holds of "ask" goes with the run. */
static bool read_ask(ts_exercise *exercise, const ts_played *played,
                     ts_error *error)
{
    const ts_ask *ask = played->run.root->ask;
    ts_ask *copy = ts_arena_alloc(&exercise->arena, sizeof *copy);

    if (ask == NULL)
        return ts_fail(error, "the scenario asks nothing: give it an \"ask\" "
                              "(see `timeslice explain ask`)");
    if (copy == NULL)
        return ts_fail_memory(error);
    *copy = *ask;
    exercise->ask = copy;
    return true;
}

static bool has_schedule(const ts_ask *ask)
{
    return ask->chart || ask->table.count > 0 || ask->averages.count > 0;
}

/* The point that was played, without what is said of other points and of what
 * comes out. */
static const char *told(const ts_document *document, ts_arena *arena)
{
    static const char *const others[] = {"sweep", "expect", "pictures"};
    char *canonical = ts_document_canonical(document);
    cJSON *root = canonical != NULL ? cJSON_Parse(canonical) : NULL;
    const char *text;
    char *printed;

    for (size_t i = 0; i < TS_COUNT_OF(others); i++)
        cJSON_DeleteItemFromObjectCaseSensitive(root, others[i]);
    printed = root != NULL ? cJSON_PrintUnformatted(root) : NULL;
    text = printed != NULL ? ts_arena_text(arena, printed) : NULL;
    free(printed);
    cJSON_Delete(root);
    free(canonical);
    return text;
}

/* Plays it, proves that there is one answer, and writes the question. */
static bool make(ts_exercise *exercise, const ts_played *played, bool *free_of,
                 ts_error *error)
{
    exercise->scenario = told(played->run.document, &exercise->arena);
    if (exercise->scenario == NULL)
        return ts_fail_memory(error);
    if (!read_ask(exercise, played, error))
        return false;
    exercise->jobs = ts_jobs_read(exercise->scenario, exercise->ask,
                                  &exercise->arena, error);
    exercise->cooperative = played->run.report->cooperative;
    *free_of = true;
    if (exercise->jobs == NULL)
        return false;
    if (has_schedule(exercise->ask)) {
        exercise->schedule =
            ts_schedule_read(played->run.report, exercise->jobs,
                             &exercise->arena, error);
        if (exercise->schedule == NULL ||
            !ts_conventions_prove(exercise, free_of, error))
            return false;
    }
    return ts_question_make(exercise, played->run.root, played->run.report,
                            error);
}

ts_exercise *ts_exercise_read(const char *name, const char *scenario,
                              const char *profiles, ts_error *error)
{
    ts_exercise *exercise = create(name, error);
    ts_played played;
    bool good, free_of;

    if (exercise == NULL)
        return NULL;
    exercise->own = true;
    good = ts_played_init(&played, name, scenario, profiles, TS_TRACE_SPANS,
                          error);
    if (good) {
        good = make(exercise, &played, &free_of, error);
        exercise->ask = NULL; /* it went with the run */
        ts_played_fini(&played);
    }
    if (good)
        return exercise;
    ts_exercise_free(exercise);
    return NULL;
}

/* --- from a seed --- */

/* Is what was drawn an exercise, and a good one? */
static bool suits(const ts_exercise *exercise, const ts_kind *kind)
{
    int longest = kind->longest > 0 ? kind->longest : SLOTS_USUAL;

    if (exercise->schedule != NULL && exercise->schedule->length > longest)
        return false;
    for (int i = 0; kind->unlike != NULL && kind->unlike[i] != NULL; i++)
        if (ts_rival_same(exercise, kind->unlike[i]))
            return false;
    return true;
}

static bool draw_scenario(ts_exercise *exercise, const ts_kind *kind,
                          uint64_t attempt, char **text)
{
    ts_draft draft = {.text = TS_BUFFER_EMPTY,
                      .arena = &exercise->arena,
                      .level = exercise->level};

    ts_random_init(&draft.random, exercise->seed, kind->name);
    ts_random_select(&draft.random, attempt);
    kind->draw(&draft);
    *text = ts_buffer_take(&draft.text);
    ts_buffer_fini(&draft.text);
    return *text != NULL;
}

/* One draw: an exercise, or NULL where it does not suit. */
static ts_exercise *draw_once(const ts_kind *kind, uint64_t seed, int level,
                              uint64_t attempt, ts_error *error)
{
    ts_exercise *exercise = create(kind->name, error);
    ts_played played;
    bool good, free_of = true;
    char *text;

    if (exercise == NULL)
        return NULL;
    exercise->seed = seed;
    exercise->level = level;
    good =
        draw_scenario(exercise, kind, attempt, &text) &&
        ts_played_init(&played, kind->name, text, NULL, TS_TRACE_SPANS, error);
    free(text);
    if (good) {
        good = (kind->good == NULL || kind->good(played.run.report)) &&
               make(exercise, &played, &free_of, error) &&
               suits(exercise, kind) &&
               (free_of || level > 1 || attempt >= DRAWS_FREE);
        exercise->ask = NULL;
        ts_played_fini(&played);
    }
    if (good)
        return exercise;
    ts_exercise_free(exercise);
    return NULL;
}

ts_exercise *ts_exercise_draw(const char *name, uint64_t seed, int level,
                              ts_error *error)
{
    const ts_kind *kind = ts_kind_find(name);
    ts_error last = {.text = ""};

    if (kind == NULL) {
        ts_fail(error, "no kind of exercise is called \"%.60s\"", name);
        return NULL;
    }
    for (uint64_t attempt = 0; attempt < DRAWS; attempt++) {
        ts_exercise *exercise;

        last.text[0] = '\0';
        exercise = draw_once(kind, seed, level, attempt, &last);
        if (exercise != NULL)
            return exercise;
    }
    ts_fail(error, "%s: nothing suits seed %llu at level %d%s%s", name,
            (unsigned long long)seed, level, last.text[0] != '\0' ? ": " : "",
            last.text);
    return NULL;
}

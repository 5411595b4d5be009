/*
 * given.c - the table of what is given: a row a thread, a column for whatever
 * the scenario says of threads, in its own figures.
 */
#include "sim/exercise/exercise.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/buffer.h"

#define COLUMNS_MAX 8

/* What of a thread is worth a column, and how it is headed. */
static const struct {
    const char *key, *heading;
    bool time;
} columns[] = {
    {"arrive", "arrival", true},    {"period", "period", true},
    {"program", "needs", true},     {"priority", "priority", false},
    {"deadline", "deadline", true}, {"tickets", "tickets", false},
    {"nice", "nice value", false},  {"affinity", "processors", false},
    {"class", "class", false},
};

/* --- a value in words --- */

static void say_value(ts_buffer *out, const cJSON *value);

static void say_list(ts_buffer *out, const cJSON *list)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        if (item != list->child)
            ts_buffer_text(out, ", ");
        say_value(out, item);
    }
}

/* {"run": 3} is "run 3"; {"every": 5, "first": 1} is "every 5, first 1". */
static void say_object(ts_buffer *out, const cJSON *object)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, object)
    {
        const char *name = strcmp(item->string, "io") == 0 ||
                                   strcmp(item->string, "sleep") == 0
                               ? "I/O"
                               : item->string;

        if (item != object->child)
            ts_buffer_text(out, ", ");
        ts_buffer_format(out, "%s ", name);
        say_value(out, item);
    }
}

static void say_value(ts_buffer *out, const cJSON *value)
{
    if (cJSON_IsNumber(value))
        ts_buffer_format(out, "%.15g", value->valuedouble);
    else if (cJSON_IsString(value))
        ts_buffer_text(out, value->valuestring);
    else if (cJSON_IsBool(value))
        ts_buffer_text(out, cJSON_IsTrue(value) ? "yes" : "no");
    else if (cJSON_IsArray(value))
        say_list(out, value);
    else if (cJSON_IsObject(value))
        say_object(out, value);
}

/* A program of one run is its length. */
static const cJSON *only_run(const cJSON *program)
{
    if (cJSON_GetArraySize(program) != 1)
        return NULL;
    return cJSON_GetObjectItemCaseSensitive(program->child, "run");
}

static const char *cell(ts_exercise *exercise, const char *key,
                        const cJSON *value)
{
    ts_buffer out = TS_BUFFER_EMPTY;
    const cJSON *run = strcmp(key, "program") == 0 ? only_run(value) : NULL;
    const char *text = "0";
    char *made;

    if (value != NULL) {
        say_value(&out, run != NULL ? run : value);
        made = ts_buffer_take(&out);
        text = made != NULL ? ts_arena_text(&exercise->arena, made) : NULL;
        ts_buffer_fini(&out);
        free(made);
    }
    return text;
}

/* --- the table --- */

static bool any_says(const cJSON *threads, const char *key)
{
    const cJSON *thread;

    cJSON_ArrayForEach(thread, threads)
    {
        if (cJSON_GetObjectItemCaseSensitive(thread, key) != NULL)
            return true;
    }
    return false;
}

/* Bare numbers are of the scenario's unit, "1ms"; others say theirs. */
static const char *heading(ts_exercise *exercise, const char *unit,
                           size_t column)
{
    return columns[column].time && unit != NULL && unit[0] == '1'
               ? ts_arena_format(&exercise->arena, "%s (%s)",
                                 columns[column].heading, unit + 1)
               : columns[column].heading;
}

static bool fill(ts_exercise *exercise, const char *unit, const cJSON *threads)
{
    ts_given *given = &exercise->question.given;
    const cJSON *thread;
    int row = 0, used = 1;
    size_t chosen[COLUMNS_MAX];

    for (size_t i = 0; i < TS_COUNT_OF(columns) && used < COLUMNS_MAX; i++)
        if (any_says(threads, columns[i].key))
            chosen[used++] = i;
    given->columns = used;
    given->rows = cJSON_GetArraySize(threads) + 1;
    given->cells =
        ts_arena_array(&exercise->arena, (size_t)given->rows * (size_t)used,
                       sizeof(char *));
    if (given->cells == NULL)
        return false;
    given->cells[0] = "name";
    for (int i = 1; i < used; i++)
        given->cells[i] = heading(exercise, unit, chosen[i]);
    cJSON_ArrayForEach(thread, threads)
    {
        const char **cells = given->cells + ++row * used;

        cells[0] = cell(exercise, "name",
                        cJSON_GetObjectItemCaseSensitive(thread, "name"));
        for (int i = 1; i < used; i++) {
            const char *key = columns[chosen[i]].key;

            cells[i] = cell(exercise, key,
                            cJSON_GetObjectItemCaseSensitive(thread, key));
            if (cells[i] == NULL)
                return false;
        }
    }
    return true;
}

/* Without words of its own a scenario tells its machine as it stands. */
static bool say_machine(ts_exercise *exercise, const cJSON *root)
{
    static const char *const keys[] = {"computer", "system", "locks"};

    for (size_t i = 0; i < TS_COUNT_OF(keys); i++) {
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(root, keys[i]);
        const char *text = value != NULL ? cell(exercise, keys[i], value) : "";

        if (value != NULL &&
            !ts_question_say(exercise,
                             ts_arena_format(&exercise->arena, "The %s: %s.",
                                             keys[i], text)))
            return false;
    }
    return true;
}

bool ts_given_make(ts_exercise *exercise, ts_error *error)
{
    cJSON *root = cJSON_Parse(exercise->scenario);
    const cJSON *threads = cJSON_GetObjectItemCaseSensitive(root, "threads");
    bool good = root != NULL;

    if (good && exercise->ask->text == NULL)
        good = say_machine(exercise, root);
    if (good && exercise->ask->given && cJSON_GetArraySize(threads) > 0)
        good = fill(exercise,
                    cJSON_GetStringValue(
                        cJSON_GetObjectItemCaseSensitive(root, "unit")),
                    threads);
    cJSON_Delete(root);
    return good || ts_fail_memory(error);
}

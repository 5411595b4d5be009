/*
 * question.c - what is asked for, from "ask" and a run.
 */
#include "sim/exercise/exercise.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "models/machine/policy.h"
#include "models/machine/system.h"

#define PARTS_MAX 200

static const char *const figure_names[] = {"finish", "turnaround", "waiting",
                                           "response"};
static const char *const definitions[] = {
    "finish: when it ends",
    "turnaround: from its arrival to its end",
    ("waiting: of the turnaround, what it spends neither on a processor nor in "
     "I/O or asleep"),
    "response: from its arrival to its first instant on a processor",
};

static ts_asked *add_part(ts_exercise *exercise, const ts_asked *part)
{
    ts_question *q = &exercise->question;

    if (q->part_count == PARTS_MAX)
        return NULL;
    q->parts[q->part_count] = *part;
    q->points += part->points;
    return &q->parts[q->part_count++];
}

/* --- the chart --- */

static bool add_chart(ts_exercise *exercise)
{
    const ts_schedule *schedule = exercise->schedule;

    for (int lane = 0; lane < schedule->lane_count; lane++) {
        ts_asked part = {.kind = TS_PART_CHART,
                         .lane = lane,
                         .job = -1,
                         .figure = -1,
                         .unit = "",
                         .points = 10,
                         .answer = schedule->lanes[lane]};

        part.name = schedule->lane_count == 1
                        ? "chart"
                        : ts_arena_format(&exercise->arena, "chart %d", lane);
        part.about = schedule->lane_count == 1
                         ? "who has the processor"
                         : ts_arena_format(&exercise->arena,
                                           "who has processor %d", lane);
        if (add_part(exercise, &part) == NULL)
            return false;
    }
    return true;
}

/* --- the table and the averages --- */

static bool add_cells(ts_exercise *exercise, ts_error *error)
{
    const int *figures = exercise->ask->table.items;

    for (int job = 0; job < exercise->jobs->count; job++)
        for (int i = 0; i < exercise->ask->table.count; i++) {
            int value =
                ts_figure_of(&exercise->schedule->outcomes[job], figures[i]);
            ts_asked part = {.kind = TS_PART_NUMBER,
                             .job = job,
                             .figure = figures[i],
                             .unit = exercise->question.unit,
                             .points = 1,
                             .value = {value, 1},
                             .within = {0, 1}};

            if (value < 0)
                return ts_fail(error, "%s never ends, and \"ask\" asks when",
                               exercise->jobs->items[job].name);
            part.name = ts_arena_format(&exercise->arena, "%s %s",
                                        figure_names[figures[i]],
                                        exercise->jobs->items[job].name);
            part.about = part.name;
            part.answer = ts_quotient_text(part.value, &exercise->arena);
            if (add_part(exercise, &part) == NULL)
                return ts_fail(error, "\"ask\" asks for too much");
        }
    return true;
}

/* A whole answer exactly; others rounded or cut off after two decimals, and
 * small ones after three. */
static ts_quotient usual_tolerance(ts_quotient value)
{
    if (value.under == 1)
        return (ts_quotient){0, 1};
    return (value.over < 0 ? -value.over : value.over) < value.under
               ? (ts_quotient){1, 200}
               : (ts_quotient){1, 100};
}

static bool add_averages(ts_exercise *exercise)
{
    const int *figures = exercise->ask->averages.items;

    for (int i = 0; i < exercise->ask->averages.count; i++) {
        ts_asked part = {.kind = TS_PART_NUMBER,
                         .job = -1,
                         .figure = figures[i],
                         .unit = exercise->question.unit,
                         .points = 2};
        int sum = 0;

        for (int job = 0; job < exercise->jobs->count; job++)
            sum += ts_figure_of(&exercise->schedule->outcomes[job], figures[i]);
        part.value = ts_quotient_of(sum, exercise->jobs->count);
        part.within = usual_tolerance(part.value);
        part.name = ts_arena_format(&exercise->arena, "average %s",
                                    figure_names[figures[i]]);
        part.about =
            ts_arena_format(&exercise->arena, "average %s over all of them",
                            figure_names[figures[i]]);
        part.answer = ts_quotient_text(part.value, &exercise->arena);
        if (add_part(exercise, &part) == NULL)
            return false;
    }
    return true;
}

/* --- single values --- */

/* The JSON text of a number or a string, bare. */
static const char *bare(const char *json, ts_arena *arena)
{
    cJSON *value = json != NULL ? cJSON_Parse(json) : NULL;
    const char *text = json;

    if (cJSON_IsString(value))
        text = ts_arena_text(arena, value->valuestring);
    cJSON_Delete(value);
    return text;
}

static bool read_choices(ts_exercise *exercise, const ts_ask_value *asked,
                         ts_asked *part, ts_error *error)
{
    const char *const *choices = asked->choices.items;
    bool there = false;

    part->kind = TS_PART_CHOICE;
    part->choice_count = asked->choices.count;
    part->choices =
        ts_arena_array(&exercise->arena, (size_t)asked->choices.count,
                       sizeof *part->choices);
    if (part->choices == NULL)
        return ts_fail_memory(error);
    for (int i = 0; i < asked->choices.count; i++) {
        ((const char **)part->choices)[i] =
            ts_arena_text(&exercise->arena, choices[i]);
        there |= part->answer != NULL && strcmp(choices[i], part->answer) == 0;
    }
    return there || ts_fail(error,
                            "the answer to \"%.60s\" is none of its "
                            "choices",
                            asked->name);
}

static bool read_metric(const ts_report *report, const ts_ask_value *asked,
                        ts_quotient *value, const char **unit, ts_error *error)
{
    const ts_metric *metric = ts_report_find(report, asked->metric);

    if (metric == NULL)
        return ts_fail(error, "the run has no metric %.100s", asked->metric);
    *unit = "";
    if (metric->unit == TS_UNIT_TIME) {
        *unit = asked->unit == TS_S    ? "s"
                : asked->unit == TS_MS ? "ms"
                : asked->unit == TS_US ? "us"
                : asked->unit == TS_NS ? "ns"
                                       : "";
        *value = metric->exact
                     ? ts_quotient_of(metric->whole, asked->unit)
                     : ts_quotient_near(metric->value / (double)asked->unit);
    } else {
        *value = metric->exact ? (ts_quotient){metric->whole, 1}
                               : ts_quotient_near(metric->value);
    }
    return true;
}

/* A number: said, measured, or both, and then the two agree. */
static bool read_number(ts_exercise *exercise, const ts_ask_value *asked,
                        const ts_report *report, ts_asked *part,
                        ts_error *error)
{
    ts_quotient measured;
    const char *within = bare(asked->within, &exercise->arena);

    part->kind = TS_PART_NUMBER;
    if (asked->metric != NULL) {
        if (!read_metric(report, asked, &measured, &part->unit, error))
            return false;
        if (part->answer == NULL)
            part->value = measured;
        if (!ts_quotient_close(part->value, measured, (ts_quotient){1, 50000}))
            return ts_fail(error,
                           "\"%.60s\" is said to be %s, and the run has %s",
                           asked->name, part->answer,
                           ts_quotient_text(measured, &exercise->arena));
    }
    part->answer = ts_quotient_text(part->value, &exercise->arena);
    part->within = usual_tolerance(part->value);
    if (within != NULL && !ts_quotient_read(within, part->unit, &part->within))
        return ts_fail(error, "\"within\" of \"%.60s\" is no number",
                       asked->name);
    return true;
}

static bool read_wrong(ts_exercise *exercise, const ts_ask_value *asked,
                       ts_asked *part)
{
    const ts_map_item *items = asked->wrong.items;
    ts_wrong *wrong =
        ts_arena_array(&exercise->arena, (size_t)asked->wrong.count + 1,
                       sizeof *wrong);

    for (int i = 0; wrong != NULL && i < asked->wrong.count; i++)
        wrong[i] = (ts_wrong){ts_arena_text(&exercise->arena, items[i].key),
                              ts_arena_text(&exercise->arena,
                                            *(const char **)items[i].value)};
    part->wrong = wrong;
    part->wrong_count = asked->wrong.count;
    return wrong != NULL;
}

static bool add_value(ts_exercise *exercise, const ts_ask_value *asked,
                      const ts_report *report, ts_error *error)
{
    ts_asked part = {.job = -1,
                     .figure = -1,
                     .unit = "",
                     .name = ts_arena_text(&exercise->arena, asked->name),
                     .about = ts_arena_text(&exercise->arena, asked->about),
                     .points = (int)asked->points,
                     .answer = bare(asked->is, &exercise->arena)};
    bool good;

    if (asked->choices.count > 0)
        good = read_choices(exercise, asked, &part, error);
    else if (asked->metric != NULL ||
             ts_quotient_read(part.answer, "", &part.value))
        good =
            (part.answer == NULL ||
             ts_quotient_read(part.answer, "", &part.value) ||
             ts_fail(error, "\"is\" of \"%.60s\" is no number", asked->name)) &&
            read_number(exercise, asked, report, &part, error);
    else
        good = (part.kind = TS_PART_ORDER, true);
    if (!good)
        return false;
    if (!read_wrong(exercise, asked, &part) ||
        add_part(exercise, &part) == NULL)
        return ts_fail(error, "\"ask\" asks for too much");
    return true;
}

/* --- words --- */

bool ts_question_say(ts_exercise *exercise, const char *text)
{
    ts_question *q = &exercise->question;
    const char **more =
        ts_arena_array(&exercise->arena, (size_t)q->paragraph_count + 1,
                       sizeof *more);

    if (more == NULL || text == NULL)
        return false;
    for (int i = 0; i < q->paragraph_count; i++)
        more[i] = q->paragraphs[i];
    more[q->paragraph_count++] = text;
    q->paragraphs = more;
    return true;
}

/* Paragraphs are told apart by empty lines. */
static bool say_text(ts_exercise *exercise, const char *text)
{
    const char *end;

    while ((end = strstr(text, "\n\n")) != NULL) {
        if (!ts_question_say(exercise,
                             ts_arena_format(&exercise->arena, "%.*s",
                                             (int)(end - text), text)))
            return false;
        text = end + 2;
    }
    return ts_question_say(exercise, ts_arena_text(&exercise->arena, text));
}

static bool say_conventions(ts_exercise *exercise)
{
    const char *text = "At ties:";

    for (int i = 0; i < exercise->stated_count; i++)
        text = ts_arena_format(&exercise->arena, "%s %s", text,
                               exercise->stated[i]);
    return exercise->stated_count == 0 || ts_question_say(exercise, text);
}

static bool asks(const ts_list *figures, int figure)
{
    const int *items = figures->items;

    for (int i = 0; i < figures->count; i++)
        if (items[i] == figure)
            return true;
    return false;
}

/* "ms", or "slots of 0.5 ms". */
static const char *slots_of(ts_exercise *exercise)
{
    char time[64];

    if (strcmp(exercise->question.unit, "slots") != 0)
        return exercise->question.unit;
    ts_format(time, sizeof time, TS_UNIT_TIME, (double)exercise->ask->slot);
    return ts_arena_format(&exercise->arena, "slots of %s", time);
}

static bool say_definitions(ts_exercise *exercise)
{
    const char *text = NULL;

    for (int i = 0; i < TS_ASK_FIGURES; i++) {
        if (!asks(&exercise->ask->table, i) &&
            !asks(&exercise->ask->averages, i))
            continue;
        text = text == NULL ? definitions[i]
                            : ts_arena_format(&exercise->arena, "%s; %s", text,
                                              definitions[i]);
    }
    return text == NULL ||
           ts_question_say(exercise,
                           ts_arena_format(&exercise->arena, "In %s: %s.",
                                           slots_of(exercise), text));
}

static const char *letters(const ts_exercise *exercise, ts_arena *arena)
{
    const char *text = "";

    for (int i = 0; i < exercise->jobs->count; i++) {
        const ts_job *job = &exercise->jobs->items[i];

        if (job->name[0] != job->letter || job->name[1] != '\0')
            text = ts_arena_format(arena, "%s%s%c for %s", text,
                                   *text == '\0' ? "" : ", ", job->letter,
                                   job->name);
    }
    return text;
}

static bool say_chart(ts_exercise *exercise)
{
    ts_arena *arena = &exercise->arena;
    const char *names = letters(exercise, arena);
    const char *until = "";

    if (!exercise->ask->chart)
        return true;
    if (exercise->ask->until < TS_TIME_LIMIT)
        until = ts_arena_format(arena, " up to %lld %s",
                                (long long)(exercise->ask->until /
                                            exercise->ask->slot),
                                exercise->question.unit);
    return ts_question_say(
        exercise,
        ts_arena_format(
            arena,
            "The chart has a letter for each %s%s%s%s, \".\" where nobody "
            "runs%s; or it is a list such as \"A 0-3, B 3-5\".",
            strcmp(exercise->question.unit, "slots") == 0
                ? "slot"
                : exercise->question.unit,
            until, *names == '\0' ? "" : ": ", names,
            ts_schedule_changes(exercise->schedule)
                ? ", \"/\" while the processor changes from one to another"
                : ""));
}

static bool say_all(ts_exercise *exercise, const ts_root *root)
{
    if (exercise->ask->text != NULL
            ? !say_text(exercise, exercise->ask->text)
            : root->question != NULL && !say_text(exercise, root->question))
        return false;
    return true;
}

/* --- all of it --- */

static const char *unit_of(const ts_ask *ask)
{
    return ask->slot == TS_S    ? "s"
           : ask->slot == TS_MS ? "ms"
           : ask->slot == TS_US ? "us"
           : ask->slot == TS_NS ? "ns"
                                : "slots";
}

static const char *rule_of(const ts_exercise *exercise, const ts_root *root)
{
    const ts_variant *chosen = &root->machine.system->policy;
    const ts_policy *policy =
        chosen->entry != NULL ? chosen->entry->model : NULL;

    if (exercise->ask->rule != NULL)
        return exercise->ask->rule;
    return policy != NULL && policy->rule != NULL ? policy->rule
                                                  : "the policy's";
}

static bool add_parts(ts_exercise *exercise, const ts_report *report,
                      ts_error *error)
{
    const ts_ask *ask = exercise->ask;
    const ts_ask_value *values = ask->values.items;

    if (ask->chart && !add_chart(exercise))
        return ts_fail_memory(error);
    if (!add_cells(exercise, error))
        return false;
    if (!add_averages(exercise))
        return ts_fail_memory(error);
    for (int i = 0; i < ask->values.count; i++)
        if (!add_value(exercise, &values[i], report, error))
            return false;
    return true;
}

bool ts_question_make(ts_exercise *exercise, const ts_root *root,
                      const ts_report *report, ts_error *error)
{
    ts_question *q = &exercise->question;

    *q = (ts_question){
        .title = ts_arena_text(&exercise->arena, root->title),
        .unit = unit_of(exercise->ask),
        .parts = ts_arena_array(&exercise->arena, PARTS_MAX, sizeof *q->parts),
    };
    if (q->parts == NULL)
        return ts_fail_memory(error);
    q->rule = ts_arena_text(&exercise->arena, rule_of(exercise, root));
    if (!say_all(exercise, root) || !ts_given_make(exercise, error) ||
        !say_conventions(exercise) || !say_definitions(exercise) ||
        !say_chart(exercise))
        return ts_fail_memory(error);
    return add_parts(exercise, report, error);
}

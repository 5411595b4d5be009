/*
 * format_json.c - the question for programs; and the scenario behind it, which
 * whoever has it can play.
 */
#include "sim/exercise/formats.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/escape.h"

static const char *const kinds[] = {"chart", "number", "choice", "order"};

static void say_member(ts_buffer *out, const char *name, const char *value)
{
    ts_buffer_format(out, "\"%s\": ", name);
    ts_escape(out, TS_ESCAPE_JSON, value);
}

static void say_head(ts_buffer *out, const ts_variant_of *variant)
{
    const ts_exercise *exercise = variant->exercise;

    ts_buffer_text(out, "{");
    say_member(out, "exercise", exercise->kind);
    if (!exercise->own)
        ts_buffer_format(out, ", \"seed\": %llu, \"level\": %d",
                         (unsigned long long)exercise->seed, exercise->level);
    if (variant->student != NULL) {
        ts_buffer_text(out, ", ");
        say_member(out, "student", variant->student);
    }
    ts_buffer_format(out, ", \"check\": \"%08x\",\n ",
                     ts_exercise_check(exercise));
    say_member(out, "title", exercise->question.title);
}

static void say_paragraphs(ts_buffer *out, const ts_question *q)
{
    ts_buffer_text(out, ",\n \"paragraphs\": [");
    for (int i = 0; i < q->paragraph_count; i++) {
        if (i > 0)
            ts_buffer_text(out, ",\n  ");
        ts_escape(out, TS_ESCAPE_JSON, q->paragraphs[i]);
    }
    ts_buffer_text(out, "]");
}

static void say_given(ts_buffer *out, const ts_given *given)
{
    ts_buffer_text(out, ",\n \"given\": [");
    for (int row = 0; given->columns > 0 && row < given->rows; row++) {
        ts_buffer_text(out, row > 0 ? ",\n  [" : "[");
        for (int i = 0; i < given->columns; i++) {
            if (i > 0)
                ts_buffer_text(out, ", ");
            ts_escape(out, TS_ESCAPE_JSON,
                      given->cells[row * given->columns + i]);
        }
        ts_buffer_text(out, "]");
    }
    ts_buffer_text(out, "]");
}

/* What a program needs to draw an empty chart. */
static void say_room(ts_buffer *out, const ts_schedule *schedule)
{
    ts_buffer_format(out, ", \"slots\": %d, \"changes\": %s",
                     ts_schedule_room(schedule),
                     ts_schedule_changes(schedule) ? "true" : "false");
}

static void say_part(ts_buffer *out, const ts_exercise *exercise,
                     const ts_asked *part)
{
    ts_buffer_text(out, "\n  {");
    say_member(out, "name", part->name);
    ts_buffer_text(out, ", ");
    say_member(out, "about", part->about);
    ts_buffer_format(out, ", \"kind\": \"%s\", \"points\": %d",
                     kinds[part->kind], part->points);
    if (part->kind == TS_PART_CHART)
        say_room(out, exercise->schedule);
    if (part->unit[0] != '\0') {
        ts_buffer_text(out, ", ");
        say_member(out, "unit", part->unit);
    }
    if (part->job >= 0) {
        ts_buffer_text(out, ", ");
        say_member(out, "row", exercise->jobs->items[part->job].name);
        ts_buffer_format(out, ", \"column\": \"%s\"",
                         ts_ask_figures[part->figure]);
    }
    for (int i = 0; i < part->choice_count; i++) {
        ts_buffer_text(out, i == 0 ? ", \"choices\": [" : ", ");
        ts_escape(out, TS_ESCAPE_JSON, part->choices[i]);
    }
    ts_buffer_text(out, part->choice_count > 0 ? "]}" : "}");
}

static void say_letters(ts_buffer *out, const ts_exercise *exercise)
{
    ts_buffer_text(out, ",\n \"threads\": [");
    for (int i = 0; i < exercise->jobs->count; i++) {
        const ts_job *job = &exercise->jobs->items[i];

        ts_buffer_format(out, "%s{\"letter\": \"%c\", ", i > 0 ? ", " : "",
                         job->letter);
        say_member(out, "name", job->name);
        if (job->every == 0)
            ts_buffer_format(out, ", \"arrival\": %d", job->arrival);
        ts_buffer_text(out, "}");
    }
    ts_buffer_text(out, "]");
}

static void say_question(ts_buffer *out, const ts_variant_of *variant)
{
    const ts_question *q = &variant->exercise->question;

    say_head(out, variant);
    say_paragraphs(out, q);
    say_given(out, &q->given);
    say_letters(out, variant->exercise);
    ts_buffer_format(out, ",\n \"unit\": \"%s\", \"points\": %d, \"parts\": [",
                     q->unit, q->points);
    for (int i = 0; i < q->part_count; i++) {
        if (i > 0)
            ts_buffer_char(out, ',');
        say_part(out, variant->exercise, &q->parts[i]);
    }
    ts_buffer_text(out, "]}\n");
}

static bool write_one(const ts_variant_of *variant, const char *ending,
                      ts_buffer *out, ts_keep *keep, void *context)
{
    char *name = ts_variant_name(variant);
    ts_buffer path = TS_BUFFER_EMPTY;
    bool good;

    ts_buffer_format(&path, "%s%s", name != NULL ? name : "", ending);
    good = ts_keep_buffer(keep, context, path.data, out);
    ts_buffer_fini(&path);
    free(name);
    return good;
}

static bool write_json(const ts_variants *variants, ts_keep *keep,
                       void *context)
{
    bool good = true;

    for (int i = 0; good && i < variants->count; i++) {
        ts_buffer out = TS_BUFFER_EMPTY;

        say_question(&out, &variants->items[i]);
        good = write_one(&variants->items[i], ".json", &out, keep, context);
    }
    return good;
}

static bool write_scenario(const ts_variants *variants, ts_keep *keep,
                           void *context)
{
    bool good = true;

    for (int i = 0; good && i < variants->count; i++) {
        ts_buffer out = TS_BUFFER_EMPTY;

        ts_buffer_format(&out, "%s\n", variants->items[i].exercise->scenario);
        good = write_one(&variants->items[i], "-scenario.json", &out, keep,
                         context);
    }
    return good;
}

const ts_writer ts_writer_json = {
    .name = "json",
    .help = "the question, for programs",
    .write = write_json,
};

const ts_writer ts_writer_scenario = {
    .name = "scenario",
    .help = "the scenario that is asked about: who plays it has the answers",
    .solved = true,
    .write = write_scenario,
};

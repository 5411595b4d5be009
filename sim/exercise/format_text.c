/*
 * format_text.c - the answer sheet: as text to be filled in, with its question
 * above; as CSV; and, solved, as a key.
 */
#include "sim/exercise/formats.h"

#include <stdlib.h>
#include <string.h>

#include "sim/exercise/sheet.h"
#include "sim/scenario/escape.h"

#define WIDTH 76

/* --- the question, in remarks --- */

static void say_wrapped(ts_buffer *out, const char *text)
{
    size_t column = WIDTH;

    while (*text != '\0') {
        size_t word = strcspn(text, " \n");

        if (column + 1 + word >= WIDTH || *text == '\n') {
            ts_buffer_text(out, column == WIDTH ? "# " : "\n# ");
            column = 2;
        } else {
            ts_buffer_char(out, ' ');
            column++;
        }
        ts_buffer_add(out, text, word);
        column += word;
        text += word;
        text += *text == ' ' || *text == '\n';
    }
    ts_buffer_text(out, "\n#\n");
}

static int column_width(const ts_given *given, int column)
{
    int widest = 0;

    for (int row = 0; row < given->rows; row++) {
        int width = (int)strlen(given->cells[row * given->columns + column]);

        widest = width > widest ? width : widest;
    }
    return widest;
}

static void say_given(ts_buffer *out, const ts_given *given)
{
    for (int row = 0; row < given->rows; row++) {
        ts_buffer_text(out, "#  ");
        for (int i = 0; i < given->columns; i++)
            ts_buffer_format(out, " %-*s  ",
                             i + 1 < given->columns ? column_width(given, i)
                                                    : 0,
                             given->cells[row * given->columns + i]);
        while (out->length > 0 && out->data[out->length - 1] == ' ')
            out->data[--out->length] = '\0';
        ts_buffer_char(out, '\n');
    }
    if (given->columns > 0)
        ts_buffer_text(out, "#\n");
}

/* Only what stands alone needs its question told. */
static void say_values(ts_buffer *out, const ts_question *q)
{
    bool any = false;

    for (int i = 0; i < q->part_count; i++) {
        const ts_asked *part = &q->parts[i];

        if (part->figure >= 0 || part->kind == TS_PART_CHART)
            continue;
        any = true;
        ts_buffer_format(out, "#   %s: %s", part->name, part->about);
        if (part->unit[0] != '\0')
            ts_buffer_format(out, " (%s)", part->unit);
        for (int k = 0; k < part->choice_count; k++)
            ts_buffer_format(out, "%s%s", k == 0 ? " [" : ", ",
                             part->choices[k]);
        ts_buffer_text(out, part->choice_count > 0 ? "]\n" : "\n");
    }
    if (any)
        ts_buffer_text(out, "#\n");
}

/* --- what is filled in --- */

static const char *value_of(const ts_asked *part, bool solved)
{
    return solved ? part->answer : "";
}

/* The cells of a job stand in one row. */
static int say_row(ts_buffer *out, const ts_exercise *exercise, int at,
                   bool solved)
{
    const ts_question *q = &exercise->question;
    int job = q->parts[at].job;

    ts_buffer_format(out, "| %-4s |", exercise->jobs->items[job].name);
    for (; at < q->part_count && q->parts[at].job == job; at++)
        ts_buffer_format(out, " %-10s |", value_of(&q->parts[at], solved));
    ts_buffer_char(out, '\n');
    return at;
}

static void say_headings(ts_buffer *out, const ts_question *q, int at)
{
    int job = q->parts[at].job;

    ts_buffer_text(out, "\n| name |");
    for (; at < q->part_count && q->parts[at].job == job; at++)
        ts_buffer_format(out, " %-10s |", ts_ask_figures[q->parts[at].figure]);
    ts_buffer_char(out, '\n');
}

static void say_parts(ts_buffer *out, const ts_exercise *exercise, bool solved)
{
    const ts_question *q = &exercise->question;
    bool table = false;
    int at = 0;

    while (at < q->part_count) {
        const ts_asked *part = &q->parts[at];

        if (part->job >= 0) {
            if (!table)
                say_headings(out, q, at);
            at = say_row(out, exercise, at, solved);
            if (at < q->part_count && q->parts[at].job < 0)
                ts_buffer_char(out, '\n');
            table = true;
            continue;
        }
        ts_buffer_format(out, "%s: %s\n", part->name, value_of(part, solved));
        at++;
    }
}

static void say_head(ts_buffer *out, const ts_variant_of *variant)
{
    const ts_exercise *exercise = variant->exercise;

    ts_buffer_format(out, "exercise: %s\n", exercise->kind);
    if (!exercise->own)
        ts_buffer_format(out, "seed: %llu\nlevel: %d\n",
                         (unsigned long long)exercise->seed, exercise->level);
    if (variant->student != NULL)
        ts_buffer_format(out, "student: %s\n", variant->student);
    ts_buffer_format(out, "check: %08x\n\n", ts_exercise_check(exercise));
}

void ts_sheet_write(const ts_variant_of *variant, bool solved, ts_buffer *out)
{
    const ts_question *q = &variant->exercise->question;

    ts_buffer_format(out, "# %s\n#\n", q->title);
    for (int i = 0; i < q->paragraph_count; i++) {
        say_wrapped(out, q->paragraphs[i]);
        if (i == 0)
            say_given(out, &q->given);
    }
    say_values(out, q);
    if (!solved)
        ts_buffer_text(out, "# Fill in what is empty below; `timeslice answer "
                            "FILE` marks it. Numbers are\n# whole, fractions "
                            "(7/3), or rounded to two decimals, below 1 to "
                            "three.\n\n");
    else
        ts_buffer_text(out, "# With all its answers.\n\n");
    say_head(out, variant);
    say_parts(out, variant->exercise, solved);
}

/* One file an exercise. */
static bool write_sheets(const ts_variants *variants, ts_keep *keep,
                         void *context, bool solved, const char *ending)
{
    bool good = true;

    for (int i = 0; good && i < variants->count; i++) {
        char *name = ts_variant_name(&variants->items[i]);
        ts_buffer path = TS_BUFFER_EMPTY, out = TS_BUFFER_EMPTY;

        ts_buffer_format(&path, "%s%s", name != NULL ? name : "", ending);
        ts_sheet_write(&variants->items[i], solved, &out);
        good = ts_keep_buffer(keep, context, path.data, &out);
        ts_buffer_fini(&path);
        free(name);
    }
    return good;
}

static bool write_text(const ts_variants *variants, ts_keep *keep,
                       void *context)
{
    return write_sheets(variants, keep, context, false, ".txt");
}

static bool write_key(const ts_variants *variants, ts_keep *keep, void *context)
{
    return write_sheets(variants, keep, context, true, "-key.txt");
}

const ts_writer ts_writer_text = {
    .name = "text",
    .help = "the question and a sheet to fill in",
    .write = write_text,
};

const ts_writer ts_writer_key = {
    .name = "key",
    .help = "the same with all answers",
    .solved = true,
    .write = write_key,
};

/* --- CSV --- */

static void csv_row(ts_buffer *out, const char *name, const char *value)
{
    ts_escape(out, TS_ESCAPE_CSV, name);
    ts_buffer_char(out, ',');
    ts_escape(out, TS_ESCAPE_CSV, value);
    ts_buffer_text(out, "\r\n");
}

static void csv_sheet(ts_buffer *out, const ts_variant_of *variant)
{
    const ts_exercise *exercise = variant->exercise;
    char number[32];

    csv_row(out, "exercise", exercise->kind);
    if (!exercise->own) {
        snprintf(number, sizeof number, "%llu",
                 (unsigned long long)exercise->seed);
        csv_row(out, "seed", number);
        snprintf(number, sizeof number, "%d", exercise->level);
        csv_row(out, "level", number);
    }
    if (variant->student != NULL)
        csv_row(out, "student", variant->student);
    snprintf(number, sizeof number, "%08x", ts_exercise_check(exercise));
    csv_row(out, "check", number);
    for (int i = 0; i < exercise->question.part_count; i++)
        csv_row(out, exercise->question.parts[i].name, "");
}

static bool write_csv(const ts_variants *variants, ts_keep *keep, void *context)
{
    bool good = true;

    for (int i = 0; good && i < variants->count; i++) {
        char *name = ts_variant_name(&variants->items[i]);
        ts_buffer path = TS_BUFFER_EMPTY, out = TS_BUFFER_EMPTY;

        ts_buffer_format(&path, "%s.csv", name != NULL ? name : "");
        csv_sheet(&out, &variants->items[i]);
        good = ts_keep_buffer(keep, context, path.data, &out);
        ts_buffer_fini(&path);
        free(name);
    }
    return good;
}

const ts_writer ts_writer_csv = {
    .name = "csv",
    .help = "a sheet to fill in, as a table: the question is not on it",
    .write = write_csv,
};

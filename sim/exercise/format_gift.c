/*
 * format_gift.c - GIFT, which Moodle and most quiz programs read: a question a
 * part, under a category an exercise.
 *
 * https://docs.moodle.org/en/GIFT_format: ~ = # { } : and \ are escaped.
 */
#include "sim/exercise/formats.h"

#include <stdlib.h>
#include <string.h>

static void say(ts_buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("~=#{}\\:", *text) != NULL)
            ts_buffer_char(out, '\\');
        if (*text == '\n')
            ts_buffer_text(out, " ");
        else
            ts_buffer_char(out, *text);
    }
}

static void say_given(ts_buffer *out, const ts_given *given)
{
    for (int row = 0; row < given->rows; row++)
        for (int i = 0; i < given->columns; i++) {
            say(out, given->cells[row * given->columns + i]);
            ts_buffer_text(out, i + 1 < given->columns ? ", " : "\\n");
        }
}

static void say_number(ts_buffer *out, const ts_asked *part, ts_arena *arena)
{
    ts_buffer_format(out, "{#\n=%s:%s\n",
                     ts_quotient_decimal(part->value, arena),
                     ts_quotient_decimal(part->within, arena));
    for (int i = 0; i < part->wrong_count; i++) {
        ts_quotient value;

        if (!ts_quotient_read(part->wrong[i].answer, part->unit, &value))
            continue;
        ts_buffer_format(out, "=%%0%%%s:%s#", ts_quotient_decimal(value, arena),
                         ts_quotient_decimal(part->within, arena));
        say(out, part->wrong[i].says);
        ts_buffer_char(out, '\n');
    }
    ts_buffer_text(out, "}");
}

static void say_words(ts_buffer *out, const ts_asked *part)
{
    ts_buffer_text(out, "{\n=");
    say(out, part->answer);
    ts_buffer_char(out, '\n');
    for (int i = 0; i < part->choice_count; i++) {
        if (strcmp(part->choices[i], part->answer) == 0)
            continue;
        ts_buffer_char(out, '~');
        say(out, part->choices[i]);
        ts_buffer_char(out, '\n');
    }
    ts_buffer_text(out, "}");
}

static void say_part(ts_buffer *out, const ts_variant_of *variant,
                     const char *name, const ts_asked *part, ts_arena *arena)
{
    const ts_question *q = &variant->exercise->question;

    ts_buffer_text(out, "::");
    say(out, name);
    ts_buffer_char(out, ' ');
    say(out, part->name);
    ts_buffer_text(out, "::[plain]");
    for (int i = 0; i < q->paragraph_count; i++) {
        say(out, q->paragraphs[i]);
        ts_buffer_text(out, "\\n");
        if (i == 0)
            say_given(out, &q->given);
    }
    say(out, part->name);
    ts_buffer_text(out, "\\: ");
    say(out, part->about);
    ts_buffer_format(out, "%s%s ", part->unit[0] != '\0' ? ", in " : "",
                     part->unit);
    if (part->kind == TS_PART_NUMBER)
        say_number(out, part, arena);
    else
        say_words(out, part);
    ts_buffer_text(out, "\n\n");
}

static bool write(const ts_variants *variants, ts_keep *keep, void *context)
{
    ts_buffer out = TS_BUFFER_EMPTY;
    ts_arena arena;
    bool good;

    ts_arena_init(&arena, 0);
    for (int i = 0; i < variants->count; i++) {
        const ts_variant_of *variant = &variants->items[i];
        const ts_question *q = &variant->exercise->question;
        char *name = ts_variant_name(variant);

        ts_buffer_format(&out, "$CATEGORY: $course$/timeslice/%s\n\n",
                         name != NULL ? name : "");
        for (int k = 0; name != NULL && k < q->part_count; k++)
            say_part(&out, variant, name, &q->parts[k], &arena);
        free(name);
    }
    good = ts_keep_buffer(keep, context, "questions.gift", &out);
    ts_arena_fini(&arena);
    return good;
}

const ts_writer ts_writer_gift = {
    .name = "gift",
    .help = "GIFT: Moodle, and most quiz programs",
    .solved = true,
    .together = true,
    .write = write,
};

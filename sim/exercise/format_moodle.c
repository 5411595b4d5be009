/*
 * format_moodle.c - Moodle XML: a cloze question an exercise, whose fields stand
 * in its table, with its picture inside.
 *
 * https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type: in an
 * answer } # ~ / " and \ are escaped.
 */
#include "sim/exercise/html.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/escape.h"

typedef struct writing {
    const ts_exercise *exercise;
    ts_arena *arena;
} writing;

/* For a field in HTML in a CDATA section. */
static void say(ts_buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("}#~/\"\\", *text) != NULL)
            ts_buffer_char(out, '\\');
        if (*text == '<' || *text == '&' || *text == '>')
            ts_buffer_char(out, ' ');
        else
            ts_buffer_char(out, *text);
    }
}

static void say_number(const writing *w, const ts_asked *part, ts_buffer *out)
{
    ts_buffer_format(out, "{%d:NUMERICAL:=%s:%s", part->points,
                     ts_quotient_decimal(part->value, w->arena),
                     ts_quotient_decimal(part->within, w->arena));
    for (int i = 0; i < part->wrong_count; i++) {
        ts_quotient value;

        if (!ts_quotient_read(part->wrong[i].answer, part->unit, &value))
            continue;
        ts_buffer_format(out, "~%%0%%%s:%s#",
                         ts_quotient_decimal(value, w->arena),
                         ts_quotient_decimal(part->within, w->arena));
        say(out, part->wrong[i].says);
    }
    ts_buffer_char(out, '}');
}

static void say_wrong(const ts_asked *part, const char *answer, ts_buffer *out)
{
    for (int i = 0; i < part->wrong_count; i++)
        if (strcmp(part->wrong[i].answer, answer) == 0) {
            ts_buffer_char(out, '#');
            say(out, part->wrong[i].says);
        }
}

static void say_words(const ts_asked *part, ts_buffer *out)
{
    ts_buffer_format(out, "{%d:%s:=", part->points,
                     part->kind == TS_PART_CHOICE ? "MULTICHOICE"
                                                  : "SHORTANSWER");
    say(out, part->answer);
    for (int i = 0; i < part->choice_count; i++)
        if (strcmp(part->choices[i], part->answer) != 0) {
            ts_buffer_char(out, '~');
            say(out, part->choices[i]);
            say_wrong(part, part->choices[i], out);
        }
    for (int i = 0; part->choice_count == 0 && i < part->wrong_count; i++) {
        ts_buffer_text(out, "~%0%");
        say(out, part->wrong[i].answer);
        say_wrong(part, part->wrong[i].answer, out);
    }
    ts_buffer_char(out, '}');
}

static void field(void *context, int i, ts_buffer *out)
{
    const writing *w = context;
    const ts_asked *part = &w->exercise->question.parts[i];

    if (part->kind == TS_PART_NUMBER)
        say_number(w, part, out);
    else
        say_words(part, out);
}

static void say_exercise(const ts_variant_of *variant, ts_arena *arena,
                         ts_buffer *out)
{
    writing w = {variant->exercise, arena};
    ts_buffer picture = TS_BUFFER_EMPTY;
    char *name = ts_variant_name(variant);

    ts_buffer_text(out, "<question type=\"cloze\">\n<name><text>");
    ts_escape(out, TS_ESCAPE_XML, variant->exercise->question.title);
    ts_buffer_format(out,
                     " (%s)</text></name>\n<questiontext format=\"html\">"
                     "<text><![CDATA[",
                     name != NULL ? name : "");
    ts_svg_chart(variant->exercise, false, &picture);
    ts_html_question(variant->exercise,
                     "<img src=\"@@PLUGINFILE@@/chart.svg\" alt=\"an empty "
                     "chart\"/>",
                     out);
    ts_html_answers(variant->exercise, field, &w, out);
    ts_buffer_text(out, "]]></text>\n");
    if (picture.length > 0) {
        ts_buffer_text(out, "<file name=\"chart.svg\" path=\"/\" "
                            "encoding=\"base64\">");
        ts_buffer_base64(out, picture.data, picture.length);
        ts_buffer_text(out, "</file>\n");
    }
    ts_buffer_text(out, "</questiontext>\n</question>\n");
    ts_buffer_fini(&picture);
    free(name);
}

static bool write(const ts_variants *variants, ts_keep *keep, void *context)
{
    ts_buffer out = TS_BUFFER_EMPTY;
    ts_arena arena;
    bool good;

    ts_arena_init(&arena, 0);
    ts_buffer_text(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n"
                         "<question type=\"category\"><category><text>"
                         "$course$/timeslice</text></category></question>\n");
    for (int i = 0; i < variants->count; i++)
        say_exercise(&variants->items[i], &arena, &out);
    ts_buffer_text(&out, "</quiz>\n");
    good = ts_keep_buffer(keep, context, "questions.xml", &out);
    ts_arena_fini(&arena);
    return good;
}

const ts_writer ts_writer_moodle = {
    .name = "moodle",
    .help = "Moodle XML: cloze questions with their pictures inside",
    .solved = true,
    .together = true,
    .write = write,
};

/*
 * format_qti12.c - QTI 1.2, as Canvas and older systems read it: an assessment,
 * a section an exercise, an item a part.
 *
 * IMS QTI: ASI XML Binding 1.2.1 (2003).
 */
#include "sim/exercise/html.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/escape.h"

static void say_metadata(const ts_asked *part, ts_buffer *out)
{
    ts_buffer_format(
        out,
        "<itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>"
        "question_type</fieldlabel><fieldentry>%s</fieldentry>"
        "</qtimetadatafield><qtimetadatafield><fieldlabel>points_possible"
        "</fieldlabel><fieldentry>%d</fieldentry></qtimetadatafield>"
        "</qtimetadata></itemmetadata>\n",
        part->kind == TS_PART_NUMBER   ? "numerical_question"
        : part->kind == TS_PART_CHOICE ? "multiple_choice_question"
                                       : "short_answer_question",
        part->points);
}

static void say_choices(const ts_asked *part, ts_buffer *out)
{
    ts_buffer_text(out, "<response_lid ident=\"response1\" "
                        "rcardinality=\"Single\"><render_choice>\n");
    for (int i = 0; i < part->choice_count; i++) {
        ts_buffer_format(out,
                         "<response_label ident=\"C%d\"><material><mattext>",
                         i);
        ts_escape(out, TS_ESCAPE_XML, part->choices[i]);
        ts_buffer_text(out, "</mattext></material></response_label>\n");
    }
    ts_buffer_text(out, "</render_choice></response_lid>\n");
}

static void say_presentation(const ts_exercise *exercise, const ts_asked *part,
                             ts_buffer *out)
{
    ts_buffer html = TS_BUFFER_EMPTY;

    ts_html_question(exercise, NULL, &html);
    ts_buffer_text(&html, "<p><b>");
    ts_escape(&html, TS_ESCAPE_XML, part->name);
    ts_buffer_text(&html, "</b>: ");
    ts_escape(&html, TS_ESCAPE_XML, part->about);
    ts_buffer_format(&html, "%s%s</p>", part->unit[0] != '\0' ? ", in " : "",
                     part->unit);
    ts_buffer_text(out, "<presentation><material><mattext "
                        "texttype=\"text/html\">");
    ts_escape(out, TS_ESCAPE_XML, html.data != NULL ? html.data : "");
    ts_buffer_text(out, "</mattext></material>\n");
    if (part->kind == TS_PART_CHOICE)
        say_choices(part, out);
    else
        ts_buffer_text(out, "<response_str ident=\"response1\" "
                            "rcardinality=\"Single\"><render_fib fibtype="
                            "\"String\"><response_label ident=\"answer1\"/>"
                            "</render_fib></response_str>\n");
    ts_buffer_text(out, "</presentation>\n");
    ts_buffer_fini(&html);
}

/* Between two numbers, or the same words. */
static void say_condition(const ts_asked *part, ts_arena *arena, ts_buffer *out)
{
    double value = ts_quotient_double(part->value);
    double within = ts_quotient_double(part->within);

    if (part->kind == TS_PART_NUMBER) {
        ts_buffer_format(out,
                         "<or><varequal respident=\"response1\">%s</varequal>"
                         "<and><vargte respident=\"response1\">%.6f</vargte>"
                         "<varlte respident=\"response1\">%.6f</varlte></and>"
                         "</or>",
                         ts_quotient_decimal(part->value, arena),
                         value - within, value + within);
        return;
    }
    ts_buffer_text(out, "<varequal respident=\"response1\">");
    for (int i = 0; i < part->choice_count; i++)
        if (strcmp(part->choices[i], part->answer) == 0)
            ts_buffer_format(out, "C%d", i);
    if (part->choice_count == 0)
        ts_escape(out, TS_ESCAPE_XML, part->answer);
    ts_buffer_text(out, "</varequal>");
}

static void say_item(const ts_exercise *exercise, const char *name, int i,
                     ts_arena *arena, ts_buffer *out)
{
    const ts_asked *part = &exercise->question.parts[i];

    ts_buffer_format(out, "<item ident=\"%s-%d\" title=\"", name, i);
    ts_escape(out, TS_ESCAPE_XML, part->name);
    ts_buffer_text(out, "\">\n");
    say_metadata(part, out);
    say_presentation(exercise, part, out);
    ts_buffer_text(out,
                   "<resprocessing><outcomes><decvar maxvalue=\"100\" "
                   "minvalue=\"0\" varname=\"SCORE\" vartype=\"Decimal\"/>"
                   "</outcomes><respcondition continue=\"No\"><conditionvar>");
    say_condition(part, arena, out);
    ts_buffer_text(out, "</conditionvar><setvar action=\"Set\" "
                        "varname=\"SCORE\">100</setvar></respcondition>"
                        "</resprocessing>\n</item>\n");
}

static bool write(const ts_variants *variants, ts_keep *keep, void *context)
{
    ts_buffer out = TS_BUFFER_EMPTY;
    ts_arena arena;
    bool good;

    ts_arena_init(&arena, 0);
    ts_buffer_text(
        &out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<questestinterop "
              "xmlns=\"http://www.imsglobal.org/xsd/ims_qtiasiv1p2\">\n"
              "<assessment ident=\"timeslice\" title=\"Exercises\">\n");
    for (int i = 0; i < variants->count; i++) {
        const ts_exercise *exercise = variants->items[i].exercise;
        char *name = ts_variant_name(&variants->items[i]);

        ts_buffer_format(&out, "<section ident=\"%s\" title=\"",
                         name != NULL ? name : "");
        ts_escape(&out, TS_ESCAPE_XML, exercise->question.title);
        ts_buffer_text(&out, "\">\n");
        for (int k = 0; name != NULL && k < exercise->question.part_count; k++)
            say_item(exercise, name, k, &arena, &out);
        ts_buffer_text(&out, "</section>\n");
        free(name);
    }
    ts_buffer_text(&out, "</assessment>\n</questestinterop>\n");
    good = ts_keep_buffer(keep, context, "questions.xml", &out);
    ts_arena_fini(&arena);
    return good;
}

const ts_writer ts_writer_qti12 = {
    .name = "qti12",
    .help = "QTI 1.2: Canvas, Blackboard and older systems",
    .solved = true,
    .together = true,
    .write = write,
};

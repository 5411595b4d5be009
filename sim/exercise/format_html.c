/*
 * format_html.c - a sheet to print, and its key: all exercises in one document,
 * each from the top of a page.
 */
#include "sim/exercise/html.h"

#include "sim/scenario/escape.h"

typedef struct writing {
    const ts_exercise *exercise;
    bool solved;
} writing;

static void field(void *context, int part, ts_buffer *out)
{
    const writing *w = context;

    if (w->solved)
        ts_escape(out, TS_ESCAPE_XML, w->exercise->question.parts[part].answer);
    else
        ts_buffer_text(out, "<span class=\"field\">&#160;</span>");
}

static void say_exercise(const ts_variant_of *variant, bool solved,
                         ts_buffer *out)
{
    writing w = {variant->exercise, solved};
    ts_buffer picture = TS_BUFFER_EMPTY;

    ts_buffer_text(out, "<section>\n<h1>");
    ts_escape(out, TS_ESCAPE_XML, variant->exercise->question.title);
    ts_buffer_text(out, "</h1>\n<p class=\"whose\">");
    if (variant->student != NULL)
        ts_escape(out, TS_ESCAPE_XML, variant->student);
    ts_buffer_format(out, " %s %llu%s</p>\n",
                     variant->exercise->own ? "" : variant->exercise->kind,
                     (unsigned long long)variant->exercise->seed,
                     solved ? ", with all answers" : "");
    ts_svg_chart(variant->exercise, solved, &picture);
    ts_html_question(variant->exercise, picture.data, out);
    ts_html_answers(variant->exercise, field, &w, out);
    ts_buffer_text(out, "</section>\n");
    ts_buffer_fini(&picture);
}

static bool write_document(const ts_variants *variants, ts_keep *keep,
                           void *context, bool solved)
{
    ts_buffer out = TS_BUFFER_EMPTY;

    ts_buffer_text(
        &out,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
        "<title>Exercises</title>\n<style>body{font-family:sans-serif;"
        "max-width:52em;margin:2em auto}section{page-break-after:always}"
        "table{border-collapse:collapse}.field{display:inline-block;"
        "min-width:5em;border-bottom:1px solid}svg{max-width:100%}</style>"
        "</head><body>\n");
    for (int i = 0; i < variants->count; i++)
        say_exercise(&variants->items[i], solved, &out);
    ts_buffer_text(&out, "</body></html>\n");
    return ts_keep_buffer(keep, context, solved ? "key.html" : "sheets.html",
                          &out);
}

static bool write_html(const ts_variants *variants, ts_keep *keep,
                       void *context)
{
    return write_document(variants, keep, context, false);
}

static bool write_key(const ts_variants *variants, ts_keep *keep, void *context)
{
    return write_document(variants, keep, context, true);
}

const ts_writer ts_writer_html = {
    .name = "html",
    .help = "sheets to print",
    .together = true,
    .write = write_html,
};

const ts_writer ts_writer_html_key = {
    .name = "html-key",
    .help = "the same with all answers",
    .solved = true,
    .together = true,
    .write = write_key,
};

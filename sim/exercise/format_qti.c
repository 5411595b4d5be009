/*
 * format_qti.c - QTI 2.1: an item an exercise, and a manifest. Zipped, the
 * folder is a package.
 *
 * IMS Question and Test Interoperability, Assessment Test, Section and Item
 * Information Model 2.1 (2012).
 */
#include "sim/exercise/html.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/escape.h"

static const char *type_of(const ts_asked *part)
{
    return part->kind == TS_PART_NUMBER   ? "float"
           : part->kind == TS_PART_CHOICE ? "identifier"
                                          : "string";
}

static int choice_of(const ts_asked *part)
{
    for (int i = 0; i < part->choice_count; i++)
        if (strcmp(part->choices[i], part->answer) == 0)
            return i;
    return 0;
}

static void say_value(const ts_asked *part, ts_arena *arena, ts_buffer *out)
{
    if (part->kind == TS_PART_NUMBER)
        ts_buffer_text(out, ts_quotient_decimal(part->value, arena));
    else if (part->kind == TS_PART_CHOICE)
        ts_buffer_format(out, "C%d", choice_of(part));
    else
        ts_escape(out, TS_ESCAPE_XML, part->answer);
}

static void declare(const ts_question *q, ts_arena *arena, ts_buffer *out)
{
    for (int i = 0; i < q->part_count; i++) {
        ts_buffer_format(out,
                         "<responseDeclaration identifier=\"R%d\" "
                         "cardinality=\"single\" baseType=\"%s\">"
                         "<correctResponse><value>",
                         i, type_of(&q->parts[i]));
        say_value(&q->parts[i], arena, out);
        ts_buffer_text(out,
                       "</value></correctResponse></responseDeclaration>\n");
    }
    ts_buffer_format(out,
                     "<outcomeDeclaration identifier=\"SCORE\" "
                     "cardinality=\"single\" baseType=\"float\" "
                     "normalMaximum=\"%d\"><defaultValue><value>0</value>"
                     "</defaultValue></outcomeDeclaration>\n",
                     q->points);
}

static void field(void *context, int i, ts_buffer *out)
{
    const ts_exercise *exercise = context;
    const ts_asked *part = &exercise->question.parts[i];

    if (part->kind != TS_PART_CHOICE) {
        ts_buffer_format(out,
                         "<textEntryInteraction responseIdentifier=\"R%d\" "
                         "expectedLength=\"%d\"/>",
                         i, part->kind == TS_PART_CHART ? 60 : 8);
        return;
    }
    ts_buffer_format(out,
                     "<inlineChoiceInteraction responseIdentifier=\"R%d\" "
                     "shuffle=\"false\">",
                     i);
    for (int k = 0; k < part->choice_count; k++) {
        ts_buffer_format(out, "<inlineChoice identifier=\"C%d\">", k);
        ts_escape(out, TS_ESCAPE_XML, part->choices[k]);
        ts_buffer_text(out, "</inlineChoice>");
    }
    ts_buffer_text(out, "</inlineChoiceInteraction>");
}

static void process(const ts_question *q, ts_arena *arena, ts_buffer *out)
{
    ts_buffer_text(out, "<responseProcessing>\n");
    for (int i = 0; i < q->part_count; i++) {
        const ts_asked *part = &q->parts[i];
        bool number = part->kind == TS_PART_NUMBER;
        const char *within = ts_quotient_decimal(part->within, arena);

        ts_buffer_text(out, "<responseCondition><responseIf>");
        if (number)
            ts_buffer_format(out,
                             "<equal toleranceMode=\"absolute\" "
                             "tolerance=\"%s %s\">",
                             within, within);
        else
            ts_buffer_text(out, "<match>");
        ts_buffer_format(out,
                         "<variable identifier=\"R%d\"/><correct "
                         "identifier=\"R%d\"/></%s>"
                         "<setOutcomeValue identifier=\"SCORE\"><sum><variable "
                         "identifier=\"SCORE\"/><baseValue baseType=\"float\">"
                         "%d</baseValue></sum></setOutcomeValue></responseIf>"
                         "</responseCondition>\n",
                         i, i, number ? "equal" : "match", part->points);
    }
    ts_buffer_text(out, "</responseProcessing>\n");
}

/* XHTML in an item has no attributes for looks. */
static void plain_tables(ts_buffer *out)
{
    static const char looks[] = " border=\"1\" cellpadding=\"4\"";
    char *at;

    while (out->data != NULL && (at = strstr(out->data, looks)) != NULL) {
        memmove(at, at + sizeof looks - 1, strlen(at + sizeof looks - 1) + 1);
        out->length -= sizeof looks - 1;
    }
}

static bool write_item(const ts_variant_of *variant, const char *name,
                       ts_keep *keep, void *context)
{
    const ts_exercise *exercise = variant->exercise;
    ts_buffer out = TS_BUFFER_EMPTY, path = TS_BUFFER_EMPTY;
    ts_arena arena;
    bool good;

    ts_arena_init(&arena, 0);
    ts_buffer_format(&out,
                     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<assessmentItem "
                     "xmlns=\"http://www.imsglobal.org/xsd/imsqti_v2p1\" "
                     "identifier=\"%s\" title=\"",
                     name);
    ts_escape(&out, TS_ESCAPE_XML, exercise->question.title);
    ts_buffer_text(&out, "\" adaptive=\"false\" timeDependent=\"false\">\n");
    declare(&exercise->question, &arena, &out);
    ts_buffer_text(&out, "<itemBody>\n");
    ts_html_question(exercise, NULL, &out);
    ts_html_answers(exercise, field, (void *)(uintptr_t)exercise, &out);
    ts_buffer_text(&out, "</itemBody>\n");
    process(&exercise->question, &arena, &out);
    ts_buffer_text(&out, "</assessmentItem>\n");
    plain_tables(&out);
    ts_buffer_format(&path, "%s.xml", name);
    good = ts_keep_buffer(keep, context, path.data, &out);
    ts_buffer_fini(&path);
    ts_arena_fini(&arena);
    return good;
}

static bool write_manifest(const ts_buffer *resources, ts_keep *keep,
                           void *context)
{
    ts_buffer out = TS_BUFFER_EMPTY;

    ts_buffer_format(
        &out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest "
        "xmlns=\"http://www.imsglobal.org/xsd/imscp_v1p1\" "
        "identifier=\"timeslice\">\n<metadata><schema>QTIv2.1 Package</schema>"
        "<schemaversion>1.0.0</schemaversion></metadata>\n<organizations/>\n"
        "<resources>\n%s</resources>\n</manifest>\n",
        resources->data != NULL ? resources->data : "");
    return ts_keep_buffer(keep, context, "imsmanifest.xml", &out);
}

static bool write(const ts_variants *variants, ts_keep *keep, void *context)
{
    ts_buffer resources = TS_BUFFER_EMPTY;
    bool good = true;

    for (int i = 0; good && i < variants->count; i++) {
        char *name = ts_variant_name(&variants->items[i]);

        good = name != NULL &&
               write_item(&variants->items[i], name, keep, context);
        if (good)
            ts_buffer_format(&resources,
                             "<resource identifier=\"r%d\" "
                             "type=\"imsqti_item_xmlv2p1\" href=\"%s.xml\">"
                             "<file href=\"%s.xml\"/></resource>\n",
                             i, name, name);
        free(name);
    }
    good = good && write_manifest(&resources, keep, context);
    ts_buffer_fini(&resources);
    return good;
}

const ts_writer ts_writer_qti = {
    .name = "qti",
    .help = "QTI 2.1: Canvas, Ilias, OpenOLAT and others",
    .solved = true,
    .many = true,
    .write = write,
};

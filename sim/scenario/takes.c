/*
 * takes.c - what a field takes, in words.
 */
#include "sim/scenario/takes.h"

#include <string.h>

unsigned ts_field_quantities(const ts_field *field)
{
    switch (field->kind) {
    case TS_FIELD_TIME:
        return TS_QUANTITY_TIME;
    case TS_FIELD_DURATION:
        return field->no_cycles ? TS_QUANTITY_TIME
                                : TS_QUANTITY_TIME | TS_QUANTITY_CYCLES;
    case TS_FIELD_SIZE:
    case TS_FIELD_SIZE_DRAW:
        return TS_QUANTITY_SIZE;
    case TS_FIELD_RATIO:
        return TS_QUANTITY_RATIO;
    case TS_FIELD_FREQUENCY:
        return TS_QUANTITY_FREQUENCY;
    case TS_FIELD_RATE:
        return field->bytes ? TS_QUANTITY_BYTE_RATE : TS_QUANTITY_RATE;
    case TS_FIELD_POWER:
        return TS_QUANTITY_POWER;
    case TS_FIELD_NUMBER_DRAW:
        return TS_QUANTITY_NUMBER;
    default:
        return 0;
    }
}

static void takes_entries(const ts_registry *registry, ts_buffer *out)
{
    ts_buffer_format(out, "a %s: ", registry->name);
    for (int i = 0; i < registry->count; i++)
        ts_buffer_format(out, "%s%s", i > 0 ? ", " : "",
                         registry->entries[i]->name);
}

void ts_takes_text(const ts_field *field, ts_buffer *out)
{
    unsigned allowed = ts_field_quantities(field);
    char words[160];
    int count = 0;

    if (allowed != 0) {
        ts_quantity_describe(allowed, words, sizeof words);
        ts_buffer_text(out, words);
        if (field->random || field->kind == TS_FIELD_SIZE_DRAW ||
            field->kind == TS_FIELD_NUMBER_DRAW)
            ts_buffer_text(out, ", or a distribution");
        return;
    }
    switch (field->kind) {
    case TS_FIELD_BOOL:
        ts_buffer_text(out, "true or false");
        return;
    case TS_FIELD_INT:
        ts_buffer_text(out, "a whole number");
        return;
    case TS_FIELD_REAL:
        ts_buffer_text(out, "a number");
        return;
    case TS_FIELD_TEXT:
        ts_buffer_text(out, "a text");
        if (field->words != NULL)
            ts_buffer_format(out, ": one of `timeslice list %s`", field->words);
        return;
    case TS_FIELD_NAME:
        ts_buffer_text(out, "a name of its own");
        return;
    case TS_FIELD_REF:
        ts_buffer_format(out, "the name of a %s", field->collection);
        return;
    case TS_FIELD_CHOICE:
        while (field->choices[count] != NULL)
            count++;
        ts_list_words(out, field->choices, count, " or ");
        return;
    case TS_FIELD_SCALAR:
        ts_buffer_text(out, "any value with its unit: 42, \"85%\", \"5ms\"");
        return;
    case TS_FIELD_OBJECT:
        ts_buffer_format(out, "an object: %s", field->shape->help);
        return;
    case TS_FIELD_VARIANT:
        takes_entries(field->registry, out);
        ts_buffer_text(out, ", as {NAME: ...}");
        return;
    case TS_FIELD_TAG:
        takes_entries(field->registry, out);
        ts_buffer_text(out, "; its fields stand beside it");
        return;
    case TS_FIELD_LIST:
        ts_buffer_text(out, field->one ? "one or a list of: " : "a list of: ");
        ts_takes_text(field->item, out);
        return;
    case TS_FIELD_MAP:
        ts_buffer_text(out, "an object of any keys, each with: ");
        ts_takes_text(field->item, out);
        return;
    case TS_FIELD_RAW:
        if (field->shape == NULL)
            ts_buffer_text(out, "any JSON");
        else
            ts_buffer_format(out, "a list of values, or %s",
                             field->shape->help);
        return;
    default:
        ts_buffer_text(out, "any JSON");
    }
}

static void format_limit(const ts_field *field, double limit, ts_buffer *out)
{
    char text[48];
    ts_unit unit = TS_UNIT_NUMBER;

    if (field->kind == TS_FIELD_TIME || field->kind == TS_FIELD_DURATION)
        unit = TS_UNIT_TIME;
    else if (field->kind == TS_FIELD_SIZE || field->kind == TS_FIELD_SIZE_DRAW)
        unit = TS_UNIT_BYTES;
    else if (field->kind == TS_FIELD_RATIO)
        unit = TS_UNIT_RATIO;
    ts_buffer_text(out, ts_format(text, sizeof text, unit, limit));
    if (field->kind == TS_FIELD_LIST || field->kind == TS_FIELD_MAP)
        ts_buffer_text(out, " items");
}

void ts_takes_range(const ts_field *field, ts_buffer *out)
{
    bool limits =
        field->min < 0 || field->min > 0 || field->max < 0 || field->max > 0;

    if (field->positive)
        ts_buffer_text(out, "above 0");
    if (field->distinct)
        ts_buffer_text(out, "each once");
    if (!limits || field->positive) {
        if (field->is_signed)
            ts_buffer_text(out, "negative values too");
        return;
    }
    ts_buffer_text(out, field->max > field->min ? "from " : "at least ");
    format_limit(field, field->min, out);
    if (field->max > field->min) {
        ts_buffer_text(out, " to ");
        format_limit(field, field->max, out);
    }
}

/* A value that may stand there, as JSON. */
static void example_value(const ts_field *field, int depth, ts_buffer *out)
{
    static const char *const plain[] = {
        [TS_FIELD_BOOL] = "true",
        [TS_FIELD_INT] = "3",
        [TS_FIELD_REAL] = "1.5",
        [TS_FIELD_RATIO] = "\"85%\"",
        [TS_FIELD_TIME] = "\"5ms\"",
        [TS_FIELD_DURATION] = "\"5ms\"",
        [TS_FIELD_NUMBER_DRAW] = "{\"uniform\": [1, 6]}",
        [TS_FIELD_SIZE_DRAW] = "{\"exponential\": \"4KiB\"}",
        [TS_FIELD_FREQUENCY] = "\"3.6GHz\"",
        [TS_FIELD_RATE] = "\"12800/s\"",
        [TS_FIELD_POWER] = "\"65W\"",
        [TS_FIELD_SIZE] = "\"16MiB\"",
        [TS_FIELD_TEXT] = "\"...\"",
        [TS_FIELD_NAME] = "\"a\"",
        [TS_FIELD_REF] = "\"a\"",
        [TS_FIELD_SCALAR] = "\"85%\"",
        [TS_FIELD_RAW] = "{}",
    };

    if (field->fallback != NULL) {
        const char *text = field->fallback;
        ts_quantity quantity;
        bool bare = strchr("{[", text[0]) != NULL ||
                    field->kind == TS_FIELD_BOOL ||
                    (field->kind != TS_FIELD_TEXT &&
                     ts_number_read(text, &quantity, NULL));

        ts_buffer_format(out, bare ? "%s" : "\"%s\"", text);
    } else if (field->kind == TS_FIELD_CHOICE) {
        ts_buffer_format(out, "\"%s\"", field->choices[0]);
    } else if (field->kind == TS_FIELD_TAG && field->registry->count > 0) {
        ts_buffer_format(out, "\"%s\"", field->registry->entries[0]->name);
    } else if (field->kind == TS_FIELD_VARIANT && field->registry->count > 0) {
        ts_buffer_format(out, "{\"%s\": ...}",
                         field->registry->entries[0]->name);
    } else if (field->kind == TS_FIELD_LIST && depth < 4) {
        ts_buffer_text(out, "[");
        example_value(field->item, depth + 1, out);
        ts_buffer_text(out, "]");
    } else if (field->kind == TS_FIELD_MAP && depth < 4) {
        ts_buffer_text(out, "{\"a\": ");
        example_value(field->item, depth + 1, out);
        ts_buffer_text(out, "}");
    } else if (field->kind == TS_FIELD_RATE && field->bytes) {
        ts_buffer_text(out, "\"100MB/s\"");
    } else if (field->kind == TS_FIELD_DURATION && field->random) {
        ts_buffer_text(out, "{\"exponential\": \"5ms\"}");
    } else if ((size_t)field->kind < TS_COUNT_OF(plain) &&
               plain[field->kind] != NULL) {
        ts_buffer_text(out, plain[field->kind]);
    } else {
        ts_buffer_text(out, "{ ... }");
    }
}

void ts_takes_example(const ts_field *field, ts_buffer *out)
{
    example_value(field, 0, out);
}

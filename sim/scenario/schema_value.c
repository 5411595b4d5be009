/*
 * schema_value.c - what a field's value looks like.
 *
 * Editors show the description that they meet first, the innermost; so a field's
 * help stands where the field does, and what is referred to has none.
 */
#include <string.h>

#include "sim/scenario/escape.h"
#include "sim/scenario/schema_writer.h"

static void range(ts_schema_writer *w, const ts_field *field)
{
    bool limits =
        field->min < 0 || field->min > 0 || field->max < 0 || field->max > 0;

    if (limits)
        ts_schema_number(w, "minimum", field->min);
    else if (!field->is_signed)
        ts_schema_number(w, "minimum", 0);
    if (limits && field->max > field->min)
        ts_schema_number(w, "maximum", field->max);
}

static const ts_field *shorthand_of(const ts_shape *shape)
{
    for (int i = 0; shape->shorthand != NULL && i < ts_shape_count(shape); i++)
        if (strcmp(ts_shape_nth(shape, i)->name, shape->shorthand) == 0)
            return ts_shape_nth(shape, i);
    return NULL;
}

/* A closed object of `shape`, or what its shorthand takes. */
void ts_schema_object(ts_schema_writer *w, const ts_shape *shape, bool over)
{
    const ts_field *field = shorthand_of(shape);

    if (field != NULL) {
        ts_schema_key(w, "anyOf");
        ts_schema_begin(w, '[');
        ts_schema_line(w);
        ts_schema_begin(w, '{');
    }
    ts_schema_key(w, "$ref");
    ts_buffer_format(&w->out, "\"#/$defs/%s%s\"", shape->name,
                     over ? ".over" : "");
    ts_schema_literal(w, "unevaluatedProperties",
                      over ? "{ \"type\": \"null\" }" : "false");
    if (field != NULL) {
        ts_schema_end(w, '}');
        ts_schema_line(w);
        ts_schema_begin(w, '{');
        ts_schema_value(w, field, TS_SCHEMA_ITEM);
        ts_schema_end(w, '}');
        ts_schema_end(w, ']');
    }
}

static void list_schema(ts_schema_writer *w, const ts_field *field)
{
    ts_schema_key(w, "anyOf");
    ts_schema_begin(w, '[');
    if (field->one) {
        ts_schema_line(w);
        ts_schema_begin(w, '{');
        ts_schema_value(w, field->item, TS_SCHEMA_ITEM);
        ts_schema_end(w, '}');
    }
    ts_schema_line(w);
    ts_buffer_text(&w->out, "{ \"$ref\": \"#/$defs/list.file\" }");
    ts_schema_line(w);
    ts_schema_begin(w, '{');
    ts_schema_pair(w, "type", "array");
    if (field->min > 0)
        ts_schema_number(w, "minItems", field->min);
    ts_schema_number(w, "maxItems",
                     field->limit > 0 ? field->limit : TS_LIMIT_ITEMS);
    if (field->distinct)
        ts_schema_literal(w, "uniqueItems", "true");
    ts_schema_key(w, "items");
    ts_schema_begin(w, '{');
    ts_schema_value(w, field->item, TS_SCHEMA_ITEM);
    ts_schema_end(w, '}');
    ts_schema_end(w, '}');
    ts_schema_end(w, ']');
}

void ts_schema_remarks(ts_schema_writer *w, const ts_shape *shape)
{
    static const char *const names[] = {"comment", "note", "source"};

    for (size_t k = 0; k < TS_COUNT_OF(names); k++) {
        bool taken = false;

        for (int i = 0; shape != NULL && i < ts_shape_count(shape); i++)
            taken =
                taken || strcmp(ts_shape_nth(shape, i)->name, names[k]) == 0;
        if (!taken)
            ts_schema_literal(w, names[k], "true");
    }
}

static void map_schema(ts_schema_writer *w, const ts_field *field,
                       ts_schema_manner how)
{
    ts_schema_pair(w, "type", "object");
    ts_schema_key(w, "properties");
    ts_schema_begin(w, '{');
    ts_schema_remarks(w, NULL);
    ts_schema_end(w, '}');
    if (field->pointers) {
        ts_schema_literal(w, "additionalProperties", "false");
        ts_schema_key(w, "patternProperties");
        ts_schema_begin(w, '{');
        ts_schema_key(w, "^/");
    } else
        ts_schema_key(w, "additionalProperties");
    ts_schema_begin(w, '{');
    ts_schema_value(w, field->item,
                    how == TS_SCHEMA_OVER ? TS_SCHEMA_OVER : TS_SCHEMA_ITEM);
    ts_schema_end(w, '}');
    if (field->pointers)
        ts_schema_end(w, '}');
}

/* A list of values, or what stands for one. */
static void values_schema(ts_schema_writer *w, const ts_shape *shape)
{
    ts_schema_key(w, "anyOf");
    ts_schema_begin(w, '[');
    ts_schema_line(w);
    ts_schema_begin(w, '{');
    ts_schema_pair(w, "type", "array");
    ts_schema_number(w, "minItems", 1);
    ts_schema_end(w, '}');
    ts_schema_line(w);
    ts_schema_begin(w, '{');
    ts_schema_object(w, shape, false);
    ts_schema_end(w, '}');
    ts_schema_end(w, ']');
}

/* A word that may stand here, and what it means. */
static void one_word(ts_schema_writer *w, const char *word, const char *help)
{
    ts_schema_line(w);
    ts_schema_begin(w, '{');
    ts_schema_pair(w, "const", word);
    ts_schema_pair(w, "description", help);
    ts_schema_end(w, '}');
}

/* One of the names, each with what it means. */
static void entries_schema(ts_schema_writer *w, const ts_registry *registry)
{
    ts_schema_key(w, "anyOf");
    ts_schema_begin(w, '[');
    for (int i = 0; i < registry->count; i++)
        one_word(w, registry->entries[i]->name, registry->entries[i]->help);
    ts_schema_end(w, ']');
}

/* A word of a list that is not in the tables. */
void ts_schema_word(ts_schema_writer *w, const ts_field *field)
{
    int count = 0;
    const char *const *words =
        w->words != NULL && field->words != NULL
            ? w->words->list(w->words->context, field->words, &count)
            : NULL;

    ts_schema_pair(w, "type", "string");
    if (count == 0)
        return;
    ts_schema_key(w, field->closed ? "enum" : "examples");
    ts_schema_begin(w, '[');
    for (int i = 0; i < count; i++) {
        ts_schema_line(w);
        ts_escape(&w->out, TS_ESCAPE_JSON, words[i]);
    }
    ts_schema_end(w, ']');
}

static void choices(ts_schema_writer *w, const ts_field *field)
{
    if (field->choice_help != NULL) {
        ts_schema_key(w, "anyOf");
        ts_schema_begin(w, '[');
        for (int i = 0; field->choices[i] != NULL; i++)
            one_word(w, field->choices[i], field->choice_help[i]);
        ts_schema_end(w, ']');
        return;
    }
    ts_schema_key(w, "enum");
    ts_schema_begin(w, '[');
    for (int i = 0; field->choices[i] != NULL; i++) {
        ts_schema_line(w);
        ts_escape(&w->out, TS_ESCAPE_JSON, field->choices[i]);
    }
    ts_schema_end(w, ']');
}

static void fallback_schema(ts_schema_writer *w, const ts_field *field)
{
    ts_quantity quantity;
    const char *fallback = field->fallback;
    bool bare =
        field->kind == TS_FIELD_BOOL || strchr("{[", fallback[0]) != NULL;

    if (field->kind != TS_FIELD_TEXT && field->kind != TS_FIELD_NAME)
        bare = bare || ts_number_read(fallback, &quantity, NULL);
    if (bare)
        ts_schema_literal(w, "default", fallback);
    else
        ts_schema_pair(w, "default", fallback);
}

/* What the field means, and what it takes. */
static void help_schema(ts_schema_writer *w, const ts_field *field)
{
    ts_buffer help = TS_BUFFER_EMPTY;
    unsigned kinds = ts_field_quantities(field);
    char words[160];

    ts_buffer_text(&help, field->help);
    if (kinds != 0) {
        ts_quantity_describe(kinds, words, sizeof words);
        ts_buffer_format(&help, ": %s", words);
    }
    if (!help.failed)
        ts_schema_pair(w, "description", help.data);
    /* The description of the alternative that is chosen comes before it. */
    if (field->kind == TS_FIELD_TAG || field->choice_help != NULL)
        ts_schema_pair(w, "title", field->help);
    ts_buffer_fini(&help);
    if (field->fallback != NULL)
        fallback_schema(w, field);
}

static const char *duration_name(const ts_field *field)
{
    if (field->no_cycles)
        return field->random ? "random-time" : "time";
    return field->random ? "random-duration" : "duration";
}

/* What values of the field's kind look like. Quantities refer to definitions:
 * a pattern is some hundred bytes, and most fields have one. */
static void kind_schema(ts_schema_writer *w, const ts_field *field,
                        ts_schema_manner how)
{
    switch (field->kind) {
    case TS_FIELD_BOOL:
        ts_schema_pair(w, "type", "boolean");
        return;
    case TS_FIELD_INT:
        ts_schema_pair(w, "type", "integer");
        range(w, field);
        return;
    case TS_FIELD_REAL:
        ts_schema_pair(w, "type", "number");
        range(w, field);
        return;
    case TS_FIELD_RATIO:
        ts_schema_reference(w, "quantity.", "ratio");
        return;
    case TS_FIELD_TIME:
        ts_schema_reference(w, "quantity.", "time");
        return;
    case TS_FIELD_DURATION:
        ts_schema_reference(w, "quantity.", duration_name(field));
        return;
    case TS_FIELD_NUMBER_DRAW:
        ts_schema_reference(w, "quantity.", "random-number");
        return;
    case TS_FIELD_SIZE_DRAW:
        ts_schema_reference(w, "quantity.", "random-size");
        return;
    case TS_FIELD_FREQUENCY:
        ts_schema_reference(w, "quantity.", "frequency");
        return;
    case TS_FIELD_RATE:
        ts_schema_reference(w, "quantity.",
                            field->bytes ? "byte-rate" : "rate");
        return;
    case TS_FIELD_POWER:
        ts_schema_reference(w, "quantity.", "power");
        return;
    case TS_FIELD_SIZE:
        ts_schema_reference(w, "quantity.", "size");
        return;
    case TS_FIELD_TEXT:
        ts_schema_word(w, field);
        return;
    case TS_FIELD_NAME:
        ts_schema_pair(w, "type", "string");
        ts_schema_number(w, "minLength", 1);
        ts_schema_number(w, "maxLength", TS_LIMIT_NAME);
        return;
    case TS_FIELD_REF:
        ts_schema_pair(w, "type", "string");
        return;
    case TS_FIELD_CHOICE:
        choices(w, field);
        return;
    case TS_FIELD_SCALAR:
        ts_schema_literal(w, "type", "[\"string\", \"number\"]");
        return;
    case TS_FIELD_OBJECT:
        ts_schema_object(w, field->shape, how == TS_SCHEMA_OVER);
        return;
    case TS_FIELD_VARIANT:
        ts_schema_reference(w, "", field->registry->plural);
        return;
    case TS_FIELD_TAG:
        entries_schema(w, field->registry);
        return;
    case TS_FIELD_LIST:
        list_schema(w, field);
        return;
    case TS_FIELD_MAP:
        map_schema(w, field, how);
        return;
    case TS_FIELD_RAW:
        if (field->shape != NULL)
            values_schema(w, field->shape);
        return;
    }
}

/* No zero, as a number or in a text. */
static void positive_schema(ts_schema_writer *w)
{
    ts_schema_literal(w, "not",
                      "{ \"anyOf\": [{ \"const\": 0 }, { \"type\": \"string\", "
                      "\"pattern\": \"^[0.]+([^0-9.]|$)\" }] }");
}

/*
 * Three things stand in one object: what the field means (where the field
 * itself stands), what its value looks like, and null where that is allowed.
 *
 * Over a profile a key may be null, which takes out what the profile has: the
 * value's schema moves into an "anyOf" beside {"type": "null"}, and the
 * description stays outside. Written the other way round, editors show the
 * description of the branch that they are in, and have none for the key.
 *
 *   FIELD  "slice": { "description": ..., "default": "10ms", "$ref": ... }
 *   OVER   "slice": { "description": ..., "anyOf": [{ "$ref": ... },
 *                                                   { "type": "null" }] }
 *   ITEM   { "$ref": ... }             in lists and maps: no help of its own
 *
 * What is required has no null even there: a thing without its name is none.
 */
void ts_schema_value(ts_schema_writer *w, const ts_field *field,
                     ts_schema_manner how)
{
    bool null = how == TS_SCHEMA_OVER && !field->required;

    if (how != TS_SCHEMA_ITEM)
        help_schema(w, field);
    else if (field->kind == TS_FIELD_OBJECT)
        ts_schema_pair(w, "description", field->shape->help);
    if (null) {
        ts_schema_key(w, "anyOf");
        ts_schema_begin(w, '[');
        ts_schema_line(w);
        ts_schema_begin(w, '{');
    }
    kind_schema(w, field, how);
    if (field->positive)
        positive_schema(w);
    if (null) {
        ts_schema_end(w, '}');
        ts_schema_line(w);
        ts_buffer_text(&w->out, "{ \"type\": \"null\" }");
        ts_schema_end(w, ']');
    }
}

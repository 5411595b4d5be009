/*
 * schema.c - the JSON Schema (draft 2020-12) of a table.
 *
 * One definition a shape, by its name; one a registry, by its plural; one a
 * kind of quantity. Shapes are open, so that the fields of a tag's alternative
 * can stand beside them; whoever refers to one closes it with
 * unevaluatedProperties. A profile can supply what is required, so nothing is
 * required of an object that names one.
 */
#include <stdio.h>
#include <string.h>

#include "sim/scenario/decode.h"
#include "sim/scenario/escape.h"
#include "sim/scenario/walk.h"

typedef struct writer {
    ts_buffer out;
    int depth;
    bool first; /* nothing stands in the current object or list yet */
} writer;

static void line(writer *w)
{
    if (!w->first)
        ts_buffer_char(&w->out, ',');
    w->first = false;
    if (w->depth > 0)
        ts_buffer_char(&w->out, '\n');
    for (int i = 0; i < w->depth; i++)
        ts_buffer_text(&w->out, "  ");
}

static void key(writer *w, const char *name)
{
    line(w);
    ts_escape(&w->out, TS_ESCAPE_JSON, name);
    ts_buffer_text(&w->out, ": ");
}

static void begin(writer *w, char bracket)
{
    ts_buffer_char(&w->out, bracket);
    w->depth++;
    w->first = true;
}

static void end(writer *w, char bracket)
{
    w->depth--;
    if (!w->first) {
        w->first = true;
        line(w);
    }
    ts_buffer_char(&w->out, bracket);
    w->first = false;
}

static void pair(writer *w, const char *name, const char *value)
{
    key(w, name);
    ts_escape(&w->out, TS_ESCAPE_JSON, value);
}

static void number(writer *w, const char *name, double value)
{
    cJSON node = {.type = cJSON_Number, .valuedouble = value};
    char digits[80];

    key(w, name);
    ts_number_text(&node, digits, sizeof digits);
    ts_buffer_text(&w->out, digits);
}

static void literal(writer *w, const char *name, const char *value)
{
    key(w, name);
    ts_buffer_text(&w->out, value);
}

static void reference(writer *w, const char *prefix, const char *name)
{
    key(w, "$ref");
    ts_buffer_format(&w->out, "\"#/$defs/%s%s\"", prefix, name);
}

static void value_schema(writer *w, const ts_field *field, bool help);

static void range(writer *w, const ts_field *field)
{
    bool limits =
        field->min < 0 || field->min > 0 || field->max < 0 || field->max > 0;

    if (limits)
        number(w, "minimum", field->min);
    else if (!field->is_signed)
        number(w, "minimum", 0);
    if (limits && field->max > field->min)
        number(w, "maximum", field->max);
}

static const ts_field *shorthand_of(const ts_shape *shape)
{
    for (int i = 0; shape->shorthand != NULL && i < shape->field_count; i++)
        if (strcmp(shape->fields[i].name, shape->shorthand) == 0)
            return &shape->fields[i];
    return NULL;
}

/* A closed object of `shape`, or what its shorthand takes. */
static void object_schema(writer *w, const ts_shape *shape)
{
    const ts_field *field = shorthand_of(shape);

    if (field != NULL) {
        key(w, "anyOf");
        begin(w, '[');
        line(w);
        begin(w, '{');
    }
    reference(w, "", shape->name);
    literal(w, "unevaluatedProperties", "false");
    if (field != NULL) {
        end(w, '}');
        line(w);
        begin(w, '{');
        value_schema(w, field, false);
        end(w, '}');
        end(w, ']');
    }
}

static void list_schema(writer *w, const ts_field *field)
{
    key(w, "anyOf");
    begin(w, '[');
    if (field->one) {
        line(w);
        begin(w, '{');
        value_schema(w, field->item, false);
        end(w, '}');
    }
    line(w);
    ts_buffer_text(&w->out, "{ \"$ref\": \"#/$defs/list.file\" }");
    line(w);
    begin(w, '{');
    pair(w, "type", "array");
    if (field->min > 0)
        number(w, "minItems", field->min);
    number(w, "maxItems", field->limit > 0 ? field->limit : TS_LIMIT_ITEMS);
    key(w, "items");
    begin(w, '{');
    value_schema(w, field->item, false);
    end(w, '}');
    end(w, '}');
    end(w, ']');
}

static void remarks(writer *w, const ts_shape *shape)
{
    static const char *const names[] = {"comment", "note", "source"};

    for (size_t k = 0; k < TS_COUNT_OF(names); k++) {
        bool taken = false;

        for (int i = 0; shape != NULL && i < shape->field_count; i++)
            taken = taken || strcmp(shape->fields[i].name, names[k]) == 0;
        if (!taken)
            literal(w, names[k], "true");
    }
}

static void map_schema(writer *w, const ts_field *field)
{
    pair(w, "type", "object");
    key(w, "properties");
    begin(w, '{');
    remarks(w, NULL);
    end(w, '}');
    key(w, "additionalProperties");
    begin(w, '{');
    value_schema(w, field->item, false);
    end(w, '}');
}

static void enumeration(writer *w, const ts_registry *registry, bool alone)
{
    key(w, "enum");
    begin(w, '[');
    for (int i = 0; i < registry->count; i++) {
        const ts_shape *shape = registry->entries[i]->shape;
        bool required = false;

        for (int k = 0; shape != NULL && k < shape->field_count; k++)
            required = required || shape->fields[k].required;
        if (alone && required)
            continue;
        line(w);
        ts_escape(&w->out, TS_ESCAPE_JSON, registry->entries[i]->name);
    }
    end(w, ']');
}

static void choices(writer *w, const ts_field *field)
{
    key(w, "enum");
    begin(w, '[');
    for (int i = 0; field->choices[i] != NULL; i++) {
        line(w);
        ts_escape(&w->out, TS_ESCAPE_JSON, field->choices[i]);
    }
    end(w, ']');
}

static void fallback_schema(writer *w, const ts_field *field)
{
    ts_quantity quantity;
    const char *fallback = field->fallback;
    bool bare =
        field->kind == TS_FIELD_BOOL || strchr("{[", fallback[0]) != NULL;

    if (field->kind != TS_FIELD_TEXT && field->kind != TS_FIELD_NAME)
        bare = bare || ts_number_read(fallback, &quantity, NULL);
    if (bare)
        literal(w, "default", fallback);
    else
        pair(w, "default", fallback);
}

static void value_schema(writer *w, const ts_field *field, bool help)
{
    if (help) {
        pair(w, "description", field->help);
        if (field->fallback != NULL)
            fallback_schema(w, field);
    }
    switch (field->kind) {
    case TS_FIELD_BOOL:
        pair(w, "type", "boolean");
        return;
    case TS_FIELD_INT:
        pair(w, "type", "integer");
        range(w, field);
        return;
    case TS_FIELD_REAL:
        pair(w, "type", "number");
        range(w, field);
        return;
    case TS_FIELD_RATIO:
        reference(w, "quantity.", "ratio");
        return;
    case TS_FIELD_TIME:
        reference(w, "quantity.", "time");
        return;
    case TS_FIELD_DURATION:
        reference(w, "quantity.",
                  field->random ? "random-duration" : "duration");
        return;
    case TS_FIELD_NUMBER_DRAW:
        reference(w, "quantity.", "random-number");
        return;
    case TS_FIELD_SIZE_DRAW:
        reference(w, "quantity.", "random-size");
        return;
    case TS_FIELD_FREQUENCY:
        reference(w, "quantity.", "frequency");
        return;
    case TS_FIELD_RATE:
        reference(w, "quantity.", field->bytes ? "byte-rate" : "rate");
        return;
    case TS_FIELD_SIZE:
        reference(w, "quantity.", "size");
        return;
    case TS_FIELD_TEXT:
        pair(w, "type", "string");
        return;
    case TS_FIELD_NAME:
        pair(w, "type", "string");
        number(w, "minLength", 1);
        number(w, "maxLength", TS_LIMIT_NAME);
        return;
    case TS_FIELD_REF:
        pair(w, "type", "string");
        return;
    case TS_FIELD_CHOICE:
        choices(w, field);
        return;
    case TS_FIELD_SCALAR:
        literal(w, "type", "[\"string\", \"number\"]");
        return;
    case TS_FIELD_OBJECT:
        object_schema(w, field->shape);
        return;
    case TS_FIELD_VARIANT:
        reference(w, "", field->registry->plural);
        return;
    case TS_FIELD_TAG:
        enumeration(w, field->registry, false);
        return;
    case TS_FIELD_LIST:
        list_schema(w, field);
        return;
    case TS_FIELD_MAP:
        map_schema(w, field);
        return;
    case TS_FIELD_RAW:
        return;
    }
}

static void required_schema(writer *w, const ts_shape *shape)
{
    int count = 0;

    for (int i = 0; i < shape->field_count; i++) {
        if (!shape->fields[i].required)
            continue;
        if (count++ == 0) {
            if (shape->profiles) {
                literal(w, "if",
                        "{ \"not\": { \"required\": [\"profile\"] } }");
                key(w, "then");
                begin(w, '{');
            }
            key(w, "required");
            begin(w, '[');
        }
        line(w);
        ts_escape(&w->out, TS_ESCAPE_JSON, shape->fields[i].name);
    }
    if (count > 0)
        end(w, ']');
    if (count > 0 && shape->profiles)
        end(w, '}');
}

/* if the tag says so (or is absent and means so), then also these fields */
static void tag_schema(writer *w, const ts_field *tag)
{
    for (int i = 0; i < tag->registry->count; i++) {
        const ts_entry *entry = tag->registry->entries[i];
        bool usual =
            tag->fallback != NULL && strcmp(tag->fallback, entry->name) == 0;

        if (entry->shape == NULL)
            continue;
        line(w);
        begin(w, '{');
        key(w, "if");
        begin(w, '{');
        key(w, "properties");
        begin(w, '{');
        key(w, tag->name);
        begin(w, '{');
        pair(w, "const", entry->name);
        end(w, '}');
        end(w, '}');
        if (!usual) {
            key(w, "required");
            begin(w, '[');
            line(w);
            ts_escape(&w->out, TS_ESCAPE_JSON, tag->name);
            end(w, ']');
        }
        end(w, '}');
        key(w, "then");
        begin(w, '{');
        reference(w, "", entry->shape->name);
        end(w, '}');
        end(w, '}');
    }
}

static void shape_schema(writer *w, const ts_shape *shape)
{
    bool tags = false;

    key(w, shape->name);
    begin(w, '{');
    pair(w, "description", shape->help);
    pair(w, "type", "object");
    key(w, "properties");
    begin(w, '{');
    for (int i = 0; i < shape->field_count; i++) {
        key(w, shape->fields[i].name);
        begin(w, '{');
        value_schema(w, &shape->fields[i], true);
        end(w, '}');
        tags = tags || shape->fields[i].kind == TS_FIELD_TAG;
    }
    if (shape->profiles) {
        key(w, "profile");
        begin(w, '{');
        pair(w, "description", "a file of values to stand under these");
        pair(w, "type", "string");
        end(w, '}');
    }
    remarks(w, shape);
    end(w, '}');
    required_schema(w, shape);
    if (tags) {
        key(w, "allOf");
        begin(w, '[');
        /* A list may not be empty, and no alternative may have fields. */
        line(w);
        ts_buffer_text(&w->out, "true");
        for (int i = 0; i < shape->field_count; i++)
            if (shape->fields[i].kind == TS_FIELD_TAG)
                tag_schema(w, &shape->fields[i]);
        end(w, ']');
    }
    end(w, '}');
}

static void entry_schema(writer *w, const ts_entry *entry)
{
    line(w);
    begin(w, '{');
    pair(w, "description", entry->help);
    pair(w, "type", "object");
    key(w, "properties");
    begin(w, '{');
    key(w, entry->name);
    if (entry->shape != NULL) {
        begin(w, '{');
        object_schema(w, entry->shape);
        end(w, '}');
    } else {
        ts_buffer_text(&w->out, "{ \"enum\": [{}, true] }");
    }
    remarks(w, NULL);
    end(w, '}');
    key(w, "required");
    begin(w, '[');
    line(w);
    ts_escape(&w->out, TS_ESCAPE_JSON, entry->name);
    end(w, ']');
    literal(w, "additionalProperties", "false");
    end(w, '}');
}

static void registry_schema(writer *w, const ts_registry *registry)
{
    key(w, registry->plural);
    begin(w, '{');
    pair(w, "description", registry->help);
    key(w, "anyOf");
    begin(w, '[');
    line(w);
    begin(w, '{');
    enumeration(w, registry, true);
    end(w, '}');
    for (int i = 0; i < registry->count; i++)
        entry_schema(w, registry->entries[i]);
    end(w, ']');
    end(w, '}');
}

/* A text with a unit; a bare number too, where one may stand. */
static void quantity_schema(writer *w, const char *name, unsigned allowed,
                            const char *bare)
{
    char words[160], pattern[400];

    ts_quantity_describe(allowed, words, sizeof words);
    ts_quantity_pattern(allowed, pattern, sizeof pattern);
    key(w, name);
    begin(w, '{');
    pair(w, "description", words);
    key(w, "anyOf");
    begin(w, '[');
    line(w);
    begin(w, '{');
    pair(w, "type", "string");
    pair(w, "pattern", pattern);
    end(w, '}');
    if (bare != NULL) {
        line(w);
        begin(w, '{');
        pair(w, "description", bare);
        pair(w, "type", "number");
        number(w, "minimum", 0);
        end(w, '}');
    }
    end(w, ']');
    end(w, '}');
}

static void random_schema(writer *w, const char *name, const char *plain)
{
    key(w, name);
    begin(w, '{');
    key(w, "anyOf");
    begin(w, '[');
    line(w);
    ts_buffer_text(&w->out, plain);
    line(w);
    ts_buffer_text(&w->out, "{ \"$ref\": \"#/$defs/distribution\" }");
    end(w, ']');
    end(w, '}');
}

static void distribution_schema(writer *w)
{
    const ts_distribution_form *forms;
    int count;

    forms = ts_distribution_forms(&count);
    key(w, "distribution");
    begin(w, '{');
    pair(w, "description", "a quantity drawn anew each time");
    pair(w, "type", "object");
    key(w, "oneOf");
    begin(w, '[');
    for (int i = 0; i < count; i++) {
        line(w);
        begin(w, '{');
        key(w, "required");
        begin(w, '[');
        line(w);
        ts_escape(&w->out, TS_ESCAPE_JSON, forms[i].name);
        end(w, ']');
        end(w, '}');
    }
    end(w, ']');
    key(w, "properties");
    begin(w, '{');
    for (int i = 0; i < count; i++) {
        key(w, forms[i].name);
        begin(w, '{');
        pair(w, "description", forms[i].help);
        key(w, "examples");
        ts_buffer_format(&w->out, "[%s]", forms[i].example);
        end(w, '}');
    }
    remarks(w, NULL);
    end(w, '}');
    literal(w, "additionalProperties", "false");
    end(w, '}');
}

static void list_file_schema(writer *w)
{
    key(w, "list.file");
    begin(w, '{');
    pair(w, "description",
         "the list stands in a file beside this one: a JSON list, or a value "
         "a line");
    pair(w, "type", "object");
    literal(w, "required", "[\"file\"]");
    literal(w, "properties",
            "{ \"file\": { \"type\": \"string\", \"maxLength\": 255 } }");
    literal(w, "additionalProperties", "false");
    end(w, '}');
}

static void quantities_schema(writer *w)
{
    const char *bare = "in the scenario's \"unit\"";

    quantity_schema(w, "quantity.time", TS_QUANTITY_TIME, bare);
    quantity_schema(w, "quantity.duration",
                    TS_QUANTITY_TIME | TS_QUANTITY_CYCLES, bare);
    quantity_schema(w, "quantity.size", TS_QUANTITY_SIZE, NULL);
    quantity_schema(w, "quantity.ratio", TS_QUANTITY_RATIO, "as a part of 1");
    quantity_schema(w, "quantity.frequency", TS_QUANTITY_FREQUENCY, NULL);
    quantity_schema(w, "quantity.rate", TS_QUANTITY_RATE, NULL);
    quantity_schema(w, "quantity.byte-rate", TS_QUANTITY_BYTE_RATE, NULL);
    random_schema(w, "quantity.random-duration",
                  "{ \"$ref\": \"#/$defs/quantity.duration\" }");
    random_schema(w, "quantity.random-size",
                  "{ \"$ref\": \"#/$defs/quantity.size\" }");
    random_schema(w, "quantity.random-number", "{ \"type\": \"number\" }");
    distribution_schema(w);
}

char *ts_schema_text(const ts_shape *shape)
{
    writer w = {.out = TS_BUFFER_EMPTY, .first = true};
    ts_walk walk;

    ts_walk_init(&walk, shape);
    begin(&w, '{');
    pair(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    pair(&w, "title", shape->name);
    pair(&w, "description", shape->help);
    reference(&w, "", shape->name);
    key(&w, "properties");
    begin(&w, '{');
    literal(&w, "$schema", "{ \"type\": \"string\" }");
    key(&w, "unit");
    begin(&w, '{');
    pair(&w, "description", "what bare numbers are times of: \"ms\", \"10us\"");
    pair(&w, "type", "string");
    end(&w, '}');
    end(&w, '}');
    literal(&w, "unevaluatedProperties", "false");
    key(&w, "$defs");
    begin(&w, '{');
    for (int i = 0; i < walk.visit_count; i++)
        shape_schema(&w, walk.visits[i].shape);
    for (int i = 0; i < walk.registry_count; i++)
        registry_schema(&w, walk.registries[i]);
    quantities_schema(&w);
    list_file_schema(&w);
    end(&w, '}');
    end(&w, '}');
    ts_buffer_char(&w.out, '\n');
    if (walk.failed)
        w.out.failed = true;
    ts_walk_fini(&walk);
    return ts_buffer_take(&w.out);
}

/*
 * schema.c - the JSON Schema (draft 2020-12) of a table.
 *
 * One definition a shape, by its name; one a registry, by its plural; one a
 * kind of quantity. Shapes are open, so that the fields of a tag's alternative
 * can stand beside them; whoever refers to one closes it with
 * unevaluatedProperties.
 *
 * What stands over a profile has a definition of its own, NAME.over: the
 * profile may supply what is required and what a tag says, and null takes out
 * what it has. Lists are replaced as a whole, so that goes no further into them.
 *
 * Editors show the description that they meet first, the innermost; so a field's
 * help stands where the field does, and what is referred to has none.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/decode.h"
#include "sim/scenario/escape.h"
#include "sim/scenario/walk.h"

typedef struct writer {
    ts_buffer out;
    int depth;
    bool first; /* nothing stands in the current object or list yet */
    const ts_words *words;
} writer;

/* How a value is written down. */
typedef enum manner {
    ITEM, /* without the field's help */
    FIELD,
    OVER /* a field that may stand over a profile's */
} manner;

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

static void reference(writer *w, const char *name, const char *ending)
{
    key(w, "$ref");
    ts_buffer_format(&w->out, "\"#/$defs/%s%s\"", name, ending);
}

static void value_schema(writer *w, const ts_field *field, manner how);

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
    for (int i = 0; shape->shorthand != NULL && i < ts_shape_count(shape); i++)
        if (strcmp(ts_shape_nth(shape, i)->name, shape->shorthand) == 0)
            return ts_shape_nth(shape, i);
    return NULL;
}

/* A closed object of `shape`, or what its shorthand takes. */
static void object_schema(writer *w, const ts_shape *shape, bool over)
{
    const ts_field *field = shorthand_of(shape);

    if (field != NULL) {
        key(w, "anyOf");
        begin(w, '[');
        line(w);
        begin(w, '{');
    }
    key(w, "$ref");
    ts_buffer_format(&w->out, "\"#/$defs/%s%s\"", shape->name,
                     over ? ".over" : "");
    literal(w, "unevaluatedProperties",
            over ? "{ \"type\": \"null\" }" : "false");
    if (field != NULL) {
        end(w, '}');
        line(w);
        begin(w, '{');
        value_schema(w, field, ITEM);
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
        value_schema(w, field->item, ITEM);
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
    if (field->distinct)
        literal(w, "uniqueItems", "true");
    key(w, "items");
    begin(w, '{');
    value_schema(w, field->item, ITEM);
    end(w, '}');
    end(w, '}');
    end(w, ']');
}

static void remarks(writer *w, const ts_shape *shape)
{
    static const char *const names[] = {"comment", "note", "source"};

    for (size_t k = 0; k < TS_COUNT_OF(names); k++) {
        bool taken = false;

        for (int i = 0; shape != NULL && i < ts_shape_count(shape); i++)
            taken =
                taken || strcmp(ts_shape_nth(shape, i)->name, names[k]) == 0;
        if (!taken)
            literal(w, names[k], "true");
    }
}

static void map_schema(writer *w, const ts_field *field, manner how)
{
    pair(w, "type", "object");
    key(w, "properties");
    begin(w, '{');
    remarks(w, NULL);
    end(w, '}');
    if (field->pointers) {
        literal(w, "additionalProperties", "false");
        key(w, "patternProperties");
        begin(w, '{');
        key(w, "^/");
    } else
        key(w, "additionalProperties");
    begin(w, '{');
    value_schema(w, field->item, how == OVER ? OVER : ITEM);
    end(w, '}');
    if (field->pointers)
        end(w, '}');
}

/* A list of values, or what stands for one. */
static void values_schema(writer *w, const ts_shape *shape)
{
    key(w, "anyOf");
    begin(w, '[');
    line(w);
    begin(w, '{');
    pair(w, "type", "array");
    number(w, "minItems", 1);
    end(w, '}');
    line(w);
    begin(w, '{');
    object_schema(w, shape, false);
    end(w, '}');
    end(w, ']');
}

/* Can the entry stand without fields, as its bare name? */
static bool stands_alone(const ts_entry *entry)
{
    for (int i = 0; entry->shape != NULL && i < entry->shape->field_count; i++)
        if (entry->shape->fields[i].required)
            return false;
    return true;
}

/* A word that may stand here, and what it means. */
static void one_word(writer *w, const char *word, const char *help)
{
    line(w);
    begin(w, '{');
    pair(w, "const", word);
    pair(w, "description", help);
    end(w, '}');
}

/* One of the names, each with what it means. */
static void entries_schema(writer *w, const ts_registry *registry)
{
    key(w, "anyOf");
    begin(w, '[');
    for (int i = 0; i < registry->count; i++)
        one_word(w, registry->entries[i]->name, registry->entries[i]->help);
    end(w, ']');
}

/* A word of a list that is not in the tables. */
static void word_schema(writer *w, const ts_field *field)
{
    int count = 0;
    const char *const *words =
        w->words != NULL && field->words != NULL
            ? w->words->list(w->words->context, field->words, &count)
            : NULL;

    pair(w, "type", "string");
    if (count == 0)
        return;
    key(w, field->closed ? "enum" : "examples");
    begin(w, '[');
    for (int i = 0; i < count; i++) {
        line(w);
        ts_escape(&w->out, TS_ESCAPE_JSON, words[i]);
    }
    end(w, ']');
}

static void choices(writer *w, const ts_field *field)
{
    if (field->choice_help != NULL) {
        key(w, "anyOf");
        begin(w, '[');
        for (int i = 0; field->choices[i] != NULL; i++)
            one_word(w, field->choices[i], field->choice_help[i]);
        end(w, ']');
        return;
    }
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

/* What the field means, and what it takes. */
static void help_schema(writer *w, const ts_field *field)
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
        pair(w, "description", help.data);
    /* The description of the alternative that is chosen comes before it. */
    if (field->kind == TS_FIELD_TAG || field->choice_help != NULL)
        pair(w, "title", field->help);
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

/* What values of the field's kind look like. */
static void kind_schema(writer *w, const ts_field *field, manner how)
{
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
        reference(w, "quantity.", duration_name(field));
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
        word_schema(w, field);
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
        object_schema(w, field->shape, how == OVER);
        return;
    case TS_FIELD_VARIANT:
        reference(w, "", field->registry->plural);
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
static void positive_schema(writer *w)
{
    literal(w, "not",
            "{ \"anyOf\": [{ \"const\": 0 }, { \"type\": \"string\", "
            "\"pattern\": \"^[0.]+([^0-9.]|$)\" }] }");
}

static void value_schema(writer *w, const ts_field *field, manner how)
{
    bool null = how == OVER && !field->required;

    if (how != ITEM)
        help_schema(w, field);
    else if (field->kind == TS_FIELD_OBJECT)
        pair(w, "description", field->shape->help);
    if (null) {
        key(w, "anyOf");
        begin(w, '[');
        line(w);
        begin(w, '{');
    }
    kind_schema(w, field, how);
    if (field->positive)
        positive_schema(w);
    if (null) {
        end(w, '}');
        line(w);
        ts_buffer_text(&w->out, "{ \"type\": \"null\" }");
        end(w, ']');
    }
}

static void required_schema(writer *w, const ts_shape *shape)
{
    int count = 0;

    for (int i = 0; i < ts_shape_count(shape); i++) {
        if (!ts_shape_nth(shape, i)->required)
            continue;
        if (count++ == 0) {
            key(w, "required");
            begin(w, '[');
        }
        line(w);
        ts_escape(&w->out, TS_ESCAPE_JSON, ts_shape_nth(shape, i)->name);
    }
    if (count > 0)
        end(w, ']');
}

/* The field is there: given, and neither [] nor false. */
static void there_schema(writer *w, const char *name)
{
    ts_buffer_format(&w->out,
                     "{ \"required\": [\"%s\"], \"properties\": { \"%s\": "
                     "{ \"not\": { \"enum\": [[], false] } } } }",
                     name, name);
}

/* `word` ("oneOf", "anyOf") of the fields is there. */
static void names_schema(writer *w, const char *word, const char *const *names)
{
    key(w, word);
    begin(w, '[');
    for (; *names != NULL; names++) {
        line(w);
        there_schema(w, *names);
    }
    end(w, ']');
}

/* If the field is there, then one of these is too, or none of those. */
static void beside_schema(writer *w, const ts_field *field)
{
    line(w);
    begin(w, '{');
    key(w, "if");
    there_schema(w, field->name);
    key(w, "then");
    begin(w, '{');
    if (field->goes_with != NULL)
        names_schema(w, "anyOf", field->goes_with);
    if (field->instead_of != NULL) {
        key(w, "not");
        begin(w, '{');
        names_schema(w, "anyOf", field->instead_of);
        end(w, '}');
    }
    end(w, '}');
    end(w, '}');
}

/* If the tag says so (or is absent and means so), then also these fields. */
static void tag_case(writer *w, const ts_field *tag, const ts_entry *entry,
                     bool over)
{
    bool usual = !over && tag->fallback != NULL &&
                 strcmp(tag->fallback, entry->name) == 0;

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
    key(w, "$ref");
    ts_buffer_format(&w->out, "\"#/$defs/%s%s\"", entry->shape->name,
                     over ? ".over" : "");
    end(w, '}');
    end(w, '}');
}

/* The profile's tag says which fields there are; any of them may be. */
static void tag_of_profile(writer *w, const ts_field *tag)
{
    line(w);
    begin(w, '{');
    key(w, "if");
    ts_buffer_format(&w->out, "{ \"not\": { \"required\": [\"%s\"] } }",
                     tag->name);
    key(w, "then");
    begin(w, '{');
    key(w, "anyOf");
    begin(w, '[');
    line(w);
    ts_buffer_text(&w->out, "true");
    for (int i = 0; i < tag->registry->count; i++) {
        const ts_shape *shape = tag->registry->entries[i]->shape;

        if (shape == NULL)
            continue;
        line(w);
        ts_buffer_format(&w->out, "{ \"$ref\": \"#/$defs/%s.over\" }",
                         shape->name);
    }
    end(w, ']');
    end(w, '}');
    end(w, '}');
}

/* Opens the list of what else is true, where it is not open. */
static void open_all(writer *w, bool *any)
{
    if (*any)
        return;
    key(w, "allOf");
    begin(w, '[');
    *any = true;
}

static void cases_schema(writer *w, const ts_shape *shape, bool over)
{
    bool any = false;

    for (int i = 0; i < ts_shape_count(shape); i++) {
        const ts_field *tag = ts_shape_nth(shape, i);

        if (!over && (tag->goes_with != NULL || tag->instead_of != NULL)) {
            open_all(w, &any);
            beside_schema(w, tag);
        }
        for (int k = 0; tag->kind == TS_FIELD_TAG && k < tag->registry->count;
             k++) {
            const ts_entry *entry = tag->registry->entries[k];

            if (entry->shape == NULL)
                continue;
            open_all(w, &any);
            tag_case(w, tag, entry, over);
        }
        if (any && over && tag->kind == TS_FIELD_TAG)
            tag_of_profile(w, tag);
    }
    if (any)
        end(w, ']');
}

/* What the reader takes at the top of a document, whatever its shape. */
static void top_schema(writer *w)
{
    key(w, "$schema");
    ts_buffer_text(&w->out, "{ \"type\": \"string\" }");
    key(w, "unit");
    begin(w, '{');
    pair(w, "description", TS_UNIT_HELP);
    pair(w, "type", "string");
    end(w, '}');
}

static void profile_schema(writer *w)
{
    static const ts_field profile = {.kind = TS_FIELD_TEXT,
                                     .words = "profiles"};

    key(w, "profile");
    begin(w, '{');
    pair(w, "description", TS_PROFILE_HELP);
    word_schema(w, &profile);
    end(w, '}');
}

static void fields_schema(writer *w, const ts_shape *shape, bool top, bool over)
{
    pair(w, "type", "object");
    key(w, "properties");
    begin(w, '{');
    for (int i = 0; i < ts_shape_count(shape); i++) {
        key(w, ts_shape_nth(shape, i)->name);
        begin(w, '{');
        value_schema(w, ts_shape_nth(shape, i), over ? OVER : FIELD);
        end(w, '}');
    }
    if (top)
        top_schema(w);
    if (shape->profiles)
        profile_schema(w);
    remarks(w, shape);
    end(w, '}');
    if (!over)
        required_schema(w, shape);
    if (!over && shape->one_of != NULL)
        names_schema(w, "oneOf", shape->one_of);
    if (!over && shape->some_of != NULL)
        names_schema(w, "anyOf", shape->some_of);
    cases_schema(w, shape, over);
}

static void definition(writer *w, const char *name, const char *ending)
{
    ts_buffer both = TS_BUFFER_EMPTY;

    ts_buffer_format(&both, "%s%s", name, ending);
    if (!both.failed)
        key(w, both.data);
    w->out.failed = w->out.failed || both.failed;
    ts_buffer_fini(&both);
    begin(w, '{');
}

static void shape_schema(writer *w, const ts_shape *shape, bool top, bool over)
{
    if (shape->profiles) {
        definition(w, shape->name, "");
        literal(w, "if", "{ \"required\": [\"profile\"] }");
        key(w, "then");
        begin(w, '{');
        reference(w, shape->name, ".over");
        literal(w, "unevaluatedProperties", "{ \"type\": \"null\" }");
        end(w, '}');
        key(w, "else");
        begin(w, '{');
        reference(w, shape->name, ".own");
        end(w, '}');
        end(w, '}');
    }
    definition(w, shape->name, shape->profiles ? ".own" : "");
    fields_schema(w, shape, top, false);
    end(w, '}');
    if (!over)
        return;
    definition(w, shape->name, ".over");
    fields_schema(w, shape, top, true);
    end(w, '}');
}

static void mark_shape(const ts_walk *walk, const ts_shape *shape, bool *over,
                       bool *more)
{
    for (int i = 0; shape != NULL && i < walk->visit_count; i++)
        if (walk->visits[i].shape == shape && !over[i])
            over[i] = *more = true;
}

/* Which shapes may stand over a profile: those that name one, and what is in
 * them but not in lists. */
static void mark_over(const ts_walk *walk, bool *over)
{
    bool more = true;

    for (int i = 0; i < walk->visit_count; i++)
        over[i] = walk->visits[i].shape->profiles;
    while (more) {
        more = false;
        for (int i = 0; i < walk->visit_count; i++) {
            const ts_shape *shape = walk->visits[i].shape;

            for (int k = 0; over[i] && k < ts_shape_count(shape); k++) {
                const ts_field *field = ts_shape_nth(shape, k);
                const ts_registry *registry =
                    field->kind == TS_FIELD_TAG ? field->registry : NULL;

                if (field->kind == TS_FIELD_OBJECT)
                    mark_shape(walk, field->shape, over, &more);
                else if (field->kind == TS_FIELD_MAP &&
                         field->item->kind == TS_FIELD_OBJECT)
                    mark_shape(walk, field->item->shape, over, &more);
                for (int e = 0; registry != NULL && e < registry->count; e++)
                    mark_shape(walk, registry->entries[e]->shape, over, &more);
            }
        }
    }
}

static void entry_schema(writer *w, const ts_entry *entry)
{
    line(w);
    begin(w, '{');
    pair(w, "type", "object");
    key(w, "properties");
    begin(w, '{');
    key(w, entry->name);
    begin(w, '{');
    pair(w, "description", entry->help);
    if (entry->shape != NULL)
        object_schema(w, entry->shape, false);
    else
        literal(w, "enum", "[{}, true]");
    end(w, '}');
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
    bool first = true;

    key(w, registry->plural);
    begin(w, '{');
    key(w, "anyOf");
    begin(w, '[');
    for (int i = 0; i < registry->count; i++) {
        if (!stands_alone(registry->entries[i]))
            continue;
        if (first) {
            line(w);
            begin(w, '{');
            key(w, "enum");
            begin(w, '[');
            first = false;
        }
        line(w);
        ts_escape(&w->out, TS_ESCAPE_JSON, registry->entries[i]->name);
    }
    if (!first) {
        end(w, ']');
        end(w, '}');
    }
    for (int i = 0; i < registry->count; i++)
        entry_schema(w, registry->entries[i]);
    end(w, ']');
    end(w, '}');
}

/* A text with a unit; a bare number too, where one may stand. */
static void quantity_schema(writer *w, const char *name, unsigned allowed,
                            bool bare)
{
    char pattern[400];

    ts_quantity_pattern(allowed, pattern, sizeof pattern);
    key(w, name);
    begin(w, '{');
    key(w, "anyOf");
    begin(w, '[');
    line(w);
    begin(w, '{');
    pair(w, "type", "string");
    pair(w, "pattern", pattern);
    end(w, '}');
    if (bare) {
        line(w);
        begin(w, '{');
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
    pair(w, "$comment", "a quantity drawn anew each time");
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
    pair(w, "$comment",
         "the list stands in a file beside this one: a JSON list, or a value "
         "a line");
    pair(w, "type", "object");
    literal(w, "required", "[\"file\"]");
    literal(
        w, "properties",
        "{ \"file\": { \"type\": \"string\", \"maxLength\": 255, "
        "\"pattern\": "
        "\"^([^./\\\\\\\\-][^/\\\\\\\\]*/)*[^./\\\\\\\\-][^/\\\\\\\\]*$\" } }");
    literal(w, "additionalProperties", "false");
    end(w, '}');
}

static void quantities_schema(writer *w)
{
    quantity_schema(w, "quantity.time", TS_QUANTITY_TIME, true);
    quantity_schema(w, "quantity.duration",
                    TS_QUANTITY_TIME | TS_QUANTITY_CYCLES, true);
    quantity_schema(w, "quantity.size", TS_QUANTITY_SIZE, false);
    quantity_schema(w, "quantity.ratio", TS_QUANTITY_RATIO, true);
    quantity_schema(w, "quantity.frequency", TS_QUANTITY_FREQUENCY, false);
    quantity_schema(w, "quantity.rate", TS_QUANTITY_RATE, false);
    quantity_schema(w, "quantity.byte-rate", TS_QUANTITY_BYTE_RATE, false);
    random_schema(w, "quantity.random-time",
                  "{ \"$ref\": \"#/$defs/quantity.time\" }");
    random_schema(w, "quantity.random-duration",
                  "{ \"$ref\": \"#/$defs/quantity.duration\" }");
    random_schema(w, "quantity.random-size",
                  "{ \"$ref\": \"#/$defs/quantity.size\" }");
    random_schema(w, "quantity.random-number", "{ \"type\": \"number\" }");
    distribution_schema(w);
}

char *ts_schema_text(const ts_shape *shape, const ts_words *words)
{
    writer w = {.out = TS_BUFFER_EMPTY, .first = true, .words = words};
    ts_walk walk;
    bool *over;

    ts_walk_init(&walk, shape);
    over = calloc((size_t)walk.visit_count + 1, sizeof *over);
    begin(&w, '{');
    pair(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    pair(&w, "title", shape->name);
    pair(&w, "description", shape->help);
    reference(&w, shape->name, "");
    literal(&w, "unevaluatedProperties", "false");
    key(&w, "$defs");
    begin(&w, '{');
    if (over != NULL)
        mark_over(&walk, over);
    for (int i = 0; over != NULL && i < walk.visit_count; i++)
        if (!ts_walk_visit_is_part(&walk.visits[i]))
            shape_schema(&w, walk.visits[i].shape, i == 0, over[i]);
    for (int i = 0; i < walk.registry_count; i++)
        registry_schema(&w, walk.registries[i]);
    quantities_schema(&w);
    list_file_schema(&w);
    end(&w, '}');
    end(&w, '}');
    ts_buffer_char(&w.out, '\n');
    if (walk.failed || over == NULL)
        w.out.failed = true;
    free(over);
    ts_walk_fini(&walk);
    return ts_buffer_take(&w.out);
}

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
 */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/escape.h"
#include "sim/scenario/schema_writer.h"
#include "sim/scenario/walk.h"

/* --- rules between fields --- */

static void required_schema(ts_schema_writer *w, const ts_shape *shape)
{
    int count = 0;

    for (int i = 0; i < ts_shape_count(shape); i++) {
        if (!ts_shape_nth(shape, i)->required)
            continue;
        if (count++ == 0) {
            ts_schema_key(w, "required");
            ts_schema_begin(w, '[');
        }
        ts_schema_line(w);
        ts_escape(&w->out, TS_ESCAPE_JSON, ts_shape_nth(shape, i)->name);
    }
    if (count > 0)
        ts_schema_end(w, ']');
}

/* The field is there: given, and neither [] nor false. */
static void there_schema(ts_schema_writer *w, const char *name)
{
    ts_buffer_format(&w->out,
                     "{ \"required\": [\"%s\"], \"properties\": { \"%s\": "
                     "{ \"not\": { \"enum\": [[], false] } } } }",
                     name, name);
}

/* `word` ("oneOf", "anyOf") of the fields is there. */
static void names_schema(ts_schema_writer *w, const char *word,
                         const char *const *names)
{
    ts_schema_key(w, word);
    ts_schema_begin(w, '[');
    for (; *names != NULL; names++) {
        ts_schema_line(w);
        there_schema(w, *names);
    }
    ts_schema_end(w, ']');
}

/* If the field is there, then one of these is too, or none of those. */
static void beside_schema(ts_schema_writer *w, const ts_field *field)
{
    ts_schema_line(w);
    ts_schema_begin(w, '{');
    ts_schema_key(w, "if");
    there_schema(w, field->name);
    ts_schema_key(w, "then");
    ts_schema_begin(w, '{');
    if (field->goes_with != NULL)
        names_schema(w, "anyOf", field->goes_with);
    if (field->instead_of != NULL) {
        ts_schema_key(w, "not");
        ts_schema_begin(w, '{');
        names_schema(w, "anyOf", field->instead_of);
        ts_schema_end(w, '}');
    }
    ts_schema_end(w, '}');
    ts_schema_end(w, '}');
}

/* --- tags --- */

/* If the tag says so (or is absent and means so), then also these fields. */
static void tag_case(ts_schema_writer *w, const ts_field *tag,
                     const ts_entry *entry, bool over)
{
    bool usual = !over && tag->fallback != NULL &&
                 strcmp(tag->fallback, entry->name) == 0;

    ts_schema_line(w);
    ts_schema_begin(w, '{');
    ts_schema_key(w, "if");
    ts_schema_begin(w, '{');
    ts_schema_key(w, "properties");
    ts_schema_begin(w, '{');
    ts_schema_key(w, tag->name);
    ts_schema_begin(w, '{');
    ts_schema_pair(w, "const", entry->name);
    ts_schema_end(w, '}');
    ts_schema_end(w, '}');
    if (!usual) {
        ts_schema_key(w, "required");
        ts_schema_begin(w, '[');
        ts_schema_line(w);
        ts_escape(&w->out, TS_ESCAPE_JSON, tag->name);
        ts_schema_end(w, ']');
    }
    ts_schema_end(w, '}');
    ts_schema_key(w, "then");
    ts_schema_begin(w, '{');
    ts_schema_key(w, "$ref");
    ts_buffer_format(&w->out, "\"#/$defs/%s%s\"", entry->shape->name,
                     over ? ".over" : "");
    ts_schema_end(w, '}');
    ts_schema_end(w, '}');
}

/* The profile's tag says which fields there are; any of them may be. */
static void tag_of_profile(ts_schema_writer *w, const ts_field *tag)
{
    ts_schema_line(w);
    ts_schema_begin(w, '{');
    ts_schema_key(w, "if");
    ts_buffer_format(&w->out, "{ \"not\": { \"required\": [\"%s\"] } }",
                     tag->name);
    ts_schema_key(w, "then");
    ts_schema_begin(w, '{');
    ts_schema_key(w, "anyOf");
    ts_schema_begin(w, '[');
    ts_schema_line(w);
    ts_buffer_text(&w->out, "true");
    for (int i = 0; i < tag->registry->count; i++) {
        const ts_shape *shape = tag->registry->entries[i]->shape;

        if (shape == NULL)
            continue;
        ts_schema_line(w);
        ts_buffer_format(&w->out, "{ \"$ref\": \"#/$defs/%s.over\" }",
                         shape->name);
    }
    ts_schema_end(w, ']');
    ts_schema_end(w, '}');
    ts_schema_end(w, '}');
}

/* Opens the list of what else is true, where it is not open. */
static void open_all(ts_schema_writer *w, bool *any)
{
    if (*any)
        return;
    ts_schema_key(w, "allOf");
    ts_schema_begin(w, '[');
    *any = true;
}

static void cases_schema(ts_schema_writer *w, const ts_shape *shape, bool over)
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
        ts_schema_end(w, ']');
}

/* --- shapes --- */

/* What the reader takes at the top of a document, whatever its shape. */
static void top_schema(ts_schema_writer *w)
{
    ts_schema_key(w, "$schema");
    ts_buffer_text(&w->out, "{ \"type\": \"string\" }");
    ts_schema_key(w, "unit");
    ts_schema_begin(w, '{');
    ts_schema_pair(w, "description", TS_UNIT_HELP);
    ts_schema_pair(w, "type", "string");
    ts_schema_end(w, '}');
}

static void profile_schema(ts_schema_writer *w)
{
    static const ts_field profile = {.kind = TS_FIELD_TEXT,
                                     .words = "profiles"};

    ts_schema_key(w, "profile");
    ts_schema_begin(w, '{');
    ts_schema_pair(w, "description", TS_PROFILE_HELP);
    ts_schema_word(w, &profile);
    ts_schema_end(w, '}');
}

static void fields_schema(ts_schema_writer *w, const ts_shape *shape, bool top,
                          bool over)
{
    ts_schema_pair(w, "type", "object");
    ts_schema_key(w, "properties");
    ts_schema_begin(w, '{');
    for (int i = 0; i < ts_shape_count(shape); i++) {
        ts_schema_key(w, ts_shape_nth(shape, i)->name);
        ts_schema_begin(w, '{');
        ts_schema_value(w, ts_shape_nth(shape, i),
                        over ? TS_SCHEMA_OVER : TS_SCHEMA_FIELD);
        ts_schema_end(w, '}');
    }
    if (top)
        top_schema(w);
    if (shape->profiles)
        profile_schema(w);
    ts_schema_remarks(w, shape);
    ts_schema_end(w, '}');
    if (!over)
        required_schema(w, shape);
    if (!over && shape->one_of != NULL)
        names_schema(w, "oneOf", shape->one_of);
    if (!over && shape->some_of != NULL)
        names_schema(w, "anyOf", shape->some_of);
    cases_schema(w, shape, over);
}

static void definition(ts_schema_writer *w, const char *name,
                       const char *ending)
{
    ts_buffer both = TS_BUFFER_EMPTY;

    ts_buffer_format(&both, "%s%s", name, ending);
    if (!both.failed)
        ts_schema_key(w, both.data);
    w->out.failed = w->out.failed || both.failed;
    ts_buffer_fini(&both);
    ts_schema_begin(w, '{');
}

static void shape_schema(ts_schema_writer *w, const ts_shape *shape, bool top,
                         bool over)
{
    if (shape->profiles) {
        definition(w, shape->name, "");
        ts_schema_literal(w, "if", "{ \"required\": [\"profile\"] }");
        ts_schema_key(w, "then");
        ts_schema_begin(w, '{');
        ts_schema_reference(w, shape->name, ".over");
        ts_schema_literal(w, "unevaluatedProperties", "{ \"type\": \"null\" }");
        ts_schema_end(w, '}');
        ts_schema_key(w, "else");
        ts_schema_begin(w, '{');
        ts_schema_reference(w, shape->name, ".own");
        ts_schema_end(w, '}');
        ts_schema_end(w, '}');
    }
    definition(w, shape->name, shape->profiles ? ".own" : "");
    fields_schema(w, shape, top, false);
    ts_schema_end(w, '}');
    if (!over)
        return;
    definition(w, shape->name, ".over");
    fields_schema(w, shape, top, true);
    ts_schema_end(w, '}');
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

/* --- registries --- */

/* Can the entry stand without fields, as its bare name? */
static bool stands_alone(const ts_entry *entry)
{
    for (int i = 0; entry->shape != NULL && i < entry->shape->field_count; i++)
        if (entry->shape->fields[i].required)
            return false;
    return true;
}

static void entry_schema(ts_schema_writer *w, const ts_entry *entry)
{
    ts_schema_line(w);
    ts_schema_begin(w, '{');
    ts_schema_pair(w, "type", "object");
    ts_schema_key(w, "properties");
    ts_schema_begin(w, '{');
    ts_schema_key(w, entry->name);
    ts_schema_begin(w, '{');
    ts_schema_pair(w, "description", entry->help);
    if (entry->shape != NULL)
        ts_schema_object(w, entry->shape, false);
    else
        ts_schema_literal(w, "enum", "[{}, true]");
    ts_schema_end(w, '}');
    ts_schema_remarks(w, NULL);
    ts_schema_end(w, '}');
    ts_schema_key(w, "required");
    ts_schema_begin(w, '[');
    ts_schema_line(w);
    ts_escape(&w->out, TS_ESCAPE_JSON, entry->name);
    ts_schema_end(w, ']');
    ts_schema_literal(w, "additionalProperties", "false");
    ts_schema_end(w, '}');
}

static void registry_schema(ts_schema_writer *w, const ts_registry *registry)
{
    bool first = true;

    ts_schema_key(w, registry->plural);
    ts_schema_begin(w, '{');
    ts_schema_key(w, "anyOf");
    ts_schema_begin(w, '[');
    for (int i = 0; i < registry->count; i++) {
        if (!stands_alone(registry->entries[i]))
            continue;
        if (first) {
            ts_schema_line(w);
            ts_schema_begin(w, '{');
            ts_schema_key(w, "enum");
            ts_schema_begin(w, '[');
            first = false;
        }
        ts_schema_line(w);
        ts_escape(&w->out, TS_ESCAPE_JSON, registry->entries[i]->name);
    }
    if (!first) {
        ts_schema_end(w, ']');
        ts_schema_end(w, '}');
    }
    for (int i = 0; i < registry->count; i++)
        entry_schema(w, registry->entries[i]);
    ts_schema_end(w, ']');
    ts_schema_end(w, '}');
}

/* --- the whole --- */

static void list_file_schema(ts_schema_writer *w)
{
    ts_schema_key(w, "list.file");
    ts_schema_begin(w, '{');
    ts_schema_pair(
        w, "$comment",
        "the list stands in a file beside this one: a JSON list, or a value "
        "a line");
    ts_schema_pair(w, "type", "object");
    ts_schema_literal(w, "required", "[\"file\"]");
    ts_schema_literal(
        w, "properties",
        "{ \"file\": { \"type\": \"string\", \"maxLength\": 255, "
        "\"pattern\": "
        "\"^([^./\\\\\\\\-][^/\\\\\\\\]*/)*[^./\\\\\\\\-][^/\\\\\\\\]*$\" } }");
    ts_schema_literal(w, "additionalProperties", "false");
    ts_schema_end(w, '}');
}

char *ts_schema_text(const ts_shape *shape, const ts_words *words)
{
    ts_schema_writer w = {.out = TS_BUFFER_EMPTY,
                          .first = true,
                          .words = words};
    ts_walk walk;
    bool *over;

    ts_walk_init(&walk, shape);
    over = calloc((size_t)walk.visit_count + 1, sizeof *over);
    ts_schema_begin(&w, '{');
    ts_schema_pair(&w, "$schema",
                   "https://json-schema.org/draft/2020-12/schema");
    ts_schema_pair(&w, "title", shape->name);
    ts_schema_pair(&w, "description", shape->help);
    ts_schema_reference(&w, shape->name, "");
    ts_schema_literal(&w, "unevaluatedProperties", "false");
    ts_schema_key(&w, "$defs");
    ts_schema_begin(&w, '{');
    if (over != NULL)
        mark_over(&walk, over);
    for (int i = 0; over != NULL && i < walk.visit_count; i++)
        if (!ts_walk_visit_is_part(&walk.visits[i]))
            shape_schema(&w, walk.visits[i].shape, i == 0, over[i]);
    for (int i = 0; i < walk.registry_count; i++)
        registry_schema(&w, walk.registries[i]);
    ts_schema_quantities(&w);
    list_file_schema(&w);
    ts_schema_end(&w, '}');
    ts_schema_end(&w, '}');
    ts_buffer_char(&w.out, '\n');
    if (walk.failed || over == NULL)
        w.out.failed = true;
    free(over);
    ts_walk_fini(&walk);
    return ts_buffer_take(&w.out);
}

/*
 * check.c - ts_shape_check(): are the tables themselves in order?
 */
#include <string.h>

#include "sim/scenario/decode.h"
#include "sim/scenario/walk.h"

static bool takes_distribution(const ts_field *field)
{
    return field->kind == TS_FIELD_DURATION ||
           field->kind == TS_FIELD_NUMBER_DRAW ||
           field->kind == TS_FIELD_SIZE_DRAW;
}

static bool has_help(const char *help)
{
    return help != NULL && help[0] != '\0' && strchr(help, '\n') == NULL;
}

/* What a kind cannot do without. */
static bool check_kind(const ts_shape *shape, const ts_field *field,
                       ts_error *error)
{
    const char *missing = NULL;

    switch (field->kind) {
    case TS_FIELD_CHOICE:
        missing = field->choices == NULL ? "choices" : NULL;
        break;
    case TS_FIELD_REF:
        missing = field->collection == NULL ? "collection" : NULL;
        break;
    case TS_FIELD_OBJECT:
        missing = field->shape == NULL ? "shape" : NULL;
        break;
    case TS_FIELD_VARIANT:
    case TS_FIELD_TAG:
        missing = field->registry == NULL ? "registry" : NULL;
        break;
    case TS_FIELD_LIST:
    case TS_FIELD_MAP:
        missing = field->item == NULL ? "item" : NULL;
        if (missing == NULL && field->item->kind == TS_FIELD_TAG)
            return ts_fail(error, "%s.%s: a tag cannot be an item", shape->name,
                           field->name);
        break;
    default:
        break;
    }
    return missing == NULL ||
           ts_fail(error, "%s.%s has no %s", shape->name, field->name, missing);
}

static bool check_fallback(const ts_shape *shape, const ts_field *field,
                           ts_arena *arena, ts_error *error)
{
    const ts_path root = {NULL, NULL, 0};
    ts_path at = {&root, field->name, 0};
    ts_error why = {.text = ""};
    ts_reader reader;
    bool good = true;
    void *slot;

    if (field->fallback == NULL)
        return true;
    if (field->required)
        return ts_fail(error, "%s.%s is required and has a default",
                       shape->name, field->name);
    if (field->kind == TS_FIELD_TAG)
        return ts_registry_find(field->registry, field->fallback) != NULL ||
               ts_fail(error, "%s.%s: the default %s is no %s", shape->name,
                       field->name, field->fallback, field->registry->name);
    slot = ts_arena_alloc(arena, ts_field_size(field));
    if (slot == NULL)
        return ts_fail_memory(error);
    ts_reader_init(&reader, NULL, arena, NULL);
    reader.failure = &why;
    good = ts_decode_fallback(&reader, &at, field, slot) &&
           reader.errors == 0 && !reader.exhausted;
    ts_reader_fini(&reader);
    return good || ts_fail(error, "%s.%s: the default %s: %s", shape->name,
                           field->name, field->fallback, why.text);
}

static bool check_field(const ts_shape *shape, const ts_field *field,
                        ts_arena *arena, ts_error *error)
{
    const ts_field *item = field;

    if (!has_help(field->help))
        return ts_fail(error, "%s.%s has no help of one line", shape->name,
                       field->name);
    for (int i = 0; i < 8; i++) {
        if (!check_kind(shape, item, error))
            return false;
        if (item->kind != TS_FIELD_LIST && item->kind != TS_FIELD_MAP)
            break;
        item = item->item;
    }
    if (field->random && !takes_distribution(field))
        return ts_fail(error, "%s.%s cannot be random", shape->name,
                       field->name);
    if (field->no_cycles && field->kind != TS_FIELD_DURATION)
        return ts_fail(error, "%s.%s is never in cycles", shape->name,
                       field->name);
    if (field->offset + ts_field_size(field) > shape->size)
        return ts_fail(error, "%s.%s lies outside its record", shape->name,
                       field->name);
    return check_fallback(shape, field, arena, error);
}

/* The names of an alternative's fields against those they stand beside. */
static bool check_tag(const ts_shape *shape, const ts_field *tag,
                      ts_error *error)
{
    for (int e = 0; e < tag->registry->count; e++) {
        const ts_entry *entry = tag->registry->entries[e];

        for (int i = 0; entry->shape != NULL && i < entry->shape->field_count;
             i++)
            if (ts_shape_field(shape, entry->shape->fields[i].name) != NULL)
                return ts_fail(error,
                               "\"%s\" is a field of %s and of its %s %s",
                               entry->shape->fields[i].name, shape->name,
                               tag->name, entry->name);
    }
    return true;
}

/* The names of a table's fields against those of the tables beside it, and
 * whether all fit into one object with those of tags. */
static bool check_beside(const ts_shape *shape, ts_error *error)
{
    const ts_shape *table, *other;
    int fields = 0, tables = 0;

    for (int t = 0; (table = ts_shape_table(shape, t)) != NULL; t++) {
        tables += table->field_count > 0;
        fields += table->field_count;
        for (int i = 0; i < table->field_count; i++)
            for (int o = 0; o < t; o++) {
                other = ts_shape_table(shape, o);
                for (int k = 0; k < other->field_count; k++)
                    if (strcmp(table->fields[i].name, other->fields[k].name) ==
                        0)
                        return ts_fail(error, "%s has \"%s\" twice",
                                       shape->name, table->fields[i].name);
            }
    }
    return (tables + TS_LIMIT_TAGS <= TS_LIMIT_TABLES &&
            fields + TS_LIMIT_FIELDS <= TS_LIMIT_MEMBERS) ||
           ts_fail(error, "%s has too many tables or fields", shape->name);
}

/* A rule between fields names fields of the object. */
static bool check_names(const ts_shape *shape, const ts_shape *whole,
                        const char *const *names, ts_error *error)
{
    for (; names != NULL && *names != NULL; names++)
        if (ts_shape_field(whole, *names) == NULL)
            return ts_fail(error, "%s has no field %s, which a rule names",
                           shape->name, *names);
    return true;
}

/* The rules of a table of the object `whole`: those that are not of one field
 * stand in the object's own. */
static bool check_rules(const ts_shape *shape, const ts_shape *whole,
                        ts_error *error)
{
    for (int i = 0; i < shape->field_count; i++)
        if (!check_names(shape, whole, shape->fields[i].goes_with, error) ||
            !check_names(shape, whole, shape->fields[i].instead_of, error))
            return false;
    if (shape != whole && (shape->one_of != NULL || shape->some_of != NULL))
        return ts_fail(error, "a table beside %s says what is needed of it",
                       whole->name);
    return check_names(shape, whole, shape->one_of, error) &&
           check_names(shape, whole, shape->some_of, error);
}

static bool check_shape(const ts_shape *shape, ts_arena *arena, ts_error *error)
{
    bool shorthand = shape->shorthand == NULL;
    int tags = 0;

    if (shape->size == 0 || shape->field_count > TS_LIMIT_FIELDS)
        return ts_fail(error, "%s has a record of no size or too many fields",
                       shape->name);
    if (!has_help(shape->help))
        return ts_fail(error, "%s has no help of one line", shape->name);
    for (int i = 0; i < shape->field_count; i++) {
        const ts_field *field = &shape->fields[i];

        for (int k = 0; k < i; k++)
            if (strcmp(field->name, shape->fields[k].name) == 0)
                return ts_fail(error, "%s has \"%s\" twice", shape->name,
                               field->name);
        if (!check_field(shape, field, arena, error))
            return false;
        shorthand = shorthand || strcmp(field->name, shape->shorthand) == 0;
        tags += field->kind == TS_FIELD_TAG;
        if (field->kind == TS_FIELD_TAG && !check_tag(shape, field, error))
            return false;
    }
    if (!check_beside(shape, error))
        return false;
    if (tags > TS_LIMIT_TAGS)
        return ts_fail(error, "%s has too many tags", shape->name);
    return shorthand || ts_fail(error, "%s has no field for its shorthand %s",
                                shape->name, shape->shorthand);
}

static bool check_registry(const ts_registry *registry, ts_error *error)
{
    if (registry->name == NULL || registry->plural == NULL ||
        !has_help(registry->help))
        return ts_fail(error, "a registry has no name, plural or help");
    for (int i = 0; i < registry->count; i++) {
        const ts_entry *entry = registry->entries[i];

        if (!has_help(entry->help))
            return ts_fail(error, "%s %s has no help of one line",
                           registry->name, entry->name);
        for (int k = 0; k < i; k++)
            if (strcmp(entry->name, registry->entries[k]->name) == 0)
                return ts_fail(error, "there are two %s named %s",
                               registry->plural, entry->name);
    }
    return true;
}

bool ts_shape_check(const ts_shape *shape, ts_error *error)
{
    ts_arena arena;
    ts_walk walk;
    bool good;

    ts_arena_init(&arena, 0);
    ts_walk_init(&walk, shape);
    good = !walk.failed || ts_fail_memory(error);
    for (int i = 0; i < walk.visit_count && good; i++) {
        const ts_walk_visit *at = &walk.visits[i];

        good = check_shape(at->shape, &arena, error) &&
               check_rules(at->shape,
                           ts_walk_visit_is_part(at)
                               ? walk.visits[at->parent].shape
                               : at->shape,
                           error);
        /* The schema has one definition a name. */
        for (int k = 0; k < i && good; k++)
            if (!ts_walk_visit_is_part(&walk.visits[i]) &&
                strcmp(walk.visits[i].shape->name,
                       walk.visits[k].shape->name) == 0)
                good = ts_fail(error, "two shapes are named %s",
                               walk.visits[i].shape->name);
    }
    for (int i = 0; i < walk.registry_count && good; i++)
        good = check_registry(walk.registries[i], error);
    ts_walk_fini(&walk);
    ts_arena_fini(&arena);
    return good;
}

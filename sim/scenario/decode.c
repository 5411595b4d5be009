/*
 * decode.c - a value, as its field says: variants, lists, maps, references,
 * defaults. Objects are read in object.c, single values in value.c.
 */
#include "sim/scenario/decode.h"

#include <stdlib.h>
#include <string.h>

const cJSON *ts_only_member(const cJSON *object, int *count)
{
    const cJSON *first = NULL;

    *count = 0;
    for (const cJSON *c = object->child; c != NULL; c = c->next) {
        if (ts_is_remark(c->string))
            continue;
        if ((*count)++ == 0)
            first = c;
    }
    return first;
}

/* --- alternatives --- */

bool ts_entry_fail(ts_reader *reader, const ts_path *path, ts_place_kind kind,
                   const ts_registry *registry, const char *name)
{
    const char *names[256];
    ts_buffer list = TS_BUFFER_EMPTY;
    const char *near;
    int count = registry->count < 256 ? registry->count : 256;

    if (ts_reader_spare(reader))
        return false;
    for (int i = 0; i < count; i++)
        names[i] = registry->entries[i]->name;
    near = ts_nearest(name, names, count);
    ts_list_words(&list, names, count, " and ");
    if (near != NULL)
        ts_reader_fail(reader, path, kind,
                       "no %s is named \"%.60s\"; did you mean \"%s\"?",
                       registry->name, name, near);
    else
        ts_reader_fail(reader, path, kind,
                       "no %s is named \"%.60s\"; there are %s", registry->name,
                       name, list.failed ? "" : list.data);
    ts_buffer_fini(&list);
    return false;
}

static bool shape_needs_fields(const ts_shape *shape)
{
    for (int i = 0; shape != NULL && i < shape->field_count; i++)
        if (shape->fields[i].required)
            return true;
    return false;
}

/* The record of an alternative, read from `value` (NULL: defaults only). */
static bool decode_entry(ts_reader *reader, const ts_path *path,
                         const ts_entry *entry, const cJSON *value,
                         ts_variant *slot)
{
    static const cJSON empty = {.type = cJSON_Object};
    char shown[80];

    slot->entry = entry;
    slot->fields = NULL;
    if (entry->shape == NULL) {
        if (value == NULL || cJSON_IsTrue(value) ||
            (cJSON_IsObject(value) && value->child == NULL))
            return true;
        ts_show(value, shown, sizeof shown);
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "\"%s\" has no fields; write {} or the bare "
                              "name, not %s",
                              entry->name, shown);
    }
    slot->fields = ts_reader_alloc(reader, 1, entry->shape->size);
    return slot->fields != NULL &&
           ts_decode_object(reader, path, entry->shape,
                            value != NULL ? value : &empty, slot->fields);
}

/* How two keys of an object are written that has room for one. */
static bool fail_beside(ts_reader *reader, const ts_path *at,
                        const ts_registry *registry, const ts_entry *entry,
                        const char *other)
{
    const ts_shape *shape = entry->shape;
    const char *first = shape != NULL ? shape->fields[0].name : "";
    bool fits = false;

    for (int i = 0; shape != NULL && i < shape->field_count; i++)
        fits |= strcmp(shape->fields[i].name, other) == 0;
    if (shape == NULL || ts_registry_find(registry, other) != NULL)
        return ts_reader_fail(reader, at, TS_PLACE_KEY,
                              "one %s an object: \"%s\" must not stand beside "
                              "\"%s\"; write {\"%s\": ...}, {\"%s\": ...}",
                              registry->name, other, entry->name, entry->name,
                              other);
    return ts_reader_fail(reader, at, TS_PLACE_KEY,
                          "one %s an object: \"%s\" must not stand beside "
                          "\"%s\"; fields of %s belong inside it: {\"%s\": "
                          "{\"%s\": ...}}",
                          registry->name, other, entry->name, entry->name,
                          entry->name, fits ? other : first);
}

/* {"run": ...} or "yield" */
static bool decode_variant(ts_reader *reader, const ts_path *path,
                           const ts_field *field, const cJSON *value,
                           ts_variant *slot)
{
    const ts_registry *registry = field->registry;
    const cJSON *member = NULL;
    const ts_entry *entry;
    ts_path at = {path, NULL, 0};
    char shown[80];
    int count = 0;

    if (cJSON_IsString(value)) {
        entry = ts_registry_find(registry, value->valuestring);
        if (entry == NULL)
            return ts_entry_fail(reader, path, TS_PLACE_VALUE, registry,
                                 value->valuestring);
        if (shape_needs_fields(entry->shape))
            return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                                  "\"%s\" cannot stand alone; write "
                                  "{\"%s\": ...}",
                                  entry->name, entry->name);
        return decode_entry(reader, path, entry, NULL, slot);
    }
    if (cJSON_IsObject(value))
        member = ts_only_member(value, &count);
    if (count == 0) {
        ts_show(value, shown, sizeof shown);
        return ts_reader_fail(
            reader, path, TS_PLACE_VALUE,
            "expected one %s, as {\"%s\": ...}, not %s", registry->name,
            registry->count > 0 ? registry->entries[0]->name : "",
            cJSON_IsObject(value) ? "an empty object" : shown);
    }
    at.key = member->string;
    entry = ts_registry_find(registry, member->string);
    if (entry == NULL)
        return ts_entry_fail(reader, &at, TS_PLACE_KEY, registry,
                             member->string);
    for (const cJSON *c = member->next; count > 1 && c != NULL; c = c->next) {
        if (ts_is_remark(c->string))
            continue;
        at.key = c->string;
        return fail_beside(reader, &at, registry, entry, c->string);
    }
    return decode_entry(reader, &at, entry, member, slot);
}

/* --- lists and maps --- */

/* Inside a list an object is the record itself. */
static size_t item_size(const ts_field *item)
{
    return item->kind == TS_FIELD_OBJECT ? item->shape->size
                                         : ts_field_size(item);
}

static bool fewest(ts_reader *reader, const ts_path *path,
                   const ts_field *field, int count)
{
    int limit = field->limit > 0 ? field->limit : TS_LIMIT_ITEMS;

    if (count > limit)
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "has %d items, and %d are the most", count,
                              limit);
    if ((double)count < field->min)
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "needs at least %d item%s", (int)field->min,
                              field->min > 1 ? "s" : "");
    return true;
}

/* One item into its place: a record, or a value. */
static bool decode_item(ts_reader *reader, const ts_path *path,
                        const ts_field *item, const cJSON *value, void *place)
{
    if (item->kind == TS_FIELD_OBJECT)
        return ts_decode_object(reader, path, item->shape, value, place);
    return ts_decode(reader, path, item, value, place);
}

/* No item like one before it. */
static bool distinct(ts_reader *reader, const ts_path *path, const cJSON *list)
{
    int i = 0;
    char shown[80];

    for (const cJSON *c = list->child; c != NULL; c = c->next, i++)
        for (const cJSON *d = list->child; d != c; d = d->next) {
            ts_path at = {path, NULL, i};

            if (!cJSON_Compare(c, d, true))
                continue;
            ts_show(c, shown, sizeof shown);
            return ts_reader_fail(reader, &at, TS_PLACE_VALUE,
                                  "%s stands there twice", shown);
        }
    return true;
}

static bool decode_list(ts_reader *reader, const ts_path *path,
                        const ts_field *field, const cJSON *value,
                        ts_list *slot)
{
    size_t size = item_size(field->item);
    bool array = cJSON_IsArray(value), good;
    int count = array ? cJSON_GetArraySize(value) : 1;
    char shown[80];
    char *items;
    int i = 0;

    if (!array && !field->one) {
        ts_show(value, shown, sizeof shown);
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "expected a list [ ... ], not %s", shown);
    }
    good = fewest(reader, path, field, count);
    if (!good || count == 0)
        return good;
    items = ts_reader_alloc(reader, (size_t)count, size);
    if (items == NULL)
        return false;
    slot->items = items;
    slot->count = count;
    if (!array)
        return decode_item(reader, path, field->item, value, items);
    for (const cJSON *c = value->child; c != NULL; c = c->next, i++) {
        ts_path at = {path, NULL, i};

        good = decode_item(reader, &at, field->item, c,
                           items + (size_t)i * size) &&
               good;
    }
    return good && (!field->distinct || distinct(reader, path, value));
}

static bool decode_map(ts_reader *reader, const ts_path *path,
                       const ts_field *field, const cJSON *value, ts_list *slot)
{
    size_t size = item_size(field->item);
    ts_map_item *items;
    bool good = true;
    char shown[80];
    int count = 0;

    if (!cJSON_IsObject(value)) {
        ts_show(value, shown, sizeof shown);
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "expected an object { ... }, not %s", shown);
    }
    (void)ts_only_member(value, &count);
    good = fewest(reader, path, field, count);
    if (!good || count == 0)
        return good;
    items = ts_reader_alloc(reader, (size_t)count, sizeof *items);
    slot->items = items;
    for (const cJSON *c = value->child; c != NULL && items != NULL;
         c = c->next) {
        ts_path at = {path, c->string, 0};
        size_t n = strlen(c->string) + 1;
        char *key;

        if (ts_is_remark(c->string))
            continue;
        if (field->pointers && c->string[0] != '/')
            good = ts_reader_fail(reader, &at, TS_PLACE_KEY,
                                  "\"%s\" is no JSON Pointer: it begins with a "
                                  "slash, as in \"/threads/0/count\"",
                                  c->string);
        key = ts_reader_alloc(reader, n, 1);
        items[slot->count].value = ts_reader_alloc(reader, 1, size);
        if (key == NULL || items[slot->count].value == NULL)
            return false;
        memcpy(key, c->string, n);
        items[slot->count].key = key;
        good = decode_item(reader, &at, field->item, c,
                           items[slot->count].value) &&
               good;
        slot->count++;
    }
    return good && items != NULL;
}

/* --- values --- */

static bool decode_ref(ts_reader *reader, const ts_path *path,
                       const ts_field *field, const cJSON *value, ts_ref *slot)
{
    ts_field text = {.kind = TS_FIELD_TEXT};
    char shown[80];

    slot->index = -1;
    if (!cJSON_IsString(value)) {
        ts_show(value, shown, sizeof shown);
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "expected the name of a %s, not %s",
                              field->collection, shown);
    }
    if (!ts_decode_value(reader, path, &text, value, (void *)&slot->name))
        return false;
    ts_reader_ref(reader, path, field->collection, slot);
    return true;
}

static bool decode_pointer(ts_reader *reader, const ts_path *path,
                           const ts_field *field, const cJSON *value,
                           void **slot)
{
    *slot = ts_reader_alloc(reader, 1, field->shape->size);
    return *slot != NULL &&
           ts_decode_object(reader, path, field->shape, value, *slot);
}

/* A text that a later room reads: what can be seen of it now is. */
static bool decode_later(ts_reader *reader, const ts_path *path,
                         const ts_field *field, const cJSON *value, void *slot)
{
    const ts_shape *shape = field->shape;
    char shown[80];
    void *record;

    if (shape != NULL && cJSON_IsObject(value)) {
        record = ts_reader_alloc(reader, 1, shape->size);
        if (record == NULL ||
            !ts_decode_object(reader, path, shape, value, record))
            return false;
    } else if (shape != NULL && !cJSON_IsArray(value)) {
        ts_show(value, shown, sizeof shown);
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "expected a list of values, as in [1, 2, 5], or "
                              "a %s (%s), not %s",
                              shape->name, shape->help, shown);
    } else if (shape != NULL && value->child == NULL) {
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "has no values: there is nothing to choose from");
    }
    return ts_decode_value(reader, path, field, value, slot);
}

bool ts_decode(ts_reader *reader, const ts_path *path, const ts_field *field,
               const cJSON *value, void *slot)
{
    if (cJSON_IsNull(value) && field->kind != TS_FIELD_RAW)
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "null is no value here; leave it out instead");
    switch (field->kind) {
    case TS_FIELD_OBJECT:
        return decode_pointer(reader, path, field, value, slot);
    case TS_FIELD_VARIANT:
        return decode_variant(reader, path, field, value, slot);
    case TS_FIELD_LIST:
        return decode_list(reader, path, field, value, slot);
    case TS_FIELD_MAP:
        return decode_map(reader, path, field, value, slot);
    case TS_FIELD_RAW:
        return decode_later(reader, path, field, value, slot);
    case TS_FIELD_REF:
        return decode_ref(reader, path, field, value, slot);
    case TS_FIELD_NAME:
        if (!ts_decode_value(reader, path, field, value, slot))
            return false;
        if (field->collection != NULL)
            ts_reader_name(reader, path, field->collection,
                           *(const char **)slot);
        return true;
    default:
        return ts_decode_value(reader, path, field, value, slot);
    }
}

/* --- defaults --- */

/* Which kinds write their default as a JSON text with quotes around it? */
static bool fallback_is_text(const ts_field *field)
{
    switch (field->kind) {
    case TS_FIELD_BOOL:
    case TS_FIELD_INT:
    case TS_FIELD_REAL:
    case TS_FIELD_NUMBER_DRAW:
    case TS_FIELD_RAW:
    case TS_FIELD_MAP:
        return false;
    default:
        return strchr("{[", field->fallback[0]) == NULL;
    }
}

/* Does the text begin like a bare number, and hold nothing else? */
static bool is_number(const char *text)
{
    ts_quantity quantity;

    return ts_number_read(text, &quantity, NULL);
}

bool ts_decode_fallback(ts_reader *reader, const ts_path *path,
                        const ts_field *field, void *slot)
{
    const char *text = field->fallback;
    cJSON node = {.type = cJSON_String};
    cJSON *tree;
    bool done;

    node.valuestring = (char *)(uintptr_t)text; /* only read */
    if (strcmp(text, "{}") == 0) {
        node.type = cJSON_Object;
        node.valuestring = NULL;
    } else if (strcmp(text, "[]") == 0) {
        node.type = cJSON_Array;
        node.valuestring = NULL;
    } else if (field->kind == TS_FIELD_BOOL && strcmp(text, "true") == 0) {
        node.type = cJSON_True;
    } else if (field->kind == TS_FIELD_BOOL && strcmp(text, "false") == 0) {
        node.type = cJSON_False;
    } else if (field->kind != TS_FIELD_TEXT && field->kind != TS_FIELD_NAME &&
               field->kind != TS_FIELD_CHOICE && field->kind != TS_FIELD_TAG &&
               is_number(text)) {
        /* The text stays with it, so nothing is lost on the way. */
        node.type = cJSON_Number;
        node.valuedouble = strtod(text, NULL);
    } else if (!fallback_is_text(field)) {
        char own[] = "default";
        ts_source source = {.file = own,
                            .text = (char *)(uintptr_t)text,
                            .length = strlen(text)};
        ts_diagnostics inner;
        int values;

        ts_diagnostics_init(&inner);
        tree = ts_tree_parse(&source, &values, &inner);
        done = tree != NULL
                   ? ts_decode(reader, path, field, tree, slot)
                   : ts_reader_fail(reader, path, TS_PLACE_VALUE,
                                    "the default %.60s is no JSON", text);
        ts_diagnostics_fini(&inner);
        ts_scan_index_fini(&source.index);
        cJSON_Delete(tree);
        return done;
    }
    return ts_decode(reader, path, field, &node, slot);
}

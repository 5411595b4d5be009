/*
 * decode.c - objects, lists, maps, variants.
 *
 * An object is read in three steps: its TAG fields are bound, which adds the
 * tables of the alternatives they name ("frames"); each member is matched to
 * a field of some frame; each field is read, or its default. Names, references
 * and checks wait for the end: see reader.c.
 */
#include "sim/scenario/decode.h"

#include <stdlib.h>
#include <string.h>

/* The table of an object, one beside it, or that of an alternative whose
 * fields stand in it. */
typedef struct frame {
    const ts_shape *shape;
    char *record;
    const ts_registry *registry; /* of the alternative; NULL: the object's */
    const ts_entry *entry;
    const cJSON **found; /* the member of each field; NULL: none */
} frame;

typedef struct frames {
    frame items[TS_LIMIT_TABLES];
    int count;
    const cJSON *found[TS_LIMIT_MEMBERS]; /* of all frames */
    int members;
    bool unknown_tag; /* an alternative was named that there is none of */
} frames;

/* --- helpers over tables --- */

const ts_entry *ts_registry_find(const ts_registry *registry, const char *name)
{
    for (int i = 0; i < registry->count; i++)
        if (strcmp(registry->entries[i]->name, name) == 0)
            return registry->entries[i];
    return NULL;
}

const ts_shape *ts_shape_table(const ts_shape *shape, int i)
{
    if (i == 0)
        return shape;
    return shape->beside != NULL ? shape->beside(i - 1) : NULL;
}

const ts_field *ts_shape_field(const ts_shape *shape, const char *name)
{
    const ts_shape *table;

    for (int t = 0; (table = ts_shape_table(shape, t)) != NULL; t++)
        for (int i = 0; i < table->field_count; i++)
            if (strcmp(table->fields[i].name, name) == 0)
                return &table->fields[i];
    return NULL;
}

int ts_shape_count(const ts_shape *shape)
{
    const ts_shape *table;
    int count = 0;

    for (int t = 0; (table = ts_shape_table(shape, t)) != NULL; t++)
        count += table->field_count;
    return count;
}

const ts_field *ts_shape_nth(const ts_shape *shape, int n)
{
    const ts_shape *table;

    for (int t = 0; (table = ts_shape_table(shape, t)) != NULL; t++) {
        if (n < table->field_count)
            return &table->fields[n];
        n -= table->field_count;
    }
    return NULL;
}

static bool shape_needs_fields(const ts_shape *shape)
{
    for (int i = 0; shape != NULL && i < shape->field_count; i++)
        if (shape->fields[i].required)
            return true;
    return false;
}

size_t ts_field_size(const ts_field *field)
{
    switch (field->kind) {
    case TS_FIELD_BOOL:
        return sizeof(bool);
    case TS_FIELD_INT:
    case TS_FIELD_SIZE:
        return sizeof(int64_t);
    case TS_FIELD_REAL:
    case TS_FIELD_RATIO:
        return sizeof(double);
    case TS_FIELD_TIME:
        return sizeof(ts_time);
    case TS_FIELD_DURATION:
        return sizeof(ts_duration);
    case TS_FIELD_NUMBER_DRAW:
    case TS_FIELD_SIZE_DRAW:
        return sizeof(ts_distribution);
    case TS_FIELD_FREQUENCY:
    case TS_FIELD_RATE:
        return sizeof(ts_rational);
    case TS_FIELD_TEXT:
    case TS_FIELD_NAME:
    case TS_FIELD_RAW:
        return sizeof(const char *);
    case TS_FIELD_REF:
        return sizeof(ts_ref);
    case TS_FIELD_CHOICE:
        return sizeof(int);
    case TS_FIELD_SCALAR:
        return sizeof(ts_scalar);
    case TS_FIELD_OBJECT:
        return sizeof(void *);
    case TS_FIELD_VARIANT:
    case TS_FIELD_TAG:
        return sizeof(ts_variant);
    case TS_FIELD_LIST:
    case TS_FIELD_MAP:
        return sizeof(ts_list);
    }
    return sizeof(int64_t);
}

/* Inside a list an object is the record itself. */
static size_t item_size(const ts_field *item)
{
    return item->kind == TS_FIELD_OBJECT ? item->shape->size
                                         : ts_field_size(item);
}

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

static bool fail_entry(ts_reader *reader, const ts_path *path,
                       ts_place_kind kind, const ts_registry *registry,
                       const char *name)
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
            return fail_entry(reader, path, TS_PLACE_VALUE, registry,
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
        return fail_entry(reader, &at, TS_PLACE_KEY, registry, member->string);
    for (const cJSON *c = member->next; count > 1 && c != NULL; c = c->next) {
        if (ts_is_remark(c->string))
            continue;
        at.key = c->string;
        return ts_reader_fail(reader, &at, TS_PLACE_KEY,
                              "one %s an object: \"%s\" must not stand beside "
                              "\"%s\"",
                              registry->name, c->string, member->string);
    }
    return decode_entry(reader, &at, entry, member, slot);
}

/* --- lists and maps --- */

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

/* --- objects --- */

static const cJSON *member_find(const cJSON *object, const char *name)
{
    for (const cJSON *c = object->child; c != NULL; c = c->next)
        if (strcmp(c->string, name) == 0)
            return c;
    return NULL;
}

/* One more table of the object; of its members nothing is known yet. */
static bool add_frame(ts_reader *reader, const ts_path *path, frames *fs,
                      frame more)
{
    int fields = more.shape->field_count;

    if (fs->count == TS_LIMIT_TABLES || fields > TS_LIMIT_FIELDS ||
        fs->members + fields > TS_LIMIT_MEMBERS)
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "internal error: %s has too many tables or "
                              "fields",
                              more.shape->name);
    more.found = fs->found + fs->members;
    memset(more.found, 0, (size_t)fields * sizeof more.found[0]);
    fs->members += fields;
    fs->items[fs->count++] = more;
    return true;
}

/* The tables that others add become part of the object. */
static bool bind_beside(ts_reader *reader, const ts_path *path,
                        const ts_shape *shape, char *record, frames *fs)
{
    void **records;
    int count = 0;

    if (shape->beside == NULL)
        return true;
    while (shape->beside(count) != NULL)
        count++;
    records = ts_reader_alloc(reader, (size_t)count, sizeof *records);
    if (records == NULL)
        return false;
    *(void ***)(void *)(record + shape->records) = records;
    for (int i = 0; i < count; i++) {
        const ts_shape *table = shape->beside(i);

        if (table->field_count == 0)
            continue;
        records[i] = ts_reader_alloc(reader, 1, table->size);
        if (records[i] == NULL ||
            !add_frame(reader, path, fs,
                       (frame){.shape = table, .record = records[i]}))
            return false;
    }
    return true;
}

/* Binds one TAG: the alternative's fields become part of the object. */
static bool bind_tag(ts_reader *reader, const ts_path *path,
                     const ts_field *field, const cJSON *object, char *record,
                     frames *fs)
{
    ts_variant *slot = (ts_variant *)(void *)(record + field->offset);
    const cJSON *value = member_find(object, field->name);
    const char *name = field->fallback;
    ts_path at = {path, field->name, 0};
    char shown[80];

    if (value != NULL && !cJSON_IsString(value)) {
        ts_show(value, shown, sizeof shown);
        fs->unknown_tag = true;
        return ts_reader_fail(reader, &at, TS_PLACE_VALUE,
                              "expected the name of a %s, not %s",
                              field->registry->name, shown);
    }
    if (value != NULL)
        name = value->valuestring;
    if (name == NULL)
        return true; /* absent; whether it may be is seen to later */
    slot->entry = ts_registry_find(field->registry, name);
    if (slot->entry == NULL) {
        fs->unknown_tag = true;
        return fail_entry(reader, &at, TS_PLACE_VALUE, field->registry, name);
    }
    if (slot->entry->shape == NULL)
        return true;
    slot->fields = ts_reader_alloc(reader, 1, slot->entry->shape->size);
    return slot->fields != NULL &&
           add_frame(reader, &at, fs,
                     (frame){.shape = slot->entry->shape,
                             .record = slot->fields,
                             .registry = field->registry,
                             .entry = slot->entry});
}

/* "system with policy round-robin" */
static void describe_object(const frames *fs, ts_buffer *out)
{
    const char *joint = " with ";

    ts_buffer_text(out, fs->items[0].shape->name);
    for (int f = 0; f < fs->count; f++) {
        const ts_shape *shape = fs->items[f].shape;

        for (int i = 0; i < shape->field_count; i++) {
            const ts_field *field = &shape->fields[i];
            const ts_variant *slot =
                (const void *)(fs->items[f].record + field->offset);

            if (field->kind != TS_FIELD_TAG || slot->entry == NULL)
                continue;
            ts_buffer_format(out, "%s%s %s", joint, field->name,
                             slot->entry->name);
            joint = " and ";
        }
    }
}

/* The alternatives, other than the chosen, whose fields include `key`:
 * "policy round-robin or mlfq, not to fifo". */
static bool find_elsewhere(const frames *fs, const char *key, ts_buffer *out)
{
    for (int f = 0; f < fs->count; f++) {
        const ts_shape *shape = fs->items[f].shape;

        for (int i = 0; i < shape->field_count; i++) {
            const ts_field *field = &shape->fields[i];
            const ts_variant *slot =
                (const void *)(fs->items[f].record + field->offset);
            int found = 0;

            if (field->kind != TS_FIELD_TAG)
                continue;
            for (int e = 0; e < field->registry->count; e++) {
                const ts_entry *entry = field->registry->entries[e];

                if (entry->shape == NULL ||
                    ts_shape_field(entry->shape, key) == NULL)
                    continue;
                if (found == 0)
                    ts_buffer_format(out, "%s %s", field->name, entry->name);
                else
                    ts_buffer_format(out, " or %s", entry->name);
                found++;
            }
            if (found > 0 && slot->entry != NULL)
                ts_buffer_format(out, ", not to %s", slot->entry->name);
            if (found > 0)
                return true;
        }
    }
    return false;
}

/* The field nearest to `key` among all alternatives of the object's tags. */
static const char *near_elsewhere(const frames *fs, const char *key)
{
    const char *near = NULL;

    for (int f = 0; f < fs->count && near == NULL; f++) {
        const ts_shape *shape = fs->items[f].shape;

        for (int i = 0; i < shape->field_count && near == NULL; i++) {
            const ts_registry *registry = shape->fields[i].registry;

            if (shape->fields[i].kind != TS_FIELD_TAG)
                continue;
            for (int e = 0; e < registry->count && near == NULL; e++) {
                const ts_shape *other = registry->entries[e]->shape;

                for (int k = 0;
                     other != NULL && k < other->field_count && near == NULL;
                     k++)
                    near = ts_nearest(key, &other->fields[k].name, 1);
            }
        }
    }
    return near;
}

static void fail_unknown(ts_reader *reader, const ts_path *path,
                         const frames *fs, const char *key)
{
    ts_path at = {path, key, 0};
    ts_buffer object = TS_BUFFER_EMPTY, text = TS_BUFFER_EMPTY;
    const char *names[TS_LIMIT_MEMBERS];
    const char *near;
    int count = 0;

    if (ts_reader_spare(reader))
        return;
    if (find_elsewhere(fs, key, &text)) {
        /* With the tag itself wrong, this is no error of its own. */
        if (!fs->unknown_tag)
            ts_reader_fail(reader, &at, TS_PLACE_KEY, "\"%s\" belongs to %s",
                           key, text.failed ? "" : text.data);
        ts_buffer_fini(&text);
        return;
    }
    for (int f = 0; f < fs->count; f++)
        for (int i = 0; i < fs->items[f].shape->field_count; i++)
            names[count++] = fs->items[f].shape->fields[i].name;
    describe_object(fs, &object);
    near = ts_nearest(key, names, count);
    if (near == NULL && (near = near_elsewhere(fs, key)) != NULL) {
        ts_buffer_format(&text, "; \"%s\" belongs to ", near);
        (void)find_elsewhere(fs, near, &text);
    } else if (near != NULL)
        ts_buffer_format(&text, "; did you mean \"%s\"?", near);
    else if (count == 0)
        ts_buffer_text(&text, "; it has none");
    else
        ts_buffer_text(&text, "; it has ");
    if (near == NULL)
        ts_list_words(&text, names, count, " and ");
    if (!object.failed && !text.failed)
        ts_reader_fail(reader, &at, TS_PLACE_KEY,
                       "\"%.100s\" is no field of %s%s", key, object.data,
                       text.data);
    ts_buffer_fini(&object);
    ts_buffer_fini(&text);
}

/* Matches every member to a field of a frame. */
static void match_members(ts_reader *reader, const ts_path *path, frames *fs,
                          const cJSON *object)
{
    for (const cJSON *c = object->child; c != NULL; c = c->next) {
        bool found = false;

        for (int f = 0; f < fs->count && !found; f++) {
            frame *at = &fs->items[f];

            for (int i = 0; i < at->shape->field_count; i++) {
                const char *name = at->shape->fields[i].name;

                if (name[0] == c->string[0] && strcmp(name, c->string) == 0) {
                    at->found[i] = c;
                    found = true;
                    break;
                }
            }
        }
        if (found || ts_is_remark(c->string) ||
            (fs->items[0].shape->profiles &&
             strcmp(c->string, "profile") == 0) ||
            (path->up == NULL && (strcmp(c->string, "unit") == 0 ||
                                  strcmp(c->string, "$schema") == 0)))
            continue;
        fail_unknown(reader, path, fs, c->string);
    }
}

static void decode_field(ts_reader *reader, const ts_path *path, const frame *f,
                         int i)
{
    const ts_field *field = &f->shape->fields[i];
    void *slot = f->record + field->offset;
    ts_path at = {path, field->name, 0};

    if (f->found[i] != NULL) {
        if (field->kind != TS_FIELD_TAG)
            (void)ts_decode(reader, &at, field, f->found[i], slot);
        return;
    }
    if (field->fallback != NULL) {
        if (field->kind != TS_FIELD_TAG)
            (void)ts_decode_fallback(reader, &at, field, slot);
        return;
    }
    if (field->required) {
        ts_reader_fail(reader, path, TS_PLACE_VALUE, "%s needs \"%s\": %s",
                       f->entry != NULL ? f->entry->name : f->shape->name,
                       field->name, field->help);
        return;
    }
    if (field->clock != NULL)
        reader->clockless = field->clock;
    if (field->kind == TS_FIELD_REF)
        ((ts_ref *)slot)->index = -1;
    if (field->kind == TS_FIELD_NAME && field->collection != NULL)
        ts_reader_name(reader, path, field->collection, NULL);
}

/* Is `name` a distribution, or nearly one? A field of `shape` is nearer. */
static bool names_distribution(const ts_shape *shape, const char *name)
{
    const char *fields[TS_LIMIT_FIELDS], *names[32];
    const ts_distribution_form *forms;
    int count;

    if (ts_is_distribution(name))
        return true;
    for (int i = 0; i < shape->field_count && i < TS_LIMIT_FIELDS; i++)
        fields[i] = shape->fields[i].name;
    if (ts_nearest(name, fields, shape->field_count) != NULL)
        return false;
    forms = ts_distribution_forms(&count);
    for (int i = 0; i < count && i < 32; i++)
        names[i] = forms[i].name;
    return ts_nearest(name, names, count) != NULL;
}

/* May `value` stand for the shorthand field, rather than for the object? */
static bool is_shorthand(const ts_shape *shape, const ts_field *field,
                         const cJSON *value)
{
    const cJSON *first;
    int count;

    if (field == NULL)
        return false;
    if (!cJSON_IsObject(value))
        return true;
    first = ts_only_member(value, &count);
    if (count != 1 || ts_shape_field(shape, first->string) != NULL)
        return false;
    if (field->kind == TS_FIELD_LIST && field->one)
        field = field->item;
    if ((field->kind == TS_FIELD_DURATION && field->random) ||
        field->kind == TS_FIELD_NUMBER_DRAW ||
        field->kind == TS_FIELD_SIZE_DRAW)
        return names_distribution(shape, first->string);
    if (field->kind == TS_FIELD_VARIANT)
        return ts_registry_find(field->registry, first->string) != NULL;
    return false;
}

/* The rest of an object once its members are matched: fields, then checks. */
static void decode_fields(ts_reader *reader, const ts_path *path, frames *fs,
                          const cJSON *shorthand)
{
    const ts_shape *shape = fs->items[0].shape;

    for (int f = 0; f < fs->count; f++) {
        for (int i = 0; i < fs->items[f].shape->field_count; i++) {
            const ts_field *field = &fs->items[f].shape->fields[i];

            /* The error of a shorthand is at the value itself. */
            if (f == 0 && shorthand != NULL &&
                strcmp(field->name, shape->shorthand) == 0)
                (void)ts_decode(reader, path, field, shorthand,
                                fs->items[0].record + field->offset);
            else
                decode_field(reader, path, &fs->items[f], i);
        }
    }
}

static bool bind_tags(ts_reader *reader, const ts_path *path,
                      const cJSON *object, frames *fs)
{
    bool good = true;

    for (int f = 0; f < fs->count; f++) {
        const ts_shape *shape = fs->items[f].shape;

        for (int i = 0; i < shape->field_count; i++)
            if (shape->fields[i].kind == TS_FIELD_TAG)
                good = bind_tag(reader, path, &shape->fields[i], object,
                                fs->items[f].record, fs) &&
                       good;
    }
    return good;
}

/* --- rules between the fields of one table --- */

/* Is a field there, by the given value or by that which stands for the whole? */
static bool is_there(const frame *f, int i, const cJSON *shorthand)
{
    const cJSON *value = f->found[i];

    if (shorthand != NULL &&
        strcmp(f->shape->fields[i].name, f->shape->shorthand) == 0)
        value = shorthand;
    return value != NULL && !cJSON_IsFalse(value) &&
           !(cJSON_IsArray(value) && value->child == NULL);
}

/* How many of the object's fields are there; `words` are their names. */
static int count_there(const frames *fs, const char *const *names,
                       const cJSON *shorthand, const char *joint,
                       ts_buffer *words)
{
    int there = 0, count = 0;

    for (; names[count] != NULL; count++)
        for (int f = 0; f < fs->count; f++)
            for (int i = 0; i < fs->items[f].shape->field_count; i++)
                if (strcmp(fs->items[f].shape->fields[i].name, names[count]) ==
                    0)
                    there +=
                        is_there(&fs->items[f], i, f == 0 ? shorthand : NULL);
    ts_list_words(words, names, count, joint);
    return there;
}

static void check_beside(ts_reader *reader, const ts_path *path,
                         const frames *fs, const ts_field *field,
                         const cJSON *shorthand)
{
    ts_path at = {path, field->name, 0};
    ts_buffer words = TS_BUFFER_EMPTY;

    if (field->goes_with != NULL &&
        count_there(fs, field->goes_with, shorthand, " or ", &words) == 0)
        ts_reader_fail(reader, &at, TS_PLACE_VALUE, "needs %s beside it",
                       words.failed ? "" : words.data);
    words.length = 0;
    if (field->instead_of != NULL &&
        count_there(fs, field->instead_of, shorthand, " and ", &words) > 0)
        ts_reader_fail(reader, &at, TS_PLACE_VALUE,
                       "stands instead of %s; leave out one or the other",
                       words.failed ? "" : words.data);
    ts_buffer_fini(&words);
}

static void check_rules(ts_reader *reader, const ts_path *path,
                        const frames *fs, const frame *f,
                        const cJSON *shorthand)
{
    const ts_shape *shape = f->shape;
    const char *name = f->entry != NULL ? f->entry->name : shape->name;
    ts_buffer words = TS_BUFFER_EMPTY;
    int there;

    if (shape->one_of != NULL &&
        (there = count_there(fs, shape->one_of, shorthand, " and ", &words)) !=
            1)
        ts_reader_fail(reader, path, TS_PLACE_VALUE,
                       "%s needs exactly one of %s, not %d", name,
                       words.failed ? "" : words.data, there);
    words.length = 0;
    if (shape->some_of != NULL &&
        count_there(fs, shape->some_of, shorthand, " or ", &words) == 0)
        ts_reader_fail(reader, path, TS_PLACE_VALUE, "%s needs %s", name,
                       words.failed ? "" : words.data);
    ts_buffer_fini(&words);
    for (int i = 0; i < shape->field_count; i++)
        if (is_there(f, i, f == fs->items ? shorthand : NULL))
            check_beside(reader, path, fs, &shape->fields[i], shorthand);
}

bool ts_decode_object(ts_reader *reader, const ts_path *path,
                      const ts_shape *shape, const cJSON *value, void *record)
{
    static const cJSON empty = {.type = cJSON_Object};
    const ts_field *short_field = shape->shorthand != NULL
                                      ? ts_shape_field(shape, shape->shorthand)
                                      : NULL;
    bool shorthand = is_shorthand(shape, short_field, value);
    const cJSON *object = shorthand ? &empty : value;
    int errors = reader->errors, ref_from = reader->ref_count;
    char shown[80];
    frames fs;

    if (!cJSON_IsObject(object)) {
        ts_show(value, shown, sizeof shown);
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "expected an object { ... }, not %s", shown);
    }
    if (!shape->profiles && object->child != NULL &&
        ts_shape_field(shape, "profile") == NULL &&
        cJSON_IsString(member_find(object, "profile"))) {
        ts_path at = {path, "profile", 0};

        return ts_reader_fail(reader, &at, TS_PLACE_KEY, "%s takes no profile",
                              shape->name);
    }
    fs.count = fs.members = 0;
    fs.unknown_tag = false;
    if (!add_frame(reader, path, &fs,
                   (frame){.shape = shape, .record = record}) ||
        !bind_beside(reader, path, shape, record, &fs))
        return false;
    (void)bind_tags(reader, path, object, &fs);
    match_members(reader, path, &fs, object);
    decode_fields(reader, path, &fs, shorthand ? value : NULL);
    for (int f = 0; f < fs.count; f++)
        check_rules(reader, path, &fs, &fs.items[f], shorthand ? value : NULL);
    if (reader->errors != errors || reader->exhausted)
        return false;
    for (int f = fs.count - 1; f >= 0; f--)
        if (fs.items[f].shape->check != NULL)
            ts_reader_check(reader, path, fs.items[f].shape, fs.items[f].record,
                            ref_from);
    return true;
}

/*
 * object.c - an object, read by its tables.
 *
 * An object is read in three steps: its TAG fields are bound, which adds the
 * tables of the alternatives they name ("frames"); each member is matched to
 * a field of some frame; each field is read, or its default. Names, references
 * and checks wait for the end: see reader.c.
 */
#include "sim/scenario/object.h"

#include <string.h>

/* --- binding its tables --- */

static const cJSON *member_find(const cJSON *object, const char *name)
{
    for (const cJSON *c = object->child; c != NULL; c = c->next)
        if (strcmp(c->string, name) == 0)
            return c;
    return NULL;
}

/* One more table of the object; of its members nothing is known yet. */
static bool add_frame(ts_reader *reader, const ts_path *path,
                      ts_object_frames *fs, ts_object_frame more)
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
                        const ts_shape *shape, char *record,
                        ts_object_frames *fs)
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
                       (ts_object_frame){.shape = table, .record = records[i]}))
            return false;
    }
    return true;
}

/* Binds one TAG: the alternative's fields become part of the object. */
static bool bind_tag(ts_reader *reader, const ts_path *path,
                     const ts_field *field, const cJSON *object, char *record,
                     ts_object_frames *fs)
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
        return ts_entry_fail(reader, &at, TS_PLACE_VALUE, field->registry,
                             name);
    }
    if (slot->entry->shape == NULL)
        return true;
    slot->fields = ts_reader_alloc(reader, 1, slot->entry->shape->size);
    return slot->fields != NULL &&
           add_frame(reader, &at, fs,
                     (ts_object_frame){.shape = slot->entry->shape,
                                       .record = slot->fields,
                                       .registry = field->registry,
                                       .entry = slot->entry});
}

static bool bind_tags(ts_reader *reader, const ts_path *path,
                      const cJSON *object, ts_object_frames *fs)
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

/* --- its members --- */

/* Matches every member to a field of a frame. */
static void match_members(ts_reader *reader, const ts_path *path,
                          ts_object_frames *fs, const cJSON *object)
{
    for (const cJSON *c = object->child; c != NULL; c = c->next) {
        bool found = false;

        for (int f = 0; f < fs->count && !found; f++) {
            ts_object_frame *at = &fs->items[f];

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
        ts_unknown_fail(reader, path, fs, c->string);
    }
}

static void decode_field(ts_reader *reader, const ts_path *path,
                         const ts_object_frame *f, int i)
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
static void decode_fields(ts_reader *reader, const ts_path *path,
                          ts_object_frames *fs, const cJSON *shorthand)
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

/* --- rules between the fields of one table --- */

/* Is a field there, by the given value or by that which stands for the whole? */
static bool is_there(const ts_object_frame *f, int i, const cJSON *shorthand)
{
    const cJSON *value = f->found[i];

    if (shorthand != NULL &&
        strcmp(f->shape->fields[i].name, f->shape->shorthand) == 0)
        value = shorthand;
    return value != NULL && !cJSON_IsFalse(value) &&
           !(cJSON_IsArray(value) && value->child == NULL);
}

/* How many of the object's fields are there; `words` are their names. */
static int count_there(const ts_object_frames *fs, const char *const *names,
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
                         const ts_object_frames *fs, const ts_field *field,
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
                        const ts_object_frames *fs, const ts_object_frame *f,
                        const cJSON *shorthand)
{
    const ts_shape *shape = f->shape;
    const char *name = f->entry != NULL ? f->entry->name : shape->name;
    ts_buffer words = TS_BUFFER_EMPTY;
    int there;

    if (shape->one_of != NULL &&
        (there = count_there(fs, shape->one_of, shorthand, " and ", &words)) !=
            1)
        ts_reader_fail(reader, path, TS_PLACE_VALUE, "%s %s one of %s", name,
                       there == 0 ? "needs" : "takes only",
                       words.failed ? "" : words.data);
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

/* --- the whole --- */

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
    ts_object_frames fs;

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
                   (ts_object_frame){.shape = shape, .record = record}) ||
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

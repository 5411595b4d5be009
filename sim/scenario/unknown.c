/*
 * unknown.c - words for a key that none of an object's tables has.
 *
 * Most often it is a field of another alternative ("belongs to policy
 * round-robin, not to fifo") or is spelt nearly right, here or there. Only
 * then are all the fields listed that there are.
 */
#include "sim/scenario/nearest.h"
#include "sim/scenario/object.h"
#include "sim/scenario/synonym.h"

/* "system with policy round-robin" */
static void describe_object(const ts_object_frames *fs, ts_buffer *out)
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
static bool find_elsewhere(const ts_object_frames *fs, const char *key,
                           ts_buffer *out)
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
static const char *near_elsewhere(const ts_object_frames *fs, const char *key)
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

void ts_unknown_fail(ts_reader *reader, const ts_path *path,
                     const ts_object_frames *fs, const char *key)
{
    ts_path at = {path, key, 0};
    ts_buffer object = TS_BUFFER_EMPTY, text = TS_BUFFER_EMPTY;
    const char *names[TS_LIMIT_MEMBERS];
    const char *near;
    int count = 0;

    if (ts_reader_spare(reader))
        return;
    for (int f = 0; f < fs->count; f++)
        for (int i = 0; i < fs->items[f].shape->field_count; i++)
            names[count++] = fs->items[f].shape->fields[i].name;
    if (find_elsewhere(fs, key, &text)) {
        near = ts_meant(key, names, count);
        if (near != NULL)
            ts_buffer_format(&text, "; did you mean \"%s\"?", near);
        /* With the tag itself wrong, this is no error of its own. */
        if (!fs->unknown_tag)
            ts_reader_fail(reader, &at, TS_PLACE_KEY, "\"%s\" belongs to %s",
                           key, text.failed ? "" : text.data);
        ts_buffer_fini(&text);
        return;
    }
    describe_object(fs, &object);
    near = ts_nearest(key, names, count);
    if (near == NULL && (near = near_elsewhere(fs, key)) != NULL) {
        ts_buffer_format(&text, "; \"%s\" belongs to ", near);
        (void)find_elsewhere(fs, near, &text);
    } else if (near != NULL)
        ts_buffer_format(&text, "; did you mean \"%s\"?", near);
    else if (ts_synonym(key, 0) != NULL)
        ts_buffer_format(&text,
                         "; `timeslice explain %s` says what it is called "
                         "here, and it has ",
                         key);
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

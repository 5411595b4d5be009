/*
 * walk.c - the search through the tables.
 */
#include "sim/scenario/walk.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/reader.h"

#define VISITS_MAX 4096
#define LISTS_IN_LISTS_MAX 8

const ts_field *ts_innermost(const ts_field *field)
{
    for (int i = 0;
         i < LISTS_IN_LISTS_MAX && field->item != NULL &&
         (field->kind == TS_FIELD_LIST || field->kind == TS_FIELD_MAP);
         i++)
        field = field->item;
    return field;
}

static void add_visit(ts_walk *walk, ts_walk_visit visit)
{
    for (int i = 0; i < walk->visit_count; i++)
        if (walk->visits[i].shape == visit.shape)
            return;
    if (walk->visit_count == walk->visit_room) {
        int room = walk->visit_room == 0 ? 32 : 2 * walk->visit_room;
        ts_walk_visit *more =
            realloc(walk->visits, (size_t)room * sizeof *more);

        if (more == NULL || room > VISITS_MAX)
            walk->failed = true;
        if (more != NULL)
            walk->visits = more;
        if (walk->failed)
            return;
        walk->visit_room = room;
    }
    walk->visits[walk->visit_count++] = visit;
}

static void add_registry(ts_walk *walk, const ts_registry *registry)
{
    for (int i = 0; i < walk->registry_count; i++)
        if (walk->registries[i] == registry)
            return;
    if (walk->registry_count == walk->registry_room) {
        int room = walk->registry_room == 0 ? 32 : 2 * walk->registry_room;
        const ts_registry **more =
            realloc(walk->registries, (size_t)room * sizeof *more);

        if (more == NULL) {
            walk->failed = true;
            return;
        }
        walk->registries = more;
        walk->registry_room = room;
    }
    walk->registries[walk->registry_count++] = registry;
}

static void visit_field(ts_walk *walk, int parent, const ts_field *field)
{
    const ts_field *inner = ts_innermost(field);
    bool beside = inner->kind == TS_FIELD_TAG;

    if (inner->shape != NULL)
        add_visit(walk, (ts_walk_visit){inner->shape, parent, field, NULL, NULL,
                                        false});
    if ((inner->kind != TS_FIELD_VARIANT && !beside) || inner->registry == NULL)
        return;
    add_registry(walk, inner->registry);
    for (int i = 0; i < inner->registry->count; i++) {
        const ts_entry *entry = inner->registry->entries[i];

        if (entry->shape != NULL)
            add_visit(walk, (ts_walk_visit){entry->shape, parent, field,
                                            inner->registry, entry, beside});
    }
}

void ts_walk_init(ts_walk *walk, const ts_shape *root)
{
    memset(walk, 0, sizeof *walk);
    add_visit(walk, (ts_walk_visit){root, -1, NULL, NULL, NULL, false});
    for (int v = 0; v < walk->visit_count; v++) {
        const ts_shape *shape = walk->visits[v].shape, *table;

        for (int i = 0; i < shape->field_count; i++)
            visit_field(walk, v, &shape->fields[i]);
        for (int t = 1; (table = ts_shape_table(shape, t)) != NULL; t++)
            if (table->field_count > 0)
                add_visit(walk,
                          (ts_walk_visit){table, v, NULL, NULL, NULL, true});
    }
}

void ts_walk_fini(ts_walk *walk)
{
    free(walk->visits);
    free(walk->registries);
}

void ts_walk_path(const ts_walk *walk, int visit, ts_buffer *out)
{
    int chain[64];
    int depth = 0;

    for (int v = visit; v > 0 && depth < 64; v = walk->visits[v].parent)
        chain[depth++] = v;
    ts_buffer_text(out, "");
    while (depth-- > 0) {
        const ts_walk_visit *at = &walk->visits[chain[depth]];

        if (at->beside)
            continue;
        if (out->length > 0)
            ts_buffer_char(out, '.');
        ts_buffer_text(out, at->via->name);
        if (at->entry != NULL)
            ts_buffer_format(out, ".%s", at->entry->name);
    }
}

void ts_registries_each(const ts_shape *shape,
                        void (*visit)(void *context, const ts_registry *),
                        void *context)
{
    ts_walk walk;

    ts_walk_init(&walk, shape);
    for (int i = 0; i < walk.registry_count; i++)
        visit(context, walk.registries[i]);
    ts_walk_fini(&walk);
}

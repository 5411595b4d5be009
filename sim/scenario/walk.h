/*
 * walk.h - every shape reachable from a root, each once (private to
 * sim/scenario). Shapes may contain themselves, so this is a search in
 * breadth, with a list of what was seen.
 */
#ifndef TS_SCENARIO_WALK_H
#define TS_SCENARIO_WALK_H

#include "sim/scenario/buffer.h"
#include "sim/scenario/field.h"

typedef struct ts_walk_visit {
    const ts_shape *shape;
    int parent;                  /* visit it was found from; -1: the root */
    const ts_field *via;         /* the parent's field; NULL: the root, or a
                                    table beside the parent's */
    const ts_registry *registry; /* it is an alternative of; or NULL */
    const ts_entry *entry;
    bool beside; /* its fields stand in the parent's object */
} ts_walk_visit;

typedef struct ts_walk {
    ts_walk_visit *visits; /* in the order of discovery; owned */
    int visit_count, visit_room;
    const ts_registry **registries; /* owned */
    int registry_count, registry_room;
    bool failed; /* memory, or more than can be */
} ts_walk;

/* Whether it is a part of its parent's definition, and none of its own. */
static inline bool ts_walk_visit_is_part(const ts_walk_visit *visit)
{
    return visit->beside && visit->entry == NULL;
}

void ts_walk_init(ts_walk *walk, const ts_shape *root);
void ts_walk_fini(ts_walk *walk);
/* "threads.program.run": the keys that lead to the fields of a visit. */
void ts_walk_path(const ts_walk *walk, int visit, ts_buffer *out);
/* The kind of a field's items, through lists and maps. */
const ts_field *ts_innermost(const ts_field *field);

#endif

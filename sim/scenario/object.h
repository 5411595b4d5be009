/*
 * object.h - an object while it is read (private to sim/scenario): object.c
 * reads it, unknown.c finds words for what does not belong there.
 */
#ifndef TS_SCENARIO_OBJECT_H
#define TS_SCENARIO_OBJECT_H

#include "sim/scenario/decode.h"

/* The table of an object, one beside it, or that of an alternative whose
 * fields stand in it. */
typedef struct ts_object_frame {
    const ts_shape *shape;
    char *record;
    const ts_registry *registry; /* of the alternative; NULL: the object's */
    const ts_entry *entry;
    const cJSON **found; /* the member of each field; NULL: none */
} ts_object_frame;

typedef struct ts_object_frames {
    ts_object_frame items[TS_LIMIT_TABLES];
    int count;
    const cJSON *found[TS_LIMIT_MEMBERS]; /* of all frames */
    int members;
    bool unknown_tag; /* an alternative was named that there is none of */
} ts_object_frames;

/* Says of a member that none of the tables has it: where it would belong, or
 * which field it is nearest to. */
void ts_unknown_fail(ts_reader *reader, const ts_path *path,
                     const ts_object_frames *fs, const char *key);

#endif

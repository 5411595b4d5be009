/*
 * schema_writer.h - a JSON Schema while it is written (private to
 * sim/scenario).
 *
 *   schema.c           the whole: shapes, registries, what may stand over a profile
 *   schema_value.c     what a field's value looks like
 *   schema_quantity.c  quantities and distributions
 *   schema_writer.c    brackets, commas, keys
 */
#ifndef TS_SCENARIO_SCHEMA_WRITER_H
#define TS_SCENARIO_SCHEMA_WRITER_H

#include "sim/scenario/decode.h"

typedef struct ts_schema_writer {
    ts_buffer out;
    int depth;
    bool first; /* nothing stands in the current object or list yet */
    const ts_words *words;
} ts_schema_writer;

/* How a value is written down. */
typedef enum ts_schema_manner {
    TS_SCHEMA_ITEM, /* without the field's help */
    TS_SCHEMA_FIELD,
    TS_SCHEMA_OVER /* a field that may stand over a profile's */
} ts_schema_manner;

/* Whatever comes next stands on a line of its own, behind a comma. */
void ts_schema_line(ts_schema_writer *w);
/* "name": */
void ts_schema_key(ts_schema_writer *w, const char *name);
void ts_schema_begin(ts_schema_writer *w, char bracket);
void ts_schema_end(ts_schema_writer *w, char bracket);
/* A key with a text, a number, JSON as it stands, "$ref" to a definition. */
void ts_schema_pair(ts_schema_writer *w, const char *name, const char *value);
void ts_schema_number(ts_schema_writer *w, const char *name, double value);
void ts_schema_literal(ts_schema_writer *w, const char *name,
                       const char *value);
void ts_schema_reference(ts_schema_writer *w, const char *name,
                         const char *ending);

/* What may stand as the field's value. */
void ts_schema_value(ts_schema_writer *w, const ts_field *field,
                     ts_schema_manner how);
/* A closed object of `shape`, or what its shorthand takes; `over` a profile. */
void ts_schema_object(ts_schema_writer *w, const ts_shape *shape, bool over);
/* The keys for people, which every object has; those of `shape` but for the
 * fields that it calls so (NULL: all). */
void ts_schema_remarks(ts_schema_writer *w, const ts_shape *shape);
/* A word of a list that is not in the tables. */
void ts_schema_word(ts_schema_writer *w, const ts_field *field);
/* The definitions of all kinds of quantity, plain and drawn. */
void ts_schema_quantities(ts_schema_writer *w);

#endif

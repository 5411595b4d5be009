/*
 * decode.h - the walk from a tree to records (private to sim/scenario).
 *
 *   reader.c        one reading; what must wait for its end
 *   shape.c         what is asked of the tables
 *   decode.c        lists, maps, variants, references, defaults
 *   object.c        objects; unknown.c: their keys that no table has
 *   value.c         single values: numbers, texts, quantities
 *   distribution.c  what may stand for a quantity drawn at random
 *
 * A path is a chain on the stack; it becomes a JSON Pointer only when there is
 * something to report or to remember.
 */
#ifndef TS_SCENARIO_DECODE_H
#define TS_SCENARIO_DECODE_H

#include "sim/scenario/document.h"
#include "sim/scenario/units.h"

typedef struct ts_path {
    const struct ts_path *up; /* NULL: the root */
    const char *key;          /* NULL: `index` counts */
    int index;
} ts_path;

/* A NAME that was read, or a place without one. */
typedef struct ts_named {
    const char *collection, *name; /* name NULL: unnamed */
    size_t path;                   /* offset into reader.paths */
    int index, order;
} ts_named;

/* A REF that waits for all names. */
typedef struct ts_pending_ref {
    const char *collection;
    ts_ref *ref;
    size_t path;
    bool failed;
} ts_pending_ref;

/* A record that waits to be checked. */
typedef struct ts_pending_check {
    const ts_shape *shape;
    const void *record;
    size_t path;
    int ref_from, ref_to; /* its references */
} ts_pending_check;

typedef struct ts_reader {
    const ts_document *document; /* NULL: fallbacks are being tried */
    ts_arena *arena;
    ts_diagnostics *diagnostics;
    ts_error *failure; /* where errors go without a document */
    int errors;
    bool exhausted; /* the arena; reported once */
    bool has_unit;
    ts_quantity unit; /* of bare numbers, in ps */
    char unit_text[32];
    ts_buffer paths; /* pointers, one after the other, NUL-ended */
    ts_named *named;
    int named_count, named_room;
    ts_pending_ref *refs;
    int ref_count, ref_room;
    ts_pending_check *checks;
    int check_count, check_room;
    size_t *cycles; /* paths of spans in cycles, offsets into `paths` ... */
    int cycles_count, cycles_room;
    const char *clockless; /* ... and why they count by nothing; NULL */
} ts_reader;

/* Reports; returns false, so that `return ts_reader_fail(...)` reads well. */
bool ts_reader_fail(ts_reader *reader, const ts_path *path, ts_place_kind kind,
                    const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Counts an error that would not be shown any more, so that its words need not
 * be found. */
bool ts_reader_spare(ts_reader *reader);
/* From the arena; NULL is reported. */
void *ts_reader_alloc(ts_reader *reader, size_t count, size_t size);
void ts_path_write(const ts_path *path, ts_buffer *out);

/* Notes for the end: a NAME (NULL: a place without one), a REF, a record, a
 * span in cycles. */
void ts_reader_name(ts_reader *reader, const ts_path *path,
                    const char *collection, const char *name);
void ts_reader_ref(ts_reader *reader, const ts_path *path,
                   const char *collection, ts_ref *ref);
void ts_reader_check(ts_reader *reader, const ts_path *path,
                     const ts_shape *shape, const void *record, int ref_from);

void ts_reader_cycles(ts_reader *reader, const ts_path *path);

/* Reads `value` as `field` says, into `slot`. */
bool ts_decode(ts_reader *reader, const ts_path *path, const ts_field *field,
               const cJSON *value, void *slot);
bool ts_decode_object(ts_reader *reader, const ts_path *path,
                      const ts_shape *shape, const cJSON *value, void *record);
/* Reads the text of a default. */
bool ts_decode_fallback(ts_reader *reader, const ts_path *path,
                        const ts_field *field, void *slot);
/* Values without parts. */
bool ts_decode_value(ts_reader *reader, const ts_path *path,
                     const ts_field *field, const cJSON *value, void *slot);

/* What a distribution is of; `seen` keeps time and cycles apart. */
typedef struct ts_measure {
    const ts_field *field;
    unsigned allowed; /* kinds of quantity; NUMBER for plain numbers */
    unsigned seen;    /* TIME or CYCLES, once one of them was met */
} ts_measure;

/* One quantity of a measure, exact where it is whole. */
bool ts_measure_read(ts_reader *reader, const ts_path *path,
                     ts_measure *measure, const cJSON *value, int64_t *whole,
                     double *amount);
bool ts_distribution_read(ts_reader *reader, const ts_path *path,
                          ts_measure *measure, const cJSON *value,
                          ts_distribution *distribution);
bool ts_is_distribution(const char *name);

/* Is the value of `node` in the field's range? Reports when not. `kind` says
 * how limits are shown. */
bool ts_range_check(ts_reader *reader, const ts_path *path,
                    const ts_field *field, ts_quantity_kind kind, double value,
                    const cJSON *node);

/* Says that `registry` has no entry of that name, and which there are. */
bool ts_entry_fail(ts_reader *reader, const ts_path *path, ts_place_kind kind,
                   const ts_registry *registry, const char *name);
/* The first key that is no remark, and how many there are. */
const cJSON *ts_only_member(const cJSON *object, int *count);
/* A short look at a value for messages: "text", 42, a list. */
void ts_show(const cJSON *value, char *buffer, size_t size);
/* "a, b or c" of `count` words, at most some. */
void ts_list_words(ts_buffer *out, const char *const *words, int count,
                   const char *last);

/* Kinds of quantity that a field takes; 0: it takes none. */
unsigned ts_field_quantities(const ts_field *field);
/* What stands in every scenario, beside the root's fields. */
#define TS_UNIT_HELP "what bare numbers are times of: \"ms\", \"10us\""
#define TS_PROFILE_HELP                                                        \
    "values to stand under these: one of `timeslice list profiles`, or a "     \
    "file beside the scenario whose name ends in .json"

/* Bytes that a field's value takes in a record or a list. */
size_t ts_field_size(const ts_field *field);

void ts_reader_init(ts_reader *reader, const ts_document *document,
                    ts_arena *arena, ts_diagnostics *diagnostics);
void ts_reader_fini(ts_reader *reader);

#endif

/*
 * field.h - the language of field tables.
 *
 * Every model declares what may be said about it once, in a table of fields:
 * name, kind, range, default, one line of help, source of the default. The
 * table drives reading, error messages, defaults, `timeslice explain`,
 * `timeslice list` and the JSON Schema. The reader fills a plain C structure,
 * the *record*, at the offsets the table gives; a model never sees JSON.
 *
 * A shape is the table of one object. A registry is a list of alternatives
 * (policies, operations, devices ...), each with a shape of its own.
 */
#ifndef TS_SCENARIO_FIELD_H
#define TS_SCENARIO_FIELD_H

#include "sim/engine/arena.h"
#include "sim/engine/base.h"
#include "sim/engine/random.h"
#include "sim/report/report.h"

typedef struct ts_shape ts_shape;
typedef struct ts_registry ts_registry;
typedef struct ts_check ts_check;

/* --- what the reader writes into records --- */

/* A rational number: a frequency in Hz, a rate per second. den 0: not given. */
typedef struct ts_rational {
    int64_t num, den;
} ts_rational;

/* A span of processor time: picoseconds, or cycles of the processor it is
 * spent on. May be drawn anew each time it is used. */
typedef struct ts_duration {
    ts_distribution amount; /* ps, or cycles */
    bool cycles;
    bool given; /* false: absent and without default */
} ts_duration;

/* Any single value with its unit: "83.3%", "5ms", 42. */
typedef struct ts_scalar {
    ts_unit unit; /* NUMBER for a bare number */
    bool exact;   /* `whole` holds it (ps, bytes, integers) */
    int64_t whole;
    double value; /* always set; times in ps, ratios as 0..1 */
    bool given;
    bool timed;   /* a bare number where the scenario declares a unit: */
    ts_time time; /* that many of it, where a time is meant */
} ts_scalar;

/* A name that refers to an item of a collection. */
typedef struct ts_ref {
    const char *name; /* NULL: not given */
    int index;        /* its place in the collection, -1: not given */
} ts_ref;

/* One alternative of a registry with its record. */
typedef struct ts_variant {
    const struct ts_entry *entry; /* NULL: not given */
    void *fields;                 /* record of entry->shape; NULL: none */
} ts_variant;

/* `count` items in a row: records of item->shape themselves for OBJECT (not
 * pointers to them), else what the item's kind writes. */
typedef struct ts_list {
    void *items;
    int count;
} ts_list;

/* --- what tables are made of --- */

/* Each with what is written at `offset`. */
typedef enum ts_field_kind {
    TS_FIELD_BOOL,        /* bool */
    TS_FIELD_INT,         /* int64_t */
    TS_FIELD_REAL,        /* double */
    TS_FIELD_RATIO,       /* double: "85%" or 0.85 */
    TS_FIELD_TIME,        /* ts_time: "5ms", or a number of "unit" */
    TS_FIELD_DURATION,    /* ts_duration: time or cycles */
    TS_FIELD_NUMBER_DRAW, /* ts_distribution of plain numbers */
    TS_FIELD_SIZE_DRAW,   /* ts_distribution of bytes */
    TS_FIELD_FREQUENCY,   /* ts_rational: "3.6GHz", "4/3GHz" */
    TS_FIELD_RATE,        /* ts_rational: "12800/s" */
    TS_FIELD_POWER,       /* double, watts: "65W", "350mW" */
    TS_FIELD_SIZE,        /* int64_t bytes: "16MiB", "4kB" */
    TS_FIELD_TEXT,        /* const char * */
    TS_FIELD_NAME,        /* const char *; enters `collection` */
    TS_FIELD_REF,         /* ts_ref into `collection` */
    TS_FIELD_CHOICE,      /* int: index into `choices` */
    TS_FIELD_SCALAR,      /* ts_scalar */
    /* Pointer to a record of `shape`; NULL: absent and without default. */
    TS_FIELD_OBJECT,
    /* ts_variant: {"run": "5ms"} or "yield", an entry of `registry`. */
    TS_FIELD_VARIANT,
    /* ts_variant: "policy": "round-robin", an entry of `registry` whose fields
     * stand beside it in the same object. */
    TS_FIELD_TAG,
    TS_FIELD_LIST, /* ts_list of `item` */
    /* ts_list of ts_map_item: any keys, values of kind `item`. */
    TS_FIELD_MAP,
    /* const char *: the value's JSON text, for a later room (sweep plans). */
    TS_FIELD_RAW
} ts_field_kind;

typedef struct ts_map_item {
    const char *key;
    void *value; /* the record for OBJECT, else what `item` would write */
} ts_map_item;

typedef struct ts_field {
    const char *name;
    ts_field_kind kind;
    size_t offset;        /* in the record */
    const char *help;     /* one line, for people */
    const char *fallback; /* the default, as it would be written in JSON
                              without quotes ("5ms", "true", "{}"); NULL: none */
    const char *source;   /* where the default comes from; NULL: convention */
    bool required;
    bool random;     /* DURATION: a distribution may stand here */
    bool no_cycles;  /* DURATION: a time; it passes by itself, and not on a
                        processor whose cycles could be counted */
    bool one;        /* LIST: a single value may stand for a list of one */
    double min, max; /* range in base units (ps, bytes, 1); max counts
                              only when above min. Both 0: no limit but >= 0.
                              DURATION in cycles: min only. LIST, MAP: min is
                              the fewest items */
    bool is_signed;  /* negative values are allowed */
    bool positive;   /* above 0; of what is drawn, where that is one value */
    bool distinct;   /* LIST: no item twice; of words and numbers */
    bool pointers;   /* MAP: its keys are JSON Pointers */
    bool bytes;      /* RATE: of bytes, "100MB/s", "1Gbit/s" */
    int limit;       /* LIST, MAP: most items; 0: 65536 */
    const char *const *choices;     /* CHOICE: NULL-ended */
    const char *const *choice_help; /* CHOICE: what each means; NULL: the help
                                       says it */
    const char *clock; /* FREQUENCY: spans in cycles, wherever they stand in
                          the document, count by it. Where it is not given
                          they are refused, and this says what to do */
    const char *collection;        /* NAME, REF: one of them, "lock". An item
                                    without its NAME still counts, so that
                                    ts_ref.index is its place in the list */
    const char *words;             /* TEXT: a list that the tables do not hold,
                                    as in `timeslice list plots`; NULL: any */
    bool closed;                   /* and nothing but its words */
    const ts_shape *shape;         /* OBJECT; RAW: an object of it, or a list of
                                    one value or more; NULL: any value */
    const ts_registry *registry;   /* VARIANT, TAG */
    const struct ts_field *item;   /* LIST, MAP: kind of its items */
    const char *const *goes_with;  /* needs one of these fields beside it ... */
    const char *const *instead_of; /* ... and none of these. TS_NAMES(); NULL:
                                      any. A field is there where it is given,
                                      and neither [] nor false */
} ts_field;

struct ts_shape {
    const char *name; /* "thread": for messages and the schema */
    const char *help;
    size_t size; /* of the record */
    const ts_field *fields;
    int field_count;
    const char *shorthand;      /* a field that a bare value stands for: "io":
                               "5ms" is "io": {"time": "5ms"}; NULL: none */
    bool profiles;              /* may say "profile": NAME, and override it */
    const char *const *one_of;  /* exactly one of these fields is there;
                                   TS_NAMES(). NULL: no such rule */
    const char *const *some_of; /* at least one of them */
    /* Tables that others add to this one: their fields stand in the same
     * object, each table's in a record of its own. beside(i) is the i-th, one
     * without fields where number i adds none, NULL past the last; the
     * address of its record (NULL: no fields) goes to place i of an array,
     * whose address is written at `records`. NULL: nobody adds any. */
    const ts_shape *(*beside)(int i);
    size_t records; /* where in the record: of a void ** */
    /* What fields cannot say one by one; reports with ts_check_error(). Called
     * inner records first, when references are resolved, and only for records
     * with no error in them. */
    void (*check)(ts_check *check, const void *record);
};

typedef struct ts_entry {
    const char *name;      /* "round-robin" */
    const char *help;      /* one line */
    const char *about;     /* what it follows and what it leaves out; may be
                              NULL */
    const ts_shape *shape; /* NULL: no fields */
    const void *model;     /* the implementation, for the registry's owner */
} ts_entry;

struct ts_registry {
    const char *name;   /* "policy" */
    const char *plural; /* "policies": as in `timeslice list policies` */
    const char *help;
    const ts_entry *const *entries;
    int count;
};

/* Reports that `field` of the record being checked is wrong (NULL: the record
 * as a whole). The message is one sentence without a place. */
void ts_check_error(ts_check *check, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The tables of an object of `shape`: its own is number 0, then those beside
 * it; NULL past the last. */
const ts_shape *ts_shape_table(const ts_shape *shape, int i);
/* Their field of that name; NULL: none. */
const ts_field *ts_shape_field(const ts_shape *shape, const char *name);
/* Their fields as one row: how many, and each by its number. */
int ts_shape_count(const ts_shape *shape);
const ts_field *ts_shape_nth(const ts_shape *shape, int n);

/* The entry of that name, or NULL. */
const ts_entry *ts_registry_find(const ts_registry *registry, const char *name);

/* Shorthands for tables: TS_AT(struct, member) is `offset`. */
#define TS_NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define TS_AT(type, member) offsetof(type, member)
#define TS_FIELDS(table)                                                       \
    .fields = (table), .field_count = (int)TS_COUNT_OF(table)

#endif

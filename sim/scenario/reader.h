/*
 * reader.h - from JSON text to a checked record.
 *
 *   ts_diagnostics_init(&diagnostics)
 *   document = ts_document_parse("a.json", text, length, profiles, &diagnostics)
 *   ts_document_set(document, "/threads/0/count", "5", &diagnostics)
 *   record = ts_document_read(document, &shape, arena, &diagnostics)
 *   ts_diagnostics_print(&diagnostics, stderr, colour)
 *   ts_document_free(document)
 *
 * cJSON reads; the reader guards what cJSON lets through (duplicate keys, lost
 * digits, bad UTF-8, control characters, NUL, numbers like 01 and 1e999) and
 * finds the line and column of every complaint. All errors of a file are
 * reported at once. A record is returned only when there is none.
 */
#ifndef TS_SCENARIO_READER_H
#define TS_SCENARIO_READER_H

#include <stdio.h>

#include "sim/scenario/field.h"
#include "sim/scenario/nearest.h"

/* Limits; each is an error message, never exhaustion. */
#define TS_LIMIT_FILE (16 << 20) /* bytes of a scenario */
#define TS_LIMIT_NESTING 64
#define TS_LIMIT_ERRORS 100       /* reported for one file; then "and more" */
#define TS_LIMIT_VALUES (1 << 20) /* scalars, lists and objects of a scenario */
#define TS_LIMIT_ITEMS 65536 /* of a list or map without a limit of its own */
#define TS_LIMIT_FIELDS 64   /* of one shape */
#define TS_LIMIT_TAGS 4      /* TAG fields of one object, nested ones too */
#define TS_LIMIT_TABLES 64   /* of one object: its own, those beside, of tags */
#define TS_LIMIT_MEMBERS 192 /* fields of one object, in all its tables */
#define TS_LIMIT_PROFILES 256    /* merged into one scenario */
#define TS_LIMIT_PROFILE_CHAIN 8 /* profiles that name profiles */
#define TS_LIMIT_NAME 100        /* bytes of a NAME */

typedef struct ts_diagnostic {
    char *file;    /* as given by the caller */
    int line;      /* from 1; 0: the file as a whole */
    int column;    /* from 1, in characters; 0: none */
    char *path;    /* JSON Pointer; "" for the root */
    char *message; /* a sentence without place and full stop */
    char *excerpt; /* the source line, or what is around the place; or NULL */
    int caret;     /* characters of it before the place */
} ts_diagnostic;

typedef struct ts_diagnostics {
    ts_diagnostic *items;
    int count, room;
    int dropped;
    bool memory; /* there was none left: the fault is not in the file */
} ts_diagnostics;

void ts_diagnostics_init(ts_diagnostics *diagnostics);
void ts_diagnostics_fini(ts_diagnostics *diagnostics);
/* An error of the caller's own; line and column may be 0. */
void ts_diagnostics_add(ts_diagnostics *diagnostics, const char *file, int line,
                        int column, const char *path, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* The same of memory: "not enough memory to read it". */
void ts_diagnostics_memory(ts_diagnostics *diagnostics, const char *file,
                           const char *path, const char *what);
/* file:line:column: error: /path: message, the source line and a caret. */
void ts_diagnostics_print(const ts_diagnostics *diagnostics, FILE *out,
                          bool colour);

typedef struct ts_document ts_document;

/* What the tables do not hold: the words of a list that a field names ("plots",
 * "profiles"). None: the list is not known, and nothing is checked. */
typedef struct ts_words {
    const char *const *(*list)(void *context, const char *name, int *count);
    void *context;
} ts_words;

/*
 * Where profiles are looked up: directory/NAME.json.
 *
 * Any object that says "profile": NAME (where its shape allows it) has that
 * file's object merged under it: objects merge, everything else is replaced by
 * what the scenario says, null deletes. The profile's own title, about,
 * source, sources, note and comment are documentation and stay behind. A
 * profile may name another. Merging happens when a document is parsed and
 * again when "profile" is set, so that what is set always overrides.
 */
typedef struct ts_profiles {
    const char *directory; /* NULL: none */
    const ts_words *words; /* what fields of closed lists may name; must live
                              as long as the document. NULL: anything */
} ts_profiles;

/* Parses `length` bytes; NULL with diagnostics when it is no JSON object or
 * breaks a limit. The text is copied. */
TS_MUST_USE
ts_document *ts_document_parse(const char *file, const char *text,
                               size_t length, const ts_profiles *profiles,
                               ts_diagnostics *diagnostics);
/* Reads the file ("-": standard input) and parses it. A file that cannot be
 * read is a diagnostic too, with line 0. */
TS_MUST_USE
ts_document *ts_document_open(const char *file, const ts_profiles *profiles,
                              ts_diagnostics *diagnostics);
void ts_document_free(ts_document *document);

/* Sets what `pointer` (RFC 6901) names to `value`: JSON text, or failing that
 * a string ("5ms" needs no quotes). Missing objects on the way are made; "-"
 * appends to a list; null takes a member out of its object. */
TS_MUST_USE
bool ts_document_set(ts_document *document, const char *pointer,
                     const char *value, ts_diagnostics *diagnostics);
/* A copy to vary; shares nothing. */
TS_MUST_USE
ts_document *ts_document_copy(const ts_document *document);
/* What the scenario is: its text as it was read, where that says all of it.
 * Where lists stand in files of their own or values were set from outside, the
 * document as it stands, so that who has this text alone has the whole and
 * other values make another scenario. Caller frees; NULL: out of memory. */
TS_MUST_USE
char *ts_document_told(const ts_document *document);
const char *ts_document_file(const ts_document *document);
/* The document as it stands (profiles merged, values set), with keys in their
 * order and no white space: the identity of a scenario. Caller frees. */
TS_MUST_USE
char *ts_document_canonical(const ts_document *document);
/* The JSON text of what `pointer` names, which the caller frees; NULL: there is
 * no such value. false: out of memory. */
TS_MUST_USE
bool ts_document_get(const ts_document *document, const char *pointer,
                     char **value);

/* The record for `shape`, in the arena; NULL when there is any diagnostic. */
TS_MUST_USE
void *ts_document_read(const ts_document *document, const ts_shape *shape,
                       ts_arena *arena, ts_diagnostics *diagnostics);

/* --- what is made from the tables --- */

/* Walks every table reachable from `shape` and fails on the first mistake:
 * fallbacks that do not read, names twice in an object, tags that collide,
 * missing help, limits. For a unit test; a program need not call it. */
TS_MUST_USE
bool ts_shape_check(const ts_shape *shape, ts_error *error);

/* What may stand for a quantity that is drawn anew each time. */
typedef struct ts_distribution_form {
    const char *name;       /* "uniform" */
    const char *parameters; /* "[from, to]" */
    const char *help;
    const char *example; /* a value, as JSON */
} ts_distribution_form;

const ts_distribution_form *ts_distribution_forms(int *count);

/* The JSON Schema (draft 2020-12) of `shape`; `words` may be NULL. Caller
 * frees. */
char *ts_schema_text(const ts_shape *shape, const ts_words *words);
/* Everything the tables know of a key, an entry or a path ("slice",
 * "round-robin", "threads.arrive"). Where that is nothing: false, with
 * suggestions written to `trouble`. */
bool ts_explain(const ts_shape *shape, const char *what, FILE *out,
                FILE *trouble);
/* Visits all registries reachable from `shape`, each once. */
void ts_registries_each(const ts_shape *shape,
                        void (*visit)(void *context, const ts_registry *),
                        void *context);
/* A quantity as text, for people: "83.3 %", "5.25 ms", "16 MiB". Writes at
 * most `size` bytes; returns `buffer`. */
char *ts_format(char *buffer, size_t size, ts_unit unit, double value);

#endif

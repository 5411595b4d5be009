/*
 * document.h - a parsed scenario and where each of its values came from
 * (private to sim/scenario).
 *
 * The tree is what is read: the file's values, under them those of profiles,
 * over them what was set. `origins` tells for the second and third sort where
 * they came from; a value belongs to the origin with the longest pointer that
 * leads to it, and to the file itself when there is none.
 */
#ifndef TS_SCENARIO_DOCUMENT_H
#define TS_SCENARIO_DOCUMENT_H

#include <cjson/cJSON.h>

#include "sim/scenario/buffer.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/scan.h"

typedef struct ts_source {
    char *file;
    char *text;
    size_t length;
    ts_scan_index index; /* made when there is something to report */
} ts_source;

typedef struct ts_origin {
    char *pointer; /* in the tree */
    int source;    /* -1: set from outside */
    char *within;  /* pointer in the source, or the text that was set */
} ts_origin;

typedef struct ts_setting {
    char *pointer, *value;
} ts_setting;

struct ts_document {
    ts_source *sources; /* the first is the scenario itself */
    int source_count;
    ts_origin *origins;
    int origin_count, origin_room;
    ts_setting *settings; /* in order; kept to merge anew */
    int setting_count, setting_room;
    int values;            /* how many the tree holds, at least */
    bool has_lists;        /* from files of their own */
    char *directory;       /* of profiles, or NULL */
    const ts_words *words; /* of closed lists, or NULL */
    cJSON *root;
};

/* Which token of a value a complaint is about. */
typedef enum ts_place_kind { TS_PLACE_VALUE, TS_PLACE_KEY } ts_place_kind;

/* Adds an error at the place of `pointer`, wherever that came from. */
void ts_document_complain(const ts_document *document,
                          ts_diagnostics *diagnostics, const char *pointer,
                          ts_place_kind kind, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void ts_document_vcomplain(const ts_document *document,
                           ts_diagnostics *diagnostics, const char *pointer,
                           ts_place_kind kind, const char *format, va_list list)
    __attribute__((format(printf, 5, 0)));
/* The line of `pointer` and, when it stands in another file, that file. */
int ts_document_line(const ts_document *document, const char *pointer,
                     const char **file);
/* The text that `pointer` came from; the scenario's, when it was set. */
ts_source *ts_document_source(const ts_document *document, const char *pointer);
/* Adds an error at a byte of a text. */
void ts_complain_at(ts_diagnostics *diagnostics, ts_source *source, size_t at,
                    const char *pointer, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Are there as many as are shown? Then counts one more, and it need not be
 * looked for. */
bool ts_diagnostics_spare(ts_diagnostics *diagnostics);
/* Orders what was added since `from` by file, line and column. */
void ts_diagnostics_sort(ts_diagnostics *diagnostics, int from,
                         const char *first_file);

/* The text's tree, strictly read; NULL with diagnostics. Numbers of more
 * digits than a double keeps carry their text in `valuestring`. */
cJSON *ts_tree_parse(ts_source *source, int *values,
                     ts_diagnostics *diagnostics);
/* Reads a whole file, at most `limit` bytes (whole MiB), and ends it with a NUL
 * that does not count; NULL with the reason. Caller frees. What a person names
 * may be a pipe, which is waited for; what a scenario names (`named` in one)
 * may not, nor a device. */
char *ts_file_read(const char *file, bool named, size_t limit, size_t *length,
                   ts_error *error);
/* The same of a file that `by` names; its path is put into `path`. */
char *ts_file_beside(const ts_source *by, const char *name, size_t limit,
                     ts_buffer *path, size_t *length, ts_error *why);
/* The value as JSON text without white space. */
void ts_tree_print(const cJSON *value, bool drop_profiles, ts_buffer *out);
/* The text of a number, exact as far as the source was. */
void ts_number_text(const cJSON *value, char *buffer, size_t size);

/* Merges the profiles that the tree names, in place. */
bool ts_profiles_merge(ts_document *document, ts_diagnostics *diagnostics);
/* Puts lists that stand in files of their own in their places. */
bool ts_list_files_read(ts_document *document, ts_diagnostics *diagnostics);
/* Remembers where the value at `pointer` came from. */
bool ts_origin_add(ts_document *document, const char *pointer, int source,
                   const char *within);
/* Forgets where everything, or what `pointer` leads to, came from. */
void ts_origins_clear(ts_document *document);
void ts_origins_forget(ts_document *document, const char *pointer);
/* Remembers what was set. */
bool ts_setting_add(ts_document *document, const char *pointer,
                    const char *value);
/* Adds a source; takes `text` over. Its number, or -1 without memory. */
int ts_source_add(ts_document *document, const char *file, char *text,
                  size_t length);
void ts_source_fini(ts_source *source);

/* The key is documentation: "comment", "source", "note". */
bool ts_is_remark(const char *key);

#endif

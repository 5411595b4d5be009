/*
 * scan.h - a strict JSON scanner (RFC 8259) over the source text.
 *
 *   ts_scan_check()   before cJSON sees a text: everything cJSON lets through
 *                     (BOM, 01, 1., raw control characters, bad UTF-8, \u0000,
 *                     1e999, trailing text) is an error with a place
 *   ts_scan_find()    where the value or key of a JSON Pointer stands
 *   ts_scan_place()   byte offset to line and column
 *
 * The last two answer out of an index, which is made of the whole text when
 * first asked for: a hundred complaints about a long text cost what one does.
 */
#ifndef TS_SCENARIO_SCAN_H
#define TS_SCENARIO_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A number with more digits than a double is sure to keep. */
typedef struct ts_long_number {
    int ordinal; /* among all numbers of the text, from 0 */
    size_t at, length;
} ts_long_number;

typedef struct ts_scan_result {
    bool ok;
    size_t at;               /* offset of the error */
    char message[160];       /* of the error */
    int values;              /* scalars, lists and objects */
    int depth;               /* deepest nesting */
    bool object;             /* the text is an object */
    ts_long_number *numbers; /* owned */
    int number_count, number_room;
    bool memory; /* there was none for a number: they are not whole */
} ts_scan_result;

/* Fills `result`; returns result->ok. */
bool ts_scan_check(const char *text, size_t length, ts_scan_result *result);
void ts_scan_fini(ts_scan_result *result);

/* A value of a text: where it and its key begin (the same for an item of a
 * list), and where in the index its container and its next sibling are. The
 * first child of a container follows it. */
typedef struct ts_scan_node {
    uint32_t start, key, up, next; /* next 0: it is the last */
} ts_scan_node;

/* What is known of every so many bytes. */
typedef struct ts_scan_mark {
    size_t from; /* where the line begins */
    int line, column;
} ts_scan_mark;

/* All zero before it is asked; for one text. */
typedef struct ts_scan_index {
    ts_scan_node *nodes; /* in the order of the text; owned */
    uint32_t node_count, node_room;
    ts_scan_mark *marks; /* owned */
    size_t mark_count;
} ts_scan_index;

void ts_scan_index_fini(ts_scan_index *index);

/*
 * The offset of what `pointer` names in a text that passed the check, as deep
 * as it exists: *matched is the length of the part of the pointer that was
 * found. With `key`, the place of the last token's key instead of its value.
 * `occurrence` picks among equal keys for the last token: 0 is the first.
 * Without memory for the index it is the beginning.
 */
size_t ts_scan_find(ts_scan_index *index, const char *text, size_t length,
                    const char *pointer, bool key, int occurrence,
                    size_t *matched);

/* Line and column (in characters) from 1, and where the line begins; of any
 * text. */
void ts_scan_place(ts_scan_index *index, const char *text, size_t length,
                   size_t at, int *line, int *column, size_t *from);

/* Bytes of the UTF-8 character at `text`, or 0 when it is none. */
size_t ts_utf8_length(const char *text, size_t left);
bool ts_utf8_valid(const char *text, size_t length);

#endif

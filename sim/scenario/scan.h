/*
 * scan.h - a strict JSON scanner (RFC 8259) over the source text.
 *
 *   ts_scan_check()   before cJSON sees a text: everything cJSON lets through
 *                     (BOM, 01, 1., raw control characters, bad UTF-8, \u0000,
 *                     1e999, trailing text) is an error with a place
 *   ts_scan_find()    where the value or key of a JSON Pointer stands; called
 *                     only when something is to be reported
 *   ts_scan_place()   byte offset to line and column
 */
#ifndef TS_SCENARIO_SCAN_H
#define TS_SCENARIO_SCAN_H

#include <stdbool.h>
#include <stddef.h>

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
} ts_scan_result;

/* Fills `result`; returns result->ok. */
bool ts_scan_check(const char *text, size_t length, ts_scan_result *result);
void ts_scan_fini(ts_scan_result *result);

/*
 * The offset of what `pointer` names in a text that passed the check, as deep
 * as it exists: *matched is the length of the part of the pointer that was
 * found. With `key`, the place of the last token's key instead of its value.
 * `occurrence` picks among equal keys for the last token: 0 is the first.
 */
size_t ts_scan_find(const char *text, size_t length, const char *pointer,
                    bool key, int occurrence, size_t *matched);

/* Line and column (in characters) from 1, and the limits of the line. */
void ts_scan_place(const char *text, size_t length, size_t at, int *line,
                   int *column, size_t *from, size_t *to);

/* Bytes of the UTF-8 character at `text`, or 0 when it is none. */
size_t ts_utf8_length(const char *text, size_t left);
bool ts_utf8_valid(const char *text, size_t length);

#endif

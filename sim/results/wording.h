/*
 * wording.h - what a sweep varies, in words instead of JSON.
 *
 * People read "round-robin, slice 1ms" and "idle: count"; the database keeps
 * {"policy":"round-robin","slice":"1ms"} and /threads/1/count.
 */
#ifndef TS_RESULTS_WORDING_H
#define TS_RESULTS_WORDING_H

#include <sqlite3.h>
#include <stdbool.h>

#include "sim/scenario/buffer.h"

/* Adds a value, given as JSON text. Text that is no JSON stands as it is. */
void ts_word_value(ts_buffer *out, const char *json);
/* The same, cut short where it has more than `most` characters. */
void ts_word_value_briefly(ts_buffer *out, const char *json, int most);
/* Adds what a JSON Pointer names in a document (its text, or NULL): its last
 * token, and the name of the list item that it is in. */
void ts_word_pointer(ts_buffer *out, const char *pointer, const char *document);
/* How far `ours` is from `theirs`: "+1.2 %", "0", or "" where a share of it
 * says nothing. */
const char *ts_word_off(char *text, size_t size, double ours, double theirs);
/* Lets SQL say word_value(json) and word_pointer(pointer, document). */
bool ts_wording_register(sqlite3 *db);

#endif

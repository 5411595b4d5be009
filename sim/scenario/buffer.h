/*
 * buffer.h - a text that grows.
 *
 * Memory that runs out is remembered in `failed`; what is added afterwards is
 * lost, and ts_buffer_take() returns NULL. So callers check once, at the end.
 */
#ifndef TS_SCENARIO_BUFFER_H
#define TS_SCENARIO_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct ts_buffer {
    char *data; /* NUL-ended once anything was added; owned */
    size_t length, room;
    bool failed;
} ts_buffer;

#define TS_BUFFER_EMPTY                                                        \
    {                                                                          \
        NULL, 0, 0, false                                                      \
    }

void ts_buffer_fini(ts_buffer *buffer);
void ts_buffer_add(ts_buffer *buffer, const char *bytes, size_t length);
void ts_buffer_text(ts_buffer *buffer, const char *text);
void ts_buffer_char(ts_buffer *buffer, char c);
void ts_buffer_format(ts_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void ts_buffer_vformat(ts_buffer *buffer, const char *format, va_list list)
    __attribute__((format(printf, 2, 0)));
/* Bytes in base 64 (RFC 4648). */
void ts_buffer_base64(ts_buffer *buffer, const void *bytes, size_t length);
/* The text, owned by the caller from now on ("" when nothing was added), or
 * NULL when memory ran out. The buffer is empty afterwards. */
char *ts_buffer_take(ts_buffer *buffer);

/* A copy of `length` bytes with a NUL, on the heap; NULL without memory. */
char *ts_text_copy(const char *text, size_t length);

/* --- JSON Pointers (RFC 6901) --- */

/* Appends "/key" with ~ and / escaped. */
void ts_pointer_key(ts_buffer *buffer, const char *key);
void ts_pointer_index(ts_buffer *buffer, int index);
/* Unescapes the next token of *pointer (which stands on a '/') into `token`
 * and moves on; false when it is no pointer. */
bool ts_pointer_next(const char **pointer, ts_buffer *token);
/* A token as a list index; -1: none. */
int ts_pointer_number(const char *token);

#endif

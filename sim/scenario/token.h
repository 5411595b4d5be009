/*
 * token.h - the tokens of a JSON text (private to sim/scenario): scan.c checks
 * their order, scan_index.c finds places among them.
 */
#ifndef TS_SCENARIO_TOKEN_H
#define TS_SCENARIO_TOKEN_H

#include <stddef.h>

#include "sim/scenario/buffer.h"

typedef enum ts_token {
    TOKEN_END,
    TOKEN_ERROR,
    TOKEN_STRING,
    TOKEN_NUMBER,
    TOKEN_WORD, /* true, false, null */
    TOKEN_OPEN_OBJECT,
    TOKEN_CLOSE_OBJECT,
    TOKEN_OPEN_LIST,
    TOKEN_CLOSE_LIST,
    TOKEN_COMMA,
    TOKEN_COLON
} ts_token;

typedef struct ts_scanner {
    const char *text;
    size_t length, at; /* `at` is behind the current token */
    size_t start;      /* of the current token */
    size_t wrong;      /* where the error is */
    int digits;        /* significant, of a number */
    char message[160];
} ts_scanner;

/* The next token, or TOKEN_ERROR with a message. */
ts_token ts_token_next(ts_scanner *s);
/* Says what is wrong at `at`; returns TOKEN_ERROR. */

ts_token ts_token_fail(ts_scanner *s, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The current token, a checked string, without its quotes and escapes. */
void ts_token_unescape(const ts_scanner *s, ts_buffer *out);

#endif

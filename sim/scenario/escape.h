/*
 * escape.h - text of other people, made safe for where it goes.
 *
 * Titles, labels, names of files and whatever else a scenario or a database
 * holds may contain anything. Whoever writes them to a form that gives some
 * characters a meaning writes them through here:
 *
 *   ts_escape(&buffer, TS_ESCAPE_JSON, title)
 *   ts_escape_print(stdout, TS_ESCAPE_LINE, title)
 *
 * Bytes that are no UTF-8 become U+FFFD, the sign for what cannot be read.
 */
#ifndef TS_SCENARIO_ESCAPE_H
#define TS_SCENARIO_ESCAPE_H

#include <stdint.h>
#include <stdio.h>

#include "sim/scenario/buffer.h"

typedef enum ts_escape_form {
    /* A string with its quotes (RFC 8259). */
    TS_ESCAPE_JSON,
    /* Text or an attribute of XML 1.0 or HTML. What XML has no words for
     * (control characters, U+FFFE, U+FFFF) becomes a space or U+FFFD; the ends
     * of lines stay. */
    TS_ESCAPE_XML,
    /* Part of a line for people: a terminal obeys nothing in it, nor does
     * GitHub's runner, which takes lines that begin with "::" and what follows
     * "##[" for commands: wherever the line may be broken. Line ends become spaces, other controls "\x1b". */
    TS_ESCAPE_LINE,
    /* Part of a line of Markdown. */
    TS_ESCAPE_MARKDOWN,
    /* A field of CSV (RFC 4180). One that a spreadsheet would take for a
     * formula gets an apostrophe in front; numbers are left alone. */
    TS_ESCAPE_CSV
} ts_escape_form;

void ts_escape(ts_buffer *out, ts_escape_form form, const char *text);
void ts_escape_print(FILE *out, ts_escape_form form, const char *text);
/* Its first `length` bytes, which are whole characters and no field of CSV. */
void ts_escape_part(FILE *out, ts_escape_form form, const char *text,
                    size_t length);

/* The bytes of the character that `text` begins with, and its number; a byte
 * that begins none is one by itself: U+FFFD. */
size_t ts_utf8_next(const char *text, uint32_t *character);

#endif

/*
 * formats.h - exercises written down: for people, for what schools use, and for
 * programs. To add one: a file format_NAME.c with a ts_format_writer, and a
 * line in formats.c.
 *
 * A format writes files: one for all exercises, or one or some for each. It
 * hands each of them out whole, with the path it is to have.
 */
#ifndef TS_EXERCISE_FORMATS_H
#define TS_EXERCISE_FORMATS_H

#include "sim/exercise/exercise.h"
#include "sim/scenario/buffer.h"

/* An exercise and whose it is; NULL: nobody's. */
typedef struct ts_variant_of {
    const ts_exercise *exercise;
    const char *student;
} ts_variant_of;

typedef struct ts_variants {
    const ts_variant_of *items;
    int count;
} ts_variants;

/* Takes a file; false: it cannot be kept, and no more are handed out. */
typedef bool ts_keep(void *context, const char *path, const char *bytes,
                     size_t length);

typedef struct ts_writer {
    const char *name; /* "gift" */
    const char *help; /* one line */
    bool solved;      /* it holds the answers: not for students */
    bool many;        /* more than one file, for one exercise too */
    bool together;    /* one file for all exercises */
    bool (*write)(const ts_variants *variants, ts_keep *keep, void *context);
} ts_writer;

extern const ts_writer *const ts_writers[];
extern const int ts_writer_count;
/* An empty sheet, or a solved one, as text (format_text.c). */
void ts_sheet_write(const ts_variant_of *variant, bool solved, ts_buffer *out);
/* NULL: there is none of that name. */
const ts_writer *ts_writer_find(const char *name);

/* Hands the buffer's text out and ends it; false also without memory. */
bool ts_keep_buffer(ts_keep *keep, void *context, const char *path,
                    ts_buffer *buffer);
/* "rr-7", or with a student "rr-jane": characters that files may have. Caller
 * frees. */
char *ts_variant_name(const ts_variant_of *variant);

#endif

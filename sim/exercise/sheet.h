/*
 * sheet.h - an answer sheet: from its text to answers.
 *
 *   ts_sheet_read(&sheet, "a.txt", text, length, &arena, &diagnostics)
 *   ... draws the exercise that the sheet names ...
 *   answers = ts_replies_read(&sheet, exercise, &arena, &diagnostics)
 *
 * Three forms, told apart by how they begin: text ("name: value", tables with
 * bars, remarks behind #), CSV (name,value) and JSON ({"exercise": ...,
 * "answers": {...}}). What cannot be read is a diagnostic with its line, and
 * nothing is marked then.
 */
#ifndef TS_EXERCISE_SHEET_H
#define TS_EXERCISE_SHEET_H

#include "sim/exercise/formats.h"
#include "sim/scenario/reader.h"

typedef struct ts_entry_line {
    const char *name, *value;
    int line;
} ts_entry_line;

typedef struct ts_sheet {
    const char *file;
    const char *kind; /* NULL: it does not say */
    bool has_seed;
    uint64_t seed;
    int level;
    const char *student, *check; /* NULL: not given */
    ts_entry_line *entries;
    int count, room;
} ts_sheet;

/* Texts go to the arena. false with diagnostics. */
bool ts_sheet_read(ts_sheet *sheet, const char *file, const char *text,
                   size_t length, ts_arena *arena, ts_diagnostics *diagnostics);

/* An answer to a part. */
typedef struct ts_reply {
    bool given;
    const char *text; /* as it was written */
    int line;
    char *lane;         /* CHART: letters, NUL-ended */
    int overlap;        /* CHART: a slot with two at once, or -1 ... */
    char twice[2];      /* ... and who they are */
    ts_quotient number; /* NUMBER */
    const char *words;  /* CHOICE, ORDER: with one space between */
} ts_reply;

/* One a part of the question, in its order; NULL with diagnostics. */
ts_reply *ts_replies_read(const ts_sheet *sheet, const ts_exercise *exercise,
                          ts_arena *arena, ts_diagnostics *diagnostics);

#endif

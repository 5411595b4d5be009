/*
 * grid.h - a table on the terminal: all cells are text, the widest sets the
 * width of its column.
 */
#ifndef TS_PAPER_GRID_H
#define TS_PAPER_GRID_H

#include <stdio.h>

#include "sim/engine/arena.h"
#include "sim/engine/base.h"

#define TS_GRID_COLUMNS 40
/* Cells that say how something came out; a page marks them. */
#define TS_GRID_GOOD "holds"
#define TS_GRID_BAD "fails"

typedef struct ts_grid {
    ts_arena arena;
    const char **cells; /* rows x columns */
    int columns;
    size_t count, room;          /* cells */
    bool right[TS_GRID_COLUMNS]; /* the column is aligned to the right */
    bool full;                   /* memory ended: it is not printed */
} ts_grid;

void ts_grid_init(ts_grid *grid, int columns);
void ts_grid_fini(ts_grid *grid);
/* The next cell, row by row; the text is copied. Other people's text may be
 * in it as it is: whoever prints the table makes it safe. */
void ts_grid_add(ts_grid *grid, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Takes out columns in which only the first row says anything. */
void ts_grid_prune(ts_grid *grid);
/* How wide it is printed, without an indent. */
int ts_grid_width(const ts_grid *grid);
/* Every line begins with `indent` spaces and has none at its end. false, and
 * nothing is printed: memory had no room for all of it. */
bool ts_grid_print(ts_grid *grid, int indent, FILE *out, ts_error *error);

/* Columns a text takes on a terminal: its characters, not its bytes. */
int ts_text_width(const char *text);

#endif

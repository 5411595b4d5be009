/*
 * paper.h - a report in one of its forms: text, Markdown, HTML.
 *
 *   ts_paper_begin(&paper, TS_PAPER_HTML, out, "title")
 *   ts_paper_heading(), ts_paper_text(), ts_paper_table() ...
 *   fine = ts_paper_end(&paper, &error)
 *
 * What went wrong on the way is kept, and the end answers for it.
 */
#ifndef TS_CLI_PAPER_H
#define TS_CLI_PAPER_H

#include "sim/cli/grid.h"

typedef enum ts_paper_form {
    TS_PAPER_TEXT,
    TS_PAPER_MARKDOWN,
    TS_PAPER_HTML
} ts_paper_form;

typedef struct ts_paper {
    ts_paper_form form;
    FILE *out;
    ts_error error;
} ts_paper;

void ts_paper_begin(ts_paper *paper, ts_paper_form form, FILE *out,
                    const char *title);
bool ts_paper_end(ts_paper *paper, ts_error *error);
void ts_paper_heading(ts_paper *paper, int level, const char *text);
void ts_paper_text(ts_paper *paper, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* One line of a list: good, bad (false) or neither. */
void ts_paper_item(ts_paper *paper, const bool *good, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The first row of the grid names the columns. */
void ts_paper_table(ts_paper *paper, ts_grid *grid);
/* Embeds an SVG file where the form can; names it where it cannot. */
void ts_paper_picture(ts_paper *paper, const char *path, const char *about);

#endif

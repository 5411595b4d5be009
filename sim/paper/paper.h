/*
 * paper.h - a report in one of its forms: text, Markdown, HTML.
 *
 *   ts_paper_begin(&paper, TS_PAPER_HTML, out, "title")
 *   ts_paper_text(), ts_paper_link() ...       what stands before the sections
 *   ts_paper_heading(), ts_paper_table() ...
 *   fine = ts_paper_end(&paper, &error)
 *
 * What went wrong on the way is kept, and the end answers for it. Other
 * people's text may be in anything that is told.
 */
#ifndef TS_PAPER_PAPER_H
#define TS_PAPER_PAPER_H

#include "sim/paper/grid.h"
#include "sim/scenario/buffer.h"

typedef enum ts_paper_form {
    TS_PAPER_TEXT,
    TS_PAPER_MARKDOWN,
    TS_PAPER_HTML
} ts_paper_form;

typedef enum ts_paper_list {
    TS_PAPER_NO_LIST,
    TS_PAPER_ITEMS,
    TS_PAPER_LINKS
} ts_paper_list;

typedef struct ts_paper {
    ts_paper_form form;
    FILE *out;
    ts_paper_list list; /* which is open */
    int sections;       /* headings of the second level so far */
    int pictures;
    ts_error error;
} ts_paper;

void ts_paper_begin(ts_paper *paper, ts_paper_form form, FILE *out,
                    const char *title);
bool ts_paper_end(ts_paper *paper, ts_error *error);
/* What the buffer holds; "" where memory failed it, which is kept. */
const char *ts_paper_words(ts_paper *paper, const ts_buffer *words);
/* Of level 2 or 3. One of level 2 begins a section, which counts from 1. */
void ts_paper_heading(ts_paper *paper, int level, const char *text);
void ts_paper_text(ts_paper *paper, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A sentence that stands out: an answer. */
void ts_paper_loud(ts_paper *paper, const char *text);
/* One line of a list: good, bad (false) or neither. */
void ts_paper_item(ts_paper *paper, const bool *good, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A line of the contents: the name of a section, and a word about it. */
void ts_paper_link(ts_paper *paper, int section, const bool *good,
                   const char *name, const char *remark);
/* The first row of the grid names the columns, the first column the rows.
 * `about` says what the table is of. */
void ts_paper_table(ts_paper *paper, const char *about, ts_grid *grid);
/* What few will want to see, under a line that opens it; where nothing can be
 * opened it is simply there. */
void ts_paper_fold(ts_paper *paper, const char *title);
void ts_paper_unfold(ts_paper *paper);
/* Text that stands as it is, line by line. */
void ts_paper_code(ts_paper *paper, const char *text);
/* Embeds an SVG file where the form can; names it where it cannot. */
void ts_paper_picture(ts_paper *paper, const char *path, const char *about);

#endif

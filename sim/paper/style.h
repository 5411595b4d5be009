/*
 * style.h - how a report looks as a page.
 */
#ifndef TS_PAPER_STYLE_H
#define TS_PAPER_STYLE_H

#include <stdbool.h>
#include <stdio.h>

/* The head of the page up to its title: what it may do, which is nothing but
 * look like this, and how it looks. */
bool ts_paper_style(FILE *out); /* false: out of memory */

#endif

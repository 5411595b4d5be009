/*
 * svg.h - a drawing inside of a page.
 */
#ifndef TS_PAPER_SVG_H
#define TS_PAPER_SVG_H

#include <stdio.h>

#include "sim/engine/base.h"

/* Writes the drawing in the file `path` without what stands before it there.
 * Two drawings of a page may have the same names inside: here each of them
 * begins with the number. Styles of single elements become attributes, which a
 * page may have that allows no styles but its own. false with a message: it
 * cannot be read. */
bool ts_svg_embed(FILE *out, const char *path, int number, ts_error *error);
/* Writes what the drawing says it shows. */
bool ts_svg_describe(FILE *out, const char *path, ts_error *error);

#endif

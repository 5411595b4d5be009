/*
 * draw.h - the pictures a scenario names, as `run` needs them.
 */
#ifndef TS_CLI_DRAW_H
#define TS_CLI_DRAW_H

#include "models/world/root.h"
#include "sim/results/store.h"

/* Whether the picture can only be drawn from spans. */
bool ts_draw_needs_trace(const ts_picture_record *picture);

/* Draws the picture of a stored run of `scenario` into the directory; its path
 * is left in `path`. false with a message: no such script, no gnuplot, nothing
 * to draw ... */
bool ts_draw_picture(const ts_picture_record *picture, const char *scenario,
                     ts_store *store, int64_t run, const char *directory,
                     char *path, size_t size, ts_error *error);

#endif

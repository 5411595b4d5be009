/*
 * draw.h - the pictures that a scenario names.
 */
#ifndef TS_PICTURES_DRAW_H
#define TS_PICTURES_DRAW_H

#include "models/world/root.h"
#include "sim/results/store.h"

/* Of what pictures are drawn, and where. All is borrowed. */
typedef struct ts_drawing {
    const char *plots; /* the folder of the scripts */
    ts_store *store;
    int64_t run;           /* 0: the latest one that has what is needed */
    const char *scenario;  /* the file's name, from which theirs are made */
    const char *directory; /* where they go */
} ts_drawing;

/* Whether the picture can only be drawn from spans. */
bool ts_draw_needs_trace(const char *plots, const ts_picture_record *picture);

/* Draws the picture into the directory; its path is left in `path`. false with
 * a message: no such script, no gnuplot, nothing to draw ... */
bool ts_draw_picture(const ts_drawing *drawing,
                     const ts_picture_record *picture, char *path, size_t size,
                     ts_error *error);

#endif

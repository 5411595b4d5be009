/*
 * draw.h - the pictures that a scenario names.
 */
#ifndef TS_PICTURES_DRAW_H
#define TS_PICTURES_DRAW_H

#include "models/world/root.h"
#include "sim/pictures/plot.h"
#include "sim/results/parting.h"
#include "sim/scenario/buffer.h"
#include "sim/scenario/document.h"

/* Of what pictures are drawn, and where. All is borrowed. */
typedef struct ts_drawing {
    const char *plots; /* the folder of the scripts */
    ts_store *store;
    int64_t run;             /* 0: the latest one that has what is needed ... */
    const ts_family *family; /* ... of these; NULL: of all */
    const char *scenario;    /* the file's name, from which theirs are made */
    const char *directory;   /* where they go */
    /* The files that were drawn before, each with its NUL: a picture that
     * would have the name of one gets another. NULL: there are none. */
    ts_buffer *taken;
} ts_drawing;

/* Whether the picture can only be drawn from spans. */
bool ts_draw_needs_trace(const char *plots, const ts_picture_record *picture);

/* Says what cannot be drawn of the scenario's pictures, whatever comes out of
 * its runs: settings that there are none of, values that they do not take,
 * files of no form. */
void ts_draw_check(const char *plots, const ts_document *document,
                   const ts_root *root, ts_diagnostics *diagnostics);

/* Draws the picture into the directory; its path is left in `path`. */
ts_picture_result ts_draw_picture(const ts_drawing *drawing,
                                  const ts_picture_record *picture, char *path,
                                  size_t size, ts_error *error);

/* --- two runs that part --- */

/* The picture of two runs of a database on one axis, with the instant marked at
 * which they part: it is drawn as one of the first of them. */
typedef struct ts_parting_chart {
    ts_picture_record picture;
    ts_map_item with[4];
    const char *values[4];
    char texts[4][32];
} ts_parting_chart;

/* The chart has to stay where it is: it points into itself. */
void ts_parting_chart_init(ts_parting_chart *chart, const ts_parting *parting);

#endif

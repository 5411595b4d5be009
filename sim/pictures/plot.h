/*
 * plot.h - pictures: gnuplot scripts that say in SQL what they draw.
 *
 * A picture is one file, plots/NAME.gp. The comment lines at its head that
 * begin with "#!" are for timeslice, the rest is gnuplot's:
 *
 *   #! title: Gantt chart            one line, for `timeslice list plots`
 *   #! about: Who was where ...      the help
 *   #! needs: spans                  a table in which the run must have rows
 *   #! with lanes = places: what ... a setting: its default and its help
 *   #! time from =: the beginning    a setting that is a time: "5ms"
 *   #! numbers known =: some values  a setting of numbers with commas between
 *   #! text name: SELECT ...         a string for the script
 *   #! number until: SELECT ...      a number for the script
 *   #! data bars: SELECT ...         rows for the script, as $bars
 *   #! maybe marks: SELECT ...       the same, but there may be none
 *   #! else: what to do              the advice when the line above is empty
 *   #!   more words                  continues the line above
 *
 * Queries run in order; each may use :run, :point (" at /system/slice = 5ms":
 * where the run stands in its sweep, or nothing), every setting and every text
 * and number that stands before it. The script opens its output with
 * `eval terminal(width, height)`, in pixels of a screen; plots/style.gp, read
 * before every picture, holds what all of them share.
 */
#ifndef TS_PICTURES_PLOT_H
#define TS_PICTURES_PLOT_H

#include <stdio.h>

#include "sim/results/scenarios.h"

typedef struct ts_picture_setting {
    const char *name, *value;
} ts_picture_setting;

/* What is to be drawn. All text is borrowed. */
typedef struct ts_picture_order {
    const char *plots;       /* the folder of the scripts */
    const char *picture;     /* a name of that folder ... */
    bool own;                /* ... or the path of a script: only where a person
                            has named it, for a script may start programs */
    int64_t run;             /* 0: the latest one that has what it needs ... */
    const ts_family *family; /* ... of these; NULL: of all */
    const char *output;      /* its ending (svg, png, pdf) says in which form */
    const ts_picture_setting *settings;
    int setting_count;
} ts_picture_order;

/* Visits the pictures of a folder in the order of their names. */
void ts_pictures_each(const char *plots,
                      void (*visit)(void *context, const char *name,
                                    const char *title, const char *about),
                      void *context);

typedef enum ts_picture_result {
    TS_PICTURE_DRAWN,
    TS_PICTURE_NONE,   /* no such picture or setting, no data, no gnuplot */
    TS_PICTURE_UNKEPT, /* it could not be written where it should be */
} ts_picture_result;

/* The file appears when it is whole. If it does not, `error` says why; where
 * gnuplot refuses, in its own words. */
ts_picture_result ts_picture_draw(ts_store *store,
                                  const ts_picture_order *order,
                                  ts_error *error);

/* The same as a gnuplot script that draws `output`, data and all. */
bool ts_picture_script(ts_store *store, const ts_picture_order *order,
                       FILE *out, ts_error *error);

/* Is there such a picture, does it have these settings, and is there a form
 * for `output` (NULL: not said)? */
bool ts_picture_check(const ts_picture_order *order, ts_error *error);

/* What can be said about one picture: title, about, settings. False when
 * there is none of that name. Of the order, `plots`, `picture` and `own`
 * count. */
bool ts_picture_explain(const ts_picture_order *order, FILE *out,
                        ts_error *error);

#endif

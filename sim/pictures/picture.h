/*
 * picture.h - a picture's script, taken apart: what picture.c, picture_data.c
 * and gnuplot.c share. Everybody else needs plot.h only.
 *
 *   ts_picture_open()     reads plots/NAME.gp and takes its head apart
 *   ts_picture_settle()   defaults, then what the caller has set
 *   ts_picture_script()   runs the queries; writes the script that draws
 *   ts_gnuplot_run()      hands it to gnuplot
 */
#ifndef TS_PICTURES_PICTURE_H
#define TS_PICTURES_PICTURE_H

#include "sim/pictures/plot.h"

#define TS_PICTURE_PATH 4096 /* bytes of a file's name */
#define TS_PICTURE_LINES 64  /* lines "#!" of one picture */

/* What a line of the head is; plot.h says what each is for. */
typedef enum ts_line_kind {
    TS_LINE_TITLE,
    TS_LINE_ABOUT,
    TS_LINE_NEEDS,
    TS_LINE_WITH,
    TS_LINE_TIME,
    TS_LINE_NUMBERS,
    TS_LINE_TEXT,
    TS_LINE_NUMBER,
    TS_LINE_DATA,
    TS_LINE_MAYBE,
    TS_LINE_ELSE,
    TS_LINE_KINDS
} ts_line_kind;

typedef struct ts_line {
    ts_line_kind kind;
    char *name;  /* NULL: the kind has none */
    char *value; /* of a setting the default; else the text or the query */
    char *help;  /* of a setting */
} ts_line;

/* A setting, or what a text or number query has answered. */
typedef struct ts_variable {
    char *name;
    char *text; /* NULL: SQL's NULL */
    bool is_number;
    double number; /* NaN with text == NULL */
} ts_variable;

typedef struct ts_picture {
    char *name;
    char *source; /* the file; lines point into `head` */
    char *head;
    ts_line lines[TS_PICTURE_LINES];
    int line_count;
    ts_variable variables[2 * TS_PICTURE_LINES];
    int variable_count;
} ts_picture;

/* NULL with a message when there is no such picture. */
ts_picture *ts_picture_open(const ts_picture_order *order, ts_error *error);
void ts_picture_close(ts_picture *picture);
/* The text of the first line of that kind; NULL: there is none. */
const char *ts_picture_head(const ts_picture *picture, ts_line_kind kind);
bool ts_picture_settle(ts_picture *picture, const ts_picture_setting *settings,
                       int count, ts_error *error);
ts_variable *ts_picture_find(ts_picture *picture, const char *name);
/* Sets a variable, which may be there already. */
bool ts_picture_set(ts_picture *picture, const char *name, const char *text,
                    bool is_number, double number, ts_error *error);
/* The number of the form (svg, png, pdf) that the ending of `output` names;
 * -1 with a message. */
int ts_picture_form(const char *output, ts_error *error);
/* The whole file, owned by the caller, or NULL. */
char *ts_picture_file(const char *path);

/* Lets gnuplot draw what the script says. False with its own words. */
bool ts_gnuplot_run(FILE *script, ts_error *error);

#endif

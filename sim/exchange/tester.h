/*
 * tester.h - what load testers print, as rows for `timeslice calibrate`.
 *
 *   ts_tester_rows_add(&rows, name, text, users, &error)     for each output
 *   ts_tester_rows_write(&rows, out)
 *
 * A load tester is a file with one ts_load_tester and a line in testers.c.
 */
#ifndef TS_EXCHANGE_TESTER_H
#define TS_EXCHANGE_TESTER_H

#include <stdio.h>

#include <cjson/cJSON.h>

#include "sim/engine/base.h"

/* What one of its runs says; NAN where it does not. */
typedef struct ts_tested {
    double users;                    /* clients at once */
    double rate;                     /* answers a second */
    double mean, p50, p90, p95, p99; /* seconds */
    double errors; /* requests without a good answer; 0: none, or not said */
} ts_tested;

typedef struct ts_tester_text {
    const char *name; /* of the file, for messages */
    const char *text;
    ts_error *error;
} ts_tester_text;

typedef struct ts_load_tester {
    const char *name; /* "wrk", with what makes it say what is read */
    const char *mark; /* what its output has and no other's */
    /* False with a message that has a place. All of *tested is NAN before,
     * errors 0. */
    bool (*read)(const ts_tester_text *t, ts_tested *tested);
} ts_load_tester;

extern const ts_load_tester *const ts_load_testers[];
extern const int ts_tester_count;

#define TS_TESTER_ROWS 256

typedef struct ts_tester_rows {
    ts_tested rows[TS_TESTER_ROWS];
    int count;
} ts_tester_rows;

/* One more output; `users` where it does not say how many clients there were,
 * NAN: it has to. False with a message. */
bool ts_tester_rows_add(ts_tester_rows *rows, const char *name,
                        const char *text, double users, ts_error *error);
/* The table, with the columns that any row has. */
void ts_tester_rows_write(const ts_tester_rows *rows, FILE *out);

/* --- for the testers --- */

/* "NAME:LINE: what", the line where `at` is. False. */
bool ts_tester_fail(const ts_tester_text *t, const char *at, const char *what);
/* What stands after the label, blanks before and after it left out, on the
 * first line that begins with it; NULL: no line does. */
const char *ts_tester_after(const ts_tester_text *t, const char *label);
/* The number there; false with a message. Where the label may be missing the
 * value is left as it is. */
bool ts_tester_number(const ts_tester_text *t, const char *label, bool needed,
                      double *value);
/* The time there with its unit, "2.66ms", in seconds. */
bool ts_tester_time(const ts_tester_text *t, const char *label, bool needed,
                    double *seconds);
/* What follows `from` in the text as JSON, the caller's; NULL with a message. */
cJSON *ts_tester_json(const ts_tester_text *t, const char *from);
/* The number called so, times `scale`; false with a message. A NULL object has
 * none. */
bool ts_tester_item(const ts_tester_text *t, const cJSON *object,
                    const char *name, bool needed, double scale, double *value);

#endif

/*
 * show.h - what is in a database, for people and for programs.
 */
#ifndef TS_CLI_SHOW_H
#define TS_CLI_SHOW_H

#include <stdio.h>

#include "sim/results/query.h"

typedef enum ts_show_form {
    TS_SHOW_TEXT,
    TS_SHOW_JSON,
    TS_SHOW_CSV
} ts_show_form;

typedef struct ts_show_options {
    ts_show_form form;
    const char *metric; /* a name, or a pattern as the shell's; NULL: all, or
                           those that matter */
    int width;          /* of the terminal; 0: draw no chart */
    bool everything;    /* JSON: with threads, expectations, and the traces
                           and reasons that were kept */
} ts_show_options;

/* Output depends on the runs alone: no time of day, and an order of its own. */
bool ts_show_runs(ts_store *store, const ts_show_options *options, FILE *out,
                  ts_error *error);
bool ts_show_run(ts_store *store, int64_t run, const ts_show_options *options,
                 FILE *out, ts_error *error);
bool ts_show_spans(ts_store *store, int64_t run, const ts_show_options *options,
                   FILE *out, ts_error *error);
/* The reasons for decisions as sentences: "at 12 ms processor 0: ...". */
bool ts_show_why(ts_store *store, int64_t run, const ts_show_options *options,
                 FILE *out, ts_error *error);

/* For show_runs.c: a table of the runs. */
bool ts_show_runs_text(ts_store *store, const char *pattern, FILE *out,
                       ts_error *error);
/* A row of ts_run_metric() and the like, for people, in `text`. */
const char *ts_show_metric(ts_query *query, char *text, size_t size);

/* For show_data.c: the forms that programs read. */
bool ts_show_runs_json(ts_store *store, const ts_show_options *options,
                       FILE *out, ts_error *error);
bool ts_show_runs_csv(ts_store *store, const char *metric, FILE *out,
                      ts_error *error);
bool ts_show_run_json(ts_store *store, int64_t run,
                      const ts_show_options *options, FILE *out,
                      ts_error *error);
/* The rows of a query, which ends with it, as CSV (RFC 4180, but with bare line
 * feeds) or as a JSON list of objects. */
bool ts_show_rows(ts_query query, ts_show_form form, FILE *out,
                  ts_error *error);

#endif

/*
 * show_data.c - results for programs: JSON and CSV.
 *
 * Times are whole picoseconds, or means of them; in JSON they stand beside
 * seconds. Real numbers are written so that they are read back the same.
 */
#include "sim/cli/show.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/runs.h"
#include "sim/scenario/escape.h"

/* The fewest digits that are read back as the same number. */
static const char *real_text(double value, char *buffer, size_t size)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buffer, size, "%.*g", digits, value);
        if (strtod(buffer, NULL) == value)
            break;
    }
    return buffer;
}

/* JSON text as it stands; what is none becomes a string. */
static void json_raw(FILE *out, const char *text)
{
    cJSON *parsed = cJSON_ParseWithOpts(text, NULL, true);

    if (parsed != NULL)
        fputs(text, out);
    else
        ts_escape_print(out, TS_ESCAPE_JSON, text);
    cJSON_Delete(parsed);
}

/* --- rows of any query --- */

static void write_value(ts_query *row, int column, ts_show_form form, FILE *out)
{
    char buffer[40];

    switch (ts_query_type_of(row, column)) {
    case TS_QUERY_NULL:
        fputs(form == TS_SHOW_JSON ? "null" : "", out);
        break;
    case TS_QUERY_INT:
        fprintf(out, "%" PRId64, ts_query_int(row, column));
        break;
    case TS_QUERY_REAL:
        fputs(real_text(ts_query_real(row, column), buffer, sizeof buffer),
              out);
        break;
    case TS_QUERY_TEXT:
        ts_escape_print(out,
                        form == TS_SHOW_JSON ? TS_ESCAPE_JSON : TS_ESCAPE_CSV,
                        ts_query_text(row, column));
    }
}

/* The fields of the row, as a part of an object. */
static void json_fields(ts_query *row, FILE *out)
{
    char buffer[40];

    for (int i = 0; i < ts_query_columns(row); i++) {
        const char *name = ts_query_name(row, i);
        size_t length = strlen(name);

        fputs(i > 0 ? ", " : "", out);
        ts_escape_print(out, TS_ESCAPE_JSON, name);
        fputs(": ", out);
        /* SQLite knows no truth values. */
        if (strcmp(name, "holds") == 0 || strcmp(name, "failed") == 0)
            fputs(ts_query_int(row, i) != 0 ? "true" : "false", out);
        else
            write_value(row, i, TS_SHOW_JSON, out);
        if (length > 3 && strcmp(name + length - 3, "_ps") == 0 &&
            !ts_query_null(row, i))
            fprintf(out, ", \"%.*s_s\": %s", (int)length - 3, name,
                    real_text(ts_query_real(row, i) / 1e12, buffer,
                              sizeof buffer));
    }
}

static void csv_line(ts_query *q, bool names, FILE *out)
{
    for (int i = 0; i < ts_query_columns(q); i++) {
        fputs(i > 0 ? "," : "", out);
        if (names)
            ts_escape_print(out, TS_ESCAPE_CSV, ts_query_name(q, i));
        else
            write_value(q, i, TS_SHOW_CSV, out);
    }
}

bool ts_show_rows(ts_query q, ts_show_form form, FILE *out, ts_error *error)
{
    int64_t rows = 0;

    if (form == TS_SHOW_CSV) {
        csv_line(&q, true, out);
        fputc('\n', out);
    }
    if (form == TS_SHOW_JSON)
        fputc('[', out);
    for (; ts_query_next(&q); rows++) {
        if (form == TS_SHOW_CSV) {
            csv_line(&q, false, out);
            fputc('\n', out);
        } else {
            fputs(rows > 0 ? ",\n  {" : "\n  {", out);
            json_fields(&q, out);
            fputc('}', out);
        }
    }
    if (form == TS_SHOW_JSON)
        fputs(rows > 0 ? "\n]" : "]", out);
    return ts_query_end(&q, error);
}

/* --- JSON of runs --- */

static bool json_parameters(ts_store *store, int64_t run, FILE *out,
                            ts_error *error)
{
    ts_query q = ts_run_parameters(store, run);
    bool first = true;

    fputs("\"parameters\": {", out);
    for (; ts_query_next(&q); first = false) {
        fputs(first ? "" : ", ", out);
        ts_escape_print(out, TS_ESCAPE_JSON, ts_query_text(&q, 0));
        fputs(": ", out);
        json_raw(out, ts_query_text(&q, 2));
    }
    fputc('}', out);
    return ts_query_end(&q, error);
}

static bool json_metrics(ts_store *store, int64_t run, const char *metric,
                         FILE *out, ts_error *error)
{
    ts_query q = ts_run_metrics(store, run, metric != NULL ? metric : "*");
    char buffer[40];
    bool first = true;

    fputs("\"metrics\": {", out);
    for (; ts_query_next(&q); first = false) {
        const char *unit = ts_query_text(&q, TS_METRIC_UNIT);
        double value = ts_query_real(&q, TS_METRIC_VALUE);

        fputs(first ? "\n    " : ",\n    ", out);
        ts_escape_print(out, TS_ESCAPE_JSON, ts_query_text(&q, TS_METRIC_NAME));
        fputs(": {\"unit\": ", out);
        ts_escape_print(out, TS_ESCAPE_JSON, unit);
        fputs(", \"value\": ", out);
        if (!ts_query_null(&q, TS_METRIC_WHOLE))
            fprintf(out, "%" PRId64, ts_query_int(&q, TS_METRIC_WHOLE));
        else
            fputs(real_text(value, buffer, sizeof buffer), out);
        if (strcmp(unit, "ps") == 0)
            fprintf(out, ", \"seconds\": %s",
                    real_text(value / 1e12, buffer, sizeof buffer));
        fputc('}', out);
    }
    fputc('}', out);
    return ts_query_end(&q, error);
}

/* The head of a run's object, up to its parameters and metrics. */
static bool json_head(ts_store *store, int64_t run, const char *metric,
                      FILE *out, ts_error *error)
{
    ts_query q = ts_run_data(store, run);

    fprintf(out, "{\"run\": %" PRId64 ", ", run);
    while (ts_query_next(&q))
        json_fields(&q, out);
    fputs(",\n  ", out);
    if (!ts_query_end(&q, error) || !json_parameters(store, run, out, error))
        return false;
    fputs(",\n  ", out);
    return json_metrics(store, run, metric, out, error);
}

/* A list that hangs on a run. */
typedef struct run_list {
    const char *name;
    ts_query (*ask)(ts_store *store, int64_t run);
} run_list;

static const run_list lists[] = {{"conventions", ts_run_conventions},
                                 {"threads", ts_run_threads},
                                 {"verdicts", ts_run_verdicts}};
/* These are long, and most runs keep none. */
static const run_list traces[] = {{"spans", ts_run_timeline},
                                  {"instants", ts_run_instants},
                                  {"levels", ts_run_levels},
                                  {"notes", ts_run_notes}};

static bool json_lists(ts_store *store, int64_t run, const run_list *list,
                       size_t count, FILE *out, ts_error *error)
{
    bool fine = true;

    for (size_t i = 0; fine && i < count; i++) {
        fprintf(out, ",\n  \"%s\": ", list[i].name);
        fine = ts_show_rows(list[i].ask(store, run), TS_SHOW_JSON, out, error);
    }
    return fine;
}

bool ts_show_run_json(ts_store *store, int64_t run,
                      const ts_show_options *options, FILE *out,
                      ts_error *error)
{
    bool fine =
        json_head(store, run, options->metric, out, error) &&
        json_lists(store, run, lists, TS_COUNT_OF(lists), out, error) &&
        (!options->everything ||
         json_lists(store, run, traces, TS_COUNT_OF(traces), out, error));

    fputc('}', out);
    return fine;
}

bool ts_show_runs_json(ts_store *store, const ts_show_options *options,
                       FILE *out, ts_error *error)
{
    ts_query q = ts_runs(store);
    bool fine = true, first = true;

    fputc('[', out);
    for (; fine && ts_query_next(&q); first = false) {
        int64_t run = ts_query_int(&q, TS_RUN_ID);

        fputs(first ? "\n" : ",\n", out);
        if (options->everything) {
            fine = ts_show_run_json(store, run, options, out, error);
        } else {
            fine = json_head(store, run, options->metric, out, error);
            fputc('}', out);
        }
    }
    fputs(first ? "]\n" : "\n]\n", out);
    return ts_query_end(&q, error) && fine;
}

/* --- CSV of runs: a column a parameter, a column a metric --- */

/* Its first column, row by row, as fields of a line. */
static bool csv_fields(ts_query q, FILE *out, ts_error *error)
{
    while (ts_query_next(&q)) {
        fputc(',', out);
        write_value(&q, 0, TS_SHOW_CSV, out);
    }
    return ts_query_end(&q, error);
}

bool ts_show_runs_csv(ts_store *store, const char *metric, FILE *out,
                      ts_error *error)
{
    const char *pattern = metric != NULL ? metric : "*";
    ts_query q = ts_runs_data(store);
    bool fine;

    csv_line(&q, true, out);
    fine = csv_fields(ts_runs_parameters(store, INT64_MAX), out, error) &&
           csv_fields(ts_runs_metrics_data(store, pattern), out, error);
    fputc('\n', out);
    while (fine && ts_query_next(&q)) {
        int64_t run = ts_query_int(&q, TS_RUN_ID);

        csv_line(&q, false, out);
        fine = csv_fields(ts_run_parameter_row(store, run), out, error) &&
               csv_fields(ts_run_metric_row(store, run, pattern), out, error);
        fputc('\n', out);
    }
    return ts_query_end(&q, error) && fine;
}

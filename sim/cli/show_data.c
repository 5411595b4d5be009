/*
 * show_data.c - results for programs: JSON and CSV.
 *
 * Times are whole picoseconds, or means of them; in JSON they stand beside
 * seconds. Real numbers are written so that they are read back the same.
 */
#include "sim/cli/show.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/query.h"
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

static void write_value(sqlite3_stmt *row, int column, ts_show_form form,
                        FILE *out)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    char buffer[40];

    switch (sqlite3_column_type(row, column)) {
    case SQLITE_NULL:
        fputs(form == TS_SHOW_JSON ? "null" : "", out);
        break;
    case SQLITE_INTEGER:
        fprintf(out, "%" PRId64, (int64_t)sqlite3_column_int64(row, column));
        break;
    case SQLITE_FLOAT:
        fputs(real_text(sqlite3_column_double(row, column), buffer,
                        sizeof(buffer)),
              out);
        break;
    default:
        if (form == TS_SHOW_JSON)
            ts_escape_print(out, TS_ESCAPE_JSON, text);
        else
            ts_escape_print(out, TS_ESCAPE_CSV, text);
    }
}

static void write_object(sqlite3_stmt *row, FILE *out)
{
    fputc('{', out);
    for (int i = 0; i < sqlite3_column_count(row); i++) {
        const char *name = sqlite3_column_name(row, i);
        size_t length = strlen(name);

        fputs(i > 0 ? ", " : "", out);
        ts_escape_print(out, TS_ESCAPE_JSON, name);
        fputs(": ", out);
        if (strcmp(name, "holds") == 0) /* SQLite knows no truth values */
            fputs(sqlite3_column_int(row, i) != 0 ? "true" : "false", out);
        else
            write_value(row, i, TS_SHOW_JSON, out);
        if (length > 3 && strcmp(name + length - 3, "_ps") == 0 &&
            sqlite3_column_type(row, i) != SQLITE_NULL) {
            char buffer[40];

            fprintf(out, ", \"%.*s_s\": %s", (int)length - 3, name,
                    real_text(sqlite3_column_double(row, i) / 1e12, buffer,
                              sizeof(buffer)));
        }
    }
    fputc('}', out);
}

static void write_line(sqlite3_stmt *row, bool names, FILE *out)
{
    for (int i = 0; i < sqlite3_column_count(row); i++) {
        fputs(i > 0 ? "," : "", out);
        if (names)
            ts_escape_print(out, TS_ESCAPE_CSV, sqlite3_column_name(row, i));
        else
            write_value(row, i, TS_SHOW_CSV, out);
    }
    fputc('\n', out);
}

bool ts_show_rows(ts_store *store, const char *sql, int64_t run,
                  const char *pattern, ts_show_form form, FILE *out,
                  ts_error *error)
{
    ts_query q = ts_query_start(store, sql, run, pattern);
    int64_t rows = 0;

    if (form == TS_SHOW_CSV && !q.failed)
        write_line(q.statement, true, out);
    if (form == TS_SHOW_JSON)
        fputc('[', out);
    for (; ts_query_next(&q); rows++) {
        if (form == TS_SHOW_CSV) {
            write_line(q.statement, false, out);
        } else {
            fputs(rows > 0 ? ",\n  " : "\n  ", out);
            write_object(q.statement, out);
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
    ts_query q = ts_query_start(store,
                                "SELECT pointer, value FROM parameters "
                                "WHERE run = ?1 ORDER BY number",
                                run, NULL);
    bool first = true;

    fputs("\"parameters\": {", out);
    for (; ts_query_next(&q); first = false) {
        fputs(first ? "" : ", ", out);
        ts_escape_print(out, TS_ESCAPE_JSON, ts_query_text(&q, 0));
        fputs(": ", out);
        json_raw(out, ts_query_text(&q, 1));
    }
    fputc('}', out);
    return ts_query_end(&q, error);
}

static bool json_metrics(ts_store *store, int64_t run, const char *metric,
                         FILE *out, ts_error *error)
{
    ts_query q = ts_query_start(store,
                                "SELECT name, unit, whole, value FROM "
                                "metrics WHERE run = ?1 AND name GLOB ?2 "
                                "ORDER BY name",
                                run, metric != NULL ? metric : "*");
    char buffer[40];
    bool first = true;

    fputs("\"metrics\": {", out);
    for (; ts_query_next(&q); first = false) {
        const char *unit = ts_query_text(&q, 1);

        fputs(first ? "\n    " : ",\n    ", out);
        ts_escape_print(out, TS_ESCAPE_JSON, ts_query_text(&q, 0));
        fprintf(out, ": {\"unit\": \"%s\", \"value\": ", unit);
        if (!ts_query_null(&q, 2))
            fprintf(out, "%" PRId64, ts_query_int(&q, 2));
        else
            fputs(real_text(ts_query_real(&q, 3), buffer, sizeof(buffer)), out);
        if (strcmp(unit, "ps") == 0)
            fprintf(out, ", \"seconds\": %s",
                    real_text(ts_query_real(&q, 3) / 1e12, buffer,
                              sizeof(buffer)));
        fputc('}', out);
    }
    fputc('}', out);
    return ts_query_end(&q, error);
}

/* The head of a run's object, up to its parameters and metrics. */
static bool json_head(ts_store *store, int64_t run, const char *metric,
                      FILE *out, ts_error *error)
{
    ts_query q = ts_query_start(
        store,
        "SELECT s.name, s.title, s.sha256, d.sha256, r.point, r.replication, "
        "r.seed, r.version, r.digest, r.end_ps, r.events, r.reason, r.failed "
        "FROM runs r JOIN scenarios s ON s.id = r.scenario JOIN documents d "
        "ON d.id = r.document WHERE r.id = ?1",
        run, NULL);
    static const char *const names[] = {
        "scenario",    "title",  "scenario_sha256", "document_sha256", "point",
        "replication", "seed",   "version",         "digest",          "end_ps",
        "events",      "reason", "failed"};
    char buffer[40];

    fprintf(out, "{\"run\": %" PRId64, run);
    while (ts_query_next(&q)) {
        for (int i = 0; i < (int)TS_COUNT_OF(names); i++) {
            fprintf(out, ", \"%s\": ", names[i]);
            if (strcmp(names[i], "failed") == 0)
                fputs(ts_query_int(&q, i) != 0 ? "true" : "false", out);
            else
                write_value(q.statement, i, TS_SHOW_JSON, out);
            if (strcmp(names[i], "end_ps") == 0)
                fprintf(out, ", \"end_s\": %s",
                        real_text((double)ts_query_int(&q, i) / 1e12, buffer,
                                  sizeof(buffer)));
        }
    }
    fputs(",\n  ", out);
    if (!ts_query_end(&q, error) || !json_parameters(store, run, out, error))
        return false;
    fputs(",\n  ", out);
    return json_metrics(store, run, metric, out, error);
}

bool ts_show_runs_json(ts_store *store, const char *metric, FILE *out,
                       ts_error *error)
{
    ts_query q =
        ts_query_start(store, "SELECT id FROM runs ORDER BY id", 0, NULL);
    bool fine = true, first = true;

    fputc('[', out);
    for (; fine && ts_query_next(&q); first = false) {
        fputs(first ? "\n" : ",\n", out);
        fine = json_head(store, ts_query_int(&q, 0), metric, out, error);
        fputc('}', out);
    }
    fputs(first ? "]\n" : "\n]\n", out);
    return ts_query_end(&q, error) && fine;
}

bool ts_show_run_json(ts_store *store, int64_t run, const char *metric,
                      FILE *out, ts_error *error)
{
    static const struct {
        const char *name, *sql;
    } lists[] = {
        {"conventions", "SELECT name, value FROM conventions WHERE run = ?1 "
                        "ORDER BY number"},
        {"threads", "SELECT id, name, task, job, arrival_ps, first_run_ps, "
                    "finish_ps, deadline_ps, processor_ps, ready_ps, "
                    "blocked_ps, dispatches, preemptions, migrations "
                    "FROM threads WHERE run = ?1 ORDER BY id"},
        {"verdicts", "SELECT metric, about, text, holds, expected "
                     "FROM verdicts WHERE run = ?1 ORDER BY number"},
    };
    bool fine = json_head(store, run, metric, out, error);

    for (size_t i = 0; fine && i < TS_COUNT_OF(lists); i++) {
        fprintf(out, ",\n  \"%s\": ", lists[i].name);
        fine = ts_show_rows(store, lists[i].sql, run, NULL, TS_SHOW_JSON, out,
                            error);
    }
    fputs("}\n", out);
    return fine;
}

/* --- CSV of runs: a column a parameter, a column a metric --- */

/* What `sql` lists for one run and names a column of, in the order of `all`:
 * an empty field where this run has none. */
static bool csv_fields(ts_store *store, const char *sql, int64_t run,
                       const char *pattern, FILE *out, ts_error *error)
{
    ts_query q = ts_query_start(store, sql, run, pattern);

    while (ts_query_next(&q)) {
        fputc(',', out);
        write_value(q.statement, 0, TS_SHOW_CSV, out);
    }
    return ts_query_end(&q, error);
}

bool ts_show_runs_csv(ts_store *store, const char *metric, FILE *out,
                      ts_error *error)
{
    static const char all_parameters[] =
        "SELECT pointer FROM parameters WHERE ?1 = ?1 AND ?2 = ?2 "
        "GROUP BY pointer ORDER BY min(number), pointer";
    static const char all_metrics[] =
        "SELECT name || ' [' || unit || ']' FROM metrics WHERE ?1 = ?1 AND "
        "name GLOB ?2 GROUP BY name ORDER BY name";
    static const char parameters[] =
        "SELECT (SELECT trim(value, '\"') FROM parameters v WHERE v.run = ?1 "
        "AND v.pointer = a.pointer) FROM (SELECT pointer, min(number) AS n "
        "FROM parameters WHERE ?2 = ?2 GROUP BY pointer) a "
        "ORDER BY n, pointer";
    static const char metrics[] =
        "SELECT (SELECT coalesce(whole, value) FROM metrics v WHERE v.run = "
        "?1 AND v.name = a.name) FROM (SELECT DISTINCT name FROM metrics "
        "WHERE name GLOB ?2) a ORDER BY name";
    const char *pattern = metric != NULL ? metric : "*";
    ts_query q = ts_query_start(store,
                                "SELECT r.id, s.name, r.point, "
                                "r.replication, r.seed, r.version, r.digest, "
                                "r.end_ps, r.events, r.failed FROM runs r "
                                "JOIN scenarios s ON s.id = r.scenario "
                                "ORDER BY r.id",
                                0, NULL);
    bool fine = true;

    fputs("run,scenario,point,replication,seed,version,digest,end_ps,events,"
          "failed",
          out);
    fine = csv_fields(store, all_parameters, 0, "", out, error) &&
           csv_fields(store, all_metrics, 0, pattern, out, error);
    fputc('\n', out);
    while (fine && ts_query_next(&q)) {
        for (int i = 0; i < 10; i++) {
            fputs(i > 0 ? "," : "", out);
            write_value(q.statement, i, TS_SHOW_CSV, out);
        }
        fine = csv_fields(store, parameters, ts_query_int(&q, 0), "", out,
                          error) &&
               csv_fields(store, metrics, ts_query_int(&q, 0), pattern, out,
                          error);
        fputc('\n', out);
    }
    return ts_query_end(&q, error) && fine;
}

/*
 * show.c - `timeslice show`: what is in a database, for people.
 */
#include "sim/cli/show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/command.h"
#include "sim/pictures/gantt_text.h"
#include "sim/cli/grid.h"
#include "sim/cli/options.h"
#include "sim/results/query.h"
#include "sim/scenario/reader.h"

#define COLUMNS_MAX 12 /* parameters, and likewise metrics, of the table */
#define ROWS_MAX 40    /* threads that are shown to people */
#define DEFAULT_WIDTH 80

/* --- the table of the runs --- */

typedef struct column_names {
    char *names[COLUMNS_MAX];
    int count;
} column_names;

static bool read_columns(ts_store *store, const char *sql, const char *pattern,
                         column_names *columns, ts_arena *arena,
                         ts_error *error)
{
    ts_query q = ts_query_start(store, sql, COLUMNS_MAX, pattern);

    columns->count = 0;
    while (columns->count < COLUMNS_MAX && ts_query_next(&q))
        columns->names[columns->count++] =
            ts_arena_text(arena, ts_query_text(&q, 0));
    return ts_query_end(&q, error);
}

/* The metrics that were asked for; else those that are expected to be
 * something; else those that most scenarios are about; else the first. */
static bool choose_metrics(ts_store *store, const char *pattern,
                           column_names *columns, ts_arena *arena,
                           ts_error *error)
{
    static const char *const queries[] = {
        "SELECT DISTINCT metric FROM verdicts WHERE metric IN (SELECT name "
        "FROM metrics) ORDER BY metric LIMIT min(?1, 6)",
        "SELECT DISTINCT name FROM metrics WHERE name IN ('processor.useful', "
        "'processor.switching', 'processor.switches') OR name GLOB "
        "'threads.*.turnaround.mean' ORDER BY name LIMIT min(?1, 6)",
        "SELECT DISTINCT name FROM metrics ORDER BY name LIMIT min(?1, 4)"};

    if (pattern != NULL)
        return read_columns(store,
                            "SELECT DISTINCT name FROM metrics WHERE "
                            "name GLOB ?2 ORDER BY name LIMIT ?1",
                            pattern, columns, arena, error) &&
               (columns->count > 0 ||
                ts_fail(error,
                        "%s: no metric matches \"%s\"; `timeslice show "
                        "%s 1` lists those of a run",
                        ts_store_path(store), pattern, ts_store_path(store)));
    columns->count = 0;
    for (size_t i = 0; columns->count == 0 && i < TS_COUNT_OF(queries); i++)
        if (!read_columns(store, queries[i], "", columns, arena, error))
            return false;
    return true;
}

static bool add_parameters(ts_store *store, int64_t run,
                           const column_names *columns, ts_grid *grid,
                           ts_error *error)
{
    for (int i = 0; i < columns->count; i++) {
        ts_query q = ts_query_start(store,
                                    "SELECT trim(value, '\"') FROM "
                                    "parameters WHERE run = ?1 AND "
                                    "pointer = ?2",
                                    run, columns->names[i]);

        ts_grid_add(grid, "%s", ts_query_next(&q) ? ts_query_text(&q, 0) : "");
        if (!ts_query_end(&q, error))
            return false;
    }
    return true;
}

static bool add_metrics(ts_store *store, int64_t run,
                        const column_names *columns, ts_grid *grid,
                        ts_error *error)
{
    char text[64];

    for (int i = 0; i < columns->count; i++) {
        ts_query q = ts_query_start(store,
                                    "SELECT unit, value FROM metrics "
                                    "WHERE run = ?1 AND name = ?2",
                                    run, columns->names[i]);

        text[0] = '\0';
        if (ts_query_next(&q))
            ts_format(text, sizeof(text), ts_query_unit(ts_query_text(&q, 0)),
                      ts_query_real(&q, 1));
        ts_grid_add(grid, "%s", text);
        if (!ts_query_end(&q, error))
            return false;
    }
    return true;
}

static void add_headline(ts_grid *grid, const column_names *parameters,
                         const column_names *metrics, bool replications)
{
    int column = 2;

    ts_grid_add(grid, "run");
    grid->right[0] = true;
    ts_grid_add(grid, "scenario");
    for (int i = 0; i < parameters->count; i++) {
        ts_grid_add(grid, "%s", parameters->names[i]);
        grid->right[column++] = true;
    }
    if (replications) {
        ts_grid_add(grid, "replication");
        grid->right[column++] = true;
    }
    for (int i = 0; i < metrics->count; i++) {
        ts_grid_add(grid, "%s", metrics->names[i]);
        grid->right[column++] = true;
    }
    ts_grid_add(grid, "expectations");
}

/* "3 hold", "1 of 3 fails", or how the run went wrong. */
static void add_outcome(ts_grid *grid, ts_query *q, int column)
{
    int64_t failed = ts_query_int(q, column);
    int64_t count = ts_query_int(q, column + 1);
    int64_t holding = ts_query_int(q, column + 2);

    if (failed != 0)
        ts_grid_add(grid, "ended with an error");
    else if (count == 0)
        ts_grid_add(grid, "none");
    else if (holding == count)
        ts_grid_add(grid, "%" PRId64 " hold%s", count, count == 1 ? "s" : "");
    else
        ts_grid_add(grid, "%" PRId64 " of %" PRId64 " FAIL%s", count - holding,
                    count, count - holding == 1 ? "S" : "");
}

static bool fill_runs(ts_store *store, const column_names *parameters,
                      const column_names *metrics, bool replications,
                      ts_grid *grid, ts_error *error)
{
    ts_query q = ts_query_start(
        store,
        "SELECT r.id, s.name, r.replication, r.failed, (SELECT count(*) FROM "
        "verdicts v WHERE v.run = r.id), (SELECT sum(holds) FROM verdicts v "
        "WHERE v.run = r.id) FROM runs r JOIN scenarios s ON s.id = "
        "r.scenario ORDER BY r.id",
        0, NULL);
    bool fine = true;

    while (fine && ts_query_next(&q)) {
        int64_t run = ts_query_int(&q, 0);

        ts_grid_add(grid, "%" PRId64, run);
        ts_grid_add(grid, "%s", ts_query_text(&q, 1));
        fine = add_parameters(store, run, parameters, grid, error);
        if (replications)
            ts_grid_add(grid, "%" PRId64, ts_query_int(&q, 2));
        fine = fine && add_metrics(store, run, metrics, grid, error);
        add_outcome(grid, &q, 3);
    }
    return ts_query_end(&q, error) && fine;
}

static bool show_table(ts_store *store, const char *pattern, FILE *out,
                       ts_error *error)
{
    column_names parameters, metrics;
    int64_t count = 0, replications = 0;
    ts_arena arena;
    ts_grid grid;
    ts_query q = ts_query_start(store,
                                "SELECT count(*), max(replication) "
                                "FROM runs",
                                0, NULL);
    bool fine;

    if (ts_query_next(&q)) {
        count = ts_query_int(&q, 0);
        replications = ts_query_int(&q, 1);
    }
    if (!ts_query_end(&q, error))
        return false;
    if (count == 0) {
        fprintf(out, "no runs yet\n");
        return true;
    }
    ts_arena_init(&arena, 0);
    fine = read_columns(store,
                        "SELECT pointer FROM parameters GROUP BY "
                        "pointer ORDER BY min(number), pointer LIMIT ?1",
                        "", &parameters, &arena, error) &&
           choose_metrics(store, pattern, &metrics, &arena, error);
    if (fine) {
        ts_grid_init(&grid,
                     3 + parameters.count + (replications > 0) + metrics.count);
        add_headline(&grid, &parameters, &metrics, replications > 0);
        fine = fill_runs(store, &parameters, &metrics, replications > 0, &grid,
                         error);
        if (fine)
            ts_grid_print(&grid, 0, out);
        ts_grid_fini(&grid);
    }
    ts_arena_fini(&arena);
    return fine;
}

bool ts_show_runs(ts_store *store, const ts_show_options *options, FILE *out,
                  ts_error *error)
{
    switch (options->form) {
    case TS_SHOW_JSON:
        return ts_show_runs_json(store, options->metric, out, error);
    case TS_SHOW_CSV:
        return ts_show_runs_csv(store, options->metric, out, error);
    case TS_SHOW_TEXT:
        break;
    }
    return show_table(store, options->metric, out, error);
}

/* --- one run --- */

static bool print_head(ts_store *store, int64_t run, FILE *out, ts_error *error)
{
    ts_query q = ts_query_start(
        store,
        "SELECT coalesce(s.title, s.name), s.name, r.seed, r.version, "
        "r.digest, r.end_ps, r.reason, r.events, r.failed, r.replication "
        "FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = ?1",
        run, NULL);
    char end[64];

    while (ts_query_next(&q)) {
        fprintf(out, "%s\n", ts_query_text(&q, 0));
        fprintf(out, "run %" PRId64 " of %s, seed %s", run,
                ts_query_text(&q, 1), ts_query_text(&q, 2));
        if (ts_query_int(&q, 9) > 0)
            fprintf(out, ", replication %" PRId64, ts_query_int(&q, 9));
        fprintf(out, ", timeslice %s, digest %s\n", ts_query_text(&q, 3),
                ts_query_text(&q, 4));
        fprintf(out, "%s %s after %" PRId64 " events: %s\n",
                ts_query_int(&q, 8) != 0 ? "ended with an error at"
                                         : "ended at",
                ts_format(end, sizeof(end), TS_UNIT_TIME, ts_query_real(&q, 5)),
                ts_query_int(&q, 7), ts_query_text(&q, 6));
    }
    return ts_query_end(&q, error);
}

/* A titled list of pairs; nothing when it is empty. */
static bool print_pairs(ts_store *store, const char *title, const char *sql,
                        int64_t run, FILE *out, ts_error *error)
{
    ts_query q = ts_query_start(store, sql, run, NULL);
    ts_grid grid;

    ts_grid_init(&grid, 2);
    while (ts_query_next(&q)) {
        ts_grid_add(&grid, "%s", ts_query_text(&q, 0));
        ts_grid_add(&grid, "%s", ts_query_text(&q, 1));
    }
    if (grid.count > 0)
        fprintf(out, "\n%s\n", title);
    ts_grid_print(&grid, 2, out);
    ts_grid_fini(&grid);
    return ts_query_end(&q, error);
}

static bool print_metrics(ts_store *store, int64_t run, const char *pattern,
                          FILE *out, ts_error *error)
{
    ts_query q = ts_query_start(store,
                                "SELECT name, unit, value FROM metrics "
                                "WHERE run = ?1 AND name GLOB ?2 "
                                "ORDER BY name",
                                run, pattern != NULL ? pattern : "*");
    char text[64];
    ts_grid grid;
    bool found;

    ts_grid_init(&grid, 2);
    grid.right[1] = true;
    while (ts_query_next(&q)) {
        ts_grid_add(&grid, "%s", ts_query_text(&q, 0));
        ts_grid_add(&grid, "%s",
                    ts_format(text, sizeof(text),
                              ts_query_unit(ts_query_text(&q, 1)),
                              ts_query_real(&q, 2)));
    }
    found = grid.count > 0;
    if (found)
        fputs("\nmetrics\n", out);
    ts_grid_print(&grid, 2, out);
    ts_grid_fini(&grid);
    return ts_query_end(&q, error) &&
           (found || pattern == NULL ||
            ts_fail(error, "%s: no metric of run %" PRId64 " matches \"%s\"",
                    ts_store_path(store), run, pattern));
}

static void add_time(ts_grid *grid, ts_time time)
{
    char text[64];

    if (time == TS_NEVER)
        ts_grid_add(grid, "never");
    else
        ts_grid_add(grid, "%s",
                    ts_format(text, sizeof(text), TS_UNIT_TIME, (double)time));
}

static void add_thread(ts_grid *grid, ts_query *q)
{
    ts_time arrival = ts_query_time(q, 1), finish = ts_query_time(q, 3);

    ts_grid_add(grid, "%s", ts_query_text(q, 0));
    for (int i = 1; i <= 3; i++)
        add_time(grid, ts_query_time(q, i));
    add_time(grid, arrival == TS_NEVER || finish == TS_NEVER
                       ? TS_NEVER
                       : finish - arrival);
    for (int i = 4; i <= 6; i++)
        add_time(grid, ts_query_time(q, i));
    for (int i = 7; i <= 8; i++)
        ts_grid_add(grid, "%" PRId64, ts_query_int(q, i));
}

static bool print_threads(ts_store *store, int64_t run, FILE *out,
                          ts_error *error)
{
    static const char *const names[] = {"thread",     "arrival",
                                        "first run",  "finish",
                                        "turnaround", "processor",
                                        "ready",      "blocked",
                                        "dispatches", "preemptions"};
    ts_query q = ts_query_start(
        store,
        "SELECT name, arrival_ps, first_run_ps, finish_ps, processor_ps, "
        "ready_ps, blocked_ps, dispatches, preemptions FROM threads "
        "WHERE run = ?1 ORDER BY id",
        run, NULL);
    int64_t count = 0;
    ts_grid grid;

    ts_grid_init(&grid, (int)TS_COUNT_OF(names));
    for (size_t i = 0; i < TS_COUNT_OF(names); i++) {
        ts_grid_add(&grid, "%s", names[i]);
        grid.right[i] = i > 0;
    }
    for (; ts_query_next(&q); count++)
        if (count < ROWS_MAX)
            add_thread(&grid, &q);
    if (count > 0) {
        fputs("\nthreads\n", out);
        ts_grid_print(&grid, 2, out);
    }
    if (count > ROWS_MAX)
        fprintf(out, "  and %" PRId64 " more: --json has them all\n",
                count - ROWS_MAX);
    ts_grid_fini(&grid);
    return ts_query_end(&q, error);
}

static bool print_chart(ts_store *store, int64_t run, int width, FILE *out,
                        ts_error *error)
{
    ts_run_spans spans;
    ts_arena arena;
    char *chart = NULL;
    size_t length = 0;
    FILE *memory;
    bool fine;

    ts_arena_init(&arena, 0);
    fine = ts_query_spans(store, run, &arena, &spans, error);
    memory = fine ? open_memstream(&chart, &length) : NULL;
    if (memory != NULL) {
        fine = ts_gantt_text(&spans, width - 2, memory);
        fclose(memory);
        if (fine)
            fputs("\nwho ran when\n", out);
        for (const char *line = chart; fine && *line != '\0';) {
            size_t part = strcspn(line, "\n");

            fprintf(out, "  %.*s\n", (int)part, line);
            line += part + (line[part] == '\n');
        }
        free(chart);
        fine = true;
    }
    ts_arena_fini(&arena);
    return fine;
}

static bool show_text(ts_store *store, int64_t run,
                      const ts_show_options *options, FILE *out,
                      ts_error *error)
{
    if (options->metric != NULL)
        return print_head(store, run, out, error) &&
               print_metrics(store, run, options->metric, out, error);
    return print_head(store, run, out, error) &&
           print_pairs(store, "parameters",
                       "SELECT pointer, trim(value, "
                       "'\"') FROM parameters WHERE run = ?1 ORDER BY number",
                       run, out, error) &&
           print_metrics(store, run, NULL, out, error) &&
           print_threads(store, run, out, error) &&
           (options->width == 0 ||
            print_chart(store, run, options->width, out, error)) &&
           print_pairs(store, "conventions",
                       "SELECT name, value FROM "
                       "conventions WHERE run = ?1 ORDER BY number",
                       run, out, error) &&
           print_pairs(store, "expectations",
                       "SELECT iif(holds, 'holds', "
                       "'FAILS'), iif(about IS NULL, text, about || ' (' || "
                       "text || ')') FROM verdicts WHERE run = ?1 "
                       "ORDER BY number",
                       run, out, error);
}

bool ts_show_run(ts_store *store, int64_t run, const ts_show_options *options,
                 FILE *out, ts_error *error)
{
    if (!ts_query_run_exists(store, run, error))
        return false;
    switch (options->form) {
    case TS_SHOW_JSON:
        return ts_show_run_json(store, run, options->metric, out, error);
    case TS_SHOW_CSV:
        return ts_show_rows(store,
                            "SELECT name AS metric, unit, "
                            "coalesce(whole, value) AS value FROM metrics "
                            "WHERE run = ?1 AND name GLOB ?2 ORDER BY name",
                            run,
                            options->metric != NULL ? options->metric : "*",
                            TS_SHOW_CSV, out, error);
    case TS_SHOW_TEXT:
        break;
    }
    return show_text(store, run, options, out, error);
}

/* --- spans and reasons --- */

/* Makes sure that the run is there and has rows in `table`. */
static bool check_rows(ts_store *store, int64_t run, const char *sql,
                       const char *advice, ts_error *error)
{
    ts_query q;
    bool some;

    if (!ts_query_run_exists(store, run, error))
        return false;
    q = ts_query_start(store, sql, run, NULL);
    some = ts_query_next(&q);
    return ts_query_end(&q, error) &&
           (some || ts_fail(error, "%s: run %" PRId64 " %s",
                            ts_store_path(store), run, advice));
}

bool ts_show_spans(ts_store *store, int64_t run, const ts_show_options *options,
                   FILE *out, ts_error *error)
{
    static const char sql[] =
        "SELECT from_ps, to_ps, place, kind, thread, detail FROM gantt "
        "WHERE run = ?1 ORDER BY from_ps, place_number, to_ps";
    bool fine = check_rows(store, run,
                           "SELECT 1 FROM spans WHERE run = ?1 "
                           "LIMIT 1",
                           "kept no spans: make it again with "
                           "--trace",
                           error);
    ts_query q;
    ts_grid grid;

    if (!fine || options->form != TS_SHOW_TEXT) {
        fine = fine &&
               ts_show_rows(store, sql, run, NULL, options->form, out, error);
        if (fine && options->form == TS_SHOW_JSON)
            fputc('\n', out);
        return fine;
    }
    ts_grid_init(&grid, 6);
    grid.right[0] = grid.right[1] = grid.right[2] = true;
    ts_grid_add(&grid, "from");
    ts_grid_add(&grid, "to");
    ts_grid_add(&grid, "for");
    ts_grid_add(&grid, "place");
    ts_grid_add(&grid, "kind");
    ts_grid_add(&grid, "thread");
    for (q = ts_query_start(store, sql, run, NULL); ts_query_next(&q);) {
        add_time(&grid, ts_query_int(&q, 0));
        add_time(&grid, ts_query_int(&q, 1));
        add_time(&grid, ts_query_int(&q, 1) - ts_query_int(&q, 0));
        for (int i = 2; i <= 4; i++)
            ts_grid_add(&grid, "%s", ts_query_text(&q, i));
    }
    fine = ts_query_end(&q, error);
    ts_grid_print(&grid, 0, out);
    ts_grid_fini(&grid);
    return fine;
}

bool ts_show_why(ts_store *store, int64_t run, const ts_show_options *options,
                 FILE *out, ts_error *error)
{
    static const char sql[] =
        "SELECT n.at_ps, p.name AS place, t.name AS thread, n.text "
        "FROM notes n LEFT JOIN places p ON p.run = n.run AND "
        "p.number = n.place LEFT JOIN threads t ON t.run = n.run AND "
        "t.id = n.who WHERE n.run = ?1 ORDER BY n.rowid";
    char at[64];
    ts_query q;
    bool fine = check_rows(store, run,
                           "SELECT 1 FROM notes WHERE run = ?1 "
                           "LIMIT 1",
                           "kept no reasons: make it again with "
                           "--why",
                           error);

    if (!fine || options->form != TS_SHOW_TEXT) {
        fine = fine &&
               ts_show_rows(store, sql, run, NULL, options->form, out, error);
        if (fine && options->form == TS_SHOW_JSON)
            fputc('\n', out);
        return fine;
    }
    for (q = ts_query_start(store, sql, run, NULL); ts_query_next(&q);)
        fprintf(out, "at %s%s%s: %s\n",
                ts_format(at, sizeof(at), TS_UNIT_TIME, ts_query_real(&q, 0)),
                ts_query_null(&q, 1) ? "" : " ", ts_query_text(&q, 1),
                ts_query_text(&q, 3));
    return ts_query_end(&q, error);
}

/* --- the command --- */

enum { JSON, CSV, METRIC, SPANS, WHY, OPTIONS };

static const ts_option options_table[OPTIONS] = {
    [JSON] = {.name = "json", .help = "as JSON, with exact numbers"},
    [CSV] = {.name = "csv", .help = "as CSV, times in picoseconds"},
    [METRIC] = {.name = "metric",
                .letter = 'm',
                .argument = "NAME",
                .help = "only metrics of that name; \"threads.*\" is a "
                        "pattern"},
    [SPANS] = {.name = "spans", .help = "who was where, from when to when"},
    [WHY] = {.name = "why", .help = "the reason for every decision"},
};

/* COLUMNS is set by people and shells that mean it; else the usual width. */
static int terminal_width(void)
{
    const char *columns = getenv("COLUMNS");
    uint64_t width = 0;

    if (columns != NULL && ts_option_whole(columns, 40, 1000, &width))
        return (int)width;
    return DEFAULT_WIDTH;
}

static bool show_all(ts_store *store, int64_t run, const char *const *values,
                     ts_error *error)
{
    ts_show_options options = {
        .form = values[JSON] != NULL  ? TS_SHOW_JSON
                : values[CSV] != NULL ? TS_SHOW_CSV
                                      : TS_SHOW_TEXT,
        .metric = values[METRIC],
        .width = terminal_width(),
    };

    if (values[SPANS] != NULL)
        return ts_show_spans(store, run, &options, stdout, error);
    if (values[WHY] != NULL)
        return ts_show_why(store, run, &options, stdout, error);
    if (run != 0)
        return ts_show_run(store, run, &options, stdout, error);
    return ts_show_runs(store, &options, stdout, error);
}

static int show(int argc, char **argv, const char *const *values)
{
    ts_error error = {""};
    uint64_t run = 0;
    ts_store *store;
    bool fine;

    if (argc > 3)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "show takes a database and one run, and then no "
                           "\"%s\"",
                           argv[3]);
    if (argc < 2)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "show what? `timeslice show DB [RUN]`");
    if (argc == 3 && !ts_option_whole(argv[2], 1, INT64_MAX, &run))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "\"%s\": a run is a number from 1; "
                           "`timeslice show %s` lists them",
                           argv[2], argv[1]);
    if (values[JSON] != NULL && values[CSV] != NULL)
        return ts_cli_fail(TS_EXIT_USAGE, "--json or --csv, not both");
    if (run == 0 && (values[SPANS] != NULL || values[WHY] != NULL))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "%s of which run? `timeslice show "
                           "%s RUN`",
                           values[SPANS] != NULL ? "--spans" : "--why",
                           argv[1]);
    store = ts_store_open(argv[1], TS_STORE_READ, &error);
    if (store == NULL)
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    fine = show_all(store, (int64_t)run, values, &error);
    ts_store_close(store);
    if (fine && (fflush(stdout) != 0 || ferror(stdout)))
        fine = ts_fail(&error, "standard output cannot be written");
    return fine ? TS_EXIT_OK : ts_cli_fail(TS_EXIT_IO, "%s", error.text);
}

const ts_command ts_command_show = {
    .name = "show",
    .arguments = "DB [RUN]",
    .summary = "what is in a database: its runs, or one of them",
    .about = "Without RUN, a table of the runs: the parameters that were "
             "varied and the metrics that matter. With RUN, everything that "
             "is known of it: parameters, metrics, threads, who ran when, "
             "the conventions it followed, and whether its expectations "
             "hold.\n\n"
             "--json and --csv are for programs: exact numbers, a stable "
             "order, no time of day.",
    .example = "timeslice run --trace --db results.db scenarios/slices.json\n"
               "timeslice show results.db\n"
               "timeslice show results.db 1 --metric 'processor.*'",
    .options = options_table,
    .option_count = OPTIONS,
    .complete = "database",
    .run = show,
};

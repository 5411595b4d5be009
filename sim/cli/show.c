/*
 * show.c - `timeslice show`: what is in a database, for people.
 */
#include "sim/cli/show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/command.h"
#include "sim/pictures/gantt_text.h"
#include "sim/paper/grid.h"
#include "sim/cli/options.h"
#include "sim/results/runs.h"
#include "sim/scenario/escape.h"
#include "sim/scenario/reader.h"

#define ROWS_MAX 40 /* threads that are shown to people */
#define DEFAULT_WIDTH 80

bool ts_show_runs(ts_store *store, const ts_show_options *options, FILE *out,
                  ts_error *error)
{
    switch (options->form) {
    case TS_SHOW_JSON:
        return ts_show_runs_json(store, options, out, error);
    case TS_SHOW_CSV:
        return ts_show_runs_csv(store, options->metric, out, error);
    case TS_SHOW_TEXT:
        break;
    }
    return ts_show_runs_text(store, options->metric, out, error);
}

/* --- one run --- */

const char *ts_show_metric(ts_query *q, char *text, size_t size)
{
    return ts_format(text, size,
                     ts_query_unit(ts_query_text(q, TS_METRIC_UNIT)),
                     ts_query_real(q, TS_METRIC_VALUE));
}

static bool print_head(ts_store *store, int64_t run, FILE *out, ts_error *error)
{
    ts_query q = ts_run_head(store, run);
    char end[64];

    while (ts_query_next(&q)) {
        ts_escape_print(out, TS_ESCAPE_LINE, ts_query_text(&q, TS_HEAD_TITLE));
        fprintf(out, "\nrun %" PRId64 " of ", run);
        ts_escape_print(out, TS_ESCAPE_LINE, ts_query_text(&q, TS_HEAD_NAME));
        fprintf(out, ", seed %s", ts_query_text(&q, TS_HEAD_SEED));
        if (ts_query_int(&q, TS_HEAD_REPLICATION) > 0)
            fprintf(out, ", replication %" PRId64,
                    ts_query_int(&q, TS_HEAD_REPLICATION));
        fprintf(out, ", timeslice %s, digest %s\n",
                ts_query_text(&q, TS_HEAD_VERSION),
                ts_query_text(&q, TS_HEAD_DIGEST));
        fprintf(out, "%s %s after %" PRId64 " events: ",
                ts_query_int(&q, TS_HEAD_FAILED) != 0 ? "ended with an error at"
                                                      : "ended at",
                ts_format(end, sizeof end, TS_UNIT_TIME,
                          ts_query_real(&q, TS_HEAD_END)),
                ts_query_int(&q, TS_HEAD_EVENTS));
        ts_escape_print(out, TS_ESCAPE_LINE, ts_query_text(&q, TS_HEAD_REASON));
        fputc('\n', out);
    }
    return ts_query_end(&q, error);
}

/* The grid is done with then. */
static bool print_titled(const char *title, ts_grid *grid, FILE *out,
                         ts_error *error)
{
    bool fine;

    if (grid->count > 0)
        fprintf(out, "\n%s\n", title);
    fine = ts_grid_print(grid, 2, out, error);
    ts_grid_fini(grid);
    return fine;
}

/* A titled list of the first two columns; nothing when it is empty. */
static bool print_pairs(const char *title, ts_query q, FILE *out,
                        ts_error *error)
{
    ts_grid grid;
    bool fine;

    ts_grid_init(&grid, 2);
    while (ts_query_next(&q)) {
        ts_grid_add(&grid, "%s", ts_query_text(&q, 0));
        ts_grid_add(&grid, "%s", ts_query_text(&q, 1));
    }
    fine = print_titled(title, &grid, out, error);
    return ts_query_end(&q, error) && fine;
}

static bool print_verdicts(ts_store *store, int64_t run, FILE *out,
                           ts_error *error)
{
    ts_query q = ts_run_verdicts(store, run);
    ts_grid grid;
    bool fine;

    ts_grid_init(&grid, 2);
    while (ts_query_next(&q)) {
        const char *text = ts_query_text(&q, TS_VERDICT_TEXT);

        ts_grid_add(&grid, "%s",
                    ts_query_int(&q, TS_VERDICT_HOLDS) != 0 ? "holds"
                                                            : "FAILS");
        if (ts_query_null(&q, TS_VERDICT_ABOUT))
            ts_grid_add(&grid, "%s", text);
        else
            ts_grid_add(&grid, "%s (%s)", ts_query_text(&q, TS_VERDICT_ABOUT),
                        text);
    }
    fine = print_titled("expectations", &grid, out, error);
    return ts_query_end(&q, error) && fine;
}

static bool print_metrics(ts_store *store, int64_t run, const char *pattern,
                          FILE *out, ts_error *error)
{
    ts_query q = ts_run_metrics(store, run, pattern != NULL ? pattern : "*");
    char text[64];
    ts_grid grid;
    bool found, fine;

    ts_grid_init(&grid, 2);
    grid.right[1] = true;
    while (ts_query_next(&q)) {
        ts_grid_add(&grid, "%s", ts_query_text(&q, TS_METRIC_NAME));
        ts_grid_add(&grid, "%s", ts_show_metric(&q, text, sizeof text));
    }
    found = grid.count > 0;
    fine = print_titled("metrics", &grid, out, error);
    return ts_query_end(&q, error) && fine &&
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
                    ts_format(text, sizeof text, TS_UNIT_TIME, (double)time));
}

static void add_thread(ts_grid *grid, ts_query *q)
{
    ts_time arrival = ts_query_time(q, TS_THREAD_ARRIVAL);
    ts_time finish = ts_query_time(q, TS_THREAD_FINISH);

    ts_grid_add(grid, "%s", ts_query_text(q, TS_THREAD_NAME));
    for (int i = TS_THREAD_ARRIVAL; i <= TS_THREAD_FINISH; i++)
        add_time(grid, ts_query_time(q, i));
    add_time(grid, arrival == TS_NEVER || finish == TS_NEVER
                       ? TS_NEVER
                       : finish - arrival);
    for (int i = TS_THREAD_PROCESSOR; i <= TS_THREAD_BLOCKED; i++)
        add_time(grid, ts_query_time(q, i));
    for (int i = TS_THREAD_DISPATCHES; i <= TS_THREAD_PREEMPTIONS; i++)
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
    ts_query q = ts_run_threads(store, run);
    int64_t count = 0;
    ts_grid grid;
    bool fine = true;

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
        fine = ts_grid_print(&grid, 2, out, error);
    }
    if (count > ROWS_MAX)
        fprintf(out, "  and %" PRId64 " more: --json has them all\n",
                count - ROWS_MAX);
    ts_grid_fini(&grid);
    return ts_query_end(&q, error) && fine;
}

static bool print_chart(ts_store *store, int64_t run, int width, FILE *out,
                        ts_error *error)
{
    ts_run_spans spans;
    ts_gantt_order order = {.runs = {&spans},
                            .run_count = 1,
                            .heading = "\nwho ran when\n",
                            .indent = 2,
                            .width = width,
                            .colour = ts_cli_colour(out)};
    ts_arena arena;
    bool fine;

    ts_arena_init(&arena, 0);
    fine = ts_query_spans(store, run, &arena, &spans, error) &&
           ts_query_turns(store, run, &arena, &spans, error);
    if (fine && ts_gantt_text(&order, out) == TS_GANTT_NO_MEMORY)
        fine = ts_fail_memory(error);
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
           print_pairs("parameters", ts_run_parameters(store, run), out,
                       error) &&
           print_metrics(store, run, NULL, out, error) &&
           print_threads(store, run, out, error) &&
           (options->width == 0 ||
            print_chart(store, run, options->width, out, error)) &&
           print_pairs("conventions", ts_run_conventions(store, run), out,
                       error) &&
           print_verdicts(store, run, out, error);
}

bool ts_show_run(ts_store *store, int64_t run, const ts_show_options *options,
                 FILE *out, ts_error *error)
{
    if (!ts_query_run_exists(store, run, error))
        return false;
    switch (options->form) {
    case TS_SHOW_JSON:
        if (!ts_show_run_json(store, run, options, out, error))
            return false;
        fputc('\n', out);
        return true;
    case TS_SHOW_CSV:
        return ts_show_rows(ts_run_metrics_data(store, run,
                                                options->metric != NULL
                                                    ? options->metric
                                                    : "*"),
                            TS_SHOW_CSV, out, error);
    case TS_SHOW_TEXT:
        break;
    }
    return show_text(store, run, options, out, error);
}

/* --- spans and reasons --- */

/* Makes sure that the run is there and has what is asked for. */
static bool check_rows(ts_store *store, int64_t run,
                       bool (*has)(ts_store *, int64_t, bool *, ts_error *),
                       const char *advice, ts_error *error)
{
    bool some;

    return ts_query_run_exists(store, run, error) &&
           has(store, run, &some, error) &&
           (some || ts_fail(error, "%s: run %" PRId64 " %s",
                            ts_store_path(store), run, advice));
}

/* For programs. */
static bool show_rows(ts_query q, ts_show_form form, FILE *out, ts_error *error)
{
    bool fine = ts_show_rows(q, form, out, error);

    if (fine && form == TS_SHOW_JSON)
        fputc('\n', out);
    return fine;
}

bool ts_show_spans(ts_store *store, int64_t run, const ts_show_options *options,
                   FILE *out, ts_error *error)
{
    ts_query q;
    ts_grid grid;
    bool fine;

    if (!check_rows(store, run, ts_run_has_spans,
                    "kept no spans: make it again with --trace", error))
        return false;
    q = ts_run_timeline(store, run);
    if (options->form != TS_SHOW_TEXT)
        return show_rows(q, options->form, out, error);
    ts_grid_init(&grid, 6);
    grid.right[0] = grid.right[1] = grid.right[2] = true;
    ts_grid_add(&grid, "from");
    ts_grid_add(&grid, "to");
    ts_grid_add(&grid, "for");
    ts_grid_add(&grid, "place");
    ts_grid_add(&grid, "kind");
    ts_grid_add(&grid, "thread");
    while (ts_query_next(&q)) {
        ts_time from = ts_query_int(&q, TS_SPAN_FROM);
        ts_time to = ts_query_int(&q, TS_SPAN_TO);

        add_time(&grid, from);
        add_time(&grid, to);
        add_time(&grid, to - from);
        for (int i = TS_SPAN_PLACE; i <= TS_SPAN_THREAD; i++)
            ts_grid_add(&grid, "%s", ts_query_text(&q, i));
    }
    fine = ts_grid_print(&grid, 0, out, error);
    ts_grid_fini(&grid);
    return ts_query_end(&q, error) && fine;
}

bool ts_show_why(ts_store *store, int64_t run, const ts_show_options *options,
                 FILE *out, ts_error *error)
{
    char at[64];
    ts_query q;

    if (!check_rows(store, run, ts_run_has_notes,
                    "kept no reasons: make it again with --why", error))
        return false;
    q = ts_run_notes(store, run);
    if (options->form != TS_SHOW_TEXT)
        return show_rows(q, options->form, out, error);
    while (ts_query_next(&q)) {
        fprintf(out, "at %s%s",
                ts_format(at, sizeof at, TS_UNIT_TIME,
                          ts_query_real(&q, TS_NOTE_AT)),
                ts_query_null(&q, TS_NOTE_PLACE) ? "" : " ");
        ts_escape_print(out, TS_ESCAPE_LINE, ts_query_text(&q, TS_NOTE_PLACE));
        fputs(": ", out);
        ts_escape_print(out, TS_ESCAPE_LINE, ts_query_text(&q, TS_NOTE_TEXT));
        fputc('\n', out);
    }
    return ts_query_end(&q, error);
}

/* --- the command --- */

enum { JSON, CSV, METRIC, SPANS, WHY, ALL, OPTIONS };

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
    [ALL] = {.name = "all",
             .letter = 'a',
             .help = "with --json: all that is kept of a run, or without RUN "
                     "of every run: its threads, expectations and conventions, "
                     "spans, instants, levels and reasons too"},
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
        .everything = values[ALL] != NULL,
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
    ts_error error = {.text = ""};
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
    if (values[ALL] != NULL &&
        (values[JSON] == NULL || values[SPANS] != NULL || values[WHY] != NULL))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--all goes with --json, and holds what --spans and "
                           "--why tell");
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

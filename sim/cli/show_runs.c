/*
 * show_runs.c - `timeslice show DB`: a table of the runs, for people.
 */
#include "sim/cli/show.h"

#include <inttypes.h>

#include "sim/paper/grid.h"
#include "sim/results/runs.h"

#define COLUMNS_MAX 12 /* parameters, and likewise metrics */
#define EXPECTED_MAX 6 /* metrics that nobody has asked for */

typedef struct column_names {
    char *names[COLUMNS_MAX];
    int count;
} column_names;

static bool read_columns(ts_query q, column_names *columns, ts_arena *arena,
                         ts_error *error)
{
    columns->count = 0;
    while (columns->count < COLUMNS_MAX && ts_query_next(&q))
        columns->names[columns->count++] =
            ts_arena_text(arena, ts_query_text(&q, 0));
    return ts_query_end(&q, error) &&
           (!arena->exhausted || ts_fail_memory(error));
}

/* The metrics that were asked for; else those that are expected to be
 * something; else those that most scenarios are about; else the first. */
static bool choose_metrics(ts_store *store, const char *pattern,
                           column_names *columns, ts_arena *arena,
                           ts_error *error)
{
    if (pattern != NULL)
        return read_columns(ts_runs_metrics(store, pattern, COLUMNS_MAX),
                            columns, arena, error) &&
               (columns->count > 0 ||
                ts_fail(error,
                        "%s: no metric matches \"%s\"; `timeslice show "
                        "%s 1` lists those of a run",
                        ts_store_path(store), pattern, ts_store_path(store)));
    return read_columns(ts_runs_metrics_expected(store, EXPECTED_MAX), columns,
                        arena, error) &&
           (columns->count > 0 ||
            read_columns(ts_runs_metrics_usual(store, EXPECTED_MAX), columns,
                         arena, error)) &&
           (columns->count > 0 || read_columns(ts_runs_metrics(store, "*", 4),
                                               columns, arena, error));
}

static bool add_parameters(ts_store *store, int64_t run,
                           const column_names *columns, ts_grid *grid,
                           ts_error *error)
{
    for (int i = 0; i < columns->count; i++) {
        ts_query q = ts_run_parameter(store, run, columns->names[i]);

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
        ts_query q = ts_run_metric(store, run, columns->names[i]);

        ts_grid_add(grid, "%s",
                    ts_query_next(&q) ? ts_show_metric(&q, text, sizeof text)
                                      : "");
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
static void add_outcome(ts_grid *grid, ts_query *q)
{
    int64_t failed = ts_query_int(q, TS_RUN_FAILED);
    int64_t count = ts_query_int(q, TS_RUN_JUDGED);
    int64_t holding = ts_query_int(q, TS_RUN_HELD);

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
    ts_query q = ts_runs(store);
    bool fine = true;

    while (fine && ts_query_next(&q)) {
        int64_t run = ts_query_int(&q, TS_RUN_ID);

        ts_grid_add(grid, "%" PRId64, run);
        ts_grid_add(grid, "%s", ts_query_text(&q, TS_RUN_SCENARIO));
        fine = add_parameters(store, run, parameters, grid, error);
        if (replications)
            ts_grid_add(grid, "%" PRId64, ts_query_int(&q, TS_RUN_REPLICATION));
        fine = fine && add_metrics(store, run, metrics, grid, error);
        add_outcome(grid, &q);
    }
    return ts_query_end(&q, error) && fine;
}

bool ts_show_runs_text(ts_store *store, const char *pattern, FILE *out,
                       ts_error *error)
{
    column_names parameters, metrics;
    int64_t count, replications;
    ts_arena arena;
    ts_grid grid;
    bool fine;

    if (!ts_runs_count(store, &count, &replications, error))
        return false;
    if (count == 0) {
        fprintf(out, "no runs yet\n");
        return true;
    }
    ts_arena_init(&arena, 0);
    fine = read_columns(ts_runs_parameters(store, COLUMNS_MAX), &parameters,
                        &arena, error) &&
           choose_metrics(store, pattern, &metrics, &arena, error);
    if (fine) {
        ts_grid_init(&grid,
                     3 + parameters.count + (replications > 0) + metrics.count);
        add_headline(&grid, &parameters, &metrics, replications > 0);
        fine = fill_runs(store, &parameters, &metrics, replications > 0, &grid,
                         error);
        fine = fine && ts_grid_print(&grid, 0, out, error);
        ts_grid_fini(&grid);
    }
    ts_arena_fini(&arena);
    return fine;
}

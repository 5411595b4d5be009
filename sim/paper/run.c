/*
 * run.c - one run: its threads, its reasons, what it took for granted; and all
 * runs, by what they are known by.
 */
#include "sim/paper/teller.h"

#include <stdlib.h>
#include <string.h>

#include "sim/results/runs.h"
#include "sim/scenario/reader.h"

enum {
    THREADS_MAX = 40, /* a row each; of more, a row a task */
    REASONS_MAX = 100,
    RUNS_MAX = 100,
    COLUMNS_MAX = TS_GRID_COLUMNS
};

static const char times[] = "_ps";

static bool is_time(const char *name)
{
    size_t length = strlen(name), end = strlen(times);

    return length > end && strcmp(name + length - end, times) == 0;
}

/* --- threads --- */

/* Columns in which there is anything, the first always; how many. */
static int survey(ts_teller *t, ts_query q, bool *shown)
{
    int columns = ts_query_columns(&q), count = 1;

    shown[0] = true;
    while (ts_query_next(&q))
        for (int c = 1; c < columns; c++)
            if (ts_query_real(&q, c) > 0 && !shown[c])
                count += shown[c] = true;
    ts_query_end(&q, &t->error);
    return count;
}

static void add_heads(ts_grid *grid, ts_query *q, const bool *shown)
{
    int columns = ts_query_columns(q);

    for (int c = 0, column = 0; c < columns; c++) {
        const char *name = ts_query_name(q, c);
        size_t length = strlen(name) - (is_time(name) ? strlen(times) : 0);

        if (!shown[c])
            continue;
        grid->right[column++] = c > 0;
        ts_grid_add(grid, "%.*s", (int)length, name);
    }
}

static void add_row(ts_grid *grid, ts_query *q, const bool *shown)
{
    int columns = ts_query_columns(q);
    char text[64];

    ts_grid_add(grid, "%s", ts_query_text(q, 0));
    for (int c = 1; c < columns; c++) {
        if (!shown[c])
            continue;
        if (ts_query_null(q, c))
            ts_grid_add(grid, "%s", "");
        else
            ts_grid_add(grid, "%s",
                        ts_format(text, sizeof text,
                                  is_time(ts_query_name(q, c)) ? TS_UNIT_TIME
                                                               : TS_UNIT_COUNT,
                                  ts_query_real(q, c)));
    }
}

static void tell_rows(ts_teller *t, const char *about,
                      ts_query (*ask)(ts_store *store, int64_t run))
{
    bool shown[COLUMNS_MAX] = {false};
    int columns = survey(t, ask(t->store, t->run), shown);
    ts_query q = ask(t->store, t->run);
    ts_buffer title = TS_BUFFER_EMPTY;
    int64_t rows = 0;
    ts_grid grid;

    ts_grid_init(&grid, columns);
    add_heads(&grid, &q, shown);
    for (; ts_query_next(&q); rows++)
        if (rows < t->order->rows_max)
            add_row(&grid, &q, shown);
    ts_query_end(&q, &t->error);
    ts_buffer_text(&title, about);
    if (t->counts.runs > 1) {
        ts_buffer_format(&title, " in run %lld", (long long)t->run);
        ts_teller_point(t, t->run, &title);
    }
    if (rows > 0) {
        ts_paper_heading(&t->paper, 3, "Threads");
        ts_teller_table(t, ts_paper_words(&t->paper, &title), "threads", &grid,
                        rows);
    }
    ts_buffer_fini(&title);
    ts_grid_fini(&grid);
}

static void tell_threads(ts_teller *t)
{
    int64_t count = 0;

    if (!ts_run_thread_count(t->store, t->run, &count, &t->error))
        return;
    if (count <= THREADS_MAX)
        tell_rows(t, "What became of each thread", ts_run_stays);
    else
        tell_rows(t, "What became of the threads of each task", ts_run_tasks);
}

/* --- reasons --- */

static void add_reason(ts_grid *grid, ts_query *q)
{
    char text[64];

    ts_grid_add(grid, "%s",
                ts_format(text, sizeof text, TS_UNIT_TIME,
                          (double)ts_query_time(q, TS_NOTE_AT)));
    ts_grid_add(grid, "%s", ts_query_text(q, TS_NOTE_PLACE));
    ts_grid_add(grid, "%s", ts_query_text(q, TS_NOTE_THREAD));
    ts_grid_add(grid, "%s", ts_query_text(q, TS_NOTE_TEXT));
}

static void tell_reasons(ts_teller *t)
{
    static const char *const heads[] = {"at", "where", "thread", "why"};
    ts_query q = ts_run_notes(t->store, t->run);
    int64_t rows = 0;
    ts_grid grid;

    ts_grid_init(&grid, (int)TS_COUNT_OF(heads));
    grid.right[0] = true;
    for (size_t i = 0; i < TS_COUNT_OF(heads); i++)
        ts_grid_add(&grid, "%s", heads[i]);
    for (; ts_query_next(&q); rows++)
        if (rows < REASONS_MAX)
            add_reason(&grid, &q);
    ts_query_end(&q, &t->error);
    if (rows > 0) {
        ts_grid_prune(&grid);
        ts_paper_fold(&t->paper, "The reason of each decision");
        ts_paper_table(&t->paper, "Decisions in the order of time", &grid);
        if (rows > REASONS_MAX)
            ts_paper_text(&t->paper,
                          "%lld more: `timeslice show --why DB %lld` has all.",
                          (long long)(rows - REASONS_MAX), (long long)t->run);
        ts_paper_unfold(&t->paper);
    }
    ts_grid_fini(&grid);
}

/* --- conventions --- */

static void tell_conventions(ts_teller *t)
{
    ts_query q = ts_run_conventions(t->store, t->run);
    ts_grid grid;

    ts_grid_init(&grid, 2);
    ts_grid_add(&grid, "convention");
    ts_grid_add(&grid, "this run");
    while (ts_query_next(&q)) {
        ts_grid_add(&grid, "%s", ts_query_text(&q, 0));
        ts_grid_add(&grid, "%s", ts_query_text(&q, 1));
    }
    ts_query_end(&q, &t->error);
    if (grid.full || grid.count > 2) {
        ts_paper_fold(&t->paper, "What it took for granted");
        ts_paper_table(&t->paper, "Where books differ, the run did this",
                       &grid);
        ts_paper_unfold(&t->paper);
    }
    ts_grid_fini(&grid);
}

void ts_tell_run(ts_teller *t)
{
    if (t->paper.form == TS_PAPER_TEXT || t->run == 0)
        return;
    tell_threads(t);
    tell_reasons(t);
    tell_conventions(t);
}

/* --- all runs --- */

static void add_known(ts_teller *t, ts_grid *grid, ts_query *q)
{
    char text[64];

    ts_grid_add(grid, "%lld", (long long)ts_query_int(q, TS_KNOWN_RUN));
    ts_teller_add_parameters(t, grid, ts_query_int(q, TS_KNOWN_RUN));
    ts_grid_add(grid, "%lld", (long long)ts_query_int(q, TS_KNOWN_REPLICATION));
    ts_grid_add(grid, "%s", ts_query_text(q, TS_KNOWN_SEED));
    ts_grid_add(grid, "%s",
                ts_format(text, sizeof text, TS_UNIT_TIME,
                          (double)ts_query_time(q, TS_KNOWN_END)));
    ts_grid_add(grid, "%s", ts_query_text(q, TS_KNOWN_REASON));
    ts_grid_add(grid, "%lld", (long long)ts_query_int(q, TS_KNOWN_EVENTS));
    ts_grid_add(grid, "%s", ts_query_text(q, TS_KNOWN_DIGEST));
    ts_grid_add(grid, "%s", ts_query_text(q, TS_KNOWN_REPORTED));
}

static void tell_known(ts_teller *t)
{
    static const char *const heads[] = {"replication",
                                        "seed",
                                        "ended at",
                                        "because",
                                        "events",
                                        "digest of what happened",
                                        "of what is reported"};
    ts_query q = ts_family_runs(t->store, &t->family, RUNS_MAX);
    ts_grid grid;

    ts_grid_init(&grid, 1 + t->parameter_count + (int)TS_COUNT_OF(heads));
    ts_grid_add(&grid, "run");
    ts_teller_name_parameters(t, &grid);
    for (size_t i = 0; i < TS_COUNT_OF(heads); i++)
        ts_grid_add(&grid, "%s", heads[i]);
    while (ts_query_next(&q))
        add_known(t, &grid, &q);
    ts_query_end(&q, &t->error);
    ts_paper_table(&t->paper, "What each run is known by", &grid);
    if (t->counts.runs > RUNS_MAX)
        ts_paper_text(&t->paper, "(%lld more)",
                      (long long)(t->counts.runs - RUNS_MAX));
    ts_grid_fini(&grid);
}

void ts_tell_runs(ts_teller *t)
{
    if (t->paper.form == TS_PAPER_TEXT)
        return;
    ts_paper_fold(&t->paper, "The runs, to play them again");
    ts_paper_text(&t->paper,
                  "The same scenario, seed and version give the same digests "
                  "on every machine.");
    tell_known(t);
    ts_paper_unfold(&t->paper);
    ts_paper_fold(&t->paper, "The scenario");
    ts_paper_code(&t->paper, t->text);
    ts_paper_unfold(&t->paper);
}

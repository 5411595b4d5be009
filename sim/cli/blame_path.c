/*
 * blame_path.c - what the worst job's time went to.
 */
#include "sim/cli/blame_path.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/options.h"
#include "sim/paper/grid.h"
#include "sim/results/course.h"
#include "sim/results/runs.h"
#include "sim/results/scenarios.h"
#include "sim/scenario/buffer.h"
#include "sim/scenario/escape.h"

#define LEGS_MAX 12

/* --- a run of a database --- */

int ts_blame_read(ts_blame_run *run, const char *database, const char *number)
{
    ts_error error = {.text = ""};
    ts_store *store;
    uint64_t id;

    *run = (ts_blame_run){.document = NULL};
    if (!ts_option_whole(number, 1, INT64_MAX, &id))
        return ts_cli_fail(TS_EXIT_USAGE, "%s: is no number of a run", number);
    store = ts_store_open(database, TS_STORE_READ, &error);
    if (store == NULL)
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    if (ts_query_run_exists(store, (int64_t)id, &error)) {
        ts_query text = ts_run_document(store, (int64_t)id);
        ts_query head = ts_run_head(store, (int64_t)id);

        if (ts_query_next(&text) && ts_query_next(&head)) {
            const char *document = ts_query_text(&text, 0);

            run->document = ts_text_copy(document, strlen(document));
            run->seed = strtoull(ts_query_text(&head, TS_HEAD_SEED), NULL, 10);
        }
        (void)ts_query_end(&text, &error);
        (void)ts_query_end(&head, &error);
    }
    ts_store_close(store);
    return run->document != NULL
               ? TS_EXIT_OK
               : ts_cli_fail(TS_EXIT_USAGE, "%s",
                             error.text[0] != '\0' ? error.text
                                                   : "out of memory");
}

void ts_blame_end(ts_blame_run *run)
{
    free(run->document);
    run->document = NULL;
}

/* --- the path --- */

static void say_leg(const ts_history *h, const ts_leg *leg, ts_buffer *out)
{
    ts_buffer_text(out, ts_history_name(h, leg->who));
    if (leg->kind == TS_LEG_RUNS)
        ts_buffer_text(out, " runs");
    else if (leg->kind == TS_LEG_BLOCKED)
        ts_buffer_format(out, " waits: %s", leg->cause);
    else if (leg->behind < 0)
        ts_buffer_text(out, " is ready, and no thread has the processor");
    else
        ts_buffer_format(out, " is ready, and %s has the processor",
                         ts_history_name(h, leg->behind));
}

static bool print_legs(const ts_history *h, const ts_course *course,
                       ts_error *error)
{
    ts_grid grid;
    char time[64];
    bool fine;

    ts_grid_init(&grid, 3);
    grid.right[0] = grid.right[1] = true;
    for (size_t i = 0; i < course->count && i < LEGS_MAX; i++) {
        const ts_leg *leg = &course->legs[i];
        ts_buffer text = TS_BUFFER_EMPTY;

        say_leg(h, leg, &text);
        ts_grid_add(&grid, "%s",
                    ts_format(time, sizeof time, TS_UNIT_TIME,
                              (double)leg->time));
        ts_grid_add(&grid, "%.0f %%",
                    100 * (double)leg->time / (double)course->whole);
        ts_grid_add(&grid, "%s", text.failed ? "" : text.data);
        ts_buffer_fini(&text);
    }
    fine = ts_grid_print(&grid, 2, stdout, error);
    ts_grid_fini(&grid);
    if (course->count > LEGS_MAX)
        printf("  (%zu more)\n", course->count - LEGS_MAX);
    return fine;
}

/* "threads.NAME.turnaround.max": NAME; NULL: of no task. */
static char *task_of(const char *metric)
{
    const char *from = metric + strlen("threads."), *to;

    if (strncmp(metric, "threads.", strlen("threads.")) != 0)
        return NULL;
    to = strchr(from, '.');
    return to != NULL ? ts_text_copy(from, (size_t)(to - from)) : NULL;
}

static bool print_worst(const ts_history *h, const char *metric,
                        ts_error *error)
{
    char *task = task_of(metric);
    bool late = strstr(metric, ".late") != NULL ||
                strstr(metric, ".missed") != NULL ||
                strstr(metric, ".tardiness") != NULL;
    int32_t worst = ts_course_worst(h, task, late);
    char time[64];
    ts_course course;
    bool fine;

    free(task);
    if (worst < 0)
        return true; /* nobody came to an end */
    if (!ts_course_find(&course, h, worst, error))
        return false;
    printf("\nThe worst job, ");
    ts_escape_print(stdout, TS_ESCAPE_LINE, ts_history_name(h, worst));
    printf(", took %s:\n",
           ts_format(time, sizeof time, TS_UNIT_TIME, (double)course.whole));
    fine = print_legs(h, &course, error);
    ts_course_fini(&course);
    return fine;
}

/* A run that ended, through a database in memory. */
static bool print_run(const ts_point_run *run, const char *metric,
                      ts_error *error)
{
    ts_store *store = ts_store_open(NULL, TS_STORE_CREATE, error);
    int64_t id = store != NULL
                     ? ts_store_write(store, &run->facts, run->report, error)
                     : -1;
    ts_history history;
    ts_arena arena;
    bool fine;

    ts_arena_init(&arena, 0);
    fine = id > 0 && ts_history_load(&history, store, id, &arena, error) &&
           print_worst(&history, metric, error);
    ts_arena_fini(&arena);
    ts_store_close(store);
    return fine;
}

bool ts_blame_path(const ts_document *document, const char *metric,
                   const uint64_t *seed, ts_error *error)
{
    ts_point_options asked = {.trace = TS_TRACE_SPANS,
                              .has_seed = seed != NULL,
                              .seed = seed != NULL ? *seed : 0};
    ts_diagnostics diagnostics;
    ts_points *points;
    ts_point_run run;
    bool fine = false;

    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(document, &diagnostics);
    if (points != NULL &&
        ts_point_play(points, 0, &asked, &run, &diagnostics, error)) {
        fine = print_run(&run, metric, error);
        ts_point_fini(&run);
    }
    ts_points_destroy(points);
    ts_diagnostics_fini(&diagnostics);
    return fine;
}

/*
 * compare_runs.c - two runs of the same jobs, turn by turn.
 */
#include "sim/cli/compare_runs.h"

#include <inttypes.h>

#include "sim/cli/command.h"
#include "sim/cli/compare_databases.h"
#include "sim/paper/parting.h"
#include "sim/cli/options.h"
#include "sim/pictures/draw.h"
#include "sim/pictures/gantt_text.h"
#include "sim/scenario/escape.h"

#define TURNS_AROUND 20 /* that are drawn before the instant, and after it */

typedef struct comparison {
    ts_arena arena;
    ts_store *stores[2];
    ts_history h[2];
    ts_parting parting;
    ts_error error;
} comparison;

static void print_heads(const comparison *c)
{
    for (int k = 0; k < 2; k++) {
        printf("run %-4" PRId64 " ", c->h[k].run);
        ts_escape_print(stdout, TS_ESCAPE_LINE, c->h[k].title);
        printf(", seed %s, digest %s\n", c->h[k].seed, c->h[k].digest);
    }
}

/* Both around the instant at which they part; nothing where there is too much to
 * be read in letters. */
static bool print_charts(comparison *c)
{
    char names[2][32];
    ts_gantt_order order = {.runs = {&c->h[0].is, &c->h[1].is},
                            .names = {names[0], names[1]},
                            .run_count = 2,
                            .heading = "\nboth around it\n",
                            .indent = 2,
                            .width = 80,
                            .colour = ts_cli_colour(stdout),
                            .mark = c->parting.at};

    if (c->parting.kind == TS_PARTING_NONE)
        return true;
    for (int k = 0; k < 2; k++)
        snprintf(names[k], sizeof names[k], "run %" PRId64, c->h[k].run);
    ts_parting_window(&c->parting, TURNS_AROUND, &order.from, &order.to);
    return ts_gantt_text(&order, stdout) != TS_GANTT_NO_MEMORY ||
           ts_fail_memory(&c->error);
}

/* The same as a picture. */
static bool draw(comparison *c, const char *directory)
{
    ts_drawing drawing = {.plots = ts_cli_plots(),
                          .store = c->stores[0],
                          .run = c->h[0].run,
                          .scenario = c->h[0].scenario,
                          .directory = directory};
    ts_parting_chart chart;
    char path[4096];

    if (directory == NULL || c->parting.kind == TS_PARTING_NONE)
        return true;
    ts_parting_chart_init(&chart, &c->parting);
    if (ts_draw_picture(&drawing, &chart.picture, path, sizeof path,
                        &c->error) != TS_PICTURE_DRAWN)
        return false;
    printf("  picture: %s\n", path);
    return true;
}

static bool print_all(comparison *c)
{
    ts_paper paper = {.form = TS_PAPER_TEXT, .out = stdout};

    print_heads(c);
    if (!ts_compare_documents(c->stores[1], c->h[1].run, c->h[0].document,
                              &c->error))
        return false;
    ts_paper_parting(&paper, c->h, &c->parting);
    return ts_paper_end(&paper, &c->error) && print_charts(c);
}

static bool load(comparison *c, const char *const databases[2],
                 const uint64_t runs[2])
{
    for (int k = 0; k < 2; k++) {
        c->stores[k] = ts_store_open(databases[k], TS_STORE_READ, &c->error);
        if (c->stores[k] == NULL ||
            !ts_history_load(&c->h[k], c->stores[k], (int64_t)runs[k],
                             &c->arena, &c->error))
            return false;
    }
    return ts_parting_find(&c->parting, &c->h[0], &c->h[1], &c->error);
}

int ts_compare_runs(const char *const databases[2],
                    const char *const numbers[2], const char *directory)
{
    comparison c = {.stores = {NULL, NULL}};
    uint64_t runs[2];
    bool fine;

    for (int k = 0; k < 2; k++)
        if (!ts_option_whole(numbers[k], 1, INT64_MAX, &runs[k]))
            return ts_cli_fail(TS_EXIT_USAGE, "%s: is no number of a run",
                               numbers[k]);
    ts_arena_init(&c.arena, 0);
    fine = load(&c, databases, runs) && print_all(&c) && draw(&c, directory);
    ts_parting_fini(&c.parting);
    ts_store_close(c.stores[0]);
    ts_store_close(c.stores[1]);
    ts_arena_fini(&c.arena);
    if (!fine)
        return ts_cli_fail(TS_EXIT_USAGE, "%s", c.error.text);
    return c.parting.kind == TS_PARTING_NONE ? TS_EXIT_OK : TS_EXIT_EXPECTATION;
}

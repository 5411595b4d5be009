/*
 * compare_runs.c - two runs of the same jobs, turn by turn.
 */
#include "sim/cli/compare_runs.h"

#include <inttypes.h>

#include "sim/cli/command.h"
#include "sim/cli/compare_databases.h"
#include "sim/paper/parting.h"
#include "sim/cli/options.h"
#include "sim/scenario/escape.h"

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

static bool print_all(comparison *c)
{
    ts_paper paper = {.form = TS_PAPER_TEXT, .out = stdout};

    print_heads(c);
    if (!ts_compare_documents(c->stores[1], c->h[1].run, c->h[0].document,
                              &c->error))
        return false;
    ts_paper_parting(&paper, c->h, &c->parting);
    return ts_paper_end(&paper, &c->error);
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
                    const char *const numbers[2])
{
    comparison c = {.stores = {NULL, NULL}};
    uint64_t runs[2];
    bool fine;

    for (int k = 0; k < 2; k++)
        if (!ts_option_whole(numbers[k], 1, INT64_MAX, &runs[k]))
            return ts_cli_fail(TS_EXIT_USAGE, "%s: is no number of a run",
                               numbers[k]);
    ts_arena_init(&c.arena, 0);
    fine = load(&c, databases, runs) && print_all(&c);
    ts_parting_fini(&c.parting);
    ts_store_close(c.stores[0]);
    ts_store_close(c.stores[1]);
    ts_arena_fini(&c.arena);
    if (!fine)
        return ts_cli_fail(TS_EXIT_USAGE, "%s", c.error.text);
    return c.parting.kind == TS_PARTING_NONE ? TS_EXIT_OK : TS_EXIT_EXPECTATION;
}

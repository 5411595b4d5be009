/*
 * compare_runs.c - two runs of the same jobs, turn by turn.
 */
#include "sim/cli/compare_runs.h"

#include <inttypes.h>
#include <string.h>

#include "sim/cli/command.h"
#include "sim/cli/compare_databases.h"
#include "sim/cli/grid.h"
#include "sim/cli/options.h"
#include "sim/results/parting.h"
#include "sim/scenario/escape.h"
#include "sim/scenario/reader.h"

#define ROWS_MAX 20

typedef struct comparison {
    ts_arena arena;
    ts_store *stores[2];
    ts_history h[2];
    ts_parting parting;
    ts_error error;
} comparison;

static const char *time_text(ts_time time, char text[64])
{
    return ts_format(text, 64, TS_UNIT_TIME, (double)time);
}

/* --- where they part --- */

static void print_side(const comparison *c, int side)
{
    const char *why = ts_parting_why(&c->parting, side);
    ts_buffer text = TS_BUFFER_EMPTY;

    ts_parting_say(&c->parting, side, &text);
    printf("  run %-4" PRId64 " ", c->h[side].run);
    ts_escape_print(stdout, TS_ESCAPE_LINE, text.failed ? "" : text.data);
    putchar('\n');
    ts_buffer_fini(&text);
    if (why == NULL)
        return;
    fputs("           it ", stdout);
    ts_escape_print(stdout, TS_ESCAPE_LINE, why);
    putchar('\n');
}

static void print_first(const comparison *c)
{
    const ts_parting *p = &c->parting;
    const char *title = ts_parting_title(p->kind);
    char time[64];

    printf("%zu turns of their threads are the same.\n\n%c%s, at %s:\n",
           p->same, title[0] - 'a' + 'A', title + 1, time_text(p->at, time));
    print_side(c, 0);
    print_side(c, 1);
    if (p->kind != TS_PARTING_DECISION)
        puts(strcmp(c->h[0].seed, c->h[1].seed) != 0
                 ? "  Their seeds differ: the draws are others, and no policy "
                   "can be told by these runs."
                 : "  Their seeds are the same: the scenarios ask for "
                   "different things.");
    else if (!c->h[0].why || !c->h[1].why)
        puts("  Played with --why, both say for what reason.");
}

/* --- what came of it --- */

static void add_turn(ts_grid *grid, const ts_history *h, const ts_turn *t)
{
    ts_buffer text = TS_BUFFER_EMPTY;
    char time[64];

    ts_parting_say_turn(h, t, &text);
    if (t != NULL)
        ts_grid_add(grid, "%s  %s", time_text(t->at, time),
                    text.failed ? "" : text.data);
    else
        ts_grid_add(grid, "%s", text.failed ? "" : text.data);
    ts_buffer_fini(&text);
}

static bool print_cascade(comparison *c)
{
    const ts_parting *p = &c->parting;
    ts_grid grid;
    size_t rows = 0;
    bool fine;

    ts_grid_init(&grid, 3);
    ts_grid_add(&grid, "thread");
    for (int k = 0; k < 2; k++)
        ts_grid_add(&grid, "run %" PRId64, c->h[k].run);
    for (size_t i = 0; i < p->count && p->lives[i].parts != TS_NEVER; i++) {
        if (rows++ >= ROWS_MAX)
            continue;
        ts_grid_add(&grid, "%s", ts_history_name(&c->h[0], p->lives[i].ids[0]));
        for (int k = 0; k < 2; k++)
            add_turn(&grid, &c->h[k], p->lives[i].turns[k]);
    }
    printf("\nFrom there it comes to the threads in this order; the first turn "
           "of each that differs:\n");
    fine = ts_grid_print(&grid, 2, stdout, &c->error);
    ts_grid_fini(&grid);
    if (rows > ROWS_MAX)
        printf("  (%zu more)\n", rows - ROWS_MAX);
    return fine;
}

/* --- the ledger --- */

static void add_change(ts_grid *grid, ts_time change)
{
    char text[64];

    ts_grid_add(grid, "%s%s", change > 0 ? "+" : "", time_text(change, text));
}

static void add_row(ts_grid *grid, const comparison *c,
                    const ts_parting_life *life)
{
    const ts_history_thread *a = &c->h[0].threads[life->ids[0]];
    const ts_history_thread *b = &c->h[1].threads[life->ids[1]];
    ts_time change = ts_parting_change(life), ready = b->ready - a->ready;
    ts_time blocked = b->blocked - a->blocked;
    char text[64];

    ts_grid_add(grid, "%s", ts_history_name(&c->h[0], life->ids[0]));
    for (int k = 0; k < 2; k++)
        ts_grid_add(grid, "%s",
                    life->spent[k] == TS_NEVER
                        ? "unfinished"
                        : time_text(life->spent[k], text));
    add_change(grid, change);
    add_change(grid, ready);
    add_change(grid, blocked);
    add_change(grid, change != 0 ? change - ready - blocked : 0);
    if (life->behind >= 0 && life->longer != 0)
        ts_grid_add(grid, "waits %s %s behind %s",
                    time_text(life->longer < 0 ? -life->longer : life->longer,
                              text),
                    life->longer < 0 ? "less" : "longer",
                    ts_history_name(&c->h[0], life->behind));
    else
        ts_grid_add(grid, "-");
}

static void print_sums(const comparison *c)
{
    ts_time sums[2] = {0, 0};
    size_t counts[2] = {0, 0};
    char gained[64], lost[64];

    for (size_t i = 0; i < c->parting.count; i++) {
        ts_time change = ts_parting_change(&c->parting.lives[i]);

        if (change != 0) {
            counts[change > 0]++;
            sums[change > 0] += change < 0 ? -change : change;
        }
    }
    printf("  %zu gained %s in all, %zu lost %s, %zu as before\n", counts[0],
           time_text(sums[0], gained), counts[1], time_text(sums[1], lost),
           c->parting.count - counts[0] - counts[1]);
    if (c->parting.only[0] + c->parting.only[1] > 0)
        printf("  threads only in the first: %zu, only in the second: %zu\n",
               c->parting.only[0], c->parting.only[1]);
}

static bool print_ledger(comparison *c)
{
    static const char *const heads[] = {"change", "ready", "blocked", "running",
                                        "most of all"};
    const ts_parting *p = &c->parting;
    ts_grid grid;
    size_t rows = 0;
    bool fine;

    ts_grid_init(&grid, 8);
    ts_grid_add(&grid, "thread");
    for (int k = 0; k < 2; k++)
        ts_grid_add(&grid, "run %" PRId64, c->h[k].run);
    for (size_t i = 0; i < TS_COUNT_OF(heads); i++)
        ts_grid_add(&grid, "%s", heads[i]);
    for (int i = 1; i <= 6; i++)
        grid.right[i] = true;
    for (size_t i = 0; i < p->count && p->lives[i].parts != TS_NEVER; i++)
        if (rows++ < ROWS_MAX)
            add_row(&grid, c, &p->lives[i]);
    printf("\nWho gained and who lost, from arrival to end:\n");
    fine = ts_grid_print(&grid, 2, stdout, &c->error);
    ts_grid_fini(&grid);
    if (rows > ROWS_MAX)
        printf("  (%zu more)\n", rows - ROWS_MAX);
    print_sums(c);
    return fine;
}

/* --- all of it --- */

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
    print_heads(c);
    if (!ts_compare_documents(c->stores[1], c->h[1].run, c->h[0].document,
                              &c->error))
        return false;
    if (c->parting.kind == TS_PARTING_NONE) {
        printf("Every one of %zu turns of their threads is the same.\n",
               c->parting.same);
        return true;
    }
    print_first(c);
    return print_cascade(c) && print_ledger(c);
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

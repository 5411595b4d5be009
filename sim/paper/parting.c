/*
 * parting.c - where two runs of the same jobs part, and what came of it.
 */
#include "sim/paper/parting.h"

#include <inttypes.h>
#include <string.h>

#include "sim/paper/teller.h"
#include "sim/pictures/draw.h"
#include "sim/results/runs.h"
#include "sim/scenario/reader.h"

#define ROWS_MAX 20

typedef struct comparison {
    ts_paper *paper;
    const ts_history *h; /* both */
    const ts_parting *parting;
} comparison;

static const char *time_text(ts_time time, char text[64])
{
    return ts_format(text, 64, TS_UNIT_TIME, (double)time);
}

/* --- where they part --- */

static void tell_side(const comparison *c, int side)
{
    const char *why = ts_parting_why(c->parting, side);
    ts_buffer text = TS_BUFFER_EMPTY;

    ts_parting_say(c->parting, side, &text);
    if (why != NULL)
        ts_buffer_format(&text, ": it %s", why);
    ts_paper_item(c->paper, NULL, "run %" PRId64 ": %s", c->h[side].run,
                  ts_paper_words(c->paper, &text));
    ts_buffer_fini(&text);
}

static void tell_first(const comparison *c)
{
    const ts_parting *p = c->parting;
    const char *title = ts_parting_title(p->kind);
    char time[64];

    ts_paper_text(c->paper, "%zu turns of their threads are the same.",
                  p->same);
    ts_paper_text(c->paper, "%c%s, at %s:", title[0] - 'a' + 'A', title + 1,
                  time_text(p->at, time));
    tell_side(c, 0);
    tell_side(c, 1);
    if (p->kind != TS_PARTING_DECISION)
        ts_paper_text(c->paper,
                      strcmp(c->h[0].seed, c->h[1].seed) != 0
                          ? "Their seeds differ: the draws are others, and no "
                            "policy can be told by these runs."
                          : "Their seeds are the same: the scenarios ask for "
                            "different things.");
    else if (!c->h[0].why || !c->h[1].why)
        ts_paper_text(c->paper, "Played with --why, both say for what reason.");
}

/* --- what came of it --- */

static void add_turn(const comparison *c, ts_grid *grid, const ts_history *h,
                     const ts_turn *t)
{
    ts_buffer text = TS_BUFFER_EMPTY;
    char time[64];

    ts_parting_say_turn(h, t, &text);
    if (t != NULL)
        ts_grid_add(grid, "%s  %s", time_text(t->at, time),
                    ts_paper_words(c->paper, &text));
    else
        ts_grid_add(grid, "%s", ts_paper_words(c->paper, &text));
    ts_buffer_fini(&text);
}

static void tell_cascade(const comparison *c)
{
    const ts_parting *p = c->parting;
    ts_grid grid;
    size_t rows = 0;

    ts_grid_init(&grid, 3);
    ts_grid_add(&grid, "thread");
    for (int k = 0; k < 2; k++)
        ts_grid_add(&grid, "run %" PRId64, c->h[k].run);
    for (size_t i = 0; i < p->count && p->lives[i].parts != TS_NEVER; i++) {
        if (rows++ >= ROWS_MAX)
            continue;
        ts_grid_add(&grid, "%s", ts_history_name(&c->h[0], p->lives[i].ids[0]));
        for (int k = 0; k < 2; k++)
            add_turn(c, &grid, &c->h[k], p->lives[i].turns[k]);
    }
    ts_paper_text(c->paper, "From there it comes to the threads in this order; "
                            "the first turn of each that differs:");
    ts_paper_table(c->paper, "The first turn of each thread that differs",
                   &grid);
    ts_grid_fini(&grid);
    if (rows > ROWS_MAX)
        ts_paper_text(c->paper, "(%zu more)", rows - ROWS_MAX);
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

static void tell_sums(const comparison *c)
{
    ts_time sums[2] = {0, 0};
    size_t counts[2] = {0, 0};
    char gained[64], lost[64];

    for (size_t i = 0; i < c->parting->count; i++) {
        ts_time change = ts_parting_change(&c->parting->lives[i]);

        if (change != 0) {
            counts[change > 0]++;
            sums[change > 0] += change < 0 ? -change : change;
        }
    }
    ts_paper_item(c->paper, NULL,
                  "%zu gained %s in all, %zu lost %s, %zu as before", counts[0],
                  time_text(sums[0], gained), counts[1],
                  time_text(sums[1], lost),
                  c->parting->count - counts[0] - counts[1]);
    if (c->parting->only[0] + c->parting->only[1] > 0)
        ts_paper_item(c->paper, NULL,
                      "threads only in the first: %zu, only in the second: %zu",
                      c->parting->only[0], c->parting->only[1]);
}

static void tell_ledger(const comparison *c)
{
    static const char *const heads[] = {"change", "ready", "blocked", "running",
                                        "most of all"};
    const ts_parting *p = c->parting;
    ts_grid grid;
    size_t rows = 0;

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
    ts_paper_text(c->paper, "Who gained and who lost, from arrival to end:");
    ts_paper_table(c->paper, "Who gained and who lost, from arrival to end",
                   &grid);
    ts_grid_fini(&grid);
    if (rows > ROWS_MAX)
        ts_paper_text(c->paper, "(%zu more)", rows - ROWS_MAX);
    tell_sums(c);
}

void ts_paper_parting(ts_paper *paper, const ts_history histories[2],
                      const ts_parting *parting)
{
    comparison c = {paper, histories, parting};

    if (parting->kind == TS_PARTING_NONE) {
        ts_paper_text(paper,
                      "Every one of %zu turns of their threads is the "
                      "same.",
                      parting->same);
        return;
    }
    tell_first(&c);
    tell_cascade(&c);
    tell_ledger(&c);
}

/* --- in a report --- */

bool ts_teller_pair(ts_teller *t, int64_t runs[2])
{
    int64_t count, replications;
    bool turns = true;
    ts_query q;

    if (!ts_runs_count(t->store, &count, &replications, &t->error) ||
        count != 2)
        return false;
    q = ts_runs(t->store);
    for (int k = 0; k < 2; k++)
        runs[k] = ts_query_next(&q) ? ts_query_int(&q, TS_RUN_ID) : 0;
    if (!ts_query_end(&q, &t->error))
        return false;
    for (int k = 0; k < 2 && turns; k++)
        turns = ts_run_has_turns(t->store, runs[k], &turns, &t->error) && turns;
    return turns;
}

void ts_tell_parting(ts_teller *t)
{
    ts_history h[2];
    ts_parting parting = {.count = 0};
    ts_parting_chart chart;
    ts_arena arena;
    int64_t runs[2];

    if (!ts_teller_pair(t, runs))
        return;
    ts_arena_init(&arena, 0);
    if (ts_history_load(&h[0], t->store, runs[0], &arena, &t->error) &&
        ts_history_load(&h[1], t->store, runs[1], &arena, &t->error) &&
        ts_parting_find(&parting, &h[0], &h[1], &t->error)) {
        ts_paper_heading(&t->paper, 2, TS_TELLER_PARTING);
        if (parting.kind != TS_PARTING_NONE) {
            ts_parting_chart_init(&chart, &parting);
            ts_teller_picture(t, runs[0], &chart.picture);
        }
        ts_paper_parting(&t->paper, h, &parting);
    }
    ts_parting_fini(&parting);
    ts_arena_fini(&arena);
}

/*
 * theirs.c - see theirs.h.
 */
#include "sim/cli/theirs.h"

#include <string.h>

#include "sim/paper/grid.h"
#include "sim/results/wording.h"
#include "sim/scenario/reader.h"

enum { ORIGINS = TS_FORMULA + 1 };

/* Whose the expectation behind a verdict is. */
static int whose(const ts_point_run *run, const ts_verdict *verdict)
{
    const ts_expectation *all = run->root->expect.items;

    return all[verdict->number].whose;
}

static bool counts(const ts_point_run *run, const ts_verdict *v)
{
    return v->has_expected && whose(run, v) != TS_OWN &&
           ts_report_find(run->report, v->metric) != NULL;
}

/* What `origin` says of the metric; NULL: nothing. */
static const ts_verdict *find(const ts_point_run *run, const char *metric,
                              int origin)
{
    for (int i = 0; i < run->facts.verdict_count; i++) {
        const ts_verdict *v = &run->facts.verdicts[i];

        if (counts(run, v) && whose(run, v) == origin &&
            strcmp(v->metric, metric) == 0)
            return v;
    }
    return NULL;
}

static void add_row(ts_grid *grid, const ts_point_run *run, const bool *there,
                    const char *metric)
{
    const ts_metric *ours = ts_report_find(run->report, metric);
    const ts_verdict *first = NULL;
    char text[64];

    ts_grid_add(grid, "%s", metric);
    for (int i = 0; i < ORIGINS; i++) {
        const ts_verdict *v = there[i] ? find(run, metric, i) : NULL;

        if (there[i])
            ts_grid_add(grid, "%s",
                        v != NULL ? ts_format(text, sizeof text, ours->unit,
                                              v->expected)
                                  : "");
        first = first == NULL ? v : first;
    }
    ts_grid_add(grid, "%s",
                ts_format(text, sizeof text, ours->unit, ours->value));
    ts_grid_add(grid, "%s",
                first != NULL ? ts_word_off(text, sizeof text, ours->value,
                                            first->expected)
                              : "");
}

static void add_heading(ts_grid *grid, const bool *there)
{
    ts_grid_add(grid, "%s", "");
    for (int i = 0; i < ORIGINS; i++)
        if (there[i])
            ts_grid_add(grid, "%s", ts_whose_word(i));
    ts_grid_add(grid, "simulated");
    ts_grid_add(grid, "off by");
}

bool ts_theirs_print(const ts_point_run *run, FILE *out, ts_error *error)
{
    bool there[ORIGINS] = {false}, fine;
    int columns = 3;
    ts_grid grid;

    for (int i = 0; i < run->facts.verdict_count; i++)
        if (counts(run, &run->facts.verdicts[i]))
            there[whose(run, &run->facts.verdicts[i])] = true;
    for (int i = 0; i < ORIGINS; i++)
        columns += there[i];
    if (columns == 3)
        return true;
    ts_grid_init(&grid, columns);
    for (int i = 1; i < columns; i++)
        grid.right[i] = true;
    add_heading(&grid, there);
    for (int i = 0; i < run->facts.verdict_count; i++) {
        const ts_verdict *v = &run->facts.verdicts[i];
        bool again = !counts(run, v);

        for (int j = 0; j < i && !again; j++)
            again = counts(run, &run->facts.verdicts[j]) &&
                    strcmp(run->facts.verdicts[j].metric, v->metric) == 0;
        if (!again)
            add_row(&grid, run, there, v->metric);
    }
    fine = ts_grid_print(&grid, 2, out, error);
    ts_grid_fini(&grid);
    if (fine)
        fputc('\n', out);
    return fine;
}

/*
 * summary.c - a run on the terminal.
 */
#include "sim/cli/summary.h"

#include <stdlib.h>
#include <string.h>

#include "sim/paper/grid.h"
#include "sim/cli/help.h"
#include "sim/cli/ink.h"
#include "sim/results/unfinished.h"
#include "sim/results/wording.h"
#include "sim/scenario/escape.h"

/* What is shown of a run, where it has it: first what its expectations speak
 * of, then these. */
static const char *const known[] = {
    "run.time",       "processor.useful",   "processor.switching",
    "processor.idle", "processor.switches",
};

/* What is shown of each kind of threads and each group of clients: the rows of
 * a table. `row.NAME.sign` tells that there is one; columns that no row has are
 * left out. `all` may stand for a metric of all together. */
enum { COLUMNS = 6 };

typedef struct kind_table {
    const char *row, *sign, *heading;
    struct {
        const char *metric, *heading, *all;
    } columns[COLUMNS];
} kind_table;

static const kind_table tables[] = {
    {"threads",
     "finished",
     "threads (means)",
     {{"finished", "finished", NULL},
      {"turnaround.mean", "turnaround", "turnaround.mean"},
      {"response.mean", "response", "response.mean"},
      {"wait.mean", "wait", "wait.mean"},
      {"lock_wait.mean", "for locks", NULL},
      {"missed", "missed", NULL}}},
    {"clients",
     "answered",
     "clients",
     {{"answered", "answered", NULL},
      {"throughput", "throughput", NULL},
      {"failures", "failures", NULL},
      {"latency.p95", "p95", NULL},
      {"intended.p95", "p95 as due", NULL},
      {"done_twice", "done twice", NULL}}},
};

#define STEADY "steady"

enum { METRICS_MAX = 12, ROWS_MAX = 20, UNFINISHED_MAX = 5 };

void ts_summary_title(const ts_root *root, FILE *out)
{
    if (root->title != NULL) {
        fputs(ts_ink_of(out, TS_INK_STRONG), out);
        ts_help_wrapped(out, root->title, 0);
        fputs(ts_ink_of(out, TS_INK_NONE), out);
    }
    if (root->question != NULL)
        ts_help_wrapped(out, root->question, 0);
    if (root->title != NULL || root->question != NULL)
        fputc('\n', out);
}

/* Adds a metric of the report unless it is there; returns the new count. */
static int choose(const ts_report *report, const char *name,
                  const ts_metric **chosen, int count, int most)
{
    const ts_metric *metric = ts_report_find(report, name);

    if (metric == NULL || count >= most)
        return count;
    for (int i = 0; i < count; i++)
        if (chosen[i] == metric)
            return count;
    chosen[count] = metric;
    return count + 1;
}

static int choose_metrics(const ts_point_run *run, const ts_metric **chosen,
                          int most)
{
    const ts_expectation *expect = run->root->expect.items;
    int count = 0;

    for (int i = 0; i < run->root->expect.count; i++)
        count = choose(run->report, expect[i].metric, chosen, count, most);
    return count;
}

/* What costs nothing where nothing costs is no news. */
static bool says_something(const ts_report *report, const char *name)
{
    const ts_metric *metric = ts_report_find(report, name);

    return metric != NULL && (metric->value < 0 || metric->value > 0);
}

/* Where each kind is one thread that has ended, means of one and counts of one
 * say less than when it ended. */
static bool each_ended_once(const kind_table *t, const ts_report *report,
                            int rows)
{
    if (strcmp(t->row, "threads") != 0 || report->thread_count != (size_t)rows)
        return false;
    for (int i = 0; i < rows; i++)
        if (report->threads[i].finish == TS_NEVER ||
            (i > 0 &&
             strcmp(report->threads[i].task, report->threads[i - 1].task) == 0))
            return false;
    return true;
}

/* The name in "threads.NAME.finished", or false. */
static bool row_name(const kind_table *t, const ts_metric *metric, char *name,
                     size_t size)
{
    size_t length = strlen(metric->name), start = strlen(t->row) + 1;
    size_t end = strlen(t->sign) + 1;

    if (length < start + end || metric->name[start - 1] != '.' ||
        strncmp(metric->name, t->row, start - 1) != 0 ||
        metric->name[length - end] != '.' ||
        strcmp(metric->name + length - end + 1, t->sign) != 0)
        return false;
    snprintf(name, size, "%.*s", (int)(length - start - end),
             metric->name + start);
    return true;
}

/* A metric of a row; NULL: it has none. */
static const ts_metric *cell(const kind_table *t, const ts_report *report,
                             const char *name, int column)
{
    char full[300];

    snprintf(full, sizeof full, "%s.%s.%s", t->row, name,
             t->columns[column].metric);
    return ts_report_find(report, full);
}

static void add_cell(ts_grid *grid, const ts_metric *metric)
{
    char text[64];

    ts_grid_add(grid, "%s",
                metric == NULL ? "-"
                               : ts_format(text, sizeof text, metric->unit,
                                           metric->value));
}

/* Counts the rows, and marks the columns that any of them has. */
static int survey(const kind_table *t, const ts_report *report, bool *shown)
{
    char name[200];
    int rows = 0;

    for (size_t i = 0; i < report->metric_count; i++) {
        if (!row_name(t, &report->metrics[i], name, sizeof name))
            continue;
        rows++;
        for (int c = 0; c < COLUMNS; c++)
            shown[c] |= cell(t, report, name, c) != NULL;
    }
    return rows;
}

static void add_end(ts_grid *grid, const ts_report *report, const char *task)
{
    const ts_thread_row *row = report->threads;
    char text[64];

    while (row < report->threads + report->thread_count &&
           strcmp(row->task, task) != 0)
        row++;
    assert(row < report->threads + report->thread_count);
    ts_grid_add(grid, "%s",
                ts_format(text, sizeof text, TS_UNIT_TIME,
                          (double)row->finish));
}

static void fill_rows(const kind_table *t, const ts_report *report,
                      const bool *shown, bool once, ts_grid *grid)
{
    char name[200];
    int rows = 0;

    for (size_t i = 0; i < report->metric_count && rows < ROWS_MAX; i++) {
        if (!row_name(t, &report->metrics[i], name, sizeof name))
            continue;
        rows++;
        ts_grid_add(grid, "%.24s", name);
        for (int c = 0; c < COLUMNS; c++)
            if (c == 0 && once)
                add_end(grid, report, name);
            else if (shown[c])
                add_cell(grid, cell(t, report, name, c));
    }
}

/* What exercises ask for: the averages over all jobs. */
static void fill_averages(const kind_table *t, const ts_report *report,
                          const bool *shown, ts_grid *grid)
{
    bool any = false;

    for (int c = 0; c < COLUMNS; c++)
        any |= t->columns[c].all != NULL &&
               ts_report_find(report, t->columns[c].all) != NULL;
    if (!any)
        return;
    ts_grid_add(grid, "average");
    for (int c = 0; c < COLUMNS; c++) {
        const char *all = t->columns[c].all;
        const ts_metric *m = all != NULL ? ts_report_find(report, all) : NULL;

        if (shown[c] && m == NULL)
            ts_grid_add(grid, "%s", "");
        else if (shown[c])
            add_cell(grid, m);
    }
}

static bool print_table(const kind_table *t, const ts_report *report, FILE *out,
                        ts_error *error)
{
    bool shown[COLUMNS] = {false};
    bool fine;
    int rows = survey(t, report, shown), columns = 1;
    bool once = each_ended_once(t, report, rows);
    ts_grid grid;

    if (rows == 0)
        return true;
    for (int c = 0; c < COLUMNS; c++)
        columns += shown[c];
    ts_grid_init(&grid, columns);
    ts_grid_add(&grid, "%s", once ? t->row : t->heading);
    for (int c = 0; c < COLUMNS; c++)
        if (shown[c])
            ts_grid_add(&grid, "%s",
                        c == 0 && once ? "ends" : t->columns[c].heading);
    for (int c = 1; c < columns; c++)
        grid.right[c] = true;
    fill_rows(t, report, shown, once, &grid);
    if (rows > 1) /* of one row it would say the same again */
        fill_averages(t, report, shown, &grid);
    fputc('\n', out);
    fine = ts_grid_print(&grid, 2, out, error);
    ts_grid_fini(&grid);
    if (rows > ROWS_MAX)
        fprintf(out, "  and %d more: `timeslice show` has them all\n",
                rows - ROWS_MAX);
    return fine;
}

/* "turnaround.steady.half_width" of "turnaround"; NULL: there is none. */
static const ts_metric *steady_part(const ts_report *report, const char *name,
                                    const char *part)
{
    char full[340];

    snprintf(full, sizeof full, "%s.%s.%s", name, STEADY, part);
    return ts_report_find(report, full);
}

/* What was measured as the mean of one long run: what `measure` asks for. */
static void steady_table(const ts_report *report, FILE *out)
{
    static const char ending[] = "." STEADY ".settled";
    bool first = true;

    for (size_t i = 0; i < report->metric_count; i++) {
        const char *full = report->metrics[i].name;
        size_t length = strlen(full), end = strlen(ending);
        const ts_metric *mean, *half;
        char name[300], value[64], width[64];

        if (length <= end || strcmp(full + length - end, ending) != 0)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(length - end), full);
        if (first)
            fprintf(out, "\n  %-24s  %10s    %-9s  %10s  %10s\n",
                    "one long run", "mean", "interval", "left out", "used");
        first = false;
        mean = steady_part(report, name, "mean");
        half = steady_part(report, name, "half_width");
        fprintf(out, "  %-24s", name);
        if (mean == NULL || half == NULL) {
            fputs("  too few were observed to say\n", out);
            continue;
        }
        fprintf(out, "  %10s  ± %-9s  %10.0f  %10.0f%s\n",
                ts_format(value, sizeof value, mean->unit, mean->value),
                ts_format(width, sizeof width, half->unit, half->value),
                steady_part(report, name, "warm_up")->value,
                steady_part(report, name, "count")->value,
                report->metrics[i].whole > 0 ? "" : "  not settled yet");
    }
}

bool ts_summary_metrics(const ts_point_run *run, FILE *out, ts_error *error)
{
    const ts_metric *chosen[METRICS_MAX];
    int count = choose_metrics(run, chosen, METRICS_MAX), width = 0;
    char value[64];

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (says_something(run->report, known[i]))
            count = choose(run->report, known[i], chosen, count, METRICS_MAX);
    for (int i = 0; i < count; i++)
        if ((int)strlen(chosen[i]->name) > width)
            width = (int)strlen(chosen[i]->name);
    for (int i = 0; i < count; i++)
        fprintf(out, "  %-*s  %14s\n", width, chosen[i]->name,
                ts_format(value, sizeof value, chosen[i]->unit,
                          chosen[i]->value));
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (!print_table(&tables[i], run->report, out, error))
            return false;
    steady_table(run->report, out);
    return true;
}

void ts_summary_unfinished(const ts_report *report, FILE *out)
{
    const ts_thread_row *row = NULL;
    int told = 0;
    char text[300];

    while ((row = ts_unfinished_next(report, row)) != NULL) {
        if (told++ == UNFINISHED_MAX) {
            fputs("  and others never finished\n", out);
            return;
        }
        ts_unfinished_tell(row, text, sizeof text);
        fputs("  ", out);
        ts_help_wrapped(out, text, 4);
    }
}

/* As many as there is room for in a line. */
static void print_brief(const ts_report *report, FILE *out)
{
    static const char end[] = "; all: --conventions";
    int column = (int)strlen("Conventions:"), told = 0;

    fputs("\nConventions:", out);
    for (size_t i = 0; i < report->convention_count; i++) {
        const ts_convention *c = &report->conventions[i];
        int width = (int)(strlen(c->name) + strlen(c->value) + 3);

        if (column + width + (int)strlen(end) > 79)
            continue;
        column +=
            fprintf(out, "%s %s %s", told++ > 0 ? "," : "", c->name, c->value);
    }
    fprintf(out, "%s\n", told < (int)report->convention_count ? end : "");
}

void ts_summary_conventions(const ts_report *report, bool all, FILE *out)
{
    int width = 0;

    if (!all && report->convention_count > 0) {
        print_brief(report, out);
        return;
    }
    for (size_t i = 0; i < report->convention_count; i++)
        if ((int)strlen(report->conventions[i].name) > width)
            width = (int)strlen(report->conventions[i].name);
    for (size_t i = 0; i < report->convention_count; i++)
        fprintf(out, "%s  %-*s  %s\n", i == 0 ? "\nConventions:\n" : "", width,
                report->conventions[i].name, report->conventions[i].value);
}

void ts_summary_point(const ts_run_facts *facts, FILE *out)
{
    ts_buffer text = TS_BUFFER_EMPTY;

    for (int i = 0; i < facts->parameter_count; i++) {
        const ts_parameter *p = &facts->parameters[i];

        ts_buffer_text(&text, i == 0 ? "at " : "; ");
        ts_word_pointer(&text, p->pointer, facts->canonical);
        ts_buffer_text(&text, " = ");
        ts_word_value(&text, p->value);
    }
    if (facts->replication > 0)
        ts_buffer_format(&text, "%sreplication %lld",
                         facts->parameter_count > 0 ? "; " : "at ",
                         (long long)facts->replication);
    if (text.length > 0 && !text.failed) {
        fputs("  ", out);
        ts_escape_print(out, TS_ESCAPE_LINE, text.data);
        fputs(":\n", out);
    }
    ts_buffer_fini(&text);
}

int ts_summary_verdicts(const ts_run_facts *facts, bool failures, FILE *out)
{
    int failed = 0;

    for (int i = 0; i < facts->verdict_count; i++) {
        const ts_verdict *verdict = &facts->verdicts[i];

        failed += !verdict->holds;
        if (failures && verdict->holds)
            continue;
        fprintf(out, "  %s%s%s  ",
                ts_ink_of(out, verdict->holds ? TS_INK_GOOD : TS_INK_BAD),
                verdict->holds ? "ok  " : "FAIL", ts_ink_of(out, TS_INK_NONE));
        ts_escape_print(out, TS_ESCAPE_LINE, verdict->text);
        if (!verdict->holds && verdict->about != NULL) {
            fputs("\n        ", out);
            ts_escape_print(out, TS_ESCAPE_LINE, verdict->about);
        }
        fputc('\n', out);
    }
    return failed;
}

void ts_summary_notes(const ts_report *report, FILE *out)
{
    const ts_trace *trace = report->trace;
    char at[64];

    for (size_t i = 0; i < trace->note_count; i++) {
        const ts_note *note = &trace->notes[i];
        const char *place =
            note->place >= 0 ? trace->names[TS_PLACES][note->place] : "";

        fprintf(out, "%14s  %-12s  ",
                ts_format(at, sizeof at, TS_UNIT_TIME, (double)note->at),
                place);
        ts_escape_print(out, TS_ESCAPE_LINE, note->text);
        fputc('\n', out);
    }
}

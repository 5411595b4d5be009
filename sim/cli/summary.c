/*
 * summary.c - a run on the terminal.
 */
#include "sim/cli/summary.h"

#include <stdlib.h>
#include <string.h>

#include "sim/cli/help.h"
#include "sim/results/unfinished.h"
#include "sim/scenario/escape.h"

/* What is shown of a run, where it has it: first what its expectations speak
 * of, then these. */
static const char *const known[] = {
    "run.time",       "processor.useful",   "processor.switching",
    "processor.idle", "processor.switches",
};

/* What is shown of each kind of threads and each group of clients: the rows of
 * a table. `row.NAME.sign` tells that there is one. */
typedef struct kind_table {
    const char *row, *sign, *heading;
    struct {
        const char *metric, *heading;
    } columns[5];
} kind_table;

static const kind_table tables[] = {
    {"threads",
     "finished",
     "threads (means)",
     {{"finished", "finished"},
      {"turnaround.mean", "turnaround"},
      {"response.mean", "response"},
      {"wait.mean", "wait"},
      {"missed", "missed"}}},
    {"clients",
     "answered",
     "clients",
     {{"answered", "answered"},
      {"throughput", "throughput"},
      {"failures", "failures"},
      {"latency.p95", "p95"},
      {"intended.p95", "p95 as due"}}},
};

#define STEADY "steady"

enum { METRICS_MAX = 12, ROWS_MAX = 20, UNFINISHED_MAX = 5 };

void ts_summary_title(const ts_root *root, FILE *out)
{
    if (root->title != NULL)
        ts_help_wrapped(out, root->title, 0);
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

/* A metric of a row as text; "-": it has none. */
static const char *cell(const ts_report *report, const char *row,
                        const char *name, const char *column, char *text,
                        size_t size)
{
    char full[300];
    const ts_metric *metric;

    snprintf(full, sizeof full, "%s.%s.%s", row, name, column);
    metric = ts_report_find(report, full);
    if (metric == NULL)
        return "-";
    return ts_format(text, size, metric->unit, metric->value);
}

static void print_table(const kind_table *t, const ts_report *report, FILE *out)
{
    size_t columns = sizeof t->columns / sizeof *t->columns;
    int rows = 0;
    char name[200], text[64];

    for (size_t i = 0; i < report->metric_count && rows < ROWS_MAX; i++) {
        if (!row_name(t, &report->metrics[i], name, sizeof name))
            continue;
        if (rows++ == 0) {
            fprintf(out, "\n  %-16s", t->heading);
            for (size_t c = 0; c < columns; c++)
                fprintf(out, "  %10s", t->columns[c].heading);
            fputc('\n', out);
        }
        fprintf(out, "  %-16.24s", name);
        for (size_t c = 0; c < columns; c++)
            fprintf(out, "  %10s",
                    cell(report, t->row, name, t->columns[c].metric, text,
                         sizeof text));
        fputc('\n', out);
    }
}

/* What exercises ask for: the averages over all threads. */
static void print_averages(const ts_report *report, FILE *out)
{
    static const char *const names[] = {"turnaround", "wait", "response"};
    bool first = true;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char full[64], text[64];
        const ts_metric *metric;

        snprintf(full, sizeof full, "%s.mean", names[i]);
        metric = ts_report_find(report, full);
        if (metric == NULL)
            continue;
        fprintf(out, "%s%s %s", first ? "  average of all: " : ", ", names[i],
                ts_format(text, sizeof text, metric->unit, metric->value));
        first = false;
    }
    if (!first)
        fputc('\n', out);
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

void ts_summary_metrics(const ts_point_run *run, FILE *out)
{
    const ts_metric *chosen[METRICS_MAX];
    int count = choose_metrics(run, chosen, METRICS_MAX), width = 0;
    char value[64];

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        count = choose(run->report, known[i], chosen, count, METRICS_MAX);
    for (int i = 0; i < count; i++)
        if ((int)strlen(chosen[i]->name) > width)
            width = (int)strlen(chosen[i]->name);
    for (int i = 0; i < count; i++)
        fprintf(out, "  %-*s  %14s\n", width, chosen[i]->name,
                ts_format(value, sizeof value, chosen[i]->unit,
                          chosen[i]->value));
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        print_table(&tables[i], run->report, out);
    print_averages(run->report, out);
    steady_table(run->report, out);
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
        fprintf(out, "  %s\n", text);
    }
}

void ts_summary_conventions(const ts_report *report, FILE *out)
{
    int width = 0;

    for (size_t i = 0; i < report->convention_count; i++)
        if ((int)strlen(report->conventions[i].name) > width)
            width = (int)strlen(report->conventions[i].name);
    for (size_t i = 0; i < report->convention_count; i++)
        fprintf(out, "%s  %-*s  %s\n", i == 0 ? "\nConventions:\n" : "", width,
                report->conventions[i].name, report->conventions[i].value);
}

static void print_parameter(const ts_parameter *p, const char *before,
                            FILE *out)
{
    fputs(before, out);
    ts_escape_print(out, TS_ESCAPE_LINE, p->pointer);
    fputs(" = ", out);
    ts_escape_print(out, TS_ESCAPE_LINE, p->value);
}

void ts_summary_point(const ts_run_facts *facts, FILE *out)
{
    for (int i = 0; i < facts->parameter_count; i++)
        print_parameter(&facts->parameters[i], i == 0 ? "  at " : ", ", out);
    if (facts->replication > 0)
        fprintf(out, "%sreplication %lld",
                facts->parameter_count > 0 ? ", " : "  at ",
                (long long)facts->replication);
    if (facts->parameter_count > 0 || facts->replication > 0)
        fputs(":\n", out);
}

int ts_summary_verdicts(const ts_run_facts *facts, bool failures, FILE *out)
{
    int failed = 0;

    for (int i = 0; i < facts->verdict_count; i++) {
        const ts_verdict *verdict = &facts->verdicts[i];

        failed += !verdict->holds;
        if (failures && verdict->holds)
            continue;
        fprintf(out, "  %s  ", verdict->holds ? "ok  " : "FAIL");
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

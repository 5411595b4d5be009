/*
 * table.c - a sweep on the terminal.
 */
#include "sim/cli/table.h"

#include <stdlib.h>
#include <string.h>

#include "sim/paper/grid.h"
#include "sim/cli/help.h"
#include "sim/results/quantity.h"
#include "sim/results/wording.h"

enum {
    PARAMETERS_MAX = 16,
    METRICS_MAX = 16, /* that are looked at ... */
    SHOWN_MAX = 6,    /* ... and that are shown */
    ENOUGH = 2,       /* metrics that were asked for; more are not needed */
    FILLERS = 3,      /* the usual ones that stand beside fewer */
    ROWS_MAX = 60,
    TOLD_MAX = 3,   /* parameters that a sentence can name */
    WIDTH_MAX = 40, /* of a cell */
    INDENT = 2,
    TABLE_MAX = 80 - INDENT /* with more than what was asked for */
};

typedef struct row {
    const char *values[PARAMETERS_MAX]; /* in the arena */
    double places[PARAMETERS_MAX];      /* where a value stands in its column */
    const char *metrics[METRICS_MAX], *expected[METRICS_MAX]; /* NULL: none */
    const char *off[METRICS_MAX]; /* of what is expected */
    double amounts[METRICS_MAX];  /* the metrics that there are */
    int64_t number;               /* in order of the plan */
} row;

struct ts_table {
    ts_arena arena;
    const char *headings[PARAMETERS_MAX], *names[METRICS_MAX]; /* in it */
    int whose[METRICS_MAX];         /* of what is expected: ts_whose */
    int parameters, metrics, asked; /* asked: the first of the metrics */
    bool ranked[PARAMETERS_MAX];    /* a value of it is no quantity */
    row *rows;                      /* owned: ROWS_MAX */
    int64_t count, left_out;
    bool failed; /* memory ran out */
};

ts_table *ts_table_create(void)
{
    ts_table *table = calloc(1, sizeof *table);

    if (table == NULL)
        return NULL;
    ts_arena_init(&table->arena, 0);
    table->rows = calloc(ROWS_MAX, sizeof *table->rows);
    if (table->rows != NULL)
        return table;
    ts_table_destroy(table);
    return NULL;
}

void ts_table_destroy(ts_table *table)
{
    if (table == NULL)
        return;
    ts_arena_fini(&table->arena);
    free(table->rows);
    free(table);
}

static const char *keep(ts_table *table, const char *text)
{
    const char *kept = ts_arena_text(&table->arena, text);

    table->failed |= kept == NULL;
    return kept;
}

/* --- which metrics --- */

/* Adds the metric of that name, if the run has it. */
static void choose(ts_table *table, const ts_report *report, const char *name)
{
    if (table->metrics == METRICS_MAX || ts_report_find(report, name) == NULL)
        return;
    for (int i = 0; i < table->metrics; i++)
        if (strcmp(table->names[i], name) == 0)
            return;
    name = keep(table, name);
    if (name != NULL)
        table->names[table->metrics++] = name;
}

/* Adds all that begin and end like this. */
static void choose_like(ts_table *table, const ts_report *report,
                        const char *start, const char *end)
{
    size_t before = strlen(start), after = strlen(end);

    for (size_t i = 0; i < report->metric_count; i++) {
        const char *name = report->metrics[i].name;
        size_t length = strlen(name);

        if (length >= before + after && strncmp(name, start, before) == 0 &&
            strcmp(name + length - after, end) == 0)
            choose(table, report, name);
    }
}

/* "turnaround.mean, response.mean": whatever a setting of a picture says, what
 * of it are metrics is drawn. */
static void choose_list(ts_table *table, const ts_report *report,
                        const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, ", ");
        char name[256];

        snprintf(name, sizeof name, "%.*s", (int)length, text);
        choose(table, report, name);
        text += length;
        text += strspn(text, ", ");
    }
}

static void choose_drawn(ts_table *table, const ts_point_run *run)
{
    const ts_picture_record *pictures = run->root->pictures.items;

    for (int i = 0; i < run->root->pictures.count; i++) {
        const ts_map_item *with = pictures[i].with.items;

        for (int j = 0; j < pictures[i].with.count; j++)
            choose_list(table, run->report,
                        *(const char *const *)with[j].value);
    }
}

static void choose_metrics(ts_table *table, const ts_point_run *run)
{
    static const char *const usual[] = {
        "turnaround.mean",    "wait.mean",        "response.mean",
        "run.time",           "processor.useful", "processor.switching",
        "processor.switches",
    };
    const ts_expectation *expect = run->root->expect.items;

    for (int i = 0; i < run->root->expect.count; i++)
        choose(table, run->report, expect[i].metric);
    choose_drawn(table, run);
    choose_like(table, run->report, "clients.", ".throughput");
    choose_like(table, run->report, "clients.", ".latency.p95");
    table->asked = table->metrics;
    for (size_t i = 0; i < TS_COUNT_OF(usual); i++)
        choose(table, run->report, usual[i]);
}

/* --- a row --- */

/* "idle: count" of /threads/1/count; the pointer where two would be alike. */
static const char *keep_heading(ts_table *table, const ts_point_run *run,
                                int column)
{
    const char *pointer = run->facts.parameters[column].pointer;
    ts_buffer words = TS_BUFFER_EMPTY;
    const char *kept;
    bool again = false;

    ts_word_pointer(&words, pointer, run->facts.canonical);
    for (int i = 0; i < column && !words.failed; i++)
        again |= table->headings[i] != NULL &&
                 strcmp(table->headings[i], words.data) == 0;
    kept = words.failed ? NULL : keep(table, again ? pointer : words.data);
    table->failed |= kept == NULL;
    ts_buffer_fini(&words);
    return kept;
}

static void begin(ts_table *table, const ts_point_run *run)
{
    table->parameters = run->facts.parameter_count < PARAMETERS_MAX
                            ? run->facts.parameter_count
                            : PARAMETERS_MAX;
    for (int i = 0; i < table->parameters; i++)
        table->headings[i] = keep_heading(table, run, i);
    choose_metrics(table, run);
}

/* A quantity has its place by itself; other values that of their first row. */
static void place_value(ts_table *table, row *r, int column)
{
    const char *unit;

    for (int64_t i = 0; i < table->count; i++)
        if (strcmp(table->rows[i].values[column], r->values[column]) == 0) {
            r->places[column] = table->rows[i].places[column];
            return;
        }
    if (ts_quantity(r->values[column], &unit, &r->places[column]))
        return;
    table->ranked[column] = true;
    r->places[column] = (double)table->count;
}

static void take_metric(ts_table *table, row *r, int column,
                        const ts_point_run *run)
{
    const char *name = table->names[column];
    const ts_metric *metric = ts_report_find(run->report, name);
    const ts_expectation *expect = run->root->expect.items;
    char text[64];

    if (metric == NULL)
        return;
    r->amounts[column] = metric->value;
    r->metrics[column] =
        keep(table, ts_format(text, sizeof text, metric->unit, metric->value));
    for (int i = 0; i < run->facts.verdict_count; i++) {
        const ts_verdict *v = &run->facts.verdicts[i];

        if (!v->has_expected || strcmp(v->metric, name) != 0)
            continue;
        table->whose[column] = expect[v->number].whose;
        r->expected[column] = keep(table, ts_format(text, sizeof text,
                                                    metric->unit, v->expected));
        r->off[column] = keep(table, ts_word_off(text, sizeof text,
                                                 metric->value, v->expected));
    }
}

bool ts_table_add(ts_table *table, const ts_point_run *run)
{
    row *r;

    if (run->facts.replication > 0)
        return true;
    if (table->count == ROWS_MAX) {
        table->left_out++;
        return true;
    }
    if (table->count == 0)
        begin(table, run);
    r = &table->rows[table->count];
    *r = (row){.number = table->count};
    for (int i = 0; i < table->parameters && !table->failed; i++) {
        r->values[i] = keep(table, run->facts.parameters[i].value);
        if (!table->failed)
            place_value(table, r, i);
    }
    for (int i = 0; i < table->metrics && !table->failed; i++)
        take_metric(table, r, i, run);
    table->count++;
    return !table->failed;
}

/* --- printing --- */

/* The plan's order, but for parameters that are quantities. */
static int compare(const void *left, const void *right)
{
    const row *a = left, *b = right;

    for (int i = 0; i < PARAMETERS_MAX; i++)
        if (a->places[i] < b->places[i] || a->places[i] > b->places[i])
            return a->places[i] < b->places[i] ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static void sort(ts_table *table)
{
    /* Where one value of a column is a word, its rows stay as they come. */
    for (int c = 0; c < table->parameters; c++)
        for (int64_t i = 0; table->ranked[c] && i < table->count; i++) {
            row *r = &table->rows[i];

            r->places[c] = (double)i;
            for (int64_t j = i - 1; j >= 0; j--)
                if (strcmp(table->rows[j].values[c], r->values[c]) == 0)
                    r->places[c] = table->rows[j].places[c];
        }
    qsort(table->rows, (size_t)table->count, sizeof *table->rows, compare);
}

static bool varies(const ts_table *table, int column)
{
    const char *first = table->rows[0].metrics[column];

    for (int64_t i = 1; i < table->count; i++) {
        const char *other = table->rows[i].metrics[column];

        if ((first == NULL) != (other == NULL) ||
            (first != NULL && strcmp(first, other) != 0))
            return true;
    }
    return false;
}

/* Which columns are shown. What was asked for, and where that is
 * little some of the usual ones that vary; if there is nothing, the first. */
static void pick(const ts_table *table, bool *shown)
{
    int asked = table->asked < SHOWN_MAX ? table->asked : SHOWN_MAX;
    int count = asked;

    for (int i = 0; i < asked; i++)
        shown[i] = true;
    for (int i = table->asked; asked < ENOUGH && i < table->metrics; i++) {
        shown[i] = count < asked + FILLERS && varies(table, i);
        count += shown[i];
    }
    for (int i = 0; count == i && i < table->metrics && i < FILLERS; i++)
        count += shown[i] = true;
}

static bool has_expected(const ts_table *table, int column)
{
    for (int64_t i = 0; i < table->count; i++)
        if (table->rows[i].expected[column] != NULL)
            return true;
    return false;
}

static void add_cell(ts_grid *grid, const char *text)
{
    ts_grid_add(grid, "%s", text != NULL ? text : "-");
}

static void add_value(ts_grid *grid, const char *json)
{
    ts_buffer words = TS_BUFFER_EMPTY;

    ts_word_value_briefly(&words, json, WIDTH_MAX);
    add_cell(grid, words.failed ? json : words.data);
    ts_buffer_fini(&words);
}

/* A metric's cells: theirs, ours, and how far apart; row NULL: headings. */
static void fill_metric(const ts_table *table, const row *r, int c,
                        ts_grid *grid)
{
    bool theirs = has_expected(table, c);

    if (theirs)
        add_cell(grid, r == NULL                ? ts_whose_word(table->whose[c])
                       : r->expected[c] != NULL ? r->expected[c]
                                                : "");
    add_cell(grid, r == NULL ? table->names[c] : r->metrics[c]);
    if (theirs)
        add_cell(grid, r == NULL           ? "off by"
                       : r->off[c] != NULL ? r->off[c]
                                           : "");
}

static void fill(const ts_table *table, const bool *shown, ts_grid *grid)
{
    for (int64_t i = -1; i < table->count; i++) {
        const row *r = i < 0 ? NULL : &table->rows[i];

        for (int c = 0; c < table->parameters; c++) {
            if (r == NULL)
                add_cell(grid, table->headings[c]);
            else
                add_value(grid, r->values[c]);
        }
        for (int c = 0; c < table->metrics; c++)
            if (shown[c])
                fill_metric(table, r, c, grid);
    }
}

/* Where all is the same there is nothing to compare. */
static bool extremes(const ts_table *table, int column, const row **least,
                     const row **most)
{
    *least = *most = NULL;
    for (int64_t i = 0; i < table->count; i++) {
        const row *r = &table->rows[i];

        if (r->metrics[column] == NULL)
            continue;
        if (*least == NULL || r->amounts[column] < (*least)->amounts[column])
            *least = r;
        if (*most == NULL || r->amounts[column] > (*most)->amounts[column])
            *most = r;
    }
    return *least != NULL &&
           strcmp((*least)->metrics[column], (*most)->metrics[column]) != 0;
}

static bool is_varied(const ts_table *table, int column)
{
    for (int64_t i = 1; i < table->count; i++)
        if (strcmp(table->rows[i].values[column],
                   table->rows[0].values[column]) != 0)
            return true;
    return false;
}

/* "7.2 s at srtf", "0 at slice 1ms and at 6 other points". */
static void tell_row(const ts_table *table, const row *r, ts_buffer *out)
{
    int64_t more = -1;
    int told = 0;

    ts_buffer_format(out, "%s at ", r->metrics[0]);
    for (int c = 0; c < table->parameters; c++) {
        if (!is_varied(table, c))
            continue;
        ts_buffer_text(out, told++ > 0 ? ", " : "");
        if (!table->ranked[c])
            ts_buffer_format(out, "%s ", table->headings[c]);
        ts_word_value_briefly(out, r->values[c], WIDTH_MAX);
    }
    for (int64_t i = 0; i < table->count; i++)
        more += table->rows[i].metrics[0] != NULL &&
                strcmp(table->rows[i].metrics[0], r->metrics[0]) == 0;
    if (more > 0)
        ts_buffer_format(out, " and at %lld other point%s", (long long)more,
                         more > 1 ? "s" : "");
}

void ts_table_answer(const ts_table *table, FILE *out)
{
    const row *least, *most;
    ts_buffer text = TS_BUFFER_EMPTY;
    int varied = 0;

    for (int c = 0; c < table->parameters; c++)
        varied += is_varied(table, c);
    if (table->failed || table->metrics == 0 || table->left_out > 0 ||
        varied > TOLD_MAX || !extremes(table, 0, &least, &most))
        return;
    ts_buffer_format(&text, "%s: least ", table->names[0]);
    tell_row(table, least, &text);
    ts_buffer_text(&text, "; most ");
    tell_row(table, most, &text);
    ts_buffer_text(&text, ".");
    if (!text.failed) {
        ts_help_wrapped(out, text.data, 0);
        fputc('\n', out);
    }
    ts_buffer_fini(&text);
}

static void lay_out(const ts_table *table, const bool *shown, ts_grid *grid)
{
    int columns = table->parameters;

    for (int c = 0; c < table->metrics; c++)
        columns += shown[c] ? has_expected(table, c) ? 3 : 1 : 0;
    ts_grid_init(grid, columns);
    for (int c = 0; c < columns; c++)
        grid->right[c] = true;
    fill(table, shown, grid);
}

/* Leaves the last of those out that nobody has asked for; false: there is none,
 * or no other. */
static bool leave_one_out(const ts_table *table, bool *shown)
{
    int count = 0, last = -1;

    for (int c = 0; c < table->metrics; c++) {
        count += shown[c];
        last = shown[c] && c >= table->asked ? c : last;
    }
    if (last < 0 || count == 1)
        return false;
    shown[last] = false;
    return true;
}

bool ts_table_print(ts_table *table, FILE *out, ts_error *error)
{
    bool shown[METRICS_MAX] = {false};
    ts_grid grid;
    bool fine;

    if (table->failed)
        return ts_fail_memory(error);
    if (table->count == 0)
        return true;
    sort(table);
    pick(table, shown);
    lay_out(table, shown, &grid);
    while (ts_grid_width(&grid) > TABLE_MAX && leave_one_out(table, shown)) {
        ts_grid_fini(&grid);
        lay_out(table, shown, &grid);
    }
    fine = ts_grid_print(&grid, INDENT, out, error);
    ts_grid_fini(&grid);
    if (table->left_out > 0)
        fprintf(out, "  (and %lld more points in the database)\n",
                (long long)table->left_out);
    return fine;
}

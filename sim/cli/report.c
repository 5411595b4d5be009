/*
 * report.c - `timeslice report`: what the runs of a database say together.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/pictures/draw.h"
#include "sim/cli/options.h"
#include "sim/cli/outcome.h"
#include "sim/cli/output.h"
#include "sim/cli/paper.h"
#include "sim/cli/scenario.h"
#include "sim/results/aggregate.h"
#include "sim/results/runs.h"
#include "sim/results/scenarios.h"
#include "sim/scenario/escape.h"
#include "sim/sweep/point.h"

#define PARAMETERS_MAX 16
#define METRICS_MAX 64
#define FAILURES_MAX 20
#define ROWS_TEXT 60 /* points of a table on a terminal */
#define ROWS_FILE 5000

enum { FORM, OUTPUT, METRIC, CONFIDENCE, BASELINE, GATE, JUNIT, TAP, OPTIONS };

static const ts_option options[OPTIONS] = {
    [FORM] = {.name = "format",
              .letter = 'f',
              .argument = "FORM",
              .help = "text, markdown or html; told from the name of the file "
                      "when not given"},
    [OUTPUT] = {.name = "output",
                .letter = 'o',
                .written = true,
                .argument = "FILE",
                .help = "where the report goes (standard output)"},
    [METRIC] = {.name = "metric",
                .letter = 'm',
                .argument = "PATTERN",
                .help = "the metrics that are told of, as in "
                        "'*.turnaround.mean' (those that are expected of)"},
    [CONFIDENCE] = {.name = "confidence",
                    .letter = 'c',
                    .argument = "SHARE",
                    .help = "of the intervals, as in 99 (95)"},
    [BASELINE] = {.name = "baseline",
                  .letter = 'b',
                  .argument = "POINT",
                  .help = "also tell how far each point is from this one"},
    [GATE] = {.name = "gate",
              .help = "end with 1 when an expectation failed or a run ended "
                      "with an error"},
    [JUNIT] = {.name = "junit",
               .written = true,
               .argument = "FILE",
               .help = "write what was expected and came out as JUnit XML"},
    [TAP] = {.name = "tap",
             .written = true,
             .argument = "FILE",
             .help = "the same as TAP; - is the standard output"},
};

typedef struct reporter {
    ts_store *store;
    ts_paper paper;
    const char *pattern; /* NULL: those that are expected of */
    double confidence;
    int64_t baseline; /* -1: none */
    int64_t rows_max;
    /* The scenario at hand. */
    ts_family family;
    char name[256];
    char *parameters[PARAMETERS_MAX]; /* owned: pointers */
    int parameter_count;
    char *metrics[METRICS_MAX]; /* owned */
    int metric_count;
    /* What went wrong first: whoever tells a part goes on with what there is,
     * and tell_all() answers for the whole. */
    ts_error error;
} reporter;

static const char *format(char *buffer, size_t size, ts_unit unit, double value)
{
    return ts_format(buffer, size, unit, value);
}

static const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

/* --- a scenario --- */

static void tell_counts(reporter *r)
{
    ts_family_counts n;
    bool bad = false;
    char events[64];

    if (!ts_family_count(r->store, &r->family, &n, &r->error))
        return;
    ts_paper_text(&r->paper,
                  "%lld run%s of %s with timeslice %s: %lld point%s, up to "
                  "%lld replication%s, %s event%s.",
                  (long long)n.runs, plural(n.runs), r->name, r->family.version,
                  (long long)n.points, plural(n.points),
                  (long long)n.replications, plural(n.replications),
                  format(events, sizeof events, TS_UNIT_COUNT, n.events),
                  n.events == 1 ? "" : "s");
    if (n.failed > 0)
        ts_paper_item(&r->paper, &bad, "%lld run%s ended with an error",
                      (long long)n.failed, plural(n.failed));
}

static void tell_errors(reporter *r)
{
    ts_query q = ts_family_failures(r->store, &r->family, FAILURES_MAX);

    while (ts_query_next(&q))
        ts_paper_item(&r->paper, NULL, "point %lld, replication %lld: %s",
                      (long long)ts_query_int(&q, 0),
                      (long long)ts_query_int(&q, 1), ts_query_text(&q, 2));
    ts_query_end(&q, &r->error);
}

static void tell_expectation(reporter *r, ts_query *q)
{
    long long judged = (long long)ts_query_int(q, TS_EXPECTED_JUDGED);
    long long held = (long long)ts_query_int(q, TS_EXPECTED_HELD);
    const char *about = ts_query_text(q, TS_EXPECTED_ABOUT);
    const char *text = ts_query_text(q, TS_EXPECTED_TEXT);
    bool good = held == judged;

    if (judged == 1)
        ts_paper_item(&r->paper, &good, "%s: %s", about, text);
    else
        ts_paper_item(&r->paper, &good, "%s: %lld of %lld hold%s%s", about,
                      held, judged, good ? "" : ", the first that does not: ",
                      good ? "" : text);
}

static void tell_expectations(reporter *r)
{
    ts_query q = ts_family_expectations(r->store, &r->family);
    bool first = true;

    for (; ts_query_next(&q); first = false) {
        if (first)
            ts_paper_heading(&r->paper, 3, "Expectations");
        tell_expectation(r, &q);
    }
    ts_query_end(&q, &r->error);
}

/* Texts of a query's first column; how many. */
static int collect(reporter *r, ts_query q, char **texts, int room)
{
    int count = 0;

    while (count < room && ts_query_next(&q)) {
        texts[count] = strdup(ts_query_text(&q, 0));
        if (texts[count] == NULL) {
            ts_fail_memory(&r->error);
            break;
        }
        count++;
    }
    ts_query_end(&q, &r->error);
    return count;
}

static void forget(char **texts, int *count)
{
    for (int i = 0; i < *count; i++)
        free(texts[i]);
    *count = 0;
}

static void choose_columns(reporter *r)
{
    r->parameter_count = collect(r, ts_family_parameters(r->store, &r->family),
                                 r->parameters, PARAMETERS_MAX);
    r->metric_count =
        collect(r,
                r->pattern != NULL
                    ? ts_family_metrics(r->store, &r->family, r->pattern)
                    : ts_family_metrics_expected(r->store, &r->family),
                r->metrics, METRICS_MAX);
    if (r->metric_count == 0 && r->pattern == NULL)
        r->metric_count =
            collect(r, ts_family_metrics_usual(r->store, &r->family),
                    r->metrics, METRICS_MAX);
}

/* --- tables --- */

static void add_parameters(reporter *r, ts_grid *grid, int64_t run)
{
    for (int i = 0; i < r->parameter_count; i++) {
        ts_query q = ts_run_parameter(r->store, run, r->parameters[i]);

        ts_grid_add(grid, "%.60s",
                    ts_query_next(&q) ? ts_query_text(&q, 0) : "");
        ts_query_end(&q, &r->error);
    }
}

static void name_parameters(const reporter *r, ts_grid *grid)
{
    for (int i = 0; i < r->parameter_count; i++) {
        const char *name = r->parameters[i];
        const char *slash = strrchr(name, '/');

        /* "count" alone says little; the name before it helps. */
        while (slash != NULL && slash > name && slash[-1] != '/')
            slash--;
        ts_grid_add(grid, "%s", slash != NULL && slash > name ? slash : name);
    }
}

static void add_group(reporter *r, ts_grid *grid, const ts_aggregate *a,
                      const ts_group *g)
{
    static const double quantiles[] = {0, 0.5, 0.95, 1};
    char text[64];

    add_parameters(r, grid, g->run);
    ts_grid_add(grid, "%lld", (long long)g->count);
    ts_grid_add(grid, "%s",
                format(text, sizeof text, a->unit, g->moments.mean));
    if (g->degrees > 0)
        ts_grid_add(grid, "± %s",
                    format(text, sizeof text, a->unit,
                           ts_group_half_width(g, r->confidence)));
    else
        ts_grid_add(grid, "-");
    if (g->count < 2) {
        for (int i = 0; i < 5; i++)
            ts_grid_add(grid, "%s", i > 0 ? "" : "-");
        return;
    }
    ts_grid_add(grid, "%s",
                format(text, sizeof text, a->unit,
                       ts_moments_deviation(&g->moments)));
    for (size_t i = 0; i < TS_COUNT_OF(quantiles); i++)
        ts_grid_add(grid, "%s",
                    format(text, sizeof text, a->unit,
                           ts_aggregate_quantile(a, g, quantiles[i])));
}

static void tell_table(reporter *r, const ts_aggregate *a)
{
    ts_grid grid;
    int first = r->parameter_count;

    ts_grid_init(&grid, first + 8);
    for (int i = first; i < first + 8; i++)
        grid.right[i] = true;
    name_parameters(r, &grid);
    ts_grid_add(&grid, "n");
    ts_grid_add(&grid, "mean");
    ts_grid_add(&grid, "%g %%", r->confidence * 100);
    ts_grid_add(&grid, "sd");
    ts_grid_add(&grid, "least");
    ts_grid_add(&grid, "median");
    ts_grid_add(&grid, "p95");
    ts_grid_add(&grid, "greatest");
    for (int64_t i = 0; i < a->group_count && i < r->rows_max; i++)
        add_group(r, &grid, a, &a->groups[i]);
    ts_paper_table(&r->paper, &grid);
    if (a->group_count > r->rows_max)
        ts_paper_text(&r->paper, "(%lld more points)",
                      (long long)(a->group_count - r->rows_max));
    ts_grid_fini(&grid);
}

/* A metric of a single point needs no table of its own. */
static void tell_single(reporter *r, const ts_aggregate *a, const char *metric)
{
    char mean[64], half[64];

    format(mean, sizeof mean, a->unit, a->groups[0].moments.mean);
    format(half, sizeof half, a->unit,
           ts_group_half_width(&a->groups[0], r->confidence));
    if (a->groups[0].count > 1)
        ts_paper_item(&r->paper, NULL, "%s = %s ± %s (%g %%, n = %lld)", metric,
                      mean, half, r->confidence * 100,
                      (long long)a->groups[0].count);
    else if (a->groups[0].degrees > 0)
        ts_paper_item(&r->paper, NULL,
                      "%s = %s ± %s (%g %%, %lld batches of one run)", metric,
                      mean, half, r->confidence * 100,
                      (long long)a->groups[0].degrees + 1);
    else
        ts_paper_item(&r->paper, NULL, "%s = %s", metric, mean);
}

static void tell_differences(reporter *r, const ts_aggregate *a)
{
    const ts_group *base = NULL;
    ts_grid grid;
    char text[64], half[64];
    bool paired = true;

    for (int64_t i = 0; i < a->group_count; i++)
        if (a->groups[i].point == r->baseline)
            base = &a->groups[i];
    if (base == NULL)
        return;
    ts_grid_init(&grid, r->parameter_count + 3);
    name_parameters(r, &grid);
    ts_grid_add(&grid, "difference from point %lld", (long long)r->baseline);
    ts_grid_add(&grid, "%g %%", r->confidence * 100);
    ts_grid_add(&grid, "%s", "");
    for (int i = 0; i < 2; i++)
        grid.right[r->parameter_count + i] = true;
    for (int64_t i = 0; i < a->group_count && i < r->rows_max; i++) {
        const ts_group *g = &a->groups[i];
        ts_difference d = ts_aggregate_difference(a, base, a, g, r->confidence);
        double size = d.mean < 0 ? -d.mean : d.mean;

        if (g == base)
            continue;
        paired &= d.pairs > 0;
        add_parameters(r, &grid, g->run);
        format(text, sizeof text, a->unit, d.mean);
        format(half, sizeof half, a->unit, d.half_width);
        ts_grid_add(&grid, "%s", text);
        ts_grid_add(&grid, "%s%s", d.known ? "± " : "", d.known ? half : "-");
        ts_grid_add(&grid, "%s",
                    !d.known              ? ""
                    : size > d.half_width ? "differs"
                                          : "within the noise");
    }
    ts_paper_text(&r->paper, "%s",
                  paired ? "Differences of pairs with common random numbers:"
                         : "Differences of independent samples (Welch):");
    ts_paper_table(&r->paper, &grid);
    ts_grid_fini(&grid);
}

static void tell_metric(reporter *r, const char *metric)
{
    ts_aggregate a;

    if (!ts_aggregate_load(&a, r->store, r->family.scenario, r->family.version,
                           metric, &r->error))
        return;
    if (a.group_count == 1 && r->parameter_count == 0) {
        tell_single(r, &a, metric);
    } else if (a.group_count > 0) {
        ts_paper_heading(&r->paper, 3, metric);
        tell_table(r, &a);
        if (r->baseline >= 0)
            tell_differences(r, &a);
    }
    ts_aggregate_fini(&a);
}

/* --- pictures --- */

static void warn_picture(const char *picture, const char *why)
{
    fputs("timeslice: warning: no picture ", stderr);
    ts_escape_print(stderr, TS_ESCAPE_LINE, picture);
    fputs(": ", stderr);
    ts_escape_print(stderr, TS_ESCAPE_LINE, why);
    fputc('\n', stderr);
}

/* Those that the scenario names, as far as they can be drawn from what is
 * there; only a page can hold them. */
static void draw_pictures(reporter *r, const ts_root *root)
{
    const ts_picture_record *pictures = root->pictures.items;
    ts_drawing drawing = {.plots = ts_cli_plots(),
                          .store = r->store,
                          .family = &r->family,
                          .scenario = r->name};

    for (int i = 0; i < root->pictures.count; i++) {
        ts_picture_record picture = pictures[i];
        char directory[] = "/tmp/timeslice-XXXXXX", path[4096];
        ts_error error = {.text = ""};

        if (mkdtemp(directory) == NULL)
            return;
        picture.file = "picture.svg";
        path[0] = '\0';
        drawing.directory = directory;
        if (ts_draw_picture(&drawing, &picture, path, sizeof path, &error) ==
            TS_PICTURE_DRAWN)
            ts_paper_picture(&r->paper, path, picture.picture);
        else
            warn_picture(picture.picture, error.text);
        unlink(path);
        rmdir(directory);
    }
}

static void tell_pictures(reporter *r, const char *text)
{
    char profiles[4300];
    ts_profiles where = {.directory = profiles};
    ts_diagnostics diagnostics;
    ts_document *document;
    ts_points *points = NULL;

    if (r->paper.form != TS_PAPER_HTML)
        return;
    snprintf(profiles, sizeof profiles, "%s/scenarios/profiles", ts_cli_data());
    ts_diagnostics_init(&diagnostics);
    document =
        ts_document_parse(r->name, text, strlen(text), &where, &diagnostics);
    if (document != NULL)
        points = ts_points_create(document, &diagnostics);
    if (points != NULL)
        draw_pictures(r, ts_points_root(points));
    ts_points_destroy(points);
    ts_document_free(document);
    ts_diagnostics_fini(&diagnostics);
}

/* --- the whole --- */

static void tell_scenario(reporter *r, const char *title, const char *text)
{
    ts_paper_heading(&r->paper, 2, title[0] != '\0' ? title : r->name);
    tell_counts(r);
    tell_errors(r);
    tell_expectations(r);
    tell_pictures(r, text);
    choose_columns(r);
    for (int i = 0; i < r->metric_count; i++)
        tell_metric(r, r->metrics[i]);
    if (r->metric_count == 0)
        ts_paper_text(&r->paper, "No metric matches %s.",
                      r->pattern != NULL ? r->pattern : "");
    forget(r->parameters, &r->parameter_count);
    forget(r->metrics, &r->metric_count);
}

static bool tell_all(reporter *r)
{
    ts_query q = ts_scenarios(r->store);

    while (ts_query_next(&q) && r->error.text[0] == '\0') {
        char *title = strdup(ts_query_text(&q, TS_SCENARIO_TITLE));
        char *text = strdup(ts_query_text(&q, TS_SCENARIO_TEXT));

        r->family.scenario = ts_query_int(&q, TS_SCENARIO_ID);
        snprintf(r->family.version, sizeof r->family.version, "%s",
                 ts_query_text(&q, TS_SCENARIO_VERSION));
        snprintf(r->name, sizeof r->name, "%s",
                 ts_query_text(&q, TS_SCENARIO_NAME));
        if (title != NULL && text != NULL)
            tell_scenario(r, title, text);
        else
            ts_fail_memory(&r->error);
        free(title);
        free(text);
    }
    return ts_query_end(&q, &r->error) && r->error.text[0] == '\0';
}

static bool choose_form(const char *word, const char *file, ts_paper_form *form)
{
    static const char *const words[] = {"text", "markdown", "html"};
    static const char *const endings[] = {".txt", ".md", ".html"};
    size_t length = file != NULL ? strlen(file) : 0;

    *form = TS_PAPER_TEXT;
    for (int i = 0; i < 3; i++) {
        size_t end = strlen(endings[i]);

        if (word != NULL ? strcmp(word, words[i]) == 0
                         : length > end &&
                               strcmp(file + length - end, endings[i]) == 0) {
            *form = (ts_paper_form)i;
            return true;
        }
    }
    return word == NULL;
}

static bool write_all(reporter *r, const char *database, ts_paper_form form,
                      FILE *out)
{
    const char *slash = strrchr(database, '/');
    char title[512];
    bool fine;

    snprintf(title, sizeof title, "Results in %s",
             slash != NULL ? slash + 1 : database);
    ts_paper_begin(&r->paper, form, out, title);
    fine = tell_all(r);
    return ts_paper_end(&r->paper, &r->error) && fine;
}

static int write_report(reporter *r, const char *file, const char *database,
                        ts_paper_form form)
{
    ts_output output;
    bool fine;

    r->rows_max = form == TS_PAPER_TEXT && file == NULL ? ROWS_TEXT : ROWS_FILE;
    if (!ts_output_open(&output, file != NULL ? file : "-", &r->error))
        return ts_cli_fail(TS_EXIT_IO, "%s", r->error.text);
    fine = write_all(r, database, form, output.file);
    if (!fine)
        ts_output_abandon(&output);
    return fine && ts_output_close(&output, &r->error)
               ? TS_EXIT_OK
               : ts_cli_fail(TS_EXIT_IO, "%s", r->error.text);
}

static int gate(reporter *r, const char *const *values)
{
    ts_score score;
    ts_error error = {.text = ""};

    if ((values[JUNIT] != NULL &&
         !ts_outcome_write(r->store, TS_OUTCOME_JUNIT, values[JUNIT], NULL,
                           &error)) ||
        (values[TAP] != NULL && !ts_outcome_write(r->store, TS_OUTCOME_TAP,
                                                  values[TAP], NULL, &error)) ||
        !ts_outcome_count(r->store, &score, &error))
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    return values[GATE] != NULL && (score.missed > 0 || score.failed > 0)
               ? TS_EXIT_EXPECTATION
               : TS_EXIT_OK;
}

static int report(int argc, char **argv, const char *const *values)
{
    reporter r = {.pattern = values[METRIC],
                  .confidence = 0.95,
                  .baseline = -1};
    ts_paper_form form;
    uint64_t number;
    int status;

    if (argc != 2)
        return ts_cli_fail(TS_EXIT_USAGE, "report what? `timeslice report DB`");
    if (!choose_form(values[FORM], values[OUTPUT], &form))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--format %s: is text, markdown or html",
                           values[FORM]);
    if (values[CONFIDENCE] != NULL) {
        char *end;

        r.confidence = strtod(values[CONFIDENCE], &end) / 100;
        if ((*end != '\0' && strcmp(end, "%") != 0) || !(r.confidence >= 0.5) ||
            !(r.confidence <= 0.9999))
            return ts_cli_fail(TS_EXIT_USAGE,
                               "--confidence %s: is between 50 and 99.99 "
                               "percent",
                               values[CONFIDENCE]);
    }
    if (values[BASELINE] != NULL) {
        if (!ts_option_whole(values[BASELINE], 0, INT64_MAX, &number))
            return ts_cli_fail(TS_EXIT_USAGE,
                               "--baseline %s: is the number of a point, from "
                               "0",
                               values[BASELINE]);
        r.baseline = (int64_t)number;
    }
    r.store = ts_store_open(argv[1], TS_STORE_READ, &r.error);
    if (r.store == NULL)
        return ts_cli_fail(TS_EXIT_IO, "%s", r.error.text);
    status = write_report(&r, values[OUTPUT], argv[1], form);
    status = ts_cli_worse(status, gate(&r, values));
    ts_store_close(r.store);
    return status;
}

const ts_command ts_command_report = {
    .name = "report",
    .arguments = "DB",
    .summary = "what the runs of a database say together",
    .about =
        "Tells of each scenario in the database: how many runs there are, "
        "what was expected of them, and for every point the mean of a metric "
        "over its replications with its confidence interval (Student), its "
        "deviation and quantiles. --baseline compares all points with one: "
        "pair by pair where they drew the same random numbers.\n\n"
        "As text, as Markdown, or as one HTML page that holds its pictures "
        "and needs nothing else.\n\n"
        "Ends with 0; with --gate, 1 when an expectation failed or a run ended "
        "with an error; 2 for wrong words, 3 when the database cannot be read.",
    .example = "timeslice sweep --db told.db scenarios/switch-cost.json\n"
               "timeslice report told.db --output told.html",
    .options = options,
    .option_count = OPTIONS,
    .complete = "database",
    .reads_words = true,
    .run = report,
};

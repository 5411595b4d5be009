/*
 * analyze.c - `timeslice analyze`: what can be computed, beside what a run
 * measures.
 */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "models/analysis/analysis.h"
#include "sim/cli/help.h"
#include "sim/cli/scenario.h"
#include "sim/scenario/escape.h"
#include "sim/sweep/point.h"

enum { NO_RUN, JSON, SET, OPTIONS };

static const ts_option options[OPTIONS] = {
    [NO_RUN] = {.name = "no-run",
                .letter = 'n',
                .help = "compute only; do not play the scenario"},
    [JSON] = {.name = "json",
              .letter = 'j',
              .help = "print JSON: times in picoseconds, shares from 0 to 1"},
    [SET] = {.name = "set",
             .letter = 's',
             .argument = "/POINTER=VALUE",
             .repeat = true,
             .help = "set what a JSON Pointer names before analysing; may be "
                     "repeated"},
};

static const char *const units[] = {
    [TS_UNIT_TIME] = "ps",     [TS_UNIT_RATIO] = "share",
    [TS_UNIT_COUNT] = "count", [TS_UNIT_RATE] = "per second",
    [TS_UNIT_BYTES] = "bytes", [TS_UNIT_NUMBER] = "number"};

/* What the run measured in the finding's place; NULL: nothing. */
static const ts_metric *measured(const ts_finding *finding,
                                 const ts_point_run *run)
{
    return finding->metric != NULL && run->report != NULL
               ? ts_report_find(run->report, finding->metric)
               : NULL;
}

/* --- for people --- */

/* Threads' names and titles are somebody's own words. */
static void print_text(const char *before, const char *text)
{
    fputs(before, stdout);
    ts_escape_print(stdout, TS_ESCAPE_LINE, text);
}

static void print_name(const char *name, int width)
{
    print_text("  ", name);
    printf("%*s", width - (int)strlen(name), "");
}

static void print_value(const ts_finding *finding, const ts_metric *metric,
                        int width)
{
    char value[64], simulated[64] = "";

    ts_format(value, sizeof value, finding->unit, finding->value);
    if (metric != NULL)
        ts_format(simulated, sizeof simulated, metric->unit, metric->value);
    print_name(finding->name, width);
    printf("  %14s", value);
    if (metric != NULL)
        printf("  %14s", simulated);
    else if (finding->text != NULL)
        print_text("                  = ", finding->text);
    putchar('\n');
}

static void print_finding(const ts_finding *finding, const ts_point_run *run,
                          int width)
{
    switch (finding->kind) {
    case TS_FINDING_VALUE:
        print_value(finding, measured(finding, run), width);
        break;
    case TS_FINDING_VERDICT:
        print_name(finding->name, width);
        printf("  %14s", finding->whole ? "yes" : "NO");
        if (finding->text != NULL)
            print_text("  ", finding->text);
        putchar('\n');
        break;
    case TS_FINDING_TEXT:
        ts_help_wrapped(stdout, finding->text, 2);
        break;
    }
}

static void print_all(const ts_findings *findings, const ts_point_run *run)
{
    const char *last = "";
    int width = 8;

    for (int i = 0; i < findings->count; i++) {
        const ts_finding *f = &findings->items[i];

        if (f->name != NULL && (int)strlen(f->name) > width)
            width = (int)strlen(f->name);
    }
    print_text("", run->root->title);
    putchar('\n');
    for (int i = 0; i < findings->count; i++) {
        const ts_finding *f = &findings->items[i];

        if (strcmp(f->analysis, last) != 0)
            printf("\n%-*s  %14s  %14s\n", width + 2, f->analysis, "computed",
                   run->report != NULL ? "simulated" : "");
        last = f->analysis;
        print_finding(f, run, width);
    }
    if (findings->count == 0)
        printf("\nNothing that is known here can be computed about it: see "
               "`timeslice list analyses`.\n");
}

/* --- for programs --- */

static void add_finding(cJSON *list, const ts_finding *finding,
                        const ts_point_run *run)
{
    const ts_metric *metric = measured(finding, run);
    cJSON *item = cJSON_CreateObject();

    cJSON_AddStringToObject(item, "analysis", finding->analysis);
    if (finding->name != NULL)
        cJSON_AddStringToObject(item, "figure", finding->name);
    if (finding->kind == TS_FINDING_VERDICT) {
        cJSON_AddBoolToObject(item, "verdict", finding->whole != 0);
    } else if (finding->kind == TS_FINDING_VALUE) {
        cJSON_AddNumberToObject(item, "value", finding->value);
        cJSON_AddStringToObject(item, "unit", units[finding->unit]);
    }
    if (finding->text != NULL)
        cJSON_AddStringToObject(item,
                                finding->kind == TS_FINDING_VALUE ? "exact"
                                                                  : "text",
                                finding->text);
    if (metric != NULL) {
        cJSON_AddStringToObject(item, "metric", metric->name);
        cJSON_AddNumberToObject(item, "simulated", metric->value);
    }
    cJSON_AddItemToArray(list, item);
}

static void print_json(const ts_findings *findings, const ts_point_run *run)
{
    cJSON *root = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(root, "findings");
    char *text;

    cJSON_AddStringToObject(root, "title", run->root->title);
    for (int i = 0; i < findings->count; i++)
        add_finding(list, &findings->items[i], run);
    text = cJSON_Print(root);
    if (text != NULL)
        puts(text);
    free(text);
    cJSON_Delete(root);
}

/* --- the command --- */

/* Whether some task set is not schedulable. */
static bool refuted(const ts_findings *findings)
{
    for (int i = 0; i < findings->count; i++) {
        const ts_finding *f = &findings->items[i];

        if (f->kind == TS_FINDING_VERDICT && f->whole == 0 &&
            strcmp(f->name, "schedulable") == 0)
            return true;
    }
    return false;
}

static int show(ts_point_run *run, const char *const *values)
{
    ts_findings findings = {.arena = &run->arena};

    ts_analyze(&run->root->machine, &findings);
    if (values[JSON] != NULL)
        print_json(&findings, run);
    else
        print_all(&findings, run);
    return refuted(&findings) ? TS_EXIT_EXPECTATION : TS_EXIT_OK;
}

static int analyze_document(const char *file, const ts_document *document,
                            const char *const *values)
{
    ts_point_options asked = {.trace = TS_TRACE_OFF};
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_points *points;
    ts_point_run run;
    bool fine;
    int status;

    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(document, &diagnostics);
    fine = points != NULL &&
           (values[NO_RUN] != NULL
                ? ts_point_build(points, 0, &asked, &run, &diagnostics, &error)
                : ts_point_play(points, 0, &asked, &run, &diagnostics, &error));
    if (!fine) {
        ts_points_destroy(points);
        return ts_cli_complain(file, &diagnostics, &error);
    }
    status = show(&run, values);
    ts_point_fini(&run);
    ts_points_destroy(points);
    ts_diagnostics_fini(&diagnostics);
    return status;
}

static int analyze(int argc, char **argv, const char *const *values)
{
    int status = TS_EXIT_OK;

    if (argc < 2)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "analyze what? `timeslice analyze FILE...`");
    for (int i = 1; i < argc; i++) {
        int one;
        ts_document *document = ts_cli_open(argv[i], values[SET], &one);

        if (document != NULL) {
            one = analyze_document(argv[i], document, values);
            ts_document_free(document);
        }
        status = ts_cli_worse(status, one);
    }
    return status;
}

const ts_command ts_command_analyze = {
    .name = "analyze",
    .arguments = "FILE...",
    .summary = "compute what can be, and print it beside what a run measures",
    .about =
        "Reads each scenario and computes what mathematics has to say about "
        "it, without playing it: whether its periodic threads meet their "
        "deadlines and by how much, how long the queue of its Poisson "
        "arrivals is. Then it plays the scenario and prints the figure that "
        "was measured beside the one that was computed. Of a sweep it is the "
        "first point.\n\n"
        "What applies is found out from the policy and the threads; a "
        "scenario can also ask for analyses by name, with \"analyze\", for "
        "tasks and queues that it does not play: `timeslice list analyses`.\n\n"
        "Ends with 1 when tasks are not schedulable.",
    .example = "timeslice analyze scenarios/slices.json\n"
               "timeslice analyze --no-run --json scenarios/slices.json",
    .options = options,
    .option_count = OPTIONS,
    .complete = "scenario",
    .run = analyze,
};

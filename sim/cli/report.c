/*
 * report.c - `timeslice report`: what the runs of a database say together.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/cli/options.h"
#include "sim/cli/outcome.h"
#include "sim/cli/output.h"
#include "sim/cli/scenario.h"
#include "sim/paper/report.h"
#include "sim/scenario/escape.h"

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

static void warn_picture(const char *picture, const char *why)
{
    fputs("timeslice: warning: no picture ", stderr);
    ts_escape_print(stderr, TS_ESCAPE_LINE, picture);
    fputs(": ", stderr);
    ts_escape_print(stderr, TS_ESCAPE_LINE, why);
    fputc('\n', stderr);
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

static int write_report(const ts_paper_order *order, const char *file)
{
    ts_error error = {.text = ""};
    ts_output output;
    bool fine;

    if (!ts_output_open(&output, file != NULL ? file : "-", &error))
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    fine = ts_paper_report(order, output.file, &error);
    if (!fine)
        ts_output_abandon(&output);
    return fine && ts_output_close(&output, &error)
               ? TS_EXIT_OK
               : ts_cli_fail(TS_EXIT_IO, "%s", error.text);
}

static int gate(ts_store *store, const char *const *values)
{
    ts_score score;
    ts_error error = {.text = ""};

    if ((values[JUNIT] != NULL &&
         !ts_outcome_write(store, TS_OUTCOME_JUNIT, values[JUNIT], NULL,
                           &error)) ||
        (values[TAP] != NULL &&
         !ts_outcome_write(store, TS_OUTCOME_TAP, values[TAP], NULL, &error)) ||
        !ts_outcome_count(store, &score, &error))
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    return values[GATE] != NULL && (score.missed > 0 || score.failed > 0)
               ? TS_EXIT_EXPECTATION
               : TS_EXIT_OK;
}

/* What the options say; an exit status, after a message. */
static int read_options(const char *const *values, ts_paper_order *order)
{
    uint64_t number;
    char *end;

    if (!choose_form(values[FORM], values[OUTPUT], &order->form))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--format %s: is text, markdown or html",
                           values[FORM]);
    if (values[CONFIDENCE] != NULL) {
        order->confidence = strtod(values[CONFIDENCE], &end) / 100;
        if ((*end != '\0' && strcmp(end, "%") != 0) ||
            !(order->confidence >= 0.5) || !(order->confidence <= 0.9999))
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
        order->baseline = (int64_t)number;
    }
    return TS_EXIT_OK;
}

static int report(int argc, char **argv, const char *const *values)
{
    ts_paper_order order = {.pattern = values[METRIC],
                            .confidence = 0.95,
                            .baseline = -1,
                            .rows_max = ROWS_FILE,
                            .plots = ts_cli_plots(),
                            .warn = warn_picture};
    ts_error error = {.text = ""};
    int status;

    if (argc != 2)
        return ts_cli_fail(TS_EXIT_USAGE, "report what? `timeslice report DB`");
    status = read_options(values, &order);
    if (status != TS_EXIT_OK)
        return status;
    if (order.form == TS_PAPER_TEXT && values[OUTPUT] == NULL)
        order.rows_max = ROWS_TEXT;
    order.profiles = ts_cli_profiles();
    order.store = ts_store_open(argv[1], TS_STORE_READ, &error);
    if (order.store == NULL)
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    status = write_report(&order, values[OUTPUT]);
    status = ts_cli_worse(status, gate(order.store, values));
    ts_store_close(order.store);
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
        "and needs nothing else: it also has the threads of the latest run, "
        "the reasons of its decisions (`run --why`), its conventions and what "
        "plays each run again. Of a database of two runs with traces it tells "
        "where they part.\n\n"
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

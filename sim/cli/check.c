/*
 * check.c - `timeslice check`: reads and builds scenarios, runs nothing.
 */
#include "sim/cli/scenario.h"

#include "sim/cli/command.h"
#include "sim/pictures/draw.h"
#include "sim/sweep/point.h"

enum { QUIET, SET, OPTIONS };

static const ts_option options[OPTIONS] = {
    [QUIET] = {.name = "quiet",
               .letter = 'q',
               .help = "say nothing about scenarios that are fine"},
    [SET] = {.name = "set",
             .letter = 's',
             .argument = "/POINTER=VALUE",
             .repeat = true,
             .help = "set what a JSON Pointer names before checking; may be "
                     "repeated"},
};

/* Points of a sweep that are built; the others differ in values of the same
 * kinds. */
#define POINTS_MAX 1000

static int check_points(const char *file, const ts_document *document)
{
    ts_point_options asked = {.trace = TS_TRACE_OFF};
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_points *points;
    bool fine;

    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(document, &diagnostics);
    if (points != NULL)
        ts_draw_check(ts_cli_plots(), document, ts_points_root(points),
                      &diagnostics);
    fine = points != NULL && diagnostics.count == 0;
    for (int64_t i = 0; fine && i < POINTS_MAX && i < ts_points_count(points);
         i++) {
        ts_point_run run;

        fine = ts_point_build(points, i, &asked, &run, &diagnostics, &error);
        if (fine)
            ts_point_fini(&run);
    }
    ts_points_destroy(points);
    if (!fine)
        return ts_cli_complain(file, &diagnostics, &error);
    ts_diagnostics_fini(&diagnostics);
    return TS_EXIT_OK;
}

static int check_file(const char *file, const char *settings, bool quiet)
{
    int status;
    ts_document *document = ts_cli_open(file, settings, &status);

    if (document == NULL)
        return status;
    status = check_points(file, document);
    ts_document_free(document);
    if (status == TS_EXIT_OK && !quiet)
        printf("%s: fine\n", file);
    return status;
}

static int check(int argc, char **argv, const char *const *values)
{
    int status = TS_EXIT_OK;

    if (argc < 2)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "check what? `timeslice check FILE...`");
    for (int i = 1; i < argc; i++)
        status = ts_cli_worse(status, check_file(argv[i], values[SET],
                                                 values[QUIET] != NULL));
    return status;
}

const ts_command ts_command_check = {
    .name = "check",
    .arguments = "FILE...",
    .summary = "read scenarios and say what is wrong with them",
    .about =
        "Reads each scenario and builds what it describes, at every point "
        "of its sweep, without running it; the settings of its pictures are "
        "held against the pictures. All that is wrong is said at "
        "once, each with file, line, column and JSON Pointer. A file \"-\" "
        "is standard input.\n\n"
        "Ends with 0 when all are fine, 2 when one is not, and 3 when a "
        "file cannot be read.",
    .example = "timeslice check scenarios/slices.json\n"
               "timeslice check --quiet --set /seed=7 scenarios/slices.json",
    .options = options,
    .option_count = OPTIONS,
    .complete = "scenario",
    .run = check,
};

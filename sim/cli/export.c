/*
 * export.c - `timeslice export`: runs for the viewers that people have.
 */
#include "sim/cli/export.h"

#include <stdlib.h>
#include <string.h>

#include "sim/cli/command.h"
#include "sim/cli/options.h"
#include "sim/cli/output.h"
#include "sim/exchange/exchange.h"
#include "sim/results/runs.h"

enum { FORMAT, OUT, OPTIONS };

static const ts_option options[OPTIONS] = {
    [FORMAT] = {.name = "format",
                .letter = 'f',
                .argument = "NAME",
                .help = "perfetto, for ui.perfetto.dev; ftrace, as tracefs and "
                        "trace-cmd report print it; timehist, as perf sched "
                        "timehist; schedstat, two runs as perf sched stats "
                        "diff; csv; when not given, what the ending of FILE "
                        "says, or perfetto"},
    [OUT] = {.name = "out",
             .letter = 'o',
             .written = true,
             .argument = "FILE",
             .help = "the file, which appears when it is whole; - is the "
                     "standard output"},
};

/* "a.ftrace": ftrace. */
static const ts_export *format_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    const ts_export *format = dot != NULL ? ts_export_find(dot + 1) : NULL;

    return format != NULL ? format : ts_export_find("perfetto");
}

int ts_cli_export(ts_store *store, const int64_t *runs, int count,
                  const char *format, const char *path)
{
    const ts_export *export =
        format != NULL ? ts_export_find(format) : format_of(path);
    ts_error error = {.text = ""};
    ts_output output;

    if (export == NULL)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--format %s: there are perfetto, ftrace, timehist, "
                           "schedstat and csv",
                           format);
    if (!ts_output_open(&output, path, &error))
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    if (!ts_export_runs(export, store, runs, count, output.file, &error)) {
        ts_output_abandon(&output);
        return ts_cli_fail(TS_EXIT_USAGE, "%s", error.text);
    }
    return ts_output_close(&output, &error)
               ? TS_EXIT_OK
               : ts_cli_fail(TS_EXIT_IO, "%s", error.text);
}

/* Those that are named, or all that kept a trace. */
static int64_t *choose(ts_store *store, int argc, char **argv, int *count,
                       int *status)
{
    ts_error error = {.text = ""};
    int64_t all = 0, replications;
    int64_t *list;

    *count = 0;
    *status = TS_EXIT_OK;
    if (!ts_runs_count(store, &all, &replications, &error)) {
        *status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
        return NULL;
    }
    list = malloc(((size_t)all + (size_t)argc) * sizeof *list);
    if (list == NULL) {
        *status = ts_cli_fail(TS_EXIT_IO, "out of memory");
        return NULL;
    }
    for (int i = 2; i < argc; i++) {
        uint64_t run;

        if (!ts_option_whole(argv[i], 1, INT64_MAX, &run)) {
            *status = ts_cli_fail(TS_EXIT_USAGE, "%s: is no number of a run",
                                  argv[i]);
            return list;
        }
        list[(*count)++] = (int64_t)run;
    }
    if (argc == 2) {
        ts_query q = ts_runs_traced(store);

        while (*count < all && ts_query_next(&q))
            list[(*count)++] = ts_query_int(&q, 0);
        if (!ts_query_end(&q, &error))
            *status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
        else if (*count == 0)
            *status = ts_cli_fail(TS_EXIT_USAGE,
                                  "%s: no run of it kept a trace: play it "
                                  "again with --trace, or with --why",
                                  argv[1]);
    }
    return list;
}

static int run(int argc, char **argv, const char *const *values)
{
    ts_error error = {.text = ""};
    ts_store *store;
    int64_t *runs;
    int count, status;

    if (argc < 2 || values[OUT] == NULL)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "export what, and where to? `timeslice export DB "
                           "[RUN...] -o FILE`");
    store = ts_store_open(argv[1], TS_STORE_READ, &error);
    if (store == NULL)
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    runs = choose(store, argc, argv, &count, &status);
    if (status == TS_EXIT_OK)
        status = ts_cli_export(store, runs, count, values[FORMAT], values[OUT]);
    free(runs);
    ts_store_close(store);
    return status;
}

const ts_command ts_command_export = {
    .name = "export",
    .arguments = "DB [RUN...]",
    .summary = "write traces for Perfetto and other viewers",
    .about =
        "Writes runs that were played with --trace or --why for the programs "
        "that people open traces with. Without numbers of runs it takes all "
        "that kept a trace.\n\n"
        "Perfetto's file has the scheduler's tables (who ran where, in which "
        "state each thread was, who woke it), what threads waited for, locks, "
        "devices, servers and loads on tracks of their own, levels as "
        "counters, "
        "alarms and marks, and with --why the reason beside each decision. "
        "Arrows go from a thread to its device, from whoever gives a lock to "
        "whoever gets it, and with a request from its sender to its server, to "
        "the thread that serves it and back. Several runs are files of a TAR, "
        "which the viewer opens as several machines on one timeline; of two, "
        "each has a mark where they part.\n\n"
        "The other formats have the scheduler's events only. ftrace and "
        "timehist take one run, schedstat two. A kernel keeps 15 bytes of a "
        "name: longer ones are cut in ftrace and timehist, and the first lines "
        "of ftrace say how many. Times are rounded down to nanoseconds, in "
        "timehist to microseconds. The bytes of a file depend on the runs "
        "alone.\n\n"
        "Ends with 0 when all is well, 2 when a run kept no trace or a format "
        "cannot take as many, 3 when a file cannot be read or written.",
    .example = "timeslice run -q --why --no-pictures --db traced.db "
               "scenarios/slices.json\n"
               "timeslice export traced.db -o slices.pftrace\n"
               "timeslice export traced.db 1 --format ftrace -o slices.txt",
    .options = options,
    .option_count = OPTIONS,
    .complete = "database",
    .reads_words = true,
    .run = run,
};

/*
 * import.c - `timeslice import`: scenarios, and tables of measurements, from
 * what other programs know.
 */
#include "sim/exchange/import.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/command.h"
#include "sim/cli/options.h"
#include "sim/cli/output.h"
#include "sim/exchange/tester.h"
#include "sim/scenario/document.h"
#include "sim/scenario/escape.h"

enum { OUT, FIT, POLICY, RELEASE, PROCESSORS, ROWS, USERS, QUIET, OPTIONS };

static const ts_option options[OPTIONS] = {
    [OUT] = {.name = "out",
             .letter = 'o',
             .written = true,
             .argument = "FILE",
             .help = "the scenario or table, which appears when it is whole; "
                     "the standard output when not given"},
    [FIT] = {.name = "fit",
             .help = "where a thread goes in a circle, the distributions of "
                     "its durations instead of each of them; says how near "
                     "they are"},
    [POLICY] = {.name = "policy",
                .argument = "NAME",
                .help =
                    "the policy of the scenario (eevdf); where threads have "
                    "real-time priorities, cfs and eevdf become the fair "
                    "class of linux"},
    [RELEASE] = {.name = "release",
                 .argument = "VERSION",
                 .help = "the policy is linux as it is in that version, 6.1 or "
                         "6.12 (see `timeslice explain linux`), also between "
                         "processors"},
    [PROCESSORS] = {.name = "processors",
                    .argument = "N",
                    .help = "how many it has (as many as the file tells of)"},
    [ROWS] = {.name = "rows",
              .help = "the files are what load testers printed, a run each: "
                      "write the table of rows that `timeslice calibrate` "
                      "takes"},
    [USERS] = {.name = "users",
               .argument = "N,N...",
               .help = "with --rows, how many clients each file's run had, "
                       "where it does not say"},
    [QUIET] = {.name = "quiet",
               .letter = 'q',
               .help = "do not say what was read and what was left out"},
};

static void say_remarks(const ts_buffer *remarks)
{
    const char *at = remarks->length > 0 ? remarks->data : "";

    while (*at != '\0') {
        size_t length = strcspn(at, "\n");

        fputs("  ", stderr);
        ts_escape_part(stderr, TS_ESCAPE_LINE, at, length);
        fputc('\n', stderr);
        at += length + (at[length] == '\n');
    }
}

static int write_scenario(const ts_import *import, const char *path)
{
    ts_error error = {.text = ""};
    ts_output output;

    if (!ts_output_open(&output, path, &error))
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    fwrite(import->scenario.data, 1, import->scenario.length, output.file);
    return ts_output_close(&output, &error)
               ? TS_EXIT_OK
               : ts_cli_fail(TS_EXIT_IO, "%s", error.text);
}

static int import_from(FILE *in, const ts_import_options *o,
                       const char *const *values)
{
    ts_error error = {.text = ""};
    ts_import import;
    int status;

    if (ts_import_read(&import, in, o, &error))
        status =
            write_scenario(&import, values[OUT] != NULL ? values[OUT] : "-");
    else
        status = ts_cli_fail(TS_EXIT_USAGE, "%s", error.text);
    if (values[QUIET] == NULL)
        say_remarks(&import.remarks);
    ts_import_fini(&import);
    return status;
}

/* --- tables of measurements --- */

#define TESTED_MAX ((size_t)16 << 20) /* bytes of a load tester's output */

/* The next of "8,16"; NAN without one. False: it is no number of clients. */
static bool next_users(const char **text, double *users)
{
    char *end;

    *users = NAN;
    if (*text == NULL || **text == '\0')
        return true;
    *users = strtod(*text, &end);
    if (end == *text || !(*users >= 1) || (*end != ',' && *end != '\0'))
        return false;
    *text = end + (*end == ',');
    return true;
}

static int add_rows(ts_tester_rows *rows, int count, char **files,
                    const char *users)
{
    ts_error error = {.text = ""};

    for (int i = 0; i < count; i++) {
        size_t length = 0;
        double clients;
        char *text;
        bool fine;

        if (!next_users(&users, &clients))
            return ts_cli_fail(TS_EXIT_USAGE,
                               "--users takes whole numbers with commas, one "
                               "a file: 8,16");
        text = ts_file_read(files[i], false, TESTED_MAX, &length, &error);
        if (text == NULL)
            return ts_cli_fail(TS_EXIT_IO, "%s: %s", files[i], error.text);
        fine = ts_tester_rows_add(rows, files[i], text, clients, &error);
        free(text);
        if (!fine)
            return ts_cli_fail(TS_EXIT_USAGE, "%s", error.text);
    }
    return users == NULL || *users == '\0'
               ? TS_EXIT_OK
               : ts_cli_fail(TS_EXIT_USAGE, "--users: more numbers than files");
}

static int write_rows(const ts_tester_rows *rows, const char *path)
{
    ts_error error = {.text = ""};
    ts_output output;

    if (!ts_output_open(&output, path, &error))
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    ts_tester_rows_write(rows, output.file);
    return ts_output_close(&output, &error)
               ? TS_EXIT_OK
               : ts_cli_fail(TS_EXIT_IO, "%s", error.text);
}

/* Rates count answers of all kinds: an error is quicker than an answer. */
static void say_errors(const ts_tester_rows *rows, char **files)
{
    for (int i = 0; i < rows->count; i++)
        if (rows->rows[i].errors > 0)
            fprintf(stderr,
                    "  %s: %.0f requests had no good answer: what the others "
                    "got is not what the server does\n",
                    files[i], rows->rows[i].errors);
}

static int run_rows(int argc, char **argv, const char *const *values)
{
    ts_tester_rows *rows = calloc(1, sizeof *rows);
    int status;

    if (rows == NULL)
        return ts_cli_fail(TS_EXIT_IO, "out of memory");
    status = add_rows(rows, argc - 1, argv + 1, values[USERS]);
    if (status == TS_EXIT_OK)
        status = write_rows(rows, values[OUT] != NULL ? values[OUT] : "-");
    if (status == TS_EXIT_OK && values[QUIET] == NULL)
        say_errors(rows, argv + 1);
    free(rows);
    return status;
}

/* --- the command --- */

static int run(int argc, char **argv, const char *const *values)
{
    ts_import_options o = {.policy = values[POLICY],
                           .release = values[RELEASE],
                           .fit = values[FIT] != NULL};
    uint64_t processors = 0;
    FILE *in = stdin;
    int status;

    if (values[ROWS] != NULL &&
        (values[FIT] != NULL || values[POLICY] != NULL ||
         values[RELEASE] != NULL || values[PROCESSORS] != NULL))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--rows makes a table: --fit, --policy, --release "
                           "and --processors are of scenarios");
    if (values[ROWS] != NULL && argc > 1)
        return run_rows(argc, argv, values);
    if (values[USERS] != NULL)
        return ts_cli_fail(TS_EXIT_USAGE, "--users goes with --rows");
    if (argc != 2)
        return ts_cli_fail(TS_EXIT_USAGE, "import what? `timeslice import FILE "
                                          "-o scenario.json`");
    if (values[POLICY] != NULL && values[RELEASE] != NULL)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--policy and --release: a release is one of the "
                           "policy linux; give one of them");
    if (values[PROCESSORS] != NULL &&
        !ts_option_whole(values[PROCESSORS], 1, 4096, &processors))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--processors %s: takes a whole number from 1 to "
                           "4096",
                           values[PROCESSORS]);
    o.processors = (int)processors;
    o.name =
        strrchr(argv[1], '/') != NULL ? strrchr(argv[1], '/') + 1 : argv[1];
    if (strcmp(argv[1], "-") != 0)
        in = fopen(argv[1], "rb");
    if (in == NULL)
        return ts_cli_fail(TS_EXIT_IO, "cannot read %s: %s", argv[1],
                           strerror(errno));
    status = import_from(in, &o, values);
    if (in != stdin)
        fclose(in);
    return status;
}

const ts_command ts_command_import = {
    .name = "import",
    .arguments = "FILE...",
    .summary = "make scenarios and tables of what other programs recorded",
    .about =
        "Reads the scheduler's events as text, as tracefs, `trace-cmd report` "
        "and `perf script` print them (sched_switch and sched_waking or "
        "sched_wakeup are needed, sched_wakeup_new and sched_process_exit are "
        "of use), and writes a scenario in which each thread wants what it did "
        "there: a run goes on through preemptions; where a thread was woken by "
        "another one, it waits and that one posts; else it sleeps. Two that "
        "answer each other stay in turns, also where an answer was there "
        "before anybody waited for it. A thread's class and priority are those "
        "it runs with, of two of real time that take turns round robin. What a "
        "kernel needs from a decision to the switch is the work of who comes. "
        "Nothing of "
        "what the scheduler decided is kept, so that another policy, or "
        "another number of processors, can decide.\n\n"
        "A JSON object is a workload for rt-app: its events become "
        "operations, and what has no counterpart is said, a line each.\n\n"
        "With --rows the files are what load testers printed, each of a run "
        "with another number of clients: wrk and wrk2 (--latency), hey (its "
        "summary, or -o csv), oha (--output-format json), k6 (its summary as "
        "JSON), ab, siege. They become a table for `timeslice calibrate`, a "
        "row "
        "a file; hey, oha and siege do not say how many clients there were. ab "
        "gives whole milliseconds and siege hundredths of a second.\n\n"
        "A trace does not tell the processors that a thread may have, the "
        "classes batch "
        "and idle, slices that threads ask for, and yields unless it has "
        "sys_enter_sched_yield: say them with --set when you play it.\n\n"
        "What was lost, broken or guessed is counted and said on standard "
        "error. A file \"-\" is standard input.\n\n"
        "Ends with 0 when a scenario was written, 2 when the file is none of "
        "these, 3 when a file cannot be read or written.",
    .example = "timeslice run --no-db --trace --quiet --export a.ftrace "
               "scenarios/slices.json\n"
               "timeslice import a.ftrace --policy eevdf -o a.json\n"
               "timeslice run --no-db a.json",
    .options = options,
    .option_count = OPTIONS,
    .complete = "file",
    .reads_words = true,
    .run = run,
};

/*
 * test.c - `timeslice test`: scenarios as tests.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/cli/files.h"
#include "sim/cli/limits.h"
#include "sim/cli/options.h"
#include "sim/cli/scenario.h"
#include "sim/cli/signals.h"
#include "sim/cli/testing.h"

enum {
    JOBS,
    NAME,
    FAIL_FAST,
    TIMEOUT,
    SET,
    SEED,
    TS_LIMIT_ENUM(MAX),
    DURATIONS,
    JUNIT,
    TAP,
    QUIET,
    OPTIONS
};

static_assert(TS_TESTING_FORMS == TAP - JUNIT + 1, "each has its option");

static const ts_option options[OPTIONS] = {
    [JOBS] = {.name = "jobs",
              .letter = 'j',
              .argument = "N",
              .help = "scenarios at once (one a processor); what is printed "
                      "does not depend on it"},
    [NAME] = {.name = "name",
              .letter = 'k',
              .argument = "TEXT",
              .repeat = true,
              .help = "only scenarios whose path holds TEXT, in capitals or "
                      "not, or fits it where it has * or ?; may be repeated: "
                      "any of them"},
    [FAIL_FAST] = {.name = "fail-fast",
                   .letter = 'x',
                   .help = "stop after the first scenario that is not fine"},
    [TIMEOUT] = {.name = "timeout",
                 .argument = "SECONDS",
                 .help = "end a scenario that takes longer than this, all its "
                         "runs together, and call it one that could not run"},
    [SET] = {.name = "set",
             .letter = 's',
             .argument = "/POINTER=VALUE",
             .repeat = true,
             .help = "set what a JSON Pointer names, in every scenario; may be "
                     "repeated"},
    [SEED] = {.name = "seed",
              .argument = "N",
              .help = "seed of the random streams, instead of the scenarios'"},
    TS_LIMIT_OPTIONS(MAX),
    [DURATIONS] = {.name = "durations",
                   .argument = "N",
                   .help = "tell the N scenarios that took longest; 0: all"},
    [JUNIT] = {.name = "junit",
               .written = true,
               .argument = "FILE",
               .help = "write the results to FILE as JUnit XML"},
    [TAP] = {.name = "tap",
             .written = true,
             .argument = "FILE",
             .help = "the same as TAP (Test Anything Protocol); - is the "
                     "standard output, which then says nothing else"},
    [QUIET] = {.name = "quiet",
               .letter = 'q',
               .help = "only what fails, and the last line"},
};

/* --- options --- */

/* "30", "30s", "0.5" */
static bool read_limit(const char *text, double *seconds)
{
    char *end;

    *seconds = strtod(text, &end);
    if (end != text && strcmp(end, "s") == 0)
        end++;
    return end != text && *end == '\0' && *seconds > 0 && *seconds <= 1e9;
}

static int read_options(ts_tester *t, const char *const *values)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t jobs = processors > 0 ? (uint64_t)processors : 1;

    if (jobs > TS_TESTING_AHEAD)
        jobs = TS_TESTING_AHEAD;
    if (values[JOBS] != NULL &&
        !ts_option_whole(values[JOBS], 1, TS_TESTING_AHEAD, &jobs))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--jobs %s: takes a number from 1 to %d",
                           values[JOBS], TS_TESTING_AHEAD);
    if (values[SEED] != NULL &&
        !ts_option_whole(values[SEED], 0, UINT64_MAX, &t->trial.point.seed))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--seed %s: takes a whole number from 0 to 2^64-1",
                           values[SEED]);
    if (values[DURATIONS] != NULL &&
        !ts_option_whole(values[DURATIONS], 0, INT64_MAX, &t->longest))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--durations %s: takes a whole number",
                           values[DURATIONS]);
    if (values[TIMEOUT] != NULL && !read_limit(values[TIMEOUT], &t->limit))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--timeout %s: takes a number of seconds, as in "
                           "--timeout 30",
                           values[TIMEOUT]);
    t->values = values;
    t->fail_fast = values[FAIL_FAST] != NULL;
    t->tell_longest = values[DURATIONS] != NULL;
    t->at_once = (int)jobs;
    t->trial.settings = values[SET];
    t->trial.point.has_seed = values[SEED] != NULL;
    t->silent = values[TAP] != NULL && strcmp(values[TAP], "-") == 0;
    t->quiet = values[QUIET] != NULL || t->silent;
    return ts_cli_limits(values + MAX_EVENTS, t->at_once, &t->trial.point);
}

static int open_outcomes(ts_tester *t)
{
    ts_error error = {.text = ""};

    for (int i = 0; i < TS_TESTING_FORMS; i++)
        if (t->values[JUNIT + i] != NULL &&
            !ts_outcome_open(&t->outcomes[i],
                             i == 0 ? TS_OUTCOME_JUNIT : TS_OUTCOME_TAP,
                             t->values[JUNIT + i], &error))
            return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    return TS_EXIT_OK;
}

extern const ts_command ts_command_test;

/* What was found in directories is read too. */
static int check_found(const ts_tester *t)
{
    return ts_files_check(&ts_command_test, t->values, t->found.files,
                          (int)t->found.count);
}

/* A job for each that was found. */
static int plan(ts_tester *t)
{
    t->count = t->found.count;
    t->jobs = calloc(t->count + 1, sizeof *t->jobs);
    if (t->jobs == NULL)
        return ts_cli_fail(TS_EXIT_IO, "out of memory");
    for (size_t i = 0; i < t->count; i++)
        t->jobs[i] =
            (ts_test_job){.file = t->found.files[i], .trial = {.alive = -1}};
    return TS_EXIT_OK;
}

/* CI is told too: a folder that was moved must not pass for one where all is
 * well. */
static int find_nothing(ts_tester *t, const char *where)
{
    char text[512];

    if (t->values[NAME] != NULL)
        snprintf(text, sizeof text,
                 "no scenario in %.300s has a name that --name asks for",
                 where);
    else
        snprintf(text, sizeof text, "no scenarios in %.400s", where);
    for (int i = 0; i < TS_TESTING_FORMS; i++)
        ts_outcome_suite(&t->outcomes[i], where, 0);
    ts_testing_case(t, &(ts_case){.state = TS_CASE_BROKEN,
                                  .claim = "there are scenarios",
                                  .place = "",
                                  .message = text});
    return ts_cli_fail(TS_EXIT_USAGE, "%s", text);
}

static int test(int argc, char **argv, const char *const *values)
{
    ts_tester t = {.values = values};
    ts_error error = {.text = ""};

    if (argc < 2)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "test what? `timeslice test PATH...`, where a path "
                           "is a scenario or a directory of them");
    t.status = read_options(&t, values);
    for (int i = 1; i < argc && t.status == TS_EXIT_OK; i++)
        t.status = ts_find(&t.found, argv[i]);
    if (values[NAME] != NULL)
        ts_find_keep(&t.found, values[NAME]);
    if (t.status == TS_EXIT_OK)
        t.status = check_found(&t);
    if (t.status == TS_EXIT_OK)
        t.status = plan(&t);
    if (t.status == TS_EXIT_OK)
        t.status = open_outcomes(&t);
    ts_signals_catch();
    if (t.status == TS_EXIT_OK && t.count == 0)
        t.status = find_nothing(&t, argv[1]);
    else if (t.status == TS_EXIT_OK)
        ts_testing_play(&t);
    for (int i = 0; i < TS_TESTING_FORMS; i++)
        if (!ts_outcome_close(&t.outcomes[i], &error))
            t.status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    free(t.jobs);
    ts_find_fini(&t.found);
    return t.status;
}

const ts_command ts_command_test = {
    .name = "test",
    .arguments = "PATH...",
    .summary = "run scenarios and judge what they expect",
    .about =
        "Runs each scenario at every point of its sweep and judges its "
        "`expect`. A directory stands for all scenarios in it and below "
        "it, in order of their names, without profiles/ and "
        "schema.json. Each is played by a process of its own.\n\n"
        "A case of --junit and --tap is an expectation at a point of the "
        "sweep, with its replications together, and one a scenario says that "
        "its runs came to an end. The name is made of what the scenario says "
        "and not of what came out, so it stays the same from night to night. "
        "The file appears when it is whole; after Ctrl-C it holds what was "
        "done and an error.\n\n"
        "Ends with 0 when everything holds, 1 when an expectation fails, "
        "2 when a scenario cannot run or takes longer than --timeout, 3 when a "
        "file cannot be read, 130 or 143 after a signal.",
    .example = "timeslice test scenarios/slices.json\n"
               "timeslice test -j 2 -k dhall --durations 3 scenarios",
    .options = options,
    .option_count = OPTIONS,
    .complete = "scenario",
    .reads_words = true,
    .run = test,
};

/*
 * run.c - `timeslice run`: plays scenarios, keeps what happened, draws it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/cli/export.h"
#include "sim/cli/limits.h"
#include "sim/cli/options.h"
#include "sim/cli/play.h"
#include "sim/cli/scenario.h"
#include "sim/cli/show.h"
#include "sim/cli/signals.h"
#include "sim/cli/watch.h"

#define DATABASE "results.db"

enum {
    SET,
    SEED,
    POINT,
    DB,
    NO_DB,
    OUT,
    NO_PICTURES,
    TRACE,
    WHY,
    CONVENTIONS,
    VALIDATE,
    EXPORT,
    TS_LIMIT_ENUM(MAX),
    WATCH,
    QUIET,
    JSON,
    DSKY,
    SPEED,
    OPTIONS
};

static const ts_option options[OPTIONS] = {
    [SET] = {.name = "set",
             .letter = 's',
             .argument = "/POINTER=VALUE",
             .repeat = true,
             .help = "set what a JSON Pointer names, as in "
                     "/threads/0/count=5, at all points of a sweep; may be "
                     "repeated"},
    [SEED] = {.name = "seed",
              .argument = "N",
              .help = "seed of the random streams, instead of the scenario's"},
    [POINT] = {.name = "point",
               .argument = "N",
               .help = "play one point of a sweep alone, counted from 1, and "
                       "tell of it as of a single run: with --why, too"},
    [DB] = {.name = "db",
            .letter = 'd',
            .written = true,
            .argument = "FILE",
            .help = "the database the runs are added to; made when missing "
                    "(" DATABASE " in the current directory)"},
    [NO_DB] = {.name = "no-db", .help = "keep nothing; draws no pictures"},
    [OUT] = {.name = "out",
             .letter = 'o',
             .written = true,
             .argument = "DIR",
             .help = "where pictures are left; made when missing (the current "
                     "directory)"},
    [NO_PICTURES] = {.name = "no-pictures", .help = "draw no pictures"},
    [TRACE] = {.name = "trace",
               .letter = 't',
               .help = "keep who was where from when to when; on by itself for "
                       "a single run whose pictures need it"},
    [WHY] = {.name = "why",
             .help = "keep and print the reason for every decision"},
    [CONVENTIONS] = {.name = "conventions",
                     .help = "print all conventions that the run followed, "
                             "one a line"},
    [VALIDATE] = {.name = "validate",
                  .help = "check every run's trace by itself: nobody in two "
                          "places, no time lost, what the policy promises"},
    [EXPORT] = {.name = "export",
                .written = true,
                .argument = "FILE",
                .help = "write the runs' traces to FILE too, as `timeslice "
                        "export` does; keeps a trace"},
    TS_LIMIT_OPTIONS(MAX),
    [WATCH] = {.name = "watch",
               .letter = 'w',
               .help = "play again whenever a file is saved, and draw the "
                       "pictures anew, until Ctrl-C; keeps nothing unless "
                       "--db says where"},
    [QUIET] = {.name = "quiet",
               .letter = 'q',
               .help = "print only what is wrong"},
    [JSON] = {.name = "json",
              .help = "print nothing but one JSON document, as `timeslice show "
                      "--json` has it: metrics, threads, expectations, with "
                      "--trace spans and instants, with --why reasons; a list "
                      "where there is more than one run"},
    [DSKY] = {.name = "dsky",
              .help = "show the display and keyboard of an Apollo computer as "
                      "simulated time goes by; keeps a trace"},
    [SPEED] = {.name = "speed",
               .argument = "N",
               .help = "with --dsky: simulated seconds a second (1); 0 does "
                       "not wait"},
};

static bool read_speed(const char *text, double *speed)
{
    char *end;

    *speed = strtod(text, &end);
    return end != text && *end == '\0' && *speed >= 0 && *speed <= 1e5;
}

static int read_options(ts_session *s, const char *const *values)
{
    if (values[SEED] != NULL &&
        !ts_option_whole(values[SEED], 0, UINT64_MAX, &s->point.seed))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--seed %s: takes a whole number from 0 to 2^64-1",
                           values[SEED]);
    if (values[POINT] != NULL &&
        !ts_option_whole(values[POINT], 1, TS_LIMIT_RUNS, &s->only))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--point %s: takes the number of a point, from 1",
                           values[POINT]);
    if (ts_cli_limits(values + MAX_EVENTS, 1, &s->point) != TS_EXIT_OK)
        return TS_EXIT_USAGE;
    if (values[SPEED] != NULL && !read_speed(values[SPEED], &s->speed))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--speed %s: takes a number from 0 to 100000",
                           values[SPEED]);
    if (values[DB] != NULL && values[NO_DB] != NULL)
        return ts_cli_fail(TS_EXIT_USAGE, "--db and --no-db exclude each "
                                          "other");
    if (s->dsky && s->json)
        return ts_cli_fail(TS_EXIT_USAGE, "--dsky and --json both want the "
                                          "standard output");
    return TS_EXIT_OK;
}

static int open_store(ts_session *s, bool exports)
{
    ts_error error = {.text = ""};

    if (mkdir(s->out, 0777) != 0 && errno != EEXIST)
        return ts_cli_fail(TS_EXIT_IO, "cannot make %s: %s", s->out,
                           strerror(errno));
    if (!s->kept && !s->json && !s->drawn && !exports)
        return TS_EXIT_OK;
    /* What --json shows, --export writes and --watch draws is read from a
     * database, be it one in memory. */
    s->store =
        ts_store_open(s->kept ? s->database : NULL, TS_STORE_CREATE, &error);
    if (s->store == NULL)
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    s->batch.store = s->store;
    return TS_EXIT_OK;
}

/* All runs as one document. */
static int print_json(const ts_session *s)
{
    const ts_show_options form = {
        .form = TS_SHOW_JSON,
        .everything = s->trace || s->why,
    };
    ts_error error = {.text = ""};
    bool fine = true;

    if (s->several)
        putchar('[');
    for (size_t i = 0; fine && i < s->run_count; i++) {
        if (s->several)
            fputs(i > 0 ? ",\n" : "\n", stdout);
        fine = ts_show_run_json(s->store, s->runs[i], &form, stdout, &error);
    }
    if (s->several)
        fputs("\n]", stdout);
    if (s->several || s->run_count > 0)
        putchar('\n');
    return fine ? TS_EXIT_OK : ts_cli_fail(TS_EXIT_IO, "%s", error.text);
}

/* Plays all files and tells of them; `target`: where their traces go, or NULL. */
static int play_all(ts_session *s, int argc, char **argv, const char *target)
{
    int status = open_store(s, target != NULL);

    for (int i = 1; i < argc && status <= TS_EXIT_EXPECTATION && !s->lost &&
                    *s->interrupt == 0;
         i++) {
        if (i > 1 && !s->quiet)
            putchar('\n');
        status = ts_cli_worse(status, ts_play_file(s, argv[i]));
    }
    ts_play_settle(s, true);
    if (s->json && s->store != NULL)
        status = ts_cli_worse(status, print_json(s));
    if (target != NULL && s->run_count > 0)
        status = ts_cli_worse(status,
                              ts_cli_export(s->store, s->runs,
                                            (int)s->run_count, NULL, target));
    ts_store_close(s->store);
    ts_buffer_fini(&s->pictures);
    free(s->runs);
    return s->lost ? ts_cli_worse(status, TS_EXIT_IO) : status;
}

/* Again and again, each time on an empty screen, as if for the first time. */
static int watch(const ts_session *asked, int argc, char **argv,
                 const char *target)
{
    int status = TS_EXIT_OK;

    while (*asked->interrupt == 0) {
        ts_session s = *asked;
        uint64_t before = ts_watch_look(argv + 1, argc - 1);

        fputs(ts_cli_terminal(stdout) ? "\x1b[H\x1b[2J" : "", stdout);
        status = play_all(&s, argc, argv, target);
        fputs("\nwatching; Ctrl-C ends\n", stdout);
        fflush(stdout);
        ts_watch_wait(argv + 1, argc - 1, before, asked->interrupt);
    }
    return status;
}

static int run(int argc, char **argv, const char *const *values)
{
    bool watched = values[WATCH] != NULL;
    ts_session s = {
        .interrupt = ts_signals_catch(),
        .point.has_seed = values[SEED] != NULL,
        .settings = values[SET],
        .database = values[DB] != NULL ? values[DB] : DATABASE,
        .out = values[OUT] != NULL ? values[OUT] : ".",
        .quiet = values[QUIET] != NULL || values[JSON] != NULL,
        .json = values[JSON] != NULL,
        .listed = values[JSON] != NULL || values[EXPORT] != NULL,
        .kept = values[NO_DB] == NULL && (!watched || values[DB] != NULL),
        .drawn = values[NO_DB] == NULL && values[NO_PICTURES] == NULL,
        .trace = values[TRACE] != NULL || values[EXPORT] != NULL,
        .why = values[WHY] != NULL,
        .conventions = values[CONVENTIONS] != NULL,
        .validated = values[VALIDATE] != NULL,
        .dsky = values[DSKY] != NULL,
        .speed = 1,
        .several = argc > 2,
    };
    int status;

    if (argc < 2)
        return ts_cli_fail(TS_EXIT_USAGE, "run what? `timeslice run FILE...`");
    status = read_options(&s, values);
    if (status != TS_EXIT_OK)
        return status;
    status = watched ? watch(&s, argc, argv, values[EXPORT])
                     : play_all(&s, argc, argv, values[EXPORT]);
    /* Wherever it was that it came. */
    return *s.interrupt != 0 ? 128 + (int)*s.interrupt : status;
}

const ts_command ts_command_run = {
    .name = "run",
    .arguments = "FILE|NAME...",
    .summary = "play scenarios, keep what happened, draw it",
    .about = "Plays each scenario, prints what it measured, adds the run to an "
             "SQLite database and draws the pictures that the scenario names. "
             "A scenario with a `sweep` is played at all its points. A file "
             "\"-\" is standard input; a word that is no file is a scenario of "
             "`timeslice list scenarios`.\n\n"
             "Every finished run is stored whole; Ctrl-C ends after storing "
             "what is finished. Without gnuplot there are no pictures, and a "
             "warning.\n\n"
             "A deadlock, or a thread that waits for a processor and never "
             "gets one, is what came out and no error: it is told as a "
             "warning, and as a failure where something is expected of that "
             "thread.\n\n"
             "A run that comes to one of its limits is given up: what it has "
             "measured so far is printed and kept, marked as failed.\n\n"
             "Ends with 0 when all is well, 1 when an expectation of a "
             "scenario fails, 2 when a scenario cannot run, 3 when a file or "
             "the database cannot be read or written, 5 when a run came to a "
             "limit, 130 or 143 after a signal.",
    .example = "timeslice run slices\n"
               "timeslice run --set /threads/0/count=5 --no-db "
               "scenarios/slices.json",
    .options = options,
    .option_count = OPTIONS,
    .complete = "scenario",
    .reads_words = true,
    .run = run,
};

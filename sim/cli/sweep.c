/*
 * sweep.c - `timeslice sweep`: all runs of a plan, with workers.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "timeslice/timeslice.h"
#include "sim/cli/drawing.h"
#include "sim/cli/limits.h"
#include "sim/cli/options.h"
#include "sim/cli/outcome.h"
#include "sim/cli/scenario.h"
#include "sim/cli/shard.h"
#include "sim/cli/signals.h"
#include "sim/cli/summary.h"
#include "sim/cli/whole.h"
#include "sim/results/record.h"
#include "sim/sweep/crew.h"
#include "sim/sweep/sweep.h"

#define DATABASE "results.db"
#define TROUBLES_MAX 20   /* runs with trouble that are shown */
#define SAMPLES_MAX 16    /* runs that an estimate plays ... */
#define SAMPLE_US 2000000 /* ... or as many as this takes */

enum {
    JOBS,
    DB,
    RESUME,
    RETRY,
    SHARD,
    DRY_RUN,
    SET,
    SEED,
    TS_LIMIT_ENUM(MAX),
    WHOLE,
    OUT,
    PICTURES,
    JUNIT,
    TAP,
    QUIET,
    OPTIONS
};

static const ts_option options[OPTIONS] = {
    [JOBS] = {.name = "jobs",
              .letter = 'j',
              .argument = "N",
              .help = "worker processes (one a processor)"},
    [DB] = {.name = "db",
            .letter = 'd',
            .written = true,
            .argument = "FILE",
            .help = "the database the runs are added to; made when missing "
                    "(" DATABASE " in the current directory)"},
    [RESUME] = {.name = "resume",
                .letter = 'r',
                .help = "run only what the database does not hold yet: after "
                        "an interruption, or with more points or replications "
                        "than before"},
    [RETRY] = {.name = "retry",
               .help = "with --resume: run those again that failed"},
    [SHARD] = {.name = "shard",
               .argument = "I/N",
               .help = "only part I of N, as in 2/7; `auto` takes both from "
                       "Slurm, MPI or GitLab"},
    [DRY_RUN] = {.name = "dry-run",
                 .letter = 'n',
                 .help = "say what would be run and about how long it would "
                         "take"},
    [SET] = {.name = "set",
             .letter = 's',
             .argument = "/POINTER=VALUE",
             .repeat = true,
             .help = "set what a JSON Pointer names before the plan is read, "
                     "as in /sweep/replications=20; may be repeated"},
    [SEED] = {.name = "seed",
              .argument = "N",
              .help = "seed of the random streams, instead of the scenario's"},
    TS_LIMIT_OPTIONS(MAX),
    [WHOLE] = {.name = "whole",
               .help = "write to a name of its own and give the database its "
                       "name when all runs are in it: for shards of which two "
                       "copies may run at once"},
    [OUT] = {.name = "out",
             .letter = 'o',
             .written = true,
             .argument = "DIR",
             .help = "where pictures are left (the current directory)"},
    [PICTURES] = {.name = "pictures",
                  .help = "draw the pictures that the scenario names"},
    [JUNIT] = {.name = "junit",
               .written = true,
               .argument = "FILE",
               .help = "write what was expected and came out as JUnit XML"},
    [TAP] = {.name = "tap",
             .written = true,
             .argument = "FILE",
             .help = "the same as TAP (Test Anything Protocol); - is the "
                     "standard output"},
    [QUIET] = {.name = "quiet",
               .letter = 'q',
               .help = "print only what is wrong"},
};

/* A worker that died is no reason to follow it. */
static void outlive_workers(void)
{
    struct sigaction action = {.sa_handler = SIG_IGN};

    sigemptyset(&action.sa_mask);
    sigaction(SIGPIPE, &action, NULL);
}

typedef struct session {
    const char *const *values;
    const char *file, *database;
    const ts_points *points;
    ts_sweep_options sweep;
    bool quiet, shown; /* progress is */
    bool drawn;        /* a line of it stands there */
    struct timespec started;
    int64_t troubles, warnings;
} session;

/* --- progress and trouble --- */

static double seconds_since(const struct timespec *start)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) +
           (double)(now.tv_nsec - start->tv_nsec) * 1e-9;
}

/* "3 h 20 min", "5 min 10 s", "42 s" */
static const char *duration(double seconds, char *text, size_t size)
{
    long s = (long)(seconds + 0.5);

    if (s >= 3600)
        snprintf(text, size, "%ld h %ld min", s / 3600, s % 3600 / 60);
    else if (s >= 60)
        snprintf(text, size, "%ld min %ld s", s / 60, s % 60);
    else if (seconds >= 10)
        snprintf(text, size, "%ld s", s);
    else
        snprintf(text, size, "%.2g s", seconds);
    return text;
}

static void clear_line(session *s)
{
    if (s->drawn)
        fputs("\r\033[K", stderr);
    s->drawn = false;
}

static void on_progress(void *context, int64_t done, int64_t planned,
                        uint64_t events)
{
    session *s = context;
    double passed = seconds_since(&s->started);
    char left[32];

    if (!s->shown || planned == 0 || passed <= 0)
        return;
    fprintf(stderr, "\r%lld of %lld runs, %.0f %%, %.1f M events/s",
            (long long)done, (long long)planned,
            100 * (double)done / (double)planned,
            (double)events / passed * 1e-6);
    if (done > 0)
        fprintf(stderr, ", %s left",
                duration(passed * (double)(planned - done) / (double)done, left,
                         sizeof left));
    fputs("\033[K", stderr);
    fflush(stderr);
    s->drawn = true;
}

static void print_place(const session *s, const ts_place *place, FILE *out)
{
    ts_arena arena;
    const ts_parameter *chosen;

    ts_arena_init(&arena, 0);
    chosen = ts_points_choose(s->points, place->point, &arena);
    fprintf(out, "  point %lld, replication %lld", (long long)place->point,
            (long long)place->replication);
    for (int i = 0; chosen != NULL && i < ts_points_axes(s->points); i++)
        fprintf(out, "%s%s = %.60s", i > 0 ? ", " : ": ", chosen[i].pointer,
                chosen[i].value);
    fputc('\n', out);
    ts_arena_fini(&arena);
}

static void on_trouble(void *context, const ts_place *place, bool failed,
                       const char *words)
{
    session *s = context;

    if (s->troubles++ >= TROUBLES_MAX)
        return;
    clear_line(s);
    print_place(s, place, stderr);
    fprintf(stderr, "    %s  %s\n", failed ? "ERROR" : "FAIL", words);
    ts_cli_annotate(s->file, 0, 0, "", words);
    if (s->troubles == TROUBLES_MAX)
        fprintf(stderr, "  (`timeslice report %s` tells of the others)\n",
                s->database);
}

static void on_warning(void *context, const ts_place *place, const char *words)
{
    session *s = context;

    clear_line(s);
    if (ts_cli_warn(s->file, words, &s->warnings))
        print_place(s, place, stderr);
}

/* --- the dry run --- */

static void print_axes(const session *s)
{
    ts_arena arena;
    const ts_parameter *first, *last;
    int64_t count =
        ts_points_count(s->points) / ts_points_replications(s->points);

    ts_arena_init(&arena, 0);
    first = ts_points_choose(s->points, 0, &arena);
    last = ts_points_choose(s->points, count - 1, &arena);
    for (int i = 0;
         first != NULL && last != NULL && i < ts_points_axes(s->points); i++)
        printf("  %-28s %s .. %s\n", first[i].pointer, first[i].value,
               last[i].value);
    ts_arena_fini(&arena);
}

/* Plays a few runs, evenly spread over the plan. */
static int estimate(const session *s, int64_t count)
{
    ts_recorder *recorder = ts_recorder_create(true);
    ts_buffer record = TS_BUFFER_EMPTY;
    int64_t us = 0, played = 0,
            wanted = count < SAMPLES_MAX ? count : SAMPLES_MAX;
    bool fine = recorder != NULL;
    double megabytes = 0.2; /* of an empty one */
    int status = TS_EXIT_OK;
    char text[32];

    for (int64_t i = 0; i < wanted && us < SAMPLE_US && fine; i++) {
        ts_diagnostics diagnostics;
        ts_error error = {.text = ""};
        ts_point_run run;
        struct timespec start;
        int64_t index = (2 * i + 1) * ts_points_count(s->points) / (2 * wanted);

        clock_gettime(CLOCK_MONOTONIC, &start);
        ts_diagnostics_init(&diagnostics);
        if (ts_point_play(s->points, index, &s->sweep.point, &run, &diagnostics,
                          &error)) {
            fine = ts_recorder_run(recorder, &run.facts, run.report, &record,
                                   NULL);
            ts_point_fini(&run);
            ts_diagnostics_fini(&diagnostics);
        } else {
            status = ts_cli_complain(s->file, &diagnostics, &error);
        }
        us += (int64_t)(seconds_since(&start) * 1e6);
        played++;
    }
    ts_recorder_destroy(recorder);
    if (!fine)
        status = ts_cli_fail(TS_EXIT_IO, "out of memory");
    /* SQLite packs small numbers into fewer bytes than a record does. */
    if (played > 0)
        megabytes +=
            (double)record.length / (double)played * (double)count * 1e-6;
    if (played > 0)
        printf("estimate: %s with %d worker%s (%.3g ms a run, from %lld of "
               "them), a database of at most %.*f MB\n",
               duration((double)us * 1e-6 / (double)played * (double)count /
                            s->sweep.workers,
                        text, sizeof text),
               s->sweep.workers, s->sweep.workers == 1 ? "" : "s",
               (double)us * 1e-3 / (double)played, (long long)played,
               megabytes < 10 ? 1 : 0, megabytes);
    ts_buffer_fini(&record);
    return status;
}

static int dry_run(const session *s)
{
    int64_t all = ts_points_count(s->points);
    int64_t each = ts_points_replications(s->points);
    int64_t mine = ts_sweep_count(s->points, s->sweep.shard, s->sweep.shards);
    const ts_plan *plan = ts_points_root(s->points)->sweep;

    printf("%lld points x %lld replication%s = %lld runs\n",
           (long long)(all / each), (long long)each, each == 1 ? "" : "s",
           (long long)all);
    print_axes(s);
    if (plan != NULL && plan->until != NULL)
        printf("until the mean of %s is known: up to %lld replications a "
               "point, in rounds of %lld\n",
               plan->until->metric, (long long)plan->until->at_most,
               (long long)each);
    if (s->sweep.shards > 1)
        printf("shard %lld of %lld: %lld runs\n", (long long)s->sweep.shard + 1,
               (long long)s->sweep.shards, (long long)mine);
    return estimate(s, mine);
}

/* --- the sweep --- */

static void say_result(const session *s, const ts_sweep_result *r)
{
    double passed = seconds_since(&s->started);
    char text[32];

    if (s->quiet)
        return;
    printf("%lld of %lld runs are in %s", (long long)r->done,
           (long long)r->planned, s->database);
    if (r->kept > 0)
        printf(", %lld were there", (long long)r->kept);
    if (r->rounds > 1)
        printf("; %lld rounds", (long long)r->rounds);
    printf("; %s", duration(passed, text, sizeof text));
    if (r->events > 0 && passed > 0)
        printf(", %.3g M events/s", (double)r->events / passed * 1e-6);
    putchar('\n');
    if (r->failed > 0)
        printf("%lld runs ended with an error\n", (long long)r->failed);
    if (r->unsettled > 0)
        printf("%lld point%s did not come to the half width that `until` "
               "asks for\n",
               (long long)r->unsettled, r->unsettled == 1 ? "" : "s");
    if (r->judged > 0)
        printf("expectations: %lld judged, %lld failed\n", (long long)r->judged,
               (long long)r->missed);
}

static int draw(const session *s, ts_store *store)
{
    const char *out = s->values[OUT] != NULL ? s->values[OUT] : ".";
    ts_family family = {.scenario = 0};
    ts_buffer taken = TS_BUFFER_EMPTY;
    ts_drawing drawing = {.plots = ts_cli_plots(),
                          .store = store,
                          .family = &family,
                          .scenario = s->file,
                          .directory = out,
                          .taken = &taken};
    ts_error error = {.text = ""};
    int status;

    /* The database may hold more than this sweep. */
    snprintf(family.version, sizeof family.version, "%s", ts_version());
    if (!ts_scenario_find(store, ts_points_name(s->points),
                          ts_points_text(s->points), &family.scenario, &error))
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    status = ts_cli_draw(&drawing, ts_points_root(s->points), s->quiet,
                         s->sweep.interrupt);
    ts_buffer_fini(&taken);
    return status;
}

/* What CI reads. The whole sweep counts, not only what was run today. */
static int write_outcomes(const session *s, ts_store *store,
                          const char *trouble)
{
    ts_error error = {.text = ""};

    if (s->values[JUNIT] != NULL &&
        !ts_outcome_write(store, TS_OUTCOME_JUNIT, s->values[JUNIT], trouble,
                          &error))
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    if (s->values[TAP] != NULL &&
        !ts_outcome_write(store, TS_OUTCOME_TAP, s->values[TAP], trouble,
                          &error))
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    return TS_EXIT_OK;
}

static int judge(const session *s, ts_store *store, const ts_sweep_result *r)
{
    ts_score score;
    ts_error error = {.text = ""};
    int status = write_outcomes(s, store, NULL);

    if (status == TS_EXIT_OK && s->values[PICTURES] != NULL)
        status = draw(s, store);
    if (r->kept == 0) /* nothing but what was seen */
        return ts_cli_worse(status, r->missed > 0 || r->failed > 0
                                        ? TS_EXIT_EXPECTATION
                                        : TS_EXIT_OK);
    if (!ts_outcome_count(store, &score, &error))
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    return ts_cli_worse(status, score.missed > 0 || score.failed > 0
                                    ? TS_EXIT_EXPECTATION
                                    : TS_EXIT_OK);
}

static int play(session *s)
{
    ts_whole whole;
    ts_sweep_result result;
    ts_error error = {.text = ""};
    ts_store *store;
    char text[400];
    int status = TS_EXIT_OK;

    if (!ts_whole_begin(&whole, s->database, s->values[WHOLE] != NULL,
                        s->sweep.resume, &error))
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    store = ts_store_open(whole.path, TS_STORE_CREATE, &error);
    if (store == NULL) {
        ts_whole_abandon(&whole);
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    }
    clock_gettime(CLOCK_MONOTONIC, &s->started);
    if (!ts_sweep_run(s->points, store, &s->sweep, &result, &error)) {
        clear_line(s);
        status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    } else if (result.interrupted) {
        clear_line(s);
        snprintf(
            text, sizeof text,
            "interrupted: %lld of %lld runs are in %.300s; --resume goes on",
            (long long)result.done, (long long)result.planned, whole.path);
        fprintf(stderr, "timeslice: %s\n", text);
        write_outcomes(s, store, text);
        status = 128 + ts_signals_raised();
    } else {
        clear_line(s);
        say_result(s, &result);
        status = judge(s, store, &result);
    }
    ts_store_close(store);
    if (status > TS_EXIT_EXPECTATION)
        ts_whole_abandon(&whole);
    else if (!ts_whole_end(&whole, &error))
        status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    return status;
}

static int play_document(session *s, const ts_document *document)
{
    ts_diagnostics diagnostics;
    ts_points *points;
    int status;

    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(document, &diagnostics);
    if (points == NULL)
        return ts_cli_complain(s->file, &diagnostics, NULL);
    ts_diagnostics_fini(&diagnostics);
    ts_cli_say_skipped(s->file, points);
    s->points = points;
    if (s->values[DRY_RUN] != NULL) {
        ts_summary_title(ts_points_root(points), stdout);
        status = dry_run(s);
    } else {
        if (!s->quiet)
            ts_summary_title(ts_points_root(points), stdout);
        fflush(stdout); /* before there are others who have a copy */
        status = play(s);
    }
    ts_points_destroy(points);
    return status;
}

static int read_options(session *s)
{
    uint64_t jobs = 1, seed = 0;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (processors > 0)
        jobs = (uint64_t)(processors > TS_CREW_MAX ? TS_CREW_MAX : processors);
    if (s->values[JOBS] != NULL &&
        !ts_option_whole(s->values[JOBS], 1, TS_CREW_MAX, &jobs))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--jobs %s: takes a number from 1 to %d",
                           s->values[JOBS], TS_CREW_MAX);
    if (s->values[SEED] != NULL &&
        !ts_option_whole(s->values[SEED], 0, UINT64_MAX, &seed))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--seed %s: takes a whole number from 0 to 2^64-1",
                           s->values[SEED]);
    if (s->values[RETRY] != NULL && s->values[RESUME] == NULL)
        return ts_cli_fail(TS_EXIT_USAGE, "--retry goes with --resume");
    if (!ts_cli_shard(s->values[SHARD], &s->sweep.shard, &s->sweep.shards))
        return TS_EXIT_USAGE;
    s->quiet = s->values[QUIET] != NULL;
    s->shown = !s->quiet && ts_cli_terminal(stderr);
    s->database = s->values[DB] != NULL ? s->values[DB] : DATABASE;
    s->sweep.point.has_seed = s->values[SEED] != NULL;
    s->sweep.point.seed = seed;
    s->sweep.workers = (int)jobs;
    s->sweep.resume = s->values[RESUME] != NULL;
    s->sweep.retry = s->values[RETRY] != NULL;
    s->sweep.progress = on_progress;
    s->sweep.trouble = on_trouble;
    s->sweep.warning = on_warning;
    s->sweep.context = s;
    return ts_cli_limits(s->values + MAX_EVENTS, s->sweep.workers,
                         &s->sweep.point);
}

static int sweep(int argc, char **argv, const char *const *values)
{
    session s = {.values = values};
    ts_document *document;
    int status;

    if (argc != 2)
        return ts_cli_fail(TS_EXIT_USAGE, "sweep what? `timeslice sweep FILE`");
    status = read_options(&s);
    if (status != TS_EXIT_OK)
        return status;
    s.file = argv[1];
    document = ts_cli_open(s.file, values[SET], &status);
    if (document == NULL)
        return status;
    s.sweep.interrupt = ts_signals_catch();
    outlive_workers();
    status = play_document(&s, document);
    ts_document_free(document);
    return status;
}

const ts_command ts_command_sweep = {
    .name = "sweep",
    .arguments = "FILE",
    .summary = "play all runs of a scenario's plan with many workers",
    .about =
        "Plays every point of the scenario's `sweep`, as often as its "
        "`replications` or `until` say, with worker processes, and writes the "
        "runs to a database in the plan's order: its content does not depend "
        "on the number of workers.\n\n"
        "It may be ended at any moment, by Ctrl-C or by force; --resume runs "
        "what is missing, and does so too when the plan has grown. A run that "
        "cannot be played, ends with an error or comes to a limit is stored "
        "with "
        "its reason and stops no other. Parts of a sweep played on several "
        "machines "
        "(--shard) are put together by `timeslice merge`; `timeslice report` "
        "tells what came out.\n\n"
        "Ends with 0 when all is well, 1 when an expectation fails or a run "
        "ended with an error, 2 when the plan cannot be read, 3 when the "
        "database cannot be written, 130 or 143 after a signal.",
    .example = "timeslice sweep --dry-run scenarios/switch-cost.json\n"
               "timeslice sweep -j 2 --db sweep.db "
               "scenarios/switch-cost.json",
    .options = options,
    .option_count = OPTIONS,
    .complete = "scenario",
    .reads_words = true,
    .run = sweep,
};

/*
 * run.c - `timeslice run`: plays scenarios, keeps what happened, draws it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/cli/drawing.h"
#include "sim/cli/dsky.h"
#include "sim/cli/limits.h"
#include "sim/cli/options.h"
#include "sim/cli/progress.h"
#include "sim/cli/scenario.h"
#include "sim/cli/show.h"
#include "sim/cli/signals.h"
#include "sim/cli/summary.h"
#include "sim/cli/table.h"
#include "sim/pictures/gantt_text.h"
#include "sim/results/batch.h"
#include "sim/results/unfinished.h"
#include "sim/results/validate.h"
#include "sim/scenario/escape.h"

#define DATABASE "results.db"
#define FAILURES_MAX 20 /* failed expectations of a sweep that are shown */
#define WARNINGS_MAX 5  /* of a scenario, likewise */

enum {
    SET,
    SEED,
    DB,
    NO_DB,
    OUT,
    NO_PICTURES,
    TRACE,
    WHY,
    VALIDATE,
    TS_LIMIT_ENUM(MAX),
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
                     "/threads/0/count=5; may be repeated"},
    [SEED] = {.name = "seed",
              .argument = "N",
              .help = "seed of the random streams, instead of the scenario's"},
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
    [VALIDATE] = {.name = "validate",
                  .help = "check every run's trace by itself: nobody in two "
                          "places, no time lost, what the policy promises"},
    TS_LIMIT_OPTIONS(MAX),
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

/* What the options ask for, and what became of it. */
typedef struct session {
    const char *const *values;
    const volatile sig_atomic_t *interrupt;
    ts_point_options point;
    bool quiet;
    ts_store *store; /* NULL: --no-db */
    ts_batch batch;  /* of the runs in it */
    bool lost;       /* the database failed: no more runs */
    int64_t *runs;   /* owned: with --json, the ids of what was played */
    size_t run_count, run_room;
    bool several; /* a file with a sweep, or several files */
    const char *database;
    const char *out;
    double speed;       /* of --dsky */
    ts_buffer pictures; /* that were drawn: see draw.h */
} session;

/* One scenario being played. */
typedef struct play {
    session *session;
    const char *file;
    ts_points *points;
    ts_table *table; /* of a sweep; NULL: a single run */
    ts_progress progress;
    ts_trace_level trace;
    bool trace_last;        /* the last run keeps what pictures need */
    int64_t first, last;    /* ids of the stored runs; 0: none */
    int64_t judged, failed; /* expectations, over all runs */
    int64_t warnings;
    int status;
} play;

/* --- one run --- */

/* A Gantt chart in letters, where spans were kept and are few enough. */
static void print_gantt(const ts_report *report)
{
    ts_run_spans spans;

    if (report->trace->span_count == 0)
        return;
    ts_report_spans(report, &spans);
    ts_gantt_text(&spans, "\n", 0, 80, stdout);
}

static void print_reason(const char *reason)
{
    fputs("  ended: ", stdout);
    ts_escape_print(stdout, TS_ESCAPE_LINE, reason);
    putchar('\n');
}

static void print_single(const play *p, const ts_point_run *run)
{
    const session *s = p->session;

    if (s->values[DSKY] != NULL &&
        !ts_dsky_play(run->report, s->speed, s->interrupt, stdout))
        puts("  no display and keyboard: the scenario has no section apollo");
    ts_summary_metrics(run, stdout);
    if (run->report->reason != NULL)
        print_reason(run->report->reason);
    ts_summary_unfinished(run->report, stdout);
    print_gantt(run->report);
    if (p->trace == TS_TRACE_WHY) {
        puts("\nDecisions:");
        ts_summary_notes(run->report, stdout);
    }
    ts_summary_conventions(run->report, stdout);
    if (run->facts.verdict_count > 0)
        puts("\nExpectations:");
}

/* Keeps what is finished: now, or when it is time. */
static void settle(session *s, bool at_once)
{
    ts_error error = {.text = ""};

    if (at_once ? ts_batch_end(&s->batch, &error)
                : ts_batch_settle(&s->batch, NULL, &error))
        return;
    s->lost = true;
    ts_cli_fail(TS_EXIT_IO, "%s", error.text);
}

/* Runs that are finished do not wait for a long one. */
static void on_progress(void *context, ts_time now, uint64_t events,
                        uint64_t made)
{
    play *p = context;

    ts_progress_events(&p->progress, now, events, made);
    settle(p->session, false);
}

/* Others may write to the database at the same time: which ones are ours is
 * not to be seen there. */
static bool note_run(session *s, int64_t id)
{
    size_t room = s->run_room == 0 ? 64 : 2 * s->run_room;
    int64_t *runs;

    if (s->values[JSON] == NULL)
        return true;
    if (s->run_count == s->run_room) {
        runs = realloc(s->runs, room * sizeof *runs);
        if (runs == NULL) {
            s->lost = true;
            ts_cli_fail(TS_EXIT_IO, "out of memory");
            return false;
        }
        s->runs = runs;
        s->run_room = room;
    }
    s->runs[s->run_count++] = id;
    return true;
}

static bool store_run(play *p, const ts_point_run *run)
{
    ts_error error = {.text = ""};
    int64_t id;

    if (p->session->store == NULL)
        return true;
    id = ts_batch_open(&p->session->batch, &error)
             ? ts_store_write(p->session->store, &run->facts, run->report,
                              &error)
             : -1;
    if (id < 0) {
        ts_progress_clear(&p->progress);
        p->status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
        return false;
    }
    p->first = p->first == 0 ? id : p->first;
    p->last = id;
    settle(p->session, false);
    return note_run(p->session, id) && !p->session->lost;
}

/* A single run shows all verdicts; a sweep only those that fail, and of these
 * only the first. */
static void take_verdicts(play *p, const ts_point_run *run)
{
    bool all = p->table == NULL && !p->session->quiet;
    bool shown = p->failed < FAILURES_MAX;
    int failed = 0;

    for (int i = 0; i < run->facts.verdict_count; i++)
        failed += !run->facts.verdicts[i].holds;
    p->judged += run->facts.verdict_count;
    p->failed += failed;
    if (failed > 0)
        ts_progress_clear(&p->progress);
    if (!shown || p->session->values[JSON] != NULL)
        return;
    if (failed > 0 && p->table != NULL)
        ts_summary_point(&run->facts, stdout);
    ts_summary_verdicts(&run->facts, !all, stdout);
}

/* What validation cannot look at under this policy on this machine. */
static void tell_unchecked(const ts_validation *found)
{
    if (!found->conserving)
        printf("          not checked: that no processor idles while a thread "
               "is ready\n          (the policy does not promise it here, or "
               "locks or interrupts are in the way)\n");
    if (!found->cooperative)
        printf("          not checked: that nobody is pre-empted (the policy "
               "may)\n");
    if (found->shared)
        printf("          not checked: whose stretches are (all threads get on "
               "at once)\n");
}

/* A trace without its end contradicts nothing, and proves nothing. */
static bool can_validate(const play *p, const ts_trace *trace)
{
    if (trace->dropped_spans == 0)
        return true;
    fprintf(stderr,
            "%s: warning: not validated: the trace keeps %llu stretches, and "
            "the run has %llu more; a shorter run (--set "
            "/stop='\"10s\"') can be\n",
            p->file, (unsigned long long)trace->span_count,
            (unsigned long long)trace->dropped_spans);
    return false;
}

/* false: its trace contradicts itself. */
static bool validate(play *p, const ts_point_run *run)
{
    ts_error error = {.text = ""};
    ts_validation found;

    if (p->session->values[VALIDATE] == NULL ||
        !can_validate(p, run->report->trace))
        return true;
    if (!ts_validate(run->report, &found, &error)) {
        ts_progress_clear(&p->progress);
        fprintf(stderr, "%s: error: not valid: %s\n", p->file, error.text);
        p->status = TS_EXIT_EXPECTATION;
        return false;
    }
    if (p->table == NULL && !p->session->quiet)
        printf("valid:    %lld stretches of %lld threads%s%s\n",
               (long long)found.spans, (long long)found.threads,
               found.conserving ? ", work is conserved" : "",
               found.cooperative ? ", nobody is pre-empted" : "");
    if (p->table == NULL && !p->session->quiet)
        tell_unchecked(&found);
    return true;
}

/* Deadlocks that the scenario speaks of surprise nobody. */
static bool is_expected(const ts_point_run *run)
{
    const ts_expectation *expect = run->root->expect.items;

    for (int i = 0; i < run->root->expect.count; i++)
        if (strcmp(expect[i].metric, "locks.deadlocks") == 0)
            return true;
    return false;
}

static void warn(play *p, const ts_point_run *run, const char *text)
{
    if (p->warnings++ >= WARNINGS_MAX)
        return;
    ts_progress_clear(&p->progress);
    fflush(stdout);
    fprintf(stderr, "%s: warning: %s\n", p->file, text);
    if (p->table != NULL)
        ts_summary_point(&run->facts, stderr);
}

/* What is no error and yet seldom meant: all wait for ever, or somebody whom
 * the run waits for never gets a processor. */
static void warn_stuck(play *p, const ts_point_run *run)
{
    const ts_report *report = run->report;
    const ts_thread_row *row = ts_unfinished_next(report, NULL);
    char text[300];

    if (report->stuck && !is_expected(run))
        warn(p, run, report->reason);
    for (; row != NULL; row = ts_unfinished_next(report, row)) {
        if (!ts_unfinished_starves(report, row))
            continue;
        ts_unfinished_tell(row, text, sizeof text);
        warn(p, run, text);
    }
}

/* One that came to a limit is kept with what it has measured so far. */
static void say_error(play *p, const ts_report *report)
{
    ts_progress_clear(&p->progress);
    fprintf(stderr, "%s: error: %s\n", p->file, report->reason);
    ts_cli_annotate(p->file, 0, 0, "", report->reason);
    p->status = ts_cli_worse(p->status,
                             report->limited ? TS_EXIT_LIMIT : TS_EXIT_USAGE);
}

/* false: no more runs. */
static bool take_run(play *p, const ts_point_run *run)
{
    bool single = p->table == NULL;

    if (run->interrupted)
        return false;
    if (run->report->failed)
        say_error(p, run->report);
    if (run->report->failed && !run->report->limited)
        return false;
    if ((!run->report->limited && !validate(p, run)) || !store_run(p, run))
        return false;
    ts_progress_step(&p->progress, run->report->events);
    if (single && !p->session->quiet)
        print_single(p, run);
    if (!single && !ts_table_add(p->table, run)) {
        p->status = ts_cli_fail(TS_EXIT_IO, "out of memory");
        return false;
    }
    take_verdicts(p, run);
    warn_stuck(p, run);
    return true;
}

static void play_runs(play *p)
{
    int64_t count = ts_points_count(p->points);
    bool go_on = true;
    ts_point_options asked = p->session->point;

    asked.trace = p->trace;
    asked.progress_context = p;
    ts_progress_start(&p->progress, count, !p->session->quiet);
    for (int64_t i = 0; go_on && i < count && *p->session->interrupt == 0;
         i++) {
        ts_diagnostics diagnostics;
        ts_error error = {.text = ""};
        ts_point_run run;

        /* The pictures of a sweep are drawn for its last run. */
        if (p->trace_last && i == count - 1)
            asked.trace = TS_TRACE_SPANS;
        ts_diagnostics_init(&diagnostics);
        if (ts_point_play(p->points, i, &asked, &run, &diagnostics, &error)) {
            go_on = take_run(p, &run);
            ts_point_fini(&run);
            ts_diagnostics_fini(&diagnostics);
        } else {
            ts_progress_clear(&p->progress);
            p->status = ts_cli_complain(p->file, &diagnostics, &error);
            go_on = false;
        }
    }
    ts_progress_clear(&p->progress);
}

/* --- pictures --- */

static void draw_pictures(play *p)
{
    ts_drawing drawing = {.plots = ts_cli_plots(),
                          .store = p->session->store,
                          .run = p->last,
                          .scenario = p->file,
                          .directory = p->session->out,
                          .taken = &p->session->pictures};

    if (p->session->values[NO_DB] != NULL ||
        p->session->values[NO_PICTURES] != NULL)
        return;
    if (ts_points_root(p->points)->pictures.count > 0)
        settle(p->session, true); /* nobody waits for gnuplot */
    p->status =
        ts_cli_worse(p->status,
                     ts_cli_draw(&drawing, ts_points_root(p->points),
                                 p->session->quiet, p->session->interrupt));
}

/* --- one scenario --- */

static void print_place(const play *p)
{
    if (p->session->quiet)
        return;
    printf("\ndatabase: %s, ", p->session->database);
    if (p->first == p->last)
        printf("run %lld\n", (long long)p->last);
    else
        printf("runs %lld to %lld\n", (long long)p->first, (long long)p->last);
}

/* The decisions of a sweep would be as many lists as it has runs. */
static void tell_why(const play *p)
{
    printf("\nDecisions: of %lld runs; ",
           (long long)ts_points_count(p->points));
    if (p->first > 0)
        printf("`timeslice show --why %s RUN` tells those of run %lld to "
               "%lld\n",
               p->session->database, (long long)p->first, (long long)p->last);
    else
        puts("play one of them with --set, or keep them with --db");
}

static void finish(play *p)
{
    ts_error error = {.text = ""};

    if (p->table != NULL && !p->session->quiet) {
        if (!ts_table_print(p->table, stdout, &error))
            p->status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
        if (p->trace == TS_TRACE_WHY)
            tell_why(p);
        if (p->judged > 0)
            printf("\nexpectations: %lld judged, %lld failed\n",
                   (long long)p->judged, (long long)p->failed);
    }
    if (*p->session->interrupt != 0) {
        fprintf(stderr,
                "timeslice: interrupted: %lld of %lld runs were "
                "finished%s%s\n",
                (long long)p->progress.done,
                (long long)ts_points_count(p->points),
                p->session->values[NO_DB] == NULL ? " and are in " : "",
                p->session->values[NO_DB] == NULL ? p->session->database : "");
        return;
    }
    if (p->last > 0) {
        print_place(p);
        draw_pictures(p);
    }
    if (p->status == TS_EXIT_OK && p->failed > 0)
        p->status = TS_EXIT_EXPECTATION;
}

static ts_trace_level choose_trace(const session *s)
{
    if (s->values[WHY] != NULL)
        return TS_TRACE_WHY;
    if (s->values[TRACE] != NULL || s->values[DSKY] != NULL ||
        s->values[VALIDATE] != NULL)
        return TS_TRACE_SPANS;
    return TS_TRACE_OFF;
}

static bool pictures_need_trace(const ts_root *root)
{
    const ts_picture_record *pictures = root->pictures.items;

    for (int i = 0; i < root->pictures.count; i++)
        if (ts_draw_needs_trace(ts_cli_plots(), &pictures[i]))
            return true;
    return false;
}

static int play_document(session *s, const char *file,
                         const ts_document *document)
{
    play p = {.session = s, .file = file};
    ts_diagnostics diagnostics;
    int64_t runs;

    ts_diagnostics_init(&diagnostics);
    p.points = ts_points_create(document, &diagnostics);
    if (p.points == NULL)
        return ts_cli_complain(file, &diagnostics, NULL);
    ts_diagnostics_fini(&diagnostics);
    ts_cli_say_skipped(file, p.points);
    runs = ts_points_count(p.points);
    s->several |= ts_points_root(p.points)->sweep != NULL;
    p.trace = choose_trace(s);
    p.trace_last = p.trace == TS_TRACE_OFF &&
                   pictures_need_trace(ts_points_root(p.points));
    if (runs > 1)
        p.table = ts_table_create();
    if (runs > 1 && p.table == NULL) {
        p.status = ts_cli_fail(TS_EXIT_IO, "out of memory");
    } else {
        if (!s->quiet)
            ts_summary_title(ts_points_root(p.points), stdout);
        play_runs(&p);
        finish(&p);
    }
    ts_table_destroy(p.table);
    ts_points_destroy(p.points);
    return p.status;
}

static int run_file(session *s, const char *file)
{
    int status;
    ts_document *document = ts_cli_open(file, s->values[SET], &status);

    if (document == NULL)
        return status;
    status = play_document(s, file, document);
    ts_document_free(document);
    return status;
}

/* --- the command --- */

static bool read_speed(const char *text, double *speed)
{
    char *end;

    *speed = strtod(text, &end);
    return end != text && *end == '\0' && *speed >= 0 && *speed <= 1e5;
}

static int open_session(session *s)
{
    ts_error error = {.text = ""};

    if (s->values[SEED] != NULL &&
        !ts_option_whole(s->values[SEED], 0, UINT64_MAX, &s->point.seed))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--seed %s: takes a whole number from 0 to 2^64-1",
                           s->values[SEED]);
    s->point.has_seed = s->values[SEED] != NULL;
    s->point.interrupt = s->interrupt;
    s->point.progress = on_progress;
    if (ts_cli_limits(s->values + MAX_EVENTS, 1, &s->point) != TS_EXIT_OK)
        return TS_EXIT_USAGE;
    s->speed = 1;
    if (s->values[SPEED] != NULL && !read_speed(s->values[SPEED], &s->speed))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--speed %s: takes a number from 0 to 100000",
                           s->values[SPEED]);
    if (s->values[DB] != NULL && s->values[NO_DB] != NULL)
        return ts_cli_fail(TS_EXIT_USAGE, "--db and --no-db exclude each "
                                          "other");
    if (s->values[DSKY] != NULL && s->values[JSON] != NULL)
        return ts_cli_fail(TS_EXIT_USAGE, "--dsky and --json both want the "
                                          "standard output");
    s->quiet = s->values[QUIET] != NULL || s->values[JSON] != NULL;
    s->database = s->values[DB] != NULL ? s->values[DB] : DATABASE;
    s->out = s->values[OUT] != NULL ? s->values[OUT] : ".";
    if (mkdir(s->out, 0777) != 0 && errno != EEXIST)
        return ts_cli_fail(TS_EXIT_IO, "cannot make %s: %s", s->out,
                           strerror(errno));
    if (s->values[NO_DB] != NULL && s->values[JSON] == NULL)
        return TS_EXIT_OK;
    /* With --json what is shown is read from a database in memory. */
    s->store = ts_store_open(s->values[NO_DB] != NULL ? NULL : s->database,
                             TS_STORE_CREATE, &error);
    if (s->store == NULL)
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    s->batch.store = s->store;
    return TS_EXIT_OK;
}

/* All runs as one document. */
static int print_json(const session *s)
{
    const ts_show_options form = {
        .form = TS_SHOW_JSON,
        .everything = s->values[TRACE] != NULL || s->values[WHY] != NULL,
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

static int run(int argc, char **argv, const char *const *values)
{
    session s = {.values = values, .several = argc > 2};
    int status;

    if (argc < 2)
        return ts_cli_fail(TS_EXIT_USAGE, "run what? `timeslice run FILE...`");
    s.interrupt = ts_signals_catch();
    status = open_session(&s);
    for (int i = 1; i < argc && status <= TS_EXIT_EXPECTATION && !s.lost &&
                    *s.interrupt == 0;
         i++) {
        if (i > 1 && !s.quiet)
            putchar('\n');
        status = ts_cli_worse(status, run_file(&s, argv[i]));
    }
    settle(&s, true);
    if (values[JSON] != NULL && s.store != NULL)
        status = ts_cli_worse(status, print_json(&s));
    ts_store_close(s.store);
    ts_buffer_fini(&s.pictures);
    free(s.runs);
    /* Wherever it was that it came. */
    if (*s.interrupt != 0)
        return 128 + (int)*s.interrupt;
    return s.lost ? ts_cli_worse(status, TS_EXIT_IO) : status;
}

const ts_command ts_command_run = {
    .name = "run",
    .arguments = "FILE...",
    .summary = "play scenarios, keep what happened, draw it",
    .about = "Plays each scenario, prints what it measured, adds the run to an "
             "SQLite database and draws the pictures that the scenario names. "
             "A scenario with a `sweep` is played at all its points. A file "
             "\"-\" is standard input.\n\n"
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
    .example = "timeslice run scenarios/slices.json\n"
               "timeslice run --set /threads/0/count=5 --no-db "
               "scenarios/slices.json",
    .options = options,
    .option_count = OPTIONS,
    .complete = "scenario",
    .reads_words = true,
    .run = run,
};

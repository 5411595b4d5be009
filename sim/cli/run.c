/*
 * run.c - `timeslice run`: plays scenarios, keeps what happened, draws it.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/cli/drawing.h"
#include "sim/cli/dsky.h"
#include "sim/pictures/gantt_text.h"
#include "sim/cli/options.h"
#include "sim/cli/progress.h"
#include "sim/cli/scenario.h"
#include "sim/cli/summary.h"
#include "sim/results/validate.h"
#include "sim/scenario/escape.h"

#define DATABASE "results.db"
#define FAILURES_MAX 20 /* failed expectations of a sweep that are shown */

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
    QUIET,
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
            .argument = "FILE",
            .help = "the database the runs are added to; made when missing "
                    "(" DATABASE " in the current directory)"},
    [NO_DB] = {.name = "no-db", .help = "keep nothing; draws no pictures"},
    [OUT] = {.name = "out",
             .letter = 'o',
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
    [QUIET] = {.name = "quiet",
               .letter = 'q',
               .help = "print only what is wrong"},
    [DSKY] = {.name = "dsky",
              .help = "show the display and keyboard of an Apollo computer as "
                      "simulated time goes by; keeps a trace"},
    [SPEED] = {.name = "speed",
               .argument = "N",
               .help = "with --dsky: simulated seconds a second (1); 0 does "
                       "not wait"},
};

/* The one variable that a signal's handler writes. */
static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    interrupted = number;
}

/* What the options ask for, and what became of it. */
typedef struct session {
    const char *const *values;
    uint64_t seed;
    bool quiet;
    ts_store *store; /* NULL: --no-db */
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
    ts_summary_table *table; /* of a sweep; NULL: a single run */
    ts_progress progress;
    ts_trace_level trace;
    bool trace_last;        /* the last run keeps what pictures need */
    int64_t first, last;    /* ids of the stored runs; 0: none */
    int64_t judged, failed; /* expectations, over all runs */
    int status;
} play;

/* --- one run --- */

/* A Gantt chart in letters, where spans were kept and are few enough. */
static void print_gantt(const ts_report *report)
{
    ts_run_spans spans;
    char *text = NULL;
    size_t length = 0;
    FILE *out;

    if (report->trace->span_count == 0)
        return;
    out = open_memstream(&text, &length);
    if (out == NULL)
        return;
    ts_report_spans(report, &spans);
    ts_gantt_text(&spans, 80, out);
    if (fclose(out) == 0 && length > 0)
        printf("\n%s", text);
    free(text);
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
        !ts_dsky_play(run->report, s->speed, &interrupted, stdout))
        puts("  no display and keyboard: the scenario has no section apollo");
    ts_summary_metrics(run, stdout);
    if (run->report->reason != NULL)
        print_reason(run->report->reason);
    print_gantt(run->report);
    if (p->trace == TS_TRACE_WHY) {
        puts("\nDecisions:");
        ts_summary_notes(run->report, stdout);
    }
    ts_summary_conventions(run->report, stdout);
    if (run->facts.verdict_count > 0)
        puts("\nExpectations:");
}

static bool store_run(play *p, const ts_point_run *run)
{
    ts_error error = {.text = ""};
    int64_t id;

    if (p->session->store == NULL)
        return true;
    id = ts_store_write(p->session->store, &run->facts, run->report, &error);
    if (id < 0) {
        ts_progress_clear(&p->progress);
        p->status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
        return false;
    }
    p->first = p->first == 0 ? id : p->first;
    p->last = id;
    return true;
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
    if (!shown)
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

/* false: no more runs. */
static bool take_run(play *p, const ts_point_run *run)
{
    bool single = p->table == NULL;

    if (run->interrupted)
        return false;
    if (run->report->failed) {
        ts_progress_clear(&p->progress);
        fprintf(stderr, "%s: error: %s\n", p->file, run->report->reason);
        ts_cli_annotate(p->file, 0, 0, "", run->report->reason);
        p->status = TS_EXIT_USAGE;
        return false;
    }
    if (!validate(p, run) || !store_run(p, run))
        return false;
    ts_progress_step(&p->progress, run->report->events);
    if (single && !p->session->quiet)
        print_single(p, run);
    if (!single && !ts_summary_table_add(p->table, run)) {
        p->status = ts_cli_fail(TS_EXIT_IO, "out of memory");
        return false;
    }
    take_verdicts(p, run);
    return true;
}

static void play_runs(play *p)
{
    int64_t count = ts_points_count(p->points);
    bool go_on = true;
    ts_point_options asked = {
        .trace = p->trace,
        .has_seed = p->session->values[SEED] != NULL,
        .seed = p->session->seed,
        .interrupt = &interrupted,
        .progress = ts_progress_events,
        .progress_context = &p->progress,
    };

    ts_progress_start(&p->progress, count, !p->session->quiet);
    for (int64_t i = 0; go_on && i < count && interrupted == 0; i++) {
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

    if (p->session->store != NULL && p->session->values[NO_PICTURES] == NULL)
        p->status =
            ts_cli_worse(p->status,
                         ts_cli_draw(&drawing, ts_points_root(p->points),
                                     p->session->quiet, &interrupted));
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
    if (p->table != NULL && !p->session->quiet) {
        ts_summary_table_print(p->table, stdout);
        if (p->trace == TS_TRACE_WHY)
            tell_why(p);
        if (p->judged > 0)
            printf("\nexpectations: %lld judged, %lld failed\n",
                   (long long)p->judged, (long long)p->failed);
    }
    if (interrupted != 0) {
        fprintf(stderr,
                "timeslice: interrupted: %lld of %lld runs were "
                "finished%s%s\n",
                (long long)p->progress.done,
                (long long)ts_points_count(p->points),
                p->session->store != NULL ? " and are in " : "",
                p->session->store != NULL ? p->session->database : "");
        p->status = 128 + (int)interrupted;
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
    runs = ts_points_count(p.points);
    p.trace = choose_trace(s);
    p.trace_last = p.trace == TS_TRACE_OFF &&
                   pictures_need_trace(ts_points_root(p.points));
    if (runs > 1)
        p.table = ts_summary_table_create();
    if (runs > 1 && p.table == NULL) {
        p.status = ts_cli_fail(TS_EXIT_IO, "out of memory");
    } else {
        if (!s->quiet)
            ts_summary_title(ts_points_root(p.points), stdout);
        play_runs(&p);
        finish(&p);
    }
    ts_summary_table_destroy(p.table);
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
        !ts_option_whole(s->values[SEED], 0, UINT64_MAX, &s->seed))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--seed %s: takes a whole number from 0 to 2^64-1",
                           s->values[SEED]);
    s->speed = 1;
    if (s->values[SPEED] != NULL && !read_speed(s->values[SPEED], &s->speed))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--speed %s: takes a number from 0 to 100000",
                           s->values[SPEED]);
    if (s->values[DB] != NULL && s->values[NO_DB] != NULL)
        return ts_cli_fail(TS_EXIT_USAGE, "--db and --no-db exclude each "
                                          "other");
    s->quiet = s->values[QUIET] != NULL;
    s->database = s->values[DB] != NULL ? s->values[DB] : DATABASE;
    s->out = s->values[OUT] != NULL ? s->values[OUT] : ".";
    if (mkdir(s->out, 0777) != 0 && errno != EEXIST)
        return ts_cli_fail(TS_EXIT_IO, "cannot make %s: %s", s->out,
                           strerror(errno));
    if (s->values[NO_DB] != NULL)
        return TS_EXIT_OK;
    s->store = ts_store_open(s->database, TS_STORE_CREATE, &error);
    if (s->store == NULL)
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    return TS_EXIT_OK;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    sigemptyset(&action.sa_mask);
    /* A second one ends the program the hard way. */
    action.sa_flags = (int)SA_RESETHAND | SA_RESTART;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static int run(int argc, char **argv, const char *const *values)
{
    session s = {.values = values};
    int status;

    if (argc < 2)
        return ts_cli_fail(TS_EXIT_USAGE, "run what? `timeslice run FILE...`");
    catch_signals();
    status = open_session(&s);
    for (int i = 1; i < argc && status <= TS_EXIT_EXPECTATION; i++) {
        if (i > 1 && !s.quiet)
            putchar('\n');
        status = ts_cli_worse(status, run_file(&s, argv[i]));
    }
    if (s.store != NULL)
        ts_store_close(s.store);
    ts_buffer_fini(&s.pictures);
    return status;
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
             "Ends with 0 when all is well, 1 when an expectation of a "
             "scenario fails, 2 when a scenario cannot run, 3 when a file or "
             "the database cannot be read or written, 130 or 143 after a "
             "signal.",
    .example = "timeslice run scenarios/slices.json\n"
               "timeslice run --set /threads/0/count=5 --no-db "
               "scenarios/slices.json",
    .options = options,
    .option_count = OPTIONS,
    .complete = "scenario",
    .run = run,
};

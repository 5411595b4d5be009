/*
 * play.c - a scenario as `timeslice run` plays it; see play.h.
 */
#include "sim/cli/play.h"

#include <stdlib.h>
#include <string.h>

#include "sim/cli/answer.h"
#include "sim/cli/drawing.h"
#include "sim/cli/dsky.h"
#include "sim/cli/help.h"
#include "sim/cli/progress.h"
#include "sim/cli/scenario.h"
#include "sim/cli/summary.h"
#include "sim/cli/table.h"
#include "sim/cli/theirs.h"
#include "sim/cli/validity.h"
#include "sim/pictures/gantt_text.h"
#include "sim/scenario/escape.h"
#include "sim/sweep/warning.h"

#define FAILURES_MAX 20 /* failed expectations of a sweep that are shown */

/* One scenario being played. */
typedef struct play {
    ts_session *session;
    const char *file;
    ts_points *points;
    ts_table *table; /* of a sweep; NULL: a single run */
    ts_answer answer;
    int64_t only; /* the run that is played; below 0: all */
    ts_progress progress;
    ts_trace_level trace;
    bool trace_last;        /* the last run keeps what pictures need */
    int64_t first, last;    /* ids of the stored runs; 0: none */
    int64_t judged, failed; /* expectations, over all runs */
    int64_t warnings;
    int status;
} play;

/* --- what is kept --- */

void ts_play_settle(ts_session *s, bool at_once)
{
    ts_error error = {.text = ""};

    if (at_once ? ts_batch_end(&s->batch, &error)
                : ts_batch_settle(&s->batch, NULL, &error))
        return;
    s->lost = true;
    ts_cli_fail(TS_EXIT_IO, "%s", error.text);
}

/* Others may write to the database at the same time: which ones are ours is
 * not to be seen there. */
static bool note_run(ts_session *s, int64_t id)
{
    size_t room = s->run_room == 0 ? 64 : 2 * s->run_room;
    int64_t *runs;

    if (!s->listed)
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

/* --- one run --- */

/* A Gantt chart in letters, where spans were kept and are few enough. */
static bool print_gantt(const ts_report *report, ts_error *error)
{
    ts_run_spans spans;
    ts_gantt_order order = {.runs = {&spans},
                            .run_count = 1,
                            .heading = "\n",
                            .width = 80,
                            .colour = ts_cli_colour(stdout)};

    if (report->trace->span_count == 0)
        return true;
    ts_report_spans(report, &spans);
    return ts_gantt_text(&order, stdout) != TS_GANTT_NO_MEMORY ||
           ts_fail_memory(error);
}

/* What is meant to happen goes without saying. */
static void print_reason(const char *reason)
{
    if (strcmp(reason, "every foreground thread has ended") == 0)
        return;
    fputs("  ended: ", stdout);
    ts_help_wrapped(stdout, reason, 4);
}

/* false: memory had no room for all of it. */
static bool print_single(const play *p, const ts_point_run *run,
                         ts_error *error)
{
    const ts_session *s = p->session;

    if (s->dsky && !ts_dsky_play(run->report, s->speed, s->interrupt, stdout))
        puts("  no display and keyboard: the scenario has no section apollo");
    ts_summary_point(&run->facts, stdout);
    ts_answer_tell(&p->answer, stdout);
    if (!ts_theirs_print(run, stdout, error) ||
        !ts_summary_metrics(run, stdout, error))
        return false;
    if (run->report->reason != NULL)
        print_reason(run->report->reason);
    ts_summary_unfinished(run->report, stdout);
    if (!print_gantt(run->report, error))
        return false;
    if (p->trace == TS_TRACE_WHY) {
        puts("\nDecisions:");
        ts_summary_notes(run->report, stdout);
    }
    ts_summary_conventions(run->report, s->conventions, stdout);
    if (run->facts.verdict_count > 0)
        puts("\nExpectations:");
    return true;
}

/* Runs that are finished do not wait for a long one. */
static void on_progress(void *context, ts_time now, uint64_t events,
                        uint64_t made)
{
    play *p = context;

    ts_progress_events(&p->progress, now, events, made);
    ts_play_settle(p->session, false);
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
    ts_play_settle(p->session, false);
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
    if (!shown || p->session->json)
        return;
    if (failed > 0 && p->table != NULL)
        ts_summary_point(&run->facts, stdout);
    ts_summary_verdicts(&run->facts, !all, stdout);
}

/* false: its trace contradicts itself. */
static bool validate(play *p, const ts_point_run *run)
{
    if (!p->session->validated || run->report->limited)
        return true;
    ts_progress_clear(&p->progress);
    if (!ts_cli_validate(p->file, run->report,
                         p->table == NULL && !p->session->quiet)) {
        p->status = TS_EXIT_EXPECTATION;
        return false;
    }
    return true;
}

static void warn(void *context, const ts_point_run *run, const char *text)
{
    play *p = context;

    ts_progress_clear(&p->progress);
    if (ts_cli_warn(p->file, text, &p->warnings) && p->table != NULL)
        ts_summary_point(&run->facts, stderr);
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
    ts_error error = {.text = ""};

    if (run->interrupted)
        return false;
    if (run->report->failed)
        say_error(p, run->report);
    if (run->report->failed && !run->report->limited)
        return false;
    if (!validate(p, run) || !store_run(p, run))
        return false;
    ts_progress_step(&p->progress, run->report->events);
    ts_answer_take(&p->answer, run);
    if (single && !p->session->quiet && !print_single(p, run, &error)) {
        p->status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
        return false;
    }
    if (!single && !ts_table_add(p->table, run)) {
        p->status = ts_cli_fail(TS_EXIT_IO, "out of memory");
        return false;
    }
    take_verdicts(p, run);
    ts_warnings(run, warn, p);
    return true;
}

static void play_runs(play *p)
{
    int64_t count = ts_points_count(p->points);
    bool go_on = true;
    ts_point_options asked = p->session->point;

    asked.trace = p->trace;
    asked.interrupt = p->session->interrupt;
    asked.progress = on_progress;
    asked.progress_context = p;
    ts_progress_start(&p->progress, p->only < 0 ? count : 1,
                      !p->session->quiet);
    for (int64_t i = p->only < 0 ? 0 : p->only;
         go_on && i < count && *p->session->interrupt == 0; i++) {
        ts_diagnostics diagnostics;
        ts_error error = {.text = ""};
        ts_point_run run;

        /* The pictures of a sweep are drawn for its last run. */
        if (p->trace_last && (i == count - 1 || p->only >= 0))
            asked.trace = TS_TRACE_SPANS;
        ts_diagnostics_init(&diagnostics);
        if (ts_point_play(p->points, i, &asked, &run, &diagnostics, &error)) {
            go_on = take_run(p, &run) && p->only < 0;
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

    if (!p->session->drawn)
        return;
    if (ts_points_root(p->points)->pictures.count > 0)
        ts_play_settle(p->session, true); /* nobody waits for gnuplot */
    p->status =
        ts_cli_worse(p->status,
                     ts_cli_draw(&drawing, ts_points_root(p->points),
                                 p->session->quiet, p->session->interrupt));
}

/* --- one scenario --- */

static void print_place(const play *p)
{
    if (p->session->quiet || !p->session->kept)
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
               "%lld, --point N those of one\n",
               p->session->database, (long long)p->first, (long long)p->last);
    else
        puts("--point N tells those of one of them");
}

static void finish(play *p)
{
    ts_error error = {.text = ""};

    if (p->table != NULL && !p->session->quiet) {
        if (!ts_answer_tell(&p->answer, stdout))
            ts_table_answer(p->table, stdout);
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
                p->session->kept ? " and are in " : "",
                p->session->kept ? p->session->database : "");
        return;
    }
    if (p->last > 0) {
        print_place(p);
        draw_pictures(p);
    }
    if (p->status == TS_EXIT_OK && p->failed > 0)
        p->status = TS_EXIT_EXPECTATION;
}

static ts_trace_level choose_trace(const ts_session *s)
{
    if (s->why)
        return TS_TRACE_WHY;
    if (s->trace || s->dsky || s->validated)
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

/* The first run of the point that is asked for; false: there is none. */
static bool find_point(play *p)
{
    int64_t count = ts_points_count(p->points);
    int64_t wanted = (int64_t)p->session->only - 1;

    p->only = -1;
    for (int64_t i = 0; wanted >= 0 && p->only < 0 && i < count; i++)
        if (ts_points_place(p->points, i).point == wanted)
            p->only = i;
    return wanted < 0 || p->only >= 0;
}

int ts_play_document(ts_session *s, const char *file,
                     const ts_document *document)
{
    play p = {.session = s, .file = file};
    ts_diagnostics diagnostics;
    int64_t runs;
    bool found;

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
    ts_answer_begin(&p.answer, ts_points_root(p.points));
    found = find_point(&p);
    if (runs > 1 && p.only < 0)
        p.table = ts_table_create();
    if (!found) {
        p.status =
            ts_cli_fail(TS_EXIT_USAGE, "--point %llu: %s has %lld points",
                        (unsigned long long)s->only, file,
                        (long long)(runs / ts_points_replications(p.points)));
    } else if (runs > 1 && p.only < 0 && p.table == NULL) {
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

int ts_play_file(ts_session *s, const char *file)
{
    int status;
    ts_document *document = ts_cli_open(file, s->settings, &status);

    if (document == NULL)
        return status;
    status = ts_play_document(s, file, document);
    ts_document_free(document);
    return status;
}

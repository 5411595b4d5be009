/*
 * trial.c - one scenario played and judged, by a process of its own.
 */
#include "sim/cli/trial.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "sim/cli/scenario.h"
#include "sim/cli/summary.h"
#include "sim/results/judge.h"

#define FAILURES_MAX 10 /* failed expectations of a scenario that are shown */

double ts_trial_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* --- the log: cases, then the result --- */

enum { LOG_CASE = 'c', LOG_RESULT = 'r' };

static void log_text(FILE *log, const char *text)
{
    size_t length = text != NULL ? strlen(text) + 1 : 0;

    fwrite(&length, sizeof length, 1, log);
    if (length > 0)
        fwrite(text, 1, length, log);
}

static void log_case(FILE *log, const ts_case *one)
{
    fputc(LOG_CASE, log);
    fwrite(one, sizeof *one, 1, log); /* its pointers mean nothing there */
    log_text(log, one->about);
    log_text(log, one->claim);
    log_text(log, one->place);
    log_text(log, one->message);
}

/* A text on the heap; NULL: none, or it is cut off, which ends the log. */
static char *read_text(FILE *log, bool *fine)
{
    size_t length;
    char *text;

    *fine = *fine && fread(&length, sizeof length, 1, log) == 1;
    if (!*fine || length == 0)
        return NULL;
    text = malloc(length);
    *fine = text != NULL && fread(text, 1, length, log) == length;
    if (*fine)
        return text;
    free(text);
    return NULL;
}

static bool read_case(FILE *log,
                      void (*take)(void *context, const ts_case *one),
                      void *context)
{
    ts_case one;
    bool fine = fread(&one, sizeof one, 1, log) == 1;
    char *about = read_text(log, &fine);
    char *claim = read_text(log, &fine);
    char *place = read_text(log, &fine);
    char *message = read_text(log, &fine);

    if (fine) {
        one.about = about;
        one.claim = claim;
        one.place = place;
        one.message = message;
        take(context, &one);
    }
    free(about);
    free(claim);
    free(place);
    free(message);
    return fine;
}

void ts_trial_read(ts_trial *trial,
                   void (*take)(void *context, const ts_case *one),
                   void *context)
{
    bool fine = true;

    rewind(trial->log);
    while (fine && !trial->whole)
        switch (fgetc(trial->log)) {
        case LOG_CASE:
            fine = read_case(trial->log, take, context);
            break;
        case LOG_RESULT:
            fine = trial->whole =
                fread(&trial->result, sizeof trial->result, 1, trial->log) == 1;
            break;
        default:
            fine = false;
        }
}

/* --- playing --- */

/* An expectation at the point that is being played, over its replications. */
typedef struct tally {
    const char *about; /* of the scenario, which outlives the point */
    char claim[256], text[256];
    int64_t count, missed;
    double seconds;
} tally;

typedef struct player {
    const char *file;
    FILE *log;
    const ts_root *root;
    bool *seen;     /* the expectations that were judged somewhere */
    tally *tallies; /* one an expectation */
    int count;      /* of the point's */
    char *place;    /* which point, owned; NULL: none yet */
    int64_t point;
    ts_trial_result result;
} player;

/* Tells the cases of a point whose runs are all played. */
static void end_point(player *p)
{
    for (int i = 0; i < p->count; i++) {
        const tally *t = &p->tallies[i];
        char message[320];

        if (t->count > 1)
            snprintf(message, sizeof message, "%lld of %lld: %s",
                     (long long)t->missed, (long long)t->count, t->text);
        else
            snprintf(message, sizeof message, "%s", t->text);
        log_case(p->log, &(ts_case){.state = t->missed > 0 ? TS_CASE_FAILED
                                                           : TS_CASE_FINE,
                                    .about = t->about,
                                    .claim = t->claim,
                                    .place = p->place,
                                    .message = message,
                                    .seconds = t->seconds});
    }
    fflush(p->log);
    free(p->place);
    p->place = NULL;
    p->count = 0;
}

static bool begin_point(player *p, const ts_run_facts *facts)
{
    size_t length;
    FILE *place = open_memstream(&p->place, &length);

    if (place == NULL)
        return false;
    for (int i = 0; i < facts->parameter_count; i++)
        fprintf(place, "%s%s = %s", i > 0 ? ", " : "",
                facts->parameters[i].pointer, facts->parameters[i].value);
    p->point = facts->point;
    return fclose(place) == 0;
}

/* A point has the same verdicts in all replications. */
static void count_verdict(player *p, int number, const ts_point_run *run)
{
    const ts_verdict *v = &run->facts.verdicts[number];
    const ts_expectation *expect = p->root->expect.items;
    tally *t = &p->tallies[number];

    p->seen[v->number] = true;
    if (number >= p->count) {
        *t = (tally){.about = expect[v->number].about};
        snprintf(t->claim, sizeof t->claim, "%.*s",
                 (int)ts_verdict_claim(v->metric, v->text), v->text);
        p->count = number + 1;
    }
    if (t->count == 0 || (t->missed == 0 && !v->holds))
        snprintf(t->text, sizeof t->text, "%s", v->text);
    t->count++;
    t->missed += !v->holds;
    t->seconds += (double)run->facts.wall_us * 1e-6 / run->facts.verdict_count;
}

/* A scenario that fails at many points shows the first. */
static void say_failures(const player *p, const ts_point_run *run)
{
    if (p->result.failed == 0)
        printf("%s:\n", p->file);
    if (p->result.failed < FAILURES_MAX) {
        ts_summary_point(&run->facts, stdout);
        ts_summary_verdicts(&run->facts, true, stdout);
    }
    for (int i = 0; i < run->facts.verdict_count; i++)
        if (!run->facts.verdicts[i].holds)
            ts_cli_annotate(p->file, 0, 0, "", run->facts.verdicts[i].text);
}

static bool take_run(player *p, const ts_point_run *run)
{
    int failed = 0;

    if (p->place != NULL && run->facts.point != p->point)
        end_point(p);
    if (p->place == NULL && !begin_point(p, &run->facts))
        return false;
    for (int i = 0; i < run->facts.verdict_count; i++) {
        failed += !run->facts.verdicts[i].holds;
        if (run->facts.verdicts[i].number < p->root->expect.count)
            count_verdict(p, i, run);
    }
    if (failed > 0)
        say_failures(p, run);
    if (run->report->failed && run->facts.verdict_count == 0) {
        p->result.broken = true;
        ts_summary_point(&run->facts, stderr);
        fprintf(stderr, "%s: error: %s\n", p->file, run->report->reason);
        ts_cli_annotate(p->file, 0, 0, "", run->report->reason);
    }
    p->result.runs++;
    p->result.judged += run->facts.verdict_count;
    p->result.failed += failed;
    return true;
}

/* An expectation that was judged nowhere tests nothing. */
static void take_unseen(player *p)
{
    const ts_expectation *expect = p->root->expect.items;

    for (int i = 0; i < p->root->expect.count; i++) {
        char claim[400], text[512];

        if (p->seen[i])
            continue;
        snprintf(claim, sizeof claim, "/expect/%d (%s) is judged somewhere", i,
                 expect[i].metric);
        snprintf(text, sizeof text,
                 "/expect/%d (%s) was judged at no point: its `where` fits "
                 "none",
                 i, expect[i].metric);
        printf("%s:\n  FAIL  %s\n", p->file, text);
        ts_cli_annotate(p->file, 0, 0, "", text);
        log_case(p->log, &(ts_case){.state = TS_CASE_FAILED,
                                    .about = expect[i].about,
                                    .claim = claim,
                                    .place = "",
                                    .message = text});
        p->result.judged++;
        p->result.failed++;
    }
}

static bool play_all(player *p, const ts_points *points,
                     const ts_trial_options *options,
                     ts_diagnostics *diagnostics, ts_error *error)
{
    int64_t count = ts_points_count(points);
    bool played =
        (p->seen != NULL && p->tallies != NULL) || ts_fail_memory(error);

    for (int64_t i = 0; played && i < count; i++) {
        ts_point_run run;

        played =
            ts_point_play(points, i, &options->point, &run, diagnostics, error);
        if (!played)
            break;
        played = take_run(p, &run) || ts_fail_memory(error);
        ts_point_fini(&run);
    }
    if (p->place != NULL)
        end_point(p);
    if (played && !p->result.broken && ts_points_narrowed(points))
        ts_cli_say_skipped(p->file, points);
    else if (played && !p->result.broken)
        take_unseen(p);
    return played;
}

static void play_document(player *p, const ts_document *document,
                          const ts_trial_options *options)
{
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_points *points;
    size_t expectations;

    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(document, &diagnostics);
    if (points != NULL) {
        p->root = ts_points_root(points);
        expectations = (size_t)p->root->expect.count + 1;
        p->seen = calloc(expectations, sizeof *p->seen);
        p->tallies = calloc(expectations, sizeof *p->tallies);
    }
    if (points == NULL || !play_all(p, points, options, &diagnostics, &error)) {
        ts_cli_complain(p->file, &diagnostics, &error);
        p->result.broken = true;
    } else {
        ts_diagnostics_fini(&diagnostics);
    }
    free(p->seen);
    free(p->tallies);
    ts_points_destroy(points);
}

static void play(ts_trial *trial, const char *file,
                 const ts_trial_options *options)
{
    player p = {.file = file, .log = trial->log};
    ts_document *document =
        ts_cli_open(file, options->settings, &p.result.status);

    if (document == NULL)
        p.result.broken = true;
    else
        play_document(&p, document, options);
    ts_document_free(document);
    fputc(LOG_RESULT, p.log);
    fwrite(&p.result, sizeof p.result, 1, p.log);
    fflush(p.log);
}

/* --- its process --- */

/* The child never returns. */
static void be_trial(ts_trial *trial, int alive, const char *file,
                     const ts_trial_options *options)
{
    struct sigaction ordinary = {.sa_handler = SIG_DFL};

    sigaction(SIGINT, &ordinary, NULL);
    sigaction(SIGTERM, &ordinary, NULL);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (dup2(fileno(trial->out), STDOUT_FILENO) < 0 ||
        dup2(fileno(trial->error), STDERR_FILENO) < 0)
        _exit(TS_EXIT_IO);
    play(trial, file, options);
    fflush(stdout);
    fflush(stderr);
    close(alive);
    _exit(0);
}

bool ts_trial_start(ts_trial *trial, const char *file,
                    const ts_trial_options *options, ts_error *error)
{
    int ends[2] = {-1, -1};

    *trial = (ts_trial){.alive = -1,
                        .out = tmpfile(),
                        .error = tmpfile(),
                        .log = tmpfile(),
                        .since = (int64_t)time(NULL),
                        .started = ts_trial_now()};
    fflush(NULL); /* before there is another who has a copy */
    if (trial->out == NULL || trial->error == NULL || trial->log == NULL ||
        pipe(ends) != 0)
        return ts_fail(error, "cannot start a test: %s", strerror(errno));
    trial->pid = fork();
    if (trial->pid == 0) {
        close(ends[0]);
        be_trial(trial, ends[1], file, options);
    }
    close(ends[1]);
    trial->alive = ends[0];
    if (trial->pid > 0)
        return true;
    trial->pid = 0;
    return ts_fail(error, "cannot start a test: %s", strerror(errno));
}

void ts_trial_stop(ts_trial *trial, int signal)
{
    int status = 0;

    if (trial->pid == 0)
        return;
    if (signal != 0)
        kill(trial->pid, signal);
    while (waitpid(trial->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    trial->pid = 0;
    trial->seconds = ts_trial_now() - trial->started;
    if (WIFSIGNALED(status) && signal == 0)
        trial->ended_by = WTERMSIG(status);
    if (trial->alive >= 0)
        close(trial->alive);
    trial->alive = -1;
}

void ts_trial_fini(ts_trial *trial)
{
    FILE *files[] = {trial->out, trial->error, trial->log};

    ts_trial_stop(trial, SIGKILL);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i] != NULL)
            fclose(files[i]);
    if (trial->alive >= 0)
        close(trial->alive);
    *trial = (ts_trial){.alive = -1};
}

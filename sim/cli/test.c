/*
 * test.c - `timeslice test`: scenarios as tests.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/cli/outcome.h"
#include "sim/cli/progress.h"
#include "sim/cli/scenario.h"
#include "sim/cli/summary.h"

#define FAILURES_MAX 10 /* failed expectations of a scenario that are shown */

enum { QUIET, JUNIT, TAP, OPTIONS };

#define FORMS (TAP - JUNIT + 1)

static const ts_option options[OPTIONS] = {
    [QUIET] = {.name = "quiet",
               .letter = 'q',
               .help = "only what fails, and the last line"},
    [JUNIT] = {.name = "junit",
               .argument = "FILE",
               .help = "write the results to FILE as JUnit XML"},
    [TAP] = {.name = "tap",
             .argument = "FILE",
             .help = "the same as TAP (Test Anything Protocol); - is the "
                     "standard output, which then says nothing else"},
};

/* What became of one scenario. */
typedef struct outcome {
    int64_t runs;
    int64_t judged, failed; /* expectations, over all points */
    bool broken;            /* could not be read or built */
} outcome;

typedef struct tester {
    bool quiet;
    bool silent;                     /* the standard output belongs to TAP */
    ts_outcome_file outcomes[FORMS]; /* JUnit, TAP: those that were asked for */
    char **files;                    /* owned; sorted */
    size_t count, room;
    int64_t judged, failed, runs, broken;
    int status;
} tester;

/* --- finding scenarios --- */

static bool add_file(tester *t, const char *path)
{
    if (t->count == t->room) {
        size_t room = t->room == 0 ? 64 : 2 * t->room;
        char **files = realloc(t->files, room * sizeof(*files));

        if (files == NULL)
            return false;
        t->files = files;
        t->room = room;
    }
    t->files[t->count] = strdup(path);
    return t->files[t->count++] != NULL;
}

/* Profiles are parts of scenarios, and the schema is about them. */
static bool is_scenario(const char *name)
{
    size_t length = strlen(name);

    return length > 5 && strcmp(name + length - 5, ".json") == 0 &&
           strcmp(name, "schema.json") != 0;
}

static bool is_hidden(const char *name)
{
    return name[0] == '.' || strcmp(name, "profiles") == 0;
}

static int find_scenarios(tester *t, const char *directory, int depth);

static int visit(tester *t, const char *directory, const char *name, int depth)
{
    char path[4096];
    struct stat info;

    if (snprintf(path, sizeof(path), "%s%s%s", directory,
                 directory[strlen(directory) - 1] == '/' ? "" : "/",
                 name) >= (int)sizeof(path))
        return TS_EXIT_OK;
    if (is_hidden(name) || stat(path, &info) != 0)
        return TS_EXIT_OK;
    if (S_ISDIR(info.st_mode))
        return depth < 16 ? find_scenarios(t, path, depth + 1) : TS_EXIT_OK;
    if (is_scenario(name) && !add_file(t, path))
        return ts_cli_fail(TS_EXIT_IO, "out of memory");
    return TS_EXIT_OK;
}

static int find_scenarios(tester *t, const char *directory, int depth)
{
    struct dirent **entries;
    int count = scandir(directory, &entries, NULL, alphasort);
    int status = TS_EXIT_OK;

    if (count < 0)
        return ts_cli_fail(TS_EXIT_IO, "cannot read %s", directory);
    for (int i = 0; i < count; i++) {
        if (status == TS_EXIT_OK)
            status = visit(t, directory, entries[i]->d_name, depth);
        free(entries[i]);
    }
    free(entries);
    return status;
}

static int find(tester *t, const char *path)
{
    struct stat info;

    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return find_scenarios(t, path, 0);
    return add_file(t, path) ? TS_EXIT_OK
                             : ts_cli_fail(TS_EXIT_IO, "out of memory");
}

/* --- running them --- */

static void take_case(tester *t, const char *name, const char *failure)
{
    for (int i = 0; i < FORMS; i++)
        ts_outcome_case(&t->outcomes[i], name, failure);
}

/* A scenario that fails at many points shows the first. */
static void say_failures(const tester *t, const char *file,
                         const ts_point_run *run, const outcome *o)
{
    FILE *out = t->silent ? stderr : stdout;

    if (o->failed == 0)
        fprintf(out, "%s:\n", file);
    if (o->failed < FAILURES_MAX) {
        ts_summary_point(&run->facts, out);
        ts_summary_verdicts(&run->facts, true, out);
    }
    for (int i = 0; i < run->facts.verdict_count; i++)
        if (!run->facts.verdicts[i].holds)
            ts_cli_annotate(file, 0, 0, "", run->facts.verdicts[i].text);
}

/* Marks the expectations that were judged at this point. The texts of a
 * verdict are those of the expectation it is about. */
static void mark(const ts_point_run *run, bool *seen)
{
    const ts_expectation *expect = run->root->expect.items;
    int next = 0;

    for (int i = 0; i < run->root->expect.count; i++)
        if (next < run->facts.verdict_count &&
            run->facts.verdicts[next].metric == expect[i].metric) {
            seen[i] = true;
            next++;
        }
}

static void take_run(tester *t, const char *file, const ts_point_run *run,
                     outcome *o, bool *seen)
{
    int failed = 0;

    for (int i = 0; i < run->facts.verdict_count; i++) {
        const ts_verdict *v = &run->facts.verdicts[i];

        failed += !v->holds;
        take_case(t, v->text, v->holds ? NULL : v->text);
    }
    mark(run, seen);
    if (failed > 0)
        say_failures(t, file, run, o);
    if (run->report->failed && run->facts.verdict_count == 0) {
        o->broken = true;
        fprintf(stderr, "%s: error: %s\n", file, run->report->reason);
        ts_cli_annotate(file, 0, 0, "", run->report->reason);
    }
    o->runs++;
    o->judged += run->facts.verdict_count;
    o->failed += failed;
}

/* An expectation that was judged nowhere tests nothing. */
static void take_unseen(tester *t, const char *file, const ts_root *root,
                        const bool *seen, outcome *o)
{
    const ts_expectation *expect = root->expect.items;
    char text[512];

    for (int i = 0; i < root->expect.count; i++) {
        if (seen[i])
            continue;
        snprintf(text, sizeof(text),
                 "/expect/%d (%s) was judged at no point: its `where` fits "
                 "none",
                 i, expect[i].metric);
        fprintf(t->silent ? stderr : stdout, "%s:\n  FAIL  %s\n", file, text);
        ts_cli_annotate(file, 0, 0, "", text);
        take_case(t, text, text);
        o->judged++;
        o->failed++;
    }
}

static bool play_all(tester *t, const char *file, const ts_points *points,
                     outcome *o, ts_diagnostics *diagnostics, ts_error *error)
{
    const ts_root *root = ts_points_root(points);
    int64_t count = ts_points_count(points);
    bool *seen = calloc((size_t)root->expect.count + 1, sizeof(*seen));
    bool played = seen != NULL || ts_fail(error, "out of memory");
    ts_progress progress;
    ts_point_options asked = {.trace = TS_TRACE_OFF,
                              .progress = ts_progress_events,
                              .progress_context = &progress};

    ts_progress_start(&progress, count, !t->quiet);
    for (int64_t i = 0; played && i < count; i++) {
        ts_point_run run;

        played = ts_point_play(points, i, &asked, &run, diagnostics, error);
        if (!played)
            break;
        ts_progress_step(&progress, run.report->events);
        ts_progress_clear(&progress);
        take_run(t, file, &run, o, seen);
        ts_point_fini(&run);
    }
    ts_progress_clear(&progress);
    if (played && !o->broken)
        take_unseen(t, file, root, seen, o);
    free(seen);
    return played;
}

static outcome test_file(tester *t, const char *file)
{
    outcome o = {.broken = true};
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_document *document;
    ts_points *points;
    int status;

    document = ts_cli_open(file, NULL, &status);
    t->status = ts_cli_worse(t->status, status);
    if (document == NULL)
        return o;
    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(document, &diagnostics);
    o.broken = false;
    if (points == NULL ||
        !play_all(t, file, points, &o, &diagnostics, &error)) {
        ts_cli_complain(file, &diagnostics, &error);
        o.broken = true;
    } else {
        ts_diagnostics_fini(&diagnostics);
    }
    ts_points_destroy(points);
    ts_document_free(document);
    return o;
}

static void say_outcome(const tester *t, const char *file, const outcome *o,
                        double seconds)
{
    char verdict[64];

    if (t->quiet)
        return;
    if (o->broken)
        snprintf(verdict, sizeof(verdict), "could not run");
    else if (o->judged == 0)
        snprintf(verdict, sizeof(verdict), "no expectations");
    else if (o->failed > 0)
        snprintf(verdict, sizeof(verdict), "%lld of %lld failed",
                 (long long)o->failed, (long long)o->judged);
    else
        snprintf(verdict, sizeof(verdict), "%lld fine", (long long)o->judged);
    printf("%-56s %6lld  %s", file, (long long)o->runs, verdict);
    if (ts_cli_terminal(stdout))
        printf("  (%.2f s)", seconds);
    putchar('\n');
}

static void test_one(tester *t, const char *file)
{
    ts_progress timer;
    outcome o;

    for (int i = 0; i < FORMS; i++)
        ts_outcome_suite(&t->outcomes[i], file);
    ts_progress_start(&timer, 1, false);
    o = test_file(t, file);
    if (o.broken) {
        t->status = ts_cli_worse(t->status, TS_EXIT_USAGE);
        take_case(t, "runs", "the scenario could not be run");
    } else if (o.failed > 0) {
        t->status = ts_cli_worse(t->status, TS_EXIT_EXPECTATION);
    }
    t->broken += o.broken;
    t->judged += o.judged;
    t->failed += o.failed;
    t->runs += o.runs;
    say_outcome(t, file, &o, ts_progress_seconds(&timer));
    fflush(stdout);
}

static void test_all(tester *t)
{
    if (!t->quiet)
        printf("%-56s %6s  %s\n", "scenario", "runs", "expectations");
    for (size_t i = 0; i < t->count; i++)
        test_one(t, t->files[i]);
    if (t->silent)
        return;
    printf("%zu scenario%s, %lld run%s, %lld expectation%s: ", t->count,
           t->count == 1 ? "" : "s", (long long)t->runs,
           t->runs == 1 ? "" : "s", (long long)t->judged,
           t->judged == 1 ? "" : "s");
    if (t->failed == 0 && t->broken == 0)
        puts("all fine");
    else if (t->broken == 0)
        printf("%lld failed\n", (long long)t->failed);
    else
        printf("%lld failed, %lld could not run\n", (long long)t->failed,
               (long long)t->broken);
}

static int test(int argc, char **argv, const char *const *values)
{
    tester t = {.silent = values[TAP] != NULL && strcmp(values[TAP], "-") == 0};
    ts_error error = {.text = ""};

    t.quiet = values[QUIET] != NULL || t.silent;

    if (argc < 2)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "test what? `timeslice test PATH...`, where a path "
                           "is a scenario or a directory of them");
    for (int i = 1; i < argc && t.status == TS_EXIT_OK; i++)
        t.status = find(&t, argv[i]);
    if (t.status == TS_EXIT_OK && t.count == 0)
        t.status = ts_cli_fail(TS_EXIT_USAGE, "no scenarios in %s", argv[1]);
    for (int i = 0; i < FORMS && t.status == TS_EXIT_OK; i++)
        if (values[JUNIT + i] != NULL &&
            !ts_outcome_open(&t.outcomes[i],
                             i == 0 ? TS_OUTCOME_JUNIT : TS_OUTCOME_TAP,
                             values[JUNIT + i], &error))
            t.status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    if (t.status == TS_EXIT_OK)
        test_all(&t);
    for (int i = 0; i < FORMS; i++)
        if (!ts_outcome_close(&t.outcomes[i], &error))
            t.status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    for (size_t i = 0; i < t.count; i++)
        free(t.files[i]);
    free(t.files);
    return t.status;
}

const ts_command ts_command_test = {
    .name = "test",
    .arguments = "PATH...",
    .summary = "run scenarios and judge what they expect",
    .about = "Runs each scenario at every point of its sweep and judges its "
             "`expect`. A directory stands for all scenarios in it and below "
             "it, in order of their names, without profiles/ and "
             "schema.json.\n\n"
             "Ends with 0 when everything holds, 1 when an expectation fails, "
             "2 when a scenario cannot run, 3 when a file cannot be read.",
    .example = "timeslice test scenarios/slices.json",
    .options = options,
    .option_count = OPTIONS,
    .complete = "scenario",
    .run = test,
};

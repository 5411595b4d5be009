/*
 * test.c - `timeslice test`: scenarios as tests.
 *
 * Every scenario is played by a process of its own (trial.h), several at once;
 * what they say is told in the order of the scenarios, whoever was first.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/cli/files.h"
#include "sim/cli/find.h"
#include "sim/cli/limits.h"
#include "sim/cli/options.h"
#include "sim/cli/outcome.h"
#include "sim/cli/scenario.h"
#include "sim/cli/signals.h"
#include "sim/cli/trial.h"

#define AHEAD 64         /* scenarios that are done before one that is not */
#define LOOK_MS 100      /* how often somebody looks at the clock */
#define DETAILS_MAX 8192 /* bytes of why a scenario could not run */

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

#define FORMS (TAP - JUNIT + 1)

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

typedef enum stage { WAITING, PLAYING, PLAYED, TIMED_OUT } stage;

typedef struct job {
    const char *file; /* of the found */
    stage stage;
    ts_trial trial;
    double seconds; /* it took */
} job;

typedef struct tester {
    const char *const *values;
    bool quiet;
    bool silent; /* the standard output belongs to TAP */
    int at_once;
    double limit; /* seconds a scenario may take; 0: as many as it likes */
    ts_trial_options trial;
    ts_outcome_file outcomes[FORMS]; /* JUnit, TAP: those that were asked for */
    ts_found found;
    job *jobs; /* owned: one a scenario that was found, in order */
    size_t count;
    size_t next, told; /* the first that was not started, and not told */
    int64_t judged, failed, runs, broken;
    bool drawn; /* the line of progress is on the screen */
    int status;
} tester;

/* --- telling one --- */

static void take_case(void *context, const ts_case *one)
{
    tester *t = context;

    for (int i = 0; i < FORMS; i++)
        ts_outcome_case(&t->outcomes[i], one);
}

/* The last case of every scenario: whether it could be played. */
static void take_end(tester *t, ts_case_state state, const char *message,
                     const char *details, double seconds)
{
    take_case(t, &(ts_case){.state = state,
                            .claim = TS_CASE_RUNS,
                            .place = "",
                            .message = message,
                            .details = details,
                            .seconds = seconds});
}

static void copy(FILE *from, FILE *to)
{
    char room[8192];
    size_t n;

    rewind(from);
    while ((n = fread(room, 1, sizeof room, from)) > 0)
        fwrite(room, 1, n, to);
}

/* What a scenario said of why it could not run: its first line, and all of
 * it. Annotations are for others. */
static void read_reason(FILE *from, char *first, size_t size, char *all)
{
    size_t used = 0;

    rewind(from);
    while (used + 2 < DETAILS_MAX &&
           fgets(all + used, (int)(DETAILS_MAX - used), from) != NULL)
        if (strncmp(all + used, "::", 2) != 0)
            used += strlen(all + used);
    all[used] = '\0';
    snprintf(first, size, "%.*s", (int)strcspn(all, "\n"), all);
}

/* How a scenario ended that did not come to its end. */
static void say_end(const tester *t, const job *j, char *text, size_t size)
{
    if (j->stage == TIMED_OUT)
        snprintf(text, size, "it took longer than the %g s of --timeout",
                 t->limit);
    else if (j->trial.ended_by != 0)
        snprintf(text, size, "its process was ended by signal %d (%s)",
                 j->trial.ended_by, strsignal(j->trial.ended_by));
    else
        snprintf(text, size, "its process ended before it was done");
}

static void say_outcome(const tester *t, const job *j, const char *verdict)
{
    if (t->quiet)
        return;
    printf("%-56s %6lld  %s", j->file, (long long)j->trial.result.runs,
           verdict);
    if (ts_cli_terminal(stdout))
        printf("  (%.2f s)", j->seconds);
    putchar('\n');
}

static void word_outcome(const ts_trial_result *r, char *text, size_t size)
{
    if (r->broken)
        snprintf(text, size, "could not run");
    else if (r->judged == 0)
        snprintf(text, size, "no expectations");
    else if (r->failed > 0)
        snprintf(text, size, "%lld of %lld failed", (long long)r->failed,
                 (long long)r->judged);
    else
        snprintf(text, size, "%lld fine", (long long)r->judged);
}

static void clear_line(tester *t)
{
    if (t->drawn)
        fputs("\r\033[K", stderr);
    t->drawn = false;
}

static void count_up(tester *t, const ts_trial_result *r)
{
    t->status = ts_cli_worse(t->status, r->status);
    if (r->broken)
        t->status = ts_cli_worse(t->status, TS_EXIT_USAGE);
    else if (r->failed > 0)
        t->status = ts_cli_worse(t->status, TS_EXIT_EXPECTATION);
    t->broken += r->broken;
    t->judged += r->judged;
    t->failed += r->failed;
    t->runs += r->runs;
}

/* The time that no case has: reading, building, runs without expectations. */
static double rest_of(const tester *t, const job *j)
{
    double rest = j->seconds;

    for (int i = 0; i < FORMS; i++)
        if (t->outcomes[i].open)
            rest = j->seconds - t->outcomes[i].seconds;
    return rest > 0 ? rest : 0;
}

/* Tells what became of a scenario that has ended, however it has. */
static void tell(tester *t, job *j)
{
    char verdict[160], reason[512] = "", details[DETAILS_MAX] = "";
    ts_trial_result *r = &j->trial.result;

    j->seconds = j->trial.seconds;
    clear_line(t);
    for (int i = 0; i < FORMS; i++)
        ts_outcome_suite(&t->outcomes[i], j->file, j->trial.since);
    ts_trial_read(&j->trial, take_case, t);
    copy(j->trial.out, t->silent ? stderr : stdout);
    fflush(stdout);
    copy(j->trial.error, stderr);
    word_outcome(r, verdict, sizeof verdict);
    if (r->broken)
        read_reason(j->trial.error, reason, sizeof reason, details);
    if (!j->trial.whole) {
        r->broken = true;
        say_end(t, j, reason, sizeof reason);
        fprintf(stderr, "%s: error: %s\n", j->file, reason);
        ts_cli_annotate(j->file, 0, 0, "", reason);
        snprintf(verdict, sizeof verdict, "could not run");
    }
    take_end(t, r->broken ? TS_CASE_BROKEN : TS_CASE_FINE, reason,
             details[0] != '\0' ? details : NULL, rest_of(t, j));
    count_up(t, r);
    say_outcome(t, j, verdict);
    fflush(stdout);
    ts_trial_fini(&j->trial);
}

/* --- playing all --- */

/* One that is not started: nobody waits for it any more. */
static void tell_skipped(tester *t, const job *j, const char *why)
{
    for (int i = 0; i < FORMS; i++)
        ts_outcome_suite(&t->outcomes[i], j->file, 0);
    take_end(t, TS_CASE_SKIPPED, why, NULL, 0);
}

static bool start(tester *t, job *j)
{
    ts_error error = {.text = ""};

    j->stage = PLAYING;
    if (ts_trial_start(&j->trial, j->file, &t->trial, &error))
        return true;
    t->status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    return false;
}

static int count_playing(const tester *t)
{
    int playing = 0;

    for (size_t i = t->told; i < t->next; i++)
        playing += t->jobs[i].stage == PLAYING;
    return playing;
}

static bool start_some(tester *t)
{
    int playing = count_playing(t);

    while (playing < t->at_once && t->next < t->count &&
           t->next < t->told + AHEAD) {
        if (!start(t, &t->jobs[t->next]))
            return false;
        t->next++;
        playing++;
    }
    return true;
}

static void end_job(job *j, stage becomes, int signal)
{
    ts_trial_stop(&j->trial, signal);
    j->stage = becomes;
}

/* Waits until one has ended, or for a moment. */
static void await(tester *t)
{
    struct pollfd waits[AHEAD];
    job *whose[AHEAD];
    nfds_t count = 0;

    for (size_t i = t->told; i < t->next && count < AHEAD; i++) {
        job *j = &t->jobs[i];

        if (j->stage != PLAYING)
            continue;
        whose[count] = j;
        waits[count++] =
            (struct pollfd){.fd = j->trial.alive, .events = POLLIN};
    }
    if (poll(waits, count, LOOK_MS) < 0)
        return;
    for (nfds_t i = 0; i < count; i++)
        if (waits[i].revents != 0)
            end_job(whose[i], PLAYED, 0);
        else if (t->limit > 0 &&
                 ts_trial_now() - whose[i]->trial.started > t->limit)
            end_job(whose[i], TIMED_OUT, SIGKILL);
}

static void show_progress(tester *t)
{
    size_t ended = t->told;

    if (t->quiet || !ts_cli_terminal(stderr))
        return;
    for (size_t i = t->told; i < t->next; i++)
        ended += t->jobs[i].stage != PLAYING;
    fprintf(stderr, "\r%zu of %zu scenarios\033[K", ended, t->count);
    fflush(stderr);
    t->drawn = true;
}

/* Tells all whose turn it is; false: that was enough. */
static bool tell_ended(tester *t)
{
    while (t->told < t->next && t->jobs[t->told].stage != PLAYING) {
        tell(t, &t->jobs[t->told++]);
        if (t->values[FAIL_FAST] != NULL && t->status != TS_EXIT_OK)
            return false;
    }
    return true;
}

/* After a signal, or a failure under --fail-fast: who plays is ended, and what
 * was not told is told as far as it came. */
static void give_up(tester *t, const char *why)
{
    char text[128];
    int interrupted = ts_signals_raised();

    for (size_t i = t->told; i < t->next; i++)
        if (t->jobs[i].stage == PLAYING)
            end_job(&t->jobs[i], PLAYING, SIGKILL);
    for (; t->told < t->count; t->told++) {
        job *j = &t->jobs[t->told];

        if (interrupted != 0 && j->stage == PLAYING) {
            snprintf(text, sizeof text, "interrupted by signal %d (%s)",
                     interrupted, strsignal(interrupted));
            for (int i = 0; i < FORMS; i++)
                ts_outcome_suite(&t->outcomes[i], j->file, j->trial.since);
            ts_trial_read(&j->trial, take_case, t);
            take_end(t, TS_CASE_BROKEN, text, NULL, 0);
        } else if (interrupted != 0 && j->stage != WAITING) {
            tell(t, j);
        } else {
            tell_skipped(t, j, why);
        }
        ts_trial_fini(&j->trial);
    }
}

static void say_sum(const tester *t, size_t told)
{
    if (t->silent)
        return;
    printf("%zu scenario%s, %lld run%s, %lld expectation%s: ", told,
           told == 1 ? "" : "s", (long long)t->runs, t->runs == 1 ? "" : "s",
           (long long)t->judged, t->judged == 1 ? "" : "s");
    if (t->failed == 0 && t->broken == 0)
        printf("all fine");
    else if (t->broken == 0)
        printf("%lld failed", (long long)t->failed);
    else
        printf("%lld failed, %lld could not run", (long long)t->failed,
               (long long)t->broken);
    if (told < t->count)
        printf("; %zu more were not played", t->count - told);
    putchar('\n');
}

static int slower(const void *a, const void *b)
{
    const job *x = *(const job *const *)a, *y = *(const job *const *)b;

    if (x->seconds > y->seconds)
        return -1;
    return x->seconds < y->seconds ? 1 : x < y ? -1 : x > y;
}

static void say_durations(const tester *t, uint64_t most)
{
    const job **order = calloc(t->count + 1, sizeof *order);
    FILE *out = t->silent ? stderr : stdout;

    if (order == NULL)
        return;
    for (size_t i = 0; i < t->count; i++)
        order[i] = &t->jobs[i];
    qsort(order, t->count, sizeof *order, slower);
    for (size_t i = 0; i < t->count && (most == 0 || i < most); i++)
        if (order[i]->seconds > 0)
            fprintf(out, "%9.3f s  %s\n", order[i]->seconds, order[i]->file);
    free(order);
}

static void test_all(tester *t, uint64_t durations)
{
    bool more = true;
    int interrupted;
    size_t told;

    if (!t->quiet)
        printf("%-56s %6s  %s\n", "scenario", "runs", "expectations");
    while (more && t->told < t->count && ts_signals_raised() == 0) {
        more = start_some(t);
        if (more && ts_signals_raised() == 0)
            await(t);
        more = more && tell_ended(t);
        if (more)
            show_progress(t);
    }
    clear_line(t);
    interrupted = ts_signals_raised();
    told = t->told;
    give_up(t, interrupted != 0 ? "interrupted before it began"
                                : "not played after a failure");
    if (t->values[DURATIONS] != NULL)
        say_durations(t, durations);
    if (interrupted != 0) {
        fprintf(stderr,
                "timeslice: interrupted: %zu of %zu scenarios were "
                "played\n",
                told, t->count);
        t->status = 128 + interrupted;
    } else {
        say_sum(t, told);
    }
}

/* --- the command --- */

/* "30", "30s", "0.5" */
static bool read_limit(const char *text, double *seconds)
{
    char *end;

    *seconds = strtod(text, &end);
    if (end != text && strcmp(end, "s") == 0)
        end++;
    return end != text && *end == '\0' && *seconds > 0 && *seconds <= 1e9;
}

static int read_options(tester *t, const char *const *values,
                        uint64_t *durations)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t jobs = processors > 0 ? (uint64_t)processors : 1;

    if (jobs > AHEAD)
        jobs = AHEAD;
    if (values[JOBS] != NULL && !ts_option_whole(values[JOBS], 1, AHEAD, &jobs))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--jobs %s: takes a number from 1 to %d",
                           values[JOBS], AHEAD);
    if (values[SEED] != NULL &&
        !ts_option_whole(values[SEED], 0, UINT64_MAX, &t->trial.point.seed))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--seed %s: takes a whole number from 0 to 2^64-1",
                           values[SEED]);
    if (values[DURATIONS] != NULL &&
        !ts_option_whole(values[DURATIONS], 0, INT64_MAX, durations))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--durations %s: takes a whole number",
                           values[DURATIONS]);
    if (values[TIMEOUT] != NULL && !read_limit(values[TIMEOUT], &t->limit))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--timeout %s: takes a number of seconds, as in "
                           "--timeout 30",
                           values[TIMEOUT]);
    t->values = values;
    t->at_once = (int)jobs;
    t->trial.settings = values[SET];
    t->trial.point.has_seed = values[SEED] != NULL;
    t->silent = values[TAP] != NULL && strcmp(values[TAP], "-") == 0;
    t->quiet = values[QUIET] != NULL || t->silent;
    return ts_cli_limits(values + MAX_EVENTS, t->at_once, &t->trial.point);
}

static int open_outcomes(tester *t)
{
    ts_error error = {.text = ""};

    for (int i = 0; i < FORMS; i++)
        if (t->values[JUNIT + i] != NULL &&
            !ts_outcome_open(&t->outcomes[i],
                             i == 0 ? TS_OUTCOME_JUNIT : TS_OUTCOME_TAP,
                             t->values[JUNIT + i], &error))
            return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    return TS_EXIT_OK;
}

extern const ts_command ts_command_test;

/* What was found in directories is read too. */
static int check_found(const tester *t)
{
    return ts_files_check(&ts_command_test, t->values, t->found.files,
                          (int)t->found.count);
}

/* A job for each that was found. */
static int plan(tester *t)
{
    t->count = t->found.count;
    t->jobs = calloc(t->count + 1, sizeof *t->jobs);
    if (t->jobs == NULL)
        return ts_cli_fail(TS_EXIT_IO, "out of memory");
    for (size_t i = 0; i < t->count; i++)
        t->jobs[i] = (job){.file = t->found.files[i], .trial = {.alive = -1}};
    return TS_EXIT_OK;
}

/* CI is told too: a folder that was moved must not pass for one where all is
 * well. */
static int find_nothing(tester *t, const char *where)
{
    char text[512];

    if (t->values[NAME] != NULL)
        snprintf(text, sizeof text,
                 "no scenario in %.300s has a name that --name asks for",
                 where);
    else
        snprintf(text, sizeof text, "no scenarios in %.400s", where);
    for (int i = 0; i < FORMS; i++)
        ts_outcome_suite(&t->outcomes[i], where, 0);
    take_case(t, &(ts_case){.state = TS_CASE_BROKEN,
                            .claim = "there are scenarios",
                            .place = "",
                            .message = text});
    return ts_cli_fail(TS_EXIT_USAGE, "%s", text);
}

static int test(int argc, char **argv, const char *const *values)
{
    tester t = {.values = values};
    ts_error error = {.text = ""};
    uint64_t durations = 0;

    if (argc < 2)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "test what? `timeslice test PATH...`, where a path "
                           "is a scenario or a directory of them");
    t.status = read_options(&t, values, &durations);
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
        test_all(&t, durations);
    for (int i = 0; i < FORMS; i++)
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

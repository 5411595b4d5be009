/*
 * testing.c - the scenarios of `timeslice test`, played and told.
 *
 * Every scenario is played by a process of its own (trial.h), several at once;
 * what they say is told in the order of the scenarios, whoever was first.
 */
#include "sim/cli/testing.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/scenario.h"
#include "sim/cli/signals.h"

#define LOOK_MS 100      /* how often somebody looks at the clock */
#define DETAILS_MAX 8192 /* bytes of why a scenario could not run */

/* --- telling one --- */

void ts_testing_case(void *context, const ts_case *one)
{
    ts_tester *t = context;

    for (int i = 0; i < TS_TESTING_FORMS; i++)
        ts_outcome_case(&t->outcomes[i], one);
}

/* The last case of every scenario: whether it could be played. */
static void take_end(ts_tester *t, ts_case_state state, const char *message,
                     const char *details, double seconds)
{
    ts_testing_case(t, &(ts_case){.state = state,
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
static void say_end(const ts_tester *t, const ts_test_job *j, char *text,
                    size_t size)
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

static void say_outcome(const ts_tester *t, const ts_test_job *j,
                        const char *verdict)
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

static void clear_line(ts_tester *t)
{
    if (t->drawn)
        fputs("\r\033[K", stderr);
    t->drawn = false;
}

static void count_up(ts_tester *t, const ts_trial_result *r)
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
static double rest_of(const ts_tester *t, const ts_test_job *j)
{
    double rest = j->seconds;

    for (int i = 0; i < TS_TESTING_FORMS; i++)
        if (t->outcomes[i].open)
            rest = j->seconds - t->outcomes[i].seconds;
    return rest > 0 ? rest : 0;
}

/* Tells what became of a scenario that has ended, however it has. */
static void tell(ts_tester *t, ts_test_job *j)
{
    char verdict[160], reason[512] = "", details[DETAILS_MAX] = "";
    ts_trial_result *r = &j->trial.result;

    j->seconds = j->trial.seconds;
    clear_line(t);
    for (int i = 0; i < TS_TESTING_FORMS; i++)
        ts_outcome_suite(&t->outcomes[i], j->file, j->trial.since);
    ts_trial_read(&j->trial, ts_testing_case, t);
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
static void tell_skipped(ts_tester *t, const ts_test_job *j, const char *why)
{
    for (int i = 0; i < TS_TESTING_FORMS; i++)
        ts_outcome_suite(&t->outcomes[i], j->file, 0);
    take_end(t, TS_CASE_SKIPPED, why, NULL, 0);
}

static bool start(ts_tester *t, ts_test_job *j)
{
    ts_error error = {.text = ""};

    j->stage = PLAYING;
    if (ts_trial_start(&j->trial, j->file, &t->trial, &error))
        return true;
    t->status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    return false;
}

static int count_playing(const ts_tester *t)
{
    int playing = 0;

    for (size_t i = t->told; i < t->next; i++)
        playing += t->jobs[i].stage == PLAYING;
    return playing;
}

static bool start_some(ts_tester *t)
{
    int playing = count_playing(t);

    while (playing < t->at_once && t->next < t->count &&
           t->next < t->told + TS_TESTING_AHEAD) {
        if (!start(t, &t->jobs[t->next]))
            return false;
        t->next++;
        playing++;
    }
    return true;
}

static void end_job(ts_test_job *j, ts_test_stage becomes, int signal)
{
    ts_trial_stop(&j->trial, signal);
    j->stage = becomes;
}

/* Waits until one has ended, or for a moment. */
static void await(ts_tester *t)
{
    struct pollfd waits[TS_TESTING_AHEAD];
    ts_test_job *whose[TS_TESTING_AHEAD];
    nfds_t count = 0;

    for (size_t i = t->told; i < t->next && count < TS_TESTING_AHEAD; i++) {
        ts_test_job *j = &t->jobs[i];

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

static void show_progress(ts_tester *t)
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
static bool tell_ended(ts_tester *t)
{
    while (t->told < t->next && t->jobs[t->told].stage != PLAYING) {
        tell(t, &t->jobs[t->told++]);
        if (t->fail_fast && t->status != TS_EXIT_OK)
            return false;
    }
    return true;
}

/* After a signal, or a failure under --fail-fast: who plays is ended, and what
 * was not told is told as far as it came. */
static void give_up(ts_tester *t, const char *why)
{
    char text[128];
    int interrupted = ts_signals_raised();

    for (size_t i = t->told; i < t->next; i++)
        if (t->jobs[i].stage == PLAYING)
            end_job(&t->jobs[i], PLAYING, SIGKILL);
    for (; t->told < t->count; t->told++) {
        ts_test_job *j = &t->jobs[t->told];

        if (interrupted != 0 && j->stage == PLAYING) {
            snprintf(text, sizeof text, "interrupted by signal %d (%s)",
                     interrupted, strsignal(interrupted));
            for (int i = 0; i < TS_TESTING_FORMS; i++)
                ts_outcome_suite(&t->outcomes[i], j->file, j->trial.since);
            ts_trial_read(&j->trial, ts_testing_case, t);
            take_end(t, TS_CASE_BROKEN, text, NULL, 0);
        } else if (interrupted != 0 && j->stage != WAITING) {
            tell(t, j);
        } else {
            tell_skipped(t, j, why);
        }
        ts_trial_fini(&j->trial);
    }
}

static void say_sum(const ts_tester *t, size_t told)
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
    const ts_test_job *x = *(const ts_test_job *const *)a,
                      *y = *(const ts_test_job *const *)b;

    if (x->seconds > y->seconds)
        return -1;
    return x->seconds < y->seconds ? 1 : x < y ? -1 : x > y;
}

static void say_durations(const ts_tester *t)
{
    const ts_test_job **order = calloc(t->count + 1, sizeof *order);
    FILE *out = t->silent ? stderr : stdout;

    if (order == NULL)
        return;
    for (size_t i = 0; i < t->count; i++)
        order[i] = &t->jobs[i];
    qsort(order, t->count, sizeof *order, slower);
    for (size_t i = 0; i < t->count && (t->longest == 0 || i < t->longest); i++)
        if (order[i]->seconds > 0)
            fprintf(out, "%9.3f s  %s\n", order[i]->seconds, order[i]->file);
    free(order);
}

void ts_testing_play(ts_tester *t)
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
    if (t->tell_longest)
        say_durations(t);
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

/*
 * fuzz_compose: valid scenarios out of the field tables, played.
 *
 *   fuzz_compose [-s SEED] [-n SCENARIOS] [-t SECONDS] [-k] [-p] [-v]
 *
 * It tries one seed after another for as many accepted scenarios or seconds;
 * without either, for the seconds that TS_SECONDS in the environment says, or
 * ten minutes.
 *
 * Each seed is a scenario (compose.h), every fourth of them at the limits of its
 * fields. What is accepted is played with a trace, for as many events as a model
 * needs to show what it does: the trace must be valid, the metrics must add up
 * (conserve.h), whether the run came to its end or to its limit. One in eight is
 * played again without a trace: both must end alike. A finding is made as small
 * as it gets and printed; -k goes on after it. -p prints the scenario of each
 * seed instead, -v also what runs ended with. It ends with 1 when something was
 * found. Meant to be built with the address and undefined-behaviour sanitizers:
 * what they find ends it at once, with the seed.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "compose.h"
#include "conserve.h"
#include "sim/results/validate.h"
#include "sim/sweep/point.h"

#define MENDS 60 /* tries to make a scenario acceptable */
#define SECONDS                                                                \
    2            /* of a processor, for a run; what takes longer is cut short */
#define HANGS 10 /* seconds: it does not look whether it should stop */
#define MEMORY (64 << 20)
#define EVENTS 5000
#define SAMPLE 8 /* one in so many is played twice */

typedef enum verdict { REFUSED, CUT_SHORT, ENDED, PLAYED, WRONG } verdict;

typedef struct counts {
    long composed, at_once, of[WRONG + 1];
} counts;

static volatile sig_atomic_t stop;
static uint64_t present;    /* seed */
static const char *playing; /* the scenario in hand, for who dies of it */

/* --- dying --- */

static void tell_seed(void)
{
    char text[64];
    int length = snprintf(text, sizeof text, "fuzz_compose: seed %llu\n",
                          (unsigned long long)present);

    if (write(STDERR_FILENO, text, (size_t)length) < 0 || playing == NULL ||
        write(STDERR_FILENO, playing, strlen(playing)) < 0 ||
        write(STDERR_FILENO, "\n", 1) < 0)
        return;
}

static void on_death(int number)
{
    tell_seed();
    signal(number, SIG_DFL);
    raise(number);
}

static void on_alarm(int number)
{
    (void)number;
    if (stop++ < HANGS / SECONDS)
        return;
    tell_seed();
    abort();
}

/* What the sanitizers find is an abort like others. Their library asks for these
 * by name, so they must be seen from it. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
__attribute__((visibility("default"))) const char *
__ubsan_default_options(void);

const char *__asan_default_options(void)
{
    return "abort_on_error=1:allocator_may_return_null=1";
}

const char *__ubsan_default_options(void)
{
    return "abort_on_error=1:print_stacktrace=1";
}

static void prepare_to_die(void)
{
    struct itimerval every = {{SECONDS, 0}, {SECONDS, 0}};

    sigaction(SIGABRT, &(struct sigaction){.sa_handler = on_death}, NULL);
    sigaction(SIGVTALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
    setitimer(ITIMER_VIRTUAL, &every, NULL);
}

/* --- playing --- */

typedef struct attempt {
    ts_diagnostics diagnostics;
    ts_error error;
    ts_point_run run;
    bool played;
} attempt;

static void play(attempt *a, const char *text, ts_trace_level trace)
{
    ts_point_options options = {.trace = trace,
                                .limits = {.events = EVENTS},
                                .memory_most = MEMORY,
                                .interrupt = &stop};
    ts_document *document;
    ts_points *points = NULL;

    *a = (attempt){.played = false};
    playing = text;
    ts_diagnostics_init(&a->diagnostics);
    document = ts_document_parse("composed", text, strlen(text), NULL,
                                 &a->diagnostics);
    if (document != NULL)
        points = ts_points_create(document, &a->diagnostics);
    stop = 0;
    if (points != NULL)
        a->played = ts_point_play(points, 0, &options, &a->run, &a->diagnostics,
                                  &a->error);
    ts_points_destroy(points);
    ts_document_free(document);
    playing = NULL;
}

static void end(attempt *a)
{
    if (a->played)
        ts_point_fini(&a->run);
    ts_diagnostics_fini(&a->diagnostics);
}

/* The run without a trace is the same run. */
static bool is_repeated(const char *text, const ts_report *report, char *what,
                        size_t size)
{
    attempt again;
    bool same;

    play(&again, text, TS_TRACE_OFF);
    same = !again.played || again.run.interrupted ||
           again.run.report->digest == report->digest;
    end(&again);
    if (!same)
        snprintf(what, size, "without a trace it is another run");
    return same;
}

static verdict judge(const char *text, const attempt *a, char *what,
                     size_t size)
{
    const ts_report *report = a->run.report;
    ts_error error = {.text = ""};

    if (a->run.interrupted)
        return CUT_SHORT;
    if (report->failed && !report->limited) {
        snprintf(what, size, "%s", report->reason);
        return ENDED;
    }
    if (!ts_conserves(report, &error) ||
        (report->trace->dropped == 0 && report->trace->span_count > 0 &&
         !ts_validate(report, NULL, &error))) {
        snprintf(what, size, "%s", error.text);
        return WRONG;
    }
    return present % SAMPLE > 0 || is_repeated(text, report, what, size)
               ? PLAYED
               : WRONG;
}

static verdict try_text(const char *text, char *what, size_t size)
{
    attempt a;
    verdict v = REFUSED;

    play(&a, text, TS_TRACE_SPANS);
    if (a.played)
        v = judge(text, &a, what, size);
    end(&a);
    return v;
}

/* --- findings --- */

/* What messages have in common: without their numbers and names. */
static void outline(const char *message, char *text, size_t size)
{
    size_t used = 0;

    for (; *message && used + 1 < size; message++)
        if ((*message < '0' || *message > '9') && *message != '-' &&
            *message != '.')
            text[used++] = *message;
    text[used] = '\0';
}

static bool is_still_wrong(const cJSON *scenario, const char *outlined)
{
    char *text = cJSON_PrintUnformatted(scenario), what[512] = "", mine[512];
    verdict v = try_text(text, what, sizeof what);

    free(text);
    outline(what, mine, sizeof mine);
    return v == WRONG && strncmp(mine, outlined, 20) == 0;
}

/* Without whatever the finding does not need; the scenario is deleted. */
static cJSON *shrink(cJSON *scenario, const char *what)
{
    char outlined[512];
    bool any = true;

    outline(what, outlined, sizeof outlined);
    while (any) {
        any = false;
        for (int n = 0;;) {
            cJSON *smaller = cJSON_Duplicate(scenario, true);

            if (!ts_compose_cut(smaller, n)) {
                cJSON_Delete(smaller);
                break;
            }
            if (is_still_wrong(smaller, outlined)) {
                cJSON_Delete(scenario);
                scenario = smaller;
                any = true;
            } else {
                cJSON_Delete(smaller);
                n++;
            }
        }
    }
    return scenario;
}

static cJSON *report_finding(cJSON *scenario, const char *what)
{
    char *text;

    printf("seed %llu: %s\n", (unsigned long long)present, what);
    fflush(stdout);
    scenario = shrink(scenario, what);
    text = cJSON_PrintUnformatted(scenario);
    printf("%s\n", text);
    fflush(stdout);
    free(text);
    return scenario;
}

/* --- one seed --- */

/* Mends the scenario until it is accepted; its text, or NULL. */
static char *accepted(cJSON *scenario, counts *seen, attempt *a)
{
    uint64_t state = present;

    for (int i = 0; i < MENDS; i++) {
        char *text = cJSON_PrintUnformatted(scenario);

        play(a, text, TS_TRACE_SPANS);
        if (a->played) {
            seen->at_once += i == 0;
            return text;
        }
        free(text);
        if (!ts_compose_mend(scenario, &a->diagnostics, a->error.text, &state))
            return NULL;
        end(a);
    }
    play(a, "{}", TS_TRACE_OFF);
    return NULL;
}

static verdict try_seed(uint64_t seed, counts *seen, bool loud)
{
    cJSON *scenario;
    char what[512] = "", *text;
    attempt a;
    verdict v = REFUSED;

    present = seed;
    scenario = ts_compose(seed);
    text = accepted(scenario, seen, &a);
    if (text != NULL)
        v = judge(text, &a, what, sizeof what);
    end(&a);
    seen->composed++;
    seen->of[v]++;
    if (v == WRONG)
        scenario = report_finding(scenario, what);
    if (loud && v == ENDED)
        printf("seed %llu ended: %s\n", (unsigned long long)seed, what);
    if (loud && v == CUT_SHORT)
        printf("seed %llu takes long: %s\n", (unsigned long long)seed, text);
    free(text);
    cJSON_Delete(scenario);
    return v;
}

static void print_seed(uint64_t seed)
{
    cJSON *scenario = ts_compose(seed);
    counts seen = {0};
    attempt a;
    char *text;

    present = seed;
    free(accepted(scenario, &seen, &a));
    end(&a);
    text = cJSON_PrintUnformatted(scenario);
    printf("%s\n", text);
    free(text);
    cJSON_Delete(scenario);
}

int main(int argc, char **argv)
{
    const char *seconds = getenv("TS_SECONDS");
    long limit = 0, count = 0;
    uint64_t seed = 1;
    bool goes_on = false, prints = false, loud = false;
    counts seen = {0};
    time_t began = time(NULL);
    int option;

    while ((option = getopt(argc, argv, "s:n:t:kpv")) != -1) {
        seed = option == 's' ? strtoull(optarg, NULL, 10) : seed;
        count = option == 'n' ? atol(optarg) : count;
        limit = option == 't' ? atol(optarg) : limit;
        goes_on |= option == 'k';
        prints |= option == 'p';
        loud |= option == 'v';
        if (option == '?')
            return 2;
    }
    if (limit == 0 && count == 0)
        limit = seconds != NULL ? atol(seconds) : 600;
    prepare_to_die();
    for (; (count == 0 || seen.composed - seen.of[REFUSED] < count) &&
           (limit == 0 || time(NULL) - began < limit);
         seed++) {
        if (prints) {
            print_seed(seed);
            seen.composed++;
        } else if (try_seed(seed, &seen, loud) == WRONG && !goes_on) {
            break;
        }
    }
    printf("%ld composed, %ld accepted at once, %ld accepted: %ld played, %ld "
           "ended with an error, %ld cut short, %ld wrong\n",
           seen.composed, seen.at_once, seen.composed - seen.of[REFUSED],
           seen.of[PLAYED], seen.of[ENDED], seen.of[CUT_SHORT], seen.of[WRONG]);
    return seen.of[WRONG] > 0;
}

/*
 * bench.c - `timeslice bench`: how long simulated things take on this machine,
 * beside what a bare loop in C takes for the same.
 */
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "sim/cli/benching.h"
#include "sim/cli/command.h"
#include "sim/cli/options.h"
#include "sim/cli/scenario.h"
#include "sim/cli/signals.h"
#include "sim/engine/random.h"
#include "sim/host/bare.h"
#include "sim/host/host.h"

enum { ROUNDS, QUICK, SIZES, MOST, JSON, OPTIONS };

static const ts_option options[OPTIONS] = {
    [ROUNDS] = {.name = "rounds",
                .letter = 'n',
                .argument = "N",
                .help = "how often each is played, 1 to 99 (5); what is "
                        "printed is the median"},
    [QUICK] = {.name = "quick",
               .help = "three rounds of a tenth of the work: a look"},
    [SIZES] = {.name = "sizes",
               .help = "what a decision costs against the number of threads "
                       "and of processors, instead"},
    [MOST] = {.name = "most",
              .argument = "N",
              .help = "with --sizes: threads at most, 10 to 1000000 (100000)"},
    [JSON] = {.name = "json", .help = "print nothing but one JSON document"},
};

#define ROUNDS_MAX 99
#define SIZES_MAX 8

typedef struct bench {
    int rounds;
    double scale; /* of the work: 1, or less */
    const volatile sig_atomic_t *interrupted;
    cJSON *root; /* NULL: text is printed */
    int status;
} bench;

/* --- works --- */

/* What it is held against. */
typedef enum yardstick { NOTHING, QUEUE, TURNS } yardstick;

typedef struct work {
    const char *name, *unit; /* "customer": of what a play does so many */
    const char *what;        /* the metric that counts them */
    const char *policy;      /* inside of "system"; NULL: `text` is all */
    int threads, processors; /* of hogs */
    const char *text;
    const char *pointer, *size; /* how much is played: a format of a number */
    double amount;
    yardstick beside;
} work;

#define UNTIL_US "/stop", "\"%.0fus\""
#define SLICES "\"round-robin\", \"slice\": \"1us\""
#define FAIR(name) "\"" name "\", \"hz\": \"1kHz\""

static const work works[] = {
    {"M/M/1, fifo", "customer", "threads.customer.finished", NULL, 1, 1,
     "{\"title\": \"M/M/1\", \"system\": {\"policy\": \"fifo\"}, \"threads\": "
     "[{\"name\": \"customer\", \"arrive\": {\"rate\": \"900000/s\"}, "
     "\"program\": [{\"run\": {\"exponential\": \"1us\"}}]}]}",
     "/threads/0/arrive/limit", "%.0f", 1e6, QUEUE},
    {"round robin, 10 on 1", "decision", TS_BENCH_DECISIONS, SLICES, 10, 1,
     NULL, UNTIL_US, 1e6, TURNS},
    {"round robin, 1000 on 16", "decision", TS_BENCH_DECISIONS, SLICES, 1000,
     16, NULL, UNTIL_US, 1e5, TURNS},
    {"CFS, 1000 on 16", "decision", TS_BENCH_DECISIONS, FAIR("cfs"), 1000, 16,
     NULL, UNTIL_US, 6e7, TURNS},
    {"EEVDF, 1000 on 16", "decision", TS_BENCH_DECISIONS, FAIR("eevdf"), 1000,
     16, NULL, UNTIL_US, 6e7, TURNS},
    {"event loop, 100 clients", "request", "clients.c.answered", NULL, 100, 1,
     "{\"title\": \"loop\", \"stop\": \"2400h\", \"servers\": [{\"name\": "
     "\"web\", \"model\": \"event-loop\", \"poll\": \"epoll\", \"handler\": "
     "[{\"run\": \"1us\"}, {\"call\": \"up\"}, {\"run\": \"1us\"}]}, "
     "{\"name\": \"up\", \"model\": \"remote\", \"time\": \"500ms\"}], "
     "\"clients\": [{\"name\": \"c\", \"to\": \"web\", \"users\": 100, "
     "\"stagger\": \"10ms\", \"think\": {\"exponential\": \"1s\"}}]}",
     "/clients/0/limit", "%.0f", 2e5, NOTHING},
};

static const char *hogs(const work *w, char *text, size_t size)
{
    snprintf(
        text, size,
        "{\"title\": \"hogs\", \"system\": {\"policy\": %s}, " TS_BENCH_HOGS
        "}",
        w->policy, w->processors, w->threads);
    return text;
}

/* A scenario of the work, as large as is asked for; NULL with a message. */
static ts_scenario *make(const work *w, double scale, char **message)
{
    char text[1024], size[64];
    const char *all = w->text != NULL ? w->text : hogs(w, text, sizeof text);
    ts_scenario *scenario =
        ts_scenario_parse(w->name, all, strlen(all), NULL, message);

    snprintf(size, sizeof size, w->size, w->amount * scale);
    if (scenario != NULL &&
        !ts_scenario_set(scenario, w->pointer, size, message)) {
        ts_scenario_free(scenario);
        return NULL;
    }
    return scenario;
}

/* --- rounds --- */

typedef struct figures {
    double seconds[ROUNDS_MAX], bare[ROUNDS_MAX], ratio[ROUNDS_MAX];
    int bare_count;
    ts_bench_play play; /* the last: all do the same */
} figures;

/* The same number of decisions by the bare loop: its time for one. */
static bool play_bare(const work *w, const figures *f, double *seconds)
{
    uint64_t count = (uint64_t)f->play.done;
    ts_bare bare = {.seconds = 0};

    if (w == NULL || w->beside == NOTHING || count == 0)
        return false;
    if (w->beside == QUEUE)
        bare = ts_bare_queue(count);
    else if (!ts_bare_turns(w->threads, w->processors, count, &bare))
        return false;
    *seconds = bare.seconds / (double)count;
    return true;
}

/* `w`: NULL for a scenario of the user's. */
static bool play_rounds(bench *b, const work *w, const ts_scenario *scenario,
                        figures *f, char **message)
{
    const char *what = w != NULL ? w->what : TS_BENCH_DECISIONS;

    *message = NULL;
    f->bare_count = 0;
    for (int i = 0; i < b->rounds; i++) {
        if (*b->interrupted != 0 ||
            !ts_bench_play_all(scenario, what, &f->play, message))
            return false;
        f->seconds[i] = f->play.seconds;
        if (!play_bare(w, f, &f->bare[i]))
            continue;
        f->ratio[i] = f->play.seconds / f->play.done / f->bare[i];
        f->bare_count++;
    }
    return true;
}

/* --- what is printed --- */

static void say(bench *b, const char *name, const char *unit, figures *f)
{
    double seconds = ts_host_median(f->seconds, b->rounds);
    double each = f->play.done > 0 ? seconds / f->play.done * 1e9 : 0;
    cJSON *row = b->root != NULL ? cJSON_CreateObject() : NULL;

    if (b->root == NULL) {
        printf("%-28s %8.3f %9.2f %9.1f  %-8s", name, seconds,
               f->play.events / seconds / 1e6, each, unit);
        if (f->bare_count == b->rounds)
            printf(" %7.1f %7.1f", ts_host_median(f->bare, b->rounds) * 1e9,
                   ts_host_median(f->ratio, b->rounds));
        putchar('\n');
        fflush(stdout);
        return;
    }
    cJSON_AddStringToObject(row, "name", name);
    cJSON_AddStringToObject(row, "unit", unit);
    cJSON_AddNumberToObject(row, "seconds", seconds);
    cJSON_AddNumberToObject(row, "events", f->play.events);
    cJSON_AddNumberToObject(row, "count", f->play.done);
    cJSON_AddNumberToObject(row, "ns", each);
    if (f->bare_count == b->rounds) {
        cJSON_AddNumberToObject(row, "bare_ns",
                                ts_host_median(f->bare, b->rounds) * 1e9);
        cJSON_AddNumberToObject(row, "ratio",
                                ts_host_median(f->ratio, b->rounds));
    }
    cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(b->root, "works"),
                         row);
}

static void print_head(const bench *b)
{
    if (b->root == NULL)
        printf("%-28s %8s %9s %9s  %-8s %7s %7s\n", "", "s", "Mevents/s",
               "ns each", "", "bare ns", "times");
}

/* What ended it, if it was no signal. */
static void fail(bench *b, const char *name, char *message)
{
    if (*b->interrupted != 0)
        b->status = 128 + ts_signals_raised();
    else
        b->status = ts_cli_fail(TS_EXIT_USAGE, "%s: %s", name,
                                message != NULL ? message : "out of memory");
    ts_message_free(message);
}

/* --- a list of works, or of scenarios --- */

static void play(bench *b, const work *w, const char *name,
                 ts_scenario *scenario, char *message)
{
    figures f;

    if (scenario != NULL && play_rounds(b, w, scenario, &f, &message))
        say(b, name, w != NULL ? w->unit : "decision", &f);
    else
        fail(b, name, message);
    ts_scenario_free(scenario);
}

static void play_own(bench *b)
{
    for (size_t i = 0; i < TS_COUNT_OF(works) && b->status == 0; i++) {
        char *message = NULL;
        ts_scenario *scenario = make(&works[i], b->scale, &message);

        play(b, &works[i], works[i].name, scenario, message);
    }
}

static void play_files(bench *b, int count, char **names)
{
    char path[4300];

    for (int i = 0; i < count && b->status == 0; i++) {
        const char *file = ts_cli_locate(names[i], path, sizeof path);
        char *message = NULL;
        ts_scenario *scenario =
            ts_scenario_open(file, ts_cli_profiles(), &message);

        play(b, NULL, names[i], scenario, message);
    }
}

/* --- cost against size --- */

typedef struct scale {
    const char *of; /* "threads" */
    int size[SIZES_MAX], count;
    double ns[SIZES_MAX];
} scale;

/* By how many powers of ten the cost grows with one of the size: the slope of
 * the least squares' line through the logarithms. */
static double slope(const scale *s)
{
    double x = 0, y = 0, xx = 0, xy = 0, n = s->count;

    for (int i = 0; i < s->count; i++) {
        double lx = ts_log(s->size[i]), ly = ts_log(s->ns[i]);

        x += lx;
        y += ly;
        xx += lx * lx;
        xy += lx * ly;
    }
    return s->count < 2 ? 0 : (n * xy - x * y) / (n * xx - x * x);
}

static void say_scale(bench *b, const char *name, const scale *s)
{
    cJSON *row, *points;

    if (b->root == NULL) {
        printf("%-12s %-10s", name, s->of);
        for (int i = 0; i < s->count; i++)
            printf(" %8.0f", s->ns[i]);
        printf("   slope %.2f\n", slope(s));
        fflush(stdout);
        return;
    }
    row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "policy", name);
    cJSON_AddStringToObject(row, "of", s->of);
    points = cJSON_AddArrayToObject(row, "points");
    for (int i = 0; i < s->count; i++) {
        cJSON *point = cJSON_CreateObject();

        cJSON_AddNumberToObject(point, "size", s->size[i]);
        cJSON_AddNumberToObject(point, "ns", s->ns[i]);
        cJSON_AddItemToArray(points, point);
    }
    cJSON_AddNumberToObject(row, "slope", slope(s));
    cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(b->root, "sizes"),
                         row);
}

static bool measure(bench *b, const work *w, double *ns)
{
    char *message = NULL;
    ts_scenario *scenario = make(w, 1, &message);
    ts_bench_play play;
    bool fine =
        *b->interrupted == 0 && scenario != NULL &&
        ts_bench_rate(scenario, w->what, 0.25 * b->scale, &play, &message);

    if (fine)
        *ns = play.seconds / play.done * 1e9;
    else
        fail(b, w->name, message);
    ts_scenario_free(scenario);
    return fine;
}

static void head_scale(const bench *b, const scale *s, const char *text)
{
    if (b->root != NULL)
        return;
    printf("%s\n%-12s %-10s", text, "ns", s->of);
    for (int i = 0; i < s->count; i++)
        printf(" %8d", s->size[i]);
    putchar('\n');
}

static const struct {
    const char *name, *policy;
} scaled[] = {{"round robin", SLICES},
              {"CFS", FAIR("cfs")},
              {"EEVDF", FAIR("eevdf")}};

static void play_scale(bench *b, scale *s, bool threads, int other)
{
    for (size_t p = 0; p < TS_COUNT_OF(scaled) && b->status == 0; p++) {
        for (int i = 0; i < s->count; i++) {
            work w = {.name = scaled[p].name,
                      .what = TS_BENCH_DECISIONS,
                      .policy = scaled[p].policy,
                      .threads = threads ? s->size[i] : other,
                      .processors = threads ? other : s->size[i],
                      .pointer = "/stop",
                      .size = "\"%.0fus\"",
                      .amount = 1};

            if (!measure(b, &w, &s->ns[i]))
                return;
        }
        say_scale(b, scaled[p].name, s);
    }
}

static void play_sizes(bench *b, int most)
{
    scale threads = {.of = "threads"};
    scale processors = {.of = "processors"};
    int hogs = most < 10000 ? (int)most : 10000;

    for (int n = 10; n <= most; n *= 10)
        threads.size[threads.count++] = n;
    for (int n = 1; n <= 1024 && n <= hogs; n *= 4)
        processors.size[processors.count++] = n;
    head_scale(b, &threads, "A decision, on 8 processors");
    play_scale(b, &threads, true, 8);
    if (b->status != 0)
        return;
    head_scale(b, &processors, "\nA decision, 10000 threads or the most");
    play_scale(b, &processors, false, hogs);
}

/* --- the command --- */

static int finish(bench *b)
{
    char *text = b->root != NULL ? cJSON_Print(b->root) : NULL;

    if (b->status == TS_EXIT_OK && text != NULL)
        printf("%s\n", text);
    if (b->root != NULL && text == NULL)
        b->status = ts_cli_fail(TS_EXIT_IO, "out of memory");
    free(text);
    cJSON_Delete(b->root);
    return b->status;
}

static void begin(bench *b, const char *array)
{
    b->root = cJSON_CreateObject();
    cJSON_AddStringToObject(b->root, "version", ts_version());
    cJSON_AddNumberToObject(b->root, "rounds", b->rounds);
    cJSON_AddArrayToObject(b->root, array);
}

static int bench_run(int argc, char **argv, const char *const *values)
{
    bool quick = values[QUICK] != NULL, sizes = values[SIZES] != NULL;
    uint64_t rounds = quick ? 3 : 5, most = 100000;
    bench b = {.scale = quick ? 0.1 : 1};

    if (values[ROUNDS] != NULL &&
        !ts_option_whole(values[ROUNDS], 1, ROUNDS_MAX, &rounds))
        return ts_cli_fail(TS_EXIT_USAGE, "--rounds is a whole number, 1 to %d",
                           ROUNDS_MAX);
    if (values[MOST] != NULL &&
        !ts_option_whole(values[MOST], 10, 1000000, &most))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--most is a whole number, 10 to 1000000");
    if (sizes && argc > 1)
        return ts_cli_fail(TS_EXIT_USAGE, "--sizes plays its own threads, and "
                                          "no scenario");
    if (!sizes && values[MOST] != NULL)
        return ts_cli_fail(TS_EXIT_USAGE, "--most goes with --sizes");
    b.rounds = (int)rounds;
    b.interrupted = ts_signals_catch();
    if (values[JSON] != NULL)
        begin(&b, sizes ? "sizes" : "works");
    if (sizes) {
        play_sizes(&b, (int)most);
        return finish(&b);
    }
    print_head(&b);
    if (argc > 1)
        play_files(&b, argc - 1, argv + 1);
    else
        play_own(&b);
    return finish(&b);
}

const ts_command ts_command_bench = {
    .name = "bench",
    .arguments = "[FILE|NAME...]",
    .summary = "measure how fast simulations are on this machine",
    .about =
        "Plays works of its own, or the scenarios that are named with all "
        "their runs, without a database and a trace, and prints what they "
        "take: "
        "seconds of the processor, millions of events a second, nanoseconds "
        "for each customer, decision or request. Beside them stands what a "
        "bare loop in C takes that can do nothing else: for M/M/1 one over two "
        "variables, for turns one with a ring and a tournament tree that keeps "
        "the same accounts. The two are played in turn, and the last column is "
        "the median of the ratios of the rounds: it holds on a busy machine, "
        "where seconds do not.\n\n"
        "With --sizes it prints what a decision costs as threads and "
        "processors become more. The slope is by how many powers of ten the "
        "cost grows with each power of ten of the size: 0 is no growth, 1 is "
        "linear. Nothing here is a test, and nothing is judged.",
    .example = "timeslice bench --quick\n"
               "timeslice bench --quick quantum\n"
               "timeslice bench --sizes --quick --most 100 --json",
    .options = options,
    .option_count = OPTIONS,
    .complete = "scenario",
    .reads_words = true,
    .run = bench_run,
};

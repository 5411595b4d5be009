/*
 * digest.c - `timeslice digest`: is it the same everywhere?
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/scenario.h"
#include "sim/sweep/point.h"

enum { CHECK, OPTIONS };

static const ts_option options[OPTIONS] = {
    [CHECK] = {.name = "check",
               .letter = 'c',
               .help = "the words are files with lines as this command writes "
                       "them: play their scenarios and compare"},
};

/* What happened, and what is reported of it. */
typedef struct digests {
    uint64_t behaviour, reported;
} digests;

/* A digest over the digests of a scenario's runs, in order; that of a single
 * run is its own. */
static uint64_t fold(uint64_t all, uint64_t one)
{
    all = (all ^ one) * UINT64_C(0x9E3779B97F4A7C15);
    return all ^ (all >> 32);
}

static bool play_all(const ts_points *points, digests *all,
                     ts_diagnostics *diagnostics, ts_error *error)
{
    ts_point_options asked = {.trace = TS_TRACE_OFF};
    int64_t count = ts_points_count(points);

    for (int64_t i = 0; i < count; i++) {
        ts_point_run run;
        digests one;

        if (!ts_point_play(points, i, &asked, &run, diagnostics, error))
            return false;
        one = (digests){run.report->digest, run.report->reported};
        if (i > 0) {
            one.behaviour = fold(all->behaviour, one.behaviour);
            one.reported = fold(all->reported, one.reported);
        }
        *all = one;
        ts_point_fini(&run);
    }
    return true;
}

/* Prints nothing but errors. */
static int digest_file(const char *file, digests *all)
{
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_points *points;
    int status;
    ts_document *document = ts_cli_open(file, NULL, &status);

    if (document == NULL)
        return status;
    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(document, &diagnostics);
    if (points == NULL || !play_all(points, all, &diagnostics, &error))
        status = ts_cli_complain(file, &diagnostics, &error);
    else
        ts_diagnostics_fini(&diagnostics);
    ts_points_destroy(points);
    ts_document_free(document);
    return status;
}

/* 16 hexadecimal digits and `gap`. */
static bool is_digest(const char *text, const char *gap)
{
    return strspn(text, "0123456789abcdefABCDEF") == 16 &&
           strncmp(text + 16, gap, strlen(gap)) == 0;
}

/* One line of a list: two digests and, after two spaces, a path. Blank ones
 * and remarks are in order, too. */
static bool is_line(const char *line)
{
    return line[0] == '\n' || line[0] == '#' ||
           (is_digest(line, " ") && is_digest(line + 17, "  "));
}

/* false, with a word, when they differ. */
static bool same(const char *file, const char *of, uint64_t wanted,
                 uint64_t got)
{
    if (wanted != got)
        printf("%s: %s: %016" PRIx64 " is expected, %016" PRIx64 " came out\n",
               file, of, wanted, got);
    return wanted == got;
}

static int check_line(char *line)
{
    const char *file = line + 35;
    digests wanted, got;
    bool behaves, reports;
    int status;

    line[strcspn(line, "\n")] = '\0';
    if (line[0] == '\0' || line[0] == '#')
        return TS_EXIT_OK;
    wanted.behaviour = strtoull(line, NULL, 16);
    wanted.reported = strtoull(line + 17, NULL, 16);
    status = digest_file(file, &got);
    if (status != TS_EXIT_OK)
        return status;
    behaves = same(file, "behaviour", wanted.behaviour, got.behaviour);
    reports = same(file, "metrics", wanted.reported, got.reported);
    return behaves && reports ? TS_EXIT_OK : TS_EXIT_DIFFERENT;
}

static int check_list(const char *list)
{
    char line[4200];
    FILE *in = fopen(list, "r");
    int status = TS_EXIT_OK;

    if (in == NULL)
        return ts_cli_fail(TS_EXIT_IO, "cannot read %s", list);
    for (int n = 1; fgets(line, sizeof line, in) != NULL; n++) {
        if (!is_line(line)) {
            /* Another sort of file: saying so once is enough. */
            fclose(in);
            return ts_cli_fail(TS_EXIT_USAGE,
                               "%s:%d: not two digests, two spaces and a "
                               "file, as `timeslice digest` writes them",
                               list, n);
        }
        status = ts_cli_worse(status, check_line(line));
    }
    fclose(in);
    return status;
}

static int digest(int argc, char **argv, const char *const *values)
{
    int status = TS_EXIT_OK;

    if (argc < 2)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "digest of what? `timeslice digest FILE...`");
    for (int i = 1; i < argc; i++) {
        digests all;
        int one;

        if (values[CHECK] != NULL) {
            status = ts_cli_worse(status, check_list(argv[i]));
            continue;
        }
        one = digest_file(argv[i], &all);
        if (one == TS_EXIT_OK)
            printf("%016" PRIx64 " %016" PRIx64 "  %s\n", all.behaviour,
                   all.reported, argv[i]);
        status = ts_cli_worse(status, one);
    }
    return status;
}

const ts_command ts_command_digest = {
    .name = "digest",
    .arguments = "FILE...",
    .summary = "play scenarios and print what must be the same everywhere",
    .about = "Plays each scenario and prints two digests, of all points of a "
             "sweep: one over everything that happened in it, in order, and "
             "one over every metric. They depend on the scenario and the "
             "version of timeslice, and on nothing else: not on the "
             "compiler, the processor or whether spans are kept. Where only "
             "the second changed, the same happened and something else is "
             "said of it. The output is a list for --check.\n\n"
             "Ends with 4 when a digest is not the expected one.",
    .example = "timeslice digest scenarios/slices.json > digests.txt\n"
               "timeslice digest --check digests.txt",
    .options = options,
    .option_count = OPTIONS,
    .complete = "scenario",
    .run = digest,
};

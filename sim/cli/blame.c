/*
 * blame.c - `timeslice blame`: what would help most.
 *
 * Every duration of the scenario that is somebody's work (an operation of a
 * program, a slice, the cost of a switch, the time of a device) is made a
 * little shorter, one at a time, and the scenario is played again with the same
 * draws. What the metric does then is the derivative, without noise in a single
 * run; over replications with other draws it has an interval. After Coz (Curtsinger
 * and Berger 2015), which slows everything else down, since a program's line
 * cannot be made faster; a simulated one can.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/blame_path.h"
#include "sim/cli/compare_databases.h"
#include "sim/cli/options.h"
#include "sim/cli/scenario.h"
#include "sim/engine/student.h"
#include "sim/paper/grid.h"
#include "sim/scenario/escape.h"
#include "sim/scenario/knobs.h"
#include "sim/sweep/point.h"

#define REPLICATIONS_MAX 1000
#define CONFIDENCE 0.95

enum { SET, SEED, BY, REPLICATIONS, ROWS, OPTIONS };

static const ts_option options[OPTIONS] = {
    [SET] = {.name = "set",
             .letter = 's',
             .argument = "/POINTER=VALUE",
             .repeat = true,
             .help = "set what a JSON Pointer names; may be repeated"},
    [SEED] = {.name = "seed", .argument = "N", .help = "another seed"},
    [BY] = {.name = "by",
            .argument = "PERCENT",
            .help = "how much shorter a thing is made (5)"},
    [REPLICATIONS] = {.name = "replications",
                      .letter = 'r',
                      .argument = "N",
                      .help = "with how many draws each is tried (8)"},
    [ROWS] = {.name = "rows",
              .letter = 'n',
              .argument = "N",
              .help = "how many things are shown (20)"},
};

typedef struct effect {
    const ts_knob *knob;
    ts_moments moments; /* of the metric's change, in per cent of it for one per
                           cent of the thing */
    double half;        /* of the interval; 0: one draw only */
} effect;

typedef struct blame {
    const char *file, *metric, *settings;
    ts_blame_run run; /* of a database; its text is NULL: a file */
    uint64_t seed;
    bool has_seed;
    double by;
    int replications, rows;
    ts_knobs knobs;
    double *base; /* owned: the metric, by replication */
    ts_unit unit;
    effect *effects; /* owned, by knob */
    int status;
} blame;

/* --- playing --- */

/* The metric of the document's first run with a seed. */
static bool measure(blame *b, const ts_document *document, int replication,
                    double *value)
{
    ts_point_options asked = {.has_seed = true};
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_points *points;
    ts_point_run run;
    bool fine = false;

    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(document, &diagnostics);
    if (points != NULL) {
        uint64_t seed =
            b->has_seed ? b->seed : (uint64_t)ts_points_root(points)->seed;

        asked.seed = ts_replication_seed(seed, replication);
        if (ts_point_play(points, 0, &asked, &run, &diagnostics, &error)) {
            const ts_metric *m = ts_report_find(run.report, b->metric);

            if (run.report->failed)
                ts_fail(&error, "%s", run.report->reason);
            else if (m == NULL)
                ts_fail(&error, "it reports no metric \"%s\"", b->metric);
            fine = m != NULL && !run.report->failed;
            *value = fine ? m->value : 0;
            b->unit = fine ? m->unit : b->unit;
            ts_point_fini(&run);
        }
    }
    if (!fine)
        b->status = ts_cli_complain(b->file, &diagnostics,
                                    error.text[0] != '\0' ? &error : NULL);
    ts_points_destroy(points);
    ts_diagnostics_fini(&diagnostics);
    return fine;
}

/* The scenario, with one thing shorter; NULL: as it is. */
static ts_document *open_with(blame *b, const ts_knob *knob)
{
    ts_document *document =
        b->run.document != NULL
            ? ts_cli_parse(b->file, b->run.document, b->settings, &b->status)
            : ts_cli_open(b->file, b->settings, &b->status);
    ts_diagnostics diagnostics;
    bool fine = document != NULL;

    ts_diagnostics_init(&diagnostics);
    fine =
        fine && ts_document_set(document, "/sweep", "null", &diagnostics) &&
        ts_document_set(document, "/expect", "null", &diagnostics) &&
        (knob == NULL || ts_knob_turn(knob, document, 1 - b->by, &diagnostics));
    if (!fine && document != NULL) {
        b->status = ts_cli_complain(b->file, &diagnostics, NULL);
        ts_document_free(document);
        document = NULL;
    }
    ts_diagnostics_fini(&diagnostics);
    return document;
}

static bool play_base(blame *b)
{
    ts_document *document = open_with(b, NULL);
    bool fine = document != NULL;

    bool some = false;

    for (int r = 0; fine && r < b->replications; r++) {
        fine = measure(b, document, r, &b->base[r]);
        some |= fabs(b->base[r]) > 0;
    }
    ts_document_free(document);
    if (fine && !some) {
        b->status = ts_cli_fail(TS_EXIT_USAGE,
                                "%s: %s is 0, and of nothing there is no per "
                                "cent",
                                b->file, b->metric);
        return false;
    }
    return fine;
}

static bool play_knob(blame *b, effect *e)
{
    ts_document *document = open_with(b, e->knob);
    bool fine = document != NULL;

    for (int r = 0; fine && r < b->replications; r++) {
        double value, base = b->base[r];

        fine = measure(b, document, r, &value);
        /* A metric of nothing has no share that changes. */
        if (fine && fabs(base) > 0)
            ts_moments_add(&e->moments, (value - base) / fabs(base) / b->by);
    }
    e->half = ts_moments_half_width(&e->moments, CONFIDENCE);
    ts_document_free(document);
    return fine;
}

/* --- the table --- */

static int by_size(const void *a, const void *b)
{
    double x = fabs(((const effect *)a)->moments.mean);
    double y = fabs(((const effect *)b)->moments.mean);

    if (x > y || x < y)
        return x > y ? -1 : 1;
    return ((const effect *)a)->knob < ((const effect *)b)->knob ? -1 : 1;
}

static void add_row(ts_grid *grid, const blame *b, const effect *e)
{
    bool sure = b->replications == 1 || fabs(e->moments.mean) > e->half;

    ts_grid_add(grid, "%s", e->knob->label);
    ts_grid_add(grid, "%+.3f %%", e->moments.mean);
    if (b->replications > 1)
        ts_grid_add(grid, "± %.3f %%", e->half);
    else
        ts_grid_add(grid, "-");
    ts_grid_add(grid, "%s",
                fabs(e->moments.mean) <= 0 ? "nothing"
                : sure                     ? ""
                                           : "within the noise");
}

static bool print_table(blame *b, ts_error *error)
{
    ts_moments base = {.count = 0};
    char mean[64], half[64];
    ts_grid grid;
    bool fine;

    for (int r = 0; r < b->replications; r++)
        ts_moments_add(&base, b->base[r]);
    printf("%s is %s", b->metric,
           ts_format(mean, sizeof mean, b->unit, base.mean));
    if (b->replications > 1)
        printf(" ± %s", ts_format(half, sizeof half, b->unit,
                                  ts_moments_half_width(&base, CONFIDENCE)));
    printf("; for one per cent less of each thing it changes by\n\n");
    qsort(b->effects, b->knobs.count, sizeof *b->effects, by_size);
    ts_grid_init(&grid, 4);
    grid.right[1] = grid.right[2] = true;
    ts_grid_add(&grid, "one per cent less of");
    ts_grid_add(&grid, "change");
    ts_grid_add(&grid, "95 %%");
    ts_grid_add(&grid, "%s", "");
    for (size_t i = 0; i < b->knobs.count && i < (size_t)b->rows; i++)
        add_row(&grid, b, &b->effects[i]);
    fine = ts_grid_print(&grid, 2, stdout, error);
    ts_grid_fini(&grid);
    if (b->knobs.count > (size_t)b->rows)
        printf("  (%zu more: --rows)\n", b->knobs.count - (size_t)b->rows);
    printf("\nEach was tried %.3g %% shorter, with %d draw%s.\n", 100 * b->by,
           b->replications, b->replications == 1 ? "" : "s");
    return fine;
}

/* --- the command --- */

static bool find_knobs(blame *b, ts_error *error)
{
    ts_document *document = open_with(b, NULL);
    bool fine = document != NULL && ts_knobs_find(&b->knobs, document, error);

    ts_document_free(document);
    b->base = calloc((size_t)b->replications, sizeof *b->base);
    b->effects = calloc(b->knobs.count + 1, sizeof *b->effects);
    if (fine && (b->base == NULL || b->effects == NULL))
        fine = ts_fail(error, "out of memory");
    if (fine && b->knobs.count == 0)
        fine = ts_fail(error, "%s: holds no duration that could be shorter",
                       b->file);
    for (size_t i = 0; fine && i < b->knobs.count; i++)
        b->effects[i].knob = &b->knobs.list[i];
    return fine;
}

/* The worst job of the first run. */
static bool print_path(blame *b, ts_error *error)
{
    ts_document *document = open_with(b, NULL);
    bool fine = document != NULL;

    fine = fine && ts_blame_path(document, b->metric,
                                 b->has_seed ? &b->seed : NULL, error);
    ts_document_free(document);
    return fine;
}

static int play_all(blame *b)
{
    ts_error error = {.text = ""};
    bool fine = find_knobs(b, &error) && play_base(b);

    for (size_t i = 0; fine && i < b->knobs.count; i++)
        fine = play_knob(b, &b->effects[i]);
    fine = fine && print_table(b, &error) && print_path(b, &error);
    if (error.text[0] != '\0')
        b->status = ts_cli_fail(TS_EXIT_USAGE, "%s", error.text);
    free(b->base);
    free(b->effects);
    ts_knobs_fini(&b->knobs);
    return b->status;
}

static bool read_number(const char *text, double low, double high,
                        double *number)
{
    char *end;

    *number = strtod(text, &end);
    return end != text && *end == '\0' && *number >= low && *number <= high;
}

/* The scenario of a run in a database, with its seed unless another is asked. */
static int play_stored(blame *b, const char *number)
{
    int status = ts_blame_read(&b->run, b->file, number);

    if (status != TS_EXIT_OK)
        return status;
    if (!b->has_seed)
        b->seed = b->run.seed;
    b->has_seed = true;
    status = play_all(b);
    ts_blame_end(&b->run);
    return status;
}

static int run(int argc, char **argv, const char *const *values)
{
    blame b = {.settings = values[SET], .has_seed = values[SEED] != NULL};
    double percent = 5;
    uint64_t replications = 8, rows = 20;

    if (argc != 3 && !(argc == 4 && ts_is_database(argv[1])))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "blame what for what? `timeslice blame FILE "
                           "METRIC`, or `timeslice blame DB RUN METRIC`");
    if (b.has_seed && !ts_option_whole(values[SEED], 0, UINT64_MAX, &b.seed))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--seed %s: takes a whole number from 0 to 2^64-1",
                           values[SEED]);
    if (values[BY] != NULL && !read_number(values[BY], 0.001, 99, &percent))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--by %s: takes per cents from 0.001 to 99",
                           values[BY]);
    if (values[REPLICATIONS] != NULL &&
        !ts_option_whole(values[REPLICATIONS], 1, REPLICATIONS_MAX,
                         &replications))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--replications %s: takes a whole number from 1 to "
                           "%d",
                           values[REPLICATIONS], REPLICATIONS_MAX);
    if (values[ROWS] != NULL &&
        !ts_option_whole(values[ROWS], 1, 100000, &rows))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--rows %s: takes a whole number from 1 to 100000",
                           values[ROWS]);
    b.file = argv[1];
    b.metric = argv[argc - 1];
    b.by = percent / 100;
    b.replications = (int)replications;
    b.rows = (int)rows;
    return argc == 4 ? play_stored(&b, argv[2]) : play_all(&b);
}

const ts_command ts_command_blame = {
    .name = "blame",
    .arguments = "FILE METRIC | DB RUN METRIC",
    .summary = "what would help a metric most",
    .about =
        "Makes every duration of the scenario that is work a little shorter, "
        "one thing at a time, and plays it again with the same draws: each "
        "operation of a program, all work of a task, what is done under a "
        "lock, slices, costs of switches, times of devices, clocks. What the "
        "metric does is told for one per cent less of the thing, with an "
        "interval over other draws, the strongest first.\n\n"
        "Below stands what the worst job's time went to (of a metric of a "
        "task, "
        "the worst of its jobs; by how late it was, where the metric is of "
        "deadlines): its own work, waits for a processor and behind whom, and "
        "where another thread ended a wait, what that one did meanwhile.\n\n"
        "A sweep of the scenario is left out: of one it is the file as it "
        "stands, or as --set makes it.\n\n"
        "Ends with 0; 2 for wrong words, a scenario that cannot run or a "
        "metric that it does not report.",
    .example =
        "timeslice blame mars-pathfinder-reset threads.bc_dist.turnaround.max",
    .options = options,
    .option_count = OPTIONS,
    .complete = "scenario",
    .run = run,
};

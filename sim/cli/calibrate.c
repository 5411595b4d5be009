/*
 * calibrate.c - `timeslice calibrate`: parameters from half of what was
 * measured, judged by the other half.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/ink.h"
#include "sim/cli/limits.h"
#include "sim/cli/options.h"
#include "sim/cli/scenario.h"
#include "sim/cli/signals.h"
#include "sim/scenario/document.h"
#include "sim/scenario/escape.h"
#include "sim/scenario/units.h"
#include "sim/sweep/calibrate.h"

enum { FIT, ALL, SET, SEED, OPTIONS };

static const ts_option options[OPTIONS] = {
    [FIT] = {.name = "fit",
             .letter = 'f',
             .argument = "/POINTER=LOW..HIGH",
             .repeat = true,
             .help = "a parameter that is sought between two positive ends of "
                     "one unit; may be repeated; without one nothing is sought "
                     "and the rows only judge"},
    [ALL] = {.name = "all", .help = "fit to all rows; none is left to judge"},
    [SET] = {.name = "set",
             .letter = 's',
             .argument = "/POINTER=VALUE",
             .repeat = true,
             .help = "set what a JSON Pointer names; may be repeated"},
    [SEED] = {.name = "seed", .argument = "N", .help = "another seed"},
};

#define TABLE_MAX (16 << 20) /* bytes of what was measured */

/* --- what is asked for --- */

/* The number that `text` begins with, and the unit after it. */
static bool read_end(const char *text, double *value, const char **unit)
{
    char *end;

    *value = strtod(text, &end);
    *unit = end;
    return end != text && *value > 0 && isfinite(*value);
}

/* "/pointer=LOW..HIGH"; all texts are in the arena. */
static bool read_fit(const char *text, ts_fit *fit, ts_arena *arena)
{
    const char *equals = strchr(text, '='), *dots, *unit;
    char *low;

    if (text[0] != '/' || equals == NULL)
        return false;
    dots = strstr(equals, "..");
    if (dots == NULL)
        return false;
    fit->pointer = ts_arena_format(arena, "%.*s", (int)(equals - text), text);
    low = ts_arena_format(arena, "%.*s", (int)(dots - equals - 1), equals + 1);
    if (fit->pointer == NULL || low == NULL ||
        !read_end(dots + 2, &fit->to, &fit->unit) ||
        !read_end(low, &fit->from, &unit))
        return false;
    fit->unit = ts_arena_format(arena, "%s", fit->unit);
    if (fit->unit == NULL)
        return false;
    /* "1..4ms": the unit of both stands at the second. */
    return (*unit == '\0' || strcmp(unit, fit->unit) == 0) &&
           fit->from < fit->to;
}

typedef struct asked {
    ts_fit fits[TS_FITS_MAX];
    int count;
    ts_arena *arena;
    int status;
} asked;

static bool take_fit(void *context, const char *text)
{
    asked *a = context;

    if (a->count == TS_FITS_MAX)
        a->status = ts_cli_fail(TS_EXIT_USAGE,
                                "--fit: more than %d parameters; no table of "
                                "measurements tells so many apart",
                                TS_FITS_MAX);
    else if (!read_fit(text, &a->fits[a->count], a->arena))
        a->status = ts_cli_fail(TS_EXIT_USAGE,
                                "--fit %s: /POINTER=LOW..HIGH is expected, two "
                                "positive numbers with the unit of the second, "
                                "as in /servers/0/handler/0/run=0.5..4ms",
                                text);
    else
        a->count++;
    return a->status == TS_EXIT_OK;
}

/* --- what is printed --- */

static void progress(void *context, int plays)
{
    (void)context;
    if (ts_cli_terminal(stderr))
        fprintf(stderr, "\r%d runs played", plays);
}

static void print_fits(const ts_calibration *c)
{
    for (int i = 0; i < c->fit_count; i++) {
        const ts_fit *fit = &c->fits[i];

        printf("  %s  %.4g%s", fit->pointer, fit->value, fit->unit);
        printf("  (%.4g to %.4g do nearly as well)\n", fit->low, fit->high);
        if (!fit->told)
            printf("    %sthe rows do not tell it%s: nearly any value of its "
                   "range does\n",
                   ts_ink_of(stdout, TS_INK_BAD),
                   ts_ink_of(stdout, TS_INK_NONE));
        else if (fit->at_end)
            printf("    %sat the end of its range%s: the best may lie beyond\n",
                   ts_ink_of(stdout, TS_INK_BAD),
                   ts_ink_of(stdout, TS_INK_NONE));
    }
    printf("  root mean square of the errors in the rows fitted to: %.1f %%, "
           "%d runs\n",
           100 * c->error_fitted, c->plays);
}

static double error_in(const ts_calibration *c, int row, int column)
{
    double measured = ts_measured_at(c->measured, row, column)->value;
    double predicted = c->predicted[row * c->measured->column_count + column];

    return measured != 0 ? predicted / measured - 1 : NAN;
}

/* "16, 350ms": what was set in the row. */
static void print_settings(const ts_measured *m, int row)
{
    const char *comma = "";

    for (int i = 0; i < m->column_count; i++)
        if (m->columns[i].setting) {
            printf("%s", comma);
            ts_escape_print(stdout, TS_ESCAPE_LINE,
                            ts_measured_at(m, row, i)->text);
            comma = ", ";
        }
}

static void print_rows(const ts_calibration *c)
{
    const ts_measured *m = c->measured;
    char measured[40], predicted[40];

    for (int row = 0; row < m->row_count; row++) {
        printf("row %d", row + 1);
        printf("%s", ts_calibration_fits(c, row) ? " (fitted to): " : ": ");
        print_settings(m, row);
        printf("%s%s%s\n",
               c->overloaded[row] ? ts_ink_of(stdout, TS_INK_BAD) : "",
               c->overloaded[row] ? "  overloaded: what is measured depends on "
                                    "how long one looks"
                                  : "",
               c->overloaded[row] ? ts_ink_of(stdout, TS_INK_NONE) : "");
        for (int i = 0; i < m->column_count; i++) {
            const ts_measured_cell *cell = ts_measured_at(m, row, i);
            ts_unit unit =
                cell->kind == TS_QUANTITY_TIME ? TS_UNIT_TIME : TS_UNIT_NUMBER;

            if (m->columns[i].setting || !cell->given)
                continue;
            printf("  %-36s %10s %10s  %+6.1f %%\n", m->columns[i].name,
                   ts_format(measured, sizeof measured, unit, cell->value),
                   ts_format(predicted, sizeof predicted, unit,
                             c->predicted[row * m->column_count + i]),
                   100 * error_in(c, row, i));
        }
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Of a metric, over the rows that judge: bias, mean and median of the sizes of
 * its errors. */
static void print_judgement(const ts_calibration *c, int column, double *sizes)
{
    const ts_measured *m = c->measured;
    double bias = 0, mean = 0;
    int count = 0;

    for (int row = 0; row < m->row_count; row++) {
        double error;

        if (ts_calibration_fits(c, row) != c->all ||
            !ts_measured_at(m, row, column)->given)
            continue;
        error = error_in(c, row, column);
        if (isnan(error))
            continue;
        bias += error;
        mean += fabs(error);
        sizes[count++] = fabs(error);
    }
    if (count == 0) {
        printf("  %-36s no row\n", m->columns[column].name);
        return;
    }
    qsort(sizes, (size_t)count, sizeof *sizes, compare);
    printf("  %-36s %4d %+7.1f %% %7.1f %% %7.1f %% %7.1f %%\n",
           m->columns[column].name, count, 100 * bias / count,
           100 * mean / count, 100 * sizes[count / 2], 100 * sizes[count - 1]);
}

static int print(const ts_calibration *c)
{
    const ts_measured *m = c->measured;
    double *sizes = calloc((size_t)m->row_count, sizeof *sizes);

    if (sizes == NULL)
        return ts_cli_fail(TS_EXIT_IO, "out of memory");
    if (c->fit_count > 0) {
        printf("found:\n");
        print_fits(c);
        putchar('\n');
    }
    printf("%-38s %10s %10s\n", "", "measured", "simulated");
    print_rows(c);
    printf("\n%s\n  %-36s rows    bias      mean    median      most\n",
           c->all ? "errors, in the rows fitted to"
                  : "errors, in the rows that were not fitted to",
           "");
    for (int i = 0; i < m->column_count; i++)
        if (!m->columns[i].setting)
            print_judgement(c, i, sizes);
    free(sizes);
    return TS_EXIT_OK;
}

/* --- the command --- */

/* A sweep would play many points where the table names one. */
static bool drop_sweep(ts_document *document, ts_diagnostics *diagnostics)
{
    static const char *const dropped[] = {"/sweep", "/expect", "/pictures"};

    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++) {
        char *given = NULL;
        bool good = ts_document_get(document, dropped[i], &given) &&
                    (given == NULL || ts_document_set(document, dropped[i],
                                                      "null", diagnostics));

        free(given);
        if (!good)
            return false;
    }
    return true;
}

static int play(ts_calibration *c, const char *file, ts_document *document,
                ts_arena *arena)
{
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    bool good;

    ts_diagnostics_init(&diagnostics);
    c->document = document;
    good = drop_sweep(document, &diagnostics) &&
           ts_calibrate(c, arena, &diagnostics, &error);
    if (ts_cli_terminal(stderr))
        fprintf(stderr, "\r%24s\r", "");
    if (!good && ts_signals_raised() != 0)
        return 128 + ts_signals_raised();
    if (!good)
        return ts_cli_complain(file, &diagnostics, &error);
    ts_diagnostics_fini(&diagnostics);
    return print(c);
}

static int calibrate_file(ts_calibration *c, char **argv, const char *settings,
                          ts_arena *arena)
{
    ts_error error = {.text = ""};
    ts_measured measured;
    ts_document *document;
    size_t length = 0;
    int status;
    char *text = ts_file_read(argv[2], false, TABLE_MAX, &length, &error);

    if (text == NULL)
        return ts_cli_fail(TS_EXIT_IO, "%s: %s", argv[2], error.text);
    if (!ts_measured_read(&measured, text, length, arena, &error)) {
        free(text);
        return ts_cli_fail(TS_EXIT_USAGE, "%s: %s", argv[2], error.text);
    }
    free(text);
    c->measured = &measured;
    document = ts_cli_open(argv[1], settings, &status);
    if (document == NULL)
        return status;
    status = play(c, argv[1], document, arena);
    ts_document_free(document);
    return status;
}

static int calibrate(int argc, char **argv, const char *const *values)
{
    ts_arena arena;
    asked a = {.arena = &arena};
    ts_calibration c = {.fits = a.fits,
                        .all = values[ALL] != NULL,
                        .options = {.trace = TS_TRACE_OFF,
                                    .has_seed = values[SEED] != NULL,
                                    .interrupt = ts_signals_catch()},
                        .progress = progress};

    if (argc != 3)
        return ts_cli_fail(TS_EXIT_USAGE, "calibrate what by what? `timeslice "
                                          "calibrate SCENARIO MEASURED [--fit "
                                          "/POINTER=LOW..HIGH]`");
    if (values[SEED] != NULL &&
        !ts_option_whole(values[SEED], 0, UINT64_MAX, &c.options.seed))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--seed %s: takes a whole number from 0 to 2^64-1",
                           values[SEED]);
    ts_arena_init(&arena, 0);
    if (values[FIT] == NULL || ts_option_each(values[FIT], take_fit, &a)) {
        c.fit_count = a.count;
        a.status = calibrate_file(&c, argv, values[SET], &arena);
    }
    ts_arena_fini(&arena);
    return a.status;
}

const ts_command ts_command_calibrate = {
    .name = "calibrate",
    .arguments = "SCENARIO MEASURED",
    .summary = "fit parameters to half of the measurements, judge by half",
    .about =
        "MEASURED is a table with commas: a column whose name is a JSON "
        "Pointer is set in the scenario, row by row, any other is a metric "
        "with the values that were measured (\"340/s\", \"12.5ms\"; empty: "
        "not measured).\n\n"
        "Every other row, from the first on, is fitted to: the parameters of "
        "--fit are sought where the squares of the relative errors add up to "
        "the least. The other rows are predicted and judge: a table of every "
        "row, and of each metric its bias and the mean, median and largest "
        "size of its errors. Rows whose latency grows with the time that is "
        "simulated are called overloaded: there is no wrong model behind "
        "them. A parameter that the rows do not tell is said, and one whose "
        "best is at an end of its range.",
    .example = "timeslice calibrate own-server scenarios/own-server.csv \\\n"
               "    -s /stop=15s --fit /servers/0/handler/0/run=0.1..5ms",
    .options = options,
    .option_count = OPTIONS,
    .complete = "scenario",
    .reads_words = true,
    .run = calibrate,
};

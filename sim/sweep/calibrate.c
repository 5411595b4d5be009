/*
 * calibrate.c - the fit, and the prediction.
 */
#include "sim/sweep/calibrate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/units.h"

#define GOLDEN 0.6180339887498949
#define NARROW 0.005 /* of the logarithm's range: a golden section ends */
#define CYCLES 12    /* of all parameters in turn, at most */
#define FAR 4        /* times the way of a cycle: how far it is followed */
#define WORSE 1.02   /* of the root mean square: as good as the best */
#define FLAT 0.25    /* of the range as good as the best: not told */
#define MISSING 10   /* relative error of a metric that is not there */
#define DRIFT 1.25   /* half the time shows less by that much: overloaded */

typedef struct fitting {
    ts_calibration *c;
    ts_diagnostics *diagnostics;
    ts_error *error;
    double place[TS_FITS_MAX]; /* of each parameter, 0..1 of its range */
} fitting;

bool ts_calibration_fits(const ts_calibration *calibration, int row)
{
    return calibration->all || row % 2 == 0;
}

static double value_at(const ts_fit *fit, double place)
{
    return fit->from * ts_exp(place * ts_log(fit->to / fit->from));
}

static bool set(fitting *f, ts_document *document, const char *pointer,
                const char *value)
{
    return ts_document_set(document, pointer, value, f->diagnostics);
}

/* Half of the scenario's time to stop, as text; false: it says no such time. */
static bool half_time(const ts_document *document, char *text, size_t size)
{
    char *stop = NULL, *end;
    ts_quantity time;
    bool timed = false;

    if (!ts_document_get(document, "/stop", &stop) || stop == NULL)
        return false;
    end = strrchr(stop, '"');
    if (stop[0] == '"' && end > stop) {
        *end = '\0';
        timed = ts_quantity_read(stop + 1, TS_QUANTITY_TIME, &time, NULL);
    }
    if (timed)
        snprintf(text, size, "%.0fps", ts_quantity_double(&time) / 2);
    free(stop);
    return timed;
}

/* The document of a row, with the parameters where they are; NULL with
 * diagnostics. */
static ts_document *prepare(fitting *f, int row, bool half)
{
    const ts_calibration *c = f->c;
    ts_document *document = ts_document_copy(c->document);
    char stop[40];
    bool good = document != NULL;

    for (int i = 0; good && i < c->fit_count; i++) {
        char text[64];

        snprintf(text, sizeof text, "%.9g%s",
                 value_at(&c->fits[i], f->place[i]), c->fits[i].unit);
        good = set(f, document, c->fits[i].pointer, text);
    }
    for (int i = 0; good && i < c->measured->column_count; i++) {
        const ts_measured_cell *cell = ts_measured_at(c->measured, row, i);

        if (c->measured->columns[i].setting && cell->given)
            good = set(f, document, c->measured->columns[i].name, cell->text);
    }
    if (good && half)
        good = half_time(document, stop, sizeof stop) &&
               set(f, document, "/stop", stop);
    if (good)
        return document;
    ts_document_free(document);
    return NULL;
}

/* Bare numbers are counts, ratios and rates alike, but no times. */
static bool is_of_unit(const ts_measured_cell *cell, ts_unit unit)
{
    return (unit == TS_UNIT_TIME) == (cell->kind == TS_QUANTITY_TIME);
}

/* A metric, or a percentile that is none; INFINITY: it is not there, when nobody
 * was answered, say. False: it has another unit. */
static bool take_one(fitting *f, int row, int column, const ts_report *report,
                     double *value)
{
    const char *name = f->c->measured->columns[column].name;
    const ts_measured_cell *cell = ts_measured_at(f->c->measured, row, column);
    const ts_metric *metric = ts_report_find(report, name);
    ts_unit unit = TS_UNIT_NUMBER;
    int64_t percentile = 0;

    *value = INFINITY;
    if (metric == NULL &&
        !ts_report_percentile(report, name, &unit, &percentile))
        return true;
    if (metric != NULL)
        unit = metric->unit;
    if (!is_of_unit(cell, unit))
        return ts_fail(f->error,
                       "row %d, %.100s: \"%.40s\" has another unit; it is %s",
                       row + 1, name, cell->text,
                       unit == TS_UNIT_TIME ? "a time such as \"5ms\""
                                            : "no time");
    *value = metric != NULL ? metric->value : (double)percentile;
    return true;
}

/* What the row's metrics are; NAN: not asked for. */
static bool take(fitting *f, int row, const ts_report *report, double *values)
{
    const ts_measured *m = f->c->measured;

    if (report->failed)
        return ts_fail(f->error, "row %d: %.300s", row + 1, report->reason);
    for (int i = 0; i < m->column_count; i++) {
        values[i] = NAN;
        if (!m->columns[i].setting && ts_measured_at(m, row, i)->given &&
            !take_one(f, row, i, report, &values[i]))
            return false;
    }
    return true;
}

static bool play(fitting *f, int row, bool half, double *values)
{
    ts_document *document = prepare(f, row, half);
    ts_points *points =
        document != NULL ? ts_points_create(document, f->diagnostics) : NULL;
    ts_point_run run;
    bool good = false;

    if (points != NULL && ts_point_play(points, 0, &f->c->options, &run,
                                        f->diagnostics, f->error)) {
        good = run.interrupted ? ts_fail(f->error, "interrupted")
                               : take(f, row, run.report, values);
        ts_point_fini(&run);
    }
    ts_points_destroy(points);
    ts_document_free(document);
    f->c->plays++;
    if (f->c->progress != NULL)
        f->c->progress(f->c->context, f->c->plays);
    return good;
}

static double relative_error(const fitting *f, int row, int column,
                             double value)
{
    double measured = ts_measured_at(f->c->measured, row, column)->value;

    if (isinf(value))
        return MISSING;
    return measured != 0 ? value / measured - 1 : value;
}

/* Root mean square of the relative errors in the rows that are fitted to; below
 * 0: a run failed. */
static double error_of(fitting *f)
{
    const ts_measured *m = f->c->measured;
    double squares = 0;
    int count = 0;

    for (int row = 0; row < m->row_count; row++) {
        double *values = f->c->predicted + row * m->column_count;

        if (!ts_calibration_fits(f->c, row))
            continue;
        if (!play(f, row, false, values))
            return -1;
        for (int i = 0; i < m->column_count; i++)
            if (!isnan(values[i])) {
                double e = relative_error(f, row, i, values[i]);

                squares += e * e;
                count++;
            }
    }
    return count > 0 ? sqrt(squares / count) : 0;
}

/* A line through the ranges, along which the error is looked for. */
typedef struct line {
    double from[TS_FITS_MAX], step[TS_FITS_MAX];
} line;

static double error_along(fitting *f, const line *l, double at)
{
    for (int i = 0; i < f->c->fit_count; i++)
        f->place[i] = fmin(1, fmax(0, l->from[i] + at * l->step[i]));
    return error_of(f);
}

/* Moves to where the error is least between `low` and `high` of the line;
 * returns that error, below 0: a run failed. */
static double golden_section(fitting *f, const line *l, double low, double high)
{
    const double narrow = NARROW * (high - low);
    double a = high - GOLDEN * (high - low), b = low + GOLDEN * (high - low);
    double at_a = error_along(f, l, a);
    double at_b = at_a < 0 ? -1 : error_along(f, l, b);

    while (high - low > narrow && at_a >= 0 && at_b >= 0) {
        if (at_a <= at_b) {
            high = b;
            b = a;
            at_b = at_a;
            a = high - GOLDEN * (high - low);
            at_a = error_along(f, l, a);
        } else {
            low = a;
            a = b;
            at_a = at_b;
            b = low + GOLDEN * (high - low);
            at_b = error_along(f, l, b);
        }
    }
    if (at_a < 0 || at_b < 0)
        return -1;
    return error_along(f, l, at_a <= at_b ? a : b);
}

/* Where in parameter i's range it is best is looked for on a coarse grid first:
 * an error need not fall to one side only. */
static double search(fitting *f, int i)
{
    const int steps = 8;
    double least = INFINITY, best = 0;
    line l = {.step[0] = 0};

    memcpy(l.from, f->place, sizeof l.from);
    l.from[i] = 0;
    l.step[i] = 1;
    for (int k = 0; k <= steps; k++) {
        double error = error_along(f, &l, (double)k / steps);

        if (error < 0)
            return -1;
        if (error < least) {
            least = error;
            best = (double)k / steps;
        }
    }
    return golden_section(f, &l, fmax(0, best - 1.0 / steps),
                          fmin(1, best + 1.0 / steps));
}

/* On along the way of the last cycle: where parameters make up for each other,
 * the least lies in a valley that one alone does not follow. */
static double go_on(fitting *f, const double *before, double error)
{
    double best[TS_FITS_MAX], found;
    line l = {.step[0] = 0};

    memcpy(best, f->place, sizeof best);
    memcpy(l.from, before, sizeof l.from);
    for (int i = 0; i < f->c->fit_count; i++)
        l.step[i] = f->place[i] - before[i];
    found = golden_section(f, &l, 0, FAR);
    if (found >= 0 && found > error)
        memcpy(f->place, best, sizeof best);
    return found < 0 ? found : fmin(found, error);
}

static bool fit(fitting *f)
{
    ts_calibration *c = f->c;
    double last = INFINITY, before[TS_FITS_MAX];

    for (int i = 0; i < c->fit_count; i++)
        f->place[i] = 0.5;
    c->error_fitted = c->fit_count == 0 ? error_of(f) : 0;
    if (c->fit_count == 0)
        return c->error_fitted >= 0;
    for (int cycle = 0; cycle < CYCLES; cycle++) {
        memcpy(before, f->place, sizeof before);
        for (int i = 0; i < c->fit_count; i++) {
            c->error_fitted = search(f, i);
            if (c->error_fitted < 0)
                return false;
        }
        if (c->fit_count > 1 && cycle > 0)
            c->error_fitted = go_on(f, before, c->error_fitted);
        if (c->error_fitted < 0)
            return false;
        if (c->fit_count < 2 || c->error_fitted > last * 0.999)
            break;
        last = c->error_fitted;
    }
    return true;
}

/* How far parameter i may go in one direction (-1, 1) until the error is
 * noticeably worse; below 0: a run failed. */
static double reach(fitting *f, int i, int direction)
{
    double best = f->place[i], step = 1.0 / 64, at = best;

    while (at > 0 && at < 1) {
        double next = fmin(1, fmax(0, at + direction * step)), error;

        f->place[i] = next;
        error = error_of(f);
        f->place[i] = best;
        if (error < 0)
            return -1;
        if (error > f->c->error_fitted * WORSE + 1e-9)
            break;
        at = next;
        step *= 1.5;
    }
    return at;
}

static bool judge_fit(fitting *f, int i)
{
    ts_fit *found = &f->c->fits[i];
    double low = reach(f, i, -1), high = low < 0 ? -1 : reach(f, i, 1);

    if (high < 0)
        return false;
    found->value = value_at(found, f->place[i]);
    found->low = value_at(found, low);
    found->high = value_at(found, high);
    found->told = high - low < FLAT;
    found->at_end = f->place[i] < NARROW || f->place[i] > 1 - NARROW;
    return true;
}

/* A queue that grows shows more the longer one looks: then the row says where
 * the measurement was stopped, and not what the system does. */
static bool grows(const fitting *f, const double *whole, const double *half)
{
    const ts_measured *m = f->c->measured;

    for (int i = 0; i < m->column_count; i++)
        if (!isnan(whole[i]) && half[i] > 0 && !isinf(half[i]) &&
            whole[i] > half[i] * DRIFT &&
            strstr(m->columns[i].name, "latency") != NULL)
            return true;
    return false;
}

/* Half the time may be too short for a metric: then nothing is known. */
static bool is_overloaded(fitting *f, int row, const double *whole,
                          double *half)
{
    ts_error error = {.text = ""}, *kept = f->error;
    ts_diagnostics diagnostics, *all = f->diagnostics;
    bool known;

    ts_diagnostics_init(&diagnostics);
    f->error = &error;
    f->diagnostics = &diagnostics;
    known = play(f, row, true, half);
    f->error = kept;
    f->diagnostics = all;
    ts_diagnostics_fini(&diagnostics);
    return known && grows(f, whole, half);
}

static bool predict(fitting *f, ts_arena *arena)
{
    const ts_measured *m = f->c->measured;
    double *half = ts_arena_array(arena, (size_t)m->column_count, sizeof *half);

    if (half == NULL)
        return ts_fail(f->error, "out of memory");
    for (int row = 0; row < m->row_count; row++) {
        double *whole = f->c->predicted + row * m->column_count;

        if (!play(f, row, false, whole))
            return false;
        for (int i = 0; i < m->column_count; i++)
            if (isinf(whole[i]))
                return ts_fail(f->error,
                               "row %d: the run has no metric \"%.100s\"",
                               row + 1, m->columns[i].name);
        f->c->overloaded[row] = is_overloaded(f, row, whole, half);
    }
    return true;
}

bool ts_calibrate(ts_calibration *calibration, ts_arena *arena,
                  ts_diagnostics *diagnostics, ts_error *error)
{
    const ts_measured *m = calibration->measured;
    size_t rows = (size_t)m->row_count;
    fitting f = {.c = calibration, .diagnostics = diagnostics, .error = error};

    calibration->predicted =
        ts_arena_array(arena, rows * (size_t)m->column_count,
                       sizeof *calibration->predicted);
    calibration->overloaded =
        ts_arena_array(arena, rows, sizeof *calibration->overloaded);
    if (calibration->predicted == NULL || calibration->overloaded == NULL)
        return ts_fail(error, "out of memory");
    if (!fit(&f))
        return false;
    for (int i = 0; i < calibration->fit_count; i++)
        if (!judge_fit(&f, i))
            return false;
    return predict(&f, arena);
}

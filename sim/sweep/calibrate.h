/*
 * calibrate.h - a few parameters of a scenario, found from what was measured.
 *
 * Every other row of the table, from the first on, is fitted to; the others
 * are predicted and judge. A fit is the least sum of squared relative errors;
 * parameters are positive and are sought on a logarithmic scale between two
 * ends, one after the other, until none moves: a golden section each.
 *
 * A fit may say nothing. Where the error is nearly the same wherever a
 * parameter is, the rows do not tell it; `low` and `high` are how far it can
 * move until the root mean square of the errors is a fiftieth worse, with the
 * others as they are. Without a parameter nothing is sought, and the same rows
 * judge: a scenario that was calibrated before, say.
 */
#ifndef TS_SWEEP_CALIBRATE_H
#define TS_SWEEP_CALIBRATE_H

#include "sim/sweep/measured.h"
#include "sim/sweep/point.h"

#define TS_FITS_MAX 8

typedef struct ts_fit {
    const char *pointer;
    double from, to;  /* the ends, in `unit`; 0 < from < to */
    const char *unit; /* "ms", "" */
    double value;     /* found */
    double low, high; /* see above */
    bool told;        /* the rows tell it */
    bool at_end;      /* the best is at an end of the range */
} ts_fit;

typedef struct ts_calibration {
    const ts_document *document; /* borrowed; it has no sweep */
    const ts_measured *measured;
    ts_fit *fits;
    int fit_count;
    bool all; /* all rows are fitted to, and none judges */
    ts_point_options options;
    /* A play is over: how many there were. NULL: nobody asks. */
    void (*progress)(void *context, int plays);
    void *context;
    double *predicted;   /* of each cell, as ts_measured; NAN: not given */
    bool *overloaded;    /* of each row: its backlog grows without end */
    double error_fitted; /* root mean square over the rows fitted to */
    int plays;
} ts_calibration;

/* Fits and predicts; false with an error or diagnostics. What it finds is in the
 * arena. */
TS_MUST_USE
bool ts_calibrate(ts_calibration *calibration, ts_arena *arena,
                  ts_diagnostics *diagnostics, ts_error *error);
/* Is the row one of those that are fitted to? */
bool ts_calibration_fits(const ts_calibration *calibration, int row);

#endif

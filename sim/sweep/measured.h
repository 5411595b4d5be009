/*
 * measured.h - what was measured elsewhere, as rows of a table.
 *
 * The first line names the columns: a JSON Pointer is what was set, anything
 * else a metric. Every other line is a row; a value is written as a scenario
 * writes it ("64", "12.5ms", "340/s"), and an empty one was not measured.
 * Commas separate, quotes enclose what has commas (RFC 4180), a line that
 * begins with # is a remark.
 *
 *   /clients/0/users,requests.per_second,requests.latency.p95
 *   16,338,61ms
 */
#ifndef TS_SWEEP_MEASURED_H
#define TS_SWEEP_MEASURED_H

#include "sim/engine/arena.h"
#include "sim/scenario/field.h"

typedef struct ts_measured_column {
    const char *name;
    bool setting; /* its cells are set; else they are metrics */
} ts_measured_column;

typedef struct ts_measured_cell {
    const char *text;
    bool given;
    int kind;     /* of a metric: ts_quantity_kind */
    double value; /* in base units, times in ps */
} ts_measured_cell;

typedef struct ts_measured {
    const ts_measured_column *columns;
    int column_count;
    const ts_measured_cell *cells; /* row by row */
    int row_count;
} ts_measured;

/* Reads the table from `text`; all it has is in the arena. */
TS_MUST_USE
bool ts_measured_read(ts_measured *measured, const char *text, size_t length,
                      ts_arena *arena, ts_error *error);

static inline const ts_measured_cell *
ts_measured_at(const ts_measured *measured, int row, int column)
{
    return &measured->cells[row * measured->column_count + column];
}

#endif

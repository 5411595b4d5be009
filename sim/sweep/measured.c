/*
 * measured.c - a table of measurements.
 */
#include "sim/sweep/measured.h"

#include <string.h>

#include "sim/scenario/buffer.h"
#include "sim/scenario/units.h"

#define COLUMNS_MAX 64
#define ROWS_MAX 10000

typedef struct reading {
    ts_measured *measured;
    ts_arena *arena;
    ts_error *error;
    const char *at, *end;
    int line;
    ts_measured_column columns[COLUMNS_MAX];
    ts_measured_cell *cells;
    int room; /* of rows */
} reading;

static bool out_of_memory(reading *r)
{
    return ts_fail(r->error, "out of memory for what was measured");
}

/* The field that begins here, without its quotes and the blanks around it;
 * stops at the comma or the end of the line. NULL: out of memory. */
static const char *read_field(reading *r)
{
    ts_buffer text = TS_BUFFER_EMPTY;
    bool quoted = false;
    char *copy;

    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t'))
        r->at++;
    for (; r->at < r->end; r->at++) {
        if (*r->at == '"' && quoted && r->at + 1 < r->end && r->at[1] == '"')
            ts_buffer_char(&text, *r->at++);
        else if (*r->at == '"')
            quoted = !quoted;
        else if (!quoted && (*r->at == ',' || *r->at == '\n'))
            break;
        else
            ts_buffer_char(&text, *r->at);
    }
    while (text.length > 0 && strchr(" \t\r", text.data[text.length - 1]))
        text.length--;
    copy = ts_arena_alloc(r->arena, text.length + 1);
    if (copy != NULL && text.length > 0)
        memcpy(copy, text.data, text.length);
    if (text.failed)
        copy = NULL;
    ts_buffer_fini(&text);
    return copy;
}

/* Over the end of the line; false: there was more in it. */
static bool end_line(reading *r)
{
    if (r->at < r->end && *r->at != '\n')
        return ts_fail(r->error, "line %d has more than %d fields", r->line,
                       r->measured->column_count);
    r->at += r->at < r->end;
    r->line++;
    return true;
}

/* Over remarks and empty lines; false: that was all. */
static bool next_line(reading *r)
{
    while (r->at < r->end && strchr("#\r\n", *r->at) != NULL) {
        const char *stop = memchr(r->at, '\n', (size_t)(r->end - r->at));

        r->at = stop != NULL ? stop + 1 : r->end;
        r->line++;
    }
    return r->at < r->end;
}

static bool read_columns(reading *r)
{
    ts_measured *m = r->measured;
    bool more = true;

    if (!next_line(r))
        return ts_fail(r->error, "it is empty: a line with the columns' names "
                                 "is expected");
    for (; more; more = r->at < r->end && *r->at == ',' && r->at++) {
        const char *name = read_field(r);

        if (name == NULL)
            return out_of_memory(r);
        if (*name == '\0')
            return ts_fail(r->error, "line %d: column %d has no name", r->line,
                           m->column_count + 1);
        if (m->column_count == COLUMNS_MAX)
            return ts_fail(r->error, "line %d: more than %d columns", r->line,
                           COLUMNS_MAX);
        for (int i = 0; i < m->column_count; i++)
            if (strcmp(r->columns[i].name, name) == 0)
                return ts_fail(r->error, "line %d: \"%.100s\" stands twice",
                               r->line, name);
        r->columns[m->column_count++] =
            (ts_measured_column){.name = name, .setting = name[0] == '/'};
    }
    m->columns = r->columns;
    return end_line(r);
}

/* What a metric's cell says, in base units. */
static bool read_value(reading *r, int column, ts_measured_cell *cell)
{
    const unsigned any = TS_QUANTITY_NUMBER | TS_QUANTITY_TIME |
                         TS_QUANTITY_SIZE | TS_QUANTITY_RATIO |
                         TS_QUANTITY_FREQUENCY | TS_QUANTITY_RATE |
                         TS_QUANTITY_BYTE_RATE | TS_QUANTITY_POWER;
    ts_error why = {.text = ""};
    ts_quantity quantity;

    if (!ts_quantity_read(cell->text, any, &quantity, &why) &&
        !ts_number_read(cell->text, &quantity, &why))
        return ts_fail(r->error, "line %d, %.100s: %.200s", r->line,
                       r->columns[column].name, why.text);
    cell->kind = (int)quantity.kind;
    cell->value = ts_quantity_double(&quantity);
    return true;
}

static bool grow(reading *r)
{
    int room = r->room > 0 ? 2 * r->room : 16;
    size_t columns = (size_t)r->measured->column_count;
    ts_measured_cell *cells =
        ts_arena_array(r->arena, (size_t)room * columns, sizeof *cells);

    if (cells == NULL)
        return out_of_memory(r);
    if (r->room > 0)
        memcpy(cells, r->cells, (size_t)r->room * columns * sizeof *cells);
    r->cells = cells;
    r->room = room;
    return true;
}

static bool read_row(reading *r)
{
    ts_measured *m = r->measured;
    ts_measured_cell *cells;

    if (m->row_count == ROWS_MAX)
        return ts_fail(r->error, "more than %d rows", ROWS_MAX);
    if (m->row_count == r->room && !grow(r))
        return false;
    cells = r->cells + m->row_count++ * m->column_count;
    for (int i = 0; i < m->column_count; i++) {
        if (i > 0 && (r->at >= r->end || *r->at++ != ','))
            return ts_fail(r->error,
                           "line %d has %d fields, and there are %d "
                           "columns",
                           r->line, i, m->column_count);
        cells[i].text = read_field(r);
        if (cells[i].text == NULL)
            return out_of_memory(r);
        cells[i].given = cells[i].text[0] != '\0';
        if (cells[i].given && !r->columns[i].setting &&
            !read_value(r, i, &cells[i]))
            return false;
    }
    return end_line(r);
}

/* What a fit needs: something that differs, and something that was measured. */
static bool check(const reading *r)
{
    int metrics = 0;

    for (int i = 0; i < r->measured->column_count; i++)
        metrics += !r->columns[i].setting;
    if (metrics == 0)
        return ts_fail(r->error, "no column is a metric: names that begin with "
                                 "/ are settings");
    if (r->measured->row_count == 0)
        return ts_fail(r->error, "there is no row below the columns' names");
    return true;
}

bool ts_measured_read(ts_measured *measured, const char *text, size_t length,
                      ts_arena *arena, ts_error *error)
{
    reading *r = ts_arena_alloc(arena, sizeof *r);

    if (r == NULL)
        return ts_fail(error, "out of memory for what was measured");
    *measured = (ts_measured){.columns = NULL};
    *r = (reading){.measured = measured,
                   .arena = arena,
                   .error = error,
                   .at = text,
                   .end = text + length,
                   .line = 1};
    if (!read_columns(r))
        return false;
    while (next_line(r))
        if (!read_row(r))
            return false;
    measured->cells = r->cells;
    return check(r);
}

/*
 * grid.c - a table on the terminal.
 */
#include "sim/paper/grid.h"

#include <stdarg.h>
#include <string.h>

#include "sim/scenario/escape.h"

void ts_grid_init(ts_grid *grid, int columns)
{
    assert(columns > 0 && columns <= TS_GRID_COLUMNS);
    *grid = (ts_grid){.columns = columns};
    ts_arena_init(&grid->arena, 0);
}

void ts_grid_fini(ts_grid *grid)
{
    ts_arena_fini(&grid->arena);
}

static bool make_room(ts_grid *grid)
{
    size_t room = grid->room > 0 ? 2 * grid->room : 256;
    const char **cells;

    if (grid->count < grid->room)
        return true;
    cells = ts_arena_array(&grid->arena, room, sizeof *cells);
    if (cells == NULL)
        return false;
    if (grid->count > 0)
        memcpy(cells, grid->cells, grid->count * sizeof *cells);
    grid->cells = cells;
    grid->room = room;
    return true;
}

void ts_grid_add(ts_grid *grid, const char *format, ...)
{
    ts_buffer text = TS_BUFFER_EMPTY;
    const char *copy = NULL;
    va_list arguments;

    va_start(arguments, format);
    ts_buffer_vformat(&text, format, arguments);
    va_end(arguments);
    if (!text.failed && make_room(grid))
        copy = ts_arena_text(&grid->arena, text.data);
    ts_buffer_fini(&text);
    if (copy != NULL && !grid->full)
        grid->cells[grid->count++] = copy;
    else
        grid->full = true;
}

int ts_text_width(const char *text)
{
    int width = 0;

    for (; *text != '\0'; text++) /* count all but UTF-8's later bytes */
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

void ts_grid_prune(ts_grid *grid)
{
    size_t columns = (size_t)grid->columns, kept = 0, count = 0;
    bool used[TS_GRID_COLUMNS] = {false};

    for (size_t i = columns; i < grid->count; i++)
        used[i % columns] |= grid->cells[i][0] != '\0';
    for (size_t i = 0; i < grid->count; i++)
        if (used[i % columns])
            grid->cells[count++] = grid->cells[i];
    for (size_t c = 0; c < columns; c++)
        if (used[c])
            grid->right[kept++] = grid->right[c];
    grid->columns = kept > 0 ? (int)kept : 1;
    grid->count = count;
}

/* Makes all cells safe for a terminal, in place. */
static void make_safe(ts_grid *grid)
{
    ts_buffer text = TS_BUFFER_EMPTY;

    for (size_t i = 0; i < grid->count; i++) {
        text.length = 0;
        ts_buffer_add(&text, "", 0);
        ts_escape(&text, TS_ESCAPE_LINE, grid->cells[i]);
        grid->cells[i] =
            text.failed ? NULL : ts_arena_text(&grid->arena, text.data);
        grid->full |= grid->cells[i] == NULL;
    }
    ts_buffer_fini(&text);
}

static void measure(const ts_grid *grid, int *widths)
{
    for (size_t i = 0; i < grid->count; i++) {
        int width = ts_text_width(grid->cells[i]);
        size_t column = i % (size_t)grid->columns;

        if (width > widths[column])
            widths[column] = width;
    }
}

int ts_grid_width(const ts_grid *grid)
{
    int widths[TS_GRID_COLUMNS] = {0}, sum = 2 * (grid->columns - 1);

    measure(grid, widths);
    for (int c = 0; c < grid->columns; c++)
        sum += widths[c];
    return sum;
}

bool ts_grid_print(ts_grid *grid, int indent, FILE *out, ts_error *error)
{
    int widths[TS_GRID_COLUMNS] = {0};
    size_t columns = (size_t)grid->columns;

    make_safe(grid);
    if (grid->full)
        return ts_fail_memory(error);
    measure(grid, widths);
    for (size_t i = 0; i < grid->count; i++) {
        size_t column = i % columns;
        const char *text = grid->cells[i];
        int pad = widths[column] - ts_text_width(text);

        if (column == 0)
            fprintf(out, "%*s", indent, "");
        if (grid->right[column])
            fprintf(out, "%*s%s", pad, "", text);
        else if (column + 1 < columns)
            fprintf(out, "%s%*s", text, pad, "");
        else
            fputs(text, out);
        fputs(column + 1 < columns ? "  " : "\n", out);
    }
    return true;
}

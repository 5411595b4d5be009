/*
 * grid.c - a table on the terminal.
 */
#include "sim/cli/grid.h"

#include <stdarg.h>
#include <string.h>

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
    cells = ts_arena_array(&grid->arena, room, sizeof(*cells));
    if (cells == NULL)
        return false;
    if (grid->count > 0)
        memcpy(cells, grid->cells, grid->count * sizeof(*cells));
    grid->cells = cells;
    grid->room = room;
    return true;
}

void ts_grid_add(ts_grid *grid, const char *format, ...)
{
    char buffer[512];
    const char *text;
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(buffer, sizeof(buffer), format, arguments);
    va_end(arguments);
    text = make_room(grid) ? ts_arena_text(&grid->arena, buffer) : NULL;
    if (text != NULL && !grid->full)
        grid->cells[grid->count++] = text;
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

void ts_grid_print(const ts_grid *grid, int indent, FILE *out)
{
    int widths[TS_GRID_COLUMNS] = {0};
    size_t columns = (size_t)grid->columns;

    for (size_t i = 0; i < grid->count; i++) {
        int width = ts_text_width(grid->cells[i]);

        if (width > widths[i % columns])
            widths[i % columns] = width;
    }
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
}

/*
 * drawing.c - the pictures of a scenario, drawn and told of.
 */
#include "sim/cli/drawing.h"

#include "sim/cli/scenario.h"
#include "sim/scenario/escape.h"

int ts_cli_draw(const ts_drawing *drawing, const ts_root *root, bool quiet,
                const volatile sig_atomic_t *interrupted)
{
    const ts_picture_record *pictures = root->pictures.items;
    int status = TS_EXIT_OK;

    for (int i = 0; i < root->pictures.count && *interrupted == 0; i++) {
        char path[4096] = "";
        ts_error error = {.text = ""};
        ts_picture_result result =
            ts_draw_picture(drawing, &pictures[i], path, sizeof path, &error);

        if (result == TS_PICTURE_UNKEPT)
            status = TS_EXIT_IO;
        if (result != TS_PICTURE_DRAWN) {
            fprintf(stderr, "%s: %s: no picture ", drawing->scenario,
                    result == TS_PICTURE_UNKEPT ? "error" : "warning");
            ts_escape_print(stderr, TS_ESCAPE_LINE, pictures[i].picture);
            fputs(": ", stderr);
            ts_escape_print(stderr, TS_ESCAPE_LINE, error.text);
            fputc('\n', stderr);
        } else if (!quiet) {
            fputs("picture:  ", stdout);
            ts_escape_print(stdout, TS_ESCAPE_LINE, path);
            putchar('\n');
        }
    }
    return status;
}

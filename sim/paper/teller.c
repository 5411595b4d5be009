/*
 * teller.c - what the parts of a report share.
 */
#include "sim/paper/teller.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/pictures/draw.h"
#include "sim/results/runs.h"
#include "sim/results/wording.h"

enum {
    WIDTH_MAX = 60, /* characters of a parameter's value */
    OPEN_MAX = 30   /* rows of a table that stands open on a page */
};

int ts_teller_collect(ts_teller *t, ts_query q, char **texts, int room)
{
    int count = 0;

    while (count < room && ts_query_next(&q)) {
        texts[count] = strdup(ts_query_text(&q, 0));
        if (texts[count] == NULL) {
            ts_fail_memory(&t->error);
            break;
        }
        count++;
    }
    ts_query_end(&q, &t->error);
    return count;
}

void ts_teller_forget(char **texts, int *count)
{
    for (int i = 0; i < *count; i++)
        free(texts[i]);
    *count = 0;
}

void ts_teller_name_parameters(ts_teller *t, ts_grid *grid)
{
    for (int i = 0; i < t->parameter_count; i++) {
        ts_buffer words = TS_BUFFER_EMPTY;

        ts_word_pointer(&words, t->parameters[i], t->document);
        ts_grid_add(grid, "%s", ts_paper_words(&t->paper, &words));
        ts_buffer_fini(&words);
    }
}

void ts_teller_add_parameters(ts_teller *t, ts_grid *grid, int64_t run)
{
    for (int i = 0; i < t->parameter_count; i++) {
        ts_query q = ts_run_parameter(t->store, run, t->parameters[i]);
        ts_buffer words = TS_BUFFER_EMPTY;

        ts_buffer_text(&words, "");
        if (ts_query_next(&q))
            ts_word_value_briefly(&words, ts_query_text(&q, 1), WIDTH_MAX);
        ts_query_end(&q, &t->error);
        ts_grid_add(grid, "%s", ts_paper_words(&t->paper, &words));
        ts_buffer_fini(&words);
    }
}

void ts_teller_point(ts_teller *t, int64_t run, ts_buffer *out)
{
    ts_query q = ts_run_varied(t->store, run);
    const char *words = ts_query_next(&q) ? ts_query_text(&q, 0) : "";

    ts_buffer_format(out, "%s%s", words[0] != '\0' ? " at " : "", words);
    ts_query_end(&q, &t->error);
}

void ts_teller_table(ts_teller *t, const char *about, const char *noun,
                     ts_grid *grid, int64_t rows)
{
    bool folded =
        t->paper.form == TS_PAPER_HTML && noun != NULL && rows > OPEN_MAX;
    char title[120];

    snprintf(title, sizeof title, "%" PRId64 " %s", rows,
             noun != NULL ? noun : "");
    if (folded)
        ts_paper_fold(&t->paper, title);
    ts_paper_table(&t->paper, about, grid);
    if (rows > t->order->rows_max)
        ts_paper_text(&t->paper, "(%" PRId64 " more)",
                      rows - t->order->rows_max);
    if (folded)
        ts_paper_unfold(&t->paper);
}

void ts_teller_picture(ts_teller *t, int64_t run,
                       const ts_picture_record *picture)
{
    char directory[] = "/tmp/timeslice-XXXXXX", path[4096] = "";
    ts_drawing drawing = {.plots = t->order->plots,
                          .store = t->store,
                          .run = run,
                          .family = run == 0 ? &t->family : NULL,
                          .scenario = t->name != NULL ? t->name : "",
                          .directory = directory};
    ts_picture_record named = *picture;
    ts_error error = {.text = ""};

    if (t->paper.form != TS_PAPER_HTML || mkdtemp(directory) == NULL)
        return;
    named.file = "picture.svg";
    if (ts_draw_picture(&drawing, &named, path, sizeof path, &error) ==
        TS_PICTURE_DRAWN)
        ts_paper_picture(&t->paper, path, picture->picture);
    else
        t->order->warn(picture->picture, error.text);
    unlink(path);
    rmdir(directory);
}

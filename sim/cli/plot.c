/*
 * plot.c - `timeslice plot`: a picture of what is in a database.
 */
#include "sim/pictures/plot.h"

#include <stdlib.h>
#include <string.h>

#include "sim/cli/command.h"
#include "sim/cli/options.h"

#define SETTINGS_MAX 32

enum { OUTPUT, RUN, WITH, SCRIPT, ABOUT, OPTIONS };

static const ts_option options[OPTIONS] = {
    [OUTPUT] = {.name = "output",
                .letter = 'o',
                .written = true,
                .argument = "FILE",
                .help = "the picture: .svg, .png or .pdf (PICTURE.svg)"},
    [RUN] = {.name = "run",
             .letter = 'r',
             .argument = "RUN",
             .help = "which run is drawn (the latest that has what the "
                     "picture needs)"},
    [WITH] = {.name = "with",
              .letter = 'w',
              .argument = "NAME=VALUE",
              .repeat = true,
              .help = "a setting of the picture; may be repeated"},
    [SCRIPT] = {.name = "script",
                .help = "print the gnuplot script with its data instead, to "
                        "be changed by hand"},
    [ABOUT] = {.name = "about",
               .argument = "PICTURE",
               .help = "say what a picture shows and which settings it has"},
};

typedef struct setting_list {
    ts_picture_setting items[SETTINGS_MAX];
    int count;
    char *texts[SETTINGS_MAX]; /* owned: "name\0value" */
} setting_list;

static bool add_setting(void *context, const char *text)
{
    setting_list *list = context;
    const char *equal = strchr(text, '=');
    char *copy;

    if (equal == NULL || equal == text) {
        ts_cli_fail(TS_EXIT_USAGE, "--with %s: a setting is NAME=VALUE", text);
        return false;
    }
    copy = list->count < SETTINGS_MAX ? malloc(strlen(text) + 1) : NULL;
    if (copy == NULL) {
        ts_cli_fail(TS_EXIT_USAGE, "--with %s: too many settings", text);
        return false;
    }
    strcpy(copy, text);
    copy[equal - text] = '\0';
    list->texts[list->count] = copy;
    list->items[list->count].name = copy;
    list->items[list->count].value = copy + (equal - text) + 1;
    list->count++;
    return true;
}

static int draw(const char *database, ts_picture_order *order, bool script)
{
    ts_error error = {.text = ""};
    char made_up[256];
    const char *base = strrchr(order->picture, '/');
    bool named = order->output != NULL, fine;
    ts_store *store = ts_store_open(database, TS_STORE_READ, &error);

    if (store == NULL)
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    if (!named) {
        base = base != NULL ? base + 1 : order->picture;
        snprintf(made_up, sizeof made_up, "%.*s.svg", (int)strcspn(base, "."),
                 base);
        order->output = made_up;
    }
    fine = script ? ts_picture_script(store, order, stdout, &error)
                  : ts_picture_draw(store, order, &error) == TS_PICTURE_DRAWN;
    ts_store_close(store);
    if (!fine)
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    if (!script && !named)
        printf("%s\n", order->output);
    return TS_EXIT_OK;
}

static int plot(int argc, char **argv, const char *const *values)
{
    setting_list list = {.count = 0};
    ts_picture_order order = {.plots = ts_cli_plots(), .own = true};
    int status = TS_EXIT_USAGE;
    uint64_t run = 0;
    ts_error error = {.text = ""};

    order.picture = values[ABOUT];
    if (values[ABOUT] != NULL && argc == 1)
        return ts_picture_explain(&order, stdout, &error)
                   ? TS_EXIT_OK
                   : ts_cli_fail(TS_EXIT_USAGE, "%s", error.text);
    if (argc > 3)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "plot takes a database and a picture, and then no "
                           "\"%s\"",
                           argv[3]);
    if (argc != 3)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "plot what? `timeslice plot DB "
                           "PICTURE`; `timeslice list plots` names the "
                           "pictures");
    if (values[RUN] != NULL &&
        !ts_option_whole(values[RUN], 1, INT64_MAX, &run))
        return ts_cli_fail(TS_EXIT_USAGE, "--run %s: a run is a number from 1",
                           values[RUN]);
    if (values[WITH] == NULL ||
        ts_option_each(values[WITH], add_setting, &list)) {
        order.picture = argv[2];
        order.run = (int64_t)run;
        order.output = values[OUTPUT];
        order.settings = list.items;
        order.setting_count = list.count;
        /* A wrong name is a wrong word, not trouble with a file. */
        if (ts_picture_check(&order, &error))
            status = draw(argv[1], &order, values[SCRIPT] != NULL);
        else
            ts_cli_fail(TS_EXIT_USAGE, "%s", error.text);
    }
    for (int i = 0; i < list.count; i++)
        free(list.texts[i]);
    return status;
}

const ts_command ts_command_plot = {
    .name = "plot",
    .arguments = "DB PICTURE",
    .summary = "draw a picture of the results with gnuplot",
    .about =
        "Draws one of the pictures that `timeslice list plots` names, from the "
        "results in a database. A picture is a gnuplot script that says in SQL "
        "what it draws; PICTURE may be the path of one of your own.\n\n"
        "Pictures of a run draw the latest one that has what they need, or the "
        "one --run names. Settings (--with NAME=VALUE) choose what is drawn "
        "and how.",
    .example = "timeslice run --trace --db results.db scenarios/slices.json\n"
               "timeslice plot results.db gantt -o gantt.svg",
    .options = options,
    .option_count = OPTIONS,
    .complete = "database",
    .reads_words = true,
    .run = plot,
};

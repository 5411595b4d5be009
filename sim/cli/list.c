/*
 * list.c - `timeslice list`: what there is, from the registries of the models
 * and the files of the data directory.
 */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "models/world/metrics.h"
#include "models/world/root.h"
#include "sim/pictures/plot.h"
#include "sim/cli/scenario.h"
#include "sim/cli/words.h"
#include "sim/exercise/kinds.h"
#include "sim/scenario/escape.h"
#include "sim/sweep/point.h"

enum { JSON, NAMES, OPTIONS };

static const ts_option options[OPTIONS] = {
    [JSON] = {.name = "json", .help = "as a JSON list of objects"},
    [NAMES] = {.name = "names", .help = "names only, one a line"},
};

typedef struct listing {
    bool json, names;
    int count;
    int width;
    const char *wanted; /* the registry that is asked for */
    bool found;
} listing;

static void emit(listing *list, const char *name, const char *help)
{
    if (list->json) {
        fputs(list->count == 0 ? "[\n  {\"name\": " : ",\n  {\"name\": ",
              stdout);
        ts_escape_print(stdout, TS_ESCAPE_JSON, name);
        fputs(", \"help\": ", stdout);
        ts_escape_print(stdout, TS_ESCAPE_JSON, help);
        putchar('}');
    } else {
        ts_escape_print(stdout, TS_ESCAPE_LINE, name);
        if (!list->names && help[0] != '\0') {
            printf("%*s  ", list->width - (int)strlen(name), "");
            ts_escape_print(stdout, TS_ESCAPE_LINE, help);
        }
        putchar('\n');
    }
    list->count++;
}

static void finish(const listing *list)
{
    if (list->json)
        puts(list->count == 0 ? "[]" : "\n]");
}

/* --- registries --- */

static void visit_names(void *context, const ts_registry *registry)
{
    emit(context, registry->plural, registry->help);
}

static void visit_entries(void *context, const ts_registry *registry)
{
    listing *list = context;

    if (list->found || strcmp(registry->plural, list->wanted) != 0)
        return;
    list->found = true;
    list->width = 8;
    for (int i = 0; i < registry->count; i++)
        if ((int)strlen(registry->entries[i]->name) > list->width)
            list->width = (int)strlen(registry->entries[i]->name);
    for (int i = 0; i < registry->count; i++)
        emit(list, registry->entries[i]->name, registry->entries[i]->help);
}

/* --- files --- */

/* The title of a scenario or a profile, which a scenario may have of its
 * profile's; none is no reason to complain, NULL. The caller deletes it. */
static cJSON *title_of(const char *path)
{
    ts_diagnostics diagnostics;
    ts_document *document;
    char *text = NULL;
    cJSON *title;

    ts_diagnostics_init(&diagnostics);
    document =
        ts_document_open(path, &(ts_profiles){.directory = ts_cli_profiles()},
                         &diagnostics);
    if (document != NULL && !ts_document_get(document, "/title", &text))
        text = NULL; /* no worse than having none */
    title = cJSON_Parse(text);
    free(text);
    ts_document_free(document);
    ts_diagnostics_fini(&diagnostics);
    return title;
}

static void measure_file(void *context, const char *name, const char *path)
{
    listing *list = context;

    (void)path;
    if ((int)strlen(name) > list->width)
        list->width = (int)strlen(name);
}

static void emit_file(void *context, const char *name, const char *path)
{
    cJSON *title = title_of(path);

    emit(context, name, cJSON_IsString(title) ? title->valuestring : "");
    cJSON_Delete(title);
}

static int list_files(listing *list, const char *folder)
{
    list->width = 8;
    if (ts_cli_files(folder, measure_file, list) &&
        ts_cli_files(folder, emit_file, list))
        return TS_EXIT_OK;
    return ts_cli_fail(TS_EXIT_IO, "cannot read %s/%s", ts_cli_data(), folder);
}

static int list_profiles(listing *list, int argc, char **argv)
{
    (void)argc, (void)argv;
    return list_files(list, "scenarios/profiles");
}

static int list_scenarios(listing *list, int argc, char **argv)
{
    (void)argc, (void)argv;
    return list_files(list, "scenarios");
}

static void visit_picture(void *context, const char *name, const char *title,
                          const char *about)
{
    (void)about;
    emit(context, name, title);
}

static int list_plots(listing *list, int argc, char **argv)
{
    (void)argc, (void)argv;
    list->width = 16;
    ts_pictures_each(ts_cli_plots(), visit_picture, list);
    return TS_EXIT_OK;
}

static int list_commands(listing *list, int argc, char **argv)
{
    (void)argc, (void)argv;
    list->width = 10;
    for (int i = 0; i < ts_command_count; i++)
        if (!ts_commands[i]->hidden)
            emit(list, ts_commands[i]->name, ts_commands[i]->summary);
    return TS_EXIT_OK;
}

static int list_exercises(listing *list, int argc, char **argv)
{
    (void)argc, (void)argv;
    list->width = 12;
    for (int i = 0; i < ts_kind_count; i++)
        emit(list, ts_kinds[i]->name, ts_kinds[i]->help);
    return TS_EXIT_OK;
}

static int list_distributions(listing *list, int argc, char **argv)
{
    const ts_distribution_form *forms;
    int count;

    (void)argc, (void)argv;
    forms = ts_distribution_forms(&count);
    list->width = 14;
    for (int i = 0; i < count; i++)
        emit(list, forms[i].name, forms[i].help);
    return TS_EXIT_OK;
}

/* --- metrics: what there are depends on what the scenario has --- */

static void emit_metrics(listing *list, const ts_report *report)
{
    list->width = 8;
    for (size_t i = 0; i < report->metric_count; i++)
        if ((int)strlen(report->metrics[i].name) > list->width)
            list->width = (int)strlen(report->metrics[i].name);
    for (size_t i = 0; i < report->metric_count; i++) {
        char value[64];

        ts_format(value, sizeof value, report->metrics[i].unit,
                  report->metrics[i].value);
        emit(list, report->metrics[i].name, value);
    }
}

/* What any scenario could measure. */
static int list_metric_kinds(listing *list)
{
    const ts_metric_kind *kind;

    list->width = 36;
    for (int i = 0; (kind = ts_metric_kind_at(i)) != NULL; i++) {
        char name[128];

        snprintf(name, sizeof name, "%s%s", kind->name,
                 kind->tally ? ".mean" : "");
        emit(list, name, kind->help);
    }
    return TS_EXIT_OK;
}

static int list_metrics(listing *list, int argc, char **argv)
{
    ts_point_options asked = {.trace = TS_TRACE_OFF};
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_points *points;
    ts_point_run run;
    ts_document *document;
    int status;

    if (argc == 2)
        return list_metric_kinds(list);
    if (argc != 3)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "`timeslice list metrics FILE` plays the first "
                           "point of one scenario");
    document = ts_cli_open(argv[2], NULL, &status);
    if (document == NULL)
        return status;
    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(document, &diagnostics);
    if (points != NULL &&
        ts_point_play(points, 0, &asked, &run, &diagnostics, &error)) {
        emit_metrics(list, run.report);
        ts_point_fini(&run);
        ts_diagnostics_fini(&diagnostics);
    } else {
        status = ts_cli_complain(argv[2], &diagnostics, &error);
    }
    ts_points_destroy(points);
    ts_document_free(document);
    return status;
}

/* --- the command --- */

static const struct {
    const char *name, *help;
    int (*list)(listing *list, int argc, char **argv);
} others[] = {
    {"commands", "what this program can do", list_commands},
    {"distributions", "what a quantity may be drawn from", list_distributions},
    {"exercises", "kinds of exercises", list_exercises},
    {"metrics",
     "what can be measured; with a FILE, what its first point measures",
     list_metrics},
    {"plots", "pictures that can be drawn", list_plots},
    {"profiles", "machines that scenarios can name", list_profiles},
    {"scenarios", "scenarios that come with it", list_scenarios},
};

static int list_lists(listing *list)
{
    list->width = 13;
    ts_registries_each(&ts_root_shape, visit_names, list);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        emit(list, others[i].name, others[i].help);
    finish(list);
    return TS_EXIT_OK;
}

typedef struct names {
    const char *items[64];
    int count;
} names;

static void visit_plural(void *context, const ts_registry *registry)
{
    names *n = context;

    if (n->count < (int)TS_COUNT_OF(n->items))
        n->items[n->count++] = registry->plural;
}

static int unknown_list(const char *word)
{
    const char *nearest;
    names n = {.count = 0};

    for (size_t i = 0; i < TS_COUNT_OF(others); i++)
        n.items[n.count++] = others[i].name;
    ts_registries_each(&ts_root_shape, visit_plural, &n);
    nearest = ts_nearest(word, n.items, n.count);
    if (nearest != NULL)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "there is no list of \"%s\"; did you mean \"%s\"?",
                           word, nearest);
    return ts_cli_fail(TS_EXIT_USAGE,
                       "there is no list of \"%s\"; `timeslice list` names "
                       "the lists",
                       word);
}

static int list(int argc, char **argv, const char *const *values)
{
    listing l = {.json = values[JSON] != NULL, .names = values[NAMES] != NULL};
    int status = TS_EXIT_OK;

    if (argc < 2)
        return list_lists(&l);
    l.wanted = argv[1];
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strcmp(argv[1], others[i].name) == 0) {
            status = others[i].list(&l, argc, argv);
            if (status == TS_EXIT_OK)
                finish(&l);
            return status;
        }
    }
    ts_registries_each(&ts_root_shape, visit_entries, &l);
    if (!l.found)
        return unknown_list(argv[1]);
    finish(&l);
    return TS_EXIT_OK;
}

const ts_command ts_command_list = {
    .name = "list",
    .arguments = "[WHAT]",
    .summary = "policies, operations, devices, plots and whatever else there "
               "is",
    .about = "Lists what scenarios may name, each with one line of help; "
             "without a word, what can be listed.",
    .example = "timeslice list\n"
               "timeslice list commands --json",
    .options = options,
    .option_count = OPTIONS,
    .complete = "registry",
    .run = list,
};

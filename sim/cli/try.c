/*
 * try.c - `timeslice try`: a scenario from the words of an exercise.
 */
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "models/machine/policy.h"
#include "sim/cli/output.h"
#include "sim/cli/play.h"
#include "sim/cli/scenario.h"
#include "sim/cli/signals.h"
#include "sim/scenario/escape.h"

enum {
    SLICE,
    ARRIVE,
    PRIORITY,
    PROCESSORS,
    SWITCH,
    UNIT,
    SET,
    WHY,
    PRINT,
    OUT,
    OPTIONS
};

static const ts_option options[OPTIONS] = {
    [SLICE] = {.name = "slice",
               .letter = 's',
               .argument = "TIME",
               .help = "the quantum of policies that have one"},
    [ARRIVE] = {.name = "arrive",
                .letter = 'a',
                .argument = "TIME,...",
                .help = "when each one arrives (0)"},
    [PRIORITY] = {.name = "priority",
                  .letter = 'p',
                  .argument = "N,...",
                  .help = "the priority of each; smaller is higher"},
    [PROCESSORS] = {.name = "processors",
                    .argument = "N",
                    .help = "how many there are (1)"},
    [SWITCH] = {.name = "switch",
                .argument = "TIME",
                .help = "what a change of thread costs (nothing)"},
    [UNIT] = {.name = "unit",
              .argument = "TIME",
              .help = "what a number without a unit counts (1ms)"},
    [SET] = {.name = "set",
             .argument = "/POINTER=VALUE",
             .repeat = true,
             .help = "set what else the scenario may say, as in "
                     "/system/boost=50; may be repeated"},
    [WHY] = {.name = "why", .help = "print the reason for every decision"},
    [PRINT] = {.name = "print",
               .help = "print the scenario, as JSON, instead of playing it"},
    [OUT] = {.name = "output",
             .letter = 'o',
             .written = true,
             .argument = "FILE",
             .help = "write the scenario to a file besides"},
};

/* A number stays one, so that it counts the unit; all else is a text. */
static cJSON *quantity(const char *text, size_t length)
{
    char *copy = strndup(text, length), *end;
    cJSON *value;
    double number;

    if (copy == NULL)
        return NULL;
    number = strtod(copy, &end);
    value = end != copy && *end == '\0' ? cJSON_CreateNumber(number)
                                        : cJSON_CreateString(copy);
    free(copy);
    return value;
}

static bool add(cJSON *object, const char *key, cJSON *value)
{
    return cJSON_AddItemToObject(object, key, value);
}

/* "3/5/2": runs 3, waits for I/O 5, runs 2. */
static bool add_program(cJSON *thread, const char *burst)
{
    cJSON *program = cJSON_AddArrayToObject(thread, "program");

    for (bool runs = true; program != NULL; runs = !runs) {
        size_t length = strcspn(burst, "/");
        cJSON *operation = cJSON_CreateObject();

        if (!cJSON_AddItemToArray(program, operation) ||
            !add(operation, runs ? "run" : "io", quantity(burst, length)))
            return false;
        if (burst[length] == '\0')
            return true;
        burst += length + 1;
    }
    return false;
}

/* The n-th of "0,2,5" as a value; nothing where the list is shorter. */
static bool add_nth(cJSON *thread, const char *key, const char *list, int n)
{
    while (list != NULL && n-- > 0) {
        list = strchr(list, ',');
        list = list != NULL ? list + 1 : NULL;
    }
    return list == NULL || add(thread, key, quantity(list, strcspn(list, ",")));
}

static bool add_threads(cJSON *root, char *const *bursts, int count,
                        const char *const *values)
{
    cJSON *threads = cJSON_AddArrayToObject(root, "threads");

    for (int i = 0; i < count; i++) {
        cJSON *thread = cJSON_CreateObject();
        char name[16];

        snprintf(name, sizeof name, "P%d", i + 1);
        if (!cJSON_AddItemToArray(threads, thread) ||
            cJSON_AddStringToObject(thread, "name", name) == NULL ||
            !add_nth(thread, "arrive", values[ARRIVE], i) ||
            !add_nth(thread, "priority", values[PRIORITY], i) ||
            !add_program(thread, bursts[i]))
            return false;
    }
    return true;
}

static const ts_field *field_of(const ts_entry *policy, const char *name)
{
    for (int i = 0; policy->shape != NULL && i < policy->shape->field_count;
         i++)
        if (strcmp(policy->shape->fields[i].name, name) == 0)
            return &policy->shape->fields[i];
    return NULL;
}

static bool needs_slice(const ts_entry *policy)
{
    const char *const *names = policy->shape->one_of;

    for (; names != NULL && *names != NULL; names++)
        if (strcmp(*names, "slice") == 0)
            return true;
    return field_of(policy, "slice")->required;
}

static bool add_system(cJSON *root, const ts_entry *policy,
                       const char *const *values)
{
    cJSON *system = cJSON_AddObjectToObject(root, "system");
    const char *slice = values[SLICE], *change = values[SWITCH];

    return cJSON_AddStringToObject(system, "policy", policy->name) != NULL &&
           (slice == NULL ||
            add(system, "slice", quantity(slice, strlen(slice)))) &&
           (change == NULL ||
            add(system, "switch", quantity(change, strlen(change))));
}

/* "round-robin, slice 4: bursts 24, 3, 3" */
static bool add_title(cJSON *root, const ts_entry *policy, char *const *bursts,
                      int count, const char *const *values)
{
    ts_buffer title = TS_BUFFER_EMPTY;
    bool fine;

    ts_buffer_text(&title, policy->name);
    if (values[SLICE] != NULL)
        ts_buffer_format(&title, ", slice %s", values[SLICE]);
    for (int i = 0; i < count; i++)
        ts_buffer_format(&title, "%s%s", i == 0 ? ": bursts of " : ", ",
                         bursts[i]);
    fine = !title.failed &&
           cJSON_AddStringToObject(root, "title", title.data) != NULL;
    ts_buffer_fini(&title);
    return fine;
}

/* The scenario as text, owned by the caller; NULL: out of memory. */
static char *compose(const ts_entry *policy, char *const *bursts, int count,
                     const char *const *values)
{
    cJSON *root = cJSON_CreateObject(), *computer = NULL;
    const char *processors = values[PROCESSORS];
    char *text = NULL;
    bool fine =
        root != NULL && add_title(root, policy, bursts, count, values) &&
        cJSON_AddStringToObject(root, "unit",
                                values[UNIT] != NULL ? values[UNIT] : "1ms") !=
            NULL;

    if (fine && processors != NULL) {
        computer = cJSON_AddObjectToObject(root, "computer");
        fine = add(computer, "processors",
                   quantity(processors, strlen(processors)));
    }
    fine = fine && add_system(root, policy, values) &&
           add_threads(root, bursts, count, values) &&
           cJSON_AddItemToArray(cJSON_AddArrayToObject(root, "pictures"),
                                cJSON_CreateString("gantt"));
    if (fine)
        text = cJSON_Print(root);
    cJSON_Delete(root);
    return text;
}

static int write_file(const char *path, const char *text)
{
    ts_output output;
    ts_error error = {.text = ""};

    if (!ts_output_open(&output, path, &error))
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    fprintf(output.file, "%s\n", text);
    return ts_output_close(&output, &error)
               ? TS_EXIT_OK
               : ts_cli_fail(TS_EXIT_IO, "%s", error.text);
}

static int play(const ts_document *document, const char *const *values)
{
    ts_session session = {.interrupt = ts_signals_catch(),
                          .out = ".",
                          .trace = true,
                          .why = values[WHY] != NULL,
                          .speed = 1};
    int status = ts_play_document(&session, "try", document);

    if (*session.interrupt != 0)
        return 128 + (int)*session.interrupt;
    return status;
}

/* Writes, prints or plays it. */
static int use(const ts_document *document, const char *const *values)
{
    char *told = ts_document_told(document);
    cJSON *tree = told != NULL ? cJSON_Parse(told) : NULL;
    char *text = tree != NULL ? cJSON_Print(tree) : NULL;
    int status = TS_EXIT_OK;

    free(told);
    cJSON_Delete(tree);
    if (text == NULL)
        return ts_cli_fail(TS_EXIT_IO, "out of memory");
    if (values[OUT] != NULL)
        status = write_file(values[OUT], text);
    if (status == TS_EXIT_OK && values[PRINT] != NULL)
        puts(text);
    else if (status == TS_EXIT_OK)
        status = play(document, values);
    cJSON_free(text);
    return status;
}

static int try(int argc, char **argv, const char *const *values)
{
    const ts_entry *policy;
    const ts_field *slice;
    ts_document *document;
    int status;
    char *text;

    if (argc < 3)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "try what? A policy and bursts: `timeslice try rr "
                           "24 3 3 --slice 4`");
    policy = ts_cli_policy(argv[1]);
    if (policy == NULL)
        return TS_EXIT_USAGE;
    slice = field_of(policy, "slice");
    if (slice == NULL && values[SLICE] != NULL)
        return ts_cli_fail(TS_EXIT_USAGE, "--slice: %s has no slices",
                           policy->name);
    if (slice != NULL && values[SLICE] == NULL && needs_slice(policy))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "%s takes turns: say how long they are with "
                           "--slice TIME",
                           policy->name);
    text = compose(policy, argv + 2, argc - 2, values);
    if (text == NULL)
        return ts_cli_fail(TS_EXIT_IO, "out of memory");
    document = ts_cli_parse("try", text, values[SET], &status);
    cJSON_free(text);
    if (document == NULL)
        return status;
    status = use(document, values);
    ts_document_free(document);
    return status;
}

const ts_command ts_command_try = {
    .name = "try",
    .arguments = "POLICY BURST...",
    .summary = "play an exercise that fits on the command line",
    .about =
        "Plays threads P1, P2 ... that each want a processor for a BURST, and "
        "prints their times, the averages and a Gantt chart. Numbers are "
        "milliseconds, or what --unit says. A burst of 3/5/2 runs for 3, waits "
        "for I/O for 5, and runs for 2. Policies go by their names here or in "
        "textbooks: rr, fcfs, srtf.\n\n"
        "Nothing is kept. --print or --output gives the scenario, with which "
        "to go on.",
    .example = "timeslice try rr 24 3 3 --slice 4\n"
               "timeslice try stcf 8 4 9 5 --arrive 0,1,2,3 --why\n"
               "timeslice try priority 5 5 -p 2,1 "
               "--set /conventions/priority=larger-is-higher",
    .options = options,
    .option_count = OPTIONS,
    .complete = "policy",
    .run = try,
};

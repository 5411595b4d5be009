/*
 * explain.c - `timeslice explain` and `timeslice schema`: what the tables of
 * fields know.
 */
#include <stdlib.h>
#include <string.h>

#include "models/world/root.h"
#include "models/machine/topic.h"
#include "sim/cli/command.h"
#include "sim/pictures/plot.h"
#include "sim/scenario/reader.h"

/* A topic, something of the language, or else a picture. False when it is
 * none of them; that is said. */
static bool explain_word(const char *word)
{
    const ts_topic *topic = ts_topic_find(word);
    ts_error error = {""};
    char *advice = NULL;
    size_t size = 0;
    FILE *trouble;
    bool known = true;

    if (topic) {
        fputs(topic->text, stdout);
        return true;
    }
    trouble = open_memstream(&advice, &size);
    if (trouble == NULL)
        return ts_explain(&ts_root_shape, word, stdout, stderr);
    known = ts_explain(&ts_root_shape, word, stdout, trouble);
    fclose(trouble);
    if (!known && strchr(word, '/') == NULL)
        known = ts_picture_explain(&(ts_picture_order){.plots = ts_cli_plots(),
                                                       .picture = word},
                                   stdout, &error);
    if (!known)
        fputs(advice, stderr);
    if (!known && strchr(word, '.') != NULL)
        fputs("What a scenario measures is listed by `timeslice list metrics "
              "FILE`.\n",
              stderr);
    free(advice);
    return known;
}

static int explain(int argc, char **argv, const char *const *values)
{
    int status = TS_EXIT_OK;

    (void)values;
    if (argc < 2)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "explain what? A key (slice), a path "
                           "(threads.arrive) or a model (round-robin)");
    for (int i = 1; i < argc; i++) {
        if (i > 1)
            putchar('\n');
        if (!explain_word(argv[i]))
            status = TS_EXIT_USAGE;
    }
    return status;
}

const ts_command ts_command_explain = {
    .name = "explain",
    .arguments = "WORD...",
    .summary = "what a key, a path or a model means",
    .about =
        "Says everything that is known of a key of the scenario language "
        "(slice), of a path (threads.arrive), of a model (round-robin) or of "
        "a picture (gantt): "
        "what it does, its unit, range and default, and where the default "
        "comes from. Some things have a page of their own: 1202.",
    .example = "timeslice explain seed",
    .run = explain,
};

static int schema(int argc, char **argv, const char *const *values)
{
    char *text;

    (void)values;
    if (argc > 1)
        return ts_cli_fail(TS_EXIT_USAGE, "schema takes no words, not \"%s\"",
                           argv[1]);
    text = ts_schema_text(&ts_root_shape);
    if (text == NULL)
        return ts_cli_fail(TS_EXIT_IO, "out of memory");
    fputs(text, stdout);
    free(text);
    return TS_EXIT_OK;
}

const ts_command ts_command_schema = {
    .name = "schema",
    .arguments = "",
    .summary = "the JSON Schema of scenarios",
    .about = "Writes the JSON Schema (draft 2020-12) of the scenario language. "
             "Editors complete and check scenarios with it; a copy is "
             "scenarios/schema.json.",
    .example = "timeslice schema > schema.json",
    .run = schema,
};

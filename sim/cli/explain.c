/*
 * explain.c - `timeslice explain` and `timeslice schema`: what the tables of
 * fields know.
 */
#include <stdlib.h>
#include <string.h>

#include "models/world/metrics.h"
#include "models/world/root.h"
#include "models/machine/topic.h"
#include "sim/cli/command.h"
#include "sim/cli/help.h"
#include "sim/cli/scenario.h"
#include "sim/results/wording.h"
#include "sim/scenario/synonym.h"
#include "sim/pictures/plot.h"
#include "sim/cli/words.h"
#include "sim/scenario/reader.h"

static const char *unit_words(ts_unit unit)
{
    switch (unit) {
    case TS_UNIT_TIME:
        return "a time; in tables picoseconds (ps)";
    case TS_UNIT_RATIO:
        return "a share, from 0 to 1 (ratio)";
    case TS_UNIT_COUNT:
        return "a count (count)";
    case TS_UNIT_RATE:
        return "a rate, a second (rate)";
    case TS_UNIT_BYTES:
        return "bytes (bytes)";
    case TS_UNIT_NUMBER:
        break;
    }
    return "a number (number)";
}

/* Where a database has it, and what it is made of. */
static void tell_tables(const ts_metric_kind *kind)
{
    static const char *const jobs[] = {"turnaround", "response", "wait",
                                       "processor"};
    const char *last = strrchr(kind->name, '.');

    fputs("  tables   metrics (run, name, value, unit)", stdout);
    if (kind->tally)
        fputs("; histograms and buckets, how often which value, for many",
              stdout);
    last = last != NULL ? last + 1 : kind->name;
    for (size_t i = 0; kind->tally && i < TS_COUNT_OF(jobs); i++)
        if (strcmp(last, jobs[i]) == 0 &&
            (last == kind->name || strncmp(kind->name, "threads.", 8) == 0))
            fputs("; threads, a row for each job, for few", stdout);
    putchar('\n');
}

/* A metric by its name, as a run reports it or as `list metrics` has it. */
static bool explain_metric(const char *word, bool more)
{
    ts_unit unit;
    const ts_metric_kind *kind = ts_metric_kind_of(word, &unit), *at;

    for (int i = 0; kind == NULL && (at = ts_metric_kind_at(i)) != NULL; i++)
        if (strcmp(at->name, word) == 0)
            kind = at;
    if (kind == NULL)
        return false;
    printf("%smetric %s%s\n  %s\n  unit     %s\n", more ? "\n" : "", kind->name,
           kind->tally ? ".mean" : "", kind->help, unit_words(kind->unit));
    /* Averages and shares are of this time, too. */
    puts("  over     the whole run, from 0 to run.time, where nothing else is "
         "said");
    if (kind->tally)
        puts("  besides  .count .min .max .sd, for many also .p50 .p95 .p99 "
             ".p999;\n"
             "           .steady.mean and others without the warm-up, where "
             "\"measure\" asks");
    tell_tables(kind);
    return true;
}

/* A scenario that comes with the program. */
static bool explain_scenario(const char *word)
{
    char path[4300];
    ts_document *document;
    int status = TS_EXIT_OK;
    static const char *const keys[] = {"title", "question", "answer", "fitted",
                                       "source"};
    char *text;

    if (ts_cli_locate(word, path, sizeof path) != path)
        return false;
    document = ts_cli_open(path, NULL, &status);
    if (document == NULL)
        return false;
    printf("scenario %s\n", word);
    for (size_t i = 0; i < TS_COUNT_OF(keys); i++) {
        char pointer[32];
        ts_buffer words = TS_BUFFER_EMPTY;

        snprintf(pointer, sizeof pointer, "/%s", keys[i]);
        text = NULL;
        if (!ts_document_get(document, pointer, &text)) {
            ts_cli_fail(TS_EXIT_IO, "out of memory");
        } else if (text != NULL) {
            ts_word_value(&words, text);
            printf("  %-9s  ", keys[i]);
            ts_help_wrapped(stdout, words.failed ? text : words.data, 13);
        }
        ts_buffer_fini(&words);
        free(text);
    }
    printf("  to play    timeslice run %s\n  file       %s\n", word, path);
    ts_document_free(document);
    return true;
}

/* A topic, something of the language, a metric, or else a picture or a
 * scenario. False when it is none of them, and `advice` is what to say then. */
static bool explain_known(const char *word, FILE *advice, bool more)
{
    const ts_topic *topic = ts_topic_find(word);
    ts_error error = {.text = ""};
    bool known;

    if (topic != NULL) {
        fputs(topic->text, stdout);
        return true;
    }
    if (more)
        putchar('\n');
    known = ts_explain(&ts_root_shape, word, stdout, advice);
    known |= explain_metric(word, known);
    if (!known && strchr(word, '/') == NULL)
        known = ts_picture_explain(&(ts_picture_order){.plots = ts_cli_plots(),
                                                       .picture = word},
                                   stdout, &error) ||
                explain_scenario(word);
    return known;
}

/* What a textbook calls otherwise is explained under its name here. */
static bool explain_synonym(const char *word)
{
    char *text = NULL;
    size_t size = 0;
    FILE *nowhere = open_memstream(&text, &size);
    const char *means;
    bool known = false;

    for (int n = 0;
         nowhere != NULL && !known && (means = ts_synonym(word, n)) != NULL;
         n++) {
        printf("%s is called %s here.\n\n", word, means);
        known = explain_known(means, nowhere, false);
    }
    if (nowhere != NULL)
        fclose(nowhere);
    free(text);
    return known;
}

static bool explain_word(const char *word)
{
    char *advice = NULL;
    size_t size = 0;
    FILE *trouble = open_memstream(&advice, &size);
    bool known, synonym;

    if (trouble == NULL)
        return explain_known(word, stderr, false);
    /* Somewhere it may stand under its own name as well. */
    synonym = explain_synonym(word);
    known = explain_known(word, trouble, synonym);
    fclose(trouble);
    known |= synonym;
    if (!known)
        fputs(advice, stderr);
    if (!known && strchr(word, '.') != NULL)
        fputs("What can be measured is listed by `timeslice list metrics`.\n",
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
        "(slice), of a path (threads.arrive.every, /threads/0/arrive), of a "
        "model (round-robin), of a metric (turnaround.mean), of a picture "
        "(gantt) or of a scenario (convoy): "
        "what it does, its unit, range and default, and where the default "
        "comes from. Textbooks' words lead to those of the language: FCFS, "
        "quantum, burst. Some things have a page of their own: 1202.",
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
    text = ts_schema_text(&ts_root_shape, &ts_cli_words);
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

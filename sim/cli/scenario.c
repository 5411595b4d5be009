/*
 * scenario.c - what all commands that read scenarios do alike.
 */
#include "sim/cli/scenario.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/machine/policy.h"
#include "sim/cli/options.h"
#include "sim/cli/words.h"
#include "sim/scenario/synonym.h"

#define WARNINGS_MAX 5 /* of a scenario, that are shown */

/* Text for an annotation, where %, line ends and (in properties) : and , are
 * escaped. */
static void escaped(const char *text, bool property)
{
    for (; *text != '\0'; text++)
        if (*text == '%' || *text == '\n' || *text == '\r' ||
            (property && (*text == ':' || *text == ',')))
            fprintf(stderr, "%%%02X", (unsigned)(unsigned char)*text);
        else
            fputc(*text, stderr);
}

void ts_cli_annotate(const char *file, int line, int column, const char *path,
                     const char *message)
{
    const char *actions = getenv("GITHUB_ACTIONS");

    if (actions == NULL || strcmp(actions, "true") != 0)
        return;
    fputs("::error file=", stderr);
    escaped(file, true);
    if (line > 0)
        fprintf(stderr, ",line=%d", line);
    if (column > 0)
        fprintf(stderr, ",col=%d", column);
    fputs("::", stderr);
    if (path[0] != '\0') {
        escaped(path, false);
        fputs(": ", stderr);
    }
    escaped(message, false);
    fputc('\n', stderr);
}

int ts_cli_complain(const char *file, ts_diagnostics *diagnostics,
                    const ts_error *error)
{
    bool memory = diagnostics->memory || (error != NULL && error->memory);

    fflush(stdout);
    ts_diagnostics_print(diagnostics, stderr, ts_cli_colour(stderr));
    for (int i = 0; i < diagnostics->count; i++) {
        const ts_diagnostic *d = &diagnostics->items[i];

        ts_cli_annotate(d->file, d->line, d->column, d->path, d->message);
    }
    if (error != NULL && error->text[0] != '\0') {
        fprintf(stderr, "%s: error: %s\n", file, error->text);
        ts_cli_annotate(file, 0, 0, "", error->text);
    }
    /* There may have been none even for saying so. */
    if (memory && diagnostics->count == 0 &&
        (error == NULL || error->text[0] == '\0'))
        fprintf(stderr, "%s: error: out of memory\n", file);
    ts_diagnostics_fini(diagnostics);
    return memory ? TS_EXIT_IO : TS_EXIT_USAGE;
}

typedef struct setting {
    ts_document *document;
    ts_diagnostics *diagnostics;
    bool refused;
    int status;
} setting;

static bool set_one(void *context, const char *text)
{
    setting *s = context;
    const char *equals = strchr(text, '=');
    char *pointer;

    if (equals == NULL || text[0] != '/') {
        s->status = ts_cli_fail(TS_EXIT_USAGE,
                                "--set %s: takes a JSON Pointer and a value, "
                                "as in --set /threads/0/count=5",
                                text);
        return false;
    }
    pointer = strndup(text, (size_t)(equals - text));
    if (pointer == NULL) {
        s->status = ts_cli_fail(TS_EXIT_IO, "out of memory");
        return false;
    }
    s->refused |=
        !ts_document_set(s->document, pointer, equals + 1, s->diagnostics);
    free(pointer);
    return true; /* all that is wrong is told at once */
}

const char *ts_cli_locate(const char *word, char *path, size_t size)
{
    struct stat info;

    if (strpbrk(word, "./") != NULL || stat(word, &info) == 0)
        return word;
    snprintf(path, size, "%s/scenarios/%s.json", ts_cli_data(), word);
    return stat(path, &info) == 0 ? path : word;
}

const ts_entry *ts_cli_policy(const char *name)
{
    const ts_entry *entry = ts_registry_find(&ts_policies, name);
    const char *names[128], *near;
    int count = 0;

    for (int n = 0; entry == NULL && ts_synonym(name, n) != NULL; n++)
        entry = ts_registry_find(&ts_policies, ts_synonym(name, n));
    if (entry != NULL)
        return entry;
    for (; count < ts_policies.count && count < 128; count++)
        names[count] = ts_policies.entries[count]->name;
    near = ts_nearest(name, names, count);
    ts_cli_fail(TS_EXIT_USAGE, "there is no policy \"%s\"; %s%s%s", name,
                near != NULL ? "did you mean \""
                             : "`timeslice list "
                               "policies` names them",
                near != NULL ? near : "", near != NULL ? "\"?" : "");
    return NULL;
}

/* Neither a file nor a scenario of ours. */
static int missing(const char *word)
{
    int count;
    const char *const *names =
        ts_cli_words.list(ts_cli_words.context, "scenarios", &count);
    const char *near =
        strpbrk(word, "./") == NULL ? ts_nearest(word, names, count) : NULL;

    if (near == NULL)
        return ts_cli_fail(TS_EXIT_IO, "%s: %s", word, strerror(ENOENT));
    return ts_cli_fail(TS_EXIT_IO,
                       "%s: no such file, and no scenario of that name; did "
                       "you mean \"%s\"?",
                       word, near);
}

static bool readable(const char *file, int *status)
{
    struct stat info;

    if (strcmp(file, "-") == 0)
        return true;
    if (stat(file, &info) != 0 && errno == ENOENT)
        *status = missing(file);
    else if (stat(file, &info) != 0 || access(file, R_OK) != 0)
        *status = ts_cli_fail(TS_EXIT_IO, "%s: %s", file, strerror(errno));
    else if (S_ISDIR(info.st_mode))
        *status = ts_cli_fail(TS_EXIT_IO,
                              "%s is a directory; `timeslice test` takes "
                              "directories",
                              file);
    else
        return true;
    return false;
}

/* Sets what is to be set; NULL where something was wrong, which is printed. */
static ts_document *set_all(ts_document *document, const char *file,
                            const char *settings, ts_diagnostics *diagnostics,
                            int *status)
{
    setting s = {.diagnostics = diagnostics, .document = document};

    if (document != NULL && diagnostics->count == 0 &&
        ts_option_each(settings, set_one, &s) && !s.refused) {
        ts_diagnostics_fini(diagnostics);
        return document;
    }
    *status = ts_cli_complain(file, diagnostics, NULL);
    if (s.status != TS_EXIT_OK)
        *status = s.status;
    ts_document_free(document);
    return NULL;
}

ts_document *ts_cli_open(const char *file, const char *settings, int *status)
{
    char path[4300];
    ts_diagnostics diagnostics;
    ts_document *document;

    *status = TS_EXIT_OK;
    file = ts_cli_locate(file, path, sizeof path);
    if (!readable(file, status))
        return NULL;
    ts_diagnostics_init(&diagnostics);
    document =
        ts_document_open(file, &(ts_profiles){ts_cli_profiles(), &ts_cli_words},
                         &diagnostics);
    return set_all(document, file, settings, &diagnostics, status);
}

ts_document *ts_cli_parse(const char *name, const char *text,
                          const char *settings, int *status)
{
    ts_diagnostics diagnostics;
    ts_document *document;

    *status = TS_EXIT_OK;
    ts_diagnostics_init(&diagnostics);
    document = ts_document_parse(name, text, strlen(text), NULL, &diagnostics);
    return set_all(document, name, settings, &diagnostics, status);
}

bool ts_cli_warn(const char *file, const char *text, int64_t *count)
{
    if (++*count > WARNINGS_MAX)
        return false;
    fflush(stdout);
    fprintf(stderr, "%s: warning: %s\n", file, text);
    return true;
}

void ts_cli_say_skipped(const char *file, const ts_points *points)
{
    const ts_root *root = ts_points_root(points);
    const ts_expectation *expect = root->expect.items;
    char why[200];

    for (int i = 0; ts_points_narrowed(points) && i < root->expect.count; i++)
        if (ts_points_skips(points, i, why, sizeof why))
            fprintf(stderr, "%s: skipped: /expect/%d (%s): %s\n", file, i,
                    expect[i].metric, why);
}

int ts_cli_worse(int a, int b)
{
    return a > b ? a : b;
}

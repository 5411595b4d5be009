/*
 * files.c - no command writes over what it reads, nor twice into one file.
 */
#include "sim/cli/files.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/cli/options.h"

/* What a name stands for. */
typedef struct thing {
    const char *path;
    bool standard; /* "-" */
    bool there;    /* then known by its numbers, else by its path */
    bool apart;    /* a pipe or a device: nothing is lost in it */
    dev_t device;
    ino_t number;
    char place[PATH_MAX]; /* its directory as it is, and its name */
} thing;

static void find_place(thing *t)
{
    const char *slash = strrchr(t->path, '/');
    const char *name = slash != NULL ? slash + 1 : t->path;
    char directory[PATH_MAX], real[PATH_MAX];

    snprintf(directory, sizeof directory, "%.*s",
             slash != NULL ? (int)(slash - t->path) + 1 : 1,
             slash != NULL ? t->path : ".");
    if (realpath(directory, real) == NULL)
        snprintf(real, sizeof real, "%.*s", PATH_MAX - 1, directory);
    if (snprintf(t->place, sizeof t->place, "%s/%s", real, name) >=
        (int)sizeof t->place)
        t->place[0] = '\0'; /* nobody has such a name */
}

static void look_at(thing *t, const char *path)
{
    struct stat info;

    *t = (thing){.path = path, .standard = strcmp(path, "-") == 0};
    if (t->standard)
        return;
    t->there = stat(path, &info) == 0;
    if (!t->there) {
        find_place(t);
        return;
    }
    t->apart = !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
    t->device = info.st_dev;
    t->number = info.st_ino;
}

static bool same(const thing *a, const thing *b)
{
    if (a->standard || b->standard)
        return a->standard && b->standard;
    if (a->there != b->there || a->apart)
        return false;
    return a->there ? a->device == b->device && a->number == b->number
                    : strcmp(a->place, b->place) == 0;
}

static int compare_words(const ts_option *option, const thing *output,
                         char *const *words, int count)
{
    for (int i = 0; i < count && !output->standard; i++) {
        thing input;

        look_at(&input, words[i]);
        if (same(output, &input))
            return ts_cli_fail(TS_EXIT_USAGE,
                               "--%s %s: is what is read, and would be "
                               "written over; name another file",
                               option->name, output->path);
    }
    return TS_EXIT_OK;
}

/* Does the option name a file that is read? */
static bool is_read(const ts_option *option)
{
    return !option->written && option->argument != NULL &&
           strcmp(option->argument, "FILE") == 0;
}

static int compare_options(const ts_option *option, const thing *output,
                           const ts_option *second, const char *value)
{
    thing other;

    look_at(&other, value);
    if (!same(output, &other))
        return TS_EXIT_OK;
    if (is_read(second))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--%s %s: is what --%s reads, and would be written "
                           "over; name another file",
                           option->name, output->path, second->name);
    return ts_cli_fail(TS_EXIT_USAGE,
                       "--%s %s: is also --%s, and one would write over the "
                       "other; name two files",
                       option->name, output->path, second->name);
}

int ts_files_check(const ts_command *command, const char *const *values,
                   char *const *words, int count)
{
    int status = TS_EXIT_OK;

    for (int i = 0; i < command->option_count && status == TS_EXIT_OK; i++) {
        const ts_option *option = &command->options[i];
        thing output;

        if (!option->written || values[i] == NULL)
            continue;
        look_at(&output, values[i]);
        status = compare_words(option, &output, words,
                               command->reads_words ? count : 0);
        for (int j = 0; j < command->option_count && status == TS_EXIT_OK;
             j++) {
            const ts_option *second = &command->options[j];

            if (values[j] != NULL &&
                ((second->written && j < i) || is_read(second)))
                status = compare_options(option, &output, second, values[j]);
        }
    }
    return status;
}

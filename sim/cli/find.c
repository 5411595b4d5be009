/*
 * find.c - the scenarios that a test is about.
 */
#include "sim/cli/find.h"

#include <ctype.h>
#include <dirent.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/cli/options.h"
#include "sim/cli/scenario.h"

#define DEPTH_MAX 16 /* of directories */
#define PATH_ROOM 4096

static int add_file(ts_found *found, const char *path)
{
    if (found->count == found->room) {
        size_t room = found->room == 0 ? 64 : 2 * found->room;
        char **files = realloc(found->files, room * sizeof *files);

        if (files == NULL)
            return ts_cli_fail(TS_EXIT_IO, "out of memory");
        found->files = files;
        found->room = room;
    }
    found->files[found->count] = strdup(path);
    if (found->files[found->count++] == NULL)
        return ts_cli_fail(TS_EXIT_IO, "out of memory");
    return TS_EXIT_OK;
}

/* Profiles are parts of scenarios, and the schema is about them. */
static bool is_scenario(const char *name)
{
    size_t length = strlen(name);

    return length > 5 && strcmp(name + length - 5, ".json") == 0 &&
           strcmp(name, "schema.json") != 0;
}

static bool is_hidden(const char *name)
{
    return name[0] == '.' || strcmp(name, "profiles") == 0;
}

static int find_below(ts_found *found, const char *directory, int depth);

static int visit(ts_found *found, const char *directory, const char *name,
                 int depth)
{
    char path[PATH_ROOM];
    struct stat info;

    if (snprintf(path, sizeof path, "%s%s%s", directory,
                 directory[strlen(directory) - 1] == '/' ? "" : "/",
                 name) >= (int)sizeof path)
        return TS_EXIT_OK;
    if (is_hidden(name) || stat(path, &info) != 0)
        return TS_EXIT_OK;
    if (S_ISDIR(info.st_mode))
        return depth < DEPTH_MAX ? find_below(found, path, depth + 1)
                                 : TS_EXIT_OK;
    return is_scenario(name) ? add_file(found, path) : TS_EXIT_OK;
}

static int find_below(ts_found *found, const char *directory, int depth)
{
    struct dirent **entries;
    int count = scandir(directory, &entries, NULL, alphasort);
    int status = TS_EXIT_OK;

    if (count < 0)
        return ts_cli_fail(TS_EXIT_IO, "cannot read %s", directory);
    for (int i = 0; i < count; i++) {
        if (status == TS_EXIT_OK)
            status = visit(found, directory, entries[i]->d_name, depth);
        free(entries[i]);
    }
    free(entries);
    return status;
}

int ts_find(ts_found *found, const char *path)
{
    struct stat info;
    char ours[4300];

    path = ts_cli_locate(path, ours, sizeof ours);
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return find_below(found, path, 0);
    return add_file(found, path);
}

/* --- by name --- */

static void lower(char *to, size_t size, const char *before, const char *text,
                  const char *after)
{
    snprintf(to, size, "%s%s%s", before, text, after);
    for (; *to != '\0'; to++)
        *to = (char)tolower((unsigned char)*to);
}

typedef struct choice {
    char path[PATH_ROOM]; /* in small letters */
    bool wanted;
} choice;

static bool choose(void *context, const char *text)
{
    choice *c = context;
    bool pattern = strpbrk(text, "*?") != NULL;
    const char *around = pattern ? "*" : "";
    char wanted[PATH_ROOM];

    lower(wanted, sizeof wanted, around, text, around);
    c->wanted = pattern ? fnmatch(wanted, c->path, 0) == 0
                        : strstr(c->path, wanted) != NULL;
    return !c->wanted;
}

void ts_find_keep(ts_found *found, const char *texts)
{
    size_t kept = 0;

    for (size_t i = 0; i < found->count; i++) {
        choice c = {.wanted = false};

        lower(c.path, sizeof c.path, "", found->files[i], "");
        ts_option_each(texts, choose, &c);
        if (c.wanted)
            found->files[kept++] = found->files[i];
        else
            free(found->files[i]);
    }
    found->count = kept;
}

void ts_find_fini(ts_found *found)
{
    for (size_t i = 0; i < found->count; i++)
        free(found->files[i]);
    free(found->files);
    *found = (ts_found){.files = NULL};
}
